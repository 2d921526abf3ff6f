//! `-X dump=STAGE`: what each stage makes of a source, as text.

use bumpalo::Bump;
use std::io::{Read, Write};
use std::process::ExitCode;
use syntax::{Mode, Options};

/// A stage that can be printed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// Tokens.
    Tokens,
    /// The syntax tree.
    Ast,
    /// The symbol table.
    Symtable,
    /// CPython's bytecode.
    Bytecode,
    /// Register code.
    Regcode,
}

impl Stage {
    /// The stage called `name`.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Stage> {
        Some(match name {
            "tokens" => Stage::Tokens,
            "ast" => Stage::Ast,
            "symtable" => Stage::Symtable,
            "bytecode" => Stage::Bytecode,
            "regcode" => Stage::Regcode,
            _ => return None,
        })
    }
}

/// Where the source comes from.
pub enum Source {
    /// The text itself.
    Text(String),
    /// A file; `-` is standard input.
    File(String),
}

/// Prints the stage of the source.
#[must_use]
pub fn run(stage: Stage, source: &Source) -> ExitCode {
    let (bytes, filename) = match source {
        Source::Text(text) => (Ok(text.clone().into_bytes()), "<string>".to_owned()),
        Source::File(name) if name == "-" => {
            let mut bytes = Vec::new();
            (std::io::stdin().read_to_end(&mut bytes).map(|_| bytes), "<stdin>".to_owned())
        }
        Source::File(name) => (std::fs::read(name), name.clone()),
    };
    let text = match bytes {
        Ok(bytes) => text(stage, &bytes, &filename),
        Err(e) => Err(format!("pvm: can't open file '{filename}': {e}")),
    };
    match text {
        Ok(text) => match std::io::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

fn text(stage: Stage, source: &[u8], filename: &str) -> Result<String, String> {
    let arena = Bump::new();
    let options = Options::default();
    match stage {
        Stage::Tokens => {
            let (text, tokens) =
                syntax::tokens(source, Mode::Exec, &options, &arena).map_err(|e| e.to_string())?;
            Ok(syntax::dump::tokens(text, &tokens))
        }
        Stage::Ast => {
            let parsed =
                syntax::parse(source, Mode::Exec, &options, &arena).map_err(|e| e.to_string())?;
            Ok(syntax::dump::ast(&parsed.module))
        }
        Stage::Symtable => {
            let parsed =
                syntax::parse(source, Mode::Exec, &options, &arena).map_err(|e| e.to_string())?;
            let future = compile::future::scan(&parsed.module).map_err(|e| e.to_string())?;
            let table = compile::symtable::build::build(&parsed.module, future, false, &arena)
                .map_err(|e| e.to_string())?;
            Ok(table.to_string())
        }
        Stage::Bytecode => Ok(code::dis::disassemble(&code_object(source, filename)?, true)),
        Stage::Regcode => {
            let mut out = String::new();
            regcode_text(&code_object(source, filename)?, &mut out)?;
            Ok(out)
        }
    }
}

fn code_object(source: &[u8], filename: &str) -> Result<code::CodeObject, String> {
    let output = compile::compile_source(
        source,
        Mode::Exec,
        &code::Str::from(filename),
        &Options::default(),
        compile::Options::default(),
    );
    output.code.map_err(|e| e.to_string())
}

fn regcode_text(object: &code::CodeObject, out: &mut String) -> Result<(), String> {
    let translated =
        regcode::translate(object, regcode::Mode::Elided).map_err(|e| e.to_string())?;
    out.push_str(&format!("{}:\n", object.qualname.to_string_lossy()));
    out.push_str(&regcode::print::text(&translated, object));
    for constant in &object.consts {
        if let code::Const::Code(inner) = constant {
            out.push('\n');
            regcode_text(inner, out)?;
        }
    }
    Ok(())
}

//! Compiles files and writes each code object as JSON, as `oracle.mjs code` does, so that the two can be compared.
//!
//! `codejson [--optimize N] [--root DIR] [--out DIR] [--time] PATH… | @LIST`: with `--out`, `FILE.code.json` goes to the
//! same place below that directory as the file has below the root. `--time` compiles everything once without writing and
//! says how long it took; `--dis` prints listings instead.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use code::{CodeObject, Str, dis, json};
use compile::{Options, compile_source};

#[derive(Default)]
struct Args {
    files: Vec<PathBuf>,
    options: Options,
    root: Option<PathBuf>,
    out: Option<PathBuf>,
    time: bool,
    dis: bool,
}

type Failure = Box<dyn std::error::Error>;

fn parse_args() -> Result<Args, Failure> {
    let mut args = Args::default();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} needs a value"));
        match word.as_str() {
            "--optimize" => args.options.optimize = value()?.parse()?,
            "--root" => args.root = Some(value()?.into()),
            "--out" => args.out = Some(value()?.into()),
            "--time" => args.time = true,
            "--dis" => args.dis = true,
            _ => match word.strip_prefix('@') {
                Some(list) => {
                    args.files.extend(std::fs::read_to_string(list)?.lines().map(PathBuf::from))
                }
                None => args.files.push(word.into()),
            },
        }
    }
    Ok(args)
}

fn compile(source: &[u8], name: &Path, options: Options) -> Result<CodeObject, Failure> {
    let filename = Str::from(name.to_string_lossy().into_owned());
    let parsing = syntax::Options::default();
    let output = compile_source(source, syntax::Mode::Exec, &filename, &parsing, options);
    Ok(output.code?)
}

fn one(args: &Args, file: &Path, spent: &mut Duration) -> Result<(), Failure> {
    let source = std::fs::read(file)?;
    let name = match &args.root {
        Some(root) => file.strip_prefix(root)?,
        None => file,
    };
    let start = Instant::now();
    let code = compile(&source, name, args.options);
    *spent += start.elapsed();
    let code = code?;
    if args.time {
        return Ok(());
    }
    let text =
        if args.dis { dis::disassemble(&code, false) } else { json::code_to_json(&code) + "\n" };
    let Some(out) = &args.out else {
        print!("{text}");
        return Ok(());
    };
    let mut target = out.join(name).into_os_string();
    target.push(".code.json");
    let target = PathBuf::from(target);
    if let Some(folder) = target.parent() {
        std::fs::create_dir_all(folder)?;
    }
    Ok(std::fs::write(target, text)?)
}

fn main() -> ExitCode {
    let args = match parse_args() {
        Ok(args) => args,
        Err(error) => {
            eprintln!("codejson: {error}");
            return ExitCode::from(2);
        }
    };
    let mut failed = 0;
    let mut spent = Duration::ZERO;
    for file in &args.files {
        if let Err(error) = one(&args, file, &mut spent) {
            failed += 1;
            eprintln!("{}: {error}", file.display());
        }
    }
    if args.time {
        println!("{} files in {spent:?}", args.files.len());
    }
    eprintln!("{} written, {failed} failed", args.files.len() - failed);
    ExitCode::from(u8::from(failed > 0))
}

//! The compiler as the VM uses it: sources in, code objects of the object model out, errors as Python exceptions.

use bumpalo::Bump;
use code::CodeObject;
use compile::future::{CO_FUTURE_BARRY_AS_BDFL, FUTURE_MASK};
use compile::preprocess::PreprocessOptions;
use heap::Gc;
use objects::code::Code;
use objects::exceptions;
use objects::str::Str;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::sync::Arc;
use stdlib::ast::{raise, warn};
use syntax::Mode;
use syntax::ast::Mod;
use syntax::validate::{InvalidKind, Missing};

/// What `builtins` needs of compiler and interpreter.
pub static HOOKS: builtins::Hooks = builtins::Hooks {
    compile: compile_request,
    run: |vm, code, globals, locals, closure| match code.exact::<Code>() {
        Some(code) => interp::call::run_code(vm, code, globals, locals, closure),
        None => Err(vm.type_error(format_args!("a code object is needed"))),
    },
    globals: |vm| match interp::frameobj::globals(vm) {
        Some(globals) => Ok(globals),
        None => Err(vm.system_error(format_args!("globals() called without a frame"))),
    },
    locals: interp::frameobj::locals,
    import: |vm, name, globals, _locals, fromlist, level| {
        let Some(name) = name.cast::<Str>() else {
            return Err(vm.type_error(format_args!("__import__() argument 1 must be str")));
        };
        let level = vm.index_isize(level, &exceptions::OVERFLOW_ERROR)?;
        interp::import::import_level(vm, name, globals, fromlist, level)
    },
    features: interp::frame::features,
};

/// Bits of `compile`'s flags.
mod flag {
    /// `PyCF_DONT_IMPLY_DEDENT`
    pub const DONT_IMPLY_DEDENT: u32 = 0x200;
    /// `PyCF_ONLY_AST`
    pub const ONLY_AST: u32 = 0x400;
    /// `PyCF_TYPE_COMMENTS`
    pub const TYPE_COMMENTS: u32 = 0x1000;
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
    pub const TOP_LEVEL_AWAIT: u32 = 0x2000;
    /// `PyCF_ALLOW_INCOMPLETE_INPUT`
    pub const ALLOW_INCOMPLETE_INPUT: u32 = 0x4000;
    /// `PyCF_OPTIMIZED_AST`, which includes `PyCF_ONLY_AST`
    pub const OPTIMIZED_AST: u32 = 0x8000 | ONLY_AST;
}

/// `compile()`
fn compile_request(vm: &mut Vm, request: &builtins::CompileRequest) -> PyResult<Value> {
    let mode = match request.mode.as_str() {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        "func_type" => Mode::FuncType,
        _ => Mode::Exec,
    };
    let optimize = match u8::try_from(request.optimize) {
        Ok(level) => level.min(2),
        Err(_) => stdlib::optimize(vm),
    };
    let settings = compile::Options {
        optimize,
        features: request.flags & FUTURE_MASK,
        top_level_await: request.flags & flag::TOP_LEVEL_AWAIT != 0,
    };
    let (bytes, is_text) = match &request.source {
        builtins::Source::Text { bytes, is_str } => (bytes, *is_str),
        builtins::Source::Object(tree) => {
            return compile_tree(vm, *tree, mode, request, settings);
        }
    };
    let only_ast = request.flags & flag::ONLY_AST != 0;
    let parsing = syntax::Options {
        type_comments: request.flags & flag::TYPE_COMMENTS != 0,
        ignore_cookie: is_text,
        barry_as_flufl: request.flags & CO_FUTURE_BARRY_AS_BDFL != 0,
        allow_incomplete_input: request.flags & flag::ALLOW_INCOMPLETE_INPUT != 0,
        dont_imply_dedent: request.flags & flag::DONT_IMPLY_DEDENT != 0,
        int_max_str_digits: vm.rt().int_max_str_digits,
        feature_version: match u8::try_from(request.feature_version) {
            Ok(minor) if only_ast => minor,
            _ => syntax::LATEST_FEATURES,
        },
    };
    if only_ast {
        return parse_tree(vm, bytes, mode, request, &parsing, settings);
    }
    Ok(compile_source(vm, bytes, mode, request.filename, &parsing, settings)?.into())
}

/// Parses a source and makes Python objects of its tree.
fn parse_tree(
    vm: &mut Vm,
    source: &[u8],
    mode: Mode,
    request: &builtins::CompileRequest,
    parsing: &syntax::Options,
    settings: compile::Options,
) -> PyResult<Value> {
    let filename = request.filename;
    let arena = Bump::new();
    let parsed = match syntax::parse(source, mode, parsing, &arena) {
        Ok(parsed) => parsed,
        Err(e) => {
            for warning in &e.warnings {
                warn(vm, warning, filename)?;
            }
            return Err(raise(vm, &compile::SourceError::Parse(e), filename));
        }
    };
    for warning in &parsed.warnings {
        warn(vm, warning, filename)?;
    }
    let module = preprocess(vm, &parsed.module, request, settings, &arena)?;
    stdlib::ast::write(vm, &module)
}

/// What is done to a tree before it is handed out: nothing but warnings, unless an optimised one is asked for.
fn preprocess<'a>(
    vm: &mut Vm,
    module: &Mod<'a>,
    request: &builtins::CompileRequest,
    settings: compile::Options,
    arena: &'a Bump,
) -> PyResult<Mod<'a>> {
    let filename = request.filename;
    let done = compile::future::scan(module).and_then(|future| {
        let features = future.features | settings.features;
        let mut options = PreprocessOptions::new(settings.optimize, features);
        options.syntax_check_only = request.flags & flag::OPTIMIZED_AST != flag::OPTIMIZED_AST;
        compile::preprocess::preprocess(module, options, arena)
    });
    match done {
        Ok((module, warnings)) => {
            for warning in &warnings {
                warn(vm, warning, filename)?;
            }
            Ok(module)
        }
        Err(e) => Err(raise(vm, &compile::SourceError::Compile(e), filename)),
    }
}

/// `compile()` of a tree of Python objects.
fn compile_tree(
    vm: &mut Vm,
    tree: Value,
    mode: Mode,
    request: &builtins::CompileRequest,
    settings: compile::Options,
) -> PyResult<Value> {
    if !stdlib::ast::is_node(vm, tree)? {
        return Err(
            vm.type_error(format_args!("compile() arg 1 must be a string, bytes or AST object"))
        );
    }
    let arena = Bump::new();
    let missing = Missing::new(&arena);
    let module = stdlib::ast::read(vm, tree, mode, &arena, &missing)?;
    if let Err(wrong) = syntax::validate::validate(&module, &missing) {
        let def = match wrong.kind {
            InvalidKind::Value => &exceptions::VALUE_ERROR,
            InvalidKind::Type => &exceptions::TYPE_ERROR,
            InvalidKind::Recursion => &exceptions::RECURSION_ERROR,
        };
        return Err(vm.raise(def, format_args!("{}", wrong.msg)));
    }
    if request.flags & flag::ONLY_AST != 0 {
        let module = preprocess(vm, &module, request, settings, &arena)?;
        return stdlib::ast::write(vm, &module);
    }
    let name = code::Str::from(request.filename.text());
    let output = compile::compile(&module, &name, settings, &arena);
    for warning in &output.warnings {
        warn(vm, warning, request.filename)?;
    }
    match output.code {
        Ok(code) => Ok(make(vm, code)?.into()),
        Err(e) => Err(raise(vm, &compile::SourceError::Compile(e), request.filename)),
    }
}

/// How a source is compiled.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// What it is.
    pub mode: Mode,
    /// It came as a `str`: no encoding is looked for.
    pub is_text: bool,
    /// `-O` level.
    pub optimize: u8,
    /// `from __future__` features in force.
    pub features: u32,
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
    pub top_level_await: bool,
}

impl Options {
    /// A file of bytes.
    #[must_use]
    pub fn file(optimize: u8) -> Options {
        Options { mode: Mode::Exec, is_text: false, optimize, features: 0, top_level_await: false }
    }
}

/// Compiles `source`; SyntaxErrors and SyntaxWarnings come as Python's.
pub fn compile(
    vm: &mut Vm,
    source: &[u8],
    filename: Gc<Str>,
    options: Options,
) -> PyResult<Gc<Code>> {
    let parsing = syntax::Options {
        ignore_cookie: options.is_text,
        barry_as_flufl: options.features & CO_FUTURE_BARRY_AS_BDFL != 0,
        int_max_str_digits: vm.rt().int_max_str_digits,
        ..syntax::Options::default()
    };
    let settings = compile::Options {
        optimize: options.optimize,
        features: options.features,
        top_level_await: options.top_level_await,
    };
    compile_source(vm, source, options.mode, filename, &parsing, settings)
}

fn compile_source(
    vm: &mut Vm,
    source: &[u8],
    mode: Mode,
    filename: Gc<Str>,
    parsing: &syntax::Options,
    settings: compile::Options,
) -> PyResult<Gc<Code>> {
    let name = code::Str::from(filename.text());
    let output = compile::compile_source(source, mode, &name, parsing, settings);
    for warning in &output.warnings {
        warn(vm, warning, filename)?;
    }
    match output.code {
        Ok(code) => make(vm, code),
        Err(e) => Err(raise(vm, &e, filename)),
    }
}

/// The code object of the object model.
fn make(vm: &mut Vm, code: CodeObject) -> PyResult<Gc<Code>> {
    Code::new(vm, Arc::new(code))
}

//! The compiler as the VM uses it: sources in, code objects of the object model out, errors as Python exceptions.

use code::CodeObject;
use heap::Gc;
use objects::code::Code;
use objects::exceptions;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::sync::Arc;
use syntax::{Mode, Warning};

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

/// `compile()`
fn compile_request(vm: &mut Vm, request: &builtins::CompileRequest) -> PyResult<Value> {
    /// `PyCF_ALLOW_TOP_LEVEL_AWAIT`
    const TOP_LEVEL_AWAIT: u32 = 0x2000;
    /// `PyCF_ONLY_AST`
    const ONLY_AST: u32 = 0x400;
    /// The bits that are features.
    const FEATURES: u32 = 0x1FE_0000;
    let builtins::Source::Text { bytes, is_str } = &request.source else {
        return Err(
            vm.type_error(format_args!("compile() arg 1 must be a string, bytes or AST object"))
        );
    };
    if request.flags & ONLY_AST != 0 {
        return Err(vm.raise(
            &exceptions::NOT_IMPLEMENTED_ERROR,
            format_args!("syntax trees as Python objects are not supported yet"),
        ));
    }
    let mode = match request.mode.as_str() {
        "eval" => Mode::Eval,
        "single" => Mode::Single,
        _ => Mode::Exec,
    };
    let optimize = match u8::try_from(request.optimize) {
        Ok(level) => level.min(2),
        Err(_) => stdlib::optimize(vm),
    };
    let options = Options {
        mode,
        is_text: *is_str,
        optimize,
        features: request.flags & FEATURES,
        top_level_await: request.flags & TOP_LEVEL_AWAIT != 0,
    };
    Ok(compile(vm, bytes, request.filename, options)?.into())
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
        int_max_str_digits: vm.rt().int_max_str_digits,
        ..syntax::Options::default()
    };
    let settings = compile::Options {
        optimize: options.optimize,
        features: options.features,
        top_level_await: options.top_level_await,
    };
    let name = code::Str::from(filename.text());
    let output = compile::compile_source(source, options.mode, &name, &parsing, settings);
    for warning in &output.warnings {
        warn(vm, warning, filename)?;
    }
    match output.code {
        Ok(code) => make(vm, code),
        Err(e) => Err(raise(vm, &e, filename)),
    }
}

fn make(vm: &mut Vm, code: CodeObject) -> PyResult<Gc<Code>> {
    Code::new(vm, Arc::new(code))
}

/// Issues a SyntaxWarning; turned into an error it becomes a SyntaxError at the same place.
fn warn(vm: &mut Vm, warning: &Warning, filename: Gc<Str>) -> PyResult<()> {
    let category = &exceptions::SYNTAX_WARNING;
    let text: Value = Str::new(vm, &warning.msg)?.into();
    let line = Value::from_len(usize::try_from(warning.lineno).unwrap_or(0));
    let warnings = (vm.hooks.import)(vm, "_warnings")?;
    let name = vm.intern("warn_explicit")?;
    vm.call_method(warnings, name, &[text, category.object().into(), filename.into(), line])?;
    Ok(())
}

fn raise(vm: &mut Vm, e: &compile::SourceError, filename: Gc<Str>) -> Raised {
    match build(vm, e, filename) {
        Ok(r) | Err(r) => r,
    }
}

fn build(vm: &mut Vm, e: &compile::SourceError, filename: Gc<Str>) -> PyResult<Raised> {
    use compile::{ErrorKind as C, SourceError};
    use syntax::ErrorKind as P;
    let (def, msg, location) = match e {
        SourceError::Parse(e) => {
            let def = match e.kind {
                P::Syntax | P::IncompleteInput => &exceptions::SYNTAX_ERROR,
                P::Indentation => &exceptions::INDENTATION_ERROR,
                P::Tab => &exceptions::TAB_ERROR,
                P::Memory => &exceptions::MEMORY_ERROR,
                P::UnicodeDecode => &exceptions::UNICODE_ERROR,
            };
            (def, e.msg.as_str(), e.location.clone())
        }
        SourceError::Compile(e) => {
            let def = match e.kind {
                C::Syntax => &exceptions::SYNTAX_ERROR,
                C::Recursion => &exceptions::RECURSION_ERROR,
                C::Memory => &exceptions::MEMORY_ERROR,
                C::Overflow => &exceptions::OVERFLOW_ERROR,
                C::UnicodeEncode => &exceptions::UNICODE_ERROR,
                C::System => &exceptions::SYSTEM_ERROR,
            };
            (def, e.msg.as_str(), e.location())
        }
    };
    let msg: Value = Str::new(vm, msg)?.into();
    let Some(at) = location else {
        let exception = vm.call(def.object().into(), &[msg])?;
        return Ok(vm.raise_value(exception));
    };
    let int = |i: i64| Value::small_int(i).unwrap_or(Value::NONE);
    let text = match &at.text {
        Some(t) => Str::new(vm, t)?.into(),
        None => Value::NONE,
    };
    let mut details = vec![filename.into(), int(at.lineno), int(at.offset), text];
    if let Some((line, offset)) = at.end {
        details.extend([int(line), int(offset)]);
    }
    // The text is on the native stack too (`text`), so the vector hides nothing from the collector.
    let details: Value = Tuple::from_slice(vm, &details)?.into();
    let exception = vm.call(def.object().into(), &[msg, details])?;
    Ok(vm.raise_value(exception))
}

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
pub fn compile(vm: &mut Vm, source: &[u8], filename: Gc<Str>, options: Options) -> PyResult<Gc<Code>> {
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
    let category = exceptions::warning_category(&warning.category);
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
                P::Syntax => &exceptions::SYNTAX_ERROR,
                P::Indentation => &exceptions::INDENTATION_ERROR,
                P::Tab => &exceptions::TAB_ERROR,
                P::Memory => &exceptions::MEMORY_ERROR,
                P::Overflow => &exceptions::OVERFLOW_ERROR,
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

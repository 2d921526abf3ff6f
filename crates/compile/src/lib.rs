//! From the syntax tree to the code object, in CPython 3.14's passes: preprocessing, symbol table, code generation,
//! control-flow graph, assembling.
//!
//! [`compile`] is the way in, [`compile_source`] parses first. Code objects come out equal to CPython's field by field, and so
//! do the errors and warnings of this stage. Nothing here knows of Python objects.

#![forbid(unsafe_code)]

pub mod assemble;
mod codegen;
mod error;
mod flow;
pub mod future;
pub mod ir;
pub mod preprocess;
pub mod symtable;

use bumpalo::Bump;
use code::{CodeObject, Str};
use syntax::ast::Mod;
use syntax::{SyntaxError, Warning};

pub use error::{Error, ErrorKind, Surrogates};
use preprocess::PreprocessOptions;

/// What the caller decides about a compilation.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// 0, 1 (`-O`: no assertions) or 2 (`-OO`: no docstrings either).
    pub optimize: u8,
    /// `CO_FUTURE_…` flags in force besides those of the source.
    pub features: u32,
    /// `await` is allowed outside functions (`PyCF_ALLOW_TOP_LEVEL_AWAIT`).
    pub top_level_await: bool,
}

/// The result of a compilation: the code object or the error, and the `SyntaxWarning`s that came before.
///
/// Where warnings are errors, the first one counts instead of the result.
#[derive(Debug)]
pub struct Output<E> {
    /// The code object.
    pub code: Result<CodeObject, E>,
    /// The warnings in order.
    pub warnings: Vec<Warning>,
}

/// Why a source could not be compiled.
#[derive(Clone, Debug)]
pub enum SourceError {
    /// It could not be parsed.
    Parse(Box<SyntaxError>),
    /// It could be parsed.
    Compile(Box<Error>),
}

impl std::fmt::Display for SourceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SourceError::Parse(error) => error.fmt(f),
            SourceError::Compile(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for SourceError {}

/// The constant of a code object that a constant of the tree is.
#[must_use]
pub fn constant_of(value: &syntax::ast::Constant<'_>) -> code::Const {
    codegen::const_of(value)
}

/// Compiles a tree. Changed nodes are rebuilt in `arena`.
#[must_use]
pub fn compile<'a>(
    module: &Mod<'a>,
    filename: &Str,
    options: Options,
    arena: &'a Bump,
) -> Output<Box<Error>> {
    let mut warnings = Vec::new();
    let code = run(module, filename, options, arena, &mut warnings);
    Output { code, warnings: warnings.iter().map(error::Warning::to_syntax).collect() }
}

fn run<'a>(
    module: &Mod<'a>,
    filename: &Str,
    options: Options,
    arena: &'a Bump,
    warnings: &mut Vec<error::Warning>,
) -> Result<CodeObject, Box<Error>> {
    let mut future = future::scan(module)?;
    future.features |= options.features;
    let preprocessing = PreprocessOptions::new(options.optimize, future.features);
    let module = preprocess::run(module, preprocessing, arena, warnings)?;
    let table = symtable::build::build(&module, future, options.top_level_await, arena)?;
    let settings = codegen::Settings {
        filename: filename.clone(),
        optimize: options.optimize,
        features: future.features,
    };
    let (code, more) = codegen::generate(&module, table, settings);
    warnings.extend(more);
    code
}

/// Parses and compiles a source.
#[must_use]
pub fn compile_source(
    source: &[u8],
    mode: syntax::Mode,
    filename: &Str,
    parsing: &syntax::Options,
    options: Options,
) -> Output<SourceError> {
    let arena = Bump::new();
    let mut parsed = match syntax::parse(source, mode, parsing, &arena) {
        Ok(parsed) => parsed,
        Err(mut error) => {
            let warnings = std::mem::take(&mut error.warnings);
            return Output { code: Err(SourceError::Parse(error)), warnings };
        }
    };
    let mut output = compile(&parsed.module, filename, options, &arena);
    parsed.warnings.append(&mut output.warnings);
    Output { code: output.code.map_err(SourceError::Compile), warnings: parsed.warnings }
}

//! Source bytes to tokens to the abstract syntax tree, with CPython 3.14's positions and errors.
//!
//! [`parse`] is the way in. [`source`] decodes the bytes, `lexer` makes tokens, `parser` makes the
//! tree. If that fails, `errors` parses once more, slowly and with CPython's grammar, to find the error
//! that CPython would raise. Nothing here knows of Python objects: errors and warnings are data.
//!
//! Invariants: no input makes it panic or overflow the stack of the thread (nesting is limited); the tree
//! and all texts in it live in the caller's arena.
#![forbid(unsafe_code)]

pub mod ast;
pub mod dump;
mod error;
mod errors;
mod lexer;
mod literal;
mod parser;
pub mod source;
pub mod token;
pub mod tokenize;
pub mod validate;

use bumpalo::Bump;

pub use error::{ErrorKind, Location, SyntaxError, Warning};

/// What is parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// A file (`exec`).
    Exec,
    /// An expression (`eval`).
    Eval,
    /// One interactive statement (`single`).
    Single,
    /// A signature type comment (`func_type`).
    FuncType,
}

/// How it is parsed.
#[derive(Clone, Debug)]
pub struct Options {
    /// Keep type comments (`ast.parse(type_comments=True)`).
    pub type_comments: bool,
    /// The source was a `str`: it is UTF-8 and no encoding is looked for.
    pub ignore_cookie: bool,
    /// `from __future__ import barry_as_FLUFL` is in force.
    pub barry_as_flufl: bool,
    /// Raise `_IncompleteInputError` where the source ends too early (`PyCF_ALLOW_INCOMPLETE_INPUT`).
    pub allow_incomplete_input: bool,
    /// In `single` mode, the end of the source does not close blocks (`PyCF_DONT_IMPLY_DEDENT`).
    pub dont_imply_dedent: bool,
    /// The limit of `sys.set_int_max_str_digits`, 0 for none.
    pub int_max_str_digits: usize,
    /// The minor version of Python 3 whose grammar is wanted: what is newer is refused, as far as CPython refuses it.
    pub feature_version: u8,
}

/// The minor version of Python 3 that the grammar is of.
pub const LATEST_FEATURES: u8 = 14;

impl Default for Options {
    fn default() -> Self {
        Options {
            type_comments: false,
            ignore_cookie: false,
            barry_as_flufl: false,
            allow_incomplete_input: false,
            dont_imply_dedent: false,
            int_max_str_digits: 4300,
            feature_version: LATEST_FEATURES,
        }
    }
}

/// A source that has been parsed.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// The tree.
    pub module: ast::Mod<'a>,
    /// The decoded source, with `\n` as line ends; ranges count in it.
    pub source: &'a str,
    /// Warnings, in the order in which CPython gives them.
    pub warnings: Vec<Warning>,
    /// Whether `barry_as_FLUFL` is in force at the end.
    pub barry_as_flufl: bool,
}

/// Parses a source. The tree lives in `arena`.
///
/// # Errors
/// The error that CPython raises; the caller adds the file name.
pub fn parse<'a>(
    source: &[u8],
    mode: Mode,
    options: &Options,
    arena: &'a Bump,
) -> Result<Parsed<'a>, Box<SyntaxError>> {
    let source = source::decode(source, mode, options, arena)?;
    let tokens = parser::tokenize(source, mode, options).map_err(|_| SyntaxError::no_memory())?;
    let mut parser = parser::Parser::new(arena, source, &tokens.list, options);
    let parsed = parser.parse(mode, &tokens.type_ignores);
    let module = match parsed {
        Ok(module) if mode != Mode::Single || !parser.more_statements() => {
            if options.feature_version < LATEST_FEATURES
                && let Some(error) = errors::newer_features(source, mode, options)
            {
                return Err(Box::new(error));
            }
            module
        }
        Ok(_) | Err(parser::Fail) => {
            let (reached, warnings) = parser.reached();
            let before = tokens.warnings.into_iter().filter(|w| w.lineno <= reached.lines);
            let mut error = errors::diagnose(source, mode, options, &reached);
            let later = std::mem::replace(&mut error.warnings, by_line(before.chain(warnings)));
            error.warnings.extend(later);
            return Err(Box::new(error));
        }
    };
    let barry_as_flufl = parser.barry();
    let warnings = by_line(tokens.warnings.into_iter().chain(parser.warnings));
    Ok(Parsed { module, source, warnings, barry_as_flufl })
}

/// Warnings of the lexer, which runs first as a whole, and of the parser, as CPython gives them.
fn by_line(warnings: impl Iterator<Item = Warning>) -> Vec<Warning> {
    let mut warnings: Vec<Warning> = warnings.collect();
    warnings.sort_by_key(|warning| warning.lineno);
    warnings
}

/// The tokens of a source, up to the end or the first error (see [`dump::tokens`]).
///
/// # Errors
/// If the source cannot be decoded.
pub fn tokens<'a>(
    source: &[u8],
    mode: Mode,
    options: &Options,
    arena: &'a Bump,
) -> Result<(&'a str, Vec<token::Token>), Box<SyntaxError>> {
    let source = source::decode(source, mode, options, arena)?;
    let tokens = parser::tokenize(source, mode, options).map_err(|_| SyntaxError::no_memory())?;
    Ok((source, tokens.list))
}

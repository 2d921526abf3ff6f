//! The tokens that the module `tokenize` shows: all there are, comments and meaningless line ends included.
//!
//! Unlike [`crate::tokens`], this keeps errors of the lexer as they are: no parser looks for a better explanation.

use crate::error::{ErrorKind, Location, SyntaxError};
use crate::lexer::{Lexer, Stop};
use crate::token::{Kind, Token};

/// The tokens of a source, up to the end marker or an error. The source has `\n` as line ends, one at its end included.
///
/// With `extra_tokens`, comments and line ends that mean nothing are tokens, and indentations have a text.
#[must_use]
pub fn tokenize(source: &str, extra_tokens: bool) -> (Vec<Token>, Option<SyntaxError>) {
    let mut lexer = match extra_tokens {
        true => Lexer::with_extra_tokens(source),
        false => Lexer::new(source, false),
    };
    let mut tokens = Vec::new();
    loop {
        let token = lexer.next_token();
        if token.kind == Kind::Error {
            return (tokens, Some(error(&mut lexer)));
        }
        if tokens.try_reserve(1).is_err() {
            return (tokens, Some(*SyntaxError::no_memory()));
        }
        tokens.push(token);
        if token.kind == Kind::EndMarker {
            return (tokens, None);
        }
    }
}

/// Why the lexer has stopped.
fn error(lexer: &mut Lexer<'_>) -> SyntaxError {
    if let Some(error) = lexer.take_error() {
        return *error;
    }
    let (kind, msg) = match lexer.stop() {
        Stop::Dedent => {
            (ErrorKind::Indentation, "unindent does not match any outer indentation level")
        }
        Stop::TabSpace => (ErrorKind::Tab, "inconsistent use of tabs and spaces in indentation"),
        Stop::TooDeep => (ErrorKind::Indentation, "too many levels of indentation"),
        Stop::LineContinuation => {
            (ErrorKind::Syntax, "unexpected character after line continuation character")
        }
        _ => (ErrorKind::Syntax, "unexpected EOF in multi-line statement"),
    };
    let (offset, text) = match lexer.stop() {
        Stop::Eof => (lexer.buffered_at_end().chars().count(), None),
        _ => {
            let line = lexer.current_line();
            (line.chars().count(), Some(line.trim_end_matches('\n').to_owned()))
        }
    };
    let location = Location {
        lineno: i64::from(lexer.line()),
        offset: i64::try_from(offset).unwrap_or(i64::MAX),
        text,
        end: None,
    };
    SyntaxError { kind, msg: msg.to_owned(), location: Some(location), warnings: Vec::new() }
}

//! Errors with their places: columns, end and text as CPython's parser reports them.
//!
//! Columns of tokens are bytes; those of errors are characters of the text that goes with the error. That
//! text is a line of the source; only the line being read keeps its line end.

use super::machine::{Machine, NodeId, Raised};
use crate::error::{ErrorKind, Location, SyntaxError};
use crate::lexer::Stop;
use crate::token::{Kind, NO_COLUMN, Token};

/// A place before its columns are converted: 1-based byte columns.
struct Place {
    line: u32,
    col: i64,
    end_line: u32,
    /// 0 and -1 are passed on as they are.
    end_col: i64,
}

/// The 1-based column of a token's column; 0 if it has none.
fn one_based(col: u32) -> i64 {
    if col == NO_COLUMN { 0 } else { i64::from(col) + 1 }
}

impl Machine<'_> {
    fn place_error(&self, kind: ErrorKind, place: &Place, message: &str) -> Raised {
        let line = i64::from(place.line);
        let current = self.lexer.current_line();
        let text = if self.lexer.line() <= place.line && !current.is_empty() {
            current.to_owned()
        } else {
            let index = place.line.saturating_sub(1) as usize;
            self.source.split('\n').nth(index).unwrap_or_default().to_owned()
        };
        let offset = characters(&text, place.col);
        let end_offset =
            if place.end_col > 0 { characters(&text, place.end_col) } else { place.end_col };
        let end = Some((i64::from(place.end_line), end_offset));
        Box::new(SyntaxError {
            kind,
            msg: message.to_owned(),
            location: Some(Location { lineno: line, offset, text: Some(text), end }),
            warnings: Vec::new(),
        })
    }

    /// From the first token of one node to the last token of another.
    pub(super) fn error_range(&self, a: NodeId, b: NodeId, message: &str) -> Raised {
        let first = self.token(self.node(a).first);
        let last = self.last_token(b);
        let place = Place {
            line: first.range.line,
            col: one_based(first.range.col),
            end_line: last.range.end_line,
            end_col: one_based(last.range.end_col),
        };
        self.place_error(ErrorKind::Syntax, &place, message)
    }

    /// The last token of a node that is no line end.
    fn last_token(&self, id: NodeId) -> Token {
        let node = self.node(id);
        let mut last = node.end.saturating_sub(1);
        while last > node.first
            && matches!(self.token(last).kind, Kind::Newline | Kind::Indent | Kind::Dedent)
        {
            last -= 1;
        }
        self.token(last)
    }

    fn token(&self, index: usize) -> Token {
        let nothing = Token {
            kind: Kind::Error,
            start: 0,
            end: 0,
            range: crate::ast::Range { line: 1, ..Default::default() },
        };
        self.tokens.get(index).or(self.tokens.last()).copied().unwrap_or(nothing)
    }

    pub(super) fn error_at_token(&self, index: usize, message: &str) -> Raised {
        self.error_token(&self.token(index), message)
    }

    pub(super) fn error_token(&self, token: &Token, message: &str) -> Raised {
        let range = token.range;
        let place = Place {
            line: range.line,
            col: one_based(range.col),
            end_line: range.end_line,
            end_col: one_based(range.end_col),
        };
        self.place_error(ErrorKind::Syntax, &place, message)
    }

    /// From the start of a node to where the lexer is.
    pub(super) fn error_from(&self, a: NodeId, message: &str) -> Raised {
        let first = self.token(self.node(a).first);
        let place = Place {
            line: first.range.line,
            col: one_based(first.range.col),
            end_line: self.lexer.line(),
            end_col: self.lexer.column() as i64,
        };
        self.place_error(ErrorKind::Syntax, &place, message)
    }

    /// After the last character of a node.
    pub(super) fn error_after(&self, a: NodeId, message: &str) -> Raised {
        let first = self.token(self.node(a).first);
        let last = self.last_token(a);
        let place = Place {
            line: first.range.line,
            col: i64::from(last.range.end_col),
            end_line: last.range.end_line,
            end_col: 0,
        };
        self.place_error(ErrorKind::Syntax, &place, message)
    }

    /// Somewhere on these lines.
    pub(super) fn error_on_lines(&self, line: u32, end_line: u32, message: &str) -> Raised {
        let place = Place { line, col: 0, end_line, end_col: 0 };
        self.place_error(ErrorKind::Syntax, &place, message)
    }

    /// At the last token fetched.
    pub(super) fn error_here(&self, message: &str) -> Raised {
        self.error_last_token(ErrorKind::Syntax, message)
    }

    /// At the next token, which is fetched if necessary.
    pub(super) fn error_next(&mut self, message: &str) -> Result<Raised, Raised> {
        let token = self.current()?;
        Ok(self.error_vague(ErrorKind::Syntax, &token, message))
    }

    pub(super) fn error_last_token(&self, kind: ErrorKind, message: &str) -> Raised {
        match self.tokens.last() {
            Some(token) => self.error_vague(kind, token, message),
            None => {
                let place = Place { line: 0, col: 0, end_line: 0, end_col: -1 };
                self.place_error(kind, &place, message)
            }
        }
    }

    /// At a token that may have no columns: then where the lexer is.
    fn error_vague(&self, kind: ErrorKind, token: &Token, message: &str) -> Raised {
        let at_end = token.kind == Kind::Error && *self.lexer.stop() == Stop::Eof;
        if at_end && kind != ErrorKind::IncompleteInput {
            return self.end_of_source();
        }
        let range = token.range;
        let col = if range.col == NO_COLUMN {
            if self.lexer.buffer_column() == 0 { 0 } else { self.lexer.column() as i64 }
        } else {
            one_based(range.col)
        };
        let end_col = if range.end_col == NO_COLUMN { -1 } else { one_based(range.end_col) };
        let place = Place { line: range.line, col, end_line: range.end_line, end_col };
        self.place_error(kind, &place, message)
    }

    /// The source ends too early.
    pub(super) fn end_of_source(&self) -> Raised {
        if let Some(error) = self.unclosed_parenthesis() {
            return error;
        }
        let token = self.token(usize::MAX);
        let place = Place {
            line: token.range.line,
            col: self.lexer.column() as i64,
            end_line: token.range.end_line,
            end_col: -1,
        };
        self.place_error(ErrorKind::Syntax, &place, "unexpected EOF while parsing")
    }

    pub(super) fn unclosed_parenthesis(&self) -> Option<Raised> {
        let paren = self.lexer.open_paren()?;
        let place = Place {
            line: paren.line,
            col: i64::from(paren.col) + 1,
            end_line: paren.line,
            end_col: 0,
        };
        let message = format!("'{}' was never closed", char::from(paren.open));
        Some(self.place_error(ErrorKind::Syntax, &place, &message))
    }

    /// The error for which the lexer has stopped.
    pub(super) fn lexer_error(&mut self) -> Raised {
        if let Some(error) = self.lexer.take_error() {
            return error;
        }
        let line = self.lexer.line();
        let at_line = |col: i64| Place { line, col, end_line: line, end_col: 0 };
        match self.lexer.stop() {
            Stop::Dedent => {
                let message = "unindent does not match any outer indentation level";
                self.error_last_token(ErrorKind::Indentation, message)
            }
            Stop::TabSpace => {
                let message = "inconsistent use of tabs and spaces in indentation";
                self.place_error(ErrorKind::Tab, &at_line(1), message)
            }
            Stop::TooDeep => {
                let message = "too many levels of indentation";
                self.place_error(ErrorKind::Indentation, &at_line(1), message)
            }
            Stop::LineContinuation => {
                let message = "unexpected character after line continuation character";
                let col = self.lexer.buffer_column() as i64;
                self.place_error(ErrorKind::Syntax, &at_line(col), message)
            }
            Stop::No | Stop::Eof | Stop::Error => self.end_of_source(),
        }
    }
}

/// How many characters the first bytes of a text are. A cut character counts as one.
fn characters(text: &str, bytes: i64) -> i64 {
    let bytes = usize::try_from(bytes).unwrap_or(0).min(text.len() + 1);
    let whole = text.as_bytes().get(..bytes.min(text.len())).unwrap_or_default();
    let past_end = i64::from(bytes > text.len());
    String::from_utf8_lossy(whole).chars().count() as i64 + past_end
}

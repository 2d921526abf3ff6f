//! What goes wrong, as data: syntax errors and warnings with CPython's texts and positions.
//!
//! The caller makes exceptions and `warnings.warn` calls of them and adds the file name.

use std::fmt;

/// The exception to raise.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorKind {
    /// `SyntaxError`
    Syntax,
    /// `IndentationError`
    Indentation,
    /// `TabError`
    Tab,
    /// `_IncompleteInputError`: the source may become valid if more follows. Only if asked for.
    IncompleteInput,
    /// `MemoryError`: the source is nested too deeply or is too large. Has a message only.
    Memory,
    /// `UnicodeDecodeError`: an escape in a format specification. Has a message only.
    UnicodeDecode,
}

impl ErrorKind {
    /// The name of the exception's class.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ErrorKind::Syntax => "SyntaxError",
            ErrorKind::Indentation => "IndentationError",
            ErrorKind::Tab => "TabError",
            ErrorKind::IncompleteInput => "_IncompleteInputError",
            ErrorKind::Memory => "MemoryError",
            ErrorKind::UnicodeDecode => "UnicodeDecodeError",
        }
    }
}

/// A syntax error with the arguments of CPython's exception (without the file name).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// The exception.
    pub kind: ErrorKind,
    /// Its message.
    pub msg: String,
    /// Where it is; some errors of decoding have no place.
    pub location: Option<Location>,
    /// Warnings that were due before the error.
    pub warnings: Vec<Warning>,
}

/// Where a syntax error is, as in the second argument of `SyntaxError`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// 1-based line.
    pub lineno: i64,
    /// 1-based column in characters; 0 and -1 occur.
    pub offset: i64,
    /// The line; `None` if it is unknown.
    pub text: Option<String>,
    /// The end, unless the exception has no end.
    pub end: Option<(i64, i64)>,
}

impl SyntaxError {
    /// An error without a place.
    #[must_use]
    pub fn bare(kind: ErrorKind, msg: impl Into<String>) -> SyntaxError {
        SyntaxError { kind, msg: msg.into(), location: None, warnings: Vec::new() }
    }

    /// There is not enough memory.
    pub(crate) fn no_memory() -> Box<SyntaxError> {
        Box::new(SyntaxError::bare(ErrorKind::Memory, ""))
    }

    /// What CPython raises when its parser is nested too deeply.
    #[must_use]
    pub fn too_complex() -> SyntaxError {
        SyntaxError::bare(
            ErrorKind::Memory,
            "Parser stack overflowed - Python source too complex to parse",
        )
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.name(), self.msg)?;
        if let Some(at) = &self.location {
            write!(f, " ({}:{}", at.lineno, at.offset)?;
            if let Some((line, offset)) = at.end {
                write!(f, "-{line}:{offset}")?;
            }
            f.write_str(")")?;
        }
        Ok(())
    }
}

impl std::error::Error for SyntaxError {}

/// A `SyntaxWarning`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Its message.
    pub msg: String,
    /// The line.
    pub lineno: u32,
    /// The syntax error that replaces it when warnings are made errors.
    pub as_error: Box<SyntaxError>,
}

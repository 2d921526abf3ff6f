//! What can go wrong in the compiler, and what it warns of.
//!
//! Errors of the tokenizer and parser pass through unchanged; the compiler's own carry the range of the offending node.

use syntax::ast::Range;
use syntax::{Location, SyntaxError};

/// The exception that a failed compilation raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// `SyntaxError`, found after parsing.
    Syntax,
    /// `RecursionError`: the program is nested too deeply.
    Recursion,
    /// `MemoryError`
    Memory,
    /// `OverflowError`: a size does not fit the code object.
    Overflow,
    /// `UnicodeEncodeError`: the docstring holds a lone surrogate.
    UnicodeEncode,
    /// `SystemError`: the tree is one that no parser makes.
    System,
}

/// An error of the compiler.
#[derive(Clone, Debug)]
pub struct Error {
    /// Which exception it is.
    pub kind: ErrorKind,
    /// Its message.
    pub msg: String,
    /// Where; `None` for errors other than syntax errors.
    ///
    /// The `offset` and `end_offset` of the exception are the byte columns plus one: CPython does not count characters at
    /// this stage.
    pub range: Option<Range>,
    /// What a `UnicodeEncodeError` is about.
    pub surrogates: Option<Surrogates>,
    /// The place is set as attributes of the exception, whose only argument is the message.
    pub bare: bool,
}

/// A string that can't be encoded.
#[derive(Clone, Debug)]
pub struct Surrogates {
    /// The string in generalised UTF-8.
    pub text: Box<[u8]>,
    /// The characters that are lone surrogates.
    pub at: std::ops::Range<usize>,
}

impl Error {
    /// A syntax error at a node.
    pub(crate) fn syntax(range: Range, msg: impl Into<String>) -> Box<Error> {
        Box::new(Error {
            kind: ErrorKind::Syntax,
            msg: msg.into(),
            range: Some(range),
            surrogates: None,
            bare: false,
        })
    }

    /// A tree that no parser makes.
    pub(crate) fn system(msg: impl Into<String>) -> Box<Error> {
        Box::new(Error {
            kind: ErrorKind::System,
            msg: msg.into(),
            range: None,
            surrogates: None,
            bare: false,
        })
    }

    /// The same error with the place set as attributes, as errors of the future statements and the symbol table have it.
    pub(crate) fn bare(mut self: Box<Error>) -> Box<Error> {
        self.bare = true;
        self
    }

    /// The arguments of a `SyntaxError`.
    #[must_use]
    pub fn location(&self) -> Option<Location> {
        self.range.map(syntax_location)
    }

    fn recursion() -> Box<Error> {
        Box::new(Error {
            kind: ErrorKind::Recursion,
            msg: "maximum recursion depth exceeded during compilation".to_owned(),
            range: None,
            surrogates: None,
            bare: false,
        })
    }
}

impl ErrorKind {
    /// The name of the exception's class.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            ErrorKind::Syntax => "SyntaxError",
            ErrorKind::Recursion => "RecursionError",
            ErrorKind::Memory => "MemoryError",
            ErrorKind::Overflow => "OverflowError",
            ErrorKind::UnicodeEncode => "UnicodeEncodeError",
            ErrorKind::System => "SystemError",
        }
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.msg)
    }
}

impl std::error::Error for Error {}

/// The result of a step of the compiler. The error is boxed: it is rare, and results are passed through deep recursion.
pub(crate) type Result<T, E = Box<Error>> = std::result::Result<T, E>;

/// A `SyntaxWarning` of the compiler.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Warning {
    /// Its text.
    pub(crate) msg: String,
    /// Where.
    pub(crate) range: Range,
}

impl Warning {
    /// As the parser's warnings are.
    pub(crate) fn to_syntax(&self) -> syntax::Warning {
        let error = SyntaxError {
            kind: syntax::ErrorKind::Syntax,
            msg: self.msg.clone(),
            location: Some(syntax_location(self.range)),
            warnings: Vec::new(),
        };
        syntax::Warning {
            msg: self.msg.clone(),
            lineno: self.range.line,
            as_error: Box::new(error),
        }
    }
}

/// A range as the arguments of `SyntaxError`. The text of the line is unknown at this stage: CPython reads it from the file.
fn syntax_location(range: Range) -> Location {
    // Artificial locations have -1 everywhere.
    let number = |n: u32| i64::from(n as i32);
    Location {
        lineno: number(range.line),
        offset: number(range.col) + 1,
        text: None,
        end: Some((number(range.end_line), number(range.end_col) + 1)),
    }
}

/// How deep the tree may be nested, in levels of expressions. The deepest recursion takes less than a kilobyte of native
/// stack for each, so a compilation needs at most four megabytes (see the test `nesting_is_bounded`).
pub(crate) const MAX_DEPTH: u32 = 4000;

/// How long a chain of left operands may be that is walked without recursion.
pub(crate) const MAX_CHAIN: usize = 100_000;

/// Counts the depth of a recursion over the tree.
#[derive(Debug, Default)]
pub(crate) struct Depth(u32);

impl Depth {
    /// Goes one level down: an expression or pattern.
    #[inline]
    pub(crate) fn enter(&mut self) -> Result<()> {
        self.enter_levels(1)
    }

    /// Comes back up. After an error the count no longer matters, so there is no guard.
    #[inline]
    pub(crate) fn leave(&mut self) {
        self.0 -= 1;
    }

    /// Goes down into a statement or scope, which takes more native stack.
    #[inline]
    pub(crate) fn enter_block(&mut self) -> Result<()> {
        self.enter_levels(2)
    }

    /// Comes back up from a statement or scope.
    #[inline]
    pub(crate) fn leave_block(&mut self) {
        self.0 -= 2;
    }

    #[inline]
    fn enter_levels(&mut self, levels: u32) -> Result<()> {
        if self.0 + levels > MAX_DEPTH {
            return Err(Error::recursion());
        }
        self.0 += levels;
        Ok(())
    }
}

/// Adds a link to a chain of left operands.
pub(crate) fn push_link<T>(chain: &mut Vec<T>, link: T) -> Result<()> {
    if chain.len() >= MAX_CHAIN {
        return Err(Error::recursion());
    }
    chain.push(link);
    Ok(())
}

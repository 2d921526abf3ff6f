//! Why a code object is refused.

use std::borrow::Cow;
use std::fmt;

/// A code object cannot be executed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The byte offset of the instruction, 0 if it is about no particular one.
    pub offset: u32,
    /// What is wrong.
    pub reason: Cow<'static, str>,
}

impl VerifyError {
    pub(crate) fn new(offset: u32, reason: &'static str) -> VerifyError {
        VerifyError { offset, reason: reason.into() }
    }

    pub(crate) fn no_memory() -> VerifyError {
        VerifyError::new(0, "the code object is too large for memory")
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "invalid bytecode at offset {}: {}", self.offset, self.reason)
    }
}

impl std::error::Error for VerifyError {}

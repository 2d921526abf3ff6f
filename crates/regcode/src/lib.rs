//! The register code: its op table, the translation of code objects into it, and its text.
//!
//! A code object (CPython's stack code, possibly damaged or hostile) comes in; [`translate`] proves what the
//! interpreter relies on and gives a [`RegCode`], or says where and why it cannot. Nothing here knows values: constants
//! and names are left as relocations for the interpreter to fill in.

#![forbid(unsafe_code)]

pub mod code;
mod decode;
mod error;
pub mod ops;
pub mod print;
pub mod state;
mod translate;
mod verify;
pub mod word;

pub use crate::code::{HandlerRange, Mode, RegCode, Reloc, StateEntry};
pub use error::VerifyError;
pub use ops::{Effect, EventKind, Field, Op, Role, WordRole};
pub use state::{Loc, StateId, States};
pub use translate::translate;
pub use word::Word;

/// The most registers a frame may have.
pub const MAX_REGISTERS: usize = 65_000;

//! CPython's marshal format, version 5, reading the older ones too.
//!
//! Reading drives a [`Build`], a small stack machine: for every object of the input it is told to push a leaf or to
//! put together what was pushed before. So one reader serves constants ([`Constants`], [`read_code`]) and the objects of a
//! running program, whose collector must see every half-built value. Writing is the reverse: a [`Writer`] offers the
//! encodings, [`write_code`] and [`write_const`] walk constants.
//!
//! The reader keeps its own stack, so nesting costs no native stack, and it never allocates by a size the input
//! claims; a hostile file gives an error with offset and reason.

mod constants;
mod read;
mod tag;
mod write;

pub use constants::{Constants, read_code, read_const, write_code, write_const};
pub use read::{Build, CodeNumbers, Error, ErrorKind, MAX_DEPTH, Reader};
pub use write::{Unmarshallable, Writer};

/// The version written by default.
pub const VERSION: u32 = 5;

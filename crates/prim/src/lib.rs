//! What lies below everything else: Python text, big integers, number ↔ text, Unicode tables, hashing.
//!
//! Nothing here knows a Python object or the garbage collector. Functions take slices and plain numbers and give
//! small owned values; the crate `objects` wraps them. No function panics on any argument that its documentation allows,
//! and sizes that Python code controls are allocated fallibly.
#![forbid(unsafe_code)]

pub mod bigint;
pub mod float;
pub mod format;
pub mod hash;
pub mod intparse;
pub mod text;
pub mod unicode;

pub use bigint::{BigInt, IntRef};
pub use text::{CodePoints, NotACodePoint, Text, TextBuf};

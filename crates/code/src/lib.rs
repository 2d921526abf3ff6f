//! The code object of CPython 3.14 and its formats: the opcode table, constants, source positions, handler regions,
//! marshal, `.pyc` files, and two texts of a code object, one to read and one to compare.
//!
//! This is the portable form between the compiler and the virtual machine: plain data, equal field by field to
//! CPython's, without a link to the object model.

#![forbid(unsafe_code)]

pub mod constant;
pub mod dis;
pub mod exceptiontable;
pub mod instruction;
pub mod json;
pub mod linetable;
pub mod marshal;
pub mod object;
pub mod oparg;
pub mod opcode;
pub mod pyc;
pub mod repr;

pub use constant::{BigInt, Const, Str};
pub use object::CodeObject;
pub use opcode::Op;

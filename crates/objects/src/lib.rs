//! The object model: values, shapes, the core types that the interpreter knows, the protocols between them.
//!
//! Bottom up: `value` (the tagged word), `layout` and `shape` (what a heap object looks like), `def` (tables that the macros
//! write), `slots` (what a type does), `vm` and `runtime` (the state of a thread and of the process), `types` (classes),
//! `attrs` (attributes of instances), `protocol` (operations on any value), `args` and `convert` (arguments of native
//! functions). Then the types, one file or folder each, and `exceptions`.
//!
//! Running Python code is the interpreter's business: it fills the table [`vm::Hooks`].

// A method `new` is the slot `__new__`: it makes what Python code asks for, with as many parameters as Python has.
#![allow(clippy::new_ret_no_self, clippy::too_many_arguments)]

extern crate self as objects;

pub mod args;
pub mod attrs;
pub mod convert;
pub mod def;
pub mod errors;
pub mod intern;
pub mod internal;
pub mod layout;
pub mod names;
pub mod protocol;
pub mod runtime;
pub mod shape;
pub mod slots;
pub mod suggest;
pub mod types;
pub mod value;
pub mod vm;

pub mod array;
pub mod bytearray;
pub mod bytes;
pub mod complex;
pub mod dict;
pub mod fast;
pub mod float;
pub mod int;
pub mod iter;
pub mod list;
pub mod object;
pub mod range;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod str;
pub mod tuple;

pub mod cell;
pub mod code;
pub mod descr;
pub mod exceptions;
pub mod method;
pub mod module;
pub mod native;
pub mod traceback;
pub mod weak;
pub mod wrappers;

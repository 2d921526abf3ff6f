//! The object model: values, shapes, the core types that the interpreter knows, the protocols between them.
//!
//! Bottom up: `value` (the tagged word), `layout` and `shape` (what a heap object looks like), `def` (tables that the macros
//! write), `slots` (what a type does), `vm` and `runtime` (the state of a thread and of the process), `types` (classes),
//! `attrs` (attributes of instances), `protocol` (operations on any value), `args` and `convert` (arguments of native
//! functions). Then the types, one file or folder each, and `exceptions`.
//!
//! Running Python code is the interpreter's business: it fills the table [`vm::Hooks`].

extern crate self as objects;

pub mod value;
pub mod layout;
pub mod shape;
pub mod def;
pub mod slots;
pub mod vm;
pub mod runtime;
pub mod internal;
pub mod intern;
pub mod names;
pub mod types;
pub mod attrs;
pub mod protocol;
pub mod args;
pub mod convert;
pub mod errors;
pub mod suggest;

pub mod object;
pub mod singletons;
pub mod int;
pub mod float;
pub mod complex;
pub mod str;
pub mod bytes;
pub mod bytearray;
pub mod array;
pub mod tuple;
pub mod list;
pub mod dict;
pub mod set;
pub mod range;
pub mod slice;
pub mod iter;
pub mod fast;

pub mod native;
pub mod descr;
pub mod method;
pub mod wrappers;
pub mod cell;
pub mod module;
pub mod code;
pub mod weak;
pub mod exceptions;
pub mod traceback;

//! The code object: CPython 3.14's fields as plain data.
//!
//! Compiling makes one, marshal reads and writes it, the virtual machine verifies and translates it. Nothing here is
//! checked: a code object read from a file may be damaged, and whoever executes it verifies it first.

use crate::constant::{Const, Str};

/// Bits of [`CodeObject::flags`] (`co_flags`).
pub mod flags {
    /// Locals are in fast slots.
    pub const OPTIMIZED: u32 = 0x1;
    /// A call makes new locals.
    pub const NEWLOCALS: u32 = 0x2;
    /// `*args`
    pub const VARARGS: u32 = 0x4;
    /// `**kwargs`
    pub const VARKEYWORDS: u32 = 0x8;
    /// Nested in a function.
    pub const NESTED: u32 = 0x10;
    /// A generator.
    pub const GENERATOR: u32 = 0x20;
    /// A coroutine (`async def`).
    pub const COROUTINE: u32 = 0x80;
    /// A generator usable in `await` (`types.coroutine`).
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    /// An asynchronous generator.
    pub const ASYNC_GENERATOR: u32 = 0x200;
    /// `from __future__ import barry_as_FLUFL`
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
    /// `from __future__ import division` and the other features that are now always on.
    pub const FUTURE_DIVISION: u32 = 0x2_0000;
    /// `from __future__ import absolute_import`
    pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x4_0000;
    /// `from __future__ import with_statement`
    pub const FUTURE_WITH_STATEMENT: u32 = 0x8_0000;
    /// `from __future__ import print_function`
    pub const FUTURE_PRINT_FUNCTION: u32 = 0x10_0000;
    /// `from __future__ import unicode_literals`
    pub const FUTURE_UNICODE_LITERALS: u32 = 0x20_0000;
    /// `from __future__ import generator_stop`
    pub const FUTURE_GENERATOR_STOP: u32 = 0x80_0000;
    /// `from __future__ import annotations`
    pub const FUTURE_ANNOTATIONS: u32 = 0x100_0000;
    /// Must not be shared with the monitoring tools' copies.
    pub const NO_MONITORING_EVENTS: u32 = 0x200_0000;
    /// The first constant is the docstring.
    pub const HAS_DOCSTRING: u32 = 0x400_0000;
    /// A function defined in a class body.
    pub const METHOD: u32 = 0x800_0000;
}

/// Bits of an entry of [`CodeObject::localspluskinds`].
pub mod kind {
    /// A parameter that takes positional arguments.
    pub const ARG_POS: u8 = 0x02;
    /// A parameter that takes keyword arguments.
    pub const ARG_KW: u8 = 0x04;
    /// `*args` (with [`ARG_POS`]) or `**kwargs` (with [`ARG_KW`]).
    pub const ARG_VAR: u8 = 0x08;
    /// Hidden from `locals()`: the variable of an inlined comprehension.
    pub const HIDDEN: u8 = 0x10;
    /// A local variable.
    pub const LOCAL: u8 = 0x20;
    /// A cell that inner functions share.
    pub const CELL: u8 = 0x40;
    /// A cell from an enclosing function.
    pub const FREE: u8 = 0x80;
}

/// A compiled module, class body, function, lambda, comprehension or annotation scope.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeObject {
    /// Positional parameters, positional-only ones included.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonlyargcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
    /// The greatest stack depth.
    pub stacksize: u32,
    /// See [`flags`].
    pub flags: u32,
    /// Two bytes a code unit: operation and argument; caches are zero.
    pub code: Box<[u8]>,
    /// Constants.
    pub consts: Box<[Const]>,
    /// Names of globals and attributes.
    pub names: Box<[Str]>,
    /// Names of the fast locals: locals, then cells that are not locals, then free variables.
    pub localsplusnames: Box<[Str]>,
    /// For each of them its [`kind`].
    pub localspluskinds: Box<[u8]>,
    /// The source file's name.
    pub filename: Str,
    /// The function's name.
    pub name: Str,
    /// The function's name with the scopes around it.
    pub qualname: Str,
    /// The line of its first line (that of the first decorator).
    pub firstlineno: i32,
    /// Source positions; see [`crate::linetable`].
    pub linetable: Box<[u8]>,
    /// Handler regions; see [`crate::exceptiontable`].
    pub exceptiontable: Box<[u8]>,
}

impl CodeObject {
    /// CPython's `==` on code objects, by which equal nested functions become one constant: everything but the file,
    /// the qualified name and the stack size.
    #[must_use]
    pub fn same_code(&self, other: &CodeObject) -> bool {
        self.name == other.name
            && self.argcount == other.argcount
            && self.posonlyargcount == other.posonlyargcount
            && self.kwonlyargcount == other.kwonlyargcount
            && self.flags == other.flags
            && self.firstlineno == other.firstlineno
            && self.code == other.code
            && self.consts == other.consts
            && self.names == other.names
            && self.localsplusnames == other.localsplusnames
            && self.localspluskinds == other.localspluskinds
            && self.linetable == other.linetable
            && self.exceptiontable == other.exceptiontable
    }

    pub(crate) fn names_of_kind(&self, mask: u8) -> impl Iterator<Item = &Str> {
        self.localsplusnames
            .iter()
            .zip(self.localspluskinds.iter())
            .filter(move |(_, kind)| **kind & mask != 0)
            .map(|(name, _)| name)
    }

    /// `co_varnames`
    pub fn varnames(&self) -> impl Iterator<Item = &Str> {
        self.names_of_kind(kind::LOCAL)
    }

    /// `co_cellvars`
    pub fn cellvars(&self) -> impl Iterator<Item = &Str> {
        self.names_of_kind(kind::CELL)
    }

    /// `co_freevars`
    pub fn freevars(&self) -> impl Iterator<Item = &Str> {
        self.names_of_kind(kind::FREE)
    }
}

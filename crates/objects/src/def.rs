//! Declarations of native types, methods and modules.
//!
//! The macros of the crate `macros` write these tables; nothing is registered a second time by hand. A [`TypeDef`] is a
//! `static`, so a native type has one type object in a process, found without a look-up.

use crate::layout::Layout;
use crate::slots::Slots;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use std::sync::atomic::{AtomicPtr, AtomicU32, Ordering};

/// A native function: positional arguments, then the values of keyword arguments; `kwnames` is UNDEF or the tuple of
/// the keywords' names. For methods the first value is the receiver, for class methods the class.
pub type NativeFn = fn(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value>;

/// What a native function is to the class that holds it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binding {
    /// A function of a module, or a method of an instance.
    Instance,
    /// Receives the class.
    Class,
    /// Receives neither.
    Static,
}

/// Facts about a native function that the JIT may rely on.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Facts {
    /// Runs no Python code and doesn't look at frames.
    pub leaf: bool,
    /// Result depends on the arguments alone and there is no side effect.
    pub pure: bool,
}

/// A native function or method.
pub struct MethodDef {
    /// Python-visible name.
    pub name: &'static str,
    /// `__doc__`, empty for none.
    pub doc: &'static str,
    /// `__text_signature__`, `($self, value, /)`; empty for none.
    pub signature: &'static str,
    /// How it is bound.
    pub binding: Binding,
    /// The code: parses its arguments and calls the Rust function.
    pub func: NativeFn,
    /// For the JIT.
    pub facts: Facts,
}

/// Reads a computed attribute.
pub type Getter = fn(vm: &mut Vm, this: Value) -> PyResult<Value>;
/// Writes (or, given `None`, deletes) a computed attribute.
pub type Setter = fn(vm: &mut Vm, this: Value, value: Option<Value>) -> PyResult<()>;

/// A computed attribute of a native type.
pub struct GetSetDef {
    /// Python-visible name.
    pub name: &'static str,
    /// `__doc__`, empty for none.
    pub doc: &'static str,
    /// Called for reads.
    pub get: Getter,
    /// Called for writes and deletions; `None` makes the attribute read-only.
    pub set: Option<Setter>,
    /// A plain field of the object (`member_descriptor`), not a computed one (`getset_descriptor`).
    pub member: bool,
}

/// A value put into the dictionary of a type or module when it is made.
pub struct ConstDef {
    /// Python-visible name.
    pub name: &'static str,
    /// Makes the value.
    pub make: fn(vm: &mut Vm) -> PyResult<Value>,
}

/// Properties of a type.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TypeFlags(pub u32);

impl TypeFlags {
    /// No property.
    pub const NONE: TypeFlags = TypeFlags(0);
    /// Classes may derive from it.
    pub const BASETYPE: TypeFlags = TypeFlags(1);
    /// Instances carry a `__dict__`.
    pub const DICT: TypeFlags = TypeFlags(1 << 1);
    /// Instances can be weakly referenced.
    pub const WEAKREF: TypeFlags = TypeFlags(1 << 2);
    /// Calling the type raises "cannot create 'x' instances".
    pub const NO_NEW: TypeFlags = TypeFlags(1 << 3);
    /// Matches sequence patterns.
    pub const SEQUENCE: TypeFlags = TypeFlags(1 << 4);
    /// Matches mapping patterns.
    pub const MAPPING: TypeFlags = TypeFlags(1 << 5);
    /// A class pattern takes the subject itself as its single positional sub-pattern.
    pub const MATCH_SELF: TypeFlags = TypeFlags(1 << 6);
    /// Attributes of the type can't be set (every native type unless it says otherwise).
    pub const IMMUTABLE: TypeFlags = TypeFlags(1 << 7);
    /// Made by a `class` statement or `type()`.
    pub const HEAP: TypeFlags = TypeFlags(1 << 8);
    /// Its instances are types.
    pub const METACLASS: TypeFlags = TypeFlags(1 << 9);
    /// Functions of this type become bound methods when read from an instance, with no other effect.
    pub const METHOD_DESCRIPTOR: TypeFlags = TypeFlags(1 << 10);
    /// `__abstractmethods__` is non-empty.
    pub const ABSTRACT: TypeFlags = TypeFlags(1 << 11);
    /// Instances have a finalizer (`__del__`).
    pub const FINALIZER: TypeFlags = TypeFlags(1 << 12);
    /// Derives from `BaseException`.
    pub const EXCEPTION: TypeFlags = TypeFlags(1 << 13);

    /// Both sets.
    pub const fn with(self, other: TypeFlags) -> TypeFlags {
        TypeFlags(self.0 | other.0)
    }
    /// Without `other`.
    pub const fn without(self, other: TypeFlags) -> TypeFlags {
        TypeFlags(self.0 & !other.0)
    }
    /// Whether all of `other` are set.
    pub const fn has(self, other: TypeFlags) -> bool {
        self.0 & other.0 == other.0
    }
}

/// A native type.
pub struct TypeDef {
    /// `__module__.__qualname__` as in CPython's `tp_name`; without a dot the module is `builtins`.
    pub name: &'static str,
    /// `__doc__`, empty for none.
    pub doc: &'static str,
    /// `__text_signature__` of the constructor, empty for none.
    pub signature: &'static str,
    /// The base; `None` for `object` alone.
    pub base: Option<&'static TypeDef>,
    /// How instances are laid out in memory.
    pub layout: &'static Layout,
    /// Properties.
    pub flags: TypeFlags,
    /// Enters the native slots.
    pub slots: fn(&mut Slots),
    /// Methods, tables of several `#[pymethods]` blocks.
    pub methods: &'static [&'static [MethodDef]],
    /// Computed attributes.
    pub getset: &'static [&'static [GetSetDef]],
    /// Other attributes.
    pub consts: &'static [&'static [ConstDef]],
    /// What there is of it in this process.
    pub made: Made,
}

/// The type object and exact shape made for a [`TypeDef`].
pub struct Made {
    shape: AtomicU32,
    object: AtomicPtr<Type>,
}

impl Default for Made {
    fn default() -> Made {
        Made::new()
    }
}

impl Made {
    /// Nothing made yet; the shape id is given when the type is readied.
    pub const fn new() -> Made {
        Made { shape: AtomicU32::new(0), object: AtomicPtr::new(std::ptr::null_mut()) }
    }
    /// A core type whose exact shape has a fixed id (see `shape::core`).
    pub const fn with_shape(id: u32) -> Made {
        Made { shape: AtomicU32::new(id), object: AtomicPtr::new(std::ptr::null_mut()) }
    }
    /// Called once by `Type::ready`.
    pub(crate) fn set(&self, shape: u32, object: Gc<Type>) {
        self.shape.store(shape, Ordering::Relaxed);
        self.object.store(object.as_ptr(), Ordering::Release);
    }
}

impl TypeDef {
    /// The type object, if the type has been readied.
    pub fn try_object(&self) -> Option<Gc<Type>> {
        let object = std::ptr::NonNull::new(self.made.object.load(Ordering::Relaxed))?;
        // SAFETY: as in `object`.
        Some(unsafe { Gc::from_ptr(object.as_ptr()) })
    }
    /// The type object. Types are readied when the runtime starts, or when their module is first imported, before any
    /// instance can be made.
    #[inline]
    pub fn object(&self) -> Gc<Type> {
        let p = self.made.object.load(Ordering::Relaxed);
        debug_assert!(!p.is_null(), "type {} is not ready", self.name);
        // SAFETY: `set` stored a live type object before instances or uses exist; native types are never freed.
        unsafe { Gc::from_ptr(p) }
    }
    /// Shape id of exact instances; 0 before the type is readied unless it is a core type.
    #[inline]
    pub fn shape(&self) -> u32 {
        self.made.shape.load(Ordering::Relaxed)
    }
}

/// A native module.
pub struct ModuleDef {
    /// Full dotted name.
    pub name: &'static str,
    /// `__doc__`, empty for none.
    pub doc: &'static str,
    /// Functions.
    pub functions: &'static [MethodDef],
    /// Other attributes, made at import.
    pub consts: &'static [ConstDef],
    /// Types, readied at import and entered under the last part of their name.
    pub types: &'static [&'static TypeDef],
    /// Runs last at import, with the module object.
    pub exec: Option<fn(vm: &mut Vm, module: Value) -> PyResult<()>>,
}

//! Classes: the type object, class look-up, attribute resolution along the MRO.
//!
//! Every class has a version, given when something is first cached about it and taken away (0) when it or a base
//! changes. Inline caches don't check it: a change of a class that caches know ([`Type::cached`]) clears them through
//! the interpreter's hook, so that the fast path compares a shape and nothing else.

pub mod check;
pub mod core;
mod create;
mod flags;
mod inherit;
pub mod methods;
mod mro;
mod ready;

pub(crate) use create::more_slots;
pub use create::{new_class, same_layout, winner_metaclass};
pub use ready::{ready, start};

use crate::def::{TypeDef, TypeFlags};
use crate::dict::Dict;
use crate::layout::Layout;
use crate::slots::{Slot, Slots};
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::pytype;
use std::cell::{Cell, UnsafeCell};

/// Changes of one class after which nothing is cached about it any more.
const MAX_INVALIDATIONS: u32 = 16;

/// A class.
#[pytype(
    no_create,
    name = "type",
    shape = crate::shape::core::TYPE,
    flags(BASETYPE, METACLASS, WEAKREF, MATCH_SELF),
    signature = "(object) or type(name, bases, dict, **kwds)",
    doc = "type(object) -> the object's type\ntype(name, bases, dict, **kwds) -> a new type"
)]
pub struct Type {
    /// `__name__`; for natives the last part of the definition's name.
    pub name: Field<Gc<Str>>,
    /// `__qualname__`
    pub qualname: Field<Gc<Str>>,
    /// `__base__`: the base whose layout this one extends.
    pub base: Field<Option<Gc<Type>>>,
    /// `__bases__`
    pub bases: Field<Gc<Tuple>>,
    /// `__mro__`
    pub mro: Field<Gc<Tuple>>,
    /// The attributes. Changed through [`Type::set_attr`] only.
    pub dict: Gc<Dict>,
    #[untraced]
    slots: UnsafeCell<Slots>,
    #[untraced]
    flags: Cell<TypeFlags>,
    /// Layout of instances.
    #[untraced]
    pub layout: &'static Layout,
    /// The definition of a native type.
    #[untraced]
    pub def: Option<&'static TypeDef>,
    /// Root shape of instances.
    #[untraced]
    pub root: Cell<u32>,
    /// 0 when nothing is cached.
    #[untraced]
    version: Cell<u32>,
    /// Inline caches may know attributes found through this class.
    #[untraced]
    pub cached: Cell<bool>,
    #[untraced]
    invalidations: Cell<u32>,
    /// How many attribute slots instances were seen to need; new instances have room for so many.
    #[untraced]
    pub expected_slots: Cell<u32>,
}

impl Type {
    /// The slots. Copy the function out; don't keep the reference across a call.
    #[inline(always)]
    pub fn slots(&self) -> &Slots {
        // SAFETY: changed by the holder of the lock inside `update_slots` only, which calls nothing meanwhile.
        unsafe { &*self.slots.get() }
    }
    pub(crate) fn set_slots(&self, slots: Slots) {
        // SAFETY: as for `slots`; nobody holds a reference across this call.
        unsafe { *self.slots.get() = slots }
    }
    /// Properties.
    #[inline(always)]
    pub fn flags(&self) -> TypeFlags {
        self.flags.get()
    }
    /// Whether it has `flag`.
    #[inline(always)]
    pub fn has(&self, flag: TypeFlags) -> bool {
        self.flags.get().has(flag)
    }
    /// Adds or removes a property.
    pub fn set_flag(&self, flag: TypeFlags, on: bool) {
        let f = self.flags.get();
        self.flags.set(if on { f.with(flag) } else { f.without(flag) });
    }

    /// Whether it is `other` or derives from it.
    #[inline]
    pub fn is_subtype(&self, other: Gc<Type>) -> bool {
        std::ptr::eq(self, other.as_ptr()) || self.mro.get().items().contains(&Value::from(other))
    }

    /// The attribute `name` (an interned string) of the first class in the MRO that has it, and that class.
    pub fn lookup_where(&self, name: Gc<Str>) -> Option<(Value, Gc<Type>)> {
        for class in self.mro.get().items() {
            // The MRO holds classes only.
            let class: Gc<Type> = crate::layout::receiver(*class);
            if let Some(found) = class.dict.get_str(name) {
                return Some((found, class));
            }
        }
        None
    }

    /// The attribute `name` (an interned string) of the first class in the MRO that has it.
    pub fn lookup(this: Gc<Type>, vm: &mut Vm, name: Gc<Str>) -> Option<Value> {
        let version = this.version(vm);
        if version == 0 {
            return this.lookup_where(name).map(|f| f.0);
        }
        if let Some(found) = vm.rt().lookups.get(version, name) {
            return found;
        }
        let found = this.lookup_where(name).map(|f| f.0);
        vm.rt().lookups.put(version, name, found);
        found
    }

    /// The version that somebody asked for since the last change, 0 for none.
    #[inline(always)]
    pub fn cached_version(&self) -> u32 {
        self.version.get()
    }

    /// The class's version, 0 if nothing may be cached about it.
    pub fn version(&self, vm: &mut Vm) -> u32 {
        let v = self.version.get();
        if v != 0 || self.invalidations.get() >= MAX_INVALIDATIONS {
            return v;
        }
        // A change of a base must reach this class, so bases get versions first.
        for class in self.mro.get().items() {
            let class: Gc<Type> = crate::layout::receiver(*class);
            if class.version.get() == 0 {
                if class.invalidations.get() >= MAX_INVALIDATIONS
                    && !std::ptr::eq(class.as_ptr(), self)
                {
                    return 0;
                }
                let rt = vm.rt();
                // The attribute cache keeps the highest bit for itself.
                if rt.next_version >= u32::MAX >> 1 {
                    return 0;
                }
                rt.next_version += 1;
                class.version.set(rt.next_version);
            }
        }
        self.version.get()
    }

    /// Nothing cached about the class or its subclasses holds any longer.
    pub fn modified(this: Gc<Type>, vm: &mut Vm) {
        if this.version.get() == 0 && !this.cached.get() {
            return;
        }
        let affected = vm.rt().subclasses_of(this);
        let mut was_cached = false;
        for class in affected {
            // SAFETY: the list was just made of live classes, and nothing is allocated here.
            let class = unsafe { class.as_ref() };
            class.version.set(0);
            was_cached |= class.cached.replace(false);
        }
        if was_cached {
            this.invalidations.set(this.invalidations.get().saturating_add(1));
            (vm.hooks.invalidate_type)(vm, this);
        }
    }

    /// Whether instances' attributes are read as `object.__getattribute__` does.
    pub fn reads_plainly(&self) -> bool {
        // `object`'s own pointer is compared: a function may have several addresses.
        self.slots().same(core::OBJECT().object().slots(), Slot::getattr)
    }

    /// Whether instances' attributes are written as `object.__setattr__` does.
    pub fn writes_plainly(&self) -> bool {
        self.slots().same(core::OBJECT().object().slots(), Slot::setattr)
    }

    /// Whether inline caches may keep attributes found through this class.
    pub fn cacheable(&self, vm: &mut Vm) -> bool {
        self.version(vm) != 0
    }

    /// Sets or deletes an attribute of the class itself, without descriptors: slots and caches follow.
    pub fn set_attr(
        this: Gc<Type>,
        vm: &mut Vm,
        name: Gc<Str>,
        value: Option<Value>,
    ) -> PyResult<bool> {
        let known = match value {
            Some(v) => {
                this.dict.set_str(vm, name, v)?;
                true
            }
            None => this.dict.remove_str(vm, name)?.is_some(),
        };
        Type::modified(this, vm);
        inherit::update_slots(this, vm, name);
        Ok(known)
    }

    /// `__module__.__qualname__`, as `repr` shows a class; builtins without the module.
    pub fn full_name(this: Gc<Type>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        methods::full_name(this, vm)
    }

    /// The name as messages show it (`tp_name`): natives with their module, Python classes `__name__` alone.
    pub fn display_name(&self) -> DisplayName<'_> {
        DisplayName(self)
    }
}

/// See [`Type::display_name`].
pub struct DisplayName<'a>(&'a Type);

impl std::fmt::Display for DisplayName<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0.def {
            Some(def) => f.write_str(def.name),
            None => write!(f, "{}", self.0.name.get().text()),
        }
    }
}

/// The class of `v`, as messages show it.
pub fn class_name(v: Value) -> impl std::fmt::Display {
    struct Owned(Gc<Type>);
    impl std::fmt::Display for Owned {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            self.0.display_name().fmt(f)
        }
    }
    Owned(class_of(v))
}

/// The class of any value.
#[inline(always)]
pub fn class_of(v: Value) -> Gc<Type> {
    match v.header() {
        Some(h) => crate::shape::shape(h.shape()).ty(),
        None => immediate_class(v),
    }
}

/// The class of an immediate.
#[inline]
pub fn immediate_class(v: Value) -> Gc<Type> {
    let def = if v.is_small_int() {
        &core::INT
    } else if v.is_small_float() {
        &core::FLOAT
    } else if v.is_bool() {
        &core::BOOL
    } else {
        // UNDEF never reaches Python code; None is the remaining immediate.
        &core::NONE
    };
    def().object()
}

/// `isinstance(v, cls)` without `__instancecheck__`.
#[inline]
pub fn is_instance(v: Value, cls: Gc<Type>) -> bool {
    class_of(v).is_subtype(cls)
}

//! Native types: from a definition to a type object.

use super::{Type, core, inherit};
use crate::def::{Binding, TypeDef, TypeFlags};
use crate::descr;
use crate::dict::Dict;
use crate::native::NativeFunction;
use crate::shape::{self, Root, flag};
use crate::slots::dunder::DUNDERS;
use crate::slots::{Slot, Slots};
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use std::cell::{Cell, UnsafeCell};

/// Makes all core types. Called once, when the runtime starts: first the bare objects, so that strings, dictionaries
/// and tuples can exist, then what is in them.
pub fn start(vm: &mut Vm) -> PyResult<()> {
    crate::internal::start();
    for def in core::ALL {
        reserve(vm, def())?;
    }
    crate::names::start(vm)?;
    for def in core::ALL {
        ready(vm, def())?;
    }
    Ok(())
}

/// Makes the type of `def`, if it isn't there yet, and its bases.
pub fn ready(vm: &mut Vm, def: &'static TypeDef) -> PyResult<Gc<Type>> {
    if let Some(ty) = def.try_object()
        && !ty.is_bare()
    {
        return Ok(ty);
    }
    if let Some(base) = def.base {
        ready(vm, base)?;
    }
    let ty = match def.try_object() {
        Some(ty) => ty,
        None => reserve(vm, def)?,
    };
    fill(vm, def, ty)?;
    Ok(ty)
}

/// A type object without contents, and the exact shape of its instances.
fn reserve(vm: &mut Vm, def: &'static TypeDef) -> PyResult<Gc<Type>> {
    let p = vm.alloc(shape::core::TYPE, size_of::<Type>())?.cast::<Type>();
    // SAFETY: fresh memory of that size; the null-like fields are set by `fill` before anything traces them: `is_bare`
    // objects trace nothing.
    let ty = unsafe {
        Type::write_bare(p, def);
        Gc::from_ptr(p.as_ptr())
    };
    let id = shape::new_root(
        def.shape(),
        Root {
            ty,
            layout: def.layout,
            trace: crate::attrs::trace_fn(has_dict(def), def.layout),
            flags: shape_flags(def),
            inline_cap: 0,
            hidden: 0,
        },
    );
    let Some(id) = id else { return Err(vm.memory_error()) };
    def.made.set(id, ty);
    ty.root.set(id);
    vm.rt().add_type(ty);
    vm.grow_roots(ty.into())?;
    Ok(ty)
}

/// Whether instances of a native type carry a `__dict__`, by its own or a base's definition.
fn has_dict(def: &TypeDef) -> bool {
    def.flags.has(TypeFlags::DICT) || def.base.is_some_and(has_dict)
}

fn shape_flags(def: &TypeDef) -> u32 {
    let mut flags = 0;
    if has_dict(def) {
        // Attributes of native instances are in a real dictionary, so that instances keep their exact shape.
        flags |= flag::HAS_ATTRS | flag::DICT_MODE;
        if def.layout.full_size.is_some() {
            flags |= flag::ATTRS_BEHIND;
        }
    }
    flags
}

impl Type {
    /// Whether it has no contents yet.
    pub(crate) fn is_bare(&self) -> bool {
        self.version.get() == u32::MAX
    }

    /// # Safety
    /// `p` is fresh memory for a `Type`.
    unsafe fn write_bare(p: std::ptr::NonNull<Type>, def: &'static TypeDef) {
        // SAFETY: the caller's promise. The references are filled in before they are read; until then `version` says
        // that the object is bare and it is marked as a leaf, so the collector doesn't look into it.
        unsafe {
            let t = p.as_ptr();
            (&raw mut (*t).slots).write(UnsafeCell::new(Slots::EMPTY));
            (&raw mut (*t).flags).write(Cell::new(def.flags));
            (&raw mut (*t).layout).write(def.layout);
            (&raw mut (*t).def).write(Some(def));
            (&raw mut (*t).root).write(Cell::new(0));
            (&raw mut (*t).version).write(Cell::new(u32::MAX));
            (&raw mut (*t).cached).write(Cell::new(false));
            (&raw mut (*t).invalidations).write(Cell::new(0));
            (&raw mut (*t).expected_slots).write(Cell::new(0));
            (*t.cast::<heap::Header>()).insert(heap::flags::LEAF);
        }
    }
}

fn fill(vm: &mut Vm, def: &'static TypeDef, ty: Gc<Type>) -> PyResult<()> {
    let (module, short) = match def.name.rsplit_once('.') {
        Some((module, short)) => (module, short),
        None => ("builtins", def.name),
    };
    let name = vm.intern(short)?;
    let bases: Vec<Gc<Type>> = def.base.iter().map(|b| b.object()).collect();
    let mro = super::mro::linearise(vm, ty.into(), &bases)?;
    let values: Vec<Value> = bases.iter().map(|b| Value::from(*b)).collect();
    let bases_tuple = Tuple::from_slice(vm, &values)?;
    let dict = Dict::new(vm)?;
    let mut slots = Slots::EMPTY;
    (def.slots)(&mut slots);
    let own = slots;
    if let Some(base) = bases.first() {
        inherit_native(&mut slots, base);
    }
    // SAFETY: nobody else sees the bare type yet; from here on it has all its fields.
    unsafe {
        let t = ty.as_ptr();
        (&raw mut (*t).name).write(Field::new(name));
        (&raw mut (*t).qualname).write(Field::new(name));
        (&raw mut (*t).base).write(Field::new(bases.first().copied()));
        (&raw mut (*t).bases).write(Field::new(bases_tuple));
        (&raw mut (*t).mro).write(Field::new(mro));
        (&raw mut (*t).dict).write(dict);
        (*t.cast::<heap::Header>()).remove(heap::flags::LEAF);
    }
    ty.version.set(0);
    ty.set_slots(slots);
    inherit_flags(ty, &bases);
    // SAFETY: a live object. It may be old by now.
    unsafe { vm.heap().barrier(ty.as_ptr().cast()) };
    attributes(vm, def, ty, module, &own)
}

/// Slots of a native base; comparison and hash go together.
fn inherit_native(slots: &mut Slots, base: &Gc<Type>) {
    let (own_compare, own_hash) = (slots.compare.is_some(), slots.hash.is_some());
    slots.inherit(base.slots());
    if own_compare && !own_hash {
        slots.hash = Some(crate::slots::python::hash_not_implemented);
    }
    slots.new = slots.new.or(base.slots().new);
}

fn inherit_flags(ty: Gc<Type>, bases: &[Gc<Type>]) {
    const INHERITED: [TypeFlags; 7] = [
        TypeFlags::DICT,
        TypeFlags::WEAKREF,
        TypeFlags::SEQUENCE,
        TypeFlags::MAPPING,
        TypeFlags::MATCH_SELF,
        TypeFlags::METACLASS,
        TypeFlags::EXCEPTION,
    ];
    for base in bases {
        for flag in INHERITED {
            if base.has(flag) {
                ty.set_flag(flag, true);
            }
        }
    }
}

fn attributes(
    vm: &mut Vm,
    def: &'static TypeDef,
    ty: Gc<Type>,
    module: &str,
    own: &Slots,
) -> PyResult<()> {
    for slot in Slot::ALL {
        if !own.has(*slot) {
            continue;
        }
        for dunder in DUNDERS[*slot as usize] {
            // `__add__` of a type with both numeric and sequence slots is the numeric one, which comes first.
            let name = vm.intern(dunder.name)?;
            if ty.dict.get_str(name).is_none() {
                let w = descr::WrapperDescriptor::create(vm, ty, dunder)?;
                ty.dict.set_str(vm, name, w.into())?;
            }
        }
    }
    if own.compare.is_some() && own.hash.is_none() {
        let name = vm.names().__hash__;
        ty.dict.set_str(vm, name, Value::NONE)?;
    }
    if own.new.is_some() {
        let f = NativeFunction::new_method(vm, ty)?;
        let name = vm.names().__new__;
        ty.dict.set_str(vm, name, f.into())?;
    }
    for method in def.methods.iter().copied().flatten() {
        let value: Value = match method.binding {
            Binding::Instance => descr::MethodDescriptor::create(vm, ty, method)?.into(),
            Binding::Class => descr::ClassMethodDescriptor::create(vm, ty, method)?.into(),
            Binding::Static => {
                let f = NativeFunction::of_class(vm, ty, method)?;
                crate::wrappers::StaticMethod::wrap(vm, f.into())?.into()
            }
        };
        set(vm, ty, method.name, value)?;
    }
    for getset in def.getset.iter().copied().flatten() {
        let value = descr::GetSetDescriptor::create(vm, ty, getset)?;
        set(vm, ty, getset.name, value.into())?;
    }
    for constant in def.consts.iter().copied().flatten() {
        let value = (constant.make)(vm)?;
        set(vm, ty, constant.name, value)?;
    }
    let doc = if def.doc.is_empty() { Value::NONE } else { Str::new(vm, def.doc)?.into() };
    if vm.intern("__doc__").is_ok_and(|n| ty.dict.get_str(n).is_none()) {
        set(vm, ty, "__doc__", doc)?;
    }
    if module != "builtins" {
        let m = vm.intern(module)?;
        set(vm, ty, "__module__", m.into())?;
    }
    Ok(())
}

fn set(vm: &mut Vm, ty: Gc<Type>, name: &str, value: Value) -> PyResult<()> {
    let name: Gc<Str> = vm.intern(name)?;
    ty.dict.set_str(vm, name, value)
}

/// Used by `create.rs` for classes of Python.
pub(super) fn python_slots(vm: &mut Vm, ty: Gc<Type>) -> Slots {
    inherit::all_slots(vm, ty)
}

//! Making a class: what `type.__new__` and the `class` statement do.

use super::{Type, class_name, class_of};
use crate::def::TypeFlags;
use crate::descr::{GetSetDescriptor, MemberDescriptor};
use crate::dict::Dict;
use crate::shape::{self, Root, Shape, flag};
use crate::slots::Slots;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use std::cell::{Cell, UnsafeCell};

/// Attribute slots a class without any hint gives its instances.
const DEFAULT_INLINE: u32 = 4;
/// Most attribute slots in the object itself.
const MAX_INLINE: u32 = 60;

/// Makes a class of metaclass `meta` (already the most derived one), as `type.__new__(meta, name, bases, ns)` does,
/// `__set_name__` and `__init_subclass__` included.
pub fn new_class(
    vm: &mut Vm,
    meta: Gc<Type>,
    name: Gc<Str>,
    bases: Gc<Tuple>,
    namespace: Gc<Dict>,
    kwargs: (&[Value], Value),
) -> PyResult<Gc<Type>> {
    let bases = default_bases(vm, bases)?;
    let base = best_base(vm, bases)?;
    let dict = namespace.copy(vm)?;
    let slot_names = SlotNames::read(vm, name, dict, base, bases)?;
    let class = allocate(vm, meta, name, bases, base, dict)?;
    complete(vm, class, slot_names)?;
    set_names(vm, class)?;
    init_subclass(vm, class, kwargs)?;
    Ok(class)
}

fn default_bases(vm: &mut Vm, bases: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    if !bases.items().is_empty() {
        return Ok(bases);
    }
    let object = Value::from(super::core::OBJECT().object());
    Tuple::from_slice(vm, &[object])
}

/// The base whose layout the class extends; all others must be compatible with it.
fn best_base(vm: &mut Vm, bases: Gc<Tuple>) -> PyResult<Gc<Type>> {
    let mut winner: Option<(Gc<Type>, Gc<Type>)> = None;
    for base in bases.items() {
        let Some(base) = base.cast::<Type>() else {
            return Err(vm.type_error(format_args!("bases must be types")));
        };
        if !base.has(TypeFlags::BASETYPE) {
            return Err(vm.type_error(format_args!(
                "type '{}' is not an acceptable base type",
                base.display_name()
            )));
        }
        let solid = solid_base(base);
        winner = match winner {
            None => Some((base, solid)),
            Some((w, ws)) if ws.is_subtype(solid) => Some((w, ws)),
            Some((_, ws)) if solid.is_subtype(ws) => Some((base, solid)),
            Some(_) => {
                return Err(
                    vm.type_error(format_args!("multiple bases have instance lay-out conflict"))
                );
            }
        };
    }
    match winner {
        Some((base, _)) => Ok(base),
        None => Err(vm.type_error(format_args!("a new-style class can't have only classic bases"))),
    }
}

/// The nearest class, from `ty` up, that adds something to the layout: a native struct or `__slots__`.
fn solid_base(ty: Gc<Type>) -> Gc<Type> {
    match ty.base.get() {
        Some(base) => {
            let hidden = |t: Gc<Type>| shape::shape(t.root.get()).hidden;
            if std::ptr::eq(base.layout, ty.layout) && hidden(base) == hidden(ty) {
                solid_base(base)
            } else {
                ty
            }
        }
        None => ty,
    }
}

fn allocate(
    vm: &mut Vm,
    meta: Gc<Type>,
    name: Gc<Str>,
    bases: Gc<Tuple>,
    base: Gc<Type>,
    dict: Gc<Dict>,
) -> PyResult<Gc<Type>> {
    let qualname = take_qualname(vm, dict, name)?;
    let expected = expected_slots(vm, dict, base);
    let flags = TypeFlags::HEAP.with(TypeFlags::BASETYPE);
    let class = vm.alloc_object::<Type>(meta)?;
    // SAFETY: fresh memory for a Type; every field is written before the next allocation. The MRO is that of the base
    // until the right one is computed.
    let class = unsafe {
        let t = class.as_ptr();
        (&raw mut (*t).name).write(Field::new(name));
        (&raw mut (*t).qualname).write(Field::new(qualname));
        (&raw mut (*t).base).write(Field::new(Some(base)));
        (&raw mut (*t).bases).write(Field::new(bases));
        (&raw mut (*t).mro).write(Field::new(base.mro.get()));
        (&raw mut (*t).dict).write(dict);
        (&raw mut (*t).slots).write(UnsafeCell::new(Slots::EMPTY));
        (&raw mut (*t).flags).write(Cell::new(flags));
        (&raw mut (*t).layout).write(base.layout);
        (&raw mut (*t).def).write(None);
        (&raw mut (*t).root).write(Cell::new(0));
        (&raw mut (*t).version).write(Cell::new(0));
        (&raw mut (*t).cached).write(Cell::new(false));
        (&raw mut (*t).invalidations).write(Cell::new(0));
        (&raw mut (*t).expected_slots).write(Cell::new(expected));
        Gc::from_ptr(t)
    };
    let mro = mro_of(vm, class, bases, meta)?;
    class.mro.set(class, vm.heap(), mro);
    vm.rt().add_type(class);
    Ok(class)
}

fn take_qualname(vm: &mut Vm, dict: Gc<Dict>, name: Gc<Str>) -> PyResult<Gc<Str>> {
    let key = vm.names().__qualname__;
    match dict.remove_str(vm, key)? {
        None => Ok(name),
        Some(q) => match q.cast::<Str>() {
            Some(q) => Ok(q),
            None => Err(vm.type_error(format_args!(
                "type __qualname__ must be a str, not {}",
                class_name(q)
            ))),
        },
    }
}

/// What instances will probably need: the attributes its methods assign (`__static_attributes__`) and those of the base.
fn expected_slots(vm: &mut Vm, dict: Gc<Dict>, base: Gc<Type>) -> u32 {
    let own = match dict.get_str(vm.names().__static_attributes__).and_then(|v| v.cast::<Tuple>()) {
        Some(names) => u32::try_from(names.items().len()).unwrap_or(MAX_INLINE),
        None => DEFAULT_INLINE,
    };
    own.saturating_add(base.expected_slots.get()).min(MAX_INLINE)
}

/// The MRO: `mro()` of the metaclass if it overrides `type.mro`, else C3.
fn mro_of(vm: &mut Vm, class: Gc<Type>, bases: Gc<Tuple>, meta: Gc<Type>) -> PyResult<Gc<Tuple>> {
    let name = vm.names().mro;
    let plain =
        Type::lookup(meta, vm, name) == Type::lookup(super::core::TYPE().object(), vm, name);
    if plain {
        let list: Vec<Gc<Type>> = bases.items().iter().filter_map(|b| b.cast::<Type>()).collect();
        return super::mro::linearise(vm, class.into(), &list);
    }
    let answer = vm.call_method(class.into(), name, &[])?;
    let order = crate::protocol::to_tuple(vm, answer)?;
    for item in order.items() {
        let Some(c) = item.cast::<Type>() else {
            return Err(
                vm.type_error(format_args!("mro() returned a non-class ('{}')", class_name(*item)))
            );
        };
        if !solid_base(class).is_subtype(solid_base(c)) && !std::ptr::eq(c.as_ptr(), class.as_ptr())
        {
            return Err(vm.type_error(format_args!(
                "mro() returned base with unsuitable layout ('{}')",
                c.display_name()
            )));
        }
    }
    Ok(order)
}

/// What `__slots__` asks for.
struct SlotNames {
    /// Names of the new slots, mangled; `None` without `__slots__`.
    names: Option<Vec<Gc<Str>>>,
    dict: bool,
    weakref: bool,
}

impl SlotNames {
    fn read(
        vm: &mut Vm,
        class_name: Gc<Str>,
        dict: Gc<Dict>,
        base: Gc<Type>,
        bases: Gc<Tuple>,
    ) -> PyResult<SlotNames> {
        let has =
            |flag| bases.items().iter().any(|b| b.cast::<Type>().is_some_and(|b| b.has(flag)));
        let inherited_dict = has(TypeFlags::DICT);
        let inherited_weak = has(TypeFlags::WEAKREF);
        let key = vm.names().__slots__;
        let Some(given) = dict.get_str(key) else {
            return Ok(SlotNames { names: None, dict: true, weakref: true });
        };
        let items = match given.cast::<Str>() {
            Some(_) => Tuple::from_slice(vm, &[given])?,
            None => crate::protocol::to_tuple(vm, given)?,
        };
        if base.layout.full_size.is_some() && !items.items().is_empty() {
            return Err(vm.type_error(format_args!(
                "nonempty __slots__ not supported for subtype of '{}'",
                base.display_name()
            )));
        }
        let mut out =
            SlotNames { names: Some(Vec::new()), dict: inherited_dict, weakref: inherited_weak };
        for item in items.items() {
            out.add(vm, class_name, *item, dict, (inherited_dict, inherited_weak))?;
        }
        Ok(out)
    }

    fn add(
        &mut self,
        vm: &mut Vm,
        class: Gc<Str>,
        item: Value,
        dict: Gc<Dict>,
        (inherited_dict, inherited_weak): (bool, bool),
    ) -> PyResult<()> {
        let Some(name) = item.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "__slots__ items must be strings, not '{}'",
                class_name(item)
            )));
        };
        if !crate::str::is_identifier(name) {
            return Err(vm.type_error(format_args!("__slots__ must be identifiers")));
        }
        let name = crate::intern::intern(vm, name)?;
        if name == vm.names().__dict__ {
            if inherited_dict || self.dict {
                return Err(
                    vm.type_error(format_args!("__dict__ slot disallowed: we already got one"))
                );
            }
            self.dict = true;
            return Ok(());
        }
        if name == vm.names().__weakref__ {
            if inherited_weak || self.weakref {
                return Err(
                    vm.type_error(format_args!("__weakref__ slot disallowed: we already got one"))
                );
            }
            self.weakref = true;
            return Ok(());
        }
        let name = mangle(vm, class, name)?;
        let allowed = [vm.names().__qualname__, vm.names().__classcell__];
        if dict.get_str(name).is_some() && !allowed.contains(&name) {
            return Err(vm.value_error(format_args!(
                "'{}' in __slots__ conflicts with class variable",
                name.text()
            )));
        }
        if let Some(names) = &mut self.names {
            // Interned names of slots are immortal, so the vector doesn't hide them from the collector.
            crate::intern::immortal(vm, name)?;
            names.push(name);
        }
        Ok(())
    }
}

/// The private name `name` as the class `class` has it, any other name as it is.
fn mangle(vm: &mut Vm, class: Gc<Str>, name: Gc<Str>) -> PyResult<Gc<Str>> {
    let text = name.text();
    let class = class.text();
    let (Some(plain), Some(class)) = (text.as_str(), class.as_str()) else { return Ok(name) };
    let class = class.trim_start_matches('_');
    if !plain.starts_with("__") || plain.ends_with("__") || class.is_empty() {
        return Ok(name);
    }
    vm.intern(&format!("_{class}{plain}"))
}

fn complete(vm: &mut Vm, class: Gc<Type>, slot_names: SlotNames) -> PyResult<()> {
    let Some(base) = class.base.get() else { return Ok(()) };
    for flag in [
        TypeFlags::METACLASS,
        TypeFlags::SEQUENCE,
        TypeFlags::MAPPING,
        TypeFlags::MATCH_SELF,
        TypeFlags::EXCEPTION,
        TypeFlags::FINALIZER,
    ] {
        let inherited =
            class.bases.get().items().iter().any(|b| b.cast::<Type>().is_some_and(|b| b.has(flag)));
        class.set_flag(flag, inherited);
    }
    // Classes have a dictionary of their own, whatever their metaclass.
    let is_meta = class.has(TypeFlags::METACLASS);
    let had_dict = base.has(TypeFlags::DICT);
    class.set_flag(TypeFlags::DICT, (slot_names.dict && !is_meta) || had_dict);
    class.set_flag(TypeFlags::WEAKREF, slot_names.weakref || base.has(TypeFlags::WEAKREF));
    root_shape(vm, class, base, slot_names.names.as_deref().unwrap_or(&[]))?;
    let added_dict = class.has(TypeFlags::DICT) && !had_dict;
    let added_weak = class.has(TypeFlags::WEAKREF) && !base.has(TypeFlags::WEAKREF);
    standard_attributes(vm, class, added_dict, added_weak)?;
    class_cell(vm, class)?;
    let slots = super::ready::python_slots(vm, class);
    class.set_slots(slots);
    let del = slots.del.is_some();
    class.set_flag(TypeFlags::FINALIZER, del);
    Ok(())
}

/// Instances of classes that derive from `object` alone keep slots in the object; others behind the attribute word.
fn root_shape(vm: &mut Vm, class: Gc<Type>, base: Gc<Type>, names: &[Gc<Str>]) -> PyResult<()> {
    let base_shape = shape::shape(base.root.get());
    let plain = crate::attrs::is_plain(base.layout);
    let hidden = base_shape.hidden + names.len() as u32;
    let mut flags = 0;
    if hidden > 0 || class.has(TypeFlags::DICT) {
        flags |= flag::HAS_ATTRS;
    }
    if class.has(TypeFlags::DICT) {
        flags |= flag::EXTENSIBLE;
    }
    if base.layout.full_size.is_some() {
        flags |= flag::ATTRS_BEHIND;
    }
    flags |= flag::TRACE_TYPE;
    let wanted =
        if class.has(TypeFlags::DICT) { class.expected_slots.get().max(hidden) } else { hidden };
    let inline_cap = if plain { wanted.max(hidden) } else { 0 };
    let root = Root {
        ty: class,
        layout: base.layout,
        trace: crate::attrs::trace_with_attrs(base.layout),
        flags,
        inline_cap,
        hidden,
    };
    match shape::new_root(0, root) {
        Some(id) => class.root.set(id),
        None => return Err(vm.memory_error()),
    }
    for (i, name) in names.iter().enumerate() {
        let index = base_shape.hidden + i as u32;
        let member = MemberDescriptor::create(vm, class, *name, index)?;
        class.dict.set_str(vm, *name, member.into())?;
    }
    Ok(())
}

/// An object of shape `s` got more slots than its class's instances have room for, `count`: future instances get that
/// room. The present ones keep their shapes.
pub(crate) fn more_slots(s: &Shape, count: u32) {
    let class = s.ty();
    if count > class.expected_slots.get() {
        class.expected_slots.set(count);
    }
    if !s.is_plain() || s.root != class.root.get() || count > MAX_INLINE {
        return;
    }
    let old = shape::shape(s.root);
    let root = Root {
        ty: class,
        layout: old.layout(),
        trace: old.trace,
        flags: old.flags,
        // A few more than were seen: attributes tend to come one after another.
        inline_cap: (count + 2).min(MAX_INLINE),
        hidden: old.hidden,
    };
    if let Some(id) = shape::new_root(0, root) {
        class.root.set(id);
    }
}

fn standard_attributes(vm: &mut Vm, class: Gc<Type>, dict: bool, weak: bool) -> PyResult<()> {
    let names = vm.names();
    if class.dict.get_str(names.__module__).is_none()
        && let Some(globals) = (vm.hooks.globals)(vm)
        && let Some(globals) = globals.cast::<Dict>()
        && let Some(module) = globals.get_str(names.__name__)
    {
        class.dict.set_str(vm, names.__module__, module)?;
    }
    if class.dict.get_str(names.__doc__).is_none() {
        class.dict.set_str(vm, names.__doc__, Value::NONE)?;
    }
    if dict {
        let d = GetSetDescriptor::create(vm, class, &crate::attrs::DICT_GETSET)?;
        class.dict.set_str(vm, names.__dict__, d.into())?;
    }
    if weak {
        let d = GetSetDescriptor::create(vm, class, &crate::weak::WEAKREF_GETSET)?;
        class.dict.set_str(vm, names.__weakref__, d.into())?;
    }
    // `__eq__` without `__hash__` makes instances unhashable.
    if class.dict.get_str(names.__eq__).is_some() && class.dict.get_str(names.__hash__).is_none() {
        class.dict.set_str(vm, names.__hash__, Value::NONE)?;
    }
    for name in [names.__new__, names.__init_subclass__, names.__class_getitem__] {
        let Some(f) = class.dict.get_str(name) else { continue };
        if f.exact::<crate::code::Function>().is_some() {
            let wrapped: Value = if name == names.__new__ {
                crate::wrappers::StaticMethod::wrap(vm, f)?.into()
            } else {
                crate::wrappers::ClassMethod::wrap(vm, f)?.into()
            };
            class.dict.set_str(vm, name, wrapped)?;
        }
    }
    Ok(())
}

/// Fills the cell behind `__class__` (and `super()`), which the class body left in its namespace.
fn class_cell(vm: &mut Vm, class: Gc<Type>) -> PyResult<()> {
    let names = vm.names();
    if let Some(cell) = class.dict.remove_str(vm, names.__classcell__)? {
        let Some(cell) = cell.exact::<crate::cell::Cell>() else {
            return Err(vm.type_error(format_args!(
                "__classcell__ must be a nonlocal cell, not {}",
                class_name(cell)
            )));
        };
        cell.value.set(cell, vm.heap(), class.into());
    }
    if let Some(cell) = class.dict.remove_str(vm, names.__classdictcell__)?
        && let Some(cell) = cell.exact::<crate::cell::Cell>()
    {
        cell.value.set(cell, vm.heap(), class.dict.into());
    }
    Ok(())
}

/// `__set_name__` of the attributes that have it.
fn set_names(vm: &mut Vm, class: Gc<Type>) -> PyResult<()> {
    let name = vm.names().__set_name__;
    let snapshot = class.dict.copy(vm)?;
    let mut at = 0;
    while let Some((key, value, _)) = snapshot.next_entry(&mut at) {
        let Some(f) = vm.lookup_special(value, name)? else { continue };
        if let Err(r) = vm.call(f, &[class.into(), key]) {
            let key_text = vm.repr_for_message(key);
            vm.add_note(format_args!(
                "Error calling __set_name__ on '{}' instance {key_text} in '{}'",
                class_name(value),
                class.name.get().text()
            ))?;
            return Err(r);
        }
    }
    Ok(())
}

fn init_subclass(vm: &mut Vm, class: Gc<Type>, (args, kwnames): (&[Value], Value)) -> PyResult<()> {
    let name = vm.names().__init_subclass__;
    let sup = crate::wrappers::Super::of(vm, class, class.into())?;
    let f = vm.getattr(sup.into(), name)?;
    vm.call_kw(f, args, kwnames)?;
    Ok(())
}

/// The most derived metaclass of `meta` and the bases' classes, or a conflict.
pub fn winner_metaclass(vm: &mut Vm, meta: Gc<Type>, bases: &[Value]) -> PyResult<Gc<Type>> {
    let mut winner = meta;
    for base in bases {
        let candidate = class_of(*base);
        if winner.is_subtype(candidate) {
            continue;
        }
        if candidate.is_subtype(winner) {
            winner = candidate;
            continue;
        }
        return Err(vm.type_error(format_args!(
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
        )));
    }
    Ok(winner)
}

/// Assigns `__bases__`: a new MRO for the class and all that derive from it.
pub(super) fn replace_bases(vm: &mut Vm, class: Gc<Type>, bases: Gc<Tuple>) -> PyResult<()> {
    let base = best_base(vm, bases)?;
    let Some(old_base) = class.base.get() else { return Ok(()) };
    if !std::ptr::eq(base.layout, old_base.layout)
        || shape::shape(base.root.get()).hidden != shape::shape(old_base.root.get()).hidden
        || base.has(TypeFlags::DICT) != old_base.has(TypeFlags::DICT)
    {
        return Err(vm.type_error(format_args!(
            "__bases__ assignment: '{}' object layout differs from '{}'",
            base.display_name(),
            old_base.display_name()
        )));
    }
    let old_bases = class.bases.get();
    class.bases.set(class, vm.heap(), bases);
    class.base.set(class, vm.heap(), Some(base));
    let affected = derived_classes(vm, class)?;
    let mut old_orders = vm.root_vec()?;
    for i in 0..affected.len() {
        let Some(c) = affected.get(i).and_then(|c| c.cast::<Type>()) else { continue };
        let pushed = old_orders.push(c.mro.get().into());
        vm.grow(pushed)?;
        let order = mro_of(vm, c, c.bases.get(), class_of(c.into()));
        match order {
            Ok(order) => c.mro.set(c, vm.heap(), order),
            Err(r) => {
                let raised = vm.take_raised();
                for j in 0..old_orders.len() {
                    if let (Some(c), Some(order)) = (
                        affected.get(j).and_then(|c| c.cast::<Type>()),
                        old_orders.get(j).and_then(|o| o.cast::<Tuple>()),
                    ) {
                        c.mro.set(c, vm.heap(), order);
                    }
                }
                class.bases.set(class, vm.heap(), old_bases);
                class.base.set(class, vm.heap(), Some(old_base));
                vm.raised = raised;
                return Err(r);
            }
        }
    }
    Type::modified(class, vm);
    for i in 0..affected.len() {
        if let Some(c) = affected.get(i).and_then(|c| c.cast::<Type>()) {
            super::methods::refresh(vm, c);
        }
    }
    Ok(())
}

/// The class and those that derive from it, each before what derives from it.
fn derived_classes(vm: &mut Vm, class: Gc<Type>) -> PyResult<heap::RootVec<Value>> {
    let mut all = vm.root_vec()?;
    let list = vm.rt().subclasses_of(class);
    for c in list {
        // SAFETY: the list was just made of live classes, and nothing is allocated in the heap here.
        let c: Gc<Type> = unsafe { Gc::from_ptr(c.as_ptr()) };
        let pushed = all.push(c.into());
        vm.grow(pushed)?;
    }
    Ok(all)
}

/// Whether layouts agree, for `__class__` and `__bases__` assignment.
pub fn same_layout(a: Gc<Type>, b: Gc<Type>) -> bool {
    let root = |t: Gc<Type>| shape::shape(t.root.get());
    std::ptr::eq(a.layout, b.layout)
        && root(a).hidden == root(b).hidden
        && a.has(TypeFlags::DICT) == b.has(TypeFlags::DICT)
}

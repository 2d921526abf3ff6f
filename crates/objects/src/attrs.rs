//! Attributes of instances: slots described by the shape, and `__dict__`.
//!
//! An object with attributes has one *attribute word* behind its fixed part: UNDEF, or its [`Attrs`], which holds the
//! `__dict__` object once somebody asked for it and the slots that don't fit into the object. Instances of classes that
//! derive from `object` alone have their first slots inline, behind that word.
//!
//! `__dict__` is a dictionary that *views* the slots (`Dict::owner`). When it is used in a way that slots can't follow,
//! the object moves to its class's dict-mode shape and the dictionary takes the attributes over.

use crate::def::{GetSetDef, TypeDef, TypeFlags};
use crate::dict::Dict;
use crate::layout::{Layout, Object, Trace};
use crate::shape::{self, INLINE_SLOTS, Shape, flag, shape};
use crate::str::Str;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc, Header, Tracer};

/// What doesn't fit into the object.
#[repr(C)]
pub struct Attrs {
    header: Header,
    /// The `__dict__` object, UNDEF while nobody asked for it.
    pub dict: Field<Value>,
    cap: usize,
    // `cap` slots follow.
}

const ATTRS_SLOTS: usize = size_of::<Attrs>();

/// Layout of [`Attrs`], which isn't a Python object.
pub static ATTRS_LAYOUT: Layout = Layout {
    name: "Attrs",
    base: None,
    size: size_of::<Attrs>(),
    full_size: None,
    trace: trace_attrs,
    drop: None,
};

unsafe fn trace_attrs(obj: *mut Header, tracer: &mut Tracer) {
    // SAFETY: called for live `Attrs`, whose slots are all initialised.
    unsafe {
        let attrs = obj.cast::<Attrs>();
        (*attrs).dict.trace(tracer);
        let slots = obj.cast::<u8>().add(ATTRS_SLOTS).cast::<u64>();
        tracer.words(std::slice::from_raw_parts(slots, (*attrs).cap));
    }
}

impl Attrs {
    fn slot(this: Gc<Attrs>, i: usize) -> *mut Value {
        debug_assert!(i < this.cap);
        // SAFETY: slot `i` is inside the object.
        unsafe { this.as_ptr().cast::<u8>().add(ATTRS_SLOTS).cast::<Value>().add(i) }
    }

    fn new(vm: &mut Vm, cap: usize) -> PyResult<Gc<Attrs>> {
        let p = vm.alloc(shape::core::ATTRS, ATTRS_SLOTS + 8 * cap)?.cast::<Attrs>();
        // SAFETY: fresh memory of that size.
        unsafe {
            (&raw mut (*p.as_ptr()).dict).write(Field::new(Value::UNDEF));
            (&raw mut (*p.as_ptr()).cap).write(cap);
            let this: Gc<Attrs> = Gc::from_ptr(p.as_ptr());
            for i in 0..cap {
                Attrs::slot(this, i).write(Value::UNDEF);
            }
            Ok(this)
        }
    }
}

/// Whether instances of a class with this layout keep attribute slots in the object.
pub fn is_plain(layout: &'static Layout) -> bool {
    std::ptr::eq(layout, crate::object::PyObject::LAYOUT)
}

/// Bytes an instance with root shape `shape` takes, for layouts without a variable part.
pub fn instance_size(shape: &Shape) -> usize {
    let size = shape.layout().size;
    if shape.has(flag::HAS_ATTRS) { size + 8 + 8 * shape.inline_cap as usize } else { size }
}

/// Where the attribute word of `obj` is.
#[inline]
fn word_at(obj: Gc<Header>, shape: &Shape) -> *mut Value {
    let at = match shape.layout().full_size {
        Some(full_size) if shape.has(flag::ATTRS_BEHIND) => {
            // SAFETY: the object has this layout.
            unsafe { full_size(obj.as_ptr()).next_multiple_of(8) }
        }
        _ => shape.layout().size,
    };
    // SAFETY: objects of shapes with HAS_ATTRS are allocated with the word there.
    unsafe { obj.as_ptr().cast::<u8>().add(at).cast() }
}

/// Makes the attribute word of a fresh object empty.
///
/// # Safety
/// `obj` is a fresh object of that shape whose variable part's size is set.
pub unsafe fn init_word(obj: Gc<Header>, shape: &Shape) {
    if shape.has(flag::HAS_ATTRS) {
        // SAFETY: the caller's promise.
        unsafe {
            word_at(obj, shape).write(Value::UNDEF);
            for i in 0..shape.hidden.min(shape.inline_cap) as usize {
                inline_slot(obj, i).write(Value::UNDEF);
            }
        }
    }
}

#[inline(always)]
fn inline_slot(obj: Gc<Header>, i: usize) -> *mut Value {
    // SAFETY: callers pass slots below the shape's `inline_cap`.
    unsafe { obj.as_ptr().cast::<u8>().add(INLINE_SLOTS).cast::<Value>().add(i) }
}

fn attrs_of(obj: Gc<Header>, shape: &Shape) -> Option<Gc<Attrs>> {
    // SAFETY: the word is UNDEF or refers to an `Attrs`.
    unsafe { (*word_at(obj, shape)).defined().map(|w| w.cast_unchecked()) }
}

/// The `Attrs` of `obj` with room for slot `slot`.
fn grown(vm: &mut Vm, obj: Gc<Header>, shape: &Shape, slot: u32) -> PyResult<Gc<Attrs>> {
    let wanted = (slot + 1).saturating_sub(shape.inline_cap) as usize;
    let old = attrs_of(obj, shape);
    if let Some(a) = old
        && a.cap >= wanted
    {
        return Ok(a);
    }
    let cap = if wanted == 0 { 0 } else { wanted.next_power_of_two().max(4) };
    let new = Attrs::new(vm, cap)?;
    if let Some(old) = old {
        new.dict.init(old.dict.get());
        for i in 0..old.cap {
            // SAFETY: both have the slot; `new` was just allocated, so no barrier is needed.
            unsafe { Attrs::slot(new, i).write(*Attrs::slot(old, i)) };
        }
    }
    // SAFETY: the word belongs to `obj`.
    unsafe {
        word_at(obj, shape).write(new.into());
        vm.heap().barrier(obj.as_ptr());
    }
    Ok(new)
}

/// The value in slot `slot` of `obj`; UNDEF for an unset `__slots__` member.
#[inline]
pub fn slot_get(obj: Gc<Header>, slot: u32) -> Value {
    let shape = shape(obj.shape());
    if slot < shape.inline_cap {
        // SAFETY: inline slots below `nslots` are initialised.
        return unsafe { *inline_slot(obj, slot as usize) };
    }
    match attrs_of(obj, shape) {
        // SAFETY: slots in use lie inside the `Attrs`.
        Some(a) if ((slot - shape.inline_cap) as usize) < a.cap => unsafe {
            *Attrs::slot(a, (slot - shape.inline_cap) as usize)
        },
        _ => Value::UNDEF,
    }
}

/// The value in slot `index` outside of `o`, whose shape is plain and has that slot.
///
/// # Safety
/// `o` is an object whose shape says so.
#[inline(always)]
pub unsafe fn outside_slot(o: Value, index: usize) -> Value {
    // SAFETY: the attribute word of plain objects lies before the first inline slot; slots in use are in the `Attrs`.
    unsafe {
        let object: Gc<Header> = o.cast_unchecked();
        let word = object.as_ptr().cast::<u8>().add(INLINE_SLOTS - size_of::<Value>());
        match (*word.cast::<Value>()).defined() {
            Some(attrs) => *Attrs::slot(attrs.cast_unchecked(), index),
            None => Value::UNDEF,
        }
    }
}

/// Stores into slot `index` outside of `o`, whose shape is plain; false if there is no room for it yet.
///
/// # Safety
/// `o` is such an object.
#[inline(always)]
pub unsafe fn store_outside(heap: &heap::Heap, o: Value, index: usize, value: Value) -> bool {
    // SAFETY: as for `outside_slot`.
    unsafe {
        let object: Gc<Header> = o.cast_unchecked();
        let word = object.as_ptr().cast::<u8>().add(INLINE_SLOTS - size_of::<Value>());
        let Some(attrs) = (*word.cast::<Value>()).defined() else { return false };
        let attrs: Gc<Attrs> = attrs.cast_unchecked();
        if index >= attrs.cap {
            return false;
        }
        Attrs::slot(attrs, index).write(value);
        heap.barrier(attrs.as_ptr().cast());
        true
    }
}

/// Stores into slot `slot` of `obj`.
pub fn slot_set(vm: &mut Vm, obj: Gc<Header>, slot: u32, value: Value) -> PyResult<()> {
    let shape = shape(obj.shape());
    if slot < shape.inline_cap {
        // SAFETY: the slot is in the object.
        unsafe {
            let at = inline_slot(obj, slot as usize);
            at.write(value);
            vm.heap().barrier_slot(obj.as_ptr(), at.cast());
        }
        return Ok(());
    }
    let attrs = grown(vm, obj, shape, slot)?;
    // SAFETY: `grown` made room.
    unsafe {
        Attrs::slot(attrs, (slot - shape.inline_cap) as usize).write(value);
        vm.heap().barrier(attrs.as_ptr().cast());
    }
    Ok(())
}

/// The real dictionary of an object in dict mode.
fn real_dict(obj: Gc<Header>, shape: &Shape) -> Option<Gc<Dict>> {
    attrs_of(obj, shape).and_then(|a| a.dict.get().cast::<Dict>())
}

/// The attribute `name` (interned) that `obj` itself has. Runs no Python code when the dictionary holds only str keys.
pub fn own_get(vm: &mut Vm, obj: Gc<Header>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let shape = shape(obj.shape());
    if shape.has(flag::DICT_MODE) {
        return match real_dict(obj, shape) {
            Some(d) => Dict::get(&d, vm, name.into()),
            None => Ok(None),
        };
    }
    Ok(shape.find(name).map(|slot| slot_get(obj, slot)))
}

/// Sets the attribute `name` (interned) of `obj` itself. `Ok(false)`: it has no `__dict__`.
pub fn own_set(vm: &mut Vm, obj: Gc<Header>, name: Gc<Str>, value: Value) -> PyResult<bool> {
    let s = shape(obj.shape());
    if !s.has(flag::HAS_ATTRS) {
        return Ok(false);
    }
    if s.has(flag::DICT_MODE) {
        let d = instance_dict(vm, obj)?;
        Dict::set(&d, vm, name.into(), value)?;
        return Ok(true);
    }
    if let Some(slot) = s.find(name) {
        slot_set(vm, obj, slot, value)?;
        return Ok(true);
    }
    if !s.has(flag::EXTENSIBLE) {
        return Ok(false);
    }
    crate::intern::immortal(vm, name)?;
    match shape::transition(obj.shape(), name) {
        Some(next) => {
            let slot = s.nslots;
            slot_set(vm, obj, slot, value)?;
            obj.set_shape(next);
            if slot >= s.inline_cap {
                crate::types::more_slots(s, slot + 1);
            }
            Ok(true)
        }
        None => {
            let d = detach(vm, obj)?;
            Dict::set(&d, vm, name.into(), value)?;
            Ok(true)
        }
    }
}

/// Deletes the attribute `name` (interned) of `obj` itself; the old value, or `None` if there was none.
pub fn own_del(vm: &mut Vm, obj: Gc<Header>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let s = shape(obj.shape());
    if s.has(flag::DICT_MODE) {
        return match real_dict(obj, s) {
            Some(d) => Dict::remove(&d, vm, name.into()),
            None => Ok(None),
        };
    }
    let Some(slot) = s.find(name) else { return Ok(None) };
    let old = slot_get(obj, slot);
    if slot + 1 == s.nslots && s.parent != 0 {
        obj.set_shape(s.parent);
        return Ok(Some(old));
    }
    let d = detach(vm, obj)?;
    Dict::remove(&d, vm, name.into())
}

/// How many attributes an object in slot mode has in its `__dict__`.
pub fn own_len(obj: Gc<Header>) -> usize {
    let s = shape(obj.shape());
    (s.nslots - s.hidden) as usize
}

/// The `i`-th attribute in the `__dict__` of an object in slot mode.
pub fn own_entry(obj: Gc<Header>, i: usize) -> Option<(Gc<Str>, Value)> {
    let s = shape(obj.shape());
    let slot = s.hidden + u32::try_from(i).ok()?;
    if slot >= s.nslots {
        return None;
    }
    Some((s.slot_name(slot)?, slot_get(obj, slot)))
}

/// Moves the attributes of `obj` from its slots into a real dictionary, which is (or becomes) its `__dict__`.
pub fn detach(vm: &mut Vm, obj: Gc<Header>) -> PyResult<Gc<Dict>> {
    let s = shape(obj.shape());
    let dict = instance_dict(vm, obj)?;
    if s.has(flag::DICT_MODE) {
        return Ok(dict);
    }
    let names = s.names();
    let Some(id) = shape::dict_mode(s.root) else { return Err(vm.memory_error()) };
    dict.begin_detach(vm, names.len())?;
    for name in names {
        let Some(slot) = s.find(name) else { continue };
        if slot >= s.hidden {
            dict.set_str(vm, name, slot_get(obj, slot))?;
        }
    }
    obj.set_shape(id);
    // Slots beyond `__slots__` are dead now; the shape no longer names them.
    Ok(dict)
}

/// The `__dict__` of `obj`, made on first use as a view of its slots.
pub fn instance_dict(vm: &mut Vm, obj: Gc<Header>) -> PyResult<Gc<Dict>> {
    let s = shape(obj.shape());
    let attrs = grown(vm, obj, s, s.inline_cap.max(1) - 1)?;
    if let Some(d) = attrs.dict.get().cast::<Dict>() {
        return Ok(d);
    }
    let d = if s.has(flag::DICT_MODE) { Dict::new(vm)? } else { Dict::new_view(vm, obj)? };
    attrs.dict.set(attrs, vm.heap(), d.into());
    Ok(d)
}

/// The `__dict__` of `obj`, if somebody asked for it already.
pub fn existing_dict(obj: Gc<Header>) -> Option<Gc<Dict>> {
    let s = shape(obj.shape());
    if !s.has(flag::HAS_ATTRS) {
        return None;
    }
    attrs_of(obj, s).and_then(|a| a.dict.get().cast::<Dict>())
}

/// Makes `dict` the real dictionary of `obj`, a new object without attributes.
pub fn adopt_dict(vm: &mut Vm, obj: Value, dict: Gc<Dict>) -> PyResult<()> {
    let Some(obj) = obj.header() else { return Ok(()) };
    let s = shape(obj.shape());
    let id = if s.has(flag::DICT_MODE) { Some(obj.shape()) } else { shape::dict_mode(s.root) };
    let Some(id) = id else { return Err(vm.memory_error()) };
    let attrs = grown(vm, obj, s, s.inline_cap.max(1) - 1)?;
    attrs.dict.set(attrs, vm.heap(), dict.into());
    obj.set_shape(id);
    Ok(())
}

/// Bytes that `obj` takes, its attribute word included.
pub fn object_size(obj: Gc<Header>) -> usize {
    let s = shape(obj.shape());
    match s.layout().full_size {
        // SAFETY: the object has this layout.
        Some(full_size) => unsafe { full_size(obj.as_ptr()) },
        None => instance_size(s),
    }
}

/// Makes `obj` an instance of `new`, whose layout is the same (`types::same_layout`).
pub fn change_class(vm: &mut Vm, obj: Gc<Header>, new: Gc<Type>) -> PyResult<()> {
    let from = shape(obj.shape());
    let root = new.root.get();
    let to = shape(root);
    if from.has(flag::EXTENSIBLE) && from.inline_cap == to.inline_cap {
        let mut id = Some(root);
        for name in from.names().into_iter().skip(from.hidden as usize) {
            id = id.and_then(|id| shape::transition(id, name));
        }
        if let Some(id) = id {
            obj.set_shape(id);
            return Ok(());
        }
    }
    if !to.has(flag::HAS_ATTRS) || from.nslots == 0 && !to.has(flag::EXTENSIBLE) {
        obj.set_shape(root);
        return Ok(());
    }
    if !to.has(flag::EXTENSIBLE) && !to.has(flag::DICT_MODE) {
        // Only slots of `__slots__`, which are the same in both.
        obj.set_shape(root);
        return Ok(());
    }
    // Slots lie elsewhere in instances of the new class.
    if from.hidden > 0 && from.inline_cap != to.inline_cap {
        return move_hidden(vm, obj, from, new);
    }
    detach(vm, obj)?;
    match shape::dict_mode(root) {
        Some(id) => obj.set_shape(id),
        None => return Err(vm.memory_error()),
    }
    Ok(())
}

/// [`change_class`] for an object whose slots of `__slots__` lie at other places in the new class.
fn move_hidden(vm: &mut Vm, obj: Gc<Header>, from: &Shape, new: Gc<Type>) -> PyResult<()> {
    let mut values = vm.root_vec()?;
    for slot in 0..from.hidden {
        let pushed = values.push(slot_get(obj, slot));
        vm.grow(pushed)?;
    }
    detach(vm, obj)?;
    let Some(id) = shape::dict_mode(new.root.get()) else { return Err(vm.memory_error()) };
    // Both classes have room for the slots in the object, or neither has.
    obj.set_shape(id);
    for (slot, value) in (0..from.hidden).zip(values.as_slice()) {
        slot_set(vm, obj, slot, *value)?;
    }
    Ok(())
}

/// Traces what lies in `[low, high)` of the attributes of a large object: its word and inline slots.
///
/// # Safety
/// `obj` is a live object.
pub unsafe fn trace_range(obj: *mut Header, low: *mut u8, high: *mut u8, tracer: &mut Tracer) {
    // SAFETY: the caller's promise; slots below `nslots` are initialised.
    unsafe {
        let object: Gc<Header> = Gc::from_ptr(obj);
        let s = shape(object.shape());
        if s.has(flag::TRACE_TYPE) && low <= obj.cast() {
            s.ty().trace(tracer);
        }
        if !s.has(flag::HAS_ATTRS) {
            return;
        }
        let inside = |at: *mut Value| (low..high).contains(&at.cast::<u8>());
        let word = word_at(object, s);
        if inside(word) {
            (*word).trace(tracer);
        }
        for i in 0..s.nslots.min(s.inline_cap) as usize {
            let slot = inline_slot(object, i);
            if inside(slot) {
                (*slot).trace(tracer);
            }
        }
    }
}

/// Replaces the `__dict__` of `obj`. The old dictionary keeps what it showed.
pub fn replace_dict(vm: &mut Vm, obj: Gc<Header>, dict: Gc<Dict>) -> PyResult<()> {
    detach(vm, obj)?;
    let s = shape(obj.shape());
    if let Some(attrs) = attrs_of(obj, s) {
        attrs.dict.set(attrs, vm.heap(), dict.into());
    }
    Ok(())
}

/// `__dict__` of instances of Python classes.
pub static DICT_GETSET: GetSetDef = GetSetDef {
    name: "__dict__",
    doc: "dictionary for instance variables",
    get: get_dict,
    set: Some(set_dict),
    member: false,
};

/// `object.__dict__`
pub fn get_dict(vm: &mut Vm, this: Value) -> PyResult<Value> {
    match this.header() {
        Some(h) if has_dict(this) => Ok(instance_dict(vm, h)?.into()),
        _ => {
            let name = vm.names().__dict__;
            Err(no_attribute(vm, this, name))
        }
    }
}

/// Whether `this` has a `__dict__`.
pub fn has_dict(this: Value) -> bool {
    this.header().is_some_and(|h| {
        let s = shape(h.shape());
        s.has(flag::HAS_ATTRS) && (s.has(flag::EXTENSIBLE) || s.has(flag::DICT_MODE))
    })
}

/// Assignment to `object.__dict__`.
pub fn set_dict(vm: &mut Vm, this: Value, value: Option<Value>) -> PyResult<()> {
    let Some(h) = this.header().filter(|_| has_dict(this)) else {
        let name = vm.names().__dict__;
        return Err(no_attribute(vm, this, name));
    };
    match value {
        None => {
            let empty = Dict::new(vm)?;
            replace_dict(vm, h, empty)
        }
        Some(v) => match v.cast::<Dict>() {
            Some(d) => replace_dict(vm, h, d),
            None => Err(vm.type_error(format_args!(
                "__dict__ must be set to a dictionary, not a '{}'",
                class_name(v)
            ))),
        },
    }
}

fn no_attribute(vm: &mut Vm, this: Value, name: Gc<Str>) -> crate::vm::Raised {
    let text = format!("'{}' object has no attribute '{}'", class_name(this), name.text());
    vm.attribute_error(this, name, format_args!("{text}"))
}

/// `object.__getattribute__`
pub fn generic_getattr(vm: &mut Vm, this: Value, name: Gc<Str>) -> PyResult<Value> {
    match generic_getattr_opt(vm, this, name)? {
        Some(v) => Ok(v),
        None => Err(no_attribute(vm, this, name)),
    }
}

/// `object.__getattribute__`, with `None` for an attribute that isn't there (descriptors may still raise).
pub fn generic_getattr_opt(vm: &mut Vm, this: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let ty = class_of(this);
    let found = Type::lookup(ty, vm, name);
    let get = found.and_then(|d| class_of(d).slots().descr_get);
    if let (Some(d), Some(get)) = (found, get)
        && class_of(d).slots().descr_set.is_some()
    {
        return get(vm, d, this, ty.into()).map(Some);
    }
    if let Some(h) = this.header()
        && shape(h.shape()).has(flag::HAS_ATTRS)
        && let Some(v) = own_get(vm, h, name)?
        && !v.is_undef()
    {
        return Ok(Some(v));
    }
    match (found, get) {
        (Some(d), Some(get)) => get(vm, d, this, ty.into()).map(Some),
        (found, _) => Ok(found),
    }
}

/// `object.__setattr__` and `object.__delattr__`
pub fn generic_setattr(
    vm: &mut Vm,
    this: Value,
    name: Gc<Str>,
    value: Option<Value>,
) -> PyResult<()> {
    let ty = class_of(this);
    let found = Type::lookup(ty, vm, name);
    if let Some(d) = found
        && let Some(set) = class_of(d).slots().descr_set
    {
        return set(vm, d, this, value);
    }
    if let Some(h) = this.header()
        && has_dict(this)
    {
        match value {
            Some(v) => {
                if own_set(vm, h, name, v)? {
                    return Ok(());
                }
            }
            None => {
                if own_del(vm, h, name)?.is_some() {
                    return Ok(());
                }
                return Err(no_attribute(vm, this, name));
            }
        }
    }
    if found.is_some() {
        let text =
            format!("'{}' object attribute '{}' is read-only", class_name(this), name.text());
        return Err(vm.attribute_error(this, name, format_args!("{text}")));
    }
    if has_dict(this) || value.is_none() {
        return Err(no_attribute(vm, this, name));
    }
    let text = format!(
        "'{}' object has no attribute '{}' and no __dict__ for setting new attributes",
        class_name(this),
        name.text()
    );
    Err(vm.attribute_error(this, name, format_args!("{text}")))
}

/// Traces an object with an attribute word: its fields, its class, its attributes.
///
/// # Safety
/// `obj` is a live object.
unsafe fn trace_instance(obj: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the caller's promise; slots below `nslots` are initialised.
    unsafe {
        let object: Gc<Header> = Gc::from_ptr(obj);
        let s = shape(object.shape());
        (s.layout().trace)(obj, tracer);
        if s.has(flag::TRACE_TYPE) {
            s.ty().trace(tracer);
        }
        if !s.has(flag::HAS_ATTRS) {
            return;
        }
        (*word_at(object, s)).trace(tracer);
        let inline = s.nslots.min(s.inline_cap) as usize;
        if inline > 0 {
            tracer.words(std::slice::from_raw_parts(inline_slot(object, 0).cast::<u64>(), inline));
        }
    }
}

/// The trace function of shapes of a native type.
pub fn trace_fn(has_dict: bool, layout: &'static Layout) -> unsafe fn(*mut Header, &mut Tracer) {
    if has_dict { trace_instance } else { layout.trace }
}

/// The trace function of shapes of a Python class.
pub fn trace_with_attrs(_: &'static Layout) -> unsafe fn(*mut Header, &mut Tracer) {
    trace_instance
}

impl Vm {
    /// Memory for an instance of `cls`, whose layout must be `T`'s or begin with it: header and attribute word are set,
    /// the fields are not. For layouts without a variable part.
    #[inline]
    pub fn alloc_object<T: Object>(&mut self, cls: Gc<Type>) -> PyResult<std::ptr::NonNull<T>> {
        let id = cls.root.get();
        let s = shape(id);
        debug_assert!(s.layout().extends(T::LAYOUT));
        let p = self.alloc(id, instance_size(s))?;
        // SAFETY: fresh memory of that shape's size; a layout with a variable part doesn't come here.
        unsafe { init_word(Gc::from_ptr(p.as_ptr()), s) };
        if s.layout().drop.is_some() || cls.has(TypeFlags::FINALIZER) {
            self.register_end_of_life(p, s.layout().drop.is_some(), cls.has(TypeFlags::FINALIZER))?;
        }
        Ok(p.cast())
    }

    /// Memory for an exact instance of `T`'s own type.
    #[inline(always)]
    pub fn alloc_exact<T: Object>(&mut self) -> PyResult<std::ptr::NonNull<T>> {
        let def: &'static TypeDef = T::def();
        // Derived structs may inherit the `__dict__`, which their own definition doesn't say.
        if T::LAYOUT.drop.is_none() && T::LAYOUT.base.is_none() && !def.flags.has(TypeFlags::DICT) {
            return Ok(self.alloc(def.shape(), size_of::<T>())?.cast());
        }
        self.alloc_object(def.object())
    }
}

//! The shared attribute cache: what a look-up found, by shape and name.
//!
//! Inline caches remember one shape. A site that sees several asks this table before the look-up proper, and whoever
//! fills an inline cache fills the table too. An entry holds as long as no class of the shape's MRO changes; such a
//! change clears the whole table (`lookup::invalidate`). Shape ids and class versions are never used twice and names in
//! the table are immortal, so an entry can't speak of another class or name than it was made for. Values are weak: the
//! class they were found on keeps them.

use crate::machine::Pc;
use heap::{Gc, Header};
use objects::attrs;
use objects::code::Function;
use objects::def::TypeFlags;
use objects::descr;
use objects::shape::{INLINE_SLOTS, core, flag, shape};
use objects::str::Str;
use objects::types::{Type, class_of};
use objects::value::{TAG_HEAP, Value};
use objects::vm::{PyResult, Vm};
use objects::wrappers::{ClassMethod, Property, StaticMethod};

/// What an entry says, in [`Entry::kind`]. From [`INLINE_SLOTS`] on it is the offset of the slot in the object.
pub mod kind {
    /// The attribute is the value.
    pub const VALUE: u32 = 0;
    /// The value is a function of the class, to be bound to the object.
    pub const METHOD: u32 = 1;
    /// The value is a property with a Python function as its getter.
    pub const PROPERTY: u32 = 2;
    /// The value is a staticmethod.
    pub const STATIC: u32 = 3;
    /// The value is a classmethod of a Python function.
    pub const CLASS: u32 = 4;
    /// The attribute is in a slot outside the object: the value's word is the slot's index there.
    pub const OUTSIDE: u32 = 5;
}

/// Why somebody looks: part of the key, in bits that names' words don't have.
pub mod purpose {
    /// Reading, calling.
    pub const READ: u64 = 0;
    /// Writing: the kind is an offset, the low half of the value the shape afterwards or 0; or [`super::kind::OUTSIDE`]
    /// with the slot's index in the high half.
    pub const WRITE: u64 = 1 << 60;
    /// `super()`: the kind is the version of the class behind which the search begins.
    pub const SUPER: u64 = 2 << 60;
    /// Construction: the value is the `__init__` of instances of the shape.
    pub const INIT: u64 = 3 << 60;
}

/// One fact.
#[derive(Clone, Copy)]
pub struct Entry {
    shape: u32,
    /// See [`kind`] and [`purpose`].
    pub kind: u32,
    name: u64,
    /// What was found.
    pub value: Value,
}

const EMPTY: Entry = Entry { shape: 0, kind: 0, name: 0, value: Value::NONE };
const SIZE: usize = 4096;

/// The table: a fact is at its index or, when it was displaced, at the neighbour's. Without that second place two facts
/// in use together would often displace each other at every access.
pub struct Table(Box<[Entry]>);

impl Table {
    /// An empty table.
    pub fn new() -> Self {
        Table(vec![EMPTY; SIZE].into_boxed_slice())
    }

    /// Forgets everything.
    pub fn clear(&mut self) {
        self.0.fill(EMPTY);
    }
}

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

/// Marks a key as a class's version.
const VERSION: u32 = 1 << 31;

/// The key of `o`: its shape; of a class, whose attributes aren't told by the shape, its version.
#[inline(always)]
unsafe fn key(o: *const Header) -> u32 {
    // SAFETY: a live object.
    unsafe {
        let shape = (*o).shape();
        if shape == core::TYPE { (*o.cast::<Type>()).cached_version() | VERSION } else { shape }
    }
}

#[inline(always)]
fn index(key: u32, name: u64) -> usize {
    // Names are addresses of cells of at least 16 bytes.
    (key.wrapping_mul(0x9E37_79B1) >> 16 ^ (name >> 4) as u32 ^ (name >> 15) as u32) as usize % SIZE
}

/// What is known of the attribute of `o` with the linked name `name`.
///
/// # Safety
/// Called with the live thread state.
#[inline(always)]
pub unsafe fn find(vm: *mut Vm, o: Value, name: u64, purpose: u64) -> Option<Entry> {
    if !o.is_heap() {
        return None;
    }
    // SAFETY: a heap reference; the interpreter's state is there as long as code runs.
    unsafe {
        let key = key((o.bits() - TAG_HEAP) as *const Header);
        get(vm, key, name | purpose)
    }
}

/// What is known of `name` (with its purpose) for the shape `key`.
#[inline(always)]
unsafe fn get(vm: *mut Vm, key: u32, name: u64) -> Option<Entry> {
    // SAFETY: as for `find`; the index is below the table's length.
    unsafe {
        let table = &(*(*vm).interp.cast::<crate::State>()).attributes.0;
        let at = index(key, name);
        let entry = table.get_unchecked(at);
        if entry.shape == key && entry.name == name {
            return Some(*entry);
        }
        let entry = table.get_unchecked(at ^ 1);
        if entry.shape == key && entry.name == name { Some(*entry) } else { None }
    }
}

/// Remembers that the attribute of `o` is as `kind` and `value` say.
pub fn put(vm: &mut Vm, o: Value, name: Gc<Str>, purpose: u64, kind: u32, value: Value) {
    let Some(header) = o.header() else { return };
    // SAFETY: a live object.
    let key = unsafe { key(header.as_ptr()) };
    put_for(vm, key, name, purpose, kind, value);
}

fn put_for(vm: &mut Vm, key: u32, name: Gc<Str>, purpose: u64, kind: u32, value: Value) {
    if objects::intern::immortal(vm, name).is_err() {
        // Out of memory: not to remember is always right.
        vm.clear_raised();
        return;
    }
    let name = Value::from(name).bits() | purpose;
    let entry = Entry { shape: key, kind, name, value };
    let table = &mut crate::state(vm).attributes.0;
    let at = index(key, name);
    table[at ^ 1] = table[at];
    table[at] = entry;
}

/// Lets changes of the classes that attributes of `ty`'s instances come from clear the caches. False if nothing may be
/// cached about them.
pub fn watch(vm: &mut Vm, ty: Gc<Type>) -> bool {
    if !ty.cacheable(vm) {
        return false;
    }
    for class in ty.mro.get().items() {
        if let Some(class) = class.cast::<Type>() {
            class.cached.set(true);
        }
    }
    true
}

/// Looks up how the attribute `name` of `o` is to be read, and remembers it. `None`: only the general way leads there.
pub fn classify(vm: &mut Vm, o: Value, name: Gc<Str>) -> Option<Entry> {
    let header = o.header()?;
    let (kind, value) = if header.shape() == core::TYPE {
        // SAFETY: the shape says that it is a class.
        class_attribute(vm, unsafe { o.cast_unchecked() }, name)?
    } else {
        let ty = class_of(o);
        if !ty.reads_plainly() || !watch(vm, ty) {
            return None;
        }
        instance_attribute(vm, header, ty, name)?
    };
    put(vm, o, name, purpose::READ, kind, value);
    // SAFETY: a live object.
    let shape = unsafe { key(header.as_ptr()) };
    Some(Entry { shape, kind, name: Value::from(name).bits(), value })
}

fn class_attribute(vm: &mut Vm, cls: Gc<Type>, name: Gc<Str>) -> Option<(u32, Value)> {
    let meta = objects::types::core::TYPE().object();
    let data =
        Type::lookup(meta, vm, name).is_some_and(|d| class_of(d).slots().descr_set.is_some());
    if data || cls.version(vm) == 0 {
        return None;
    }
    let found = Type::lookup(cls, vm, name)?;
    if class_of(found).slots().descr_get.is_none() || found.exact::<Function>().is_some() {
        return Some((kind::VALUE, found));
    }
    wrapped(found)
}

/// Functions in a wrapper that is known.
fn wrapped(found: Value) -> Option<(u32, Value)> {
    if found.exact::<StaticMethod>().is_some() {
        return Some((kind::STATIC, found));
    }
    let class = found.exact::<ClassMethod>()?;
    class.function.get().exact::<Function>().map(|_| (kind::CLASS, found))
}

fn instance_attribute(
    vm: &mut Vm,
    header: Gc<Header>,
    ty: Gc<Type>,
    name: Gc<Str>,
) -> Option<(u32, Value)> {
    let s = shape(header.shape());
    let place = |slot: u32| {
        if slot < s.inline_cap {
            return Some((INLINE_SLOTS as u32 + 8 * slot, Value::NONE));
        }
        let index = u64::from(slot - s.inline_cap);
        s.is_plain().then(|| (kind::OUTSIDE, Value::from_bits(index)))
    };
    let found = Type::lookup(ty, vm, name);
    if let Some(d) = found
        && class_of(d).slots().descr_set.is_some()
    {
        if let Some(property) = d.exact::<Property>() {
            property.get.get().exact::<Function>()?;
            return Some((kind::PROPERTY, d));
        }
        return place(descr::member_slot(d, ty)?);
    }
    if s.has(flag::HAS_ATTRS) {
        if s.has(flag::DICT_MODE) {
            return None;
        }
        if let Some(slot) = s.find(name)
            && slot >= s.hidden
        {
            return place(slot);
        }
    }
    let d = found?;
    if class_of(d).has(TypeFlags::METHOD_DESCRIPTOR) {
        return Some((kind::METHOD, d));
    }
    if class_of(d).slots().descr_get.is_none() {
        return Some((kind::VALUE, d));
    }
    wrapped(d)
}

/// The `__init__` that `cls(…)` runs after `object.__new__`, if construction is that and it is a Python function.
pub fn constructor(vm: &mut Vm, cls: Gc<Type>) -> Option<Gc<Function>> {
    let root = cls.root.get();
    let name = vm.names().__init__;
    if cls.has(TypeFlags::ABSTRACT) {
        return None;
    }
    // SAFETY: the thread state is live.
    let known = unsafe { get(vm, root, Value::from(name).bits() | purpose::INIT) };
    if let Some(entry) = known {
        // SAFETY: only functions are put there.
        return Some(unsafe { entry.value.cast_unchecked() });
    }
    use objects::slots::Slot;
    use objects::types::core::{OBJECT, TYPE};
    let meta = class_of(cls.into());
    let plain = meta.slots().same(TYPE().object().slots(), Slot::call)
        && cls.slots().same(OBJECT().object().slots(), Slot::new);
    let init = Type::lookup(cls, vm, name).and_then(|f| f.exact::<Function>()).filter(|_| plain)?;
    if watch(vm, meta) && watch(vm, cls) {
        put_for(vm, root, name, purpose::INIT, 0, init.into());
    }
    Some(init)
}

/// Remembers what a write to an object of shape `before` found: the slot, and the shape that the object has afterwards
/// (0: the same). `None` if the slot can't be told.
pub fn put_write(vm: &mut Vm, before: u32, name: Gc<Str>, slot: u32, after: u32) -> Option<Entry> {
    let s = shape(if after == 0 { before } else { after });
    let (kind, value) = if slot < s.inline_cap {
        (INLINE_SLOTS as u32 + 8 * slot, u64::from(after))
    } else if s.is_plain() {
        (kind::OUTSIDE, u64::from(after) | u64::from(slot - s.inline_cap) << 32)
    } else {
        return None;
    };
    let value = Value::from_bits(value);
    put_for(vm, before, name, purpose::WRITE, kind, value);
    Some(Entry { shape: before, kind, name: 0, value })
}

/// Stores into the slot outside of `o` that `entry`, for a write, tells. False if there is no room yet.
///
/// # Safety
/// `entry`, of kind [`kind::OUTSIDE`], is about the shape of `o`.
#[inline(always)]
pub unsafe fn store_outside(vm: *mut Vm, o: Value, entry: &Entry, value: Value) -> bool {
    // SAFETY: by contract.
    unsafe {
        let index = (entry.value.bits() >> 32) as usize;
        attrs::store_outside(&*(*vm).heap, o, index, value)
    }
}

/// Value of the shape word of a site whose cache is about a module: no object's shape, and nothing in the low half.
pub const MODULE_SITE: u64 = 1 << 63;

/// Marks the shape word of a site whose cache is about a class, by its version with [`VERSION`] in the low half, which is
/// no object's shape.
const CLASS_SITE: u64 = 1 << 62;

/// The attribute of the class or module `o`, if the site's cache is about that class, or about a module's dictionary of
/// the same keys.
///
/// # Safety
/// `pc` is at an attribute op; `o` is a live value.
#[inline(always)]
pub unsafe fn of_class_or_module(pc: Pc, o: Value) -> Option<Value> {
    // SAFETY: by contract; the shape says what it is.
    unsafe {
        let site = *pc.add(1);
        if site >> 62 == 0 {
            return None;
        }
        match o.shape() {
            core::TYPE => {
                // 0 is no version, and no site has it.
                let version = o.cast_unchecked::<Type>().cached_version() | VERSION;
                (site == CLASS_SITE | u64::from(version)).then(|| Value::from_bits(*pc.add(2)))
            }
            core::MODULE if site == MODULE_SITE => {
                let dict = o.cast_unchecked::<objects::module::Module>().existing_dict()?;
                let cache = *pc.add(2);
                if dict.keys_id.get() != cache as u32 {
                    return None;
                }
                dict.entry_value((cache >> 32) as u32).defined()
            }
            _ => None,
        }
    }
}

/// Lets a site's own cache say what the shared one said: `entry`.
///
/// # Safety
/// `pc` is at an attribute op of the running frame.
#[inline(always)]
pub unsafe fn refill(vm: *mut Vm, pc: Pc, entry: &Entry, for_call: bool) {
    // SAFETY: by contract.
    unsafe {
        let high = match entry.kind {
            kind::METHOD if for_call => 0,
            kind::VALUE => u64::from(for_call),
            offset if is_slot(offset) && !for_call => u64::from(offset),
            _ => return,
        };
        let site = if entry.shape & VERSION != 0 {
            CLASS_SITE | u64::from(entry.shape)
        } else {
            u64::from(entry.shape) | high << 32
        };
        crate::link::log_caches(vm);
        crate::machine::set_word(pc, 2, entry.value.bits());
        crate::machine::set_word(pc, 1, site);
    }
}

/// [`refill`] for a store.
///
/// # Safety
/// `pc` is at a `StoreAttr` of the running frame.
#[inline(always)]
pub unsafe fn refill_write(vm: *mut Vm, pc: Pc, entry: &Entry) {
    // SAFETY: by contract.
    unsafe {
        crate::link::log_caches(vm);
        crate::machine::set_word(pc, 2, entry.value.bits());
        crate::machine::set_word(pc, 1, u64::from(entry.shape) | u64::from(entry.kind) << 32);
    }
}

/// The attribute `name` of a module, with the two cache words that find it again.
pub fn module_attribute(vm: &mut Vm, o: Value, name: Gc<Str>) -> PyResult<Option<(Value, u64)>> {
    let Some(module) = o.exact::<objects::module::Module>() else { return Ok(None) };
    let ty = class_of(o);
    if Type::lookup(ty, vm, name).is_some() {
        return Ok(None);
    }
    let dict = objects::module::Module::dict(module, vm)?;
    let Some(index) = dict.find_entry_str(name) else { return Ok(None) };
    let id = dict.layout_id(vm);
    if id == 0 {
        return Ok(None);
    }
    Ok(Some((dict.entry_value(index), u64::from(id) | u64::from(index) << 32)))
}

/// Whether the value is an instance's own and not a class's: tells reads of unset slots apart.
#[inline(always)]
pub fn is_slot(kind: u32) -> bool {
    kind >= INLINE_SLOTS as u32
}

/// The value in the slot at `offset` of `o`; UNDEF if it was never set.
///
/// # Safety
/// An entry for the shape of `o` says that the slot is there.
#[inline(always)]
pub unsafe fn slot(o: Value, offset: u32) -> Value {
    // SAFETY: by contract.
    unsafe { *((o.bits() - TAG_HEAP) as *const u8).add(offset as usize).cast::<Value>() }
}

/// The value in the slot outside of `o` that `entry` tells.
///
/// # Safety
/// `entry`, of kind [`kind::OUTSIDE`], is about the shape of `o`.
#[inline(always)]
pub unsafe fn outside(o: Value, entry: &Entry) -> Value {
    // SAFETY: by contract.
    unsafe { attrs::outside_slot(o, entry.value.bits() as usize) }
}

/// The class that a classmethod found for `o` gets.
#[inline]
pub fn receiver_class(o: Value) -> Value {
    if o.shape() == core::TYPE { o } else { class_of(o).into() }
}

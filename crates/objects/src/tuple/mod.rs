//! Tuples: immutable sequences with their items inline.
//!
//! Invariant: the items are complete before the tuple can be seen by Python or by the collector, and never change
//! afterwards (a tuple being built by [`TupleBuilder`] is private). The hash is cached once it is known; -1 means unknown.

mod iter;
mod methods;

pub use iter::TupleIterator;

use crate::array::trace_words;
use crate::def::{Made, TypeDef, TypeFlags};
use crate::layout::{Layout, Object};
use crate::list::List;
use crate::shape::core;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Gc, Header, Tracer};
use std::cell::Cell;

/// A tuple. Subclasses keep their attribute word behind the items.
#[repr(C)]
pub struct Tuple {
    header: Header,
    len: usize,
    hash: Cell<i64>,
    items: [Value; 0],
}

/// Offset of the first item.
pub const ITEMS: usize = size_of::<Tuple>();
/// Most items: their bytes have to fit an `isize`.
const MAX_ITEMS: usize = (isize::MAX as usize - ITEMS) / size_of::<Value>() - 2;

static LAYOUT: Layout = Layout {
    name: "Tuple",
    base: None,
    size: ITEMS,
    full_size: Some(full_size),
    trace,
    drop: None,
};

static DEF: TypeDef = TypeDef {
    name: "tuple",
    doc: "Built-in immutable sequence.\n\nIf no argument is given, the constructor returns an empty tuple.\nIf iterable is \
          specified the tuple is initialized from iterable's items.\n\nIf the argument is a tuple, the return value is \
          the same object.",
    signature: "(iterable=(), /)",
    base: Some(crate::object::OBJECT),
    layout: &LAYOUT,
    flags: TypeFlags::BASETYPE.with(TypeFlags::SEQUENCE).with(TypeFlags::MATCH_SELF),
    slots: Tuple::__slots,
    methods: &[Tuple::__METHODS],
    getset: &[Tuple::__GETSET],
    consts: &[Tuple::__CONSTS],
    made: Made::with_shape(core::TUPLE),
};

// SAFETY: `repr(C)`, begins with a header, described by LAYOUT.
unsafe impl Object for Tuple {
    const LAYOUT: &'static Layout = &LAYOUT;
    fn def() -> &'static TypeDef {
        &DEF
    }
}

unsafe fn full_size(object: *const Header) -> usize {
    // SAFETY: called with tuples only.
    ITEMS + unsafe { (*object.cast::<Tuple>()).len } * size_of::<Value>()
}

unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: called with tuples only, whose items are initialised.
    for item in unsafe { (*object.cast::<Tuple>()).items() } {
        tracer.word(item.bits());
    }
}

/// Traces the items of a tuple that lie in `[low, high)`.
///
/// # Safety
/// `object` is a live tuple.
pub unsafe fn trace_range(object: *mut Header, low: *mut u8, high: *mut u8, tracer: &mut Tracer) {
    // SAFETY: the caller's promise.
    let items = unsafe { (*object.cast::<Tuple>()).items() };
    // SAFETY: a cell is laid out like its content.
    let cells =
        unsafe { std::slice::from_raw_parts(items.as_ptr().cast::<Cell<Value>>(), items.len()) };
    trace_words(cells, low as usize, high as usize, tracer);
}

struct Static(Tuple);
// SAFETY: nothing but the hash and the header are ever written, by the thread that holds the lock.
unsafe impl Sync for Static {}
static EMPTY: Static =
    Static(Tuple { header: Header::new(core::TUPLE, 0), len: 0, hash: Cell::new(-1), items: [] });

impl Tuple {
    /// The empty tuple. It lies outside the heap.
    #[inline(always)]
    pub fn empty() -> Gc<Tuple> {
        // SAFETY: a static is live for ever; it is written through cells only.
        unsafe { Gc::from_ptr((&raw const EMPTY.0).cast_mut()) }
    }

    /// A tuple of `items`.
    pub fn from_slice(vm: &mut Vm, items: &[Value]) -> PyResult<Gc<Tuple>> {
        if items.is_empty() {
            return Ok(Self::empty());
        }
        Self::create_in(vm, None, items.len(), |slots| {
            for (slot, item) in slots.iter().zip(items) {
                slot.set(*item);
            }
        })
    }

    /// A tuple of two items.
    #[inline]
    pub fn pair(vm: &mut Vm, a: Value, b: Value) -> PyResult<Gc<Tuple>> {
        Self::from_slice(vm, &[a, b])
    }

    /// A tuple of the first `len` values of `cells`.
    pub fn from_cells(vm: &mut Vm, cells: &[Cell<Value>]) -> PyResult<Gc<Tuple>> {
        if cells.is_empty() {
            return Ok(Self::empty());
        }
        Self::create_in(vm, None, cells.len(), |slots| {
            for (slot, cell) in slots.iter().zip(cells) {
                slot.set(cell.get());
            }
        })
    }

    /// A tuple of class `cls`, a subclass of `tuple`.
    pub fn new_as(vm: &mut Vm, cls: Gc<Type>, items: &[Value]) -> PyResult<Gc<Tuple>> {
        Self::create_in(vm, Some(cls), items.len(), |slots| {
            for (slot, item) in slots.iter().zip(items) {
                slot.set(*item);
            }
        })
    }

    /// `len` items which `fill` stores; it gets cells that hold None and must not allocate.
    pub fn build(
        vm: &mut Vm,
        len: usize,
        fill: impl FnOnce(&[Cell<Value>]),
    ) -> PyResult<Gc<Tuple>> {
        if len == 0 {
            return Ok(Self::empty());
        }
        Self::create_in(vm, None, len, fill)
    }

    fn create_in(
        vm: &mut Vm,
        cls: Option<Gc<Type>>,
        len: usize,
        fill: impl FnOnce(&[Cell<Value>]),
    ) -> PyResult<Gc<Tuple>> {
        if len > MAX_ITEMS {
            return Err(vm.memory_error());
        }
        let size = ITEMS + len * size_of::<Value>();
        let object = match cls {
            None => vm.alloc(core::TUPLE, size)?,
            Some(cls) => vm.alloc_var_object(cls, size)?,
        };
        let tuple = object.as_ptr().cast::<Tuple>();
        // SAFETY: fresh memory of this size; everything is written before the next allocation.
        unsafe {
            (&raw mut (*tuple).len).write(len);
            (&raw mut (*tuple).hash).write(Cell::new(-1));
            let slots = tuple.cast::<u8>().add(ITEMS).cast::<Value>();
            for index in 0..len {
                slots.add(index).write(Value::NONE);
            }
            fill(std::slice::from_raw_parts(slots.cast::<Cell<Value>>(), len));
            Ok(Gc::from_ptr(tuple))
        }
    }

    /// Number of items.
    #[inline(always)]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The items. They never change, so the slice may be held as long as the tuple is held in a local.
    #[inline(always)]
    pub fn items(&self) -> &[Value] {
        // SAFETY: `len` initialised items follow the fixed part.
        unsafe {
            std::slice::from_raw_parts(
                std::ptr::from_ref(self).cast::<u8>().add(ITEMS).cast(),
                self.len,
            )
        }
    }

    /// The items without a tie to this reference: for use while the tuple is certainly held elsewhere.
    #[inline(always)]
    pub fn as_static_items(&self) -> &'static [Value] {
        // SAFETY: as in `items`; items never move or change, and callers hold the tuple.
        unsafe {
            std::slice::from_raw_parts(
                std::ptr::from_ref(self).cast::<u8>().add(ITEMS).cast(),
                self.len,
            )
        }
    }

    /// The item at `index`.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        self.items().get(index).copied()
    }

    /// The cached hash, if it is known.
    pub fn cached_hash(&self) -> Option<i64> {
        Some(self.hash.get()).filter(|hash| *hash != -1)
    }

    /// Remembers the hash.
    pub(crate) fn cache_hash(&self, hash: i64) {
        self.hash.set(hash);
    }

    /// `tuple(iterable)`: an exact tuple is returned as it is.
    pub fn from_iterable(vm: &mut Vm, iterable: Value) -> PyResult<Gc<Tuple>> {
        if let Some(tuple) = iterable.exact::<Tuple>() {
            return Ok(tuple);
        }
        let list = List::from_iterable(vm, iterable)?;
        list.to_tuple(vm)
    }

    /// A tuple of a list's items.
    pub fn from_list(vm: &mut Vm, list: Gc<List>) -> PyResult<Gc<Tuple>> {
        list.to_tuple(vm)
    }

    /// `len` reserved items to be stored one by one while Python code runs in between.
    pub fn builder(vm: &mut Vm, len: usize) -> PyResult<TupleBuilder> {
        let array = crate::array::Values::alloc(vm, len)?;
        Ok(TupleBuilder { array, len: 0 })
    }
}

/// Collects the items of a tuple whose length is known, while Python code may run between them.
pub struct TupleBuilder {
    array: Gc<crate::array::Values>,
    len: usize,
}

impl TupleBuilder {
    /// Adds an item; one beyond the reserved length is ignored.
    pub fn push(&mut self, vm: &mut Vm, item: Value) {
        if self.len < self.array.cap() {
            crate::array::Values::set(self.array, vm, self.len, item);
            self.len += 1;
        }
    }

    /// The tuple of the items added.
    pub fn finish(self, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let array = self.array;
        Tuple::from_cells(vm, array.cells().get(..self.len).unwrap_or(&[]))
    }
}

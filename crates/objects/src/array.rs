//! Arrays of Values in the collected heap: the storage of lists, and working memory that the collector sees.
//!
//! Invariant: all `cap` items are initialised (UNDEF where nothing was stored), so the whole array may be traced at any
//! time. Arrays never move and never change their capacity; their owner replaces them. Items are [`Cell`]s: a slice of
//! them may be held across calls into Python, as long as the array itself is held in a local.

use crate::layout::{Layout, Object};
use crate::shape::core;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Gc, Header, Tracer};
use std::cell::Cell;
use std::ops::Range;

/// A fixed-size array of Values. Not a Python object.
#[repr(C)]
pub struct Values {
    header: Header,
    cap: usize,
    items: [Cell<Value>; 0],
}

/// Offset of the first item, for machine code and fast paths.
pub const ITEMS: usize = size_of::<Values>();
/// Most items of an array: their bytes have to fit an `isize`.
pub const MAX_ITEMS: usize = (isize::MAX as usize - ITEMS) / size_of::<Value>();

/// How arrays are laid out and traced.
pub static LAYOUT: Layout = Layout {
    name: "Values",
    base: None,
    size: ITEMS,
    full_size: Some(full_size),
    trace,
    drop: None,
};

unsafe fn full_size(object: *const Header) -> usize {
    // SAFETY: called with arrays only.
    ITEMS + unsafe { (*object.cast::<Values>()).cap } * size_of::<Value>()
}

unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: called with arrays only, all of whose items are initialised.
    for item in unsafe { (*object.cast::<Values>()).cells() } {
        tracer.word(item.get().bits());
    }
}

/// Traces the items of an array that lie in `[low, high)`.
///
/// # Safety
/// `object` is a live [`Values`] array.
pub unsafe fn trace_range(object: *mut Header, low: *mut u8, high: *mut u8, tracer: &mut Tracer) {
    // SAFETY: the caller's promise.
    let cells = unsafe { (*object.cast::<Values>()).cells() };
    trace_words(cells, low as usize, high as usize, tracer);
}

/// Traces those of `cells` whose addresses lie in `[low, high)`.
pub(crate) fn trace_words(cells: &[Cell<Value>], low: usize, high: usize, tracer: &mut Tracer) {
    let start = cells.as_ptr() as usize;
    let index =
        |address: usize| (address.saturating_sub(start) / size_of::<Value>()).min(cells.len());
    for item in &cells[index(low)..index(high)] {
        tracer.word(item.get().bits());
    }
}

struct Static(Values);
// SAFETY: the array has no items and its header is never written: it is outside the heap, so the collector ignores it.
unsafe impl Sync for Static {}
static EMPTY: Static = Static(Values { header: Header::new(core::VALUES, 0), cap: 0, items: [] });

/// The pointer to an object from a reference to it, as a write barrier needs it.
#[inline(always)]
pub fn gc_of<T: Object>(object: &T) -> Gc<T> {
    // SAFETY: structs with this trait exist as live objects only: their private header can't be made in any other way.
    unsafe { Gc::from_ptr(std::ptr::from_ref(object).cast_mut()) }
}

/// The capacity that an array of at least `cap` items gets when all of its memory cell is used.
fn roomy(cap: usize) -> usize {
    let bytes = ITEMS.saturating_add(cap.saturating_mul(size_of::<Value>()));
    if bytes > heap::MAX_CELL {
        return cap;
    }
    (heap::cell_size(heap::class_of(bytes)) - ITEMS) / size_of::<Value>()
}

impl Values {
    /// Where the items are. Stores need the barrier of the array.
    #[inline(always)]
    pub fn first(&self) -> *mut Value {
        // SAFETY: `cap` items follow the fixed part; this is the address behind it.
        unsafe { std::ptr::from_ref(self).cast::<u8>().cast_mut().add(ITEMS).cast() }
    }

    /// The array without items. It lies outside the heap; nothing can be stored into it.
    pub fn empty() -> Gc<Values> {
        // SAFETY: a static is live for ever; nothing is written through the pointer, as there are no items.
        unsafe { Gc::from_ptr((&raw const EMPTY.0).cast_mut()) }
    }

    /// An array of `cap` items, all UNDEF.
    pub fn alloc(vm: &mut Vm, cap: usize) -> PyResult<Gc<Values>> {
        Self::alloc_from(vm, cap, &[])
    }

    /// An array of `cap` items or a few more, whatever fills the memory cell.
    pub fn alloc_roomy(vm: &mut Vm, cap: usize) -> PyResult<Gc<Values>> {
        Self::alloc(vm, roomy(cap))
    }

    /// An array of exactly `cap` items that starts with `items`, the rest UNDEF. At most `cap` of `items` are taken.
    pub fn alloc_from(vm: &mut Vm, cap: usize, items: &[Value]) -> PyResult<Gc<Values>> {
        if cap > MAX_ITEMS {
            return Err(vm.memory_error());
        }
        let object = vm.alloc(core::VALUES, ITEMS + cap * size_of::<Value>())?;
        let array = object.as_ptr().cast::<Values>();
        let taken = items.len().min(cap);
        // SAFETY: fresh memory of this size; everything is written before the next allocation, so no barrier is needed.
        unsafe {
            (&raw mut (*array).cap).write(cap);
            let slots = array.cast::<u8>().add(ITEMS).cast::<Value>();
            std::ptr::copy_nonoverlapping(items.as_ptr(), slots, taken);
            for index in taken..cap {
                slots.add(index).write(Value::UNDEF);
            }
            Ok(Gc::from_ptr(array))
        }
    }

    /// A new array of at least `cap` items that starts with the items `range` of this one. It is as new as an
    /// allocation gets: no barrier is needed until the next one.
    pub fn alloc_copy(
        vm: &mut Vm,
        cap: usize,
        from: Gc<Values>,
        range: Range<usize>,
    ) -> PyResult<Gc<Values>> {
        let cells = from.cells().get(range).unwrap_or(&[]);
        // SAFETY: a cell is laid out like its content, and nothing stores into `from` while the slice is in use:
        // allocation may collect, which doesn't write to objects.
        let items =
            unsafe { std::slice::from_raw_parts(cells.as_ptr().cast::<Value>(), cells.len()) };
        Self::alloc_from(vm, cap.max(items.len()), items)
    }

    /// How many items there are.
    #[inline(always)]
    pub fn cap(&self) -> usize {
        self.cap
    }

    /// The items. May be read at any time; a store of a heap reference through a cell is right only where no barrier is
    /// needed (the array is new since the last allocation, or everything stored is known to be old).
    #[inline(always)]
    pub fn cells(&self) -> &[Cell<Value>] {
        // SAFETY: `cap` initialised items follow the fixed part.
        unsafe {
            std::slice::from_raw_parts(
                std::ptr::from_ref(self).cast::<u8>().add(ITEMS).cast(),
                self.cap,
            )
        }
    }

    /// The item at `index`; UNDEF beyond the end.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Value {
        match self.cells().get(index) {
            Some(cell) => cell.get(),
            None => Value::UNDEF,
        }
    }

    /// Copies the `items` beginning at `from` out, as many as `out` holds and the array has.
    pub fn read(&self, from: usize, out: &mut [Value]) {
        let cells = self.cells().get(from..).unwrap_or(&[]);
        for (to, cell) in out.iter_mut().zip(cells) {
            *to = cell.get();
        }
    }

    /// Stores an item.
    #[inline(always)]
    pub fn set(this: Gc<Values>, vm: &mut Vm, index: usize, value: Value) {
        let cell = &this.cells()[index];
        cell.set(value);
        if value.is_heap() {
            // SAFETY: the cell lies in the live array.
            unsafe { vm.heap().barrier_slot(this.header().as_ptr(), cell.as_ptr().cast()) };
        }
    }

    /// Sorts the first `len` items, which are all immediate ints.
    pub fn sort_small_ints(&self, len: usize) {
        let cells = &self.cells()[..len];
        assert!(
            cells.iter().all(|cell| cell.get().is_small_int()),
            "only ints are compared by their words"
        );
        // SAFETY: cells of Values are laid out like their 64-bit words; nothing else looks at them meanwhile. The words of
        // ints are ordered like the ints.
        let words =
            unsafe { std::slice::from_raw_parts_mut(cells.as_ptr().cast::<i64>().cast_mut(), len) };
        words.sort_unstable();
    }

    /// Stores UNDEF into the items `range`.
    pub fn clear(&self, range: Range<usize>) {
        for cell in &self.cells()[range] {
            cell.set(Value::UNDEF);
        }
    }

    /// Moves the items `range` to `to`; the ranges may overlap.
    pub fn copy_within(this: Gc<Values>, vm: &mut Vm, range: Range<usize>, to: usize) {
        let cells = this.cells();
        let count = range.len();
        let (from, into) = (cells[range].as_ptr(), cells[to..to + count].as_ptr());
        // SAFETY: both ranges were checked; cells are laid out like Values, and the stores happen at once.
        unsafe { std::ptr::copy(from.cast::<Value>(), into.cast::<Value>().cast_mut(), count) };
        Self::stored(this, vm, to..to + count);
    }

    /// Stores `items` from `to` on.
    pub fn write(this: Gc<Values>, vm: &mut Vm, to: usize, items: &[Value]) {
        for (cell, item) in this.cells()[to..to + items.len()].iter().zip(items) {
            cell.set(*item);
        }
        Self::stored(this, vm, to..to + items.len());
    }

    /// Stores the items `range` of `from`, another or the same array, from `to` on.
    pub fn write_array(
        this: Gc<Values>,
        vm: &mut Vm,
        to: usize,
        from: Gc<Values>,
        range: Range<usize>,
    ) {
        if this == from {
            return Self::copy_within(this, vm, range, to);
        }
        let source = &from.cells()[range];
        for (cell, item) in this.cells()[to..to + source.len()].iter().zip(source) {
            cell.set(item.get());
        }
        Self::stored(this, vm, to..to + source.len());
    }

    /// The write barrier for the items `range`, which have just been stored through their cells.
    pub fn stored(this: Gc<Values>, vm: &mut Vm, range: Range<usize>) {
        let slots = this.cells()[range].as_ptr_range();
        // SAFETY: the slots lie in the live array.
        unsafe {
            vm.heap().barrier_range(this.header().as_ptr(), slots.start.cast(), slots.end.cast())
        };
    }
}

//! The hash table of sets, cell for cell as CPython's, since its order is visible to programs.
//!
//! Open addressing: from its home cell a key is looked for in a few neighbouring cells, then at the next place of a
//! perturbed sequence. A cell is empty (hash 0), deleted (hash -1, which no key has) or holds a key. Invariant: all cells
//! are initialised; at least two fifths of them are empty.

use crate::layout::Layout;
use crate::shape::core;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Gc, Header, Tracer};
use std::cell::Cell;

/// Neighbouring cells looked at before the search goes on elsewhere.
const LINEAR_PROBES: usize = 9;
const PERTURB_SHIFT: u32 = 5;
/// Cells of the smallest table.
pub const MIN_SIZE: usize = 8;
const DELETED: i64 = -1;

/// One cell.
#[repr(C)]
pub struct Slot {
    /// The key's hash; 0 when empty, -1 when deleted.
    pub hash: Cell<i64>,
    /// The key; UNDEF when empty or deleted.
    pub key: Cell<Value>,
}

/// The table. Not a Python object.
#[repr(C)]
pub struct SetTable {
    header: Header,
    mask: usize,
    slots: [Slot; 0],
}

const SLOTS: usize = size_of::<SetTable>();
const SLOT_SIZE: usize = size_of::<Slot>();

/// How tables are laid out and traced.
pub static LAYOUT: Layout = Layout {
    name: "SetTable",
    base: None,
    size: SLOTS,
    full_size: Some(full_size),
    trace,
    drop: None,
};

unsafe fn full_size(object: *const Header) -> usize {
    // SAFETY: called with tables only.
    SLOTS + (unsafe { (*object.cast::<SetTable>()).mask } + 1) * SLOT_SIZE
}

unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: called with tables only.
    for slot in unsafe { (*object.cast::<SetTable>()).slots() } {
        tracer.word(slot.key.get().bits());
    }
}

/// Traces the keys of a table that lie in `[low, high)`.
///
/// # Safety
/// `object` is a live table.
pub unsafe fn trace_range(object: *mut Header, low: *mut u8, high: *mut u8, tracer: &mut Tracer) {
    // SAFETY: the caller's promise.
    let slots = unsafe { (*object.cast::<SetTable>()).slots() };
    let start = slots.as_ptr() as usize;
    let (low, high) = (low as usize, high as usize);
    let first = (low.saturating_sub(start) / SLOT_SIZE).min(slots.len());
    let last = high.saturating_sub(start).div_ceil(SLOT_SIZE).min(slots.len());
    for slot in &slots[first..last.max(first)] {
        if (low..high).contains(&(&raw const slot.key as usize)) {
            tracer.word(slot.key.get().bits());
        }
    }
}

#[repr(C)]
struct Static(SetTable, [Slot; MIN_SIZE]);
// SAFETY: a set never stores into this table: it gets one of its own with its first key.
unsafe impl Sync for Static {}
static EMPTY: Static = Static(
    SetTable { header: Header::new(core::SET_TABLE, 0), mask: MIN_SIZE - 1, slots: [] },
    [const { Slot { hash: Cell::new(0), key: Cell::new(Value::UNDEF) } }; MIN_SIZE],
);

/// A walk over the cells where a hash may be.
#[derive(Clone, Copy)]
pub struct Probe {
    mask: usize,
    home: usize,
    cell: usize,
    last: usize,
    perturb: u64,
}

impl Probe {
    fn at(mask: usize, home: usize, perturb: u64) -> Probe {
        let last = if home + LINEAR_PROBES <= mask { home + LINEAR_PROBES } else { home };
        Probe { mask, home, cell: home, last, perturb }
    }

    /// The cell to look at, and on to the next.
    #[inline(always)]
    pub fn step(&mut self) -> usize {
        let cell = self.cell;
        if cell < self.last {
            self.cell += 1;
        } else {
            let perturb = self.perturb >> PERTURB_SHIFT;
            let home = self.home.wrapping_mul(5).wrapping_add(1).wrapping_add(perturb as usize)
                & self.mask;
            *self = Self::at(self.mask, home, perturb);
        }
        cell
    }
}

impl Slot {
    /// Whether there never was a key.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.hash.get() == 0 && self.key.get().is_undef()
    }
}

impl Slot {
    /// Whether its key was deleted.
    #[inline(always)]
    pub fn is_deleted(&self) -> bool {
        self.hash.get() == DELETED
    }
}

impl SetTable {
    /// The table of empty sets. It lies outside the heap and is never written.
    pub fn none() -> Gc<SetTable> {
        // SAFETY: a static is live for ever; the slots follow the fixed part as in any table.
        unsafe { Gc::from_ptr((&raw const EMPTY).cast::<SetTable>().cast_mut()) }
    }

    /// An empty table of `size` cells, a power of two.
    pub fn alloc(vm: &mut Vm, size: usize) -> PyResult<Gc<SetTable>> {
        let bytes = size.checked_mul(SLOT_SIZE).and_then(|bytes| bytes.checked_add(SLOTS));
        let Some(bytes) = bytes.filter(|bytes| isize::try_from(*bytes).is_ok()) else {
            return Err(vm.memory_error());
        };
        let object = vm.alloc(core::SET_TABLE, bytes)?;
        let table = object.as_ptr().cast::<SetTable>();
        // SAFETY: fresh memory of this size.
        unsafe {
            (&raw mut (*table).mask).write(size - 1);
            let slots = table.cast::<u8>().add(SLOTS).cast::<Slot>();
            for index in 0..size {
                slots.add(index).write(Slot { hash: Cell::new(0), key: Cell::new(Value::UNDEF) });
            }
            Ok(Gc::from_ptr(table))
        }
    }

    /// A copy, cell by cell.
    pub fn duplicate(&self, vm: &mut Vm) -> PyResult<Gc<SetTable>> {
        let copy = Self::alloc(vm, self.mask + 1)?;
        for (to, from) in copy.slots().iter().zip(self.slots()) {
            // Nothing is allocated meanwhile, so the new table needs no barrier.
            to.hash.set(from.hash.get());
            to.key.set(from.key.get());
        }
        Ok(copy)
    }

    /// Number of cells less one.
    #[inline(always)]
    pub fn mask(&self) -> usize {
        self.mask
    }

    /// The cells.
    #[inline(always)]
    pub fn slots(&self) -> &[Slot] {
        // SAFETY: `mask + 1` initialised cells follow the fixed part.
        unsafe {
            std::slice::from_raw_parts(
                std::ptr::from_ref(self).cast::<u8>().add(SLOTS).cast(),
                self.mask + 1,
            )
        }
    }

    /// Starts the search for `hash`.
    #[inline(always)]
    pub fn probe(&self, hash: i64) -> Probe {
        Probe::at(self.mask, hash as usize & self.mask, hash as u64)
    }

    /// Puts a key, which isn't there, into the first empty cell of a table without deleted ones. The caller sees to the
    /// barrier.
    pub fn insert_clean(&self, hash: i64, key: Value) {
        let mut probe = self.probe(hash);
        loop {
            let slot = &self.slots()[probe.step()];
            if slot.key.get().is_undef() {
                slot.hash.set(hash);
                slot.key.set(key);
                return;
            }
        }
    }

    /// Stores a key into a cell, with the write barrier.
    pub fn store(this: Gc<SetTable>, vm: &mut Vm, cell: usize, hash: i64, key: Value) {
        let slot = &this.slots()[cell];
        slot.hash.set(hash);
        slot.key.set(key);
        // SAFETY: the slot lies in the live table.
        unsafe { vm.heap().barrier_slot(this.header().as_ptr(), slot.key.as_ptr().cast()) };
    }

    /// Deletes the key in a cell.
    pub fn delete(&self, cell: usize) {
        let slot = &self.slots()[cell];
        slot.hash.set(DELETED);
        slot.key.set(Value::UNDEF);
    }
}

//! The hash table of dictionaries: entries in order of insertion, and an index of them by hash.
//!
//! One object holds both: `cap` entries, then `1 << log2` index cells of one, two or four bytes. An index cell holds the
//! number of an entry, or says that it is empty or was one of a deleted entry. Invariants: the first `used` entries are
//! initialised (deleted ones are UNDEF), at least a third of the index is empty, and while `strings` is set every key is
//! an exact `str`. Probing and growth follow CPython, where they can be observed.

use crate::layout::Layout;
use crate::shape::core;
use crate::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Gc, Header, Tracer};
use std::cell::Cell;

/// One key and its value.
#[repr(C)]
pub struct Entry {
    /// The key's hash.
    pub hash: Cell<i64>,
    /// The key; UNDEF in a deleted entry.
    pub key: Cell<Value>,
    /// The value; UNDEF in a deleted entry.
    pub value: Cell<Value>,
}

/// The table. Not a Python object.
#[repr(C)]
pub struct DictTable {
    header: Header,
    cap: u32,
    used: Cell<u32>,
    /// How many entries may still be appended. Less than `cap - used` after entries at the end were dropped, as their
    /// index cells aren't empty again.
    left: Cell<u32>,
    log2: u8,
    width: u8,
    strings: Cell<bool>,
    /// The index of the table without entries, which has one cell.
    empty: u8,
    entries: [Entry; 0],
}

/// Offset of the first entry, for machine code.
pub const ENTRIES: usize = size_of::<DictTable>();
/// Bytes of an entry.
pub const ENTRY_SIZE: usize = size_of::<Entry>();
/// Offset of the value in an entry.
pub const ENTRY_VALUE: usize = std::mem::offset_of!(Entry, value);
/// Smallest size of an index, as a power of two.
pub const MIN_LOG2: u8 = 3;
const MAX_LOG2: u8 = 32;
const EMPTY: u32 = u32::MAX;
const DELETED: u32 = u32::MAX - 1;
const PERTURB_SHIFT: u32 = 5;

/// How tables are laid out and traced.
pub static LAYOUT: Layout = Layout {
    name: "DictTable",
    base: None,
    size: ENTRIES,
    full_size: Some(full_size),
    trace,
    drop: None,
};

unsafe fn full_size(object: *const Header) -> usize {
    // SAFETY: called with tables only.
    unsafe { &*object.cast::<DictTable>() }.bytes()
}

unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: called with tables only.
    for entry in unsafe { (*object.cast::<DictTable>()).entries() } {
        tracer.word(entry.key.get().bits());
        tracer.word(entry.value.get().bits());
    }
}

/// Traces the keys and values of a table that lie in `[low, high)`.
///
/// # Safety
/// `object` is a live table.
pub unsafe fn trace_range(object: *mut Header, low: *mut u8, high: *mut u8, tracer: &mut Tracer) {
    // SAFETY: the caller's promise.
    let entries = unsafe { (*object.cast::<DictTable>()).entries() };
    let start = entries.as_ptr() as usize;
    let (low, high) = (low as usize, high as usize);
    let first = (low.saturating_sub(start) / ENTRY_SIZE).min(entries.len());
    let last = high.saturating_sub(start).div_ceil(ENTRY_SIZE).min(entries.len());
    for entry in &entries[first..last.max(first)] {
        for cell in [&entry.key, &entry.value] {
            if (low..high).contains(&(std::ptr::from_ref(cell) as usize)) {
                tracer.word(cell.get().bits());
            }
        }
    }
}

struct Static(DictTable);
// SAFETY: the table has no room for entries, so it is never written; outside the heap the collector ignores it.
unsafe impl Sync for Static {}
static NONE: Static = Static(DictTable {
    header: Header::new(core::DICT_TABLE, 0),
    cap: 0,
    used: Cell::new(0),
    left: Cell::new(0),
    log2: 0,
    width: 0,
    strings: Cell::new(true),
    empty: u8::MAX,
    entries: [],
});

/// A walk over the index cells where a hash may be.
#[derive(Clone, Copy)]
pub struct Probe {
    mask: usize,
    cell: usize,
    perturb: u64,
}

/// What an index cell says.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Found {
    /// Nothing was ever there: the search ends.
    Empty,
    /// An entry was deleted.
    Deleted,
    /// The number of an entry.
    Entry(usize),
}

impl Probe {
    #[inline(always)]
    fn advance(&mut self) {
        self.perturb >>= PERTURB_SHIFT;
        self.cell = self.cell.wrapping_mul(5).wrapping_add(self.perturb as usize).wrapping_add(1)
            & self.mask;
    }
}

/// The table size (as a power of two) with room for `count` entries.
pub fn log2_for(count: usize) -> u8 {
    log2_of_cells(count.saturating_mul(3).saturating_add(1) / 2)
}

/// The table size (as a power of two) that a full table of `live` entries grows to.
pub fn log2_grown(live: usize) -> u8 {
    log2_of_cells(live.saturating_mul(3))
}

fn log2_of_cells(cells: usize) -> u8 {
    let smallest = 1 << MIN_LOG2;
    (usize::BITS - (((cells | smallest) - 1) | (smallest - 1)).leading_zeros()) as u8
}

const fn room(log2: u8) -> u64 {
    (1u64 << log2 << 1) / 3
}

impl DictTable {
    /// The table without entries and without room. It lies outside the heap.
    #[inline(always)]
    pub fn none() -> Gc<DictTable> {
        // SAFETY: a static is live for ever and is never written.
        unsafe { Gc::from_ptr((&raw const NONE.0).cast_mut()) }
    }

    /// An empty table of `1 << log2` index cells.
    pub fn alloc(vm: &mut Vm, log2: u8, strings: bool) -> PyResult<Gc<DictTable>> {
        if log2 > MAX_LOG2 {
            return Err(vm.memory_error());
        }
        let cap = room(log2) as usize;
        let width = if log2 <= 8 {
            0
        } else if log2 <= 16 {
            1
        } else {
            2
        };
        let index = 1usize << log2 << width;
        let object = vm.alloc(core::DICT_TABLE, ENTRIES + cap * ENTRY_SIZE + index)?;
        let table = object.as_ptr().cast::<DictTable>();
        // SAFETY: fresh memory of this size; entries beyond `used` aren't looked at.
        unsafe {
            (&raw mut (*table).cap).write(cap as u32);
            (&raw mut (*table).used).write(Cell::new(0));
            (&raw mut (*table).left).write(Cell::new(cap as u32));
            (&raw mut (*table).log2).write(log2);
            (&raw mut (*table).width).write(width);
            (&raw mut (*table).strings).write(Cell::new(strings));
            (&raw mut (*table).empty).write(u8::MAX);
            table.cast::<u8>().add(ENTRIES + cap * ENTRY_SIZE).write_bytes(u8::MAX, index);
            Ok(Gc::from_ptr(table))
        }
    }

    /// A table of `1 << log2` index cells with the live entries of this one, which have to fit.
    pub fn rebuilt(&self, vm: &mut Vm, log2: u8) -> PyResult<Gc<DictTable>> {
        let new = Self::alloc(vm, log2, self.strings.get())?;
        for entry in self.entries() {
            if !entry.key.get().is_undef() {
                // Nothing is allocated meanwhile, so the new table needs no barrier.
                new.append(entry.hash.get(), entry.key.get(), entry.value.get());
            }
        }
        Ok(new)
    }

    /// A copy, byte for byte.
    pub fn duplicate(&self, vm: &mut Vm) -> PyResult<Gc<DictTable>> {
        if self.cap == 0 {
            return Ok(Self::none());
        }
        let bytes = self.bytes();
        let object = vm.alloc(core::DICT_TABLE, bytes)?;
        let skip = size_of::<Header>();
        // SAFETY: both objects have `bytes` bytes; the copy is new, so no barrier is needed.
        unsafe {
            let from = std::ptr::from_ref(self).cast::<u8>().add(skip);
            let to = object.as_ptr().cast::<u8>().add(skip);
            std::ptr::copy_nonoverlapping(from, to, bytes - skip);
        }
        // SAFETY: the object is complete now.
        Ok(unsafe { Gc::from_header(object) })
    }

    /// Bytes of the table.
    pub fn bytes(&self) -> usize {
        ENTRIES + self.cap as usize * ENTRY_SIZE + (1 << self.log2 << self.width)
    }

    /// Entries in use, deleted ones included.
    #[inline(always)]
    pub fn used(&self) -> usize {
        self.used.get() as usize
    }

    /// Whether there is no room for another entry.
    #[inline(always)]
    pub fn is_full(&self) -> bool {
        self.left.get() == 0
    }

    /// The size of the index as a power of two.
    pub fn log2(&self) -> u8 {
        self.log2
    }

    /// Whether all keys are exact strings.
    #[inline(always)]
    pub fn strings(&self) -> bool {
        self.strings.get()
    }

    /// From now on keys may be anything.
    pub fn set_generic(&self) {
        if self.cap != 0 {
            self.strings.set(false);
        }
    }

    /// The entries in use, in order of insertion.
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        // SAFETY: the first `used` entries are initialised.
        unsafe {
            std::slice::from_raw_parts(
                std::ptr::from_ref(self).cast::<u8>().add(ENTRIES).cast(),
                self.used(),
            )
        }
    }

    /// The entry `number`, unless it is deleted or there is none.
    #[inline(always)]
    pub fn live(&self, number: usize) -> Option<&Entry> {
        self.entries().get(number).filter(|entry| !entry.key.get().is_undef())
    }

    #[inline(always)]
    fn index(&self) -> *mut u8 {
        let this = std::ptr::from_ref(self).cast::<u8>();
        if self.cap == 0 {
            return (&raw const self.empty).cast_mut();
        }
        // SAFETY: the index lies behind the entries.
        unsafe { this.add(ENTRIES + self.cap as usize * ENTRY_SIZE).cast_mut() }
    }

    /// Starts the search for `hash`.
    #[inline(always)]
    pub fn probe(&self, hash: i64) -> Probe {
        let mask = (1usize << self.log2) - 1;
        Probe { mask, cell: hash as usize & mask, perturb: hash as u64 }
    }

    /// The cell a probe is at, and on to the next.
    #[inline(always)]
    pub fn step(&self, probe: &mut Probe) -> Found {
        let content = self.read(probe.cell);
        probe.advance();
        match content {
            EMPTY => Found::Empty,
            DELETED => Found::Deleted,
            number => Found::Entry(number as usize),
        }
    }

    #[inline(always)]
    fn read(&self, cell: usize) -> u32 {
        debug_assert!(cell < 1 << self.log2);
        let index = self.index();
        // SAFETY: probes stay below the size of the index. Narrow cells are sign-extended, which keeps the two marks.
        unsafe {
            match self.width {
                0 => widen(u32::from(index.add(cell).read()), 8),
                1 => widen(u32::from(index.cast::<u16>().add(cell).read_unaligned()), 16),
                _ => index.cast::<u32>().add(cell).read_unaligned(),
            }
        }
    }

    fn put(&self, cell: usize, content: u32) {
        debug_assert!(cell < 1 << self.log2 && self.cap != 0);
        let index = self.index();
        // SAFETY: as in `read`.
        unsafe {
            match self.width {
                0 => index.add(cell).write(content as u8),
                1 => index.cast::<u16>().add(cell).write_unaligned(content as u16),
                _ => index.cast::<u32>().add(cell).write_unaligned(content),
            }
        }
    }

    /// The entry of an exact string, whose hash is given, among exact strings. Runs no Python code; keys that aren't
    /// exact strings are passed over.
    #[inline]
    pub fn find_str(&self, name: Gc<Str>, hash: i64) -> Option<usize> {
        let wanted = Value::from_gc(name);
        let entries = self.entries();
        let mut probe = self.probe(hash);
        loop {
            match self.step(&mut probe) {
                Found::Empty => return None,
                Found::Deleted => {}
                Found::Entry(number) => {
                    if let Some(entry) = entries.get(number) {
                        let key = entry.key.get();
                        if key == wanted || (entry.hash.get() == hash && same_str(key, name)) {
                            return Some(number);
                        }
                    }
                }
            }
        }
    }

    /// Appends an entry whose key isn't in the table; there is room. The caller sees to the barrier.
    pub fn append(&self, hash: i64, key: Value, value: Value) {
        assert!(!self.is_full(), "no room in a dict table");
        let mut probe = self.probe(hash);
        while self.read(probe.cell) < DELETED {
            probe.advance();
        }
        let number = self.used.get();
        self.put(probe.cell, number);
        // SAFETY: `number < cap`.
        unsafe {
            let entries =
                std::ptr::from_ref(self).cast::<u8>().add(ENTRIES).cast::<Entry>().cast_mut();
            let entry =
                Entry { hash: Cell::new(hash), key: Cell::new(key), value: Cell::new(value) };
            entries.add(number as usize).write(entry);
        }
        self.used.set(number + 1);
        self.left.set(self.left.get() - 1);
    }

    /// Appends an entry as [`DictTable::append`] does, with the write barrier.
    #[inline]
    pub fn insert(this: Gc<DictTable>, vm: &mut Vm, hash: i64, key: Value, value: Value) {
        this.append(hash, key, value);
        let entry = &this.entries()[this.used() - 1];
        // SAFETY: both cells lie in the live table. They may lie on different cards.
        unsafe {
            let owner = this.header().as_ptr();
            vm.heap().barrier_slot(owner, entry.key.as_ptr().cast());
            vm.heap().barrier_slot(owner, entry.value.as_ptr().cast());
        }
    }

    /// Replaces the value of the entry `number`, which exists.
    #[inline]
    pub fn set_value(this: Gc<DictTable>, vm: &mut Vm, number: usize, value: Value) {
        let cell = &this.entries()[number].value;
        cell.set(value);
        // SAFETY: the cell lies in the live table.
        unsafe { vm.heap().barrier_slot(this.header().as_ptr(), cell.as_ptr().cast()) };
    }

    /// Deletes the entry `number`, which exists.
    pub fn delete(&self, number: usize) {
        let Some(entry) = self.live(number) else { return };
        let mut probe = self.probe(entry.hash.get());
        while self.read(probe.cell) as usize != number {
            probe.advance();
        }
        self.put(probe.cell, DELETED);
        entry.key.set(Value::UNDEF);
        entry.value.set(Value::UNDEF);
    }

    /// Forgets the entries from `number` on, which are all deleted.
    pub fn drop_tail(&self, number: usize) {
        debug_assert!(self.entries()[number..].iter().all(|entry| entry.key.get().is_undef()));
        self.used.set(number as u32);
    }
}

/// Makes the two highest numbers of `bits` bits the two highest of 32 bits.
#[inline(always)]
const fn widen(content: u32, bits: u32) -> u32 {
    let top = (1 << bits) - 2;
    if content >= top { content | !((1 << bits) - 1) } else { content }
}

#[inline(always)]
fn same_str(key: Value, name: Gc<Str>) -> bool {
    key.exact::<Str>().is_some_and(|key| key.same_text(name))
}

//! Blocks of 32 KiB, their side tables, and the way from an address to a cell.
//!
//! One reservation of address space holds the blocks and, behind them, the side tables: a mark bit
//! per 16 bytes, a card byte per 256, a [`Block`] record per block. Tables are indexed by the
//! distance from the first block and committed along with the blocks, so finding the record or the
//! mark of any address is a subtraction and a shift.
//!
//! Invariants: only the first granule of a cell ever has its mark bit set; blocks not in use have no
//! bit set. A cell of a small block holds an object exactly if it is marked (it survived the last
//! collection) or unmarked and below the block's *frontier* (it was handed out since).

mod runs;

use std::cell::Cell;

use crate::OutOfMemory;
use crate::class::{CLASS_COUNT, GRANULE, cell_size};
use crate::options::HeapOptions;
use crate::os::{self, Reservation};

pub(crate) const BLOCK_SHIFT: u32 = 15;
/// Bytes per block.
pub(crate) const BLOCK: usize = 1 << BLOCK_SHIFT;
pub(crate) const CARD_SHIFT: u32 = 8;
const MARK_WORDS: usize = BLOCK / GRANULE / 64;
/// No block.
pub(crate) const NONE: u32 = u32::MAX;

/// What a block is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    /// In a free run. The all-zero record of a fresh block reads as this.
    Free = 0,
    /// Cells of one size class.
    Small = 1,
    /// First block of a large object.
    Large = 2,
    /// A further block of a large object.
    LargeTail = 3,
}

/// The record of one block. Which fields mean something depends on the kind.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct Block {
    pub(crate) kind: Cell<Kind>,
    /// Small: the size class.
    pub(crate) class: Cell<u8>,
    /// First of a free run: its pages are known to be untouched. Large: has dirty cards.
    pub(crate) flag: Cell<bool>,
    /// Small: cells marked by the last collection.
    pub(crate) live: Cell<u16>,
    /// Small: granules from the block's start that may hold objects handed out since the last collection.
    pub(crate) frontier: Cell<u16>,
    /// Link in a list (free runs of a length, partial blocks of a class, visited blocks, large objects).
    pub(crate) next: Cell<u32>,
    /// Free run: backward link. Large: link in the list of objects with dirty cards.
    pub(crate) prev: Cell<u32>,
    /// First and last of a free run, first of a large object: blocks in the run. Tail: the first block.
    pub(crate) run: Cell<u32>,
    /// Large: bytes of the object.
    pub(crate) size: Cell<usize>,
}

/// Frontier of a block all of whose cells may have been handed out.
pub(crate) const FRONTIER_ALL: u16 = (BLOCK / GRANULE) as u16;

/// All blocks of a heap and their side tables.
#[derive(Debug)]
pub(crate) struct Blocks {
    base: usize,
    marks: *mut u64,
    cards: *mut u8,
    infos: *mut Block,
    /// Committed blocks; records beyond are inaccessible.
    extent: Cell<u32>,
    reserved: u32,
    used: Cell<u32>,
    max_used: u32,
    runs: runs::FreeRuns,
    /// Keeps the address space; everything above points into it.
    _memory: Reservation,
}

/// `ceil(2^32 / cell size)` by class: multiplying an offset within a block by it divides by the size.
static RECIPROCAL: [u64; CLASS_COUNT] = {
    let mut table = [0; CLASS_COUNT];
    let mut class = 0;
    while class < CLASS_COUNT {
        table[class] = (1u64 << 32).div_ceil(cell_size(class) as u64);
        class += 1;
    }
    table
};

/// A bit per granule by class, set where a cell starts.
static CELL_STARTS: [[u64; MARK_WORDS]; CLASS_COUNT] = {
    let mut table = [[0; MARK_WORDS]; CLASS_COUNT];
    let mut class = 0;
    while class < CLASS_COUNT {
        let mut start = 0;
        while start + cell_size(class) <= BLOCK {
            table[class][start / GRANULE / 64] |= 1 << (start / GRANULE % 64);
            start += cell_size(class);
        }
        class += 1;
    }
    table
};

/// The first set bit of a block's bitmap at or after byte `from`, as a byte offset; `word` gives the
/// bitmap's words.
#[inline(always)]
fn first_bit(from: usize, word: impl Fn(usize) -> u64) -> Option<usize> {
    let mut index = from / GRANULE / 64;
    if index >= MARK_WORDS {
        return None;
    }
    let mut bits = word(index) & (!0 << (from / GRANULE % 64));
    while bits == 0 {
        index += 1;
        if index == MARK_WORDS {
            return None;
        }
        bits = word(index);
    }
    Some((index * 64 + bits.trailing_zeros() as usize) * GRANULE)
}

/// Bytes of a block of `class` that are covered by whole cells.
#[inline]
pub(crate) fn cells_end(class: usize) -> usize {
    BLOCK / cell_size(class) * cell_size(class)
}

impl Blocks {
    pub(crate) fn new(options: &HeapOptions) -> Result<Blocks, OutOfMemory> {
        let allowed = os::address_space_limit().map_or(usize::MAX, |limit| limit / 2);
        let wanted = options.reserve_bytes.unwrap_or(256 << 30).min(allowed);
        let mut len = wanted.max(4 << 20) >> 20 << 20;
        loop {
            if let Some(memory) = Reservation::new(total_bytes(len)) {
                return Ok(Self::carve(memory, len, options.max_heap));
            }
            if len <= 4 << 20 {
                return Err(OutOfMemory);
            }
            len = (len / 4).max(4 << 20) >> 20 << 20;
        }
    }

    fn carve(memory: Reservation, len: usize, max_heap: Option<usize>) -> Blocks {
        let start = memory.base();
        start.expose_provenance();
        let skip = (start as usize).next_multiple_of(TABLE_ALIGN) - start as usize;
        let marks = skip + len;
        let cards = (marks + len / 128).next_multiple_of(TABLE_ALIGN);
        let infos = (cards + (len >> CARD_SHIFT)).next_multiple_of(TABLE_ALIGN);
        Blocks {
            base: start as usize + skip,
            marks: start.wrapping_add(marks).cast(),
            cards: start.wrapping_add(cards),
            infos: start.wrapping_add(infos).cast(),
            extent: Cell::new(0),
            reserved: (len >> BLOCK_SHIFT) as u32,
            used: Cell::new(0),
            max_used: max_heap
                .map_or(u32::MAX, |max| u32::try_from(max >> BLOCK_SHIFT).unwrap_or(u32::MAX)),
            runs: runs::FreeRuns::new(),
            _memory: memory,
        }
    }

    /// Address of the first block.
    #[inline(always)]
    pub(crate) fn base(&self) -> usize {
        self.base
    }

    /// Committed bytes of blocks; addresses at or beyond `base + extent_bytes` are not the heap's.
    #[inline(always)]
    pub(crate) fn extent_bytes(&self) -> usize {
        (self.extent.get() as usize) << BLOCK_SHIFT
    }

    /// Number of committed blocks.
    #[inline(always)]
    pub(crate) fn extent(&self) -> u32 {
        self.extent.get()
    }

    /// Blocks the address space and the configured limit have room for.
    pub(crate) fn capacity(&self) -> usize {
        self.reserved.min(self.max_used) as usize
    }

    /// Bytes of blocks in use.
    pub(crate) fn used_bytes(&self) -> usize {
        (self.used.get() as usize) << BLOCK_SHIFT
    }

    pub(crate) fn marks(&self) -> *mut u64 {
        self.marks
    }

    /// The record of a committed block.
    #[inline(always)]
    pub(crate) fn info(&self, block: u32) -> &Block {
        debug_assert!(block < self.extent.get());
        // SAFETY: block numbers come from committed addresses or from records, never from outside;
        // the record table is committed up to the extent, and zero bytes are a valid record.
        unsafe { &*self.infos.add(block as usize) }
    }

    /// Address of a block.
    #[inline(always)]
    pub(crate) fn address(&self, block: u32) -> usize {
        self.base + ((block as usize) << BLOCK_SHIFT)
    }

    /// The block an address lies in, if it is committed.
    #[inline(always)]
    pub(crate) fn block_of(&self, address: usize) -> Option<u32> {
        let offset = address.wrapping_sub(self.base);
        (offset < self.extent_bytes()).then_some((offset >> BLOCK_SHIFT) as u32)
    }

    /// Whether the cell starting at a heap address is marked.
    #[inline(always)]
    pub(crate) fn is_marked(&self, cell: usize) -> bool {
        let granule = (cell - self.base) / GRANULE;
        debug_assert!(cell - self.base < self.extent_bytes());
        // SAFETY: the mark table is committed for all committed addresses.
        unsafe { *self.marks.add(granule / 64) >> (granule % 64) & 1 != 0 }
    }

    /// Clears all marks.
    pub(crate) fn unmark_all(&self) {
        let words = self.extent.get() as usize * MARK_WORDS;
        // SAFETY: the table is committed that far.
        unsafe { std::ptr::write_bytes(self.marks, 0, words) }
    }

    fn mark_words(&self, block: u32) -> &[u64; MARK_WORDS] {
        // SAFETY: committed as the block is; the borrow ends before anything marks.
        unsafe { &*self.marks.add(block as usize * MARK_WORDS).cast() }
    }

    /// Number of marked cells of a block.
    pub(crate) fn count_marked(&self, block: u32) -> u16 {
        self.mark_words(block).iter().map(|word| word.count_ones() as u16).sum()
    }

    /// The first free run of a small block at or after byte `from` (the start of a cell), as byte
    /// offsets.
    pub(crate) fn next_free_run(
        &self,
        block: u32,
        from: usize,
        class: usize,
    ) -> Option<(usize, usize)> {
        let (marked, starts) = (self.mark_words(block), &CELL_STARTS[class]);
        let start = first_bit(from, |index| !marked[index] & starts[index])?;
        let next_marked = first_bit(start, |index| marked[index]);
        Some((start, next_marked.unwrap_or_else(|| cells_end(class))))
    }

    /// Start of the cell an address lies in, whether or not it holds an object.
    #[inline]
    pub(crate) fn cell_of(&self, address: usize) -> Option<usize> {
        let block = self.block_of(address)?;
        let info = self.info(block);
        match info.kind.get() {
            Kind::Free => None,
            Kind::Small => {
                let class = info.class.get() as usize;
                let start = self.address(block);
                let offset = address - start;
                let index = (offset as u64 * RECIPROCAL[class]) >> 32;
                let cell = index as usize * cell_size(class);
                (cell < cells_end(class)).then_some(start + cell)
            }
            Kind::Large => {
                (address - self.address(block) < info.size.get()).then(|| self.address(block))
            }
            Kind::LargeTail => {
                let head = info.run.get();
                let start = self.address(head);
                (address - start < self.info(head).size.get()).then_some(start)
            }
        }
    }

    /// Start of the object an address points into. Frontiers must be up to date.
    #[inline]
    pub(crate) fn object_of(&self, address: usize) -> Option<usize> {
        let cell = self.cell_of(address)?;
        let block = ((cell - self.base) >> BLOCK_SHIFT) as u32;
        let info = self.info(block);
        let handed_out = info.kind.get() != Kind::Small
            || (cell - self.address(block)) / GRANULE < info.frontier.get() as usize;
        (handed_out || self.is_marked(cell)).then_some(cell)
    }

    /// Bytes of the cell at a cell's start address.
    pub(crate) fn cell_bytes(&self, cell: usize) -> usize {
        let info = self.info(((cell - self.base) >> BLOCK_SHIFT) as u32);
        match info.kind.get() {
            Kind::Small => cell_size(info.class.get() as usize),
            _ => info.size.get(),
        }
    }

    /// Calls `visit` with the address of each cell of a small block.
    #[inline]
    pub(crate) fn each_cell(&self, block: u32, mut visit: impl FnMut(usize)) {
        let class = self.info(block).class.get() as usize;
        let start = self.address(block);
        for cell in (start..start + cells_end(class)).step_by(cell_size(class)) {
            visit(cell);
        }
    }

    /// Calls `visit` with each block in use that starts a run (small, or head of a large object).
    #[inline]
    pub(crate) fn each_used(&self, mut visit: impl FnMut(u32, &Block)) {
        let mut block = 0;
        while block < self.extent.get() {
            let info = self.info(block);
            let length = if info.kind.get() == Kind::Small { 1 } else { info.run.get() };
            if info.kind.get() != Kind::Free {
                visit(block, info);
            }
            block += length;
        }
    }

    /// The card byte of a heap address.
    #[inline(always)]
    pub(crate) fn card(&self, address: usize) -> *mut u8 {
        debug_assert!(address - self.base < self.extent_bytes());
        self.cards.wrapping_add((address - self.base) >> CARD_SHIFT)
    }

    /// Commits room for at least `count` more blocks at the end and makes it a free run.
    fn grow(&self, count: u32) -> bool {
        let old = self.extent.get();
        let Some(room) = self.reserved.checked_sub(old).filter(|room| *room >= count) else {
            return false;
        };
        let generous = count.max(GROW_MIN).max((old / 16).min(GROW_MAX)).min(room);
        [generous, count].into_iter().any(|step| self.commit(old, step))
    }

    fn commit(&self, old: u32, step: u32) -> bool {
        let page = os::page_size();
        let (old_len, new_len) =
            ((old as usize) << BLOCK_SHIFT, ((old + step) as usize) << BLOCK_SHIFT);
        let base = std::ptr::with_exposed_provenance_mut(self.base);
        // Bytes of blocks per byte of table.
        let regions = [
            (base, 1),
            (self.marks.cast(), 128),
            (self.cards, 1 << CARD_SHIFT),
            (self.infos.cast(), BLOCK / size_of::<Block>()),
        ];
        let committed = regions.into_iter().all(|(table, ratio): (*mut u8, usize)| {
            let low = old_len / ratio / page * page;
            let high = (new_len / ratio).next_multiple_of(page);
            // SAFETY: `total_bytes` reserved each table to its full length, page-aligned.
            unsafe { os::commit(table.wrapping_add(low), high - low) }
        });
        if committed {
            self.extent.set(old + step);
            self.insert_run(old, step, true);
        }
        committed
    }
}

/// Blocks committed at a time, at least and at most (beyond what is asked for).
const GROW_MIN: u32 = (4 << 20) >> BLOCK_SHIFT;
const GROW_MAX: u32 = (64 << 20) >> BLOCK_SHIFT;
/// Alignment of the blocks and tables: any page size in use.
const TABLE_ALIGN: usize = 64 << 10;

const _: () = assert!(size_of::<Block>() == 32);

/// Bytes to reserve for `len` bytes of blocks with their tables and alignment losses.
fn total_bytes(len: usize) -> usize {
    len + len / 128 + (len >> CARD_SHIFT) + len / BLOCK * size_of::<Block>() + 5 * TABLE_ALIGN
}

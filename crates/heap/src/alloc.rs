//! Slow paths of allocation: the next free run, a fresh block, large objects, stress.
//!
//! Invariant: a class's current block is in the visited list from the moment it is taken; its
//! frontier is `cursor` while it is current and everything once it is exhausted.

use std::cell::Cell;
use std::ptr::NonNull;

use crate::block::{BLOCK, BLOCK_SHIFT, FRONTIER_ALL, Kind, NONE};
use crate::class::{CLASS_COUNT, GRANULE, MAX_CELL, cell_size};
use crate::collect::CollectKind;
use crate::heap::Heap;
use crate::object::{Header, flags};
use crate::options::Stress;
use crate::{fatal, space};

/// A size class's part that only slow paths see.
#[derive(Debug)]
pub(crate) struct ClassState {
    /// The block being allocated from.
    pub(crate) block: Cell<u32>,
    /// End of the current free run, which the space's limit may hide.
    pub(crate) run_end: Cell<usize>,
    /// Blocks with free cells (linked by `next`).
    pub(crate) partial: Cell<u32>,
}

impl ClassState {
    pub(crate) const fn new() -> ClassState {
        ClassState { block: Cell::new(NONE), run_end: Cell::new(0), partial: Cell::new(NONE) }
    }
}

/// The state of the stress switch.
#[derive(Debug)]
pub(crate) struct StressState {
    stress: Option<Stress>,
    left: Cell<u64>,
    random: Cell<u64>,
}

impl StressState {
    pub(crate) fn new(stress: Option<Stress>) -> StressState {
        let seed = stress.map_or(0, |stress| stress.seed);
        StressState {
            stress,
            left: Cell::new(stress.map_or(u64::MAX, |stress| stress.every)),
            random: Cell::new(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1),
        }
    }

    fn on(&self) -> bool {
        self.stress.is_some()
    }

    fn next_random(&self) -> u64 {
        let mut x = self.random.get();
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        self.random.set(x);
        x
    }

    /// Counts an allocation; at some it asks for a collection.
    fn tick(&self) -> Option<CollectKind> {
        let stress = self.stress?;
        let left = self.left.get();
        if left > 1 {
            self.left.set(left - 1);
            return None;
        }
        let spread = stress.every.max(1).saturating_mul(2) - 1;
        self.left.set(1 + self.next_random() % spread);
        Some(if self.next_random().is_multiple_of(8) {
            CollectKind::Full
        } else {
            CollectKind::Minor
        })
    }
}

impl Heap {
    /// Called when the fast path finds no room between cursor and limit.
    #[cold]
    #[inline(never)]
    pub fn alloc_slow(&self, class: usize, shape: u32, flags: u32) -> Option<NonNull<Header>> {
        self.before_alloc();
        let (space, state) = (self.spaces.get(class)?, self.classes.get(class)?);
        let cell = cell_size(class);
        if space.cursor.get() + cell > state.run_end.get() && !self.refill(class) {
            return None;
        }
        let at = space.cursor.get();
        space.cursor.set(at + cell);
        space.limit.set(if self.stress.on() { at + cell } else { state.run_end.get() });
        // SAFETY: the refilled run is free memory of at least one cell.
        Some(unsafe { place_header(at, shape, flags) })
    }

    /// Runs a collection if one is due.
    fn before_alloc(&self) {
        if self.collecting.get() {
            fatal(format_args!("a collector hook allocates"));
        }
        if self.inhibited.get() != 0 {
            return;
        }
        if let Some(kind) = self.stress.tick() {
            self.collect(kind);
        } else if self.nursery_left.get() <= 0 || self.collect_requested.get() {
            self.collect(self.due_kind());
        }
    }

    fn due_kind(&self) -> CollectKind {
        let external = usize::try_from(self.external_bytes.get()).unwrap_or(0);
        let full = self.auto_full.get()
            && self.live_bytes.get().saturating_add(external) >= self.full_threshold.get();
        if full { CollectKind::Full } else { CollectKind::Minor }
    }

    /// Makes every class take the slow path next, where a requested collection runs.
    pub(crate) fn interrupt_fast_path(&self) {
        for space in &self.spaces {
            space.limit.set(space.cursor.get());
        }
    }

    /// Finds the class's next free run. False if there is no memory even after a full collection.
    fn refill(&self, class: usize) -> bool {
        let (space, state) = (&self.spaces[class], &self.classes[class]);
        let mut collected = false;
        loop {
            let block = state.block.get();
            if block != NONE {
                let start = self.blocks.address(block);
                // A new block's run end is its start.
                let from = state.run_end.get() - start;
                if let Some((low, high)) = self.blocks.next_free_run(block, from, class) {
                    space.cursor.set(start + low);
                    state.run_end.set(start + high);
                    self.count_handed_out(high - low);
                    return true;
                }
                self.blocks.info(block).frontier.set(FRONTIER_ALL);
                state.block.set(NONE);
                space.cursor.set(0);
                space.limit.set(0);
                state.run_end.set(0);
            }
            if let Some(block) = self.take_partial(class).or_else(|| self.take_fresh(class)) {
                self.blocks.info(block).next.set(self.visited.replace(block));
                state.block.set(block);
                state.run_end.set(self.blocks.address(block));
            } else if collected || !self.collect(CollectKind::Full) {
                return false;
            } else {
                collected = true;
            }
        }
    }

    fn count_handed_out(&self, bytes: usize) {
        self.nursery_left.set(self.nursery_left.get().saturating_sub_unsigned(bytes));
        self.counters.allocated.set(self.counters.allocated.get() + bytes as u64);
    }

    fn take_partial(&self, class: usize) -> Option<u32> {
        let partial = &self.classes[class].partial;
        let block = partial.get();
        if block == NONE {
            return None;
        }
        partial.set(self.blocks.info(block).next.get());
        Some(block)
    }

    fn take_fresh(&self, class: usize) -> Option<u32> {
        let block = self.blocks.take_run(1)?;
        let info = self.blocks.info(block);
        info.kind.set(Kind::Small);
        info.class.set(class as u8);
        info.live.set(0);
        info.frontier.set(0);
        Some(block)
    }

    /// Writes into the block records how far the current blocks have been handed out.
    pub(crate) fn flush_frontiers(&self) {
        for (space, state) in self.spaces.iter().zip(&self.classes) {
            let block = state.block.get();
            if block != NONE {
                // Between taking a block and its first run the cursor is still elsewhere.
                let handed_out = space.cursor.get().saturating_sub(self.blocks.address(block));
                self.blocks.info(block).frontier.set((handed_out / GRANULE) as u16);
            }
        }
    }

    /// Lets go of the current blocks; they stay in the visited list.
    pub(crate) fn retire_current(&self) {
        for (space, state) in self.spaces.iter().zip(&self.classes) {
            space.cursor.set(0);
            space.limit.set(0);
            state.run_end.set(0);
            state.block.set(NONE);
        }
    }

    /// Allocates an object of more than [`MAX_CELL`] bytes in a block run of its own.
    #[cold]
    #[inline(never)]
    pub fn alloc_large(&self, size: usize, shape: u32, flags: u32) -> Option<NonNull<Header>> {
        debug_assert!(size > MAX_CELL);
        let count = u32::try_from(size.div_ceil(BLOCK)).ok()?;
        if count as usize > self.blocks.capacity() {
            return None;
        }
        self.before_alloc();
        let first = match self.blocks.take_run(count) {
            Some(first) => first,
            None if self.collect(CollectKind::Full) => self.blocks.take_run(count)?,
            None => return None,
        };
        for block in first + 1..first + count {
            let info = self.blocks.info(block);
            info.kind.set(Kind::LargeTail);
            info.run.set(first);
        }
        let info = self.blocks.info(first);
        info.kind.set(Kind::Large);
        info.run.set(count);
        info.size.set(size);
        info.flag.set(false);
        info.next.set(self.large_young.replace(first));
        self.count_handed_out((count as usize) << BLOCK_SHIFT);
        // SAFETY: the run is free memory of at least `size` bytes.
        Some(unsafe { place_header(self.blocks.address(first), shape, flags | flags::LARGE) })
    }

    /// Tells the collector of memory outside the heap that heap objects own (positive) or gave up
    /// (negative), so that it collects often enough.
    pub fn charge_external(&self, bytes: isize) {
        self.external_bytes.set(self.external_bytes.get().saturating_add(bytes));
        let young = self.external_young.get().saturating_add(bytes.max(0));
        self.external_young.set(young);
        // External memory is mostly freed by full collections, so a minor one waits longer for it.
        let patience = self.options.nursery_bytes.saturating_mul(4);
        if usize::try_from(young).is_ok_and(|young| young > patience) {
            self.request_collection();
        }
    }

    /// Asks for a collection of the kind that is due, at the next allocation.
    pub fn request_collection(&self) {
        self.collect_requested.set(true);
        self.interrupt_fast_path();
    }
}

/// # Safety
/// `at` is the aligned start of a free, writable cell.
unsafe fn place_header(at: usize, shape: u32, flags: u32) -> NonNull<Header> {
    let cell = std::ptr::with_exposed_provenance_mut::<Header>(at);
    // SAFETY: by contract; a cell is never at address 0.
    unsafe {
        cell.write(Header::new(shape, flags));
        NonNull::new_unchecked(cell)
    }
}

const _: () = assert!(CLASS_COUNT == 29 && space::SPACES_OFFSET == 0);

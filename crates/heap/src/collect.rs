//! Collections, phase by phase.
//!
//! Conservative roots are resolved while the old marks still say what is an object; a full
//! collection then clears the marks. Marking, the weak phases and finalizers follow, then the
//! accounting of blocks; cells are reclaimed lazily, by the allocator stepping over marked ones.
//!
//! Invariants afterwards: marked is live is old; no frontier is set; nothing is remembered.

use std::time::Instant;

use crate::block::{BLOCK, Block, Kind, NONE, cells_end};
use crate::class::{GRANULE, cell_size};
use crate::fatal;
use crate::heap::Heap;
use crate::stack::{Registers, clear_dead_stack};
use crate::tracer::{POISON, Tracer};

/// What to collect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectKind {
    /// Objects handed out since the last collection.
    Minor,
    /// Everything.
    Full,
}

/// A block with fewer free bytes than this is not allocated from until the next full collection: the
/// short runs cost more time than the memory is worth.
const WORTHWHILE: usize = BLOCK / 16;

/// Resident free memory kept for reuse, beyond a share of what is live.
const KEEP_FREE: usize = 32 << 20;

/// Entries of the mark stack kept for the next collection.
const KEEP_STACK: usize = 1 << 16;

impl Heap {
    /// Collects, unless an [`inhibit`](Heap::inhibit) guard is held; says whether it did.
    ///
    /// A minor collection becomes a full one if the remembered set was lost for want of memory, and
    /// a full one a minor one if its root buffer cannot be had.
    #[inline(never)]
    pub fn collect(&self, kind: CollectKind) -> bool {
        if self.collecting.replace(true) {
            fatal(format_args!("a collector hook collects"));
        }
        if self.inhibited.get() != 0 {
            self.collecting.set(false);
            return false;
        }
        clear_dead_stack();
        let mut registers = Registers::new();
        let sp = registers.spill();
        self.collect_from(kind, sp);
        // The registers have to stay in this frame until here.
        std::hint::black_box(&mut registers);
        self.collecting.set(false);
        true
    }

    #[inline(never)]
    fn collect_from(&self, kind: CollectKind, sp: usize) {
        let started = Instant::now();
        self.flush_frontiers();
        self.retire_current();
        let check = self.options.verify || self.options.poison;
        let limit = self.options.mark_stack_limit.unwrap_or(usize::MAX);
        let mut tracer =
            Tracer::new(&self.blocks, self.hooks, self.mark_stack.take(), limit, check);
        let kind = self.mark_from_stacks(kind, sp, &mut tracer);
        self.mark_from_roots(&mut tracer);
        tracer.drain();
        self.watched.borrow_mut().process(self, kind, &mut tracer);
        let mut stack = tracer.into_stack();
        stack.shrink_to(KEEP_STACK);
        self.mark_stack.set(stack);
        self.account(kind);
        self.counters.record_pause(kind, started.elapsed());
    }

    /// Marks what native stacks and, in a minor collection, remembered objects point to.
    fn mark_from_stacks(&self, kind: CollectKind, sp: usize, tracer: &mut Tracer) -> CollectKind {
        let lost = self.remembered_lost.get();
        if (kind == CollectKind::Full || lost) && self.begin_full(sp, tracer) {
            return CollectKind::Full;
        }
        if lost {
            // Neither kind can be done in full: old objects are all scanned instead.
            self.rescan_old(tracer);
        }
        if self.options.verify && !lost {
            self.verify_barriers(tracer);
        }
        self.scan_stacks(sp, |object| tracer.ptr(std::ptr::with_exposed_provenance(object)));
        self.scan_remembered(tracer);
        CollectKind::Minor
    }

    /// Resolves the stacks' roots, clears all marks, and marks the roots. False, with nothing done,
    /// if there is no memory to hold the roots meanwhile.
    fn begin_full(&self, sp: usize, tracer: &mut Tracer) -> bool {
        let mut found = self.found_roots.take();
        found.clear();
        let mut complete = true;
        self.scan_stacks(sp, |object| {
            if found.last() != Some(&object) {
                complete &= found.try_reserve(1).is_ok();
                if complete {
                    found.push(object);
                }
            }
        });
        if complete {
            self.blocks.unmark_all();
            self.forget_remembered();
            for object in &found {
                tracer.ptr(std::ptr::with_exposed_provenance(*object));
            }
        }
        self.found_roots.set(found);
        complete
    }

    /// Stands in for a remembered set that was lost.
    #[cold]
    fn rescan_old(&self, tracer: &mut Tracer) {
        crate::tracer::each_marked(&self.blocks, |object| tracer.scan(object));
        self.remembered_lost.set(false);
    }

    fn mark_from_roots(&self, tracer: &mut Tracer) {
        for root in self.root_fns.borrow().iter() {
            // SAFETY: promised when it was registered.
            unsafe { (root.function)(tracer, root.data) };
            tracer.drain();
        }
        // SAFETY: the heap's node lives as long as the heap.
        unsafe { self.root_ring.as_ref() }.trace_ring(tracer);
        self.watched.borrow().trace_pending(tracer);
    }

    /// Brings block records, lists and budgets up to date with the new marks.
    fn account(&self, kind: CollectKind) {
        match kind {
            CollectKind::Minor => self.account_visited(),
            CollectKind::Full => self.account_all(),
        }
        if kind == CollectKind::Full {
            let old = self.large_old.replace(NONE);
            self.sweep_large(old, true);
        }
        let young = self.large_young.replace(NONE);
        self.sweep_large(young, false);
        let live = self.live_bytes.get();
        if kind == CollectKind::Full {
            let external = usize::try_from(self.external_bytes.get()).unwrap_or(0);
            let grown = (live.saturating_add(external) as u128)
                .saturating_mul(self.options.growth_percent.max(100) as u128)
                / 100;
            let threshold = usize::try_from(grown).unwrap_or(usize::MAX);
            self.full_threshold.set(threshold.max(self.options.min_full_bytes));
        }
        if self.blocks.touched_free_bytes() > KEEP_FREE + self.options.nursery_bytes + live / 2 {
            self.blocks.discard_free();
        }
        self.nursery_left.set(isize::try_from(self.options.nursery_bytes).unwrap_or(isize::MAX));
        self.external_young.set(0);
        self.collect_requested.set(false);
    }

    /// After a minor collection: only visited blocks have changed.
    fn account_visited(&self) {
        let mut block = self.visited.replace(NONE);
        while block != NONE {
            let info = self.blocks.info(block);
            let next = info.next.get();
            if !self.account_block(block, info) {
                self.blocks.free_run(block, 1);
            }
            block = next;
        }
    }

    /// After a full collection: all blocks, and all lists anew.
    fn account_all(&self) {
        self.visited.set(NONE);
        for state in &self.classes {
            state.partial.set(NONE);
        }
        // Freeing joins runs, which would mislead the walk.
        let mut empty = NONE;
        let mut block = self.blocks.extent();
        while block > 0 {
            block -= 1;
            let info = self.blocks.info(block);
            match info.kind.get() {
                Kind::Small => {
                    if !self.account_block(block, info) {
                        info.next.set(std::mem::replace(&mut empty, block));
                    }
                }
                // The last block of a run leads to its first.
                Kind::Free => block = block + 1 - info.run.get(),
                Kind::LargeTail => block = info.run.get(),
                Kind::Large => {}
            }
        }
        while empty != NONE {
            let next = self.blocks.info(empty).next.get();
            self.blocks.free_run(empty, 1);
            empty = next;
        }
    }

    /// Counts a small block's live cells and lists it if it has room for more. False if it is empty.
    fn account_block(&self, block: u32, info: &Block) -> bool {
        let class = info.class.get() as usize;
        let live = self.blocks.count_marked(block);
        let (now, before) =
            (live as usize * cell_size(class), info.live.get() as usize * cell_size(class));
        self.live_bytes.set(self.live_bytes.get() + now - before);
        info.live.set(live);
        info.frontier.set(0);
        if self.options.poison {
            self.poison_dead_cells(block);
        }
        if live != 0 && cells_end(class) - now >= WORTHWHILE.max(cell_size(class)) {
            info.next.set(self.classes[class].partial.replace(block));
        }
        live != 0
    }

    /// Frees the unmarked objects of a list of large ones and makes the others old.
    fn sweep_large(&self, mut first: u32, was_old: bool) {
        while first != NONE {
            let info = self.blocks.info(first);
            let (next, size) = (info.next.get(), info.size.get());
            let marked = self.blocks.is_marked(self.blocks.address(first));
            if marked {
                info.next.set(self.large_old.replace(first));
            } else {
                if self.options.poison {
                    self.poison_bytes(self.blocks.address(first), size);
                }
                self.blocks.free_run(first, info.run.get());
            }
            let live = self.live_bytes.get();
            self.live_bytes.set(match (was_old, marked) {
                (true, false) => live - size,
                (false, true) => live + size,
                _ => live,
            });
            first = next;
        }
    }

    #[cold]
    fn poison_dead_cells(&self, block: u32) {
        let size = cell_size(self.blocks.info(block).class.get() as usize);
        self.blocks.each_cell(block, |cell| {
            if !self.blocks.is_marked(cell) {
                self.poison_bytes(cell, size);
            }
        });
    }

    fn poison_bytes(&self, at: usize, len: usize) {
        debug_assert_eq!(at % GRANULE, 0);
        let at = std::ptr::with_exposed_provenance_mut::<u8>(at);
        // SAFETY: memory of a dead object.
        unsafe { std::ptr::write_bytes(at, POISON, len) }
    }
}

//! Free runs of blocks: boundary tags in the block records, lists by length.
//!
//! Invariant: no two free runs are adjacent; the first and last record of each hold its length; each
//! run is in the list for its length. Nothing is allocated, so freeing cannot fail.

use std::cell::Cell;

use super::{BLOCK, BLOCK_SHIFT, Blocks, Kind, NONE};
use crate::os;

/// Lists 1..=31 hold runs of exactly that many blocks, the others by power of two from 32.
const EXACT: u32 = 32;
const LISTS: usize = 64;

/// Heads of the lists of free runs.
#[derive(Debug)]
pub(super) struct FreeRuns {
    heads: [Cell<u32>; LISTS],
    nonempty: Cell<u64>,
    /// Free blocks whose pages may be resident.
    touched: Cell<u32>,
}

impl FreeRuns {
    pub(super) const fn new() -> FreeRuns {
        FreeRuns {
            heads: [const { Cell::new(NONE) }; LISTS],
            nonempty: Cell::new(0),
            touched: Cell::new(0),
        }
    }
}

fn list_of(length: u32) -> usize {
    if length < EXACT { length as usize } else { (EXACT + length.ilog2() - 5) as usize }
}

impl Blocks {
    /// Takes a run of `count` blocks out of the free ones, growing the heap if need be. The caller
    /// gives the records their new kind.
    pub(crate) fn take_run(&self, count: u32) -> Option<u32> {
        let used = self.used.get().checked_add(count).filter(|used| *used <= self.max_used)?;
        let run = self
            .find_run(count)
            .or_else(|| if self.grow(count) { self.find_run(count) } else { None })?;
        let (length, untouched) = (self.info(run).run.get(), self.info(run).flag.get());
        self.unlink(run);
        if length > count {
            self.link(run + count, length - count, untouched);
        }
        self.used.set(used);
        Some(run)
    }

    /// Gives a run of blocks in use back. Their marks must be clear.
    pub(crate) fn free_run(&self, first: u32, count: u32) {
        self.used.set(self.used.get() - count);
        for block in first..first + count {
            self.info(block).kind.set(Kind::Free);
        }
        self.insert_run(first, count, false);
    }

    /// Joins a run with its free neighbours and lists it.
    pub(super) fn insert_run(&self, mut first: u32, mut count: u32, mut untouched: bool) {
        if first > 0 && self.info(first - 1).kind.get() == Kind::Free {
            let length = self.info(first - 1).run.get();
            untouched &= self.info(first - length).flag.get();
            self.unlink(first - length);
            first -= length;
            count += length;
        }
        let after = first + count;
        if after < self.extent() && self.info(after).kind.get() == Kind::Free {
            let length = self.info(after).run.get();
            untouched &= self.info(after).flag.get();
            self.unlink(after);
            count += length;
        }
        self.link(first, count, untouched);
    }

    /// Bytes of free blocks whose pages may be resident.
    pub(crate) fn touched_free_bytes(&self) -> usize {
        (self.runs.touched.get() as usize) << BLOCK_SHIFT
    }

    /// Gives the pages of all free runs back to the system.
    pub(crate) fn discard_free(&self) {
        for head in &self.runs.heads {
            let mut run = head.get();
            while run != NONE {
                let info = self.info(run);
                if !info.flag.get() {
                    let start = std::ptr::with_exposed_provenance_mut(self.address(run));
                    // SAFETY: a free run is committed and holds nothing.
                    unsafe { os::discard(start, info.run.get() as usize * BLOCK) };
                    info.flag.set(true);
                }
                run = info.next.get();
            }
        }
        self.runs.touched.set(0);
    }

    fn find_run(&self, count: u32) -> Option<u32> {
        let list = list_of(count);
        if count >= EXACT {
            let mut run = self.runs.heads[list].get();
            while run != NONE {
                if self.info(run).run.get() >= count {
                    return Some(run);
                }
                run = self.info(run).next.get();
            }
        }
        let skip = if count >= EXACT { list + 1 } else { list };
        let longer = self.runs.nonempty.get() & (!0 << skip);
        (longer != 0).then(|| self.runs.heads[longer.trailing_zeros() as usize].get())
    }

    fn link(&self, first: u32, count: u32, untouched: bool) {
        let list = list_of(count);
        let head = &self.runs.heads[list];
        let info = self.info(first);
        info.run.set(count);
        info.flag.set(untouched);
        info.next.set(head.get());
        info.prev.set(NONE);
        self.info(first + count - 1).run.set(count);
        if head.get() != NONE {
            self.info(head.get()).prev.set(first);
        }
        head.set(first);
        self.runs.nonempty.set(self.runs.nonempty.get() | 1 << list);
        if !untouched {
            self.runs.touched.set(self.runs.touched.get() + count);
        }
    }

    fn unlink(&self, first: u32) {
        let info = self.info(first);
        let (next, prev) = (info.next.get(), info.prev.get());
        let list = list_of(info.run.get());
        if next != NONE {
            self.info(next).prev.set(prev);
        }
        if prev != NONE {
            self.info(prev).next.set(next);
        } else {
            self.runs.heads[list].set(next);
            if next == NONE {
                self.runs.nonempty.set(self.runs.nonempty.get() & !(1 << list));
            }
        }
        if !info.flag.get() {
            self.runs.touched.set(self.runs.touched.get() - info.run.get());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::options::HeapOptions;

    fn blocks() -> Blocks {
        let options = HeapOptions { reserve_bytes: Some(16 << 20), ..HeapOptions::default() };
        Blocks::new(&options).expect("16 MiB of address space")
    }

    fn take(blocks: &Blocks, count: u32) -> Option<u32> {
        let run = blocks.take_run(count)?;
        for block in run..run + count {
            blocks.info(block).kind.set(Kind::Small);
        }
        Some(run)
    }

    #[test]
    fn freed_neighbours_join() {
        let blocks = blocks();
        let total = 512;
        let runs: Vec<u32> =
            (0..total / 4).map(|_| take(&blocks, 4).expect("within the reservation")).collect();
        assert_eq!(take(&blocks, 1), None);
        for run in runs.iter().step_by(2).chain(runs.iter().skip(1).step_by(2)) {
            blocks.free_run(*run, 4);
        }
        assert_eq!(take(&blocks, total), Some(0));
        assert_eq!(blocks.used_bytes(), 16 << 20);
    }

    #[test]
    fn random_runs_never_overlap() {
        let blocks = blocks();
        let mut owner = [false; 512];
        let mut held: Vec<(u32, u32)> = Vec::new();
        let mut state = 7u64;
        for _ in 0..20_000 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let random = (state >> 33) as u32;
            if random.is_multiple_of(2) {
                let count = 1 + random / 2 % 70;
                let Some(run) = take(&blocks, count) else { continue };
                for slot in &mut owner[run as usize..(run + count) as usize] {
                    assert!(!std::mem::replace(slot, true));
                }
                held.push((run, count));
            } else if !held.is_empty() {
                let (run, count) = held.swap_remove(random as usize / 2 % held.len());
                owner[run as usize..(run + count) as usize].fill(false);
                blocks.free_run(run, count);
            }
            if random.is_multiple_of(101) {
                blocks.discard_free();
                assert_eq!(blocks.touched_free_bytes(), 0);
            }
        }
    }
}

//! Figures about a heap's work.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use crate::collect::CollectKind;
use crate::heap::Heap;

/// Pauses remembered per kind, newest last, for the median.
const PAUSES: usize = 1024;

/// What the heap counts.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    pub(crate) allocated: Cell<u64>,
    minor: Pauses,
    full: Pauses,
}

#[derive(Debug, Default)]
struct Pauses {
    count: Cell<u64>,
    total: Cell<u64>,
    max: Cell<u64>,
    recent: RefCell<Vec<u64>>,
}

impl Pauses {
    fn record(&self, nanos: u64) {
        let count = self.count.get();
        self.count.set(count + 1);
        self.total.set(self.total.get() + nanos);
        self.max.set(self.max.get().max(nanos));
        let mut recent = self.recent.borrow_mut();
        if recent.len() == PAUSES {
            recent[count as usize % PAUSES] = nanos;
        } else if recent.try_reserve(1).is_ok() {
            recent.push(nanos);
        }
    }

    fn median(&self) -> Duration {
        let recent = self.recent.borrow();
        let mut copy = [0; PAUSES];
        let copy = &mut copy[..recent.len()];
        copy.copy_from_slice(&recent);
        copy.sort_unstable();
        Duration::from_nanos(copy.get(copy.len() / 2).copied().unwrap_or(0))
    }
}

impl Counters {
    pub(crate) fn record_pause(&self, kind: CollectKind, pause: Duration) {
        let pauses = match kind {
            CollectKind::Minor => &self.minor,
            CollectKind::Full => &self.full,
        };
        pauses.record(u64::try_from(pause.as_nanos()).unwrap_or(u64::MAX));
    }
}

/// A snapshot of a heap's figures.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Minor collections so far.
    pub minor_collections: u64,
    /// Full collections so far.
    pub full_collections: u64,
    /// Bytes of cells set aside for allocation so far, in total.
    pub allocated_bytes: u64,
    /// Bytes that survived the last collection.
    pub live_bytes: usize,
    /// Bytes of blocks in use.
    pub used_bytes: usize,
    /// Bytes of free blocks that may still occupy physical memory.
    pub resident_free_bytes: usize,
    /// Bytes of address space made accessible.
    pub committed_bytes: usize,
    /// Bytes charged by [`Heap::charge_external`].
    pub external_bytes: isize,
    /// Median of the last 1024 minor pauses.
    pub minor_pause_median: Duration,
    /// Longest minor pause.
    pub minor_pause_max: Duration,
    /// Sum of all minor pauses.
    pub minor_pause_total: Duration,
    /// Median of the last 1024 full pauses.
    pub full_pause_median: Duration,
    /// Longest full pause.
    pub full_pause_max: Duration,
    /// Sum of all full pauses.
    pub full_pause_total: Duration,
}

impl Heap {
    /// The heap's figures as of now.
    pub fn stats(&self) -> Stats {
        let counters = &self.counters;
        Stats {
            minor_collections: counters.minor.count.get(),
            full_collections: counters.full.count.get(),
            allocated_bytes: counters.allocated.get(),
            live_bytes: self.live_bytes.get(),
            used_bytes: self.blocks.used_bytes(),
            resident_free_bytes: self.blocks.touched_free_bytes(),
            committed_bytes: self.blocks.extent_bytes(),
            external_bytes: self.external_bytes.get(),
            minor_pause_median: counters.minor.median(),
            minor_pause_max: Duration::from_nanos(counters.minor.max.get()),
            minor_pause_total: Duration::from_nanos(counters.minor.total.get()),
            full_pause_median: counters.full.median(),
            full_pause_max: Duration::from_nanos(counters.full.max.get()),
            full_pause_total: Duration::from_nanos(counters.full.total.get()),
        }
    }
}

//! What the embedder decides when it makes a heap: sizes, torture switches, hooks.

use std::ffi::c_void;

use crate::object::Header;
use crate::tracer::{Tracer, WeakCx};

/// Collect at about every `every`th allocation, which ones being decided by `seed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stress {
    /// Mean distance between collections, in allocations; 1 collects at each.
    pub every: u64,
    /// Seed of the jitter, so that a failure can be repeated.
    pub seed: u64,
}

/// Sizes and torture switches of a heap.
#[derive(Clone, Debug)]
pub struct HeapOptions {
    /// Bytes handed out between minor collections.
    pub nursery_bytes: usize,
    /// A full collection waits until this many bytes are old.
    pub min_full_bytes: usize,
    /// A full collection waits until old bytes reach this many hundredths of what the last one left.
    pub growth_percent: usize,
    /// Address space to reserve; `None` for as much as the system gives, up to 256 GiB.
    pub reserve_bytes: Option<usize>,
    /// Most bytes of blocks in use at a time; beyond it allocation fails.
    pub max_heap: Option<usize>,
    /// Torture: collect at every Nth allocation.
    pub stress: Option<Stress>,
    /// Torture: fill freed cells with `0xDB` and stop when a dead object is traced.
    pub poison: bool,
    /// Torture: before each minor collection check every edge from old to young.
    pub verify: bool,
    /// Torture: most entries of the mark stack before it counts as full.
    pub mark_stack_limit: Option<usize>,
}

impl Default for HeapOptions {
    fn default() -> Self {
        HeapOptions {
            nursery_bytes: 4 << 20,
            min_full_bytes: 32 << 20,
            growth_percent: 200,
            reserve_bytes: None,
            max_heap: None,
            stress: None,
            poison: false,
            verify: false,
            mark_stack_limit: None,
        }
    }
}

/// How the heap asks the embedder about its objects. No hook may allocate, collect, or register
/// anything with the heap.
///
/// All are called during a collection with live, initialised objects (`drop_native`: with a dead one
/// whose contents are still intact).
#[derive(Clone, Copy, Debug)]
pub struct Hooks {
    /// Passes every pointer held by the object to the tracer.
    pub trace: unsafe fn(object: *mut Header, tracer: &mut Tracer),
    /// Passes exactly the pointers in slots within `[low, high)` of a large object to the tracer.
    pub trace_range:
        unsafe fn(object: *mut Header, low: *mut u8, high: *mut u8, tracer: &mut Tracer),
    /// Clears what died in a weak holder (see [`Heap::register_weak`](crate::Heap::register_weak)).
    pub visit_weak: Option<unsafe fn(data: *mut c_void, object: *mut Header, cx: &mut WeakCx<'_>)>,
    /// Clears what died in the embedder's own weak tables. Called once per [`WeakPhase`](crate::WeakPhase).
    pub process_weak: Option<unsafe fn(data: *mut c_void, cx: &mut WeakCx<'_>)>,
    /// Releases what a dead object owns outside the heap.
    pub drop_native: Option<unsafe fn(data: *mut c_void, object: *mut Header)>,
}

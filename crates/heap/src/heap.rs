//! The heap itself: its state, and how one is made and torn down.
//!
//! Everything mutable is in cells: hooks and roots come back in while the heap is in use. The parts
//! that act on this state live in their own files; see the map in the crate's documentation.

use std::cell::{Cell, RefCell, UnsafeCell};
use std::ffi::c_void;
use std::ptr::NonNull;

use crate::OutOfMemory;
use crate::alloc::{ClassState, StressState};
use crate::block::{Blocks, NONE};
use crate::class::CLASS_COUNT;
use crate::object::Header;
use crate::options::{HeapOptions, Hooks};
use crate::roots::{Node, RootFn};
use crate::space::Space;
use crate::stack::Thread;
use crate::stats::Counters;
use crate::watch::Watched;

/// A garbage-collected heap. It never moves once made, and one thread at a time uses it.
#[repr(C)]
pub struct Heap {
    /// First, at a fixed offset, for machine code.
    pub(crate) spaces: [Space; CLASS_COUNT],
    pub(crate) classes: [ClassState; CLASS_COUNT],
    /// Bytes that may still be handed out before the next minor collection.
    pub(crate) nursery_left: Cell<isize>,
    /// A collection was asked for; the next slow path runs it.
    pub(crate) collect_requested: Cell<bool>,
    /// A collection is running.
    pub(crate) collecting: Cell<bool>,
    /// Collections are off while this is not zero.
    pub(crate) inhibited: Cell<u32>,
    pub(crate) auto_full: Cell<bool>,
    pub(crate) stress: StressState,
    pub(crate) blocks: Blocks,
    /// Blocks handed out from since the last collection (linked by `next`).
    pub(crate) visited: Cell<u32>,
    /// Large objects by generation (linked by `next`), and those with dirty cards (linked by `prev`).
    pub(crate) large_young: Cell<u32>,
    pub(crate) large_old: Cell<u32>,
    pub(crate) carded: Cell<u32>,
    /// Old objects stored into since the last collection.
    pub(crate) remembered: UnsafeCell<Vec<NonNull<Header>>>,
    /// The remembered set is incomplete: only a full collection is sound.
    pub(crate) remembered_lost: Cell<bool>,
    /// Bytes that survived the last collection, and what full collections wait for.
    pub(crate) live_bytes: Cell<usize>,
    pub(crate) full_threshold: Cell<usize>,
    pub(crate) external_bytes: Cell<isize>,
    /// External bytes charged since the last collection.
    pub(crate) external_young: Cell<isize>,
    /// The mark stack and the buffer for conservative roots, kept for their capacity.
    pub(crate) mark_stack: Cell<Vec<NonNull<Header>>>,
    pub(crate) found_roots: Cell<Vec<usize>>,
    pub(crate) root_fns: RefCell<Vec<RootFn>>,
    pub(crate) next_root_fn: Cell<u64>,
    pub(crate) root_ring: NonNull<Node>,
    pub(crate) threads: RefCell<Vec<Thread>>,
    pub(crate) watched: RefCell<Watched>,
    pub(crate) counters: Counters,
    pub(crate) hooks: Hooks,
    pub(crate) hook_data: Cell<*mut c_void>,
    pub(crate) options: HeapOptions,
}

impl Heap {
    /// Makes a heap. `hooks` must be right about every object that will be allocated here.
    pub fn new(options: HeapOptions, hooks: Hooks) -> Result<Box<Heap>, OutOfMemory> {
        let blocks = Blocks::new(&options)?;
        let root_ring = Node::new_ring().ok_or(OutOfMemory)?;
        Ok(Box::new(Heap {
            spaces: [const { Space::empty() }; CLASS_COUNT],
            classes: [const { ClassState::new() }; CLASS_COUNT],
            nursery_left: Cell::new(options.nursery_bytes as isize),
            collect_requested: Cell::new(false),
            collecting: Cell::new(false),
            inhibited: Cell::new(0),
            auto_full: Cell::new(true),
            stress: StressState::new(options.stress),
            blocks,
            visited: Cell::new(NONE),
            large_young: Cell::new(NONE),
            large_old: Cell::new(NONE),
            carded: Cell::new(NONE),
            remembered: UnsafeCell::new(Vec::new()),
            remembered_lost: Cell::new(false),
            live_bytes: Cell::new(0),
            full_threshold: Cell::new(options.min_full_bytes),
            external_bytes: Cell::new(0),
            external_young: Cell::new(0),
            mark_stack: Cell::new(Vec::new()),
            found_roots: Cell::new(Vec::new()),
            root_fns: RefCell::new(Vec::new()),
            next_root_fn: Cell::new(0),
            root_ring,
            threads: RefCell::new(Vec::new()),
            watched: RefCell::new(Watched::default()),
            counters: Counters::default(),
            hooks,
            hook_data: Cell::new(std::ptr::null_mut()),
            options,
        }))
    }

    /// The pointer passed to the hooks that take one.
    pub fn set_hook_data(&self, data: *mut c_void) {
        self.hook_data.set(data);
    }

    /// Whether the heap may start full collections by itself (`gc.enable`, `gc.disable`). Running out
    /// of memory still does.
    pub fn set_auto_full(&self, on: bool) {
        self.auto_full.set(on);
    }

    /// Whether the heap may start full collections by itself.
    pub fn auto_full(&self) -> bool {
        self.auto_full.get()
    }

    /// Keeps the heap from collecting until the guard is dropped; it grows meanwhile.
    pub fn inhibit(&self) -> InhibitGuard<'_> {
        self.inhibited.set(self.inhibited.get() + 1);
        InhibitGuard { heap: self }
    }
}

/// See [`Heap::inhibit`].
#[derive(Debug)]
pub struct InhibitGuard<'a> {
    heap: &'a Heap,
}

impl Drop for InhibitGuard<'_> {
    fn drop(&mut self) {
        self.heap.inhibited.set(self.heap.inhibited.get() - 1);
    }
}

impl std::fmt::Debug for Heap {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Heap").field("stats", &self.stats()).finish_non_exhaustive()
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        if let Some(drop_native) = self.hooks.drop_native {
            self.watched.get_mut().drop_all(drop_native, self.hook_data.get());
        }
        // SAFETY: the ring's node is the heap's and not used again.
        unsafe { Node::dissolve(self.root_ring) }
    }
}

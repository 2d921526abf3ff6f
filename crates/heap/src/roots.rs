//! Precise roots: functions that enumerate the embedder's roots, and registered vectors.
//!
//! Invariant: the nodes of all live [`RootVec`]s of a heap form a ring through the heap's own node,
//! so registering and unregistering touch only neighbours and never fail.

use std::alloc::Layout;
use std::cell::Cell;
use std::ffi::c_void;
use std::marker::PhantomData;
use std::ptr::{self, NonNull};

use crate::OutOfMemory;
use crate::heap::Heap;
use crate::object::Gc;
use crate::tracer::Tracer;

/// A value that may hold heap pointers and can show them to the collector.
///
/// # Safety
/// `trace` passes every heap pointer in the value to the tracer, and does nothing else.
pub unsafe trait Trace {
    /// Passes the value's pointers to the tracer.
    fn trace(&self, tracer: &mut Tracer);
}

// SAFETY: the one pointer is passed.
unsafe impl<T> Trace for Gc<T> {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer) {
        tracer.ptr(self.header().as_ptr());
    }
}

// SAFETY: what is inside is passed.
unsafe impl<T: Trace> Trace for Option<T> {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer) {
        if let Some(value) = self {
            value.trace(tracer);
        }
    }
}

// SAFETY: both are passed.
unsafe impl<A: Trace, B: Trace> Trace for (A, B) {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer) {
        self.0.trace(tracer);
        self.1.trace(tracer);
    }
}

// SAFETY: all are passed.
unsafe impl<T: Trace, const N: usize> Trace for [T; N] {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer) {
        for value in self {
            value.trace(tracer);
        }
    }
}

/// Names a registered root function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RootFnId(u64);

/// A registered root function.
#[derive(Debug)]
pub(crate) struct RootFn {
    id: u64,
    pub(crate) function: unsafe fn(&mut Tracer, *mut c_void),
    pub(crate) data: *mut c_void,
}

/// A link in the ring of root vectors, with what the collector needs to trace one.
#[derive(Debug)]
pub(crate) struct Node {
    next: Cell<*const Node>,
    prev: Cell<*const Node>,
    items: Cell<*mut u8>,
    len: Cell<usize>,
    capacity: Cell<usize>,
    trace: unsafe fn(*const u8, usize, &mut Tracer),
}

impl Node {
    fn new(trace: unsafe fn(*const u8, usize, &mut Tracer), items: *mut u8) -> Node {
        Node {
            next: Cell::new(ptr::null()),
            prev: Cell::new(ptr::null()),
            items: Cell::new(items),
            len: Cell::new(0),
            capacity: Cell::new(0),
            trace,
        }
    }

    /// A ring of one node, which the heap keeps at a fixed address.
    pub(crate) fn new_ring() -> Option<NonNull<Node>> {
        let node = allocate(Node::new(trace_nothing, ptr::null_mut()))?;
        // SAFETY: just allocated and initialised.
        let ring = unsafe { node.as_ref() };
        ring.next.set(node.as_ptr());
        ring.prev.set(node.as_ptr());
        Some(node)
    }

    /// Calls the trace function of every other node of the ring.
    pub(crate) fn trace_ring(&self, tracer: &mut Tracer) {
        let mut at = self.next.get();
        while !ptr::eq(at, self) {
            // SAFETY: nodes leave the ring before they are freed; items are valid up to the length.
            unsafe {
                ((*at).trace)((*at).items.get(), (*at).len.get(), tracer);
                at = (*at).next.get();
            }
        }
    }

    /// Frees the heap's node. Vectors that outlive the heap are left in rings of their own.
    ///
    /// # Safety
    /// `ring` came from [`Node::new_ring`] and is not used again.
    pub(crate) unsafe fn dissolve(ring: NonNull<Node>) {
        // SAFETY: all nodes of the ring are live; the heap's own is freed last.
        unsafe {
            let mut at = ring.as_ref().next.get();
            while at != ring.as_ptr() {
                let next = (*at).next.get();
                (*at).next.set(at);
                (*at).prev.set(at);
                at = next;
            }
            std::alloc::dealloc(ring.as_ptr().cast(), Layout::new::<Node>());
        }
    }
}

unsafe fn trace_nothing(_: *const u8, _: usize, _: &mut Tracer) {}

unsafe fn trace_items<T: Trace>(items: *const u8, len: usize, tracer: &mut Tracer) {
    // SAFETY: called with the items of a `RootVec<T>`.
    for item in unsafe { std::slice::from_raw_parts(items.cast::<T>(), len) } {
        item.trace(tracer);
    }
}

fn allocate(node: Node) -> Option<NonNull<Node>> {
    // SAFETY: the layout is not of size zero.
    let at = NonNull::new(unsafe { std::alloc::alloc(Layout::new::<Node>()) })?.cast::<Node>();
    // SAFETY: fresh memory of the right layout.
    unsafe { at.write(node) };
    Some(at)
}

/// A growable vector outside the heap whose items the collector sees.
#[derive(Debug)]
pub struct RootVec<T: Trace + Copy> {
    node: NonNull<Node>,
    items: PhantomData<T>,
}

impl<T: Trace + Copy> RootVec<T> {
    const SIZED: () = assert!(size_of::<T>() > 0, "items of a RootVec have a size");

    /// An empty vector, registered with the heap.
    pub fn new(heap: &Heap) -> Result<RootVec<T>, OutOfMemory> {
        const { Self::SIZED };
        let dangling = NonNull::<T>::dangling().as_ptr().cast();
        let node = allocate(Node::new(trace_items::<T>, dangling)).ok_or(OutOfMemory)?;
        // SAFETY: the new node and the ring's nodes are live.
        unsafe {
            let ring = heap.root_ring.as_ref();
            let next = ring.next.get();
            node.as_ref().next.set(next);
            node.as_ref().prev.set(ring);
            (*next).prev.set(node.as_ptr());
            ring.next.set(node.as_ptr());
        }
        Ok(RootVec { node, items: PhantomData })
    }

    fn node(&self) -> &Node {
        // SAFETY: the node lives as long as the vector.
        unsafe { self.node.as_ref() }
    }

    /// Number of items.
    #[inline]
    pub fn len(&self) -> usize {
        self.node().len.get()
    }

    /// Whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The items.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        // SAFETY: the first `len` items are initialised, and `&mut self` is needed to change them.
        unsafe { std::slice::from_raw_parts(self.node().items.get().cast(), self.len()) }
    }

    /// The items, for changing. No barrier is needed: root vectors are scanned by every collection.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        // SAFETY: as in `as_slice`.
        unsafe { std::slice::from_raw_parts_mut(self.node().items.get().cast(), self.len()) }
    }

    /// The item at `index`.
    #[inline]
    pub fn get(&self, index: usize) -> Option<T> {
        self.as_slice().get(index).copied()
    }

    /// The last item.
    pub fn last(&self) -> Option<T> {
        self.as_slice().last().copied()
    }

    /// Replaces the item at `index`; false if there is none.
    #[inline]
    pub fn set(&mut self, index: usize, item: T) -> bool {
        self.as_mut_slice().get_mut(index).map(|slot| *slot = item).is_some()
    }

    /// Makes room for `more` items.
    pub fn try_reserve(&mut self, more: usize) -> Result<(), OutOfMemory> {
        let node = self.node();
        let needed = node.len.get().checked_add(more).ok_or(OutOfMemory)?;
        let old = node.capacity.get();
        if needed <= old {
            return Ok(());
        }
        let capacity = needed.max(old * 2).max(8);
        let layout = Layout::array::<T>(capacity).map_err(|_| OutOfMemory)?;
        // SAFETY: the old block, if any, was allocated here with the layout of the old capacity.
        let items = unsafe {
            if old == 0 {
                std::alloc::alloc(layout)
            } else {
                let old = Layout::array::<T>(old).map_err(|_| OutOfMemory)?;
                std::alloc::realloc(node.items.get(), old, layout.size())
            }
        };
        if items.is_null() {
            return Err(OutOfMemory);
        }
        node.items.set(items);
        node.capacity.set(capacity);
        Ok(())
    }

    /// Appends an item.
    #[inline]
    pub fn push(&mut self, item: T) -> Result<(), OutOfMemory> {
        if self.node().len.get() == self.node().capacity.get() {
            self.try_reserve(1)?;
        }
        let node = self.node();
        // SAFETY: there is room for one more.
        unsafe { node.items.get().cast::<T>().add(node.len.get()).write(item) };
        node.len.set(node.len.get() + 1);
        Ok(())
    }

    /// Appends items.
    pub fn extend_from_slice(&mut self, items: &[T]) -> Result<(), OutOfMemory> {
        self.try_reserve(items.len())?;
        items.iter().try_for_each(|item| self.push(*item))
    }

    /// Removes and returns the last item.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        let item = self.last()?;
        self.truncate(self.len() - 1);
        Some(item)
    }

    /// Removes the item at `index`, moving the last one into its place.
    pub fn swap_remove(&mut self, index: usize) -> Option<T> {
        let item = self.get(index)?;
        let last = self.pop()?;
        self.set(index, last);
        Some(item)
    }

    /// Keeps the first `len` items.
    #[inline]
    pub fn truncate(&mut self, len: usize) {
        self.node().len.set(len.min(self.len()));
    }

    /// Removes all items.
    pub fn clear(&mut self) {
        self.truncate(0);
    }

    /// The items one after another.
    pub fn iter(&self) -> std::slice::Iter<'_, T> {
        self.as_slice().iter()
    }
}

impl<'a, T: Trace + Copy> IntoIterator for &'a RootVec<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<T: Trace + Copy> Drop for RootVec<T> {
    fn drop(&mut self) {
        let node = self.node();
        let (next, prev) = (node.next.get(), node.prev.get());
        // SAFETY: neighbours are live (`dissolve` made the node its own neighbour if the heap went
        // first); items and node were allocated here with these layouts.
        unsafe {
            (*next).prev.set(prev);
            (*prev).next.set(next);
            if let Ok(layout) = Layout::array::<T>(node.capacity.get())
                && layout.size() > 0
            {
                std::alloc::dealloc(node.items.get(), layout);
            }
            std::alloc::dealloc(self.node.as_ptr().cast(), Layout::new::<Node>());
        }
    }
}

impl Heap {
    /// Registers a function that passes precise roots to the tracer in every collection.
    ///
    /// # Safety
    /// Until removed, `function` may be called with `data`; it obeys the rules of [`Hooks`](crate::Hooks).
    pub unsafe fn add_root_fn(
        &self,
        function: unsafe fn(&mut Tracer, *mut c_void),
        data: *mut c_void,
    ) -> Result<RootFnId, OutOfMemory> {
        let mut functions = self.root_fns.borrow_mut();
        functions.try_reserve(1).map_err(|_| OutOfMemory)?;
        let id = self.next_root_fn.get();
        self.next_root_fn.set(id + 1);
        functions.push(RootFn { id, function, data });
        Ok(RootFnId(id))
    }

    /// Removes a root function; false if it was not registered.
    pub fn remove_root_fn(&self, id: RootFnId) -> bool {
        let mut functions = self.root_fns.borrow_mut();
        let before = functions.len();
        functions.retain(|function| function.id != id.0);
        functions.len() < before
    }
}

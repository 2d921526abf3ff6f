//! A toy object model for the heap's tests: nodes of tagged words with an identity number.
//!
//! The shape of a node is its number of slots; weak nodes (one slot, not traced) have a shape of their
//! own. Deaths are recorded in a [`Log`].

#![allow(dead_code)]

use std::cell::RefCell;
use std::ffi::c_void;
use std::ptr::NonNull;

use heap::{Header, Heap, HeapOptions, Hooks, Trace, Tracer, WeakCx, WeakPhase};

pub const WEAK_SHAPE: u32 = 1 << 30;
pub const NULL: Word = Word(0);

/// A tagged word: a pointer + 1, or a number with other low bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word(pub u64);

impl Word {
    pub fn of(node: NonNull<Node>) -> Word {
        Word(node.as_ptr().expose_provenance() as u64 + 1)
    }

    pub fn node(self) -> Option<NonNull<Node>> {
        (self.0 & 7 == 1)
            .then(|| NonNull::new(std::ptr::with_exposed_provenance_mut(self.0 as usize - 1)))?
    }
}

unsafe impl Trace for Word {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.word(self.0);
    }
}

#[repr(C)]
pub struct Node {
    pub header: Header,
    pub id: u64,
    slots: [u64; 0],
}

impl Node {
    pub fn slot(this: NonNull<Node>, index: usize) -> *mut u64 {
        unsafe { (&raw mut (*this.as_ptr()).slots).cast::<u64>().add(index) }
    }

    pub fn len(this: NonNull<Node>) -> usize {
        match unsafe { this.as_ref() }.header.shape() {
            WEAK_SHAPE => 1,
            shape => shape as usize,
        }
    }

    pub fn get(this: NonNull<Node>, index: usize) -> Word {
        assert!(index < Node::len(this));
        Word(unsafe { *Node::slot(this, index) })
    }

    pub fn set(this: NonNull<Node>, heap: &Heap, index: usize, word: Word) {
        assert!(index < Node::len(this));
        unsafe { heap.write(this.as_ptr().cast(), Node::slot(this, index), word.0) }
    }

    pub fn id(this: NonNull<Node>) -> u64 {
        unsafe { this.as_ref() }.id
    }
}

/// What the hooks saw.
#[derive(Default)]
pub struct Log {
    pub dropped: RefCell<Vec<u64>>,
    pub cleared: RefCell<Vec<u64>>,
}

unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    let node = NonNull::new(object.cast::<Node>()).expect("an object");
    if unsafe { node.as_ref() }.header.shape() != WEAK_SHAPE {
        unsafe { tracer.words_at(Node::slot(node, 0), Node::len(node)) }
    }
}

unsafe fn trace_range(object: *mut Header, low: *mut u8, high: *mut u8, tracer: &mut Tracer) {
    let node = NonNull::new(object.cast::<Node>()).expect("an object");
    let first = (low as usize).max(Node::slot(node, 0) as usize);
    let last = (high as usize).min(Node::slot(node, Node::len(node)) as usize);
    unsafe { tracer.words_at(first as *const u64, last.saturating_sub(first) / 8) }
}

unsafe fn visit_weak(data: *mut c_void, object: *mut Header, cx: &mut WeakCx<'_>) {
    let node = NonNull::new(object.cast::<Node>()).expect("an object");
    let target = Node::get(node, 0);
    if cx.phase() == WeakPhase::AfterFinalizers && !cx.is_live_word(target.0) {
        unsafe { *Node::slot(node, 0) = 0 };
        unsafe { &*data.cast::<Log>() }.cleared.borrow_mut().push(Node::id(node));
    }
}

unsafe fn drop_native(data: *mut c_void, object: *mut Header) {
    let id = unsafe { (*object.cast::<Node>()).id };
    unsafe { &*data.cast::<Log>() }.dropped.borrow_mut().push(id);
}

pub fn hooks() -> Hooks {
    Hooks {
        trace,
        trace_range,
        visit_weak: Some(visit_weak),
        process_weak: None,
        drop_native: Some(drop_native),
    }
}

pub fn heap(options: HeapOptions, log: &Log) -> Box<Heap> {
    let heap = Heap::new(options, hooks()).expect("address space");
    heap.set_hook_data((&raw const *log).cast_mut().cast());
    heap
}

/// A node with empty slots.
pub fn node(heap: &Heap, id: u64, len: usize) -> Option<NonNull<Node>> {
    init(heap.alloc_array(len as u32, 0, 16, 8, len)?, id, len)
}

/// A weak node. Its target must be kept alive across this call.
pub fn weak_node(heap: &Heap, id: u64, target: Word) -> Option<NonNull<Node>> {
    let node = init(heap.alloc(24, WEAK_SHAPE)?, id, 1)?;
    unsafe { *Node::slot(node, 0) = target.0 };
    unsafe { heap.register_weak(node.cast()) }.ok()?;
    Some(node)
}

fn init(object: NonNull<Header>, id: u64, len: usize) -> Option<NonNull<Node>> {
    let node = object.cast::<Node>();
    unsafe { (*node.as_ptr()).id = id };
    for index in 0..len {
        unsafe { *Node::slot(node, index) = 0 };
    }
    Some(node)
}

/// A small generator of random numbers.
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        self.0 >> 33
    }

    pub fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

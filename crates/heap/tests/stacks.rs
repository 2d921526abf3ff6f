//! Conservative roots: what a native stack keeps alive, and what it must not.

// Objects of the toy model are live and initialised wherever the tests touch them.
#![allow(clippy::undocumented_unsafe_blocks)]

mod toy;

use std::hint::black_box;
use std::ops::Range;
use std::ptr::NonNull;
use std::sync::mpsc;

use heap::{CollectKind, Heap, HeapOptions, Registers, ThreadId};
use toy::{Log, Node, Word};

fn poisoned() -> HeapOptions {
    HeapOptions { poison: true, verify: true, ..HeapOptions::default() }
}

/// Runs `f` with the calling thread registered.
fn with_heap(f: impl FnOnce(&Heap, ThreadId)) {
    let log = Log::default();
    let heap = toy::heap(poisoned(), &log);
    let thread = heap.register_thread().expect("memory");
    f(&heap, thread);
    heap.unregister_thread(thread);
}

#[inline(never)]
fn chain(heap: &Heap, ids: Range<u64>) -> NonNull<Node> {
    let mut head = toy::node(heap, ids.start, 1).expect("memory");
    for id in ids.skip(1) {
        let next = toy::node(heap, id, 1).expect("memory");
        Node::set(next, heap, 0, Word::of(head));
        head = next;
    }
    head
}

fn check_chain(head: NonNull<Node>, ids: Range<u64>) {
    let mut at = Some(head);
    for id in ids.rev() {
        let node = at.expect("the chain goes on");
        assert_eq!(Node::id(node), id);
        at = Node::get(node, 0).node();
    }
    assert!(at.is_none());
}

#[test]
fn a_local_keeps_what_it_reaches() {
    with_heap(|heap, _| {
        let head = chain(heap, 0..1000);
        for kind in [CollectKind::Minor, CollectKind::Full, CollectKind::Minor] {
            heap.collect(kind);
            check_chain(black_box(head), 0..1000);
        }
    });
}

#[test]
fn a_tagged_word_and_an_interior_pointer_keep_the_object() {
    with_heap(|heap, _| {
        for len in [5, 1000, 100_000] {
            let tagged = [black_box(Word::of(toy::node(heap, 1, len).expect("memory")))];
            let inner = Node::slot(toy::node(heap, 2, len).expect("memory"), len - 1);
            let inner = [black_box(inner)];
            heap.collect(CollectKind::Full);
            assert_eq!(Node::id(black_box(tagged)[0].node().expect("a node")), 1);
            let object = heap.object_at(black_box(inner)[0] as usize).expect("it is alive");
            assert_eq!(Node::id(object.cast()), 2);
        }
    });
}

#[test]
fn one_past_the_end_of_an_array_keeps_the_array_only() {
    with_heap(|heap, _| {
        // Without padding these arrays would fill their cells exactly.
        for len in [2, 4, 14, 510, 2046, 4094, 100_000] {
            let node = toy::node(heap, 7, len).expect("memory");
            let end = Node::slot(node, len) as usize;
            assert_eq!(heap.object_at(end), Some(node.cast()), "{len} slots");
        }
    });
}

#[test]
fn stale_and_foreign_words_are_no_roots() {
    let log = Log::default();
    let heap = toy::heap(poisoned(), &log);
    let dead = toy::node(&heap, 1, 3).expect("memory").as_ptr() as usize;
    heap.collect(CollectKind::Minor);
    assert!(!heap.is_managed(dead));
    // A registered thread's stack now holds `dead` as a plain number.
    let thread = heap.register_thread().expect("memory");
    heap.collect(CollectKind::Full);
    assert!(!heap.is_managed(black_box(dead)));
    assert_eq!(heap.stats().live_bytes, 0);
    for word in [0, 1, 8, usize::MAX, &raw const log as usize] {
        assert_eq!(heap.object_at(word), None);
    }
    heap.unregister_thread(thread);
}

struct Shared(*const Heap);
// SAFETY: the tests hand the heap over by channels, so one thread at a time uses it.
unsafe impl Send for Shared {}

impl Shared {
    fn heap(&self) -> &Heap {
        unsafe { &*self.0 }
    }
}

#[test]
fn a_parked_thread_keeps_its_objects() {
    with_heap(|heap, me| {
        let shared = Shared(heap);
        let (to_main, from_worker) = mpsc::channel();
        let (to_worker, from_main) = mpsc::channel();
        let mut registers = Registers::new();
        // The worker registers and allocates, so this thread is parked meanwhile.
        unsafe { heap.enter_blocking(me, &mut registers) };
        let worker = std::thread::spawn(move || {
            let heap = shared.heap();
            let thread = heap.register_thread().expect("memory");
            let head = chain(heap, 0..500);
            heap.park(thread, || {
                to_main.send(()).expect("main waits");
                from_main.recv().expect("main answers");
            });
            check_chain(head, 0..500);
            heap.unregister_thread(thread);
        });
        from_worker.recv().expect("the worker parks");
        heap.leave_blocking(me);
        black_box(&mut registers);
        for _ in 0..3 {
            heap.collect(CollectKind::Full);
            black_box(chain(heap, 1000..3000));
        }
        unsafe { heap.enter_blocking(me, &mut registers) };
        to_worker.send(()).expect("the worker waits");
        worker.join().expect("the worker's checks hold");
        heap.leave_blocking(me);
        black_box(&mut registers);
    });
}

#[test]
fn after_a_fork_only_the_caller_is_left() {
    with_heap(|heap, me| {
        // Stands for another thread; two running ones would end the process.
        heap.register_thread().expect("memory");
        heap.after_fork_child(me);
        assert!(heap.collect(CollectKind::Full));
    });
}

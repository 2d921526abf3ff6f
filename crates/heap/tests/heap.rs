//! The heap's API piece by piece, with precise roots only.

// Objects of the toy model are live and initialised wherever the tests touch them.
#![allow(clippy::undocumented_unsafe_blocks)]

mod toy;

use std::ptr::NonNull;

use heap::{CollectKind, HeapOptions, MAX_CELL, RootVec, Stress, flags};
use toy::{Log, NULL, Node, Word};

#[test]
fn a_limit_makes_allocation_fail_and_garbage_makes_room_again() {
    let log = Log::default();
    let options = HeapOptions { max_heap: Some(4 << 20), ..HeapOptions::default() };
    let heap = toy::heap(options, &log);
    let mut roots = RootVec::new(&heap).expect("memory");
    while let Some(node) = toy::node(&heap, 1, 10) {
        roots.push(Word::of(node)).expect("memory");
    }
    assert!(roots.len() > 30_000, "{} objects fit", roots.len());
    assert!(toy::node(&heap, 1, MAX_CELL).is_none());
    roots.clear();
    assert!(toy::node(&heap, 1, MAX_CELL).is_some());
    assert!(toy::node(&heap, 1, 10).is_some());
}

#[test]
fn absurd_sizes_fail_at_once() {
    let log = Log::default();
    let heap = toy::heap(HeapOptions::default(), &log);
    assert!(heap.alloc(usize::MAX, 0).is_none());
    assert!(heap.alloc(1 << 60, 0).is_none());
    assert!(heap.alloc_array(0, 0, 16, 8, usize::MAX / 8).is_none());
    assert!(heap.alloc_array(0, 0, usize::MAX, 1, 1).is_none());
    assert_eq!(heap.stats().full_collections, 0);
}

#[test]
fn large_objects_are_freed_and_joined() {
    let log = Log::default();
    let options = HeapOptions { max_heap: Some(64 << 20), ..HeapOptions::default() };
    let heap = toy::heap(options, &log);
    for round in 0..200 {
        let len = 3000 + (round * 7919) % 4_000_000;
        assert!(toy::node(&heap, 1, len).is_some(), "{len} slots");
    }
    assert!(heap.stats().used_bytes <= 64 << 20);
}

#[test]
fn much_free_memory_goes_back_to_the_system() {
    let log = Log::default();
    let heap = toy::heap(HeapOptions::default(), &log);
    assert!(heap.alloc_array(0, flags::LEAF, 16, 1, 200 << 20).is_some());
    heap.collect(CollectKind::Minor);
    assert_eq!(heap.stats().used_bytes, 0);
    assert_eq!(heap.stats().resident_free_bytes, 0);
}

#[test]
fn full_collections_wait_for_the_heap_to_double() {
    let log = Log::default();
    let options = HeapOptions {
        nursery_bytes: 64 << 10,
        min_full_bytes: 128 << 10,
        ..HeapOptions::default()
    };
    let heap = toy::heap(options, &log);
    let mut roots = RootVec::new(&heap).expect("memory");
    for id in 0..4096 {
        roots.push(Word::of(toy::node(&heap, id, 500).expect("memory"))).expect("memory");
    }
    // From 128 KiB to 16 MiB the heap doubles seven times.
    assert!((5..=8).contains(&heap.stats().full_collections));
}

#[test]
fn a_large_array_is_tracked_by_cards() {
    let log = Log::default();
    let options = HeapOptions { poison: true, verify: true, ..HeapOptions::default() };
    let heap = toy::heap(options, &log);
    let mut roots = RootVec::new(&heap).expect("memory");
    let len = 20_000;
    let array = toy::node(&heap, 1, len).expect("memory");
    roots.push(Word::of(array)).expect("memory");
    heap.collect(CollectKind::Minor);
    for step in 0..200 {
        let slot = (step * 7919) % len;
        let child = toy::node(&heap, slot as u64, 1).expect("memory");
        Node::set(array, &heap, slot, Word::of(child));
        if step % 3 == 0 {
            heap.collect(CollectKind::Minor);
        }
    }
    assert!(
        unsafe { array.as_ref() }.header.has(flags::UNLOGGED),
        "cards leave the object unlogged"
    );
    heap.collect(CollectKind::Minor);
    for step in 0..200 {
        let slot = (step * 7919) % len;
        assert_eq!(Node::id(Node::get(array, slot).node().expect("a child")), slot as u64);
    }
}

#[test]
fn deep_chains_cost_no_native_stack() {
    let log = Log::default();
    let heap = toy::heap(HeapOptions::default(), &log);
    let mut roots = RootVec::new(&heap).expect("memory");
    roots.push(NULL).expect("memory");
    for id in 0..1_000_000 {
        let next = toy::node(&heap, id, 1).expect("memory");
        Node::set(next, &heap, 0, roots.get(0).expect("a root"));
        roots.set(0, Word::of(next));
    }
    heap.collect(CollectKind::Full);
    assert_eq!(heap.stats().live_bytes, 1_000_000 * 32);
}

#[test]
fn stress_collects_and_inhibit_holds_it_off() {
    let log = Log::default();
    let options =
        HeapOptions { stress: Some(Stress { every: 1, seed: 3 }), ..HeapOptions::default() };
    let heap = toy::heap(options, &log);
    let count = || heap.stats().minor_collections + heap.stats().full_collections;
    for id in 0..10 {
        toy::node(&heap, id, 1).expect("memory");
    }
    assert_eq!(count(), 10);
    let guard = heap.inhibit();
    for id in 0..10 {
        toy::node(&heap, id, 1).expect("memory");
    }
    assert_eq!(count(), 10);
    drop(guard);
    toy::node(&heap, 0, 1).expect("memory");
    assert_eq!(count(), 11);
}

#[test]
fn external_bytes_bring_collections_on() {
    let log = Log::default();
    let heap = toy::heap(HeapOptions::default(), &log);
    for id in 0..200 {
        let node = toy::node(&heap, id, 1).expect("memory");
        unsafe { heap.register_drop(node.cast()) }.expect("memory");
        heap.charge_external(1 << 20);
    }
    assert!(heap.stats().minor_collections + heap.stats().full_collections >= 5);
    assert!(log.dropped.borrow().len() > 100);
}

#[test]
fn disabled_full_collections_still_happen_on_request() {
    let log = Log::default();
    let options = HeapOptions { min_full_bytes: 0, nursery_bytes: 1 << 16, ..Default::default() };
    let heap = toy::heap(options, &log);
    heap.set_auto_full(false);
    for id in 0..10_000 {
        toy::node(&heap, id, 4).expect("memory");
    }
    assert_eq!(heap.stats().full_collections, 0);
    heap.set_auto_full(true);
    for id in 0..10_000 {
        toy::node(&heap, id, 4).expect("memory");
    }
    assert!(heap.stats().full_collections > 0);
}

#[test]
fn finalizers_run_once_in_order_and_see_their_object() {
    let log = Log::default();
    let heap = toy::heap(HeapOptions { poison: true, ..HeapOptions::default() }, &log);
    let mut roots = RootVec::<Word>::new(&heap).expect("memory");
    for id in 1..=3 {
        let inner = toy::node(&heap, 100 + id, 0).expect("memory");
        let node = toy::node(&heap, id, 1).expect("memory");
        Node::set(node, &heap, 0, Word::of(inner));
        unsafe { heap.register_finalizer(node.cast()) }.expect("memory");
    }
    assert!(!heap.has_pending_finalizers());
    heap.collect(CollectKind::Minor);
    heap.collect(CollectKind::Full);
    for id in 1..=3 {
        let node = heap.take_pending_finalizer().expect("it died").cast::<Node>();
        assert_eq!(Node::id(node), id);
        assert_eq!(Node::id(Node::get(node, 0).node().expect("kept")), 100 + id);
        unsafe { heap.register_finalizer(node.cast()) }.expect("memory");
        roots.push(Word::of(node)).expect("memory");
    }
    roots.clear();
    heap.collect(CollectKind::Full);
    assert!(!heap.has_pending_finalizers());
    assert_eq!(heap.stats().live_bytes, 0);
}

#[test]
fn a_weak_holder_loses_its_target_once_it_is_dead_for_good() {
    let log = Log::default();
    let heap = toy::heap(HeapOptions::default(), &log);
    let mut roots = RootVec::new(&heap).expect("memory");
    let target = toy::node(&heap, 1, 0).expect("memory");
    unsafe { heap.register_finalizer(target.cast()) }.expect("memory");
    roots
        .push(Word::of(toy::weak_node(&heap, 2, Word::of(target)).expect("memory")))
        .expect("memory");
    let weak = || roots.get(0).and_then(Word::node).expect("the holder");
    heap.collect(CollectKind::Full);
    // Resurrected to be finalized.
    assert!(Node::get(weak(), 0).node().is_some());
    heap.take_pending_finalizer().expect("the target");
    heap.collect(CollectKind::Full);
    assert_eq!(Node::get(weak(), 0), NULL);
    assert_eq!(*log.cleared.borrow(), [2]);
}

#[test]
fn what_is_left_is_dropped_with_the_heap() {
    let log = Log::default();
    let heap = toy::heap(HeapOptions::default(), &log);
    let released: Vec<NonNull<Node>> =
        (0..3).map(|id| toy::node(&heap, id, 0).expect("memory")).collect();
    for node in &released {
        unsafe { heap.register_drop(node.cast()) }.expect("memory");
    }
    unsafe { heap.unregister_drop(released[1].cast()) };
    let root = RootVec::<Word>::new(&heap).expect("memory");
    drop(heap);
    assert_eq!(*log.dropped.borrow(), [0, 2]);
    // A vector may outlive its heap.
    assert!(root.is_empty());
}

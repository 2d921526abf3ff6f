//! Random mutation of a toy object graph under all switches, compared with a model.

// Objects of the toy model are live and initialised wherever the tests touch them.
#![allow(clippy::undocumented_unsafe_blocks)]

mod toy;

use std::collections::{HashMap, HashSet};

use heap::{CollectKind, HeapOptions, RootVec, Stress};
use toy::{Log, NULL, Node, Random, Word};

const ROOTS: usize = 24;

/// What the graph ought to look like: nodes by identity, with the identities in their slots.
#[derive(Default)]
struct Model {
    slots: HashMap<u64, Vec<u64>>,
    roots: Vec<u64>,
    finalizable: HashSet<u64>,
    finalized: HashSet<u64>,
    droppable: HashSet<u64>,
    weak: HashMap<u64, u64>,
}

impl Model {
    fn reachable(&self) -> HashSet<u64> {
        let mut seen = HashSet::new();
        let mut todo: Vec<u64> = self.roots.clone();
        while let Some(id) = todo.pop() {
            if id != 0 && seen.insert(id) {
                todo.extend(self.slots.get(&id).into_iter().flatten());
            }
        }
        seen
    }
}

struct Torture<'a> {
    heap: &'a heap::Heap,
    log: &'a Log,
    roots: RootVec<Word>,
    model: Model,
    random: Random,
    next_id: u64,
}

impl Torture<'_> {
    fn step(&mut self) {
        match self.random.below(16) {
            0..=5 => self.allocate(),
            6..=10 => self.store(),
            11 => self.load(),
            12 => self.forget(),
            13 => self.allocate_weak(),
            14 => self.finalize(),
            _ => {}
        }
    }

    fn set_root(&mut self, root: usize, word: Word, id: u64) {
        assert!(self.roots.set(root, word));
        self.model.roots[root] = id;
    }

    fn allocate(&mut self) {
        let len = match self.random.below(200) {
            0 => 2100 + self.random.below(9000),
            1..=5 => self.random.below(2000),
            6..=30 => self.random.below(100),
            _ => self.random.below(6),
        };
        self.next_id += 1;
        let id = self.next_id;
        let node = toy::node(self.heap, id, len).expect("memory");
        self.model.slots.insert(id, vec![0; len]);
        let root = self.random.below(ROOTS);
        self.set_root(root, Word::of(node), id);
        if self.random.below(8) == 0 {
            unsafe { self.heap.register_finalizer(node.cast()) }.expect("memory");
            self.model.finalizable.insert(id);
        }
        if self.random.below(8) == 0 {
            unsafe { self.heap.register_drop(node.cast()) }.expect("memory");
            self.model.droppable.insert(id);
        }
    }

    fn allocate_weak(&mut self) {
        let target = self.random.below(ROOTS);
        self.next_id += 1;
        let id = self.next_id;
        let word = self.roots.get(target).expect("a root");
        let node = toy::weak_node(self.heap, id, word).expect("memory");
        self.model.slots.insert(id, Vec::new());
        self.model.weak.insert(id, self.model.roots[target]);
        let root = self.random.below(ROOTS);
        self.set_root(root, Word::of(node), id);
    }

    fn strong(&mut self) -> Option<(std::ptr::NonNull<Node>, u64)> {
        let root = self.random.below(ROOTS);
        let id = self.model.roots[root];
        let node = self.roots.get(root)?.node()?;
        (!self.model.weak.contains_key(&id)).then_some((node, id))
    }

    fn store(&mut self) {
        let Some((owner, id)) = self.strong() else { return };
        let len = Node::len(owner);
        if len == 0 {
            return;
        }
        let (slot, from) = (self.random.below(len), self.random.below(ROOTS));
        Node::set(owner, self.heap, slot, self.roots.get(from).expect("a root"));
        self.model.slots.get_mut(&id).expect("known")[slot] = self.model.roots[from];
    }

    fn load(&mut self) {
        let Some((owner, id)) = self.strong() else { return };
        let len = Node::len(owner);
        if len == 0 {
            return;
        }
        let slot = self.random.below(len);
        let root = self.random.below(ROOTS);
        self.set_root(root, Node::get(owner, slot), self.model.slots[&id][slot]);
    }

    fn forget(&mut self) {
        let root = self.random.below(ROOTS);
        self.set_root(root, NULL, 0);
    }

    /// Takes pending finalizers, resurrecting some for good.
    fn finalize(&mut self) {
        let reachable = self.model.reachable();
        while let Some(object) = self.heap.take_pending_finalizer() {
            let node = object.cast::<Node>();
            let id = Node::id(node);
            assert!(self.model.finalizable.contains(&id), "{id} has no finalizer");
            assert!(self.model.finalized.insert(id), "{id} was finalized twice");
            assert!(!reachable.contains(&id), "{id} is reachable");
            if self.random.below(2) == 0 {
                let root = self.random.below(ROOTS);
                self.set_root(root, Word::of(node), id);
            }
        }
    }

    /// Compares everything reachable with the model.
    fn check(&mut self) {
        let mut seen = HashSet::new();
        let mut todo: Vec<(Word, u64)> =
            self.roots.iter().copied().zip(self.model.roots.iter().copied()).collect();
        while let Some((word, id)) = todo.pop() {
            let Some(node) = word.node() else {
                assert_eq!(id, 0);
                continue;
            };
            assert_eq!(Node::id(node), id);
            assert!(self.heap.is_managed(node.as_ptr() as usize));
            if !seen.insert(id) {
                continue;
            }
            if let Some(target) = self.model.weak.get(&id) {
                if let Some(node) = Node::get(node, 0).node() {
                    assert_eq!(Node::id(node), *target);
                }
                continue;
            }
            let slots = &self.model.slots[&id];
            assert_eq!(Node::len(node), slots.len());
            todo.extend(slots.iter().enumerate().map(|(i, id)| (Node::get(node, i), *id)));
        }
        self.check_dead(&seen);
        let mut walked = HashSet::new();
        self.heap.heap_walk(|object| assert!(walked.insert(Node::id(object.cast()))));
        assert!(seen.is_subset(&walked));
    }

    fn check_dead(&mut self, reachable: &HashSet<u64>) {
        for id in self.log.dropped.borrow_mut().drain(..) {
            assert!(self.model.droppable.remove(&id), "{id} was dropped twice");
            assert!(!reachable.contains(&id), "{id} is reachable");
        }
        for weak in self.log.cleared.borrow_mut().drain(..) {
            let target = self.model.weak[&weak];
            assert!(!reachable.contains(&target), "{target} is reachable");
        }
    }

    /// In the end everything dies, and every finalizer and drop has happened.
    fn finish(mut self) {
        for root in 0..ROOTS {
            self.set_root(root, NULL, 0);
        }
        for _ in 0..3 {
            self.heap.collect(CollectKind::Full);
            while let Some(object) = self.heap.take_pending_finalizer() {
                assert!(self.model.finalized.insert(Node::id(object.cast())));
            }
        }
        self.check();
        assert_eq!(self.model.finalized, self.model.finalizable);
        assert!(self.model.droppable.is_empty());
        assert_eq!(self.heap.stats().live_bytes, 0);
        assert_eq!(self.heap.stats().used_bytes, 0);
    }
}

fn torture(options: HeapOptions, seed: u64, steps: usize) {
    let log = Log::default();
    let heap = toy::heap(options, &log);
    let mut roots = RootVec::new(&heap).expect("memory");
    roots.extend_from_slice(&[NULL; ROOTS]).expect("memory");
    let model = Model { roots: vec![0; ROOTS], ..Model::default() };
    let mut torture =
        Torture { heap: &heap, log: &log, roots, model, random: Random(seed), next_id: 0 };
    for step in 0..steps {
        torture.step();
        if step % 500 == 0 {
            torture.check();
        }
    }
    torture.check();
    torture.finish();
}

fn switches() -> HeapOptions {
    HeapOptions { poison: true, verify: true, ..HeapOptions::default() }
}

#[test]
fn default_sizes() {
    torture(HeapOptions::default(), 1, 60_000);
}

#[test]
fn tiny_nursery() {
    for seed in 0..4 {
        let options =
            HeapOptions { nursery_bytes: 16 << 10, min_full_bytes: 256 << 10, ..switches() };
        torture(options, seed, 15_000);
    }
}

#[test]
fn collect_at_every_allocation() {
    for seed in 0..4 {
        let stress = Some(Stress { every: 1, seed });
        torture(HeapOptions { stress, ..switches() }, seed, 3_000);
    }
}

#[test]
fn collect_at_every_seventh_allocation() {
    for seed in 0..4 {
        let stress = Some(Stress { every: 7, seed });
        torture(HeapOptions { stress, ..switches() }, seed, 8_000);
    }
}

#[test]
fn overflowing_mark_stack() {
    for seed in 0..4 {
        let stress = Some(Stress { every: 50, seed });
        let options = HeapOptions { stress, mark_stack_limit: Some(3), ..switches() };
        torture(options, seed, 8_000);
    }
}

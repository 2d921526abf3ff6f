//! The torture switches stop the process when a contract is broken. Each case runs in a child.

// Objects of the toy model are live and initialised wherever the tests touch them.
#![allow(clippy::undocumented_unsafe_blocks)]

mod toy;

use std::process::Command;

use heap::{CollectKind, HeapOptions, RootVec};
use toy::{Log, Node, Word};

const CHILD: &str = "HEAP_SWITCH_TEST_CHILD";

/// Runs `case` in a child process and checks that it aborts with `message`.
fn expect_abort(test: &str, message: &str, case: fn()) {
    if std::env::var_os(CHILD).is_some() {
        case();
        return;
    }
    let output = Command::new(std::env::current_exe().expect("a path"))
        .args([test, "--exact", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .expect("the child starts");
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "the child went on");
    assert!(stderr.contains(message), "{stderr}");
}

fn store_without_barrier(len: usize) {
    let log = Log::default();
    let heap = toy::heap(HeapOptions { verify: true, ..HeapOptions::default() }, &log);
    let mut roots = RootVec::new(&heap).expect("memory");
    let old = toy::node(&heap, 1, len).expect("memory");
    roots.push(Word::of(old)).expect("memory");
    heap.collect(CollectKind::Minor);
    let young = toy::node(&heap, 2, 0).expect("memory");
    unsafe { *Node::slot(old, len - 1) = Word::of(young).0 };
    heap.collect(CollectKind::Minor);
}

#[test]
fn verify_sees_a_missing_barrier() {
    let message = "without a barrier";
    expect_abort("verify_sees_a_missing_barrier", message, || store_without_barrier(3));
}

#[test]
fn verify_sees_a_missing_card() {
    let message = "without a barrier";
    expect_abort("verify_sees_a_missing_card", message, || store_without_barrier(9000));
}

#[test]
fn poison_shows_a_dead_object() {
    expect_abort("poison_shows_a_dead_object", "leads to a freed object", || {
        let log = Log::default();
        let heap = toy::heap(HeapOptions { poison: true, ..HeapOptions::default() }, &log);
        // The neighbour keeps the block in use.
        let kept = toy::node(&heap, 1, 1).expect("memory");
        let dead = toy::node(&heap, 2, 1).expect("memory");
        let mut roots = RootVec::new(&heap).expect("memory");
        roots.push(Word::of(kept)).expect("memory");
        heap.collect(CollectKind::Minor);
        roots.push(Word::of(dead)).expect("memory");
        heap.collect(CollectKind::Minor);
    });
}

#[test]
fn poison_shows_a_pointer_into_a_cell() {
    expect_abort("poison_shows_a_pointer_into_a_cell", "not the start of a cell", || {
        let log = Log::default();
        let heap = toy::heap(HeapOptions { poison: true, ..HeapOptions::default() }, &log);
        let node = toy::node(&heap, 1, 8).expect("memory");
        let mut roots = RootVec::new(&heap).expect("memory");
        roots.push(Word(Word::of(node).0 + 16)).expect("memory");
        heap.collect(CollectKind::Minor);
    });
}

//! Pointers that are in callee-saved registers and nowhere else keep their objects.

// Objects of the toy model are live and initialised wherever the tests touch them.
#![allow(clippy::undocumented_unsafe_blocks)]
#![cfg(target_arch = "x86_64")]

mod toy;

use std::ffi::c_void;

use heap::{CollectKind, Heap, HeapOptions};
use toy::{Log, Node};

// call_with_registers(values, function, data): the six callee-saved registers hold the values while
// function(data) runs.
std::arch::global_asm!(
    ".globl heap_test_call_with_registers",
    "heap_test_call_with_registers:",
    "push rbx",
    "push rbp",
    "push r12",
    "push r13",
    "push r14",
    "push r15",
    "sub rsp, 8",
    "mov rax, rsi",
    "mov rbx, [rdi]",
    "mov rbp, [rdi + 8]",
    "mov r12, [rdi + 16]",
    "mov r13, [rdi + 24]",
    "mov r14, [rdi + 32]",
    "mov r15, [rdi + 40]",
    "mov rdi, rdx",
    "call rax",
    "add rsp, 8",
    "pop r15",
    "pop r14",
    "pop r13",
    "pop r12",
    "pop rbp",
    "pop rbx",
    "ret",
);

unsafe extern "C" {
    #[link_name = "heap_test_call_with_registers"]
    fn call_with_registers(
        values: *const usize,
        function: extern "C" fn(*const c_void),
        data: *const c_void,
    );
}

extern "C" fn collect(heap: *const c_void) {
    unsafe { &*heap.cast::<Heap>() }.collect(CollectKind::Full);
}

/// Six objects that nothing on the stack points to; a malloc'd buffer holds their addresses.
#[inline(never)]
fn objects(heap: &Heap) -> Vec<usize> {
    (0..6).map(|id| toy::node(heap, id, 1).expect("memory").as_ptr().expose_provenance()).collect()
}

#[test]
fn every_callee_saved_register_is_a_root() {
    let log = Log::default();
    let heap = toy::heap(HeapOptions { poison: true, ..HeapOptions::default() }, &log);
    let thread = heap.register_thread().expect("memory");
    let values = objects(&heap);
    unsafe { call_with_registers(values.as_ptr(), collect, (&raw const *heap).cast()) };
    for (id, address) in values.iter().enumerate() {
        let object = heap.object_at(*address).expect("it is alive");
        assert_eq!(Node::id(object.cast()), id as u64);
    }
    heap.unregister_thread(thread);
}

//! The self-test of dispatch: does a handler's last call use native stack?

use crate::frame::flag;
use crate::machine;
use crate::run::breaker;
use heap::Gc;
use objects::value::Value;
use objects::vm::{CallRecord, Vm};
use regcode::{Op, Word};
use std::sync::atomic::Ordering;

/// Ops dispatched by the test.
const LENGTH: usize = 4096;
/// Native stack that a build with real jumps stays far below, and one with calls far above.
const ALLOWED: usize = 16 << 10;

/// Runs a long line of ops that do nothing, then one that calls [`crate::run::handle_breaker`], which notes where the
/// native stack is by then; tells whether that is near where it was before.
#[must_use]
pub fn run(vm: &mut Vm) -> bool {
    let mut words = vec![Word::new(Op::Nop, 0, 0, 0).0; LENGTH];
    words.push(Word::wide(Op::JumpBack, 0, 0).0);
    words.push(0);
    words.push(Word::new(Op::ReturnConst, 0, 0, 0).0);
    words.push(Value::NONE.bits());
    let here = 0u8;
    // SAFETY: the code touches no register; its frame is entered from here and ends here, and nothing is collected
    // meanwhile, so nobody looks at the function that it doesn't have.
    unsafe {
        let record = vm.top.add(1);
        record.write(CallRecord {
            func: Gc::from_ptr(std::ptr::NonNull::dangling().as_ptr()),
            code: std::ptr::null(),
            pc: words.as_ptr(),
            base: 0,
            dst: 0,
            kind: 0,
            flags: flag::ENTRY,
        });
        vm.top = record;
        vm.breaker.fetch_or(breaker::PROBE, Ordering::Relaxed);
        vm.stack_limit = std::ptr::null_mut();
        machine::run(words.as_ptr(), vm.stack, vm);
    }
    vm.result = Value::UNDEF;
    let there = crate::state(vm).probe;
    (&raw const here as usize).abs_diff(there) < ALLOWED
}

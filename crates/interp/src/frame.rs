//! Frames: call records and the Value stack.
//!
//! A frame is a [`CallRecord`] plus its registers on the Value stack. Records are contiguous; a call adds one, a return
//! takes it away. The newest frame's position is in `Vm::pc` while something else than the handlers runs, all others'
//! in their records.

use crate::link::Linked;
use objects::value::Value;
use objects::vm::{CallRecord, Vm};

/// Bits of [`CallRecord::flags`]; a frame with any of them set doesn't return on the fast path.
pub mod flag {
    /// Entered from native code: its end leaves the machine.
    pub const ENTRY: u8 = 1;
    /// There is a frame object for it, which must take the registers over at its end.
    pub const FRAME_OBJECT: u8 = 2;
    /// An `__init__` called for `cls(…)`: the result is the instance, in the register before the frame's first.
    pub const INIT: u8 = 4;
    /// A generator, coroutine or asynchronous generator.
    pub const GENERATOR: u8 = 8;
    /// Running on the unelided translation, or otherwise to be looked at when it ends.
    pub const MONITORED: u8 = 16;
    /// The result is converted to a truth value (in [`CallRecord::kind`]'s words a plain result otherwise).
    pub const TO_BOOL: u8 = 32;
}

/// Values of [`CallRecord::kind`]: how many words the caller's op has, behind which it goes on with the result in
/// register `dst`; for generators what the resumer does.
pub mod kind {
    /// Resumed by `ForIter` of one word: a result yielded goes on behind it, the end jumps.
    pub const FOR_ITER: u8 = 0x81;
    /// Resumed by `ForLoop`: a result yielded jumps, the end goes on behind it.
    pub const FOR_LOOP: u8 = 0x82;
    /// Resumed by `Send`: a result yielded goes on behind it, the end jumps.
    pub const SEND: u8 = 0x83;
}

/// The code of a record.
#[inline(always)]
pub unsafe fn code_of(record: *const CallRecord) -> &'static Linked {
    // SAFETY: a record's code is alive as long as the record (the collector sees to it), and never moves.
    unsafe { &*(*record).code.cast::<Linked>() }
}

/// The first register of a record's frame.
#[inline(always)]
pub unsafe fn regs_of(vm: *const Vm, record: *const CallRecord) -> *mut Value {
    // SAFETY: the base of a live record is inside the stack.
    unsafe { (*vm).stack.add((*record).base as usize) }
}

/// The first free register above the newest frame.
#[inline(always)]
pub unsafe fn stack_top(vm: *const Vm) -> *mut Value {
    // SAFETY: the record below the first is a sentinel with code null.
    unsafe {
        let top = (*vm).top;
        if (*top).code.is_null() {
            return (*vm).stack;
        }
        regs_of(vm, top).add(code_of(top).nregs as usize)
    }
}

/// Number of a stack slot.
#[inline(always)]
pub unsafe fn index_of(vm: *const Vm, regs: *const Value) -> u32 {
    // SAFETY: both point into the Value stack, which has fewer than 2^32 slots.
    unsafe { regs.offset_from((*vm).stack) as u32 }
}

/// Whether no Python frame is running in this thread.
#[must_use]
pub fn is_idle(vm: &Vm) -> bool {
    // SAFETY: `top` always points to a record or to the sentinel.
    unsafe { (*vm.top).code.is_null() }
}

/// The running frame's record, if Python code runs.
#[must_use]
pub fn current(vm: &Vm) -> Option<*mut CallRecord> {
    if is_idle(vm) { None } else { Some(vm.top) }
}

/// Position of a record's frame: what it executes, or the call it waits for.
pub fn pc_of(vm: &Vm, record: *const CallRecord) -> *const u64 {
    // SAFETY: the record is live.
    if std::ptr::eq(record, vm.top) { vm.pc } else { unsafe { (*record).pc } }
}

/// Records from the newest to the oldest.
pub fn walk(vm: &Vm) -> impl Iterator<Item = *mut CallRecord> {
    let mut at = vm.top;
    std::iter::from_fn(move || {
        // SAFETY: the walk ends at the sentinel.
        unsafe {
            if (*at).code.is_null() {
                return None;
            }
            let this = at;
            at = at.sub(1);
            Some(this)
        }
    })
}

/// The `from __future__` features of the running frame's code.
pub fn features(vm: &mut Vm) -> u32 {
    const FEATURES: u32 = 0x1FE_0000;
    match current(vm) {
        // SAFETY: a live record.
        Some(record) => unsafe { code_of(record) }.code.object().flags & FEATURES,
        None => 0,
    }
}

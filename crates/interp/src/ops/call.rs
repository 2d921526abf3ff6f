//! Calls and returns.

use crate::call;
use crate::frame;
use crate::link::Linked;
use crate::machine::{
    dispatch, exit, finish, get, next, ops, raise, save, set, slow, tail, word, word_value,
};
use heap::{Gc, Header};
use objects::code::Function;
use objects::shape::core;
use objects::value::{TAG_HEAP, Value};
use objects::vm::CallRecord;

/// Goes on after [`call::generic`]: a value, a frame that was pushed (UNDEF), or an exception.
macro_rules! finish_call {
    ($result:expr, $a:expr, $pc:ident, $regs:ident, $vm:ident, $w:ident, $n:expr) => {
        match $result {
            Ok(v) if v.is_undef() => return $crate::ops::call::enter_pushed($pc, $regs, $vm, $w),
            Ok(v) => {
                set($regs, $a, v);
                next!($pc, $regs, $vm, $n)
            }
            Err(_) => raise!($pc, $regs, $vm, $w),
        }
    };
}

/// Goes on after a frame with flags has ended: in the caller (`Ok(true)`), in native code (`Ok(false)`), or by raising
/// in the caller.
macro_rules! finish_return {
    ($result:expr, $pc:ident, $regs:ident, $vm:ident, $w:ident) => {
        match $result {
            Ok(true) => return dispatch((*$vm).pc, frame::regs_of($vm, (*$vm).top), $vm),
            Ok(false) => return exit($vm),
            Err(_) => raise!($pc, $regs, $vm, $w),
        }
    };
}

/// Enters a Python function whose parameters are exactly the arguments, which lie where its registers will be.
macro_rules! enter_function {
    ($function:ident, $argc:expr, $new_regs:ident, $dst:ident, $slow:path, $pc:ident, $regs:ident, $vm:ident, $w:ident) => {{
        let code = (*$function).entry.get().cast::<Linked>();
        if code.is_null() {
            tail!($slow, $pc, $regs, $vm, $w)
        }
        let record = (*$vm).top.add(1);
        if (*code).simple_argc != $argc as i32
            || $new_regs.add((*code).nregs as usize) > (*$vm).stack_limit
            || record >= (*$vm).records_limit
        {
            tail!($slow, $pc, $regs, $vm, $w)
        }
        (*(*$vm).top).pc = $pc;
        record.write(CallRecord {
            func: Gc::from_ptr($function),
            code: code.cast(),
            pc: $pc,
            base: frame::index_of($vm, $new_regs),
            dst: $dst,
            kind: 3,
            flags: 0,
        });
        (*$vm).top = record;
        let mut i = $argc as usize;
        let nlocals = (*code).nlocals as usize;
        while i < nlocals {
            *$new_regs.add(i) = Value::UNDEF;
            i += 1;
        }
        return dispatch((*code).entry, $new_regs, $vm);
    }};
}

ops! {
    Call(a, b, c) |pc, regs, vm, w| {
        let callee = get(regs, b);
        if !callee.is_heap() { tail!(call_slow, pc, regs, vm, w) }
        let function = (callee.bits() - TAG_HEAP) as *mut Function;
        if (*function.cast::<Header>()).shape() != core::FUNCTION { tail!(call_other, pc, regs, vm, w) }
        let has_self = !get(regs, b + 1).is_undef();
        let argc = u32::from(c) + u32::from(has_self);
        let new_regs = regs.add(usize::from(b) + 2 - usize::from(has_self));
        enter_function!(function, argc, new_regs, a, call_slow, pc, regs, vm, w)
    }
    CallPlain(a, b, c) |pc, regs, vm, w| {
        let callee = get(regs, b);
        if !callee.is_heap() { tail!(call_plain_slow, pc, regs, vm, w) }
        let function = (callee.bits() - TAG_HEAP) as *mut Function;
        if (*function.cast::<Header>()).shape() != core::FUNCTION { tail!(call_plain_other, pc, regs, vm, w) }
        let new_regs = regs.add(usize::from(b) + 2);
        enter_function!(function, u32::from(c), new_regs, a, call_plain_slow, pc, regs, vm, w)
    }
    CallKw(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish_call!(call::generic(vm, regs, b, c, word_value(pc, 1), (a, 4), false), a, pc, regs, vm, w, 4)
    }
    CallEx(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(call::with_unpacking(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    CallMonitored(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::monitor::call(vm, regs, b, c, Value::UNDEF), a, pc, regs, vm, w, 3)
    }
    CallKwMonitored(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::monitor::call(vm, regs, b, c, word_value(pc, 1)), a, pc, regs, vm, w, 4)
    }
    CallExMonitored(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::monitor::call_unpacking(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    CallIntrinsic1(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::intrinsics::one(vm, c, get(regs, b)), a, pc, regs, vm, w, 1)
    }
    CallIntrinsic2(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::intrinsics::two(vm, word(pc, 1), get(regs, b), get(regs, c)), a, pc, regs, vm, w, 2)
    }
    Return(a) |pc, regs, vm, w| {
        let v = get(regs, a);
        let record = (*vm).top;
        if (*record).flags != 0 { tail!(return_special, pc, regs, vm, w) }
        let caller = record.sub(1);
        (*vm).top = caller;
        let regs = frame::regs_of(vm, caller);
        set(regs, (*record).dst, v);
        return dispatch((*caller).pc.add((*record).kind as usize), regs, vm);
    }
    ReturnConst() |pc, regs, vm, w| {
        let v = word_value(pc, 1);
        let record = (*vm).top;
        if (*record).flags != 0 { tail!(return_const_special, pc, regs, vm, w) }
        let caller = record.sub(1);
        (*vm).top = caller;
        let regs = frame::regs_of(vm, caller);
        set(regs, (*record).dst, v);
        return dispatch((*caller).pc.add((*record).kind as usize), regs, vm);
    }
}

/// Starts the frame on top, which a call has just pushed.
#[inline(always)]
pub unsafe extern "C" fn enter_pushed(
    _pc: *const u64,
    _regs: *mut Value,
    vm: *mut objects::vm::Vm,
    _w: u64,
) {
    // SAFETY: the record on top is complete.
    unsafe {
        let record = (*vm).top;
        dispatch(frame::code_of(record).entry, frame::regs_of(vm, record), vm)
    }
}

slow! {
    call_plain_slow(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish_call!(call::generic(vm, regs, b, c, Value::UNDEF, (a, 3), true), a, pc, regs, vm, w, 3)
    }
    call_slow(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish_call!(call::generic(vm, regs, b, c, Value::UNDEF, (a, 3), false), a, pc, regs, vm, w, 3)
    }
}

ops! {
    /// As `call_other`, without a receiver.
    call_plain_other(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish_call!(call::other(vm, regs, b, c, (a, 3), true), a, pc, regs, vm, w, 3)
    }
    /// A callee that isn't a Python function: natives and classes are common, so this path isn't cold.
    call_other(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish_call!(call::other(vm, regs, b, c, (a, 3), false), a, pc, regs, vm, w, 3)
    }
}

slow! {
    return_special(a) |pc, regs, vm, w| {
        save!(vm, pc);
        let v = get(regs, a);
        finish_return!(call::special_return(vm, v), pc, regs, vm, w)
    }
    return_const_special() |pc, regs, vm, w| {
        save!(vm, pc);
        finish_return!(call::special_return(vm, word_value(pc, 1)), pc, regs, vm, w)
    }
}

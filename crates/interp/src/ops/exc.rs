//! Exceptions.

use crate::machine::{done, finish, get, next, ops, raise, save, set};
use crate::{exc, unwind};
use objects::value::Value;

ops! {
    PushExcInfo(a) |pc, regs, vm, _w| {
        let exception = get(regs, a);
        set(regs, a + 1, exception);
        set(regs, a, (*vm).handled);
        (*vm).handled = exception;
        next!(pc, regs, vm, 1)
    }
    PopExcept(a) |pc, regs, vm, _w| {
        (*vm).handled = get(regs, a);
        next!(pc, regs, vm, 1)
    }
    CheckExcMatch(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(exc::check_match(vm, get(regs, b), get(regs, c)), a, pc, regs, vm, w, 1)
    }
    CheckEgMatch(a) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(exc::check_group_match(vm, regs, a), pc, regs, vm, w, 1)
    }
    Reraise(a) |pc, regs, vm, w| {
        save!(vm, pc);
        exc::reraise(vm, get(regs, a));
        raise!(pc, regs, vm, w)
    }
    Raise(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        let exception = if c > 0 { get(regs, a) } else { Value::UNDEF };
        let cause = if c > 1 { get(regs, b) } else { Value::UNDEF };
        done!(unwind::raise(vm, exception, cause), pc, regs, vm, w, 1)
    }
    WithExceptStart(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(exc::with_except_start(vm, regs, b), a, pc, regs, vm, w, 1)
    }
    CheckExc(a) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(exc::check(vm, get(regs, a), false), pc, regs, vm, w, 1)
    }
    CheckExcOrNone(a) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(exc::check(vm, get(regs, a), true), pc, regs, vm, w, 1)
    }
    CheckLasti(a) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(exc::check_lasti(vm, get(regs, a)), pc, regs, vm, w, 1)
    }
}

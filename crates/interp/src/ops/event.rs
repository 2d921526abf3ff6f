//! Events of the unelided translation.

use crate::machine::{done, get, next, ops, raise, save, word};
use crate::monitor;
use objects::value::Value;

ops! {
    Instruction(a) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(monitor::instruction(vm, a == 1), pc, regs, vm, w, 2)
    }
    Event(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        let v = if monitor::has_value(b) { get(regs, a) } else { Value::NONE };
        done!(monitor::event(vm, b, v, word(pc, 1)), pc, regs, vm, w, 2)
    }
}

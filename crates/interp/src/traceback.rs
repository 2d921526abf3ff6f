//! Traceback entries.

use crate::frame;
use objects::value::Value;
use objects::vm::Vm;

/// Adds an entry for the running frame, at byte offset `lasti`, in front of the raised exception's traceback. When
/// memory is lacking the exception goes on without the entry.
pub fn add_entry(vm: &mut Vm, lasti: u32) {
    let exception = vm.take_raised();
    let record = vm.top;
    let added = match crate::frameobj::of_record(vm, record) {
        Ok(frame) => {
            let line = crate::frameobj::line_at(frame.code, lasti);
            crate::exc::push_traceback(vm, exception, frame.into(), lasti, line)
        }
        Err(r) => Err(r),
    };
    if added.is_err() {
        vm.clear_raised();
    }
    vm.raised = exception;
}

/// Hook: adds an entry for the running frame where it is now.
pub fn add_here(vm: &mut Vm) {
    let Some(record) = frame::current(vm) else { return };
    if vm.raised == Value::UNDEF {
        return;
    }
    // SAFETY: a live record.
    let lasti = unsafe { frame::code_of(record) }.lasti(vm.pc);
    add_entry(vm, lasti);
}

/// Shows the raised exception, which nobody can catch, by `sys.unraisablehook`; `message` says where it was raised.
pub fn unraisable(vm: &mut Vm, message: &str) {
    let exception = vm.take_raised();
    if exception.is_undef() {
        return;
    }
    match crate::state(vm).on_unraisable {
        Some(f) => f(vm, exception, message, Value::NONE),
        None => eprintln!("{message}: {}", vm.repr_for_message(exception)),
    }
}

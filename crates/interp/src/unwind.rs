//! Raising: from the position of an exception to its handler.
//!
//! The exception is in `Vm::raised`, the position in `Vm::pc`. Frames without a handler for it are left one by one, each
//! adding a traceback entry, until a handler is found or a frame that was entered from native code ends.

use crate::frame::{self, flag};
use crate::link::Linked;
use crate::machine::{dispatch, exit};
use objects::exceptions::{self, BaseException};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use regcode::{HandlerRange, Loc};

/// Goes on in the handler of the raised exception, or leaves the machine.
#[cold]
#[inline(never)]
pub unsafe extern "C" fn unwind(_pc: *const u64, _regs: *mut Value, vm: *mut Vm, _w: u64) {
    // SAFETY: `Vm::pc` and `Vm::top` describe where the exception was raised.
    unsafe {
        if find_handler(vm) {
            return dispatch((*vm).pc, frame::regs_of(vm, (*vm).top), vm);
        }
        exit(vm)
    }
}

/// Prepares the frame and position of the handler; false if the exception goes on to native code.
#[inline(never)]
unsafe fn find_handler(vm: *mut Vm) -> bool {
    // SAFETY: as for `unwind`.
    unsafe {
        let vm = &mut *vm;
        loop {
            debug_assert!(vm.is_raised());
            let record = vm.top;
            let code = frame::code_of(record);
            let index = code.index_of(vm.pc);
            if !std::mem::take(&mut vm.reraised) {
                crate::traceback::add_entry(vm, code.lasti(vm.pc));
            }
            if code.reg.mode == regcode::Mode::Unelided {
                let leaving = code.reg.handler_at(index as usize).is_none();
                crate::monitor::exception(vm, false);
                if leaving {
                    crate::monitor::exception(vm, true);
                }
            }
            if let Some(handler) = code.reg.handler_at(index as usize) {
                enter_handler(vm, code, index, *handler);
                return true;
            }
            let flags = (*record).flags;
            if flags & flag::GENERATOR != 0 {
                crate::generator::failed(vm);
            }
            if flags & flag::FRAME_OBJECT != 0 {
                let exception = vm.take_raised();
                // Memory for the registers' copy may be lacking; the frame object is then without its locals, which is
                // all that can be done while an exception is on its way.
                if crate::frameobj::detach_top(vm).is_err() {
                    vm.clear_raised();
                }
                vm.raised = exception;
            }
            vm.top = record.sub(1);
            if flags & flag::ENTRY != 0 {
                vm.result = Value::UNDEF;
                return false;
            }
            vm.pc = (*vm.top).pc;
        }
    }
}

/// Where the value of a stack slot is.
unsafe fn slot_value(code: &Linked, regs: *mut Value, place: Loc) -> Value {
    // SAFETY: the verifier proved that the registers are in the frame and the constant exists.
    unsafe {
        match place {
            Loc::Temp(t) => *regs.add(code.temp_base as usize + usize::from(t)),
            Loc::Local(n) => *regs.add(usize::from(n)),
            Loc::Const(k) => code.code.consts().items()[k as usize],
            Loc::Int(i) => Value::int32(i),
            Loc::None => Value::NONE,
            Loc::Null => Value::UNDEF,
        }
    }
}

/// Calls `f` with index and value of each of the lowest `depth` stack slots at word `index` of the frame on top.
pub unsafe fn for_each_slot(
    code: &Linked,
    regs: *mut Value,
    index: u32,
    depth: usize,
    mut f: impl FnMut(usize, Value),
) {
    if let Some(entry) = code.reg.state_at(index as usize) {
        for (slot, place) in code.reg.slots(entry.state) {
            if slot < depth {
                // SAFETY: the caller passes a frame of this code.
                f(slot, unsafe { slot_value(code, regs, place) });
            }
        }
    }
}

/// Puts the stack slots that the handler keeps into their homes, behind them the exception.
unsafe fn enter_handler(vm: &mut Vm, code: &'static Linked, index: u32, handler: HandlerRange) {
    // SAFETY: the verifier proved that the slots are in the frame.
    unsafe {
        let regs = frame::regs_of(vm, vm.top);
        let home = |i: usize| regs.add(code.temp_base as usize + i);
        let mut depth = handler.depth as usize;
        move_home(code, regs, index, depth);
        if handler.lasti {
            *home(depth) = Value::from_len(code.lasti(vm.pc) as usize / 2);
            depth += 1;
        }
        *home(depth) = vm.take_raised();
        vm.pc = code.pc_at(handler.handler);
    }
}

/// Moves the lowest `depth` slots to their homes, all at once: a slot may live in the home of another.
unsafe fn move_home(code: &Linked, regs: *mut Value, index: u32, depth: usize) {
    const FEW: usize = 32;
    // SAFETY: as for `enter_handler`. The copies are on the native stack or, beyond a few, taken in an order that is
    // safe because nothing is collected here.
    unsafe {
        let base = code.temp_base as usize;
        if depth <= FEW {
            let mut values = [Value::UNDEF; FEW];
            for_each_slot(code, regs, index, depth, |slot, v| values[slot] = v);
            for (slot, v) in values[..depth].iter().enumerate() {
                *regs.add(base + slot) = *v;
            }
            return;
        }
        let mut values = vec![Value::UNDEF; depth];
        for_each_slot(code, regs, index, depth, |slot, v| values[slot] = v);
        for (slot, v) in values.iter().enumerate() {
            *regs.add(base + slot) = *v;
        }
    }
}

/// Raises `exception` again where the position says, without a new traceback entry for this frame.
pub fn reraise(vm: &mut Vm, exception: Value) -> objects::vm::Raised {
    vm.reraised = true;
    vm.restore_raised(exception)
}

/// The cause of `raise … from cause`: an exception, a class of one, or None.
fn set_cause(vm: &mut Vm, exception: Value, cause: Value) -> PyResult<()> {
    let cause = if cause.is_none() || cause.cast::<BaseException>().is_some() {
        cause
    } else if exceptions::is_exception_class(cause) {
        exceptions::instantiate(vm, cause)?
    } else {
        return Err(vm.type_error(format_args!("exception causes must derive from BaseException")));
    };
    exceptions::set_cause(vm, exception, cause);
    Ok(())
}

/// `raise` with its operands (UNDEF when absent).
#[inline(never)]
pub unsafe fn raise(vm: *mut Vm, exception: Value, cause: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        if exception.is_undef() {
            let handled = crate::generator::handled(vm);
            if handled.is_none() {
                return Err(vm.runtime_error(format_args!("No active exception to reraise")));
            }
            return Err(vm.restore_raised(handled));
        }
        let exception = exceptions::instantiate(vm, exception)?;
        if !cause.is_undef() {
            set_cause(vm, exception, cause)?;
        }
        Err(vm.raise_value(exception))
    }
}

//! A thread's machine: its stacks, its roots, its limits, and what happens when it is asked to stop and look.

use crate::State;
use crate::frame;
use code::oparg::CommonConstant;
use heap::Tracer;
use objects::layout::Trace;
use objects::value::Value;
use objects::vm::{CallRecord, PyResult, Raised, Vm};
use regcode::Loc;
use std::ffi::c_void;
use std::sync::atomic::Ordering;

/// Frames that may go beyond the limit while a RecursionError is being handled.
const HEADROOM: usize = 50;

/// Bits of [`Vm::breaker`].
pub mod breaker {
    /// Finalizers and weak-reference callbacks wait to be run.
    pub const PENDING: u32 = objects::vm::request::PENDING;
    /// A signal arrived.
    pub const SIGNAL: u32 = 2;
    /// Another thread waits for the lock.
    pub const LOCK: u32 = 4;
    /// An exception was set from another thread.
    pub const ASYNC: u32 = 8;
    /// The self-test of dispatch wants to know where the native stack is.
    pub const PROBE: u32 = 16;
}

/// `sys.getrecursionlimit()` at start.
pub const DEFAULT_RECURSION_LIMIT: i32 = 1000;

/// Registers what the thread's frames hold as roots.
pub fn start_thread(vm: &mut Vm) -> PyResult<()> {
    set_recursion_limit(vm, vm.recursion_limit.unsigned_abs() as usize);
    let data = std::ptr::from_mut(vm).cast();
    // SAFETY: the thread state lives until the process ends.
    let added = unsafe { vm.heap().add_root_fn(trace_roots, data) };
    vm.grow(added).map(|_| ())
}

/// `sys.setrecursionlimit`
pub fn set_recursion_limit(vm: &mut Vm, limit: usize) {
    vm.recursion_limit = i32::try_from(limit).unwrap_or(i32::MAX);
    apply_limit(vm, 0);
}

fn apply_limit(vm: &mut Vm, extra: usize) {
    let limit = vm.recursion_limit.max(1) as usize + 1 + extra;
    // SAFETY: both ends of the records' memory.
    let room = unsafe { vm.records_end.offset_from(vm.records) } as usize;
    // SAFETY: inside the records' memory.
    vm.records_limit = unsafe { vm.records.add(limit.min(room - 1)) };
}

/// How deep Python frames are nested.
#[must_use]
pub fn depth(vm: &Vm) -> usize {
    // SAFETY: both point into the records.
    unsafe { vm.top.offset_from(vm.records) as usize }
}

/// RecursionError; while it is handled, a few frames more than the limit are allowed.
#[cold]
#[inline(never)]
pub fn recursion_error(vm: &mut Vm) -> Raised {
    apply_limit(vm, HEADROOM);
    let r = vm.recursion_error(format_args!("maximum recursion depth exceeded"));
    apply_limit(vm, 0);
    r
}

/// Asks the thread to look at its breaker at the next call or loop.
///
/// # Safety
/// `vm` is a live thread's state. May be called from a signal handler or another thread.
pub unsafe fn interrupt(vm: *mut Vm, bits: u32) {
    // SAFETY: the caller's promise; both are single stores that the owner notices at a safe point.
    unsafe {
        (*vm).breaker.fetch_or(bits, Ordering::SeqCst);
        (&raw mut (*vm).stack_limit).write_volatile(std::ptr::null_mut());
    }
}

/// Does what the breaker asks for.
#[cold]
#[inline(never)]
pub unsafe fn handle_breaker(vm: *mut Vm) -> PyResult<()> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    vm.stack_limit = vm.stack_end;
    let bits = vm.breaker.swap(0, Ordering::SeqCst);
    if bits & breaker::PROBE != 0 {
        let here = 0u8;
        crate::state(vm).probe = &raw const here as usize;
    }
    if bits & breaker::LOCK != 0 {
        crate::thread::hand_over(vm);
    }
    if bits & breaker::PENDING != 0 {
        vm.run_pending(crate::traceback::unraisable);
    }
    if bits & breaker::SIGNAL != 0 {
        let f = crate::state(vm).on_signal;
        if let Some(f) = f {
            f(vm)?;
        }
    }
    if bits & breaker::ASYNC != 0 {
        let exception = std::mem::replace(&mut crate::state(vm).async_exception, Value::UNDEF);
        if !exception.is_undef() {
            let exception = objects::exceptions::instantiate(vm, exception)?;
            return Err(vm.raise_value(exception));
        }
    }
    Ok(())
}

/// One of the builtins that LOAD_COMMON_CONSTANT knows.
#[inline(never)]
pub unsafe fn common_constant(vm: *mut Vm, which: u16) -> Value {
    // SAFETY: called by a handler.
    unsafe {
        crate::state(&mut *vm).common_constants.get(usize::from(which)).unwrap_or(Value::NONE)
    }
}

/// Notes what LOAD_COMMON_CONSTANT gives, once the module `builtins` is complete.
pub fn note_common_constants(vm: &mut Vm) -> PyResult<()> {
    let builtins = vm.rt().builtins;
    for constant in CommonConstant::ALL {
        let name = vm.intern(constant.name())?;
        let found = match builtins.exact::<objects::dict::Dict>() {
            Some(dict) => dict.get_str(name),
            None => None,
        };
        let Some(v) = found else {
            return Err(vm.system_error(format_args!("builtins lack {}", constant.name())));
        };
        let r = crate::state(vm).common_constants.push(v);
        vm.grow(r)?;
    }
    Ok(())
}

/// Shows the collector what a thread's frames hold.
unsafe fn trace_roots(tracer: &mut Tracer, data: *mut c_void) {
    // SAFETY: registered with the thread's state.
    unsafe {
        let vm = &*data.cast::<Vm>();
        if !vm.interp.is_null() {
            (*vm.interp.cast::<State>()).async_exception.trace(tracer);
        }
        for record in frame::walk(vm) {
            trace_frame(vm, record, tracer);
        }
    }
}

/// Locals, cells and hidden registers always; temporaries that the op being executed still needs.
unsafe fn trace_frame(vm: &Vm, record: *const CallRecord, tracer: &mut Tracer) {
    // SAFETY: a live record.
    unsafe {
        let code = frame::code_of(record);
        (*record).func.trace(tracer);
        code.code.trace(tracer);
        let regs = frame::regs_of(vm, record);
        let fixed = code.temp_base as usize;
        tracer.words_at(regs.cast::<u64>(), fixed);
        if (*record).flags & frame::flag::INIT != 0 {
            (*regs.sub(1)).trace(tracer);
        }
        let index = code.index_of(frame::pc_of(vm, record));
        if let Some(entry) = code.reg.state_at(index as usize) {
            for (_, place) in code.reg.slots(entry.state) {
                if let Loc::Temp(t) = place {
                    (*regs.add(fixed + usize::from(t))).trace(tracer);
                }
            }
        }
    }
}

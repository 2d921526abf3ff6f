//! Events for debuggers, profilers and coverage: `sys.settrace` and `sys.setprofile`.
//!
//! They live on the unelided translation alone (`Instruction`, `Event` and the `…Monitored` calls): while a trace or
//! profile function is set, functions are entered on it; the normal path pays nothing. Setting the first function makes
//! all functions forget their elided entry.

use crate::call;
use crate::frame;
use crate::frameobj::{self, Frame};
use crate::machine::Regs;
use heap::{Gc, Header, RootVec};
use objects::code::Function;
use objects::shape::core;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use regcode::EventKind;

/// Which functions are told of events.
pub struct Tools {
    /// `sys.settrace`'s function and `sys.setprofile`'s; None for none.
    functions: RootVec<Value>,
    /// One of them is running: events are off meanwhile.
    busy: bool,
}

/// Which of the two.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Which {
    /// `sys.settrace`
    Trace = 0,
    /// `sys.setprofile`
    Profile = 1,
}

impl Tools {
    /// No function.
    pub fn new(vm: &mut Vm) -> PyResult<Tools> {
        let mut functions = vm.root_vec()?;
        for _ in 0..2 {
            let r = functions.push(Value::NONE);
            vm.grow(r)?;
        }
        Ok(Tools { functions, busy: false })
    }

    /// The function set.
    #[must_use]
    pub fn function(&self, which: Which) -> Value {
        self.functions.get(which as usize).unwrap_or(Value::NONE)
    }

    /// Whether functions are entered on the unelided translation.
    #[must_use]
    pub fn active(&self) -> bool {
        self.functions.iter().any(|f| !f.is_none())
    }
}

/// `sys.settrace(f)` or `sys.setprofile(f)`.
pub fn set(vm: &mut Vm, which: Which, f: Value) {
    let was = crate::state(vm).monitor.active();
    let tools = &mut crate::state(vm).monitor;
    tools.functions.set(which as usize, f);
    if was || !tools.active() {
        return;
    }
    vm.heap().heap_walk(|object| {
        // SAFETY: live objects; the shape says what they are.
        unsafe {
            let header: *mut Header = object.as_ptr();
            if (*header).shape() == core::FUNCTION {
                (*header.cast::<Function>()).entry.set(std::ptr::null());
            }
        }
    });
}

/// Whether an event of kind number `kind` has a value.
pub fn has_value(kind: u16) -> bool {
    const WITH: [EventKind; 3] = [EventKind::Return, EventKind::Yield, EventKind::StopIteration];
    WITH.iter().any(|k| *k as u16 == kind)
}

/// Calls `f(frame, event, arg)` with events off.
fn tell(vm: &mut Vm, f: Value, frame: Gc<Frame>, event: &str, arg: Value) -> PyResult<Value> {
    let event = vm.intern(event)?;
    crate::state(vm).monitor.busy = true;
    let r = vm.call(f, &[frame.into(), event.into(), arg]);
    crate::state(vm).monitor.busy = false;
    if r.is_err() {
        let exception = vm.take_raised();
        set(vm, Which::Trace, Value::NONE);
        return Err(vm.restore_raised(exception));
    }
    r
}

/// Tells the frame's own trace function; what it returns replaces it.
fn tell_local(vm: &mut Vm, frame: Gc<Frame>, event: &str, arg: Value) -> PyResult<()> {
    let f = frame.trace.get();
    if f.is_none() {
        return Ok(());
    }
    let r = tell(vm, f, frame, event, arg);
    if r.is_err() {
        frame.trace.set(frame, vm.heap(), Value::NONE);
    }
    let r = r?;
    if !r.is_none() {
        frame.trace.set(frame, vm.heap(), r);
    }
    Ok(())
}

fn top_frame(vm: &mut Vm) -> PyResult<Gc<Frame>> {
    let record = vm.top;
    frameobj::of_record(vm, record)
}

fn off(vm: &mut Vm, which: Which) -> bool {
    let tools = &crate::state(vm).monitor;
    tools.busy || tools.function(which).is_none()
}

/// An instruction of CPython begins, a line if `line`.
#[inline(never)]
pub unsafe fn instruction(vm: *mut Vm, line: bool) -> PyResult<()> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    if off(vm, Which::Trace) {
        return Ok(());
    }
    let frame = top_frame(vm)?;
    let at = frame.offset(vm);
    let before = frame.traced.replace(at);
    if frame.trace_lines.get() && new_line(frame, line, before, at) {
        tell_local(vm, frame, "line", Value::NONE)?;
    }
    if frame.trace_opcodes.get() {
        tell_local(vm, frame, "opcode", Value::NONE)?;
    }
    Ok(())
}

/// Whether the instruction at byte offset `at`, run after the one at `before`, makes a line event: a line begins there
/// (`starts`) and control comes from another one, or it jumped back within its line.
fn new_line(frame: Gc<Frame>, starts: bool, before: u32, at: u32) -> bool {
    if before == u32::MAX || (!starts && at > before) {
        return starts;
    }
    let line = frameobj::line_at(frame.code, at);
    let same = line == frameobj::line_at(frame.code, before);
    if same { at <= before && line.is_some() } else { starts }
}

/// The event of kind number `kind` with value `v`.
#[inline(never)]
pub unsafe fn event(vm: *mut Vm, kind: u16, v: Value, _at: u64) -> PyResult<()> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    match EventKind::ALL.get(usize::from(kind)) {
        Some(EventKind::Start | EventKind::Resume) => entered(vm),
        Some(EventKind::Return | EventKind::Yield) => left(vm, v),
        _ => Ok(()),
    }
}

fn entered(vm: &mut Vm) -> PyResult<()> {
    if !off(vm, Which::Trace) {
        let frame = top_frame(vm)?;
        frame.traced.set(u32::MAX);
        let f = crate::state(vm).monitor.function(Which::Trace);
        let local = tell(vm, f, frame, "call", Value::NONE)?;
        frame.trace.set(frame, vm.heap(), local);
    }
    if !off(vm, Which::Profile) {
        let frame = top_frame(vm)?;
        let f = crate::state(vm).monitor.function(Which::Profile);
        tell(vm, f, frame, "call", Value::NONE)?;
    }
    Ok(())
}

fn left(vm: &mut Vm, v: Value) -> PyResult<()> {
    if !off(vm, Which::Trace) {
        let frame = top_frame(vm)?;
        tell_local(vm, frame, "return", v)?;
    }
    if !off(vm, Which::Profile) {
        let frame = top_frame(vm)?;
        let f = crate::state(vm).monitor.function(Which::Profile);
        tell(vm, f, frame, "return", v)?;
    }
    Ok(())
}

/// An exception was raised in, or passes through, the frame on top; `leaving` when the frame has no handler for it.
/// What the trace functions raise takes its place.
pub fn exception(vm: &mut Vm, leaving: bool) {
    if crate::state(vm).monitor.busy || !crate::state(vm).monitor.active() {
        return;
    }
    let raised = vm.take_raised();
    let r = tell_exception(vm, raised, leaving);
    if r.is_ok() {
        vm.raised = raised;
    }
}

fn tell_exception(vm: &mut Vm, raised: Value, leaving: bool) -> PyResult<()> {
    let frame = top_frame(vm)?;
    if !leaving {
        let ty = objects::types::class_of(raised);
        let arg = Tuple::from_slice(vm, &[ty.into(), raised, crate::exc::traceback_of(raised)])?;
        return tell_local(vm, frame, "exception", arg.into());
    }
    left(vm, Value::NONE)
}

/// A call on the unelided translation.
#[inline(never)]
pub unsafe fn call(vm: *mut Vm, regs: Regs, b: u16, c: u16, kwnames: Value) -> PyResult<Value> {
    // SAFETY: called by a handler; the registers are in the frame.
    unsafe {
        let vm = &mut *vm;
        let callee = *regs.add(usize::from(b));
        let has_self = !(*regs.add(usize::from(b) + 1)).is_undef();
        let first = regs.add(usize::from(b) + 2 - usize::from(has_self));
        let args = std::slice::from_raw_parts(first, usize::from(c) + usize::from(has_self));
        around(vm, callee, |vm| vm.call_kw(callee, args, kwnames))
    }
}

/// As [`call`] for `f(*args, **kwargs)`.
#[inline(never)]
pub unsafe fn call_unpacking(vm: *mut Vm, regs: Regs, b: u16, keywords: u16) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe {
        let r = |i: usize| *regs.add(usize::from(b) + i);
        let (f, args) = (r(0), r(2));
        let kwargs = if keywords != 0 { r(3) } else { Value::UNDEF };
        around(&mut *vm, f, |vm| call::unpack_and_call(vm, f, args, kwargs))
    }
}

/// Tells the profile function of calls of native functions.
fn around(
    vm: &mut Vm,
    callee: Value,
    run: impl FnOnce(&mut Vm) -> PyResult<Value>,
) -> PyResult<Value> {
    let native = matches!(callee.shape(), core::NATIVE_FUNCTION | core::METHOD_DESCRIPTOR);
    if !native || off(vm, Which::Profile) || frame::is_idle(vm) {
        return run(vm);
    }
    let frame = top_frame(vm)?;
    let f = crate::state(vm).monitor.function(Which::Profile);
    tell(vm, f, frame, "c_call", callee)?;
    let r = run(vm);
    match r {
        Ok(v) => {
            tell(vm, f, frame, "c_return", callee)?;
            Ok(v)
        }
        Err(_) => {
            let exception = vm.take_raised();
            tell(vm, f, frame, "c_exception", callee)?;
            Err(vm.restore_raised(exception))
        }
    }
}

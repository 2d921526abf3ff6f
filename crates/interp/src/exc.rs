//! What the exception ops do.

use crate::frame;
use crate::machine::{Regs, set};
use heap::Gc;
use objects::exceptions::{self, BaseException, StopIteration};
use objects::list::List;
use objects::traceback::Traceback;
use objects::tuple::Tuple;
use objects::types::{Type, class_of, is_instance};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};

/// Whether the exception `e` matches `pattern`, an exception class or a tuple of them.
#[inline(never)]
pub unsafe fn check_match(vm: *mut Vm, e: Value, pattern: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    check_pattern(vm, pattern)?;
    Ok(Value::from_bool(matches(e, pattern)))
}

/// The value of a StopIteration; `None` for any other exception.
#[must_use]
pub fn stop_iteration_value(e: Value) -> Option<Value> {
    e.cast::<StopIteration>().map(|e| e.value.get())
}

/// `e.__traceback__`
#[must_use]
pub fn traceback_of(e: Value) -> Value {
    e.cast::<BaseException>().map_or(Value::NONE, |e| e.traceback.get())
}

/// Puts an entry in front of the traceback of `e`.
pub fn push_traceback(
    vm: &mut Vm,
    e: Value,
    frame: Value,
    lasti: u32,
    line: Option<u32>,
) -> PyResult<()> {
    let Some(e) = e.cast::<BaseException>() else { return Ok(()) };
    let line = line.and_then(|l| i32::try_from(l).ok()).unwrap_or(-1);
    let entry = Traceback::new(vm, e.traceback.get(), frame, lasti.cast_signed(), line)?;
    e.traceback.set(e, vm.heap(), entry.into());
    Ok(())
}

/// What of `e` matches `pattern` in `except*`, and the rest; None for nothing.
fn group_match(vm: &mut Vm, e: Value, pattern: Value) -> PyResult<(Value, Value)> {
    if e.is_none() {
        return Ok((Value::NONE, Value::NONE));
    }
    if matches(e, pattern) {
        if e.cast::<exceptions::BaseExceptionGroup>().is_some() {
            return Ok((e, Value::NONE));
        }
        // A bare exception is wrapped, so that the handler always sees a group.
        let only: Value = objects::tuple::Tuple::from_slice(vm, &[e])?.into();
        let text: Value = objects::str::Str::new(vm, "")?.into();
        let group = vm.call(exceptions::BASE_EXCEPTION_GROUP.object().into(), &[text, only])?;
        if let (Some(g), Some(b)) = (group.cast::<BaseException>(), e.cast::<BaseException>()) {
            g.traceback.set(g, vm.heap(), b.traceback.get());
        }
        return Ok((group, Value::NONE));
    }
    if e.cast::<exceptions::BaseExceptionGroup>().is_some() {
        return exceptions::split_by_class(vm, e, pattern);
    }
    Ok((Value::NONE, e))
}

/// The end of `try … except*`: what is raised after the handlers raised or re-raised the exceptions in the list
/// `raised`; None if nothing is.
pub fn prep_reraise_star(vm: &mut Vm, original: Value, raised: Value) -> PyResult<Value> {
    let Some(list) = raised.cast::<List>() else {
        return Err(vm.system_error(format_args!("the stack holds no list where one must be")));
    };
    let some: Vec<usize> =
        (0..list.len()).filter(|i| list.get(*i).is_some_and(|v| !v.is_none())).collect();
    if some.is_empty() {
        return Ok(Value::NONE);
    }
    if original.cast::<exceptions::BaseExceptionGroup>().is_none() {
        // A bare exception was wrapped; at most one exception can come out.
        return Ok(list.get(0).unwrap_or(Value::NONE));
    }
    join_reraised(vm, original, list)
}

/// Those of `list` that were raised anew, and the part of the group `original` that was raised again unchanged, as one
/// exception.
fn join_reraised(vm: &mut Vm, original: Value, list: Gc<List>) -> PyResult<Value> {
    let raised = List::new(vm)?;
    let leaves = objects::set::Set::new(vm)?;
    for i in 0..list.len() {
        let Some(e) = list.get(i).filter(|e| !e.is_none()) else { continue };
        if same_metadata(e, original) {
            add_leaves(vm, e, leaves)?;
        } else {
            raised.push(vm, e)?;
        }
    }
    // `subgroup` with the set's membership test keeps the structure of the original.
    let contains = vm.getattr_str(leaves.into(), "__contains__")?;
    let name = vm.intern("subgroup")?;
    let again = vm.call_method(original, name, &[contains])?;
    if raised.len() == 0 {
        return Ok(again);
    }
    if !again.is_none() {
        raised.push(vm, again)?;
    }
    if raised.len() == 1 {
        return Ok(raised.get(0).unwrap_or(Value::NONE));
    }
    let text: Value = objects::str::Str::new(vm, "")?.into();
    vm.call(exceptions::BASE_EXCEPTION_GROUP.object().into(), &[text, raised.into()])
}

/// Whether an exception was raised again unchanged: it shares traceback, cause and context with the group it came from.
fn same_metadata(e: Value, original: Value) -> bool {
    match (e.cast::<BaseException>(), original.cast::<BaseException>()) {
        (Some(a), Some(b)) => {
            a.traceback.get() == b.traceback.get()
                && a.cause.get() == b.cause.get()
                && a.context.get() == b.context.get()
        }
        _ => false,
    }
}

fn add_leaves(vm: &mut Vm, e: Value, leaves: Gc<objects::set::Set>) -> PyResult<()> {
    if e.cast::<exceptions::BaseExceptionGroup>().is_none() {
        return leaves.add(vm, e).map(|_| ());
    }
    let parts = vm.getattr_str(e, "exceptions")?;
    vm.for_each(parts, |vm, part| add_leaves(vm, part, leaves))
}

fn is_exception_class(v: Value) -> bool {
    exceptions::is_exception_class(v)
}

fn check_pattern(vm: &mut Vm, pattern: Value) -> PyResult<()> {
    let good = match pattern.cast::<Tuple>() {
        Some(t) => t.items().iter().all(|v| is_exception_class(*v)),
        None => is_exception_class(pattern),
    };
    if good {
        return Ok(());
    }
    Err(vm.type_error(format_args!(
        "catching classes that do not inherit from BaseException is not allowed"
    )))
}

/// Whether `e` is an instance of `pattern` or of one of its items.
pub fn matches(e: Value, pattern: Value) -> bool {
    match pattern.cast::<Tuple>() {
        Some(t) => t.items().iter().any(|p| matches(e, *p)),
        None => pattern.cast::<Type>().is_some_and(|t| is_instance(e, t)),
    }
}

/// `except*`: `regs[a]` is the exception, `regs[a+1]` the pattern; they become the rest and the match.
#[inline(never)]
pub unsafe fn check_group_match(vm: *mut Vm, regs: Regs, a: u16) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let (e, pattern) = (*regs.add(usize::from(a)), *regs.add(usize::from(a) + 1));
        check_pattern(vm, pattern)?;
        if any_group_class(pattern) {
            return Err(vm.type_error(format_args!(
                "catching ExceptionGroup with except* is not allowed. Use except instead."
            )));
        }
        let (matched, rest) = group_match(vm, e, pattern)?;
        set(regs, a, rest);
        set(regs, a + 1, matched);
        if !matched.is_none() {
            vm.handled = matched;
        }
        Ok(())
    }
}

fn any_group_class(pattern: Value) -> bool {
    match pattern.cast::<Tuple>() {
        Some(t) => t.items().iter().any(|p| any_group_class(*p)),
        None => pattern
            .cast::<Type>()
            .is_some_and(|t| t.is_subtype(exceptions::BASE_EXCEPTION_GROUP.object())),
    }
}

/// Raises `e` again: this frame is in its traceback already.
#[inline(never)]
pub unsafe fn reraise(vm: *mut Vm, e: Value) {
    // SAFETY: called by a handler of the running frame.
    let _raised: Raised = unsafe { crate::unwind::reraise(&mut *vm, e) };
}

/// `__exit__(type, value, traceback)` for the exception in `regs[b+4]`.
#[inline(never)]
pub unsafe fn with_except_start(vm: *mut Vm, regs: Regs, b: u16) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let r = |i: usize| *regs.add(usize::from(b) + i);
        let (exit, this, e) = (r(0), r(1), r(4));
        let traceback = traceback_of(e);
        let args = [this, class_of(e).into(), e, traceback];
        if this.is_undef() { vm.call(exit, &args[1..]) } else { vm.call(exit, &args) }
    }
}

/// SystemError unless `v` is an exception (or None).
#[inline(never)]
pub unsafe fn check(vm: *mut Vm, v: Value, or_none: bool) -> PyResult<()> {
    if is_instance(v, exceptions::BASE_EXCEPTION.object()) || (or_none && v.is_none()) {
        return Ok(());
    }
    // SAFETY: called by a handler.
    Err(unsafe {
        (*vm).system_error(format_args!("the stack holds no exception where one must be"))
    })
}

/// SystemError unless `v` is the index of a code unit.
#[inline(never)]
pub unsafe fn check_lasti(vm: *mut Vm, v: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let units = frame::code_of((*vm).top).code.object().code.len() / 2;
        match v.as_small_int() {
            Some(i) if usize::try_from(i).is_ok_and(|i| i < units) => Ok(()),
            _ => Err((*vm).system_error(format_args!(
                "the stack holds no instruction index where one must be"
            ))),
        }
    }
}

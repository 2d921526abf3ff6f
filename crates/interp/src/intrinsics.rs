//! The intrinsics of CALL_INTRINSIC_1 and CALL_INTRINSIC_2.

use crate::frame;
use code::oparg::{Intrinsic1, Intrinsic2};
use objects::code::Function;
use objects::exceptions;
use objects::list::List;
use objects::types::is_instance;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// CALL_INTRINSIC_1 `which` on `v`.
#[inline(never)]
pub unsafe fn one(vm: *mut Vm, which: u16, v: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    match Intrinsic1::from_arg(u32::from(which)) {
        Some(Intrinsic1::Print) => print(vm, v),
        Some(Intrinsic1::ImportStar) => crate::import::import_star(vm, v),
        Some(Intrinsic1::StopIterationError) => stop_iteration_error(vm, v),
        Some(Intrinsic1::AsyncGenWrap) => crate::generator::methods::wrap_async_value(vm, v),
        Some(Intrinsic1::UnaryPositive) => vm.pos(v),
        Some(Intrinsic1::ListToTuple) => match v.cast::<List>() {
            Some(l) => Ok(l.to_tuple(vm)?.into()),
            None => Err(vm.system_error(format_args!("the stack holds no list where one must be"))),
        },
        Some(_) => (vm.hooks.typing_intrinsic)(vm, which, v, Value::UNDEF),
        None => Err(vm.system_error(format_args!("unknown intrinsic function {which}"))),
    }
}

/// CALL_INTRINSIC_2 `which` on `a` and `b`.
#[inline(never)]
pub unsafe fn two(vm: *mut Vm, which: u64, a: Value, b: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    let number = u16::try_from(which).unwrap_or(0);
    match Intrinsic2::from_arg(u32::from(number)) {
        Some(Intrinsic2::PrepReraiseStar) => crate::exc::prep_reraise_star(vm, a, b),
        Some(Intrinsic2::SetFunctionTypeParams) => match a.exact::<Function>() {
            Some(f) => {
                f.type_params.set(f, vm.heap(), b);
                Ok(a)
            }
            None => {
                Err(vm.system_error(format_args!("the stack holds no function where one must be")))
            }
        },
        // Numbers of the second table follow those of the first in the hook.
        Some(_) => (vm.hooks.typing_intrinsic)(vm, number | 0x100, a, b),
        None => Err(vm.system_error(format_args!("unknown intrinsic function {which}"))),
    }
}

/// The value of an expression statement at the prompt goes to `sys.displayhook`.
fn print(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let sys = (vm.hooks.import)(vm, "sys")?;
    let name = vm.intern("displayhook")?;
    match vm.getattr_opt(sys, name)? {
        Some(hook) => {
            vm.call(hook, &[v])?;
            Ok(Value::NONE)
        }
        None => Err(vm.runtime_error(format_args!("lost sys.displayhook"))),
    }
}

/// PEP 479: a StopIteration (in asynchronous generators also StopAsyncIteration) that leaves a generator's frame
/// becomes a RuntimeError.
fn stop_iteration_error(vm: &mut Vm, v: Value) -> PyResult<Value> {
    use code::object::flags as co;
    // SAFETY: a frame is running.
    let flags = unsafe { frame::code_of(vm.top) }.code.object().flags;
    let stop = is_instance(v, exceptions::STOP_ITERATION.object());
    let stop_async = is_instance(v, exceptions::STOP_ASYNC_ITERATION.object());
    let text = if stop {
        if flags & co::ASYNC_GENERATOR != 0 {
            "async generator raised StopIteration"
        } else if flags & co::COROUTINE != 0 {
            "coroutine raised StopIteration"
        } else {
            "generator raised StopIteration"
        }
    } else if stop_async && flags & co::ASYNC_GENERATOR != 0 {
        "async generator raised StopAsyncIteration"
    } else {
        return Ok(v);
    };
    let _raised = vm.raise(&exceptions::RUNTIME_ERROR, format_args!("{text}"));
    let e = vm.take_raised();
    exceptions::set_cause(vm, e, v);
    if let Some(b) = e.cast::<exceptions::BaseException>() {
        b.context.set(b, vm.heap(), v);
    }
    Ok(e)
}

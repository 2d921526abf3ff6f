//! Coroutines and `await`.

use super::super::{Coroutine, Generator, delegate, state};
use super::{base, close, common, send_value, throw_exception, thrown, yielded_or_stop};
use heap::Gc;
use macros::{pymethods, pytype};
use objects::shape::core;
use objects::types::{class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// What `coroutine.__await__()` gives.
#[pytype(name = "coroutine_wrapper", flags(NO_NEW))]
pub struct CoroutineWrapper {
    coroutine: Gc<Generator>,
}

/// Readies the types of this module.
pub fn ready_types(vm: &mut Vm) -> PyResult<()> {
    objects::types::ready(vm, <CoroutineWrapper as objects::layout::Object>::def()).map(|_| ())
}

common!(Coroutine);

#[pymethods]
impl Coroutine {
    #[slot(await_)]
    fn await_(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(CoroutineWrapper::create(vm, base(this))?.into())
    }
    /// send(arg) -> send 'arg' into coroutine,
    /// return next iterated value or raise StopIteration.
    #[method]
    fn send(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<Value> {
        send_value(vm, base(this), value)
    }
    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    #[method]
    fn throw(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        throw(vm, base(this), args, kwnames)
    }
    /// close() -> raise GeneratorExit inside coroutine.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        close(vm, base(this))
    }
    #[getter]
    fn cr_running(this: Gc<Self>) -> bool {
        base(this).state.get() == state::RUNNING
    }
    #[getter]
    fn cr_suspended(this: Gc<Self>) -> bool {
        base(this).state.get() == state::SUSPENDED
    }
    #[getter(member)]
    fn cr_code(this: Gc<Self>) -> Value {
        base(this).code.into()
    }
    #[getter(member)]
    fn cr_origin(this: Gc<Self>) -> Value {
        base(this).extra.get()
    }
    #[getter]
    fn cr_frame(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        crate::frameobj::of_generator(vm, base(this))
    }
    /// object being awaited on, or None
    #[getter]
    fn cr_await(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(delegate(vm, base(this))?.unwrap_or(Value::NONE))
    }
}

fn throw(vm: &mut Vm, g: Gc<Generator>, args: &[Value], kwnames: Value) -> PyResult<Value> {
    let args = super::no_keywords(vm, "throw", args, kwnames)?;
    let e = thrown(vm, args)?;
    if g.state.get() == state::CLOSED {
        return Err(vm.runtime_error(format_args!("cannot reuse already awaited coroutine")));
    }
    let r = throw_exception(vm, g, e)?;
    yielded_or_stop(vm, r)
}

#[pymethods]
impl CoroutineWrapper {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        send_value(vm, this.coroutine, Value::NONE).map(Some)
    }
    /// send(arg) -> send 'arg' into coroutine
    /// return next iterated value or raise StopIteration.
    #[method]
    fn send(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<Value> {
        send_value(vm, this.coroutine, value)
    }
    /// throw(value)
    /// throw(type[,value[,traceback]])
    ///
    /// Raise exception in coroutine, return next iterated value or raise
    /// StopIteration.
    #[method]
    fn throw(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        throw(vm, this.coroutine, args, kwnames)
    }
    /// close() -> raise GeneratorExit inside coroutine.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        close(vm, this.coroutine)
    }
}

/// Whether `v` is a generator made for use in `await` (`types.coroutine`).
fn is_generator_coroutine(v: Value) -> bool {
    v.shape() == core::GENERATOR
        && super::of(v)
            .is_some_and(|g| g.code.object().flags & code::object::flags::ITERABLE_COROUTINE != 0)
}

/// Whether `v` can be awaited.
pub fn is_awaitable(v: Value) -> bool {
    v.shape() == core::COROUTINE
        || is_generator_coroutine(v)
        || class_of(v).slots().await_.is_some()
}

/// The iterator that `await v` drives.
pub fn await_iter(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if v.shape() == core::COROUTINE || is_generator_coroutine(v) {
        return Ok(v);
    }
    let Some(f) = class_of(v).slots().await_ else {
        return Err(vm.type_error(format_args!("'{}' object can't be awaited", class_name(v))));
    };
    let it = f(vm, v)?;
    if it.shape() == core::COROUTINE || is_generator_coroutine(it) {
        return Err(vm.type_error(format_args!("__await__() returned a coroutine")));
    }
    if class_of(it).slots().next.is_none() {
        return Err(vm.type_error(format_args!(
            "__await__() returned non-iterator of type '{}'",
            class_name(it)
        )));
    }
    Ok(it)
}

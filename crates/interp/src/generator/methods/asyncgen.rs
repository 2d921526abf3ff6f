//! Asynchronous generators: the awaitables of their methods, and the protocol of `async for`.
//!
//! A value that the generator's frame yields for `async for` is wrapped ([`WrappedValue`]), so that it differs from what
//! an `await` in the frame yields to the event loop.

use super::super::{AsyncGenerator, Generator, Resumed, delegate, resume, state};
use super::{base, common, send, throw_exception, thrown};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::exceptions;
use objects::shape::core;
use objects::types::{class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::cell::Cell;

/// Bits of [`Generator::bits`].
mod bit {
    /// One of its awaitables is running.
    pub const RUNNING: u8 = 1;
    /// It was closed, or ran to its end.
    pub const CLOSED: u8 = 2;
}

/// A value yielded by an asynchronous generator on its way out.
#[pytype(name = "async_generator_wrapped_value", flags(NO_NEW), no_methods)]
pub struct WrappedValue {
    value: Value,
}

/// The awaitable of `__anext__`, `asend`, `athrow` and `aclose`.
#[pytype(name = "async_generator_asend", flags(NO_NEW))]
pub struct Step {
    generator: Gc<Generator>,
    /// What is sent, or the exception thrown.
    value: Field<Value>,
    kind: Cell<u8>,
    state: Cell<u8>,
}

mod kind {
    pub const SEND: u8 = 0;
    pub const THROW: u8 = 1;
    pub const CLOSE: u8 = 2;
}

mod step {
    pub const FRESH: u8 = 0;
    pub const RUNNING: u8 = 1;
    pub const DONE: u8 = 2;
}

/// Readies the types of this module.
pub fn ready_types(vm: &mut Vm) -> PyResult<()> {
    objects::types::ready(vm, <WrappedValue as objects::layout::Object>::def())?;
    objects::types::ready(vm, <Step as objects::layout::Object>::def()).map(|_| ())
}

/// Wraps a value that an asynchronous generator yields.
pub fn wrap_async_value(vm: &mut Vm, v: Value) -> PyResult<Value> {
    Ok(WrappedValue::create(vm, v)?.into())
}

fn new_step(vm: &mut Vm, g: Gc<Generator>, value: Value, kind: u8) -> PyResult<Value> {
    Ok(Step::create(vm, g, Field::new(value), Cell::new(kind), Cell::new(step::FRESH))?.into())
}

common!(AsyncGenerator);

#[pymethods]
impl AsyncGenerator {
    #[slot(aiter)]
    fn aiter(this: Gc<Self>) -> Value {
        this.into()
    }
    #[slot(anext)]
    fn anext(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        new_step(vm, base(this), Value::NONE, kind::SEND)
    }
    /// asend(v) -> send 'v' in generator.
    #[method]
    fn asend(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<Value> {
        new_step(vm, base(this), value, kind::SEND)
    }
    /// athrow(value)
    /// athrow(type[,value[,tb]])
    ///
    /// raise exception in generator.
    #[method]
    fn athrow(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = super::no_keywords(vm, "athrow", args, kwnames)?;
        let e = thrown(vm, args)?;
        new_step(vm, base(this), e, kind::THROW)
    }
    /// aclose() -> raise GeneratorExit inside generator.
    #[method]
    fn aclose(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        new_step(vm, base(this), Value::NONE, kind::CLOSE)
    }
    #[getter]
    fn ag_running(this: Gc<Self>) -> bool {
        base(this).bits.get() & bit::RUNNING != 0
    }
    #[getter]
    fn ag_suspended(this: Gc<Self>) -> bool {
        base(this).state.get() == state::SUSPENDED
    }
    #[getter(member)]
    fn ag_code(this: Gc<Self>) -> Value {
        base(this).code.into()
    }
    #[getter]
    fn ag_frame(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        crate::frameobj::of_generator(vm, base(this))
    }
    /// object being awaited on, or None
    #[getter]
    fn ag_await(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(delegate(vm, base(this))?.unwrap_or(Value::NONE))
    }
}

#[pymethods]
impl Step {
    #[slot(await_)]
    fn await_(this: Gc<Self>) -> Value {
        this.into()
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        advance(vm, this, Value::NONE).map(Some)
    }
    #[method]
    fn send(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<Value> {
        advance(vm, this, value)
    }
    #[method]
    fn throw(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = super::no_keywords(vm, "throw", args, kwnames)?;
        if this.state.get() == step::DONE {
            return Err(reused(vm, this));
        }
        let e = thrown(vm, args)?;
        if this.state.get() == step::FRESH {
            begin(vm, this)?;
        }
        let r = throw_exception(vm, this.generator, e);
        outcome(vm, this, r)
    }
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        if this.state.get() == step::RUNNING {
            let _raised = vm.raise(&exceptions::GENERATOR_EXIT, format_args!(""));
            let e = vm.take_raised();
            let r = throw_exception(vm, this.generator, e);
            let _ = outcome(vm, this, r);
            if vm.raised_matches(&exceptions::GENERATOR_EXIT)
                || vm.raised_matches(&exceptions::STOP_ITERATION)
                || vm.raised_matches(&exceptions::STOP_ASYNC_ITERATION)
            {
                vm.clear_raised();
            } else if vm.is_raised() {
                return Err(Raised);
            }
        }
        this.state.set(step::DONE);
        Ok(())
    }
}

fn method(this: Gc<Step>) -> &'static str {
    match this.kind.get() {
        kind::SEND => "asend",
        kind::THROW => "athrow",
        _ => "aclose",
    }
}

fn reused(vm: &mut Vm, this: Gc<Step>) -> Raised {
    let what =
        if this.kind.get() == kind::SEND { "__anext__()/asend()" } else { "aclose()/athrow()" };
    vm.runtime_error(format_args!("cannot reuse already awaited {what}"))
}

/// The first step: nothing else of the generator may be running.
fn begin(vm: &mut Vm, this: Gc<Step>) -> PyResult<()> {
    let g = this.generator;
    if g.bits.get() & bit::RUNNING != 0 {
        let name = if this.kind.get() == kind::SEND { "anext" } else { method(this) };
        this.state.set(step::DONE);
        return Err(
            vm.runtime_error(format_args!("{name}(): asynchronous generator is already running"))
        );
    }
    g.bits.set(g.bits.get() | bit::RUNNING);
    this.state.set(step::RUNNING);
    Ok(())
}

fn end(this: Gc<Step>) {
    let g = this.generator;
    g.bits.set(g.bits.get() & !bit::RUNNING);
    this.state.set(step::DONE);
}

fn advance(vm: &mut Vm, this: Gc<Step>, sent: Value) -> PyResult<Value> {
    let g = this.generator;
    match this.state.get() {
        step::DONE => return Err(reused(vm, this)),
        step::FRESH => {
            if this.kind.get() != kind::SEND
                && (g.bits.get() & bit::CLOSED != 0 || g.state.get() == state::CLOSED)
            {
                this.state.set(step::DONE);
                if this.kind.get() == kind::CLOSE {
                    return Err(vm.stop_iteration(Value::UNDEF));
                }
                return Err(vm.raise(&exceptions::STOP_ASYNC_ITERATION, format_args!("")));
            }
            begin(vm, this)?;
            let r = first(vm, this, sent);
            return outcome(vm, this, r);
        }
        _ => {}
    }
    let r = resume(vm, g, sent);
    outcome(vm, this, r)
}

fn first(vm: &mut Vm, this: Gc<Step>, sent: Value) -> PyResult<Resumed> {
    let g = this.generator;
    match this.kind.get() {
        kind::SEND => {
            let v = if sent.is_none() { this.value.get() } else { sent };
            if g.state.get() == state::CLOSED {
                return Ok(Resumed::Returned(Value::NONE));
            }
            send(vm, g.into(), v)
        }
        kind::THROW => throw_exception(vm, g, this.value.get()),
        _ => {
            g.bits.set(g.bits.get() | bit::CLOSED);
            if g.state.get() == state::CREATED {
                g.state.set(state::CLOSED);
                return Ok(Resumed::Returned(Value::NONE));
            }
            let _raised = vm.raise(&exceptions::GENERATOR_EXIT, format_args!(""));
            let e = vm.take_raised();
            throw_exception(vm, g, e)
        }
    }
}

/// What a step gives: a value the generator yielded ends it (StopIteration), anything else goes to the event loop.
fn outcome(vm: &mut Vm, this: Gc<Step>, r: PyResult<Resumed>) -> PyResult<Value> {
    let g = this.generator;
    match r {
        Ok(Resumed::Yielded(v)) => match v.exact::<WrappedValue>() {
            Some(w) => {
                end(this);
                if this.kind.get() == kind::CLOSE {
                    return Err(
                        vm.runtime_error(format_args!("async generator ignored GeneratorExit"))
                    );
                }
                Err(vm.stop_iteration(w.value))
            }
            None => Ok(v),
        },
        Ok(Resumed::Returned(_)) => {
            end(this);
            g.bits.set(g.bits.get() | bit::CLOSED);
            if this.kind.get() == kind::CLOSE {
                return Err(vm.stop_iteration(Value::UNDEF));
            }
            Err(vm.raise(&exceptions::STOP_ASYNC_ITERATION, format_args!("")))
        }
        Err(r) => {
            end(this);
            if this.kind.get() == kind::CLOSE
                && (vm.raised_matches(&exceptions::STOP_ASYNC_ITERATION)
                    || vm.raised_matches(&exceptions::GENERATOR_EXIT))
            {
                vm.clear_raised();
                return Err(vm.stop_iteration(Value::UNDEF));
            }
            Err(r)
        }
    }
}

/// `async for`: the asynchronous iterator of `v`.
pub fn aiter(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let Some(f) = class_of(v).slots().aiter else {
        return Err(vm.type_error(format_args!(
            "'async for' requires an object with __aiter__ method, got {}",
            class_name(v)
        )));
    };
    let it = f(vm, v)?;
    if class_of(it).slots().anext.is_none() {
        return Err(vm.type_error(format_args!(
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            class_name(it)
        )));
    }
    Ok(it)
}

/// `async for`: the iterator that awaits the next item.
pub fn anext(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let Some(f) = class_of(v).slots().anext else {
        return Err(vm.type_error(format_args!(
            "'async for' requires an iterator with __anext__ method, got {}",
            class_name(v)
        )));
    };
    let awaitable = f(vm, v)?;
    if v.shape() == core::ASYNC_GENERATOR {
        return Ok(awaitable);
    }
    match super::await_iter(vm, awaitable) {
        Ok(it) => Ok(it),
        Err(_) => {
            let cause = vm.take_raised();
            let _raised = vm.type_error(format_args!(
                "'async for' received an invalid object from __anext__: {}",
                class_name(awaitable)
            ));
            let e = vm.take_raised();
            exceptions::set_cause(vm, e, cause);
            Err(vm.restore_raised(e))
        }
    }
}

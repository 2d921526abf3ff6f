//! What Python code sees of generators and coroutines, and the protocols around them.

mod asyncgen;
mod coroutine;

use super::{Generator, Resumed, delegate, of, resume, resume_raising, state, what};
use heap::Gc;
use macros::pymethods;
use objects::exceptions;
use objects::shape::core;
use objects::str::Str;
use objects::types::{class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};

pub use asyncgen::{aiter, anext, wrap_async_value};
pub use coroutine::{await_iter, is_awaitable};

/// Called for every new generator, coroutine and asynchronous generator.
pub fn created(_vm: &mut Vm, _object: Value) -> PyResult<()> {
    Ok(())
}

/// Readies the types that only this module knows.
pub fn ready_types(vm: &mut Vm) -> PyResult<()> {
    coroutine::ready_types(vm)?;
    asyncgen::ready_types(vm)
}

/// `next(g)`: the value yielded, `None` when it has returned `None`; another value raises StopIteration.
fn next(vm: &mut Vm, g: Gc<Generator>) -> PyResult<Option<Value>> {
    if g.state.get() == state::CLOSED {
        return Ok(None);
    }
    match resume(vm, g, Value::NONE)? {
        Resumed::Yielded(v) => Ok(Some(v)),
        Resumed::Returned(v) if v.is_none() => Ok(None),
        Resumed::Returned(v) => {
            let _raised = vm.stop_iteration(v);
            vm.stop = vm.take_raised();
            Ok(None)
        }
    }
}

/// What resuming gave, as `send` and `throw` give it to Python code.
fn yielded_or_stop(vm: &mut Vm, r: Resumed) -> PyResult<Value> {
    match r {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(v) if v.is_none() => Err(vm.stop_iteration(Value::UNDEF)),
        Resumed::Returned(v) => Err(vm.stop_iteration(v)),
    }
}

/// `g.send(v)`
pub fn send_value(vm: &mut Vm, g: Gc<Generator>, v: Value) -> PyResult<Value> {
    let r = send_resumed(vm, g, v)?;
    yielded_or_stop(vm, r)
}

fn send_resumed(vm: &mut Vm, g: Gc<Generator>, v: Value) -> PyResult<Resumed> {
    if g.state.get() == state::CLOSED {
        if Value::from(g).shape() == core::COROUTINE {
            return Err(vm.runtime_error(format_args!("cannot reuse already awaited coroutine")));
        }
        return Ok(Resumed::Returned(Value::NONE));
    }
    resume(vm, g, v)
}

/// Sends `v` to any iterator: a generator, or one with `__next__` (for `None`) or `send`.
pub fn send(vm: &mut Vm, it: Value, v: Value) -> PyResult<Resumed> {
    if let Some(g) = of(it) {
        return send_resumed(vm, g, v);
    }
    if v.is_none()
        && let Some(f) = class_of(it).slots().next
    {
        return match vm.next_or_stop(it, f) {
            Ok(v) => Ok(Resumed::Yielded(v)),
            Err(r) => returned_by_stop(vm, r),
        };
    }
    let name = vm.names().send;
    match vm.call_method(it, name, &[v]) {
        Ok(v) => Ok(Resumed::Yielded(v)),
        Err(r) => returned_by_stop(vm, r),
    }
}

fn returned_by_stop(vm: &mut Vm, r: Raised) -> PyResult<Resumed> {
    if !vm.raised_matches(&exceptions::STOP_ITERATION) {
        return Err(r);
    }
    let e = vm.take_raised();
    Ok(Resumed::Returned(crate::exc::stop_iteration_value(e).unwrap_or(Value::NONE)))
}

/// `g.throw(…)` with an exception already made: passed to what `g` delegates to, else raised at its `yield`.
pub fn throw_exception(vm: &mut Vm, g: Gc<Generator>, exception: Value) -> PyResult<Resumed> {
    if g.state.get() == state::RUNNING {
        return Err(vm.value_error(format_args!("{} already executing", what(g))));
    }
    let delegated = delegate(vm, g)?;
    if let Some(it) = delegated {
        if objects::types::is_instance(exception, exceptions::GENERATOR_EXIT.object()) {
            g.state.set(state::RUNNING);
            let closed = close_iterator(vm, it);
            g.state.set(state::SUSPENDED);
            if closed.is_err() {
                return resume_raising(vm, g);
            }
        } else if let Some(r) = throw_into_iterator(vm, g, it, exception)? {
            return r;
        }
    }
    if g.state.get() == state::CLOSED {
        return Err(vm.raise_value(exception));
    }
    let _raised = vm.raise_value(exception);
    if g.state.get() == state::CREATED {
        // A frame that never ran is left at its first line.
        return resume_raising(vm, g);
    }
    resume_raising(vm, g)
}

/// Throws into the iterator that `g` delegates to; `None` if it has no `throw`.
fn throw_into_iterator(
    vm: &mut Vm,
    g: Gc<Generator>,
    it: Value,
    exception: Value,
) -> PyResult<Option<PyResult<Resumed>>> {
    g.state.set(state::RUNNING);
    let r = if let Some(inner) = of(it) {
        throw_exception(vm, inner, exception).map(Some)
    } else {
        let name = vm.names().throw;
        match vm.getattr_opt(it, name) {
            Ok(Some(f)) => vm.call(f, &[exception]).map(|v| Some(Resumed::Yielded(v))),
            Ok(None) => Ok(None),
            Err(r) => Err(r),
        }
    };
    g.state.set(state::SUSPENDED);
    match r {
        Ok(None) => Ok(None),
        Ok(Some(Resumed::Yielded(v))) => Ok(Some(Ok(Resumed::Yielded(v)))),
        Ok(Some(Resumed::Returned(v))) => {
            let _raised = vm.stop_iteration(v);
            Ok(Some(resume_raising(vm, g)))
        }
        Err(_) => Ok(Some(resume_raising(vm, g))),
    }
}

fn close_iterator(vm: &mut Vm, it: Value) -> PyResult<()> {
    if let Some(g) = of(it) {
        return close(vm, g).map(|_| ());
    }
    let name = vm.names().close;
    if let Some(f) = vm.getattr_opt(it, name)? {
        vm.call(f, &[])?;
    }
    Ok(())
}

/// `g.close()`: raises GeneratorExit at its `yield`; the value it returns then.
pub fn close(vm: &mut Vm, g: Gc<Generator>) -> PyResult<Value> {
    match g.state.get() {
        state::CLOSED => return Ok(Value::NONE),
        state::CREATED => {
            g.state.set(state::CLOSED);
            return Ok(Value::NONE);
        }
        state::RUNNING => return Err(vm.value_error(format_args!("{} already executing", what(g)))),
        _ => {}
    }
    let _raised = vm.raise(&exceptions::GENERATOR_EXIT, format_args!(""));
    let exit = vm.take_raised();
    match throw_exception(vm, g, exit) {
        Ok(Resumed::Yielded(_)) => {
            Err(vm.runtime_error(format_args!("{} ignored GeneratorExit", what(g))))
        }
        Ok(Resumed::Returned(v)) => Ok(v),
        Err(r) => {
            if vm.raised_matches(&exceptions::GENERATOR_EXIT) {
                vm.clear_raised();
                return Ok(Value::NONE);
            }
            if vm.raised_matches(&exceptions::STOP_ITERATION) {
                let e = vm.take_raised();
                return Ok(crate::exc::stop_iteration_value(e).unwrap_or(Value::NONE));
            }
            Err(r)
        }
    }
}

/// `g` is not reachable any more: what its `try` and `with` statements have left to do is done.
pub fn given_up(vm: &mut Vm, g: Gc<Generator>) -> PyResult<()> {
    use code::object::flags as co;
    let state = g.state.get();
    if state == state::CLOSED || state == state::RUNNING {
        return Ok(());
    }
    let flags = g.code.object().flags;
    let hook = g.extra.get();
    if flags & co::ASYNC_GENERATOR != 0 && !hook.is_none() {
        return vm.call(hook, &[g.into()]).map(|_| ());
    }
    if state == state::CREATED && flags & co::COROUTINE != 0 {
        let text = objects::str::Str::from_fmt(
            vm,
            format_args!("coroutine '{}' was never awaited", g.qualname.get().text()),
        )?;
        (vm.hooks.warn)(vm, &exceptions::RUNTIME_WARNING, text, 1)?;
    }
    close(vm, g).map(|_| ())
}

/// The positional arguments of a method that takes no keywords.
pub fn no_keywords<'a>(
    vm: &mut Vm,
    name: &str,
    args: &'a [Value],
    kwnames: Value,
) -> PyResult<&'a [Value]> {
    if !kwnames.is_undef() {
        return Err(vm.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    Ok(args)
}

fn is_exception(v: Value) -> bool {
    v.cast::<exceptions::BaseException>().is_some()
}

/// The arguments of `throw`: one exception, or the deprecated triple.
pub fn thrown(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
    let [first, rest @ ..] = args else {
        return Err(vm.type_error(format_args!("throw expected at least 1 argument, got 0")));
    };
    if rest.len() > 2 {
        return Err(
            vm.type_error(format_args!("throw expected at most 3 arguments, got {}", args.len()))
        );
    }
    if let Some(traceback) = rest.get(1)
        && !traceback.is_none()
        && traceback.cast::<objects::traceback::Traceback>().is_none()
    {
        return Err(
            vm.type_error(format_args!("throw() third argument must be a traceback object"))
        );
    }
    let value = rest.first().copied().filter(|v| !v.is_none());
    if is_exception(*first) {
        if value.is_some() {
            return Err(
                vm.type_error(format_args!("instance exception may not have a separate value"))
            );
        }
        return Ok(*first);
    }
    if !exceptions::is_exception_class(*first) {
        return Err(vm.type_error(format_args!(
            "exceptions must be classes or instances deriving from BaseException, not {}",
            class_name(*first)
        )));
    }
    match value {
        Some(v) if is_exception(v) => Ok(v),
        Some(v) => vm.call(*first, &[v]),
        None => vm.call(*first, &[]),
    }
}

fn repr(vm: &mut Vm, g: Gc<Generator>) -> PyResult<Gc<Str>> {
    let kind = class_of(g.into()).name.get();
    Str::from_fmt(
        vm,
        format_args!(
            "<{} object {} at {:#x}>",
            kind.text(),
            g.qualname.get().text(),
            g.as_ptr() as usize
        ),
    )
}

fn set_name(vm: &mut Vm, v: Value, which: &str) -> PyResult<Gc<Str>> {
    match v.cast::<Str>() {
        Some(s) => Ok(s),
        None => Err(vm.type_error(format_args!("{which} must be set to a string object"))),
    }
}

/// What the attributes `gi_…`, `cr_…` and `ag_…` have in common.
macro_rules! common {
    ($ty:ident) => {
        #[macros::pymethods(extra = "common")]
        impl $ty {
            #[getter]
            fn __name__(this: Gc<Self>) -> Value {
                crate::generator::methods::base(this).name.get().into()
            }
            #[setter]
            fn set___name__(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
                let name = crate::generator::methods::set_name(vm, v, "__name__")?;
                let g = crate::generator::methods::base(this);
                g.name.set(g, vm.heap(), name);
                Ok(())
            }
            #[getter]
            fn __qualname__(this: Gc<Self>) -> Value {
                crate::generator::methods::base(this).qualname.get().into()
            }
            #[setter]
            fn set___qualname__(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
                let name = crate::generator::methods::set_name(vm, v, "__qualname__")?;
                let g = crate::generator::methods::base(this);
                g.qualname.set(g, vm.heap(), name);
                Ok(())
            }
            #[slot(del)]
            fn del(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
                let g = crate::generator::methods::base(this);
                crate::generator::methods::given_up(vm, g)
            }
            #[slot(repr)]
            fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
                let g = crate::generator::methods::base(this);
                Ok(crate::generator::methods::repr(vm, g)?.into())
            }
        }
    };
}
pub(crate) use common;

/// The generator part of a generator, coroutine or asynchronous generator.
fn base<T>(this: Gc<T>) -> Gc<Generator> {
    // SAFETY: called with the three structs of `generator.rs`, which begin with a `Generator`.
    unsafe { this.cast() }
}

#[pymethods]
impl Generator {
    #[slot(del)]
    fn del(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        given_up(vm, this)
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        next(vm, this)
    }
    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(repr(vm, this)?.into())
    }
    /// send(value) -> send 'value' into generator,
    /// return next yielded value or raise StopIteration.
    #[method]
    fn send(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<Value> {
        send_value(vm, this, value)
    }
    /// throw(value)
    /// throw(type[,value[,tb]])
    ///
    /// Raise exception in generator, return next yielded value or raise
    /// StopIteration.
    #[method]
    fn throw(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = no_keywords(vm, "throw", args, kwnames)?;
        let e = thrown(vm, args)?;
        let r = throw_exception(vm, this, e)?;
        yielded_or_stop(vm, r)
    }
    /// close() -> raise GeneratorExit inside generator.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        close(vm, this)
    }
    #[getter]
    fn gi_running(this: Gc<Self>) -> bool {
        this.state.get() == state::RUNNING
    }
    #[getter]
    fn gi_suspended(this: Gc<Self>) -> bool {
        this.state.get() == state::SUSPENDED
    }
    #[getter]
    fn gi_code(this: Gc<Self>) -> Value {
        this.code.into()
    }
    #[getter]
    fn gi_frame(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        crate::frameobj::of_generator(vm, this)
    }
    /// object being iterated by yield from, or None
    #[getter]
    fn gi_yieldfrom(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(delegate(vm, this)?.unwrap_or(Value::NONE))
    }
    #[getter]
    fn __name__(this: Gc<Self>) -> Value {
        this.name.get().into()
    }
    #[setter]
    fn set___name__(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
        let name = set_name(vm, v, "__name__")?;
        this.name.set(this, vm.heap(), name);
        Ok(())
    }
    #[getter]
    fn __qualname__(this: Gc<Self>) -> Value {
        this.qualname.get().into()
    }
    #[setter]
    fn set___qualname__(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
        let name = set_name(vm, v, "__qualname__")?;
        this.qualname.set(this, vm.heap(), name);
        Ok(())
    }
}

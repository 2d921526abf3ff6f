//! The awaitable of `anext(iterator, default)`: awaits the iterator's own awaitable, and gives the default at the end.

use heap::Gc;
use macros::{pymethods, pytype};
use objects::exceptions;
use objects::types::{class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// What `anext` with a default returns.
#[pytype(name = "anext_awaitable", flags(NO_NEW))]
pub struct AnextAwaitable {
    wrapped: Value,
    default: Value,
}

impl AnextAwaitable {
    /// The iterator that awaiting the wrapped object drives.
    fn iterator(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let wrapped = this.wrapped;
        // Generators and coroutines that `__anext__` may return are driven directly.
        let Some(f) = class_of(wrapped).slots().await_ else {
            if class_of(wrapped).slots().next.is_some() {
                return Ok(wrapped);
            }
            return Err(vm.type_error(format_args!(
                "object {} can't be used in 'await' expression",
                class_name(wrapped)
            )));
        };
        let it = f(vm, wrapped)?;
        if class_of(it).slots().next.is_some() {
            return Ok(it);
        }
        // A coroutine's own `__await__` object is an iterator; anything else must be one as well.
        Err(vm.type_error(format_args!(
            "{}.__await__() must return an iterable, not {}",
            class_name(wrapped),
            class_name(it)
        )))
    }

    /// The end of the iteration becomes a StopIteration with the default.
    fn settle(this: Gc<Self>, vm: &mut Vm, r: PyResult<Value>) -> PyResult<Value> {
        match r {
            Err(_) if vm.raised_matches(&exceptions::STOP_ASYNC_ITERATION) => {
                vm.clear_raised();
                Err(vm.stop_iteration(this.default))
            }
            r => r,
        }
    }

    fn proxy(this: Gc<Self>, vm: &mut Vm, name: &str, args: &[Value]) -> PyResult<Value> {
        let it = Self::iterator(this, vm)?;
        let name = vm.intern(name)?;
        let r = vm.call_method(it, name, args);
        Self::settle(this, vm, r)
    }
}

#[pymethods]
impl AnextAwaitable {
    #[slot(await)]
    fn await_slot(this: Gc<Self>) -> Value {
        this.into()
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let it = Self::iterator(this, vm)?;
        match vm.next(it) {
            Ok(v) => Ok(v),
            Err(r) => Self::settle(this, vm, Err(r)).map(Some),
        }
    }

    /// send(arg) -> send 'arg' into the wrapped iterator,
    /// return next yielded value or raise StopIteration.
    #[method(sig = "($self, arg, /)", no_text)]
    fn send(this: Gc<Self>, vm: &mut Vm, arg: Value) -> PyResult<Value> {
        Self::proxy(this, vm, "send", &[arg])
    }

    /// throw(value)
    /// throw(typ[,val[,tb]])
    ///
    /// raise exception in the wrapped iterator, return next yielded value
    /// or raise StopIteration.
    #[method(sig = "($self, /, *args)", no_text)]
    fn throw(this: Gc<Self>, vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
        Self::proxy(this, vm, "throw", args)
    }

    /// close() -> raise GeneratorExit inside generator.
    #[method(sig = "($self, /)", no_text)]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::proxy(this, vm, "close", &[])
    }
}

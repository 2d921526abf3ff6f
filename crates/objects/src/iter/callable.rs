//! `iter(callable, sentinel)`.

use super::reduce;
use crate::exceptions;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};

/// Calls a function until it returns the sentinel.
#[pytype(name = "callable_iterator", doc = "", flags(NO_NEW))]
pub struct CallableIterator {
    /// UNDEF once the iterator is exhausted.
    callable: Field<Value>,
    sentinel: Field<Value>,
}

impl CallableIterator {
    /// `iter(callable, sentinel)`
    pub fn new(vm: &mut Vm, callable: Value, sentinel: Value) -> PyResult<Gc<CallableIterator>> {
        CallableIterator::create(vm, Field::new(callable), Field::new(sentinel))
    }

    fn finish(&self) {
        self.callable.init(Value::UNDEF);
        self.sentinel.init(Value::UNDEF);
    }
}

#[pymethods]
impl CallableIterator {
    #[slot(iter)]
    fn iter(this: Gc<CallableIterator>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<CallableIterator>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let Some(callable) = this.callable.get().defined() else { return Ok(None) };
        let item = match vm.call(callable, &[]) {
            Ok(item) => item,
            Err(_) if vm.raised_matches(&exceptions::STOP_ITERATION) => {
                vm.clear_raised();
                this.finish();
                return Ok(None);
            }
            Err(raised) => return Err(raised),
        };
        // The call may have exhausted this very iterator.
        let Some(sentinel) = this.sentinel.get().defined() else { return Ok(None) };
        if vm.eq(sentinel, item)? {
            this.finish();
            return Ok(None);
        }
        Ok(Some(item))
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<CallableIterator>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let (Some(callable), Some(sentinel)) =
            (this.callable.get().defined(), this.sentinel.get().defined())
        else {
            return reduce::exhausted_tuple(vm);
        };
        let function = reduce::builtin(vm, "iter")?;
        let arguments = Tuple::pair(vm, callable, sentinel)?;
        Tuple::pair(vm, function, arguments.into())
    }
}

//! The keys that `cmp_to_key` makes.

use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::slots::CompareOp;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A key that is compared by a function of two values; before it has one, the maker of such keys.
#[pytype(name = "functools.KeyWrapper", doc = "", flags(NO_NEW))]
pub struct KeyWrapper {
    compare: Value,
    value: Field<Value>,
}

#[pymethods]
impl KeyWrapper {
    #[slot(call, sig = "(obj)")]
    fn call(this: Gc<Self>, vm: &mut Vm, obj: Value) -> PyResult<Gc<Self>> {
        KeyWrapper::create(vm, this.compare, Field::new(obj))
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.exact::<KeyWrapper>() else {
            return Err(vm.type_error(format_args!("other argument must be K instance")));
        };
        let order = vm.call(this.compare, &[this.value.get(), other.value.get()])?;
        vm.compare(order, Value::ZERO, op)
    }

    #[slot(hash)]
    fn hash(_this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        Err(vm.type_error(format_args!("unhashable type: 'functools.KeyWrapper'")))
    }

    /// Value wrapped by a key function.
    #[getter(member)]
    fn obj(this: Gc<Self>) -> Value {
        this.value.get()
    }

    #[setter]
    fn set_obj(this: Gc<Self>, vm: &mut Vm, value: Value) {
        this.value.set(this, vm.heap(), value);
    }
}

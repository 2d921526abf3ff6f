//! `filter`.

use crate::layout::Object;
use crate::tuple::Tuple;
use crate::types::{Type, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};

/// The items for which a function is true.
#[pytype(
    name = "filter",
    flags(BASETYPE),
    doc = "Return an iterator yielding those items of iterable for which function(item)\nis true. If function is None, return the items that are true."
)]
pub struct Filter {
    function: Value,
    iterator: Value,
}

#[pymethods]
impl Filter {
    #[slot(new, sig = "(function, iterable, /)")]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        function: Value,
        iterable: Value,
    ) -> PyResult<Gc<Filter>> {
        let iterator = vm.iter(iterable)?;
        Filter::create_as(vm, cls, function, iterator)
    }

    #[slot(iter)]
    fn iter(this: Gc<Filter>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Filter>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let function = this.function;
        let as_is = function.is_none() || function == Value::from(crate::int::Bool::def().object());
        while let Some(item) = vm.next(this.iterator)? {
            let verdict = if as_is { item } else { vm.call(function, &[item])? };
            if vm.truthy(verdict)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Filter>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let arguments = Tuple::pair(vm, this.function, this.iterator)?;
        Tuple::pair(vm, class_of(this.into()).into(), arguments.into())
    }
}

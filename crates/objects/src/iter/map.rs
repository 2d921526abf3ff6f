//! `map`.

use super::{Row, iterators, next_row};
use crate::tuple::Tuple;
use crate::types::{Type, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Calls a function with the items of iterators.
#[pytype(
    name = "map",
    flags(BASETYPE),
    signature = "(function, iterable, /, *iterables, strict=False)",
    doc = "Make an iterator that computes the function using arguments from\neach of the iterables.  Stops when the shortest iterable is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError."
)]
pub struct Map {
    function: Value,
    iterators: Gc<Tuple>,
    strict: Cell<bool>,
}

#[pymethods]
impl Map {
    #[slot(new, sig = "(*args, strict=False)")]
    fn new_object(cls: Gc<Type>, vm: &mut Vm, args: &[Value], strict: bool) -> PyResult<Gc<Map>> {
        let (function, iterables) = match args {
            [function, iterables @ ..] if !iterables.is_empty() => (*function, iterables),
            _ => return Err(vm.type_error(format_args!("map() must have at least two arguments."))),
        };
        let iterators = iterators(vm, iterables)?;
        Map::create_as(vm, cls, function, iterators, Cell::new(strict))
    }

    #[slot(iter)]
    fn iter(this: Gc<Map>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Map>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let mut row = Row::new(vm, this.iterators.len())?;
        if !next_row(vm, "map", this.iterators, this.strict.get(), &mut row)? {
            return Ok(None);
        }
        row.call(vm, this.function).map(Some)
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Map>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let arguments = Tuple::build(vm, this.iterators.len() + 1, |cells| {
            for (cell, item) in
                cells.iter().zip([this.function].iter().chain(this.iterators.items()))
            {
                cell.set(*item);
            }
        })?;
        let class = class_of(this.into()).into();
        if this.strict.get() {
            return Tuple::from_slice(vm, &[class, arguments.into(), Value::TRUE]);
        }
        Tuple::pair(vm, class, arguments.into())
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<Map>, vm: &mut Vm, object: Value) -> PyResult<()> {
        this.strict.set(vm.truthy(object)?);
        Ok(())
    }
}

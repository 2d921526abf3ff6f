//! `zip`.

use super::{Row, iterators, next_row};
use crate::tuple::Tuple;
use crate::types::{Type, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Goes through several iterators side by side.
#[pytype(
    name = "zip",
    shape = crate::shape::core::ZIP,
    flags(BASETYPE),
    doc = "The zip object yields n-length tuples, where n is the number of iterables\npassed as positional arguments to zip().  The i-th element in every tuple\ncomes from the i-th iterable argument to zip().  This continues until the\nshortest argument is exhausted.\n\nIf strict is true and one of the arguments is exhausted before the others,\nraise a ValueError.\n\n   >>> list(zip('abcdefg', range(3), range(4)))\n   [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]"
)]
pub struct Zip {
    iterators: Gc<Tuple>,
    strict: Cell<bool>,
}

#[pymethods]
impl Zip {
    #[slot(new, sig = "(*iterables, strict=False)")]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        iterables: &[Value],
        strict: bool,
    ) -> PyResult<Gc<Zip>> {
        let iterators = iterators(vm, iterables)?;
        Zip::create_as(vm, cls, iterators, Cell::new(strict))
    }

    #[slot(iter)]
    fn iter(this: Gc<Zip>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Zip>, vm: &mut Vm) -> PyResult<Option<Value>> {
        if this.iterators.len() == 0 {
            return Ok(None);
        }
        let mut row = Row::new(vm, this.iterators.len())?;
        if !next_row(vm, "zip", this.iterators, this.strict.get(), &mut row)? {
            return Ok(None);
        }
        Ok(Some(row.to_tuple(vm)?.into()))
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Zip>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let class = class_of(this.into()).into();
        if this.strict.get() {
            return Tuple::from_slice(vm, &[class, this.iterators.into(), Value::TRUE]);
        }
        Tuple::pair(vm, class, this.iterators.into())
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<Zip>, vm: &mut Vm, object: Value) -> PyResult<()> {
        this.strict.set(vm.truthy(object)?);
        Ok(())
    }
}

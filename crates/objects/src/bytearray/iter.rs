//! The iterator over bytearrays, which may change meanwhile.

use super::ByteArray;
use crate::iter::reduce;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Iterates a bytearray.
#[pytype(name = "bytearray_iterator", doc = "", flags(NO_NEW))]
pub struct ByteArrayIterator {
    /// The bytearray; `None` once the iterator is exhausted.
    array: Field<Option<Gc<ByteArray>>>,
    /// Index of the next byte.
    index: Cell<usize>,
}

impl ByteArrayIterator {
    /// An iterator at the start of `array`.
    pub fn over(vm: &mut Vm, array: Gc<ByteArray>) -> PyResult<Gc<ByteArrayIterator>> {
        ByteArrayIterator::create(vm, Field::new(Some(array)), Cell::new(0))
    }
}

#[pymethods]
impl ByteArrayIterator {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Self>) -> Option<Value> {
        let array = this.array.get()?;
        let index = this.index.get();
        match array.get(index) {
            Some(byte) => {
                this.index.set(index + 1);
                Some(Value::int32(byte.into()))
            }
            None => {
                this.array.init(None);
                None
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<Self>) -> usize {
        this.array.get().map_or(0, |array| array.len.get().saturating_sub(this.index.get()))
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        match this.array.get() {
            Some(array) => reduce::with_index(vm, "iter", array.into(), this.index.get() as isize),
            None => reduce::exhausted_tuple(vm),
        }
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = crate::convert::to_isize(vm, object)?;
        if let Some(array) = this.array.get() {
            this.index.set(usize::try_from(index).unwrap_or(0).min(array.len.get()));
        }
        Ok(())
    }
}

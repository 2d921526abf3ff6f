//! The iterator over bytes.

use super::Bytes;
use crate::iter::reduce;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Iterates a bytes object.
#[pytype(name = "bytes_iterator", doc = "", flags(NO_NEW))]
pub struct BytesIterator {
    /// The bytes; `None` once the iterator is exhausted.
    bytes: Field<Option<Gc<Bytes>>>,
    /// Index of the next one.
    index: Cell<usize>,
}

impl BytesIterator {
    /// An iterator at the start of `bytes`.
    pub fn over(vm: &mut Vm, bytes: Gc<Bytes>) -> PyResult<Gc<BytesIterator>> {
        BytesIterator::create(vm, Field::new(Some(bytes)), Cell::new(0))
    }
}

#[pymethods]
impl BytesIterator {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Self>) -> Option<Value> {
        let bytes = this.bytes.get()?;
        let index = this.index.get();
        match bytes.as_slice().get(index) {
            Some(byte) => {
                this.index.set(index + 1);
                Some(Value::int32((*byte).into()))
            }
            None => {
                this.bytes.init(None);
                None
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<Self>) -> usize {
        this.bytes.get().map_or(0, |bytes| bytes.as_slice().len().saturating_sub(this.index.get()))
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        match this.bytes.get() {
            Some(bytes) => reduce::with_index(vm, "iter", bytes.into(), this.index.get() as isize),
            None => reduce::exhausted_tuple(vm),
        }
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = crate::convert::to_isize(vm, object)?;
        if let Some(bytes) = this.bytes.get() {
            this.index.set(usize::try_from(index).unwrap_or(0).min(bytes.as_slice().len()));
        }
        Ok(())
    }
}

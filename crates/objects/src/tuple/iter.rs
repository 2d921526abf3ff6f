//! The iterator over tuples.

use super::Tuple;
use crate::iter::reduce;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Iterates a tuple. The interpreter's loops read the fields directly.
#[pytype(name = "tuple_iterator", shape = crate::shape::core::TUPLE_ITERATOR, doc = "", flags(NO_NEW))]
pub struct TupleIterator {
    /// The tuple; `None` once the iterator is exhausted.
    pub tuple: Field<Option<Gc<Tuple>>>,
    /// Index of the next item.
    pub index: Cell<usize>,
}

impl TupleIterator {
    /// An iterator at the start of `tuple`.
    pub fn over(vm: &mut Vm, tuple: Gc<Tuple>) -> PyResult<Gc<TupleIterator>> {
        TupleIterator::create(vm, Field::new(Some(tuple)), Cell::new(0))
    }
}

#[pymethods]
impl TupleIterator {
    #[slot(iter)]
    fn iter(this: Gc<TupleIterator>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<TupleIterator>) -> Option<Value> {
        let item = this.tuple.get()?.get(this.index.get());
        match item {
            Some(_) => this.index.set(this.index.get() + 1),
            None => this.tuple.init(None),
        }
        item
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<TupleIterator>) -> usize {
        this.tuple.get().map_or(0, |tuple| tuple.len().saturating_sub(this.index.get()))
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<TupleIterator>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        match this.tuple.get() {
            Some(tuple) => reduce::with_index(vm, "iter", tuple.into(), this.index.get() as isize),
            None => reduce::exhausted_tuple(vm),
        }
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<TupleIterator>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = reduce::state(vm, object)?;
        if let Some(tuple) = this.tuple.get() {
            this.index.set(usize::try_from(index).unwrap_or(0).min(tuple.len()));
        }
        Ok(())
    }
}

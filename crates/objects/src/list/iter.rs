//! Iterators over lists.

use super::List;
use crate::iter::reduce;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Iterates a list. The interpreter's loops read the fields directly.
#[pytype(name = "list_iterator", shape = crate::shape::core::LIST_ITERATOR, doc = "", flags(NO_NEW))]
pub struct ListIterator {
    /// The list; `None` once the iterator is exhausted.
    pub list: Field<Option<Gc<List>>>,
    /// Index of the next item.
    pub index: Cell<usize>,
}

impl ListIterator {
    /// An iterator at the start of `list`.
    pub fn over(vm: &mut Vm, list: Gc<List>) -> PyResult<Gc<ListIterator>> {
        ListIterator::create(vm, Field::new(Some(list)), Cell::new(0))
    }
}

#[pymethods]
impl ListIterator {
    #[slot(iter)]
    fn iter(this: Gc<ListIterator>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<ListIterator>) -> Option<Value> {
        let list = this.list.get()?;
        let index = this.index.get();
        let item = list.get(index);
        match item {
            Some(_) => this.index.set(index + 1),
            None => this.list.init(None),
        }
        item
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<ListIterator>) -> usize {
        this.list.get().map_or(0, |list| list.len().saturating_sub(this.index.get()))
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<ListIterator>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        match this.list.get() {
            Some(list) => reduce::with_index(vm, "iter", list.into(), this.index.get() as isize),
            None => reduce::exhausted_list(vm),
        }
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<ListIterator>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = reduce::state(vm, object)?;
        if let Some(list) = this.list.get() {
            match usize::try_from(index) {
                Ok(index) => this.index.set(index.min(list.len())),
                // CPython marks an exhausted iterator by a negative index.
                Err(_) => this.list.init(None),
            }
        }
        Ok(())
    }
}

/// Iterates a list from its end.
#[pytype(name = "list_reverseiterator", doc = "", flags(NO_NEW))]
pub struct ListReverseIterator {
    list: Field<Option<Gc<List>>>,
    /// How many items are left.
    left: Cell<usize>,
}

impl ListReverseIterator {
    /// An iterator at the end of `list`.
    pub fn over(vm: &mut Vm, list: Gc<List>) -> PyResult<Gc<ListReverseIterator>> {
        ListReverseIterator::create(vm, Field::new(Some(list)), Cell::new(list.len()))
    }
}

#[pymethods]
impl ListReverseIterator {
    #[slot(iter)]
    fn iter(this: Gc<ListReverseIterator>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<ListReverseIterator>) -> Option<Value> {
        let list = this.list.get()?;
        let item = this.left.get().checked_sub(1).and_then(|index| list.get(index));
        match item {
            Some(_) => this.left.set(this.left.get() - 1),
            None => this.list.init(None),
        }
        item
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<ListReverseIterator>) -> usize {
        match this.list.get() {
            Some(list) if list.len() >= this.left.get() => this.left.get(),
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<ListReverseIterator>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        match this.list.get() {
            Some(list) => {
                reduce::with_index(vm, "reversed", list.into(), this.left.get() as isize - 1)
            }
            None => reduce::exhausted_list(vm),
        }
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<ListReverseIterator>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = reduce::state(vm, object)?;
        if let Some(list) = this.list.get() {
            this.left.set(index.saturating_add(1).clamp(0, list.len() as isize) as usize);
        }
        Ok(())
    }
}

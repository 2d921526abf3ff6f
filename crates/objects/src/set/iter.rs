//! The iterator over sets.

use super::Set;
use crate::iter::reduce;
use crate::list::List;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Iterates a set.
#[pytype(name = "set_iterator", doc = "", shape = crate::shape::core::SET_ITERATOR, flags(NO_NEW))]
pub struct SetIterator {
    /// `None` once the iterator is exhausted.
    set: Field<Option<Gc<Set>>>,
    /// The set's length when iteration began; `usize::MAX` once a change was noticed.
    used: Cell<usize>,
    at: Cell<usize>,
    /// How many members are still expected.
    left: Cell<usize>,
}

impl SetIterator {
    /// An iterator at the start of `set`.
    pub fn over(vm: &mut Vm, set: Gc<Set>) -> PyResult<Gc<SetIterator>> {
        let len = Cell::new(set.len());
        SetIterator::create(vm, Field::new(Some(set)), len.clone(), Cell::new(0), len)
    }
}

#[pymethods]
impl SetIterator {
    #[slot(iter)]
    fn iter(this: Gc<SetIterator>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<SetIterator>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let Some(set) = this.set.get() else { return Ok(None) };
        if this.used.get() != set.len() {
            // A changed set stays an error, even when its length comes back.
            this.used.set(usize::MAX);
            return Err(vm.runtime_error(format_args!("Set changed size during iteration")));
        }
        let mut at = this.at.get();
        let Some((key, _)) = set.next_member(&mut at) else {
            this.set.init(None);
            return Ok(None);
        };
        this.at.set(at);
        this.left.set(this.left.get().saturating_sub(1));
        Ok(Some(key))
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<SetIterator>) -> usize {
        match this.set.get() {
            Some(set) if this.used.get() == set.len() => this.left.get(),
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<SetIterator>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let set = Field::new(this.set.get());
        let rest =
            SetIterator::create(vm, set, this.used.clone(), this.at.clone(), this.left.clone())?;
        let list = List::from_iterable(vm, rest.into())?;
        reduce::with_argument(vm, "iter", list.into())
    }
}

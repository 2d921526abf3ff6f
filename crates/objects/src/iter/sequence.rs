//! `iter(sequence)` for objects that have `__getitem__` and no `__iter__`.

use super::{ends_sequence, reduce};
use crate::int;
use crate::singletons;
use crate::tuple::Tuple;
use crate::types::class_of;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Asks a sequence for its items one after another.
#[pytype(name = "iterator", doc = "", flags(NO_NEW))]
pub struct SequenceIterator {
    /// UNDEF once the iterator is exhausted.
    sequence: Field<Value>,
    /// Index of the next item.
    index: Cell<usize>,
}

impl SequenceIterator {
    /// An iterator at the start of `sequence`.
    pub fn over(vm: &mut Vm, sequence: Value) -> PyResult<Gc<SequenceIterator>> {
        SequenceIterator::create(vm, Field::new(sequence), Cell::new(0))
    }
}

#[pymethods]
impl SequenceIterator {
    #[slot(iter)]
    fn iter(this: Gc<SequenceIterator>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<SequenceIterator>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let Some(sequence) = this.sequence.get().defined() else { return Ok(None) };
        let index = this.index.get();
        if index >= isize::MAX as usize {
            return Err(vm.overflow_error(format_args!("iter index too large")));
        }
        let key = int::from_i64(vm, index as i64)?;
        match vm.getitem(sequence, key) {
            Ok(item) => {
                this.index.set(index + 1);
                Ok(Some(item))
            }
            Err(_) if ends_sequence(vm) => {
                this.sequence.init(Value::UNDEF);
                Ok(None)
            }
            Err(raised) => Err(raised),
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<SequenceIterator>, vm: &mut Vm) -> PyResult<Value> {
        let Some(sequence) = this.sequence.get().defined() else { return Ok(Value::ZERO) };
        if class_of(sequence).slots().len.is_none() {
            return Ok(singletons::not_implemented());
        }
        Ok(Value::from_len(vm.len(sequence)?.saturating_sub(this.index.get())))
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<SequenceIterator>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        match this.sequence.get().defined() {
            Some(sequence) => reduce::with_index(vm, "iter", sequence, this.index.get() as isize),
            None => reduce::exhausted_tuple(vm),
        }
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<SequenceIterator>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = reduce::state(vm, object)?;
        if !this.sequence.get().is_undef() {
            this.index.set(usize::try_from(index).unwrap_or(0));
        }
        Ok(())
    }
}

//! `reversed` over anything with `__len__` and `__getitem__`.

use super::{ends_sequence, reduce};
use crate::int;
use crate::tuple::Tuple;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Iterates a sequence from its end.
#[pytype(
    name = "reversed",
    flags(BASETYPE),
    doc = "Return a reverse iterator over the values of the given sequence."
)]
pub struct Reversed {
    /// UNDEF once the iterator is exhausted.
    sequence: Field<Value>,
    /// Index of the next item.
    index: Cell<isize>,
}

impl Reversed {
    fn finish(&self) {
        self.sequence.init(Value::UNDEF);
        self.index.set(-1);
    }
}

#[pymethods]
impl Reversed {
    #[slot(new, sig = "(sequence, /)")]
    fn new_object(cls: Gc<Type>, vm: &mut Vm, sequence: Value) -> PyResult<Value> {
        let name = vm.names().__reversed__;
        match vm.lookup_special(sequence, name)? {
            Some(method) if !method.is_none() => return vm.call(method, &[]),
            None if vm.is_sequence(sequence) => {}
            _ => {
                return Err(vm.type_error(format_args!(
                    "'{}' object is not reversible",
                    class_name(sequence)
                )));
            }
        }
        let index = vm.len(sequence)? as isize - 1;
        Ok(Reversed::create_as(vm, cls, Field::new(sequence), Cell::new(index))?.into())
    }

    #[slot(iter)]
    fn iter(this: Gc<Reversed>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Reversed>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let Some(sequence) = this.sequence.get().defined() else { return Ok(None) };
        let index = this.index.get();
        if index >= 0 {
            let key = int::from_i64(vm, index as i64)?;
            match vm.getitem(sequence, key) {
                Ok(item) => {
                    this.index.set(index - 1);
                    return Ok(Some(item));
                }
                Err(raised) if !ends_sequence(vm) => return Err(raised),
                Err(_) => {}
            }
        }
        this.finish();
        Ok(None)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<Reversed>, vm: &mut Vm) -> PyResult<isize> {
        let Some(sequence) = this.sequence.get().defined() else { return Ok(0) };
        let left = this.index.get() + 1;
        Ok(if (vm.len(sequence)? as isize) < left { 0 } else { left })
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Reversed>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let class = class_of(this.into()).into();
        let Some(sequence) = this.sequence.get().defined() else {
            let arguments = Tuple::from_slice(vm, &[Tuple::empty().into()])?;
            return Tuple::pair(vm, class, arguments.into());
        };
        let arguments = Tuple::from_slice(vm, &[sequence])?;
        let index = int::from_i64(vm, this.index.get() as i64)?;
        Tuple::from_slice(vm, &[class, arguments.into(), index])
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<Reversed>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = reduce::state(vm, object)?;
        if let Some(sequence) = this.sequence.get().defined() {
            let last = vm.len(sequence)? as isize - 1;
            this.index.set(index.min(last).max(-1));
        }
        Ok(())
    }
}

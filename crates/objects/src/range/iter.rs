//! Iterators over ranges: one for machine words, one for ints of any size.

use super::{Range, arithmetic};
use crate::int;
use crate::iter::reduce;
use crate::protocol::BinaryOp;
use crate::slots::CompareOp;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Iterates a range of machine words. The interpreter's loops work on the fields directly.
#[pytype(name = "range_iterator", shape = crate::shape::core::RANGE_ITERATOR, doc = "", flags(NO_NEW))]
pub struct RangeIterator {
    /// The next item, if any are left.
    pub next: Cell<i64>,
    /// How many items are left.
    pub left: Cell<i64>,
    /// The distance between two items.
    pub step: i64,
}

impl RangeIterator {
    /// An iterator of `left` items.
    pub fn new(vm: &mut Vm, next: i64, step: i64, left: i64) -> PyResult<Gc<RangeIterator>> {
        RangeIterator::create(vm, Cell::new(next), Cell::new(left), step)
    }
}

#[pymethods]
impl RangeIterator {
    #[slot(iter)]
    fn iter(this: Gc<RangeIterator>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn py_next(this: Gc<RangeIterator>, vm: &mut Vm) -> PyResult<Option<Value>> {
        if this.left.get() <= 0 {
            return Ok(None);
        }
        let next = this.next.get();
        this.left.set(this.left.get() - 1);
        this.next.set(next.wrapping_add(this.step));
        int::from_i64(vm, next).map(Some)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<RangeIterator>) -> i64 {
        this.left.get()
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<RangeIterator>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let start = int::from_i64(vm, this.next.get())?;
        let step = int::from_i64(vm, this.step)?;
        let left = int::from_i64(vm, this.left.get())?;
        reduced(vm, start, step, left)
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<RangeIterator>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = vm.index(object)?;
        let index = crate::convert::to_isize(vm, index)? as i64;
        let index = index.clamp(0, this.left.get());
        this.next.set(this.next.get().wrapping_add(this.step.wrapping_mul(index)));
        this.left.set(this.left.get() - index);
        Ok(())
    }
}

/// Iterates a range of ints of any size.
#[pytype(name = "longrange_iterator", doc = "", flags(NO_NEW))]
pub struct LongRangeIterator {
    next: Field<Value>,
    step: Value,
    left: Field<Value>,
}

impl LongRangeIterator {
    /// An iterator of `left` items.
    pub fn new(
        vm: &mut Vm,
        next: Value,
        step: Value,
        left: Value,
    ) -> PyResult<Gc<LongRangeIterator>> {
        LongRangeIterator::create(vm, Field::new(next), step, Field::new(left))
    }

    fn skip(this: Gc<LongRangeIterator>, vm: &mut Vm, count: Value) -> PyResult<()> {
        let distance = arithmetic(vm, BinaryOp::Mul, count, this.step)?;
        let next = arithmetic(vm, BinaryOp::Add, this.next.get(), distance)?;
        let left = arithmetic(vm, BinaryOp::Sub, this.left.get(), count)?;
        this.next.set(this, vm.heap(), next);
        this.left.set(this, vm.heap(), left);
        Ok(())
    }
}

#[pymethods]
impl LongRangeIterator {
    #[slot(iter)]
    fn iter(this: Gc<LongRangeIterator>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn py_next(this: Gc<LongRangeIterator>, vm: &mut Vm) -> PyResult<Option<Value>> {
        if this.left.get() == Value::ZERO {
            return Ok(None);
        }
        let item = this.next.get();
        LongRangeIterator::skip(this, vm, Value::int32(1))?;
        Ok(Some(item))
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<LongRangeIterator>) -> Value {
        this.left.get()
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<LongRangeIterator>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        reduced(vm, this.next.get(), this.step, this.left.get())
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<LongRangeIterator>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let Some(index) = int::plain(vm, object)? else {
            return Err(vm.type_error(format_args!(
                "state must be an int, not {}",
                crate::types::class_name(object)
            )));
        };
        let left = this.left.get();
        let index = if int::is_negative(index) {
            Value::ZERO
        } else if vm.compare_bool(index, left, CompareOp::Gt)? {
            left
        } else {
            index
        };
        LongRangeIterator::skip(this, vm, index)
    }
}

/// `(iter, (range(…),), None)`
fn reduced(vm: &mut Vm, start: Value, step: Value, left: Value) -> PyResult<Gc<Tuple>> {
    let distance = arithmetic(vm, BinaryOp::Mul, left, step)?;
    let stop = arithmetic(vm, BinaryOp::Add, start, distance)?;
    let range = Range::new(vm, start, stop, step)?;
    reduce::with_state(vm, "iter", range.into(), Value::NONE)
}

//! `range`: arithmetic progressions of ints of any size.
//!
//! Start, stop, step and length are Python ints. Where they fit machine words the operations work on those, otherwise
//! on the ints themselves.

mod iter;
mod methods;

pub use iter::{LongRangeIterator, RangeIterator};

use crate::int;
use crate::protocol::BinaryOp;
use crate::slots::CompareOp;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pytype;

/// A range.
#[pytype(
    name = "range",
    shape = crate::shape::core::RANGE,
    flags(SEQUENCE),
    doc = "range(stop) -> range object\nrange(start, stop[, step]) -> range object\n\nReturn an object that produces a sequence of integers from start (inclusive)\nto stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.\nstart defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.\nThese are exactly the valid indices for a list of 4 elements.\nWhen step is given, it specifies the increment (or decrement)."
)]
pub struct Range {
    /// `start`, an int.
    pub start: Value,
    /// `stop`, an int.
    pub stop: Value,
    /// `step`, an int other than 0.
    pub step: Value,
    /// Number of items, an int.
    pub length: Value,
}

impl Range {
    /// A range of three ints; the step isn't 0.
    pub fn new(vm: &mut Vm, start: Value, stop: Value, step: Value) -> PyResult<Gc<Range>> {
        let length = length(vm, start, stop, step)?;
        Range::create(vm, start, stop, step, length)
    }

    /// Start, step and length as machine words, if they fit and no item leaves them.
    fn words(&self) -> Option<(i64, i64, i64)> {
        let (start, step) = (int::to_i64(self.start)?, int::to_i64(self.step)?);
        int::to_i64(self.stop)?;
        Some((start, step, int::to_i64(self.length)?))
    }

    /// The item at `index`, which may be any int.
    fn item(&self, vm: &mut Vm, index: Value) -> PyResult<Value> {
        let distance = arithmetic(vm, BinaryOp::Mul, index, self.step)?;
        arithmetic(vm, BinaryOp::Add, self.start, distance)
    }
}

/// Arithmetic on ints.
fn arithmetic(vm: &mut Vm, op: BinaryOp, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(x), Some(y)) = (a.as_small_int(), b.as_small_int()) {
        let small = match op {
            BinaryOp::Add => x.checked_add(y),
            BinaryOp::Sub => x.checked_sub(y),
            BinaryOp::Mul => x.checked_mul(y),
            _ => None,
        };
        if let Some(value) = small.and_then(Value::small_int) {
            return Ok(value);
        }
    }
    vm.binary(op, a, b)
}

fn less(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
    match (a.as_small_int(), b.as_small_int()) {
        (Some(a), Some(b)) => Ok(a < b),
        _ => vm.compare_bool(a, b, CompareOp::Lt),
    }
}

/// How many items there are from `start` to `stop`.
fn length(vm: &mut Vm, start: Value, stop: Value, step: Value) -> PyResult<Value> {
    let (low, high, width) = if int::is_negative(step) {
        (stop, start, arithmetic(vm, BinaryOp::Sub, Value::ZERO, step)?)
    } else {
        (start, stop, step)
    };
    if !less(vm, low, high)? {
        return Ok(Value::ZERO);
    }
    let one = Value::int32(1);
    if let (Some(low), Some(high), Some(width)) =
        (low.as_small_int(), high.as_small_int(), width.as_small_int())
    {
        // Differences of 62-bit numbers fit 64 bits.
        return int::from_i64(vm, (high - low - 1) / width + 1);
    }
    let distance = arithmetic(vm, BinaryOp::Sub, high, low)?;
    let last = arithmetic(vm, BinaryOp::Sub, distance, one)?;
    let steps = arithmetic(vm, BinaryOp::FloorDiv, last, width)?;
    arithmetic(vm, BinaryOp::Add, steps, one)
}

//! Comparison of lists and tuples, item by item.

use super::List;
use crate::slots::CompareOp;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// `a op b`. Comparing items may change both lists.
pub(super) fn lists(vm: &mut Vm, a: Gc<List>, b: Gc<List>, op: CompareOp) -> PyResult<Value> {
    if a.len() != b.len() && matches!(op, CompareOp::Eq | CompareOp::Ne) {
        return Ok(Value::from_bool(op == CompareOp::Ne));
    }
    sequences(vm, |index| a.get(index), |index| b.get(index), || a.len().cmp(&b.len()), op)
}

/// Compares two sequences: by their first items that differ, or else by length.
pub(crate) fn sequences(
    vm: &mut Vm,
    a: impl Fn(usize) -> Option<Value>,
    b: impl Fn(usize) -> Option<Value>,
    lengths: impl Fn() -> std::cmp::Ordering,
    op: CompareOp,
) -> PyResult<Value> {
    let mut index = 0;
    while let (Some(x), Some(y)) = (a(index), b(index)) {
        if !vm.eq(x, y)? {
            break;
        }
        index += 1;
    }
    let (Some(x), Some(y)) = (a(index), b(index)) else {
        return Ok(Value::from_bool(op.holds(lengths())));
    };
    match op {
        CompareOp::Eq => Ok(Value::FALSE),
        CompareOp::Ne => Ok(Value::TRUE),
        _ => vm.compare(x, y, op),
    }
}

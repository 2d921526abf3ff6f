//! Comparison.

use super::is_identical;
use crate::singletons;
use crate::slots::CompareOp;
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};

impl Vm {
    /// `a op b` as an object: the reflected method goes first when `b`'s class derives from `a`'s.
    pub fn compare(&mut self, a: Value, b: Value, op: CompareOp) -> PyResult<Value> {
        self.check_native_stack(" in comparison")?;
        let (ta, tb) = (class_of(a), class_of(b));
        let fb = tb.slots().compare;
        let mut reflected = false;
        if ta != tb
            && tb.is_subtype(ta)
            && let Some(f) = fb
        {
            reflected = true;
            let r = f(self, b, a, op.swapped())?;
            if !singletons::is_not_implemented(r) {
                return Ok(r);
            }
        }
        if let Some(f) = ta.slots().compare {
            let r = f(self, a, b, op)?;
            if !singletons::is_not_implemented(r) {
                return Ok(r);
            }
        }
        if let Some(f) = fb
            && !reflected
        {
            let r = f(self, b, a, op.swapped())?;
            if !singletons::is_not_implemented(r) {
                return Ok(r);
            }
        }
        match op {
            CompareOp::Eq => Ok(Value::from_bool(is_identical(a, b))),
            CompareOp::Ne => Ok(Value::from_bool(!is_identical(a, b))),
            _ => Err(self.type_error(format_args!(
                "'{}' not supported between instances of '{}' and '{}'",
                op.symbol(),
                class_name(a),
                class_name(b)
            ))),
        }
    }

    /// `bool(a op b)`
    pub fn compare_bool(&mut self, a: Value, b: Value, op: CompareOp) -> PyResult<bool> {
        let r = self.compare(a, b, op)?;
        self.truthy(r)
    }

    /// Equality as containers see it: identical values are equal.
    #[inline]
    pub fn eq(&mut self, a: Value, b: Value) -> PyResult<bool> {
        if is_identical(a, b) {
            return Ok(true);
        }
        if Value::both_small_int(a, b) {
            return Ok(false);
        }
        self.compare_bool(a, b, CompareOp::Eq)
    }
}

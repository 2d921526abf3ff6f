//! `bool`: two immediate values.

use super::arith;
use crate::exceptions;
use crate::shape::core;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};

/// Returns True when the argument is true, False otherwise.
/// The builtins True and False are the only two instances of the class bool.
/// The class bool is a subclass of the class int, and cannot be subclassed.
#[pytype(name = "bool", shape = core::BOOL, base = &super::DEF, flags(MATCH_SELF), no_create)]
pub struct Bool {}

#[pymethods]
impl Bool {
    #[slot(new, sig = "(object=False, /)")]
    fn new_object(_cls: Gc<Type>, vm: &mut Vm, object: Option<Value>) -> PyResult<bool> {
        match object {
            Some(v) => vm.truthy(v),
            None => Ok(false),
        }
    }

    #[slot(repr)]
    fn repr(this: Value, vm: &mut Vm) -> PyResult<Value> {
        let name = if this.is_true() { "True" } else { "False" };
        Ok(vm.intern(name)?.into())
    }

    #[slot(and)]
    fn and(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        match (a.as_bool(), b.as_bool()) {
            (Some(a), Some(b)) => Ok((a & b).into()),
            _ => arith::bit_and(vm, a, b),
        }
    }

    #[slot(or)]
    fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        match (a.as_bool(), b.as_bool()) {
            (Some(a), Some(b)) => Ok((a | b).into()),
            _ => arith::bit_or(vm, a, b),
        }
    }

    #[slot(xor)]
    fn xor(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        match (a.as_bool(), b.as_bool()) {
            (Some(a), Some(b)) => Ok((a ^ b).into()),
            _ => arith::bit_xor(vm, a, b),
        }
    }

    #[slot(invert)]
    fn invert(this: Value, vm: &mut Vm) -> PyResult<Value> {
        vm.warn(
            &exceptions::DEPRECATION_WARNING,
            format_args!(
                "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise \
                 inversion of the underlying int object and is usually not what you expect from negating a bool. Use the \
                 'not' operator for boolean negation or ~int(x) for the bitwise inversion of the underlying int."
            ),
            1,
        )?;
        arith::invert(vm, this)
    }
}

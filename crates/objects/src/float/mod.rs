//! `float`: the heap form of floats without an immediate one, and what all floats can do.
//!
//! Invariant: an exact float that has an immediate form is immediate.

mod arith;
mod construct;
mod methods;

pub use arith::{order, power};
pub use construct::from_text;

use crate::shape::core;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pytype;

/// A float in memory.
#[pytype(
    name = "float",
    shape = core::FLOAT,
    flags(BASETYPE, MATCH_SELF),
    extra("arith", "construct"),
    signature = "(x=0, /)",
    doc = "Convert a string or number to a floating-point number, if possible."
)]
pub struct Float {
    /// Its value.
    pub value: f64,
}

/// The float `f`.
#[inline]
pub fn from_f64(vm: &mut Vm, f: f64) -> PyResult<Value> {
    match Value::small_float(f) {
        Some(v) => Ok(v),
        None => Ok(Float::create(vm, f)?.into()),
    }
}

/// An instance of `cls`, a subclass of `float`.
pub fn new_as(vm: &mut Vm, cls: Gc<Type>, f: f64) -> PyResult<Gc<Float>> {
    Float::create_as(vm, cls, f)
}

/// The value of a float or an instance of a subclass.
#[inline]
pub fn value(v: Value) -> Option<f64> {
    match v.as_small_float() {
        Some(f) => Some(f),
        None => v.cast::<Float>().map(|f| f.value),
    }
}

/// Whether `v` is a float of exactly that type.
#[inline]
pub fn is_exact(v: Value) -> bool {
    v.is_small_float() || v.exact::<Float>().is_some()
}

/// The warning about `__float__` of `v` having returned an instance of a subclass of float.
pub fn warn_subclass_result(vm: &mut Vm, v: Value, result: Value) -> PyResult<()> {
    vm.warn(
        &crate::exceptions::DEPRECATION_WARNING,
        format_args!(
            "{}.__float__() must return a float, not {}.  The ability to return an instance of a strict subclass of float \
             is deprecated, and may not be supported in a future version of Python.",
            class_name(v),
            class_name(result)
        ),
        1,
    )
}

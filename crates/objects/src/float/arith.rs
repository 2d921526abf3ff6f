//! Operators of `float`. An int on the other side becomes a float first, except in comparisons, which are exact.

use super::{Float, from_f64, value};
use crate::complex;
use crate::exceptions;
use crate::int;
use crate::singletons::not_implemented;
use crate::slots::CompareOp;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use macros::pymethods;
use prim::float::{self, PowError};
use prim::hash;
use std::cmp::Ordering;

/// A float or int as a float; `None` for anything else.
fn operand(vm: &mut Vm, v: Value) -> PyResult<Option<f64>> {
    if let Some(f) = value(v) {
        return Ok(Some(f));
    }
    if int::View::try_of(v).is_some() {
        return int::to_f64(vm, v).map(Some);
    }
    Ok(None)
}

/// An operation on two floats.
#[inline(always)]
fn binary(
    vm: &mut Vm,
    a: Value,
    b: Value,
    f: impl FnOnce(&mut Vm, f64, f64) -> PyResult<Value>,
) -> PyResult<Value> {
    let (Some(x), Some(y)) = (operand(vm, a)?, operand(vm, b)?) else {
        return Ok(not_implemented());
    };
    f(vm, x, y)
}

#[cold]
fn division_by_zero(vm: &mut Vm) -> Raised {
    vm.raise(&exceptions::ZERO_DIVISION_ERROR, format_args!("division by zero"))
}

/// `x ** y`
pub fn power(vm: &mut Vm, x: f64, y: f64) -> PyResult<Value> {
    match float::pow(x, y) {
        Ok(power) => from_f64(vm, power),
        Err(PowError::ZeroToNegative) => {
            Err(vm
                .raise(&exceptions::ZERO_DIVISION_ERROR, format_args!("zero to a negative power")))
        }
        Err(PowError::Complex) => complex::power(vm, (x, 0.0), (y, 0.0)),
        Err(PowError::Overflow) => Err(range_error(vm)),
    }
}

/// OverflowError as from a function of C's mathematical library that set `errno`.
#[cold]
pub(crate) fn range_error(vm: &mut Vm) -> Raised {
    const ERANGE: i32 = 34;
    match crate::str::Str::new(vm, "Numerical result out of range") {
        Ok(text) => {
            vm.raise_with(&exceptions::OVERFLOW_ERROR, &[Value::int32(ERANGE), text.into()])
        }
        Err(raised) => raised,
    }
}

/// Compares two numbers, one of which is a float: outer `None` if the other one is no number, inner one for NaN.
pub fn order(a: Value, b: Value) -> Option<Option<Ordering>> {
    match (value(a), value(b)) {
        (Some(x), Some(y)) => Some(x.partial_cmp(&y)),
        (Some(x), None) => Some(int::View::try_of(b)?.as_ref().cmp_f64(x).map(Ordering::reverse)),
        (None, Some(y)) => Some(int::View::try_of(a)?.as_ref().cmp_f64(y)),
        (None, None) => None,
    }
}

#[pymethods(extra = "arith")]
impl Float {
    #[slot(add)]
    fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        binary(vm, a, b, |vm, x, y| from_f64(vm, x + y))
    }

    #[slot(sub)]
    fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        binary(vm, a, b, |vm, x, y| from_f64(vm, x - y))
    }

    #[slot(mul)]
    fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        binary(vm, a, b, |vm, x, y| from_f64(vm, x * y))
    }

    #[slot(truediv)]
    fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        binary(
            vm,
            a,
            b,
            |vm, x, y| if y == 0.0 { Err(division_by_zero(vm)) } else { from_f64(vm, x / y) },
        )
    }

    #[slot(floordiv)]
    fn floordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        binary(vm, a, b, |vm, x, y| match y == 0.0 {
            true => Err(division_by_zero(vm)),
            false => from_f64(vm, float::floor_div(x, y)),
        })
    }

    #[slot(mod_)]
    fn modulo(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        binary(vm, a, b, |vm, x, y| match y == 0.0 {
            true => Err(division_by_zero(vm)),
            false => from_f64(vm, float::modulo(x, y)),
        })
    }

    #[slot(divmod)]
    fn divmod(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        binary(vm, a, b, |vm, x, y| {
            if y == 0.0 {
                return Err(division_by_zero(vm));
            }
            let (quotient, remainder) = float::divmod(x, y);
            let pair = [from_f64(vm, quotient)?, from_f64(vm, remainder)?];
            Ok(Tuple::from_slice(vm, &pair)?.into())
        })
    }

    #[slot(pow)]
    fn pow(vm: &mut Vm, a: Value, b: Value, m: Value) -> PyResult<Value> {
        if !m.is_none() && !m.is_undef() {
            return Err(vm.type_error(format_args!(
                "pow() 3rd argument not allowed unless all arguments are integers"
            )));
        }
        binary(vm, a, b, power)
    }

    #[slot(neg)]
    fn neg(this: Value, vm: &mut Vm) -> PyResult<Value> {
        from_f64(vm, -value(this).unwrap_or(f64::NAN))
    }

    #[slot(pos)]
    fn pos(this: Value, vm: &mut Vm) -> PyResult<Value> {
        from_f64(vm, value(this).unwrap_or(f64::NAN))
    }

    #[slot(abs)]
    fn abs(this: Value, vm: &mut Vm) -> PyResult<Value> {
        from_f64(vm, value(this).unwrap_or(f64::NAN).abs())
    }

    #[slot(bool)]
    fn bool(this: Value) -> bool {
        value(this) != Some(0.0)
    }

    #[slot(int)]
    fn int(this: Value, vm: &mut Vm) -> PyResult<Value> {
        int::from_f64(vm, value(this).unwrap_or(f64::NAN))
    }

    #[slot(float)]
    fn float(this: Value, vm: &mut Vm) -> PyResult<Value> {
        from_f64(vm, value(this).unwrap_or(f64::NAN))
    }

    #[slot(hash)]
    fn hash(this: Value) -> i64 {
        let address =
            |this: Value| this.header().map_or(0, |header: Gc<heap::Header>| header.addr());
        value(this).and_then(hash::float).unwrap_or_else(|| hash::address(address(this)))
    }

    #[slot(compare)]
    fn compare(this: Value, other: Value, op: CompareOp) -> Value {
        match order(this, other) {
            None => not_implemented(),
            Some(Some(order)) => op.holds(order).into(),
            // NaN is unequal to everything and in no order with it.
            Some(None) => (op == CompareOp::Ne).into(),
        }
    }
}

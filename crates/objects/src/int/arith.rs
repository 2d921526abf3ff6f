//! Operators of `int`, on machine words where the operands fit, else through `prim::bigint`.
//!
//! The functions take any values and answer NotImplemented unless both are ints, as slots do; the interpreter's slow paths
//! call them too.

use super::construct::raise;
use super::{Int, View, from_bigint, from_i64, from_i128, to_i64};
use crate::exceptions;
use crate::float;
use crate::singletons::not_implemented;
use crate::slots::CompareOp;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use macros::pymethods;
use prim::bigint::{BigInt, IntError, IntRef, IntResult};
use std::cmp::Ordering;

/// Both operands as machine words.
#[inline(always)]
fn words(a: Value, b: Value) -> Option<(i64, i64)> {
    Some((to_i64(a)?, to_i64(b)?))
}

/// An operation on operands of any size.
#[inline(never)]
fn big(
    vm: &mut Vm,
    a: Value,
    b: Value,
    f: impl FnOnce(IntRef<'_>, IntRef<'_>) -> IntResult,
) -> PyResult<Value> {
    let (Some(a), Some(b)) = (View::try_of(a), View::try_of(b)) else {
        return Ok(not_implemented());
    };
    match f(a.as_ref(), b.as_ref()) {
        Ok(result) => from_bigint(vm, &result),
        Err(error) => Err(raise(vm, error)),
    }
}

#[cold]
fn division_by_zero(vm: &mut Vm) -> Raised {
    raise(vm, IntError::DivisionByZero)
}

/// `a + b`
pub fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    match words(a, b) {
        Some((x, y)) => from_i128(vm, i128::from(x) + i128::from(y)),
        None => big(vm, a, b, |x, y| x.add(y)),
    }
}

/// `a - b`
pub fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    match words(a, b) {
        Some((x, y)) => from_i128(vm, i128::from(x) - i128::from(y)),
        None => big(vm, a, b, |x, y| x.sub(y)),
    }
}

/// `a * b`
pub fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    match words(a, b) {
        Some((x, y)) => from_i128(vm, i128::from(x) * i128::from(y)),
        None => big(vm, a, b, |x, y| x.mul(y)),
    }
}

/// Quotient rounded down and remainder with the sign of the divisor, which isn't 0.
fn divmod_words(x: i64, y: i64) -> (i128, i64) {
    let (quotient, remainder) = (i128::from(x) / i128::from(y), i128::from(x) % i128::from(y));
    // The remainder is smaller than the divisor.
    match remainder != 0 && (x < 0) != (y < 0) {
        true => (quotient - 1, remainder as i64 + y),
        false => (quotient, remainder as i64),
    }
}

/// `a // b`
pub fn floordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    match words(a, b) {
        Some((_, 0)) => Err(division_by_zero(vm)),
        Some((x, y)) => from_i128(vm, divmod_words(x, y).0),
        None => big(vm, a, b, |x, y| x.floor_div(y)),
    }
}

/// `a % b`
pub fn modulo(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    match words(a, b) {
        Some((_, 0)) => Err(division_by_zero(vm)),
        Some((x, y)) => from_i64(vm, divmod_words(x, y).1),
        None => big(vm, a, b, |x, y| x.modulo(y)),
    }
}

/// `divmod(a, b)`
pub fn divmod(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let pair = match words(a, b) {
        Some((_, 0)) => return Err(division_by_zero(vm)),
        Some((x, y)) => {
            let (quotient, remainder) = divmod_words(x, y);
            [from_i128(vm, quotient)?, from_i64(vm, remainder)?]
        }
        None => {
            let (Some(a), Some(b)) = (View::try_of(a), View::try_of(b)) else {
                return Ok(not_implemented());
            };
            match a.as_ref().divmod(b.as_ref()) {
                Ok((quotient, remainder)) => {
                    [from_bigint(vm, &quotient)?, from_bigint(vm, &remainder)?]
                }
                Err(error) => return Err(raise(vm, error)),
            }
        }
    };
    Ok(Tuple::from_slice(vm, &pair)?.into())
}

/// `a / b`
pub fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    /// Ints up to here are floats without rounding, so their quotient is rounded once.
    const EXACT: u64 = 1 << f64::MANTISSA_DIGITS;
    if let Some((x, y)) = words(a, b)
        && y != 0
        && x.unsigned_abs() <= EXACT
        && y.unsigned_abs() <= EXACT
    {
        return float::from_f64(vm, x as f64 / y as f64);
    }
    let (Some(a), Some(b)) = (View::try_of(a), View::try_of(b)) else {
        return Ok(not_implemented());
    };
    match a.as_ref().true_div(b.as_ref()) {
        Ok(quotient) => float::from_f64(vm, quotient),
        Err(IntError::TooLarge) => {
            Err(vm.overflow_error(format_args!("integer division result too large for a float")))
        }
        Err(error) => Err(raise(vm, error)),
    }
}

/// `pow(a, b, m)`; `m` is None for the operator.
pub fn pow(vm: &mut Vm, a: Value, b: Value, m: Value) -> PyResult<Value> {
    let (Some(base), Some(exponent)) = (View::try_of(a), View::try_of(b)) else {
        return Ok(not_implemented());
    };
    let result = if m.is_none() {
        if exponent.as_ref().is_negative() {
            return negative_power(vm, a, b);
        }
        if let (Some(x), Some(y)) = (to_i64(a), to_i64(b).and_then(|y| u32::try_from(y).ok()))
            && let Some(power) = x.checked_pow(y)
        {
            return from_i64(vm, power);
        }
        base.as_ref().pow(exponent.as_ref())
    } else {
        let Some(modulus) = View::try_of(m) else { return Ok(not_implemented()) };
        if modulus.as_ref().is_zero() {
            return Err(vm.value_error(format_args!("pow() 3rd argument cannot be 0")));
        }
        base.as_ref().mod_pow(exponent.as_ref(), modulus.as_ref())
    };
    match result {
        Ok(power) => from_bigint(vm, &power),
        Err(error) => Err(raise(vm, error)),
    }
}

/// A power with a negative exponent is one of floats.
fn negative_power(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let (x, y) = (super::to_f64(vm, a)?, super::to_f64(vm, b)?);
    float::power(vm, x, y)
}

/// `a << b`
pub fn lshift(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    if let Some((x, count @ 0..64)) = words(a, b) {
        return from_i128(vm, i128::from(x) << count);
    }
    big(vm, a, b, |x, y| x.shl_int(y))
}

/// `a >> b`
pub fn rshift(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    match words(a, b) {
        Some((x, count @ 0..64)) => from_i64(vm, x >> count),
        _ => big(vm, a, b, |x, y| x.shr_int(y)),
    }
}

/// `a & b`
pub fn bit_and(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    match words(a, b) {
        Some((x, y)) => from_i64(vm, x & y),
        None => big(vm, a, b, |x, y| x.bit_and(y)),
    }
}

/// `a | b`
pub fn bit_or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    match words(a, b) {
        Some((x, y)) => from_i64(vm, x | y),
        None => big(vm, a, b, |x, y| x.bit_or(y)),
    }
}

/// `a ^ b`
pub fn bit_xor(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    match words(a, b) {
        Some((x, y)) => from_i64(vm, x ^ y),
        None => big(vm, a, b, |x, y| x.bit_xor(y)),
    }
}

/// `-a`
pub fn neg(vm: &mut Vm, a: Value) -> PyResult<Value> {
    match to_i64(a) {
        Some(i) => from_i128(vm, -i128::from(i)),
        None => {
            let view = View::of(a);
            let negated = view.as_ref().neg();
            super::from_limbs(vm, negated.limbs(), negated.is_negative())
        }
    }
}

/// `~a`
pub fn invert(vm: &mut Vm, a: Value) -> PyResult<Value> {
    match to_i64(a) {
        Some(i) => from_i64(vm, !i),
        None => match View::of(a).as_ref().invert() {
            Ok(inverted) => from_bigint(vm, &inverted),
            Err(error) => Err(raise(vm, error)),
        },
    }
}

/// Compares two ints (bools and instances of subclasses among them); `None` if one is something else.
#[inline]
pub fn order(a: Value, b: Value) -> Option<Ordering> {
    match words(a, b) {
        Some((x, y)) => Some(x.cmp(&y)),
        None => Some(View::try_of(a)?.as_ref().cmp(&View::try_of(b)?.as_ref())),
    }
}

/// `a op b`
pub fn compare(a: Value, b: Value, op: CompareOp) -> Value {
    match order(a, b) {
        Some(order) => op.holds(order).into(),
        None => not_implemented(),
    }
}

#[pymethods(extra = "arith")]
impl Int {
    #[slot(add)]
    fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        add(vm, a, b)
    }
    #[slot(sub)]
    fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        sub(vm, a, b)
    }
    #[slot(mul)]
    fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        mul(vm, a, b)
    }
    #[slot(floordiv)]
    fn floordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        floordiv(vm, a, b)
    }
    #[slot(mod_)]
    fn modulo(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        modulo(vm, a, b)
    }
    #[slot(divmod)]
    fn divmod(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        divmod(vm, a, b)
    }
    #[slot(truediv)]
    fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        truediv(vm, a, b)
    }
    #[slot(pow)]
    fn pow(vm: &mut Vm, a: Value, b: Value, m: Value) -> PyResult<Value> {
        pow(vm, a, b, m.defined().unwrap_or(Value::NONE))
    }
    #[slot(lshift)]
    fn lshift(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        lshift(vm, a, b)
    }
    #[slot(rshift)]
    fn rshift(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        rshift(vm, a, b)
    }
    #[slot(and)]
    fn and(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        bit_and(vm, a, b)
    }
    #[slot(or)]
    fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        bit_or(vm, a, b)
    }
    #[slot(xor)]
    fn xor(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        bit_xor(vm, a, b)
    }
    #[slot(neg)]
    fn neg(this: Value, vm: &mut Vm) -> PyResult<Value> {
        neg(vm, this)
    }
    #[slot(pos)]
    fn pos(this: Value, vm: &mut Vm) -> PyResult<Value> {
        super::value_of(vm, this)
    }
    #[slot(abs)]
    fn abs(this: Value, vm: &mut Vm) -> PyResult<Value> {
        if super::is_negative(this) { neg(vm, this) } else { super::value_of(vm, this) }
    }
    #[slot(invert)]
    fn invert(this: Value, vm: &mut Vm) -> PyResult<Value> {
        invert(vm, this)
    }
    #[slot(bool)]
    fn bool(this: Value) -> bool {
        to_i64(this) != Some(0)
    }
    #[slot(compare)]
    fn compare(this: Value, other: Value, op: CompareOp) -> Value {
        compare(this, other, op)
    }
    #[slot(hash)]
    fn hash(this: Value) -> i64 {
        super::hash_of_int(this).unwrap_or(0)
    }
    #[slot(int)]
    fn int(this: Value, vm: &mut Vm) -> PyResult<Value> {
        super::value_of(vm, this)
    }
    #[slot(index)]
    fn index(this: Value, vm: &mut Vm) -> PyResult<Value> {
        super::value_of(vm, this)
    }
    #[slot(float)]
    fn float(this: Value, vm: &mut Vm) -> PyResult<Value> {
        let f = super::to_f64(vm, this)?;
        float::from_f64(vm, f)
    }
}

/// Ten to the power of `digits`.
pub(super) fn power_of_ten(vm: &mut Vm, digits: u64) -> PyResult<BigInt> {
    let (ten, digits) = (BigInt::from(10u64), BigInt::from(digits));
    match ten.as_ref().pow(digits.as_ref()) {
        Ok(power) => Ok(power),
        Err(_) => Err(vm.raise(&exceptions::MEMORY_ERROR, format_args!(""))),
    }
}

//! Arithmetic on constants, as Python does it, for folding. Nothing is folded that would raise, would call code that
//! a program may see (inverting a `bool` warns), or whose result is large beyond CPython's limits.

mod complex;
mod sequence;

use code::{Const, Op, oparg::BinaryOperator};
use prim::bigint::{BigInt, IntRef};
use prim::float;

use complex::Complex;

/// The most bits of a product, power or left shift.
const MAX_INT_SIZE: u64 = 128;

/// A number in the type that arithmetic on it happens in.
enum Number {
    Int(BigInt),
    Float(f64),
    Complex(Complex),
}

/// The value of an `int` or `bool` constant.
fn int_of(value: &Const) -> Option<BigInt> {
    match value {
        Const::True => Some(BigInt::from(1i64)),
        Const::False => Some(BigInt::from(0i64)),
        Const::Int(value) => Some(BigInt::from(*value)),
        Const::BigInt(value) => BigInt::from_limbs(&value.limbs, value.negative).ok(),
        _ => None,
    }
}

fn number_of(value: &Const) -> Option<Number> {
    match value {
        Const::Float(value) => Some(Number::Float(*value)),
        Const::Complex(re, im) => Some(Number::Complex(Complex { re: *re, im: *im })),
        _ => int_of(value).map(Number::Int),
    }
}

fn int_const(value: &BigInt) -> Const {
    Const::from_limbs(value.is_negative(), value.limbs())
}

fn complex_const(value: Complex) -> Const {
    Const::Complex(value.re, value.im)
}

impl Number {
    /// As a real number; `None` for a complex one and for an int too large.
    fn to_f64(&self) -> Option<f64> {
        match self {
            Number::Int(value) => value.as_ref().to_f64().ok(),
            Number::Float(value) => Some(*value),
            Number::Complex(_) => None,
        }
    }
}

/// Python's truth of a constant.
pub(super) fn is_true(value: &Const) -> bool {
    match value {
        Const::None | Const::False => false,
        Const::True | Const::Ellipsis | Const::BigInt(_) | Const::Slice(_) | Const::Code(_) => true,
        Const::Int(value) => *value != 0,
        Const::Float(value) => *value != 0.0,
        Const::Complex(re, im) => *re != 0.0 || *im != 0.0,
        Const::Str(text) => !text.as_bytes().is_empty(),
        Const::Bytes(bytes) => !bytes.is_empty(),
        Const::Tuple(items) | Const::FrozenSet(items) => !items.is_empty(),
    }
}

/// `left op right`, unless it must be left to run time.
pub(super) fn binary(left: &Const, op: BinaryOperator, right: &Const) -> Option<Const> {
    use BinaryOperator as B;
    if op == B::Subscr {
        return sequence::subscript(left, right);
    }
    match op {
        B::Add => {
            if let Some(joined) = sequence::concat(left, right) {
                return Some(joined);
            }
        }
        B::Multiply => {
            if let Some(count) = int_of(left) {
                if sequence::is_sequence(right) {
                    return sequence::repeat(right, &count);
                }
            } else if sequence::is_sequence(left) {
                return sequence::repeat(left, &int_of(right)?);
            }
        }
        B::And | B::Or | B::Xor => {
            if let (Some(a), Some(b)) = (bool_of(left), bool_of(right)) {
                return Some(Const::bool(match op {
                    B::And => a & b,
                    B::Or => a | b,
                    _ => a ^ b,
                }));
            }
        }
        _ => {}
    }
    match (number_of(left)?, number_of(right)?) {
        (Number::Int(a), Number::Int(b)) => binary_int(a.as_ref(), op, b.as_ref()),
        (a @ Number::Complex(_), b) | (a, b @ Number::Complex(_)) => {
            complex::binary(&a, op, &b).map(complex_const)
        }
        (a, b) => binary_float(a.to_f64()?, op, b.to_f64()?),
    }
}

fn bool_of(value: &Const) -> Option<bool> {
    match value {
        Const::True => Some(true),
        Const::False => Some(false),
        _ => None,
    }
}

fn binary_int(a: IntRef<'_>, op: BinaryOperator, b: IntRef<'_>) -> Option<Const> {
    use BinaryOperator as B;
    let result = match op {
        B::Add => a.add(b),
        B::Subtract => a.sub(b),
        B::Multiply => {
            if !a.is_zero() && !b.is_zero() && a.bit_length() + b.bit_length() > MAX_INT_SIZE {
                return None;
            }
            a.mul(b)
        }
        B::FloorDivide => a.floor_div(b),
        B::Remainder => a.modulo(b),
        B::TrueDivide => return a.true_div(b).ok().map(Const::Float),
        B::Power => return power_int(a, b),
        B::Lshift => {
            let fits = |count| count <= MAX_INT_SIZE && a.bit_length() <= MAX_INT_SIZE - count;
            if !a.is_zero() && !b.is_zero() && !b.to_u64().is_some_and(fits) {
                return None;
            }
            a.shl_int(b)
        }
        B::Rshift => a.shr_int(b),
        B::And => a.bit_and(b),
        B::Or => a.bit_or(b),
        B::Xor => a.bit_xor(b),
        _ => return None,
    };
    result.ok().map(|value| int_const(&value))
}

fn power_int(a: IntRef<'_>, b: IntRef<'_>) -> Option<Const> {
    if b.is_negative() {
        return binary_float(a.to_f64().ok()?, BinaryOperator::Power, b.to_f64().ok()?);
    }
    if !a.is_zero() && !b.is_zero() && a.bit_length() > MAX_INT_SIZE / b.to_u64()? {
        return None;
    }
    a.pow(b).ok().map(|value| int_const(&value))
}

fn binary_float(a: f64, op: BinaryOperator, b: f64) -> Option<Const> {
    use BinaryOperator as B;
    let value = match op {
        B::Add => a + b,
        B::Subtract => a - b,
        B::Multiply => a * b,
        B::TrueDivide if b != 0.0 => a / b,
        B::FloorDivide if b != 0.0 => float::floor_div(a, b),
        B::Remainder if b != 0.0 => float::modulo(a, b),
        B::Power => match float::pow(a, b) {
            Ok(value) => value,
            Err(float::PowError::Complex) => {
                return Complex { re: a, im: 0.0 }
                    .pow(Complex { re: b, im: 0.0 })
                    .map(complex_const);
            }
            Err(_) => return None,
        },
        _ => return None,
    };
    Some(Const::Float(value))
}

/// A unary operation (or `CALL_INTRINSIC_1` for `+`), unless it must be left to run time.
pub(super) fn unary(op: Op, value: &Const) -> Option<Const> {
    if op == Op::UnaryNot {
        return Some(Const::bool(!is_true(value)));
    }
    // The warning about inverting a bool is for run time.
    if op == Op::UnaryInvert && bool_of(value).is_some() {
        return None;
    }
    Some(match (op, number_of(value)?) {
        (Op::UnaryNegative, Number::Int(value)) => int_const(&value.neg()),
        (Op::UnaryNegative, Number::Float(value)) => Const::Float(-value),
        (Op::UnaryNegative, Number::Complex(value)) => Const::Complex(-value.re, -value.im),
        (Op::UnaryInvert, Number::Int(value)) => int_const(&value.as_ref().invert().ok()?),
        (Op::CallIntrinsic1, Number::Int(value)) => int_const(&value),
        (Op::CallIntrinsic1, Number::Float(value)) => Const::Float(value),
        (Op::CallIntrinsic1, Number::Complex(value)) => complex_const(value),
        _ => return None,
    })
}

/// A frozenset of the items: of those that are equal in Python's sense the first stays.
pub(super) fn frozenset(items: &[Const]) -> Const {
    let mut kept: Vec<Const> = Vec::with_capacity(items.len());
    for item in items {
        if !kept.iter().any(|other| equal(item, other)) {
            kept.push(item.clone());
        }
    }
    Const::FrozenSet(kept.into())
}

/// Python's `==`, by which `1`, `1.0` and `True` are equal.
fn equal(a: &Const, b: &Const) -> bool {
    match (a, b) {
        (Const::Tuple(a), Const::Tuple(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b))
        }
        _ => match (number_of(a), number_of(b)) {
            (Some(a), Some(b)) => equal_numbers(&a, &b),
            _ => a == b,
        },
    }
}

fn equal_numbers(a: &Number, b: &Number) -> bool {
    use std::cmp::Ordering;
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => a == b,
        (Number::Int(int), Number::Float(float)) | (Number::Float(float), Number::Int(int)) => {
            int.as_ref().cmp_f64(*float) == Some(Ordering::Equal)
        }
        (Number::Float(a), Number::Float(b)) => a == b,
        (Number::Complex(a), Number::Complex(b)) => a.re == b.re && a.im == b.im,
        (Number::Complex(z), other) | (other, Number::Complex(z)) => {
            z.im == 0.0 && equal_numbers(&Number::Float(z.re), other)
        }
    }
}

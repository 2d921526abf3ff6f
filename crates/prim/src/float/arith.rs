//! Float operations whose Python meaning is not that of the machine instruction.

use super::digits::{Form, Layout, power_of_ten, push_float, scaled_units};
use crate::bigint::{BigInt, IntRef, IntResult};

/// `divmod(a, b)` for `b != 0`: the quotient is rounded down, the remainder has the sign of `b`.
pub fn divmod(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    // Exact up to rounding of the division, since `a − rest` is a multiple of `b`.
    let mut quotient = (a - rest) / b;
    if rest != 0.0 {
        if (b < 0.0) != (rest < 0.0) {
            rest += b;
            quotient -= 1.0;
        }
    } else {
        rest = 0f64.copysign(b);
    }
    if quotient == 0.0 {
        return (0f64.copysign(a / b), rest);
    }
    let floor = quotient.floor();
    (if quotient - floor > 0.5 { floor + 1.0 } else { floor }, rest)
}

/// `a // b` for `b != 0`.
pub fn floor_div(a: f64, b: f64) -> f64 {
    divmod(a, b).0
}

/// `a % b` for `b != 0`.
pub fn modulo(a: f64, b: f64) -> f64 {
    divmod(a, b).1
}

/// Why a power of floats is no float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowError {
    /// Zero to a negative power (ZeroDivisionError).
    ZeroToNegative,
    /// A negative base and a fraction as exponent: the result is complex.
    Complex,
    /// The result is too large (OverflowError).
    Overflow,
}

/// `x ** y`.
pub fn pow(x: f64, y: f64) -> Result<f64, PowError> {
    if x.is_finite() && y.is_finite() {
        if x == 0.0 && y < 0.0 {
            return Err(PowError::ZeroToNegative);
        }
        if x < 0.0 && y != y.floor() {
            return Err(PowError::Complex);
        }
        let power = x.powf(y);
        return if power.is_infinite() { Err(PowError::Overflow) } else { Ok(power) };
    }
    // C99's special values are Python's.
    Ok(x.powf(y))
}

/// The rounded value is too large for a float (OverflowError).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RoundError;

/// `round(value, digits)`: to the nearest multiple of 10^−digits, exact ties to the even one.
pub fn round(value: f64, digits: i64) -> Result<f64, RoundError> {
    // Beyond these bounds there is nothing to round, or nothing left.
    if !value.is_finite() || value == 0.0 || digits > 323 {
        return Ok(value);
    }
    if digits < -308 {
        return Ok(0.0 * value);
    }
    if let Some(rounded) = round_fast(value, digits) {
        return Ok(rounded);
    }
    let mut text = Vec::new();
    let layout = match usize::try_from(digits) {
        Ok(digits) => Layout::new(Form::Fixed, digits),
        // All digits of the number are exact in this layout; they are rounded below.
        Err(_) => Layout::new(Form::Exponent, 766),
    };
    push_float(&mut text, value, &layout).map_err(|_| RoundError)?;
    if digits < 0 {
        text = round_whole(&text, digits.unsigned_abs());
    }
    let rounded: f64 =
        std::str::from_utf8(&text).ok().and_then(|text| text.parse().ok()).ok_or(RoundError)?;
    if rounded.is_infinite() { Err(RoundError) } else { Ok(rounded) }
}

/// The same where an integer number of units is certain: its quotient by an exact power of ten is correctly rounded.
fn round_fast(value: f64, digits: i64) -> Option<f64> {
    let digits = usize::try_from(digits).ok()?;
    let units = scaled_units(value.abs(), digits)?;
    Some((units as f64 / power_of_ten(digits)?).copysign(value))
}

/// Rounds `d.ddd…e±xx` to a multiple of 10^places.
fn round_whole(text: &[u8], places: u64) -> Vec<u8> {
    let (sign, text) = match text {
        [b'-', rest @ ..] => (&b"-"[..], rest),
        _ => (&b""[..], text),
    };
    let mut parts = text.split(|&byte| byte == b'e');
    let digits: Vec<u8> =
        parts.next().unwrap_or_default().iter().copied().filter(u8::is_ascii_digit).collect();
    let exponent = parts
        .next()
        .and_then(|part| std::str::from_utf8(part).ok())
        .and_then(|part| part.parse::<i64>().ok());
    // Digits that stay; a negative number means that even half a unit is more than the value.
    let kept = exponent.unwrap_or(0) + 1 - places as i64;
    let mut out = sign.to_vec();
    let Ok(kept) = usize::try_from(kept) else {
        out.push(b'0');
        return out;
    };
    let (head, tail) = digits.split_at(kept.min(digits.len()));
    let odd = head.last().is_some_and(|digit| digit & 1 == 1);
    let up = match tail {
        [b'6'..=b'9', ..] => true,
        [b'5', rest @ ..] => odd || rest.iter().any(|&digit| digit != b'0'),
        _ => false,
    };
    let mut head = head.to_vec();
    if up {
        match head.iter().rposition(|&digit| digit != b'9') {
            Some(i) => {
                head.iter_mut().skip(i + 1).for_each(|digit| *digit = b'0');
                head.iter_mut().skip(i).take(1).for_each(|digit| *digit += 1);
            }
            None => {
                head.fill(b'0');
                head.insert(0, b'1');
            }
        }
    }
    if head.is_empty() {
        head.push(b'0');
    }
    out.extend_from_slice(&head);
    out.extend_from_slice(format!("e{places}").as_bytes());
    out
}

/// `value.as_integer_ratio()`: numerator and positive denominator in lowest terms; `None` for infinities and NaN.
pub fn as_integer_ratio(value: f64) -> Option<IntResult<(BigInt, BigInt)>> {
    if !value.is_finite() {
        return None;
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    let zeros = mantissa.trailing_zeros() % 64;
    let mantissa = [mantissa >> zeros];
    let scale = if value == 0.0 { 0 } else { exponent.max(1) - 1075 + i64::from(zeros) };
    let numerator = IntRef::new(&mantissa, value < 0.0);
    let shift = |int: IntRef<'_>, by: i64| int.shl(by.max(0).unsigned_abs());
    Some(shift(numerator, scale).and_then(|numerator| Ok((numerator, shift(IntRef::ONE, -scale)?))))
}

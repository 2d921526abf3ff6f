//! Between integers and floats: correctly rounded conversions, true division, exact comparison.

use std::cmp::Ordering;

use super::{BigInt, IntError, IntRef, IntResult};

/// The float nearest to `mantissa · 2^exponent`, ties to even; `sticky` says that the true mantissa is a little above.
/// `None` if it is too large for a float.
pub fn ldexp_round(mantissa: u64, sticky: bool, exponent: i64) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let bits = 64 - i64::from(mantissa.leading_zeros());
    // Exponent of the last bit that the result can hold.
    let last = (exponent.saturating_add(bits - 53)).max(-1074);
    let shift = last.saturating_sub(exponent);
    let rounded = match shift {
        ..=0 => {
            // Exact: at most 53 bits, whatever `sticky` says is below half a unit only if nothing was dropped.
            mantissa.checked_shl(u32::try_from(-shift).unwrap_or(u32::MAX)).unwrap_or(0)
        }
        1..=63 => {
            let rest = mantissa & ((1 << shift) - 1);
            let half = 1 << (shift - 1);
            let kept = mantissa >> shift;
            kept + u64::from(rest > half || rest == half && (sticky || kept & 1 == 1))
        }
        64 => u64::from(mantissa > 1 << 63 || mantissa == 1 << 63 && sticky),
        _ => 0,
    };
    // `rounded` is at most 2^53, so each scaling is exact.
    let value = match last {
        ..-1022 => rounded as f64 * f64::MIN_POSITIVE * power_of_two(last + 1022),
        -1022..=971 => rounded as f64 * power_of_two(last),
        _ => f64::INFINITY,
    };
    value.is_finite().then_some(value)
}

/// 2^exponent for the exponent of a normal float.
fn power_of_two(exponent: i64) -> f64 {
    f64::from_bits(((exponent + 1023) as u64) << 52)
}

/// Compares an int with a float; `None` for NaN.
#[inline]
pub fn cmp_i64_f64(int: i64, float: f64) -> Option<Ordering> {
    if int.unsigned_abs() <= 1 << 53 {
        return (int as f64).partial_cmp(&float);
    }
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    match float {
        _ if float.is_nan() => None,
        _ if float >= LIMIT => Some(Ordering::Less),
        _ if float < -LIMIT => Some(Ordering::Greater),
        // Either the float is as large as the int and has no fraction, or its fraction does not matter.
        _ => Some(int.cmp(&(float as i64))),
    }
}

impl IntRef<'_> {
    /// The top 64 bits of the magnitude (all, if fewer), whether lower ones are set, and their scale.
    fn top(self) -> (u64, bool, i64) {
        match *self.limbs {
            [] => (0, false, 0),
            [limb] => (limb, false, 0),
            [ref below @ .., second, first] => {
                let shift = first.leading_zeros();
                let (top, lost) = if shift == 0 {
                    (first, second)
                } else {
                    (first << shift | second >> (64 - shift), second << shift)
                };
                let sticky = lost != 0 || below.iter().any(|&limb| limb != 0);
                (top, sticky, (self.limbs.len() as i64 - 1) * 64 - i64::from(shift))
            }
        }
    }

    fn with_sign(self, magnitude: f64) -> f64 {
        if self.negative { -magnitude } else { magnitude }
    }

    /// `float(self)`, rounded to nearest, ties to even; [`IntError::TooLarge`] if it is out of range.
    pub fn to_f64(self) -> IntResult<f64> {
        let (top, sticky, exponent) = self.top();
        ldexp_round(top, sticky, exponent)
            .map(|magnitude| self.with_sign(magnitude))
            .ok_or(IntError::TooLarge)
    }

    /// A float `m` with 0.5 ≤ |m| < 1 and an exponent `e` so that `m · 2^e` is `self` correctly rounded; zeros for zero.
    pub fn frexp(self) -> (f64, i64) {
        let (top, sticky, exponent) = self.top();
        if top == 0 {
            return (0.0, 0);
        }
        let shift = i64::from(top.leading_zeros());
        // In (0.5, 1]: rounding up may reach 1.
        let mantissa = ldexp_round(top << shift, sticky, -64).unwrap_or(0.0);
        let exponent = exponent + 64 - shift;
        if mantissa == 1.0 {
            (self.with_sign(0.5), exponent + 1)
        } else {
            (self.with_sign(mantissa), exponent)
        }
    }

    /// `self / other`, correctly rounded; [`IntError::TooLarge`] if the quotient is out of range.
    pub fn true_div(self, other: IntRef<'_>) -> IntResult<f64> {
        if other.is_zero() {
            return Err(IntError::DivisionByZero);
        }
        let negative = self.negative != other.negative;
        let signed = |magnitude: f64| if negative { -magnitude } else { magnitude };
        let (a_bits, b_bits) = (self.bit_length() as i64, other.bit_length() as i64);
        if let (&[a], &[b], true) = (self.limbs, other.limbs, a_bits <= 53 && b_bits <= 53) {
            return Ok(signed(a as f64 / b as f64));
        }
        // The quotient lies between 2^(difference − 1) and 2^(difference + 1).
        let difference = a_bits - b_bits;
        if self.is_zero() || difference < -1080 {
            return Ok(signed(0.0));
        }
        if difference > 1025 {
            return Err(IntError::TooLarge);
        }
        // A quotient of 55 to 57 bits leaves at least two to round away.
        let exponent = difference - 56;
        let (a, b) = (self.abs(), other.abs());
        let (quotient, rest) = if exponent < 0 {
            a.shl(exponent.unsigned_abs())?.as_ref().div_rem_truncating(b)?
        } else {
            a.div_rem_truncating(b.shl(exponent.unsigned_abs())?.as_ref())?
        };
        ldexp_round(quotient.as_ref().wrapping_u64(), !rest.as_ref().is_zero(), exponent)
            .map(signed)
            .ok_or(IntError::TooLarge)
    }

    /// Compares with a float, exactly; `None` for NaN.
    pub fn cmp_f64(self, float: f64) -> Option<Ordering> {
        if let Some(int) = self.to_i64() {
            return cmp_i64_f64(int, float);
        }
        if float.is_nan() {
            return None;
        }
        // An int beyond 64 bits and a float of that size: the float has no fraction.
        match BigInt::from_f64(float) {
            Some(truncated) => Some(self.cmp(&truncated.as_ref())),
            None if float > 0.0 => Some(Ordering::Less),
            None => Some(Ordering::Greater),
        }
    }
}

impl BigInt {
    /// `int(float)`: the fraction is dropped; `None` for infinities and NaN.
    pub fn from_f64(float: f64) -> Option<BigInt> {
        if !float.is_finite() {
            return None;
        }
        if float.abs() < 9.2e18 {
            return Some(BigInt::from(float as i64));
        }
        let bits = float.to_bits();
        let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
        let shift = (bits >> 52 & 0x7FF).saturating_sub(1075);
        // At most 1,024 bits: this allocation is as good as infallible, and its failure gives `None`.
        let magnitude = IntRef::new(&[mantissa], false).shl(shift).ok()?;
        Some(BigInt { negative: float < 0.0, ..magnitude })
    }
}

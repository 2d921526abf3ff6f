//! Multiplication and division: schoolbook for few limbs, `dashu-int` beyond.

use dashu_int::ops::DivRem;

use super::{
    BigInt, IntError, IntRef, IntResult, Limbs, copy_limbs, from_ubig, probe, room, to_ubig,
};

/// With this many limbs in the smaller operand, copying to and from `dashu-int` pays.
const MUL_THRESHOLD: usize = 32;
/// The same for the divisor and the quotient.
const DIV_THRESHOLD: usize = 48;

/// `out += a · factor`, `out` being at least as long; gives the limb that is left over after `a`'s length.
fn mul_add(out: &mut [u64], a: &[u64], factor: u64) -> u64 {
    let mut carry = 0u64;
    for (slot, &x) in out.iter_mut().zip(a) {
        let wide = u128::from(x) * u128::from(factor) + u128::from(*slot) + u128::from(carry);
        *slot = wide as u64;
        carry = (wide >> 64) as u64;
    }
    carry
}

/// `out −= a · factor`; gives the limb to be taken off the next one.
fn mul_sub(out: &mut [u64], a: &[u64], factor: u64) -> u64 {
    let mut carry = 0u64;
    for (slot, &x) in out.iter_mut().zip(a) {
        let wide = u128::from(x) * u128::from(factor) + u128::from(carry);
        let (difference, under) = slot.overflowing_sub(wide as u64);
        *slot = difference;
        carry = (wide >> 64) as u64 + u64::from(under);
    }
    carry
}

fn mul_magnitudes(a: &[u64], b: &[u64]) -> IntResult<Limbs> {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    if b.is_empty() {
        return Ok(Limbs::new());
    }
    if b.len() >= MUL_THRESHOLD {
        // The product and as much again for working storage.
        probe(4 * (a.len() as u64 + b.len() as u64))?;
        let left = to_ubig(a);
        // `ptr_eq` on slices compares lengths too: x * x is a squaring.
        let product = if std::ptr::eq(a, b) { left.sqr() } else { left * to_ubig(b) };
        return from_ubig(&product);
    }
    let mut out = room(a.len() + b.len())?;
    out.resize(a.len() + b.len(), 0);
    for (i, &factor) in b.iter().enumerate() {
        let (_, window) = out.split_at_mut(i);
        let carry = mul_add(window, a, factor);
        if let Some(slot) = window.get_mut(a.len()) {
            *slot = carry;
        }
    }
    Ok(out)
}

/// The reciprocal of a normalised limb, for [`div_2by1`]: ⌊(2^128 − 1) / d⌋ − 2^64.
fn reciprocal(d: u64) -> u64 {
    (u128::MAX / u128::from(d)) as u64
}

/// Divides `high·2^64 + low` by `d` where `high < d`, `d` has its top bit set and `v` is its reciprocal
/// (Möller and Granlund, "Improved division by invariant integers").
#[inline]
fn div_2by1(high: u64, low: u64, d: u64, v: u64) -> (u64, u64) {
    let estimate =
        (u128::from(v) * u128::from(high)).wrapping_add(u128::from(high) << 64 | u128::from(low));
    let mut quotient = ((estimate >> 64) as u64).wrapping_add(1);
    let mut rest = low.wrapping_sub(quotient.wrapping_mul(d));
    if rest > estimate as u64 {
        quotient = quotient.wrapping_sub(1);
        rest = rest.wrapping_add(d);
    }
    if rest >= d {
        quotient = quotient.wrapping_add(1);
        rest -= d;
    }
    (quotient, rest)
}

/// A limb (not zero) made ready to divide by.
pub(super) struct LimbDivisor {
    normalised: u64,
    reciprocal: u64,
    shift: u32,
}

impl LimbDivisor {
    pub(super) fn new(divisor: u64) -> LimbDivisor {
        let shift = divisor.leading_zeros();
        let normalised = divisor << shift;
        LimbDivisor { normalised, reciprocal: reciprocal(normalised), shift }
    }

    /// The remainder of a number whose upper limb is below the divisor.
    #[inline]
    pub(super) fn rem(&self, value: u128) -> u64 {
        let value = value << self.shift;
        div_2by1((value >> 64) as u64, value as u64, self.normalised, self.reciprocal).1
            >> self.shift
    }
}

/// Divides limbs in place by one limb (not zero); gives the remainder.
pub(super) fn div_by_limb(limbs: &mut [u64], divisor: u64) -> u64 {
    let shift = divisor.leading_zeros();
    let d = divisor << shift;
    let v = reciprocal(d);
    let carry_down = |limb: u64| if shift == 0 { 0 } else { limb >> (64 - shift) };
    let mut rest = limbs.last().map_or(0, |&top| carry_down(top));
    for i in (0..limbs.len()).rev() {
        let below = if i == 0 { 0 } else { carry_down(limbs[i - 1]) };
        let (quotient, next) = div_2by1(rest, limbs[i] << shift | below, d, v);
        limbs[i] = quotient;
        rest = next;
    }
    rest >> shift
}

/// `limbs · factor + addend` in place; gives the limb that is left over.
pub(super) fn mul_add_limb(limbs: &mut [u64], factor: u64, addend: u64) -> u64 {
    let mut carry = addend;
    for limb in limbs {
        let wide = u128::from(*limb) * u128::from(factor) + u128::from(carry);
        *limb = wide as u64;
        carry = (wide >> 64) as u64;
    }
    carry
}

/// Copies limbs shifted left by less than a limb, with one limb more.
fn shifted_copy(limbs: &[u64], shift: u32) -> IntResult<Limbs> {
    let mut out = room(limbs.len() + 1)?;
    let mut carry = 0;
    for &limb in limbs {
        out.push(limb << shift | carry);
        carry = if shift == 0 { 0 } else { limb >> (64 - shift) };
    }
    out.push(carry);
    Ok(out)
}

/// Quotient and remainder of magnitudes: Knuth's algorithm D. `b` has at least two limbs and `a` at least as many.
fn div_schoolbook(a: &[u64], b: &[u64]) -> IntResult<(Limbs, Limbs)> {
    let n = b.len();
    let shift = b[n - 1].leading_zeros();
    let divisor = shifted_copy(b, shift)?;
    let divisor = &divisor[..n];
    let mut rest = shifted_copy(a, shift)?;
    let (top, second) = (divisor[n - 1], divisor[n - 2]);
    let v = reciprocal(top);
    let len = rest.len() - n;
    let mut quotient = room(len)?;
    quotient.resize(len, 0);
    // Indices stay in range: `rest` has `len + n` limbs and the window at `j` ends at `j + n`.
    for j in (0..len).rev() {
        let (high, middle, low) = (rest[j + n], rest[j + n - 1], rest[j + n - 2]);
        let mut digit = estimate_digit([high, middle, low], top, second, v);
        let window = &mut rest[j..=j + n];
        let borrow = mul_sub(&mut window[..n], divisor, digit);
        let (difference, under) = window[n].overflowing_sub(borrow);
        window[n] = difference;
        if under {
            digit -= 1;
            let carry = mul_add(&mut window[..n], divisor, 1);
            window[n] = window[n].wrapping_add(carry);
        }
        quotient[j] = digit;
    }
    rest.truncate(n);
    shift_right_in_place(&mut rest, shift);
    Ok((quotient, rest))
}

/// The quotient digit for three limbs of the rest, at most one too large.
fn estimate_digit([high, middle, low]: [u64; 3], top: u64, second: u64, v: u64) -> u64 {
    let (mut digit, mut rest) = if high >= top {
        let (rest, over) = middle.overflowing_add(top);
        if over {
            return u64::MAX;
        }
        (u64::MAX, rest)
    } else {
        div_2by1(high, middle, top, v)
    };
    while u128::from(digit) * u128::from(second) > (u128::from(rest) << 64 | u128::from(low)) {
        digit -= 1;
        let (next, over) = rest.overflowing_add(top);
        if over {
            break;
        }
        rest = next;
    }
    digit
}

fn shift_right_in_place(limbs: &mut [u64], shift: u32) {
    if shift == 0 {
        return;
    }
    let mut carry = 0;
    for limb in limbs.iter_mut().rev() {
        let next = *limb << (64 - shift);
        *limb = *limb >> shift | carry;
        carry = next;
    }
}

/// Quotient and remainder of magnitudes; both may have zeros at the top.
fn div_magnitudes(a: &[u64], b: &[u64]) -> IntResult<(Limbs, Limbs)> {
    match (a, b) {
        (_, []) => Err(IntError::DivisionByZero),
        _ if a.len() < b.len() => Ok((Limbs::new(), copy_limbs(a)?)),
        (_, &[divisor]) => {
            let mut quotient = copy_limbs(a)?;
            let rest = div_by_limb(&mut quotient, divisor);
            Ok((quotient, Limbs::from_slice(&[rest])))
        }
        _ if b.len() >= DIV_THRESHOLD && a.len() - b.len() >= DIV_THRESHOLD => {
            probe(4 * a.len() as u64)?;
            let (quotient, rest) = to_ubig(a).div_rem(to_ubig(b));
            Ok((from_ubig(&quotient)?, from_ubig(&rest)?))
        }
        _ => div_schoolbook(a, b),
    }
}

impl IntRef<'_> {
    /// `self * other`.
    #[allow(clippy::should_implement_trait)]
    pub fn mul(self, other: IntRef<'_>) -> IntResult {
        let negative = self.negative != other.negative;
        Ok(BigInt::normalised(mul_magnitudes(self.limbs, other.limbs)?, negative))
    }

    /// Quotient rounded towards zero and the remainder that goes with it, which has the sign of `self`.
    pub fn div_rem_truncating(self, other: IntRef<'_>) -> IntResult<(BigInt, BigInt)> {
        let (quotient, rest) = div_magnitudes(self.limbs, other.limbs)?;
        let quotient = BigInt::normalised(quotient, self.negative != other.negative);
        Ok((quotient, BigInt::normalised(rest, self.negative)))
    }

    /// Python's `divmod`: the quotient is rounded down, the remainder has the sign of the divisor.
    pub fn divmod(self, other: IntRef<'_>) -> IntResult<(BigInt, BigInt)> {
        let (quotient, rest) = self.div_rem_truncating(other)?;
        if rest.limbs.is_empty() || self.negative == other.negative {
            return Ok((quotient, rest));
        }
        Ok((quotient.as_ref().sub(IntRef::ONE)?, rest.as_ref().add(other)?))
    }

    /// `self // other`.
    pub fn floor_div(self, other: IntRef<'_>) -> IntResult {
        Ok(self.divmod(other)?.0)
    }

    /// `self % other`.
    pub fn modulo(self, other: IntRef<'_>) -> IntResult {
        Ok(self.divmod(other)?.1)
    }

    /// Quotient rounded to the nearest integer, ties to the even one, and `self − quotient · other`.
    pub fn div_nearest(self, other: IntRef<'_>) -> IntResult<(BigInt, BigInt)> {
        let (quotient, rest) = self.divmod(other)?;
        let twice = rest.as_ref().shl(1)?;
        let up = match twice.as_ref().cmp_abs(other) {
            std::cmp::Ordering::Greater => true,
            std::cmp::Ordering::Equal => quotient.as_ref().is_odd(),
            std::cmp::Ordering::Less => false,
        };
        if !up {
            return Ok((quotient, rest));
        }
        Ok((quotient.as_ref().add(IntRef::ONE)?, rest.as_ref().sub(other)?))
    }
}

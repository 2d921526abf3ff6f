//! Shifts, counts of bits, and the bitwise operations on the two's complement form.

use super::{BigInt, IntError, IntRef, IntResult, Limbs, room};

/// The limbs of a number in two's complement, without end.
struct TwosComplement<'a> {
    limbs: std::slice::Iter<'a, u64>,
    negative: bool,
    carry: bool,
}

impl<'a> TwosComplement<'a> {
    fn new(value: IntRef<'a>) -> Self {
        TwosComplement {
            limbs: value.limbs.iter(),
            negative: value.negative,
            carry: value.negative,
        }
    }

    #[inline]
    fn next(&mut self) -> u64 {
        let limb = self.limbs.next().copied().unwrap_or(0);
        if !self.negative {
            return limb;
        }
        let (limb, carry) = (!limb).overflowing_add(self.carry.into());
        self.carry = carry;
        limb
    }
}

/// The number with these limbs in two's complement, all following bits being the sign.
fn from_twos_complement(mut limbs: Limbs, negative: bool) -> IntResult {
    if negative {
        let mut carry = true;
        for limb in &mut limbs {
            let (next, over) = (!*limb).overflowing_add(carry.into());
            *limb = next;
            carry = over;
        }
        if carry {
            limbs.try_reserve(1)?;
            limbs.push(1);
        }
    }
    Ok(BigInt::normalised(limbs, negative))
}

impl IntRef<'_> {
    /// Applies an operation to each bit; it is given the sign of both operands as bits too.
    fn bitwise(self, other: IntRef<'_>, op: impl Fn(u64, u64) -> u64) -> IntResult {
        let sign = |negative: bool| if negative { u64::MAX } else { 0 };
        let len = self.limbs.len().max(other.limbs.len());
        let mut out = room(len + 1)?;
        let (mut a, mut b) = (TwosComplement::new(self), TwosComplement::new(other));
        for _ in 0..len {
            out.push(op(a.next(), b.next()));
        }
        from_twos_complement(out, op(sign(self.negative), sign(other.negative)) != 0)
    }

    /// `self & other`.
    pub fn bit_and(self, other: IntRef<'_>) -> IntResult {
        // A non-negative operand bounds the length of the result.
        match (self.negative, other.negative) {
            (false, _) if self.limbs.len() < other.limbs.len() => {
                self.bit_and(other.cut_to(self.limbs.len()))
            }
            (_, false) if other.limbs.len() < self.limbs.len() => {
                self.cut_to(other.limbs.len()).bit_and(other)
            }
            _ => self.bitwise(other, |a, b| a & b),
        }
    }

    /// The same number as far as its lowest limbs in two's complement go. It may be denormalised: a negative number
    /// whose kept limbs are all zero stays "negative zero", which here stands for −2^(64·len).
    fn cut_to(self, len: usize) -> Self {
        IntRef { limbs: self.limbs.get(..len).unwrap_or(self.limbs), negative: self.negative }
    }

    /// `self | other`.
    pub fn bit_or(self, other: IntRef<'_>) -> IntResult {
        self.bitwise(other, |a, b| a | b)
    }

    /// `self ^ other`.
    pub fn bit_xor(self, other: IntRef<'_>) -> IntResult {
        self.bitwise(other, |a, b| a ^ b)
    }

    /// `~self`, which is `-self - 1`.
    pub fn invert(self) -> IntResult {
        self.neg().sub(IntRef::ONE)
    }

    /// `self << count`.
    #[allow(clippy::should_implement_trait)]
    pub fn shl(self, count: u64) -> IntResult {
        if self.is_zero() {
            return Ok(BigInt::ZERO);
        }
        let words = usize::try_from(count / 64).map_err(|_| IntError::TooLarge)?;
        let len = self.limbs.len().checked_add(words).and_then(|len| len.checked_add(1));
        let mut out = room(len.ok_or(IntError::TooLarge)?)?;
        out.resize(words, 0);
        let shift = (count % 64) as u32;
        let mut carry = 0;
        for &limb in self.limbs {
            out.push(limb << shift | carry);
            carry = if shift == 0 { 0 } else { limb >> (64 - shift) };
        }
        out.push(carry);
        Ok(BigInt::normalised(out, self.negative))
    }

    /// `self >> count`, rounding down.
    #[allow(clippy::should_implement_trait)]
    pub fn shr(self, count: u64) -> IntResult {
        let words = usize::try_from(count / 64).unwrap_or(usize::MAX);
        let Some((lost, kept)) =
            self.limbs.split_at_checked(words).filter(|(_, kept)| !kept.is_empty())
        else {
            return Ok(BigInt::from(if self.negative { -1i64 } else { 0 }));
        };
        let shift = (count % 64) as u32;
        let mut out = room(kept.len() + 1)?;
        let mut above = kept.iter().skip(1);
        for &limb in kept {
            let next = above.next().copied().unwrap_or(0);
            out.push(if shift == 0 { limb } else { limb >> shift | next << (64 - shift) });
        }
        let inexact = lost.iter().any(|&limb| limb != 0)
            || kept.first().is_some_and(|low| low & ((1 << shift) - 1) != 0);
        let shifted = BigInt::normalised(out, self.negative);
        if self.negative && inexact {
            // "−0" has lost its sign, but −0 − 1 is −1 all the same.
            return shifted.as_ref().sub(IntRef::ONE);
        }
        Ok(shifted)
    }

    /// `self << count` for any integer count.
    pub fn shl_int(self, count: IntRef<'_>) -> IntResult {
        match count.to_u64() {
            Some(count) => self.shl(count),
            None if count.negative => Err(IntError::NegativeShift),
            None if self.is_zero() => Ok(BigInt::ZERO),
            None => Err(IntError::TooLarge),
        }
    }

    /// `self >> count` for any integer count.
    pub fn shr_int(self, count: IntRef<'_>) -> IntResult {
        match count.to_u64() {
            Some(count) => self.shr(count),
            None if count.negative => Err(IntError::NegativeShift),
            None => self.shr(u64::MAX),
        }
    }

    /// `int.bit_length()`: bits of the magnitude.
    pub fn bit_length(self) -> u64 {
        match self.limbs.last() {
            Some(top) => self.limbs.len() as u64 * 64 - u64::from(top.leading_zeros()),
            None => 0,
        }
    }

    /// `int.bit_count()`: ones in the magnitude.
    pub fn bit_count(self) -> u64 {
        self.limbs.iter().map(|limb| u64::from(limb.count_ones())).sum()
    }

    /// Number of zero bits below the lowest one; 0 for zero.
    pub fn trailing_zeros(self) -> u64 {
        match self.limbs.iter().position(|&limb| limb != 0) {
            Some(i) => {
                i as u64 * 64 + u64::from(self.limbs.get(i).map_or(0, |limb| limb.trailing_zeros()))
            }
            None => 0,
        }
    }

    /// Whether the magnitude is a power of two.
    pub fn is_power_of_two(self) -> bool {
        !self.is_zero() && self.trailing_zeros() + 1 == self.bit_length()
    }
}

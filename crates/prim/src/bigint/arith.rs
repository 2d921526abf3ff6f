//! Addition and subtraction.

use std::cmp::Ordering;

use super::{BigInt, IntRef, IntResult, Limbs, room};

/// `a + b`, the longer operand first.
fn add_magnitudes(a: &[u64], b: &[u64]) -> IntResult<Limbs> {
    let (a, b) = if a.len() < b.len() { (b, a) } else { (a, b) };
    let mut out = room(a.len() + 1)?;
    let mut carry = false;
    let (low, high) = a.split_at(b.len());
    for (&x, &y) in low.iter().zip(b) {
        let (sum, over) = x.overflowing_add(y);
        let (sum, over_carry) = sum.overflowing_add(carry.into());
        carry = over | over_carry;
        out.push(sum);
    }
    for &x in high {
        let (sum, over) = x.overflowing_add(carry.into());
        carry = over;
        out.push(sum);
    }
    if carry {
        out.push(1);
    }
    Ok(out)
}

/// `a − b` where `a ≥ b`.
fn sub_magnitudes(a: &[u64], b: &[u64]) -> IntResult<Limbs> {
    let mut out = room(a.len())?;
    let mut borrow = false;
    let (low, high) = a.split_at(b.len());
    for (&x, &y) in low.iter().zip(b) {
        let (difference, under) = x.overflowing_sub(y);
        let (difference, under_borrow) = difference.overflowing_sub(borrow.into());
        borrow = under | under_borrow;
        out.push(difference);
    }
    for &x in high {
        let (difference, under) = x.overflowing_sub(borrow.into());
        borrow = under;
        out.push(difference);
    }
    Ok(out)
}

impl IntRef<'_> {
    /// `self + other`.
    #[allow(clippy::should_implement_trait)]
    pub fn add(self, other: IntRef<'_>) -> IntResult {
        if self.negative == other.negative {
            return Ok(BigInt::normalised(add_magnitudes(self.limbs, other.limbs)?, self.negative));
        }
        match self.cmp_abs(other) {
            Ordering::Equal => Ok(BigInt::ZERO),
            Ordering::Greater => {
                Ok(BigInt::normalised(sub_magnitudes(self.limbs, other.limbs)?, self.negative))
            }
            Ordering::Less => {
                Ok(BigInt::normalised(sub_magnitudes(other.limbs, self.limbs)?, other.negative))
            }
        }
    }

    /// `self - other`.
    #[allow(clippy::should_implement_trait)]
    pub fn sub(self, other: IntRef<'_>) -> IntResult {
        self.add(other.neg())
    }
}

//! Powers, modular powers and inverses, greatest common divisors, integer square roots.

use dashu_int::UBig;
use dashu_int::fast_div::ConstDivisor;
use dashu_int::monty::MontgomeryRepr;
use dashu_int::ops::{Gcd, SquareRoot};

use super::mul_div::LimbDivisor;
use super::{BigInt, IntError, IntRef, IntResult, from_ubig, probe, to_ubig};

/// The greatest common divisor of two machine words.
pub(crate) fn gcd_u64(mut a: u64, mut b: u64) -> u64 {
    if a == 0 || b == 0 {
        return a | b;
    }
    let shift = (a | b).trailing_zeros();
    a >>= a.trailing_zeros();
    while b != 0 {
        b >>= b.trailing_zeros();
        if a > b {
            (a, b) = (b, a);
        }
        b -= a;
    }
    a << shift
}

/// The inverse of `a` modulo `m`, by Euclid's algorithm; `m` is above 1.
fn inverse_u64(a: u64, m: u64) -> Option<u64> {
    let (mut rest, mut next) = (i128::from(m), i128::from(a));
    let (mut factor, mut next_factor) = (0i128, 1i128);
    while next != 0 {
        let quotient = rest / next;
        (rest, next) = (next, rest - quotient * next);
        (factor, next_factor) = (next_factor, factor - quotient * next_factor);
    }
    // The factors stay below the modulus.
    (rest == 1).then(|| factor.rem_euclid(i128::from(m)) as u64)
}

/// `base ** exponent % modulus` in one machine word; `base` is reduced.
fn pow_mod_u64(base: u64, exponent: &[u64], modulus: u64) -> u64 {
    let divisor = LimbDivisor::new(modulus);
    let mut power = 1;
    let mut started = false;
    for limb in exponent.iter().rev() {
        for bit in (0..64).rev() {
            if started {
                power = divisor.rem(u128::from(power) * u128::from(power));
            }
            if limb >> bit & 1 == 1 {
                started = true;
                power = divisor.rem(u128::from(power) * u128::from(base));
            }
        }
    }
    power
}

/// The largest modulus, in limbs, for which Montgomery's reduction beats Barrett's.
const MONTGOMERY_LIMBS: usize = 128;

fn pow_mod_large(base: &[u64], exponent: IntRef<'_>, modulus: &[u64]) -> IntResult<UBig> {
    probe(16 * modulus.len() as u64)?;
    let ring = ConstDivisor::new(to_ubig(modulus));
    let mut base = ring.reduce(to_ubig(base));
    if exponent.negative {
        base = base.inv().ok_or(IntError::NotInvertible)?;
    }
    let exponent = to_ubig(exponent.limbs);
    if modulus.first().is_some_and(|low| low & 1 == 1) && modulus.len() <= MONTGOMERY_LIMBS {
        let montgomery = MontgomeryRepr::new(to_ubig(modulus));
        return Ok(montgomery.reduce(base.residue()).pow(&exponent).residue());
    }
    Ok(base.pow(&exponent).residue())
}

impl IntRef<'_> {
    /// `self ** exponent`; [`IntError::NegativeExponent`] if the exponent is negative (the caller computes with floats).
    pub fn pow(self, exponent: IntRef<'_>) -> IntResult {
        if exponent.negative {
            return Err(IntError::NegativeExponent);
        }
        if exponent.is_zero() {
            return Ok(BigInt::from(1u64));
        }
        if self.is_zero() {
            return Ok(BigInt::ZERO);
        }
        let negative = self.negative && exponent.is_odd();
        if matches!(self.limbs, [1]) {
            return Ok(BigInt::from_sign_magnitude(negative, 1));
        }
        let exponent = exponent.to_u64().ok_or(IntError::NoMemory)?;
        if self.is_power_of_two() {
            let shift = self.trailing_zeros().checked_mul(exponent).ok_or(IntError::NoMemory)?;
            return Ok(BigInt { negative, ..IntRef::ONE.shl(shift)? });
        }
        let bits = self.bit_length().checked_mul(exponent).ok_or(IntError::NoMemory)?;
        if let Some(power) = self.magnitude_u128().filter(|_| bits <= 128) {
            // The power has at most `bits` bits: no overflow.
            return Ok(BigInt::from_sign_magnitude(negative, power.wrapping_pow(exponent as u32)));
        }
        probe(bits.div_ceil(64).saturating_mul(4))?;
        let exponent = usize::try_from(exponent).map_err(|_| IntError::NoMemory)?;
        Ok(BigInt { limbs: from_ubig(&to_ubig(self.limbs).pow(exponent))?, negative })
    }

    /// `pow(self, exponent, modulus)`: the result has the sign of the modulus. A negative exponent takes the inverse.
    pub fn mod_pow(self, exponent: IntRef<'_>, modulus: IntRef<'_>) -> IntResult {
        if modulus.is_zero() {
            return Err(IntError::DivisionByZero);
        }
        let base = self.modulo(modulus.abs())?;
        if matches!(modulus.limbs, [1]) {
            return Ok(BigInt::ZERO);
        }
        let power = if let &[modulus] = modulus.limbs {
            let mut base = base.as_ref().wrapping_u64();
            if exponent.negative {
                base = inverse_u64(base, modulus).ok_or(IntError::NotInvertible)?;
            }
            BigInt::from(pow_mod_u64(base, exponent.limbs, modulus))
        } else {
            let power = pow_mod_large(base.limbs(), exponent, modulus.limbs)?;
            BigInt { limbs: from_ubig(&power)?, negative: false }
        };
        if modulus.negative && !power.as_ref().is_zero() {
            return power.as_ref().add(modulus);
        }
        Ok(power)
    }

    /// `math.gcd(self, other)`, never negative.
    pub fn gcd(self, other: IntRef<'_>) -> IntResult {
        match (self.limbs, other.limbs) {
            ([], _) => other.abs().to_owned(),
            (_, []) => self.abs().to_owned(),
            (&[a], &[b]) => Ok(BigInt::from(gcd_u64(a, b))),
            (&[a], _) => Ok(BigInt::from(gcd_u64(
                a,
                other.abs().modulo(self.abs())?.as_ref().wrapping_u64(),
            ))),
            (_, &[b]) => Ok(BigInt::from(gcd_u64(
                b,
                self.abs().modulo(other.abs())?.as_ref().wrapping_u64(),
            ))),
            (a, b) => {
                Ok(BigInt { limbs: from_ubig(&to_ubig(a).gcd(to_ubig(b)))?, negative: false })
            }
        }
    }

    /// `math.isqrt(self)`: the root rounded down.
    pub fn isqrt(self) -> IntResult {
        if self.negative {
            return Err(IntError::NegativeRoot);
        }
        let root: UBig = match self.limbs {
            &[limb] => return Ok(BigInt::from(limb.isqrt())),
            limbs => to_ubig(limbs).sqrt(),
        };
        Ok(BigInt { limbs: from_ubig(&root)?, negative: false })
    }
}

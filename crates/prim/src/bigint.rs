//! Integers of any size: sign and magnitude in 64-bit limbs, least significant first.
//!
//! Operands are borrowed ([`IntRef`]: the limbs may live in the heap of the collector), results are owned ([`BigInt`]: up to
//! four limbs without an allocation). Both are normalised: no leading zero limb, and zero is not negative.
//! A result whose memory can't be had is an error, never an abort: whatever Python can make large is reserved fallibly, and
//! what goes to the crate `dashu-int` (large products, quotients, powers, radix conversions) is estimated first.
//! Values of one machine word are the caller's business; these functions are right for them, but not the fastest way.

mod arith;
mod bits;
mod bytes;
mod float;
mod mul_div;
mod power;
mod radix;

pub use bytes::{ByteOrder, BytesError};
pub use float::{cmp_i64_f64, ldexp_round};
pub(crate) use radix::write_u64;
pub use radix::{decimal_digits_lower_bound, push_u64};

use std::cmp::Ordering;
use std::collections::TryReserveError;
use std::fmt;

use dashu_int::UBig;
use smallvec::SmallVec;

/// The limbs of a result.
pub type Limbs = SmallVec<[u64; 4]>;

/// Why an operation on integers has no result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IntError {
    /// The result does not fit into memory (MemoryError).
    NoMemory,
    /// The result has more bits than can be counted (OverflowError).
    TooLarge,
    /// Division by zero.
    DivisionByZero,
    /// Negative shift count.
    NegativeShift,
    /// A negative exponent where the result would be no integer.
    NegativeExponent,
    /// The base has no inverse for this modulus.
    NotInvertible,
    /// Root of a negative number.
    NegativeRoot,
}

impl fmt::Display for IntError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            IntError::NoMemory => "integer does not fit into memory",
            IntError::TooLarge => "too many digits in integer",
            IntError::DivisionByZero => "division by zero",
            IntError::NegativeShift => "negative shift count",
            IntError::NegativeExponent => "negative exponent",
            IntError::NotInvertible => "base is not invertible for the given modulus",
            IntError::NegativeRoot => "root of a negative number",
        })
    }
}

impl std::error::Error for IntError {}

impl From<TryReserveError> for IntError {
    fn from(_: TryReserveError) -> IntError {
        IntError::NoMemory
    }
}

impl From<smallvec::CollectionAllocErr> for IntError {
    fn from(_: smallvec::CollectionAllocErr) -> IntError {
        IntError::NoMemory
    }
}

/// A result or why there is none.
pub type IntResult<T = BigInt> = Result<T, IntError>;

/// A borrowed integer.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct IntRef<'a> {
    limbs: &'a [u64],
    negative: bool,
}

/// An owned integer.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BigInt {
    limbs: Limbs,
    negative: bool,
}

/// Without the zero limbs at the top.
fn trim(limbs: &[u64]) -> &[u64] {
    let len = limbs.iter().rposition(|&limb| limb != 0).map_or(0, |i| i + 1);
    limbs.get(..len).unwrap_or_default()
}

/// Checks that an allocation of this many limbs would succeed now.
///
/// For operations that allocate infallibly inside: what fails here fails as an error value.
fn probe(limbs: u64) -> IntResult<()> {
    const SMALL: u64 = 1 << 16;
    if limbs > SMALL {
        let mut scratch: Vec<u64> = Vec::new();
        scratch.try_reserve_exact(usize::try_from(limbs).map_err(|_| IntError::NoMemory)?)?;
        std::hint::black_box(&mut scratch);
    }
    Ok(())
}

fn to_ubig(limbs: &[u64]) -> UBig {
    UBig::from_words(limbs)
}

fn from_ubig(value: &UBig) -> IntResult<Limbs> {
    copy_limbs(value.as_words())
}

fn copy_limbs(limbs: &[u64]) -> IntResult<Limbs> {
    let mut out = Limbs::new();
    out.try_reserve_exact(limbs.len())?;
    out.extend_from_slice(limbs);
    Ok(out)
}

/// Room for `len` limbs, none of them there yet.
fn room(len: usize) -> IntResult<Limbs> {
    let mut out = Limbs::new();
    out.try_reserve_exact(len)?;
    Ok(out)
}

impl<'a> IntRef<'a> {
    /// Zero.
    pub const ZERO: IntRef<'static> = IntRef { limbs: &[], negative: false };
    /// One.
    pub const ONE: IntRef<'static> = IntRef { limbs: &[1], negative: false };

    /// From limbs, least significant first, and sign. Zero limbs at the top are dropped.
    #[inline]
    pub fn new(limbs: &'a [u64], negative: bool) -> IntRef<'a> {
        let limbs = match limbs.last() {
            Some(0) => trim(limbs),
            _ => limbs,
        };
        IntRef { limbs, negative: negative && !limbs.is_empty() }
    }

    /// The magnitude, least significant limb first, without zero limbs at the top.
    #[inline]
    pub const fn limbs(self) -> &'a [u64] {
        self.limbs
    }

    /// Whether it is below zero.
    #[inline]
    pub const fn is_negative(self) -> bool {
        self.negative
    }

    /// Whether it is zero.
    #[inline]
    pub const fn is_zero(self) -> bool {
        self.limbs.is_empty()
    }

    /// Whether it is odd.
    #[inline]
    pub fn is_odd(self) -> bool {
        self.limbs.first().is_some_and(|limb| limb & 1 == 1)
    }

    /// With the other sign.
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub fn neg(self) -> IntRef<'a> {
        IntRef { limbs: self.limbs, negative: !self.negative && !self.is_zero() }
    }

    /// Without its sign.
    #[inline]
    pub const fn abs(self) -> IntRef<'a> {
        IntRef { limbs: self.limbs, negative: false }
    }

    /// −1, 0 or 1.
    #[inline]
    pub const fn signum(self) -> i64 {
        match (self.limbs, self.negative) {
            ([], _) => 0,
            (_, true) => -1,
            _ => 1,
        }
    }

    /// An owned copy.
    pub fn to_owned(self) -> IntResult {
        Ok(BigInt { limbs: copy_limbs(self.limbs)?, negative: self.negative })
    }

    /// The magnitude if it has at most two limbs.
    #[inline]
    pub const fn magnitude_u128(self) -> Option<u128> {
        match *self.limbs {
            [] => Some(0),
            [low] => Some(low as u128),
            [low, high] => Some((high as u128) << 64 | low as u128),
            _ => None,
        }
    }

    /// As `i64` if it fits.
    #[inline]
    pub const fn to_i64(self) -> Option<i64> {
        match (self.limbs, self.negative) {
            ([], _) => Some(0),
            (&[limb], false) if limb <= i64::MAX as u64 => Some(limb as i64),
            (&[limb], true) if limb <= 1 << 63 => Some((limb as i64).wrapping_neg()),
            _ => None,
        }
    }

    /// As `u64` if it fits.
    #[inline]
    pub const fn to_u64(self) -> Option<u64> {
        match (self.limbs, self.negative) {
            ([], _) => Some(0),
            (&[limb], false) => Some(limb),
            _ => None,
        }
    }

    /// As `usize` if it fits.
    #[inline]
    pub fn to_usize(self) -> Option<usize> {
        usize::try_from(self.to_u64()?).ok()
    }

    /// As `i128` if it fits.
    #[inline]
    pub fn to_i128(self) -> Option<i128> {
        let magnitude = self.magnitude_u128()?;
        if self.negative {
            (magnitude <= 1 << 127).then_some((magnitude as i128).wrapping_neg())
        } else {
            i128::try_from(magnitude).ok()
        }
    }

    /// As `u128` if it fits.
    #[inline]
    pub const fn to_u128(self) -> Option<u128> {
        if self.negative { None } else { self.magnitude_u128() }
    }

    /// The lowest 64 bits of the two's complement form.
    #[inline]
    pub fn wrapping_u64(self) -> u64 {
        let low = self.limbs.first().copied().unwrap_or(0);
        if self.negative { low.wrapping_neg() } else { low }
    }

    /// As `i64`, the nearest bound if it does not fit.
    #[inline]
    pub fn saturating_i64(self) -> i64 {
        self.to_i64().unwrap_or(if self.negative { i64::MIN } else { i64::MAX })
    }

    /// `hash` of an int.
    pub fn hash(self) -> i64 {
        crate::hash::limbs(self.limbs, self.negative)
    }

    /// Compares magnitudes.
    pub fn cmp_abs(self, other: IntRef<'_>) -> Ordering {
        self.limbs
            .len()
            .cmp(&other.limbs.len())
            .then_with(|| self.limbs.iter().rev().cmp(other.limbs.iter().rev()))
    }
}

impl Ord for IntRef<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.cmp_abs(*other),
            (true, true) => other.cmp_abs(*self),
            (false, true) => Ordering::Greater,
            (true, false) => Ordering::Less,
        }
    }
}

impl PartialOrd for IntRef<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for IntRef<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.negative { "-" } else { "" };
        write!(f, "{sign}{}", to_ubig(self.limbs))
    }
}

impl BigInt {
    /// Zero.
    pub const ZERO: BigInt = BigInt { limbs: SmallVec::new_const(), negative: false };

    /// From limbs, least significant first, and sign; copies them.
    pub fn from_limbs(limbs: &[u64], negative: bool) -> IntResult {
        IntRef::new(limbs, negative).to_owned()
    }

    /// From limbs that may have zeros at the top.
    fn normalised(mut limbs: Limbs, negative: bool) -> BigInt {
        while limbs.last() == Some(&0) {
            limbs.pop();
        }
        let negative = negative && !limbs.is_empty();
        BigInt { limbs, negative }
    }

    /// From a magnitude and a sign.
    #[inline]
    pub fn from_sign_magnitude(negative: bool, magnitude: u128) -> BigInt {
        BigInt::normalised(
            SmallVec::from_buf_and_len([magnitude as u64, (magnitude >> 64) as u64, 0, 0], 2),
            negative,
        )
    }

    /// Borrows it.
    #[inline]
    pub fn as_ref(&self) -> IntRef<'_> {
        IntRef { limbs: &self.limbs, negative: self.negative }
    }

    /// The magnitude, least significant limb first.
    #[inline]
    pub fn limbs(&self) -> &[u64] {
        &self.limbs
    }

    /// Whether it is below zero.
    #[inline]
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    /// With the other sign.
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub fn neg(mut self) -> BigInt {
        self.negative = !self.negative && !self.limbs.is_empty();
        self
    }

    /// As `i64` if it fits.
    #[inline]
    pub fn to_i64(&self) -> Option<i64> {
        self.as_ref().to_i64()
    }
}

impl From<i64> for BigInt {
    #[inline]
    fn from(value: i64) -> BigInt {
        BigInt::from_sign_magnitude(value < 0, value.unsigned_abs().into())
    }
}

impl From<u64> for BigInt {
    #[inline]
    fn from(value: u64) -> BigInt {
        BigInt::from_sign_magnitude(false, value.into())
    }
}

impl From<usize> for BigInt {
    #[inline]
    fn from(value: usize) -> BigInt {
        BigInt::from_sign_magnitude(false, value as u128)
    }
}

impl From<i128> for BigInt {
    #[inline]
    fn from(value: i128) -> BigInt {
        BigInt::from_sign_magnitude(value < 0, value.unsigned_abs())
    }
}

impl From<u128> for BigInt {
    #[inline]
    fn from(value: u128) -> BigInt {
        BigInt::from_sign_magnitude(false, value)
    }
}

impl Ord for BigInt {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_ref().cmp(&other.as_ref())
    }
}

impl PartialOrd for BigInt {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Debug for BigInt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_ref().fmt(f)
    }
}

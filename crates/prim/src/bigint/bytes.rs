//! `int.from_bytes` and `int.to_bytes`.

use super::{BigInt, IntRef, IntResult, room};

/// Which byte comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ByteOrder {
    /// The least significant one.
    Little,
    /// The most significant one.
    Big,
}

/// Why a number does not go into bytes (an OverflowError).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BytesError {
    /// It needs more bytes.
    TooBig,
    /// It is negative and no sign was asked for.
    Negative,
}

impl std::fmt::Display for BytesError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            BytesError::TooBig => "int too big to convert",
            BytesError::Negative => "can't convert negative int to unsigned",
        })
    }
}

impl std::error::Error for BytesError {}

impl BigInt {
    /// `int.from_bytes(bytes, order, signed=signed)`.
    pub fn from_bytes(bytes: &[u8], order: ByteOrder, signed: bool) -> IntResult {
        let top = match order {
            ByteOrder::Little => bytes.last(),
            ByteOrder::Big => bytes.first(),
        };
        let negative = signed && top.is_some_and(|&byte| byte >= 0x80);
        let mut limbs = room(bytes.len().div_ceil(8))?;
        let mut carry = negative;
        let mut push = |limb: u64| {
            if negative {
                let (limb, over) = (!limb).overflowing_add(carry.into());
                carry = over;
                limbs.push(limb);
            } else {
                limbs.push(limb);
            }
        };
        let fill = if negative { u64::MAX } else { 0 };
        match order {
            ByteOrder::Little => bytes.chunks(8).for_each(|chunk| {
                push(chunk.iter().rev().fold(fill, |limb, &byte| limb << 8 | u64::from(byte)))
            }),
            ByteOrder::Big => bytes.rchunks(8).for_each(|chunk| {
                push(chunk.iter().fold(fill, |limb, &byte| limb << 8 | u64::from(byte)))
            }),
        }
        Ok(BigInt::normalised(limbs, negative))
    }
}

impl IntRef<'_> {
    /// Bytes that the two's complement (or unsigned) form needs, at least 0.
    pub fn byte_length(self, signed: bool) -> u64 {
        let bits = self.bit_length();
        if !signed {
            return bits.div_ceil(8);
        }
        // −2^k needs as many bits as 2^k − 1.
        let bits = if self.negative && self.is_power_of_two() { bits - 1 } else { bits };
        if self.is_zero() { 0 } else { bits / 8 + 1 }
    }

    /// `int.to_bytes`: fills `out`. On [`BytesError::TooBig`] it holds the lowest bytes.
    pub fn write_bytes(
        self,
        out: &mut [u8],
        order: ByteOrder,
        signed: bool,
    ) -> Result<(), BytesError> {
        if self.negative && !signed {
            return Err(BytesError::Negative);
        }
        self.write_wrapping(out, order);
        if self.byte_length(signed) > out.len() as u64 { Err(BytesError::TooBig) } else { Ok(()) }
    }

    /// Fills `out` with the lowest bytes of the two's complement form.
    pub fn write_wrapping(self, out: &mut [u8], order: ByteOrder) {
        let mut carry = self.negative;
        let mut limbs = self.limbs.iter();
        let mut next = || {
            let limb = limbs.next().copied().unwrap_or(0);
            if !self.negative {
                return limb.to_le_bytes();
            }
            let (limb, over) = (!limb).overflowing_add(carry.into());
            carry = over;
            limb.to_le_bytes()
        };
        match order {
            ByteOrder::Little => {
                for chunk in out.chunks_mut(8) {
                    chunk.iter_mut().zip(next()).for_each(|(slot, byte)| *slot = byte);
                }
            }
            ByteOrder::Big => {
                for chunk in out.rchunks_mut(8) {
                    chunk.iter_mut().rev().zip(next()).for_each(|(slot, byte)| *slot = byte);
                }
            }
        }
    }
}

//! Integers as text in a base from 2 to 36, digits in lower case. What Python allows around the digits is in `intparse`.

use std::io::Write as _;

use dashu_int::UBig;

use super::mul_div::{div_by_limb, mul_add_limb};
use super::{
    BigInt, IntError, IntRef, IntResult, Limbs, copy_limbs, from_ubig, probe, room, to_ubig,
};

/// From this many limbs on, decimal conversion divides and conquers.
const TO_DECIMAL_THRESHOLD: usize = 64;
/// The same for reading decimals.
const FROM_DECIMAL_THRESHOLD: usize = 32;
/// The largest power of ten in a limb, and its exponent.
const DECIMAL_CHUNK: u64 = 10_000_000_000_000_000_000;
const DECIMAL_CHUNK_DIGITS: usize = 19;

/// Digits of a magnitude of this many bits, at least: a cheap test against the limit on digits.
pub fn decimal_digits_lower_bound(bits: u64) -> u64 {
    // log10(2) is a little more than 0.30102; a number of n bits is at least 2^(n − 1).
    (u128::from(bits.saturating_sub(1)) * 30_102 / 100_000) as u64 + u64::from(bits > 0)
}

/// All pairs of decimal digits, one after another.
static DIGIT_PAIRS: [u8; 200] = digit_pairs();

const fn digit_pairs() -> [u8; 200] {
    let mut out = [0; 200];
    let mut i = 0;
    while i < 100 {
        out[2 * i] = b'0' + (i / 10) as u8;
        out[2 * i + 1] = b'0' + (i % 10) as u8;
        i += 1;
    }
    out
}

/// Writes a number in decimal to the end of a buffer; gives where it starts.
pub(crate) fn write_u64(buffer: &mut [u8; 20], mut value: u64) -> usize {
    let mut at = 20;
    while value >= 100 {
        let pair = (value % 100) as usize * 2;
        value /= 100;
        at -= 2;
        buffer[at] = DIGIT_PAIRS[pair];
        buffer[at + 1] = DIGIT_PAIRS[pair + 1];
    }
    if value >= 10 {
        at -= 2;
        buffer[at] = DIGIT_PAIRS[value as usize * 2];
        buffer[at + 1] = DIGIT_PAIRS[value as usize * 2 + 1];
    } else {
        at -= 1;
        buffer[at] = b'0' + value as u8;
    }
    at
}

/// Appends a machine word in decimal.
pub fn push_u64(out: &mut Vec<u8>, value: u64) {
    let mut buffer = [0; 20];
    let start = write_u64(&mut buffer, value);
    out.extend_from_slice(&buffer[start..]);
}

fn push_padded(out: &mut Vec<u8>, value: u64) {
    let mut buffer = [b'0'; 20];
    write_u64(&mut buffer, value);
    out.extend_from_slice(&buffer[20 - DECIMAL_CHUNK_DIGITS..]);
}

/// Decimal digits of a magnitude of few limbs.
fn push_decimal_simple(out: &mut Vec<u8>, limbs: &[u64]) -> IntResult<()> {
    let mut rest = copy_limbs(limbs)?;
    let mut chunks = room(limbs.len() + limbs.len() / 64 + 1)?;
    while !rest.is_empty() {
        chunks.push(div_by_limb(&mut rest, DECIMAL_CHUNK));
        while rest.last() == Some(&0) {
            rest.pop();
        }
    }
    let mut chunks = chunks.iter().rev();
    push_u64(out, chunks.next().copied().unwrap_or(0));
    chunks.for_each(|&chunk| push_padded(out, chunk));
    Ok(())
}

/// Digits of a magnitude in a base that is a power of two, `bits` bits each.
fn push_power_of_two(out: &mut Vec<u8>, value: IntRef<'_>, bits: u32) {
    let digits = value.bit_length().div_ceil(bits.into()).max(1);
    for i in (0..digits).rev() {
        let position = i * u64::from(bits);
        let (index, shift) = ((position / 64) as usize, (position % 64) as u32);
        let limb = |i: usize| value.limbs.get(i).copied().unwrap_or(0);
        let mut digit = limb(index) >> shift;
        if shift + bits > 64 {
            digit |= limb(index + 1) << (64 - shift);
        }
        out.push(digit_char((digit & ((1 << bits) - 1)) as u8));
    }
}

const fn digit_char(digit: u8) -> u8 {
    if digit < 10 { b'0' + digit } else { b'a' + digit - 10 }
}

impl IntRef<'_> {
    /// Appends the digits of the magnitude in a base from 2 to 36, in lower case, without sign or prefix.
    pub fn push_digits(self, out: &mut Vec<u8>, base: u32) -> IntResult<()> {
        let base = base.clamp(2, 36);
        // ⌊log2(base)⌋ bits at least go into one digit.
        let digits = self.bit_length() / u64::from(base.ilog2()) + 2;
        out.try_reserve(usize::try_from(digits).map_err(|_| IntError::NoMemory)?)?;
        match (self.limbs, base) {
            ([], _) => out.push(b'0'),
            (_, 2 | 4 | 8 | 16 | 32) => push_power_of_two(out, self, base.ilog2()),
            (&[limb], 10) => push_u64(out, limb),
            (limbs, 10) if limbs.len() < TO_DECIMAL_THRESHOLD => push_decimal_simple(out, limbs)?,
            (limbs, base) => {
                probe(8 * limbs.len() as u64)?;
                // Writing to a Vec that has the room does not fail.
                write!(out, "{}", to_ubig(limbs).in_radix(base as u8))
                    .map_err(|_| IntError::NoMemory)?;
            }
        }
        Ok(())
    }

    /// Digits with a minus sign if negative, in a base from 2 to 36.
    pub fn to_radix_string(self, base: u32) -> IntResult<String> {
        let mut out = Vec::new();
        if self.negative {
            out.push(b'-');
        }
        self.push_digits(&mut out, base)?;
        String::from_utf8(out).map_err(|_| IntError::NoMemory)
    }

    /// `str(self)`, without a limit on the number of digits.
    pub fn to_decimal(self) -> IntResult<String> {
        self.to_radix_string(10)
    }
}

/// The value of a digit or letter; 255 for other bytes.
pub(crate) const fn digit_value(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        b'A'..=b'Z' => byte - b'A' + 10,
        _ => 255,
    }
}

impl BigInt {
    /// From digits alone, most significant first, in a base from 2 to 36; `None` inside if there is no digit, or a byte that is none.
    pub fn from_digits(digits: &[u8], base: u32) -> IntResult<Option<BigInt>> {
        let base = base.clamp(2, 36);
        if digits.is_empty() || digits.iter().any(|&byte| u32::from(digit_value(byte)) >= base) {
            return Ok(None);
        }
        let limbs = if base.is_power_of_two() {
            parse_power_of_two(digits, base.ilog2())?
        } else {
            parse_other(digits, base)?
        };
        Ok(Some(BigInt::normalised(limbs, false)))
    }
}

fn parse_power_of_two(digits: &[u8], bits: u32) -> IntResult<Limbs> {
    let mut out = room(digits.len() / 64 * bits as usize + bits as usize + 1)?;
    let (mut limb, mut filled) = (0u64, 0);
    for &byte in digits.iter().rev() {
        let digit = u64::from(digit_value(byte));
        limb |= digit << filled;
        filled += bits;
        if filled >= 64 {
            out.push(limb);
            filled -= 64;
            limb = if filled == 0 { 0 } else { digit >> (bits - filled) };
        }
    }
    out.push(limb);
    Ok(out)
}

fn parse_other(digits: &[u8], base: u32) -> IntResult<Limbs> {
    // Digits that always fit a limb.
    let per_chunk = (1..).take_while(|&n| u64::from(base).checked_pow(n).is_some()).count();
    if digits.len() / per_chunk >= FROM_DECIMAL_THRESHOLD {
        probe(digits.len() as u64)?;
        let text = std::str::from_utf8(digits).unwrap_or("0");
        let value = UBig::from_str_radix(text, base).unwrap_or_default();
        return from_ubig(&value);
    }
    let mut out = room(digits.len() / per_chunk + 2)?;
    let mut rest = digits;
    while !rest.is_empty() {
        // The odd chunk comes first, so that all others are full.
        let len = match rest.len() % per_chunk {
            0 => per_chunk,
            odd => odd,
        };
        let (chunk, after) = rest.split_at(len);
        rest = after;
        let value = chunk
            .iter()
            .fold(0u64, |value, &byte| value * u64::from(base) + u64::from(digit_value(byte)));
        // base^len fits: that is how `per_chunk` was chosen.
        let carry = mul_add_limb(&mut out, u64::from(base).pow(len as u32), value);
        if carry != 0 {
            out.push(carry);
        }
    }
    Ok(out)
}

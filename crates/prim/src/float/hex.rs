//! `float.hex` and `float.fromhex`.

use std::fmt::Write as _;

use super::parse::{parse_special, trim_ascii_space};
use crate::bigint::ldexp_round;

/// `value.hex()`.
pub fn to_hex(value: f64) -> String {
    if !value.is_finite() {
        return super::repr(value);
    }
    let sign = if value.is_sign_negative() { "-" } else { "" };
    let bits = value.to_bits();
    let fraction = bits & ((1 << 52) - 1);
    match (bits >> 52 & 0x7FF) as i32 {
        0 if fraction == 0 => format!("{sign}0x0.0p+0"),
        0 => format!("{sign}0x0.{fraction:013x}p-1022"),
        exponent => {
            let mut out = format!("{sign}0x1.{fraction:013x}p");
            // Writing to a String does not fail.
            let _ = write!(out, "{:+}", exponent - 1023);
            out
        }
    }
}

/// Why a hexadecimal text is no float.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HexError {
    /// It does not have the form (ValueError).
    Invalid,
    /// The value is too large (OverflowError).
    TooLarge,
}

impl std::fmt::Display for HexError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            HexError::Invalid => "invalid hexadecimal floating-point string",
            HexError::TooLarge => "hexadecimal value too large to represent as a float",
        })
    }
}

impl std::error::Error for HexError {}

/// `float.fromhex(text)`.
pub fn from_hex(text: &[u8]) -> Result<f64, HexError> {
    let text = trim_ascii_space(text);
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let magnitude = match parse_special(text) {
        Some((value, len)) if len == text.len() => value,
        Some(_) => return Err(HexError::Invalid),
        None => parse_magnitude(text)?,
    };
    Ok(if negative { -magnitude } else { magnitude })
}

fn parse_magnitude(text: &[u8]) -> Result<f64, HexError> {
    let mut rest = match text {
        [b'0', b'x' | b'X', rest @ ..] => rest,
        _ => text,
    };
    // The first 16 significant digits; of the others only whether they are all zero.
    let (mut mantissa, mut sticky, mut exponent) = (0u64, false, 0i64);
    let (mut any_digit, mut after_point) = (false, false);
    while let [byte, after @ ..] = rest {
        match (*byte as char).to_digit(16) {
            Some(digit) => {
                any_digit = true;
                if mantissa >> 60 == 0 {
                    mantissa = mantissa << 4 | u64::from(digit);
                    exponent -= 4 * i64::from(after_point);
                } else {
                    sticky |= digit != 0;
                    exponent += 4 * i64::from(!after_point);
                }
            }
            None if *byte == b'.' && !after_point => after_point = true,
            None => break,
        }
        rest = after;
    }
    if !any_digit {
        return Err(HexError::Invalid);
    }
    if let [b'p' | b'P', after @ ..] = rest {
        exponent = exponent.saturating_add(parse_exponent(after).ok_or(HexError::Invalid)?);
    } else if !rest.is_empty() {
        return Err(HexError::Invalid);
    }
    ldexp_round(mantissa, sticky, exponent).ok_or(HexError::TooLarge)
}

/// A decimal integer with an optional sign, held to half the range of `i64`.
fn parse_exponent(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .fold(0i64, |value, &byte| value.saturating_mul(10).saturating_add(i64::from(byte - b'0')));
    Some(sign * value.min(i64::MAX / 2))
}

//! `int(text, base)`, the limit on digits, and the way from Unicode digits to ASCII that `int`, `float` and `complex` share.

use std::borrow::Cow;

use crate::bigint::{BigInt, IntError, IntRef, decimal_digits_lower_bound};
use crate::float::trim_ascii_space;
use crate::text::Text;
use crate::unicode;

/// The smallest limit that can be set (`sys.int_info.str_digits_check_threshold`); shorter texts are never refused.
pub const MIN_DIGITS_LIMIT: usize = 640;
/// The limit at start (`sys.int_info.default_max_str_digits`).
pub const DEFAULT_DIGITS_LIMIT: usize = 4300;

/// An integer, in the machine word if it fits there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ParsedInt {
    /// It fits.
    Small(i64),
    /// It does not.
    Big(BigInt),
}

/// Why a text is no integer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParseIntError {
    /// It does not have the form (ValueError, with the text as the caller got it).
    Invalid,
    /// The base is not 0 or from 2 to 36 (ValueError).
    BadBase,
    /// More digits than the limit allows (ValueError).
    TooManyDigits {
        /// The limit.
        limit: usize,
        /// Digits in the text.
        digits: usize,
    },
    /// No memory for the result.
    NoMemory,
}

impl std::fmt::Display for ParseIntError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ParseIntError::Invalid => f.write_str("invalid literal for int()"),
            ParseIntError::BadBase => f.write_str("int() base must be >= 2 and <= 36, or 0"),
            ParseIntError::TooManyDigits { limit, digits } => write!(
                f,
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; \
                 use sys.set_int_max_str_digits() to increase the limit"
            ),
            ParseIntError::NoMemory => f.write_str("integer does not fit into memory"),
        }
    }
}

impl std::error::Error for ParseIntError {}

impl From<IntError> for ParseIntError {
    fn from(_: IntError) -> ParseIntError {
        ParseIntError::NoMemory
    }
}

/// Replaces Unicode digits by ASCII digits and Unicode spaces by spaces, for the number parsers.
///
/// At the first other character beyond ASCII it writes a `?` and stops: that is no number, whatever follows.
pub fn to_ascii_number(text: &Text) -> Cow<'_, [u8]> {
    if text.is_ascii() {
        return Cow::Borrowed(text.as_bytes());
    }
    let mut out = Vec::new();
    if out.try_reserve(text.byte_len()).is_err() {
        return Cow::Borrowed(b"?");
    }
    for c in text.code_points() {
        match (u8::try_from(c), unicode::decimal_value(c)) {
            (Ok(byte @ 0..0x80), _) => out.push(byte),
            (_, Some(digit)) => out.push(b'0' + digit as u8),
            _ if unicode::is_space(c) => out.push(b' '),
            _ => {
                out.push(b'?');
                break;
            }
        }
    }
    Cow::Owned(out)
}

/// Sign, base and digits with underscores of an integer text.
struct Parts<'a> {
    negative: bool,
    base: u32,
    digits: &'a [u8],
    /// A leading zero in base 0: only zero may be written so.
    only_zero: bool,
}

fn split(text: &[u8], base: u32) -> Parts<'_> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    let (prefix_base, after_prefix) = match text {
        [b'0', b'x' | b'X', rest @ ..] => (16, rest),
        [b'0', b'o' | b'O', rest @ ..] => (8, rest),
        [b'0', b'b' | b'B', rest @ ..] => (2, rest),
        _ => (0, text),
    };
    if prefix_base != 0 && (base == 0 || base == prefix_base) {
        // One underscore may follow the prefix.
        let digits = after_prefix.strip_prefix(b"_").unwrap_or(after_prefix);
        return Parts { negative, base: prefix_base, digits, only_zero: false };
    }
    let only_zero = base == 0 && text.first() == Some(&b'0');
    Parts { negative, base: if base == 0 { 10 } else { base }, digits: text, only_zero }
}

/// Checks digits of a base with single underscores between them; gives how many digits there are.
fn count_digits(text: &[u8], base: u32) -> Option<usize> {
    let mut count = 0;
    let mut after_underscore = true;
    for &byte in text {
        if byte == b'_' {
            if after_underscore {
                return None;
            }
            after_underscore = true;
        } else if (byte as char).is_digit(base) {
            count += 1;
            after_underscore = false;
        } else {
            return None;
        }
    }
    (!after_underscore).then_some(count)
}

/// `int(text, base)`: `limit` is the largest number of digits where the base is no power of two, 0 for none.
pub fn parse_int(text: &[u8], base: u32, limit: usize) -> Result<ParsedInt, ParseIntError> {
    if base == 1 || base > 36 {
        return Err(ParseIntError::BadBase);
    }
    let parts = split(trim_ascii_space(text), base);
    if let Some(small) = parse_small(&parts) {
        return Ok(ParsedInt::Small(small));
    }
    let count = count_digits(parts.digits, parts.base).ok_or(ParseIntError::Invalid)?;
    if parts.only_zero && parts.digits.iter().any(|byte| !matches!(byte, b'0' | b'_')) {
        return Err(ParseIntError::Invalid);
    }
    if limit != 0 && count > limit.max(MIN_DIGITS_LIMIT) && !parts.base.is_power_of_two() {
        return Err(ParseIntError::TooManyDigits { limit, digits: count });
    }
    let digits = if count == parts.digits.len() {
        Cow::Borrowed(parts.digits)
    } else {
        let mut digits = Vec::new();
        digits.try_reserve_exact(count).map_err(|_| ParseIntError::NoMemory)?;
        digits.extend(parts.digits.iter().copied().filter(|&byte| byte != b'_'));
        Cow::Owned(digits)
    };
    let magnitude = BigInt::from_digits(&digits, parts.base)?.ok_or(ParseIntError::Invalid)?;
    let value = if parts.negative { magnitude.neg() } else { magnitude };
    Ok(value.to_i64().map_or(ParsedInt::Big(value), ParsedInt::Small))
}

/// Few digits and nothing special: they fit a machine word.
fn parse_small(parts: &Parts<'_>) -> Option<i64> {
    // 36^12 and 10^18 are below 2^63.
    let longest = if parts.base <= 10 { 18 } else { 12 };
    if parts.digits.is_empty() || parts.digits.len() > longest || parts.only_zero {
        return None;
    }
    let magnitude = parts.digits.iter().try_fold(0i64, |value, &byte| {
        Some(value * i64::from(parts.base) + i64::from((byte as char).to_digit(parts.base)?))
    })?;
    Some(if parts.negative { -magnitude } else { magnitude })
}

/// Why an integer has no decimal text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToDecimalError {
    /// More digits than this limit (ValueError).
    TooManyDigits(usize),
    /// No memory for the text.
    NoMemory,
}

impl std::fmt::Display for ToDecimalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ToDecimalError::TooManyDigits(limit) => write!(
                f,
                "Exceeds the limit ({limit} digits) for integer string conversion; \
                 use sys.set_int_max_str_digits() to increase the limit"
            ),
            ToDecimalError::NoMemory => f.write_str("integer does not fit into memory"),
        }
    }
}

impl std::error::Error for ToDecimalError {}

/// `str(value)` under a limit on digits; 0 for none.
pub fn to_decimal(value: IntRef<'_>, limit: usize) -> Result<String, ToDecimalError> {
    let allowed = if limit == 0 { usize::MAX } else { limit.max(MIN_DIGITS_LIMIT) };
    // Too long by far is seen before the work is done.
    if decimal_digits_lower_bound(value.bit_length()) > allowed as u64 {
        return Err(ToDecimalError::TooManyDigits(limit));
    }
    let text = value.to_decimal().map_err(|_| ToDecimalError::NoMemory)?;
    if text.len() - usize::from(value.is_negative()) > allowed {
        return Err(ToDecimalError::TooManyDigits(limit));
    }
    Ok(text)
}

/// Room for the decimal digits of a machine word.
#[derive(Debug)]
pub struct IntBuffer {
    bytes: [u8; 20],
}

impl Default for IntBuffer {
    fn default() -> Self {
        IntBuffer::new()
    }
}

impl IntBuffer {
    /// An empty buffer.
    #[inline]
    pub const fn new() -> IntBuffer {
        IntBuffer { bytes: [0; 20] }
    }

    /// `str(value)`.
    #[inline]
    pub fn decimal(&mut self, value: i64) -> &str {
        let mut start = crate::bigint::write_u64(&mut self.bytes, value.unsigned_abs());
        if value < 0 {
            // 19 digits at most: there is room for the sign.
            start -= 1;
            self.bytes[start] = b'-';
        }
        std::str::from_utf8(self.bytes.get(start..).unwrap_or_default()).unwrap_or_default()
    }
}

//! Floats as Python shows, reads and computes them.
//!
//! All conversions are correctly rounded. Digits come from `zmij` (shortest) or the standard library (a given number of
//! digits, exact, ties to even); the layout around them is CPython's and is decided here. The format mini-language is in `format`.

mod arith;
mod digits;
mod hex;
mod parse;

pub use arith::{PowError, RoundError, as_integer_ratio, divmod, floor_div, modulo, pow, round};
pub use digits::{Form, Layout, push_float};
pub use hex::{HexError, from_hex, to_hex};
pub use parse::{parse, parse_complex, remove_underscores, trim_ascii_space};

use digits::{Decimal, push_exponent};

/// Room for the longest `repr` of a float, which is 24 bytes.
#[derive(Debug)]
pub struct ReprBuffer {
    bytes: [u8; 32],
}

impl Default for ReprBuffer {
    fn default() -> Self {
        ReprBuffer::new()
    }
}

impl ReprBuffer {
    /// An empty buffer.
    #[inline]
    pub const fn new() -> ReprBuffer {
        ReprBuffer { bytes: [0; 32] }
    }

    /// `repr(value)`: the shortest digits that give the value back, all ASCII.
    pub fn repr(&mut self, value: f64) -> &str {
        let mut out = Cursor { bytes: &mut self.bytes, len: 0 };
        write_repr(&mut out, value);
        let len = out.len;
        std::str::from_utf8(self.bytes.get(..len).unwrap_or_default()).unwrap_or_default()
    }
}

struct Cursor<'a> {
    bytes: &'a mut [u8; 32],
    len: usize,
}

impl Cursor<'_> {
    fn push(&mut self, bytes: &[u8]) {
        if let Some(slot) = self.bytes.get_mut(self.len..self.len + bytes.len()) {
            slot.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }
}

/// Whether digits stand as Python has them: no exponent, a point, between 10^-4 and 10^16.
fn is_python_layout(text: &[u8]) -> bool {
    match text.iter().position(|&byte| byte == b'.') {
        Some(1) if text.starts_with(b"0.0000") => false,
        Some(point) => point <= 16 && !text.contains(&b'e'),
        None => false,
    }
}

/// `repr` of a value that may be an infinity or NaN; the sign of a NaN is not shown.
fn write_repr(out: &mut Cursor<'_>, value: f64) {
    if value.is_nan() {
        return out.push(b"nan");
    }
    if value.is_sign_negative() {
        out.push(b"-");
    }
    if value.is_infinite() {
        return out.push(b"inf");
    }
    let mut buffer = zmij::Buffer::new();
    let shortest = buffer.format_finite(value.abs()).as_bytes();
    if is_python_layout(shortest) {
        return out.push(shortest);
    }
    let Decimal { digits, point } = Decimal::shortest(value.abs());
    let count = digits.len() as i32;
    match point {
        // 0.000ddd
        -3..=0 => {
            out.push(b"0.");
            out.push(b"000".get(..point.unsigned_abs() as usize).unwrap_or_default());
            out.push(&digits);
        }
        // ddd000.0
        1..=16 if point >= count => {
            out.push(&digits);
            out.push(b"000000000000000".get(..(point - count) as usize).unwrap_or_default());
            out.push(b".0");
        }
        // dd.dd
        1..=16 => {
            let (whole, fraction) = digits.split_at(point as usize);
            out.push(whole);
            out.push(b".");
            out.push(fraction);
        }
        _ => {
            let (first, rest) = digits.split_at(1);
            out.push(first);
            if !rest.is_empty() {
                out.push(b".");
                out.push(rest);
            }
            push_exponent(point - 1, |bytes| out.push(bytes));
        }
    }
}

/// `repr(value)`.
pub fn repr(value: f64) -> String {
    ReprBuffer::new().repr(value).to_owned()
}

/// `repr` of a complex number.
pub fn repr_complex(real: f64, imaginary: f64) -> String {
    // A part is shown as a float without its ".0".
    let part = |value: f64| {
        let text = repr(value);
        text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
    };
    if real == 0.0 && real.is_sign_positive() {
        return format!("{}j", part(imaginary));
    }
    let sign = if imaginary.is_nan() || imaginary.is_sign_positive() { "+" } else { "" };
    format!("({}{sign}{}j)", part(real), part(imaginary))
}

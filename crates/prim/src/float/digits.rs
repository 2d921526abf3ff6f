//! Decimal digits of floats, and the layouts `e`, `f`, `g` and `r` of C and Python.

use std::collections::TryReserveError;
use std::fmt::{self, Write as _};

use smallvec::SmallVec;

use crate::bigint::push_u64;

/// Digits of a finite, non-negative number: 0.d₁d₂d₃… · 10^point. Zero is one digit 0 with point 1.
pub(super) struct Decimal {
    pub(super) digits: SmallVec<[u8; 24]>,
    pub(super) point: i32,
}

/// No float has more significant digits than this.
const MAX_SIGNIFICANT: usize = 767;
/// No float has more digits after the decimal point than this.
const MAX_DECIMALS: usize = 1074;

/// Powers of ten that are exact.
const POWERS_OF_TEN: [f64; 16] =
    [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/// A non-negative number in units of 10^-count, rounded to the nearest; `None` if floats can't tell which one that is.
pub(super) fn scaled_units(value: f64, count: usize) -> Option<u64> {
    let scaled = value * POWERS_OF_TEN.get(count)?;
    if scaled >= (1u64 << 50) as f64 {
        return None;
    }
    let units = scaled as u64;
    // The product is off by at most half a unit in its last place: 2^-53 of it.
    let fraction = scaled - units as f64;
    let margin = scaled * f64::EPSILON;
    if (fraction - 0.5).abs() <= margin {
        return None;
    }
    Some(units + u64::from(fraction > 0.5))
}

/// Ten to a power below 16.
pub(super) fn power_of_ten(exponent: usize) -> Option<f64> {
    POWERS_OF_TEN.get(exponent).copied()
}

impl Decimal {
    const fn zero() -> Decimal {
        Decimal { digits: SmallVec::new_const(), point: 1 }
    }

    /// Reads what `zmij` or the standard library wrote: digits with a point, perhaps an exponent.
    fn read(text: &[u8]) -> Decimal {
        let mut out = Decimal { digits: SmallVec::new(), point: 0 };
        let mut after_point = false;
        let mut rest = text.iter();
        while let Some(&byte) = rest.next() {
            match byte {
                b'.' => after_point = true,
                b'e' => {
                    let exponent = std::str::from_utf8(rest.as_slice())
                        .ok()
                        .and_then(|text| text.parse::<i32>().ok());
                    out.point += exponent.unwrap_or(0);
                    break;
                }
                b'0' if out.digits.is_empty() => out.point -= i32::from(after_point),
                digit => {
                    out.digits.push(digit);
                    out.point += i32::from(!after_point);
                }
            }
        }
        out
    }

    /// The fewest digits that give the number back, without zeros at the end.
    pub(super) fn shortest(value: f64) -> Decimal {
        if value == 0.0 {
            return Decimal { digits: SmallVec::from_slice(b"0"), ..Decimal::zero() };
        }
        let mut buffer = zmij::Buffer::new();
        let mut out = Decimal::read(buffer.format_finite(value).as_bytes());
        while out.digits.last() == Some(&b'0') {
            out.digits.pop();
        }
        out
    }

    /// `count` significant digits (at least 1), as far as there are any but zeros; zero has none.
    pub(super) fn significant(value: f64, count: usize) -> Decimal {
        if value == 0.0 {
            return Decimal::zero();
        }
        let decimals = count.clamp(1, MAX_SIGNIFICANT) - 1;
        Decimal::read(&Scratch::of(format_args!("{value:.decimals$e}")))
    }

    /// Digits up to `count` after the decimal point, as far as there are any but zeros; none if it rounds to zero.
    pub(super) fn fixed(value: f64, count: usize) -> Decimal {
        if let Some(fast) = Decimal::fixed_fast(value, count) {
            return fast;
        }
        let decimals = count.min(MAX_DECIMALS);
        let out = Decimal::read(&Scratch::of(format_args!("{value:.decimals$}")));
        if out.digits.is_empty() { Decimal::zero() } else { out }
    }

    /// The same by way of an integer, where that is certain to be right.
    fn fixed_fast(value: f64, count: usize) -> Option<Decimal> {
        let units = scaled_units(value, count)?;
        if units == 0 {
            return Some(Decimal::zero());
        }
        let mut digits = Vec::new();
        push_u64(&mut digits, units);
        let point = digits.len() as i32 - count as i32;
        Some(Decimal { digits: SmallVec::from_slice(&digits), point })
    }

    /// The digit at a position, counted from the decimal point: 0 is the last one before it, −1 the first one after it.
    fn at(&self, position: i32) -> u8 {
        usize::try_from(self.point - 1 - position)
            .ok()
            .and_then(|i| self.digits.get(i).copied())
            .unwrap_or(b'0')
    }
}

/// Where the standard library writes digits.
struct Scratch(SmallVec<[u8; 64]>);

impl Scratch {
    fn of(arguments: fmt::Arguments<'_>) -> SmallVec<[u8; 64]> {
        let mut scratch = Scratch(SmallVec::new());
        // Neither the scratch nor the formatting of floats ever fails.
        let _ = scratch.write_fmt(arguments);
        scratch.0
    }
}

impl fmt::Write for Scratch {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Passes on an exponent of at least two digits with its sign, after an `e`.
pub(super) fn push_exponent(exponent: i32, mut push: impl FnMut(&[u8])) {
    let magnitude = exponent.unsigned_abs();
    let digit = |n: u32| b'0' + (n % 10) as u8;
    push(if exponent < 0 { b"e-" } else { b"e+" });
    if magnitude >= 100 {
        push(&[digit(magnitude / 100)]);
    }
    push(&[digit(magnitude / 10), digit(magnitude)]);
}

/// How digits are chosen and laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// `e`: one digit before the point, an exponent.
    Exponent,
    /// `f`: no exponent.
    Fixed,
    /// `g`: significant digits, an exponent only where the number is large or small.
    General,
    /// `r`: the shortest digits that give the number back; the precision does not matter.
    Shortest,
}

/// How to show a float.
#[derive(Clone, Copy, Debug)]
pub struct Layout {
    /// The choice of digits.
    pub form: Form,
    /// Digits after the point, or significant ones for [`Form::General`].
    pub precision: usize,
    /// Letters in upper case.
    pub upper: bool,
    /// `#`: always a decimal point, and zeros at the end stay.
    pub alternate: bool,
    /// A number without exponent gets at least ".0".
    pub dot_zero: bool,
    /// No minus sign on what has been rounded to zero.
    pub no_negative_zero: bool,
}

impl Layout {
    /// A form and its precision, nothing special.
    pub const fn new(form: Form, precision: usize) -> Layout {
        Layout {
            form,
            precision,
            upper: false,
            alternate: false,
            dot_zero: false,
            no_negative_zero: false,
        }
    }
}

/// Appends a float; the sign is shown only if it is minus. Fails if there is no memory for the digits asked for.
pub fn push_float(out: &mut Vec<u8>, value: f64, layout: &Layout) -> Result<(), TryReserveError> {
    let start = out.len();
    if value.is_nan() {
        out.extend_from_slice(b"nan");
    } else {
        let magnitude = value.abs();
        let decimal = match layout.form {
            _ if value.is_infinite() => Decimal::zero(),
            Form::Exponent => Decimal::significant(magnitude, layout.precision.saturating_add(1)),
            Form::Fixed => Decimal::fixed(magnitude, layout.precision),
            Form::General => Decimal::significant(magnitude, layout.precision.max(1)),
            Form::Shortest => Decimal::shortest(magnitude),
        };
        let is_zero = value.is_finite() && decimal.digits.iter().all(|&digit| digit == b'0');
        if value.is_sign_negative() && !(layout.no_negative_zero && is_zero) {
            out.push(b'-');
        }
        if value.is_infinite() {
            out.extend_from_slice(b"inf");
        } else {
            push_digits(out, decimal, layout)?;
        }
    }
    if layout.upper {
        out.get_mut(start..).unwrap_or_default().make_ascii_uppercase();
    }
    Ok(())
}

/// Appends the digits with point, zeros and exponent.
fn push_digits(
    out: &mut Vec<u8>,
    mut decimal: Decimal,
    layout: &Layout,
) -> Result<(), TryReserveError> {
    let point = decimal.point;
    // Beyond this no float has digits.
    let significant = layout.precision.clamp(1, i32::MAX as usize);
    let with_exponent = match layout.form {
        Form::Exponent => true,
        Form::Fixed => false,
        // A point and zero take the place of one digit.
        Form::General => {
            point <= -4 || i64::from(point) > significant as i64 - i64::from(layout.dot_zero)
        }
        Form::Shortest => point <= -4 || point > 16,
    };
    // The form's own digits after the first; `None` leaves it to the digits there are.
    let (mut whole, wanted) = match layout.form {
        Form::Exponent => (1, Some(layout.precision)),
        Form::Fixed => (point.max(1), Some(layout.precision)),
        Form::General if with_exponent => (1, layout.alternate.then(|| significant - 1)),
        Form::General => (
            point.max(1),
            layout.alternate.then(|| (significant as i64 - i64::from(point)).max(0) as usize),
        ),
        Form::Shortest => (point.max(1), None),
    };
    if wanted.is_none() {
        while decimal.digits.last() == Some(&b'0') {
            decimal.digits.pop();
        }
    }
    if with_exponent {
        whole = 1;
        decimal.point = 1;
    }
    let present =
        usize::try_from(decimal.digits.len() as i64 - i64::from(decimal.point)).unwrap_or(0);
    let mut decimals = wanted.unwrap_or(present);
    if layout.dot_zero && !with_exponent && decimals == 0 {
        decimals = 1;
    }
    out.try_reserve(decimals.saturating_add(whole as usize).saturating_add(8))?;
    (0..whole).rev().for_each(|position| out.push(decimal.at(position)));
    if decimals > 0 || layout.alternate {
        out.push(b'.');
    }
    let nonzero = decimals.min(present);
    (1..=nonzero as i32).for_each(|i| out.push(decimal.at(-i)));
    out.resize(out.len() + (decimals - nonzero), b'0');
    if with_exponent {
        push_exponent(point - 1, |bytes| out.extend_from_slice(bytes));
    }
    Ok(())
}

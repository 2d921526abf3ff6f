//! `format()`, `%` formatting and `repr` of text and bytes: what of them needs no objects.
//!
//! This file has the format mini-language, `[[fill]align][sign][z][#][0][width][grouping][.precision[grouping]][type]`, with
//! CPython's errors. Numbers are laid out in `number`, the older language is in `percent`, literals are in `quote`.

pub mod number;
pub mod percent;
pub mod quote;

pub use number::{NumericLocale, format_complex, format_float, format_int};

use std::collections::TryReserveError;
use std::fmt;

use crate::text::{Text, TextBuf};
use crate::unicode;

/// Why something can't be formatted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FormatError {
    /// A ValueError with this message.
    Value(TextBuf),
    /// An OverflowError with this message.
    Overflow(&'static str),
    /// No memory for the result.
    NoMemory,
}

impl FormatError {
    fn value(message: impl Into<TextBuf>) -> FormatError {
        FormatError::Value(message.into())
    }
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FormatError::Value(message) => message.fmt(f),
            FormatError::Overflow(message) => f.write_str(message),
            FormatError::NoMemory => f.write_str("formatted value does not fit into memory"),
        }
    }
}

impl std::error::Error for FormatError {}

impl From<TryReserveError> for FormatError {
    fn from(_: TryReserveError) -> FormatError {
        FormatError::NoMemory
    }
}

/// Where the value stands in its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// `<`
    Left,
    /// `>`
    Right,
    /// `^`
    Center,
    /// `=`: the padding comes between the sign and the digits.
    AfterSign,
}

impl Align {
    fn from_code_point(c: u32) -> Option<Align> {
        match char::from_u32(c)? {
            '<' => Some(Align::Left),
            '>' => Some(Align::Right),
            '^' => Some(Align::Center),
            '=' => Some(Align::AfterSign),
            _ => None,
        }
    }
}

/// The sign of numbers that are not negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// `-`: none.
    Minus,
    /// `+`
    Plus,
    /// A space.
    Space,
}

/// What separates groups of digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grouping {
    /// A comma.
    Comma,
    /// An underscore.
    Underscore,
}

impl Grouping {
    fn from_code_point(c: u32) -> Option<Grouping> {
        match char::from_u32(c)? {
            ',' => Some(Grouping::Comma),
            '_' => Some(Grouping::Underscore),
            _ => None,
        }
    }

    const fn as_char(self) -> char {
        match self {
            Grouping::Comma => ',',
            Grouping::Underscore => '_',
        }
    }
}

/// A parsed format specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spec {
    /// What fills the field.
    pub fill: u32,
    /// Where the value stands.
    pub align: Align,
    /// The sign option, if there is one.
    pub sign: Option<Sign>,
    /// `z`: no minus sign on what has been rounded to zero.
    pub no_negative_zero: bool,
    /// `#`: the alternate form.
    pub alternate: bool,
    /// The least width in characters.
    pub width: Option<usize>,
    /// Between groups of digits before the decimal point.
    pub grouping: Option<Grouping>,
    /// The precision.
    pub precision: Option<usize>,
    /// Between groups of digits after the decimal point.
    pub fraction_grouping: Option<Grouping>,
    /// The type, a character; `None` if there is none.
    pub kind: Option<u32>,
}

/// The end of a specification that is still to be read.
struct Reader<'a> {
    rest: &'a Text,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u32> {
        self.rest.code_points().next()
    }

    fn advance(&mut self) -> Option<u32> {
        let mut code_points = self.rest.code_points();
        let c = code_points.next()?;
        self.rest = code_points.as_text();
        Some(c)
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted.into());
        if found {
            self.advance();
        }
        found
    }

    fn take_if<T>(&mut self, read: impl Fn(u32) -> Option<T>) -> Option<T> {
        let value = read(self.peek()?)?;
        self.advance();
        Some(value)
    }

    /// A number of decimal digits; `None` if there is no digit. Python's sizes are signed.
    fn number(&mut self) -> Result<Option<usize>, FormatError> {
        let mut value: Option<usize> = None;
        while let Some(digit) = self.take_if(unicode::decimal_value) {
            let next = value
                .unwrap_or(0)
                .checked_mul(10)
                .and_then(|value| value.checked_add(digit as usize));
            let next = next.filter(|&value| value <= isize::MAX as usize);
            value =
                Some(next.ok_or_else(|| {
                    FormatError::value("Too many decimal digits in format string")
                })?);
        }
        Ok(value)
    }

    /// At most one of `,` and `_`.
    fn grouping(&mut self) -> Result<Option<Grouping>, FormatError> {
        let first = self.take_if(Grouping::from_code_point);
        match (first, self.peek().and_then(Grouping::from_code_point)) {
            (Some(first), Some(second)) if first != second => {
                Err(FormatError::value("Cannot specify both ',' and '_'."))
            }
            _ => Ok(first),
        }
    }
}

/// A character as error messages show it.
fn shown(c: u32) -> String {
    match char::from_u32(c) {
        Some(c @ '!'..='\x7f') => c.to_string(),
        _ => format!("\\x{c:x}"),
    }
}

impl Spec {
    /// Reads a specification. `default_kind` stands in for a missing type in the checks (`'s'` for text, `'d'` for integers),
    /// `type_name` is the type of the value for the messages.
    pub fn parse(
        spec: &Text,
        default_kind: Option<char>,
        default_align: Align,
        type_name: &str,
    ) -> Result<Spec, FormatError> {
        let mut reader = Reader { rest: spec };
        let mut out = Spec {
            fill: ' '.into(),
            align: default_align,
            sign: None,
            no_negative_zero: false,
            alternate: false,
            width: None,
            grouping: None,
            precision: None,
            fraction_grouping: None,
            kind: default_kind.map(u32::from),
        };
        let (has_fill, has_align) = out.read_align(&mut reader);
        out.sign = reader.take_if(|c| match char::from_u32(c)? {
            '+' => Some(Sign::Plus),
            '-' => Some(Sign::Minus),
            ' ' => Some(Sign::Space),
            _ => None,
        });
        out.no_negative_zero = reader.take('z');
        out.alternate = reader.take('#');
        if !has_fill && reader.take('0') {
            out.fill = '0'.into();
            if !has_align && default_align == Align::Right {
                out.align = Align::AfterSign;
            }
        }
        out.width = reader.number()?;
        out.grouping = reader.grouping()?;
        if reader.take('.') {
            out.precision = reader.number()?;
            out.fraction_grouping = reader.grouping()?;
            if out.precision.is_none() && out.fraction_grouping.is_none() {
                return Err(FormatError::value("Format specifier missing precision"));
            }
        }
        if let Some(kind) = reader.advance() {
            // CPython marks a missing type by a zero; one in the text means the same, unless there is a default.
            out.kind = Some(kind).filter(|&kind| kind != 0 || default_kind.is_some());
        }
        if !reader.rest.is_empty() {
            let mut message = TextBuf::from("Invalid format specifier '");
            message.try_push_text(spec)?;
            message.push_str(&format!("' for object of type '{type_name}'"));
            return Err(FormatError::Value(message));
        }
        out.check_grouping()?;
        Ok(out)
    }

    fn read_align(&mut self, reader: &mut Reader<'_>) -> (bool, bool) {
        let mut code_points = reader.rest.code_points();
        let (first, second) = (code_points.next(), code_points.next());
        if let (Some(fill), Some(align)) = (first, second.and_then(Align::from_code_point)) {
            (self.fill, self.align) = (fill, align);
            reader.rest = code_points.as_text();
            return (true, true);
        }
        match reader.take_if(Align::from_code_point) {
            Some(align) => {
                self.align = align;
                (false, true)
            }
            None => (false, false),
        }
    }

    /// Grouping goes with decimal types, underscores with the powers of two as well. That of fractions goes with all types
    /// but the locale's own.
    fn check_grouping(&self) -> Result<(), FormatError> {
        let kind = self.kind.unwrap_or(0);
        let decimal = kind == 0 || char::from_u32(kind).is_some_and(|c| "defgEG%F".contains(c));
        let power_of_two = char::from_u32(kind).is_some_and(|c| "boxX".contains(c));
        let refused = match (self.grouping, self.fraction_grouping) {
            (Some(grouping), _)
                if !(decimal || power_of_two && grouping == Grouping::Underscore) =>
            {
                grouping
            }
            (_, Some(grouping)) if kind == u32::from('n') => grouping,
            _ => return Ok(()),
        };
        Err(FormatError::value(format!(
            "Cannot specify '{}' with '{}'.",
            refused.as_char(),
            shown(kind)
        )))
    }

    fn unknown_kind(&self, type_name: &str) -> FormatError {
        let kind = shown(self.kind.unwrap_or(0));
        FormatError::value(format!("Unknown format code '{kind}' for object of type '{type_name}'"))
    }

    /// How many fill characters stand on the left and on the right of a value this long.
    fn padding(&self, len: usize) -> (usize, usize) {
        let total = self.width.unwrap_or(0).saturating_sub(len);
        match self.align {
            Align::Right => (total, 0),
            Align::Center => (total / 2, total - total / 2),
            Align::Left | Align::AfterSign => (0, total),
        }
    }
}

/// Appends a fill character `count` times.
fn push_fill(out: &mut TextBuf, fill: u32, count: usize) -> Result<(), FormatError> {
    out.try_reserve(count.saturating_mul(crate::text::encoded_len(fill)))?;
    for _ in 0..count {
        // A fill character comes out of a text.
        let _ = out.push(fill);
    }
    Ok(())
}

/// `format(text, spec)`.
pub fn format_text(text: &Text, spec: &Spec, type_name: &str) -> Result<TextBuf, FormatError> {
    let refuse = |what: &str| {
        Err(FormatError::value(format!("{what} not allowed in string format specifier")))
    };
    if spec.kind != Some('s'.into()) {
        return Err(spec.unknown_kind(type_name));
    }
    match spec.sign {
        Some(Sign::Space) => return refuse("Space"),
        Some(_) => return refuse("Sign"),
        None => {}
    }
    if spec.no_negative_zero {
        return refuse("Negative zero coercion (z)");
    }
    if spec.alternate {
        return refuse("Alternate form (#)");
    }
    if spec.align == Align::AfterSign {
        return refuse("'=' alignment");
    }
    let text = match spec.precision {
        Some(precision) => text.slice(0..precision),
        None => text,
    };
    let (left, right) = spec.padding(if spec.width.is_some() { text.code_point_len() } else { 0 });
    let mut out = TextBuf::new();
    push_fill(&mut out, spec.fill, left)?;
    out.try_push_text(text)?;
    push_fill(&mut out, spec.fill, right)?;
    Ok(out)
}

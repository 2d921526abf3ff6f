//! The `%` operator of text and bytes: its format language, and fields of numbers and text.
//!
//! Which argument a field takes, what `*` means for it and what `%s` of it is are the caller's business.

use super::{FormatError, push_fill};
use crate::bigint::IntRef;
use crate::float::{Form, Layout, push_float};
use crate::intparse;
use crate::text::{Text, TextBuf};

/// A width or precision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// There is none.
    Default,
    /// A number in the format.
    Given(usize),
    /// `*`: the next argument.
    FromArgument,
}

/// The flags of a field.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `-`: to the left.
    pub left: bool,
    /// `+`: a sign always.
    pub plus: bool,
    /// A space in place of a plus sign.
    pub space: bool,
    /// `#`: the alternate form.
    pub alternate: bool,
    /// `0`: zeros fill the field of a number.
    pub zero: bool,
}

/// A field: what follows a percent sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field<'a> {
    /// The key in parentheses.
    pub key: Option<&'a Text>,
    /// The flags.
    pub flags: Flags,
    /// The least width.
    pub width: Amount,
    /// Digits or characters, as the conversion has it.
    pub precision: Amount,
    /// The conversion character.
    pub conversion: u32,
    /// Byte offset of the conversion character in the format.
    pub offset: usize,
}

/// Part of a format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text that stays as it is.
    Literal(&'a Text),
    /// A field, `%%` included.
    Field(Field<'a>),
}

/// The pieces of a format, up to the first error.
#[derive(Clone, Debug)]
pub struct Pieces<'a> {
    format: &'a Text,
    rest: &'a Text,
}

impl<'a> Pieces<'a> {
    /// Of this format.
    pub fn new(format: &'a Text) -> Pieces<'a> {
        Pieces { format, rest: format }
    }

    /// What has not been read.
    pub fn rest(&self) -> &'a Text {
        self.rest
    }

    fn offset(&self) -> usize {
        self.format.byte_len() - self.rest.byte_len()
    }

    fn peek(&self) -> Option<u32> {
        self.rest.code_points().next()
    }

    /// The next character; the format must not end here.
    fn advance(&mut self) -> Result<u32, FormatError> {
        let mut code_points = self.rest.code_points();
        let c = code_points.next().ok_or_else(|| FormatError::value("incomplete format"))?;
        self.rest = code_points.as_text();
        Ok(c)
    }

    fn take(&mut self, wanted: char) -> bool {
        let found = self.peek() == Some(wanted.into());
        if found {
            self.rest =
                self.rest.get_bytes(wanted.len_utf8()..self.rest.byte_len()).unwrap_or(Text::EMPTY);
        }
        found
    }

    /// A key up to the parenthesis that closes the one before it.
    fn key(&mut self) -> Result<&'a Text, FormatError> {
        let mut depth = 1usize;
        for (offset, byte) in self.rest.as_bytes().iter().enumerate() {
            match byte {
                b'(' => depth += 1,
                b')' => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                let (key, after) = self.rest.split_at(offset).unwrap_or((self.rest, Text::EMPTY));
                self.rest = after.get_bytes(1..after.byte_len()).unwrap_or(Text::EMPTY);
                return Ok(key);
            }
        }
        Err(FormatError::value("incomplete format key"))
    }

    fn flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        loop {
            match self.peek().and_then(char::from_u32) {
                Some('-') => flags.left = true,
                Some('+') => flags.plus = true,
                Some(' ') => flags.space = true,
                Some('#') => flags.alternate = true,
                Some('0') => flags.zero = true,
                _ => return flags,
            }
            // The flag just seen.
            self.rest = self.rest.get_bytes(1..self.rest.byte_len()).unwrap_or(Text::EMPTY);
        }
    }

    /// ASCII digits or a star. `limit` is the largest number of the C type.
    fn amount(&mut self, limit: usize, too_big: &'static str) -> Result<Amount, FormatError> {
        if self.take('*') {
            return Ok(Amount::FromArgument);
        }
        let mut amount = Amount::Default;
        while let Some(c @ 0x30..=0x39) = self.peek() {
            let before = if let Amount::Given(value) = amount { value } else { 0 };
            let value =
                before.checked_mul(10).and_then(|value| value.checked_add((c - 0x30) as usize));
            let value =
                value.filter(|&value| value <= limit).ok_or_else(|| FormatError::value(too_big))?;
            amount = Amount::Given(value);
            self.advance()?;
        }
        Ok(amount)
    }

    fn field(&mut self) -> Result<Field<'a>, FormatError> {
        let key = if self.take('(') { Some(self.key()?) } else { None };
        let flags = self.flags();
        let width = self.amount(isize::MAX as usize, "width too big")?;
        let precision = if self.take('.') {
            match self.amount(i32::MAX as usize, "precision too big")? {
                Amount::Default => Amount::Given(0),
                amount => amount,
            }
        } else {
            Amount::Default
        };
        // A C length modifier means nothing.
        if let Some('h' | 'l' | 'L') = self.peek().and_then(char::from_u32) {
            self.advance()?;
        }
        let offset = self.offset();
        let conversion = self.advance()?;
        Ok(Field { key, flags, width, precision, conversion, offset })
    }
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Result<Piece<'a>, FormatError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() {
            return None;
        }
        if self.take('%') {
            let field = self.field().map(Piece::Field);
            if field.is_err() {
                self.rest = Text::EMPTY;
            }
            return Some(field);
        }
        let len = self
            .rest
            .as_bytes()
            .iter()
            .position(|&byte| byte == b'%')
            .unwrap_or(self.rest.byte_len());
        let (literal, rest) = self.rest.split_at(len)?;
        self.rest = rest;
        Some(Ok(Piece::Literal(literal)))
    }
}

impl Field<'_> {
    /// The error for a conversion character of this format that means nothing.
    pub fn unsupported(&self, format: &Text) -> FormatError {
        let shown =
            char::from_u32(self.conversion).filter(|c| ('\x1f'..='~').contains(c)).unwrap_or('?');
        FormatError::value(format!(
            "unsupported format character '{shown}' (0x{:x}) at index {}",
            self.conversion,
            format.code_point_index(self.offset)
        ))
    }

    fn kind(&self) -> char {
        char::from_u32(self.conversion).unwrap_or('?')
    }
}

/// Where to put a value: flags and the numbers that `*` may have given. A negative width from an argument sets `flags.left`.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The flags.
    pub flags: Flags,
    /// The least width.
    pub width: usize,
    /// The precision, if there is one.
    pub precision: Option<usize>,
}

impl Place {
    /// Appends a number: sign, prefix, zeros or spaces, digits.
    fn push_number(
        &self,
        out: &mut TextBuf,
        negative: bool,
        prefix: &str,
        digits: &[u8],
    ) -> Result<(), FormatError> {
        let sign = match self.flags {
            _ if negative => "-",
            Flags { plus: true, .. } => "+",
            Flags { space: true, .. } => " ",
            _ => "",
        };
        let padding = self.width.saturating_sub(sign.len() + prefix.len() + digits.len());
        let (left, zeros, right) = match self.flags {
            Flags { left: true, .. } => (0, 0, padding),
            Flags { zero: true, .. } => (0, padding, 0),
            _ => (padding, 0, 0),
        };
        push_fill(out, ' '.into(), left)?;
        out.try_reserve(3)?;
        out.push_str(sign);
        out.push_str(prefix);
        push_fill(out, '0'.into(), zeros)?;
        out.try_push_text(Text::from_bytes_unchecked(digits))?;
        push_fill(out, ' '.into(), right)
    }
}

/// Appends an int for the conversions `d i u o x X`. `digits_limit` is that of `str(int)`.
pub fn push_int(
    out: &mut TextBuf,
    value: IntRef<'_>,
    field: &Field<'_>,
    place: &Place,
    digits_limit: usize,
) -> Result<(), FormatError> {
    let kind = field.kind();
    let radix = |base| value.abs().to_radix_string(base).map_err(|_| FormatError::NoMemory);
    let (mut digits, prefix) = match kind {
        'o' => (radix(8)?, "0o"),
        'x' => (radix(16)?, "0x"),
        'X' => (radix(16)?.to_ascii_uppercase(), "0X"),
        _ => (intparse::to_decimal(value.abs(), digits_limit)?, ""),
    };
    let precision = place.precision.unwrap_or(0);
    if precision > i32::MAX as usize - 3 {
        return Err(FormatError::Overflow("precision too large"));
    }
    if precision > digits.len() {
        let mut padded = String::new();
        padded.try_reserve_exact(precision)?;
        (digits.len()..precision).for_each(|_| padded.push('0'));
        padded.push_str(&digits);
        digits = padded;
    }
    let prefix = if place.flags.alternate { prefix } else { "" };
    place.push_number(out, value.is_negative(), prefix, digits.as_bytes())
}

/// Appends a float for the conversions `e E f F g G`.
pub fn push_float_field(
    out: &mut TextBuf,
    value: f64,
    field: &Field<'_>,
    place: &Place,
) -> Result<(), FormatError> {
    let kind = field.kind();
    let form = match kind.to_ascii_lowercase() {
        'e' => Form::Exponent,
        'f' => Form::Fixed,
        _ => Form::General,
    };
    let layout = Layout {
        upper: kind.is_ascii_uppercase(),
        alternate: place.flags.alternate,
        ..Layout::new(form, place.precision.unwrap_or(6))
    };
    let mut number = Vec::new();
    push_float(&mut number, value, &layout)?;
    let (negative, digits) = match number.strip_prefix(b"-") {
        Some(digits) => (true, digits),
        None => (false, &number[..]),
    };
    place.push_number(out, negative, "", digits)
}

/// Appends text for the conversions `s r a c`: cut to the precision (not for `c`), filled to the width.
pub fn push_text_field(
    out: &mut TextBuf,
    text: &Text,
    field: &Field<'_>,
    place: &Place,
) -> Result<(), FormatError> {
    let text = match place.precision {
        Some(precision) if field.kind() != 'c' => text.slice(0..precision),
        _ => text,
    };
    let padding =
        if place.width == 0 { 0 } else { place.width.saturating_sub(text.code_point_len()) };
    let (left, right) = if place.flags.left { (0, padding) } else { (padding, 0) };
    push_fill(out, ' '.into(), left)?;
    out.try_push_text(text)?;
    push_fill(out, ' '.into(), right)
}

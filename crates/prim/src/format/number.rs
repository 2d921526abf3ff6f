//! `format()` of int, float and complex: digits, groups, sign, prefix and padding.

use super::{Align, FormatError, Grouping, Sign, Spec, push_fill};
use crate::bigint::IntRef;
use crate::float::{Form, Layout, push_float};
use crate::intparse::{self, ToDecimalError};
use crate::text::{Text, TextBuf};

/// What type `n` takes from the locale.
#[derive(Clone, Debug)]
pub struct NumericLocale {
    /// Between whole and fraction.
    pub decimal_point: TextBuf,
    /// Between groups of digits.
    pub thousands_separator: TextBuf,
    /// Sizes of groups from the right as C's `localeconv` has them: the last is repeated, 127 or more means no further groups.
    pub grouping: Vec<u8>,
}

impl Default for NumericLocale {
    /// The C locale: a point, no groups.
    fn default() -> Self {
        NumericLocale {
            decimal_point: ".".into(),
            thousands_separator: TextBuf::new(),
            grouping: Vec::new(),
        }
    }
}

/// How digits are grouped, and the decimal point.
struct Style<'a> {
    separator: &'a Text,
    /// Sizes of groups from the right, the last one repeated; empty for no groups.
    sizes: &'a [u8],
    point: &'a Text,
    /// Between groups of three in the fraction.
    fraction_separator: Option<Grouping>,
}

impl<'a> Style<'a> {
    fn new(spec: &Spec, kind: Option<char>, locale: &'a NumericLocale) -> Style<'a> {
        let fraction_separator = spec.fraction_grouping;
        let point = Text::from_str(".");
        match (spec.grouping, kind) {
            (_, Some('n')) => Style {
                separator: &locale.thousands_separator,
                sizes: &locale.grouping,
                point: &locale.decimal_point,
                fraction_separator,
            },
            (None, _) => Style { separator: Text::EMPTY, sizes: &[], point, fraction_separator },
            (Some(Grouping::Comma), _) => {
                Style { separator: Text::from_str(","), sizes: &[3], point, fraction_separator }
            }
            (Some(Grouping::Underscore), Some('b' | 'o' | 'x' | 'X')) => {
                Style { separator: Text::from_str("_"), sizes: &[4], point, fraction_separator }
            }
            (Some(Grouping::Underscore), _) => {
                Style { separator: Text::from_str("_"), sizes: &[3], point, fraction_separator }
            }
        }
    }

    /// The sizes of groups from the right; a group without end comes as `usize::MAX`.
    fn group_sizes(&self) -> impl Iterator<Item = usize> + '_ {
        let last = match self.sizes.last() {
            Some(0) | None => usize::MAX,
            Some(&size) => size.into(),
        };
        let sizes =
            self.sizes.iter().map(|&size| if size >= 127 { usize::MAX } else { usize::from(size) });
        sizes.filter(|&size| size != 0).chain(std::iter::repeat(last))
    }

    /// Digits in groups, with zeros in front so that it all fills `min_width` characters.
    fn group(&self, digits: &[u8], min_width: usize) -> Result<TextBuf, FormatError> {
        // Built from the right, each byte reversed, and turned round at the end.
        let mut out = Vec::new();
        out.try_reserve(min_width.max(digits.len()))?;
        let separator = self.separator.as_bytes();
        let separator_len = self.separator.code_point_len();
        let (mut digits, mut width) = (digits, min_width);
        for size in self.group_sizes() {
            let len = size.min(digits.len().max(width).max(1));
            out.try_reserve(len + separator.len())?;
            let (rest, group) = digits.split_at(digits.len().saturating_sub(len));
            out.extend(group.iter().rev());
            out.resize(out.len() + (len - group.len()), b'0');
            digits = rest;
            width = width.saturating_sub(len);
            if digits.is_empty() && width == 0 {
                break;
            }
            out.extend(separator.iter().rev());
            width = width.saturating_sub(separator_len);
        }
        out.reverse();
        Ok(TextBuf::from_bytes_unchecked(out))
    }
}

/// A number as it is before padding: ASCII parts.
struct Parts<'a> {
    negative: bool,
    prefix: &'a str,
    /// Digits before the point; none for infinities and NaN.
    whole: &'a [u8],
    /// Digits after the point, if there is a point.
    fraction: Option<&'a [u8]>,
    /// Exponent, percent sign, "inf" or "nan".
    tail: &'a [u8],
}

impl<'a> Parts<'a> {
    /// Takes a number without sign apart.
    fn split(negative: bool, prefix: &'a str, number: &'a [u8]) -> Parts<'a> {
        let digits = |text: &[u8]| text.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (whole, rest) = number.split_at(digits(number));
        match rest {
            [b'.', rest @ ..] => {
                let (fraction, tail) = rest.split_at(digits(rest));
                Parts { negative, prefix, whole, fraction: Some(fraction), tail }
            }
            tail => Parts { negative, prefix, whole, fraction: None, tail },
        }
    }

    fn sign(&self, spec: &Spec) -> Option<char> {
        match spec.sign {
            _ if self.negative => Some('-'),
            Some(Sign::Plus) => Some('+'),
            Some(Sign::Space) => Some(' '),
            _ => None,
        }
    }

    fn fraction_separators(&self, style: &Style<'_>) -> usize {
        match (self.fraction, style.fraction_separator) {
            (Some(fraction), Some(_)) => fraction.len().saturating_sub(1) / 3,
            _ => 0,
        }
    }

    /// Lays the number out in its field.
    fn layout(&self, out: &mut TextBuf, spec: &Spec, style: &Style<'_>) -> Result<(), FormatError> {
        let sign = self.sign(spec);
        let fraction_len =
            self.fraction.map_or(0, |fraction| style.point.code_point_len() + fraction.len());
        let around = usize::from(sign.is_some())
            + self.prefix.len()
            + fraction_len
            + self.fraction_separators(style)
            + self.tail.len();
        // Zeros that pad a number are digits: they are grouped too.
        let zero_padded = spec.fill == u32::from('0') && spec.align == Align::AfterSign;
        let min_width =
            if zero_padded { spec.width.unwrap_or(0).saturating_sub(around) } else { 0 };
        let whole = if self.whole.is_empty() {
            TextBuf::new()
        } else {
            style.group(self.whole, min_width)?
        };
        let len = around.saturating_add(whole.code_point_len());
        let (left, right) = spec.padding(len);
        let (after_sign, right) =
            if spec.align == Align::AfterSign { (right, 0) } else { (0, right) };
        push_fill(out, spec.fill, left)?;
        out.try_reserve(len.saturating_add(16))?;
        sign.into_iter().for_each(|sign| out.push_char(sign));
        out.push_str(self.prefix);
        push_fill(out, spec.fill, after_sign)?;
        out.try_push_text(&whole)?;
        if let Some(fraction) = self.fraction {
            out.try_push_text(style.point)?;
            push_fraction(out, fraction, style);
        }
        self.tail.iter().for_each(|&byte| out.push_latin1(byte));
        push_fill(out, spec.fill, right)
    }
}

fn push_fraction(out: &mut TextBuf, fraction: &[u8], style: &Style<'_>) {
    let Some(separator) = style.fraction_separator else {
        return out.push_text(Text::from_bytes_unchecked(fraction));
    };
    for (i, group) in fraction.chunks(3).enumerate() {
        if i > 0 {
            out.push_char(separator.as_char());
        }
        out.push_text(Text::from_bytes_unchecked(group));
    }
}

impl From<ToDecimalError> for FormatError {
    fn from(error: ToDecimalError) -> FormatError {
        match error {
            ToDecimalError::TooManyDigits(_) => FormatError::value(error.to_string()),
            ToDecimalError::NoMemory => FormatError::NoMemory,
        }
    }
}

fn kind_char(spec: &Spec) -> Option<char> {
    spec.kind.and_then(char::from_u32)
}

/// `format(value, spec)` of an int. `digits_limit` is that of `str(int)`.
pub fn format_int(
    value: IntRef<'_>,
    spec: &Spec,
    locale: &NumericLocale,
    digits_limit: usize,
    type_name: &str,
) -> Result<TextBuf, FormatError> {
    let kind = kind_char(spec);
    if matches!(kind, Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%')) {
        let float = value
            .to_f64()
            .map_err(|_| FormatError::Overflow("int too large to convert to float"))?;
        return format_float(float, spec, locale, type_name);
    }
    if !matches!(kind, None | Some('b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n'))
        || spec.kind.is_some() && kind.is_none()
    {
        return Err(spec.unknown_kind(type_name));
    }
    if spec.precision.is_some() {
        return Err(FormatError::value("Precision not allowed in integer format specifier"));
    }
    if spec.no_negative_zero {
        return Err(FormatError::value(
            "Negative zero coercion (z) not allowed in integer format specifier",
        ));
    }
    if kind == Some('c') {
        return format_character(value, spec);
    }
    let (base, prefix) = match kind {
        Some('b') => (2, "0b"),
        Some('o') => (8, "0o"),
        Some('x') => (16, "0x"),
        Some('X') => (16, "0X"),
        _ => (10, ""),
    };
    let mut digits = match base {
        10 => intparse::to_decimal(value.abs(), digits_limit)?,
        base => value.abs().to_radix_string(base).map_err(|_| FormatError::NoMemory)?,
    };
    if kind == Some('X') {
        digits.make_ascii_uppercase();
    }
    let parts = Parts {
        negative: value.is_negative(),
        prefix: if spec.alternate { prefix } else { "" },
        whole: digits.as_bytes(),
        fraction: None,
        tail: &[],
    };
    let mut out = TextBuf::new();
    parts.layout(&mut out, spec, &Style::new(spec, kind, locale))?;
    Ok(out)
}

/// Type `c`: the character with this number.
fn format_character(value: IntRef<'_>, spec: &Spec) -> Result<TextBuf, FormatError> {
    if spec.sign.is_some() {
        return Err(FormatError::value("Sign not allowed with integer format specifier 'c'"));
    }
    if spec.alternate {
        return Err(FormatError::value(
            "Alternate form (#) not allowed with integer format specifier 'c'",
        ));
    }
    let code_point = match value.to_i64() {
        Some(value) if isize::try_from(value).is_ok() => u32::try_from(value).ok(),
        _ => return Err(FormatError::Overflow("Python int too large to convert to C long")),
    };
    let mut character = TextBuf::new();
    if code_point.is_none_or(|code_point| character.push(code_point).is_err()) {
        return Err(FormatError::Overflow("%c arg not in range(0x110000)"));
    }
    let (left, right) = spec.padding(1);
    // There is no sign for the padding to follow.
    let (left, right) =
        if spec.align == Align::AfterSign { (left + right, 0) } else { (left, right) };
    let mut out = TextBuf::new();
    push_fill(&mut out, spec.fill, left)?;
    out.try_push_text(&character)?;
    push_fill(&mut out, spec.fill, right)?;
    Ok(out)
}

/// The layout of a float that a specification asks for; `None` for an unknown type.
fn float_layout(spec: &Spec) -> Result<Option<Layout>, FormatError> {
    // Precisions are C ints.
    if spec.precision.is_some_and(|precision| precision > i32::MAX as usize) {
        return Err(FormatError::value("precision too big"));
    }
    let precision = spec.precision.unwrap_or(6);
    let (form, upper) = match kind_char(spec) {
        None if spec.kind.is_some() => return Ok(None),
        None if spec.precision.is_none() => (Form::Shortest, false),
        None | Some('g' | 'n') => (Form::General, false),
        Some('G') => (Form::General, true),
        Some('e') => (Form::Exponent, false),
        Some('E') => (Form::Exponent, true),
        Some('f' | '%') => (Form::Fixed, false),
        Some('F') => (Form::Fixed, true),
        _ => return Ok(None),
    };
    Ok(Some(Layout {
        form,
        precision,
        upper,
        alternate: spec.alternate,
        dot_zero: spec.kind.is_none(),
        no_negative_zero: spec.no_negative_zero,
    }))
}

/// The digits of a float without its sign, and whether it had one.
fn float_digits(value: f64, layout: &Layout) -> Result<(bool, Vec<u8>), FormatError> {
    let mut number = Vec::new();
    push_float(&mut number, value, layout)?;
    let negative = number.first() == Some(&b'-');
    if negative {
        number.remove(0);
    }
    Ok((negative, number))
}

/// `format(value, spec)` of a float.
pub fn format_float(
    value: f64,
    spec: &Spec,
    locale: &NumericLocale,
    type_name: &str,
) -> Result<TextBuf, FormatError> {
    let layout = float_layout(spec)?.ok_or_else(|| spec.unknown_kind(type_name))?;
    let kind = kind_char(spec);
    let (negative, mut number) = match kind {
        Some('%') => float_digits(value * 100.0, &layout)?,
        _ => float_digits(value, &layout)?,
    };
    if kind == Some('%') {
        number.push(b'%');
    }
    let mut out = TextBuf::new();
    Parts::split(negative, "", &number).layout(&mut out, spec, &Style::new(spec, kind, locale))?;
    Ok(out)
}

/// `format(real + imaginary·j, spec)`.
pub fn format_complex(
    real: f64,
    imaginary: f64,
    spec: &Spec,
    locale: &NumericLocale,
    type_name: &str,
) -> Result<TextBuf, FormatError> {
    let kind = kind_char(spec);
    let layout = float_layout(spec)?
        .filter(|_| kind != Some('%'))
        .ok_or_else(|| spec.unknown_kind(type_name))?;
    if spec.fill == u32::from('0') {
        return Err(FormatError::value("Zero padding is not allowed in complex format specifier"));
    }
    if spec.align == Align::AfterSign {
        return Err(FormatError::value(
            "'=' alignment flag is not allowed in complex format specifier",
        ));
    }
    let layout = Layout { dot_zero: false, ..layout };
    // Without a type it is laid out as `repr` does.
    let like_repr = kind.is_none();
    let skip_real = like_repr && real == 0.0 && real.is_sign_positive();
    let style = Style::new(spec, kind, locale);
    let mut inner = TextBuf::new();
    if like_repr && !skip_real {
        inner.push_char('(');
    }
    let bare = Spec { width: None, ..*spec };
    if !skip_real {
        let (negative, number) = float_digits(real, &layout)?;
        Parts::split(negative, "", &number).layout(&mut inner, &bare, &style)?;
    }
    let (negative, number) = float_digits(imaginary, &layout)?;
    let sign = if skip_real { spec.sign } else { Some(Sign::Plus) };
    Parts::split(negative, "", &number).layout(&mut inner, &Spec { sign, ..bare }, &style)?;
    inner.push_str(if like_repr && !skip_real { "j)" } else { "j" });
    let (left, right) = spec.padding(inner.code_point_len());
    let mut out = TextBuf::new();
    push_fill(&mut out, spec.fill, left)?;
    out.try_push_text(&inner)?;
    push_fill(&mut out, spec.fill, right)?;
    Ok(out)
}

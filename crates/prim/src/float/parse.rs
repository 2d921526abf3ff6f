//! Text to float and complex. Input is ASCII: other digits and spaces have been replaced before (see `intparse::to_ascii_number`).

use std::borrow::Cow;

/// Cuts off spaces, tabs and line ends of both sides, as C's `isspace` knows them.
pub fn trim_ascii_space(text: &[u8]) -> &[u8] {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let Some(start) = text.iter().position(|byte| !is_space(byte)) else { return &[] };
    let end = text.iter().rposition(|byte| !is_space(byte)).map_or(start, |i| i + 1);
    text.get(start..end).unwrap_or_default()
}

/// Takes single underscores between digits out; `None` if one stands elsewhere.
pub fn remove_underscores(text: &[u8]) -> Option<Cow<'_, [u8]>> {
    if !text.contains(&b'_') {
        return Some(Cow::Borrowed(text));
    }
    let mut out = Vec::new();
    out.try_reserve_exact(text.len()).ok()?;
    let mut before = 0u8;
    for &byte in text {
        match byte {
            b'_' if !before.is_ascii_digit() => return None,
            b'_' => {}
            _ if before == b'_' && !byte.is_ascii_digit() => return None,
            _ => out.push(byte),
        }
        before = byte;
    }
    (before != b'_').then_some(Cow::Owned(out))
}

/// "inf", "infinity" or "nan" at the start in any case: the value and how many bytes it took.
pub(super) fn parse_special(text: &[u8]) -> Option<(f64, usize)> {
    [("infinity", f64::INFINITY), ("inf", f64::INFINITY), ("nan", f64::NAN)].into_iter().find_map(
        |(name, value)| {
            let head = text.get(..name.len())?;
            head.eq_ignore_ascii_case(name.as_bytes()).then_some((value, name.len()))
        },
    )
}

/// Length of an unsigned decimal number at the start: digits with an optional point, then an optional exponent.
fn number_len(text: &[u8]) -> Option<usize> {
    let digits_from = |start: usize| {
        text.get(start..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
    };
    let whole = digits_from(0);
    let mut len = whole;
    let mut count = whole;
    if text.get(len) == Some(&b'.') {
        let fraction = digits_from(len + 1);
        count += fraction;
        len += 1 + fraction;
    }
    if count == 0 {
        return None;
    }
    if let Some(b'e' | b'E') = text.get(len) {
        let sign = usize::from(matches!(text.get(len + 1), Some(b'+' | b'-')));
        let digits = digits_from(len + 1 + sign);
        if digits > 0 {
            len += 1 + sign + digits;
        }
    }
    Some(len)
}

/// A float with an optional sign at the start: the value and how many bytes it took.
fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let (negative, sign_len) = match text.first()? {
        b'-' => (true, 1),
        b'+' => (false, 1),
        _ => (false, 0),
    };
    let rest = text.get(sign_len..)?;
    let (magnitude, len) = match number_len(rest) {
        Some(len) => (std::str::from_utf8(rest.get(..len)?).ok()?.parse::<f64>().ok()?, len),
        None => parse_special(rest)?,
    };
    Some((if negative { -magnitude } else { magnitude }, sign_len + len))
}

/// `float(text)`: spaces around it, underscores between digits, infinities and NaN. `None` if it is no number.
pub fn parse(text: &[u8]) -> Option<f64> {
    let text = remove_underscores(trim_ascii_space(text))?;
    match parse_prefix(&text)? {
        (value, len) if len == text.len() => Some(value),
        _ => None,
    }
}

/// `complex(text)` as its two parts; `None` if it is no complex number.
pub fn parse_complex(text: &[u8]) -> Option<(f64, f64)> {
    let text = remove_underscores(trim_ascii_space(text))?;
    let text = match &*text {
        [b'(', inner @ .., b')'] => trim_ascii_space(inner),
        text => text,
    };
    // An imaginary part without digits is ±1.
    let unit = |text: &[u8]| match text {
        [b'+', b'j' | b'J'] | [b'j' | b'J'] => Some(1.0),
        [b'-', b'j' | b'J'] => Some(-1.0),
        _ => None,
    };
    if let Some(imaginary) = unit(text) {
        return Some((0.0, imaginary));
    }
    let (first, len) = parse_prefix(text)?;
    match text.get(len..)? {
        [] => Some((first, 0.0)),
        [b'j' | b'J'] => Some((0.0, first)),
        rest @ [b'+' | b'-', ..] => {
            if let Some(imaginary) = unit(rest) {
                return Some((first, imaginary));
            }
            let (imaginary, len) = parse_prefix(rest)?;
            matches!(rest.get(len..), Some([b'j' | b'J'])).then_some((first, imaginary))
        }
        _ => None,
    }
}

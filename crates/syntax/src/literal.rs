//! The values of number and string literals.
//!
//! Tokens' texts come in, constants in the arena go out. The parser and the error pass share this, so
//! that both raise the same errors.

use bumpalo::Bump;
use bumpalo::collections::Vec as ArenaVec;

use crate::Options;
use crate::ast::{Constant, Int, Str};

/// Why a literal has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LiteralError {
    /// The message of a `UnicodeDecodeError`.
    Unicode(String),
    /// The message of a `ValueError`.
    Value(String),
    /// Bytes that are not ASCII.
    NonAsciiBytes,
    /// An integer with too many digits, with its message.
    TooManyDigits(String),
}

/// An escape sequence that means nothing: a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BadEscape {
    /// What follows the backslash: one character, or three octal digits.
    pub(crate) text: String,
    /// Lines between the start of the literal's body and the escape.
    pub(crate) line: u32,
}

/// The value of a string literal without `f` or `t`.
pub(crate) struct StringValue<'a> {
    pub(crate) value: Constant<'a>,
    pub(crate) u_prefix: bool,
    pub(crate) bad_escape: Option<BadEscape>,
}

/// Computes the value of a `NUMBER` token.
pub(crate) fn number<'a>(
    arena: &'a Bump,
    text: &'a str,
    options: &Options,
) -> Result<Constant<'a>, LiteralError> {
    let text = if text.contains('_') { without_underscores(arena, text) } else { text };
    let bytes = text.as_bytes();
    match bytes {
        [b'0', b'x' | b'X', ..] => return Ok(Constant::Int(radix_int(arena, text, 16))),
        [b'0', b'o' | b'O', ..] => return Ok(Constant::Int(radix_int(arena, text, 8))),
        [b'0', b'b' | b'B', ..] => return Ok(Constant::Int(radix_int(arena, text, 2))),
        [.., b'j' | b'J'] => {
            let imag = float(text.get(..text.len() - 1).unwrap_or_default());
            return Ok(Constant::Complex { real: 0.0, imag });
        }
        _ => {}
    }
    if bytes.iter().any(|c| matches!(c, b'.' | b'e' | b'E')) {
        return Ok(Constant::Float(float(text)));
    }
    decimal_int(text, options).map(Constant::Int)
}

fn without_underscores<'a>(arena: &'a Bump, text: &str) -> &'a str {
    let mut clean = bumpalo::collections::String::with_capacity_in(text.len(), arena);
    clean.extend(text.chars().filter(|&c| c != '_'));
    clean.into_bump_str()
}

fn float(text: &str) -> f64 {
    // The lexer lets only well-formed floats through, and Rust rounds them as Python does.
    text.parse().unwrap_or(f64::NAN)
}

fn decimal_int<'a>(text: &'a str, options: &Options) -> Result<Int<'a>, LiteralError> {
    let digits = text.trim_start_matches('0');
    if digits.is_empty() {
        return Ok(Int::Small(0));
    }
    if let Ok(value) = digits.parse() {
        return Ok(Int::Small(value));
    }
    let limit = options.int_max_str_digits;
    if limit != 0 && text.len() > limit {
        return Err(LiteralError::TooManyDigits(format!(
            "Exceeds the limit ({limit} digits) for integer string conversion: value has {} digits; \
             use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge \
             integer literals to avoid decimal conversion limits.",
            text.len()
        )));
    }
    Ok(Int::Big { base: 10, digits })
}

fn radix_int<'a>(arena: &'a Bump, text: &'a str, base: u8) -> Int<'a> {
    let digits = text.get(2..).unwrap_or_default().trim_start_matches('0');
    if digits.is_empty() {
        return Int::Small(0);
    }
    if let Ok(value) = i64::from_str_radix(digits, u32::from(base)) {
        return Int::Small(value);
    }
    let digits = if digits.bytes().any(|c| c.is_ascii_uppercase()) {
        let lower = arena.alloc_str(digits);
        lower.make_ascii_lowercase();
        lower
    } else {
        digits
    };
    Int::Big { base, digits }
}

/// Computes the value of a `STRING` token.
pub(crate) fn string<'a>(arena: &'a Bump, text: &'a str) -> Result<StringValue<'a>, LiteralError> {
    let prefix_len = text.find(['"', '\'']).unwrap_or(0);
    let (prefix, quoted) = text.split_at(prefix_len);
    let u_prefix = prefix == "u";
    let is_bytes = prefix.contains(['b', 'B']);
    let raw = prefix.contains(['r', 'R']);
    let quotes = if quoted.len() >= 6 && (quoted.starts_with("'''") || quoted.starts_with("\"\"\""))
    {
        3
    } else {
        1
    };
    let body = quoted.get(quotes..quoted.len().saturating_sub(quotes)).unwrap_or_default();
    if is_bytes && !body.is_ascii() {
        return Err(LiteralError::NonAsciiBytes);
    }
    let plain = raw || memchr::memchr(b'\\', body.as_bytes()).is_none();
    let (value, bad_escape) = match (is_bytes, plain) {
        (true, true) => (Constant::Bytes(body.as_bytes()), None),
        (false, true) => (Constant::Str(Str::from(body)), None),
        (true, false) => {
            let (value, bad) = decode_bytes(arena, body)?;
            (Constant::Bytes(value), bad)
        }
        (false, false) => {
            let (value, bad) = decode_str(arena, body)?;
            (Constant::Str(value), bad)
        }
    };
    Ok(StringValue { value, u_prefix, bad_escape })
}

/// The text of an octal escape whose first digit is `text[at]`, and its value.
fn octal(bytes: &[u8], at: usize) -> (usize, u32) {
    let mut len = 0;
    let mut value = 0;
    while len < 3
        && let Some(&digit @ b'0'..=b'7') = bytes.get(at + len)
    {
        value = value * 8 + u32::from(digit - b'0');
        len += 1;
    }
    (len, value)
}

fn bad_escape(body: &str, at: usize, len: usize) -> BadEscape {
    let text = body.get(at..at + len).unwrap_or_default().to_owned();
    let lines = body.as_bytes().get(..at).unwrap_or_default().iter().filter(|&&c| c == b'\n');
    BadEscape { text, line: lines.count() as u32 }
}

fn decode_bytes<'a>(
    arena: &'a Bump,
    body: &str,
) -> Result<(&'a [u8], Option<BadEscape>), LiteralError> {
    let bytes = body.as_bytes();
    let mut out = ArenaVec::with_capacity_in(bytes.len(), arena);
    let mut bad = None;
    let mut at = 0;
    while let Some(&c) = bytes.get(at) {
        at += 1;
        if c != b'\\' {
            out.push(c);
            continue;
        }
        let Some(&escape) = bytes.get(at) else {
            return Err(LiteralError::Value("Trailing \\ in string".into()));
        };
        if let Some(value) = simple_escape(escape) {
            out.extend_from_slice(value);
            at += 1;
            continue;
        }
        match escape {
            b'0'..=b'7' => {
                let (len, value) = octal(bytes, at);
                if value > 0xff && bad.is_none() {
                    bad = Some(bad_escape(body, at, len));
                }
                out.push(value as u8);
                at += len;
            }
            b'x' => {
                let value = hex(bytes, at + 1, 2).ok_or_else(|| {
                    LiteralError::Value(format!("invalid \\x escape at position {}", at - 1))
                })?;
                out.push(value as u8);
                at += 3;
            }
            _ => {
                if bad.is_none() {
                    bad = Some(bad_escape(body, at, 1));
                }
                out.push(b'\\');
            }
        }
    }
    Ok((out.into_bump_slice(), bad))
}

/// The value of an escape that is the same in strings and bytes; nothing for an escaped line end.
fn simple_escape(c: u8) -> Option<&'static [u8]> {
    Some(match c {
        b'\n' => b"",
        b'\\' => b"\\",
        b'\'' => b"'",
        b'"' => b"\"",
        b'b' => b"\x08",
        b'f' => b"\x0c",
        b't' => b"\t",
        b'n' => b"\n",
        b'r' => b"\r",
        b'v' => b"\x0b",
        b'a' => b"\x07",
        _ => return None,
    })
}

/// The value of exactly `len` hexadecimal digits.
fn hex(bytes: &[u8], at: usize, len: usize) -> Option<u32> {
    let digits = bytes.get(at..at + len)?;
    digits.iter().try_fold(0u32, |value, &c| Some(value << 4 | char::from(c).to_digit(16)?))
}

/// Decodes the escapes of a string that is not raw.
pub(crate) fn decode_str<'a>(
    arena: &'a Bump,
    body: &str,
) -> Result<(Str<'a>, Option<BadEscape>), LiteralError> {
    let mut decoder = StrDecoder {
        body,
        bytes: body.as_bytes(),
        out: ArenaVec::with_capacity_in(body.len(), arena),
        bad: None,
    };
    let mut at = 0;
    loop {
        let rest = decoder.bytes.get(at..).unwrap_or_default();
        let Some(plain) = memchr::memchr(b'\\', rest) else {
            decoder.out.extend_from_slice(rest);
            break;
        };
        decoder.out.extend_from_slice(rest.get(..plain).unwrap_or_default());
        at = decoder.escape(at + plain)?;
    }
    Ok((Str(decoder.out.into_bump_slice()), decoder.bad))
}

struct StrDecoder<'a, 't> {
    body: &'t str,
    bytes: &'t [u8],
    out: ArenaVec<'a, u8>,
    bad: Option<BadEscape>,
}

impl StrDecoder<'_, '_> {
    /// Decodes the escape whose backslash is at `at`; gives the place after it.
    fn escape(&mut self, at: usize) -> Result<usize, LiteralError> {
        let Some(&c) = self.bytes.get(at + 1) else {
            // Before a brace of an f-string; the lexer has warned of it.
            self.out.push(b'\\');
            return Ok(at + 1);
        };
        if let Some(value) = simple_escape(c) {
            self.out.extend_from_slice(value);
            return Ok(at + 2);
        }
        match c {
            b'0'..=b'7' => {
                let (len, value) = octal(self.bytes, at + 1);
                if value > 0xff && self.bad.is_none() {
                    self.bad = Some(bad_escape(self.body, at + 1, len));
                }
                self.push(value);
                Ok(at + 1 + len)
            }
            b'x' => self.hex_escape(at, 2, "truncated \\xXX escape"),
            b'u' => self.hex_escape(at, 4, "truncated \\uXXXX escape"),
            b'U' => self.hex_escape(at, 8, "truncated \\UXXXXXXXX escape"),
            b'N' => self.named_escape(at),
            _ => {
                // The backslash stays. One before a character that is not ASCII gets no warning.
                if c < 128 && self.bad.is_none() {
                    self.bad = Some(bad_escape(self.body, at + 1, 1));
                }
                self.out.push(b'\\');
                Ok(at + 1)
            }
        }
    }

    fn hex_escape(&mut self, at: usize, len: usize, msg: &str) -> Result<usize, LiteralError> {
        let first = at + 2;
        let valid = self.bytes.get(first..).unwrap_or_default();
        let valid = valid.iter().take(len).take_while(|c| c.is_ascii_hexdigit()).count();
        let Some(value) = hex(self.bytes, first, len) else {
            return Err(self.error(at, first + valid, msg));
        };
        if value > 0x10_ffff {
            return Err(self.error(at, first + len, "illegal Unicode character"));
        }
        self.push(value);
        Ok(first + len)
    }

    fn named_escape(&mut self, at: usize) -> Result<usize, LiteralError> {
        let malformed = "malformed \\N character escape";
        if self.bytes.get(at + 2) != Some(&b'{') {
            return Err(self.error(at, at + 2, malformed));
        }
        let first = at + 3;
        let rest = self.bytes.get(first..).unwrap_or_default();
        let Some(len) = memchr::memchr(b'}', rest) else {
            return Err(self.error(at, self.bytes.len(), malformed));
        };
        if len == 0 {
            return Err(self.error(at, first, malformed));
        }
        let name = self.body.get(first..first + len).unwrap_or_default();
        let Some(c) = prim::unicode::names::lookup(name) else {
            return Err(self.error(at, first + len + 1, "unknown Unicode character name"));
        };
        self.push(c);
        Ok(first + len + 1)
    }

    fn push(&mut self, code: u32) {
        let tail = |shift: u32| 0x80 | (code >> shift & 0x3f) as u8;
        match code {
            0..=0x7f => self.out.push(code as u8),
            0x80..=0x7ff => self.out.extend_from_slice(&[0xc0 | (code >> 6) as u8, tail(0)]),
            0x800..=0xffff => {
                self.out.extend_from_slice(&[0xe0 | (code >> 12) as u8, tail(6), tail(0)]);
            }
            _ => {
                let head = 0xf0 | (code >> 18) as u8;
                self.out.extend_from_slice(&[head, tail(12), tail(6), tail(0)]);
            }
        }
    }

    /// The error for the bytes from `start` to `end`, counted as CPython does: it decodes a text in which
    /// every character that is not ASCII has been replaced by an escape of ten bytes.
    fn error(&self, start: usize, end: usize, reason: &str) -> LiteralError {
        let position = |at: usize| {
            let before = self.body.get(..at).unwrap_or(self.body);
            let mut position = 0;
            let mut backslash = false;
            for c in before.chars() {
                position += if c.is_ascii() { 1 } else { 10 };
                if backslash && !c.is_ascii() {
                    position += 5;
                }
                backslash = !backslash && c == '\\';
            }
            position
        };
        let (start, end) = (position(start), position(end));
        let head = "'unicodeescape' codec can't decode";
        LiteralError::Unicode(if end == start + 1 {
            format!("{head} byte 0x5c in position {start}: {reason}")
        } else {
            format!("{head} bytes in position {start}-{}: {reason}", end - 1)
        })
    }
}

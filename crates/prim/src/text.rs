//! Python text: generalised UTF-8, borrowed (`Text`) and owned (`TextBuf`).
//!
//! A Python string is a sequence of code points 0..=0x10FFFF in which surrogates may stand alone. Each one is
//! encoded as UTF-8 would encode it, surrogates as three bytes. Unlike WTF-8, a high surrogate followed by a low one stays
//! two code points, so concatenation is concatenation of bytes. Two properties follow and everything relies on them:
//! equality and order of texts are those of their bytes, and searching for a text is searching for its bytes.
//!
//! The encoding is an invariant of the types, but a broken one is never unsound: decoding is checked, and damaged bytes give
//! wrong code points, no panic.

use std::borrow::{Borrow, Cow};
use std::collections::TryReserveError;
use std::fmt::{self, Write as _};
use std::ops::{Deref, Range};

use ref_cast::{RefCastCustom, ref_cast_custom};

/// The largest code point.
pub const MAX_CODE_POINT: u32 = 0x10_FFFF;

/// Whether `code_point` is a surrogate, high or low.
#[inline]
pub const fn is_surrogate(code_point: u32) -> bool {
    code_point & 0xFFFF_F800 == 0xD800
}

/// Whether `code_point` is a high (leading) surrogate.
#[inline]
pub const fn is_high_surrogate(code_point: u32) -> bool {
    code_point & 0xFFFF_FC00 == 0xD800
}

/// Whether `code_point` is a low (trailing) surrogate.
#[inline]
pub const fn is_low_surrogate(code_point: u32) -> bool {
    code_point & 0xFFFF_FC00 == 0xDC00
}

/// The code point that a pair of surrogates stands for in UTF-16; `None` if they are not a pair.
#[inline]
pub const fn join_surrogates(high: u32, low: u32) -> Option<u32> {
    if is_high_surrogate(high) && is_low_surrogate(low) {
        Some(0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00))
    } else {
        None
    }
}

/// The UTF-16 surrogates of a code point above 0xFFFF; `None` for the others.
#[inline]
pub const fn split_to_surrogates(code_point: u32) -> Option<(u16, u16)> {
    if code_point < 0x1_0000 || code_point > MAX_CODE_POINT {
        return None;
    }
    let rest = code_point - 0x1_0000;
    Some((0xD800 + (rest >> 10) as u16, 0xDC00 + (rest & 0x3FF) as u16))
}

/// A number that is no code point: it is above 0x10FFFF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NotACodePoint(pub u32);

impl fmt::Display for NotACodePoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:#x} is not a code point", self.0)
    }
}

impl std::error::Error for NotACodePoint {}

/// Number of bytes that `code_point` takes.
#[inline]
pub const fn encoded_len(code_point: u32) -> usize {
    match code_point {
        0..0x80 => 1,
        0x80..0x800 => 2,
        0x800..0x1_0000 => 3,
        _ => 4,
    }
}

/// Encodes a code point; gives the bytes and how many of them count.
#[inline]
pub const fn encode(code_point: u32) -> Result<([u8; 4], usize), NotACodePoint> {
    let c = code_point;
    Ok(match c {
        0..0x80 => ([c as u8, 0, 0, 0], 1),
        0x80..0x800 => ([0xC0 | (c >> 6) as u8, continuation(c), 0, 0], 2),
        0x800..0x1_0000 => ([0xE0 | (c >> 12) as u8, continuation(c >> 6), continuation(c), 0], 3),
        0x1_0000..=MAX_CODE_POINT => (
            [0xF0 | (c >> 18) as u8, continuation(c >> 12), continuation(c >> 6), continuation(c)],
            4,
        ),
        _ => return Err(NotACodePoint(c)),
    })
}

const fn continuation(bits: u32) -> u8 {
    0x80 | (bits & 0x3F) as u8
}

const fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

/// Borrowed Python text, to `TextBuf` what `str` is to `String`.
#[derive(RefCastCustom, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Text {
    bytes: [u8],
}

impl Text {
    /// The empty text.
    pub const EMPTY: &'static Text = Text::from_bytes_unchecked(b"");

    /// Takes bytes known to be generalised UTF-8, in constant time.
    ///
    /// Wrong bytes are not unsound, but what the methods then give is unspecified.
    #[ref_cast_custom]
    pub const fn from_bytes_unchecked(bytes: &[u8]) -> &Text;

    /// Checks bytes for being generalised UTF-8.
    pub fn from_bytes(bytes: &[u8]) -> Option<&Text> {
        is_generalised_utf8(bytes).then(|| Text::from_bytes_unchecked(bytes))
    }

    /// Text without surrogates.
    #[inline]
    #[allow(clippy::should_implement_trait)]
    pub const fn from_str(text: &str) -> &Text {
        Text::from_bytes_unchecked(text.as_bytes())
    }

    /// The encoded bytes.
    #[inline]
    pub const fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Length in bytes.
    #[inline]
    pub const fn byte_len(&self) -> usize {
        self.bytes.len()
    }

    /// Whether there is no code point.
    #[inline]
    pub const fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// Whether all code points are below 128.
    #[inline]
    pub const fn is_ascii(&self) -> bool {
        self.bytes.is_ascii()
    }

    /// Number of code points: Python's `len`. Linear time.
    pub fn code_point_len(&self) -> usize {
        // Counts in bytes, which the compiler turns into vector code; a chunk is short enough for one.
        let leads =
            |chunk: &[u8]| chunk.iter().map(|&byte| u8::from(!is_continuation(byte))).sum::<u8>();
        self.bytes.chunks(255).map(|chunk| usize::from(leads(chunk))).sum()
    }

    /// The same as `str`; `None` if there is a surrogate. Linear time.
    #[inline]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.bytes).ok()
    }

    /// The same as `str`, with U+FFFD for each surrogate.
    pub fn to_str_lossy(&self) -> Cow<'_, str> {
        match self.as_str() {
            Some(text) => Cow::Borrowed(text),
            None => Cow::Owned(
                self.code_points().map(|c| char::from_u32(c).unwrap_or('\u{FFFD}')).collect(),
            ),
        }
    }

    /// The first surrogate, as its code point index and value.
    pub fn find_surrogate(&self) -> Option<(usize, u32)> {
        if self.as_str().is_some() {
            return None;
        }
        self.code_points().enumerate().find(|&(_, c)| is_surrogate(c))
    }

    /// The code points from both ends.
    #[inline]
    pub const fn code_points(&self) -> CodePoints<'_> {
        CodePoints { bytes: &self.bytes }
    }

    /// The code points with the byte offset of each.
    pub fn code_point_offsets(&self) -> impl Iterator<Item = (usize, u32)> + '_ {
        let mut rest = self.code_points();
        std::iter::from_fn(move || {
            let offset = self.bytes.len() - rest.bytes.len();
            rest.next().map(|c| (offset, c))
        })
    }

    /// The largest code point; 0 for the empty text.
    pub fn max_code_point(&self) -> u32 {
        if self.is_ascii() {
            return self.bytes.iter().copied().max().unwrap_or(0).into();
        }
        self.code_points().max().unwrap_or(0)
    }

    /// Byte offset of the code point with this index; `index == code_point_len()` gives the end. Linear time.
    pub fn byte_offset(&self, index: usize) -> Option<usize> {
        let mut left = index;
        let mut offset = 0;
        // Whole blocks first: only their lead bytes have to be counted.
        for block in self.bytes.chunks_exact(64) {
            let leads: u8 = block.iter().map(|&byte| u8::from(!is_continuation(byte))).sum();
            let leads = usize::from(leads);
            if leads > left {
                break;
            }
            left -= leads;
            offset += 64;
        }
        for &byte in self.bytes.get(offset..)? {
            if !is_continuation(byte) {
                if left == 0 {
                    return Some(offset);
                }
                left -= 1;
            }
            offset += 1;
        }
        (left == 0).then_some(offset)
    }

    /// Index of the code point that starts at (or contains) this byte offset.
    pub fn code_point_index(&self, offset: usize) -> usize {
        let before = self.bytes.get(..offset).unwrap_or(&self.bytes);
        Text::from_bytes_unchecked(before).code_point_len()
    }

    /// Whether a code point starts at this offset, or the text ends there.
    #[inline]
    pub fn is_boundary(&self, offset: usize) -> bool {
        match self.bytes.get(offset) {
            Some(&byte) => !is_continuation(byte),
            None => offset == self.bytes.len(),
        }
    }

    /// The code point at this index. Linear time.
    pub fn code_point_at(&self, index: usize) -> Option<u32> {
        let offset = self.byte_offset(index)?;
        self.code_point_at_offset(offset)
    }

    /// The code point that starts at this byte offset.
    #[inline]
    pub fn code_point_at_offset(&self, offset: usize) -> Option<u32> {
        CodePoints { bytes: self.bytes.get(offset..)? }.next()
    }

    /// The part between two byte offsets; `None` if one of them is out of range or inside a code point.
    pub fn get_bytes(&self, range: Range<usize>) -> Option<&Text> {
        if !self.is_boundary(range.start) || !self.is_boundary(range.end) {
            return None;
        }
        self.bytes.get(range).map(Text::from_bytes_unchecked)
    }

    /// The part between two code point indices, clamped to the text as Python's slices are.
    pub fn slice(&self, range: Range<usize>) -> &Text {
        let from = Text::from_bytes_unchecked(match self.byte_offset(range.start) {
            Some(start) => self.bytes.get(start..).unwrap_or_default(),
            None => &[],
        });
        let count = range.end.saturating_sub(range.start);
        match from.byte_offset(count) {
            Some(end) => Text::from_bytes_unchecked(from.bytes.get(..end).unwrap_or_default()),
            None => from,
        }
    }

    /// Splits at a byte offset; `None` if it is out of range or inside a code point.
    pub fn split_at(&self, offset: usize) -> Option<(&Text, &Text)> {
        Some((self.get_bytes(0..offset)?, self.get_bytes(offset..self.byte_len())?))
    }

    /// UTF-16 units; surrogates are given as they are.
    pub fn utf16_units(&self) -> impl Iterator<Item = u16> + '_ {
        self.code_points().flat_map(|c| {
            let (first, second) = match split_to_surrogates(c) {
                Some((high, low)) => (high, Some(low)),
                None => (c as u16, None),
            };
            std::iter::once(first).chain(second)
        })
    }

    /// This text `count` times; an error if there is no memory for it.
    pub fn try_repeat(&self, count: usize) -> Result<TextBuf, TryReserveError> {
        let mut out = TextBuf::new();
        out.try_reserve(self.byte_len().saturating_mul(count))?;
        if !self.is_empty() {
            for _ in 0..count {
                out.push_text(self);
            }
        }
        Ok(out)
    }

    /// An owned copy; an error if there is no memory for it.
    pub fn try_to_owned(&self) -> Result<TextBuf, TryReserveError> {
        TextBuf::try_concat(&[self])
    }
}

/// Whether bytes are generalised UTF-8: no overlong form, nothing above 0x10FFFF, nothing cut off.
fn is_generalised_utf8(mut bytes: &[u8]) -> bool {
    loop {
        let Err(error) = std::str::from_utf8(bytes) else { return true };
        // Strict UTF-8 stops at a surrogate, whose bytes are ED A0..BF 80..BF.
        match bytes.get(error.valid_up_to()..) {
            Some([0xED, 0xA0..=0xBF, 0x80..=0xBF, rest @ ..]) => bytes = rest,
            _ => return false,
        }
    }
}

impl ToOwned for Text {
    type Owned = TextBuf;

    fn to_owned(&self) -> TextBuf {
        TextBuf { bytes: self.bytes.to_vec() }
    }
}

impl<'a> From<&'a str> for &'a Text {
    fn from(text: &'a str) -> Self {
        Text::from_str(text)
    }
}

impl AsRef<Text> for str {
    fn as_ref(&self) -> &Text {
        Text::from_str(self)
    }
}

impl AsRef<Text> for Text {
    fn as_ref(&self) -> &Text {
        self
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        self.bytes == *other.as_bytes()
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        self.bytes == *other.as_bytes()
    }
}

/// Shows surrogates as `\udc80`, all else as it is.
impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(text) = self.as_str() {
            return f.pad(text);
        }
        for c in self.code_points() {
            match char::from_u32(c) {
                Some(c) => f.write_char(c)?,
                None => write!(f, "\\u{c:04x}")?,
            }
        }
        Ok(())
    }
}

/// As `str`'s, with surrogates as `\u{dc80}`.
impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('"')?;
        for c in self.code_points() {
            match char::from_u32(c) {
                Some('\'') => f.write_char('\'')?,
                Some(c) => write!(f, "{}", c.escape_debug())?,
                None => write!(f, "\\u{{{c:x}}}")?,
            }
        }
        f.write_char('"')
    }
}

/// The code points of a text, from both ends.
#[derive(Clone, Debug)]
pub struct CodePoints<'a> {
    bytes: &'a [u8],
}

impl<'a> CodePoints<'a> {
    /// What has not been consumed.
    #[inline]
    pub fn as_text(&self) -> &'a Text {
        Text::from_bytes_unchecked(self.bytes)
    }
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let bits = |byte: u8, shift: u32| u32::from(byte & 0x3F) << shift;
        let (code_point, rest) = match *self.bytes {
            [] => return None,
            [a @ 0..0x80, ref rest @ ..] => (a.into(), rest),
            [a @ 0xC0..0xE0, b, ref rest @ ..] => (u32::from(a & 0x1F) << 6 | bits(b, 0), rest),
            [a @ 0xE0..0xF0, b, c, ref rest @ ..] => {
                (u32::from(a & 0xF) << 12 | bits(b, 6) | bits(c, 0), rest)
            }
            [a @ 0xF0..=0xFF, b, c, d, ref rest @ ..] => {
                (u32::from(a & 7) << 18 | bits(b, 12) | bits(c, 6) | bits(d, 0), rest)
            }
            [_, ref rest @ ..] => (0xFFFD, rest),
        };
        self.bytes = rest;
        Some(code_point)
    }

    #[inline]
    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.bytes.len().div_ceil(4), Some(self.bytes.len()))
    }

    fn count(self) -> usize {
        self.as_text().code_point_len()
    }
}

impl DoubleEndedIterator for CodePoints<'_> {
    #[inline]
    fn next_back(&mut self) -> Option<u32> {
        if let [rest @ .., last @ 0..0x80] = self.bytes {
            self.bytes = rest;
            return Some((*last).into());
        }
        let tail = self.bytes.iter().rev().take_while(|&&byte| is_continuation(byte)).count();
        let start = self.bytes.len().checked_sub(tail + 1)?;
        let (rest, sequence) = self.bytes.split_at(start);
        self.bytes = rest;
        CodePoints { bytes: sequence }.next()
    }
}

impl std::iter::FusedIterator for CodePoints<'_> {}

/// Owned Python text.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TextBuf {
    bytes: Vec<u8>,
}

impl TextBuf {
    /// The empty text.
    #[inline]
    pub const fn new() -> TextBuf {
        TextBuf { bytes: Vec::new() }
    }

    /// Takes bytes known to be generalised UTF-8, as [`Text::from_bytes_unchecked`] does.
    #[inline]
    pub const fn from_bytes_unchecked(bytes: Vec<u8>) -> TextBuf {
        TextBuf { bytes }
    }

    /// Checks bytes for being generalised UTF-8; gives them back if they are not.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<TextBuf, Vec<u8>> {
        if is_generalised_utf8(&bytes) { Ok(TextBuf { bytes }) } else { Err(bytes) }
    }

    /// From UTF-16 units: pairs of surrogates are joined, others stay alone.
    pub fn from_utf16(units: &[u16]) -> TextBuf {
        let mut out = TextBuf::new();
        for unit in char::decode_utf16(units.iter().copied()) {
            match unit {
                Ok(c) => out.push_char(c),
                Err(error) => out.push_unit(error.unpaired_surrogate()),
            }
        }
        out
    }

    /// From code points, each staying as it is; an error if one is above 0x10FFFF.
    pub fn from_code_points(
        code_points: impl IntoIterator<Item = u32>,
    ) -> Result<TextBuf, NotACodePoint> {
        let mut out = TextBuf::new();
        for code_point in code_points {
            out.push(code_point)?;
        }
        Ok(out)
    }

    /// The parts one after another; an error if there is no memory for them.
    pub fn try_concat(parts: &[&Text]) -> Result<TextBuf, TryReserveError> {
        let len = parts.iter().fold(0usize, |len, part| len.saturating_add(part.byte_len()));
        let mut out = TextBuf::new();
        out.try_reserve(len)?;
        for part in parts {
            out.push_text(part);
        }
        Ok(out)
    }

    /// Makes room for `additional` bytes.
    #[inline]
    pub fn try_reserve(&mut self, additional: usize) -> Result<(), TryReserveError> {
        self.bytes.try_reserve(additional)
    }

    /// Borrows it.
    #[inline]
    pub fn as_text(&self) -> &Text {
        Text::from_bytes_unchecked(&self.bytes)
    }

    /// The encoded bytes.
    #[inline]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    /// The same as `String`; gives the text back if there is a surrogate.
    pub fn into_string(self) -> Result<String, TextBuf> {
        String::from_utf8(self.bytes).map_err(|error| TextBuf { bytes: error.into_bytes() })
    }

    /// Number of bytes that fit without a further allocation.
    #[inline]
    pub fn capacity(&self) -> usize {
        self.bytes.capacity()
    }

    /// Appends a code point, surrogates included; an error if it is above 0x10FFFF.
    #[inline]
    pub fn push(&mut self, code_point: u32) -> Result<(), NotACodePoint> {
        let (bytes, len) = encode(code_point)?;
        self.bytes.extend_from_slice(bytes.get(..len).unwrap_or_default());
        Ok(())
    }

    /// Appends a character.
    #[inline]
    pub fn push_char(&mut self, c: char) {
        let mut buffer = [0; 4];
        self.bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes());
    }

    /// Appends a UTF-16 unit as one code point; nothing is joined.
    #[inline]
    pub fn push_unit(&mut self, unit: u16) {
        match char::from_u32(unit.into()) {
            Some(c) => self.push_char(c),
            None => self.bytes.extend_from_slice(&[
                0xED,
                continuation(u32::from(unit) >> 6),
                continuation(unit.into()),
            ]),
        }
    }

    /// Appends an ASCII character; bytes of 128 and more are taken as Latin-1.
    #[inline]
    pub fn push_latin1(&mut self, byte: u8) {
        if byte < 0x80 { self.bytes.push(byte) } else { self.push_char(byte.into()) }
    }

    /// Appends characters.
    #[inline]
    pub fn push_str(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends a text. Surrogates that come to stand side by side do not join.
    #[inline]
    pub fn push_text(&mut self, text: &Text) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    /// Appends a text; an error if there is no memory for it.
    #[inline]
    pub fn try_push_text(&mut self, text: &Text) -> Result<(), TryReserveError> {
        self.bytes.try_reserve(text.byte_len())?;
        self.push_text(text);
        Ok(())
    }

    /// Takes the last code point off.
    pub fn pop(&mut self) -> Option<u32> {
        let mut code_points = self.as_text().code_points();
        let last = code_points.next_back()?;
        let len = code_points.bytes.len();
        self.bytes.truncate(len);
        Some(last)
    }

    /// Cuts off what follows a byte offset; nothing happens if it is inside a code point or beyond the end.
    pub fn truncate(&mut self, offset: usize) {
        if self.is_boundary(offset) {
            self.bytes.truncate(offset);
        }
    }

    /// Makes it empty, keeping its memory.
    #[inline]
    pub fn clear(&mut self) {
        self.bytes.clear();
    }
}

impl Deref for TextBuf {
    type Target = Text;

    #[inline]
    fn deref(&self) -> &Text {
        self.as_text()
    }
}

impl Borrow<Text> for TextBuf {
    fn borrow(&self) -> &Text {
        self
    }
}

impl AsRef<Text> for TextBuf {
    fn as_ref(&self) -> &Text {
        self
    }
}

impl From<&str> for TextBuf {
    fn from(text: &str) -> TextBuf {
        TextBuf { bytes: text.as_bytes().to_vec() }
    }
}

impl From<String> for TextBuf {
    fn from(text: String) -> TextBuf {
        TextBuf { bytes: text.into_bytes() }
    }
}

impl From<&Text> for TextBuf {
    fn from(text: &Text) -> TextBuf {
        text.to_owned()
    }
}

impl From<char> for TextBuf {
    fn from(c: char) -> TextBuf {
        let mut out = TextBuf::new();
        out.push_char(c);
        out
    }
}

impl FromIterator<char> for TextBuf {
    fn from_iter<I: IntoIterator<Item = char>>(chars: I) -> TextBuf {
        TextBuf::from(chars.into_iter().collect::<String>())
    }
}

impl PartialEq<str> for TextBuf {
    fn eq(&self, other: &str) -> bool {
        **self == *other
    }
}

impl PartialEq<&str> for TextBuf {
    fn eq(&self, other: &&str) -> bool {
        **self == **other
    }
}

impl PartialEq<Text> for TextBuf {
    fn eq(&self, other: &Text) -> bool {
        **self == *other
    }
}

impl fmt::Write for TextBuf {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push_str(text);
        Ok(())
    }
}

impl fmt::Display for TextBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self.as_text(), f)
    }
}

impl fmt::Debug for TextBuf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_text(), f)
    }
}

#[cfg(test)]
mod tests;

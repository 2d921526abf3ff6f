//! Case mappings of characters and texts, with the special cases: ß, ligatures, the final sigma.

use std::collections::TryReserveError;

use super::{is_case_ignorable, is_cased, is_lower, is_title, is_upper, tables};
use crate::text::{Text, TextBuf};

/// Which mapping: the column of the table.
#[derive(Clone, Copy)]
enum Map {
    Upper,
    Lower,
    Title,
    Fold,
    SimpleLower,
}

/// What a code point maps to: one to three code points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mapped {
    code_points: [u32; 3],
    len: u8,
}

impl Mapped {
    const fn one(code_point: u32) -> Mapped {
        Mapped { code_points: [code_point, 0, 0], len: 1 }
    }
}

impl std::ops::Deref for Mapped {
    type Target = [u32];

    #[inline]
    fn deref(&self) -> &[u32] {
        self.code_points.get(..self.len.into()).unwrap_or_default()
    }
}

/// From here on, an entry is an index of the longer mappings.
const LONGER: i32 = 1 << 24;

#[inline]
fn map(code_point: u32, map: Map) -> Mapped {
    let entry = match tables::CASE_RECORDS.get(tables::CASES.get(code_point)) {
        Some(record) => record[map as usize],
        None => 0,
    };
    if entry < LONGER {
        return Mapped::one(code_point.wrapping_add_signed(entry));
    }
    match tables::CASE_LONGER.get((entry - LONGER) as usize) {
        Some(&code_points) => Mapped { code_points, len: if code_points[2] == 0 { 2 } else { 3 } },
        None => Mapped::one(code_point),
    }
}

/// Upper case of a character.
#[inline]
pub fn to_upper(code_point: u32) -> Mapped {
    map(code_point, Map::Upper)
}

/// Lower case of a character on its own: the capital sigma becomes the ordinary small one.
#[inline]
pub fn to_lower(code_point: u32) -> Mapped {
    map(code_point, Map::Lower)
}

/// Title case of a character.
#[inline]
pub fn to_title(code_point: u32) -> Mapped {
    map(code_point, Map::Title)
}

/// Case folding of a character.
#[inline]
pub fn fold(code_point: u32) -> Mapped {
    map(code_point, Map::Fold)
}

/// The one character that `re` takes for the lower case.
#[inline]
pub fn to_simple_lower(code_point: u32) -> u32 {
    map(code_point, Map::SimpleLower).code_points[0]
}

type Result = std::result::Result<TextBuf, TryReserveError>;

/// Collects mapped characters, each with room made for it first.
struct Collector {
    out: TextBuf,
}

impl Collector {
    fn for_text(text: &Text) -> std::result::Result<Collector, TryReserveError> {
        let mut out = TextBuf::new();
        out.try_reserve(text.byte_len())?;
        Ok(Collector { out })
    }

    #[inline]
    fn push(&mut self, mapped: &[u32]) -> std::result::Result<(), TryReserveError> {
        self.out.try_reserve(12)?;
        for &code_point in mapped {
            // The tables hold nothing but code points.
            let _ = self.out.push(code_point);
        }
        Ok(())
    }
}

fn map_ascii(text: &Text, convert: impl Fn(&mut [u8])) -> Option<Result> {
    text.is_ascii().then(|| {
        let mut bytes = text.try_to_owned()?.into_bytes();
        convert(&mut bytes);
        Ok(TextBuf::from_bytes_unchecked(bytes))
    })
}

fn map_each(text: &Text, each: impl Fn(u32) -> Mapped) -> Result {
    let mut collector = Collector::for_text(text)?;
    for c in text.code_points() {
        collector.push(&each(c))?;
    }
    Ok(collector.out)
}

/// Lower case of a character that stands between these parts of a text.
fn lower_in_context(c: u32, before: &Text, after: &Text) -> Mapped {
    const CAPITAL_SIGMA: u32 = 0x3A3;
    const FINAL_SIGMA: u32 = 0x3C2;
    if c != CAPITAL_SIGMA {
        return to_lower(c);
    }
    // Final: a cased letter before it and none after it, ignorable characters apart.
    let mut before = before.code_points().rev().skip_while(|&c| is_case_ignorable(c));
    let mut after = after.code_points().skip_while(|&c| is_case_ignorable(c));
    let is_final = before.next().is_some_and(is_cased) && !after.next().is_some_and(is_cased);
    if is_final { Mapped::one(FINAL_SIGMA) } else { to_lower(c) }
}

/// Maps each character with the text around it in view.
fn map_in_context(text: &Text, mut each: impl FnMut(u32, &Text, &Text) -> Mapped) -> Result {
    let mut collector = Collector::for_text(text)?;
    let mut rest = text.code_points();
    loop {
        let start = text.byte_len() - rest.as_text().byte_len();
        let Some(c) = rest.next() else { return Ok(collector.out) };
        let before = Text::from_bytes_unchecked(text.as_bytes().get(..start).unwrap_or_default());
        collector.push(&each(c, before, rest.as_text()))?;
    }
}

/// `str.upper`.
pub fn upper(text: &Text) -> Result {
    map_ascii(text, |bytes| bytes.make_ascii_uppercase())
        .unwrap_or_else(|| map_each(text, to_upper))
}

/// `str.lower`.
pub fn lower(text: &Text) -> Result {
    map_ascii(text, |bytes| bytes.make_ascii_lowercase())
        .unwrap_or_else(|| map_in_context(text, lower_in_context))
}

/// `str.casefold`.
pub fn casefold(text: &Text) -> Result {
    map_ascii(text, |bytes| bytes.make_ascii_lowercase()).unwrap_or_else(|| map_each(text, fold))
}

/// `str.swapcase`.
pub fn swapcase(text: &Text) -> Result {
    map_in_context(text, |c, before, after| match c {
        _ if is_upper(c) => lower_in_context(c, before, after),
        _ if is_lower(c) => to_upper(c),
        _ => Mapped::one(c),
    })
}

/// `str.capitalize`: the first character in title case, the others in lower case.
pub fn capitalize(text: &Text) -> Result {
    map_in_context(text, |c, before, after| {
        if before.is_empty() { to_title(c) } else { lower_in_context(c, before, after) }
    })
}

/// Whether a character counts as cased for the bounds of words in `title` and `istitle`.
fn has_case(c: u32) -> bool {
    is_upper(c) || is_lower(c) || is_title(c)
}

/// `str.title`: the first cased character of each run of them in title case, the others in lower case.
pub fn title(text: &Text) -> Result {
    let mut in_word = false;
    map_in_context(text, |c, before, after| {
        let mapped = if in_word { lower_in_context(c, before, after) } else { to_title(c) };
        in_word = has_case(c);
        mapped
    })
}

/// `str.isupper`: no lower or title case, some upper case.
pub fn is_upper_text(text: &Text) -> bool {
    let mut some = false;
    for c in text.code_points() {
        if is_lower(c) || is_title(c) {
            return false;
        }
        some |= is_upper(c);
    }
    some
}

/// `str.islower`: no upper or title case, some lower case.
pub fn is_lower_text(text: &Text) -> bool {
    let mut some = false;
    for c in text.code_points() {
        if is_upper(c) || is_title(c) {
            return false;
        }
        some |= is_lower(c);
    }
    some
}

/// `str.istitle`: upper or title case exactly at the start of each run of cased characters, and some of it.
pub fn is_title_text(text: &Text) -> bool {
    let (mut some, mut in_word) = (false, false);
    for c in text.code_points() {
        let starts = is_upper(c) || is_title(c);
        let follows = is_lower(c);
        if starts && in_word || follows && !in_word {
            return false;
        }
        in_word = starts || follows;
        some |= in_word;
    }
    some
}

//! What Python knows about code points: kinds of characters, case, numeric values, the properties of `unicodedata`, normal forms.
//!
//! The tables (`tables.rs`) are written by `tools/unicode_tables.py` out of CPython's own and are of the same Unicode version.
//! Functions take any `u32`; what is no code point has no property. Only whole texts are mapped in [`case`] and [`normalize`].

pub mod case;
pub mod names;
pub mod normalize;
#[rustfmt::skip]
mod tables;

use crate::text::Text;

/// The version of Unicode (`unicodedata.unidata_version`).
pub const VERSION: &str = tables::VERSION;

/// A table over all code points: blocks of 2^SHIFT values, equal ones stored once.
struct Stages<I: 'static, T: 'static, const SHIFT: u32> {
    index: &'static [I],
    blocks: &'static [T],
}

impl<I: Copy + Into<usize>, T: Copy + Default + Into<u32>, const SHIFT: u32> Stages<I, T, SHIFT> {
    #[inline]
    fn get(&self, code_point: u32) -> usize {
        let block = self.index.get((code_point >> SHIFT) as usize).map_or(0, |&block| block.into());
        let at = block << SHIFT | (code_point & ((1 << SHIFT) - 1)) as usize;
        // Beyond the last code point the first block would be read.
        if code_point > crate::text::MAX_CODE_POINT {
            return 0;
        }
        let value: u32 = self.blocks.get(at).copied().unwrap_or_default().into();
        value as usize
    }
}

#[inline]
fn kind(code_point: u32) -> (u16, u8, u8) {
    match tables::KIND_RECORDS.get(tables::KINDS.get(code_point)) {
        Some(&record) if code_point <= crate::text::MAX_CODE_POINT => record,
        _ => (0, NO_VALUE, NO_VALUE),
    }
}

const NO_VALUE: u8 = 255;

macro_rules! predicates {
    ($($(#[$doc:meta])* $name:ident = $flags:expr;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name(code_point: u32) -> bool {
                kind(code_point).0 & ($flags) != 0
            }
        )*
    };
}

predicates! {
    /// `str.isalpha`: a letter.
    is_alpha = tables::ALPHA;
    /// `str.isalnum`: a letter or something with a numeric value.
    is_alnum = tables::ALPHA | tables::NUMERIC;
    /// `str.isnumeric`: something with a numeric value.
    is_numeric = tables::NUMERIC;
    /// `str.isspace`: a space or a separator.
    is_space = tables::SPACE;
    /// `str.isprintable`: `repr` shows it as it is.
    is_printable = tables::PRINTABLE;
    /// `str.isupper` of one character.
    is_upper = tables::UPPER;
    /// `str.islower` of one character.
    is_lower = tables::LOWER;
    /// A title case letter.
    is_title = tables::TITLE;
    /// May start an identifier; the underscore may.
    is_identifier_start = tables::XID_START;
    /// May stand in an identifier after its start.
    is_identifier_continue = tables::XID_CONTINUE;
    /// Cased and not case-ignorable: what decides over a final sigma.
    is_cased = tables::CASED;
    /// Passed over in the search for the cased letters around a sigma.
    is_case_ignorable = tables::CASE_IGNORABLE;
}

/// `str.isdecimal`: a digit of a positional decimal system.
#[inline]
pub fn is_decimal(code_point: u32) -> bool {
    kind(code_point).1 != NO_VALUE
}

/// `str.isdigit`: a digit, superscripts and the like included.
#[inline]
pub fn is_digit(code_point: u32) -> bool {
    kind(code_point).2 != NO_VALUE
}

/// The value of a digit of a positional decimal system.
#[inline]
pub fn decimal_value(code_point: u32) -> Option<u32> {
    match code_point {
        0x30..=0x39 => Some(code_point - 0x30),
        0..0x80 => None,
        _ => Some(kind(code_point).1).filter(|&value| value != NO_VALUE).map(u32::from),
    }
}

/// The value of a digit, superscripts and the like included.
#[inline]
pub fn digit_value(code_point: u32) -> Option<u32> {
    Some(kind(code_point).2).filter(|&value| value != NO_VALUE).map(u32::from)
}

/// The numeric value as a numerator and a positive denominator.
pub fn numeric_value(code_point: u32) -> Option<(i64, i64)> {
    let after = tables::NUMERIC_RUNS.partition_point(|&(first, ..)| first <= code_point);
    let &(first, last, numerator, denominator, step) =
        tables::NUMERIC_RUNS.get(after.checked_sub(1)?)?;
    (code_point <= last).then(|| (numerator + step * i64::from(code_point - first), denominator))
}

/// Whether `str.splitlines` ends a line here.
#[inline]
pub const fn is_line_break(code_point: u32) -> bool {
    matches!(code_point, 0x0A..=0x0D | 0x1C..=0x1E | 0x85 | 0x2028 | 0x2029)
}

/// `str.isidentifier`: a start, then continuations. Keywords are identifiers.
pub fn is_identifier(text: &Text) -> bool {
    let mut code_points = text.code_points();
    code_points.next().is_some_and(is_identifier_start) && code_points.all(is_identifier_continue)
}

fn facts(code_point: u32) -> [u8; 5] {
    let in_range = code_point <= crate::text::MAX_CODE_POINT;
    let record = tables::FACT_RECORDS.get(tables::FACTS.get(code_point)).filter(|_| in_range);
    record.copied().unwrap_or([0, 0, 0, (tables::WIDTH_NAMES.len() - 1) as u8, 0])
}

fn name_of(names: &'static [&'static str], index: u8) -> &'static str {
    names.get(usize::from(index)).copied().unwrap_or_default()
}

/// General category, such as `"Lu"`; `"Cn"` for what is not assigned.
pub fn category(code_point: u32) -> &'static str {
    let [category, ..] = facts(code_point);
    name_of(&tables::CATEGORY_NAMES, category)
}

/// Bidirectional class, such as `"AL"`; empty if there is none.
pub fn bidirectional(code_point: u32) -> &'static str {
    let [_, class, ..] = facts(code_point);
    name_of(&tables::BIDI_NAMES, class)
}

/// Canonical combining class; 0 for what does not combine.
pub fn combining(code_point: u32) -> u8 {
    let [_, _, class, ..] = facts(code_point);
    class
}

/// East asian width: `"F"`, `"H"`, `"W"`, `"Na"`, `"A"` or `"N"`.
pub fn east_asian_width(code_point: u32) -> &'static str {
    let [_, _, _, width, _] = facts(code_point);
    name_of(&tables::WIDTH_NAMES, width)
}

/// Whether it is mirrored in text from right to left.
pub fn is_mirrored(code_point: u32) -> bool {
    let [.., mirrored] = facts(code_point);
    mirrored != 0
}

/// The decomposition one step deep: its tag (empty if canonical) and its code points. Hangul syllables have none here.
pub fn decomposition(code_point: u32) -> Option<(&'static str, &'static [u32])> {
    let start = tables::DECOMPOSITIONS.get(code_point);
    let (&head, rest) = tables::DECOMPOSITION_ENTRIES.get(start..)?.split_first()?;
    let code_points =
        rest.get(..(head >> 8) as usize).filter(|code_points| !code_points.is_empty())?;
    Some((name_of(&tables::TAG_NAMES, head as u8), code_points))
}

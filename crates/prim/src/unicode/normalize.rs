//! The normal forms NFC, NFD, NFKC and NFKD (Unicode Standard Annex #15).

use std::collections::TryReserveError;

use super::{combining, decomposition, tables};
use crate::text::{Text, TextBuf};

/// A normal form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Canonical composition.
    Nfc,
    /// Canonical decomposition.
    Nfd,
    /// Compatibility composition.
    Nfkc,
    /// Compatibility decomposition.
    Nfkd,
}

impl Form {
    /// From the name that `unicodedata.normalize` takes.
    pub fn from_name(name: &str) -> Option<Form> {
        match name {
            "NFC" => Some(Form::Nfc),
            "NFD" => Some(Form::Nfd),
            "NFKC" => Some(Form::Nfkc),
            "NFKD" => Some(Form::Nfkd),
            _ => None,
        }
    }

    fn composes(self) -> bool {
        matches!(self, Form::Nfc | Form::Nfkc)
    }

    fn is_compatible(self) -> bool {
        matches!(self, Form::Nfkc | Form::Nfkd)
    }

    /// Below this code point nothing changes.
    fn first_affected(self) -> u32 {
        match self {
            Form::Nfc => 0x300,
            Form::Nfd => 0xC0,
            Form::Nfkc | Form::Nfkd => 0xA0,
        }
    }
}

/// `unicodedata.normalize`; an error if there is no memory for the result.
pub fn normalize(text: &Text, form: Form) -> Result<TextBuf, TryReserveError> {
    if text.is_ascii() || text.code_points().all(|c| c < form.first_affected()) {
        return text.try_to_owned();
    }
    let mut code_points = decompose(text, form)?;
    sort_marks(&mut code_points);
    if form.composes() {
        compose(&mut code_points);
    }
    let mut out = TextBuf::new();
    out.try_reserve(code_points.iter().map(|&(c, _)| crate::text::encoded_len(c)).sum())?;
    for (c, _) in code_points {
        // Nothing but code points comes out of a text and the tables.
        let _ = out.push(c);
    }
    Ok(out)
}

/// `unicodedata.is_normalized`.
pub fn is_normalized(text: &Text, form: Form) -> Result<bool, TryReserveError> {
    Ok(*normalize(text, form)? == *text)
}

/// A code point and its combining class.
type Marked = (u32, u8);

pub(super) mod hangul {
    pub const SYLLABLES: u32 = 0xAC00;
    pub const LEADS: u32 = 0x1100;
    pub const VOWELS: u32 = 0x1161;
    pub const TAILS: u32 = 0x11A7;
    pub const LEAD_COUNT: u32 = 19;
    pub const VOWEL_COUNT: u32 = 21;
    pub const TAIL_COUNT: u32 = 28;
    pub const SYLLABLE_COUNT: u32 = LEAD_COUNT * VOWEL_COUNT * TAIL_COUNT;

    /// Lead, vowel and perhaps tail (0 if none) of a syllable.
    pub fn decompose(c: u32) -> Option<[u32; 3]> {
        let index = c.checked_sub(SYLLABLES).filter(|&index| index < SYLLABLE_COUNT)?;
        let (lead, rest) = (index / (VOWEL_COUNT * TAIL_COUNT), index % (VOWEL_COUNT * TAIL_COUNT));
        let tail = rest % TAIL_COUNT;
        Some([LEADS + lead, VOWELS + rest / TAIL_COUNT, if tail == 0 { 0 } else { TAILS + tail }])
    }

    /// A lead and a vowel, or a syllable without tail and a tail.
    pub fn compose(first: u32, second: u32) -> Option<u32> {
        if let (Some(lead @ 0..LEAD_COUNT), Some(vowel @ 0..VOWEL_COUNT)) =
            (first.checked_sub(LEADS), second.checked_sub(VOWELS))
        {
            return Some(SYLLABLES + (lead * VOWEL_COUNT + vowel) * TAIL_COUNT);
        }
        let syllable = first
            .checked_sub(SYLLABLES)
            .filter(|&index| index < SYLLABLE_COUNT && index % TAIL_COUNT == 0)?;
        let tail = second.checked_sub(TAILS).filter(|&tail| tail > 0 && tail < TAIL_COUNT)?;
        Some(SYLLABLES + syllable + tail)
    }
}

fn decompose(text: &Text, form: Form) -> Result<Vec<Marked>, TryReserveError> {
    let mut out = Vec::new();
    out.try_reserve(text.code_point_len())?;
    // What is still to be decomposed of one character, last first. No decomposition is longer than 18.
    let mut pending: Vec<u32> = Vec::with_capacity(32);
    for c in text.code_points() {
        pending.push(c);
        while let Some(c) = pending.pop() {
            out.try_reserve(3)?;
            if let Some(parts) = hangul::decompose(c) {
                out.extend(parts.into_iter().filter(|&part| part != 0).map(|part| (part, 0)));
                continue;
            }
            match decomposition(c).filter(|(tag, _)| tag.is_empty() || form.is_compatible()) {
                Some((_, parts)) => pending.extend(parts.iter().rev()),
                None => out.push((c, combining(c))),
            }
        }
    }
    Ok(out)
}

/// Puts each run of marks into the order of their classes, equal classes staying as they are.
fn sort_marks(code_points: &mut [Marked]) {
    for run in code_points.split_mut(|&(_, class)| class == 0) {
        if !run.is_sorted_by_key(|&(_, class)| class) {
            run.sort_by_key(|&(_, class)| class);
        }
    }
}

fn compose_pair(first: u32, second: u32) -> Option<u32> {
    let find = || {
        let found = tables::COMPOSITIONS
            .binary_search_by_key(&(first, second), |&(a, b, _)| (a, b))
            .ok()?;
        tables::COMPOSITIONS.get(found).map(|&(.., composed)| composed)
    };
    hangul::compose(first, second).or_else(find)
}

/// Joins starters with the marks (or starters) that follow unblocked, in place.
fn compose(code_points: &mut Vec<Marked>) {
    let mut starter: Option<usize> = None;
    let mut last_class = 0;
    let mut kept = 0;
    for read in 0..code_points.len() {
        let (c, class) = code_points[read];
        if let Some(at) = starter {
            // Blocked by what stands between: a mark of the same or a higher class, or another starter.
            let adjacent = at + 1 == kept;
            if (adjacent || last_class != 0 && last_class < class)
                && let Some(composed) = compose_pair(code_points[at].0, c)
            {
                code_points[at].0 = composed;
                continue;
            }
        }
        if class == 0 {
            starter = Some(kept);
        }
        last_class = class;
        code_points[kept] = (c, class);
        kept += 1;
    }
    code_points.truncate(kept);
}

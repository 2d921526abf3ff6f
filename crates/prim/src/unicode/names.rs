//! Names of characters, for `\N{…}` and `unicodedata`.
//!
//! `names.bin` is written by `tools/unicode_names.py`. All numbers are little endian and 32 bits wide unless said otherwise:
//! how many words, characters and entries there are; where each word starts, and the end; the words; where the code of each entry
//! starts, and the end; the codes; the value of each entry; the numbers (16 bits) of the entries in the order of their names; the
//! sequences, each its length and its code points.
//!
//! An entry is a name and its value: first those of the characters, in their order, then aliases, then sequences (bit 31 is
//! set, the rest is the index in the sequences). A code is a list of words: one byte, or two from 0xC0 on; 0xFF is the code point itself
//! in hexadecimal. Words are joined by spaces, but not after a hyphen. Names of Hangul syllables and unified ideographs are computed.

use std::cmp::Ordering;

use super::normalize::hangul;
use crate::text::TextBuf;

static DATA: &[u8] = include_bytes!("names.bin");

const HEX: u8 = 0xFF;
const FIRST_LONG: u8 = 0xC0;
const SEQUENCE: u32 = 1 << 31;
/// No name is longer.
const LONGEST: usize = 128;

const IDEOGRAPH: &str = "CJK UNIFIED IDEOGRAPH-";
const SYLLABLE: &str = "HANGUL SYLLABLE ";

const LEADS: [&str; 19] = [
    "G", "GG", "N", "D", "DD", "R", "M", "B", "BB", "S", "SS", "", "J", "JJ", "C", "K", "T", "P",
    "H",
];
const VOWELS: [&str; 21] = [
    "A", "AE", "YA", "YAE", "EO", "E", "YEO", "YE", "O", "WA", "WAE", "OE", "YO", "U", "WEO", "WE",
    "WI", "YU", "EU", "YI", "I",
];
const TAILS: [&str; 28] = [
    "", "G", "GG", "GS", "N", "NJ", "NH", "D", "L", "LG", "LM", "LB", "LS", "LT", "LP", "LH", "M",
    "B", "BS", "S", "SS", "NG", "J", "C", "K", "T", "P", "H",
];

fn read_u32(section: &[u8], index: usize) -> Option<u32> {
    let bytes = section.get(index.checked_mul(4)?..)?.first_chunk()?;
    Some(u32::from_le_bytes(*bytes))
}

/// Texts one after another, found by their starts.
#[derive(Clone, Copy)]
struct Pool {
    starts: &'static [u8],
    bytes: &'static [u8],
}

impl Pool {
    /// Reads `count` starts, the end and the texts off the front of the data.
    fn take(data: &mut &'static [u8], count: usize) -> Option<Pool> {
        let (starts, rest) = data.split_at_checked(4 * (count + 1))?;
        let (bytes, rest) = rest.split_at_checked(read_u32(starts, count)? as usize)?;
        *data = rest;
        Some(Pool { starts, bytes })
    }

    fn get(&self, index: usize) -> Option<&'static [u8]> {
        self.bytes
            .get(read_u32(self.starts, index)? as usize..read_u32(self.starts, index + 1)? as usize)
    }
}

/// The sections of the data.
struct Names {
    words: Pool,
    codes: Pool,
    characters: usize,
    entries: usize,
    values: &'static [u8],
    by_name: &'static [u8],
    sequences: &'static [u8],
}

impl Names {
    fn open() -> Option<Names> {
        let (head, mut rest) = DATA.split_at_checked(12)?;
        let count = |i| read_u32(head, i).map(|count| count as usize);
        let (characters, entries) = (count(1)?, count(2)?);
        let words = Pool::take(&mut rest, count(0)?)?;
        let codes = Pool::take(&mut rest, entries)?;
        let (values, rest) = rest.split_at_checked(4 * entries)?;
        let (by_name, sequences) = rest.split_at_checked(2 * entries)?;
        Some(Names { words, codes, characters, entries, values, by_name, sequences })
    }

    fn value(&self, entry: usize) -> Option<u32> {
        read_u32(self.values, entry)
    }

    /// The name of an entry.
    fn spell(&self, entry: usize) -> Option<String> {
        let mut out = String::with_capacity(LONGEST);
        let mut code = self.codes.get(entry)?.iter();
        while let Some(&byte) = code.next() {
            if !out.is_empty() && !out.ends_with('-') {
                out.push(' ');
            }
            let word = match byte {
                HEX => {
                    out.push_str(&format!("{:04X}", self.value(entry)?));
                    continue;
                }
                0..FIRST_LONG => usize::from(byte),
                FIRST_LONG.. => {
                    (usize::from(byte - FIRST_LONG) << 8)
                        + usize::from(*code.next()?)
                        + usize::from(FIRST_LONG)
                }
            };
            out.push_str(std::str::from_utf8(self.words.get(word)?).ok()?);
        }
        Some(out)
    }

    /// The entry of a character.
    fn of_character(&self, code_point: u32) -> Option<usize> {
        binary_search(self.characters, |i| {
            self.value(i).map_or(Ordering::Less, |value| value.cmp(&code_point))
        })
    }

    /// The value of the entry with this name, in upper case.
    fn find(&self, name: &str) -> Option<u32> {
        let entry = |i: usize| {
            let bytes = self.by_name.get(2 * i..)?.first_chunk()?;
            Some(usize::from(u16::from_le_bytes(*bytes)))
        };
        let compare = |i| match entry(i).and_then(|entry| self.spell(entry)) {
            Some(spelt) => spelt.as_str().cmp(name),
            None => Ordering::Less,
        };
        self.value(entry(binary_search(self.entries, compare)?)?)
    }
}

/// The index below `count` that compares equal.
fn binary_search(count: usize, compare: impl Fn(usize) -> Ordering) -> Option<usize> {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        match compare(middle) {
            Ordering::Less => low = middle + 1,
            Ordering::Greater => high = middle,
            Ordering::Equal => return Some(middle),
        }
    }
    None
}

/// Whether it is named by its number alone.
const fn is_unified_ideograph(code_point: u32) -> bool {
    matches!(code_point,
        0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x20000..=0x2A6DF | 0x2A700..=0x2B739 | 0x2B740..=0x2B81D
        | 0x2B820..=0x2CEA1 | 0x2CEB0..=0x2EBE0 | 0x2EBF0..=0x2EE5D | 0x30000..=0x3134A | 0x31350..=0x323AF)
}

fn syllable_name(code_point: u32) -> Option<String> {
    let [lead, vowel, tail] = hangul::decompose(code_point)?;
    let lead = LEADS.get((lead - hangul::LEADS) as usize)?;
    let vowel = VOWELS.get((vowel - hangul::VOWELS) as usize)?;
    let tail = TAILS.get(tail.saturating_sub(hangul::TAILS) as usize)?;
    Some(format!("{SYLLABLE}{lead}{vowel}{tail}"))
}

/// The syllable with this name after the prefix.
fn find_syllable(jamo: &str) -> Option<u32> {
    // The longest lead that fits is the right one; vowels begin with a letter that no lead has.
    let longest = |choices: &[&str], text: &str| {
        let fits = (0..choices.len())
            .filter(|&i| choices.get(i).is_some_and(|choice| text.starts_with(choice)));
        fits.max_by_key(|&i| choices.get(i).map_or(0, |choice| choice.len()))
    };
    let lead = longest(&LEADS, jamo)?;
    let rest = jamo.get(LEADS.get(lead)?.len()..)?;
    let vowel = longest(&VOWELS, rest)?;
    let tail = TAILS.iter().position(|&tail| rest.get(VOWELS[vowel].len()..) == Some(tail))?;
    let index =
        (lead as u32 * hangul::VOWEL_COUNT + vowel as u32) * hangul::TAIL_COUNT + tail as u32;
    Some(hangul::SYLLABLES + index)
}

fn find_ideograph(digits: &str) -> Option<u32> {
    let well_formed = matches!(digits.len(), 4 | 5)
        && digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'A'..=b'F'));
    let code_point = u32::from_str_radix(digits, 16).ok().filter(|_| well_formed)?;
    is_unified_ideograph(code_point).then_some(code_point)
}

/// `unicodedata.name`: the name of a code point; `None` if it has none, as control characters, surrogates and what is not assigned.
pub fn name(code_point: u32) -> Option<String> {
    if is_unified_ideograph(code_point) {
        return Some(format!("{IDEOGRAPH}{code_point:X}"));
    }
    syllable_name(code_point).or_else(|| {
        let names = Names::open()?;
        names.spell(names.of_character(code_point)?)
    })
}

/// The value of a name or alias: computed names in upper case only, others in any case.
fn find(name: &str) -> Option<u32> {
    if name.len() > LONGEST {
        return None;
    }
    if let Some(jamo) = name.strip_prefix(SYLLABLE) {
        return find_syllable(jamo);
    }
    if let Some(digits) = name.strip_prefix(IDEOGRAPH) {
        return find_ideograph(digits);
    }
    Names::open()?.find(&name.to_ascii_uppercase())
}

/// The code point with this name or alias, for `\N{…}`.
pub fn lookup(name: &str) -> Option<u32> {
    find(name).filter(|value| value & SEQUENCE == 0)
}

/// `unicodedata.lookup`: the character or sequence of characters with this name or alias.
pub fn lookup_text(name: &str) -> Option<TextBuf> {
    let value = find(name)?;
    if value & SEQUENCE == 0 {
        return TextBuf::from_code_points([value]).ok();
    }
    let (names, at) = (Names::open()?, (value & !SEQUENCE) as usize);
    let len = read_u32(names.sequences, at)? as usize;
    let code_points = (at + 1..=at + len).map_while(|i| read_u32(names.sequences, i));
    TextBuf::from_code_points(code_points).ok()
}

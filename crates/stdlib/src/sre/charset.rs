//! Tests of one character: literals, categories, sets, with and without regard to case.

use super::program::{Invalid, op};
use prim::unicode;

/// Which characters are the same but for case, and which belong to words.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Case {
    /// ASCII letters.
    Ascii,
    /// As the locale says: the C locale's, so ASCII again, but of both cases.
    Locale,
    /// As Unicode says.
    Unicode,
}

/// The lower case by Unicode's simple mapping.
pub fn unicode_lower(c: u32) -> u32 {
    unicode::case::to_simple_lower(c)
}

/// The upper case by Unicode's simple mapping, the character itself if it has a longer one.
pub fn unicode_upper(c: u32) -> u32 {
    match *unicode::case::to_upper(c) {
        [one] => one,
        _ => c,
    }
}

/// The lower case of an ASCII letter.
pub fn ascii_lower(c: u32) -> u32 {
    if (0x41..=0x5A).contains(&c) { c + 32 } else { c }
}

fn ascii_upper(c: u32) -> u32 {
    if (0x61..=0x7A).contains(&c) { c - 32 } else { c }
}

impl Case {
    /// The lower case.
    #[inline]
    pub fn lower(self, c: u32) -> u32 {
        match self {
            Case::Unicode => unicode_lower(c),
            _ => ascii_lower(c),
        }
    }

    /// Whether the character belongs to a word.
    #[inline]
    pub fn is_word(self, c: u32) -> bool {
        if c < 128 {
            c == 0x5F || (c as u8).is_ascii_alphanumeric()
        } else {
            self == Case::Unicode && unicode::is_alnum(c)
        }
    }
}

/// A test of one character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum One {
    /// Any but a line feed.
    Any,
    /// Any.
    All,
    /// This one.
    Char(u32),
    /// Any but this one.
    NotChar(u32),
    /// This one in either case; it is lower case.
    CharIgnore(u32, Case),
    /// Any but this one in either case.
    NotCharIgnore(u32, Case),
    /// One of a set of the program.
    Set { index: usize, case: Option<Case> },
}

fn same_but_case(c: u32, of: u32, case: Case) -> bool {
    match case {
        Case::Locale => c == of || ascii_lower(c) == of || ascii_upper(c) == of,
        _ => case.lower(c) == of,
    }
}

impl One {
    /// Whether `c` passes.
    #[inline]
    pub fn accepts(self, sets: &[Charset], c: u32) -> bool {
        match self {
            One::Any => c != 0x0A,
            One::All => true,
            One::Char(of) => c == of,
            One::NotChar(of) => c != of,
            One::CharIgnore(of, case) => same_but_case(c, of, case),
            One::NotCharIgnore(of, case) => !same_but_case(c, of, case),
            One::Set { index, case } => {
                let Some(set) = sets.get(index) else { return false };
                match case {
                    None => set.contains(c),
                    Some(Case::Locale) => {
                        set.contains(ascii_lower(c)) || set.contains(ascii_upper(c))
                    }
                    Some(case) => set.contains(case.lower(c)),
                }
            }
        }
    }
}

/// One part of a set.
#[derive(Clone, Debug)]
enum Part {
    Category(u32),
    Range(u32, u32),
    RangeIgnore(u32, u32),
    /// 256 block numbers and the bits of the blocks, for characters below 0x10000.
    Big(Box<[u8; 256]>, Box<[u32]>),
}

/// A set of characters.
#[derive(Clone, Debug)]
pub struct Charset {
    /// The answers for the first 256.
    low: [u64; 4],
    negated: bool,
    parts: Vec<Part>,
}

fn is_category(number: u32, c: u32) -> bool {
    let ascii = u8::try_from(c).ok().filter(u8::is_ascii);
    match number {
        0 => ascii.is_some_and(|b| b.is_ascii_digit()),
        2 => matches!(c, 9..=13 | 32),
        4 => Case::Ascii.is_word(c),
        6 | 16 => match number {
            6 => c == 0x0A,
            _ => unicode::is_line_break(c),
        },
        8 => Case::Locale.is_word(c),
        10 => unicode::is_decimal(c),
        12 => unicode::is_space(c),
        14 => Case::Unicode.is_word(c),
        odd => !is_category(odd - 1, c),
    }
}

/// How many categories there are.
const CATEGORIES: u32 = 18;

impl Charset {
    /// The set of one category.
    pub fn category(number: u32) -> Result<Charset, Invalid> {
        if number >= CATEGORIES {
            return Err(Invalid);
        }
        Ok(Charset::new(false, vec![Part::Category(number)]))
    }

    fn new(negated: bool, parts: Vec<Part>) -> Charset {
        let mut set = Charset { low: [0; 4], negated, parts };
        for c in 0..256u32 {
            if set.look_up(c) {
                set.low[c as usize / 64] |= 1 << (c % 64);
            }
        }
        set
    }

    /// Reads a set; also how many numbers it takes.
    pub fn read(code: &[u32]) -> Result<(Charset, usize), Invalid> {
        let (mut parts, mut negated, mut at) = (Vec::new(), false, 0);
        let get = |at: usize| code.get(at).copied().ok_or(Invalid);
        loop {
            match get(at)? {
                op::FAILURE => return Ok((Charset::new(negated, parts), at + 1)),
                // Only at the start does it mean the whole set.
                op::NEGATE if at == 0 => {
                    negated = true;
                    at += 1;
                }
                op::LITERAL => {
                    let c = get(at + 1)?;
                    parts.push(Part::Range(c, c));
                    at += 2;
                }
                op::RANGE => {
                    parts.push(Part::Range(get(at + 1)?, get(at + 2)?));
                    at += 3;
                }
                op::RANGE_UNI_IGNORE => {
                    parts.push(Part::RangeIgnore(get(at + 1)?, get(at + 2)?));
                    at += 3;
                }
                op::CATEGORY => {
                    let number = get(at + 1)?;
                    if number >= CATEGORIES {
                        return Err(Invalid);
                    }
                    parts.push(Part::Category(number));
                    at += 2;
                }
                op::CHARSET => {
                    let words = code.get(at + 1..at + 9).ok_or(Invalid)?;
                    parts.push(Part::Big(Box::new(first_block_only()), words.into()));
                    at += 9;
                }
                op::BIGCHARSET => {
                    let count = get(at + 1)? as usize;
                    let index = code.get(at + 2..at + 66).ok_or(Invalid)?;
                    let end = count.checked_mul(8).and_then(|n| n.checked_add(at + 66));
                    let end = end.ok_or(Invalid)?;
                    let words = code.get(at + 66..end).ok_or(Invalid)?;
                    let mut blocks = Box::new([0u8; 256]);
                    for (i, word) in index.iter().enumerate() {
                        blocks[i * 4..i * 4 + 4].copy_from_slice(&word.to_ne_bytes());
                    }
                    if blocks.iter().any(|b| usize::from(*b) >= count) {
                        return Err(Invalid);
                    }
                    parts.push(Part::Big(blocks, words.into()));
                    at = end;
                }
                _ => return Err(Invalid),
            }
        }
    }

    fn look_up(&self, c: u32) -> bool {
        let found = self.parts.iter().any(|part| match part {
            Part::Category(number) => is_category(*number, c),
            Part::Range(low, high) => (*low..=*high).contains(&c),
            Part::RangeIgnore(low, high) => {
                (*low..=*high).contains(&c) || (*low..=*high).contains(&unicode_upper(c))
            }
            Part::Big(blocks, words) => {
                let block = match usize::try_from(c >> 8).ok().and_then(|b| blocks.get(b)) {
                    Some(b) if *b != NO_BLOCK || words.len() > 8 => usize::from(*b),
                    _ => return false,
                };
                let word = block * 8 + (c & 255) as usize / 32;
                words.get(word).is_some_and(|w| w >> (c & 31) & 1 != 0)
            }
        });
        found != self.negated
    }

    /// Whether `c` is in it.
    #[inline]
    pub fn contains(&self, c: u32) -> bool {
        if c < 256 { self.low[c as usize / 64] >> (c % 64) & 1 != 0 } else { self.look_up(c) }
    }
}

/// In a set of 256 characters, the number of all blocks but the first.
const NO_BLOCK: u8 = 255;

fn first_block_only() -> [u8; 256] {
    let mut blocks = [NO_BLOCK; 256];
    blocks[0] = 0;
    blocks
}

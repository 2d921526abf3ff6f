//! Names, and the prefixes of strings that look like names.

use prim::unicode;

use super::{Lexer, is_id_continue};
use crate::token::{Token, keyword};

/// The letters of a string prefix seen so far.
#[derive(Default)]
struct Prefix {
    b: bool,
    r: bool,
    u: bool,
    f: bool,
    t: bool,
}

impl Prefix {
    /// Takes a letter into account; false if it cannot go on a prefix.
    fn add(&mut self, c: u8) -> bool {
        let flag = match c {
            b'b' | b'B' => &mut self.b,
            b'u' | b'U' => &mut self.u,
            b'r' | b'R' => &mut self.r,
            b'f' | b'F' => &mut self.f,
            b't' | b'T' => &mut self.t,
            _ => return false,
        };
        !std::mem::replace(flag, true)
    }

    /// Two letters that do not go together.
    fn conflict(&self) -> Option<(char, char)> {
        let pairs = [
            (self.u && self.b, ('u', 'b')),
            (self.u && self.r, ('u', 'r')),
            (self.u && self.f, ('u', 'f')),
            (self.u && self.t, ('u', 't')),
            (self.b && self.f, ('b', 'f')),
            (self.b && self.t, ('b', 't')),
            (self.f && self.t, ('f', 't')),
        ];
        pairs.iter().find(|(both, _)| *both).map(|&(_, pair)| pair)
    }
}

impl Lexer<'_> {
    /// A name, a keyword, or a string with a prefix. `first` has been read.
    pub(super) fn name_or_string(&mut self, first: u8) -> Token {
        let mut prefix = Prefix::default();
        let mut c = Some(first);
        while let Some(letter) = c
            && prefix.add(letter)
        {
            c = self.next_char();
            if let Some(quote @ (b'"' | b'\'')) = c {
                return self.prefixed_string(&prefix, quote);
            }
        }
        let mut all_ascii = first < 128;
        if c.is_some() {
            self.pos -= 1;
            while let Some(&c) = self.bytes.get(self.pos)
                && is_id_continue(c)
            {
                all_ascii &= c < 128;
                self.pos += 1;
            }
        }
        self.note_end();
        let start = self.token_start();
        if !all_ascii
            && !self.extra_tokens
            && let Err(error) = self.verify_identifier(start)
        {
            return error;
        }
        let kind = keyword(&self.bytes[start..self.pos]);
        self.token_between(kind, start, self.pos)
    }

    fn prefixed_string(&mut self, prefix: &Prefix, quote: u8) -> Token {
        if let Some((one, two)) = prefix.conflict() {
            let msg = format!("'{one}' and '{two}' prefixes are incompatible");
            return self.fail_between(self.token_start(), self.pos, &msg);
        }
        if prefix.f || prefix.t {
            return self.formatted_string_start(quote, prefix.r, prefix.t);
        }
        self.string(quote)
    }

    /// Checks a name that is not all ASCII against PEP 3131.
    fn verify_identifier(&mut self, start: usize) -> Result<(), Token> {
        let text = self.source.get(start..self.pos).unwrap_or_default();
        let bad = text.char_indices().find(|&(at, c)| {
            if at == 0 {
                !(c == '_' || unicode::is_identifier_start(u32::from(c)))
            } else {
                !unicode::is_identifier_continue(u32::from(c))
            }
        });
        let Some((at, c)) = bad else { return Ok(()) };
        self.pos = start + at + c.len_utf8();
        let code = u32::from(c);
        Err(if unicode::is_printable(code) {
            self.fail(format!("invalid character '{c}' (U+{code:04X})"))
        } else {
            self.fail(format!("invalid non-printable character U+{code:04X}"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes() {
        let mut prefix = Prefix::default();
        assert!(prefix.add(b'R') && prefix.add(b'b'));
        assert!(prefix.conflict().is_none());
        assert!(!prefix.add(b'r'));
        assert!(prefix.add(b'f'));
        assert_eq!(prefix.conflict(), Some(('b', 'f')));
    }
}

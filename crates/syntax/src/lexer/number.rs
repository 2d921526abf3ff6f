//! Numbers. The lexer only finds where a literal ends; the parser computes its value.

use super::{Lexer, is_id_continue};
use crate::token::{Kind, Token};

/// A literal turned out wrong; the `Error` token is inside.
type Checked<T> = Result<T, Token>;

fn is_digit(c: Option<u8>) -> bool {
    c.is_some_and(|c| c.is_ascii_digit())
}

fn is_hex(c: Option<u8>) -> bool {
    c.is_some_and(|c| c.is_ascii_hexdigit())
}

impl Lexer<'_> {
    /// A number that starts with a digit, which has been read.
    pub(super) fn number(&mut self, first: u8) -> Token {
        let result = if first == b'0' {
            self.zero_number()
        } else {
            self.decimal_tail().and_then(|c| self.after_integer(c))
        };
        result.unwrap_or_else(|error| error)
    }

    /// A number that starts with a dot; `c` is the digit after it.
    pub(super) fn fraction(&mut self, c: Option<u8>) -> Token {
        self.after_point(c).unwrap_or_else(|error| error)
    }

    fn finish(&mut self, after: Option<u8>) -> Token {
        self.back(after);
        self.token(Kind::Number)
    }

    /// Reads digits and underscores between them; gives the character after them.
    fn decimal_tail(&mut self) -> Checked<Option<u8>> {
        loop {
            let mut c = self.next_char();
            while is_digit(c) {
                c = self.next_char();
            }
            if c != Some(b'_') {
                return Ok(c);
            }
            let c = self.next_char();
            if !is_digit(c) {
                self.back(c);
                return Err(self.fail("invalid decimal literal"));
            }
        }
    }

    fn zero_number(&mut self) -> Checked<Token> {
        let c = self.next_char();
        match c {
            Some(b'x' | b'X') => self.radix_number(16, "hexadecimal"),
            Some(b'o' | b'O') => self.radix_number(8, "octal"),
            Some(b'b' | b'B') => self.radix_number(2, "binary"),
            _ => self.leading_zero(c),
        }
    }

    fn radix_number(&mut self, base: u8, kind: &str) -> Checked<Token> {
        let is_base_digit = |c: Option<u8>| match c {
            Some(c) if base < 10 => (b'0'..b'0' + base).contains(&c),
            c => is_hex(c),
        };
        let mut c = self.next_char();
        loop {
            if c == Some(b'_') {
                c = self.next_char();
            }
            if !is_base_digit(c) {
                return Err(self.bad_radix_digit(c, kind, base));
            }
            while is_base_digit(c) {
                c = self.next_char();
            }
            if c != Some(b'_') {
                break;
            }
        }
        if base < 10 && is_digit(c) {
            return Err(self.bad_radix_digit(c, kind, base));
        }
        self.verify_end(c, kind)?;
        Ok(self.finish(c))
    }

    fn bad_radix_digit(&mut self, c: Option<u8>, kind: &str, base: u8) -> Token {
        match c {
            Some(digit @ b'0'..=b'9') if base < 10 => {
                self.fail(format!("invalid digit '{}' in {kind} literal", digit as char))
            }
            _ => {
                self.back(c);
                self.fail(format!("invalid {kind} literal"))
            }
        }
    }

    /// After a leading zero that starts no prefix: zeros only, unless a float or an imaginary number follows.
    fn leading_zero(&mut self, mut c: Option<u8>) -> Checked<Token> {
        loop {
            if c == Some(b'_') {
                c = self.next_char();
                if !is_digit(c) {
                    self.back(c);
                    return Err(self.fail("invalid decimal literal"));
                }
            }
            if c != Some(b'0') {
                break;
            }
            c = self.next_char();
        }
        let zeros_end = self.pos;
        let nonzero = is_digit(c);
        if nonzero {
            c = self.decimal_tail()?;
        }
        if nonzero && !self.extra_tokens && !matches!(c, Some(b'.' | b'e' | b'E' | b'j' | b'J')) {
            self.back(c);
            let msg = "leading zeros in decimal integer literals are not permitted; \
                       use an 0o prefix for octal integers";
            return Err(self.fail_between(self.token_start(), zeros_end, msg));
        }
        self.after_integer(c)
    }

    fn after_integer(&mut self, c: Option<u8>) -> Checked<Token> {
        match c {
            Some(b'.') => {
                let c = self.next_char();
                self.after_point(c)
            }
            Some(b'e' | b'E') => self.exponent(c),
            Some(b'j' | b'J') => self.imaginary(),
            _ => {
                self.verify_end(c, "decimal")?;
                Ok(self.finish(c))
            }
        }
    }

    fn after_point(&mut self, mut c: Option<u8>) -> Checked<Token> {
        if is_digit(c) {
            c = self.decimal_tail()?;
        }
        match c {
            Some(b'e' | b'E') => self.exponent(c),
            _ => self.after_exponent(c),
        }
    }

    fn exponent(&mut self, e: Option<u8>) -> Checked<Token> {
        let mut c = self.next_char();
        if matches!(c, Some(b'+' | b'-')) {
            c = self.next_char();
            if !is_digit(c) {
                self.back(c);
                return Err(self.fail("invalid decimal literal"));
            }
        } else if !is_digit(c) {
            self.back(c);
            self.verify_end(e, "decimal")?;
            return Ok(self.finish(e));
        }
        let c = self.decimal_tail()?;
        self.after_exponent(c)
    }

    fn after_exponent(&mut self, c: Option<u8>) -> Checked<Token> {
        if matches!(c, Some(b'j' | b'J')) {
            return self.imaginary();
        }
        self.verify_end(c, "decimal")?;
        Ok(self.finish(c))
    }

    fn imaginary(&mut self) -> Checked<Token> {
        let c = self.next_char();
        self.verify_end(c, "imaginary")?;
        Ok(self.finish(c))
    }

    /// A letter after a number is an error, unless it begins a keyword that may follow: then it is a warning.
    /// `c` is the character after the number and has been read.
    fn verify_end(&mut self, c: Option<u8>, kind: &str) -> Checked<()> {
        let Some(letter) = c else { return Ok(()) };
        if self.extra_tokens {
            return Ok(());
        }
        if letter >= 128 || !is_id_continue(letter) {
            return Ok(());
        }
        let rest = &self.bytes[self.pos..self.line_end];
        let keyword_follows = |word: &[u8]| {
            rest.strip_prefix(word).is_some_and(|r| !r.first().is_some_and(|&c| is_id_continue(c)))
        };
        let allowed = match letter {
            b'a' => keyword_follows(b"nd"),
            b'e' => keyword_follows(b"lse"),
            b'f' => keyword_follows(b"or"),
            b'i' => matches!(rest.first(), Some(b'f' | b'n' | b's')),
            b'o' => keyword_follows(b"r"),
            b'n' => keyword_follows(b"ot"),
            _ => false,
        };
        self.back(c);
        if allowed {
            self.warn(format!("invalid {kind} literal"), None);
            self.next_char();
            return Ok(());
        }
        Err(self.fail(format!("invalid {kind} literal")))
    }
}

//! Strings, f-strings and t-strings (PEP 701, PEP 750).
//!
//! An f-string is several tokens. While one is open, [`Mode`] says whether the lexer is in its text or
//! in an expression, in which ordinary tokens are found.

use super::{Lexer, Stop};
use crate::token::{Kind, Token};

/// Nesting of f-strings that CPython accepts.
const MAX_FSTRINGS: usize = 150;
/// Nesting of expressions in format specifications that CPython accepts.
const MAX_EXPRESSIONS: i32 = 3;

/// The state of an open f-string or t-string.
#[derive(Clone, Debug)]
pub(crate) struct Mode {
    quote: u8,
    quote_size: usize,
    raw: bool,
    template: bool,
    /// The lexer is in the text, not in an expression.
    pub(super) in_text: bool,
    /// The text is a format specification.
    pub(super) in_format_spec: bool,
    /// Open brackets inside the string.
    pub(super) depth: i32,
    /// The value of `depth` at the `{` of the innermost expression; -1 outside expressions.
    pub(super) expression_depth: i32,
    /// Where the string starts: offset, line, start of the line.
    start: usize,
    line: u32,
    line_start: usize,
}

impl Mode {
    /// `f` or `t`, for messages.
    pub(super) fn prefix(&self) -> char {
        if self.template { 't' } else { 'f' }
    }

    /// Start of the line in which the string starts.
    pub(super) fn first_line_start(&self) -> usize {
        self.line_start
    }

    /// Whether an expression is open.
    pub(super) fn in_expression(&self) -> bool {
        self.expression_depth >= 0
    }

    fn kind(&self, f: Kind, t: Kind) -> Kind {
        if self.template { t } else { f }
    }
}

impl Lexer<'_> {
    /// A string that is no f-string; its opening quote has been read.
    pub(super) fn string(&mut self, quote: u8) -> Token {
        self.first_line = self.line;
        self.first_line_start = self.line_start;
        let start = self.token_start();
        let size = self.opening_quotes(quote);
        if size == 0 {
            return self.string_token(Kind::String, start, self.pos);
        }
        let mut closing = 0;
        let mut escaped_quote = false;
        while closing < size {
            if self.skip_plain(quote) {
                closing = 0;
            }
            let c = self.next_char();
            if self.stop == Stop::Error {
                return self.empty_token(Kind::Error);
            }
            match c {
                None => return self.unterminated_string(quote, size, escaped_quote),
                Some(b'\n') if size == 1 => {
                    return self.unterminated_string(quote, size, escaped_quote);
                }
                Some(c) if c == quote => closing += 1,
                Some(b'\\') => {
                    closing = 0;
                    escaped_quote |= self.next_char() == Some(quote);
                }
                Some(_) => closing = 0,
            }
        }
        self.string_token(Kind::String, start, self.pos)
    }

    /// Reads the rest of the opening quotes: 1 or 3, or 0 for an empty string, which is read to its end.
    fn opening_quotes(&mut self, quote: u8) -> usize {
        let second = self.next_char();
        if second != Some(quote) {
            self.back(second);
            return 1;
        }
        let third = self.next_char();
        if third == Some(quote) {
            return 3;
        }
        self.back(third);
        0
    }

    /// Skips what means nothing in a string, up to the end of the line at most; true if there was any.
    fn skip_plain(&mut self, quote: u8) -> bool {
        let line = &self.bytes[self.pos..self.line_end];
        let len = memchr::memchr3(quote, b'\\', b'\n', line).unwrap_or(line.len());
        self.pos += len;
        len > 0
    }

    fn unterminated_string(&mut self, quote: u8, size: usize, escaped_quote: bool) -> Token {
        let end_line = self.line;
        let cut_off = self.stop == Stop::Eof;
        self.pos = self.token_start() + 1;
        self.line_start = self.first_line_start;
        self.line = self.first_line;
        if let Some(mode) = self.modes.last()
            && mode.quote == quote
            && mode.quote_size == size
        {
            // Most likely the quote was meant to close the f-string.
            return self.fail(format!("{}-string: expecting '}}'", mode.prefix()));
        }
        self.string_cut_off = cut_off;
        let kind = if size == 3 { "triple-quoted string" } else { "string" };
        let mut msg = format!("unterminated {kind} literal (detected at line {end_line})");
        if size == 1 && escaped_quote {
            msg.push_str("; perhaps you escaped the end quote?");
        }
        self.fail(msg)
    }

    /// The start of an f-string or t-string; the first quote has been read.
    pub(super) fn formatted_string_start(&mut self, quote: u8, raw: bool, template: bool) -> Token {
        self.first_line = self.line;
        self.first_line_start = self.line_start;
        let start = self.token_start();
        let mut quote_size = 1;
        let second = self.next_char();
        if second == Some(quote) {
            let third = self.next_char();
            if third == Some(quote) {
                quote_size = 3;
            } else {
                self.back(third);
                self.back(second);
            }
        } else {
            self.back(second);
        }
        if self.modes.len() + 1 >= MAX_FSTRINGS {
            return self.fail("too many nested f-strings or t-strings");
        }
        let mode = Mode {
            quote,
            quote_size,
            raw,
            template,
            in_text: true,
            in_format_spec: false,
            depth: 0,
            expression_depth: -1,
            start,
            line: self.line,
            line_start: self.line_start,
        };
        let kind = mode.kind(Kind::FStringStart, Kind::TStringStart);
        self.modes.push(mode);
        self.string_token(kind, start, self.pos)
    }

    /// A token while the innermost f-string is in its text.
    pub(super) fn string_mode_token(&mut self) -> Token {
        let Some(mode) = self.modes.last() else { return self.normal_token() };
        let (quote, size, kind) =
            (mode.quote, mode.quote_size, mode.kind(Kind::FStringEnd, Kind::TStringEnd));
        self.start = Some(self.pos);
        self.first_line = self.line;
        self.first_line_start = self.line_start;
        let start = self.pos;
        if self.peek_char() == Some(b'{') && self.bytes.get(self.pos + 1) != Some(&b'{') {
            return self.expression_start();
        }
        let mut quotes = 0;
        while quotes < size {
            let c = self.next_char();
            if c != Some(quote) {
                self.back(c);
                break;
            }
            quotes += 1;
        }
        if quotes == size {
            self.modes.pop();
            return self.string_token(kind, start, self.pos);
        }
        // Too few quotes belong to the text.
        self.string_middle(start)
    }

    /// Enters an expression at a `{` that has not been read.
    fn expression_start(&mut self) -> Token {
        if let Err(error) = self.enter_expression() {
            return error;
        }
        self.normal_token()
    }

    fn enter_expression(&mut self) -> Result<(), Token> {
        let Some(mode) = self.modes.last_mut() else { return Ok(()) };
        mode.expression_depth += 1;
        if mode.expression_depth >= MAX_EXPRESSIONS {
            let prefix = mode.prefix();
            return Err(self.fail(format!("{prefix}-string: expressions nested too deeply")));
        }
        mode.in_text = false;
        Ok(())
    }

    /// The text up to an expression, a doubled brace or the closing quotes.
    fn string_middle(&mut self, start: usize) -> Token {
        let Some(mode) = self.modes.last().cloned() else { return self.normal_token() };
        let kind = mode.kind(Kind::FStringMiddle, Kind::TStringMiddle);
        self.first_line_start = self.line_start;
        let mut closing = 0;
        let mut named_escape = false;
        while closing < mode.quote_size {
            let c = self.next_char();
            if self.stop == Stop::Error {
                return self.empty_token(Kind::Error);
            }
            let in_spec = self.modes.last().is_some_and(|m| m.in_format_spec && m.in_expression());
            match c {
                None => return self.unterminated_formatted(&mode),
                Some(b'\n') if mode.quote_size == 1 => {
                    if in_spec {
                        let prefix = mode.prefix();
                        return self.fail(format!(
                            "{prefix}-string: newlines are not allowed in format specifiers for \
                             single quoted {prefix}-strings"
                        ));
                    }
                    return self.unterminated_formatted(&mode);
                }
                Some(c) if c == mode.quote => {
                    closing += 1;
                    continue;
                }
                _ => closing = 0,
            }
            match c {
                Some(b'{') => {
                    let next = self.next_char();
                    if next == Some(b'{') && !in_spec {
                        return self.doubled_brace(kind, start);
                    }
                    self.back(next);
                    self.back(c);
                    if let Err(error) = self.enter_expression() {
                        return error;
                    }
                    if let Some(mode) = self.modes.last_mut() {
                        mode.in_format_spec = false;
                    }
                    return self.string_token(kind, start, self.pos);
                }
                Some(b'}') => {
                    if named_escape {
                        return self.string_token(kind, start, self.pos);
                    }
                    let next = self.next_char();
                    let depth = self.modes.last().map_or(0, |m| m.depth);
                    if next == Some(b'}') && !in_spec && depth == 0 {
                        return self.doubled_brace(kind, start);
                    }
                    self.back(next);
                    self.back(c);
                    self.leave_text();
                    return self.string_token(kind, start, self.pos);
                }
                Some(b'\\') => self.escape_in_middle(mode.raw, &mut named_escape),
                _ => {}
            }
        }
        self.pos -= mode.quote_size;
        self.string_token(kind, start, self.pos)
    }

    /// Text that ends with a doubled brace: one of them is its value, but both are in its range.
    fn doubled_brace(&self, kind: Kind, start: usize) -> Token {
        let token = self.string_token(kind, start, self.pos);
        Token { end: token.end - 1, ..token }
    }

    fn leave_text(&mut self) {
        if let Some(mode) = self.modes.last_mut() {
            mode.in_text = false;
            mode.in_format_spec = false;
        }
    }

    /// After a backslash in the text: braces keep their meaning, except those of `\N{…}`.
    fn escape_in_middle(&mut self, raw: bool, named_escape: &mut bool) {
        let next = self.next_char();
        match next {
            Some(brace @ (b'{' | b'}')) => {
                if !raw {
                    let (msg, error_msg) = invalid_escape_messages(&(brace as char).to_string());
                    self.warn(msg, Some(error_msg));
                }
                self.back(next);
            }
            Some(b'N') if !raw => {
                let brace = self.next_char();
                if brace == Some(b'{') {
                    *named_escape = true;
                } else {
                    self.back(brace);
                }
            }
            _ => {}
        }
    }

    fn unterminated_formatted(&mut self, mode: &Mode) -> Token {
        let end_line = self.line;
        self.string_cut_off = self.stop == Stop::Eof && mode.quote_size == 3;
        self.pos = mode.start + 1;
        self.line_start = mode.line_start;
        self.line = mode.line;
        let quotes = if mode.quote_size == 3 { "triple-quoted " } else { "" };
        let prefix = mode.prefix();
        self.fail(format!(
            "unterminated {quotes}{prefix}-string literal (detected at line {end_line})"
        ))
    }
}

/// The texts of the warning for an unknown escape (without its backslash), and of the error it may become.
pub(crate) fn invalid_escape_messages(escape: &str) -> (String, String) {
    let head = format!("\"\\{escape}\" is an invalid escape sequence. ");
    let tail = format!("Did you mean \"\\\\{escape}\"? A raw string is also an option.");
    (format!("{head}Such sequences will not work in the future. {tail}"), format!("{head}{tail}"))
}

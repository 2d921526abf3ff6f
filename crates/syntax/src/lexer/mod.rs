//! The lexer: decoded source to tokens, one at a time.
//!
//! It follows CPython's tokenizer line by line, because its state shows in error messages: which line
//! has been read so far, where the text of an error begins, which parentheses are open. Lines are
//! therefore "read" lazily, when the first character of the next one is asked for ([`Lexer::next_char`]).
//! The source comes from [`crate::source`]; tokens go to the parser (all at once) and to the error pass
//! (on demand). After an error the lexer stays at the place of the error and returns `Error` tokens.

mod ident;
mod number;
mod string;

use crate::ast::Range;
use crate::error::{ErrorKind, Location, SyntaxError, Warning};
use crate::token::{Kind, NO_COLUMN, Token};
pub(crate) use string::Mode;

/// Nesting of parentheses that CPython accepts.
const MAX_PARENS: usize = 200;
/// Indentation levels that CPython accepts, the outermost included.
const MAX_INDENTS: usize = 100;
/// Columns of a tab stop; the second measure of indentation counts a tab as one column.
const TAB_SIZE: u32 = 8;

/// Why the lexer stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// It goes on.
    No,
    /// The end of the source.
    Eof,
    /// A dedent to a column that no indentation has.
    Dedent,
    /// Tabs and spaces mixed so that the indentation depends on the size of a tab.
    TabSpace,
    /// Too many indentation levels.
    TooDeep,
    /// A character after a backslash that continues the line.
    LineContinuation,
    /// An error with text and place, in `Lexer::error`.
    Error,
}

/// An open parenthesis.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Paren {
    /// The character.
    pub(crate) open: u8,
    /// Its line.
    pub(crate) line: u32,
    /// Its byte column.
    pub(crate) col: u32,
}

/// The state of the lexer.
pub(crate) struct Lexer<'s> {
    source: &'s str,
    bytes: &'s [u8],
    /// Offset of the next character.
    pos: usize,
    /// Offset after the last line read.
    line_end: usize,
    /// Start of the current line.
    line_start: usize,
    /// Start of the line in which the current token began, where CPython's buffer starts.
    buffer_start: usize,
    /// Where the buffer starts when the source has ended.
    end_buffer_start: usize,
    /// Number of the current line, 0 before the first one is read.
    line: u32,
    /// Start of the current token, if one has begun.
    start: Option<usize>,
    /// Line and start of the line in which the current string token began.
    first_line: u32,
    first_line_start: usize,
    at_line_start: bool,
    /// Indents (positive) or dedents (negative) that are due.
    pending: i32,
    /// Column and alternative column (tabs count one) of every open indentation.
    indents: Vec<(u32, u32)>,
    parens: Vec<Paren>,
    /// Nested f-strings and t-strings.
    modes: Vec<Mode>,
    stop: Stop,
    /// The error is a string that the end of the source cuts off.
    string_cut_off: bool,
    error: Option<Box<SyntaxError>>,
    type_comments: bool,
    /// Comments, line ends without meaning and the text of indentations are tokens, as the module `tokenize` wants them.
    extra_tokens: bool,
    /// With extra tokens: a comment stood on a line of its own, whose end is yet to come.
    comment_line: bool,
    /// Warnings so far, `invalid decimal literal` and the like.
    pub(crate) warnings: Vec<Warning>,
}

const fn class_table() -> [u8; 256] {
    let mut table = [0; 256];
    let mut i = 0;
    while i < 256 {
        let c = i as u8;
        if c.is_ascii_alphabetic() || c == b'_' || c >= 128 {
            table[i] = ID_START | ID_CONTINUE;
        } else if c.is_ascii_digit() {
            table[i] = ID_CONTINUE;
        }
        i += 1;
    }
    table
}

const ID_START: u8 = 1;
const ID_CONTINUE: u8 = 2;
/// For each byte whether an identifier may start or go on with it.
static CLASS: [u8; 256] = class_table();

fn is_id_start(c: u8) -> bool {
    CLASS[c as usize] & ID_START != 0
}

fn is_id_continue(c: u8) -> bool {
    CLASS[c as usize] & ID_CONTINUE != 0
}

impl<'s> Lexer<'s> {
    pub(crate) fn new(source: &'s str, type_comments: bool) -> Lexer<'s> {
        Lexer {
            source,
            bytes: source.as_bytes(),
            pos: 0,
            line_end: 0,
            line_start: 0,
            buffer_start: 0,
            end_buffer_start: 0,
            line: 0,
            start: None,
            first_line: 0,
            first_line_start: 0,
            at_line_start: true,
            pending: 0,
            indents: vec![(0, 0)],
            parens: Vec::new(),
            modes: Vec::new(),
            stop: Stop::No,
            string_cut_off: false,
            error: None,
            type_comments,
            extra_tokens: false,
            comment_line: false,
            warnings: Vec::new(),
        }
    }

    /// A lexer whose tokens leave out nothing but blanks.
    pub(crate) fn with_extra_tokens(source: &'s str) -> Lexer<'s> {
        Lexer { extra_tokens: true, ..Lexer::new(source, false) }
    }

    /// A lexer that starts after a number of lines, between two top-level statements.
    pub(crate) fn resume(
        source: &'s str,
        type_comments: bool,
        offset: usize,
        lines: u32,
    ) -> Lexer<'s> {
        let offset = offset.min(source.len());
        let mut lexer = Lexer::new(source, type_comments);
        (lexer.pos, lexer.line_end, lexer.line_start, lexer.buffer_start) =
            (offset, offset, offset, offset);
        lexer.line = lines;
        lexer
    }

    /// The next token. After the end of the source it is `EndMarker` again and again, after an error `Error`.
    pub(crate) fn next_token(&mut self) -> Token {
        match self.modes.last() {
            Some(mode) if mode.in_text => self.string_mode_token(),
            _ => self.normal_token(),
        }
    }

    /// Closes all blocks, as the end of an interactive statement does.
    pub(crate) fn imply_dedents(&mut self) {
        self.pending = 1 - self.indents.len() as i32;
        self.indents.truncate(1);
    }

    /// Why it stopped.
    pub(crate) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// The error, if [`Stop::Error`] was the reason.
    pub(crate) fn take_error(&mut self) -> Option<Box<SyntaxError>> {
        self.error.take()
    }

    /// The number of the line being read.
    pub(crate) fn line(&self) -> u32 {
        self.line
    }

    /// Byte column of the next character.
    pub(crate) fn column(&self) -> usize {
        self.pos.saturating_sub(self.line_start)
    }

    /// Column of the next character counted from the start of the buffer, which may lie lines before.
    pub(crate) fn buffer_column(&self) -> usize {
        self.pos.saturating_sub(self.buffer_start)
    }

    /// The line being read, with its line end.
    pub(crate) fn current_line(&self) -> &'s str {
        self.source.get(self.line_start..self.line_end).unwrap_or_default()
    }

    /// What CPython's buffer holds when the source ends: all from the start of the token or f-string that is being read.
    pub(crate) fn buffered_at_end(&self) -> &'s str {
        self.source.get(self.end_buffer_start..self.line_end).unwrap_or_default()
    }

    /// Whether an f-string or t-string is open.
    pub(crate) fn in_formatted_string(&self) -> bool {
        !self.modes.is_empty()
    }

    /// Whether the source has ended, be it inside a string.
    pub(crate) fn is_at_end(&self) -> bool {
        self.stop == Stop::Eof || self.string_cut_off
    }

    /// How many parentheses are open.
    pub(crate) fn depth(&self) -> usize {
        self.parens.len()
    }

    /// `f` or `t`, by the innermost open string of that sort.
    pub(crate) fn string_prefix(&self) -> char {
        self.modes.last().map_or('f', Mode::prefix)
    }

    /// The innermost open parenthesis.
    pub(crate) fn open_paren(&self) -> Option<Paren> {
        self.parens.last().copied()
    }

    /// The next character, reading the next line if necessary; `None` at the end of the source.
    #[inline]
    fn next_char(&mut self) -> Option<u8> {
        if self.pos < self.line_end {
            let c = self.bytes[self.pos];
            self.pos += 1;
            return Some(c);
        }
        self.read_line()
    }

    #[cold]
    fn end_of_source(&mut self) -> Option<u8> {
        if self.stop == Stop::No {
            self.stop = Stop::Eof;
            self.end_buffer_start = match (self.modes.first(), self.start) {
                (Some(mode), _) => mode.first_line_start(),
                (None, Some(_)) => self.buffer_start,
                (None, None) => self.line_end,
            };
        }
        None
    }

    fn read_line(&mut self) -> Option<u8> {
        if self.stop != Stop::No || self.line_end >= self.bytes.len() {
            return self.end_of_source();
        }
        let begin = self.line_end;
        let rest = &self.bytes[begin..];
        let len = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
        if self.start.is_none() {
            self.buffer_start = begin;
        }
        self.line_start = begin;
        self.line += 1;
        self.line_end = begin + len;
        if memchr::memchr(0, &rest[..len]).is_some() {
            self.pos = self.line_end;
            self.fail_at(0, 0, "source code cannot contain null bytes".to_owned());
            return None;
        }
        self.pos = begin + 1;
        Some(self.bytes[begin])
    }

    /// Notices the end of the source, as CPython does when it looks for more of a token. Interactive input
    /// depends on it.
    #[inline]
    fn note_end(&mut self) {
        if self.pos >= self.bytes.len() {
            self.peek_char();
        }
    }

    /// Gives the last character back.
    #[inline]
    fn back(&mut self, c: Option<u8>) {
        if c.is_some() {
            self.pos -= 1;
        }
    }

    /// The next character without taking it. May read a line.
    fn peek_char(&mut self) -> Option<u8> {
        let c = self.next_char();
        self.back(c);
        c
    }

    fn token_start(&self) -> usize {
        self.start.unwrap_or(self.pos)
    }

    /// A token from the start of the current one to here.
    #[inline]
    fn token(&self, kind: Kind) -> Token {
        self.token_between(kind, self.token_start(), self.pos)
    }

    #[inline]
    fn token_between(&self, kind: Kind, start: usize, end: usize) -> Token {
        let col = start.wrapping_sub(self.line_start) as u32;
        let end_col = end.wrapping_sub(self.line_start) as u32;
        let range = Range { line: self.line, col, end_line: self.line, end_col };
        Token { kind, start: start as u32, end: end as u32, range }
    }

    /// A token that may have begun on an earlier line.
    fn string_token(&self, kind: Kind, start: usize, end: usize) -> Token {
        let range = Range {
            line: self.first_line,
            col: start.checked_sub(self.first_line_start).map_or(NO_COLUMN, |c| c as u32),
            end_line: self.line,
            end_col: end.checked_sub(self.line_start).map_or(NO_COLUMN, |c| c as u32),
        };
        Token { kind, start: start as u32, end: end as u32, range }
    }

    /// A token without a text.
    fn empty_token(&self, kind: Kind) -> Token {
        let range =
            Range { line: self.line, col: NO_COLUMN, end_line: self.line, end_col: NO_COLUMN };
        Token { kind, start: self.pos as u32, end: self.pos as u32, range }
    }

    fn stop_at(&mut self, stop: Stop) -> Token {
        self.stop = stop;
        self.empty_token(Kind::Error)
    }

    /// Records an error that ends at the next character.
    #[cold]
    fn fail(&mut self, msg: impl Into<String>) -> Token {
        let end = self.pos.max(self.line_start);
        let read = self.bytes.get(self.line_start..end).unwrap_or_default();
        let column = String::from_utf8_lossy(read).chars().count() as i64;
        self.fail_at(column, column, msg.into())
    }

    /// Records an error at given 1-based columns of the current line, in characters.
    #[cold]
    fn fail_at(&mut self, offset: i64, end_offset: i64, msg: String) -> Token {
        if self.stop != Stop::Error {
            let location = self.current_location(offset, end_offset);
            self.error = Some(Box::new(SyntaxError {
                kind: ErrorKind::Syntax,
                msg,
                location: Some(location),
                warnings: Vec::new(),
            }));
            self.stop = Stop::Error;
        }
        self.empty_token(Kind::Error)
    }

    /// Records an error between two offsets of the current line. CPython counts bytes here.
    #[cold]
    fn fail_between(&mut self, start: usize, end: usize, msg: &str) -> Token {
        let from = (start + 1).saturating_sub(self.line_start) as i64;
        let to = end.saturating_sub(self.line_start) as i64;
        self.fail_at(from, to, msg.to_owned())
    }

    fn current_location(&self, offset: i64, end_offset: i64) -> Location {
        let rest = self.bytes.get(self.line_start..).unwrap_or_default();
        let len = memchr::memchr2(b'\n', 0, rest).unwrap_or(rest.len());
        Location {
            lineno: i64::from(self.line),
            offset,
            text: Some(String::from_utf8_lossy(&rest[..len]).into_owned()),
            end: Some((i64::from(self.line), end_offset)),
        }
    }

    /// Records a warning on the current line; as an error it would end at the next character.
    fn warn(&mut self, msg: String, error_msg: Option<String>) {
        let read = self.bytes.get(self.line_start..self.pos).unwrap_or_default();
        let column = String::from_utf8_lossy(read).chars().count() as i64;
        let as_error = Box::new(SyntaxError {
            kind: ErrorKind::Syntax,
            msg: error_msg.unwrap_or_else(|| msg.clone()),
            location: Some(self.current_location(column, column)),
            warnings: Vec::new(),
        });
        self.warnings.push(Warning { msg, lineno: self.line, as_error });
    }

    fn normal_token(&mut self) -> Token {
        loop {
            self.start = None;
            let mut blank_line = false;
            if self.at_line_start {
                self.at_line_start = false;
                match self.indentation() {
                    Ok(blank) => blank_line = blank,
                    Err(stop) => return self.stop_at(stop),
                }
            }
            self.start = Some(self.pos);
            if self.pending != 0 {
                let kind = if self.pending < 0 { Kind::Dedent } else { Kind::Indent };
                self.pending -= self.pending.signum();
                if self.extra_tokens && kind == Kind::Indent {
                    return self.token_between(kind, self.line_start, self.pos);
                }
                return self.empty_token(kind);
            }
            self.peek_char();
            if let Some(token) = self.token_on_line(blank_line) {
                return token;
            }
        }
    }

    /// Measures the indentation of a line and compares it with the open ones. True for a line without tokens.
    fn indentation(&mut self) -> Result<bool, Stop> {
        let (mut col, mut alt_col) = (0u32, 0u32);
        let mut continued_col = 0;
        let c = loop {
            let c = self.next_char();
            match c {
                Some(b' ') => {
                    col += 1;
                    alt_col += 1;
                }
                Some(b'\t') => {
                    col = (col / TAB_SIZE + 1) * TAB_SIZE;
                    alt_col += 1;
                }
                Some(b'\x0c') => {
                    col = 0;
                    alt_col = 0;
                }
                Some(b'\\') => {
                    // The first part of a split indentation counts.
                    if continued_col == 0 {
                        continued_col = col;
                    }
                    self.continuation_line()?;
                }
                _ => break c,
            }
        };
        self.back(c);
        if matches!(c, Some(b'#' | b'\n')) {
            return Ok(true);
        }
        if !self.parens.is_empty() {
            return Ok(false);
        }
        if continued_col != 0 {
            (col, alt_col) = (continued_col, continued_col);
        }
        self.change_indentation(col, alt_col)?;
        Ok(false)
    }

    fn change_indentation(&mut self, col: u32, alt_col: u32) -> Result<(), Stop> {
        let (old, old_alt) = self.indents.last().copied().unwrap_or_default();
        if col == old {
            if alt_col != old_alt {
                return Err(self.skip_line(Stop::TabSpace));
            }
        } else if col > old {
            if self.indents.len() >= MAX_INDENTS {
                return Err(self.skip_line(Stop::TooDeep));
            }
            if alt_col <= old_alt {
                return Err(self.skip_line(Stop::TabSpace));
            }
            self.pending += 1;
            self.indents.push((col, alt_col));
        } else {
            while self.indents.len() > 1 && self.indents.last().is_some_and(|&(c, _)| col < c) {
                self.indents.pop();
                self.pending -= 1;
            }
            let (now, now_alt) = self.indents.last().copied().unwrap_or_default();
            if col != now {
                return Err(self.skip_line(Stop::Dedent));
            }
            if alt_col != now_alt {
                return Err(self.skip_line(Stop::TabSpace));
            }
        }
        Ok(())
    }

    fn skip_line(&mut self, stop: Stop) -> Stop {
        self.pos = self.line_end;
        stop
    }

    /// After a backslash: the rest of the line must be empty and another line must follow.
    fn continuation_line(&mut self) -> Result<(), Stop> {
        if self.next_char() != Some(b'\n') {
            return Err(Stop::LineContinuation);
        }
        let c = self.next_char();
        if c.is_none() {
            if self.stop == Stop::Error {
                return Err(Stop::Error);
            }
            self.pos = self.line_end;
            return Err(Stop::Eof);
        }
        self.back(c);
        Ok(())
    }

    /// A token of the current logical line, or `None` after a line end that means nothing.
    fn token_on_line(&mut self, blank_line: bool) -> Option<Token> {
        loop {
            self.start = None;
            let mut c = loop {
                match self.next_char() {
                    Some(b' ' | b'\t' | b'\x0c') => {}
                    c => break c,
                }
            };
            self.start = Some(if c.is_some() { self.pos - 1 } else { self.pos });
            if c == Some(b'#') {
                match self.comment(blank_line) {
                    Ok(token) => return Some(token),
                    Err(next) => c = next,
                }
            }
            let Some(c) = c else {
                let ended = self.parens.is_empty() && self.stop == Stop::Eof;
                return Some(self.empty_token(if ended { Kind::EndMarker } else { Kind::Error }));
            };
            if is_id_start(c) {
                return Some(self.name_or_string(c));
            }
            if c == b'\n' {
                self.at_line_start = true;
                let after_comment = std::mem::take(&mut self.comment_line);
                if blank_line || after_comment || !self.parens.is_empty() {
                    return self.extra_tokens.then(|| self.token(Kind::Nl));
                }
                return Some(self.newline());
            }
            if c.is_ascii_digit() {
                return Some(self.number(c));
            }
            match c {
                b'.' => return Some(self.dot()),
                b'"' | b'\'' => return Some(self.string(c)),
                b'\\' => {
                    if let Err(stop) = self.continuation_line() {
                        return Some(self.stop_at(stop));
                    }
                }
                _ => return Some(self.operator(c)),
            }
        }
    }

    /// The end of a logical line. Its text is without the line end, its range is not.
    fn newline(&self) -> Token {
        let token = self.token(Kind::Newline);
        Token { end: token.end - 1, ..token }
    }

    /// Skips a comment. A type comment, if those are wanted, is a token; else the character after it.
    fn comment(&mut self, blank_line: bool) -> Result<Token, Option<u8>> {
        let begin = self.token_start();
        let line = &self.bytes[self.pos..self.line_end];
        self.pos += memchr::memchr(b'\n', line).unwrap_or(line.len());
        if self.extra_tokens {
            self.comment_line = blank_line;
            return Ok(self.token(Kind::Comment));
        }
        if self.type_comments
            && let Some(token) = self.type_comment(begin, blank_line)
        {
            return Ok(token);
        }
        // The character after the comment belongs to the token that follows.
        let c = self.next_char();
        Err(c)
    }

    fn type_comment(&mut self, begin: usize, blank_line: bool) -> Option<Token> {
        let comment = &self.bytes[begin..self.pos];
        let skip_blanks = |text: &mut &[u8]| {
            while let [b' ' | b'\t', rest @ ..] = *text {
                *text = rest;
            }
        };
        let mut rest = comment.strip_prefix(b"#")?;
        skip_blanks(&mut rest);
        rest = rest.strip_prefix(b"type:")?;
        skip_blanks(&mut rest);
        let text_start = self.pos - rest.len();
        let ignore = rest.strip_prefix(b"ignore").is_some_and(|tag| {
            !tag.first().is_some_and(|&c| c >= 128 || c.is_ascii_alphanumeric())
        });
        if !ignore {
            return Some(self.token_between(Kind::TypeComment, text_start, self.pos));
        }
        if blank_line {
            // On a line of its own the comment takes the line end along, in its text too.
            self.next_char();
            self.at_line_start = true;
        }
        Some(self.token_between(Kind::TypeIgnore, text_start + 6, self.pos))
    }

    fn dot(&mut self) -> Token {
        let c = self.next_char();
        match c {
            Some(b'0'..=b'9') => return self.fraction(c),
            Some(b'.') => {
                let c = self.next_char();
                if c == Some(b'.') {
                    return self.token(Kind::Ellipsis);
                }
                self.back(c);
                self.back(Some(b'.'));
            }
            _ => self.back(c),
        }
        self.token(Kind::Dot)
    }

    fn operator(&mut self, c: u8) -> Token {
        if matches!(c, b':' | b'}' | b'!' | b'{')
            && let Some(mode) = self.modes.last_mut()
            && mode.in_expression()
            && c == b':'
            && mode.depth - 1 == mode.expression_depth
        {
            mode.in_text = true;
            mode.in_format_spec = true;
            return self.token(Kind::Colon);
        }
        if let Some(kind) = self.long_operator(c) {
            self.note_end();
            return self.token(kind);
        }
        match c {
            b'(' | b'[' | b'{' => self.open(c),
            b')' | b']' | b'}' => self.close(c),
            _ => self.one_char_operator(c),
        }
    }

    /// Operators of two and three characters.
    fn long_operator(&mut self, c: u8) -> Option<Kind> {
        use Kind as K;
        let second = self.next_char();
        let kind = match (c, second.unwrap_or(0)) {
            (b'!', b'=') | (b'<', b'>') => K::NotEqual,
            (b'%', b'=') => K::PercentEqual,
            (b'&', b'=') => K::AmperEqual,
            (b'*', b'*') => self.third(b'=', K::DoubleStarEqual, K::DoubleStar),
            (b'*', b'=') => K::StarEqual,
            (b'+', b'=') => K::PlusEqual,
            (b'-', b'=') => K::MinEqual,
            (b'-', b'>') => K::RArrow,
            (b'/', b'/') => self.third(b'=', K::DoubleSlashEqual, K::DoubleSlash),
            (b'/', b'=') => K::SlashEqual,
            (b':', b'=') => K::ColonEqual,
            (b'<', b'<') => self.third(b'=', K::LeftShiftEqual, K::LeftShift),
            (b'<', b'=') => K::LessEqual,
            (b'=', b'=') => K::EqEqual,
            (b'>', b'>') => self.third(b'=', K::RightShiftEqual, K::RightShift),
            (b'>', b'=') => K::GreaterEqual,
            (b'@', b'=') => K::AtEqual,
            (b'^', b'=') => K::CircumflexEqual,
            (b'|', b'=') => K::VBarEqual,
            _ => {
                self.back(second);
                return None;
            }
        };
        Some(kind)
    }

    fn third(&mut self, expected: u8, long: Kind, short: Kind) -> Kind {
        let c = self.next_char();
        if c == Some(expected) {
            return long;
        }
        self.back(c);
        short
    }

    fn open(&mut self, c: u8) -> Token {
        if self.parens.len() >= MAX_PARENS {
            return self.fail("too many nested parentheses");
        }
        let col = (self.token_start() - self.line_start) as u32;
        self.parens.push(Paren { open: c, line: self.line, col });
        if let Some(mode) = self.modes.last_mut() {
            mode.depth += 1;
        }
        self.token(match c {
            b'(' => Kind::LPar,
            b'[' => Kind::LSqb,
            _ => Kind::LBrace,
        })
    }

    fn close(&mut self, c: u8) -> Token {
        let close = c as char;
        if let Some(mode) = self.modes.last()
            && mode.depth == 0
            && c == b'}'
        {
            return self.fail(format!("{}-string: single '}}' is not allowed", mode.prefix()));
        }
        let Some(paren) = self.parens.pop() else {
            return self.fail(format!("unmatched '{close}'"));
        };
        if !matches!((paren.open, c), (b'(', b')') | (b'[', b']') | (b'{', b'}')) {
            return self.mismatch(paren, close);
        }
        if let Some(mode) = self.modes.last_mut() {
            mode.depth -= 1;
            if mode.depth < 0 {
                let prefix = mode.prefix();
                return self.fail(format!("{prefix}-string: unmatched '{close}'"));
            }
            if c == b'}' && mode.depth == mode.expression_depth {
                mode.expression_depth -= 1;
                mode.in_text = true;
                mode.in_format_spec = false;
            }
        }
        self.token(match c {
            b')' => Kind::RPar,
            b']' => Kind::RSqb,
            _ => Kind::RBrace,
        })
    }

    fn mismatch(&mut self, paren: Paren, close: char) -> Token {
        if let Some(mode) = self.modes.last()
            && paren.open == b'{'
            && mode.depth - 1 == mode.expression_depth
        {
            return self.fail(format!("{}-string: unmatched '{close}'", mode.prefix()));
        }
        let open = paren.open as char;
        let mut msg =
            format!("closing parenthesis '{close}' does not match opening parenthesis '{open}'");
        if paren.line != self.line {
            msg.push_str(&format!(" on line {}", paren.line));
        }
        self.fail(msg)
    }

    fn one_char_operator(&mut self, c: u8) -> Token {
        use Kind as K;
        let kind = match c {
            b'!' => K::Exclamation,
            b'%' => K::Percent,
            b'&' => K::Amper,
            b'*' => K::Star,
            b'+' => K::Plus,
            b',' => K::Comma,
            b'-' => K::Minus,
            b'/' => K::Slash,
            b':' => K::Colon,
            b';' => K::Semi,
            b'<' => K::Less,
            b'=' => K::Equal,
            b'>' => K::Greater,
            b'@' => K::At,
            b'^' => K::Circumflex,
            b'|' => K::VBar,
            b'~' => K::Tilde,
            // `$`, `?` and the back-tick mean nothing; the parser refuses them.
            0x20..=0x7e => K::Op,
            _ => return self.fail(format!("invalid non-printable character U+{c:04X}")),
        };
        self.token(kind)
    }
}

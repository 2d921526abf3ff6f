//! `_tokenize`: the lexer as `tokenize` sees it.
//!
//! A [`TokenizerIter`] reads its source line by line through a Python callable, the whole of it at the first token, and then
//! gives the lexer's tokens one by one as tuples. The lexer counts bytes of a text with `\n` line ends; [`Lines`] leads back to
//! the characters and line ends that Python gave.

use macros::pymodule;

/// The module.
#[pymodule(name = "_tokenize", doc = "", types(TokenizerIter))]
pub mod module {
    use super::TokenizerIter;
}

use heap::Gc;
use macros::{pymethods, pytype};
use objects::bytes::Bytes;
use objects::exceptions;
use objects::str::{Str, codec};
use objects::tuple::Tuple;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::cell::RefCell;
use syntax::token::{Kind, Token};
use syntax::{ErrorKind, SyntaxError};

/// The names of token types in the order of their numbers (`Lib/token.py`).
const NUMBERED: [&str; 68] = [
    "ENDMARKER",
    "NAME",
    "NUMBER",
    "STRING",
    "NEWLINE",
    "INDENT",
    "DEDENT",
    "LPAR",
    "RPAR",
    "LSQB",
    "RSQB",
    "COLON",
    "COMMA",
    "SEMI",
    "PLUS",
    "MINUS",
    "STAR",
    "SLASH",
    "VBAR",
    "AMPER",
    "LESS",
    "GREATER",
    "EQUAL",
    "DOT",
    "PERCENT",
    "LBRACE",
    "RBRACE",
    "EQEQUAL",
    "NOTEQUAL",
    "LESSEQUAL",
    "GREATEREQUAL",
    "TILDE",
    "CIRCUMFLEX",
    "LEFTSHIFT",
    "RIGHTSHIFT",
    "DOUBLESTAR",
    "PLUSEQUAL",
    "MINEQUAL",
    "STAREQUAL",
    "SLASHEQUAL",
    "PERCENTEQUAL",
    "AMPEREQUAL",
    "VBAREQUAL",
    "CIRCUMFLEXEQUAL",
    "LEFTSHIFTEQUAL",
    "RIGHTSHIFTEQUAL",
    "DOUBLESTAREQUAL",
    "DOUBLESLASH",
    "DOUBLESLASHEQUAL",
    "AT",
    "ATEQUAL",
    "RARROW",
    "ELLIPSIS",
    "COLONEQUAL",
    "EXCLAMATION",
    "OP",
    "TYPE_IGNORE",
    "TYPE_COMMENT",
    "SOFT_KEYWORD",
    "FSTRING_START",
    "FSTRING_MIDDLE",
    "FSTRING_END",
    "TSTRING_START",
    "TSTRING_MIDDLE",
    "TSTRING_END",
    "COMMENT",
    "NL",
    "ERRORTOKEN",
];

/// The number of a token type.
fn number(name: &str) -> usize {
    NUMBERED.iter().position(|n| *n == name).unwrap_or(NUMBERED.len() - 1)
}

/// An iterator over the tokens of a source.
#[pytype(name = "_tokenize.TokenizerIter", doc = "")]
pub struct TokenizerIter {
    readline: Value,
    /// The encoding of the lines as a str; None if they are text.
    encoding: Value,
    #[untraced]
    extra_tokens: bool,
    #[untraced]
    state: RefCell<State>,
}

/// How far an iterator has come.
#[derive(Default)]
pub enum State {
    /// Nothing has been read.
    #[default]
    New,
    /// The tokens are there.
    Reading(Box<Reading>),
    /// The end marker or an error has been given.
    Done,
}

pub struct Reading {
    lines: Lines,
    tokens: Vec<Token>,
    next: usize,
    error: Option<SyntaxError>,
}

/// The lines of a source as Python gave them.
#[derive(Default)]
pub struct Lines {
    /// The text, every line ended by `\n`.
    text: String,
    /// For each line where it starts in `text`.
    starts: Vec<usize>,
    /// For each line where it starts in the text that the lexer sees, which has no `\r` before `\n`.
    lexed_starts: Vec<usize>,
    /// For each line whether its `\n` was added here.
    implicit: Vec<bool>,
}

impl Lines {
    /// Adds what one call of `readline` gave; false if there is no memory for it.
    fn add(&mut self, lexed: &mut String, chunk: &str) -> bool {
        let fits = self.text.try_reserve(chunk.len() + 1).is_ok()
            && lexed.try_reserve(chunk.len() + 1).is_ok();
        if !fits {
            return false;
        }
        for line in chunk.split_inclusive('\n') {
            if self.starts.try_reserve(1).is_err()
                || self.lexed_starts.try_reserve(1).is_err()
                || self.implicit.try_reserve(1).is_err()
            {
                return false;
            }
            let body = line.strip_suffix('\n');
            self.starts.push(self.text.len());
            self.lexed_starts.push(lexed.len());
            self.implicit.push(body.is_none());
            let body = body.unwrap_or(line);
            self.text.push_str(body);
            self.text.push('\n');
            lexed.push_str(body.strip_suffix('\r').unwrap_or(body));
            lexed.push('\n');
        }
        true
    }

    /// The place in `text` of an offset in the lexer's text. A line end is where Python's begins.
    fn place(&self, lexed: usize) -> Place {
        let line = self.lexed_starts.partition_point(|&start| start <= lexed).saturating_sub(1);
        let from = self.lexed_starts.get(line).copied().unwrap_or(0);
        let start = self.starts.get(line).copied().unwrap_or(self.text.len());
        Place { line, offset: start + (lexed - from) }
    }

    /// The text of lines, without a line end that was added here.
    fn lines(&self, first: usize, last: usize) -> &str {
        let start = self.starts.get(first).copied().unwrap_or(self.text.len());
        let end = self.starts.get(last + 1).copied().unwrap_or(self.text.len());
        let end = end - usize::from(self.implicit.get(last).copied().unwrap_or(false));
        self.text.get(start..end).unwrap_or_default()
    }

    /// The column of a place, in characters.
    fn column(&self, place: Place) -> usize {
        let start = self.starts.get(place.line).copied().unwrap_or(0);
        self.text.get(start..place.offset).map_or(0, |before| before.chars().count())
    }
}

/// A place in [`Lines`]: the line, counted from 0, and the offset in the whole text.
#[derive(Clone, Copy)]
struct Place {
    line: usize,
    offset: usize,
}

/// A token as Python sees it.
struct Shown {
    number: usize,
    text: String,
    start: (usize, isize),
    end: (usize, isize),
    line: String,
}

impl Reading {
    fn show(&self, token: Token, extra_tokens: bool) -> Shown {
        let lines = &self.lines;
        let mut start = lines.place(token.start as usize);
        let end = lines.place(token.end as usize);
        let name = token.kind.name();
        let at_end = token.kind == Kind::EndMarker
            || token.kind == Kind::Dedent && start.offset >= lines.text.len();
        if at_end && extra_tokens {
            let line = lines.starts.len() + 1;
            let (text, shown) = (String::new(), String::new());
            return Shown {
                number: number(name),
                text,
                start: (line, 0),
                end: (line, 0),
                line: shown,
            };
        }
        if token.kind == Kind::EndMarker || start.line >= lines.starts.len() {
            start.line = lines.starts.len().saturating_sub(1);
        }
        let is_string = token.kind == Kind::String
            || name.starts_with("FSTRING_")
            || name.starts_with("TSTRING_");
        let first = if is_string { start.line } else { end.line };
        let mut text = lines.text.get(start.offset..end.offset).unwrap_or_default().to_owned();
        let column = |place| lines.column(place).cast_signed();
        let mut shown = Shown {
            number: number(name),
            text: String::new(),
            start: (start.line + 1, column(start)),
            end: (end.line + 1, column(end)),
            line: lines.lines(first, end.line).to_owned(),
        };
        let implicit = lines.implicit.get(start.line).copied().unwrap_or(false);
        let raw_end = lines.starts.get(start.line + 1).copied().unwrap_or(lines.text.len());
        // The line end itself, as it was written.
        let written = lines.text.get(start.offset..raw_end).unwrap_or_default();
        match token.kind {
            Kind::Newline => {
                let visible = written.strip_suffix('\n').unwrap_or(written);
                let width = visible.chars().count().cast_signed();
                shown.end = (start.line + 1, shown.start.1 + width + isize::from(extra_tokens));
                text = match (extra_tokens, implicit) {
                    (true, false) => written.to_owned(),
                    _ => visible.to_owned(),
                };
            }
            Kind::Nl => {
                let width = written.chars().count().cast_signed();
                shown.end = (start.line + 1, shown.start.1 + width);
                shown.line = lines.lines(start.line, start.line).to_owned();
                text = if implicit { String::new() } else { written.to_owned() };
            }
            Kind::Indent | Kind::Dedent | Kind::EndMarker if !extra_tokens => {
                shown.start.1 = -1;
                shown.end.1 = -1;
            }
            _ => {}
        }
        let is_operator = (number("LPAR")..number("OP")).contains(&shown.number);
        if extra_tokens && is_operator {
            shown.number = number("OP");
        }
        shown.text = text;
        shown
    }
}

impl TokenizerIter {
    /// Reads and lexes the source.
    fn read(this: Gc<Self>, vm: &mut Vm) -> PyResult<Reading> {
        let mut lines = Lines::default();
        let mut lexed = String::new();
        loop {
            let line = match vm.call(this.readline, &[]) {
                Ok(line) => line,
                Err(Raised) if vm.raised_matches(&exceptions::STOP_ITERATION) => {
                    vm.clear_raised();
                    break;
                }
                Err(Raised) => return Err(Raised),
            };
            let line = Self::text_of(this, vm, line)?;
            let Some(text) = line.text().as_str() else {
                return Err(exceptions::unicode::surrogates_not_allowed(vm, "utf-8", line));
            };
            if text.is_empty() {
                break;
            }
            if !lines.add(&mut lexed, text) || lexed.len() > i32::MAX as usize {
                return Err(vm.memory_error());
            }
        }
        let (tokens, error) = syntax::tokenize::tokenize(&lexed, this.extra_tokens);
        Ok(Reading { lines, tokens, next: 0, error })
    }

    fn text_of(this: Gc<Self>, vm: &mut Vm, line: Value) -> PyResult<Gc<Str>> {
        let Some(encoding) = this.encoding.cast::<Str>() else {
            return match line.cast::<Str>() {
                Some(text) => Ok(text),
                None => Err(vm.type_error(format_args!("readline() returned a non-string object"))),
            };
        };
        match line.cast::<Bytes>() {
            Some(bytes) => {
                let errors = Str::new(vm, "replace")?;
                codec::decode(vm, bytes, Some(encoding), Some(errors))
            }
            None => Err(vm.type_error(format_args!("readline() returned a non-bytes object"))),
        }
    }
}

#[pymethods]
impl TokenizerIter {
    #[slot(new, sig = "(readline, /, *, encoding=None, extra_tokens=False)")]
    fn py_new(
        _cls: Gc<Type>,
        vm: &mut Vm,
        readline: Value,
        encoding: Option<Value>,
        #[default(false)] extra_tokens: bool,
    ) -> PyResult<Gc<Self>> {
        let encoding = encoding.unwrap_or(Value::NONE);
        if !encoding.is_none() && encoding.cast::<Str>().is_none() {
            return Err(vm.type_error(format_args!(
                "tokenizeriter() argument 'encoding' must be str or None, not {}",
                class_name(encoding)
            )));
        }
        TokenizerIter::create(vm, readline, encoding, extra_tokens, RefCell::default())
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }

    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let fresh = matches!(*this.state.borrow(), State::New);
        if fresh {
            // Reading runs Python code, during which the iterator counts as exhausted.
            this.state.replace(State::Done);
            let reading = Self::read(this, vm)?;
            this.state.replace(State::Reading(Box::new(reading)));
        }
        let mut state = this.state.borrow_mut();
        let State::Reading(reading) = &mut *state else { return Ok(None) };
        let Some(&token) = reading.tokens.get(reading.next) else {
            let error = reading.error.take();
            *state = State::Done;
            drop(state);
            return match error {
                Some(error) => Err(raise(vm, &error)),
                None => Ok(None),
            };
        };
        reading.next += 1;
        let shown = reading.show(token, this.extra_tokens);
        drop(state);
        tuple(vm, &shown).map(Some)
    }
}

fn tuple(vm: &mut Vm, shown: &Shown) -> PyResult<Value> {
    let text = Str::new(vm, &shown.text)?;
    let pair = |vm: &mut Vm, (line, column): (usize, isize)| {
        let column = Value::small_int(column as i64).unwrap_or(Value::NONE);
        Tuple::pair(vm, Value::from_len(line), column)
    };
    let start = pair(vm, shown.start)?;
    let end = pair(vm, shown.end)?;
    let line = Str::new(vm, &shown.line)?;
    let number = Value::from_len(shown.number);
    let parts = [number, text.into(), start.into(), end.into(), line.into()];
    Ok(Tuple::from_slice(vm, &parts)?.into())
}

fn raise(vm: &mut Vm, error: &SyntaxError) -> Raised {
    match build(vm, error) {
        Ok(raised) | Err(raised) => raised,
    }
}

fn build(vm: &mut Vm, error: &SyntaxError) -> PyResult<Raised> {
    let def = match error.kind {
        ErrorKind::Indentation => &exceptions::INDENTATION_ERROR,
        ErrorKind::Tab => &exceptions::TAB_ERROR,
        ErrorKind::Memory => return Ok(vm.memory_error()),
        _ => &exceptions::SYNTAX_ERROR,
    };
    let int = |i: i64| Value::small_int(i).unwrap_or(Value::NONE);
    let msg = Str::new(vm, &error.msg)?;
    let Some(at) = &error.location else {
        return Ok(vm.raise(def, format_args!("{}", error.msg)));
    };
    let filename = Str::new(vm, "<string>")?;
    if at.end.is_none() && at.text.is_none() {
        // The end of the source: the place is no part of the arguments.
        let exception = vm.call(def.object().into(), &[msg.into()])?;
        for (name, value) in
            [("filename", filename.into()), ("lineno", int(at.lineno)), ("offset", int(at.offset))]
        {
            let name = vm.intern(name)?;
            vm.setattr(exception, name, value)?;
        }
        return Ok(vm.raise_value(exception));
    }
    let text = match &at.text {
        Some(text) => Str::new(vm, text)?.into(),
        None => Value::NONE,
    };
    let (end_line, end_offset) = match at.end {
        Some((line, offset)) => (int(line), int(offset)),
        None => (Value::NONE, Value::NONE),
    };
    let place = [filename.into(), int(at.lineno), int(at.offset), text, end_line, end_offset];
    let place = Tuple::from_slice(vm, &place)?;
    let exception = vm.call(def.object().into(), &[msg.into(), place.into()])?;
    Ok(vm.raise_value(exception))
}

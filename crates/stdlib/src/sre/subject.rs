//! The string that is searched: its bytes, and the way between byte offsets and the indices Python sees.

use super::engine::{Encoding, Matcher, Request, Single, Utf8};
use super::pattern::Pattern;
use heap::Gc;
use objects::bytes::{Bytes, View, buffer_of};
use objects::str::Str;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::ops::Range;

/// A string or bytes-like object during a search; bytes are lent for as long as it lives.
pub struct Subject {
    /// The object.
    pub value: Value,
    text: Option<Gc<Str>>,
    view: Option<View>,
}

impl Subject {
    /// The string, which has to be of the kind of the pattern.
    pub fn new(vm: &mut Vm, pattern: Gc<Pattern>, value: Value) -> PyResult<Subject> {
        let subject = Subject::any(vm, value)?;
        match (pattern.bytes, subject.text.is_some()) {
            (Some(false), false) => {
                Err(vm
                    .type_error(format_args!("cannot use a string pattern on a bytes-like object")))
            }
            (Some(true), true) => {
                Err(vm
                    .type_error(format_args!("cannot use a bytes pattern on a string-like object")))
            }
            _ => Ok(subject),
        }
    }

    /// The string, for reading parts of it.
    pub fn any(vm: &mut Vm, value: Value) -> PyResult<Subject> {
        if let Some(text) = value.cast::<Str>() {
            return Ok(Subject { value, text: Some(text), view: None });
        }
        match buffer_of(vm, value)? {
            Some(view) => Ok(Subject { value, text: None, view: Some(view) }),
            None => Err(vm.type_error(format_args!(
                "expected string or bytes-like object, got '{}'",
                class_name(value)
            ))),
        }
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match (self.text.as_ref(), self.view.as_ref()) {
            (Some(text), _) => text.as_bytes(),
            (None, Some(view)) => view.bytes(),
            (None, None) => &[],
        }
    }

    /// The byte offset of an index that may lie beyond either end.
    fn offset(&self, vm: &mut Vm, index: isize) -> usize {
        let index = usize::try_from(index).unwrap_or(0);
        match self.text {
            Some(text) => Str::byte_offset(text, vm, index),
            None => index.min(self.bytes().len()),
        }
    }

    /// The byte offsets of the part from `pos` up to `endpos`.
    pub fn range(&self, vm: &mut Vm, pos: isize, endpos: isize) -> (usize, usize) {
        let end = self.offset(vm, endpos);
        (self.offset(vm, pos), end)
    }

    /// The index of the character at a byte offset.
    pub fn index(&self, offset: usize) -> usize {
        match self.text {
            Some(text) => text.char_index((0, 0), offset),
            None => offset,
        }
    }

    /// A part of it.
    pub fn slice(&self, vm: &mut Vm, range: Range<usize>) -> PyResult<Value> {
        let whole = range.start == 0 && range.end == self.bytes().len();
        if let Some(text) = self.text {
            if whole && self.value.exact::<Str>().is_some() {
                return Ok(self.value);
            }
            let part = text.text().get_bytes(range).unwrap_or("".into());
            return Ok(Str::from_text(vm, part)?.into());
        }
        if whole && self.value.exact::<Bytes>().is_some() {
            return Ok(self.value);
        }
        // A copy: bytes that are lent may change while memory is found for the new ones.
        let part = self.bytes().get(range).unwrap_or_default().to_vec();
        Ok(Bytes::new(vm, &part)?.into())
    }

    /// Runs the matcher up to the byte offset `end`.
    pub fn run(
        &self,
        vm: &mut Vm,
        pattern: Gc<Pattern>,
        matcher: &mut Matcher,
        attempt: Attempt,
    ) -> PyResult<bool> {
        let mut attempt = attempt;
        if attempt.start > attempt.end {
            // Behind the end only nothing can be matched, and only in place.
            if !attempt.here || attempt.whole {
                return Ok(false);
            }
            attempt.end = attempt.start;
        }
        let request = Request {
            text: self.bytes().get(..attempt.end).unwrap_or_default(),
            start: attempt.start,
            whole: attempt.whole,
            must_advance: attempt.must_advance,
        };
        let utf8 = self.text.is_some_and(|t| !t.is_ascii());
        let found = if utf8 {
            attempt.run::<Utf8>(pattern, matcher, request)
        } else {
            attempt.run::<Single>(pattern, matcher, request)
        };
        match found {
            Ok(found) => Ok(found),
            Err(_) => Err(vm.memory_error()),
        }
    }
}

/// One attempt at matching.
#[derive(Clone, Copy)]
pub struct Attempt {
    /// Only at the start, not further on.
    pub here: bool,
    /// Up to the end.
    pub whole: bool,
    /// Not empty at the start.
    pub must_advance: bool,
    /// Byte offset of the start.
    pub start: usize,
    /// Byte offset of the end.
    pub end: usize,
}

impl Attempt {
    fn run<E: Encoding>(
        self,
        pattern: Gc<Pattern>,
        matcher: &mut Matcher,
        request: Request<'_>,
    ) -> Result<bool, std::collections::TryReserveError> {
        if self.here {
            matcher.match_here::<E>(&pattern.program, request)
        } else {
            matcher.search::<E>(&pattern.program, request)
        }
    }
}

/// All matches from left to right.
pub struct Search {
    /// The string.
    pub subject: Subject,
    /// Groups of the last match.
    pub matcher: Matcher,
    pattern: Gc<Pattern>,
    /// Byte offsets of the part that is searched.
    pub range: (usize, usize),
    next: usize,
    must_advance: bool,
}

impl Search {
    /// Looks in the part from `pos` to `endpos`.
    pub fn new(
        vm: &mut Vm,
        pattern: Gc<Pattern>,
        string: Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Search> {
        let subject = Subject::new(vm, pattern, string)?;
        let range = subject.range(vm, pos, endpos);
        let Ok(matcher) = Matcher::new(&pattern.program) else { return Err(vm.memory_error()) };
        Ok(Search { subject, matcher, pattern, range, next: range.0, must_advance: false })
    }

    /// Continues where another search stopped.
    pub fn resume(&mut self, next: usize, must_advance: bool) {
        (self.next, self.must_advance) = (next, must_advance);
    }

    /// Where it continues, and whether the next match may be empty there.
    pub fn place(&self) -> (usize, bool) {
        (self.next, self.must_advance)
    }

    /// The next match; `here` if it has to begin where the last one ended.
    pub fn advance(&mut self, vm: &mut Vm, here: bool, whole: bool) -> PyResult<bool> {
        let attempt = Attempt {
            here,
            whole,
            must_advance: self.must_advance,
            start: self.next,
            end: self.range.1,
        };
        if !self.subject.run(vm, self.pattern, &mut self.matcher, attempt)? {
            return Ok(false);
        }
        self.must_advance = self.matcher.end == self.matcher.start;
        self.next = self.matcher.end;
        Ok(true)
    }

    /// The byte offsets of the match.
    pub fn found(&self) -> Range<usize> {
        self.matcher.start..self.matcher.end
    }

    /// The byte offsets of a group, 0 being the whole match.
    pub fn group(&self, number: usize) -> Option<Range<usize>> {
        let Some(i) = number.checked_sub(1) else { return Some(self.found()) };
        let get = |i: usize| self.matcher.marks.get(i).copied();
        super::matching::range_of(get(2 * i)?, get(2 * i + 1)?)
    }
}

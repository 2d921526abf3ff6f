//! The matcher: runs a program over the bytes of a string, going back where several ways are open.
//!
//! Positions are byte offsets. Everything that has to be undone or tried later lies on one stack of its own, so that neither long
//! texts nor nested patterns use the native stack. Invariant: the marks and counters are always those of the way being tried;
//! every change is noted on the stack below the alternatives it belongs to.

use super::charset::{Case, One, ascii_lower, unicode_lower};
use super::program::{At, Inst, MAX_REPEAT, Mode, Program};
use std::collections::TryReserveError;

/// A mark that isn't set.
pub const UNSET: usize = usize::MAX;

/// How the bytes of a string are characters.
pub trait Encoding: Copy {
    /// The character at `at`, which is before the end, and where the next one is.
    fn next(text: &[u8], at: usize) -> (u32, usize);
    /// The character before `at`, which isn't 0, and where it starts.
    fn previous(text: &[u8], at: usize) -> (u32, usize);
    /// Whether each byte is a character.
    const SINGLE: bool;
}

/// Bytes, and ASCII text.
#[derive(Clone, Copy)]
pub struct Single;

/// Generalised UTF-8.
#[derive(Clone, Copy)]
pub struct Utf8;

impl Encoding for Single {
    const SINGLE: bool = true;
    #[inline(always)]
    fn next(text: &[u8], at: usize) -> (u32, usize) {
        (text.get(at).copied().unwrap_or(0).into(), at + 1)
    }
    #[inline(always)]
    fn previous(text: &[u8], at: usize) -> (u32, usize) {
        (text.get(at - 1).copied().unwrap_or(0).into(), at - 1)
    }
}

impl Encoding for Utf8 {
    const SINGLE: bool = false;
    #[inline(always)]
    fn next(text: &[u8], at: usize) -> (u32, usize) {
        let byte = |i: usize| u32::from(text.get(at + i).copied().unwrap_or(0));
        let first = byte(0);
        match first {
            0..0xC0 => (first, at + 1),
            0xC0..0xE0 => ((first & 0x1F) << 6 | byte(1) & 0x3F, at + 2),
            0xE0..0xF0 => ((first & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | byte(2) & 0x3F, at + 3),
            _ => (
                (first & 7) << 18 | (byte(1) & 0x3F) << 12 | (byte(2) & 0x3F) << 6 | byte(3) & 0x3F,
                at + 4,
            ),
        }
    }
    #[inline(always)]
    fn previous(text: &[u8], at: usize) -> (u32, usize) {
        let mut start = at - 1;
        while start > 0 && text.get(start).is_some_and(|b| b & 0xC0 == 0x80) {
            start -= 1;
        }
        (Self::next(text, start).0, start)
    }
}

/// What is tried.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// The string up to where matches may reach.
    pub text: &'a [u8],
    /// Where the first try starts.
    pub start: usize,
    /// A match has to reach the end.
    pub whole: bool,
    /// A match at `start` must not be empty.
    pub must_advance: bool,
}

/// Something to undo, or another way to go.
#[derive(Clone, Copy)]
enum Entry {
    Alternative {
        pc: u32,
        at: usize,
    },
    /// A greedy repeat of one character may give up what is beyond `min`.
    Shorter {
        pc: u32,
        min: usize,
        at: usize,
    },
    /// A lazy repeat of one character may take more; `count` were taken.
    Longer {
        pc: u32,
        count: u32,
        at: usize,
    },
    Mark {
        index: u32,
        last: u32,
        old: usize,
    },
    Counter {
        id: u32,
        count: u32,
        last: usize,
    },
    /// The start of an assertion, a group or a round whose alternatives are given up in the end.
    Fence {
        kind: Fence,
        pc: u32,
        at: usize,
    },
    /// The innermost fence was another one.
    Within {
        fence: usize,
    },
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fence {
    Assert,
    AssertNot,
    Atomic,
    Round,
}

#[derive(Clone, Copy)]
struct Counter {
    count: u32,
    /// Where the last round started that wasn't needed; UNSET if there was none.
    last: usize,
}

/// The state of matching; it may be used again.
pub struct Matcher {
    /// Start and end of each group.
    pub marks: Vec<usize>,
    /// Number of the group that ended last, 0 if none did.
    pub last_group: u32,
    /// Start of the match.
    pub start: usize,
    /// End of the match.
    pub end: usize,
    counters: Vec<Counter>,
    stack: Vec<Entry>,
    /// Position of the innermost fence's entry.
    fence: usize,
}

type Found = Result<bool, TryReserveError>;

impl Matcher {
    /// A matcher for `program`.
    pub fn new(program: &Program) -> Result<Matcher, TryReserveError> {
        let (mut marks, mut counters) = (Vec::new(), Vec::new());
        marks.try_reserve_exact(program.groups as usize * 2)?;
        marks.resize(program.groups as usize * 2, UNSET);
        counters.try_reserve_exact(program.loops as usize)?;
        counters.resize(program.loops as usize, Counter { count: 0, last: UNSET });
        Ok(Matcher {
            marks,
            last_group: 0,
            start: 0,
            end: 0,
            counters,
            stack: Vec::new(),
            fence: UNSET,
        })
    }

    fn reset(&mut self) {
        if self.last_group != 0 || self.marks.iter().any(|m| *m != UNSET) {
            self.marks.fill(UNSET);
            self.last_group = 0;
        }
        self.stack.clear();
        self.fence = UNSET;
    }

    /// Tries a match at the start only.
    pub fn match_here<E: Encoding>(&mut self, program: &Program, request: Request<'_>) -> Found {
        self.reset();
        self.start = request.start;
        Run { program, request, at: request.start, encoding: std::marker::PhantomData::<E> }
            .run(self)
    }

    /// Looks for the first match from the start on.
    pub fn search<E: Encoding>(&mut self, program: &Program, mut request: Request<'_>) -> Found {
        let (first_start, len) = (request.start, request.text.len());
        let needs_more = request.must_advance;
        let mut at = request.start;
        loop {
            if at > len || len - at < program.start.min_width {
                return Ok(false);
            }
            if let Some(prefix) = &program.start.prefix {
                match prefix.find(&request.text[at..]) {
                    Some(offset) => at += offset,
                    None => return Ok(false),
                }
            } else if let Some(first) = program.start.first {
                loop {
                    if at >= len {
                        return Ok(false);
                    }
                    let (c, next) = E::next(request.text, at);
                    if first.accepts(&program.sets, c) {
                        break;
                    }
                    at = next;
                }
            }
            request.start = at;
            request.must_advance = needs_more && at == first_start;
            if self.match_here::<E>(program, request)? {
                return Ok(true);
            }
            if program.start.anchored || at >= len {
                return Ok(false);
            }
            at = E::next(request.text, at).1;
        }
    }

    #[inline]
    fn push(&mut self, entry: Entry) -> Result<(), TryReserveError> {
        if self.stack.len() == self.stack.capacity() {
            self.stack.try_reserve(1)?;
        }
        self.stack.push(entry);
        Ok(())
    }

    fn set_mark(&mut self, index: u32, at: usize) -> Result<(), TryReserveError> {
        let Some(old) = self.marks.get(index as usize).copied() else { return Ok(()) };
        if !self.stack.is_empty() {
            self.push(Entry::Mark { index, last: self.last_group, old })?;
        }
        self.marks[index as usize] = at;
        if index & 1 == 1 {
            self.last_group = index / 2 + 1;
        }
        Ok(())
    }

    fn counter(&self, id: u32) -> Counter {
        self.counters.get(id as usize).copied().unwrap_or(Counter { count: 0, last: UNSET })
    }

    fn set_counter(&mut self, id: u32, count: u32, last: usize) -> Result<(), TryReserveError> {
        let old = self.counter(id);
        self.push(Entry::Counter { id, count: old.count, last: old.last })?;
        if let Some(counter) = self.counters.get_mut(id as usize) {
            *counter = Counter { count, last };
        }
        Ok(())
    }

    fn undo(&mut self, entry: Entry) {
        match entry {
            Entry::Mark { index, last, old } => {
                if let Some(mark) = self.marks.get_mut(index as usize) {
                    *mark = old;
                }
                self.last_group = last;
            }
            Entry::Counter { id, count, last } => {
                if let Some(counter) = self.counters.get_mut(id as usize) {
                    *counter = Counter { count, last };
                }
            }
            Entry::Within { fence } => self.fence = fence,
            _ => {}
        }
    }

    /// Erects a fence.
    fn enclose(&mut self, kind: Fence, pc: u32, at: usize) -> Result<(), TryReserveError> {
        self.push(Entry::Within { fence: self.fence })?;
        self.fence = self.stack.len();
        self.push(Entry::Fence { kind, pc, at })
    }

    /// Takes the innermost fence down and gives up the alternatives behind it; where it was erected.
    fn keep(&mut self) -> usize {
        let from = self.fence.min(self.stack.len());
        let at = match self.stack.get(from) {
            Some(Entry::Fence { at, .. }) => *at,
            _ => 0,
        };
        let outer = match from.checked_sub(1).and_then(|i| self.stack.get(i)) {
            Some(Entry::Within { fence }) => *fence,
            _ => UNSET,
        };
        let mut to = from;
        for i in from..self.stack.len() {
            if matches!(self.stack[i], Entry::Mark { .. } | Entry::Counter { .. }) {
                self.stack[to] = self.stack[i];
                to += 1;
            }
        }
        self.stack.truncate(to);
        self.fence = outer;
        at
    }

    /// Takes the innermost fence down and undoes all that happened behind it.
    fn abandon(&mut self) {
        let from = self.fence;
        while self.stack.len() > from {
            if let Some(entry) = self.stack.pop() {
                self.undo(entry);
            }
        }
        if let Some(Entry::Within { fence }) = self.stack.pop() {
            self.fence = fence;
        }
    }
}

/// How an instruction ended.
enum Step {
    /// At this instruction next.
    Go(usize),
    /// It doesn't match.
    Fail,
    /// The pattern matched.
    Done,
}

struct Run<'a, E> {
    program: &'a Program,
    request: Request<'a>,
    at: usize,
    encoding: std::marker::PhantomData<E>,
}

impl<E: Encoding> Run<'_, E> {
    fn run(mut self, m: &mut Matcher) -> Found {
        let mut pc = 0;
        loop {
            pc = match self.step(m, pc)? {
                Step::Go(pc) => pc,
                Step::Done => return Ok(true),
                Step::Fail => match self.backtrack(m)? {
                    Some(pc) => pc,
                    None => return Ok(false),
                },
            };
        }
    }

    #[inline]
    fn peek(&self) -> Option<(u32, usize)> {
        if self.at < self.request.text.len() {
            Some(E::next(self.request.text, self.at))
        } else {
            None
        }
    }

    #[inline]
    fn accepts(&self, one: One, c: u32) -> bool {
        one.accepts(&self.program.sets, c)
    }

    #[inline]
    fn step(&mut self, m: &mut Matcher, pc: usize) -> Result<Step, TryReserveError> {
        let Some(inst) = self.program.insts.get(pc) else { return Ok(Step::Fail) };
        Ok(match *inst {
            Inst::One(one) => match self.peek() {
                Some((c, next)) if self.accepts(one, c) => {
                    self.at = next;
                    Step::Go(pc + 1)
                }
                _ => Step::Fail,
            },
            Inst::At(place) => go_if(self.is_at(place), pc + 1),
            Inst::Mark(index) => {
                m.set_mark(index, self.at)?;
                Step::Go(pc + 1)
            }
            Inst::Jump(to) => Step::Go(to),
            Inst::Alternative { next, first } => {
                let hopeless =
                    first.is_some_and(|one| self.peek().is_none_or(|(c, _)| !self.accepts(one, c)));
                if hopeless {
                    Step::Go(next)
                } else {
                    m.push(Entry::Alternative { pc: next as u32, at: self.at })?;
                    Step::Go(pc + 1)
                }
            }
            Inst::RepeatOne { one, min, max, mode, next } => {
                self.repeat_one(m, pc, one, (min, max), (mode, next))?
            }
            Inst::Loop { id, test } => {
                m.set_counter(id, 0, UNSET)?;
                Step::Go(test)
            }
            Inst::Until { id, body, min, max } => self.until(m, pc, id, body, (min, max))?,
            Inst::LazyUntil { id, body, min, more, tail } => {
                let counter = m.counter(id);
                if counter.count < min {
                    m.set_counter(id, counter.count + 1, counter.last)?;
                    Step::Go(body)
                } else {
                    m.push(Entry::Alternative { pc: more as u32, at: self.at })?;
                    Step::Go(tail)
                }
            }
            Inst::More { id, body, max } => {
                let counter = m.counter(id);
                if (counter.count >= max && max != MAX_REPEAT) || self.at == counter.last {
                    Step::Fail
                } else {
                    m.set_counter(id, counter.count.saturating_add(1), self.at)?;
                    Step::Go(body)
                }
            }
            Inst::PossessiveUntil { id, body, min, max, tail } => {
                let counter = m.counter(id);
                let moved = self.at != counter.last;
                if moved && (counter.count < max || max == MAX_REPEAT) {
                    m.set_counter(id, counter.count, self.at)?;
                    let needed = counter.count < min;
                    let kind = if needed { Fence::Atomic } else { Fence::Round };
                    m.enclose(kind, tail as u32, self.at)?;
                    Step::Go(body)
                } else {
                    Step::Go(tail)
                }
            }
            Inst::PossessiveEnd { id, test } => {
                m.keep();
                let counter = m.counter(id);
                m.set_counter(id, counter.count.saturating_add(1), counter.last)?;
                Step::Go(test)
            }
            Inst::Assert { back, negative, tail } => self.assert(m, pc, back, negative, tail)?,
            Inst::AssertEnd => {
                self.at = m.keep();
                Step::Go(pc + 1)
            }
            Inst::AssertNotEnd => {
                m.abandon();
                Step::Fail
            }
            Inst::Atomic => {
                m.enclose(Fence::Atomic, 0, self.at)?;
                Step::Go(pc + 1)
            }
            Inst::AtomicEnd => {
                m.keep();
                Step::Go(pc + 1)
            }
            Inst::GroupRef { group, case } => go_if(self.group_again(m, group, case), pc + 1),
            Inst::GroupExists { group, otherwise } => {
                let i = group as usize * 2;
                let set = |i: usize| m.marks.get(i).is_some_and(|p| *p != UNSET);
                Step::Go(if set(i) && set(i + 1) { pc + 1 } else { otherwise })
            }
            Inst::Fail => Step::Fail,
            Inst::Success => {
                if (self.request.whole && self.at != self.request.text.len())
                    || (self.request.must_advance && self.at == self.request.start)
                {
                    Step::Fail
                } else {
                    m.end = self.at;
                    Step::Done
                }
            }
        })
    }

    /// The test of a greedy loop.
    fn until(
        &self,
        m: &mut Matcher,
        pc: usize,
        id: u32,
        body: usize,
        (min, max): (u32, u32),
    ) -> Result<Step, TryReserveError> {
        let counter = m.counter(id);
        if counter.count < min {
            m.set_counter(id, counter.count + 1, counter.last)?;
            return Ok(Step::Go(body));
        }
        // A round that consumed nothing isn't repeated.
        if (counter.count < max || max == MAX_REPEAT) && self.at != counter.last {
            m.push(Entry::Alternative { pc: pc as u32 + 1, at: self.at })?;
            m.set_counter(id, counter.count.saturating_add(1), self.at)?;
            return Ok(Step::Go(body));
        }
        Ok(Step::Go(pc + 1))
    }

    fn assert(
        &mut self,
        m: &mut Matcher,
        pc: usize,
        back: u32,
        negative: bool,
        tail: usize,
    ) -> Result<Step, TryReserveError> {
        let here = self.at;
        let mut at = here;
        for _ in 0..back {
            if at == 0 {
                // There isn't that much before.
                return Ok(go_if(negative, tail));
            }
            at = E::previous(self.request.text, at).1;
        }
        let kind = if negative { Fence::AssertNot } else { Fence::Assert };
        m.enclose(kind, tail as u32, here)?;
        self.at = at;
        Ok(Step::Go(pc + 1))
    }

    /// Repeats of one character; the way back is in `backtrack`.
    fn repeat_one(
        &mut self,
        m: &mut Matcher,
        pc: usize,
        one: One,
        (min, max): (u32, u32),
        (mode, next): (Mode, Option<u32>),
    ) -> Result<Step, TryReserveError> {
        let limit = if mode == Mode::Lazy { min } else { max };
        let from = self.at;
        let count = self.count(one, limit);
        if count < min as usize {
            return Ok(Step::Fail);
        }
        match mode {
            Mode::Possessive => {}
            Mode::Greedy if count == min as usize => {}
            Mode::Greedy => {
                let mut lowest = from;
                for _ in 0..min {
                    lowest = E::next(self.request.text, lowest).1;
                }
                return Ok(self.shorter(m, pc, lowest, next)?.map_or(Step::Fail, Step::Go));
            }
            Mode::Lazy => {
                if min < max {
                    m.push(Entry::Longer { pc: pc as u32, count: min, at: self.at })?;
                }
            }
        }
        Ok(Step::Go(pc + 1))
    }

    /// Consumes up to `limit` characters; how many.
    fn count(&mut self, one: One, limit: u32) -> usize {
        let (text, mut count) = (self.request.text, 0);
        let limit = if limit == MAX_REPEAT { usize::MAX } else { limit as usize };
        if E::SINGLE && one == One::All {
            let taken = limit.min(text.len() - self.at);
            self.at += taken;
            return taken;
        }
        while count < limit && self.at < text.len() {
            let (c, next) = E::next(text, self.at);
            if !self.accepts(one, c) {
                break;
            }
            self.at = next;
            count += 1;
        }
        count
    }

    /// Continues behind a greedy repeat that reaches to the position or, if the next character has to be `next`, less far.
    fn shorter(
        &mut self,
        m: &mut Matcher,
        pc: usize,
        min: usize,
        next: Option<u32>,
    ) -> Result<Option<usize>, TryReserveError> {
        let text = self.request.text;
        if let Some(wanted) = next {
            while self.peek().is_none_or(|(c, _)| c != wanted) {
                if self.at <= min {
                    return Ok(None);
                }
                self.at = E::previous(text, self.at).1;
            }
        }
        if self.at > min {
            let at = E::previous(text, self.at).1;
            m.push(Entry::Shorter { pc: pc as u32, min, at })?;
        }
        Ok(Some(pc + 1))
    }

    /// Goes back to the last place where another way is open.
    fn backtrack(&mut self, m: &mut Matcher) -> Result<Option<usize>, TryReserveError> {
        while let Some(entry) = m.stack.pop() {
            match entry {
                Entry::Alternative { pc, at } => {
                    self.at = at;
                    return Ok(Some(pc as usize));
                }
                Entry::Shorter { pc, min, at } => {
                    self.at = at;
                    let next = match self.program.insts.get(pc as usize) {
                        Some(Inst::RepeatOne { next, .. }) => *next,
                        _ => None,
                    };
                    if let Some(pc) = self.shorter(m, pc as usize, min, next)? {
                        return Ok(Some(pc));
                    }
                }
                Entry::Longer { pc, count, at } => {
                    self.at = at;
                    if let Some(pc) = self.longer(m, pc, count)? {
                        return Ok(Some(pc));
                    }
                }
                Entry::Fence { kind: Fence::AssertNot | Fence::Round, pc, at } => {
                    self.at = at;
                    if let Some(Entry::Within { fence }) = m.stack.pop() {
                        m.fence = fence;
                    }
                    return Ok(Some(pc as usize));
                }
                Entry::Fence { .. } => {}
                undone => m.undo(undone),
            }
        }
        Ok(None)
    }

    /// One more character for a lazy repeat.
    fn longer(
        &mut self,
        m: &mut Matcher,
        pc: u32,
        count: u32,
    ) -> Result<Option<usize>, TryReserveError> {
        let Some(&Inst::RepeatOne { one, max, next, .. }) = self.program.insts.get(pc as usize)
        else {
            return Ok(None);
        };
        let mut count = count;
        loop {
            match self.peek() {
                Some((c, after)) if self.accepts(one, c) => self.at = after,
                _ => return Ok(None),
            }
            count = count.saturating_add(1);
            let more = count < max || max == MAX_REPEAT;
            let fits = next.is_none_or(|wanted| self.peek().is_some_and(|(c, _)| c == wanted));
            if fits {
                if more {
                    m.push(Entry::Longer { pc, count, at: self.at })?;
                }
                return Ok(Some(pc as usize + 1));
            }
            if !more {
                return Ok(None);
            }
        }
    }

    fn is_at(&self, place: At) -> bool {
        let (text, at) = (self.request.text, self.at);
        let line_feed = |i: usize| text.get(i) == Some(&b'\n');
        match place {
            At::Beginning => at == 0,
            At::BeginningLine => at == 0 || line_feed(at - 1),
            At::End => at == text.len() || (at + 1 == text.len() && line_feed(at)),
            At::EndLine => at == text.len() || line_feed(at),
            At::EndString => at == text.len(),
            At::Boundary(case) => self.is_boundary(case),
            At::NonBoundary(case) => !self.is_boundary(case),
        }
    }

    fn is_boundary(&self, case: Case) -> bool {
        let before = self.at > 0 && case.is_word(E::previous(self.request.text, self.at).0);
        let after = self.peek().is_some_and(|(c, _)| case.is_word(c));
        before != after
    }

    /// Matches what a group matched.
    fn group_again(&mut self, m: &Matcher, group: u32, case: Option<Case>) -> bool {
        let i = group as usize * 2;
        let (Some(start), Some(end)) = (m.marks.get(i), m.marks.get(i + 1)) else { return false };
        let (mut from, end) = (*start, *end);
        if from == UNSET || end == UNSET || end < from {
            return false;
        }
        let text = self.request.text;
        if case.is_none() {
            let Some(part) = text.get(from..end) else { return false };
            let same = text.get(self.at..).is_some_and(|rest| rest.starts_with(part));
            if same {
                self.at += part.len();
            }
            return same;
        }
        while from < end {
            let (wanted, next) = E::next(text, from);
            let Some((c, after)) = self.peek() else { return false };
            let same = match case {
                Some(Case::Unicode) => unicode_lower(c) == unicode_lower(wanted),
                _ => ascii_lower(c) == ascii_lower(wanted),
            };
            if !same {
                return false;
            }
            (from, self.at) = (next, after);
        }
        true
    }
}

fn go_if(condition: bool, pc: usize) -> Step {
    if condition { Step::Go(pc) } else { Step::Fail }
}

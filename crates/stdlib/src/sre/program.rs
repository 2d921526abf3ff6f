//! The program of a pattern: what the matcher runs, made of the list of numbers that `re._compiler` emits.
//!
//! The numbers come from Python code and may be anything. Invariant: a [`Program`] that was made has only jumps into itself,
//! groups and sets that exist, and ends; all else is "invalid SRE code".

use super::charset::{Case, Charset, One};
use memchr::memmem::Finder;

/// Deepest nesting of groups, repeats and assertions.
const MAX_DEPTH: usize = 2000;
/// "No upper limit" of a repeat.
pub const MAX_REPEAT: u32 = u32::MAX;
/// Most groups.
pub const MAX_GROUPS: u32 = u32::MAX / 2;

/// The numbers of the operators, in the order of `re._constants`.
pub mod op {
    macro_rules! numbered {
        ($($name:ident)*) => { numbered!(@ 0u32; $($name)*); };
        (@ $n:expr; $name:ident $($rest:ident)*) => {
            #[allow(dead_code, reason = "SUBPATTERN only has its place in the order")]
            pub const $name: u32 = $n;
            numbered!(@ $n + 1; $($rest)*);
        };
        (@ $n:expr;) => {};
    }
    numbered! {
        FAILURE SUCCESS ANY ANY_ALL ASSERT ASSERT_NOT AT BRANCH CATEGORY CHARSET BIGCHARSET GROUPREF GROUPREF_EXISTS IN INFO
        JUMP LITERAL MARK MAX_UNTIL MIN_UNTIL NOT_LITERAL NEGATE RANGE REPEAT REPEAT_ONE SUBPATTERN MIN_REPEAT_ONE
        ATOMIC_GROUP POSSESSIVE_REPEAT POSSESSIVE_REPEAT_ONE GROUPREF_IGNORE IN_IGNORE LITERAL_IGNORE NOT_LITERAL_IGNORE
        GROUPREF_LOC_IGNORE IN_LOC_IGNORE LITERAL_LOC_IGNORE NOT_LITERAL_LOC_IGNORE GROUPREF_UNI_IGNORE IN_UNI_IGNORE
        LITERAL_UNI_IGNORE NOT_LITERAL_UNI_IGNORE RANGE_UNI_IGNORE
    }
}

/// A position that is tested without consuming anything.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum At {
    /// `\A`, `^`
    Beginning,
    /// `^` in multi-line mode
    BeginningLine,
    /// `\b`, by the words of a case rule
    Boundary(Case),
    /// `\B`
    NonBoundary(Case),
    /// `$`
    End,
    /// `$` in multi-line mode
    EndLine,
    /// `\Z`
    EndString,
}

/// How a repeat of one character uses its freedom.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// As many as possible first.
    Greedy,
    /// As few as possible first.
    Lazy,
    /// As many as possible, for good.
    Possessive,
}

/// One instruction.
#[derive(Clone, Debug)]
pub enum Inst {
    /// Consumes one character.
    One(One),
    /// Tests the position.
    At(At),
    /// Notes the position as start or end of a group.
    Mark(u32),
    /// Continues elsewhere.
    Jump(usize),
    /// Tries what follows; if that fails, continues at `next`. Not even tried if the next character isn't `first`.
    Alternative { next: usize, first: Option<One> },
    /// Repeats one character; `next` is the character that has to follow, if that is known.
    RepeatOne { one: One, min: u32, max: u32, mode: Mode, next: Option<u32> },
    /// Starts counting loop number `id`; its test is at `test`.
    Loop { id: u32, test: usize },
    /// The test of a greedy loop, which ends with the next instruction.
    Until { id: u32, body: usize, min: u32, max: u32 },
    /// The test of a lazy loop, followed by `More`.
    LazyUntil { id: u32, body: usize, min: u32, more: usize, tail: usize },
    /// Another round of a lazy loop.
    More { id: u32, body: usize, max: u32 },
    /// The test of a possessive loop; `body` ends with `Kept`.
    PossessiveUntil { id: u32, body: usize, min: u32, max: u32, tail: usize },
    /// The end of a round of a possessive loop, whose alternatives are given up.
    PossessiveEnd { id: u32, test: usize },
    /// An assertion about what comes, or what came `back` characters before; `tail` follows a negative one.
    Assert { back: u32, negative: bool, tail: usize },
    /// The end of an assertion: it holds.
    AssertEnd,
    /// The end of a negative assertion: it doesn't hold.
    AssertNotEnd,
    /// Starts a group whose alternatives are given up when it has matched.
    Atomic,
    /// Ends it.
    AtomicEnd,
    /// The text of a group again.
    GroupRef { group: u32, case: Option<Case> },
    /// Continues at `otherwise` unless the group matched.
    GroupExists { group: u32, otherwise: usize },
    /// Nothing matches here.
    Fail,
    /// The whole pattern matched.
    Success,
}

/// What is known about where matches can start.
#[derive(Debug, Default)]
pub struct Start {
    /// All matches begin with these bytes.
    pub prefix: Option<Finder<'static>>,
    /// All matches begin with a character of this set.
    pub first: Option<One>,
    /// Matches only at the beginning of the string.
    pub anchored: bool,
    /// Fewest characters of a match.
    pub min_width: usize,
}

/// A pattern, ready to be matched.
#[derive(Debug)]
pub struct Program {
    pub insts: Vec<Inst>,
    pub sets: Vec<Charset>,
    pub start: Start,
    /// Number of groups, without the whole match.
    pub groups: u32,
    /// Number of loops that need a counter.
    pub loops: u32,
}

/// The list of numbers isn't what `re._compiler` would emit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Invalid;

type Result<T> = std::result::Result<T, Invalid>;

impl Program {
    /// Translates the numbers; `bytes` tells whether the pattern is one of bytes, if that is known.
    pub fn new(code: &[u32], groups: u32, bytes: Option<bool>) -> Result<Program> {
        if groups > MAX_GROUPS {
            return Err(Invalid);
        }
        let mut t = Translator {
            code,
            insts: Vec::new(),
            sets: Vec::new(),
            groups,
            loops: 0,
            start: Start::default(),
        };
        let mut at = 0;
        if code.first() == Some(&op::INFO) {
            at = t.skip(0, 1)?;
            t.info(at, bytes)?;
        }
        let Some(last) = code.len().checked_sub(1).filter(|l| code[*l] == op::SUCCESS) else {
            return Err(Invalid);
        };
        if at > last {
            return Err(Invalid);
        }
        t.start.anchored = matches!(code.get(at..at + 2), Some([op::AT, 0 | 2]));
        t.block(at, last, 0)?;
        t.insts.push(Inst::Success);
        Ok(Program { insts: t.insts, sets: t.sets, start: t.start, groups, loops: t.loops })
    }
}

struct Translator<'a> {
    code: &'a [u32],
    insts: Vec<Inst>,
    sets: Vec<Charset>,
    groups: u32,
    loops: u32,
    start: Start,
}

impl Translator<'_> {
    fn get(&self, at: usize) -> Result<u32> {
        self.code.get(at).copied().ok_or(Invalid)
    }

    /// Where the skip at `at + offset` leads.
    fn skip(&self, at: usize, offset: usize) -> Result<usize> {
        let from = at.checked_add(offset).ok_or(Invalid)?;
        let to = from.checked_add(self.get(from)? as usize).ok_or(Invalid)?;
        if to > self.code.len() || to <= from { Err(Invalid) } else { Ok(to) }
    }

    fn inner_skip(&self, at: usize, offset: usize, end: usize) -> Result<usize> {
        self.skip(at, offset).and_then(|to| if to > end { Err(Invalid) } else { Ok(to) })
    }

    /// Reads what the information block says about the start of matches.
    fn info(&mut self, end: usize, bytes: Option<bool>) -> Result<()> {
        let (flags, min) = (self.get(2)?, self.get(3)?);
        self.get(4)?;
        self.start.min_width = min as usize;
        if flags & 1 != 0 {
            let len = self.get(5)? as usize;
            let from = 7usize;
            let to = from.checked_add(len).filter(|to| *to <= end).ok_or(Invalid)?;
            let Some(bytes) = bytes else { return Ok(()) };
            let mut prefix = Vec::new();
            for c in &self.code[from..to] {
                if bytes {
                    prefix.push(u8::try_from(*c).map_err(|_| Invalid)?);
                } else {
                    let mut one = prim::text::TextBuf::default();
                    one.push(*c).map_err(|_| Invalid)?;
                    prefix.extend_from_slice(&one.into_bytes());
                }
            }
            if !prefix.is_empty() {
                self.start.prefix = Some(Finder::new(&prefix).into_owned());
            }
        } else if flags & 4 != 0 {
            let (set, _) = Charset::read(self.code.get(5..end).ok_or(Invalid)?)?;
            self.start.first = Some(self.add_set(set, None));
        }
        Ok(())
    }

    fn add_set(&mut self, set: Charset, case: Option<Case>) -> One {
        self.sets.push(set);
        One::Set { index: self.sets.len() - 1, case }
    }

    /// The operator at `at` if it consumes exactly one character, and where the next one is.
    fn one(&mut self, at: usize, end: usize) -> Result<Option<(One, usize)>> {
        let number = self.get(at)?;
        let case = match number {
            op::LITERAL_IGNORE | op::NOT_LITERAL_IGNORE | op::IN_IGNORE => Some(Case::Ascii),
            op::LITERAL_LOC_IGNORE | op::NOT_LITERAL_LOC_IGNORE | op::IN_LOC_IGNORE => {
                Some(Case::Locale)
            }
            op::LITERAL_UNI_IGNORE | op::NOT_LITERAL_UNI_IGNORE | op::IN_UNI_IGNORE => {
                Some(Case::Unicode)
            }
            _ => None,
        };
        let found = match number {
            op::ANY => (One::Any, at + 1),
            op::ANY_ALL => (One::All, at + 1),
            op::LITERAL
            | op::LITERAL_IGNORE
            | op::LITERAL_LOC_IGNORE
            | op::LITERAL_UNI_IGNORE
            | op::NOT_LITERAL
            | op::NOT_LITERAL_IGNORE
            | op::NOT_LITERAL_LOC_IGNORE
            | op::NOT_LITERAL_UNI_IGNORE => {
                let c = self.get(at + 1)?;
                let positive = matches!(
                    number,
                    op::LITERAL
                        | op::LITERAL_IGNORE
                        | op::LITERAL_LOC_IGNORE
                        | op::LITERAL_UNI_IGNORE
                );
                let one = match (positive, case) {
                    (true, None) => One::Char(c),
                    (false, None) => One::NotChar(c),
                    (true, Some(case)) => One::CharIgnore(c, case),
                    (false, Some(case)) => One::NotCharIgnore(c, case),
                };
                (one, at + 2)
            }
            op::IN | op::IN_IGNORE | op::IN_LOC_IGNORE | op::IN_UNI_IGNORE => {
                let to = self.inner_skip(at, 1, end)?;
                let (set, len) = Charset::read(self.code.get(at + 2..to).ok_or(Invalid)?)?;
                if at + 2 + len != to {
                    return Err(Invalid);
                }
                (self.add_set(set, case), to)
            }
            op::CATEGORY => {
                let set = Charset::category(self.get(at + 1)?)?;
                (self.add_set(set, None), at + 2)
            }
            _ => return Ok(None),
        };
        if found.1 > end { Err(Invalid) } else { Ok(Some(found)) }
    }

    /// Translates the operators in `at..end`.
    fn block(&mut self, mut at: usize, end: usize, depth: usize) -> Result<()> {
        if depth > MAX_DEPTH {
            return Err(Invalid);
        }
        while at < end {
            at = match self.one(at, end)? {
                Some((one, next)) => {
                    self.insts.push(Inst::One(one));
                    next
                }
                None => self.operator(at, end, depth)?,
            };
        }
        if at == end { Ok(()) } else { Err(Invalid) }
    }

    fn operator(&mut self, at: usize, end: usize, depth: usize) -> Result<usize> {
        match self.get(at)? {
            op::FAILURE => {
                self.insts.push(Inst::Fail);
                Ok(at + 1)
            }
            op::AT => {
                let place = match self.get(at + 1)? {
                    0 | 2 => At::Beginning,
                    1 => At::BeginningLine,
                    3 => At::Boundary(Case::Ascii),
                    4 => At::NonBoundary(Case::Ascii),
                    5 => At::End,
                    6 => At::EndLine,
                    7 => At::EndString,
                    8 => At::Boundary(Case::Locale),
                    9 => At::NonBoundary(Case::Locale),
                    10 => At::Boundary(Case::Unicode),
                    11 => At::NonBoundary(Case::Unicode),
                    _ => return Err(Invalid),
                };
                self.insts.push(Inst::At(place));
                Ok(at + 2)
            }
            op::MARK => {
                let mark = self.get(at + 1)?;
                if u64::from(mark) >= u64::from(self.groups) * 2 {
                    return Err(Invalid);
                }
                self.insts.push(Inst::Mark(mark));
                Ok(at + 2)
            }
            op::BRANCH => self.branch(at, end, depth),
            op::REPEAT => self.repeat(at, end, depth),
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => {
                self.repeat_one(at, end)
            }
            op::POSSESSIVE_REPEAT => self.possessive(at, end, depth),
            op::ATOMIC_GROUP => {
                let to = self.inner_skip(at, 1, end)?;
                self.insts.push(Inst::Atomic);
                self.body(at + 2, to, depth)?;
                self.insts.push(Inst::AtomicEnd);
                Ok(to)
            }
            number @ (op::ASSERT | op::ASSERT_NOT) => {
                let to = self.inner_skip(at, 1, end)?;
                let (back, negative) = (self.get(at + 2)?, number == op::ASSERT_NOT);
                let start = self.insts.len();
                self.insts.push(Inst::Fail);
                self.body(at + 3, to, depth)?;
                self.insts.push(if negative { Inst::AssertNotEnd } else { Inst::AssertEnd });
                self.insts[start] = Inst::Assert { back, negative, tail: self.insts.len() };
                Ok(to)
            }
            number @ (op::GROUPREF
            | op::GROUPREF_IGNORE
            | op::GROUPREF_LOC_IGNORE
            | op::GROUPREF_UNI_IGNORE) => {
                let group = self.group(at + 1)?;
                let case = match number {
                    op::GROUPREF => None,
                    op::GROUPREF_IGNORE => Some(Case::Ascii),
                    op::GROUPREF_LOC_IGNORE => Some(Case::Locale),
                    _ => Some(Case::Unicode),
                };
                self.insts.push(Inst::GroupRef { group, case });
                Ok(at + 2)
            }
            op::GROUPREF_EXISTS => self.group_exists(at, end, depth),
            _ => Err(Invalid),
        }
    }

    fn group(&self, at: usize) -> Result<u32> {
        self.get(at).and_then(|g| if g < self.groups { Ok(g) } else { Err(Invalid) })
    }

    /// Operators that end with SUCCESS just before `to`.
    fn body(&mut self, at: usize, to: usize, depth: usize) -> Result<()> {
        let end = to.checked_sub(1).filter(|end| *end >= at).ok_or(Invalid)?;
        if self.get(end)? != op::SUCCESS {
            return Err(Invalid);
        }
        self.block(at, end, depth + 1)
    }

    fn branch(&mut self, at: usize, end: usize, depth: usize) -> Result<usize> {
        let mut at = at + 1;
        let mut jumps = Vec::new();
        let mut target = None;
        while self.get(at)? != 0 {
            let next = self.inner_skip(at, 0, end)?;
            // The alternative ends with a jump behind all of them.
            let jump = next.checked_sub(2).filter(|j| *j > at).ok_or(Invalid)?;
            if self.get(jump)? != op::JUMP {
                return Err(Invalid);
            }
            let to = self.inner_skip(jump, 1, end)?;
            if *target.get_or_insert(to) != to {
                return Err(Invalid);
            }
            let first = self.one(at + 1, jump)?.map(|(one, _)| one);
            let start = self.insts.len();
            self.insts.push(Inst::Fail);
            self.block(at + 1, jump, depth + 1)?;
            jumps.push(self.insts.len());
            self.insts.push(Inst::Fail);
            self.insts[start] = Inst::Alternative { next: self.insts.len(), first };
            at = next;
        }
        // No alternative is left.
        self.insts.push(Inst::Fail);
        for jump in jumps {
            self.insts[jump] = Inst::Jump(self.insts.len());
        }
        if target.is_some_and(|to| to != at + 1) { Err(Invalid) } else { Ok(at + 1) }
    }

    fn limits(&self, at: usize) -> Result<(u32, u32)> {
        let (min, max) = (self.get(at + 2)?, self.get(at + 3)?);
        if min > max { Err(Invalid) } else { Ok((min, max)) }
    }

    fn new_loop(&mut self) -> u32 {
        self.loops += 1;
        self.loops - 1
    }

    fn repeat(&mut self, at: usize, end: usize, depth: usize) -> Result<usize> {
        let until = self.inner_skip(at, 1, end)?;
        let (min, max) = self.limits(at)?;
        let lazy = match self.get(until)? {
            op::MAX_UNTIL => false,
            op::MIN_UNTIL => true,
            _ => return Err(Invalid),
        };
        let id = self.new_loop();
        let start = self.insts.len();
        self.insts.push(Inst::Fail);
        self.block(at + 4, until, depth + 1)?;
        let (body, test) = (start + 1, self.insts.len());
        self.insts[start] = Inst::Loop { id, test };
        if lazy {
            let (more, tail) = (test + 1, test + 2);
            self.insts.push(Inst::LazyUntil { id, body, min, more, tail });
            self.insts.push(Inst::More { id, body, max });
        } else {
            self.insts.push(Inst::Until { id, body, min, max });
        }
        Ok(until + 1)
    }

    fn repeat_one(&mut self, at: usize, end: usize) -> Result<usize> {
        let to = self.inner_skip(at, 1, end)?;
        let (min, max) = self.limits(at)?;
        let mode = match self.get(at)? {
            op::REPEAT_ONE => Mode::Greedy,
            op::MIN_REPEAT_ONE => Mode::Lazy,
            _ => Mode::Possessive,
        };
        let Some((one, after)) = self.one(at + 4, to)? else { return Err(Invalid) };
        if after + 1 != to || self.get(after)? != op::SUCCESS {
            return Err(Invalid);
        }
        let next = match self.code.get(to..end) {
            Some([op::LITERAL, c, ..]) => Some(*c),
            _ => None,
        };
        self.insts.push(Inst::RepeatOne { one, min, max, mode, next });
        Ok(to)
    }

    fn possessive(&mut self, at: usize, end: usize, depth: usize) -> Result<usize> {
        let to = self.inner_skip(at, 1, end)?;
        let (min, max) = self.limits(at)?;
        // The body ends with SUCCESS, to which the skip leads.
        if self.get(to)? != op::SUCCESS || to >= end {
            return Err(Invalid);
        }
        let id = self.new_loop();
        let start = self.insts.len();
        self.insts.push(Inst::Loop { id, test: start + 1 });
        self.insts.push(Inst::Fail);
        self.block(at + 4, to, depth + 1)?;
        self.insts.push(Inst::PossessiveEnd { id, test: start + 1 });
        let tail = self.insts.len();
        self.insts[start + 1] = Inst::PossessiveUntil { id, body: start + 2, min, max, tail };
        Ok(to + 1)
    }

    fn group_exists(&mut self, at: usize, end: usize, depth: usize) -> Result<usize> {
        let group = self.group(at + 1)?;
        // The skip counts from its own place, and leads behind the jump if there is a second part.
        let skip = self.get(at + 2)? as usize;
        let otherwise = (at + 2).checked_add(skip).and_then(|o| o.checked_sub(1)).ok_or(Invalid)?;
        if otherwise > end || otherwise < at + 3 {
            return Err(Invalid);
        }
        let test = self.insts.len();
        self.insts.push(Inst::Fail);
        let jump = otherwise.checked_sub(2).filter(|j| *j >= at + 3);
        let jump = jump.filter(|j| self.ends_with_jump(at + 3, *j, otherwise, end));
        let Some(jump) = jump else {
            self.block(at + 3, otherwise, depth + 1)?;
            self.insts[test] = Inst::GroupExists { group, otherwise: self.insts.len() };
            return Ok(otherwise);
        };
        let to = self.inner_skip(jump, 1, end)?;
        self.block(at + 3, jump, depth + 1)?;
        let over = self.insts.len();
        self.insts.push(Inst::Fail);
        self.insts[test] = Inst::GroupExists { group, otherwise: self.insts.len() };
        self.block(otherwise, to, depth + 1)?;
        self.insts[over] = Inst::Jump(self.insts.len());
        Ok(to)
    }

    /// Whether the operators from `at` on are followed by a jump at `jump`: the number there may also be an operand.
    fn ends_with_jump(&self, mut at: usize, jump: usize, otherwise: usize, end: usize) -> bool {
        if self.code.get(jump) != Some(&op::JUMP) {
            return false;
        }
        if !self.skip(jump, 1).is_ok_and(|to| to >= otherwise && to <= end) {
            return false;
        }
        while at < jump {
            match self.after(at) {
                Some(next) if next > at => at = next,
                _ => return false,
            }
        }
        at == jump
    }

    /// Where the operator behind the one at `at` is.
    fn after(&self, at: usize) -> Option<usize> {
        let skip = |offset| self.skip(at, offset).ok();
        match *self.code.get(at)? {
            op::FAILURE | op::SUCCESS | op::ANY | op::ANY_ALL => Some(at + 1),
            op::IN | op::IN_IGNORE | op::IN_LOC_IGNORE | op::IN_UNI_IGNORE => skip(1),
            op::REPEAT | op::POSSESSIVE_REPEAT => skip(1).map(|to| to + 1),
            op::REPEAT_ONE | op::MIN_REPEAT_ONE | op::POSSESSIVE_REPEAT_ONE => skip(1),
            op::ATOMIC_GROUP | op::ASSERT | op::ASSERT_NOT => skip(1),
            op::BRANCH => {
                let mut at = at + 1;
                while *self.code.get(at)? != 0 {
                    at = self.skip(at, 0).ok()?;
                }
                Some(at + 1)
            }
            op::GROUPREF_EXISTS => {
                let otherwise = (at + 1).checked_add(*self.code.get(at + 2)? as usize)?;
                let jump = otherwise.checked_sub(2).filter(|j| *j >= at + 3);
                match jump.filter(|j| self.ends_with_jump(at + 3, *j, otherwise, self.code.len())) {
                    Some(jump) => self.skip(jump, 1).ok(),
                    None => Some(otherwise),
                }
            }
            _ => Some(at + 2),
        }
    }
}

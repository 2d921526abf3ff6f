//! `re.Pattern`: a compiled pattern and what can be done with it.

use super::matching::Match;
use super::program::Program;
use super::scanner::Scanner;
use super::subject::Search;
use super::template::Replacement;
use heap::Gc;
use macros::{pymethods, pytype};
use objects::dict::{Dict, MappingProxy};
use objects::list::List;
use objects::slots::CompareOp;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Compiled regular expression object.
#[pytype(name = "re.Pattern", flags(WEAKREF, NO_NEW))]
pub struct Pattern {
    /// What it was compiled from, None if unknown.
    pub pattern: Value,
    /// `re.IGNORECASE` and so on.
    pub flags: i64,
    /// Whether it is one of bytes, if that is known.
    #[untraced]
    pub bytes: Option<bool>,
    /// Numbers of the named groups.
    pub groupindex: Gc<Dict>,
    /// Names of the groups, None for those that have none.
    pub indexgroup: Gc<Tuple>,
    /// The numbers it was made of.
    #[untraced]
    pub code: Box<[u32]>,
    #[untraced]
    pub program: Box<Program>,
}

/// The names of the flags, from the bit 2 on.
const FLAGS: [&str; 8] =
    ["IGNORECASE", "LOCALE", "MULTILINE", "DOTALL", "UNICODE", "VERBOSE", "DEBUG", "ASCII"];
const UNICODE: i64 = 32;
const TYPE_FLAGS: i64 = 4 | 32 | 256;

impl Pattern {
    /// Number of groups, without the whole match.
    pub fn group_count(&self) -> usize {
        self.program.groups as usize
    }

    fn first_match(
        this: Gc<Self>,
        vm: &mut Vm,
        (string, pos, endpos): (Value, isize, isize),
        here: bool,
        whole: bool,
    ) -> PyResult<Option<Gc<Match>>> {
        let mut search = Search::new(vm, this, string, pos, endpos)?;
        if search.advance(vm, here, whole)? {
            Match::new(vm, this, &search, pos, endpos).map(Some)
        } else {
            Ok(None)
        }
    }

    /// What `findall` and `split` give for a group.
    fn part(vm: &mut Vm, search: &Search, group: usize, missing: Value) -> PyResult<Value> {
        match search.group(group) {
            Some(range) => search.subject.slice(vm, range),
            None => Ok(missing),
        }
    }

    fn substitute(
        this: Gc<Self>,
        vm: &mut Vm,
        repl: Value,
        string: Value,
        count: isize,
    ) -> PyResult<(Value, usize)> {
        let replacement = Replacement::new(vm, this, repl)?;
        let mut search = Search::new(vm, this, string, 0, isize::MAX)?;
        let list = List::new(vm)?;
        let (mut done, mut n) = (0, 0);
        while (count == 0 || (n as isize) < count) && search.advance(vm, false, false)? {
            let found = search.found();
            if done < found.start {
                let between = search.subject.slice(vm, done..found.start)?;
                list.push(vm, between)?;
            }
            replacement.push(vm, this, &search, list)?;
            done = found.end;
            n += 1;
        }
        let end = search.range.1;
        if done < end {
            let rest = search.subject.slice(vm, done..end)?;
            if n == 0 {
                return Ok((rest, 0));
            }
            list.push(vm, rest)?;
        }
        let joiner = search.subject.slice(vm, 0..0)?;
        let joined = super::join(vm, joiner, list)?;
        Ok((joined, n))
    }
}

#[pymethods]
impl Pattern {
    /// Matches zero or more characters at the beginning of the string.
    #[method(name = "match", sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn match_start(
        this: Gc<Self>,
        vm: &mut Vm,
        string: Value,
        #[default(0)] pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> PyResult<Option<Gc<Match>>> {
        Self::first_match(this, vm, (string, pos, endpos), true, false)
    }

    /// Matches against all of the string.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn fullmatch(
        this: Gc<Self>,
        vm: &mut Vm,
        string: Value,
        #[default(0)] pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> PyResult<Option<Gc<Match>>> {
        Self::first_match(this, vm, (string, pos, endpos), true, true)
    }

    /// Scan through string looking for a match, and return a corresponding match object instance.
    ///
    /// Return None if no position in the string matches.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn search(
        this: Gc<Self>,
        vm: &mut Vm,
        string: Value,
        #[default(0)] pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> PyResult<Option<Gc<Match>>> {
        Self::first_match(this, vm, (string, pos, endpos), false, false)
    }

    /// Return the string obtained by replacing the leftmost non-overlapping occurrences of pattern in string by the replacement repl.
    #[method(sig = "($self, /, repl, string, count=0)")]
    fn sub(
        this: Gc<Self>,
        vm: &mut Vm,
        repl: Value,
        string: Value,
        #[default(0)] count: isize,
    ) -> PyResult<Value> {
        Ok(Self::substitute(this, vm, repl, string, count)?.0)
    }

    /// Return the tuple (new_string, number_of_subs_made) found by replacing the leftmost non-overlapping occurrences of pattern with the replacement repl.
    #[method(sig = "($self, /, repl, string, count=0)")]
    fn subn(
        this: Gc<Self>,
        vm: &mut Vm,
        repl: Value,
        string: Value,
        #[default(0)] count: isize,
    ) -> PyResult<Gc<Tuple>> {
        let (text, n) = Self::substitute(this, vm, repl, string, count)?;
        Tuple::pair(vm, text, Value::from_len(n))
    }

    /// Return a list of all non-overlapping matches of pattern in string.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn findall(
        this: Gc<Self>,
        vm: &mut Vm,
        string: Value,
        #[default(0)] pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> PyResult<Gc<List>> {
        let mut search = Search::new(vm, this, string, pos, endpos)?;
        let list = List::new(vm)?;
        let empty = search.subject.slice(vm, 0..0)?;
        while search.advance(vm, false, false)? {
            let item = match this.group_count() {
                groups @ (0 | 1) => Self::part(vm, &search, groups, empty)?,
                groups => {
                    let mut tuple = Tuple::builder(vm, groups)?;
                    for group in 1..=groups {
                        let part = Self::part(vm, &search, group, empty)?;
                        tuple.push(vm, part);
                    }
                    tuple.finish(vm)?.into()
                }
            };
            list.push(vm, item)?;
        }
        Ok(list)
    }

    /// Return an iterator over all non-overlapping matches for the RE pattern in string.
    ///
    /// For each match, the iterator returns a match object.
    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn finditer(
        this: Gc<Self>,
        vm: &mut Vm,
        string: Value,
        #[default(0)] pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> PyResult<Value> {
        let scanner = Scanner::over(vm, this, string, pos, endpos)?;
        let search = vm.getattr_str(scanner.into(), "search")?;
        Ok(objects::iter::CallableIterator::new(vm, search, Value::NONE)?.into())
    }

    #[method(sig = "($self, /, string, pos=0, endpos=sys.maxsize)")]
    fn scanner(
        this: Gc<Self>,
        vm: &mut Vm,
        string: Value,
        #[default(0)] pos: isize,
        #[default(isize::MAX)] endpos: isize,
    ) -> PyResult<Gc<Scanner>> {
        Scanner::over(vm, this, string, pos, endpos)
    }

    /// Split string by the occurrences of pattern.
    #[method(sig = "($self, /, string, maxsplit=0)")]
    fn split(
        this: Gc<Self>,
        vm: &mut Vm,
        string: Value,
        #[default(0)] maxsplit: isize,
    ) -> PyResult<Gc<List>> {
        let mut search = Search::new(vm, this, string, 0, isize::MAX)?;
        let list = List::new(vm)?;
        let (mut done, mut n) = (0, 0);
        while (maxsplit == 0 || n < maxsplit) && search.advance(vm, false, false)? {
            let found = search.found();
            let between = search.subject.slice(vm, done..found.start)?;
            list.push(vm, between)?;
            for group in 1..=this.group_count() {
                let part = Self::part(vm, &search, group, Value::NONE)?;
                list.push(vm, part)?;
            }
            done = found.end;
            n += 1;
        }
        let rest = search.subject.slice(vm, done..search.range.1)?;
        list.push(vm, rest)?;
        Ok(list)
    }

    #[method]
    fn __copy__(this: Gc<Self>) -> Gc<Self> {
        this
    }

    #[method]
    fn __deepcopy__(this: Gc<Self>, memo: Value) -> Gc<Self> {
        let _ = memo;
        this
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)", no_text)]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }

    /// The pattern string from which the RE object was compiled.
    #[getter(name = "pattern", member)]
    fn get_pattern(this: Gc<Self>) -> Value {
        this.pattern
    }

    /// The regex matching flags.
    #[getter(name = "flags", member)]
    fn get_flags(this: Gc<Self>) -> i64 {
        this.flags
    }

    /// The number of capturing groups in the pattern.
    #[getter(name = "groups", member)]
    fn get_groups(this: Gc<Self>) -> usize {
        this.group_count()
    }

    /// A dictionary mapping group names to group numbers.
    #[getter(name = "groupindex")]
    fn get_groupindex(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(MappingProxy::new(vm, this.groupindex.into())?.into())
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        let mut hash = vm.hash(this.pattern)?;
        for word in &this.code {
            hash = hash.wrapping_mul(1_000_003) ^ i64::from(*word);
        }
        let hash = hash ^ this.flags ^ this.group_count() as i64;
        Ok(if hash == -1 { -2 } else { hash })
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let negative = match op {
            CompareOp::Eq => false,
            CompareOp::Ne => true,
            _ => return Ok(vm.not_implemented()),
        };
        let Some(other) = other.exact::<Pattern>() else { return Ok(vm.not_implemented()) };
        let same = this.flags == other.flags
            && this.bytes == other.bytes
            && this.code == other.code
            && vm.eq(this.pattern, other.pattern)?;
        Ok((same != negative).into())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let mut flags = this.flags;
        if this.bytes != Some(true) && flags & TYPE_FLAGS == UNICODE {
            flags &= !UNICODE;
        }
        let mut names: Vec<String> = Vec::new();
        for (i, name) in FLAGS.iter().enumerate() {
            let bit = 2 << i;
            if flags & bit != 0 {
                names.push(format!("re.{name}"));
                flags &= !bit;
            }
        }
        if flags != 0 {
            names.push(format!("{flags:#x}"));
        }
        let shown = vm.repr(this.pattern)?;
        let shown = shown.text().slice(0..200.min(shown.char_len()));
        if names.is_empty() {
            Str::from_fmt(vm, format_args!("re.compile({shown})"))
        } else {
            Str::from_fmt(vm, format_args!("re.compile({shown}, {})", names.join("|")))
        }
    }
}

//! `re.Match`: what a match found.

use super::engine::UNSET;
use super::pattern::Pattern;
use super::subject::{Search, Subject};
use super::template::{Replacement, Template};
use heap::Gc;
use macros::{pymethods, pytype};
use objects::dict::Dict;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::ops::Range;

/// The result of re.match() and re.search().
#[pytype(name = "re.Match", flags(NO_NEW))]
pub struct Match {
    pattern: Gc<Pattern>,
    string: Value,
    pos: usize,
    endpos: usize,
    /// Number of the group that ended last, 0 if none did.
    last_group: u32,
    /// Start and end of the groups, the whole match first, as byte offsets.
    #[untraced]
    marks: Box<[usize]>,
}

/// The byte offsets between two marks, if both are set.
pub fn range_of(start: usize, end: usize) -> Option<Range<usize>> {
    if start == UNSET || end == UNSET || end < start { None } else { Some(start..end) }
}

impl Match {
    /// The match that a search found last.
    pub fn new(
        vm: &mut Vm,
        pattern: Gc<Pattern>,
        search: &Search,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Gc<Match>> {
        let matcher = &search.matcher;
        let mut marks = Vec::new();
        if marks.try_reserve_exact(matcher.marks.len() + 2).is_err() {
            return Err(vm.memory_error());
        }
        marks.extend([matcher.start, matcher.end]);
        marks.extend_from_slice(&matcher.marks);
        let len = search.subject.index(search.subject.bytes().len());
        let clip = |i: isize| usize::try_from(i).unwrap_or(0).min(len);
        let (pos, endpos, last) = (clip(pos), clip(endpos), matcher.last_group);
        Match::create(vm, pattern, search.subject.value, pos, endpos, last, marks.into())
    }

    fn range(&self, group: usize) -> Option<Range<usize>> {
        range_of(*self.marks.get(2 * group)?, *self.marks.get(2 * group + 1)?)
    }

    fn group_count(&self) -> usize {
        self.marks.len() / 2
    }

    /// The text of a group; `default` if it took no part.
    pub fn text(this: Gc<Self>, vm: &mut Vm, group: usize, default: Value) -> PyResult<Value> {
        match this.range(group) {
            Some(range) => Subject::any(vm, this.string)?.slice(vm, range),
            None => Ok(default),
        }
    }

    /// Start and end of a group, -1 if it took no part.
    fn indices(this: Gc<Self>, vm: &mut Vm, group: usize) -> PyResult<(isize, isize)> {
        let Some(range) = this.range(group) else { return Ok((-1, -1)) };
        let subject = Subject::any(vm, this.string)?;
        Ok((subject.index(range.start) as isize, subject.index(range.end) as isize))
    }

    /// The number of the group with this number or name.
    fn number(this: Gc<Self>, vm: &mut Vm, group: Value) -> PyResult<usize> {
        let number = if class_of(group).slots().index.is_some() {
            let i = vm.index_clipped(group)?;
            usize::try_from(i).ok()
        } else {
            let known = this.pattern.groupindex.get(vm, group)?;
            known.and_then(Value::as_small_int).and_then(|i| usize::try_from(i).ok())
        };
        match number {
            Some(n) if n < this.group_count() => Ok(n),
            _ => Err(vm.index_error(format_args!("no such group"))),
        }
    }

    fn span_of(this: Gc<Self>, vm: &mut Vm, group: usize) -> PyResult<Gc<Tuple>> {
        let (start, end) = Self::indices(this, vm, group)?;
        Tuple::pair(vm, Value::int32(0).offset(start), Value::int32(0).offset(end))
    }
}

/// Small ints from indices.
trait Offset {
    fn offset(self, by: isize) -> Value;
}

impl Offset for Value {
    fn offset(self, by: isize) -> Value {
        usize::try_from(by).map_or(Value::int32(-1), Value::from_len)
    }
}

#[pymethods]
impl Match {
    /// Return subgroup(s) of the match by indices or names.
    ///
    /// For 0 returns the entire match.
    #[method(sig = "($self, /, *args)", no_text)]
    fn group(this: Gc<Self>, vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
        match *args {
            [] => Self::text(this, vm, 0, Value::NONE),
            [group] => {
                let number = Self::number(this, vm, group)?;
                Self::text(this, vm, number, Value::NONE)
            }
            _ => {
                let mut tuple = Tuple::builder(vm, args.len())?;
                for group in args {
                    let number = Self::number(this, vm, *group)?;
                    let text = Self::text(this, vm, number, Value::NONE)?;
                    tuple.push(vm, text);
                }
                Ok(tuple.finish(vm)?.into())
            }
        }
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, group: Value) -> PyResult<Value> {
        let number = Self::number(this, vm, group)?;
        Self::text(this, vm, number, Value::NONE)
    }

    /// Return a tuple containing all the subgroups of the match, from 1.
    #[method(sig = "($self, /, default=None)")]
    fn groups(this: Gc<Self>, vm: &mut Vm, default: Option<Value>) -> PyResult<Gc<Tuple>> {
        let default = default.unwrap_or(Value::NONE);
        let mut tuple = Tuple::builder(vm, this.group_count() - 1)?;
        for group in 1..this.group_count() {
            let text = Self::text(this, vm, group, default)?;
            tuple.push(vm, text);
        }
        tuple.finish(vm)
    }

    /// Return a dictionary containing all the named subgroups of the match, keyed by the subgroup name.
    #[method(sig = "($self, /, default=None)")]
    fn groupdict(this: Gc<Self>, vm: &mut Vm, default: Option<Value>) -> PyResult<Gc<Dict>> {
        let default = default.unwrap_or(Value::NONE);
        let dict = Dict::new(vm)?;
        let (names, mut at) = (this.pattern.groupindex, 0);
        while let Some((name, _, hash)) = names.next_entry(&mut at) {
            let number = Self::number(this, vm, name)?;
            let text = Self::text(this, vm, number, default)?;
            dict.set_hashed(vm, name, hash, text)?;
        }
        Ok(dict)
    }

    /// Return index of the start of the substring matched by group.
    #[method(sig = "($self, group=0, /)")]
    fn start(this: Gc<Self>, vm: &mut Vm, #[default(Value::ZERO)] group: Value) -> PyResult<isize> {
        let number = Self::number(this, vm, group)?;
        Ok(Self::indices(this, vm, number)?.0)
    }

    /// Return index of the end of the substring matched by group.
    #[method(sig = "($self, group=0, /)")]
    fn end(this: Gc<Self>, vm: &mut Vm, #[default(Value::ZERO)] group: Value) -> PyResult<isize> {
        let number = Self::number(this, vm, group)?;
        Ok(Self::indices(this, vm, number)?.1)
    }

    /// For match object m, return the 2-tuple (m.start(group), m.end(group)).
    #[method(sig = "($self, group=0, /)")]
    fn span(
        this: Gc<Self>,
        vm: &mut Vm,
        #[default(Value::ZERO)] group: Value,
    ) -> PyResult<Gc<Tuple>> {
        let number = Self::number(this, vm, group)?;
        Self::span_of(this, vm, number)
    }

    /// Return the string obtained by doing backslash substitution on the string template, as done by the sub() method.
    #[method(sig = "($self, /, template)")]
    fn expand(this: Gc<Self>, vm: &mut Vm, template: Value) -> PyResult<Value> {
        let compiled = Replacement::compile(vm, this.pattern, template)?;
        match compiled.exact::<Template>() {
            Some(template) => Template::expand(template, vm, this),
            None => Ok(compiled),
        }
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

    /// The string passed to match() or search().
    #[getter(name = "string", member)]
    fn get_string(this: Gc<Self>) -> Value {
        this.string
    }

    /// The regular expression object.
    #[getter(member)]
    fn re(this: Gc<Self>) -> Gc<Pattern> {
        this.pattern
    }

    /// The index into the string at which the RE engine started looking for a match.
    #[getter(name = "pos", member)]
    fn get_pos(this: Gc<Self>) -> usize {
        this.pos
    }

    /// The index into the string beyond which the RE engine will not go.
    #[getter(name = "endpos", member)]
    fn get_endpos(this: Gc<Self>) -> usize {
        this.endpos
    }

    /// The integer index of the last matched capturing group.
    #[getter]
    fn lastindex(this: Gc<Self>) -> Option<u32> {
        (this.last_group > 0).then_some(this.last_group)
    }

    /// The name of the last matched capturing group.
    #[getter]
    fn lastgroup(this: Gc<Self>) -> Value {
        match this.last_group {
            0 => Value::NONE,
            n => this.pattern.indexgroup.get(n as usize).unwrap_or(Value::NONE),
        }
    }

    #[getter]
    fn regs(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let mut tuple = Tuple::builder(vm, this.group_count())?;
        for group in 0..this.group_count() {
            let span = Self::span_of(this, vm, group)?;
            tuple.push(vm, span.into());
        }
        tuple.finish(vm)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let text = Self::text(this, vm, 0, Value::NONE)?;
        let shown = vm.repr(text)?;
        let shown = shown.text().slice(0..50.min(shown.char_len()));
        let (start, end) = Self::indices(this, vm, 0)?;
        Str::from_fmt(vm, format_args!("<re.Match object; span=({start}, {end}), match={shown}>"))
    }
}

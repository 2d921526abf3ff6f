//! Finding, counting and replacing parts of strings.

use super::Str;
use crate::bytes::find::{self, Bounds};
use crate::tuple::Tuple;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;
use std::ops::Range;

/// Where in a string to search: as code points and as bytes.
struct Place {
    chars: Range<usize>,
    bytes: Range<usize>,
}

/// The place that optional bounds mean.
fn place(
    this: Gc<Str>,
    vm: &mut Vm,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<Option<Place>> {
    if start.is_none() && end.is_none() {
        return Ok(Some(Place { chars: 0..this.char_len(), bytes: 0..this.byte_len() }));
    }
    let bounds = Bounds::read(vm, start, end)?;
    Ok(bounds.within(this.char_len()).map(|chars| {
        let bytes = Str::byte_range(this, vm, chars.clone());
        Place { chars, bytes }
    }))
}

type Find = fn(&[u8], &[u8]) -> Option<usize>;

/// The index of `part` between the bounds.
fn locate(
    this: Gc<Str>,
    vm: &mut Vm,
    part: Gc<Str>,
    start: Option<Value>,
    end: Option<Value>,
    find: Find,
) -> PyResult<Option<usize>> {
    let Some(place) = place(this, vm, start, end)? else { return Ok(None) };
    let offset = find(&this.as_bytes()[place.bytes.clone()], part.as_bytes());
    Ok(offset.map(|offset| {
        this.char_index((place.chars.start, place.bytes.start), place.bytes.start + offset)
    }))
}

fn found(vm: &mut Vm, index: Option<usize>) -> PyResult<usize> {
    index.ok_or_else(|| vm.value_error(format_args!("substring not found")))
}

/// `startswith` and `endswith`: `name`, and whether `bytes` has the part at its end in question.
fn has_affix(
    this: Gc<Str>,
    vm: &mut Vm,
    affix: Value,
    bounds: (Option<Value>, Option<Value>),
    name: &str,
    has: fn(&[u8], &[u8]) -> bool,
) -> PyResult<bool> {
    let place = place(this, vm, bounds.0, bounds.1)?;
    let test = |part: Gc<Str>| match &place {
        Some(place) => has(&this.as_bytes()[place.bytes.clone()], part.as_bytes()),
        None => false,
    };
    if let Some(part) = affix.cast::<Str>() {
        return Ok(test(part));
    }
    let Some(tuple) = affix.cast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "{name} first arg must be str or a tuple of str, not {}",
            class_name(affix)
        )));
    };
    for part in tuple.items() {
        let Some(part) = part.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "tuple for {name} must only contain str, not {}",
                class_name(*part)
            )));
        };
        if test(part) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[pymethods(extra = "search")]
impl Str {
    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Return -1 on failure.
    #[method(
        sig = "($self, sub[, start[, end]], /)",
        sig = "($self, sub, start=None, end=None, /)"
    )]
    fn find(
        this: Gc<Self>,
        vm: &mut Vm,
        sub: Gc<Str>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<isize> {
        Ok(locate(this, vm, sub, start, end, find::find)?.map_or(-1, |index| index as isize))
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Return -1 on failure.
    #[method(
        sig = "($self, sub[, start[, end]], /)",
        sig = "($self, sub, start=None, end=None, /)"
    )]
    fn rfind(
        this: Gc<Self>,
        vm: &mut Vm,
        sub: Gc<Str>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<isize> {
        Ok(locate(this, vm, sub, start, end, find::rfind)?.map_or(-1, |index| index as isize))
    }

    /// Return the lowest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Raises ValueError when the substring is not found.
    #[method(
        sig = "($self, sub[, start[, end]], /)",
        sig = "($self, sub, start=None, end=None, /)"
    )]
    fn index(
        this: Gc<Self>,
        vm: &mut Vm,
        sub: Gc<Str>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        let index = locate(this, vm, sub, start, end, find::find)?;
        found(vm, index)
    }

    /// Return the highest index in S where substring sub is found, such that sub is contained within S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    /// Raises ValueError when the substring is not found.
    #[method(
        sig = "($self, sub[, start[, end]], /)",
        sig = "($self, sub, start=None, end=None, /)"
    )]
    fn rindex(
        this: Gc<Self>,
        vm: &mut Vm,
        sub: Gc<Str>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        let index = locate(this, vm, sub, start, end, find::rfind)?;
        found(vm, index)
    }

    /// Return the number of non-overlapping occurrences of substring sub in string S[start:end].
    ///
    /// Optional arguments start and end are interpreted as in slice notation.
    #[method(
        sig = "($self, sub[, start[, end]], /)",
        sig = "($self, sub, start=None, end=None, /)"
    )]
    fn count(
        this: Gc<Self>,
        vm: &mut Vm,
        sub: Gc<Str>,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<usize> {
        let Some(place) = place(this, vm, start, end)? else { return Ok(0) };
        if sub.byte_len() == 0 {
            return Ok(place.chars.len() + 1);
        }
        Ok(find::count(&this.as_bytes()[place.bytes], sub.as_bytes()))
    }

    /// Return True if the string starts with the specified prefix, False otherwise.
    ///
    ///   prefix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[method(
        sig = "($self, prefix[, start[, end]], /)",
        sig = "($self, prefix, start=None, end=None, /)"
    )]
    fn startswith(
        this: Gc<Self>,
        vm: &mut Vm,
        prefix: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<bool> {
        has_affix(this, vm, prefix, (start, end), "startswith", |text, part| text.starts_with(part))
    }

    /// Return True if the string ends with the specified suffix, False otherwise.
    ///
    ///   suffix
    ///     A string or a tuple of strings to try.
    ///   start
    ///     Optional start position. Default: start of the string.
    ///   end
    ///     Optional stop position. Default: end of the string.
    #[method(
        sig = "($self, suffix[, start[, end]], /)",
        sig = "($self, suffix, start=None, end=None, /)"
    )]
    fn endswith(
        this: Gc<Self>,
        vm: &mut Vm,
        suffix: Value,
        start: Option<Value>,
        end: Option<Value>,
    ) -> PyResult<bool> {
        has_affix(this, vm, suffix, (start, end), "endswith", |text, part| text.ends_with(part))
    }

    /// Return a str with the given prefix string removed if present.
    ///
    /// If the string starts with the prefix string, return string[len(prefix):].
    /// Otherwise, return a copy of the original string.
    #[method(sig = "($self, prefix, /)")]
    fn removeprefix(this: Gc<Self>, vm: &mut Vm, prefix: Gc<Str>) -> PyResult<Gc<Str>> {
        let start =
            if this.as_bytes().starts_with(prefix.as_bytes()) { prefix.byte_len() } else { 0 };
        Str::part(this, vm, start..this.byte_len())
    }

    /// Return a str with the given suffix string removed if present.
    ///
    /// If the string ends with the suffix string and that suffix is not empty,
    /// return string[:-len(suffix)]. Otherwise, return a copy of the original
    /// string.
    #[method(sig = "($self, suffix, /)")]
    fn removesuffix(this: Gc<Self>, vm: &mut Vm, suffix: Gc<Str>) -> PyResult<Gc<Str>> {
        let cut = if this.as_bytes().ends_with(suffix.as_bytes()) { suffix.byte_len() } else { 0 };
        Str::part(this, vm, 0..this.byte_len() - cut)
    }

    /// Return a copy with all occurrences of substring old replaced by new.
    ///
    ///   count
    ///     Maximum number of occurrences to replace.
    ///     -1 (the default value) means replace all occurrences.
    ///
    /// If the optional argument count is given, only the first count occurrences are
    /// replaced.
    #[method(sig = "($self, old, new, /, count=-1)")]
    fn replace(
        this: Gc<Self>,
        vm: &mut Vm,
        old: Gc<Str>,
        new: Gc<Str>,
        count: isize,
    ) -> PyResult<Gc<Str>> {
        Str::replaced(this, vm, old, new, usize::try_from(count).unwrap_or(usize::MAX))
    }
}

impl Str {
    /// The text with up to `limit` occurrences of `old` replaced, as an exact string.
    pub fn replaced(
        this: Gc<Str>,
        vm: &mut Vm,
        old: Gc<Str>,
        new: Gc<Str>,
        limit: usize,
    ) -> PyResult<Gc<Str>> {
        if old.byte_len() == 0 {
            return interleaved(this, vm, new, limit);
        }
        let bytes = this.as_bytes();
        let hits = match limit {
            0 => 0,
            usize::MAX => find::count(bytes, old.as_bytes()),
            _ => find::occurrences(bytes, old.as_bytes()).take(limit).count(),
        };
        if hits == 0 {
            return Str::plain(this, vm);
        }
        let (nbytes, nchars) = (
            sum(this.byte_len() - hits * old.byte_len(), hits, new.byte_len()),
            sum(this.char_len() - hits * old.char_len(), hits, new.char_len()),
        );
        let (Some(nbytes), Some(nchars)) = (nbytes, nchars) else {
            return Err(vm.overflow_error(format_args!("replace string is too long")));
        };
        if nbytes <= 2 {
            // The result may be a string that there is one of only.
            let mut small = Vec::with_capacity(2);
            splice(bytes, old.as_bytes(), new.as_bytes(), hits, |part| {
                small.extend_from_slice(part)
            });
            return Str::from_known(vm, &small, nchars);
        }
        let mut result = Str::begin(vm, None, nbytes, nchars)?;
        splice(bytes, old.as_bytes(), new.as_bytes(), hits, |part| result.push(part));
        Ok(result.finish())
    }
}

fn sum(kept: usize, hits: usize, each: usize) -> Option<usize> {
    hits.checked_mul(each)?.checked_add(kept).filter(|n| isize::try_from(*n).is_ok())
}

/// Gives the parts of `bytes` with the first `hits` occurrences of `old` replaced by `new`.
fn splice(bytes: &[u8], old: &[u8], new: &[u8], hits: usize, mut push: impl FnMut(&[u8])) {
    let mut start = 0;
    for at in find::occurrences(bytes, old).take(hits) {
        push(&bytes[start..at]);
        push(new);
        start = at + old.len();
    }
    push(&bytes[start..]);
}

/// `new` before every character and at the end, `limit` times at most.
fn interleaved(this: Gc<Str>, vm: &mut Vm, new: Gc<Str>, limit: usize) -> PyResult<Gc<Str>> {
    let hits = limit.min(this.char_len() + 1);
    if hits == 0 || new.byte_len() == 0 {
        return Str::plain(this, vm);
    }
    let nbytes = sum(this.byte_len(), hits, new.byte_len());
    let (Some(nbytes), Some(nchars)) = (nbytes, sum(this.char_len(), hits, new.char_len())) else {
        return Err(vm.overflow_error(format_args!("replace string is too long")));
    };
    if this.byte_len() == 0 {
        return Str::plain(new, vm);
    }
    let mut result = Str::begin(vm, None, nbytes, nchars)?;
    let mut rest = this.text().code_points();
    for _ in 0..hits {
        result.push(new.as_bytes());
        let before = rest.as_text().as_bytes();
        rest.next();
        let taken = before.len() - rest.as_text().byte_len();
        result.push(before.get(..taken).unwrap_or_default());
    }
    result.push(rest.as_text().as_bytes());
    Ok(result.finish())
}

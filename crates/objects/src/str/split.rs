//! Taking strings apart and putting them together: split, partition, strip, splitlines, join.

use super::Str;
use crate::bytes::find;
use crate::list::List;
use crate::tuple::Tuple;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;
use prim::text::Text;
use prim::unicode;
use std::ops::Range;

/// Whether `str.split()` splits at a character.
#[inline]
fn is_space(code_point: u32) -> bool {
    match code_point {
        0..0x80 => matches!(code_point, 0x09..=0x0D | 0x1C..=0x20),
        _ => unicode::is_space(code_point),
    }
}

/// The end of leading white space in `bytes[start..]`.
fn skip_spaces(text: &Text, start: usize) -> usize {
    let mut rest =
        Text::from_bytes_unchecked(text.as_bytes().get(start..).unwrap_or_default()).code_points();
    loop {
        let before = rest.as_text().byte_len();
        match rest.next() {
            Some(c) if is_space(c) => {}
            _ => return text.byte_len() - before,
        }
    }
}

/// The end of leading characters that aren't white space in `text[start..]`.
fn skip_word(text: &Text, start: usize) -> usize {
    let mut rest =
        Text::from_bytes_unchecked(text.as_bytes().get(start..).unwrap_or_default()).code_points();
    loop {
        let before = rest.as_text().byte_len();
        match rest.next() {
            Some(c) if !is_space(c) => {}
            _ => return text.byte_len() - before,
        }
    }
}

/// The start of trailing characters of `text[..end]` for which `takes` holds.
fn skip_back(text: &Text, end: usize, takes: impl Fn(u32) -> bool) -> usize {
    let mut rest =
        Text::from_bytes_unchecked(text.as_bytes().get(..end).unwrap_or_default()).code_points();
    loop {
        let before = rest.as_text().byte_len();
        match rest.next_back() {
            Some(c) if takes(c) => {}
            _ => return before,
        }
    }
}

/// Adds a part of `this` to a list.
#[inline]
fn push_part(this: Gc<Str>, vm: &mut Vm, list: Gc<List>, part: Range<usize>) -> PyResult<()> {
    let part = Str::part(this, vm, part)?;
    list.push(vm, part.into())
}

fn split_spaces(this: Gc<Str>, vm: &mut Vm, limit: usize) -> PyResult<Gc<List>> {
    let list = List::new(vm)?;
    let text = this.text();
    let mut start = skip_spaces(text, 0);
    let mut made = 0;
    while start < text.byte_len() {
        if made == limit {
            push_part(this, vm, list, start..text.byte_len())?;
            break;
        }
        let end = skip_word(text, start);
        push_part(this, vm, list, start..end)?;
        made += 1;
        start = skip_spaces(text, end);
    }
    Ok(list)
}

fn rsplit_spaces(this: Gc<Str>, vm: &mut Vm, limit: usize) -> PyResult<Gc<List>> {
    let list = List::new(vm)?;
    let text = this.text();
    let mut end = skip_back(text, text.byte_len(), is_space);
    let mut made = 0;
    while end > 0 {
        if made == limit {
            push_part(this, vm, list, 0..end)?;
            break;
        }
        let start = skip_back(text, end, |c| !is_space(c));
        push_part(this, vm, list, start..end)?;
        made += 1;
        end = skip_back(text, start, is_space);
    }
    reverse(list, vm);
    Ok(list)
}

fn split_at(this: Gc<Str>, vm: &mut Vm, separator: Gc<Str>, limit: usize) -> PyResult<Gc<List>> {
    let list = List::new(vm)?;
    let mut start = 0;
    for at in find::occurrences(this.as_bytes(), separator.as_bytes()).take(limit) {
        push_part(this, vm, list, start..at)?;
        start = at + separator.byte_len();
    }
    push_part(this, vm, list, start..this.byte_len())?;
    Ok(list)
}

fn rsplit_at(this: Gc<Str>, vm: &mut Vm, separator: Gc<Str>, limit: usize) -> PyResult<Gc<List>> {
    let list = List::new(vm)?;
    let mut end = this.byte_len();
    let mut made = 0;
    while made < limit {
        let Some(at) = find::rfind(&this.as_bytes()[..end], separator.as_bytes()) else { break };
        push_part(this, vm, list, at + separator.byte_len()..end)?;
        end = at;
        made += 1;
    }
    push_part(this, vm, list, 0..end)?;
    reverse(list, vm);
    Ok(list)
}

/// The separator of `split`: `None` for white space.
fn separator(vm: &mut Vm, sep: Option<Value>) -> PyResult<Option<Gc<Str>>> {
    let Some(sep) = sep else { return Ok(None) };
    match sep.cast::<Str>() {
        Some(sep) if sep.byte_len() == 0 => Err(vm.value_error(format_args!("empty separator"))),
        Some(sep) => Ok(Some(sep)),
        None => Err(vm.type_error(format_args!("must be str or None, not {}", class_name(sep)))),
    }
}

/// The separator of `partition`.
fn partition_separator(vm: &mut Vm, sep: Value) -> PyResult<Gc<Str>> {
    match sep.cast::<Str>() {
        Some(sep) if sep.byte_len() == 0 => Err(vm.value_error(format_args!("empty separator"))),
        Some(sep) => Ok(sep),
        None => Err(vm.type_error(format_args!("must be str, not {}", class_name(sep)))),
    }
}

/// The items were found from right to left.
fn reverse(list: Gc<List>, vm: &mut Vm) {
    let len = list.len();
    for low in 0..len / 2 {
        let high = len - 1 - low;
        if let (Some(a), Some(b)) = (list.get(low), list.get(high)) {
            list.set(vm, low, b);
            list.set(vm, high, a);
        }
    }
}

fn limit(maxsplit: isize) -> usize {
    usize::try_from(maxsplit).unwrap_or(usize::MAX)
}

/// What is left of `this` without characters at its ends.
fn strip(
    this: Gc<Str>,
    vm: &mut Vm,
    chars: Option<Value>,
    left: bool,
    right: bool,
    name: &str,
) -> PyResult<Gc<Str>> {
    let text = this.text();
    let range = match chars {
        None => {
            let start = if left { skip_spaces(text, 0) } else { 0 };
            let end = if right && start < text.byte_len() {
                skip_back(text, text.byte_len(), is_space)
            } else {
                text.byte_len()
            };
            start..end
        }
        Some(chars) => {
            let Some(chars) = chars.cast::<Str>() else {
                return Err(vm.type_error(format_args!("{name} arg must be None or str")));
            };
            strip_range(text, chars, left, right)
        }
    };
    Str::part(this, vm, range)
}

fn strip_range(text: &Text, chars: Gc<Str>, left: bool, right: bool) -> Range<usize> {
    // Most of the time it is about a few ASCII characters.
    let mut ascii = 0u128;
    for byte in chars.as_bytes().iter().filter(|byte| byte.is_ascii()) {
        ascii |= 1 << byte;
    }
    let takes = |c: u32| match c {
        0..0x80 => ascii >> c & 1 != 0,
        _ => !chars.is_ascii() && chars.text().code_points().any(|other| other == c),
    };
    let mut start = 0;
    if left {
        let mut rest = text.code_points();
        loop {
            start = text.byte_len() - rest.as_text().byte_len();
            match rest.next() {
                Some(c) if takes(c) => {}
                _ => break,
            }
        }
    }
    let end =
        if right { skip_back(text, text.byte_len(), takes).max(start) } else { text.byte_len() };
    start..end
}

#[pymethods(extra = "split")]
impl Str {
    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any whitespace
    ///     character (including \n \r \t \f and spaces) and will discard
    ///     empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the front of the string and works to the end.
    ///
    /// Note, str.split() is mainly useful for data that has been intentionally
    /// delimited.  With natural text that includes punctuation, consider using
    /// the regular expression module.
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn split(
        this: Gc<Self>,
        vm: &mut Vm,
        sep: Option<Value>,
        maxsplit: isize,
    ) -> PyResult<Gc<List>> {
        match separator(vm, sep)? {
            Some(sep) => split_at(this, vm, sep, limit(maxsplit)),
            None => split_spaces(this, vm, limit(maxsplit)),
        }
    }

    /// Return a list of the substrings in the string, using sep as the separator string.
    ///
    ///   sep
    ///     The separator used to split the string.
    ///
    ///     When set to None (the default value), will split on any whitespace
    ///     character (including \n \r \t \f and spaces) and will discard
    ///     empty strings from the result.
    ///   maxsplit
    ///     Maximum number of splits.
    ///     -1 (the default value) means no limit.
    ///
    /// Splitting starts at the end of the string and works to the front.
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn rsplit(
        this: Gc<Self>,
        vm: &mut Vm,
        sep: Option<Value>,
        maxsplit: isize,
    ) -> PyResult<Gc<List>> {
        match separator(vm, sep)? {
            Some(sep) => rsplit_at(this, vm, sep, limit(maxsplit)),
            None => rsplit_spaces(this, vm, limit(maxsplit)),
        }
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string.  If the separator is found,
    /// returns a 3-tuple containing the part before the separator, the separator
    /// itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing the original string
    /// and two empty strings.
    #[method(sig = "($self, sep, /)")]
    fn partition(this: Gc<Self>, vm: &mut Vm, sep: Value) -> PyResult<Gc<Tuple>> {
        let sep = partition_separator(vm, sep)?;
        match find::find(this.as_bytes(), sep.as_bytes()) {
            Some(at) => parts(this, vm, at, sep),
            None => {
                let whole = Str::plain(this, vm)?;
                Tuple::from_slice(vm, &[whole.into(), Str::empty().into(), Str::empty().into()])
            }
        }
    }

    /// Partition the string into three parts using the given separator.
    ///
    /// This will search for the separator in the string, starting at the end. If
    /// the separator is found, returns a 3-tuple containing the part before the
    /// separator, the separator itself, and the part after it.
    ///
    /// If the separator is not found, returns a 3-tuple containing two empty strings
    /// and the original string.
    #[method(sig = "($self, sep, /)")]
    fn rpartition(this: Gc<Self>, vm: &mut Vm, sep: Value) -> PyResult<Gc<Tuple>> {
        let sep = partition_separator(vm, sep)?;
        match find::rfind(this.as_bytes(), sep.as_bytes()) {
            Some(at) => parts(this, vm, at, sep),
            None => {
                let whole = Str::plain(this, vm)?;
                Tuple::from_slice(vm, &[Str::empty().into(), Str::empty().into(), whole.into()])
            }
        }
    }

    /// Return a list of the lines in the string, breaking at line boundaries.
    ///
    /// Line breaks are not included in the resulting list unless keepends is given and
    /// true.
    #[method(sig = "($self, /, keepends=False)")]
    fn splitlines(this: Gc<Self>, vm: &mut Vm, keepends: bool) -> PyResult<Gc<List>> {
        let list = List::new(vm)?;
        let (mut start, mut offset) = (0, 0);
        let bytes = this.as_bytes();
        while offset < bytes.len() {
            let Some(c) = this.text().code_point_at_offset(offset) else { break };
            let next = offset + prim::text::encoded_len(c);
            if !unicode::is_line_break(c) {
                offset = next;
                continue;
            }
            let after = if c == 0x0D && bytes.get(next) == Some(&b'\n') { next + 1 } else { next };
            push_part(this, vm, list, start..if keepends { after } else { offset })?;
            (start, offset) = (after, after);
        }
        if start < bytes.len() {
            push_part(this, vm, list, start..bytes.len())?;
        }
        Ok(list)
    }

    /// Return a copy of the string with leading and trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "($self, chars=None, /)")]
    fn strip(this: Gc<Self>, vm: &mut Vm, chars: Option<Value>) -> PyResult<Gc<Str>> {
        strip(this, vm, chars, true, true, "strip")
    }

    /// Return a copy of the string with leading whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "($self, chars=None, /)")]
    fn lstrip(this: Gc<Self>, vm: &mut Vm, chars: Option<Value>) -> PyResult<Gc<Str>> {
        strip(this, vm, chars, true, false, "lstrip")
    }

    /// Return a copy of the string with trailing whitespace removed.
    ///
    /// If chars is given and not None, remove characters in chars instead.
    #[method(sig = "($self, chars=None, /)")]
    fn rstrip(this: Gc<Self>, vm: &mut Vm, chars: Option<Value>) -> PyResult<Gc<Str>> {
        strip(this, vm, chars, false, true, "rstrip")
    }

    /// Concatenate any number of strings.
    ///
    /// The string whose method is called is inserted in between each given string.
    /// The result is returned as a new string.
    ///
    /// Example: '.'.join(['ab', 'pq', 'rs']) -> 'ab.pq.rs'
    #[method(sig = "($self, iterable, /)", name = "join")]
    fn join_method(this: Gc<Self>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<Str>> {
        // The items of a list are copied: making the string doesn't run Python code, but another thread might.
        let items = match iterable.exact::<Tuple>() {
            Some(tuple) => tuple,
            None => {
                if !vm.is_iterable(iterable) {
                    return Err(vm.type_error(format_args!("can only join an iterable")));
                }
                crate::protocol::to_tuple(vm, iterable)?
            }
        };
        Str::join(vm, this.as_bytes(), this.char_len(), items.items())
    }
}

fn parts(this: Gc<Str>, vm: &mut Vm, at: usize, sep: Gc<Str>) -> PyResult<Gc<Tuple>> {
    let before = Str::part(this, vm, 0..at)?;
    let after = Str::part(this, vm, at + sep.byte_len()..this.byte_len())?;
    let sep = Str::plain(sep, vm)?;
    Tuple::from_slice(vm, &[before.into(), sep.into(), after.into()])
}

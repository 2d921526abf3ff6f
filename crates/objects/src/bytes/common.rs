//! Methods that `bytes` and `bytearray` share, as functions over [`ByteString`]; `shared.rs` declares them.
//!
//! Arguments are converted first, since that may run Python code; what then works on slices runs none. Results are exact
//! objects of the receiver's type.

use super::find::{self, Bounds};
use super::{ByteString, Bytes, View, buffer, buffer_of, byte_of};
use crate::bytearray::ByteArray;
use crate::int;
use crate::list::List;
use crate::slots::CompareOp;
use crate::str::{Str, codec};
use crate::tuple::Tuple;
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use std::ops::Range;

/// What is searched for: a byte or some bytes.
pub(crate) enum Needle {
    Byte([u8; 1]),
    Bytes(View),
}

impl Needle {
    fn bytes(&self) -> &[u8] {
        match self {
            Needle::Byte(byte) => byte,
            Needle::Bytes(view) => view.bytes(),
        }
    }
}

fn needle(vm: &mut Vm, v: Value) -> PyResult<Needle> {
    if let Some(view) = buffer_of(vm, v)? {
        return Ok(Needle::Bytes(view));
    }
    if class_of(v).slots().index.is_none() {
        return Err(vm.type_error(format_args!(
            "argument should be integer or bytes-like object, not '{}'",
            class_name(v)
        )));
    }
    Ok(Needle::Byte([byte_of(vm, v, "byte")?]))
}

type Find = fn(&[u8], &[u8]) -> Option<usize>;

/// `find` and `rfind`
pub(crate) fn locate<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
    find: Find,
) -> PyResult<Option<usize>> {
    let sub = needle(vm, sub)?;
    let bounds = Bounds::read(vm, start, end)?;
    let bytes = this.bytes();
    let Some(range) = bounds.within(bytes.len()) else { return Ok(None) };
    let offset = find(&bytes[range.clone()], sub.bytes());
    Ok(offset.map(|offset| range.start + offset))
}

/// `index` and `rindex`
pub(crate) fn index_of<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
    find: Find,
) -> PyResult<usize> {
    match locate(this, vm, sub, start, end, find)? {
        Some(index) => Ok(index),
        None => Err(vm.value_error(format_args!("subsection not found"))),
    }
}

/// `count`
pub(crate) fn count<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    sub: Value,
    start: Option<Value>,
    end: Option<Value>,
) -> PyResult<usize> {
    let sub = needle(vm, sub)?;
    let bounds = Bounds::read(vm, start, end)?;
    let bytes = this.bytes();
    let Some(range) = bounds.within(bytes.len()) else { return Ok(0) };
    Ok(match sub.bytes() {
        [] => range.len() + 1,
        sub => find::count(&bytes[range], sub),
    })
}

/// `startswith` and `endswith`
pub(crate) fn has_affix<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    affix: Value,
    bounds: (Option<Value>, Option<Value>),
    name: &str,
    has: fn(&[u8], &[u8]) -> bool,
) -> PyResult<bool> {
    let bounds = Bounds::read(vm, bounds.0, bounds.1)?;
    let test = |vm: &mut Vm, part: Value| -> PyResult<bool> {
        let part = buffer(vm, part)?;
        let bytes = this.bytes();
        Ok(bounds.within(bytes.len()).is_some_and(|range| has(&bytes[range], part.bytes())))
    };
    if let Some(tuple) = affix.cast::<Tuple>() {
        for part in tuple.items() {
            if test(vm, *part)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if buffer_of(vm, affix)?.is_none() {
        return Err(vm.type_error(format_args!(
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            class_name(affix)
        )));
    }
    test(vm, affix)
}

/// `in`
pub(crate) fn contains<T: ByteString>(this: Gc<T>, vm: &mut Vm, v: Value) -> PyResult<bool> {
    if int::plain(vm, v)?.is_some() || class_of(v).slots().index.is_some() {
        let byte = byte_of(vm, v, "byte")?;
        return Ok(this.bytes().contains(&byte));
    }
    let part = buffer(vm, v)?;
    Ok(find::find(this.bytes(), part.bytes()).is_some())
}

/// `==` and the like with any buffer.
pub(crate) fn compare<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    other: Value,
    op: CompareOp,
) -> PyResult<Value> {
    let Some(other) = buffer_of(vm, other)? else {
        return Ok(crate::singletons::not_implemented());
    };
    Ok(match op {
        CompareOp::Eq => this.bytes() == other.bytes(),
        CompareOp::Ne => this.bytes() != other.bytes(),
        _ => op.holds(this.bytes().cmp(other.bytes())),
    }
    .into())
}

/// `+`
pub(crate) fn concat<T: ByteString>(this: Gc<T>, vm: &mut Vm, other: Value) -> PyResult<Gc<T>> {
    let Some(other_view) = buffer_of(vm, other)? else {
        return Err(vm.type_error(format_args!(
            "can't concat {} to {}",
            class_name(other),
            class_name(this.into())
        )));
    };
    if other_view.is_empty() {
        return T::whole(this, vm);
    }
    let Some(len) = this.bytes().len().checked_add(other_view.len()) else {
        return Err(vm.memory_error());
    };
    T::build(vm, len, |sink| {
        sink.push(this.bytes());
        sink.push(other_view.bytes());
    })
}

/// `*`
pub(crate) fn repeat<T: ByteString>(this: Gc<T>, vm: &mut Vm, count: isize) -> PyResult<Gc<T>> {
    let count = usize::try_from(count).unwrap_or(0);
    if count == 1 {
        return T::whole(this, vm);
    }
    let len = this.bytes().len().checked_mul(count).filter(|len| isize::try_from(*len).is_ok());
    let Some(len) = len else {
        return Err(match T::NAME {
            "bytes" => vm.overflow_error(format_args!("repeated bytes are too long")),
            _ => vm.memory_error(),
        });
    };
    T::build(vm, len, |sink| match *this.bytes() {
        [] => {}
        [byte] => sink.push_repeated(byte, count),
        ref bytes => (0..count).for_each(|_| sink.push(bytes)),
    })
}

/// `join`
pub(crate) fn join<T: ByteString>(this: Gc<T>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<T>> {
    let items = match iterable.exact::<Tuple>() {
        Some(tuple) => tuple,
        None if !vm.is_iterable(iterable) => {
            return Err(vm.type_error(format_args!("can only join an iterable")));
        }
        None => crate::protocol::to_tuple(vm, iterable)?,
    };
    let mut views = Vec::new();
    if views.try_reserve_exact(items.len()).is_err() {
        return Err(vm.memory_error());
    }
    let separator = this.bytes().len();
    let mut len = separator.checked_mul(items.len().saturating_sub(1));
    for (number, item) in items.items().iter().enumerate() {
        let Some(view) = buffer_of(vm, *item)? else {
            return Err(vm.type_error(format_args!(
                "sequence item {number}: expected a bytes-like object, {} found",
                class_name(*item)
            )));
        };
        len = len.and_then(|len| len.checked_add(view.len()));
        views.push(view);
    }
    if items.len() == 1
        && let Some(only) = items.get(0).and_then(|item| item.exact::<T>())
    {
        return T::whole(only, vm);
    }
    let Some(len) = len.filter(|len| isize::try_from(*len).is_ok()) else {
        return Err(vm.overflow_error(format_args!("join() result is too long")));
    };
    T::build(vm, len, |sink| {
        for (number, view) in views.iter().enumerate() {
            if number > 0 {
                sink.push(this.bytes());
            }
            sink.push(view.bytes());
        }
    })
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | 0x09..=0x0D)
}

fn push_part<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    list: Gc<List>,
    range: Range<usize>,
) -> PyResult<()> {
    let part = T::part(this, vm, range)?;
    list.push(vm, part.into())
}

/// The parts between white space, `limit` splits at most, found from the left or (in reverse order) from the right.
fn space_ranges(bytes: &[u8], limit: usize, from_right: bool) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let leading = bytes.iter().take_while(|byte| is_space(byte)).count();
    let (mut low, mut high) = (leading, bytes.len());
    let trailing = bytes[low..].iter().rev().take_while(|byte| is_space(byte)).count();
    if from_right {
        high -= trailing;
        while low < high {
            if parts.len() == limit {
                // What is left keeps the spaces at its start.
                parts.push(0..high);
                break;
            }
            let word = bytes[..high].iter().rev().take_while(|byte| !is_space(byte)).count();
            parts.push(high - word..high);
            high -= word;
            high -= bytes[..high].iter().rev().take_while(|byte| is_space(byte)).count();
        }
    } else {
        while low < high {
            if parts.len() == limit {
                parts.push(low..high);
                break;
            }
            let word = bytes[low..].iter().take_while(|byte| !is_space(byte)).count();
            parts.push(low..low + word);
            low += word;
            low += bytes[low..].iter().take_while(|byte| is_space(byte)).count();
        }
    }
    parts
}

fn separator_ranges(
    bytes: &[u8],
    separator: &[u8],
    limit: usize,
    from_right: bool,
) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    if from_right {
        let mut end = bytes.len();
        while parts.len() < limit
            && let Some(at) = find::rfind(&bytes[..end], separator)
        {
            parts.push(at + separator.len()..end);
            end = at;
        }
        parts.push(0..end);
    } else {
        let mut start = 0;
        for at in find::occurrences(bytes, separator).take(limit) {
            parts.push(start..at);
            start = at + separator.len();
        }
        parts.push(start..bytes.len());
    }
    parts
}

/// `split` and `rsplit`
pub(crate) fn split<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    sep: Option<Value>,
    maxsplit: isize,
    from_right: bool,
) -> PyResult<Gc<List>> {
    let limit = usize::try_from(maxsplit).unwrap_or(usize::MAX);
    let mut parts = match sep {
        None => space_ranges(this.bytes(), limit, from_right),
        Some(sep) => {
            let sep = buffer(vm, sep)?;
            if sep.is_empty() {
                return Err(vm.value_error(format_args!("empty separator")));
            }
            separator_ranges(this.bytes(), sep.bytes(), limit, from_right)
        }
    };
    if from_right {
        parts.reverse();
    }
    let list = List::new(vm)?;
    for part in parts {
        push_part(this, vm, list, part)?;
    }
    Ok(list)
}

/// `partition` and `rpartition`
pub(crate) fn partition<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    sep: Value,
    from_right: bool,
) -> PyResult<Gc<Tuple>> {
    let view = buffer(vm, sep)?;
    if view.is_empty() {
        return Err(vm.value_error(format_args!("empty separator")));
    }
    let bytes = this.bytes();
    let at =
        if from_right { find::rfind(bytes, view.bytes()) } else { find::find(bytes, view.bytes()) };
    let len = bytes.len();
    let Some(at) = at else {
        let (whole, empty, other) = (T::whole(this, vm)?, T::make(vm, &[])?, T::make(vm, &[])?);
        let whole = Value::from(whole);
        let (empty, other) = (Value::from(empty), Value::from(other));
        return Tuple::from_slice(
            vm,
            &if from_right { [empty, other, whole] } else { [whole, empty, other] },
        );
    };
    let before = T::part(this, vm, 0..at)?;
    let middle = match sep.exact::<Bytes>() {
        Some(same) if T::NAME == "bytes" => Value::from(same),
        _ => T::make(vm, view.bytes())?.into(),
    };
    let after = T::part(this, vm, at + view.len()..len)?;
    Tuple::from_slice(vm, &[before.into(), middle, after.into()])
}

/// `splitlines`
pub(crate) fn splitlines<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    keepends: bool,
) -> PyResult<Gc<List>> {
    let list = List::new(vm)?;
    let mut start = 0;
    loop {
        let rest = this.bytes().get(start..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(list);
        }
        let Some(at) = memchr::memchr2(b'\n', b'\r', rest) else {
            let end = start + rest.len();
            push_part(this, vm, list, start..end)?;
            return Ok(list);
        };
        let after = at + if rest[at..].starts_with(b"\r\n") { 2 } else { 1 };
        push_part(this, vm, list, start..start + if keepends { after } else { at })?;
        start += after;
    }
}

/// `strip`, `lstrip` and `rstrip`
pub(crate) fn strip<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    chars: Option<Value>,
    left: bool,
    right: bool,
) -> PyResult<Gc<T>> {
    let view = match chars {
        Some(chars) => Some(buffer(vm, chars)?),
        None => None,
    };
    let takes = |byte: &u8| match &view {
        Some(view) => memchr::memchr(*byte, view.bytes()).is_some(),
        None => is_space(byte),
    };
    let bytes = this.bytes();
    let start = if left { bytes.iter().take_while(|byte| takes(byte)).count() } else { 0 };
    let cut =
        if right { bytes[start..].iter().rev().take_while(|byte| takes(byte)).count() } else { 0 };
    let range = start..bytes.len() - cut;
    T::part(this, vm, range)
}

/// `replace`
pub(crate) fn replace<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    old: Value,
    new: Value,
    count: isize,
) -> PyResult<Gc<T>> {
    let (old, new) = (buffer(vm, old)?, buffer(vm, new)?);
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    let bytes = this.bytes();
    let hits = match old.len() {
        0 if new.is_empty() => 0,
        0 => limit.min(bytes.len() + 1),
        _ => find::occurrences(bytes, old.bytes()).take(limit).count(),
    };
    if hits == 0 {
        return T::whole(this, vm);
    }
    let kept = bytes.len() - hits * old.len();
    let len = hits.checked_mul(new.len()).and_then(|n| n.checked_add(kept));
    let Some(len) = len.filter(|len| isize::try_from(*len).is_ok()) else {
        return Err(vm.overflow_error(format_args!("replace bytes is too long")));
    };
    T::build(vm, len, |sink| {
        let bytes = this.bytes();
        let mut start = 0;
        if old.is_empty() {
            for at in 0..hits {
                sink.push(new.bytes());
                sink.push(bytes.get(at..at + 1).unwrap_or_default());
            }
            start = hits.min(bytes.len());
        } else {
            for at in find::occurrences(bytes, old.bytes()).take(hits) {
                sink.push(&bytes[start..at]);
                sink.push(new.bytes());
                start = at + old.len();
            }
        }
        sink.push(&bytes[start..]);
    })
}

/// `removeprefix` and `removesuffix`
pub(crate) fn remove_affix<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    affix: Value,
    at_end: bool,
) -> PyResult<Gc<T>> {
    let view = buffer(vm, affix)?;
    let len = this.bytes().len();
    let range = match at_end {
        false if this.bytes().starts_with(view.bytes()) => view.len()..len,
        true if this.bytes().ends_with(view.bytes()) => 0..len - view.len(),
        _ => 0..len,
    };
    T::part(this, vm, range)
}

/// The argument `fillchar` of the method `name`.
pub(crate) fn fill_byte(vm: &mut Vm, fillchar: Option<Value>, name: &str) -> PyResult<u8> {
    let Some(fillchar) = fillchar else { return Ok(b' ') };
    let kind = if fillchar.cast::<Bytes>().is_some() {
        "bytes"
    } else if fillchar.cast::<ByteArray>().is_some() {
        "bytearray"
    } else {
        return Err(vm.type_error(format_args!(
            "{name}() argument 2 must be a byte string of length 1, not {}",
            class_name(fillchar)
        )));
    };
    let view = buffer(vm, fillchar)?;
    match *view.bytes() {
        [byte] => Ok(byte),
        ref bytes => {
            let len = bytes.len();
            Err(vm.type_error(format_args!(
                "{name}(): argument 2 must be a byte string of length 1, not a {kind} object of length {len}"
            )))
        }
    }
}

/// Where the bytes stand in their field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Left,
    Right,
    Center,
}

/// `ljust`, `rjust` and `center`
pub(crate) fn pad<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    width: isize,
    fill: u8,
    side: Side,
) -> PyResult<Gc<T>> {
    let width = usize::try_from(width).unwrap_or(0);
    let missing = width.saturating_sub(this.bytes().len());
    if missing == 0 {
        return T::whole(this, vm);
    }
    let left = match side {
        Side::Left => 0,
        Side::Right => missing,
        Side::Center => missing / 2 + (missing & width & 1),
    };
    T::build(vm, width, |sink| {
        sink.push_repeated(fill, left);
        sink.push(this.bytes());
        sink.push_repeated(fill, missing - left);
    })
}

/// `zfill`
pub(crate) fn zfill<T: ByteString>(this: Gc<T>, vm: &mut Vm, width: isize) -> PyResult<Gc<T>> {
    let width = usize::try_from(width).unwrap_or(0);
    let missing = width.saturating_sub(this.bytes().len());
    if missing == 0 {
        return T::whole(this, vm);
    }
    T::build(vm, width, |sink| {
        let bytes = this.bytes();
        let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
        sink.push(&bytes[..sign]);
        sink.push_repeated(b'0', missing);
        sink.push(&bytes[sign..]);
    })
}

/// `expandtabs`
pub(crate) fn expandtabs<T: ByteString>(this: Gc<T>, vm: &mut Vm, tabsize: i32) -> PyResult<Gc<T>> {
    let tab = usize::try_from(tabsize).unwrap_or(0);
    let spaces = |column: usize| if tab > 0 { tab - column % tab } else { 0 };
    let step = |column: usize, byte: u8| if matches!(byte, b'\n' | b'\r') { 0 } else { column + 1 };
    let (mut len, mut column) = (Some(0usize), 0);
    for byte in this.bytes() {
        let width = if *byte == b'\t' { spaces(column) } else { 1 };
        column = if *byte == b'\t' { column + width } else { step(column, *byte) };
        len = len.and_then(|len| len.checked_add(width));
    }
    let Some(len) = len.filter(|len| isize::try_from(*len).is_ok()) else {
        return Err(vm.overflow_error(format_args!("result too long")));
    };
    T::build(vm, len, |sink| {
        let mut column = 0;
        for byte in this.bytes() {
            if *byte == b'\t' {
                let width = spaces(column);
                sink.push_repeated(b' ', width);
                column += width;
            } else {
                sink.push_byte(*byte);
                column = step(column, *byte);
            }
        }
    })
}

/// Every byte mapped on its own.
pub(crate) fn mapped<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    map: impl Fn(u8) -> u8,
) -> PyResult<Gc<T>> {
    let len = this.bytes().len();
    T::build(vm, len, |sink| this.bytes().iter().for_each(|byte| sink.push_byte(map(*byte))))
}

/// `title`
pub(crate) fn title<T: ByteString>(this: Gc<T>, vm: &mut Vm) -> PyResult<Gc<T>> {
    let len = this.bytes().len();
    T::build(vm, len, |sink| {
        let mut inside = false;
        for byte in this.bytes() {
            sink.push_byte(if inside {
                byte.to_ascii_lowercase()
            } else {
                byte.to_ascii_uppercase()
            });
            inside = byte.is_ascii_alphabetic();
        }
    })
}

/// `capitalize`
pub(crate) fn capitalize<T: ByteString>(this: Gc<T>, vm: &mut Vm) -> PyResult<Gc<T>> {
    let len = this.bytes().len();
    T::build(vm, len, |sink| {
        for (index, byte) in this.bytes().iter().enumerate() {
            sink.push_byte(if index == 0 {
                byte.to_ascii_uppercase()
            } else {
                byte.to_ascii_lowercase()
            });
        }
    })
}

/// Whether there are bytes and `test` holds for all of them.
pub(crate) fn all(bytes: &[u8], test: impl Fn(&u8) -> bool) -> bool {
    !bytes.is_empty() && bytes.iter().all(test)
}

/// `isspace`
pub(crate) fn is_all_space(bytes: &[u8]) -> bool {
    all(bytes, is_space)
}

/// `islower` (or with `upper` `isupper`): there are letters, all of one case.
pub(crate) fn is_cased(bytes: &[u8], upper: bool) -> bool {
    let any_upper = bytes.iter().any(u8::is_ascii_uppercase);
    let any_lower = bytes.iter().any(u8::is_ascii_lowercase);
    if upper { any_upper && !any_lower } else { any_lower && !any_upper }
}

/// `istitle`
pub(crate) fn is_title(bytes: &[u8]) -> bool {
    let (mut inside, mut any) = (false, false);
    for byte in bytes {
        if byte.is_ascii_uppercase() && inside || byte.is_ascii_lowercase() && !inside {
            return false;
        }
        inside = byte.is_ascii_alphabetic();
        any |= inside;
    }
    any
}

/// `translate`
pub(crate) fn translate<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    table: Value,
    delete: Option<Value>,
) -> PyResult<Gc<T>> {
    let table = if table.is_none() { None } else { Some(buffer(vm, table)?) };
    if table.as_ref().is_some_and(|table| table.len() != 256) {
        return Err(vm.value_error(format_args!("translation table must be 256 characters long")));
    }
    let delete = match delete {
        Some(delete) => Some(buffer(vm, delete)?),
        None => None,
    };
    let mut gone = [false; 256];
    for byte in delete.iter().flat_map(|view| view.bytes()) {
        gone[usize::from(*byte)] = true;
    }
    let map = |byte: u8| match &table {
        Some(table) => table.bytes().get(usize::from(byte)).copied().unwrap_or(byte),
        None => byte,
    };
    let stays = |byte: &&u8| !gone[usize::from(**byte)];
    let bytes = this.bytes();
    let len = bytes.iter().filter(stays).count();
    if len == bytes.len() && bytes.iter().all(|byte| map(*byte) == *byte) {
        return T::whole(this, vm);
    }
    T::build(vm, len, |sink| {
        this.bytes().iter().filter(stays).for_each(|byte| sink.push_byte(map(*byte)))
    })
}

/// `maketrans`
pub(crate) fn maketrans(vm: &mut Vm, from: Value, to: Value) -> PyResult<Gc<Bytes>> {
    let (from, to) = (buffer(vm, from)?, buffer(vm, to)?);
    if from.len() != to.len() {
        return Err(vm.value_error(format_args!("maketrans arguments must have same length")));
    }
    let mut table: [u8; 256] = std::array::from_fn(|byte| byte as u8);
    for (from, to) in from.bytes().iter().zip(to.bytes()) {
        table[usize::from(*from)] = *to;
    }
    Bytes::new(vm, &table)
}

/// `decode`
pub(crate) fn decode<T: ByteString>(
    this: Gc<T>,
    vm: &mut Vm,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Gc<Str>> {
    let bytes = match Value::from(this).cast::<Bytes>() {
        Some(bytes) => bytes,
        // What a decoder reports on must not change under it.
        None => Bytes::new(vm, this.bytes())?,
    };
    codec::decode(vm, bytes, encoding, errors)
}

//! Searching bytes: what `str`, `bytes` and `bytearray` share. A text is found by its bytes, since a sequence of generalised
//! UTF-8 never begins inside another one.

use crate::types::class_of;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use memchr::memmem;

/// Offset of the first occurrence.
#[inline]
pub fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    match *needle {
        [] => Some(0),
        [byte] => memchr::memchr(byte, haystack),
        _ if needle.len() > haystack.len() => None,
        _ => memmem::find(haystack, needle),
    }
}

/// Offset of the last occurrence.
#[inline]
pub fn rfind(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    match *needle {
        [] => Some(haystack.len()),
        [byte] => memchr::memrchr(byte, haystack),
        _ if needle.len() > haystack.len() => None,
        _ => memmem::rfind(haystack, needle),
    }
}

/// Offsets of the occurrences from left to right that don't overlap; `needle` isn't empty.
pub fn occurrences<'a>(haystack: &'a [u8], needle: &'a [u8]) -> impl Iterator<Item = usize> + 'a {
    let single = match *needle {
        [byte] => Some(memchr::memchr_iter(byte, haystack)),
        _ => None,
    };
    let several = if single.is_none() { Some(memmem::find_iter(haystack, needle)) } else { None };
    single.into_iter().flatten().chain(several.into_iter().flatten())
}

/// How often `needle`, which isn't empty, occurs without overlap.
pub fn count(haystack: &[u8], needle: &[u8]) -> usize {
    match *needle {
        [byte] => memchr::memchr_iter(byte, haystack).count(),
        _ => memmem::find_iter(haystack, needle).count(),
    }
}

/// One of the optional arguments `start` and `end` of searching methods: as in slices.
fn bound(vm: &mut Vm, bound: Option<Value>, absent: isize) -> PyResult<isize> {
    match bound {
        None => Ok(absent),
        Some(v) => match v.as_small_int() {
            Some(index) => Ok(index as isize),
            None if v.is_none() => Ok(absent),
            None if class_of(v).slots().index.is_some() => vm.index_clipped(v),
            None => Err(vm.type_error(format_args!(
                "slice indices must be integers or None or have an __index__ method"
            ))),
        },
    }
}

/// The optional arguments `start` and `end` of searching methods.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    start: isize,
    end: isize,
}

impl Bounds {
    /// Reads the arguments, which may run Python code.
    pub fn read(vm: &mut Vm, start: Option<Value>, end: Option<Value>) -> PyResult<Bounds> {
        let start = bound(vm, start, 0)?;
        Ok(Bounds { start, end: bound(vm, end, isize::MAX)? })
    }

    /// The range within `len` items; `None` if it begins behind its end, where not even nothing is found.
    #[inline]
    pub fn within(self, len: usize) -> Option<std::ops::Range<usize>> {
        let clip = |index: isize| match usize::try_from(index) {
            Ok(index) => index,
            Err(_) => len.saturating_sub(index.unsigned_abs()),
        };
        let (start, end) = (clip(self.start), clip(self.end).min(len));
        if start <= end { Some(start..end) } else { None }
    }
}

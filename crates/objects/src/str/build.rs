//! Making strings from parts: concatenation, joining, repetition, formatting.
//!
//! A loop of `s += x` is linear: the result of a large concatenation whose left operand came from one too lies in a buffer
//! with room behind it, and if the left operand is the last one to have used that buffer, the right one is just appended.

use super::{Str, flag};
use crate::bytes::buffer::Buffer;
use crate::shape::core;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use prim::text::{Text, TextBuf};
use std::cell::Cell;
use std::fmt;

/// Shorter results are simply copied.
const SHARE_FROM: usize = 256;

impl Str {
    /// `left + right` as an exact string.
    pub fn concat(vm: &mut Vm, left: Gc<Str>, right: Gc<Str>) -> PyResult<Gc<Str>> {
        if right.nbytes == 0 {
            return Self::plain(left, vm);
        }
        if left.nbytes == 0 {
            return Self::plain(right, vm);
        }
        let Some(nbytes) = left.nbytes.checked_add(right.nbytes) else {
            return Err(vm.memory_error());
        };
        let nchars = left.nchars + right.nchars;
        if nbytes < SHARE_FROM {
            return Self::create_in(vm, None, &[left.as_bytes(), right.as_bytes()], nbytes, nchars);
        }
        if left.header.has(flag::CONCATENATED) {
            return append(vm, left, right, nbytes, nchars);
        }
        let result =
            Self::create_in(vm, None, &[left.as_bytes(), right.as_bytes()], nbytes, nchars)?;
        result.header.insert(flag::CONCATENATED);
        Ok(result)
    }

    /// The strings one after another (all of `parts` are strings).
    pub fn join_parts(vm: &mut Vm, parts: &[Value]) -> PyResult<Gc<Str>> {
        Self::join(vm, &[], 0, parts)
    }

    /// The strings `parts` with `separator`, of `separator_chars` code points, between them.
    pub(super) fn join(
        vm: &mut Vm,
        separator: &[u8],
        separator_chars: usize,
        parts: &[Value],
    ) -> PyResult<Gc<Str>> {
        let gaps = parts.len().saturating_sub(1);
        let (mut nbytes, mut nchars) =
            (separator.len().checked_mul(gaps), separator_chars.wrapping_mul(gaps));
        for (number, part) in parts.iter().enumerate() {
            let Some(part) = part.cast::<Str>() else {
                return Err(vm.type_error(format_args!(
                    "sequence item {number}: expected str instance, {} found",
                    class_name(*part)
                )));
            };
            nbytes = nbytes.and_then(|n| n.checked_add(part.nbytes));
            nchars = nchars.wrapping_add(part.nchars);
        }
        let Some(nbytes) = nbytes else {
            return Err(
                vm.overflow_error(format_args!("join() result is too long for a Python string"))
            );
        };
        // Of one part, and of parts that are empty but for one, the result is that string.
        if let Some(part) =
            parts.iter().filter_map(|part| part.exact::<Str>()).find(|part| part.nbytes == nbytes)
        {
            return Ok(part);
        }
        if nbytes <= 2 {
            let mut small = TextBuf::new();
            for (number, part) in parts.iter().filter_map(|part| part.cast::<Str>()).enumerate() {
                if number > 0 {
                    small.push_text(Text::from_bytes_unchecked(separator));
                }
                small.push_text(part.text());
            }
            return Self::from_text(vm, &small);
        }
        let mut result = Self::begin(vm, None, nbytes, nchars)?;
        for (number, part) in parts.iter().enumerate() {
            if number > 0 {
                result.push(separator);
            }
            if let Some(part) = part.cast::<Str>() {
                result.push(part.as_bytes());
            }
        }
        Ok(result.finish())
    }

    /// The text `count` times, as an exact string.
    pub fn repeated(this: Gc<Str>, vm: &mut Vm, count: usize) -> PyResult<Gc<Str>> {
        if count == 0 || this.nbytes == 0 {
            return Ok(Self::empty());
        }
        if count == 1 {
            return Self::plain(this, vm);
        }
        let nbytes = this.nbytes.checked_mul(count).filter(|n| *n <= super::MAX_BYTES);
        let Some(nbytes) = nbytes else {
            return Err(vm.overflow_error(format_args!("repeated string is too long")));
        };
        let mut result = Self::begin(vm, None, nbytes, this.nchars * count)?;
        let bytes = this.as_bytes();
        if let [byte] = *bytes {
            result.push_repeated(byte);
        } else {
            for _ in 0..count {
                result.push(bytes);
            }
        }
        Ok(result.finish())
    }

    /// A string made by formatting.
    pub fn from_fmt(vm: &mut Vm, arguments: fmt::Arguments<'_>) -> PyResult<Gc<Str>> {
        if let Some(text) = arguments.as_str() {
            return Self::new(vm, text);
        }
        let mut out = Builder::new();
        match fmt::Write::write_fmt(&mut out, arguments) {
            Ok(()) => out.finish(vm),
            Err(_) => Err(vm.memory_error()),
        }
    }
}

impl super::Unfinished {
    /// Fills the rest with one byte.
    fn push_repeated(&mut self, byte: u8) {
        // SAFETY: the string has room for `nbytes` bytes behind its fixed part.
        unsafe {
            let to = self.string.cast::<u8>().add(super::BYTES + self.filled);
            to.write_bytes(byte, self.nbytes - self.filled);
        }
        self.filled = self.nbytes;
    }
}

/// `left + right` in a buffer: the left one's if it ends where the buffer's use ends, else a new one.
fn append(
    vm: &mut Vm,
    left: Gc<Str>,
    right: Gc<Str>,
    nbytes: usize,
    nchars: usize,
) -> PyResult<Gc<Str>> {
    let own = if left.header.has(flag::SHARED) { left.buffer() } else { None };
    let buffer = match own.filter(|b| b.used.get() == left.nbytes && nbytes <= b.cap()) {
        Some(buffer) => buffer,
        None => {
            let buffer = Buffer::alloc_uninit(vm, nbytes.saturating_add(nbytes / 2))?;
            buffer.write(0, left.as_bytes());
            buffer
        }
    };
    buffer.write(left.nbytes, right.as_bytes());
    buffer.used.set(nbytes);
    let flags = flag::SHARED
        | flag::CONCATENATED
        | (left.header.flags() & right.header.flags() & flag::ASCII);
    let object = vm.alloc(core::STR, super::BYTES)?;
    let string = object.as_ptr().cast::<Str>();
    // SAFETY: fresh memory of this size; everything is written before the next allocation, so no barrier is needed.
    unsafe {
        object.as_ref().insert(flags);
        (&raw mut (*string).hash).write(Cell::new(0));
        (&raw mut (*string).nbytes).write(nbytes);
        (&raw mut (*string).nchars).write(nchars);
        (&raw mut (*string).store).write(Field::new(buffer.into()));
        Ok(Gc::from_ptr(string))
    }
}

/// Text under construction outside the heap, where Python code may run between the parts.
#[derive(Default)]
pub struct Builder(TextBuf);

impl Builder {
    /// Nothing yet.
    pub fn new() -> Builder {
        Builder(TextBuf::new())
    }

    /// Adds text.
    pub fn push(&mut self, vm: &mut Vm, text: &Text) -> PyResult<()> {
        match self.0.try_push_text(text) {
            Ok(()) => Ok(()),
            Err(_) => Err(vm.memory_error()),
        }
    }

    /// Adds text.
    pub fn push_str(&mut self, vm: &mut Vm, text: &str) -> PyResult<()> {
        self.push(vm, text.into())
    }

    /// Adds a code point.
    pub fn push_code_point(&mut self, vm: &mut Vm, code_point: u32) -> PyResult<()> {
        if self.0.try_reserve(4).is_err() {
            return Err(vm.memory_error());
        }
        match self.0.push(code_point) {
            Ok(()) => Ok(()),
            Err(_) => Err(vm.value_error(format_args!(
                "character {code_point:#x} is not in range [U+0000; U+10ffff]"
            ))),
        }
    }

    /// Makes room for `bytes` more.
    pub fn reserve(&mut self, vm: &mut Vm, bytes: usize) -> PyResult<()> {
        match self.0.try_reserve(bytes) {
            Ok(()) => Ok(()),
            Err(_) => Err(vm.memory_error()),
        }
    }

    /// What there is so far.
    pub fn text(&self) -> &Text {
        &self.0
    }

    /// What there is so far, for functions that append to it.
    pub fn buf(&mut self) -> &mut TextBuf {
        &mut self.0
    }

    /// The string.
    pub fn finish(self, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::from_text(vm, &self.0)
    }
}

impl fmt::Write for Builder {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.try_push_text(text.into()).map_err(|_| fmt::Error)
    }
}

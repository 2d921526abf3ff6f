//! `bytearray`: mutable bytes in a buffer that is replaced as they grow.
//!
//! Invariant: the content is `len` bytes from `start` on in `buffer`, all initialised. While bytes are lent out (`exports`),
//! neither the buffer nor the length changes.

mod iter;
mod methods;

pub use iter::ByteArrayIterator;

use crate::bytes::buffer::{Buffer, MAX_BYTES};
use crate::bytes::{ByteString, Bytes, Sink, View};
use crate::exceptions;
use crate::layout::receiver;
use crate::shape::core;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::pytype;
use std::cell::Cell;
use std::ops::Range;

/// A bytearray.
#[pytype(
    name = "bytearray",
    shape = core::BYTEARRAY,
    flags(BASETYPE, MATCH_SELF),
    extra("shared"),
    signature = "",
    doc = "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\nbytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer\nbytearray(int) -> bytes array of size given by the parameter initialized with null bytes\nbytearray() -> empty bytes array\n\nConstruct a mutable bytearray object from:\n  - an iterable yielding integers in range(256)\n  - a text string encoded using the specified encoding\n  - a bytes or a buffer object\n  - any object implementing the buffer API.\n  - an integer"
)]
pub struct ByteArray {
    /// The storage.
    pub buffer: Field<Gc<Buffer>>,
    /// Where the content begins.
    pub start: Cell<usize>,
    /// Its length.
    pub len: Cell<usize>,
    /// How many times the bytes are lent out.
    pub exports: Cell<usize>,
}

impl ByteArray {
    /// A bytearray of these bytes.
    pub fn new(vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<ByteArray>> {
        ByteArray::make(vm, bytes)
    }

    /// A bytearray of class `cls`.
    pub fn new_as(vm: &mut Vm, cls: Gc<Type>, bytes: &[u8]) -> PyResult<Gc<ByteArray>> {
        let buffer = Buffer::alloc_uninit(vm, bytes.len())?;
        buffer.write(0, bytes);
        buffer.used.set(bytes.len());
        ByteArray::create_as(
            vm,
            cls,
            Field::new(buffer),
            Cell::new(0),
            Cell::new(bytes.len()),
            Cell::new(0),
        )
    }

    /// A copy of the bytes that can't change.
    pub fn to_bytes(this: Gc<ByteArray>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
        Bytes::new(vm, this.bytes())
    }

    /// Where the content is.
    fn content(&self) -> *mut u8 {
        // SAFETY: the content lies within the buffer.
        unsafe { self.buffer.get().as_mut_ptr().add(self.start.get()) }
    }

    /// Lends the bytes out, to be read and written.
    pub fn export(this: Gc<ByteArray>) -> View {
        this.exports.set(this.exports.get() + 1);
        let release = |owner: Value| {
            let array = receiver::<ByteArray>(owner);
            array.exports.set(array.exports.get().saturating_sub(1));
        };
        // SAFETY: while it is lent out nothing moves (see `resizable`).
        unsafe { View::new(this.into(), this.content(), this.len.get(), true, Some(release)) }
    }

    /// Fails while the bytes are lent out.
    fn resizable(this: Gc<ByteArray>, vm: &mut Vm) -> PyResult<()> {
        if this.exports.get() == 0 {
            return Ok(());
        }
        Err(vm.raise(
            &exceptions::BUFFER_ERROR,
            format_args!("Existing exports of data: object cannot be re-sized"),
        ))
    }

    /// The byte at `index`.
    pub fn get(&self, index: usize) -> Option<u8> {
        self.bytes().get(index).copied()
    }

    /// Stores a byte; `false` beyond the end.
    pub fn set(&self, index: usize, byte: u8) -> bool {
        if index >= self.len.get() {
            return false;
        }
        self.buffer.get().write(self.start.get() + index, &[byte]);
        true
    }

    /// Gives the bytes `range`, which are within the content, the length `len`; new bytes are what they happen to be.
    fn reshape(this: Gc<ByteArray>, vm: &mut Vm, range: Range<usize>, len: usize) -> PyResult<()> {
        let old_len = this.len.get();
        if range.len() == len {
            return Ok(());
        }
        Self::resizable(this, vm)?;
        let tail = old_len - range.end;
        let new_len = (old_len - range.len()).checked_add(len).filter(|len| *len <= MAX_BYTES);
        let Some(new_len) = new_len else { return Err(vm.memory_error()) };
        let (buffer, start) = (this.buffer.get(), this.start.get());
        if range.start == 0 && len < range.len() {
            // Cut off at the front.
            this.start.set(start + range.len() - len);
            this.len.set(new_len);
            return Ok(());
        }
        // A buffer that is much too large is given up.
        if start + new_len <= buffer.cap() && new_len >= buffer.cap() / 4 {
            buffer.copy_within(start + range.end, start + range.start + len, tail);
        } else {
            let room = if new_len > old_len { new_len + new_len / 8 + 6 } else { new_len };
            let new = Buffer::alloc(vm, room.min(MAX_BYTES))?;
            let bytes = this.bytes();
            new.write(0, &bytes[..range.start]);
            new.write(range.start + len, &bytes[range.end..]);
            this.buffer.set(this, vm.heap(), new);
            this.start.set(0);
        }
        this.len.set(new_len);
        let buffer = this.buffer.get();
        buffer.used.set(buffer.used.get().max(this.start.get() + new_len));
        Ok(())
    }

    /// Replaces the bytes `range`, which are within the content. `bytes` must not be part of it.
    pub fn splice(
        this: Gc<ByteArray>,
        vm: &mut Vm,
        range: Range<usize>,
        bytes: &[u8],
    ) -> PyResult<()> {
        let at = range.start;
        Self::reshape(this, vm, range, bytes.len())?;
        this.buffer.get().write(this.start.get() + at, bytes);
        Ok(())
    }

    /// Adds bytes at the end. They must not be part of the content.
    pub fn extend(this: Gc<ByteArray>, vm: &mut Vm, bytes: &[u8]) -> PyResult<()> {
        let len = this.len.get();
        Self::splice(this, vm, len..len, bytes)
    }

    /// Cuts it off, or fills it up with zeros, to `len` bytes.
    pub fn resize(this: Gc<ByteArray>, vm: &mut Vm, len: usize) -> PyResult<()> {
        let old = this.len.get();
        Self::reshape(this, vm, old.min(len)..old, len.saturating_sub(old))?;
        if len > old {
            // SAFETY: `reshape` made the content that long.
            unsafe { this.content().add(old).write_bytes(0, len - old) };
        }
        Ok(())
    }
}

impl ByteString for ByteArray {
    const NAME: &'static str = "bytearray";

    fn build(vm: &mut Vm, len: usize, fill: impl FnOnce(&mut Sink<'_>)) -> PyResult<Gc<ByteArray>> {
        let buffer = Buffer::alloc_uninit(vm, len)?;
        // SAFETY: the buffer has that many bytes.
        unsafe { Sink::fill(buffer.as_mut_ptr(), len, fill) };
        buffer.used.set(len);
        ByteArray::create(vm, Field::new(buffer), Cell::new(0), Cell::new(len), Cell::new(0))
    }

    fn bytes(&self) -> &[u8] {
        // SAFETY: the content is initialised; callers don't hold it across anything that writes to it.
        unsafe { std::slice::from_raw_parts(self.content(), self.len.get()) }
    }

    fn part(this: Gc<ByteArray>, vm: &mut Vm, range: Range<usize>) -> PyResult<Gc<ByteArray>> {
        // The copy is made after the allocation, from wherever the content is then.
        Self::build(vm, range.len(), |sink| sink.push(this.bytes().get(range).unwrap_or_default()))
    }
}

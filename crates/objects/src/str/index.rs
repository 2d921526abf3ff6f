//! Positions in text: from code point numbers to byte offsets and back.
//!
//! In ASCII both are the same. Short non-ASCII text is counted through. Long text gets an index when it is first needed: for
//! every 64 code points the byte offset of the first, and for every 8 of these their distance from it, so that at most 7 code
//! points are counted. The index is a [`Buffer`] of bytes that the string's `store` refers to.

use super::{Str, flag};
use crate::bytes::buffer::Buffer;
use crate::value::Value;
use crate::vm::Vm;
use heap::Gc;
use prim::text::Text;
use std::ops::Range;

/// Text of fewer bytes isn't worth an index.
const LONG: usize = 160;
/// Code points per block of the index.
const BLOCK: usize = 64;
/// Code points per step within a block.
const STEP: usize = 8;
/// Bytes of a block: its offset, then the distances of its steps.
const BLOCK_BYTES: usize = 16;

impl Str {
    /// Byte offset of code point number `index`; the length in bytes beyond the end.
    #[inline]
    pub fn byte_offset(this: Gc<Str>, vm: &mut Vm, index: usize) -> usize {
        if this.is_ascii() {
            return index.min(this.byte_len());
        }
        if index >= this.char_len() {
            return this.byte_len();
        }
        if this.byte_len() >= LONG
            && let Some(offset) = indexed_offset(this, vm, index)
        {
            return offset;
        }
        this.text().byte_offset(index).unwrap_or(this.byte_len())
    }

    /// Byte offsets of a range of code points that lies within the string.
    pub fn byte_range(this: Gc<Str>, vm: &mut Vm, range: Range<usize>) -> Range<usize> {
        let start = Self::byte_offset(this, vm, range.start);
        // The end is often near, or the end of it all.
        let end = if range.end >= this.char_len() {
            this.byte_len()
        } else {
            Self::byte_offset(this, vm, range.end)
        };
        start..end.max(start)
    }

    /// Number of the code point that starts at byte offset `offset`, given that code point number `index` starts at `from`,
    /// not behind it.
    pub fn char_index(&self, from: (usize, usize), offset: usize) -> usize {
        let (index, start) = from;
        if self.is_ascii() {
            return offset;
        }
        let between = self.as_bytes().get(start..offset).unwrap_or_default();
        index + Text::from_bytes_unchecked(between).code_point_len()
    }

    /// The code point at `index`.
    pub fn code_point_at(this: Gc<Str>, vm: &mut Vm, index: usize) -> Option<u32> {
        if this.is_ascii() {
            return this.as_bytes().get(index).map(|byte| u32::from(*byte));
        }
        let offset = Self::byte_offset(this, vm, index);
        this.text().code_point_at_offset(offset)
    }
}

/// The byte offset by way of the index; `None` when there is no memory for one.
fn indexed_offset(this: Gc<Str>, vm: &mut Vm, number: usize) -> Option<usize> {
    let index = match this.header.has(flag::INDEXED) {
        true => Buffer::of_value(this.store.get())?,
        false => build(this, vm)?,
    };
    let at = number / BLOCK * BLOCK_BYTES;
    let block = index.bytes().get(at..at + BLOCK_BYTES)?;
    let (base, steps) = block.split_first_chunk::<8>()?;
    let base = u64::from_le_bytes(*base) as usize;
    let within = number % BLOCK;
    let start = base + usize::from(*steps.get(within / STEP)?);
    let rest = Text::from_bytes_unchecked(this.as_bytes().get(start..)?);
    let mut offset = start;
    for code_point in rest.code_points().take(within % STEP) {
        offset += prim::text::encoded_len(code_point);
    }
    Some(offset)
}

#[cold]
fn build(this: Gc<Str>, vm: &mut Vm) -> Option<Gc<Buffer>> {
    let blocks = this.char_len().div_ceil(BLOCK);
    let shared = this.header.has(flag::SHARED);
    let link = if shared { this.store.get() } else { Value::UNDEF };
    let index = match Buffer::alloc_linked(vm, blocks * BLOCK_BYTES, link) {
        Ok(index) => index,
        Err(_) => {
            // Without an index it is slower, not wrong.
            vm.clear_raised();
            return None;
        }
    };
    let cells = index.cells();
    let mut base = 0;
    for (number, (offset, _)) in this.text().code_point_offsets().enumerate() {
        if number % STEP != 0 {
            continue;
        }
        let at = number / BLOCK * BLOCK_BYTES;
        if number % BLOCK == 0 {
            base = offset;
            for (cell, byte) in cells.iter().skip(at).zip((base as u64).to_le_bytes()) {
                cell.set(byte);
            }
        }
        // 56 code points take at most 224 bytes.
        if let Some(cell) = cells.get(at + 8 + number % BLOCK / STEP) {
            cell.set((offset - base) as u8);
        }
    }
    this.header.remove(heap::flags::LEAF);
    this.store.set(this, vm.heap(), index.into());
    this.header.insert(flag::INDEXED);
    Some(index)
}

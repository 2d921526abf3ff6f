//! The bump fast path, and the layout machine code relies on.
//!
//! Per size class a [`Space`] holds the free run being handed out as `cursor` and `limit`. To
//! allocate a cell of class `c`, machine code does, with the heap's address in a register:
//!
//! ```text
//! at   = load  [heap + SPACES_OFFSET + c * SPACE_SIZE + SPACE_CURSOR]
//! next = at + cell_size(c)
//! if next > load [heap + SPACES_OFFSET + c * SPACE_SIZE + SPACE_LIMIT]  (unsigned): slow path
//! store next to the cursor; store shape | flags << 32 at `at`
//! ```
//!
//! Invariant: `[cursor, limit)` is free memory of one block, or empty. When every allocation must
//! take the slow path (stress, requested collection) the limit alone is lowered to the cursor.

use std::cell::Cell;
use std::ptr::NonNull;

use crate::class::{CLASS_COUNT, MAX_CELL, cell_size, class_of};
use crate::heap::Heap;
use crate::object::Header;

/// The free run a size class allocates from.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct Space {
    pub(crate) cursor: Cell<usize>,
    pub(crate) limit: Cell<usize>,
}

/// Offset of the first space in [`Heap`].
pub const SPACES_OFFSET: usize = std::mem::offset_of!(Heap, spaces);
/// Bytes per space.
pub const SPACE_SIZE: usize = size_of::<Space>();
/// Offset of the cursor in a space.
pub const SPACE_CURSOR: usize = std::mem::offset_of!(Space, cursor);
/// Offset of the limit in a space.
pub const SPACE_LIMIT: usize = std::mem::offset_of!(Space, limit);

const _: () = assert!(SPACES_OFFSET == 0 && SPACE_SIZE == 16);
const _: () = assert!(SPACE_CURSOR == 0 && SPACE_LIMIT == 8);

impl Space {
    pub(crate) const fn empty() -> Space {
        Space { cursor: Cell::new(0), limit: Cell::new(0) }
    }
}

impl Heap {
    /// Allocates `size` bytes (header included) with the given shape and no flags.
    ///
    /// Memory after the header is not cleared. `None` means that even a full collection did not help.
    #[inline(always)]
    pub fn alloc(&self, size: usize, shape: u32) -> Option<NonNull<Header>> {
        self.alloc_flags(size, shape, 0)
    }

    /// [`Heap::alloc`] with initial flags: [`LEAF`](crate::flags::LEAF) or the embedder's own.
    #[inline(always)]
    pub fn alloc_flags(&self, size: usize, shape: u32, flags: u32) -> Option<NonNull<Header>> {
        if size > MAX_CELL {
            return self.alloc_large(size, shape, flags);
        }
        let class = class_of(size);
        debug_assert!(class < CLASS_COUNT);
        // SAFETY: `class_of` gives indices below CLASS_COUNT only.
        let space = unsafe { self.spaces.get_unchecked(class) };
        let at = space.cursor.get();
        let next = at + cell_size(class);
        if next > space.limit.get() {
            return self.alloc_slow(class, shape, flags);
        }
        space.cursor.set(next);
        let cell = std::ptr::with_exposed_provenance_mut::<Header>(at);
        // SAFETY: `[cursor, limit)` is free, writable, aligned memory that is now this cell's.
        unsafe {
            cell.write(Header::new(shape, flags));
            Some(NonNull::new_unchecked(cell))
        }
    }

    /// Allocates an array: `prefix` bytes (header included), then `count` elements of `element` bytes.
    ///
    /// The cell is always longer than the array, so a pointer one past the last element still keeps
    /// the array alive and never a neighbour.
    #[inline]
    pub fn alloc_array(
        &self,
        shape: u32,
        flags: u32,
        prefix: usize,
        element: usize,
        count: usize,
    ) -> Option<NonNull<Header>> {
        let size = element.checked_mul(count)?.checked_add(prefix)?.checked_add(1)?;
        self.alloc_flags(size, shape, flags)
    }
}

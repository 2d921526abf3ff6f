//! Bytes in the collected heap: the storage of `bytearray`, of strings that grow, and of indexes into strings.
//!
//! Not a Python object. Buffers never move and never change their capacity; their owner replaces them. Invariant: all bytes
//! below `used` are initialised; what is above may be appended to by the one whose bytes end there.

use crate::layout::Layout;
use crate::shape::core;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Gc, Header, Tracer};
use std::cell::Cell;

/// A buffer.
#[repr(C)]
pub struct Buffer {
    header: Header,
    cap: usize,
    /// Bytes in use by somebody.
    pub used: Cell<usize>,
    /// Another buffer that this one is about, or UNDEF.
    link: Value,
}

/// Offset of the first byte.
pub const BYTES: usize = size_of::<Buffer>();
/// Most bytes of a buffer.
pub const MAX_BYTES: usize = isize::MAX as usize - BYTES - 16;

/// Layout of [`Buffer`].
pub static LAYOUT: Layout = Layout {
    name: "Buffer",
    base: None,
    size: BYTES,
    full_size: Some(full_size),
    trace,
    drop: None,
};

unsafe fn full_size(object: *const Header) -> usize {
    // SAFETY: called with buffers only.
    BYTES + unsafe { (*object.cast::<Buffer>()).cap }
}

unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: called with buffers only.
    tracer.word(unsafe { (*object.cast::<Buffer>()).link }.bits());
}

/// Traces what lies in `[low, high)` of a buffer.
///
/// # Safety
/// `object` is a live [`Buffer`].
pub unsafe fn trace_range(object: *mut Header, low: *mut u8, _: *mut u8, tracer: &mut Tracer) {
    // The link is at the start and never changes.
    if (low as usize) < object as usize + BYTES {
        // SAFETY: the caller's promise.
        unsafe { trace(object, tracer) }
    }
}

impl Buffer {
    /// A buffer of `cap` bytes, all zero and in use.
    pub fn alloc(vm: &mut Vm, cap: usize) -> PyResult<Gc<Buffer>> {
        Self::alloc_linked(vm, cap, Value::UNDEF)
    }

    /// A buffer of `cap` bytes, none of them in use.
    pub fn alloc_uninit(vm: &mut Vm, cap: usize) -> PyResult<Gc<Buffer>> {
        Self::raw(vm, cap, Value::UNDEF)
    }

    /// A buffer of `cap` bytes, all zero and in use, that keeps `link` (a buffer, or UNDEF) alive.
    pub(crate) fn alloc_linked(vm: &mut Vm, cap: usize, link: Value) -> PyResult<Gc<Buffer>> {
        let buffer = Self::raw(vm, cap, link)?;
        // SAFETY: the buffer has `cap` bytes.
        unsafe { buffer.as_mut_ptr().write_bytes(0, cap) };
        buffer.used.set(cap);
        Ok(buffer)
    }

    fn raw(vm: &mut Vm, cap: usize, link: Value) -> PyResult<Gc<Buffer>> {
        if cap > MAX_BYTES {
            return Err(vm.memory_error());
        }
        let object = match link.is_undef() {
            true => vm.alloc_leaf(core::BUFFER, BYTES + cap, 0)?,
            false => vm.alloc(core::BUFFER, BYTES + cap)?,
        };
        let buffer = object.as_ptr().cast::<Buffer>();
        // SAFETY: fresh memory of this size.
        unsafe {
            (&raw mut (*buffer).cap).write(cap);
            (&raw mut (*buffer).used).write(Cell::new(0));
            (&raw mut (*buffer).link).write(link);
            Ok(Gc::from_ptr(buffer))
        }
    }

    /// The buffer that `v` refers to.
    pub(crate) fn of_value(v: Value) -> Option<Gc<Buffer>> {
        // SAFETY: the shape says that it is a buffer.
        if v.shape() == core::BUFFER { Some(unsafe { v.cast_unchecked() }) } else { None }
    }

    /// How many bytes there are room for.
    #[inline(always)]
    pub fn cap(&self) -> usize {
        self.cap
    }

    pub(crate) fn link(&self) -> Value {
        self.link
    }

    /// Where the bytes are.
    #[inline(always)]
    pub fn as_mut_ptr(&self) -> *mut u8 {
        // SAFETY: the bytes follow the fixed part.
        unsafe { std::ptr::from_ref(self).cast::<u8>().cast_mut().add(BYTES) }
    }

    /// The bytes in use.
    #[inline(always)]
    pub fn cells(&self) -> &[Cell<u8>] {
        // SAFETY: `used` initialised bytes follow the fixed part.
        unsafe { std::slice::from_raw_parts(self.as_mut_ptr().cast::<Cell<u8>>(), self.used.get()) }
    }

    /// The bytes in use, as long as nobody writes to them: not across anything that may run Python code, unless the owner
    /// promises that they are immutable.
    #[inline(always)]
    pub fn bytes(&self) -> &[u8] {
        // SAFETY: as for `cells`; the caller sees to it that nothing is written meanwhile.
        unsafe { std::slice::from_raw_parts(self.as_mut_ptr(), self.used.get()) }
    }

    /// Copies bytes to offset `at` on; what doesn't fit is left out. `used` stays as it is.
    #[inline]
    pub fn write(&self, at: usize, bytes: &[u8]) {
        let count = bytes.len().min(self.cap.saturating_sub(at));
        if count > 0 {
            // SAFETY: the bytes lie within the capacity. The source may be part of this very buffer.
            unsafe { std::ptr::copy(bytes.as_ptr(), self.as_mut_ptr().add(at), count) };
        }
    }

    /// Copies `count` bytes from offset `from` to offset `to` within the buffer, as far as there is room.
    pub fn copy_within(&self, from: usize, to: usize, count: usize) {
        let count = count.min(self.cap.saturating_sub(from)).min(self.cap.saturating_sub(to));
        if count > 0 {
            // SAFETY: both ranges lie within the capacity.
            unsafe {
                std::ptr::copy(self.as_mut_ptr().add(from), self.as_mut_ptr().add(to), count)
            };
        }
    }
}

//! What every heap object has: the header, the pointer type [`Gc`] and the mutable field [`Field`].
//!
//! Invariant: a [`Gc`] points to the start of a cell whose first eight bytes are a [`Header`].

use std::cell::{Cell, UnsafeCell};
use std::fmt;
use std::ops::Deref;
use std::ptr::NonNull;

use crate::heap::Heap;

/// Header flags. Bits 0–7 belong to the collector, bits 8–31 to the embedder.
pub mod flags {
    /// Old and not in the remembered set: the next store into it must be logged.
    pub const UNLOGGED: u32 = 1 << 0;
    /// Has a block run and cards of its own. Set by the allocator, never by the embedder.
    pub const LARGE: u32 = 1 << 1;
    /// Holds no pointers: never traced. Set by the embedder at allocation.
    pub const LEAF: u32 = 1 << 2;
    /// Waits in the list of finalizable objects.
    pub const HAS_FINALIZER: u32 = 1 << 3;
    /// Was handed to the embedder for finalization; it happens at most once.
    pub const FINALIZED: u32 = 1 << 4;
    /// Is passed to the `drop_native` hook before its cell is reused.
    pub const HAS_DROP: u32 = 1 << 5;
    /// Is passed to the `visit_weak` hook by collections it survives.
    pub const WEAK_HOLDER: u32 = 1 << 6;
    /// First bit that is the embedder's.
    pub const EMBEDDER_SHIFT: u32 = 8;
}

/// The first eight bytes of every heap object.
#[repr(C)]
#[derive(Debug)]
pub struct Header {
    shape: Cell<u32>,
    flags: Cell<u32>,
}

impl Header {
    /// A header as the allocator writes it.
    #[inline(always)]
    pub const fn new(shape: u32, flags: u32) -> Header {
        Header { shape: Cell::new(shape), flags: Cell::new(flags) }
    }

    /// The embedder's description of type and layout.
    #[inline(always)]
    pub fn shape(&self) -> u32 {
        self.shape.get()
    }

    /// Changes the shape; the object's traced fields must fit the new one already.
    #[inline(always)]
    pub fn set_shape(&self, shape: u32) {
        self.shape.set(shape);
    }

    /// All flag bits.
    #[inline(always)]
    pub fn flags(&self) -> u32 {
        self.flags.get()
    }

    /// Whether any of the bits in `mask` is set.
    #[inline(always)]
    pub fn has(&self, mask: u32) -> bool {
        self.flags.get() & mask != 0
    }

    /// Sets the bits in `mask`. The embedder uses bits 8 and up only.
    #[inline(always)]
    pub fn insert(&self, mask: u32) {
        self.flags.set(self.flags.get() | mask);
    }

    /// Clears the bits in `mask`. The embedder uses bits 8 and up only.
    #[inline(always)]
    pub fn remove(&self, mask: u32) {
        self.flags.set(self.flags.get() & !mask);
    }
}

/// A pointer to a heap object whose first field is a [`Header`].
#[repr(transparent)]
pub struct Gc<T>(NonNull<T>);

impl<T> Gc<T> {
    /// Views a heap object as a `T`.
    ///
    /// # Safety
    /// The object is live, its layout is `T`'s, and `T` is `repr(C)` with a [`Header`] first.
    #[inline(always)]
    pub const unsafe fn from_header(header: NonNull<Header>) -> Gc<T> {
        Gc(header.cast())
    }

    /// Views a heap object as a `T`.
    ///
    /// # Safety
    /// As for [`Gc::from_header`]; also, `ptr` is not null.
    #[inline(always)]
    pub const unsafe fn from_ptr(ptr: *mut T) -> Gc<T> {
        // SAFETY: not null by the caller's promise.
        Gc(unsafe { NonNull::new_unchecked(ptr) })
    }

    /// The object seen as nothing but its header.
    #[inline(always)]
    pub const fn as_header(self) -> Gc<Header> {
        Gc(self.0.cast())
    }

    /// The object's header.
    #[inline(always)]
    pub const fn header(self) -> NonNull<Header> {
        self.0.cast()
    }

    /// The object's address.
    #[inline(always)]
    pub const fn as_ptr(self) -> *mut T {
        self.0.as_ptr()
    }

    /// The object's address as a number.
    #[inline(always)]
    pub fn addr(self) -> usize {
        self.0.as_ptr().expose_provenance()
    }

    /// The same object seen as a `U`.
    ///
    /// # Safety
    /// As for [`Gc::from_header`].
    #[inline(always)]
    pub const unsafe fn cast<U>(self) -> Gc<U> {
        Gc(self.0.cast())
    }
}

impl<T> Clone for Gc<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Gc<T> {}

impl<T> PartialEq for Gc<T> {
    #[inline(always)]
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Gc<T> {}

impl<T> std::hash::Hash for Gc<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Debug for Gc<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.0, f)
    }
}

impl<T> Deref for Gc<T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: whoever made this `Gc` promised a `T` here; holding it on the stack or in a traced
        // place keeps the cell alive, and cells never move.
        unsafe { self.0.as_ref() }
    }
}

/// A mutable field of a heap object.
#[repr(transparent)]
pub struct Field<T>(UnsafeCell<T>);

impl<T: Copy> Field<T> {
    /// A field with its first value.
    #[inline(always)]
    pub const fn new(value: T) -> Field<T> {
        Field(UnsafeCell::new(value))
    }

    /// Reads the field.
    #[inline(always)]
    pub fn get(&self) -> T {
        // SAFETY: only copies go in and out, and one thread at a time uses the heap.
        unsafe { *self.0.get() }
    }

    /// Writes the field of `owner`, telling the collector.
    #[inline(always)]
    pub fn set<O>(&self, owner: Gc<O>, heap: &Heap, value: T) {
        // SAFETY: as in `get`; a `Gc` is a live object.
        unsafe {
            *self.0.get() = value;
            heap.barrier(owner.header().as_ptr());
        }
    }

    /// Writes the field without telling the collector: for values that are never heap pointers, and
    /// for objects no safepoint has passed over since their allocation.
    #[inline(always)]
    pub fn init(&self, value: T) {
        // SAFETY: as in `get`.
        unsafe { *self.0.get() = value }
    }

    /// The field's address, for machine code and for tracing.
    #[inline(always)]
    pub const fn as_ptr(&self) -> *mut T {
        self.0.get()
    }
}

impl<T: Copy + fmt::Debug> fmt::Debug for Field<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.get().fmt(f)
    }
}

//! `bytes`: immutable bytes, inline behind the fixed part. Also what `bytes` and `bytearray` have in common.
//!
//! The empty object and those of one byte are statics outside the heap: there is one of each. Invariant: a bytes object is
//! complete before it can be seen and never changes; the cached hash is -1 while it isn't known.

pub mod buffer;
pub(crate) mod common;
pub mod export;
pub mod find;
pub mod hex;
pub(crate) mod percent;

pub(crate) mod construct;
mod iter;
mod shared;
mod slots;

pub use construct::{byte_of, from_object};
pub use export::{View, buffer, buffer_of};
pub use iter::BytesIterator;

use crate::def::{Made, TypeDef, TypeFlags};
use crate::layout::{Layout, Object};
use crate::shape::core;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Gc, Header, Tracer};
use std::cell::Cell;
use std::ops::Range;

/// A bytes object. Subclasses keep their attribute word behind the bytes.
#[repr(C)]
pub struct Bytes {
    header: Header,
    len: usize,
    hash: Cell<i64>,
    bytes: [u8; 0],
}

/// Offset of the first byte.
pub const BYTES: usize = size_of::<Bytes>();
/// Most bytes: an object has to fit an `isize`.
const MAX_BYTES: usize = isize::MAX as usize - BYTES - 16;

static LAYOUT: Layout = Layout {
    name: "Bytes",
    base: None,
    size: BYTES,
    full_size: Some(full_size),
    trace,
    drop: None,
};

static DEF: TypeDef = TypeDef {
    name: "bytes",
    doc: "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\nbytes(bytes_or_buffer) -> immutable \
          copy of bytes_or_buffer\nbytes(int) -> bytes object of size given by the parameter initialized with null \
          bytes\nbytes() -> empty bytes object\n\nConstruct an immutable array of bytes from:\n  - an iterable yielding \
          integers in range(256)\n  - a text string encoded using the specified encoding\n  - any object implementing the \
          buffer API.\n  - an integer",
    signature: "",
    base: Some(crate::object::OBJECT),
    layout: &LAYOUT,
    flags: TypeFlags::BASETYPE.with(TypeFlags::MATCH_SELF).with(TypeFlags::IMMUTABLE),
    slots: |slots| {
        Bytes::__slots(slots);
        Bytes::__slots_shared(slots);
    },
    methods: &[Bytes::__METHODS, Bytes::__METHODS_SHARED],
    getset: &[],
    consts: &[],
    made: Made::with_shape(core::BYTES),
};

// SAFETY: `repr(C)`, begins with a header, described by LAYOUT.
unsafe impl Object for Bytes {
    const LAYOUT: &'static Layout = &LAYOUT;
    fn def() -> &'static TypeDef {
        &DEF
    }
}

unsafe fn full_size(object: *const Header) -> usize {
    // SAFETY: called with bytes objects only.
    BYTES + unsafe { (*object.cast::<Bytes>()).len }
}

unsafe fn trace(_: *mut Header, _: &mut Tracer) {}

/// An object outside the heap: without bytes, or of a single one.
#[repr(C)]
struct Single {
    bytes: Bytes,
    byte: [u8; 8],
}

struct Singles([Single; 257]);
// SAFETY: the collector ignores objects outside the heap; what changes in them (the cached hash) is changed by the holder of
// the lock only.
unsafe impl Sync for Singles {}

/// The objects of one byte by that byte; then the empty one.
static SINGLES: Singles = Singles(singles());

const fn singles() -> [Single; 257] {
    // A constant expression that is copied into each place, not a place of its own.
    #[allow(clippy::declare_interior_mutable_const)]
    const EMPTY: Single = Single {
        bytes: Bytes {
            header: Header::new(core::BYTES, heap::flags::LEAF),
            len: 0,
            hash: Cell::new(-1),
            bytes: [],
        },
        byte: [0; 8],
    };
    let mut all = [const { EMPTY }; 257];
    let mut byte = 0;
    while byte < 256 {
        all[byte].bytes.len = 1;
        all[byte].byte[0] = byte as u8;
        byte += 1;
    }
    all
}

fn single(number: usize) -> Gc<Bytes> {
    let single: *const Single = &raw const SINGLES.0[number];
    // SAFETY: a static is live for ever; all that is written through the pointer are cells.
    unsafe { Gc::from_ptr(single.cast::<Bytes>().cast_mut()) }
}

impl Bytes {
    /// The object without bytes.
    pub fn empty() -> Gc<Bytes> {
        single(256)
    }

    /// The object of this one byte.
    pub fn one(byte: u8) -> Gc<Bytes> {
        single(byte.into())
    }

    /// A bytes object.
    pub fn new(vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        match *bytes {
            [] => Ok(Self::empty()),
            [byte] => Ok(Self::one(byte)),
            _ => Self::build_as(vm, None, bytes.len(), |sink| sink.push(bytes)),
        }
    }

    /// A bytes object of class `cls`, a subclass of `bytes`.
    pub fn new_as(vm: &mut Vm, cls: Gc<Type>, bytes: &[u8]) -> PyResult<Gc<Bytes>> {
        Self::build_as(vm, Some(cls), bytes.len(), |sink| sink.push(bytes))
    }

    fn build_as(
        vm: &mut Vm,
        cls: Option<Gc<Type>>,
        len: usize,
        fill: impl FnOnce(&mut Sink<'_>),
    ) -> PyResult<Gc<Bytes>> {
        if len > MAX_BYTES {
            return Err(vm.memory_error());
        }
        let size = BYTES + len;
        let object = match cls {
            None => vm.alloc_leaf(core::BYTES, size, 0)?,
            Some(cls) => vm.alloc_var_object(cls, size)?,
        };
        let bytes = object.as_ptr().cast::<Bytes>();
        // SAFETY: fresh memory of this size; `fill` can't allocate, and all bytes are written.
        unsafe {
            (&raw mut (*bytes).len).write(len);
            (&raw mut (*bytes).hash).write(Cell::new(-1));
            Sink::fill(bytes.cast::<u8>().add(BYTES), len, fill);
            Ok(Gc::from_ptr(bytes))
        }
    }

    /// The bytes. They never change, so they may be held as long as the object is held in a local.
    #[inline(always)]
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: `len` bytes follow the fixed part.
        unsafe {
            std::slice::from_raw_parts(std::ptr::from_ref(self).cast::<u8>().add(BYTES), self.len)
        }
    }

    /// `hash()`, cached.
    pub fn hash(&self) -> i64 {
        if self.hash.get() == -1 {
            self.hash.set(crate::str::hash_key().bytes(self.as_slice()));
        }
        self.hash.get()
    }
}

/// Bytes of a new object that are being written; nothing can be allocated meanwhile.
pub(crate) struct Sink<'a> {
    start: *mut u8,
    filled: usize,
    len: usize,
    lifetime: std::marker::PhantomData<&'a mut [u8]>,
}

impl Sink<'_> {
    /// Lets `fill` write `len` bytes at `start`; what it leaves out becomes zero.
    ///
    /// # Safety
    /// There are `len` bytes of memory at `start` that nobody else uses.
    pub(crate) unsafe fn fill(start: *mut u8, len: usize, fill: impl FnOnce(&mut Sink<'_>)) {
        let mut sink = Sink { start, filled: 0, len, lifetime: std::marker::PhantomData };
        fill(&mut sink);
        // SAFETY: the caller's promise.
        unsafe { start.add(sink.filled).write_bytes(0, len - sink.filled) };
    }

    /// Adds bytes; what doesn't fit is left out.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let count = bytes.len().min(self.len - self.filled);
        // SAFETY: there is room for so many.
        unsafe {
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), self.start.add(self.filled), count)
        };
        self.filled += count;
    }

    /// Adds a byte.
    #[inline]
    pub(crate) fn push_byte(&mut self, byte: u8) {
        self.push(&[byte]);
    }

    /// Adds a byte `count` times.
    pub(crate) fn push_repeated(&mut self, byte: u8, count: usize) {
        let count = count.min(self.len - self.filled);
        // SAFETY: there is room for so many.
        unsafe { self.start.add(self.filled).write_bytes(byte, count) };
        self.filled += count;
    }
}

/// `bytes` and `bytearray`.
pub(crate) trait ByteString: Object {
    /// The name of the type.
    const NAME: &'static str;

    /// An exact object of `len` bytes, which `fill` writes.
    fn build(vm: &mut Vm, len: usize, fill: impl FnOnce(&mut Sink<'_>)) -> PyResult<Gc<Self>>;

    /// The bytes: not to be held across anything that may run Python code.
    fn bytes(&self) -> &[u8];

    /// `this[range]` as an exact object, within the bounds.
    fn part(this: Gc<Self>, vm: &mut Vm, range: Range<usize>) -> PyResult<Gc<Self>>;

    /// An exact object of these bytes.
    fn make(vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<Self>> {
        Self::build(vm, bytes.len(), |sink| sink.push(bytes))
    }

    /// All of `this` as an exact object.
    fn whole(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
        let len = this.bytes().len();
        Self::part(this, vm, 0..len)
    }
}

impl ByteString for Bytes {
    const NAME: &'static str = "bytes";

    fn build(vm: &mut Vm, len: usize, fill: impl FnOnce(&mut Sink<'_>)) -> PyResult<Gc<Bytes>> {
        if len <= 1 {
            let mut byte = 0u8;
            // SAFETY: there is room for one byte.
            unsafe { Sink::fill(&raw mut byte, len, fill) };
            return Ok(if len == 0 { Self::empty() } else { Self::one(byte) });
        }
        Self::build_as(vm, None, len, fill)
    }

    fn bytes(&self) -> &[u8] {
        self.as_slice()
    }

    fn part(this: Gc<Bytes>, vm: &mut Vm, range: Range<usize>) -> PyResult<Gc<Bytes>> {
        if range.len() == this.len && Value::from(this).exact::<Bytes>().is_some() {
            return Ok(this);
        }
        Self::make(vm, this.as_slice().get(range).unwrap_or_default())
    }
}

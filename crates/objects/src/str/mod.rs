//! `str`: immutable text in generalised UTF-8.
//!
//! The bytes lie inline behind the fixed part, or, for strings that grow by concatenation, at the start of a [`Buffer`] that
//! several strings share (`build.rs`). The header says which, whether all bytes are ASCII and whether the string is interned.
//! Strings of one Latin-1 character and the empty one are statics outside the heap: there is one of each.
//!
//! Invariant: a string is complete before it can be seen, and its text never changes afterwards. What changes are the cached
//! hash (0 while it isn't known) and the index into long non-ASCII text, which is built when it is first needed (`index.rs`).

pub mod codec;
pub mod format;
pub mod percent;

mod build;
mod case;
mod index;
mod iter;
mod pad;
mod search;
mod slots;
mod split;
mod translate;

pub use build::Builder;
pub use format::format_value;
pub use iter::{StrAsciiIterator, StrIterator};

use crate::bytes::buffer::Buffer;
use crate::def::{Made, TypeDef, TypeFlags};
use crate::layout::{Layout, Object, Trace};
use crate::shape::core;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc, Header, Tracer};
use prim::hash::HashKey;
use prim::text::{Text, TextBuf};
use std::cell::Cell;
use std::sync::OnceLock;

/// Header flags of strings.
pub mod flag {
    use heap::flags::EMBEDDER_SHIFT;
    /// All bytes are ASCII.
    pub const ASCII: u32 = 1 << EMBEDDER_SHIFT;
    /// In the table of interned strings: equal interned strings are the same object.
    pub const INTERNED: u32 = 1 << (EMBEDDER_SHIFT + 1);
    /// Interned and a root.
    pub const IMMORTAL: u32 = 1 << (EMBEDDER_SHIFT + 2);
    /// The text lies in the buffer that `store` leads to.
    pub const SHARED: u32 = 1 << (EMBEDDER_SHIFT + 3);
    /// `store` is an index (which leads on to the buffer of a shared string).
    pub const INDEXED: u32 = 1 << (EMBEDDER_SHIFT + 4);
    /// Made by concatenation: when it is the left operand of another one, it probably grows in a loop.
    pub const CONCATENATED: u32 = 1 << (EMBEDDER_SHIFT + 5);
}

/// A string. Subclasses keep their attribute word behind the bytes.
#[repr(C)]
pub struct Str {
    header: Header,
    hash: Cell<i64>,
    nbytes: usize,
    nchars: usize,
    /// UNDEF, or what holds the text when it isn't inline, or the index into it.
    store: Field<Value>,
    bytes: [u8; 0],
}

/// Offset of the first byte of inline text.
pub const BYTES: usize = size_of::<Str>();
/// Most bytes: a string has to fit an `isize`.
const MAX_BYTES: usize = isize::MAX as usize - BYTES - 16;

static LAYOUT: Layout =
    Layout { name: "Str", base: None, size: BYTES, full_size: Some(full_size), trace, drop: None };

static DEF: TypeDef = TypeDef {
    name: "str",
    doc: "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\nCreate a new string object from the \
          given object. If encoding or\nerrors is specified, then the object must expose a data buffer\nthat will be \
          decoded using the given encoding and error handler.\nOtherwise, returns the result of object.__str__() (if \
          defined)\nor repr(object).\nencoding defaults to 'utf-8'.\nerrors defaults to 'strict'.",
    signature: "",
    base: Some(crate::object::OBJECT),
    layout: &LAYOUT,
    flags: TypeFlags::BASETYPE.with(TypeFlags::MATCH_SELF).with(TypeFlags::IMMUTABLE),
    slots: Str::__slots,
    methods: &[
        Str::__METHODS,
        Str::__METHODS_SEARCH,
        Str::__METHODS_SPLIT,
        Str::__METHODS_CASE,
        Str::__METHODS_PAD,
        Str::__METHODS_TRANSLATE,
        Str::__METHODS_FORMAT,
    ],
    getset: &[],
    consts: &[],
    made: Made::with_shape(core::STR),
};

// SAFETY: `repr(C)`, begins with a header, described by LAYOUT.
unsafe impl Object for Str {
    const LAYOUT: &'static Layout = &LAYOUT;
    fn def() -> &'static TypeDef {
        &DEF
    }
}

unsafe fn full_size(object: *const Header) -> usize {
    // SAFETY: called with strings only.
    let s = unsafe { &*object.cast::<Str>() };
    if s.header.has(flag::SHARED) { BYTES } else { BYTES + s.nbytes }
}

unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: called with strings only.
    unsafe { (*object.cast::<Str>()).store.trace(tracer) }
}

static HASH_KEY: OnceLock<HashKey> = OnceLock::new();

/// The key of the process's string hashes; random unless [`set_hash_key`] came first.
pub fn hash_key() -> &'static HashKey {
    HASH_KEY.get_or_init(|| {
        use std::hash::{BuildHasher, RandomState};
        let word = || RandomState::new().hash_one(0u8);
        HashKey::new(word(), word())
    })
}

/// Decides the key of string hashes; without effect once a string was hashed.
pub fn set_hash_key(key: HashKey) {
    HASH_KEY.get_or_init(|| key);
}

/// Whether two values that are both strings have the same text; `None` if one isn't an exact string.
#[inline]
pub fn same_text(a: Value, b: Value) -> Option<bool> {
    let (a, b) = (a.exact::<Str>()?, b.exact::<Str>()?);
    Some(a.same_text(b))
}

/// `str.isidentifier`
pub fn is_identifier(s: Gc<Str>) -> bool {
    prim::unicode::is_identifier(s.text())
}

/// A string outside the heap: the empty one, or one of a single Latin-1 character.
#[repr(C)]
struct Single {
    string: Str,
    bytes: [u8; 8],
}

struct Singles([Single; 257]);
// SAFETY: the collector ignores objects outside the heap; what changes in them (the cached hash) is changed by the holder of
// the lock only.
unsafe impl Sync for Singles {}

/// The strings of one Latin-1 character by their code point; then the empty string.
static SINGLES: Singles = Singles(singles());

const fn singles() -> [Single; 257] {
    // A constant expression that is copied into each place, not a place of its own.
    #[allow(clippy::declare_interior_mutable_const)]
    const EMPTY: Single = Single {
        string: Str {
            header: Header::new(
                core::STR,
                heap::flags::LEAF | flag::ASCII | flag::INTERNED | flag::IMMORTAL,
            ),
            hash: Cell::new(0),
            nbytes: 0,
            nchars: 0,
            store: Field::new(Value::UNDEF),
            bytes: [],
        },
        bytes: [0; 8],
    };
    let mut all = [const { EMPTY }; 257];
    let mut code = 0;
    while code < 256 {
        let single = &mut all[code];
        single.string.nchars = 1;
        if code < 0x80 {
            single.string.nbytes = 1;
            single.bytes[0] = code as u8;
        } else {
            single.string.header =
                Header::new(core::STR, heap::flags::LEAF | flag::INTERNED | flag::IMMORTAL);
            single.string.nbytes = 2;
            single.bytes[0] = 0xC0 | (code >> 6) as u8;
            single.bytes[1] = 0x80 | (code & 0x3F) as u8;
        }
        code += 1;
    }
    all
}

/// Which static string has these bytes.
#[inline(always)]
fn single_of(bytes: &[u8]) -> Option<usize> {
    match *bytes {
        [] => Some(256),
        [byte] => Some(byte.into()),
        [first @ 0xC2..=0xC3, second] => {
            Some(usize::from(first & 3) << 6 | usize::from(second & 0x3F))
        }
        _ => None,
    }
}

#[inline(always)]
fn single(number: usize) -> Gc<Str> {
    let single: *const Single = &raw const SINGLES.0[number];
    // SAFETY: a static is live for ever; all that is written through the pointer are cells.
    unsafe { Gc::from_ptr(single.cast::<Str>().cast_mut()) }
}

impl Str {
    /// The empty string.
    #[inline]
    pub fn empty() -> Gc<Str> {
        single(256)
    }

    /// The string of the character with this code point.
    #[inline]
    pub fn latin1(code_point: u8) -> Gc<Str> {
        single(code_point.into())
    }

    /// A string.
    pub fn new(vm: &mut Vm, text: &str) -> PyResult<Gc<Str>> {
        Self::from_text(vm, text.into())
    }

    /// A string of Python text, which must not lie in a movable or collected place other than a live object.
    pub fn from_text(vm: &mut Vm, text: &Text) -> PyResult<Gc<Str>> {
        let ascii = text.is_ascii();
        let nchars = if ascii { text.byte_len() } else { text.code_point_len() };
        Self::from_known(vm, text.as_bytes(), nchars)
    }

    /// A string of bytes known to be generalised UTF-8 of that many code points.
    #[inline]
    pub(crate) fn from_known(vm: &mut Vm, bytes: &[u8], nchars: usize) -> PyResult<Gc<Str>> {
        match single_of(bytes) {
            Some(number) => Ok(single(number)),
            None => Self::create_in(vm, None, &[bytes], bytes.len(), nchars),
        }
    }

    /// The string of one code point; one that isn't any gives U+FFFD.
    pub fn from_code_point(vm: &mut Vm, code_point: u32) -> PyResult<Gc<Str>> {
        if let Ok(byte) = u8::try_from(code_point) {
            return Ok(Self::latin1(byte));
        }
        let (bytes, len) = prim::text::encode(code_point).unwrap_or(([0xEF, 0xBF, 0xBD, 0], 3));
        Self::create_in(vm, None, &[&bytes[..len]], len, 1)
    }

    /// A string of class `cls`, a subclass of `str`.
    pub fn new_as(vm: &mut Vm, cls: Gc<Type>, text: &Text) -> PyResult<Gc<Str>> {
        let bytes = text.as_bytes();
        Self::create_in(vm, Some(cls), &[bytes], bytes.len(), text.code_point_len())
    }

    /// A string from owned text.
    pub fn from_buf(vm: &mut Vm, text: TextBuf) -> PyResult<Gc<Str>> {
        Self::from_text(vm, text.as_text())
    }

    /// `text`, or MemoryError when there was no memory for it.
    pub(crate) fn from_fallible<E>(vm: &mut Vm, text: Result<TextBuf, E>) -> PyResult<Gc<Str>> {
        match text {
            Ok(text) => Self::from_text(vm, &text),
            Err(_) => Err(vm.memory_error()),
        }
    }

    /// The parts one after another: `nbytes` bytes, `nchars` code points in all.
    fn create_in(
        vm: &mut Vm,
        cls: Option<Gc<Type>>,
        parts: &[&[u8]],
        nbytes: usize,
        nchars: usize,
    ) -> PyResult<Gc<Str>> {
        let mut string = Self::begin(vm, cls, nbytes, nchars)?;
        for part in parts {
            string.push(part);
        }
        Ok(string.finish())
    }

    /// An exact or (with `cls`) derived string of `nbytes` bytes which are still to be written. Exact strings that there is
    /// one of only must not be made in this way.
    pub(crate) fn begin(
        vm: &mut Vm,
        cls: Option<Gc<Type>>,
        nbytes: usize,
        nchars: usize,
    ) -> PyResult<Unfinished> {
        if nbytes > MAX_BYTES {
            return Err(vm.memory_error());
        }
        let flags = if nbytes == nchars { flag::ASCII } else { 0 };
        let object = match cls {
            None => vm.alloc_leaf(core::STR, BYTES + nbytes, flags)?,
            Some(cls) => {
                let object = vm.alloc_var_object(cls, BYTES + nbytes)?;
                // SAFETY: a fresh object.
                unsafe { object.as_ref() }.insert(flags);
                object
            }
        };
        let string = object.as_ptr().cast::<Str>();
        // SAFETY: fresh memory of this size; the bytes follow before the next allocation, as `Unfinished` demands.
        unsafe {
            (&raw mut (*string).hash).write(Cell::new(0));
            (&raw mut (*string).nbytes).write(nbytes);
            (&raw mut (*string).nchars).write(nchars);
            (&raw mut (*string).store).write(Field::new(Value::UNDEF));
        }
        Ok(Unfinished { string, filled: 0, nbytes })
    }

    /// The text. It never changes, so it may be held as long as the string is held in a local.
    #[inline(always)]
    pub fn text(&self) -> &Text {
        Text::from_bytes_unchecked(self.as_bytes())
    }

    /// The bytes of the text.
    #[inline(always)]
    pub fn as_bytes(&self) -> &[u8] {
        let start = if self.header.has(flag::SHARED) {
            self.shared_bytes()
        } else {
            // SAFETY: inline text follows the fixed part.
            unsafe { std::ptr::from_ref(self).cast::<u8>().add(BYTES) }
        };
        // SAFETY: `nbytes` initialised bytes lie there that never change; a buffer's bytes in use never do.
        unsafe { std::slice::from_raw_parts(start, self.nbytes) }
    }

    #[cold]
    fn shared_bytes(&self) -> *const u8 {
        match self.buffer() {
            Some(buffer) => buffer.as_mut_ptr(),
            None => std::ptr::NonNull::dangling().as_ptr(),
        }
    }

    /// The buffer of a shared string.
    fn buffer(&self) -> Option<Gc<Buffer>> {
        let store = Buffer::of_value(self.store.get())?;
        if self.header.has(flag::INDEXED) { Buffer::of_value(store.link()) } else { Some(store) }
    }

    /// Whether all characters are ASCII.
    #[inline(always)]
    pub fn is_ascii(&self) -> bool {
        self.header.has(flag::ASCII)
    }

    /// Number of bytes.
    #[inline(always)]
    pub fn byte_len(&self) -> usize {
        self.nbytes
    }

    /// Number of code points.
    #[inline(always)]
    pub fn char_len(&self) -> usize {
        self.nchars
    }

    /// The code point of a string that has one only.
    #[inline]
    pub fn single_code_point(&self) -> Option<u32> {
        if self.nchars == 1 { self.text().code_points().next() } else { None }
    }

    /// Whether it is in the table of interned strings.
    #[inline(always)]
    pub fn is_interned(&self) -> bool {
        self.header.has(flag::INTERNED)
    }

    /// `hash()`, cached.
    #[inline(always)]
    pub fn hash(&self) -> i64 {
        let known = self.hash.get();
        if known != 0 { known } else { self.compute_hash() }
    }

    #[cold]
    fn compute_hash(&self) -> i64 {
        let hash = hash_key().text(self.text());
        self.hash.set(hash);
        hash
    }

    /// Whether the texts are equal.
    #[inline]
    pub fn same_text(&self, other: Gc<Str>) -> bool {
        std::ptr::eq(self, other.as_ptr())
            || (self.nbytes == other.nbytes && self.as_bytes() == other.as_bytes())
    }

    /// The exact string with the text of `this`.
    #[inline]
    pub fn plain(this: Gc<Str>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        if Value::from(this).exact::<Str>().is_some() {
            return Ok(this);
        }
        Self::from_known(vm, this.as_bytes(), this.nchars)
    }

    pub(crate) fn mark_interned(&self, immortal: bool) {
        self.header.insert(flag::INTERNED | if immortal { flag::IMMORTAL } else { 0 });
    }

    pub(crate) fn is_immortal(&self) -> bool {
        self.header.has(flag::IMMORTAL)
    }
}

/// A new string whose bytes are being written. Nothing may be allocated in the heap before it is finished.
pub(crate) struct Unfinished {
    string: *mut Str,
    filled: usize,
    nbytes: usize,
}

impl Unfinished {
    /// Adds bytes; what doesn't fit is left out.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) {
        let count = bytes.len().min(self.nbytes - self.filled);
        // SAFETY: the string has room for `nbytes` bytes behind its fixed part.
        unsafe {
            let to = self.string.cast::<u8>().add(BYTES + self.filled);
            std::ptr::copy_nonoverlapping(bytes.as_ptr(), to, count);
        }
        self.filled += count;
    }

    /// Adds bytes made from others one by one; what doesn't fit is left out.
    #[inline]
    pub(crate) fn push_mapped(&mut self, bytes: &[u8], map: impl Fn(u8) -> u8) {
        let count = bytes.len().min(self.nbytes - self.filled);
        // SAFETY: as in `push`.
        let to = unsafe { self.string.cast::<u8>().add(BYTES + self.filled) };
        for (index, byte) in bytes.iter().take(count).enumerate() {
            // SAFETY: as in `push`.
            unsafe { to.add(index).write(map(*byte)) };
        }
        self.filled += count;
    }

    /// The string; bytes that were promised and not written are zero.
    #[inline]
    pub(crate) fn finish(self) -> Gc<Str> {
        // SAFETY: the string has room for `nbytes` bytes; now all of it is initialised.
        unsafe {
            if self.filled < self.nbytes {
                let rest = self.string.cast::<u8>().add(BYTES + self.filled);
                rest.write_bytes(0, self.nbytes - self.filled);
            }
            Gc::from_ptr(self.string)
        }
    }
}

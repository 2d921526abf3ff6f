//! `Value`: one tagged 64-bit word, `Copy`, without a reference count.
//!
//! | low 3 bits | meaning |
//! | --- | --- |
//! | `000`, `100` | int of 62 bits, `i << 2` |
//! | `001` | heap pointer + 1 |
//! | `101` | UNDEF, None, False, True |
//! | `011`, `110`, `111` | float, rotated so that common exponents fit |
//! | `010` | spare |
//!
//! Invariant: an int that fits 62 bits and a float that fits the immediate form are always immediate, so equal words
//! are identical values. A `Value` kept in a `Vec`, `Box` or closure is invisible to the collector.

use crate::layout::{Object, shape_is};
use heap::{Gc, Header};

/// A Python value, or UNDEF (no value: an unbound local, an absent argument).
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Value(u64);

/// Low bits of a heap reference.
pub const TAG_HEAP: u64 = 1;
const TAG_MASK: u64 = 7;
const FLOAT_BIAS: u64 = 3 << 60;
const FLOAT_TAGS: u32 = 0xC8C8_C8C8;

impl Value {
    /// No value.
    pub const UNDEF: Value = Value(0x05);
    /// `None`.
    pub const NONE: Value = Value(0x0D);
    /// `False`.
    pub const FALSE: Value = Value(0x15);
    /// `True`.
    pub const TRUE: Value = Value(0x1D);
    /// The int 0.
    pub const ZERO: Value = Value(0);
    /// Smallest immediate int.
    pub const MIN_INT: i64 = -(1 << 61);
    /// Largest immediate int.
    pub const MAX_INT: i64 = (1 << 61) - 1;

    /// The value whose word is `bits`.
    #[inline(always)]
    pub const fn from_bits(bits: u64) -> Value {
        Value(bits)
    }
    /// The word.
    #[inline(always)]
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// `True` or `False`.
    #[inline(always)]
    pub const fn from_bool(b: bool) -> Value {
        Value(0x15 + ((b as u64) << 3))
    }
    /// The int `i`, if it fits 62 bits. [`crate::int::from_i64`] makes any.
    #[inline(always)]
    pub const fn small_int(i: i64) -> Option<Value> {
        if i >= Self::MIN_INT && i <= Self::MAX_INT { Some(Value((i as u64) << 2)) } else { None }
    }
    /// The int `i` of at most 32 bits.
    #[inline(always)]
    pub const fn int32(i: i32) -> Value {
        Value((i as i64 as u64) << 2)
    }
    /// A length or index. Sizes of things in memory always fit 62 bits.
    #[inline(always)]
    pub const fn from_len(n: usize) -> Value {
        debug_assert!(n < 1 << 61);
        Value((n as u64) << 2)
    }
    /// The float `f`, if it has an immediate form. [`crate::float::from_f64`] makes any.
    #[inline(always)]
    pub const fn small_float(f: f64) -> Option<Value> {
        let r = f.to_bits().wrapping_add(FLOAT_BIAS).rotate_left(4);
        if FLOAT_TAGS >> (r & 31) & 1 != 0 { Some(Value(r)) } else { None }
    }
    /// A reference to a heap object.
    #[inline(always)]
    pub fn from_header(p: *const Header) -> Value {
        Value(p as u64 + TAG_HEAP)
    }
    /// A reference to a heap object.
    #[inline(always)]
    pub fn from_gc<T>(p: Gc<T>) -> Value {
        Value(p.as_ptr() as u64 + TAG_HEAP)
    }

    /// Whether there is no value.
    #[inline(always)]
    pub const fn is_undef(self) -> bool {
        self.0 == Self::UNDEF.0
    }
    /// Whether it is `None`.
    #[inline(always)]
    pub const fn is_none(self) -> bool {
        self.0 == Self::NONE.0
    }
    /// Whether it is `True`.
    #[inline(always)]
    pub const fn is_true(self) -> bool {
        self.0 == Self::TRUE.0
    }
    /// Whether it is `True` or `False`.
    #[inline(always)]
    pub const fn is_bool(self) -> bool {
        self.0 | 8 == Self::TRUE.0
    }
    /// Whether it is an immediate int.
    #[inline(always)]
    pub const fn is_small_int(self) -> bool {
        self.0 & 3 == 0
    }
    /// Whether both are immediate ints.
    #[inline(always)]
    pub const fn both_small_int(a: Value, b: Value) -> bool {
        (a.0 | b.0) & 3 == 0
    }
    /// Whether it is an immediate float.
    #[inline(always)]
    pub const fn is_small_float(self) -> bool {
        FLOAT_TAGS >> (self.0 & 31) & 1 != 0
    }
    /// Whether it is a heap reference.
    #[inline(always)]
    pub const fn is_heap(self) -> bool {
        self.0 & TAG_MASK == TAG_HEAP
    }
    /// The immediate int, if it is one.
    #[inline(always)]
    pub const fn as_small_int(self) -> Option<i64> {
        if self.is_small_int() { Some(self.0 as i64 >> 2) } else { None }
    }
    /// The int of a word known to be an immediate int.
    #[inline(always)]
    pub const fn small_int_unchecked(self) -> i64 {
        debug_assert!(self.is_small_int());
        self.0 as i64 >> 2
    }
    /// The immediate float, if it is one.
    #[inline(always)]
    pub const fn as_small_float(self) -> Option<f64> {
        if self.is_small_float() { Some(self.small_float_unchecked()) } else { None }
    }
    /// The float of a word known to be an immediate float.
    #[inline(always)]
    pub const fn small_float_unchecked(self) -> f64 {
        f64::from_bits(self.0.rotate_right(4).wrapping_sub(FLOAT_BIAS))
    }
    /// `True` or `False` as a `bool`, if it is one of them.
    #[inline(always)]
    pub const fn as_bool(self) -> Option<bool> {
        if self.is_bool() { Some(self.0 == Self::TRUE.0) } else { None }
    }

    /// The heap object, if it is one.
    #[inline(always)]
    pub fn header(self) -> Option<Gc<Header>> {
        if self.is_heap() {
            // SAFETY: a word with the heap tag is the address of a live object plus one.
            Some(unsafe { Gc::from_ptr((self.0 - TAG_HEAP) as *mut Header) })
        } else {
            None
        }
    }
    /// Shape id of a heap object, 0 for an immediate.
    #[inline(always)]
    pub fn shape(self) -> u32 {
        match self.header() {
            Some(h) => h.shape(),
            None => 0,
        }
    }
    /// The object, if its layout is `T`'s or derived from it: instances of the type and of its subclasses.
    #[inline(always)]
    pub fn cast<T: Object>(self) -> Option<Gc<T>> {
        let h = self.header()?;
        if shape_is::<T>(h.shape()) {
            // SAFETY: the shape's layout is T's or begins with it.
            Some(unsafe { Gc::from_ptr(h.as_ptr().cast()) })
        } else {
            None
        }
    }
    /// The object, if it is an instance of exactly `T`'s type.
    #[inline(always)]
    pub fn exact<T: Object>(self) -> Option<Gc<T>> {
        let h = self.header()?;
        if h.shape() == T::def().shape() {
            // SAFETY: the exact shape has T's layout.
            Some(unsafe { Gc::from_ptr(h.as_ptr().cast()) })
        } else {
            None
        }
    }
    /// The object of a value known to be a `T`.
    ///
    /// # Safety
    /// The value is a heap reference to an object whose layout is `T`'s or begins with it.
    #[inline(always)]
    pub unsafe fn cast_unchecked<T>(self) -> Gc<T> {
        debug_assert!(self.is_heap());
        // SAFETY: the caller's promise.
        unsafe { Gc::from_ptr((self.0 - TAG_HEAP) as *mut T) }
    }
    /// `self`, or `None` for UNDEF.
    #[inline(always)]
    pub const fn defined(self) -> Option<Value> {
        if self.is_undef() { None } else { Some(self) }
    }
}

impl<T> From<Gc<T>> for Value {
    #[inline(always)]
    fn from(p: Gc<T>) -> Value {
        Value::from_gc(p)
    }
}

impl From<bool> for Value {
    #[inline(always)]
    fn from(b: bool) -> Value {
        Value::from_bool(b)
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if let Some(i) = self.as_small_int() {
            write!(f, "{i}")
        } else if let Some(x) = self.as_small_float() {
            write!(f, "{x:?}")
        } else {
            match *self {
                Value::UNDEF => f.write_str("UNDEF"),
                Value::NONE => f.write_str("None"),
                Value::FALSE => f.write_str("False"),
                Value::TRUE => f.write_str("True"),
                _ => write!(f, "<shape {} object>", self.shape()),
            }
        }
    }
}

//! Memory layouts of heap objects and their tracing.
//!
//! A [`Layout`] is the Rust side of an object (which struct, how it is traced, where attributes live); a shape adds the
//! Python side (which class, which attributes). Natives get theirs from `#[pytype]`.

use crate::def::TypeDef;
use crate::shape::{Shape, shape};
use crate::value::Value;
use heap::{Field, Gc, Header, Tracer};
use std::cell::Cell;

/// How objects of one Rust struct lie in memory.
pub struct Layout {
    /// Name of the struct, for messages and dumps.
    pub name: &'static str,
    /// The layout it begins with.
    pub base: Option<&'static Layout>,
    /// Bytes of the fixed part.
    pub size: usize,
    /// Bytes including the variable part, for layouts that have one; the attribute word of a subclass lies behind.
    pub full_size: Option<unsafe fn(*const Header) -> usize>,
    /// Traces all fields of the struct (attributes aside).
    pub trace: unsafe fn(*mut Header, &mut Tracer),
    /// Drops Rust-owned fields; called once, when the object is dead.
    pub drop: Option<unsafe fn(*mut Header)>,
}

impl Layout {
    /// Whether it is `other` or begins with it.
    #[inline]
    pub fn extends(&'static self, other: &'static Layout) -> bool {
        let mut at = Some(self);
        while let Some(l) = at {
            if std::ptr::eq(l, other) {
                return true;
            }
            at = l.base;
        }
        false
    }
}

/// A Rust struct that is the layout of a Python type.
///
/// # Safety
/// `Self` is `repr(C)` and begins with a [`Header`] (or with the struct of `LAYOUT.base`); `LAYOUT` describes it.
pub unsafe trait Object: Sized + 'static {
    /// The layout.
    const LAYOUT: &'static Layout;
    /// The native type that has it.
    fn def() -> &'static TypeDef;
}

/// Whether objects of shape `id` have `T`'s layout or one derived from it.
#[inline(always)]
pub fn shape_is<T: Object>(id: u32) -> bool {
    id == T::def().shape() || shape_extends(id, T::LAYOUT)
}

#[inline(never)]
fn shape_extends(id: u32, layout: &'static Layout) -> bool {
    shape(id).layout().extends(layout)
}

/// The receiver of a method called through a slot or a checked descriptor.
#[doc(hidden)]
#[inline(always)]
pub fn receiver<T: Object>(v: Value) -> Gc<T> {
    debug_assert!(v.cast::<T>().is_some(), "receiver is not a {}", T::LAYOUT.name);
    // SAFETY: slots are installed on the type and its subclasses only, whose layouts begin with T's; descriptors check.
    unsafe { v.cast_unchecked() }
}

/// Fields that the collector follows. Implemented for all field types, plain data included, so that a derive can trace
/// every field alike.
pub trait Trace {
    /// Reports the references in `self`.
    fn trace(&self, tracer: &mut Tracer);
}

// SAFETY: the one reference is passed.
unsafe impl heap::Trace for Value {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer) {
        tracer.word(self.bits());
    }
}

impl Trace for Value {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer) {
        tracer.word(self.bits());
    }
}

impl<T> Trace for Gc<T> {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer) {
        tracer.ptr(self.as_ptr().cast());
    }
}

impl<T: Trace> Trace for Option<T> {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer) {
        if let Some(x) = self {
            x.trace(tracer);
        }
    }
}

impl<T: Trace + Copy> Trace for Field<T> {
    #[inline(always)]
    fn trace(&self, tracer: &mut Tracer) {
        self.get().trace(tracer);
    }
}

impl<T: Trace, const N: usize> Trace for [T; N] {
    fn trace(&self, tracer: &mut Tracer) {
        for x in self {
            x.trace(tracer);
        }
    }
}

impl<T: Plain> Trace for Cell<T> {
    #[inline(always)]
    fn trace(&self, _: &mut Tracer) {}
}

/// Data without references to heap objects.
pub trait Plain: Copy {}
macro_rules! plain {
    ($($t:ty),*) => {$(
        impl Plain for $t {}
        impl Trace for $t {
            #[inline(always)]
            fn trace(&self, _: &mut Tracer) {}
        }
    )*};
}
plain!(
    bool,
    u8,
    i8,
    u16,
    i16,
    u32,
    i32,
    u64,
    i64,
    u128,
    i128,
    usize,
    isize,
    f32,
    f64,
    char,
    &'static str,
    ()
);
impl<T: Plain> Plain for Option<T> {}
impl<T: 'static> Trace for &'static [T] {
    fn trace(&self, _: &mut Tracer) {}
}
impl<T: 'static> Plain for &'static [T] {}

/// What the heap calls for every marked object.
///
/// # Safety
/// `obj` is a live object whose shape id is valid.
pub unsafe fn trace_object(obj: *mut Header, tracer: &mut Tracer) {
    // SAFETY: the caller's promise.
    unsafe {
        let shape: &Shape = shape((*obj).shape());
        (shape.trace)(obj, tracer);
    }
}

//! The native buffer protocol: how one type reads the bytes of another.
//!
//! A [`View`] lends the bytes of an object. While it lives, the object keeps them where they are: a bytearray can't change its
//! size. Types of other modules join with [`register`].

use super::Bytes;
use crate::bytearray::ByteArray;
use crate::layout::{Layout, Object};
use crate::shape::shape;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use std::sync::{PoisonError, RwLock};

/// Bytes lent by an object, contiguous and without format.
pub struct View {
    owner: Value,
    start: *mut u8,
    len: usize,
    writable: bool,
    format: &'static str,
    release: Option<fn(Value)>,
}

/// Lends the bytes of an object of the registered layout.
pub type ExportFn = fn(&mut Vm, Value) -> PyResult<View>;

static EXPORTERS: RwLock<Vec<(&'static Layout, ExportFn)>> = RwLock::new(Vec::new());

/// Lets objects of `T`'s layout lend their bytes through `export`.
pub fn register<T: Object>(export: ExportFn) {
    let mut all = EXPORTERS.write().unwrap_or_else(PoisonError::into_inner);
    if !all.iter().any(|(layout, _)| std::ptr::eq(*layout, T::LAYOUT)) {
        all.push((T::LAYOUT, export));
    }
}

/// The bytes of `v`; `None` if it has none to lend.
pub fn buffer_of(vm: &mut Vm, v: Value) -> PyResult<Option<View>> {
    if let Some(bytes) = v.cast::<Bytes>() {
        let slice = bytes.as_slice();
        let view = View {
            owner: v,
            start: slice.as_ptr().cast_mut(),
            len: slice.len(),
            writable: false,
            format: "B",
            release: None,
        };
        return Ok(Some(view));
    }
    if let Some(array) = v.cast::<ByteArray>() {
        return Ok(Some(ByteArray::export(array)));
    }
    let Some(header) = v.header() else { return Ok(None) };
    let layout = shape(header.shape()).layout();
    let export = {
        let all = EXPORTERS.read().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|(exporter, _)| layout.extends(exporter)).map(|(_, export)| *export)
    };
    match export {
        Some(export) => export(vm, v).map(Some),
        None => Ok(None),
    }
}

/// The bytes of `v`; TypeError if it has none to lend.
pub fn buffer(vm: &mut Vm, v: Value) -> PyResult<View> {
    match buffer_of(vm, v)? {
        Some(view) => Ok(view),
        None => Err(
            vm.type_error(format_args!("a bytes-like object is required, not '{}'", class_name(v)))
        ),
    }
}

impl View {
    /// Lends `len` bytes at `start`; `release` is called with `owner` when they are given back.
    ///
    /// # Safety
    /// The bytes stay initialised and where they are until then.
    pub unsafe fn new(
        owner: Value,
        start: *mut u8,
        len: usize,
        writable: bool,
        release: Option<fn(Value)>,
    ) -> View {
        View { owner, start, len, writable, format: "B", release }
    }

    /// The same bytes as items of another format (of the module `struct`, native).
    #[must_use]
    pub fn with_format(mut self, format: &'static str) -> View {
        self.format = format;
        self
    }

    /// The format of the items, `B` for plain bytes.
    pub fn format(&self) -> &'static str {
        self.format
    }

    /// The object.
    pub fn owner(&self) -> Value {
        self.owner
    }

    /// How many bytes there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether the bytes may be written to.
    pub fn is_writable(&self) -> bool {
        self.writable
    }

    /// The bytes. They may change when Python code runs: not to be held across that.
    pub fn bytes(&self) -> &[u8] {
        if self.len == 0 {
            return &[];
        }
        // SAFETY: as `new` was promised.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }

    /// Copies bytes to offset `at`; what doesn't fit, or all if they can't be written to, is left out.
    pub fn write(&self, at: usize, bytes: &[u8]) {
        let count = bytes.len().min(self.len.saturating_sub(at));
        if self.writable && count > 0 {
            // SAFETY: as `new` was promised; the ranges may overlap if both are of one object.
            unsafe { std::ptr::copy(bytes.as_ptr(), self.start.add(at), count) };
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        if let Some(release) = self.release {
            release(self.owner);
        }
    }
}

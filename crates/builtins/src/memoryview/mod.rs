//! `memoryview`: a look at the bytes of another object.
//!
//! A [`Lease`] holds the bytes; all views made of one object share it. Invariant: every index that shape, strides and
//! offset of a view allow lies within the lease's bytes.

mod compare;
mod format;
mod iter;
mod layout;
mod methods;
mod subscript;

pub use iter::MemoryIterator;

use format::Format;
use heap::Gc;
use layout::Layout;
use macros::pytype;
use objects::bytes::{Bytes, View, buffer_of};
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::cell::{Cell, RefCell};

/// The bytes lent by an object, given back when the last view is released or dead.
#[pytype(name = "_managedbuffer", flags(NO_NEW), no_methods)]
pub struct Lease {
    owner: Value,
    #[untraced]
    view: RefCell<Option<View>>,
    /// Views that aren't released.
    views: Cell<usize>,
}

/// Create a new memoryview object which references the given object.
#[pytype(
    name = "memoryview",
    flags(WEAKREF, SEQUENCE),
    signature = "(object)",
    extra("subscript", "compare"),
    doc = "Create a new memoryview object which references the given object."
)]
pub struct MemoryView {
    lease: Gc<Lease>,
    /// `format`
    shown: Gc<Str>,
    #[untraced]
    format: Format,
    #[untraced]
    layout: Layout,
    /// `shape` and `strides` of views without exactly one dimension; else both are empty and the layout has them.
    shape: Gc<Tuple>,
    strides: Gc<Tuple>,
    readonly: bool,
    /// Consumers of this view's bytes.
    exports: Cell<usize>,
    released: Cell<bool>,
}

/// Lets other objects read the bytes of memoryviews.
pub fn start(vm: &mut Vm) -> PyResult<()> {
    for def in [MemoryView::__DEF, Lease::__DEF, MemoryIterator::__DEF] {
        objects::types::ready(vm, def)?;
    }
    objects::bytes::export::register::<MemoryView>(export);
    Ok(())
}

/// Lends the bytes of a view: the lease's own if they are contiguous, else a copy.
fn export(vm: &mut Vm, v: Value) -> PyResult<View> {
    let Some(this) = v.cast::<MemoryView>() else {
        return Err(
            vm.type_error(format_args!("a bytes-like object is required, not '{}'", class_name(v)))
        );
    };
    MemoryView::check(this, vm)?;
    if !this.is_contiguous() {
        let bytes = MemoryView::bytes(this, vm)?;
        let copy: Value = Bytes::new(vm, &bytes)?.into();
        return match buffer_of(vm, copy)? {
            Some(view) => Ok(view),
            None => Err(vm.system_error(format_args!("bytes without a buffer"))),
        };
    }
    let (start, len) = (this.layout.offset, this.byte_len());
    let lease = this.lease.view.borrow();
    let Some(inner) = lease.as_ref() else { return Err(forbidden(vm)) };
    let within = inner.bytes().get(start..start + len).unwrap_or(&[]);
    this.exports.set(this.exports.get() + 1);
    let release = |owner: Value| {
        if let Some(view) = owner.cast::<MemoryView>() {
            view.exports.set(view.exports.get().saturating_sub(1));
        }
    };
    // SAFETY: the lease keeps the bytes where they are, and a view can't be released while it has exports.
    Ok(unsafe {
        View::new(v, within.as_ptr().cast_mut(), within.len(), !this.readonly, Some(release))
    })
}

#[cold]
fn forbidden(vm: &mut Vm) -> Raised {
    vm.value_error(format_args!("operation forbidden on released memoryview object"))
}

impl MemoryView {
    /// `memoryview(object)`
    pub fn of(vm: &mut Vm, object: Value) -> PyResult<Gc<MemoryView>> {
        if let Some(other) = object.cast::<MemoryView>() {
            Self::check(other, vm)?;
            return Self::derived(other, vm, other.layout, other.shape, other.strides);
        }
        let Some(view) = buffer_of(vm, object)? else {
            return Err(vm.type_error(format_args!(
                "memoryview: a bytes-like object is required, not '{}'",
                class_name(object)
            )));
        };
        let (len, readonly) = (view.len(), !view.is_writable());
        let text = view.format();
        let format = Format::parse(text.as_bytes()).unwrap_or(Format::BYTES);
        let size = format.size();
        let owner = view.owner();
        let shown = vm.intern(text)?;
        let lease = Lease::create(vm, owner, RefCell::new(Some(view)), Cell::new(1))?;
        let layout = Layout { offset: 0, len: len / size, stride: size as isize, dimensions: 1 };
        let none = Tuple::empty();
        Self::create(
            vm,
            lease,
            shown,
            format,
            layout,
            none,
            none,
            readonly,
            Cell::new(0),
            Cell::new(false),
        )
    }

    /// Another view of the same bytes with the same format.
    fn derived(
        this: Gc<Self>,
        vm: &mut Vm,
        layout: Layout,
        shape: Gc<Tuple>,
        strides: Gc<Tuple>,
    ) -> PyResult<Gc<MemoryView>> {
        Self::with(this, vm, (this.shown, this.format), layout, (shape, strides), this.readonly)
    }

    fn with(
        this: Gc<Self>,
        vm: &mut Vm,
        (shown, format): (Gc<Str>, Format),
        layout: Layout,
        (shape, strides): (Gc<Tuple>, Gc<Tuple>),
        readonly: bool,
    ) -> PyResult<Gc<MemoryView>> {
        let lease = this.lease;
        let new = Self::create(
            vm,
            lease,
            shown,
            format,
            layout,
            shape,
            strides,
            readonly,
            Cell::new(0),
            Cell::new(false),
        )?;
        lease.views.set(lease.views.get() + 1);
        Ok(new)
    }

    /// Fails if the view has been released.
    fn check(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        if this.released.get() { Err(forbidden(vm)) } else { Ok(()) }
    }

    /// Length and stride of each dimension.
    fn dimensions(&self) -> Vec<(usize, isize)> {
        match self.layout.dimensions {
            1 => vec![(self.layout.len, self.layout.stride)],
            _ => self
                .shape
                .items()
                .iter()
                .zip(self.strides.items())
                .map(|(n, s)| dimension(*n, *s))
                .collect(),
        }
    }

    /// Bytes of all items.
    fn byte_len(&self) -> usize {
        self.dimensions().iter().map(|d| d.0).product::<usize>() * self.format.size()
    }

    /// Whether the items lie one behind the other in row order.
    fn is_contiguous(&self) -> bool {
        let mut expected = self.format.size();
        for (len, stride) in self.dimensions().into_iter().rev() {
            if len > 1 && stride != expected.cast_signed() {
                return false;
            }
            expected *= len.max(1);
        }
        true
    }

    /// Whether the items lie one behind the other in column order.
    fn is_column_contiguous(&self) -> bool {
        let mut expected = self.format.size();
        for (len, stride) in self.dimensions() {
            if len > 1 && stride != expected.cast_signed() {
                return false;
            }
            expected *= len.max(1);
        }
        true
    }

    /// The bytes of the item at `at` bytes into the lease.
    fn item_bytes(&self, at: usize) -> [u8; format::MAX_ITEM] {
        let mut out = [0; format::MAX_ITEM];
        if let Some(view) = self.lease.view.borrow().as_ref()
            && let Some(bytes) = view.bytes().get(at..at + self.format.size())
        {
            out[..bytes.len()].copy_from_slice(bytes);
        }
        out
    }

    /// The item at `at` bytes into the lease.
    fn unpack_at(this: Gc<Self>, vm: &mut Vm, at: usize) -> PyResult<Value> {
        let bytes = this.item_bytes(at);
        this.format.unpack(vm, &bytes[..this.format.size()])
    }

    /// Stores `v` as the item at `at` bytes into the lease.
    fn pack_at(this: Gc<Self>, vm: &mut Vm, at: usize, v: Value) -> PyResult<()> {
        let shown = this.shown.text().to_string();
        let bytes = this.format.pack(vm, v, &shown)?;
        // Packing may have run Python code that released the view.
        Self::check(this, vm)?;
        if let Some(view) = this.lease.view.borrow().as_ref() {
            view.write(at, &bytes[..this.format.size()]);
        }
        Ok(())
    }

    /// Where the items begin, in row order.
    fn positions(&self) -> Vec<usize> {
        let mut all = vec![self.layout.offset];
        for (len, stride) in self.dimensions() {
            all = all
                .iter()
                .flat_map(|start| {
                    (0..len).map(move |i| start.wrapping_add_signed(stride * i.cast_signed()))
                })
                .collect();
        }
        all
    }

    /// A copy of the bytes in row order.
    fn bytes(this: Gc<Self>, vm: &mut Vm) -> PyResult<Vec<u8>> {
        let (len, size) = (this.byte_len(), this.format.size());
        let mut out = Vec::new();
        if out.try_reserve_exact(len).is_err() {
            return Err(vm.memory_error());
        }
        let view = this.lease.view.borrow();
        let Some(view) = view.as_ref() else { return Ok(out) };
        let bytes = view.bytes();
        let start = this.layout.offset;
        if this.is_contiguous() {
            out.extend_from_slice(bytes.get(start..start + len).unwrap_or(&[]));
            return Ok(out);
        }
        for at in this.positions() {
            out.extend_from_slice(bytes.get(at..at + size).unwrap_or(&[]));
        }
        Ok(out)
    }

    /// Gives the bytes back.
    fn release(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        if this.released.get() {
            return Ok(());
        }
        let exports = this.exports.get();
        if exports > 0 {
            let s = if exports == 1 { "" } else { "s" };
            return Err(
                vm.buffer_error(format_args!("memoryview has {exports} exported buffer{s}"))
            );
        }
        this.released.set(true);
        let left = this.lease.views.get().saturating_sub(1);
        this.lease.views.set(left);
        if left == 0 {
            let view = this.lease.view.borrow_mut().take();
            drop(view);
        }
        Ok(())
    }
}

fn dimension(len: Value, stride: Value) -> (usize, isize) {
    (len.as_small_int().unwrap_or(0) as usize, stride.as_small_int().unwrap_or(0) as isize)
}

//! `m[…]`, reading and writing.

use super::MemoryView;
use super::layout::Layout;
use heap::Gc;
use macros::pymethods;
use objects::bytes::buffer;
use objects::exceptions;
use objects::singletons;
use objects::slice::Slice;
use objects::tuple::Tuple;
use objects::types::class_of;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};

fn is_index(v: Value) -> bool {
    class_of(v).slots().index.is_some()
}

#[cold]
fn invalid_key(vm: &mut Vm) -> Raised {
    vm.type_error(format_args!("memoryview: invalid slice key"))
}

#[cold]
fn unsupported(vm: &mut Vm, what: &str) -> Raised {
    vm.not_implemented_error(format_args!("{what}"))
}

/// The index `key` into a dimension of `len` items.
fn index(vm: &mut Vm, key: Value, len: usize, dimension: usize) -> PyResult<usize> {
    let i = vm.index_isize(key, &exceptions::INDEX_ERROR)?;
    match objects::slice::item_index(i, len) {
        Some(i) => Ok(i),
        None => Err(vm.index_error(format_args!("index out of bounds on dimension {dimension}"))),
    }
}

impl MemoryView {
    /// Where the item that a tuple of indices names begins.
    fn position(this: Gc<Self>, vm: &mut Vm, keys: Gc<Tuple>) -> PyResult<usize> {
        let count = this.layout.dimensions;
        if keys.len() > count {
            return Err(vm.type_error(format_args!(
                "cannot index {count}-dimension view with {}-element tuple",
                keys.len()
            )));
        }
        if keys.len() < count {
            return Err(unsupported(vm, "sub-views are not implemented"));
        }
        let mut at = this.layout.offset;
        for (i, (len, stride)) in this.dimensions().into_iter().enumerate() {
            let Some(key) = keys.get(i) else { break };
            let n = index(vm, key, len, i + 1)?;
            at = at.wrapping_add_signed(stride * n.cast_signed());
        }
        Ok(at)
    }

    /// The part of the first dimension that a slice selects.
    fn slice(this: Gc<Self>, vm: &mut Vm, slice: Gc<Slice>) -> PyResult<Gc<MemoryView>> {
        let bounds = slice.unpack(vm)?;
        Self::check(this, vm)?;
        let dimensions = this.dimensions();
        let Some((len, stride)) = dimensions.first().copied() else { return Err(invalid_key(vm)) };
        let selected = bounds.within(len);
        let offset = this
            .layout
            .offset
            .wrapping_add_signed(stride.wrapping_mul(selected.start.cast_signed()));
        let step = if selected.len == 0 { stride } else { stride.wrapping_mul(selected.step) };
        // An empty selection has no item that its offset could point at.
        let offset = if selected.len == 0 { this.layout.offset } else { offset };
        if this.layout.dimensions == 1 {
            let stride = stride.wrapping_mul(selected.step);
            let layout = Layout { offset, len: selected.len, stride, ..this.layout };
            return Self::derived(this, vm, layout, Tuple::empty(), Tuple::empty());
        }
        let mut shape = Tuple::builder(vm, dimensions.len())?;
        let mut strides = Tuple::builder(vm, dimensions.len())?;
        for (i, (n, s)) in dimensions.into_iter().enumerate() {
            let (n, s) = if i == 0 { (selected.len, step) } else { (n, s) };
            shape.push(vm, Value::from_len(n));
            strides.push(vm, Value::small_int(s as i64).unwrap_or(Value::ZERO));
        }
        let (shape, strides) = (shape.finish(vm)?, strides.finish(vm)?);
        Self::derived(this, vm, Layout { offset, ..this.layout }, shape, strides)
    }

    /// `this[slice] = source` for views of one dimension.
    fn assign(this: Gc<Self>, vm: &mut Vm, slice: Gc<Slice>, source: Value) -> PyResult<()> {
        if this.layout.dimensions != 1 {
            return Err(unsupported(
                vm,
                "memoryview slice assignments are currently restricted to ndim = 1",
            ));
        }
        let target = Self::slice(this, vm, slice)?;
        let written = Self::copy_from(target, vm, source);
        Self::release(target, vm)?;
        written
    }

    fn copy_from(target: Gc<Self>, vm: &mut Vm, source: Value) -> PyResult<()> {
        let view = buffer(vm, source)?;
        let size = target.format.size();
        let format = super::Format::parse(view.format().as_bytes());
        if format != Some(target.format) || view.len() != target.layout.len * size {
            drop(view);
            return Err(vm.value_error(format_args!(
                "memoryview assignment: lvalue and rvalue have different structures"
            )));
        }
        let lease = target.lease.view.borrow();
        let Some(to) = lease.as_ref() else { return Ok(()) };
        if target.is_contiguous() {
            to.write(target.layout.offset, view.bytes());
            return Ok(());
        }
        // The source may be another part of the same bytes.
        let copy = view.bytes().to_vec();
        for (i, item) in copy.chunks_exact(size).enumerate() {
            to.write(target.layout.at(i), item);
        }
        Ok(())
    }
}

#[pymethods(extra = "subscript")]
impl MemoryView {
    #[slot(len)]
    fn len(this: Gc<Self>, vm: &mut Vm) -> PyResult<usize> {
        Self::check(this, vm)?;
        match this.dimensions().first() {
            Some((len, _)) => Ok(*len),
            None => Err(vm.type_error(format_args!("0-dim memory has no length"))),
        }
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        Self::check(this, vm)?;
        if this.layout.dimensions == 0 {
            if key.cast::<Tuple>().is_some_and(|t| t.len() == 0) {
                return Self::unpack_at(this, vm, this.layout.offset);
            }
            if key == singletons::ellipsis() {
                return Ok(Self::derived(this, vm, this.layout, this.shape, this.strides)?.into());
            }
            return Err(vm.type_error(format_args!("invalid indexing of 0-dim memory")));
        }
        if is_index(key) {
            if this.layout.dimensions > 1 {
                return Err(unsupported(vm, "multi-dimensional sub-views are not implemented"));
            }
            let i = index(vm, key, this.layout.len, 1)?;
            Self::check(this, vm)?;
            return Self::unpack_at(this, vm, this.layout.at(i));
        }
        if let Some(slice) = key.cast::<Slice>() {
            return Ok(Self::slice(this, vm, slice)?.into());
        }
        match key.cast::<Tuple>() {
            Some(keys) if keys.items().iter().all(|k| is_index(*k)) => {
                let at = Self::position(this, vm, keys)?;
                Self::check(this, vm)?;
                Self::unpack_at(this, vm, at)
            }
            _ => Err(invalid_key(vm)),
        }
    }

    #[slot(setitem)]
    fn setitem(this: Gc<Self>, vm: &mut Vm, key: Value, value: Option<Value>) -> PyResult<()> {
        Self::check(this, vm)?;
        if this.readonly {
            return Err(vm.type_error(format_args!("cannot modify read-only memory")));
        }
        let Some(value) = value else {
            return Err(vm.type_error(format_args!("cannot delete memory")));
        };
        if this.layout.dimensions == 0 {
            if key == singletons::ellipsis() || key.cast::<Tuple>().is_some_and(|t| t.len() == 0) {
                return Self::pack_at(this, vm, this.layout.offset, value);
            }
            return Err(vm.type_error(format_args!("invalid indexing of 0-dim memory")));
        }
        if is_index(key) {
            if this.layout.dimensions > 1 {
                return Err(unsupported(vm, "sub-views are not implemented"));
            }
            let i = index(vm, key, this.layout.len, 1)?;
            return Self::pack_at(this, vm, this.layout.at(i), value);
        }
        if let Some(slice) = key.cast::<Slice>() {
            return Self::assign(this, vm, slice, value);
        }
        match key.cast::<Tuple>() {
            Some(keys) if keys.items().iter().all(|k| is_index(*k)) => {
                let at = Self::position(this, vm, keys)?;
                Self::pack_at(this, vm, at, value)
            }
            _ => Err(invalid_key(vm)),
        }
    }
}

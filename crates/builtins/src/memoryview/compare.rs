//! Equality and hash of views.

use super::MemoryView;
use heap::Gc;
use macros::pymethods;
use objects::bytes::buffer_of;
use objects::singletons;
use objects::slots::CompareOp;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

impl MemoryView {
    /// Whether both have the same shape and equal items.
    fn equal(a: Gc<Self>, vm: &mut Vm, b: Gc<Self>) -> PyResult<bool> {
        if a.released.get() || b.released.get() {
            return Ok(a == b);
        }
        let shape = |m: Gc<Self>| m.dimensions().into_iter().map(|d| d.0).collect::<Vec<_>>();
        if shape(a) != shape(b) {
            return Ok(false);
        }
        if a.format == b.format && a.format.is_byte() {
            return Ok(Self::bytes(a, vm)? == Self::bytes(b, vm)?);
        }
        for (x, y) in a.positions().into_iter().zip(b.positions()) {
            let (x, y) = (Self::unpack_at(a, vm, x)?, Self::unpack_at(b, vm, y)?);
            if !vm.compare_bool(x, y, CompareOp::Eq)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn equals(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<Option<bool>> {
        if let Some(other) = other.cast::<MemoryView>() {
            return Self::equal(this, vm, other).map(Some);
        }
        match buffer_of(vm, other)? {
            None => Ok(None),
            Some(view) => {
                drop(view);
                let other = MemoryView::of(vm, other)?;
                let equal = Self::equal(this, vm, other);
                Self::release(other, vm)?;
                equal.map(Some)
            }
        }
    }
}

#[pymethods(extra = "compare")]
impl MemoryView {
    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let want = match op {
            CompareOp::Eq => true,
            CompareOp::Ne => false,
            _ => return Ok(singletons::not_implemented()),
        };
        match Self::equals(this, vm, other)? {
            Some(equal) => Ok((equal == want).into()),
            None => Ok(singletons::not_implemented()),
        }
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        Self::check(this, vm)?;
        if !this.readonly {
            return Err(vm.value_error(format_args!("cannot hash writable memoryview object")));
        }
        if !this.format.is_byte() {
            return Err(vm.value_error(format_args!(
                "memoryview: hashing is restricted to formats 'B', 'b' or 'c'"
            )));
        }
        // The underlying object must be hashable as well.
        vm.hash(this.lease.owner)?;
        let bytes = Self::bytes(this, vm)?;
        Ok(objects::str::hash_key().bytes(&bytes))
    }
}

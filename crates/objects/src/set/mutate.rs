//! Python-visible operations of `set` alone: those that change it.

use super::{Set, as_set, table::SetTable};
use crate::singletons;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

#[pymethods]
impl Set {
    #[slot(new)]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        _args: &[Value],
        _kwnames: Value,
    ) -> PyResult<Gc<Set>> {
        Set::new_as(vm, cls)
    }

    #[slot(init, sig = "(iterable=(), /)")]
    fn init(this: Gc<Set>, vm: &mut Vm, #[default(Value::UNDEF)] iterable: Value) -> PyResult<()> {
        if this.table.get() != SetTable::none() {
            this.clear(vm);
        }
        match iterable.defined() {
            Some(iterable) => this.update(vm, iterable),
            None => Ok(()),
        }
    }

    #[slot(isub)]
    fn isub(this: Gc<Set>, vm: &mut Vm, other: Value) -> PyResult<Value> {
        if as_set(other).is_none() {
            return Ok(singletons::not_implemented());
        }
        this.difference_update(vm, other)?;
        Ok(this.into())
    }

    #[slot(iand)]
    fn iand(this: Gc<Set>, vm: &mut Vm, other: Value) -> PyResult<Value> {
        if as_set(other).is_none() {
            return Ok(singletons::not_implemented());
        }
        let result = this.intersection(vm, other)?;
        this.take(vm, result);
        Ok(this.into())
    }

    #[slot(ixor)]
    fn ixor(this: Gc<Set>, vm: &mut Vm, other: Value) -> PyResult<Value> {
        if as_set(other).is_none() {
            return Ok(singletons::not_implemented());
        }
        this.symmetric_difference_update(vm, other)?;
        Ok(this.into())
    }

    #[slot(ior)]
    fn ior(this: Gc<Set>, vm: &mut Vm, other: Value) -> PyResult<Value> {
        if as_set(other).is_none() {
            return Ok(singletons::not_implemented());
        }
        this.update(vm, other)?;
        Ok(this.into())
    }

    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    #[method(name = "add", sig = "($self, object, /)")]
    fn py_add(this: Gc<Set>, vm: &mut Vm, object: Value) -> PyResult<()> {
        this.add(vm, object)?;
        Ok(())
    }

    /// Remove all elements from this set.
    #[method(name = "clear", sig = "($self, /)")]
    fn py_clear(this: Gc<Set>, vm: &mut Vm) {
        this.clear(vm);
    }

    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise
    /// an exception when an element is missing from the set.
    #[method(name = "discard", sig = "($self, object, /)")]
    fn py_discard(this: Gc<Set>, vm: &mut Vm, object: Value) -> PyResult<()> {
        this.discard(vm, object)?;
        Ok(())
    }

    /// Update the set, removing elements found in others.
    #[method(name = "difference_update", sig = "($self, /, *others)")]
    fn py_difference_update(this: Gc<Set>, vm: &mut Vm, others: &[Value]) -> PyResult<()> {
        for other in others {
            this.difference_update(vm, *other)?;
        }
        Ok(())
    }

    /// Update the set, keeping only elements found in it and all others.
    #[method(sig = "($self, /, *others)")]
    fn intersection_update(this: Gc<Set>, vm: &mut Vm, others: &[Value]) -> PyResult<()> {
        let result = this.intersection_all(vm, others)?;
        this.take(vm, result);
        Ok(())
    }

    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    #[method(name = "pop", sig = "($self, /)")]
    fn py_pop(this: Gc<Set>, vm: &mut Vm) -> PyResult<Value> {
        match this.pop() {
            Some(key) => Ok(key),
            None => {
                let message = crate::str::Str::new(vm, "pop from an empty set")?;
                Err(vm.key_error(message.into()))
            }
        }
    }

    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    #[method(sig = "($self, object, /)")]
    fn remove(this: Gc<Set>, vm: &mut Vm, object: Value) -> PyResult<()> {
        if this.discard(vm, object)? { Ok(()) } else { Err(vm.key_error(object)) }
    }

    /// Update the set, keeping only elements found in either set, but not in both.
    #[method(name = "symmetric_difference_update", sig = "($self, other, /)")]
    fn py_symmetric_difference_update(this: Gc<Set>, vm: &mut Vm, other: Value) -> PyResult<()> {
        this.symmetric_difference_update(vm, other)
    }

    /// Update the set, adding elements from all others.
    #[method(name = "update", sig = "($self, /, *others)")]
    fn py_update(this: Gc<Set>, vm: &mut Vm, others: &[Value]) -> PyResult<()> {
        for other in others {
            this.update(vm, *other)?;
        }
        Ok(())
    }
}

//! What a dict that views an instance's attribute slots asks of them (see `attrs`).
//!
//! Shapes know attributes by interned names. Another string with the same text is looked for by text.

use crate::attrs;
use crate::intern;
use crate::shape::shape;
use crate::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// How many attributes `owner` has in slots.
pub(super) fn len(owner: Value) -> usize {
    owner.header().map_or(0, attrs::own_len)
}

/// The attribute `name`.
pub(super) fn get(owner: Value, name: Gc<Str>) -> Option<Value> {
    let object = owner.header()?;
    if name.is_interned() {
        return shape(object.shape()).find(name).map(|slot| attrs::slot_get(object, slot));
    }
    let mut at = 0;
    while let Some((known, value)) = attrs::own_entry(object, at) {
        if known.same_text(name) {
            return Some(value);
        }
        at += 1;
    }
    None
}

/// Sets an attribute.
pub(super) fn set(vm: &mut Vm, owner: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
    let name = intern::intern(vm, name)?;
    match owner.header() {
        Some(object) if attrs::own_set(vm, object, name, value)? => Ok(()),
        _ => Err(vm.system_error(format_args!("a dictionary shows an object without attributes"))),
    }
}

/// Deletes an attribute and returns its value, if there is one.
pub(super) fn delete(vm: &mut Vm, owner: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    let Some(object) = owner.header() else { return Ok(None) };
    if get(owner, name).is_none() {
        return Ok(None);
    }
    let name = intern::intern(vm, name)?;
    attrs::own_del(vm, object, name)
}

/// The attribute at position `at` in order of insertion.
pub(super) fn entry(owner: Value, at: usize) -> Option<(Gc<Str>, Value)> {
    attrs::own_entry(owner.header()?, at)
}

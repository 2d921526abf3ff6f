//! `isinstance` and `issubclass`.

use super::{Type, class_of};
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// `isinstance(v, cls)`
pub fn is_instance(vm: &mut Vm, v: Value, cls: Value) -> PyResult<bool> {
    if let Some(t) = cls.cast::<Type>() {
        if class_of(v) == t {
            return Ok(true);
        }
        if class_of(cls) == super::core::TYPE().object() {
            return plain_is_instance(vm, v, cls);
        }
    }
    if let Some(classes) = cls.cast::<Tuple>() {
        vm.check_native_stack(" in __instancecheck__")?;
        for c in classes.items() {
            if is_instance(vm, v, *c)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let name = vm.names().__instancecheck__;
    match checker(vm, cls, name)? {
        Some(f) => {
            vm.check_native_stack(" in __instancecheck__")?;
            let r = vm.call(f, &[v])?;
            vm.truthy(r)
        }
        None => plain_is_instance(vm, v, cls),
    }
}

/// `issubclass(derived, cls)`
pub fn is_subclass(vm: &mut Vm, derived: Value, cls: Value) -> PyResult<bool> {
    if class_of(cls) == super::core::TYPE().object() {
        if derived == cls {
            return Ok(true);
        }
        return plain_is_subclass(vm, derived, cls);
    }
    if let Some(classes) = cls.cast::<Tuple>() {
        vm.check_native_stack(" in __subclasscheck__")?;
        for c in classes.items() {
            if is_subclass(vm, derived, *c)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    let name = vm.names().__subclasscheck__;
    match checker(vm, cls, name)? {
        Some(f) => {
            vm.check_native_stack(" in __subclasscheck__")?;
            let r = vm.call(f, &[derived])?;
            vm.truthy(r)
        }
        None => plain_is_subclass(vm, derived, cls),
    }
}

fn checker(vm: &mut Vm, cls: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    vm.lookup_special(cls, name)
}

/// `type.__instancecheck__`: by class, or by what the object says its class is.
pub(super) fn plain_is_instance(vm: &mut Vm, v: Value, cls: Value) -> PyResult<bool> {
    let name = vm.names().__class__;
    if let Some(t) = cls.cast::<Type>() {
        if class_of(v).is_subtype(t) {
            return Ok(true);
        }
        let claimed = vm.getattr_opt(v, name)?.and_then(|c| c.cast::<Type>());
        return Ok(claimed.is_some_and(|c| c != class_of(v) && c.is_subtype(t)));
    }
    if bases_of(vm, cls)?.is_none() {
        return Err(vm.type_error(format_args!(
            "isinstance() arg 2 must be a type, a tuple of types, or a union"
        )));
    }
    match vm.getattr_opt(v, name)? {
        Some(claimed) => abstract_is_subclass(vm, claimed, cls),
        None => Ok(false),
    }
}

/// `type.__subclasscheck__`
pub(super) fn plain_is_subclass(vm: &mut Vm, derived: Value, cls: Value) -> PyResult<bool> {
    if let (Some(d), Some(c)) = (derived.cast::<Type>(), cls.cast::<Type>()) {
        return Ok(d.is_subtype(c));
    }
    if bases_of(vm, derived)?.is_none() {
        return Err(vm.type_error(format_args!("issubclass() arg 1 must be a class")));
    }
    if cls.cast::<Type>().is_none() && bases_of(vm, cls)?.is_none() {
        return Err(vm.type_error(format_args!(
            "issubclass() arg 2 must be a class, a tuple of classes, or a union"
        )));
    }
    abstract_is_subclass(vm, derived, cls)
}

fn bases_of(vm: &mut Vm, cls: Value) -> PyResult<Option<Gc<Tuple>>> {
    let name = vm.names().__bases__;
    Ok(vm.getattr_opt(cls, name)?.and_then(|b| b.cast::<Tuple>()))
}

fn abstract_is_subclass(vm: &mut Vm, derived: Value, cls: Value) -> PyResult<bool> {
    vm.check_native_stack(" in __issubclass__")?;
    if derived == cls {
        return Ok(true);
    }
    let Some(bases) = bases_of(vm, derived)? else { return Ok(false) };
    for base in bases.items() {
        if abstract_is_subclass(vm, *base, cls)? {
            return Ok(true);
        }
    }
    Ok(false)
}

//! The types behind type annotations: generic aliases, unions, type parameters, type aliases; the module `_typing`.
//!
//! What needs the Python module `typing` (checks and conversions of arguments) is called there by name.

pub mod alias;
pub mod evaluator;
pub mod generic;
pub mod module;
pub mod parameter;
pub mod paramspec;
pub mod substitute;
pub mod type_alias;
pub mod typevar;
pub mod typevartuple;
pub mod union;

use objects::dict::Dict;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// `getattr(o, name, None)`, with `None` for a missing attribute.
fn attribute(vm: &mut Vm, o: Value, name: &str) -> PyResult<Option<Value>> {
    let name = vm.intern(name)?;
    vm.getattr_opt(o, name)
}

/// Calls the function `name` of the module `typing`.
fn call_typing(vm: &mut Vm, name: &str, args: &[Value]) -> PyResult<Value> {
    let typing = (vm.hooks.import)(vm, "typing")?;
    let f = vm.getattr_str(typing, name)?;
    vm.call(f, args)
}

/// Checks that `v` can be a type, as `typing` does; None becomes its class.
fn type_check(vm: &mut Vm, v: Value, message: &str) -> PyResult<Value> {
    if v.is_none() {
        return Ok(objects::types::core::NONE().object().into());
    }
    let message = objects::str::Str::new(vm, message)?;
    call_typing(vm, "_type_check", &[v, message.into()])
}

/// `__name__` of the module that is running, None if unknown.
fn calling_module(vm: &mut Vm) -> PyResult<Value> {
    let key = vm.names().__name__;
    match (vm.hooks.globals)(vm).and_then(|g| g.cast::<Dict>()) {
        Some(globals) => Ok(globals.get_name(vm, key)?.unwrap_or(Value::NONE)),
        None => Ok(Value::NONE),
    }
}

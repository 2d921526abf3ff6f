//! Hashes of keys, and the message for keys that have none.

use crate::exceptions;
use crate::str::Str;
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};

/// The hash of a key.
#[inline]
pub fn hash_key(vm: &mut Vm, key: Value) -> PyResult<i64> {
    if let Some(name) = key.exact::<Str>() {
        return Ok(name.hash());
    }
    if let Some(int) = key.as_small_int() {
        return Ok(prim::hash::int(int));
    }
    vm.hash(key).map_err(|_| unhashable(vm, key, "dict key"))
}

/// Rewords the raised TypeError about a key without a hash; `role` says what it was to be. Other exceptions go on.
#[cold]
pub(crate) fn unhashable(vm: &mut Vm, key: Value, role: &str) -> Raised {
    let raised = vm.take_raised();
    if class_of(raised) != exceptions::TYPE_ERROR.object() {
        return vm.restore_raised(raised);
    }
    match vm.str_of(raised) {
        Ok(reason) => vm.type_error(format_args!(
            "cannot use '{}' as a {role} ({})",
            class_name(key),
            reason.text()
        )),
        Err(other) => other,
    }
}

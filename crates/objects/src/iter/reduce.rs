//! What pickling wants of iterators: a builtin function, its arguments, a state.

use crate::list::List;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// The builtin function `name`.
pub(crate) fn builtin(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let name = vm.intern(name)?;
    let builtins = vm.rt().builtins;
    vm.getattr_or_item(builtins, name)
}

/// `(name, (argument,), index)`
pub(crate) fn with_index(
    vm: &mut Vm,
    name: &str,
    argument: Value,
    index: isize,
) -> PyResult<Gc<Tuple>> {
    let index = crate::int::from_i64(vm, index as i64)?;
    with_state(vm, name, argument, index)
}

/// `(name, (argument,), state)`
pub(crate) fn with_state(
    vm: &mut Vm,
    name: &str,
    argument: Value,
    state: Value,
) -> PyResult<Gc<Tuple>> {
    let function = builtin(vm, name)?;
    let arguments = Tuple::from_slice(vm, &[argument])?;
    Tuple::from_slice(vm, &[function, arguments.into(), state])
}

/// `(name, (argument,))`
pub(crate) fn with_argument(vm: &mut Vm, name: &str, argument: Value) -> PyResult<Gc<Tuple>> {
    let function = builtin(vm, name)?;
    let arguments = Tuple::from_slice(vm, &[argument])?;
    Tuple::pair(vm, function, arguments.into())
}

/// `(iter, ([],))`: an exhausted iterator.
pub(crate) fn exhausted_list(vm: &mut Vm) -> PyResult<Gc<Tuple>> {
    let empty = List::new(vm)?;
    with_argument(vm, "iter", empty.into())
}

/// `(iter, ((),))`: an exhausted iterator.
pub(crate) fn exhausted_tuple(vm: &mut Vm) -> PyResult<Gc<Tuple>> {
    with_argument(vm, "iter", Tuple::empty().into())
}

/// The index in a pickled state.
pub(crate) fn state(vm: &mut Vm, object: Value) -> PyResult<isize> {
    if crate::int::plain(vm, object)?.is_none() {
        return Err(vm.type_error(format_args!("an integer is required")));
    }
    crate::convert::to_isize(vm, object)
}

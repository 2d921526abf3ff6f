//! `_functools`: partial application, reduction, comparison keys and the cache of `lru_cache`.

mod keys;
mod lru;
mod partial;

use macros::pymodule;

/// The module.
#[pymodule(
    name = "_functools",
    doc = "Tools that operate on functions.",
    types(
        super::partial::Partial,
        super::partial::PlaceholderType,
        super::lru::LruCache,
        super::lru::Link,
        super::keys::KeyWrapper
    )
)]
pub mod module {
    use super::keys::KeyWrapper;
    use heap::{Field, Gc};
    use objects::exceptions;
    use objects::types::class_of;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is present,
    /// it is placed before the items of the iterable in the calculation, and serves as
    /// a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[function(sig = "($module, function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(
        vm: &mut Vm,
        function: Value,
        iterable: Value,
        #[default(Value::UNDEF)] initial: Value,
    ) -> PyResult<Value> {
        let it = match vm.iter(iterable) {
            Ok(it) => it,
            Err(r) if !vm.raised_matches(&exceptions::TYPE_ERROR) => return Err(r),
            Err(_) => {
                vm.clear_raised();
                return Err(vm.type_error(format_args!("reduce() arg 2 must support iteration")));
            }
        };
        let mut result = match initial.defined() {
            Some(v) => v,
            None => match vm.next(it)? {
                Some(v) => v,
                None => {
                    return Err(vm.type_error(format_args!(
                        "reduce() of empty iterable with no initial value"
                    )));
                }
            },
        };
        while let Some(item) = vm.next(it)? {
            result = vm.call(function, &[result, item])?;
        }
        Ok(result)
    }

    /// Convert a cmp= function into a key= function.
    #[function(sig = "($module, /, mycmp)")]
    fn cmp_to_key(vm: &mut Vm, mycmp: Value) -> PyResult<Gc<KeyWrapper>> {
        KeyWrapper::create(vm, mycmp, Field::new(Value::NONE))
    }

    /// What stands for an argument of `partial` that is given later.
    #[attr(name = "Placeholder")]
    fn make_placeholder(vm: &mut Vm) -> PyResult<Value> {
        super::partial::placeholder(vm)
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        let name = vm.intern("Placeholder")?;
        let placeholder = super::partial::placeholder(vm)?;
        vm.setattr(module, name, placeholder)?;
        let name = vm.intern("_PlaceholderType")?;
        vm.setattr(module, name, class_of(placeholder).into())
    }
}

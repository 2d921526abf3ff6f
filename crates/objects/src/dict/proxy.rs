//! `mappingproxy`: a mapping that can only be read.

use super::Dict;
use crate::list::List;
use crate::list::show::Show;
use crate::protocol::BinaryOp;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};

/// Read-only proxy of a mapping.
#[pytype(name = "mappingproxy", flags(MAPPING))]
pub struct MappingProxy {
    /// The mapping.
    pub mapping: Value,
}

impl MappingProxy {
    /// A proxy of `mapping`.
    pub fn new(vm: &mut Vm, mapping: Value) -> PyResult<Gc<MappingProxy>> {
        MappingProxy::create(vm, mapping)
    }
}

/// The mapping behind a proxy, or the value itself.
fn unwrapped(v: Value) -> Value {
    v.cast::<MappingProxy>().map_or(v, |proxy| proxy.mapping)
}

#[pymethods]
impl MappingProxy {
    #[slot(new, sig = "(mapping)")]
    fn new_object(cls: Gc<Type>, vm: &mut Vm, mapping: Value) -> PyResult<Gc<MappingProxy>> {
        let is_mapping = class_of(mapping).slots().getitem.is_some()
            && mapping.cast::<List>().is_none()
            && mapping.cast::<Tuple>().is_none();
        if !is_mapping {
            return Err(vm.type_error(format_args!(
                "mappingproxy() argument must be a mapping, not {}",
                class_name(mapping)
            )));
        }
        MappingProxy::create_as(vm, cls, mapping)
    }

    #[slot(repr)]
    fn repr(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let mut show = Show::new(vm, "mappingproxy(")?;
        show.push_repr(vm, this.mapping)?;
        show.push(vm, ")")?;
        show.finish(vm)
    }

    #[slot(str)]
    fn str(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        vm.str_of(this.mapping)
    }

    #[slot(hash)]
    fn hash(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<i64> {
        vm.hash(this.mapping)
    }

    #[slot(compare)]
    fn compare(
        this: Gc<MappingProxy>,
        vm: &mut Vm,
        other: Value,
        op: CompareOp,
    ) -> PyResult<Value> {
        vm.compare(this.mapping, other, op)
    }

    #[slot(iter)]
    fn iter(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<Value> {
        vm.iter(this.mapping)
    }

    #[slot(len)]
    fn len(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<usize> {
        vm.len(this.mapping)
    }

    #[slot(contains)]
    fn contains(this: Gc<MappingProxy>, vm: &mut Vm, key: Value) -> PyResult<bool> {
        match this.mapping.exact::<Dict>() {
            Some(dict) => dict.contains(vm, key),
            None => vm.contains(this.mapping, key),
        }
    }

    #[slot(getitem)]
    fn getitem(this: Gc<MappingProxy>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        vm.getitem(this.mapping, key)
    }

    #[slot(or)]
    fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Or, unwrapped(a), unwrapped(b))
    }

    #[slot(ior)]
    fn ior(this: Gc<MappingProxy>, vm: &mut Vm, _other: Value) -> PyResult<Value> {
        Err(vm.type_error(format_args!(
            "'|=' is not supported by {}; use '|' instead",
            class_name(this.into())
        )))
    }

    /// Return the value for key if key is in the mapping, else default.
    #[method(sig = "($self, key, default=None, /)")]
    fn get(
        this: Gc<MappingProxy>,
        vm: &mut Vm,
        key: Value,
        #[default(Value::NONE)] default: Value,
    ) -> PyResult<Value> {
        let name = vm.names().get;
        vm.call_method(this.mapping, name, &[key, default])
    }

    /// D.keys() -> a set-like object providing a view on D's keys
    #[method(sig = "($self, /)")]
    fn keys(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().keys;
        vm.call_method(this.mapping, name, &[])
    }

    /// D.values() -> an object providing a view on D's values
    #[method(sig = "($self, /)")]
    fn values(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().values;
        vm.call_method(this.mapping, name, &[])
    }

    /// D.items() -> a set-like object providing a view on D's items
    #[method(sig = "($self, /)")]
    fn items(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().items;
        vm.call_method(this.mapping, name, &[])
    }

    /// D.copy() -> a shallow copy of D
    #[method(sig = "($self, /)")]
    fn copy(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().copy;
        vm.call_method(this.mapping, name, &[])
    }

    /// D.__reversed__() -> reverse iterator
    #[method(sig = "($self, /)")]
    fn __reversed__(this: Gc<MappingProxy>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().__reversed__;
        vm.call_method(this.mapping, name, &[])
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }
}

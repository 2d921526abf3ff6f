//! Bound methods: a callable and the receiver that goes before its arguments.

use crate::attrs;
use crate::protocol::is_identical;
use crate::singletons;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};

/// A bound method.
#[pytype(name = "method", shape = crate::shape::core::METHOD, flags(WEAKREF), doc = "Create a bound instance method object.")]
pub struct Method {
    /// `__func__`: any callable.
    pub function: Field<Value>,
    /// `__self__`
    pub receiver: Field<Value>,
}

impl Method {
    /// `function` bound to `receiver`.
    pub fn bind(vm: &mut Vm, function: Value, receiver: Value) -> PyResult<Gc<Method>> {
        Method::create(vm, Field::new(function), Field::new(receiver))
    }
}

#[pymethods]
impl Method {
    #[slot(new, sig = "(function, instance, /)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, function: Value, instance: Value) -> PyResult<Gc<Self>> {
        if !vm.is_callable(function) {
            return Err(vm.type_error(format_args!("first argument must be callable")));
        }
        if instance.is_none() {
            return Err(vm.type_error(format_args!("instance must not be None")));
        }
        Method::create_as(vm, cls, Field::new(function), Field::new(instance))
    }

    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        vm.call_prepended(this.function.get(), this.receiver.get(), args, kwnames)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let (function, receiver) = (this.function.get(), this.receiver.get());
        let names = vm.names();
        let mut name = vm.getattr_opt(function, names.__qualname__)?;
        if name.is_none() {
            name = vm.getattr_opt(function, names.__name__)?;
        }
        let shown = vm.repr(receiver)?;
        match name.and_then(|n| n.cast::<Str>()) {
            Some(name) => Str::from_fmt(
                vm,
                format_args!("<bound method {} of {}>", name.text(), shown.text()),
            ),
            None => Str::from_fmt(vm, format_args!("<bound method ? of {}>", shown.text())),
        }
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        let function = vm.hash(this.function.get())?;
        let hash = crate::object::identity_hash(this.receiver.get()) ^ function;
        Ok(prim::hash::avoid_minus_one(hash))
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<Method>() else { return Ok(singletons::not_implemented()) };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(singletons::not_implemented());
        }
        let equal = vm.eq(this.function.get(), other.function.get())?
            && is_identical(this.receiver.get(), other.receiver.get());
        Ok((equal == (op == CompareOp::Eq)).into())
    }

    /// A method's own attributes come first, then those of its function.
    #[slot(getattr)]
    fn getattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        let v = Value::from(this);
        let ty = class_of(v);
        if let Some(d) = Type::lookup(ty, vm, name) {
            return match class_of(d).slots().descr_get {
                Some(get) => get(vm, d, v, ty.into()),
                None => Ok(d),
            };
        }
        vm.getattr(this.function.get(), name)
    }

    #[slot(setattr)]
    fn setattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
        attrs::generic_setattr(vm, this.into(), name, value)
    }

    #[slot(descr_get)]
    fn get(this: Gc<Self>, obj: Value, cls: Value) -> Gc<Self> {
        let _ = (obj, cls);
        this
    }

    /// the function (or other callable) implementing a method
    #[getter(member)]
    fn __func__(this: Gc<Self>) -> Value {
        this.function.get()
    }

    /// the instance to which a method is bound
    #[getter(member)]
    fn __self__(this: Gc<Self>) -> Value {
        this.receiver.get()
    }

    #[getter]
    fn __doc__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().__doc__;
        vm.getattr(this.function.get(), name)
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let names = vm.names();
        let getattr = vm.builtin("getattr")?;
        let name = vm.getattr(this.function.get(), names.__name__)?;
        let args = Tuple::pair(vm, this.receiver.get(), name)?;
        Tuple::pair(vm, getattr, args.into())
    }
}

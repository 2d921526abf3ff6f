//! `super`: attributes of the classes behind one in the MRO of an object.

use crate::attrs;
use crate::exceptions;
use crate::shape::core;
use crate::str::Str;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};

/// A super object.
#[pytype(
    name = "super",
    shape = core::SUPER,
    flags(BASETYPE),
    doc = "super() -> same as super(__class__, <first argument>)\nsuper(type) -> unbound super object\nsuper(type, obj) -> bound super object; requires isinstance(obj, type)\nsuper(type, type2) -> bound super object; requires issubclass(type2, type)\nTypical use to call a cooperative superclass method:\nclass C(B):\n    def meth(self, arg):\n        super().meth(arg)\nThis works for class methods too:\nclass C(B):\n    @classmethod\n    def cmeth(cls, arg):\n        super().cmeth(arg)\n"
)]
pub struct Super {
    /// `__thisclass__`; None before `__init__`.
    class: Field<Option<Gc<Type>>>,
    /// `__self__`, UNDEF if unbound.
    object: Field<Value>,
    /// `__self_class__`: the class whose MRO is searched.
    start: Field<Option<Gc<Type>>>,
}

/// The class whose MRO is searched for `super(class, obj)`.
fn checked(vm: &mut Vm, class: Gc<Type>, obj: Value) -> PyResult<Gc<Type>> {
    if let Some(c) = obj.cast::<Type>()
        && c.is_subtype(class)
    {
        return Ok(c);
    }
    let ty = class_of(obj);
    if ty.is_subtype(class) {
        return Ok(ty);
    }
    // A proxy may pretend to be of another class.
    let name = vm.names().__class__;
    if let Some(claimed) = vm.getattr_opt(obj, name)?.and_then(|c| c.cast::<Type>())
        && claimed != ty
        && claimed.is_subtype(class)
    {
        return Ok(claimed);
    }
    let (kind, shown) = match obj.cast::<Type>() {
        Some(c) => ("type", c.display_name().to_string()),
        None => ("instance of", ty.display_name().to_string()),
    };
    let wanted = class.display_name();
    Err(vm.type_error(format_args!(
        "super(type, obj): obj ({kind} {shown}) is not an instance or subtype of type ({wanted})."
    )))
}

/// The attribute `name` of the classes behind `class` in the MRO of `start`, unbound.
fn find(class: Gc<Type>, start: Gc<Type>, name: Gc<Str>) -> Option<Value> {
    let mro = start.mro.get();
    let at = mro.items().iter().position(|c| *c == Value::from(class))?;
    mro.items()[at + 1..].iter().find_map(|c| c.cast::<Type>().and_then(|c| c.dict.get_str(name)))
}

impl Super {
    /// `super(class, obj)`
    pub fn of(vm: &mut Vm, class: Gc<Type>, obj: Value) -> PyResult<Gc<Super>> {
        let start = checked(vm, class, obj)?;
        Super::create(vm, Field::new(Some(class)), Field::new(obj), Field::new(Some(start)))
    }

    /// The attribute `name` of `super(cls, obj)`, and whether it is a function to be called with `obj` as its first
    /// argument (not bound yet).
    pub fn lookup(vm: &mut Vm, cls: Value, obj: Value, name: Gc<Str>) -> PyResult<(Value, bool)> {
        let Some(class) = cls.cast::<Type>() else {
            return Err(vm.type_error(format_args!(
                "super() argument 1 must be a type, not {}",
                class_name(cls)
            )));
        };
        let start = checked(vm, class, obj)?;
        if name != vm.names().__class__
            && let Some(found) = find(class, start, name)
        {
            let ty = class_of(found);
            let unbound_class = obj.cast::<Type>().is_some_and(|c| c == start);
            if ty.has(crate::def::TypeFlags::METHOD_DESCRIPTOR) && !unbound_class {
                return Ok((found, true));
            }
            let Some(get) = ty.slots().descr_get else { return Ok((found, false)) };
            let instance = if unbound_class { Value::UNDEF } else { obj };
            return Ok((get(vm, found, instance, start.into())?, false));
        }
        let object =
            Super::create(vm, Field::new(Some(class)), Field::new(obj), Field::new(Some(start)))?;
        let v = attrs::generic_getattr(vm, object.into(), name)?;
        Ok((v, false))
    }
}

fn no_frame(vm: &mut Vm, what: &str) -> Raised {
    vm.raise(&exceptions::RUNTIME_ERROR, format_args!("{what}"))
}

#[pymethods]
impl Super {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        Super::create_as(vm, cls, Field::new(None), Field::new(Value::UNDEF), Field::new(None))
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        if !kwnames.is_undef() {
            return Err(vm.type_error(format_args!("super() takes no keyword arguments")));
        }
        let (class, object) = match args {
            [] => match (vm.hooks.super_arguments)(vm) {
                Ok(pair) => pair,
                Err(None) => return Err(Raised),
                Err(Some(what)) => return Err(no_frame(vm, what)),
            },
            [class] => (*class, Value::UNDEF),
            [class, object] => (*class, *object),
            _ => {
                return Err(vm.type_error(format_args!(
                    "super expected at most 2 arguments, got {}",
                    args.len()
                )));
            }
        };
        let Some(class) = class.cast::<Type>() else {
            return Err(vm.type_error(format_args!(
                "super() argument 1 must be a type, not {}",
                class_name(class)
            )));
        };
        let object = if object.is_none() { Value::UNDEF } else { object };
        let start = match object.defined() {
            Some(o) => Some(checked(vm, class, o)?),
            None => None,
        };
        this.class.set(this, vm.heap(), Some(class));
        this.object.set(this, vm.heap(), object);
        this.start.set(this, vm.heap(), start);
        Ok(())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let class = match this.class.get() {
            Some(c) => c.name.get().text().to_string(),
            None => "NULL".to_owned(),
        };
        match this.start.get() {
            Some(start) => {
                let start = start.name.get();
                Str::from_fmt(
                    vm,
                    format_args!("<super: <class '{class}'>, <{} object>>", start.text()),
                )
            }
            None => Str::from_fmt(vm, format_args!("<super: <class '{class}'>, NULL>")),
        }
    }

    #[slot(getattr)]
    fn getattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        if let (Some(class), Some(start)) = (this.class.get(), this.start.get())
            && name != vm.names().__class__
            && let Some(found) = find(class, start, name)
        {
            let Some(get) = class_of(found).slots().descr_get else { return Ok(found) };
            let object = this.object.get();
            let instance = if object == Value::from(start) { Value::UNDEF } else { object };
            return get(vm, found, instance, start.into());
        }
        attrs::generic_getattr(vm, this.into(), name)
    }

    #[slot(descr_get)]
    fn get(this: Gc<Self>, vm: &mut Vm, obj: Value, _cls: Value) -> PyResult<Value> {
        if obj.is_undef() || obj.is_none() || !this.object.get().is_undef() {
            return Ok(this.into());
        }
        let Some(class) = this.class.get() else { return Ok(this.into()) };
        if class_of(this.into()) != Super::__DEF.object() {
            return vm.call(class_of(this.into()).into(), &[class.into(), obj]);
        }
        Ok(Super::of(vm, class, obj)?.into())
    }

    /// the class invoking super()
    #[getter(member)]
    fn __thisclass__(this: Gc<Self>) -> Option<Gc<Type>> {
        this.class.get()
    }

    /// the instance invoking super(); may be None
    #[getter(member)]
    fn __self__(this: Gc<Self>) -> Value {
        this.object.get().defined().unwrap_or(Value::NONE)
    }

    /// the type of the instance invoking super(); may be None
    #[getter(member)]
    fn __self_class__(this: Gc<Self>) -> Option<Gc<Type>> {
        this.start.get()
    }
}

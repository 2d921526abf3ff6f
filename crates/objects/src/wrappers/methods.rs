//! `classmethod` and `staticmethod`.

use super::property::is_abstract;
use crate::dict::Dict;
use crate::method::Method;
use crate::shape::core;
use crate::str::Str;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};

/// A method that receives the class.
#[pytype(
    name = "classmethod",
    shape = core::CLASSMETHOD,
    flags(BASETYPE, DICT),
    extra("shared"),
    doc = "Convert a function to be a class method.\n\nA class method receives the class as implicit first argument,\njust like an instance method receives the instance.\nTo declare a class method, use this idiom:\n\n  class C:\n      @classmethod\n      def f(cls, arg1, arg2, argN):\n          ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()).  The instance is ignored except for its class.\nIf a class method is called for a derived class, the derived class\nobject is passed as the implied first argument.\n\nClass methods are different than C++ or Java static methods.\nIf you want those, see the staticmethod builtin."
)]
pub struct ClassMethod {
    /// `__func__`
    pub function: Field<Value>,
}

/// A method that receives neither instance nor class.
#[pytype(
    name = "staticmethod",
    shape = core::STATICMETHOD,
    flags(BASETYPE, DICT),
    extra("shared"),
    doc = "Convert a function to be a static method.\n\nA static method does not receive an implicit first argument.\nTo declare a static method, use this idiom:\n\n     class C:\n         @staticmethod\n         def f(arg1, arg2, argN):\n             ...\n\nIt can be called either on the class (e.g. C.f()) or on an instance\n(e.g. C().f()). Both the class and the instance are ignored, and\nneither is passed implicitly as the first argument to the method.\n\nStatic methods in Python are similar to those found in Java or C++.\nFor a more advanced concept, see the classmethod builtin."
)]
pub struct StaticMethod {
    /// `__func__`
    pub function: Field<Value>,
}

impl ClassMethod {
    /// `classmethod(function)` without the function's attributes.
    pub fn wrap(vm: &mut Vm, function: Value) -> PyResult<Gc<Self>> {
        Self::create(vm, Field::new(function))
    }
}

impl StaticMethod {
    /// `staticmethod(function)` without the function's attributes.
    pub fn wrap(vm: &mut Vm, function: Value) -> PyResult<Gc<Self>> {
        Self::create(vm, Field::new(function))
    }
}

/// Copies what a wrapper shows of its function.
fn copy_attributes(vm: &mut Vm, wrapper: Value, function: Value) -> PyResult<()> {
    let names = vm.names();
    for name in [names.__module__, names.__name__, names.__qualname__, names.__doc__] {
        if let Some(v) = vm.getattr_opt(function, name)? {
            vm.setattr(wrapper, name, v)?;
        }
    }
    Ok(())
}

/// Annotations are the function's, and remembered once they were asked for.
fn cached(vm: &mut Vm, wrapper: Value, function: Value, name: Gc<Str>) -> PyResult<Value> {
    let Some(h) = wrapper.header() else { return vm.getattr(function, name) };
    let dict = crate::attrs::instance_dict(vm, h)?;
    if let Some(v) = dict.get(vm, name.into())? {
        return Ok(v);
    }
    let v = vm.getattr(function, name)?;
    dict.set_str(vm, name, v)?;
    Ok(v)
}

fn set_cached(vm: &mut Vm, wrapper: Value, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
    let Some(h) = wrapper.header() else { return Ok(()) };
    let dict: Gc<Dict> = crate::attrs::instance_dict(vm, h)?;
    match value {
        Some(v) => dict.set_str(vm, name, v),
        None => match dict.remove_str(vm, name)? {
            Some(_) => Ok(()),
            None => Err(vm.attribute_error(wrapper, name, format_args!("{}", name.text()))),
        },
    }
}

macro_rules! shared {
    ($ty:ty, $name:literal) => {
        #[pymethods(extra = "shared")]
        impl $ty {
            #[slot(init)]
            fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
                if !kwnames.is_undef() {
                    return Err(vm.type_error(format_args!(concat!(
                        $name,
                        "() takes no keyword arguments"
                    ))));
                }
                let [function] = args else {
                    return Err(vm.type_error(format_args!(
                        concat!($name, " expected 1 argument, got {}"),
                        args.len()
                    )));
                };
                this.function.set(this, vm.heap(), *function);
                copy_attributes(vm, this.into(), *function)
            }

            #[slot(repr)]
            fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
                let function = vm.repr(this.function.get())?;
                Str::from_fmt(vm, format_args!(concat!("<", $name, "({})>"), function.text()))
            }

            #[getter(member)]
            fn __func__(this: Gc<Self>) -> Value {
                this.function.get()
            }

            #[getter(member)]
            fn __wrapped__(this: Gc<Self>) -> Value {
                this.function.get()
            }

            #[getter]
            fn __isabstractmethod__(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
                is_abstract(vm, this.function.get())
            }

            #[getter]
            fn __dict__(this: Value, vm: &mut Vm) -> PyResult<Value> {
                crate::attrs::get_dict(vm, this)
            }

            #[getter]
            fn __annotations__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
                let name = vm.names().__annotations__;
                cached(vm, this.into(), this.function.get(), name)
            }

            #[setter]
            fn set___annotations__(
                this: Gc<Self>,
                vm: &mut Vm,
                value: Option<Value>,
            ) -> PyResult<()> {
                let name = vm.names().__annotations__;
                set_cached(vm, this.into(), name, value)
            }

            #[getter]
            fn __annotate__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
                let name = vm.names().__annotate__;
                cached(vm, this.into(), this.function.get(), name)
            }

            #[setter]
            fn set___annotate__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
                let name = vm.names().__annotate__;
                set_cached(vm, this.into(), name, value)
            }

            #[classmethod(sig = "($type, object, /)", doc = "See PEP 585")]
            fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
                (vm.hooks.generic_alias)(vm, cls.into(), object)
            }
        }
    };
}
shared!(ClassMethod, "classmethod");
shared!(StaticMethod, "staticmethod");

#[pymethods]
impl ClassMethod {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        ClassMethod::create_as(vm, cls, Field::new(Value::NONE))
    }

    #[slot(descr_get)]
    fn get(this: Gc<Self>, vm: &mut Vm, obj: Value, cls: Value) -> PyResult<Value> {
        let cls = match cls.defined() {
            Some(c) => c,
            None => class_of(obj).into(),
        };
        Ok(Method::bind(vm, this.function.get(), cls)?.into())
    }
}

#[pymethods]
impl StaticMethod {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        StaticMethod::create_as(vm, cls, Field::new(Value::NONE))
    }

    #[slot(descr_get)]
    fn get(this: Gc<Self>, vm: &mut Vm, obj: Value, cls: Value) -> PyResult<Value> {
        let _ = (obj, cls);
        let function = this.function.get();
        if function.is_undef() {
            return Err(vm.runtime_error(format_args!("uninitialized staticmethod object")));
        }
        Ok(function)
    }

    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let function = this.function.get();
        if !vm.is_callable(function) {
            return Err(
                vm.type_error(format_args!("'{}' object is not callable", class_name(function)))
            );
        }
        vm.call_kw(function, args, kwnames)
    }
}

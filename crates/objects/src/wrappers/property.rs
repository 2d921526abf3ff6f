//! `property`.

use crate::shape::core;
use crate::str::Str;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// A computed attribute.
#[pytype(
    name = "property",
    shape = core::PROPERTY,
    flags(BASETYPE),
    doc = "Property attribute.\n\n  fget\n    function to be used for getting an attribute value\n  fset\n    function to be used for setting an attribute value\n  fdel\n    function to be used for del'ing an attribute\n  doc\n    docstring\n\nTypical use is to define a managed attribute x:\n\nclass C(object):\n    def getx(self): return self._x\n    def setx(self, value): self._x = value\n    def delx(self): del self._x\n    x = property(getx, setx, delx, \"I'm the 'x' property.\")\n\nDecorators make defining new properties or modifying existing ones easy:\n\nclass C(object):\n    @property\n    def x(self):\n        \"I am the 'x' property.\"\n        return self._x\n    @x.setter\n    def x(self, value):\n        self._x = value\n    @x.deleter\n    def x(self):\n        del self._x"
)]
pub struct Property {
    /// `fget`, None for none; likewise the next two.
    pub get: Field<Value>,
    /// `fset`
    pub set: Field<Value>,
    /// `fdel`
    pub del: Field<Value>,
    /// `__doc__`, UNDEF for none.
    doc: Field<Value>,
    /// The attribute's name, UNDEF while unknown.
    name: Field<Value>,
    /// The doc is the getter's.
    getter_doc: Cell<bool>,
}

impl Property {
    /// `__name__`: the name it was set under, or the getter's.
    fn known_name(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        if let Some(name) = this.name.get().defined() {
            return Ok(Some(name));
        }
        let getter = this.get.get();
        if getter.is_none() {
            return Ok(None);
        }
        let name = vm.names().__name__;
        vm.getattr_opt(getter, name)
    }

    fn missing(this: Gc<Self>, vm: &mut Vm, obj: Value, what: &str) -> Raised {
        let name = match Self::known_name(this, vm) {
            Ok(name) => name,
            Err(r) => return r,
        };
        let ty = class_of(obj).qualname.get();
        let (message, name) = match name {
            Some(n) => {
                let shown = vm.repr_for_message(n);
                (
                    format!("property {shown} of '{}' object has no {what}", ty.text()),
                    n.cast::<Str>(),
                )
            }
            None => (format!("property of '{}' object has no {what}", ty.text()), None),
        };
        match name {
            Some(n) => vm.attribute_error(obj, n, format_args!("{message}")),
            None => vm.raise(&crate::exceptions::ATTRIBUTE_ERROR, format_args!("{message}")),
        }
    }

    /// A property of the same class with one function replaced.
    fn with(this: Gc<Self>, vm: &mut Vm, get: Value, set: Value, del: Value) -> PyResult<Value> {
        let pick = |new: Value, old: Value| if new.is_none() { old } else { new };
        let get = pick(get, this.get.get());
        let set = pick(set, this.set.get());
        let del = pick(del, this.del.get());
        let doc = if this.getter_doc.get() && !get.is_none() {
            Value::NONE
        } else {
            this.doc.get().defined().unwrap_or(Value::NONE)
        };
        let class = class_of(this.into());
        let new = vm.call(class.into(), &[get, set, del, doc])?;
        if let Some(p) = new.cast::<Property>() {
            p.name.set(p, vm.heap(), this.name.get());
        }
        Ok(new)
    }
}

#[pymethods]
impl Property {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        let none = || Field::new(Value::NONE);
        let undef = || Field::new(Value::UNDEF);
        Property::create_as(vm, cls, none(), none(), none(), undef(), undef(), Cell::new(false))
    }

    #[slot(init, sig = "(fget=None, fset=None, fdel=None, doc=None)")]
    fn init(
        this: Gc<Self>,
        vm: &mut Vm,
        fget: Option<Value>,
        fset: Option<Value>,
        fdel: Option<Value>,
        doc: Option<Value>,
    ) -> PyResult<()> {
        let or_none = |v: Option<Value>| v.unwrap_or(Value::NONE);
        this.get.set(this, vm.heap(), or_none(fget));
        this.set.set(this, vm.heap(), or_none(fset));
        this.del.set(this, vm.heap(), or_none(fdel));
        this.name.set(this, vm.heap(), Value::UNDEF);
        this.getter_doc.set(false);
        let mut text = doc;
        if text.is_none()
            && let Some(getter) = fget
        {
            let name = vm.names().__doc__;
            text = vm.getattr_opt(getter, name)?.filter(|d| !d.is_none());
            this.getter_doc.set(text.is_some());
        }
        if class_of(this.into()) == Property::__DEF.object() {
            this.doc.set(this, vm.heap(), text.unwrap_or(Value::UNDEF));
            return Ok(());
        }
        // Instances of subclasses keep the doc in their `__dict__`, where the class's own `__doc__` doesn't hide it.
        let name = vm.names().__doc__;
        if !crate::attrs::has_dict(this.into()) {
            return Ok(());
        }
        if text.is_some() || crate::types::Type::lookup(class_of(this.into()), vm, name).is_some() {
            vm.setattr(this.into(), name, or_none(text))?;
        }
        Ok(())
    }

    #[slot(descr_get)]
    fn descr_get(this: Gc<Self>, vm: &mut Vm, obj: Value, _cls: Value) -> PyResult<Value> {
        if obj.is_undef() || obj.is_none() {
            return Ok(this.into());
        }
        let getter = this.get.get();
        if getter.is_none() {
            return Err(Property::missing(this, vm, obj, "getter"));
        }
        vm.call(getter, &[obj])
    }

    #[slot(descr_set)]
    fn descr_set(this: Gc<Self>, vm: &mut Vm, obj: Value, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(v) => {
                let setter = this.set.get();
                if setter.is_none() {
                    return Err(Property::missing(this, vm, obj, "setter"));
                }
                vm.call(setter, &[obj, v])?;
            }
            None => {
                let deleter = this.del.get();
                if deleter.is_none() {
                    return Err(Property::missing(this, vm, obj, "deleter"));
                }
                vm.call(deleter, &[obj])?;
            }
        }
        Ok(())
    }

    /// Descriptor to obtain a copy of the property with a different getter.
    #[method(sig = "($self, object, /)", no_text)]
    fn getter(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        Property::with(this, vm, object, Value::NONE, Value::NONE)
    }

    /// Descriptor to obtain a copy of the property with a different setter.
    #[method(sig = "($self, object, /)", no_text)]
    fn setter(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        Property::with(this, vm, Value::NONE, object, Value::NONE)
    }

    /// Descriptor to obtain a copy of the property with a different deleter.
    #[method(sig = "($self, object, /)", no_text)]
    fn deleter(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        Property::with(this, vm, Value::NONE, Value::NONE, object)
    }

    /// Method to set name of a property.
    #[method]
    fn __set_name__(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        let args = crate::args::positional(args, kwnames);
        let [_, name] = args else {
            return Err(vm.type_error(format_args!(
                "__set_name__() takes 2 positional arguments but {} were given",
                args.len()
            )));
        };
        this.name.set(this, vm.heap(), *name);
        Ok(())
    }

    #[getter(member)]
    fn fget(this: Gc<Self>) -> Value {
        this.get.get()
    }

    #[getter(member)]
    fn fset(this: Gc<Self>) -> Value {
        this.set.get()
    }

    #[getter(member)]
    fn fdel(this: Gc<Self>) -> Value {
        this.del.get()
    }

    #[getter(member, name = "__doc__")]
    fn get_doc(this: Gc<Self>) -> Value {
        this.doc.get().defined().unwrap_or(Value::NONE)
    }

    #[setter(name = "__doc__")]
    fn set_doc(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
        this.doc.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
        this.getter_doc.set(false);
    }

    #[getter(name = "__name__")]
    fn get_name(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        match Property::known_name(this, vm)? {
            Some(name) => Ok(name),
            None => {
                let name = vm.names().__name__;
                let class = class_name(this.into());
                Err(vm.attribute_error(
                    this.into(),
                    name,
                    format_args!("'{class}' object has no attribute '__name__'"),
                ))
            }
        }
    }

    #[setter(name = "__name__")]
    fn set_name(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
        this.name.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
    }

    #[getter]
    fn __isabstractmethod__(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        for f in [this.get.get(), this.set.get(), this.del.get()] {
            if !f.is_none() && is_abstract(vm, f)? {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a function says that it is abstract.
pub(super) fn is_abstract(vm: &mut Vm, f: Value) -> PyResult<bool> {
    let name = vm.names().__isabstractmethod__;
    match vm.getattr_opt(f, name)? {
        Some(v) => vm.truthy(v),
        None => Ok(false),
    }
}

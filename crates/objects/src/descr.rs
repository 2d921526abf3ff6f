//! Descriptors of native types: methods, special methods, computed attributes, and the slots of `__slots__`.

use crate::attrs;
use crate::def::{GetSetDef, MethodDef};
use crate::method::Method;
use crate::native::{self, NativeFunction};
use crate::protocol::is_identical;
use crate::shape::core;
use crate::singletons;
use crate::slots::CompareOp;
use crate::slots::dunder::Dunder;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name, class_of, is_instance};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use macros::{pymethods, pytype};

/// A method of a native type.
#[pytype(name = "method_descriptor", shape = core::METHOD_DESCRIPTOR, flags(METHOD_DESCRIPTOR, NO_NEW))]
pub struct MethodDescriptor {
    /// The type.
    pub owner: Gc<Type>,
    /// The definition.
    #[untraced]
    pub def: &'static MethodDef,
}

/// A class method of a native type.
#[pytype(name = "classmethod_descriptor", shape = core::CLASS_METHOD_DESCRIPTOR, flags(NO_NEW))]
pub struct ClassMethodDescriptor {
    /// The type.
    pub owner: Gc<Type>,
    /// The definition.
    #[untraced]
    pub def: &'static MethodDef,
}

/// A special method of a native type: it calls the type's slot.
#[pytype(name = "wrapper_descriptor", shape = core::WRAPPER_DESCRIPTOR, flags(METHOD_DESCRIPTOR, NO_NEW))]
pub struct WrapperDescriptor {
    /// The type.
    pub owner: Gc<Type>,
    /// The special method.
    #[untraced]
    pub dunder: &'static Dunder,
}

/// A special method of a native type bound to an instance.
#[pytype(name = "method-wrapper", shape = core::METHOD_WRAPPER, flags(NO_NEW))]
pub struct MethodWrapper {
    /// The special method.
    pub wrapper: Gc<WrapperDescriptor>,
    /// The instance.
    pub this: Value,
}

/// A computed attribute of a native type.
#[pytype(name = "getset_descriptor", shape = core::GETSET_DESCRIPTOR, flags(NO_NEW))]
pub struct GetSetDescriptor {
    /// The type.
    pub owner: Gc<Type>,
    /// The definition.
    #[untraced]
    pub def: &'static GetSetDef,
}

/// A slot of `__slots__`.
#[pytype(name = "member_descriptor", shape = core::MEMBER_DESCRIPTOR, flags(NO_NEW))]
pub struct MemberDescriptor {
    /// The class.
    pub owner: Gc<Type>,
    /// The attribute, interned.
    pub name: Gc<Str>,
    /// Number of the slot.
    #[untraced]
    pub slot: u32,
}

/// The slot that the value `descr`, found on `ty`, stands for.
#[inline]
pub fn member_slot(descr: Value, ty: Gc<Type>) -> Option<u32> {
    descr.exact::<MemberDescriptor>().filter(|m| ty.is_subtype(m.owner)).map(|m| m.slot)
}

#[cold]
fn wrong_instance(vm: &mut Vm, name: &str, owner: Gc<Type>, obj: Value) -> Raised {
    vm.type_error(format_args!(
        "descriptor '{name}' for '{}' objects doesn't apply to a '{}' object",
        owner.display_name(),
        class_name(obj)
    ))
}

fn qualname(vm: &mut Vm, owner: Gc<Type>, name: &str) -> PyResult<Gc<Str>> {
    Str::from_fmt(vm, format_args!("{}.{name}", owner.qualname.get().text()))
}

/// `(getattr, (owner, name))`
fn reduce(vm: &mut Vm, owner: Gc<Type>, name: &str) -> PyResult<Gc<Tuple>> {
    let getattr = vm.builtin("getattr")?;
    let name = Str::new(vm, name)?;
    let args = Tuple::pair(vm, owner.into(), name.into())?;
    Tuple::pair(vm, getattr, args.into())
}

/// The class given to a class method's `__get__`, checked.
fn bind_class(
    vm: &mut Vm,
    name: &str,
    owner: Gc<Type>,
    obj: Value,
    cls: Value,
) -> PyResult<Gc<Type>> {
    let cls = match (cls.defined(), obj.defined()) {
        (Some(c), _) => c,
        (None, Some(o)) => class_of(o).into(),
        (None, None) => {
            return Err(vm.type_error(format_args!(
                "descriptor '{name}' for type '{}' needs either an object or a type",
                owner.display_name()
            )));
        }
    };
    let Some(cls) = cls.cast::<Type>() else {
        return Err(vm.type_error(format_args!(
            "descriptor '{name}' for type '{}' needs a type, not a '{}' as arg 2",
            owner.display_name(),
            class_name(cls)
        )));
    };
    if !cls.is_subtype(owner) {
        return Err(vm.type_error(format_args!(
            "descriptor '{name}' requires a subtype of '{}' but received '{}'",
            owner.display_name(),
            cls.display_name()
        )));
    }
    Ok(cls)
}

#[pymethods]
impl MethodDescriptor {
    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        (this.def.func)(vm, args, kwnames)
    }

    #[slot(descr_get)]
    fn get(this: Gc<Self>, vm: &mut Vm, obj: Value, _cls: Value) -> PyResult<Value> {
        if obj.is_undef() {
            return Ok(this.into());
        }
        if !is_instance(obj, this.owner) {
            return Err(wrong_instance(vm, this.def.name, this.owner, obj));
        }
        Ok(NativeFunction::bound(vm, this.def, obj)?.into())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::from_fmt(
            vm,
            format_args!("<method '{}' of '{}' objects>", this.def.name, this.owner.display_name()),
        )
    }

    #[getter(member)]
    fn __objclass__(this: Gc<Self>) -> Gc<Type> {
        this.owner
    }
    #[getter(member)]
    fn __name__(this: Gc<Self>) -> &'static str {
        this.def.name
    }
    #[getter]
    fn __qualname__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        qualname(vm, this.owner, this.def.name)
    }
    #[getter]
    fn __doc__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        native::doc(vm, this.def.doc)
    }
    #[getter]
    fn __text_signature__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        native::text_signature(vm, this.def.signature)
    }
    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        reduce(vm, this.owner, this.def.name)
    }
}

#[pymethods]
impl ClassMethodDescriptor {
    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        (this.def.func)(vm, args, kwnames)
    }

    #[slot(descr_get)]
    fn get(this: Gc<Self>, vm: &mut Vm, obj: Value, cls: Value) -> PyResult<Value> {
        let cls = bind_class(vm, this.def.name, this.owner, obj, cls)?;
        Ok(NativeFunction::bound(vm, this.def, cls.into())?.into())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::from_fmt(
            vm,
            format_args!("<method '{}' of '{}' objects>", this.def.name, this.owner.display_name()),
        )
    }

    #[getter(member)]
    fn __objclass__(this: Gc<Self>) -> Gc<Type> {
        this.owner
    }
    #[getter(member)]
    fn __name__(this: Gc<Self>) -> &'static str {
        this.def.name
    }
    #[getter]
    fn __qualname__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        qualname(vm, this.owner, this.def.name)
    }
    #[getter]
    fn __doc__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        native::doc(vm, this.def.doc)
    }
    #[getter]
    fn __text_signature__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        native::text_signature(vm, this.def.signature)
    }
}

#[pymethods]
impl WrapperDescriptor {
    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let (name, owner) = (this.dunder.name, this.owner);
        let Some(first) = crate::args::positional(args, kwnames).first() else {
            return Err(vm.type_error(format_args!(
                "descriptor '{name}' of '{}' object needs an argument",
                owner.display_name()
            )));
        };
        if !is_instance(*first, owner) {
            return Err(vm.type_error(format_args!(
                "descriptor '{name}' requires a '{}' object but received a '{}'",
                owner.display_name(),
                class_name(*first)
            )));
        }
        (this.dunder.call)(vm, owner.slots(), args, kwnames)
    }

    #[slot(descr_get)]
    fn get(this: Gc<Self>, vm: &mut Vm, obj: Value, _cls: Value) -> PyResult<Value> {
        if obj.is_undef() {
            return Ok(this.into());
        }
        if !is_instance(obj, this.owner) {
            return Err(wrong_instance(vm, this.dunder.name, this.owner, obj));
        }
        Ok(MethodWrapper::create(vm, this, obj)?.into())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let owner = this.owner.display_name();
        Str::from_fmt(
            vm,
            format_args!("<slot wrapper '{}' of '{owner}' objects>", this.dunder.name),
        )
    }

    #[getter(member)]
    fn __objclass__(this: Gc<Self>) -> Gc<Type> {
        this.owner
    }
    #[getter(member)]
    fn __name__(this: Gc<Self>) -> &'static str {
        this.dunder.name
    }
    #[getter]
    fn __qualname__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        qualname(vm, this.owner, this.dunder.name)
    }
    #[getter]
    fn __doc__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        native::doc(vm, this.dunder.doc)
    }
    #[getter]
    fn __text_signature__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        native::text_signature(vm, this.dunder.signature)
    }
    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        reduce(vm, this.owner, this.dunder.name)
    }
}

#[pymethods]
impl MethodWrapper {
    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        const SMALL: usize = 8;
        let (dunder, owner) = (this.wrapper.dunder, this.wrapper.owner);
        if args.len() < SMALL {
            let mut all = [Value::UNDEF; SMALL];
            all[0] = this.this;
            all[1..=args.len()].copy_from_slice(args);
            return (dunder.call)(vm, owner.slots(), &all[..=args.len()], kwnames);
        }
        let mut all = vm.root_vec()?;
        let pushed = all.push(this.this).and_then(|()| all.extend_from_slice(args));
        vm.grow(pushed)?;
        (dunder.call)(vm, owner.slots(), all.as_slice(), kwnames)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let (name, at) = (this.wrapper.dunder.name, crate::object::identity(this.this));
        Str::from_fmt(
            vm,
            format_args!(
                "<method-wrapper '{name}' of {} object at {at:#x}>",
                class_name(this.this)
            ),
        )
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>) -> i64 {
        let hash = crate::object::identity_hash(this.this)
            ^ crate::object::identity_hash(this.wrapper.into());
        prim::hash::avoid_minus_one(hash)
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, other: Value, op: CompareOp) -> Value {
        let Some(other) = other.exact::<MethodWrapper>() else {
            return singletons::not_implemented();
        };
        let equal = this.wrapper == other.wrapper && is_identical(this.this, other.this);
        match op {
            CompareOp::Eq => equal.into(),
            CompareOp::Ne => (!equal).into(),
            _ => singletons::not_implemented(),
        }
    }

    #[getter(member)]
    fn __self__(this: Gc<Self>) -> Value {
        this.this
    }
    #[getter]
    fn __objclass__(this: Gc<Self>) -> Gc<Type> {
        this.wrapper.owner
    }
    #[getter]
    fn __name__(this: Gc<Self>) -> &'static str {
        this.wrapper.dunder.name
    }
    #[getter]
    fn __qualname__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        qualname(vm, this.wrapper.owner, this.wrapper.dunder.name)
    }
    #[getter]
    fn __doc__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        native::doc(vm, this.wrapper.dunder.doc)
    }
    #[getter]
    fn __text_signature__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        native::text_signature(vm, this.wrapper.dunder.signature)
    }
    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let getattr = vm.builtin("getattr")?;
        let name = Str::new(vm, this.wrapper.dunder.name)?;
        let args = Tuple::pair(vm, this.this, name.into())?;
        Tuple::pair(vm, getattr, args.into())
    }
}

#[pymethods]
impl GetSetDescriptor {
    #[slot(descr_get)]
    fn get(this: Gc<Self>, vm: &mut Vm, obj: Value, _cls: Value) -> PyResult<Value> {
        if obj.is_undef() {
            return Ok(this.into());
        }
        if !is_instance(obj, this.owner) {
            return Err(wrong_instance(vm, this.def.name, this.owner, obj));
        }
        (this.def.get)(vm, obj)
    }

    #[slot(descr_set)]
    fn set(this: Gc<Self>, vm: &mut Vm, obj: Value, value: Option<Value>) -> PyResult<()> {
        let name = this.def.name;
        if !is_instance(obj, this.owner) {
            return Err(wrong_instance(vm, name, this.owner, obj));
        }
        match this.def.set {
            Some(set) => set(vm, obj, value),
            None if this.def.member => {
                let name = vm.intern(name)?;
                Err(vm.attribute_error(obj, name, format_args!("readonly attribute")))
            }
            None => {
                let interned = vm.intern(name)?;
                let owner = this.owner.display_name();
                Err(vm.attribute_error(
                    obj,
                    interned,
                    format_args!("attribute '{name}' of '{owner}' objects is not writable"),
                ))
            }
        }
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let kind = if this.def.member { "member" } else { "attribute" };
        Str::from_fmt(
            vm,
            format_args!("<{kind} '{}' of '{}' objects>", this.def.name, this.owner.display_name()),
        )
    }

    #[getter(member)]
    fn __objclass__(this: Gc<Self>) -> Gc<Type> {
        this.owner
    }
    #[getter(member)]
    fn __name__(this: Gc<Self>) -> &'static str {
        this.def.name
    }
    #[getter]
    fn __qualname__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        qualname(vm, this.owner, this.def.name)
    }
    #[getter]
    fn __doc__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        native::doc(vm, this.def.doc)
    }
}

#[pymethods]
impl MemberDescriptor {
    #[slot(descr_get)]
    fn get(this: Gc<Self>, vm: &mut Vm, obj: Value, _cls: Value) -> PyResult<Value> {
        if obj.is_undef() {
            return Ok(this.into());
        }
        let Some(object) = obj.header().filter(|_| is_instance(obj, this.owner)) else {
            let name = this.name.text().to_string();
            return Err(wrong_instance(vm, &name, this.owner, obj));
        };
        match attrs::slot_get(object, this.slot).defined() {
            Some(v) => Ok(v),
            None => Err(unset(vm, this, obj)),
        }
    }

    #[slot(descr_set)]
    fn set(this: Gc<Self>, vm: &mut Vm, obj: Value, value: Option<Value>) -> PyResult<()> {
        let Some(object) = obj.header().filter(|_| is_instance(obj, this.owner)) else {
            let name = this.name.text().to_string();
            return Err(wrong_instance(vm, &name, this.owner, obj));
        };
        if value.is_none() && attrs::slot_get(object, this.slot).is_undef() {
            return Err(vm.attribute_error(obj, this.name, format_args!("{}", this.name.text())));
        }
        attrs::slot_set(vm, object, this.slot, value.unwrap_or(Value::UNDEF))
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::from_fmt(
            vm,
            format_args!(
                "<member '{}' of '{}' objects>",
                this.name.text(),
                this.owner.display_name()
            ),
        )
    }

    #[getter(member)]
    fn __objclass__(this: Gc<Self>) -> Gc<Type> {
        this.owner
    }
    #[getter(member)]
    fn __name__(this: Gc<Self>) -> Gc<Str> {
        this.name
    }
    #[getter]
    fn __qualname__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::from_fmt(vm, format_args!("{}.{}", this.owner.qualname.get().text(), this.name.text()))
    }
    #[getter]
    fn __doc__(_this: Gc<Self>) -> Value {
        Value::NONE
    }
    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let getattr = vm.builtin("getattr")?;
        let args = Tuple::pair(vm, this.owner.into(), this.name.into())?;
        Tuple::pair(vm, getattr, args.into())
    }
}

fn unset(vm: &mut Vm, this: Gc<MemberDescriptor>, obj: Value) -> Raised {
    let class = class_name(obj);
    vm.attribute_error(
        obj,
        this.name,
        format_args!("'{class}' object has no attribute '{}'", this.name.text()),
    )
}

/// Binds a function of a Python class as `instance.name` does.
pub fn bind_function(vm: &mut Vm, function: Value, obj: Value) -> PyResult<Value> {
    if obj.is_undef() {
        return Ok(function);
    }
    Ok(Method::bind(vm, function, obj)?.into())
}

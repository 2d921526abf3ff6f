//! What classes themselves can do: calling, attributes, `type(…)`.

use super::{Type, check, class_name, class_of, create, inherit};
use crate::def::TypeFlags;
use crate::dict::{Dict, MappingProxy};
use crate::list::List;
use crate::singletons;
use crate::slots::Slot;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use macros::pymethods;

/// `module.qualname`, without the module for builtins.
pub(super) fn full_name(this: Gc<Type>, vm: &mut Vm) -> PyResult<Gc<Str>> {
    let qualname = this.qualname.get();
    match module_of(this, vm)?.cast::<Str>() {
        Some(m) if *m.text() != *"builtins" => {
            Str::from_fmt(vm, format_args!("{}.{}", m.text(), qualname.text()))
        }
        _ => Ok(qualname),
    }
}

/// `__module__` of a class.
fn module_of(this: Gc<Type>, vm: &mut Vm) -> PyResult<Value> {
    let name = vm.names().__module__;
    // `type` has the getter of this very attribute in its own dictionary.
    let is_own = |m: &Value| this.def.is_none() || class_of(*m).slots().descr_get.is_none();
    if let Some(m) = this.dict.get_str(name).filter(is_own) {
        return Ok(m);
    }
    if this.def.is_some() {
        return Ok(vm.intern("builtins")?.into());
    }
    Err(vm.attribute_error(this.into(), name, format_args!("__module__")))
}

/// An attribute of the class found along its MRO and bound to the class.
fn own_attribute(vm: &mut Vm, this: Gc<Type>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let Some(found) = Type::lookup(this, vm, name) else { return Ok(None) };
    match class_of(found).slots().descr_get {
        Some(get) => get(vm, found, Value::UNDEF, this.into()).map(Some),
        None => Ok(Some(found)),
    }
}

/// `type.__getattribute__`, `None` for an attribute that isn't there.
pub fn type_getattr_opt(vm: &mut Vm, this: Gc<Type>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let meta = class_of(this.into());
    let on_meta = Type::lookup(meta, vm, name);
    let get = on_meta.and_then(|d| class_of(d).slots().descr_get);
    if let (Some(d), Some(get)) = (on_meta, get)
        && class_of(d).slots().descr_set.is_some()
    {
        return get(vm, d, this.into(), meta.into()).map(Some);
    }
    if let Some(v) = own_attribute(vm, this, name)? {
        return Ok(Some(v));
    }
    match (on_meta, get) {
        (Some(d), Some(get)) => get(vm, d, this.into(), meta.into()).map(Some),
        (found, _) => Ok(found),
    }
}

fn immutable(vm: &mut Vm, this: Gc<Type>, name: &str) -> Raised {
    vm.type_error(format_args!(
        "cannot set '{name}' attribute of immutable type '{}'",
        this.display_name()
    ))
}

fn is_immutable(this: Gc<Type>) -> bool {
    this.has(TypeFlags::IMMUTABLE)
}

/// Checks an assignment to a special attribute of the class.
fn settable(vm: &mut Vm, this: Gc<Type>, value: Option<Value>, name: &str) -> PyResult<Value> {
    if is_immutable(this) {
        return Err(immutable(vm, this, name));
    }
    match value {
        Some(v) => Ok(v),
        None => Err(vm.type_error(format_args!(
            "cannot delete '{name}' attribute of immutable type '{}'",
            this.name.get().text()
        ))),
    }
}

/// An attribute that lies in the class's own dictionary.
fn dict_attribute(vm: &mut Vm, this: Gc<Type>, name: Gc<Str>) -> PyResult<Option<Value>> {
    let Some(v) = this.dict.get_str(name) else { return Ok(None) };
    match class_of(v).slots().descr_get {
        Some(get) => get(vm, v, Value::UNDEF, this.into()).map(Some),
        None => Ok(Some(v)),
    }
}

fn no_attribute(vm: &mut Vm, this: Gc<Type>, name: Gc<Str>) -> Raised {
    vm.attribute_error(
        this.into(),
        name,
        format_args!("type object '{}' has no attribute '{}'", this.display_name(), name.text()),
    )
}

/// `type(name, bases, namespace, **kwds)`
fn new_from_arguments(
    vm: &mut Vm,
    meta: Gc<Type>,
    args: &[Value],
    kwnames: Value,
) -> PyResult<Value> {
    let positional = crate::args::positional(args, kwnames);
    let [name, bases, namespace] = positional else {
        return Err(vm.type_error(format_args!(
            "type.__new__() takes exactly 3 arguments ({} given)",
            positional.len()
        )));
    };
    let wrong = |vm: &mut Vm, i: usize, expected: &str, v: Value| {
        let class = class_name(v);
        Err(vm.type_error(format_args!(
            "type.__new__() argument {i} must be {expected}, not {class}"
        )))
    };
    let Some(name) = name.cast::<Str>() else { return wrong(vm, 1, "str", *name) };
    let Some(bases) = bases.cast::<Tuple>() else { return wrong(vm, 2, "tuple", *bases) };
    let Some(namespace) = namespace.cast::<Dict>() else { return wrong(vm, 3, "dict", *namespace) };
    for base in bases.items() {
        if base.cast::<Type>().is_some() {
            continue;
        }
        let entries = vm.names().__mro_entries__;
        if vm.getattr_opt(*base, entries)?.is_some() {
            return Err(vm.type_error(format_args!(
                "type() doesn't support MRO entry resolution; use types.new_class()"
            )));
        }
    }
    let winner = create::winner_metaclass(vm, meta, bases.items())?;
    if winner != meta
        && let Some(new) = winner.slots().new
        && !winner.slots().same(super::core::TYPE().object().slots(), Slot::new)
    {
        return new(vm, winner, args, kwnames);
    }
    check_name(vm, name)?;
    let kwargs = (args.get(3..).unwrap_or(&[]), kwnames);
    Ok(create::new_class(vm, winner, name, bases, namespace, kwargs)?.into())
}

fn check_name(vm: &mut Vm, name: Gc<Str>) -> PyResult<()> {
    if name.text().as_bytes().contains(&0) {
        return Err(vm.value_error(format_args!("type name must not contain null characters")));
    }
    if let Some((_, _)) = name.text().find_surrogate() {
        return Err(crate::exceptions::unicode::surrogates_not_allowed(vm, "utf-8", name));
    }
    Ok(())
}

/// Assignment to `__bases__`.
fn set_bases(vm: &mut Vm, this: Gc<Type>, value: Value) -> PyResult<()> {
    let name = this.name.get();
    let Some(bases) = value.cast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "can only assign tuple to {}.__bases__, not {}",
            name.text(),
            class_name(value)
        )));
    };
    if bases.items().is_empty() {
        return Err(vm.type_error(format_args!(
            "can only assign non-empty tuple to {}.__bases__, not ()",
            name.text()
        )));
    }
    for base in bases.items() {
        let Some(base) = base.cast::<Type>() else {
            return Err(vm.type_error(format_args!(
                "{}.__bases__ must be tuple of classes, not '{}'",
                name.text(),
                class_name(*base)
            )));
        };
        if base.is_subtype(this) {
            return Err(vm.type_error(format_args!("a __bases__ item causes an inheritance cycle")));
        }
    }
    create::replace_bases(vm, this, bases)
}

#[pymethods]
impl Type {
    #[slot(new)]
    fn py_new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        // `type(x)` is answered by the call slot; it doesn't get here.
        new_from_arguments(vm, cls, args, kwnames)
    }

    #[slot(init)]
    fn py_init(_this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        let positional = crate::args::positional(args, kwnames).len();
        if positional == 1 && !kwnames.is_undef() {
            return Err(vm.type_error(format_args!("type.__init__() takes no keyword arguments")));
        }
        if positional != 1 && positional != 3 {
            return Err(vm.type_error(format_args!("type.__init__() takes 1 or 3 arguments")));
        }
        Ok(())
    }

    #[slot(call)]
    fn py_call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        if this == super::core::TYPE().object() {
            match (crate::args::positional(args, kwnames), kwnames.is_undef()) {
                ([v], true) => return Ok(class_of(*v).into()),
                ([_, _, _], _) => {}
                _ => return Err(vm.type_error(format_args!("type() takes 1 or 3 arguments"))),
            }
        }
        let Some(new) = this.slots().new.filter(|_| !this.has(TypeFlags::NO_NEW)) else {
            return Err(
                vm.type_error(format_args!("cannot create '{}' instances", this.display_name()))
            );
        };
        let made = new(vm, this, args, kwnames)?;
        let cls = class_of(made);
        if cls.is_subtype(this)
            && let Some(init) = cls.slots().init
        {
            init(vm, made, args, kwnames)?;
        }
        Ok(made)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let name = match full_name(this, vm) {
            Ok(name) => name,
            Err(_) => {
                vm.clear_raised();
                this.name.get()
            }
        };
        Str::from_fmt(vm, format_args!("<class '{}'>", name.text()))
    }

    #[slot(getattr)]
    fn getattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        match type_getattr_opt(vm, this, name)? {
            Some(v) => Ok(v),
            None => Err(no_attribute(vm, this, name)),
        }
    }

    #[slot(setattr)]
    fn setattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
        if is_immutable(this) {
            let text = name.text().to_string();
            return Err(immutable(vm, this, &text));
        }
        let meta = class_of(this.into());
        if let Some(d) = Type::lookup(meta, vm, name)
            && let Some(set) = class_of(d).slots().descr_set
        {
            return set(vm, d, this.into(), value);
        }
        if !Type::set_attr(this, vm, name, value)? {
            return Err(no_attribute(vm, this, name));
        }
        Ok(())
    }

    #[slot(or)]
    fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        (vm.hooks.union)(vm, a, b)
    }

    #[getter]
    fn __name__(this: Gc<Self>) -> Gc<Str> {
        this.name.get()
    }

    #[setter]
    fn set___name__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let value = settable(vm, this, value, "__name__")?;
        let Some(name) = value.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "can only assign string to {}.__name__, not '{}'",
                this.name.get().text(),
                class_name(value)
            )));
        };
        check_name(vm, name)?;
        this.name.set(this, vm.heap(), name);
        Ok(())
    }

    #[getter]
    fn __qualname__(this: Gc<Self>) -> Gc<Str> {
        this.qualname.get()
    }

    #[setter]
    fn set___qualname__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let value = settable(vm, this, value, "__qualname__")?;
        let Some(name) = value.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "can only assign string to {}.__qualname__, not '{}'",
                this.name.get().text(),
                class_name(value)
            )));
        };
        this.qualname.set(this, vm.heap(), name);
        Ok(())
    }

    #[getter(member)]
    fn __base__(this: Gc<Self>) -> Option<Gc<Type>> {
        this.base.get()
    }

    #[getter]
    fn __bases__(this: Gc<Self>) -> Gc<Tuple> {
        this.bases.get()
    }

    #[setter]
    fn set___bases__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let value = settable(vm, this, value, "__bases__")?;
        set_bases(vm, this, value)
    }

    #[getter(member)]
    fn __mro__(this: Gc<Self>) -> Gc<Tuple> {
        this.mro.get()
    }

    #[getter]
    fn __dict__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<MappingProxy>> {
        MappingProxy::new(vm, this.dict.into())
    }

    #[getter]
    fn __module__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        module_of(this, vm)
    }

    #[setter]
    fn set___module__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let value = settable(vm, this, value, "__module__")?;
        let names = vm.names();
        Type::set_attr(this, vm, names.__module__, Some(value))?;
        // A class that is renamed was defined elsewhere as far as anybody can tell.
        this.dict.remove_str(vm, names.__firstlineno__)?;
        Ok(())
    }

    #[getter]
    fn __doc__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().__doc__;
        Ok(dict_attribute(vm, this, name)?.unwrap_or(Value::NONE))
    }

    #[setter]
    fn set___doc__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let value = settable(vm, this, value, "__doc__")?;
        let name = vm.names().__doc__;
        Type::set_attr(this, vm, name, Some(value))?;
        Ok(())
    }

    #[getter]
    fn __text_signature__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        match this.def.filter(|def| !def.signature.is_empty()) {
            Some(def) => Ok(Str::new(vm, def.signature)?.into()),
            None => Ok(Value::NONE),
        }
    }

    #[getter]
    fn __abstractmethods__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().__abstractmethods__;
        // `type` has this very attribute as a descriptor.
        match this.dict.get_str(name).filter(|_| this != super::core::TYPE().object()) {
            Some(v) => Ok(v),
            None => Err(vm.attribute_error(this.into(), name, format_args!("__abstractmethods__"))),
        }
    }

    #[setter]
    fn set___abstractmethods__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let name = vm.names().__abstractmethods__;
        if is_immutable(this) {
            return Err(immutable(vm, this, "__abstractmethods__"));
        }
        let is_abstract = match value {
            Some(v) => vm.truthy(v)?,
            None => false,
        };
        if !Type::set_attr(this, vm, name, value)? {
            return Err(vm.attribute_error(this.into(), name, format_args!("__abstractmethods__")));
        }
        this.set_flag(TypeFlags::ABSTRACT, is_abstract);
        Ok(())
    }

    #[getter]
    fn __annotations__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let names = vm.names();
        if !this.has(TypeFlags::HEAP) {
            return Err(no_attribute(vm, this, names.__annotations__));
        }
        for name in [names.__annotations__, names.__annotations_cache__] {
            if let Some(v) = dict_attribute(vm, this, name)? {
                return Ok(v);
            }
        }
        let annotate = Type::__annotate__(this, vm)?;
        let made: Value = if vm.is_callable(annotate) {
            crate::code::call_annotate(vm, annotate)?
        } else {
            Dict::new(vm)?.into()
        };
        Type::set_attr(this, vm, names.__annotations_cache__, Some(made))?;
        Ok(made)
    }

    #[setter]
    fn set___annotations__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let names = vm.names();
        if is_immutable(this) {
            return Err(immutable(vm, this, "__annotations__"));
        }
        let own = this.dict.get_str(names.__annotations__).is_some();
        match value {
            Some(_) => {
                let key = if own { names.__annotations__ } else { names.__annotations_cache__ };
                Type::set_attr(this, vm, key, value)?;
            }
            None => {
                let mut removed = Type::set_attr(this, vm, names.__annotations__, None)?;
                removed |= Type::set_attr(this, vm, names.__annotations_cache__, None)?;
                if !removed {
                    let name = names.__annotations__;
                    return Err(vm.attribute_error(
                        this.into(),
                        name,
                        format_args!("__annotations__"),
                    ));
                }
            }
        }
        Type::set_attr(this, vm, names.__annotate_func__, None)?;
        Type::set_attr(this, vm, names.__annotate__, None)?;
        Ok(())
    }

    #[getter]
    fn __annotate__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let names = vm.names();
        if !this.has(TypeFlags::HEAP) {
            return Err(no_attribute(vm, this, names.__annotate__));
        }
        for name in [names.__annotate_func__, names.__annotate__] {
            if let Some(v) = dict_attribute(vm, this, name)? {
                return Ok(v);
            }
        }
        Type::set_attr(this, vm, names.__annotate_func__, Some(Value::NONE))?;
        Ok(Value::NONE)
    }

    #[setter]
    fn set___annotate__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error(format_args!("cannot delete __annotate__ attribute")));
        };
        if is_immutable(this) {
            return Err(immutable(vm, this, "__annotate__"));
        }
        if !value.is_none() && !vm.is_callable(value) {
            return Err(vm.type_error(format_args!("__annotate__ must be callable or None")));
        }
        let names = vm.names();
        Type::set_attr(this, vm, names.__annotate_func__, Some(value))?;
        if !value.is_none() {
            Type::set_attr(this, vm, names.__annotations_cache__, None)?;
            Type::set_attr(this, vm, names.__annotations__, None)?;
        }
        Ok(())
    }

    #[getter]
    fn __type_params__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().__type_params__;
        // `type` has this very attribute as a descriptor.
        let own = this.dict.get_str(name).filter(|_| this != super::core::TYPE().object());
        Ok(own.unwrap_or(Tuple::empty().into()))
    }

    #[setter]
    fn set___type_params__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let value = settable(vm, this, value, "__type_params__")?;
        let name = vm.names().__type_params__;
        Type::set_attr(this, vm, name, Some(value))?;
        Ok(())
    }

    #[getter(member)]
    fn __basicsize__(this: Gc<Self>) -> usize {
        crate::attrs::instance_size(crate::shape::shape(this.root.get()))
    }

    #[getter(member)]
    fn __itemsize__(this: Gc<Self>) -> usize {
        // Variable parts are counted in words, whatever is in them.
        if this.layout.full_size.is_some() { size_of::<Value>() } else { 0 }
    }

    #[getter(member)]
    fn __flags__(this: Gc<Self>) -> u64 {
        super::flags::of(this)
    }

    #[getter(member)]
    fn __dictoffset__(this: Gc<Self>) -> isize {
        if this.has(TypeFlags::DICT) { -1 } else { 0 }
    }

    #[getter(member)]
    fn __weakrefoffset__(this: Gc<Self>) -> usize {
        if this.has(TypeFlags::WEAKREF) { this.layout.size } else { 0 }
    }

    /// Return a type's method resolution order.
    #[method(sig = "($self, /)")]
    fn mro(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<List>> {
        let bases: Vec<Gc<Type>> =
            this.bases.get().items().iter().filter_map(|b| b.cast::<Type>()).collect();
        let order = super::mro::linearise(vm, this.into(), &bases)?;
        List::from_slice(vm, order.items())
    }

    /// Return a list of immediate subclasses.
    #[method(sig = "($self, /)")]
    fn __subclasses__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<List>> {
        let list = List::new(vm)?;
        let me = Value::from(this);
        let mut at = 0;
        // Appending can collect, which takes dead classes off the table: positions are looked up again each time.
        let direct: Vec<_> = vm.rt().subclasses_of(this);
        let keep = vm.root_vec();
        let mut keep = keep?;
        for class in direct {
            // SAFETY: live classes; nothing is allocated in the heap before they are in the vector.
            let class: Gc<Type> = unsafe { Gc::from_ptr(class.as_ptr()) };
            if class.bases.get().items().contains(&me) {
                let pushed = keep.push(class.into());
                vm.grow(pushed)?;
            }
        }
        while let Some(class) = keep.get(at) {
            list.push(vm, class)?;
            at += 1;
        }
        Ok(list)
    }

    /// Create the namespace for the class statement
    #[classmethod(no_text)]
    fn __prepare__(
        _cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Dict>> {
        let _ = (args, kwnames);
        Dict::new(vm)
    }

    /// Check if an object is an instance.
    #[method(sig = "($self, instance, /)")]
    fn __instancecheck__(this: Gc<Self>, vm: &mut Vm, instance: Value) -> PyResult<bool> {
        check::plain_is_instance(vm, instance, this.into())
    }

    /// Check if a class is a subclass.
    #[method(sig = "($self, subclass, /)")]
    fn __subclasscheck__(this: Gc<Self>, vm: &mut Vm, subclass: Value) -> PyResult<bool> {
        check::plain_is_subclass(vm, subclass, this.into())
    }

    /// Specialized __dir__ implementation for types.
    #[method(sig = "($self, /)")]
    fn __dir__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<List>> {
        let found = Dict::new(vm)?;
        crate::object::merge_class_dict(vm, found, this.into())?;
        let list = List::new(vm)?;
        list.extend(vm, found.into())?;
        Ok(list)
    }

    /// Return memory consumption of the type object.
    #[method(sig = "($self, /)")]
    fn __sizeof__(_this: Gc<Self>) -> usize {
        size_of::<Type>()
    }
}

/// Tells all slots of `this` anew, after its MRO has changed.
pub(super) fn refresh(vm: &mut Vm, this: Gc<Type>) {
    let slots = inherit::all_slots(vm, this);
    this.set_slots(slots);
}

/// `NotImplemented`, for operators of classes that the hook doesn't know.
pub fn no_operator(_: &mut Vm, _: Value, _: Value) -> PyResult<Value> {
    Ok(singletons::not_implemented())
}

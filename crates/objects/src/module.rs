//! Modules: a dictionary with a name.
//!
//! A module's attributes are in a real dictionary from the start (its shape is in dict mode), since functions hold that
//! dictionary as their globals.

use crate::attrs;
use crate::def::ModuleDef;
use crate::dict::Dict;
use crate::exceptions;
use crate::list::List;
use crate::native::NativeFunction;
use crate::shape::core;
use crate::str::Str;
use crate::types::{self, Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use macros::{pymethods, pytype};
use std::cell::Cell;

/// A module.
#[pytype(
    name = "module",
    shape = core::MODULE,
    flags(BASETYPE, DICT, WEAKREF),
    no_create,
    doc = "Create a module object.\n\nThe name must be a string; the optional docstring can have any type."
)]
pub struct Module {
    /// The definition of a native module.
    #[untraced]
    pub def: Cell<Option<&'static ModuleDef>>,
}

impl Module {
    /// A module with an empty dictionary.
    pub fn bare(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<Module>> {
        let module: Gc<Module> = crate::args::parts::create(vm, cls, (Cell::new(None),))?;
        let dict = Dict::new(vm)?;
        attrs::adopt_dict(vm, Value::from(module), dict)?;
        Ok(module)
    }

    /// A module as `types.ModuleType(name, doc)` makes it.
    pub fn new(vm: &mut Vm, name: &str, doc: Value) -> PyResult<Gc<Module>> {
        let module = Self::bare(vm, Module::__DEF.object())?;
        let name = vm.intern(name)?;
        Self::initialise(module, vm, name.into(), doc)?;
        Ok(module)
    }

    fn initialise(this: Gc<Self>, vm: &mut Vm, name: Value, doc: Value) -> PyResult<()> {
        let dict = Self::dict(this, vm)?;
        let names = vm.names();
        dict.set_str(vm, names.__name__, name)?;
        dict.set_str(vm, names.__doc__, doc)?;
        for key in [names.__package__, names.__loader__, names.__spec__] {
            dict.set_str(vm, key, Value::NONE)?;
        }
        Ok(())
    }

    /// The module's dictionary.
    pub fn dict(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Dict>> {
        attrs::instance_dict(vm, this.header_gc())
    }

    /// The module's dictionary, if the module is exactly of this type.
    #[inline]
    pub fn existing_dict(&self) -> Option<Gc<Dict>> {
        attrs::existing_dict(self.header_gc())
    }

    fn header_gc(&self) -> Gc<heap::Header> {
        crate::array::gc_of(self).as_header()
    }
}

/// The module that `def` describes, without running its `exec`.
pub fn create_module(vm: &mut Vm, def: &'static ModuleDef) -> PyResult<Gc<Module>> {
    let doc = crate::native::doc(vm, def.doc)?;
    let module = Module::new(vm, def.name, doc)?;
    module.def.set(Some(def));
    let dict = Module::dict(module, vm)?;
    let name: Value = vm.intern(def.name)?.into();
    for function in def.functions {
        let f = NativeFunction::of_module(vm, function, module.into(), name)?;
        let key = vm.intern(function.name)?;
        dict.set_str(vm, key, f.into())?;
    }
    for ty in def.types {
        let class = types::ready(vm, ty)?;
        let key = class.name.get();
        dict.set_str(vm, key, class.into())?;
    }
    for constant in def.consts {
        let value = (constant.make)(vm)?;
        let key = vm.intern(constant.name)?;
        dict.set_str(vm, key, value)?;
    }
    Ok(module)
}

/// Runs the `exec` of a native module.
pub fn exec_module(vm: &mut Vm, module: Gc<Module>) -> PyResult<()> {
    match module.def.get().and_then(|def| def.exec) {
        Some(exec) => exec(vm, module.into()),
        None => Ok(()),
    }
}

/// The error of a missing attribute, with what the import system knows of the module.
fn no_attribute(vm: &mut Vm, this: Gc<Module>, dict: Gc<Dict>, name: Gc<Str>) -> Raised {
    let names = vm.names();
    let Some(own) = dict.get_str(names.__name__).and_then(|n| n.cast::<Str>()) else {
        return vm.attribute_error(
            this.into(),
            name,
            format_args!("module has no attribute '{}'", name.text()),
        );
    };
    match hint(vm, dict, own, name) {
        Ok(Hint::Initialising) => {
            return vm.attribute_error(
                this.into(),
                name,
                format_args!(
                    "partially initialized module '{}' has no attribute '{}' (most likely due to a circular import)",
                    own.text(),
                    name.text()
                ),
            );
        }
        Ok(Hint::Submodule) => {
            return vm.attribute_error(
                this.into(),
                name,
                format_args!(
                    "cannot access submodule '{}' of module '{}' (most likely due to a circular import)",
                    name.text(),
                    own.text()
                ),
            );
        }
        Ok(Hint::Nothing) => {}
        Err(r) => return r,
    }
    vm.attribute_error(
        this.into(),
        name,
        format_args!("module '{}' has no attribute '{}'", own.text(), name.text()),
    )
}

enum Hint {
    Nothing,
    Initialising,
    Submodule,
}

fn hint(vm: &mut Vm, dict: Gc<Dict>, own: Gc<Str>, name: Gc<Str>) -> PyResult<Hint> {
    let names = vm.names();
    let Some(spec) = dict.get_str(names.__spec__).filter(|s| !s.is_none()) else {
        return Ok(Hint::Nothing);
    };
    if let Some(flag) = vm.getattr_opt(spec, names._initializing)?
        && vm.truthy(flag)?
    {
        return Ok(Hint::Initialising);
    }
    let _ = own;
    if let Some(submodules) = vm.getattr_opt(spec, names._uninitialized_submodules)?
        && vm.contains(submodules, name.into())?
    {
        return Ok(Hint::Submodule);
    }
    Ok(Hint::Nothing)
}

#[pymethods]
impl Module {
    #[slot(new)]
    fn py_new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        Module::bare(vm, cls)
    }

    #[slot(init, sig = "(name, doc=None)")]
    fn init(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>, doc: Option<Value>) -> PyResult<()> {
        let name = crate::intern::intern(vm, name)?;
        Module::initialise(this, vm, name.into(), doc.unwrap_or(Value::NONE))
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let dict = Module::dict(this, vm)?;
        let names = vm.names();
        if vm.rt().modules.cast::<Dict>().is_some()
            && let Some(spec) = dict.get_str(names.__spec__).filter(|s| !s.is_none())
        {
            let bootstrap = (vm.hooks.import)(vm, "importlib._bootstrap")?;
            let f = vm.getattr_str(bootstrap, "_module_repr_from_spec")?;
            let text = vm.call(f, &[spec])?;
            return vm.str_of(text);
        }
        let name = match dict.get_str(names.__name__) {
            Some(n) => vm.repr(n)?,
            None => Str::new(vm, "'?'")?,
        };
        if let Some(file) = dict.get_str(names.__file__) {
            let file = vm.repr(file)?;
            return Str::from_fmt(
                vm,
                format_args!("<module {} from {}>", name.text(), file.text()),
            );
        }
        match dict.get_str(names.__loader__).filter(|l| !l.is_none()) {
            Some(loader) => {
                let loader = vm.repr(loader)?;
                Str::from_fmt(vm, format_args!("<module {} ({})>", name.text(), loader.text()))
            }
            None => Str::from_fmt(vm, format_args!("<module {}>", name.text())),
        }
    }

    #[slot(getattr)]
    fn getattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        if let Some(v) = attrs::generic_getattr_opt(vm, this.into(), name)? {
            return Ok(v);
        }
        let dict = Module::dict(this, vm)?;
        let getattr = vm.names().__getattr__;
        if let Some(f) = dict.get(vm, getattr.into())? {
            return vm.call(f, &[name.into()]);
        }
        Err(no_attribute(vm, this, dict, name))
    }

    #[slot(setattr)]
    fn setattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
        attrs::generic_setattr(vm, this.into(), name, value)
    }

    #[getter]
    fn __dict__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Dict>> {
        Module::dict(this, vm)
    }

    #[getter]
    fn __annotations__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let dict = Module::dict(this, vm)?;
        let names = vm.names();
        if let Some(v) = dict.get_str(names.__annotations__) {
            return Ok(v);
        }
        let annotate = dict.get_str(names.__annotate__).filter(|f| vm.is_callable(*f));
        let made: Value = match annotate {
            Some(f) => crate::code::call_annotate(vm, f)?,
            None => Dict::new(vm)?.into(),
        };
        dict.set_str(vm, names.__annotations__, made)?;
        Ok(made)
    }

    #[setter]
    fn set___annotations__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let dict = Module::dict(this, vm)?;
        let names = vm.names();
        match value {
            Some(v) => dict.set_str(vm, names.__annotations__, v)?,
            None => {
                if dict.remove_str(vm, names.__annotations__)?.is_none() {
                    let name = names.__annotations__;
                    return Err(vm.attribute_error(
                        this.into(),
                        name,
                        format_args!("__annotations__"),
                    ));
                }
            }
        }
        dict.remove_str(vm, names.__annotate__)?;
        Ok(())
    }

    #[getter]
    fn __annotate__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let dict = Module::dict(this, vm)?;
        let name = vm.names().__annotate__;
        match dict.get_str(name) {
            Some(v) => Ok(v),
            None => {
                dict.set_str(vm, name, Value::NONE)?;
                Ok(Value::NONE)
            }
        }
    }

    #[setter]
    fn set___annotate__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error(format_args!("cannot delete __annotate__ attribute")));
        };
        if !value.is_none() && !vm.is_callable(value) {
            return Err(vm.type_error(format_args!("__annotate__ must be callable or None")));
        }
        let dict = Module::dict(this, vm)?;
        let names = vm.names();
        dict.set_str(vm, names.__annotate__, value)?;
        if !value.is_none() {
            dict.remove_str(vm, names.__annotations__)?;
        }
        Ok(())
    }

    /// __dir__() -> list\nspecialized dir() implementation
    #[method(sig = "($self, /)", no_text)]
    fn __dir__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let names = vm.names();
        let namespace = vm.getattr(this.into(), names.__dict__)?;
        let Some(dict) = namespace.cast::<Dict>() else {
            return Err(vm.type_error(format_args!(
                "{}.__dict__ is not a dictionary",
                class_name(this.into())
            )));
        };
        if let Some(f) = dict.get(vm, names.__dir__.into())? {
            return vm.call(f, &[]);
        }
        let list = List::new(vm)?;
        list.extend(vm, dict.into())?;
        Ok(list.into())
    }
}

/// Whether `v` is a module (or an instance of a subclass).
pub fn is_module(v: Value) -> bool {
    v.cast::<Module>().is_some()
}

/// The name that a native definition gives its module, checked against what `cls` says: natives are never renamed.
pub fn name_of(vm: &mut Vm, module: Gc<Module>) -> PyResult<Gc<Str>> {
    let dict = Module::dict(module, vm)?;
    let key = vm.names().__name__;
    match dict.get_str(key).and_then(|n| n.cast::<Str>()) {
        Some(name) => Ok(name),
        None => Err(vm.raise(&exceptions::SYSTEM_ERROR, format_args!("nameless module"))),
    }
}

//! Functions of Python.

use super::Code;
use crate::attrs;
use crate::descr::bind_function;
use crate::dict::Dict;
use crate::exceptions;
use crate::shape::core;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use ::code::object::flags;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// A function. The interpreter reads the fields; Python sees them as attributes.
#[pytype(
    name = "function",
    shape = core::FUNCTION,
    flags(DICT, WEAKREF, METHOD_DESCRIPTOR),
    doc = "Create a function object.\n\n  code\n    a code object\n  globals\n    the globals dictionary\n  name\n    a string that overrides the name from the code object\n  argdefs\n    a tuple that specifies the default argument values\n  closure\n    a tuple that supplies the bindings for free variables\n  kwdefaults\n    a dictionary that specifies the default keyword argument values"
)]
pub struct Function {
    /// `__code__`
    pub code: Field<Gc<Code>>,
    /// What the interpreter enters: the translation of `code`, null while it isn't known.
    #[untraced]
    pub entry: Cell<*const u8>,
    /// `__globals__`
    pub globals: Gc<Dict>,
    /// `__builtins__`
    pub builtins: Gc<Dict>,
    /// `__name__`
    pub name: Field<Gc<Str>>,
    /// `__qualname__`
    pub qualname: Field<Gc<Str>>,
    /// `__defaults__`: a tuple or None.
    pub defaults: Field<Value>,
    /// `__kwdefaults__`: a dict or None.
    pub kwdefaults: Field<Value>,
    /// `__closure__`: a tuple of cells or None.
    pub closure: Field<Value>,
    /// `__doc__`
    pub doc: Field<Value>,
    /// `__module__`
    pub module: Field<Value>,
    /// `__annotations__`: UNDEF while nobody asked; a dict, or a tuple of names and values still to be made one.
    pub annotations: Field<Value>,
    /// `__annotate__`: a callable or None.
    pub annotate: Field<Value>,
    /// `__type_params__`: a tuple.
    pub type_params: Field<Value>,
}

impl Function {
    /// A function of `code` as MAKE_FUNCTION makes it, with the globals of the running frame.
    pub fn make(vm: &mut Vm, code: Gc<Code>, globals: Gc<Dict>) -> PyResult<Gc<Function>> {
        let builtins = builtins_of(vm, globals)?;
        Self::make_with(vm, code, globals, builtins)
    }

    /// As [`Function::make`], with known builtins.
    pub fn make_with(
        vm: &mut Vm,
        code: Gc<Code>,
        globals: Gc<Dict>,
        builtins: Gc<Dict>,
    ) -> PyResult<Gc<Function>> {
        let has_doc = code.object().flags & flags::HAS_DOCSTRING != 0;
        let doc = if has_doc { code.constant(0).unwrap_or(Value::NONE) } else { Value::NONE };
        let module = globals.get_str(vm.names().__name__).unwrap_or(Value::NONE);
        let none = || Field::new(Value::NONE);
        let undef = || Field::new(Value::UNDEF);
        Function::create(
            vm,
            Field::new(code),
            Cell::new(std::ptr::null()),
            globals,
            builtins,
            Field::new(code.name()),
            Field::new(code.qualname()),
            none(),
            none(),
            none(),
            Field::new(doc),
            Field::new(module),
            undef(),
            none(),
            Field::new(Tuple::empty().into()),
        )
    }

    /// Replaces the code; the function is translated again on its next call.
    pub fn set_code(this: Gc<Self>, vm: &mut Vm, code: Gc<Code>) {
        this.code.set(this, vm.heap(), code);
        this.entry.set(std::ptr::null());
    }

    fn closure_len(&self) -> usize {
        self.closure.get().cast::<Tuple>().map_or(0, |t| t.len())
    }
}

/// The builtins that code with these globals sees: their `__builtins__` (a dict or module), else those of the process.
pub fn builtins_of(vm: &mut Vm, globals: Gc<Dict>) -> PyResult<Gc<Dict>> {
    let name = vm.names().__builtins__;
    if let Some(given) = globals.get_str(name) {
        if let Some(module) = given.cast::<crate::module::Module>() {
            return crate::module::Module::dict(module, vm);
        }
        if let Some(dict) = given.cast::<Dict>() {
            return Ok(dict);
        }
    }
    match vm.rt().builtins.cast::<Dict>() {
        Some(dict) => Ok(dict),
        None => Dict::new(vm),
    }
}

/// Calls an `__annotate__` function for values (format 1) and checks that it gives a dict.
pub fn call_annotate(vm: &mut Vm, annotate: Value) -> PyResult<Value> {
    let r = vm.call(annotate, &[Value::int32(1)])?;
    if r.cast::<Dict>().is_none() {
        return Err(
            vm.type_error(format_args!("__annotate__() must return a dict, not {}", class_name(r)))
        );
    }
    Ok(r)
}

fn dict_or_none(vm: &mut Vm, value: Option<Value>, what: &str) -> PyResult<Value> {
    match value {
        None => Ok(Value::NONE),
        Some(v) if v.is_none() || v.cast::<Dict>().is_some() => Ok(v),
        Some(_) => Err(vm.type_error(format_args!("{what} must be set to a dict object"))),
    }
}

#[pymethods]
impl Function {
    #[slot(new, sig = "(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)")]
    fn new(
        _cls: Gc<Type>,
        vm: &mut Vm,
        code: Gc<Code>,
        globals: Gc<Dict>,
        name: Option<Value>,
        argdefs: Option<Value>,
        closure: Option<Value>,
        kwdefaults: Option<Value>,
    ) -> PyResult<Gc<Self>> {
        if name.is_some_and(|n| n.cast::<Str>().is_none()) {
            return Err(vm.type_error(format_args!("arg 3 (name) must be None or string")));
        }
        if argdefs.is_some_and(|d| d.cast::<Tuple>().is_none()) {
            return Err(vm.type_error(format_args!("arg 4 (defaults) must be None or tuple")));
        }
        if kwdefaults.is_some_and(|d| d.cast::<Dict>().is_none()) {
            return Err(vm.type_error(format_args!("arg 6 (kwdefaults) must be None or dict")));
        }
        let closure = checked_closure(vm, code, closure.unwrap_or(Value::NONE))?;
        let f = Function::make(vm, code, globals)?;
        if let Some(name) = name.and_then(|n| n.cast::<Str>()) {
            f.name.set(f, vm.heap(), name);
        }
        f.defaults.set(f, vm.heap(), argdefs.unwrap_or(Value::NONE));
        f.closure.set(f, vm.heap(), closure);
        f.kwdefaults.set(f, vm.heap(), kwdefaults.unwrap_or(Value::NONE));
        Ok(f)
    }

    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        (vm.hooks.call_function)(vm, this, args, kwnames)
    }

    #[slot(descr_get)]
    fn get(this: Gc<Self>, vm: &mut Vm, obj: Value, _cls: Value) -> PyResult<Value> {
        bind_function(vm, this.into(), obj)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let (name, at) = (this.qualname.get(), this.addr());
        Str::from_fmt(vm, format_args!("<function {} at {at:#x}>", name.text()))
    }

    #[getter(member)]
    fn __closure__(this: Gc<Self>) -> Value {
        this.closure.get()
    }

    #[getter(member, name = "__doc__")]
    fn get_doc(this: Gc<Self>) -> Value {
        this.doc.get()
    }

    #[setter(name = "__doc__")]
    fn set_doc(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
        this.doc.set(this, vm.heap(), value.unwrap_or(Value::NONE));
    }

    #[getter(member)]
    fn __globals__(this: Gc<Self>) -> Gc<Dict> {
        this.globals
    }

    #[getter(member, name = "__module__")]
    fn get_module(this: Gc<Self>) -> Value {
        this.module.get()
    }

    #[setter(name = "__module__")]
    fn set_module(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
        this.module.set(this, vm.heap(), value.unwrap_or(Value::NONE));
    }

    #[getter(member)]
    fn __builtins__(this: Gc<Self>) -> Gc<Dict> {
        this.builtins
    }

    #[getter]
    fn __dict__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        attrs::get_dict(vm, this)
    }

    #[setter]
    fn set___dict__(this: Value, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        attrs::set_dict(vm, this, value)
    }

    #[getter]
    fn __code__(this: Gc<Self>) -> Gc<Code> {
        this.code.get()
    }

    #[setter(name = "__code__")]
    fn py_set_code(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let Some(code) = value.and_then(|v| v.exact::<Code>()) else {
            return Err(vm.type_error(format_args!("__code__ must be set to a code object")));
        };
        let (free, closure) = (code.free_count(), this.closure_len());
        if free != closure {
            return Err(vm.value_error(format_args!(
                "{}() requires a code object with {closure} free vars, not {free}",
                this.name.get().text()
            )));
        }
        let kind = |c: Gc<Code>| {
            c.object().flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR)
        };
        if kind(code) != kind(this.code.get()) {
            vm.warn(
                &exceptions::DEPRECATION_WARNING,
                format_args!("Assigning a code object of non-matching type is deprecated (e.g., from a generator to a plain function)"),
                1,
            )?;
        }
        Function::set_code(this, vm, code);
        Ok(())
    }

    #[getter]
    fn __defaults__(this: Gc<Self>) -> Value {
        this.defaults.get()
    }

    #[setter]
    fn set___defaults__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let value = value.unwrap_or(Value::NONE);
        if !value.is_none() && value.cast::<Tuple>().is_none() {
            return Err(vm.type_error(format_args!("__defaults__ must be set to a tuple object")));
        }
        this.defaults.set(this, vm.heap(), value);
        Ok(())
    }

    #[getter]
    fn __kwdefaults__(this: Gc<Self>) -> Value {
        this.kwdefaults.get()
    }

    #[setter]
    fn set___kwdefaults__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let value = dict_or_none(vm, value, "__kwdefaults__")?;
        this.kwdefaults.set(this, vm.heap(), value);
        Ok(())
    }

    #[getter]
    fn __name__(this: Gc<Self>) -> Gc<Str> {
        this.name.get()
    }

    #[setter]
    fn set___name__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        match value.and_then(|v| v.cast::<Str>()) {
            Some(name) => {
                this.name.set(this, vm.heap(), name);
                Ok(())
            }
            None => Err(vm.type_error(format_args!("__name__ must be set to a string object"))),
        }
    }

    #[getter]
    fn __qualname__(this: Gc<Self>) -> Gc<Str> {
        this.qualname.get()
    }

    #[setter]
    fn set___qualname__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        match value.and_then(|v| v.cast::<Str>()) {
            Some(name) => {
                this.qualname.set(this, vm.heap(), name);
                Ok(())
            }
            None => Err(vm.type_error(format_args!("__qualname__ must be set to a string object"))),
        }
    }

    #[getter]
    fn __annotations__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let known = this.annotations.get();
        if known.cast::<Dict>().is_some() {
            return Ok(known);
        }
        let made: Value = match known.cast::<Tuple>() {
            Some(pairs) => {
                let dict = Dict::new(vm)?;
                for pair in pairs.items().chunks_exact(2) {
                    dict.set(vm, pair[0], pair[1])?;
                }
                dict.into()
            }
            None => {
                let annotate = this.annotate.get();
                if vm.is_callable(annotate) {
                    call_annotate(vm, annotate)?
                } else {
                    Dict::new(vm)?.into()
                }
            }
        };
        this.annotations.set(this, vm.heap(), made);
        Ok(made)
    }

    #[setter]
    fn set___annotations__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let value = value.filter(|v| !v.is_none());
        if value.is_some_and(|v| v.cast::<Dict>().is_none()) {
            return Err(vm.type_error(format_args!("__annotations__ must be set to a dict object")));
        }
        this.annotations.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
        this.annotate.set(this, vm.heap(), Value::NONE);
        Ok(())
    }

    /// Get the code object for a function.
    #[getter]
    fn __annotate__(this: Gc<Self>) -> Value {
        this.annotate.get()
    }

    #[setter]
    fn set___annotate__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error(format_args!("__annotate__ cannot be deleted")));
        };
        if value.is_none() {
            this.annotate.set(this, vm.heap(), value);
            return Ok(());
        }
        if !vm.is_callable(value) {
            return Err(vm.type_error(format_args!("__annotate__ must be callable or None")));
        }
        this.annotate.set(this, vm.heap(), value);
        this.annotations.set(this, vm.heap(), Value::UNDEF);
        Ok(())
    }

    /// Get the declared type parameters for a function.
    #[getter]
    fn __type_params__(this: Gc<Self>) -> Value {
        this.type_params.get()
    }

    #[setter]
    fn set___type_params__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        match value.filter(|v| v.cast::<Tuple>().is_some()) {
            Some(v) => {
                this.type_params.set(this, vm.heap(), v);
                Ok(())
            }
            None => Err(vm.type_error(format_args!("__type_params__ must be set to a tuple"))),
        }
    }
}

fn checked_closure(vm: &mut Vm, code: Gc<Code>, closure: Value) -> PyResult<Value> {
    let free = code.free_count();
    let Some(cells) = closure.cast::<Tuple>() else {
        if free > 0 && closure.is_none() {
            return Err(vm.type_error(format_args!("arg 5 (closure) must be tuple")));
        }
        if !closure.is_none() {
            return Err(vm.type_error(format_args!("arg 5 (closure) must be None or tuple")));
        }
        return Ok(closure);
    };
    if cells.len() != free {
        return Err(vm.value_error(format_args!(
            "{} requires closure of length {free}, not {}",
            code.name().text(),
            cells.len()
        )));
    }
    for cell in cells.items() {
        if cell.exact::<crate::cell::Cell>().is_none() {
            return Err(vm.type_error(format_args!(
                "arg 5 (closure) expected cell, found {}",
                class_name(*cell)
            )));
        }
    }
    Ok(closure)
}

//! Native functions as Python sees them: functions of modules, bound methods of natives, `__new__`.

use crate::def::{Binding, MethodDef};
use crate::module::Module;
use crate::protocol::is_identical;
use crate::shape::core;
use crate::singletons;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// `builtin_function_or_method`
#[pytype(name = "builtin_function_or_method", shape = core::NATIVE_FUNCTION, flags(WEAKREF, NO_NEW))]
pub struct NativeFunction {
    /// The definition.
    #[untraced]
    pub def: &'static MethodDef,
    /// `__self__`: the module, the receiver or the class; UNDEF for none.
    pub this: Value,
    /// Whether `this` goes before the arguments.
    #[untraced]
    pub bound: bool,
    /// `__module__`, UNDEF for none.
    pub module: Field<Value>,
    /// Of `__new__`: the class whose constructor it is.
    #[untraced]
    pub new_of: Cell<Option<Gc<Type>>>,
}

static NEW: MethodDef = MethodDef {
    name: "__new__",
    doc: "Create and return a new object.  See help(type) for accurate signature.",
    signature: "($type, *args, **kwargs)",
    binding: Binding::Static,
    func: |vm, _, _| Err(vm.system_error(format_args!("__new__ called without its class"))),
    facts: crate::def::Facts { leaf: false, pure: false },
};

impl NativeFunction {
    fn make(
        vm: &mut Vm,
        def: &'static MethodDef,
        this: Value,
        bound: bool,
        module: Value,
    ) -> PyResult<Gc<Self>> {
        Self::create(vm, def, this, bound, Field::new(module), Cell::new(None))
    }

    /// A function of a module.
    pub fn of_module(
        vm: &mut Vm,
        def: &'static MethodDef,
        module: Value,
        name: Value,
    ) -> PyResult<Gc<Self>> {
        Self::make(vm, def, module, false, name)
    }

    /// A method bound to `this`, an instance or (class methods) a class.
    pub fn bound(vm: &mut Vm, def: &'static MethodDef, this: Value) -> PyResult<Gc<Self>> {
        Self::make(vm, def, this, true, Value::UNDEF)
    }

    /// A static method of `ty`.
    pub fn of_class(vm: &mut Vm, ty: Gc<Type>, def: &'static MethodDef) -> PyResult<Gc<Self>> {
        Self::make(vm, def, ty.into(), false, Value::UNDEF)
    }

    /// The `__new__` of `ty`, which calls its slot.
    pub fn new_method(vm: &mut Vm, ty: Gc<Type>) -> PyResult<Gc<Self>> {
        let f = Self::make(vm, &NEW, ty.into(), false, Value::UNDEF)?;
        f.new_of.set(Some(ty));
        Ok(f)
    }

    /// `__qualname__`
    pub fn qualname(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let name = this.def.name;
        if this.this.is_undef() || this.this.cast::<Module>().is_some() {
            return Str::new(vm, name);
        }
        let ty = match this.this.cast::<Type>() {
            Some(ty) => ty,
            None => crate::types::class_of(this.this),
        };
        Str::from_fmt(vm, format_args!("{}.{name}", ty.qualname.get().text()))
    }
}

/// Whether `v` is the native function `name` of the module `builtins`.
pub fn is_builtin(v: Value, name: &str) -> bool {
    v.exact::<NativeFunction>().is_some_and(|f| {
        f.def.name == name && f.module.get().cast::<Str>().is_some_and(|m| *m.text() == *"builtins")
    })
}

/// `ty.__new__(cls, …)`: checks that `cls` is made by this very constructor.
fn call_new(vm: &mut Vm, ty: Gc<Type>, args: &[Value], kwnames: Value) -> PyResult<Value> {
    let owner = ty.display_name();
    let Some((first, rest)) =
        args.split_first().filter(|_| !crate::args::positional(args, kwnames).is_empty())
    else {
        return Err(vm.type_error(format_args!("{owner}.__new__(): not enough arguments")));
    };
    let Some(cls) = first.cast::<Type>() else {
        return Err(vm.type_error(format_args!(
            "{owner}.__new__(X): X is not a type object ({})",
            class_name(*first)
        )));
    };
    if !cls.is_subtype(ty) {
        let name = cls.display_name();
        return Err(vm.type_error(format_args!(
            "{owner}.__new__({name}): {name} is not a subtype of {owner}"
        )));
    }
    // The class's nearest native base has to be made by the same slot, or its memory would be too small.
    let mut base = cls;
    while base.def.is_none() {
        match base.base.get() {
            Some(b) => base = b,
            None => break,
        }
    }
    let (Some(new), own) = (ty.slots().new, base.slots().new) else {
        return Err(vm.type_error(format_args!("cannot create '{owner}' instances")));
    };
    if own.is_none_or(|f| !std::ptr::fn_addr_eq(f, new)) {
        let safe = base.display_name();
        return Err(vm.type_error(format_args!(
            "{owner}.__new__({}) is not safe, use {safe}.__new__()",
            cls.display_name()
        )));
    }
    new(vm, cls, rest, kwnames)
}

/// What is shown of a text signature: without it for a bound receiver.
pub(crate) fn text_signature(vm: &mut Vm, signature: &str) -> PyResult<Value> {
    if signature.is_empty() {
        return Ok(Value::NONE);
    }
    Ok(Str::new(vm, signature)?.into())
}

/// `__doc__` of natives.
pub(crate) fn doc(vm: &mut Vm, doc: &str) -> PyResult<Value> {
    if doc.is_empty() { Ok(Value::NONE) } else { Ok(Str::new(vm, doc)?.into()) }
}

#[pymethods]
impl NativeFunction {
    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        if let Some(ty) = this.new_of.get() {
            return call_new(vm, ty, args, kwnames);
        }
        if this.bound {
            return with_first(vm, this.def, this.this, args, kwnames);
        }
        (this.def.func)(vm, args, kwnames)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let name = this.def.name;
        if this.this.is_undef() || this.this.cast::<Module>().is_some() {
            return Str::from_fmt(vm, format_args!("<built-in function {name}>"));
        }
        let at = crate::object::identity(this.this);
        Str::from_fmt(
            vm,
            format_args!("<built-in method {name} of {} object at {at:#x}>", class_name(this.this)),
        )
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>) -> i64 {
        let def = std::ptr::from_ref(this.def) as usize as i64;
        prim::hash::avoid_minus_one(crate::object::identity_hash(this.this) ^ (def >> 4))
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, other: Value, op: CompareOp) -> Value {
        let Some(other) = other.exact::<NativeFunction>() else {
            return singletons::not_implemented();
        };
        let equal = is_identical(this.this, other.this) && std::ptr::eq(this.def, other.def);
        match op {
            CompareOp::Eq => equal.into(),
            CompareOp::Ne => (!equal).into(),
            _ => singletons::not_implemented(),
        }
    }

    #[getter]
    fn __name__(this: Gc<Self>) -> &'static str {
        this.def.name
    }

    #[getter(name = "__qualname__")]
    fn get_qualname(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        NativeFunction::qualname(this, vm)
    }

    #[getter]
    fn __doc__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        doc(vm, this.def.doc)
    }

    #[getter]
    fn __self__(this: Gc<Self>) -> Value {
        this.this.defined().unwrap_or(Value::NONE)
    }

    #[getter]
    fn __text_signature__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        text_signature(vm, this.def.signature)
    }

    #[getter(member)]
    fn __module__(this: Gc<Self>) -> Value {
        this.module.get().defined().unwrap_or(Value::NONE)
    }

    #[setter]
    fn set___module__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
        this.module.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
    }

    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        if this.this.is_undef() || this.this.cast::<Module>().is_some() {
            return Ok(Str::new(vm, this.def.name)?.into());
        }
        let getattr = vm.builtin("getattr")?;
        let name = Str::new(vm, this.def.name)?;
        let args = Tuple::pair(vm, this.this, name.into())?;
        Ok(Tuple::pair(vm, getattr, args.into())?.into())
    }
}

/// Calls a native with `first` before the arguments.
pub(crate) fn with_first(
    vm: &mut Vm,
    def: &'static MethodDef,
    first: Value,
    args: &[Value],
    kwnames: Value,
) -> PyResult<Value> {
    const SMALL: usize = 8;
    if args.len() < SMALL {
        let mut all = [Value::UNDEF; SMALL];
        all[0] = first;
        all[1..=args.len()].copy_from_slice(args);
        return (def.func)(vm, &all[..=args.len()], kwnames);
    }
    let mut all = vm.root_vec()?;
    let pushed = all.push(first).and_then(|()| all.extend_from_slice(args));
    vm.grow(pushed)?;
    (def.func)(vm, all.as_slice(), kwnames)
}

//! `typing.ParamSpec`, and `P.args` and `P.kwargs`.

use super::parameter::{Lazy, check_variance, no_default, set_module, variance};
use super::{call_typing, type_check, union};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::singletons;
use objects::slots::CompareOp;
use objects::str::Str;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// A parameter specification.
#[pytype(
    name = "typing.ParamSpec",
    flags(DICT, WEAKREF),
    doc = "Parameter specification variable.\n\nThe preferred way to construct a parameter specification is via the\ndedicated syntax for generic functions, classes, and type aliases,\nwhere the use of '**' creates a parameter specification::\n\n    type IntFunc[**P] = Callable[P, int]\n\nThe following syntax creates a parameter specification that defaults\nto a callable accepting two positional-only arguments of types int\nand str:\n\n    type IntFuncDefault[**P = (int, str)] = Callable[P, int]\n\nFor compatibility with Python 3.11 and earlier, ParamSpec objects\ncan also be created as follows::\n\n    P = ParamSpec('P')\n    DefaultP = ParamSpec('DefaultP', default=(int, str))\n\nParameter specification variables exist primarily for the benefit of\nstatic type checkers.  They are used to forward the parameter types of\none callable to another callable, a pattern commonly found in\nhigher-order functions and decorators.  They are only valid when used\nin ``Concatenate``, or as the first argument to ``Callable``, or as\nparameters for user-defined Generics. See class Generic for more\ninformation on generic types.\n\nAn example for annotating a decorator::\n\n    def add_logging[**P, T](f: Callable[P, T]) -> Callable[P, T]:\n        '''A type-safe decorator to add logging to a function.'''\n        def inner(*args: P.args, **kwargs: P.kwargs) -> T:\n            logging.info(f'{f.__name__} was called')\n            return f(*args, **kwargs)\n        return inner\n\n    @add_logging\n    def add_two(x: float, y: float) -> float:\n        '''Add two numbers together.'''\n        return x + y\n\nParameter specification variables can be introspected. e.g.::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.__name__\n    'P'\n\nNote that only parameter specification variables defined in the global\nscope can be pickled."
)]
pub struct ParamSpec {
    name: Gc<Str>,
    bound: Value,
    default: Field<Value>,
    pub(super) evaluate_default: Field<Value>,
    covariant: Cell<bool>,
    contravariant: Cell<bool>,
    inferred: Cell<bool>,
}

const DEFAULT: Lazy<ParamSpec> = Lazy { value: |p| &p.default, evaluate: |p| &p.evaluate_default };

impl ParamSpec {
    /// A parameter of the syntax `def f[**P]`.
    pub fn of_syntax(vm: &mut Vm, name: Gc<Str>) -> PyResult<Gc<ParamSpec>> {
        let undef = || Field::new(Value::UNDEF);
        let no = || Cell::new(false);
        ParamSpec::create(vm, name, Value::NONE, undef(), undef(), no(), no(), Cell::new(true))
    }
}

#[pymethods]
impl ParamSpec {
    // One argument for each of Python's.
    #[allow(clippy::too_many_arguments)]
    #[slot(
        new,
        sig = "(name, *, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        name: Gc<Str>,
        bound: Option<Value>,
        default: Option<Value>,
        #[default(false)] covariant: bool,
        #[default(false)] contravariant: bool,
        #[default(false)] infer_variance: bool,
    ) -> PyResult<Gc<Self>> {
        check_variance(vm, covariant, contravariant, infer_variance)?;
        let bound = type_check(vm, bound.unwrap_or(Value::NONE), "Bound must be a type.")?;
        let this = ParamSpec::create_as(
            vm,
            cls,
            name,
            bound,
            Field::new(default.unwrap_or(no_default())),
            Field::new(Value::UNDEF),
            Cell::new(covariant),
            Cell::new(contravariant),
            Cell::new(infer_variance),
        )?;
        set_module(vm, this.into())?;
        Ok(this)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let sign = variance(this.covariant.get(), this.contravariant.get(), this.inferred.get());
        Str::from_fmt(vm, format_args!("{sign}{}", this.name.text()))
    }

    #[slot(or)]
    fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        union::of(vm, &[a, b])
    }

    #[getter(member)]
    fn __name__(this: Gc<Self>) -> Gc<Str> {
        this.name
    }
    #[getter(member)]
    fn __bound__(this: Gc<Self>) -> Value {
        this.bound
    }
    #[getter(member)]
    fn __covariant__(this: Gc<Self>) -> bool {
        this.covariant.get()
    }
    #[getter(member)]
    fn __contravariant__(this: Gc<Self>) -> bool {
        this.contravariant.get()
    }
    #[getter(member)]
    fn __infer_variance__(this: Gc<Self>) -> bool {
        this.inferred.get()
    }
    /// Represents positional arguments.
    #[getter]
    fn args(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<ParamSpecArgs>> {
        ParamSpecArgs::create(vm, this.into())
    }
    /// Represents keyword arguments.
    #[getter]
    fn kwargs(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<ParamSpecKwargs>> {
        ParamSpecKwargs::create(vm, this.into())
    }
    #[getter]
    fn __default__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(DEFAULT.get(vm, this)?.unwrap_or(no_default()))
    }
    #[getter]
    fn evaluate_default(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        DEFAULT.evaluator(vm, this)
    }
    #[method(sig = "($self, /)")]
    pub(super) fn has_default(this: Gc<Self>) -> bool {
        DEFAULT.is_given(this)
    }
    #[method(sig = "($self, arg, /)")]
    fn __typing_subst__(this: Gc<Self>, vm: &mut Vm, arg: Value) -> PyResult<Value> {
        call_typing(vm, "_paramspec_subst", &[this.into(), arg])
    }
    #[method(sig = "($self, alias, args, /)")]
    fn __typing_prepare_subst__(
        this: Gc<Self>,
        vm: &mut Vm,
        alias: Value,
        args: Value,
    ) -> PyResult<Value> {
        call_typing(vm, "_paramspec_prepare_subst", &[this.into(), alias, args])
    }
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>) -> Gc<Str> {
        this.name
    }
    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(_this: Gc<Self>, vm: &mut Vm, _object: Value) -> PyResult<Value> {
        Err(vm.type_error(format_args!("Cannot subclass an instance of ParamSpec")))
    }
}

/// `P.args`
#[pytype(
    name = "typing.ParamSpecArgs",
    flags(WEAKREF),
    signature = "(origin)",
    doc = "The args for a ParamSpec object.\n\nGiven a ParamSpec object P, P.args is an instance of ParamSpecArgs.\n\nParamSpecArgs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.args.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers."
)]
pub struct ParamSpecArgs {
    origin: Value,
}

#[pymethods]
impl ParamSpecArgs {
    #[slot(new, sig = "(origin)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, origin: Value) -> PyResult<Gc<Self>> {
        Self::create_as(vm, cls, origin)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        origin_repr(vm, this.origin, "args")
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        match other.exact::<Self>() {
            Some(other) => compare_origins(vm, this.origin, other.origin, op),
            None => Ok(singletons::not_implemented()),
        }
    }

    #[getter(member)]
    fn __origin__(this: Gc<Self>) -> Value {
        this.origin
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(_this: Gc<Self>, vm: &mut Vm, _object: Value) -> PyResult<Value> {
        Err(vm.type_error(format_args!("Cannot subclass an instance of ParamSpecArgs")))
    }
}

/// `P.kwargs`
#[pytype(
    name = "typing.ParamSpecKwargs",
    flags(WEAKREF),
    signature = "(origin)",
    doc = "The kwargs for a ParamSpec object.\n\nGiven a ParamSpec object P, P.kwargs is an instance of ParamSpecKwargs.\n\nParamSpecKwargs objects have a reference back to their ParamSpec::\n\n    >>> P = ParamSpec(\"P\")\n    >>> P.kwargs.__origin__ is P\n    True\n\nThis type is meant for runtime introspection and has no special meaning\nto static type checkers."
)]
pub struct ParamSpecKwargs {
    origin: Value,
}

#[pymethods]
impl ParamSpecKwargs {
    #[slot(new, sig = "(origin)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, origin: Value) -> PyResult<Gc<Self>> {
        Self::create_as(vm, cls, origin)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        origin_repr(vm, this.origin, "kwargs")
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        match other.exact::<Self>() {
            Some(other) => compare_origins(vm, this.origin, other.origin, op),
            None => Ok(singletons::not_implemented()),
        }
    }

    #[getter(member)]
    fn __origin__(this: Gc<Self>) -> Value {
        this.origin
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(_this: Gc<Self>, vm: &mut Vm, _object: Value) -> PyResult<Value> {
        Err(vm.type_error(format_args!("Cannot subclass an instance of ParamSpecKwargs")))
    }
}

fn origin_repr(vm: &mut Vm, origin: Value, what: &str) -> PyResult<Gc<Str>> {
    let text = match origin.exact::<ParamSpec>() {
        Some(p) => p.name,
        None => vm.repr(origin)?,
    };
    Str::from_fmt(vm, format_args!("{}.{what}", text.text()))
}

fn compare_origins(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult<Value> {
    match op {
        CompareOp::Eq | CompareOp::Ne => vm.compare(a, b, op),
        _ => Ok(singletons::not_implemented()),
    }
}

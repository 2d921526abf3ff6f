//! `typing.TypeVar`.

use super::parameter::{Lazy, check_variance, no_default, set_module, variance};
use super::{call_typing, type_check, union};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// A type variable.
#[pytype(
    name = "typing.TypeVar",
    flags(DICT, WEAKREF),
    doc = "Type variable.\n\nThe preferred way to construct a type variable is via the dedicated\nsyntax for generic functions, classes, and type aliases::\n\n    class Sequence[T]:  # T is a TypeVar\n        ...\n\nThis syntax can also be used to create bound and constrained type\nvariables::\n\n    # S is a TypeVar bound to str\n    class StrSequence[S: str]:\n        ...\n\n    # A is a TypeVar constrained to str or bytes\n    class StrOrBytesSequence[A: (str, bytes)]:\n        ...\n\nType variables can also have defaults:\n\n    class IntDefault[T = int]:\n        ...\n\nHowever, if desired, reusable type variables can also be constructed\nmanually, like so::\n\n   T = TypeVar('T')  # Can be anything\n   S = TypeVar('S', bound=str)  # Can be any subtype of str\n   A = TypeVar('A', str, bytes)  # Must be exactly str or bytes\n   D = TypeVar('D', default=int)  # Defaults to int\n\nType variables exist primarily for the benefit of static type\ncheckers.  They serve as the parameters for generic types as well\nas for generic function and type alias definitions.\n\nThe variance of type variables is inferred by type checkers when they\nare created through the type parameter syntax and when\n``infer_variance=True`` is passed. Manually created type variables may\nbe explicitly marked covariant or contravariant by passing\n``covariant=True`` or ``contravariant=True``. By default, manually\ncreated type variables are invariant. See PEP 484 and PEP 695 for more\ndetails."
)]
pub struct TypeVar {
    name: Gc<Str>,
    bound: Field<Value>,
    evaluate_bound: Field<Value>,
    constraints: Field<Value>,
    evaluate_constraints: Field<Value>,
    default: Field<Value>,
    pub(super) evaluate_default: Field<Value>,
    covariant: Cell<bool>,
    contravariant: Cell<bool>,
    inferred: Cell<bool>,
}

const BOUND: Lazy<TypeVar> = Lazy { value: |t| &t.bound, evaluate: |t| &t.evaluate_bound };
const CONSTRAINTS: Lazy<TypeVar> =
    Lazy { value: |t| &t.constraints, evaluate: |t| &t.evaluate_constraints };
const DEFAULT: Lazy<TypeVar> = Lazy { value: |t| &t.default, evaluate: |t| &t.evaluate_default };

impl TypeVar {
    /// A variable of the syntax `def f[T: bound]`, with the functions that compute bound or constraints (or UNDEF).
    pub fn of_syntax(
        vm: &mut Vm,
        name: Gc<Str>,
        bound: Value,
        constraints: Value,
    ) -> PyResult<Gc<TypeVar>> {
        let undef = || Field::new(Value::UNDEF);
        let (no, yes) = (Cell::new(false), Cell::new(true));
        let (bound, constraints) = (Field::new(bound), Field::new(constraints));
        TypeVar::create(
            vm,
            name,
            undef(),
            bound,
            undef(),
            constraints,
            undef(),
            undef(),
            Cell::new(false),
            no,
            yes,
        )
    }
}

#[pymethods]
impl TypeVar {
    // One argument for each of Python's.
    #[allow(clippy::too_many_arguments)]
    #[slot(
        new,
        sig = "(name, *constraints, bound=None, default=typing.NoDefault, covariant=False, contravariant=False, infer_variance=False)"
    )]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        name: Gc<Str>,
        constraints: &[Value],
        bound: Option<Value>,
        default: Option<Value>,
        #[default(false)] covariant: bool,
        #[default(false)] contravariant: bool,
        #[default(false)] infer_variance: bool,
    ) -> PyResult<Gc<Self>> {
        check_variance(vm, covariant, contravariant, infer_variance)?;
        let bound = match bound.filter(|b| !b.is_none()) {
            Some(b) => type_check(vm, b, "Bound must be a type.")?,
            None => Value::UNDEF,
        };
        if constraints.len() == 1 {
            return Err(vm.type_error(format_args!("A single constraint is not allowed")));
        }
        if !constraints.is_empty() && !bound.is_undef() {
            return Err(
                vm.type_error(format_args!("Constraints cannot be combined with bound=..."))
            );
        }
        let constraints = match constraints {
            [] => Value::UNDEF,
            several => Tuple::from_slice(vm, several)?.into(),
        };
        let undef = || Field::new(Value::UNDEF);
        let this = TypeVar::create_as(
            vm,
            cls,
            name,
            Field::new(bound),
            undef(),
            Field::new(constraints),
            undef(),
            Field::new(default.unwrap_or(no_default())),
            undef(),
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
    #[getter]
    fn __bound__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        BOUND.get(vm, this)
    }
    #[getter]
    fn evaluate_bound(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        BOUND.evaluator(vm, this)
    }
    #[getter]
    fn __constraints__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(CONSTRAINTS.get(vm, this)?.unwrap_or(Tuple::empty().into()))
    }
    #[getter]
    fn evaluate_constraints(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        CONSTRAINTS.evaluator(vm, this)
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
        call_typing(vm, "_typevar_subst", &[this.into(), arg])
    }

    #[method(sig = "($self, alias, args, /)")]
    fn __typing_prepare_subst__(
        this: Gc<Self>,
        vm: &mut Vm,
        alias: Value,
        args: Value,
    ) -> PyResult<Value> {
        let params = vm.getattr_str(alias, "__parameters__")?;
        let params = objects::protocol::to_tuple(vm, params)?;
        let given = vm.len(args)?;
        let Some(index) = params.items().iter().position(|p| *p == this.into()) else {
            return Err(vm.value_error(format_args!("sequence.index(x): x not in sequence")));
        };
        if index != given {
            return Ok(args);
        }
        match DEFAULT.get(vm, this)?.filter(|d| *d != no_default()) {
            Some(default) => {
                let more = Tuple::from_slice(vm, &[default])?;
                vm.binary(objects::protocol::BinaryOp::Add, args, more.into())
            }
            None => {
                let text = vm.str_of(alias)?;
                Err(vm.type_error(format_args!(
                    "Too few arguments for {}; actual {given}, expected at least {}",
                    text.text(),
                    given + 1
                )))
            }
        }
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>) -> Gc<Str> {
        this.name
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(_this: Gc<Self>, vm: &mut Vm, _object: Value) -> PyResult<Value> {
        Err(vm.type_error(format_args!("Cannot subclass an instance of TypeVar")))
    }
}

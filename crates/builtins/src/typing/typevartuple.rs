//! `typing.TypeVarTuple`.

use super::call_typing;
use super::parameter::{Lazy, no_default, set_module};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A type variable tuple.
#[pytype(
    name = "typing.TypeVarTuple",
    flags(DICT, WEAKREF),
    doc = "Type variable tuple. A specialized form of type variable that enables\nvariadic generics.\n\nThe preferred way to construct a type variable tuple is via the\ndedicated syntax for generic functions, classes, and type aliases,\nwhere a single '*' indicates a type variable tuple::\n\n    def move_first_element_to_last[T, *Ts](tup: tuple[T, *Ts]) -> tuple[*Ts, T]:\n        return (*tup[1:], tup[0])\n\nType variables tuples can have default values:\n\n    type AliasWithDefault[*Ts = (str, int)] = tuple[*Ts]\n\nFor compatibility with Python 3.11 and earlier, TypeVarTuple objects\ncan also be created as follows::\n\n    Ts = TypeVarTuple('Ts')  # Can be given any name\n    DefaultTs = TypeVarTuple('Ts', default=(str, int))\n\nJust as a TypeVar (type variable) is a placeholder for a single type,\na TypeVarTuple is a placeholder for an *arbitrary* number of types. For\nexample, if we define a generic class using a TypeVarTuple::\n\n    class C[*Ts]: ...\n\nThen we can parameterize that class with an arbitrary number of type\narguments::\n\n    C[int]       # Fine\n    C[int, str]  # Also fine\n    C[()]        # Even this is fine\n\nFor more details, see PEP 646.\n\nNote that only TypeVarTuples defined in the global scope can be\npickled."
)]
pub struct TypeVarTuple {
    name: Gc<Str>,
    default: Field<Value>,
    pub(super) evaluate_default: Field<Value>,
}

const DEFAULT: Lazy<TypeVarTuple> =
    Lazy { value: |t| &t.default, evaluate: |t| &t.evaluate_default };

/// `typing.Unpack[v]`
pub fn unpacked(vm: &mut Vm, v: Value) -> PyResult<Value> {
    let typing = (vm.hooks.import)(vm, "typing")?;
    let unpack = vm.getattr_str(typing, "Unpack")?;
    vm.getitem(unpack, v)
}

impl TypeVarTuple {
    /// A parameter of the syntax `def f[*Ts]`.
    pub fn of_syntax(vm: &mut Vm, name: Gc<Str>) -> PyResult<Gc<TypeVarTuple>> {
        TypeVarTuple::create(vm, name, Field::new(Value::UNDEF), Field::new(Value::UNDEF))
    }
}

#[pymethods]
impl TypeVarTuple {
    #[slot(new, sig = "(name, *, default=typing.NoDefault)")]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        name: Gc<Str>,
        default: Option<Value>,
    ) -> PyResult<Gc<Self>> {
        let default = Field::new(default.unwrap_or(no_default()));
        let this = TypeVarTuple::create_as(vm, cls, name, default, Field::new(Value::UNDEF))?;
        set_module(vm, this.into())?;
        Ok(this)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>) -> Gc<Str> {
        this.name
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let unpacked = unpacked(vm, this.into())?;
        let one = Tuple::from_slice(vm, &[unpacked])?;
        vm.iter(one.into())
    }

    #[getter(member)]
    fn __name__(this: Gc<Self>) -> Gc<Str> {
        this.name
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
    fn __typing_subst__(_this: Gc<Self>, vm: &mut Vm, _arg: Value) -> PyResult<Value> {
        Err(vm.type_error(format_args!("Substitution of bare TypeVarTuple is not supported")))
    }
    #[method(sig = "($self, alias, args, /)")]
    fn __typing_prepare_subst__(
        this: Gc<Self>,
        vm: &mut Vm,
        alias: Value,
        args: Value,
    ) -> PyResult<Value> {
        call_typing(vm, "_typevartuple_prepare_subst", &[this.into(), alias, args])
    }
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>) -> Gc<Str> {
        this.name
    }
    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(_this: Gc<Self>, vm: &mut Vm, _object: Value) -> PyResult<Value> {
        Err(vm.type_error(format_args!("Cannot subclass an instance of TypeVarTuple")))
    }
}

//! `typing.TypeAliasType`: what the `type` statement makes.

use super::parameter::Lazy;
use super::paramspec::ParamSpec;
use super::typevar::TypeVar;
use super::typevartuple::{TypeVarTuple, unpacked};
use super::{alias, calling_module, union};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::code::Function;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A type alias.
#[pytype(
    name = "typing.TypeAliasType",
    doc = "Type alias.\n\nType aliases are created through the type statement::\n\n    type Alias = int\n\nIn this example, Alias and int will be treated equivalently by static\ntype checkers.\n\nAt runtime, Alias is an instance of TypeAliasType. The __name__\nattribute holds the name of the type alias. The value of the type alias\nis stored in the __value__ attribute. It is evaluated lazily, so the\nvalue is computed only if the attribute is accessed.\n\nType aliases can also be generic::\n\n    type ListOrSet[T] = list[T] | set[T]\n\nIn this case, the type parameters of the alias are stored in the\n__type_params__ attribute.\n\nSee PEP 695 for more information."
)]
pub struct TypeAliasType {
    name: Gc<Str>,
    params: Gc<Tuple>,
    value: Field<Value>,
    evaluate: Field<Value>,
    /// `__module__` of an alias made by a call; UNDEF for the syntax.
    module: Value,
}

const VALUE: Lazy<TypeAliasType> = Lazy { value: |t| &t.value, evaluate: |t| &t.evaluate };

/// Checks type parameters: those with a default come last.
fn check_params(vm: &mut Vm, params: Gc<Tuple>) -> PyResult<()> {
    let mut default_seen = false;
    for p in params.items() {
        let has_default = if let Some(p) = p.exact::<TypeVar>() {
            TypeVar::has_default(p)
        } else if let Some(p) = p.exact::<ParamSpec>() {
            ParamSpec::has_default(p)
        } else if let Some(p) = p.exact::<TypeVarTuple>() {
            TypeVarTuple::has_default(p)
        } else {
            let text = vm.repr(*p)?;
            return Err(vm.type_error(format_args!("Expected a type param, got {}", text.text())));
        };
        if default_seen && !has_default {
            let text = vm.repr(*p)?;
            return Err(vm.type_error(format_args!(
                "non-default type parameter '{}' follows default type parameter",
                text.text()
            )));
        }
        default_seen |= has_default;
    }
    Ok(())
}

impl TypeAliasType {
    /// An alias of the syntax `type A[params] = …`; `evaluate` computes its value.
    pub fn of_syntax(
        vm: &mut Vm,
        name: Gc<Str>,
        params: Gc<Tuple>,
        evaluate: Value,
    ) -> PyResult<Gc<TypeAliasType>> {
        Self::create(vm, name, params, Field::new(Value::UNDEF), Field::new(evaluate), Value::UNDEF)
    }
}

#[pymethods]
impl TypeAliasType {
    #[slot(new, sig = "(name, value, *, type_params=())")]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        name: Gc<Str>,
        value: Value,
        type_params: Option<Value>,
    ) -> PyResult<Gc<Self>> {
        let params = match type_params {
            None => Tuple::empty(),
            Some(v) => match v.cast::<Tuple>() {
                Some(t) => t,
                None => return Err(vm.type_error(format_args!("type_params must be a tuple"))),
            },
        };
        check_params(vm, params)?;
        let module = calling_module(vm)?;
        Self::create_as(vm, cls, name, params, Field::new(value), Field::new(Value::UNDEF), module)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>) -> Gc<Str> {
        this.name
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, item: Value) -> PyResult<Value> {
        if this.params.len() == 0 {
            return Err(vm.type_error(format_args!("Only generic type aliases are subscriptable")));
        }
        alias::generic_alias(vm, this.into(), item)
    }

    #[slot(or)]
    fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        union::or(vm, a, b)
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
    fn __value__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        VALUE.get(vm, this)
    }
    #[getter]
    fn evaluate_value(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        VALUE.evaluator(vm, this)
    }
    #[getter]
    fn __type_params__(this: Gc<Self>) -> Gc<Tuple> {
        this.params
    }
    #[getter]
    fn __parameters__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        if !this.params.items().iter().any(|p| p.exact::<TypeVarTuple>().is_some()) {
            return Ok(this.params);
        }
        let mut all = Tuple::builder(vm, this.params.len())?;
        for p in this.params.items() {
            let p = match p.exact::<TypeVarTuple>() {
                Some(_) => unpacked(vm, *p)?,
                None => *p,
            };
            all.push(vm, p);
        }
        all.finish(vm)
    }
    #[getter]
    fn __module__(this: Gc<Self>) -> Value {
        match this.evaluate.get().exact::<Function>() {
            Some(f) if this.module.is_undef() => f.module.get(),
            _ => this.module.defined().unwrap_or(Value::NONE),
        }
    }
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>) -> Gc<Str> {
        this.name
    }
}

//! The module `_typing`, and what the intrinsics of generic functions, classes and aliases do.

use super::generic::Generic;
use super::paramspec::ParamSpec;
use super::type_alias::TypeAliasType;
use super::typevar::TypeVar;
use super::typevartuple::{TypeVarTuple, unpacked};
use heap::Gc;
use macros::pymodule;
use objects::layout::Object;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};

/// Primitives and accelerators for the typing module.
#[pymodule(
    name = "_typing",
    types(
        super::TypeVar,
        super::ParamSpec,
        super::TypeVarTuple,
        crate::typing::paramspec::ParamSpecArgs,
        crate::typing::paramspec::ParamSpecKwargs,
        super::TypeAliasType,
        super::Generic,
        crate::typing::union::Union
    )
)]
pub mod typing_module {
    use crate::typing::parameter;
    use objects::value::Value;

    #[function(sig = "($module, x, /)", no_text)]
    fn _idfunc(x: Value) -> Value {
        x
    }

    #[attr(name = "NoDefault")]
    fn no_default() -> Value {
        parameter::no_default()
    }
}

pub use typing_module::MODULE;

/// Numbers of CALL_INTRINSIC_1 and, from 0x100 on, of CALL_INTRINSIC_2.
mod number {
    pub const TYPEVAR: u16 = 7;
    pub const PARAMSPEC: u16 = 8;
    pub const TYPEVARTUPLE: u16 = 9;
    pub const SUBSCRIPT_GENERIC: u16 = 10;
    pub const TYPEALIAS: u16 = 11;
    pub const TYPEVAR_WITH_BOUND: u16 = 0x102;
    pub const TYPEVAR_WITH_CONSTRAINTS: u16 = 0x103;
    pub const SET_TYPEPARAM_DEFAULT: u16 = 0x105;
}

#[cold]
fn malformed(vm: &mut Vm) -> Raised {
    vm.system_error(format_args!("malformed code of type parameters"))
}

fn cast<T: Object>(vm: &mut Vm, v: Value) -> PyResult<Gc<T>> {
    match v.cast::<T>() {
        Some(v) => Ok(v),
        None => Err(malformed(vm)),
    }
}

/// The intrinsics of type parameters and aliases.
pub fn intrinsic(vm: &mut Vm, which: u16, a: Value, b: Value) -> PyResult<Value> {
    match which {
        number::TYPEVAR => {
            let name = cast(vm, a)?;
            Ok(TypeVar::of_syntax(vm, name, Value::UNDEF, Value::UNDEF)?.into())
        }
        number::TYPEVAR_WITH_BOUND => {
            let name = cast(vm, a)?;
            Ok(TypeVar::of_syntax(vm, name, b, Value::UNDEF)?.into())
        }
        number::TYPEVAR_WITH_CONSTRAINTS => {
            let name = cast(vm, a)?;
            Ok(TypeVar::of_syntax(vm, name, Value::UNDEF, b)?.into())
        }
        number::PARAMSPEC => {
            let name = cast(vm, a)?;
            Ok(ParamSpec::of_syntax(vm, name)?.into())
        }
        number::TYPEVARTUPLE => {
            let name = cast(vm, a)?;
            Ok(TypeVarTuple::of_syntax(vm, name)?.into())
        }
        number::SUBSCRIPT_GENERIC => subscript_generic(vm, a),
        number::TYPEALIAS => type_alias(vm, a),
        number::SET_TYPEPARAM_DEFAULT => set_default(vm, a, b),
        _ => Err(malformed(vm)),
    }
}

/// `Generic[params]`, the implicit base of a generic class.
fn subscript_generic(vm: &mut Vm, params: Value) -> PyResult<Value> {
    let params: Gc<Tuple> = cast(vm, params)?;
    let mut all = Tuple::builder(vm, params.len())?;
    for p in params.items() {
        let p = match p.exact::<TypeVarTuple>() {
            Some(_) => unpacked(vm, *p)?,
            None => *p,
        };
        all.push(vm, p);
    }
    let params = all.finish(vm)?;
    super::call_typing(vm, "_GenericAlias", &[Generic::def().object().into(), params.into()])
}

/// A `type` statement: the tuple of name, type parameters (or None) and the function that computes the value.
fn type_alias(vm: &mut Vm, parts: Value) -> PyResult<Value> {
    let parts: Gc<Tuple> = cast(vm, parts)?;
    let [name, params, evaluate] = parts.items() else { return Err(malformed(vm)) };
    let name: Gc<Str> = cast(vm, *name)?;
    let params = match params.is_none() {
        true => Tuple::empty(),
        false => cast(vm, *params)?,
    };
    Ok(TypeAliasType::of_syntax(vm, name, params, *evaluate)?.into())
}

fn set_default(vm: &mut Vm, param: Value, evaluate: Value) -> PyResult<Value> {
    if let Some(p) = param.exact::<TypeVar>() {
        p.evaluate_default.set(p, vm.heap(), evaluate);
    } else if let Some(p) = param.exact::<ParamSpec>() {
        p.evaluate_default.set(p, vm.heap(), evaluate);
    } else if let Some(p) = param.exact::<TypeVarTuple>() {
        p.evaluate_default.set(p, vm.heap(), evaluate);
    } else {
        return Err(vm.type_error(format_args!(
            "Expected a type param, got {}",
            objects::types::class_name(param)
        )));
    }
    Ok(param)
}

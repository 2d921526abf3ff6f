//! Type parameters of generic aliases and unions: finding them among arguments, and putting arguments in their place.
//!
//! Everything goes by the protocol that `typing` uses: type parameters have `__typing_subst__`, aliases have
//! `__parameters__`.

use super::alias::GenericAlias;
use super::attribute;
use heap::{Gc, RootVec};
use objects::list::List;
use objects::tuple::Tuple;
use objects::types::{Type, class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// The items of a tuple or list at this moment.
fn items(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<Tuple>>> {
    if let Some(t) = v.cast::<Tuple>() {
        return Ok(Some(t));
    }
    match v.cast::<List>() {
        Some(l) => l.to_tuple(vm).map(Some),
        None => Ok(None),
    }
}

fn push(vm: &mut Vm, to: &mut RootVec<Value>, v: Value) -> PyResult<()> {
    let pushed = to.push(v);
    vm.grow(pushed)
}

fn push_new(vm: &mut Vm, to: &mut RootVec<Value>, v: Value) -> PyResult<()> {
    if to.as_slice().contains(&v) { Ok(()) } else { push(vm, to, v) }
}

/// The type parameters among `args`, each once, in order of appearance.
pub fn parameters(vm: &mut Vm, args: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
    let mut found = vm.root_vec()?;
    collect(vm, args, &mut found)?;
    Tuple::from_slice(vm, found.as_slice())
}

fn collect(vm: &mut Vm, args: Gc<Tuple>, found: &mut RootVec<Value>) -> PyResult<()> {
    vm.check_native_stack(" while collecting type parameters")?;
    for arg in args.items() {
        // A class may have a descriptor called `__parameters__`, which isn't meant.
        if arg.cast::<Type>().is_some() {
            continue;
        }
        if attribute(vm, *arg, "__typing_subst__")?.is_some() {
            push_new(vm, found, *arg)?;
        } else if let Some(nested) = items(vm, *arg)? {
            collect(vm, nested, found)?;
        } else if let Some(nested) =
            attribute(vm, *arg, "__parameters__")?.and_then(|p| p.cast::<Tuple>())
        {
            for p in nested.items() {
                push_new(vm, found, *p)?;
            }
        }
    }
    Ok(())
}

/// The arguments of an unpacked tuple type such as `*tuple[int, str]`.
fn unpacked_tuple_args(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<Tuple>>> {
    if let Some(alias) = v.exact::<GenericAlias>() {
        return Ok(GenericAlias::unpacked_tuple_args(alias));
    }
    Ok(attribute(vm, v, "__typing_unpacked_tuple_args__")?.and_then(|a| a.cast::<Tuple>()))
}

/// The arguments given in a subscript, unpacked tuple types of known length replaced by their items.
fn unpack(vm: &mut Vm, item: Value) -> PyResult<Gc<Tuple>> {
    let given = match item.cast::<Tuple>() {
        Some(t) => t,
        None => Tuple::from_slice(vm, &[item])?,
    };
    let mut all = vm.root_vec()?;
    for v in given.items() {
        if v.cast::<Type>().is_none()
            && let Some(args) = unpacked_tuple_args(vm, *v)?
            && args.items().last() != Some(&objects::singletons::ellipsis())
        {
            for a in args.items() {
                push(vm, &mut all, *a)?;
            }
        } else {
            push(vm, &mut all, *v)?;
        }
    }
    Tuple::from_slice(vm, all.as_slice())
}

/// `args` with `params` replaced by what `item` gives: the arguments of `this[item]`.
pub fn substitute(
    vm: &mut Vm,
    this: Value,
    args: Gc<Tuple>,
    params: Gc<Tuple>,
    item: Value,
) -> PyResult<Gc<Tuple>> {
    vm.check_native_stack(" while replacing type parameters")?;
    if params.len() == 0 {
        let text = vm.repr(this)?;
        return Err(vm.type_error(format_args!("{} is not a generic class", text.text())));
    }
    let mut given = unpack(vm, item)?;
    for p in params.items() {
        if let Some(prepare) =
            attribute(vm, *p, "__typing_prepare_subst__")?.filter(|f| !f.is_none())
        {
            let prepared = vm.call(prepare, &[this, given.into()])?;
            given = match prepared.cast::<Tuple>() {
                Some(t) => t,
                None => Tuple::from_slice(vm, &[prepared])?,
            };
        }
    }
    if given.len() != params.len() {
        let text = vm.repr(this)?;
        let (actual, expected) = (given.len(), params.len());
        let how = if actual > expected { "many" } else { "few" };
        return Err(vm.type_error(format_args!(
            "Too {how} arguments for {}; actual {actual}, expected {expected}",
            text.text()
        )));
    }
    let mut out = vm.root_vec()?;
    for arg in args.items() {
        replace(vm, this, *arg, params, given, &mut out)?;
    }
    Tuple::from_slice(vm, out.as_slice())
}

/// Adds what takes the place of `arg`.
fn replace(
    vm: &mut Vm,
    this: Value,
    arg: Value,
    params: Gc<Tuple>,
    given: Gc<Tuple>,
    out: &mut RootVec<Value>,
) -> PyResult<()> {
    if arg.cast::<Type>().is_some() {
        return push(vm, out, arg);
    }
    if let Some(nested) = items(vm, arg)? {
        let new = substitute(vm, this, nested, params, given.into())?;
        let new: Value = match arg.cast::<Tuple>() {
            Some(_) => new.into(),
            None => List::from_slice(vm, new.items())?.into(),
        };
        return push(vm, out, new);
    }
    let is_unpacked = match attribute(vm, arg, "__typing_is_unpacked_typevartuple__")? {
        Some(v) => vm.truthy(v)?,
        None => false,
    };
    let new = match attribute(vm, arg, "__typing_subst__")? {
        Some(subst) => {
            let at = params.items().iter().position(|p| *p == arg);
            let Some(v) = at.and_then(|i| given.get(i)) else {
                return Err(
                    vm.system_error(format_args!("a type parameter is missing in __parameters__"))
                );
            };
            vm.call(subst, &[v])?
        }
        None => inside(vm, arg, params, given)?,
    };
    if !is_unpacked {
        return push(vm, out, new);
    }
    let Some(several) = new.cast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "expected __typing_subst__ of {} objects to return a tuple, not {}",
            class_name(arg),
            class_name(new)
        )));
    };
    for v in several.items() {
        push(vm, out, *v)?;
    }
    Ok(())
}

/// `alias` with the parameters inside it replaced, by subscribing it with their new values.
fn inside(vm: &mut Vm, alias: Value, params: Gc<Tuple>, given: Gc<Tuple>) -> PyResult<Value> {
    let Some(own) = attribute(vm, alias, "__parameters__")?.and_then(|p| p.cast::<Tuple>()) else {
        return Ok(alias);
    };
    if own.len() == 0 {
        return Ok(alias);
    }
    let mut args = vm.root_vec()?;
    for p in own.items() {
        let at = params.items().iter().position(|q| q == p);
        let new = at.and_then(|i| given.get(i)).unwrap_or(*p);
        match new.cast::<Tuple>() {
            // A TypeVarTuple stands for several arguments.
            Some(several) if at.is_some() && class_of(*p).slots().iter.is_some() => {
                for v in several.items() {
                    push(vm, &mut args, *v)?;
                }
            }
            _ => push(vm, &mut args, new)?,
        }
    }
    let args = Tuple::from_slice(vm, args.as_slice())?;
    vm.getitem(alias, args.into())
}

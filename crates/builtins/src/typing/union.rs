//! `typing.Union`: `int | str`.
//!
//! Invariant: a union has at least two members, no two of them equal, none of them a union. The hashable ones are kept
//! as a frozenset as well, since equality and hash don't depend on the order.

use super::alias::{GenericAlias, type_reprs};
use super::type_alias::TypeAliasType;
use super::{call_typing, substitute};
use heap::{Field, Gc, RootVec};
use macros::{pymethods, pytype};
use objects::attrs;
use objects::exceptions;
use objects::set::Set;
use objects::singletons;
use objects::slots::CompareOp;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Represent a union type
///
/// E.g. for int | str
#[pytype(name = "typing.Union", flags(WEAKREF, NO_NEW))]
pub struct Union {
    args: Gc<Tuple>,
    /// A frozenset.
    hashable: Gc<Set>,
    unhashable: Gc<Tuple>,
    /// `__parameters__`, UNDEF while nobody asked.
    parameters: Field<Value>,
}

/// Collects the members of a union.
struct Builder {
    args: RootVec<Value>,
    hashable: RootVec<Value>,
    unhashable: RootVec<Value>,
    seen: Gc<Set>,
    /// Whether members that can't be types are refused.
    checked: bool,
}

impl Builder {
    fn new(vm: &mut Vm, checked: bool) -> PyResult<Builder> {
        Ok(Builder {
            args: vm.root_vec()?,
            hashable: vm.root_vec()?,
            unhashable: vm.root_vec()?,
            seen: Set::new(vm)?,
            checked,
        })
    }

    fn add(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        if let Some(union) = v.exact::<Union>() {
            for member in union.args.items() {
                self.add_member(vm, *member)?;
            }
            return Ok(());
        }
        let v = if v.is_none() {
            objects::types::core::NONE().object().into()
        } else if self.checked && !is_unionable(v) {
            let text = Str::new(vm, "Union[arg, ...]: each arg must be a type.")?;
            call_typing(vm, "_type_check", &[v, text.into()])?
        } else {
            v
        };
        self.add_member(vm, v)
    }

    fn add_member(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
        let list = match vm.hash(v) {
            Ok(hash) => {
                if !self.seen.add_hashed(vm, v, hash)? {
                    return Ok(());
                }
                &mut self.hashable
            }
            Err(_) if vm.raised_matches(&exceptions::TYPE_ERROR) => {
                vm.clear_raised();
                for i in 0..self.unhashable.len() {
                    let Some(known) = self.unhashable.get(i) else { break };
                    if vm.eq(known, v)? {
                        return Ok(());
                    }
                }
                &mut self.unhashable
            }
            Err(r) => return Err(r),
        };
        let pushed = list.push(v).and_then(|()| self.args.push(v));
        vm.grow(pushed)
    }

    fn finish(self, vm: &mut Vm) -> PyResult<Value> {
        match self.args.as_slice() {
            [] => Err(vm.type_error(format_args!("Cannot take a Union of no types."))),
            [only] => Ok(*only),
            args => {
                let args = Tuple::from_slice(vm, args)?;
                let hashable = Set::frozen_from_slice(vm, self.hashable.as_slice())?;
                let unhashable = Tuple::from_slice(vm, self.unhashable.as_slice())?;
                Ok(Union::create(vm, args, hashable, unhashable, Field::new(Value::UNDEF))?.into())
            }
        }
    }
}

/// What `|` takes without asking `typing`.
fn is_unionable(v: Value) -> bool {
    v.is_none()
        || v.cast::<Type>().is_some()
        || v.cast::<GenericAlias>().is_some()
        || v.exact::<Union>().is_some()
        || v.exact::<TypeAliasType>().is_some()
}

/// `a | b` of classes and their like; NotImplemented if one of them isn't.
pub fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    if !is_unionable(a) || !is_unionable(b) {
        return Ok(singletons::not_implemented());
    }
    let mut builder = Builder::new(vm, false)?;
    builder.add(vm, a)?;
    builder.add(vm, b)?;
    builder.finish(vm)
}

/// The union of `members`, strings and the like converted as `typing` does.
pub fn of(vm: &mut Vm, members: &[Value]) -> PyResult<Value> {
    let mut builder = Builder::new(vm, true)?;
    for v in members {
        builder.add(vm, *v)?;
    }
    builder.finish(vm)
}

impl Union {
    fn parameters(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        if let Some(known) = this.parameters.get().cast::<Tuple>() {
            return Ok(known);
        }
        let found = substitute::parameters(vm, this.args)?;
        this.parameters.set(this, vm.heap(), found.into());
        Ok(found)
    }

    /// Whether every unhashable member of `a` is one of `b`.
    fn covers(vm: &mut Vm, a: Gc<Tuple>, b: Gc<Tuple>) -> PyResult<bool> {
        for v in a.items() {
            if !vm.contains(b.into(), *v)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn equal(vm: &mut Vm, a: Gc<Self>, b: Gc<Self>) -> PyResult<bool> {
        Ok(vm.eq(a.hashable.into(), b.hashable.into())?
            && Self::covers(vm, a.unhashable, b.unhashable)?
            && Self::covers(vm, b.unhashable, a.unhashable)?)
    }
}

#[pymethods]
impl Union {
    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let text = type_reprs(vm, this.args.items(), " | ")?;
        Str::new(vm, &text)
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        for v in this.unhashable.items() {
            vm.hash(*v)?;
        }
        let count = this.unhashable.len();
        if count > 0 {
            let s = if count == 1 { "" } else { "s" };
            return Err(vm.type_error(format_args!("union contains {count} unhashable element{s}")));
        }
        vm.hash(this.hashable.into())
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.exact::<Union>() else { return Ok(singletons::not_implemented()) };
        match op {
            CompareOp::Eq => Ok(Self::equal(vm, this, other)?.into()),
            CompareOp::Ne => Ok((!Self::equal(vm, this, other)?).into()),
            _ => Ok(singletons::not_implemented()),
        }
    }

    #[slot(or)]
    fn or_slot(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        or(vm, a, b)
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, item: Value) -> PyResult<Value> {
        let params = Self::parameters(this, vm)?;
        let args = substitute::substitute(vm, this.into(), this.args, params, item)?;
        of(vm, args.items())
    }

    #[slot(getattr)]
    fn getattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        if name == vm.names().__module__ {
            return vm.getattr(class_of(this.into()).into(), name);
        }
        attrs::generic_getattr(vm, this.into(), name)
    }

    #[getter(member)]
    fn __args__(this: Gc<Self>) -> Gc<Tuple> {
        this.args
    }
    /// Type variables in the types.UnionType.
    #[getter]
    fn __parameters__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Self::parameters(this, vm)
    }
    /// Name of the type
    #[getter]
    fn __name__(_this: Gc<Self>) -> &'static str {
        "Union"
    }
    /// Qualified name of the type
    #[getter]
    fn __qualname__(_this: Gc<Self>) -> &'static str {
        "Union"
    }
    /// Always returns the type
    #[getter]
    fn __origin__(this: Gc<Self>) -> Gc<Type> {
        class_of(this.into())
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(this: Gc<Self>, vm: &mut Vm, _object: Value) -> PyResult<Value> {
        let text = vm.repr(this.into())?;
        Err(vm.type_error(format_args!("Cannot subclass {}", text.text())))
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(_cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        match object.cast::<Tuple>() {
            Some(members) => of(vm, members.items()),
            None => of(vm, &[object]),
        }
    }

    #[method(sig = "($self, object, /)")]
    fn __instancecheck__(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<bool> {
        vm.is_instance(object, this.args.into())
    }
    #[method(sig = "($self, object, /)")]
    fn __subclasscheck__(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<bool> {
        vm.is_subclass(object, this.args.into())
    }
}

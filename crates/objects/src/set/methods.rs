//! Python-visible operations that `set` and `frozenset` have in common.

use super::{FrozenSet, Set, SetIterator, ops, table};
use crate::layout::receiver;
use crate::list::List;
use crate::list::show::Show;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

fn show(this: Gc<Set>, vm: &mut Vm) -> PyResult<Gc<Str>> {
    let name = class_name(this.into()).to_string();
    if this.len() == 0 {
        let mut show = Show::new(vm, &name)?;
        show.push(vm, "()")?;
        return show.finish(vm);
    }
    if !vm.enter_repr(this.into())? {
        let mut show = Show::new(vm, &name)?;
        show.push(vm, "(...)")?;
        return show.finish(vm);
    }
    let text = show_members(this, vm, &name);
    vm.leave_repr();
    text?.finish(vm)
}

fn show_members(this: Gc<Set>, vm: &mut Vm, name: &str) -> PyResult<Show> {
    // Showing a member may change the set.
    let members = List::from_iterable(vm, this.into())?;
    let (open, close) = match Value::from(this).exact::<Set>() {
        Some(_) => ("{".to_string(), "}"),
        None => (format!("{name}({{"), "})"),
    };
    crate::list::show::items(vm, &open, close, |index| members.get(index))
}

fn reduce(this: Gc<Set>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
    let members = List::from_iterable(vm, this.into())?;
    let arguments = Tuple::from_slice(vm, &[members.into()])?;
    let name = vm.names().__getstate__;
    let state = vm.call_method(this.into(), name, &[])?;
    Tuple::from_slice(vm, &[class_of(this.into()).into(), arguments.into(), state])
}

fn sizeof(this: Gc<Set>) -> usize {
    // Eight cells lie in CPython's set object itself.
    let cells = this.table.get().mask() + 1;
    200 + if cells > table::MIN_SIZE { cells * size_of::<table::Slot>() } else { 0 }
}

macro_rules! shared {
    ($name:ident) => {
        #[pymethods(extra = "shared")]
        impl $name {
            #[slot(repr)]
            fn repr(this: Value, vm: &mut Vm) -> PyResult<Gc<Str>> {
                show(receiver(this), vm)
            }

            #[slot(compare)]
            fn compare(this: Value, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
                ops::compare(vm, receiver(this), other, op)
            }

            #[slot(iter)]
            fn iter(this: Value, vm: &mut Vm) -> PyResult<Gc<SetIterator>> {
                SetIterator::over(vm, receiver(this))
            }

            #[slot(len)]
            fn py_len(this: Value) -> usize {
                receiver::<Set>(this).len()
            }

            #[slot(contains)]
            fn py_contains(this: Value, vm: &mut Vm, object: Value) -> PyResult<bool> {
                receiver::<Set>(this).contains(vm, object)
            }

            #[slot(sub)]
            fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                ops::operator(vm, a, b, Set::difference)
            }

            #[slot(and)]
            fn and(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                ops::operator(vm, a, b, Set::intersection)
            }

            #[slot(xor)]
            fn xor(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                ops::operator(vm, a, b, Set::symmetric_difference)
            }

            #[slot(or)]
            fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                ops::operator(vm, a, b, ops::union)
            }

            /// x.__contains__(y) <==> y in x.
            #[method(name = "__contains__", sig = "($self, object, /)")]
            fn contains_method(this: Value, vm: &mut Vm, object: Value) -> PyResult<bool> {
                receiver::<Set>(this).contains(vm, object)
            }

            /// Return a shallow copy of a set.
            #[method(name = "copy", sig = "($self, /)")]
            fn py_copy(this: Value, vm: &mut Vm) -> PyResult<Value> {
                if super::is_exact_frozenset(this) {
                    return Ok(this);
                }
                Ok(receiver::<Set>(this).copy(vm)?.into())
            }

            /// Return a new set with elements in the set that are not in the others.
            #[method(name = "difference", sig = "($self, /, *others)")]
            fn py_difference(this: Value, vm: &mut Vm, others: &[Value]) -> PyResult<Gc<Set>> {
                let this = receiver::<Set>(this);
                let Some((first, rest)) = others.split_first() else { return this.copy(vm) };
                let result = this.difference(vm, *first)?;
                for other in rest {
                    result.difference_update(vm, *other)?;
                }
                Ok(result)
            }

            /// Return a new set with elements common to the set and all others.
            #[method(name = "intersection", sig = "($self, /, *others)")]
            fn py_intersection(this: Value, vm: &mut Vm, others: &[Value]) -> PyResult<Gc<Set>> {
                receiver::<Set>(this).intersection_all(vm, others)
            }

            /// Return True if two sets have a null intersection.
            #[method(sig = "($self, other, /)")]
            fn isdisjoint(this: Value, vm: &mut Vm, other: Value) -> PyResult<bool> {
                receiver::<Set>(this).is_disjoint(vm, other)
            }

            /// Report whether another set contains this set.
            #[method(sig = "($self, other, /)")]
            fn issubset(this: Value, vm: &mut Vm, other: Value) -> PyResult<bool> {
                receiver::<Set>(this).is_subset(vm, other)
            }

            /// Report whether this set contains another set.
            #[method(sig = "($self, other, /)")]
            fn issuperset(this: Value, vm: &mut Vm, other: Value) -> PyResult<bool> {
                receiver::<Set>(this).is_superset(vm, other)
            }

            /// Return state information for pickling.
            #[method(sig = "($self, /)")]
            fn __reduce__(this: Value, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
                reduce(receiver(this), vm)
            }

            /// S.__sizeof__() -> size of S in memory, in bytes.
            #[method(sig = "($self, /)")]
            fn __sizeof__(this: Value) -> usize {
                sizeof(receiver(this))
            }

            /// Return a new set with elements in either the set or other but not both.
            #[method(name = "symmetric_difference", sig = "($self, other, /)")]
            fn py_symmetric_difference(
                this: Value,
                vm: &mut Vm,
                other: Value,
            ) -> PyResult<Gc<Set>> {
                receiver::<Set>(this).symmetric_difference(vm, other)
            }

            /// Return a new set with elements from the set and all others.
            #[method(name = "union", sig = "($self, /, *others)")]
            fn py_union(this: Value, vm: &mut Vm, others: &[Value]) -> PyResult<Gc<Set>> {
                let this = receiver::<Set>(this);
                let result = this.copy(vm)?;
                for other in others {
                    if *other != Value::from(this) {
                        result.update(vm, *other)?;
                    }
                }
                Ok(result)
            }

            /// See PEP 585
            #[classmethod(sig = "($type, object, /)")]
            fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
                (vm.hooks.generic_alias)(vm, cls.into(), object)
            }
        }
    };
}

shared!(Set);
shared!(FrozenSet);

impl Set {
    /// The members that are in all of `others` too.
    pub(super) fn intersection_all(&self, vm: &mut Vm, others: &[Value]) -> PyResult<Gc<Set>> {
        let Some((first, rest)) = others.split_first() else { return self.copy(vm) };
        let mut result = self.intersection(vm, *first)?;
        for other in rest {
            result = result.intersection(vm, *other)?;
        }
        Ok(result)
    }
}

//! Set algebra, shared by `set`, `frozenset` and the views of dicts. The order in which members are visited and added
//! is CPython's, as it decides the order of the results.

use super::{FrozenSet, Set, as_set, grown, hash_or_freeze};
use crate::array::gc_of;
use crate::dict::Dict;
use crate::layout::Object;
use crate::singletons;
use crate::slots::CompareOp;
use crate::types::{Type, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// `set` or `frozenset`, whichever the class of `set` derives from: operators don't keep subclasses.
pub(super) fn base_class(set: Gc<Set>) -> Gc<Type> {
    let frozen = FrozenSet::def().object();
    if class_of(set.into()).is_subtype(frozen) { frozen } else { Set::def().object() }
}

impl Set {
    /// A set of the base class with the same members.
    pub fn copy(&self, vm: &mut Vm) -> PyResult<Gc<Set>> {
        let this = gc_of(self);
        Set::from_iterable(vm, base_class(this), this.into())
    }

    fn new_like(&self, vm: &mut Vm) -> PyResult<Gc<Set>> {
        Set::new_as(vm, base_class(gc_of(self)))
    }

    /// The members that are in `other` too.
    pub fn intersection(&self, vm: &mut Vm, other: Value) -> PyResult<Gc<Set>> {
        let this = gc_of(self);
        if Value::from(this) == other {
            return self.copy(vm);
        }
        let result = self.new_like(vm)?;
        if let Some(other) = as_set(other) {
            let (small, large) =
                if other.len() > this.len() { (this, other) } else { (other, this) };
            let mut at = 0;
            while let Some((key, hash)) = small.next_member(&mut at) {
                if large.contains_hashed(vm, key, hash)? {
                    result.add_hashed(vm, key, hash)?;
                }
            }
            return Ok(result);
        }
        let iterator = vm.iter(other)?;
        while let Some(key) = vm.next(iterator)? {
            let hash = super::hash_member(vm, key)?;
            if self.contains_hashed(vm, key, hash)? {
                result.add_hashed(vm, key, hash)?;
            }
        }
        Ok(result)
    }

    /// The members that aren't in `other`.
    pub fn difference(&self, vm: &mut Vm, other: Value) -> PyResult<Gc<Set>> {
        let dict = other.exact::<Dict>();
        let other_len = match (as_set(other), dict) {
            (Some(set), _) => Some(set.len()),
            (None, Some(dict)) => Some(dict.len()),
            (None, None) => None,
        };
        // Looking every member up pays unless there are many more members than things to remove.
        if other_len.is_none_or(|len| self.len() >> 2 > len) {
            let result = self.copy(vm)?;
            result.difference_update(vm, other)?;
            return Ok(result);
        }
        let result = self.new_like(vm)?;
        let mut at = 0;
        while let Some((key, hash)) = self.next_member(&mut at) {
            let found = match (as_set(other), dict) {
                (Some(set), _) => set.contains_hashed(vm, key, hash)?,
                (None, Some(dict)) => dict.get_hashed(vm, key, hash)?.is_some(),
                (None, None) => false,
            };
            if !found {
                result.add_hashed(vm, key, hash)?;
            }
        }
        Ok(result)
    }

    /// Removes the items of an iterable.
    pub fn difference_update(&self, vm: &mut Vm, other: Value) -> PyResult<()> {
        let this = gc_of(self);
        if Value::from(this) == other {
            self.clear(vm);
            return Ok(());
        }
        if let Some(mut set) = as_set(other) {
            // Of a much larger set only the common members matter.
            if set.len() >> 3 > self.len() {
                set = set.intersection(vm, this.into())?;
            }
            let mut at = 0;
            while let Some((key, hash)) = set.next_member(&mut at) {
                self.discard_hashed(vm, key, hash)?;
            }
        } else {
            let iterator = vm.iter(other)?;
            while let Some(key) = vm.next(iterator)? {
                let hash = super::hash_member(vm, key)?;
                self.discard_hashed(vm, key, hash)?;
            }
        }
        self.drop_deleted(vm)
    }

    /// Rebuilds the table when more than a quarter of it are deleted cells.
    fn drop_deleted(&self, vm: &mut Vm) -> PyResult<()> {
        if self.fill.get() - self.used.get() <= self.table.get().mask() / 4 {
            return Ok(());
        }
        self.resize(vm, grown(self.used.get()))
    }

    /// Keeps what is in exactly one of the set and the iterable.
    pub fn symmetric_difference_update(&self, vm: &mut Vm, other: Value) -> PyResult<()> {
        let this = gc_of(self);
        if Value::from(this) == other {
            self.clear(vm);
            return Ok(());
        }
        if let Some(dict) = other.exact::<Dict>() {
            let mut at = 0;
            while let Some((key, _, hash)) = dict.next_entry(&mut at) {
                self.toggle(vm, key, hash)?;
            }
            return Ok(());
        }
        let other = match as_set(other) {
            Some(set) => set,
            None => Set::from_iterable(vm, base_class(this), other)?,
        };
        let mut at = 0;
        while let Some((key, hash)) = other.next_member(&mut at) {
            self.toggle(vm, key, hash)?;
        }
        Ok(())
    }

    fn toggle(&self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<()> {
        if !self.discard_hashed(vm, key, hash)? {
            self.add_hashed(vm, key, hash)?;
        }
        Ok(())
    }

    /// What is in exactly one of the set and the iterable.
    pub fn symmetric_difference(&self, vm: &mut Vm, other: Value) -> PyResult<Gc<Set>> {
        let this = gc_of(self);
        let result = Set::from_iterable(vm, base_class(this), other)?;
        result.symmetric_difference_update(vm, this.into())?;
        Ok(result)
    }

    /// Whether every member is in `other`.
    pub fn is_subset_of_set(&self, vm: &mut Vm, other: Gc<Set>) -> PyResult<bool> {
        if self.len() > other.len() {
            return Ok(false);
        }
        let mut at = 0;
        while let Some((key, hash)) = self.next_member(&mut at) {
            if !other.contains_hashed(vm, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether every member is among the items of an iterable.
    pub fn is_subset(&self, vm: &mut Vm, other: Value) -> PyResult<bool> {
        match as_set(other) {
            Some(set) => self.is_subset_of_set(vm, set),
            None => Ok(self.intersection(vm, other)?.len() == self.len()),
        }
    }

    /// Whether every item of an iterable is a member.
    pub fn is_superset(&self, vm: &mut Vm, other: Value) -> PyResult<bool> {
        if let Some(set) = as_set(other) {
            return set.is_subset_of_set(vm, gc_of(self));
        }
        let iterator = vm.iter(other)?;
        while let Some(key) = vm.next(iterator)? {
            if !self.contains(vm, key)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Whether no item of an iterable is a member.
    pub fn is_disjoint(&self, vm: &mut Vm, other: Value) -> PyResult<bool> {
        let this = gc_of(self);
        if Value::from(this) == other {
            return Ok(self.len() == 0);
        }
        if let Some(other) = as_set(other) {
            let (small, large) =
                if other.len() > this.len() { (this, other) } else { (other, this) };
            let mut at = 0;
            while let Some((key, hash)) = small.next_member(&mut at) {
                if large.contains_hashed(vm, key, hash)? {
                    return Ok(false);
                }
            }
            return Ok(true);
        }
        let iterator = vm.iter(other)?;
        while let Some(key) = vm.next(iterator)? {
            let (key, hash) = hash_or_freeze(vm, key)?;
            if self.contains_hashed(vm, key, hash)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn equals(&self, vm: &mut Vm, other: Gc<Set>) -> PyResult<bool> {
        let same_len = self.len() == other.len();
        match (self.cached_hash(), other.cached_hash()) {
            (Some(a), Some(b)) if a != b => Ok(false),
            _ => Ok(same_len && self.is_subset_of_set(vm, other)?),
        }
    }
}

/// `a op b` of sets.
pub(super) fn compare(vm: &mut Vm, a: Gc<Set>, b: Value, op: CompareOp) -> PyResult<Value> {
    let Some(b) = as_set(b) else { return Ok(singletons::not_implemented()) };
    let holds = match op {
        CompareOp::Eq => a.equals(vm, b)?,
        CompareOp::Ne => !a.equals(vm, b)?,
        CompareOp::Le => a.is_subset_of_set(vm, b)?,
        CompareOp::Ge => b.is_subset_of_set(vm, a)?,
        CompareOp::Lt => a.len() < b.len() && a.is_subset_of_set(vm, b)?,
        CompareOp::Gt => a.len() > b.len() && b.is_subset_of_set(vm, a)?,
    };
    Ok(Value::from_bool(holds))
}

/// `a op b` for an operator that takes two sets.
pub(super) fn operator(
    vm: &mut Vm,
    a: Value,
    b: Value,
    apply: fn(&Set, &mut Vm, Value) -> PyResult<Gc<Set>>,
) -> PyResult<Value> {
    match (as_set(a), as_set(b)) {
        (Some(left), Some(_)) => Ok(apply(&left, vm, b)?.into()),
        _ => Ok(singletons::not_implemented()),
    }
}

/// `a | b`
pub(super) fn union(a: &Set, vm: &mut Vm, b: Value) -> PyResult<Gc<Set>> {
    let result = a.copy(vm)?;
    result.update(vm, b)?;
    Ok(result)
}

//! Taking over the entries of dicts, mappings and sequences of pairs.

use super::{Dict, table};
use crate::array::gc_of;
use crate::exceptions;
use crate::layout::Object;
use crate::list::List;
use crate::tuple::Tuple;
use crate::types::class_of;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;

/// What happens to keys that are there already.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Merge {
    /// They get the new value.
    Override,
    /// They keep their value.
    Keep,
    /// They raise KeyError.
    Unique,
}

impl Dict {
    /// `dict.update(argument)`: a dict, a mapping with `keys`, or an iterable of pairs.
    pub fn update(&self, vm: &mut Vm, argument: Value) -> PyResult<()> {
        if let Some(dict) = argument.exact::<Dict>() {
            return self.merge_dict(vm, dict, Merge::Override);
        }
        let keys = vm.names().keys;
        if vm.getattr_opt(argument, keys)?.is_some() {
            return self.merge(vm, argument, Merge::Override);
        }
        self.merge_pairs(vm, argument)
    }

    /// Takes over the entries of a mapping.
    pub fn merge(&self, vm: &mut Vm, other: Value, how: Merge) -> PyResult<()> {
        if let Some(dict) = other.cast::<Dict>() {
            let own_iter = Dict::def().object().slots().iter.map(|f| f as usize);
            if class_of(other).slots().iter.map(|f| f as usize) == own_iter {
                return self.merge_dict(vm, dict, how);
            }
        }
        let keys = vm.names().keys;
        let keys = vm.call_method(other, keys, &[])?;
        let iterator = vm.iter(keys)?;
        while let Some(key) = vm.next(iterator)? {
            if how != Merge::Override && self.contains(vm, key)? {
                self.present(vm, key, how)?;
                continue;
            }
            let value = vm.getitem(other, key)?;
            self.set(vm, key, value)?;
        }
        Ok(())
    }

    /// Takes over the entries of another dict, whatever its class makes of them.
    pub fn merge_dict(&self, vm: &mut Vm, other: Gc<Dict>, how: Merge) -> PyResult<()> {
        if gc_of(self) == other || other.len() == 0 {
            return Ok(());
        }
        if self.len() == 0 && self.owner().is_none() && other.owner().is_none() {
            return self.fill_from(vm, other);
        }
        if other.len() > self.len() {
            self.reserve(vm, other.len())?;
        }
        let (mut at, end) = (0, other.end());
        while let Some((key, value, hash)) = other.next_entry(&mut at) {
            if how != Merge::Override && self.get_hashed(vm, key, hash)?.is_some() {
                self.present(vm, key, how)?;
            } else {
                self.set_hashed(vm, key, hash, value)?;
            }
            if other.end() != end {
                return Err(vm.runtime_error(format_args!("dict mutated during update")));
            }
        }
        Ok(())
    }

    fn present(&self, vm: &mut Vm, key: Value, how: Merge) -> PyResult<()> {
        if how == Merge::Unique { Err(vm.key_error(key)) } else { Ok(()) }
    }

    /// Fills an empty dict; neither is a view.
    fn fill_from(&self, vm: &mut Vm, other: Gc<Dict>) -> PyResult<()> {
        let from = other.table.get();
        let table = if from.used() == other.len() {
            from.duplicate(vm)?
        } else {
            from.rebuilt(vm, table::log2_for(other.len()))?
        };
        self.table.set(gc_of(self), vm.heap(), table);
        self.live.set(table.used());
        self.keys_id.set(0);
        Ok(())
    }

    /// Takes over the pairs that an iterable yields.
    pub fn merge_pairs(&self, vm: &mut Vm, pairs: Value) -> PyResult<()> {
        let iterator = vm.iter(pairs)?;
        let mut index = 0_usize;
        while let Some(item) = vm.next(iterator)? {
            let pair = match pair_of(vm, item) {
                Ok(pair) => pair,
                Err(raised) => return Err(explain(vm, raised, index)),
            };
            let [key, value] = *pair.items() else {
                return Err(vm.value_error(format_args!(
                    "dictionary update sequence element #{index} has length {}; 2 is required",
                    pair.len()
                )));
            };
            self.set(vm, key, value)?;
            index += 1;
        }
        Ok(())
    }
}

fn pair_of(vm: &mut Vm, item: Value) -> PyResult<Gc<Tuple>> {
    if let Some(tuple) = item.exact::<Tuple>() {
        return Ok(tuple);
    }
    if let Some(list) = item.exact::<List>() {
        return list.to_tuple(vm);
    }
    let iterator = match vm.iter(item) {
        Ok(iterator) => iterator,
        Err(_) if vm.raised_matches(&exceptions::TYPE_ERROR) => {
            vm.clear_raised();
            return Err(vm.type_error(format_args!("object is not iterable")));
        }
        Err(raised) => return Err(raised),
    };
    List::from_iterable(vm, iterator)?.to_tuple(vm)
}

fn explain(vm: &mut Vm, raised: Raised, index: usize) -> Raised {
    if vm.raised_matches(&exceptions::TYPE_ERROR) {
        let note = format_args!(
            "Cannot convert dictionary update sequence element #{index} to a sequence"
        );
        if let Err(other) = vm.add_note(note) {
            return other;
        }
    }
    raised
}

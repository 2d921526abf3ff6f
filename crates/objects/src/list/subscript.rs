//! Subscripts of lists: items and slices, read, assigned and deleted.

use super::List;
use crate::array::Values;
use crate::slice::{self, Bounds, Indices, Slice};
use crate::tuple::Tuple;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

#[pymethods(extra = "subscript")]
impl List {
    #[slot(getitem)]
    fn getitem(this: Gc<List>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.exact::<Slice>() {
            let indices = slice.unpack(vm)?.within(this.len());
            return Ok(this.slice(vm, indices)?.into());
        }
        let Some(index) = slice::index_of(vm, key)? else { return Err(bad_index(vm, key)) };
        match slice::item_index(index, this.len()).and_then(|index| this.get(index)) {
            Some(item) => Ok(item),
            None => Err(vm.index_error(format_args!("list index out of range"))),
        }
    }

    /// Return self[index].
    #[method(name = "__getitem__", sig = "($self, index, /)")]
    fn getitem_method(this: Gc<List>, vm: &mut Vm, index: Value) -> PyResult<Value> {
        List::getitem(this, vm, index)
    }

    #[slot(setitem)]
    fn setitem(this: Gc<List>, vm: &mut Vm, key: Value, value: Option<Value>) -> PyResult<()> {
        if let Some(slice) = key.exact::<Slice>() {
            return match value {
                Some(value) => this.assign_slice(vm, slice, value),
                None => this.delete_slice(vm, slice),
            };
        }
        let Some(index) = slice::index_of(vm, key)? else { return Err(bad_index(vm, key)) };
        let index = slice::item_index(index, this.len());
        let done = match (index, value) {
            (Some(index), Some(value)) => this.set(vm, index, value),
            (Some(index), None) => this.remove(vm, index).is_some(),
            (None, _) => false,
        };
        if done {
            Ok(())
        } else {
            Err(vm.index_error(format_args!("list assignment index out of range")))
        }
    }
}

fn bad_index(vm: &mut Vm, key: Value) -> crate::vm::Raised {
    vm.type_error(format_args!("list indices must be integers or slices, not {}", class_name(key)))
}

impl List {
    /// The items at `indices`.
    pub fn slice(&self, vm: &mut Vm, indices: Indices) -> PyResult<Gc<List>> {
        let array = self.items.get();
        if indices.step == 1 || indices.len == 0 {
            return List::from_range(vm, array, indices.range());
        }
        let copy = Values::alloc(vm, indices.len)?;
        for (cell, index) in copy.cells().iter().zip(indices.iter()) {
            // The copy is new and nothing is allocated meanwhile, so it needs no barrier.
            cell.set(array.get(index));
        }
        List::from_array(vm, copy, indices.len)
    }

    /// `self[start:stop] = value`
    pub fn assign_range(&self, vm: &mut Vm, bounds: Bounds, value: Value) -> PyResult<()> {
        let source = items_of(vm, value, "must assign iterable to extended slice")?;
        // The bounds are clipped only now: taking the items may have changed the list.
        let indices = bounds.within(self.len());
        self.splice(vm, indices.range(), source.0, 0..source.1)
    }

    fn assign_slice(&self, vm: &mut Vm, slice: Gc<Slice>, value: Value) -> PyResult<()> {
        let bounds = slice.unpack(vm)?;
        if bounds.step == 1 {
            return self.assign_range(vm, bounds, value);
        }
        let (source, count) = items_of(vm, value, "must assign iterable to extended slice")?;
        let indices = bounds.within(self.len());
        if count != indices.len {
            return Err(vm.value_error(format_args!(
                "attempt to assign sequence of size {count} to extended slice of size {}",
                indices.len
            )));
        }
        let array = self.items.get();
        let source =
            if source == array { Values::alloc_copy(vm, count, source, 0..count)? } else { source };
        for (from, to) in indices.iter().enumerate() {
            Values::set(array, vm, to, source.get(from));
        }
        Ok(())
    }

    fn delete_slice(&self, vm: &mut Vm, slice: Gc<Slice>) -> PyResult<()> {
        let indices = slice.unpack(vm)?.within(self.len());
        if indices.len == 0 {
            return Ok(());
        }
        if indices.step == 1 {
            return self.splice(vm, indices.range(), Values::empty(), 0..0);
        }
        let (array, len) = (self.items.get(), self.len());
        let cells = array.cells();
        let indices = indices.ascending();
        let mut deleted = indices.iter().peekable();
        let mut to = indices.start;
        for from in indices.start..len {
            if deleted.next_if_eq(&from).is_none() {
                cells[to].set(cells[from].get());
                to += 1;
            }
        }
        Values::stored(array, vm, indices.start..to);
        array.clear(to..len);
        self.len.set(to);
        Ok(())
    }
}

/// An array that holds the items of an iterable, and their number.
fn items_of(vm: &mut Vm, value: Value, otherwise: &str) -> PyResult<(Gc<Values>, usize)> {
    if let Some(list) = value.exact::<List>() {
        return Ok((list.items.get(), list.len()));
    }
    if let Some(tuple) = value.exact::<Tuple>() {
        let items = tuple.items();
        return Ok((Values::alloc_from(vm, items.len(), items)?, items.len()));
    }
    if !vm.is_iterable(value) {
        return Err(vm.type_error(format_args!("{otherwise}")));
    }
    let list = List::from_iterable(vm, value)?;
    Ok((list.items.get(), list.len()))
}

//! Python-visible operations of `list`, subscripts aside.

use super::{List, ListIterator, ListReverseIterator, compare, show, sort};
use crate::array::Values;
use crate::slice;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::pymethods;
use std::cell::Cell;

#[pymethods]
impl List {
    #[slot(new)]
    fn new_object(cls: Gc<Type>, vm: &mut Vm, _args: &[Value], _kwnames: Value) -> PyResult<Value> {
        Ok(List::create_as(vm, cls, Field::new(Values::empty()), Cell::new(0))?.into())
    }

    #[slot(init, sig = "(iterable=(), /)")]
    fn init(this: Gc<List>, vm: &mut Vm, #[default(Value::UNDEF)] iterable: Value) -> PyResult<()> {
        this.clear(vm);
        match iterable.defined() {
            Some(iterable) => this.extend(vm, iterable),
            None => Ok(()),
        }
    }

    #[slot(repr)]
    fn repr(this: Gc<List>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        if this.len() == 0 {
            return Str::new(vm, "[]");
        }
        if !vm.enter_repr(this.into())? {
            return Str::new(vm, "[...]");
        }
        let text = show::items(vm, "[", "]", |index| this.get(index));
        vm.leave_repr();
        text?.finish(vm)
    }

    #[slot(compare)]
    fn compare(this: Gc<List>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        match other.cast::<List>() {
            Some(other) => compare::lists(vm, this, other, op),
            None => Ok(crate::singletons::not_implemented()),
        }
    }

    #[slot(iter)]
    fn iter(this: Gc<List>, vm: &mut Vm) -> PyResult<Gc<ListIterator>> {
        ListIterator::over(vm, this)
    }

    #[slot(len)]
    fn length(this: Gc<List>) -> usize {
        this.len()
    }

    #[slot(contains)]
    fn contains(this: Gc<List>, vm: &mut Vm, value: Value) -> PyResult<bool> {
        Ok(this.find(vm, value, 0, usize::MAX)?.is_some())
    }

    #[slot(concat)]
    fn concat(this: Gc<List>, vm: &mut Vm, other: Value) -> PyResult<Gc<List>> {
        let Some(other) = other.cast::<List>() else {
            return Err(vm.type_error(format_args!(
                "can only concatenate list (not \"{}\") to list",
                class_name(other)
            )));
        };
        let (left, right) = (this.len(), other.len());
        let array = Values::alloc_copy(vm, left + right, this.items.get(), 0..left)?;
        Values::write_array(array, vm, left, other.items.get(), 0..right);
        List::from_array(vm, array, left + right)
    }

    #[slot(iconcat)]
    fn iconcat(this: Gc<List>, vm: &mut Vm, other: Value) -> PyResult<Value> {
        this.extend(vm, other)?;
        Ok(this.into())
    }

    #[slot(repeat)]
    fn repeat(this: Gc<List>, vm: &mut Vm, count: isize) -> PyResult<Gc<List>> {
        let (len, count) = (this.len(), usize::try_from(count).unwrap_or(0));
        if len == 0 || count == 0 {
            return List::new(vm);
        }
        let Some(total) = len.checked_mul(count) else { return Err(vm.memory_error()) };
        let array = Values::alloc_copy(vm, total, this.items.get(), 0..len)?;
        repeat_items(vm, array, len, total);
        List::from_array(vm, array, total)
    }

    #[slot(irepeat)]
    fn irepeat(this: Gc<List>, vm: &mut Vm, count: isize) -> PyResult<Value> {
        let (len, count) = (this.len(), usize::try_from(count).unwrap_or(0));
        if len == 0 || count == 1 {
            return Ok(this.into());
        }
        if count == 0 {
            this.clear(vm);
            return Ok(this.into());
        }
        let Some(total) = len.checked_mul(count) else { return Err(vm.memory_error()) };
        this.reserve(vm, total - len)?;
        repeat_items(vm, this.items.get(), len, total);
        this.len.set(total);
        Ok(this.into())
    }

    /// Return a reverse iterator over the list.
    #[method(sig = "($self, /)")]
    fn __reversed__(this: Gc<List>, vm: &mut Vm) -> PyResult<Gc<ListReverseIterator>> {
        ListReverseIterator::over(vm, this)
    }

    /// Return the size of the list in memory, in bytes.
    #[method(sig = "($self, /)")]
    fn __sizeof__(this: Gc<List>) -> usize {
        40 + this.items.get().cap() * size_of::<Value>()
    }

    /// Remove all items from list.
    #[method(name = "clear", sig = "($self, /)")]
    fn py_clear(this: Gc<List>, vm: &mut Vm) {
        this.clear(vm);
    }

    /// Return a shallow copy of the list.
    #[method(sig = "($self, /)")]
    fn copy(this: Gc<List>, vm: &mut Vm) -> PyResult<Gc<List>> {
        List::from_range(vm, this.items.get(), 0..this.len())
    }

    /// Append object to the end of the list.
    #[method(sig = "($self, object, /)")]
    fn append(this: Gc<List>, vm: &mut Vm, object: Value) -> PyResult<()> {
        this.push(vm, object)
    }

    /// Insert object before index.
    #[method(name = "insert", sig = "($self, index, object, /)")]
    fn py_insert(this: Gc<List>, vm: &mut Vm, index: isize, object: Value) -> PyResult<()> {
        let len = this.len();
        let index =
            if index < 0 { len.saturating_sub(index.unsigned_abs()) } else { index.unsigned_abs() };
        this.insert(vm, index, object)
    }

    /// Extend list by appending elements from the iterable.
    #[method(name = "extend", sig = "($self, iterable, /)")]
    fn py_extend(this: Gc<List>, vm: &mut Vm, iterable: Value) -> PyResult<()> {
        this.extend(vm, iterable)
    }

    /// Remove and return item at index (default last).
    ///
    /// Raises IndexError if list is empty or index is out of range.
    #[method(name = "pop", sig = "($self, index=-1, /)")]
    fn py_pop(this: Gc<List>, vm: &mut Vm, index: isize) -> PyResult<Value> {
        let len = this.len();
        if len == 0 {
            return Err(vm.index_error(format_args!("pop from empty list")));
        }
        if index == -1 {
            return Ok(this.pop().unwrap_or(Value::NONE));
        }
        match slice::item_index(index, len).and_then(|index| this.remove(vm, index)) {
            Some(item) => Ok(item),
            None => Err(vm.index_error(format_args!("pop index out of range"))),
        }
    }

    /// Remove first occurrence of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(name = "remove", sig = "($self, value, /)")]
    fn py_remove(this: Gc<List>, vm: &mut Vm, value: Value) -> PyResult<()> {
        match this.find(vm, value, 0, usize::MAX)? {
            Some(index) => {
                this.remove(vm, index);
                Ok(())
            }
            None => Err(vm.value_error(format_args!("list.remove(x): x not in list"))),
        }
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: Gc<List>,
        vm: &mut Vm,
        value: Value,
        #[default(Value::UNDEF)] start: Value,
        #[default(Value::UNDEF)] stop: Value,
    ) -> PyResult<usize> {
        let start = slice::search_bound(vm, start, 0)?;
        let stop = slice::search_bound(vm, stop, isize::MAX)?;
        let (start, stop) = slice::clip_search(start, stop, this.len());
        match this.find(vm, value, start, stop)? {
            Some(index) => Ok(index),
            None => Err(vm.value_error(format_args!("list.index(x): x not in list"))),
        }
    }

    /// Return number of occurrences of value.
    #[method(sig = "($self, value, /)")]
    fn count(this: Gc<List>, vm: &mut Vm, value: Value) -> PyResult<usize> {
        let (mut count, mut index) = (0, 0);
        while let Some(item) = this.get(index) {
            count += usize::from(vm.eq(item, value)?);
            index += 1;
        }
        Ok(count)
    }

    /// Reverse *IN PLACE*.
    #[method(sig = "($self, /)")]
    fn reverse(this: Gc<List>, vm: &mut Vm) {
        let (array, len) = (this.items.get(), this.len());
        let cells = array.cells();
        for index in 0..len / 2 {
            cells[index].swap(&cells[len - 1 - index]);
        }
        Values::stored(array, vm, 0..len);
    }

    /// Sort the list in ascending order and return None.
    ///
    /// The sort is in-place (i.e. the list itself is modified) and stable (i.e. the
    /// order of two equal elements is maintained).
    ///
    /// If a key function is given, apply it once to each list item and sort them,
    /// ascending or descending, according to their function values.
    ///
    /// The reverse flag can be set to sort in descending order.
    #[method(name = "sort", sig = "($self, /, *, key=None, reverse=False)")]
    fn py_sort(this: Gc<List>, vm: &mut Vm, key: Option<Value>, reverse: bool) -> PyResult<()> {
        sort::sort(this, vm, key, reverse)
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }
}

impl List {
    /// The index of the first item from `start` to `stop` that equals `value`. Comparisons may change the list.
    pub fn find(
        &self,
        vm: &mut Vm,
        value: Value,
        start: usize,
        stop: usize,
    ) -> PyResult<Option<usize>> {
        let mut index = start;
        while index < stop
            && let Some(item) = self.get(index)
        {
            if vm.eq(item, value)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }

    /// `list.sort(key=…, reverse=…)`
    pub fn sort(&self, vm: &mut Vm, key: Option<Value>, reverse: bool) -> PyResult<()> {
        sort::sort(crate::array::gc_of(self), vm, key, reverse)
    }
}

/// Fills the items up to `total` with copies of the first `len`.
fn repeat_items(vm: &mut Vm, array: Gc<Values>, len: usize, total: usize) {
    let mut filled = len;
    while filled < total {
        let more = filled.min(total - filled);
        Values::copy_within(array, vm, 0..more, filled);
        filled += more;
    }
}

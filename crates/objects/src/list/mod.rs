//! Lists: growable arrays.
//!
//! Invariant: `len <= items.cap()`, and items from `len` on are UNDEF. A list that is being sorted shows itself empty and
//! keeps its items elsewhere (see `sort`). The interpreter reads `items` and `len` directly.

pub(crate) mod compare;
mod iter;
mod methods;
pub(crate) mod show;
mod sort;
mod subscript;

pub use iter::{ListIterator, ListReverseIterator};

use crate::array::{Values, gc_of};
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::pytype;
use std::cell::Cell;
use std::ops::Range;

/// A list.
#[pytype(
    name = "list",
    shape = crate::shape::core::LIST,
    flags(BASETYPE, SEQUENCE, MATCH_SELF),
    signature = "(iterable=(), /)",
    extra("subscript"),
    doc = "Built-in mutable sequence.\n\nIf no argument is given, the constructor creates a new empty list.\nThe argument must be an iterable if specified."
)]
pub struct List {
    /// Where the items are.
    pub items: Field<Gc<Values>>,
    /// How many there are.
    pub len: Cell<usize>,
}

impl List {
    /// An empty list.
    pub fn new(vm: &mut Vm) -> PyResult<Gc<List>> {
        List::create(vm, Field::new(Values::empty()), Cell::new(0))
    }

    /// An empty list with room for `cap` items.
    pub fn with_capacity(vm: &mut Vm, cap: usize) -> PyResult<Gc<List>> {
        let items = if cap == 0 { Values::empty() } else { Values::alloc_roomy(vm, cap)? };
        List::create(vm, Field::new(items), Cell::new(0))
    }

    /// A list of `items`.
    pub fn from_slice(vm: &mut Vm, items: &[Value]) -> PyResult<Gc<List>> {
        if items.is_empty() {
            return Self::new(vm);
        }
        let array = Values::alloc_from(vm, items.len(), items)?;
        List::create(vm, Field::new(array), Cell::new(items.len()))
    }

    /// A list that takes over the first `len` items of `array`, which nobody else uses.
    pub fn from_array(vm: &mut Vm, array: Gc<Values>, len: usize) -> PyResult<Gc<List>> {
        let len = len.min(array.cap());
        List::create(vm, Field::new(array), Cell::new(len))
    }

    /// A list of the items `range` of `array`.
    pub fn from_range(vm: &mut Vm, array: Gc<Values>, range: Range<usize>) -> PyResult<Gc<List>> {
        if range.is_empty() {
            return Self::new(vm);
        }
        let len = range.len();
        let copy = Values::alloc_copy(vm, len, array, range)?;
        Self::from_array(vm, copy, len)
    }

    /// `list(iterable)`.
    pub fn from_iterable(vm: &mut Vm, iterable: Value) -> PyResult<Gc<List>> {
        let list = Self::new(vm)?;
        list.extend(vm, iterable)?;
        Ok(list)
    }

    /// Number of items.
    #[inline(always)]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.len.get()
    }

    /// The item at `index`.
    #[inline(always)]
    pub fn get(&self, index: usize) -> Option<Value> {
        if index < self.len.get() { Some(self.items.get().get(index)) } else { None }
    }

    /// A tuple of the items.
    pub fn to_tuple(&self, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let array = self.items.get();
        Tuple::from_cells(vm, array.cells().get(..self.len.get()).unwrap_or(&[]))
    }

    /// Replaces all items by the first `len` of `array`.
    pub fn replace_items(&self, vm: &mut Vm, array: Gc<Values>, len: usize) {
        self.items.set(gc_of(self), vm.heap(), array);
        self.len.set(len);
    }

    /// Replaces the item at `index`; false if there is none.
    #[inline]
    pub fn set(&self, vm: &mut Vm, index: usize, value: Value) -> bool {
        if index >= self.len.get() {
            return false;
        }
        Values::set(self.items.get(), vm, index, value);
        true
    }

    /// Appends an item.
    #[inline]
    pub fn push(&self, vm: &mut Vm, value: Value) -> PyResult<()> {
        let len = self.len.get();
        if len >= self.items.get().cap() {
            grow(self, vm, 1)?;
        }
        Values::set(self.items.get(), vm, len, value);
        self.len.set(len + 1);
        Ok(())
    }

    /// Appends items.
    pub fn extend_from_slice(&self, vm: &mut Vm, items: &[Value]) -> PyResult<()> {
        self.reserve(vm, items.len())?;
        let len = self.len.get();
        Values::write(self.items.get(), vm, len, items);
        self.len.set(len + items.len());
        Ok(())
    }

    /// Appends the items of an iterable.
    pub fn extend(&self, vm: &mut Vm, iterable: Value) -> PyResult<()> {
        if let Some(list) = iterable.exact::<List>() {
            let (array, len) = (list.items.get(), list.len());
            return self.splice(vm, self.len()..self.len(), array, 0..len);
        }
        if let Some(tuple) = iterable.exact::<Tuple>() {
            return self.extend_from_slice(vm, tuple.items());
        }
        let iterator = vm.iter(iterable)?;
        let hint = vm.length_hint(iterable, 8)?;
        // A hint that no list can reach may be wrong; any other that can't be served is a MemoryError.
        if self.len.get().checked_add(hint).is_some_and(|total| isize::try_from(total).is_ok()) {
            self.reserve(vm, hint)?;
        }
        while let Some(item) = vm.next(iterator)? {
            self.push(vm, item)?;
        }
        Ok(())
    }

    /// Inserts an item before `index`, at the end if `index` is beyond it.
    pub fn insert(&self, vm: &mut Vm, index: usize, value: Value) -> PyResult<()> {
        let len = self.len.get();
        let index = index.min(len);
        self.push(vm, value)?;
        let array = self.items.get();
        Values::copy_within(array, vm, index..len, index + 1);
        Values::set(array, vm, index, value);
        Ok(())
    }

    /// Removes and returns the last item.
    #[inline]
    pub fn pop(&self) -> Option<Value> {
        let last = self.len.get().checked_sub(1)?;
        let array = self.items.get();
        let value = array.get(last);
        array.clear(last..last + 1);
        self.len.set(last);
        Some(value)
    }

    /// Removes and returns the item at `index`.
    pub fn remove(&self, vm: &mut Vm, index: usize) -> Option<Value> {
        let value = self.get(index)?;
        let len = self.len.get();
        let array = self.items.get();
        Values::copy_within(array, vm, index + 1..len, index);
        array.clear(len - 1..len);
        self.len.set(len - 1);
        shrink(self, vm);
        Some(value)
    }

    /// Removes all items.
    pub fn clear(&self, vm: &mut Vm) {
        if self.items.get().cap() == 0 {
            return;
        }
        self.replace_items(vm, Values::empty(), 0);
    }

    /// Makes room for `more` items.
    pub fn reserve(&self, vm: &mut Vm, more: usize) -> PyResult<()> {
        if more <= self.items.get().cap() - self.len.get() { Ok(()) } else { grow(self, vm, more) }
    }

    /// Replaces the items `range` by those of `with`, which may be the list's own array.
    pub fn splice(
        &self,
        vm: &mut Vm,
        range: Range<usize>,
        with: Gc<Values>,
        from: Range<usize>,
    ) -> PyResult<()> {
        let len = self.len.get();
        let (start, end) = (range.start.min(len), range.end.min(len).max(range.start.min(len)));
        // The list's own items move below, so they are copied first.
        let (with, from) = if with == self.items.get() && start != len {
            let count = from.len();
            (Values::alloc_copy(vm, count, with, from)?, 0..count)
        } else {
            (with, from)
        };
        let (removed, added) = (end - start, from.len());
        if added > removed {
            self.reserve(vm, added - removed)?;
        }
        let array = self.items.get();
        if added != removed {
            Values::copy_within(array, vm, end..len, start + added);
        }
        Values::write_array(array, vm, start, with, from);
        let new_len = len - removed + added;
        if new_len < len {
            array.clear(new_len..len);
        }
        self.len.set(new_len);
        if new_len < len {
            shrink(self, vm);
        }
        Ok(())
    }
}

/// Moves the items into an array with room for at least `more` further ones.
#[cold]
#[inline(never)]
fn grow(this: &List, vm: &mut Vm, more: usize) -> PyResult<()> {
    let len = this.len.get();
    let Some(needed) = len.checked_add(more) else { return Err(vm.memory_error()) };
    // An eighth more than asked for makes appending linear, as in CPython.
    let cap =
        if len == 0 { needed } else { needed.saturating_add(needed >> 3).saturating_add(6) & !3 };
    let array = Values::alloc_roomy(vm, cap.min(crate::array::MAX_ITEMS).max(needed))?;
    Values::write_array(array, vm, 0, this.items.get(), 0..len);
    this.items.set(gc_of(this), vm.heap(), array);
    Ok(())
}

/// Gives memory back when most of the array is unused. Failure to get a smaller array is no failure.
fn shrink(this: &List, vm: &mut Vm) {
    let (len, cap) = (this.len.get(), this.items.get().cap());
    if len == 0 {
        return this.clear(vm);
    }
    if cap < 64 || len >= cap / 4 {
        return;
    }
    let raised = vm.take_raised();
    match Values::alloc_roomy(vm, len + (len >> 3)) {
        Ok(array) => {
            Values::write_array(array, vm, 0, this.items.get(), 0..len);
            this.items.set(gc_of(this), vm.heap(), array);
        }
        Err(_) => vm.clear_raised(),
    }
    if !raised.is_undef() {
        let _ = vm.restore_raised(raised);
    }
}

//! Iterating over a view of one dimension.

use super::MemoryView;
use heap::Gc;
use macros::{pymethods, pytype};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// `memory_iterator`
#[pytype(name = "memory_iterator", flags(NO_NEW))]
pub struct MemoryIterator {
    view: Gc<MemoryView>,
    at: Cell<usize>,
    done: Cell<bool>,
}

impl MemoryIterator {
    /// An iterator over `view`.
    pub fn over(vm: &mut Vm, view: Gc<MemoryView>) -> PyResult<Gc<MemoryIterator>> {
        MemoryIterator::create(vm, view, Cell::new(0), Cell::new(false))
    }
}

#[pymethods]
impl MemoryIterator {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let at = this.at.get();
        if this.done.get() || at >= this.view.layout.len {
            this.done.set(true);
            return Ok(None);
        }
        MemoryView::check(this.view, vm)?;
        this.at.set(at + 1);
        MemoryView::unpack_at(this.view, vm, this.view.layout.at(at)).map(Some)
    }
}

//! Building the `repr` of containers. Python code may run between the parts; the text is kept outside the heap.

use crate::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use prim::text::{Text, TextBuf};

/// A text under construction.
pub(crate) struct Show(TextBuf);

impl Show {
    /// Begins with `text`.
    pub(crate) fn new(vm: &mut Vm, text: &str) -> PyResult<Show> {
        let mut show = Show(TextBuf::new());
        show.push(vm, text)?;
        Ok(show)
    }

    /// Adds `text`.
    pub(crate) fn push(&mut self, vm: &mut Vm, text: &str) -> PyResult<()> {
        self.push_text(vm, text.as_ref())
    }

    fn push_text(&mut self, vm: &mut Vm, text: &Text) -> PyResult<()> {
        match self.0.try_push_text(text) {
            Ok(()) => Ok(()),
            Err(_) => Err(vm.memory_error()),
        }
    }

    /// Adds `repr(value)`.
    pub(crate) fn push_repr(&mut self, vm: &mut Vm, value: Value) -> PyResult<()> {
        let text = vm.repr(value)?;
        self.push_text(vm, text.text())
    }

    /// The string.
    pub(crate) fn finish(self, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::from_text(vm, &self.0)
    }
}

/// `open`, the items that `get` gives until there is none, separated by commas, `close`.
pub(crate) fn items(
    vm: &mut Vm,
    open: &str,
    close: &str,
    mut get: impl FnMut(usize) -> Option<Value>,
) -> PyResult<Show> {
    let mut show = Show::new(vm, open)?;
    let mut index = 0;
    while let Some(item) = get(index) {
        if index > 0 {
            show.push(vm, ", ")?;
        }
        show.push_repr(vm, item)?;
        index += 1;
    }
    show.push(vm, close)?;
    Ok(show)
}

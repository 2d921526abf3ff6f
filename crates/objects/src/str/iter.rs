//! The iterators over strings.

use super::Str;
use crate::iter::reduce;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// Iterates an ASCII string. The interpreter's loops may read the fields directly.
#[pytype(name = "str_ascii_iterator", shape = crate::shape::core::STR_ITERATOR, doc = "", flags(NO_NEW))]
pub struct StrAsciiIterator {
    /// The string; `None` once the iterator is exhausted.
    pub string: Field<Option<Gc<Str>>>,
    /// Index of the next character.
    pub index: Cell<usize>,
}

/// Iterates a string that isn't ASCII alone.
#[pytype(name = "str_iterator", doc = "", flags(NO_NEW))]
pub struct StrIterator {
    /// The string; `None` once the iterator is exhausted.
    string: Field<Option<Gc<Str>>>,
    /// Index of the next character.
    index: Cell<usize>,
    /// Its byte offset.
    offset: Cell<usize>,
}

impl StrAsciiIterator {
    /// An iterator at the start of `string`, which is ASCII.
    pub fn over(vm: &mut Vm, string: Gc<Str>) -> PyResult<Gc<StrAsciiIterator>> {
        StrAsciiIterator::create(vm, Field::new(Some(string)), Cell::new(0))
    }
}

impl StrIterator {
    /// An iterator at the start of `string`.
    pub fn over(vm: &mut Vm, string: Gc<Str>) -> PyResult<Gc<StrIterator>> {
        StrIterator::create(vm, Field::new(Some(string)), Cell::new(0), Cell::new(0))
    }
}

fn length_hint(string: Option<Gc<Str>>, index: usize) -> usize {
    string.map_or(0, |string| string.char_len().saturating_sub(index))
}

fn reduced(vm: &mut Vm, string: Option<Gc<Str>>, index: usize) -> PyResult<Gc<Tuple>> {
    match string {
        Some(string) => reduce::with_index(vm, "iter", string.into(), index as isize),
        None => reduce::with_argument(vm, "iter", Str::empty().into()),
    }
}

#[pymethods]
impl StrAsciiIterator {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Self>) -> Option<Value> {
        let string = this.string.get()?;
        let index = this.index.get();
        match string.as_bytes().get(index) {
            Some(byte) => {
                this.index.set(index + 1);
                Some(Str::latin1(*byte).into())
            }
            None => {
                this.string.init(None);
                None
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<Self>) -> usize {
        length_hint(this.string.get(), this.index.get())
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        reduced(vm, this.string.get(), this.index.get())
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = crate::convert::to_isize(vm, object)?;
        if let Some(string) = this.string.get() {
            this.index.set(usize::try_from(index).unwrap_or(0).min(string.char_len()));
        }
        Ok(())
    }
}

#[pymethods]
impl StrIterator {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let Some(string) = this.string.get() else { return Ok(None) };
        let offset = this.offset.get();
        match string.text().code_point_at_offset(offset) {
            Some(code_point) => {
                this.index.set(this.index.get() + 1);
                this.offset.set(offset + prim::text::encoded_len(code_point));
                Ok(Some(Str::from_code_point(vm, code_point)?.into()))
            }
            None => {
                this.string.init(None);
                Ok(None)
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(sig = "($self, /)")]
    fn __length_hint__(this: Gc<Self>) -> usize {
        length_hint(this.string.get(), this.index.get())
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        reduced(vm, this.string.get(), this.index.get())
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<()> {
        let index = crate::convert::to_isize(vm, object)?;
        if let Some(string) = this.string.get() {
            let index = usize::try_from(index).unwrap_or(0).min(string.char_len());
            this.index.set(index);
            this.offset.set(Str::byte_offset(string, vm, index));
        }
        Ok(())
    }
}

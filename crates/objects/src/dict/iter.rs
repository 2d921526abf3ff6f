//! Iterators over dicts: keys, values and items, forwards and backwards.

use super::Dict;
use crate::iter::reduce;
use crate::layout::Trace;
use crate::list::List;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc, Tracer};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// A position in a dict that notices when the dict is changed.
#[repr(C)]
pub struct Cursor {
    /// `None` once the iterator is exhausted.
    dict: Field<Option<Gc<Dict>>>,
    /// The dict's length when iteration began; `usize::MAX` once a change was noticed.
    used: Cell<usize>,
    at: Cell<usize>,
    /// How many entries are still expected.
    left: Cell<usize>,
}

impl Trace for Cursor {
    fn trace(&self, tracer: &mut Tracer) {
        self.dict.trace(tracer);
    }
}

/// Which way a cursor goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Forwards,
    Backwards,
}

impl Cursor {
    fn new(dict: Gc<Dict>, way: Way) -> Cursor {
        let at = if way == Way::Forwards { 0 } else { dict.end() };
        Cursor {
            dict: Field::new(Some(dict)),
            used: Cell::new(dict.len()),
            at: Cell::new(at),
            left: Cell::new(dict.len()),
        }
    }

    fn duplicate(&self) -> Cursor {
        Cursor {
            dict: Field::new(self.dict.get()),
            used: self.used.clone(),
            at: self.at.clone(),
            left: self.left.clone(),
        }
    }

    fn advance(&self, vm: &mut Vm, way: Way) -> PyResult<Option<(Value, Value)>> {
        let Some(dict) = self.dict.get() else { return Ok(None) };
        if self.used.get() != dict.len() {
            // A changed dict stays an error, even when its length comes back.
            self.used.set(usize::MAX);
            return Err(vm.runtime_error(format_args!("dictionary changed size during iteration")));
        }
        let mut at = self.at.get();
        let found = match way {
            Way::Forwards => dict.next_entry(&mut at),
            Way::Backwards => dict.previous_entry(&mut at),
        };
        let Some((key, value, _)) = found else {
            self.dict.init(None);
            return Ok(None);
        };
        if self.left.get() == 0 && way == Way::Forwards {
            self.dict.init(None);
            return Err(vm.runtime_error(format_args!("dictionary keys changed during iteration")));
        }
        self.at.set(at);
        self.left.set(self.left.get().saturating_sub(1));
        Ok(Some((key, value)))
    }

    fn length_hint(&self) -> usize {
        match self.dict.get() {
            Some(dict) if self.used.get() == dict.len() => self.left.get(),
            _ => 0,
        }
    }
}

fn key(_: &mut Vm, entry: (Value, Value)) -> PyResult<Value> {
    Ok(entry.0)
}
fn value(_: &mut Vm, entry: (Value, Value)) -> PyResult<Value> {
    Ok(entry.1)
}
fn item(vm: &mut Vm, entry: (Value, Value)) -> PyResult<Value> {
    Ok(Tuple::pair(vm, entry.0, entry.1)?.into())
}

macro_rules! iterators {
    ($($(#[$doc:meta])* $name:ident($($option:tt)*) $way:ident $part:ident;)*) => {$(
        $(#[$doc])*
        #[pytype($($option)*, doc = "", flags(NO_NEW))]
        pub struct $name {
            cursor: Cursor,
        }

        impl $name {
            /// An iterator at its start.
            pub fn over(vm: &mut Vm, dict: Gc<Dict>) -> PyResult<Gc<$name>> {
                $name::create(vm, Cursor::new(dict, Way::$way))
            }
        }

        #[pymethods]
        impl $name {
            #[slot(iter)]
            fn iter(this: Gc<$name>) -> Value {
                this.into()
            }

            #[slot(next)]
            fn next(this: Gc<$name>, vm: &mut Vm) -> PyResult<Option<Value>> {
                match this.cursor.advance(vm, Way::$way)? {
                    Some(entry) => $part(vm, entry).map(Some),
                    None => Ok(None),
                }
            }

            /// Private method returning an estimate of len(list(it)).
            #[method(sig = "($self, /)")]
            fn __length_hint__(this: Gc<$name>) -> usize {
                this.cursor.length_hint()
            }

            /// Return state information for pickling.
            #[method(sig = "($self, /)")]
            fn __reduce__(this: Gc<$name>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
                let rest = $name::create(vm, this.cursor.duplicate())?;
                let list = List::from_iterable(vm, rest.into())?;
                reduce::with_argument(vm, "iter", list.into())
            }
        }
    )*};
}

iterators! {
    /// Iterates the keys.
    DictKeyIterator(name = "dict_keyiterator", shape = crate::shape::core::DICT_KEY_ITERATOR) Forwards key;
    /// Iterates the values.
    DictValueIterator(name = "dict_valueiterator", shape = crate::shape::core::DICT_VALUE_ITERATOR) Forwards value;
    /// Iterates the items as tuples.
    DictItemIterator(name = "dict_itemiterator", shape = crate::shape::core::DICT_ITEM_ITERATOR) Forwards item;
    /// Iterates the keys from the newest to the oldest.
    DictReverseKeyIterator(name = "dict_reversekeyiterator") Backwards key;
    /// Iterates the values from the newest to the oldest.
    DictReverseValueIterator(name = "dict_reversevalueiterator") Backwards value;
    /// Iterates the items from the newest to the oldest.
    DictReverseItemIterator(name = "dict_reverseitemiterator") Backwards item;
}

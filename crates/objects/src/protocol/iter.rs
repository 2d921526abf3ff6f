//! Iteration.

use crate::list::List;
use crate::slots::NextFn;
use crate::tuple::Tuple;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

impl Vm {
    /// Whether `iter(v)` has a chance.
    pub fn is_iterable(&self, v: Value) -> bool {
        let ty = class_of(v);
        ty.slots().iter.is_some() || self.is_sequence(v)
    }

    /// Whether `v` has `__getitem__` and isn't a dict.
    pub fn is_sequence(&self, v: Value) -> bool {
        class_of(v).slots().getitem.is_some() && v.cast::<crate::dict::Dict>().is_none()
    }

    /// `iter(v)`
    pub fn iter(&mut self, v: Value) -> PyResult<Value> {
        let ty = class_of(v);
        if let Some(f) = ty.slots().iter {
            // A Python class, or one derived from it, may say `__iter__ = None`.
            let name = self.names().__iter__;
            let blocked =
                ty.def.is_none() && Type::lookup(ty, self, name).is_some_and(Value::is_none);
            if !blocked {
                let it = f(self, v)?;
                if class_of(it).slots().next.is_none() {
                    return Err(self.type_error(format_args!(
                        "iter() returned non-iterator of type '{}'",
                        class_name(it)
                    )));
                }
                return Ok(it);
            }
        } else if self.is_sequence(v) {
            return Ok(crate::iter::SequenceIterator::over(self, v)?.into());
        }
        Err(self.type_error(format_args!("'{}' object is not iterable", class_name(v))))
    }

    /// The function behind `next(it)`.
    pub fn next_fn(&mut self, it: Value) -> PyResult<NextFn> {
        match class_of(it).slots().next {
            Some(f) => Ok(f),
            None => {
                Err(self.type_error(format_args!("'{}' object is not an iterator", class_name(it))))
            }
        }
    }

    /// `next(it)`, `None` at the end.
    pub fn next(&mut self, it: Value) -> PyResult<Option<Value>> {
        self.next_fn(it)?(self, it)
    }

    /// The next item by `next`, a function of `it`'s class; at the end the iterator's own StopIteration is raised.
    pub fn next_or_stop(&mut self, it: Value, next: NextFn) -> PyResult<Value> {
        self.stop = Value::UNDEF;
        if let Some(v) = next(self, it)? {
            return Ok(v);
        }
        match std::mem::replace(&mut self.stop, Value::UNDEF).defined() {
            Some(stop) => Err(self.restore_raised(stop)),
            None => Err(self.stop_iteration(Value::UNDEF)),
        }
    }

    /// Calls `f` with every item of `iterable`.
    pub fn for_each(
        &mut self,
        iterable: Value,
        mut f: impl FnMut(&mut Vm, Value) -> PyResult<()>,
    ) -> PyResult<()> {
        if let Some(t) = iterable.exact::<Tuple>() {
            for item in t.items() {
                f(self, *item)?;
            }
            return Ok(());
        }
        if let Some(l) = iterable.exact::<List>() {
            let mut i = 0;
            while let Some(item) = l.get(i) {
                f(self, item)?;
                i += 1;
            }
            return Ok(());
        }
        let it = self.iter(iterable)?;
        while let Some(item) = self.next(it)? {
            f(self, item)?;
        }
        Ok(())
    }
}

/// `list(v)`, always a new list.
pub fn to_list(vm: &mut Vm, v: Value) -> PyResult<Gc<List>> {
    let list = List::new(vm)?;
    list.extend(vm, v)?;
    Ok(list)
}

/// `tuple(v)`
pub fn to_tuple(vm: &mut Vm, v: Value) -> PyResult<Gc<Tuple>> {
    if let Some(t) = v.exact::<Tuple>() {
        return Ok(t);
    }
    let list = to_list(vm, v)?;
    list.to_tuple(vm)
}

//! Subscription and containment.

use crate::str::Str;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

impl Vm {
    /// `o[key]`
    pub fn getitem(&mut self, o: Value, key: Value) -> PyResult<Value> {
        if let Some(f) = class_of(o).slots().getitem {
            return f(self, o, key);
        }
        if let Some(cls) = o.cast::<Type>() {
            return self.class_getitem(cls, key);
        }
        Err(self.type_error(format_args!("'{}' object is not subscriptable", class_name(o))))
    }

    fn class_getitem(&mut self, cls: Gc<Type>, key: Value) -> PyResult<Value> {
        // `type[int]` is the one generic alias that no method makes.
        if cls == crate::types::core::TYPE().object() {
            return (self.hooks.generic_alias)(self, cls.into(), key);
        }
        let name = self.names().__class_getitem__;
        match self.getattr_opt(cls.into(), name)? {
            Some(f) if !f.is_none() => self.call(f, &[key]),
            _ => {
                Err(self
                    .type_error(format_args!("type '{}' is not subscriptable", cls.display_name())))
            }
        }
    }

    /// `o[key] = value`
    pub fn setitem(&mut self, o: Value, key: Value, value: Value) -> PyResult<()> {
        match class_of(o).slots().setitem {
            Some(f) => f(self, o, key, Some(value)),
            None => Err(self.type_error(format_args!(
                "'{}' object does not support item assignment",
                class_name(o)
            ))),
        }
    }

    /// `del o[key]`
    pub fn delitem(&mut self, o: Value, key: Value) -> PyResult<()> {
        match class_of(o).slots().setitem {
            Some(f) => f(self, o, key, None),
            None => Err(self.type_error(format_args!(
                "'{}' object does not support item deletion",
                class_name(o)
            ))),
        }
    }

    /// `v in o`
    pub fn contains(&mut self, o: Value, v: Value) -> PyResult<bool> {
        match class_of(o).slots().contains {
            Some(f) => f(self, o, v),
            None => self.iter_contains(o, v),
        }
    }

    /// `v in o` by iteration.
    pub fn iter_contains(&mut self, o: Value, v: Value) -> PyResult<bool> {
        if !self.is_iterable(o) {
            return Err(self.type_error(format_args!(
                "argument of type '{}' is not a container or iterable",
                class_name(o)
            )));
        }
        let it = self.iter(o)?;
        while let Some(item) = self.next(it)? {
            if self.eq(item, v)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// `len(o)`
    pub fn len(&mut self, o: Value) -> PyResult<usize> {
        match class_of(o).slots().len {
            Some(f) => f(self, o),
            None => {
                Err(self
                    .type_error(format_args!("object of type '{}' has no len()", class_name(o))))
            }
        }
    }

    /// `operator.length_hint(o, default)`
    pub fn length_hint(&mut self, o: Value, default: usize) -> PyResult<usize> {
        if let Some(f) = class_of(o).slots().len {
            match f(self, o) {
                Ok(n) => return Ok(n),
                Err(r) if !self.raised_matches(&crate::exceptions::TYPE_ERROR) => return Err(r),
                Err(_) => self.clear_raised(),
            }
        }
        let name: Gc<Str> = self.names().__length_hint__;
        let hint = match self.call_special(o, name, &[]) {
            Ok(Some(h)) => h,
            Ok(None) => return Ok(default),
            Err(r) if !self.raised_matches(&crate::exceptions::TYPE_ERROR) => return Err(r),
            Err(_) => {
                self.clear_raised();
                return Ok(default);
            }
        };
        if crate::singletons::is_not_implemented(hint) {
            return Ok(default);
        }
        if crate::int::plain(self, hint)?.is_none() {
            return Err(self.type_error(format_args!(
                "__length_hint__ must be an integer, not {}",
                class_name(hint)
            )));
        }
        let n = self.index_isize(hint, &crate::exceptions::OVERFLOW_ERROR)?;
        usize::try_from(n)
            .map_err(|_| self.value_error(format_args!("__length_hint__() should return >= 0")))
    }
}

//! Attribute access.

use crate::attrs;
use crate::exceptions;
use crate::str::Str;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// What an inline cache may remember of an attribute look-up.
#[derive(Clone, Copy, Debug)]
pub enum AttrCache {
    /// Nothing.
    None,
    /// Inline slot at this byte offset of objects of this shape.
    Inline {
        /// The shape's id.
        shape: u32,
        /// Bytes from the object's start.
        offset: u32,
    },
    /// Slot number of objects of this shape, in their `Attrs`.
    OutOfLine {
        /// The shape's id.
        shape: u32,
        /// Number of the slot.
        slot: u32,
    },
    /// A value found on the class, for objects of this shape: a method to be bound when `bind`, else a plain value.
    Class {
        /// The shape's id.
        shape: u32,
        /// What the class has.
        value: Value,
        /// It is a function that becomes a method.
        bind: bool,
    },
}

impl Vm {
    /// `o.name` (interned)
    pub fn getattr(&mut self, o: Value, name: Gc<Str>) -> PyResult<Value> {
        match class_of(o).slots().getattr {
            Some(f) => f(self, o, name),
            None => attrs::generic_getattr(self, o, name),
        }
    }

    /// `getattr(o, name, None)` with `None` for a missing attribute; other exceptions go on.
    pub fn getattr_opt(&mut self, o: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        if class_of(o).reads_plainly() {
            match attrs::generic_getattr_opt(self, o, name) {
                Ok(v) => return Ok(v),
                Err(r) => return self.missing_as_none(r),
            }
        }
        match self.getattr(o, name) {
            Ok(v) => Ok(Some(v)),
            Err(r) => self.missing_as_none(r),
        }
    }

    fn missing_as_none(&mut self, r: crate::vm::Raised) -> PyResult<Option<Value>> {
        if self.raised_matches(&exceptions::ATTRIBUTE_ERROR) {
            self.clear_raised();
            return Ok(None);
        }
        Err(r)
    }

    /// `o.name`, with the name as text.
    pub fn getattr_str(&mut self, o: Value, name: &str) -> PyResult<Value> {
        let name = self.intern(name)?;
        self.getattr(o, name)
    }

    /// `o.name = value` (interned name)
    pub fn setattr(&mut self, o: Value, name: Gc<Str>, value: Value) -> PyResult<()> {
        self.set_or_del(o, name, Some(value))
    }

    /// `del o.name` (interned name)
    pub fn delattr(&mut self, o: Value, name: Gc<Str>) -> PyResult<()> {
        self.set_or_del(o, name, None)
    }

    fn set_or_del(&mut self, o: Value, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
        match class_of(o).slots().setattr {
            Some(f) => f(self, o, name, value),
            None => Err(self.type_error(format_args!(
                "'{}' object has no attributes ({} .{})",
                class_name(o),
                if value.is_some() { "assign to" } else { "del" },
                name.text()
            ))),
        }
    }

    /// The special method `name` as found on the class of `v` and bound to it.
    pub fn lookup_special(&mut self, v: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
        let ty = class_of(v);
        let Some(d) = Type::lookup(ty, self, name) else { return Ok(None) };
        match class_of(d).slots().descr_get {
            Some(get) => get(self, d, v, ty.into()).map(Some),
            None => Ok(Some(d)),
        }
    }

    /// Calls the special method `name` of the class of `v`; `None` if there is none. A plain method isn't bound first.
    pub fn call_special(
        &mut self,
        v: Value,
        name: Gc<Str>,
        args: &[Value],
    ) -> PyResult<Option<Value>> {
        let ty = class_of(v);
        let Some(d) = Type::lookup(ty, self, name) else { return Ok(None) };
        let td = class_of(d);
        if td.has(crate::def::TypeFlags::METHOD_DESCRIPTOR) {
            return self.call_prepended(d, v, args, Value::UNDEF).map(Some);
        }
        let f = match td.slots().descr_get {
            Some(get) => get(self, d, v, ty.into())?,
            None => d,
        };
        self.call(f, args).map(Some)
    }
}

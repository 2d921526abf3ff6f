//! Conversions to text.

use crate::str::Str;
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

impl Vm {
    /// `repr(v)`
    pub fn repr(&mut self, v: Value) -> PyResult<Gc<Str>> {
        self.check_native_stack(" while getting the repr of an object")?;
        let Some(f) = class_of(v).slots().repr else {
            return crate::object::default_repr(self, v);
        };
        let r = f(self, v)?;
        match r.cast::<Str>() {
            Some(s) => Ok(s),
            None => Err(self
                .type_error(format_args!("__repr__ returned non-string (type {})", class_name(r)))),
        }
    }

    /// `ascii(v)`
    pub fn ascii(&mut self, v: Value) -> PyResult<Gc<Str>> {
        let s = self.repr(v)?;
        if s.is_ascii() {
            return Ok(s);
        }
        let mut out = String::new();
        for c in s.text().code_points() {
            match c {
                0..0x80 => out.push(c as u8 as char),
                0x80..0x100 => out.push_str(&format!("\\x{c:02x}")),
                0x100..0x1_0000 => out.push_str(&format!("\\u{c:04x}")),
                _ => out.push_str(&format!("\\U{c:08x}")),
            }
        }
        Str::new(self, &out)
    }

    /// `str(v)`
    pub fn str_of(&mut self, v: Value) -> PyResult<Gc<Str>> {
        if let Some(s) = v.exact::<Str>() {
            return Ok(s);
        }
        let Some(f) = class_of(v).slots().str else { return self.repr(v) };
        self.check_native_stack(" while getting the str of an object")?;
        let r = f(self, v)?;
        match r.cast::<Str>() {
            Some(s) => Ok(s),
            None => Err(self
                .type_error(format_args!("__str__ returned non-string (type {})", class_name(r)))),
        }
    }

    /// `repr(v)` for a message: never fails, at worst names the class.
    pub fn repr_for_message(&mut self, v: Value) -> String {
        let pending = self.take_raised();
        let text = match self.repr(v) {
            Ok(s) => s.text().to_string(),
            Err(_) => {
                self.clear_raised();
                format!("<{} object>", class_name(v))
            }
        };
        self.raised = pending;
        text
    }

    /// Marks `v` as being shown; `Ok(false)` if it is already (a container inside itself). Undone by [`Vm::leave_repr`].
    pub fn enter_repr(&mut self, v: Value) -> PyResult<bool> {
        if self.repr_active.as_slice().contains(&v) {
            return Ok(false);
        }
        let pushed = self.repr_active.push(v);
        self.grow(pushed)?;
        Ok(true)
    }

    /// The showing of the value entered last is over.
    pub fn leave_repr(&mut self) {
        self.repr_active.pop();
    }
}

//! Calls.

use crate::code::Function;
use crate::str::Str;
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// Arguments up to this number are put together on the native stack.
const SMALL: usize = 8;

impl Vm {
    /// `f(*args)`
    #[inline]
    pub fn call(&mut self, f: Value, args: &[Value]) -> PyResult<Value> {
        self.call_kw(f, args, Value::UNDEF)
    }

    /// `f(*args)` where the last values belong to the keywords named in `kwnames` (a tuple, or UNDEF).
    pub fn call_kw(&mut self, f: Value, args: &[Value], kwnames: Value) -> PyResult<Value> {
        if let Some(function) = f.exact::<Function>() {
            return (self.hooks.call_function)(self, function, args, kwnames);
        }
        match class_of(f).slots().call {
            Some(call) => {
                self.check_native_stack("")?;
                call(self, f, args, kwnames)
            }
            None => {
                Err(self.type_error(format_args!("'{}' object is not callable", class_name(f))))
            }
        }
    }

    /// `f(first, *args)`
    pub fn call_prepended(
        &mut self,
        f: Value,
        first: Value,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Value> {
        if args.len() < SMALL {
            let mut all = [Value::UNDEF; SMALL];
            all[0] = first;
            all[1..=args.len()].copy_from_slice(args);
            return self.call_kw(f, &all[..=args.len()], kwnames);
        }
        let mut all = self.root_vec()?;
        let pushed = all.push(first).and_then(|()| all.extend_from_slice(args));
        self.grow(pushed)?;
        self.call_kw(f, all.as_slice(), kwnames)
    }

    /// `o.name(*args)` (interned name), without making a bound method where the class has a plain one.
    pub fn call_method(&mut self, o: Value, name: Gc<Str>, args: &[Value]) -> PyResult<Value> {
        let f = self.getattr(o, name)?;
        self.call(f, args)
    }

    /// `callable(v)`
    pub fn is_callable(&self, v: Value) -> bool {
        class_of(v).slots().call.is_some()
    }
}

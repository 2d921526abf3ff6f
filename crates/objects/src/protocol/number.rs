//! Unary operators and conversions to numbers.

use crate::def::TypeDef;
use crate::exceptions;
use crate::slots::{Slots, UnaryFn};
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};

impl Vm {
    fn unary(
        &mut self,
        v: Value,
        pick: fn(&Slots) -> Option<UnaryFn>,
        symbol: &str,
    ) -> PyResult<Value> {
        match pick(class_of(v).slots()) {
            Some(f) => f(self, v),
            None => {
                Err(self
                    .type_error(format_args!("bad operand type for {symbol}: '{}'", class_name(v))))
            }
        }
    }

    /// `-v`
    pub fn neg(&mut self, v: Value) -> PyResult<Value> {
        self.unary(v, |s| s.neg, "unary -")
    }
    /// `+v`
    pub fn pos(&mut self, v: Value) -> PyResult<Value> {
        self.unary(v, |s| s.pos, "unary +")
    }
    /// `~v`
    pub fn invert(&mut self, v: Value) -> PyResult<Value> {
        self.unary(v, |s| s.invert, "unary ~")
    }
    /// `abs(v)`
    pub fn abs(&mut self, v: Value) -> PyResult<Value> {
        self.unary(v, |s| s.abs, "abs()")
    }

    /// `bool(v)`
    #[inline]
    pub fn truthy(&mut self, v: Value) -> PyResult<bool> {
        match v {
            Value::TRUE => Ok(true),
            Value::FALSE | Value::NONE | Value::ZERO => Ok(false),
            _ => self.truthy_slow(v),
        }
    }

    fn truthy_slow(&mut self, v: Value) -> PyResult<bool> {
        let ty = class_of(v);
        if let Some(f) = ty.slots().bool {
            return f(self, v);
        }
        match ty.slots().len {
            Some(f) => Ok(f(self, v)? != 0),
            None => Ok(true),
        }
    }

    /// `operator.index(v)`: an int (of exactly that type, or a bool's or subclass's value).
    pub fn index(&mut self, v: Value) -> PyResult<Value> {
        if v.is_small_int() {
            return Ok(v);
        }
        if let Some(i) = crate::int::plain(self, v)? {
            return Ok(i);
        }
        let Some(f) = class_of(v).slots().index else {
            return Err(self.type_error(format_args!(
                "'{}' object cannot be interpreted as an integer",
                class_name(v)
            )));
        };
        let r = f(self, v)?;
        match crate::int::plain(self, r)? {
            Some(i) => {
                if !crate::int::is_exact(r) {
                    crate::int::warn_subclass_result(self, "__index__", r)?;
                }
                Ok(i)
            }
            None => Err(self
                .type_error(format_args!("__index__ returned non-int (type {})", class_name(r)))),
        }
    }

    /// `operator.index(v)` as a machine word; raises `overflow` when it doesn't fit.
    pub fn index_isize(&mut self, v: Value, overflow: &'static TypeDef) -> PyResult<isize> {
        if let Some(i) = v.as_small_int() {
            return Ok(i as isize);
        }
        let i = self.index(v)?;
        match crate::int::to_i64(i) {
            Some(i) => Ok(i as isize),
            None => {
                let text = class_name(v).to_string();
                Err(self.raise(
                    overflow,
                    format_args!("cannot fit '{text}' into an index-sized integer"),
                ))
            }
        }
    }

    /// An index of a slice bound: clipped instead of overflowing.
    pub fn index_clipped(&mut self, v: Value) -> PyResult<isize> {
        if let Some(i) = v.as_small_int() {
            return Ok(i as isize);
        }
        let i = self.index(v)?;
        Ok(crate::int::to_i64(i).unwrap_or(if crate::int::is_negative(i) {
            i64::MIN
        } else {
            i64::MAX
        }) as isize)
    }

    /// `float(v)` for numbers: `__float__`, then `__index__`.
    pub fn float_value(&mut self, v: Value) -> PyResult<f64> {
        if let Some(f) = crate::float::value(v) {
            return Ok(f);
        }
        let ty = class_of(v);
        if let Some(f) = ty.slots().float {
            let r = f(self, v)?;
            return match crate::float::value(r) {
                Some(x) => {
                    if !crate::float::is_exact(r) {
                        crate::float::warn_subclass_result(self, v, r)?;
                    }
                    Ok(x)
                }
                None => Err(self.type_error(format_args!(
                    "{}.__float__() must return a float, not {}",
                    ty.display_name(),
                    class_name(r)
                ))),
            };
        }
        if ty.slots().index.is_some() {
            let i = self.index(v)?;
            return crate::int::to_f64(self, i);
        }
        Err(self.type_error(format_args!("must be real number, not {}", class_name(v))))
    }

    /// `hash(v)`
    pub fn hash(&mut self, v: Value) -> PyResult<i64> {
        match class_of(v).slots().hash {
            Some(f) => f(self, v),
            None => Err(self.type_error(format_args!("unhashable type: '{}'", class_name(v)))),
        }
    }

    /// Whether index errors of `v` should be IndexError or, for huge ints, IndexError too.
    pub fn index_for_item(&mut self, v: Value) -> PyResult<isize> {
        self.index_isize(v, &exceptions::INDEX_ERROR)
    }
}

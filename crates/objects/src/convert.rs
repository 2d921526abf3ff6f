//! Conversions between Rust and Python values at the border of native functions.
//!
//! [`FromArg`] reads an argument, with CPython's messages for one of the wrong type; [`IntoPy`] makes a value of a result.

use crate::layout::Object;
use crate::str::Str;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use crate::{exceptions, int};
use heap::Gc;
use std::fmt;

/// Which argument is being converted, for messages.
#[derive(Clone, Copy, Debug)]
pub struct ArgCx {
    /// The function, without parentheses.
    pub func: &'static str,
    /// The parameter's name; empty when it can't be passed by name.
    pub name: &'static str,
    /// Its number from 1 on; 0 when the function has only this one.
    pub index: usize,
}

impl fmt::Display for ArgCx {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.name, self.index) {
            ("", 0) => write!(f, "{}() argument", self.func),
            ("", index) => write!(f, "{}() argument {index}", self.func),
            (name, _) => write!(f, "{}() argument '{name}'", self.func),
        }
    }
}

impl ArgCx {
    /// `func() argument 1 must be {expected}, not {class}`
    #[cold]
    pub fn must_be(self, vm: &mut Vm, expected: &str, given: Value) -> Raised {
        let class = class_name(given);
        match given.is_none() {
            true => vm.type_error(format_args!("{self} must be {expected}, not None")),
            false => vm.type_error(format_args!("{self} must be {expected}, not {class}")),
        }
    }
}

/// A type that arguments can be converted to.
pub trait FromArg: Sized {
    /// Converts `value`.
    fn from_arg(vm: &mut Vm, value: Value, cx: ArgCx) -> PyResult<Self>;

    /// The conversion of a value of the usual kind, for which no message can be needed.
    #[inline(always)]
    fn quick(_: Value) -> Option<Self> {
        None
    }
}

impl FromArg for Value {
    #[inline(always)]
    fn from_arg(_: &mut Vm, value: Value, _: ArgCx) -> PyResult<Value> {
        Ok(value)
    }
    #[inline(always)]
    fn quick(value: Value) -> Option<Value> {
        Some(value)
    }
}

/// An instance of the type or of a subclass.
impl<T: Object> FromArg for Gc<T> {
    #[inline]
    fn from_arg(vm: &mut Vm, value: Value, cx: ArgCx) -> PyResult<Gc<T>> {
        match value.cast::<T>() {
            Some(v) => Ok(v),
            None => Err(cx.must_be(vm, T::def().name, value)),
        }
    }
    #[inline(always)]
    fn quick(value: Value) -> Option<Gc<T>> {
        value.exact()
    }
}

/// Anything has a truth value.
impl FromArg for bool {
    #[inline]
    fn from_arg(vm: &mut Vm, value: Value, _: ArgCx) -> PyResult<bool> {
        vm.truthy(value)
    }
}

/// What `float()` takes, strings aside.
impl FromArg for f64 {
    #[inline]
    fn from_arg(vm: &mut Vm, value: Value, _: ArgCx) -> PyResult<f64> {
        vm.float_value(value)
    }
    #[inline(always)]
    fn quick(value: Value) -> Option<f64> {
        value.as_small_float()
    }
}

/// A `str` as Rust text; lone surrogates can't be had so.
impl FromArg for String {
    fn from_arg(vm: &mut Vm, value: Value, cx: ArgCx) -> PyResult<String> {
        let Some(s) = value.cast::<Str>() else { return Err(cx.must_be(vm, "str", value)) };
        match s.text().as_str() {
            Some(text) => Ok(text.to_owned()),
            None => Err(exceptions::unicode::surrogates_not_allowed(vm, "utf-8", s)),
        }
    }
}

/// An int argument (or something with `__index__`) as `i64`; `type_name` is that of C, for the OverflowError.
fn integer(vm: &mut Vm, value: Value, type_name: &str) -> PyResult<i64> {
    if let Some(i) = value.as_small_int() {
        return Ok(i);
    }
    let exact = vm.index(value)?;
    match int::to_i64(exact) {
        Some(i) => Ok(i),
        None => {
            Err(vm.overflow_error(format_args!("Python int too large to convert to C {type_name}")))
        }
    }
}

/// As CPython's `n` format: an index-sized int.
pub fn to_isize(vm: &mut Vm, value: Value) -> PyResult<isize> {
    Ok(integer(vm, value, "ssize_t")? as isize)
}

macro_rules! signed {
    ($($ty:ty, $c:literal, $what:literal;)*) => {$(
        impl FromArg for $ty {
            fn from_arg(vm: &mut Vm, value: Value, _: ArgCx) -> PyResult<$ty> {
                let i = integer(vm, value, $c)?;
                match <$ty>::try_from(i) {
                    Ok(i) => Ok(i),
                    Err(_) => {
                        let end = if i < 0 { "less than minimum" } else { "greater than maximum" };
                        Err(vm.overflow_error(format_args!(concat!($what, " is {}"), end)))
                    }
                }
            }
            #[inline(always)]
            fn quick(value: Value) -> Option<$ty> {
                value.as_small_int().and_then(|i| i.try_into().ok())
            }
        }
    )*};
}
signed! {
    i64, "long", "signed long integer";
    i32, "int", "signed integer";
    i16, "short", "signed short integer";
    i8, "char", "signed char";
    u8, "unsigned char", "unsigned byte integer";
    u16, "unsigned short", "unsigned short integer";
}

impl FromArg for isize {
    #[inline]
    fn from_arg(vm: &mut Vm, value: Value, _: ArgCx) -> PyResult<isize> {
        to_isize(vm, value)
    }
    #[inline(always)]
    fn quick(value: Value) -> Option<isize> {
        value.as_small_int().map(|i| i as isize)
    }
}

macro_rules! unsigned {
    ($($ty:ty, $c:literal;)*) => {$(
        impl FromArg for $ty {
            fn from_arg(vm: &mut Vm, value: Value, _: ArgCx) -> PyResult<$ty> {
                let exact = vm.index(value)?;
                if int::is_negative(exact) {
                    return Err(vm.value_error(format_args!("value must be positive")));
                }
                match int::to_u64(exact).and_then(|i| <$ty>::try_from(i).ok()) {
                    Some(i) => Ok(i),
                    None => Err(vm.overflow_error(format_args!(concat!("Python int too large to convert to C ", $c)))),
                }
            }
            #[inline(always)]
            fn quick(value: Value) -> Option<$ty> {
                value.as_small_int().and_then(|i| i.try_into().ok())
            }
        }
    )*};
}
unsigned! {
    u64, "unsigned long";
    u32, "unsigned int";
    usize, "size_t";
}

/// Python's `None`, or something else.
impl<T: FromArg> FromArg for Option<T> {
    #[inline]
    fn from_arg(vm: &mut Vm, value: Value, cx: ArgCx) -> PyResult<Option<T>> {
        if value.is_none() { Ok(None) } else { T::from_arg(vm, value, cx).map(Some) }
    }
}

/// A type whose values can become Python values.
pub trait IntoPy {
    /// The Python value.
    fn into_py(self, vm: &mut Vm) -> PyResult<Value>;
}

impl IntoPy for Value {
    #[inline(always)]
    fn into_py(self, _: &mut Vm) -> PyResult<Value> {
        Ok(self)
    }
}

impl<T> IntoPy for Gc<T> {
    #[inline(always)]
    fn into_py(self, _: &mut Vm) -> PyResult<Value> {
        Ok(self.into())
    }
}

impl IntoPy for () {
    #[inline(always)]
    fn into_py(self, _: &mut Vm) -> PyResult<Value> {
        Ok(Value::NONE)
    }
}

impl IntoPy for bool {
    #[inline(always)]
    fn into_py(self, _: &mut Vm) -> PyResult<Value> {
        Ok(self.into())
    }
}

impl IntoPy for f64 {
    #[inline]
    fn into_py(self, vm: &mut Vm) -> PyResult<Value> {
        crate::float::from_f64(vm, self)
    }
}

impl IntoPy for &str {
    fn into_py(self, vm: &mut Vm) -> PyResult<Value> {
        Ok(Str::new(vm, self)?.into())
    }
}

impl IntoPy for String {
    fn into_py(self, vm: &mut Vm) -> PyResult<Value> {
        Ok(Str::new(vm, &self)?.into())
    }
}

impl IntoPy for prim::text::TextBuf {
    fn into_py(self, vm: &mut Vm) -> PyResult<Value> {
        Ok(Str::from_buf(vm, self)?.into())
    }
}

macro_rules! int_into_py {
    ($($ty:ty => $make:ident as $as:ty;)*) => {$(
        impl IntoPy for $ty {
            #[inline]
            fn into_py(self, vm: &mut Vm) -> PyResult<Value> {
                int::$make(vm, self as $as)
            }
        }
    )*};
}
int_into_py! {
    i8 => from_i64 as i64;
    i16 => from_i64 as i64;
    i32 => from_i64 as i64;
    i64 => from_i64 as i64;
    isize => from_i64 as i64;
    u8 => from_i64 as i64;
    u16 => from_i64 as i64;
    u32 => from_i64 as i64;
    u64 => from_u64 as u64;
    usize => from_u64 as u64;
    i128 => from_i128 as i128;
}

/// `None` becomes Python's.
impl<T: IntoPy> IntoPy for Option<T> {
    #[inline]
    fn into_py(self, vm: &mut Vm) -> PyResult<Value> {
        match self {
            Some(v) => v.into_py(vm),
            None => Ok(Value::NONE),
        }
    }
}

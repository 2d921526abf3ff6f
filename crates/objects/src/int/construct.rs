//! Making ints from numbers and texts: `int(x)`, `int(x, base)`, and the errors of big integers.

use super::{Int, from_bigint, from_i64, is_exact, plain, value_of};
use crate::bytearray::ByteArray;
use crate::bytes::{self, Bytes};
use crate::exceptions;
use crate::str::Str;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use macros::pymethods;
use prim::bigint::{BigInt, IntError};
use prim::intparse::{self, ParseIntError, ParsedInt};

/// Raises what operations on big integers report.
#[cold]
#[inline(never)]
pub fn raise(vm: &mut Vm, error: IntError) -> Raised {
    match error {
        IntError::NoMemory => vm.memory_error(),
        IntError::TooLarge => vm.overflow_error(format_args!("{error}")),
        IntError::DivisionByZero => {
            vm.raise(&exceptions::ZERO_DIVISION_ERROR, format_args!("{error}"))
        }
        IntError::NegativeShift
        | IntError::NegativeExponent
        | IntError::NotInvertible
        | IntError::NegativeRoot => vm.value_error(format_args!("{error}")),
    }
}

/// `int(f)`: the fraction is dropped.
pub fn from_f64(vm: &mut Vm, f: f64) -> PyResult<Value> {
    // All floats of smaller magnitude fit.
    if f.abs() < 9_223_372_036_854_775_808.0 {
        return from_i64(vm, f as i64);
    }
    match BigInt::from_f64(f) {
        Some(i) => from_bigint(vm, &i),
        None if f.is_nan() => {
            Err(vm.value_error(format_args!("cannot convert float NaN to integer")))
        }
        None => Err(vm.overflow_error(format_args!("cannot convert float infinity to integer"))),
    }
}

/// `int(v)` of anything that isn't an instance of a subclass asked for: an exact int.
pub fn from_number(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if is_exact(v) {
        return Ok(v);
    }
    if let Some(f) = class_of(v).slots().int {
        let result = f(vm, v)?;
        if is_exact(result) {
            return Ok(result);
        }
        let Some(value) = plain(vm, result)? else {
            return Err(vm.type_error(format_args!(
                "__int__ returned non-int (type {})",
                class_name(result)
            )));
        };
        super::warn_subclass_result(vm, "__int__", result)?;
        return Ok(value);
    }
    if class_of(v).slots().index.is_some() {
        return vm.index(v);
    }
    if let Some(text) = v.cast::<Str>() {
        return from_text(vm, text, 10);
    }
    if let Some(view) = bytes::buffer_of(vm, v)? {
        // Of bytes and bytearrays the message shows the bytes, of others the object.
        let shown = v.cast::<Bytes>().is_none() && v.cast::<ByteArray>().is_none();
        return from_bytes(vm, v, view.bytes(), 10, shown);
    }
    Err(vm.type_error(format_args!(
        "int() argument must be a string, a bytes-like object or a real number, not '{}'",
        class_name(v)
    )))
}

/// `int(text, base)`
pub fn from_text(vm: &mut Vm, text: Gc<Str>, base: u32) -> PyResult<Value> {
    let digits = intparse::to_ascii_number(text.text());
    let limit = vm.rt().int_max_str_digits;
    match intparse::parse_int(&digits, base, limit) {
        Ok(parsed) => from_parsed(vm, parsed),
        Err(error) => Err(not_a_number(vm, text.into(), base, error)),
    }
}

/// `int(bytes, base)` where the bytes are those of `v`.
fn from_bytes(
    vm: &mut Vm,
    v: Value,
    bytes: &[u8],
    base: u32,
    show_object: bool,
) -> PyResult<Value> {
    let limit = vm.rt().int_max_str_digits;
    match intparse::parse_int(bytes, base, limit) {
        Ok(parsed) => from_parsed(vm, parsed),
        Err(error) => {
            let shown = if show_object { v } else { Bytes::new(vm, bytes)?.into() };
            Err(not_a_number(vm, shown, base, error))
        }
    }
}

fn from_parsed(vm: &mut Vm, parsed: ParsedInt) -> PyResult<Value> {
    match parsed {
        ParsedInt::Small(i) => from_i64(vm, i),
        ParsedInt::Big(i) => from_bigint(vm, &i),
    }
}

#[cold]
fn not_a_number(vm: &mut Vm, v: Value, base: u32, error: ParseIntError) -> Raised {
    match error {
        ParseIntError::NoMemory => vm.memory_error(),
        ParseIntError::Invalid => match vm.repr(v) {
            Ok(shown) => {
                let shown = shown.text().slice(0..200);
                vm.value_error(format_args!("invalid literal for int() with base {base}: {shown}"))
            }
            Err(raised) => raised,
        },
        ParseIntError::BadBase | ParseIntError::TooManyDigits { .. } => {
            vm.value_error(format_args!("{error}"))
        }
    }
}

/// `int(x, base)`
fn with_base(vm: &mut Vm, x: Option<Value>, base: Value) -> PyResult<Value> {
    let Some(x) = x else {
        return Err(vm.type_error(format_args!("int() missing string argument")));
    };
    let base = match u32::try_from(vm.index_clipped(base)?) {
        Ok(base) if base != 1 && base <= 36 => base,
        _ => return Err(vm.value_error(format_args!("{}", ParseIntError::BadBase))),
    };
    if let Some(text) = x.cast::<Str>() {
        return from_text(vm, text, base);
    }
    if x.cast::<Bytes>().is_some() || x.cast::<ByteArray>().is_some() {
        let view = bytes::buffer(vm, x)?;
        return from_bytes(vm, x, view.bytes(), base, false);
    }
    Err(vm.type_error(format_args!("int() can't convert non-string with explicit base")))
}

#[pymethods(extra = "construct")]
impl Int {
    #[slot(new, sig = "(x=0, /, base=10)")]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        x: Option<Value>,
        base: Option<Value>,
    ) -> PyResult<Value> {
        let value = match (x, base) {
            (x, Some(base)) => with_base(vm, x, base)?,
            (Some(x), None) => from_number(vm, x)?,
            (None, None) => Value::ZERO,
        };
        if cls == crate::types::core::INT().object() {
            return Ok(value);
        }
        let value = value_of(vm, value)?;
        Ok(super::new_as(vm, cls, value)?.into())
    }
}

//! Making floats from numbers and texts: `float(x)`.

use super::{Float, from_f64, is_exact, new_as, value};
use crate::bytes;
use crate::str::Str;
use crate::types::{Type, class_name, class_of, core};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use macros::pymethods;
use prim::intparse;

/// `float(text)`
pub fn from_text(vm: &mut Vm, text: Gc<Str>) -> PyResult<f64> {
    let ascii = intparse::to_ascii_number(text.text());
    match prim::float::parse(&ascii) {
        Some(f) => Ok(f),
        None => Err(not_a_float(vm, text.into())),
    }
}

#[cold]
fn not_a_float(vm: &mut Vm, v: Value) -> Raised {
    match vm.repr(v) {
        Ok(shown) => {
            let shown = shown.text().slice(0..200);
            vm.value_error(format_args!("could not convert string to float: {shown}"))
        }
        Err(raised) => raised,
    }
}

/// The value of `float(x)`.
fn convert(vm: &mut Vm, x: Value) -> PyResult<f64> {
    if let Some(text) = x.exact::<Str>() {
        return from_text(vm, text);
    }
    let class = class_of(x);
    let slots = class.slots();
    if is_exact(x) || slots.float.is_some() || slots.index.is_some() {
        return vm.float_value(x);
    }
    if let Some(text) = x.cast::<Str>() {
        return from_text(vm, text);
    }
    if let Some(view) = bytes::buffer_of(vm, x)? {
        return match prim::float::parse(view.bytes()) {
            Some(f) => Ok(f),
            None => Err(not_a_float(vm, x)),
        };
    }
    Err(vm.type_error(format_args!(
        "float() argument must be a string or a real number, not '{}'",
        class_name(x)
    )))
}

fn made(vm: &mut Vm, cls: Gc<Type>, f: f64) -> PyResult<Value> {
    if cls == core::FLOAT().object() { from_f64(vm, f) } else { Ok(new_as(vm, cls, f)?.into()) }
}

#[pymethods(extra = "construct")]
impl Float {
    #[slot(new, sig = "(x=0, /)")]
    fn new_object(cls: Gc<Type>, vm: &mut Vm, x: Option<Value>) -> PyResult<Value> {
        let f = match x {
            None => 0.0,
            Some(x) if is_exact(x) && cls == core::FLOAT().object() => return Ok(x),
            Some(x) => convert(vm, x)?,
        };
        made(vm, cls, f)
    }

    /// Convert real number to a floating-point number.
    #[classmethod(sig = "($type, number, /)")]
    fn from_number(cls: Gc<Type>, vm: &mut Vm, number: Value) -> PyResult<Value> {
        if is_exact(number) && cls == core::FLOAT().object() {
            return Ok(number);
        }
        let f = vm.float_value(number)?;
        call(vm, cls, f)
    }

    /// Create a floating-point number from a hexadecimal string.
    ///
    /// >>> float.fromhex('0x1.ffffp10')
    /// 2047.984375
    /// >>> float.fromhex('-0x1p-1074')
    /// -5e-324
    #[classmethod(sig = "($type, string, /)")]
    fn fromhex(cls: Gc<Type>, vm: &mut Vm, string: Value) -> PyResult<Value> {
        let Some(text) = string.cast::<Str>() else {
            return Err(vm.type_error(format_args!("bad argument type for built-in operation")));
        };
        match prim::float::from_hex(text.as_bytes()) {
            Ok(f) => call(vm, cls, f),
            Err(error @ prim::float::HexError::Invalid) => {
                Err(vm.value_error(format_args!("{error}")))
            }
            Err(error) => Err(vm.overflow_error(format_args!("{error}"))),
        }
    }
}

/// `cls(f)`
fn call(vm: &mut Vm, cls: Gc<Type>, f: f64) -> PyResult<Value> {
    let float = from_f64(vm, f)?;
    if cls == core::FLOAT().object() { Ok(float) } else { vm.call(cls.into(), &[float]) }
}

/// The value of a float receiver.
pub(super) fn receiver(this: Value) -> f64 {
    value(this).unwrap_or(f64::NAN)
}

//! Methods and attributes of `float`.

use super::construct::receiver;
use super::{Float, from_f64};
use crate::int;
use crate::str::{Str, format};
use crate::tuple::Tuple;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;
use prim::float::{self, ReprBuffer};

#[pymethods]
impl Float {
    #[slot(repr)]
    fn repr(this: Value, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let mut buffer = ReprBuffer::new();
        let text = buffer.repr(receiver(this)).as_bytes();
        Str::from_known(vm, text, text.len())
    }

    /// Return self, the complex conjugate of any float.
    #[method(sig = "($self, /)")]
    fn conjugate(this: Value, vm: &mut Vm) -> PyResult<Value> {
        from_f64(vm, receiver(this))
    }

    /// Return the Integral closest to x between 0 and x.
    #[method(sig = "($self, /)")]
    fn __trunc__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        int::from_f64(vm, receiver(this))
    }

    /// Return the floor as an Integral.
    #[method(sig = "($self, /)")]
    fn __floor__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        int::from_f64(vm, receiver(this).floor())
    }

    /// Return the ceiling as an Integral.
    #[method(sig = "($self, /)")]
    fn __ceil__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        int::from_f64(vm, receiver(this).ceil())
    }

    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[method(sig = "($self, ndigits=None, /)")]
    fn __round__(this: Value, vm: &mut Vm, ndigits: Option<Value>) -> PyResult<Value> {
        let value = receiver(this);
        let Some(ndigits) = ndigits else { return int::from_f64(vm, value.round_ties_even()) };
        let ndigits = vm.index_clipped(ndigits)?;
        match float::round(value, ndigits as i64) {
            Ok(rounded) => from_f64(vm, rounded),
            Err(_) => Err(vm.overflow_error(format_args!("rounded value too large to represent"))),
        }
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    ///
    /// The ratio is in lowest terms and has a positive denominator.  Raise
    /// OverflowError on infinities and a ValueError on NaNs.
    ///
    /// >>> (10.0).as_integer_ratio()
    /// (10, 1)
    /// >>> (0.0).as_integer_ratio()
    /// (0, 1)
    /// >>> (-.25).as_integer_ratio()
    /// (-1, 4)
    #[method(sig = "($self, /)")]
    fn as_integer_ratio(this: Value, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let value = receiver(this);
        match float::as_integer_ratio(value) {
            Some(Ok((numerator, denominator))) => {
                let pair = [int::from_bigint(vm, &numerator)?, int::from_bigint(vm, &denominator)?];
                Tuple::from_slice(vm, &pair)
            }
            Some(Err(error)) => Err(int::raise(vm, error)),
            None if value.is_nan() => {
                Err(vm.value_error(format_args!("cannot convert NaN to integer ratio")))
            }
            None => {
                Err(vm.overflow_error(format_args!("cannot convert Infinity to integer ratio")))
            }
        }
    }

    /// Return a hexadecimal representation of a floating-point number.
    ///
    /// >>> (-0.1).hex()
    /// '-0x1.999999999999ap-4'
    /// >>> 3.14159.hex()
    /// '0x1.921f9f01b866ep+1'
    #[method(sig = "($self, /)")]
    fn hex(this: Value) -> String {
        float::to_hex(receiver(this))
    }

    /// Return True if the float is an integer.
    #[method(sig = "($self, /)")]
    fn is_integer(this: Value) -> bool {
        let value = receiver(this);
        value.is_finite() && value.trunc() == value
    }

    #[method(sig = "($self, /)")]
    fn __getnewargs__(this: Value, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let value = from_f64(vm, receiver(this))?;
        Tuple::from_slice(vm, &[value])
    }

    /// You probably don't want to use this function.
    ///
    ///   typestr
    ///     Must be 'double' or 'float'.
    ///
    /// It exists mainly to be used in Python's test suite.
    ///
    /// This function returns whichever of 'unknown', 'IEEE, big-endian' or 'IEEE,
    /// little-endian' best describes the format of floating-point numbers used by the
    /// C type named by typestr.
    #[classmethod(sig = "($type, typestr, /)")]
    fn __getformat__(_cls: Gc<Type>, vm: &mut Vm, typestr: Gc<Str>) -> PyResult<&'static str> {
        match typestr.as_bytes() {
            b"double" | b"float" => Ok(if cfg!(target_endian = "little") {
                "IEEE, little-endian"
            } else {
                "IEEE, big-endian"
            }),
            _ => Err(vm.value_error(format_args!(
                "__getformat__() argument 1 must be 'double' or 'float'"
            ))),
        }
    }

    /// Formats the float according to format_spec.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(this: Value, vm: &mut Vm, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        format::format_float(vm, this, receiver(this), format_spec)
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: Value, vm: &mut Vm) -> PyResult<Value> {
        from_f64(vm, receiver(this))
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: Value) -> f64 {
        0.0
    }
}

//! Methods and attributes of `int`.

use super::arith::power_of_ten;
use super::construct::raise;
use super::{Int, View, from_bigint, from_u64, value_of};
use crate::bytes::{self, Bytes};
use crate::str::{Str, format};
use crate::tuple::Tuple;
use crate::types::{Type, core};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;
use prim::bigint::{BigInt, ByteOrder, BytesError};
use prim::intparse::{self, IntBuffer, ToDecimalError};

/// The argument `byteorder`.
fn byte_order(vm: &mut Vm, name: Option<Gc<Str>>) -> PyResult<ByteOrder> {
    match name.as_ref().map(|name| name.as_bytes()) {
        None | Some(b"big") => Ok(ByteOrder::Big),
        Some(b"little") => Ok(ByteOrder::Little),
        Some(_) => Err(vm.value_error(format_args!("byteorder must be either 'little' or 'big'"))),
    }
}

/// `repr(i)` of an int in any form.
pub(crate) fn decimal(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    if let Some(i) = super::to_i64(v) {
        let mut buffer = IntBuffer::new();
        let digits = buffer.decimal(i).as_bytes();
        return Str::from_known(vm, digits, digits.len());
    }
    let limit = vm.rt().int_max_str_digits;
    let text = intparse::to_decimal(View::of(v).as_ref(), limit);
    match text {
        Ok(text) => Str::new(vm, &text),
        Err(ToDecimalError::NoMemory) => Err(vm.memory_error()),
        Err(error) => Err(vm.value_error(format_args!("{error}"))),
    }
}

#[pymethods]
impl Int {
    #[slot(repr)]
    fn repr(this: Value, vm: &mut Vm) -> PyResult<Gc<Str>> {
        decimal(vm, this)
    }

    /// Returns self, the complex conjugate of any int.
    #[method(sig = "($self, /)")]
    fn conjugate(this: Value, vm: &mut Vm) -> PyResult<Value> {
        value_of(vm, this)
    }

    /// Number of bits necessary to represent self in binary.
    ///
    /// >>> bin(37)
    /// '0b100101'
    /// >>> (37).bit_length()
    /// 6
    #[method(sig = "($self, /)")]
    fn bit_length(this: Value) -> u64 {
        View::of(this).as_ref().bit_length()
    }

    /// Number of ones in the binary representation of the absolute value of self.
    ///
    /// Also known as the population count.
    ///
    /// >>> bin(13)
    /// '0b1101'
    /// >>> (13).bit_count()
    /// 3
    #[method(sig = "($self, /)")]
    fn bit_count(this: Value) -> u64 {
        View::of(this).as_ref().bit_count()
    }

    /// Return an array of bytes representing an integer.
    ///
    ///   length
    ///     Length of bytes object to use.  An OverflowError is raised if the
    ///     integer is not representable with the given number of bytes.  Default
    ///     is length 1.
    ///   byteorder
    ///     The byte order used to represent the integer.  If byteorder is 'big',
    ///     the most significant byte is at the beginning of the byte array.  If
    ///     byteorder is 'little', the most significant byte is at the end of the
    ///     byte array.  To request the native byte order of the host system, use
    ///     sys.byteorder as the byte order value.  Default is to use 'big'.
    ///   signed
    ///     Determines whether two's complement is used to represent the integer.
    ///     If signed is False and a negative integer is given, an OverflowError
    ///     is raised.
    #[method(sig = "($self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(
        this: Value,
        vm: &mut Vm,
        length: isize,
        byteorder: Option<Gc<Str>>,
        signed: bool,
    ) -> PyResult<Gc<Bytes>> {
        let order = byte_order(vm, byteorder)?;
        let Ok(length) = usize::try_from(length) else {
            return Err(vm.value_error(format_args!("length argument must be non-negative")));
        };
        let mut out = Vec::new();
        if out.try_reserve_exact(length).is_err() {
            return Err(vm.memory_error());
        }
        out.resize(length, 0);
        match View::of(this).as_ref().write_bytes(&mut out, order, signed) {
            Ok(()) => Bytes::new(vm, &out),
            Err(BytesError::TooBig) => {
                Err(vm.overflow_error(format_args!("int too big to convert")))
            }
            Err(_) => {
                Err(vm.overflow_error(format_args!("can't convert negative int to unsigned")))
            }
        }
    }

    /// Return the integer represented by the given array of bytes.
    ///
    ///   bytes
    ///     Holds the array of bytes to convert.  The argument must either
    ///     support the buffer protocol or be an iterable object producing bytes.
    ///     Bytes and bytearray are examples of built-in objects that support the
    ///     buffer protocol.
    ///   byteorder
    ///     The byte order used to represent the integer.  If byteorder is 'big',
    ///     the most significant byte is at the beginning of the byte array.  If
    ///     byteorder is 'little', the most significant byte is at the end of the
    ///     byte array.  To request the native byte order of the host system, use
    ///     sys.byteorder as the byte order value.  Default is to use 'big'.
    ///   signed
    ///     Indicates whether two's complement is used to represent the integer.
    #[classmethod(sig = "($type, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(
        cls: Gc<Type>,
        vm: &mut Vm,
        bytes: Value,
        byteorder: Option<Gc<Str>>,
        signed: bool,
    ) -> PyResult<Value> {
        let order = byte_order(vm, byteorder)?;
        let bytes = bytes::from_object(vm, bytes)?;
        let value = match BigInt::from_bytes(bytes.as_slice(), order, signed) {
            Ok(value) => from_bigint(vm, &value)?,
            Err(error) => return Err(raise(vm, error)),
        };
        if cls == core::INT().object() {
            return Ok(value);
        }
        vm.call(cls.into(), &[value])
    }

    /// Return a pair of integers, whose ratio is equal to the original int.
    ///
    /// The ratio is in lowest terms and has a positive denominator.
    ///
    /// >>> (10).as_integer_ratio()
    /// (10, 1)
    /// >>> (-10).as_integer_ratio()
    /// (-10, 1)
    /// >>> (0).as_integer_ratio()
    /// (0, 1)
    #[method(sig = "($self, /)")]
    fn as_integer_ratio(this: Value, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let value = value_of(vm, this)?;
        Tuple::from_slice(vm, &[value, Value::int32(1)])
    }

    /// Truncating an Integral returns itself.
    #[method(sig = "($self, /)")]
    fn __trunc__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        value_of(vm, this)
    }

    /// Flooring an Integral returns itself.
    #[method(sig = "($self, /)")]
    fn __floor__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        value_of(vm, this)
    }

    /// Ceiling of an Integral returns itself.
    #[method(sig = "($self, /)")]
    fn __ceil__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        value_of(vm, this)
    }

    /// Rounding an Integral returns itself.
    ///
    /// Rounding with an ndigits argument also returns an integer.
    #[method(sig = "($self, ndigits=None, /)")]
    fn __round__(this: Value, vm: &mut Vm, ndigits: Option<Value>) -> PyResult<Value> {
        let Some(ndigits) = ndigits else { return value_of(vm, this) };
        let ndigits = vm.index(ndigits)?;
        if !super::is_negative(ndigits) {
            return value_of(vm, this);
        }
        let view = View::of(this);
        let digits = super::to_i64(ndigits).map_or(u64::MAX, i64::unsigned_abs);
        // A power of ten with that many digits is more than twice the number, which rounds to 0.
        if digits > view.as_ref().bit_length() {
            return Ok(Value::ZERO);
        }
        let unit = power_of_ten(vm, digits)?;
        let rounded = view
            .as_ref()
            .div_nearest(unit.as_ref())
            .and_then(|(_, remainder)| view.as_ref().sub(remainder.as_ref()));
        match rounded {
            Ok(rounded) => from_bigint(vm, &rounded),
            Err(error) => Err(raise(vm, error)),
        }
    }

    #[method(sig = "($self, /)")]
    fn __getnewargs__(this: Value, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let value = value_of(vm, this)?;
        Tuple::from_slice(vm, &[value])
    }

    /// Convert to a string according to format_spec.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(this: Value, vm: &mut Vm, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        format::format_int(vm, this, format_spec)
    }

    /// Returns size in memory, in bytes.
    #[method(sig = "($self, /)")]
    fn __sizeof__(this: Value) -> u64 {
        // What the int takes in CPython: 30 bits in 4 bytes.
        24 + 4 * View::of(this).as_ref().bit_length().div_ceil(30).max(1)
    }

    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[method(sig = "($self, /)")]
    fn is_integer(_this: Value) -> bool {
        true
    }

    /// the real part of a complex number
    #[getter]
    fn real(this: Value, vm: &mut Vm) -> PyResult<Value> {
        value_of(vm, this)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(_this: Value) -> Value {
        Value::ZERO
    }

    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(this: Value, vm: &mut Vm) -> PyResult<Value> {
        value_of(vm, this)
    }

    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(_this: Value, vm: &mut Vm) -> PyResult<Value> {
        from_u64(vm, 1)
    }
}

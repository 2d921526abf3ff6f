//! `complex`: a pair of floats.

mod construct;
pub mod math;

use crate::exceptions;
use crate::float;
use crate::int;
use crate::shape::core;
use crate::singletons::not_implemented;
use crate::slots::CompareOp;
use crate::str::{Str, format};
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use macros::{pymethods, pytype};
use math::{Number, PowError};
use prim::hash;

/// A complex number.
#[pytype(
    name = "complex",
    shape = core::COMPLEX,
    flags(BASETYPE),
    extra("construct"),
    signature = "(real=0, imag=0)",
    doc = "Create a complex number from a string or numbers.\n\nIf a string is given, parse it as a complex number.\nIf a single number is given, convert it to a complex number.\nIf the 'real' or 'imag' arguments are given, create a complex number\nwith the specified real and imaginary components."
)]
pub struct Complex {
    /// Real part.
    pub real: f64,
    /// Imaginary part.
    pub imag: f64,
}

/// The complex number `real + imag j`.
pub fn from_parts(vm: &mut Vm, real: f64, imag: f64) -> PyResult<Value> {
    Ok(Complex::create(vm, real, imag)?.into())
}

/// The parts of a complex number or an instance of a subclass.
pub fn parts(v: Value) -> Option<(f64, f64)> {
    v.cast::<Complex>().map(|c| (c.real, c.imag))
}

fn made(vm: &mut Vm, number: Number) -> PyResult<Value> {
    from_parts(vm, number.re, number.im)
}

/// `base ** exponent` of pairs of parts.
pub fn power(vm: &mut Vm, base: (f64, f64), exponent: (f64, f64)) -> PyResult<Value> {
    let (base, exponent) =
        (Number { re: base.0, im: base.1 }, Number { re: exponent.0, im: exponent.1 });
    match base.power(exponent) {
        Ok(power) => made(vm, power),
        Err(PowError::Zero) => Err(vm.raise(
            &exceptions::ZERO_DIVISION_ERROR,
            format_args!("zero to a negative or complex power"),
        )),
        Err(PowError::Overflow) => Err(vm.overflow_error(format_args!("complex exponentiation"))),
    }
}

/// An operand of an arithmetic operator.
#[derive(Clone, Copy)]
enum Operand {
    Complex(Number),
    Real(f64),
}

fn operand(vm: &mut Vm, v: Value) -> PyResult<Option<Operand>> {
    if let Some(c) = v.cast::<Complex>() {
        return Ok(Some(Operand::Complex(number(c))));
    }
    if let Some(f) = float::value(v) {
        return Ok(Some(Operand::Real(f)));
    }
    if int::View::try_of(v).is_some() {
        return int::to_f64(vm, v).map(|f| Some(Operand::Real(f)));
    }
    Ok(None)
}

fn number(c: Gc<Complex>) -> Number {
    Number { re: c.real, im: c.imag }
}

fn operands(vm: &mut Vm, a: Value, b: Value) -> PyResult<Option<(Operand, Operand)>> {
    let Some(a) = operand(vm, a)? else { return Ok(None) };
    Ok(operand(vm, b)?.map(|b| (a, b)))
}

fn widened(operand: Operand) -> Number {
    match operand {
        Operand::Complex(c) => c,
        Operand::Real(f) => Number { re: f, im: 0.0 },
    }
}

#[cold]
fn division_by_zero(vm: &mut Vm) -> Raised {
    vm.raise(&exceptions::ZERO_DIVISION_ERROR, format_args!("division by zero"))
}

#[pymethods]
impl Complex {
    #[slot(repr)]
    fn repr(this: Gc<Self>) -> String {
        prim::float::repr_complex(this.real, this.imag)
    }

    #[slot(add)]
    fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        use Operand::{Complex, Real};
        let sum = match operands(vm, a, b)? {
            Some((Complex(a), Complex(b))) => Number { re: a.re + b.re, im: a.im + b.im },
            Some((Complex(a), Real(b))) => Number { re: a.re + b, im: a.im },
            Some((Real(a), Complex(b))) => Number { re: a + b.re, im: b.im },
            _ => return Ok(not_implemented()),
        };
        made(vm, sum)
    }

    #[slot(sub)]
    fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        use Operand::{Complex, Real};
        let difference = match operands(vm, a, b)? {
            Some((Complex(a), Complex(b))) => Number { re: a.re - b.re, im: a.im - b.im },
            Some((Complex(a), Real(b))) => Number { re: a.re - b, im: a.im },
            Some((Real(a), Complex(b))) => Number { re: a - b.re, im: -b.im },
            _ => return Ok(not_implemented()),
        };
        made(vm, difference)
    }

    #[slot(mul)]
    fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        use Operand::{Complex, Real};
        let product = match operands(vm, a, b)? {
            Some((Complex(a), Complex(b))) => a.product(b),
            Some((Complex(c), Real(f)) | (Real(f), Complex(c))) => c.scaled(f),
            _ => return Ok(not_implemented()),
        };
        made(vm, product)
    }

    #[slot(truediv)]
    fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        use Operand::{Complex, Real};
        let quotient = match operands(vm, a, b)? {
            Some((Complex(a), Complex(b))) => a.quotient(b),
            Some((Complex(_), Real(0.0))) => None,
            Some((Complex(a), Real(b))) => Some(Number { re: a.re / b, im: a.im / b }),
            Some((Real(a), Complex(b))) => b.divide(a),
            _ => return Ok(not_implemented()),
        };
        match quotient {
            Some(quotient) => made(vm, quotient),
            None => Err(division_by_zero(vm)),
        }
    }

    #[slot(pow)]
    fn pow(vm: &mut Vm, a: Value, b: Value, m: Value) -> PyResult<Value> {
        let Some((a, b)) = operands(vm, a, b)? else { return Ok(not_implemented()) };
        if !m.is_none() && !m.is_undef() {
            return Err(vm.value_error(format_args!("complex modulo")));
        }
        let (a, b) = (widened(a), widened(b));
        power(vm, (a.re, a.im), (b.re, b.im))
    }

    #[slot(neg)]
    fn neg(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        from_parts(vm, -this.real, -this.imag)
    }

    #[slot(pos)]
    fn pos(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        exact(vm, this)
    }

    #[slot(abs)]
    fn abs(this: Gc<Self>, vm: &mut Vm) -> PyResult<f64> {
        match number(this).size() {
            Some(size) => Ok(size),
            None => Err(vm.overflow_error(format_args!("absolute value too large"))),
        }
    }

    #[slot(bool)]
    fn bool(this: Gc<Self>) -> bool {
        this.real != 0.0 || this.imag != 0.0
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>) -> i64 {
        let part = |f: f64| hash::float(f).unwrap_or_else(|| hash::address(this.addr()));
        hash::complex(part(this.real), part(this.imag))
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, other: Value, op: CompareOp) -> Value {
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return not_implemented();
        }
        let equal = if let Some(other) = other.cast::<Complex>() {
            this.real == other.real && this.imag == other.imag
        } else {
            // With an int it is an exact comparison.
            let order = match (float::value(other), int::View::try_of(other)) {
                (Some(other), _) => this.real.partial_cmp(&other),
                (None, Some(view)) => view.as_ref().cmp_f64(this.real),
                (None, None) => return not_implemented(),
            };
            order.is_some_and(std::cmp::Ordering::is_eq) && this.imag == 0.0
        };
        (equal == (op == CompareOp::Eq)).into()
    }

    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[method(sig = "($self, /)")]
    fn conjugate(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        from_parts(vm, this.real, -this.imag)
    }

    /// Convert this value to exact type complex.
    #[method(sig = "($self, /)")]
    fn __complex__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        exact(vm, this)
    }

    #[method(sig = "($self, /)")]
    fn __getnewargs__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let pair = [float::from_f64(vm, this.real)?, float::from_f64(vm, this.imag)?];
        Tuple::from_slice(vm, &pair)
    }

    /// Convert to a string according to format_spec.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(this: Gc<Self>, vm: &mut Vm, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        format::format_complex(vm, this.into(), (this.real, this.imag), format_spec)
    }

    /// the real part of a complex number
    #[getter(member)]
    fn real(this: Gc<Self>) -> f64 {
        this.real
    }

    /// the imaginary part of a complex number
    #[getter(member)]
    fn imag(this: Gc<Self>) -> f64 {
        this.imag
    }
}

/// The exact complex number with the value of `this`.
fn exact(vm: &mut Vm, this: Gc<Complex>) -> PyResult<Value> {
    if Value::from(this).exact::<Complex>().is_some() {
        return Ok(this.into());
    }
    from_parts(vm, this.real, this.imag)
}

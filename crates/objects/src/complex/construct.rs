//! Making complex numbers: `complex(text)`, `complex(number)`, `complex(real, imag)`.

use super::{Complex, exact, from_parts, parts};
use crate::exceptions;
use crate::float;
use crate::str::Str;
use crate::types::{Type, class_name, class_of, core};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;
use prim::intparse;

fn made(vm: &mut Vm, cls: Gc<Type>, real: f64, imag: f64) -> PyResult<Value> {
    if cls == core::COMPLEX().object() {
        return from_parts(vm, real, imag);
    }
    Ok(Complex::create_as(vm, cls, real, imag)?.into())
}

/// What `__complex__` answers, if there is one.
fn through_method(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<Complex>>> {
    if let Some(c) = v.exact::<Complex>() {
        return Ok(Some(c));
    }
    let name = vm.intern("__complex__")?;
    let Some(result) = vm.call_special(v, name, &[])? else { return Ok(None) };
    let Some(c) = result.cast::<Complex>() else {
        return Err(vm.type_error(format_args!(
            "__complex__ returned non-complex (type {})",
            class_name(result)
        )));
    };
    if result.exact::<Complex>().is_none() {
        vm.warn(
            &exceptions::DEPRECATION_WARNING,
            format_args!(
                "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of \
                 complex is deprecated, and may be removed in a future version of Python.",
                class_name(result)
            ),
            1,
        )?;
    }
    Ok(Some(c))
}

fn is_real(v: Value) -> bool {
    let class = class_of(v);
    let slots = class.slots();
    float::value(v).is_some() || slots.float.is_some() || slots.index.is_some()
}

/// `complex(text)`
fn from_text(vm: &mut Vm, cls: Gc<Type>, text: Gc<Str>) -> PyResult<Value> {
    let ascii = intparse::to_ascii_number(text.text());
    match prim::float::parse_complex(&ascii) {
        Some((real, imag)) => made(vm, cls, real, imag),
        None => Err(vm.value_error(format_args!("complex() arg is a malformed string"))),
    }
}

/// The value of the argument `real`, and its imaginary part if it is complex.
fn real_argument(vm: &mut Vm, v: Value) -> PyResult<(f64, Option<f64>)> {
    let class = class_of(v);
    let converted = through_method(vm, v)?;
    if converted.is_none() && !is_real(v) {
        return Err(vm.type_error(format_args!(
            "complex() argument 'real' must be a real number, not {}",
            class.display_name()
        )));
    }
    match converted {
        Some(c) => {
            vm.warn(
                &exceptions::DEPRECATION_WARNING,
                format_args!(
                    "complex() argument 'real' must be a real number, not {}",
                    class.display_name()
                ),
                1,
            )?;
            Ok((c.real, Some(c.imag)))
        }
        None => Ok((vm.float_value(v)?, None)),
    }
}

/// The value of the argument `imag`, and its imaginary part if it is complex.
fn imag_argument(vm: &mut Vm, v: Value) -> PyResult<(f64, Option<f64>)> {
    if let Some((real, imag)) = parts(v) {
        vm.warn(
            &exceptions::DEPRECATION_WARNING,
            format_args!("complex() argument 'imag' must be a real number, not {}", class_name(v)),
            1,
        )?;
        return Ok((real, Some(imag)));
    }
    if !is_real(v) {
        return Err(vm.type_error(format_args!(
            "complex() argument 'imag' must be a real number, not {}",
            class_name(v)
        )));
    }
    Ok((vm.float_value(v)?, None))
}

/// `complex(v)`
fn from_one(vm: &mut Vm, cls: Gc<Type>, v: Value) -> PyResult<Value> {
    if let Some(text) = v.cast::<Str>() {
        return from_text(vm, cls, text);
    }
    if let Some(c) = through_method(vm, v)? {
        return if cls == core::COMPLEX().object() {
            exact(vm, c)
        } else {
            made(vm, cls, c.real, c.imag)
        };
    }
    if !is_real(v) {
        return Err(vm.type_error(format_args!(
            "complex() argument must be a string or a number, not {}",
            class_name(v)
        )));
    }
    let real = vm.float_value(v)?;
    made(vm, cls, real, 0.0)
}

#[pymethods(extra = "construct")]
impl Complex {
    #[slot(new, sig = "(real=0, imag=0)")]
    fn new_object(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        // One argument by position may be a string; otherwise `real` and `imag` are numbers.
        if let ([only], true) = (args, kwnames.is_undef()) {
            return from_one(vm, cls, *only);
        }
        let [real, imag] = objects::args::bind::<2>(vm, &SPEC, args, kwnames)?;
        let (mut re, mut from_real) = (0.0, None);
        if let Some(real) = real.defined() {
            if imag.is_undef() && parts(real).is_some() {
                return from_one(vm, cls, real);
            }
            (re, from_real) = real_argument(vm, real)?;
        }
        let (mut im, mut from_imag) = (0.0, None);
        if let Some(imag) = imag.defined() {
            (im, from_imag) = imag_argument(vm, imag)?;
        }
        // The imaginary parts that complex arguments have; adding zeros instead would change signs of zeros.
        if let Some(part) = from_imag {
            re -= part;
        }
        if let Some(part) = from_real {
            im += part;
        }
        made(vm, cls, re, im)
    }

    /// Convert number to a complex floating-point number.
    #[classmethod(sig = "($type, number, /)")]
    fn from_number(cls: Gc<Type>, vm: &mut Vm, number: Value) -> PyResult<Value> {
        if number.exact::<Complex>().is_some() && cls == core::COMPLEX().object() {
            return Ok(number);
        }
        let (real, imag) = match through_method(vm, number)? {
            Some(c) => (c.real, c.imag),
            None => (vm.float_value(number)?, 0.0),
        };
        made(vm, cls, real, imag)
    }
}

/// The parameters of `complex()`.
static SPEC: objects::args::Spec = objects::args::Spec {
    owner: objects::args::Owner::Type(<Complex as crate::layout::Object>::def),
    name: "complex",
    style: objects::args::Style::New,
    params: &["real", "imag"],
    positional_only: 0,
    positional: 2,
    required: 0,
    required_keywords: 0,
    var_positional: false,
    var_keyword: false,
};

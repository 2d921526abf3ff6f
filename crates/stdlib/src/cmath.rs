//! `cmath`: functions of complex numbers, after Kahan, with C99's special values and CPython's errors.
//!
//! Every function has its formula for finite arguments, chosen so that nothing overflows on the way, and a table for the others.

use macros::pymodule;
use objects::float;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::f64::consts::{LN_2, PI};

/// A complex number.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Number {
    re: f64,
    im: f64,
}

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Failure {
    Domain,
    Range,
}

type Outcome = Result<Number, Failure>;

const INF: f64 = f64::INFINITY;
const NAN: f64 = f64::NAN;
/// Arguments beyond may overflow when they are squared or doubled.
const LARGE: f64 = f64::MAX / 4.0;
/// Arguments below lose their digits when they are squared.
const SQRT_LARGE: f64 = 6.703_903_964_971_298e153;
/// Beyond it exp overflows.
const LOG_LARGE: f64 = 708.396_418_532_264_1;
const SQRT_MIN: f64 = 1.491_668_146_240_041_3e-154;
/// Half of the digits of the smallest numbers.
const SCALE_UP: i32 = 53;
const SCALE_DOWN: i32 = -27;

fn n(re: f64, im: f64) -> Number {
    Number { re, im }
}

fn hypot(z: Number) -> f64 {
    libm::hypot(z.re, z.im)
}

impl Number {
    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    fn is_nan(self) -> bool {
        self.re.is_nan() || self.im.is_nan()
    }

    /// Times i.
    fn rotated(self) -> Number {
        n(-self.im, self.re)
    }

    /// Times -i.
    fn rotated_back(self) -> Number {
        n(self.im, -self.re)
    }
}

/// The kinds of floats that the tables of special values tell apart.
fn kind(x: f64) -> usize {
    match x {
        _ if x.is_nan() => 6,
        f64::NEG_INFINITY => 0,
        INF => 5,
        _ if x == 0.0 => 2 + usize::from(x.is_sign_positive()),
        _ if x < 0.0 => 1,
        _ => 4,
    }
}

/// Results for arguments of which a part isn't finite, by the kinds of real and imaginary part. `U` stands for what can't happen.
type Table = [[(f64, f64); 7]; 7];

fn special(table: &Table, z: Number) -> Number {
    let (re, im) = table[kind(z.re)][kind(z.im)];
    n(re, im)
}

const U: f64 = -9.542_6e8;
const P: f64 = PI;
const P14: f64 = 0.25 * PI;
const P12: f64 = 0.5 * PI;
const P34: f64 = 0.75 * PI;

static ACOS: Table = [
    [(P34, INF), (P, INF), (P, INF), (P, -INF), (P, -INF), (P34, -INF), (NAN, INF)],
    [(P12, INF), (U, U), (U, U), (U, U), (U, U), (P12, -INF), (NAN, NAN)],
    [(P12, INF), (U, U), (P12, 0.0), (P12, -0.0), (U, U), (P12, -INF), (P12, NAN)],
    [(P12, INF), (U, U), (P12, 0.0), (P12, -0.0), (U, U), (P12, -INF), (P12, NAN)],
    [(P12, INF), (U, U), (U, U), (U, U), (U, U), (P12, -INF), (NAN, NAN)],
    [(P14, INF), (0.0, INF), (0.0, INF), (0.0, -INF), (0.0, -INF), (P14, -INF), (NAN, INF)],
    [(NAN, INF), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, -INF), (NAN, NAN)],
];
static ACOSH: Table = [
    [(INF, -P34), (INF, -P), (INF, -P), (INF, P), (INF, P), (INF, P34), (INF, NAN)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (NAN, NAN)],
    [(INF, -P12), (U, U), (0.0, -P12), (0.0, P12), (U, U), (INF, P12), (NAN, P12)],
    [(INF, -P12), (U, U), (0.0, -P12), (0.0, P12), (U, U), (INF, P12), (NAN, P12)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (NAN, NAN)],
    [(INF, -P14), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, P14), (INF, NAN)],
    [(INF, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (INF, NAN), (NAN, NAN)],
];
static ASINH: Table = [
    [(-INF, -P14), (-INF, -0.0), (-INF, -0.0), (-INF, 0.0), (-INF, 0.0), (-INF, P14), (-INF, NAN)],
    [(-INF, -P12), (U, U), (U, U), (U, U), (U, U), (-INF, P12), (NAN, NAN)],
    [(-INF, -P12), (U, U), (-0.0, -0.0), (-0.0, 0.0), (U, U), (-INF, P12), (NAN, NAN)],
    [(INF, -P12), (U, U), (0.0, -0.0), (0.0, 0.0), (U, U), (INF, P12), (NAN, NAN)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (NAN, NAN)],
    [(INF, -P14), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, P14), (INF, NAN)],
    [(INF, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (INF, NAN), (NAN, NAN)],
];
static ATANH: Table = [
    [(-0.0, -P12), (-0.0, -P12), (-0.0, -P12), (-0.0, P12), (-0.0, P12), (-0.0, P12), (-0.0, NAN)],
    [(-0.0, -P12), (U, U), (U, U), (U, U), (U, U), (-0.0, P12), (NAN, NAN)],
    [(-0.0, -P12), (U, U), (-0.0, -0.0), (-0.0, 0.0), (U, U), (-0.0, P12), (-0.0, NAN)],
    [(0.0, -P12), (U, U), (0.0, -0.0), (0.0, 0.0), (U, U), (0.0, P12), (0.0, NAN)],
    [(0.0, -P12), (U, U), (U, U), (U, U), (U, U), (0.0, P12), (NAN, NAN)],
    [(0.0, -P12), (0.0, -P12), (0.0, -P12), (0.0, P12), (0.0, P12), (0.0, P12), (0.0, NAN)],
    [(0.0, -P12), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (0.0, P12), (NAN, NAN)],
];
static COSH: Table = [
    [(INF, NAN), (U, U), (INF, 0.0), (INF, -0.0), (U, U), (INF, NAN), (INF, NAN)],
    [(NAN, NAN), (U, U), (U, U), (U, U), (U, U), (NAN, NAN), (NAN, NAN)],
    [(NAN, 0.0), (U, U), (1.0, 0.0), (1.0, -0.0), (U, U), (NAN, 0.0), (NAN, 0.0)],
    [(NAN, 0.0), (U, U), (1.0, -0.0), (1.0, 0.0), (U, U), (NAN, 0.0), (NAN, 0.0)],
    [(NAN, NAN), (U, U), (U, U), (U, U), (U, U), (NAN, NAN), (NAN, NAN)],
    [(INF, NAN), (U, U), (INF, -0.0), (INF, 0.0), (U, U), (INF, NAN), (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, 0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];
static EXP: Table = [
    [(0.0, 0.0), (U, U), (0.0, -0.0), (0.0, 0.0), (U, U), (0.0, 0.0), (0.0, 0.0)],
    [(NAN, NAN), (U, U), (U, U), (U, U), (U, U), (NAN, NAN), (NAN, NAN)],
    [(NAN, NAN), (U, U), (1.0, -0.0), (1.0, 0.0), (U, U), (NAN, NAN), (NAN, NAN)],
    [(NAN, NAN), (U, U), (1.0, -0.0), (1.0, 0.0), (U, U), (NAN, NAN), (NAN, NAN)],
    [(NAN, NAN), (U, U), (U, U), (U, U), (U, U), (NAN, NAN), (NAN, NAN)],
    [(INF, NAN), (U, U), (INF, -0.0), (INF, 0.0), (U, U), (INF, NAN), (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];
static LOG: Table = [
    [(INF, -P34), (INF, -P), (INF, -P), (INF, P), (INF, P), (INF, P34), (INF, NAN)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (NAN, NAN)],
    [(INF, -P12), (U, U), (-INF, -P), (-INF, P), (U, U), (INF, P12), (NAN, NAN)],
    [(INF, -P12), (U, U), (-INF, -0.0), (-INF, 0.0), (U, U), (INF, P12), (NAN, NAN)],
    [(INF, -P12), (U, U), (U, U), (U, U), (U, U), (INF, P12), (NAN, NAN)],
    [(INF, -P14), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, P14), (INF, NAN)],
    [(INF, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (INF, NAN), (NAN, NAN)],
];
static SINH: Table = [
    [(INF, NAN), (U, U), (-INF, -0.0), (-INF, 0.0), (U, U), (INF, NAN), (INF, NAN)],
    [(NAN, NAN), (U, U), (U, U), (U, U), (U, U), (NAN, NAN), (NAN, NAN)],
    [(0.0, NAN), (U, U), (-0.0, -0.0), (-0.0, 0.0), (U, U), (0.0, NAN), (0.0, NAN)],
    [(0.0, NAN), (U, U), (0.0, -0.0), (0.0, 0.0), (U, U), (0.0, NAN), (0.0, NAN)],
    [(NAN, NAN), (U, U), (U, U), (U, U), (U, U), (NAN, NAN), (NAN, NAN)],
    [(INF, NAN), (U, U), (INF, -0.0), (INF, 0.0), (U, U), (INF, NAN), (INF, NAN)],
    [(NAN, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];
static SQRT: Table = [
    [(INF, -INF), (0.0, -INF), (0.0, -INF), (0.0, INF), (0.0, INF), (INF, INF), (NAN, INF)],
    [(INF, -INF), (U, U), (U, U), (U, U), (U, U), (INF, INF), (NAN, NAN)],
    [(INF, -INF), (U, U), (0.0, -0.0), (0.0, 0.0), (U, U), (INF, INF), (NAN, NAN)],
    [(INF, -INF), (U, U), (0.0, -0.0), (0.0, 0.0), (U, U), (INF, INF), (NAN, NAN)],
    [(INF, -INF), (U, U), (U, U), (U, U), (U, U), (INF, INF), (NAN, NAN)],
    [(INF, -INF), (INF, -0.0), (INF, -0.0), (INF, 0.0), (INF, 0.0), (INF, INF), (INF, NAN)],
    [(INF, -INF), (NAN, NAN), (NAN, NAN), (NAN, NAN), (NAN, NAN), (INF, INF), (NAN, NAN)],
];
static TANH: Table = [
    [(-1.0, 0.0), (U, U), (-1.0, -0.0), (-1.0, 0.0), (U, U), (-1.0, 0.0), (-1.0, 0.0)],
    [(NAN, NAN), (U, U), (U, U), (U, U), (U, U), (NAN, NAN), (NAN, NAN)],
    [(-0.0, NAN), (U, U), (-0.0, -0.0), (-0.0, 0.0), (U, U), (-0.0, NAN), (-0.0, NAN)],
    [(0.0, NAN), (U, U), (0.0, -0.0), (0.0, 0.0), (U, U), (0.0, NAN), (0.0, NAN)],
    [(NAN, NAN), (U, U), (U, U), (U, U), (U, U), (NAN, NAN), (NAN, NAN)],
    [(1.0, 0.0), (U, U), (1.0, -0.0), (1.0, 0.0), (U, U), (1.0, 0.0), (1.0, 0.0)],
    [(NAN, NAN), (NAN, NAN), (NAN, -0.0), (NAN, 0.0), (NAN, NAN), (NAN, NAN), (NAN, NAN)],
];

fn sqrt(z: Number) -> Number {
    if !z.is_finite() {
        return special(&SQRT, z);
    }
    if z.re == 0.0 && z.im == 0.0 {
        return n(0.0, z.im);
    }
    let (mut ax, ay) = (z.re.abs(), z.im.abs());
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE && (ax > 0.0 || ay > 0.0) {
        // Subnormal numbers are scaled up for the digits.
        ax = libm::ldexp(ax, SCALE_UP);
        libm::ldexp((ax + libm::hypot(ax, libm::ldexp(ay, SCALE_UP))).sqrt(), SCALE_DOWN)
    } else {
        ax /= 8.0;
        2.0 * (ax + libm::hypot(ax, ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if z.re >= 0.0 { n(s, d.copysign(z.im)) } else { n(d, s.copysign(z.im)) }
}

fn log_of(z: Number) -> Outcome {
    if !z.is_finite() {
        return Ok(special(&LOG, z));
    }
    let (ax, ay) = (z.re.abs(), z.im.abs());
    let re = if ax > LARGE || ay > LARGE {
        libm::log(libm::hypot(ax / 2.0, ay / 2.0)) + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Failure::Domain);
        }
        let digits = 53;
        libm::log(libm::hypot(libm::ldexp(ax, digits), libm::ldexp(ay, digits)))
            - f64::from(digits) * LN_2
    } else {
        let h = libm::hypot(ax, ay);
        if (0.71..=1.73).contains(&h) {
            let (am, an) = if ax > ay { (ax, ay) } else { (ay, ax) };
            libm::log1p((am - 1.0) * (am + 1.0) + an * an) / 2.0
        } else {
            libm::log(h)
        }
    };
    Ok(n(re, libm::atan2(z.im, z.re)))
}

fn acos(z: Number) -> Number {
    if !z.is_finite() {
        return special(&ACOS, z);
    }
    if z.re.abs() > LARGE || z.im.abs() > LARGE {
        let size = libm::log(libm::hypot(z.re / 2.0, z.im / 2.0)) + LN_2 * 2.0;
        let im = if z.re < 0.0 { -size.copysign(z.im) } else { size.copysign(-z.im) };
        return n(libm::atan2(z.im.abs(), z.re), im);
    }
    let (s1, s2) = (sqrt(n(1.0 - z.re, -z.im)), sqrt(n(1.0 + z.re, z.im)));
    n(2.0 * libm::atan2(s1.re, s2.re), libm::asinh(s2.re * s1.im - s2.im * s1.re))
}

fn acosh(z: Number) -> Number {
    if !z.is_finite() {
        return special(&ACOSH, z);
    }
    if z.re.abs() > LARGE || z.im.abs() > LARGE {
        let re = libm::log(libm::hypot(z.re / 2.0, z.im / 2.0)) + LN_2 * 2.0;
        return n(re, libm::atan2(z.im, z.re));
    }
    let (s1, s2) = (sqrt(n(z.re - 1.0, z.im)), sqrt(n(z.re + 1.0, z.im)));
    n(libm::asinh(s1.re * s2.re + s1.im * s2.im), 2.0 * libm::atan2(s1.im, s2.re))
}

fn asinh(z: Number) -> Number {
    if !z.is_finite() {
        return special(&ASINH, z);
    }
    if z.re.abs() > LARGE || z.im.abs() > LARGE {
        let size = libm::log(libm::hypot(z.re / 2.0, z.im / 2.0)) + LN_2 * 2.0;
        let re = if z.im < 0.0 || z.im.is_sign_negative() {
            size.copysign(z.re)
        } else {
            -size.copysign(-z.re)
        };
        return n(re, libm::atan2(z.im, z.re.abs()));
    }
    let (s1, s2) = (sqrt(n(1.0 + z.im, -z.re)), sqrt(n(1.0 - z.im, z.re)));
    n(libm::asinh(s1.re * s2.im - s2.re * s1.im), libm::atan2(z.im, s1.re * s2.re - s1.im * s2.im))
}

fn atanh(z: Number) -> Outcome {
    if !z.is_finite() {
        return Ok(special(&ATANH, z));
    }
    // It is odd: the left half is computed from the right one.
    if z.re < 0.0 || (z.re == 0.0 && z.re.is_sign_negative()) {
        let r = atanh(n(-z.re, -z.im))?;
        return Ok(n(-r.re, -r.im));
    }
    let ay = z.im.abs();
    if z.re > SQRT_LARGE || ay > SQRT_LARGE {
        let h = libm::hypot(z.re / 2.0, z.im / 2.0);
        return Ok(n(z.re / 4.0 / h / h, -(PI / 2.0).copysign(-z.im)));
    }
    if z.re == 1.0 && ay < SQRT_MIN {
        if ay == 0.0 {
            return Err(Failure::Domain);
        }
        let re = -libm::log(ay.sqrt() / libm::hypot(ay, 2.0).sqrt());
        return Ok(n(re, (libm::atan2(2.0, -ay) / 2.0).copysign(z.im)));
    }
    let re = libm::log1p(4.0 * z.re / ((1.0 - z.re) * (1.0 - z.re) + ay * ay)) / 4.0;
    let im = -libm::atan2(-2.0 * z.im, (1.0 - z.re) * (1.0 + z.re) - ay * ay) / 2.0;
    Ok(n(re, im))
}

/// An infinite real part with a finite imaginary part that isn't 0: only the quadrant is known.
fn quadrant(im: f64, size: f64) -> Number {
    n(size.copysign(libm::cos(im)), size.copysign(libm::sin(im)))
}

fn overflow_checked(r: Number) -> Outcome {
    if r.is_infinite() { Err(Failure::Range) } else { Ok(r) }
}

fn is_special_pair(z: Number) -> bool {
    z.re.is_infinite() && z.im.is_finite() && z.im != 0.0
}

fn cosh(z: Number) -> Outcome {
    if !z.is_finite() {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(Failure::Domain);
        }
        if is_special_pair(z) {
            let r = quadrant(z.im, INF);
            return Ok(if z.re > 0.0 { r } else { n(r.re, -r.im) });
        }
        return Ok(special(&COSH, z));
    }
    let (c, s) = (libm::cos(z.im), libm::sin(z.im));
    if z.re.abs() > LOG_LARGE {
        let x = z.re - 1f64.copysign(z.re);
        let e = std::f64::consts::E;
        return overflow_checked(n(c * libm::cosh(x) * e, s * libm::sinh(x) * e));
    }
    overflow_checked(n(c * libm::cosh(z.re), s * libm::sinh(z.re)))
}

fn sinh(z: Number) -> Outcome {
    if !z.is_finite() {
        if z.im.is_infinite() && !z.re.is_nan() {
            return Err(Failure::Domain);
        }
        if is_special_pair(z) {
            let r = quadrant(z.im, INF);
            return Ok(if z.re > 0.0 { r } else { n(-r.re, r.im) });
        }
        return Ok(special(&SINH, z));
    }
    let (c, s) = (libm::cos(z.im), libm::sin(z.im));
    if z.re.abs() > LOG_LARGE {
        let x = z.re - 1f64.copysign(z.re);
        let e = std::f64::consts::E;
        return overflow_checked(n(c * libm::sinh(x) * e, s * libm::cosh(x) * e));
    }
    overflow_checked(n(c * libm::sinh(z.re), s * libm::cosh(z.re)))
}

fn tanh(z: Number) -> Outcome {
    if !z.is_finite() {
        if z.im.is_infinite() && z.re.is_finite() {
            return Err(Failure::Domain);
        }
        if is_special_pair(z) {
            let im = 0f64.copysign(2.0 * libm::sin(z.im) * libm::cos(z.im));
            return Ok(n(if z.re > 0.0 { 1.0 } else { -1.0 }, im));
        }
        return Ok(special(&TANH, z));
    }
    if z.re.abs() > LOG_LARGE {
        let im = 4.0 * libm::sin(z.im) * libm::cos(z.im) * libm::exp(-2.0 * z.re.abs());
        return Ok(n(1f64.copysign(z.re), im));
    }
    let (tx, ty) = (libm::tanh(z.re), libm::tan(z.im));
    let cx = 1.0 / libm::cosh(z.re);
    let txty = tx * ty;
    let denominator = 1.0 + txty * txty;
    Ok(n(tx * (1.0 + ty * ty) / denominator, ((ty / denominator) * cx) * cx))
}

fn exp(z: Number) -> Outcome {
    if !z.is_finite() {
        if z.im.is_infinite() && (z.re.is_finite() || z.re == INF) {
            return Err(Failure::Domain);
        }
        if is_special_pair(z) {
            return Ok(quadrant(z.im, if z.re > 0.0 { INF } else { 0.0 }));
        }
        return Ok(special(&EXP, z));
    }
    let (c, s) = (libm::cos(z.im), libm::sin(z.im));
    if z.re > LOG_LARGE {
        let l = libm::exp(z.re - 1.0);
        let e = std::f64::consts::E;
        return overflow_checked(n(l * c * e, l * s * e));
    }
    let l = libm::exp(z.re);
    overflow_checked(n(l * c, l * s))
}

fn log10(z: Number) -> Outcome {
    let r = log_of(z)?;
    let ln10 = std::f64::consts::LN_10;
    Ok(n(r.re / ln10, r.im / ln10))
}

/// The argument as a complex number.
fn argument(vm: &mut Vm, v: Value) -> PyResult<Number> {
    if let Some((re, im)) = objects::complex::parts(v) {
        return Ok(n(re, im));
    }
    let name = vm.intern("__complex__")?;
    if float::value(v).is_none()
        && let Some(result) = vm.call_special(v, name, &[])?
    {
        return match objects::complex::parts(result) {
            Some((re, im)) => Ok(n(re, im)),
            None => Err(vm.type_error(format_args!(
                "{}.__complex__() must return a complex, not {}",
                class_name(v),
                class_name(result)
            ))),
        };
    }
    Ok(n(vm.float_value(v)?, 0.0))
}

fn value(vm: &mut Vm, outcome: Outcome) -> PyResult<Value> {
    match outcome {
        Ok(z) => objects::complex::from_parts(vm, z.re, z.im),
        Err(Failure::Domain) => Err(vm.value_error(format_args!("math domain error"))),
        Err(Failure::Range) => Err(vm.overflow_error(format_args!("math range error"))),
    }
}

fn apply(vm: &mut Vm, z: Value, f: impl FnOnce(Number) -> Outcome) -> PyResult<Value> {
    let z = argument(vm, z)?;
    value(vm, f(z))
}

/// The module.
#[pymodule(
    name = "cmath",
    doc = "This module provides access to mathematical functions for complex\nnumbers."
)]
pub mod module {
    use super::{Failure, INF, NAN, Number, apply, argument, n, value};
    use heap::Gc;
    use objects::float;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    const pi: f64 = std::f64::consts::PI;
    #[attr]
    const e: f64 = std::f64::consts::E;
    #[attr]
    const tau: f64 = std::f64::consts::TAU;
    #[attr]
    const inf: f64 = INF;
    #[attr]
    const nan: f64 = NAN;
    #[attr]
    fn infj(vm: &mut Vm) -> PyResult<Value> {
        objects::complex::from_parts(vm, 0.0, INF)
    }
    #[attr]
    fn nanj(vm: &mut Vm) -> PyResult<Value> {
        objects::complex::from_parts(vm, 0.0, NAN)
    }

    /// Return the arc cosine of z.
    #[function]
    fn acos(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, |z| Ok(super::acos(z)))
    }

    /// Return the inverse hyperbolic cosine of z.
    #[function]
    fn acosh(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, |z| Ok(super::acosh(z)))
    }

    /// Return the arc sine of z.
    #[function]
    fn asin(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, |z| Ok(super::asinh(z.rotated()).rotated_back()))
    }

    /// Return the inverse hyperbolic sine of z.
    #[function]
    fn asinh(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, |z| Ok(super::asinh(z)))
    }

    /// Return the arc tangent of z.
    #[function]
    fn atan(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, |z| super::atanh(z.rotated()).map(Number::rotated_back))
    }

    /// Return the inverse hyperbolic tangent of z.
    #[function]
    fn atanh(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, super::atanh)
    }

    /// Return the cosine of z.
    #[function]
    fn cos(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, |z| super::cosh(z.rotated()))
    }

    /// Return the hyperbolic cosine of z.
    #[function]
    fn cosh(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, super::cosh)
    }

    /// Return the exponential value e**z.
    #[function]
    fn exp(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, super::exp)
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of z.
    #[function(sig = "($module, z, base=<unrepresentable>, /)")]
    fn log(vm: &mut Vm, z: Value, #[default(Value::UNDEF)] base: Value) -> PyResult<Value> {
        let z = argument(vm, z)?;
        let number = super::log_of(z);
        let Some(base) = base.defined() else { return value(vm, number) };
        let base = argument(vm, base)?;
        let (Ok(a), Ok(b)) = (number, super::log_of(base)) else {
            return value(vm, Err(Failure::Domain));
        };
        let a = objects::complex::from_parts(vm, a.re, a.im)?;
        let b = objects::complex::from_parts(vm, b.re, b.im)?;
        match vm.binary(objects::protocol::BinaryOp::TrueDiv, a, b) {
            Ok(v) => Ok(v),
            Err(_) if vm.raised_matches(&objects::exceptions::ZERO_DIVISION_ERROR) => {
                vm.clear_raised();
                value(vm, Err(Failure::Domain))
            }
            Err(r) => Err(r),
        }
    }

    /// Return the base-10 logarithm of z.
    #[function]
    fn log10(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, super::log10)
    }

    /// Return the sine of z.
    #[function]
    fn sin(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, |z| super::sinh(z.rotated()).map(Number::rotated_back))
    }

    /// Return the hyperbolic sine of z.
    #[function]
    fn sinh(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, super::sinh)
    }

    /// Return the square root of z.
    #[function]
    fn sqrt(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, |z| Ok(super::sqrt(z)))
    }

    /// Return the tangent of z.
    #[function]
    fn tan(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, |z| super::tanh(z.rotated()).map(Number::rotated_back))
    }

    /// Return the hyperbolic tangent of z.
    #[function]
    fn tanh(vm: &mut Vm, z: Value) -> PyResult<Value> {
        apply(vm, z, super::tanh)
    }

    /// Return argument, also known as the phase angle, of a complex.
    #[function]
    fn phase(vm: &mut Vm, z: Value) -> PyResult<f64> {
        let z = argument(vm, z)?;
        Ok(z.im.atan2(z.re))
    }

    fn size(vm: &mut Vm, z: Number) -> PyResult<f64> {
        let r = super::hypot(z);
        if r.is_infinite() && z.is_finite() {
            return Err(vm.overflow_error(format_args!("math range error")));
        }
        Ok(r)
    }

    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[function]
    fn polar(vm: &mut Vm, z: Value) -> PyResult<Gc<Tuple>> {
        let z = argument(vm, z)?;
        let r = size(vm, z)?;
        let (r, phi) = (float::from_f64(vm, r)?, float::from_f64(vm, z.im.atan2(z.re))?);
        Tuple::pair(vm, r, phi)
    }

    /// Convert from polar coordinates to rectangular coordinates.
    #[function]
    fn rect(vm: &mut Vm, r: f64, phi: f64) -> PyResult<Value> {
        if phi.is_infinite() && !r.is_nan() && r != 0.0 {
            return value(vm, Err(Failure::Domain));
        }
        let result = if r.is_infinite() && phi.is_finite() && phi != 0.0 {
            let q = super::quadrant(phi, INF);
            if r > 0.0 { q } else { n(-q.re, -q.im) }
        } else if phi == 0.0 {
            // The sign of a zero stays.
            n(
                r,
                if r.is_finite() {
                    r * phi
                } else {
                    if r.is_nan() { phi } else { phi * r.signum() }
                },
            )
        } else if r == 0.0 && !phi.is_finite() {
            n(0.0, 0.0)
        } else if !r.is_finite() || !phi.is_finite() {
            n(if r.is_infinite() { INF } else { NAN }, NAN)
        } else {
            n(r * libm::cos(phi), r * libm::sin(phi))
        };
        value(vm, Ok(result))
    }

    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[function]
    fn isfinite(vm: &mut Vm, z: Value) -> PyResult<bool> {
        Ok(argument(vm, z)?.is_finite())
    }

    /// Checks if the real or imaginary part of z is infinite.
    #[function]
    fn isinf(vm: &mut Vm, z: Value) -> PyResult<bool> {
        Ok(argument(vm, z)?.is_infinite())
    }

    /// Checks if the real or imaginary part of z not a number (NaN).
    #[function]
    fn isnan(vm: &mut Vm, z: Value) -> PyResult<bool> {
        Ok(argument(vm, z)?.is_nan())
    }

    /// Determine whether two complex numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them must be
    /// smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard. That is, NaN is
    /// not close to anything, even itself. inf and -inf are only close to themselves.
    #[function(sig = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(
        vm: &mut Vm,
        a: Value,
        b: Value,
        #[default(1e-9)] rel_tol: f64,
        #[default(0.0)] abs_tol: f64,
    ) -> PyResult<bool> {
        let (a, b) = (argument(vm, a)?, argument(vm, b)?);
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(vm.value_error(format_args!("tolerances must be non-negative")));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = super::hypot(n(a.re - b.re, a.im - b.im));
        Ok(difference <= rel_tol * super::hypot(b)
            || difference <= rel_tol * super::hypot(a)
            || difference <= abs_tol)
    }
}

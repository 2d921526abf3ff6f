//! Complex arithmetic with the rules of CPython 3.14: a real operand has no imaginary part at all, rather than a zero
//! one, and infinities follow C99's annex G.

use code::oparg::BinaryOperator;

use super::Number;

#[derive(Clone, Copy)]
pub(super) struct Complex {
    pub re: f64,
    pub im: f64,
}

const ONE: Complex = Complex { re: 1.0, im: 0.0 };

/// One of the operands is complex.
pub(super) fn binary(a: &Number, op: BinaryOperator, b: &Number) -> Option<Complex> {
    use BinaryOperator as B;
    if op == B::Power {
        return widen(a)?.power(widen(b)?);
    }
    match (a, b) {
        (Number::Complex(a), Number::Complex(b)) => match op {
            B::Add => Some(Complex { re: a.re + b.re, im: a.im + b.im }),
            B::Subtract => Some(Complex { re: a.re - b.re, im: a.im - b.im }),
            B::Multiply => Some(a.mul(*b)),
            B::TrueDivide => a.div(*b),
            _ => None,
        },
        (Number::Complex(z), real) => {
            let real = real.to_f64()?;
            match op {
                B::Add => Some(Complex { re: z.re + real, im: z.im }),
                B::Subtract => Some(Complex { re: z.re - real, im: z.im }),
                B::Multiply => Some(z.scale(real)),
                B::TrueDivide if real != 0.0 => Some(Complex { re: z.re / real, im: z.im / real }),
                _ => None,
            }
        }
        (real, Number::Complex(z)) => {
            let real = real.to_f64()?;
            match op {
                B::Add => Some(Complex { re: real + z.re, im: z.im }),
                B::Subtract => Some(Complex { re: real - z.re, im: -z.im }),
                B::Multiply => Some(z.scale(real)),
                B::TrueDivide => z.divide_real(real),
                _ => None,
            }
        }
        _ => None,
    }
}

fn widen(value: &Number) -> Option<Complex> {
    match value {
        Number::Complex(z) => Some(*z),
        real => Some(Complex { re: real.to_f64()?, im: 0.0 }),
    }
}

/// 1 for an infinity and 0 otherwise, with the sign of `x`.
fn unit(x: f64) -> f64 {
    f64::from(u8::from(x.is_infinite())).copysign(x)
}

fn zero_if_nan(x: f64) -> f64 {
    if x.is_nan() { 0f64.copysign(x) } else { x }
}

impl Complex {
    fn scale(self, real: f64) -> Complex {
        Complex { re: self.re * real, im: self.im * real }
    }

    fn is_nan(self) -> bool {
        self.re.is_nan() && self.im.is_nan()
    }

    fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    fn unit(self) -> Complex {
        Complex { re: unit(self.re), im: unit(self.im) }
    }

    fn zero_nans(self) -> Complex {
        Complex { re: zero_if_nan(self.re), im: zero_if_nan(self.im) }
    }

    fn mul(self, other: Complex) -> Complex {
        let plain = |a: Complex, b: Complex| Complex {
            re: a.re * b.re - a.im * b.im,
            im: a.re * b.im + a.im * b.re,
        };
        let result = plain(self, other);
        if !result.is_nan() {
            return result;
        }
        let (mut a, mut b) = (self, other);
        let mut recompute = false;
        if a.is_infinite() {
            (a, b, recompute) = (a.unit(), b.zero_nans(), true);
        }
        if b.is_infinite() {
            (a, b, recompute) = (a.zero_nans(), b.unit(), true);
        }
        let overflowed =
            [a.re * b.re, a.im * b.im, a.re * b.im, a.im * b.re].iter().any(|x| x.is_infinite());
        if !recompute && overflowed {
            (a, b, recompute) = (a.zero_nans(), b.zero_nans(), true);
        }
        if recompute { plain(a, b).scale(f64::INFINITY) } else { result }
    }

    /// Smith's algorithm; `None` for division by zero.
    fn div(self, other: Complex) -> Option<Complex> {
        let (a, b) = (self, other);
        let result = if b.re.abs() >= b.im.abs() {
            if b.re == 0.0 {
                return None;
            }
            let ratio = b.im / b.re;
            let denominator = b.re + b.im * ratio;
            Complex {
                re: (a.re + a.im * ratio) / denominator,
                im: (a.im - a.re * ratio) / denominator,
            }
        } else if b.im.abs() >= b.re.abs() {
            let ratio = b.re / b.im;
            let denominator = b.re * ratio + b.im;
            Complex {
                re: (a.re * ratio + a.im) / denominator,
                im: (a.im * ratio - a.re) / denominator,
            }
        } else {
            Complex { re: f64::NAN, im: f64::NAN }
        };
        Some(if result.is_nan() { recover_quotient(a, b).unwrap_or(result) } else { result })
    }

    /// `real / self`
    fn divide_real(self, real: f64) -> Option<Complex> {
        let b = self;
        let result = if b.re.abs() >= b.im.abs() {
            if b.re == 0.0 {
                return None;
            }
            let ratio = b.im / b.re;
            let denominator = b.re + b.im * ratio;
            Complex { re: real / denominator, im: (-real * ratio) / denominator }
        } else if b.im.abs() >= b.re.abs() {
            let ratio = b.re / b.im;
            let denominator = b.re * ratio + b.im;
            Complex { re: (real * ratio) / denominator, im: -real / denominator }
        } else {
            Complex { re: f64::NAN, im: f64::NAN }
        };
        if result.is_nan() && real.is_finite() && b.is_infinite() {
            let unit = b.unit();
            return Some(Complex { re: 0.0 * (real * unit.re), im: 0.0 * (-real * unit.im) });
        }
        Some(result)
    }

    /// `self ** exponent` by the formula; `None` if it raises.
    pub fn pow(self, exponent: Complex) -> Option<Complex> {
        if exponent.re == 0.0 && exponent.im == 0.0 {
            return Some(ONE);
        }
        if self.re == 0.0 && self.im == 0.0 {
            let bad = exponent.im != 0.0 || exponent.re < 0.0;
            return (!bad).then_some(Complex { re: 0.0, im: 0.0 });
        }
        let size = self.re.hypot(self.im);
        let mut length = size.powf(exponent.re);
        let angle = self.im.atan2(self.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            length *= (-angle * exponent.im).exp();
            phase += exponent.im * size.ln();
        }
        let result = Complex { re: length * phase.cos(), im: length * phase.sin() };
        result.unless_infinite()
    }

    /// `self ** exponent`: by multiplication for small integers.
    fn power(self, exponent: Complex) -> Option<Complex> {
        let n = exponent.re;
        if exponent.im != 0.0 || n.fract() != 0.0 || n.abs() > 100.0 {
            return self.pow(exponent);
        }
        let result = if n > 0.0 { self.raise(n as u32) } else { ONE.div(self.raise(-n as u32))? };
        result.unless_infinite()
    }

    fn raise(self, n: u32) -> Complex {
        let (mut result, mut square, mut rest) = (ONE, self, n);
        while rest != 0 {
            if rest & 1 != 0 {
                result = result.mul(square);
            }
            rest >>= 1;
            square = square.mul(square);
        }
        result
    }

    /// An infinite power raises OverflowError, whatever the operands.
    fn unless_infinite(self) -> Option<Complex> {
        (!self.is_infinite()).then_some(self)
    }
}

fn recover_quotient(a: Complex, b: Complex) -> Option<Complex> {
    if a.is_infinite() && b.is_finite() {
        let u = a.unit();
        return Some(
            Complex { re: u.re * b.re + u.im * b.im, im: u.im * b.re - u.re * b.im }
                .scale(f64::INFINITY),
        );
    }
    if b.is_infinite() && a.is_finite() {
        let u = b.unit();
        return Some(
            Complex { re: a.re * u.re + a.im * u.im, im: a.im * u.re - a.re * u.im }.scale(0.0),
        );
    }
    None
}

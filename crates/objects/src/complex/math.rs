//! Arithmetic of complex numbers as pairs of floats.
//!
//! Products and quotients treat infinities as annex G of C99 does: an operation on an infinity that would come out as NaN in
//! both parts is repeated with the infinite parts boxed to ±1 and NaNs taken as zeros.

/// A complex number.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Number {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

/// Why a power can't be given.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PowError {
    /// Zero to a negative or complex power.
    Zero,
    /// The result is too large.
    Overflow,
}

const ONE: Number = Number { re: 1.0, im: 0.0 };
const NAN: Number = Number { re: f64::NAN, im: f64::NAN };
/// The largest exponent that is worked out by multiplication.
const MULTIPLY_UP_TO: f64 = 100.0;

fn boxed(x: f64) -> f64 {
    (if x.is_infinite() { 1.0f64 } else { 0.0 }).copysign(x)
}

fn without_nan(x: f64) -> f64 {
    if x.is_nan() { 0f64.copysign(x) } else { x }
}

impl Number {
    fn is_infinite(self) -> bool {
        self.re.is_infinite() || self.im.is_infinite()
    }

    fn is_finite(self) -> bool {
        self.re.is_finite() && self.im.is_finite()
    }

    fn is_nan(self) -> bool {
        self.re.is_nan() && self.im.is_nan()
    }

    fn boxed(self) -> Number {
        Number { re: boxed(self.re), im: boxed(self.im) }
    }

    fn without_nan(self) -> Number {
        Number { re: without_nan(self.re), im: without_nan(self.im) }
    }

    /// `self` times a real number.
    pub fn scaled(self, factor: f64) -> Number {
        Number { re: self.re * factor, im: self.im * factor }
    }

    /// `self * other`
    pub fn product(self, other: Number) -> Number {
        let multiply = |a: Number, b: Number| Number {
            re: a.re * b.re - a.im * b.im,
            im: a.re * b.im + a.im * b.re,
        };
        let plain = multiply(self, other);
        if !plain.is_nan() {
            return plain;
        }
        let (mut a, mut b) = (self, other);
        if a.is_infinite() {
            (a, b) = (a.boxed(), b.without_nan());
        }
        if b.is_infinite() {
            (a, b) = (a.without_nan(), b.boxed());
        }
        if !self.is_infinite() && !other.is_infinite() {
            let overflows = [a.re * b.re, a.im * b.im, a.re * b.im, a.im * b.re]
                .into_iter()
                .any(f64::is_infinite);
            if !overflows {
                return plain;
            }
            (a, b) = (a.without_nan(), b.without_nan());
        }
        multiply(a, b).scaled(f64::INFINITY)
    }

    /// The divisor's larger part, the ratio of the smaller one to it, and whether the real part is the larger one, for
    /// Smith's algorithm; `None` if a part is NaN.
    fn pivot(self) -> Option<(f64, f64, bool)> {
        if self.re.abs() >= self.im.abs() {
            Some((self.re, self.im / self.re, true))
        } else if self.im.abs() >= self.re.abs() {
            Some((self.im, self.re / self.im, false))
        } else {
            None
        }
    }

    /// `self / other`; `None` for a zero divisor.
    pub fn quotient(self, other: Number) -> Option<Number> {
        let plain = match other.pivot() {
            Some((0.0, ..)) => return None,
            Some((_, ratio, true)) => {
                let scale = other.re + other.im * ratio;
                Number {
                    re: (self.re + self.im * ratio) / scale,
                    im: (self.im - self.re * ratio) / scale,
                }
            }
            Some((_, ratio, false)) => {
                let scale = other.re * ratio + other.im;
                Number {
                    re: (self.re * ratio + self.im) / scale,
                    im: (self.im * ratio - self.re) / scale,
                }
            }
            None => NAN,
        };
        if !plain.is_nan() {
            return Some(plain);
        }
        let (a, b, factor) = if self.is_infinite() && other.is_finite() {
            (self.boxed(), other, f64::INFINITY)
        } else if other.is_infinite() && self.is_finite() {
            (self, other.boxed(), 0.0)
        } else {
            return Some(plain);
        };
        let recovered = Number { re: a.re * b.re + a.im * b.im, im: a.im * b.re - a.re * b.im };
        Some(recovered.scaled(factor))
    }

    /// `real / self`, the real number having no imaginary part at all; `None` for a zero divisor.
    pub fn divide(self, real: f64) -> Option<Number> {
        let plain = match self.pivot() {
            Some((0.0, ..)) => return None,
            Some((_, ratio, true)) => {
                let scale = self.re + self.im * ratio;
                Number { re: real / scale, im: (-real * ratio) / scale }
            }
            Some((_, ratio, false)) => {
                let scale = self.re * ratio + self.im;
                Number { re: (real * ratio) / scale, im: -real / scale }
            }
            None => NAN,
        };
        if plain.is_nan() && real.is_finite() && self.is_infinite() {
            let b = self.boxed();
            return Some(Number { re: 0.0 * (real * b.re), im: 0.0 * (-real * b.im) });
        }
        Some(plain)
    }

    /// `self ** exponent`
    pub fn power(self, exponent: Number) -> Result<Number, PowError> {
        let n = exponent.re;
        let by_multiplication = exponent.im == 0.0 && n == n.floor() && n.abs() <= MULTIPLY_UP_TO;
        let power = if !by_multiplication {
            self.general_power(exponent)?
        } else if n > 0.0 {
            self.repeated(n as u32)
        } else {
            ONE.quotient(self.repeated(-n as u32)).ok_or(PowError::Zero)?
        };
        if power.is_infinite() { Err(PowError::Overflow) } else { Ok(power) }
    }

    /// By squaring.
    fn repeated(self, exponent: u32) -> Number {
        let (mut power, mut square, mut rest) = (ONE, self, exponent);
        while rest != 0 {
            if rest & 1 != 0 {
                power = power.product(square);
            }
            rest >>= 1;
            square = square.product(square);
        }
        power
    }

    /// By length and angle.
    fn general_power(self, exponent: Number) -> Result<Number, PowError> {
        if exponent.re == 0.0 && exponent.im == 0.0 {
            return Ok(ONE);
        }
        if self.re == 0.0 && self.im == 0.0 {
            let defined = exponent.im == 0.0 && exponent.re >= 0.0;
            return if defined { Ok(Number { re: 0.0, im: 0.0 }) } else { Err(PowError::Zero) };
        }
        let (size, angle) = (self.re.hypot(self.im), self.im.atan2(self.re));
        let mut length = size.powf(exponent.re);
        let mut phase = angle * exponent.re;
        if exponent.im != 0.0 {
            length *= (-angle * exponent.im).exp();
            phase += exponent.im * size.ln();
        }
        Ok(Number { re: length * phase.cos(), im: length * phase.sin() })
    }

    /// `abs(self)`; `None` if it is too large.
    pub fn size(self) -> Option<f64> {
        let size = self.re.hypot(self.im);
        if size.is_infinite() && self.is_finite() { None } else { Some(size) }
    }
}

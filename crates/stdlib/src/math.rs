//! `math`: functions of real numbers, with CPython's errors and special cases.

use macros::pymodule;

/// The module.
#[pymodule(
    name = "math",
    doc = "This module provides access to the mathematical functions\ndefined by the C standard."
)]
pub mod module {
    use objects::protocol::BinaryOp;
    use objects::tuple::Tuple;
    use objects::types::class_name;
    use objects::value::Value;
    use objects::vm::{PyResult, Raised, Vm};
    use objects::{float, int};

    #[attr]
    const pi: f64 = std::f64::consts::PI;
    #[attr]
    const e: f64 = std::f64::consts::E;
    #[attr]
    const tau: f64 = std::f64::consts::TAU;
    #[attr]
    const inf: f64 = f64::INFINITY;
    #[attr]
    const nan: f64 = f64::NAN;

    #[cold]
    fn domain(vm: &mut Vm) -> Raised {
        vm.value_error(format_args!("math domain error"))
    }

    #[cold]
    fn range(vm: &mut Vm) -> Raised {
        vm.overflow_error(format_args!("math range error"))
    }

    /// The text of an argument outside a function's domain.
    #[cold]
    fn expected(vm: &mut Vm, what: &str, x: f64) -> Raised {
        let shown = float::from_f64(vm, x).map(|v| vm.repr_for_message(v)).unwrap_or_default();
        vm.value_error(format_args!("expected {what}, got {shown}"))
    }

    /// The result of a function that overflows to infinity and has no other poles.
    fn checked(vm: &mut Vm, x: f64, r: f64) -> PyResult<f64> {
        if r.is_nan() && !x.is_nan() {
            return Err(domain(vm));
        }
        if r.is_infinite() && x.is_finite() {
            return Err(range(vm));
        }
        Ok(r)
    }

    /// Return the arc cosine (measured in radians) of x.
    #[function(leaf, pure)]
    fn acos(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.abs() > 1.0 {
            Err(expected(vm, "a number in range from -1 up to 1", x))
        } else {
            Ok(x.acos())
        }
    }

    /// Return the arc sine (measured in radians) of x.
    #[function(leaf, pure)]
    fn asin(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.abs() > 1.0 {
            Err(expected(vm, "a number in range from -1 up to 1", x))
        } else {
            Ok(x.asin())
        }
    }

    /// Return the arc tangent (measured in radians) of x.
    #[function(leaf, pure)]
    fn atan(x: f64) -> f64 {
        x.atan()
    }

    /// Return the arc tangent (measured in radians) of y/x.
    #[function(leaf, pure)]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// Return the inverse hyperbolic cosine of x.
    #[function(leaf, pure)]
    fn acosh(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x < 1.0 {
            Err(expected(vm, "argument value not less than 1", x))
        } else {
            Ok(libm::acosh(x))
        }
    }

    /// Return the inverse hyperbolic sine of x.
    #[function(leaf, pure)]
    fn asinh(x: f64) -> f64 {
        libm::asinh(x)
    }

    /// Return the inverse hyperbolic tangent of x.
    #[function(leaf, pure)]
    fn atanh(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.abs() >= 1.0 {
            Err(expected(vm, "a number between -1 and 1", x))
        } else {
            Ok(libm::atanh(x))
        }
    }

    /// Return the cube root of x.
    #[function(leaf, pure)]
    fn cbrt(x: f64) -> f64 {
        x.cbrt()
    }

    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    #[function(leaf, pure)]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Return the cosine of x (measured in radians).
    #[function(leaf, pure)]
    fn cos(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.is_infinite() { Err(expected(vm, "a finite input", x)) } else { Ok(x.cos()) }
    }

    /// Return the sine of x (measured in radians).
    #[function(leaf, pure)]
    fn sin(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.is_infinite() { Err(expected(vm, "a finite input", x)) } else { Ok(x.sin()) }
    }

    /// Return the tangent of x (measured in radians).
    #[function(leaf, pure)]
    fn tan(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.is_infinite() { Err(expected(vm, "a finite input", x)) } else { Ok(x.tan()) }
    }

    /// Return the hyperbolic cosine of x.
    #[function(leaf, pure)]
    fn cosh(vm: &mut Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.cosh())
    }

    /// Return the hyperbolic sine of x.
    #[function(leaf, pure)]
    fn sinh(vm: &mut Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.sinh())
    }

    /// Return the hyperbolic tangent of x.
    #[function(leaf, pure)]
    fn tanh(x: f64) -> f64 {
        x.tanh()
    }

    /// Convert angle x from radians to degrees.
    #[function(leaf, pure)]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / std::f64::consts::PI)
    }

    /// Convert angle x from degrees to radians.
    #[function(leaf, pure)]
    fn radians(x: f64) -> f64 {
        x * (std::f64::consts::PI / 180.0)
    }

    /// Error function at x.
    #[function(leaf, pure)]
    fn erf(x: f64) -> f64 {
        libm::erf(x)
    }

    /// Complementary error function at x.
    #[function(leaf, pure)]
    fn erfc(x: f64) -> f64 {
        libm::erfc(x)
    }

    /// Return e raised to the power of x.
    #[function(leaf, pure)]
    fn exp(vm: &mut Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.exp())
    }

    /// Return 2 raised to the power of x.
    #[function(leaf, pure)]
    fn exp2(vm: &mut Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.exp2())
    }

    /// Return exp(x)-1.
    #[function(leaf, pure)]
    fn expm1(vm: &mut Vm, x: f64) -> PyResult<f64> {
        checked(vm, x, x.exp_m1())
    }

    /// Return the absolute value of the float x.
    #[function(leaf, pure)]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Gamma function at x.
    #[function(leaf, pure)]
    fn gamma(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x == f64::NEG_INFINITY || (x <= 0.0 && x == x.floor()) {
            return Err(expected(vm, "a noninteger or positive integer", x));
        }
        // Small whole arguments are exact factorials.
        if x == x.floor() && x <= 23.0 {
            return Ok((1..x as u64).fold(1.0, |p, k| p * k as f64));
        }
        checked(vm, x, libm::tgamma(x))
    }

    /// Natural logarithm of absolute value of Gamma function at x.
    #[function(leaf, pure)]
    fn lgamma(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x.is_infinite() {
            return Ok(f64::INFINITY);
        }
        if x <= 0.0 && x == x.floor() {
            return Err(expected(vm, "a noninteger or positive integer", x));
        }
        checked(vm, x, libm::lgamma(x))
    }

    /// Return the natural logarithm of 1+x (base e).
    #[function(leaf, pure)]
    fn log1p(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x <= -1.0 { Err(expected(vm, "argument value > -1", x)) } else { Ok(x.ln_1p()) }
    }

    /// Return the square root of x.
    #[function(leaf, pure)]
    fn sqrt(vm: &mut Vm, x: f64) -> PyResult<f64> {
        if x < 0.0 { Err(expected(vm, "a nonnegative input", x)) } else { Ok(x.sqrt()) }
    }

    /// Fused multiply-add operation.
    #[function(leaf, pure)]
    fn fma(vm: &mut Vm, x: f64, y: f64, z: f64) -> PyResult<f64> {
        let r = x.mul_add(y, z);
        if r.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(vm.value_error(format_args!("invalid operation in fma")));
        }
        if r.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(vm.overflow_error(format_args!("overflow in fma")));
        }
        Ok(r)
    }

    /// Return fmod(x, y), according to platform C.
    #[function(leaf, pure)]
    fn fmod(vm: &mut Vm, x: f64, y: f64) -> PyResult<f64> {
        if y.is_infinite() && x.is_finite() {
            return Ok(x);
        }
        let r = x % y;
        if r.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain(vm)) } else { Ok(r) }
    }

    /// Difference between x and the closest integer multiple of y.
    #[function(leaf, pure)]
    fn remainder(vm: &mut Vm, x: f64, y: f64) -> PyResult<f64> {
        let r = libm::remainder(x, y);
        if r.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain(vm)) } else { Ok(r) }
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    #[function]
    fn frexp(vm: &mut Vm, x: f64) -> PyResult<Value> {
        let (m, exponent) = if x.is_finite() { libm::frexp(x) } else { (x, 0) };
        let m = float::from_f64(vm, m)?;
        Ok(Tuple::from_slice(vm, &[m, Value::int32(exponent)])?.into())
    }

    /// Return x * (2**i).
    #[function]
    fn ldexp(vm: &mut Vm, x: f64, i: Value) -> PyResult<f64> {
        if !int::is_exact(i) && i.cast::<objects::int::Int>().is_none() && !i.is_bool() {
            return Err(vm.type_error(format_args!("Expected an int as second argument to ldexp.")));
        }
        let exact = vm.index(i)?;
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        let exponent =
            int::to_i64(exact).unwrap_or(if int::is_negative(exact) { i64::MIN } else { i64::MAX });
        let r = libm::ldexp(x, exponent.clamp(-100_000, 100_000) as i32);
        if r.is_infinite() { Err(range(vm)) } else { Ok(r) }
    }

    /// Return the fractional and integer parts of x.
    #[function]
    fn modf(vm: &mut Vm, x: f64) -> PyResult<Value> {
        let (fraction, whole) = if x.is_infinite() {
            (0f64.copysign(x), x)
        } else {
            (x.fract().copysign(x), x.trunc())
        };
        let (fraction, whole) = (float::from_f64(vm, fraction)?, float::from_f64(vm, whole)?);
        Ok(Tuple::from_slice(vm, &[fraction, whole])?.into())
    }

    /// Return x**y (x to the power of y).
    #[function(leaf, pure)]
    fn pow(vm: &mut Vm, x: f64, y: f64) -> PyResult<f64> {
        let r = x.powf(y);
        if x.is_finite() && y.is_finite() {
            if r.is_nan() || (x == 0.0 && y < 0.0) {
                return Err(domain(vm));
            }
            if r.is_infinite() {
                return Err(range(vm));
            }
        }
        Ok(r)
    }

    /// Determine whether two floating-point numbers are close in value.
    #[function(sig = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(
        vm: &mut Vm,
        a: f64,
        b: f64,
        #[default(1e-9)] rel_tol: f64,
        #[default(0.0)] abs_tol: f64,
    ) -> PyResult<bool> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(vm.value_error(format_args!("tolerances must be non-negative")));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let difference = (b - a).abs();
        Ok(difference <= (rel_tol * b).abs()
            || difference <= (rel_tol * a).abs()
            || difference <= abs_tol)
    }

    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[function(leaf, pure)]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[function(leaf, pure)]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Return True if x is a NaN (not a number), and False otherwise.
    #[function(leaf, pure)]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// An int or, for a big one, its logarithm from the highest bits.
    fn log_of(vm: &mut Vm, x: Value, of: fn(f64) -> f64) -> PyResult<f64> {
        let is_int = x.is_small_int() || x.is_bool() || x.cast::<objects::int::Int>().is_some();
        if !is_int {
            let f = vm.float_value(x)?;
            if f > 0.0 || f.is_nan() {
                return Ok(of(f));
            }
            return Err(expected(vm, "a positive input", f));
        }
        let exact = vm.index(x)?;
        if int::is_negative(exact) || exact == Value::ZERO {
            return Err(vm.value_error(format_args!("expected a positive input")));
        }
        match int::to_f64(vm, exact) {
            Ok(f) => Ok(of(f)),
            Err(_) => {
                vm.clear_raised();
                let name = vm.intern("bit_length")?;
                let bits = vm.call_method(exact, name, &[])?;
                let bits = vm.index_clipped(bits)? as i64;
                let shift = int::from_i64(vm, bits - 64)?;
                let top = vm.binary(BinaryOp::RShift, exact, shift)?;
                let top = int::to_f64(vm, top)?;
                Ok(of(top) + of(2.0) * (bits - 64) as f64)
            }
        }
    }

    /// log(x, [base=math.e])
    #[function(sig = "($module, x, base=<unrepresentable>, /)", no_text)]
    fn log(vm: &mut Vm, x: Value, base: Option<Value>) -> PyResult<f64> {
        let n = log_of(vm, x, f64::ln)?;
        let Some(base) = base else { return Ok(n) };
        let d = log_of(vm, base, f64::ln)?;
        if d == 0.0 {
            return Err(vm.zero_division_error(format_args!("division by zero")));
        }
        Ok(n / d)
    }

    /// Return the base 2 logarithm of x.
    #[function]
    fn log2(vm: &mut Vm, x: Value) -> PyResult<f64> {
        log_of(vm, x, f64::log2)
    }

    /// Return the base 10 logarithm of x.
    #[function]
    fn log10(vm: &mut Vm, x: Value) -> PyResult<f64> {
        log_of(vm, x, f64::log10)
    }

    /// An integer from a special method, or from a float by `round`.
    fn rounded(vm: &mut Vm, x: Value, method: &str, round: fn(f64) -> f64) -> PyResult<Value> {
        if !float::is_exact(x) {
            let name = vm.intern(method)?;
            if let Some(v) = vm.call_special(x, name, &[])? {
                return Ok(v);
            }
        }
        let f = vm.float_value(x)?;
        to_int(vm, round(f))
    }

    fn to_int(vm: &mut Vm, f: f64) -> PyResult<Value> {
        if f.abs() < 9.0e18 {
            return int::from_i64(vm, f as i64);
        }
        let value = float::from_f64(vm, f)?;
        let name = vm.intern("__int__")?;
        vm.call_method(value, name, &[])
    }

    /// Return the ceiling of x as an Integral.
    #[function]
    fn ceil(vm: &mut Vm, x: Value) -> PyResult<Value> {
        rounded(vm, x, "__ceil__", f64::ceil)
    }

    /// Return the floor of x as an Integral.
    #[function]
    fn floor(vm: &mut Vm, x: Value) -> PyResult<Value> {
        rounded(vm, x, "__floor__", f64::floor)
    }

    /// Truncates the Real x to the nearest Integral toward 0.
    #[function]
    fn trunc(vm: &mut Vm, x: Value) -> PyResult<Value> {
        if float::is_exact(x) {
            let f = vm.float_value(x)?;
            return to_int(vm, f.trunc());
        }
        let name = vm.intern("__trunc__")?;
        match vm.call_special(x, name, &[])? {
            Some(v) => Ok(v),
            None => Err(vm.type_error(format_args!(
                "type {} doesn't define __trunc__ method",
                class_name(x)
            ))),
        }
    }

    /// Return the next floating-point value after x towards y.
    #[function(sig = "($module, x, y, /, *, steps=None)")]
    fn nextafter(vm: &mut Vm, x: f64, y: f64, steps: Option<Value>) -> PyResult<f64> {
        let Some(steps) = steps.filter(|s| !s.is_none()) else { return Ok(libm::nextafter(x, y)) };
        let steps = vm.index(steps)?;
        if int::is_negative(steps) {
            return Err(vm.value_error(format_args!("steps must be a non-negative integer")));
        }
        let count = int::to_u64(steps).unwrap_or(u64::MAX);
        if count == 0 || x.is_nan() || y.is_nan() || x == y {
            return Ok(if y.is_nan() || (count > 0 && x == y) { y } else { x });
        }
        // Floats as integers in their order.
        let order = |f: f64| {
            let bits = f.to_bits() as i64;
            if bits < 0 { i128::from(i64::MIN) - i128::from(bits) } else { i128::from(bits) }
        };
        let (from, to) = (order(x), order(y));
        let step = i128::from(count).min((to - from).abs());
        let at = if to > from { from + step } else { from - step };
        Ok(if at < 0 { -f64::from_bits((-at) as u64) } else { f64::from_bits(at as u64) })
    }

    /// Return the value of the least significant bit of the float x.
    #[function(leaf, pure)]
    fn ulp(x: f64) -> f64 {
        if x.is_nan() {
            return x;
        }
        let x = x.abs();
        if x.is_infinite() {
            return x;
        }
        let next = libm::nextafter(x, f64::INFINITY);
        if next.is_infinite() { x - libm::nextafter(x, f64::NEG_INFINITY) } else { next - x }
    }

    fn coordinates(vm: &mut Vm, v: Value) -> PyResult<Vec<f64>> {
        let mut out = Vec::new();
        vm.for_each(v, |vm, item| {
            let f = vm.float_value(item)?;
            out.push(f);
            Ok(())
        })?;
        Ok(out)
    }

    /// Length of a vector, with the error of scaling and summing kept.
    fn norm(all: &[f64]) -> f64 {
        let max = all.iter().fold(0.0f64, |m, f| m.max(f.abs()));
        if max == 0.0 || all.len() == 1 {
            return if all.iter().any(|f| f.is_nan()) { f64::NAN } else { max };
        }
        if all.iter().any(|f| f.is_infinite()) {
            return f64::INFINITY;
        }
        if all.iter().any(|f| f.is_nan()) {
            return f64::NAN;
        }
        let (_, exponent) = libm::frexp(max);
        let scale = |f: f64| libm::ldexp(f, -exponent);
        let (mut sum, mut low) = (1.0f64, 0.0f64);
        for f in all {
            let x = scale(*f);
            let p = x * x;
            let error = x.mul_add(x, -p);
            let t = sum + p;
            low += (sum - t) + p + error;
            sum = t;
        }
        let h = (sum - 1.0 + low).sqrt();
        // One Newton step on what the sum lost.
        let p = h * h;
        let error = h.mul_add(h, -p);
        let t = sum - p;
        let rest = ((sum - t) - p) + (t - 1.0) + low - error;
        libm::ldexp(h + rest / (2.0 * h), exponent)
    }

    /// Multidimensional Euclidean distance from the origin to a point.
    #[function(sig = "($module, *coordinates)", no_text)]
    fn hypot(vm: &mut Vm, args: &[Value]) -> PyResult<f64> {
        let mut all = [0.0; 8];
        if args.len() <= 8 {
            for (at, v) in all.iter_mut().zip(args) {
                *at = vm.float_value(*v)?;
            }
            return Ok(norm(&all[..args.len()]));
        }
        let mut all = Vec::new();
        for v in args {
            let f = vm.float_value(*v)?;
            all.push(f);
        }
        Ok(norm(&all))
    }

    /// Return the Euclidean distance between two points p and q.
    #[function]
    fn dist(vm: &mut Vm, p: Value, q: Value) -> PyResult<f64> {
        let (a, b) = (coordinates(vm, p)?, coordinates(vm, q)?);
        if a.len() != b.len() {
            return Err(
                vm.value_error(format_args!("both points must have the same number of dimensions"))
            );
        }
        let differences: Vec<f64> = a.iter().zip(&b).map(|(x, y)| x - y).collect();
        Ok(norm(&differences))
    }

    /// Return an accurate floating-point sum of values in the iterable seq.
    #[function]
    fn fsum(vm: &mut Vm, seq: Value) -> PyResult<f64> {
        let mut partials: Vec<f64> = Vec::new();
        let (mut special, mut infinities) = (0.0f64, 0.0f64);
        vm.for_each(seq, |vm, item| {
            let original = vm.float_value(item)?;
            let mut x = original;
            let mut kept = 0;
            for at in 0..partials.len() {
                let mut y = partials[at];
                if x.abs() < y.abs() {
                    std::mem::swap(&mut x, &mut y);
                }
                let high = x + y;
                let low = y - (high - x);
                if low != 0.0 {
                    partials[kept] = low;
                    kept += 1;
                }
                x = high;
            }
            partials.truncate(kept);
            if x != 0.0 {
                if !x.is_finite() {
                    if original.is_finite() {
                        return Err(
                            vm.overflow_error(format_args!("intermediate overflow in fsum"))
                        );
                    }
                    if original.is_infinite() {
                        infinities += original;
                    }
                    special += original;
                    partials.clear();
                } else {
                    partials.push(x);
                }
            }
            Ok(())
        })?;
        if special != 0.0 {
            return if infinities.is_nan() {
                Err(vm.value_error(format_args!("-inf + inf in fsum")))
            } else {
                Ok(special)
            };
        }
        Ok(rounded_sum(&partials))
    }

    /// The sum of non-overlapping partials, rounded once.
    fn rounded_sum(partials: &[f64]) -> f64 {
        let Some((&last, rest)) = partials.split_last() else { return 0.0 };
        let mut high = last;
        let mut n = rest.len();
        let mut low = 0.0;
        while n > 0 {
            let x = high;
            n -= 1;
            let y = rest[n];
            high = x + y;
            low = y - (high - x);
            if low != 0.0 {
                break;
            }
        }
        if n > 0 && ((low < 0.0 && rest[n - 1] < 0.0) || (low > 0.0 && rest[n - 1] > 0.0)) {
            let y = low * 2.0;
            let x = high + y;
            if y == x - high {
                high = x;
            }
        }
        high
    }

    /// Calculate the product of all the elements in the input iterable.
    #[function(sig = "($module, iterable, /, *, start=1)")]
    fn prod(
        vm: &mut Vm,
        iterable: Value,
        #[default(Value::int32(1))] start: Value,
    ) -> PyResult<Value> {
        let mut product = start;
        vm.for_each(iterable, |vm, item| {
            product = vm.binary(BinaryOp::Mul, product, item)?;
            Ok(())
        })?;
        Ok(product)
    }

    /// Return the sum of products of values from two iterables p and q.
    #[function]
    fn sumprod(vm: &mut Vm, p: Value, q: Value) -> PyResult<Value> {
        let (p, q) = (vm.iter(p)?, vm.iter(q)?);
        let mut total = Value::ZERO;
        // Floats are summed with the rounding errors of products and sums kept.
        let (mut high, mut low, mut floats) = (0.0f64, 0.0f64, false);
        loop {
            let (a, b) = (vm.next(p)?, vm.next(q)?);
            let (a, b) = match (a, b) {
                (None, None) => break,
                (Some(a), Some(b)) => (a, b),
                _ => return Err(vm.value_error(format_args!("Inputs are not the same length"))),
            };
            if let (true, Some(x), Some(y)) =
                (float::is_exact(a) || float::is_exact(b), plain_float(a), plain_float(b))
            {
                let product = x * y;
                let sum = high + product;
                if sum.is_finite() {
                    let error = if high.abs() >= product.abs() {
                        (high - sum) + product
                    } else {
                        (product - sum) + high
                    };
                    low += error + x.mul_add(y, -product);
                    high = sum;
                    floats = true;
                    continue;
                }
            }
            let product = vm.binary(BinaryOp::Mul, a, b)?;
            total = vm.binary(BinaryOp::Add, total, product)?;
        }
        if floats {
            let sum = float::from_f64(vm, high + low)?;
            total = vm.binary(BinaryOp::Add, total, sum)?;
        }
        Ok(total)
    }

    fn plain_float(v: Value) -> Option<f64> {
        v.as_small_int()
            .filter(|i| i.unsigned_abs() < 1 << 53)
            .map(|i| i as f64)
            .or_else(|| float::value(v))
    }

    /// A non-negative int.
    fn natural(vm: &mut Vm, v: Value, what: &str) -> PyResult<Value> {
        let exact = vm.index(v)?;
        if int::is_negative(exact) {
            return Err(vm.value_error(format_args!("{what}")));
        }
        Ok(exact)
    }

    /// Return n!.
    #[function]
    fn factorial(vm: &mut Vm, n: Value) -> PyResult<Value> {
        let n = natural(vm, n, "factorial() not defined for negative values")?;
        let Some(n) = int::to_u64(n).filter(|n| *n <= i64::MAX as u64) else {
            return Err(vm.overflow_error(format_args!(
                "factorial() argument should not exceed {}",
                i64::MAX
            )));
        };
        product_of(vm, 1, n)
    }

    /// The product of `low + 1 ..= high`, by halves so that factors have like sizes.
    fn product_of(vm: &mut Vm, low: u64, high: u64) -> PyResult<Value> {
        if high <= low {
            return Ok(Value::int32(1));
        }
        if high - low <= 20 {
            let mut product = Value::int32(1);
            for k in low + 1..=high {
                let k = int::from_u64(vm, k)?;
                product = vm.binary(BinaryOp::Mul, product, k)?;
            }
            return Ok(product);
        }
        let middle = low + (high - low) / 2;
        let a = product_of(vm, low, middle)?;
        let b = product_of(vm, middle, high)?;
        vm.binary(BinaryOp::Mul, a, b)
    }

    /// Number of ways to choose k items from n items without repetition and without order.
    #[function]
    fn comb(vm: &mut Vm, n: Value, k: Value) -> PyResult<Value> {
        let n = natural(vm, n, "n must be a non-negative integer")?;
        let k = natural(vm, k, "k must be a non-negative integer")?;
        let rest = vm.binary(BinaryOp::Sub, n, k)?;
        if int::is_negative(rest) {
            return Ok(Value::ZERO);
        }
        let smaller = match (int::to_u64(k), int::to_u64(rest)) {
            (Some(a), Some(b)) => a.min(b),
            (Some(a), None) => a,
            (None, Some(b)) => b,
            (None, None) => {
                return Err(
                    vm.overflow_error(format_args!("min(n - k, k) must not exceed {}", u64::MAX))
                );
            }
        };
        let mut result = Value::int32(1);
        for i in 0..smaller {
            let at = int::from_u64(vm, i)?;
            let factor = vm.binary(BinaryOp::Sub, n, at)?;
            let product = vm.binary(BinaryOp::Mul, result, factor)?;
            let divisor = int::from_u64(vm, i + 1)?;
            result = vm.binary(BinaryOp::FloorDiv, product, divisor)?;
        }
        Ok(result)
    }

    /// Number of ways to choose k items from n items without repetition and with order.
    #[function(sig = "($module, n, k=None, /)")]
    fn perm(vm: &mut Vm, n: Value, k: Option<Value>) -> PyResult<Value> {
        let Some(k) = k.filter(|k| !k.is_none()) else { return factorial(vm, n) };
        let n = natural(vm, n, "n must be a non-negative integer")?;
        let k = natural(vm, k, "k must be a non-negative integer")?;
        let rest = vm.binary(BinaryOp::Sub, n, k)?;
        if int::is_negative(rest) {
            return Ok(Value::ZERO);
        }
        if let (Some(n), Some(rest)) = (int::to_u64(n), int::to_u64(rest)) {
            return product_of(vm, rest, n);
        }
        let Some(count) = int::to_u64(k) else {
            return Err(vm.overflow_error(format_args!("k must not exceed {}", u64::MAX)));
        };
        let mut result = Value::int32(1);
        for i in 0..count {
            let at = int::from_u64(vm, i)?;
            let factor = vm.binary(BinaryOp::Sub, n, at)?;
            result = vm.binary(BinaryOp::Mul, result, factor)?;
        }
        Ok(result)
    }

    fn gcd_of(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        let (mut a, mut b) = (vm.abs(a)?, vm.abs(b)?);
        while b != Value::ZERO {
            if let (Some(x), Some(y)) = (int::to_u64(a), int::to_u64(b)) {
                let (mut x, mut y) = (x, y);
                while y != 0 {
                    (x, y) = (y, x % y);
                }
                return int::from_u64(vm, x);
            }
            let rest = vm.binary(BinaryOp::Mod, a, b)?;
            a = b;
            b = rest;
        }
        Ok(a)
    }

    /// Greatest Common Divisor.
    #[function(sig = "($module, *integers)")]
    fn gcd(vm: &mut Vm, integers: &[Value]) -> PyResult<Value> {
        let mut result = Value::ZERO;
        for v in integers {
            let v = vm.index(*v)?;
            result = gcd_of(vm, result, v)?;
        }
        Ok(result)
    }

    /// Least Common Multiple.
    #[function(sig = "($module, *integers)")]
    fn lcm(vm: &mut Vm, integers: &[Value]) -> PyResult<Value> {
        let mut result = Value::int32(1);
        for v in integers {
            let v = vm.index(*v)?;
            if v == Value::ZERO || result == Value::ZERO {
                result = Value::ZERO;
                continue;
            }
            let g = gcd_of(vm, result, v)?;
            let q = vm.binary(BinaryOp::FloorDiv, result, g)?;
            let m = vm.binary(BinaryOp::Mul, q, v)?;
            result = vm.abs(m)?;
        }
        Ok(result)
    }

    /// Return the integer part of the square root of the input.
    #[function]
    fn isqrt(vm: &mut Vm, n: Value) -> PyResult<Value> {
        let n = natural(vm, n, "isqrt() argument must be nonnegative")?;
        if let Some(n) = int::to_u64(n) {
            return int::from_u64(vm, n.isqrt());
        }
        let name = vm.intern("bit_length")?;
        let bits = vm.call_method(n, name, &[])?;
        let half = (vm.index_clipped(bits)? as i64 + 1) / 2;
        let shift = int::from_i64(vm, half)?;
        let mut x = vm.binary(BinaryOp::LShift, Value::int32(1), shift)?;
        // Newton's iteration from above.
        loop {
            let q = vm.binary(BinaryOp::FloorDiv, n, x)?;
            let sum = vm.binary(BinaryOp::Add, x, q)?;
            let y = vm.binary(BinaryOp::RShift, sum, Value::int32(1))?;
            if !vm.compare_bool(y, x, objects::slots::CompareOp::Lt)? {
                return Ok(x);
            }
            x = y;
        }
    }
}

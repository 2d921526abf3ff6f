//! `sum`, with fast paths: ints in a machine word, floats and complex numbers with compensation.

use macros::pymodule;

#[pymodule(name = "builtins")]
pub mod sum_module {
    use objects::bytearray::ByteArray;
    use objects::bytes::Bytes;
    use objects::complex::{self, Complex};
    use objects::protocol::BinaryOp;
    use objects::str::Str;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use objects::{float, int};

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[function(sig = "($module, iterable, /, start=0)")]
    fn sum(vm: &mut Vm, iterable: Value, start: Option<Value>) -> PyResult<Value> {
        let it = vm.iter(iterable)?;
        let start = start.unwrap_or(Value::ZERO);
        let what = if start.cast::<Str>().is_some() {
            Some("strings [use ''.join(seq) instead]")
        } else if start.cast::<Bytes>().is_some() {
            Some("bytes [use b''.join(seq) instead]")
        } else if start.cast::<ByteArray>().is_some() {
            Some("bytearray [use b''.join(seq) instead]")
        } else {
            None
        };
        if let Some(what) = what {
            return Err(vm.type_error(format_args!("sum() can't sum {what}")));
        }
        ints(vm, it, start)
    }

    /// Small ints, as long as there are only such and the total fits.
    fn ints(vm: &mut Vm, it: Value, start: Value) -> PyResult<Value> {
        let next = vm.next_fn(it)?;
        let Some(mut total) = start.as_small_int() else { return floats(vm, it, start, None) };
        loop {
            let Some(v) = next(vm, it)? else { return objects::int::from_i64(vm, total) };
            match v.as_small_int().and_then(|v| total.checked_add(v)) {
                Some(t) => total = t,
                None => {
                    let total = objects::int::from_i64(vm, total)?;
                    return floats(vm, it, total, Some(v));
                }
            }
        }
    }

    /// A sum with the error that rounding made so far (Neumaier's method).
    #[derive(Clone, Copy)]
    struct Compensated {
        sum: f64,
        error: f64,
    }

    impl Compensated {
        fn new(sum: f64) -> Compensated {
            Compensated { sum, error: 0.0 }
        }

        fn add(&mut self, x: f64) {
            let t = self.sum + x;
            self.error +=
                if self.sum.abs() >= x.abs() { (self.sum - t) + x } else { (x - t) + self.sum };
            self.sum = t;
        }

        fn total(self) -> f64 {
            if self.error != 0.0 && self.error.is_finite() {
                self.sum + self.error
            } else {
                self.sum
            }
        }
    }

    fn exact_float(v: Value) -> Option<f64> {
        if float::is_exact(v) { float::value(v) } else { None }
    }

    /// Floats and ints, as long as there are only such.
    fn floats(
        vm: &mut Vm,
        it: Value,
        mut total: Value,
        mut pending: Option<Value>,
    ) -> PyResult<Value> {
        let next = vm.next_fn(it)?;
        if let Some(v) = pending
            && int::is_exact(total)
            && (exact_float(v).is_some() || v.exact::<Complex>().is_some())
        {
            total = vm.binary(BinaryOp::Add, total, v)?;
            pending = None;
        }
        let Some(start) = exact_float(total) else { return complexes(vm, it, total, pending) };
        let mut sum = Compensated::new(start);
        loop {
            let item = match pending.take() {
                Some(v) => Some(v),
                None => next(vm, it)?,
            };
            let Some(v) = item else { return float::from_f64(vm, sum.total()) };
            if let Some(x) = exact_float(v) {
                sum.add(x);
            } else if let Some(i) = v.as_small_int() {
                sum.sum += i as f64;
            } else {
                let total = float::from_f64(vm, sum.total())?;
                if v.exact::<Complex>().is_some() {
                    let total = vm.binary(BinaryOp::Add, total, v)?;
                    return complexes(vm, it, total, None);
                }
                return general(vm, it, total, Some(v));
            }
        }
    }

    /// Complex numbers, floats and ints, as long as there are only such.
    fn complexes(
        vm: &mut Vm,
        it: Value,
        total: Value,
        mut pending: Option<Value>,
    ) -> PyResult<Value> {
        let next = vm.next_fn(it)?;
        let Some(start) = total.exact::<Complex>() else { return general(vm, it, total, pending) };
        let (mut real, mut imag) = (Compensated::new(start.real), Compensated::new(start.imag));
        loop {
            let item = match pending.take() {
                Some(v) => Some(v),
                None => next(vm, it)?,
            };
            let Some(v) = item else { return complex::from_parts(vm, real.total(), imag.total()) };
            if let Some(z) = v.exact::<Complex>() {
                real.add(z.real);
                imag.add(z.imag);
            } else if let Some(x) = exact_float(v) {
                real.add(x);
            } else if let Some(i) = v.as_small_int() {
                real.sum += i as f64;
            } else {
                let total = complex::from_parts(vm, real.total(), imag.total())?;
                return general(vm, it, total, Some(v));
            }
        }
    }

    fn general(
        vm: &mut Vm,
        it: Value,
        mut total: Value,
        pending: Option<Value>,
    ) -> PyResult<Value> {
        if let Some(v) = pending {
            total = vm.binary(BinaryOp::Add, total, v)?;
        }
        while let Some(v) = vm.next(it)? {
            total = vm.binary(BinaryOp::Add, total, v)?;
        }
        Ok(total)
    }
}

pub use sum_module::MODULE;

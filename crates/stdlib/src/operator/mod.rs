//! `_operator`: the operators as functions, and callables that fetch items or attributes or call methods.

mod getters;

use macros::pymodule;
use objects::bytes::buffer_of;
use objects::str::Str;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// The module.
#[pymodule(
    name = "_operator",
    doc = "Operator interface.\n\nThis module exports a set of functions implemented in C corresponding\nto the intrinsic operators of Python.  For example, operator.add(x, y)\nis equivalent to the expression x+y.",
    types(super::getters::ItemGetter, super::getters::AttrGetter, super::getters::MethodCaller)
)]
pub mod module {
    use super::{compare_digest, concatenation};
    use objects::protocol::{BinaryOp, is_identical};
    use objects::slots::CompareOp;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use objects::{args::KwArgs, exceptions};

    /// Same as a + b.
    #[function(sig = "($module, a, b, /)")]
    fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Add, a, b)
    }

    /// Same as a += b.
    #[function(sig = "($module, a, b, /)")]
    fn iadd(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::Add, a, b)
    }

    /// Same as a - b.
    #[function(sig = "($module, a, b, /)")]
    fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Sub, a, b)
    }

    /// Same as a -= b.
    #[function(sig = "($module, a, b, /)")]
    fn isub(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::Sub, a, b)
    }

    /// Same as a * b.
    #[function(sig = "($module, a, b, /)")]
    fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Mul, a, b)
    }

    /// Same as a *= b.
    #[function(sig = "($module, a, b, /)")]
    fn imul(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::Mul, a, b)
    }

    /// Same as a @ b.
    #[function(sig = "($module, a, b, /)")]
    fn matmul(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::MatMul, a, b)
    }

    /// Same as a @= b.
    #[function(sig = "($module, a, b, /)")]
    fn imatmul(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::MatMul, a, b)
    }

    /// Same as a / b.
    #[function(sig = "($module, a, b, /)")]
    fn truediv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::TrueDiv, a, b)
    }

    /// Same as a /= b.
    #[function(sig = "($module, a, b, /)")]
    fn itruediv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::TrueDiv, a, b)
    }

    /// Same as a // b.
    #[function(sig = "($module, a, b, /)")]
    fn floordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::FloorDiv, a, b)
    }

    /// Same as a //= b.
    #[function(sig = "($module, a, b, /)")]
    fn ifloordiv(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::FloorDiv, a, b)
    }

    /// Same as a % b.
    #[function(name = "mod", sig = "($module, a, b, /)")]
    fn modulo(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Mod, a, b)
    }

    /// Same as a %= b.
    #[function(sig = "($module, a, b, /)")]
    fn imod(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::Mod, a, b)
    }

    /// Same as a << b.
    #[function(sig = "($module, a, b, /)")]
    fn lshift(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::LShift, a, b)
    }

    /// Same as a <<= b.
    #[function(sig = "($module, a, b, /)")]
    fn ilshift(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::LShift, a, b)
    }

    /// Same as a >> b.
    #[function(sig = "($module, a, b, /)")]
    fn rshift(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::RShift, a, b)
    }

    /// Same as a >>= b.
    #[function(sig = "($module, a, b, /)")]
    fn irshift(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::RShift, a, b)
    }

    /// Same as a & b.
    #[function(sig = "($module, a, b, /)")]
    fn and_(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::And, a, b)
    }

    /// Same as a &= b.
    #[function(sig = "($module, a, b, /)")]
    fn iand(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::And, a, b)
    }

    /// Same as a | b.
    #[function(sig = "($module, a, b, /)")]
    fn or_(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Or, a, b)
    }

    /// Same as a |= b.
    #[function(sig = "($module, a, b, /)")]
    fn ior(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::Or, a, b)
    }

    /// Same as a ^ b.
    #[function(sig = "($module, a, b, /)")]
    fn xor(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Xor, a, b)
    }

    /// Same as a ^= b.
    #[function(sig = "($module, a, b, /)")]
    fn ixor(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::Xor, a, b)
    }

    /// Same as a ** b.
    #[function(sig = "($module, a, b, /)")]
    fn pow(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.binary(BinaryOp::Pow, a, b)
    }

    /// Same as a **= b.
    #[function(sig = "($module, a, b, /)")]
    fn ipow(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.inplace(BinaryOp::Pow, a, b)
    }

    /// Same as a < b.
    #[function(sig = "($module, a, b, /)")]
    fn lt(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.compare(a, b, CompareOp::Lt)
    }

    /// Same as a <= b.
    #[function(sig = "($module, a, b, /)")]
    fn le(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.compare(a, b, CompareOp::Le)
    }

    /// Same as a == b.
    #[function(sig = "($module, a, b, /)")]
    fn eq(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.compare(a, b, CompareOp::Eq)
    }

    /// Same as a != b.
    #[function(sig = "($module, a, b, /)")]
    fn ne(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.compare(a, b, CompareOp::Ne)
    }

    /// Same as a > b.
    #[function(sig = "($module, a, b, /)")]
    fn gt(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.compare(a, b, CompareOp::Gt)
    }

    /// Same as a >= b.
    #[function(sig = "($module, a, b, /)")]
    fn ge(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.compare(a, b, CompareOp::Ge)
    }

    /// Same as -a.
    #[function(sig = "($module, a, /)")]
    fn neg(vm: &mut Vm, a: Value) -> PyResult<Value> {
        vm.neg(a)
    }

    /// Same as +a.
    #[function(sig = "($module, a, /)")]
    fn pos(vm: &mut Vm, a: Value) -> PyResult<Value> {
        vm.pos(a)
    }

    /// Same as abs(a).
    #[function(sig = "($module, a, /)")]
    fn abs(vm: &mut Vm, a: Value) -> PyResult<Value> {
        vm.abs(a)
    }

    /// Same as ~a.
    #[function(sig = "($module, a, /)")]
    fn inv(vm: &mut Vm, a: Value) -> PyResult<Value> {
        vm.invert(a)
    }

    /// Same as ~a.
    #[function(sig = "($module, a, /)")]
    fn invert(vm: &mut Vm, a: Value) -> PyResult<Value> {
        vm.invert(a)
    }

    /// Same as a.__index__()
    #[function(sig = "($module, a, /)")]
    fn index(vm: &mut Vm, a: Value) -> PyResult<Value> {
        vm.index(a)
    }

    /// Same as not a.
    #[function(sig = "($module, a, /)")]
    fn not_(vm: &mut Vm, a: Value) -> PyResult<bool> {
        Ok(!vm.truthy(a)?)
    }

    /// Return True if a is true, False otherwise.
    #[function(sig = "($module, a, /)")]
    fn truth(vm: &mut Vm, a: Value) -> PyResult<bool> {
        vm.truthy(a)
    }

    /// Same as a is b.
    #[function(sig = "($module, a, b, /)", leaf, pure)]
    fn is_(a: Value, b: Value) -> bool {
        is_identical(a, b)
    }

    /// Same as a is not b.
    #[function(sig = "($module, a, b, /)", leaf, pure)]
    fn is_not(a: Value, b: Value) -> bool {
        !is_identical(a, b)
    }

    /// Same as a is None.
    #[function(sig = "($module, a, /)", leaf, pure)]
    fn is_none(a: Value) -> bool {
        a.is_none()
    }

    /// Same as a is not None.
    #[function(sig = "($module, a, /)", leaf, pure)]
    fn is_not_none(a: Value) -> bool {
        !a.is_none()
    }

    /// Same as a + b, for a and b sequences.
    #[function(sig = "($module, a, b, /)")]
    fn concat(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        concatenation(vm, a)?;
        vm.binary(BinaryOp::Add, a, b)
    }

    /// Same as a += b, for a and b sequences.
    #[function(sig = "($module, a, b, /)")]
    fn iconcat(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        concatenation(vm, a)?;
        vm.inplace(BinaryOp::Add, a, b)
    }

    /// Same as b in a (note reversed operands).
    #[function(sig = "($module, a, b, /)")]
    fn contains(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        vm.contains(a, b)
    }

    /// Return the number of items in a which are, or which equal, b.
    #[function(name = "countOf", sig = "($module, a, b, /)")]
    fn count_of(vm: &mut Vm, a: Value, b: Value) -> PyResult<usize> {
        let mut count = 0;
        super::check_iterable(vm, a)?;
        vm.for_each(a, |vm, item| {
            count += usize::from(vm.eq(item, b)?);
            Ok(())
        })?;
        Ok(count)
    }

    /// Return the first index of b in a.
    #[function(name = "indexOf", sig = "($module, a, b, /)")]
    fn index_of(vm: &mut Vm, a: Value, b: Value) -> PyResult<usize> {
        super::check_iterable(vm, a)?;
        let it = vm.iter(a)?;
        let mut index = 0;
        while let Some(item) = vm.next(it)? {
            if vm.eq(item, b)? {
                return Ok(index);
            }
            index += 1;
        }
        Err(vm.value_error(format_args!("sequence.index(x): x not in sequence")))
    }

    /// Same as a[b].
    #[function(sig = "($module, a, b, /)")]
    fn getitem(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        vm.getitem(a, b)
    }

    /// Same as a[b] = c.
    #[function(sig = "($module, a, b, c, /)")]
    fn setitem(vm: &mut Vm, a: Value, b: Value, c: Value) -> PyResult<()> {
        vm.setitem(a, b, c)
    }

    /// Same as del a[b].
    #[function(sig = "($module, a, b, /)")]
    fn delitem(vm: &mut Vm, a: Value, b: Value) -> PyResult<()> {
        vm.delitem(a, b)
    }

    /// Return an estimate of the number of items in obj.
    ///
    /// This is useful for presizing containers when building from an iterable.
    ///
    /// If the object supports len(), the result will be exact.
    /// Otherwise, it may over- or under-estimate by an arbitrary amount.
    /// The result will be an integer >= 0.
    #[function(sig = "($module, obj, default=0, /)")]
    fn length_hint(
        vm: &mut Vm,
        obj: Value,
        #[default(Value::ZERO)] default: Value,
    ) -> PyResult<i64> {
        let default = vm.index_isize(default, &exceptions::OVERFLOW_ERROR)?;
        // A negative default is given back as it is.
        match usize::try_from(default) {
            Ok(n) => Ok(vm.length_hint(obj, n)? as i64),
            Err(_) => match vm.length_hint(obj, usize::MAX)? {
                usize::MAX => Ok(default as i64),
                n => Ok(n as i64),
            },
        }
    }

    /// Same as obj(*args, **kwargs).
    #[function(sig = "($module, obj, /, *args, **kwargs)")]
    fn call(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let positional = objects::args::positional(args, kwnames).len();
        match args.split_first() {
            Some((function, rest)) if positional > 0 => {
                let kwnames =
                    if KwArgs::all(args, kwnames).is_empty() { Value::UNDEF } else { kwnames };
                vm.call_kw(*function, rest, kwnames)
            }
            _ => Err(vm.type_error(format_args!("call expected at least 1 argument, got 0"))),
        }
    }

    /// Return 'a == b'.
    ///
    /// This function uses an approach designed to prevent
    /// timing analysis, making it appropriate for cryptography.
    ///
    /// a and b must both be of the same type: either str (ASCII only),
    /// or any bytes-like object.
    ///
    /// Note: If a and b are of different lengths, or if an error occurs,
    /// a timing attack could theoretically reveal information about the
    /// types and lengths of a and b--but not their values.
    #[function(sig = "($module, a, b, /)")]
    fn _compare_digest(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        compare_digest(vm, a, b)
    }
}

/// TypeError unless `a` is a sequence.
fn concatenation(vm: &mut Vm, a: Value) -> PyResult<()> {
    if vm.is_sequence(a) {
        return Ok(());
    }
    Err(vm.type_error(format_args!("'{}' object can't be concatenated", class_name(a))))
}

fn check_iterable(vm: &mut Vm, a: Value) -> PyResult<()> {
    if vm.is_iterable(a) {
        return Ok(());
    }
    Err(vm.type_error(format_args!("argument of type '{}' is not iterable", class_name(a))))
}

/// Compares in a time that depends on the lengths alone.
fn compare_digest(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
    if let (Some(a), Some(b)) = (a.cast::<Str>(), b.cast::<Str>()) {
        if !a.is_ascii() || !b.is_ascii() {
            return Err(vm.type_error(format_args!(
                "comparing strings with non-ASCII characters is not supported"
            )));
        }
        return Ok(same_bytes(a.as_bytes(), b.as_bytes()));
    }
    match (buffer_of(vm, a)?, buffer_of(vm, b)?) {
        (Some(x), Some(y)) => Ok(same_bytes(x.bytes(), y.bytes())),
        _ => Err(vm.type_error(format_args!(
            "unsupported operand types(s) or combination of types: '{}' and '{}'",
            class_name(a),
            class_name(b)
        ))),
    }
}

fn same_bytes(a: &[u8], b: &[u8]) -> bool {
    let differences = a.iter().zip(b).fold(0, |all, (x, y)| all | std::hint::black_box(x ^ y));
    differences == 0 && a.len() == b.len()
}

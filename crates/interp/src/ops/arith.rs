//! Arithmetic: ints and floats in the handler, everything else through the protocols.

use crate::machine::{finish, get, next, ops, raise, save, set, slow, tail};
use objects::protocol::BinaryOp;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

#[inline(never)]
unsafe fn binary(vm: *mut Vm, op: BinaryOp, a: Value, b: Value) -> PyResult<Value> {
    // SAFETY: handlers pass the live thread state.
    unsafe { (*vm).binary(op, a, b) }
}

#[inline(never)]
unsafe fn inplace(vm: *mut Vm, op: BinaryOp, a: Value, b: Value) -> PyResult<Value> {
    // SAFETY: as for `binary`.
    unsafe { (*vm).inplace(op, a, b) }
}

/// A float result: immediate nearly always.
#[cold]
#[inline(never)]
unsafe fn heap_float(vm: *mut Vm, f: f64) -> PyResult<Value> {
    // SAFETY: as for `binary`.
    unsafe { objects::float::from_f64(&mut *vm, f) }
}

/// Both operands as floats, if one is an immediate float and the other an immediate float or int.
#[inline(always)]
fn floats(x: Value, y: Value) -> Option<(f64, f64)> {
    if x.is_small_float() {
        if y.is_small_float() {
            return Some((x.small_float_unchecked(), y.small_float_unchecked()));
        }
        if y.is_small_int() {
            return exact(y).map(|y| (x.small_float_unchecked(), y));
        }
    } else if x.is_small_int() && y.is_small_float() {
        return exact(x).map(|x| (x, y.small_float_unchecked()));
    }
    None
}

/// An immediate int as a float; conversion rounds to nearest, as CPython's does.
#[inline(always)]
fn exact(v: Value) -> Option<f64> {
    Some(v.small_int_unchecked() as f64)
}

macro_rules! float_result {
    ($f:expr, $a:ident, $pc:ident, $regs:ident, $vm:ident, $w:ident) => {{
        let f: f64 = $f;
        if let Some(v) = Value::small_float(f) {
            set($regs, $a, v);
            next!($pc, $regs, $vm, 1)
        }
        save!($vm, $pc);
        finish!(heap_float($vm, f), $a, $pc, $regs, $vm, $w, 1)
    }};
}

/// Slow paths of an operator: register, in-place and immediate forms.
macro_rules! slow_paths {
    ($($op:ident: $slow:ident, $islow:ident, $slow_imm:ident, $islow_imm:ident;)*) => {
        slow! {$(
            $slow(a, b, c) |pc, regs, vm, w| {
                save!(vm, pc);
                finish!(binary(vm, BinaryOp::$op, get(regs, b), get(regs, c)), a, pc, regs, vm, w, 1)
            }
            $islow(a, b, c) |pc, regs, vm, w| {
                save!(vm, pc);
                finish!(inplace(vm, BinaryOp::$op, get(regs, b), get(regs, c)), a, pc, regs, vm, w, 1)
            }
            $slow_imm(a, b, ci) |pc, regs, vm, w| {
                save!(vm, pc);
                finish!(binary(vm, BinaryOp::$op, get(regs, b), Value::int32(ci as i32)), a, pc, regs, vm, w, 1)
            }
            $islow_imm(a, b, ci) |pc, regs, vm, w| {
                save!(vm, pc);
                finish!(inplace(vm, BinaryOp::$op, get(regs, b), Value::int32(ci as i32)), a, pc, regs, vm, w, 1)
            }
        )*}
    };
}
slow_paths! {
    Add: slow_add, slow_iadd, slow_add_imm, slow_iadd_imm;
    Sub: slow_sub, slow_isub, slow_sub_imm, slow_isub_imm;
    Mul: slow_mul, slow_imul, slow_mul_imm, slow_imul_imm;
    TrueDiv: slow_div, slow_idiv, slow_div_imm, slow_idiv_imm;
    FloorDiv: slow_floordiv, slow_ifloordiv, slow_floordiv_imm, slow_ifloordiv_imm;
    Mod: slow_mod, slow_imod, slow_mod_imm, slow_imod_imm;
    Pow: slow_pow, slow_ipow, slow_pow_imm, slow_ipow_imm;
    LShift: slow_lshift, slow_ilshift, slow_lshift_imm, slow_ilshift_imm;
    RShift: slow_rshift, slow_irshift, slow_rshift_imm, slow_irshift_imm;
    And: slow_and, slow_iand, slow_and_imm, slow_iand_imm;
    Or: slow_or, slow_ior, slow_or_imm, slow_ior_imm;
    Xor: slow_xor, slow_ixor, slow_xor_imm, slow_ixor_imm;
    MatMul: slow_matmul, slow_imatmul, slow_matmul_imm, slow_imatmul_imm;
}

/// `x + y` of immediate ints: the words add as they are.
#[inline(always)]
fn add_ints(x: Value, y: Value) -> Option<Value> {
    (x.bits() as i64).checked_add(y.bits() as i64).map(|s| Value::from_bits(s as u64))
}
#[inline(always)]
fn sub_ints(x: Value, y: Value) -> Option<Value> {
    (x.bits() as i64).checked_sub(y.bits() as i64).map(|s| Value::from_bits(s as u64))
}
/// One factor untagged, so that the product is tagged again.
#[inline(always)]
fn mul_ints(x: Value, y: Value) -> Option<Value> {
    x.small_int_unchecked().checked_mul(y.bits() as i64).map(|s| Value::from_bits(s as u64))
}
/// Rounds towards minus infinity; none for a zero divisor and for the one quotient that overflows 62 bits.
#[inline(always)]
fn floordiv_ints(x: Value, y: Value) -> Option<Value> {
    let (x, y) = (x.small_int_unchecked(), y.small_int_unchecked());
    if y == 0 {
        return None;
    }
    let q = x.wrapping_div(y);
    Value::small_int(if x % y != 0 && (x < 0) != (y < 0) { q - 1 } else { q })
}
/// The remainder with the sign of the divisor.
#[inline(always)]
fn mod_ints(x: Value, y: Value) -> Option<Value> {
    let (x, y) = (x.small_int_unchecked(), y.small_int_unchecked());
    if y == 0 {
        return None;
    }
    let r = x.wrapping_rem(y);
    Value::small_int(if r != 0 && (r < 0) != (y < 0) { r + y } else { r })
}
#[inline(always)]
fn lshift_ints(x: Value, y: Value) -> Option<Value> {
    let (x, n) = (x.small_int_unchecked(), y.small_int_unchecked());
    if !(0..62).contains(&n) {
        return None;
    }
    let r = x << n;
    if r >> n == x { Value::small_int(r) } else { None }
}
#[inline(always)]
fn rshift_ints(x: Value, y: Value) -> Option<Value> {
    let (x, n) = (x.small_int_unchecked(), y.small_int_unchecked());
    if n < 0 {
        return None;
    }
    Value::small_int(x >> n.min(63))
}
#[inline(always)]
fn and_ints(x: Value, y: Value) -> Option<Value> {
    Some(Value::from_bits(x.bits() & y.bits()))
}
#[inline(always)]
fn or_ints(x: Value, y: Value) -> Option<Value> {
    Some(Value::from_bits(x.bits() | y.bits()))
}
#[inline(always)]
fn xor_ints(x: Value, y: Value) -> Option<Value> {
    Some(Value::from_bits(x.bits() ^ y.bits()))
}

macro_rules! int_op {
    ($ints:ident, $slow:path, $x:expr, $y:expr, $a:ident, $pc:ident, $regs:ident, $vm:ident, $w:ident) => {{
        let (x, y) = ($x, $y);
        if Value::both_small_int(x, y)
            && let Some(v) = $ints(x, y)
        {
            set($regs, $a, v);
            next!($pc, $regs, $vm, 1)
        }
        tail!($slow, $pc, $regs, $vm, $w)
    }};
}

/// Operators on ints and floats.
macro_rules! numeric {
    ($($op:ident $iop:ident $opi:ident $iopi:ident: $ints:ident, $float:tt, $slow:ident, $islow:ident, $slow_imm:ident, $islow_imm:ident, $mid:ident, $imid:ident;)*) => {
        ops! {$(
            $op(a, b, c) |pc, regs, vm, w| {
                let (x, y) = (get(regs, b), get(regs, c));
                if Value::both_small_int(x, y) {
                    if let Some(v) = $ints(x, y) {
                        set(regs, a, v);
                        next!(pc, regs, vm, 1)
                    }
                } else if x.is_small_float() && y.is_small_float() {
                    float_result!(x.small_float_unchecked() $float y.small_float_unchecked(), a, pc, regs, vm, w)
                }
                tail!($mid, pc, regs, vm, w)
            }
            $iop(a, b, c) |pc, regs, vm, w| {
                let (x, y) = (get(regs, b), get(regs, c));
                if Value::both_small_int(x, y) {
                    if let Some(v) = $ints(x, y) {
                        set(regs, a, v);
                        next!(pc, regs, vm, 1)
                    }
                } else if x.is_small_float() && y.is_small_float() {
                    float_result!(x.small_float_unchecked() $float y.small_float_unchecked(), a, pc, regs, vm, w)
                }
                tail!($imid, pc, regs, vm, w)
            }
            $opi(a, b, ci) |pc, regs, vm, w| {
                let x = get(regs, b);
                if x.is_small_int() {
                    if let Some(v) = $ints(x, Value::int32(ci as i32)) {
                        set(regs, a, v);
                        next!(pc, regs, vm, 1)
                    }
                } else if x.is_small_float() {
                    float_result!(x.small_float_unchecked() $float ci as f64, a, pc, regs, vm, w)
                }
                tail!($slow_imm, pc, regs, vm, w)
            }
            $iopi(a, b, ci) |pc, regs, vm, w| {
                let x = get(regs, b);
                if x.is_small_int() {
                    if let Some(v) = $ints(x, Value::int32(ci as i32)) {
                        set(regs, a, v);
                        next!(pc, regs, vm, 1)
                    }
                } else if x.is_small_float() {
                    float_result!(x.small_float_unchecked() $float ci as f64, a, pc, regs, vm, w)
                }
                tail!($islow_imm, pc, regs, vm, w)
            }
            /// One float and one int.
            $mid(a, b, c) |pc, regs, vm, w| {
                if let Some((x, y)) = floats(get(regs, b), get(regs, c)) {
                    float_result!(x $float y, a, pc, regs, vm, w)
                }
                tail!($slow, pc, regs, vm, w)
            }
            /// One float and one int.
            $imid(a, b, c) |pc, regs, vm, w| {
                if let Some((x, y)) = floats(get(regs, b), get(regs, c)) {
                    float_result!(x $float y, a, pc, regs, vm, w)
                }
                tail!($islow, pc, regs, vm, w)
            }
        )*}
    };
}
numeric! {
    Add IAdd AddI IAddI: add_ints, +, slow_add, slow_iadd, slow_add_imm, slow_iadd_imm, mixed_add, mixed_iadd;
    Sub ISub SubI ISubI: sub_ints, -, slow_sub, slow_isub, slow_sub_imm, slow_isub_imm, mixed_sub, mixed_isub;
    Mul IMul MulI IMulI: mul_ints, *, slow_mul, slow_imul, slow_mul_imm, slow_imul_imm, mixed_mul, mixed_imul;
}

macro_rules! int_ops {
    ($($op:ident $iop:ident: $ints:ident, $slow:ident, $islow:ident;)*) => {
        ops! {$(
            $op(a, b, c) |pc, regs, vm, w| { int_op!($ints, $slow, get(regs, b), get(regs, c), a, pc, regs, vm, w) }
            $iop(a, b, c) |pc, regs, vm, w| { int_op!($ints, $islow, get(regs, b), get(regs, c), a, pc, regs, vm, w) }
        )*}
    };
}
int_ops! {
    FloorDiv IFloorDiv: floordiv_ints, slow_floordiv, slow_ifloordiv;
    Mod IMod: mod_ints, slow_mod, slow_imod;
    LShift ILShift: lshift_ints, slow_lshift, slow_ilshift;
    RShift IRShift: rshift_ints, slow_rshift, slow_irshift;
    And IAnd: and_ints, slow_and, slow_iand;
    Or IOr: or_ints, slow_or, slow_ior;
    Xor IXor: xor_ints, slow_xor, slow_ixor;
}
macro_rules! int_imm_ops {
    ($($op:ident $iop:ident: $ints:ident, $slow:ident, $islow:ident;)*) => {
        ops! {$(
            $op(a, b, ci) |pc, regs, vm, w| { int_op!($ints, $slow, get(regs, b), Value::int32(ci as i32), a, pc, regs, vm, w) }
            $iop(a, b, ci) |pc, regs, vm, w| { int_op!($ints, $islow, get(regs, b), Value::int32(ci as i32), a, pc, regs, vm, w) }
        )*}
    };
}
int_imm_ops! {
    FloorDivI IFloorDivI: floordiv_ints, slow_floordiv_imm, slow_ifloordiv_imm;
    ModI IModI: mod_ints, slow_mod_imm, slow_imod_imm;
    LShiftI ILShiftI: lshift_ints, slow_lshift_imm, slow_ilshift_imm;
    RShiftI IRShiftI: rshift_ints, slow_rshift_imm, slow_irshift_imm;
    AndI IAndI: and_ints, slow_and_imm, slow_iand_imm;
}

/// `x / y` of numbers, unless the divisor is zero or an int is too large to convert exactly: then one rounding of the
/// quotient is needed, which is the slow path's business.
#[inline(always)]
fn quotient(x: Value, y: Value) -> Option<f64> {
    const EXACT: i64 = 1 << 53;
    let number = |v: Value| {
        if v.is_small_float() {
            Some(v.small_float_unchecked())
        } else if v.is_small_int() && (-EXACT..=EXACT).contains(&v.small_int_unchecked()) {
            Some(v.small_int_unchecked() as f64)
        } else {
            None
        }
    };
    let (x, y) = (number(x)?, number(y)?);
    if y == 0.0 { None } else { Some(x / y) }
}

macro_rules! division {
    ($($op:ident($y:expr): $slow:ident;)*) => {
        ops! {$(
            $op(a, b) |pc, regs, vm, w| {
                let y: fn(crate::machine::Regs, u64) -> Value = $y;
                if let Some(f) = quotient(get(regs, b), y(regs, w)) {
                    float_result!(f, a, pc, regs, vm, w)
                }
                tail!($slow, pc, regs, vm, w)
            }
        )*}
    };
}
fn right(regs: crate::machine::Regs, w: u64) -> Value {
    // SAFETY: field `c` of the ops below is a register of the frame.
    unsafe { get(regs, crate::machine::field::c(w)) }
}
fn immediate(_: crate::machine::Regs, w: u64) -> Value {
    Value::int32(crate::machine::field::ci(w) as i32)
}
division! {
    TrueDiv(right): slow_div;
    ITrueDiv(right): slow_idiv;
    TrueDivI(immediate): slow_div_imm;
    ITrueDivI(immediate): slow_idiv_imm;
}

ops! {
    Pow(a, b, c) |pc, regs, vm, w| {
        if let (Some(x), Some(y)) = (get(regs, b).as_small_float(), get(regs, c).as_small_float())
            && x > 0.0
        {
            // Overflow is an error of Python's; the slow path raises it.
            let f = power(x, y);
            if f.is_finite() {
                float_result!(f, a, pc, regs, vm, w)
            }
        }
        tail!(slow_pow, pc, regs, vm, w)
    }
    PowI(a, b, ci) |pc, regs, vm, w| {
        let x = get(regs, b);
        if ci == 2 {
            if x.is_small_int() {
                if let Some(v) = mul_ints(x, x) {
                    set(regs, a, v);
                    next!(pc, regs, vm, 1)
                }
            } else if let Some(x) = x.as_small_float() {
                let f = x * x;
                if f.is_finite() {
                    float_result!(f, a, pc, regs, vm, w)
                }
            }
        }
        tail!(slow_pow_imm, pc, regs, vm, w)
    }
    IPow(a, b, c) |pc, regs, vm, w| { let _ = (a, b, c); tail!(slow_ipow, pc, regs, vm, w) }
    IPowI(a, b, ci) |pc, regs, vm, w| { let _ = (a, b, ci); tail!(slow_ipow_imm, pc, regs, vm, w) }
    MatMul() |pc, regs, vm, w| { tail!(slow_matmul, pc, regs, vm, w) }
    IMatMul() |pc, regs, vm, w| { tail!(slow_imatmul, pc, regs, vm, w) }

    Neg(a, b) |pc, regs, vm, w| {
        let x = get(regs, b);
        if x.is_small_int()
            && let Some(v) = Value::small_int(-x.small_int_unchecked())
        {
            set(regs, a, v);
            next!(pc, regs, vm, 1)
        }
        if x.is_small_float() {
            float_result!(-x.small_float_unchecked(), a, pc, regs, vm, w)
        }
        tail!(slow_neg, pc, regs, vm, w)
    }
    Invert(a, b) |pc, regs, vm, w| {
        let x = get(regs, b);
        if x.is_small_int() {
            // Complementing the word leaves the tag bits set; clear them.
            set(regs, a, Value::from_bits(!x.bits() & !3));
            next!(pc, regs, vm, 1)
        }
        tail!(slow_invert, pc, regs, vm, w)
    }
    Pos(a, b) |pc, regs, vm, w| {
        let x = get(regs, b);
        if x.is_small_int() || x.is_small_float() {
            set(regs, a, x);
            next!(pc, regs, vm, 1)
        }
        tail!(slow_pos, pc, regs, vm, w)
    }
    Not(a, b) |pc, regs, vm, w| {
        if let Some(t) = get(regs, b).as_bool() {
            set(regs, a, Value::from_bool(!t));
            next!(pc, regs, vm, 1)
        }
        tail!(slow_not, pc, regs, vm, w)
    }
    ToBool(a, b) |pc, regs, vm, w| {
        let x = get(regs, b);
        if x.is_bool() {
            set(regs, a, x);
            next!(pc, regs, vm, 1)
        }
        tail!(slow_to_bool, pc, regs, vm, w)
    }
}

#[inline(never)]
fn power(x: f64, y: f64) -> f64 {
    x.powf(y)
}

#[inline(never)]
unsafe fn truthy(vm: *mut Vm, v: Value) -> PyResult<bool> {
    // SAFETY: as for `binary`.
    unsafe { (*vm).truthy(v) }
}

type Unary = fn(&mut Vm, Value) -> PyResult<Value>;
#[inline(never)]
unsafe fn unary(vm: *mut Vm, f: Unary, v: Value) -> PyResult<Value> {
    // SAFETY: as for `binary`.
    unsafe { f(&mut *vm, v) }
}

slow! {
    slow_neg(a, b) |pc, regs, vm, w| { save!(vm, pc); finish!(unary(vm, Vm::neg, get(regs, b)), a, pc, regs, vm, w, 1) }
    slow_pos(a, b) |pc, regs, vm, w| { save!(vm, pc); finish!(unary(vm, Vm::pos, get(regs, b)), a, pc, regs, vm, w, 1) }
    slow_invert(a, b) |pc, regs, vm, w| { save!(vm, pc); finish!(unary(vm, Vm::invert, get(regs, b)), a, pc, regs, vm, w, 1) }
    slow_not(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        match truthy(vm, get(regs, b)) {
            Ok(t) => { set(regs, a, Value::from_bool(!t)); next!(pc, regs, vm, 1) }
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    slow_to_bool(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        match truthy(vm, get(regs, b)) {
            Ok(t) => { set(regs, a, Value::from_bool(t)); next!(pc, regs, vm, 1) }
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
}

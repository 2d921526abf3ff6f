//! Comparison, identity, containment, and the branches on them.

use crate::machine::{finish, get, jump, next, ops, raise, save, set, slow, tail};
use objects::protocol::is_identical;
use objects::slots::CompareOp;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

#[inline(never)]
unsafe fn compare(vm: *mut Vm, op: CompareOp, a: Value, b: Value) -> PyResult<Value> {
    // SAFETY: handlers pass the live thread state.
    unsafe { (*vm).compare(a, b, op) }
}

#[inline(never)]
unsafe fn compare_bool(vm: *mut Vm, op: CompareOp, a: Value, b: Value) -> PyResult<bool> {
    // SAFETY: as for `compare`.
    unsafe {
        if op == CompareOp::Eq
            && let Some(equal) = objects::str::same_text(a, b)
        {
            return Ok(equal);
        }
        if op == CompareOp::Ne
            && let Some(equal) = objects::str::same_text(a, b)
        {
            return Ok(!equal);
        }
        (*vm).compare_bool(a, b, op)
    }
}

#[inline(never)]
unsafe fn contains(vm: *mut Vm, container: Value, v: Value) -> PyResult<bool> {
    // SAFETY: as for `compare`.
    unsafe { (*vm).contains(container, v) }
}

/// Whether `v` is an instance that is true because its class says nothing about it.
#[inline(always)]
fn plainly_true(v: Value) -> bool {
    if !v.is_heap() {
        return false;
    }
    let class = objects::types::class_of(v);
    let slots = class.slots();
    slots.bool.is_none() && slots.len.is_none()
}

#[inline(never)]
unsafe fn truthy(vm: *mut Vm, v: Value) -> PyResult<bool> {
    // SAFETY: as for `compare`.
    unsafe { (*vm).truthy(v) }
}

/// Both as floats when one is an immediate float and the other an immediate float, or an int that converts exactly.
#[inline(always)]
fn floats(x: Value, y: Value) -> Option<(f64, f64)> {
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
    Some((number(x)?, number(y)?))
}

macro_rules! comparisons {
    ($($op:ident $jump_if:ident $jump_if_not:ident $jump_if_imm:ident $jump_if_not_imm:ident: $sym:tt,
        $slow:ident, $slow_if:ident, $slow_if_not:ident, $slow_if_imm:ident, $slow_if_not_imm:ident;)*) => {
        ops! {$(
            $op(a, b, c) |pc, regs, vm, w| {
                let (x, y) = (get(regs, b), get(regs, c));
                if Value::both_small_int(x, y) {
                    set(regs, a, Value::from_bool((x.bits() as i64) $sym (y.bits() as i64)));
                    next!(pc, regs, vm, 1)
                }
                if let Some((x, y)) = floats(x, y) {
                    set(regs, a, Value::from_bool(x $sym y));
                    next!(pc, regs, vm, 1)
                }
                tail!($slow, pc, regs, vm, w)
            }
            $jump_if(a, b, ci) |pc, regs, vm, w| {
                let (x, y) = (get(regs, a), get(regs, b));
                if Value::both_small_int(x, y) {
                    if (x.bits() as i64) $sym (y.bits() as i64) { jump!(pc, regs, vm, 1, ci) }
                    next!(pc, regs, vm, 1)
                }
                if let Some((x, y)) = floats(x, y) {
                    if x $sym y { jump!(pc, regs, vm, 1, ci) }
                    next!(pc, regs, vm, 1)
                }
                tail!($slow_if, pc, regs, vm, w)
            }
            $jump_if_not(a, b, ci) |pc, regs, vm, w| {
                let (x, y) = (get(regs, a), get(regs, b));
                if Value::both_small_int(x, y) {
                    if (x.bits() as i64) $sym (y.bits() as i64) { next!(pc, regs, vm, 1) }
                    jump!(pc, regs, vm, 1, ci)
                }
                if let Some((x, y)) = floats(x, y) {
                    if x $sym y { next!(pc, regs, vm, 1) }
                    jump!(pc, regs, vm, 1, ci)
                }
                tail!($slow_if_not, pc, regs, vm, w)
            }
            $jump_if_imm(a, bi, ci) |pc, regs, vm, w| {
                let x = get(regs, a);
                if x.is_small_int() {
                    if (x.bits() as i64) $sym (bi << 2) { jump!(pc, regs, vm, 1, ci) }
                    next!(pc, regs, vm, 1)
                }
                if x.is_small_float() {
                    if x.small_float_unchecked() $sym (bi as f64) { jump!(pc, regs, vm, 1, ci) }
                    next!(pc, regs, vm, 1)
                }
                tail!($slow_if_imm, pc, regs, vm, w)
            }
            $jump_if_not_imm(a, bi, ci) |pc, regs, vm, w| {
                let x = get(regs, a);
                if x.is_small_int() {
                    if (x.bits() as i64) $sym (bi << 2) { next!(pc, regs, vm, 1) }
                    jump!(pc, regs, vm, 1, ci)
                }
                if x.is_small_float() {
                    if x.small_float_unchecked() $sym (bi as f64) { next!(pc, regs, vm, 1) }
                    jump!(pc, regs, vm, 1, ci)
                }
                tail!($slow_if_not_imm, pc, regs, vm, w)
            }
        )*}
        slow! {$(
            $slow(a, b, c) |pc, regs, vm, w| {
                save!(vm, pc);
                finish!(compare(vm, CompareOp::$op, get(regs, b), get(regs, c)), a, pc, regs, vm, w, 1)
            }
            $slow_if(a, b, ci) |pc, regs, vm, w| {
                save!(vm, pc);
                match compare_bool(vm, CompareOp::$op, get(regs, a), get(regs, b)) {
                    Ok(true) => jump!(pc, regs, vm, 1, ci),
                    Ok(false) => next!(pc, regs, vm, 1),
                    Err(_) => raise!(pc, regs, vm, w),
                }
            }
            $slow_if_not(a, b, ci) |pc, regs, vm, w| {
                save!(vm, pc);
                match compare_bool(vm, CompareOp::$op, get(regs, a), get(regs, b)) {
                    Ok(false) => jump!(pc, regs, vm, 1, ci),
                    Ok(true) => next!(pc, regs, vm, 1),
                    Err(_) => raise!(pc, regs, vm, w),
                }
            }
            $slow_if_imm(a, bi, ci) |pc, regs, vm, w| {
                save!(vm, pc);
                match compare_bool(vm, CompareOp::$op, get(regs, a), Value::int32(bi as i32)) {
                    Ok(true) => jump!(pc, regs, vm, 1, ci),
                    Ok(false) => next!(pc, regs, vm, 1),
                    Err(_) => raise!(pc, regs, vm, w),
                }
            }
            $slow_if_not_imm(a, bi, ci) |pc, regs, vm, w| {
                save!(vm, pc);
                match compare_bool(vm, CompareOp::$op, get(regs, a), Value::int32(bi as i32)) {
                    Ok(false) => jump!(pc, regs, vm, 1, ci),
                    Ok(true) => next!(pc, regs, vm, 1),
                    Err(_) => raise!(pc, regs, vm, w),
                }
            }
        )*}
    };
}
comparisons! {
    Lt JumpIfLt JumpIfNotLt JumpIfLtI JumpIfNotLtI: <, slow_lt, slow_if_lt, slow_if_not_lt, slow_if_lt_imm, slow_if_not_lt_imm;
    Le JumpIfLe JumpIfNotLe JumpIfLeI JumpIfNotLeI: <=, slow_le, slow_if_le, slow_if_not_le, slow_if_le_imm, slow_if_not_le_imm;
    Eq JumpIfEq JumpIfNotEq JumpIfEqI JumpIfNotEqI: ==, slow_eq, slow_if_eq, slow_if_not_eq, slow_if_eq_imm, slow_if_not_eq_imm;
    Ne JumpIfNe JumpIfNotNe JumpIfNeI JumpIfNotNeI: !=, slow_ne, slow_if_ne, slow_if_not_ne, slow_if_ne_imm, slow_if_not_ne_imm;
    Gt JumpIfGt JumpIfNotGt JumpIfGtI JumpIfNotGtI: >, slow_gt, slow_if_gt, slow_if_not_gt, slow_if_gt_imm, slow_if_not_gt_imm;
    Ge JumpIfGe JumpIfNotGe JumpIfGeI JumpIfNotGeI: >=, slow_ge, slow_if_ge, slow_if_not_ge, slow_if_ge_imm, slow_if_not_ge_imm;
}

#[inline(never)]
fn identical(a: Value, b: Value) -> bool {
    is_identical(a, b)
}

/// `is`: equal words, or heap floats of equal bits.
#[inline(always)]
fn same(a: Value, b: Value) -> bool {
    a == b || (a.is_heap() && b.is_heap() && identical(a, b))
}

ops! {
    Is(a, b, c) |pc, regs, vm, _w| {
        set(regs, a, Value::from_bool(same(get(regs, b), get(regs, c))));
        next!(pc, regs, vm, 1)
    }
    IsNot(a, b, c) |pc, regs, vm, _w| {
        set(regs, a, Value::from_bool(!same(get(regs, b), get(regs, c))));
        next!(pc, regs, vm, 1)
    }
    JumpIfIs(a, b, ci) |pc, regs, vm, _w| {
        if same(get(regs, a), get(regs, b)) { jump!(pc, regs, vm, 1, ci) }
        next!(pc, regs, vm, 1)
    }
    JumpIfIsNot(a, b, ci) |pc, regs, vm, _w| {
        if same(get(regs, a), get(regs, b)) { next!(pc, regs, vm, 1) }
        jump!(pc, regs, vm, 1, ci)
    }
    JumpIfNone(a, ci) |pc, regs, vm, _w| {
        if get(regs, a).is_none() { jump!(pc, regs, vm, 1, ci) }
        next!(pc, regs, vm, 1)
    }
    JumpIfNotNone(a, ci) |pc, regs, vm, _w| {
        if get(regs, a).is_none() { next!(pc, regs, vm, 1) }
        jump!(pc, regs, vm, 1, ci)
    }
    JumpIfTrue(a, ci) |pc, regs, vm, w| {
        let v = get(regs, a);
        if v.is_true() { jump!(pc, regs, vm, 1, ci) }
        if v == Value::FALSE || v.is_none() || v == Value::ZERO { next!(pc, regs, vm, 1) }
        if v.is_small_int() || plainly_true(v) { jump!(pc, regs, vm, 1, ci) }
        tail!(slow_if_true, pc, regs, vm, w)
    }
    JumpIfFalse(a, ci) |pc, regs, vm, w| {
        let v = get(regs, a);
        if v.is_true() { next!(pc, regs, vm, 1) }
        if v == Value::FALSE || v.is_none() || v == Value::ZERO { jump!(pc, regs, vm, 1, ci) }
        if v.is_small_int() || plainly_true(v) { next!(pc, regs, vm, 1) }
        tail!(slow_if_false, pc, regs, vm, w)
    }
    In(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        match contains(vm, get(regs, c), get(regs, b)) {
            Ok(t) => { set(regs, a, Value::from_bool(t)); next!(pc, regs, vm, 1) }
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    NotIn(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        match contains(vm, get(regs, c), get(regs, b)) {
            Ok(t) => { set(regs, a, Value::from_bool(!t)); next!(pc, regs, vm, 1) }
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    JumpIfIn(a, b, ci) |pc, regs, vm, w| {
        save!(vm, pc);
        match contains(vm, get(regs, b), get(regs, a)) {
            Ok(true) => jump!(pc, regs, vm, 1, ci),
            Ok(false) => next!(pc, regs, vm, 1),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    JumpIfNotIn(a, b, ci) |pc, regs, vm, w| {
        save!(vm, pc);
        match contains(vm, get(regs, b), get(regs, a)) {
            Ok(false) => jump!(pc, regs, vm, 1, ci),
            Ok(true) => next!(pc, regs, vm, 1),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
}

slow! {
    slow_if_true(a, ci) |pc, regs, vm, w| {
        save!(vm, pc);
        match truthy(vm, get(regs, a)) {
            Ok(true) => jump!(pc, regs, vm, 1, ci),
            Ok(false) => next!(pc, regs, vm, 1),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    slow_if_false(a, ci) |pc, regs, vm, w| {
        save!(vm, pc);
        match truthy(vm, get(regs, a)) {
            Ok(false) => jump!(pc, regs, vm, 1, ci),
            Ok(true) => next!(pc, regs, vm, 1),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
}

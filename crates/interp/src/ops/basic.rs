//! Moves, constants, locals, cells, jumps.

use crate::machine::{get, jump, next, ops, raise, save, set, slow, tail, word_value};
use crate::{cells, run};
use objects::value::Value;

ops! {
    Nop() |pc, regs, vm, _w| { next!(pc, regs, vm, 1) }
    Move(a, b) |pc, regs, vm, _w| {
        set(regs, a, get(regs, b));
        next!(pc, regs, vm, 1)
    }
    Swap(a, b) |pc, regs, vm, _w| {
        let (x, y) = (get(regs, a), get(regs, b));
        set(regs, a, y);
        set(regs, b, x);
        next!(pc, regs, vm, 1)
    }
    LoadConst(a) |pc, regs, vm, _w| {
        set(regs, a, word_value(pc, 1));
        next!(pc, regs, vm, 2)
    }
    LoadInt(a, bc) |pc, regs, vm, _w| {
        set(regs, a, Value::int32(bc as i32));
        next!(pc, regs, vm, 1)
    }
    LoadUndef(a) |pc, regs, vm, _w| {
        set(regs, a, Value::UNDEF);
        next!(pc, regs, vm, 1)
    }
    LoadCommonConstant(a, b) |pc, regs, vm, _w| {
        set(regs, a, run::common_constant(vm, b));
        next!(pc, regs, vm, 1)
    }

    CheckLocal(a) |pc, regs, vm, w| {
        if get(regs, a).is_undef() { tail!(unbound_local, pc, regs, vm, w) }
        next!(pc, regs, vm, 2)
    }
    DeleteLocal(a) |pc, regs, vm, w| {
        if get(regs, a).is_undef() { tail!(unbound_local, pc, regs, vm, w) }
        set(regs, a, Value::UNDEF);
        next!(pc, regs, vm, 2)
    }

    MakeCell(a) |pc, regs, vm, w| {
        save!(vm, pc);
        match cells::make(vm, get(regs, a)) {
            Ok(cell) => { set(regs, a, cell); next!(pc, regs, vm, 1) }
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    CopyFreeVars(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        match cells::copy_free(vm, regs, a, b) {
            Ok(()) => next!(pc, regs, vm, 1),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    LoadDeref(a, b) |pc, regs, vm, w| {
        let v = cells::content(get(regs, b));
        if v.is_undef() { tail!(unbound_cell, pc, regs, vm, w) }
        set(regs, a, v);
        next!(pc, regs, vm, 2)
    }
    StoreDeref(a, b) |pc, regs, vm, _w| {
        cells::store(vm, get(regs, a), get(regs, b));
        next!(pc, regs, vm, 1)
    }
    DeleteDeref(a) |pc, regs, vm, w| {
        if cells::content(get(regs, a)).is_undef() { tail!(unbound_deleted_cell, pc, regs, vm, w) }
        cells::store(vm, get(regs, a), Value::UNDEF);
        next!(pc, regs, vm, 2)
    }
    LoadFromDictOrDeref(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        match cells::from_dict_or_cell(vm, get(regs, b), get(regs, c), word_value(pc, 1)) {
            Ok(v) if v.is_undef() => { cells::raise_unbound(vm, c, word_value(pc, 1)); raise!(pc, regs, vm, w) }
            Ok(v) => { set(regs, a, v); next!(pc, regs, vm, 2) }
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    CheckCell(a) |pc, regs, vm, w| {
        save!(vm, pc);
        match cells::check(vm, get(regs, a)) {
            Ok(()) => next!(pc, regs, vm, 1),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }

    Jump(bc) |pc, regs, vm, _w| { jump!(pc, regs, vm, 1, bc) }
    JumpBack(bc) |pc, regs, vm, w| {
        if (*vm).stack_limit.is_null() { tail!(interrupted_jump, pc, regs, vm, w) }
        jump!(pc, regs, vm, 2, bc)
    }
}

slow! {
    unbound_local() |pc, regs, vm, w| {
        save!(vm, pc);
        cells::raise_unbound_local(vm, word_value(pc, 1));
        raise!(pc, regs, vm, w)
    }
    unbound_cell(b) |pc, regs, vm, w| {
        save!(vm, pc);
        cells::raise_unbound(vm, b, word_value(pc, 1));
        raise!(pc, regs, vm, w)
    }
    unbound_deleted_cell(a) |pc, regs, vm, w| {
        save!(vm, pc);
        cells::raise_unbound(vm, a, word_value(pc, 1));
        raise!(pc, regs, vm, w)
    }
    interrupted_jump(bc) |pc, regs, vm, w| {
        save!(vm, pc);
        match run::handle_breaker(vm) {
            Ok(()) => jump!(pc, regs, vm, 2, bc),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
}

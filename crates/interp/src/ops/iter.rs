//! Iteration: ranges, lists, tuples and generators in the handler, everything else through the protocol.

use crate::cache;
use crate::frame::{self, kind};
use crate::generator;
use crate::machine::{dispatch, finish, get, jump, next, ops, raise, save, set, slow, tail};
use heap::Header;
use objects::code::Function;
use objects::list::ListIterator;
use objects::range::RangeIterator;
use objects::shape::core;
use objects::tuple::TupleIterator;
use objects::value::{TAG_HEAP, Value};
use objects::vm::{PyResult, Vm};

/// The next item of an iterator that the handlers know: `Some(UNDEF)` at its end, `None` for another iterator.
#[inline(always)]
unsafe fn next_inline(it: Value) -> Option<Value> {
    if !it.is_heap() {
        return None;
    }
    // SAFETY: a heap reference; the shape says what it is.
    unsafe {
        let p = (it.bits() - TAG_HEAP) as *mut Header;
        match (*p).shape() {
            core::RANGE_ITERATOR => (*p.cast::<RangeIterator>()).advance(),
            core::LIST_ITERATOR => Some((*p.cast::<ListIterator>()).advance()),
            core::TUPLE_ITERATOR => Some((*p.cast::<TupleIterator>()).advance()),
            _ => None,
        }
    }
}

#[inline(never)]
unsafe fn next_item(vm: *mut Vm, it: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe { Ok((*vm).next(it)?.unwrap_or(Value::UNDEF)) }
}

/// Pushes the frame of `v.__iter__` if that is known to be a generator function, whose result needs no check.
#[inline(never)]
unsafe fn enter_iter(vm: *mut Vm, v: Value, dst: u16) -> PyResult<bool> {
    // SAFETY: called by a handler.
    unsafe {
        let name = Value::from((*vm).names().__iter__).bits();
        let Some(entry) = cache::find(vm, v, name, cache::purpose::READ) else {
            if objects::types::class_of(v).def.is_none() {
                cache::classify(&mut *vm, v, (*vm).names().__iter__);
            }
            return Ok(false);
        };
        if entry.kind != cache::kind::METHOD {
            return Ok(false);
        }
        let Some(f) = entry.value.exact::<Function>() else { return Ok(false) };
        if f.code.get().object().flags & code::object::flags::GENERATOR == 0 {
            return Ok(false);
        }
        crate::call::push(&mut *vm, f, &[v], Value::UNDEF, (dst, 1), 0)?;
        Ok(true)
    }
}

#[inline(never)]
unsafe fn iter(vm: *mut Vm, v: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe { (*vm).iter(v) }
}

ops! {
    GetIter(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        match enter_iter(vm, get(regs, b), a) {
            Ok(false) => {}
            Ok(true) => tail!(crate::ops::call::enter_pushed, pc, regs, vm, w),
            Err(_) => raise!(pc, regs, vm, w),
        }
        finish!(iter(vm, get(regs, b)), a, pc, regs, vm, w, 1)
    }
    ForIter(a, b, ci) |pc, regs, vm, w| {
        if let Some(v) = next_inline(get(regs, b)) {
            if v.is_undef() { jump!(pc, regs, vm, 1, ci) }
            set(regs, a, v);
            next!(pc, regs, vm, 1)
        }
        tail!(for_iter_other, pc, regs, vm, w)
    }
    ForLoop(a, b, ci) |pc, regs, vm, w| {
        if (*vm).stack_limit.is_null() { tail!(interrupted_loop, pc, regs, vm, w) }
        if let Some(v) = next_inline(get(regs, b)) {
            if v.is_undef() { next!(pc, regs, vm, 2) }
            set(regs, a, v);
            jump!(pc, regs, vm, 2, ci)
        }
        tail!(for_loop_other, pc, regs, vm, w)
    }
    /// Generators run in this machine; other iterators are asked.
    for_iter_other(a, b, ci) |pc, regs, vm, w| {
        save!(vm, pc);
        let it = get(regs, b);
        if generator::is_resumable(it) {
            match generator::enter(vm, it, Value::NONE, a, kind::FOR_ITER) {
                Ok(()) => return dispatch((*vm).pc, frame::regs_of(vm, (*vm).top), vm),
                Err(_) => raise!(pc, regs, vm, w),
            }
        }
        match next_item(vm, it) {
            Ok(v) if v.is_undef() => jump!(pc, regs, vm, 1, ci),
            Ok(v) => { set(regs, a, v); next!(pc, regs, vm, 1) }
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    /// As `for_iter_other`.
    for_loop_other(a, b, ci) |pc, regs, vm, w| {
        save!(vm, pc);
        let it = get(regs, b);
        if generator::is_resumable(it) {
            match generator::enter(vm, it, Value::NONE, a, kind::FOR_LOOP) {
                Ok(()) => return dispatch((*vm).pc, frame::regs_of(vm, (*vm).top), vm),
                Err(_) => raise!(pc, regs, vm, w),
            }
        }
        match next_item(vm, it) {
            Ok(v) if v.is_undef() => next!(pc, regs, vm, 2),
            Ok(v) => { set(regs, a, v); jump!(pc, regs, vm, 2, ci) }
            Err(_) => raise!(pc, regs, vm, w),
        }
    }

    GetYieldFromIter(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(generator::yield_from_iter(vm, get(regs, b)), a, pc, regs, vm, w, 1)
    }
    GetAwaitable(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(generator::awaitable(vm, get(regs, b), c), a, pc, regs, vm, w, 1)
    }
    GetAiter(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(generator::aiter(vm, get(regs, b)), a, pc, regs, vm, w, 1)
    }
    GetAnext(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(generator::anext(vm, get(regs, b)), a, pc, regs, vm, w, 1)
    }
    EndAsyncFor(a) |pc, regs, vm, w| {
        save!(vm, pc);
        match generator::end_async_for(vm, get(regs, a)) {
            Ok(()) => next!(pc, regs, vm, 1),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    CleanupThrow(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(generator::cleanup_throw(vm, get(regs, b)), a, pc, regs, vm, w, 1)
    }
    Send(a, b, ci) |pc, regs, vm, w| {
        save!(vm, pc);
        let (v, it) = (get(regs, a), get(regs, b));
        if generator::is_resumable(it) {
            match generator::enter(vm, it, v, a, kind::SEND) {
                Ok(()) => return dispatch((*vm).pc, frame::regs_of(vm, (*vm).top), vm),
                Err(_) => raise!(pc, regs, vm, w),
            }
        }
        match generator::send_to_other(vm, it, v) {
            Ok(v) if v.is_undef() => {
                set(regs, a, generator::take_returned(vm));
                jump!(pc, regs, vm, 1, ci)
            }
            Ok(v) => { set(regs, a, v); next!(pc, regs, vm, 1) }
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    YieldValue(b) |pc, regs, vm, w| {
        save!(vm, pc);
        match generator::suspend(vm, get(regs, b)) {
            Ok(true) => return dispatch((*vm).pc, frame::regs_of(vm, (*vm).top), vm),
            Ok(false) => return crate::machine::exit(vm),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    ReturnGenerator() |pc, regs, vm, w| {
        save!(vm, pc);
        match generator::make(vm) {
            Ok(true) => return dispatch((*vm).pc, frame::regs_of(vm, (*vm).top), vm),
            Ok(false) => return crate::machine::exit(vm),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    ReturnFromGenerator(a) |pc, regs, vm, w| {
        save!(vm, pc);
        match generator::finish(vm, get(regs, a)) {
            Ok(true) => return dispatch((*vm).pc, frame::regs_of(vm, (*vm).top), vm),
            Ok(false) => return crate::machine::exit(vm),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
}

slow! {
    interrupted_loop() |pc, regs, vm, w| {
        save!(vm, pc);
        match crate::run::handle_breaker(vm) {
            Ok(()) => return dispatch(pc, regs, vm),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
}

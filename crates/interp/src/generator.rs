//! Generators, coroutines and asynchronous generators: suspending and resuming frames.
//!
//! A suspended frame's registers are in the generator object; resuming copies them onto the Value stack, suspending
//! copies them back, so that all running frames are on the stack. The op that resumes (`for`, `yield from`, `await`)
//! says in the record's kind how it goes on, so that resuming a generator from Python code needs no native recursion.
//!
//! The exception being handled belongs to the frame: `handled` is put aside on resuming and put back on suspending.

pub mod methods;

use crate::call;
use crate::frame::{self, flag, kind};
use crate::link::Linked;
use code::object::flags as co;
use heap::{Field, Gc};
use macros::pytype;
use objects::array::Values;
use objects::code::{Code, Function};
use objects::exceptions;
use objects::shape::core;
use objects::str::Str;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use regcode::{Op, Word};
use std::cell::Cell;
use std::ptr::NonNull;

/// Where a generator is in its life.
pub mod state {
    /// Not started.
    pub const CREATED: u8 = 0;
    /// At a `yield`.
    pub const SUSPENDED: u8 = 1;
    /// Its frame is on the stack.
    pub const RUNNING: u8 = 2;
    /// It returned or raised.
    pub const CLOSED: u8 = 3;
}

/// A generator, and what coroutines and asynchronous generators have in common with it.
#[pytype(name = "generator", shape = core::GENERATOR, flags(WEAKREF, NO_NEW))]
pub struct Generator {
    /// The function whose frame it is.
    pub func: Gc<Function>,
    /// Its code when it was called.
    pub code: Gc<Code>,
    /// Address of the translation it runs on, which belongs to the code.
    pub linked: usize,
    /// The registers while it is suspended.
    pub saved: Field<Gc<Values>>,
    /// The exception its frame is handling; None for none.
    pub handled: Field<Value>,
    /// While it runs: the exception its resumer is handling.
    pub outer: Field<Value>,
    /// `__name__`
    pub name: Field<Gc<Str>>,
    /// `__qualname__`
    pub qualname: Field<Gc<Str>>,
    /// Its frame object, UNDEF until somebody looks.
    pub frame: Field<Value>,
    /// Of coroutines: `cr_origin`; of asynchronous generators: the finalizer hook.
    pub extra: Field<Value>,
    /// Word number of the op it is suspended at.
    pub pc: Cell<u32>,
    /// See [`state`].
    pub state: Cell<u8>,
    /// Of asynchronous generators: bits for hooks called, an awaitable running, closed.
    pub bits: Cell<u8>,
}

/// A coroutine: the result of calling an `async def` function.
#[pytype(name = "coroutine", shape = core::COROUTINE, extends = Generator, base = OBJECT, extra("common"), flags(WEAKREF, NO_NEW))]
pub struct Coroutine {}

/// An asynchronous generator.
#[pytype(name = "async_generator", shape = core::ASYNC_GENERATOR, extends = Generator, base = OBJECT, extra("common"), flags(WEAKREF, NO_NEW))]
pub struct AsyncGenerator {}

const OBJECT: &objects::def::TypeDef = objects::object::OBJECT;

impl Generator {
    /// The translation it runs on.
    #[must_use]
    pub fn linked(&self) -> &'static Linked {
        // SAFETY: set by `make`; a translation lives as long as its code object.
        unsafe { &*(self.linked as *const Linked) }
    }

    /// Byte offset of the instruction it is suspended at.
    #[must_use]
    pub fn offset(&self) -> Option<u32> {
        self.linked().reg.offset_at(self.pc.get() as usize)
    }
}

/// The generator, coroutine or asynchronous generator that `v` is.
pub fn of(v: Value) -> Option<Gc<Generator>> {
    match v.shape() {
        core::GENERATOR | core::COROUTINE | core::ASYNC_GENERATOR => {
            // SAFETY: the three have this layout.
            Some(unsafe { v.cast_unchecked() })
        }
        _ => None,
    }
}

/// Whether `it` is a generator or coroutine that can be resumed in this machine now.
#[inline(always)]
pub fn is_resumable(it: Value) -> bool {
    match it.shape() {
        core::GENERATOR | core::COROUTINE => {
            // SAFETY: both have this layout.
            let g: Gc<Generator> = unsafe { it.cast_unchecked() };
            g.state.get() < state::RUNNING
        }
        _ => false,
    }
}

/// Puts the frame of `it` on the stack, with `sent` as the value of its `yield`; the machine goes on at `Vm::pc`.
#[inline(never)]
pub unsafe fn enter(vm: *mut Vm, it: Value, sent: Value, dst: u16, kind: u8) -> PyResult<()> {
    // SAFETY: called by a handler, which checked `is_resumable`.
    unsafe {
        let vm = &mut *vm;
        push(vm, it.cast_unchecked(), sent, dst, kind, 0)?;
        while resume_delegate(vm) {}
        Ok(())
    }
}

/// If the generator just resumed is about to send the value on to another one (`yield from`, `await`), resumes that one
/// too: chains of generators are long.
unsafe fn resume_delegate(vm: &mut Vm) -> bool {
    // SAFETY: the frame on top is complete; its code is verified.
    unsafe {
        let mut at = vm.pc;
        if Word(*at).op() == Some(Op::Jump) {
            at = at.add(1).offset(Word(*at).bc() as isize);
        }
        let word = Word(*at);
        if word.op() != Some(Op::Send) {
            return false;
        }
        let regs = frame::regs_of(vm, vm.top);
        let it = *regs.add(usize::from(word.b()));
        if !is_resumable(it) {
            return false;
        }
        vm.pc = at;
        let sent = *regs.add(usize::from(word.a()));
        match push(vm, it.cast_unchecked(), sent, word.a(), kind::SEND, 0) {
            Ok(()) => true,
            Err(_) => {
                // The op, executed now, fails in the same way, and in its own frame.
                vm.clear_raised();
                false
            }
        }
    }
}

/// Puts the frame of a suspended generator on the stack.
unsafe fn push(
    vm: &mut Vm,
    g: Gc<Generator>,
    sent: Value,
    dst: u16,
    kind: u8,
    flags: u8,
) -> PyResult<()> {
    if g.state.get() == state::CREATED && !sent.is_none() {
        return Err(
            vm.type_error(format_args!("can't send non-None value to a just-started {}", what(g)))
        );
    }
    let code = g.linked();
    // SAFETY: there is room for the frame, and the saved registers are as many as the frame's live ones.
    unsafe {
        let regs = frame::stack_top(vm);
        call::reserve(vm, code, regs)?;
        take_out(g.saved.get(), regs);
        let has_frame = !g.frame.get().is_undef();
        let flags = flags | flag::GENERATOR | if has_frame { flag::FRAME_OBJECT } else { 0 };
        call::add_record(vm, g.func, code, regs, (dst, kind), flags);
        if has_frame {
            crate::frameobj::reattach(vm, g.frame.get())?;
        }
        let at = code.pc_at(g.pc.get());
        *regs.add(usize::from(Word(*at).a())) = sent;
        g.state.set(state::RUNNING);
        swap_handled(vm, &g.outer, &g.handled, g);
        vm.pc = at.add(1);
    }
    Ok(())
}

/// The generator whose frame is on top.
unsafe fn running(vm: &Vm) -> Gc<Generator> {
    // SAFETY: the frame on top is a generator's, whose hidden register holds the object.
    unsafe {
        let code = frame::code_of(vm.top);
        let reg = code.reg.generator_reg.unwrap_or_default();
        (*frame::regs_of(vm, vm.top).add(usize::from(reg))).cast_unchecked()
    }
}

/// On resuming: the exception being handled is put aside into `away`, the one in `back` is being handled from now on.
fn swap_handled(vm: &mut Vm, away: &Field<Value>, back: &Field<Value>, g: Gc<Generator>) {
    let (old, new) = (vm.handled, back.get());
    // Both are None but for generators resumed or suspended inside an `except`: `away` is None before.
    if !old.is_none() || !new.is_none() {
        away.set(g, vm.heap(), old);
        back.set(g, vm.heap(), Value::NONE);
        vm.handled = new;
    }
}

/// Moves the saved registers to `regs`.
unsafe fn take_out(saved: Gc<Values>, regs: *mut Value) {
    // SAFETY: the caller reserved room for the frame.
    unsafe {
        let (items, count) = (saved.first(), saved.cap());
        copy(items, regs, count);
        let mut i = 0;
        while i < count {
            items.add(i).write_volatile(Value::UNDEF);
            i += 1;
        }
    }
}

/// Copies `count` values. There are so few that a call of `memcpy` or a vector loop would take longer, which is why the
/// reads are volatile.
#[inline(always)]
unsafe fn copy(from: *const Value, to: *mut Value, count: usize) {
    let mut i = 0;
    while i < count {
        // SAFETY: the caller's promise.
        unsafe { *to.add(i) = from.add(i).read_volatile() };
        i += 1;
    }
}

/// Of the field `c` of `YieldValue` in linked code: the bit that says that it yields for a `yield from` or `await`.
pub const DELEGATES: u16 = 1;
/// The temporaries whose liveness the further bits of that field tell.
const TOLD: usize = 14;
/// Says that there are more of them.
const MORE: u16 = 1 << 15;

/// The field `c` of a linked `YieldValue`: which temporaries to save.
pub fn yield_field(reg: &regcode::RegCode, pc: usize, delegates: u16) -> u16 {
    let mut field = delegates & DELEGATES;
    let Some(entry) = reg.state_at(pc) else { return field };
    for (_, place) in reg.slots(entry.state) {
        if let regcode::Loc::Temp(t) = place {
            field |= if usize::from(t) < TOLD { 2 << t } else { MORE };
        }
    }
    field
}

/// Copies the registers of the frame on top into `g` and takes the frame off.
unsafe fn save(vm: &mut Vm, g: Gc<Generator>) {
    // SAFETY: called at a `YieldValue`, whose field tells which temporaries live.
    unsafe {
        let code = frame::code_of(vm.top);
        let regs = frame::regs_of(vm, vm.top);
        let saved = g.saved.get();
        let (items, fixed) = (saved.first(), code.temp_base as usize);
        copy(regs, items, fixed);
        // Temporaries were left UNDEF by `take_out`; the verifier proved that live ones are registers of the frame.
        let field = Word(*vm.pc).c();
        let (mut live, mut i) = ((field & !MORE) >> 1, fixed);
        while live != 0 {
            if live & 1 != 0 {
                *items.add(i) = *regs.add(i);
            }
            (live, i) = (live >> 1, i + 1);
        }
        if field & MORE != 0 {
            save_further(code, code.index_of(vm.pc), saved.cells(), regs);
        }
        vm.heap().barrier(saved.as_ptr().cast());
        g.pc.set(code.index_of(vm.pc));
        g.state.set(state::SUSPENDED);
        leave(vm, g);
    }
}

/// Saves the temporaries that the op's field doesn't tell.
#[cold]
unsafe fn save_further(code: &Linked, index: u32, cells: &[Cell<Value>], regs: *mut Value) {
    let Some(entry) = code.reg.state_at(index as usize) else { return };
    for (_, place) in code.reg.slots(entry.state) {
        if let regcode::Loc::Temp(t) = place
            && let Some(cell) = cells.get(code.temp_base as usize + usize::from(t))
        {
            // SAFETY: a register of the frame.
            cell.set(unsafe { *regs.add(code.temp_base as usize + usize::from(t)) });
        }
    }
}

/// Takes the frame on top off and puts the resumer's handled exception back.
unsafe fn leave(vm: &mut Vm, g: Gc<Generator>) {
    // SAFETY: the record on top is the generator's.
    unsafe {
        if (*vm.top).flags & flag::FRAME_OBJECT != 0 {
            crate::frameobj::suspend_top(vm, g);
        }
        swap_handled(vm, &g.handled, &g.outer, g);
        vm.top = vm.top.sub(1);
    }
}

/// Gives `v` to whoever resumed the frame that has just been taken off; `yielded` or else returned.
unsafe fn deliver(vm: &mut Vm, v: Value, yielded: bool) -> bool {
    // SAFETY: the record just above the top is still intact.
    unsafe {
        let record = vm.top.add(1);
        if (*record).flags & flag::ENTRY != 0 {
            vm.result = v;
            crate::state(vm).yielded = yielded;
            return false;
        }
        let caller = vm.top;
        let at = (*caller).pc;
        let jump = isize::from(Word(*at).c_imm());
        let regs = frame::regs_of(vm, caller);
        let (stores, words, jumps) = match ((*record).kind, yielded) {
            (kind::FOR_ITER, true) => (true, 1, false),
            (kind::FOR_ITER, false) => (false, 1, true),
            (kind::FOR_LOOP, true) => (true, 2, true),
            (kind::FOR_LOOP, false) => (false, 2, false),
            (_, true) => (true, 1, false),
            (_, false) => (true, 1, true),
        };
        if stores {
            *regs.add(usize::from((*record).dst)) = v;
        }
        vm.pc = at.add(words).offset(if jumps { jump } else { 0 });
        true
    }
}

/// `yield v`: `Ok(true)`, go on in the resumer at `Vm::pc`; `Ok(false)`, leave the machine.
#[inline(never)]
pub unsafe fn suspend(vm: *mut Vm, v: Value) -> PyResult<bool> {
    // SAFETY: called by a handler of a generator's frame.
    unsafe {
        let vm = &mut *vm;
        loop {
            let g = running(vm);
            save(vm, g);
            if !deliver(vm, v, true) {
                return Ok(false);
            }
            // A generator that delegates passes the value on at once.
            let (resumer, next) = (vm.top.add(1), Word(*vm.pc));
            let passes_on = (*resumer).kind == kind::SEND
                && next.op() == Some(Op::YieldValue)
                && next.b() == (*resumer).dst;
            if !passes_on {
                return Ok(true);
            }
        }
    }
}

/// The frame of a generator returns `v`.
#[inline(never)]
pub unsafe fn finish(vm: *mut Vm, v: Value) -> PyResult<bool> {
    // SAFETY: as for `suspend`.
    unsafe {
        let vm = &mut *vm;
        let g = running(vm);
        close_frame(vm, g)?;
        Ok(deliver(vm, v, false))
    }
}

/// Ends the frame on top for good.
unsafe fn close_frame(vm: &mut Vm, g: Gc<Generator>) -> PyResult<()> {
    // SAFETY: the frame on top is the generator's.
    unsafe {
        if (*vm.top).flags & flag::FRAME_OBJECT != 0 {
            crate::frameobj::detach_top(vm)?;
            (*vm.top).flags &= !flag::FRAME_OBJECT;
        }
        end(vm, g);
        vm.top = vm.top.sub(1);
    }
    Ok(())
}

/// The generator, whose frame is on top, will never run again.
unsafe fn end(vm: &mut Vm, g: Gc<Generator>) {
    g.state.set(state::CLOSED);
    vm.handled = g.outer.get();
    // None of these needs a barrier: what they refer to isn't in the nursery.
    g.handled.init(Value::NONE);
    g.outer.init(Value::NONE);
    g.saved.init(Values::empty());
    // SAFETY: a live object; there is nothing left for a finalizer to do.
    unsafe { vm.heap().unregister_finalizer(NonNull::new_unchecked(g.as_ptr().cast())) };
}

/// The frame on top, a generator's, is being left by an exception (the unwinder takes the record off).
pub unsafe fn failed(vm: &mut Vm) {
    // SAFETY: the unwinder calls it for frames with the flag GENERATOR.
    unsafe {
        let g = running(vm);
        end(vm, g);
    }
}

/// The first op of a generator function: makes the object, moves the frame into it and returns it to the caller.
#[inline(never)]
pub unsafe fn make(vm: *mut Vm) -> PyResult<bool> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let record = vm.top;
        let (func, code) = ((*record).func, frame::code_of(record));
        let regs = frame::regs_of(vm, record);
        let live = std::slice::from_raw_parts(regs, code.temp_base as usize);
        let saved = Values::alloc_from(vm, code.nregs as usize, live)?;
        let (name, qualname) = (func.name.get(), func.qualname.get());
        let flags = code.code.object().flags;
        let index = code.index_of(vm.pc);
        let none = || Field::new(Value::NONE);
        let parts = (
            func,
            code.code,
            std::ptr::from_ref(code) as usize,
            Field::new(saved),
            none(),
            none(),
            Field::new(name),
            Field::new(qualname),
            Field::new(Value::UNDEF),
            none(),
            Cell::new(index),
            Cell::new(state::CREATED),
            Cell::new(0),
        );
        let object: Value = if flags & co::COROUTINE != 0 {
            Coroutine::create(vm, parts)?.into()
        } else if flags & co::ASYNC_GENERATOR != 0 {
            AsyncGenerator::create(vm, parts)?.into()
        } else {
            let (
                func,
                code,
                linked,
                saved,
                handled,
                outer,
                name,
                qualname,
                frame,
                extra,
                pc,
                state,
                bits,
            ) = parts;
            Generator::create(
                vm, func, code, linked, saved, handled, outer, name, qualname, frame, extra, pc,
                state, bits,
            )?
            .into()
        };
        if let Some(hidden) = code.reg.generator_reg
            && let Some(cell) = saved.cells().get(usize::from(hidden))
        {
            cell.set(object);
        }
        vm.heap().barrier(saved.as_ptr().cast());
        if code.has_cleanup
            && let Some(header) = object.header()
        {
            vm.register_end_of_life(header.header(), false, true)?;
        }
        methods::created(vm, object)?;
        call::special_return(vm, object)
    }
}

/// What resuming a generator from native code gave.
#[derive(Clone, Copy, Debug)]
pub enum Resumed {
    /// It yielded.
    Yielded(Value),
    /// It returned.
    Returned(Value),
}

/// Resumes `g` from native code with `sent` as the value of its `yield`.
pub fn resume(vm: &mut Vm, g: Gc<Generator>, sent: Value) -> PyResult<Resumed> {
    check_free(vm, g)?;
    vm.check_native_stack("")?;
    let pc = vm.pc;
    // SAFETY: `g` is suspended; its frame is entered with the flag ENTRY, so it ends in native code.
    let r = unsafe {
        push(vm, g, sent, 0, 0, flag::ENTRY)?;
        let (at, regs) = (vm.pc, frame::regs_of(vm, vm.top));
        crate::machine::run(at, regs, vm);
        call::take_result(vm)
    };
    vm.pc = pc;
    resumed(vm, r)
}

/// Resumes `g` by raising the pending exception at its `yield`.
pub fn resume_raising(vm: &mut Vm, g: Gc<Generator>) -> PyResult<Resumed> {
    let exception = vm.take_raised();
    check_free(vm, g)?;
    vm.check_native_stack("")?;
    let pc = vm.pc;
    // SAFETY: as for `resume`; the unwinder starts at the op it is suspended at.
    let r = unsafe {
        let at = g.pc.get();
        push(vm, g, Value::NONE, 0, 0, flag::ENTRY)?;
        let code = frame::code_of(vm.top);
        vm.pc = code.pc_at(at);
        let _raised = vm.restore_raised(exception);
        crate::machine::run_from(crate::unwind::unwind, vm.pc, frame::regs_of(vm, vm.top), vm);
        call::take_result(vm)
    };
    vm.pc = pc;
    resumed(vm, r)
}

fn resumed(vm: &mut Vm, r: PyResult<Value>) -> PyResult<Resumed> {
    let v = r?;
    Ok(if crate::state(vm).yielded { Resumed::Yielded(v) } else { Resumed::Returned(v) })
}

fn check_free(vm: &mut Vm, g: Gc<Generator>) -> PyResult<()> {
    if g.state.get() == state::RUNNING {
        return Err(vm.value_error(format_args!("{} already executing", what(g))));
    }
    Ok(())
}

/// How messages name it.
pub fn what(g: Gc<Generator>) -> &'static str {
    match Value::from(g).shape() {
        core::COROUTINE => "coroutine",
        core::ASYNC_GENERATOR => "async generator",
        _ => "generator",
    }
}

/// The object that a suspended generator delegates to (`yield from`, `await`), if it does.
pub fn delegate(_vm: &mut Vm, g: Gc<Generator>) -> PyResult<Option<Value>> {
    if g.state.get() != state::SUSPENDED {
        return Ok(None);
    }
    let code = g.linked();
    let index = g.pc.get();
    // SAFETY: the op it is suspended at.
    let word = Word(unsafe { *code.pc_at(index) });
    if word.op() != Some(Op::YieldValue) || word.c() & DELEGATES == 0 {
        return Ok(None);
    }
    let Some(entry) = code.reg.state_at(index as usize) else { return Ok(None) };
    // The slot on top held the value yielded, the one below it the iterator.
    let depth = code.reg.states.depth(entry.state);
    let place =
        code.reg.slots(entry.state).find(|(slot, _)| *slot + 2 == depth).map(|(_, place)| place);
    let saved = g.saved.get();
    let cell = match place {
        Some(regcode::Loc::Temp(t)) => saved.cells().get(code.temp_base as usize + usize::from(t)),
        Some(regcode::Loc::Local(n)) => saved.cells().get(usize::from(n)),
        _ => None,
    };
    Ok(cell.map(Cell::get))
}

/// The exception being handled, as `sys.exception()` sees it: the nearest frame's that handles one.
pub fn handled(vm: &Vm) -> Value {
    if !vm.handled.is_none() {
        return vm.handled;
    }
    for record in frame::walk(vm) {
        // SAFETY: live records.
        unsafe {
            if (*record).flags & flag::GENERATOR != 0 {
                let code = frame::code_of(record);
                let reg = code.reg.generator_reg.unwrap_or_default();
                let g = *frame::regs_of(vm, record).add(usize::from(reg));
                if let Some(g) = of(g)
                    && !g.outer.get().is_none()
                {
                    return g.outer.get();
                }
            }
        }
    }
    Value::NONE
}

/// Sends `v` to an iterator that isn't a resumable generator: the value yielded, or UNDEF when it has returned (the
/// value is then with [`take_returned`]).
#[inline(never)]
pub unsafe fn send_to_other(vm: *mut Vm, it: Value, v: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    match methods::send(vm, it, v)? {
        Resumed::Yielded(v) => Ok(v),
        Resumed::Returned(v) => {
            crate::state(vm).returned.clear();
            let r = crate::state(vm).returned.push(v);
            vm.grow(r)?;
            Ok(Value::UNDEF)
        }
    }
}

/// What the iterator that [`send_to_other`] reported as finished returned.
pub unsafe fn take_returned(vm: *mut Vm) -> Value {
    // SAFETY: called by a handler.
    unsafe { crate::state(&mut *vm).returned.pop().unwrap_or(Value::NONE) }
}

/// `yield from v`: its iterator.
#[inline(never)]
pub unsafe fn yield_from_iter(vm: *mut Vm, v: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    match v.shape() {
        core::COROUTINE => {
            // SAFETY: a frame is running.
            let flags = unsafe { frame::code_of(vm.top) }.code.object().flags;
            if flags & (co::COROUTINE | co::ITERABLE_COROUTINE) == 0 {
                return Err(vm.type_error(format_args!(
                    "cannot 'yield from' a coroutine object in a non-coroutine generator"
                )));
            }
            Ok(v)
        }
        core::GENERATOR => Ok(v),
        _ => vm.iter(v),
    }
}

/// `await v`: its iterator. `from` is 1 after `__aenter__`, 2 after `__aexit__`.
#[inline(never)]
pub unsafe fn awaitable(vm: *mut Vm, v: Value, from: u16) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    if from != 0 && !methods::is_awaitable(v) {
        let name = if from == 1 { "__aenter__" } else { "__aexit__" };
        return Err(vm.type_error(format_args!(
            "'async with' received an object from {name} that does not implement __await__: {}",
            class_name(v)
        )));
    }
    let it = methods::await_iter(vm, v)?;
    if it.shape() == core::COROUTINE
        && let Some(g) = of(it)
        && delegate(vm, g)?.is_some()
    {
        return Err(vm.runtime_error(format_args!("coroutine is being awaited already")));
    }
    Ok(it)
}

/// `async for`: the asynchronous iterator of `v`.
#[inline(never)]
pub unsafe fn aiter(vm: *mut Vm, v: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe { methods::aiter(&mut *vm, v) }
}

/// `async for`: the awaitable of the next item.
#[inline(never)]
pub unsafe fn anext(vm: *mut Vm, v: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe { methods::anext(&mut *vm, v) }
}

/// The end of `async for`: any exception but StopAsyncIteration goes on.
#[inline(never)]
pub unsafe fn end_async_for(vm: *mut Vm, exception: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    if objects::types::is_instance(exception, exceptions::STOP_ASYNC_ITERATION.object()) {
        return Ok(());
    }
    Err(crate::unwind::reraise(vm, exception))
}

/// An exception thrown into a `yield from`: the value of StopIteration, anything else goes on.
#[inline(never)]
pub unsafe fn cleanup_throw(vm: *mut Vm, exception: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    match crate::exc::stop_iteration_value(exception) {
        Some(v) => Ok(v),
        None => Err(crate::unwind::reraise(vm, exception)),
    }
}

//! The machine: handlers, registers, dispatch.
//!
//! Every op has one handler, written once in `ops/`. A handler ends by dispatching the next op. With the feature
//! `tail-calls` (the default) that is a call in tail position through a table, which LLVM turns into a jump at
//! opt-level 1 and above: no handler then uses native stack beyond its own frame, checked by disassembly in CI and by
//! [`self_test`] at start. Without it, dispatch returns to a loop that matches on the op.
//!
//! Handlers have one ABI, return nothing, and keep no local whose address escapes (it would turn the jump into a call):
//! whatever needs `&mut Vm` or memory of its own is in a function that is never inlined. Slow paths are cold functions of
//! the handlers' own signature.

use objects::value::Value;
use objects::vm::Vm;
#[cfg(feature = "tail-calls")]
use regcode::Word;

/// Position in the code: the first word of an op.
pub type Pc = *const u64;
/// The running frame's first register.
pub type Regs = *mut Value;

/// Runs one op and dispatches the next. `w` is the op's first word.
pub type Handler = unsafe extern "C" fn(pc: Pc, regs: Regs, vm: *mut Vm, w: u64);

/// Register `i` of the frame.
#[inline(always)]
pub unsafe fn get(regs: Regs, i: u16) -> Value {
    // SAFETY: the verifier proved that the register is in the frame.
    unsafe { *regs.add(i as usize) }
}

/// Sets register `i` of the frame.
#[inline(always)]
pub unsafe fn set(regs: Regs, i: u16, v: Value) {
    // SAFETY: as for `get`.
    unsafe { *regs.add(i as usize) = v }
}

/// The extra word `i` (from 1) of the op at `pc`.
#[inline(always)]
pub unsafe fn word(pc: Pc, i: usize) -> u64 {
    // SAFETY: every op is followed by as many words as its row says.
    unsafe { *pc.add(i) }
}

/// The extra word `i` (from 1) of the op at `pc`, a linked constant or name.
#[inline(always)]
pub unsafe fn word_value(pc: Pc, i: usize) -> Value {
    // SAFETY: as for `word`; linking replaced the index by the value.
    unsafe { Value::from_bits(word(pc, i)) }
}

/// Overwrites the extra word `i` of the op at `pc`, a cache.
#[inline(always)]
pub unsafe fn set_word(pc: Pc, i: usize, w: u64) {
    // SAFETY: linked code is private to the VM and written under the lock only.
    unsafe { *pc.add(i).cast_mut() = w }
}

/// Goes on at `pc`.
#[cfg(feature = "tail-calls")]
#[inline(always)]
pub unsafe fn dispatch(pc: Pc, regs: Regs, vm: *mut Vm) {
    // SAFETY: `pc` is the first word of a verified op, whose number is below the table's length.
    unsafe {
        let w = *pc;
        let handler = *crate::ops::TABLE.get_unchecked(usize::from(Word(w).number()));
        handler(pc, regs, vm, w)
    }
}

/// Goes on at `pc`.
#[cfg(not(feature = "tail-calls"))]
#[inline(always)]
pub unsafe fn dispatch(pc: Pc, regs: Regs, vm: *mut Vm) {
    // SAFETY: the loop that called the handler reads them next.
    unsafe {
        (*vm).next_pc = pc;
        (*vm).next_regs = regs;
    }
}

/// Runs from `pc` until a frame that was entered from native code ends.
pub unsafe fn run(pc: Pc, regs: Regs, vm: *mut Vm) {
    // SAFETY: the caller prepared the frame.
    unsafe { run_from(go_on, pc, regs, vm) }
}

unsafe extern "C" fn go_on(pc: Pc, regs: Regs, vm: *mut Vm, _w: u64) {
    // SAFETY: as for `dispatch`.
    unsafe { dispatch(pc, regs, vm) }
}

/// Runs from the handler `start` until a frame that was entered from native code ends.
pub unsafe fn run_from(start: Handler, pc: Pc, regs: Regs, vm: *mut Vm) {
    // SAFETY: the caller prepared the frame.
    unsafe {
        start(pc, regs, vm, *pc);
        #[cfg(not(feature = "tail-calls"))]
        loop {
            // Handlers leave the next position, null at the end.
            let (pc, regs) = ((*vm).next_pc, (*vm).next_regs);
            if pc.is_null() {
                return;
            }
            crate::ops::step(pc, regs, vm, *pc);
        }
    }
}

/// Leaves [`run`]: a frame that was entered from native code has ended.
#[inline(always)]
pub unsafe fn exit(vm: *mut Vm) {
    #[cfg(feature = "tail-calls")]
    let _ = vm;
    #[cfg(not(feature = "tail-calls"))]
    // SAFETY: the loop reads it next.
    unsafe {
        (*vm).next_pc = std::ptr::null();
    }
}

/// Defines handlers: `Name(a, b) |pc, regs, vm, w| { … }` with the operand fields named in parentheses bound to their
/// register numbers. A body ends in one of [`next!`], [`jump!`], [`tail!`], [`raise!`].
macro_rules! ops {
    ($($(#[$meta:meta])* $name:ident($($field:ident),*) |$pc:ident, $regs:ident, $vm:ident, $w:ident| $body:block)*) => {$(
        $(#[$meta])*
        // The table of ops says what they do.
        #[allow(non_snake_case, missing_docs)]
        #[cfg_attr(not(feature = "tail-calls"), inline(always))]
        pub unsafe extern "C" fn $name($pc: $crate::machine::Pc, $regs: $crate::machine::Regs, $vm: *mut objects::vm::Vm, $w: u64) {
            $(let $field = $crate::machine::field::$field($w);)*
            #[allow(unused_unsafe)]
            // SAFETY: the verifier proved what the op's row presupposes of its registers and words.
            unsafe { $body }
        }
    )*};
}

/// Defines slow paths: cold functions of the handlers' signature.
macro_rules! slow {
    ($($(#[$meta:meta])* $name:ident($($field:ident),*) |$pc:ident, $regs:ident, $vm:ident, $w:ident| $body:block)*) => {$(
        $(#[$meta])*
        #[cold]
        #[inline(never)]
        #[allow(missing_docs)]
        pub unsafe extern "C" fn $name($pc: $crate::machine::Pc, $regs: $crate::machine::Regs, $vm: *mut objects::vm::Vm, $w: u64) {
            $(let $field = $crate::machine::field::$field($w);)*
            #[allow(unused_unsafe)]
            // SAFETY: as for the handler that came here.
            unsafe { $body }
        }
    )*};
}

/// Goes on `$n` words further.
macro_rules! next {
    ($pc:ident, $regs:ident, $vm:ident, $n:expr) => {
        return $crate::machine::dispatch($pc.add($n), $regs, $vm)
    };
}

/// Goes on `$n` words further and then by the distance `$by`.
macro_rules! jump {
    ($pc:ident, $regs:ident, $vm:ident, $n:expr, $by:expr) => {
        return $crate::machine::dispatch($pc.add($n).offset($by as isize), $regs, $vm)
    };
}

/// Goes on in another function of the handlers' signature.
macro_rules! tail {
    ($f:path, $pc:ident, $regs:ident, $vm:ident, $w:ident) => {
        return $f($pc, $regs, $vm, $w)
    };
}

/// An exception was raised at `$pc`.
macro_rules! raise {
    ($pc:ident, $regs:ident, $vm:ident, $w:ident) => {
        return $crate::unwind::unwind($pc, $regs, $vm, $w)
    };
}

/// Stores the result of a call that may raise in register `$a` and goes on `$n` words further.
macro_rules! finish {
    ($result:expr, $a:expr, $pc:ident, $regs:ident, $vm:ident, $w:ident, $n:expr) => {
        match $result {
            Ok(v) => {
                $crate::machine::set($regs, $a, v);
                next!($pc, $regs, $vm, $n)
            }
            Err(_) => raise!($pc, $regs, $vm, $w),
        }
    };
}

/// Goes on `$n` words further after a call that may raise and gives nothing.
macro_rules! done {
    ($result:expr, $pc:ident, $regs:ident, $vm:ident, $w:ident, $n:expr) => {
        match $result {
            Ok(()) => next!($pc, $regs, $vm, $n),
            Err(_) => raise!($pc, $regs, $vm, $w),
        }
    };
}

/// Stores the position, so that what is called now can raise, call and allocate.
macro_rules! save {
    ($vm:ident, $pc:ident) => {
        (*$vm).pc = $pc
    };
}

pub(crate) use {done, finish, jump, next, ops, raise, save, slow, tail};

/// Operand fields of an op's first word.
pub mod field {
    use regcode::Word;
    /// Field `a`.
    #[inline(always)]
    pub fn a(w: u64) -> u16 {
        Word(w).a()
    }
    /// Field `b`.
    #[inline(always)]
    pub fn b(w: u64) -> u16 {
        Word(w).b()
    }
    /// Field `c`.
    #[inline(always)]
    pub fn c(w: u64) -> u16 {
        Word(w).c()
    }
    /// Field `b` as a signed immediate.
    #[inline(always)]
    pub fn bi(w: u64) -> i64 {
        i64::from(Word(w).b_imm())
    }
    /// Field `c` as a signed immediate.
    #[inline(always)]
    pub fn ci(w: u64) -> i64 {
        i64::from(Word(w).c_imm())
    }
    /// Fields `b` and `c` as one number.
    #[inline(always)]
    pub fn bc(w: u64) -> i64 {
        i64::from(Word(w).bc())
    }
}

/// Whether dispatch uses no native stack: runs a long straight line of ops and compares stack addresses at both ends.
/// A build in which sibling calls don't become jumps must not run programs, since loops would overflow the stack.
#[must_use]
pub fn self_test(vm: &mut Vm) -> bool {
    crate::ops::probe::run(vm)
}

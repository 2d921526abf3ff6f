//! From a code object to code that runs: translation on first use, linking of constants and names, the list of code with
//! caches.
//!
//! A [`Linked`] belongs to its code object, which the collector keeps as long as a function or a running frame needs it;
//! the constants and names in its words are kept alive by the code object's own tuples.

use heap::Gc;
use objects::code::Code;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use regcode::{Mode, Op, RegCode, Reloc, Word, WordRole};

/// A layout id that no dictionary has: the cache of a global that was not yet looked up.
const NO_KEYS: u64 = u32::MAX as u64;

/// Translated code, ready to run.
#[repr(C)]
pub struct Linked {
    /// First op.
    pub entry: *const u64,
    /// Registers of a frame.
    pub nregs: u32,
    /// Number of positional arguments if the function takes exactly these and nothing else; else -1.
    pub simple_argc: i32,
    /// Locals, cells, free variables and hidden registers: UNDEF at entry, as the collector looks at all of them.
    pub nlocals: u32,
    /// First register of the CPython stack's slots.
    pub temp_base: u32,
    /// Of generators and coroutines: one that is given up while suspended has something left to do.
    pub has_cleanup: bool,
    /// The code object.
    pub code: Gc<Code>,
    /// The translation's tables.
    pub reg: RegCode,
    /// The words that run; the same as `reg`'s with constants and names in place.
    words: Box<[u64]>,
    logged: std::cell::Cell<bool>,
    /// Of the elided translation: the unelided one, once there is one.
    unelided: std::cell::Cell<*const Linked>,
}

impl Linked {
    /// Number of the word `pc` points to.
    pub fn index_of(&self, pc: *const u64) -> u32 {
        // SAFETY: `pc` points into the words.
        unsafe { pc.offset_from(self.words.as_ptr()) as u32 }
    }
    /// The word of number `index`.
    pub fn pc_at(&self, index: u32) -> *const u64 {
        &raw const self.words[index as usize]
    }
    /// Byte offset of the CPython instruction being executed at `pc` (`tb_lasti`).
    pub fn lasti(&self, pc: *const u64) -> u32 {
        self.reg.offset_at(self.index_of(pc) as usize).unwrap_or(0)
    }
}

/// The running code of `code`, translated now if it wasn't: the unelided translation while events are on.
pub fn linked(vm: &mut Vm, code: Gc<Code>) -> PyResult<&'static Linked> {
    let known = code.translated.get().cast::<Linked>();
    let elided: &'static Linked = if known.is_null() {
        let linked = translate(vm, code, Mode::Elided)?;
        code.translated.set(std::ptr::from_ref(linked).cast_mut().cast());
        linked
    } else {
        // SAFETY: set above; lives as long as the code object.
        unsafe { &*known }
    };
    if vm.interp.is_null() || !crate::state(vm).monitor.active() {
        return Ok(elided);
    }
    if elided.unelided.get().is_null() {
        let linked = translate(vm, code, Mode::Unelided)?;
        elided.unelided.set(linked);
    }
    // SAFETY: as above.
    Ok(unsafe { &*elided.unelided.get() })
}

#[inline(never)]
fn translate(vm: &mut Vm, code: Gc<Code>, mode: Mode) -> PyResult<&'static Linked> {
    let reg = match regcode::translate(code.object(), mode) {
        Ok(reg) => reg,
        Err(e) => {
            return Err(vm.system_error(format_args!(
                "cannot run code object '{}': {e}",
                code.object().name.to_string_lossy()
            )));
        }
    };
    let words = link(code, &reg);
    let linked = Box::new(Linked {
        entry: words.as_ptr(),
        nregs: u32::from(reg.nregs),
        simple_argc: simple_argc(code.object()),
        nlocals: u32::from(reg.temp_base),
        temp_base: u32::from(reg.temp_base),
        has_cleanup: has_cleanup(code.object()),
        code,
        words,
        reg,
        logged: std::cell::Cell::new(false),
        unelided: std::cell::Cell::new(std::ptr::null()),
    });
    Ok(Box::leak(linked))
}

/// Whether a generator of this code has `try` or `with` statements; coroutines and asynchronous generators, which
/// report that they were given up, always count.
fn has_cleanup(code: &code::CodeObject) -> bool {
    use code::object::flags as co;
    use code::opcode::Op as Py;
    if code.flags & (co::COROUTINE | co::ASYNC_GENERATOR) != 0 {
        return true;
    }
    let is_statement = |target: u32| {
        let unit = target as usize * 2;
        let op = code.code.get(unit).copied();
        // The handlers that every generator and every `yield from` has.
        op != Some(Py::CallIntrinsic1 as u8) && op != Some(Py::CleanupThrow as u8)
    };
    code.flags & co::GENERATOR != 0
        && code::exceptiontable::regions(&code.exceptiontable).any(|r| is_statement(r.target))
}

/// Hook: frees the translation of a dead code object, which nothing runs.
pub fn release(vm: &mut Vm, translated: *mut u8) {
    let p = translated.cast::<Linked>();
    // SAFETY: made by `Box::leak` above, both.
    unsafe {
        let unelided = (*p).unelided.get().cast_mut();
        crate::state(vm).cached.retain(|c| !std::ptr::eq(*c, p) && !std::ptr::eq(*c, unelided));
        if !unelided.is_null() {
            drop(Box::from_raw(unelided));
        }
        drop(Box::from_raw(p));
    }
}

/// The words with values for indices.
fn link(code: Gc<Code>, reg: &RegCode) -> Box<[u64]> {
    let mut words = reg.words.clone();
    for (at, reloc) in &reg.relocs {
        let v: Value = match *reloc {
            Reloc::Const(k) => code.consts().items()[k as usize],
            Reloc::Name(n) => code.names().items()[n as usize],
            Reloc::LocalName(n) => code.localsplusnames().items()[n as usize],
            Reloc::None => Value::NONE,
        };
        words[*at as usize] = v.bits();
    }
    let mut at = 0;
    while at < words.len() {
        let Some(op) = Word(words[at]).op() else { break };
        match op {
            Op::LoadGlobal => words[at + 1] = NO_KEYS,
            Op::YieldValue => {
                let word = Word(words[at]);
                let field = crate::generator::yield_field(reg, at, word.c());
                words[at] = Word::new(op, word.a(), word.b(), field).0;
            }
            _ => {}
        }
        at += Word(words[at]).len().unwrap_or(1);
    }
    words
}

fn simple_argc(code: &code::CodeObject) -> i32 {
    use code::object::flags;
    let plain = code.flags & (flags::VARARGS | flags::VARKEYWORDS) == 0 && code.kwonlyargcount == 0;
    if plain { i32::try_from(code.argcount).unwrap_or(-1) } else { -1 }
}

/// Puts the running code on the list of code whose caches may hold something.
///
/// # Safety
/// A frame is running.
#[inline(always)]
pub unsafe fn log_caches(vm: *mut Vm) {
    // SAFETY: by contract.
    unsafe {
        let code = crate::frame::code_of((*vm).top);
        if !code.logged.get() {
            log(vm, code);
        }
    }
}

#[cold]
#[inline(never)]
unsafe fn log(vm: *mut Vm, code: &'static Linked) {
    code.logged.set(true);
    // SAFETY: as for `log_caches`.
    unsafe { crate::state(&mut *vm) }.cached.push(code);
}

/// Empties the attribute caches of all code on the list, which is empty afterwards.
pub fn clear_caches(vm: &mut Vm) {
    for code in std::mem::take(&mut crate::state(vm).cached) {
        // SAFETY: `release` takes code off the list before it is freed.
        let code = unsafe { &*code };
        code.logged.set(false);
        let mut at = 0;
        while at < code.words.len() {
            let word = Word(code.words[at]);
            let Some(op) = word.op() else { break };
            if op.words().first().is_some_and(|(_, role)| *role == WordRole::Shape) {
                // SAFETY: the op has that word. Code is written by the thread that holds the lock.
                unsafe { crate::machine::set_word(&raw const code.words[at], 1, 0) };
            }
            at += word.len().unwrap_or(1);
        }
    }
}

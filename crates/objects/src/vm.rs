//! The virtual machine as the object model sees it.
//!
//! [`Vm`] is the state of one thread: its frame stack, its pending exception, its recursion limits. [`Runtime`] (in
//! `runtime`) is what all threads share: the heap, interned strings, modules. Running Python code is the interpreter's business; it fills
//! the table [`Hooks`], and protocols call through it.

use crate::code::Function;
use crate::def::TypeDef;
pub use crate::runtime::Runtime;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::Type;
use crate::value::Value;
use heap::{Gc, Header, Heap};
use std::ptr::NonNull;
use std::sync::atomic::{AtomicU32, Ordering};

/// An exception has been raised; it is in [`Vm`]'s pending slot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[must_use]
pub struct Raised;

/// A result, or a raised exception.
pub type PyResult<T> = Result<T, Raised>;

/// One running Python frame. Its registers lie on the Value stack at `base`; the callee's base is among the caller's
/// registers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct CallRecord {
    /// The function (globals, builtins, closure).
    pub func: Gc<Function>,
    /// The translated code that is running (owned by a code object that `func` or a frame object keeps alive).
    pub code: *const u8,
    /// Where the frame goes on when the call it makes returns; of the newest frame see [`Vm::pc`].
    pub pc: *const u64,
    /// First register, as an index into the Value stack.
    pub base: u32,
    /// Register of the *caller* that takes the result.
    pub dst: u16,
    /// What to do on return, see the interpreter's `frame::kind`.
    pub kind: u8,
    /// See the interpreter's `frame::flag`.
    pub flags: u8,
}

/// What the interpreter does for the object model.
pub struct Hooks {
    /// Calls a Python function with arguments as in [`crate::slots::CallFn`].
    pub call_function: fn(&mut Vm, Gc<Function>, &[Value], Value) -> PyResult<Value>,
    /// Clears cached look-ups that went through class `ty` (attribute `name` changed, or the class itself).
    pub invalidate_type: fn(&mut Vm, Gc<Type>),
    /// The mapping of globals of the running frame; `None` outside of Python code.
    pub globals: fn(&mut Vm) -> Option<Value>,
    /// Adds the running frame to the traceback of a raised exception.
    pub add_traceback: fn(&mut Vm),
    /// Imports a module by its full name and returns it.
    pub import: fn(&mut Vm, &str) -> PyResult<Value>,
    /// Frees the translation of a dead code object ([`crate::code::Code::translated`]). Called by the collector: it must
    /// not allocate in the heap.
    pub release_code: fn(&mut Vm, *mut u8),
    /// `origin[key]` for classes that are generic: `types.GenericAlias(origin, key)`.
    pub generic_alias: fn(&mut Vm, Value, Value) -> PyResult<Value>,
    /// `a | b` of classes: a union type, or NotImplemented.
    pub union: fn(&mut Vm, Value, Value) -> PyResult<Value>,
    /// The class and first argument that `super()` without arguments means in the running frame; else an exception is
    /// pending (`None`), or the text says why there is none.
    pub super_arguments: fn(&mut Vm) -> SuperArguments,
    /// `t"…"` of its strings and interpolations.
    pub template: fn(&mut Vm, Gc<Tuple>, Gc<Tuple>) -> PyResult<Value>,
    /// A replacement field of a t-string: value, expression, conversion as in BUILD_INTERPOLATION, format or UNDEF.
    pub interpolation: fn(&mut Vm, Value, Value, u16, Value) -> PyResult<Value>,
    /// The intrinsic functions of type parameters; those of CALL_INTRINSIC_2 are numbered from 0x100 on.
    pub typing_intrinsic: fn(&mut Vm, u16, Value, Value) -> PyResult<Value>,
    /// Issues a warning: category, text, stack level.
    pub warn: fn(&mut Vm, &'static TypeDef, Gc<Str>, i32) -> PyResult<()>,
}

/// What [`Hooks::super_arguments`] answers.
pub type SuperArguments = Result<(Value, Value), Option<&'static str>>;

impl Hooks {
    /// Nothing is provided: what needs an answer raises SystemError.
    pub const NONE: Hooks = Hooks {
        call_function: |vm, _, _, _| Err(not_provided(vm)),
        invalidate_type: |_, _| {},
        globals: |_| None,
        add_traceback: |_| {},
        import: |vm, _| Err(not_provided(vm)),
        release_code: |_, _| {},
        generic_alias: |vm, _, _| Err(not_provided(vm)),
        union: |vm, _, _| Err(not_provided(vm)),
        super_arguments: |_| Err(Some("super(): no current frame")),
        template: |vm, _, _| Err(not_provided(vm)),
        interpolation: |vm, _, _, _, _| Err(not_provided(vm)),
        typing_intrinsic: |vm, _, _, _| Err(not_provided(vm)),
        warn: |_, _, _, _| Ok(()),
    };
}

#[cold]
fn not_provided(vm: &mut Vm) -> Raised {
    vm.system_error(format_args!("the interpreter doesn't provide this"))
}

/// Bits of [`Vm::breaker`] that the object model itself sets.
pub mod request {
    /// Finalizers or callbacks of weak references wait to be run ([`super::Vm::run_pending`]).
    pub const PENDING: u32 = 1;
}

/// The state of one thread. Fields used by machine code and handlers come first.
#[repr(C)]
pub struct Vm {
    /// Position of the newest frame, stored by every operation before it can raise, call or allocate.
    pub pc: *const u64,
    /// The newest frame's record.
    pub top: *mut CallRecord,
    /// The Value stack.
    pub stack: *mut Value,
    /// A call needs `base + nregs <= stack_limit`; set to null to make the next call or back-edge look at `breaker`.
    pub stack_limit: *mut Value,
    /// Where allocation bumps.
    pub heap: *mut Heap,
    /// Requests to stop and look: signals, another thread that wants the lock, asynchronous exceptions.
    pub breaker: AtomicU32,
    /// How many more Python frames may be entered.
    pub depth_left: i32,
    /// The exception being raised; UNDEF for none.
    pub raised: Value,
    /// The exception being handled (`sys.exception()`); None for none.
    pub handled: Value,
    /// What the frame that has just left the machine gave; UNDEF for an exception.
    pub result: Value,
    /// The StopIteration with which the iterator that ended last did so, if it says more than that; else UNDEF.
    pub stop: Value,
    /// Where the machine goes on after a frame was entered or left.
    pub next_pc: *const u64,
    /// The registers that belong to [`Vm::next_pc`].
    pub next_regs: *mut Value,
    /// The raised exception has been raised again: its traceback has this frame already.
    pub reraised: bool,
    /// First record: a sentinel whose code is null.
    pub records: *mut CallRecord,
    /// No record is added at or beyond this one: the recursion limit.
    pub records_limit: *mut CallRecord,
    /// End of the records' memory.
    pub records_end: *mut CallRecord,
    /// End of the Value stack's memory.
    pub stack_end: *mut Value,
    /// Lowest address that the native stack may reach.
    pub native_limit: usize,
    /// `sys.setrecursionlimit`.
    pub recursion_limit: i32,
    /// Objects whose `repr` is under way.
    pub repr_active: heap::RootVec<Value>,
    /// What the interpreter provides.
    pub hooks: &'static Hooks,
    /// What all threads share.
    pub rt: *mut Runtime,
    /// The interpreter's own state.
    pub interp: *mut u8,
    /// The thread, as the heap knows it.
    pub thread: heap::ThreadId,
}

impl Vm {
    /// Shared state.
    #[inline(always)]
    pub fn rt(&mut self) -> &mut Runtime {
        // SAFETY: the runtime outlives its threads, and only the holder of the lock has a `&mut Vm`.
        unsafe { &mut *self.rt }
    }
    /// The heap.
    #[inline(always)]
    pub fn heap(&self) -> &Heap {
        // SAFETY: as for `rt`.
        unsafe { &*self.heap }
    }
    /// Names the VM uses, interned.
    #[inline(always)]
    pub fn names(&self) -> &'static crate::names::Names {
        // SAFETY: written once at start, before any other use, and never moved.
        unsafe { (*std::ptr::from_ref(&(*self.rt).names)).assume_init_ref() }
    }

    /// Memory for an object of `size` bytes, header set, the rest uninitialised: the caller fills it before it
    /// allocates again.
    #[inline(always)]
    pub fn alloc(&mut self, shape: u32, size: usize) -> PyResult<NonNull<Header>> {
        match self.heap().alloc(size, shape) {
            Some(p) => Ok(p),
            None => Err(self.memory_error()),
        }
    }

    /// As [`Vm::alloc`] for objects without references, with the embedder's header flags `flags`.
    #[inline(always)]
    pub fn alloc_leaf(&mut self, shape: u32, size: usize, flags: u32) -> PyResult<NonNull<Header>> {
        match self.heap().alloc_flags(size, shape, heap::flags::LEAF | flags) {
            Some(p) => Ok(p),
            None => Err(self.memory_error()),
        }
    }

    /// Fails with RecursionError when native recursion is too deep. Every native function that can call itself through
    /// Python data calls it.
    #[inline(always)]
    pub fn check_native_stack(&mut self, doing: &str) -> PyResult<()> {
        let here = 0u8;
        if (&raw const here as usize) < self.native_limit {
            return Err(self.native_recursion(doing));
        }
        Ok(())
    }

    #[cold]
    #[inline(never)]
    fn native_recursion(&mut self, doing: &str) -> Raised {
        self.recursion_error(format_args!("maximum recursion depth exceeded{doing}"))
    }

    /// Asks the running code to stop and look at `bits` of the breaker.
    pub fn request(&mut self, bits: u32) {
        self.breaker.fetch_or(bits, Ordering::Release);
        // Calls and back-edges look at the breaker when the limit is null.
        self.stack_limit = std::ptr::null_mut();
    }

    /// Whether an exception is pending.
    pub fn is_raised(&self) -> bool {
        !self.raised.is_undef()
    }

    /// Takes the pending exception, which is no longer raised.
    pub fn take_raised(&mut self) -> Value {
        std::mem::replace(&mut self.raised, Value::UNDEF)
    }

    /// Raises an exception object again as it is (without touching its context).
    pub fn restore_raised(&mut self, exception: Value) -> Raised {
        self.raised = exception;
        Raised
    }

    /// The interned string `text`.
    pub fn intern(&mut self, text: &str) -> PyResult<Gc<Str>> {
        crate::intern::intern_text(self, text.into())
    }
}

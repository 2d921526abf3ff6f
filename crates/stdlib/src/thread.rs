//! `_thread`: locks and the identity of threads.
//!
//! A lock's state is outside of the heap, so that a thread can wait for it without the interpreter's lock.

use macros::pymodule;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A mutual-exclusion lock that any thread may release.
pub struct RawLock {
    held: Mutex<bool>,
    free: Condvar,
}

impl RawLock {
    fn new() -> Arc<RawLock> {
        Arc::new(RawLock { held: Mutex::new(false), free: Condvar::new() })
    }

    fn try_acquire(&self) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut held, true)
    }

    /// Waits for the lock until the deadline.
    fn wait(&self, deadline: Option<Instant>) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        while *held {
            held = match deadline {
                None => self.free.wait(held).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return false;
                    }
                    self.free.wait_timeout(held, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
        *held = true;
        true
    }

    fn is_held(&self) -> bool {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it was held.
    fn release(&self) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let was = std::mem::replace(&mut *held, false);
        drop(held);
        self.free.notify_one();
        was
    }
}

/// What `get_ident` gives.
pub fn ident() -> u64 {
    // SAFETY: has no preconditions.
    unsafe { libc::pthread_self() as u64 }
}

/// Waits for a lock; `None` for no limit, zero not to wait.
fn acquire(vm: &mut objects::vm::Vm, lock: &Arc<RawLock>, timeout: Option<Duration>) -> bool {
    if lock.try_acquire() {
        return true;
    }
    if timeout.is_some_and(|t| t.is_zero()) {
        return false;
    }
    let deadline = timeout.and_then(|t| Instant::now().checked_add(t));
    let lock = lock.clone();
    interp::thread::without_lock(vm, move || lock.wait(deadline))
}

/// The module.
#[pymodule(
    name = "_thread",
    doc = "This module provides primitive operations to write multi-threaded programs.\nThe 'threading' module provides a more convenient interface."
)]
pub mod module {
    use super::*;
    use crate::structseq::StructSeq;
    use heap::{Field, Gc};
    use macros::{pymethods, pytype};
    use objects::attrs;
    use objects::dict::Dict;
    use objects::exceptions;
    use objects::str::Str;
    use objects::types::Type;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::cell::Cell;

    static EXCEPT_HOOK_ARGS: StructSeq = StructSeq::new(
        "_thread",
        "_ExceptHookArgs",
        &["exc_type", "exc_value", "exc_traceback", "thread"],
        4,
    );

    #[attr]
    const TIMEOUT_MAX: f64 = 9_223_372_036.0;

    #[attr]
    fn error(_vm: &mut Vm) -> PyResult<Value> {
        Ok(exceptions::RUNTIME_ERROR.object().into())
    }

    #[attr]
    fn _ExceptHookArgs(vm: &mut Vm) -> PyResult<Value> {
        EXCEPT_HOOK_ARGS.class(vm)
    }

    #[attr]
    fn LockType(vm: &mut Vm) -> PyResult<Value> {
        Ok(objects::types::ready(vm, <Lock as objects::layout::Object>::def())?.into())
    }

    /// The time limit that arguments of `acquire` mean.
    fn limit(vm: &mut Vm, blocking: bool, timeout: f64) -> PyResult<Option<Duration>> {
        if !blocking {
            if timeout != -1.0 {
                return Err(
                    vm.value_error(format_args!("can't specify a timeout for a non-blocking call"))
                );
            }
            return Ok(Some(Duration::ZERO));
        }
        if timeout == -1.0 {
            return Ok(None);
        }
        if timeout < 0.0 {
            return Err(vm.value_error(format_args!("timeout value must be a non-negative number")));
        }
        match Duration::try_from_secs_f64(timeout) {
            Ok(d) if timeout <= TIMEOUT_MAX => Ok(Some(d)),
            _ => Err(vm.overflow_error(format_args!("timeout value is too large"))),
        }
    }

    /// A lock object is a synchronization primitive.
    #[pytype(name = "_thread.lock", flags(WEAKREF))]
    pub struct Lock {
        #[untraced]
        raw: Arc<RawLock>,
    }

    #[pymethods]
    impl Lock {
        #[slot(new, sig = "()")]
        fn new(_cls: Gc<Type>, vm: &mut Vm) -> PyResult<Gc<Self>> {
            Lock::create(vm, RawLock::new())
        }

        /// Lock the lock.
        #[method(sig = "($self, /, blocking=True, timeout=-1)")]
        #[method(name = "acquire_lock", sig = "($self, /, blocking=True, timeout=-1)")]
        fn acquire(
            this: Gc<Self>,
            vm: &mut Vm,
            #[default(true)] blocking: bool,
            #[default(-1.0)] timeout: f64,
        ) -> PyResult<bool> {
            let limit = limit(vm, blocking, timeout)?;
            let raw = this.raw.clone();
            Ok(super::acquire(vm, &raw, limit))
        }

        /// Release the lock.
        #[method]
        #[method(name = "release_lock")]
        fn release(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
            if this.raw.release() {
                Ok(())
            } else {
                Err(vm.runtime_error(format_args!("release unlocked lock")))
            }
        }

        /// Return whether the lock is in the locked state.
        #[method]
        #[method(name = "locked_lock")]
        fn locked(this: Gc<Self>) -> bool {
            this.raw.is_held()
        }

        /// Lock the lock.
        #[method]
        fn __enter__(this: Gc<Self>, vm: &mut Vm) -> bool {
            let raw = this.raw.clone();
            super::acquire(vm, &raw, None)
        }

        /// Release the lock.
        #[method(sig = "($self, /, *exc_info)", no_text)]
        fn __exit__(this: Gc<Self>, vm: &mut Vm, exc_info: &[Value]) -> PyResult<()> {
            let _ = exc_info;
            if this.raw.release() {
                Ok(())
            } else {
                Err(vm.runtime_error(format_args!("release unlocked lock")))
            }
        }

        #[method]
        fn _at_fork_reinit(this: Gc<Self>) {
            this.raw.release();
        }

        #[slot(repr)]
        fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
            let state = if this.raw.is_held() { "locked" } else { "unlocked" };
            Str::from_fmt(vm, format_args!("<{state} _thread.lock object at {:#x}>", this.addr()))
        }
    }

    /// A lock that its owner may acquire again.
    #[pytype(name = "_thread.RLock", flags(BASETYPE, WEAKREF))]
    pub struct RLock {
        #[untraced]
        raw: Arc<RawLock>,
        owner: Cell<u64>,
        count: Cell<usize>,
    }

    impl RLock {
        fn enter(this: Gc<Self>, vm: &mut Vm, limit: Option<Duration>) -> bool {
            let me = ident();
            if this.owner.get() == me && this.count.get() > 0 {
                this.count.set(this.count.get() + 1);
                return true;
            }
            let raw = this.raw.clone();
            if !super::acquire(vm, &raw, limit) {
                return false;
            }
            this.owner.set(me);
            this.count.set(1);
            true
        }

        fn leave(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
            if this.owner.get() != ident() || this.count.get() == 0 {
                return Err(vm.runtime_error(format_args!("cannot release un-acquired lock")));
            }
            this.count.set(this.count.get() - 1);
            if this.count.get() == 0 {
                this.owner.set(0);
                this.raw.release();
            }
            Ok(())
        }
    }

    #[pymethods]
    impl RLock {
        #[slot(new, sig = "()")]
        fn new(cls: Gc<Type>, vm: &mut Vm) -> PyResult<Gc<Self>> {
            RLock::create_as(vm, cls, RawLock::new(), Cell::new(0), Cell::new(0))
        }

        /// Lock the lock.
        #[method(sig = "($self, /, blocking=True, timeout=-1)")]
        fn acquire(
            this: Gc<Self>,
            vm: &mut Vm,
            #[default(true)] blocking: bool,
            #[default(-1.0)] timeout: f64,
        ) -> PyResult<bool> {
            let limit = limit(vm, blocking, timeout)?;
            Ok(Self::enter(this, vm, limit))
        }

        /// Release the lock.
        #[method]
        fn release(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
            Self::leave(this, vm)
        }

        /// locked()
        #[method]
        fn locked(this: Gc<Self>) -> bool {
            this.count.get() > 0
        }

        /// Lock the lock.
        #[method]
        fn __enter__(this: Gc<Self>, vm: &mut Vm) -> bool {
            Self::enter(this, vm, None)
        }

        /// Release the lock.
        #[method(sig = "($self, /, *exc_info)", no_text)]
        fn __exit__(this: Gc<Self>, vm: &mut Vm, exc_info: &[Value]) -> PyResult<()> {
            let _ = exc_info;
            Self::leave(this, vm)
        }

        /// For internal use by `threading.Condition`.
        #[method]
        fn _is_owned(this: Gc<Self>) -> bool {
            this.owner.get() == ident() && this.count.get() > 0
        }

        /// For internal use by reentrant lock tests.
        #[method]
        fn _recursion_count(this: Gc<Self>) -> usize {
            if this.owner.get() == ident() { this.count.get() } else { 0 }
        }

        /// For internal use by `threading.Condition`.
        #[method]
        fn _release_save(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            let (count, owner) = (this.count.get(), this.owner.get());
            if count == 0 {
                return Err(vm.runtime_error(format_args!("cannot release un-acquired lock")));
            }
            this.count.set(0);
            this.owner.set(0);
            this.raw.release();
            let owner = objects::int::from_u64(vm, owner)?;
            Ok(objects::tuple::Tuple::pair(vm, Value::from_len(count), owner)?.into())
        }

        /// For internal use by `threading.Condition`.
        #[method]
        fn _acquire_restore(
            this: Gc<Self>,
            vm: &mut Vm,
            state: Gc<objects::tuple::Tuple>,
        ) -> PyResult<()> {
            let raw = this.raw.clone();
            super::acquire(vm, &raw, None);
            let (count, owner) = (state.get(0), state.get(1));
            this.count.set(count.and_then(|c| c.as_small_int()).map_or(1, |c| c as usize));
            this.owner.set(owner.and_then(objects::int::to_u64).unwrap_or_else(ident));
            Ok(())
        }

        #[method]
        fn _at_fork_reinit(this: Gc<Self>) {
            this.count.set(0);
            this.owner.set(0);
            this.raw.release();
        }

        #[slot(repr)]
        fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
            let state = if this.count.get() > 0 { "locked" } else { "unlocked" };
            let class = objects::types::class_name(this.into()).to_string();
            Str::from_fmt(
                vm,
                format_args!(
                    "<{state} {class} object owner={} count={} at {:#x}>",
                    this.owner.get(),
                    this.count.get(),
                    this.addr()
                ),
            )
        }
    }

    /// Attributes of each thread's own.
    #[pytype(name = "_thread._local", flags(BASETYPE, DICT, WEAKREF))]
    pub struct Local {
        dict: Field<Value>,
    }

    #[pymethods]
    impl Local {
        #[slot(new)]
        fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
            let _ = (args, kwnames);
            let dict = Dict::new(vm)?;
            Local::create_as(vm, cls, Field::new(dict.into()))
        }

        #[slot(init)]
        fn init(_this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
            let _ = (vm, args, kwnames);
            Ok(())
        }

        #[slot(getattr)]
        fn getattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
            attrs::generic_getattr(vm, this.into(), name)
        }
    }

    /// The handle of a thread.
    #[pytype(name = "_thread._ThreadHandle")]
    pub struct ThreadHandle {
        id: Cell<u64>,
        done: Cell<bool>,
    }

    #[pymethods]
    impl ThreadHandle {
        #[slot(new, sig = "()")]
        fn new(_cls: Gc<Type>, vm: &mut Vm) -> PyResult<Gc<Self>> {
            ThreadHandle::create(vm, Cell::new(0), Cell::new(false))
        }

        #[getter]
        fn get_ident(this: Gc<Self>) -> u64 {
            this.id.get()
        }

        #[method]
        fn is_done(this: Gc<Self>) -> bool {
            this.done.get()
        }

        #[method]
        fn _set_done(this: Gc<Self>) {
            this.done.set(true);
        }

        #[method(sig = "($self, timeout=None, /)")]
        fn join(this: Gc<Self>, vm: &mut Vm, timeout: Option<Value>) -> PyResult<()> {
            let _ = timeout;
            if this.id.get() == ident() {
                return Err(vm.runtime_error(format_args!("Cannot join current thread")));
            }
            Ok(())
        }
    }

    #[function]
    fn _make_thread_handle(vm: &mut Vm, ident: u64) -> PyResult<Value> {
        Ok(ThreadHandle::create(vm, Cell::new(ident), Cell::new(false))?.into())
    }

    /// Create a new lock object.
    #[function]
    #[function(name = "allocate")]
    fn allocate_lock(vm: &mut Vm) -> PyResult<Value> {
        Ok(Lock::create(vm, RawLock::new())?.into())
    }

    /// Return a non-zero integer that uniquely identifies the current thread.
    #[function]
    fn get_ident() -> u64 {
        ident()
    }

    #[function]
    fn _get_main_thread_ident() -> u64 {
        static MAIN: std::sync::OnceLock<u64> = std::sync::OnceLock::new();
        *MAIN.get_or_init(ident)
    }

    #[function]
    fn _is_main_interpreter() -> bool {
        true
    }

    /// Return a non-negative integer identifying the thread as reported by the OS (kernel).
    #[function]
    fn get_native_id() -> i64 {
        // SAFETY: has no preconditions.
        i64::from(unsafe { libc::syscall(libc::SYS_gettid) } as i32)
    }

    /// Return True if daemon threads are allowed in the current interpreter.
    #[function]
    fn daemon_threads_allowed() -> bool {
        true
    }

    #[function]
    fn _count() -> i64 {
        0
    }

    /// Wait for all non-daemon threads (other than the calling thread) to stop.
    #[function]
    fn _shutdown() {}

    /// Set the name of the current thread.
    #[function(sig = "($module, /, name)")]
    fn set_name(name: Gc<Str>) {
        let _ = name;
    }

    /// Start a new thread and return its identifier.
    #[function]
    #[function(name = "start_new")]
    fn start_new_thread(vm: &mut Vm, function: Value, args: Value) -> PyResult<Value> {
        let _ = (function, args);
        Err(vm.runtime_error(format_args!("can't start new thread")))
    }

    /// Start a new thread that can be joined.
    #[function(sig = "($module, /, function, handle=None, daemon=True)")]
    fn start_joinable_thread(
        vm: &mut Vm,
        function: Value,
        handle: Option<Value>,
        daemon: Option<Value>,
    ) -> PyResult<Value> {
        let _ = (function, handle, daemon);
        Err(vm.runtime_error(format_args!("can't start new thread")))
    }

    /// Raise a SystemExit in the current thread.
    #[function]
    #[function(name = "exit_thread")]
    fn exit(vm: &mut Vm) -> PyResult<Value> {
        Err(vm.raise_with(&exceptions::SYSTEM_EXIT, &[]))
    }

    /// Simulate the effect of a signal arriving in the main thread.
    #[function(sig = "($module, signum=2, /)")]
    fn interrupt_main(vm: &mut Vm, #[default(libc::SIGINT)] signum: i32) -> PyResult<()> {
        if !(1..65).contains(&signum) {
            return Err(vm.value_error(format_args!("signal number out of range")));
        }
        crate::signal::trip(signum);
        Ok(())
    }

    /// Return the thread stack size used when creating new threads.
    #[function(sig = "($module, size=0, /)")]
    fn stack_size(size: i64) -> i64 {
        let _ = size;
        0
    }

    /// Handle uncaught Thread.run() exception.
    #[function]
    fn _excepthook(vm: &mut Vm, exc_info: Value) -> PyResult<()> {
        let value = vm.getattr_str(exc_info, "exc_value")?;
        crate::sys::module::print_exception(vm, value)
    }
}

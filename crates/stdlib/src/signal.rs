//! `_signal`: signals of the system as Python handlers.
//!
//! The system's handler only notes the signal and asks the main thread to look; [`check`] runs the Python handlers.

use crate::root::Root;
use macros::pymodule;
use objects::dict::Dict;
use objects::exceptions;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, Ordering};

/// Bit n is set when signal n has arrived.
static PENDING: AtomicU64 = AtomicU64::new(0);
/// Whether any has.
static ANY: AtomicBool = AtomicBool::new(false);
/// The main thread's state.
static MAIN: AtomicPtr<Vm> = AtomicPtr::new(std::ptr::null_mut());
/// Handlers by signal number: callables, or the numbers of SIG_DFL and SIG_IGN.
static HANDLERS: Root = Root::new();

/// Notes a signal.
pub fn trip(signum: i32) {
    PENDING.fetch_or(1u64.checked_shl(signum as u32).unwrap_or(0), Ordering::SeqCst);
    ANY.store(true, Ordering::SeqCst);
    let vm = MAIN.load(Ordering::SeqCst);
    if !vm.is_null() {
        // SAFETY: the main thread's state lives as long as the process; interrupting stores two words.
        unsafe { interp::run::interrupt(vm, interp::run::breaker::SIGNAL) };
    }
}

extern "C" fn arrived(signum: libc::c_int) {
    trip(signum);
}

/// Runs the handlers of signals that have arrived.
pub fn check(vm: &mut Vm) -> PyResult<()> {
    if !ANY.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let pending = PENDING.swap(0, Ordering::SeqCst);
    for signum in 1..64 {
        if pending >> signum & 1 == 0 {
            continue;
        }
        let handler = handler_of(vm, signum)?;
        if vm.is_callable(handler) {
            let frame = match interp::frameobj::current(vm, 0)? {
                Some(f) => f.into(),
                None => Value::NONE,
            };
            vm.call(handler, &[Value::int32(signum), frame])?;
        }
    }
    Ok(())
}

fn handlers(vm: &mut Vm) -> PyResult<Value> {
    HANDLERS.get_or(vm, |vm| Ok(Dict::new(vm)?.into()))
}

fn handler_of(vm: &mut Vm, signum: i32) -> PyResult<Value> {
    match handlers(vm)?.cast::<Dict>() {
        Some(d) => Ok(d.get(vm, Value::int32(signum))?.unwrap_or(Value::ZERO)),
        None => Ok(Value::ZERO),
    }
}

/// Asks the system to tell of a signal (or not to).
fn install(signum: i32, action: libc::sighandler_t) -> std::io::Result<()> {
    // SAFETY: the structure is zeroed and then filled; the handler touches atomics only.
    let failed = unsafe {
        let mut a: libc::sigaction = std::mem::zeroed();
        a.sa_sigaction = action;
        libc::sigemptyset(&raw mut a.sa_mask);
        a.sa_flags = libc::SA_ONSTACK;
        libc::sigaction(signum, &raw const a, std::ptr::null_mut()) != 0
    };
    if failed { Err(std::io::Error::last_os_error()) } else { Ok(()) }
}

/// Makes SIGINT raise KeyboardInterrupt and ignores SIGPIPE, as Python does.
pub fn start(vm: &mut Vm) -> PyResult<()> {
    MAIN.store(vm, Ordering::SeqCst);
    interp::state(vm).on_signal = Some(check);
    let Some(all) = handlers(vm)?.cast::<Dict>() else { return Ok(()) };
    let module = objects::module::create_module(vm, &module::MODULE)?;
    let dict = objects::module::Module::dict(module, vm)?;
    let name = vm.intern("default_int_handler")?;
    let interrupt = dict.get_str(name).unwrap_or(Value::ZERO);
    all.set(vm, Value::int32(libc::SIGINT), interrupt)?;
    all.set(vm, Value::int32(libc::SIGPIPE), Value::int32(1))?;
    let installed = install(libc::SIGINT, arrived as *const () as libc::sighandler_t)
        .and_then(|()| install(libc::SIGPIPE, libc::SIG_IGN));
    match installed {
        Ok(()) => Ok(()),
        Err(e) => Err(vm.os_error(&e, None)),
    }
}

/// The module.
#[pymodule(
    name = "_signal",
    doc = "This module provides mechanisms to use signal handlers in Python."
)]
pub mod module {
    use super::*;
    use objects::module::Module;

    #[attr]
    const SIG_DFL: i64 = 0;
    #[attr]
    const SIG_IGN: i64 = 1;
    #[attr]
    const NSIG: i64 = 65;
    #[attr]
    const SIG_BLOCK: i32 = libc::SIG_BLOCK;
    #[attr]
    const SIG_UNBLOCK: i32 = libc::SIG_UNBLOCK;
    #[attr]
    const SIG_SETMASK: i32 = libc::SIG_SETMASK;
    #[attr]
    const ITIMER_REAL: i64 = 0;
    #[attr]
    const ITIMER_VIRTUAL: i64 = 1;
    #[attr]
    const ITIMER_PROF: i64 = 2;

    macro_rules! numbers {
        ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
    }
    const SIGNALS: &[(&str, i32)] = numbers! {
        SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM
        SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO SIGSYS
    };

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        let Some(module) = module.cast::<Module>() else { return Ok(()) };
        let dict = Module::dict(module, vm)?;
        for (name, number) in SIGNALS {
            let name = vm.intern(name)?;
            dict.set_str(vm, name, Value::int32(*number))?;
        }
        Ok(())
    }

    /// The default handler for SIGINT installed by Python.
    #[function]
    fn default_int_handler(vm: &mut Vm, signalnum: Value, frame: Value) -> PyResult<Value> {
        let _ = (signalnum, frame);
        Err(vm.raise_with(&exceptions::KEYBOARD_INTERRUPT, &[]))
    }

    fn checked(vm: &mut Vm, signum: i32) -> PyResult<()> {
        if (1..65).contains(&signum) {
            Ok(())
        } else {
            Err(vm.value_error(format_args!("signal number out of range")))
        }
    }

    /// Set the action for the given signal.
    #[function]
    fn signal(vm: &mut Vm, signalnum: i32, handler: Value) -> PyResult<Value> {
        checked(vm, signalnum)?;
        let action = match handler.as_small_int() {
            Some(0) => libc::SIG_DFL,
            Some(1) => libc::SIG_IGN,
            _ if vm.is_callable(handler) => arrived as *const () as libc::sighandler_t,
            _ => {
                return Err(vm.type_error(format_args!(
                    "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
                )));
            }
        };
        if let Err(e) = install(signalnum, action) {
            return Err(vm.os_error(&e, None));
        }
        let old = handler_of(vm, signalnum)?;
        if let Some(d) = handlers(vm)?.cast::<Dict>() {
            d.set(vm, Value::int32(signalnum), handler)?;
        }
        Ok(old)
    }

    /// Return the current action for the given signal.
    #[function]
    fn getsignal(vm: &mut Vm, signalnum: i32) -> PyResult<Value> {
        checked(vm, signalnum)?;
        handler_of(vm, signalnum)
    }

    /// Send a signal to the executing process.
    #[function]
    fn raise_signal(vm: &mut Vm, signalnum: i32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        if unsafe { libc::raise(signalnum) } != 0 {
            return Err(vm.os_error(&std::io::Error::last_os_error(), None));
        }
        check(vm)
    }

    /// Arrange for SIGALRM to arrive after the given number of seconds.
    #[function]
    fn alarm(seconds: i32) -> i64 {
        // SAFETY: has no preconditions.
        i64::from(unsafe { libc::alarm(seconds.max(0) as u32) })
    }

    /// Wait until a signal arrives.
    #[function]
    fn pause(vm: &mut Vm) -> PyResult<()> {
        interp::thread::without_lock(vm, || {
            // SAFETY: has no preconditions.
            unsafe { libc::pause() }
        });
        check(vm)
    }

    /// Return the system description of the given signal.
    #[function]
    fn strsignal(vm: &mut Vm, signalnum: i32) -> PyResult<Option<String>> {
        checked(vm, signalnum)?;
        // SAFETY: gives a C string or null.
        let text = unsafe { libc::strsignal(signalnum) };
        // SAFETY: as above; copied at once.
        Ok((!text.is_null())
            .then(|| unsafe { std::ffi::CStr::from_ptr(text) }.to_string_lossy().into_owned()))
    }

    /// Sets the fd to be written to (with the signal number) when a signal comes in.
    #[function(sig = "($module, fd, /, *, warn_on_full_buffer=True)")]
    fn set_wakeup_fd(fd: i32, #[default(true)] warn_on_full_buffer: bool) -> i32 {
        let _ = (fd, warn_on_full_buffer);
        -1
    }

    /// Change system call restart behaviour.
    #[function]
    fn siginterrupt(signalnum: i32, flag: i32) {
        let _ = (signalnum, flag);
    }
}

//! The interpreter: frames, dispatch, calls, exceptions, generators, tracing, imports.
//!
//! Code objects come in; `link` verifies and translates them on first use, `machine` runs the translation. What the
//! object model needs of the interpreter goes through `objects::vm::Hooks`, filled in [`start`].

// The contract of handlers and of the functions they call is the same for all and stated once, in `machine`.
#![allow(clippy::missing_safety_doc)]
// Call records and positions are handed around as pointers, which always are the thread's own live ones.
#![allow(clippy::not_unsafe_ptr_arg_deref)]

pub mod build;
pub mod cache;
pub mod call;
pub mod cells;
pub mod define;
pub mod exc;
pub mod frame;
pub mod frameobj;
pub mod generator;
pub mod hooks;
pub mod import;
pub mod intrinsics;
pub mod link;
pub mod lookup;
pub mod machine;
pub mod monitor;
pub mod ops;
pub mod pattern;
pub mod run;
pub mod thread;
pub mod traceback;
pub mod unpack;
pub mod unwind;

use heap::RootVec;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// The interpreter's own state of a thread.
pub struct State {
    /// Code whose inline caches may hold something.
    pub cached: Vec<*const link::Linked>,
    /// What look-ups of attributes found, by shape and name.
    pub attributes: cache::Table,
    /// Whether the generator that has just left the machine yielded.
    pub yielded: bool,
    /// What an iterator that `yield from` sent to has returned.
    pub returned: RootVec<Value>,
    /// What LOAD_COMMON_CONSTANT loads, in its order.
    pub common_constants: RootVec<Value>,
    /// Frame objects of running frames: see `frameobj`.
    pub frames: frameobj::Live,
    /// Monitoring tools and their callbacks.
    pub monitor: monitor::Tools,
    /// Runs Python-level signal handlers.
    pub on_signal: Option<fn(&mut Vm) -> PyResult<()>>,
    /// Passes an exception that nobody can catch, with a message and an object, to `sys.unraisablehook`.
    pub on_unraisable: Option<fn(&mut Vm, Value, &str, Value)>,
    /// An exception to be raised in this thread by request of another; UNDEF for none.
    pub async_exception: Value,
    /// Where the native stack was when the self-test of dispatch asked.
    pub probe: usize,
}

/// The interpreter's state of the thread.
#[inline(always)]
pub fn state(vm: &mut Vm) -> &mut State {
    // SAFETY: set by `start` before any Python code runs; only the holder of the lock has a `&mut Vm`.
    unsafe { &mut *vm.interp.cast::<State>() }
}

pub use hooks::HOOKS;

/// Prepares the main thread's `vm` for running Python code.
pub fn start(vm: &mut Vm) -> PyResult<()> {
    let (returned, common_constants) = (vm.root_vec()?, vm.root_vec()?);
    let state = State {
        cached: Vec::new(),
        attributes: cache::Table::new(),
        yielded: false,
        returned,
        common_constants,
        frames: frameobj::Live::new(vm)?,
        monitor: monitor::Tools::new(vm)?,
        on_signal: None,
        on_unraisable: None,
        async_exception: Value::UNDEF,
        probe: 0,
    };
    vm.interp = Box::into_raw(Box::new(state)).cast();
    run::start_thread(vm)?;
    for ty in [
        <generator::Generator as objects::layout::Object>::def(),
        <generator::Coroutine as objects::layout::Object>::def(),
        <generator::AsyncGenerator as objects::layout::Object>::def(),
    ] {
        objects::types::ready(vm, ty)?;
    }
    generator::methods::ready_types(vm)?;
    frameobj::ready_types(vm)
}

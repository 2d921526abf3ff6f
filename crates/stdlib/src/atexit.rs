//! `atexit`: functions to be called when the program ends.

use crate::root::Root;
use macros::pymodule;
use objects::list::List;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::sync::atomic::{AtomicBool, Ordering};

/// A list of (function, arguments, names of keyword arguments).
static CALLBACKS: Root = Root::new();
static FINALIZING: AtomicBool = AtomicBool::new(false);

/// Whether the program is ending.
pub fn is_finalizing() -> bool {
    FINALIZING.load(Ordering::Relaxed)
}

/// Calls what was registered, the last first; exceptions are shown and forgotten.
pub fn run(vm: &mut Vm) {
    while let Some(entry) = CALLBACKS.get(vm).and_then(|c| c.cast::<List>()).and_then(|l| l.pop()) {
        let Some(entry) = entry.cast::<Tuple>() else { continue };
        let (Some(function), Some(args), Some(kwnames)) =
            (entry.get(0), entry.get(1), entry.get(2))
        else {
            continue;
        };
        let Some(args) = args.cast::<Tuple>() else { continue };
        let kwnames = if kwnames.is_none() { Value::UNDEF } else { kwnames };
        if vm.call_kw(function, args.items(), kwnames).is_err() {
            let e = vm.take_raised();
            crate::sys::unraisable(vm, e, "Exception ignored in atexit callback", function);
        }
    }
    FINALIZING.store(true, Ordering::Relaxed);
}

fn callbacks(vm: &mut Vm) -> PyResult<Value> {
    CALLBACKS.get_or(vm, |vm| Ok(List::new(vm)?.into()))
}

/// The module.
#[pymodule(
    name = "atexit",
    doc = "allow programmer to define multiple exit functions to be executed\nupon normal program termination."
)]
pub mod module {
    use super::*;

    /// Register a function to be executed upon normal program termination.
    #[function(sig = "($module, func, /, *args, **kwargs)")]
    fn register(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let Some((&func, rest)) = args.split_first() else {
            return Err(
                vm.type_error(format_args!("register() takes at least 1 argument (0 given)"))
            );
        };
        if !vm.is_callable(func) {
            return Err(vm.type_error(format_args!("the first argument must be callable")));
        }
        let rest: Value = Tuple::from_slice(vm, rest)?.into();
        let kwnames = kwnames.defined().unwrap_or(Value::NONE);
        let entry = Tuple::from_slice(vm, &[func, rest, kwnames])?;
        if let Some(list) = callbacks(vm)?.cast::<List>() {
            list.push(vm, entry.into())?;
        }
        Ok(func)
    }

    /// Unregister an exit function which was previously registered using register.
    #[function]
    fn unregister(vm: &mut Vm, func: Value) -> PyResult<()> {
        let Some(list) = callbacks(vm)?.cast::<List>() else { return Ok(()) };
        let mut i = 0;
        while let Some(entry) = list.get(i) {
            let own = entry.cast::<Tuple>().and_then(|t| t.get(0)).unwrap_or(Value::NONE);
            if vm.eq(own, func)? {
                list.remove(vm, i);
            } else {
                i += 1;
            }
        }
        Ok(())
    }

    /// Clear the list of previously registered exit functions.
    #[function]
    fn _clear(vm: &mut Vm) -> PyResult<()> {
        if let Some(list) = callbacks(vm)?.cast::<List>() {
            list.clear(vm);
        }
        Ok(())
    }

    /// Run all registered exit functions.
    #[function]
    fn _run_exitfuncs(vm: &mut Vm) {
        super::run(vm);
        FINALIZING.store(false, Ordering::Relaxed);
    }

    /// Return the number of registered exit functions.
    #[function]
    fn _ncallbacks(vm: &mut Vm) -> PyResult<usize> {
        Ok(callbacks(vm)?.cast::<List>().map_or(0, |l| l.len()))
    }
}

//! `gc`: the garbage collector's switches.

use macros::pymodule;

/// The module.
#[pymodule(
    name = "gc",
    doc = "This module provides access to the garbage collector for reference cycles."
)]
pub mod module {
    use crate::root::Root;
    use heap::CollectKind;
    use objects::dict::Dict;
    use objects::list::List;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

    static ENABLED: AtomicBool = AtomicBool::new(true);
    static DEBUG: AtomicI64 = AtomicI64::new(0);
    static THRESHOLDS: [AtomicI64; 3] =
        [AtomicI64::new(2000), AtomicI64::new(10), AtomicI64::new(0)];
    static CALLBACKS: Root = Root::new();

    #[attr]
    const DEBUG_STATS: i64 = 1;
    #[attr]
    const DEBUG_COLLECTABLE: i64 = 2;
    #[attr]
    const DEBUG_UNCOLLECTABLE: i64 = 4;
    #[attr]
    const DEBUG_SAVEALL: i64 = 32;
    #[attr]
    const DEBUG_LEAK: i64 = 38;

    #[attr]
    fn garbage(vm: &mut Vm) -> PyResult<Value> {
        Ok(List::new(vm)?.into())
    }

    #[attr]
    fn callbacks(vm: &mut Vm) -> PyResult<Value> {
        CALLBACKS.get_or(vm, |vm| Ok(List::new(vm)?.into()))
    }

    /// Enable automatic garbage collection.
    #[function]
    fn enable(vm: &mut Vm) {
        ENABLED.store(true, Ordering::Relaxed);
        vm.heap().set_auto_full(true);
    }

    /// Disable automatic garbage collection.
    #[function]
    fn disable(vm: &mut Vm) {
        ENABLED.store(false, Ordering::Relaxed);
        vm.heap().set_auto_full(false);
    }

    /// Returns true if automatic garbage collection is enabled.
    #[function]
    fn isenabled() -> bool {
        ENABLED.load(Ordering::Relaxed)
    }

    /// Run the garbage collector.
    #[function(sig = "($module, /, generation=2)")]
    fn collect(vm: &mut Vm, generation: i32) -> PyResult<i64> {
        if !(0..=2).contains(&generation) {
            return Err(vm.value_error(format_args!("invalid generation")));
        }
        let kind = if generation == 2 { CollectKind::Full } else { CollectKind::Minor };
        vm.heap().collect(kind);
        vm.run_pending(interp::traceback::unraisable);
        Ok(0)
    }

    /// Set the garbage collection debugging flags.
    #[function]
    fn set_debug(flags: i64) {
        DEBUG.store(flags, Ordering::Relaxed);
    }

    /// Get the garbage collection debugging flags.
    #[function]
    fn get_debug() -> i64 {
        DEBUG.load(Ordering::Relaxed)
    }

    /// Return a three-tuple of the current collection counts.
    #[function]
    fn get_count(vm: &mut Vm) -> PyResult<Value> {
        Ok(Tuple::from_slice(vm, &[Value::ZERO; 3])?.into())
    }

    /// Return the current collection thresholds.
    #[function]
    fn get_threshold(vm: &mut Vm) -> PyResult<Value> {
        let all = [0, 1, 2]
            .map(|i: usize| Value::from_len(THRESHOLDS[i].load(Ordering::Relaxed).max(0) as usize));
        Ok(Tuple::from_slice(vm, &all)?.into())
    }

    /// set_threshold(threshold0, [threshold1, [threshold2]])
    #[function(sig = "($module, threshold0, threshold1=10, threshold2=0, /)", no_text)]
    fn set_threshold(threshold0: i32, threshold1: i32, threshold2: i32) {
        for (at, value) in THRESHOLDS.iter().zip([threshold0, threshold1, threshold2]) {
            at.store(i64::from(value) & 0x7FFF_FFFF, Ordering::Relaxed);
        }
    }

    /// Return a list of dictionaries containing per-generation statistics.
    #[function]
    fn get_stats(vm: &mut Vm) -> PyResult<Value> {
        let list = List::new(vm)?;
        for _ in 0..3 {
            let d = Dict::new(vm)?;
            for name in ["collections", "collected", "uncollectable"] {
                let name = vm.intern(name)?;
                d.set_str(vm, name, Value::ZERO)?;
            }
            list.push(vm, d.into())?;
        }
        Ok(list.into())
    }

    /// Return true if the object is tracked by the garbage collector.
    #[function]
    fn is_tracked(obj: Value) -> bool {
        obj.header().is_some_and(|h| !h.has(heap::flags::LEAF))
    }

    /// Returns true if the object has been already finalized by the GC.
    #[function]
    fn is_finalized(obj: Value) -> bool {
        let _ = obj;
        false
    }

    /// Freeze all current tracked objects and ignore them for future collections.
    #[function]
    fn freeze() {}

    /// Unfreeze all objects in the permanent generation.
    #[function]
    fn unfreeze() {}

    /// Return the number of objects in the permanent generation.
    #[function]
    fn get_freeze_count() -> i64 {
        0
    }
}

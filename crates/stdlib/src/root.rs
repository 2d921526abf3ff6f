//! Values that the library itself holds on to.

use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A static that holds one value of the runtime.
pub struct Root(AtomicUsize);

impl Root {
    /// Holds nothing.
    pub const fn new() -> Root {
        Root(AtomicUsize::new(0))
    }

    /// The value, if one was set.
    pub fn get(&self, vm: &mut Vm) -> Option<Value> {
        let at = self.0.load(Ordering::Relaxed).checked_sub(1)?;
        vm.rt().roots.get(at).filter(|v| !v.is_undef())
    }

    /// Holds `value` from now on.
    pub fn set(&self, vm: &mut Vm, value: Value) -> PyResult<()> {
        match self.0.load(Ordering::Relaxed).checked_sub(1) {
            Some(at) => {
                vm.rt().roots.set(at, value);
            }
            None => {
                if vm.rt().roots.push(value).is_err() {
                    return Err(vm.memory_error());
                }
                self.0.store(vm.rt().roots.len(), Ordering::Relaxed);
            }
        }
        Ok(())
    }

    /// The value; made by `make` if there is none yet.
    pub fn get_or(
        &self,
        vm: &mut Vm,
        make: impl FnOnce(&mut Vm) -> PyResult<Value>,
    ) -> PyResult<Value> {
        if let Some(v) = self.get(vm) {
            return Ok(v);
        }
        let v = make(vm)?;
        self.set(vm, v)?;
        Ok(v)
    }
}

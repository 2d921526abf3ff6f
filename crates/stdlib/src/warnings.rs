//! `_warnings`: issuing warnings before and besides the module `warnings`, which does the work.

use macros::pymodule;
use objects::dict::Dict;
use objects::exceptions;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Calls `warnings.warn`; categories that are ignored by default don't import the module.
fn issue(vm: &mut Vm, args: &[Value]) -> PyResult<()> {
    let name = vm.intern("warnings")?;
    let modules = vm.rt().modules;
    let loaded = modules.cast::<Dict>().is_some_and(|m| m.get_str(name).is_some());
    if !loaded {
        let quiet = [
            exceptions::PENDING_DEPRECATION_WARNING.object(),
            exceptions::IMPORT_WARNING.object(),
            exceptions::RESOURCE_WARNING.object(),
        ];
        let ignored = args.get(1).is_some_and(|c| quiet.iter().any(|q| Value::from(*q) == *c));
        if ignored && crate::config().warnings.is_empty() {
            return Ok(());
        }
    }
    let module = (vm.hooks.import)(vm, "warnings")?;
    let name = vm.intern("warn")?;
    vm.call_method(module, name, args).map(|_| ())
}

/// The module.
#[pymodule(name = "_warnings", doc = "_warnings provides basic warning filtering support.")]
pub mod module {
    use super::*;

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(
        sig = "($module, /, message, category=None, stacklevel=1, source=None, *, skip_file_prefixes=<unrepresentable>)"
    )]
    fn warn(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        if kwnames.is_undef() {
            return issue(vm, args);
        }
        let module = (vm.hooks.import)(vm, "warnings")?;
        let f = vm.getattr_str(module, "warn")?;
        vm.call_kw(f, args, kwnames).map(|_| ())
    }

    /// Issue a warning, or maybe ignore it or raise an exception.
    #[function(sig = "($module, /, *args, **kwargs)", no_text)]
    fn warn_explicit(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        let module = (vm.hooks.import)(vm, "warnings")?;
        let f = vm.getattr_str(module, "warn_explicit")?;
        vm.call_kw(f, args, kwnames).map(|_| ())
    }
}

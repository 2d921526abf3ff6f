//! How the library starts: `sys`, the import machinery, the standard streams, `site`.

use crate::{Config, imp, library, modules, namespace, running, sys};
use heap::Gc;
use objects::attrs;
use objects::dict::Dict;
use objects::layout::Object;
use objects::module::{self, Module};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Makes the standard library usable. The module `builtins` has been made; afterwards everything can be imported.
pub fn start(vm: &mut Vm, config: Config) -> PyResult<()> {
    crate::CONFIG.get_or_init(|| config);
    let config = crate::config();
    let modules = module_table(vm)?;
    objects::types::ready(vm, namespace::SimpleNamespace::def())?;

    let sys = module::create_module(vm, &sys::module::MODULE)?;
    enter(vm, modules, "sys", sys.into())?;
    sys::fill(vm, sys, config)?;
    interp::state(vm).on_unraisable = Some(sys::unraisable);
    let imp = module::create_module(vm, &imp::module::MODULE)?;
    enter(vm, modules, "_imp", imp.into())?;
    module::exec_module(vm, imp)?;

    let bootstrap = run_bootstrap(vm, modules, sys.into(), imp.into())?;
    let external = vm.intern("_install_external_importers")?;
    vm.call_method(bootstrap, external, &[])?;
    add_alias(vm, modules)?;
    sys::start_path(vm, sys, config)?;
    crate::io::open_standard_streams(vm, sys.into(), config)?;
    running::main_namespace(vm)?;
    crate::signal::start(vm)?;
    sys::start_warnings(vm, sys, config)?;
    if !config.no_site {
        (vm.hooks.import)(vm, "site")?;
    }
    Ok(())
}

/// `sys.modules`, with `builtins` in it.
fn module_table(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let modules = match vm.rt().modules.cast::<Dict>() {
        Some(d) => d,
        None => {
            let d = Dict::new(vm)?;
            vm.rt().modules = d.into();
            d
        }
    };
    let name = vm.intern("builtins")?;
    if modules.get_str(name).is_none() {
        let module = Module::new(vm, "builtins", Value::NONE)?;
        if let Some(builtins) = vm.rt().builtins.cast::<Dict>() {
            let own = Module::dict(module, vm)?;
            builtins.update(vm, own.into())?;
            attrs::replace_dict(vm, objects::array::gc_of(&*module).as_header(), builtins)?;
        }
        modules.set_str(vm, name, module.into())?;
    }
    Ok(modules)
}

fn enter(vm: &mut Vm, modules: Gc<Dict>, name: &str, module: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    modules.set_str(vm, name, module)
}

/// Runs `importlib._bootstrap` as the module `_frozen_importlib`.
fn run_bootstrap(vm: &mut Vm, modules: Gc<Dict>, sys: Value, imp: Value) -> PyResult<Value> {
    let Some(entry) = library::find("_frozen_importlib") else {
        return Err(vm.system_error(format_args!("there is no embedded library")));
    };
    let code = library::code(vm, entry)?;
    let module = Module::new(vm, "_frozen_importlib", Value::NONE)?;
    enter(vm, modules, "_frozen_importlib", module.into())?;
    let dict = Module::dict(module, vm)?;
    let key = vm.intern("__origname__")?;
    let original: Value = vm.intern(entry.name)?.into();
    dict.set_str(vm, key, original)?;
    running::execute(vm, code, dict)?;
    interp::import::set_importlib(vm, module.into())?;
    let install = vm.intern("_install")?;
    vm.call_method(module.into(), install, &[sys, imp])?;
    Ok(module.into())
}

/// `importlib` finds its parts under their short names; what asks for `importlib._bootstrap` gets the same module.
fn add_alias(vm: &mut Vm, table: Gc<Dict>) -> PyResult<()> {
    for (from, to) in [
        ("_frozen_importlib", "importlib._bootstrap"),
        ("_frozen_importlib_external", "importlib._bootstrap_external"),
    ] {
        let from = vm.intern(from)?;
        if let Some(module) = table.get_str(from) {
            enter(vm, table, to, module)?;
        }
    }
    debug_assert!(modules::find("sys").is_some());
    Ok(())
}

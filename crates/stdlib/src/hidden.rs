//! What native modules show beyond their declarations: types taken out, functions that share a type's name, tables of numbers.

use objects::def::ModuleDef;
use objects::native::NativeFunction;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Takes the names of types that were only listed to be made out of a module.
pub fn hide(vm: &mut Vm, module: Value, names: &[&str]) -> PyResult<()> {
    for name in names {
        let name = vm.intern(name)?;
        vm.delattr(module, name)?;
    }
    Ok(())
}

/// Shows the function `name` where a type of the same name took its place.
pub fn restore_function(
    vm: &mut Vm,
    module: Value,
    name: &str,
    def: &'static ModuleDef,
) -> PyResult<()> {
    let Some(function) = def.functions.iter().find(|f| f.name == name) else { return Ok(()) };
    let owner: Value = vm.intern(def.name)?.into();
    let f = NativeFunction::of_module(vm, function, module, owner)?;
    let key = vm.intern(name)?;
    vm.setattr(module, key, f.into())
}

/// Adds named numbers to a module.
pub fn numbers(vm: &mut Vm, module: Value, table: &[(&str, i64)]) -> PyResult<()> {
    for (name, number) in table {
        let name = vm.intern(name)?;
        let number = objects::int::from_i64(vm, *number)?;
        vm.setattr(module, name, number)?;
    }
    Ok(())
}

/// Adds the functions and constants of another definition to a module: one module in several files.
pub fn merge(vm: &mut Vm, module: Value, part: &'static ModuleDef) -> PyResult<()> {
    let owner: Value = vm.intern(part.name)?.into();
    for function in part.functions {
        let f = NativeFunction::of_module(vm, function, module, owner)?;
        let key = vm.intern(function.name)?;
        vm.setattr(module, key, f.into())?;
    }
    for constant in part.consts {
        let value = (constant.make)(vm)?;
        let key = vm.intern(constant.name)?;
        vm.setattr(module, key, value)?;
    }
    if let Some(exec) = part.exec {
        exec(vm, module)?;
    }
    Ok(())
}

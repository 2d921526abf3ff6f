//! What the interpreter does for the object model, in one table.

use crate::frame;
use crate::{call, frameobj, import, link, lookup, traceback};
use ::code::object::kind;
use heap::Gc;
use objects::def::TypeDef;
use objects::str::Str;
use objects::value::Value;
use objects::vm::{Hooks, PyResult, Vm};

/// The table.
pub static HOOKS: Hooks = Hooks {
    call_function: call::call_function,
    invalidate_type: lookup::invalidate,
    globals: frameobj::globals,
    add_traceback: traceback::add_here,
    import: import::import_module,
    release_code: link::release,
    super_arguments,
    warn,
    // Typing forms and templates are the business of the crate `builtins`, which puts them in when it starts.
    ..Hooks::NONE
};

/// `super()` without arguments: the cell `__class__` and the first argument of the running frame.
fn super_arguments(vm: &mut Vm) -> Result<(Value, Value), Option<&'static str>> {
    let Some(record) = frame::current(vm) else { return Err(Some("super(): no current frame")) };
    // SAFETY: a live record; locals come first among the registers.
    unsafe {
        let code = frame::code_of(record).code;
        let object = code.object();
        if object.argcount == 0 {
            return Err(Some("super(): no arguments"));
        }
        let regs = frame::regs_of(vm, record);
        let mut this = *regs;
        if object.localspluskinds.first().is_some_and(|k| k & kind::CELL != 0)
            && let Some(cell) = this.exact::<objects::cell::Cell>()
        {
            this = cell.value.get();
        }
        if this.is_undef() {
            return Err(Some("super(): arg[0] deleted"));
        }
        let class = object.freevars().position(|name| *name == *"__class__");
        let Some(at) = class else { return Err(Some("super(): __class__ cell not found")) };
        let first_free = object.localspluskinds.len() - object.freevars().count();
        match (*regs.add(first_free + at)).exact::<objects::cell::Cell>() {
            None => Err(Some("super(): bad __class__ cell")),
            Some(cell) if cell.value.get().is_undef() => Err(Some("super(): empty __class__ cell")),
            Some(cell) => Ok((cell.value.get(), this)),
        }
    }
}

/// Issues a warning through the module `warnings`.
fn warn(vm: &mut Vm, category: &'static TypeDef, text: Gc<Str>, stack_level: i32) -> PyResult<()> {
    let warnings = import::import_module(vm, "_warnings")?;
    let name = vm.intern("warn")?;
    let args = [text.into(), category.object().into(), Value::int32(stack_level)];
    vm.call_method(warnings, name, &args)?;
    Ok(())
}

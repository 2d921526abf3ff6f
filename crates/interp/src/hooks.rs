//! What the interpreter does for the object model, in one table.

use crate::frame;
use ::code::object::kind;
use crate::{call, frameobj, import, link, lookup, traceback};
use heap::Gc;
use objects::def::TypeDef;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{Hooks, PyResult, Vm};
use std::sync::OnceLock;

/// What other crates do for the interpreter and the object model: typing forms, templates.
pub struct Extensions {
    /// `origin[key]` for generic classes.
    pub generic_alias: fn(&mut Vm, Value, Value) -> PyResult<Value>,
    /// `a | b` of classes.
    pub union: fn(&mut Vm, Value, Value) -> PyResult<Value>,
    /// A t-string of its strings and interpolations.
    pub template: fn(&mut Vm, Gc<Tuple>, Gc<Tuple>) -> PyResult<Value>,
    /// A replacement field: value, text, conversion, format spec (UNDEF for none).
    pub interpolation: fn(&mut Vm, Value, Value, u16, Value) -> PyResult<Value>,
    /// The intrinsics about type parameters; numbers of the second table have the bit 0x100.
    pub typing_intrinsic: fn(&mut Vm, u16, Value, Value) -> PyResult<Value>,
}

static EXTENSIONS: OnceLock<&'static Extensions> = OnceLock::new();

/// Puts the extensions in place, once.
pub fn set_extensions(extensions: &'static Extensions) {
    EXTENSIONS.get_or_init(|| extensions);
}

/// The extensions.
pub fn extensions(vm: &mut Vm) -> PyResult<&'static Extensions> {
    match EXTENSIONS.get() {
        Some(e) => Ok(*e),
        None => Err(vm.system_error(format_args!("the runtime was started without its extensions"))),
    }
}

/// The table.
pub static HOOKS: Hooks = Hooks {
    call_function: call::call_function,
    invalidate_type: lookup::invalidate,
    globals: frameobj::globals,
    add_traceback: traceback::add_here,
    import: import::import_module,
    release_code: link::release,
    generic_alias: |vm, origin, key| (extensions(vm)?.generic_alias)(vm, origin, key),
    union: |vm, a, b| (extensions(vm)?.union)(vm, a, b),
    super_arguments,
    warn,
    template: |vm, strings, interpolations| (extensions(vm)?.template)(vm, strings, interpolations),
    interpolation: |vm, v, text, conversion, spec| (extensions(vm)?.interpolation)(vm, v, text, conversion, spec),
    typing_intrinsic: |vm, which, a, b| (extensions(vm)?.typing_intrinsic)(vm, which, a, b),
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

//! `_imp`: what `importlib` needs of the runtime. Native modules come from the module list, frozen ones from the embedded library.

use macros::pymodule;

/// Native parts of the import machinery.
#[pymodule(
    name = "_imp",
    doc = "(Extremely) low-level import machinery bits as used by importlib."
)]
pub mod module {
    use crate::{buffer, library, modules};
    use heap::Gc;
    use objects::bytes::Bytes;
    use objects::code::Code;
    use objects::dict::Dict;
    use objects::module::Module;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::cell::Cell;

    thread_local! {
        /// How often this thread holds the import lock.
        static HELD: Cell<usize> = const { Cell::new(0) };
    }

    /// Return True if the import lock is currently held, else False.
    #[function]
    fn lock_held() -> bool {
        HELD.get() > 0
    }

    /// Acquires the interpreter's import lock for the current thread.
    ///
    /// The lock of the interpreter is enough: it isn't handed over while modules' locks are looked up.
    #[function]
    fn acquire_lock() {
        HELD.set(HELD.get() + 1);
    }

    /// Release the interpreter's import lock.
    #[function]
    fn release_lock(vm: &mut Vm) -> PyResult<()> {
        match HELD.get().checked_sub(1) {
            Some(held) => {
                HELD.set(held);
                Ok(())
            }
            None => Err(vm.runtime_error(format_args!("not holding the import lock"))),
        }
    }

    /// Returns the list of file suffixes used to identify extension modules.
    #[function]
    fn extension_suffixes(vm: &mut Vm) -> PyResult<Value> {
        Ok(vm.list_of(&[])?.into())
    }

    /// Returns True if the module name corresponds to a built-in module.
    #[function]
    fn is_builtin(name: Gc<Str>) -> i64 {
        let known =
            name.text().as_str().is_some_and(|n| n == "builtins" || modules::find(n).is_some());
        // Those that can't be initialised twice have -1.
        if known {
            if matches!(name.text().as_str(), Some("sys" | "builtins")) { -1 } else { 1 }
        } else {
            0
        }
    }

    /// Create an extension module.
    #[function]
    fn create_builtin(vm: &mut Vm, spec: Value) -> PyResult<Value> {
        let name = vm.getattr_str(spec, "name")?;
        let Some(name) = name.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "name must be string, not {}",
                objects::types::class_name(name)
            )));
        };
        let modules = vm.rt().modules;
        if let Some(known) = modules.cast::<Dict>().and_then(|m| m.get_str(name)) {
            return Ok(known);
        }
        match name.text().as_str().and_then(modules::find) {
            Some(def) => Ok(objects::module::create_module(vm, def)?.into()),
            None => Ok(Value::NONE),
        }
    }

    /// Initialize a built-in module.
    #[function]
    fn exec_builtin(vm: &mut Vm, r#mod: Value) -> PyResult<i64> {
        if let Some(module) = r#mod.cast::<Module>() {
            let name = module.def.get().map_or("", |d| d.name);
            if name != "sys" && name != "_imp" {
                objects::module::exec_module(vm, module)?;
            }
        }
        Ok(0)
    }

    /// Returns True if the module name corresponds to a frozen module.
    #[function]
    fn is_frozen(name: Gc<Str>) -> bool {
        name.text().as_str().and_then(library::find).is_some()
    }

    /// Returns True if the module name is of a frozen package.
    #[function]
    fn is_frozen_package(vm: &mut Vm, name: Gc<Str>) -> PyResult<bool> {
        match name.text().as_str().and_then(library::find) {
            Some(entry) => Ok(entry.package),
            None => Err(no_such_frozen(vm, name)?),
        }
    }

    fn no_such_frozen(vm: &mut Vm, name: Gc<Str>) -> PyResult<objects::vm::Raised> {
        let shown = vm.repr(name.into())?;
        Ok(vm.import_error(
            name.into(),
            Value::NONE,
            format_args!("No such frozen object named {}", shown.text()),
        ))
    }

    /// Return info about the corresponding frozen module (if there is one) or None.
    #[function(sig = "($module, name, /, *, withdata=False)")]
    fn find_frozen(vm: &mut Vm, name: Gc<Str>, withdata: bool) -> PyResult<Value> {
        let _ = withdata;
        let Some(entry) = name.text().as_str().and_then(library::find) else {
            return Ok(Value::NONE);
        };
        let original: Value = vm.intern(entry.name)?.into();
        Ok(Tuple::from_slice(vm, &[Value::NONE, entry.package.into(), original])?.into())
    }

    /// Create a code object for a frozen module.
    #[function(sig = "($module, name, data=None, /)")]
    fn get_frozen_object(vm: &mut Vm, name: Gc<Str>, data: Option<Value>) -> PyResult<Value> {
        let _ = data;
        match name.text().as_str().and_then(library::find) {
            Some(entry) => library::code(vm, entry),
            None => Err(no_such_frozen(vm, name)?),
        }
    }

    /// Initializes a frozen module.
    #[function]
    fn init_frozen(vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        let Some(text) = name.text().as_str() else { return Ok(Value::NONE) };
        let Some(entry) = library::find(text) else { return Ok(Value::NONE) };
        let code = library::code(vm, entry)?;
        let module = Module::new(vm, entry.name, Value::NONE)?;
        let modules = vm.rt().modules;
        vm.setitem(modules, name.into(), module.into())?;
        let dict = Module::dict(module, vm)?;
        crate::running::execute(vm, code, dict)?;
        Ok(module.into())
    }

    #[function]
    fn _frozen_module_names(vm: &mut Vm) -> PyResult<Value> {
        let list = vm.list_of(&[])?;
        for entry in library::entries() {
            let name: Value = vm.intern(entry.name)?.into();
            list.push(vm, name)?;
        }
        Ok(list.into())
    }

    /// Override PyConfig.use_frozen_modules: the library is always embedded.
    #[function]
    fn _override_frozen_modules_for_tests(r#override: i64) {
        let _ = r#override;
    }

    #[function]
    fn _override_multi_interp_extensions_check(r#override: i64) -> i64 {
        let _ = r#override;
        0
    }

    /// Create an extension module.
    #[function(sig = "($module, spec, file=None, /)")]
    fn create_dynamic(vm: &mut Vm, spec: Value, file: Option<Value>) -> PyResult<Value> {
        let _ = file;
        let name = vm.getattr_str(spec, "name")?;
        let shown = vm.str_of(name)?;
        Err(vm.import_error(
            name,
            Value::NONE,
            format_args!("extension modules are not supported: {}", shown.text()),
        ))
    }

    /// Initialize an extension module.
    #[function]
    fn exec_dynamic(r#mod: Value) -> i64 {
        let _ = r#mod;
        0
    }

    /// Changes code.co_filename to specify the passed-in file path.
    #[function]
    fn _fix_co_filename(vm: &mut Vm, code: Gc<Code>, path: Gc<Str>) -> PyResult<()> {
        if code.object().filename.as_bytes() == path.as_bytes() {
            return Ok(());
        }
        Err(vm.not_implemented_error(format_args!(
            "the file name of a code object cannot be changed"
        )))
    }

    /// Hash of a source for hash-based `.pyc` files.
    #[function(sig = "($module, /, key, source)")]
    fn source_hash(vm: &mut Vm, key: i64, source: Value) -> PyResult<Gc<Bytes>> {
        let bytes = buffer::to_vec(vm, source)?;
        let _ = key;
        Bytes::new(vm, &code::pyc::source_hash(&bytes))
    }

    #[attr]
    const check_hash_based_pycs: &str = "default";

    #[attr]
    fn pyc_magic_number_token(_vm: &mut Vm) -> PyResult<Value> {
        Ok(Value::from_len(u32::from_le_bytes(code::pyc::MAGIC) as usize))
    }
}

//! What the crate that runs programs asks of the library: the main module's namespace, the search path, the end of the program.

use crate::root::Root;
use heap::Gc;
use objects::code::Code;
use objects::dict::Dict;
use objects::exceptions::{self, BaseException};
use objects::list::List;
use objects::module::Module;
use objects::str::Str;
use objects::types::class_of;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Runs module code in a namespace.
pub fn execute(vm: &mut Vm, code: Value, globals: Gc<Dict>) -> PyResult<Value> {
    let Some(code) = code.cast::<Code>() else {
        return Err(vm.type_error(format_args!("a code object is needed")));
    };
    let builtins_name = vm.names().__builtins__;
    if globals.get_str(builtins_name).is_none() {
        let builtins = vm.rt().builtins;
        globals.set_str(vm, builtins_name, builtins)?;
    }
    interp::call::run_code(vm, code, globals, globals.into(), Value::UNDEF)
}

/// The optimisation level.
pub fn optimize(_: &mut Vm) -> u8 {
    crate::config().optimize
}

/// `sys.executable`
pub fn executable(_: &mut Vm) -> String {
    crate::config().executable.clone()
}

/// What the system calls an error number.
pub fn os_error_text(errno: i32) -> String {
    // SAFETY: strerror gives a C string that stays until the next call in this thread; it is copied at once.
    unsafe {
        let text = libc::strerror(errno);
        if text.is_null() {
            return format!("Unknown error {errno}");
        }
        std::ffi::CStr::from_ptr(text).to_string_lossy().into_owned()
    }
}

/// The module `sys`.
pub fn sys(vm: &mut Vm) -> PyResult<Value> {
    (vm.hooks.import)(vm, "sys")
}

/// An attribute of `sys`.
pub fn sys_attr(vm: &mut Vm, name: &str) -> PyResult<Option<Value>> {
    let sys = sys(vm)?;
    let name = vm.intern(name)?;
    vm.getattr_opt(sys, name)
}

/// Puts a directory in front of `sys.path`, unless the options say that the path is safe.
pub fn prepend_path(vm: &mut Vm, directory: &str) -> PyResult<()> {
    let config = crate::config();
    if config.safe_path || config.isolated {
        return Ok(());
    }
    let text: Value = Str::new(vm, directory)?.into();
    if let Some(path) = sys_attr(vm, "path")?.and_then(|p| p.cast::<List>()) {
        path.insert(vm, 0, text)?;
    }
    Ok(())
}

static MAIN: Root = Root::new();

/// The namespace of `__main__`, made if need be.
pub fn main_namespace(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let modules = vm.rt().modules;
    let name = vm.intern("__main__")?;
    if let Some(known) =
        modules.cast::<Dict>().and_then(|m| m.get_str(name)).and_then(|m| m.cast::<Module>())
    {
        return Module::dict(known, vm);
    }
    let module = Module::new(vm, "__main__", Value::NONE)?;
    MAIN.set(vm, module.into())?;
    vm.setitem(modules, name.into(), module.into())?;
    let dict = Module::dict(module, vm)?;
    let builtins = {
        let key = vm.intern("builtins")?;
        vm.getitem(modules, key.into())?
    };
    let key = vm.names().__builtins__;
    dict.set_str(vm, key, builtins)?;
    let bootstrap = (vm.hooks.import)(vm, "_frozen_importlib")?;
    let loader = vm.getattr_str(bootstrap, "BuiltinImporter")?;
    let key = vm.names().__loader__;
    dict.set_str(vm, key, loader)?;
    Ok(dict)
}

/// Shows an uncaught exception with `sys.excepthook`.
pub fn show_exception(vm: &mut Vm, exception: Value) -> PyResult<()> {
    let traceback = match exception.cast::<BaseException>() {
        Some(e) => e.traceback.get(),
        None => Value::NONE,
    };
    let class: Value = class_of(exception).into();
    let sys = sys(vm)?;
    for (name, value) in [
        ("last_exc", exception),
        ("last_type", class),
        ("last_value", exception),
        ("last_traceback", traceback),
    ] {
        let name = vm.intern(name)?;
        vm.setattr(sys, name, value)?;
    }
    flush(vm, "stdout")?;
    let Some(hook) = sys_attr(vm, "excepthook")? else {
        let text = crate::sys::describe(vm, exception);
        eprintln!("sys.excepthook is missing\n{text}");
        return Ok(());
    };
    match vm.call(hook, &[class, exception, traceback]) {
        Ok(_) => Ok(()),
        Err(r) if vm.raised_matches(&exceptions::SYSTEM_EXIT) => Err(r),
        Err(_) => {
            let second = vm.take_raised();
            let text = crate::sys::describe(vm, second);
            eprintln!("Error in sys.excepthook:\n{text}\n");
            let text = crate::sys::describe(vm, exception);
            eprintln!("Original exception was:\n{text}");
            Ok(())
        }
    }
}

fn flush(vm: &mut Vm, stream: &str) -> PyResult<()> {
    let Some(file) = sys_attr(vm, stream)?.filter(|f| !f.is_none()) else { return Ok(()) };
    let name = vm.intern("flush")?;
    if vm.call_method(file, name, &[]).is_err() {
        vm.clear_raised();
    }
    Ok(())
}

/// Ends the program: waits for threads, runs what was registered with `atexit`, flushes the standard streams.
///
/// Fails if standard output could not be flushed.
pub fn finalize(vm: &mut Vm) -> PyResult<()> {
    wait_for_threads(vm);
    crate::atexit::run(vm);
    let stdout = flush_at_exit(vm, "stdout");
    let stderr = flush_at_exit(vm, "stderr");
    crate::io::flush_all(vm);
    stdout.and(stderr)
}

fn wait_for_threads(vm: &mut Vm) {
    let done = (|| {
        let name = vm.intern("threading")?;
        let modules = vm.rt().modules;
        let Some(threading) = modules.cast::<Dict>().and_then(|m| m.get_str(name)) else {
            return Ok(());
        };
        let shutdown = vm.intern("_shutdown")?;
        vm.call_method(threading, shutdown, &[]).map(|_| ())
    })();
    if done.is_err() {
        let e = vm.take_raised();
        crate::sys::unraisable(vm, e, "Exception ignored on threading shutdown", Value::NONE);
    }
}

fn flush_at_exit(vm: &mut Vm, stream: &str) -> PyResult<()> {
    let Some(file) = sys_attr(vm, stream)?.filter(|f| !f.is_none()) else { return Ok(()) };
    let closed = vm.intern("closed")?;
    if let Some(flag) = vm.getattr_opt(file, closed)?
        && vm.truthy(flag)?
    {
        return Ok(());
    }
    let name = vm.intern("flush")?;
    match vm.call_method(file, name, &[]) {
        Ok(_) => Ok(()),
        Err(_) => {
            let e = vm.take_raised();
            crate::sys::unraisable(vm, e, "Exception ignored while flushing sys.stdout", file);
            Err(vm.restore_raised(e))
        }
    }
}

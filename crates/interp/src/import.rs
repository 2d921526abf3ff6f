//! The import statements, over `importlib`.
//!
//! What is in `sys.modules` and complete is answered here; everything else goes to `importlib._bootstrap`, which the crate
//! `stdlib` puts in place at start ([`set_importlib`]). Invariant: a module is handed out only after another thread's import of
//! it, if any, has ended.

use crate::{frame, frameobj};
use heap::Gc;
use objects::dict::Dict;
use objects::exceptions;
use objects::exceptions::ImportError;
use objects::native::NativeFunction;
use objects::str::Str;
use objects::traceback::Traceback;
use objects::tuple::Tuple;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where `Runtime::roots` holds `importlib._bootstrap`, plus one; 0 for nowhere.
static IMPORTLIB: AtomicUsize = AtomicUsize::new(0);

/// Puts `importlib._bootstrap` in place.
pub fn set_importlib(vm: &mut Vm, module: Value) -> PyResult<()> {
    let roots = &mut vm.rt().roots;
    if roots.push(module).is_err() {
        return Err(vm.memory_error());
    }
    IMPORTLIB.store(vm.rt().roots.len(), Ordering::Relaxed);
    Ok(())
}

fn importlib(vm: &mut Vm) -> PyResult<Value> {
    let at = IMPORTLIB.load(Ordering::Relaxed);
    match at.checked_sub(1).and_then(|i| vm.rt().roots.get(i)) {
        Some(module) => Ok(module),
        None => Err(vm.import_error(
            Value::NONE,
            Value::NONE,
            format_args!("the import machinery has not been started"),
        )),
    }
}

/// `__import__(name, globals, locals, fromlist, level)` as the running frame's builtins have it.
#[inline(never)]
pub unsafe fn import_name(
    vm: *mut Vm,
    name: Value,
    level: Value,
    fromlist: Value,
) -> PyResult<Value> {
    // SAFETY: called by a handler; a frame is running.
    let (vm, function) = unsafe { (&mut *vm, (*(*vm).top).func) };
    let key = vm.names().__import__;
    let Some(import) =
        vm.getattr_or_item(function.builtins.into(), key).map(Some).or_else(|r| {
            if vm.raised_matches(&exceptions::KEY_ERROR) {
                vm.clear_raised();
                return Ok(None);
            }
            Err(r)
        })?
    else {
        return Err(vm.import_error(
            Value::NONE,
            Value::NONE,
            format_args!("__import__ not found"),
        ));
    };
    let Some(name) = name.cast::<Str>() else {
        return Err(vm.type_error(format_args!("module name must be a string")));
    };
    let globals: Value = function.globals.into();
    if import.exact::<NativeFunction>().is_some_and(|f| f.def.name == "__import__") {
        let level = vm.index_clipped(level)?;
        return import_level(vm, name, globals, fromlist, level);
    }
    let locals = match frame_namespace(vm)? {
        Some(names) => names,
        None => Value::NONE,
    };
    vm.call(import, &[name.into(), globals, locals, fromlist, level])
}

/// The namespace of the running frame if it isn't a function's.
fn frame_namespace(vm: &mut Vm) -> PyResult<Option<Value>> {
    let Some(record) = frame::current(vm) else { return Ok(None) };
    // SAFETY: a live record.
    let optimised =
        unsafe { frame::code_of(record) }.code.object().flags & code::object::flags::OPTIMIZED != 0;
    if optimised { Ok(None) } else { frameobj::locals(vm).map(Some) }
}

/// What `__import__` does: `globals` (None for none) tells the package that a relative import starts from.
pub fn import_level(
    vm: &mut Vm,
    name: Gc<Str>,
    globals: Value,
    fromlist: Value,
    level: isize,
) -> PyResult<Value> {
    let result = import_checked(vm, name, globals, fromlist, level);
    if result.is_err() {
        trim_traceback(vm);
    }
    result
}

fn import_checked(
    vm: &mut Vm,
    name: Gc<Str>,
    globals: Value,
    fromlist: Value,
    level: isize,
) -> PyResult<Value> {
    if level < 0 {
        return Err(vm.value_error(format_args!("level must be >= 0")));
    }
    let full = if level > 0 {
        resolve(vm, name, globals, level as usize)?
    } else if name.byte_len() == 0 {
        return Err(vm.value_error(format_args!("Empty module name")));
    } else {
        name
    };
    let module = load(vm, full)?;
    if vm.truthy(fromlist)? {
        return with_fromlist(vm, module, fromlist);
    }
    if level > 0 && name.byte_len() == 0 {
        return Ok(module);
    }
    let Some(dot) = name.as_bytes().iter().position(|b| *b == b'.') else { return Ok(module) };
    if level == 0 {
        let front = name.text().slice(0..dot);
        let front = objects::intern::intern_text(vm, front)?;
        return load(vm, front);
    }
    let keep = full.byte_len() - (name.byte_len() - dot);
    let front = objects::intern::intern_text(vm, full.text().slice(0..keep))?;
    match get_module(vm, front)? {
        Some(m) => Ok(m),
        None => {
            let shown = vm.repr(front.into())?;
            Err(vm.raise(
                &exceptions::KEY_ERROR,
                format_args!("{} not in sys.modules as expected", shown.text()),
            ))
        }
    }
}

/// `from module import fromlist`: submodules among the names are imported.
fn with_fromlist(vm: &mut Vm, module: Value, fromlist: Value) -> PyResult<Value> {
    let path = vm.names().__path__;
    if vm.getattr_opt(module, path)?.is_none() {
        return Ok(module);
    }
    let importlib = importlib(vm)?;
    let handle = vm.getattr_str(importlib, "_handle_fromlist")?;
    let import = vm.builtin("__import__")?;
    vm.call(handle, &[module, fromlist, import])
}

/// `sys.modules.get(name)`
pub fn get_module(vm: &mut Vm, name: Gc<Str>) -> PyResult<Option<Value>> {
    let modules = vm.rt().modules;
    if let Some(d) = modules.exact::<Dict>() {
        return d.get(vm, name.into());
    }
    if modules.is_none() {
        return Err(vm.runtime_error(format_args!("unable to get sys.modules")));
    }
    match vm.getitem(modules, name.into()) {
        Ok(v) => Ok(Some(v)),
        Err(_) if vm.raised_matches(&exceptions::KEY_ERROR) => {
            vm.clear_raised();
            Ok(None)
        }
        Err(r) => Err(r),
    }
}

/// The complete module `name`, an absolute name.
fn load(vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
    if let Some(module) = get_module(vm, name)?.filter(|m| !m.is_none()) {
        if is_initializing(vm, module)? {
            let importlib = importlib(vm)?;
            let wait = vm.getattr_str(importlib, "_lock_unlock_module")?;
            vm.call(wait, &[name.into()])?;
        }
        return Ok(module);
    }
    let importlib = importlib(vm)?;
    let find = vm.getattr_str(importlib, "_find_and_load")?;
    let import = vm.builtin("__import__")?;
    vm.call(find, &[name.into(), import])
}

fn is_initializing(vm: &mut Vm, module: Value) -> PyResult<bool> {
    let names = vm.names();
    let Some(spec) = vm.getattr_opt(module, names.__spec__)? else { return Ok(false) };
    spec_is_initializing(vm, spec)
}

fn spec_is_initializing(vm: &mut Vm, spec: Value) -> PyResult<bool> {
    let names = vm.names();
    if spec.is_none() {
        return Ok(false);
    }
    match vm.getattr_opt(spec, names._initializing)? {
        Some(flag) => vm.truthy(flag),
        None => Ok(false),
    }
}

/// The absolute name of a relative import.
fn resolve(vm: &mut Vm, name: Gc<Str>, globals: Value, level: usize) -> PyResult<Gc<Str>> {
    let package = package_of(vm, globals)?;
    if package.byte_len() == 0 {
        return Err(vm.import_error(
            Value::NONE,
            Value::NONE,
            format_args!("attempted relative import with no known parent package"),
        ));
    }
    let mut end = package.byte_len();
    for _ in 1..level {
        match package.as_bytes()[..end].iter().rposition(|b| *b == b'.') {
            Some(dot) => end = dot,
            None => {
                return Err(vm.import_error(
                    Value::NONE,
                    Value::NONE,
                    format_args!("attempted relative import beyond top-level package"),
                ));
            }
        }
    }
    let base = package.text().slice(0..end).to_owned();
    let full = match name.byte_len() {
        0 => Str::from_text(vm, &base)?,
        _ => Str::from_fmt(vm, format_args!("{}.{}", &*base, name.text()))?,
    };
    objects::intern::intern(vm, full)
}

/// The package whose module has these globals.
fn package_of(vm: &mut Vm, globals: Value) -> PyResult<Gc<Str>> {
    let names = vm.names();
    if globals.is_undef() || globals.is_none() {
        return Err(vm.raise(&exceptions::KEY_ERROR, format_args!("'__name__' not in globals")));
    }
    let Some(dict) = globals.cast::<Dict>() else {
        return Err(vm.type_error(format_args!("globals must be a dict")));
    };
    let package = dict.get(vm, names.__package__.into())?.filter(|v| !v.is_none());
    let spec = dict.get(vm, names.__spec__.into())?.filter(|v| !v.is_none());
    if let Some(package) = package {
        let Some(text) = package.cast::<Str>() else {
            return Err(vm.type_error(format_args!("package must be a string")));
        };
        if let Some(spec) = spec {
            let parent = vm.getattr_str(spec, "parent")?;
            if !vm.eq(package, parent)? {
                vm.warn(
                    &exceptions::DEPRECATION_WARNING,
                    format_args!("__package__ != __spec__.parent"),
                    1,
                )?;
            }
        }
        return Ok(text);
    }
    if let Some(spec) = spec {
        let parent = vm.getattr_str(spec, "parent")?;
        return match parent.cast::<Str>() {
            Some(text) => Ok(text),
            None => Err(vm.type_error(format_args!("__spec__.parent must be a string"))),
        };
    }
    vm.warn(
        &exceptions::IMPORT_WARNING,
        format_args!(
            "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"
        ),
        1,
    )?;
    let Some(own) = dict.get(vm, names.__name__.into())? else {
        return Err(vm.raise(&exceptions::KEY_ERROR, format_args!("'__name__' not in globals")));
    };
    let Some(own) = own.cast::<Str>() else {
        return Err(vm.type_error(format_args!("__name__ must be a string")));
    };
    if dict.get(vm, names.__path__.into())?.is_some() {
        return Ok(own);
    }
    match own.as_bytes().iter().rposition(|b| *b == b'.') {
        Some(dot) => {
            let front = own.text().slice(0..dot).to_owned();
            Str::from_text(vm, &front)
        }
        None => Ok(Str::empty()),
    }
}

/// Imports a module by its full name and returns it (the module itself, not its top package).
pub fn import_module(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let name = vm.intern(name)?;
    let result = load(vm, name);
    if result.is_err() {
        trim_traceback(vm);
    }
    result
}

/// `from module import name`
#[inline(never)]
pub unsafe fn import_from(vm: *mut Vm, module: Value, name: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    let Some(name) = name.cast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "attribute name must be string, not '{}'",
            class_name(name)
        )));
    };
    if let Some(v) = vm.getattr_opt(module, name)? {
        return Ok(v);
    }
    let names = vm.names();
    let own = vm.getattr_opt(module, names.__name__)?.and_then(|n| n.cast::<Str>());
    if let Some(own) = own {
        let full = Str::from_fmt(vm, format_args!("{}.{}", own.text(), name.text()))?;
        if let Some(v) = get_module(vm, full)? {
            return Ok(v);
        }
    }
    Err(cannot_import(vm, module, own, name).unwrap_or_else(|r| r))
}

/// The ImportError of a missing name, with what may be the reason.
fn cannot_import(
    vm: &mut Vm,
    module: Value,
    own: Option<Gc<Str>>,
    name: Gc<Str>,
) -> PyResult<Raised> {
    let spec = vm.getattr_opt(module, vm.names().__spec__)?.unwrap_or(Value::NONE);
    let origin = file_origin(vm, spec)?;
    let shown_name = vm.repr(name.into())?;
    let shown_module = match own {
        Some(own) => vm.repr(own.into())?,
        None => Str::new(vm, "'<unknown module name>'")?,
    };
    let (n, m) = (shown_name.text(), shown_module.text());
    let shadowing = match origin {
        Some(origin) => is_possibly_shadowing(vm, origin)?,
        None => false,
    };
    let path: Value = origin.map_or(Value::NONE, Value::from);
    let own_value: Value = own.map_or(Value::NONE, Value::from);
    let raise = |vm: &mut Vm, message: std::fmt::Arguments<'_>| {
        let r = vm.import_error(own_value, path, message);
        if let Some(e) = vm.raised.exact::<ImportError>() {
            e.name_from.set(e, vm.heap(), name.into());
        }
        r
    };
    if let (true, Some(origin)) = (shadowing, origin) {
        let file = vm.repr(origin.into())?;
        if is_stdlib_name(vm, own_value)? {
            return Ok(raise(
                vm,
                format_args!(
                    "cannot import name {n} from {m} (consider renaming {} since it has the same name as the standard \
                     library module named {m} and prevents importing that standard library module)",
                    file.text()
                ),
            ));
        }
        if spec_is_initializing(vm, spec)? {
            return Ok(raise(
                vm,
                format_args!(
                    "cannot import name {n} from {m} (consider renaming {} if it has the same name as a library you \
                     intended to import)",
                    file.text()
                ),
            ));
        }
    }
    let partly = spec_is_initializing(vm, spec)?;
    Ok(match (partly, origin) {
        (true, Some(file)) => raise(
            vm,
            format_args!(
                "cannot import name {n} from partially initialized module {m} (most likely due to a circular import) ({})",
                file.text()
            ),
        ),
        (true, None) => raise(
            vm,
            format_args!(
                "cannot import name {n} from partially initialized module {m} (most likely due to a circular import)"
            ),
        ),
        (false, Some(file)) => {
            raise(vm, format_args!("cannot import name {n} from {m} ({})", file.text()))
        }
        (false, None) => {
            raise(vm, format_args!("cannot import name {n} from {m} (unknown location)"))
        }
    })
}

/// `spec.origin` if it is a file.
fn file_origin(vm: &mut Vm, spec: Value) -> PyResult<Option<Gc<Str>>> {
    if spec.is_none() {
        return Ok(None);
    }
    let key = vm.intern("has_location")?;
    let has = match vm.getattr_opt(spec, key)? {
        Some(v) => vm.truthy(v)?,
        None => false,
    };
    if !has {
        return Ok(None);
    }
    let key = vm.intern("origin")?;
    Ok(vm.getattr_opt(spec, key)?.and_then(|o| o.cast::<Str>()))
}

/// Whether a module at `origin` is found because its directory is the first of `sys.path`.
fn is_possibly_shadowing(vm: &mut Vm, origin: Gc<Str>) -> PyResult<bool> {
    let sys = import_module(vm, "sys")?;
    let flags = vm.getattr_str(sys, "flags")?;
    let safe = vm.getattr_str(flags, "safe_path")?;
    if vm.truthy(safe)? {
        return Ok(false);
    }
    let key = vm.intern("path")?;
    let Some(path) = vm.getattr_opt(sys, key)?.and_then(|p| p.cast::<objects::list::List>()) else {
        return Ok(false);
    };
    let Some(first) = path.get(0).and_then(|p| p.cast::<Str>()) else { return Ok(false) };
    let origin = String::from_utf8_lossy(origin.as_bytes()).into_owned();
    let Some((mut root, file)) = origin.rsplit_once('/') else { return Ok(false) };
    if file == "__init__.py" {
        match root.rsplit_once('/') {
            Some((up, _)) => root = up,
            None => return Ok(false),
        }
    }
    if first.byte_len() == 0 {
        return Ok(std::env::current_dir()
            .is_ok_and(|d| d.as_os_str().as_encoded_bytes() == root.as_bytes()));
    }
    Ok(first.as_bytes() == root.as_bytes())
}

fn is_stdlib_name(vm: &mut Vm, name: Value) -> PyResult<bool> {
    let sys = import_module(vm, "sys")?;
    let key = vm.intern("stdlib_module_names")?;
    match vm.getattr_opt(sys, key)? {
        Some(all) if objects::set::as_set(all).is_some() => vm.contains(all, name),
        _ => Ok(false),
    }
}

/// `from module import *` into the running frame's namespace.
pub fn import_star(vm: &mut Vm, module: Value) -> PyResult<Value> {
    let target = frameobj::locals(vm)?;
    let key = vm.intern("__all__")?;
    let listed = vm.getattr_opt(module, key)?;
    let names = match listed {
        Some(all) => all,
        None => {
            let key = vm.names().__dict__;
            let Some(dict) = vm.getattr_opt(module, key)? else {
                return Err(vm.import_error(
                    Value::NONE,
                    Value::NONE,
                    format_args!("from-import-* object has no __dict__ and no __all__"),
                ));
            };
            let keys = vm.intern("keys")?;
            vm.call_method(dict, keys, &[])?
        }
    };
    // The names are taken first: a name may be bound in the very dictionary they come from.
    let names = Tuple::from_iterable(vm, names)?;
    for &item in names.items() {
        let Some(name) = item.cast::<Str>() else {
            return Err(not_a_name(vm, module, item, listed.is_some()));
        };
        if listed.is_none() && name.as_bytes().first() == Some(&b'_') {
            continue;
        }
        let value = vm.getattr(module, name)?;
        match target.exact::<Dict>() {
            Some(d) => d.set(vm, item, value)?,
            None => vm.setitem(target, item, value)?,
        }
    }
    Ok(Value::NONE)
}

fn not_a_name(vm: &mut Vm, module: Value, item: Value, listed: bool) -> Raised {
    let key = vm.names().__name__;
    let own = match vm.getattr(module, key) {
        Ok(own) => own,
        Err(r) => return r,
    };
    let Some(own) = own.cast::<Str>() else {
        return vm
            .type_error(format_args!("module __name__ must be a string, not {}", class_name(own)));
    };
    let (own, class) = (own.text(), class_name(item));
    if listed {
        vm.type_error(format_args!("Item in {own}.__all__ must be str, not {class}"))
    } else {
        vm.type_error(format_args!("Key in {own}.__dict__ must be str, not {class}"))
    }
}

/// Takes the frames of `importlib` out of the traceback of the raised exception: all of them for an ImportError, else those
/// that only called into the module.
fn trim_traceback(vm: &mut Vm) {
    let Some(e) = vm.raised.cast::<exceptions::BaseException>() else { return };
    let always = vm.raised_matches(&exceptions::IMPORT_ERROR);
    let mut previous: Option<Gc<Traceback>> = None;
    let mut chunk: Option<Option<Gc<Traceback>>> = None;
    let mut at = e.traceback.get().cast::<Traceback>();
    while let Some(entry) = at {
        let next = entry.next.get().cast::<Traceback>();
        let Some((file, name)) = place(entry) else { return };
        let inside = file == "<frozen importlib._bootstrap>"
            || file == "<frozen importlib._bootstrap_external>";
        let outer = if inside { Some(chunk.unwrap_or(previous)) } else { None };
        chunk = outer;
        if let Some(before) = outer
            && (always || name == "_call_with_frames_removed")
        {
            let rest = entry.next.get();
            match before {
                Some(b) => b.next.set(b, vm.heap(), rest),
                None => e.traceback.set(e, vm.heap(), rest),
            }
        } else {
            previous = Some(entry);
        }
        at = next;
    }
}

/// File and function of a traceback entry.
fn place(entry: Gc<Traceback>) -> Option<(String, String)> {
    let frame = entry.frame.get().cast::<frameobj::Frame>()?;
    let code = frame.code.object();
    Some((code.filename.to_string_lossy(), code.name.to_string_lossy()))
}

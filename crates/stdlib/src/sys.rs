//! `sys`: what the runtime is and how it is set up.
//!
//! [`fill`] enters what needs the configuration; the search path, the streams and the warning options follow when the import
//! machinery runs.

use crate::namespace::SimpleNamespace;
use crate::structseq::StructSeq;
use crate::{Config, library, modules};
use heap::Gc;
use macros::pymodule;
use objects::dict::Dict;
use objects::exceptions::{self, BaseException};
use objects::float;
use objects::list::List;
use objects::module::Module;
use objects::set::Set;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// The version of the language.
const VERSION: (i32, i32, i32) = (3, 14, 2);

static FLAGS: StructSeq = StructSeq::internal(
    "sys",
    "flags",
    &[
        "debug",
        "inspect",
        "interactive",
        "optimize",
        "dont_write_bytecode",
        "no_user_site",
        "no_site",
        "ignore_environment",
        "verbose",
        "bytes_warning",
        "quiet",
        "hash_randomization",
        "isolated",
        "dev_mode",
        "utf8_mode",
        "warn_default_encoding",
        "safe_path",
        "int_max_str_digits",
        "gil",
        "thread_inherit_context",
        "context_aware_warnings",
    ],
);
static VERSION_INFO: StructSeq = StructSeq::internal(
    "sys",
    "version_info",
    &["major", "minor", "micro", "releaselevel", "serial"],
);
static FLOAT_INFO: StructSeq = StructSeq::internal(
    "sys",
    "float_info",
    &[
        "max",
        "max_exp",
        "max_10_exp",
        "min",
        "min_exp",
        "min_10_exp",
        "dig",
        "mant_dig",
        "epsilon",
        "radix",
        "rounds",
    ],
);
static INT_INFO: StructSeq = StructSeq::internal(
    "sys",
    "int_info",
    &["bits_per_digit", "sizeof_digit", "default_max_str_digits", "str_digits_check_threshold"],
);
static HASH_INFO: StructSeq = StructSeq::internal(
    "sys",
    "hash_info",
    &["width", "modulus", "inf", "nan", "imag", "algorithm", "hash_bits", "seed_bits", "cutoff"],
);
static THREAD_INFO: StructSeq =
    StructSeq::internal("sys", "thread_info", &["name", "lock", "version"]);
pub(crate) static HOOK_ARGS: StructSeq = StructSeq::new(
    "sys",
    "UnraisableHookArgs",
    &["exc_type", "exc_value", "exc_traceback", "err_msg", "object"],
    5,
);
static ASYNCGEN_HOOKS: StructSeq =
    StructSeq::new("sys", "asyncgen_hooks", &["firstiter", "finalizer"], 2);

fn put(vm: &mut Vm, dict: Gc<Dict>, name: &str, value: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    dict.set_str(vm, name, value)
}

fn text(vm: &mut Vm, s: &str) -> PyResult<Value> {
    Ok(Str::new(vm, s)?.into())
}

fn texts(vm: &mut Vm, all: &[String]) -> PyResult<Gc<List>> {
    let list = List::new(vm)?;
    for s in all {
        let s = text(vm, s)?;
        list.push(vm, s)?;
    }
    Ok(list)
}

/// Enters everything that needs no import.
pub fn fill(vm: &mut Vm, module: Gc<Module>, config: &Config) -> PyResult<()> {
    let dict = Module::dict(module, vm)?;
    let modules_dict = vm.rt().modules;
    put(vm, dict, "modules", modules_dict)?;
    fill_version(vm, dict)?;
    fill_numbers(vm, dict)?;
    fill_flags(vm, dict, config)?;
    fill_paths(vm, dict, config)?;
    let argv = texts(vm, &config.argv)?;
    put(vm, dict, "argv", argv.into())?;
    let orig: Vec<String> = std::env::args_os().map(|a| a.to_string_lossy().into_owned()).collect();
    let orig = texts(vm, &orig)?;
    put(vm, dict, "orig_argv", orig.into())?;
    let options = texts(vm, &config.warnings)?;
    put(vm, dict, "warnoptions", options.into())?;
    let x = Dict::new(vm)?;
    for option in &config.x_options {
        let (name, value) = match option.split_once('=') {
            Some((name, value)) => (name, text(vm, value)?),
            None => (option.as_str(), Value::TRUE),
        };
        put(vm, x, name, value)?;
    }
    put(vm, dict, "_xoptions", x.into())?;
    for name in ["meta_path", "path_hooks", "path"] {
        let list = List::new(vm)?;
        put(vm, dict, name, list.into())?;
    }
    let cache = Dict::new(vm)?;
    put(vm, dict, "path_importer_cache", cache.into())?;
    fill_names(vm, dict)?;
    for hook in ["displayhook", "excepthook", "breakpointhook", "unraisablehook"] {
        let name = vm.intern(hook)?;
        if let Some(f) = dict.get_str(name) {
            put(vm, dict, &format!("__{hook}__"), f)?;
        }
    }
    Ok(())
}

fn fill_version(vm: &mut Vm, dict: Gc<Dict>) -> PyResult<()> {
    let (major, minor, micro) = VERSION;
    let hexversion = Value::int32(major << 24 | minor << 16 | micro << 8 | 0xF0);
    let level = vm.intern("final")?;
    let info = VERSION_INFO.make(
        vm,
        &[Value::int32(major), Value::int32(minor), Value::int32(micro), level.into(), Value::ZERO],
    )?;
    put(vm, dict, "version_info", info)?;
    put(vm, dict, "hexversion", hexversion)?;
    put(vm, dict, "api_version", Value::int32(1013))?;
    let version = text(
        vm,
        &format!(
            "{major}.{minor}.{micro} (main, Jan  1 2026, 00:00:00) [PVM {}]",
            env!("CARGO_PKG_VERSION")
        ),
    )?;
    put(vm, dict, "version", version)?;
    let copyright =
        text(vm, "Copyright (c) 2001 Python Software Foundation.\nAll Rights Reserved.")?;
    put(vm, dict, "copyright", copyright)?;
    let platform = if cfg!(target_os = "linux") { "linux" } else { "darwin" };
    let platform = text(vm, platform)?;
    put(vm, dict, "platform", platform)?;
    let git = {
        let (name, empty) = (text(vm, "PVM")?, Value::from(Str::empty()));
        Tuple::from_slice(vm, &[name, empty, empty])?
    };
    put(vm, dict, "_git", git.into())?;
    let name = text(vm, "pvm")?;
    let tag = text(vm, &format!("pvm-{major}{minor}"))?;
    let multiarch = text(vm, "x86_64-linux-gnu")?;
    let implementation = SimpleNamespace::with(
        vm,
        &[
            ("name", name),
            ("cache_tag", tag),
            ("version", info),
            ("hexversion", hexversion),
            ("_multiarch", multiarch),
            ("supports_isolated_interpreters", Value::FALSE),
        ],
    )?;
    put(vm, dict, "implementation", implementation.into())
}

fn fill_numbers(vm: &mut Vm, dict: Gc<Dict>) -> PyResult<()> {
    let (max, min, epsilon) = (
        float::from_f64(vm, f64::MAX)?,
        float::from_f64(vm, f64::MIN_POSITIVE)?,
        float::from_f64(vm, f64::EPSILON)?,
    );
    let n = Value::int32;
    let info = FLOAT_INFO.make(
        vm,
        &[max, n(1024), n(308), min, n(-1021), n(-307), n(15), n(53), epsilon, n(2), n(1)],
    )?;
    put(vm, dict, "float_info", info)?;
    let info = INT_INFO.make(vm, &[n(30), n(4), n(4300), n(640)])?;
    put(vm, dict, "int_info", info)?;
    let modulus = objects::int::from_u64(vm, (1 << 61) - 1)?;
    let algorithm = text(vm, "siphash13")?;
    let info = HASH_INFO.make(
        vm,
        &[n(64), modulus, n(314_159), n(0), n(1_000_003), algorithm, n(64), n(128), n(0)],
    )?;
    put(vm, dict, "hash_info", info)?;
    let (name, lock) = (text(vm, "pthread")?, text(vm, "semaphore")?);
    let info = THREAD_INFO.make(vm, &[name, lock, Value::NONE])?;
    put(vm, dict, "thread_info", info)?;
    let maxsize = objects::int::from_i64(vm, i64::MAX)?;
    put(vm, dict, "maxsize", maxsize)?;
    put(vm, dict, "maxunicode", n(0x10_FFFF))?;
    let order = text(vm, if cfg!(target_endian = "little") { "little" } else { "big" })?;
    put(vm, dict, "byteorder", order)?;
    let style = text(vm, "short")?;
    put(vm, dict, "float_repr_style", style)
}

fn fill_flags(vm: &mut Vm, dict: Gc<Dict>, config: &Config) -> PyResult<()> {
    let n = |v: u8| Value::int32(v.into());
    let b = |v: bool| Value::int32(v.into());
    let dev = config.x_options.iter().any(|x| x == "dev");
    let random =
        std::env::var("PYTHONHASHSEED").map_or(true, |s| s != "0") || config.ignore_environment;
    let warn_encoding = config.x_options.iter().any(|x| x == "warn_default_encoding");
    let flags = FLAGS.make(
        vm,
        &[
            Value::ZERO,
            b(config.inspect),
            b(config.interactive),
            n(config.optimize),
            b(config.dont_write_bytecode),
            b(config.no_user_site || config.isolated),
            b(config.no_site),
            b(config.ignore_environment || config.isolated),
            n(config.verbose),
            n(config.bytes_warning),
            b(config.quiet),
            b(random),
            b(config.isolated),
            Value::from_bool(dev),
            Value::ZERO,
            b(warn_encoding),
            Value::from_bool(config.safe_path || config.isolated),
            Value::int32(4300),
            Value::int32(1),
            Value::ZERO,
            Value::ZERO,
        ],
    )?;
    put(vm, dict, "flags", flags)?;
    put(vm, dict, "dont_write_bytecode", config.dont_write_bytecode.into())?;
    put(vm, dict, "pycache_prefix", Value::NONE)
}

/// The prefix that the library appears to be under.
fn prefix() -> &'static str {
    let directory = library::library().map_or("/usr/local/lib/python3.14", |l| l.directory);
    directory.strip_suffix("/lib/python3.14").unwrap_or("/usr/local")
}

fn fill_paths(vm: &mut Vm, dict: Gc<Dict>, config: &Config) -> PyResult<()> {
    let executable = text(vm, &config.executable)?;
    put(vm, dict, "executable", executable)?;
    put(vm, dict, "_base_executable", executable)?;
    let own = text(vm, prefix())?;
    for name in ["prefix", "exec_prefix", "base_prefix", "base_exec_prefix"] {
        put(vm, dict, name, own)?;
    }
    let lib = text(vm, "lib")?;
    put(vm, dict, "platlibdir", lib)?;
    let home = match library::library() {
        Some(l) => text(vm, l.directory)?,
        None => Value::NONE,
    };
    put(vm, dict, "_stdlib_dir", home)?;
    let empty: Value = Str::empty().into();
    put(vm, dict, "abiflags", empty)?;
    let framework: Value = Str::empty().into();
    put(vm, dict, "_framework", framework)
}

fn fill_names(vm: &mut Vm, dict: Gc<Dict>) -> PyResult<()> {
    let mut native: Vec<&str> = modules::all().iter().map(|m| m.name).collect();
    native.push("builtins");
    native.sort_unstable();
    let mut names = Tuple::builder(vm, native.len())?;
    for name in &native {
        let name = vm.intern(name)?;
        names.push(vm, name.into());
    }
    let names = names.finish(vm)?;
    put(vm, dict, "builtin_module_names", names.into())?;
    let list = List::new(vm)?;
    for name in native.into_iter().chain(library::entries().iter().map(|e| e.name)) {
        if !name.contains('.') && name != "_structseq" {
            let name = vm.intern(name)?;
            list.push(vm, name.into())?;
        }
    }
    let items = list.to_tuple(vm)?;
    let set = Set::frozen_from_slice(vm, items.items())?;
    put(vm, dict, "stdlib_module_names", set.into())
}

/// Sets `sys.path`.
pub fn start_path(vm: &mut Vm, module: Gc<Module>, config: &Config) -> PyResult<()> {
    let dict = Module::dict(module, vm)?;
    let name = vm.intern("path")?;
    let Some(path) = dict.get_str(name).and_then(|p| p.cast::<List>()) else { return Ok(()) };
    if !config.ignore_environment
        && !config.isolated
        && let Ok(extra) = std::env::var("PYTHONPATH")
    {
        for part in extra.split(':').filter(|_| !extra.is_empty()) {
            let part = if part.is_empty() {
                std::env::current_dir()
                    .map(|d| d.to_string_lossy().into_owned())
                    .unwrap_or_default()
            } else {
                part.to_owned()
            };
            let part = text(vm, &part)?;
            path.push(vm, part)?;
        }
    }
    let home = library::library().map_or("", |l| l.directory);
    for part in
        [format!("{}/lib/python314.zip", prefix()), home.to_owned(), format!("{home}/lib-dynload")]
    {
        let part = text(vm, &part)?;
        path.push(vm, part)?;
    }
    Ok(())
}

/// Imports `warnings` if there are options for it.
pub fn start_warnings(vm: &mut Vm, module: Gc<Module>, config: &Config) -> PyResult<()> {
    let dict = Module::dict(module, vm)?;
    let mut options = config.warnings.clone();
    if !config.ignore_environment
        && !config.isolated
        && let Ok(given) = std::env::var("PYTHONWARNINGS")
        && !given.is_empty()
    {
        let own = std::mem::replace(&mut options, given.split(',').map(str::to_owned).collect());
        options.extend(own);
    }
    if options.is_empty() {
        return Ok(());
    }
    let list = texts(vm, &options)?;
    put(vm, dict, "warnoptions", list.into())?;
    (vm.hooks.import)(vm, "warnings").map(|_| ())
}

/// Type and text of an exception, for messages of last resort.
pub fn describe(vm: &mut Vm, exception: Value) -> String {
    let class = class_name(exception).to_string();
    match vm.str_of(exception) {
        Ok(s) if s.byte_len() > 0 => format!("{class}: {}", s.text()),
        Ok(_) => class,
        Err(_) => {
            vm.clear_raised();
            class
        }
    }
}

/// Passes an exception that can't be raised to `sys.unraisablehook`.
pub fn unraisable(vm: &mut Vm, exception: Value, message: &str, object: Value) {
    let done = (|| {
        let traceback =
            exception.cast::<BaseException>().map_or(Value::NONE, |e| e.traceback.get());
        let class: Value = objects::types::class_of(exception).into();
        let message = if message.is_empty() { Value::NONE } else { text(vm, message)? };
        let args = HOOK_ARGS.make(vm, &[class, exception, traceback, message, object])?;
        match crate::running::sys_attr(vm, "unraisablehook")?.filter(|h| !h.is_none()) {
            Some(hook) => vm.call(hook, &[args]).map(|_| ()),
            None => module::unraisablehook(vm, args),
        }
    })();
    if done.is_err() {
        let second = vm.take_raised();
        let shown = describe(vm, second);
        eprintln!("Exception ignored in sys.unraisablehook: {shown}");
    }
}

/// The module.
#[pymodule(
    name = "sys",
    doc = "This module provides access to some objects used or maintained by the\ninterpreter and to functions that interact strongly with the interpreter."
)]
pub mod module {
    use super::*;
    use crate::root::Root;
    use interp::frameobj;
    use objects::types::class_of;

    static ASYNC_FIRST: Root = Root::new();
    static ASYNC_LAST: Root = Root::new();

    /// Return the current exception that is being handled.
    #[function]
    fn exception(vm: &mut Vm) -> Value {
        vm.handled
    }

    /// Return current exception information: (type, value, traceback).
    #[function]
    fn exc_info(vm: &mut Vm) -> PyResult<Value> {
        let e = vm.handled;
        let items = match e.cast::<BaseException>() {
            Some(b) => [class_of(e).into(), e, b.traceback.get()],
            None => [Value::NONE; 3],
        };
        Ok(Tuple::from_slice(vm, &items)?.into())
    }

    /// Exit the interpreter by raising SystemExit(status).
    #[function(sig = "($module, status=None, /)")]
    fn exit(vm: &mut Vm, #[default(Value::NONE)] status: Value) -> PyResult<Value> {
        let tuple = status.cast::<Tuple>();
        let args: &[Value] = match &tuple {
            _ if status.is_none() => &[],
            Some(t) => t.items(),
            None => &[status],
        };
        Err(vm.raise_with(&exceptions::SYSTEM_EXIT, args))
    }

    /// Return the current value of the recursion limit.
    #[function]
    fn getrecursionlimit(vm: &mut Vm) -> i32 {
        vm.recursion_limit
    }

    /// Set the maximum depth of the Python interpreter stack to n.
    #[function]
    fn setrecursionlimit(vm: &mut Vm, limit: i32) -> PyResult<()> {
        if limit < 1 {
            return Err(
                vm.value_error(format_args!("recursion limit must be greater or equal than 1"))
            );
        }
        let depth = interp::run::depth(vm);
        if limit as usize <= depth {
            return Err(vm.recursion_error(format_args!(
                "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
            )));
        }
        interp::run::set_recursion_limit(vm, limit as usize);
        Ok(())
    }

    /// Return the size of object in bytes.
    #[function(sig = "($module, /, object, default=<unrepresentable>)")]
    fn getsizeof(vm: &mut Vm, object: Value, default: Option<Value>) -> PyResult<Value> {
        let name = vm.intern("__sizeof__")?;
        let size = match vm.call_special(object, name, &[])? {
            Some(size) => vm.index(size),
            None => Err(vm
                .type_error(format_args!("Type {} doesn't define __sizeof__", class_name(object)))),
        };
        match (size, default) {
            (Err(_), Some(default)) if vm.raised_matches(&exceptions::TYPE_ERROR) => {
                vm.clear_raised();
                Ok(default)
            }
            (Ok(size), _) => vm.binary(objects::protocol::BinaryOp::Add, size, Value::int32(16)),
            (Err(r), _) => Err(r),
        }
    }

    /// Return the reference count of object: there are none here, so a large number.
    #[function]
    fn getrefcount(object: Value) -> i64 {
        let _ = object;
        i64::from(u32::MAX)
    }

    /// ``Intern'' the given string.
    #[function]
    fn intern(vm: &mut Vm, string: Value) -> PyResult<Value> {
        match string.exact::<Str>() {
            Some(s) => Ok(objects::intern::intern(vm, s)?.into()),
            None if string.cast::<Str>().is_some() => {
                Err(vm.type_error(format_args!("can't intern {}", class_name(string))))
            }
            None => Err(vm.type_error(format_args!(
                "intern() argument must be str, not {}",
                class_name(string)
            ))),
        }
    }

    /// Return True if the given string is "interned".
    #[function]
    fn _is_interned(string: Gc<Str>) -> bool {
        string.is_interned()
    }

    /// Return True if the given object is "immortal".
    #[function]
    fn _is_immortal(op: Value) -> bool {
        !op.is_heap()
    }

    /// Return a frame object from the call stack.
    #[function(sig = "($module, depth=0, /)")]
    fn _getframe(vm: &mut Vm, depth: i32) -> PyResult<Value> {
        match frameobj::current(vm, usize::try_from(depth).unwrap_or(0))? {
            Some(frame) => Ok(frame.into()),
            None => Err(vm.value_error(format_args!("call stack is not deep enough"))),
        }
    }

    /// Return the name of the module for a calling frame.
    #[function(sig = "($module, /, depth=0)")]
    fn _getframemodulename(vm: &mut Vm, depth: i32) -> PyResult<Value> {
        match frameobj::current(vm, usize::try_from(depth).unwrap_or(0))? {
            Some(frame) => Ok(frame.func.module.get()),
            None => Ok(Value::NONE),
        }
    }

    /// Return a dict mapping each thread's thread id to its current stack frame.
    #[function]
    fn _current_frames(vm: &mut Vm) -> PyResult<Value> {
        let dict = Dict::new(vm)?;
        if let Some(frame) = frameobj::current(vm, 0)? {
            let id = crate::thread::ident();
            let id = objects::int::from_u64(vm, id)?;
            dict.set(vm, id, frame.into())?;
        }
        Ok(dict.into())
    }

    /// Return a dict mapping each thread's identifier to its current raised exception.
    #[function]
    fn _current_exceptions(vm: &mut Vm) -> PyResult<Value> {
        let dict = Dict::new(vm)?;
        let id = crate::thread::ident();
        let id = objects::int::from_u64(vm, id)?;
        let handled = vm.handled;
        dict.set(vm, id, handled)?;
        Ok(dict.into())
    }

    /// Return the current default encoding used by the Unicode implementation.
    #[function]
    fn getdefaultencoding() -> &'static str {
        "utf-8"
    }

    /// Return the encoding used to convert Unicode filenames to OS filenames.
    #[function]
    fn getfilesystemencoding() -> &'static str {
        "utf-8"
    }

    /// Return the error mode used for Unicode to OS filename conversion.
    #[function]
    fn getfilesystemencodeerrors() -> &'static str {
        "surrogateescape"
    }

    /// Return True if Python is exiting.
    #[function]
    fn is_finalizing() -> bool {
        crate::atexit::is_finalizing()
    }

    /// Return the current thread switch interval; see sys.setswitchinterval().
    #[function]
    fn getswitchinterval() -> f64 {
        0.005
    }

    /// Set the ideal thread switching delay inside the Python interpreter.
    #[function]
    fn setswitchinterval(vm: &mut Vm, interval: f64) -> PyResult<()> {
        if interval <= 0.0 {
            return Err(vm.value_error(format_args!("switch interval must be strictly positive")));
        }
        Ok(())
    }

    /// Return the maximum string digits limit for non-binary int<->str conversions.
    #[function]
    fn get_int_max_str_digits(vm: &mut Vm) -> usize {
        vm.rt().int_max_str_digits
    }

    /// Set the maximum string digits limit for non-binary int<->str conversions.
    #[function(sig = "($module, /, maxdigits)")]
    fn set_int_max_str_digits(vm: &mut Vm, maxdigits: i32) -> PyResult<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(vm.value_error(format_args!("maxdigits must be 0 or larger than 640")));
        }
        vm.rt().int_max_str_digits = maxdigits as usize;
        Ok(())
    }

    /// Passes the event to any hooks that are attached.
    #[function(sig = "($module, event, /, *args)")]
    fn audit(vm: &mut Vm, event: Value, args: &[Value]) -> PyResult<()> {
        let Some(event) = event.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "expected str for argument 'event', not {}",
                class_name(event)
            )));
        };
        let Some(hooks) = AUDIT.get(vm).and_then(|h| h.cast::<List>()) else { return Ok(()) };
        let args: Value = Tuple::from_slice(vm, args)?.into();
        let mut i = 0;
        while let Some(hook) = hooks.get(i) {
            vm.call(hook, &[event.into(), args])?;
            i += 1;
        }
        Ok(())
    }

    static AUDIT: Root = Root::new();

    /// Adds a new audit hook callback.
    #[function(sig = "($module, /, hook)")]
    fn addaudithook(vm: &mut Vm, hook: Value) -> PyResult<()> {
        let hooks = AUDIT.get_or(vm, |vm| Ok(List::new(vm)?.into()))?;
        match hooks.cast::<List>() {
            Some(list) => list.push(vm, hook),
            None => Ok(()),
        }
    }

    /// Private function for clearing certain descriptors from a type's dictionary.
    #[function]
    fn _clear_type_descriptors(vm: &mut Vm, r#type: Value) -> PyResult<()> {
        let Some(class) = r#type.cast::<objects::types::Type>() else {
            return Err(vm.type_error(format_args!(
                "_clear_type_descriptors() argument must be type, not {}",
                objects::types::class_name(r#type)
            )));
        };
        if class.has(objects::def::TypeFlags::IMMUTABLE) {
            return Err(vm.type_error(format_args!("argument is immutable")));
        }
        for name in ["__dict__", "__weakref__"] {
            let name = vm.intern(name)?;
            if class.dict.remove_str(vm, name)?.is_some() {
                objects::types::Type::modified(class, vm);
            }
        }
        Ok(())
    }

    /// Clear the internal type lookup cache.
    #[function]
    fn _clear_type_cache(vm: &mut Vm) {
        vm.heap().collect(heap::CollectKind::Minor);
    }

    /// Clear all internal performance-related caches.
    #[function]
    fn _clear_internal_caches(vm: &mut Vm) {
        vm.heap().collect(heap::CollectKind::Minor);
    }

    /// Return the number of memory blocks currently allocated.
    #[function]
    fn getallocatedblocks() -> i64 {
        0
    }

    /// Return the number of elements of the unicode interned dictionary
    #[function(sig = "($module, /, *, _only_immortal=False)")]
    fn getunicodeinternedsize(vm: &mut Vm, _only_immortal: bool) -> usize {
        vm.rt().interned.len()
    }

    /// Return True if the GIL is currently enabled and False if not.
    #[function]
    fn _is_gil_enabled() -> bool {
        true
    }

    /// Return True if remote debugging is enabled, False otherwise.
    #[function]
    fn is_remote_debug_enabled() -> bool {
        false
    }

    /// Return whether a stack profiler trampoline is active.
    #[function]
    fn is_stack_trampoline_active() -> bool {
        false
    }

    /// Set the trace function of this thread.
    #[function]
    fn settrace(vm: &mut Vm, function: Value) {
        interp::monitor::set(vm, interp::monitor::Which::Trace, function);
    }

    /// Return the global debug tracing function set with sys.settrace.
    #[function]
    fn gettrace(vm: &mut Vm) -> Value {
        interp::state(vm).monitor.function(interp::monitor::Which::Trace)
    }

    /// Set the profiling function.
    #[function]
    fn setprofile(vm: &mut Vm, function: Value) {
        interp::monitor::set(vm, interp::monitor::Which::Profile, function);
    }

    /// Return the profiling function set with sys.setprofile.
    #[function]
    fn getprofile(vm: &mut Vm) -> Value {
        interp::state(vm).monitor.function(interp::monitor::Which::Profile)
    }

    /// Call func(*args), while tracing is enabled.
    #[function]
    fn call_tracing(vm: &mut Vm, func: Value, args: Gc<Tuple>) -> PyResult<Value> {
        vm.call(func, args.items())
    }

    /// Set a finalizer for async generators objects.
    #[function(
        sig = "($module, /, firstiter=<unrepresentable>, finalizer=<unrepresentable>)",
        no_text
    )]
    fn set_asyncgen_hooks(
        vm: &mut Vm,
        firstiter: Option<Value>,
        finalizer: Option<Value>,
    ) -> PyResult<()> {
        for (name, hook) in [("firstiter", firstiter), ("finalizer", finalizer)] {
            if let Some(hook) = hook
                && !hook.is_none()
                && !vm.is_callable(hook)
            {
                return Err(vm.type_error(format_args!(
                    "callable {name} expected, got {}",
                    class_name(hook)
                )));
            }
        }
        if let Some(hook) = firstiter {
            ASYNC_FIRST.set(vm, hook)?;
        }
        if let Some(hook) = finalizer {
            ASYNC_LAST.set(vm, hook)?;
        }
        Ok(())
    }

    /// Return the installed asynchronous generators hooks.
    #[function]
    fn get_asyncgen_hooks(vm: &mut Vm) -> PyResult<Value> {
        let first = ASYNC_FIRST.get(vm).unwrap_or(Value::NONE);
        let last = ASYNC_LAST.get(vm).unwrap_or(Value::NONE);
        ASYNCGEN_HOOKS.make(vm, &[first, last])
    }

    /// Check status of origin tracking for coroutine objects in this thread.
    #[function]
    fn get_coroutine_origin_tracking_depth() -> i64 {
        0
    }

    /// Enable or disable origin tracking for coroutine objects in this thread.
    #[function(sig = "($module, /, depth)")]
    fn set_coroutine_origin_tracking_depth(vm: &mut Vm, depth: i32) -> PyResult<()> {
        if depth < 0 {
            return Err(vm.value_error(format_args!("depth must be >= 0")));
        }
        Ok(())
    }

    /// Print an object to sys.stdout and also save it in builtins._
    #[function]
    fn displayhook(vm: &mut Vm, object: Value) -> PyResult<()> {
        if object.is_none() {
            return Ok(());
        }
        let builtins = vm.rt().builtins;
        let underscore = vm.intern("_")?;
        vm.setitem(builtins, underscore.into(), Value::NONE)?;
        let out = crate::running::sys_attr(vm, "stdout")?;
        let Some(out) = out.filter(|o| !o.is_none()) else {
            return Err(vm.runtime_error(format_args!("lost sys.stdout")));
        };
        let shown = vm.repr(object)?;
        let write = vm.intern("write")?;
        if vm.call_method(out, write, &[shown.into()]).is_err() {
            if !vm.raised_matches(&exceptions::UNICODE_ENCODE_ERROR) {
                return Err(objects::vm::Raised);
            }
            vm.clear_raised();
            let escaped: Value =
                Str::new(vm, &shown.text().to_str_lossy().escape_default().to_string())?.into();
            vm.call_method(out, write, &[escaped])?;
        }
        let newline: Value = vm.intern("\n")?.into();
        vm.call_method(out, write, &[newline])?;
        vm.setitem(builtins, underscore.into(), object)
    }

    /// Handle an exception by displaying it with a traceback on sys.stderr.
    #[function]
    fn excepthook(vm: &mut Vm, exctype: Value, value: Value, traceback: Value) -> PyResult<()> {
        let _ = exctype;
        if let Some(e) = value.cast::<BaseException>()
            && !traceback.is_none()
        {
            e.traceback.set(e, vm.heap(), traceback);
        }
        print_exception(vm, value)
    }

    /// Prints an exception as an uncaught one is printed.
    pub fn print_exception(vm: &mut Vm, value: Value) -> PyResult<()> {
        let printed = (|| {
            let module = (vm.hooks.import)(vm, "traceback")?;
            let name = vm.intern("_print_exception_bltin")?;
            vm.call_method(module, name, &[value]).map(|_| ())
        })();
        match printed {
            Ok(()) => Ok(()),
            Err(_) => {
                vm.clear_raised();
                let shown = describe(vm, value);
                write_stderr(vm, &format!("{shown}\n"))
            }
        }
    }

    fn write_stderr(vm: &mut Vm, message: &str) -> PyResult<()> {
        let Some(file) = crate::running::sys_attr(vm, "stderr")?.filter(|f| !f.is_none()) else {
            eprint!("{message}");
            return Ok(());
        };
        let message: Value = Str::new(vm, message)?.into();
        let write = vm.intern("write")?;
        vm.call_method(file, write, &[message]).map(|_| ())
    }

    /// Handle an unraisable exception.
    #[function]
    pub fn unraisablehook(vm: &mut Vm, unraisable: Value) -> PyResult<()> {
        let message = vm.getattr_str(unraisable, "err_msg")?;
        let object = vm.getattr_str(unraisable, "object")?;
        let value = vm.getattr_str(unraisable, "exc_value")?;
        let mut line = match message.cast::<Str>() {
            Some(m) => m.text().to_str_lossy().into_owned(),
            None => "Exception ignored in".to_owned(),
        };
        if !object.is_none() {
            let shown = vm.repr_for_message(object);
            line.push_str(": ");
            line.push_str(&shown);
            write_stderr(vm, &format!("{line}\n"))?;
        } else if message.is_none() {
            write_stderr(vm, "Exception ignored in: <unknown>\n")?;
        } else {
            write_stderr(vm, &format!("{line}:\n"))?;
        }
        print_exception(vm, value)
    }

    /// This hook function is called by built-in breakpoint().
    #[function(sig = "($module, *args, **kws)")]
    fn breakpointhook(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let name = std::env::var("PYTHONBREAKPOINT").ok().filter(|n| !n.is_empty());
        let name = name.unwrap_or_else(|| "pdb.set_trace".to_owned());
        if name == "0" {
            return Ok(Value::NONE);
        }
        let (module, attribute) = name.rsplit_once('.').unwrap_or(("builtins", &name));
        let found = match (vm.hooks.import)(vm, module) {
            Ok(module) => vm.getattr_str(module, attribute),
            Err(r) => Err(r),
        };
        match found {
            Ok(hook) => vm.call_kw(hook, args, kwnames),
            Err(_) => {
                vm.clear_raised();
                vm.warn(
                    &exceptions::RUNTIME_WARNING,
                    format_args!("Ignoring unimportable $PYTHONBREAKPOINT: \"{name}\""),
                    0,
                )?;
                Ok(Value::NONE)
            }
        }
    }

    /// Print low-level information about the state of the memory allocator.
    #[function]
    fn _debugmallocstats() {}

    /// The flags of dlopen() calls.
    #[function]
    fn getdlopenflags() -> i32 {
        libc::RTLD_NOW
    }

    #[function]
    fn setdlopenflags(flags: i32) {
        let _ = flags;
    }

    /// Private function for getting PyConfig.cpu_count
    #[function]
    fn _get_cpu_count_config() -> i64 {
        -1
    }
}

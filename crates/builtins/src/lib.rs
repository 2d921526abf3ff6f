//! The module `builtins`: its functions, and the builtin types that the interpreter needn't know.
//!
//! What needs the compiler or the frames (`compile`, `exec`, `globals`, …) goes through [`Hooks`], filled by the crate
//! that puts the runtime together.

mod anext;
mod build_class;
mod functions;
mod memoryview;
mod namespace;
mod order;
mod reflect;
mod running;
mod sum;
mod template;
pub mod typing;

pub use namespace::SimpleNamespace;

use heap::Gc;
use objects::def::{ModuleDef, TypeDef};
use objects::dict::Dict;
use objects::exceptions;
use objects::module::Module;
use objects::str::Str;
use objects::types;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::sync::OnceLock;

/// What `builtins` needs of compiler and interpreter.
pub struct Hooks {
    /// `compile(source, filename, mode, flags, optimize)`: a code object, or an AST if `flags` say so.
    pub compile: fn(&mut Vm, &CompileRequest) -> PyResult<Value>,
    /// Runs a code object with globals (a dict) and locals (any mapping), and a closure tuple or UNDEF.
    pub run: fn(&mut Vm, Value, Gc<Dict>, Value, Value) -> PyResult<Value>,
    /// The running frame's globals.
    pub globals: fn(&mut Vm) -> PyResult<Value>,
    /// `locals()` of the running frame.
    pub locals: fn(&mut Vm) -> PyResult<Value>,
    /// `__import__(name, globals, locals, fromlist, level)`
    pub import: fn(&mut Vm, Value, Value, Value, Value, Value) -> PyResult<Value>,
    /// The `from __future__` features of the running frame's code.
    pub features: fn(&mut Vm) -> u32,
}

/// What is to be compiled.
pub enum Source {
    /// Text, as bytes of UTF-8 (`is_str`: it came as a str) or of whatever encoding it declares. Without null bytes.
    Text {
        /// The bytes.
        bytes: Vec<u8>,
        /// No encoding is looked for.
        is_str: bool,
    },
    /// Something else, which should be an AST; the hook says if it isn't.
    Object(Value),
}

/// The arguments of `compile()`, checked.
pub struct CompileRequest {
    /// What is compiled.
    pub source: Source,
    /// The file's name.
    pub filename: Gc<Str>,
    /// `exec`, `eval`, `single` or `func_type`.
    pub mode: String,
    /// `flags`, with the inherited features.
    pub flags: u32,
    /// 0 to 2, or -1 for the interpreter's own level.
    pub optimize: i32,
    /// `_feature_version`, or -1.
    pub feature_version: i32,
}

static HOOKS: OnceLock<&'static Hooks> = OnceLock::new();

fn hooks(vm: &mut Vm) -> PyResult<&'static Hooks> {
    match HOOKS.get() {
        Some(h) => Ok(h),
        None => Err(vm.system_error(format_args!("builtins are not initialised"))),
    }
}

/// Makes the module `builtins`, whose dictionary all frames look names up in, and the types that no module shows.
pub fn start(vm: &mut Vm, hooks: &'static Hooks) -> PyResult<()> {
    HOOKS.get_or_init(|| hooks);
    provide(vm);
    for def in TYPES {
        types::ready(vm, def)?;
    }
    typing::parameter::start(vm)?;
    memoryview::start(vm)?;
    let module = objects::module::create_module(vm, &functions::MODULE)?;
    let dict = Module::dict(module, vm)?;
    let name: Value = vm.intern("builtins")?.into();
    for function in PARTS.iter().flat_map(|part| part.functions) {
        let f = objects::native::NativeFunction::of_module(vm, function, module.into(), name)?;
        set(vm, dict, function.name, f.into())?;
    }
    let public = types::core::ALL.iter().map(|def| def()).filter(|def| is_public(def.name));
    for def in public.chain([memoryview::MemoryView::__DEF]).chain(exceptions::all()) {
        set(vm, dict, def.name, def.object().into())?;
    }
    let group = exceptions::exception_group(vm);
    let constants = [
        ("ExceptionGroup", group.into()),
        ("EnvironmentError", exceptions::OS_ERROR.object().into()),
        ("IOError", exceptions::OS_ERROR.object().into()),
        ("None", Value::NONE),
        ("True", Value::TRUE),
        ("False", Value::FALSE),
        ("Ellipsis", objects::singletons::ellipsis()),
        ("NotImplemented", objects::singletons::not_implemented()),
        ("__debug__", Value::TRUE),
    ];
    for (name, v) in constants {
        set(vm, dict, name, v)?;
    }
    vm.rt().builtins = dict.into();
    if let Some(modules) = vm.rt().modules.cast::<Dict>() {
        set(vm, modules, "builtins", module.into())?;
    }
    Ok(())
}

/// The types here that other modules make instances of, bases first.
const TYPES: &[&TypeDef] = &[
    anext::AnextAwaitable::__DEF,
    namespace::SimpleNamespace::__DEF,
    template::Template::__DEF,
    template::Interpolation::__DEF,
    template::TemplateIter::__DEF,
    typing::alias::GenericAlias::__DEF,
    typing::alias::GenericAliasIterator::__DEF,
    typing::union::Union::__DEF,
    typing::evaluator::ConstEvaluator::__DEF,
    typing::parameter::NoDefaultType::__DEF,
    typing::typevar::TypeVar::__DEF,
    typing::paramspec::ParamSpec::__DEF,
    typing::paramspec::ParamSpecArgs::__DEF,
    typing::paramspec::ParamSpecKwargs::__DEF,
    typing::typevartuple::TypeVarTuple::__DEF,
    typing::type_alias::TypeAliasType::__DEF,
    typing::generic::Generic::__DEF,
];

/// Gives the object model what it needs of the types here, besides what the interpreter has given it.
fn provide(vm: &mut Vm) {
    let hooks = objects::vm::Hooks {
        generic_alias: typing::alias::generic_alias,
        union: typing::union::or,
        template: template::build,
        interpolation: template::interpolation,
        typing_intrinsic: typing::module::intrinsic,
        ..*vm.hooks
    };
    // One table for the process, which lives as long as the runtime: for ever.
    vm.hooks = Box::leak(Box::new(hooks));
}

/// The parts of the module in files of their own.
const PARTS: &[&ModuleDef] =
    &[&build_class::MODULE, &order::MODULE, &reflect::MODULE, &running::MODULE, &sum::MODULE];

/// Types that are builtins under their own name.
fn is_public(name: &str) -> bool {
    const HIDDEN: &[&str] = &[
        "NoneType",
        "ellipsis",
        "NotImplementedType",
        "builtin_function_or_method",
        "function",
        "code",
        "method",
        "wrapper_descriptor",
        "method_descriptor",
        "classmethod_descriptor",
        "getset_descriptor",
        "member_descriptor",
        "method-wrapper",
        "cell",
        "module",
        "frame",
        "traceback",
        "generator",
        "coroutine",
        "async_generator",
    ];
    !HIDDEN.contains(&name)
        && !name.contains('.')
        && !name.contains("iterator")
        && !name.starts_with("dict_")
        && name != "mappingproxy"
}

fn set(vm: &mut Vm, dict: Gc<Dict>, name: &str, v: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    dict.set_str(vm, name, v)
}

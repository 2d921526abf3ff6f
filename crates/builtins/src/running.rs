//! Functions about running code: `compile`, `eval`, `exec`, `globals`, `locals`.

use macros::pymodule;

/// Bits of `compile`'s `flags`.
mod flag {
    /// Ask for an AST.
    pub const ONLY_AST: u32 = 0x400;
    /// All that may be given: features (`CO_FUTURE_…`), the obsolete `CO_NESTED`, and those of the compiler.
    pub const KNOWN: u32 = 0x1FE_0000 | 0x10 | 0x200 | ONLY_AST | 0x1000 | 0x2000 | 0x4000 | 0x8000;
}

#[pymodule(name = "builtins")]
pub mod running_module {
    use super::flag;
    use crate::{CompileRequest, Source, hooks};
    use heap::Gc;
    use objects::bytes::{Bytes, buffer_of};
    use objects::cell::Cell;
    use objects::code::Code;
    use objects::dict::Dict;
    use objects::exceptions;
    use objects::module::Module;
    use objects::str::{Str, codec};
    use objects::tuple::Tuple;
    use objects::types::{class_name, class_of};
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    /// The text of a str or bytes-like object; `None` for anything else.
    fn text_of(vm: &mut Vm, source: Value) -> PyResult<Option<(Vec<u8>, bool)>> {
        let (bytes, is_str) = if let Some(s) = source.cast::<Str>() {
            let Some(text) = s.text().as_str() else {
                return Err(exceptions::unicode::surrogates_not_allowed(vm, "utf-8", s));
            };
            (copied(vm, text.as_bytes())?, true)
        } else if let Some(view) = buffer_of(vm, source)? {
            (copied(vm, view.bytes())?, false)
        } else {
            return Ok(None);
        };
        if bytes.contains(&0) {
            return Err(vm.raise(
                &exceptions::SYNTAX_ERROR,
                format_args!("source code string cannot contain null bytes"),
            ));
        }
        Ok(Some((bytes, is_str)))
    }

    fn copied(vm: &mut Vm, bytes: &[u8]) -> PyResult<Vec<u8>> {
        let mut out = Vec::new();
        if out.try_reserve_exact(bytes.len()).is_err() {
            return Err(vm.memory_error());
        }
        out.extend_from_slice(bytes);
        Ok(out)
    }

    /// A file name given as str, bytes or path object.
    fn file_name(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
        let path = if v.cast::<Str>().is_some() || v.cast::<Bytes>().is_some() {
            v
        } else {
            let name = vm.intern("__fspath__")?;
            match vm.call_special(v, name, &[])? {
                Some(path) => path,
                None => {
                    return Err(vm.type_error(format_args!(
                        "expected str, bytes or os.PathLike object, not {}",
                        class_name(v)
                    )));
                }
            }
        };
        let text = if let Some(s) = path.cast::<Str>() {
            s
        } else if let Some(bytes) = path.cast::<Bytes>() {
            let encoding = Str::new(vm, "utf-8")?;
            let errors = Str::new(vm, "surrogateescape")?;
            codec::decode(vm, bytes, Some(encoding), Some(errors))?
        } else {
            return Err(vm.type_error(format_args!(
                "expected {}.__fspath__() to return str or bytes, not {}",
                class_name(v),
                class_name(path)
            )));
        };
        if text.as_bytes().contains(&0) {
            return Err(vm.value_error(format_args!("embedded null character")));
        }
        Ok(text)
    }

    fn check_mode(vm: &mut Vm, mode: &str, flags: u32) -> PyResult<()> {
        let only_ast = flags & flag::ONLY_AST != 0;
        match mode {
            "exec" | "eval" | "single" => Ok(()),
            "func_type" if only_ast => Ok(()),
            "func_type" => Err(vm.value_error(format_args!(
                "compile() mode 'func_type' requires flag PyCF_ONLY_AST"
            ))),
            _ if only_ast => Err(vm.value_error(format_args!(
                "compile() mode must be 'exec', 'eval', 'single' or 'func_type'"
            ))),
            _ => {
                Err(vm
                    .value_error(format_args!("compile() mode must be 'exec', 'eval' or 'single'")))
            }
        }
    }

    /// Compile source into a code object that can be executed by exec() or eval().
    ///
    /// The source code may represent a Python module, statement or expression.
    /// The filename will be used for run-time error messages.
    /// The mode must be 'exec' to compile a module, 'single' to compile a
    /// single (interactive) statement, or 'eval' to compile an expression.
    /// The flags argument, if present, controls which future statements influence
    /// the compilation of the code.
    /// The dont_inherit argument, if true, stops the compilation inheriting
    /// the effects of any future statements in effect in the code calling
    /// compile; if absent or false these statements do influence the compilation,
    /// in addition to any features explicitly specified.
    // One argument for each of Python's.
    #[allow(clippy::too_many_arguments)]
    #[function(
        sig = "($module, /, source, filename, mode, flags=0,\n        dont_inherit=False, optimize=-1, *, _feature_version=-1)"
    )]
    fn compile(
        vm: &mut Vm,
        source: Value,
        filename: Value,
        mode: String,
        #[default(0)] flags: i32,
        #[default(false)] dont_inherit: bool,
        #[default(-1)] optimize: i32,
        #[default(-1)] _feature_version: i32,
    ) -> PyResult<Value> {
        let filename = file_name(vm, filename)?;
        let mut flags = flags.cast_unsigned();
        if flags & !flag::KNOWN != 0 {
            return Err(vm.value_error(format_args!("compile(): unrecognised flags")));
        }
        if !(-1..=2).contains(&optimize) {
            return Err(vm.value_error(format_args!("compile(): invalid optimize value")));
        }
        let hooks = hooks(vm)?;
        if !dont_inherit {
            flags |= (hooks.features)(vm);
        }
        check_mode(vm, &mode, flags)?;
        let source = match text_of(vm, source)? {
            Some((bytes, is_str)) => Source::Text { bytes, is_str },
            None => Source::Object(source),
        };
        let request = CompileRequest {
            source,
            filename,
            mode,
            flags,
            optimize,
            feature_version: _feature_version,
        };
        (hooks.compile)(vm, &request)
    }

    /// Whether subscription is possible, which is all that is asked of a namespace.
    fn is_mapping(v: Value) -> bool {
        class_of(v).slots().getitem.is_some()
    }

    /// The namespaces of `eval` and `exec`: those given, else those of the caller.
    fn namespaces(
        vm: &mut Vm,
        name: &str,
        globals: Option<Value>,
        locals: Option<Value>,
    ) -> PyResult<(Gc<Dict>, Value)> {
        let (globals, locals) = match globals {
            Some(g) => (g, locals.unwrap_or(g)),
            None => {
                let hooks = hooks(vm)?;
                let globals = (hooks.globals)(vm)?;
                let locals = match locals {
                    Some(l) => l,
                    None => (hooks.locals)(vm)?,
                };
                (globals, locals)
            }
        };
        let Some(globals) = globals.cast::<Dict>() else {
            return Err(
                vm.system_error(format_args!("{name}(): the globals of the caller are no dict"))
            );
        };
        let key = vm.names().__builtins__;
        if globals.get_name(vm, key)?.is_none() {
            let builtins = caller_builtins(vm)?;
            globals.set_str(vm, key, builtins)?;
        }
        Ok((globals, locals))
    }

    /// The builtins that the running code sees.
    fn caller_builtins(vm: &mut Vm) -> PyResult<Value> {
        let key = vm.names().__builtins__;
        let given = match (vm.hooks.globals)(vm).and_then(|g| g.cast::<Dict>()) {
            Some(globals) => globals.get_name(vm, key)?,
            None => None,
        };
        match given {
            Some(v) if v.cast::<Dict>().is_some() => Ok(v),
            Some(v) => match v.cast::<Module>() {
                Some(m) => Ok(Module::dict(m, vm)?.into()),
                None => Ok(vm.rt().builtins),
            },
            None => Ok(vm.rt().builtins),
        }
    }

    /// Compiles a text for `eval` or `exec`.
    fn compile_text(vm: &mut Vm, name: &str, source: Value, mode: &str) -> PyResult<Value> {
        let Some((bytes, is_str)) = text_of(vm, source)? else {
            return Err(vm.type_error(format_args!(
                "{name}() arg 1 must be a string, bytes or code object"
            )));
        };
        let bytes = match mode {
            "eval" => bytes
                .iter()
                .position(|b| !matches!(b, b' ' | b'\t'))
                .map_or_else(Vec::new, |at| bytes[at..].to_vec()),
            _ => bytes,
        };
        let filename = Str::new(vm, "<string>")?;
        let hooks = hooks(vm)?;
        let flags = (hooks.features)(vm);
        let source = Source::Text { bytes, is_str };
        let request = CompileRequest {
            source,
            filename,
            mode: mode.to_owned(),
            flags,
            optimize: -1,
            feature_version: -1,
        };
        (hooks.compile)(vm, &request)
    }

    /// Evaluate the given source in the context of globals and locals.
    ///
    /// The source may be a string representing a Python expression
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    #[function(sig = "($module, source, /, globals=None, locals=None)")]
    fn eval(
        vm: &mut Vm,
        source: Value,
        globals: Option<Value>,
        locals: Option<Value>,
    ) -> PyResult<Value> {
        if locals.is_some_and(|l| !is_mapping(l)) {
            return Err(vm.type_error(format_args!("locals must be a mapping")));
        }
        if let Some(g) = globals
            && g.cast::<Dict>().is_none()
        {
            return Err(match is_mapping(g) {
                true => vm.type_error(format_args!(
                    "globals must be a real dict; try eval(code, {{}}, mapping)"
                )),
                false => vm.type_error(format_args!("globals must be a dict")),
            });
        }
        let (globals, locals) = namespaces(vm, "eval", globals, locals)?;
        let code = match source.cast::<Code>() {
            Some(code) if code.free_count() > 0 => {
                return Err(vm.type_error(format_args!(
                    "code object passed to eval() may not contain free variables"
                )));
            }
            Some(_) => source,
            None => compile_text(vm, "eval", source, "eval")?,
        };
        (hooks(vm)?.run)(vm, code, globals, locals, Value::UNDEF)
    }

    /// Execute the given source in the context of globals and locals.
    ///
    /// The source may be a string representing one or more Python statements
    /// or a code object as returned by compile().
    /// The globals must be a dictionary and locals can be any mapping,
    /// defaulting to the current globals and locals.
    /// If only globals is given, locals defaults to it.
    /// The closure must be a tuple of cellvars, and can only be used
    /// when source is a code object requiring exactly that many cellvars.
    #[function(sig = "($module, source, /, globals=None, locals=None, *, closure=None)")]
    fn exec(
        vm: &mut Vm,
        source: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        closure: Option<Value>,
    ) -> PyResult<()> {
        if let Some(g) = globals
            && g.cast::<Dict>().is_none()
        {
            return Err(
                vm.type_error(format_args!("exec() globals must be a dict, not {}", class_name(g)))
            );
        }
        if let Some(l) = locals
            && !is_mapping(l)
        {
            return Err(vm.type_error(format_args!(
                "locals must be a mapping or None, not {}",
                class_name(l)
            )));
        }
        let (globals, locals) = namespaces(vm, "exec", globals, locals)?;
        let code = match source.cast::<Code>() {
            Some(code) => {
                check_closure(vm, code, closure)?;
                source
            }
            None if closure.is_some() => {
                return Err(vm.type_error(format_args!(
                    "closure can only be used when source is a code object"
                )));
            }
            None => compile_text(vm, "exec", source, "exec")?,
        };
        (hooks(vm)?.run)(vm, code, globals, locals, closure.unwrap_or(Value::UNDEF))?;
        Ok(())
    }

    fn check_closure(vm: &mut Vm, code: Gc<Code>, closure: Option<Value>) -> PyResult<()> {
        let wanted = code.free_count();
        if wanted == 0 {
            return match closure {
                None => Ok(()),
                Some(_) => {
                    Err(vm.type_error(format_args!("cannot use a closure with this code object")))
                }
            };
        }
        let fits = closure.and_then(|c| c.exact::<Tuple>()).is_some_and(|cells| {
            cells.len() == wanted && cells.items().iter().all(|c| c.exact::<Cell>().is_some())
        });
        match fits {
            true => Ok(()),
            false => Err(vm.type_error(format_args!(
                "code object requires a closure of exactly length {wanted}"
            ))),
        }
    }

    /// Return the dictionary containing the current scope's global variables.
    ///
    /// NOTE: Updates to this dictionary *will* affect name lookups in the current
    /// global scope and vice-versa.
    #[function(sig = "($module, /)")]
    fn globals(vm: &mut Vm) -> PyResult<Value> {
        (hooks(vm)?.globals)(vm)
    }

    /// Return a dictionary containing the current scope's local variables.
    ///
    /// NOTE: Whether or not updates to this dictionary will affect name lookups in
    /// the local scope and vice-versa is *implementation dependent* and not
    /// covered by any backwards compatibility guarantees.
    #[function(sig = "($module, /)")]
    fn locals(vm: &mut Vm) -> PyResult<Value> {
        (hooks(vm)?.locals)(vm)
    }
}

pub use running_module::MODULE;

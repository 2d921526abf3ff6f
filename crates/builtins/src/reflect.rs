//! Functions that look into objects, and those that only pass on to a module: attributes, classes, `dir`, `__import__`,
//! `input`, `open`.

use macros::pymodule;

#[pymodule(name = "builtins")]
pub mod reflect_module {
    use crate::hooks;
    use heap::Gc;
    use objects::args::positional;
    use objects::list::List;
    use objects::protocol::to_list;
    use objects::str::Str;
    use objects::types::{class_name, class_of};
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    /// An attribute's name as it came from Python, interned.
    fn attribute(vm: &mut Vm, name: Value) -> PyResult<Gc<Str>> {
        match name.cast::<Str>() {
            Some(s) => objects::intern::intern(vm, s),
            None => Err(vm.type_error(format_args!(
                "attribute name must be string, not '{}'",
                class_name(name)
            ))),
        }
    }

    /// The positional arguments of a function without keywords that takes from `min` to `max` of them.
    fn counted<'a>(
        vm: &mut Vm,
        name: &str,
        args: &'a [Value],
        kwnames: Value,
        (min, max): (usize, usize),
    ) -> PyResult<&'a [Value]> {
        if !kwnames.is_undef() && positional(args, kwnames).len() != args.len() {
            return Err(vm.type_error(format_args!("{name}() takes no keyword arguments")));
        }
        let s = |n: usize| if n == 1 { "" } else { "s" };
        if args.len() < min {
            let least = if min == max { "" } else { "at least " };
            return Err(vm.type_error(format_args!(
                "{name} expected {least}{min} argument{}, got {}",
                s(min),
                args.len()
            )));
        }
        if args.len() > max {
            let most = if min == max { "" } else { "at most " };
            return Err(vm.type_error(format_args!(
                "{name} expected {most}{max} argument{}, got {}",
                s(max),
                args.len()
            )));
        }
        Ok(args)
    }

    /// getattr(object, name[, default]) -> value
    ///
    /// Get a named attribute from an object; getattr(x, 'y') is equivalent to x.y.
    /// When a default argument is given, it is returned when the attribute doesn't
    /// exist; without it, an exception is raised in that case.
    #[function(no_text)]
    fn getattr(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = counted(vm, "getattr", args, kwnames, (2, 3))?;
        let name = attribute(vm, args[1])?;
        match args.get(2) {
            None => vm.getattr(args[0], name),
            Some(default) => Ok(vm.getattr_opt(args[0], name)?.unwrap_or(*default)),
        }
    }

    /// Return whether the object has an attribute with the given name.
    ///
    /// This is done by calling getattr(obj, name) and catching AttributeError.
    #[function(sig = "($module, obj, name, /)")]
    fn hasattr(vm: &mut Vm, obj: Value, name: Value) -> PyResult<bool> {
        let name = attribute(vm, name)?;
        Ok(vm.getattr_opt(obj, name)?.is_some())
    }

    /// Sets the named attribute on the given object to the specified value.
    ///
    /// setattr(x, 'y', v) is equivalent to ``x.y = v``
    #[function(sig = "($module, obj, name, value, /)")]
    fn setattr(vm: &mut Vm, obj: Value, name: Value, value: Value) -> PyResult<()> {
        let name = attribute(vm, name)?;
        vm.setattr(obj, name, value)
    }

    /// Deletes the named attribute from the given object.
    ///
    /// delattr(x, 'y') is equivalent to ``del x.y``
    #[function(sig = "($module, obj, name, /)")]
    fn delattr(vm: &mut Vm, obj: Value, name: Value) -> PyResult<()> {
        let name = attribute(vm, name)?;
        vm.delattr(obj, name)
    }

    /// Return whether an object is an instance of a class or of a subclass thereof.
    ///
    /// A tuple, as in ``isinstance(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``isinstance(x, A) or isinstance(x, B)
    /// or ...`` etc.
    #[function(sig = "($module, obj, class_or_tuple, /)")]
    fn isinstance(vm: &mut Vm, obj: Value, class_or_tuple: Value) -> PyResult<bool> {
        vm.is_instance(obj, class_or_tuple)
    }

    /// Return whether 'cls' is derived from another class or is the same class.
    ///
    /// A tuple, as in ``issubclass(x, (A, B, ...))``, may be given as the target to
    /// check against. This is equivalent to ``issubclass(x, A) or issubclass(x, B)
    /// or ...``.
    #[function(sig = "($module, cls, class_or_tuple, /)")]
    fn issubclass(vm: &mut Vm, cls: Value, class_or_tuple: Value) -> PyResult<bool> {
        vm.is_subclass(cls, class_or_tuple)
    }

    /// dir([object]) -> list of strings
    ///
    /// If called without an argument, return the names in the current scope.
    /// Else, return an alphabetized list of names comprising (some of) the attributes
    /// of the given object, and of attributes reachable from it.
    /// If the object supplies a method named __dir__, it will be used; otherwise
    /// the default dir() logic is used and returns:
    ///   for a module object: the module's attributes.
    ///   for a class object:  its attributes, and recursively the attributes
    ///     of its bases.
    ///   for any other object: its attributes, its class's attributes, and
    ///     recursively the attributes of its class's base classes.
    #[function(no_text)]
    fn dir(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<List>> {
        let args = counted(vm, "dir", args, kwnames, (0, 1))?;
        let names = match args.first() {
            Some(obj) => {
                let dir = vm.names().__dir__;
                match vm.call_special(*obj, dir, &[])? {
                    Some(names) => names,
                    None => {
                        return Err(vm.type_error(format_args!("object does not provide __dir__")));
                    }
                }
            }
            None => {
                let scope = (hooks(vm)?.locals)(vm)?;
                let keys = vm.names().keys;
                vm.call_method(scope, keys, &[])?
            }
        };
        let list = to_list(vm, names)?;
        list.sort(vm, None, false)?;
        Ok(list)
    }

    /// vars([object]) -> dictionary
    ///
    /// Without arguments, equivalent to locals().
    /// With an argument, equivalent to object.__dict__.
    #[function(no_text)]
    fn vars(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = counted(vm, "vars", args, kwnames, (0, 1))?;
        let Some(obj) = args.first() else { return (hooks(vm)?.locals)(vm) };
        let name = vm.names().__dict__;
        match vm.getattr_opt(*obj, name)? {
            Some(d) => Ok(d),
            None => {
                Err(vm.type_error(format_args!("vars() argument must have __dict__ attribute")))
            }
        }
    }

    /// Import a module.
    ///
    /// Because this function is meant for use by the Python
    /// interpreter and not for general use, it is better to use
    /// importlib.import_module() to programmatically import a module.
    ///
    /// The globals argument is only used to determine the context;
    /// they are not modified.  The locals argument is unused.  The fromlist
    /// should be a list of names to emulate ``from name import ...``, or an
    /// empty list to emulate ``import name``.
    /// When importing a module from a package, note that __import__('A.B', ...)
    /// returns package A when fromlist is empty, but its submodule B when
    /// fromlist is not empty.  The level argument is used to determine whether to
    /// perform absolute or relative imports: 0 is absolute, while a positive number
    /// is the number of parent directories to search relative to the current module.
    #[function(
        sig = "($module, /, name, globals=None, locals=None, fromlist=(),\n           level=0)"
    )]
    fn __import__(
        vm: &mut Vm,
        name: Value,
        globals: Option<Value>,
        locals: Option<Value>,
        fromlist: Option<Value>,
        #[default(0)] level: i32,
    ) -> PyResult<Value> {
        if name.cast::<Str>().is_none() {
            return Err(vm.type_error(format_args!("module name must be a string")));
        }
        let none = |v: Option<Value>| v.unwrap_or(Value::NONE);
        let fromlist = fromlist.unwrap_or(objects::tuple::Tuple::empty().into());
        (hooks(vm)?.import)(vm, name, none(globals), none(locals), fromlist, Value::int32(level))
    }

    /// The stream `sys.name`; an error when it is missing or None.
    fn stream(vm: &mut Vm, name: &str) -> PyResult<Value> {
        let sys = (vm.hooks.import)(vm, "sys")?;
        let key = vm.intern(name)?;
        match vm.getattr_opt(sys, key)? {
            Some(v) if !v.is_none() => Ok(v),
            _ => Err(vm.runtime_error(format_args!("input(): lost sys.{name}"))),
        }
    }

    fn call_named(vm: &mut Vm, o: Value, name: &str, args: &[Value]) -> PyResult<Value> {
        let name = vm.intern(name)?;
        vm.call_method(o, name, args)
    }

    /// Read a string from standard input.  The trailing newline is stripped.
    ///
    /// The prompt string, if given, is printed to standard output without a
    /// trailing newline before reading input.
    ///
    /// If the user hits EOF (*nix: Ctrl-D, Windows: Ctrl-Z+Return), raise EOFError.
    /// On *nix systems, readline is used if available.
    #[function(sig = "($module, prompt='', /)")]
    fn input(vm: &mut Vm, prompt: Option<Value>) -> PyResult<Value> {
        let stdin = stream(vm, "stdin")?;
        let stdout = stream(vm, "stdout")?;
        let stderr = stream(vm, "stderr")?;
        // What was written so far must be on the screen before the prompt.
        if call_named(vm, stderr, "flush", &[]).is_err() {
            vm.clear_raised();
        }
        if let Some(prompt) = prompt {
            let text = vm.str_of(prompt)?;
            call_named(vm, stdout, "write", &[text.into()])?;
        }
        if call_named(vm, stdout, "flush", &[]).is_err() {
            vm.clear_raised();
        }
        let line = call_named(vm, stdin, "readline", &[])?;
        let Some(line) = line.cast::<Str>() else {
            return Err(vm.type_error(format_args!("object.readline() returned non-string")));
        };
        if line.byte_len() == 0 {
            return Err(vm.eof_error(format_args!("EOF when reading a line")));
        }
        match line.as_bytes().strip_suffix(b"\n") {
            None => Ok(line.into()),
            Some(rest) => {
                let end = rest.len();
                match line.text().get_bytes(0..end) {
                    Some(kept) => Ok(Str::from_text(vm, kept)?.into()),
                    None => Ok(line.into()),
                }
            }
        }
    }

    /// Call sys.breakpointhook(*args, **kws).  sys.breakpointhook() must accept
    /// whatever arguments are passed.
    ///
    /// By default, this drops you into the pdb debugger.
    #[function(sig = "($module, /, *args, **kws)")]
    fn breakpoint(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let sys = (vm.hooks.import)(vm, "sys")?;
        let name = vm.intern("breakpointhook")?;
        match vm.getattr_opt(sys, name)? {
            Some(hook) => vm.call_kw(hook, args, kwnames),
            None => Err(vm.runtime_error(format_args!("lost sys.breakpointhook"))),
        }
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    #[function(
        sig = "($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let io = (vm.hooks.import)(vm, "_io")?;
        let f = vm.getattr_str(io, "open")?;
        vm.call_kw(f, args, kwnames)
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[function(sig = "($module, aiterator, default=<unrepresentable>, /)")]
    fn anext(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = counted(vm, "anext", args, kwnames, (1, 2))?;
        let it = args[0];
        let Some(f) = class_of(it).slots().anext else {
            return Err(
                vm.type_error(format_args!("'{}' object is not an async iterator", class_name(it)))
            );
        };
        let awaitable = f(vm, it)?;
        match args.get(1) {
            None => Ok(awaitable),
            Some(default) => {
                Ok(crate::anext::AnextAwaitable::create(vm, awaitable, *default)?.into())
            }
        }
    }
}

pub use reflect_module::MODULE;

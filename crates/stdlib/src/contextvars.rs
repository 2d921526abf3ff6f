//! `_contextvars`: context-local state (PEP 567).
//!
//! A context is a dict from variables to values, copied when a context is copied. The current context of the thread is a root.

use macros::pymodule;

/// The module.
#[pymodule(name = "_contextvars", doc = "Context Variables")]
pub mod module {
    use crate::root::Root;
    use heap::{Field, Gc};
    use macros::{pymethods, pytype};
    use objects::dict::Dict;
    use objects::exceptions;
    use objects::str::Str;
    use objects::types::class_name;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::cell::Cell;

    static CURRENT: Root = Root::new();

    /// Context variables and their values.
    #[pytype(name = "_contextvars.Context", flags(WEAKREF))]
    pub struct Context {
        values: Field<Gc<Dict>>,
        previous: Field<Value>,
        entered: Cell<bool>,
    }

    fn current(vm: &mut Vm) -> PyResult<Gc<Context>> {
        if let Some(c) = CURRENT.get(vm).and_then(|c| c.cast::<Context>()) {
            return Ok(c);
        }
        let values = Dict::new(vm)?;
        let context =
            Context::create(vm, Field::new(values), Field::new(Value::NONE), Cell::new(true))?;
        CURRENT.set(vm, context.into())?;
        Ok(context)
    }

    fn copy_of(vm: &mut Vm, context: Gc<Context>) -> PyResult<Gc<Context>> {
        let values = context.values.get().copy(vm)?;
        Context::create(vm, Field::new(values), Field::new(Value::NONE), Cell::new(false))
    }

    /// Return a shallow copy of the current context.
    #[function]
    fn copy_context(vm: &mut Vm) -> PyResult<Value> {
        let context = current(vm)?;
        Ok(copy_of(vm, context)?.into())
    }

    #[pymethods]
    impl Context {
        #[slot(new, sig = "()")]
        fn new(_cls: Gc<objects::types::Type>, vm: &mut Vm) -> PyResult<Gc<Self>> {
            let values = Dict::new(vm)?;
            Context::create(vm, Field::new(values), Field::new(Value::NONE), Cell::new(false))
        }

        /// Runs callable(*args, **kwargs) in the context.
        #[method(sig = "($self, callable, /, *args, **kwargs)", no_text)]
        fn run(this: Value, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
            let Some(this) = this.cast::<Context>() else { return Ok(Value::NONE) };
            let Some((&callable, rest)) = args.split_first() else {
                return Err(
                    vm.type_error(format_args!("run() missing 1 required positional argument"))
                );
            };
            if this.entered.get() {
                let shown = vm.repr_for_message(this.into());
                return Err(vm.runtime_error(format_args!(
                    "cannot enter context: {shown} is already entered"
                )));
            }
            let before = current(vm)?;
            this.entered.set(true);
            CURRENT.set(vm, this.into())?;
            let result = vm.call_kw(callable, rest, kwnames);
            this.entered.set(false);
            CURRENT.set(vm, before.into())?;
            result
        }

        /// Return a shallow copy of the context object.
        #[method]
        fn copy(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
            copy_of(vm, this)
        }

        /// Return the value for `key` if `key` has the value in the context object.
        #[method(sig = "($self, key, default=None, /)")]
        fn get(
            this: Gc<Self>,
            vm: &mut Vm,
            key: Value,
            #[default(Value::NONE)] default: Value,
        ) -> PyResult<Value> {
            let key = variable(vm, key)?;
            Ok(this.values.get().get(vm, key)?.unwrap_or(default))
        }

        /// Return all variables in the context object.
        #[method]
        fn keys(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            let name = vm.intern("keys")?;
            vm.call_method(this.values.get().into(), name, &[])
        }

        /// Return a list of all variables' values in the context object.
        #[method]
        fn values(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            let name = vm.intern("values")?;
            vm.call_method(this.values.get().into(), name, &[])
        }

        /// Return all variables and their values in the context object.
        #[method]
        fn items(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            let name = vm.intern("items")?;
            vm.call_method(this.values.get().into(), name, &[])
        }

        #[slot(getitem)]
        fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
            let key = variable(vm, key)?;
            match this.values.get().get(vm, key)? {
                Some(v) => Ok(v),
                None => Err(vm.key_error(key)),
            }
        }

        #[slot(contains)]
        fn contains(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<bool> {
            let key = variable(vm, key)?;
            this.values.get().contains(vm, key)
        }

        #[slot(len)]
        fn len(this: Gc<Self>) -> usize {
            this.values.get().len()
        }

        #[slot(iter)]
        fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            vm.iter(this.values.get().into())
        }
    }

    fn variable(vm: &mut Vm, key: Value) -> PyResult<Value> {
        match key.cast::<ContextVar>() {
            Some(_) => Ok(key),
            None => {
                let shown = vm.repr_for_message(key);
                Err(vm.type_error(format_args!("a ContextVar key was expected, got {shown}")))
            }
        }
    }

    /// A context variable.
    #[pytype(name = "_contextvars.ContextVar")]
    pub struct ContextVar {
        name: Gc<Str>,
        /// UNDEF for none.
        default: Value,
    }

    #[pymethods]
    impl ContextVar {
        #[slot(new, sig = "(name, *, default=<unrepresentable>)")]
        fn new(
            _cls: Gc<objects::types::Type>,
            vm: &mut Vm,
            name: Value,
            default: Option<Value>,
        ) -> PyResult<Gc<Self>> {
            let Some(name) = name.cast::<Str>() else {
                return Err(vm.type_error(format_args!("context variable name must be a str")));
            };
            ContextVar::create(vm, name, default.unwrap_or(Value::UNDEF))
        }

        /// Return a value for the context variable for the current context.
        #[method(sig = "($self, default=<unrepresentable>, /)")]
        fn get(this: Gc<Self>, vm: &mut Vm, default: Option<Value>) -> PyResult<Value> {
            let context = current(vm)?;
            if let Some(v) = context.values.get().get(vm, this.into())? {
                return Ok(v);
            }
            match default.or(this.default.defined()) {
                Some(v) => Ok(v),
                None => Err(vm.raise_with(&exceptions::LOOKUP_ERROR, &[this.into()])),
            }
        }

        /// Call to set a new value for the context variable in the current context.
        #[method]
        fn set(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<Gc<Token>> {
            let context = current(vm)?;
            let old = context.values.get().get(vm, this.into())?.unwrap_or(Value::UNDEF);
            // Copies share nothing: a context is copied as a whole.
            context.values.get().set(vm, this.into(), value)?;
            Token::create(vm, context, this, old, Cell::new(false))
        }

        /// Reset the context variable.
        #[method]
        fn reset(this: Gc<Self>, vm: &mut Vm, token: Value) -> PyResult<()> {
            let Some(token) = token.cast::<Token>() else {
                return Err(vm.type_error(format_args!(
                    "expected an instance of Token, got {}",
                    class_name(token)
                )));
            };
            restore(vm, token, Some(this))
        }

        /// See PEP 585
        #[classmethod(sig = "($type, object, /)", no_text)]
        fn __class_getitem__(
            cls: Gc<objects::types::Type>,
            vm: &mut Vm,
            object: Value,
        ) -> PyResult<Value> {
            (vm.hooks.generic_alias)(vm, cls.into(), object)
        }

        #[getter(member)]
        fn name(this: Gc<Self>) -> Gc<Str> {
            this.name
        }

        #[slot(repr)]
        fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
            let name = vm.repr(this.name.into())?;
            let at = this.addr();
            match this.default.defined() {
                Some(default) => {
                    let default = vm.repr(default)?;
                    Str::from_fmt(
                        vm,
                        format_args!(
                            "<ContextVar name={} default={} at {at:#x}>",
                            name.text(),
                            default.text()
                        ),
                    )
                }
                None => {
                    Str::from_fmt(vm, format_args!("<ContextVar name={} at {at:#x}>", name.text()))
                }
            }
        }
    }

    fn restore(vm: &mut Vm, token: Gc<Token>, variable: Option<Gc<ContextVar>>) -> PyResult<()> {
        let shown = |vm: &mut Vm| vm.repr_for_message(token.into());
        if token.used.get() {
            let text = shown(vm);
            return Err(vm.runtime_error(format_args!("{text} has already been used once")));
        }
        if variable.is_some_and(|v| v != token.variable) {
            let text = shown(vm);
            return Err(
                vm.value_error(format_args!("{text} was created by a different ContextVar"))
            );
        }
        let context = current(vm)?;
        if context != token.context {
            let text = shown(vm);
            return Err(vm.value_error(format_args!("{text} was created in a different Context")));
        }
        token.used.set(true);
        let values = context.values.get();
        match token.old.defined() {
            Some(old) => values.set(vm, token.variable.into(), old),
            None => values.remove(vm, token.variable.into()).map(|_| ()),
        }
    }

    /// What `ContextVar.set` gives, to undo it.
    #[pytype(name = "_contextvars.Token", flags(NO_NEW))]
    pub struct Token {
        context: Gc<Context>,
        variable: Gc<ContextVar>,
        /// UNDEF for none.
        old: Value,
        used: Cell<bool>,
    }

    static MISSING: Root = Root::new();

    /// The marker of a variable that had no value.
    #[pytype(name = "Token.MISSING", flags(NO_NEW))]
    pub struct Missing {}

    #[pymethods]
    impl Missing {
        #[slot(repr)]
        fn repr(_this: Gc<Self>) -> &'static str {
            "<Token.MISSING>"
        }
    }

    fn missing(vm: &mut Vm) -> PyResult<Value> {
        MISSING.get_or(vm, |vm| {
            objects::types::ready(vm, <Missing as objects::layout::Object>::def())?;
            Ok(Missing::create(vm)?.into())
        })
    }

    #[pymethods]
    impl Token {
        #[getter]
        fn var(this: Gc<Self>) -> Gc<ContextVar> {
            this.variable
        }

        #[getter]
        fn old_value(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            match this.old.defined() {
                Some(v) => Ok(v),
                None => missing(vm),
            }
        }

        #[constant(name = "MISSING")]
        fn missing_constant(vm: &mut Vm) -> PyResult<Value> {
            missing(vm)
        }

        /// Enter into Token context manager.
        #[method]
        fn __enter__(this: Gc<Self>) -> Gc<Self> {
            this
        }

        /// Exit from Token context manager, restore the linked ContextVar.
        #[method]
        fn __exit__(
            this: Gc<Self>,
            vm: &mut Vm,
            r#type: Value,
            val: Value,
            tb: Value,
        ) -> PyResult<()> {
            let _ = (r#type, val, tb);
            restore(vm, this, None)
        }

        /// See PEP 585
        #[classmethod(sig = "($type, object, /)", no_text)]
        fn __class_getitem__(
            cls: Gc<objects::types::Type>,
            vm: &mut Vm,
            object: Value,
        ) -> PyResult<Value> {
            (vm.hooks.generic_alias)(vm, cls.into(), object)
        }

        #[slot(repr)]
        fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
            let variable = vm.repr(this.variable.into())?;
            let used = if this.used.get() { " used" } else { "" };
            Str::from_fmt(
                vm,
                format_args!("<Token{used} var={} at {:#x}>", variable.text(), this.addr()),
            )
        }
    }
}

//! `__build_class__`, which the `class` statement calls.

use macros::pymodule;

#[pymodule(name = "builtins")]
pub mod build_class_module {
    use crate::hooks;
    use heap::Gc;
    use objects::args::positional;
    use objects::cell::Cell;
    use objects::code::Function;
    use objects::dict::Dict;
    use objects::list::List;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::types::{self, Type, class_name, class_of};
    use objects::value::Value;
    use objects::vm::{PyResult, Raised, Vm};

    /// __build_class__(func, name, /, *bases, [metaclass], **kwds) -> class
    ///
    /// Internal helper function used by the class statement.
    #[function(no_text)]
    fn __build_class__(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let given = positional(args, kwnames);
        let [body, name, bases @ ..] = given else {
            return Err(vm.type_error(format_args!("__build_class__: not enough arguments")));
        };
        let Some(body) = body.exact::<Function>() else {
            return Err(vm.type_error(format_args!("__build_class__: func must be a function")));
        };
        if name.cast::<Str>().is_none() {
            return Err(vm.type_error(format_args!("__build_class__: name is not a string")));
        }
        let name = *name;
        let original = Tuple::from_slice(vm, bases)?;
        let bases = resolve_bases(vm, original)?;
        let keywords = Keywords::read(vm, args, kwnames)?;
        let meta = metaclass(vm, keywords.metaclass, bases)?;
        let namespace = prepare(vm, meta, name, bases, &keywords)?;
        let cell = run_body(vm, body, namespace)?;
        if bases != original {
            let key = vm.intern("__orig_bases__")?;
            vm.setitem(namespace, key.into(), original.into())?;
        }
        let cls = keywords.call(vm, meta, &[name, bases.into(), namespace])?;
        check_cell(vm, cell, cls, name)?;
        Ok(cls)
    }

    /// The keyword arguments of the class statement, `metaclass` aside.
    struct Keywords {
        metaclass: Option<Value>,
        names: Value,
        values: Gc<List>,
    }

    impl Keywords {
        fn read(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Keywords> {
            let values = List::new(vm)?;
            let names = List::new(vm)?;
            let mut metaclass = None;
            if let Some(all) = kwnames.cast::<Tuple>() {
                let given = &args[positional(args, kwnames).len()..];
                for (word, v) in all.items().iter().zip(given) {
                    if word.cast::<Str>().is_some_and(|w| *w.text() == *"metaclass") {
                        metaclass = Some(*v);
                    } else {
                        names.push(vm, *word)?;
                        values.push(vm, *v)?;
                    }
                }
            }
            let names = if names.len() == 0 { Value::UNDEF } else { names.to_tuple(vm)?.into() };
            Ok(Keywords { metaclass, names, values })
        }

        /// `f(*args, **keywords)`
        fn call(&self, vm: &mut Vm, f: Value, args: &[Value]) -> PyResult<Value> {
            let mut all = vm.root_vec()?;
            let pushed = all.extend_from_slice(args);
            vm.grow(pushed)?;
            let mut i = 0;
            while let Some(v) = self.values.get(i) {
                let pushed = all.push(v);
                vm.grow(pushed)?;
                i += 1;
            }
            vm.call_kw(f, all.as_slice(), self.names)
        }
    }

    /// The bases, with those that aren't classes replaced by what their `__mro_entries__` gives. Without such the very
    /// same tuple.
    fn resolve_bases(vm: &mut Vm, bases: Gc<Tuple>) -> PyResult<Gc<Tuple>> {
        let entries = vm.names().__mro_entries__;
        let mut resolved: Option<Gc<List>> = None;
        for (i, base) in bases.items().iter().enumerate() {
            let method = match base.cast::<Type>() {
                Some(_) => None,
                None => vm.getattr_opt(*base, entries)?,
            };
            let Some(method) = method else {
                if let Some(list) = resolved {
                    list.push(vm, *base)?;
                }
                continue;
            };
            let replacement = vm.call(method, &[bases.into()])?;
            let Some(replacement) = replacement.cast::<Tuple>() else {
                return Err(vm.type_error(format_args!("__mro_entries__ must return a tuple")));
            };
            let list = match resolved {
                Some(list) => list,
                None => List::from_slice(vm, &bases.items()[..i])?,
            };
            list.extend_from_slice(vm, replacement.items())?;
            resolved = Some(list);
        }
        match resolved {
            Some(list) => list.to_tuple(vm),
            None => Ok(bases),
        }
    }

    fn metaclass(vm: &mut Vm, given: Option<Value>, bases: Gc<Tuple>) -> PyResult<Value> {
        let meta = match (given, bases.get(0)) {
            (Some(meta), _) => meta,
            (None, Some(base)) => class_of(base).into(),
            (None, None) => types::core::TYPE().object().into(),
        };
        match meta.cast::<Type>() {
            Some(meta) => Ok(types::winner_metaclass(vm, meta, bases.items())?.into()),
            None => Ok(meta),
        }
    }

    /// The namespace the body runs in: what the metaclass's `__prepare__` gives, else a new dict.
    fn prepare(
        vm: &mut Vm,
        meta: Value,
        name: Value,
        bases: Gc<Tuple>,
        keywords: &Keywords,
    ) -> PyResult<Value> {
        let key = vm.names().__prepare__;
        let Some(f) = vm.getattr_opt(meta, key)? else { return Ok(Dict::new(vm)?.into()) };
        let namespace = keywords.call(vm, f, &[name, bases.into()])?;
        if class_of(namespace).slots().getitem.is_some() {
            return Ok(namespace);
        }
        let returned = class_name(namespace);
        Err(match meta.cast::<Type>() {
            Some(meta) => vm.type_error(format_args!(
                "{}.__prepare__() must return a mapping, not {returned}",
                meta.display_name()
            )),
            None => vm.type_error(format_args!(
                "<metaclass>.__prepare__() must return a mapping, not {returned}"
            )),
        })
    }

    /// Runs the class body; it returns the cell behind `__class__`, if there is one.
    fn run_body(vm: &mut Vm, body: Gc<Function>, namespace: Value) -> PyResult<Value> {
        let closure = match body.closure.get() {
            v if v.is_none() => Value::UNDEF,
            v => v,
        };
        (hooks(vm)?.run)(vm, body.code.get().into(), body.globals, namespace, closure)
    }

    /// The metaclass must have filled the cell with the class that it returns.
    fn check_cell(vm: &mut Vm, cell: Value, cls: Value, name: Value) -> PyResult<()> {
        let (Some(cell), Some(_)) = (cell.exact::<Cell>(), cls.cast::<Type>()) else {
            return Ok(());
        };
        let held = cell.value.get();
        if held == cls { Ok(()) } else { Err(wrong_cell(vm, held, cls, name)) }
    }

    #[cold]
    fn wrong_cell(vm: &mut Vm, held: Value, cls: Value, name: Value) -> Raised {
        let (Ok(name), Ok(shown)) = (vm.repr(name), vm.repr(cls)) else { return Raised };
        let Some(held) = held.defined() else {
            return vm.runtime_error(format_args!(
                "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                name.text(),
                shown.text()
            ));
        };
        match vm.repr(held) {
            Ok(held) => vm.type_error(format_args!(
                "__class__ set to {} defining {} as {}",
                held.text(),
                name.text(),
                shown.text()
            )),
            Err(r) => r,
        }
    }
}

pub use build_class_module::MODULE;

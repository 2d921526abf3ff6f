//! `partial` and its `Placeholder`.

use crate::root::Root;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::args::{KwArgs, positional};
use objects::dict::Dict;
use objects::method::Method;
use objects::protocol::to_tuple;
use objects::str::{Builder, Str};
use objects::tuple::Tuple;
use objects::types::{Type, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::cell::Cell;

static PLACEHOLDER: Root = Root::new();

/// The value `Placeholder`.
pub fn placeholder(vm: &mut Vm) -> PyResult<Value> {
    PLACEHOLDER.get_or(vm, |vm| Ok(PlaceholderType::create(vm)?.into()))
}

fn is_placeholder(v: Value) -> bool {
    v.exact::<PlaceholderType>().is_some()
}

/// The type of the Placeholder constant.
///
/// Used as a placeholder for partial arguments.
#[pytype(name = "functools._PlaceholderType", signature = "")]
pub struct PlaceholderType {}

#[pymethods]
impl PlaceholderType {
    #[slot(new)]
    fn new_object(_cls: Gc<Type>, vm: &mut Vm, args: &[Value], _kwnames: Value) -> PyResult<Value> {
        if !args.is_empty() {
            return Err(vm.type_error(format_args!("PlaceholderType takes no arguments")));
        }
        placeholder(vm)
    }

    #[slot(repr)]
    fn repr(_this: Gc<Self>) -> &'static str {
        "Placeholder"
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(_this: Gc<Self>) -> &'static str {
        "Placeholder"
    }
}

/// Create a new function with partial application of the given arguments
/// and keywords.
#[pytype(
    name = "functools.partial",
    flags(BASETYPE, DICT, WEAKREF, METHOD_DESCRIPTOR),
    signature = "(func, /, *args, **keywords)"
)]
pub struct Partial {
    func: Field<Value>,
    args: Field<Gc<Tuple>>,
    keywords: Field<Gc<Dict>>,
    /// How many of `args` are placeholders.
    open: Cell<usize>,
}

fn open_count(args: &[Value]) -> usize {
    args.iter().filter(|a| is_placeholder(**a)).count()
}

/// `before` with its placeholders filled from `args`, then the rest of these.
fn filled(vm: &mut Vm, before: Gc<Tuple>, args: &[Value]) -> PyResult<Gc<Tuple>> {
    let mut all = vm.root_vec()?;
    let mut rest = args.iter();
    for arg in before.items() {
        let arg = if is_placeholder(*arg) { rest.next().copied().unwrap_or(*arg) } else { *arg };
        let pushed = all.push(arg);
        vm.grow(pushed)?;
    }
    let pushed = all.extend_from_slice(rest.as_slice());
    vm.grow(pushed)?;
    Tuple::from_slice(vm, all.as_slice())
}

fn is_partial_class(cls: Gc<Type>) -> bool {
    cls == <Partial as objects::layout::Object>::def().object()
}

#[pymethods]
impl Partial {
    #[getter]
    fn __dict__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        objects::attrs::get_dict(vm, this)
    }

    #[setter]
    fn set___dict__(this: Value, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        objects::attrs::set_dict(vm, this, value)
    }

    #[slot(new)]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Self>> {
        let Some((&func, mut given)) = positional(args, kwnames).split_first() else {
            return Err(vm.type_error(format_args!("type 'partial' takes at least one argument")));
        };
        if !vm.is_callable(func) {
            return Err(vm.type_error(format_args!("the first argument must be callable")));
        }
        if given.last().is_some_and(|last| is_placeholder(*last)) {
            return Err(vm.type_error(format_args!("trailing Placeholders are not allowed")));
        }
        let keywords = KwArgs::all(args, kwnames);
        if keywords.iter().any(|(_, value)| is_placeholder(value)) {
            return Err(
                vm.type_error(format_args!("Placeholder cannot be passed as a keyword argument"))
            );
        }
        let mut func = func;
        let dict;
        let own;
        // A partial of a plain partial becomes one.
        match func.exact::<Partial>().filter(|_| is_partial_class(cls)) {
            Some(inner) => {
                func = inner.func.get();
                own = filled(vm, inner.args.get(), given)?;
                given = own.items();
                dict = inner.keywords.get().copy(vm)?;
            }
            None => dict = Dict::new(vm)?,
        }
        for (name, value) in keywords.iter() {
            dict.set(vm, name.into(), value)?;
        }
        let open = open_count(given);
        let stored = Tuple::from_slice(vm, given)?;
        Partial::create_as(
            vm,
            cls,
            Field::new(func),
            Field::new(stored),
            Field::new(dict),
            Cell::new(open),
        )
    }

    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let (func, before, own) = (this.func.get(), this.args.get(), this.keywords.get());
        let given = positional(args, kwnames).len();
        let open = this.open.get();
        if given < open {
            return Err(vm.type_error(format_args!(
                "missing positional arguments in 'partial' call; expected at least {open}, got {given}"
            )));
        }
        if open == 0 && own.len() == 0 {
            const SMALL: usize = 8;
            let (first, total) = (before.items(), before.len() + args.len());
            if total <= SMALL {
                let mut all = [Value::UNDEF; SMALL];
                all[..first.len()].copy_from_slice(first);
                all[first.len()..total].copy_from_slice(args);
                return vm.call_kw(func, &all[..total], kwnames);
            }
        }
        let plain = filled(vm, before, args.get(..given).unwrap_or(&[]))?;
        let merged = own.copy(vm)?;
        for (name, value) in KwArgs::all(args, kwnames).iter() {
            merged.set(vm, name.into(), value)?;
        }
        call_with_dict(vm, func, plain, merged)
    }

    #[slot(descr_get)]
    fn descr_get(this: Gc<Self>, vm: &mut Vm, obj: Value, _cls: Value) -> PyResult<Value> {
        if obj.is_undef() || obj.is_none() {
            return Ok(this.into());
        }
        Ok(Method::bind(vm, this.into(), obj)?.into())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        if !vm.enter_repr(this.into())? {
            return Str::new(vm, "...");
        }
        let shown = show(vm, this);
        vm.leave_repr();
        shown
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let func = this.func.get();
        let maker = Tuple::from_slice(vm, &[func])?;
        let name = vm.names().__dict__;
        let dict = vm.getattr_opt(this.into(), name)?.unwrap_or(Value::NONE);
        let dict =
            if dict.cast::<Dict>().is_some_and(|d| d.len() == 0) { Value::NONE } else { dict };
        let state = Tuple::from_slice(
            vm,
            &[func, this.args.get().into(), this.keywords.get().into(), dict],
        )?;
        Tuple::from_slice(vm, &[class_of(this.into()).into(), maker.into(), state.into()])
    }

    #[method(sig = "($self, state, /)")]
    fn __setstate__(this: Gc<Self>, vm: &mut Vm, state: Value) -> PyResult<()> {
        let Some(state) = state.cast::<Tuple>() else { return Err(bad_state(vm)) };
        let [func, args, keywords, dict] = *state.items() else { return Err(bad_state(vm)) };
        if !vm.is_callable(func) || args.cast::<Tuple>().is_none() {
            return Err(bad_state(vm));
        }
        if !keywords.is_none() && keywords.cast::<Dict>().is_none() {
            return Err(bad_state(vm));
        }
        let args = to_tuple(vm, args)?;
        if args.items().last().is_some_and(|last| is_placeholder(*last)) {
            return Err(vm.type_error(format_args!("trailing Placeholders are not allowed")));
        }
        let keywords = match keywords.cast::<Dict>() {
            Some(dict) if keywords.exact::<Dict>().is_some() => dict,
            Some(dict) => dict.copy(vm)?,
            None => Dict::new(vm)?,
        };
        this.func.set(this, vm.heap(), func);
        this.args.set(this, vm.heap(), args);
        this.keywords.set(this, vm.heap(), keywords);
        this.open.set(open_count(args.items()));
        if !dict.is_none() {
            objects::attrs::set_dict(vm, this.into(), Some(dict))?;
        }
        Ok(())
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }

    /// function object to use in future partial calls
    #[getter(member)]
    fn func(this: Gc<Self>) -> Value {
        this.func.get()
    }

    /// tuple of arguments to future partial calls
    #[getter(member)]
    fn args(this: Gc<Self>) -> Value {
        this.args.get().into()
    }

    /// dictionary of keyword arguments to future partial calls
    #[getter(member)]
    fn keywords(this: Gc<Self>) -> Value {
        this.keywords.get().into()
    }
}

fn bad_state(vm: &mut Vm) -> Raised {
    vm.type_error(format_args!("invalid partial state"))
}

/// `func(*args, **keywords)`
fn call_with_dict(
    vm: &mut Vm,
    func: Value,
    args: Gc<Tuple>,
    keywords: Gc<Dict>,
) -> PyResult<Value> {
    if keywords.len() == 0 {
        return vm.call(func, args.items());
    }
    let mut all = vm.root_vec()?;
    let pushed = all.extend_from_slice(args.items());
    vm.grow(pushed)?;
    let mut names = Tuple::builder(vm, keywords.len())?;
    let mut at = 0;
    while let Some((key, value, _)) = keywords.next_entry(&mut at) {
        names.push(vm, key);
        let pushed = all.push(value);
        vm.grow(pushed)?;
    }
    let names = names.finish(vm)?;
    vm.call_kw(func, all.as_slice(), names.into())
}

fn show(vm: &mut Vm, this: Gc<Partial>) -> PyResult<Gc<Str>> {
    let mut text = Builder::new();
    let name = Type::full_name(class_of(this.into()), vm)?;
    text.push(vm, name.text())?;
    text.push_str(vm, "(")?;
    let func = vm.repr(this.func.get())?;
    text.push(vm, func.text())?;
    let (args, keywords) = (this.args.get(), this.keywords.get());
    for arg in args.items() {
        text.push_str(vm, ", ")?;
        let arg = vm.repr(*arg)?;
        text.push(vm, arg.text())?;
    }
    let mut at = 0;
    while let Some((key, value, _)) = keywords.next_entry(&mut at) {
        text.push_str(vm, ", ")?;
        let key = vm.str_of(key)?;
        text.push(vm, key.text())?;
        text.push_str(vm, "=")?;
        let value = vm.repr(value)?;
        text.push(vm, value.text())?;
    }
    text.push_str(vm, ")")?;
    text.finish(vm)
}

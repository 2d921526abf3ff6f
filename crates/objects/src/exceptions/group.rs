//! Exception groups (PEP 654).

use super::base::{self, BaseException};
use super::{BASE_EXCEPTION, EXCEPTION, create, is_exception_class};
use crate::args::positional;
use crate::dict::Dict;
use crate::list::List;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{self, Type, class_name, is_instance};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};

/// A group of exceptions.
#[pytype(
    name = "BaseExceptionGroup", def = BASE_EXCEPTION_GROUP,
    extends = BaseException,
    base = &BASE_EXCEPTION,
    flags(BASETYPE),
    doc = "A combination of multiple unrelated exceptions."
)]
pub struct BaseExceptionGroup {
    /// The message.
    pub message: Gc<Str>,
    /// The exceptions.
    pub exceptions: Gc<Tuple>,
}

/// Makes `ExceptionGroup`, which has two bases and so is made as a class of Python.
pub(super) fn start(vm: &mut Vm) -> PyResult<()> {
    let name = vm.intern("ExceptionGroup")?;
    let bases =
        Tuple::pair(vm, BaseExceptionGroup::__DEF.object().into(), EXCEPTION.object().into())?;
    let namespace = Dict::new(vm)?;
    let module = vm.intern("builtins")?;
    let key = vm.names().__module__;
    namespace.set_str(vm, key, module.into())?;
    let meta = types::core::TYPE().object();
    let class = types::new_class(vm, meta, name, bases, namespace, (&[], Value::UNDEF))?;
    vm.rt().exception_group = class.into();
    Ok(())
}

/// How exceptions are chosen from a group.
#[derive(Clone, Copy)]
enum Matcher {
    /// A class or a tuple of classes.
    Class(Value),
    /// A predicate.
    Predicate(Value),
}

impl Matcher {
    fn read(vm: &mut Vm, v: Value) -> PyResult<Matcher> {
        let all_classes = |t: Gc<Tuple>| t.items().iter().all(|c| is_exception_class(*c));
        if is_exception_class(v) || v.cast::<Tuple>().is_some_and(all_classes) {
            return Ok(Matcher::Class(v));
        }
        if vm.is_callable(v) && v.cast::<Type>().is_none() {
            return Ok(Matcher::Predicate(v));
        }
        Err(vm.type_error(format_args!(
            "expected an exception type, a tuple of exception types, or a callable (other than a class)"
        )))
    }

    fn matches(self, vm: &mut Vm, exception: Value) -> PyResult<bool> {
        match self {
            Matcher::Class(c) => match c.cast::<Tuple>() {
                Some(classes) => Ok(classes
                    .items()
                    .iter()
                    .any(|c| c.cast::<Type>().is_some_and(|c| is_instance(exception, c)))),
                None => Ok(c.cast::<Type>().is_some_and(|c| is_instance(exception, c))),
            },
            Matcher::Predicate(f) => {
                let r = vm.call(f, &[exception])?;
                vm.truthy(r)
            }
        }
    }
}

/// The exceptions of `this` that match, and (if wanted) the rest; None for an empty part.
fn split(vm: &mut Vm, this: Value, matcher: Matcher, want_rest: bool) -> PyResult<(Value, Value)> {
    vm.check_native_stack(" in exceptiongroup_split_recursive")?;
    if matcher.matches(vm, this)? {
        return Ok((this, Value::NONE));
    }
    let Some(group) = this.cast::<BaseExceptionGroup>() else { return Ok((Value::NONE, this)) };
    let matched = List::new(vm)?;
    let rest = List::new(vm)?;
    for e in group.exceptions.items() {
        let (m, r) = split(vm, *e, matcher, want_rest)?;
        if !m.is_none() {
            matched.push(vm, m)?;
        }
        if want_rest && !r.is_none() {
            rest.push(vm, r)?;
        }
    }
    let matched = subset(vm, group, matched)?;
    let rest = if want_rest { subset(vm, group, rest)? } else { Value::NONE };
    Ok((matched, rest))
}

/// A group like `group` of `exceptions`: made by `derive`, with its metadata.
fn subset(vm: &mut Vm, group: Gc<BaseExceptionGroup>, exceptions: Gc<List>) -> PyResult<Value> {
    if exceptions.len() == 0 {
        return Ok(Value::NONE);
    }
    let name = vm.names().derive;
    let made = vm.call_method(group.into(), name, &[exceptions.into()])?;
    let Some(new) = made.cast::<BaseExceptionGroup>() else {
        return Err(
            vm.type_error(format_args!("derive must return an instance of BaseExceptionGroup"))
        );
    };
    new.base.traceback.set(new, vm.heap(), group.base.traceback.get());
    new.base.context.set(new, vm.heap(), group.base.context.get());
    new.base.cause.set(new, vm.heap(), group.base.cause.get());
    new.base.suppress_context.set(group.base.suppress_context.get());
    let notes = vm.names().__notes__;
    if let Some(list) = vm.getattr_opt(group.into(), notes)?
        && vm.is_sequence(list)
    {
        let copy = crate::protocol::to_list(vm, list)?;
        vm.setattr(made, notes, copy.into())?;
    }
    Ok(made)
}

/// `group.split(matcher)`, for `except*`: (matching, rest), None for an empty part.
pub fn split_by_class(vm: &mut Vm, group: Value, classes: Value) -> PyResult<(Value, Value)> {
    split(vm, group, Matcher::Class(classes), true)
}

fn checked(vm: &mut Vm, cls: Gc<Type>, exceptions: Gc<Tuple>) -> PyResult<Gc<Type>> {
    let mut nested_base = false;
    for (i, e) in exceptions.items().iter().enumerate() {
        if e.cast::<BaseException>().is_none() {
            return Err(vm.value_error(format_args!(
                "Item {i} of second argument (exceptions) is not an exception"
            )));
        }
        nested_base |= !is_instance(*e, EXCEPTION.object());
    }
    let group = super::exception_group(vm);
    if cls == BaseExceptionGroup::__DEF.object() {
        return Ok(if nested_base { cls } else { group });
    }
    if nested_base {
        if cls == group {
            return Err(
                vm.type_error(format_args!("Cannot nest BaseExceptions in an ExceptionGroup"))
            );
        }
        if cls.is_subtype(EXCEPTION.object()) {
            return Err(vm.type_error(format_args!(
                "Cannot nest BaseExceptions in '{}'",
                cls.display_name()
            )));
        }
    }
    Ok(cls)
}

#[pymethods]
impl BaseExceptionGroup {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = positional(args, kwnames);
        let [message, exceptions] = args else {
            return Err(vm.type_error(format_args!(
                "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)",
                args.len()
            )));
        };
        let Some(text) = message.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "BaseExceptionGroup.__new__() argument 1 must be str, not {}",
                class_name(*message)
            )));
        };
        if !vm.is_sequence(*exceptions) {
            return Err(
                vm.type_error(format_args!("second argument (exceptions) must be a sequence"))
            );
        }
        let tuple = crate::protocol::to_tuple(vm, *exceptions)?;
        if tuple.items().is_empty() {
            return Err(vm.value_error(format_args!(
                "second argument (exceptions) must be a non-empty sequence"
            )));
        }
        let cls = checked(vm, cls, tuple)?;
        let own_args = Tuple::from_slice(vm, args)?;
        create::<Self>(vm, cls, (base::parts(own_args), text, tuple))
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        base::no_keywords(vm, this.into(), kwnames)?;
        // SAFETY: it begins with its base.
        base::init_args(vm, unsafe { this.cast() }, args)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        // `args` may have been changed since; it only says which brackets to use.
        let args = Value::from(this).cast::<BaseException>().map(|e| e.args.get());
        let second = args.and_then(|args| args.items().get(1).copied());
        let as_list = second.is_some_and(|a| a.cast::<List>().is_some());
        let members = if as_list {
            let list = crate::protocol::to_list(vm, this.exceptions.into())?;
            vm.repr(list.into())?
        } else {
            vm.repr(this.exceptions.into())?
        };
        let message = vm.repr(this.message.into())?;
        let name = base::short_name(this.into());
        Str::from_fmt(vm, format_args!("{name}({}, {})", message.text(), members.text()))
    }

    #[slot(str)]
    fn str(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let n = this.exceptions.len();
        let s = if n == 1 { "" } else { "s" };
        Str::from_fmt(vm, format_args!("{} ({n} sub-exception{s})", this.message.text()))
    }

    /// exception message
    #[getter(member)]
    fn message(this: Gc<Self>) -> Gc<Str> {
        this.message
    }

    /// nested exceptions
    #[getter(member)]
    fn exceptions(this: Gc<Self>) -> Gc<Tuple> {
        this.exceptions
    }

    #[method(sig = "($self, excs, /)", no_text)]
    fn derive(this: Gc<Self>, vm: &mut Vm, excs: Value) -> PyResult<Value> {
        let class = BaseExceptionGroup::__DEF.object();
        vm.call(class.into(), &[this.message.into(), excs])
    }

    #[method(sig = "($self, matcher_value, /)", no_text)]
    fn split(this: Gc<Self>, vm: &mut Vm, matcher_value: Value) -> PyResult<Gc<Tuple>> {
        let matcher = Matcher::read(vm, matcher_value)?;
        let (matched, rest) = split(vm, this.into(), matcher, true)?;
        Tuple::pair(vm, matched, rest)
    }

    #[method(sig = "($self, matcher_value, /)", no_text)]
    fn subgroup(this: Gc<Self>, vm: &mut Vm, matcher_value: Value) -> PyResult<Value> {
        let matcher = Matcher::read(vm, matcher_value)?;
        Ok(split(vm, this.into(), matcher, false)?.0)
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)", no_text)]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }
}

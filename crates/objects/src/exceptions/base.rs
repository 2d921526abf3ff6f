//! `BaseException`.

use crate::args::{parts::Fields, positional};
use crate::dict::Dict;
use crate::list::List;
use crate::slots::{InitFn, NewFn};
use crate::str::Str;
use crate::traceback::Traceback;
use crate::tuple::Tuple;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// What every exception has. Notes are in its `__dict__`.
#[pytype(
    name = "BaseException", def = BASE_EXCEPTION,
    flags(BASETYPE, DICT, EXCEPTION),
    no_create,
    doc = "Common base class for all exceptions."
)]
pub struct BaseException {
    /// `args`
    pub args: Field<Gc<Tuple>>,
    /// `__traceback__`: a traceback or None.
    pub traceback: Field<Value>,
    /// `__context__`: an exception or None.
    pub context: Field<Value>,
    /// `__cause__`: an exception or None.
    pub cause: Field<Value>,
    /// `__suppress_context__`
    pub suppress_context: Cell<bool>,
}

/// The fields of a new exception.
pub(super) fn parts(args: Gc<Tuple>) -> <BaseException as Fields>::Parts {
    let none = || Field::new(Value::NONE);
    (Field::new(args), none(), none(), none(), Cell::new(false))
}

/// The last part of the class's name, for `repr`.
pub(super) fn short_name(v: Value) -> String {
    let name = class_name(v).to_string();
    match name.rsplit_once('.') {
        Some((_, short)) => short.to_owned(),
        None => name,
    }
}

/// `str(e)` as `BaseException` makes it.
pub(super) fn plain_str(vm: &mut Vm, this: Gc<BaseException>) -> PyResult<Gc<Str>> {
    let args = this.args.get();
    match args.items() {
        [] => Str::new(vm, ""),
        [only] => vm.str_of(*only),
        _ => vm.str_of(args.into()),
    }
}

/// The slot of `KeyError`: a single key is shown by its `repr`.
pub(super) fn key_error_str(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let this = crate::layout::receiver::<BaseException>(this);
    match this.args.get().items() {
        [only] => Ok(vm.repr(*only)?.into()),
        _ => Ok(plain_str(vm, this)?.into()),
    }
}

/// Sets `args`; the other half of all constructors of exceptions.
pub(super) fn init_args(vm: &mut Vm, this: Gc<BaseException>, args: &[Value]) -> PyResult<()> {
    let known = this.args.get();
    if known.items() != args {
        let args = Tuple::from_slice(vm, args)?;
        this.args.set(this, vm.heap(), args);
    }
    Ok(())
}

/// Fails if there are keyword arguments.
pub(super) fn no_keywords(vm: &mut Vm, this: Value, kwnames: Value) -> PyResult<()> {
    if kwnames.is_undef() {
        return Ok(());
    }
    Err(vm.type_error(format_args!("{}() takes no keyword arguments", class_name(this))))
}

/// Whether `__init__` of the class is that of its native base while its `__new__` isn't, or the other way round.
pub(super) fn overrides(cls: Gc<Type>, new: NewFn, init: InitFn) -> (bool, bool) {
    let slots = cls.slots();
    (
        !slots.new.is_some_and(|f| std::ptr::fn_addr_eq(f, new)),
        !slots.init.is_some_and(|f| std::ptr::fn_addr_eq(f, init)),
    )
}

/// The instance's `__dict__`, if it has been made or has entries.
pub(super) fn own_dict(vm: &mut Vm, this: Value) -> PyResult<Option<Gc<Dict>>> {
    let Some(h) = this.header() else { return Ok(None) };
    if crate::attrs::own_len(h) == 0 && crate::attrs::existing_dict(h).is_none() {
        return Ok(None);
    }
    crate::attrs::instance_dict(vm, h).map(Some)
}

pub(super) fn add_note(vm: &mut Vm, this: Value, note: Value) -> PyResult<()> {
    if note.cast::<Str>().is_none() {
        return Err(vm.type_error(format_args!(
            "add_note() argument must be str, not {}",
            class_name(note)
        )));
    }
    let name = vm.names().__notes__;
    match vm.getattr_opt(this, name)? {
        None => {
            let list = List::from_slice(vm, &[note])?;
            vm.setattr(this, name, list.into())
        }
        Some(notes) => match notes.cast::<List>() {
            Some(list) => list.push(vm, note),
            None => Err(vm.type_error(format_args!("Cannot add note: __notes__ is not a list"))),
        },
    }
}

#[pymethods]
impl BaseException {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = super::args_tuple(vm, args, kwnames)?;
        super::create::<BaseException>(vm, cls, parts(args))
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        no_keywords(vm, this.into(), kwnames)?;
        init_args(vm, this, positional(args, kwnames))
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let name = short_name(this.into());
        let args = this.args.get();
        match args.items() {
            [only] => {
                let only = vm.repr(*only)?;
                Str::from_fmt(vm, format_args!("{name}({})", only.text()))
            }
            _ => {
                let args = vm.repr(args.into())?;
                Str::from_fmt(vm, format_args!("{name}{}", args.text()))
            }
        }
    }

    #[slot(str)]
    fn str(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        plain_str(vm, this)
    }

    #[getter]
    fn args(this: Gc<Self>) -> Gc<Tuple> {
        this.args.get()
    }

    #[setter]
    fn set_args(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error(format_args!("args may not be deleted")));
        };
        let args = crate::protocol::to_tuple(vm, value)?;
        this.args.set(this, vm.heap(), args);
        Ok(())
    }

    #[getter]
    fn __traceback__(this: Gc<Self>) -> Value {
        this.traceback.get()
    }

    #[setter]
    fn set___traceback__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        match value {
            None => Err(vm.type_error(format_args!("__traceback__ may not be deleted"))),
            Some(v) if !v.is_none() && v.exact::<Traceback>().is_none() => {
                Err(vm.type_error(format_args!("__traceback__ must be a traceback or None")))
            }
            Some(v) => {
                this.traceback.set(this, vm.heap(), v);
                Ok(())
            }
        }
    }

    /// exception context
    #[getter]
    fn __context__(this: Gc<Self>) -> Value {
        this.context.get()
    }

    #[setter]
    fn set___context__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        match value {
            None => Err(vm.type_error(format_args!("__context__ may not be deleted"))),
            Some(v) if !v.is_none() && v.cast::<BaseException>().is_none() => Err(vm.type_error(
                format_args!("exception context must be None or derive from BaseException"),
            )),
            Some(v) => {
                this.context.set(this, vm.heap(), v);
                Ok(())
            }
        }
    }

    /// exception cause
    #[getter]
    fn __cause__(this: Gc<Self>) -> Value {
        this.cause.get()
    }

    #[setter]
    fn set___cause__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        match value {
            None => Err(vm.type_error(format_args!("__cause__ may not be deleted"))),
            Some(v) if !v.is_none() && v.cast::<BaseException>().is_none() => Err(vm.type_error(
                format_args!("exception cause must be None or derive from BaseException"),
            )),
            Some(v) => {
                super::set_cause(vm, this.into(), v);
                Ok(())
            }
        }
    }

    #[getter(member)]
    fn __suppress_context__(this: Gc<Self>) -> bool {
        this.suppress_context.get()
    }

    #[setter]
    fn set___suppress_context__(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        match value {
            None => Err(vm.type_error(format_args!("can't delete numeric/char attribute"))),
            Some(v) => match v.as_bool() {
                Some(b) => {
                    this.suppress_context.set(b);
                    Ok(())
                }
                None => Err(vm.type_error(format_args!("attribute value type must be bool"))),
            },
        }
    }

    /// Set self.__traceback__ to tb and return self.
    #[method(sig = "($self, object, /)")]
    fn with_traceback(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<Gc<Self>> {
        BaseException::set___traceback__(this, vm, Some(object))?;
        Ok(this)
    }

    /// Add a note to the exception
    #[method(sig = "($self, object, /)", name = "add_note")]
    fn py_add_note(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<()> {
        add_note(vm, this.into(), object)
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let class = class_of(this.into());
        match own_dict(vm, this.into())? {
            Some(dict) => {
                Tuple::from_slice(vm, &[class.into(), this.args.get().into(), dict.into()])
            }
            None => Tuple::pair(vm, class.into(), this.args.get().into()),
        }
    }

    #[method(sig = "($self, object, /)")]
    fn __setstate__(this: Gc<Self>, vm: &mut Vm, object: Value) -> PyResult<()> {
        if object.is_none() {
            return Ok(());
        }
        let Some(state) = object.cast::<Dict>() else {
            return Err(vm.type_error(format_args!("state is not a dictionary")));
        };
        let mut at = 0;
        while let Some((key, value, _)) = state.next_entry(&mut at) {
            let name = crate::slots::dunder::attr_name(vm, key)?;
            vm.setattr(this.into(), name, value)?;
        }
        Ok(())
    }
}

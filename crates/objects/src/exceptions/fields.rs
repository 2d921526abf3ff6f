//! Exceptions with a few fields: `StopIteration`, `SystemExit`, `ImportError`, `AttributeError`, `NameError`.

use super::base::{self, BaseException, init_args, no_keywords, plain_str};
use super::{BASE_EXCEPTION, EXCEPTION, args_tuple, create};
use crate::args::{KwArgs, positional};
use crate::dict::Dict;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};

/// The end of an iteration.
#[pytype(name = "StopIteration", def = STOP_ITERATION, extends = BaseException, base = &EXCEPTION, flags(BASETYPE), doc = "Signal the end from iterator.__next__().")]
pub struct StopIteration {
    /// What a generator returned.
    pub value: Field<Value>,
}

#[pymethods]
impl StopIteration {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = args_tuple(vm, args, kwnames)?;
        create::<Self>(vm, cls, (base::parts(args), Field::new(Value::NONE)))
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        no_keywords(vm, this.into(), kwnames)?;
        // SAFETY: it begins with its base.
        init_args(vm, unsafe { this.cast() }, args)?;
        this.value.set(this, vm.heap(), args.first().copied().unwrap_or(Value::NONE));
        Ok(())
    }

    /// generator return value
    #[getter(member)]
    fn value(this: Gc<Self>) -> Value {
        this.value.get()
    }

    #[setter]
    fn set_value(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
        this.value.set(this, vm.heap(), value.unwrap_or(Value::NONE));
    }
}

/// A request to exit.
#[pytype(name = "SystemExit", def = SYSTEM_EXIT, extends = BaseException, base = &BASE_EXCEPTION, flags(BASETYPE), doc = "Request to exit from the interpreter.")]
pub struct SystemExit {
    /// The exit status.
    pub code: Field<Value>,
}

#[pymethods]
impl SystemExit {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = args_tuple(vm, args, kwnames)?;
        create::<Self>(vm, cls, (base::parts(args), Field::new(Value::NONE)))
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        no_keywords(vm, this.into(), kwnames)?;
        // SAFETY: it begins with its base.
        init_args(vm, unsafe { this.cast() }, args)?;
        let code = match args {
            [] => Value::NONE,
            [code] => *code,
            _ => this.base.args.get().into(),
        };
        this.code.set(this, vm.heap(), code);
        Ok(())
    }

    /// exception code
    #[getter(member)]
    fn code(this: Gc<Self>) -> Value {
        this.code.get()
    }

    #[setter]
    fn set_code(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
        this.code.set(this, vm.heap(), value.unwrap_or(Value::NONE));
    }
}

/// The values of the keyword arguments `names`, UNDEF where absent; others are errors.
fn keywords<const N: usize>(
    vm: &mut Vm,
    this: Value,
    args: &[Value],
    kwnames: Value,
    names: [&str; N],
) -> PyResult<[Value; N]> {
    let mut out = [Value::UNDEF; N];
    for (key, value) in KwArgs::all(args, kwnames).iter() {
        match names.iter().position(|name| *key.text() == **name) {
            Some(at) => out[at] = value,
            None => {
                // The message names the native class that reads the arguments.
                let class = native_name(this);
                return Err(vm.type_error(format_args!(
                    "{class}() got an unexpected keyword argument '{}'",
                    key.text()
                )));
            }
        }
    }
    Ok(out)
}

fn native_name(this: Value) -> &'static str {
    if this.cast::<ImportError>().is_some() {
        "ImportError"
    } else if this.cast::<AttributeError>().is_some() {
        "AttributeError"
    } else {
        "NameError"
    }
}

macro_rules! value_attributes {
    ($ty:ty, $extra:literal: $($name:ident, $set:ident, $doc:literal;)*) => {
        #[pymethods(extra = $extra)]
        impl $ty {
            $(
                #[doc = $doc]
                #[getter(member)]
                fn $name(this: Gc<Self>) -> Value {
                    this.$name.get().defined().unwrap_or(Value::NONE)
                }
                #[setter]
                fn $set(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
                    this.$name.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
                }
            )*
        }
    };
}

pub(super) use value_attributes;

/// A failed import.
#[pytype(name = "ImportError", def = IMPORT_ERROR, extends = BaseException, base = &EXCEPTION, flags(BASETYPE), extra("fields"), doc = "Import can't find module, or can't find name in module.")]
pub struct ImportError {
    /// The message, if it was the only argument; UNDEF or None otherwise.
    pub msg: Field<Value>,
    /// Name of the module.
    pub name: Field<Value>,
    /// Its file.
    pub path: Field<Value>,
    /// The name to be imported from the module.
    pub name_from: Field<Value>,
}

value_attributes! { ImportError, "fields":
    msg, set_msg, "exception message";
    name, set_name, "module name";
    path, set_path, "module path";
    name_from, set_name_from, "name imported from module";
}

#[pymethods]
impl ImportError {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = args_tuple(vm, args, kwnames)?;
        let absent = || Field::new(Value::UNDEF);
        create::<Self>(vm, cls, (base::parts(args), absent(), absent(), absent(), absent()))
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        let positional = positional(args, kwnames);
        // SAFETY: it begins with its base.
        init_args(vm, unsafe { this.cast() }, positional)?;
        let [name, path, name_from] =
            keywords(vm, this.into(), args, kwnames, ["name", "path", "name_from"])?;
        this.name.set(this, vm.heap(), name);
        this.path.set(this, vm.heap(), path);
        this.name_from.set(this, vm.heap(), name_from);
        if let [msg] = positional {
            this.msg.set(this, vm.heap(), *msg);
        }
        Ok(())
    }

    #[slot(str)]
    fn str(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        match this.msg.get().exact::<Str>() {
            Some(msg) => Ok(msg),
            // SAFETY: it begins with its base.
            None => plain_str(vm, unsafe { this.cast() }),
        }
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let class: Value = class_of(this.into()).into();
        let args: Value = this.base.args.get().into();
        let own = base::own_dict(vm, this.into())?;
        let fields = [
            ("name", this.name.get()),
            ("path", this.path.get()),
            ("name_from", this.name_from.get()),
        ];
        if own.is_none() && fields.iter().all(|f| f.1.is_undef()) {
            return Tuple::pair(vm, class, args);
        }
        let state = match own {
            Some(d) => d.copy(vm)?,
            None => Dict::new(vm)?,
        };
        for (name, value) in fields {
            if let Some(value) = value.defined() {
                let name = vm.intern(name)?;
                state.set_str(vm, name, value)?;
            }
        }
        Tuple::from_slice(vm, &[class, args, state.into()])
    }
}

/// A missing attribute.
#[pytype(name = "AttributeError", def = ATTRIBUTE_ERROR, extends = BaseException, base = &EXCEPTION, flags(BASETYPE), extra("fields"), doc = "Attribute not found.")]
pub struct AttributeError {
    /// The object.
    pub obj: Field<Value>,
    /// The attribute's name.
    pub name: Field<Value>,
}

value_attributes! { AttributeError, "fields":
    name, set_name, "attribute name";
    obj, set_obj, "object";
}

#[pymethods]
impl AttributeError {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = args_tuple(vm, args, kwnames)?;
        let absent = || Field::new(Value::UNDEF);
        create::<Self>(vm, cls, (base::parts(args), absent(), absent()))
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        // SAFETY: it begins with its base.
        init_args(vm, unsafe { this.cast() }, positional(args, kwnames))?;
        let [name, obj] = keywords(vm, this.into(), args, kwnames, ["name", "obj"])?;
        this.name.set(this, vm.heap(), name);
        this.obj.set(this, vm.heap(), obj);
        Ok(())
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)", no_text)]
    fn __getstate__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let own = base::own_dict(vm, this.into())?;
        let name = this.name.get();
        if own.is_none() && name.is_undef() {
            return Ok(Value::NONE);
        }
        let state = match own {
            Some(d) => d.copy(vm)?,
            None => Dict::new(vm)?,
        };
        if let Some(name) = name.defined() {
            let key = vm.intern("name")?;
            state.set_str(vm, key, name)?;
        }
        // The object isn't pickled: it may be anything.
        let args = vm.intern("args")?;
        state.set_str(vm, args, this.base.args.get().into())?;
        Ok(state.into())
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let state = AttributeError::__getstate__(this, vm)?;
        let class: Value = class_of(this.into()).into();
        Tuple::from_slice(vm, &[class, this.base.args.get().into(), state])
    }
}

/// A name that isn't bound.
#[pytype(name = "NameError", def = NAME_ERROR, extends = BaseException, base = &EXCEPTION, flags(BASETYPE), extra("fields"), doc = "Name not found globally.")]
pub struct NameError {
    /// The name.
    pub name: Field<Value>,
}

value_attributes! { NameError, "fields":
    name, set_name, "name";
}

#[pymethods]
impl NameError {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = args_tuple(vm, args, kwnames)?;
        create::<Self>(vm, cls, (base::parts(args), Field::new(Value::UNDEF)))
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        // SAFETY: it begins with its base.
        init_args(vm, unsafe { this.cast() }, positional(args, kwnames))?;
        let [name] = keywords(vm, this.into(), args, kwnames, ["name"])?;
        this.name.set(this, vm.heap(), name);
        Ok(())
    }
}

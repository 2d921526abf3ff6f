//! `types.SimpleNamespace`: attributes and nothing else.

use heap::{Gc, Header};
use macros::{pymethods, pytype};
use objects::args::{KwArgs, positional};
use objects::attrs;
use objects::dict::Dict;
use objects::singletons;
use objects::slots::CompareOp;
use objects::str::{Builder, Str};
use objects::tuple::Tuple;
use objects::types::{Type, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A simple attribute-based namespace.
#[pytype(
    name = "types.SimpleNamespace",
    flags(BASETYPE, DICT),
    signature = "(mapping_or_iterable=(), /, **kwargs)",
    doc = "A simple attribute-based namespace."
)]
pub struct SimpleNamespace {}

impl SimpleNamespace {
    /// An empty one, for natives that hand attributes out.
    pub fn new(vm: &mut Vm) -> PyResult<Gc<SimpleNamespace>> {
        SimpleNamespace::create(vm)
    }

    fn header(this: Gc<Self>) -> Gc<Header> {
        this.as_header()
    }

    fn dict(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Dict>> {
        attrs::instance_dict(vm, Self::header(this))
    }

    /// Sets an attribute.
    pub fn set(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>, v: Value) -> PyResult<()> {
        let name = objects::intern::intern(vm, name)?;
        attrs::own_set(vm, Self::header(this), name, v)?;
        Ok(())
    }
}

#[pymethods]
impl SimpleNamespace {
    #[slot(new)]
    fn py_new(cls: Gc<Type>, vm: &mut Vm, _args: &[Value], _kwnames: Value) -> PyResult<Gc<Self>> {
        Self::create_as(vm, cls)
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        match positional(args, kwnames) {
            [] => {}
            [given] => {
                let dict = Dict::new(vm)?;
                dict.update(vm, *given)?;
                let mut at = 0;
                while let Some((key, v, _)) = dict.next_entry(&mut at) {
                    let Some(name) = key.cast::<Str>() else {
                        return Err(vm.type_error(format_args!("keywords must be strings")));
                    };
                    Self::set(this, vm, name, v)?;
                }
            }
            more => {
                return Err(vm.type_error(format_args!(
                    "SimpleNamespace expected at most 1 argument, got {}",
                    more.len()
                )));
            }
        }
        for (name, v) in KwArgs::all(args, kwnames).iter() {
            Self::set(this, vm, name, v)?;
        }
        Ok(())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let cls = class_of(this.into());
        let name = match cls.def {
            Some(_) => Str::new(vm, "namespace")?,
            None => cls.name.get(),
        };
        if !vm.enter_repr(this.into())? {
            return Str::from_fmt(vm, format_args!("{}(...)", name.text()));
        }
        let text = Self::fields(this, vm, name);
        vm.leave_repr();
        text
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<SimpleNamespace>() else {
            return Ok(singletons::not_implemented());
        };
        let (a, b) = (Self::dict(this, vm)?, Self::dict(other, vm)?);
        vm.compare(a.into(), b.into(), op)
    }

    #[getter(member)]
    fn __dict__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Dict>> {
        Self::dict(this, vm)
    }

    /// Return state information for pickling
    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let dict = Self::dict(this, vm)?;
        Tuple::from_slice(vm, &[class_of(this.into()).into(), Tuple::empty().into(), dict.into()])
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[method(sig = "($self, /, **changes)", no_text)]
    fn __replace__(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        if !positional(args, kwnames).is_empty() {
            return Err(vm.type_error(format_args!("__replace__() takes no positional arguments")));
        }
        let copy = vm.call(class_of(this.into()).into(), &[])?;
        let dict = Self::dict(this, vm)?;
        let Some(new) = copy.cast::<SimpleNamespace>() else {
            return Err(vm.type_error(format_args!(
                "expect types.SimpleNamespace type, but {}() returned '{}' object",
                class_of(this.into()).display_name(),
                objects::types::class_name(copy)
            )));
        };
        let target = Self::dict(new, vm)?;
        target.update(vm, dict.into())?;
        for (name, v) in KwArgs::all(args, kwnames).iter() {
            target.set(vm, name.into(), v)?;
        }
        Ok(copy)
    }
}

impl SimpleNamespace {
    /// `name(a=1, b=2)`
    fn fields(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>) -> PyResult<Gc<Str>> {
        let dict = Self::dict(this, vm)?;
        let mut text = Builder::new();
        text.push(vm, name.text())?;
        text.push_str(vm, "(")?;
        let (mut at, mut first) = (0, true);
        while let Some((key, v, _)) = dict.next_entry(&mut at) {
            let Some(key) = key.cast::<Str>().filter(|k| k.byte_len() > 0) else { continue };
            if !std::mem::take(&mut first) {
                text.push_str(vm, ", ")?;
            }
            text.push(vm, key.text())?;
            text.push_str(vm, "=")?;
            let v = vm.repr(v)?;
            text.push(vm, v.text())?;
        }
        text.push_str(vm, ")")?;
        text.finish(vm)
    }
}

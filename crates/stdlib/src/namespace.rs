//! `types.SimpleNamespace`: attributes given by keyword.

use heap::Gc;
use macros::{pymethods, pytype};
use objects::args::KwArgs;
use objects::attrs;
use objects::dict::Dict;
use objects::list::List;
use objects::slots::CompareOp;
use objects::str::{Builder, Str};
use objects::tuple::Tuple;
use objects::types::{Type, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A simple attribute-based namespace.
#[pytype(
    name = "types.SimpleNamespace",
    flags(BASETYPE, DICT, WEAKREF),
    signature = "(mapping_or_iterable=(), /, **kwargs)"
)]
pub struct SimpleNamespace {}

impl SimpleNamespace {
    /// A namespace with these attributes.
    pub fn with(vm: &mut Vm, attributes: &[(&str, Value)]) -> PyResult<Gc<Self>> {
        let this = SimpleNamespace::create(vm)?;
        for (name, value) in attributes {
            let name = vm.intern(name)?;
            vm.setattr(this.into(), name, *value)?;
        }
        Ok(this)
    }

    fn dict(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Dict>> {
        attrs::instance_dict(vm, objects::array::gc_of(&*this).as_header())
    }
}

#[pymethods]
impl SimpleNamespace {
    #[slot(new)]
    fn py_new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        SimpleNamespace::create_as(vm, cls)
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        let positional = objects::args::positional(args, kwnames);
        if positional.len() > 1 {
            let given = positional.len();
            return Err(vm.type_error(format_args!(
                "{} expected at most 1 argument, got {given}",
                objects::types::class_name(this.into())
            )));
        }
        let dict = Self::dict(this, vm)?;
        if let Some(&first) = positional.first() {
            let given = Dict::new(vm)?;
            given.update(vm, first)?;
            let mut at = 0;
            while let Some((key, value, _)) = given.next_entry(&mut at) {
                if key.cast::<Str>().is_none() {
                    return Err(vm.type_error(format_args!("keywords must be strings")));
                }
                dict.set(vm, key, value)?;
            }
        }
        for (name, value) in KwArgs::all(args, kwnames).iter() {
            dict.set(vm, name.into(), value)?;
        }
        Ok(())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let exact = std::ptr::eq(
            class_of(this.into()).as_ptr(),
            <SimpleNamespace as objects::layout::Object>::def().object().as_ptr(),
        );
        let name = if exact {
            "namespace".to_owned()
        } else {
            objects::types::class_name(this.into()).to_string()
        };
        if vm.enter_repr(this.into())? {
            return Str::from_fmt(vm, format_args!("{name}(...)"));
        }
        let result = Self::items_text(this, vm, &name);
        vm.leave_repr();
        result
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<SimpleNamespace>() else { return Ok(vm.not_implemented()) };
        let (a, b) = (Self::dict(this, vm)?, Self::dict(other, vm)?);
        vm.compare(a.into(), b.into(), op)
    }

    /// Return state information for pickling
    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let dict = Self::dict(this, vm)?;
        let empty = Tuple::empty();
        Ok(Tuple::from_slice(vm, &[class_of(this.into()).into(), empty.into(), dict.into()])?
            .into())
    }

    /// Return a copy of the namespace object with new values for the specified attributes.
    #[method(sig = "($self, /, **changes)", no_text)]
    fn __replace__(this: Gc<Self>, vm: &mut Vm, changes: KwArgs<'_>) -> PyResult<Value> {
        let made = vm.call(class_of(this.into()).into(), &[])?;
        let Some(new) = made.cast::<SimpleNamespace>() else {
            return Err(vm.type_error(format_args!("expect types.SimpleNamespace type")));
        };
        let (from, to) = (Self::dict(this, vm)?, Self::dict(new, vm)?);
        to.update(vm, from.into())?;
        for (name, value) in changes.iter() {
            to.set(vm, name.into(), value)?;
        }
        Ok(made)
    }
}

impl SimpleNamespace {
    fn items_text(this: Gc<Self>, vm: &mut Vm, name: &str) -> PyResult<Gc<Str>> {
        let dict = Self::dict(this, vm)?;
        let keys = List::from_iterable(vm, dict.into())?;
        let mut out = Builder::new();
        out.push_str(vm, name)?;
        out.push_str(vm, "(")?;
        let mut first = true;
        for i in 0..keys.len() {
            let Some(key) = keys.get(i).and_then(|k| k.cast::<Str>()) else { continue };
            let Some(value) = dict.get_str(key) else { continue };
            if !first {
                out.push_str(vm, ", ")?;
            }
            first = false;
            out.push(vm, key.text())?;
            out.push_str(vm, "=")?;
            let shown = vm.repr(value)?;
            out.push(vm, shown.text())?;
        }
        out.push_str(vm, ")")?;
        out.finish(vm)
    }
}

//! `object`: the root of all classes.

mod pickle;

use crate::attrs;
use crate::def::{TypeDef, TypeFlags};
use crate::dict::Dict;
use crate::list::List;
use crate::protocol::is_identical;
use crate::shape::core;
use crate::singletons;
use crate::slots::{CompareOp, Slot};
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};

/// A plain object: instances of `object` and of Python classes that derive from nothing else native.
#[pytype(
    name = "object",
    shape = core::OBJECT,
    flags(BASETYPE),
    no_base,
    no_create,
    extra("pickle"),
    signature = "()",
    doc = "The base class of the class hierarchy.\n\nWhen called, it accepts no arguments and returns a new featureless\ninstance that has no instance attributes and cannot be given any.\n"
)]
pub struct PyObject {}

/// The definition of `object`.
pub const OBJECT: &TypeDef = PyObject::__DEF;

/// `id(v)`: the address of a heap object; of immediates a number that is no address.
pub fn identity(v: Value) -> u64 {
    match v.header() {
        Some(h) => h.addr() as u64,
        None => v.bits(),
    }
}

/// `object.__hash__`
pub fn identity_hash(v: Value) -> i64 {
    // Addresses are multiples of 16: the low bits are moved out of the way.
    prim::hash::avoid_minus_one(identity(v).rotate_right(4) as i64)
}

/// `<module.class object at 0x…>`
pub fn default_repr(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    let name = Type::full_name(class_of(v), vm)?;
    let at = identity(v);
    Str::from_fmt(vm, format_args!("<{} object at {at:#x}>", name.text()))
}

fn has_arguments(args: &[Value]) -> bool {
    !args.is_empty()
}

/// Whether slot `slot` of `cls` is that of `object`.
fn is_own(cls: Gc<Type>, slot: Slot) -> bool {
    cls.slots().same(PyObject::__DEF.object().slots(), slot)
}

/// The error of instantiating an abstract class.
#[cold]
fn abstract_class(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Value> {
    let name = vm.names().__abstractmethods__;
    let set = vm.getattr(cls.into(), name)?;
    let sorted = crate::protocol::to_list(vm, set)?;
    sorted.sort(vm, None, false)?;
    let mut names = Vec::new();
    let mut i = 0;
    while let Some(item) = sorted.get(i) {
        let text = vm.str_of(item)?;
        names.push(format!("'{}'", text.text()));
        i += 1;
    }
    let s = if names.len() == 1 { "" } else { "s" };
    let list = names.join(", ");
    Err(vm.type_error(format_args!(
        "Can't instantiate abstract class {} without an implementation for abstract method{s} {list}",
        cls.name.get().text()
    )))
}

#[pymethods]
impl PyObject {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let _ = kwnames;
        if has_arguments(args) {
            if !is_own(cls, Slot::new) {
                return Err(vm.type_error(format_args!(
                    "object.__new__() takes exactly one argument (the type to instantiate)"
                )));
            }
            if is_own(cls, Slot::init) {
                return Err(
                    vm.type_error(format_args!("{}() takes no arguments", cls.display_name()))
                );
            }
        }
        if cls.has(TypeFlags::ABSTRACT) {
            return abstract_class(vm, cls);
        }
        Ok(Value::from_header(vm.alloc_object::<PyObject>(cls)?.as_ptr().cast()))
    }

    #[slot(init)]
    fn init(this: Value, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        let _ = kwnames;
        if !has_arguments(args) {
            return Ok(());
        }
        let cls = class_of(this);
        if !is_own(cls, Slot::init) {
            return Err(vm.type_error(format_args!(
                "object.__init__() takes exactly one argument (the instance to initialize)"
            )));
        }
        if is_own(cls, Slot::new) {
            return Err(vm.type_error(format_args!(
                "{}.__init__() takes exactly one argument (the instance to initialize)",
                cls.display_name()
            )));
        }
        Ok(())
    }

    #[slot(repr)]
    fn repr(this: Value, vm: &mut Vm) -> PyResult<Gc<Str>> {
        default_repr(vm, this)
    }

    #[slot(str)]
    fn str(this: Value, vm: &mut Vm) -> PyResult<Gc<Str>> {
        vm.repr(this)
    }

    #[slot(hash)]
    fn hash(this: Value) -> i64 {
        identity_hash(this)
    }

    #[slot(compare)]
    fn compare(this: Value, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        match op {
            CompareOp::Eq if is_identical(this, other) => Ok(Value::TRUE),
            // `!=` is the opposite of `==`, if the class has one of its own.
            CompareOp::Ne => {
                let Some(compare) = class_of(this).slots().compare else {
                    return Ok(singletons::not_implemented());
                };
                let equal = compare(vm, this, other, CompareOp::Eq)?;
                if singletons::is_not_implemented(equal) {
                    return Ok(equal);
                }
                Ok((!vm.truthy(equal)?).into())
            }
            _ => Ok(singletons::not_implemented()),
        }
    }

    #[slot(getattr)]
    fn getattr(this: Value, vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        attrs::generic_getattr(vm, this, name)
    }

    #[slot(setattr)]
    fn setattr(this: Value, vm: &mut Vm, name: Gc<Str>, value: Option<Value>) -> PyResult<()> {
        attrs::generic_setattr(vm, this, name, value)
    }

    /// the object's class
    #[getter]
    fn __class__(this: Value) -> Gc<Type> {
        class_of(this)
    }

    #[setter]
    fn set___class__(this: Value, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error(format_args!("can't delete __class__ attribute")));
        };
        let Some(new) = value.cast::<Type>() else {
            return Err(vm.type_error(format_args!(
                "__class__ must be set to a class, not '{}' object",
                class_name(value)
            )));
        };
        set_class(vm, this, new)
    }

    /// Default dir() implementation.
    #[method(sig = "($self, /)")]
    fn __dir__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        let names = vm.names();
        let found = match vm.getattr_opt(this, names.__dict__)?.and_then(|d| d.cast::<Dict>()) {
            Some(d) => d.copy(vm)?,
            None => Dict::new(vm)?,
        };
        if let Some(class) = vm.getattr_opt(this, names.__class__)? {
            merge_class_dict(vm, found, class)?;
        }
        let list = List::new(vm)?;
        list.extend(vm, found.into())?;
        Ok(list.into())
    }

    /// Default object formatter.
    ///
    /// Return str(self) if format_spec is empty. Raise TypeError otherwise.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(this: Value, vm: &mut Vm, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        if format_spec.char_len() > 0 {
            return Err(vm.type_error(format_args!(
                "unsupported format string passed to {}.__format__",
                class_name(this)
            )));
        }
        vm.str_of(this)
    }

    /// Size of object in memory, in bytes.
    #[method(sig = "($self, /)")]
    fn __sizeof__(this: Value) -> usize {
        match this.header() {
            None => 16,
            Some(h) => attrs::object_size(h),
        }
    }

    /// This method is called when a class is subclassed.
    ///
    /// The default implementation does nothing. It may be
    /// overridden to extend subclasses.
    #[classmethod(no_text)]
    fn __init_subclass__(
        cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<()> {
        let name = cls.name.get();
        if !kwnames.is_undef() {
            return Err(vm.type_error(format_args!(
                "{}.__init_subclass__() takes no keyword arguments",
                name.text()
            )));
        }
        if !args.is_empty() {
            return Err(vm.type_error(format_args!(
                "{}.__init_subclass__() takes no arguments ({} given)",
                name.text(),
                args.len()
            )));
        }
        Ok(())
    }

    /// Abstract classes can override this to customize issubclass().
    ///
    /// This is invoked early on by abc.ABCMeta.__subclasscheck__().
    /// It should return True, False or NotImplemented.  If it returns
    /// NotImplemented, the normal algorithm is used.  Otherwise, it
    /// overrides the normal algorithm (and the outcome is cached).
    #[classmethod(sig = "($type, object, /)", no_text)]
    fn __subclasshook__(cls: Gc<Type>, object: Value) -> Value {
        let _ = (cls, object);
        singletons::not_implemented()
    }
}

/// Enters the attributes of a class and its bases into `found`, bases first losing.
pub(crate) fn merge_class_dict(vm: &mut Vm, found: Gc<Dict>, class: Value) -> PyResult<()> {
    vm.check_native_stack(" in __dir__")?;
    let names = vm.names();
    if let Some(dict) = vm.getattr_opt(class, names.__dict__)? {
        let keys = vm.call_method(dict, names.keys, &[])?;
        vm.for_each(keys, |vm, key| found.set(vm, key, Value::NONE))?;
    }
    if let Some(bases) = vm.getattr_opt(class, names.__bases__)?.and_then(|b| b.cast::<Tuple>()) {
        for base in bases.items() {
            merge_class_dict(vm, found, *base)?;
        }
    }
    Ok(())
}

/// `this.__class__ = new`
fn set_class(vm: &mut Vm, this: Value, new: Gc<Type>) -> PyResult<()> {
    let old = class_of(this);
    let both_modules =
        crate::module::is_module(this) && new.is_subtype(crate::module::Module::__DEF.object());
    let mutable = new.has(TypeFlags::HEAP) && old.has(TypeFlags::HEAP);
    let Some(object) = this.header().filter(|_| mutable || both_modules) else {
        return Err(vm.type_error(format_args!(
            "__class__ assignment only supported for mutable types or ModuleType subclasses"
        )));
    };
    if !crate::types::same_layout(old, new) {
        return Err(vm.type_error(format_args!(
            "__class__ assignment: '{}' object layout differs from '{}'",
            new.display_name(),
            old.display_name()
        )));
    }
    attrs::change_class(vm, object, new)
}

//! `object.__reduce_ex__` and what belongs to it: how any object is copied and pickled.

use super::PyObject;
use crate::dict::Dict;
use crate::layout::Object;
use crate::list::List;
use crate::native::NativeFunction;
use crate::tuple::Tuple;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

fn copyreg(vm: &mut Vm, name: &str) -> PyResult<Value> {
    let module = (vm.hooks.import)(vm, "copyreg")?;
    vm.getattr_str(module, name)
}

/// Positional and keyword arguments of `__new__`.
type NewArguments = (Gc<Tuple>, Option<Gc<Dict>>);

/// What `__getnewargs_ex__` or `__getnewargs__` says.
fn new_arguments(vm: &mut Vm, this: Value) -> PyResult<Option<NewArguments>> {
    let names = vm.names();
    if let Some(f) = vm.lookup_special(this, names.__getnewargs_ex__)? {
        let r = vm.call(f, &[])?;
        let Some(pair) = r.cast::<Tuple>() else {
            return Err(vm.type_error(format_args!(
                "__getnewargs_ex__ should return a tuple, not '{}'",
                class_name(r)
            )));
        };
        let [args, kwargs] = *pair.items() else {
            return Err(vm.value_error(format_args!(
                "__getnewargs_ex__ should return a tuple of length 2, not {}",
                pair.len()
            )));
        };
        let Some(args) = args.cast::<Tuple>() else {
            return Err(vm.type_error(format_args!(
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                class_name(args)
            )));
        };
        let Some(kwargs) = kwargs.cast::<Dict>() else {
            return Err(vm.type_error(format_args!(
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                class_name(kwargs)
            )));
        };
        return Ok(Some((args, Some(kwargs))));
    }
    if let Some(f) = vm.lookup_special(this, names.__getnewargs__)? {
        let r = vm.call(f, &[])?;
        return match r.cast::<Tuple>() {
            Some(args) => Ok(Some((args, None))),
            None => Err(vm.type_error(format_args!(
                "__getnewargs__ should return a tuple, not '{}'",
                class_name(r)
            ))),
        };
    }
    Ok(None)
}

/// The names of `__slots__` that belong to the state, from `copyreg`.
fn slot_names(vm: &mut Vm, class: Gc<Type>) -> PyResult<Option<Gc<List>>> {
    let name = vm.names().__slotnames__;
    let known = class.dict.get_str(name);
    let names = match known {
        Some(v) => v,
        None => {
            let f = copyreg(vm, "_slotnames")?;
            vm.call(f, &[class.into()])?
        }
    };
    if names.is_none() {
        return Ok(None);
    }
    match names.cast::<List>() {
        Some(list) => Ok(Some(list)),
        None => Err(vm.type_error(format_args!("copyreg._slotnames didn't return a list or None"))),
    }
}

/// `object.__getstate__`. `required`: there is no other way to bring the content back.
fn default_state(vm: &mut Vm, this: Value, required: bool) -> PyResult<Value> {
    let class = class_of(this);
    if required && !std::ptr::eq(class.layout, PyObject::LAYOUT) {
        return Err(vm.type_error(format_args!("cannot pickle '{}' object", class.display_name())));
    }
    let name = vm.names().__dict__;
    let state = match vm.getattr_opt(this, name)? {
        Some(d) => match d.cast::<Dict>() {
            Some(d) if d.len() == 0 => Value::NONE,
            Some(d) => d.copy(vm)?.into(),
            None => d,
        },
        None => Value::NONE,
    };
    let Some(names) = slot_names(vm, class)? else { return Ok(state) };
    if names.len() == 0 {
        return Ok(state);
    }
    let slots = Dict::new(vm)?;
    let mut i = 0;
    while let Some(name) = names.get(i) {
        i += 1;
        let name = crate::slots::dunder::attr_name(vm, name)?;
        if let Some(value) = vm.getattr_opt(this, name)? {
            slots.set_str(vm, name, value)?;
        }
    }
    if slots.len() == 0 {
        return Ok(state);
    }
    Ok(Tuple::pair(vm, state, slots.into())?.into())
}

fn is_default_getstate(f: Value) -> bool {
    f.exact::<NativeFunction>().is_some_and(|f| {
        f.bound && f.def.name == "__getstate__" && std::ptr::eq(f.def, own_def("__getstate__"))
    })
}

fn own_def(name: &str) -> *const crate::def::MethodDef {
    let mut all = PyObject::__METHODS_PICKLE.iter();
    all.find(|def| def.name == name).map_or(std::ptr::null(), std::ptr::from_ref)
}

fn state_of(vm: &mut Vm, this: Value, required: bool) -> PyResult<Value> {
    let name = vm.names().__getstate__;
    let f = vm.getattr(this, name)?;
    if is_default_getstate(f) { default_state(vm, this, required) } else { vm.call(f, &[]) }
}

/// The reduction by `copyreg.__newobj__` (protocol 2 and above).
fn reduce_newobj(vm: &mut Vm, this: Value) -> PyResult<Value> {
    let class = class_of(this);
    if class.slots().new.is_none() {
        return Err(vm.type_error(format_args!("cannot pickle '{}' object", class.display_name())));
    }
    let given = new_arguments(vm, this)?;
    let has_args = given.is_some();
    let (function, arguments): (Value, Value) = match given {
        Some((args, Some(kwargs))) if kwargs.len() > 0 => {
            let f = copyreg(vm, "__newobj_ex__")?;
            (f, Tuple::from_slice(vm, &[class.into(), args.into(), kwargs.into()])?.into())
        }
        given => {
            let f = copyreg(vm, "__newobj__")?;
            let args = given.map_or(Tuple::empty(), |g| g.0);
            let mut all = Tuple::builder(vm, args.len() + 1)?;
            all.push(vm, class.into());
            for arg in args.items() {
                all.push(vm, *arg);
            }
            (f, all.finish(vm)?.into())
        }
    };
    let (is_list, is_dict) = (this.cast::<List>().is_some(), this.cast::<Dict>().is_some());
    let state = state_of(vm, this, !has_args && !is_list && !is_dict)?;
    let list_items = if is_list { vm.iter(this)? } else { Value::NONE };
    let dict_items = if is_dict {
        let name = vm.names().items;
        let items = vm.call_method(this, name, &[])?;
        vm.iter(items)?
    } else {
        Value::NONE
    };
    Ok(Tuple::from_slice(vm, &[function, arguments, state, list_items, dict_items])?.into())
}

fn reduce(vm: &mut Vm, this: Value, protocol: i64) -> PyResult<Value> {
    if protocol >= 2 {
        return reduce_newobj(vm, this);
    }
    let f = copyreg(vm, "_reduce_ex")?;
    vm.call(f, &[this, Value::int32(protocol as i32)])
}

#[pymethods(extra = "pickle")]
impl PyObject {
    /// Helper for pickle.
    #[method(sig = "($self, protocol, /)")]
    fn __reduce_ex__(this: Value, vm: &mut Vm, protocol: i32) -> PyResult<Value> {
        let name = vm.names().__reduce__;
        let overridden = match Type::lookup(class_of(this), vm, name) {
            Some(d) => {
                let own = PyObject::__DEF.object().dict.get_str(name);
                own != Some(d)
            }
            None => false,
        };
        if overridden {
            let f = vm.getattr(this, name)?;
            return vm.call(f, &[]);
        }
        reduce(vm, this, protocol.into())
    }

    /// Helper for pickle.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        reduce(vm, this, 0)
    }

    /// Helper for pickle.
    #[method(sig = "($self, /)")]
    fn __getstate__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        default_state(vm, this, false)
    }
}

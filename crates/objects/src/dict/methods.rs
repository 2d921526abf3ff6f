//! Python-visible operations of `dict`.

use super::{
    Dict, DictItems, DictKeyIterator, DictKeys, DictReverseKeyIterator, DictValues, table,
};
use crate::args::{KwArgs, positional};
use crate::list::show::Show;
use crate::singletons;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::pymethods;
use std::cell::Cell;
use table::DictTable;

#[pymethods]
impl Dict {
    #[slot(new)]
    fn new_object(cls: Gc<Type>, vm: &mut Vm, _args: &[Value], _kwnames: Value) -> PyResult<Value> {
        let table = Field::new(DictTable::none());
        Ok(Dict::create_as(vm, cls, table, Field::new(Value::UNDEF), Cell::new(0), Cell::new(0))?
            .into())
    }

    #[slot(init)]
    fn init(this: Gc<Dict>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        update_from_arguments(this, vm, "dict", args, kwnames)
    }

    #[slot(repr)]
    fn repr(this: Gc<Dict>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        if this.len() == 0 {
            return Str::new(vm, "{}");
        }
        if !vm.enter_repr(this.into())? {
            return Str::new(vm, "{...}");
        }
        let text = show_entries(this, vm);
        vm.leave_repr();
        text?.finish(vm)
    }

    #[slot(len)]
    fn length(this: Gc<Dict>) -> usize {
        this.len()
    }

    #[slot(iter)]
    fn iter(this: Gc<Dict>, vm: &mut Vm) -> PyResult<Gc<DictKeyIterator>> {
        DictKeyIterator::over(vm, this)
    }

    #[slot(contains)]
    fn py_contains(this: Gc<Dict>, vm: &mut Vm, key: Value) -> PyResult<bool> {
        this.contains(vm, key)
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Dict>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        if let Some(value) = this.get(vm, key)? {
            return Ok(value);
        }
        if Value::from(this).exact::<Dict>().is_none() {
            let missing = vm.names().__missing__;
            if let Some(value) = vm.call_special(this.into(), missing, &[key])? {
                return Ok(value);
            }
        }
        Err(vm.key_error(key))
    }

    #[slot(setitem)]
    fn setitem(this: Gc<Dict>, vm: &mut Vm, key: Value, value: Option<Value>) -> PyResult<()> {
        match value {
            Some(value) => this.set(vm, key, value),
            None => match this.remove(vm, key)? {
                Some(_) => Ok(()),
                None => Err(vm.key_error(key)),
            },
        }
    }

    /// True if the dictionary has the specified key, else False.
    #[method(name = "__contains__", sig = "($self, key, /)")]
    fn contains_method(this: Gc<Dict>, vm: &mut Vm, key: Value) -> PyResult<bool> {
        this.contains(vm, key)
    }

    /// Return self[key].
    #[method(name = "__getitem__", sig = "($self, key, /)")]
    fn getitem_method(this: Gc<Dict>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        Dict::getitem(this, vm, key)
    }

    /// Return the size of the dict in memory, in bytes.
    #[method(sig = "($self, /)")]
    fn __sizeof__(this: Gc<Dict>) -> usize {
        48 + this.table.get().bytes()
    }

    /// Return the value for key if key is in the dictionary, else default.
    #[method(name = "get", sig = "($self, key, default=None, /)")]
    fn py_get(
        this: Gc<Dict>,
        vm: &mut Vm,
        key: Value,
        #[default(Value::NONE)] default: Value,
    ) -> PyResult<Value> {
        Ok(this.get(vm, key)?.unwrap_or(default))
    }

    /// Insert key with a value of default if key is not in the dictionary.
    ///
    /// Return the value for key if key is in the dictionary, else default.
    #[method(sig = "($self, key, default=None, /)")]
    fn setdefault(
        this: Gc<Dict>,
        vm: &mut Vm,
        key: Value,
        #[default(Value::NONE)] default: Value,
    ) -> PyResult<Value> {
        this.set_default(vm, key, default)
    }

    /// D.pop(k[,d]) -> v, remove specified key and return the corresponding value.
    ///
    /// If the key is not found, return the default if given; otherwise,
    /// raise a KeyError.
    #[method(sig = "($self, key, default=<unrepresentable>, /)")]
    fn pop(
        this: Gc<Dict>,
        vm: &mut Vm,
        key: Value,
        #[default(Value::UNDEF)] default: Value,
    ) -> PyResult<Value> {
        // The key of an empty dict isn't hashed.
        let found = if this.len() == 0 { None } else { this.remove(vm, key)? };
        match found.or(default.defined()) {
            Some(value) => Ok(value),
            None => Err(vm.key_error(key)),
        }
    }

    /// Remove and return a (key, value) pair as a 2-tuple.
    ///
    /// Pairs are returned in LIFO (last-in, first-out) order.
    /// Raises KeyError if the dict is empty.
    #[method(sig = "($self, /)")]
    fn popitem(this: Gc<Dict>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        match this.pop_item(vm)? {
            Some((key, value)) => Tuple::pair(vm, key, value),
            None => {
                let message = Str::new(vm, "popitem(): dictionary is empty")?;
                Err(vm.key_error(message.into()))
            }
        }
    }

    /// Return a set-like object providing a view on the dict's keys.
    #[method(sig = "($self, /)")]
    fn keys(this: Gc<Dict>, vm: &mut Vm) -> PyResult<Gc<DictKeys>> {
        DictKeys::create(vm, this)
    }

    /// Return a set-like object providing a view on the dict's items.
    #[method(sig = "($self, /)")]
    fn items(this: Gc<Dict>, vm: &mut Vm) -> PyResult<Gc<DictItems>> {
        DictItems::create(vm, this)
    }

    /// Return an object providing a view on the dict's values.
    #[method(sig = "($self, /)")]
    fn values(this: Gc<Dict>, vm: &mut Vm) -> PyResult<Gc<DictValues>> {
        DictValues::create(vm, this)
    }

    /// D.update([E, ]**F) -> None.  Update D from mapping/iterable E and F.
    /// If E is present and has a .keys() method, then does:  for k in E.keys(): D[k] = E[k]
    /// If E is present and lacks a .keys() method, then does:  for k, v in E: D[k] = v
    /// In either case, this is followed by: for k in F:  D[k] = F[k]
    #[method(name = "update")]
    fn py_update(this: Gc<Dict>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        update_from_arguments(this, vm, "update", args, kwnames)
    }

    /// Create a new dictionary with keys from iterable and values set to value.
    #[classmethod(sig = "($type, iterable, value=None, /)")]
    fn fromkeys(
        cls: Gc<Type>,
        vm: &mut Vm,
        iterable: Value,
        #[default(Value::NONE)] value: Value,
    ) -> PyResult<Value> {
        let made = vm.call(cls.into(), &[])?;
        if let (Some(dict), Some(source)) = (made.exact::<Dict>(), iterable.exact::<Dict>()) {
            let mut at = 0;
            while let Some((key, _, hash)) = source.next_entry(&mut at) {
                dict.set_hashed(vm, key, hash, value)?;
            }
            return Ok(made);
        }
        let iterator = vm.iter(iterable)?;
        while let Some(key) = vm.next(iterator)? {
            match made.exact::<Dict>() {
                Some(dict) => dict.set(vm, key, value)?,
                None => vm.setitem(made, key, value)?,
            }
        }
        Ok(made)
    }

    /// Remove all items from the dict.
    #[method(name = "clear", sig = "($self, /)")]
    fn py_clear(this: Gc<Dict>, vm: &mut Vm) -> PyResult<()> {
        this.clear(vm)
    }

    /// Return a shallow copy of the dict.
    #[method(name = "copy", sig = "($self, /)")]
    fn py_copy(this: Gc<Dict>, vm: &mut Vm) -> PyResult<Gc<Dict>> {
        this.copy(vm)
    }

    /// Return a reverse iterator over the dict keys.
    #[method(sig = "($self, /)")]
    fn __reversed__(this: Gc<Dict>, vm: &mut Vm) -> PyResult<Gc<DictReverseKeyIterator>> {
        DictReverseKeyIterator::over(vm, this)
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }
}

#[pymethods(extra = "operators")]
impl Dict {
    #[slot(compare)]
    fn compare(this: Gc<Dict>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let wanted = match op {
            CompareOp::Eq => true,
            CompareOp::Ne => false,
            _ => return Ok(singletons::not_implemented()),
        };
        match other.cast::<Dict>() {
            Some(other) => Ok(Value::from_bool(equal(vm, this, other)? == wanted)),
            None => Ok(singletons::not_implemented()),
        }
    }

    #[slot(or)]
    fn union(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        let (Some(left), Some(_)) = (a.cast::<Dict>(), b.cast::<Dict>()) else {
            return Ok(singletons::not_implemented());
        };
        let union = left.copy(vm)?;
        union.update(vm, b)?;
        Ok(union.into())
    }

    #[slot(ior)]
    fn update_in_place(this: Gc<Dict>, vm: &mut Vm, other: Value) -> PyResult<Value> {
        this.update(vm, other)?;
        Ok(this.into())
    }
}

fn show_entries(this: Gc<Dict>, vm: &mut Vm) -> PyResult<Show> {
    let mut show = Show::new(vm, "{")?;
    let mut at = 0;
    let mut first = true;
    while let Some((key, value, _)) = this.next_entry(&mut at) {
        if !std::mem::take(&mut first) {
            show.push(vm, ", ")?;
        }
        show.push_repr(vm, key)?;
        show.push(vm, ": ")?;
        show.push_repr(vm, value)?;
    }
    show.push(vm, "}")?;
    Ok(show)
}

fn equal(vm: &mut Vm, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    let mut at = 0;
    while let Some((key, value, hash)) = a.next_entry(&mut at) {
        match b.get_hashed(vm, key, hash)? {
            Some(other) if vm.eq(other, value)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn update_from_arguments(
    this: Gc<Dict>,
    vm: &mut Vm,
    name: &str,
    args: &[Value],
    kwnames: Value,
) -> PyResult<()> {
    match *positional(args, kwnames) {
        [] => {}
        [argument] => this.update(vm, argument)?,
        ref more => {
            return Err(vm.type_error(format_args!(
                "{name} expected at most 1 argument, got {}",
                more.len()
            )));
        }
    }
    for (key, value) in KwArgs::all(args, kwnames).iter() {
        this.set_str(vm, key, value)?;
    }
    Ok(())
}

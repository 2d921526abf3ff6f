//! Slots of Python classes: they look the special method up and call it.
//!
//! [`fill`] gives the function for a slot; `types/inherit.rs` decides when a class needs it.

use super::{CompareOp, Slot, Slots};
use crate::str::Str;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use crate::{exceptions, singletons};
use heap::Gc;

/// The interned name of the special method of `slot`.
fn name(vm: &Vm, slot: Slot) -> Gc<Str> {
    vm.names().primary[slot as usize]
}

/// Finds special method `name` on the class of `this` and binds it; the receiver is then in the arguments.
fn method(vm: &mut Vm, this: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    vm.lookup_special(this, name)
}

fn missing(vm: &mut Vm, this: Value, name: Gc<Str>) -> crate::vm::Raised {
    vm.attribute_error(
        this,
        name,
        format_args!("'{}' object has no attribute '{}'", class_name(this), name.text()),
    )
}

fn call(vm: &mut Vm, this: Value, name: Gc<Str>, args: &[Value]) -> PyResult<Value> {
    match vm.call_special(this, name, args)? {
        Some(v) => Ok(v),
        None => Err(missing(vm, this, name)),
    }
}

macro_rules! python {
    (unary, $s:ident) => {
        |vm, this| call(vm, this, name(vm, Slot::$s), &[])
    };
    (hash, $s:ident) => {
        hash
    };
    (bool, $s:ident) => {
        truth
    };
    (len, $s:ident) => {
        length
    };
    (next, $s:ident) => {
        next
    };
    (binary, $s:ident) => {
        |vm, a, b| binary(vm, a, b, Slot::$s)
    };
    (ternary, $s:ident) => {
        power
    };
    (inplace, $s:ident) => {
        |vm, this, other| call(vm, this, name(vm, Slot::$s), &[other])
    };
    (concat, $s:ident) => {
        |vm, this, other| call(vm, this, name(vm, Slot::$s), &[other])
    };
    (getitem, $s:ident) => {
        |vm, this, key| call(vm, this, name(vm, Slot::$s), &[key])
    };
    (contains, $s:ident) => {
        contains
    };
    (setitem, $s:ident) => {
        setitem
    };
    (descr_get, $s:ident) => {
        descr_get
    };
    (descr_set, $s:ident) => {
        descr_set
    };
    (getattr, $s:ident) => {
        getattr
    };
    (setattr, $s:ident) => {
        setattr
    };
    (call, $s:ident) => {
        call_object
    };
    (init, $s:ident) => {
        init
    };
    (new, $s:ident) => {
        new
    };
    (del, $s:ident) => {
        del
    };
    (repeat, $s:ident) => {
        |vm, this, n| {
            let n = crate::int::from_i64(vm, n as i64)?;
            call(vm, this, name(vm, Slot::$s), &[n])
        }
    };
    (irepeat, $s:ident) => {
        |vm, this, n| {
            let n = crate::int::from_i64(vm, n as i64)?;
            call(vm, this, name(vm, Slot::$s), &[n])
        }
    };
    (compare, $s:ident) => {
        compare
    };
}
macro_rules! fill_fn {
    ($($slot:ident: $ty:ident, $kind:ident, $($text:literal),+;)*) => {
        /// Puts the function that calls the special method into slot `slot`.
        pub fn fill(slots: &mut Slots, slot: Slot) {
            match slot { $(Slot::$slot => slots.$slot = Some(python!($kind, $slot)),)* }
        }
    };
}
crate::for_each_slot!(fill_fn);

fn hash(vm: &mut Vm, this: Value) -> PyResult<i64> {
    let n = vm.names().__hash__;
    let Some(h) = vm.call_special(this, n, &[])? else {
        return hash_not_implemented(vm, this);
    };
    match crate::int::hash_of_int(h) {
        // What fits is the hash as it is; only larger ints are hashed themselves.
        Some(reduced) => Ok(match crate::int::to_i64(h) {
            Some(-1) => -2,
            Some(h) => h,
            None => reduced,
        }),
        None => Err(vm.type_error(format_args!("__hash__ method should return an integer"))),
    }
}

/// The slot of classes whose `__hash__` is `None`.
pub fn hash_not_implemented(vm: &mut Vm, this: Value) -> PyResult<i64> {
    Err(vm.type_error(format_args!("unhashable type: '{}'", class_name(this))))
}

fn truth(vm: &mut Vm, this: Value) -> PyResult<bool> {
    let n = vm.names().__bool__;
    if let Some(r) = vm.call_special(this, n, &[])? {
        return match r.as_bool() {
            Some(b) => Ok(b),
            None => Err(vm.type_error(format_args!(
                "__bool__ should return bool, returned {}",
                class_name(r)
            ))),
        };
    }
    let n = vm.names().__len__;
    match vm.call_special(this, n, &[])? {
        Some(r) => Ok(checked_length(vm, r)? != 0),
        None => Ok(true),
    }
}

fn length(vm: &mut Vm, this: Value) -> PyResult<usize> {
    let n = vm.names().__len__;
    let r = call(vm, this, n, &[])?;
    checked_length(vm, r)
}

fn checked_length(vm: &mut Vm, r: Value) -> PyResult<usize> {
    let r = vm.index(r)?;
    if crate::int::is_negative(r) {
        return Err(vm.value_error(format_args!("__len__() should return >= 0")));
    }
    vm.index_isize(r, &exceptions::OVERFLOW_ERROR).map(|n| n as usize)
}

fn next(vm: &mut Vm, this: Value) -> PyResult<Option<Value>> {
    let n = vm.names().__next__;
    match call(vm, this, n, &[]) {
        Ok(v) => Ok(Some(v)),
        Err(r) => {
            if vm.raised_matches(&exceptions::STOP_ITERATION) {
                vm.stop = vm.take_raised();
                Ok(None)
            } else {
                Err(r)
            }
        }
    }
}

/// `a op b` where at least one is of a Python class: the method of `a`, then, unless `b`'s class is the same, the
/// reflected one of `b` (first, when `b`'s class derives from `a`'s and overrides it).
fn binary(vm: &mut Vm, a: Value, b: Value, slot: Slot) -> PyResult<Value> {
    let mine = python_slot(slot);
    let has = |v: Value| class_of(v).slots().same(&mine, slot);
    let (ta, tb) = (class_of(a), class_of(b));
    let reflected_name = vm.names().reflected[slot as usize];
    let mut try_b = ta != tb && has(b);
    if has(a) {
        if try_b && tb.is_subtype(ta) && overrides(vm, ta, tb, reflected_name) {
            let r = try_call(vm, b, reflected_name, a)?;
            if !singletons::is_not_implemented(r) {
                return Ok(r);
            }
            try_b = false;
        }
        let n = name(vm, slot);
        let r = try_call(vm, a, n, b)?;
        if !singletons::is_not_implemented(r) || ta == tb {
            return Ok(r);
        }
    }
    if try_b { try_call(vm, b, reflected_name, a) } else { Ok(singletons::not_implemented()) }
}

fn try_call(vm: &mut Vm, this: Value, name: Gc<Str>, arg: Value) -> PyResult<Value> {
    Ok(vm.call_special(this, name, &[arg])?.unwrap_or(singletons::not_implemented()))
}

fn overrides(vm: &mut Vm, base: Gc<Type>, derived: Gc<Type>, name: Gc<Str>) -> bool {
    match Type::lookup(derived, vm, name) {
        None => false,
        Some(f) => Type::lookup(base, vm, name) != Some(f),
    }
}

fn python_slot(slot: Slot) -> Slots {
    let mut s = Slots::EMPTY;
    fill(&mut s, slot);
    s
}

fn power(vm: &mut Vm, a: Value, b: Value, m: Value) -> PyResult<Value> {
    if m.is_none() || m.is_undef() {
        return binary(vm, a, b, Slot::pow);
    }
    // Three-argument power never reflects through special methods of the modulus.
    if class_of(a).slots().same(&python_slot(Slot::pow), Slot::pow) {
        let n = vm.names().__pow__;
        return call(vm, a, n, &[b, m]);
    }
    if class_of(b).slots().same(&python_slot(Slot::pow), Slot::pow) {
        let n = vm.names().__rpow__;
        return Ok(vm.call_special(b, n, &[a, m])?.unwrap_or(singletons::not_implemented()));
    }
    Ok(singletons::not_implemented())
}

fn contains(vm: &mut Vm, this: Value, v: Value) -> PyResult<bool> {
    let n = vm.names().__contains__;
    if let Some((f, _)) = class_of(this).lookup_where(n) {
        if f.is_none() {
            return Err(
                vm.type_error(format_args!("'{}' object is not a container", class_name(this)))
            );
        }
        let r = call(vm, this, n, &[v])?;
        return vm.truthy(r);
    }
    vm.iter_contains(this, v)
}

fn setitem(vm: &mut Vm, this: Value, key: Value, value: Option<Value>) -> PyResult<()> {
    let names = vm.names();
    match value {
        Some(v) => call(vm, this, names.__setitem__, &[key, v])?,
        None => call(vm, this, names.__delitem__, &[key])?,
    };
    Ok(())
}

fn descr_get(vm: &mut Vm, this: Value, obj: Value, cls: Value) -> PyResult<Value> {
    let n = vm.names().__get__;
    let none = |v: Value| v.defined().unwrap_or(Value::NONE);
    Ok(vm.call_special(this, n, &[none(obj), none(cls)])?.unwrap_or(this))
}

fn descr_set(vm: &mut Vm, this: Value, obj: Value, value: Option<Value>) -> PyResult<()> {
    let names = vm.names();
    match value {
        Some(v) => call(vm, this, names.__set__, &[obj, v])?,
        None => call(vm, this, names.__delete__, &[obj])?,
    };
    Ok(())
}

/// Attribute read of a class that defines `__getattribute__` or `__getattr__`.
pub fn getattr(vm: &mut Vm, this: Value, attr: Gc<Str>) -> PyResult<Value> {
    let names = vm.names();
    let ty = class_of(this);
    let own = Type::lookup(ty, vm, names.__getattribute__);
    let generic = own.is_none_or(dunder_is_object_getattribute);
    let r = if generic {
        crate::attrs::generic_getattr(vm, this, attr)
    } else {
        call(vm, this, names.__getattribute__, &[attr.into()])
    };
    match r {
        Err(e) if vm.raised_matches(&exceptions::ATTRIBUTE_ERROR) => {
            if Type::lookup(ty, vm, names.__getattr__).is_none() {
                return Err(e);
            }
            let first = vm.take_raised();
            match vm.call_special(this, names.__getattr__, &[attr.into()])? {
                Some(v) => Ok(v),
                None => Err(vm.restore_raised(first)),
            }
        }
        r => r,
    }
}

fn dunder_is_object_getattribute(f: Value) -> bool {
    f.exact::<crate::descr::WrapperDescriptor>().is_some_and(|w| {
        w.dunder.slot == Slot::getattr && w.owner == crate::types::core::OBJECT().object()
    })
}

/// Attribute write of a class that defines `__setattr__` or `__delattr__`.
pub fn setattr(vm: &mut Vm, this: Value, attr: Gc<Str>, value: Option<Value>) -> PyResult<()> {
    let names = vm.names();
    match value {
        Some(v) => call(vm, this, names.__setattr__, &[attr.into(), v])?,
        None => call(vm, this, names.__delattr__, &[attr.into()])?,
    };
    Ok(())
}

fn call_object(vm: &mut Vm, this: Value, args: &[Value], kwnames: Value) -> PyResult<Value> {
    let n = vm.names().__call__;
    match method(vm, this, n)? {
        Some(f) => vm.call_kw(f, args, kwnames),
        None => Err(vm.type_error(format_args!("'{}' object is not callable", class_name(this)))),
    }
}

fn init(vm: &mut Vm, this: Value, args: &[Value], kwnames: Value) -> PyResult<()> {
    let n = vm.names().__init__;
    let Some(f) = method(vm, this, n)? else { return Err(missing(vm, this, n)) };
    let r = vm.call_kw(f, args, kwnames)?;
    if r.is_none() {
        return Ok(());
    }
    Err(vm.type_error(format_args!("__init__() should return None, not '{}'", class_name(r))))
}

fn new(vm: &mut Vm, cls: Gc<Type>, args: &[Value], kwnames: Value) -> PyResult<Value> {
    let n = vm.names().__new__;
    let f = vm.getattr(cls.into(), n)?;
    vm.call_prepended(f, cls.into(), args, kwnames)
}

fn del(vm: &mut Vm, this: Value) -> PyResult<()> {
    let n = vm.names().__del__;
    if let Some(f) = method(vm, this, n)? {
        vm.call(f, &[])?;
    }
    Ok(())
}

fn compare(vm: &mut Vm, this: Value, other: Value, op: CompareOp) -> PyResult<Value> {
    let n = vm.names().compare[op as usize];
    try_call(vm, this, n, other)
}

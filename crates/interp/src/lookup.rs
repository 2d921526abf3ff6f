//! Look-ups behind the attribute and name ops, and the filling of their inline caches.
//!
//! A cache is filled only with what the look-up just found, and only if the class's version is the same before and
//! after (look-ups can run Python code that changes classes). Cached values are weak: they live as long as the class
//! they were found on; a change of a class clears all caches that went through it (`invalidate`).

use crate::cache::{self, kind};
use crate::machine::{Pc, Regs, set, set_word, word_value};
use heap::Gc;
use objects::attrs;
use objects::def::TypeFlags;
use objects::dict::Dict;
use objects::exceptions;
use objects::shape::{core, flag, shape};
use objects::str::Str;
use objects::types::{Type, class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A linked name.
unsafe fn name_of(v: Value) -> Gc<Str> {
    // SAFETY: linking puts interned strings into name words.
    unsafe { v.cast_unchecked() }
}

/// `r[b].name` when no cache knew it.
#[inline(never)]
pub unsafe fn load_attr(vm: *mut Vm, pc: Pc, o: Value) -> PyResult<Value> {
    // SAFETY: called by a handler at `pc`.
    let (vm, name) = unsafe { (&mut *vm, name_of(word_value(pc, 3))) };
    if o.shape() == core::MODULE
        && let Some((v, keys)) = cache::module_attribute(vm, o, name)?
    {
        // SAFETY: `pc` is at a LoadAttr.
        unsafe { set_site(pc, (cache::MODULE_SITE, keys)) };
        return Ok(v);
    }
    if let Some(entry) = cache::classify(vm, o, name) {
        let v = match entry.kind {
            kind::VALUE => entry.value,
            // SAFETY: the entry is about the shape of `o`.
            slot if cache::is_slot(slot) => unsafe { cache::slot(o, slot) },
            _ => Value::UNDEF,
        };
        if !v.is_undef() {
            // SAFETY: `pc` is at a LoadAttr.
            unsafe { cache::refill(vm, pc, &entry, false) };
            return Ok(v);
        }
    }
    vm.getattr(o, name)
}

/// Pushes the frame of the getter of the property that the shared cache knows for `o.name`. False if its getter is no
/// longer a Python function.
#[inline(never)]
pub unsafe fn enter_getter(vm: *mut Vm, name: u64, o: Value, dst: u16) -> PyResult<bool> {
    // SAFETY: called by a handler that found the property.
    unsafe {
        let Some(entry) = cache::find(vm, o, name, cache::purpose::READ) else { return Ok(false) };
        let getter = entry.value.exact::<objects::wrappers::Property>().map(|p| p.get.get());
        let Some(f) = getter.and_then(|f| f.exact::<objects::code::Function>()) else {
            return Ok(false);
        };
        crate::call::push(&mut *vm, f, &[o], Value::UNDEF, (dst, 4), 0)?;
        Ok(true)
    }
}

/// `r[a], r[a+1] = r[b].name` for a call when no cache knew it.
#[inline(never)]
pub unsafe fn load_method(vm: *mut Vm, pc: Pc, regs: Regs, a: u16, o: Value) -> PyResult<()> {
    // SAFETY: called by a handler at `pc`.
    unsafe {
        let vm = &mut *vm;
        let name = name_of(word_value(pc, 3));
        if o.shape() == core::MODULE
            && let Some((v, keys)) = cache::module_attribute(vm, o, name)?
        {
            set_site(pc, (cache::MODULE_SITE, keys));
            set(regs, a, v);
            set(regs, a + 1, Value::UNDEF);
            return Ok(());
        }
        if let Some(entry) = cache::classify(vm, o, name) {
            cache::refill(vm, pc, &entry, true);
        }
        let (f, receiver) = method_for_call(vm, o, name)?;
        set(regs, a, f);
        set(regs, a + 1, receiver);
        Ok(())
    }
}

unsafe fn set_site(pc: Pc, (shape, value): (u64, u64)) {
    // SAFETY: `pc` is at an attribute op, whose first two words are caches.
    unsafe {
        set_word(pc, 2, value);
        set_word(pc, 1, shape);
    }
}

/// The attribute `name` of `o` for a call: a function of the class and `o`, or the attribute and UNDEF.
fn method_for_call(vm: &mut Vm, o: Value, name: Gc<Str>) -> PyResult<(Value, Value)> {
    let ty = class_of(o);
    if !ty.reads_plainly() {
        return Ok((vm.getattr(o, name)?, Value::UNDEF));
    }
    let found = Type::lookup(ty, vm, name);
    let Some(d) = found.filter(|d| class_of(*d).has(TypeFlags::METHOD_DESCRIPTOR)) else {
        return Ok((vm.getattr(o, name)?, Value::UNDEF));
    };
    if let Some(header) = o.header()
        && shape(header.shape()).has(flag::HAS_ATTRS)
        && let Some(own) = attrs::own_get(vm, header, name)?
    {
        return Ok((own, Value::UNDEF));
    }
    Ok((d, o))
}

/// `r[a].name = r[b]` when no cache knew it.
#[inline(never)]
pub unsafe fn store_attr(vm: *mut Vm, pc: Pc, o: Value, value: Value) -> PyResult<()> {
    // SAFETY: called by a handler at `pc`.
    let (vm, name) = unsafe { (&mut *vm, name_of(word_value(pc, 3))) };
    let ty = class_of(o);
    let (Some(header), true) = (o.header(), ty.writes_plainly()) else {
        return vm.setattr(o, name, value);
    };
    let version = ty.version(vm);
    let before = header.shape();
    let descriptor =
        Type::lookup(ty, vm, name).filter(|d| class_of(*d).slots().descr_set.is_some());
    vm.setattr(o, name, value)?;
    if version == 0 || ty.version(vm) != version {
        return Ok(());
    }
    let after = header.shape();
    let (s, t) = (shape(before), shape(after));
    if s.has(flag::DICT_MODE) || t.has(flag::DICT_MODE) {
        return Ok(());
    }
    let slot = match descriptor {
        Some(d) => objects::descr::member_slot(d, ty),
        None => t.find(name),
    };
    let Some(slot) = slot else { return Ok(()) };
    if (after == before || t.parent == before) && cache::watch(vm, ty) {
        let next = if after == before { 0 } else { after };
        if let Some(entry) = cache::put_write(vm, before, name, slot, next)
            && cache::is_slot(entry.kind)
        {
            // SAFETY: `pc` is at a StoreAttr of the running frame.
            unsafe { cache::refill_write(vm, pc, &entry) };
        }
    }
    Ok(())
}

/// `del r[a].name`
#[inline(never)]
pub unsafe fn delete_attr(vm: *mut Vm, o: Value, name: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe { (*vm).delattr(o, name_of(name)) }
}

/// `super(r[b+1], r[b+2]).name`
#[inline(never)]
pub unsafe fn super_attr(
    vm: *mut Vm,
    regs: Regs,
    b: u16,
    argc: u16,
    name: Value,
) -> PyResult<Value> {
    // SAFETY: called by a handler; the registers are in the frame.
    unsafe {
        let vm = &mut *vm;
        let r = |i: u16| *regs.add(usize::from(b + i));
        let name = name_of(name);
        if r(0) == Value::from(objects::types::core::SUPER().object()) {
            let (v, method) = objects::wrappers::Super::lookup(vm, r(1), r(2), name)?;
            return if method { bind(vm, v, r(2)) } else { Ok(v) };
        }
        let args = [r(1), r(2)];
        let s = vm.call(r(0), &args[..usize::from(argc.min(2))])?;
        vm.getattr(s, name)
    }
}

/// `r[a], r[a+1] = super(r[b+1], r[b+2]).name` for a call.
#[inline(never)]
pub unsafe fn super_method(
    vm: *mut Vm,
    regs: Regs,
    a: u16,
    b: u16,
    argc: u16,
    name: Value,
) -> PyResult<()> {
    // SAFETY: as for `super_attr`.
    unsafe {
        let r = |i: u16| *regs.add(usize::from(b + i));
        let this = r(2);
        if r(0) == Value::from(objects::types::core::SUPER().object()) {
            let (v, method) =
                objects::wrappers::Super::lookup(&mut *vm, r(1), this, name_of(name))?;
            if method {
                remember_super(&mut *vm, r(1), this, name_of(name), v);
            }
            set(regs, a, v);
            set(regs, a + 1, if method { this } else { Value::UNDEF });
            return Ok(());
        }
        let v = super_attr(vm, regs, b, argc, name)?;
        set(regs, a, v);
        set(regs, a + 1, Value::UNDEF);
        Ok(())
    }
}

/// Lets the next `super(class, this).name()` find `method` by the shape of `this`.
fn remember_super(vm: &mut Vm, class: Value, this: Value, name: Gc<Str>, method: Value) {
    let Some(class) = class.cast::<Type>() else { return };
    let ty = class_of(this);
    if this.shape() != core::TYPE && ty.is_subtype(class) && cache::watch(vm, ty) {
        let version = class.version(vm);
        if version != 0 {
            cache::put(vm, this, name, cache::purpose::SUPER, version, method);
        }
    }
}

fn bind(vm: &mut Vm, f: Value, this: Value) -> PyResult<Value> {
    match class_of(f).slots().descr_get {
        Some(get) => get(vm, f, this, class_of(this).into()),
        None => Ok(f),
    }
}

/// `with` and `async with`: the special method on the type.
#[inline(never)]
pub unsafe fn special(vm: *mut Vm, regs: Regs, a: u16, o: Value, which: u16) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let names = vm.names();
        let table = [names.__enter__, names.__exit__, names.__aenter__, names.__aexit__];
        let name = table[usize::from(which).min(3)];
        let ty = class_of(o);
        if let Some(d) = Type::lookup(ty, vm, name) {
            if class_of(d).has(TypeFlags::METHOD_DESCRIPTOR) {
                set(regs, a, d);
                set(regs, a + 1, o);
            } else {
                let f = bind(vm, d, o)?;
                set(regs, a, f);
                set(regs, a + 1, Value::UNDEF);
            }
            return Ok(());
        }
        Err(missing_special(vm, o, which))
    }
}

fn missing_special(vm: &mut Vm, o: Value, which: u16) -> objects::vm::Raised {
    let names = vm.names();
    let asynchronous = which >= 2;
    let (protocol, other) = if asynchronous {
        ("asynchronous context manager", [names.__enter__, names.__exit__])
    } else {
        ("context manager", [names.__aenter__, names.__aexit__])
    };
    let method = ["__enter__", "__exit__", "__aenter__", "__aexit__"][usize::from(which).min(3)];
    let has_other = other.iter().all(|n| class_of(o).lookup_where(*n).is_some());
    let hint = match (has_other, asynchronous) {
        (false, _) => "",
        (true, false) => {
            " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?"
        }
        (true, true) => {
            " but it supports the context manager protocol. Did you mean to use 'with'?"
        }
    };
    vm.type_error(format_args!(
        "'{}' object does not support the {protocol} protocol (missed {method} method){hint}",
        class_name(o)
    ))
}

/// The running frame's function.
fn function(vm: &Vm) -> Gc<objects::code::Function> {
    // SAFETY: a frame is running.
    unsafe { (*vm.top).func }
}

/// The global or builtin of a LoadGlobal whose caches missed.
#[inline(never)]
pub unsafe fn load_global(vm: *mut Vm, pc: Pc) -> PyResult<Value> {
    // SAFETY: called by a handler at `pc`.
    unsafe {
        let vm = &mut *vm;
        let name = name_of(word_value(pc, 3));
        let f = function(vm);
        if Value::from(f.globals).exact::<Dict>().is_some()
            && Value::from(f.builtins).exact::<Dict>().is_some()
        {
            if let Some(index) = f.globals.find_entry_str(name) {
                let id = f.globals.layout_id(vm);
                if id != 0 {
                    set_word(pc, 2, 0);
                    set_word(pc, 1, u64::from(id) | u64::from(index) << 32);
                }
                return Ok(f.globals.entry_value(index));
            }
            if let Some(index) = f.builtins.find_entry_str(name) {
                let (g, b) = (f.globals.layout_id(vm), f.builtins.layout_id(vm));
                // 0: keys that aren't exact strings may equal the name in their own way.
                if g != 0 && b != 0 {
                    set_word(pc, 1, u64::from(g));
                    set_word(pc, 2, u64::from(b) | u64::from(index) << 32);
                }
                return Ok(f.builtins.entry_value(index));
            }
        }
        global_or_builtin(vm, name)
    }
}

fn global_or_builtin(vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
    let f = function(vm);
    for dict in [f.globals, f.builtins] {
        if let Some(v) = mapping_get(vm, dict.into(), name)? {
            return Ok(v);
        }
    }
    Err(vm.name_error(name, format_args!("name '{}' is not defined", name.text())))
}

/// `mapping[name]`, `None` when it isn't there. Subclasses of dict go through `__getitem__`.
fn mapping_get(vm: &mut Vm, mapping: Value, name: Gc<Str>) -> PyResult<Option<Value>> {
    if let Some(d) = mapping.exact::<Dict>() {
        return d.get(vm, name.into());
    }
    match vm.getitem(mapping, name.into()) {
        Ok(v) => Ok(Some(v)),
        Err(_) if vm.raised_matches(&exceptions::KEY_ERROR) => {
            vm.clear_raised();
            Ok(None)
        }
        Err(r) => Err(r),
    }
}

/// `global name; name = v`
#[inline(never)]
pub unsafe fn store_global(vm: *mut Vm, name: Value, v: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let globals = function(&*vm).globals;
        globals.set(&mut *vm, name, v)
    }
}

/// `global name; del name`
#[inline(never)]
pub unsafe fn delete_global(vm: *mut Vm, name: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let globals = function(vm).globals;
        if globals.remove(vm, name)?.is_some() {
            return Ok(());
        }
        let name = name_of(name);
        Err(vm.name_error(name, format_args!("name '{}' is not defined", name.text())))
    }
}

/// The local, global or builtin `name` of a module or class body.
#[inline(never)]
pub unsafe fn load_name(vm: *mut Vm, namespace: Value, name: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let name = name_of(name);
        if let Some(v) = mapping_get(vm, namespace, name)? {
            return Ok(v);
        }
        global_or_builtin(vm, name)
    }
}

/// `name = v` in a module or class body.
#[inline(never)]
pub unsafe fn store_name(vm: *mut Vm, namespace: Value, name: Value, v: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        match namespace.exact::<Dict>() {
            Some(d) => d.set(&mut *vm, name, v),
            None if namespace.is_undef() => {
                let name = name_of(name);
                Err((*vm)
                    .system_error(format_args!("no locals found when storing '{}'", name.text())))
            }
            None => (*vm).setitem(namespace, name, v),
        }
    }
}

/// `del name` in a module or class body.
#[inline(never)]
pub unsafe fn delete_name(vm: *mut Vm, namespace: Value, name: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        match namespace.exact::<Dict>() {
            Some(d) => {
                if d.remove(vm, name)?.is_some() {
                    return Ok(());
                }
            }
            None => match vm.delitem(namespace, name) {
                Ok(()) => return Ok(()),
                Err(_) if vm.raised_matches(&exceptions::KEY_ERROR) => vm.clear_raised(),
                Err(r) => return Err(r),
            },
        }
        let name = name_of(name);
        Err(vm.name_error(name, format_args!("name '{}' is not defined", name.text())))
    }
}

/// `name` of a mapping, else global or builtin.
#[inline(never)]
pub unsafe fn from_dict_or_globals(vm: *mut Vm, mapping: Value, name: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe { load_name(vm, mapping, name) }
}

/// `locals()` of a module or class body.
#[inline(never)]
pub unsafe fn locals(vm: *mut Vm, namespace: Value) -> PyResult<Value> {
    if namespace.is_undef() {
        // SAFETY: called by a handler.
        return Err(unsafe { (*vm).system_error(format_args!("no locals")) });
    }
    Ok(namespace)
}

/// Makes `__annotations__` in the namespace unless it is there.
#[inline(never)]
pub unsafe fn setup_annotations(vm: *mut Vm, namespace: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let name = vm.names().__annotations__;
        if mapping_get(vm, namespace, name)?.is_some() {
            return Ok(());
        }
        let d = Dict::new(vm)?;
        store_name(vm, namespace, name.into(), d.into())
    }
}

/// The builtin `__build_class__`.
#[inline(never)]
pub unsafe fn build_class(vm: *mut Vm) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let name = vm.names().__build_class__;
        match mapping_get(vm, function(vm).builtins.into(), name)? {
            Some(v) => Ok(v),
            None => Err(vm.name_error(name, format_args!("__build_class__ not found"))),
        }
    }
}

/// Hook: clears the attribute caches, since something that they tell of `ty`'s instances may have changed.
///
/// All of them: which class a site's shape belongs to can't be asked, as the class may be dead by now. They are soon
/// filled again, and classes with instances seldom change.
pub fn invalidate(vm: &mut Vm, _ty: Gc<Type>) {
    crate::state(vm).attributes.clear();
    crate::link::clear_caches(vm);
}

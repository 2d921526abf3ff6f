//! Attributes and globals: inline caches in the handlers, the shared cache behind them (`cache.rs`), look-ups in
//! `lookup.rs`.

use crate::cache::{self, kind, purpose};
use crate::lookup;
use crate::machine::{
    done, finish, get, next, ops, raise, save, set, slow, tail, word, word_value,
};
use heap::Header;
use objects::code::Function;
use objects::types::Type;
use objects::value::Value;
use objects::vm::Vm;
use objects::wrappers::{ClassMethod, StaticMethod};

/// Address of a heap object's header, if `v` is one and its shape is the low half of the cache word.
#[inline(always)]
unsafe fn guarded(v: Value, cache: u64) -> Option<*mut u8> {
    if !v.is_heap() {
        return None;
    }
    let object = (v.bits() - objects::value::TAG_HEAP) as *mut Header;
    // SAFETY: a heap reference.
    if unsafe { (*object).shape() } == cache as u32 { Some(object.cast()) } else { None }
}

/// The function of the running frame.
#[inline(always)]
unsafe fn function(vm: *mut Vm) -> heap::Gc<Function> {
    // SAFETY: a frame is running.
    unsafe { (*(*vm).top).func }
}

ops! {
    LoadAttr(a, b) |pc, regs, vm, w| {
        let cache = word(pc, 1);
        if let Some(object) = guarded(get(regs, b), cache) {
            let at = (cache >> 32) as usize;
            let v = if at != 0 { *object.add(at).cast::<Value>() } else { word_value(pc, 2) };
            // A slot of `__slots__` may be unset.
            if v.is_undef() { tail!(load_attr_general, pc, regs, vm, w) }
            set(regs, a, v);
            next!(pc, regs, vm, 4)
        }
        tail!(load_attr_shared, pc, regs, vm, w)
    }
    /// Another shape than the site's last one, a module or a class: what the shared cache knows.
    load_attr_shared(a, b) |pc, regs, vm, w| {
        let o = get(regs, b);
        if let Some(v) = cache::of_class_or_module(pc, o) {
            set(regs, a, v);
            next!(pc, regs, vm, 4)
        }
        let Some(entry) = cache::find(vm, o, word(pc, 3), purpose::READ) else {
            tail!(load_attr_general, pc, regs, vm, w)
        };
        let v = match entry.kind {
            kind::VALUE => entry.value,
            kind::PROPERTY => tail!(load_property, pc, regs, vm, w),
            kind::STATIC => entry.value.cast_unchecked::<StaticMethod>().function.get(),
            slot if cache::is_slot(slot) => cache::slot(o, slot),
            kind::OUTSIDE => cache::outside(o, &entry),
            _ => Value::UNDEF,
        };
        if v.is_undef() { tail!(load_attr_general, pc, regs, vm, w) }
        cache::refill(vm, pc, &entry, false);
        set(regs, a, v);
        next!(pc, regs, vm, 4)
    }
    /// A property whose getter is a Python function, which runs in this machine.
    load_property(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        match lookup::enter_getter(vm, word(pc, 3), get(regs, b), a) {
            Ok(true) => tail!(crate::ops::call::enter_pushed, pc, regs, vm, w),
            Ok(false) => tail!(load_attr_general, pc, regs, vm, w),
            Err(_) => raise!(pc, regs, vm, w),
        }
    }
    LoadMethod(a, b) |pc, regs, vm, w| {
        let receiver = get(regs, b);
        let cache = word(pc, 1);
        if guarded(receiver, cache).is_some() {
            set(regs, a, word_value(pc, 2));
            // The high half says whether the value takes the receiver as its first argument.
            set(regs, a + 1, if cache >> 32 == 0 { receiver } else { Value::UNDEF });
            next!(pc, regs, vm, 4)
        }
        tail!(load_method_shared, pc, regs, vm, w)
    }
    /// As `load_attr_shared`, for a call.
    load_method_shared(a, b) |pc, regs, vm, w| {
        let o = get(regs, b);
        if let Some(v) = cache::of_class_or_module(pc, o) {
            set(regs, a, v);
            set(regs, a + 1, Value::UNDEF);
            next!(pc, regs, vm, 4)
        }
        let Some(entry) = cache::find(vm, o, word(pc, 3), purpose::READ) else {
            tail!(load_method_general, pc, regs, vm, w)
        };
        let (f, receiver) = match entry.kind {
            kind::METHOD => (entry.value, o),
            kind::VALUE => (entry.value, Value::UNDEF),
            kind::STATIC => (entry.value.cast_unchecked::<StaticMethod>().function.get(), Value::UNDEF),
            kind::CLASS => (entry.value.cast_unchecked::<ClassMethod>().function.get(), cache::receiver_class(o)),
            slot if cache::is_slot(slot) => (cache::slot(o, slot), Value::UNDEF),
            kind::OUTSIDE => (cache::outside(o, &entry), Value::UNDEF),
            _ => (Value::UNDEF, Value::UNDEF),
        };
        if f.is_undef() { tail!(load_method_general, pc, regs, vm, w) }
        cache::refill(vm, pc, &entry, true);
        set(regs, a, f);
        set(regs, a + 1, receiver);
        next!(pc, regs, vm, 4)
    }
    StoreAttr(a, b) |pc, regs, vm, w| {
        let cache = word(pc, 1);
        if let Some(object) = guarded(get(regs, a), cache) {
            *object.add((cache >> 32) as usize).cast::<Value>() = get(regs, b);
            let next_shape = word(pc, 2) as u32;
            let header = object.cast::<Header>();
            if next_shape != 0 { (*header).set_shape(next_shape); }
            (*(*vm).heap).barrier(header);
            next!(pc, regs, vm, 4)
        }
        tail!(store_attr_shared, pc, regs, vm, w)
    }
    /// As `load_attr_shared`, for a store.
    store_attr_shared(a, b) |pc, regs, vm, w| {
        let o = get(regs, a);
        let Some(entry) = cache::find(vm, o, word(pc, 3), purpose::WRITE) else {
            tail!(store_attr_general, pc, regs, vm, w)
        };
        let header = (o.bits() - objects::value::TAG_HEAP) as *mut Header;
        let next_shape = entry.value.bits() as u32;
        if cache::is_slot(entry.kind) {
            *header.cast::<u8>().add(entry.kind as usize).cast::<Value>() = get(regs, b);
            (*(*vm).heap).barrier(header);
            cache::refill_write(vm, pc, &entry);
        } else if !cache::store_outside(vm, o, &entry, get(regs, b)) {
            tail!(store_attr_general, pc, regs, vm, w)
        }
        if next_shape != 0 { (*header).set_shape(next_shape); }
        next!(pc, regs, vm, 4)
    }
    DeleteAttr(a) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::delete_attr(vm, get(regs, a), word_value(pc, 1)), pc, regs, vm, w, 2)
    }
    LoadSuperAttr(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(lookup::super_attr(vm, regs, b, c, word_value(pc, 3)), a, pc, regs, vm, w, 4)
    }
    LoadSuperMethod(a, b, c) |pc, regs, vm, w| {
        let (class, this) = (get(regs, b + 1), get(regs, b + 2));
        if get(regs, b) == Value::from(objects::types::core::SUPER().object())
            && class.is_heap()
            && let Some(entry) = cache::find(vm, this, word(pc, 3), purpose::SUPER)
            && class.cast::<Type>().is_some_and(|class| class.cached_version() == entry.kind)
        {
            set(regs, a, entry.value);
            set(regs, a + 1, this);
            next!(pc, regs, vm, 4)
        }
        save!(vm, pc);
        done!(lookup::super_method(vm, regs, a, b, c, word_value(pc, 3)), pc, regs, vm, w, 4)
    }
    LoadSpecial(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::special(vm, regs, a, get(regs, b), c), pc, regs, vm, w, 3)
    }

    LoadGlobal(a) |pc, regs, vm, w| {
        let f = function(vm);
        let globals_cache = word(pc, 1);
        // An empty cache has a layout id that no dict has.
        if f.globals.keys_id.get() == globals_cache as u32 {
            let builtins_cache = word(pc, 2);
            if builtins_cache == 0 {
                set(regs, a, f.globals.entry_value((globals_cache >> 32) as u32));
                next!(pc, regs, vm, 4)
            }
            // The globals lack the name; the builtins must be as they were too.
            if f.builtins.keys_id.get() == builtins_cache as u32 {
                set(regs, a, f.builtins.entry_value((builtins_cache >> 32) as u32));
                next!(pc, regs, vm, 4)
            }
        }
        tail!(load_global, pc, regs, vm, w)
    }
    StoreGlobal(a) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::store_global(vm, word_value(pc, 1), get(regs, a)), pc, regs, vm, w, 2)
    }
    DeleteGlobal() |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::delete_global(vm, word_value(pc, 1)), pc, regs, vm, w, 2)
    }
    LoadName(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(lookup::load_name(vm, get(regs, b), word_value(pc, 4)), a, pc, regs, vm, w, 5)
    }
    StoreName(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::store_name(vm, get(regs, b), word_value(pc, 2), get(regs, a)), pc, regs, vm, w, 3)
    }
    DeleteName(b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::delete_name(vm, get(regs, b), word_value(pc, 1)), pc, regs, vm, w, 2)
    }
    LoadFromDictOrGlobals(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(lookup::from_dict_or_globals(vm, get(regs, b), word_value(pc, 1)), a, pc, regs, vm, w, 2)
    }
    LoadLocals(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(lookup::locals(vm, get(regs, b)), a, pc, regs, vm, w, 1)
    }
    SetupAnnotations(b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::setup_annotations(vm, get(regs, b)), pc, regs, vm, w, 1)
    }
    LoadBuildClass(a) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(lookup::build_class(vm), a, pc, regs, vm, w, 1)
    }
}

slow! {
    load_attr_general(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(lookup::load_attr(vm, pc, get(regs, b)), a, pc, regs, vm, w, 4)
    }
    load_method_general(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::load_method(vm, pc, regs, a, get(regs, b)), pc, regs, vm, w, 4)
    }
    store_attr_general(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::store_attr(vm, pc, get(regs, a), get(regs, b)), pc, regs, vm, w, 4)
    }
    load_global(a) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(lookup::load_global(vm, pc), a, pc, regs, vm, w, 4)
    }
}

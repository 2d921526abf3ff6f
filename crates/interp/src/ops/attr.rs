//! Attributes and globals: inline caches in the handlers, look-ups in `lookup.rs`.

use crate::lookup;
use crate::machine::{
    Pc, done, finish, get, next, ops, raise, save, set, slow, tail, word, word_value,
};
use heap::Header;
use objects::code::Function;
use objects::value::Value;
use objects::vm::Vm;

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
            set(regs, a, v);
            next!(pc, regs, vm, 4)
        }
        tail!(load_attr, pc, regs, vm, w)
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
        tail!(load_method, pc, regs, vm, w)
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
        tail!(store_attr, pc, regs, vm, w)
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
    load_attr(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(lookup::load_attr(vm, pc, get(regs, b)), a, pc, regs, vm, w, 4)
    }
    load_method(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::load_method(vm, pc, regs, a, get(regs, b)), pc, regs, vm, w, 4)
    }
    store_attr(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(lookup::store_attr(vm, pc, get(regs, a), get(regs, b)), pc, regs, vm, w, 4)
    }
    load_global(a) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(lookup::load_global(vm, pc), a, pc, regs, vm, w, 4)
    }
}

/// Where the caches of the attribute ops are, for whoever clears them.
pub const CACHE_WORD: usize = 1;

/// Whether the op at `pc` has an attribute cache.
pub unsafe fn has_attr_cache(pc: Pc) -> bool {
    // SAFETY: `pc` is the first word of an op.
    let op = regcode::Word(unsafe { *pc }).op();
    matches!(
        op,
        Some(
            regcode::Op::LoadAttr
                | regcode::Op::LoadMethod
                | regcode::Op::StoreAttr
                | regcode::Op::Call
        )
    )
}

//! Building and taking apart collections, items, strings.

use crate::machine::{done, finish, get, next, ops, raise, save, set, slow, tail, word_value};
use crate::{build, unpack};
use heap::Header;
use objects::list::List;
use objects::shape::core;
use objects::value::{TAG_HEAP, Value};
use objects::vm::{PyResult, Vm};

#[inline(never)]
unsafe fn getitem(vm: *mut Vm, o: Value, key: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe { (*vm).getitem(o, key) }
}

#[inline(never)]
unsafe fn setitem(vm: *mut Vm, o: Value, key: Value, v: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe { (*vm).setitem(o, key, v) }
}

#[inline(never)]
unsafe fn delitem(vm: *mut Vm, o: Value, key: Value) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe { (*vm).delitem(o, key) }
}

/// The object if it is exactly of the core type with this shape.
#[inline(always)]
unsafe fn exact(v: Value, shape: u32) -> Option<*mut Header> {
    if !v.is_heap() {
        return None;
    }
    let p = (v.bits() - TAG_HEAP) as *mut Header;
    // SAFETY: a heap reference.
    if unsafe { (*p).shape() } == shape { Some(p) } else { None }
}

/// Item `i` of an exact list or tuple, if there is one.
#[inline(always)]
unsafe fn sequence_item(o: Value, i: i64) -> Option<Value> {
    // SAFETY: the shape says what the object is.
    unsafe {
        if let Some(list) = exact(o, core::LIST) {
            return (*list.cast::<List>()).item_at(i);
        }
        if let Some(tuple) = exact(o, core::TUPLE) {
            return (*tuple.cast::<objects::tuple::Tuple>()).item_at(i);
        }
        None
    }
}

ops! {
    GetItem(a, b, c) |pc, regs, vm, w| {
        let (o, key) = (get(regs, b), get(regs, c));
        if key.is_small_int()
            && let Some(v) = sequence_item(o, key.small_int_unchecked())
        {
            set(regs, a, v);
            next!(pc, regs, vm, 1)
        }
        tail!(get_item_other, pc, regs, vm, w)
    }
    GetItemI(a, b, ci) |pc, regs, vm, w| {
        if let Some(v) = sequence_item(get(regs, b), ci) {
            set(regs, a, v);
            next!(pc, regs, vm, 1)
        }
        tail!(get_item_imm_other, pc, regs, vm, w)
    }
    /// Dictionaries are common, so this path isn't cold.
    get_item_other(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(getitem(vm, get(regs, b), get(regs, c)), a, pc, regs, vm, w, 1)
    }
    SetItem(a, b, c) |pc, regs, vm, w| {
        let (o, key) = (get(regs, a), get(regs, b));
        if key.is_small_int()
            && let Some(list) = exact(o, core::LIST)
            && (*list.cast::<List>()).store_at(&*(*vm).heap, key.small_int_unchecked(), get(regs, c))
        {
            next!(pc, regs, vm, 1)
        }
        tail!(set_item_other, pc, regs, vm, w)
    }
    /// As `get_item_other`.
    set_item_other(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(setitem(vm, get(regs, a), get(regs, b), get(regs, c)), pc, regs, vm, w, 1)
    }
    DelItem(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(delitem(vm, get(regs, a), get(regs, b)), pc, regs, vm, w, 1)
    }
    GetSlice(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::get_slice(vm, regs, b), a, pc, regs, vm, w, 1)
    }
    SetSlice(a) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(build::set_slice(vm, regs, a), pc, regs, vm, w, 1)
    }

    BuildTuple(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::tuple(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    BuildList(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::list(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    BuildSet(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::set(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    BuildMap(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::map(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    BuildString(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::string(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    BuildSlice(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::slice(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    BuildTemplate(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::template(vm, get(regs, b), get(regs, c)), a, pc, regs, vm, w, 1)
    }
    BuildInterpolation(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::interpolation(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    ListAppend(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(build::list_append(vm, get(regs, a), get(regs, b)), pc, regs, vm, w, 1)
    }
    ListExtend(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(build::list_extend(vm, get(regs, a), get(regs, b)), pc, regs, vm, w, 1)
    }
    SetAdd(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(build::set_add(vm, get(regs, a), get(regs, b)), pc, regs, vm, w, 1)
    }
    SetUpdate(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(build::set_update(vm, get(regs, a), get(regs, b)), pc, regs, vm, w, 1)
    }
    MapAdd(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(build::map_add(vm, get(regs, a), get(regs, b), get(regs, c)), pc, regs, vm, w, 1)
    }
    DictUpdate(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(build::dict_update(vm, get(regs, a), get(regs, b)), pc, regs, vm, w, 1)
    }
    DictMerge(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(build::dict_merge(vm, get(regs, a), get(regs, b), get(regs, c)), pc, regs, vm, w, 1)
    }
    UnpackSequence(a, b) |pc, regs, vm, w| {
        if let Some(items) = crate::unpack::items(get(regs, a), b) {
            crate::unpack::store(pc, regs, 0, items);
            next!(pc, regs, vm, 1 + usize::from(b).div_ceil(4))
        }
        tail!(unpack_other, pc, regs, vm, w)
    }
    /// Any iterable, or the wrong number of items.
    unpack_other(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(unpack::sequence(vm, pc, regs, get(regs, a), b), pc, regs, vm, w, 1 + usize::from(b).div_ceil(4))
    }
    UnpackEx(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(unpack::starred(vm, pc, regs, get(regs, a), b, c), pc, regs, vm, w, 1 + (usize::from(b) + usize::from(c) + 1).div_ceil(4))
    }
    FormatSimple(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::format(vm, get(regs, b), Value::UNDEF), a, pc, regs, vm, w, 1)
    }
    FormatWithSpec(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::format(vm, get(regs, b), get(regs, c)), a, pc, regs, vm, w, 1)
    }
    ConvertValue(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(build::convert(vm, get(regs, b), c), a, pc, regs, vm, w, 1)
    }

    MakeFunction(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::define::function(vm, get(regs, b)), a, pc, regs, vm, w, 1)
    }
    SetFunctionAttribute(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        done!(crate::define::set_attribute(vm, get(regs, a), get(regs, b), c), pc, regs, vm, w, 1)
    }
    ImportName(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::import::import_name(vm, word_value(pc, 1), get(regs, b), get(regs, c)), a, pc, regs, vm, w, 2)
    }
    ImportFrom(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::import::import_from(vm, get(regs, b), word_value(pc, 1)), a, pc, regs, vm, w, 2)
    }
    MatchClass(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::pattern::class(vm, regs, b, c), a, pc, regs, vm, w, 1)
    }
    MatchMapping(a, b) |pc, regs, vm, _w| {
        set(regs, a, crate::pattern::is_mapping(get(regs, b)));
        next!(pc, regs, vm, 1)
    }
    MatchSequence(a, b) |pc, regs, vm, _w| {
        set(regs, a, crate::pattern::is_sequence(get(regs, b)));
        next!(pc, regs, vm, 1)
    }
    MatchKeys(a, b, c) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::pattern::keys(vm, get(regs, b), get(regs, c)), a, pc, regs, vm, w, 1)
    }
    GetLen(a, b) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(crate::pattern::length(vm, get(regs, b)), a, pc, regs, vm, w, 1)
    }
}

slow! {
    get_item_imm_other(a, b, ci) |pc, regs, vm, w| {
        save!(vm, pc);
        finish!(getitem(vm, get(regs, b), Value::int32(ci as i32)), a, pc, regs, vm, w, 1)
    }
}

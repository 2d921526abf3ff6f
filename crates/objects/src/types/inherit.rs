//! Which function is in which slot of a Python class.
//!
//! A slot whose special method is found (along the MRO) as the wrapper of a native class takes that class's function
//! directly; a Python function, or any other object, gets the function that looks it up and calls it.

use super::Type;
use crate::descr::WrapperDescriptor;
use crate::slots::dunder::DUNDERS;
use crate::slots::{Slot, Slots, python};
use crate::str::Str;
use crate::value::Value;
use crate::vm::Vm;
use heap::Gc;

/// Every slot of a class that has just got its dictionary and MRO.
pub fn all_slots(vm: &mut Vm, ty: Gc<Type>) -> Slots {
    let mut slots = match ty.base.get() {
        Some(base) => *base.slots(),
        None => Slots::EMPTY,
    };
    for row in 0..Slot::COUNT {
        resolve(vm, ty, &mut slots, row);
    }
    slots
}

/// Recomputes the slots that special method `name` belongs to, in `ty` and the classes that derive from it.
pub fn update_slots(ty: Gc<Type>, vm: &mut Vm, name: Gc<Str>) {
    let Some(text) = name.text().as_str() else { return };
    if !(text.starts_with("__") && text.ends_with("__")) {
        return;
    }
    let rows: Vec<usize> =
        (0..Slot::COUNT).filter(|row| special_methods(*row).any(|n| n == text)).collect();
    if rows.is_empty() {
        return;
    }
    for class in vm.rt().subclasses_of(ty) {
        // SAFETY: live classes; nothing below allocates.
        let class: Gc<Type> = unsafe { Gc::from_ptr(class.as_ptr()) };
        if class.def.is_some() && class != ty {
            continue;
        }
        let mut slots = *class.slots();
        for row in &rows {
            resolve(vm, class, &mut slots, *row);
        }
        class.set_slots(slots);
    }
}

/// Names of the special methods that decide about slot number `row`.
fn special_methods(row: usize) -> impl Iterator<Item = &'static str> {
    let extra: &[&'static str] = if row == Slot::new as usize {
        &["__new__"]
    } else if row == Slot::del as usize {
        &["__del__"]
    } else if row == Slot::getattr as usize {
        &["__getattr__"]
    } else {
        &[]
    };
    DUNDERS[row].iter().map(|d| d.name).chain(extra.iter().copied())
}

fn resolve(vm: &mut Vm, ty: Gc<Type>, slots: &mut Slots, row: usize) {
    let slot = Slot::ALL[row];
    let mut native: Option<Gc<Type>> = None;
    let mut found = false;
    let mut python_needed = false;
    for name in special_methods(row) {
        // Names of special methods are interned at start.
        let Ok(name) = vm.intern(name) else { return };
        let Some((value, _)) = ty.lookup_where(name) else { continue };
        found = true;
        match value.exact::<WrapperDescriptor>() {
            Some(w) if w.dunder.slot == slot && ty.is_subtype(w.owner) => {
                python_needed |= native.is_some_and(|n| !n.slots().same(w.owner.slots(), slot));
                native = Some(w.owner);
            }
            _ if slot == Slot::hash && value.is_none() => {
                slots.hash = Some(python::hash_not_implemented);
                return;
            }
            _ if slot == Slot::new && is_native_new(value) => {
                native = native_new_owner(value);
                python_needed |= native.is_none();
            }
            // The sequence slots share their special methods with the number slots, which come first.
            Some(_)
                if matches!(slot, Slot::concat | Slot::repeat | Slot::iconcat | Slot::irepeat) => {}
            Some(w) if shares_name(slot, w.dunder.slot) => {}
            _ => {
                python_needed =
                    !matches!(slot, Slot::concat | Slot::repeat | Slot::iconcat | Slot::irepeat)
                        || python_needed
            }
        }
    }
    if python_needed {
        python::fill(slots, slot);
    } else if let Some(owner) = native {
        slots.copy(owner.slots(), slot);
    } else if !found || !matches!(slot, Slot::del) {
        clear_if_own(ty, slots, slot, found);
    }
}

/// `__add__` of a native sequence is the wrapper of its concatenation: no business of the number slot.
fn shares_name(slot: Slot, wrapper: Slot) -> bool {
    matches!(
        (slot, wrapper),
        (Slot::add, Slot::concat)
            | (Slot::mul, Slot::repeat)
            | (Slot::iadd, Slot::iconcat)
            | (Slot::imul, Slot::irepeat)
    )
}

/// A slot without any special method in sight is absent, unless a native base fills it without one.
fn clear_if_own(ty: Gc<Type>, slots: &mut Slots, slot: Slot, found: bool) {
    if found {
        return;
    }
    let native = native_base(ty);
    match native {
        Some(n) => slots.copy(n.slots(), slot),
        None => slots.copy(&Slots::EMPTY, slot),
    }
}

fn native_base(ty: Gc<Type>) -> Option<Gc<Type>> {
    let mut at = Some(ty);
    while let Some(t) = at {
        if t.def.is_some() {
            return Some(t);
        }
        at = t.base.get();
    }
    None
}

fn is_native_new(value: Value) -> bool {
    native_new_owner(value).is_some()
}

/// The class whose `__new__` the native function `value` is.
fn native_new_owner(value: Value) -> Option<Gc<Type>> {
    value.exact::<crate::native::NativeFunction>().and_then(|f| f.new_of.get())
}

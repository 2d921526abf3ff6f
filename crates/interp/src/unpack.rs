//! Unpacking assignments.

use crate::machine::{Pc, Regs};
use heap::RootVec;
use objects::dict::Dict;
use objects::list::List;
use objects::tuple::Tuple;
use objects::types::{class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};

/// The destination number `i` of the op at `pc`: four register numbers to an extra word.
unsafe fn target(pc: Pc, i: usize) -> usize {
    // SAFETY: the op has as many as it says.
    (unsafe { *pc.add(1 + i / 4) } >> (16 * (i % 4)) & 0xFFFF) as usize
}

/// The items of an exact tuple or list of `count` items; valid until the next allocation or store into it.
#[inline(always)]
pub unsafe fn items<'a>(v: Value, count: u16) -> Option<&'a [Value]> {
    let count = usize::from(count);
    // SAFETY: the shape tells what the object is; a list's items are the first ones of its array.
    unsafe {
        if let Some(tuple) = v.exact::<Tuple>() {
            return (tuple.len() == count).then(|| tuple.as_static_items());
        }
        let list = v.exact::<List>()?;
        (list.len() == count).then(|| std::slice::from_raw_parts(list.first_item(), count))
    }
}

/// Writes `values` to the op's destinations, from number `from` on.
#[inline(always)]
pub unsafe fn store(pc: Pc, regs: Regs, from: usize, values: &[Value]) {
    for (i, v) in values.iter().enumerate() {
        // SAFETY: destinations are in the frame.
        unsafe { *regs.add(target(pc, from + i)) = *v };
    }
}

/// `a, b, c = v`
#[inline(never)]
pub unsafe fn sequence(vm: *mut Vm, pc: Pc, regs: Regs, v: Value, count: u16) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let count = usize::from(count);
        let known = v.exact::<Tuple>().map(|t| t.len());
        if let Some(len) = known.or_else(|| v.exact::<List>().map(|l| l.len())) {
            return Err(wrong_count(vm, len, count, Some(len)));
        }
        let mut items = vm.root_vec()?;
        let it = iterator(vm, v)?;
        take(vm, it, count, &mut items, |vm, got| wrong_count(vm, got, count, None))?;
        if vm.next(it)?.is_some() {
            let total = v.exact::<Dict>().map(|d| d.len());
            return Err(wrong_count(vm, count + 1, count, total));
        }
        store(pc, regs, 0, items.as_slice());
        Ok(())
    }
}

/// `a, *b, c = v`: `before` targets, a list, `after` targets.
#[inline(never)]
pub unsafe fn starred(
    vm: *mut Vm,
    pc: Pc,
    regs: Regs,
    v: Value,
    before: u16,
    after: u16,
) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let (before, after) = (usize::from(before), usize::from(after));
        let mut items = vm.root_vec()?;
        let it = iterator(vm, v)?;
        let too_few = |vm: &mut Vm, got: usize| {
            let wanted = before + after;
            vm.value_error(format_args!(
                "not enough values to unpack (expected at least {wanted}, got {got})"
            ))
        };
        take(vm, it, before, &mut items, too_few)?;
        let rest = List::new(vm)?;
        rest.extend(vm, it)?;
        if rest.len() < after {
            return Err(too_few(vm, before + rest.len()));
        }
        let middle = rest.len() - after;
        for i in middle..rest.len() {
            let r = items.push(rest.get(i).unwrap_or(Value::UNDEF));
            vm.grow(r)?;
        }
        for _ in 0..after {
            rest.pop();
        }
        store(pc, regs, 0, &items.as_slice()[..before]);
        *regs.add(target(pc, before)) = rest.into();
        store(pc, regs, before + 1, &items.as_slice()[before..]);
        Ok(())
    }
}

fn iterator(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if !vm.is_iterable(v) {
        return Err(
            vm.type_error(format_args!("cannot unpack non-iterable {} object", class_name(v)))
        );
    }
    vm.iter(v)
}

fn take(
    vm: &mut Vm,
    it: Value,
    count: usize,
    items: &mut RootVec<Value>,
    too_few: impl FnOnce(&mut Vm, usize) -> Raised,
) -> PyResult<()> {
    let next = vm.next_fn(it)?;
    debug_assert!(class_of(it).slots().next.is_some());
    for got in 0..count {
        match next(vm, it)? {
            Some(v) => {
                let r = items.push(v);
                vm.grow(r)?;
            }
            None => return Err(too_few(vm, got)),
        }
    }
    Ok(())
}

/// `total`: how many there are, if that is known.
fn wrong_count(vm: &mut Vm, got: usize, wanted: usize, total: Option<usize>) -> Raised {
    if got < wanted {
        return vm.value_error(format_args!(
            "not enough values to unpack (expected {wanted}, got {got})"
        ));
    }
    match total {
        Some(n) => {
            vm.value_error(format_args!("too many values to unpack (expected {wanted}, got {n})"))
        }
        None => vm.value_error(format_args!("too many values to unpack (expected {wanted})")),
    }
}

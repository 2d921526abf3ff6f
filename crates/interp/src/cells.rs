//! Cells and the errors of unbound variables.

use heap::Gc;
use objects::cell::Cell;
use objects::dict::Dict;
use objects::exceptions;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A new cell that holds `v` (UNDEF for empty).
#[inline(never)]
pub unsafe fn make(vm: *mut Vm, v: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe { Ok(Cell::create(&mut *vm, v)?.into()) }
}

/// What the cell holds; UNDEF for empty.
#[inline(always)]
pub unsafe fn content(cell: Value) -> Value {
    // SAFETY: the verifier proved that the register holds a cell.
    unsafe { cell.cast_unchecked::<Cell>().value.get() }
}

/// Fills the cell.
#[inline(always)]
pub unsafe fn store(vm: *mut Vm, cell: Value, v: Value) {
    // SAFETY: as for `content`.
    unsafe {
        let cell: Gc<Cell> = cell.cast_unchecked();
        cell.value.set(cell, &*(*vm).heap, v);
    }
}

/// SystemError unless `v` is a cell.
#[inline(never)]
pub unsafe fn check(vm: *mut Vm, v: Value) -> PyResult<()> {
    if v.exact::<Cell>().is_some() {
        return Ok(());
    }
    // SAFETY: called by a handler.
    Err(unsafe { (*vm).system_error(format_args!("a cell variable's slot holds no cell")) })
}

/// Copies the function's closure into the registers from `a` on.
#[inline(never)]
pub unsafe fn copy_free(vm: *mut Vm, regs: *mut Value, a: u16, count: u16) -> PyResult<()> {
    // SAFETY: called by a handler; the registers are in the frame.
    unsafe {
        let f = (*(*vm).top).func;
        let cells = match f.closure.get().cast::<Tuple>() {
            Some(t) => t.as_static_items(),
            None => &[],
        };
        if cells.len() != usize::from(count) || cells.iter().any(|c| c.exact::<Cell>().is_none()) {
            return Err(
                (*vm).system_error(format_args!("the function's closure doesn't fit its code"))
            );
        }
        for (i, cell) in cells.iter().enumerate() {
            *regs.add(usize::from(a) + i) = *cell;
        }
        Ok(())
    }
}

/// `mapping[name]`, or what the cell holds (UNDEF for empty).
#[inline(never)]
pub unsafe fn from_dict_or_cell(
    vm: *mut Vm,
    mapping: Value,
    cell: Value,
    name: Value,
) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let found = match mapping.exact::<Dict>() {
            Some(d) => d.get(vm, name)?,
            None => match vm.getitem(mapping, name) {
                Ok(v) => Some(v),
                Err(_) if vm.raised_matches(&exceptions::KEY_ERROR) => {
                    vm.clear_raised();
                    None
                }
                Err(r) => return Err(r),
            },
        };
        Ok(found.unwrap_or_else(|| content(cell)))
    }
}

/// UnboundLocalError about the local variable `name`.
#[inline(never)]
pub unsafe fn raise_unbound_local(vm: *mut Vm, name: Value) {
    // SAFETY: called by a handler; `name` is a linked name.
    unsafe {
        let name: Gc<Str> = name.cast_unchecked();
        let _raised = (*vm).raise(
            &exceptions::UNBOUND_LOCAL_ERROR,
            format_args!(
                "cannot access local variable '{}' where it is not associated with a value",
                name.text()
            ),
        );
    }
}

/// The error of reading the empty cell of fast local number `index`: a local variable's, or a free variable's.
#[inline(never)]
pub unsafe fn raise_unbound(vm: *mut Vm, index: u16, name: Value) {
    // SAFETY: as for `raise_unbound_local`.
    unsafe {
        let code = crate::frame::code_of((*vm).top).code;
        let kind = code.object().localspluskinds.get(usize::from(index)).copied().unwrap_or(0);
        if kind & code::object::kind::FREE == 0 {
            return raise_unbound_local(vm, name);
        }
        let name: Gc<Str> = name.cast_unchecked();
        let _raised = (*vm).name_error(
            name,
            format_args!(
                "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
                name.text()
            ),
        );
    }
}

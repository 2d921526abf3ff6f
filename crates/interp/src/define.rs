//! Making functions.

use heap::Gc;
use objects::cell::Cell;
use objects::code::{Code, Function};
use objects::dict::Dict;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A function of `code` with the running frame's globals and builtins.
#[inline(never)]
pub unsafe fn function(vm: *mut Vm, code: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let Some(code) = code.exact::<Code>() else {
            return Err(
                vm.system_error(format_args!("the stack holds no code object where one must be"))
            );
        };
        let running = (*vm.top).func;
        Ok(Function::make_with(vm, code, running.globals, running.builtins)?.into())
    }
}

/// Sets what SET_FUNCTION_ATTRIBUTE gives: defaults, keyword defaults, annotations, closure, `__annotate__`.
#[inline(never)]
pub unsafe fn set_attribute(vm: *mut Vm, f: Value, v: Value, which: u16) -> PyResult<()> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let Some(f) = f.exact::<Function>() else {
            return Err(
                vm.system_error(format_args!("the stack holds no function where one must be"))
            );
        };
        let heap = &*vm.heap;
        match which {
            0x01 if v.cast::<Tuple>().is_some() => f.defaults.set(f, heap, v),
            0x02 if v.cast::<Dict>().is_some() => f.kwdefaults.set(f, heap, v),
            0x04 => f.annotations.set(f, heap, v),
            0x08 if fits(f, v) => f.closure.set(f, heap, v),
            0x10 => f.annotate.set(f, heap, v),
            _ => {
                return Err(
                    vm.system_error(format_args!("bad attribute of a function under construction"))
                );
            }
        }
        Ok(())
    }
}

/// Whether `closure` is a tuple of as many cells as the code of `f` has free variables.
fn fits(f: Gc<Function>, closure: Value) -> bool {
    let wanted = f.code.get().free_count();
    closure
        .cast::<Tuple>()
        .is_some_and(|t| t.len() == wanted && t.items().iter().all(|c| c.exact::<Cell>().is_some()))
}

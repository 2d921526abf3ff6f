//! Tracebacks: the chain from where an exception was caught to where it was raised.

use crate::list::List;
use crate::shape::core;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// One entry: a frame and a position in it.
#[pytype(name = "traceback", shape = core::TRACEBACK, doc = "Create a new traceback object.")]
pub struct Traceback {
    /// The entry one call deeper; None at the end.
    pub next: Field<Value>,
    /// The frame object.
    pub frame: Field<Value>,
    /// Byte offset of the instruction.
    pub lasti: Cell<i32>,
    /// Line number, -1 for unknown.
    pub lineno: Cell<i32>,
}

impl Traceback {
    /// An entry in front of `next` (a traceback or None).
    pub fn new(
        vm: &mut Vm,
        next: Value,
        frame: Value,
        lasti: i32,
        lineno: i32,
    ) -> PyResult<Gc<Traceback>> {
        Traceback::create(
            vm,
            Field::new(next),
            Field::new(frame),
            Cell::new(lasti),
            Cell::new(lineno),
        )
    }
}

#[pymethods]
impl Traceback {
    #[slot(new, sig = "(tb_next, tb_frame, tb_lasti, tb_lineno)")]
    fn py_new(
        _cls: Gc<Type>,
        vm: &mut Vm,
        tb_next: Value,
        tb_frame: Value,
        tb_lasti: i32,
        tb_lineno: i32,
    ) -> PyResult<Gc<Self>> {
        if !tb_next.is_none() && tb_next.exact::<Traceback>().is_none() {
            return Err(vm.type_error(format_args!(
                "expected traceback object or None, got '{}'",
                class_name(tb_next)
            )));
        }
        if tb_frame.shape() != core::FRAME {
            return Err(vm.type_error(format_args!(
                "traceback() argument 'tb_frame' must be frame, not {}",
                class_name(tb_frame)
            )));
        }
        Traceback::new(vm, tb_next, tb_frame, tb_lasti, tb_lineno)
    }

    #[getter]
    fn tb_next(this: Gc<Self>) -> Value {
        this.next.get()
    }

    #[setter]
    fn set_tb_next(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(vm.type_error(format_args!("can't delete tb_next attribute")));
        };
        if !value.is_none() && value.exact::<Traceback>().is_none() {
            return Err(vm.type_error(format_args!(
                "expected traceback object, got '{}'",
                class_name(value)
            )));
        }
        let mut at = value;
        while let Some(tb) = at.exact::<Traceback>() {
            if tb == this {
                return Err(vm.value_error(format_args!("traceback loop detected")));
            }
            at = tb.next.get();
        }
        this.next.set(this, vm.heap(), value);
        Ok(())
    }

    #[getter(member)]
    fn tb_frame(this: Gc<Self>) -> Value {
        this.frame.get()
    }

    #[getter(member)]
    fn tb_lasti(this: Gc<Self>) -> i32 {
        this.lasti.get()
    }

    #[getter]
    fn tb_lineno(this: Gc<Self>) -> Option<i32> {
        Some(this.lineno.get()).filter(|line| *line >= 0)
    }

    #[method(sig = "($self, /)", no_text)]
    fn __dir__(_this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<List>> {
        let list = List::new(vm)?;
        for name in ["tb_frame", "tb_next", "tb_lasti", "tb_lineno"] {
            let name = vm.intern(name)?;
            list.push(vm, name.into())?;
        }
        Ok(list)
    }
}

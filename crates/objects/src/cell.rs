//! Cells: variables shared between a function and those nested in it.

use crate::exceptions;
use crate::protocol::is_identical;
use crate::singletons;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};

/// A cell; UNDEF means that the variable is unbound.
#[pytype(
    name = "cell",
    shape = crate::shape::core::CELL,
    no_create,
    signature = "([contents])",
    doc = "Create a new cell object.\n\n  contents\n    the contents of the cell. If not specified, the cell will be empty,\n    and \n further attempts to access its cell_contents attribute will\n    raise a ValueError."
)]
pub struct Cell {
    /// The variable's value.
    pub value: Field<Value>,
}

impl Cell {
    /// A cell that holds `value` (UNDEF for an empty one).
    #[inline]
    pub fn create(vm: &mut Vm, value: Value) -> PyResult<Gc<Cell>> {
        crate::args::parts::create(vm, Self::__DEF.object(), (Field::new(value),))
    }
}

#[pymethods]
impl Cell {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        if !kwnames.is_undef() {
            return Err(vm.type_error(format_args!("cell() takes no keyword arguments")));
        }
        let contents = match args {
            [] => Value::UNDEF,
            [contents] => *contents,
            _ => {
                return Err(vm.type_error(format_args!(
                    "cell expected at most 1 argument, got {}",
                    args.len()
                )));
            }
        };
        Ok(crate::args::parts::create::<Cell>(vm, cls, (Field::new(contents),))?.into())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let at = Value::from(this).header().map_or(0, Gc::addr);
        match this.value.get().defined() {
            None => Str::from_fmt(vm, format_args!("<cell at {at:#x}: empty>")),
            Some(v) => {
                let content = crate::object::identity(v);
                Str::from_fmt(
                    vm,
                    format_args!("<cell at {at:#x}: {} object at {content:#x}>", class_name(v)),
                )
            }
        }
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<Cell>() else { return Ok(singletons::not_implemented()) };
        match (this.value.get().defined(), other.value.get().defined()) {
            (Some(a), Some(b)) if is_identical(a, b) && op == CompareOp::Eq => Ok(Value::TRUE),
            (Some(a), Some(b)) => vm.compare(a, b, op),
            (a, b) => Ok(op.holds(a.is_some().cmp(&b.is_some())).into()),
        }
    }

    #[getter]
    fn cell_contents(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        match this.value.get().defined() {
            Some(v) => Ok(v),
            None => Err(vm.raise(&exceptions::VALUE_ERROR, format_args!("Cell is empty"))),
        }
    }

    #[setter]
    fn set_cell_contents(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
        this.value.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
    }
}

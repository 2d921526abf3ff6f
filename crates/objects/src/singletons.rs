//! `None`, `Ellipsis` and `NotImplemented`.
//!
//! `None` is an immediate; the other two are objects outside the heap, so that they can be named without a look-up.

use crate::exceptions;
use crate::layout::Object;
use crate::shape::core;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Gc, Header};
use macros::{pymethods, pytype};

/// The type of `None`. It has no instances in memory.
#[pytype(name = "NoneType", shape = core::NONE, no_create, doc = "The type of the None singleton.")]
pub struct NoneType {}

/// The type of `...`.
#[pytype(name = "ellipsis", shape = core::ELLIPSIS, no_create, doc = "The type of the Ellipsis singleton.")]
pub struct EllipsisType {}

/// The type of `NotImplemented`.
#[pytype(name = "NotImplementedType", shape = core::NOT_IMPLEMENTED, no_create, doc = "The type of the NotImplemented singleton.")]
pub struct NotImplementedType {}

#[repr(align(16))]
struct Static(Header);
// SAFETY: outside the heap; the header isn't written after start.
unsafe impl Sync for Static {}

static ELLIPSIS: Static = Static(Header::new(core::ELLIPSIS, 0));
static NOT_IMPLEMENTED: Static = Static(Header::new(core::NOT_IMPLEMENTED, 0));

/// `...`
#[inline(always)]
pub fn ellipsis() -> Value {
    Value::from_header(&raw const ELLIPSIS.0)
}

/// `NotImplemented`
#[inline(always)]
pub fn not_implemented() -> Value {
    Value::from_header(&raw const NOT_IMPLEMENTED.0)
}

/// Whether `v` is `NotImplemented`.
#[inline(always)]
pub fn is_not_implemented(v: Value) -> bool {
    v == not_implemented()
}

fn no_arguments<T: Object>(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
    if args.is_empty() && kwnames.is_undef() {
        return Ok(());
    }
    Err(vm.type_error(format_args!("{} takes no arguments", T::LAYOUT.name)))
}

#[pymethods]
impl NoneType {
    #[slot(new)]
    fn new(_cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        no_arguments::<Self>(vm, args, kwnames)?;
        Ok(Value::NONE)
    }
    #[slot(repr)]
    fn repr(_this: Value) -> &'static str {
        "None"
    }
    #[slot(bool)]
    fn bool(_this: Value) -> bool {
        false
    }
    #[slot(hash)]
    fn hash(_this: Value) -> i64 {
        0xFCA8_6420
    }
}

#[pymethods]
impl EllipsisType {
    #[slot(new)]
    fn new(_cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        no_arguments::<Self>(vm, args, kwnames)?;
        Ok(ellipsis())
    }
    #[slot(repr)]
    fn repr(_this: Value) -> &'static str {
        "Ellipsis"
    }
    /// Helper for pickle.
    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(_this: Value) -> &'static str {
        "Ellipsis"
    }
}

#[pymethods]
impl NotImplementedType {
    #[slot(new)]
    fn new(_cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        no_arguments::<Self>(vm, args, kwnames)?;
        Ok(not_implemented())
    }
    #[slot(repr)]
    fn repr(_this: Value) -> &'static str {
        "NotImplemented"
    }
    #[slot(bool)]
    fn bool(_this: Value, vm: &mut Vm) -> PyResult<bool> {
        Err(vm.raise(
            &exceptions::TYPE_ERROR,
            format_args!("NotImplemented should not be used in a boolean context"),
        ))
    }
    /// Helper for pickle.
    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(_this: Value) -> &'static str {
        "NotImplemented"
    }
}

//! The operations of Python's data model on any values: what `a + b`, `len(x)`, `x.y`, `f(x)` mean.
//!
//! All are methods of [`Vm`], since every one of them may run Python code.

mod attr;
mod binary;
mod call;
mod compare;
mod item;
mod iter;
mod number;
mod text;

pub use attr::AttrCache;
pub use binary::BinaryOp;
pub use iter::{to_list, to_tuple};

use crate::value::Value;

/// `a is b`: the same word, or heap floats of equal bits, or complex and int likewise immutable numbers only when they
/// are the same object.
#[inline(always)]
pub fn is_identical(a: Value, b: Value) -> bool {
    a == b || (a.is_heap() && b.is_heap() && same_heap_float(a, b))
}

#[inline(never)]
fn same_heap_float(a: Value, b: Value) -> bool {
    match (a.exact::<crate::float::Float>(), b.exact::<crate::float::Float>()) {
        (Some(a), Some(b)) => a.value.to_bits() == b.value.to_bits(),
        _ => false,
    }
}

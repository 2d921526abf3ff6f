//! Functions and code objects as Python sees them.

mod attributes;
mod constants;
mod function;
mod object;
mod replace;

pub use constants::{from_value, to_value};
pub use function::{Function, call_annotate};
pub use object::Code;

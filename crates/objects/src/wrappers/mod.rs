//! Descriptors that Python code writes as decorators: `property`, `classmethod`, `staticmethod`; and `super`.

mod methods;
mod property;
mod superobject;

pub use methods::{ClassMethod, StaticMethod};
pub use property::Property;
pub use superobject::Super;

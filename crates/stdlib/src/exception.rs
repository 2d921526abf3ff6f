//! Exception classes that belong to native modules, such as `struct.error`.

use crate::root::Root;
use objects::def::TypeDef;
use objects::dict::Dict;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::class_of;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::fmt::Arguments;

/// An exception class, made when it is first needed.
pub struct ErrorClass {
    module: &'static str,
    name: &'static str,
    base: &'static TypeDef,
    class: Root,
}

impl ErrorClass {
    /// The class `module.name`.
    pub const fn new(
        module: &'static str,
        name: &'static str,
        base: &'static TypeDef,
    ) -> ErrorClass {
        ErrorClass { module, name, base, class: Root::new() }
    }

    /// The class.
    pub fn class(&'static self, vm: &mut Vm) -> PyResult<Value> {
        self.class.get_or(vm, |vm| {
            let base: Value = self.base.object().into();
            let bases = Tuple::from_slice(vm, &[base])?;
            let dict = Dict::new(vm)?;
            let (key, module) = (vm.intern("__module__")?, vm.intern(self.module)?);
            dict.set_str(vm, key, module.into())?;
            let name = vm.intern(self.name)?;
            vm.call(class_of(base).into(), &[name.into(), bases.into(), dict.into()])
        })
    }

    /// Raises it with a message.
    #[cold]
    pub fn raise(&'static self, vm: &mut Vm, message: Arguments<'_>) -> Raised {
        match Str::from_fmt(vm, message) {
            Ok(text) => self.raise_with(vm, &[text.into()]),
            Err(r) => r,
        }
    }

    /// Raises it with these arguments.
    #[cold]
    pub fn raise_with(&'static self, vm: &mut Vm, args: &[Value]) -> Raised {
        match self.class(vm).and_then(|class| vm.call(class, args)) {
            Ok(e) => vm.raise_value(e),
            Err(r) => r,
        }
    }
}

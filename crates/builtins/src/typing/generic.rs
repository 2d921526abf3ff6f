//! `typing.Generic`. Its methods are functions of the Python module `typing`.

use heap::Gc;
use macros::{pymethods, pytype};
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// The class that generic classes derive from.
#[pytype(
    name = "typing.Generic",
    flags(BASETYPE, MUTABLE),
    signature = "",
    doc = "Abstract base class for generic types.\n\nOn Python 3.12 and newer, generic classes implicitly inherit from\nGeneric when they declare a parameter list after the class's name::\n\n    class Mapping[KT, VT]:\n        def __getitem__(self, key: KT) -> VT:\n            ...\n        # Etc.\n\nOn older versions of Python, however, generic classes have to\nexplicitly inherit from Generic.\n\nAfter a class has been declared to be generic, it can then be used as\nfollows::\n\n    def lookup_name[KT, VT](mapping: Mapping[KT, VT], key: KT, default: VT) -> VT:\n        try:\n            return mapping[key]\n        except KeyError:\n            return default"
)]
pub struct Generic {}

/// Calls a class method written in `typing`.
fn forward(
    vm: &mut Vm,
    name: &str,
    cls: Gc<Type>,
    args: &[Value],
    kwnames: Value,
) -> PyResult<Value> {
    let typing = (vm.hooks.import)(vm, "typing")?;
    let f = vm.getattr_str(typing, name)?;
    vm.call_prepended(f, cls.into(), args, kwnames)
}

#[pymethods]
impl Generic {
    #[classmethod(
        sig = "($type, *args, **kwargs)",
        no_text,
        doc = "Parameterizes a generic class.\n\nAt least, parameterizing a generic class is the *main* thing this\nmethod does. For example, for some generic class `Foo`, this is called\nwhen we do `Foo[int]` - there, with `cls=Foo` and `params=int`.\n\nHowever, note that this method is also called when defining generic\nclasses in the first place with `class Foo[T]: ...`.\n"
    )]
    fn __class_getitem__(
        cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Value> {
        forward(vm, "_generic_class_getitem", cls, args, kwnames)
    }

    /// Function to initialize subclasses.
    #[classmethod(sig = "($type, *args, **kwargs)", no_text)]
    fn __init_subclass__(
        cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Value> {
        forward(vm, "_generic_init_subclass", cls, args, kwnames)
    }
}

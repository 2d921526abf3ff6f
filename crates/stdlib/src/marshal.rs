//! `marshal`: values of a code object's constants as bytes and back, over `code::marshal`.
//!
//! What can be a constant can be marshalled; lists, sets and dicts can't yet.

use macros::pymodule;

/// The module.
#[pymodule(
    name = "marshal",
    doc = "This module contains functions that can read and write Python values in a binary format."
)]
pub mod module {
    use code::{Const, marshal};
    use heap::Gc;
    use objects::bytes::{Bytes, buffer};
    use objects::code::{Code, from_value, to_value};
    use objects::exceptions;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    /// The format's version.
    #[attr]
    fn version(_vm: &mut Vm) -> usize {
        5
    }

    /// Convert the bytes-like object to a value.
    #[function(sig = "($module, bytes, /, *, allow_code=True)")]
    fn loads(vm: &mut Vm, bytes: Value, allow_code: Option<Value>) -> PyResult<Value> {
        let view = buffer(vm, bytes)?;
        let read = marshal::read_const(view.bytes());
        drop(view);
        let constant = match read {
            Ok(constant) => constant,
            Err(e) => {
                return Err(
                    vm.raise(&exceptions::VALUE_ERROR, format_args!("bad marshal data ({e})"))
                );
            }
        };
        if let Const::Code(object) = &constant {
            if let Some(allow) = allow_code
                && !vm.truthy(allow)?
            {
                return Err(
                    vm.value_error(format_args!("unmarshalling code objects is disallowed"))
                );
            }
            return Ok(Code::new(vm, object.clone())?.into());
        }
        to_value(vm, &constant)
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    #[function(sig = "($module, value, version=version, /, *, allow_code=True)")]
    fn dumps(
        vm: &mut Vm,
        value: Value,
        version: Option<Value>,
        allow_code: Option<Value>,
    ) -> PyResult<Gc<Bytes>> {
        if let Some(version) = version {
            vm.index(version)?;
        }
        if let Some(code) = value.exact::<Code>() {
            if let Some(allow) = allow_code
                && !vm.truthy(allow)?
            {
                return Err(vm.value_error(format_args!("marshalling code objects is disallowed")));
            }
            return written(vm, marshal::write_code(code.object()));
        }
        match from_value(vm, value)? {
            Some(constant) => written(vm, marshal::write_const(&constant)),
            None => Err(vm.value_error(format_args!("unmarshallable object"))),
        }
    }

    fn written(
        vm: &mut Vm,
        bytes: Result<Vec<u8>, marshal::Unmarshallable>,
    ) -> PyResult<Gc<Bytes>> {
        match bytes {
            Ok(bytes) => Bytes::new(vm, &bytes),
            Err(_) => Err(vm.value_error(format_args!("unmarshallable object"))),
        }
    }
}

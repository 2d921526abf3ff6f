//! Bytes of bytes-like objects, copied out and in: what is mutable may change or move while Python code runs.

use objects::bytes::{buffer, buffer_of};
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// The contents of a bytes-like object; TypeError if it is none.
pub fn to_vec(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    let view = buffer(vm, v)?;
    let mut out = Vec::new();
    if out.try_reserve_exact(view.len()).is_err() {
        return Err(vm.memory_error());
    }
    out.extend_from_slice(view.bytes());
    Ok(out)
}

/// How many bytes a writable bytes-like object has.
pub fn writable_len(vm: &mut Vm, v: Value) -> PyResult<usize> {
    match buffer_of(vm, v)? {
        Some(view) if view.is_writable() => Ok(view.len()),
        _ => Err(vm.type_error(format_args!(
            "readinto() argument must be read-write bytes-like object, not {}",
            class_name(v)
        ))),
    }
}

/// Writes to the start of a writable bytes-like object.
pub fn fill(vm: &mut Vm, v: Value, bytes: &[u8]) -> PyResult<()> {
    let view = buffer(vm, v)?;
    view.write(0, &bytes[..bytes.len().min(view.len())]);
    Ok(())
}

//! What `bytes` has for itself: construction, `repr`, hash, subscription.

use super::{ByteString, Bytes, BytesIterator, construct, hex};
use crate::slice::{self, Slice};
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

#[pymethods]
impl Bytes {
    #[slot(new, sig = "(source=b'', encoding='utf-8', errors='strict')")]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        source: Option<Value>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<Gc<Bytes>> {
        let bytes = construct::construct(vm, source, encoding, errors)?;
        if cls == crate::types::core::BYTES().object() {
            return Ok(bytes);
        }
        Bytes::new_as(vm, cls, bytes.as_slice())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let text = prim::format::quote::repr_bytes(this.as_slice());
        Str::from_fallible(vm, text)
    }

    #[slot(hash)]
    fn hash_slot(this: Gc<Self>) -> i64 {
        this.hash()
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<BytesIterator>> {
        BytesIterator::over(vm, this)
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.exact::<Slice>() {
            let indices = slice.unpack(vm)?.within(this.len);
            if indices.step == 1 {
                return Ok(Bytes::part(this, vm, indices.range())?.into());
            }
            let bytes = this.as_slice();
            let part = Bytes::build(vm, indices.len, |sink| {
                for index in indices.iter() {
                    sink.push(bytes.get(index..=index).unwrap_or_default());
                }
            })?;
            return Ok(part.into());
        }
        let Some(index) = slice::index_of(vm, key)? else {
            return Err(vm.type_error(format_args!(
                "byte indices must be integers or slices, not {}",
                class_name(key)
            )));
        };
        match slice::item_index(index, this.len).and_then(|index| this.as_slice().get(index)) {
            Some(byte) => Ok(Value::int32((*byte).into())),
            None => Err(vm.index_error(format_args!("index out of range"))),
        }
    }

    #[method(sig = "($self, /)")]
    fn __getnewargs__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let bytes = Bytes::whole(this, vm)?;
        Tuple::from_slice(vm, &[bytes.into()])
    }

    /// Convert this value to exact type bytes.
    #[method(name = "__bytes__", sig = "($self, /)")]
    fn to_bytes(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
        Bytes::whole(this, vm)
    }

    #[method(sig = "($self, /)", doc = "Returns the size of the object in memory, in bytes.")]
    fn __sizeof__(this: Gc<Self>) -> usize {
        // What the object takes in CPython: a null byte comes last.
        33 + this.len
    }

    /// Create a bytes object from a string of hexadecimal numbers.
    ///
    /// Spaces between two numbers are accepted.
    /// Example: bytes.fromhex('B9 01EF') -> b'\\xb9\\x01\\xef'.
    #[classmethod(sig = "($type, string, /)")]
    fn fromhex(cls: Gc<Type>, vm: &mut Vm, string: Value) -> PyResult<Value> {
        let bytes = hex::from_hex(vm, string)?;
        let bytes = Bytes::make(vm, &bytes)?;
        if cls == crate::types::core::BYTES().object() {
            return Ok(bytes.into());
        }
        vm.call(cls.into(), &[bytes.into()])
    }
}

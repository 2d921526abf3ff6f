//! What `bytearray` has for itself: construction, changes, pickling.

use super::{ByteArray, ByteArrayIterator};
use crate::bytes::{ByteString, Bytes, buffer_of, byte_of, construct, hex};
use crate::slice::{self, Indices, Slice};
use crate::str::{Builder, Str};
use crate::tuple::Tuple;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

#[pymethods]
impl ByteArray {
    #[slot(new)]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        _args: &[Value],
        _kwnames: Value,
    ) -> PyResult<Gc<ByteArray>> {
        ByteArray::new_as(vm, cls, &[])
    }

    #[slot(init, sig = "(source=b'', encoding='utf-8', errors='strict')")]
    fn init(
        this: Gc<Self>,
        vm: &mut Vm,
        source: Option<Value>,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<()> {
        ByteArray::resize(this, vm, 0)?;
        if let Some(encoded) = construct::from_text(vm, source, encoding, errors)? {
            return append(this, vm, encoded);
        }
        let Some(source) = source else { return Ok(()) };
        if source.cast::<Str>().is_some() {
            return Err(vm.type_error(format_args!("string argument without an encoding")));
        }
        if let Some(length) = construct::length(vm, source)? {
            return ByteArray::resize(this, vm, length);
        }
        append(this, vm, source)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let class = class_of(this.into());
        let mut out = Builder::new();
        out.push(vm, class.name.get().text())?;
        out.push_str(vm, "(b")?;
        let bytes = this.bytes();
        // Single quotes are escaped even between double ones.
        let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { "\"" } else { "'" };
        out.push_str(vm, quote)?;
        out.reserve(vm, bytes.len().saturating_mul(4))?;
        for byte in bytes {
            match *byte {
                b'\'' | b'\\' => out.buf().push_str(if *byte == b'\'' { "\\'" } else { "\\\\" }),
                b'\t' => out.buf().push_str("\\t"),
                b'\n' => out.buf().push_str("\\n"),
                b'\r' => out.buf().push_str("\\r"),
                b' '..=b'~' => out.buf().push_latin1(*byte),
                _ => out.buf().push_str(&format!("\\x{byte:02x}")),
            }
        }
        out.push_str(vm, quote)?;
        out.push_str(vm, ")")?;
        out.finish(vm)
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<ByteArrayIterator>> {
        ByteArrayIterator::over(vm, this)
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.exact::<Slice>() {
            let indices = slice.unpack(vm)?.within(this.len.get());
            let part = ByteArray::build(vm, indices.len, |sink| {
                let bytes = this.bytes();
                for index in indices.iter() {
                    sink.push(bytes.get(index..=index).unwrap_or_default());
                }
            })?;
            return Ok(part.into());
        }
        let index = index(vm, key)?;
        match slice::item_index(index, this.len.get()).and_then(|index| this.get(index)) {
            Some(byte) => Ok(Value::int32(byte.into())),
            None => Err(vm.index_error(format_args!("bytearray index out of range"))),
        }
    }

    #[slot(setitem)]
    fn setitem(this: Gc<Self>, vm: &mut Vm, key: Value, value: Option<Value>) -> PyResult<()> {
        if let Some(slice) = key.exact::<Slice>() {
            return set_slice(this, vm, slice, value);
        }
        let index = index(vm, key)?;
        let byte = match value {
            Some(value) => Some(byte_of(vm, value, "byte")?),
            None => None,
        };
        let Some(index) = slice::item_index(index, this.len.get()) else {
            return Err(vm.index_error(format_args!("bytearray index out of range")));
        };
        match byte {
            Some(byte) => {
                this.set(index, byte);
                Ok(())
            }
            None => ByteArray::splice(this, vm, index..index + 1, &[]),
        }
    }

    #[slot(iconcat)]
    fn iconcat(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<Gc<ByteArray>> {
        let bytes = match buffer_of(vm, other)? {
            Some(view) => Bytes::new(vm, view.bytes())?,
            None => {
                return Err(vm.type_error(format_args!(
                    "can't concat {} to {}",
                    class_name(other),
                    class_name(this.into())
                )));
            }
        };
        ByteArray::extend(this, vm, bytes.as_slice())?;
        Ok(this)
    }

    #[slot(irepeat)]
    fn irepeat(this: Gc<Self>, vm: &mut Vm, count: isize) -> PyResult<Gc<ByteArray>> {
        let count = usize::try_from(count).unwrap_or(0);
        let len = this.len.get();
        let Some(total) = len.checked_mul(count) else { return Err(vm.memory_error()) };
        ByteArray::resize(this, vm, total)?;
        let buffer = this.buffer.get();
        let start = this.start.get();
        for turn in 1..count {
            buffer.copy_within(start, start + turn * len, len);
        }
        Ok(this)
    }

    /// Append a single item to the end of the bytearray.
    ///
    ///   item
    ///     The item to be appended.
    #[method(sig = "($self, item, /)")]
    fn append(this: Gc<Self>, vm: &mut Vm, item: Value) -> PyResult<()> {
        let byte = byte_of(vm, item, "byte")?;
        ByteArray::extend(this, vm, &[byte])
    }

    /// Append all the items from the iterator or sequence to the end of the bytearray.
    ///
    ///   iterable_of_ints
    ///     The iterable of items to append.
    #[method(sig = "($self, iterable_of_ints, /)", name = "extend")]
    fn extend_method(this: Gc<Self>, vm: &mut Vm, iterable_of_ints: Value) -> PyResult<()> {
        let source = iterable_of_ints;
        if let Some(view) = buffer_of(vm, source)? {
            let bytes = Bytes::new(vm, view.bytes())?;
            drop(view);
            return ByteArray::extend(this, vm, bytes.as_slice());
        }
        if source.cast::<Str>().is_some() {
            return Err(vm.type_error(format_args!("expected iterable of integers; got: 'str'")));
        }
        match construct::from_items(vm, source, "byte")? {
            Some(bytes) => ByteArray::extend(this, vm, &bytes),
            None => {
                Err(vm
                    .type_error(format_args!("can't extend bytearray with {}", class_name(source))))
            }
        }
    }

    /// Insert a single item into the bytearray before the given index.
    ///
    ///   index
    ///     The index where the value is to be inserted.
    ///   item
    ///     The item to be inserted.
    #[method(sig = "($self, index, item, /)")]
    fn insert(this: Gc<Self>, vm: &mut Vm, index: isize, item: Value) -> PyResult<()> {
        let byte = byte_of(vm, item, "byte")?;
        let len = this.len.get();
        let at = match usize::try_from(index) {
            Ok(index) => index.min(len),
            Err(_) => len.saturating_sub(index.unsigned_abs()),
        };
        ByteArray::splice(this, vm, at..at, &[byte])
    }

    /// Remove and return a single item from B.
    ///
    ///   index
    ///     The index from where to remove the item.
    ///     -1 (the default value) means remove the last item.
    ///
    /// If no index argument is given, will pop the last item.
    #[method(sig = "($self, index=-1, /)")]
    fn pop(this: Gc<Self>, vm: &mut Vm, index: isize) -> PyResult<u8> {
        if this.len.get() == 0 {
            return Err(vm.index_error(format_args!("pop from empty bytearray")));
        }
        let at = slice::item_index(index, this.len.get());
        let (Some(at), Some(byte)) = (at, at.and_then(|at| this.get(at))) else {
            return Err(vm.index_error(format_args!("pop index out of range")));
        };
        ByteArray::splice(this, vm, at..at + 1, &[])?;
        Ok(byte)
    }

    /// Remove the first occurrence of a value in the bytearray.
    ///
    ///   value
    ///     The value to remove.
    #[method(sig = "($self, value, /)")]
    fn remove(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<()> {
        let byte = byte_of(vm, value, "byte")?;
        match memchr::memchr(byte, this.bytes()) {
            Some(at) => ByteArray::splice(this, vm, at..at + 1, &[]),
            None => Err(vm.value_error(format_args!("value not found in bytearray"))),
        }
    }

    /// Reverse the order of the values in B in place.
    #[method(sig = "($self, /)")]
    fn reverse(this: Gc<Self>) {
        let buffer = this.buffer.get();
        let (start, len) = (this.start.get(), this.len.get());
        let cells = buffer.cells().get(start..start + len).unwrap_or_default();
        for low in 0..len / 2 {
            if let (Some(a), Some(b)) = (cells.get(low), cells.get(len - 1 - low)) {
                a.swap(b);
            }
        }
    }

    /// Remove all items from the bytearray.
    #[method(sig = "($self, /)")]
    fn clear(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        ByteArray::resize(this, vm, 0)
    }

    /// Return a copy of B.
    #[method(sig = "($self, /)")]
    fn copy(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<ByteArray>> {
        ByteArray::whole(this, vm)
    }

    /// Resize the internal buffer of bytearray to len.
    ///
    ///   size
    ///     New size to resize to.
    #[method(sig = "($self, size, /)", name = "resize")]
    fn resize_method(this: Gc<Self>, vm: &mut Vm, size: isize) -> PyResult<()> {
        match usize::try_from(size) {
            Ok(size) => ByteArray::resize(this, vm, size),
            Err(_) => {
                Err(vm.value_error(format_args!("Can only resize to positive sizes, got {size}")))
            }
        }
    }

    /// B.__alloc__() -> int
    ///
    /// Return the number of bytes actually allocated.
    #[method(sig = "($self, /)")]
    fn __alloc__(this: Gc<Self>) -> usize {
        this.buffer.get().cap()
    }

    /// Returns the size of the bytearray object in memory, in bytes.
    #[method(sig = "($self, /)")]
    fn __sizeof__(this: Gc<Self>) -> usize {
        56 + this.buffer.get().cap()
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        reduced(this, vm, 2)
    }

    /// Return state information for pickling.
    #[method(sig = "($self, proto=0, /)")]
    fn __reduce_ex__(this: Gc<Self>, vm: &mut Vm, proto: i32) -> PyResult<Gc<Tuple>> {
        reduced(this, vm, proto)
    }

    /// Create a bytearray object from a string of hexadecimal numbers.
    ///
    /// Spaces between two numbers are accepted.
    /// Example: bytearray.fromhex('B9 01EF') -> bytearray(b'\\xb9\\x01\\xef')
    #[classmethod(sig = "($type, string, /)")]
    fn fromhex(cls: Gc<Type>, vm: &mut Vm, string: Value) -> PyResult<Value> {
        let bytes = hex::from_hex(vm, string)?;
        if cls == crate::types::core::BYTEARRAY().object() {
            return Ok(ByteArray::new(vm, &bytes)?.into());
        }
        let bytes = Bytes::new(vm, &bytes)?;
        vm.call(cls.into(), &[bytes.into()])
    }
}

fn index(vm: &mut Vm, key: Value) -> PyResult<isize> {
    match slice::index_of(vm, key)? {
        Some(index) => Ok(index),
        None => Err(vm.type_error(format_args!(
            "bytearray indices must be integers or slices, not {}",
            class_name(key)
        ))),
    }
}

/// Adds the bytes of a buffer or the items of an iterable.
fn append(this: Gc<ByteArray>, vm: &mut Vm, source: Value) -> PyResult<()> {
    if let Some(view) = buffer_of(vm, source)? {
        let bytes = Bytes::new(vm, view.bytes())?;
        drop(view);
        return ByteArray::extend(this, vm, bytes.as_slice());
    }
    match construct::from_items(vm, source, "byte")? {
        Some(bytes) => ByteArray::extend(this, vm, &bytes),
        None => Err(vm.type_error(format_args!(
            "cannot convert '{}' object to bytearray",
            class_name(source)
        ))),
    }
}

/// What is assigned to a slice; nothing when it is deleted.
fn assigned(vm: &mut Vm, value: Option<Value>) -> PyResult<Gc<Bytes>> {
    let Some(value) = value else { return Ok(Bytes::empty()) };
    if let Some(view) = buffer_of(vm, value)? {
        return Bytes::new(vm, view.bytes());
    }
    // Neither text nor a number is what it could be taken for.
    let is_number = class_of(value).slots().index.is_some() || crate::float::value(value).is_some();
    let items = if is_number { None } else { construct::from_items(vm, value, "byte")? };
    match items {
        Some(bytes) => Bytes::new(vm, &bytes),
        None => Err(vm.type_error(format_args!(
            "can assign only bytes, buffers, or iterables of ints in range(0, 256)"
        ))),
    }
}

fn set_slice(
    this: Gc<ByteArray>,
    vm: &mut Vm,
    slice: Gc<Slice>,
    value: Option<Value>,
) -> PyResult<()> {
    let bounds = slice.unpack(vm)?;
    let bytes = assigned(vm, value)?;
    let indices = bounds.within(this.len.get());
    if indices.step == 1 {
        return ByteArray::splice(this, vm, indices.range(), bytes.as_slice());
    }
    match value {
        None => delete_each(this, vm, indices),
        Some(_) if bytes.as_slice().len() == indices.len => {
            for (index, byte) in indices.iter().zip(bytes.as_slice()) {
                this.set(index, *byte);
            }
            Ok(())
        }
        Some(_) => Err(vm.value_error(format_args!(
            "attempt to assign bytes of size {} to extended slice of size {}",
            bytes.as_slice().len(),
            indices.len
        ))),
    }
}

/// Deletes the bytes of an extended slice.
fn delete_each(this: Gc<ByteArray>, vm: &mut Vm, indices: Indices) -> PyResult<()> {
    if indices.len == 0 {
        return Ok(());
    }
    ByteArray::resizable(this, vm)?;
    let mut gone = indices.ascending().iter().peekable();
    let mut kept = 0;
    for index in 0..this.len.get() {
        if gone.peek() == Some(&index) {
            gone.next();
        } else if let Some(byte) = this.get(index) {
            this.set(kept, byte);
            kept += 1;
        }
    }
    ByteArray::resize(this, vm, kept)
}

/// What pickling makes of it: text up to protocol 2.
fn reduced(this: Gc<ByteArray>, vm: &mut Vm, proto: i32) -> PyResult<Gc<Tuple>> {
    let object = Value::from(this);
    let name = vm.intern("__getstate__")?;
    let state = vm.call_method(object, name, &[])?;
    let arguments = if this.len.get() == 0 {
        Tuple::empty()
    } else if proto < 3 {
        let mut text = Builder::new();
        for byte in this.bytes() {
            text.push_code_point(vm, (*byte).into())?;
        }
        let pair = [text.finish(vm)?.into(), Str::new(vm, "latin-1")?.into()];
        Tuple::from_slice(vm, &pair)?
    } else {
        let bytes = ByteArray::to_bytes(this, vm)?;
        Tuple::from_slice(vm, &[bytes.into()])?
    };
    Tuple::from_slice(vm, &[class_of(object).into(), arguments.into(), state])
}

//! Making bytes of other objects: `bytes(x)`, `bytes(text, encoding)`.

use super::{ByteString, Bytes, buffer_of};
use crate::exceptions;
use crate::int;
use crate::list::List;
use crate::str::{Str, codec};
use crate::tuple::Tuple;
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// The byte that an item stands for; `what` is how messages call it.
pub fn byte_of(vm: &mut Vm, v: Value, what: &str) -> PyResult<u8> {
    let i = vm.index(v)?;
    match int::to_i64(i).and_then(|i| u8::try_from(i).ok()) {
        Some(byte) => Ok(byte),
        None => Err(vm.value_error(format_args!("{what} must be in range(0, 256)"))),
    }
}

/// The bytes that are the items of an iterable; `None` if `v` isn't one. The items of a list may change meanwhile.
pub(crate) fn from_items(vm: &mut Vm, v: Value, what: &str) -> PyResult<Option<Vec<u8>>> {
    let mut out = Vec::new();
    let add = |vm: &mut Vm, out: &mut Vec<u8>, item: Value| -> PyResult<()> {
        let byte = byte_of(vm, item, what)?;
        if out.try_reserve(1).is_err() {
            return Err(vm.memory_error());
        }
        out.push(byte);
        Ok(())
    };
    if let Some(tuple) = v.exact::<Tuple>() {
        for item in tuple.items() {
            add(vm, &mut out, *item)?;
        }
    } else if let Some(list) = v.exact::<List>() {
        let mut index = 0;
        while let Some(item) = list.get(index) {
            add(vm, &mut out, item)?;
            index += 1;
        }
    } else {
        if v.cast::<Str>().is_some() || !vm.is_iterable(v) {
            return Ok(None);
        }
        let iterator = vm.iter(v)?;
        while let Some(item) = vm.next(iterator)? {
            add(vm, &mut out, item)?;
        }
    }
    Ok(Some(out))
}

/// What `__bytes__` answers, if there is one.
pub(crate) fn through_method(vm: &mut Vm, v: Value) -> PyResult<Option<Gc<Bytes>>> {
    let name = vm.intern("__bytes__")?;
    let Some(result) = vm.call_special(v, name, &[])? else { return Ok(None) };
    match result.cast::<Bytes>() {
        Some(bytes) => Ok(Some(bytes)),
        None => Err(vm.type_error(format_args!(
            "__bytes__ returned non-bytes (type {})",
            class_name(result)
        ))),
    }
}

/// The bytes of a buffer or of the items of an iterable.
fn copied(vm: &mut Vm, v: Value) -> PyResult<Gc<Bytes>> {
    if let Some(bytes) = v.exact::<Bytes>() {
        return Ok(bytes);
    }
    if let Some(view) = buffer_of(vm, v)? {
        return Bytes::make(vm, view.bytes());
    }
    match from_items(vm, v, "bytes")? {
        Some(bytes) => Bytes::make(vm, &bytes),
        None => {
            Err(vm.type_error(format_args!("cannot convert '{}' object to bytes", class_name(v))))
        }
    }
}

/// The bytes that an object is when bytes are wanted: its `__bytes__`, its buffer, its items.
pub fn from_object(vm: &mut Vm, v: Value) -> PyResult<Gc<Bytes>> {
    if let Some(bytes) = v.exact::<Bytes>() {
        return Ok(bytes);
    }
    match through_method(vm, v)? {
        Some(bytes) => Ok(bytes),
        None => copied(vm, v),
    }
}

/// The arguments `source`, `encoding` and `errors` of a constructor where text or no source is concerned; `None` where the
/// source is something else.
pub(crate) fn from_text(
    vm: &mut Vm,
    source: Option<Value>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Option<Value>> {
    let text = source.and_then(|source| source.cast::<Str>());
    let message = match (source, text, encoding, errors) {
        (_, Some(text), Some(_), _) => return codec::encode(vm, text, encoding, errors).map(Some),
        (_, None, Some(_), _) => "encoding without a string argument",
        (_, None, None, Some(_)) => "errors without a string argument",
        (_, Some(_), None, Some(_)) => "string argument without an encoding",
        // A subclass of str may have `__bytes__`.
        _ => return Ok(None),
    };
    Err(vm.type_error(format_args!("{message}")))
}

/// The length that `source` asks for, if it is an integer.
pub(crate) fn length(vm: &mut Vm, source: Value) -> PyResult<Option<usize>> {
    if class_of(source).slots().index.is_none() {
        return Ok(None);
    }
    match vm.index_isize(source, &exceptions::OVERFLOW_ERROR) {
        Ok(length) => match usize::try_from(length) {
            Ok(length) => Ok(Some(length)),
            Err(_) => Err(vm.value_error(format_args!("negative count"))),
        },
        // `__index__` may give up: then it is looked at as anything else.
        Err(raised) if !vm.raised_matches(&exceptions::TYPE_ERROR) => Err(raised),
        Err(_) => {
            vm.clear_raised();
            Ok(None)
        }
    }
}

/// `bytes(source, encoding, errors)`
pub(super) fn construct(
    vm: &mut Vm,
    source: Option<Value>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Gc<Bytes>> {
    if let Some(encoded) = from_text(vm, source, encoding, errors)? {
        return match encoded.cast::<Bytes>() {
            Some(bytes) => Ok(bytes),
            None => copied(vm, encoded),
        };
    }
    let Some(source) = source else { return Ok(Bytes::empty()) };
    if let Some(bytes) = source.exact::<Bytes>() {
        return Ok(bytes);
    }
    if let Some(bytes) = through_method(vm, source)? {
        return Ok(bytes);
    }
    if source.cast::<Str>().is_some() {
        return Err(vm.type_error(format_args!("string argument without an encoding")));
    }
    match length(vm, source)? {
        Some(length) => Bytes::build(vm, length, |_| {}),
        None => copied(vm, source),
    }
}

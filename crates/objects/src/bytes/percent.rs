//! The `%` operator of `bytes` and `bytearray`.
//!
//! The format is read as if it were Latin-1 text, whose characters are the bytes.

use super::construct::through_method;
use super::{ByteString, Bytes, Sink, buffer, buffer_of};
use crate::bytearray::ByteArray;
use crate::int;
use crate::str::format::{ascii, raise};
use crate::str::percent::{Arguments, is_percent_sign, push_int};
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use prim::format::percent::{self, Field, Piece, Pieces, Place};
use prim::text::{Text, TextBuf};

/// `format % right`
pub(crate) fn format<T: ByteString>(vm: &mut Vm, format: Gc<T>, right: Value) -> PyResult<Gc<T>> {
    let mut text = TextBuf::new();
    if text.try_reserve(format.bytes().len().saturating_mul(2)).is_err() {
        return Err(vm.memory_error());
    }
    for byte in format.bytes() {
        text.push_latin1(*byte);
    }
    let mut arguments = Arguments::new(right, is_bytes(right));
    let mut out = Vec::new();
    for piece in Pieces::new(&text) {
        match piece {
            Ok(Piece::Literal(literal)) => push_latin1(vm, &mut out, literal)?,
            Ok(Piece::Field(field)) => push_field(vm, &text, &field, &mut arguments, &mut out)?,
            Err(error) => return Err(raise(vm, error)),
        }
    }
    arguments.finish(vm, "bytes")?;
    T::build(vm, out.len(), |sink: &mut Sink<'_>| sink.push(&out))
}

fn push(vm: &mut Vm, out: &mut Vec<u8>, bytes: &[u8]) -> PyResult<()> {
    if out.try_reserve(bytes.len()).is_err() {
        return Err(vm.memory_error());
    }
    out.extend_from_slice(bytes);
    Ok(())
}

fn is_bytes(v: Value) -> bool {
    v.cast::<Bytes>().is_some() || v.cast::<ByteArray>().is_some()
}

/// Appends text whose characters are bytes.
fn push_latin1(vm: &mut Vm, out: &mut Vec<u8>, text: &Text) -> PyResult<()> {
    if text.is_ascii() {
        return push(vm, out, text.as_bytes());
    }
    if out.try_reserve(text.byte_len()).is_err() {
        return Err(vm.memory_error());
    }
    out.extend(text.code_points().map(|c| c as u8));
    Ok(())
}

fn push_field(
    vm: &mut Vm,
    format: &Text,
    field: &Field<'_>,
    arguments: &mut Arguments,
    out: &mut Vec<u8>,
) -> PyResult<()> {
    if let Some(key) = field.key {
        if !arguments.has_mapping() {
            return Err(vm.type_error(format_args!("format requires a mapping")));
        }
        let mut bytes = Vec::new();
        push_latin1(vm, &mut bytes, key)?;
        let key = Bytes::new(vm, &bytes)?;
        arguments.key(vm, key.into())?;
    }
    let place = arguments.place(vm, field)?;
    if is_percent_sign(field) {
        return push(vm, out, b"%");
    }
    let value = arguments.take(vm)?;
    let mut text = TextBuf::new();
    match char::from_u32(field.conversion).unwrap_or('\0') {
        's' | 'b' => return push_bytes(vm, value, &place, out),
        'c' => {
            let byte = character(vm, value)?;
            let place = Place { precision: None, ..place };
            return push_padded(vm, out, &[byte], &place);
        }
        'r' | 'a' => {
            let shown = ascii(vm, value)?;
            if let Err(error) = percent::push_text_field(&mut text, shown.text(), field, &place) {
                return Err(raise(vm, error));
            }
        }
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => push_int(vm, value, field, &place, &mut text)?,
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let class = class_of(value);
            let slots = class.slots();
            if crate::float::value(value).is_none()
                && slots.float.is_none()
                && slots.index.is_none()
            {
                return Err(vm.type_error(format_args!(
                    "float argument required, not {}",
                    class_name(value)
                )));
            }
            let f = vm.float_value(value)?;
            if let Err(error) = percent::push_float_field(&mut text, f, field, &place) {
                return Err(raise(vm, error));
            }
        }
        _ => return Err(raise(vm, field.unsupported(format))),
    }
    push(vm, out, text.as_bytes())
}

/// Appends bytes in their field.
fn push_padded(vm: &mut Vm, out: &mut Vec<u8>, bytes: &[u8], place: &Place) -> PyResult<()> {
    let bytes = &bytes[..place.precision.unwrap_or(usize::MAX).min(bytes.len())];
    let padding = place.width.saturating_sub(bytes.len());
    if out.try_reserve(bytes.len().saturating_add(padding)).is_err() {
        return Err(vm.memory_error());
    }
    if !place.flags.left {
        out.resize(out.len() + padding, b' ');
    }
    out.extend_from_slice(bytes);
    if place.flags.left {
        out.resize(out.len() + padding, b' ');
    }
    Ok(())
}

/// `%b`: a buffer, or what has `__bytes__`.
fn push_bytes(vm: &mut Vm, value: Value, place: &Place, out: &mut Vec<u8>) -> PyResult<()> {
    let is_plain = value.exact::<Bytes>().is_some() || value.cast::<ByteArray>().is_some();
    if !is_plain && let Some(bytes) = through_method(vm, value)? {
        return push_padded(vm, out, bytes.as_slice(), place);
    }
    match buffer_of(vm, value)? {
        Some(view) => push_padded(vm, out, view.bytes(), place),
        None => Err(vm.type_error(format_args!(
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
            class_name(value)
        ))),
    }
}

/// `%c`: an int or a single byte.
fn character(vm: &mut Vm, value: Value) -> PyResult<u8> {
    let kind = if value.cast::<Bytes>().is_some() {
        "bytes"
    } else if value.cast::<ByteArray>().is_some() {
        "bytearray"
    } else if class_of(value).slots().index.is_none() {
        return Err(vm.type_error(format_args!(
            "%c requires an integer in range(256) or a single byte, not {}",
            class_name(value)
        )));
    } else {
        let i = vm.index(value)?;
        return match int::to_i64(i).and_then(|i| u8::try_from(i).ok()) {
            Some(byte) => Ok(byte),
            None => Err(vm.overflow_error(format_args!("%c arg not in range(256)"))),
        };
    };
    let view = buffer(vm, value)?;
    match *view.bytes() {
        [byte] => Ok(byte),
        ref bytes => {
            let len = bytes.len();
            Err(vm.type_error(format_args!(
                "%c requires an integer in range(256) or a single byte, not a {kind} object of length {len}"
            )))
        }
    }
}

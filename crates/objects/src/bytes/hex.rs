//! Bytes as hexadecimal digits.

use super::buffer_of;
use crate::bytes::Bytes;
use crate::str::Str;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// The argument `sep` of `hex`: an ASCII character or a byte.
pub fn separator(vm: &mut Vm, sep: Option<Value>) -> PyResult<Option<u8>> {
    let Some(sep) = sep else { return Ok(None) };
    if vm.len(sep)? != 1 {
        return Err(vm.value_error(format_args!("sep must be length 1.")));
    }
    let byte = if let Some(text) = sep.cast::<Str>() {
        text.as_bytes().first().copied()
    } else if let Some(bytes) = sep.cast::<Bytes>() {
        bytes.as_slice().first().copied()
    } else {
        return Err(vm.type_error(format_args!("sep must be str or bytes.")));
    };
    match byte {
        Some(byte @ 0..0x80) => Ok(Some(byte)),
        _ => Err(vm.value_error(format_args!("sep must be ASCII."))),
    }
}

/// `bytes.hex(sep, bytes_per_sep)`; groups are counted from the right, or with a negative number from the left.
pub fn to_hex(vm: &mut Vm, bytes: &[u8], sep: Option<u8>, per_group: i32) -> PyResult<Gc<Str>> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let group = usize::try_from(per_group.unsigned_abs()).unwrap_or(usize::MAX);
    let separators =
        if sep.is_none() || group == 0 || bytes.is_empty() { 0 } else { (bytes.len() - 1) / group };
    let Some(len) = bytes.len().checked_mul(2).and_then(|n| n.checked_add(separators)) else {
        return Err(vm.memory_error());
    };
    if len == 0 {
        return Ok(Str::empty());
    }
    let mut out = Str::begin(vm, None, len, len)?;
    for (index, byte) in bytes.iter().enumerate() {
        let counted = if per_group < 0 { index } else { bytes.len() - index };
        if let (Some(sep), true) = (sep, separators > 0 && index > 0 && counted % group == 0) {
            out.push(&[sep]);
        }
        out.push(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    Ok(out.finish())
}

/// The bytes that hexadecimal digits in a string or buffer stand for. Spaces may stand between bytes.
pub fn from_hex(vm: &mut Vm, string: Value) -> PyResult<Vec<u8>> {
    if let Some(text) = string.cast::<Str>() {
        return parse(vm, text.as_bytes());
    }
    match buffer_of(vm, string)? {
        Some(view) => parse(vm, view.bytes()),
        None => Err(vm.type_error(format_args!(
            "fromhex() argument must be str or bytes-like, not {}",
            class_name(string)
        ))),
    }
}

fn parse(vm: &mut Vm, digits: &[u8]) -> PyResult<Vec<u8>> {
    let mut out = Vec::new();
    if out.try_reserve_exact(digits.len() / 2).is_err() {
        return Err(vm.memory_error());
    }
    let value = |byte: u8| (byte as char).to_digit(16);
    let mut at = 0;
    while let Some(first) = digits.get(at) {
        if matches!(first, b' ' | 0x09..=0x0D) {
            at += 1;
            continue;
        }
        // The position is that of the first character that is no digit.
        let bad = match (value(*first), digits.get(at + 1).map(|second| value(*second))) {
            (Some(high), Some(Some(low))) => {
                out.push((high << 4 | low) as u8);
                at += 2;
                continue;
            }
            (None, _) => at,
            (Some(_), None) => {
                return Err(vm.value_error(format_args!(
                    "fromhex() arg must contain an even number of hexadecimal digits"
                )));
            }
            (Some(_), Some(None)) => at + 1,
        };
        return Err(vm.value_error(format_args!(
            "non-hexadecimal number found in fromhex() arg at position {bad}"
        )));
    }
    Ok(out)
}

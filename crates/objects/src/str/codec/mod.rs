//! Text to bytes and back.
//!
//! The Unicode encodings, Latin-1 and ASCII are done here; all others go through the module `codecs`. `encode` and `decode`
//! are what `str.encode`, `bytes.decode` and `str(bytes, encoding)` do; [`encode_with`] and [`decode_with`] are the codecs
//! themselves, for the module `_codecs`.

mod decode;
mod encode;
mod handler;

pub use decode::{Decoded, decode_with};
pub use encode::encode_with;
pub use handler::Handler;

use super::Str;
use crate::bytearray::ByteArray;
use crate::bytes::Bytes;
use crate::exceptions;
use crate::tuple::Tuple;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// Byte order of an encoding with units of several bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// Least significant byte first.
    Little,
    /// Most significant byte first.
    Big,
    /// As a mark at the start says; written with a mark in the order of this machine.
    Marked,
}

/// An encoding that needs no help.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Codec {
    /// UTF-8
    Utf8,
    /// UTF-16
    Utf16(Order),
    /// UTF-32
    Utf32(Order),
    /// ISO 8859-1
    Latin1,
    /// ASCII
    Ascii,
}

impl Codec {
    /// The codec with this name, in any of its spellings that aren't left to the module `encodings`.
    pub fn from_name(name: &str) -> Option<Codec> {
        let mut normal = [0u8; 16];
        let mut len = 0;
        for byte in name.bytes() {
            // As CPython does: lower case, and one underscore for whatever isn't a letter or a digit.
            let byte = match byte {
                b'a'..=b'z' | b'0'..=b'9' => byte,
                b'A'..=b'Z' => byte.to_ascii_lowercase(),
                b'-' | b'_' | b' ' => b'_',
                _ => return None,
            };
            *normal.get_mut(len)? = byte;
            len += 1;
        }
        Some(match &normal[..len] {
            b"utf_8" | b"utf8" => Codec::Utf8,
            b"utf_16" | b"utf16" => Codec::Utf16(Order::Marked),
            b"utf_16_le" | b"utf_16le" => Codec::Utf16(Order::Little),
            b"utf_16_be" | b"utf_16be" => Codec::Utf16(Order::Big),
            b"utf_32" | b"utf32" => Codec::Utf32(Order::Marked),
            b"utf_32_le" | b"utf_32le" => Codec::Utf32(Order::Little),
            b"utf_32_be" | b"utf_32be" => Codec::Utf32(Order::Big),
            b"latin_1" | b"latin1" | b"iso_8859_1" | b"iso8859_1" => Codec::Latin1,
            b"ascii" | b"us_ascii" => Codec::Ascii,
            _ => return None,
        })
    }

    /// The name that encoding errors give.
    pub fn encoder_name(self) -> &'static str {
        match self {
            Codec::Utf8 => "utf-8",
            Codec::Utf16(Order::Little) => "utf-16-le",
            Codec::Utf16(Order::Big) => "utf-16-be",
            Codec::Utf16(Order::Marked) => "utf-16",
            Codec::Utf32(Order::Little) => "utf-32-le",
            Codec::Utf32(Order::Big) => "utf-32-be",
            Codec::Utf32(Order::Marked) => "utf-32",
            Codec::Latin1 => "latin-1",
            Codec::Ascii => "ascii",
        }
    }
}

/// `text.encode(encoding, errors)`: bytes.
pub fn encode(
    vm: &mut Vm,
    text: Gc<Str>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Value> {
    let codec = native(vm, encoding, errors)?;
    if let Some(codec) = codec {
        let handler = Handler::from_name(errors);
        return Ok(encode_with(vm, text, codec, handler)?.into());
    }
    let Some(encoding) = encoding else { return Err(vm.system_error(format_args!("no encoding"))) };
    let encoded = through_codecs(vm, text.into(), encoding, errors, true)?;
    if encoded.cast::<Bytes>().is_some() {
        return Ok(encoded);
    }
    if let Some(array) = encoded.cast::<ByteArray>() {
        vm.warn(
            &exceptions::RUNTIME_WARNING,
            format_args!(
                "encoder {} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types",
                encoding.text()
            ),
            1,
        )?;
        return Ok(ByteArray::to_bytes(array, vm)?.into());
    }
    Err(vm.type_error(format_args!(
        "'{}' encoder returned '{}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types",
        encoding.text(),
        class_name(encoded)
    )))
}

/// `bytes.decode(encoding, errors)`: a string.
pub fn decode(
    vm: &mut Vm,
    bytes: Gc<Bytes>,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Gc<Str>> {
    if let Some(codec) = native(vm, encoding, errors)? {
        return Ok(decode_with(vm, bytes, codec, Handler::from_name(errors), true)?.text);
    }
    let Some(encoding) = encoding else { return Err(vm.system_error(format_args!("no encoding"))) };
    let decoded = through_codecs(vm, bytes.into(), encoding, errors, false)?;
    match decoded.cast::<Str>() {
        Some(text) => Ok(text),
        None => Err(vm.type_error(format_args!(
            "'{}' decoder returned '{}' instead of 'str'; use codecs.decode() to decode to arbitrary types",
            encoding.text(),
            class_name(decoded)
        ))),
    }
}

/// The codec for a name, if it is one of ours. UTF-8 when there is no name.
fn native(
    vm: &mut Vm,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Option<Codec>> {
    for name in [encoding, errors].into_iter().flatten() {
        if name.as_bytes().contains(&0) {
            return Err(vm.value_error(format_args!("embedded null character")));
        }
        if name.text().find_surrogate().is_some() {
            return Err(exceptions::unicode::surrogates_not_allowed(vm, "utf-8", name));
        }
    }
    Ok(match encoding {
        None => Some(Codec::Utf8),
        Some(name) => name.text().as_str().and_then(Codec::from_name),
    })
}

/// Encodes or decodes with what `codecs.lookup` finds.
fn through_codecs(
    vm: &mut Vm,
    object: Value,
    encoding: Gc<Str>,
    errors: Option<Gc<Str>>,
    encodes: bool,
) -> PyResult<Value> {
    let module = (vm.hooks.import)(vm, "codecs")?;
    let name = vm.intern("lookup")?;
    let info = vm.call_method(module, name, &[encoding.into()])?;
    let is_text = vm.intern("_is_text_encoding")?;
    if let Some(flag) = vm.getattr_opt(info, is_text)?
        && !vm.truthy(flag)?
    {
        return Err(vm.raise(
            &exceptions::LOOKUP_ERROR,
            format_args!(
                "'{}' is not a text encoding; use codecs.{}() to handle arbitrary codecs",
                encoding.text(),
                if encodes { "encode" } else { "decode" }
            ),
        ));
    }
    let function = vm.getattr_str(info, if encodes { "encode" } else { "decode" })?;
    let result = match errors {
        Some(errors) => vm.call(function, &[object, errors.into()]),
        None => vm.call(function, &[object]),
    };
    let result = match result {
        Ok(result) => result,
        Err(raised) => {
            let doing = if encodes { "encoding" } else { "decoding" };
            vm.add_note(format_args!("{doing} with '{}' codec failed", encoding.text()))?;
            return Err(raised);
        }
    };
    match result.cast::<Tuple>().map(|pair| (pair.len(), pair.get(0))) {
        Some((2, Some(result))) => Ok(result),
        _ => Err(vm.type_error(format_args!(
            "{} must return a tuple (object,integer)",
            if encodes { "encoder" } else { "decoder" }
        ))),
    }
}

//! `binascii`: bytes as ASCII text (hexadecimal, base64, uuencode, quoted-printable) and back, and checksums.

use crate::exception::ErrorClass;
use macros::pymodule;
use objects::bytes::{Bytes, buffer_of};
use objects::exceptions;
use objects::str::Str;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};

static ERROR: ErrorClass = ErrorClass::new("binascii", "Error", &exceptions::VALUE_ERROR);
static INCOMPLETE: ErrorClass = ErrorClass::new("binascii", "Incomplete", &exceptions::EXCEPTION);

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/// Longest line of quoted-printable text.
const MAX_LINE: usize = 76;

#[cold]
fn error(vm: &mut Vm, text: &str) -> Raised {
    ERROR.raise(vm, format_args!("{text}"))
}

/// The bytes of ASCII text or of a bytes-like object.
fn ascii_input(vm: &mut Vm, v: Value) -> PyResult<Vec<u8>> {
    if let Some(s) = v.cast::<Str>() {
        if !s.is_ascii() {
            return Err(vm.value_error(format_args!(
                "string argument should contain only ASCII characters"
            )));
        }
        return Ok(s.as_bytes().to_vec());
    }
    match buffer_of(vm, v)? {
        Some(view) => Ok(view.bytes().to_vec()),
        None => Err(vm.type_error(format_args!(
            "argument should be bytes, buffer or ASCII string, not '{}'",
            class_name(v)
        ))),
    }
}

fn hex_digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).map(|d| d as u8)
}

fn base64_digit(byte: u8) -> Option<u32> {
    BASE64.iter().position(|b| *b == byte).map(|i| i as u32)
}

fn from_base64(vm: &mut Vm, text: &[u8], strict: bool) -> PyResult<Vec<u8>> {
    if strict && text.first() == Some(&b'=') {
        return Err(error(vm, "Leading padding not allowed"));
    }
    let mut out = Vec::new();
    if out.try_reserve(text.len() / 4 * 3 + 3).is_err() {
        return Err(vm.memory_error());
    }
    // How many characters of a group of four there are, and their bits.
    let (mut place, mut bits, mut pads, mut padding) = (0, 0u32, 0, false);
    for (i, byte) in text.iter().enumerate() {
        if *byte == b'=' {
            padding = true;
            if strict && place == 0 {
                return Err(error(vm, "Excess padding not allowed"));
            }
            pads += 1;
            if place >= 2 && place + pads >= 4 {
                if strict && i + 1 < text.len() {
                    return Err(error(vm, "Excess data after padding"));
                }
                return Ok(out);
            }
            continue;
        }
        let Some(digit) = base64_digit(*byte) else {
            if strict {
                return Err(error(vm, "Only base64 data is allowed"));
            }
            continue;
        };
        if strict && padding {
            return Err(error(vm, "Discontinuous padding not allowed"));
        }
        pads = 0;
        bits = bits << 6 | digit;
        match place {
            0 => {}
            1 => out.push((bits >> 4) as u8),
            2 => out.push((bits >> 2) as u8),
            _ => out.push(bits as u8),
        }
        place = (place + 1) % 4;
    }
    match place {
        0 => Ok(out),
        1 => {
            let count = out.len() / 3 * 4 + 1;
            let text = format!(
                "Invalid base64-encoded string: number of data characters ({count}) cannot be 1 more than a multiple of 4"
            );
            Err(error(vm, &text))
        }
        _ => Err(error(vm, "Incorrect padding")),
    }
}

fn to_base64(bytes: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4 + 1);
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b));
        let bits = bits << (8 * (3 - group.len()));
        for i in 0..4 {
            let digit = BASE64[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= group.len() { digit } else { b'=' });
        }
    }
    if newline {
        out.push(b'\n');
    }
    out
}

fn from_uu(vm: &mut Vm, text: &[u8]) -> PyResult<Vec<u8>> {
    let (first, rest) = match text {
        [] => (0, text),
        [first, rest @ ..] => (*first, rest),
    };
    let len = usize::from(first.wrapping_sub(b' ') & 0x3F);
    let (mut out, mut bits, mut count) = (Vec::with_capacity(len), 0u32, 0);
    let mut rest = rest.iter();
    while out.len() < len {
        let digit = match rest.next() {
            // Spaces at the end of the line may have been cut off.
            None | Some(b'\n' | b'\r') => 0,
            Some(b @ b' '..=b'`') => (b - b' ') & 0x3F,
            Some(_) => return Err(error(vm, "Illegal char")),
        };
        bits = bits << 6 | u32::from(digit);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
            bits &= (1 << count) - 1;
        }
    }
    if rest.any(|b| !matches!(b, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(error(vm, "Trailing garbage"));
    }
    Ok(out)
}

fn to_uu(bytes: &[u8], backtick: bool) -> Vec<u8> {
    let show = |n: u32| if backtick && n == 0 { b'`' } else { b' ' + n as u8 };
    let mut out = vec![show(bytes.len() as u32)];
    for group in bytes.chunks(3) {
        let bits = group.iter().fold(0u32, |bits, b| bits << 8 | u32::from(*b));
        let bits = bits << (8 * (3 - group.len()));
        out.extend((0..4).map(|i| show(bits >> (18 - 6 * i) & 63)));
    }
    out.push(b'\n');
    out
}

fn from_qp(data: &[u8], header: bool) -> Vec<u8> {
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(&byte) = data.get(at) {
        at += 1;
        match (byte, data.get(at), data.get(at + 1)) {
            (b'=', None, _) => break,
            (b'=', Some(b'\n' | b'\r'), _) => {
                // A line that goes on.
                while data.get(at).is_some_and(|b| *b != b'\n') {
                    at += 1;
                }
                at += 1;
            }
            (b'=', Some(b'='), _) => {
                out.push(b'=');
                at += 1;
            }
            (b'=', Some(a), b) => match (hex_digit(*a), b.and_then(|b| hex_digit(*b))) {
                (Some(high), Some(low)) => {
                    out.push(high << 4 | low);
                    at += 2;
                }
                _ => out.push(b'='),
            },
            (b'_', ..) if header => out.push(b' '),
            _ => out.push(byte),
        }
    }
    out
}

/// How quoted-printable text is made.
struct Quoting {
    tabs: bool,
    text: bool,
    header: bool,
}

impl Quoting {
    /// Whether the byte at `at` has to be quoted.
    fn needed(&self, data: &[u8], at: usize, line: usize) -> bool {
        let (c, next) = (data[at], data.get(at + 1));
        c > 126
            || c == b'='
            || (self.header && c == b'_')
            || (c == b'.' && line == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0)))
            || (!self.text && matches!(c, b'\r' | b'\n'))
            || (matches!(c, b'\t' | b' ') && next.is_none())
            || (c < 33 && !matches!(c, b'\r' | b'\n' | b'\t' | b' '))
            || (self.tabs && matches!(c, b'\t' | b' '))
    }
}

fn quoted(byte: u8) -> [u8; 3] {
    let digit = |n: u8| b"0123456789ABCDEF"[usize::from(n)];
    [b'=', digit(byte >> 4), digit(byte & 15)]
}

fn to_qp(data: &[u8], quoting: &Quoting) -> Vec<u8> {
    let first = memchr::memchr(b'\n', data);
    let crlf = first.is_some_and(|i| i > 0 && data[i - 1] == b'\r');
    let newline: &[u8] = if crlf { b"\r\n" } else { b"\n" };
    let (mut out, mut at, mut line): (Vec<u8>, usize, usize) = (Vec::new(), 0, 0);
    while at < data.len() {
        let c = data[at];
        let next = data.get(at + 1);
        if quoting.needed(data, at, line) {
            if line + 3 >= MAX_LINE {
                out.push(b'=');
                out.extend_from_slice(newline);
                line = 0;
            }
            out.extend_from_slice(&quoted(c));
            at += 1;
            line += 3;
        } else if quoting.text && (c == b'\n' || (c == b'\r' && next == Some(&b'\n'))) {
            // White space at the end of a line would be lost.
            if let Some(b @ (b' ' | b'\t')) = out.last().copied() {
                out.pop();
                out.extend_from_slice(&quoted(b));
            }
            out.extend_from_slice(newline);
            at += if c == b'\r' { 2 } else { 1 };
            line = 0;
        } else {
            if next.is_some_and(|n| *n != b'\n') && line + 1 >= MAX_LINE {
                out.push(b'=');
                out.extend_from_slice(newline);
                line = 0;
            }
            line += 1;
            out.push(if quoting.header && c == b' ' { b'_' } else { c });
            at += 1;
        }
    }
    out
}

/// The bytes `hex()` of a bytes-like object shows.
fn to_hex(vm: &mut Vm, data: Value, sep: Value, group: Value) -> PyResult<Value> {
    let bytes = crate::buffer::to_vec(vm, data)?;
    let bytes = Bytes::new(vm, &bytes)?;
    let name = vm.intern("hex")?;
    let text = match sep.defined() {
        Some(sep) => vm.call_method(bytes.into(), name, &[sep, group])?,
        None => vm.call_method(bytes.into(), name, &[])?,
    };
    match text.cast::<Str>() {
        Some(text) => Ok(Bytes::new(vm, text.as_bytes())?.into()),
        None => Ok(text),
    }
}

fn from_hex(vm: &mut Vm, text: Value) -> PyResult<Value> {
    let text = ascii_input(vm, text)?;
    if text.len() % 2 != 0 {
        return Err(error(vm, "Odd-length string"));
    }
    let mut out = Vec::with_capacity(text.len() / 2);
    for pair in text.chunks_exact(2) {
        match (hex_digit(pair[0]), hex_digit(pair[1])) {
            (Some(high), Some(low)) => out.push(high << 4 | low),
            _ => return Err(error(vm, "Non-hexadecimal digit found")),
        }
    }
    Ok(Bytes::new(vm, &out)?.into())
}

/// The module.
#[pymodule(name = "binascii", doc = "Conversion between binary data and ASCII")]
pub mod module {
    use super::{ERROR, INCOMPLETE, Quoting};
    use heap::Gc;
    use objects::bytes::Bytes;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    fn Error(vm: &mut Vm) -> PyResult<Value> {
        ERROR.class(vm)
    }

    #[attr]
    fn Incomplete(vm: &mut Vm) -> PyResult<Value> {
        INCOMPLETE.class(vm)
    }

    /// Hexadecimal representation of binary data.
    #[function(sig = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)")]
    #[function(
        name = "hexlify",
        sig = "($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)"
    )]
    fn b2a_hex(
        vm: &mut Vm,
        data: Value,
        #[default(Value::UNDEF)] sep: Value,
        #[default(Value::int32(1))] bytes_per_sep: Value,
    ) -> PyResult<Value> {
        super::to_hex(vm, data, sep, bytes_per_sep)
    }

    /// Binary data of hexadecimal representation.
    ///
    /// hexstr must contain an even number of hex digits (upper or lower case).
    /// This function is also available as "unhexlify()".
    #[function]
    #[function(name = "unhexlify")]
    fn a2b_hex(vm: &mut Vm, hexstr: Value) -> PyResult<Value> {
        super::from_hex(vm, hexstr)
    }

    /// Decode a line of base64 data.
    #[function(sig = "($module, data, /, *, strict_mode=False)")]
    fn a2b_base64(
        vm: &mut Vm,
        data: Value,
        #[default(false)] strict_mode: bool,
    ) -> PyResult<Gc<Bytes>> {
        let text = super::ascii_input(vm, data)?;
        let bytes = super::from_base64(vm, &text, strict_mode)?;
        Bytes::new(vm, &bytes)
    }

    /// Base64-code line of data.
    #[function(sig = "($module, data, /, *, newline=True)")]
    fn b2a_base64(vm: &mut Vm, data: Value, #[default(true)] newline: bool) -> PyResult<Gc<Bytes>> {
        let bytes = crate::buffer::to_vec(vm, data)?;
        Bytes::new(vm, &super::to_base64(&bytes, newline))
    }

    /// Decode a line of uuencoded data.
    #[function]
    fn a2b_uu(vm: &mut Vm, data: Value) -> PyResult<Gc<Bytes>> {
        let text = super::ascii_input(vm, data)?;
        let bytes = super::from_uu(vm, &text)?;
        Bytes::new(vm, &bytes)
    }

    /// Uuencode line of data.
    #[function(sig = "($module, data, /, *, backtick=False)")]
    fn b2a_uu(vm: &mut Vm, data: Value, #[default(false)] backtick: bool) -> PyResult<Gc<Bytes>> {
        let bytes = crate::buffer::to_vec(vm, data)?;
        if bytes.len() > 45 {
            return Err(super::error(vm, "At most 45 bytes at once"));
        }
        Bytes::new(vm, &super::to_uu(&bytes, backtick))
    }

    /// Decode a string of qp-encoded data.
    #[function(sig = "($module, /, data, header=False)")]
    fn a2b_qp(vm: &mut Vm, data: Value, #[default(false)] header: bool) -> PyResult<Gc<Bytes>> {
        let text = super::ascii_input(vm, data)?;
        Bytes::new(vm, &super::from_qp(&text, header))
    }

    /// Encode a string using quoted-printable encoding.
    ///
    /// On encoding, when istext is set, newlines are not encoded, and white
    /// space at end of lines is.  When istext is not set, \r and \n (CR/LF)
    /// are both encoded.  When quotetabs is set, space and tabs are encoded.
    #[function(sig = "($module, /, data, quotetabs=False, istext=True, header=False)")]
    fn b2a_qp(
        vm: &mut Vm,
        data: Value,
        #[default(false)] quotetabs: bool,
        #[default(true)] istext: bool,
        #[default(false)] header: bool,
    ) -> PyResult<Gc<Bytes>> {
        let bytes = crate::buffer::to_vec(vm, data)?;
        let quoting = Quoting { tabs: quotetabs, text: istext, header };
        Bytes::new(vm, &super::to_qp(&bytes, &quoting))
    }

    /// Compute CRC-CCITT incrementally.
    #[function]
    fn crc_hqx(vm: &mut Vm, data: Value, crc: Value) -> PyResult<u16> {
        let bytes = crate::buffer::to_vec(vm, data)?;
        let start = vm.index(crc)?;
        let start = objects::int::View::of(start).as_ref().wrapping_u64() as u16;
        Ok(bytes.iter().fold(start, |crc, byte| {
            let mixed = crc ^ u16::from(*byte) << 8;
            (0..8).fold(
                mixed,
                |crc, _| {
                    if crc & 0x8000 != 0 { crc << 1 ^ 0x1021 } else { crc << 1 }
                },
            )
        }))
    }

    /// Compute CRC-32 incrementally.
    #[function(sig = "($module, data, crc=0, /)")]
    fn crc32(vm: &mut Vm, data: Value, #[default(Value::ZERO)] crc: Value) -> PyResult<u32> {
        crate::zlib::checksum(vm, data, crc, crate::zlib::Checksum::Crc32)
    }
}

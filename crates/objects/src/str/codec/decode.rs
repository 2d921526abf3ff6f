//! Decoders. With `last` unset, bytes that may be the beginning of a character are left for the next call.

use super::handler::{self, Handler};
use super::{Codec, Order};
use crate::bytes::Bytes;
use crate::exceptions::unicode::{self, UnicodeError};
use crate::str::{Builder, Str};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use prim::text::{self, MAX_CODE_POINT, Text, is_high_surrogate, is_low_surrogate, is_surrogate};
use std::ops::Range;

/// The result of decoding.
pub struct Decoded {
    /// The text.
    pub text: Gc<Str>,
    /// How many bytes it is made of.
    pub consumed: usize,
    /// The byte order that was found or given.
    pub order: Order,
}

/// Decodes `bytes`.
pub fn decode_with(
    vm: &mut Vm,
    bytes: Gc<Bytes>,
    codec: Codec,
    handler: Handler,
    last: bool,
) -> PyResult<Decoded> {
    let input = bytes.as_slice();
    if codec == Codec::Utf8
        && let Ok(text) = std::str::from_utf8(input)
    {
        return Ok(Decoded {
            text: Str::new(vm, text)?,
            consumed: input.len(),
            order: Order::Marked,
        });
    }
    if codec == Codec::Ascii && input.is_ascii() {
        let text = Str::from_text(vm, Text::from_bytes_unchecked(input))?;
        return Ok(Decoded { text, consumed: input.len(), order: Order::Marked });
    }
    let mut decoder = Decoder { bytes, codec, handler, last, out: Builder::new(), at: 0 };
    decoder.out.reserve(vm, input.len())?;
    let mut order = Order::Marked;
    match codec {
        Codec::Utf8 => decoder.utf8(vm)?,
        Codec::Ascii => decoder.ascii(vm)?,
        Codec::Latin1 => decoder.latin1(vm)?,
        Codec::Utf16(given) => {
            order = decoder.mark::<2>(given);
            decoder.utf16(vm, order)?;
        }
        Codec::Utf32(given) => {
            order = decoder.mark::<4>(given);
            decoder.utf32(vm, order)?;
        }
    }
    let consumed = decoder.at;
    Ok(Decoded { text: decoder.out.finish(vm)?, consumed, order })
}

struct Decoder {
    /// The input; a registered handler may replace it.
    bytes: Gc<Bytes>,
    codec: Codec,
    handler: Handler,
    last: bool,
    out: Builder,
    at: usize,
}

impl Decoder {
    fn rest(&self) -> &[u8] {
        self.bytes.as_slice().get(self.at..).unwrap_or_default()
    }

    fn ascii(&mut self, vm: &mut Vm) -> PyResult<()> {
        loop {
            let bytes = self.bytes;
            let rest = bytes.as_slice().get(self.at..).unwrap_or_default();
            let good = rest.iter().take_while(|byte| byte.is_ascii()).count();
            self.out.push(vm, Text::from_bytes_unchecked(&rest[..good]))?;
            self.at += good;
            if good == rest.len() {
                return Ok(());
            }
            self.handle(vm, self.at..self.at + 1, "ordinal not in range(128)")?;
        }
    }

    fn latin1(&mut self, vm: &mut Vm) -> PyResult<()> {
        self.out.reserve(vm, self.bytes.as_slice().len().saturating_mul(2))?;
        for byte in self.bytes.as_slice() {
            self.out.buf().push_latin1(*byte);
        }
        self.at = self.bytes.as_slice().len();
        Ok(())
    }

    fn utf8(&mut self, vm: &mut Vm) -> PyResult<()> {
        loop {
            let bytes = self.bytes;
            let rest = bytes.as_slice().get(self.at..).unwrap_or_default();
            let error = match std::str::from_utf8(rest) {
                Ok(text) => {
                    self.out.push_str(vm, text)?;
                    self.at += rest.len();
                    return Ok(());
                }
                Err(error) => error,
            };
            let (good, bad) = rest.split_at(error.valid_up_to());
            self.out.push(vm, Text::from_bytes_unchecked(good))?;
            self.at += good.len();
            let (len, reason) = match (error.error_len(), bad.first()) {
                (None, _) if !self.last => return Ok(()),
                (None, _) => (bad.len(), "unexpected end of data"),
                (Some(len), Some(0x80..=0xC1 | 0xF5..=0xFF)) => (len, "invalid start byte"),
                // The first half of what may be a surrogate that a handler lets pass.
                (Some(_), _)
                    if !self.last && matches!(bad, [0xED, 0xA0..=0xBF]) && self.passes() =>
                {
                    return Ok(());
                }
                (Some(len), _) => (len, "invalid continuation byte"),
            };
            self.handle(vm, self.at..self.at + len, reason)?;
        }
    }

    fn passes(&self) -> bool {
        matches!(self.handler, Handler::SurrogatePass)
    }

    /// The byte order, if there is a mark that says it.
    fn mark<const N: usize>(&mut self, given: Order) -> Order {
        if given != Order::Marked {
            return given;
        }
        let native = if cfg!(target_endian = "little") { Order::Little } else { Order::Big };
        let order = match (N, self.rest()) {
            (2, [0xFF, 0xFE, ..]) | (4, [0xFF, 0xFE, 0, 0, ..]) => Order::Little,
            (2, [0xFE, 0xFF, ..]) | (4, [0, 0, 0xFE, 0xFF, ..]) => Order::Big,
            // Too short to say: the next call may know.
            (_, rest) if rest.len() < N && !self.last => return Order::Marked,
            _ => return native,
        };
        self.at = N;
        order
    }

    fn utf16(&mut self, vm: &mut Vm, order: Order) -> PyResult<()> {
        let unit = |bytes: &[u8]| {
            let pair = *bytes.first_chunk::<2>()?;
            Some(u32::from(if order == Order::Big {
                u16::from_be_bytes(pair)
            } else {
                u16::from_le_bytes(pair)
            }))
        };
        loop {
            let rest = self.rest();
            let Some(first) = unit(rest) else {
                if rest.is_empty() || !self.last {
                    return Ok(());
                }
                self.handle(vm, self.at..self.bytes.as_slice().len(), "truncated data")?;
                continue;
            };
            if !is_surrogate(first) {
                self.out.push_code_point(vm, first)?;
                self.at += 2;
                continue;
            }
            if is_low_surrogate(first) {
                self.handle(vm, self.at..self.at + 2, "illegal encoding")?;
                continue;
            }
            let second = rest.get(2..).and_then(unit);
            match second {
                None if !self.last => return Ok(()),
                None => {
                    self.handle(vm, self.at..self.bytes.as_slice().len(), "unexpected end of data")?
                }
                Some(second) => match text::join_surrogates(first, second) {
                    Some(c) => {
                        self.out.push_code_point(vm, c)?;
                        self.at += 4;
                    }
                    None => self.handle(vm, self.at..self.at + 2, "illegal UTF-16 surrogate")?,
                },
            }
        }
    }

    fn utf32(&mut self, vm: &mut Vm, order: Order) -> PyResult<()> {
        loop {
            let rest = self.rest();
            let Some(unit) = rest.first_chunk::<4>() else {
                if rest.is_empty() || !self.last {
                    return Ok(());
                }
                self.handle(vm, self.at..self.bytes.as_slice().len(), "truncated data")?;
                continue;
            };
            let c = if order == Order::Big {
                u32::from_be_bytes(*unit)
            } else {
                u32::from_le_bytes(*unit)
            };
            if c > MAX_CODE_POINT {
                self.handle(vm, self.at..self.at + 4, "code point not in range(0x110000)")?;
            } else if is_surrogate(c) {
                self.handle(
                    vm,
                    self.at..self.at + 4,
                    "code point in surrogate code point range(0xd800, 0xe000)",
                )?;
            } else {
                self.out.push_code_point(vm, c)?;
                self.at += 4;
            }
        }
    }

    fn name(&self) -> &'static str {
        let big = |order| order == Order::Big;
        match self.codec {
            Codec::Utf16(order) => {
                if big(order) {
                    "utf-16-be"
                } else {
                    "utf-16-le"
                }
            }
            Codec::Utf32(order) => {
                if big(order) {
                    "utf-32-be"
                } else {
                    "utf-32-le"
                }
            }
            codec => codec.encoder_name(),
        }
    }

    fn error(&self, vm: &mut Vm, bad: Range<usize>, reason: &str) -> Raised {
        unicode::decode_error(vm, self.name(), self.bytes.into(), bad, reason)
    }

    /// Deals with the bytes `bad` and moves on.
    fn handle(&mut self, vm: &mut Vm, bad: Range<usize>, reason: &str) -> PyResult<()> {
        let bytes = self.bytes;
        let input = bytes.as_slice();
        let wrong = input.get(bad.clone()).unwrap_or_default();
        match self.handler {
            Handler::Ignore => {}
            Handler::Replace => self.out.push_code_point(vm, 0xFFFD)?,
            Handler::BackslashReplace => {
                for byte in wrong {
                    self.out.push_str(vm, &format!("\\x{byte:02x}"))?;
                }
            }
            Handler::SurrogateEscape => {
                let escaped = wrong.iter().take(4).take_while(|byte| **byte >= 0x80).count();
                if escaped == 0 {
                    return Err(self.error(vm, bad, reason));
                }
                for byte in &wrong[..escaped] {
                    self.out.push_code_point(vm, 0xDC00 + u32::from(*byte))?;
                }
                self.at = bad.start + escaped;
                return Ok(());
            }
            Handler::SurrogatePass => {
                let Some((c, len)) = self.surrogate(input.get(bad.start..).unwrap_or_default())
                else {
                    return Err(self.error(vm, bad, reason));
                };
                self.out.push_code_point(vm, c)?;
                self.at = bad.start + len;
                return Ok(());
            }
            Handler::Custom(name) => return self.ask(vm, name, bad, reason),
            Handler::Strict => return Err(self.error(vm, bad, reason)),
            Handler::XmlCharRefReplace | Handler::NameReplace => {
                return Err(vm.type_error(format_args!(
                    "don't know how to handle UnicodeDecodeError in error callback"
                )));
            }
        }
        self.at = bad.end;
        Ok(())
    }

    /// A surrogate encoded as if it were a character, and its length.
    fn surrogate(&self, bytes: &[u8]) -> Option<(u32, usize)> {
        let found = match (self.codec, bytes) {
            (Codec::Utf8, &[0xED, b @ 0xA0..=0xBF, c @ 0x80..=0xBF, ..]) => {
                (0xD000 | u32::from(b & 0x3F) << 6 | u32::from(c & 0x3F), 3)
            }
            (Codec::Utf16(Order::Big), &[a, b, ..]) => (u16::from_be_bytes([a, b]).into(), 2),
            (Codec::Utf16(_), &[a, b, ..]) => (u16::from_le_bytes([a, b]).into(), 2),
            (Codec::Utf32(Order::Big), &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
            (Codec::Utf32(_), &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
            _ => return None,
        };
        (is_high_surrogate(found.0) || is_low_surrogate(found.0)).then_some(found)
    }

    fn ask(&mut self, vm: &mut Vm, name: Gc<Str>, bad: Range<usize>, reason: &str) -> PyResult<()> {
        let raised = self.error(vm, bad, reason);
        let object_of = |error: Value| {
            error.cast::<UnicodeError>().and_then(|error| error.object.get().cast::<Bytes>())
        };
        let own = self.bytes;
        let len = |error: Value| object_of(error).unwrap_or(own).as_slice().len();
        let (error, answer) = handler::ask(vm, name, raised, len, true)?;
        if let Some(text) = answer.replacement.cast::<Str>() {
            self.out.push(vm, text.text())?;
        }
        // The handler may have put other input into the exception.
        self.bytes = object_of(error).unwrap_or(own);
        self.at = answer.position;
        Ok(())
    }
}

//! Encoders.

use super::handler::{self, Handler};
use super::{Codec, Order};
use crate::bytes::Bytes;
use crate::exceptions::unicode;
use crate::str::Str;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use prim::text::{self, Text, TextBuf, is_surrogate};
use std::ops::Range;

/// Encodes `this`.
pub fn encode_with(
    vm: &mut Vm,
    this: Gc<Str>,
    codec: Codec,
    handler: Handler,
) -> PyResult<Gc<Bytes>> {
    match codec {
        Codec::Utf8 | Codec::Ascii | Codec::Latin1 if this.is_ascii() => {
            return Bytes::new(vm, this.as_bytes());
        }
        Codec::Utf8 if this.text().as_str().is_some() => return Bytes::new(vm, this.as_bytes()),
        _ => {}
    }
    let mut encoder = Encoder { this, codec, handler, out: Vec::new() };
    encoder.run(vm)?;
    Bytes::new(vm, &encoder.out)
}

struct Encoder {
    this: Gc<Str>,
    codec: Codec,
    handler: Handler,
    out: Vec<u8>,
}

/// Appends a character; `false` if the codec has nothing for it.
fn put(codec: Codec, out: &mut Vec<u8>, c: u32, lone: bool) -> bool {
    match codec {
        Codec::Ascii if c < 0x80 => out.push(c as u8),
        Codec::Latin1 if c < 0x100 => out.push(c as u8),
        Codec::Ascii | Codec::Latin1 => return false,
        _ if is_surrogate(c) && !lone => return false,
        Codec::Utf8 => match text::encode(c) {
            Ok((bytes, len)) => out.extend_from_slice(&bytes[..len]),
            Err(_) => return false,
        },
        Codec::Utf16(order) => match text::split_to_surrogates(c) {
            Some((high, low)) => {
                put_unit(out, order, high);
                put_unit(out, order, low);
            }
            None => put_unit(out, order, c as u16),
        },
        Codec::Utf32(Order::Big) => out.extend_from_slice(&c.to_be_bytes()),
        Codec::Utf32(Order::Little) => out.extend_from_slice(&c.to_le_bytes()),
        Codec::Utf32(Order::Marked) => out.extend_from_slice(&c.to_ne_bytes()),
    }
    true
}

fn put_unit(out: &mut Vec<u8>, order: Order, unit: u16) {
    out.extend_from_slice(&match order {
        Order::Big => unit.to_be_bytes(),
        Order::Little => unit.to_le_bytes(),
        Order::Marked => unit.to_ne_bytes(),
    });
}

impl Encoder {
    /// Most bytes that encodable text of this many bytes takes.
    fn worst(&self, nbytes: usize) -> usize {
        match self.codec {
            Codec::Utf8 | Codec::Latin1 | Codec::Ascii => nbytes,
            Codec::Utf16(_) => nbytes.saturating_mul(2).saturating_add(2),
            Codec::Utf32(_) => nbytes.saturating_mul(4).saturating_add(4),
        }
    }

    fn reserve(&mut self, vm: &mut Vm, bytes: usize) -> PyResult<()> {
        match self.out.try_reserve(bytes) {
            Ok(()) => Ok(()),
            Err(_) => Err(vm.memory_error()),
        }
    }

    fn run(&mut self, vm: &mut Vm) -> PyResult<()> {
        let this = self.this;
        self.reserve(vm, self.worst(this.byte_len()))?;
        if matches!(self.codec, Codec::Utf16(Order::Marked) | Codec::Utf32(Order::Marked)) {
            put(self.codec, &mut self.out, 0xFEFF, false);
        }
        let mut rest = this.text().code_points();
        let mut index = 0;
        loop {
            let before = rest.clone();
            let Some(c) = rest.next() else { return Ok(()) };
            if put(self.codec, &mut self.out, c, false) {
                index += 1;
                continue;
            }
            let run = self.unencodable(index, before.as_text());
            let position = self.handle(vm, run.clone(), before.as_text())?;
            // Usually it goes on behind the run.
            rest = if position >= index {
                let mut after = before;
                (index..position).for_each(|_| {
                    after.next();
                });
                after
            } else {
                let offset = Str::byte_offset(this, vm, position);
                Text::from_bytes_unchecked(this.as_bytes().get(offset..).unwrap_or_default())
                    .code_points()
            };
            index = position;
            self.reserve(vm, self.worst(rest.as_text().byte_len()))?;
        }
    }

    /// The characters from `index` on, where `rest` begins, that an error is about.
    fn unencodable(&self, index: usize, rest: &Text) -> Range<usize> {
        let bad = |c: u32| match self.codec {
            Codec::Ascii => c >= 0x80,
            Codec::Latin1 => c >= 0x100,
            _ => is_surrogate(c),
        };
        let count = match self.codec {
            // These report one at a time.
            Codec::Utf16(_) | Codec::Utf32(_) => 1,
            _ => rest.code_points().take_while(|c| bad(*c)).count(),
        };
        index..index + count
    }

    fn error(&self, vm: &mut Vm, run: Range<usize>) -> Raised {
        let reason = match self.codec {
            Codec::Ascii => "ordinal not in range(128)",
            Codec::Latin1 => "ordinal not in range(256)",
            _ => "surrogates not allowed",
        };
        unicode::encode_error(vm, self.codec.encoder_name(), self.this.into(), run, reason)
    }

    /// Deals with the characters `run`, with which `rest` begins; gives where to go on.
    fn handle(&mut self, vm: &mut Vm, run: Range<usize>, rest: &Text) -> PyResult<usize> {
        let bad = || rest.code_points().take(run.len());
        match self.handler {
            Handler::Strict => return Err(self.error(vm, run)),
            Handler::Ignore => {}
            Handler::Replace => {
                self.reserve(vm, self.worst(run.len()))?;
                for _ in run.clone() {
                    put(self.codec, &mut self.out, '?'.into(), false);
                }
            }
            Handler::BackslashReplace | Handler::XmlCharRefReplace | Handler::NameReplace => {
                let mut escaped = TextBuf::new();
                for c in bad() {
                    handler::push_escape(&mut escaped, self.handler, c);
                }
                self.reserve(vm, self.worst(escaped.byte_len()))?;
                for c in escaped.code_points() {
                    put(self.codec, &mut self.out, c, false);
                }
            }
            Handler::SurrogateEscape => {
                let wide = matches!(self.codec, Codec::Utf16(_) | Codec::Utf32(_));
                for (number, c) in bad().enumerate() {
                    if wide || !(0xDC80..0xDD00).contains(&c) {
                        return Err(self.error(vm, run.start + number..run.end));
                    }
                    self.out.push((c - 0xDC00) as u8);
                }
            }
            Handler::SurrogatePass => {
                self.reserve(vm, self.worst(run.len() * 3))?;
                for c in bad() {
                    let is_unicode = !matches!(self.codec, Codec::Ascii | Codec::Latin1);
                    if !is_unicode || !is_surrogate(c) || !put(self.codec, &mut self.out, c, true) {
                        return Err(self.error(vm, run));
                    }
                }
            }
            Handler::Custom(name) => return self.ask(vm, name, run),
        }
        Ok(run.end)
    }

    fn ask(&mut self, vm: &mut Vm, name: Gc<Str>, run: Range<usize>) -> PyResult<usize> {
        let raised = self.error(vm, run.clone());
        let len = self.this.char_len();
        let (error, answer) = handler::ask(vm, name, raised, |_| len, false)?;
        if let Some(bytes) = answer.replacement.cast::<Bytes>() {
            let unit = match self.codec {
                Codec::Utf16(_) => 2,
                Codec::Utf32(_) => 4,
                _ => 1,
            };
            if bytes.as_slice().len() % unit != 0 {
                return Err(vm.restore_raised(error));
            }
            self.reserve(vm, bytes.as_slice().len())?;
            self.out.extend_from_slice(bytes.as_slice());
        } else if let Some(text) = answer.replacement.cast::<Str>() {
            self.reserve(vm, self.worst(text.byte_len()))?;
            for c in text.text().code_points() {
                if !put(self.codec, &mut self.out, c, false) {
                    return Err(vm.restore_raised(error));
                }
            }
        }
        Ok(answer.position)
    }
}

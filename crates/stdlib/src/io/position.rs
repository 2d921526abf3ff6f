//! Positions in a text stream: `tell` finds the bytes that the text read so far came from, `seek` goes back there.
//!
//! A position is a place in the buffer below where the decoder's state is known, and, if no such place is where the reader is,
//! how many bytes to decode and characters to skip from there. Both are packed into one int.

use super::base::{ask, call, unsupported};
use super::newline::Translation;
use super::text::{DecoderState, Snapshot, TextIoWrapper};
use heap::Gc;
use objects::bytes::Bytes;
use objects::exceptions;
use objects::int;
use objects::str::Str;
use objects::str::codec::decode_with;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A position, taken apart.
#[derive(Clone, Copy, Default)]
struct Cookie {
    /// Bytes from the start of the buffer.
    start: u64,
    state: DecoderState,
    /// Bytes to decode from there.
    feed: u64,
    /// Characters to skip.
    skip: u64,
    /// The bytes are the last ones.
    eof: bool,
}

impl Cookie {
    fn pack(self, vm: &mut Vm) -> PyResult<Value> {
        let flags = self.state.flags.cast_unsigned() << 1 | u64::from(self.state.pending);
        let limbs = [self.start, flags, self.feed, self.skip, self.eof.into()];
        let used = limbs.iter().rposition(|l| *l != 0).map_or(0, |i| i + 1);
        int::from_limbs(vm, &limbs[..used], false)
    }

    fn unpack(vm: &mut Vm, v: Value) -> PyResult<Cookie> {
        let v = vm.index(v)?;
        if int::is_negative(v) {
            let shown = vm.repr_for_message(v);
            return Err(vm.value_error(format_args!("negative seek position {shown}")));
        }
        let view = int::View::of(v);
        let limbs = view.as_ref();
        let limb = |i: usize| limbs.limbs().get(i).copied().unwrap_or(0);
        let flags = limb(1);
        Ok(Cookie {
            start: limb(0),
            state: DecoderState { flags: (flags >> 1).cast_signed(), pending: flags & 1 != 0 },
            feed: limb(2),
            skip: limb(3),
            eof: limb(4) != 0,
        })
    }
}

/// The bytes an incremental decoder holds back, and its flags.
pub fn decoder_state(vm: &mut Vm, decoder: Value) -> PyResult<(Vec<u8>, i64)> {
    let state = call(vm, decoder, "getstate", &[])?;
    match state.cast::<Tuple>().as_ref().map(|t| t.items()) {
        Some(&[held, flags]) => {
            let held = crate::buffer::to_vec(vm, held)?;
            Ok((held, int::to_i64(flags).unwrap_or(0)))
        }
        _ => Err(vm.type_error(format_args!("illegal decoder state"))),
    }
}

fn set_decoder_state(vm: &mut Vm, decoder: Value, flags: i64) -> PyResult<()> {
    let flags = int::from_i64(vm, flags)?;
    let state = Tuple::pair(vm, Bytes::empty().into(), flags)?;
    call(vm, decoder, "setstate", &[state.into()]).map(|_| ())
}

/// What decoding some bytes gave.
struct Decoded {
    text: Gc<Str>,
    /// The state after it, if no bytes are held back.
    state: Option<DecoderState>,
}

/// Decodes bytes from a known state. The stream's own state stays, but for that of an incremental decoder.
fn decode(
    this: Gc<TextIoWrapper>,
    vm: &mut Vm,
    bytes: &[u8],
    state: DecoderState,
    end: bool,
) -> PyResult<Decoded> {
    let (text, held, flags) = match this.codec.get() {
        Some(codec) => {
            let input = Bytes::new(vm, bytes)?;
            let done = decode_with(vm, input, codec, this.handler(), end)?;
            (done.text, done.consumed < bytes.len(), 0)
        }
        None => {
            let decoder = this.decoder.get();
            set_decoder_state(vm, decoder, state.flags)?;
            let input: Value = Bytes::new(vm, bytes)?.into();
            let text = call(vm, decoder, "decode", &[input, end.into()])?;
            let (held, flags) = decoder_state(vm, decoder)?;
            (text.cast::<Str>().unwrap_or_else(Str::empty), !held.is_empty(), flags)
        }
    };
    let newline = this.newline.get();
    let keeps = newline.cast::<Str>().is_some_and(|s| s.byte_len() == 0);
    let mut pending = false;
    let text = if newline.is_none() || keeps {
        let mut t = Translation { translate: newline.is_none(), pending: state.pending, seen: 0 };
        let text = t.apply(vm, text, end)?;
        pending = t.pending;
        text
    } else {
        text
    };
    Ok(Decoded { text, state: (!held).then_some(DecoderState { flags, pending }) })
}

/// The fewest bytes of the snapshot that give `used` characters.
fn enough(
    this: Gc<TextIoWrapper>,
    vm: &mut Vm,
    input: &[u8],
    state: DecoderState,
    used: usize,
) -> PyResult<Cookie> {
    let (mut low, mut high) = (0, input.len());
    while low < high {
        let middle = low + (high - low) / 2;
        if decode(this, vm, &input[..middle], state, false)?.text.char_len() >= used {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    let found = decode(this, vm, &input[..low], state, false)?;
    let count = found.text.char_len();
    match found.state {
        Some(state) if count == used => {
            Ok(Cookie { start: low as u64, state, ..Cookie::default() })
        }
        _ => Ok(Cookie { start: 0, state, feed: low as u64, skip: used as u64, eof: count < used }),
    }
}

/// The position as an int.
pub fn tell(this: Gc<TextIoWrapper>, vm: &mut Vm) -> PyResult<Value> {
    let buffer = TextIoWrapper::buffer(this, vm)?;
    if !this.seekable.get() {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    if !this.telling.get() {
        return Err(vm.raise(
            &exceptions::OS_ERROR,
            format_args!("telling position disabled by next() call"),
        ));
    }
    TextIoWrapper::flush_output(this, vm)?;
    call(vm, buffer, "flush", &[])?;
    let at = call(vm, buffer, "tell", &[])?;
    let snapshot = this.snapshot.borrow().as_ref().map(|s| (s.input.clone(), s.state, s.gone));
    let Some((input, state, gone)) = snapshot else { return Ok(at) };
    let at = vm.index_isize(at, &exceptions::OVERFLOW_ERROR)?;
    let start = at.saturating_sub_unsigned(input.len()).max(0) as u64;
    let read = this
        .rest()
        .and_then(|r| r.text().get_bytes(0..this.ahead.get()).map(|t| t.code_point_len()))
        .unwrap_or(0);
    let used = gone + read;
    if used == 0 {
        return Cookie { start, state, ..Cookie::default() }.pack(vm);
    }
    let decoder = this.decoder.get();
    let saved = if decoder.is_none() { None } else { Some(call(vm, decoder, "getstate", &[])?) };
    let found = enough(this, vm, &input, state, used);
    if let Some(saved) = saved {
        call(vm, decoder, "setstate", &[saved])?;
    }
    let found = found?;
    Cookie { start: start + found.start, ..found }.pack(vm)
}

/// An encoder begins anew at the start, and only there writes a byte order mark.
fn reset_encoder(this: Gc<TextIoWrapper>, vm: &mut Vm, at_start: bool) -> PyResult<()> {
    let encoder = this.encoder.get();
    if encoder.is_none() {
        return Ok(());
    }
    if at_start {
        call(vm, encoder, "reset", &[])?;
    } else {
        call(vm, encoder, "setstate", &[Value::ZERO])?;
    }
    Ok(())
}

fn forget(this: Gc<TextIoWrapper>, vm: &mut Vm) -> PyResult<()> {
    TextIoWrapper::forget_input(this, vm);
    this.tail.borrow_mut().clear();
    let decoder = this.decoder.get();
    if !decoder.is_none() {
        call(vm, decoder, "reset", &[])?;
    }
    Ok(())
}

/// Goes to a position that `tell` gave, or to the end.
pub fn seek(this: Gc<TextIoWrapper>, vm: &mut Vm, cookie: Value, whence: i32) -> PyResult<Value> {
    let buffer = TextIoWrapper::buffer(this, vm)?;
    if !ask(vm, buffer, "seekable")? {
        return Err(unsupported(vm, "underlying stream is not seekable"));
    }
    let zero = vm.eq(cookie, Value::ZERO)?;
    let mut cookie = cookie;
    match whence {
        0 => {}
        1 if !zero => return Err(unsupported(vm, "can't do nonzero cur-relative seeks")),
        1 => cookie = tell(this, vm)?,
        2 if !zero => return Err(unsupported(vm, "can't do nonzero end-relative seeks")),
        2 => {
            TextIoWrapper::flush_output(this, vm)?;
            call(vm, buffer, "flush", &[])?;
            forget(this, vm)?;
            let at = call(vm, buffer, "seek", &[Value::ZERO, Value::int32(2)])?;
            reset_encoder(this, vm, at == Value::ZERO)?;
            return Ok(at);
        }
        _ => {
            return Err(
                vm.value_error(format_args!("invalid whence ({whence}, should be 0, 1 or 2)"))
            );
        }
    }
    let place = Cookie::unpack(vm, cookie)?;
    TextIoWrapper::flush_output(this, vm)?;
    call(vm, buffer, "flush", &[])?;
    let start = int::from_u64(vm, place.start)?;
    call(vm, buffer, "seek", &[start])?;
    forget(this, vm)?;
    this.pending_cr.set(place.state.pending);
    let decoder = this.decoder.get();
    if !decoder.is_none() && place.state.flags != 0 {
        set_decoder_state(vm, decoder, place.state.flags)?;
    }
    if place.skip > 0 {
        let feed = int::from_u64(vm, place.feed)?;
        let data = call(vm, buffer, "read", &[feed])?;
        let input = crate::buffer::to_vec(vm, data)?;
        let found = decode(this, vm, &input, place.state, place.eof)?;
        let skip = usize::try_from(place.skip).unwrap_or(usize::MAX);
        let Some(ahead) = found.text.text().byte_offset(skip) else {
            return Err(vm.raise(
                &exceptions::OS_ERROR,
                format_args!("can't restore logical file position"),
            ));
        };
        this.pending_cr.set(found.state.is_some_and(|s| s.pending));
        this.decoded.set(this, vm.heap(), found.text.into());
        this.ahead.set(ahead);
        let state = place.state;
        this.snapshot.replace(Some(Snapshot { input, state, gone: 0 }));
    }
    reset_encoder(this, vm, place.start == 0 && place.skip == 0)?;
    Ok(cookie)
}

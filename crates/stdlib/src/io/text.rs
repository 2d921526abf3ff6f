//! `TextIOWrapper`: text over a buffered stream of bytes.
//!
//! The encodings of `objects::str::codec` are used directly; others through `codecs`' incremental encoders and decoders.

use super::base::{TextIoBase, ask, call, unsupported};
use super::buffered::Buffered;
use super::file::FileIo;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::bytes::Bytes;
use objects::str::codec::{Codec, Handler, decode_with, encode_with};
use objects::str::{Builder, Str};
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::{Cell, RefCell};

/// How many bytes are read ahead.
const CHUNK: usize = 8192;

/// Character and line based layer over a BufferedIOBase object, buffer.
#[pytype(name = "_io.TextIOWrapper", extends = TextIoBase, flags(BASETYPE, DICT, WEAKREF), signature = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)")]
pub struct TextIoWrapper {
    #[init(Field::new(Value::NONE))]
    pub buffer: Field<Value>,
    #[init(Field::new(Value::NONE))]
    encoding: Field<Value>,
    #[init(Field::new(Value::NONE))]
    errors: Field<Value>,
    /// An incremental encoder and decoder for encodings that aren't native.
    #[init(Field::new(Value::NONE))]
    pub encoder: Field<Value>,
    #[init(Field::new(Value::NONE))]
    pub decoder: Field<Value>,
    #[untraced]
    #[init(Cell::new(None))]
    pub codec: Cell<Option<Codec>>,
    /// Text that was decoded, from byte `ahead` on.
    #[init(Field::new(Value::NONE))]
    pub decoded: Field<Value>,
    #[init(Cell::new(0))]
    pub ahead: Cell<usize>,
    /// Bytes of a character that isn't complete, and whether the text ended with a carriage return that may be half of one end.
    #[untraced]
    #[init(RefCell::new(Vec::new()))]
    pub tail: RefCell<Vec<u8>>,
    #[init(Cell::new(false))]
    pub pending_cr: Cell<bool>,
    /// `newline` as it was given.
    #[init(Field::new(Value::NONE))]
    pub newline: Field<Value>,
    #[init(Cell::new(false))]
    line_buffering: Cell<bool>,
    #[init(Cell::new(false))]
    write_through: Cell<bool>,
    /// Kinds of line ends that were seen: 1 `\r`, 2 `\n`, 4 `\r\n`.
    #[init(Cell::new(0))]
    pub seen: Cell<u8>,
    /// Where the decoded text comes from, for `tell`.
    #[untraced]
    #[init(RefCell::new(None))]
    pub snapshot: RefCell<Option<Snapshot>>,
    #[init(Cell::new(false))]
    pub seekable: Cell<bool>,
    #[init(Cell::new(false))]
    writable: Cell<bool>,
    /// False while the stream is iterated over, when no snapshots are taken.
    #[init(Cell::new(true))]
    pub telling: Cell<bool>,
    #[init(Cell::new(CHUNK))]
    chunk_size: Cell<usize>,
    /// Text that waits to be encoded and written.
    #[untraced]
    #[init(RefCell::new(Vec::new()))]
    output: RefCell<Vec<u8>>,
    #[init(Cell::new(false))]
    detached: Cell<bool>,
}

/// A place in the buffer where the state of the decoder is known, and what was read from there.
pub struct Snapshot {
    /// The bytes since then; those that the decoder held back come first.
    pub input: Vec<u8>,
    /// The decoder's state at the place.
    pub state: DecoderState,
    /// Characters of their text that are no longer in `decoded`.
    pub gone: usize,
}

/// The state of a decoder that holds no bytes back.
#[derive(Clone, Copy, Default)]
pub struct DecoderState {
    /// Flags of an incremental decoder of `codecs`.
    pub flags: i64,
    /// A carriage return waits.
    pub pending: bool,
}

/// What a wrapper is made with.
pub struct Settings {
    pub encoding: Option<Value>,
    pub errors: Option<Value>,
    pub newline: Value,
    pub line_buffering: bool,
    pub write_through: bool,
}

impl TextIoWrapper {
    /// Notes where the text comes from that is decoded next.
    fn take_snapshot(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let rest = this.rest();
        let left = rest.map_or(0, |r| r.byte_len() - this.ahead.get());
        if left > 0 {
            // The text that is left belongs to the snapshot there is.
            let read = rest
                .and_then(|r| r.text().get_bytes(0..this.ahead.get()).map(|t| t.code_point_len()));
            if let Some(snapshot) = this.snapshot.borrow_mut().as_mut() {
                snapshot.gone += read.unwrap_or(0);
            }
            return Ok(());
        }
        let (input, flags) = match this.codec.get() {
            Some(_) => (this.tail.borrow().clone(), 0),
            None => super::position::decoder_state(vm, this.decoder.get())?,
        };
        let state = DecoderState { flags, pending: this.pending_cr.get() };
        this.snapshot.replace(Some(Snapshot { input, state, gone: 0 }));
        Ok(())
    }

    /// A wrapper of `buffer`.
    pub fn over(vm: &mut Vm, buffer: Value, settings: Settings) -> PyResult<Gc<TextIoWrapper>> {
        let this = TextIoWrapper::create(vm, ((),))?;
        Self::prepare(this, vm, buffer, settings)?;
        Ok(this)
    }

    fn prepare(this: Gc<Self>, vm: &mut Vm, buffer: Value, settings: Settings) -> PyResult<()> {
        let encoding = match settings.encoding.filter(|e| !e.is_none()) {
            None => vm.intern("UTF-8")?,
            Some(e) => match e.cast::<Str>() {
                Some(s) if s.text() == "locale" => vm.intern("UTF-8")?,
                Some(s) => s,
                None => {
                    return Err(vm.type_error(format_args!(
                        "TextIOWrapper() argument 'encoding' must be str or None, not {}",
                        class_name(e)
                    )));
                }
            },
        };
        let errors = match settings.errors.filter(|e| !e.is_none()) {
            None => vm.intern("strict")?,
            Some(e) => match e.cast::<Str>() {
                Some(s) => s,
                None => {
                    return Err(vm.type_error(format_args!(
                        "TextIOWrapper() argument 'errors' must be str or None, not {}",
                        class_name(e)
                    )));
                }
            },
        };
        let newline = settings.newline;
        let valid = newline.is_none()
            || newline
                .cast::<Str>()
                .is_some_and(|s| matches!(s.text().as_str(), Some("" | "\n" | "\r" | "\r\n")));
        if !valid {
            let Some(text) = newline.cast::<Str>() else {
                return Err(vm.type_error(format_args!(
                    "TextIOWrapper() argument 'newline' must be str or None, not {}",
                    class_name(newline)
                )));
            };
            return Err(vm.value_error(format_args!("illegal newline value: {}", text.text())));
        }
        this.buffer.set(this, vm.heap(), buffer);
        this.encoding.set(this, vm.heap(), encoding.into());
        this.errors.set(this, vm.heap(), errors.into());
        this.newline.set(this, vm.heap(), newline);
        this.line_buffering.set(settings.line_buffering);
        this.write_through.set(settings.write_through);
        let codec = encoding.text().as_str().and_then(Codec::from_name);
        this.codec.set(codec.filter(|c| matches!(c, Codec::Utf8 | Codec::Ascii | Codec::Latin1)));
        if this.codec.get().is_none() {
            let codecs = (vm.hooks.import)(vm, "codecs")?;
            let info = call(vm, codecs, "lookup", &[encoding.into()])?;
            let key = vm.intern("_is_text_encoding")?;
            if let Some(answer) = vm.getattr_opt(info, key)?
                && !vm.truthy(answer)?
            {
                let shown = vm.repr_for_message(encoding.into());
                return Err(vm.lookup_error(format_args!("{shown} is not a text encoding")));
            }
            let make = vm.getattr_str(info, "incrementalencoder")?;
            let encoder = vm.call(make, &[errors.into()])?;
            this.encoder.set(this, vm.heap(), encoder);
            let make = vm.getattr_str(info, "incrementaldecoder")?;
            let decoder = vm.call(make, &[errors.into()])?;
            this.decoder.set(this, vm.heap(), decoder);
        }
        let writable = ask(vm, buffer, "writable")?;
        this.writable.set(writable);
        let seekable = ask(vm, buffer, "seekable")?;
        this.seekable.set(seekable);
        this.telling.set(seekable);
        let encoder = this.encoder.get();
        if seekable && writable && !encoder.is_none() {
            let at = call(vm, buffer, "tell", &[])?;
            if at != Value::ZERO {
                call(vm, encoder, "setstate", &[Value::ZERO])?;
            }
        }
        super::register_writer(vm, this.into())
    }

    pub fn buffer(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        if this.detached.get() {
            return Err(vm.value_error(format_args!("underlying buffer has been detached")));
        }
        if this.buffer.get().is_none() {
            return Err(vm.value_error(format_args!("I/O operation on uninitialized object")));
        }
        Ok(this.buffer.get())
    }

    fn check_open(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let buffer = Self::buffer(this, vm)?;
        super::base::check_open(vm, buffer)
    }

    pub fn handler(&self) -> Handler {
        Handler::from_name(self.errors.get().cast::<Str>())
    }

    /// Writes what waits to the buffer below.
    pub fn flush_output(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let bytes = std::mem::take(&mut *this.output.borrow_mut());
        if bytes.is_empty() {
            return Ok(());
        }
        let buffer = Self::buffer(this, vm)?;
        if let Some(b) = buffer.cast::<Buffered>() {
            return Buffered::put(b, vm, &bytes);
        }
        let data = Bytes::new(vm, &bytes)?;
        call(vm, buffer, "write", &[data.into()]).map(|_| ())
    }

    /// Writes what waits if a file is below.
    pub fn flush_to_file(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let Some(buffer) = this.buffer.get().cast::<Buffered>() else { return Ok(()) };
        let open = buffer.raw.get().exact::<FileIo>().is_some_and(|f| f.fd.get() > 2);
        if !open || this.detached.get() {
            return Ok(());
        }
        Self::flush_output(this, vm)?;
        Buffered::flush_to_file(buffer, vm)
    }

    /// Takes text to be written.
    pub fn put(this: Gc<Self>, vm: &mut Vm, s: Gc<Str>) -> PyResult<()> {
        Self::check_open(this, vm)?;
        let has_newline = s.as_bytes().contains(&b'\n');
        let newline =
            this.newline.get().cast::<Str>().filter(|n| n.byte_len() > 0 && n.text() != "\n");
        let text = match newline {
            Some(n) if has_newline => {
                let lf = Str::latin1(b'\n');
                Str::replaced(s, vm, lf, n, usize::MAX)?
            }
            _ => s,
        };
        let plain = match this.codec.get() {
            Some(Codec::Utf8) => text.is_ascii() || text.text().find_surrogate().is_none(),
            Some(_) => text.is_ascii(),
            None => false,
        };
        if plain {
            this.output.borrow_mut().extend_from_slice(text.as_bytes());
        } else {
            let bytes = match this.codec.get() {
                Some(codec) => encode_with(vm, text, codec, this.handler())?,
                None => {
                    let encoder = this.encoder.get();
                    let b = call(vm, encoder, "encode", &[text.into()])?;
                    match b.cast::<Bytes>() {
                        Some(b) => b,
                        None => {
                            return Err(vm.type_error(format_args!(
                                "encoder should return a bytes object, not '{}'",
                                class_name(b)
                            )));
                        }
                    }
                }
            };
            this.output.borrow_mut().extend_from_slice(bytes.as_slice());
        }
        Self::forget_input(this, vm);
        let flush = this.line_buffering.get() && (has_newline || s.as_bytes().contains(&b'\r'));
        if this.output.borrow().len() >= CHUNK || this.write_through.get() || flush {
            Self::flush_output(this, vm)?;
        }
        if flush {
            let buffer = Self::buffer(this, vm)?;
            call(vm, buffer, "flush", &[])?;
        }
        Ok(())
    }

    pub fn forget_input(this: Gc<Self>, vm: &mut Vm) {
        this.decoded.set(this, vm.heap(), Value::NONE);
        this.ahead.set(0);
        this.pending_cr.set(false);
        this.snapshot.replace(None);
        this.telling.set(this.seekable.get());
    }

    /// Reads and decodes more; `false` at the end of the file.
    fn fill(this: Gc<Self>, vm: &mut Vm, all: bool) -> PyResult<bool> {
        let buffer = Self::buffer(this, vm)?;
        Self::take_snapshot(this, vm)?;
        let data = if all {
            call(vm, buffer, "read", &[])?
        } else {
            let name = vm.intern("read1")?;
            let method = if vm.getattr_opt(buffer, name)?.is_some() { "read1" } else { "read" };
            call(vm, buffer, method, &[Value::from_len(this.chunk_size.get())])?
        };
        let more = crate::buffer::to_vec(vm, data)?;
        if let Some(snapshot) = this.snapshot.borrow_mut().as_mut() {
            snapshot.input.extend_from_slice(&more);
        }
        let end = more.is_empty() || all;
        let text = match this.codec.get() {
            Some(codec) => {
                let mut bytes = std::mem::take(&mut *this.tail.borrow_mut());
                bytes.extend_from_slice(&more);
                let input = Bytes::new(vm, &bytes)?;
                let done = decode_with(vm, input, codec, this.handler(), end)?;
                *this.tail.borrow_mut() = bytes.get(done.consumed..).unwrap_or_default().to_vec();
                done.text
            }
            None => {
                let input: Value = Bytes::new(vm, &more)?.into();
                let decoder = this.decoder.get();
                let text = call(vm, decoder, "decode", &[input, end.into()])?;
                match text.cast::<Str>() {
                    Some(t) => t,
                    None => {
                        return Err(vm.type_error(format_args!(
                            "decoder should return a string result, not '{}'",
                            class_name(text)
                        )));
                    }
                }
            }
        };
        let text = Self::translate(this, vm, text, end)?;
        let rest = this.rest();
        let joined = match rest {
            Some(r) if r.byte_len() > this.ahead.get() => {
                let mut out = Builder::new();
                let left = r.text().get_bytes(this.ahead.get()..r.byte_len()).unwrap_or("".into());
                out.push(vm, left)?;
                out.push(vm, text.text())?;
                out.finish(vm)?
            }
            _ => text,
        };
        this.ahead.set(0);
        this.decoded.set(this, vm.heap(), joined.into());
        Ok(!more.is_empty())
    }

    pub fn rest(&self) -> Option<Gc<Str>> {
        self.decoded.get().cast::<Str>()
    }

    /// Line ends as `newline` says; a carriage return at the end waits for what follows.
    fn translate(this: Gc<Self>, vm: &mut Vm, text: Gc<Str>, end: bool) -> PyResult<Gc<Str>> {
        let newline = this.newline.get();
        let universal = newline.is_none();
        let keeps = newline.cast::<Str>().is_some_and(|s| s.byte_len() == 0);
        if !universal && !keeps {
            return Ok(text);
        }
        if !this.pending_cr.get() && !text.as_bytes().contains(&b'\r') {
            if text.as_bytes().contains(&b'\n') {
                this.seen.set(this.seen.get() | 2);
            }
            return Ok(text);
        }
        let mut bytes: Vec<u8> = Vec::new();
        if this.pending_cr.replace(false) {
            bytes.push(b'\r');
        }
        bytes.extend_from_slice(text.as_bytes());
        if !end && bytes.last() == Some(&b'\r') {
            bytes.pop();
            this.pending_cr.set(true);
        }
        let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
        let mut i = 0;
        while i < bytes.len() {
            match bytes[i] {
                b'\r' if bytes.get(i + 1) == Some(&b'\n') => {
                    this.seen.set(this.seen.get() | 4);
                    out.extend_from_slice(if universal { b"\n" } else { b"\r\n" });
                    i += 1;
                }
                b'\r' => {
                    this.seen.set(this.seen.get() | 1);
                    out.push(if universal { b'\n' } else { b'\r' });
                }
                b'\n' => {
                    this.seen.set(this.seen.get() | 2);
                    out.push(b'\n');
                }
                b => out.push(b),
            }
            i += 1;
        }
        let text = prim::text::Text::from_bytes(&out).unwrap_or("".into());
        Str::from_text(vm, text)
    }

    fn begin_reading(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let buffer = Self::buffer(this, vm)?;
        Self::check_open(this, vm)?;
        let reads = match buffer.cast::<Buffered>() {
            Some(b) => ask(vm, b.into(), "readable")?,
            None => ask(vm, buffer, "readable")?,
        };
        if !reads {
            return Err(unsupported(vm, "not readable"));
        }
        Self::flush_output(this, vm)
    }

    /// Takes bytes `ahead..end` of the decoded text.
    fn take(this: Gc<Self>, vm: &mut Vm, end: usize) -> PyResult<Value> {
        let Some(rest) = this.rest() else { return Ok(Str::empty().into()) };
        let from = this.ahead.replace(end);
        if from == 0 && end == rest.byte_len() {
            if let Some(snapshot) = this.snapshot.borrow_mut().as_mut() {
                snapshot.gone += rest.char_len();
            }
            this.decoded.set(this, vm.heap(), Value::NONE);
            this.ahead.set(0);
            return Ok(rest.into());
        }
        let part = rest.text().get_bytes(from..end).unwrap_or("".into());
        Ok(Str::from_text(vm, part)?.into())
    }

    /// Where the next line ends in what is decoded, as a byte offset.
    fn line_end(&self) -> Option<usize> {
        let rest = self.rest()?;
        let from = self.ahead.get();
        let bytes = &rest.as_bytes()[from..];
        let newline = self.newline.get().cast::<Str>();
        match newline.map(|n| n.text().to_str_lossy().into_owned()).as_deref() {
            None | Some("\n") => memchr::memchr(b'\n', bytes).map(|i| from + i + 1),
            Some("") => {
                let i = memchr::memchr2(b'\n', b'\r', bytes)?;
                let two = bytes[i] == b'\r' && bytes.get(i + 1) == Some(&b'\n');
                Some(from + i + if two { 2 } else { 1 })
            }
            Some(n) => memchr::memmem::find(bytes, n.as_bytes()).map(|i| from + i + n.len()),
        }
    }

    fn read_line(this: Gc<Self>, vm: &mut Vm, limit: usize) -> PyResult<Value> {
        loop {
            let (from, len) = (this.ahead.get(), this.rest().map_or(0, |r| r.byte_len()));
            let found = this.line_end();
            if limit != usize::MAX
                && let Some(rest) = this.rest()
            {
                let part = rest.text().get_bytes(from..found.unwrap_or(len)).unwrap_or("".into());
                if let Some(end) = part.byte_offset(limit) {
                    return Self::take(this, vm, from + end);
                }
            }
            if let Some(end) = found {
                return Self::take(this, vm, end);
            }
            if !Self::fill(this, vm, false)? {
                if this.line_end().is_some() {
                    continue;
                }
                let len = this.rest().map_or(0, |r| r.byte_len());
                return Self::take(this, vm, len);
            }
        }
    }
}

#[pymethods]
impl TextIoWrapper {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        TextIoWrapper::create_as(vm, cls, ((),))
    }

    #[slot(
        init,
        sig = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)"
    )]
    fn init(
        this: Gc<Self>,
        vm: &mut Vm,
        buffer: Value,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        line_buffering: bool,
        write_through: bool,
    ) -> PyResult<()> {
        let newline = newline.unwrap_or(Value::NONE);
        Self::prepare(
            this,
            vm,
            buffer,
            Settings { encoding, errors, newline, line_buffering, write_through },
        )
    }

    /// Write string s to stream.
    #[method]
    fn write(this: Gc<Self>, vm: &mut Vm, s: Value) -> PyResult<usize> {
        let Some(text) = s.cast::<Str>() else {
            return Err(
                vm.type_error(format_args!("write() argument must be str, not {}", class_name(s)))
            );
        };
        Self::check_open(this, vm)?;
        if !this.writable.get() {
            return Err(unsupported(vm, "not writable"));
        }
        if let Some(b) = this.buffer.get().cast::<Buffered>()
            && b.raw.get().is_none()
        {
            return Err(vm.value_error(format_args!("raw stream has been detached")));
        }
        Self::put(this, vm, text)?;
        Ok(text.char_len())
    }

    /// Read at most size characters from stream.
    #[method(sig = "($self, size=-1, /)")]
    fn read(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        Self::begin_reading(this, vm)?;
        let size = match size.filter(|s| !s.is_none()) {
            Some(s) => vm.index_clipped(s)?,
            None => -1,
        };
        let Ok(size) = usize::try_from(size) else {
            Self::fill(this, vm, true)?;
            let len = this.rest().map_or(0, |r| r.byte_len());
            let text = Self::take(this, vm, len)?;
            this.snapshot.replace(None);
            return Ok(text);
        };
        loop {
            if let Some(rest) = this.rest() {
                let from = this.ahead.get();
                let left = rest.text().get_bytes(from..rest.byte_len()).unwrap_or("".into());
                if let Some(end) = left.byte_offset(size) {
                    return Self::take(this, vm, from + end);
                }
            }
            if size == 0 || !Self::fill(this, vm, false)? {
                let len = this.rest().map_or(0, |r| r.byte_len());
                return Self::take(this, vm, len);
            }
        }
    }

    /// Read until newline or EOF.
    #[method(sig = "($self, size=-1, /)")]
    fn readline(this: Gc<Self>, vm: &mut Vm, #[default(-1)] size: isize) -> PyResult<Value> {
        Self::begin_reading(this, vm)?;
        Self::read_line(this, vm, usize::try_from(size).unwrap_or(usize::MAX))
    }

    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        Self::begin_reading(this, vm)?;
        this.telling.set(false);
        let line = Self::read_line(this, vm, usize::MAX)?;
        if line.cast::<Str>().is_none_or(|l| l.byte_len() == 0) {
            this.telling.set(this.seekable.get());
            return Ok(None);
        }
        Ok(Some(line))
    }

    /// Flush.
    #[method]
    fn flush(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        Self::check_open(this, vm)?;
        Self::flush_output(this, vm)?;
        let buffer = Self::buffer(this, vm)?;
        call(vm, buffer, "flush", &[]).map(|_| ())
    }

    /// Flush and close.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let buffer = Self::buffer(this, vm)?;
        if super::base::is_closed(vm, buffer)? {
            return Ok(());
        }
        let flushed = call(vm, this.into(), "flush", &[]);
        let pending = vm.take_raised();
        let closed = call(vm, buffer, "close", &[]);
        if flushed.is_err() {
            vm.clear_raised();
            return Err(vm.restore_raised(pending));
        }
        closed.map(|_| ())
    }

    /// Separate the underlying buffer from the TextIOWrapper and return it.
    #[method]
    fn detach(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let buffer = Self::buffer(this, vm)?;
        call(vm, this.into(), "flush", &[])?;
        this.detached.set(true);
        Ok(buffer)
    }

    /// Reconfigure the text stream with new parameters.
    #[method(
        sig = "($self, /, *, encoding=None, errors=None, newline=<unrepresentable>, line_buffering=None, write_through=None)",
        no_text
    )]
    fn reconfigure(
        this: Gc<Self>,
        vm: &mut Vm,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        line_buffering: Option<Value>,
        write_through: Option<Value>,
    ) -> PyResult<()> {
        let buffer = Self::buffer(this, vm)?;
        let given = encoding.filter(|e| !e.is_none());
        for (name, value) in [("encoding", given), ("errors", errors.filter(|e| !e.is_none()))] {
            if let Some(value) = value.filter(|v| v.cast::<Str>().is_none()) {
                return Err(vm.type_error(format_args!(
                    "reconfigure() argument '{name}' must be str or None, not {}",
                    class_name(value)
                )));
            }
        }
        if this.snapshot.borrow().is_some() && (given.is_some() || newline.is_some()) {
            return Err(unsupported(
                vm,
                "It is not possible to set the encoding or newline of stream after the first read",
            ));
        }
        Self::flush_output(this, vm)?;
        let flag = |vm: &mut Vm, v: Option<Value>, old: bool| match v.filter(|v| !v.is_none()) {
            Some(v) => vm.truthy(v),
            None => Ok(old),
        };
        let line_buffering = flag(vm, line_buffering, this.line_buffering.get())?;
        let write_through = flag(vm, write_through, this.write_through.get())?;
        let errors = match errors.filter(|e| !e.is_none()) {
            Some(e) => Some(e),
            None if given.is_some() => None,
            None => Some(this.errors.get()),
        };
        let encoding = Some(given.unwrap_or(this.encoding.get()));
        let newline = newline.unwrap_or(this.newline.get());
        Self::prepare(
            this,
            vm,
            buffer,
            Settings { encoding, errors, newline, line_buffering, write_through },
        )
    }

    /// Set the stream position, and return the new stream position.
    ///
    ///   cookie
    ///     Zero or an opaque number returned by tell().
    ///   whence
    ///     The relative position to seek from.
    #[method(sig = "($self, cookie, whence=os.SEEK_SET, /)", no_text)]
    fn seek(
        this: Gc<Self>,
        vm: &mut Vm,
        cookie: Value,
        #[default(0)] whence: i32,
    ) -> PyResult<Value> {
        Self::check_open(this, vm)?;
        super::position::seek(this, vm, cookie, whence)
    }

    /// Return the stream position as an opaque number.
    ///
    /// The return value of tell() can be given as input to seek(), to restore a
    /// previous stream position.
    #[method]
    fn tell(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::check_open(this, vm)?;
        super::position::tell(this, vm)
    }

    #[getter(name = "_CHUNK_SIZE")]
    fn get_chunk_size(this: Gc<Self>) -> usize {
        this.chunk_size.get()
    }

    #[setter(name = "_CHUNK_SIZE")]
    fn set_chunk_size(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<()> {
        let size = vm.index_isize(value, &objects::exceptions::VALUE_ERROR)?;
        match usize::try_from(size) {
            Ok(size) if size > 0 => {
                this.chunk_size.set(size);
                Ok(())
            }
            _ => Err(vm.value_error(format_args!("a strictly positive integer is required"))),
        }
    }

    /// Truncate the file.
    #[method(sig = "($self, pos=None, /)")]
    fn truncate(this: Gc<Self>, vm: &mut Vm, pos: Option<Value>) -> PyResult<Value> {
        Self::flush_output(this, vm)?;
        let buffer = Self::buffer(this, vm)?;
        call(vm, buffer, "truncate", &[pos.unwrap_or(Value::NONE)])
    }

    #[method]
    fn fileno(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let buffer = Self::buffer(this, vm)?;
        call(vm, buffer, "fileno", &[])
    }
    #[method]
    fn isatty(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let buffer = Self::buffer(this, vm)?;
        call(vm, buffer, "isatty", &[])
    }
    #[method]
    fn seekable(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let buffer = Self::buffer(this, vm)?;
        call(vm, buffer, "seekable", &[])
    }
    #[method]
    fn readable(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let buffer = Self::buffer(this, vm)?;
        call(vm, buffer, "readable", &[])
    }
    #[method]
    fn writable(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let buffer = Self::buffer(this, vm)?;
        call(vm, buffer, "writable", &[])
    }

    #[getter(name = "buffer")]
    fn get_buffer(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::buffer(this, vm)
    }
    #[getter]
    fn encoding(this: Gc<Self>) -> Value {
        this.encoding.get()
    }
    #[getter]
    fn errors(this: Gc<Self>) -> Value {
        this.errors.get()
    }
    #[getter]
    fn line_buffering(this: Gc<Self>) -> bool {
        this.line_buffering.get()
    }
    #[getter]
    fn write_through(this: Gc<Self>) -> bool {
        this.write_through.get()
    }
    #[getter]
    fn closed(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        let buffer = Self::buffer(this, vm)?;
        super::base::is_closed(vm, buffer)
    }
    #[getter]
    fn name(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let buffer = Self::buffer(this, vm)?;
        vm.getattr_str(buffer, "name")
    }
    #[getter]
    fn newlines(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let mut kinds = Vec::new();
        for (bit, text) in [(1, "\r"), (2, "\n"), (4, "\r\n")] {
            if this.seen.get() & bit != 0 {
                kinds.push(Value::from(vm.intern(text)?));
            }
        }
        match kinds.as_slice() {
            [] => Ok(Value::NONE),
            [one] => Ok(*one),
            all => Ok(objects::tuple::Tuple::from_slice(vm, all)?.into()),
        }
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let class = class_name(this.into()).to_string();
        let mut out = format!("<{class}");
        let buffer = this.buffer.get();
        for (name, holder) in [("name", buffer), ("mode", Value::from(this))] {
            let key = vm.intern(name)?;
            if let Some(v) = vm.getattr_opt(holder, key)? {
                let shown = vm.repr(v)?;
                out.push_str(&format!(" {name}={}", shown.text()));
            }
        }
        let encoding = vm.repr(this.encoding.get())?;
        Str::from_fmt(vm, format_args!("{out} encoding={}>", encoding.text()))
    }
}

//! The objects that decompress: of `zlib.decompressobj`, and `_ZlibDecompressor`, which files are read with.

use super::stream::{Stream, code, flush};
use super::{error, next_room};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::bytes::{Bytes, buffer, buffer_of};
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::{Cell, RefCell};

/// A stream and its dictionary, which it may ask for.
pub struct Source {
    stream: Stream,
    dictionary: Option<Vec<u8>>,
}

impl Source {
    fn new(vm: &mut Vm, wbits: i32, dictionary: Option<Value>) -> PyResult<Source> {
        let dictionary = match dictionary {
            None => None,
            Some(d) => match buffer_of(vm, d)? {
                Some(view) => Some(view.bytes().to_vec()),
                None => {
                    return Err(vm.type_error(format_args!(
                        "zdict argument must support the buffer protocol"
                    )));
                }
            },
        };
        let mut stream = match Stream::inflate(wbits) {
            Ok(stream) => stream,
            Err(code::MEM_ERROR) => return Err(vm.memory_error()),
            Err(code::STREAM_ERROR) => {
                return Err(vm.value_error(format_args!("Invalid initialization option")));
            }
            Err(result) => {
                return Err(error(vm, None, result, "while creating decompression object"));
            }
        };
        if let Some(d) = dictionary.as_deref().filter(|d| wbits < 0 && !d.is_empty()) {
            let result = stream.set_dictionary(d);
            if result != code::OK {
                return Err(error(vm, Some(&stream), result, "while setting zdict"));
            }
        }
        Ok(Source { stream, dictionary })
    }

    /// Decompresses up to `limit` bytes; the last return code.
    fn run(
        &mut self,
        vm: &mut Vm,
        input: &mut &[u8],
        out: &mut Vec<u8>,
        limit: usize,
        mode: i32,
    ) -> PyResult<i32> {
        loop {
            let room = next_room(out.len()).min(limit - out.len());
            let before = out.len();
            let Ok(result) = self.stream.step(input, out, room, mode) else {
                return Err(vm.memory_error());
            };
            match (result, self.dictionary.as_deref()) {
                (code::NEED_DICT, Some(d)) if !d.is_empty() => {
                    let result = self.stream.set_dictionary(d);
                    if result != code::OK {
                        return Err(error(vm, Some(&self.stream), result, "while setting zdict"));
                    }
                    continue;
                }
                (code::OK, _) => {}
                _ => return Ok(result),
            }
            let full = out.len() - before == room;
            if out.len() == limit || (!full && input.is_empty()) {
                return Ok(result);
            }
        }
    }

    fn duplicate(&mut self) -> Result<Source, i32> {
        Ok(Source { stream: self.stream.duplicate()?, dictionary: self.dictionary.clone() })
    }
}

/// Decompresses data that comes in parts.
#[pytype(name = "zlib.Decompress", doc = "", flags(NO_NEW))]
pub struct Decompress {
    #[untraced]
    source: RefCell<Source>,
    /// What came after the end of the stream.
    unused: Field<Gc<Bytes>>,
    /// What was left because the limit was reached.
    tail: Field<Gc<Bytes>>,
    eof: Cell<bool>,
}

impl Decompress {
    /// A new stream.
    pub fn start(vm: &mut Vm, wbits: i32, dictionary: Option<Value>) -> PyResult<Gc<Decompress>> {
        let source = Source::new(vm, wbits, dictionary)?;
        let (unused, tail) = (Field::new(Bytes::empty()), Field::new(Bytes::empty()));
        Decompress::create(vm, RefCell::new(source), unused, tail, Cell::new(false))
    }

    /// Keeps the input that wasn't used.
    fn keep(this: Gc<Self>, vm: &mut Vm, rest: &[u8], result: i32) -> PyResult<()> {
        let mut rest = rest;
        if result == code::STREAM_END {
            this.eof.set(true);
            if !rest.is_empty() {
                let all = [this.unused.get().as_slice(), rest].concat();
                let all = Bytes::new(vm, &all)?;
                this.unused.set(this, vm.heap(), all);
            }
            rest = &[];
        }
        if !rest.is_empty() || !this.tail.get().as_slice().is_empty() {
            let tail = Bytes::new(vm, rest)?;
            this.tail.set(this, vm.heap(), tail);
        }
        Ok(())
    }
}

#[pymethods]
impl Decompress {
    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data.
    ///     Unconsumed input data will be stored in
    ///     the unconsumed_tail attribute.
    ///
    /// After calling this function, some of the input data may still be stored in
    /// internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(sig = "($self, data, /, max_length=0)")]
    fn decompress(
        this: Gc<Self>,
        vm: &mut Vm,
        data: Value,
        #[default(0)] max_length: isize,
    ) -> PyResult<Gc<Bytes>> {
        let limit = match usize::try_from(max_length) {
            Ok(0) => usize::MAX,
            Ok(limit) => limit,
            Err(_) => {
                return Err(vm.value_error(format_args!("max_length must be non-negative")));
            }
        };
        let view = buffer(vm, data)?;
        let (mut input, mut out) = (view.bytes(), Vec::new());
        let mut source = this.source.borrow_mut();
        let result = source.run(vm, &mut input, &mut out, limit, flush::SYNC)?;
        Self::keep(this, vm, input, result)?;
        if !matches!(result, code::OK | code::STREAM_END | code::BUF_ERROR) {
            return Err(error(vm, Some(&source.stream), result, "while decompressing data"));
        }
        drop(source);
        Bytes::new(vm, &out)
    }

    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[method(sig = "($self, length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(this: Gc<Self>, vm: &mut Vm, #[default(16384)] length: isize) -> PyResult<Gc<Bytes>> {
        if length <= 0 {
            return Err(vm.value_error(format_args!("length must be greater than zero")));
        }
        let tail = this.tail.get();
        let (mut input, mut out) = (tail.as_slice(), Vec::new());
        let mut source = this.source.borrow_mut();
        let result = source.run(vm, &mut input, &mut out, usize::MAX, flush::FINISH)?;
        Self::keep(this, vm, input, result)?;
        match result {
            code::STREAM_END => source.stream.end(),
            code::OK | code::BUF_ERROR => {}
            _ => return Err(error(vm, Some(&source.stream), result, "while flushing")),
        }
        drop(source);
        Bytes::new(vm, &out)
    }

    /// Return a copy of the decompression object.
    #[method]
    #[method(name = "__copy__")]
    fn copy(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
        let copy = this.source.borrow_mut().duplicate();
        match copy {
            Ok(source) => Decompress::create(
                vm,
                RefCell::new(source),
                Field::new(this.unused.get()),
                Field::new(this.tail.get()),
                Cell::new(this.eof.get()),
            ),
            Err(code::MEM_ERROR) => Err(vm.memory_error()),
            Err(_) => Err(vm.value_error(format_args!("Inconsistent stream state"))),
        }
    }

    #[method]
    fn __deepcopy__(this: Gc<Self>, vm: &mut Vm, memo: Value) -> PyResult<Gc<Self>> {
        let _ = memo;
        Self::copy(this, vm)
    }

    #[getter(member)]
    fn unused_data(this: Gc<Self>) -> Gc<Bytes> {
        this.unused.get()
    }

    #[getter(member)]
    fn unconsumed_tail(this: Gc<Self>) -> Gc<Bytes> {
        this.tail.get()
    }

    #[getter(name = "eof", member)]
    fn get_eof(this: Gc<Self>) -> bool {
        this.eof.get()
    }
}

/// Create a decompressor object for decompressing data incrementally.
#[pytype(
    name = "zlib._ZlibDecompressor",
    signature = "(wbits=MAX_WBITS, zdict=b'')",
    flags(BASETYPE)
)]
pub struct ZlibDecompressor {
    #[untraced]
    source: RefCell<Source>,
    /// Input that waits because the limit was reached.
    #[untraced]
    #[init(RefCell::new(Vec::new()))]
    waiting: RefCell<Vec<u8>>,
    #[init(Field::new(Bytes::empty()))]
    unused: Field<Gc<Bytes>>,
    #[init(Cell::new(false))]
    eof: Cell<bool>,
    #[init(Cell::new(true))]
    needs_input: Cell<bool>,
}

#[pymethods]
impl ZlibDecompressor {
    #[slot(new, sig = "(wbits=MAX_WBITS, zdict=b'')")]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        #[default(15)] wbits: i32,
        #[default(Value::UNDEF)] zdict: Value,
    ) -> PyResult<Gc<Self>> {
        let source = Source::new(vm, wbits, zdict.defined())?;
        ZlibDecompressor::create_as(vm, cls, RefCell::new(source))
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes of
    /// decompressed data. If this limit is reached and further output can be
    /// produced, *self.needs_input* will be set to ``False``. In this case, the next
    /// call to *decompress()* may provide *data* as b'' to obtain more of the output.
    #[method(sig = "($self, /, data, max_length=-1)")]
    fn decompress(
        this: Gc<Self>,
        vm: &mut Vm,
        data: Value,
        #[default(-1)] max_length: isize,
    ) -> PyResult<Gc<Bytes>> {
        let view = buffer(vm, data)?;
        if this.eof.get() {
            return Err(vm.eof_error(format_args!("End of stream already reached")));
        }
        let limit = usize::try_from(max_length).unwrap_or(usize::MAX);
        let mut all = std::mem::take(&mut *this.waiting.borrow_mut());
        all.extend_from_slice(view.bytes());
        let (mut input, mut out) = (all.as_slice(), Vec::new());
        let mut source = this.source.borrow_mut();
        let result = source.run(vm, &mut input, &mut out, limit, flush::SYNC)?;
        match result {
            code::STREAM_END => {
                this.eof.set(true);
                this.needs_input.set(false);
                let unused = Bytes::new(vm, input)?;
                this.unused.set(this, vm.heap(), unused);
            }
            code::OK | code::BUF_ERROR => {
                // With the limit reached there may be more to come without more input.
                this.needs_input.set(input.is_empty() && out.len() < limit);
                *this.waiting.borrow_mut() = input.to_vec();
            }
            _ => {
                return Err(error(vm, Some(&source.stream), result, "while decompressing data"));
            }
        }
        drop(source);
        Bytes::new(vm, &out)
    }

    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(this: Gc<Self>) -> Gc<Bytes> {
        this.unused.get()
    }

    /// True if the end-of-stream marker has been reached.
    #[getter(name = "eof", member)]
    fn get_eof(this: Gc<Self>) -> bool {
        this.eof.get()
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[getter(name = "needs_input", member)]
    fn get_needs_input(this: Gc<Self>) -> bool {
        this.needs_input.get()
    }
}

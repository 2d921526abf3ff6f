//! Buffered streams over a raw one.
//!
//! Invariant: at most one of the two buffers holds something: what was read ahead, or what waits to be written.

use super::base::{BufferedIoBase, ask, call, unsupported};
use super::file::{FileIo, read_once, write_once};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::bytes::Bytes;
use objects::str::Str;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::{Cell, RefCell};

/// The common part of the buffered streams.
#[pytype(name = "_io._Buffered", extends = BufferedIoBase, flags(BASETYPE, DICT, WEAKREF))]
pub struct Buffered {
    /// The raw stream; None when detached.
    #[init(Field::new(Value::NONE))]
    pub raw: Field<Value>,
    /// Bytes read ahead, from `ahead` on.
    #[untraced]
    #[init(RefCell::new(Vec::new()))]
    input: RefCell<Vec<u8>>,
    #[init(Cell::new(0))]
    ahead: Cell<usize>,
    /// Bytes to be written.
    #[untraced]
    #[init(RefCell::new(Vec::new()))]
    output: RefCell<Vec<u8>>,
    #[init(Cell::new(8192))]
    size: Cell<usize>,
    #[init(Cell::new(false))]
    reads: Cell<bool>,
    #[init(Cell::new(false))]
    writes: Cell<bool>,
}

/// Create a new buffered reader using the given readable raw IO object.
#[pytype(name = "_io.BufferedReader", extends = Buffered, flags(BASETYPE, DICT, WEAKREF), signature = "(raw, buffer_size=131072)")]
pub struct BufferedReader {}

/// A buffer for a writeable sequential RawIO object.
#[pytype(name = "_io.BufferedWriter", extends = Buffered, flags(BASETYPE, DICT, WEAKREF), signature = "(raw, buffer_size=131072)")]
pub struct BufferedWriter {}

/// A buffered interface to random access streams.
#[pytype(name = "_io.BufferedRandom", extends = Buffered, flags(BASETYPE, DICT, WEAKREF), signature = "(raw, buffer_size=131072)")]
pub struct BufferedRandom {}

impl Buffered {
    fn prepare(
        this: Gc<Self>,
        vm: &mut Vm,
        raw: Value,
        size: isize,
        reads: bool,
        writes: bool,
    ) -> PyResult<()> {
        let Some(size) = usize::try_from(size).ok().filter(|s| *s > 0) else {
            return Err(vm.value_error(format_args!("buffer size must be strictly positive")));
        };
        if reads && !ask(vm, raw, "readable")? {
            return Err(unsupported(vm, "File or stream is not readable."));
        }
        if writes && !ask(vm, raw, "writable")? {
            return Err(unsupported(vm, "File or stream is not writable."));
        }
        this.raw.set(this, vm.heap(), raw);
        this.size.set(size);
        this.reads.set(reads);
        this.writes.set(writes);
        if writes {
            super::register_writer(vm, this.into())?;
        }
        Ok(())
    }

    fn raw(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let raw = this.raw.get();
        if raw.is_none() {
            return Err(vm.value_error(format_args!("raw stream has been detached")));
        }
        Ok(raw)
    }

    fn is_closed(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        let raw = Self::raw(this, vm)?;
        match raw.exact::<FileIo>() {
            Some(f) => Ok(f.fd.get() < 0),
            None => super::base::is_closed(vm, raw),
        }
    }

    fn check_open(this: Gc<Self>, vm: &mut Vm, doing: &str) -> PyResult<()> {
        if Self::is_closed(this, vm)? {
            return Err(vm.value_error(format_args!("{doing} closed file")));
        }
        Ok(())
    }

    fn available(&self) -> usize {
        self.input.borrow().len() - self.ahead.get()
    }

    /// Takes up to `n` bytes that were read ahead.
    fn take(&self, n: usize) -> Vec<u8> {
        let from = self.ahead.get();
        let input = self.input.borrow();
        let end = (from + n).min(input.len());
        self.ahead.set(end);
        input[from..end].to_vec()
    }

    /// Reads from the raw stream; `None` if it would block.
    fn read_raw(this: Gc<Self>, vm: &mut Vm, n: usize) -> PyResult<Option<Vec<u8>>> {
        let raw = Self::raw(this, vm)?;
        if let Some(file) = raw.exact::<FileIo>()
            && file.fd.get() >= 0
        {
            let mut out = Vec::new();
            if out.try_reserve_exact(n).is_err() {
                return Err(vm.memory_error());
            }
            out.resize(n, 0);
            return Ok(read_once(vm, file.fd.get(), &mut out)?.map(|n| {
                out.truncate(n);
                out
            }));
        }
        let data = call(vm, raw, "read", &[Value::from_len(n)])?;
        if data.is_none() { Ok(None) } else { crate::buffer::to_vec(vm, data).map(Some) }
    }

    /// Reads ahead; whether there was anything.
    fn fill(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        let Some(more) = Self::read_raw(this, vm, this.size.get())? else { return Ok(false) };
        let mut input = this.input.borrow_mut();
        let from = this.ahead.replace(0);
        input.drain(..from);
        input.extend_from_slice(&more);
        Ok(!more.is_empty())
    }

    /// Writes what waits.
    pub fn flush_output(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        loop {
            let bytes = std::mem::take(&mut *this.output.borrow_mut());
            if bytes.is_empty() {
                return Ok(());
            }
            let raw = Self::raw(this, vm)?;
            let written = match raw.exact::<FileIo>() {
                Some(f) if f.fd.get() >= 0 => write_once(vm, f.fd.get(), &bytes),
                _ => (|| {
                    let data = Bytes::new(vm, &bytes)?;
                    let n = call(vm, raw, "write", &[data.into()])?;
                    if n.is_none() {
                        Ok(None)
                    } else {
                        Ok(Some(vm.index_clipped(n)?.max(0) as usize))
                    }
                })(),
            };
            match written {
                Ok(Some(n)) => {
                    let rest = bytes.get(n..).unwrap_or_default();
                    this.output.borrow_mut().splice(0..0, rest.iter().copied());
                }
                Ok(None) => {
                    this.output.borrow_mut().splice(0..0, bytes);
                    let e = std::io::Error::from_raw_os_error(libc::EAGAIN);
                    return Err(vm.os_error(&e, None));
                }
                Err(r) => {
                    this.output.borrow_mut().splice(0..0, bytes);
                    return Err(r);
                }
            }
        }
    }

    /// Writes what waits if a file is below.
    pub fn flush_to_file(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let open = this.raw.get().exact::<FileIo>().is_some_and(|f| f.fd.get() > 2);
        if open && !this.output.borrow().is_empty() { Self::flush_output(this, vm) } else { Ok(()) }
    }

    /// Takes bytes to be written.
    pub fn put(this: Gc<Self>, vm: &mut Vm, bytes: &[u8]) -> PyResult<()> {
        if this.available() > 0 {
            Self::rewind(this, vm)?;
        }
        let full = {
            let mut output = this.output.borrow_mut();
            if output.try_reserve(bytes.len()).is_err() {
                drop(output);
                return Err(vm.memory_error());
            }
            output.extend_from_slice(bytes);
            output.len() > this.size.get()
        };
        if full { Self::flush_output(this, vm) } else { Ok(()) }
    }

    /// Puts the raw position back to where the reader is.
    fn rewind(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let n = this.available();
        this.input.borrow_mut().clear();
        this.ahead.set(0);
        if n > 0 {
            let raw = Self::raw(this, vm)?;
            call(vm, raw, "seek", &[Value::int32(-(n as i32)), Value::int32(1)])?;
        }
        Ok(())
    }

    fn begin_reading(this: Gc<Self>, vm: &mut Vm, name: &str) -> PyResult<()> {
        if !this.reads.get() {
            return Err(unsupported(vm, name));
        }
        Self::check_open(this, vm, "read of")?;
        Self::flush_output(this, vm)
    }

    fn read_all(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let mut out = this.take(usize::MAX - this.ahead.get());
        loop {
            match Self::read_raw(this, vm, 65536.max(this.size.get()))? {
                None if out.is_empty() => return Ok(Value::NONE),
                None => break,
                Some(more) if more.is_empty() => break,
                Some(more) => {
                    if out.try_reserve(more.len()).is_err() {
                        return Err(vm.memory_error());
                    }
                    out.extend_from_slice(&more);
                }
            }
        }
        Ok(Bytes::new(vm, &out)?.into())
    }
}

#[pymethods]
impl Buffered {
    /// Read and return up to n bytes.
    #[method(sig = "($self, size=-1, /)")]
    fn read(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        Self::begin_reading(this, vm, "read")?;
        let size = match size.filter(|s| !s.is_none()) {
            Some(s) => vm.index_clipped(s)?,
            None => -1,
        };
        if size < -1 {
            return Err(vm.value_error(format_args!("read length must be non-negative or -1")));
        }
        let Ok(size) = usize::try_from(size) else { return Self::read_all(this, vm) };
        let mut out = this.take(size);
        while out.len() < size {
            let wanted = (size - out.len()).max(this.size.get());
            match Self::read_raw(this, vm, wanted.min(1 << 30))? {
                None if out.is_empty() => return Ok(Value::NONE),
                None => break,
                Some(more) if more.is_empty() => break,
                Some(more) => {
                    let n = more.len().min(size - out.len());
                    out.extend_from_slice(&more[..n]);
                    *this.input.borrow_mut() = more[n..].to_vec();
                    this.ahead.set(0);
                }
            }
        }
        Ok(Bytes::new(vm, &out)?.into())
    }

    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    #[method(sig = "($self, size=-1, /)")]
    fn read1(this: Gc<Self>, vm: &mut Vm, #[default(-1)] size: isize) -> PyResult<Value> {
        Self::begin_reading(this, vm, "read1")?;
        let size = usize::try_from(size).unwrap_or(this.size.get());
        if size > 0 && this.available() == 0 {
            Self::fill(this, vm)?;
        }
        let out = this.take(size);
        Ok(Bytes::new(vm, &out)?.into())
    }

    /// Returns buffered bytes without advancing the position.
    #[method(sig = "($self, size=0, /)")]
    fn peek(this: Gc<Self>, vm: &mut Vm, size: isize) -> PyResult<Value> {
        let _ = size;
        Self::begin_reading(this, vm, "peek")?;
        if this.available() == 0 {
            Self::fill(this, vm)?;
        }
        let bytes = this.input.borrow()[this.ahead.get()..].to_vec();
        Ok(Bytes::new(vm, &bytes)?.into())
    }

    /// Read and return a line from the stream.
    #[method(sig = "($self, size=-1, /)")]
    fn readline(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        Self::begin_reading(this, vm, "readline")?;
        let limit = match size.filter(|s| !s.is_none()) {
            Some(s) => usize::try_from(vm.index_clipped(s)?).unwrap_or(usize::MAX),
            None => usize::MAX,
        };
        let mut out: Vec<u8> = Vec::new();
        while out.len() < limit {
            let n = {
                let input = this.input.borrow();
                let rest = &input[this.ahead.get()..];
                let end = rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |i| i + 1);
                end.min(limit - out.len())
            };
            out.extend_from_slice(&this.take(n));
            if out.last() == Some(&b'\n')
                || out.len() >= limit
                || (this.available() == 0 && !Self::fill(this, vm)?)
            {
                break;
            }
        }
        Ok(Bytes::new(vm, &out)?.into())
    }

    /// Write the given buffer to the IO stream.
    #[method]
    fn write(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<Value> {
        if !this.writes.get() {
            return Err(unsupported(vm, "write"));
        }
        if let Some(b) = buffer.cast::<Bytes>() {
            Self::check_open(this, vm, "write to")?;
            let n = b.as_slice().len();
            Self::put(this, vm, b.as_slice())?;
            return Ok(Value::from_len(n));
        }
        let bytes = crate::buffer::to_vec(vm, buffer)?;
        Self::check_open(this, vm, "write to")?;
        Self::put(this, vm, &bytes)?;
        Ok(Value::from_len(bytes.len()))
    }

    /// Flush write buffers.
    #[method]
    fn flush(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        Self::check_open(this, vm, "flush of")?;
        Self::flush_output(this, vm)?;
        let raw = Self::raw(this, vm)?;
        if raw.exact::<FileIo>().is_some() {
            Ok(())
        } else {
            call(vm, raw, "flush", &[]).map(|_| ())
        }
    }

    /// Flush and close.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        if Self::is_closed(this, vm)? {
            return Ok(());
        }
        let flushed = call(vm, this.into(), "flush", &[]);
        let pending = vm.take_raised();
        let raw = Self::raw(this, vm)?;
        let closed = call(vm, raw, "close", &[]);
        if flushed.is_err() {
            vm.clear_raised();
            return Err(vm.restore_raised(pending));
        }
        closed.map(|_| ())
    }

    /// Disconnect this buffer from its underlying raw stream and return it.
    #[method]
    fn detach(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let raw = Self::raw(this, vm)?;
        call(vm, this.into(), "flush", &[])?;
        this.raw.set(this, vm.heap(), Value::NONE);
        Ok(raw)
    }

    /// Return current stream position.
    #[method]
    fn tell(this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        let raw = Self::raw(this, vm)?;
        let at = call(vm, raw, "tell", &[])?;
        let at = vm.index_clipped(at)? as i64;
        Ok(at - this.available() as i64 + this.output.borrow().len() as i64)
    }

    /// Change the stream position to the given byte offset.
    #[method(sig = "($self, target, whence=0, /)")]
    fn seek(this: Gc<Self>, vm: &mut Vm, target: i64, whence: i32) -> PyResult<Value> {
        if !(0..=2).contains(&whence) {
            return Err(vm.value_error(format_args!("whence value {whence} unsupported")));
        }
        Self::check_open(this, vm, "seek of")?;
        let raw = Self::raw(this, vm)?;
        if !ask(vm, raw, "seekable")? {
            return Err(unsupported(vm, "File or stream is not seekable."));
        }
        Self::flush_output(this, vm)?;
        let target = if whence == 1 { target - this.available() as i64 } else { target };
        this.input.borrow_mut().clear();
        this.ahead.set(0);
        let target = objects::int::from_i64(vm, target)?;
        call(vm, raw, "seek", &[target, Value::int32(whence)])
    }

    /// Truncate file to size bytes.
    #[method(sig = "($self, pos=None, /)")]
    fn truncate(this: Gc<Self>, vm: &mut Vm, pos: Option<i64>) -> PyResult<Value> {
        if !this.writes.get() {
            return Err(unsupported(vm, "truncate"));
        }
        Self::flush_output(this, vm)?;
        let pos = match pos {
            Some(p) => p,
            None => Self::tell(this, vm)?,
        };
        let (raw, pos) = (Self::raw(this, vm)?, objects::int::from_i64(vm, pos)?);
        call(vm, raw, "truncate", &[pos])
    }

    #[method]
    fn seekable(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let raw = Self::raw(this, vm)?;
        call(vm, raw, "seekable", &[])
    }

    #[method]
    fn readable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        let raw = Self::raw(this, vm)?;
        Ok(this.reads.get() && ask(vm, raw, "readable")?)
    }

    #[method]
    fn writable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        let raw = Self::raw(this, vm)?;
        Ok(this.writes.get() && ask(vm, raw, "writable")?)
    }

    #[method]
    fn fileno(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let raw = Self::raw(this, vm)?;
        call(vm, raw, "fileno", &[])
    }

    #[method]
    fn isatty(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let raw = Self::raw(this, vm)?;
        call(vm, raw, "isatty", &[])
    }

    #[getter(name = "raw")]
    fn get_raw(this: Gc<Self>) -> Value {
        this.raw.get()
    }

    #[getter]
    fn closed(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::is_closed(this, vm)
    }

    #[getter]
    fn name(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let raw = Self::raw(this, vm)?;
        vm.getattr_str(raw, "name")
    }

    #[getter]
    fn mode(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let raw = Self::raw(this, vm)?;
        vm.getattr_str(raw, "mode")
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let class = class_name(this.into()).to_string();
        let key = vm.intern("name")?;
        let raw = this.raw.get();
        match if raw.is_none() { None } else { vm.getattr_opt(raw, key)? } {
            Some(name) => {
                let name = vm.repr(name)?;
                Str::from_fmt(vm, format_args!("<{class} name={}>", name.text()))
            }
            None => Str::from_fmt(vm, format_args!("<{class}>")),
        }
    }
}

macro_rules! kind {
    ($name:ident, $reads:expr, $writes:expr) => {
        #[pymethods]
        impl $name {
            #[slot(new)]
            fn new(
                cls: Gc<Type>,
                vm: &mut Vm,
                args: &[Value],
                kwnames: Value,
            ) -> PyResult<Gc<Self>> {
                let _ = (args, kwnames);
                $name::create_as(vm, cls, (((),),))
            }

            #[slot(init, sig = "(raw, buffer_size=131072)")]
            fn init(
                this: Value,
                vm: &mut Vm,
                raw: Value,
                #[default(131_072)] buffer_size: isize,
            ) -> PyResult<()> {
                match this.cast::<Buffered>() {
                    Some(b) => Buffered::prepare(b, vm, raw, buffer_size, $reads, $writes),
                    None => Ok(()),
                }
            }
        }
    };
}
kind!(BufferedReader, true, false);
kind!(BufferedWriter, false, true);
kind!(BufferedRandom, true, true);

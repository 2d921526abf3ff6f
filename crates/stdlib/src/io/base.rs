//! The abstract classes of streams: what every file object can do, over what its class provides.

use heap::Gc;
use macros::{pymethods, pytype};
use objects::bytes::Bytes;
use objects::exceptions;
use objects::list::List;
use objects::str::Str;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::cell::Cell;

/// The base of all streams.
#[pytype(name = "_io._IOBase", flags(BASETYPE, DICT, WEAKREF))]
pub struct IoBase {
    #[init(Cell::new(false))]
    pub closed: Cell<bool>,
}

/// Streams of raw bytes.
#[pytype(name = "_io._RawIOBase", extends = IoBase, flags(BASETYPE, DICT, WEAKREF))]
pub struct RawIoBase {}

/// Buffered streams of bytes.
#[pytype(name = "_io._BufferedIOBase", extends = IoBase, flags(BASETYPE, DICT, WEAKREF))]
pub struct BufferedIoBase {}

/// Streams of text.
#[pytype(name = "_io._TextIOBase", extends = IoBase, flags(BASETYPE, DICT, WEAKREF))]
pub struct TextIoBase {}

/// Calls a method by name.
pub fn call(vm: &mut Vm, o: Value, name: &str, args: &[Value]) -> PyResult<Value> {
    let name = vm.intern(name)?;
    vm.call_method(o, name, args)
}

/// A truth value of a method.
pub fn ask(vm: &mut Vm, o: Value, name: &str) -> PyResult<bool> {
    let v = call(vm, o, name, &[])?;
    vm.truthy(v)
}

/// `io.UnsupportedOperation`
pub fn unsupported(vm: &mut Vm, text: &str) -> Raised {
    let result = (|| {
        let class = super::unsupported_class(vm)?;
        let text: Value = Str::new(vm, text)?.into();
        vm.call(class, &[text])
    })();
    match result {
        Ok(e) => vm.raise_value(e),
        Err(r) => r,
    }
}

/// Whether a stream says that it is closed.
pub fn is_closed(vm: &mut Vm, o: Value) -> PyResult<bool> {
    let v = vm.getattr_str(o, "closed")?;
    vm.truthy(v)
}

/// ValueError if the stream is closed.
pub fn check_open(vm: &mut Vm, o: Value) -> PyResult<()> {
    if is_closed(vm, o)? {
        return Err(vm.value_error(format_args!("I/O operation on closed file.")));
    }
    Ok(())
}

#[pymethods]
impl IoBase {
    #[getter]
    fn __dict__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        objects::attrs::get_dict(vm, this)
    }

    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        IoBase::create_as(vm, cls)
    }

    #[slot(init)]
    fn init(_this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        let _ = (vm, args, kwnames);
        Ok(())
    }

    #[getter]
    fn closed(this: Gc<Self>) -> bool {
        this.closed.get()
    }

    /// Change the stream position to the given byte offset.
    #[method(sig = "($self, offset, whence=os.SEEK_SET, /)")]
    fn seek(_this: Gc<Self>, vm: &mut Vm, offset: Value, whence: Option<Value>) -> PyResult<Value> {
        let _ = (offset, whence);
        Err(unsupported(vm, "seek"))
    }

    /// Return current stream position.
    #[method]
    fn tell(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        call(vm, this.into(), "seek", &[Value::ZERO, Value::int32(1)])
    }

    /// Truncate file to size bytes.
    #[method(sig = "($self, size=None, /)")]
    fn truncate(_this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        let _ = size;
        Err(unsupported(vm, "truncate"))
    }

    /// Return underlying file descriptor if one exists.
    #[method]
    fn fileno(_this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Err(unsupported(vm, "fileno"))
    }

    /// Flush write buffers, if applicable.
    #[method]
    fn flush(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        if this.closed.get() {
            return Err(vm.value_error(format_args!("I/O operation on closed file.")));
        }
        Ok(())
    }

    /// Flush and close the IO object.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        if this.closed.get() {
            return Ok(());
        }
        let result = call(vm, this.into(), "flush", &[]);
        this.closed.set(true);
        result.map(|_| ())
    }

    /// Return whether object supports random access.
    #[method]
    fn seekable(this: Gc<Self>) -> bool {
        let _ = this;
        false
    }

    /// Return whether object was opened for reading.
    #[method]
    fn readable(this: Gc<Self>) -> bool {
        let _ = this;
        false
    }

    /// Return whether object was opened for writing.
    #[method]
    fn writable(this: Gc<Self>) -> bool {
        let _ = this;
        false
    }

    /// Return whether this is an 'interactive' stream.
    #[method]
    fn isatty(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        check_open(vm, this.into())?;
        Ok(false)
    }

    #[method]
    fn _checkClosed(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        check_open(vm, this.into())
    }

    #[method]
    fn _checkReadable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        if ask(vm, this.into(), "readable")? {
            Ok(true)
        } else {
            Err(unsupported(vm, "File or stream is not readable."))
        }
    }

    #[method]
    fn _checkWritable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        if ask(vm, this.into(), "writable")? {
            Ok(true)
        } else {
            Err(unsupported(vm, "File or stream is not writable."))
        }
    }

    #[method]
    fn _checkSeekable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        if ask(vm, this.into(), "seekable")? {
            Ok(true)
        } else {
            Err(unsupported(vm, "File or stream is not seekable."))
        }
    }

    #[method]
    fn __enter__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
        check_open(vm, this.into())?;
        Ok(this)
    }

    #[method(sig = "($self, /, *args)", no_text)]
    fn __exit__(this: Gc<Self>, vm: &mut Vm, args: &[Value]) -> PyResult<()> {
        let _ = args;
        call(vm, this.into(), "close", &[]).map(|_| ())
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
        check_open(vm, this.into())?;
        Ok(this)
    }

    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let line = call(vm, this.into(), "readline", &[])?;
        Ok(if vm.len(line)? == 0 { None } else { Some(line) })
    }

    /// Read and return a line from the stream.
    #[method(sig = "($self, size=-1, /)")]
    fn readline(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        let limit = match size.filter(|s| !s.is_none()) {
            Some(s) => vm.index_clipped(s)?,
            None => -1,
        };
        let mut out: Vec<u8> = Vec::new();
        while limit < 0 || (out.len() as isize) < limit {
            let data = call(vm, this.into(), "read", &[Value::int32(1)])?;
            let Some(b) = data.cast::<Bytes>() else {
                return Err(vm.raise(
                    &exceptions::OS_ERROR,
                    format_args!(
                        "read() should have returned a bytes object, not '{}'",
                        class_name(data)
                    ),
                ));
            };
            if b.as_slice().is_empty() {
                break;
            }
            out.extend_from_slice(b.as_slice());
            if out.last() == Some(&b'\n') {
                break;
            }
        }
        Ok(Bytes::new(vm, &out)?.into())
    }

    /// Return a list of lines from the stream.
    #[method(sig = "($self, hint=-1, /)")]
    fn readlines(this: Gc<Self>, vm: &mut Vm, hint: Option<Value>) -> PyResult<Value> {
        let hint = match hint.filter(|s| !s.is_none()) {
            Some(s) => vm.index_clipped(s)?,
            None => -1,
        };
        let list = List::new(vm)?;
        let mut total = 0;
        let it = vm.iter(this.into())?;
        while let Some(line) = vm.next(it)? {
            list.push(vm, line)?;
            total += vm.len(line)? as isize;
            if hint > 0 && total >= hint {
                break;
            }
        }
        Ok(list.into())
    }

    /// Write a list of lines to stream.
    #[method]
    fn writelines(this: Gc<Self>, vm: &mut Vm, lines: Value) -> PyResult<()> {
        check_open(vm, this.into())?;
        vm.for_each(lines, |vm, line| call(vm, this.into(), "write", &[line]).map(|_| ()))
    }
}

#[pymethods]
impl RawIoBase {
    /// Read up to size bytes.
    #[method(sig = "($self, size=-1, /)")]
    fn read(this: Gc<Self>, vm: &mut Vm, #[default(-1)] size: isize) -> PyResult<Value> {
        let Ok(size) = usize::try_from(size) else { return call(vm, this.into(), "readall", &[]) };
        let class = <objects::bytearray::ByteArray as objects::layout::Object>::def().object();
        let buffer = vm.call(class.into(), &[Value::from_len(size)])?;
        let n = call(vm, this.into(), "readinto", &[buffer])?;
        if n.is_none() {
            return Ok(n);
        }
        let n = vm.index_clipped(n)?;
        let bytes = crate::buffer::to_vec(vm, buffer)?;
        let end = usize::try_from(n).unwrap_or(0).min(bytes.len());
        Ok(Bytes::new(vm, &bytes[..end])?.into())
    }

    /// Read until EOF, using multiple read() call.
    #[method]
    fn readall(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let mut out = Vec::new();
        loop {
            let data = call(vm, this.into(), "read", &[Value::int32(65536)])?;
            if data.is_none() && out.is_empty() {
                return Ok(data);
            }
            let Some(b) = data.cast::<Bytes>() else { break };
            if b.as_slice().is_empty() {
                break;
            }
            out.extend_from_slice(b.as_slice());
        }
        Ok(Bytes::new(vm, &out)?.into())
    }
}

/// Reads into a writable buffer by the method `read` or `read1`.
pub fn read_into(vm: &mut Vm, this: Value, buffer: Value, method: &str) -> PyResult<Value> {
    let len = crate::buffer::writable_len(vm, buffer)?;
    let data = call(vm, this, method, &[Value::from_len(len)])?;
    if data.is_none() {
        return Ok(data);
    }
    let bytes = crate::buffer::to_vec(vm, data)?;
    crate::buffer::fill(vm, buffer, &bytes)?;
    Ok(Value::from_len(bytes.len()))
}

#[pymethods]
impl BufferedIoBase {
    /// Read and return up to n bytes.
    #[method(sig = "($self, size=-1, /)")]
    fn read(_this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        let _ = size;
        Err(unsupported(vm, "read"))
    }

    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    #[method(sig = "($self, size=-1, /)")]
    fn read1(_this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        let _ = size;
        Err(unsupported(vm, "read1"))
    }

    #[method]
    fn readinto(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<Value> {
        read_into(vm, this.into(), buffer, "read")
    }

    #[method]
    fn readinto1(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<Value> {
        read_into(vm, this.into(), buffer, "read1")
    }

    /// Write the given buffer to the IO stream.
    #[method]
    fn write(_this: Gc<Self>, vm: &mut Vm, b: Value) -> PyResult<Value> {
        let _ = b;
        Err(unsupported(vm, "write"))
    }

    /// Disconnect this buffer from its underlying raw stream and return it.
    #[method]
    fn detach(_this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Err(unsupported(vm, "detach"))
    }
}

#[pymethods]
impl TextIoBase {
    /// Read at most size characters from stream.
    #[method(sig = "($self, size=-1, /)")]
    fn read(_this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        let _ = size;
        Err(unsupported(vm, "read"))
    }

    /// Read until newline or EOF.
    #[method(sig = "($self, size=-1, /)")]
    fn readline(_this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        let _ = size;
        Err(unsupported(vm, "readline"))
    }

    /// Write string s to stream.
    #[method]
    fn write(_this: Gc<Self>, vm: &mut Vm, s: Value) -> PyResult<Value> {
        let _ = s;
        Err(unsupported(vm, "write"))
    }

    /// Separate the underlying buffer from the TextIOBase and return it.
    #[method]
    fn detach(_this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Err(unsupported(vm, "detach"))
    }

    #[getter]
    fn encoding(this: Gc<Self>) -> Value {
        let _ = this;
        Value::NONE
    }

    #[getter]
    fn newlines(this: Gc<Self>) -> Value {
        let _ = this;
        Value::NONE
    }

    #[getter]
    fn errors(this: Gc<Self>) -> Value {
        let _ = this;
        Value::NONE
    }
}

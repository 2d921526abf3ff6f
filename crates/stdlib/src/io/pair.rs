//! `BufferedRWPair`: a reader and a writer as one stream, as for a socket or a pipe each way.

use super::base::{BufferedIoBase, ask, call, unsupported};
use super::buffered::{BufferedReader, BufferedWriter};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::layout::Object;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// A buffered reader and writer object together.
///
/// A buffered reader object and buffered writer object put together to
/// form a sequential IO object that can read and write. This is typically
/// used with a socket or two-way pipe.
///
/// reader and writer are RawIOBase objects that are readable and
/// writeable respectively. If the buffer_size is omitted it defaults to
/// DEFAULT_BUFFER_SIZE.
#[pytype(name = "_io.BufferedRWPair", extends = BufferedIoBase, flags(BASETYPE, DICT, WEAKREF), signature = "(reader, writer, buffer_size=131072, /)")]
pub struct BufferedRwPair {
    /// None until initialised.
    #[init(Field::new(Value::NONE))]
    reader: Field<Value>,
    #[init(Field::new(Value::NONE))]
    writer: Field<Value>,
}

impl BufferedRwPair {
    fn reader(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::part(vm, this.reader.get())
    }

    fn writer(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::part(vm, this.writer.get())
    }

    fn part(vm: &mut Vm, part: Value) -> PyResult<Value> {
        if part.is_none() {
            return Err(vm.value_error(format_args!("I/O operation on uninitialized object")));
        }
        Ok(part)
    }
}

#[pymethods]
impl BufferedRwPair {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        BufferedRwPair::create_as(vm, cls, ((),))
    }

    #[slot(init, sig = "(reader, writer, buffer_size=131072, /)")]
    fn init(
        this: Gc<Self>,
        vm: &mut Vm,
        reader: Value,
        writer: Value,
        #[default(131_072)] buffer_size: isize,
    ) -> PyResult<()> {
        if !ask(vm, reader, "readable")? {
            return Err(unsupported(vm, "File or stream is not readable."));
        }
        if !ask(vm, writer, "writable")? {
            return Err(unsupported(vm, "File or stream is not writable."));
        }
        let size = objects::int::from_i64(vm, buffer_size as i64)?;
        let reader = vm.call(BufferedReader::def().object().into(), &[reader, size])?;
        let writer = vm.call(BufferedWriter::def().object().into(), &[writer, size])?;
        this.reader.set(this, vm.heap(), reader);
        this.writer.set(this, vm.heap(), writer);
        Ok(())
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        let reader = Self::reader(this, vm)?;
        call(vm, reader, "read", &[size.unwrap_or(Value::NONE)])
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read1(
        this: Gc<Self>,
        vm: &mut Vm,
        #[default(Value::int32(-1))] size: Value,
    ) -> PyResult<Value> {
        let reader = Self::reader(this, vm)?;
        call(vm, reader, "read1", &[size])
    }

    #[method(sig = "($self, size=0, /)")]
    fn peek(this: Gc<Self>, vm: &mut Vm, #[default(Value::ZERO)] size: Value) -> PyResult<Value> {
        let reader = Self::reader(this, vm)?;
        call(vm, reader, "peek", &[size])
    }

    #[method]
    fn readinto(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<Value> {
        let reader = Self::reader(this, vm)?;
        call(vm, reader, "readinto", &[buffer])
    }

    #[method]
    fn readinto1(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<Value> {
        let reader = Self::reader(this, vm)?;
        call(vm, reader, "readinto1", &[buffer])
    }

    #[method]
    fn write(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<Value> {
        let writer = Self::writer(this, vm)?;
        call(vm, writer, "write", &[buffer])
    }

    #[method]
    fn flush(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let writer = Self::writer(this, vm)?;
        call(vm, writer, "flush", &[])
    }

    #[method]
    fn readable(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let reader = Self::reader(this, vm)?;
        call(vm, reader, "readable", &[])
    }

    #[method]
    fn writable(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let writer = Self::writer(this, vm)?;
        call(vm, writer, "writable", &[])
    }

    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        // The reader is closed even if the writer can't be; the first error counts.
        let writer = Self::writer(this, vm)?;
        let first = call(vm, writer, "close", &[]);
        let pending = vm.take_raised();
        let reader = Self::reader(this, vm)?;
        let second = call(vm, reader, "close", &[]);
        if first.is_err() {
            vm.clear_raised();
            return Err(vm.restore_raised(pending));
        }
        second.map(|_| ())
    }

    #[method]
    fn isatty(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let writer = Self::writer(this, vm)?;
        let answer = call(vm, writer, "isatty", &[])?;
        if vm.truthy(answer)? {
            return Ok(answer);
        }
        let reader = Self::reader(this, vm)?;
        call(vm, reader, "isatty", &[])
    }

    #[getter]
    fn closed(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let writer = this.writer.get();
        if writer.is_none() {
            return Err(vm.runtime_error(format_args!(
                "the BufferedRWPair object is being garbage-collected"
            )));
        }
        vm.getattr_str(writer, "closed")
    }
}

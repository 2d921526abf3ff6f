//! `BytesIO` and `StringIO`: streams in memory.

use super::base::{BufferedIoBase, TextIoBase};
use heap::Gc;
use macros::{pymethods, pytype};
use objects::bytes::{Bytes, View};
use objects::dict::Dict;
use objects::str::{Builder, Str};
use objects::tuple::Tuple;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::{Cell, RefCell};

/// Buffered I/O implementation using an in-memory bytes buffer.
#[pytype(name = "_io.BytesIO", extends = BufferedIoBase, flags(BASETYPE, DICT, WEAKREF), signature = "(initial_bytes=b'')")]
pub struct BytesIo {
    #[untraced]
    #[init(RefCell::new(Vec::new()))]
    data: RefCell<Vec<u8>>,
    #[init(Cell::new(0))]
    at: Cell<usize>,
    /// How often the bytes are lent out; then they stay where they are.
    #[init(Cell::new(0))]
    exports: Cell<usize>,
}

fn limit(vm: &mut Vm, size: Option<Value>) -> PyResult<usize> {
    match size.filter(|s| !s.is_none()) {
        Some(s) => Ok(usize::try_from(vm.index_clipped(s)?).unwrap_or(usize::MAX)),
        None => Ok(usize::MAX),
    }
}

impl BytesIo {
    /// Fails while the bytes are lent out.
    fn resizable(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        if this.exports.get() == 0 {
            return Ok(());
        }
        Err(vm.buffer_error(format_args!("Existing exports of data: object cannot be re-sized")))
    }

    fn check(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        match this.base.base.closed.get() {
            true => Err(vm.value_error(format_args!("I/O operation on closed file."))),
            false => Ok(()),
        }
    }

    fn take(this: Gc<Self>, vm: &mut Vm, n: usize) -> PyResult<Value> {
        let bytes = {
            let data = this.data.borrow();
            let from = this.at.get().min(data.len());
            let end = from.saturating_add(n).min(data.len());
            this.at.set(this.at.get().max(end));
            data[from..end].to_vec()
        };
        Ok(Bytes::new(vm, &bytes)?.into())
    }
}

#[pymethods]
impl BytesIo {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        BytesIo::create_as(vm, cls, ((),))
    }

    #[slot(init, sig = "(initial_bytes=b'')")]
    fn init(this: Gc<Self>, vm: &mut Vm, initial_bytes: Option<Value>) -> PyResult<()> {
        let bytes = match initial_bytes.filter(|b| !b.is_none()) {
            Some(b) => crate::buffer::to_vec(vm, b)?,
            None => Vec::new(),
        };
        Self::resizable(this, vm)?;
        this.data.replace(bytes);
        this.at.set(0);
        Ok(())
    }

    /// Read at most size bytes, returned as a bytes object.
    #[method(sig = "($self, size=-1, /)")]
    #[method(name = "read1", sig = "($self, size=-1, /)")]
    fn read(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        Self::check(this, vm)?;
        let n = limit(vm, size)?;
        Self::take(this, vm, n)
    }

    /// Next line from the file, as a bytes object.
    #[method(sig = "($self, size=-1, /)")]
    fn readline(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        Self::check(this, vm)?;
        let n = limit(vm, size)?;
        let line = {
            let data = this.data.borrow();
            let rest = data.get(this.at.get()..).unwrap_or_default();
            rest.iter().position(|b| *b == b'\n').map_or(rest.len(), |i| i + 1)
        };
        Self::take(this, vm, n.min(line))
    }

    /// Write bytes to file.
    #[method]
    fn write(this: Gc<Self>, vm: &mut Vm, b: Value) -> PyResult<usize> {
        Self::check(this, vm)?;
        if b.cast::<Str>().is_some() {
            return Err(vm.type_error(format_args!("a bytes-like object is required, not 'str'")));
        }
        Self::resizable(this, vm)?;
        let bytes = crate::buffer::to_vec(vm, b)?;
        let n = bytes.len();
        let at = this.at.get();
        let grown = {
            let mut data = this.data.borrow_mut();
            let end = at + n;
            let grown = {
                let more = end.saturating_sub(data.len());
                data.try_reserve(more)
            }
            .is_ok();
            if grown && n > 0 {
                if data.len() < end {
                    data.resize(end, 0);
                }
                data[at..end].copy_from_slice(&bytes);
            }
            grown
        };
        if !grown {
            return Err(vm.memory_error());
        }
        this.at.set(at + n);
        Ok(n)
    }

    /// Change stream position.
    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(this: Gc<Self>, vm: &mut Vm, pos: i64, whence: i32) -> PyResult<usize> {
        Self::check(this, vm)?;
        let base = match whence {
            0 if pos < 0 => return Err(vm.value_error(format_args!("negative seek value {pos}"))),
            0 => 0,
            1 => this.at.get() as i64,
            2 => this.data.borrow().len() as i64,
            _ => {
                return Err(
                    vm.value_error(format_args!("invalid whence ({whence}, should be 0, 1 or 2)"))
                );
            }
        };
        let at = base.saturating_add(pos).max(0) as usize;
        this.at.set(at);
        Ok(at)
    }

    /// Current file position, an integer.
    #[method]
    fn tell(this: Gc<Self>, vm: &mut Vm) -> PyResult<usize> {
        Self::check(this, vm)?;
        Ok(this.at.get())
    }

    /// Truncate the file to at most size bytes.
    #[method(sig = "($self, size=None, /)")]
    fn truncate(this: Gc<Self>, vm: &mut Vm, size: Option<i64>) -> PyResult<i64> {
        Self::check(this, vm)?;
        Self::resizable(this, vm)?;
        let size = size.unwrap_or(this.at.get() as i64);
        if size < 0 {
            return Err(vm.value_error(format_args!("negative size value {size}")));
        }
        this.data.borrow_mut().truncate(size as usize);
        Ok(size)
    }

    /// Get a read-write view over the contents of the BytesIO object.
    #[method]
    fn getbuffer(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::check(this, vm)?;
        let lent = BytesIoBuffer::create(vm, this)?;
        let class = vm.builtin("memoryview")?;
        vm.call(class, &[lent.into()])
    }

    /// Disable all I/O operations.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        Self::resizable(this, vm)?;
        this.data.replace(Vec::new());
        this.base.base.closed.set(true);
        Ok(())
    }

    #[method]
    fn __getstate__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let value = Self::getvalue(this, vm)?;
        let name = vm.names().__dict__;
        let dict = vm.getattr_opt(this.into(), name)?.unwrap_or(Value::NONE);
        let empty = dict.cast::<Dict>().is_none_or(|d| d.len() == 0);
        let dict = if empty {
            Value::NONE
        } else {
            match dict.cast::<Dict>() {
                Some(d) => d.copy(vm)?.into(),
                None => Value::NONE,
            }
        };
        let at = Value::from_len(this.at.get());
        Ok(Tuple::from_slice(vm, &[value, at, dict])?.into())
    }

    #[method]
    fn __setstate__(this: Gc<Self>, vm: &mut Vm, state: Value) -> PyResult<()> {
        let Some(&[value, at, dict]) = state.cast::<Tuple>().as_ref().map(|t| t.items()) else {
            return Err(vm.type_error(format_args!(
                "{}.__setstate__ argument should be 3-tuple, got {}",
                class_name(this.into()),
                class_name(state)
            )));
        };
        Self::resizable(this, vm)?;
        let bytes = crate::buffer::to_vec(vm, value)?;
        let at = vm.index_isize(at, &objects::exceptions::OVERFLOW_ERROR)?;
        let Ok(at) = usize::try_from(at) else {
            return Err(vm.value_error(format_args!("position value cannot be negative")));
        };
        this.data.replace(bytes);
        this.at.set(at);
        if let Some(dict) = dict.cast::<Dict>() {
            let name = vm.names().__dict__;
            let own = vm.getattr(this.into(), name)?;
            if let Some(own) = own.cast::<Dict>() {
                own.update(vm, dict.into())?;
            }
        }
        Ok(())
    }

    /// Retrieve the entire contents of the BytesIO object.
    #[method]
    fn getvalue(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::check(this, vm)?;
        let bytes = this.data.borrow().clone();
        Ok(Bytes::new(vm, &bytes)?.into())
    }

    #[method]
    fn seekable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(true)
    }
    #[method]
    fn readable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(true)
    }
    #[method]
    fn writable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(true)
    }
}

/// Lends the bytes of a `BytesIO` out.
#[pytype(name = "_io._BytesIOBuffer", doc = "", flags(NO_NEW), no_methods)]
pub struct BytesIoBuffer {
    source: Gc<BytesIo>,
}

impl BytesIoBuffer {
    /// The bytes, which stay where they are until the view is given back.
    fn export(vm: &mut Vm, owner: Value) -> PyResult<View> {
        let Some(this) = owner.cast::<BytesIoBuffer>() else {
            return Err(vm.type_error(format_args!("not a buffer")));
        };
        let source = this.source;
        source.exports.set(source.exports.get() + 1);
        let (start, len) = {
            let mut data = source.data.borrow_mut();
            (data.as_mut_ptr(), data.len())
        };
        let release = |owner: Value| {
            if let Some(this) = owner.cast::<BytesIoBuffer>() {
                let exports = &this.source.exports;
                exports.set(exports.get().saturating_sub(1));
            }
        };
        // SAFETY: while bytes are lent out the vector is neither resized nor replaced (see `resizable`).
        Ok(unsafe { View::new(owner, start, len, true, Some(release)) })
    }
}

/// Makes the contents of `BytesIO` objects known as buffers.
pub fn register() {
    objects::bytes::export::register::<BytesIoBuffer>(BytesIoBuffer::export);
}

/// Text I/O implementation using an in-memory buffer.
#[pytype(name = "_io.StringIO", extends = TextIoBase, flags(BASETYPE, DICT, WEAKREF), signature = "(initial_value='', newline='\\n')")]
pub struct StringIo {
    #[untraced]
    #[init(RefCell::new(Vec::new()))]
    data: RefCell<Vec<u32>>,
    #[init(Cell::new(0))]
    at: Cell<usize>,
    /// What `\n` becomes on writing; empty for itself.
    #[untraced]
    #[init(Cell::new(""))]
    newline: Cell<&'static str>,
    /// Whether `\r` and `\r\n` become `\n` on writing (`newline=None`).
    #[init(Cell::new(false))]
    translate: Cell<bool>,
    /// Lines end at `\r` and `\r\n` too (`newline=''`).
    #[init(Cell::new(false))]
    universal: Cell<bool>,
}

impl StringIo {
    fn check(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        match this.base.base.closed.get() {
            true => Err(vm.value_error(format_args!("I/O operation on closed file"))),
            false => Ok(()),
        }
    }

    fn take(this: Gc<Self>, vm: &mut Vm, n: usize) -> PyResult<Value> {
        let part = {
            let data = this.data.borrow();
            let from = this.at.get().min(data.len());
            let end = from.saturating_add(n).min(data.len());
            this.at.set(this.at.get().max(end));
            data[from..end].to_vec()
        };
        text_of(vm, &part)
    }

    fn put(this: Gc<Self>, vm: &mut Vm, s: Gc<Str>) -> PyResult<()> {
        let mut new: Vec<u32> = Vec::new();
        if new.try_reserve(s.char_len()).is_err() {
            return Err(vm.memory_error());
        }
        let mut previous = 0;
        for c in s.text().code_points() {
            match c {
                0x0A if this.translate.get() && previous == 0x0D => {}
                0x0D if this.translate.get() => new.push(0x0A),
                0x0A if !this.newline.get().is_empty() => {
                    new.extend(this.newline.get().chars().map(u32::from))
                }
                _ => new.push(c),
            }
            previous = c;
        }
        let at = this.at.get();
        let end = at + new.len();
        let mut data = this.data.borrow_mut();
        if {
            let more = end.saturating_sub(data.len());
            data.try_reserve(more)
        }
        .is_err()
        {
            drop(data);
            return Err(vm.memory_error());
        }
        if data.len() < end {
            data.resize(end, 0);
        }
        data[at..end].copy_from_slice(&new);
        this.at.set(end);
        Ok(())
    }
}

fn text_of(vm: &mut Vm, part: &[u32]) -> PyResult<Value> {
    let mut out = Builder::new();
    out.reserve(vm, part.len())?;
    for c in part {
        out.push_code_point(vm, *c)?;
    }
    Ok(out.finish(vm)?.into())
}

#[pymethods]
impl StringIo {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        StringIo::create_as(vm, cls, ((),))
    }

    #[slot(init, sig = "(initial_value='', newline='\\n')")]
    fn init(
        this: Gc<Self>,
        vm: &mut Vm,
        initial_value: Option<Value>,
        #[default(Value::UNDEF)] newline: Value,
    ) -> PyResult<()> {
        this.data.borrow_mut().clear();
        this.at.set(0);
        let newline = match newline.cast::<Str>() {
            Some(s) => Some(s.text().to_str_lossy().into_owned()),
            None if newline.is_undef() => Some("\n".to_owned()),
            None => None,
        };
        this.translate.set(newline.is_none());
        this.universal.set(newline.as_deref() == Some(""));
        this.newline.set(match newline.as_deref() {
            None | Some("" | "\n") => "",
            Some("\r") => "\r",
            Some("\r\n") => "\r\n",
            Some(other) => {
                return Err(vm.value_error(format_args!("illegal newline value: '{other}'")));
            }
        });
        if let Some(v) = initial_value.filter(|v| !v.is_none()) {
            let Some(s) = v.cast::<Str>() else {
                return Err(vm.type_error(format_args!(
                    "initial_value must be str or None, not {}",
                    class_name(v)
                )));
            };
            StringIo::put(this, vm, s)?;
            this.at.set(0);
        }
        Ok(())
    }

    /// Read at most size characters, returned as a string.
    #[method(sig = "($self, size=-1, /)")]
    fn read(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        Self::check(this, vm)?;
        let n = limit(vm, size)?;
        Self::take(this, vm, n)
    }

    /// Read until newline or EOF.
    #[method(sig = "($self, size=-1, /)")]
    fn readline(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        Self::check(this, vm)?;
        let n = limit(vm, size)?;
        let line = {
            let data = this.data.borrow();
            let rest = data.get(this.at.get()..).unwrap_or_default();
            let mut end = rest.len();
            let newline: Vec<u32> = this.newline.get().chars().map(u32::from).collect();
            for (i, c) in rest.iter().enumerate() {
                if !newline.is_empty() {
                    if rest[i..].starts_with(&newline) {
                        end = i + newline.len();
                        break;
                    }
                } else if *c == 0x0A {
                    end = i + 1;
                    break;
                } else if *c == 0x0D && this.universal.get() {
                    end = if rest.get(i + 1) == Some(&0x0A) { i + 2 } else { i + 1 };
                    break;
                }
            }
            end
        };
        Self::take(this, vm, n.min(line))
    }

    /// Write string to file.
    #[method]
    fn write(this: Gc<Self>, vm: &mut Vm, s: Value) -> PyResult<usize> {
        let Some(s) = s.cast::<Str>() else {
            return Err(
                vm.type_error(format_args!("string argument expected, got '{}'", class_name(s)))
            );
        };
        Self::check(this, vm)?;
        Self::put(this, vm, s)?;
        Ok(s.char_len())
    }

    /// Change stream position.
    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(this: Gc<Self>, vm: &mut Vm, pos: i64, whence: i32) -> PyResult<usize> {
        Self::check(this, vm)?;
        if !(0..=2).contains(&whence) {
            return Err(
                vm.value_error(format_args!("Invalid whence ({whence}, should be 0, 1 or 2)"))
            );
        }
        if whence == 0 && pos < 0 {
            return Err(vm.value_error(format_args!("Negative seek position {pos}")));
        }
        if whence != 0 && pos != 0 {
            return Err(vm.raise(
                &objects::exceptions::OS_ERROR,
                format_args!("Can't do nonzero cur-relative seeks"),
            ));
        }
        let at = match whence {
            0 => pos as usize,
            1 => this.at.get(),
            _ => this.data.borrow().len(),
        };
        this.at.set(at);
        Ok(at)
    }

    /// Tell the current file position.
    #[method]
    fn tell(this: Gc<Self>, vm: &mut Vm) -> PyResult<usize> {
        Self::check(this, vm)?;
        Ok(this.at.get())
    }

    /// Truncate size to pos.
    #[method(sig = "($self, pos=None, /)")]
    fn truncate(this: Gc<Self>, vm: &mut Vm, pos: Option<i64>) -> PyResult<i64> {
        Self::check(this, vm)?;
        let pos = pos.unwrap_or(this.at.get() as i64);
        if pos < 0 {
            return Err(vm.value_error(format_args!("Negative size value {pos}")));
        }
        this.data.borrow_mut().truncate(pos as usize);
        Ok(pos)
    }

    /// Retrieve the entire contents of the object.
    #[method]
    fn getvalue(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::check(this, vm)?;
        let all = this.data.borrow().clone();
        text_of(vm, &all)
    }

    #[method]
    fn seekable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(true)
    }
    #[method]
    fn readable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(true)
    }
    #[method]
    fn writable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(true)
    }
    #[getter]
    fn line_buffering(this: Gc<Self>) -> bool {
        let _ = this;
        false
    }
}

//! `FileIO`: a file descriptor as a raw stream.

use super::base::{RawIoBase, unsupported};
use crate::posix::module::path_arg;
use heap::Gc;
use macros::{pymethods, pytype};
use objects::bytes::Bytes;
use objects::str::Str;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;
use std::io;

/// Open a file.
#[pytype(name = "_io.FileIO", extends = RawIoBase, flags(BASETYPE, DICT, WEAKREF), signature = "(file, mode='r', closefd=True, opener=None)")]
pub struct FileIo {
    #[init(Cell::new(-1))]
    pub fd: Cell<i32>,
    #[init(Cell::new(false))]
    pub readable: Cell<bool>,
    #[init(Cell::new(false))]
    pub writable: Cell<bool>,
    #[init(Cell::new(false))]
    appending: Cell<bool>,
    #[init(Cell::new(false))]
    created: Cell<bool>,
    #[init(Cell::new(true))]
    closefd: Cell<bool>,
}

/// Reads once from a descriptor.
pub fn read_once(vm: &mut Vm, fd: i32, out: &mut [u8]) -> PyResult<Option<usize>> {
    loop {
        let (n, e) = {
            let target = &mut *out;
            interp::thread::without_lock(vm, || {
                // SAFETY: the buffer has this length.
                let n = unsafe { libc::read(fd, target.as_mut_ptr().cast(), target.len()) };
                (n, io::Error::last_os_error())
            })
        };
        match e.kind() {
            _ if n >= 0 => return Ok(Some(n as usize)),
            io::ErrorKind::Interrupted => crate::signal::check(vm)?,
            io::ErrorKind::WouldBlock => return Ok(None),
            _ => return Err(vm.os_error(&e, None)),
        }
    }
}

/// Writes once to a descriptor.
pub fn write_once(vm: &mut Vm, fd: i32, bytes: &[u8]) -> PyResult<Option<usize>> {
    loop {
        let (n, e) = interp::thread::without_lock(vm, || {
            // SAFETY: the buffer has this length.
            let n = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
            (n, io::Error::last_os_error())
        });
        match e.kind() {
            _ if n >= 0 => return Ok(Some(n as usize)),
            io::ErrorKind::Interrupted => crate::signal::check(vm)?,
            io::ErrorKind::WouldBlock => return Ok(None),
            _ => return Err(vm.os_error(&e, None)),
        }
    }
}

impl FileIo {
    fn check(this: Gc<Self>, vm: &mut Vm) -> PyResult<i32> {
        match this.fd.get() {
            fd if fd < 0 => Err(vm.value_error(format_args!("I/O operation on closed file"))),
            fd => Ok(fd),
        }
    }

    fn mode_text(&self) -> &'static str {
        match (self.created.get(), self.appending.get(), self.readable.get(), self.writable.get()) {
            (true, _, true, _) => "xb+",
            (true, ..) => "xb",
            (_, true, true, _) => "ab+",
            (_, true, ..) => "ab",
            (_, _, true, true) => "rb+",
            (_, _, true, _) => "rb",
            _ => "wb",
        }
    }

    /// Opens a descriptor that exists already.
    pub fn from_fd(vm: &mut Vm, fd: i32, readable: bool, name: Value) -> PyResult<Gc<FileIo>> {
        let this = FileIo::create(vm, ((),))?;
        this.fd.set(fd);
        this.readable.set(readable);
        this.writable.set(!readable);
        this.closefd.set(false);
        let key = vm.intern("name")?;
        vm.setattr(this.into(), key, name)?;
        Ok(this)
    }

    fn open(
        this: Gc<Self>,
        vm: &mut Vm,
        file: Value,
        mode: &str,
        closefd: bool,
        opener: Option<Value>,
    ) -> PyResult<()> {
        let main = mode.chars().filter(|c| "rwax".contains(*c)).count();
        let plus = mode.matches('+').count();
        if mode.chars().any(|c| !"rwaxb+".contains(c)) {
            return Err(vm.value_error(format_args!("invalid mode: {mode}")));
        }
        if main != 1 || plus > 1 {
            return Err(vm.value_error(format_args!(
                "Must have exactly one of create/read/write/append mode and at most one plus"
            )));
        }
        let has = |c| mode.contains(c);
        this.readable.set(has('r') || has('+'));
        this.writable.set(!has('r') || has('+'));
        this.appending.set(has('a'));
        this.created.set(has('x'));
        let mut flags = match (this.readable.get(), this.writable.get()) {
            (true, true) => libc::O_RDWR,
            (true, false) => libc::O_RDONLY,
            _ => libc::O_WRONLY,
        } | libc::O_CLOEXEC;
        flags |= match () {
            () if has('w') => libc::O_CREAT | libc::O_TRUNC,
            () if has('a') => libc::O_CREAT | libc::O_APPEND,
            () if has('x') => libc::O_CREAT | libc::O_EXCL,
            () => 0,
        };
        this.closefd.set(closefd);
        if file.is_small_int() || file.is_bool() {
            let fd = vm.index_clipped(file)?;
            let Ok(fd) =
                i32::try_from(fd).map_err(|_| ()).and_then(|f| if f < 0 { Err(()) } else { Ok(f) })
            else {
                return Err(vm.value_error(format_args!("negative file descriptor")));
            };
            this.fd.set(fd);
        } else {
            if !closefd {
                return Err(vm.value_error(format_args!("Cannot use closefd=False with file name")));
            }
            let fd = match opener.filter(|o| !o.is_none()) {
                Some(opener) => {
                    let fd = vm.call(opener, &[file, Value::int32(flags)])?;
                    let Some(fd) = fd.as_small_int() else {
                        return Err(vm.type_error(format_args!("expected integer from opener")));
                    };
                    if fd < 0 {
                        return Err(vm.value_error(format_args!("opener returned {fd}")));
                    }
                    fd as i32
                }
                None => {
                    if file.cast::<Str>().is_some_and(|s| s.as_bytes().contains(&0)) {
                        return Err(vm.value_error(format_args!("embedded null byte")));
                    }
                    super::flush_abandoned(vm)?;
                    let path = path_arg(vm, file, "open", false)?;
                    // SAFETY: the path ends with a zero.
                    let fd = unsafe { libc::open(path.c.as_ptr(), flags, 0o666) };
                    if fd < 0 {
                        return Err(vm.os_error(&io::Error::last_os_error(), Some(file)));
                    }
                    fd
                }
            };
            this.fd.set(fd);
        }
        Self::refuse_directory(this, vm, file)?;
        if this.appending.get() {
            // SAFETY: has no preconditions.
            unsafe { libc::lseek(this.fd.get(), 0, libc::SEEK_END) };
        }
        let key = vm.intern("name")?;
        vm.setattr(this.into(), key, file)
    }

    fn refuse_directory(this: Gc<Self>, vm: &mut Vm, file: Value) -> PyResult<()> {
        // SAFETY: a plain structure that the call fills.
        let (result, s) = unsafe {
            let mut s: libc::stat = std::mem::zeroed();
            (libc::fstat(this.fd.get(), &raw mut s), s)
        };
        let error = if result != 0 {
            io::Error::last_os_error()
        } else if s.st_mode & libc::S_IFMT == libc::S_IFDIR {
            io::Error::from_raw_os_error(libc::EISDIR)
        } else {
            return Ok(());
        };
        let given = file.is_small_int();
        if !given {
            // SAFETY: opened above.
            unsafe { libc::close(this.fd.get()) };
        }
        this.fd.set(-1);
        this.base.base.closed.set(true);
        Err(vm.os_error(&error, Some(file)))
    }
}

#[pymethods]
impl FileIo {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        FileIo::create_as(vm, cls, ((),))
    }

    #[slot(init, sig = "(file, mode='r', closefd=True, opener=None)")]
    fn init(
        this: Gc<Self>,
        vm: &mut Vm,
        file: Value,
        mode: Option<Gc<Str>>,
        #[default(true)] closefd: bool,
        opener: Option<Value>,
    ) -> PyResult<()> {
        let mode = mode.map_or_else(|| "r".to_owned(), |m| m.text().to_str_lossy().into_owned());
        FileIo::open(this, vm, file, &mode, closefd, opener)
    }

    /// Read at most size bytes, returned as bytes.
    #[method(sig = "($self, size=-1, /)")]
    fn read(this: Gc<Self>, vm: &mut Vm, size: Option<Value>) -> PyResult<Value> {
        let fd = Self::check(this, vm)?;
        if !this.readable.get() {
            return Err(unsupported(vm, "File not open for reading"));
        }
        let size = match size.filter(|s| !s.is_none()) {
            Some(s) => vm.index_clipped(s)?,
            None => -1,
        };
        let Ok(size) = usize::try_from(size) else { return Self::readall(this, vm) };
        let mut out = Vec::new();
        if out.try_reserve_exact(size).is_err() {
            return Err(vm.memory_error());
        }
        out.resize(size, 0);
        match read_once(vm, fd, &mut out)? {
            Some(n) => Ok(Bytes::new(vm, &out[..n])?.into()),
            None => Ok(Value::NONE),
        }
    }

    /// Read all data from the file, returned as bytes.
    #[method]
    fn readall(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let fd = Self::check(this, vm)?;
        let mut out: Vec<u8> = Vec::new();
        let mut chunk = vec![0u8; 65536];
        loop {
            match read_once(vm, fd, &mut chunk)? {
                Some(0) => break,
                Some(n) => {
                    if out.try_reserve(n).is_err() {
                        return Err(vm.memory_error());
                    }
                    out.extend_from_slice(&chunk[..n]);
                }
                None if out.is_empty() => return Ok(Value::NONE),
                None => break,
            }
        }
        Ok(Bytes::new(vm, &out)?.into())
    }

    /// Same as RawIOBase.readinto().
    #[method]
    fn readinto(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<Value> {
        Self::check(this, vm)?;
        super::base::read_into(vm, this.into(), buffer, "read")
    }

    /// Write buffer b to file, return number of bytes written.
    #[method]
    fn write(this: Gc<Self>, vm: &mut Vm, b: Value) -> PyResult<Value> {
        let fd = Self::check(this, vm)?;
        if !this.writable.get() {
            return Err(unsupported(vm, "File not open for writing"));
        }
        let bytes = crate::buffer::to_vec(vm, b)?;
        Ok(write_once(vm, fd, &bytes)?.map_or(Value::NONE, Value::from_len))
    }

    /// Move to new file position and return the file position.
    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(this: Gc<Self>, vm: &mut Vm, pos: i64, whence: i32) -> PyResult<i64> {
        let fd = Self::check(this, vm)?;
        // SAFETY: has no preconditions.
        let at = unsafe { libc::lseek(fd, pos, whence) };
        if at < 0 { Err(vm.os_error(&io::Error::last_os_error(), None)) } else { Ok(at) }
    }

    /// Current file position.
    #[method]
    fn tell(this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        Self::seek(this, vm, 0, libc::SEEK_CUR)
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    #[method(sig = "($self, size=None, /)")]
    fn truncate(this: Gc<Self>, vm: &mut Vm, size: Option<i64>) -> PyResult<i64> {
        let fd = Self::check(this, vm)?;
        if !this.writable.get() {
            return Err(unsupported(vm, "File not open for writing"));
        }
        let size = match size {
            Some(s) => s,
            None => Self::tell(this, vm)?,
        };
        // SAFETY: has no preconditions.
        if unsafe { libc::ftruncate(fd, size) } != 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(size)
    }

    /// Close the file.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let fd = this.fd.replace(-1);
        this.base.base.closed.set(true);
        // SAFETY: the descriptor was ours.
        if fd >= 0 && this.closefd.get() && unsafe { libc::close(fd) } != 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(())
    }

    /// True if file supports random-access.
    #[method]
    fn seekable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        let fd = Self::check(this, vm)?;
        // SAFETY: has no preconditions.
        Ok(unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) } >= 0)
    }

    /// True if file was opened in a read mode.
    #[method]
    fn readable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(this.readable.get())
    }

    /// True if file was opened in a write mode.
    #[method]
    fn writable(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(this.writable.get())
    }

    /// Return the underlying file descriptor (an integer).
    #[method]
    fn fileno(this: Gc<Self>, vm: &mut Vm) -> PyResult<i32> {
        Self::check(this, vm)
    }

    /// True if the file is connected to a TTY device.
    #[method]
    fn isatty(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        let fd = Self::check(this, vm)?;
        // SAFETY: has no preconditions.
        Ok(unsafe { libc::isatty(fd) } == 1)
    }

    #[method]
    fn _isatty_open_only(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::isatty(this, vm)
    }

    #[getter]
    fn closed(this: Gc<Self>) -> bool {
        this.fd.get() < 0
    }

    #[getter]
    fn closefd(this: Gc<Self>) -> bool {
        this.closefd.get()
    }

    #[getter]
    fn mode(this: Gc<Self>) -> &'static str {
        this.mode_text()
    }

    #[getter]
    fn _blksize(this: Gc<Self>) -> i64 {
        let _ = this;
        super::BUFFER_SIZE as i64
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let class = objects::types::class_name(this.into()).to_string();
        if this.fd.get() < 0 {
            return Str::from_fmt(vm, format_args!("<{class} [closed]>"));
        }
        let (mode, closefd) = (this.mode_text(), if this.closefd.get() { "True" } else { "False" });
        let key = vm.intern("name")?;
        match vm.getattr_opt(this.into(), key)? {
            Some(name) => {
                let name = vm.repr(name)?;
                Str::from_fmt(
                    vm,
                    format_args!("<{class} name={} mode='{mode}' closefd={closefd}>", name.text()),
                )
            }
            None => Str::from_fmt(
                vm,
                format_args!("<{class} fd={} mode='{mode}' closefd={closefd}>", this.fd.get()),
            ),
        }
    }
}

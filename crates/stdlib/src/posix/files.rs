//! The part of `posix` about files that `mod` lacks: owners, times, positions, devices.

use macros::pymodule;

/// Functions that the module takes over.
#[pymodule(name = "posix")]
pub mod part {
    use super::super::module::path_arg;
    use crate::system::descriptor::retry;
    use heap::Gc;
    use objects::bytes::Bytes;
    use objects::exceptions;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::io;

    fn done(vm: &mut Vm, result: i32, file: Option<Value>) -> PyResult<()> {
        if result < 0 { Err(vm.os_error(&io::Error::last_os_error(), file)) } else { Ok(()) }
    }

    /// The descriptor of a directory to start from.
    fn directory(vm: &mut Vm, dir_fd: Option<Value>) -> PyResult<i32> {
        match dir_fd.filter(|d| !d.is_none()) {
            Some(fd) => Ok(vm.index_isize(fd, &exceptions::OVERFLOW_ERROR)? as i32),
            None => Ok(libc::AT_FDCWD),
        }
    }

    /// Nanoseconds of a time as seconds and the rest.
    fn from_nanoseconds(vm: &mut Vm, v: Value) -> PyResult<libc::timespec> {
        let v = vm.index(v)?;
        let Some(ns) = objects::int::to_i64(v) else {
            return Err(
                vm.overflow_error(format_args!("timestamp out of range for platform time_t"))
            );
        };
        let (sec, nsec) = (ns.div_euclid(1_000_000_000), ns.rem_euclid(1_000_000_000));
        Ok(libc::timespec { tv_sec: sec, tv_nsec: nsec })
    }

    fn from_seconds(vm: &mut Vm, v: Value) -> PyResult<libc::timespec> {
        if let Some(sec) = v.as_small_int() {
            return Ok(libc::timespec { tv_sec: sec, tv_nsec: 0 });
        }
        let seconds = vm.float_value(v)?;
        if !seconds.is_finite() {
            return Err(vm.value_error(format_args!("Invalid value NaN (not a number)")));
        }
        // Rounded down, as times of files are.
        let whole = seconds.floor();
        let nsec = (((seconds - whole) * 1e9).floor() as i64).min(999_999_999);
        Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: nsec })
    }

    /// Set the access and modified time of path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file descriptor.
    ///
    /// If times is not None, it must be a tuple (atime, mtime);
    ///     atime and mtime should be expressed as float seconds since the epoch.
    /// If ns is specified, it must be a tuple (atime_ns, mtime_ns);
    ///     atime_ns and mtime_ns should be expressed as integer nanoseconds
    ///     since the epoch.
    /// If times is None and ns is unspecified, utime uses the current time.
    /// Specifying tuples for both times and ns is an error.
    #[function(
        sig = "($module, /, path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)"
    )]
    fn utime(
        vm: &mut Vm,
        path: Value,
        times: Option<Value>,
        #[default(Value::UNDEF)] ns: Value,
        dir_fd: Option<Value>,
        #[default(true)] follow_symlinks: bool,
    ) -> PyResult<()> {
        let file = path_arg(vm, path, "utime", true)?;
        let times = times.filter(|t| !t.is_none());
        if times.is_some() && !ns.is_undef() {
            return Err(vm.value_error(format_args!(
                "utime: you may specify either 'times' or 'ns' but not both"
            )));
        }
        let pair =
            |vm: &mut Vm, v: Value, what: &str| match v.cast::<Tuple>().as_ref().map(|t| t.items())
            {
                Some(&[a, m]) => Ok((a, m)),
                _ => Err(vm.type_error(format_args!(
                    "utime: '{what}' must be {}a tuple of two ints",
                    if what == "times" { "either " } else { "" }
                ))),
            };
        let stamps = if let Some(times) = times {
            let (a, m) = pair(vm, times, "times")?;
            Some([from_seconds(vm, a)?, from_seconds(vm, m)?])
        } else if let Some(ns) = ns.defined() {
            let (a, m) = pair(vm, ns, "ns")?;
            Some([from_nanoseconds(vm, a)?, from_nanoseconds(vm, m)?])
        } else {
            None
        };
        let p = stamps.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
        let directory = directory(vm, dir_fd)?;
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        // SAFETY: a string that ends with a zero and two times, or none.
        let result = unsafe {
            match file.fd {
                Some(fd) => libc::futimens(fd, p),
                None => libc::utimensat(directory, file.c.as_ptr(), p, flags),
            }
        };
        done(vm, result, Some(path))
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    #[function(sig = "($module, /, path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(
        vm: &mut Vm,
        path: Value,
        uid: i64,
        gid: i64,
        dir_fd: Option<Value>,
        #[default(true)] follow_symlinks: bool,
    ) -> PyResult<()> {
        let file = path_arg(vm, path, "chown", true)?;
        let directory = directory(vm, dir_fd)?;
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        let (uid, gid) = (uid as libc::uid_t, gid as libc::gid_t);
        // SAFETY: a string that ends with a zero.
        let result = unsafe {
            match file.fd {
                Some(fd) => libc::fchown(fd, uid, gid),
                None => libc::fchownat(directory, file.c.as_ptr(), uid, gid, flags),
            }
        };
        done(vm, result, Some(path))
    }

    /// Change the owner and group id of the file specified by file descriptor.
    #[function(sig = "($module, /, fd, uid, gid)")]
    fn fchown(vm: &mut Vm, fd: i32, uid: i64, gid: i64) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::fchown(fd, uid as libc::uid_t, gid as libc::gid_t) };
        done(vm, result, None)
    }

    /// Change the access permissions of the file given by file descriptor fd.
    #[function(sig = "($module, /, fd, mode)")]
    fn fchmod(vm: &mut Vm, fd: i32, mode: i32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::fchmod(fd, mode as libc::mode_t) };
        done(vm, result, None)
    }

    /// Change to the directory of the given file descriptor.
    #[function(sig = "($module, /, fd)")]
    fn fchdir(vm: &mut Vm, fd: Value) -> PyResult<()> {
        let fd = crate::system::descriptor::descriptor(vm, fd)?;
        // SAFETY: has no preconditions.
        let result = unsafe { libc::fchdir(fd) };
        done(vm, result, None)
    }

    /// Force write of file descriptor fd to disk.
    #[function(sig = "($module, /, fd)")]
    fn fdatasync(vm: &mut Vm, fd: Value) -> PyResult<()> {
        let fd = crate::system::descriptor::descriptor(vm, fd)?;
        // SAFETY: has no preconditions.
        match retry(vm, || unsafe { libc::fdatasync(fd) as isize })? {
            Ok(_) => Ok(()),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }

    /// Force write of everything to disk.
    #[function]
    fn sync(vm: &mut Vm) {
        // SAFETY: has no preconditions.
        interp::thread::without_lock(vm, || unsafe { libc::sync() });
    }

    /// Truncate a file, specified by path, to a specific length.
    ///
    /// On some platforms, path may also be specified as an open file descriptor.
    /// If this functionality is unavailable, using it raises an exception.
    #[function(sig = "($module, /, path, length)")]
    fn truncate(vm: &mut Vm, path: Value, length: i64) -> PyResult<()> {
        let file = path_arg(vm, path, "truncate", true)?;
        // SAFETY: a string that ends with a zero.
        let result = unsafe {
            match file.fd {
                Some(fd) => libc::ftruncate(fd, length),
                None => libc::truncate(file.c.as_ptr(), length),
            }
        };
        done(vm, result, Some(path))
    }

    /// Closes all file descriptors in [fd_low, fd_high), ignoring errors.
    #[function]
    fn closerange(fd_low: i32, fd_high: i32) {
        for fd in fd_low.max(0)..fd_high.min(1 << 20) {
            // SAFETY: the caller gives the descriptors up.
            unsafe { libc::close(fd) };
        }
    }

    /// Read a number of bytes from a file descriptor starting at a particular offset.
    #[function]
    fn pread(vm: &mut Vm, fd: i32, length: isize, offset: i64) -> PyResult<Gc<Bytes>> {
        let Ok(length) = usize::try_from(length) else {
            let e = io::Error::from_raw_os_error(libc::EINVAL);
            return Err(vm.os_error(&e, None));
        };
        let mut room: Vec<u8> = Vec::new();
        if room.try_reserve_exact(length).is_err() {
            return Err(vm.memory_error());
        }
        room.resize(length, 0);
        // SAFETY: a buffer with its length.
        match retry(vm, || unsafe {
            libc::pread(fd, room.as_mut_ptr().cast(), room.len(), offset)
        })? {
            Ok(n) => Bytes::new(vm, &room[..n.min(room.len())]),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }

    /// Write bytes to a file descriptor starting at a particular offset.
    #[function]
    fn pwrite(vm: &mut Vm, fd: i32, buffer: Value, offset: i64) -> PyResult<usize> {
        let bytes = crate::buffer::to_vec(vm, buffer)?;
        // SAFETY: a buffer with its length.
        match retry(vm, || unsafe { libc::pwrite(fd, bytes.as_ptr().cast(), bytes.len(), offset) })?
        {
            Ok(n) => Ok(n),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }

    /// Return the name of the terminal device connected to 'fd'.
    #[function]
    fn ttyname(vm: &mut Vm, fd: i32) -> PyResult<Value> {
        let mut name = [0u8; 256];
        // SAFETY: a buffer with its length.
        let code = unsafe { libc::ttyname_r(fd, name.as_mut_ptr().cast(), name.len()) };
        if code != 0 {
            return Err(vm.os_error(&io::Error::from_raw_os_error(code), None));
        }
        let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
        super::super::module::from_bytes(vm, &name[..end])
    }

    /// Return a string describing the encoding of a terminal's file descriptor.
    ///
    /// The file descriptor must be attached to a terminal.
    /// If the device is not a terminal, return None.
    #[function(sig = "($module, /, fd)")]
    fn device_encoding(fd: i32) -> Option<&'static str> {
        // SAFETY: has no preconditions.
        (unsafe { libc::isatty(fd) } == 1).then_some("utf-8")
    }

    /// Get the blocking mode of the file descriptor.
    ///
    /// Return False if the O_NONBLOCK flag is set, True if the flag is cleared.
    #[function]
    fn get_blocking(vm: &mut Vm, fd: i32) -> PyResult<bool> {
        // SAFETY: has no preconditions.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
        done(vm, flags, None)?;
        Ok(flags & libc::O_NONBLOCK == 0)
    }

    /// Set the blocking mode of the specified file descriptor.
    ///
    /// Set the O_NONBLOCK flag if blocking is False,
    /// clear the O_NONBLOCK flag otherwise.
    #[function]
    fn set_blocking(vm: &mut Vm, fd: i32, blocking: bool) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFL);
            let flags = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
            libc::fcntl(fd, libc::F_SETFL, flags)
        };
        done(vm, result, None)
    }

    /// Extracts a device major number from a raw device number.
    #[function]
    fn major(device: u64) -> u32 {
        libc::major(device)
    }
    /// Extracts a device minor number from a raw device number.
    #[function]
    fn minor(device: u64) -> u32 {
        libc::minor(device)
    }
    /// Composes a raw device number from the major and minor device numbers.
    #[function]
    fn makedev(major: u32, minor: u32) -> u64 {
        libc::makedev(major, minor)
    }

    /// Return the name of the controlling terminal for this process.
    #[function]
    fn ctermid() -> &'static str {
        "/dev/tty"
    }
}

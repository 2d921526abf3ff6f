//! `posix`: system calls, for the module `os`.

mod files;
mod process;
mod system;

use macros::pymodule;

/// Fills a buffer with random bytes of the system.
pub fn random_bytes(out: &mut [u8]) -> std::io::Result<()> {
    let mut done = 0;
    while done < out.len() {
        let rest = &mut out[done..];
        // SAFETY: writes at most the length given.
        let n = unsafe { libc::getrandom(rest.as_mut_ptr().cast(), rest.len(), 0) };
        if n < 0 {
            let e = std::io::Error::last_os_error();
            if e.kind() == std::io::ErrorKind::Interrupted {
                continue;
            }
            return Err(e);
        }
        done += n as usize;
    }
    Ok(())
}

/// The module.
#[pymodule(
    name = "posix",
    doc = "This module provides access to operating system functionality that is\nstandardized by the C Standard and the POSIX standard (a thinly\ndisguised Unix interface)."
)]
pub mod module {
    use crate::buffer;
    use crate::structseq::StructSeq;
    use heap::{Field, Gc};
    use macros::{pymethods, pytype};
    use objects::bytes::Bytes;
    use objects::dict::Dict;
    use objects::exceptions;
    use objects::int;
    use objects::list::List;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::types::class_name;
    use objects::value::Value;
    use objects::vm::{PyResult, Raised, Vm};
    use std::cell::Cell;
    use std::ffi::CString;
    use std::io;

    macro_rules! numbers {
        ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
    }
    const NUMBERS: &[(&str, i64)] = numbers! {
        F_OK R_OK W_OK X_OK O_RDONLY O_WRONLY O_RDWR O_CREAT O_EXCL O_TRUNC O_APPEND O_NONBLOCK O_CLOEXEC O_DIRECTORY
        O_NOFOLLOW O_SYNC O_DSYNC O_NOCTTY
        WNOHANG WUNTRACED WCONTINUED SEEK_DATA SEEK_HOLE PRIO_PROCESS PRIO_PGRP PRIO_USER
    };

    /// What sysexits.h says.
    const EXIT_CODES: &[(&str, i32)] = &[
        ("EX_OK", 0),
        ("EX_USAGE", 64),
        ("EX_DATAERR", 65),
        ("EX_NOINPUT", 66),
        ("EX_NOUSER", 67),
        ("EX_NOHOST", 68),
        ("EX_UNAVAILABLE", 69),
        ("EX_SOFTWARE", 70),
        ("EX_OSERR", 71),
        ("EX_OSFILE", 72),
        ("EX_CANTCREAT", 73),
        ("EX_IOERR", 74),
        ("EX_TEMPFAIL", 75),
        ("EX_PROTOCOL", 76),
        ("EX_NOPERM", 77),
        ("EX_CONFIG", 78),
    ];

    static STAT: StructSeq = StructSeq::new(
        "os",
        "stat_result",
        &[
            "st_mode",
            "st_ino",
            "st_dev",
            "st_nlink",
            "st_uid",
            "st_gid",
            "st_size",
            "unnamed field",
            "unnamed field",
            "unnamed field",
            "st_atime",
            "st_mtime",
            "st_ctime",
            "st_atime_ns",
            "st_mtime_ns",
            "st_ctime_ns",
            "st_blksize",
            "st_blocks",
            "st_rdev",
        ],
        10,
    );
    pub static UNAME: StructSeq = StructSeq::new(
        "posix",
        "uname_result",
        &["sysname", "nodename", "release", "version", "machine"],
        5,
    );
    pub static TERMINAL: StructSeq =
        StructSeq::new("os", "terminal_size", &["columns", "lines"], 2);
    pub static TIMES: StructSeq = StructSeq::new(
        "posix",
        "times_result",
        &["user", "system", "children_user", "children_system", "elapsed"],
        5,
    );

    #[attr]
    fn stat_result(vm: &mut Vm) -> PyResult<Value> {
        STAT.class(vm)
    }
    #[attr]
    fn uname_result(vm: &mut Vm) -> PyResult<Value> {
        UNAME.class(vm)
    }
    #[attr]
    fn terminal_size(vm: &mut Vm) -> PyResult<Value> {
        TERMINAL.class(vm)
    }
    #[attr]
    fn times_result(vm: &mut Vm) -> PyResult<Value> {
        TIMES.class(vm)
    }
    #[attr]
    fn error(_vm: &mut Vm) -> PyResult<Value> {
        Ok(exceptions::OS_ERROR.object().into())
    }
    #[attr]
    fn environ(vm: &mut Vm) -> PyResult<Value> {
        _create_environ(vm)
    }
    #[attr]
    fn _have_functions(vm: &mut Vm) -> PyResult<Value> {
        let list = List::new(vm)?;
        for name in ["HAVE_FSTATAT", "HAVE_LSTAT", "HAVE_FCHMOD", "HAVE_FTRUNCATE"] {
            let name = vm.intern(name)?;
            list.push(vm, name.into())?;
        }
        Ok(list.into())
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        let Some(module) = module.cast::<objects::module::Module>() else { return Ok(()) };
        let dict = objects::module::Module::dict(module, vm)?;
        for (name, number) in EXIT_CODES {
            let name = vm.intern(name)?;
            dict.set_str(vm, name, Value::int32(*number))?;
        }
        for (name, number) in NUMBERS {
            let name = vm.intern(name)?;
            let number = int::from_i64(vm, *number)?;
            dict.set_str(vm, name, number)?;
        }
        crate::hidden::merge(vm, module.into(), &super::files::part::MODULE)?;
        crate::hidden::merge(vm, module.into(), &super::system::part::MODULE)?;
        crate::hidden::merge(vm, module.into(), &super::process::part::MODULE)
    }

    /// The bytes of a file system name; surrogates stand for undecodable bytes.
    pub fn to_bytes(s: Gc<Str>) -> Option<Vec<u8>> {
        let mut out = Vec::with_capacity(s.byte_len().min(4096));
        for c in s.text().code_points() {
            match c {
                0xDC80..=0xDCFF => out.push((c - 0xDC00) as u8),
                _ => {
                    let c = char::from_u32(c)?;
                    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                }
            }
        }
        Some(out)
    }

    /// A file system name as text; undecodable bytes are surrogates.
    pub fn from_bytes(vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
        if let Ok(s) = std::str::from_utf8(bytes) {
            return Ok(Str::new(vm, s)?.into());
        }
        let mut out = objects::str::Builder::new();
        for chunk in bytes.utf8_chunks() {
            out.push_str(vm, chunk.valid())?;
            for b in chunk.invalid() {
                out.push_code_point(vm, 0xDC00 + u32::from(*b))?;
            }
        }
        Ok(out.finish(vm)?.into())
    }

    /// A path argument: as C wants it, and whether it was bytes.
    pub struct PathArg {
        /// With a zero at the end.
        pub c: CString,
        /// The argument, for errors.
        pub given: Value,
        /// Results are bytes.
        pub bytes: bool,
        /// A descriptor instead.
        pub fd: Option<i32>,
    }

    /// Reads a path: str, bytes or something with `__fspath__`; with `fd` a descriptor too.
    pub fn path_arg(vm: &mut Vm, v: Value, func: &str, fd: bool) -> PyResult<PathArg> {
        let kinds = if fd {
            "string, bytes, os.PathLike or integer"
        } else {
            "string, bytes or os.PathLike"
        };
        if fd && (v.is_small_int() || v.is_bool()) {
            let n = vm.index_clipped(v)?;
            return Ok(PathArg {
                c: CString::default(),
                given: v,
                bytes: false,
                fd: Some(n as i32),
            });
        }
        let mut path = v;
        if v.cast::<Str>().is_none() && v.cast::<Bytes>().is_none() {
            let name = vm.intern("__fspath__")?;
            path = match vm.call_special(v, name, &[])? {
                Some(p) => p,
                None => {
                    let class = class_name(v);
                    return Err(
                        vm.type_error(format_args!("{func}: path should be {kinds}, not {class}"))
                    );
                }
            };
        }
        let (raw, bytes) = if let Some(s) = path.cast::<Str>() {
            match to_bytes(s) {
                Some(raw) => (raw, false),
                None => return Err(exceptions::unicode::surrogates_not_allowed(vm, "utf-8", s)),
            }
        } else if let Some(b) = path.cast::<Bytes>() {
            (b.as_slice().to_vec(), true)
        } else {
            let (a, b) = (class_name(v).to_string(), class_name(path).to_string());
            return Err(vm.type_error(format_args!(
                "expected {a}.__fspath__() to return str or bytes, not {b}"
            )));
        };
        match CString::new(raw) {
            Ok(c) => Ok(PathArg { c, given: v, bytes, fd: None }),
            Err(_) => Err(vm.value_error(format_args!("{func}: embedded null character in path"))),
        }
    }

    fn last(vm: &mut Vm, path: Option<Value>) -> Raised {
        vm.os_error(&io::Error::last_os_error(), path)
    }

    pub fn check(vm: &mut Vm, result: i32, path: Option<Value>) -> PyResult<i32> {
        if result < 0 { Err(last(vm, path)) } else { Ok(result) }
    }

    fn name_result(vm: &mut Vm, bytes: &[u8], as_bytes: bool) -> PyResult<Value> {
        if as_bytes { Ok(Bytes::new(vm, bytes)?.into()) } else { from_bytes(vm, bytes) }
    }

    /// Return the file system path representation of the object.
    #[function(sig = "($module, /, path)")]
    fn fspath(vm: &mut Vm, path: Value) -> PyResult<Value> {
        if path.cast::<Str>().is_some() || path.cast::<Bytes>().is_some() {
            return Ok(path);
        }
        let name = vm.intern("__fspath__")?;
        let Some(result) = vm.call_special(path, name, &[])? else {
            let class = class_name(path);
            return Err(vm.type_error(format_args!(
                "expected str, bytes or os.PathLike object, not {class}"
            )));
        };
        if result.cast::<Str>().is_some() || result.cast::<Bytes>().is_some() {
            return Ok(result);
        }
        let (a, b) = (class_name(path).to_string(), class_name(result).to_string());
        Err(vm
            .type_error(format_args!("expected {a}.__fspath__() to return str or bytes, not {b}")))
    }

    fn stat_value(vm: &mut Vm, s: &libc::stat) -> PyResult<Value> {
        let i = |vm: &mut Vm, n: i64| int::from_i64(vm, n);
        let times = [
            (s.st_atime, s.st_atime_nsec),
            (s.st_mtime, s.st_mtime_nsec),
            (s.st_ctime, s.st_ctime_nsec),
        ];
        let mut all = [Value::ZERO; 19];
        let plain = [
            i64::from(s.st_mode),
            s.st_ino as i64,
            s.st_dev as i64,
            s.st_nlink as i64,
            i64::from(s.st_uid),
            i64::from(s.st_gid),
            s.st_size,
        ];
        for (at, n) in all.iter_mut().zip(plain) {
            *at = i(vm, n)?;
        }
        for (k, (seconds, ns)) in times.into_iter().enumerate() {
            all[7 + k] = i(vm, seconds)?;
            all[10 + k] = objects::float::from_f64(vm, seconds as f64 + ns as f64 * 1e-9)?;
            all[13 + k] = int::from_i128(vm, i128::from(seconds) * 1_000_000_000 + i128::from(ns))?;
        }
        all[16] = i(vm, s.st_blksize)?;
        all[17] = i(vm, s.st_blocks)?;
        all[18] = i(vm, s.st_rdev as i64)?;
        STAT.make(vm, &all)
    }

    fn stat_of(vm: &mut Vm, path: &PathArg, follow: bool) -> PyResult<Value> {
        // SAFETY: a plain structure; the path ends with a zero.
        let (result, s) = unsafe {
            let mut s: libc::stat = std::mem::zeroed();
            let result = match path.fd {
                Some(fd) => libc::fstat(fd, &raw mut s),
                None if follow => libc::stat(path.c.as_ptr(), &raw mut s),
                None => libc::lstat(path.c.as_ptr(), &raw mut s),
            };
            (result, s)
        };
        check(vm, result, path.fd.is_none().then_some(path.given))?;
        stat_value(vm, &s)
    }

    /// Perform a stat system call on the given path.
    #[function(sig = "($module, /, path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(
        vm: &mut Vm,
        path: Value,
        dir_fd: Option<Value>,
        #[default(true)] follow_symlinks: bool,
    ) -> PyResult<Value> {
        no_dir_fd(vm, dir_fd)?;
        let path = path_arg(vm, path, "stat", true)?;
        stat_of(vm, &path, follow_symlinks)
    }

    fn no_dir_fd(vm: &mut Vm, dir_fd: Option<Value>) -> PyResult<()> {
        match dir_fd.filter(|d| !d.is_none()) {
            None => Ok(()),
            Some(_) => {
                Err(vm.not_implemented_error(format_args!("dir_fd unavailable on this platform")))
            }
        }
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    #[function(sig = "($module, /, path, *, dir_fd=None)")]
    fn lstat(vm: &mut Vm, path: Value, dir_fd: Option<Value>) -> PyResult<Value> {
        no_dir_fd(vm, dir_fd)?;
        let path = path_arg(vm, path, "lstat", false)?;
        stat_of(vm, &path, false)
    }

    /// Perform a stat system call on the given file descriptor.
    #[function(sig = "($module, /, fd)")]
    fn fstat(vm: &mut Vm, fd: i32) -> PyResult<Value> {
        let path =
            PathArg { c: CString::default(), given: Value::NONE, bytes: false, fd: Some(fd) };
        stat_of(vm, &path, true)
    }

    /// Use the real uid/gid to test for access to a path.
    #[function(
        sig = "($module, /, path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)"
    )]
    fn access(
        vm: &mut Vm,
        path: Value,
        mode: i32,
        dir_fd: Option<Value>,
        effective_ids: bool,
        #[default(true)] follow_symlinks: bool,
    ) -> PyResult<bool> {
        let _ = (effective_ids, follow_symlinks);
        no_dir_fd(vm, dir_fd)?;
        let path = path_arg(vm, path, "access", false)?;
        // SAFETY: the path ends with a zero.
        Ok(unsafe { libc::access(path.c.as_ptr(), mode) } == 0)
    }

    /// Open a file for low level IO.  Returns a file descriptor (integer).
    #[function(sig = "($module, /, path, flags, mode=511, *, dir_fd=None)")]
    fn open(
        vm: &mut Vm,
        path: Value,
        flags: i32,
        #[default(0o777)] mode: i32,
        dir_fd: Option<Value>,
    ) -> PyResult<i32> {
        no_dir_fd(vm, dir_fd)?;
        let path = path_arg(vm, path, "open", false)?;
        // SAFETY: the path ends with a zero.
        let fd = unsafe { libc::open(path.c.as_ptr(), flags | libc::O_CLOEXEC, mode) };
        check(vm, fd, Some(path.given))
    }

    /// Close a file descriptor.
    #[function(sig = "($module, /, fd)")]
    fn close(vm: &mut Vm, fd: i32) -> PyResult<()> {
        // SAFETY: has no preconditions that the system doesn't check.
        let result = unsafe { libc::close(fd) };
        check(vm, result, None).map(|_| ())
    }

    /// Read from a file descriptor.  Returns a bytes object.
    #[function]
    fn read(vm: &mut Vm, fd: i32, length: isize) -> PyResult<Value> {
        let Ok(length) = usize::try_from(length) else {
            return Err(vm.os_error(&io::Error::from_raw_os_error(libc::EINVAL), None));
        };
        let mut out: Vec<u8> = Vec::new();
        if out.try_reserve_exact(length).is_err() {
            return Err(vm.memory_error());
        }
        out.resize(length, 0);
        loop {
            let target = &mut out;
            let (n, e) = interp::thread::without_lock(vm, || {
                // SAFETY: the buffer has this length.
                let n = unsafe { libc::read(fd, target.as_mut_ptr().cast(), length) };
                (n, io::Error::last_os_error())
            });
            if n >= 0 {
                let bytes = Bytes::new(vm, &out[..n as usize])?;
                return Ok(bytes.into());
            }
            if e.kind() != io::ErrorKind::Interrupted {
                return Err(vm.os_error(&e, None));
            }
            crate::signal::check(vm)?;
        }
    }

    /// Write a bytes object to a file descriptor.
    #[function]
    fn write(vm: &mut Vm, fd: i32, data: Value) -> PyResult<isize> {
        let bytes = buffer::to_vec(vm, data)?;
        loop {
            let source = &bytes;
            let (n, e) = interp::thread::without_lock(vm, || {
                // SAFETY: the buffer has this length.
                let n = unsafe { libc::write(fd, source.as_ptr().cast(), source.len()) };
                (n, io::Error::last_os_error())
            });
            if n >= 0 {
                return Ok(n);
            }
            if e.kind() != io::ErrorKind::Interrupted {
                return Err(vm.os_error(&e, None));
            }
            crate::signal::check(vm)?;
        }
    }

    /// Set the position of a file descriptor.  Return the new position.
    #[function]
    fn lseek(vm: &mut Vm, fd: i32, position: i64, whence: i32) -> PyResult<i64> {
        // SAFETY: has no preconditions.
        let at = unsafe { libc::lseek(fd, position, whence) };
        if at < 0 { Err(last(vm, None)) } else { Ok(at) }
    }

    /// Return True if the fd is connected to a terminal.
    #[function]
    fn isatty(fd: i32) -> bool {
        // SAFETY: has no preconditions.
        unsafe { libc::isatty(fd) == 1 }
    }

    /// Return a duplicate of a file descriptor.
    #[function]
    fn dup(vm: &mut Vm, fd: i32) -> PyResult<i32> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        check(vm, result, None)
    }

    /// Duplicate file descriptor.
    #[function(sig = "($module, /, fd, fd2, inheritable=True)")]
    fn dup2(vm: &mut Vm, fd: i32, fd2: i32, #[default(true)] inheritable: bool) -> PyResult<i32> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::dup3(fd, fd2, if inheritable { 0 } else { libc::O_CLOEXEC }) };
        check(vm, result, None)
    }

    /// Create a pipe.
    #[function]
    fn pipe(vm: &mut Vm) -> PyResult<Value> {
        let mut fds = [0; 2];
        // SAFETY: writes two numbers.
        let result = unsafe { libc::pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC) };
        check(vm, result, None)?;
        Ok(Tuple::pair(vm, Value::int32(fds[0]), Value::int32(fds[1]))?.into())
    }

    /// Force write of fd to disk.
    #[function(sig = "($module, /, fd)")]
    fn fsync(vm: &mut Vm, fd: i32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::fsync(fd) };
        check(vm, result, None).map(|_| ())
    }

    /// Truncate a file, specified by file descriptor, to a specific length.
    #[function]
    fn ftruncate(vm: &mut Vm, fd: i32, length: i64) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::ftruncate(fd, length) };
        check(vm, result, None).map(|_| ())
    }

    macro_rules! one_path {
        ($vm:ident, $path:expr, $name:literal, |$c:ident| $call:expr) => {{
            let path = path_arg($vm, $path, $name, false)?;
            let $c = path.c.as_ptr();
            // SAFETY: the path ends with a zero.
            let result = unsafe { $call };
            check($vm, result, Some(path.given)).map(|_| ())
        }};
    }

    /// Create a directory.
    #[function(sig = "($module, /, path, mode=511, *, dir_fd=None)")]
    fn mkdir(
        vm: &mut Vm,
        path: Value,
        #[default(0o777)] mode: i32,
        dir_fd: Option<Value>,
    ) -> PyResult<()> {
        no_dir_fd(vm, dir_fd)?;
        one_path!(vm, path, "mkdir", |c| libc::mkdir(c, mode as libc::mode_t))
    }

    /// Remove a directory.
    #[function(sig = "($module, /, path, *, dir_fd=None)")]
    fn rmdir(vm: &mut Vm, path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        no_dir_fd(vm, dir_fd)?;
        one_path!(vm, path, "rmdir", |c| libc::rmdir(c))
    }

    /// Remove a file (same as unlink()).
    #[function(sig = "($module, /, path, *, dir_fd=None)")]
    fn remove(vm: &mut Vm, path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        no_dir_fd(vm, dir_fd)?;
        one_path!(vm, path, "remove", |c| libc::unlink(c))
    }

    /// Remove a file (same as remove()).
    #[function(sig = "($module, /, path, *, dir_fd=None)")]
    fn unlink(vm: &mut Vm, path: Value, dir_fd: Option<Value>) -> PyResult<()> {
        no_dir_fd(vm, dir_fd)?;
        one_path!(vm, path, "unlink", |c| libc::unlink(c))
    }

    /// Change the access permissions of a file.
    #[function(sig = "($module, /, path, mode, *, dir_fd=None, follow_symlinks=True)")]
    fn chmod(
        vm: &mut Vm,
        path: Value,
        mode: i32,
        dir_fd: Option<Value>,
        #[default(true)] follow_symlinks: bool,
    ) -> PyResult<()> {
        let _ = follow_symlinks;
        no_dir_fd(vm, dir_fd)?;
        one_path!(vm, path, "chmod", |c| libc::chmod(c, mode as libc::mode_t))
    }

    /// Change the current working directory to the specified path.
    #[function(sig = "($module, /, path)")]
    fn chdir(vm: &mut Vm, path: Value) -> PyResult<()> {
        one_path!(vm, path, "chdir", |c| libc::chdir(c))
    }

    fn two_paths(
        vm: &mut Vm,
        src: Value,
        dst: Value,
        func: &str,
        call: unsafe fn(&PathArg, &PathArg) -> i32,
    ) -> PyResult<()> {
        let a = path_arg(vm, src, func, false)?;
        let b = path_arg(vm, dst, func, false)?;
        // SAFETY: the paths end with zeros.
        if unsafe { call(&a, &b) } == 0 {
            return Ok(());
        }
        let e = io::Error::last_os_error();
        let errno = e.raw_os_error().unwrap_or(0);
        let text: Value = Str::new(vm, &crate::os_error_text(errno))?.into();
        Err(vm
            .raise_with(&exceptions::OS_ERROR, &[Value::int32(errno), text, src, Value::NONE, dst]))
    }

    /// Rename a file or directory.
    #[function(sig = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn rename(
        vm: &mut Vm,
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
    ) -> PyResult<()> {
        no_dir_fd(vm, src_dir_fd.or(dst_dir_fd))?;
        // SAFETY: two strings that end with zeros.
        two_paths(vm, src, dst, "rename", |a, b| unsafe {
            libc::rename(a.c.as_ptr(), b.c.as_ptr())
        })
    }

    /// Rename a file or directory, overwriting the destination.
    #[function(sig = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None)")]
    fn replace(
        vm: &mut Vm,
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
    ) -> PyResult<()> {
        no_dir_fd(vm, src_dir_fd.or(dst_dir_fd))?;
        // SAFETY: two strings that end with zeros.
        two_paths(vm, src, dst, "replace", |a, b| unsafe {
            libc::rename(a.c.as_ptr(), b.c.as_ptr())
        })
    }

    /// Create a hard link to a file.
    #[function(
        sig = "($module, /, src, dst, *, src_dir_fd=None, dst_dir_fd=None, follow_symlinks=True)"
    )]
    fn link(
        vm: &mut Vm,
        src: Value,
        dst: Value,
        src_dir_fd: Option<Value>,
        dst_dir_fd: Option<Value>,
        #[default(true)] follow_symlinks: bool,
    ) -> PyResult<()> {
        let _ = follow_symlinks;
        no_dir_fd(vm, src_dir_fd.or(dst_dir_fd))?;
        // SAFETY: two strings that end with zeros.
        two_paths(vm, src, dst, "link", |a, b| unsafe { libc::link(a.c.as_ptr(), b.c.as_ptr()) })
    }

    /// Create a symbolic link pointing to src named dst.
    #[function(sig = "($module, /, src, dst, target_is_directory=False, *, dir_fd=None)")]
    fn symlink(
        vm: &mut Vm,
        src: Value,
        dst: Value,
        target_is_directory: bool,
        dir_fd: Option<Value>,
    ) -> PyResult<()> {
        let _ = target_is_directory;
        no_dir_fd(vm, dir_fd)?;
        // SAFETY: two strings that end with zeros.
        two_paths(vm, src, dst, "symlink", |a, b| unsafe {
            libc::symlink(a.c.as_ptr(), b.c.as_ptr())
        })
    }

    /// Return a string representing the path to which the symbolic link points.
    #[function(sig = "($module, /, path, *, dir_fd=None)")]
    fn readlink(vm: &mut Vm, path: Value, dir_fd: Option<Value>) -> PyResult<Value> {
        no_dir_fd(vm, dir_fd)?;
        let path = path_arg(vm, path, "readlink", false)?;
        let mut out = vec![0u8; 4096];
        // SAFETY: the path ends with a zero, the buffer has the length given.
        let n = unsafe { libc::readlink(path.c.as_ptr(), out.as_mut_ptr().cast(), out.len()) };
        if n < 0 {
            return Err(last(vm, Some(path.given)));
        }
        name_result(vm, &out[..n as usize], path.bytes)
    }

    fn cwd(vm: &mut Vm, as_bytes: bool) -> PyResult<Value> {
        match std::env::current_dir() {
            Ok(d) => name_result(vm, d.as_os_str().as_encoded_bytes(), as_bytes),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }

    /// Return a unicode string representing the current working directory.
    #[function]
    fn getcwd(vm: &mut Vm) -> PyResult<Value> {
        cwd(vm, false)
    }

    /// Return a bytes string representing the current working directory.
    #[function]
    fn getcwdb(vm: &mut Vm) -> PyResult<Value> {
        cwd(vm, true)
    }

    fn entries(
        vm: &mut Vm,
        path: Option<Value>,
        func: &str,
    ) -> PyResult<(PathArg, std::fs::ReadDir)> {
        let dot = vm.intern(".")?;
        let path = path.filter(|p| !p.is_none()).unwrap_or(dot.into());
        let path = path_arg(vm, path, func, false)?;
        // SAFETY: any bytes are a name on this system.
        let name = unsafe { std::ffi::OsStr::from_encoded_bytes_unchecked(path.c.as_bytes()) };
        match std::fs::read_dir(name) {
            Ok(dir) => Ok((path, dir)),
            Err(e) => Err(vm.os_error(&e, Some(path.given))),
        }
    }

    /// Return a list containing the names of the files in the directory.
    #[function(sig = "($module, /, path=None)")]
    fn listdir(vm: &mut Vm, path: Option<Value>) -> PyResult<Value> {
        let (path, dir) = entries(vm, path, "listdir")?;
        let list = List::new(vm)?;
        for entry in dir {
            match entry {
                Ok(e) => {
                    let name = name_result(vm, e.file_name().as_encoded_bytes(), path.bytes)?;
                    list.push(vm, name)?;
                }
                Err(e) => return Err(vm.os_error(&e, Some(path.given))),
            }
        }
        Ok(list.into())
    }

    /// An entry of a directory.
    #[pytype(name = "posix.DirEntry", flags(NO_NEW))]
    pub struct DirEntry {
        name: Value,
        path: Value,
        /// `d_type` as far as it is known: 1 directory, 2 file, 3 link, 0 other.
        kind: Cell<u8>,
        inode: Cell<u64>,
        known: Field<Value>,
    }

    #[pymethods]
    impl DirEntry {
        #[getter(member)]
        fn name(this: Gc<Self>) -> Value {
            this.name
        }
        #[getter(member)]
        fn path(this: Gc<Self>) -> Value {
            this.path
        }

        /// Return the stat_result object for the entry; cached per entry.
        #[method(sig = "($self, /, *, follow_symlinks=True)")]
        fn stat(
            this: Gc<Self>,
            vm: &mut Vm,
            #[default(true)] follow_symlinks: bool,
        ) -> PyResult<Value> {
            let path = path_arg(vm, this.path, "stat", false)?;
            stat_of(vm, &path, follow_symlinks)
        }

        /// Return True if the entry is a directory; cached per entry.
        #[method(sig = "($self, /, *, follow_symlinks=True)")]
        fn is_dir(
            this: Gc<Self>,
            vm: &mut Vm,
            #[default(true)] follow_symlinks: bool,
        ) -> PyResult<bool> {
            has_kind(vm, this, follow_symlinks, 1, libc::S_IFDIR)
        }

        /// Return True if the entry is a file; cached per entry.
        #[method(sig = "($self, /, *, follow_symlinks=True)")]
        fn is_file(
            this: Gc<Self>,
            vm: &mut Vm,
            #[default(true)] follow_symlinks: bool,
        ) -> PyResult<bool> {
            has_kind(vm, this, follow_symlinks, 2, libc::S_IFREG)
        }

        /// Return True if the entry is a symbolic link; cached per entry.
        #[method]
        fn is_symlink(this: Gc<Self>) -> bool {
            this.kind.get() == 3
        }

        /// Return True if the entry is a junction; cached per entry.
        #[method]
        fn is_junction(this: Gc<Self>) -> bool {
            let _ = this;
            false
        }

        /// Return inode of the entry; cached per entry.
        #[method]
        fn inode(this: Gc<Self>) -> u64 {
            this.inode.get()
        }

        /// Returns the path for the entry.
        #[method]
        fn __fspath__(this: Gc<Self>) -> Value {
            this.path
        }

        #[slot(repr)]
        fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
            let name = vm.repr(this.name)?;
            Str::from_fmt(vm, format_args!("<DirEntry {}>", name.text()))
        }
    }

    fn has_kind(
        vm: &mut Vm,
        entry: Gc<DirEntry>,
        follow: bool,
        kind: u8,
        mode: libc::mode_t,
    ) -> PyResult<bool> {
        if entry.kind.get() != 3 || !follow {
            return Ok(entry.kind.get() == kind);
        }
        let path = path_arg(vm, entry.path, "stat", false)?;
        // SAFETY: a plain structure; the path ends with a zero.
        let (result, s) = unsafe {
            let mut s: libc::stat = std::mem::zeroed();
            (libc::stat(path.c.as_ptr(), &raw mut s), s)
        };
        if result != 0 {
            let e = io::Error::last_os_error();
            return if e.kind() == io::ErrorKind::NotFound {
                Ok(false)
            } else {
                Err(vm.os_error(&e, Some(path.given)))
            };
        }
        Ok(s.st_mode & libc::S_IFMT == mode)
    }

    /// The iterator of `scandir`.
    #[pytype(name = "posix.ScandirIterator", flags(NO_NEW))]
    pub struct ScandirIterator {
        items: Field<Value>,
    }

    #[pymethods]
    impl ScandirIterator {
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            match this.items.get() {
                Value::NONE => Ok(None),
                items => vm.next(items),
            }
        }
        #[method]
        fn __enter__(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[method(sig = "($self, /, *args)", no_text)]
        fn __exit__(this: Gc<Self>, vm: &mut Vm, args: &[Value]) {
            let _ = args;
            this.items.set(this, vm.heap(), Value::NONE);
        }
        #[method]
        fn close(this: Gc<Self>, vm: &mut Vm) {
            this.items.set(this, vm.heap(), Value::NONE);
        }
    }

    /// Return an iterator of DirEntry objects for given path.
    #[function(sig = "($module, /, path=None)")]
    fn scandir(vm: &mut Vm, path: Option<Value>) -> PyResult<Value> {
        use std::os::unix::fs::DirEntryExt;
        objects::types::ready(vm, <ScandirIterator as objects::layout::Object>::def())?;
        let (path, dir) = entries(vm, path, "scandir")?;
        let list = List::new(vm)?;
        for entry in dir {
            let entry = match entry {
                Ok(e) => e,
                Err(e) => return Err(vm.os_error(&e, Some(path.given))),
            };
            let name = name_result(vm, entry.file_name().as_encoded_bytes(), path.bytes)?;
            let mut full = path.c.as_bytes().to_vec();
            if full.last() != Some(&b'/') {
                full.push(b'/');
            }
            full.extend_from_slice(entry.file_name().as_encoded_bytes());
            let full = name_result(vm, &full, path.bytes)?;
            let kind = match entry.file_type() {
                Ok(t) if t.is_dir() => 1,
                Ok(t) if t.is_file() => 2,
                Ok(t) if t.is_symlink() => 3,
                _ => 0,
            };
            let item = DirEntry::create(
                vm,
                name,
                full,
                Cell::new(kind),
                Cell::new(entry.ino()),
                Field::new(Value::NONE),
            )?;
            list.push(vm, item.into())?;
        }
        let items = vm.iter(list.into())?;
        Ok(ScandirIterator::create(vm, Field::new(items))?.into())
    }

    /// The environment as a new dict of bytes.
    #[function]
    fn _create_environ(vm: &mut Vm) -> PyResult<Value> {
        let dict = Dict::new(vm)?;
        for (name, value) in std::env::vars_os() {
            let name = Bytes::new(vm, name.as_encoded_bytes())?;
            let value = Bytes::new(vm, value.as_encoded_bytes())?;
            dict.set(vm, name.into(), value.into())?;
        }
        Ok(dict.into())
    }

    /// Split a path into drive, root and tail.
    #[function(sig = "($module, /, path)")]
    fn _path_splitroot_ex(vm: &mut Vm, path: Value) -> PyResult<Value> {
        let given = fspath(vm, path)?;
        let (raw, bytes) = match given.cast::<Str>() {
            Some(s) => (s.as_bytes().to_vec(), false),
            None => (buffer::to_vec(vm, given)?, true),
        };
        let slashes = raw.iter().take_while(|b| **b == b'/').count();
        let root = match slashes {
            0 => 0,
            2 => 2,
            _ => 1,
        };
        let mut items = [Value::NONE; 3];
        for (at, part) in items.iter_mut().zip([&raw[..0], &raw[..root], &raw[root..]]) {
            *at = if bytes {
                Bytes::new(vm, part)?.into()
            } else {
                let text = prim::text::Text::from_bytes(part).unwrap_or("".into());
                Str::from_text(vm, text)?.into()
            };
        }
        Ok(Tuple::from_slice(vm, &items)?.into())
    }
}

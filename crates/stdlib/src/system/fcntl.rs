//! `fcntl`: control of descriptors and locks on files.

use macros::pymodule;

/// The module.
#[pymodule(
    name = "fcntl",
    doc = "This module performs file control and I/O control on file\ndescriptors.  It is an interface to the fcntl() and ioctl() Unix\nroutines.  File descriptors can be obtained with the fileno() method of\na file or socket object."
)]
pub mod module {
    use super::super::descriptor::{descriptor, retry};
    use objects::bytes::{Bytes, buffer_of};
    use objects::int;
    use objects::str::Str;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::io;

    /// Most bytes of an argument.
    const BUFFER: usize = 1024;

    macro_rules! numbers {
        ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
    }

    const NUMBERS: &[(&str, i64)] = numbers! {
        LOCK_SH LOCK_EX LOCK_NB LOCK_UN F_DUPFD F_DUPFD_CLOEXEC F_GETFD F_SETFD F_GETFL F_SETFL F_GETLK F_SETLK F_SETLKW
        F_GETOWN F_SETOWN F_RDLCK F_WRLCK F_UNLCK FD_CLOEXEC F_OFD_GETLK F_OFD_SETLK F_OFD_SETLKW F_SETPIPE_SZ F_GETPIPE_SZ
        F_ADD_SEALS F_GET_SEALS F_SEAL_SEAL F_SEAL_SHRINK F_SEAL_GROW F_SEAL_WRITE F_SETLEASE F_GETLEASE F_NOTIFY
    };
    /// Numbers of Linux that the crate `libc` lacks.
    const MORE: &[(&str, i64)] = &[
        ("FASYNC", 0x2000),
        ("F_SETSIG", 10),
        ("F_GETSIG", 11),
        ("F_GETLK64", 5),
        ("F_SETLK64", 6),
        ("F_SETLKW64", 7),
        ("DN_ACCESS", 1),
        ("DN_MODIFY", 2),
        ("DN_CREATE", 4),
        ("DN_DELETE", 8),
        ("DN_RENAME", 0x10),
        ("DN_ATTRIB", 0x20),
        ("DN_MULTISHOT", 0x8000_0000),
        ("LOCK_MAND", 32),
        ("LOCK_READ", 64),
        ("LOCK_WRITE", 128),
        ("LOCK_RW", 192),
    ];

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::numbers(vm, module, NUMBERS)?;
        crate::hidden::numbers(vm, module, MORE)
    }

    /// The bytes of a `str` or bytes-like argument, copied to a buffer of the system's size.
    fn data(vm: &mut Vm, arg: Value, what: &str) -> PyResult<Option<(Vec<u8>, usize)>> {
        let bytes = if let Some(s) = arg.cast::<Str>() {
            s.as_bytes().to_vec()
        } else if let Some(view) = buffer_of(vm, arg)? {
            view.bytes().to_vec()
        } else {
            return Ok(None);
        };
        let len = bytes.len();
        if len > BUFFER {
            return Err(vm.value_error(format_args!("{what} arg too long")));
        }
        let mut bytes = bytes;
        bytes.resize(BUFFER + 8, 0);
        Ok(Some((bytes, len)))
    }

    /// An int argument as C's `int`, with or without sign.
    fn number(vm: &mut Vm, arg: Value) -> PyResult<libc::c_ulong> {
        let arg = vm.index(arg)?;
        Ok(int::View::of(arg).as_ref().wrapping_u64())
    }

    /// Perform the operation `cmd` on file descriptor fd.
    ///
    /// The values used for `cmd` are operating system dependent, and are
    /// available as constants in the fcntl module, using the same names as used
    /// in the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an int or a string.
    #[function(sig = "($module, fd, cmd, arg=0, /)")]
    fn fcntl(
        vm: &mut Vm,
        fd: Value,
        cmd: i32,
        #[default(Value::ZERO)] arg: Value,
    ) -> PyResult<Value> {
        let fd = descriptor(vm, fd)?;
        if let Some((mut bytes, len)) = data(vm, arg, "fcntl")? {
            let result = retry(vm, || {
                // SAFETY: the buffer is larger than what any command of this kind writes.
                unsafe { libc::fcntl(fd, cmd, bytes.as_mut_ptr()) as isize }
            })?;
            return match result {
                Ok(_) => Ok(Bytes::new(vm, &bytes[..len])?.into()),
                Err(e) => Err(vm.os_error(&e, None)),
            };
        }
        let arg = number(vm, arg)?;
        // SAFETY: an int argument.
        match retry(vm, || unsafe { libc::fcntl(fd, cmd, arg as libc::c_int) as isize })? {
            Ok(n) => Ok(Value::from_len(n)),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The values used for request are operating system dependent, and are
    /// available as constants in the fcntl or termios library modules, using
    /// the same names as used in the relevant C header files.
    #[function(sig = "($module, fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(
        vm: &mut Vm,
        fd: Value,
        request: Value,
        #[default(Value::ZERO)] arg: Value,
        #[default(true)] mutate_flag: bool,
    ) -> PyResult<Value> {
        let fd = descriptor(vm, fd)?;
        let request = number(vm, request)?;
        let call = |vm: &mut Vm, p: *mut u8| -> PyResult<i64> {
            // SAFETY: the buffer is larger than what the usual requests write.
            let n = unsafe { libc::ioctl(fd, request as _, p) };
            if n < 0 { Err(vm.os_error(&io::Error::last_os_error(), None)) } else { Ok(n.into()) }
        };
        let Some((mut bytes, len)) = data(vm, arg, "ioctl")? else {
            let arg = number(vm, arg)?;
            let n = call(vm, std::ptr::without_provenance_mut(arg as usize))?;
            return int::from_i64(vm, n);
        };
        let n = call(vm, bytes.as_mut_ptr())?;
        let writable = match buffer_of(vm, arg)? {
            Some(view) if view.is_writable() && mutate_flag => {
                view.write(0, &bytes[..len.min(view.len())]);
                true
            }
            _ => false,
        };
        if writable { int::from_i64(vm, n) } else { Ok(Bytes::new(vm, &bytes[..len])?.into()) }
    }

    /// Perform the lock operation `operation` on file descriptor `fd`.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[function]
    fn flock(vm: &mut Vm, fd: Value, operation: i32) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        // SAFETY: has no preconditions.
        match retry(vm, || unsafe { libc::flock(fd, operation) as isize })? {
            Ok(_) => Ok(()),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }

    /// A wrapper around the fcntl() locking calls.
    ///
    /// `fd` is the file descriptor of the file to lock or unlock, and operation is
    /// one of LOCK_UN, LOCK_SH and LOCK_EX, or'ed with LOCK_NB.
    #[function(sig = "($module, fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(
        vm: &mut Vm,
        fd: Value,
        cmd: i32,
        #[default(0)] len: i64,
        #[default(0)] start: i64,
        #[default(0)] whence: i32,
    ) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        // SAFETY: a plain structure.
        let mut lock: libc::flock = unsafe { std::mem::zeroed() };
        lock.l_type = match cmd {
            c if c == libc::LOCK_UN => libc::F_UNLCK,
            c if c & libc::LOCK_SH != 0 => libc::F_RDLCK,
            c if c & libc::LOCK_EX != 0 => libc::F_WRLCK,
            _ => return Err(vm.value_error(format_args!("unrecognized lockf argument"))),
        } as libc::c_short;
        lock.l_len = len;
        lock.l_start = start;
        lock.l_whence = whence as libc::c_short;
        let command = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        // SAFETY: a structure that lives during the call.
        match retry(vm, || unsafe { libc::fcntl(fd, command, &raw const lock) as isize })? {
            Ok(_) => Ok(()),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }
}

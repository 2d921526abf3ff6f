//! The part of `posix` about the system and this process: ids, signals, names, terminals.

use macros::pymodule;

/// Functions that the module takes over.
#[pymodule(name = "posix")]
pub mod part {
    use super::super::module::{TERMINAL, UNAME, check, path_arg, to_bytes};
    use crate::buffer;
    use objects::bytes::Bytes;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::ffi::CString;
    use std::io;

    /// Return the current process id.
    #[function]
    fn getpid() -> u32 {
        std::process::id()
    }
    /// Return the parent's process id.
    #[function]
    fn getppid() -> u32 {
        std::os::unix::process::parent_id()
    }
    /// Return the current process's user id.
    #[function]
    fn getuid() -> u32 {
        // SAFETY: has no preconditions.
        unsafe { libc::getuid() }
    }
    /// Return the current process's effective user id.
    #[function]
    fn geteuid() -> u32 {
        // SAFETY: has no preconditions.
        unsafe { libc::geteuid() }
    }
    /// Return the current process's group id.
    #[function]
    fn getgid() -> u32 {
        // SAFETY: has no preconditions.
        unsafe { libc::getgid() }
    }
    /// Return the current process's effective group id.
    #[function]
    fn getegid() -> u32 {
        // SAFETY: has no preconditions.
        unsafe { libc::getegid() }
    }
    /// Set the current numeric umask and return the previous umask.
    #[function]
    fn umask(mask: i32) -> u32 {
        // SAFETY: has no preconditions.
        unsafe { libc::umask(mask as libc::mode_t) }
    }
    /// Kill a process with a signal.
    #[function]
    fn kill(vm: &mut Vm, pid: i32, signal: i32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::kill(pid, signal) };
        check(vm, result, None)?;
        crate::signal::check(vm)
    }
    /// Execute the command in a subshell.
    #[function(sig = "($module, /, command)")]
    fn system(vm: &mut Vm, command: Value) -> PyResult<i32> {
        let command = path_arg(vm, command, "system", false)?;
        Ok(interp::thread::without_lock(vm, || {
            // SAFETY: the command ends with a zero.
            unsafe { libc::system(command.c.as_ptr()) }
        }))
    }
    /// Exit to the system with specified status, without normal exit processing.
    #[function(sig = "($module, /, status)")]
    fn _exit(status: i32) {
        // SAFETY: ends the process.
        unsafe { libc::_exit(status) }
    }
    /// Abort the interpreter immediately.
    #[function]
    fn abort() {
        std::process::abort()
    }
    /// Translate an error code to a message string.
    #[function]
    fn strerror(code: i32) -> String {
        crate::os_error_text(code)
    }
    /// Return the number of logical CPUs in the system.
    #[function]
    fn cpu_count() -> usize {
        std::thread::available_parallelism().map_or(1, usize::from)
    }
    /// Return an object identifying the current operating system.
    #[function]
    fn uname(vm: &mut Vm) -> PyResult<Value> {
        // SAFETY: a plain structure that the call fills with C strings.
        let u = unsafe {
            let mut u: libc::utsname = std::mem::zeroed();
            libc::uname(&raw mut u);
            u
        };
        let mut all = [Value::NONE; 5];
        for (at, field) in
            all.iter_mut().zip([&u.sysname, &u.nodename, &u.release, &u.version, &u.machine])
        {
            // SAFETY: a C string.
            let text =
                unsafe { std::ffi::CStr::from_ptr(field.as_ptr()) }.to_string_lossy().into_owned();
            *at = Str::new(vm, &text)?.into();
        }
        UNAME.make(vm, &all)
    }
    /// Return the size of the terminal window as (columns, lines).
    #[function(sig = "($module, fd=1, /)", no_text)]
    fn get_terminal_size(vm: &mut Vm, #[default(1)] fd: i32) -> PyResult<Value> {
        // SAFETY: a plain structure that the call fills.
        let (result, size) = unsafe {
            let mut w: libc::winsize = std::mem::zeroed();
            (libc::ioctl(fd, libc::TIOCGWINSZ, &raw mut w), w)
        };
        check(vm, result, None)?;
        TERMINAL.make(vm, &[Value::int32(size.ws_col.into()), Value::int32(size.ws_row.into())])
    }
    /// Return the inheritable flag of the specified file descriptor.
    #[function]
    fn get_inheritable(vm: &mut Vm, fd: i32) -> PyResult<bool> {
        // SAFETY: has no preconditions.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
        Ok(check(vm, flags, None)? & libc::FD_CLOEXEC == 0)
    }
    /// Set the inheritable flag of the specified file descriptor.
    #[function]
    fn set_inheritable(vm: &mut Vm, fd: i32, inheritable: i32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe {
            libc::fcntl(fd, libc::F_SETFD, if inheritable != 0 { 0 } else { libc::FD_CLOEXEC })
        };
        check(vm, result, None).map(|_| ())
    }
    /// Wait for completion of a given child process.
    #[function]
    fn waitpid(vm: &mut Vm, pid: i32, options: i32) -> PyResult<Value> {
        let mut status = 0;
        let (result, e) = interp::thread::without_lock(vm, || {
            // SAFETY: writes the status.
            (unsafe { libc::waitpid(pid, &raw mut status, options) }, io::Error::last_os_error())
        });
        if result < 0 {
            return Err(vm.os_error(&e, None));
        }
        Ok(Tuple::pair(vm, Value::int32(result), Value::int32(status))?.into())
    }
    /// Convert waitstatus to an exit code.
    #[function(sig = "($module, /, status)")]
    fn waitstatus_to_exitcode(status: i32) -> i32 {
        if libc::WIFEXITED(status) { libc::WEXITSTATUS(status) } else { -libc::WTERMSIG(status) }
    }

    fn env_name(vm: &mut Vm, v: Value) -> PyResult<CString> {
        let raw = match v.cast::<Str>().and_then(to_bytes) {
            Some(b) => b,
            None => buffer::to_vec(vm, v)?,
        };
        match CString::new(raw) {
            Ok(c) => Ok(c),
            Err(_) => Err(vm.value_error(format_args!("embedded null byte"))),
        }
    }

    /// Change or add an environment variable.
    #[function]
    fn putenv(vm: &mut Vm, name: Value, value: Value) -> PyResult<()> {
        let (n, v) = (env_name(vm, name)?, env_name(vm, value)?);
        if n.as_bytes().contains(&b'=') {
            return Err(vm.value_error(format_args!("illegal environment variable name")));
        }
        // SAFETY: both end with zeros; the environment is changed by the holder of the lock only.
        let result = unsafe { libc::setenv(n.as_ptr(), v.as_ptr(), 1) };
        check(vm, result, None).map(|_| ())
    }

    /// Delete an environment variable.
    #[function]
    fn unsetenv(vm: &mut Vm, name: Value) -> PyResult<()> {
        let n = env_name(vm, name)?;
        // SAFETY: as for putenv.
        let result = unsafe { libc::unsetenv(n.as_ptr()) };
        check(vm, result, None).map(|_| ())
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[function]
    fn urandom(vm: &mut Vm, size: isize) -> PyResult<Value> {
        let Ok(size) = usize::try_from(size) else {
            return Err(vm.value_error(format_args!("negative argument not allowed")));
        };
        let mut out = Vec::new();
        if out.try_reserve_exact(size).is_err() {
            return Err(vm.memory_error());
        }
        out.resize(size, 0);
        match super::super::random_bytes(&mut out) {
            Ok(()) => Ok(Bytes::new(vm, &out)?.into()),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }
}

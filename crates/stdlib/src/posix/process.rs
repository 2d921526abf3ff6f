//! The part of `posix` about processes: their ends, groups, users, programs and times.

use macros::pymodule;

/// Functions and constants that the module takes over.
#[pymodule(name = "posix")]
pub mod part {
    use super::super::module::{TIMES, path_arg};
    use crate::root::Root;
    use heap::Gc;
    use objects::float;
    use objects::list::List;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::ffi::CString;
    use std::io;

    macro_rules! numbers {
        ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
    }
    const NUMBERS: &[(&str, i64)] = numbers! {
        CLD_CONTINUED CLD_DUMPED CLD_EXITED CLD_KILLED CLD_STOPPED CLD_TRAPPED F_LOCK F_TEST F_TLOCK F_ULOCK O_ACCMODE O_ASYNC
        O_DIRECT O_LARGEFILE O_NDELAY O_NOATIME O_PATH O_RSYNC O_TMPFILE P_ALL P_PGID P_PID RTLD_GLOBAL RTLD_LAZY RTLD_LOCAL
        RTLD_NODELETE RTLD_NOLOAD RTLD_NOW SCHED_BATCH SCHED_FIFO SCHED_IDLE SCHED_OTHER SCHED_RR SCHED_RESET_ON_FORK WEXITED
        WNOWAIT WSTOPPED POSIX_FADV_DONTNEED POSIX_FADV_NOREUSE POSIX_FADV_NORMAL POSIX_FADV_RANDOM POSIX_FADV_SEQUENTIAL
        POSIX_FADV_WILLNEED ST_RDONLY ST_NOSUID ST_NODEV ST_NOEXEC ST_SYNCHRONOUS ST_MANDLOCK ST_NOATIME ST_NODIRATIME
        ST_RELATIME
    };
    const MORE: &[(&str, i64)] =
        &[("NGROUPS_MAX", 65536), ("TMP_MAX", 238_328), ("ST_WRITE", 128), ("ST_APPEND", 256)];

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::numbers(vm, module, NUMBERS)?;
        crate::hidden::numbers(vm, module, MORE)
    }

    fn checked(vm: &mut Vm, result: i32) -> PyResult<i32> {
        if result < 0 { Err(vm.os_error(&io::Error::last_os_error(), None)) } else { Ok(result) }
    }

    /// Return True if the process returning status was dumped to a core file.
    #[function(sig = "($module, status, /)")]
    fn WCOREDUMP(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }
    /// Return True if a particular process was continued from a job control stop.
    #[function(sig = "($module, /, status)")]
    fn WIFCONTINUED(status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }
    /// Return True if the process returning status was stopped.
    #[function(sig = "($module, /, status)")]
    fn WIFSTOPPED(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }
    /// Return True if the process returning status was terminated by a signal.
    #[function(sig = "($module, /, status)")]
    fn WIFSIGNALED(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }
    /// Return True if the process returning status exited via the exit() system call.
    #[function(sig = "($module, /, status)")]
    fn WIFEXITED(status: i32) -> bool {
        libc::WIFEXITED(status)
    }
    /// Return the process return code from status.
    #[function(sig = "($module, /, status)")]
    fn WEXITSTATUS(status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }
    /// Return the signal that terminated the process that provided the status value.
    #[function(sig = "($module, /, status)")]
    fn WTERMSIG(status: i32) -> i32 {
        libc::WTERMSIG(status)
    }
    /// Return the signal that stopped the process that provided the status value.
    #[function(sig = "($module, /, status)")]
    fn WSTOPSIG(status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }

    /// Functions to call before and after a fork: three lists.
    static AT_FORK: Root = Root::new();

    fn at_fork(vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let all = AT_FORK.get_or(vm, |vm| {
            let lists = [List::new(vm)?.into(), List::new(vm)?.into(), List::new(vm)?.into()];
            Ok(Tuple::from_slice(vm, &lists)?.into())
        })?;
        Ok(all.cast::<Tuple>().unwrap_or_else(Tuple::empty))
    }

    /// Calls the functions of one list; their errors are shown.
    fn run_at_fork(vm: &mut Vm, which: usize, backwards: bool) -> PyResult<()> {
        let Some(list) = at_fork(vm)?.get(which).and_then(|l| l.cast::<List>()) else {
            return Ok(());
        };
        let mut functions: Vec<usize> = (0..list.len()).collect();
        if backwards {
            functions.reverse();
        }
        for i in functions {
            if let Some(function) = list.get(i)
                && vm.call(function, &[]).is_err()
            {
                let exception = vm.take_raised();
                crate::sys::unraisable(vm, exception, "Exception ignored in callback", function);
            }
        }
        Ok(())
    }

    /// Register callables to be called when forking a new process.
    ///
    ///   before
    ///     A callable to be called in the parent before the fork() syscall.
    ///   after_in_child
    ///     A callable to be called in the child after fork().
    ///   after_in_parent
    ///     A callable to be called in the parent after fork().
    ///
    /// 'before' callbacks are called in reverse order.
    /// 'after_in_child' and 'after_in_parent' callbacks are called in order.
    #[function(
        sig = "($module, /, *, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)"
    )]
    fn register_at_fork(
        vm: &mut Vm,
        #[default(Value::UNDEF)] before: Value,
        #[default(Value::UNDEF)] after_in_child: Value,
        #[default(Value::UNDEF)] after_in_parent: Value,
    ) -> PyResult<()> {
        let given = [before, after_in_child, after_in_parent];
        if given.iter().all(|f| f.is_undef()) {
            return Err(vm.type_error(format_args!("At least one argument is required.")));
        }
        let lists = at_fork(vm)?;
        for (i, (function, name)) in
            given.into_iter().zip(["before", "after_in_child", "after_in_parent"]).enumerate()
        {
            let Some(function) = function.defined() else { continue };
            if !vm.is_callable(function) {
                let class = objects::types::class_name(function).to_string();
                return Err(vm.type_error(format_args!("'{name}' must be callable, not {class}")));
            }
            if let Some(list) = lists.get(i).and_then(|l| l.cast::<List>()) {
                list.push(vm, function)?;
            }
        }
        Ok(())
    }

    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[function]
    fn fork(vm: &mut Vm) -> PyResult<i32> {
        run_at_fork(vm, 0, true)?;
        // SAFETY: this thread goes on in the child, holding the lock.
        let pid = unsafe { libc::fork() };
        let error = io::Error::last_os_error();
        run_at_fork(vm, if pid == 0 { 1 } else { 2 }, false)?;
        if pid < 0 { Err(vm.os_error(&error, None)) } else { Ok(pid) }
    }

    /// Texts and the pointers to them, ending with null.
    fn texts(
        vm: &mut Vm,
        list: Value,
        func: &str,
    ) -> PyResult<(Vec<CString>, Vec<*const libc::c_char>)> {
        let list = List::from_iterable(vm, list)?;
        let (mut all, mut i) = (Vec::new(), 0);
        while let Some(item) = list.get(i) {
            i += 1;
            all.push(path_arg(vm, item, func, false)?.c);
        }
        let mut pointers: Vec<_> = all.iter().map(|t| t.as_ptr()).collect();
        pointers.push(std::ptr::null());
        Ok((all, pointers))
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    #[function]
    fn execv(vm: &mut Vm, path: Value, argv: Value) -> PyResult<()> {
        let file = path_arg(vm, path, "execv", false)?;
        let (all, pointers) = texts(vm, argv, "execv")?;
        if all.first().is_none_or(|a| a.is_empty()) {
            let what = if all.is_empty() { "" } else { "first element " };
            return Err(vm.value_error(format_args!(
                "execv() arg 2 {what}{}",
                if what.is_empty() { "must not be empty" } else { "cannot be empty" }
            )));
        }
        // SAFETY: strings and an array of them that ends with null.
        unsafe { libc::execv(file.c.as_ptr(), pointers.as_ptr()) };
        Err(vm.os_error(&io::Error::last_os_error(), None))
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    #[function(sig = "($module, /, path, argv, env)")]
    fn execve(vm: &mut Vm, path: Value, argv: Value, env: Value) -> PyResult<()> {
        let file = path_arg(vm, path, "execve", false)?;
        let (_args, pointers) = texts(vm, argv, "execve")?;
        let items = vm.intern("items")?;
        let items = vm.call_method(env, items, &[])?;
        let items = List::from_iterable(vm, items)?;
        let (mut all, mut i) = (Vec::new(), 0);
        while let Some(pair) = items.get(i) {
            i += 1;
            let pair = Tuple::from_iterable(vm, pair)?;
            if let &[name, value] = pair.items() {
                let name = path_arg(vm, name, "execve", false)?.c;
                let value = path_arg(vm, value, "execve", false)?.c;
                let text = [name.as_bytes(), b"=", value.as_bytes()].concat();
                all.extend(CString::new(text).ok());
            }
        }
        let mut variables: Vec<_> = all.iter().map(|t| t.as_ptr()).collect();
        variables.push(std::ptr::null());
        // SAFETY: strings and arrays of them that end with null.
        unsafe { libc::execve(file.c.as_ptr(), pointers.as_ptr(), variables.as_ptr()) };
        Err(vm.os_error(&io::Error::last_os_error(), None))
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///     (pid, status)
    #[function]
    fn wait(vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let mut status = 0;
        // SAFETY: writes the status.
        match crate::system::descriptor::retry(vm, || unsafe {
            libc::wait(&raw mut status) as isize
        })? {
            Ok(pid) => Tuple::pair(vm, Value::from_len(pid), Value::int32(status)),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }

    /// Call the system call setsid().
    #[function]
    fn setsid(vm: &mut Vm) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::setsid() };
        checked(vm, result).map(|_| ())
    }
    /// Call the system call getsid(pid) and return the result.
    #[function]
    fn getsid(vm: &mut Vm, pid: i32) -> PyResult<i32> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::getsid(pid) };
        checked(vm, result)
    }
    /// Call the system call getpgid(), and return the result.
    #[function(sig = "($module, /, pid)")]
    fn getpgid(vm: &mut Vm, pid: i32) -> PyResult<i32> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::getpgid(pid) };
        checked(vm, result)
    }
    /// Return the current process group id.
    #[function]
    fn getpgrp() -> i32 {
        // SAFETY: has no preconditions.
        unsafe { libc::getpgrp() }
    }
    /// Call the system call setpgid(pid, pgrp).
    #[function]
    fn setpgid(vm: &mut Vm, pid: i32, pgrp: i32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::setpgid(pid, pgrp) };
        checked(vm, result).map(|_| ())
    }
    /// Make the current process the leader of its process group.
    #[function]
    fn setpgrp(vm: &mut Vm) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::setpgid(0, 0) };
        checked(vm, result).map(|_| ())
    }
    /// Kill a process group with a signal.
    #[function]
    fn killpg(vm: &mut Vm, pgid: i32, signal: i32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::killpg(pgid, signal) };
        checked(vm, result).map(|_| ())
    }
    /// Set the current process's user id.
    #[function]
    fn setuid(vm: &mut Vm, uid: u32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::setuid(uid) };
        checked(vm, result).map(|_| ())
    }
    /// Set the current process's group id.
    #[function]
    fn setgid(vm: &mut Vm, gid: u32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        let result = unsafe { libc::setgid(gid) };
        checked(vm, result).map(|_| ())
    }
    /// Return program scheduling priority.
    #[function(sig = "($module, /, which, who)")]
    fn getpriority(vm: &mut Vm, which: i32, who: u32) -> PyResult<i32> {
        // SAFETY: errno is reset, since -1 is a priority too.
        let (result, failed) = unsafe {
            *libc::__errno_location() = 0;
            let result = libc::getpriority(which as _, who);
            (result, *libc::__errno_location() != 0)
        };
        if failed {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(result)
    }
    /// Voluntarily relinquish the CPU.
    #[function]
    fn sched_yield(vm: &mut Vm) -> PyResult<()> {
        interp::thread::without_lock(vm, std::thread::yield_now);
        Ok(())
    }
    /// Return average recent system load information.
    ///
    /// Return the number of processes in the system run queue averaged over
    /// the last 1, 5, and 15 minutes as a tuple of three floats.
    /// Raises OSError if the load average was unobtainable.
    #[function]
    fn getloadavg(vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let mut load = [0f64; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } != 3 {
            return Err(vm.raise(
                &objects::exceptions::OS_ERROR,
                format_args!("Load averages are unobtainable"),
            ));
        }
        let mut items = [Value::NONE; 3];
        for (item, l) in items.iter_mut().zip(load) {
            *item = float::from_f64(vm, l)?;
        }
        Tuple::from_slice(vm, &items)
    }
    /// Return a collection containing process timing information.
    ///
    /// The object returned behaves like a named tuple with these fields:
    ///   (utime, stime, cutime, cstime, elapsed_time)
    /// All fields are floating-point numbers.
    #[function]
    fn times(vm: &mut Vm) -> PyResult<Value> {
        // SAFETY: a plain structure that the call fills.
        let (elapsed, t) = unsafe {
            let mut t: libc::tms = std::mem::zeroed();
            (libc::times(&raw mut t), t)
        };
        // SAFETY: has no preconditions.
        let ticks = unsafe { libc::sysconf(libc::_SC_CLK_TCK) } as f64;
        let mut items = [Value::NONE; 5];
        let numbers = [t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed];
        for (item, number) in items.iter_mut().zip(numbers) {
            *item = float::from_f64(vm, number as f64 / ticks)?;
        }
        TIMES.make(vm, &items)
    }

    const CONFIGURATION: &[(&str, i32)] = &[
        ("SC_ARG_MAX", libc::_SC_ARG_MAX),
        ("SC_CHILD_MAX", libc::_SC_CHILD_MAX),
        ("SC_CLK_TCK", libc::_SC_CLK_TCK),
        ("SC_HOST_NAME_MAX", libc::_SC_HOST_NAME_MAX),
        ("SC_IOV_MAX", libc::_SC_IOV_MAX),
        ("SC_LOGIN_NAME_MAX", libc::_SC_LOGIN_NAME_MAX),
        ("SC_NGROUPS_MAX", libc::_SC_NGROUPS_MAX),
        ("SC_NPROCESSORS_CONF", libc::_SC_NPROCESSORS_CONF),
        ("SC_NPROCESSORS_ONLN", libc::_SC_NPROCESSORS_ONLN),
        ("SC_OPEN_MAX", libc::_SC_OPEN_MAX),
        ("SC_PAGESIZE", libc::_SC_PAGESIZE),
        ("SC_PAGE_SIZE", libc::_SC_PAGE_SIZE),
        ("SC_PHYS_PAGES", libc::_SC_PHYS_PAGES),
        ("SC_AVPHYS_PAGES", libc::_SC_AVPHYS_PAGES),
        ("SC_SEM_NSEMS_MAX", libc::_SC_SEM_NSEMS_MAX),
        ("SC_SEM_VALUE_MAX", libc::_SC_SEM_VALUE_MAX),
        ("SC_SYMLOOP_MAX", libc::_SC_SYMLOOP_MAX),
        ("SC_TTY_NAME_MAX", libc::_SC_TTY_NAME_MAX),
        ("SC_VERSION", libc::_SC_VERSION),
    ];

    #[attr]
    fn sysconf_names(vm: &mut Vm) -> PyResult<Gc<objects::dict::Dict>> {
        let dict = objects::dict::Dict::new(vm)?;
        for (name, number) in CONFIGURATION {
            let name = vm.intern(name)?;
            dict.set_str(vm, name, Value::int32(*number))?;
        }
        Ok(dict)
    }

    /// Return an integer-valued system configuration variable.
    #[function]
    fn sysconf(vm: &mut Vm, name: Value) -> PyResult<i64> {
        let number = match name.cast::<objects::str::Str>() {
            Some(text) => {
                let known = CONFIGURATION.iter().find(|(n, _)| text.text() == *n);
                match known {
                    Some((_, number)) => *number,
                    None => {
                        return Err(vm.value_error(format_args!("unrecognized configuration name")));
                    }
                }
            }
            None => vm.index_isize(name, &objects::exceptions::OVERFLOW_ERROR)? as i32,
        };
        // SAFETY: errno is reset, since -1 also means that there is no limit.
        let (result, failed) = unsafe {
            *libc::__errno_location() = 0;
            let result = libc::sysconf(number);
            (result, *libc::__errno_location() != 0)
        };
        if result == -1 && failed {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(result)
    }
}

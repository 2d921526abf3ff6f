//! `_posixsubprocess`: starting a program in a child process.
//!
//! All that needs memory is made ready before the fork; between fork and exec the child only makes system calls, unless there is
//! a Python function to run.

use crate::posix::module::path_arg;
use macros::pymodule;
use objects::list::List;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::ffi::CString;

/// Texts and the array of pointers to them that ends with null.
struct Texts {
    _texts: Vec<CString>,
    pointers: Vec<*const libc::c_char>,
}

impl Texts {
    fn new(vm: &mut Vm, list: Value, what: &str) -> PyResult<Texts> {
        let list = List::from_iterable(vm, list)?;
        let (mut texts, mut i) = (Vec::new(), 0);
        while let Some(item) = list.get(i) {
            i += 1;
            texts.push(path_arg(vm, item, what, false)?.c);
        }
        let mut pointers: Vec<*const libc::c_char> = texts.iter().map(|t| t.as_ptr()).collect();
        pointers.push(std::ptr::null());
        Ok(Texts { _texts: texts, pointers })
    }
}

/// What a child does before it becomes another program.
struct Child {
    argv: Texts,
    executables: Texts,
    env: Option<Texts>,
    cwd: Option<CString>,
    close_fds: bool,
    pass_fds: Vec<i32>,
    /// Standard input, output and error: read and write end of each pipe, -1 for none.
    pipes: [[i32; 2]; 3],
    error_pipe: [i32; 2],
    restore_signals: bool,
    new_session: bool,
    group: i32,
    gid: Option<u32>,
    groups: Option<Vec<libc::gid_t>>,
    uid: Option<u32>,
    umask: i32,
}

/// Which step failed; the text is what `subprocess` expects.
struct Failed(&'static str);

fn check(result: i32) -> Result<i32, Failed> {
    if result < 0 { Err(Failed("noexec")) } else { Ok(result) }
}

impl Child {
    /// Makes the pipes the standard streams.
    ///
    /// # Safety
    /// In the child, between fork and exec.
    unsafe fn connect(&self) -> Result<(), Failed> {
        let [mut p2cread, c2pwrite, errwrite] =
            [self.pipes[0][0], self.pipes[1][1], self.pipes[2][1]];
        let (mut c2pwrite, mut errwrite) = (c2pwrite, errwrite);
        // SAFETY: system calls on descriptors.
        unsafe {
            for fd in [self.pipes[0][1], self.pipes[1][0], self.pipes[2][0], self.error_pipe[0]] {
                if fd >= 0 {
                    check(libc::close(fd))?;
                }
            }
            // A descriptor that is in another's way moves.
            if c2pwrite == 0 {
                c2pwrite = check(libc::dup(c2pwrite))?;
            }
            while errwrite == 0 || errwrite == 1 {
                errwrite = check(libc::dup(errwrite))?;
            }
            for (fd, target) in [(&mut p2cread, 0), (&mut c2pwrite, 1), (&mut errwrite, 2)] {
                if *fd == target {
                    check(libc::fcntl(*fd, libc::F_SETFD, 0))?;
                } else if *fd >= 0 {
                    check(libc::dup2(*fd, target))?;
                }
            }
        }
        Ok(())
    }

    /// # Safety
    /// In the child, between fork and exec.
    unsafe fn change_identity(&self) -> Result<(), Failed> {
        // SAFETY: system calls; the directory's name ends with a zero.
        unsafe {
            if let Some(cwd) = &self.cwd
                && libc::chdir(cwd.as_ptr()) < 0
            {
                return Err(Failed("noexec:chdir"));
            }
            if self.umask >= 0 {
                libc::umask(self.umask as libc::mode_t);
            }
            if self.restore_signals {
                for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
                    libc::signal(signal, libc::SIG_DFL);
                }
            }
            if self.new_session {
                check(libc::setsid())?;
            }
            if self.group >= 0 {
                check(libc::setpgid(0, self.group))?;
            }
            if let Some(groups) = &self.groups {
                check(libc::setgroups(groups.len(), groups.as_ptr()))?;
            }
            if let Some(gid) = self.gid {
                check(libc::setregid(gid, gid))?;
            }
            if let Some(uid) = self.uid {
                check(libc::setreuid(uid, uid))?;
            }
        }
        Ok(())
    }

    /// Closes what isn't to be passed on, and lets the rest through.
    ///
    /// # Safety
    /// In the child, between fork and exec.
    unsafe fn close_others(&self) -> Result<(), Failed> {
        // SAFETY: system calls on descriptors.
        unsafe {
            for fd in self.pass_fds.iter().filter(|fd| **fd != self.error_pipe[1]) {
                let flags = check(libc::fcntl(*fd, libc::F_GETFD))?;
                check(libc::fcntl(*fd, libc::F_SETFD, flags & !libc::FD_CLOEXEC))?;
            }
            if self.close_fds {
                let mut first = 3;
                for fd in self.pass_fds.iter().filter(|fd| **fd >= 3) {
                    if *fd > first {
                        libc::syscall(libc::SYS_close_range, first, *fd - 1, 0);
                    }
                    first = *fd + 1;
                }
                libc::syscall(libc::SYS_close_range, first, i32::MAX, 0);
            }
        }
        Ok(())
    }

    /// Becomes the first program that can be started; returns only if none can.
    ///
    /// # Safety
    /// In the child, between fork and exec.
    unsafe fn execute(&self) -> i32 {
        let mut saved = libc::ENOENT;
        for path in self.executables.pointers.iter().filter(|p| !p.is_null()) {
            // SAFETY: arrays of strings that end with null.
            unsafe {
                match &self.env {
                    Some(env) => {
                        libc::execve(*path, self.argv.pointers.as_ptr(), env.pointers.as_ptr())
                    }
                    None => libc::execv(*path, self.argv.pointers.as_ptr()),
                };
                let error = *libc::__errno_location();
                if error != libc::ENOENT && error != libc::ENOTDIR {
                    saved = error;
                }
            }
        }
        saved
    }

    /// Tells the parent what went wrong and ends.
    fn report(&self, text: &str) -> ! {
        // SAFETY: system calls; the buffer has its length.
        unsafe {
            libc::write(self.error_pipe[1], text.as_ptr().cast(), text.len());
            libc::_exit(255)
        }
    }

    fn run(&self, vm: &mut Vm, preexec: Option<Value>) -> ! {
        // SAFETY: this is the child.
        let ready = unsafe { self.connect().and_then(|()| self.change_identity()) };
        let errno = || std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
        if let Err(Failed(text)) = ready {
            self.report(&format!("OSError:{:x}:{text}", errno()));
        }
        if let Some(function) = preexec
            && vm.call(function, &[]).is_err()
        {
            self.report("SubprocessError:0:Exception occurred in preexec_fn.");
        }
        // SAFETY: this is the child.
        let error = unsafe {
            if let Err(Failed(text)) = self.close_others() {
                self.report(&format!("OSError:{:x}:{text}", errno()));
            }
            self.execute()
        };
        self.report(&format!("OSError:{error:x}:"))
    }
}

fn optional_id(vm: &mut Vm, v: Value) -> PyResult<Option<u32>> {
    if v.is_none() {
        return Ok(None);
    }
    let v = vm.index(v)?;
    match objects::int::to_i64(v).map(u32::try_from) {
        Some(Ok(id)) => Ok(Some(id)),
        _ => Err(vm.overflow_error(format_args!("user or group id is out of range"))),
    }
}

fn groups(vm: &mut Vm, v: Value) -> PyResult<Option<Vec<libc::gid_t>>> {
    if v.is_none() {
        return Ok(None);
    }
    let (list, mut out, mut i) = (List::from_iterable(vm, v)?, Vec::new(), 0);
    while let Some(item) = list.get(i) {
        i += 1;
        out.extend(optional_id(vm, item)?);
    }
    Ok(Some(out))
}

fn descriptors(vm: &mut Vm, v: Value) -> PyResult<Vec<i32>> {
    let Some(tuple) = v.cast::<Tuple>() else {
        return Err(vm.type_error(format_args!("pass_fds must be a tuple")));
    };
    let mut out: Vec<i32> = Vec::new();
    for item in tuple.items() {
        let fd = item.as_small_int().and_then(|i| i32::try_from(i).ok());
        match fd.filter(|fd| *fd >= 0 && out.last().is_none_or(|last| last < fd)) {
            Some(fd) => out.push(fd),
            None => return Err(vm.value_error(format_args!("bad value(s) in fds_to_keep"))),
        }
    }
    Ok(out)
}

fn int_arg(vm: &mut Vm, v: Value) -> PyResult<i32> {
    let n = vm.index_isize(v, &objects::exceptions::OVERFLOW_ERROR)?;
    match i32::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => Err(vm.overflow_error(format_args!("Python int too large to convert to C int"))),
    }
}

/// Reads the arguments of `fork_exec` after the first six.
fn child(vm: &mut Vm, args: &[Value; 22]) -> PyResult<Child> {
    let [argv, executables, close_fds, pass_fds, cwd, env, ..] = *args;
    let argv = Texts::new(vm, argv, "fork_exec")?;
    let executables = Texts::new(vm, executables, "fork_exec")?;
    let close_fds = vm.truthy(close_fds)?;
    let pass_fds = descriptors(vm, pass_fds)?;
    let cwd = if cwd.is_none() { None } else { Some(path_arg(vm, cwd, "fork_exec", false)?.c) };
    let env = if env.is_none() { None } else { Some(Texts::new(vm, env, "fork_exec")?) };
    let mut numbers = [0; 8];
    for (number, arg) in numbers.iter_mut().zip(&args[6..14]) {
        *number = int_arg(vm, *arg)?;
    }
    let [a, b, c, d, e, f, error_read, error_write] = numbers;
    if close_fds && error_write < 3 {
        return Err(vm.value_error(format_args!("errpipe_write must be >= 3")));
    }
    let (restore_signals, new_session) = (vm.truthy(args[14])?, vm.truthy(args[15])?);
    let group = int_arg(vm, args[16])?;
    let gid = optional_id(vm, args[17])?;
    let groups = groups(vm, args[18])?;
    let uid = optional_id(vm, args[19])?;
    let umask = int_arg(vm, args[20])?;
    Ok(Child {
        argv,
        executables,
        env,
        cwd,
        close_fds,
        pass_fds,
        pipes: [[a, b], [c, d], [e, f]],
        error_pipe: [error_read, error_write],
        restore_signals,
        new_session,
        group,
        gid,
        groups,
        uid,
        umask,
    })
}

fn fork_exec(vm: &mut Vm, args: &[Value]) -> PyResult<i32> {
    let Ok(args) = <&[Value; 22]>::try_from(args) else {
        return Err(
            vm.type_error(format_args!("fork_exec expected 22 arguments, got {}", args.len()))
        );
    };
    let child = child(vm, args)?;
    let preexec = Some(args[21]).filter(|f| !f.is_none());
    // SAFETY: the child makes system calls only, or is the one thread that goes on with the interpreter.
    let pid = unsafe { libc::fork() };
    match pid {
        0 => child.run(vm, preexec),
        pid if pid < 0 => Err(vm.os_error(&std::io::Error::last_os_error(), None)),
        pid => Ok(pid),
    }
}

/// The module.
#[pymodule(name = "_posixsubprocess", doc = "A POSIX helper for the subprocess module.")]
pub mod module {
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in the
    /// child and duplicate the few that are needed before calling exec() in the
    /// child process.
    #[function(sig = "($module, /, *args)", no_text)]
    fn fork_exec(vm: &mut Vm, args: &[Value]) -> PyResult<i32> {
        super::fork_exec(vm, args)
    }
}

//! `select`: waiting for descriptors, by `select`, `poll` and `epoll`.

use super::descriptor::{Deadline, Negative, descriptor, retry};
use heap::Gc;
use macros::{pymethods, pymodule, pytype};
use objects::list::List;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io;

const FD_SETSIZE: i32 = libc::FD_SETSIZE as i32;

/// The descriptors of one list of `select`, with their objects.
struct Wanted {
    objects: Gc<List>,
    fds: Vec<i32>,
    set: libc::fd_set,
}

fn wanted(vm: &mut Vm, list: Value) -> PyResult<Wanted> {
    if !vm.is_iterable(list) {
        return Err(vm.type_error(format_args!("arguments 1-3 must be sequences")));
    }
    let objects = List::from_iterable(vm, list)?;
    // SAFETY: an empty set is all zeros.
    let mut set: libc::fd_set = unsafe { std::mem::zeroed() };
    let (mut fds, mut i) = (Vec::new(), 0);
    while let Some(object) = objects.get(i) {
        i += 1;
        let fd = descriptor(vm, object)?;
        if fd >= FD_SETSIZE {
            return Err(vm.value_error(format_args!("filedescriptor out of range in select()")));
        }
        // SAFETY: the descriptor is below the size of the set.
        unsafe { libc::FD_SET(fd, &raw mut set) };
        fds.push(fd);
    }
    Ok(Wanted { objects, fds, set })
}

impl Wanted {
    /// The objects whose descriptors are in `ready`.
    fn chosen(&self, vm: &mut Vm, ready: &libc::fd_set) -> PyResult<Gc<List>> {
        let list = List::new(vm)?;
        for (i, fd) in self.fds.iter().enumerate() {
            // SAFETY: the descriptor is below the size of the set.
            if unsafe { libc::FD_ISSET(*fd, ready) }
                && let Some(object) = self.objects.get(i)
            {
                list.push(vm, object)?;
            }
        }
        Ok(list)
    }
}

fn select_lists(vm: &mut Vm, lists: [Value; 3], timeout: Value) -> PyResult<Gc<Tuple>> {
    let deadline = Deadline::from_value(vm, timeout, 1.0, Negative::Error)?;
    let [r, w, x] = lists;
    let (r, w, x) = (wanted(vm, r)?, wanted(vm, w)?, wanted(vm, x)?);
    let highest = [&r, &w, &x].iter().flat_map(|w| w.fds.iter()).max().map_or(0, |fd| fd + 1);
    let mut sets = [r.set, w.set, x.set];
    let result = retry(vm, || {
        sets = [r.set, w.set, x.set];
        let mut time = deadline.left().map(|left| libc::timeval {
            tv_sec: left.as_secs() as libc::time_t,
            tv_usec: left.subsec_micros().into(),
        });
        let time = time.as_mut().map_or(std::ptr::null_mut(), |t| &raw mut *t);
        let [a, b, c] = &mut sets;
        // SAFETY: three sets and a time, or none.
        unsafe { libc::select(highest, &raw mut *a, &raw mut *b, &raw mut *c, time) as isize }
    })?;
    if let Err(e) = result {
        return Err(vm.os_error(&e, None));
    }
    let a = r.chosen(vm, &sets[0])?;
    let b = w.chosen(vm, &sets[1])?;
    let c = x.chosen(vm, &sets[2])?;
    Tuple::from_slice(vm, &[a.into(), b.into(), c.into()])
}

fn event_mask(vm: &mut Vm, mask: Option<Value>, default: u32) -> PyResult<u32> {
    match mask {
        None => Ok(default),
        Some(mask) => {
            let mask = vm.index(mask)?;
            match objects::int::to_u64(mask).map(u32::try_from) {
                Some(Ok(mask)) => Ok(mask),
                _ => Err(vm.overflow_error(format_args!("event mask is out of range"))),
            }
        }
    }
}

/// Waits for events of the descriptors that were registered.
#[pytype(name = "select.poll", doc = "", flags(NO_NEW))]
pub struct Poll {
    #[untraced]
    events: RefCell<BTreeMap<i32, i16>>,
    /// Somebody is waiting.
    busy: Cell<bool>,
}

const POLL_DEFAULT: u32 = (libc::POLLIN | libc::POLLPRI | libc::POLLOUT) as u32;

#[pymethods]
impl Poll {
    /// Register a file descriptor with the polling object.
    #[method(sig = "($self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)")]
    fn register(
        this: Gc<Self>,
        vm: &mut Vm,
        fd: Value,
        #[default(Value::UNDEF)] eventmask: Value,
    ) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let mask = event_mask(vm, eventmask.defined(), POLL_DEFAULT)?;
        this.events.borrow_mut().insert(fd, mask as i16);
        Ok(())
    }

    /// Modify an already registered file descriptor.
    #[method]
    fn modify(this: Gc<Self>, vm: &mut Vm, fd: Value, eventmask: Value) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let mask = event_mask(vm, Some(eventmask), 0)?;
        let known = this.events.borrow_mut().get_mut(&fd).map(|m| *m = mask as i16).is_some();
        if known {
            Ok(())
        } else {
            let e = io::Error::from_raw_os_error(libc::ENOENT);
            Err(vm.os_error(&e, None))
        }
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[method]
    fn unregister(this: Gc<Self>, vm: &mut Vm, fd: Value) -> PyResult<()> {
        let fd = descriptor(vm, fd)?;
        let known = this.events.borrow_mut().remove(&fd).is_some();
        if known { Ok(()) } else { Err(vm.key_error(Value::int32(fd))) }
    }

    /// Polls the set of registered file descriptors.
    ///
    /// Returns a list containing any descriptors that have events or errors to
    /// report, as a list of (fd, event) 2-tuples.
    #[method(sig = "($self, timeout=None, /)")]
    fn poll(this: Gc<Self>, vm: &mut Vm, timeout: Option<Value>) -> PyResult<Gc<List>> {
        let timeout = timeout.unwrap_or(Value::NONE);
        let deadline = Deadline::from_value(vm, timeout, 1000.0, Negative::Forever)?;
        if this.busy.replace(true) {
            return Err(vm.runtime_error(format_args!("concurrent poll() invocation")));
        }
        let mut fds: Vec<libc::pollfd> = this
            .events
            .borrow()
            .iter()
            .map(|(fd, events)| libc::pollfd { fd: *fd, events: *events, revents: 0 })
            .collect();
        let result = retry(vm, || {
            let count = fds.len() as libc::nfds_t;
            // SAFETY: an array with its length.
            unsafe { libc::poll(fds.as_mut_ptr(), count, deadline.milliseconds()) as isize }
        });
        this.busy.set(false);
        if let Err(e) = result? {
            return Err(vm.os_error(&e, None));
        }
        let list = List::new(vm)?;
        for entry in fds.iter().filter(|f| f.revents != 0) {
            let events = Value::int32((entry.revents as u16).into());
            let pair = Tuple::pair(vm, Value::int32(entry.fd), events)?;
            list.push(vm, pair.into())?;
        }
        Ok(list)
    }
}

/// Returns an epolling object.
///
///   sizehint
///     The expected number of events to be registered.  It must be positive,
///     or -1 to use the default.  It is only used on older systems where
///     epoll_create1() is not available; otherwise it has no effect (though its
///     value is still checked).
///   flags
///     Deprecated and completely ignored.  However, when supplied, its value
///     must be 0 or select.EPOLL_CLOEXEC, otherwise OSError is raised.
#[pytype(name = "select.epoll", signature = "(sizehint=-1, flags=0)")]
pub struct Epoll {
    /// -1 once it is closed.
    fd: Cell<i32>,
}

const EPOLL_DEFAULT: u32 = (libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT) as u32;

impl Epoll {
    fn check(this: Gc<Self>, vm: &mut Vm) -> PyResult<i32> {
        match this.fd.get() {
            -1 => Err(vm.value_error(format_args!("I/O operation on closed epoll object"))),
            fd => Ok(fd),
        }
    }

    fn control(this: Gc<Self>, vm: &mut Vm, op: i32, fd: Value, events: u32) -> PyResult<()> {
        let own = Self::check(this, vm)?;
        let fd = descriptor(vm, fd)?;
        let mut event = libc::epoll_event { events, u64: fd as u64 };
        // SAFETY: an event that lives during the call.
        if unsafe { libc::epoll_ctl(own, op, fd, &raw mut event) } < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(())
    }
}

#[pymethods]
impl Epoll {
    #[slot(new, sig = "(sizehint=-1, flags=0)")]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        #[default(-1)] sizehint: i32,
        #[default(0)] flags: i32,
    ) -> PyResult<Gc<Self>> {
        if sizehint < -1 || sizehint == 0 {
            return Err(vm.value_error(format_args!("negative sizehint")));
        }
        if flags != 0 && flags != libc::EPOLL_CLOEXEC {
            return Err(vm.raise(&objects::exceptions::OS_ERROR, format_args!("invalid flags")));
        }
        // SAFETY: has no preconditions.
        let fd = unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) };
        if fd < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Epoll::create_as(vm, cls, Cell::new(fd))
    }

    /// Create an epoll object from a given control fd.
    #[classmethod]
    fn fromfd(cls: Gc<Type>, vm: &mut Vm, fd: i32) -> PyResult<Gc<Epoll>> {
        Epoll::create_as(vm, cls, Cell::new(fd))
    }

    /// Registers a new fd or raises an OSError if the fd is already registered.
    ///
    ///   fd
    ///     the target file descriptor of the operation
    ///   eventmask
    ///     a bit set composed of the various EPOLL constants
    ///
    /// The epoll interface supports all file descriptors that support poll.
    #[method(sig = "($self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)")]
    fn register(
        this: Gc<Self>,
        vm: &mut Vm,
        fd: Value,
        #[default(Value::UNDEF)] eventmask: Value,
    ) -> PyResult<()> {
        let mask = event_mask(vm, eventmask.defined(), EPOLL_DEFAULT)?;
        Self::control(this, vm, libc::EPOLL_CTL_ADD, fd, mask)
    }

    /// Modify event mask for a registered file descriptor.
    #[method(sig = "($self, /, fd, eventmask)")]
    fn modify(this: Gc<Self>, vm: &mut Vm, fd: Value, eventmask: Value) -> PyResult<()> {
        let mask = event_mask(vm, Some(eventmask), 0)?;
        Self::control(this, vm, libc::EPOLL_CTL_MOD, fd, mask)
    }

    /// Remove a registered file descriptor from the epoll object.
    #[method(sig = "($self, /, fd)")]
    fn unregister(this: Gc<Self>, vm: &mut Vm, fd: Value) -> PyResult<()> {
        Self::control(this, vm, libc::EPOLL_CTL_DEL, fd, 0)
    }

    /// Wait for events on the epoll file descriptor.
    ///
    ///   timeout
    ///     the maximum time to wait in seconds (as float);
    ///     a timeout of None or -1 makes poll wait indefinitely
    ///   maxevents
    ///     the maximum number of events returned; -1 means no limit
    ///
    /// Returns a list containing any descriptors that have events to report,
    /// as a list of (fd, events) 2-tuples.
    #[method(sig = "($self, /, timeout=None, maxevents=-1)")]
    fn poll(
        this: Gc<Self>,
        vm: &mut Vm,
        timeout: Option<Value>,
        #[default(-1)] maxevents: i32,
    ) -> PyResult<Gc<List>> {
        let fd = Self::check(this, vm)?;
        let timeout = timeout.unwrap_or(Value::NONE);
        let deadline = Deadline::from_value(vm, timeout, 1.0, Negative::Forever)?;
        let most = match maxevents {
            -1 => FD_SETSIZE - 1,
            n if n > 0 => n,
            n => {
                return Err(
                    vm.value_error(format_args!("maxevents must be greater than 0, got {n}"))
                );
            }
        };
        let mut events: Vec<libc::epoll_event> = Vec::new();
        if events.try_reserve_exact(most as usize).is_err() {
            return Err(vm.memory_error());
        }
        let result = retry(vm, || {
            // SAFETY: an array with this much room; the kernel writes events into it.
            unsafe {
                libc::epoll_wait(fd, events.as_mut_ptr(), most, deadline.milliseconds()) as isize
            }
        })?;
        match result {
            // SAFETY: the kernel wrote that many.
            Ok(n) => unsafe { events.set_len(n) },
            Err(e) => return Err(vm.os_error(&e, None)),
        }
        let list = List::new(vm)?;
        for event in events {
            let (fd, bits) = (event.u64 as i32, event.events);
            let pair = Tuple::pair(vm, Value::int32(fd), Value::from_len(bits as usize))?;
            list.push(vm, pair.into())?;
        }
        Ok(list)
    }

    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let fd = this.fd.replace(-1);
        // SAFETY: the descriptor was ours.
        if fd >= 0 && unsafe { libc::close(fd) } < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(())
    }

    /// Return the epoll control file descriptor.
    #[method]
    fn fileno(this: Gc<Self>, vm: &mut Vm) -> PyResult<i32> {
        Self::check(this, vm)
    }

    #[method]
    fn __enter__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
        Self::check(this, vm)?;
        Ok(this)
    }

    #[method(sig = "($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(
        this: Gc<Self>,
        vm: &mut Vm,
        exc_type: Option<Value>,
        exc_value: Option<Value>,
        exc_tb: Option<Value>,
    ) -> PyResult<()> {
        let _ = (exc_type, exc_value, exc_tb);
        Self::close(this, vm)
    }

    /// True if the epoll handler is closed
    #[getter]
    fn closed(this: Gc<Self>) -> bool {
        this.fd.get() < 0
    }
}

/// The module.
#[pymodule(
    name = "select",
    doc = "This module supports asynchronous I/O on multiple file descriptors.\n\n*** IMPORTANT NOTICE ***\nOn Windows, only sockets are supported; on Unix, all file descriptors.",
    types(super::Poll, super::Epoll)
)]
pub mod module {
    use super::Poll;
    use heap::Gc;
    use objects::exceptions;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::cell::{Cell, RefCell};
    use std::collections::BTreeMap;

    #[attr]
    fn error(_vm: &mut Vm) -> Value {
        exceptions::OS_ERROR.object().into()
    }

    const NUMBERS: &[(&str, i64)] = &[
        ("PIPE_BUF", 4096),
        ("POLLIN", libc::POLLIN as i64),
        ("POLLPRI", libc::POLLPRI as i64),
        ("POLLOUT", libc::POLLOUT as i64),
        ("POLLERR", libc::POLLERR as i64),
        ("POLLHUP", libc::POLLHUP as i64),
        ("POLLNVAL", libc::POLLNVAL as i64),
        ("POLLRDNORM", libc::POLLRDNORM as i64),
        ("POLLRDBAND", libc::POLLRDBAND as i64),
        ("POLLWRNORM", libc::POLLWRNORM as i64),
        ("POLLWRBAND", libc::POLLWRBAND as i64),
        ("POLLMSG", 1024),
        ("POLLRDHUP", libc::POLLRDHUP as i64),
        ("EPOLLIN", libc::EPOLLIN as i64),
        ("EPOLLOUT", libc::EPOLLOUT as i64),
        ("EPOLLPRI", libc::EPOLLPRI as i64),
        ("EPOLLERR", libc::EPOLLERR as i64),
        ("EPOLLHUP", libc::EPOLLHUP as i64),
        ("EPOLLRDHUP", libc::EPOLLRDHUP as i64),
        ("EPOLLET", 1 << 31),
        ("EPOLLONESHOT", libc::EPOLLONESHOT as i64),
        ("EPOLLEXCLUSIVE", libc::EPOLLEXCLUSIVE as i64),
        ("EPOLLRDNORM", libc::EPOLLRDNORM as i64),
        ("EPOLLRDBAND", libc::EPOLLRDBAND as i64),
        ("EPOLLWRNORM", libc::EPOLLWRNORM as i64),
        ("EPOLLWRBAND", libc::EPOLLWRBAND as i64),
        ("EPOLLMSG", libc::EPOLLMSG as i64),
        ("EPOLLWAKEUP", libc::EPOLLWAKEUP as i64),
        ("EPOLL_CLOEXEC", libc::EPOLL_CLOEXEC as i64),
    ];

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::hide(vm, module, &["poll"])?;
        crate::hidden::restore_function(vm, module, "poll", &MODULE)?;
        crate::hidden::numbers(vm, module, NUMBERS)
    }

    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and then
    /// polling them for I/O events.
    #[function]
    fn poll(vm: &mut Vm) -> PyResult<Gc<Poll>> {
        Poll::create(vm, RefCell::new(BTreeMap::new()), Cell::new(false))
    }

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited for:
    /// rlist -- wait until ready for reading
    /// wlist -- wait until ready for writing
    /// xlist -- wait for an "exceptional condition"
    /// If only one kind of condition is required, pass [] for the other lists.
    ///
    /// A file descriptor is either a socket or file object, or a small integer
    /// gotten from a fileno() method call on one of those.
    ///
    /// The optional 4th argument specifies a timeout in seconds; it may be
    /// a floating-point number to specify fractions of seconds.  If it is absent
    /// or None, the call will never time out.
    ///
    /// The return value is a tuple of three lists corresponding to the first three
    /// arguments; each contains the subset of the corresponding file descriptors
    /// that are ready.
    ///
    /// *** IMPORTANT NOTICE ***
    /// On Windows, only sockets are supported; on Unix, all file
    /// descriptors can be used.
    #[function(sig = "($module, rlist, wlist, xlist, timeout=None, /)")]
    fn select(
        vm: &mut Vm,
        rlist: Value,
        wlist: Value,
        xlist: Value,
        timeout: Option<Value>,
    ) -> PyResult<Gc<Tuple>> {
        super::select_lists(vm, [rlist, wlist, xlist], timeout.unwrap_or(Value::NONE))
    }
}

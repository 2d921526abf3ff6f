//! The type `_socket.socket`.
//!
//! Invariant: a socket with a timeout has a descriptor that doesn't block; operations wait for it first.

use super::address::{Address, timeout_of};
use super::default_timeout;
use heap::Gc;
use macros::{pymethods, pytype};
use objects::bytes::{Bytes, View, buffer, buffer_of};
use objects::exceptions;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;
use std::io;
use std::time::{Duration, Instant};

/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
/// socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object
///
/// Open a socket of the given type.  The family argument specifies the
/// address family; it defaults to AF_INET.  The type argument specifies
/// whether this is a stream (SOCK_STREAM, this is the default)
/// or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
/// specifying the default protocol.  Keyword arguments are accepted.
/// The socket is created as non-inheritable.
#[pytype(name = "_socket.socket", flags(BASETYPE), signature = "", extra("transfer"))]
pub struct Socket {
    /// -1 once it is closed.
    #[init(Cell::new(-1))]
    fd: Cell<i32>,
    #[init(Cell::new(-1))]
    family: Cell<i32>,
    #[init(Cell::new(-1))]
    kind: Cell<i32>,
    #[init(Cell::new(-1))]
    proto: Cell<i32>,
    /// Nanoseconds; -1 to block.
    #[init(Cell::new(-1))]
    timeout: Cell<i64>,
}

/// What is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ready {
    Read,
    Write,
    /// The end of a connection attempt.
    Connect,
}

fn set_nonblocking(fd: i32, nonblocking: bool) -> io::Result<()> {
    // SAFETY: has no preconditions.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFL);
        let wanted = if nonblocking { flags | libc::O_NONBLOCK } else { flags & !libc::O_NONBLOCK };
        if flags < 0 || (wanted != flags && libc::fcntl(fd, libc::F_SETFL, wanted) < 0) {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

impl Socket {
    fn deadline(&self) -> Option<Instant> {
        let timeout = u64::try_from(self.timeout.get()).ok().filter(|t| *t > 0)?;
        Instant::now().checked_add(Duration::from_nanos(timeout))
    }

    /// Waits until the descriptor is ready; false if the time ran out first.
    fn wait(&self, vm: &mut Vm, ready: Ready, deadline: Instant) -> PyResult<bool> {
        let events = match ready {
            Ready::Read => libc::POLLIN,
            Ready::Write => libc::POLLOUT,
            Ready::Connect => libc::POLLOUT | libc::POLLERR,
        };
        let mut entry = libc::pollfd { fd: self.fd.get(), events, revents: 0 };
        let result = crate::system::descriptor::retry(vm, || {
            let left = deadline.saturating_duration_since(Instant::now());
            let ms = i32::try_from(left.as_nanos().div_ceil(1_000_000)).unwrap_or(i32::MAX);
            // SAFETY: one entry.
            unsafe { libc::poll(&raw mut entry, 1, ms) as isize }
        })?;
        match result {
            Ok(n) => Ok(n > 0),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }

    /// Does a system call when the socket is ready, as the timeout says.
    fn operate(
        this: Gc<Self>,
        vm: &mut Vm,
        ready: Ready,
        deadline: Option<Instant>,
        mut call: impl FnMut(i32) -> isize,
    ) -> PyResult<usize> {
        loop {
            if let Some(deadline) = deadline
                && !this.wait(vm, ready, deadline)?
            {
                return Err(vm.raise(&exceptions::TIMEOUT_ERROR, format_args!("timed out")));
            }
            let fd = this.fd.get();
            match crate::system::descriptor::retry(vm, || call(fd))? {
                Ok(n) => return Ok(n),
                // Somebody else was faster.
                Err(e) if deadline.is_some() && e.kind() == io::ErrorKind::WouldBlock => {}
                Err(e) => return Err(vm.os_error(&e, None)),
            }
        }
    }

    fn transfer(
        this: Gc<Self>,
        vm: &mut Vm,
        ready: Ready,
        call: impl FnMut(i32) -> isize,
    ) -> PyResult<usize> {
        let deadline = this.deadline();
        Self::operate(this, vm, ready, deadline, call)
    }

    fn set_timeout_value(this: Gc<Self>, vm: &mut Vm, timeout: i64) -> PyResult<()> {
        this.timeout.set(timeout);
        match set_nonblocking(this.fd.get(), timeout >= 0) {
            Ok(()) => Ok(()),
            Err(e) => Err(vm.os_error(&e, None)),
        }
    }

    fn adopt(
        this: Gc<Self>,
        vm: &mut Vm,
        fd: i32,
        (family, kind, proto): (i32, i32, i32),
    ) -> PyResult<()> {
        this.fd.set(fd);
        this.family.set(family);
        this.kind.set(kind & !(libc::SOCK_NONBLOCK | libc::SOCK_CLOEXEC));
        this.proto.set(proto);
        if kind & libc::SOCK_NONBLOCK != 0 {
            this.timeout.set(0);
            return Ok(());
        }
        match default_timeout() {
            -1 => Ok(()),
            timeout => Self::set_timeout_value(this, vm, timeout),
        }
    }

    /// Asks the system for an option that is an int; -1 if it can't be had.
    fn int_option(fd: i32, option: i32) -> i32 {
        let (mut value, mut len) = (-1i32, size_of::<i32>() as libc::socklen_t);
        // SAFETY: an int and its length.
        let result = unsafe {
            libc::getsockopt(fd, libc::SOL_SOCKET, option, (&raw mut value).cast(), &raw mut len)
        };
        if result < 0 { -1 } else { value }
    }

    fn from_descriptor(
        this: Gc<Self>,
        vm: &mut Vm,
        fileno: Value,
        given: (i32, i32, i32),
    ) -> PyResult<()> {
        if objects::float::value(fileno).is_some() {
            return Err(vm.type_error(format_args!("integer argument expected, got float")));
        }
        let fd = vm.index_isize(fileno, &exceptions::OVERFLOW_ERROR)?;
        let Some(fd) = i32::try_from(fd).ok().filter(|fd| *fd >= 0) else {
            return Err(vm.value_error(format_args!("negative file descriptor")));
        };
        let mut address = Address::empty();
        // SAFETY: room for any address, with its length.
        if unsafe { libc::getsockname(fd, address.as_mut_ptr(), &raw mut address.len) } < 0 {
            let e = io::Error::last_os_error();
            if given.0 == -1 || matches!(e.raw_os_error(), Some(libc::EBADF | libc::ENOTSOCK)) {
                return Err(vm.os_error(&e, None));
            }
        }
        let (mut family, mut kind, mut proto) = given;
        if family == -1 {
            family = address.storage.ss_family.into();
        }
        if kind == -1 {
            kind = Self::int_option(fd, libc::SO_TYPE);
        }
        if proto == -1 {
            proto = Self::int_option(fd, libc::SO_PROTOCOL);
        }
        Self::adopt(this, vm, fd, (family, kind, proto))
    }

    /// A buffer that can be written to, and how much of it is wanted.
    fn target(vm: &mut Vm, v: Value, nbytes: isize, func: &str) -> PyResult<(View, usize)> {
        let view = match buffer_of(vm, v)? {
            Some(view) if view.is_writable() => view,
            _ => {
                return Err(vm.type_error(format_args!(
                    "{func}() argument 1 must be read-write bytes-like object, not {}",
                    class_name(v)
                )));
            }
        };
        let Ok(wanted) = usize::try_from(nbytes) else {
            return Err(vm.value_error(format_args!("negative buffersize in {func}")));
        };
        if wanted > view.len() {
            return Err(vm.value_error(format_args!("buffer too small for requested bytes")));
        }
        let wanted = if wanted == 0 { view.len() } else { wanted };
        Ok((view, wanted))
    }

    fn room(vm: &mut Vm, size: isize, func: &str) -> PyResult<Vec<u8>> {
        let Ok(size) = usize::try_from(size) else {
            return Err(vm.value_error(format_args!("negative buffersize in {func}")));
        };
        let mut room = Vec::new();
        if room.try_reserve_exact(size).is_err() {
            return Err(vm.memory_error());
        }
        room.resize(size, 0);
        Ok(room)
    }

    /// Receives bytes and the sender's address.
    fn receive(
        this: Gc<Self>,
        vm: &mut Vm,
        room: &mut [u8],
        flags: i32,
    ) -> PyResult<(usize, Address)> {
        let mut address = Address::empty();
        let full = address.len;
        let n = Self::transfer(this, vm, Ready::Read, |fd| {
            address.len = full;
            // SAFETY: a buffer with its length, and room for any address with its.
            unsafe {
                libc::recvfrom(
                    fd,
                    room.as_mut_ptr().cast(),
                    room.len(),
                    flags,
                    address.as_mut_ptr(),
                    &raw mut address.len,
                )
            }
        })?;
        Ok((n, address))
    }

    fn connect_to(this: Gc<Self>, vm: &mut Vm, address: Address) -> PyResult<Result<(), i32>> {
        let deadline = this.deadline();
        let fd = this.fd.get();
        let (result, e) = interp::thread::without_lock(vm, || {
            // SAFETY: an address with its length.
            let result = unsafe { libc::connect(fd, address.as_ptr(), address.len) };
            (result, io::Error::last_os_error())
        });
        if result == 0 {
            return Ok(Ok(()));
        }
        let code = e.raw_os_error().unwrap_or(0);
        if code == libc::EINTR {
            crate::signal::check(vm)?;
        }
        let pending = code == libc::EINTR && this.timeout.get() != 0;
        let pending = pending || (code == libc::EINPROGRESS && deadline.is_some());
        if !pending {
            return Ok(Err(code));
        }
        let deadline =
            deadline.unwrap_or_else(|| Instant::now() + Duration::from_secs(60 * 60 * 24 * 365));
        if !this.wait(vm, Ready::Connect, deadline)? {
            return Err(vm.raise(&exceptions::TIMEOUT_ERROR, format_args!("timed out")));
        }
        match Self::int_option(fd, libc::SO_ERROR) {
            0 | libc::EISCONN => Ok(Ok(())),
            code => Ok(Err(code)),
        }
    }

    fn close_descriptor(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let fd = this.fd.replace(-1);
        if fd < 0 {
            return Ok(());
        }
        let (result, e) = interp::thread::without_lock(vm, || {
            // SAFETY: the descriptor was ours.
            (unsafe { libc::close(fd) }, io::Error::last_os_error())
        });
        // The peer may be gone; the socket is closed all the same.
        if result < 0 && e.raw_os_error() != Some(libc::ECONNRESET) {
            return Err(vm.os_error(&e, None));
        }
        Ok(())
    }

    fn asked(
        this: Gc<Self>,
        vm: &mut Vm,
        call: unsafe extern "C" fn(i32, *mut libc::sockaddr, *mut libc::socklen_t) -> i32,
    ) -> PyResult<Value> {
        let mut address = Address::empty();
        // SAFETY: room for any address, with its length.
        if unsafe { call(this.fd.get(), address.as_mut_ptr(), &raw mut address.len) } < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        address.to_value(vm)
    }
}

#[pymethods]
impl Socket {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        Socket::create_as(vm, cls)
    }

    #[slot(init, sig = "(family=-1, type=-1, proto=-1, fileno=None)")]
    fn init(
        this: Gc<Self>,
        vm: &mut Vm,
        #[default(-1)] family: i32,
        #[default(-1)] r#type: i32,
        #[default(-1)] proto: i32,
        fileno: Option<Value>,
    ) -> PyResult<()> {
        if let Some(fileno) = fileno.filter(|f| !f.is_none()) {
            return Self::from_descriptor(this, vm, fileno, (family, r#type, proto));
        }
        let or = |value: i32, default: i32| if value == -1 { default } else { value };
        let (family, kind) = (or(family, libc::AF_INET), or(r#type, libc::SOCK_STREAM));
        let proto = or(proto, 0);
        // SAFETY: has no preconditions.
        let fd = unsafe { libc::socket(family, kind | libc::SOCK_CLOEXEC, proto) };
        if fd < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Self::adopt(this, vm, fd, (family, kind, proto))
    }

    #[slot(del)]
    fn del(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        if this.fd.get() >= 0 {
            let shown = vm.repr(this.into())?;
            vm.warn(&exceptions::RESOURCE_WARNING, format_args!("unclosed {}", shown.text()), 1)?;
            let fd = this.fd.replace(-1);
            // SAFETY: the descriptor was ours.
            unsafe { libc::close(fd) };
        }
        Ok(())
    }

    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor
    /// representing the connection, and the address of the client.
    /// For IP sockets, the address info is a pair (hostaddr, port).
    #[method]
    fn _accept(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let mut address = Address::empty();
        let full = address.len;
        let fd = Self::transfer(this, vm, Ready::Read, |fd| {
            address.len = full;
            // SAFETY: room for any address, with its length.
            unsafe {
                libc::accept4(fd, address.as_mut_ptr(), &raw mut address.len, libc::SOCK_CLOEXEC)
                    as isize
            }
        })?;
        let address = address.to_value(vm)?;
        Tuple::pair(vm, Value::from_len(fd), address)
    }

    /// bind(address)
    ///
    /// Bind the socket to a local address.  For IP sockets, the address is a
    /// pair (host, port); the host must refer to the local host. For raw packet
    /// sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])
    #[method]
    fn bind(this: Gc<Self>, vm: &mut Vm, address: Value) -> PyResult<()> {
        let address = Address::from_value(vm, this.family.get(), address, "bind")?;
        // SAFETY: an address with its length.
        if unsafe { libc::bind(this.fd.get(), address.as_ptr(), address.len) } < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(())
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[method]
    fn close(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        Self::close_descriptor(this, vm)
    }

    /// connect(address)
    ///
    /// Connect the socket to a remote address.  For IP sockets, the address
    /// is a pair (host, port).
    #[method]
    fn connect(this: Gc<Self>, vm: &mut Vm, address: Value) -> PyResult<()> {
        let address = Address::from_value(vm, this.family.get(), address, "connect")?;
        match Self::connect_to(this, vm, address)? {
            Ok(()) => Ok(()),
            Err(code) => Err(vm.os_error(&io::Error::from_raw_os_error(code), None)),
        }
    }

    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value)
    /// instead of raising an exception when an error occurs.
    #[method]
    fn connect_ex(this: Gc<Self>, vm: &mut Vm, address: Value) -> PyResult<i32> {
        let address = Address::from_value(vm, this.family.get(), address, "connect_ex")?;
        match Self::connect_to(this, vm, address) {
            Ok(Ok(())) => Ok(0),
            Ok(Err(code)) => Ok(code),
            Err(_) if vm.raised_matches(&exceptions::TIMEOUT_ERROR) => {
                vm.clear_raised();
                Ok(libc::EAGAIN)
            }
            Err(r) => Err(r),
        }
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    /// The object cannot be used after this call, but the file descriptor
    /// can be reused for other purposes.  The file descriptor is returned.
    #[method]
    fn detach(this: Gc<Self>) -> i32 {
        this.fd.replace(-1)
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[method]
    fn fileno(this: Gc<Self>) -> i32 {
        this.fd.get()
    }

    /// getpeername() -> address info
    ///
    /// Return the address of the remote endpoint.  For IP sockets, the address
    /// info is a pair (hostaddr, port).
    #[method]
    fn getpeername(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::asked(this, vm, libc::getpeername)
    }

    /// getsockname() -> address info
    ///
    /// Return the address of the local endpoint. The format depends on the
    /// address family. For IPv4 sockets, the address info is a pair
    /// (hostaddr, port). For IPv6 sockets, the address info is a 4-tuple
    /// (hostaddr, port, flowinfo, scope_id).
    #[method]
    fn getsockname(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::asked(this, vm, libc::getsockname)
    }

    /// getsockopt(level, option[, buffersize]) -> value
    ///
    /// Get a socket option.  See the Unix manual for level and option.
    /// If a nonzero buffersize argument is given, the return value is a
    /// string of that length; otherwise it is an integer.
    #[method(sig = "($self, level, option, buffersize=0, /)", no_text)]
    fn getsockopt(
        this: Gc<Self>,
        vm: &mut Vm,
        level: i32,
        option: i32,
        #[default(0)] buffersize: i32,
    ) -> PyResult<Value> {
        let size = match buffersize {
            0 => size_of::<i32>(),
            1..=1024 => buffersize as usize,
            _ => {
                return Err(
                    vm.raise(&exceptions::OS_ERROR, format_args!("getsockopt buflen out of range"))
                );
            }
        };
        let (mut out, mut len) = ([0u8; 1024], size as libc::socklen_t);
        // SAFETY: a buffer of at least this length.
        let result = unsafe {
            libc::getsockopt(this.fd.get(), level, option, out.as_mut_ptr().cast(), &raw mut len)
        };
        if result < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        match (buffersize, out) {
            (0, [a, b, c, d, ..]) => {
                objects::int::from_i64(vm, i32::from_ne_bytes([a, b, c, d]).into())
            }
            _ => Ok(Bytes::new(vm, &out[..(len as usize).min(out.len())])?.into()),
        }
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    ///
    /// Set a socket option.  See the Unix manual for level and option.
    /// The value argument can either be an integer, a string buffer, or
    /// None, optlen.
    #[method(sig = "($self, level, option, value, optlen=-1, /)", no_text)]
    fn setsockopt(
        this: Gc<Self>,
        vm: &mut Vm,
        level: i32,
        option: i32,
        value: Value,
        #[default(-1)] optlen: i64,
    ) -> PyResult<()> {
        let bytes: Option<Vec<u8>> = if value.is_none() {
            None
        } else if objects::types::class_of(value).slots().index.is_some() {
            let n = vm.index_isize(value, &exceptions::OVERFLOW_ERROR)?;
            match i32::try_from(n) {
                Ok(n) => Some(n.to_ne_bytes().to_vec()),
                Err(_) => {
                    return Err(
                        vm.overflow_error(format_args!("Python int too large to convert to C int"))
                    );
                }
            }
        } else {
            Some(buffer(vm, value)?.bytes().to_vec())
        };
        let (p, len) = match &bytes {
            Some(bytes) => (bytes.as_ptr().cast(), bytes.len()),
            None => (std::ptr::null(), usize::try_from(optlen).unwrap_or(0)),
        };
        // SAFETY: a buffer with its length, or none.
        let result =
            unsafe { libc::setsockopt(this.fd.get(), level, option, p, len as libc::socklen_t) };
        if result < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(())
    }

    /// gettimeout() -> timeout
    ///
    /// Returns the timeout in seconds (float) associated with socket
    /// operations. A timeout of None indicates that timeouts on socket
    /// operations are disabled.
    #[method]
    fn gettimeout(this: Gc<Self>) -> Option<f64> {
        let timeout = this.timeout.get();
        (timeout >= 0).then_some(timeout as f64 / 1e9)
    }

    /// settimeout(timeout)
    ///
    /// Set a timeout on socket operations.  'timeout' can be a float,
    /// giving in seconds, or None.  Setting a timeout of None disables
    /// the timeout feature and is equivalent to setblocking(1).
    /// Setting a timeout of zero is the same as setblocking(0).
    #[method]
    fn settimeout(this: Gc<Self>, vm: &mut Vm, timeout: Value) -> PyResult<()> {
        let timeout = timeout_of(vm, timeout)?;
        Self::set_timeout_value(this, vm, timeout)
    }

    /// setblocking(flag)
    ///
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    /// setblocking(True) is equivalent to settimeout(None);
    /// setblocking(False) is equivalent to settimeout(0.0).
    #[method]
    fn setblocking(this: Gc<Self>, vm: &mut Vm, flag: bool) -> PyResult<()> {
        Self::set_timeout_value(this, vm, if flag { -1 } else { 0 })
    }

    /// getblocking()
    ///
    /// Returns True if socket is in blocking mode, or False if it
    /// is in non-blocking mode.
    #[method]
    fn getblocking(this: Gc<Self>) -> bool {
        this.timeout.get() != 0
    }

    /// listen([backlog])
    ///
    /// Enable a server to accept connections.  If backlog is specified, it must be
    /// at least 0 (if it is lower, it is set to 0); it specifies the number of
    /// unaccepted connections that the system will allow before refusing new
    /// connections. If not specified, a default reasonable value is chosen.
    #[method(sig = "($self, backlog=128, /)", no_text)]
    fn listen(this: Gc<Self>, vm: &mut Vm, #[default(128)] backlog: i32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        if unsafe { libc::listen(this.fd.get(), backlog.max(0)) } < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(())
    }

    /// shutdown(flag)
    ///
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side
    /// of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).
    #[method]
    fn shutdown(this: Gc<Self>, vm: &mut Vm, how: i32) -> PyResult<()> {
        // SAFETY: has no preconditions.
        if unsafe { libc::shutdown(this.fd.get(), how) } < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(())
    }

    /// the socket family
    #[getter(name = "family", member)]
    fn get_family(this: Gc<Self>) -> i32 {
        this.family.get()
    }

    /// the socket type
    #[getter(name = "type", member)]
    fn get_type(this: Gc<Self>) -> i32 {
        this.kind.get()
    }

    /// the socket protocol
    #[getter(name = "proto", member)]
    fn get_proto(this: Gc<Self>) -> i32 {
        this.proto.get()
    }

    /// the socket timeout
    #[getter(name = "timeout")]
    fn get_timeout(this: Gc<Self>) -> Option<f64> {
        Self::gettimeout(this)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::from_fmt(
            vm,
            format_args!(
                "<socket object, fd={}, family={}, type={}, proto={}>",
                this.fd.get(),
                this.family.get(),
                this.kind.get(),
                this.proto.get()
            ),
        )
    }
}

#[pymethods(extra = "transfer")]
impl Socket {
    /// recv(buffersize[, flags]) -> data
    ///
    /// Receive up to buffersize bytes from the socket.  For the optional flags
    /// argument, see the Unix manual.  When no data is available, block until
    /// at least one byte is available or until the remote end is closed.  When
    /// the remote end is closed and all data is read, return the empty string.
    #[method(sig = "($self, buffersize, flags=0, /)", no_text)]
    fn recv(
        this: Gc<Self>,
        vm: &mut Vm,
        buffersize: isize,
        #[default(0)] flags: i32,
    ) -> PyResult<Gc<Bytes>> {
        let mut room = Self::room(vm, buffersize, "recv")?;
        let n = Self::transfer(this, vm, Ready::Read, |fd| {
            // SAFETY: a buffer with its length.
            unsafe { libc::recv(fd, room.as_mut_ptr().cast(), room.len(), flags) }
        })?;
        Bytes::new(vm, &room[..n.min(room.len())])
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    ///
    /// A version of recv() that stores its data into a buffer rather than creating
    /// a new string.  Receive up to buffersize bytes from the socket.  If buffersize
    /// is not specified (or 0), receive up to the size available in the given buffer.
    ///
    /// See recv() for documentation about the flags.
    #[method(sig = "($self, /, buffer, nbytes=0, flags=0)", no_text)]
    fn recv_into(
        this: Gc<Self>,
        vm: &mut Vm,
        buffer: Value,
        #[default(0)] nbytes: isize,
        #[default(0)] flags: i32,
    ) -> PyResult<usize> {
        let (view, wanted) = Self::target(vm, buffer, nbytes, "recv_into")?;
        let mut room = Self::room(vm, wanted as isize, "recv_into")?;
        let n = Self::transfer(this, vm, Ready::Read, |fd| {
            // SAFETY: a buffer with its length.
            unsafe { libc::recv(fd, room.as_mut_ptr().cast(), room.len(), flags) }
        })?;
        view.write(0, &room[..n.min(room.len())]);
        Ok(n)
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    ///
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[method(sig = "($self, buffersize, flags=0, /)", no_text)]
    fn recvfrom(
        this: Gc<Self>,
        vm: &mut Vm,
        buffersize: isize,
        #[default(0)] flags: i32,
    ) -> PyResult<Gc<Tuple>> {
        let mut room = Self::room(vm, buffersize, "recvfrom")?;
        let (n, address) = Self::receive(this, vm, &mut room, flags)?;
        let data = Bytes::new(vm, &room[..n.min(room.len())])?;
        let address = address.to_value(vm)?;
        Tuple::pair(vm, data.into(), address)
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    ///
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[method(sig = "($self, /, buffer, nbytes=0, flags=0)", no_text)]
    fn recvfrom_into(
        this: Gc<Self>,
        vm: &mut Vm,
        buffer: Value,
        #[default(0)] nbytes: isize,
        #[default(0)] flags: i32,
    ) -> PyResult<Gc<Tuple>> {
        let (view, wanted) = Self::target(vm, buffer, nbytes, "recvfrom_into")?;
        let mut room = Self::room(vm, wanted as isize, "recvfrom_into")?;
        let (n, address) = Self::receive(this, vm, &mut room, flags)?;
        view.write(0, &room[..n.min(room.len())]);
        let address = address.to_value(vm)?;
        Tuple::pair(vm, Value::from_len(n), address)
    }

    /// send(data[, flags]) -> count
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  Return the number of bytes
    /// sent; this may be less than len(data) if the network is busy.
    #[method(sig = "($self, data, flags=0, /)", no_text)]
    fn send(this: Gc<Self>, vm: &mut Vm, data: Value, #[default(0)] flags: i32) -> PyResult<usize> {
        let view = buffer(vm, data)?;
        let bytes = view.bytes();
        Self::transfer(this, vm, Ready::Write, |fd| {
            // SAFETY: a buffer with its length.
            unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags) }
        })
    }

    /// sendall(data[, flags])
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  This calls send() repeatedly
    /// until all data is sent.  If an error occurs, it's impossible
    /// to tell how much data has been sent.
    #[method(sig = "($self, data, flags=0, /)", no_text)]
    fn sendall(this: Gc<Self>, vm: &mut Vm, data: Value, #[default(0)] flags: i32) -> PyResult<()> {
        let view = buffer(vm, data)?;
        let mut bytes = view.bytes();
        let deadline = this.deadline();
        while !bytes.is_empty() {
            let n = Self::operate(this, vm, Ready::Write, deadline, |fd| {
                // SAFETY: a buffer with its length.
                unsafe { libc::send(fd, bytes.as_ptr().cast(), bytes.len(), flags) }
            })?;
            bytes = bytes.get(n..).unwrap_or_default();
            crate::signal::check(vm)?;
        }
        Ok(())
    }

    /// sendto(data[, flags], address) -> count
    ///
    /// Like send(data, flags) but allows specifying the destination address.
    /// For IP sockets, the address is a pair (hostaddr, port).
    #[method(sig = "($self, /, *args)", no_text)]
    fn sendto(this: Gc<Self>, vm: &mut Vm, args: &[Value]) -> PyResult<usize> {
        let (data, flags, address) = match *args {
            [data, address] => (data, Value::ZERO, address),
            [data, flags, address] => (data, flags, address),
            _ => {
                return Err(vm.type_error(format_args!(
                    "sendto() takes 2 or 3 arguments ({} given)",
                    args.len()
                )));
            }
        };
        let flags = vm.index_isize(flags, &exceptions::OVERFLOW_ERROR)? as i32;
        let view = buffer(vm, data)?;
        let address = Address::from_value(vm, this.family.get(), address, "sendto")?;
        let bytes = view.bytes();
        Self::transfer(this, vm, Ready::Write, |fd| {
            // SAFETY: a buffer and an address with their lengths.
            unsafe {
                libc::sendto(
                    fd,
                    bytes.as_ptr().cast(),
                    bytes.len(),
                    flags,
                    address.as_ptr(),
                    address.len,
                )
            }
        })
    }
}

//! `_socket`: sockets. `address` translates addresses and names of hosts, `object` is the type; here are the functions.

mod address;
mod object;

use crate::exception::ErrorClass;
use macros::pymodule;
use objects::exceptions;
use std::sync::atomic::{AtomicI64, Ordering};

static GAI_ERROR: ErrorClass = ErrorClass::new("socket", "gaierror", &exceptions::OS_ERROR);
static HERROR: ErrorClass = ErrorClass::new("socket", "herror", &exceptions::OS_ERROR);

/// The timeout of new sockets in nanoseconds; -1 for none.
static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);

fn default_timeout() -> i64 {
    DEFAULT_TIMEOUT.load(Ordering::Relaxed)
}

macro_rules! numbers {
    ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
}

/// The constants of the C headers.
const NUMBERS: &[(&str, i64)] = numbers! {
    AF_UNSPEC AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET AF_BLUETOOTH AF_CAN AF_VSOCK AF_ALG
    SOCK_STREAM SOCK_DGRAM SOCK_RAW SOCK_RDM SOCK_SEQPACKET SOCK_CLOEXEC SOCK_NONBLOCK
    SOL_SOCKET SOL_IP SOL_TCP SOL_UDP
    SO_ACCEPTCONN SO_BROADCAST SO_DEBUG SO_DONTROUTE SO_ERROR SO_KEEPALIVE SO_LINGER SO_OOBINLINE SO_RCVBUF SO_RCVLOWAT
    SO_RCVTIMEO SO_REUSEADDR SO_REUSEPORT SO_SNDBUF SO_SNDLOWAT SO_SNDTIMEO SO_TYPE SO_PASSCRED SO_PEERCRED SO_PRIORITY
    SO_BINDTODEVICE SO_DOMAIN SO_MARK SO_PROTOCOL SO_PEERSEC SO_INCOMING_CPU
    SOMAXCONN MSG_OOB MSG_PEEK MSG_DONTROUTE MSG_DONTWAIT MSG_EOR MSG_TRUNC MSG_CTRUNC MSG_WAITALL MSG_NOSIGNAL
    MSG_CMSG_CLOEXEC MSG_ERRQUEUE MSG_CONFIRM MSG_MORE MSG_FASTOPEN
    SCM_RIGHTS SCM_CREDENTIALS
    IPPROTO_IP IPPROTO_ICMP IPPROTO_IGMP IPPROTO_TCP IPPROTO_EGP IPPROTO_PUP IPPROTO_UDP IPPROTO_IDP IPPROTO_TP IPPROTO_IPV6
    IPPROTO_ROUTING IPPROTO_FRAGMENT IPPROTO_RSVP IPPROTO_GRE IPPROTO_ESP IPPROTO_AH IPPROTO_ICMPV6 IPPROTO_NONE
    IPPROTO_DSTOPTS IPPROTO_HOPOPTS IPPROTO_PIM IPPROTO_SCTP IPPROTO_UDPLITE IPPROTO_RAW IPPROTO_MPTCP IPPROTO_IPIP
    IP_OPTIONS IP_HDRINCL IP_TOS IP_TTL IP_RECVOPTS IP_RETOPTS IP_MULTICAST_IF IP_MULTICAST_TTL IP_MULTICAST_LOOP
    IP_ADD_MEMBERSHIP IP_DROP_MEMBERSHIP IP_TRANSPARENT IP_BIND_ADDRESS_NO_PORT IP_RECVTOS IP_ADD_SOURCE_MEMBERSHIP
    IP_DROP_SOURCE_MEMBERSHIP IP_BLOCK_SOURCE IP_UNBLOCK_SOURCE IP_PKTINFO IP_RECVTTL IP_RECVERR
    IPV6_UNICAST_HOPS IPV6_MULTICAST_IF IPV6_MULTICAST_HOPS IPV6_MULTICAST_LOOP IPV6_V6ONLY IPV6_CHECKSUM IPV6_DONTFRAG
    IPV6_DSTOPTS IPV6_HOPLIMIT IPV6_HOPOPTS IPV6_NEXTHOP IPV6_PATHMTU IPV6_PKTINFO IPV6_RECVDSTOPTS IPV6_RECVHOPLIMIT
    IPV6_RECVHOPOPTS IPV6_RECVPKTINFO IPV6_RECVRTHDR IPV6_RECVTCLASS IPV6_RTHDR IPV6_RTHDRDSTOPTS IPV6_TCLASS
    IPV6_RECVPATHMTU
    TCP_NODELAY TCP_MAXSEG TCP_CORK TCP_KEEPIDLE TCP_KEEPINTVL TCP_KEEPCNT TCP_SYNCNT TCP_LINGER2 TCP_DEFER_ACCEPT
    TCP_WINDOW_CLAMP TCP_INFO TCP_QUICKACK TCP_FASTOPEN TCP_CONGESTION TCP_USER_TIMEOUT TCP_NOTSENT_LOWAT
    SHUT_RD SHUT_WR SHUT_RDWR
    EAI_AGAIN EAI_BADFLAGS EAI_FAIL EAI_FAMILY EAI_MEMORY EAI_NODATA EAI_NONAME EAI_OVERFLOW EAI_SERVICE
    EAI_SOCKTYPE EAI_SYSTEM
    AI_PASSIVE AI_CANONNAME AI_NUMERICHOST AI_NUMERICSERV AI_V4MAPPED AI_ALL AI_ADDRCONFIG
    NI_NUMERICHOST NI_NUMERICSERV NI_NOFQDN NI_NAMEREQD NI_DGRAM
    INADDR_ANY INADDR_BROADCAST INADDR_LOOPBACK INADDR_NONE
};

/// Constants that the crate `libc` lacks, and limits of `getnameinfo`.
const MORE: &[(&str, i64)] = &[
    ("INADDR_UNSPEC_GROUP", 0xE000_0000),
    ("INADDR_ALLHOSTS_GROUP", 0xE000_0001),
    ("INADDR_MAX_LOCAL_GROUP", 0xE000_00FF),
    ("IPPORT_RESERVED", 1024),
    ("IPPORT_USERRESERVED", 5000),
    ("IP_DEFAULT_MULTICAST_LOOP", 1),
    ("IP_DEFAULT_MULTICAST_TTL", 1),
    ("IP_MAX_MEMBERSHIPS", 20),
    ("IPV6_RTHDR_TYPE_0", 0),
    ("AF_QIPCRTR", 42),
    ("EAI_ADDRFAMILY", -9),
    ("IPV6_JOIN_GROUP", 20),
    ("IPV6_LEAVE_GROUP", 21),
    ("NI_MAXHOST", 1025),
    ("NI_MAXSERV", 32),
];

/// The module.
#[pymodule(
    name = "_socket",
    doc = "Implementation module for socket operations.\n\nSee the socket module for documentation.",
    types(super::object::Socket)
)]
pub mod module {
    use super::address::{
        Address, Hints, gai_error, host_error, host_text, look_up, names, resolve, timeout_of,
    };
    use super::object::Socket;
    use super::{DEFAULT_TIMEOUT, GAI_ERROR, HERROR, default_timeout};
    use heap::Gc;
    use objects::bytes::{Bytes, buffer};
    use objects::exceptions;
    use objects::layout::Object;
    use objects::list::List;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::types::class_name;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::ffi::{CStr, CString};
    use std::io;
    use std::net::{Ipv4Addr, Ipv6Addr};
    use std::sync::atomic::Ordering;

    #[attr]
    const has_ipv6: bool = true;

    #[attr]
    fn SocketType(_vm: &mut Vm) -> Value {
        Socket::def().object().into()
    }

    #[attr]
    fn error(_vm: &mut Vm) -> Value {
        exceptions::OS_ERROR.object().into()
    }

    #[attr]
    fn timeout(_vm: &mut Vm) -> Value {
        exceptions::TIMEOUT_ERROR.object().into()
    }

    #[attr]
    fn gaierror(vm: &mut Vm) -> PyResult<Value> {
        GAI_ERROR.class(vm)
    }

    #[attr]
    fn herror(vm: &mut Vm) -> PyResult<Value> {
        HERROR.class(vm)
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::numbers(vm, module, super::NUMBERS)?;
        crate::hidden::numbers(vm, module, super::MORE)
    }

    fn text_value(vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
        crate::posix::module::from_bytes(vm, bytes)
    }

    /// close(integer) -> None
    ///
    /// Close an integer socket file descriptor.  This is like os.close(), but for
    /// sockets; on some platforms os.close() won't work for socket file descriptors.
    #[function]
    fn close(vm: &mut Vm, fd: Value) -> PyResult<()> {
        let fd = crate::system::descriptor::descriptor(vm, fd)?;
        // SAFETY: the caller gives the descriptor up.
        if unsafe { libc::close(fd) } < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(())
    }

    /// dup(integer) -> integer
    ///
    /// Duplicate an integer socket file descriptor.  This is like os.dup(), but for
    /// sockets; on some platforms os.dup() won't work for socket file descriptors.
    #[function]
    fn dup(vm: &mut Vm, fd: Value) -> PyResult<i32> {
        let fd = crate::system::descriptor::descriptor(vm, fd)?;
        // SAFETY: has no preconditions.
        let new = unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) };
        if new < 0 { Err(vm.os_error(&io::Error::last_os_error(), None)) } else { Ok(new) }
    }

    /// socketpair([family[, type [, proto]]]) -> (socket object, socket object)
    ///
    /// Create a pair of socket objects from the sockets returned by the platform
    /// socketpair() function.
    /// The arguments are the same as for socket() except the default family is
    /// AF_UNIX if defined on the platform; otherwise, the default is AF_INET.
    #[function(sig = "($module, family=1, type=1, proto=0, /)", no_text)]
    fn socketpair(
        vm: &mut Vm,
        #[default(1)] family: i32,
        #[default(1)] r#type: i32,
        #[default(0)] proto: i32,
    ) -> PyResult<Gc<Tuple>> {
        let mut fds = [-1; 2];
        // SAFETY: room for two descriptors.
        let result = unsafe {
            libc::socketpair(family, r#type | libc::SOCK_CLOEXEC, proto, fds.as_mut_ptr())
        };
        if result < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        let class: Value = Socket::def().object().into();
        let mut pair = [Value::NONE; 2];
        for (slot, fd) in pair.iter_mut().zip(fds) {
            let numbers = [family, r#type, proto, fd].map(Value::int32);
            *slot = vm.call(class, &numbers)?;
        }
        Tuple::pair(vm, pair[0], pair[1])
    }

    /// gethostname() -> string
    ///
    /// Return the current host name.
    #[function]
    fn gethostname(vm: &mut Vm) -> PyResult<Value> {
        let mut name = [0u8; 256];
        // SAFETY: a buffer with its length, less one for the zero.
        if unsafe { libc::gethostname(name.as_mut_ptr().cast(), name.len() - 1) } < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
        text_value(vm, &name[..end])
    }

    fn ipv4_text(vm: &mut Vm, host: &CStr) -> PyResult<Value> {
        let address = resolve(vm, host, libc::AF_INET)?.to_value(vm)?;
        match address.cast::<Tuple>().and_then(|t| t.get(0)) {
            Some(text) => Ok(text),
            None => Err(gai_error(vm, libc::EAI_NONAME)),
        }
    }

    /// gethostbyname(host) -> address
    ///
    /// Return the IP address (a string of the form '255.255.255.255') for a host.
    #[function]
    fn gethostbyname(vm: &mut Vm, name: Value) -> PyResult<Value> {
        let host = host_text(vm, name)?;
        ipv4_text(vm, &host)
    }

    /// gethostbyname_ex(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function]
    fn gethostbyname_ex(vm: &mut Vm, name: Value) -> PyResult<Gc<Tuple>> {
        let host = host_text(vm, name)?;
        let hints = Hints {
            family: libc::AF_INET,
            kind: libc::SOCK_STREAM,
            flags: libc::AI_CANONNAME,
            proto: 0,
        };
        let found = look_up(vm, Some(&host), None, hints)?;
        let addresses = List::new(vm)?;
        for entry in &found {
            let address = entry.address.to_value(vm)?;
            if let Some(text) = address.cast::<Tuple>().and_then(|t| t.get(0)) {
                addresses.push(vm, text)?;
            }
        }
        let known = found.first().map(|e| e.name.clone()).filter(|n| !n.is_empty());
        let name = text_value(vm, known.as_deref().unwrap_or(host.to_bytes()))?;
        let aliases = List::new(vm)?;
        Tuple::from_slice(vm, &[name, aliases.into(), addresses.into()])
    }

    /// gethostbyaddr(host) -> (name, aliaslist, addresslist)
    ///
    /// Return the true host name, a list of aliases, and a list of IP addresses,
    /// for a host.  The host argument is a string giving a host name or IP number.
    #[function]
    fn gethostbyaddr(vm: &mut Vm, ip: Value) -> PyResult<Gc<Tuple>> {
        let host = host_text(vm, ip)?;
        let found = look_up(vm, Some(&host), None, Hints::default())?;
        let Some(entry) = found.first() else { return Err(host_error(vm)) };
        let named = names(vm, &entry.address, libc::NI_NAMEREQD);
        let Ok((name, _)) = named else {
            vm.clear_raised();
            return Err(host_error(vm));
        };
        let name = text_value(vm, &name)?;
        let address = entry.address.to_value(vm)?;
        let text = address.cast::<Tuple>().and_then(|t| t.get(0)).unwrap_or(Value::NONE);
        let (aliases, addresses) = (List::new(vm)?, List::from_slice(vm, &[text])?);
        Tuple::from_slice(vm, &[name, aliases.into(), addresses.into()])
    }

    /// getaddrinfo(host, port [, family, type, proto, flags])
    ///     -> list of (family, type, proto, canonname, sockaddr)
    ///
    /// Resolve host and port into addrinfo struct.
    #[function(sig = "($module, /, host, port, family=0, type=0, proto=0, flags=0)", no_text)]
    fn getaddrinfo(
        vm: &mut Vm,
        host: Value,
        port: Value,
        #[default(0)] family: i32,
        #[default(0)] r#type: i32,
        #[default(0)] proto: i32,
        #[default(0)] flags: i32,
    ) -> PyResult<Gc<List>> {
        let host_name = if host.is_none() { None } else { Some(host_text(vm, host)?) };
        let service: Option<CString> = if port.is_none() {
            None
        } else if objects::int::View::try_of(port).is_some() {
            let number = vm.str_of(port)?;
            CString::new(number.as_bytes()).ok()
        } else if let Some(s) = port.cast::<Str>() {
            CString::new(s.as_bytes()).ok()
        } else if let Some(b) = port.cast::<Bytes>() {
            CString::new(b.as_slice()).ok()
        } else {
            return Err(vm.raise(&exceptions::OS_ERROR, format_args!("Int or String expected")));
        };
        let hints = Hints { family, kind: r#type, proto, flags };
        let found = look_up(vm, host_name.as_deref(), service.as_deref(), hints)?;
        let list = List::new(vm)?;
        for entry in &found {
            let name = text_value(vm, &entry.name)?;
            let address = entry.address.to_value(vm)?;
            let items = [
                Value::int32(entry.family),
                Value::int32(entry.kind),
                Value::int32(entry.proto),
                name,
                address,
            ];
            let item = Tuple::from_slice(vm, &items)?;
            list.push(vm, item.into())?;
        }
        Ok(list)
    }

    /// getnameinfo(sockaddr, flags) --> (host, port)
    ///
    /// Get host and port for a sockaddr.
    #[function]
    fn getnameinfo(vm: &mut Vm, sockaddr: Value, flags: i32) -> PyResult<Gc<Tuple>> {
        let Some(tuple) = sockaddr.cast::<Tuple>() else {
            return Err(vm.type_error(format_args!("getnameinfo() argument 1 must be a tuple")));
        };
        let items = tuple.items();
        let family = match items.first().and_then(|h| h.cast::<Str>()) {
            Some(host) if host.as_bytes().contains(&b':') => libc::AF_INET6,
            _ if items.len() > 2 => libc::AF_INET6,
            _ => libc::AF_INET,
        };
        let address = Address::from_value(vm, family, sockaddr, "getnameinfo")?;
        let (host, service) = names(vm, &address, flags)?;
        let (host, service) = (text_value(vm, &host)?, text_value(vm, &service)?);
        Tuple::pair(vm, host, service)
    }

    fn optional_name(vm: &mut Vm, name: Option<String>) -> PyResult<Option<CString>> {
        match name.map(CString::new) {
            None => Ok(None),
            Some(Ok(name)) => Ok(Some(name)),
            Some(Err(_)) => Err(vm.value_error(format_args!("embedded null character"))),
        }
    }

    /// getservbyname(servicename[, protocolname]) -> integer
    ///
    /// Return a port number from a service name and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function(sig = "($module, servicename, protocolname=None, /)", no_text)]
    fn getservbyname(
        vm: &mut Vm,
        servicename: String,
        protocolname: Option<String>,
    ) -> PyResult<i32> {
        let name = optional_name(vm, Some(servicename))?.unwrap_or_default();
        let proto = optional_name(vm, protocolname)?;
        let proto = proto.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        // SAFETY: strings that end with zeros; the answer is read at once.
        match unsafe { libc::getservbyname(name.as_ptr(), proto).as_ref() } {
            Some(entry) => Ok(u16::from_be(entry.s_port as u16).into()),
            None => Err(vm.raise(&exceptions::OS_ERROR, format_args!("service/proto not found"))),
        }
    }

    /// getservbyport(port[, protocolname]) -> string
    ///
    /// Return the service name from a port number and protocol name.
    /// The optional protocol name, if given, should be 'tcp' or 'udp',
    /// otherwise any protocol will match.
    #[function(sig = "($module, port, protocolname=None, /)", no_text)]
    fn getservbyport(vm: &mut Vm, port: i32, protocolname: Option<String>) -> PyResult<Value> {
        let Ok(port) = u16::try_from(port) else {
            return Err(vm.overflow_error(format_args!("getservbyport: port must be 0-65535.")));
        };
        let proto = optional_name(vm, protocolname)?;
        let proto = proto.as_ref().map_or(std::ptr::null(), |p| p.as_ptr());
        // SAFETY: a string that ends with a zero; the answer is copied at once.
        let name = unsafe {
            libc::getservbyport(port.to_be().into(), proto)
                .as_ref()
                .map(|e| CStr::from_ptr(e.s_name).to_bytes().to_vec())
        };
        match name {
            Some(name) => text_value(vm, &name),
            None => Err(vm.raise(&exceptions::OS_ERROR, format_args!("port/proto not found"))),
        }
    }

    /// getprotobyname(name) -> integer
    ///
    /// Return the protocol number for the named protocol.  (Rarely used.)
    #[function]
    fn getprotobyname(vm: &mut Vm, name: String) -> PyResult<i32> {
        let name = optional_name(vm, Some(name))?.unwrap_or_default();
        // SAFETY: a string that ends with a zero; the answer is read at once.
        match unsafe { libc::getprotobyname(name.as_ptr()).as_ref() } {
            Some(entry) => Ok(entry.p_proto),
            None => Err(vm.raise(&exceptions::OS_ERROR, format_args!("protocol not found"))),
        }
    }

    /// A number of 16 bits for the functions that change the order of its bytes.
    fn short(vm: &mut Vm, x: Value, func: &str) -> PyResult<u16> {
        let n = vm.index_isize(x, &exceptions::OVERFLOW_ERROR)?;
        match u16::try_from(n) {
            Ok(n) => Ok(n),
            Err(_) if n < 0 => Err(vm.overflow_error(format_args!(
                "{func}: can't convert negative Python int to C 16-bit unsigned integer"
            ))),
            Err(_) => Err(vm.overflow_error(format_args!(
                "{func}: Python int too large to convert to C 16-bit unsigned integer"
            ))),
        }
    }

    fn long(vm: &mut Vm, x: Value) -> PyResult<u32> {
        let n = vm.index(x)?;
        match objects::int::to_i64(n).map(u32::try_from) {
            Some(Ok(n)) => Ok(n),
            _ => Err(vm.overflow_error(format_args!("int larger than 32 bits"))),
        }
    }

    /// Convert a 16-bit unsigned integer from network to host byte order.
    #[function]
    fn ntohs(vm: &mut Vm, x: Value) -> PyResult<u16> {
        short(vm, x, "ntohs").map(u16::from_be)
    }

    /// Convert a 16-bit unsigned integer from host to network byte order.
    #[function]
    fn htons(vm: &mut Vm, x: Value) -> PyResult<u16> {
        short(vm, x, "htons").map(u16::to_be)
    }

    /// Convert a 32-bit unsigned integer from network to host byte order.
    #[function]
    fn ntohl(vm: &mut Vm, x: Value) -> PyResult<u32> {
        long(vm, x).map(u32::from_be)
    }

    /// Convert a 32-bit unsigned integer from host to network byte order.
    #[function]
    fn htonl(vm: &mut Vm, x: Value) -> PyResult<u32> {
        long(vm, x).map(u32::to_be)
    }

    /// Convert an IP address in string format (123.45.67.89) to the 32-bit packed binary format used in low-level network functions.
    #[function]
    fn inet_aton(vm: &mut Vm, ip_addr: String) -> PyResult<Gc<Bytes>> {
        let text = optional_name(vm, Some(ip_addr))?.unwrap_or_default();
        // SAFETY: plain data.
        let mut address: libc::in_addr = unsafe { std::mem::zeroed() };
        // SAFETY: a string that ends with a zero and room for the answer.
        let valid = unsafe { inet_aton_of(text.as_ptr(), &raw mut address) } != 0;
        if !valid {
            return Err(vm.raise(
                &exceptions::OS_ERROR,
                format_args!("illegal IP address string passed to inet_aton"),
            ));
        }
        Bytes::new(vm, &address.s_addr.to_ne_bytes())
    }

    unsafe extern "C" {
        #[link_name = "inet_aton"]
        fn inet_aton_of(text: *const libc::c_char, address: *mut libc::in_addr) -> libc::c_int;
    }

    /// Convert an IP address from 32-bit packed binary format to string format.
    #[function]
    fn inet_ntoa(vm: &mut Vm, packed_ip: Value) -> PyResult<String> {
        let view = buffer(vm, packed_ip)?;
        match <[u8; 4]>::try_from(view.bytes()) {
            Ok(octets) => Ok(Ipv4Addr::from(octets).to_string()),
            Err(_) => Err(vm.raise(&exceptions::OS_ERROR, format_args!("packed IP wrong length"))),
        }
    }

    /// Convert an IP address from string format to a packed string suitable for use with low-level network functions.
    #[function]
    fn inet_pton(vm: &mut Vm, address_family: i32, ip_string: String) -> PyResult<Gc<Bytes>> {
        let octets = match address_family {
            libc::AF_INET => ip_string.parse::<Ipv4Addr>().ok().map(|a| a.octets().to_vec()),
            libc::AF_INET6 => ip_string.parse::<Ipv6Addr>().ok().map(|a| a.octets().to_vec()),
            _ => {
                let e = io::Error::from_raw_os_error(libc::EAFNOSUPPORT);
                return Err(vm.os_error(&e, None));
            }
        };
        match octets {
            Some(octets) => Bytes::new(vm, &octets),
            None => Err(vm.raise(
                &exceptions::OS_ERROR,
                format_args!("illegal IP address string passed to inet_pton"),
            )),
        }
    }

    /// Convert a packed IP address of the given family to string format.
    #[function]
    fn inet_ntop(vm: &mut Vm, address_family: i32, packed_ip: Value) -> PyResult<String> {
        let view = buffer(vm, packed_ip)?;
        let text = match address_family {
            libc::AF_INET => {
                <[u8; 4]>::try_from(view.bytes()).ok().map(|o| Ipv4Addr::from(o).to_string())
            }
            libc::AF_INET6 => {
                <[u8; 16]>::try_from(view.bytes()).ok().map(|o| Ipv6Addr::from(o).to_string())
            }
            family => {
                return Err(vm.value_error(format_args!("unknown address family {family}")));
            }
        };
        match text {
            Some(text) => Ok(text),
            None => Err(vm.value_error(format_args!("invalid length of packed IP address string"))),
        }
    }

    /// getdefaulttimeout() -> timeout
    ///
    /// Returns the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function]
    fn getdefaulttimeout() -> Option<f64> {
        let timeout = default_timeout();
        (timeout >= 0).then_some(timeout as f64 / 1e9)
    }

    /// setdefaulttimeout(timeout)
    ///
    /// Set the default timeout in seconds (float) for new socket objects.
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function]
    fn setdefaulttimeout(vm: &mut Vm, timeout: Value) -> PyResult<()> {
        let timeout = timeout_of(vm, timeout)?;
        DEFAULT_TIMEOUT.store(timeout, Ordering::Relaxed);
        Ok(())
    }

    /// if_nameindex()
    ///
    /// Returns a list of network interface information (index, name) tuples.
    #[function]
    fn if_nameindex(vm: &mut Vm) -> PyResult<Gc<List>> {
        let mut found: Vec<(u32, Vec<u8>)> = Vec::new();
        // SAFETY: the list ends with an entry of zeros; it is copied and then freed.
        unsafe {
            let all = libc::if_nameindex();
            if all.is_null() {
                return Err(vm.os_error(&io::Error::last_os_error(), None));
            }
            let mut at = all;
            while (*at).if_index != 0 && !(*at).if_name.is_null() {
                let name = CStr::from_ptr((*at).if_name).to_bytes().to_vec();
                found.push(((*at).if_index, name));
                at = at.add(1);
            }
            libc::if_freenameindex(all);
        }
        let list = List::new(vm)?;
        for (index, name) in &found {
            let name = text_value(vm, name)?;
            let pair = Tuple::pair(vm, Value::from_len(*index as usize), name)?;
            list.push(vm, pair.into())?;
        }
        Ok(list)
    }

    /// Returns the interface index corresponding to the interface name if_name.
    #[function]
    fn if_nametoindex(vm: &mut Vm, oname: Value) -> PyResult<u32> {
        let path = crate::posix::module::path_arg(vm, oname, "if_nametoindex", false)?;
        // SAFETY: a string that ends with a zero.
        match unsafe { libc::if_nametoindex(path.c.as_ptr()) } {
            0 => Err(vm.raise(&exceptions::OS_ERROR, format_args!("no interface with this name"))),
            index => Ok(index),
        }
    }

    /// Returns the interface name corresponding to the interface index if_index.
    #[function]
    fn if_indextoname(vm: &mut Vm, index: u32) -> PyResult<Value> {
        let mut name = [0u8; 17];
        // SAFETY: room for the longest name.
        if unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) }.is_null() {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        let end = name.iter().position(|b| *b == 0).unwrap_or(name.len());
        text_value(vm, &name[..end])
    }

    /// sethostname(name)
    ///
    /// Sets the hostname to name.
    #[function]
    fn sethostname(vm: &mut Vm, name: Value) -> PyResult<()> {
        let Some(text) = name.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "sethostname() argument 1 must be str, not {}",
                class_name(name)
            )));
        };
        let bytes = text.as_bytes();
        // SAFETY: a buffer with its length.
        if unsafe { libc::sethostname(bytes.as_ptr().cast(), bytes.len()) } < 0 {
            return Err(vm.os_error(&io::Error::last_os_error(), None));
        }
        Ok(())
    }
}

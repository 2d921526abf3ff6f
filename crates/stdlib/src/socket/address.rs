//! Socket addresses: between what Python code passes and shows and what the system takes; names of hosts.

use super::{GAI_ERROR, HERROR};
use objects::bytes::{Bytes, buffer_of};
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::ffi::{CStr, CString};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// An address of any family.
#[derive(Clone, Copy)]
pub struct Address {
    /// The system's form.
    pub storage: libc::sockaddr_storage,
    /// How many bytes of it count.
    pub len: libc::socklen_t,
}

impl Address {
    /// Room for an address that the system writes.
    pub fn empty() -> Address {
        // SAFETY: plain data.
        let storage = unsafe { std::mem::zeroed() };
        Address { storage, len: size_of::<libc::sockaddr_storage>() as libc::socklen_t }
    }

    /// For system calls that read it.
    pub fn as_ptr(&self) -> *const libc::sockaddr {
        (&raw const self.storage).cast()
    }

    /// For system calls that write it.
    pub fn as_mut_ptr(&mut self) -> *mut libc::sockaddr {
        (&raw mut self.storage).cast()
    }

    fn of<T: Copy>(value: T) -> Address {
        let mut address = Address::empty();
        address.len = size_of::<T>() as libc::socklen_t;
        // SAFETY: every socket address fits the storage.
        unsafe { (&raw mut address.storage).cast::<T>().write(value) };
        address
    }

    fn read<T: Copy>(&self) -> T {
        // SAFETY: the storage is as large as any socket address and aligned for it; all are plain data.
        unsafe { (&raw const self.storage).cast::<T>().read() }
    }

    /// The address of a host and port.
    pub fn ip(ip: IpAddr, port: u16, flow: u32, scope: u32) -> Address {
        match ip {
            IpAddr::V4(ip) => {
                // SAFETY: plain data.
                let mut a: libc::sockaddr_in = unsafe { std::mem::zeroed() };
                a.sin_family = libc::AF_INET as libc::sa_family_t;
                a.sin_port = port.to_be();
                a.sin_addr.s_addr = u32::from_ne_bytes(ip.octets());
                Address::of(a)
            }
            IpAddr::V6(ip) => {
                // SAFETY: plain data.
                let mut a: libc::sockaddr_in6 = unsafe { std::mem::zeroed() };
                a.sin6_family = libc::AF_INET6 as libc::sa_family_t;
                a.sin6_port = port.to_be();
                a.sin6_flowinfo = flow.to_be();
                a.sin6_scope_id = scope;
                a.sin6_addr.s6_addr = ip.octets();
                Address::of(a)
            }
        }
    }

    /// How Python code sees it.
    pub fn to_value(self, vm: &mut Vm) -> PyResult<Value> {
        if self.len == 0 {
            return Ok(Value::NONE);
        }
        match i32::from(self.storage.ss_family) {
            libc::AF_INET => {
                let a: libc::sockaddr_in = self.read();
                let ip = Ipv4Addr::from(a.sin_addr.s_addr.to_ne_bytes());
                let host = Str::new(vm, &ip.to_string())?;
                let port = Value::int32(u16::from_be(a.sin_port).into());
                Ok(Tuple::pair(vm, host.into(), port)?.into())
            }
            libc::AF_INET6 => {
                let a: libc::sockaddr_in6 = self.read();
                let host = Str::new(vm, &Ipv6Addr::from(a.sin6_addr.s6_addr).to_string())?;
                let items = [
                    host.into(),
                    Value::int32(u16::from_be(a.sin6_port).into()),
                    Value::from_len(u32::from_be(a.sin6_flowinfo) as usize),
                    Value::from_len(a.sin6_scope_id as usize),
                ];
                Ok(Tuple::from_slice(vm, &items)?.into())
            }
            libc::AF_UNIX => {
                let a: libc::sockaddr_un = self.read();
                let room = self.len as usize - std::mem::offset_of!(libc::sockaddr_un, sun_path);
                let path: Vec<u8> =
                    a.sun_path.iter().take(room).map(|c| c.cast_unsigned()).collect();
                if path.first() == Some(&0) {
                    // A name in Linux's abstract namespace.
                    return Ok(Bytes::new(vm, &path)?.into());
                }
                let end = path.iter().position(|b| *b == 0).unwrap_or(path.len());
                crate::posix::module::from_bytes(vm, &path[..end])
            }
            family => {
                let data: Vec<u8> = {
                    let a: libc::sockaddr = self.read();
                    a.sa_data.iter().map(|c| c.cast_unsigned()).collect()
                };
                let data = Bytes::new(vm, &data)?;
                Ok(Tuple::pair(vm, Value::int32(family), data.into())?.into())
            }
        }
    }

    /// Reads an address of a family; `func` is for messages.
    pub fn from_value(vm: &mut Vm, family: i32, v: Value, func: &str) -> PyResult<Address> {
        match family {
            libc::AF_UNIX => unix_address(vm, v),
            libc::AF_INET | libc::AF_INET6 => inet_address(vm, family, v, func),
            _ => {
                Err(vm.raise(&objects::exceptions::OS_ERROR, format_args!("{func}(): bad family")))
            }
        }
    }
}

fn unix_address(vm: &mut Vm, v: Value) -> PyResult<Address> {
    let path: Vec<u8> = match v.cast::<Str>() {
        Some(s) => {
            let errors = vm.intern("surrogateescape")?;
            let encoded = objects::str::codec::encode(vm, s, None, Some(errors))?;
            crate::buffer::to_vec(vm, encoded)?
        }
        None => match buffer_of(vm, v)? {
            Some(view) => view.bytes().to_vec(),
            None => {
                return Err(vm.type_error(format_args!(
                    "a bytes-like object is required, not '{}'",
                    class_name(v)
                )));
            }
        },
    };
    // SAFETY: plain data.
    let mut a: libc::sockaddr_un = unsafe { std::mem::zeroed() };
    let abstract_name = path.first() == Some(&0);
    let room = a.sun_path.len() - usize::from(!abstract_name);
    if path.len() > room {
        return Err(vm.raise(&objects::exceptions::OS_ERROR, format_args!("AF_UNIX path too long")));
    }
    a.sun_family = libc::AF_UNIX as libc::sa_family_t;
    for (to, from) in a.sun_path.iter_mut().zip(&path) {
        *to = from.cast_signed();
    }
    let mut address = Address::of(a);
    let used = path.len() + usize::from(!abstract_name);
    let offset = std::mem::offset_of!(libc::sockaddr_un, sun_path);
    address.len = (offset + used) as libc::socklen_t;
    Ok(address)
}

fn small(vm: &mut Vm, v: Value, max: i64, message: &str) -> PyResult<u32> {
    let v = vm.index(v)?;
    match objects::int::to_i64(v) {
        Some(n) if (0..=max).contains(&n) => Ok(n as u32),
        _ => Err(vm.overflow_error(format_args!("{message}"))),
    }
}

fn inet_address(vm: &mut Vm, family: i32, v: Value, func: &str) -> PyResult<Address> {
    let name = if family == libc::AF_INET { "AF_INET" } else { "AF_INET6" };
    let Some(tuple) = v.cast::<Tuple>() else {
        return Err(vm.type_error(format_args!(
            "{func}(): {name} address must be tuple, not {}",
            class_name(v)
        )));
    };
    let (host, port, flow, scope) = match (family, tuple.items()) {
        (libc::AF_INET, &[host, port]) => (host, port, None, None),
        (libc::AF_INET6, &[host, port]) => (host, port, None, None),
        (libc::AF_INET6, &[host, port, flow]) => (host, port, Some(flow), None),
        (libc::AF_INET6, &[host, port, flow, scope]) => (host, port, Some(flow), Some(scope)),
        (libc::AF_INET, _) => {
            return Err(vm.type_error(format_args!(
                "{func}(): AF_INET address must be a pair (host, port)"
            )));
        }
        _ => {
            return Err(vm.type_error(format_args!(
                "{func}(): AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])"
            )));
        }
    };
    let host = host_text(vm, host)?;
    let port = small(vm, port, 65535, &format!("{func}(): port must be 0-65535."))? as u16;
    let flow = match flow {
        Some(f) => small(vm, f, 0xF_FFFF, &format!("{func}(): flowinfo must be 0-1048575."))?,
        None => 0,
    };
    let scope = match scope {
        Some(s) => small(vm, s, u32::MAX.into(), "scope id is out of range")?,
        None => 0,
    };
    let mut address = resolve(vm, &host, family)?;
    if family == libc::AF_INET {
        let mut a: libc::sockaddr_in = address.read();
        a.sin_port = port.to_be();
        address = Address::of(a);
    } else {
        let mut a: libc::sockaddr_in6 = address.read();
        a.sin6_port = port.to_be();
        a.sin6_flowinfo = flow.to_be();
        if scope != 0 {
            a.sin6_scope_id = scope;
        }
        address = Address::of(a);
    }
    Ok(address)
}

/// A host's name; names beyond ASCII are encoded with IDNA.
pub fn host_text(vm: &mut Vm, v: Value) -> PyResult<CString> {
    let bytes: Vec<u8> = if let Some(s) = v.cast::<Str>() {
        if s.is_ascii() {
            s.as_bytes().to_vec()
        } else {
            let name = vm.intern("encode")?;
            let idna = vm.intern("idna")?;
            let encoded = vm.call_method(v, name, &[idna.into()])?;
            crate::buffer::to_vec(vm, encoded)?
        }
    } else if let Some(view) = buffer_of(vm, v)? {
        view.bytes().to_vec()
    } else {
        return Err(
            vm.type_error(format_args!("str, bytes or bytearray expected, not {}", class_name(v)))
        );
    };
    match CString::new(bytes) {
        Ok(text) => Ok(text),
        Err(_) => Err(vm.type_error(format_args!("host name must not contain null character"))),
    }
}

/// The first address of a host.
pub fn resolve(vm: &mut Vm, host: &CStr, family: i32) -> PyResult<Address> {
    let text = host.to_str().unwrap_or_default();
    let literal = match text {
        "" if family == libc::AF_INET6 => Some(IpAddr::V6(Ipv6Addr::UNSPECIFIED)),
        "" => Some(IpAddr::V4(Ipv4Addr::UNSPECIFIED)),
        "<broadcast>" | "255.255.255.255" if family == libc::AF_INET => {
            Some(IpAddr::V4(Ipv4Addr::BROADCAST))
        }
        _ => text.parse().ok(),
    };
    let fits = |ip: &IpAddr| ip.is_ipv4() == (family == libc::AF_INET);
    if let Some(ip) = literal.filter(fits) {
        return Ok(Address::ip(ip, 0, 0, 0));
    }
    let found = look_up(vm, Some(host), None, Hints { family, ..Hints::default() })?;
    match found.first() {
        Some(entry) => Ok(entry.address),
        None => Err(gai_error(vm, libc::EAI_NONAME)),
    }
}

/// `socket.gaierror`
#[cold]
pub fn gai_error(vm: &mut Vm, code: i32) -> Raised {
    if code == libc::EAI_SYSTEM {
        let e = std::io::Error::last_os_error();
        return vm.os_error(&e, None);
    }
    // SAFETY: a constant string for every code.
    let text = unsafe { CStr::from_ptr(libc::gai_strerror(code)) }.to_string_lossy();
    match Str::new(vm, &text) {
        Ok(text) => GAI_ERROR.raise_with(vm, &[Value::int32(code), text.into()]),
        Err(r) => r,
    }
}

/// `socket.herror`
#[cold]
pub fn host_error(vm: &mut Vm) -> Raised {
    match Str::new(vm, "Unknown host") {
        Ok(text) => HERROR.raise_with(vm, &[Value::int32(1), text.into()]),
        Err(r) => r,
    }
}

/// What `getaddrinfo` is asked for.
#[derive(Clone, Copy, Default)]
pub struct Hints {
    pub family: i32,
    pub kind: i32,
    pub proto: i32,
    pub flags: i32,
}

/// One answer of `getaddrinfo`.
pub struct Entry {
    pub family: i32,
    pub kind: i32,
    pub proto: i32,
    pub name: Vec<u8>,
    pub address: Address,
}

/// `getaddrinfo`, without the lock.
pub fn look_up(
    vm: &mut Vm,
    host: Option<&CStr>,
    service: Option<&CStr>,
    hints: Hints,
) -> PyResult<Vec<Entry>> {
    // SAFETY: plain data.
    let mut wanted: libc::addrinfo = unsafe { std::mem::zeroed() };
    wanted.ai_family = hints.family;
    wanted.ai_socktype = hints.kind;
    wanted.ai_protocol = hints.proto;
    wanted.ai_flags = hints.flags;
    let mut list: *mut libc::addrinfo = std::ptr::null_mut();
    let (host, service) = (
        host.map_or(std::ptr::null(), CStr::as_ptr),
        service.map_or(std::ptr::null(), CStr::as_ptr),
    );
    let code = interp::thread::without_lock(vm, || {
        // SAFETY: strings that end with zeros, or null; the list is freed below.
        unsafe { libc::getaddrinfo(host, service, &raw const wanted, &raw mut list) }
    });
    if code != 0 {
        return Err(gai_error(vm, code));
    }
    let mut found = Vec::new();
    let mut at = list;
    // SAFETY: a linked list that the library made; each address has its length and fits the storage.
    unsafe {
        while let Some(entry) = at.as_ref() {
            let mut address = Address::empty();
            let len = (entry.ai_addrlen as usize).min(size_of::<libc::sockaddr_storage>());
            address.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(entry.ai_addr.cast(), len);
            address.len = len as libc::socklen_t;
            let name = if entry.ai_canonname.is_null() {
                Vec::new()
            } else {
                CStr::from_ptr(entry.ai_canonname).to_bytes().to_vec()
            };
            found.push(Entry {
                family: entry.ai_family,
                kind: entry.ai_socktype,
                proto: entry.ai_protocol,
                name,
                address,
            });
            at = entry.ai_next;
        }
        libc::freeaddrinfo(list);
    }
    Ok(found)
}

/// `getnameinfo`: host and service of an address.
pub fn names(vm: &mut Vm, address: &Address, flags: i32) -> PyResult<(Vec<u8>, Vec<u8>)> {
    let (mut host, mut service) = ([0u8; 1025], [0u8; 32]);
    let a = *address;
    let code = interp::thread::without_lock(vm, || {
        // SAFETY: an address with its length and two buffers with theirs.
        unsafe {
            libc::getnameinfo(
                a.as_ptr(),
                a.len,
                host.as_mut_ptr().cast(),
                host.len() as libc::socklen_t,
                service.as_mut_ptr().cast(),
                service.len() as libc::socklen_t,
                flags,
            )
        }
    });
    if code != 0 {
        return Err(gai_error(vm, code));
    }
    let text = |bytes: &[u8]| bytes.split(|b| *b == 0).next().unwrap_or_default().to_vec();
    Ok((text(&host), text(&service)))
}

/// A time in seconds or None, as nanoseconds; -1 for None.
pub fn timeout_of(vm: &mut Vm, v: Value) -> PyResult<i64> {
    if v.is_none() {
        return Ok(-1);
    }
    // Checks the kind of number and the sign.
    if objects::float::value(v).is_none() && objects::types::class_of(v).slots().index.is_none() {
        return Err(vm.type_error(format_args!(
            "'{}' object cannot be interpreted as an integer",
            class_name(v)
        )));
    }
    let seconds = vm.float_value(v)?;
    if seconds.is_nan() {
        return Err(vm.value_error(format_args!("Invalid value NaN (not a number)")));
    }
    if seconds < 0.0 {
        return Err(vm.value_error(format_args!("Timeout value out of range")));
    }
    let nanos = (seconds * 1e9).ceil();
    if nanos >= i64::MAX as f64 {
        return Err(vm.overflow_error(format_args!("timestamp too large to convert to C PyTime_t")));
    }
    Ok(nanos as i64)
}

//! `errno`: the system's error numbers.

use macros::pymodule;

/// The module.
#[pymodule(name = "errno", doc = "This module makes available standard errno system symbols.")]
pub mod module {
    use objects::dict::Dict;
    use objects::module::Module;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    macro_rules! numbers {
        ($($name:ident)*) => { &[$((stringify!($name), libc::$name)),*] };
    }

    const NUMBERS: &[(&str, i32)] = numbers! {
        E2BIG EACCES EADDRINUSE EADDRNOTAVAIL EAFNOSUPPORT EAGAIN EALREADY EBADF EBADMSG EBUSY ECANCELED ECHILD
        ECONNABORTED ECONNREFUSED ECONNRESET EDEADLK EDESTADDRREQ EDOM EDQUOT EEXIST EFAULT EFBIG EHOSTDOWN
        EHOSTUNREACH EIDRM EILSEQ EINPROGRESS EINTR EINVAL EIO EISCONN EISDIR ELOOP EMFILE EMLINK EMSGSIZE
        EMULTIHOP ENAMETOOLONG ENETDOWN ENETRESET ENETUNREACH ENFILE ENOBUFS ENODATA ENODEV ENOENT ENOEXEC ENOLCK
        ENOLINK ENOMEM ENOMSG ENOPROTOOPT ENOSPC ENOSR ENOSTR ENOSYS ENOTBLK ENOTCONN ENOTDIR ENOTEMPTY
        ENOTRECOVERABLE ENOTSOCK ENOTSUP ENOTTY ENXIO EOPNOTSUPP EOVERFLOW EOWNERDEAD EPERM EPFNOSUPPORT EPIPE
        EPROTO EPROTONOSUPPORT EPROTOTYPE ERANGE EREMOTE EROFS ESHUTDOWN ESOCKTNOSUPPORT ESPIPE ESRCH ESTALE ETIME
        ETIMEDOUT ETOOMANYREFS ETXTBSY EUSERS EWOULDBLOCK EXDEV
    };

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        let Some(module) = module.cast::<Module>() else { return Ok(()) };
        let dict = Module::dict(module, vm)?;
        let codes = Dict::new(vm)?;
        for (name, number) in NUMBERS {
            let name = vm.intern(name)?;
            dict.set_str(vm, name, Value::int32(*number))?;
            if codes.get(vm, Value::int32(*number))?.is_none()
                || name.text() == "EAGAIN"
                || name.text() == "ENOTSUP"
            {
                codes.set(vm, Value::int32(*number), name.into())?;
            }
        }
        let name = vm.intern("errorcode")?;
        dict.set_str(vm, name, codes.into())
    }
}

//! `OSError`: the number of the error chooses the class.

use super::base::{self, BaseException, init_args, no_keywords, plain_str};
use super::{EXCEPTION, args_tuple, create};
use crate::args::positional;
use crate::def::TypeDef;
use crate::int;
use crate::slots::{InitFn, NewFn};
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// An error of the operating system.
#[pytype(name = "OSError", def = OS_ERROR, extends = BaseException, base = &EXCEPTION, flags(BASETYPE), extra("fields"), doc = "Base class for I/O related errors.")]
pub struct OsError {
    /// `errno`, UNDEF when there is none.
    pub errno: Field<Value>,
    /// `strerror`
    pub strerror: Field<Value>,
    /// `filename`
    pub filename: Field<Value>,
    /// `filename2`
    pub filename2: Field<Value>,
    /// Of `BlockingIOError`: how many characters were written, -1 for unknown.
    pub written: Cell<isize>,
}

/// The class for an error number (Linux).
fn class_of_errno(errno: i64) -> Option<&'static TypeDef> {
    Some(match errno {
        1 | 13 => &super::PERMISSION_ERROR,
        2 => &super::FILE_NOT_FOUND_ERROR,
        3 => &super::PROCESS_LOOKUP_ERROR,
        4 => &super::INTERRUPTED_ERROR,
        10 => &super::CHILD_PROCESS_ERROR,
        11 | 114 | 115 => &super::BLOCKING_IO_ERROR,
        17 => &super::FILE_EXISTS_ERROR,
        20 => &super::NOT_A_DIRECTORY_ERROR,
        21 => &super::IS_A_DIRECTORY_ERROR,
        32 | 108 => &super::BROKEN_PIPE_ERROR,
        103 => &super::CONNECTION_ABORTED_ERROR,
        104 => &super::CONNECTION_RESET_ERROR,
        110 => &super::TIMEOUT_ERROR,
        111 => &super::CONNECTION_REFUSED_ERROR,
        _ => return None,
    })
}

/// The exception for an error that Rust's library reports.
pub fn from_io(vm: &mut Vm, error: &std::io::Error, filename: Option<Value>) -> PyResult<Value> {
    let text = error.to_string();
    let Some(errno) = error.raw_os_error() else {
        let text = Str::new(vm, &text)?;
        return super::make(vm, &OS_ERROR, &[text.into()]);
    };
    // Rust adds the number in parentheses; C's `strerror` doesn't.
    let end = text.find(" (os error").unwrap_or(text.len());
    let text = Str::new(vm, &text[..end])?;
    let errno = Value::int32(errno);
    match filename {
        Some(f) => super::make(vm, &OS_ERROR, &[errno, text.into(), f]),
        None => super::make(vm, &OS_ERROR, &[errno, text.into()]),
    }
}

/// Whether the arguments are read by `__init__`: a class that overrides `__init__` alone (or `__new__` alone) gets them
/// read by the other.
fn read_in_init(cls: Gc<Type>) -> bool {
    let class = OS_ERROR.object();
    let slots = class.slots();
    let (Some(new), Some(init)): (Option<NewFn>, Option<InitFn>) = (slots.new, slots.init) else {
        return false;
    };
    let (own_new, own_init) = base::overrides(cls, new, init);
    own_new && !own_init
}

impl OsError {
    /// Takes the fields out of the arguments; `args` keeps the first two when there is a file name.
    fn read(this: Gc<Self>, vm: &mut Vm, args: &[Value]) -> PyResult<()> {
        if (2..=5).contains(&args.len()) {
            let set = |field: &Field<Value>, vm: &mut Vm, v: Value| field.set(this, vm.heap(), v);
            set(&this.errno, vm, args[0]);
            set(&this.strerror, vm, args[1]);
            if let Some(filename) = args.get(2).filter(|f| !f.is_none()) {
                let blocking = super::BLOCKING_IO_ERROR.object();
                let is_count = class_of(this.into()).is_subtype(blocking)
                    && class_of(*filename).slots().index.is_some();
                if is_count {
                    this.written.set(vm.index_isize(*filename, &super::VALUE_ERROR)?);
                } else {
                    set(&this.filename, vm, *filename);
                    if let Some(second) = args.get(4).filter(|f| !f.is_none()) {
                        set(&this.filename2, vm, *second);
                    }
                    let args = Tuple::from_slice(vm, &args[..2])?;
                    this.base.args.set(this, vm.heap(), args);
                }
            }
        }
        Ok(())
    }
}

super::fields::value_attributes! { OsError, "fields":
    errno, set_errno, "POSIX exception code";
    strerror, set_strerror, "exception strerror";
    filename, set_filename, "exception filename";
    filename2, set_filename2, "second exception filename";
}

#[pymethods]
impl OsError {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = positional(args, kwnames);
        let mut cls = cls;
        let in_init = read_in_init(cls);
        if !in_init {
            if !kwnames.is_undef() {
                return Err(vm.type_error(format_args!(
                    "{}() takes no keyword arguments",
                    cls.display_name()
                )));
            }
            if cls == OS_ERROR.object()
                && (2..=5).contains(&args.len())
                && let Some(def) = int::to_i64(args[0]).and_then(class_of_errno)
            {
                cls = def.object();
            }
        }
        let tuple = if in_init { Tuple::empty() } else { args_tuple(vm, args, Value::UNDEF)? };
        let absent = || Field::new(Value::UNDEF);
        let fields = (base::parts(tuple), absent(), absent(), absent(), absent(), Cell::new(-1));
        let this = create::<Self>(vm, cls, fields)?;
        if !in_init && let Some(this) = this.cast::<OsError>() {
            OsError::read(this, vm, args)?;
        }
        Ok(this)
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        if !read_in_init(class_of(this.into())) {
            return Ok(());
        }
        no_keywords(vm, this.into(), kwnames)?;
        // SAFETY: it begins with its base.
        init_args(vm, unsafe { this.cast() }, args)?;
        OsError::read(this, vm, args)
    }

    #[slot(str)]
    fn str(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let (errno, strerror) = (this.errno.get(), this.strerror.get());
        let (errno_shown, strerror_shown) =
            (errno.defined().unwrap_or(Value::NONE), strerror.defined().unwrap_or(Value::NONE));
        if let Some(filename) = this.filename.get().defined() {
            let (errno, strerror) = (vm.str_of(errno_shown)?, vm.str_of(strerror_shown)?);
            let filename = vm.repr(filename)?;
            return match this.filename2.get().defined() {
                Some(second) => {
                    let second = vm.repr(second)?;
                    let (errno, strerror) = (errno.text(), strerror.text());
                    Str::from_fmt(
                        vm,
                        format_args!(
                            "[Errno {errno}] {strerror}: {} -> {}",
                            filename.text(),
                            second.text()
                        ),
                    )
                }
                None => Str::from_fmt(
                    vm,
                    format_args!(
                        "[Errno {}] {}: {}",
                        errno.text(),
                        strerror.text(),
                        filename.text()
                    ),
                ),
            };
        }
        if !errno.is_undef() && !strerror.is_undef() {
            let (errno, strerror) = (vm.str_of(errno)?, vm.str_of(strerror)?);
            return Str::from_fmt(vm, format_args!("[Errno {}] {}", errno.text(), strerror.text()));
        }
        // SAFETY: it begins with its base.
        plain_str(vm, unsafe { this.cast() })
    }

    #[getter]
    fn characters_written(this: Gc<Self>, vm: &mut Vm) -> PyResult<isize> {
        if this.written.get() == -1 {
            let name = vm.intern("characters_written")?;
            return Err(vm.attribute_error(this.into(), name, format_args!("characters_written")));
        }
        Ok(this.written.get())
    }

    #[setter]
    fn set_characters_written(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        match value {
            None if this.written.get() == -1 => {
                let name = vm.intern("characters_written")?;
                Err(vm.attribute_error(this.into(), name, format_args!("characters_written")))
            }
            None => {
                this.written.set(-1);
                Ok(())
            }
            Some(v) => {
                this.written.set(vm.index_isize(v, &super::VALUE_ERROR)?);
                Ok(())
            }
        }
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let class: Value = class_of(this.into()).into();
        let mut args = this.base.args.get();
        if let ([errno, text], Some(filename)) = (args.items(), this.filename.get().defined()) {
            args = match this.filename2.get().defined() {
                Some(second) => {
                    Tuple::from_slice(vm, &[*errno, *text, filename, Value::NONE, second])?
                }
                None => Tuple::from_slice(vm, &[*errno, *text, filename])?,
            };
        }
        match base::own_dict(vm, this.into())? {
            Some(d) => Tuple::from_slice(vm, &[class, args.into(), d.into()]),
            None => Tuple::pair(vm, class, args.into()),
        }
    }
}

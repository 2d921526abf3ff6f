//! `_csv`: reading and writing of comma separated values. `dialect` says how, `reader` and `writer` do it.

mod dialect;
mod reader;
mod writer;

use crate::exception::ErrorClass;
use macros::pymodule;
use objects::exceptions;
use std::sync::atomic::{AtomicUsize, Ordering};

static ERROR: ErrorClass = ErrorClass::new("_csv", "Error", &exceptions::EXCEPTION);

/// Longest field that is read, in characters.
static FIELD_LIMIT: AtomicUsize = AtomicUsize::new(128 * 1024);

fn field_limit() -> usize {
    FIELD_LIMIT.load(Ordering::Relaxed)
}

/// The module.
#[pymodule(
    name = "_csv",
    doc = "CSV parsing and writing.\n",
    types(super::dialect::Dialect, super::reader::Reader, super::writer::Writer)
)]
pub mod module {
    use super::dialect::{Dialect, quote, registered, registry};
    use super::reader::Reader;
    use super::writer::Writer;
    use super::{ERROR, FIELD_LIMIT, field_limit};
    use heap::Gc;
    use objects::args::KwArgs;
    use objects::dict::Dict;
    use objects::layout::Object;
    use objects::list::List;
    use objects::str::Str;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::sync::atomic::Ordering;

    #[attr]
    const QUOTE_MINIMAL: i64 = quote::MINIMAL as i64;
    #[attr]
    const QUOTE_ALL: i64 = quote::ALL as i64;
    #[attr]
    const QUOTE_NONNUMERIC: i64 = quote::NONNUMERIC as i64;
    #[attr]
    const QUOTE_NONE: i64 = quote::NONE as i64;
    #[attr]
    const QUOTE_STRINGS: i64 = quote::STRINGS as i64;
    #[attr]
    const QUOTE_NOTNULL: i64 = quote::NOTNULL as i64;

    #[attr]
    fn Error(vm: &mut Vm) -> PyResult<Value> {
        ERROR.class(vm)
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        for (name, class) in [("Reader", Reader::def()), ("Writer", Writer::def())] {
            let name = vm.intern(name)?;
            vm.setattr(module, name, class.object().into())?;
        }
        crate::hidden::restore_function(vm, module, "reader", &MODULE)?;
        crate::hidden::restore_function(vm, module, "writer", &MODULE)
    }

    #[attr]
    fn _dialects(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        registry(vm)
    }

    fn make_dialect(vm: &mut Vm, dialect: Value, options: KwArgs<'_>) -> PyResult<Gc<Dialect>> {
        let base = [dialect];
        let given = if dialect.is_undef() { &base[..0] } else { &base[..] };
        Dialect::call(vm, Dialect::def().object(), given, options)
    }

    /// Return a reader object that will process lines from the given iterable.
    ///
    /// The "iterable" argument can be any object that returns a line
    /// of input for each iteration, such as a file object or a list.  The
    /// optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    ///
    /// The returned object is an iterator.  Each iteration returns a row
    /// of the CSV file (which can span multiple input lines).
    #[function(sig = "($module, iterable, dialect='excel', /, **fmtparams)", no_text)]
    fn reader(
        vm: &mut Vm,
        iterable: Value,
        #[default(Value::UNDEF)] dialect: Value,
        fmtparams: KwArgs<'_>,
    ) -> PyResult<Gc<Reader>> {
        let input = vm.iter(iterable)?;
        let dialect = make_dialect(vm, dialect, fmtparams)?;
        Reader::create(vm, input, dialect)
    }

    /// Return a writer object that will write user data on the given file object.
    ///
    /// The "fileobj" argument can be any object that supports the file API.
    /// The optional "dialect" argument defines a CSV dialect.  The function
    /// also accepts optional keyword arguments which override settings
    /// provided by the dialect.
    #[function(sig = "($module, fileobj, dialect='excel', /, **fmtparams)", no_text)]
    fn writer(
        vm: &mut Vm,
        fileobj: Value,
        #[default(Value::UNDEF)] dialect: Value,
        fmtparams: KwArgs<'_>,
    ) -> PyResult<Gc<Writer>> {
        let dialect = make_dialect(vm, dialect, fmtparams)?;
        let name = vm.intern("write")?;
        match vm.getattr_opt(fileobj, name)? {
            Some(write) if vm.is_callable(write) => Writer::create(vm, write, dialect),
            _ => Err(vm.type_error(format_args!("argument 1 must have a \"write\" method"))),
        }
    }

    /// Create a mapping from a string name to a CVS dialect.
    ///
    /// The optional "dialect" argument specifies the base dialect instance
    /// or the name of the registered dialect.  The function also accepts
    /// optional keyword arguments which override settings provided by the
    /// dialect.
    #[function(sig = "($module, name, dialect='excel', /, **fmtparams)", no_text)]
    fn register_dialect(
        vm: &mut Vm,
        name: Value,
        #[default(Value::UNDEF)] dialect: Value,
        fmtparams: KwArgs<'_>,
    ) -> PyResult<()> {
        if name.cast::<Str>().is_none() {
            return Err(vm.type_error(format_args!("dialect name must be a string")));
        }
        let dialect = make_dialect(vm, dialect, fmtparams)?;
        registry(vm)?.set(vm, name, dialect.into())
    }

    /// Delete the name/dialect mapping associated with a string name.
    #[function(sig = "($module, /, name)")]
    fn unregister_dialect(vm: &mut Vm, name: Value) -> PyResult<()> {
        match registry(vm)?.remove(vm, name)? {
            Some(_) => Ok(()),
            None => Err(ERROR.raise(vm, format_args!("unknown dialect"))),
        }
    }

    /// Return the dialect instance associated with name.
    #[function(sig = "($module, /, name)")]
    fn get_dialect(vm: &mut Vm, name: Value) -> PyResult<Value> {
        registered(vm, name)
    }

    /// Return a list of all known dialect names.
    #[function]
    fn list_dialects(vm: &mut Vm) -> PyResult<Gc<List>> {
        let registry = registry(vm)?;
        List::from_iterable(vm, registry.into())
    }

    /// Sets an upper limit on parsed fields.
    ///
    /// Returns old limit. If limit is not given, no new limit is set and
    /// the old limit is returned
    #[function(sig = "($module, /, new_limit=<unrepresentable>)")]
    fn field_size_limit(vm: &mut Vm, #[default(Value::UNDEF)] new_limit: Value) -> PyResult<usize> {
        let old = field_limit();
        if let Some(limit) = new_limit.defined() {
            let Some(limit) = objects::int::plain(vm, limit)? else {
                return Err(vm.type_error(format_args!("limit must be an integer")));
            };
            match objects::int::to_i64(limit) {
                Some(limit) => {
                    let limit = usize::try_from(limit).unwrap_or(0);
                    FIELD_LIMIT.store(limit, Ordering::Relaxed);
                }
                None => {
                    return Err(vm.overflow_error(format_args!(
                        "Python int too large to convert to C long"
                    )));
                }
            }
        }
        Ok(old)
    }
}

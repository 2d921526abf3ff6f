//! `_io`: streams.
//!
//! `base` has the abstract classes, `file` descriptors, `buffered` the buffering, `text` encodings and line ends, `memory`
//! streams in memory; here are `open` and the standard streams. Streams that write are known here (weakly), so that what waits
//! in them is written when the program ends.

mod base;
mod buffered;
mod file;
mod memory;
mod newline;
mod pair;
mod position;
mod text;

use crate::Config;
use crate::root::Root;
use base::call;
use file::FileIo;
use heap::Gc;
use macros::pymodule;
use objects::exceptions;
use objects::layout::Object;
use objects::list::List;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use objects::weak::WeakRef;
use text::{Settings, TextIoWrapper};

/// The default size of buffers.
pub const BUFFER_SIZE: usize = 131_072;

static UNSUPPORTED: Root = Root::new();
/// Weak references to the streams that may hold output.
static WRITERS: Root = Root::new();

/// The class `io.UnsupportedOperation`.
pub fn unsupported_class(vm: &mut Vm) -> PyResult<Value> {
    UNSUPPORTED.get_or(vm, |vm| {
        let (os, value) = (exceptions::OS_ERROR.object(), exceptions::VALUE_ERROR.object());
        let bases = Tuple::pair(vm, os.into(), value.into())?;
        let dict = objects::dict::Dict::new(vm)?;
        let (key, module) = (vm.intern("__module__")?, vm.intern("io")?);
        dict.set_str(vm, key, module.into())?;
        let name = vm.intern("UnsupportedOperation")?;
        let class = objects::types::class_of(os.into());
        vm.call(class.into(), &[name.into(), bases.into(), dict.into()])
    })
}

/// Remembers a stream that may hold output.
pub fn register_writer(vm: &mut Vm, stream: Value) -> PyResult<()> {
    let list = WRITERS.get_or(vm, |vm| Ok(List::new(vm)?.into()))?;
    let class = WeakRef::def().object();
    let r = WeakRef::new(vm, class, stream, Value::NONE)?;
    let Some(list) = list.cast::<List>() else { return Ok(()) };
    if list.len() > 64 && list.len().is_power_of_two() {
        let mut i = 0;
        while let Some(old) = list.get(i) {
            if old.cast::<WeakRef>().is_some_and(|w| w.target().is_none()) {
                list.remove(vm, i);
            } else {
                i += 1;
            }
        }
    }
    list.push(vm, r.into())
}

/// Writes what waits in streams that nobody closed.
pub fn flush_all(vm: &mut Vm) {
    let Some(list) = WRITERS.get(vm).and_then(|l| l.cast::<List>()) else { return };
    // Text first, since it goes into the buffers below.
    for text in [true, false] {
        let mut i = 0;
        while let Some(r) = list.get(i) {
            i += 1;
            let Some(stream) = r.cast::<WeakRef>().and_then(|w| w.target()) else { continue };
            if stream.cast::<TextIoWrapper>().is_some() == text
                && call(vm, stream, "flush", &[]).is_err()
            {
                vm.clear_raised();
            }
        }
    }
}

/// Writes what waits in streams that nobody may hold any more: without reference counts they are closed late, and whoever opens the
/// file again expects the text there.
pub fn flush_abandoned(vm: &mut Vm) -> PyResult<()> {
    let Some(list) = WRITERS.get(vm).and_then(|l| l.cast::<List>()) else { return Ok(()) };
    let mut i = 0;
    while let Some(r) = list.get(i) {
        i += 1;
        let Some(stream) = r.cast::<WeakRef>().and_then(|w| w.target()) else { continue };
        if let Some(text) = stream.exact::<TextIoWrapper>() {
            TextIoWrapper::flush_to_file(text, vm)?;
        } else if let Some(buffer) = stream.cast::<buffered::Buffered>() {
            buffered::Buffered::flush_to_file(buffer, vm)?;
        }
    }
    Ok(())
}

/// Opens `sys.stdin`, `sys.stdout` and `sys.stderr`.
pub fn open_standard_streams(vm: &mut Vm, sys: Value, config: &Config) -> PyResult<()> {
    let def = &module::MODULE;
    for ty in def.types {
        objects::types::ready(vm, ty)?;
    }
    for (fd, name) in [(0, "stdin"), (1, "stdout"), (2, "stderr")] {
        let stream = standard_stream(vm, fd, name, config)?;
        for key in [name.to_owned(), format!("__{name}__")] {
            let key = vm.intern(&key)?;
            vm.setattr(sys, key, stream)?;
        }
    }
    Ok(())
}

fn standard_stream(vm: &mut Vm, fd: i32, name: &str, config: &Config) -> PyResult<Value> {
    // SAFETY: asks about a number.
    if unsafe { libc::fcntl(fd, libc::F_GETFD) } < 0 {
        return Ok(Value::NONE);
    }
    let shown: Value = Str::new(vm, &format!("<{name}>"))?.into();
    let raw = FileIo::from_fd(vm, fd, fd == 0, shown)?;
    let class =
        if fd == 0 { buffered::BufferedReader::def() } else { buffered::BufferedWriter::def() };
    let buffer = vm.call(class.object().into(), &[raw.into(), Value::from_len(8192)])?;
    // SAFETY: asks about a number.
    let terminal = unsafe { libc::isatty(fd) } == 1;
    let errors = match fd {
        2 => Some(vm.intern("backslashreplace")?.into()),
        _ if is_c_locale() => Some(vm.intern("surrogateescape")?.into()),
        _ => None,
    };
    let encoding: Value = vm.intern("utf-8")?.into();
    let newline: Value = if fd == 0 { Value::NONE } else { vm.intern("\n")?.into() };
    let stream = TextIoWrapper::over(
        vm,
        buffer,
        Settings {
            encoding: Some(encoding),
            errors,
            newline,
            line_buffering: fd == 2 || (fd == 1 && terminal),
            write_through: config.unbuffered && fd != 0,
        },
    )?;
    let key = vm.intern("mode")?;
    let mode: Value = vm.intern(if fd == 0 { "r" } else { "w" })?.into();
    vm.setattr(stream.into(), key, mode)?;
    Ok(stream.into())
}

fn is_c_locale() -> bool {
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    let locale = set("LC_ALL").or_else(|| set("LC_CTYPE")).or_else(|| set("LANG"));
    locale.is_none_or(|l| l == "C" || l == "POSIX")
}

/// The arguments of `open`.
struct Open {
    file: Value,
    mode: String,
    buffering: isize,
    encoding: Option<Value>,
    errors: Option<Value>,
    newline: Value,
    closefd: bool,
    opener: Option<Value>,
}

fn open_file(vm: &mut Vm, o: &Open) -> PyResult<Value> {
    let has = |c| o.mode.contains(c);
    let repeated = o.mode.chars().any(|c| o.mode.matches(c).count() > 1);
    if o.mode.chars().any(|c| !"rwxabt+".contains(c)) || repeated {
        return Err(vm.value_error(format_args!("invalid mode: '{}'", o.mode)));
    }
    if has('t') && has('b') {
        return Err(vm.value_error(format_args!("can't have text and binary mode at once")));
    }
    let kinds = "rwax".chars().filter(|c| has(*c)).count();
    if kinds != 1 {
        return Err(
            vm.value_error(format_args!("must have exactly one of create/read/write/append mode"))
        );
    }
    let binary = has('b');
    if binary {
        for (given, name) in [
            (o.encoding.is_some(), "an encoding"),
            (o.errors.is_some(), "an errors"),
            (!o.newline.is_none(), "a newline"),
        ] {
            if given {
                return Err(
                    vm.value_error(format_args!("binary mode doesn't take {name} argument"))
                );
            }
        }
        if o.buffering == 1 {
            vm.warn(
                &exceptions::RUNTIME_WARNING,
                format_args!(
                    "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"
                ),
                1,
            )?;
        }
    }
    let raw_mode: String = o.mode.chars().filter(|c| "rwax+".contains(*c)).collect();
    let raw_mode: Value = Str::new(vm, &raw_mode)?.into();
    let class = FileIo::def().object();
    let raw = vm.call(
        class.into(),
        &[o.file, raw_mode, o.closefd.into(), o.opener.unwrap_or(Value::NONE)],
    )?;
    match wrap(vm, o, raw, binary) {
        Ok(v) => Ok(v),
        Err(_) => {
            let e = vm.take_raised();
            if call(vm, raw, "close", &[]).is_err() {
                vm.clear_raised();
            }
            Err(vm.restore_raised(e))
        }
    }
}

fn wrap(vm: &mut Vm, o: &Open, raw: Value, binary: bool) -> PyResult<Value> {
    let has = |c| o.mode.contains(c);
    let terminal = base::ask(vm, raw, "isatty")?;
    let line_buffering = o.buffering == 1 || (o.buffering < 0 && terminal);
    if o.buffering == 0 {
        return if binary {
            Ok(raw)
        } else {
            Err(vm.value_error(format_args!("can't have unbuffered text I/O")))
        };
    }
    let size = if o.buffering > 1 { o.buffering as usize } else { BUFFER_SIZE };
    let class = match () {
        () if has('+') => buffered::BufferedRandom::def(),
        () if has('r') => buffered::BufferedReader::def(),
        () => buffered::BufferedWriter::def(),
    };
    let buffer = vm.call(class.object().into(), &[raw, Value::from_len(size)])?;
    if binary {
        return Ok(buffer);
    }
    let settings = Settings {
        encoding: o.encoding,
        errors: o.errors,
        newline: o.newline,
        line_buffering,
        write_through: false,
    };
    let text: Gc<TextIoWrapper> = TextIoWrapper::over(vm, buffer, settings)?;
    let key = vm.intern("mode")?;
    let mode: Value = Str::new(vm, &o.mode)?.into();
    vm.setattr(text.into(), key, mode)?;
    Ok(text.into())
}

/// The module.
#[pymodule(
    name = "_io",
    doc = "The io module provides the Python interfaces to stream handling.",
    types(
        super::base::IoBase,
        super::base::RawIoBase,
        super::base::BufferedIoBase,
        super::base::TextIoBase,
        super::file::FileIo,
        super::buffered::Buffered,
        super::buffered::BufferedReader,
        super::buffered::BufferedWriter,
        super::buffered::BufferedRandom,
        super::pair::BufferedRwPair,
        super::newline::IncrementalNewlineDecoder,
        super::memory::BytesIo,
        super::memory::BytesIoBuffer,
        super::memory::StringIo,
        super::text::TextIoWrapper
    )
)]
pub mod module {
    use super::*;

    #[attr]
    const DEFAULT_BUFFER_SIZE: i64 = BUFFER_SIZE as i64;

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        super::memory::register();
        crate::hidden::hide(vm, module, &["_Buffered"])
    }

    #[attr]
    fn UnsupportedOperation(vm: &mut Vm) -> PyResult<Value> {
        unsupported_class(vm)
    }

    #[attr]
    fn BlockingIOError(_vm: &mut Vm) -> PyResult<Value> {
        Ok(exceptions::BLOCKING_IO_ERROR.object().into())
    }

    /// Open file and return a stream.  Raise OSError upon failure.
    #[function(
        sig = "($module, /, file, mode='r', buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)"
    )]
    fn open(
        vm: &mut Vm,
        file: Value,
        mode: Option<Gc<Str>>,
        #[default(-1)] buffering: isize,
        encoding: Option<Value>,
        errors: Option<Value>,
        newline: Option<Value>,
        #[default(true)] closefd: bool,
        opener: Option<Value>,
    ) -> PyResult<Value> {
        let mode = mode.map_or_else(|| "r".to_owned(), |m| m.text().to_str_lossy().into_owned());
        let some = |v: Option<Value>| v.filter(|v| !v.is_none());
        let request = Open {
            file,
            mode,
            buffering,
            encoding: some(encoding),
            errors: some(errors),
            newline: newline.unwrap_or(Value::NONE),
            closefd,
            opener: some(opener),
        };
        open_file(vm, &request)
    }

    /// Opens the provided file with the intent to import the contents.
    #[function(sig = "($module, /, path)")]
    fn open_code(vm: &mut Vm, path: Value) -> PyResult<Value> {
        let request = Open {
            file: path,
            mode: "rb".to_owned(),
            buffering: -1,
            encoding: None,
            errors: None,
            newline: Value::NONE,
            closefd: true,
            opener: None,
        };
        open_file(vm, &request)
    }

    /// A helper function to choose the text encoding.
    #[function(sig = "($module, encoding, stacklevel=2, /)")]
    fn text_encoding(
        vm: &mut Vm,
        encoding: Value,
        #[default(2)] stacklevel: i32,
    ) -> PyResult<Value> {
        let _ = stacklevel;
        if encoding.is_none() { Ok(vm.intern("locale")?.into()) } else { Ok(encoding) }
    }
}

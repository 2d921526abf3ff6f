//! CSV dialects: how records are written and read.

use super::ERROR;
use crate::root::Root;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::args::KwArgs;
use objects::dict::Dict;
use objects::str::Str;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};

/// Kinds of quoting.
pub mod quote {
    pub const MINIMAL: i32 = 0;
    pub const ALL: i32 = 1;
    pub const NONNUMERIC: i32 = 2;
    pub const NONE: i32 = 3;
    pub const STRINGS: i32 = 4;
    pub const NOTNULL: i32 = 5;
}

/// CSV dialect
///
/// The Dialect type records CSV parsing and generation options.
#[pytype(name = "_csv.Dialect", flags(BASETYPE), signature = "")]
pub struct Dialect {
    /// The separator of fields.
    pub delimiter: u32,
    /// Two quotes stand for one.
    pub doublequote: bool,
    #[untraced]
    pub escapechar: Option<u32>,
    pub lineterminator: Field<Gc<Str>>,
    #[untraced]
    pub quotechar: Option<u32>,
    /// One of [`quote`].
    pub quoting: i32,
    /// Spaces after a delimiter are skipped.
    pub skipinitialspace: bool,
    /// Malformed input is an error.
    pub strict: bool,
}

/// The parameters, in the order in which they can be passed.
const NAMES: [&str; 9] = [
    "dialect",
    "delimiter",
    "doublequote",
    "escapechar",
    "lineterminator",
    "quotechar",
    "quoting",
    "skipinitialspace",
    "strict",
];

static REGISTRY: Root = Root::new();

/// The registered dialects by name.
pub fn registry(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    let made = REGISTRY.get_or(vm, |vm| Ok(Dict::new(vm)?.into()))?;
    match made.cast::<Dict>() {
        Some(dict) => Ok(dict),
        None => Dict::new(vm),
    }
}

/// The dialect registered under a name.
pub fn registered(vm: &mut Vm, name: Value) -> PyResult<Value> {
    let registry = registry(vm)?;
    match registry.get(vm, name)? {
        Some(dialect) => Ok(dialect),
        None => Err(ERROR.raise(vm, format_args!("unknown dialect"))),
    }
}

#[cold]
fn not_a_character(vm: &mut Vm, name: &str, v: Value, or_none: &str) -> Raised {
    match v.cast::<Str>() {
        Some(s) => vm.type_error(format_args!(
            "\"{name}\" must be a unicode character{or_none}, not a string of length {}",
            s.char_len()
        )),
        None => vm.type_error(format_args!(
            "\"{name}\" must be a unicode character{or_none}, not {}",
            class_name(v)
        )),
    }
}

fn character(vm: &mut Vm, name: &str, v: Value) -> PyResult<u32> {
    match v.cast::<Str>().and_then(|s| s.single_code_point()) {
        Some(c) => Ok(c),
        None => Err(not_a_character(vm, name, v, "")),
    }
}

fn optional_character(vm: &mut Vm, name: &str, v: Value) -> PyResult<Option<u32>> {
    match v.cast::<Str>().and_then(|s| s.single_code_point()) {
        Some(c) => Ok(Some(c)),
        None if v.is_none() => Ok(None),
        None => Err(not_a_character(vm, name, v, " or None")),
    }
}

impl Dialect {
    /// `Dialect(dialect, **options)`
    pub fn call(
        vm: &mut Vm,
        cls: Gc<Type>,
        positional: &[Value],
        options: KwArgs<'_>,
    ) -> PyResult<Gc<Dialect>> {
        let mut given = [Value::UNDEF; 9];
        if positional.len() > given.len() {
            return Err(vm.type_error(format_args!(
                "function takes at most 9 arguments ({} given)",
                positional.len()
            )));
        }
        given[..positional.len()].copy_from_slice(positional);
        for (name, value) in options.iter() {
            match NAMES.iter().position(|n| name.text() == *n) {
                Some(i) => given[i] = value,
                None => {
                    return Err(vm.type_error(format_args!(
                        "this function got an unexpected keyword argument '{}'",
                        name.text()
                    )));
                }
            }
        }
        let mut base = given[0].defined().filter(|d| !d.is_none());
        if let Some(name) = base.filter(|d| d.cast::<Str>().is_some()) {
            base = Some(registered(vm, name)?);
        }
        if let Some(dialect) = base.and_then(|d| d.cast::<Dialect>())
            && given[1..].iter().all(|v| v.is_undef())
        {
            return Ok(dialect);
        }
        if let Some(base) = base {
            for (slot, name) in given.iter_mut().zip(NAMES).skip(1) {
                if slot.is_undef() {
                    let name = vm.intern(name)?;
                    *slot = vm.getattr_opt(base, name)?.unwrap_or(Value::UNDEF);
                }
            }
        }
        Self::from_options(vm, cls, &given)
    }

    fn from_options(vm: &mut Vm, cls: Gc<Type>, given: &[Value; 9]) -> PyResult<Gc<Dialect>> {
        let [
            _,
            delimiter,
            doublequote,
            escapechar,
            lineterminator,
            quotechar,
            quoting,
            skip,
            strict,
        ] = given.map(|v| v.defined());
        let delimiter = delimiter.map_or(Ok(u32::from(b',')), |v| character(vm, "delimiter", v))?;
        let doublequote = doublequote.map_or(Ok(true), |v| vm.truthy(v))?;
        let escapechar =
            escapechar.map_or(Ok(None), |v| optional_character(vm, "escapechar", v))?;
        let lineterminator = match lineterminator {
            None => vm.intern("\r\n")?,
            Some(v) => match v.cast::<Str>() {
                Some(s) => s,
                None => {
                    return Err(vm.type_error(format_args!(
                        "\"lineterminator\" must be a string, not {}",
                        class_name(v)
                    )));
                }
            },
        };
        let quotes = match quotechar {
            None => Some(u32::from(b'"')),
            Some(v) => optional_character(vm, "quotechar", v)?,
        };
        let quoting = match quoting {
            // Without a quoting character nothing can be quoted.
            None if quotechar.is_some_and(Value::is_none) => quote::NONE,
            None => quote::MINIMAL,
            Some(v) => match v.as_small_int() {
                Some(n) => i32::try_from(n).unwrap_or(-1),
                None => {
                    return Err(vm.type_error(format_args!(
                        "\"quoting\" must be an integer, not {}",
                        class_name(v)
                    )));
                }
            },
        };
        let skipinitialspace = skip.map_or(Ok(false), |v| vm.truthy(v))?;
        let strict = strict.map_or(Ok(false), |v| vm.truthy(v))?;
        if !(quote::MINIMAL..=quote::NOTNULL).contains(&quoting) {
            return Err(vm.type_error(format_args!("bad \"quoting\" value")));
        }
        if quoting != quote::NONE && quotes.is_none() {
            return Err(vm.type_error(format_args!("quotechar must be set if quoting enabled")));
        }
        let characters =
            [("delimiter", Some(delimiter)), ("escapechar", escapechar), ("quotechar", quotes)];
        check(vm, characters, lineterminator, skipinitialspace)?;
        Dialect::create_as(
            vm,
            cls,
            delimiter,
            doublequote,
            escapechar,
            Field::new(lineterminator),
            quotes,
            quoting,
            skipinitialspace,
            strict,
        )
    }
}

/// Checks that the special characters can be told apart.
fn check(
    vm: &mut Vm,
    characters: [(&str, Option<u32>); 3],
    terminator: Gc<Str>,
    skips: bool,
) -> PyResult<()> {
    for (name, c) in characters {
        let Some(c) = c else { continue };
        let space = c == 0x20 && skips && name != "delimiter";
        if matches!(c, 0x0A | 0x0D) || space {
            return Err(vm.value_error(format_args!("bad {name} value")));
        }
        if terminator.text().code_points().any(|t| t == c) {
            return Err(vm.value_error(format_args!("bad {name} or lineterminator value")));
        }
    }
    for (i, (first, a)) in characters.iter().enumerate() {
        for (second, b) in &characters[i + 1..] {
            if a.is_some() && a == b {
                return Err(vm.value_error(format_args!("bad {first} or {second} value")));
            }
        }
    }
    Ok(())
}

fn shown(vm: &mut Vm, c: Option<u32>) -> PyResult<Value> {
    match c {
        Some(c) => Ok(Str::from_code_point(vm, c)?.into()),
        None => Ok(Value::NONE),
    }
}

#[pymethods]
impl Dialect {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let positional = objects::args::positional(args, kwnames);
        Dialect::call(vm, cls, positional, KwArgs::all(args, kwnames))
    }

    #[getter(name = "delimiter")]
    fn get_delimiter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        shown(vm, Some(this.delimiter))
    }
    #[getter(name = "escapechar")]
    fn get_escapechar(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        shown(vm, this.escapechar)
    }
    #[getter(name = "quotechar")]
    fn get_quotechar(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        shown(vm, this.quotechar)
    }
    #[getter(name = "lineterminator")]
    fn get_lineterminator(this: Gc<Self>) -> Gc<Str> {
        this.lineterminator.get()
    }
    #[getter(name = "quoting")]
    fn get_quoting(this: Gc<Self>) -> i32 {
        this.quoting
    }
    #[getter(name = "skipinitialspace", member)]
    fn get_skipinitialspace(this: Gc<Self>) -> bool {
        this.skipinitialspace
    }
    #[getter(name = "doublequote", member)]
    fn get_doublequote(this: Gc<Self>) -> bool {
        this.doublequote
    }
    #[getter(name = "strict", member)]
    fn get_strict(this: Gc<Self>) -> bool {
        this.strict
    }

    #[method(sig = "($self, /, *args)", no_text)]
    #[method(name = "__reduce_ex__", sig = "($self, /, *args)", no_text)]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
        let _ = args;
        Err(vm.type_error(format_args!("cannot pickle '{}' instances", class_name(this.into()))))
    }
}

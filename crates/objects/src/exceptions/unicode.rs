//! `UnicodeError` and its three kinds: what was to be encoded, decoded or translated, and where it failed.

use super::base::{self, BaseException, init_args, no_keywords};
use super::{VALUE_ERROR, args_tuple, create};
use crate::bytes::Bytes;
use crate::str::Str;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use std::cell::Cell;

/// The fields that all three kinds have; `UnicodeError` itself leaves them unset.
#[pytype(name = "UnicodeError", def = UNICODE_ERROR, extends = BaseException, base = &VALUE_ERROR, flags(BASETYPE), doc = "Unicode related error.")]
pub struct UnicodeError {
    /// The encoding's name; UNDEF while unset.
    pub encoding: Field<Value>,
    /// The text or bytes.
    pub object: Field<Value>,
    /// Where the trouble begins.
    pub start: Cell<isize>,
    /// Where it ends.
    pub end: Cell<isize>,
    /// What the trouble is.
    pub reason: Field<Value>,
}

/// An encoding error.
#[pytype(name = "UnicodeEncodeError", def = UNICODE_ENCODE_ERROR, extends = UnicodeError, flags(BASETYPE), doc = "Unicode encoding error.")]
pub struct UnicodeEncodeError {}

/// A decoding error.
#[pytype(name = "UnicodeDecodeError", def = UNICODE_DECODE_ERROR, extends = UnicodeError, flags(BASETYPE), doc = "Unicode decoding error.")]
pub struct UnicodeDecodeError {}

/// A translation error.
#[pytype(name = "UnicodeTranslateError", def = UNICODE_TRANSLATE_ERROR, extends = UnicodeError, flags(BASETYPE), doc = "Unicode translation error.")]
pub struct UnicodeTranslateError {}

/// UnicodeEncodeError for the first lone surrogate of `s`.
pub fn surrogates_not_allowed(vm: &mut Vm, encoding: &str, s: Gc<Str>) -> Raised {
    let at = s.text().code_points().position(prim::text::is_surrogate).unwrap_or(0);
    encode_error(vm, encoding, s.into(), at..at + 1, "surrogates not allowed")
}

fn raise(vm: &mut Vm, def: &'static crate::def::TypeDef, args: PyResult<[Value; 5]>) -> Raised {
    match args {
        Ok(args) => vm.raise_with(def, &args),
        Err(r) => r,
    }
}

fn arguments(
    vm: &mut Vm,
    encoding: &str,
    object: Value,
    at: std::ops::Range<usize>,
    reason: &str,
) -> PyResult<[Value; 5]> {
    let encoding = Str::new(vm, encoding)?;
    let reason = Str::new(vm, reason)?;
    Ok([encoding.into(), object, Value::from_len(at.start), Value::from_len(at.end), reason.into()])
}

/// Raises UnicodeEncodeError about the characters `at` of the string `object`.
pub fn encode_error(
    vm: &mut Vm,
    encoding: &str,
    object: Value,
    at: std::ops::Range<usize>,
    reason: &str,
) -> Raised {
    let args = arguments(vm, encoding, object, at, reason);
    raise(vm, &super::UNICODE_ENCODE_ERROR, args)
}

/// Raises UnicodeDecodeError about the bytes `at` of the bytes object `object`.
pub fn decode_error(
    vm: &mut Vm,
    encoding: &str,
    object: Value,
    at: std::ops::Range<usize>,
    reason: &str,
) -> Raised {
    let args = arguments(vm, encoding, object, at, reason);
    raise(vm, &super::UNICODE_DECODE_ERROR, args)
}

/// Text or bytes are the object of which kind of error.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Encode,
    Decode,
    Translate,
}

impl UnicodeError {
    fn kind(this: Value) -> Option<Kind> {
        if this.cast::<UnicodeEncodeError>().is_some() {
            Some(Kind::Encode)
        } else if this.cast::<UnicodeDecodeError>().is_some() {
            Some(Kind::Decode)
        } else {
            this.cast::<UnicodeTranslateError>().map(|_| Kind::Translate)
        }
    }

    fn read(
        this: Gc<Self>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
        kind: Kind,
    ) -> PyResult<()> {
        no_keywords(vm, this.into(), kwnames)?;
        // SAFETY: it begins with its base.
        init_args(vm, unsafe { this.cast() }, args)?;
        let expected = if kind == Kind::Translate { 4 } else { 5 };
        if args.len() != expected {
            return Err(vm.type_error(format_args!(
                "function takes exactly {expected} arguments ({} given)",
                args.len()
            )));
        }
        let mut rest = args;
        let mut number = 1;
        if let (true, Some((encoding, others))) = (kind != Kind::Translate, args.split_first()) {
            need::<Str>(vm, *encoding, 1, "str")?;
            this.encoding.set(this, vm.heap(), *encoding);
            rest = others;
            number = 2;
        }
        let [object, start, end, reason] = *rest else { return Ok(()) };
        let object = if kind == Kind::Decode {
            as_bytes(vm, object)?
        } else {
            need::<Str>(vm, object, number, "str")?;
            object
        };
        let start = crate::convert::to_isize(vm, start)?;
        let end = crate::convert::to_isize(vm, end)?;
        need::<Str>(vm, reason, number + 3, "str")?;
        this.object.set(this, vm.heap(), object);
        this.start.set(start);
        this.end.set(end);
        this.reason.set(this, vm.heap(), reason);
        Ok(())
    }

    /// Length of the text or bytes.
    fn len(this: Gc<Self>) -> isize {
        let object = this.object.get();
        match (object.cast::<Str>(), object.cast::<Bytes>()) {
            (Some(s), _) => s.char_len() as isize,
            (_, Some(b)) => b.as_slice().len() as isize,
            _ => 0,
        }
    }

    /// `start`, moved into the object.
    pub fn start_in(this: Gc<Self>) -> isize {
        this.start.get().clamp(0, (Self::len(this) - 1).max(0))
    }

    /// `end`, moved into the object.
    pub fn end_in(this: Gc<Self>) -> isize {
        let len = Self::len(this);
        this.end.get().clamp(1.min(len), len)
    }

    fn show(this: Gc<Self>, vm: &mut Vm, kind: Kind) -> PyResult<Gc<Str>> {
        if this.object.get().is_undef() {
            return Str::new(vm, "");
        }
        let reason = vm.str_of(this.reason.get().defined().unwrap_or(Value::NONE))?;
        let encoding = vm.str_of(this.encoding.get().defined().unwrap_or(Value::NONE))?;
        let (start, end) = (UnicodeError::start_in(this), UnicodeError::end_in(this));
        let reason = reason.text();
        let encoding = encoding.text();
        let one = end == start + 1 && start < UnicodeError::len(this);
        let object = this.object.get();
        match (kind, object.cast::<Str>(), object.cast::<Bytes>()) {
            (Kind::Decode, _, Some(bytes)) if one => {
                let byte = bytes.as_slice().get(start as usize).copied().unwrap_or(0);
                Str::from_fmt(
                    vm,
                    format_args!(
                        "'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
                    ),
                )
            }
            (Kind::Decode, _, _) => Str::from_fmt(
                vm,
                format_args!(
                    "'{encoding}' codec can't decode bytes in position {start}-{}: {reason}",
                    end - 1
                ),
            ),
            (_, Some(s), _) if one => {
                let c = s.text().code_point_at(start as usize).unwrap_or(0);
                let shown = match c {
                    0..=0xFF => format!("\\x{c:02x}"),
                    0x100..=0xFFFF => format!("\\u{c:04x}"),
                    _ => format!("\\U{c:08x}"),
                };
                if kind == Kind::Encode {
                    Str::from_fmt(
                        vm,
                        format_args!(
                            "'{encoding}' codec can't encode character '{shown}' in position {start}: {reason}"
                        ),
                    )
                } else {
                    Str::from_fmt(
                        vm,
                        format_args!(
                            "can't translate character '{shown}' in position {start}: {reason}"
                        ),
                    )
                }
            }
            (Kind::Encode, _, _) => Str::from_fmt(
                vm,
                format_args!(
                    "'{encoding}' codec can't encode characters in position {start}-{}: {reason}",
                    end - 1
                ),
            ),
            (Kind::Translate, _, _) => Str::from_fmt(
                vm,
                format_args!(
                    "can't translate characters in position {start}-{}: {reason}",
                    end - 1
                ),
            ),
        }
    }
}

fn need<T: crate::layout::Object>(
    vm: &mut Vm,
    v: Value,
    number: usize,
    expected: &str,
) -> PyResult<()> {
    if v.cast::<T>().is_some() {
        return Ok(());
    }
    Err(vm.type_error(format_args!("argument {number} must be {expected}, not {}", class_name(v))))
}

/// Bytes stay what they are; other buffers are copied.
fn as_bytes(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if v.cast::<Bytes>().is_some() {
        return Ok(v);
    }
    if let Some(array) = v.cast::<crate::bytearray::ByteArray>() {
        let buffer = array.buffer.get();
        let (start, len) = (array.start.get(), array.len.get());
        let bytes: Vec<u8> = buffer.cells().iter().skip(start).take(len).map(Cell::get).collect();
        return Ok(Bytes::new(vm, &bytes)?.into());
    }
    Err(vm.type_error(format_args!("a bytes-like object is required, not '{}'", class_name(v))))
}

fn field(vm: &mut Vm, v: Value, name: &str) -> PyResult<Value> {
    match v.defined() {
        Some(v) => Ok(v),
        None => Err(vm.type_error(format_args!("{name} attribute not set"))),
    }
}

#[pymethods]
impl UnicodeError {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = args_tuple(vm, args, kwnames)?;
        let absent = || Field::new(Value::UNDEF);
        create::<Self>(
            vm,
            cls,
            (base::parts(args), absent(), absent(), Cell::new(0), Cell::new(0), absent()),
        )
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        match UnicodeError::kind(this.into()) {
            Some(kind) => UnicodeError::read(this, vm, args, kwnames, kind),
            None => {
                no_keywords(vm, this.into(), kwnames)?;
                // SAFETY: it begins with its base.
                init_args(vm, unsafe { this.cast() }, args)
            }
        }
    }

    #[slot(str)]
    fn str(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        match UnicodeError::kind(this.into()) {
            Some(kind) => UnicodeError::show(this, vm, kind),
            // SAFETY: it begins with its base.
            None => base::plain_str(vm, unsafe { this.cast() }),
        }
    }
}

macro_rules! kind {
    ($ty:ty) => {
        #[pymethods]
        impl $ty {
            /// exception encoding
            #[getter(member)]
            fn encoding(this: Gc<Self>) -> Value {
                this.base.encoding.get().defined().unwrap_or(Value::NONE)
            }
            #[setter]
            fn set_encoding(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
                this.base.encoding.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
            }
            /// exception object
            #[getter(member)]
            fn object(this: Gc<Self>) -> Value {
                this.base.object.get().defined().unwrap_or(Value::NONE)
            }
            #[setter]
            fn set_object(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
                this.base.object.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
            }
            /// exception start
            #[getter(member)]
            fn start(this: Gc<Self>) -> isize {
                this.base.start.get()
            }
            #[setter]
            fn set_start(this: Gc<Self>, value: isize) {
                this.base.start.set(value);
            }
            /// exception end
            #[getter(member)]
            fn end(this: Gc<Self>) -> isize {
                this.base.end.get()
            }
            #[setter]
            fn set_end(this: Gc<Self>, value: isize) {
                this.base.end.set(value);
            }
            /// exception reason
            #[getter(member)]
            fn reason(this: Gc<Self>) -> Value {
                this.base.reason.get().defined().unwrap_or(Value::NONE)
            }
            #[setter]
            fn set_reason(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
                this.base.reason.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
            }
        }
    };
}
kind!(UnicodeEncodeError);
kind!(UnicodeDecodeError);
kind!(UnicodeTranslateError);

/// The encoding and the object of an error, for error handlers of codecs.
pub fn encoding_and_object(vm: &mut Vm, e: Gc<UnicodeError>) -> PyResult<(Value, Value)> {
    Ok((field(vm, e.encoding.get(), "encoding")?, field(vm, e.object.get(), "object")?))
}

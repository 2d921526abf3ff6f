//! `format()`, `str.format` and `str.__format__`, `str.encode`.

mod markup;
mod template;

pub use markup::{Field, Markup, PathStep, first_part, split_path};

use super::{Str, codec};
use crate::float;
use crate::int;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use macros::pymethods;
use objects::args::KwArgs;
use prim::format::{Align, FormatError, NumericLocale, Spec};
use prim::text::{Text, TextBuf};

/// Raises what the formatting functions of `prim` report.
#[cold]
pub fn raise(vm: &mut Vm, error: FormatError) -> Raised {
    match error {
        FormatError::Value(message) => vm.value_error(format_args!("{message}")),
        FormatError::Overflow(message) => vm.overflow_error(format_args!("{message}")),
        FormatError::NoMemory => vm.memory_error(),
    }
}

fn made(vm: &mut Vm, text: Result<TextBuf, FormatError>) -> PyResult<Gc<Str>> {
    match text {
        Ok(text) => Str::from_text(vm, &text),
        Err(error) => Err(raise(vm, error)),
    }
}

/// `format(v, spec)`; `spec` may be UNDEF for an empty one.
pub fn format_value(vm: &mut Vm, v: Value, spec: Value) -> PyResult<Gc<Str>> {
    let text = match spec.defined() {
        None => Some(Str::empty()),
        Some(spec) => spec.cast::<Str>(),
    };
    let Some(text) = text else {
        return Err(vm.type_error(format_args!(
            "format() argument 2 must be str, not {}",
            class_name(spec)
        )));
    };
    if text.byte_len() == 0 {
        if let Some(s) = v.exact::<Str>() {
            return Ok(s);
        }
        if v.is_small_int() {
            return vm.repr(v);
        }
    }
    // The most common types without a look-up.
    if let Some(s) = v.exact::<Str>() {
        return format_str(vm, s, text);
    }
    if int::is_exact(v) {
        return format_int(vm, v, text);
    }
    if let (true, Some(f)) = (float::is_exact(v), float::value(v)) {
        return format_float(vm, v, f, text);
    }
    let name = vm.intern("__format__")?;
    match vm.call_special(v, name, &[text.into()])? {
        None => {
            Err(vm.type_error(format_args!("Type {} doesn't define __format__", class_name(v))))
        }
        Some(result) => match result.cast::<Str>() {
            Some(result) => Ok(result),
            None => Err(vm.type_error(format_args!(
                "__format__ must return a str, not {}",
                class_name(result)
            ))),
        },
    }
}

/// `str.__format__`
pub(crate) fn format_str(vm: &mut Vm, s: Gc<Str>, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.byte_len() == 0 {
        return vm.str_of(s.into());
    }
    let class = type_name(s.into());
    let text = Spec::parse(spec.text(), Some('s'), Align::Left, &class)
        .and_then(|spec| prim::format::format_text(s.text(), &spec, &class));
    made(vm, text)
}

/// `int.__format__`
pub(crate) fn format_int(vm: &mut Vm, v: Value, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.byte_len() == 0 {
        return vm.str_of(v);
    }
    let class = type_name(v);
    let limit = vm.rt().int_max_str_digits;
    let view = int::View::of(v);
    let text = Spec::parse(spec.text(), Some('d'), Align::Right, &class).and_then(|spec| {
        prim::format::format_int(view.as_ref(), &spec, &NumericLocale::default(), limit, &class)
    });
    made(vm, text)
}

/// `float.__format__` of `v`, whose value is `f`.
pub(crate) fn format_float(vm: &mut Vm, v: Value, f: f64, spec: Gc<Str>) -> PyResult<Gc<Str>> {
    if spec.byte_len() == 0 {
        return vm.str_of(v);
    }
    let class = type_name(v);
    let text = Spec::parse(spec.text(), None, Align::Right, &class)
        .and_then(|spec| prim::format::format_float(f, &spec, &NumericLocale::default(), &class));
    made(vm, text)
}

/// `complex.__format__`
pub(crate) fn format_complex(
    vm: &mut Vm,
    v: Value,
    parts: (f64, f64),
    spec: Gc<Str>,
) -> PyResult<Gc<Str>> {
    if spec.byte_len() == 0 {
        return vm.str_of(v);
    }
    let class = type_name(v);
    let text = Spec::parse(spec.text(), None, Align::Right, &class).and_then(|spec| {
        prim::format::format_complex(parts.0, parts.1, &spec, &NumericLocale::default(), &class)
    });
    made(vm, text)
}

/// The name of the class of `v` as messages about format specifications show it.
fn type_name(v: Value) -> std::borrow::Cow<'static, str> {
    if int::is_exact(v) {
        "int".into()
    } else if float::is_exact(v) {
        "float".into()
    } else if v.exact::<Str>().is_some() {
        "str".into()
    } else {
        class_name(v).to_string().into()
    }
}

/// `ascii(v)`
pub fn ascii(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    let shown = vm.repr(v)?;
    if shown.is_ascii() {
        return Ok(shown);
    }
    let mut out = super::Builder::new();
    for c in shown.text().code_points() {
        match u8::try_from(c) {
            Ok(byte @ 0..0x80) => out.push_code_point(vm, byte.into())?,
            _ => {
                out.reserve(vm, 10)?;
                prim::format::quote::push_code_point_escape(out.buf(), c);
            }
        }
    }
    out.finish(vm)
}

/// What `!r`, `!s` and `!a` do to a value.
pub fn convert(vm: &mut Vm, v: Value, conversion: char) -> PyResult<Option<Gc<Str>>> {
    Ok(Some(match conversion {
        'r' => vm.repr(v)?,
        's' => vm.str_of(v)?,
        'a' => ascii(vm, v)?,
        _ => return Ok(None),
    }))
}

#[pymethods(extra = "format")]
impl Str {
    /// Return a formatted version of the string, using substitutions from args and kwargs.
    /// The substitutions are identified by braces ('{' and '}').
    #[method(sig = "($self, /, *args, **kwargs)")]
    fn format(
        this: Gc<Self>,
        vm: &mut Vm,
        args: &[Value],
        kwargs: KwArgs<'_>,
    ) -> PyResult<Gc<Str>> {
        template::render(vm, this, template::Source::Call { args, kwargs })
    }

    /// Return a formatted version of the string, using substitutions from mapping.
    /// The substitutions are identified by braces ('{' and '}').
    #[method(sig = "($self, mapping, /)")]
    fn format_map(this: Gc<Self>, vm: &mut Vm, mapping: Value) -> PyResult<Gc<Str>> {
        template::render(vm, this, template::Source::Mapping(mapping))
    }

    /// Return a formatted version of the string as described by format_spec.
    #[method(sig = "($self, format_spec, /)")]
    fn __format__(this: Gc<Self>, vm: &mut Vm, format_spec: Gc<Str>) -> PyResult<Gc<Str>> {
        format_str(vm, this, format_spec)
    }

    /// Encode the string using the codec registered for encoding.
    ///
    ///   encoding
    ///     The encoding in which to encode the string.
    ///   errors
    ///     The error handling scheme to use for encoding errors.
    ///     The default is 'strict' meaning that encoding errors raise a
    ///     UnicodeEncodeError.  Other possible values are 'ignore', 'replace' and
    ///     'xmlcharrefreplace' as well as any other name registered with
    ///     codecs.register_error that can handle UnicodeEncodeErrors.
    #[method(sig = "($self, /, encoding='utf-8', errors='strict')")]
    fn encode(
        this: Gc<Self>,
        vm: &mut Vm,
        encoding: Option<Gc<Str>>,
        errors: Option<Gc<Str>>,
    ) -> PyResult<Value> {
        codec::encode(vm, this, encoding, errors)
    }
}

/// A part of a text by byte offsets that are known to be right.
fn part(text: &Text, from: usize, to: usize) -> &Text {
    Text::from_bytes_unchecked(text.as_bytes().get(from..to).unwrap_or_default())
}

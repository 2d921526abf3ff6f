//! Template strings: the types of `string.templatelib`.
//!
//! Invariant: a template has one more string than interpolations; they alternate, beginning with a string.

use heap::Gc;
use macros::{pymethods, pytype};
use objects::args::positional;
use objects::list::List;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// Template object
#[pytype(name = "string.templatelib.Template", signature = "")]
pub struct Template {
    strings: Gc<Tuple>,
    interpolations: Gc<Tuple>,
}

/// Interpolation object
#[pytype(name = "string.templatelib.Interpolation", signature = "")]
pub struct Interpolation {
    value: Value,
    expression: Gc<Str>,
    conversion: Value,
    format_spec: Gc<Str>,
}

/// Template iterator object
#[pytype(name = "string.templatelib.TemplateIter", flags(NO_NEW))]
pub struct TemplateIter {
    template: Gc<Template>,
    /// Strings and interpolations given so far.
    at: Cell<usize>,
}

/// BUILD_TEMPLATE
pub fn build(vm: &mut Vm, strings: Gc<Tuple>, interpolations: Gc<Tuple>) -> PyResult<Value> {
    Ok(Template::create(vm, strings, interpolations)?.into())
}

/// BUILD_INTERPOLATION: `conversion` is 0 for none, 1 for `!s`, 2 for `!r`, 3 for `!a`; `spec` is UNDEF for none.
pub fn interpolation(
    vm: &mut Vm,
    value: Value,
    text: Value,
    conversion: u16,
    spec: Value,
) -> PyResult<Value> {
    let conversion = match conversion {
        0 => Value::NONE,
        1 => Str::latin1(b's').into(),
        2 => Str::latin1(b'r').into(),
        3 => Str::latin1(b'a').into(),
        _ => return Err(vm.system_error(format_args!("unknown conversion of an interpolation"))),
    };
    let text = match text.cast::<Str>() {
        Some(s) => s,
        None => {
            return Err(
                vm.system_error(format_args!("the stack holds no string where one must be"))
            );
        }
    };
    let spec = match spec.defined() {
        None => Str::empty(),
        Some(v) => match v.cast::<Str>() {
            Some(s) => s,
            None => vm.str_of(v)?,
        },
    };
    Ok(Interpolation::create(vm, value, text, conversion, spec)?.into())
}

impl Template {
    /// A template of strings and interpolations in any order: neighbouring strings are joined, missing ones are empty.
    fn of_parts(vm: &mut Vm, parts: &[Value]) -> PyResult<(Gc<Tuple>, Gc<Tuple>)> {
        let (strings, interpolations) = (List::new(vm)?, List::new(vm)?);
        let mut current: Option<Gc<Str>> = None;
        for part in parts {
            if let Some(s) = part.cast::<Str>() {
                current = Some(match current {
                    None => s,
                    Some(before) => Str::concat(vm, before, s)?,
                });
            } else if part.exact::<Interpolation>().is_some() {
                strings.push(vm, current.take().unwrap_or(Str::empty()).into())?;
                interpolations.push(vm, *part)?;
            } else {
                return Err(vm.type_error(format_args!(
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {}",
                    class_name(*part)
                )));
            }
        }
        strings.push(vm, current.unwrap_or(Str::empty()).into())?;
        Ok((strings.to_tuple(vm)?, interpolations.to_tuple(vm)?))
    }

    fn joined(vm: &mut Vm, a: Gc<Self>, b: Gc<Self>) -> PyResult<Value> {
        let strings = List::from_slice(vm, a.strings.items())?;
        let (last, first) = (strings.pop(), b.strings.get(0));
        let seam = match (last.and_then(|s| s.cast::<Str>()), first.and_then(|s| s.cast::<Str>())) {
            (Some(x), Some(y)) => Str::concat(vm, x, y)?,
            _ => return Err(vm.system_error(format_args!("a template without strings"))),
        };
        strings.push(vm, seam.into())?;
        strings.extend_from_slice(vm, b.strings.items().get(1..).unwrap_or(&[]))?;
        let interpolations = List::from_slice(vm, a.interpolations.items())?;
        interpolations.extend_from_slice(vm, b.interpolations.items())?;
        let (strings, interpolations) = (strings.to_tuple(vm)?, interpolations.to_tuple(vm)?);
        build(vm, strings, interpolations)
    }
}

#[pymethods]
impl Template {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        if positional(args, kwnames).len() != args.len() {
            return Err(
                vm.type_error(format_args!("Template.__new__ only accepts *args arguments"))
            );
        }
        let (strings, interpolations) = Self::of_parts(vm, args)?;
        Self::create_as(vm, cls, strings, interpolations)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let strings = vm.repr(this.strings.into())?;
        let interpolations = vm.repr(this.interpolations.into())?;
        Str::from_fmt(
            vm,
            format_args!(
                "Template(strings={}, interpolations={})",
                strings.text(),
                interpolations.text()
            ),
        )
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(TemplateIter::create(vm, this, Cell::new(0))?.into())
    }

    #[slot(concat)]
    fn concat(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<Value> {
        match other.exact::<Template>() {
            Some(other) => Self::joined(vm, this, other),
            None => Err(vm.type_error(format_args!(
                "can only concatenate string.templatelib.Template (not \"{}\") to string.templatelib.Template",
                class_name(other)
            ))),
        }
    }

    /// Strings
    #[getter(member)]
    fn strings(this: Gc<Self>) -> Gc<Tuple> {
        this.strings
    }
    /// Interpolations
    #[getter(member)]
    fn interpolations(this: Gc<Self>) -> Gc<Tuple> {
        this.interpolations
    }
    /// Values of interpolations
    #[getter]
    fn values(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let mut values = Tuple::builder(vm, this.interpolations.len())?;
        for i in this.interpolations.items() {
            if let Some(i) = i.exact::<Interpolation>() {
                values.push(vm, i.value);
            }
        }
        values.finish(vm)
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let library = (vm.hooks.import)(vm, "string.templatelib")?;
        let f = vm.getattr_str(library, "_template_unpickle")?;
        let args = Tuple::pair(vm, this.strings.into(), this.interpolations.into())?;
        Tuple::pair(vm, f, args.into())
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        crate::typing::alias::generic_alias(vm, cls.into(), object)
    }
}

#[pymethods]
impl Interpolation {
    #[slot(new, sig = "(value, expression='', conversion=None, format_spec='')")]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        value: Value,
        expression: Option<Gc<Str>>,
        conversion: Option<Value>,
        format_spec: Option<Gc<Str>>,
    ) -> PyResult<Gc<Self>> {
        let conversion = conversion.unwrap_or(Value::NONE);
        if !conversion.is_none() {
            let Some(text) = conversion.cast::<Str>() else {
                return Err(vm.type_error(format_args!(
                    "Interpolation() argument 'conversion' must be str, not {}",
                    class_name(conversion)
                )));
            };
            if !matches!(text.as_bytes(), b"s" | b"a" | b"r") {
                return Err(vm.value_error(format_args!(
                    "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'"
                )));
            }
        }
        let text = |s: Option<Gc<Str>>| s.unwrap_or(Str::empty());
        Self::create_as(vm, cls, value, text(expression), conversion, text(format_spec))
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let value = vm.repr(this.value)?;
        let expression = vm.repr(this.expression.into())?;
        let conversion = vm.repr(this.conversion)?;
        let spec = vm.repr(this.format_spec.into())?;
        Str::from_fmt(
            vm,
            format_args!(
                "Interpolation({}, {}, {}, {})",
                value.text(),
                expression.text(),
                conversion.text(),
                spec.text()
            ),
        )
    }

    /// Value
    #[getter(member)]
    fn value(this: Gc<Self>) -> Value {
        this.value
    }
    /// Expression
    #[getter(member)]
    fn expression(this: Gc<Self>) -> Gc<Str> {
        this.expression
    }
    /// Conversion
    #[getter(member)]
    fn conversion(this: Gc<Self>) -> Value {
        this.conversion
    }
    /// Format specifier
    #[getter(member)]
    fn format_spec(this: Gc<Self>) -> Gc<Str> {
        this.format_spec
    }

    #[constant]
    fn __match_args__(vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let mut names = Tuple::builder(vm, 4)?;
        for name in ["value", "expression", "conversion", "format_spec"] {
            let name = vm.intern(name)?;
            names.push(vm, name.into());
        }
        names.finish(vm)
    }

    /// __reduce__() -> (cls, state)
    #[method(sig = "($self, /)", no_text)]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let state = [this.value, this.expression.into(), this.conversion, this.format_spec.into()];
        let state = Tuple::from_slice(vm, &state)?;
        Tuple::pair(vm, class_of(this.into()).into(), state.into())
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        crate::typing::alias::generic_alias(vm, cls.into(), object)
    }
}

#[pymethods]
impl TemplateIter {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Self>) -> Option<Value> {
        loop {
            let at = this.at.get();
            let from = if at.is_multiple_of(2) {
                this.template.strings
            } else {
                this.template.interpolations
            };
            let part = from.get(at / 2)?;
            this.at.set(at + 1);
            // Empty strings are between interpolations only for the count's sake.
            if part.cast::<Str>().is_none_or(|s| s.byte_len() > 0) {
                return Some(part);
            }
        }
    }
}

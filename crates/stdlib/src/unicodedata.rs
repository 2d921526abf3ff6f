//! `unicodedata`: properties of characters, from the tables of `prim::unicode`.
//!
//! `ucd_3_2_0` gives the same answers as the module but for its version: the differences of Unicode 3.2 aren't there.

use heap::Gc;
use macros::{pymethods, pymodule, pytype};
use objects::str::Str;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use objects::{exceptions, float};
use prim::unicode;
use prim::unicode::normalize::{self, Form};

/// The one character of an argument.
fn character(vm: &mut Vm, v: Value, func: &str, index: usize) -> PyResult<u32> {
    let place = if index == 0 { "argument".to_owned() } else { format!("argument {index}") };
    let Some(s) = v.cast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "{func}() {place} must be a unicode character, not {}",
            class_name(v)
        )));
    };
    match s.single_code_point() {
        Some(c) => Ok(c),
        None => Err(vm.type_error(format_args!(
            "{func}(): {place} must be a unicode character, not a string of length {}",
            s.char_len()
        ))),
    }
}

fn form(vm: &mut Vm, name: Gc<Str>) -> PyResult<Form> {
    match name.text().as_str().and_then(Form::from_name) {
        Some(form) => Ok(form),
        None => Err(vm.value_error(format_args!("invalid normalization form"))),
    }
}

/// A default, or the error that there is no value.
fn or_default(vm: &mut Vm, default: Value, message: &str) -> PyResult<Value> {
    match default.defined() {
        Some(v) => Ok(v),
        None => Err(vm.value_error(format_args!("{message}"))),
    }
}

fn decimal(vm: &mut Vm, chr: Value, default: Value) -> PyResult<Value> {
    let c = character(vm, chr, "decimal", 1)?;
    match unicode::decimal_value(c) {
        Some(n) => Ok(Value::from_len(n as usize)),
        None => or_default(vm, default, "not a decimal"),
    }
}

fn digit(vm: &mut Vm, chr: Value, default: Value) -> PyResult<Value> {
    let c = character(vm, chr, "digit", 1)?;
    match unicode::digit_value(c) {
        Some(n) => Ok(Value::from_len(n as usize)),
        None => or_default(vm, default, "not a digit"),
    }
}

fn numeric(vm: &mut Vm, chr: Value, default: Value) -> PyResult<Value> {
    let c = character(vm, chr, "numeric", 1)?;
    match unicode::numeric_value(c) {
        Some((n, d)) => float::from_f64(vm, n as f64 / d as f64),
        None => or_default(vm, default, "not a numeric character"),
    }
}

fn name(vm: &mut Vm, chr: Value, default: Value) -> PyResult<Value> {
    let c = character(vm, chr, "name", 1)?;
    match unicode::names::name(c) {
        Some(name) => Ok(Str::new(vm, &name)?.into()),
        None => or_default(vm, default, "no such name"),
    }
}

fn lookup(vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
    match name.text().as_str().and_then(unicode::names::lookup_text) {
        Some(text) => Ok(Str::from_buf(vm, text)?.into()),
        None => Err(vm.raise(
            &exceptions::KEY_ERROR,
            format_args!("undefined character name '{}'", name.text()),
        )),
    }
}

fn decomposition(vm: &mut Vm, chr: Value) -> PyResult<String> {
    let c = character(vm, chr, "decomposition", 0)?;
    let Some((tag, parts)) = unicode::decomposition(c) else { return Ok(String::new()) };
    let mut words: Vec<String> = Vec::new();
    if !tag.is_empty() {
        words.push(tag.to_owned());
    }
    words.extend(parts.iter().map(|c| format!("{c:04X}")));
    Ok(words.join(" "))
}

fn normalized(vm: &mut Vm, name: Gc<Str>, text: Gc<Str>) -> PyResult<Gc<Str>> {
    let form = form(vm, name)?;
    if text.is_ascii() {
        return Ok(text);
    }
    match normalize::normalize(text.text(), form) {
        Ok(out) => Str::from_buf(vm, out),
        Err(_) => Err(vm.memory_error()),
    }
}

fn is_normalized(vm: &mut Vm, name: Gc<Str>, text: Gc<Str>) -> PyResult<bool> {
    let form = form(vm, name)?;
    match normalize::is_normalized(text.text(), form) {
        Ok(answer) => Ok(answer),
        Err(_) => Err(vm.memory_error()),
    }
}

/// The functions of the module again, as methods of `UCD`.
macro_rules! methods {
    ($($fn:ident($sig:literal, $doc:literal, $($arg:ident: $ty:ty $(= $default:expr)?),*) -> $ret:ty { $body:expr })*) => {
        #[pymethods]
        impl Ucd {
            $(
                #[doc = $doc]
                #[method(sig = $sig)]
                fn $fn(_this: Gc<Self>, vm: &mut Vm, $($(#[default($default)])? $arg: $ty),*) -> PyResult<$ret> {
                    answer(vm, $body)
                }
            )*

            #[getter(member)]
            fn unidata_version(_this: Gc<Self>) -> &'static str {
                "3.2.0"
            }
        }
    };
}

fn answer<T>(vm: &mut Vm, body: impl FnOnce(&mut Vm) -> PyResult<T>) -> PyResult<T> {
    body(vm)
}

/// An object with the functions of the module.
#[pytype(name = "unicodedata.UCD", doc = "", flags(NO_NEW))]
pub struct Ucd {}

methods! {
    decimal("($self, chr, default=<unrepresentable>, /)", "Converts a Unicode character into its equivalent decimal value.", chr: Value, default: Value = Value::UNDEF) -> Value { |vm| decimal(vm, chr, default) }
    digit("($self, chr, default=<unrepresentable>, /)", "Converts a Unicode character into its equivalent digit value.", chr: Value, default: Value = Value::UNDEF) -> Value { |vm| digit(vm, chr, default) }
    numeric("($self, chr, default=<unrepresentable>, /)", "Converts a Unicode character into its equivalent numeric value.", chr: Value, default: Value = Value::UNDEF) -> Value { |vm| numeric(vm, chr, default) }
    category("($self, chr, /)", "Returns the general category assigned to the character chr as string.", chr: Value) -> &'static str { |vm| character(vm, chr, "category", 0).map(unicode::category) }
    bidirectional("($self, chr, /)", "Returns the bidirectional class assigned to the character chr as string.", chr: Value) -> &'static str { |vm| character(vm, chr, "bidirectional", 0).map(unicode::bidirectional) }
    combining("($self, chr, /)", "Returns the canonical combining class assigned to the character chr as integer.", chr: Value) -> u8 { |vm| character(vm, chr, "combining", 0).map(unicode::combining) }
    mirrored("($self, chr, /)", "Returns the mirrored property assigned to the character chr as integer.", chr: Value) -> i64 { |vm| character(vm, chr, "mirrored", 0).map(|c| unicode::is_mirrored(c).into()) }
    east_asian_width("($self, chr, /)", "Returns the east asian width assigned to the character chr as string.", chr: Value) -> &'static str { |vm| character(vm, chr, "east_asian_width", 0).map(unicode::east_asian_width) }
    decomposition("($self, chr, /)", "Returns the character decomposition mapping assigned to the character chr as string.", chr: Value) -> String { |vm| decomposition(vm, chr) }
    name("($self, chr, default=<unrepresentable>, /)", "Returns the name assigned to the character chr as a string.", chr: Value, default: Value = Value::UNDEF) -> Value { |vm| name(vm, chr, default) }
    lookup("($self, name, /)", "Look up character by name.", name: Gc<Str>) -> Value { |vm| lookup(vm, name) }
    normalize("($self, form, unistr, /)", "Return the normal form 'form' for the Unicode string unistr.", form: Gc<Str>, unistr: Gc<Str>) -> Gc<Str> { |vm| normalized(vm, form, unistr) }
    is_normalized("($self, form, unistr, /)", "Return whether the Unicode string unistr is in the normal form 'form'.", form: Gc<Str>, unistr: Gc<Str>) -> bool { |vm| is_normalized(vm, form, unistr) }
}

/// The module.
#[pymodule(
    name = "unicodedata",
    doc = "This module provides access to the Unicode Character Database which\ndefines character properties for all Unicode characters.",
    types(super::Ucd)
)]
pub mod module {
    use super::{Ucd, character};
    use heap::Gc;
    use objects::str::Str;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use prim::unicode;

    #[attr]
    fn unidata_version(_vm: &mut Vm) -> &'static str {
        "16.0.0"
    }

    #[attr]
    fn ucd_3_2_0(vm: &mut Vm) -> PyResult<Gc<Ucd>> {
        Ucd::create(vm)
    }

    /// Converts a Unicode character into its equivalent decimal value.
    ///
    /// Returns the decimal value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "($module, chr, default=<unrepresentable>, /)")]
    fn decimal(
        vm: &mut Vm,
        chr: Value,
        #[default(Value::UNDEF)] default: Value,
    ) -> PyResult<Value> {
        super::decimal(vm, chr, default)
    }

    /// Converts a Unicode character into its equivalent digit value.
    ///
    /// Returns the digit value assigned to the character chr as integer.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "($module, chr, default=<unrepresentable>, /)")]
    fn digit(vm: &mut Vm, chr: Value, #[default(Value::UNDEF)] default: Value) -> PyResult<Value> {
        super::digit(vm, chr, default)
    }

    /// Converts a Unicode character into its equivalent numeric value.
    ///
    /// Returns the numeric value assigned to the character chr as float.
    /// If no such value is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "($module, chr, default=<unrepresentable>, /)")]
    fn numeric(
        vm: &mut Vm,
        chr: Value,
        #[default(Value::UNDEF)] default: Value,
    ) -> PyResult<Value> {
        super::numeric(vm, chr, default)
    }

    /// Returns the general category assigned to the character chr as string.
    #[function]
    fn category(vm: &mut Vm, chr: Value) -> PyResult<&'static str> {
        character(vm, chr, "category", 0).map(unicode::category)
    }

    /// Returns the bidirectional class assigned to the character chr as string.
    ///
    /// If no such value is defined, an empty string is returned.
    #[function]
    fn bidirectional(vm: &mut Vm, chr: Value) -> PyResult<&'static str> {
        character(vm, chr, "bidirectional", 0).map(unicode::bidirectional)
    }

    /// Returns the canonical combining class assigned to the character chr as integer.
    ///
    /// Returns 0 if no combining class is defined.
    #[function]
    fn combining(vm: &mut Vm, chr: Value) -> PyResult<u8> {
        character(vm, chr, "combining", 0).map(unicode::combining)
    }

    /// Returns the mirrored property assigned to the character chr as integer.
    ///
    /// Returns 1 if the character has been identified as a "mirrored"
    /// character in bidirectional text, 0 otherwise.
    #[function]
    fn mirrored(vm: &mut Vm, chr: Value) -> PyResult<i64> {
        character(vm, chr, "mirrored", 0).map(|c| unicode::is_mirrored(c).into())
    }

    /// Returns the east asian width assigned to the character chr as string.
    #[function]
    fn east_asian_width(vm: &mut Vm, chr: Value) -> PyResult<&'static str> {
        character(vm, chr, "east_asian_width", 0).map(unicode::east_asian_width)
    }

    /// Returns the character decomposition mapping assigned to the character chr as string.
    ///
    /// An empty string is returned in case no such mapping is defined.
    #[function]
    fn decomposition(vm: &mut Vm, chr: Value) -> PyResult<String> {
        super::decomposition(vm, chr)
    }

    /// Returns the name assigned to the character chr as a string.
    ///
    /// If no name is defined, default is returned, or, if not given,
    /// ValueError is raised.
    #[function(sig = "($module, chr, default=<unrepresentable>, /)")]
    fn name(vm: &mut Vm, chr: Value, #[default(Value::UNDEF)] default: Value) -> PyResult<Value> {
        super::name(vm, chr, default)
    }

    /// Look up character by name.
    ///
    /// If a character with the given name is found, return the
    /// corresponding character.  If not found, KeyError is raised.
    #[function]
    fn lookup(vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        super::lookup(vm, name)
    }

    /// Return the normal form 'form' for the Unicode string unistr.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function]
    fn normalize(vm: &mut Vm, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<Gc<Str>> {
        super::normalized(vm, form, unistr)
    }

    /// Return whether the Unicode string unistr is in the normal form 'form'.
    ///
    /// Valid values for form are 'NFC', 'NFKC', 'NFD', and 'NFKD'.
    #[function]
    fn is_normalized(vm: &mut Vm, form: Gc<Str>, unistr: Gc<Str>) -> PyResult<bool> {
        super::is_normalized(vm, form, unistr)
    }
}

//! The `%` operator of strings, and what `bytes` shares of it.

use super::format::{ascii, raise};
use super::{Builder, Str};
use crate::exceptions;
use crate::float;
use crate::int;
use crate::tuple::Tuple;
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use prim::format::percent::{self, Amount, Field, Piece, Pieces, Place};

/// The values on the right of `%`.
pub(crate) struct Arguments {
    /// The right operand, or what the last key led to.
    current: Value,
    /// The right operand as a tuple.
    tuple: Option<Gc<Tuple>>,
    /// The right operand as a mapping.
    mapping: Option<Value>,
    next: usize,
}

impl Arguments {
    /// Of the right operand `right`, which is taken for a mapping if it can be subscribed, unless it is a tuple, a string or
    /// `atomic`.
    pub(crate) fn new(right: Value, atomic: bool) -> Arguments {
        let tuple = right.cast::<Tuple>();
        let is_mapping = class_of(right).slots().getitem.is_some()
            && tuple.is_none()
            && right.cast::<Str>().is_none()
            && !atomic;
        Arguments { current: right, tuple, mapping: is_mapping.then_some(right), next: 0 }
    }

    /// The next value.
    pub(crate) fn take(&mut self, vm: &mut Vm) -> PyResult<Value> {
        let value = match self.tuple {
            Some(tuple) => tuple.get(self.next),
            None if self.next == 0 => Some(self.current),
            None => None,
        };
        self.next += 1;
        value.ok_or_else(|| vm.type_error(format_args!("not enough arguments for format string")))
    }

    /// Makes what the mapping has under `key` the only value.
    pub(crate) fn key(&mut self, vm: &mut Vm, key: Value) -> PyResult<()> {
        let Some(mapping) = self.mapping else {
            return Err(vm.type_error(format_args!("format requires a mapping")));
        };
        self.current = vm.getitem(mapping, key)?;
        self.tuple = None;
        self.next = 0;
        Ok(())
    }

    pub(crate) fn has_mapping(&self) -> bool {
        self.mapping.is_some()
    }

    /// Fails if there are values left; `what` is "string" or "bytes".
    pub(crate) fn finish(&self, vm: &mut Vm, what: &str) -> PyResult<()> {
        let left = match self.tuple {
            Some(tuple) => self.next < tuple.len(),
            None => self.next == 0,
        };
        if left && self.mapping.is_none() {
            return Err(
                vm.type_error(format_args!("not all arguments converted during {what} formatting"))
            );
        }
        Ok(())
    }

    /// Reads the numbers that stars stand for.
    pub(crate) fn place(&mut self, vm: &mut Vm, field: &Field<'_>) -> PyResult<Place> {
        let mut place = Place { flags: field.flags, width: 0, precision: None };
        match field.width {
            Amount::Default => {}
            Amount::Given(width) => place.width = width,
            Amount::FromArgument => {
                let width = self.star(vm, i64::MAX, "ssize_t")?;
                place.flags.left |= width < 0;
                place.width = usize::try_from(width.unsigned_abs()).unwrap_or(usize::MAX);
            }
        }
        match field.precision {
            Amount::Default => {}
            Amount::Given(precision) => place.precision = Some(precision),
            Amount::FromArgument => {
                let precision = self.star(vm, i32::MAX.into(), "int")?;
                place.precision = Some(usize::try_from(precision).unwrap_or(0));
            }
        }
        Ok(place)
    }

    fn star(&mut self, vm: &mut Vm, max: i64, c_type: &str) -> PyResult<i64> {
        let value = self.take(vm)?;
        if int::plain(vm, value)?.is_none() {
            return Err(vm.type_error(format_args!("* wants int")));
        }
        match int::to_i64(value).filter(|i| (-max - 1..=max).contains(i)) {
            Some(i) => Ok(i),
            None => {
                Err(vm
                    .overflow_error(format_args!("Python int too large to convert to C {c_type}")))
            }
        }
    }
}

/// `format % right`
pub fn format(vm: &mut Vm, format: Gc<Str>, right: Value) -> PyResult<Gc<Str>> {
    let mut arguments = Arguments::new(right, false);
    let mut out = Builder::new();
    for piece in Pieces::new(format.text()) {
        match piece {
            Ok(Piece::Literal(text)) => out.push(vm, text)?,
            Ok(Piece::Field(field)) => push_field(vm, format, &field, &mut arguments, &mut out)?,
            Err(error) => return Err(raise(vm, error)),
        }
    }
    arguments.finish(vm, "string")?;
    out.finish(vm)
}

fn push_field(
    vm: &mut Vm,
    format: Gc<Str>,
    field: &Field<'_>,
    arguments: &mut Arguments,
    out: &mut Builder,
) -> PyResult<()> {
    if let Some(key) = field.key {
        if !arguments.has_mapping() {
            return Err(vm.type_error(format_args!("format requires a mapping")));
        }
        let key = Str::from_text(vm, key)?;
        arguments.key(vm, key.into())?;
    }
    let place = arguments.place(vm, field)?;
    let conversion = char::from_u32(field.conversion).unwrap_or('\0');
    if is_percent_sign(field) {
        return out.push_str(vm, "%");
    }
    let value = arguments.take(vm)?;
    let text = match conversion {
        's' => vm.str_of(value)?,
        'r' => vm.repr(value)?,
        'a' => ascii(vm, value)?,
        'c' => character(vm, value)?,
        'd' | 'i' | 'u' | 'o' | 'x' | 'X' => return push_int(vm, value, field, &place, out.buf()),
        'e' | 'E' | 'f' | 'F' | 'g' | 'G' => {
            let f = vm.float_value(value)?;
            return match percent::push_float_field(out.buf(), f, field, &place) {
                Ok(()) => Ok(()),
                Err(error) => Err(raise(vm, error)),
            };
        }
        _ => return Err(raise(vm, field.unsupported(format.text()))),
    };
    match percent::push_text_field(out.buf(), text.text(), field, &place) {
        Ok(()) => Ok(()),
        Err(error) => Err(raise(vm, error)),
    }
}

/// Whether the field is `%%`. With anything in between it is an error.
pub(crate) fn is_percent_sign(field: &Field<'_>) -> bool {
    field.conversion == u32::from('%')
        && field.key.is_none()
        && field.flags == percent::Flags::default()
        && (field.width, field.precision) == (Amount::Default, Amount::Default)
}

/// The character for `%c`.
fn character(vm: &mut Vm, value: Value) -> PyResult<Gc<Str>> {
    if let Some(text) = value.cast::<Str>() {
        if text.char_len() == 1 {
            return Ok(text);
        }
        return Err(vm.type_error(format_args!(
            "%c requires an int or a unicode character, not a string of length {}",
            text.char_len()
        )));
    }
    if class_of(value).slots().index.is_none() {
        return Err(vm.type_error(format_args!(
            "%c requires an int or a unicode character, not {}",
            class_name(value)
        )));
    }
    let code_point = vm.index(value)?;
    match int::to_i64(code_point)
        .and_then(|c| u32::try_from(c).ok())
        .filter(|c| *c <= prim::text::MAX_CODE_POINT)
    {
        Some(code_point) => Str::from_code_point(vm, code_point),
        None => Err(vm.overflow_error(format_args!("%c arg not in range(0x110000)"))),
    }
}

/// Appends a value for one of the conversions `d i u o x X`.
pub(crate) fn push_int(
    vm: &mut Vm,
    value: Value,
    field: &Field<'_>,
    place: &Place,
    out: &mut prim::TextBuf,
) -> PyResult<()> {
    let conversion = char::from_u32(field.conversion).unwrap_or('d');
    let number = match int::plain(vm, value)? {
        Some(number) => number,
        None => as_int(vm, value, conversion)?,
    };
    let limit = vm.rt().int_max_str_digits;
    let view = int::View::of(number);
    match percent::push_int(out, view.as_ref(), field, place, limit) {
        Ok(()) => Ok(()),
        Err(error) => Err(raise(vm, error)),
    }
}

/// The int that something else is for `%d` (any number) or `%x` (what has `__index__`).
fn as_int(vm: &mut Vm, value: Value, conversion: char) -> PyResult<Value> {
    let needs_index = matches!(conversion, 'o' | 'x' | 'X');
    let class = class_of(value);
    let slots = class.slots();
    let is_number = slots.index.is_some()
        || slots.int.is_some()
        || slots.float.is_some()
        || float::value(value).is_some();
    let result = if !is_number {
        None
    } else if needs_index {
        Some(vm.index(value))
    } else {
        Some(int::from_number(vm, value))
    };
    let what = if needs_index { "an integer" } else { "a real number" };
    match result {
        Some(Ok(number)) => Ok(number),
        Some(Err(raised)) if !vm.raised_matches(&exceptions::TYPE_ERROR) => Err(raised),
        _ => {
            vm.clear_raised();
            Err(vm.type_error(format_args!(
                "%{conversion} format: {what} is required, not {}",
                class_name(value)
            )))
        }
    }
}

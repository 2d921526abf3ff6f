//! `str.translate` and `str.maketrans`.

use super::{Builder, Str};
use crate::dict::Dict;
use crate::exceptions;
use crate::int;
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

/// What a character becomes.
enum Mapped {
    Same,
    Gone,
    CodePoint(u32),
    Text(Gc<Str>),
}

/// Asks the table about a character.
fn look_up(vm: &mut Vm, table: Value, code_point: u32) -> PyResult<Mapped> {
    let key = Value::from_len(code_point as usize);
    if let Some(dict) = table.exact::<Dict>() {
        return match dict.get(vm, key)? {
            Some(found) => mapped(vm, found),
            None => Ok(Mapped::Same),
        };
    }
    let found = match vm.getitem(table, key) {
        Ok(found) => found,
        // IndexError and KeyError: not in the table.
        Err(raised) if !vm.raised_matches(&exceptions::LOOKUP_ERROR) => return Err(raised),
        Err(_) => {
            vm.clear_raised();
            return Ok(Mapped::Same);
        }
    };
    mapped(vm, found)
}

fn mapped(vm: &mut Vm, found: Value) -> PyResult<Mapped> {
    if found.is_none() {
        return Ok(Mapped::Gone);
    }
    if let Some(text) = found.cast::<Str>() {
        return Ok(Mapped::Text(text));
    }
    if int::plain(vm, found)?.is_none() {
        return Err(
            vm.type_error(format_args!("character mapping must return integer, None or str"))
        );
    }
    match int::to_i64(found)
        .and_then(|i| u32::try_from(i).ok())
        .filter(|c| *c <= prim::text::MAX_CODE_POINT)
    {
        Some(code_point) => Ok(Mapped::CodePoint(code_point)),
        None => Err(vm.value_error(format_args!("character mapping must be in range(0x110000)"))),
    }
}

#[pymethods(extra = "translate")]
impl Str {
    /// Replace each character in the string using the given translation table.
    ///
    ///   table
    ///     Translation table, which must be a mapping of Unicode ordinals to
    ///     Unicode ordinals, strings, or None.
    ///
    /// The table must implement lookup/indexing via __getitem__, for instance a
    /// dictionary or list.  If this operation raises LookupError, the character is
    /// left untouched.  Characters mapped to None are deleted.
    #[method(sig = "($self, table, /)")]
    fn translate(this: Gc<Self>, vm: &mut Vm, table: Value) -> PyResult<Gc<Str>> {
        let mut out = Builder::new();
        out.reserve(vm, this.byte_len())?;
        // A table that is a plain dict answers the same every time: ASCII characters are looked up once.
        let is_dict = table.exact::<Dict>().is_some();
        let mut known: [Option<u8>; 128] = [None; 128];
        for code_point in this.text().code_points() {
            if let Some(Some(byte)) = known.get(code_point as usize) {
                out.buf().push_latin1(*byte);
                continue;
            }
            let mapped = match look_up(vm, table, code_point)? {
                Mapped::Gone => continue,
                Mapped::Text(text) => {
                    out.push(vm, text.text())?;
                    continue;
                }
                Mapped::Same => code_point,
                Mapped::CodePoint(other) => other,
            };
            out.push_code_point(vm, mapped)?;
            if let (true, Some(slot), Ok(byte @ 0..0x80)) =
                (is_dict, known.get_mut(code_point as usize), u8::try_from(mapped))
            {
                *slot = Some(byte);
            }
        }
        out.finish(vm)
    }

    /// Return a translation table usable for str.translate().
    ///
    /// If there is only one argument, it must be a dictionary mapping Unicode
    /// ordinals (integers) or characters to Unicode ordinals, strings or None.
    /// Character keys will be then converted to ordinals.
    /// If there are two arguments, they must be strings of equal length, and
    /// in the resulting dictionary, each character in x will be mapped to the
    /// character at the same position in y. If there is a third argument, it
    /// must be a string, whose characters will be mapped to None in the result.
    #[staticmethod(sig = "(x, y=None, z=None, /)", no_text)]
    fn maketrans(
        vm: &mut Vm,
        x: Value,
        #[default(Value::UNDEF)] y: Value,
        #[default(Value::UNDEF)] z: Value,
    ) -> PyResult<Gc<Dict>> {
        let table = Dict::new(vm)?;
        if y.is_undef() {
            one_argument(vm, table, x)?;
            return Ok(table);
        }
        for (number, argument) in [y, z].into_iter().enumerate() {
            if !argument.is_undef() && argument.cast::<Str>().is_none() {
                return Err(vm.type_error(format_args!(
                    "maketrans() argument {} must be str, not {}",
                    number + 2,
                    class_name(argument)
                )));
            }
        }
        let (Some(from), Some(to)) = (x.cast::<Str>(), y.cast::<Str>()) else {
            return Err(vm.type_error(format_args!(
                "first maketrans argument must be a string if there is a second argument"
            )));
        };
        if from.char_len() != to.char_len() {
            return Err(vm.value_error(format_args!(
                "the first two maketrans arguments must have equal length"
            )));
        }
        for (key, value) in from.text().code_points().zip(to.text().code_points()) {
            table.set(vm, Value::from_len(key as usize), Value::from_len(value as usize))?;
        }
        if let Some(gone) = z.cast::<Str>() {
            for key in gone.text().code_points() {
                table.set(vm, Value::from_len(key as usize), Value::NONE)?;
            }
        }
        Ok(table)
    }
}

/// Copies a dictionary whose keys are characters or code points.
fn one_argument(vm: &mut Vm, table: Gc<Dict>, x: Value) -> PyResult<()> {
    let Some(source) = x.exact::<Dict>().or(x.cast::<Dict>()) else {
        return Err(vm.type_error(format_args!(
            "if you give only one argument to maketrans it must be a dict"
        )));
    };
    let mut position = 0;
    while let Some((key, value, _)) = source.next_entry(&mut position) {
        let key = if let Some(text) = key.cast::<Str>() {
            match text.single_code_point() {
                Some(code_point) => Value::from_len(code_point as usize),
                None => {
                    return Err(vm.value_error(format_args!(
                        "string keys in translate table must be of length 1"
                    )));
                }
            }
        } else if int::plain(vm, key)?.is_some() {
            key
        } else {
            return Err(
                vm.type_error(format_args!("keys in translate table must be strings or integers"))
            );
        };
        table.set(vm, key, value)?;
    }
    Ok(())
}

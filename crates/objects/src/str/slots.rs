//! Construction, operators and the protocol of sequences.

use super::{Str, StrAsciiIterator, StrIterator, codec, percent};
use crate::args;
use crate::bytes::{Bytes, buffer_of};
use crate::singletons;
use crate::slice::{self, Slice};
use crate::slots::CompareOp;
use crate::tuple::Tuple;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

#[pymethods]
impl Str {
    #[slot(new)]
    fn new_object(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Str>> {
        // As `str(x)` with any number of arguments by position is a call of its own in CPython, so is its message.
        if kwnames.is_undef() && args.len() > 3 {
            return Err(
                vm.type_error(format_args!("str expected at most 3 arguments, got {}", args.len()))
            );
        }
        let [object, encoding, errors] = args::bind::<3>(vm, &SPEC, args, kwnames)?;
        let object = object.defined();
        let encoding: Option<Gc<Str>> = optional(vm, encoding, 1)?;
        let errors: Option<Gc<Str>> = optional(vm, errors, 2)?;
        let text = match object {
            None => Str::empty(),
            Some(object) if encoding.is_none() && errors.is_none() => vm.str_of(object)?,
            Some(object) => decode_object(vm, object, encoding, errors)?,
        };
        if cls == crate::types::core::STR().object() {
            // `__str__` may have answered an instance of a subclass, which is fine.
            return Ok(text);
        }
        Str::new_as(vm, cls, text.text())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let text = prim::format::quote::repr(this.text());
        Str::from_fallible(vm, text)
    }

    #[slot(str)]
    fn str_slot(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::plain(this, vm)
    }

    #[slot(hash)]
    fn hash_slot(this: Gc<Self>) -> i64 {
        this.hash()
    }

    #[slot(len)]
    fn len(this: Gc<Self>) -> usize {
        this.char_len()
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, other: Value, op: CompareOp) -> Value {
        let Some(other) = other.cast::<Str>() else { return singletons::not_implemented() };
        match op {
            CompareOp::Eq => this.same_text(other).into(),
            CompareOp::Ne => (!this.same_text(other)).into(),
            _ => op.holds(this.as_bytes().cmp(other.as_bytes())).into(),
        }
    }

    #[slot(concat)]
    fn concat_slot(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<Gc<Str>> {
        match other.cast::<Str>() {
            Some(other) => Str::concat(vm, this, other),
            None => Err(vm.type_error(format_args!(
                "can only concatenate str (not \"{}\") to str",
                class_name(other)
            ))),
        }
    }

    #[slot(repeat)]
    fn repeat(this: Gc<Self>, vm: &mut Vm, count: isize) -> PyResult<Gc<Str>> {
        Str::repeated(this, vm, usize::try_from(count).unwrap_or(0))
    }

    #[slot(mod_)]
    fn modulo(vm: &mut Vm, left: Value, right: Value) -> PyResult<Value> {
        match left.cast::<Str>() {
            Some(format) => Ok(percent::format(vm, format, right)?.into()),
            None => Ok(singletons::not_implemented()),
        }
    }

    #[slot(contains)]
    fn contains(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<bool> {
        match value.cast::<Str>() {
            Some(part) => Ok(crate::bytes::find::find(this.as_bytes(), part.as_bytes()).is_some()),
            None => Err(vm.type_error(format_args!(
                "'in <string>' requires string as left operand, not {}",
                class_name(value)
            ))),
        }
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Gc<Str>> {
        if let Some(slice) = key.exact::<Slice>() {
            return slice_of(this, vm, slice);
        }
        let Some(index) = slice::index_of(vm, key)? else {
            return Err(vm.type_error(format_args!(
                "string indices must be integers, not '{}'",
                class_name(key)
            )));
        };
        match slice::item_index(index, this.char_len()) {
            Some(index) => Str::char_at(this, vm, index),
            None => Err(vm.index_error(format_args!("string index out of range"))),
        }
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        if this.is_ascii() {
            return Ok(StrAsciiIterator::over(vm, this)?.into());
        }
        Ok(StrIterator::over(vm, this)?.into())
    }

    #[method(sig = "($self, /)")]
    fn __getnewargs__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let text = Str::plain(this, vm)?;
        Tuple::from_slice(vm, &[text.into()])
    }

    /// Return the size of the string in memory, in bytes.
    #[method(sig = "($self, /)")]
    fn __sizeof__(this: Gc<Self>) -> usize {
        // What the string takes in CPython: one, two or four bytes a character, and a null character.
        let width = match this.text().max_code_point() {
            0..0x80 => return 41 + this.char_len(),
            0x80..0x100 => 1,
            0x100..0x1_0000 => 2,
            _ => 4,
        };
        56 + width * (this.char_len() + 1)
    }
}

/// The parameters of `str()`.
static SPEC: args::Spec = args::Spec {
    owner: args::Owner::Type(<Str as crate::layout::Object>::def),
    name: "str",
    style: args::Style::New,
    params: &["object", "encoding", "errors"],
    positional_only: 0,
    positional: 3,
    required: 0,
    required_keywords: 0,
    var_positional: false,
    var_keyword: false,
};

/// An optional string argument.
fn optional(vm: &mut Vm, v: Value, index: usize) -> PyResult<Option<Gc<Str>>> {
    match v.defined() {
        Some(v) => args::convert(vm, &SPEC, v, index).map(Some),
        None => Ok(None),
    }
}

impl Str {
    /// The string of the character at `index`, which is within the string.
    #[inline]
    pub fn char_at(this: Gc<Str>, vm: &mut Vm, index: usize) -> PyResult<Gc<Str>> {
        match Str::code_point_at(this, vm, index) {
            Some(code_point) => Str::from_code_point(vm, code_point),
            None => Err(vm.index_error(format_args!("string index out of range"))),
        }
    }

    /// `this[index]` for an index that isn't negative; `None` beyond the end.
    #[inline]
    pub fn get(this: Gc<Str>, vm: &mut Vm, index: usize) -> PyResult<Option<Gc<Str>>> {
        if index >= this.char_len() {
            return Ok(None);
        }
        Str::char_at(this, vm, index).map(Some)
    }

    /// The part between two byte offsets, which are boundaries of characters.
    pub(crate) fn part(
        this: Gc<Str>,
        vm: &mut Vm,
        bytes: std::ops::Range<usize>,
    ) -> PyResult<Gc<Str>> {
        if bytes.len() == this.byte_len() {
            return Str::plain(this, vm);
        }
        let Some(part) = this.as_bytes().get(bytes) else { return Ok(Str::empty()) };
        let nchars = if this.is_ascii() {
            part.len()
        } else {
            prim::Text::from_bytes_unchecked(part).code_point_len()
        };
        Str::from_known(vm, part, nchars)
    }
}

fn slice_of(this: Gc<Str>, vm: &mut Vm, slice: Gc<Slice>) -> PyResult<Gc<Str>> {
    let indices = slice.unpack(vm)?.within(this.char_len());
    if indices.step == 1 {
        if indices.len == this.char_len() {
            return Str::plain(this, vm);
        }
        let range = Str::byte_range(this, vm, indices.range());
        let Some(part) = this.as_bytes().get(range) else { return Ok(Str::empty()) };
        return Str::from_known(vm, part, indices.len);
    }
    if this.is_ascii() {
        let bytes = this.as_bytes();
        return match indices.len {
            0 => Ok(Str::empty()),
            1 => Ok(Str::latin1(bytes.get(indices.start).copied().unwrap_or(0))),
            len => {
                let mut result = Str::begin(vm, None, len, len)?;
                for index in indices.iter() {
                    result.push(bytes.get(index..=index).unwrap_or_default());
                }
                Ok(result.finish())
            }
        };
    }
    let mut out = super::Builder::new();
    for index in indices.iter() {
        if let Some(code_point) = Str::code_point_at(this, vm, index) {
            out.push_code_point(vm, code_point)?;
        }
    }
    out.finish(vm)
}

/// `str(object, encoding, errors)`
fn decode_object(
    vm: &mut Vm,
    object: Value,
    encoding: Option<Gc<Str>>,
    errors: Option<Gc<Str>>,
) -> PyResult<Gc<Str>> {
    if object.cast::<Str>().is_some() {
        return Err(vm.type_error(format_args!("decoding str is not supported")));
    }
    let Some(buffer) = buffer_of(vm, object)? else {
        return Err(vm.type_error(format_args!(
            "decoding to str: need a bytes-like object, {} found",
            class_name(object)
        )));
    };
    let bytes = Bytes::new(vm, buffer.bytes())?;
    drop(buffer);
    codec::decode(vm, bytes, encoding, errors)
}

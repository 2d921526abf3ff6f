//! Constants of code objects: plain data in the portable form, Values in the running VM.

use crate::bytes::Bytes;
use crate::code::Code;
use crate::complex::{self, Complex};
use crate::int::{self, Int};
use crate::set::{self, Set};
use crate::slice::Slice;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use crate::{float, intern, singletons};
use ::code::{BigInt, Const};
use heap::Gc;
use prim::text::Text;
use std::sync::Arc;

/// Whether CPython interns a constant string of this text: one that looks like a name.
fn looks_like_name(text: &Text) -> bool {
    text.as_bytes().iter().all(|b| b.is_ascii_alphanumeric() || *b == b'_')
}

/// The value of a constant.
pub fn to_value(vm: &mut Vm, constant: &Const) -> PyResult<Value> {
    vm.check_native_stack(" while making constants")?;
    Ok(match constant {
        Const::None => Value::NONE,
        Const::True => Value::TRUE,
        Const::False => Value::FALSE,
        Const::Ellipsis => singletons::ellipsis(),
        Const::Int(i) => int::from_i64(vm, *i)?,
        Const::BigInt(i) => int::from_limbs(vm, &i.limbs, i.negative)?,
        Const::Float(f) => float::from_f64(vm, *f)?,
        Const::Complex(real, imag) => complex::from_parts(vm, *real, *imag)?,
        Const::Str(s) if looks_like_name(s.as_text()) => {
            intern::intern_text(vm, s.as_text())?.into()
        }
        Const::Str(s) => Str::from_text(vm, s.as_text())?.into(),
        Const::Bytes(b) => Bytes::new(vm, b)?.into(),
        Const::Tuple(items) => tuple(vm, items)?.into(),
        Const::FrozenSet(items) => {
            let members = tuple(vm, items)?;
            Set::frozen_from_slice(vm, members.items())?.into()
        }
        Const::Slice(parts) => {
            let parts = tuple(vm, &parts[..])?;
            match *parts.items() {
                [start, stop, step] => Slice::new(vm, start, stop, step)?.into(),
                _ => Value::NONE,
            }
        }
        Const::Code(code) => Code::new(vm, code.clone())?.into(),
    })
}

/// The values of constants.
pub(super) fn tuple(vm: &mut Vm, items: &[Const]) -> PyResult<Gc<Tuple>> {
    let mut values = Tuple::builder(vm, items.len())?;
    for item in items {
        let value = to_value(vm, item)?;
        values.push(vm, value);
    }
    values.finish(vm)
}

/// The constant that `value` is; `None` for one that no code object made by the compiler can hold.
pub fn from_value(vm: &mut Vm, value: Value) -> PyResult<Option<Const>> {
    vm.check_native_stack(" while reading constants")?;
    if let Some(i) = value.as_small_int() {
        return Ok(Some(Const::Int(i)));
    }
    if let Some(f) = value.as_small_float() {
        return Ok(Some(Const::Float(f)));
    }
    if value == singletons::ellipsis() {
        return Ok(Some(Const::Ellipsis));
    }
    match value {
        Value::NONE => return Ok(Some(Const::None)),
        Value::TRUE => return Ok(Some(Const::True)),
        Value::FALSE => return Ok(Some(Const::False)),
        _ => {}
    }
    if let Some(i) = value.exact::<Int>() {
        let i = i.view();
        return Ok(Some(match i.to_i64() {
            Some(small) => Const::Int(small),
            None => Const::BigInt(Arc::new(BigInt {
                negative: i.is_negative(),
                limbs: i.limbs().into(),
            })),
        }));
    }
    Ok(if let Some(f) = value.exact::<float::Float>() {
        Some(Const::Float(f.value))
    } else if let Some(c) = value.exact::<Complex>() {
        Some(Const::Complex(c.real, c.imag))
    } else if let Some(s) = value.exact::<Str>() {
        Some(Const::Str(s.text().into()))
    } else if let Some(b) = value.exact::<Bytes>() {
        Some(Const::Bytes(b.as_slice().into()))
    } else if let Some(code) = value.exact::<Code>() {
        Some(Const::Code(code.shared()))
    } else if let Some(t) = value.exact::<Tuple>() {
        sequence(vm, t)?.map(|items| Const::Tuple(items.into()))
    } else if let Some(slice) = value.exact::<Slice>() {
        let parts = Tuple::from_slice(vm, &[slice.start, slice.stop, slice.step])?;
        let parts = sequence(vm, parts)?.and_then(|p| <[Const; 3]>::try_from(p).ok());
        parts.map(|p| Const::Slice(Arc::new(p)))
    } else if set::is_exact_frozenset(value) {
        let members = Tuple::from_iterable(vm, value)?;
        sequence(vm, members)?.map(|items| Const::FrozenSet(items.into()))
    } else {
        None
    })
}

fn sequence(vm: &mut Vm, items: Gc<Tuple>) -> PyResult<Option<Vec<Const>>> {
    let mut out = Vec::new();
    for item in items.items() {
        match from_value(vm, *item)? {
            Some(constant) => out.push(constant),
            None => return Ok(None),
        }
    }
    Ok(Some(out))
}

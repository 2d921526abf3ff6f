//! Pickling of arrays: by machine format since protocol 3, as lists before.

use super::edit::code_of;
use super::item::Code;
use super::module::Array;
use heap::Gc;
use macros::pymethods;
use objects::bytes::Bytes;
use objects::protocol::to_list;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use objects::{float, int};

#[pymethods(extra = "pickle")]
impl Array {
    /// Return state information for pickling.
    #[method(sig = "($self, value, /)")]
    fn __reduce_ex__(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<Gc<Tuple>> {
        let protocol = vm.index_clipped(value)?;
        let (class, dict) = Array::class_and_dict(this, vm)?;
        let letter: Value = Str::from_code_point(vm, this.code as u32)?.into();
        if protocol < 3 {
            let list = to_list(vm, this.into())?;
            let arguments = Tuple::pair(vm, letter, list.into())?;
            return Tuple::from_slice(vm, &[class, arguments.into(), dict]);
        }
        let module = (vm.hooks.import)(vm, "array")?;
        let reconstructor = vm.getattr_str(module, "_array_reconstructor")?;
        let bytes = this.to_bytes();
        let bytes = Bytes::new(vm, &bytes)?;
        let format = Value::int32(this.code.machine_format());
        let arguments = Tuple::from_slice(vm, &[class, letter, format, bytes.into()])?;
        Tuple::from_slice(vm, &[reconstructor, arguments.into(), dict])
    }
}

/// What a machine format's items are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Signed,
    Unsigned,
    Float,
    Utf16,
    Utf32,
}

/// Size, kind and big-endianness of each machine format, by number.
const FORMATS: [(usize, Kind, bool); 22] = [
    (1, Kind::Unsigned, false),
    (1, Kind::Signed, false),
    (2, Kind::Unsigned, false),
    (2, Kind::Unsigned, true),
    (2, Kind::Signed, false),
    (2, Kind::Signed, true),
    (4, Kind::Unsigned, false),
    (4, Kind::Unsigned, true),
    (4, Kind::Signed, false),
    (4, Kind::Signed, true),
    (8, Kind::Unsigned, false),
    (8, Kind::Unsigned, true),
    (8, Kind::Signed, false),
    (8, Kind::Signed, true),
    (4, Kind::Float, false),
    (4, Kind::Float, true),
    (8, Kind::Float, false),
    (8, Kind::Float, true),
    (2, Kind::Utf16, false),
    (2, Kind::Utf16, true),
    (4, Kind::Utf32, false),
    (4, Kind::Utf32, true),
];

/// `_array_reconstructor`
pub(super) fn reconstruct(
    vm: &mut Vm,
    arraytype: Value,
    typecode: Value,
    format: i32,
    items: Value,
) -> PyResult<Value> {
    let class = arraytype.cast::<Type>();
    let Some(class) = class else {
        return Err(vm.type_error(format_args!(
            "first argument must be a type object, not {}",
            class_name(arraytype)
        )));
    };
    if !class.is_subtype(Array::class()) {
        let name = class.display_name().to_string();
        return Err(vm.type_error(format_args!("{name} is not a subtype of array.array")));
    }
    let code = code_of(vm, typecode)?;
    let Some((size, kind, big)) =
        usize::try_from(format).ok().and_then(|n| FORMATS.get(n)).copied()
    else {
        return Err(
            vm.value_error(format_args!("third argument must be a valid machine format code."))
        );
    };
    let Some(bytes) = items.cast::<Bytes>() else {
        return Err(vm.type_error(format_args!(
            "fourth argument should be bytes, not {}",
            class_name(items)
        )));
    };
    let array = Array::with_capacity(vm, class, code, 0)?;
    if format == code.machine_format() {
        Array::frombytes(array, vm, items)?;
        return Ok(array.into());
    }
    let data = bytes.as_slice().to_vec();
    if data.len() % size != 0 && !matches!(kind, Kind::Utf16 | Kind::Utf32) {
        return Err(vm.value_error(format_args!("string length not a multiple of item size")));
    }
    if kind == Kind::Utf16 {
        let units: Vec<u16> = data.chunks_exact(2).map(|c| word(c, big) as u16).collect();
        let text = prim::text::TextBuf::from_utf16(&units);
        for (_, c) in text.as_text().code_point_offsets() {
            let c = Str::from_code_point(vm, c)?;
            array.push(vm, c.into())?;
        }
        return Ok(array.into());
    }
    for chunk in data.chunks_exact(size) {
        let word = word(chunk, big);
        let item = item_of(vm, kind, size, word)?;
        array.push(vm, item)?;
    }
    Ok(array.into())
}

/// The bytes as a number.
fn word(bytes: &[u8], big: bool) -> u64 {
    let step = |n: u64, b: &u8| n << 8 | u64::from(*b);
    if big { bytes.iter().fold(0, step) } else { bytes.iter().rev().fold(0, step) }
}

fn item_of(vm: &mut Vm, kind: Kind, size: usize, word: u64) -> PyResult<Value> {
    match kind {
        Kind::Unsigned => int::from_u64(vm, word),
        Kind::Signed => {
            let unused = 64 - 8 * size as u32;
            int::from_i64(vm, (word << unused) as i64 >> unused)
        }
        Kind::Float if size == 4 => float::from_f64(vm, f64::from(f32::from_bits(word as u32))),
        Kind::Float => float::from_f64(vm, f64::from_bits(word)),
        Kind::Utf16 | Kind::Utf32 => Code::CodePoint.load(vm, &word.to_le_bytes()),
    }
}

//! What one item of an array is: type codes, and the conversion between items and Python values.

use objects::str::Str;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use objects::{float, int};

/// The type of an array's items, by its letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(clippy::enum_variant_names, reason = "named after the types of C")]
#[repr(u8)]
pub enum Code {
    /// `b`
    I8 = b'b',
    /// `B`
    U8 = b'B',
    /// `u`: a code point (four bytes, like `wchar_t` on Linux)
    Wide = b'u',
    /// `w`: a code point
    CodePoint = b'w',
    /// `h`
    I16 = b'h',
    /// `H`
    U16 = b'H',
    /// `i`
    I32 = b'i',
    /// `I`
    U32 = b'I',
    /// `l`
    Long = b'l',
    /// `L`
    ULong = b'L',
    /// `q`
    I64 = b'q',
    /// `Q`
    U64 = b'Q',
    /// `f`
    F32 = b'f',
    /// `d`
    F64 = b'd',
}

/// The letters, in the order of `array.typecodes`.
pub const LETTERS: &str = "bBuwhHiIlLqQfd";

const ALL: [Code; 14] = [
    Code::I8,
    Code::U8,
    Code::Wide,
    Code::CodePoint,
    Code::I16,
    Code::U16,
    Code::I32,
    Code::U32,
    Code::Long,
    Code::ULong,
    Code::I64,
    Code::U64,
    Code::F32,
    Code::F64,
];

/// An item's bytes; only the first `Code::size` count.
pub type Item = [u8; 8];

impl Code {
    /// The code of a letter.
    pub fn from_letter(letter: u32) -> Option<Code> {
        ALL.into_iter().find(|code| *code as u32 == letter)
    }

    /// The letter.
    pub fn letter(self) -> char {
        char::from(self as u8)
    }

    /// Bytes of an item; a power of two.
    pub const fn size(self) -> usize {
        match self {
            Code::I8 | Code::U8 => 1,
            Code::I16 | Code::U16 => 2,
            Code::Wide | Code::CodePoint | Code::I32 | Code::U32 | Code::F32 => 4,
            Code::Long | Code::ULong | Code::I64 | Code::U64 | Code::F64 => 8,
        }
    }

    /// Whether items are characters.
    pub const fn is_text(self) -> bool {
        matches!(self, Code::Wide | Code::CodePoint)
    }

    /// The number that pickles know the machine format by (little-endian).
    pub const fn machine_format(self) -> i32 {
        match self {
            Code::U8 => 0,
            Code::I8 => 1,
            Code::U16 => 2,
            Code::I16 => 4,
            Code::U32 => 6,
            Code::I32 => 8,
            Code::U64 | Code::ULong => 10,
            Code::I64 | Code::Long => 12,
            Code::F32 => 14,
            Code::F64 => 16,
            Code::Wide | Code::CodePoint => 20,
        }
    }

    /// The value of the item whose bytes begin `bytes`.
    #[inline]
    pub fn load(self, vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
        let mut item = [0; 8];
        item[..self.size()].copy_from_slice(&bytes[..self.size()]);
        let word = u64::from_le_bytes(item);
        match self {
            Code::F64 => float::from_f64(vm, f64::from_bits(word)),
            Code::F32 => float::from_f64(vm, f64::from(f32::from_bits(word as u32))),
            Code::I8 => Ok(Value::int32(i32::from(word as i8))),
            Code::U8 | Code::U16 | Code::U32 => Ok(Value::from_len(word as usize)),
            Code::I16 => Ok(Value::int32(i32::from(word as i16))),
            Code::I32 => Ok(Value::int32(word as i32)),
            Code::Long | Code::I64 => int::from_i64(vm, word as i64),
            Code::ULong | Code::U64 => int::from_u64(vm, word),
            Code::Wide | Code::CodePoint => {
                if word > 0x10_FFFF {
                    return Err(vm.value_error(format_args!(
                        "character U+{word:x} is not in range [U+0000; U+10ffff]"
                    )));
                }
                Ok(Str::from_code_point(vm, word as u32)?.into())
            }
        }
    }

    /// The item that stands for `v`.
    #[inline]
    pub fn store(self, vm: &mut Vm, v: Value) -> PyResult<Item> {
        let word = match self {
            Code::F64 => vm.float_value(v)?.to_bits(),
            Code::F32 => u64::from((vm.float_value(v)? as f32).to_bits()),
            Code::I8 => small(vm, v, "signed char", i64::from(i8::MIN), i64::from(i8::MAX))?,
            Code::U8 => small(vm, v, "unsigned byte integer", 0, i64::from(u8::MAX))?,
            Code::I16 => {
                small(vm, v, "signed short integer", i64::from(i16::MIN), i64::from(i16::MAX))?
            }
            Code::U16 => small(vm, v, "unsigned short", 0, i64::from(u16::MAX))?,
            Code::I32 => small(vm, v, "signed integer", i64::from(i32::MIN), i64::from(i32::MAX))?,
            Code::U32 => {
                let word = unsigned_long(vm, v)?;
                if word > u64::from(u32::MAX) {
                    return Err(
                        vm.overflow_error(format_args!("unsigned int is greater than maximum"))
                    );
                }
                word
            }
            Code::Long => signed(vm, v, "Python int too large to convert to C long")? as u64,
            Code::ULong => unsigned_long(vm, v)?,
            Code::I64 => signed(vm, v, "int too big to convert")? as u64,
            Code::U64 => {
                let exact = vm.index(v)?;
                match int::to_u64(exact) {
                    Some(word) => word,
                    None if int::is_negative(exact) => {
                        return Err(vm.overflow_error(format_args!(
                            "can't convert negative int to unsigned"
                        )));
                    }
                    None => return Err(vm.overflow_error(format_args!("int too big to convert"))),
                }
            }
            Code::Wide | Code::CodePoint => u64::from(code_point(vm, v)?),
        };
        Ok(word.to_le_bytes())
    }
}

fn signed(vm: &mut Vm, v: Value, overflow: &str) -> PyResult<i64> {
    if let Some(i) = v.as_small_int() {
        return Ok(i);
    }
    let exact = vm.index(v)?;
    match int::to_i64(exact) {
        Some(i) => Ok(i),
        None => Err(vm.overflow_error(format_args!("{overflow}"))),
    }
}

fn small(vm: &mut Vm, v: Value, what: &str, min: i64, max: i64) -> PyResult<u64> {
    let i = signed(vm, v, "Python int too large to convert to C long")?;
    if i < min {
        return Err(vm.overflow_error(format_args!("{what} is less than minimum")));
    }
    if i > max {
        return Err(vm.overflow_error(format_args!("{what} is greater than maximum")));
    }
    Ok(i as u64)
}

fn unsigned_long(vm: &mut Vm, v: Value) -> PyResult<u64> {
    let exact = vm.index(v)?;
    match int::to_u64(exact) {
        Some(word) => Ok(word),
        None if int::is_negative(exact) => {
            Err(vm.overflow_error(format_args!("can't convert negative value to unsigned int")))
        }
        None => {
            Err(vm
                .overflow_error(format_args!("Python int too large to convert to C unsigned long")))
        }
    }
}

fn code_point(vm: &mut Vm, v: Value) -> PyResult<u32> {
    let Some(s) = v.cast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "array item must be a unicode character, not {}",
            class_name(v)
        )));
    };
    match s.single_code_point() {
        Some(c) => Ok(c),
        None => Err(vm.type_error(format_args!(
            "array item must be a unicode character, not a string of length {}",
            s.char_len()
        ))),
    }
}

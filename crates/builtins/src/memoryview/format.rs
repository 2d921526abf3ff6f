//! Items of a memoryview: from bytes to values and back, as the format says.

use objects::bytes::Bytes;
use objects::exceptions;
use objects::types::class_of;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use objects::{float, int};

/// A native format of one character.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Format(u8);

/// Bytes of the largest item.
pub const MAX_ITEM: usize = 8;

impl Format {
    /// Plain bytes.
    pub const BYTES: Format = Format(b'B');

    /// The format of this text: one character, with an optional `@` before it.
    pub fn parse(text: &[u8]) -> Option<Format> {
        let code = match text {
            [code] | [b'@', code] => *code,
            _ => return None,
        };
        b"?cbBhHiIlLqQnNfdeP".contains(&code).then_some(Format(code))
    }

    /// Bytes of an item.
    pub fn size(self) -> usize {
        match self.0 {
            b'?' | b'c' | b'b' | b'B' => 1,
            b'h' | b'H' | b'e' => 2,
            b'i' | b'I' | b'f' => 4,
            _ => 8,
        }
    }

    /// Whether items are single bytes, to which everything can be cast.
    pub fn is_byte(self) -> bool {
        matches!(self.0, b'B' | b'b' | b'c')
    }

    fn signed_bits(self) -> Option<u32> {
        match self.0 {
            b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => Some(8 * self.size() as u32),
            _ => None,
        }
    }

    /// The item in `bytes`, which has this format's size.
    pub fn unpack(self, vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
        let mut word = [0; MAX_ITEM];
        for (to, from) in word.iter_mut().zip(bytes) {
            *to = *from;
        }
        let raw = u64::from_le_bytes(word);
        match self.0 {
            b'?' => Ok((raw != 0).into()),
            b'c' => Ok(Bytes::new(vm, bytes)?.into()),
            b'f' => float::from_f64(vm, f64::from(f32::from_bits(raw as u32))),
            b'd' => float::from_f64(vm, f64::from_bits(raw)),
            b'e' => float::from_f64(vm, half_to_f64(raw as u16)),
            _ => match self.signed_bits() {
                Some(bits) => {
                    let unused = 64 - bits;
                    int::from_i64(vm, (raw << unused).cast_signed() >> unused)
                }
                None => int::from_u64(vm, raw),
            },
        }
    }

    /// The bytes of `v`; `shown` is the format as messages show it.
    pub fn pack(self, vm: &mut Vm, v: Value, shown: &str) -> PyResult<[u8; MAX_ITEM]> {
        match self.0 {
            b'?' => Ok(u64::from(vm.truthy(v)?).to_le_bytes()),
            b'c' => match v.cast::<Bytes>() {
                None => Err(invalid_type(vm, shown)),
                Some(b) => match b.as_slice() {
                    [byte] => Ok(u64::from(*byte).to_le_bytes()),
                    _ => Err(invalid_value(vm, shown)),
                },
            },
            b'f' | b'd' | b'e' => {
                let f = match vm.float_value(v) {
                    Err(_) if vm.raised_matches(&exceptions::TYPE_ERROR) => {
                        vm.clear_raised();
                        return Err(invalid_type(vm, shown));
                    }
                    r => r?,
                };
                match self.0 {
                    b'd' => Ok(f.to_le_bytes()),
                    b'f' => Ok(u64::from((f as f32).to_bits()).to_le_bytes()),
                    _ => match f64_to_half(f) {
                        Some(h) => Ok(u64::from(h).to_le_bytes()),
                        None => Err(invalid_value(vm, shown)),
                    },
                }
            }
            _ => self.pack_int(vm, v, shown),
        }
    }

    fn pack_int(self, vm: &mut Vm, v: Value, shown: &str) -> PyResult<[u8; MAX_ITEM]> {
        if int::hash_of_int(v).is_none() && class_of(v).slots().index.is_none() {
            return Err(invalid_type(vm, shown));
        }
        let i = vm.index(v)?;
        let word = match self.signed_bits() {
            Some(bits) => int::to_i64(i)
                .filter(|i| (i >> (bits - 1)) == 0 || (i >> (bits - 1)) == -1)
                .map(i64::cast_unsigned),
            // Addresses may be given as negative numbers.
            None if self.0 == b'P' && int::is_negative(i) => int::to_i64(i).map(i64::cast_unsigned),
            None => int::to_u64(i).filter(|i| self.size() == 8 || i >> (8 * self.size()) == 0),
        };
        match word {
            Some(word) => Ok(word.to_le_bytes()),
            None => Err(invalid_value(vm, shown)),
        }
    }
}

#[cold]
fn invalid_type(vm: &mut Vm, shown: &str) -> Raised {
    vm.type_error(format_args!("memoryview: invalid type for format '{shown}'"))
}

#[cold]
fn invalid_value(vm: &mut Vm, shown: &str) -> Raised {
    vm.value_error(format_args!("memoryview: invalid value for format '{shown}'"))
}

/// A number of IEEE 754 binary16.
fn half_to_f64(h: u16) -> f64 {
    let (exponent, fraction) = (i32::from(h >> 10 & 0x1F), f64::from(h & 0x3FF));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        0x1F if fraction == 0.0 => f64::INFINITY,
        0x1F => f64::NAN,
        e => (1024.0 + fraction) * 2f64.powi(e - 25),
    };
    if h >> 15 == 0 { size } else { -size }
}

/// The nearest number of binary16, ties to even; `None` if it is too large.
fn f64_to_half(f: f64) -> Option<u16> {
    let sign = if f.is_sign_negative() { 0x8000 } else { 0 };
    let size = f.abs();
    if size.is_nan() {
        return Some(sign | 0x7E00);
    }
    if size.is_infinite() {
        return Some(sign | 0x7C00);
    }
    // Steps between neighbours are 2^-24 below 2^-14 and double with each power of two from there on.
    let exponent = if size < 2f64.powi(-14) { -14 } else { (size.to_bits() >> 52) as i32 - 1023 };
    let steps = (size * 2f64.powi(10 - exponent)).round_ties_even();
    // The hidden bit, and a carry into the next power of two, add up by themselves.
    let bits = steps as u64 + (((exponent + 14) as u64) << 10);
    (bits < 0x7C00).then_some(sign | bits as u16)
}

#[cfg(test)]
mod tests {
    use super::{f64_to_half, half_to_f64};

    #[test]
    fn every_half_goes_there_and_back() {
        for h in 0..=u16::MAX {
            let f = half_to_f64(h);
            if !f.is_nan() {
                assert_eq!(f64_to_half(f), Some(h), "{h:#x} is {f}");
            }
        }
        assert_eq!(f64_to_half(65519.0), Some(0x7BFF));
        assert_eq!(f64_to_half(65520.0), None);
        assert_eq!(f64_to_half(2f64.powi(-25)), Some(0));
    }
}

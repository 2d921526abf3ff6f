//! The codec of the first word of an op: `op:16 | a:16 | b:16 | c:16`, the op in the low bits.

use crate::ops::Op;

/// The first word of an op.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[repr(transparent)]
pub struct Word(pub u64);

impl Word {
    /// A word of these fields.
    #[inline(always)]
    #[must_use]
    pub const fn new(op: Op, a: u16, b: u16, c: u16) -> Word {
        Word(op as u64 | (a as u64) << 16 | (b as u64) << 32 | (c as u64) << 48)
    }

    /// A word whose `b` and `c` are one number.
    #[inline(always)]
    #[must_use]
    pub const fn wide(op: Op, a: u16, bc: i32) -> Word {
        Word(op as u64 | (a as u64) << 16 | (bc as u32 as u64) << 32)
    }

    /// The number of the op.
    #[inline(always)]
    #[must_use]
    pub const fn number(self) -> u16 {
        self.0 as u16
    }

    /// The op, unless this is not the first word of one.
    #[inline(always)]
    #[must_use]
    pub fn op(self) -> Option<Op> {
        Op::from_u16(self.number())
    }

    /// Field `a`.
    #[inline(always)]
    #[must_use]
    pub const fn a(self) -> u16 {
        (self.0 >> 16) as u16
    }

    /// Field `b`.
    #[inline(always)]
    #[must_use]
    pub const fn b(self) -> u16 {
        (self.0 >> 32) as u16
    }

    /// Field `c`.
    #[inline(always)]
    #[must_use]
    pub const fn c(self) -> u16 {
        (self.0 >> 48) as u16
    }

    /// Field `b` as a signed immediate.
    #[inline(always)]
    #[must_use]
    pub const fn b_imm(self) -> i16 {
        self.b() as i16
    }

    /// Field `c` as a signed immediate or a jump distance.
    #[inline(always)]
    #[must_use]
    pub const fn c_imm(self) -> i16 {
        self.c() as i16
    }

    /// Fields `b` and `c` as one signed number.
    #[inline(always)]
    #[must_use]
    pub const fn bc(self) -> i32 {
        (self.0 >> 32) as i32
    }

    /// This word with another field `a`.
    #[must_use]
    pub const fn with_a(self, a: u16) -> Word {
        Word(self.0 & !(0xFFFF << 16) | (a as u64) << 16)
    }

    /// This word with another field `c`.
    #[must_use]
    pub const fn with_c(self, c: u16) -> Word {
        Word(self.0 & !(0xFFFF << 48) | (c as u64) << 48)
    }

    /// This word with other fields `b` and `c`.
    #[must_use]
    pub const fn with_bc(self, bc: i32) -> Word {
        Word(self.0 & 0xFFFF_FFFF | (bc as u32 as u64) << 32)
    }

    /// How many words the op has, this one included, if it is the first word of one.
    #[inline]
    #[must_use]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(self) -> Option<usize> {
        let op = self.op()?;
        Some(match op {
            Op::UnpackSequence => 1 + usize::from(self.b()).div_ceil(4),
            Op::UnpackEx => 1 + (usize::from(self.b()) + usize::from(self.c()) + 1).div_ceil(4),
            _ => 1 + op.words().len(),
        })
    }
}

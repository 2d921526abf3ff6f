//! Walking the instructions of a code object.

use crate::Op;
use crate::opcode::SPECIALIZED;

/// An instruction with its `EXTENDED_ARG`s and caches. Offsets count bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// Where its first `EXTENDED_ARG`, or else the operation, is.
    pub start: usize,
    /// Where the operation is.
    pub offset: usize,
    /// The operation; for a specialised form the one it stands for.
    pub op: Op,
    /// The argument, `EXTENDED_ARG`s included; 0 if the operation has none.
    pub arg: u32,
}

impl Instruction {
    /// The offset of the next instruction.
    #[must_use]
    pub fn end(&self) -> usize {
        self.offset + 2 + 2 * self.op.caches()
    }

    /// Where a jump goes; `None` if this is no jump, or the place is before the start of the code.
    ///
    /// `END_ASYNC_FOR` is no jump, but names a place in the same way.
    #[must_use]
    pub fn jump_target(&self) -> Option<usize> {
        if !self.op.has_jump() && !is_instrumented_jump(self.op) {
            return None;
        }
        let distance = (self.arg as usize).checked_mul(2)?;
        if goes_back(self.op) {
            self.end().checked_sub(distance)
        } else {
            self.end().checked_add(distance)
        }
    }
}

fn goes_back(op: Op) -> bool {
    op.is_backward_jump()
        || matches!(
            op,
            Op::EndAsyncFor | Op::InstrumentedEndAsyncFor | Op::InstrumentedJumpBackward
        )
}

fn is_instrumented_jump(op: Op) -> bool {
    matches!(
        op,
        Op::InstrumentedJumpForward
            | Op::InstrumentedJumpBackward
            | Op::InstrumentedPopJumpIfTrue
            | Op::InstrumentedPopJumpIfFalse
            | Op::InstrumentedPopJumpIfNone
            | Op::InstrumentedPopJumpIfNotNone
    )
}

/// Code that no compiler makes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BadCode {
    /// No operation has this number.
    UnknownOp {
        /// Where.
        offset: usize,
        /// The number.
        byte: u8,
    },
    /// The code ends within an instruction, or its length is odd.
    Truncated {
        /// Where the instruction starts.
        offset: usize,
    },
    /// The argument has more than 32 bits.
    ArgTooLarge {
        /// Where.
        offset: usize,
    },
}

impl std::fmt::Display for BadCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            BadCode::UnknownOp { offset, byte } => {
                write!(f, "unknown opcode {byte} at offset {offset}")
            }
            BadCode::Truncated { offset } => write!(f, "truncated instruction at offset {offset}"),
            BadCode::ArgTooLarge { offset } => {
                write!(f, "instruction argument too large at offset {offset}")
            }
        }
    }
}

impl std::error::Error for BadCode {}

/// The operation of a byte of code; a specialised form is read as its base.
#[must_use]
pub fn base_op(byte: u8) -> Option<Op> {
    Op::from_byte(byte).or_else(|| {
        SPECIALIZED.iter().find(|(number, _, _)| *number == byte).map(|(_, _, base)| *base)
    })
}

/// The instructions of a code object's `code`. After an error there are no more.
#[derive(Clone)]
pub struct Instructions<'a> {
    code: &'a [u8],
    at: usize,
}

/// Walks the instructions.
#[must_use]
pub fn instructions(code: &[u8]) -> Instructions<'_> {
    Instructions { code, at: 0 }
}

impl Instructions<'_> {
    fn decode(&mut self) -> Result<Instruction, BadCode> {
        let start = self.at;
        let mut arg = 0u32;
        loop {
            let offset = self.at;
            let unit = self.code.get(offset..offset + 2).ok_or(BadCode::Truncated { offset })?;
            let op = base_op(unit[0]).ok_or(BadCode::UnknownOp { offset, byte: unit[0] })?;
            arg |= u32::from(unit[1]);
            self.at += 2;
            if op == Op::ExtendedArg {
                arg = arg.checked_mul(256).ok_or(BadCode::ArgTooLarge { offset })?;
                continue;
            }
            let instruction =
                Instruction { start, offset, op, arg: if op.has_arg() { arg } else { 0 } };
            self.at = instruction.end();
            if self.at > self.code.len() {
                return Err(BadCode::Truncated { offset });
            }
            return Ok(instruction);
        }
    }
}

impl Iterator for Instructions<'_> {
    type Item = Result<Instruction, BadCode>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.code.len() {
            return None;
        }
        let item = self.decode();
        if item.is_err() {
            self.at = self.code.len();
        }
        Some(item)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn extended_arguments_and_caches_belong_to_the_instruction() {
        let code = [69, 1, 69, 2, 92, 3, 0, 0, 0, 0, 0, 0, 0, 0, 35, 0];
        let all: Vec<_> = instructions(&code).collect();
        let load = Instruction { start: 0, offset: 4, op: Op::LoadGlobal, arg: 0x1_0203 };
        assert_eq!(
            all,
            [Ok(load), Ok(Instruction { start: 14, offset: 14, op: Op::ReturnValue, arg: 0 })]
        );
    }

    #[test]
    fn bad_code_is_an_error() {
        let last = |code: &[u8]| instructions(code).last();
        assert_eq!(last(&[27]), Some(Err(BadCode::Truncated { offset: 0 })));
        assert_eq!(last(&[92, 0, 0, 0]), Some(Err(BadCode::Truncated { offset: 0 })));
        assert_eq!(last(&[121, 0]), Some(Err(BadCode::UnknownOp { offset: 0, byte: 121 })));
        let long = [69, 255, 69, 255, 69, 255, 69, 255, 84, 0];
        assert_eq!(last(&long), Some(Err(BadCode::ArgTooLarge { offset: 6 })));
    }

    #[test]
    fn jumps_know_where_they_go() {
        let target = |op, arg| Instruction { start: 10, offset: 10, op, arg }.jump_target();
        assert_eq!(target(Op::JumpForward, 3), Some(18));
        assert_eq!(target(Op::JumpBackward, 3), Some(8));
        assert_eq!(target(Op::JumpBackward, 30), None);
        assert_eq!(target(Op::LoadFast, 3), None);
    }
}

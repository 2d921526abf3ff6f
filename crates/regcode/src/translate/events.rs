//! What the unelided translation adds: an op for each instruction, and events.

use std::collections::HashMap;

use ::code::{CodeObject, Op as Py, linetable};

use super::{Result, Translator};
use crate::decode::{Decoded, Insn, NONE};
use crate::error::VerifyError;
use crate::ops::{EventKind, Op};
use crate::word::Word;

/// Which instructions are traced, and which of them begin a line.
#[derive(Default)]
pub(super) struct LineStarts {
    /// By code unit.
    lines: Vec<i32>,
    /// By instruction.
    starts: Vec<bool>,
    /// The first instruction that is traced: `RESUME`.
    first: usize,
    /// By the instruction where a `for` loop ends: the offset of its head.
    heads: HashMap<u32, u32>,
}

impl LineStarts {
    pub(super) fn new(code: &CodeObject, decoded: &Decoded) -> Result<LineStarts> {
        let insns = &decoded.insns;
        let units = code.code.len() / 2;
        let mut lines = Vec::new();
        lines.try_reserve_exact(units).map_err(|_| VerifyError::no_memory())?;
        lines.extend(
            linetable::positions(&code.linetable, code.firstlineno).map(|p| p.line).take(units),
        );
        lines.resize(units, -1);
        let first = insns.iter().position(|insn| insn.op == Py::Resume).unwrap_or(insns.len());
        let mut starts = vec![false; insns.len()];
        let line_of = |insn: &Insn| lines[insn.unit as usize];
        let mut current = -1;
        for (insn, start) in insns.iter().zip(&mut starts).skip(first) {
            if !ends_a_construct(insn.op) {
                let line = line_of(insn);
                *start = line >= 0 && line != current;
                current = line;
            }
        }
        // A target begins a line even if the instruction before it has the same one.
        for insn in insns.iter().skip(first) {
            let mut target = insn.target as usize;
            if insn.op == Py::Send {
                target += 1;
            }
            mark(&mut starts, insns, target, first, line_of);
        }
        for region in &decoded.regions {
            let handler = region.target as usize;
            if insns[handler].op != Py::EndAsyncFor {
                mark(&mut starts, insns, handler, first, line_of);
            }
        }
        let loops = insns.iter().filter(|insn| insn.op == Py::ForIter);
        let heads = loops.map(|insn| (insn.target, insn.offset())).collect();
        Ok(LineStarts { lines, starts, first, heads })
    }
}

/// Instructions that are skipped when their construct ends, or belong to the line of its beginning.
fn ends_a_construct(op: Py) -> bool {
    matches!(op, Py::EndAsyncFor | Py::EndFor | Py::EndSend | Py::Resume | Py::PopIter)
}

fn mark(
    starts: &mut [bool],
    insns: &[Insn],
    target: usize,
    first: usize,
    line_of: impl Fn(&Insn) -> i32,
) {
    if let (Some(start), Some(insn)) = (starts.get_mut(target), insns.get(target)) {
        *start |= target >= first && insn.op != Py::PopIter && line_of(insn) >= 0;
    }
}

impl Translator<'_> {
    pub(super) fn event(&mut self, kind: EventKind, register: u16, offset: u32, destination: u32) {
        self.emit(Op::Event, register, kind as u16, 0);
        let destination = if destination == NONE { 0 } else { destination };
        self.out.word(u64::from(offset) | u64::from(destination) << 32);
    }

    /// Emits what comes before an instruction.
    pub(super) fn announce(&mut self, at: usize, insn: &Insn) {
        let offset = insn.offset();
        let previous = |n: usize| {
            at.checked_sub(n).map_or(offset, |before| self.decoded.insns[before].offset())
        };
        let after = insn.end * 2;
        if at >= self.lines.first && !matches!(insn.op, Py::Resume | Py::EndFor) {
            let line = self.lines.lines[insn.unit as usize];
            let start = u16::from(self.lines.starts[at]);
            self.emit_word(Word::new(Op::Instruction, start, 0, 0), Op::Instruction);
            self.out.word(u64::from(offset) | u64::from(line as u32) << 32);
        }
        match insn.op {
            Py::Resume => {
                let kind = if insn.arg == 0 { EventKind::Start } else { EventKind::Resume };
                self.event(kind, 0, offset, NONE);
            }
            Py::NotTaken => self.event(EventKind::BranchLeft, 0, previous(1), after),
            Py::PopIter => {
                let head = self.lines.heads.get(&(at as u32)).copied();
                self.event(EventKind::BranchRight, 0, head.unwrap_or_else(|| previous(1)), after);
            }
            Py::EndAsyncFor => {
                self.event(EventKind::BranchRight, 0, after.saturating_sub(insn.arg * 2), after)
            }
            Py::EndSend => {
                let value = self.home(self.stack.depth() - 1);
                self.event(EventKind::StopIteration, value, offset, NONE);
            }
            _ => {}
        }
    }
}

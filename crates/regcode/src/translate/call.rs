//! Calls, and the operations of exception handling.

use ::code::Op as Py;

use super::Translator;
use crate::code::Reloc;
use crate::decode::{Insn, note};
use crate::ops::Op;
use crate::state::Loc;

impl Translator<'_> {
    pub(super) fn call(&mut self, at: usize, insn: &Insn) {
        let nargs = insn.arg as usize;
        let keywords = insn.op == Py::CallKw;
        // The names become a word of the op; their slot, above the arguments, is not read.
        let slots = 2 + nargs;
        let first = self.stack.depth() - slots - usize::from(keywords);
        let plain = !keywords && self.stack.loc(first + 1) == Loc::Null;
        let register = self.homes(first..first + slots, plain.then_some(first + 1));
        let op = match (keywords, self.unelided()) {
            (false, false) if plain => Op::CallPlain,
            (false, false) => Op::Call,
            (false, true) => Op::CallMonitored,
            (true, false) => Op::CallKw,
            (true, true) => Op::CallKwMonitored,
        };
        let pc = self.emit(op, register, register, nargs as u16);
        if keywords {
            let constant = at.checked_sub(1).map_or(0, |before| self.decoded.insns[before].arg);
            self.out.reloc(Reloc::Const(constant));
        }
        self.out.caches(2);
        self.made(pc, slots + usize::from(keywords));
    }

    pub(super) fn call_ex(&mut self) {
        let depth = self.stack.depth();
        let keywords = self.stack.loc(depth - 1) != Loc::Null;
        let last = if keywords { depth } else { depth - 1 };
        let register = self.homes(depth - 4..last, Some(depth - 3));
        let op = if self.unelided() { Op::CallExMonitored } else { Op::CallEx };
        let pc = self.emit(op, register, register, u16::from(keywords));
        self.made(pc, 4);
    }

    /// Emits the check of the exception `n` below the top, if it is not known to be one.
    pub(super) fn check_exception(&mut self, insn: &Insn, n: usize, check: Op) {
        if insn.has(note::UNPROVEN) {
            self.prepare(0, 0);
            let register = self.operand(n);
            self.emit(check, register, 0, 0);
        }
    }

    pub(super) fn push_exc_info(&mut self, insn: &Insn) {
        self.check_exception(insn, 0, Op::CheckExc);
        self.prepare(1, 2);
        self.move_home(self.stack.depth() - 1);
        let register = self.home(self.stack.depth() - 1);
        self.emit(Op::PushExcInfo, register, 0, 0);
        self.out.forget();
        self.retouch(1);
        self.stack.push_home();
    }

    pub(super) fn reraise(&mut self, insn: &Insn) {
        self.check_exception(insn, 0, Op::CheckExc);
        self.prepare(1, 0);
        let exception = self.operand(0);
        let mut lasti = 0;
        if insn.arg > 0 {
            lasti = self.operand(insn.arg as usize);
            if insn.has(note::UNPROVEN_LASTI) {
                self.emit(Op::CheckLasti, lasti, 0, 0);
            }
        }
        self.emit(Op::Reraise, exception, lasti, u16::from(insn.arg > 0));
        self.live = false;
    }

    pub(super) fn raise(&mut self, operands: u32) {
        self.prepare(operands as usize, 0);
        let (a, b) = match operands {
            0 => (0, 0),
            1 => (self.operand(0), 0),
            _ => (self.operand(1), self.operand(0)),
        };
        self.emit(Op::Raise, a, b, operands as u16);
        self.live = false;
    }
}

//! Comparisons, branches, loops and generators.

use ::code::Op as Py;

use super::Translator;
use crate::decode::{Insn, NONE, note};
use crate::ops::{EventKind, Op};
use crate::state::Loc;
use crate::word::Word;

/// The ops of a comparison.
struct Compare {
    value: Op,
    /// Branch if true, branch if not; then the same against an immediate.
    branch: [Op; 2],
    immediate: [Op; 2],
}

/// By the number of the comparison.
const COMPARE: [Compare; 6] = [
    Compare {
        value: Op::Lt,
        branch: [Op::JumpIfLt, Op::JumpIfNotLt],
        immediate: [Op::JumpIfLtI, Op::JumpIfNotLtI],
    },
    Compare {
        value: Op::Le,
        branch: [Op::JumpIfLe, Op::JumpIfNotLe],
        immediate: [Op::JumpIfLeI, Op::JumpIfNotLeI],
    },
    Compare {
        value: Op::Eq,
        branch: [Op::JumpIfEq, Op::JumpIfNotEq],
        immediate: [Op::JumpIfEqI, Op::JumpIfNotEqI],
    },
    Compare {
        value: Op::Ne,
        branch: [Op::JumpIfNe, Op::JumpIfNotNe],
        immediate: [Op::JumpIfNeI, Op::JumpIfNotNeI],
    },
    Compare {
        value: Op::Gt,
        branch: [Op::JumpIfGt, Op::JumpIfNotGt],
        immediate: [Op::JumpIfGtI, Op::JumpIfNotGtI],
    },
    Compare {
        value: Op::Ge,
        branch: [Op::JumpIfGe, Op::JumpIfNotGe],
        immediate: [Op::JumpIfGeI, Op::JumpIfNotGeI],
    },
];

impl Translator<'_> {
    /// The conditional jump after this instruction, if both become one op: whether it jumps if false, and where to.
    fn branch_after(&mut self, at: usize) -> Option<(usize, u32)> {
        let next = self.next(at)?;
        let if_false = match next.op {
            Py::PopJumpIfTrue => 0,
            Py::PopJumpIfFalse => 1,
            _ => return None,
        };
        self.taken_in = 1;
        Some((if_false, next.target))
    }

    /// Emits a branch; afterwards the stack is in its homes below the `popped` operands, which are gone.
    fn branch(&mut self, op: Op, a: u16, b: u16, target: u32, popped: usize) {
        let pc = self.emit(op, a, b, 0);
        self.drop_slots(popped);
        self.branch_target(pc, target);
    }

    /// The branch just emitted at `pc` goes to an instruction.
    fn branch_target(&mut self, pc: usize, target: u32) {
        if self.long_jumps {
            let branch = &mut self.out.words[pc];
            *branch = Word(*branch).with_c(1).0;
            self.emit_word(Word::wide(Op::Jump, 0, 1), Op::Jump);
            let jump = self.emit_word(Word::wide(Op::Jump, 0, 0), Op::Jump);
            self.out.goes_to(jump, target, true);
        } else {
            self.out.goes_to(pc, target, false);
        }
    }

    /// Two operands in registers, and everything below them in its home.
    fn branch_operands(&mut self) -> (u16, u16) {
        self.flush_below(self.stack.depth() - 2);
        self.prepare(2, 0);
        (self.operand(1), self.operand(0))
    }

    pub(super) fn compare(&mut self, at: usize, arg: u32) {
        let compare = &COMPARE[(arg >> 5) as usize];
        if let Some((if_false, target)) = self.branch_after(at) {
            if let Some(value) = self.small_int(0) {
                self.flush_below(self.stack.depth() - 2);
                let left = self.operand(1);
                self.branch(compare.immediate[if_false], left, value, target, 2);
            } else {
                let (left, right) = self.branch_operands();
                self.branch(compare.branch[if_false], left, right, target, 2);
            }
            return;
        }
        self.two_operands(compare.value, None);
        if arg & code::oparg::Comparison::TO_BOOL != 0 {
            self.truth(at);
        }
    }

    pub(super) fn identity(&mut self, at: usize, arg: u32) {
        let negated = arg as usize & 1;
        if let Some((if_false, target)) = self.branch_after(at) {
            let (left, right) = self.branch_operands();
            self.branch(
                [Op::JumpIfIs, Op::JumpIfIsNot][negated ^ if_false],
                left,
                right,
                target,
                2,
            );
            return;
        }
        self.two_operands([Op::Is, Op::IsNot][negated], None)
    }

    pub(super) fn contains(&mut self, at: usize, arg: u32) {
        let negated = arg as usize & 1;
        if let Some((if_false, target)) = self.branch_after(at) {
            let (left, right) = self.branch_operands();
            self.branch(
                [Op::JumpIfIn, Op::JumpIfNotIn][negated ^ if_false],
                left,
                right,
                target,
                2,
            );
            return;
        }
        self.two_operands([Op::In, Op::NotIn][negated], None)
    }

    /// `TO_BOOL`, or the same as part of a comparison. A branch and `not` find out the truth of any object; what that
    /// raises belongs to this instruction, as its handler may not cover the next.
    pub(super) fn truth(&mut self, at: usize) {
        let Some(next) = self.next(at) else {
            return self.unary(Op::ToBool, 0);
        };
        self.taken_in = 1;
        match next.op {
            Py::PopJumpIfTrue | Py::PopJumpIfFalse => self.pop_jump(next),
            Py::UnaryNot => self.unary(Op::Not, 0),
            _ => {
                self.taken_in = 0;
                self.unary(Op::ToBool, 0)
            }
        }
    }

    pub(super) fn pop_jump(&mut self, insn: &Insn) {
        let (op, inverse) = match insn.op {
            Py::PopJumpIfTrue => (Op::JumpIfTrue, Op::JumpIfFalse),
            Py::PopJumpIfFalse => (Op::JumpIfFalse, Op::JumpIfTrue),
            Py::PopJumpIfNone => (Op::JumpIfNone, Op::JumpIfNotNone),
            _ => (Op::JumpIfNotNone, Op::JumpIfNone),
        };
        self.flush_below(self.stack.depth() - 1);
        self.prepare(1, 0);
        let operand = self.operand(0);
        if !self.unelided() {
            self.branch(op, operand, 0, insn.target, 1);
            return;
        }
        let pc = self.emit(inverse, operand, 0, 0);
        let start = self.out.pc();
        let destination = self.decoded.start_of(insn.target);
        self.event(EventKind::BranchRight, 0, insn.offset(), destination);
        self.stack.pop();
        let jump = self.emit_word(Word::wide(Op::Jump, 0, 0), Op::Jump);
        self.out.goes_to(jump, insn.target, true);
        let skipped = self.out.pc() - start;
        let branch = &mut self.out.words[pc];
        *branch = Word(*branch).with_c(skipped as u16).0;
    }

    pub(super) fn jump(&mut self, at: usize, insn: &Insn) {
        self.flush();
        self.live = false;
        let target = &self.decoded.insns[insn.target as usize];
        if self.unelided() && insn.op != Py::JumpBackwardNoInterrupt {
            self.event(EventKind::Jump, 0, insn.offset(), self.decoded.start_of(insn.target));
        }
        let backward = match insn.op {
            Py::JumpForward => false,
            // Only the loop of a `yield from` or `await`, which its `Send` leaves, yields each time round and need not check
            // for interrupts.
            Py::JumpBackwardNoInterrupt => {
                let yields = target.op == Py::Send && target.target > at as u32;
                !yields && insn.target <= at as u32
            }
            _ => true,
        };
        if backward && target.op == Py::ForIter && self.for_loop(at, insn.target, target) {
            return;
        }
        let op = if backward { Op::JumpBack } else { Op::Jump };
        let pc = self.emit_word(Word::wide(op, 0, 0), op);
        self.out.caches(op.words().len());
        self.out.goes_to(pc, insn.target, true);
    }

    /// Emits the back-edge of a `for` loop as one op with the loop's head; false if that cannot be.
    fn for_loop(&mut self, at: usize, index: u32, head: &Insn) -> bool {
        if self.unelided() || self.long_jumps {
            return false;
        }
        let head_pc = self.target_pcs[self.verified.nodes[index as usize] as usize];
        let (Some(Op::ForIter), word) = self.out.at(head_pc) else {
            return false;
        };
        let distance = i64::from(head_pc) + 1 - (i64::from(self.out.pc()) + 2);
        let Ok(distance) = i16::try_from(distance) else {
            return false;
        };
        // What it raises is raised by the head.
        self.out.offset = head.offset();
        self.enter_region(head.region);
        self.emit(Op::ForLoop, word.a(), word.b(), distance as u16);
        self.out.caches(1);
        let following =
            self.decoded.insns[at + 1..].iter().position(|insn| insn.has(note::REACHED));
        if following.map(|skipped| at + 1 + skipped) != Some(head.target as usize) {
            let pc = self.emit_word(Word::wide(Op::Jump, 0, 0), Op::Jump);
            self.out.goes_to(pc, head.target, true);
        }
        true
    }

    pub(super) fn for_iter(&mut self, at: usize, insn: &Insn) {
        self.flush();
        let depth = self.stack.depth();
        let pc = self.emit(Op::ForIter, self.home(depth), self.home(depth - 1), 0);
        self.branch_target(pc, insn.target);
        if self.unelided() {
            self.event(
                EventKind::BranchLeft,
                0,
                insn.offset(),
                self.decoded.start_of(at as u32 + 1),
            );
            self.stack.push_home();
        } else if self.long_jumps {
            self.stack.push_home();
        } else {
            self.made(pc, 0);
        }
    }

    pub(super) fn send(&mut self, insn: &Insn) {
        self.flush();
        let depth = self.stack.depth();
        let pc = self.emit(Op::Send, self.home(depth - 1), self.home(depth - 2), 0);
        self.branch_target(pc, insn.target);
    }

    pub(super) fn yield_value(&mut self, delegated: u32) {
        self.prepare(1, 1);
        let top = self.stack.depth() - 1;
        let value = self.operand(0);
        if self.unelided() {
            self.event(EventKind::Yield, value, self.out.offset, NONE);
        }
        self.stack.set(top, Loc::None);
        let pc = self.emit(Op::YieldValue, self.home(top), value, delegated as u16);
        self.made(pc, 1);
    }

    pub(super) fn cleanup_throw(&mut self, insn: &Insn) {
        self.check_exception(insn, 0, Op::CheckExc);
        self.prepare(3, 2);
        let exception = self.operand(0);
        let value = self.stack.depth() - 2;
        self.emit(Op::CleanupThrow, self.home(value), exception, 0);
        self.drop_slots(3);
        self.stack.push(Loc::None);
        self.stack.push_home();
    }

    pub(super) fn return_value(&mut self) {
        self.live = false;
        if let (Loc::Const(index), false) =
            (self.stack.loc(self.stack.depth() - 1), self.decoded.is_generator)
        {
            self.emit(Op::ReturnConst, 0, 0, 0);
            self.out.reloc(crate::code::Reloc::Const(index));
            return;
        }
        self.prepare(1, 0);
        let value = self.operand(0);
        if self.unelided() {
            self.event(EventKind::Return, value, self.out.offset, NONE);
        }
        let op = if self.decoded.is_generator { Op::ReturnFromGenerator } else { Op::Return };
        self.emit(op, value, 0, 0);
    }
}

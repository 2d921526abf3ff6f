//! The optimiser's look at single instructions and those next to them: branches on constants, jumps to jumps, and
//! pairs of operations that one can do.

use code::{Const, Op, oparg::Comparison, oparg::Intrinsic1};

use super::fold::{const_value, loads_const, make_load_small_int};
use super::{BlockId, ENTRY, Graph, NONE, Node, eval};
use crate::assemble::AssembleError;
use crate::ir::ConstTable;

/// How [`Graph::optimize_instr`] leaves an instruction.
#[derive(PartialEq)]
enum Step {
    /// Go on to the next one.
    Next,
    /// Look at this place again.
    Again,
}

/// Loads of constants, with what uses them.
impl Graph {
    pub(super) fn optimize_load_const(
        &mut self,
        consts: &mut ConstTable,
    ) -> Result<(), AssembleError> {
        let mut b = ENTRY;
        while b != NONE {
            let (mut op, mut arg) = (Op::Nop, 0);
            for i in 0..self.len(b) {
                let node = self.node_mut(b, i);
                if node.op == Op::LoadConst {
                    let value = const_value(Op::LoadConst, node.arg, consts)?;
                    make_load_small_int(node, &value);
                }
                // A copy of a constant is that constant.
                if !(op == Op::LoadConst && node.op == Op::Copy && node.arg == 1) {
                    (op, arg) = (node.op, node.arg);
                }
                if loads_const(op) {
                    self.optimize_use_of_const(b, i, op, arg, consts)?;
                }
            }
            b = self.next(b);
        }
        Ok(())
    }

    /// The instruction after `i`, which pushes the constant that `op` and `arg` load.
    fn optimize_use_of_const(
        &mut self,
        b: BlockId,
        i: usize,
        op: Op,
        arg: u32,
        consts: &mut ConstTable,
    ) -> Result<(), AssembleError> {
        let Some(user) = self.op_at(b, i + 1) else { return Ok(()) };
        match user {
            Op::PopJumpIfFalse | Op::PopJumpIfTrue | Op::JumpIfFalse | Op::JumpIfTrue => {
                let truth = eval::is_true(&const_value(op, arg, consts)?);
                let code = self.code_mut(b);
                if matches!(user, Op::PopJumpIfFalse | Op::PopJumpIfTrue) {
                    code[i].nop_out();
                }
                if truth == matches!(user, Op::PopJumpIfTrue | Op::JumpIfTrue) {
                    code[i + 1].op = Op::Jump;
                } else {
                    code[i + 1].nop_out();
                }
            }
            Op::IsOp if const_value(op, arg, consts)? == Const::None => self.optimize_is_none(b, i),
            Op::ToBool => {
                let truth = eval::is_true(&const_value(op, arg, consts)?);
                let index = consts.add(Const::bool(truth));
                let code = self.code_mut(b);
                code[i].nop_out();
                code[i + 1].set(Op::LoadConst, index);
            }
            _ => {}
        }
        Ok(())
    }

    /// `None` loaded at `i`, `IS_OP`, and perhaps a jump on the outcome.
    fn optimize_is_none(&mut self, b: BlockId, i: usize) {
        let code = self.code_mut(b);
        let mut jump = i + 2;
        if code.get(jump).is_some_and(|node| node.op == Op::ToBool) {
            code[jump].nop_out();
            jump += 1;
        }
        let invert = code[i + 1].arg != 0;
        let on_none = match code.get(jump).map(|node| node.op) {
            Some(Op::PopJumpIfTrue) => !invert,
            Some(Op::PopJumpIfFalse) => invert,
            _ => return,
        };
        code[i].nop_out();
        code[i + 1].nop_out();
        code[jump].op = if on_none { Op::PopJumpIfNone } else { Op::PopJumpIfNotNone };
    }
}

/// Everything else.
impl Graph {
    pub(super) fn optimize_block(
        &mut self,
        b: BlockId,
        consts: &mut ConstTable,
    ) -> Result<(), AssembleError> {
        let mut i = 0;
        while i < self.len(b) {
            if self.optimize_instr(b, i, consts)? == Step::Next {
                i += 1;
            }
        }
        self.optimize_swaps(b);
        Ok(())
    }

    fn optimize_instr(
        &mut self,
        b: BlockId,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<Step, AssembleError> {
        let Node { op, arg, .. } = self.code(b)[i];
        if op.has_target() {
            return Ok(self.optimize_jump(b, i));
        }
        let next = self.op_at(b, i + 1);
        match op {
            Op::BuildTuple => {
                if !self.optimize_unpacked_tuple(b, i) {
                    self.fold_tuple(b, i, consts)?;
                }
            }
            Op::BuildList | Op::BuildSet => self.fold_list_or_set(b, i, next, consts)?,
            Op::CallIntrinsic1 if arg == Intrinsic1::ListToTuple as u32 => {
                if next == Some(Op::GetIter) {
                    self.node_mut(b, i).nop_out();
                } else {
                    self.fold_list_to_tuple(b, i, consts)?;
                }
            }
            Op::CallIntrinsic1 if arg == Intrinsic1::UnaryPositive as u32 => {
                self.fold_unary(b, i, consts)?
            }
            Op::UnaryNot if matches!(next, Some(Op::ToBool | Op::UnaryNot)) => {
                self.optimize_pair(b, i)
            }
            Op::UnaryNot | Op::UnaryInvert | Op::UnaryNegative => self.fold_unary(b, i, consts)?,
            Op::BinaryOp => self.fold_binary(b, i, consts)?,
            _ => self.optimize_pair(b, i),
        }
        Ok(Step::Next)
    }

    /// `a, b = x, y`: a tuple that is unpacked at once.
    fn optimize_unpacked_tuple(&mut self, b: BlockId, i: usize) -> bool {
        let code = self.code_mut(b);
        let size = code[i].arg;
        let Some(next) = code.get_mut(i + 1) else { return false };
        if next.op != Op::UnpackSequence || next.arg != size || !(1..=3).contains(&size) {
            return false;
        }
        if size == 1 {
            next.nop_out();
        } else {
            next.op = Op::Swap;
        }
        code[i].nop_out();
        true
    }

    /// The instruction at `i` and the one after it.
    fn optimize_pair(&mut self, b: BlockId, i: usize) {
        let code = self.code_mut(b);
        let (head, tail) = code.split_at_mut(i + 1);
        let first = &mut head[i];
        if first.op == Op::Swap && first.arg == 1 {
            first.nop_out();
            return;
        }
        let Some(second) = tail.first_mut() else { return };
        match (first.op, second.op) {
            (Op::StoreFast, Op::StoreFast)
                if first.arg == second.arg && first.loc.line == second.loc.line =>
            {
                first.set(Op::PopTop, 0);
            }
            (Op::LoadGlobal, Op::PushNull) if first.arg & 1 == 0 => {
                first.arg |= 1;
                second.nop_out();
            }
            (Op::CompareOp, Op::ToBool) => {
                second.set(Op::CompareOp, first.arg | Comparison::TO_BOOL);
                first.nop_out();
            }
            (Op::ContainsOp | Op::IsOp, Op::ToBool) => {
                second.set(first.op, first.arg);
                first.nop_out();
            }
            (Op::ContainsOp | Op::IsOp, Op::UnaryNot) => {
                second.set(first.op, first.arg ^ 1);
                first.nop_out();
            }
            (Op::ToBool, Op::ToBool) => first.nop_out(),
            (Op::UnaryNot, Op::ToBool) => {
                second.set(Op::UnaryNot, 0);
                first.nop_out();
            }
            (Op::UnaryNot, Op::UnaryNot) => {
                first.nop_out();
                second.nop_out();
            }
            _ => {}
        }
    }

    /// A jump to a jump goes where that one goes.
    fn optimize_jump(&mut self, b: BlockId, i: usize) -> Step {
        let node = self.code(b)[i];
        let Some(&there) = self.code(node.target).first() else { return Step::Next };
        let thread_as = match (node.op, there.op) {
            (
                Op::PopJumpIfNotNone | Op::PopJumpIfNone | Op::PopJumpIfFalse | Op::PopJumpIfTrue,
                Op::Jump,
            ) => node.op,
            (Op::JumpIfFalse, Op::Jump | Op::JumpIfFalse)
            | (Op::JumpIfTrue, Op::Jump | Op::JumpIfTrue) => node.op,
            (Op::JumpIfFalse, Op::JumpIfTrue) | (Op::JumpIfTrue, Op::JumpIfFalse) => {
                // The jump there is not taken.
                let beyond = self.next(node.target);
                if beyond == NONE {
                    return Step::Next;
                }
                self.node_mut(b, i).target = beyond;
                return Step::Again;
            }
            (Op::Jump | Op::JumpNoInterrupt, Op::Jump) => Op::Jump,
            (Op::Jump | Op::JumpNoInterrupt, Op::JumpNoInterrupt) => node.op,
            _ => return Step::Next,
        };
        if node.target == there.target {
            return Step::Next;
        }
        self.node_mut(b, i).nop_out();
        self.append(b, thread_as, 0, there.target, there.loc);
        Step::Again
    }
}

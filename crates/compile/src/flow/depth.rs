//! The stack depth at each block, the deepest of all, and the pseudo-operations that code generation leaves behind.

use code::Op;

use super::{BlockId, ENTRY, Graph, NONE, Node};
use crate::assemble::AssembleError;
use crate::ir::Location;

impl Graph {
    /// The greatest depth; sets every reachable block's `start_depth`.
    pub(super) fn calculate_stack_depth(&mut self) -> Result<u32, AssembleError> {
        const UNDERFLOW: AssembleError = AssembleError::Malformed("Invalid CFG, stack underflow");
        for block in &mut self.blocks {
            block.start_depth = i32::MIN;
        }
        let mut stack = self.begin_traversal();
        self.push_depth(ENTRY, 0, &mut stack)?;
        let mut deepest = 0;
        while let Some(b) = stack.pop() {
            let mut depth = self.block(b).start_depth;
            let mut next = self.next(b);
            for i in 0..self.len(b) {
                let node = self.code(b)[i];
                let effect = node.op.stack_effect(node.arg as i32);
                let after = if node.op.is_block_push() { depth } else { depth + effect };
                if after < 0 {
                    return Err(UNDERFLOW);
                }
                deepest = deepest.max(depth);
                // `END_ASYNC_FOR` names its loop for monitoring's sake only.
                if node.op.has_target() && node.op != Op::EndAsyncFor {
                    self.push_depth(node.target, depth + effect, &mut stack)?;
                }
                depth = after;
                if node.op.is_unconditional_jump() || node.op.is_scope_exit() {
                    next = NONE;
                    break;
                }
            }
            if next != NONE {
                self.push_depth(next, depth, &mut stack)?;
            }
        }
        self.end_traversal(stack);
        Ok(deepest as u32)
    }

    fn push_depth(
        &mut self,
        b: BlockId,
        depth: i32,
        stack: &mut Vec<BlockId>,
    ) -> Result<(), AssembleError> {
        let block = self.block_mut(b);
        if depth < 0 || (block.start_depth >= 0 && block.start_depth != depth) {
            return Err(AssembleError::Malformed("Invalid CFG, inconsistent stackdepth"));
        }
        if block.start_depth < 0 {
            block.start_depth = depth;
            stack.push(b);
        }
        Ok(())
    }

    /// `JUMP_IF_TRUE` and `JUMP_IF_FALSE` leave the value they test: a copy of it is tested.
    pub(super) fn convert_pseudo_conditional_jumps(&mut self) {
        let mut b = ENTRY;
        while b != NONE {
            if let Some(last) = self.last_mut(b)
                && matches!(last.op, Op::JumpIfFalse | Op::JumpIfTrue)
            {
                last.op =
                    if last.op == Op::JumpIfFalse { Op::PopJumpIfFalse } else { Op::PopJumpIfTrue };
                let Node { loc, except, .. } = *last;
                let at = self.len(b) - 1;
                self.insert(b, at, Node { op: Op::Copy, arg: 1, loc, target: NONE, except });
                self.insert(b, at + 1, Node { op: Op::ToBool, arg: 0, loc, target: NONE, except });
            }
            b = self.next(b);
        }
    }

    pub(super) fn convert_pseudo_ops(&mut self) -> Result<(), AssembleError> {
        let mut b = ENTRY;
        while b != NONE {
            for node in self.code_mut(b) {
                match node.op {
                    Op::SetupFinally | Op::SetupCleanup | Op::SetupWith => node.nop_out(),
                    Op::LoadClosure => node.op = Op::LoadFast,
                    Op::StoreFastMaybeNull => node.op = Op::StoreFast,
                    _ => {}
                }
            }
            b = self.next(b);
        }
        self.remove_redundant_nops_and_jumps()
    }

    /// Conditional jumps only go forward: one that goes back is turned round and followed by a plain jump. Either
    /// way the branch not taken is marked for monitoring.
    pub(super) fn normalize_jumps(&mut self) {
        for block in &mut self.blocks {
            block.visited = false;
        }
        let mut b = ENTRY;
        while b != NONE {
            self.block_mut(b).visited = true;
            if let Some(&last) = self.last(b)
                && let Some(reversed) = reversed_jump(last.op)
            {
                if self.block(last.target).visited {
                    self.reverse_jump(b, reversed, last.target, last.loc);
                } else {
                    self.append(b, Op::NotTaken, 0, NONE, last.loc);
                }
            }
            b = self.next(b);
        }
    }

    fn reverse_jump(&mut self, b: BlockId, reversed: Op, target: BlockId, loc: Location) {
        let back = self.new_block();
        self.append(back, Op::NotTaken, 0, NONE, loc);
        self.append(back, Op::Jump, 0, target, loc);
        let (cold, next) = (self.block(b).cold, self.next(b));
        if let Some(last) = self.last_mut(b) {
            last.op = reversed;
            last.target = next;
        }
        let start_depth = self.block(target).start_depth;
        let block = self.block_mut(back);
        block.start_depth = start_depth;
        block.cold = cold;
        block.next = next;
        self.block_mut(b).next = back;
    }
}

fn reversed_jump(op: Op) -> Option<Op> {
    Some(match op {
        Op::PopJumpIfNotNone => Op::PopJumpIfNone,
        Op::PopJumpIfNone => Op::PopJumpIfNotNone,
        Op::PopJumpIfFalse => Op::PopJumpIfTrue,
        Op::PopJumpIfTrue => Op::PopJumpIfFalse,
        _ => return None,
    })
}

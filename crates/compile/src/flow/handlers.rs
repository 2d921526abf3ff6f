//! Which handler covers which instruction: follows the region openers and `POP_BLOCK` along the control flow.

use code::{Op, oparg::resume};

use super::{BlockId, ENTRY, Graph, NONE};
use crate::assemble::AssembleError;

/// A stack of handlers as a list: its top and, below, an index into the same table.
struct Frame {
    handler: BlockId,
    below: u32,
    depth: u32,
}

/// The empty stack's index in the table.
const EMPTY: u32 = 0;

impl Graph {
    pub(super) fn mark_except_handlers(&mut self) {
        for i in 0..self.nodes.len() {
            if self.nodes[i].op.is_block_push() {
                let target = self.nodes[i].target;
                self.block_mut(target).except_handler = true;
            }
        }
    }

    /// Gives every instruction its handler and removes `POP_BLOCK`.
    pub(super) fn label_exception_targets(&mut self) -> Result<(), AssembleError> {
        let mut frames = vec![Frame { handler: NONE, below: EMPTY, depth: 0 }];
        let mut state_at = vec![EMPTY; self.block_count()];
        let mut stack = self.begin_traversal();
        self.visit(ENTRY, &mut stack);
        while let Some(b) = stack.pop() {
            let state =
                self.label_block(b, state_at[b as usize], &mut frames, &mut state_at, &mut stack)?;
            let next = self.next(b);
            if next != NONE && self.falls_through(b) && !self.block(next).visited {
                state_at[next as usize] = state;
                self.visit(next, &mut stack);
            }
        }
        self.end_traversal(stack);
        Ok(())
    }

    /// Labels one block, which starts with the handlers `state`; returns the handlers at its end.
    fn label_block(
        &mut self,
        b: BlockId,
        mut state: u32,
        frames: &mut Vec<Frame>,
        state_at: &mut [u32],
        stack: &mut Vec<BlockId>,
    ) -> Result<u32, AssembleError> {
        let mut handler = frames[state as usize].handler;
        let mut last_yield_depth = None;
        for i in 0..self.len(b) {
            let node = *self.node_mut(b, i);
            let target = node.target;
            if node.op.is_block_push() {
                if !self.block(target).visited {
                    state_at[target as usize] = state;
                    self.visit(target, stack);
                }
                if matches!(node.op, Op::SetupWith | Op::SetupCleanup) {
                    self.block_mut(target).preserve_lasti = true;
                }
                frames.push(Frame {
                    handler: target,
                    below: state,
                    depth: frames[state as usize].depth + 1,
                });
                state = frames.len() as u32 - 1;
                handler = target;
                continue;
            }
            if node.op == Op::PopBlock {
                if state == EMPTY {
                    return Err(AssembleError::Malformed("POP_BLOCK without a block"));
                }
                state = frames[state as usize].below;
                handler = frames[state as usize].handler;
                self.node_mut(b, i).nop_out();
                continue;
            }
            self.node_mut(b, i).except = handler;
            if node.op.has_jump() {
                if !self.block(target).visited {
                    state_at[target as usize] = state;
                    self.visit(target, stack);
                }
            } else if node.op == Op::YieldValue {
                last_yield_depth = Some(frames[state as usize].depth);
            } else if node.op == Op::Resume
                && node.arg != resume::AT_FUNC_START
                && last_yield_depth.take() == Some(1)
            {
                self.node_mut(b, i).arg |= resume::DEPTH1_MASK;
            }
        }
        Ok(state)
    }
}

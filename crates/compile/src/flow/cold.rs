//! Code that runs only after an exception goes to the end.

use code::Op;

use super::{BlockId, ENTRY, Graph, NONE};
use crate::assemble::AssembleError;
use crate::ir::Location;

impl Graph {
    /// Warm: reached without an exception.
    fn mark_warm(&mut self) {
        let mut stack = self.begin_traversal();
        self.visit(ENTRY, &mut stack);
        while let Some(b) = stack.pop() {
            self.block_mut(b).warm = true;
            let next = self.next(b);
            if next != NONE && self.falls_through(b) {
                self.visit(next, &mut stack);
            }
            for i in 0..self.len(b) {
                let node = self.code(b)[i];
                if node.op.has_jump() {
                    self.visit(node.target, &mut stack);
                }
            }
        }
        self.end_traversal(stack);
    }

    /// Cold: reached from a handler and not warm.
    fn mark_cold(&mut self) {
        self.mark_warm();
        let mut stack = self.begin_traversal();
        let mut b = ENTRY;
        while b != NONE {
            if self.block(b).except_handler {
                self.visit(b, &mut stack);
            }
            b = self.next(b);
        }
        while let Some(b) = stack.pop() {
            self.block_mut(b).cold = true;
            let next = self.next(b);
            if next != NONE && self.falls_through(b) && !self.block(next).warm {
                self.visit(next, &mut stack);
            }
            if let Some(&last) = self.last(b)
                && last.op.has_jump()
                && !self.block(last.target).warm
            {
                self.visit(last.target, &mut stack);
            }
        }
        self.end_traversal(stack);
    }

    pub(super) fn push_cold_blocks_to_end(&mut self) -> Result<(), AssembleError> {
        if self.next(ENTRY) == NONE {
            return Ok(());
        }
        self.mark_cold();
        self.jump_from_cold_to_warm();

        // Unlinks each streak of cold blocks and chains the streaks.
        let mut cold_first = NONE;
        let mut cold_last = NONE;
        let mut b = ENTRY;
        loop {
            while self.next(b) != NONE && !self.block(self.next(b)).cold {
                b = self.next(b);
            }
            let streak = self.next(b);
            if streak == NONE {
                break;
            }
            let mut end = streak;
            while self.next(end) != NONE && self.block(self.next(end)).cold {
                end = self.next(end);
            }
            if cold_first == NONE {
                cold_first = streak;
            } else {
                self.block_mut(cold_last).next = streak;
            }
            cold_last = end;
            self.block_mut(b).next = self.next(end);
            self.block_mut(end).next = NONE;
        }
        self.block_mut(b).next = cold_first;
        if cold_first == NONE { Ok(()) } else { self.remove_redundant_nops_and_jumps() }
    }

    /// Where cold code falls through to warm code, it needs a jump once the two are apart.
    fn jump_from_cold_to_warm(&mut self) {
        let mut b: BlockId = ENTRY;
        while b != NONE {
            let next = self.next(b);
            if self.block(b).cold && next != NONE && self.block(next).warm && self.falls_through(b)
            {
                self.block_mut(next).labelled = true;
                let jump = self.new_block();
                self.append(jump, Op::JumpNoInterrupt, 0, next, Location::NONE);
                let block = self.block_mut(jump);
                block.cold = true;
                block.next = next;
                block.predecessors = 1;
                self.block_mut(b).next = jump;
            }
            b = next;
        }
    }
}

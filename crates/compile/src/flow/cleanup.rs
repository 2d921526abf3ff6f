//! Removal of what nothing needs: unreachable blocks, redundant `NOP`s and jumps, loads that are popped at once; and
//! the inlining of small exit blocks.

use code::Op;

use super::{BlockId, ENTRY, Graph, NONE};
use crate::assemble::AssembleError;
use crate::ir::Location;

/// An exit block of at most this many instructions is copied to where it is jumped from.
const MAX_COPY_SIZE: usize = 4;

impl Graph {
    /// Counts predecessors and empties the blocks that have none.
    pub(super) fn remove_unreachable(&mut self) {
        for block in &mut self.blocks {
            block.predecessors = 0;
        }
        let mut stack = self.begin_traversal();
        self.block_mut(ENTRY).predecessors = 1;
        self.visit(ENTRY, &mut stack);
        while let Some(b) = stack.pop() {
            let next = self.next(b);
            if next != NONE && self.falls_through(b) {
                self.visit(next, &mut stack);
                self.block_mut(next).predecessors += 1;
            }
            for i in 0..self.len(b) {
                let node = self.code(b)[i];
                if node.op.has_target() {
                    self.visit(node.target, &mut stack);
                    self.block_mut(node.target).predecessors += 1;
                }
            }
        }
        self.end_traversal(stack);
        let mut b = ENTRY;
        while b != NONE {
            let block = self.block_mut(b);
            if block.predecessors == 0 {
                block.len = 0;
                block.except_handler = false;
            }
            b = self.next(b);
        }
    }

    /// Removes the block's `NOP`s that no line event needs; returns how many.
    fn remove_redundant_nops_in(&mut self, b: BlockId) -> usize {
        let len = self.len(b);
        let Some(first) = self.code(b).iter().position(|node| node.op == Op::Nop) else { return 0 };
        let mut kept = first;
        let mut previous_line = if first > 0 { self.code(b)[first - 1].loc.line } else { -1 };
        for i in first..len {
            let node = self.code(b)[i];
            let line = node.loc.line;
            if node.op == Op::Nop && self.nop_is_redundant(b, i, previous_line) {
                continue;
            }
            if kept != i {
                self.code_mut(b)[kept] = node;
            }
            kept += 1;
            previous_line = line;
        }
        self.truncate(b, kept);
        len - kept
    }

    /// Whether the `NOP` at `i` can go; may hand its location to the instruction after it.
    fn nop_is_redundant(&mut self, b: BlockId, i: usize, previous_line: i32) -> bool {
        let code = self.code_mut(b);
        let line = code[i].loc.line;
        if line < 0 || line == previous_line {
            return true;
        }
        if i + 1 < code.len() {
            let next_line = code[i + 1].loc.line;
            if next_line < 0 {
                code[i + 1].loc = code[i].loc;
            }
            return next_line == line || next_line < 0;
        }
        let next = self.next_nonempty(self.next(b));
        if next == NONE {
            return false;
        }
        // `NOP`s without a line will go too, so what counts is the instruction after them.
        let after = self.code(next).iter().find(|node| node.op != Op::Nop || node.loc.line >= 0);
        after.map_or(Location::NONE, |node| node.loc).line == line
    }

    pub(super) fn remove_redundant_nops(&mut self) -> usize {
        let mut removed = 0;
        let mut b = ENTRY;
        while b != NONE {
            removed += self.remove_redundant_nops_in(b);
            b = self.next(b);
        }
        removed
    }

    /// Removes `NOP`s, and pairs of a load and `POP_TOP`, until there are none left.
    pub(super) fn remove_redundant_nops_and_pairs(&mut self) {
        let mut done = false;
        while !done {
            done = true;
            // Where the instruction before this one is, if it is certain to run before it.
            let mut previous: Option<(BlockId, usize)> = None;
            let mut b = ENTRY;
            while b != NONE {
                self.remove_redundant_nops_in(b);
                if self.block(b).labelled {
                    previous = None;
                }
                for i in 0..self.len(b) {
                    if let Some((pb, pi)) = previous
                        && self.code(b)[i].op == Op::PopTop
                        && self.is_plain_push(pb, pi)
                    {
                        self.node_mut(pb, pi).nop_out();
                        self.node_mut(b, i).nop_out();
                        done = false;
                    }
                    previous = Some((b, i));
                }
                let ends_in_jump = previous.is_some_and(|(pb, pi)| self.code(pb)[pi].op.has_jump());
                if ends_in_jump || !self.falls_through(b) {
                    previous = None;
                }
                b = self.next(b);
            }
        }
    }

    fn is_plain_push(&self, b: BlockId, i: usize) -> bool {
        let node = &self.code(b)[i];
        matches!(node.op, Op::LoadConst | Op::LoadSmallInt)
            || (node.op == Op::Copy && node.arg == 1)
    }

    fn remove_redundant_jumps(&mut self) -> Result<usize, AssembleError> {
        let mut removed = 0;
        let mut b = ENTRY;
        while b != NONE {
            if let Some(last) = self.last(b)
                && last.op.is_unconditional_jump()
            {
                let target = self.next_nonempty(last.target);
                if target == NONE {
                    return Err(AssembleError::Malformed("jump with NULL target"));
                }
                if target == self.next_nonempty(self.next(b)) {
                    removed += 1;
                    if let Some(last) = self.last_mut(b) {
                        last.nop_out();
                    }
                }
            }
            b = self.next(b);
        }
        Ok(removed)
    }

    pub(super) fn remove_redundant_nops_and_jumps(&mut self) -> Result<(), AssembleError> {
        loop {
            let nops = self.remove_redundant_nops();
            let jumps = self.remove_redundant_jumps()?;
            if nops + jumps == 0 {
                return Ok(());
            }
        }
    }

    /// Copies a small exit block, or one without line numbers, to each place that jumps to it.
    pub(super) fn inline_small_or_no_lineno_blocks(&mut self) {
        let mut changed = true;
        while changed {
            changed = false;
            let mut b = ENTRY;
            while b != NONE {
                changed |= self.inline_target(b);
                b = self.next(b);
            }
        }
    }

    fn inline_target(&mut self, b: BlockId) -> bool {
        let Some(&last) = self.last(b) else { return false };
        if !last.op.is_unconditional_jump() {
            return false;
        }
        let target = last.target;
        let small_exit = self.exits_scope(target) && self.len(target) <= MAX_COPY_SIZE;
        let no_lineno = self.has_no_lineno(target) && !self.falls_through(target);
        if !small_exit && !no_lineno {
            return false;
        }
        if let Some(jump) = self.last_mut(b) {
            jump.nop_out();
        }
        self.append_block(b, target);
        if no_lineno
            && last.op == Op::Jump
            && let Some(copied) = self.last_mut(b)
            && copied.op.is_unconditional_jump()
        {
            // The jump that went away checked for interrupts, so this one must.
            copied.op = Op::Jump;
        }
        self.block_mut(target).predecessors -= 1;
        true
    }
}

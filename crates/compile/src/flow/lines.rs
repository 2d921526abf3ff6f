//! Line numbers: PEP 626 wants every exit to have one, so exits without are duplicated until each has one predecessor
//! to take it from.

use code::Op;

use super::{BlockId, ENTRY, Graph, NONE};
use crate::ir::Location;

impl Graph {
    pub(super) fn resolve_line_numbers(&mut self) {
        self.duplicate_exits_without_lineno();
        self.propagate_line_numbers();
    }

    fn is_exit_or_eval_check_without_lineno(&self, b: BlockId) -> bool {
        (self.exits_scope(b) || self.code(b).iter().any(|node| checks_eval_breaker(node.op)))
            && self.has_no_lineno(b)
    }

    fn duplicate_exits_without_lineno(&mut self) {
        let mut b = ENTRY;
        while b != NONE {
            if let Some(&last) = self.last(b)
                && last.op.has_jump()
            {
                let target = self.next_nonempty(last.target);
                if target != NONE
                    && self.block(target).predecessors > 1
                    && self.is_exit_or_eval_check_without_lineno(target)
                {
                    self.duplicate_for(b, target, last.loc);
                }
            }
            b = self.next(b);
        }
        // The rest can only be reached by falling through, from one predecessor.
        let mut b = ENTRY;
        while b != NONE {
            let next = self.next(b);
            if next != NONE
                && self.falls_through(b)
                && let Some(&last) = self.last(b)
                && self.is_exit_or_eval_check_without_lineno(next)
            {
                self.code_mut(next)[0].loc = last.loc;
            }
            b = next;
        }
    }

    /// Makes `b`, which ends in a jump to `target`, jump to a copy of its own.
    fn duplicate_for(&mut self, b: BlockId, target: BlockId, loc: Location) {
        let copy = self.new_block();
        self.append_block(copy, target);
        self.code_mut(copy)[0].loc = loc;
        if let Some(last) = self.last_mut(b) {
            last.target = copy;
        }
        self.block_mut(target).predecessors -= 1;
        let next = self.next(target);
        let block = self.block_mut(copy);
        block.predecessors = 1;
        block.next = next;
        block.labelled = true;
        self.block_mut(target).next = copy;
    }

    /// An instruction without a line takes that of the one before it, in its block or its sole predecessor.
    fn propagate_line_numbers(&mut self) {
        let mut b = ENTRY;
        while b != NONE {
            let mut location = Location::NONE;
            for node in self.code_mut(b) {
                if node.loc.line == Location::NONE.line {
                    node.loc = location;
                } else {
                    location = node.loc;
                }
            }
            if let Some(&last) = self.last(b) {
                let next = self.next(b);
                if next != NONE && self.falls_through(b) {
                    self.inherit_location(next, location);
                }
                if last.op.has_jump() {
                    self.inherit_location(last.target, location);
                }
            }
            b = self.next(b);
        }
    }

    fn inherit_location(&mut self, b: BlockId, location: Location) {
        if self.block(b).predecessors == 1
            && let Some(first) = self.code_mut(b).first_mut()
            && first.loc.line == Location::NONE.line
        {
            first.loc = location;
        }
    }
}

/// Whether the operation looks at the eval breaker, where a signal handler may run and see the line.
fn checks_eval_breaker(op: Op) -> bool {
    matches!(op, Op::Resume | Op::Jump | Op::JumpBackward | Op::Call | Op::CallFunctionEx)
}

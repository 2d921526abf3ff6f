//! Fast locals: which loads need a check for an unbound variable, and pairs that become one operation.

use code::Op;

use super::{BlockId, ENTRY, Graph, NONE, Node};

/// How many locals are followed through the whole graph, one bit each; the others within a block only.
const TRACKED: usize = 64;

impl Graph {
    /// Turns a `LOAD_FAST` of a local that may be unbound into `LOAD_FAST_CHECK`.
    pub(super) fn check_uninitialized_locals(&mut self, nlocals: usize, nparams: usize) {
        if nlocals == 0 {
            return;
        }
        if nlocals > TRACKED {
            self.scan_many_locals(nlocals);
        }
        let below = |n: usize| if n >= TRACKED { u64::MAX } else { (1 << n) - 1 };
        let mut stack = self.begin_traversal();
        // Locals that are not parameters start unbound. A `DELETE_FAST` may be anywhere, so every block is looked at
        // once at least; what is found is then carried on until nothing changes.
        self.push_unsafe(ENTRY, below(nlocals) & !below(nparams), &mut stack);
        let mut b = ENTRY;
        while b != NONE {
            self.scan_block_for_locals(b, &mut stack);
            b = self.next(b);
        }
        while let Some(b) = stack.pop() {
            self.block_mut(b).visited = false;
            self.scan_block_for_locals(b, &mut stack);
        }
        self.end_traversal(stack);
    }

    /// Adds locals that may be unbound at the start of `b`; `visited` means that `b` is on the stack.
    fn push_unsafe(&mut self, b: BlockId, unsafe_locals: u64, stack: &mut Vec<BlockId>) {
        let block = self.block_mut(b);
        let both = block.unsafe_locals | unsafe_locals;
        if block.unsafe_locals != both {
            block.unsafe_locals = both;
            self.visit(b, stack);
        }
    }

    fn scan_block_for_locals(&mut self, b: BlockId, stack: &mut Vec<BlockId>) {
        let mut unbound = self.block(b).unsafe_locals;
        for i in 0..self.len(b) {
            let node = *self.node_mut(b, i);
            if node.except != NONE {
                self.push_unsafe(node.except, unbound, stack);
            }
            if node.arg as usize >= TRACKED {
                continue;
            }
            let bit = 1u64 << node.arg;
            match node.op {
                Op::DeleteFast | Op::LoadFastAndClear | Op::StoreFastMaybeNull => unbound |= bit,
                Op::StoreFast | Op::LoadFastCheck => unbound &= !bit,
                Op::LoadFast => {
                    if unbound & bit != 0 {
                        self.node_mut(b, i).op = Op::LoadFastCheck;
                    }
                    unbound &= !bit;
                }
                _ => {}
            }
        }
        let next = self.next(b);
        if next != NONE && self.falls_through(b) {
            self.push_unsafe(next, unbound, stack);
        }
        if let Some(&last) = self.last(b)
            && last.op.has_jump()
        {
            self.push_unsafe(last.target, unbound, stack);
        }
    }

    /// For the locals beyond the first 64: bound only if the same block has bound or loaded it before.
    fn scan_many_locals(&mut self, nlocals: usize) {
        // The number of the block in which the local is known to be bound.
        let mut bound_in = vec![0u32; nlocals - TRACKED];
        let mut number = 0;
        let mut b = ENTRY;
        while b != NONE {
            number += 1;
            for node in self.code_mut(b) {
                let local = (node.arg as usize).checked_sub(TRACKED);
                let Some(state) = local.and_then(|local| bound_in.get_mut(local)) else { continue };
                match node.op {
                    Op::DeleteFast | Op::LoadFastAndClear | Op::StoreFastMaybeNull => {
                        *state = number - 1
                    }
                    Op::StoreFast => *state = number,
                    Op::LoadFast => {
                        if *state != number {
                            node.op = Op::LoadFastCheck;
                        }
                        *state = number;
                    }
                    _ => {}
                }
            }
            b = self.next(b);
        }
    }

    /// Joins two neighbouring loads and stores of low-numbered locals on one line.
    pub(super) fn insert_superinstructions(&mut self) {
        let mut b = ENTRY;
        while b != NONE {
            let code = self.code_mut(b);
            for i in 1..code.len() {
                let (before, after) = code.split_at_mut(i);
                let joined = match (before[i - 1].op, after[0].op) {
                    (Op::LoadFast, Op::LoadFast) => Op::LoadFastLoadFast,
                    (Op::StoreFast, Op::LoadFast) => Op::StoreFastLoadFast,
                    (Op::StoreFast, Op::StoreFast) => Op::StoreFastStoreFast,
                    _ => continue,
                };
                join(&mut before[i - 1], &mut after[0], joined);
            }
            b = self.next(b);
        }
        self.remove_redundant_nops();
    }
}

fn join(first: &mut Node, second: &mut Node, joined: Op) {
    let (line1, line2) = (first.loc.line, second.loc.line);
    if (line1 >= 0 && line2 >= 0 && line1 != line2) || first.arg >= 16 || second.arg >= 16 {
        return;
    }
    first.set(joined, first.arg << 4 | second.arg);
    second.nop_out();
}

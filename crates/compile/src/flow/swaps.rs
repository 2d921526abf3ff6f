//! `SWAP`: runs of them are reduced to the fewest, and where the swapped items are only stored or popped, the
//! instructions are swapped instead.

use code::Op;

use super::{BlockId, Graph};

impl Graph {
    pub(super) fn optimize_swaps(&mut self, b: BlockId) {
        let mut i = 0;
        while i < self.len(b) {
            if self.code(b)[i].op == Op::Swap {
                i = self.shorten_swaps(b, i);
                self.apply_static_swaps(b, i);
            }
            i += 1;
        }
    }

    /// Replaces the run of `SWAP`s and `NOP`s from `first` on by a shortest one; returns the run's last index if
    /// there was more than one `SWAP`.
    fn shorten_swaps(&mut self, b: BlockId, first: usize) -> usize {
        let code = &mut self.code_mut(b)[first..];
        let run = code
            .iter()
            .position(|node| !matches!(node.op, Op::Swap | Op::Nop))
            .unwrap_or(code.len());
        let code = &mut code[..run];
        let swaps = code.iter().filter(|node| node.op == Op::Swap);
        let depth = swaps.clone().map(|node| node.arg as usize).max().unwrap_or(0);
        if swaps.count() < 2 || depth == 0 {
            return first;
        }
        let mut items: Vec<usize> = (0..depth).collect();
        for node in code.iter().filter(|node| node.op == Op::Swap && node.arg > 0) {
            items.swap(0, node.arg as usize - 1);
        }
        // Sorting a permutation with swaps against item 0 takes one swap for each item of a cycle, and one more for a
        // cycle without item 0. Undoing the sort in reverse order makes the permutation, so fill from the end.
        const DONE: usize = usize::MAX;
        let mut end = run;
        for start in 0..depth {
            if items[start] == DONE || items[start] == start {
                continue;
            }
            let mut at = start;
            loop {
                if at != 0 {
                    end -= 1;
                    code[end].set(Op::Swap, at as u32 + 1);
                }
                if items[at] == DONE {
                    break;
                }
                at = std::mem::replace(&mut items[at], DONE);
            }
        }
        code[..end].iter_mut().for_each(super::Node::nop_out);
        first + run - 1
    }

    /// Looks at the `SWAP`s up to `last`, from the right.
    fn apply_static_swaps(&mut self, b: BlockId, last: usize) {
        for i in (0..=last).rev() {
            let swap = self.code(b)[i];
            if swap.op != Op::Swap {
                if swap.op == Op::Nop || is_swappable(swap.op) {
                    continue;
                }
                return;
            }
            if self.swap_instructions(b, i, swap.arg).is_none() {
                return;
            }
        }
    }

    /// Does the `SWAP` at `i` by exchanging two later instructions, if that is safe.
    fn swap_instructions(&mut self, b: BlockId, i: usize, depth: u32) -> Option<()> {
        let code = self.code_mut(b);
        let first = next_swappable(code, i, -1)?;
        let line = code[first].loc.line;
        let mut second = first;
        for _ in 1..depth {
            second = next_swappable(code, second, line)?;
        }
        // Not if they store to the same local, or one between them stores to the local of either.
        let stored = (stores_to(&code[first]), stores_to(&code[second]));
        if stored != (None, None) {
            if stored.0 == stored.1 {
                return None;
            }
            let clash = |node| {
                let local = stores_to(node);
                local.is_some() && (local == stored.0 || local == stored.1)
            };
            if code.get(first + 1..second).unwrap_or_default().iter().any(clash) {
                return None;
            }
        }
        code[i].nop_out();
        code.swap(first, second);
        Some(())
    }
}

/// The instruction after `i`, `NOP`s skipped, if it may change places, and stands on `line` unless that is negative.
fn next_swappable(code: &[super::Node], i: usize, line: i32) -> Option<usize> {
    for (at, node) in code.iter().enumerate().skip(i + 1) {
        if line >= 0 && node.loc.line != line {
            return None;
        }
        if node.op != Op::Nop {
            return is_swappable(node.op).then_some(at);
        }
    }
    None
}

/// Operations that only take the top item, and neither raise nor run code.
fn is_swappable(op: Op) -> bool {
    matches!(op, Op::StoreFast | Op::StoreFastMaybeNull | Op::PopTop)
}

fn stores_to(node: &super::Node) -> Option<u32> {
    matches!(node.op, Op::StoreFast | Op::StoreFastMaybeNull).then_some(node.arg)
}

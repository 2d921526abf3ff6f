//! `LOAD_FAST` becomes `LOAD_FAST_BORROW` where the local certainly outlives the value's stay on the stack.
//!
//! CPython saves reference counting by it. A load may borrow if its value leaves the stack within the block, before
//! the local is stored to or deleted, and is not itself stored in a local. The block is followed with a stack that
//! says which instruction loaded each item, and from which local.

use code::Op;

use super::{BlockId, ENTRY, Graph, NONE};
use crate::assemble::AssembleError;

/// An item of the abstract stack.
#[derive(Clone, Copy)]
struct Item {
    /// The instruction that pushed it; `NO_INSTR` if it was there before the block.
    instr: u32,
    /// The local it was loaded from, or `NO_LOCAL`.
    local: u32,
}

const NO_INSTR: u32 = u32::MAX;
const NO_LOCAL: u32 = u32::MAX;

/// The stack, and for every instruction of the block whether it must not borrow.
#[derive(Default)]
struct State {
    items: Vec<Item>,
    kept: Vec<bool>,
}

impl State {
    fn start(&mut self, len: usize, depth: i32) {
        self.kept.clear();
        self.kept.resize(len, false);
        self.items.clear();
        self.items
            .resize(usize::try_from(depth).unwrap_or(0), Item { instr: NO_INSTR, local: NO_LOCAL });
    }

    fn push(&mut self, instr: usize, local: u32) {
        self.items.push(Item { instr: instr as u32, local });
    }

    fn pop(&mut self) -> Result<Item, AssembleError> {
        self.items.pop().ok_or(AssembleError::Malformed("Invalid CFG, stack underflow"))
    }

    fn keep(&mut self, item: Item) {
        if let Some(kept) = self.kept.get_mut(item.instr as usize) {
            *kept = true;
        }
    }

    fn kill(&mut self, local: u32) {
        for i in 0..self.items.len() {
            if self.items[i].local == local {
                self.keep(self.items[i]);
            }
        }
    }

    fn store(&mut self, local: u32) -> Result<(), AssembleError> {
        let item = self.pop()?;
        self.kill(local);
        self.keep(item);
        Ok(())
    }

    /// The index of the item at `depth`, 1 being the top.
    fn index(&self, depth: u32) -> Result<usize, AssembleError> {
        let index =
            self.items.len().checked_sub(depth as usize).filter(|index| *index < self.items.len());
        index.ok_or(AssembleError::Malformed("Invalid CFG, stack underflow"))
    }
}

impl Graph {
    pub(super) fn borrow_locals(&mut self) -> Result<(), AssembleError> {
        let mut state = State::default();
        let mut stack = self.begin_traversal();
        self.visit(ENTRY, &mut stack);
        self.block_mut(ENTRY).start_depth = 0;
        while let Some(b) = stack.pop() {
            state.start(self.len(b), self.block(b).start_depth);
            for i in 0..self.len(b) {
                self.simulate(b, i, &mut state, &mut stack)?;
            }
            let next = self.next(b);
            if next != NONE && self.len(b) > 0 && self.falls_through(b) {
                self.visit(next, &mut stack);
            }
            for i in 0..state.items.len() {
                state.keep(state.items[i]);
            }
            for (node, kept) in self.code_mut(b).iter_mut().zip(&state.kept) {
                match node.op {
                    Op::LoadFast if !kept => node.op = Op::LoadFastBorrow,
                    Op::LoadFastLoadFast if !kept => node.op = Op::LoadFastBorrowLoadFastBorrow,
                    _ => {}
                }
            }
        }
        self.end_traversal(stack);
        Ok(())
    }

    /// Runs one instruction on the abstract stack.
    fn simulate(
        &mut self,
        b: BlockId,
        i: usize,
        state: &mut State,
        stack: &mut Vec<BlockId>,
    ) -> Result<(), AssembleError> {
        let node = self.code(b)[i];
        let arg = node.arg;
        let net = || node.op.stack_effect(arg as i32);
        match node.op {
            Op::LoadFast => state.push(i, arg),
            Op::DeleteFast => state.kill(arg),
            Op::LoadFastAndClear => {
                state.kill(arg);
                state.push(i, arg);
            }
            Op::LoadFastLoadFast => {
                state.push(i, arg >> 4);
                state.push(i, arg & 15);
            }
            Op::StoreFast => state.store(arg)?,
            Op::StoreFastLoadFast => {
                state.store(arg >> 4)?;
                state.push(i, arg & 15);
            }
            Op::StoreFastStoreFast => {
                state.store(arg >> 4)?;
                state.store(arg & 15)?;
            }
            Op::Copy => {
                let item = state.items[state.index(arg)?];
                state.items.push(item);
            }
            Op::Swap => {
                let (at, top) = (state.index(arg)?, state.index(1)?);
                state.items.swap(at, top);
            }
            // These leave what they look at on the stack.
            Op::FormatSimple
            | Op::GetAnext
            | Op::GetLen
            | Op::GetYieldFromIter
            | Op::ImportFrom
            | Op::MatchKeys
            | Op::MatchMapping
            | Op::MatchSequence
            | Op::WithExceptStart => {
                for n in 0..net() {
                    // CPython names the instruction by the loop's counter here, so the item seems to come from the
                    // block's first instructions.
                    state.push(n as usize, NO_LOCAL);
                }
            }
            // These take items off and leave the rest.
            Op::DictMerge
            | Op::DictUpdate
            | Op::ListAppend
            | Op::ListExtend
            | Op::MapAdd
            | Op::Reraise
            | Op::SetAdd
            | Op::SetUpdate => {
                for _ in net()..0 {
                    state.pop()?;
                }
            }
            Op::CheckExcMatch => {
                state.pop()?;
                state.push(i, NO_LOCAL);
            }
            Op::ForIter => {
                self.visit(node.target, stack);
                state.push(i, NO_LOCAL);
            }
            Op::LoadAttr | Op::LoadSuperAttr => {
                let receiver = state.pop()?;
                if node.op == Op::LoadSuperAttr {
                    state.pop()?;
                    state.pop()?;
                }
                state.push(i, NO_LOCAL);
                if arg & 1 != 0 {
                    // A method call: the receiver may be pushed again.
                    state.items.push(receiver);
                }
            }
            Op::LoadSpecial => {
                let receiver = state.pop()?;
                state.push(i, NO_LOCAL);
                state.items.push(receiver);
            }
            Op::Send => {
                self.visit(node.target, stack);
                state.pop()?;
                state.push(i, NO_LOCAL);
            }
            op => {
                if op.has_target() {
                    self.visit(node.target, stack);
                }
                if !op.is_block_push() {
                    for _ in 0..op.popped(arg as i32) {
                        state.pop()?;
                    }
                    for _ in 0..op.pushed(arg as i32) {
                        state.push(i, NO_LOCAL);
                    }
                }
            }
        }
        Ok(())
    }
}

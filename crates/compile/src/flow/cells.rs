//! Cells: the instructions before a function's body that make them, and their final numbers.
//!
//! Until here a cell's number counts cell variables and then free variables. In the code object the fast locals come
//! first, a parameter that is also a cell has one slot, and the other cells follow.

use code::{Op, object::flags};

use super::{ENTRY, Graph, NONE, Node};
use crate::assemble::AssembleError;
use crate::ir::{Location, UnitInfo};

impl Graph {
    /// Inserts the prefix and renumbers cells; returns the number of fast locals in all.
    pub(super) fn prepare_localsplus(&mut self, info: &UnitInfo) -> Result<usize, AssembleError> {
        let nlocals = info.varnames.len();
        let ncells = info.cellvars.len();
        let nfrees = info.freevars.len();
        let mut slots: Vec<u32> = (0..ncells + nfrees).map(|i| (nlocals + i) as u32).collect();
        for (slot, name) in slots.iter_mut().zip(info.cellvars.items()) {
            if let Some(local) = info.varnames.get_str(name) {
                *slot = local;
            }
        }
        self.insert_prefix(info, &slots);
        let dropped = drop_duplicates(&mut slots, nlocals as u32);
        self.renumber_cells(&slots)?;
        Ok(nlocals + ncells + nfrees - dropped as usize)
    }

    fn insert_prefix(&mut self, info: &UnitInfo, slots: &[u32]) {
        if info.flags & (flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR) != 0 {
            let loc = Location::new(info.firstlineno, info.firstlineno, -1, -1);
            self.insert(ENTRY, 0, Node::new(Op::ReturnGenerator, 0, loc));
            self.insert(ENTRY, 1, Node::new(Op::PopTop, 0, loc));
        }
        let mut cells: Vec<usize> = (0..info.cellvars.len()).collect();
        cells.sort_by_key(|cell| slots[*cell]);
        for (at, cell) in cells.into_iter().enumerate() {
            self.insert(ENTRY, at, Node::new(Op::MakeCell, cell as u32, Location::NONE));
        }
        if !info.freevars.is_empty() {
            self.insert(
                ENTRY,
                0,
                Node::new(Op::CopyFreeVars, info.freevars.len() as u32, Location::NONE),
            );
        }
    }

    fn renumber_cells(&mut self, slots: &[u32]) -> Result<(), AssembleError> {
        let mut b = ENTRY;
        while b != NONE {
            for node in self.code_mut(b) {
                if matches!(
                    node.op,
                    Op::MakeCell
                        | Op::LoadClosure
                        | Op::LoadDeref
                        | Op::StoreDeref
                        | Op::DeleteDeref
                        | Op::LoadFromDictOrDeref
                ) {
                    let slot = slots.get(node.arg as usize);
                    node.arg = *slot.ok_or(AssembleError::Malformed("no such cell"))?;
                }
            }
            b = self.next(b);
        }
        Ok(())
    }
}

/// Closes the gaps left by cells that share a local's slot; returns how many there were.
fn drop_duplicates(slots: &mut [u32], nlocals: u32) -> u32 {
    let mut dropped = 0;
    for (i, slot) in slots.iter_mut().enumerate() {
        if *slot == nlocals + i as u32 {
            *slot -= dropped;
        } else {
            dropped += 1;
        }
    }
    dropped
}

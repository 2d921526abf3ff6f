//! Where the slots of CPython's stack live at a pc.
//!
//! A state is a list of locations, one for each stack slot from the bottom. Lists share their beginnings: a state is a
//! node that names its top slot and the state below, and equal states are one node, so recording a state costs no more
//! than the slots that changed since the last one.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// Where a stack slot lives.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Loc {
    /// In the register `temp_base` plus this. The slot's home is the one of its own index.
    Temp(u16),
    /// In this fast local.
    Local(u16),
    /// It is this constant of the code object.
    Const(u32),
    /// It is this int.
    Int(i32),
    /// It is `None`.
    None,
    /// It holds no value (CPython's NULL).
    Null,
}

/// A state: an index into [`States`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct StateId(pub u32);

impl StateId {
    /// The empty stack.
    pub const EMPTY: StateId = StateId(0);
}

#[derive(Clone, Copy, Debug)]
struct Node {
    below: StateId,
    depth: u32,
    top: Loc,
}

/// The states of a code object.
#[derive(Clone, Debug)]
pub struct States(Vec<Node>);

impl Default for States {
    fn default() -> States {
        States(vec![Node { below: StateId::EMPTY, depth: 0, top: Loc::Null }])
    }
}

impl States {
    /// How many slots there are in a state.
    #[must_use]
    pub fn depth(&self, state: StateId) -> usize {
        self.0.get(state.0 as usize).map_or(0, |node| node.depth as usize)
    }

    /// The slots of a state from the top down: index and location.
    pub fn slots(&self, state: StateId) -> impl Iterator<Item = (usize, Loc)> {
        let mut at = state;
        std::iter::from_fn(move || {
            let node = self.0.get(at.0 as usize).filter(|node| node.depth > 0)?;
            at = node.below;
            Some((node.depth as usize - 1, node.top))
        })
    }
}

/// A hash for small keys made by counting, which need no protection from collisions.
#[derive(Default)]
pub(crate) struct FastHasher(u64);

impl Hasher for FastHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }

    fn write_u16(&mut self, value: u16) {
        self.write_u64(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }

    fn write_i32(&mut self, value: i32) {
        self.write_u64(u64::from(value as u32));
    }

    fn write_isize(&mut self, value: isize) {
        self.write_u64(value as u64);
    }

    fn write_u64(&mut self, value: u64) {
        self.0 =
            (self.0.rotate_left(5) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15).rotate_left(26);
    }
}

/// Makes states while a code object is translated.
#[derive(Default)]
pub(crate) struct Interner {
    states: States,
    known: HashMap<(StateId, Loc), StateId, BuildHasherDefault<FastHasher>>,
}

impl Interner {
    /// The state with `top` above `below`.
    pub(crate) fn push(&mut self, below: StateId, top: Loc) -> StateId {
        let nodes = &mut self.states.0;
        *self.known.entry((below, top)).or_insert_with(|| {
            let depth = nodes[below.0 as usize].depth + 1;
            nodes.push(Node { below, depth, top });
            StateId(nodes.len() as u32 - 1)
        })
    }

    pub(crate) fn finish(self) -> States {
        self.states
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_states_are_one() {
        let mut interner = Interner::default();
        let a = interner.push(StateId::EMPTY, Loc::Temp(0));
        let ab = interner.push(a, Loc::Const(7));
        let ac = interner.push(a, Loc::Local(7));
        assert_eq!(interner.push(a, Loc::Const(7)), ab);
        assert_ne!(ab, ac);
        let states = interner.finish();
        assert_eq!(states.slots(ac).collect::<Vec<_>>(), [(1, Loc::Local(7)), (0, Loc::Temp(0))]);
        assert_eq!(states.depth(ab), 2);
        assert_eq!(states.slots(StateId::EMPTY).count(), 0);
    }
}

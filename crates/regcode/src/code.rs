//! `RegCode`: a translated code object.
//!
//! Which registers are live. The fast locals and the hidden registers always are. Of the temporaries, at an op that has
//! an entry in the state map, exactly those are live that the entry's state names with [`Loc::Temp`]: the stack as it
//! was before the CPython instruction, operands included, since the op may still read them. At an op that suspends,
//! the operand yielded counts as `None`: nothing keeps it alive. Registers above the operands of a call op are
//! free for the callee's frame; at any other op a live slot may be anywhere in the frame, so that frames begin after it.
//!
//! When an op raises, the unwinder looks up the handler range of its pc, moves the slots of the state below the range's
//! depth to their homes (all at once: a slot may live in the home of another), puts the code-unit index of the raising
//! instruction into the next home if the range says so, the exception into the one after, and goes on at the handler.

use crate::ops::Op;
use crate::state::{Loc, StateId, States};
use crate::word::Word;

/// What the interpreter writes over a word when it links the code.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Reloc {
    /// The value of `co_consts[i]`.
    Const(u32),
    /// The string `co_names[i]`.
    Name(u32),
    /// The string that names fast local `i`.
    LocalName(u32),
    /// `None`, which the constants may lack.
    None,
}

/// An entry of the state map.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StateEntry {
    /// The first word of the op.
    pub pc: u32,
    /// The byte offset of the CPython instruction (`f_lasti`).
    pub offset: u32,
    /// Where the stack lives.
    pub state: StateId,
}

/// A range of pcs and its handler. Ranges are in order and do not overlap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct HandlerRange {
    /// The first pc.
    pub start: u32,
    /// The pc after the last.
    pub end: u32,
    /// Where the handler begins.
    pub handler: u32,
    /// How many stack slots stay.
    pub depth: u32,
    /// Whether the code-unit index of the raising instruction is pushed before the exception.
    pub lasti: bool,
}

/// Which translation of a code object this is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Mode {
    /// For speed: moves are left out, branches are fused.
    Elided,
    /// For tracing and monitoring: every instruction of CPython is announced, with the stack in its homes.
    Unelided,
}

/// The register code of a code object.
#[derive(Clone, Debug)]
pub struct RegCode {
    /// Which translation this is.
    pub mode: Mode,
    /// The ops.
    pub words: Box<[u64]>,
    /// Where execution begins.
    pub entry: u32,
    /// The words that hold constants and names, by index.
    pub relocs: Box<[(u32, Reloc)]>,
    /// The states of the state map.
    pub states: States,
    /// The state map, by pc.
    pub state_map: Box<[StateEntry]>,
    /// The handler ranges, by pc.
    pub handlers: Box<[HandlerRange]>,
    /// How many registers a frame has.
    pub nregs: u16,
    /// Fast locals: registers 0 up to here.
    pub nlocalsplus: u16,
    /// The register of the namespace, in a module or class body.
    pub names_reg: Option<u16>,
    /// The register of the generator object, in a generator, coroutine or async generator.
    pub generator_reg: Option<u16>,
    /// The home of stack slot 0.
    pub temp_base: u16,
}

impl RegCode {
    /// The entry of the state map for an op.
    #[must_use]
    pub fn state_at(&self, pc: usize) -> Option<&StateEntry> {
        let at = self.state_map.binary_search_by_key(&pc, |entry| entry.pc as usize).ok()?;
        self.state_map.get(at)
    }

    /// The byte offset of the CPython instruction that the op at `pc` belongs to, for the ops of the state map; for any
    /// other op that of the last one before it, if there is one.
    #[must_use]
    pub fn offset_at(&self, pc: usize) -> Option<u32> {
        let after = self.state_map.partition_point(|entry| entry.pc as usize <= pc);
        Some(self.state_map.get(after.checked_sub(1)?)?.offset)
    }

    /// The first op of the state map at or after a byte offset of CPython's code: in the unelided translation the
    /// beginning of that instruction.
    #[must_use]
    pub fn pc_of_offset(&self, offset: u32) -> Option<usize> {
        let at = self.state_map.partition_point(|entry| entry.offset < offset);
        Some(self.state_map.get(at)?.pc as usize)
    }

    /// The handler range that covers the op at `pc`.
    #[must_use]
    pub fn handler_at(&self, pc: usize) -> Option<&HandlerRange> {
        let after = self.handlers.partition_point(|range| range.start as usize <= pc);
        self.handlers.get(after.checked_sub(1)?).filter(|range| pc < range.end as usize)
    }

    /// The slots of the state at `pc` that a handler of this depth keeps and that are not in their homes yet: slot and
    /// location. All must be read before the first home is written.
    pub fn displaced(&self, pc: usize, depth: u32) -> impl Iterator<Item = (usize, Loc)> {
        let state = self.state_at(pc).map_or(StateId::EMPTY, |entry| entry.state);
        let kept =
            move |slot: usize, loc: Loc| slot < depth as usize && loc != Loc::Temp(slot as u16);
        self.states.slots(state).filter(move |&(slot, loc)| kept(slot, loc))
    }

    /// The slots of a state from the top down: index and location.
    pub fn slots(&self, state: StateId) -> impl Iterator<Item = (usize, Loc)> {
        self.states.slots(state)
    }

    /// The ops in order: pc, op and first word.
    pub fn ops(&self) -> impl Iterator<Item = (usize, Op, Word)> {
        let mut pc = 0;
        std::iter::from_fn(move || {
            let word = Word(*self.words.get(pc)?);
            let (at, op) = (pc, word.op()?);
            pc += word.len()?;
            Some((at, op, word))
        })
    }

    /// Where an op that suspends goes on when the frame is resumed.
    #[must_use]
    pub fn resume_pc(yield_pc: usize) -> usize {
        yield_pc + 1
    }
}

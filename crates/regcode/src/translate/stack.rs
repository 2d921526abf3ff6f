//! The abstract stack, and what moves slots to their homes.

use std::ops::Range;

use super::Translator;
use crate::code::Reloc;
use crate::ops::Op;
use crate::state::{Interner, Loc, StateId};
use crate::word::Word;

/// Where each stack slot lives. It counts what is out of place, so that the usual case, nothing, costs nothing.
#[derive(Default)]
pub(super) struct Stack {
    slots: Vec<Loc>,
    /// For each slot the state up to and with it; good below `good_states`.
    states: Vec<StateId>,
    good_states: usize,
    /// How many slots live in the home of another.
    foreign: usize,
    /// How many slots are aliases of locals.
    aliases: usize,
    /// All slots below this are in their homes.
    settled: usize,
    /// How many slots were gone through again, by depth rather than by instruction.
    pub(super) work: usize,
}

impl Stack {
    pub(super) fn depth(&self) -> usize {
        self.slots.len()
    }

    pub(super) fn loc(&self, slot: usize) -> Loc {
        self.slots[slot]
    }

    fn count(&mut self, slot: usize, loc: Loc, by: isize) {
        match loc {
            Loc::Temp(home) if usize::from(home) != slot => {
                self.foreign = self.foreign.wrapping_add_signed(by)
            }
            Loc::Local(_) => self.aliases = self.aliases.wrapping_add_signed(by),
            _ => {}
        }
    }

    pub(super) fn push(&mut self, loc: Loc) {
        let slot = self.slots.len();
        self.slots.push(loc);
        self.arrived(slot, loc);
    }

    pub(super) fn push_home(&mut self) {
        self.push(Loc::Temp(self.slots.len() as u16));
    }

    pub(super) fn pop(&mut self) -> Option<Loc> {
        let loc = self.slots.pop()?;
        let slot = self.slots.len();
        self.count(slot, loc, -1);
        self.good_states = self.good_states.min(slot);
        Some(loc)
    }

    pub(super) fn set(&mut self, slot: usize, loc: Loc) {
        self.count(slot, self.slots[slot], -1);
        self.slots[slot] = loc;
        self.arrived(slot, loc);
    }

    fn arrived(&mut self, slot: usize, loc: Loc) {
        self.count(slot, loc, 1);
        self.good_states = self.good_states.min(slot);
        if loc != Loc::Temp(slot as u16) {
            self.settled = self.settled.min(slot);
        }
    }

    /// Makes it a stack of this depth with every slot in its home.
    pub(super) fn reset(&mut self, depth: usize) {
        let common = self.settled.min(depth).min(self.slots.len());
        self.work += depth - common;
        self.slots.truncate(common);
        self.slots.extend((common..depth).map(|slot| Loc::Temp(slot as u16)));
        self.good_states = self.good_states.min(common);
        (self.foreign, self.aliases, self.settled) = (0, 0, depth);
    }

    pub(super) fn state(&mut self, states: &mut Interner) -> StateId {
        self.states.truncate(self.good_states);
        self.work += self.slots.len() - self.good_states;
        for slot in self.good_states..self.slots.len() {
            let below = self.states.last().copied().unwrap_or(StateId::EMPTY);
            self.states.push(states.push(below, self.slots[slot]));
        }
        self.good_states = self.slots.len();
        self.states.last().copied().unwrap_or(StateId::EMPTY)
    }
}

impl Translator<'_> {
    pub(super) fn home(&self, slot: usize) -> u16 {
        (self.temp_base + slot) as u16
    }

    /// Emits an op with the current stack as its state.
    pub(super) fn emit(&mut self, op: Op, a: u16, b: u16, c: u16) -> usize {
        self.emit_word(Word::new(op, a, b, c), op)
    }

    pub(super) fn emit_word(&mut self, word: Word, op: Op) -> usize {
        let state = op.has_state().then(|| self.stack.state(&mut self.out.states));
        self.out.op(word, state)
    }

    /// Puts what a slot holds into a register.
    pub(super) fn load(&mut self, register: u16, loc: Loc) {
        match loc {
            Loc::Temp(home) => {
                let from = self.home(usize::from(home));
                self.emit(Op::Move, register, from, 0);
            }
            Loc::Local(local) => {
                self.emit(Op::Move, register, local, 0);
            }
            Loc::Int(value) => {
                self.emit_word(Word::wide(Op::LoadInt, register, value), Op::LoadInt);
            }
            Loc::Null => {
                self.emit(Op::LoadUndef, register, 0, 0);
            }
            Loc::Const(index) => {
                self.emit(Op::LoadConst, register, 0, 0);
                self.out.reloc(Reloc::Const(index));
            }
            Loc::None => {
                self.emit(Op::LoadConst, register, 0, 0);
                self.out.reloc(Reloc::None);
            }
        }
    }

    /// Moves a slot to its home, in which no other slot lives.
    pub(super) fn move_home(&mut self, slot: usize) {
        let loc = self.stack.loc(slot);
        if loc != Loc::Temp(slot as u16) {
            self.load(self.home(slot), loc);
            self.stack.set(slot, Loc::Temp(slot as u16));
        }
    }

    /// Moves every slot to its home.
    pub(super) fn flush(&mut self) {
        self.flush_below(self.stack.depth())
    }

    /// Moves the slots below `depth` to their homes, and none of the others out of reach.
    pub(super) fn flush_below(&mut self, depth: usize) {
        if self.stack.foreign > 0 && self.needs_settling(depth) {
            self.settle();
        }
        let first = self.stack.settled;
        if first < depth {
            self.stack.work += depth - first;
            (first..depth).for_each(|slot| self.move_home(slot));
            self.stack.settled = depth;
        }
    }

    /// Whether a slot below `depth` lives in the home of another, or its home is lived in by another.
    fn needs_settling(&mut self, depth: usize) -> bool {
        self.stack.work += self.stack.depth();
        (0..self.stack.depth()).any(|slot| match self.stack.loc(slot) {
            Loc::Temp(home) if usize::from(home) != slot => {
                let home = usize::from(home);
                slot < depth || home < depth && self.stack.loc(home) != Loc::Temp(home as u16)
            }
            _ => false,
        })
    }

    /// Moves the slots that live in the homes of others to their own homes, all at once.
    fn settle(&mut self) {
        let depth = self.stack.depth();
        self.stack.work += depth;
        let source = |stack: &Stack, slot: usize| match stack.loc(slot) {
            Loc::Temp(home) if usize::from(home) != slot => Some(usize::from(home)),
            _ => None,
        };
        let mut readers = vec![0u32; self.verified.max_depth];
        for slot in 0..depth {
            if let Some(from) = source(&self.stack, slot) {
                readers[from] += 1;
            }
        }
        // First the chains: a slot may move once nobody else lives in its home.
        for start in 0..depth {
            let mut slot = start;
            while readers[slot] == 0
                && let Some(from) = source(&self.stack, slot)
            {
                self.move_home(slot);
                readers[from] -= 1;
                if from >= depth {
                    break;
                }
                slot = from;
            }
        }
        // What is left are cycles.
        for start in 0..depth {
            let mut slot = start;
            while let Some(from) = source(&self.stack, slot) {
                self.stack.set(slot, Loc::Temp(slot as u16));
                if from == start {
                    break;
                }
                let (a, b) = (self.home(slot), self.home(from));
                self.emit(Op::Swap, a, b, 0);
                slot = from;
            }
        }
    }

    /// Before an op that takes `popped` slots and makes `pushed`: sees to it that the homes it writes, and those its
    /// operands may have to be moved to, are no other slot's.
    pub(super) fn prepare(&mut self, popped: usize, pushed: usize) {
        if self.stack.foreign == 0 {
            return;
        }
        let depth = self.stack.depth();
        let base = depth - popped;
        self.stack.work += depth;
        let clash = (0..depth).any(|slot| match self.stack.loc(slot) {
            Loc::Temp(home) if usize::from(home) != slot => {
                let home = usize::from(home);
                let is_result = home >= base && home < base + pushed && slot < base;
                let needs_home =
                    home < depth && !matches!(self.stack.loc(home), Loc::Temp(_) | Loc::Local(_));
                is_result || needs_home
            }
            _ => false,
        });
        if clash {
            self.settle();
        }
    }

    /// The register of the slot `n` below the top, to be read.
    pub(super) fn operand(&mut self, n: usize) -> u16 {
        let slot = self.stack.depth() - 1 - n;
        match self.stack.loc(slot) {
            Loc::Temp(home) => self.home(usize::from(home)),
            Loc::Local(local) => local,
            _ => {
                self.move_home(slot);
                self.home(slot)
            }
        }
    }

    /// Moves the top `n` slots to their homes; gives the first register.
    pub(super) fn run_of(&mut self, n: usize) -> u16 {
        let depth = self.stack.depth();
        self.homes(depth - n..depth, None)
    }

    /// Moves slots to their homes, except `unused`; gives the first register.
    pub(super) fn homes(&mut self, slots: Range<usize>, unused: Option<usize>) -> u16 {
        if self.stack.foreign > 0 {
            self.settle();
        }
        let first = self.home(slots.start);
        slots.filter(|slot| Some(*slot) != unused).for_each(|slot| self.move_home(slot));
        first
    }

    /// The slot `n` below the top is this small int.
    pub(super) fn small_int(&self, n: usize) -> Option<u16> {
        match self.stack.loc(self.stack.depth() - 1 - n) {
            Loc::Int(value) => i16::try_from(value).ok().map(|value| value as u16),
            _ => None,
        }
    }

    pub(super) fn drop_slots(&mut self, n: usize) {
        (0..n).for_each(|_| {
            self.stack.pop();
        });
    }

    /// The op at `pc` has taken `popped` slots and written the home of the next one by its field `a`.
    pub(super) fn made(&mut self, pc: usize, popped: usize) {
        self.drop_slots(popped);
        if !self.unelided() {
            self.out.writes(pc, self.stack.depth());
        }
        self.stack.push_home();
    }

    /// Before local `n` is written or cleared: its aliases on the stack get their own copies.
    pub(super) fn free_local(&mut self, local: u16) {
        if self.stack.aliases == 0 {
            return;
        }
        let depth = self.stack.depth();
        self.stack.work += depth;
        let is_alias = |stack: &Stack, slot: usize| stack.loc(slot) == Loc::Local(local);
        if !(0..depth).any(|slot| is_alias(&self.stack, slot)) {
            return;
        }
        if self.stack.foreign > 0 {
            self.settle();
        }
        for slot in 0..depth {
            if is_alias(&self.stack, slot) {
                self.move_home(slot);
            }
        }
    }

    /// Whether a slot lives in the home of slot `home`.
    pub(super) fn is_used(&mut self, home: usize) -> bool {
        if self.stack.foreign == 0 {
            return self.stack.depth() > home && self.stack.loc(home) == Loc::Temp(home as u16);
        }
        self.stack.work += self.stack.depth();
        (0..self.stack.depth()).any(|slot| self.stack.loc(slot) == Loc::Temp(home as u16))
    }
}

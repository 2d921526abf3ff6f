//! Emission: words, relocations, the state map, jumps to be patched, and the memory of which op was the last.

use crate::code::{Reloc, StateEntry};
use crate::ops::Op;
use crate::state::{Interner, StateId};
use crate::word::Word;

/// The last op, if its destination may still be changed.
#[derive(Clone, Copy)]
enum Last {
    None,
    /// Field `a` of the op at this pc is the home of this slot.
    Dst {
        pc: usize,
        slot: usize,
    },
    /// The op at this pc lists the homes of slots as targets: of `top` first, and downwards.
    Targets {
        pc: usize,
        top: usize,
        count: usize,
    },
}

/// A jump whose distance is not known yet.
struct Fixup {
    /// The word that holds it.
    word: u32,
    /// The pc it counts from.
    from: u32,
    /// The instruction it goes to.
    insn: u32,
    /// Whether it is in field `bc` rather than `c`.
    far: bool,
}

pub(super) struct Emitter {
    pub(super) words: Vec<u64>,
    pub(super) relocs: Vec<(u32, Reloc)>,
    pub(super) state_map: Vec<StateEntry>,
    pub(super) states: Interner,
    /// The byte offset of the current instruction.
    pub(super) offset: u32,
    fixups: Vec<Fixup>,
    last: Last,
}

impl Emitter {
    pub(super) fn new(insns: usize) -> Emitter {
        Emitter {
            words: Vec::with_capacity(insns.min(1 << 16) * 2),
            relocs: Vec::new(),
            state_map: Vec::with_capacity(insns.min(1 << 16)),
            states: Interner::default(),
            offset: 0,
            fixups: Vec::new(),
            last: Last::None,
        }
    }

    pub(super) fn pc(&self) -> u32 {
        self.words.len() as u32
    }

    /// The last op can no longer be changed.
    pub(super) fn forget(&mut self) {
        self.last = Last::None;
    }

    /// Emits the first word of an op; `state` is where the stack lives, for the ops that need it.
    pub(super) fn op(&mut self, word: Word, state: Option<StateId>) -> usize {
        let pc = self.words.len();
        if let Some(state) = state {
            self.state_map.push(StateEntry { pc: pc as u32, offset: self.offset, state });
        }
        self.words.push(word.0);
        self.last = Last::None;
        pc
    }

    pub(super) fn caches(&mut self, n: usize) {
        self.words.extend(std::iter::repeat_n(0, n));
    }

    pub(super) fn word(&mut self, word: u64) {
        self.words.push(word);
    }

    /// Emits a word that the interpreter replaces.
    pub(super) fn reloc(&mut self, reloc: Reloc) {
        let index = match reloc {
            Reloc::Const(i) | Reloc::Name(i) | Reloc::LocalName(i) => i,
            Reloc::None => 0,
        };
        self.relocs.push((self.pc(), reloc));
        self.words.push(u64::from(index));
    }

    /// The op at `pc`, the last one, writes the home of `slot` by its field `a`.
    pub(super) fn writes(&mut self, pc: usize, slot: usize) {
        self.last = Last::Dst { pc, slot };
    }

    /// Lists the homes of `count` slots from `top` down as the targets of the op at `pc`.
    pub(super) fn targets(&mut self, pc: usize, top: usize, count: usize, temp_base: usize) {
        for first in (0..count).step_by(4) {
            let mut word = 0;
            for i in first..count.min(first + 4) {
                word |= ((temp_base + top - i) as u64) << (16 * (i - first));
            }
            self.words.push(word);
        }
        self.last = Last::Targets { pc, top, count };
    }

    /// Makes the last op write `register` instead of the home of `slot`, if it does write that.
    pub(super) fn redirect(&mut self, slot: usize, register: u16) -> bool {
        match self.last {
            Last::Dst { pc, slot: written } if written == slot => {
                self.words[pc] = Word(self.words[pc]).with_a(register).0;
                self.last = Last::None;
                true
            }
            Last::Targets { pc, top, count } if slot <= top && top - slot < count => {
                let i = top - slot;
                let shift = 16 * (i % 4);
                let word = &mut self.words[pc + 1 + i / 4];
                *word = *word & !(0xFFFF << shift) | u64::from(register) << shift;
                true
            }
            _ => false,
        }
    }

    /// The jump in the op at `pc`, just emitted, goes to this instruction.
    pub(super) fn goes_to(&mut self, pc: usize, insn: u32, far: bool) {
        self.fixups.push(Fixup { word: pc as u32, from: self.pc(), insn, far });
    }

    /// Fills in the jumps; false if one does not reach.
    pub(super) fn patch(&mut self, pc_of: impl Fn(u32) -> u32) -> bool {
        for fixup in &self.fixups {
            let distance = i64::from(pc_of(fixup.insn)) - i64::from(fixup.from);
            let word = &mut self.words[fixup.word as usize];
            *word = match (fixup.far, i32::try_from(distance), i16::try_from(distance)) {
                (true, Ok(far), _) => Word(*word).with_bc(far).0,
                (false, _, Ok(near)) => Word(*word).with_c(near as u16).0,
                _ => return false,
            };
        }
        true
    }

    pub(super) fn finish(mut self) -> Emitter {
        self.words.shrink_to_fit();
        self
    }

    /// The op at a pc emitted before.
    pub(super) fn at(&self, pc: u32) -> (Option<Op>, Word) {
        let word = Word(self.words.get(pc as usize).copied().unwrap_or(0));
        (word.op(), word)
    }
}

//! Flow analysis: proves what the interpreter relies on, over normal and exceptional edges.
//!
//! A fact set holds the kind of each stack slot and, for each fast local, whether it is surely bound and surely a cell.
//! Analysis starts at the first instruction, follows each trace up to the next instruction that is a jump's target or
//! a handler, and merges there; a target is looked at again only when its facts got weaker, so the number of visits is
//! bounded by the height of the lattice, and a work budget bounds hostile code beyond that. Notes on the instructions
//! say where the translation must put checks.

mod facts;
mod step;

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use ::code::CodeObject;

use crate::decode::{Decoded, NONE, note};
use crate::error::VerifyError;
pub(crate) use facts::Kind;
use facts::{Facts, Locals};

/// What is known when control comes to a target.
#[derive(Clone, Copy)]
struct Entry {
    /// Where its stack kinds begin in [`Verifier::kinds`].
    kinds: u32,
    depth: u32,
    queued: bool,
}

const UNSEEN: u32 = u32::MAX;

/// The result: how deep the stack gets, and how deep it is at each target.
pub(crate) struct Verified {
    pub(crate) max_depth: usize,
    /// By instruction: an index into `depths`, or [`NONE`].
    pub(crate) nodes: Vec<u32>,
    pub(crate) depths: Vec<u32>,
}

pub(crate) struct Verifier<'a> {
    code: &'a CodeObject,
    decoded: &'a mut Decoded,
    /// By instruction: the number of its entry if it is a target, or [`NONE`].
    nodes: Vec<u32>,
    entries: Vec<Entry>,
    kinds: Vec<Kind>,
    /// Two bit sets for each entry.
    locals: Locals,
    queue: BinaryHeap<Reverse<u32>>,
    now: Facts,
    /// Set by a step after which the region's handler must see the facts again.
    weakened: bool,
    max_depth: usize,
    budget: u64,
}

/// How many 64-bit words the local facts of all targets may take; beyond, locals are not tracked but checked.
const MAX_LOCAL_WORDS: usize = 1 << 22;
/// How many stack kinds the entries of all targets may take together.
const MAX_KINDS: usize = 1 << 24;

impl<'a> Verifier<'a> {
    /// Analyses the code and leaves notes on its instructions.
    pub(crate) fn run(
        code: &'a CodeObject,
        decoded: &'a mut Decoded,
    ) -> Result<Verified, VerifyError> {
        let mut verifier = Verifier::new(code, decoded)?;
        verifier.trace(0)?;
        while let Some(Reverse(index)) = verifier.queue.pop() {
            verifier.load(index);
            verifier.trace(index as usize)?;
        }
        let Verifier { max_depth, nodes, entries, .. } = verifier;
        if max_depth > code.stacksize as usize {
            return Err(VerifyError::new(0, "the stack gets deeper than the stack size"));
        }
        Ok(Verified { max_depth, nodes, depths: entries.iter().map(|entry| entry.depth).collect() })
    }

    fn new(code: &'a CodeObject, decoded: &'a mut Decoded) -> Result<Verifier<'a>, VerifyError> {
        let mut nodes = Vec::new();
        nodes.try_reserve_exact(decoded.insns.len()).map_err(|_| VerifyError::no_memory())?;
        let mut targets = 0u32;
        for insn in &decoded.insns {
            nodes.push(if insn.has(note::TARGET) { targets } else { NONE });
            targets += u32::from(insn.has(note::TARGET));
        }
        let mut words = decoded.nlocalsplus.div_ceil(64);
        if words.saturating_mul(2 * targets as usize) > MAX_LOCAL_WORDS {
            words = 0;
        }
        let work = decoded.insns.len() + targets as usize * words;
        Ok(Verifier {
            code,
            nodes,
            entries: vec![Entry { kinds: UNSEEN, depth: 0, queued: false }; targets as usize],
            kinds: Vec::new(),
            locals: Locals::new(words, targets as usize)?,
            queue: BinaryHeap::new(),
            now: Facts::at_start(words, decoded.nparams),
            weakened: false,
            max_depth: 0,
            budget: (1 << 20) + 256 * work as u64,
            decoded,
        })
    }

    /// Makes the facts at a target the current ones.
    fn load(&mut self, index: u32) {
        let node = self.nodes[index as usize] as usize;
        let entry = &mut self.entries[node];
        entry.queued = false;
        let kinds = entry.kinds as usize;
        self.now.kinds.clear();
        self.now.kinds.extend_from_slice(&self.kinds[kinds..kinds + entry.depth as usize]);
        self.locals.load(node, &mut self.now);
    }

    /// Follows control from an instruction to the next target or the end of the flow.
    fn trace(&mut self, start: usize) -> Result<(), VerifyError> {
        let mut region = NONE;
        let mut at = start;
        loop {
            let Some(&insn) = self.decoded.insns.get(at) else {
                return Err(VerifyError::new(
                    self.code.code.len() as u32,
                    "control runs off the end of the code",
                ));
            };
            if at != start && insn.has(note::TARGET) {
                return self.flow(at as u32, self.now.kinds.len());
            }
            self.spend(1)?;
            if insn.region != NONE && (insn.region != region || self.weakened) {
                self.flow_to_handler(insn.region)?;
            }
            (region, self.weakened) = (insn.region, false);
            self.decoded.insns[at].notes |= note::REACHED;
            if !self.step(at, &insn)? {
                return Ok(());
            }
            at += 1;
        }
    }

    fn spend(&mut self, work: usize) -> Result<(), VerifyError> {
        self.budget = self
            .budget
            .checked_sub(work as u64)
            .ok_or(VerifyError::new(0, "the control flow is too complex"))?;
        Ok(())
    }

    fn grow(&mut self, depth: usize) {
        self.max_depth = self.max_depth.max(depth);
    }

    /// Control goes on at a target with the lowest `depth` slots of the current stack.
    fn flow(&mut self, index: u32, depth: usize) -> Result<(), VerifyError> {
        self.spend(1 + depth + self.locals.words())?;
        let node = self.nodes[index as usize] as usize;
        let kinds = &self.now.kinds[..depth];
        let entry = &mut self.entries[node];
        let mut changed = false;
        if entry.kinds == UNSEEN {
            if self.kinds.len() + depth > MAX_KINDS {
                return Err(VerifyError::new(0, "the control flow is too complex"));
            }
            *entry = Entry { kinds: self.kinds.len() as u32, depth: depth as u32, queued: false };
            self.kinds.extend_from_slice(kinds);
            self.locals.store(node, &self.now);
            changed = true;
        } else {
            if entry.depth as usize != depth {
                let reason = "stack depths differ where control flows together";
                return Err(self.decoded.insns[index as usize].error(reason));
            }
            let known = entry.kinds as usize;
            for (old, new) in self.kinds[known..known + depth].iter_mut().zip(kinds) {
                let joined = old.join(*new);
                changed |= joined != *old;
                *old = joined;
            }
            changed |= self.locals.meet(node, &self.now);
        }
        if changed && !entry.queued {
            entry.queued = true;
            self.queue.push(Reverse(index));
        }
        Ok(())
    }

    /// An exception may go from here to the region's handler.
    fn flow_to_handler(&mut self, region: u32) -> Result<(), VerifyError> {
        let region = self.decoded.regions[region as usize];
        let depth = region.depth as usize;
        let full = self.now.kinds.len();
        if depth > full {
            let reason = "the stack is lower than a handler expects";
            return Err(VerifyError::new(region.start * 2, reason));
        }
        // Only the kept slots matter, and those above come back afterwards.
        let mut above = self.now.kinds.split_off(depth);
        if region.lasti {
            self.now.kinds.push(Kind::Lasti);
        }
        self.now.kinds.push(Kind::Exc);
        let entry_depth = self.now.kinds.len();
        self.grow(entry_depth);
        self.flow(region.target, entry_depth)?;
        self.now.kinds.truncate(depth);
        self.now.kinds.append(&mut above);
        self.spend(full - depth)
    }
}

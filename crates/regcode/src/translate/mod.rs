//! Translation: walks the instructions in order, keeping an abstract stack of where each slot lives, and emits ops.
//!
//! Loads push aliases (of a local or a constant) instead of moving; stores redirect the op that made the value. Three
//! rules keep the aliases true: before a local is written, its aliases on the stack are moved to their homes; where
//! control flows together, every slot is in its home; and an op writes a home only when no other slot lives there.

mod call;
mod control;
mod data;
mod emit;
mod events;
mod insn;
mod stack;

use ::code::CodeObject;

use crate::code::{HandlerRange, Mode, RegCode};
use crate::decode::{Decoded, Insn, NONE, note};
use crate::error::VerifyError;
use crate::verify::{Verified, Verifier};
use emit::Emitter;
use events::LineStarts;
use stack::Stack;

type Result<T = ()> = std::result::Result<T, VerifyError>;

/// Verifies a code object and translates it.
pub fn translate(code: &CodeObject, mode: Mode) -> Result<RegCode> {
    let mut decoded = Decoded::new(code)?;
    let verified = Verifier::run(code, &mut decoded)?;
    let hidden = usize::from(decoded.has_names) + usize::from(decoded.is_generator);
    let nregs = decoded.nlocalsplus + hidden + verified.max_depth;
    if nregs > crate::MAX_REGISTERS {
        return Err(VerifyError::new(
            0,
            "the function has too many local variables and stack slots",
        ));
    }
    let lines = match mode {
        Mode::Elided => LineStarts::default(),
        Mode::Unelided => LineStarts::new(code, &decoded)?,
    };
    for long_jumps in [false, true] {
        let translator = Translator::new(code, &decoded, &verified, mode, long_jumps, &lines);
        if let Some(regcode) = translator.run(nregs)? {
            return Ok(regcode);
        }
    }
    Err(VerifyError::new(0, "a jump is too long"))
}

struct Translator<'a> {
    code: &'a CodeObject,
    decoded: &'a Decoded,
    verified: &'a Verified,
    lines: &'a LineStarts,
    mode: Mode,
    /// Branches do not reach: they go to jumps next to them.
    long_jumps: bool,
    temp_base: usize,
    out: Emitter,
    stack: Stack,
    /// Whether control can come to the current instruction from the one before.
    live: bool,
    /// How many of the following instructions the current one has taken in.
    taken_in: usize,
    /// By number of the target: its pc.
    target_pcs: Vec<u32>,
    handlers: Vec<HandlerRange>,
    /// The region being emitted, or [`NONE`].
    region: u32,
    /// How much [`Stack::work`] there may be. It is little in all but hostile code.
    max_work: usize,
}

impl<'a> Translator<'a> {
    fn new(
        code: &'a CodeObject,
        decoded: &'a Decoded,
        verified: &'a Verified,
        mode: Mode,
        long_jumps: bool,
        lines: &'a LineStarts,
    ) -> Self {
        let hidden = usize::from(decoded.has_names) + usize::from(decoded.is_generator);
        Translator {
            code,
            decoded,
            verified,
            lines,
            mode,
            long_jumps,
            temp_base: decoded.nlocalsplus + hidden,
            out: Emitter::new(decoded.insns.len()),
            stack: Stack::default(),
            live: true,
            taken_in: 0,
            target_pcs: vec![NONE; verified.depths.len()],
            handlers: Vec::new(),
            region: NONE,
            max_work: (1 << 22) + 64 * decoded.insns.len(),
        }
    }

    /// The register code, or `None` if a branch does not reach.
    fn run(mut self, nregs: usize) -> Result<Option<RegCode>> {
        let mut at = 0;
        while let Some(&insn) = self.decoded.insns.get(at) {
            if insn.has(note::REACHED) {
                self.begin(at, &insn)?;
                self.instruction(at, &insn)?;
                if self.mode == Mode::Unelided && self.live {
                    self.flush();
                }
            }
            at += 1 + std::mem::take(&mut self.taken_in);
        }
        self.enter_region(NONE);
        if self.out.words.len() > i32::MAX as usize {
            return Err(VerifyError::no_memory());
        }
        let nodes = &self.verified.nodes;
        if !self.out.patch(|insn| self.target_pcs[nodes[insn as usize] as usize]) {
            return Ok(None);
        }
        Ok(Some(self.finish(nregs)))
    }

    fn finish(self, nregs: usize) -> RegCode {
        let decoded = self.decoded;
        let nlocalsplus = decoded.nlocalsplus as u16;
        let target_pc = |insn: u32| self.target_pcs[self.verified.nodes[insn as usize] as usize];
        // A handler's instruction stood in the table while its pc was unknown. One that is never reached covers nothing
        // that raises.
        let resolved = self
            .handlers
            .iter()
            .map(|range| HandlerRange { handler: target_pc(range.handler), ..*range });
        let handlers =
            resolved.filter(|range| range.handler != NONE && range.start < range.end).collect();
        let out = self.out.finish();
        RegCode {
            mode: self.mode,
            words: out.words.into(),
            entry: 0,
            relocs: out.relocs.into(),
            states: out.states.finish(),
            state_map: out.state_map.into(),
            handlers,
            nregs: nregs as u16,
            nlocalsplus,
            names_reg: decoded.has_names.then_some(nlocalsplus),
            generator_reg: decoded
                .is_generator
                .then_some(nlocalsplus + u16::from(decoded.has_names)),
            temp_base: self.temp_base as u16,
        }
    }

    /// What comes before an instruction: homes at a target, regions, events.
    fn begin(&mut self, at: usize, insn: &Insn) -> Result {
        if self.stack.work > self.max_work {
            return Err(insn.error("the stack use is too complex"));
        }
        self.out.offset = insn.offset();
        if insn.has(note::TARGET) {
            if self.live {
                self.flush();
            }
            let node = self.verified.nodes[at] as usize;
            self.stack.reset(self.verified.depths[node] as usize);
            self.out.forget();
            self.target_pcs[node] = self.out.pc();
        }
        self.live = true;
        self.enter_region(insn.region);
        if self.mode == Mode::Unelided {
            self.out.forget();
            self.announce(at, insn);
        }
        Ok(())
    }

    fn enter_region(&mut self, region: u32) {
        if region == self.region {
            return;
        }
        let pc = self.out.pc();
        if self.region != NONE
            && let Some(open) = self.handlers.last_mut()
        {
            open.end = pc;
        }
        if let Some(new) = self.decoded.regions.get(region as usize) {
            let (depth, lasti) = (new.depth, new.lasti);
            self.handlers.push(HandlerRange {
                start: pc,
                end: pc,
                handler: new.target,
                depth,
                lasti,
            });
        }
        self.region = region;
    }

    /// The instruction after the current one, if both may become one op. It must not be one that raises, since the op
    /// counts as part of the current instruction.
    fn next(&self, at: usize) -> Option<&'a Insn> {
        let next = self.decoded.insns.get(at + 1)?;
        (self.mode == Mode::Elided && !next.has(note::TARGET)).then_some(next)
    }

    fn unelided(&self) -> bool {
        self.mode == Mode::Unelided
    }
}

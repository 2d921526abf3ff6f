//! From the bytes of a code object to a list of instructions, with arguments assembled, targets resolved and regions
//! attached. Everything that needs no knowledge of the stack is checked here.

use ::code::exceptiontable::{Region, regions};
use ::code::object::{flags, kind};
use ::code::{CodeObject, Op};

use crate::error::VerifyError;

/// No instruction, no region.
pub(crate) const NONE: u32 = u32::MAX;

/// What flow analysis found out about an instruction.
pub(crate) mod note {
    /// Control reaches it.
    pub(crate) const REACHED: u8 = 1;
    /// Control comes from a jump or from a raise.
    pub(crate) const TARGET: u8 = 2;
    /// The (first) local it reads may be unbound.
    pub(crate) const MAYBE_UNBOUND: u8 = 4;
    /// The second local it reads may be unbound.
    pub(crate) const MAYBE_UNBOUND_2: u8 = 8;
    /// The exception on the stack, or the cell it uses, is not known to be one.
    pub(crate) const UNPROVEN: u8 = 16;
    /// The `lasti` it uses is not known to be one.
    pub(crate) const UNPROVEN_LASTI: u8 = 32;
}

/// An instruction.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Insn {
    pub(crate) op: Op,
    pub(crate) notes: u8,
    pub(crate) arg: u32,
    /// The code unit of the operation itself.
    pub(crate) unit: u32,
    /// The code unit after its caches.
    pub(crate) end: u32,
    /// The index of the instruction it jumps to, or [`NONE`].
    pub(crate) target: u32,
    /// The index of the region that covers it, or [`NONE`].
    pub(crate) region: u32,
}

impl Insn {
    pub(crate) fn has(&self, note: u8) -> bool {
        self.notes & note != 0
    }

    /// Its byte offset.
    pub(crate) fn offset(&self) -> u32 {
        self.unit * 2
    }

    pub(crate) fn error(&self, reason: impl Into<std::borrow::Cow<'static, str>>) -> VerifyError {
        VerifyError { offset: self.offset(), reason: reason.into() }
    }
}

/// A decoded code object.
pub(crate) struct Decoded {
    pub(crate) insns: Vec<Insn>,
    /// Regions; `target` is the index of an instruction.
    pub(crate) regions: Vec<Region>,
    pub(crate) nlocalsplus: usize,
    /// How many of the fast locals are parameters.
    pub(crate) nparams: usize,
    /// How many of the fast locals are free variables: the last ones.
    pub(crate) nfree: usize,
    pub(crate) is_generator: bool,
    pub(crate) has_names: bool,
    /// The index of `RETURN_GENERATOR`, or [`NONE`].
    pub(crate) return_generator: u32,
}

/// Code objects beyond this many code units are refused, so that pcs fit 32 bits.
const MAX_UNITS: usize = 1 << 26;

impl Decoded {
    pub(crate) fn new(code: &CodeObject) -> Result<Decoded, VerifyError> {
        let (nlocalsplus, nparams, nfree) = locals(code)?;
        let (mut insns, at_unit) = instructions(code)?;
        resolve_targets(&mut insns, &at_unit)?;
        let regions = attach_regions(code, &mut insns, &at_unit)?;
        let generator = flags::GENERATOR | flags::COROUTINE | flags::ASYNC_GENERATOR;
        let mut decoded = Decoded {
            insns,
            regions,
            nlocalsplus,
            nparams,
            nfree,
            is_generator: code.flags & generator != 0,
            has_names: code.flags & flags::OPTIMIZED == 0,
            return_generator: NONE,
        };
        decoded.check_prologue()?;
        Ok(decoded)
    }

    /// The byte offset where an instruction begins, with its prefixes.
    pub(crate) fn start_of(&self, index: u32) -> u32 {
        let before = index.checked_sub(1).and_then(|before| self.insns.get(before as usize));
        before.map_or(0, |before| before.end * 2)
    }

    /// A generator makes its generator object once, before anything can raise into its own handlers.
    fn check_prologue(&mut self) -> Result<(), VerifyError> {
        if !self.is_generator {
            return Ok(());
        }
        for (i, insn) in self.insns.iter().enumerate() {
            if insn.has(note::TARGET) || insn.region != NONE {
                return Err(insn.error("a jump or region in the prologue of a generator"));
            }
            match insn.op {
                Op::CopyFreeVars | Op::MakeCell | Op::Nop => {}
                Op::ReturnGenerator => {
                    self.return_generator = i as u32;
                    return Ok(());
                }
                _ => return Err(insn.error("a generator does not begin with RETURN_GENERATOR")),
            }
        }
        Err(VerifyError::new(0, "a generator does not begin with RETURN_GENERATOR"))
    }
}

/// Checks the fast locals; gives how many there are, how many parameters, how many free variables.
fn locals(code: &CodeObject) -> Result<(usize, usize, usize), VerifyError> {
    let error = |reason| Err(VerifyError::new(0, reason));
    let kinds = &code.localspluskinds;
    let n = kinds.len();
    if n != code.localsplusnames.len() {
        return error("the lists of local names and of their kinds differ in length");
    }
    let stars =
        [flags::VARARGS, flags::VARKEYWORDS].iter().filter(|&&flag| code.flags & flag != 0).count();
    let nparams = u64::from(code.argcount) + u64::from(code.kwonlyargcount) + stars as u64;
    if code.posonlyargcount > code.argcount {
        return error("more positional-only parameters than positional ones");
    }
    if nparams > n as u64 || kinds[..nparams as usize].iter().any(|k| k & kind::LOCAL == 0) {
        return error("more parameters than local variables");
    }
    let nfree = kinds.iter().rev().take_while(|k| *k & kind::FREE != 0).count();
    if kinds[..n - nfree].iter().any(|k| k & kind::FREE != 0) {
        return error("free variables are not the last ones");
    }
    if nfree + nparams as usize > n {
        return error("a parameter is a free variable");
    }
    Ok((n, nparams as usize, nfree))
}

/// The instructions, and for each code unit the index of the instruction that begins there.
fn instructions(code: &CodeObject) -> Result<(Vec<Insn>, Vec<u32>), VerifyError> {
    let units = code.code.len() / 2;
    if !code.code.len().is_multiple_of(2) || units == 0 || units > MAX_UNITS {
        return Err(VerifyError::new(0, "the code's length is odd, zero or excessive"));
    }
    let mut insns = Vec::new();
    insns.try_reserve(units / 2).map_err(|_| VerifyError::no_memory())?;
    let mut at_unit = Vec::new();
    at_unit.try_reserve_exact(units).map_err(|_| VerifyError::no_memory())?;
    at_unit.resize(units, NONE);
    let (mut unit, mut arg, mut prefixes) = (0, 0u32, 0);
    while let (Some(&byte), Some(&low)) = (code.code.get(unit * 2), code.code.get(unit * 2 + 1)) {
        let offset = unit as u32 * 2;
        let error = |reason: String| VerifyError { offset, reason: reason.into() };
        let op = Op::from_byte(byte)
            .filter(|op| (*op as u16) < u16::from(code::opcode::MIN_INSTRUMENTED))
            .ok_or_else(|| error(format!("there is no operation {byte}")))?;
        arg = arg << 8 | u32::from(low);
        if prefixes == 0 {
            at_unit[unit] = insns.len() as u32;
        }
        if op == Op::ExtendedArg {
            prefixes += 1;
            unit += 1;
            if prefixes > 3 {
                return Err(error("more than three EXTENDED_ARG".into()));
            }
            continue;
        }
        let end = unit + 1 + op.caches();
        if end > units {
            return Err(error("the code ends within an instruction".into()));
        }
        let (unit32, end32) = (unit as u32, end as u32);
        insns.push(Insn {
            op,
            notes: 0,
            arg,
            unit: unit32,
            end: end32,
            target: NONE,
            region: NONE,
        });
        (unit, arg, prefixes) = (end, 0, 0);
    }
    if prefixes != 0 {
        return Err(VerifyError::new(units as u32 * 2, "the code ends within an instruction"));
    }
    Ok((insns, at_unit))
}

/// Finds the instruction that each jump goes to. `FOR_ITER` goes past the `END_FOR` it names.
fn resolve_targets(insns: &mut [Insn], at_unit: &[u32]) -> Result<(), VerifyError> {
    for i in 0..insns.len() {
        let insn = insns[i];
        let target = match insn.op {
            Op::JumpBackward | Op::JumpBackwardNoInterrupt => insn.end.checked_sub(insn.arg),
            // Its argument says where the loop's `await` is, for events only.
            Op::EndAsyncFor => continue,
            op if op.has_jump() => insn.end.checked_add(insn.arg),
            _ => continue,
        };
        let found = target
            .and_then(|unit| at_unit.get(unit as usize))
            .copied()
            .filter(|index| *index != NONE);
        let Some(mut index) = found else {
            return Err(insn.error("a jump to something that is no instruction"));
        };
        if insn.op == Op::ForIter {
            if insns[index as usize].op != Op::EndFor || insns.len() as u32 == index + 1 {
                return Err(insn.error("FOR_ITER does not name an END_FOR"));
            }
            index += 1;
        }
        insns[i].target = index;
        insns[index as usize].notes |= note::TARGET;
    }
    Ok(())
}

fn attach_regions(
    code: &CodeObject,
    insns: &mut [Insn],
    at_unit: &[u32],
) -> Result<Vec<Region>, VerifyError> {
    let mut all: Vec<Region> = Vec::new();
    let mut next = 0;
    for mut region in regions(&code.exceptiontable) {
        let offset = region.start.saturating_mul(2);
        let error = |reason| Err(VerifyError::new(offset, reason));
        if region.start >= region.end || region.end as usize > at_unit.len() {
            return error("a handler region is empty or goes beyond the code");
        }
        if all.last().is_some_and(|last| last.end > region.start) {
            return error("handler regions are out of order");
        }
        match at_unit.get(region.target as usize) {
            Some(&index) if index != NONE => region.target = index,
            _ => return error("a handler is no instruction"),
        }
        insns[region.target as usize].notes |= note::TARGET;
        while insns.get(next).is_some_and(|insn| insn.unit < region.start) {
            next += 1;
        }
        while let Some(insn) = insns.get_mut(next).filter(|insn| insn.unit < region.end) {
            insn.region = all.len() as u32;
            next += 1;
        }
        all.push(region);
    }
    Ok(all)
}

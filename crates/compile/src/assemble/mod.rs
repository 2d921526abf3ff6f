//! From a code unit to its code object: the optimised graph is laid out, jumps become distances, and the tables are
//! written.

use code::object::{flags, kind};
use code::{CodeObject, Op, Str, exceptiontable, linetable};

use crate::flow::{Graph, NONE};
use crate::ir::{Location, Unit, UnitInfo};

/// Why a unit could not be assembled.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AssembleError {
    /// The instructions do not form a valid graph: a defect of code generation, which CPython calls SystemError.
    Malformed(&'static str),
    /// A number is too large for the code object's format (OverflowError).
    TooLarge(&'static str),
}

impl std::fmt::Display for AssembleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            AssembleError::Malformed(what) | AssembleError::TooLarge(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for AssembleError {}

/// Optimises the unit's control-flow graph and lays it out as a code object.
pub fn assemble(unit: Unit, filename: &Str) -> Result<CodeObject, AssembleError> {
    let Unit { mut info, code } = unit;
    let mut graph = Graph::build(&code)?;
    graph.optimize(&mut info)?;
    let (stacksize, nlocalsplus) = graph.lower(&info)?;
    let mut layout = Layout::of(&graph);
    layout.resolve_jumps()?;
    layout.resolve_locations();
    let (localsplusnames, localspluskinds) = localsplus(&info, nlocalsplus);
    Ok(CodeObject {
        argcount: info.posonlyargcount + info.argcount,
        posonlyargcount: info.posonlyargcount,
        kwonlyargcount: info.kwonlyargcount,
        // A frame always has room for one item.
        stacksize: stacksize.max(1),
        flags: info.flags,
        code: layout.bytecode().into(),
        linetable: layout.linetable(info.firstlineno).into(),
        exceptiontable: layout.exceptiontable().into(),
        consts: info.consts.into_items().into(),
        names: info.names.into_items().into(),
        localsplusnames: localsplusnames.into(),
        localspluskinds: localspluskinds.into(),
        filename: filename.clone(),
        name: info.name,
        qualname: info.qualname,
        firstlineno: info.firstlineno,
    })
}

/// An instruction in its final place.
struct Placed {
    op: Op,
    arg: u32,
    loc: Location,
    /// For a jump the index of the instruction it goes to.
    target: u32,
    /// The index of the handler's first instruction, or `NO_HANDLER`.
    handler: u32,
    handler_depth: i32,
    preserve_lasti: bool,
}

const NO_HANDLER: u32 = u32::MAX;

/// How many code units the instruction takes, with its `EXTENDED_ARG`s and caches.
fn size_of(op: Op, arg: u32) -> u32 {
    let extended = u32::from(arg > 0xFF) + u32::from(arg > 0xFFFF) + u32::from(arg > 0xFF_FFFF);
    1 + extended + op.caches() as u32
}

/// From `END_SEND` in the sequence of an `async for` to its `SEND`, in code units.
const END_SEND_OFFSET: u32 = 5;

struct Layout {
    instrs: Vec<Placed>,
    /// The offset of every instruction in code units.
    offsets: Vec<u32>,
}

impl Layout {
    /// The blocks' instructions one after the other, blocks replaced by indices.
    fn of(graph: &Graph) -> Layout {
        let mut first_of = vec![0; graph.block_count()];
        let mut count = 0;
        let mut b = crate::flow::ENTRY;
        while b != NONE {
            first_of[b as usize] = count;
            count += graph.len(b) as u32;
            b = graph.next(b);
        }
        let mut instrs = Vec::with_capacity(count as usize);
        let mut b = crate::flow::ENTRY;
        while b != NONE {
            for node in graph.code(b) {
                let (handler, handler_depth, preserve_lasti) = if node.except == NONE {
                    (NO_HANDLER, 0, false)
                } else {
                    let block = graph.block(node.except);
                    (first_of[node.except as usize], block.start_depth, block.preserve_lasti)
                };
                let target = if node.op.has_jump() { first_of[node.target as usize] } else { 0 };
                let (op, arg, loc) = (node.op, node.arg, node.loc);
                instrs.push(Placed {
                    op,
                    arg,
                    loc,
                    target,
                    handler,
                    handler_depth,
                    preserve_lasti,
                });
            }
            b = graph.next(b);
        }
        Layout { instrs, offsets: Vec::new() }
    }

    /// Gives jumps their direction and distance. A distance may need `EXTENDED_ARG`s, which move what follows, so this
    /// repeats until nothing moves.
    fn resolve_jumps(&mut self) -> Result<(), AssembleError> {
        for (i, instr) in self.instrs.iter_mut().enumerate() {
            if instr.op.has_jump() {
                // The sizes of the first round are CPython's: the argument is the target's index.
                instr.arg = instr.target;
            }
            let forward = instr.target > i as u32;
            instr.op = match instr.op {
                Op::Jump | Op::JumpNoInterrupt if forward => Op::JumpForward,
                Op::Jump => Op::JumpBackward,
                Op::JumpNoInterrupt => Op::JumpBackwardNoInterrupt,
                op if op.is_pseudo() => {
                    return Err(AssembleError::Malformed("pseudo-operation left over"));
                }
                op => op,
            };
        }
        self.offsets.reserve_exact(self.instrs.len());
        let mut moved = true;
        while moved {
            moved = false;
            self.offsets.clear();
            let mut offset = 0u32;
            for instr in &self.instrs {
                self.offsets.push(offset);
                offset += size_of(instr.op, instr.arg);
            }
            if offset >= 1 << 29 {
                return Err(AssembleError::TooLarge("code object is too large"));
            }
            let mut offset = 0u32;
            for instr in &mut self.instrs {
                let size = size_of(instr.op, instr.arg);
                offset += size;
                if instr.op.has_jump() {
                    let target = *self.offsets.get(instr.target as usize).unwrap_or(&offset);
                    instr.arg = if instr.op == Op::EndAsyncFor {
                        // The target is the loop's `SEND`; the argument says where its `END_SEND` is.
                        offset - target - END_SEND_OFFSET
                    } else {
                        offset.abs_diff(target)
                    };
                    moved |= size_of(instr.op, instr.arg) != size;
                }
            }
        }
        Ok(())
    }

    /// [`Location::NEXT`] becomes the location of the instruction that follows.
    fn resolve_locations(&mut self) {
        let mut next = Location::NONE;
        for instr in self.instrs.iter_mut().rev() {
            if instr.loc == Location::NEXT {
                let ends = instr.op.has_jump() || instr.op.is_scope_exit();
                instr.loc = if ends { Location::NONE } else { next };
            }
            next = instr.loc;
        }
    }

    fn bytecode(&self) -> Vec<u8> {
        let units = match (self.offsets.last(), self.instrs.last()) {
            (Some(offset), Some(last)) => offset + size_of(last.op, last.arg),
            _ => 0,
        };
        let mut out = Vec::with_capacity(units as usize * 2);
        for instr in &self.instrs {
            let bytes = instr.arg.to_be_bytes();
            if instr.arg > 0xFF {
                for byte in bytes[..3].iter().skip_while(|byte| **byte == 0) {
                    out.extend([Op::ExtendedArg as u8, *byte]);
                }
            }
            out.extend([instr.op as u8, bytes[3]]);
            let caches = instr.op.caches();
            if caches > 0 {
                out.resize(out.len() + 2 * caches, 0);
            }
        }
        out
    }

    fn linetable(&self, firstlineno: i32) -> Vec<u8> {
        let mut writer = linetable::Writer::new(firstlineno, self.instrs.len() * 3);
        let mut location = Location::NONE;
        let mut units = 0;
        for instr in &self.instrs {
            if instr.loc != location {
                writer.add(position(location), units);
                location = instr.loc;
                units = 0;
            }
            units += size_of(instr.op, instr.arg);
        }
        writer.add(position(location), units);
        writer.finish()
    }

    fn exceptiontable(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut start = 0;
        let mut end = 0;
        let mut current: Option<&Placed> = None;
        for (instr, offset) in self.instrs.iter().zip(&self.offsets) {
            if current.map_or(NO_HANDLER, |placed| placed.handler) != instr.handler {
                self.write_region(&mut out, start, end, current);
                start = *offset;
                current = Some(instr);
            }
            end = offset + size_of(instr.op, instr.arg);
        }
        self.write_region(&mut out, start, end, current);
        out
    }

    fn write_region(&self, out: &mut Vec<u8>, start: u32, end: u32, covered: Option<&Placed>) {
        let Some(covered) = covered.filter(|placed| placed.handler != NO_HANDLER) else { return };
        // The exception, and before it the instruction offset, come on top of the depth.
        let depth = covered.handler_depth - 1 - i32::from(covered.preserve_lasti);
        let target = self.offsets.get(covered.handler as usize).copied().unwrap_or(end);
        exceptiontable::write(
            out,
            &exceptiontable::Region {
                start,
                end,
                target,
                depth: u32::try_from(depth).unwrap_or(0),
                lasti: covered.preserve_lasti,
            },
        );
    }
}

fn position(loc: Location) -> linetable::Position {
    linetable::Position {
        line: loc.line,
        end_line: loc.end_line,
        col: loc.col,
        end_col: loc.end_col,
    }
}

/// The names and kinds of the fast locals.
fn localsplus(info: &UnitInfo, count: usize) -> (Vec<Str>, Vec<u8>) {
    let mut names = Vec::with_capacity(count);
    let mut kinds = Vec::with_capacity(count);
    // Parameters come first, in this order.
    let parameters = [
        (info.posonlyargcount, kind::ARG_POS),
        (info.argcount, kind::ARG_POS | kind::ARG_KW),
        (info.kwonlyargcount, kind::ARG_KW),
        (u32::from(info.flags & flags::VARARGS != 0), kind::ARG_VAR | kind::ARG_POS),
        (u32::from(info.flags & flags::VARKEYWORDS != 0), kind::ARG_VAR | kind::ARG_KW),
    ];
    let parameter_kinds =
        parameters.iter().flat_map(|(count, kind)| (0..*count).map(move |_| *kind));
    for (name, parameter) in
        info.varnames.items().iter().zip(parameter_kinds.chain(std::iter::repeat(0)))
    {
        let mut bits = kind::LOCAL | parameter;
        if info.fast_hidden.get_str(name).is_some() {
            bits |= kind::HIDDEN;
        }
        if info.cellvars.get_str(name).is_some() {
            bits |= kind::CELL;
        }
        names.push(name.clone());
        kinds.push(bits);
    }
    for name in info.cellvars.items().iter().filter(|name| info.varnames.get_str(name).is_none()) {
        names.push(name.clone());
        kinds.push(kind::CELL);
    }
    for name in info.freevars.items() {
        names.push(name.clone());
        kinds.push(kind::FREE);
    }
    (names, kinds)
}

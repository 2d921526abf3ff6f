//! A code object as text, as `dis` prints it (nested code objects included, caches not). Memory addresses are left out.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::exceptiontable::{self, Region};
use crate::instruction::{BadCode, Instruction, instructions};
use crate::oparg::{
    BinaryOperator, CommonConstant, Comparison, Intrinsic1, Intrinsic2, SpecialMethod,
};
use crate::{CodeObject, Const, Op, Str, linetable, repr};

const OPNAME_WIDTH: usize = 20;
const OPARG_WIDTH: usize = 5;
const NO_LINENO: &str = "  --";

/// The listing of the code object and, after it, of those nested in it.
#[must_use]
pub fn disassemble(code: &CodeObject, show_offsets: bool) -> String {
    let mut out = String::new();
    // A stack rather than recursion: nesting is bounded by the file only.
    let mut pending = vec![code];
    while let Some(code) = pending.pop() {
        if !out.is_empty() {
            let _ = write!(out, "\nDisassembly of {}:\n", describe(code));
        }
        Listing::new(code, show_offsets).write(&mut out);
        pending.extend(code.consts.iter().rev().filter_map(|value| match value {
            Const::Code(nested) => Some(&**nested),
            _ => None,
        }));
    }
    out
}

fn describe(code: &CodeObject) -> String {
    let (name, file) = (code.name.to_string_lossy(), code.filename.to_string_lossy());
    format!("<code object {name}, file \"{file}\", line {}>", code.firstlineno)
}

struct Listing<'a> {
    code: &'a CodeObject,
    instructions: Vec<Instruction>,
    /// What is wrong after the last instruction.
    bad: Option<BadCode>,
    regions: Vec<Region>,
    /// The number of the label at an offset.
    labels: BTreeMap<usize, usize>,
    line_starts: BTreeMap<usize, i32>,
    line_width: usize,
    show_offsets: bool,
}

impl<'a> Listing<'a> {
    fn new(code: &'a CodeObject, show_offsets: bool) -> Listing<'a> {
        let mut bad = None;
        let decoded = instructions(&code.code)
            .map_while(|item| item.map_err(|error| bad = Some(error)).ok())
            .collect();
        let regions: Vec<Region> = exceptiontable::regions(&code.exceptiontable).collect();
        let line_starts: BTreeMap<usize, i32> = linetable::lines(&code.linetable, code.firstlineno)
            .into_iter()
            .map(|run| (run.start as usize, run.line))
            .collect();
        let mut listing = Listing {
            code,
            instructions: decoded,
            bad,
            regions,
            labels: BTreeMap::new(),
            line_width: line_width(&line_starts),
            line_starts,
            show_offsets,
        };
        let jumps = listing.instructions.iter().filter_map(Instruction::jump_target);
        let bounds = listing
            .regions
            .iter()
            .flat_map(|r| [r.start, r.end, r.target])
            .map(|unit| unit as usize * 2);
        let mut labels: BTreeMap<usize, usize> =
            jumps.chain(bounds).map(|offset| (offset, 0)).collect();
        labels.values_mut().enumerate().for_each(|(i, number)| *number = i + 1);
        listing.labels = labels;
        listing
    }

    fn write(&self, out: &mut String) {
        for instruction in &self.instructions {
            self.write_instruction(out, instruction);
        }
        if let Some(bad) = &self.bad {
            let _ = writeln!(out, "<{bad}>");
        }
        if !self.regions.is_empty() {
            out.push_str("ExceptionTable:\n");
        }
        for region in &self.regions {
            let label =
                |unit: u32| self.labels.get(&(unit as usize * 2)).copied().unwrap_or_default();
            let (start, end, target) =
                (label(region.start), label(region.end), label(region.target));
            let lasti = if region.lasti { " lasti" } else { "" };
            let _ = writeln!(out, "  L{start} to L{end} -> L{target} [{}]{lasti}", region.depth);
        }
    }

    fn write_instruction(&self, out: &mut String, instruction: &Instruction) {
        let Instruction { op, arg, start, offset } = *instruction;
        // `EXTENDED_ARG`s have lines of their own.
        let mut prefix = 0u32;
        for at in (start..offset).step_by(2) {
            prefix = prefix << 8 | u32::from(self.code.code.get(at + 1).copied().unwrap_or(0));
            self.write_line(out, at, Op::ExtendedArg, prefix, "");
        }
        self.write_line(out, offset, op, arg, &self.argument(instruction));
    }

    fn write_line(&self, out: &mut String, offset: usize, op: Op, arg: u32, argument: &str) {
        let start = self.line_starts.get(&offset);
        let mut line = String::new();
        if self.line_width > 0 {
            if start.is_some() && offset > 0 {
                out.push('\n');
            }
            let shown = match start {
                Some(line) if *line >= 0 => line.to_string(),
                Some(_) => NO_LINENO.to_owned(),
                None => String::new(),
            };
            let _ = write!(line, "{shown:>0$} ", self.line_width);
        }
        let label_width = 4 + self.labels.len().to_string().len();
        let label =
            self.labels.get(&offset).map(|number| format!("L{number}:")).unwrap_or_default();
        let _ = write!(line, "{label:>label_width$} ");
        if self.show_offsets {
            let width = self.code.code.len().saturating_sub(2).max(9999).to_string().len();
            let _ = write!(line, "{offset:>width$}   ");
        }
        let _ = write!(line, "    {:<OPNAME_WIDTH$}", op.name());
        if op.has_arg() {
            let width = OPARG_WIDTH.saturating_sub(op.name().len().saturating_sub(OPNAME_WIDTH));
            let _ = write!(line, " {arg:>width$}");
            if !argument.is_empty() {
                let _ = write!(line, " ({argument})");
            }
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }

    /// What the argument means, or nothing.
    fn argument(&self, instruction: &Instruction) -> String {
        let Instruction { op, arg, .. } = *instruction;
        let index = arg as usize;
        let or_empty = |text: Option<&'static str>| text.unwrap_or_default().to_owned();
        if let Some(target) = instruction.jump_target() {
            let from = if matches!(op, Op::EndAsyncFor | Op::InstrumentedEndAsyncFor) {
                "from"
            } else {
                "to"
            };
            return format!("{from} L{}", self.labels.get(&target).copied().unwrap_or_default());
        }
        match op {
            Op::LoadConst => match self.code.consts.get(index) {
                Some(Const::Code(code)) => describe(code),
                Some(value) => repr::repr(value),
                None => String::new(),
            },
            Op::LoadGlobal => {
                name(&self.code.names, index >> 1) + if arg & 1 != 0 { " + NULL" } else { "" }
            }
            Op::LoadAttr => {
                name(&self.code.names, index >> 1) + if arg & 1 != 0 { " + NULL|self" } else { "" }
            }
            Op::LoadSuperAttr => {
                name(&self.code.names, index >> 2) + if arg & 1 != 0 { " + NULL|self" } else { "" }
            }
            Op::LoadFastLoadFast
            | Op::LoadFastBorrowLoadFastBorrow
            | Op::StoreFastLoadFast
            | Op::StoreFastStoreFast => {
                name(&self.code.localsplusnames, index >> 4)
                    + ", "
                    + &name(&self.code.localsplusnames, index & 15)
            }
            Op::CompareOp => {
                let sign = or_empty(Comparison::from_arg(arg >> 5).map(Comparison::name));
                if arg & Comparison::TO_BOOL != 0 { format!("bool({sign})") } else { sign }
            }
            Op::ConvertValue => or_empty(["", "str", "repr", "ascii"].get(index).copied()),
            Op::SetFunctionAttribute => {
                let names = ["defaults", "kwdefaults", "annotations", "closure", "annotate"];
                let set: Vec<_> = names
                    .iter()
                    .enumerate()
                    .filter(|(bit, _)| arg >> bit & 1 != 0)
                    .map(|(_, n)| *n)
                    .collect();
                set.join(", ")
            }
            Op::BinaryOp => or_empty(BinaryOperator::from_arg(arg).map(BinaryOperator::name)),
            Op::CallIntrinsic1 => or_empty(Intrinsic1::from_arg(arg).map(Intrinsic1::name)),
            Op::CallIntrinsic2 => or_empty(Intrinsic2::from_arg(arg).map(Intrinsic2::name)),
            Op::LoadCommonConstant => match CommonConstant::from_arg(arg) {
                Some(function @ (CommonConstant::All | CommonConstant::Any)) => {
                    format!("<built-in function {}>", function.name())
                }
                class => or_empty(class.map(CommonConstant::name)),
            },
            Op::LoadSpecial => or_empty(SpecialMethod::from_arg(arg).map(SpecialMethod::name)),
            Op::IsOp => if arg != 0 { "is not" } else { "is" }.to_owned(),
            Op::ContainsOp => if arg != 0 { "not in" } else { "in" }.to_owned(),
            op if op.flags() & crate::opcode::NAME != 0 => name(&self.code.names, index),
            op if op.flags() & (crate::opcode::LOCAL | crate::opcode::FREE) != 0 => {
                name(&self.code.localsplusnames, index)
            }
            _ => String::new(),
        }
    }
}

fn name(names: &[Str], index: usize) -> String {
    names.get(index).map_or_else(|| "?".to_owned(), Str::to_string_lossy)
}

/// The width of the line column; 0 if there are no lines.
fn line_width(starts: &BTreeMap<usize, i32>) -> usize {
    let last = starts.values().copied().max().unwrap_or(-1);
    if last <= 0 {
        return 0;
    }
    let width = last.to_string().len().max(3);
    if starts.values().any(|line| *line < 0) { width.max(NO_LINENO.len()) } else { width }
}

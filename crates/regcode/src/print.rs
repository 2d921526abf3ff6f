//! The text of register code, for `-X dump=regcode` and snapshot tests. It depends on nothing but the code, so it is
//! the same in every run.

use std::fmt::{self, Write};

use ::code::{CodeObject, Const, Str};

use crate::code::{RegCode, Reloc, StateEntry};
use crate::ops::{EventKind, Field, Op, Role, WordRole};
use crate::state::Loc;
use crate::word::Word;

/// The text of a code object's register code, without those nested in it.
#[must_use]
pub fn text(regcode: &RegCode, code: &CodeObject) -> String {
    let mut printer = Printer { regcode, code, out: String::new() };
    // Writing to a string cannot fail.
    let _ = printer.all();
    printer.out
}

struct Printer<'a> {
    regcode: &'a RegCode,
    code: &'a CodeObject,
    out: String,
}

impl Printer<'_> {
    fn all(&mut self) -> fmt::Result {
        let regcode = self.regcode;
        writeln!(
            self.out,
            "{} {:?}: {} registers, temporaries from {}",
            Text(&self.code.qualname),
            regcode.mode,
            regcode.nregs,
            regcode.temp_base
        )?;
        let mut targets: Vec<usize> =
            regcode.handlers.iter().map(|range| range.handler as usize).collect();
        targets.extend(regcode.ops().filter_map(|(pc, op, word)| self.target(pc, op, word)));
        targets.sort_unstable();
        for (pc, op, word) in regcode.ops() {
            let mark = if targets.binary_search(&pc).is_ok() { '>' } else { ' ' };
            write!(self.out, "{mark}{pc:4}  ")?;
            let start = self.out.len();
            self.op(pc, op, word)?;
            if let Some(entry) = regcode.state_at(pc) {
                let width = self.out.len() - start;
                write!(self.out, "{:1$}", "", 44usize.saturating_sub(width).max(1))?;
                self.state(*entry)?;
            }
            self.out.push('\n');
        }
        for range in &regcode.handlers {
            let lasti = if range.lasti { " lasti" } else { "" };
            writeln!(
                self.out,
                "{}..{} -> {} [{}]{lasti}",
                range.start, range.end, range.handler, range.depth
            )?;
        }
        Ok(())
    }

    fn target(&self, pc: usize, op: Op, word: Word) -> Option<usize> {
        let end = pc + word.len()?;
        op.operands().iter().find_map(|(_, role)| match role {
            Role::Jump => end.checked_add_signed(isize::from(word.c_imm())),
            Role::Far => end.checked_add_signed(word.bc() as isize),
            _ => None,
        })
    }

    fn op(&mut self, pc: usize, op: Op, word: Word) -> fmt::Result {
        write!(self.out, "{:<16}", op.name())?;
        let mut separator = " ";
        for &(field, role) in op.operands() {
            self.out.push_str(separator);
            separator = ", ";
            let value = match field {
                Field::a => word.a(),
                Field::b => word.b(),
                Field::c | Field::bc => word.c(),
            };
            match role {
                Role::Imm => write!(self.out, "{}", value as i16)?,
                Role::Wide => write!(self.out, "{}", word.bc())?,
                Role::Count => write!(self.out, "{value}")?,
                Role::Kind if op == Op::Event => write!(self.out, "{}", event_name(value))?,
                Role::Kind => write!(self.out, "{value}")?,
                Role::Jump | Role::Far => match self.target(pc, op, word) {
                    Some(target) => write!(self.out, "->{target}")?,
                    None => self.out.push_str("->?"),
                },
                _ => self.register(value)?,
            }
        }
        self.words(pc, op, word, separator)
    }

    fn words(&mut self, pc: usize, op: Op, word: Word, separator: &str) -> fmt::Result {
        for (i, &(_, role)) in op.words().iter().enumerate() {
            let at = pc + 1 + i;
            let extra = self.regcode.words.get(at).copied().unwrap_or(0);
            match role {
                WordRole::Const | WordRole::Name | WordRole::LocalName => {
                    self.out.push_str(separator);
                    self.reloc(at)?;
                }
                WordRole::Number => write!(self.out, "{separator}{extra}")?,
                WordRole::Offsets => {
                    write!(self.out, "{separator}{}, {}", extra as u32, (extra >> 32) as i32)?
                }
                WordRole::Regs => {
                    let count = 4 * (word.len().unwrap_or(1) - 1);
                    let listed = match op {
                        Op::UnpackSequence => usize::from(word.b()),
                        _ => usize::from(word.b()) + 1 + usize::from(word.c()),
                    };
                    for k in 0..listed.min(count) {
                        self.out.push_str(if k == 0 { " => " } else { ", " });
                        let packed = self.regcode.words.get(at + k / 4).copied().unwrap_or(0);
                        self.register((packed >> (16 * (k % 4))) as u16)?;
                    }
                }
                WordRole::Shape | WordRole::Keys | WordRole::Cached | WordRole::Counter => {}
            }
        }
        Ok(())
    }

    /// A register: `%name` or `%3` for a local, `t3` for a temporary.
    fn register(&mut self, register: u16) -> fmt::Result {
        let regcode = self.regcode;

        if register >= regcode.temp_base {
            return write!(self.out, "t{}", register - regcode.temp_base);
        }
        if Some(register) == regcode.names_reg {
            return write!(self.out, "@names");
        }
        if Some(register) == regcode.generator_reg {
            return write!(self.out, "@generator");
        }
        match self.code.localsplusnames.get(usize::from(register)) {
            Some(name) => write!(self.out, "%{}", Text(name)),
            None => write!(self.out, "%{register}"),
        }
    }

    fn reloc(&mut self, word: usize) -> fmt::Result {
        let found = self.regcode.relocs.binary_search_by_key(&word, |(at, _)| *at as usize);
        match found.ok().and_then(|i| self.regcode.relocs.get(i)) {
            Some((_, Reloc::Const(i))) => match self.code.consts.get(*i as usize) {
                Some(value) => write!(self.out, "{}", Short(value)),
                None => write!(self.out, "const {i}?"),
            },
            Some((_, Reloc::Name(i))) => self.named(self.code.names.get(*i as usize)),
            Some((_, Reloc::LocalName(i))) => {
                self.named(self.code.localsplusnames.get(*i as usize))
            }
            Some((_, Reloc::None)) => write!(self.out, "None"),
            None => write!(self.out, "?"),
        }
    }

    fn named(&mut self, name: Option<&Str>) -> fmt::Result {
        match name {
            Some(name) => write!(self.out, "{}", Text(name)),
            None => write!(self.out, "?"),
        }
    }

    /// The byte offset, and the slots from the bottom.
    fn state(&mut self, entry: StateEntry) -> fmt::Result {
        write!(self.out, "; @{}", entry.offset)?;
        let mut slots: Vec<(usize, Loc)> = self.regcode.slots(entry.state).collect();
        slots.reverse();
        if slots.is_empty() {
            return Ok(());
        }
        self.out.push_str(" [");
        for (slot, loc) in slots {
            if slot > 0 {
                self.out.push(' ');
            }
            match loc {
                Loc::Temp(home) if usize::from(home) == slot => self.out.push('.'),
                Loc::Temp(home) => write!(self.out, "t{home}")?,
                Loc::Local(local) => self.register(local)?,
                Loc::Const(i) => write!(self.out, "#{i}")?,
                Loc::Int(value) => write!(self.out, "{value}")?,
                Loc::None => self.out.push_str("None"),
                Loc::Null => self.out.push('-'),
            }
        }
        self.out.push(']');
        Ok(())
    }
}

fn event_name(kind: u16) -> String {
    EventKind::ALL
        .get(usize::from(kind))
        .map_or_else(|| kind.to_string(), |kind| format!("{kind:?}"))
}

/// A name as it is if that is unambiguous.
struct Text<'a>(&'a Str);

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string_lossy();
        let plain = !text.is_empty() && text.chars().all(|c| !c.is_whitespace() && !c.is_control());
        if plain { f.write_str(&text) } else { write!(f, "{text:?}") }
    }
}

/// A constant in few words.
struct Short<'a>(&'a Const);

impl fmt::Display for Short<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Const::None => f.write_str("None"),
            Const::True => f.write_str("True"),
            Const::False => f.write_str("False"),
            Const::Ellipsis => f.write_str("..."),
            Const::Int(value) => write!(f, "{value}"),
            Const::BigInt(_) => f.write_str("int"),
            Const::Float(value) => write!(f, "{value:?}"),
            Const::Complex(re, im) => write!(f, "({re:?}, {im:?}j)"),
            Const::Str(text) => write!(f, "{:.40?}", text.to_string_lossy()),
            Const::Bytes(bytes) => write!(f, "bytes of {}", bytes.len()),
            Const::Tuple(items)
                if items.len() <= 4
                    && items.iter().all(|item| !matches!(item, Const::Tuple(_))) =>
            {
                f.write_char('(')?;
                for item in items.iter() {
                    write!(f, "{},", Short(item))?;
                }
                f.write_char(')')
            }
            Const::Tuple(items) => write!(f, "tuple of {}", items.len()),
            Const::FrozenSet(items) => write!(f, "frozenset of {}", items.len()),
            Const::Slice(_) => f.write_str("slice"),
            Const::Code(code) => write!(f, "<code {}>", Text(&code.name)),
        }
    }
}

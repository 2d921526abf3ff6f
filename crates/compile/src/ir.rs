//! What code generation hands to the back half: a linear instruction sequence with labels, and the description of the
//! code unit around it.
//!
//! Code generation fills a [`Unit`]; [`crate::assemble::assemble`] turns it into a code object by way of the
//! control-flow graph. Until then a jump's argument is a label, and constants and names only ever grow.

use std::collections::HashMap;
use std::hash::BuildHasherDefault;

use code::{Const, Op, Str};
use rustc_hash::FxHasher;

type FxMap<K, V> = HashMap<K, V, BuildHasherDefault<FxHasher>>;

/// A source range: 1-based lines, UTF-8 byte columns.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Location {
    /// First line.
    pub line: i32,
    /// Last line.
    pub end_line: i32,
    /// Column of the first byte.
    pub col: i32,
    /// Column after the last byte.
    pub end_col: i32,
}

impl Location {
    /// No source line: an artificial instruction.
    pub const NONE: Location = Location { line: -1, end_line: -1, col: -1, end_col: -1 };
    /// Takes the location of the instruction after it.
    pub const NEXT: Location = Location { line: -2, end_line: -2, col: -2, end_col: -2 };

    /// A source range.
    #[must_use]
    pub const fn new(line: i32, end_line: i32, col: i32, end_col: i32) -> Location {
        Location { line, end_line, col, end_col }
    }

    /// Whether there is a source line.
    #[must_use]
    pub const fn has_line(self) -> bool {
        self.line >= 0
    }
}

/// A place in an instruction sequence to jump to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Label(pub(crate) u32);

/// One instruction: real or pseudo operation, its argument (for jumps and region openers the label's number), location.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instr {
    /// The operation.
    pub op: Op,
    /// The argument; 0 when the operation has none.
    pub arg: u32,
    /// Where it comes from.
    pub loc: Location,
}

const UNPLACED: u32 = u32::MAX;

/// Instructions in order, with labels.
#[derive(Clone, Default, Debug)]
pub struct InstrSeq {
    instrs: Vec<Instr>,
    /// For each label the index of the instruction it stands before.
    labels: Vec<u32>,
    /// What replaces `ANNOTATIONS_PLACEHOLDER`: the code that sets up a module's or class's deferred annotations.
    annotations: Option<Box<InstrSeq>>,
}

impl InstrSeq {
    /// An empty sequence.
    #[must_use]
    pub fn new() -> InstrSeq {
        InstrSeq::default()
    }

    /// A new label, to be placed later by [`InstrSeq::use_label`].
    pub fn new_label(&mut self) -> Label {
        self.labels.push(UNPLACED);
        Label(self.labels.len() as u32 - 1)
    }

    /// Places the label before the next instruction.
    pub fn use_label(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.instrs.len() as u32;
    }

    /// Appends an instruction that is not a jump.
    pub fn add(&mut self, op: Op, arg: u32, loc: Location) {
        debug_assert!(!op.has_target());
        self.instrs.push(Instr { op, arg, loc });
    }

    /// Appends a jump or a region opener.
    pub fn add_jump(&mut self, op: Op, target: Label, loc: Location) {
        debug_assert!(op.has_target());
        self.instrs.push(Instr { op, arg: target.0, loc });
    }

    /// Puts an instruction before that at `index` and moves the labels at or after it along.
    pub fn insert(&mut self, index: usize, instr: Instr) {
        self.instrs.insert(index, instr);
        for label in &mut self.labels {
            if *label != UNPLACED && *label as usize >= index {
                *label += 1;
            }
        }
    }

    /// As [`InstrSeq::insert`], for a jump or a region opener.
    pub fn insert_jump(&mut self, index: usize, op: Op, target: Label, loc: Location) {
        debug_assert!(op.has_target());
        self.insert(index, Instr { op, arg: target.0, loc });
    }

    /// The instructions.
    #[must_use]
    pub fn instrs(&self) -> &[Instr] {
        &self.instrs
    }

    /// How many instructions there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.instrs.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.instrs.is_empty()
    }

    /// The index of the instruction the label stands before, if it has been placed.
    #[must_use]
    pub fn position(&self, label: Label) -> Option<usize> {
        self.labels.get(label.0 as usize).filter(|at| **at != UNPLACED).map(|at| *at as usize)
    }

    /// As [`InstrSeq::position`], by the label's number, which is a jump's argument.
    pub(crate) fn position_of(&self, label: u32) -> Option<usize> {
        self.position(Label(label))
    }

    /// Sets what replaces `ANNOTATIONS_PLACEHOLDER`; it must not jump.
    pub fn set_annotations(&mut self, annotations: InstrSeq) {
        self.annotations = Some(Box::new(annotations));
    }

    /// What replaces `ANNOTATIONS_PLACEHOLDER`.
    #[must_use]
    pub fn annotations(&self) -> Option<&InstrSeq> {
        self.annotations.as_deref()
    }
}

/// One line an instruction: labels, location, operation, argument (for jumps the label).
impl std::fmt::Display for InstrSeq {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (i, instr) in self.instrs.iter().enumerate() {
            for label in (0..self.labels.len()).filter(|label| self.labels[*label] as usize == i) {
                writeln!(f, "L{label}:")?;
            }
            let Location { line, end_line, col, end_col } = instr.loc;
            let place = match instr.loc {
                Location::NONE => "-".to_owned(),
                Location::NEXT => "next".to_owned(),
                _ => format!("{line}:{col}-{end_line}:{end_col}"),
            };
            write!(f, "  {place:<16} {}", instr.op.name())?;
            match (instr.op.has_target(), instr.op.has_arg()) {
                (true, _) => writeln!(f, " L{}", instr.arg)?,
                (false, true) => writeln!(f, " {}", instr.arg)?,
                (false, false) => writeln!(f)?,
            }
        }
        Ok(())
    }
}

/// The constants of a unit in order, merged by type and value.
#[derive(Clone, Default, Debug)]
pub struct ConstTable {
    items: Vec<Const>,
    /// Built once there are more than [`SCAN_LIMIT`] items.
    index: FxMap<Const, u32>,
}

/// Up to this many entries a table is searched from start to end.
const SCAN_LIMIT: usize = 8;

impl ConstTable {
    /// The index of the constant, which is added unless an equal one is there.
    pub fn add(&mut self, value: Const) -> u32 {
        if let Some(found) = self.find(&value) {
            return found;
        }
        self.push(value)
    }

    /// Appends without looking for an equal one; code generation's first constant (the docstring's place) needs it.
    pub fn push(&mut self, value: Const) -> u32 {
        let at = self.items.len() as u32;
        if self.items.len() == SCAN_LIMIT {
            for (i, item) in self.items.iter().enumerate() {
                self.index.entry(item.clone()).or_insert(i as u32);
            }
        }
        if self.items.len() >= SCAN_LIMIT {
            self.index.entry(value.clone()).or_insert(at);
        }
        self.items.push(value);
        at
    }

    fn find(&self, value: &Const) -> Option<u32> {
        if value.holds_nan() {
            return None;
        }
        if self.items.len() <= SCAN_LIMIT {
            return self.items.iter().position(|item| item == value).map(|i| i as u32);
        }
        self.index.get(value).copied()
    }

    /// A table of these constants, which are all different.
    pub(crate) fn from_items(items: Vec<Const>) -> ConstTable {
        let mut table = ConstTable::default();
        for item in items {
            table.push(item);
        }
        table
    }

    /// The constants in order.
    #[must_use]
    pub fn items(&self) -> &[Const] {
        &self.items
    }

    /// The constants in order, by value.
    #[must_use]
    pub fn into_items(self) -> Vec<Const> {
        self.items
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Names in order of first use, each once.
#[derive(Clone, Default, Debug)]
pub struct NameTable {
    items: Vec<Str>,
    /// Built once there are more than [`SCAN_LIMIT`] items.
    index: FxMap<Str, u32>,
}

impl NameTable {
    /// The index of the name, which is added unless it is there.
    pub fn add(&mut self, name: &str) -> u32 {
        if let Some(found) = self.get(name) {
            return found;
        }
        self.push(Str::from(name))
    }

    /// As [`NameTable::add`], for a name that is already shared text.
    pub fn add_str(&mut self, name: &Str) -> u32 {
        if let Some(found) = self.lookup(name.as_bytes()) {
            return found;
        }
        self.push(name.clone())
    }

    fn push(&mut self, name: Str) -> u32 {
        let at = self.items.len() as u32;
        if self.items.len() == SCAN_LIMIT {
            self.index
                .extend(self.items.iter().enumerate().map(|(i, item)| (item.clone(), i as u32)));
        }
        if self.items.len() >= SCAN_LIMIT {
            self.index.insert(name.clone(), at);
        }
        self.items.push(name);
        at
    }

    /// The index of the name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<u32> {
        self.lookup(name.as_bytes())
    }

    /// As [`NameTable::get`], for a name that is already shared text.
    #[must_use]
    pub fn get_str(&self, name: &Str) -> Option<u32> {
        self.lookup(name.as_bytes())
    }

    fn lookup(&self, name: &[u8]) -> Option<u32> {
        if self.items.len() <= SCAN_LIMIT {
            return self.items.iter().position(|item| item.as_bytes() == name).map(|i| i as u32);
        }
        self.index.get(name).copied()
    }

    /// The names in order, by value.
    #[must_use]
    pub fn into_items(self) -> Vec<Str> {
        self.items
    }

    /// The names in order.
    #[must_use]
    pub fn items(&self) -> &[Str] {
        &self.items
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// Everything about a code unit but its instructions.
///
/// The argument of an operation on a fast local (`LOAD_FAST` …) is an index into `varnames`; that of an operation on
/// a cell (`LOAD_DEREF`, `STORE_DEREF`, `LOAD_CLOSURE`, …) is an index into `cellvars` followed by `freevars`.
/// Assembling renumbers the cells. It also adds `MAKE_CELL`, `COPY_FREE_VARS` and `RETURN_GENERATOR`, so code
/// generation starts with `RESUME`.
#[derive(Clone, Debug)]
pub struct UnitInfo {
    /// `co_name`
    pub name: Str,
    /// `co_qualname`
    pub qualname: Str,
    /// Constants so far; the optimiser adds to them and then drops the unused.
    pub consts: ConstTable,
    /// Names of globals and attributes.
    pub names: NameTable,
    /// Local variables, parameters first.
    pub varnames: NameTable,
    /// Cells, in CPython's order (sorted).
    pub cellvars: NameTable,
    /// Free variables, in CPython's order (sorted).
    pub freevars: NameTable,
    /// Locals of inlined comprehensions: hidden from `locals()`.
    pub fast_hidden: NameTable,
    /// Positional parameters, the positional-only ones *not* included.
    pub argcount: u32,
    /// Positional-only parameters.
    pub posonlyargcount: u32,
    /// Keyword-only parameters.
    pub kwonlyargcount: u32,
    /// `co_flags`, complete.
    pub flags: u32,
    /// `co_firstlineno`
    pub firstlineno: i32,
}

impl UnitInfo {
    /// A unit of this name without anything in it.
    #[must_use]
    pub fn new(name: Str, qualname: Str, firstlineno: i32) -> UnitInfo {
        UnitInfo {
            name,
            qualname,
            consts: ConstTable::default(),
            names: NameTable::default(),
            varnames: NameTable::default(),
            cellvars: NameTable::default(),
            freevars: NameTable::default(),
            fast_hidden: NameTable::default(),
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            flags: 0,
            firstlineno,
        }
    }

    /// All parameters, `*args` and `**kwargs` included.
    #[must_use]
    pub fn parameter_count(&self) -> u32 {
        let stars = [code::object::flags::VARARGS, code::object::flags::VARKEYWORDS];
        let stars = stars.iter().filter(|flag| self.flags & **flag != 0).count() as u32;
        self.argcount + self.posonlyargcount + self.kwonlyargcount + stars
    }
}

/// A code unit: what becomes one code object.
#[derive(Clone, Debug)]
pub struct Unit {
    /// The description.
    pub info: UnitInfo,
    /// The instructions.
    pub code: InstrSeq,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_move_with_what_they_stand_before() {
        let mut seq = InstrSeq::new();
        let (start, end) = (seq.new_label(), seq.new_label());
        seq.use_label(start);
        seq.add(Op::Nop, 0, Location::new(1, 1, 0, 3));
        seq.add_jump(Op::Jump, start, Location::NONE);
        seq.use_label(end);
        seq.add(Op::LoadConst, 4, Location::NEXT);
        seq.insert_jump(0, Op::SetupCleanup, end, Location::NONE);
        let expected = "  -                SETUP_CLEANUP L1\nL0:\n  1:0-1:3          NOP\n  -                JUMP L0\n\
                        L1:\n  next             LOAD_CONST 4\n";
        assert_eq!(seq.to_string(), expected);
    }

    #[test]
    fn constants_merge_by_type_and_value() {
        let mut table = ConstTable::default();
        let values = || {
            let floats = [0.0, -0.0, 1.0].map(Const::Float);
            let others =
                [Const::Int(1), Const::True, Const::str("1"), Const::Bytes(b"1"[..].into())];
            let tuples = [
                Const::tuple([Const::Int(1)]),
                Const::tuple([Const::Float(1.0)]),
                Const::tuple([]),
            ];
            [&floats[..], &others[..], &tuples[..]].concat()
        };
        for (i, value) in values().into_iter().enumerate() {
            assert_eq!(table.add(value), i as u32);
        }
        for (i, value) in values().into_iter().enumerate() {
            assert_eq!(table.add(value), i as u32);
        }
        let nan = table.add(Const::Float(f64::NAN));
        assert_eq!(table.add(Const::Float(f64::NAN)), nan + 1);
    }
}

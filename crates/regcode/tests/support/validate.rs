//! Translation validation: runs a code object and its register code side by side on symbolic values along a random
//! path, exceptional edges included, and compares the stack at every op that has a state.
//!
//! A value is a number: constants and parameters have fixed ones, results get fresh ones in the order of execution.
//! Both sides see the same results and take the same branches, so whatever the translation misplaces shows up as a
//! difference of the stack, of the handler, or of what is returned.

use std::collections::HashMap;

use code::exceptiontable::{Region, regions};
use code::{CodeObject, Const, Op as Py};
use regcode::{Field, Loc, Op, RegCode, Reloc, Role, Word, WordRole};

use super::Random;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Value {
    Undef,
    None,
    Const(u32),
    Int(i32),
    Local(usize),
    Free(usize),
    Result(u32, u32),
    Cell(u32),
    Exception(u32),
    Lasti(u32),
}

struct Insn {
    op: Py,
    arg: u32,
    unit: u32,
    end: u32,
}

/// The stack machine.
struct Stack<'a> {
    code: &'a CodeObject,
    insns: Vec<Insn>,
    index: HashMap<u32, usize>,
    at: usize,
    stack: Vec<Value>,
    locals: Vec<Value>,
    /// Branches taken so far.
    branches: usize,
    cells: u32,
    returned: Option<Value>,
}

/// Which way the nth branch goes: both machines ask.
struct Decisions(u64);

impl Decisions {
    fn taken(&self, n: usize) -> bool {
        let mut random = Random(self.0 ^ (n as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
        random.next();
        random.next() & 0x700 > 0x200
    }
}

impl<'a> Stack<'a> {
    fn new(code: &'a CodeObject) -> Stack<'a> {
        let (mut insns, mut index) = (Vec::new(), HashMap::new());
        let (mut unit, mut arg, mut start) = (0, 0, None);
        while unit * 2 < code.code.len() {
            let op = Py::from_byte(code.code[unit * 2]).expect("verified code");
            arg = arg << 8 | u32::from(code.code[unit * 2 + 1]);
            let first = *start.get_or_insert(unit as u32);
            let end = unit + 1 + op.caches();
            if op != Py::ExtendedArg {
                index.insert(first, insns.len());
                insns.push(Insn { op, arg, unit: unit as u32, end: end as u32 });
                (arg, start) = (0, None);
            }
            unit = end;
        }
        let nlocals = code.localsplusnames.len();
        let nargs =
            (code.argcount + code.kwonlyargcount + (code.flags >> 2 & 1) + (code.flags >> 3 & 1))
                as usize;
        let locals =
            (0..nlocals).map(|n| if n < nargs { Value::Local(n) } else { Value::Undef }).collect();
        let mut stack = Stack {
            code,
            insns,
            index,
            at: 0,
            stack: Vec::new(),
            locals,
            branches: 0,
            cells: 0,
            returned: None,
        };
        stack.stack.reserve(code.stacksize as usize);
        stack
    }

    fn constant(&self, k: u32) -> Value {
        match self.code.consts[k as usize] {
            Const::Int(value) => i32::try_from(value).map_or(Value::Const(k), Value::Int),
            Const::None => Value::None,
            _ => Value::Const(k),
        }
    }

    fn pop(&mut self) -> Value {
        self.stack.pop().expect("verified code")
    }

    fn jump(&mut self, unit: u32) {
        self.at = self.index[&unit];
    }

    /// Executes one instruction; `step` numbers its results. Gives how many results it pushed.
    fn step(&mut self, decisions: &Decisions, step: u32) -> usize {
        let Insn { op, arg, end, .. } = self.insns[self.at];
        self.at += 1;
        let n = arg as usize;
        let result = |k: usize| Value::Result(step, k as u32);
        match op {
            Py::Nop | Py::NotTaken | Py::Resume | Py::ToBool => 0,
            Py::LoadFast | Py::LoadFastBorrow | Py::LoadFastCheck => self.push(self.locals[n]),
            Py::LoadFastLoadFast | Py::LoadFastBorrowLoadFastBorrow => {
                self.push(self.locals[n >> 4]);
                self.push(self.locals[n & 15])
            }
            Py::LoadFastAndClear => {
                self.push(self.locals[n]);
                self.locals[n] = Value::Undef;
                0
            }
            Py::StoreFast => self.store(n),
            Py::StoreFastLoadFast => {
                self.store(n >> 4);
                self.push(self.locals[n & 15])
            }
            Py::StoreFastStoreFast => {
                self.store(n >> 4);
                self.store(n & 15)
            }
            Py::DeleteFast => {
                self.locals[n] = Value::Undef;
                0
            }
            Py::MakeCell => {
                self.locals[n] = Value::Cell(self.cells);
                self.cells += 1;
                0
            }
            Py::CopyFreeVars => {
                let first = self.locals.len() - n;
                (first..self.locals.len())
                    .for_each(|local| self.locals[local] = Value::Free(local));
                0
            }
            Py::LoadConst => self.push(self.constant(arg)),
            Py::LoadSmallInt => self.push(Value::Int(arg as i32)),
            Py::PushNull => self.push(Value::Undef),
            Py::Copy => self.push(self.stack[self.stack.len() - n]),
            Py::Swap => {
                let top = self.stack.len();
                self.stack.swap(top - 1, top - n);
                0
            }
            Py::LoadGlobal if arg & 1 != 0 => {
                self.push(result(0));
                self.push(Value::Undef)
            }
            Py::ListAppend
            | Py::ListExtend
            | Py::SetAdd
            | Py::SetUpdate
            | Py::DictUpdate
            | Py::DictMerge => {
                self.pop();
                0
            }
            Py::MapAdd => {
                self.pop();
                self.pop();
                0
            }
            Py::CheckExcMatch => {
                self.pop();
                self.push(result(0))
            }
            Py::GetLen
            | Py::GetAnext
            | Py::MatchMapping
            | Py::MatchSequence
            | Py::MatchKeys
            | Py::ImportFrom
            | Py::WithExceptStart => self.push(result(0)),
            Py::EndSend => {
                let value = self.pop();
                self.pop();
                self.push(value)
            }
            Py::SetFunctionAttribute => {
                let function = self.pop();
                self.pop();
                self.push(function)
            }
            Py::PushExcInfo => {
                let exception = self.pop();
                self.push(result(0));
                self.push(exception)
            }
            Py::CleanupThrow => {
                (0..3).for_each(|_| {
                    self.pop();
                });
                self.push(Value::None);
                self.push(result(0))
            }
            Py::JumpForward => {
                self.jump(end + arg);
                0
            }
            Py::JumpBackward | Py::JumpBackwardNoInterrupt => {
                self.jump(end - arg);
                0
            }
            Py::PopJumpIfTrue | Py::PopJumpIfFalse | Py::PopJumpIfNone | Py::PopJumpIfNotNone => {
                self.pop();
                if self.decide(decisions) {
                    self.jump(end + arg);
                }
                0
            }
            Py::ForIter => {
                if self.decide(decisions) {
                    // The jump goes past END_FOR.
                    self.at = self.index[&(end + arg)] + 1;
                    return 0;
                }
                self.push(result(0))
            }
            Py::Send => {
                self.pop();
                self.push(result(0));
                if self.decide(decisions) {
                    self.jump(end + arg);
                }
                1
            }
            Py::ReturnValue => {
                self.returned = Some(self.pop());
                0
            }
            _ => {
                let (popped, pushed) = (op.popped(arg as i32), op.pushed(arg as i32));
                (0..popped).for_each(|_| {
                    self.pop();
                });
                (0..pushed as usize).for_each(|k| {
                    self.push(result(k));
                });
                pushed as usize
            }
        }
    }

    fn push(&mut self, value: Value) -> usize {
        self.stack.push(value);
        1
    }

    fn store(&mut self, local: usize) -> usize {
        self.locals[local] = self.pop();
        0
    }

    fn decide(&mut self, decisions: &Decisions) -> bool {
        self.branches += 1;
        decisions.taken(self.branches - 1)
    }
}

fn is_cell(value: Value) -> bool {
    matches!(value, Value::Cell(_) | Value::Free(_))
}

/// Runs both; the error says what differs.
pub fn validate(
    code: &CodeObject,
    regcode: &RegCode,
    seed: u64,
    max_steps: usize,
) -> Result<(), String> {
    let table: Vec<Region> = regions(&code.exceptiontable).collect();
    let relocs: HashMap<u32, Reloc> = regcode.relocs.iter().copied().collect();
    let stack = Stack::new(code);
    let mut regs = vec![Value::Exception(u32::MAX); regcode.nregs as usize];
    regs[..stack.locals.len()].copy_from_slice(&stack.locals);
    let mut run = Run {
        regcode,
        table,
        relocs,
        stack,
        regs,
        pc: 0,
        branches: 0,
        cells: 0,
        steps: 0,
        decisions: Decisions(seed),
        random: Random(seed | 1),
    };
    for _ in 0..max_steps {
        let pc = run.pc;
        match run.op() {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(reason) => return Err(format!("at pc {pc}: {reason}")),
        }
    }
    Ok(())
}

struct Run<'a> {
    regcode: &'a RegCode,
    table: Vec<Region>,
    relocs: HashMap<u32, Reloc>,
    stack: Stack<'a>,
    regs: Vec<Value>,
    pc: u32,
    branches: usize,
    cells: u32,
    steps: u32,
    decisions: Decisions,
    random: Random,
}

impl Run<'_> {
    fn read(&self, loc: Loc) -> Value {
        match loc {
            Loc::Temp(slot) => self.regs[self.regcode.temp_base as usize + usize::from(slot)],
            Loc::Local(local) => self.regs[usize::from(local)],
            Loc::Const(k) => self.stack.constant(k),
            Loc::Int(value) => Value::Int(value),
            Loc::None => Value::None,
            Loc::Null => Value::Undef,
        }
    }

    fn reloc(&self, pc: u32) -> Value {
        match self.relocs.get(&pc) {
            Some(Reloc::Const(k)) => self.stack.constant(*k),
            _ => Value::None,
        }
    }

    fn taken(&mut self) -> bool {
        self.branches += 1;
        self.decisions.taken(self.branches - 1)
    }

    /// Lets the stack machine run up to the instruction at this offset.
    fn advance(&mut self, offset: u32) -> Result<(), String> {
        for _ in 0..10_000 {
            let insn = self.stack.insns.get(self.stack.at).ok_or("the end of the code")?;
            if insn.unit * 2 == offset {
                return Ok(());
            }
            self.steps += 1;
            self.stack.step(&self.decisions, self.steps);
        }
        Err(format!("the stack machine never comes to {offset}"))
    }

    fn compare(&self, state: regcode::StateId, what: &[Value]) -> Result<(), String> {
        let mut found: Vec<Value> =
            self.regcode.slots(state).map(|(_, loc)| self.read(loc)).collect();
        found.reverse();
        if found == what { Ok(()) } else { Err(format!("stack {found:?}, expected {what:?}")) }
    }

    fn op(&mut self) -> Result<bool, String> {
        let pc = self.pc;
        let word = Word(self.regcode.words[pc as usize]);
        let op = word.op().ok_or("no op")?;
        let end = pc + word.len().ok_or("no length")? as u32;
        self.pc = end;
        let entry = self.regcode.state_at(pc as usize).copied();
        if entry.is_some() != op.has_state() {
            return Err(format!("state map and {} disagree", op.name()));
        }
        match op {
            Op::Move => self.regs[usize::from(word.a())] = self.regs[usize::from(word.b())],
            Op::Swap => self.regs.swap(usize::from(word.a()), usize::from(word.b())),
            Op::LoadConst => self.regs[usize::from(word.a())] = self.reloc(pc + 1),
            Op::LoadInt => self.regs[usize::from(word.a())] = Value::Int(word.bc()),
            Op::LoadUndef => self.regs[usize::from(word.a())] = Value::Undef,
            Op::Jump => self.pc = end.wrapping_add_signed(word.bc()),
            Op::JumpIfNone | Op::JumpIfNotNone | Op::JumpIfIs | Op::JumpIfIsNot => {
                if self.taken() != self.inverted(op) {
                    self.pc = end.wrapping_add_signed(i32::from(word.c_imm()));
                }
            }
            Op::Nop | Op::StoreDeref | Op::PopExcept => self.check_kinds(op, word)?,
            Op::ReturnConst => return self.returns(self.reloc(pc + 1)),
            Op::Return => return self.returns(self.regs[usize::from(word.a())]),
            Op::Is
            | Op::IsNot
            | Op::MatchMapping
            | Op::MatchSequence
            | Op::LoadCommonConstant
            | Op::PushExcInfo => {
                let py: &[Py] = match op {
                    Op::Is | Op::IsNot => &[Py::IsOp],
                    Op::MatchMapping => &[Py::MatchMapping],
                    Op::MatchSequence => &[Py::MatchSequence],
                    Op::LoadCommonConstant => &[Py::LoadCommonConstant],
                    _ => &[Py::PushExcInfo],
                };
                while !py.contains(&self.stack.insns[self.stack.at].op) {
                    self.steps += 1;
                    self.stack.step(&self.decisions, self.steps);
                }
                self.steps += 1;
                self.stack.step(&self.decisions, self.steps);
                let result = Value::Result(self.steps, 0);
                let a = usize::from(word.a());
                if op == Op::PushExcInfo {
                    self.regs[a + 1] = self.regs[a];
                }
                self.regs[a] = result;
            }
            _ => {
                return self.effect(pc, end, op, word, entry.ok_or("an unknown op without state")?);
            }
        }
        Ok(true)
    }

    /// In the unelided code a conditional jump skips the event and the jump that are taken otherwise.
    fn inverted(&self, op: Op) -> bool {
        let conditional =
            matches!(op, Op::JumpIfTrue | Op::JumpIfFalse | Op::JumpIfNone | Op::JumpIfNotNone);
        self.regcode.mode == regcode::Mode::Unelided && conditional
    }

    fn returns(&mut self, value: Value) -> Result<bool, String> {
        for _ in 0..10_000 {
            if let Some(expected) = self.stack.returned {
                return if expected == value {
                    Ok(false)
                } else {
                    Err(format!("returns {value:?}, expected {expected:?}"))
                };
            }
            self.steps += 1;
            self.stack.step(&self.decisions, self.steps);
        }
        Err("the stack machine does not return".into())
    }

    fn effect(
        &mut self,
        pc: u32,
        end: u32,
        op: Op,
        word: Word,
        entry: regcode::StateEntry,
    ) -> Result<bool, String> {
        let done = self.stack.at.checked_sub(1).map(|last| self.stack.insns[last].unit * 2);
        if matches!(op, Op::ToBool | Op::Not) && done == Some(entry.offset) && self.steps > 0 {
            // The second op of a comparison.
            let what = self.stack.stack.clone();
            self.compare(entry.state, &what)?;
            if self.random.below(50) == 0 {
                return self.raise(pc, entry.offset);
            }
            let a = usize::from(word.a());
            self.regs[a] = self.regs[usize::from(word.b())];
            if op == Op::Not {
                self.steps += 1;
                self.stack.step(&self.decisions, self.steps);
                self.regs[a] = Value::Result(self.steps, 0);
            }
            return Ok(true);
        }
        if op == Op::Event {
            return Ok(true);
        }
        if op == Op::ForLoop {
            self.advance_past_back_edge(entry.offset)?;
        } else {
            self.advance(entry.offset)?;
        }
        let insn = &self.stack.insns[self.stack.at];
        let py = insn.op;
        let mut what = self.stack.stack.clone();
        if py == Py::YieldValue && op == Op::YieldValue {
            let top = what.last_mut().ok_or("an empty stack")?;
            if *top != self.regs[usize::from(word.b())] {
                return Err(format!(
                    "yields {:?}, expected {top:?}",
                    self.regs[usize::from(word.b())]
                ));
            }
            *top = Value::None;
            if let Some(top) = self.stack.stack.last_mut() {
                *top = Value::None;
            }
        }
        if op == Op::CheckLocal {
            if self.regs[usize::from(word.a())] == Value::Undef {
                return self.raise(pc, entry.offset);
            }
            let extra = self.stack.locals.get(insn.arg as usize >> 4).copied();
            let with_first: Vec<Value> = what.iter().copied().chain(extra).collect();
            let fits = [&what, &with_first].iter().any(|s| self.compare(entry.state, s).is_ok());
            return if fits { Ok(true) } else { self.compare(entry.state, &what).map(|()| true) };
        }
        self.compare(entry.state, &what)?;
        self.check_kinds(op, word)?;
        let a = self.regs.get(usize::from(word.a())).copied();
        if op == Op::DeleteLocal && a == Some(Value::Undef)
            || op == Op::CheckCell && !a.is_some_and(is_cell)
        {
            return self.raise(pc, entry.offset);
        }
        if matches!(
            op,
            Op::CheckCell | Op::CheckExc | Op::CheckExcOrNone | Op::CheckLasti | Op::Instruction
        ) {
            return Ok(true);
        }
        self.check_operands(op, word, py)?;
        // Mostly where there is a handler: an exception that leaves ends the run.
        let rarity = if self.regcode.handler_at(pc as usize).is_some() { 25 } else { 500 };
        if matches!(op, Op::Reraise | Op::Raise) || self.random.below(rarity) == 0 {
            return self.raise(pc, entry.offset);
        }
        if op == Op::ReturnFromGenerator {
            return self.returns(self.regs[usize::from(word.a())]);
        }
        self.steps += 1;
        let pushed = self.stack.step(&self.decisions, self.steps);
        if matches!(op, Op::Not) && py == Py::ToBool {
            self.steps += 1;
            self.stack.step(&self.decisions, self.steps);
        }
        self.write_results(pc, op, word, py, pushed);
        self.follow(end, op, word);
        Ok(true)
    }

    fn advance_past_back_edge(&mut self, offset: u32) -> Result<(), String> {
        loop {
            let insn = &self.stack.insns[self.stack.at];
            let is_jump = matches!(insn.op, Py::JumpBackward | Py::JumpBackwardNoInterrupt);
            if insn.unit * 2 == offset {
                return Err("a back-edge without a jump".into());
            }
            self.steps += 1;
            self.stack.step(&self.decisions, self.steps);
            if is_jump && self.stack.insns[self.stack.at].unit * 2 == offset {
                return Ok(());
            }
        }
    }

    /// No op reads what is no value, or was never written, unless its row says so.
    fn check_kinds(&self, op: Op, word: Word) -> Result<(), String> {
        let any =
            matches!(op, Op::Raise | Op::Reraise | Op::DeleteLocal | Op::MakeCell | Op::CheckCell);
        for &(field, role) in op.operands() {
            let register = match field {
                Field::a => word.a(),
                Field::b => word.b(),
                _ => word.c(),
            };
            let bad = |r: u16| {
                matches!(self.regs[usize::from(r)], Value::Undef | Value::Exception(u32::MAX))
            };
            let read = matches!(role, Role::Src | Role::InOut)
                || role == Role::Run && matches!(op, Op::Call | Op::CallPlain);
            if read && !any && bad(register) {
                return Err(format!("{} reads no value in register {register}", op.name()));
            }
        }
        let cell = match op {
            Op::LoadDeref => word.b(),
            Op::StoreDeref | Op::DeleteDeref => word.a(),
            Op::LoadFromDictOrDeref => word.c(),
            _ => return Ok(()),
        };
        if is_cell(self.regs[usize::from(cell)]) {
            Ok(())
        } else {
            Err(format!("{} uses no cell", op.name()))
        }
    }

    /// Binary operations read their operands in order; calls read theirs from adjacent registers.
    fn check_operands(&self, op: Op, word: Word, py: Py) -> Result<(), String> {
        let stack = &self.stack.stack;
        let top = |n: usize| stack.len().checked_sub(n + 1).map(|i| stack[i]);
        let reg = |r: u16| Some(self.regs[usize::from(r)]);
        let imm = |i: i16| Some(Value::Int(i32::from(i)));
        let ok = match py {
            Py::BinaryOp | Py::CompareOp | Py::ContainsOp => {
                let fields: Vec<(Field, Role)> = op
                    .operands()
                    .iter()
                    .copied()
                    .filter(|(_, role)| matches!(role, Role::Src | Role::Imm))
                    .collect();
                let values: Vec<Option<Value>> = fields
                    .iter()
                    .map(|(field, role)| {
                        let raw = match field {
                            Field::a => word.a(),
                            Field::b => word.b(),
                            _ => word.c(),
                        };
                        if *role == Role::Imm { imm(raw as i16) } else { reg(raw) }
                    })
                    .collect();
                values == [top(1), top(0)]
            }
            Py::StoreSubscr => {
                [reg(word.a()), reg(word.b()), reg(word.c())] == [top(1), top(0), top(2)]
            }
            Py::StoreAttr => [reg(word.a()), reg(word.b())] == [top(0), top(1)],
            Py::Call | Py::CallKw | Py::BuildTuple | Py::BuildList | Py::BuildMap
                if op.operands().get(1) == Some(&(Field::b, Role::Run)) =>
            {
                let arg = self.stack.insns[self.stack.at].arg as usize;
                let (count, above) = match py {
                    Py::Call => (arg + 2, 0),
                    Py::CallKw => (arg + 2, 1),
                    Py::BuildMap => (2 * arg, 0),
                    _ => (arg, 0),
                };
                let first = stack.len() - count - above;
                (0..count).all(|i| {
                    let unread = op == Op::CallPlain && i == 1;
                    unread || self.regs[usize::from(word.b()) + i] == stack[first + i]
                })
            }
            Py::UnaryNegative | Py::UnaryInvert | Py::GetIter | Py::LoadAttr
                if op.operands().len() > 1 =>
            {
                reg(word.b()) == top(0)
            }
            _ => true,
        };
        if ok { Ok(()) } else { Err(format!("{} reads the wrong operands", op.name())) }
    }

    fn write_results(&mut self, pc: u32, op: Op, word: Word, py: Py, pushed: usize) {
        let top = self.stack.stack.len();
        let results: Vec<Value> = self.stack.stack[top.saturating_sub(pushed)..].to_vec();
        let result = |k: usize| results.get(k).copied().unwrap_or(Value::Undef);
        match op {
            // To the stack machine a truth value is the object itself.
            Op::ToBool => self.regs[usize::from(word.a())] = self.regs[usize::from(word.b())],
            Op::DeleteLocal => self.regs[usize::from(word.a())] = Value::Undef,
            Op::MakeCell => {
                self.regs[usize::from(word.a())] = Value::Cell(self.cells);
                self.cells += 1;
            }
            Op::CopyFreeVars => {
                (usize::from(word.a())..usize::from(word.a() + word.b()))
                    .for_each(|r| self.regs[r] = Value::Free(r));
            }
            Op::CleanupThrow => self.regs[usize::from(word.a())] = Value::Result(self.steps, 0),
            Op::ForIter | Op::ForLoop => {
                if py == Py::ForIter && pushed > 0 {
                    self.regs[usize::from(word.a())] = result(0);
                }
            }
            _ => {
                for &(_, role) in op.operands() {
                    match role {
                        Role::Dst | Role::InOut => {
                            self.regs[usize::from(word.a())] = Value::Result(self.steps, 0)
                        }
                        Role::Dst2 | Role::InOut2 => {
                            self.regs[usize::from(word.a())] = result(0);
                            self.regs[usize::from(word.a()) + 1] = result(1);
                        }
                        _ => {}
                    }
                }
                if op.words().iter().any(|(_, role)| *role == WordRole::Regs) {
                    for k in 0..pushed {
                        let packed = self.regcode.words[pc as usize + 1 + k / 4];
                        let register = (packed >> (16 * (k % 4))) as u16;
                        self.regs[usize::from(register)] = result(pushed - 1 - k);
                    }
                }
            }
        }
    }

    fn follow(&mut self, end: u32, op: Op, word: Word) {
        let near = end.wrapping_add_signed(i32::from(word.c_imm()));
        if op == Op::JumpBack {
            self.pc = end.wrapping_add_signed(word.bc());
        } else if op.has(regcode::Effect::Branch) {
            // The back-edge of a `for` loop jumps when there is an item.
            let inverted = self.inverted(op) || op == Op::ForLoop;
            if self.taken() != inverted {
                self.pc = near;
            }
        }
        // A comparison and its jump are one op here and two instructions there.
        while self.stack.branches < self.branches {
            self.steps += 1;
            self.stack.step(&self.decisions, self.steps);
        }
    }

    /// An exception is raised; false if it leaves the function.
    fn raise(&mut self, pc: u32, offset: u32) -> Result<bool, String> {
        let unit = offset / 2;
        let region =
            self.table.iter().find(|region| region.start <= unit && unit < region.end).copied();
        let handler = self.regcode.handler_at(pc as usize).copied();
        let (Some(region), Some(handler)) = (region, handler) else {
            return if region.is_none() && handler.is_none() {
                Ok(false)
            } else {
                Err(format!("handlers differ: {region:?}, {handler:?}"))
            };
        };
        if (region.depth, region.lasti) != (handler.depth, handler.lasti) {
            return Err(format!("handlers differ: {region:?}, {handler:?}"));
        }
        let entry = self.regcode.state_at(pc as usize).ok_or("no state")?;
        if self.regcode.states.depth(entry.state) < region.depth as usize {
            return Err("a handler keeps a slot that the state lacks".into());
        }
        let moves: Vec<(usize, Value)> = self
            .regcode
            .displaced(pc as usize, handler.depth)
            .map(|(slot, loc)| (slot, self.read(loc)))
            .collect();
        let home = self.regcode.temp_base as usize;
        moves.into_iter().for_each(|(slot, value)| self.regs[home + slot] = value);
        self.stack.stack.truncate(region.depth as usize);
        self.steps += 1;
        if region.lasti {
            self.stack.stack.push(Value::Lasti(unit));
        }
        self.stack.stack.push(Value::Exception(self.steps));
        for (slot, value) in self.stack.stack.iter().enumerate().skip(region.depth as usize) {
            self.regs[home + slot] = *value;
        }
        self.stack.jump(region.target);
        self.pc = handler.handler;
        Ok(true)
    }
}

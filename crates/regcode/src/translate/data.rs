//! Locals, names, attributes, operators and containers.

use ::code::{Const, Op as Py};

use super::Translator;
use crate::code::Reloc;
use crate::decode::{Insn, note};
use crate::ops::Op;
use crate::state::Loc;

/// By `BINARY_OP`'s argument: the op, and its form with an immediate on the right.
const BINARY: [(Op, Option<Op>); 27] = [
    (Op::Add, Some(Op::AddI)),
    (Op::And, Some(Op::AndI)),
    (Op::FloorDiv, Some(Op::FloorDivI)),
    (Op::LShift, Some(Op::LShiftI)),
    (Op::MatMul, None),
    (Op::Mul, Some(Op::MulI)),
    (Op::Mod, Some(Op::ModI)),
    (Op::Or, None),
    (Op::Pow, Some(Op::PowI)),
    (Op::RShift, Some(Op::RShiftI)),
    (Op::Sub, Some(Op::SubI)),
    (Op::TrueDiv, Some(Op::TrueDivI)),
    (Op::Xor, None),
    (Op::IAdd, Some(Op::IAddI)),
    (Op::IAnd, Some(Op::IAndI)),
    (Op::IFloorDiv, Some(Op::IFloorDivI)),
    (Op::ILShift, Some(Op::ILShiftI)),
    (Op::IMatMul, None),
    (Op::IMul, Some(Op::IMulI)),
    (Op::IMod, Some(Op::IModI)),
    (Op::IOr, None),
    (Op::IPow, Some(Op::IPowI)),
    (Op::IRShift, Some(Op::IRShiftI)),
    (Op::ISub, Some(Op::ISubI)),
    (Op::ITrueDiv, Some(Op::ITrueDivI)),
    (Op::IXor, None),
    (Op::GetItem, Some(Op::GetItemI)),
];

impl Translator<'_> {
    /// `r[home] = op(c)`: takes nothing, makes one value. `b` is the operand.
    pub(super) fn create(&mut self, op: Op, b: u16) {
        self.prepare(0, 1);
        let pc = self.emit(op, self.home(self.stack.depth()), b, 0);
        self.made(pc, 0);
    }

    /// Takes one value, makes one.
    pub(super) fn unary(&mut self, op: Op, c: u16) {
        self.prepare(1, 1);
        let operand = self.operand(0);
        let pc = self.emit(op, self.home(self.stack.depth() - 1), operand, c);
        self.made(pc, 1);
    }

    /// Takes two values, makes one.
    pub(super) fn two_operands(&mut self, op: Op, extra: Option<u64>) {
        self.prepare(2, 1);
        let (left, right) = (self.operand(1), self.operand(0));
        let pc = self.emit(op, self.home(self.stack.depth() - 2), left, right);
        extra.into_iter().for_each(|word| self.out.word(word));
        self.made(pc, 2);
    }

    /// Takes `n` values from adjacent registers, makes one.
    pub(super) fn gather(&mut self, op: Op, n: usize, c: u16) {
        let first = self.run_of(n);
        let pc = self.emit(op, first, first, c);
        self.made(pc, n);
    }

    /// Reads up to three operands, given by their distance from the top, and drops `popped` slots.
    pub(super) fn consume(&mut self, op: Op, operands: [usize; 3], popped: usize) {
        self.prepare(popped, 0);
        let fields = op.operands().len();
        let mut registers = [0; 3];
        for (register, operand) in registers.iter_mut().zip(operands).take(fields) {
            *register = self.operand(operand);
        }
        self.emit(op, registers[0], registers[1], registers[2]);
        self.drop_slots(popped);
    }

    /// Reads operands, given by their distance from the top, and pushes a value beside them.
    pub(super) fn beside<const N: usize>(&mut self, op: Op, operands: [usize; N], c: u16) {
        self.prepare(0, 1);
        let registers = operands.map(|operand| self.operand(operand));
        let field_c = registers.get(1).copied().unwrap_or(c);
        let pc = self.emit(op, self.home(self.stack.depth()), registers[0], field_c);
        self.made(pc, 0);
    }

    /// The top `n` slots, in their homes, have been changed in place.
    pub(super) fn retouch(&mut self, n: usize) {
        self.drop_slots(n);
        (0..n).for_each(|_| self.stack.push_home());
    }

    pub(super) fn constant(&self, index: u32) -> Loc {
        match self.code.consts.get(index as usize) {
            Some(Const::Int(value)) => i32::try_from(*value).map_or(Loc::Const(index), Loc::Int),
            _ => Loc::Const(index),
        }
    }

    /// Emits the check of a local that may be unbound.
    pub(super) fn check_local(&mut self, insn: &Insn, local: u32, unbound: u8) {
        if insn.has(unbound) {
            self.emit(Op::CheckLocal, local as u16, 0, 0);
            self.out.reloc(Reloc::LocalName(local));
        }
    }

    pub(super) fn load_fast(&mut self, insn: &Insn, local: u32, unbound: u8) {
        self.check_local(insn, local, unbound);
        self.stack.push(Loc::Local(local as u16));
    }

    pub(super) fn store_fast(&mut self, local: u32) {
        let local = local as u16;
        let value = self.stack.loc(self.stack.depth() - 1);
        if value == Loc::Local(local) {
            self.stack.pop();
            return;
        }
        // With the value still on the stack, so that no alias moves to where it lives.
        self.free_local(local);
        let value = self.stack.pop().unwrap_or(value);
        match value {
            Loc::Temp(slot) => {
                let slot = usize::from(slot);
                if self.is_used(slot) || !self.out.redirect(slot, local) {
                    self.load(local, value);
                }
            }
            _ => self.load(local, value),
        }
    }

    pub(super) fn load_fast_and_clear(&mut self, local: u32) {
        let local = local as u16;
        self.free_local(local);
        self.prepare(0, 1);
        self.load(self.home(self.stack.depth()), Loc::Local(local));
        self.load(local, Loc::Null);
        self.stack.push_home();
    }

    pub(super) fn delete_fast(&mut self, insn: &Insn, local: u32) {
        self.free_local(local as u16);
        if insn.has(note::MAYBE_UNBOUND) {
            self.emit(Op::DeleteLocal, local as u16, 0, 0);
            self.out.reloc(Reloc::LocalName(local));
        } else {
            self.load(local as u16, Loc::Null);
        }
    }

    pub(super) fn copy_free_vars(&mut self, n: u32) {
        let first = self.decoded.nlocalsplus - n as usize;
        if self.stack.depth() > 0 {
            self.flush();
        }
        self.emit(Op::CopyFreeVars, first as u16, n as u16, 0);
    }

    pub(super) fn deref(&mut self, insn: &Insn) {
        let cell = insn.arg as u16;
        if insn.has(note::UNPROVEN) {
            self.emit(Op::CheckCell, cell, 0, 0);
        }
        match insn.op {
            Py::LoadDeref => {
                self.prepare(0, 1);
                let pc = self.emit(Op::LoadDeref, self.home(self.stack.depth()), cell, 0);
                self.out.reloc(Reloc::LocalName(insn.arg));
                self.made(pc, 0);
            }
            Py::StoreDeref => {
                self.prepare(1, 0);
                let value = self.operand(0);
                self.emit(Op::StoreDeref, cell, value, 0);
                self.stack.pop();
            }
            Py::DeleteDeref => {
                self.emit(Op::DeleteDeref, cell, 0, 0);
                self.out.reloc(Reloc::LocalName(insn.arg));
            }
            _ => {
                self.prepare(1, 1);
                let mapping = self.operand(0);
                let pc = self.emit(
                    Op::LoadFromDictOrDeref,
                    self.home(self.stack.depth() - 1),
                    mapping,
                    cell,
                );
                self.out.reloc(Reloc::LocalName(insn.arg));
                self.made(pc, 1);
            }
        }
    }

    pub(super) fn global(&mut self, insn: &Insn) {
        if insn.op == Py::LoadGlobal {
            self.prepare(0, 1);
            let pc = self.emit(Op::LoadGlobal, self.home(self.stack.depth()), 0, 0);
            self.out.caches(2);
            self.out.reloc(Reloc::Name(insn.arg >> 1));
            self.made(pc, 0);
            if insn.arg & 1 != 0 {
                self.stack.push(Loc::Null);
            }
            return;
        }
        if insn.op == Py::StoreGlobal {
            self.consume(Op::StoreGlobal, [0, 0, 0], 1);
        } else {
            self.emit(Op::DeleteGlobal, 0, 0, 0);
        }
        self.out.reloc(Reloc::Name(insn.arg));
    }

    pub(super) fn name(&mut self, insn: &Insn) {
        let names = self.decoded.nlocalsplus as u16;
        match insn.op {
            Py::LoadName => {
                self.prepare(0, 1);
                let pc = self.emit(Op::LoadName, self.home(self.stack.depth()), names, 0);
                self.out.caches(3);
                self.out.reloc(Reloc::Name(insn.arg));
                self.made(pc, 0);
            }
            Py::StoreName => {
                self.prepare(1, 0);
                let value = self.operand(0);
                self.emit(Op::StoreName, value, names, 0);
                self.out.caches(1);
                self.out.reloc(Reloc::Name(insn.arg));
                self.stack.pop();
            }
            Py::DeleteName => {
                self.emit(Op::DeleteName, 0, names, 0);
                self.out.reloc(Reloc::Name(insn.arg));
            }
            _ => {
                self.prepare(1, 1);
                let mapping = self.operand(0);
                let pc = self.emit(
                    Op::LoadFromDictOrGlobals,
                    self.home(self.stack.depth() - 1),
                    mapping,
                    0,
                );
                self.out.reloc(Reloc::Name(insn.arg));
                self.made(pc, 1);
            }
        }
    }

    pub(super) fn attribute(&mut self, insn: &Insn) {
        let arg = insn.arg;
        match insn.op {
            Py::StoreAttr => {
                self.consume(Op::StoreAttr, [0, 1, 0], 2);
                self.out.caches(2);
                self.out.reloc(Reloc::Name(arg));
            }
            Py::DeleteAttr => {
                self.consume(Op::DeleteAttr, [0, 0, 0], 1);
                self.out.reloc(Reloc::Name(arg));
            }
            Py::LoadSpecial => self.load_pair(Op::LoadSpecial, arg as u16, None),
            Py::LoadSuperAttr => {
                let first = self.run_of(3);
                let op = if arg & 1 != 0 { Op::LoadSuperMethod } else { Op::LoadSuperAttr };
                let pc = self.emit(op, first, first, (arg & 2) as u16);
                self.out.caches(2);
                self.out.reloc(Reloc::Name(arg >> 2));
                self.made(pc, 3);
                if arg & 1 != 0 {
                    self.out.forget();
                    self.stack.push_home();
                }
            }
            _ if arg & 1 != 0 => self.load_pair(Op::LoadMethod, 0, Some(arg >> 1)),
            _ => {
                self.prepare(1, 1);
                let object = self.operand(0);
                let pc = self.emit(Op::LoadAttr, self.home(self.stack.depth() - 1), object, 0);
                self.out.caches(2);
                self.out.reloc(Reloc::Name(arg >> 1));
                self.made(pc, 1);
            }
        }
    }

    /// Takes an object, makes a callable and its receiver.
    fn load_pair(&mut self, op: Op, c: u16, name: Option<u32>) {
        self.prepare(1, 2);
        let object = self.operand(0);
        self.emit(op, self.home(self.stack.depth() - 1), object, c);
        self.out.caches(2);
        name.into_iter().for_each(|name| self.out.reloc(Reloc::Name(name)));
        self.stack.pop();
        self.stack.push_home();
        self.stack.push_home();
    }

    pub(super) fn binary(&mut self, arg: u32) {
        let (op, immediate) = BINARY[arg as usize];
        if let (Some(op), Some(value)) = (immediate, self.small_int(0)) {
            self.prepare(2, 1);
            let left = self.operand(1);
            let pc = self.emit(op, self.home(self.stack.depth() - 2), left, value);
            self.made(pc, 2);
            return;
        }
        self.two_operands(op, None)
    }

    pub(super) fn unpack(&mut self, op: Op, count: usize, b: u16, c: u16) {
        self.prepare(1, count);
        let source = self.operand(0);
        let top = (self.stack.depth() + count).wrapping_sub(2);
        let pc = self.emit(op, source, b, c);
        self.out.targets(pc, top, count, self.temp_base);
        if self.unelided() {
            self.out.forget();
        }
        self.stack.work += count;
        self.stack.pop();
        (0..count).for_each(|_| self.stack.push_home());
    }

    pub(super) fn set_function_attribute(&mut self, arg: u32) {
        self.prepare(2, 0);
        let (value, function) = (self.operand(1), self.operand(0));
        self.emit(Op::SetFunctionAttribute, function, value, arg as u16);
        let function = self.stack.pop();
        self.stack.pop();
        self.stack.push(function.unwrap_or(Loc::Null));
    }

    pub(super) fn import(&mut self, insn: &Insn) {
        if insn.op == Py::ImportName {
            self.prepare(2, 1);
            let (level, list) = (self.operand(1), self.operand(0));
            let pc = self.emit(Op::ImportName, self.home(self.stack.depth() - 2), level, list);
            self.out.reloc(Reloc::Name(insn.arg));
            self.made(pc, 2);
        } else {
            self.prepare(0, 1);
            let module = self.operand(0);
            let pc = self.emit(Op::ImportFrom, self.home(self.stack.depth()), module, 0);
            self.out.reloc(Reloc::Name(insn.arg));
            self.made(pc, 0);
        }
    }
}

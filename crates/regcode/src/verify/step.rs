//! One instruction's effect on the facts, and the checks of its argument.

use ::code::object::kind;
use ::code::oparg::{
    BinaryOperator, CommonConstant, Comparison, Intrinsic1, Intrinsic2, SpecialMethod,
};
use ::code::{Const, Op};

use super::Verifier;
use super::facts::Kind;
use crate::decode::{Insn, note};
use crate::error::VerifyError;

type Checked<T = ()> = Result<T, VerifyError>;

impl Verifier<'_> {
    /// Applies an instruction to the current facts; tells whether the next one follows.
    pub(super) fn step(&mut self, at: usize, insn: &Insn) -> Checked<bool> {
        self.check_argument(insn)?;
        let (arg, depth) = (insn.arg as usize, self.now.kinds.len());
        match insn.op {
            Op::Nop | Op::NotTaken | Op::Resume | Op::SetupAnnotations => {}
            Op::LoadFast
            | Op::LoadFastBorrow
            | Op::LoadFastCheck
            | Op::LoadFastLoadFast
            | Op::LoadFastBorrowLoadFastBorrow
            | Op::LoadFastAndClear
            | Op::StoreFast
            | Op::StoreFastLoadFast
            | Op::StoreFastStoreFast
            | Op::DeleteFast
            | Op::MakeCell
            | Op::CopyFreeVars
            | Op::LoadDeref
            | Op::StoreDeref
            | Op::LoadFromDictOrDeref
            | Op::DeleteDeref => self.local(at, insn)?,
            Op::CompareOp => self.compare(insn)?,
            Op::PushNull => self.push(insn, Kind::Null)?,
            Op::PopTop | Op::PopIter | Op::EndFor => self.pop(insn, 1)?,
            Op::Copy => {
                let kind = self.peek(insn, arg.wrapping_sub(1))?;
                self.push(insn, kind)?;
            }
            Op::Swap => self.swap(insn, arg)?,
            Op::LoadGlobal | Op::LoadAttr | Op::LoadSuperAttr | Op::LoadSpecial => {
                self.load_with_self(insn)?
            }
            Op::Call | Op::CallKw => self.call(at, insn)?,
            Op::CallFunctionEx => self.call_ex(insn)?,
            Op::PushExcInfo
            | Op::PopExcept
            | Op::CheckExcMatch
            | Op::CheckEgMatch
            | Op::WithExceptStart
            | Op::EndAsyncFor
            | Op::CleanupThrow => self.exception(at, insn)?,
            Op::Reraise => {
                self.demand(at, 0, Kind::Exc, note::UNPROVEN)?;
                if arg > 0 {
                    self.demand(at, arg, Kind::Lasti, note::UNPROVEN_LASTI)?;
                }
                return Ok(false);
            }
            Op::CallIntrinsic1 if arg == Intrinsic1::StopIterationError as usize => {
                self.demand(at, 0, Kind::Exc, note::UNPROVEN)?;
                self.pop(insn, 1)?;
                self.push(insn, Kind::Exc)?;
            }
            Op::CallIntrinsic2 if arg == Intrinsic2::PrepReraiseStar as usize => {
                self.plain(insn)?;
                self.pop(insn, 1)?;
                self.push(insn, Kind::ExcOrNone)?;
            }
            Op::DictMerge if !self.peek(insn, arg)?.is_value() => {
                return Err(insn.error("NULL where a value is needed"));
            }
            Op::ForIter => {
                self.need_values(insn, 1)?;
                self.flow(insn.target, depth)?;
                self.push(insn, Kind::Value)?;
            }
            Op::Send => {
                self.plain(insn)?;
                self.flow(insn.target, depth)?;
            }
            Op::ReturnValue | Op::RaiseVarargs => {
                self.need_values(insn, if insn.op == Op::ReturnValue { 1 } else { arg })?;
                return Ok(false);
            }
            op => {
                self.plain(insn)?;
                if op.has_jump() {
                    self.flow(insn.target, self.now.kinds.len())?;
                    return Ok(!op.is_unconditional_jump());
                }
            }
        }
        Ok(true)
    }

    /// The operations on fast locals and cells.
    fn local(&mut self, at: usize, insn: &Insn) -> Checked {
        let arg = insn.arg as usize;
        match insn.op {
            Op::LoadFast | Op::LoadFastBorrow | Op::LoadFastCheck => {
                self.load_fast(at, arg, note::MAYBE_UNBOUND)?
            }
            Op::LoadFastLoadFast | Op::LoadFastBorrowLoadFastBorrow => {
                self.load_fast(at, arg >> 4, note::MAYBE_UNBOUND)?;
                self.load_fast(at, arg & 15, note::MAYBE_UNBOUND_2)?;
            }
            Op::LoadFastAndClear => {
                let kind = self.local_kind(arg);
                self.set_local(arg, false, false);
                self.push(insn, kind)?;
            }
            Op::StoreFast => self.store_fast(insn, arg)?,
            Op::StoreFastLoadFast if arg >> 4 == arg & 15 => {
                self.need_values(insn, 1)?;
                let kind = self.peek(insn, 0)?;
                self.store_fast(insn, arg >> 4)?;
                self.push(insn, kind)?;
            }
            Op::StoreFastLoadFast => {
                // The translation checks before it stores.
                self.demand_bound(at, arg & 15, note::MAYBE_UNBOUND_2);
                self.store_fast(insn, arg >> 4)?;
                self.load_fast(at, arg & 15, 0)?;
            }
            Op::StoreFastStoreFast => {
                self.store_fast(insn, arg >> 4)?;
                self.store_fast(insn, arg & 15)?;
            }
            Op::DeleteFast => {
                self.demand_bound(at, arg, note::MAYBE_UNBOUND);
                self.set_local(arg, false, false);
            }
            Op::MakeCell => self.set_local(arg, true, true),
            Op::CopyFreeVars => {
                let n = self.decoded.nlocalsplus;
                (n - arg..n).for_each(|local| self.set_local(local, true, true));
            }
            Op::LoadDeref => {
                self.demand_cell(at, arg);
                self.push(insn, Kind::Value)?;
            }
            _ => {
                self.demand_cell(at, arg);
                self.plain(insn)?;
            }
        }
        Ok(())
    }

    /// The operations of exception handling that do not end a block.
    fn exception(&mut self, at: usize, insn: &Insn) -> Checked {
        match insn.op {
            Op::PushExcInfo => {
                self.demand(at, 0, Kind::Exc, note::UNPROVEN)?;
                self.pop(insn, 1)?;
                self.push(insn, Kind::ExcOrNone)?;
                self.push(insn, Kind::Exc)?;
            }
            Op::PopExcept => {
                self.demand(at, 0, Kind::ExcOrNone, note::UNPROVEN)?;
                self.pop(insn, 1)?;
            }
            Op::CheckExcMatch => {
                self.demand(at, 1, Kind::Exc, note::UNPROVEN)?;
                self.need_values(insn, 1)?;
                self.pop(insn, 1)?;
                self.push(insn, Kind::Value)?;
            }
            Op::CheckEgMatch => {
                self.demand(at, 1, Kind::ExcOrNone, note::UNPROVEN)?;
                self.need_values(insn, 1)?;
                self.pop(insn, 2)?;
                self.push(insn, Kind::ExcOrNone)?;
                self.push(insn, Kind::ExcOrNone)?;
            }
            Op::WithExceptStart => {
                self.demand(at, 0, Kind::Exc, note::UNPROVEN)?;
                if !self.peek(insn, 4)?.is_value() {
                    return Err(insn.error("NULL where a value is needed"));
                }
                self.push(insn, Kind::Value)?;
            }
            Op::EndAsyncFor => {
                self.demand(at, 0, Kind::Exc, note::UNPROVEN)?;
                self.pop(insn, 2)?;
            }
            _ => {
                self.demand(at, 0, Kind::Exc, note::UNPROVEN)?;
                self.pop(insn, 3)?;
                self.push(insn, Kind::Value)?;
                self.push(insn, Kind::Value)?;
            }
        }
        Ok(())
    }

    fn compare(&mut self, insn: &Insn) -> Checked {
        // Its conversion to a bool may raise when the operands are gone.
        let kept = self
            .decoded
            .regions
            .get(insn.region as usize)
            .map_or(0, |region| region.depth as usize);
        if kept + 2 > self.now.kinds.len() {
            return Err(insn.error("a handler keeps the operands of a comparison"));
        }
        self.plain(insn)
    }

    /// Takes values off the stack and puts values on it, as the operation's row says.
    fn plain(&mut self, insn: &Insn) -> Checked {
        let arg = insn.arg.min(i32::MAX as u32 / 4) as i32;
        let (popped, pushed) = (insn.op.popped(arg), insn.op.pushed(arg));
        // An item below the operands is used in place: it counts as popped and pushed again.
        let in_place = match insn.op {
            Op::ListAppend
            | Op::ListExtend
            | Op::SetAdd
            | Op::SetUpdate
            | Op::DictUpdate
            | Op::DictMerge
            | Op::MapAdd => pushed,
            _ => 0,
        };
        if in_place > 0 && !self.peek(insn, popped as usize - 1)?.is_value() {
            return Err(insn.error("NULL where a value is needed"));
        }
        let popped = (popped - in_place).max(0) as usize;
        self.need_values(insn, popped)?;
        self.pop(insn, popped)?;
        self.spend((pushed - in_place).max(0) as usize)?;
        (0..pushed - in_place).try_for_each(|_| self.push(insn, Kind::Value))
    }

    fn push(&mut self, insn: &Insn, kind: Kind) -> Checked {
        if self.now.kinds.len() >= crate::MAX_REGISTERS {
            return Err(insn.error("the stack gets too deep"));
        }
        self.now.kinds.push(kind);
        self.grow(self.now.kinds.len());
        Ok(())
    }

    fn pop(&mut self, insn: &Insn, n: usize) -> Checked {
        let Some(depth) = self.now.kinds.len().checked_sub(n) else {
            return Err(insn.error("the stack is too low"));
        };
        self.now.kinds.truncate(depth);
        self.touched(insn, depth);
        Ok(())
    }

    /// Slots from `depth` up have changed; the handler must know if it keeps one of them.
    fn touched(&mut self, insn: &Insn, depth: usize) {
        if let Some(region) = self.decoded.regions.get(insn.region as usize) {
            self.weakened |= depth < region.depth as usize;
        }
    }

    /// The kind of the slot `n` below the top.
    fn peek(&self, insn: &Insn, n: usize) -> Checked<Kind> {
        let kinds = &self.now.kinds;
        let slot = kinds.len().checked_sub(1).and_then(|top| top.checked_sub(n));
        slot.and_then(|slot| kinds.get(slot))
            .copied()
            .ok_or_else(|| insn.error("the stack is too low"))
    }

    fn need_values(&self, insn: &Insn, n: usize) -> Checked {
        let kinds = &self.now.kinds;
        let Some(first) = kinds.len().checked_sub(n) else {
            return Err(insn.error("the stack is too low"));
        };
        if kinds[first..].iter().all(|kind| kind.is_value()) {
            Ok(())
        } else {
            Err(insn.error("NULL where a value is needed"))
        }
    }

    /// The slot `n` below the top must be of this kind: noted if that is not known.
    fn demand(&mut self, at: usize, n: usize, kind: Kind, note: u8) -> Checked {
        let insn = self.decoded.insns[at];
        let found = self.peek(&insn, n)?;
        if !found.is_value() {
            return Err(insn.error("NULL where a value is needed"));
        }
        if found.join(kind) != kind {
            self.decoded.insns[at].notes |= note;
        }
        Ok(())
    }

    fn swap(&mut self, insn: &Insn, n: usize) -> Checked {
        let top = self.now.kinds.len();
        if n < 2 || n > top {
            return Err(insn.error("the stack is too low"));
        }
        self.now.kinds.swap(top - n, top - 1);
        self.touched(insn, top - n);
        Ok(())
    }

    fn local_kind(&self, local: usize) -> Kind {
        match (self.now.is_bound(local), self.now.is_cell(local)) {
            (true, true) => Kind::Cell,
            (true, false) => Kind::Value,
            _ => Kind::MaybeNull,
        }
    }

    fn set_local(&mut self, local: usize, bound: bool, cell: bool) {
        self.weakened |= self.now.set_local(local, bound, cell);
    }

    fn demand_bound(&mut self, at: usize, local: usize, note: u8) {
        if !self.now.is_bound(local) {
            self.decoded.insns[at].notes |= note;
        }
    }

    fn demand_cell(&mut self, at: usize, local: usize) {
        if !self.now.is_cell(local) {
            self.decoded.insns[at].notes |= note::UNPROVEN;
        }
    }

    fn load_fast(&mut self, at: usize, local: usize, note: u8) -> Checked {
        self.demand_bound(at, local, note);
        let cell = self.now.is_cell(local);
        self.set_local(local, true, cell);
        let insn = self.decoded.insns[at];
        self.push(&insn, if cell { Kind::Cell } else { Kind::Value })
    }

    fn store_fast(&mut self, insn: &Insn, local: usize) -> Checked {
        let kind = self.peek(insn, 0)?;
        self.pop(insn, 1)?;
        self.set_local(local, kind.is_value(), kind == Kind::Cell);
        Ok(())
    }

    /// The loads that may put a second item, a receiver or NULL, on the stack.
    fn load_with_self(&mut self, insn: &Insn) -> Checked {
        let popped = insn.op.popped(insn.arg as i32) as usize;
        self.need_values(insn, popped)?;
        self.pop(insn, popped)?;
        self.push(insn, Kind::Value)?;
        match insn.op {
            Op::LoadSpecial => self.push(insn, Kind::MaybeNull),
            Op::LoadGlobal if insn.arg & 1 != 0 => self.push(insn, Kind::Null),
            _ if insn.arg & 1 != 0 => self.push(insn, Kind::MaybeNull),
            _ => Ok(()),
        }
    }

    fn call(&mut self, at: usize, insn: &Insn) -> Checked {
        let arg = insn.arg as usize;
        let mut operands = arg;
        if insn.op == Op::CallKw {
            operands += 1;
            // The names are always a constant, so their kind needs no check when the call is made.
            let names = at
                .checked_sub(1)
                .map(|before| self.decoded.insns[before])
                .filter(|before| before.op == Op::LoadConst && !insn.has(note::TARGET));
            let names = names.and_then(|before| self.code.consts.get(before.arg as usize));
            if !names.is_some_and(|names| are_keyword_names(names, arg)) {
                return Err(insn.error(
                    "the names of keyword arguments are not a constant tuple of distinct strings",
                ));
            }
        }
        self.need_values(insn, operands)?;
        if !self.peek(insn, operands + 1)?.is_value() {
            return Err(insn.error("NULL is called"));
        }
        self.pop(insn, operands + 2)?;
        self.push(insn, Kind::Value)
    }

    fn call_ex(&mut self, insn: &Insn) -> Checked {
        let (null, callable) = (self.peek(insn, 2)?, self.peek(insn, 3)?);
        if null != Kind::Null || !callable.is_value() || !self.peek(insn, 1)?.is_value() {
            return Err(insn.error("the operands of CALL_FUNCTION_EX are of the wrong kinds"));
        }
        self.pop(insn, 4)?;
        self.push(insn, Kind::Value)
    }

    /// Checks that the argument is an index of something, or a known number.
    fn check_argument(&self, insn: &Insn) -> Checked {
        let (op, arg, code) = (insn.op, insn.arg, self.code);
        let local = |n: u32| (n as usize) < self.decoded.nlocalsplus;
        let shared = |n: u32| {
            let kinds = code.localspluskinds.get(n as usize);
            kinds.is_some_and(|kinds| kinds & (kind::CELL | kind::FREE) != 0)
        };
        let name = |n: u32| (n as usize) < code.names.len();
        let namespace = || self.decoded.has_names;
        let ok = match op {
            Op::Cache
            | Op::Reserved
            | Op::InterpreterExit
            | Op::ExitInitCheck
            | Op::EnterExecutor => {
                return Err(insn.error(format!("{} does not occur in code objects", op.name())));
            }
            Op::LoadFast
            | Op::LoadFastBorrow
            | Op::LoadFastCheck
            | Op::LoadFastAndClear
            | Op::StoreFast
            | Op::DeleteFast => local(arg),
            Op::LoadFastLoadFast
            | Op::LoadFastBorrowLoadFastBorrow
            | Op::StoreFastLoadFast
            | Op::StoreFastStoreFast => local(arg >> 4) && local(arg & 15),
            Op::LoadDeref | Op::StoreDeref | Op::DeleteDeref | Op::LoadFromDictOrDeref => {
                shared(arg)
            }
            Op::MakeCell => {
                code.localspluskinds.get(arg as usize).is_some_and(|kinds| kinds & kind::CELL != 0)
            }
            Op::CopyFreeVars => arg as usize == self.decoded.nfree,
            Op::LoadConst => (arg as usize) < code.consts.len(),
            Op::LoadName | Op::StoreName | Op::DeleteName => name(arg) && namespace(),
            Op::LoadLocals | Op::SetupAnnotations => namespace(),
            Op::LoadGlobal | Op::LoadAttr => name(arg >> 1),
            Op::LoadSuperAttr => name(arg >> 2),
            _ if op.flags() & code::opcode::NAME != 0 => name(arg),
            Op::LoadSmallInt => arg <= 255,
            Op::LoadCommonConstant => CommonConstant::from_arg(arg).is_some(),
            Op::LoadSpecial => SpecialMethod::from_arg(arg).is_some(),
            Op::BinaryOp => (arg as usize) < BinaryOperator::ALL.len(),
            Op::CompareOp => Comparison::from_arg(arg >> 5).is_some(),
            Op::IsOp | Op::ContainsOp => arg <= 1,
            Op::ConvertValue => (1..=3).contains(&arg),
            Op::BuildInterpolation => arg >> 2 <= 3,
            Op::BuildSlice => arg == 2 || arg == 3,
            Op::RaiseVarargs | Op::GetAwaitable => arg <= 2,
            Op::CallIntrinsic1 => {
                arg != 0
                    && Intrinsic1::from_arg(arg).is_some()
                    && (arg != Intrinsic1::ImportStar as u32 || namespace())
            }
            Op::CallIntrinsic2 => arg != 0 && Intrinsic2::from_arg(arg).is_some(),
            Op::SetFunctionAttribute => arg.is_power_of_two() && arg <= 16,
            Op::ListAppend
            | Op::ListExtend
            | Op::SetAdd
            | Op::SetUpdate
            | Op::MapAdd
            | Op::DictUpdate
            | Op::DictMerge => (1..=crate::MAX_REGISTERS as u32).contains(&arg),
            Op::YieldValue => self.decoded.is_generator && arg <= 1,
            Op::ReturnGenerator => {
                let only = self.decoded.insns.get(self.decoded.return_generator as usize);
                only.is_some_and(|only| only.unit == insn.unit)
            }
            Op::BuildTuple
            | Op::BuildList
            | Op::BuildSet
            | Op::BuildMap
            | Op::BuildString
            | Op::Call
            | Op::CallKw
            | Op::Copy
            | Op::Swap
            | Op::UnpackSequence
            | Op::MatchClass
            | Op::Reraise => arg <= crate::MAX_REGISTERS as u32,
            Op::UnpackEx => arg <= 0xFF_FFFF && arg >> 8 <= crate::MAX_REGISTERS as u32,
            _ => true,
        };
        if ok {
            Ok(())
        } else {
            Err(insn.error(format!("{} has an impossible argument", op.name())))
        }
    }
}

/// Whether a constant can name `nargs` arguments or fewer.
fn are_keyword_names(names: &Const, nargs: usize) -> bool {
    let Const::Tuple(names) = names else { return false };
    let mut seen = std::collections::HashSet::new();
    names.len() <= nargs
        && names.iter().all(|name| matches!(name, Const::Str(text) if seen.insert(text)))
}

//! The translation of each instruction: the dispatcher.

use ::code::Op as Py;
use ::code::oparg::{Intrinsic1, Intrinsic2};

use super::{Result, Translator};
use crate::decode::{Insn, note};
use crate::ops::Op;
use crate::state::Loc;

impl Translator<'_> {
    pub(super) fn instruction(&mut self, at: usize, insn: &Insn) -> Result {
        let arg = insn.arg;
        match insn.op {
            Py::Nop | Py::NotTaken | Py::Resume | Py::Cache | Py::ExtendedArg => {}
            // The checks made sure that these are not reached.
            Py::Reserved | Py::InterpreterExit | Py::ExitInitCheck | Py::EnterExecutor => {
                return Err(insn.error("an operation that does not occur in code objects"));
            }
            Py::LoadFast
            | Py::LoadFastBorrow
            | Py::LoadFastCheck
            | Py::LoadFastLoadFast
            | Py::LoadFastBorrowLoadFastBorrow
            | Py::LoadFastAndClear
            | Py::StoreFast
            | Py::StoreFastLoadFast
            | Py::StoreFastStoreFast
            | Py::DeleteFast
            | Py::MakeCell
            | Py::CopyFreeVars => self.local(insn),
            Py::LoadDeref | Py::StoreDeref | Py::DeleteDeref | Py::LoadFromDictOrDeref => {
                self.deref(insn)
            }
            Py::LoadConst => {
                let value = self.constant(arg);
                self.stack.push(value);
            }
            Py::LoadSmallInt => {
                self.stack.push(Loc::Int(arg as i32));
            }
            Py::PushNull => {
                self.stack.push(Loc::Null);
            }
            Py::LoadCommonConstant => self.create(Op::LoadCommonConstant, arg as u16),
            Py::LoadBuildClass => self.create(Op::LoadBuildClass, 0),
            Py::LoadLocals => self.create(Op::LoadLocals, self.decoded.nlocalsplus as u16),
            Py::LoadGlobal | Py::StoreGlobal | Py::DeleteGlobal => self.global(insn),
            Py::LoadName | Py::StoreName | Py::DeleteName | Py::LoadFromDictOrGlobals => {
                self.name(insn)
            }
            Py::SetupAnnotations => {
                self.emit(Op::SetupAnnotations, 0, self.decoded.nlocalsplus as u16, 0);
            }
            Py::LoadAttr | Py::StoreAttr | Py::DeleteAttr | Py::LoadSuperAttr | Py::LoadSpecial => {
                self.attribute(insn)
            }
            Py::PopTop | Py::EndFor | Py::PopIter => {
                self.stack.pop();
            }
            Py::Copy => {
                let loc = self.stack.loc(self.stack.depth() - arg as usize);
                self.stack.push(loc);
            }
            Py::Swap => {
                let top = self.stack.depth() - 1;
                let other = top + 1 - arg as usize;
                let (a, b) = (self.stack.loc(top), self.stack.loc(other));
                self.stack.set(top, b);
                self.stack.set(other, a);
            }
            Py::BinaryOp => self.binary(arg),
            Py::UnaryNegative => self.unary(Op::Neg, 0),
            Py::UnaryInvert => self.unary(Op::Invert, 0),
            Py::UnaryNot => self.unary(Op::Not, 0),
            Py::ToBool => self.truth(at),
            Py::CompareOp => self.compare(at, arg),
            Py::IsOp => self.identity(at, arg),
            Py::ContainsOp => self.contains(at, arg),
            Py::BinarySlice => self.gather(Op::GetSlice, 3, 0),
            Py::StoreSlice => {
                let first = self.run_of(4);
                self.emit(Op::SetSlice, first, 0, 0);
                self.drop_slots(4);
            }
            Py::StoreSubscr => self.consume(Op::SetItem, [1, 0, 2], 3),
            Py::DeleteSubscr => self.consume(Op::DelItem, [1, 0, 0], 2),
            Py::JumpForward | Py::JumpBackward | Py::JumpBackwardNoInterrupt => self.jump(at, insn),
            Py::PopJumpIfTrue | Py::PopJumpIfFalse | Py::PopJumpIfNone | Py::PopJumpIfNotNone => {
                self.pop_jump(insn)
            }
            Py::ForIter => self.for_iter(at, insn),
            Py::GetIter => self.unary(Op::GetIter, 0),
            Py::GetYieldFromIter => self.unary(Op::GetYieldFromIter, 0),
            Py::GetAiter => self.unary(Op::GetAiter, 0),
            Py::GetAwaitable => self.unary(Op::GetAwaitable, arg as u16),
            Py::GetAnext => self.beside(Op::GetAnext, [0], 0),
            Py::GetLen => self.beside(Op::GetLen, [0], 0),
            Py::MatchMapping => self.beside(Op::MatchMapping, [0], 0),
            Py::MatchSequence => self.beside(Op::MatchSequence, [0], 0),
            Py::MatchKeys => self.beside(Op::MatchKeys, [1, 0], 0),
            Py::MatchClass => self.gather(Op::MatchClass, 3, arg as u16),
            Py::Send => self.send(insn),
            Py::EndSend => {
                let value = self.stack.pop();
                self.stack.pop();
                self.stack.push(value.unwrap_or(Loc::Null));
            }
            Py::YieldValue => self.yield_value(arg),
            Py::ReturnGenerator => self.create(Op::ReturnGenerator, 0),
            Py::ReturnValue => self.return_value(),
            Py::Call | Py::CallKw => self.call(at, insn),
            Py::CallFunctionEx => self.call_ex(),
            Py::CallIntrinsic1 if arg == Intrinsic1::UnaryPositive as u32 => self.unary(Op::Pos, 0),
            Py::CallIntrinsic1 => {
                if arg == Intrinsic1::StopIterationError as u32 {
                    self.check_exception(insn, 0, Op::CheckExc);
                }
                self.unary(Op::CallIntrinsic1, arg as u16)
            }
            Py::CallIntrinsic2 => {
                debug_assert!(Intrinsic2::from_arg(arg).is_some());
                self.two_operands(Op::CallIntrinsic2, Some(u64::from(arg)))
            }
            Py::BuildTuple
            | Py::BuildList
            | Py::BuildSet
            | Py::BuildMap
            | Py::BuildString
            | Py::BuildSlice
            | Py::BuildInterpolation
            | Py::BuildTemplate
            | Py::ListAppend
            | Py::ListExtend
            | Py::SetAdd
            | Py::SetUpdate
            | Py::DictUpdate
            | Py::DictMerge
            | Py::MapAdd
            | Py::UnpackSequence
            | Py::UnpackEx => self.container(insn),
            Py::FormatSimple => self.unary(Op::FormatSimple, 0),
            Py::FormatWithSpec => self.two_operands(Op::FormatWithSpec, None),
            Py::ConvertValue => self.unary(Op::ConvertValue, arg as u16),
            Py::PushExcInfo
            | Py::PopExcept
            | Py::CheckExcMatch
            | Py::CheckEgMatch
            | Py::Reraise
            | Py::RaiseVarargs
            | Py::WithExceptStart
            | Py::CleanupThrow
            | Py::EndAsyncFor => self.exception(insn),
            Py::MakeFunction => self.unary(Op::MakeFunction, 0),
            Py::SetFunctionAttribute => self.set_function_attribute(arg),
            Py::ImportName | Py::ImportFrom => self.import(insn),
            pseudo_or_instrumented => {
                return Err(
                    insn.error(format!("{} in a code object", pseudo_or_instrumented.name()))
                );
            }
        }
        Ok(())
    }
    /// The operations on fast locals.
    fn local(&mut self, insn: &Insn) {
        let arg = insn.arg;
        match insn.op {
            Py::LoadFast | Py::LoadFastBorrow | Py::LoadFastCheck => {
                self.load_fast(insn, arg, note::MAYBE_UNBOUND);
            }
            Py::LoadFastLoadFast | Py::LoadFastBorrowLoadFastBorrow => {
                self.load_fast(insn, arg >> 4, note::MAYBE_UNBOUND);
                self.load_fast(insn, arg & 15, note::MAYBE_UNBOUND_2);
            }
            Py::StoreFast => self.store_fast(arg),
            Py::StoreFastLoadFast => {
                self.check_local(insn, arg & 15, note::MAYBE_UNBOUND_2);
                self.store_fast(arg >> 4);
                self.stack.push(Loc::Local((arg & 15) as u16));
            }
            Py::StoreFastStoreFast => {
                self.store_fast(arg >> 4);
                self.store_fast(arg & 15)
            }
            Py::LoadFastAndClear => self.load_fast_and_clear(arg),
            Py::DeleteFast => self.delete_fast(insn, arg),
            Py::MakeCell => {
                self.free_local(arg as u16);
                self.emit(Op::MakeCell, arg as u16, 0, 0);
            }
            _ => self.copy_free_vars(arg),
        }
    }

    /// The operations that make containers, add to them or take them apart.
    fn container(&mut self, insn: &Insn) {
        let arg = insn.arg;
        match insn.op {
            Py::BuildTuple => self.gather(Op::BuildTuple, arg as usize, arg as u16),
            Py::BuildList => self.gather(Op::BuildList, arg as usize, arg as u16),
            Py::BuildSet => self.gather(Op::BuildSet, arg as usize, arg as u16),
            Py::BuildMap => self.gather(Op::BuildMap, 2 * arg as usize, arg as u16),
            Py::BuildString => self.gather(Op::BuildString, arg as usize, arg as u16),
            Py::BuildSlice => self.gather(Op::BuildSlice, arg as usize, arg as u16),
            Py::BuildInterpolation => {
                self.gather(Op::BuildInterpolation, 2 + (arg & 1) as usize, arg as u16)
            }
            Py::BuildTemplate => self.two_operands(Op::BuildTemplate, None),
            Py::ListAppend => self.consume(Op::ListAppend, [arg as usize, 0, 0], 1),
            Py::ListExtend => self.consume(Op::ListExtend, [arg as usize, 0, 0], 1),
            Py::SetAdd => self.consume(Op::SetAdd, [arg as usize, 0, 0], 1),
            Py::SetUpdate => self.consume(Op::SetUpdate, [arg as usize, 0, 0], 1),
            Py::DictUpdate => self.consume(Op::DictUpdate, [arg as usize, 0, 0], 1),
            Py::DictMerge => self.consume(Op::DictMerge, [arg as usize, 0, arg as usize + 3], 1),
            Py::MapAdd => self.consume(Op::MapAdd, [arg as usize + 1, 1, 0], 2),
            Py::UnpackSequence => self.unpack(Op::UnpackSequence, arg as usize, arg as u16, 0),
            _ => {
                let (before, after) = (arg & 0xFF, arg >> 8);
                self.unpack(
                    Op::UnpackEx,
                    (before + 1 + after) as usize,
                    before as u16,
                    after as u16,
                )
            }
        }
    }

    /// The operations of exception handling.
    fn exception(&mut self, insn: &Insn) {
        match insn.op {
            Py::PushExcInfo => self.push_exc_info(insn),
            Py::PopExcept => {
                self.check_exception(insn, 0, Op::CheckExcOrNone);
                self.consume(Op::PopExcept, [0, 0, 0], 1)
            }
            Py::CheckExcMatch => {
                self.check_exception(insn, 1, Op::CheckExc);
                self.prepare(1, 1);
                let (exc, class) = (self.operand(1), self.operand(0));
                let pc =
                    self.emit(Op::CheckExcMatch, self.home(self.stack.depth() - 1), exc, class);
                self.made(pc, 1);
            }
            Py::CheckEgMatch => {
                self.check_exception(insn, 1, Op::CheckExcOrNone);
                let first = self.run_of(2);
                self.emit(Op::CheckEgMatch, first, 0, 0);
                self.retouch(2);
            }
            Py::Reraise => self.reraise(insn),
            Py::RaiseVarargs => self.raise(insn.arg),
            Py::WithExceptStart => {
                self.check_exception(insn, 0, Op::CheckExc);
                let first = self.run_of(5);
                let pc = self.emit(Op::WithExceptStart, self.home(self.stack.depth()), first, 0);
                self.made(pc, 0);
            }
            Py::CleanupThrow => self.cleanup_throw(insn),
            _ => {
                self.check_exception(insn, 0, Op::CheckExc);
                self.consume(Op::EndAsyncFor, [0, 0, 0], 2)
            }
        }
    }
}

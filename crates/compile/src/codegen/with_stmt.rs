//! `with` and `async with`.

use code::Op;
use code::oparg::SpecialMethod;
use syntax::ast::{With, WithItem};

use super::block::BlockType;
use super::{Codegen, location};
use crate::error::Result;
use crate::ir::{Label, Location};

impl<'a> Codegen<'a> {
    /// `with` for the remaining items.
    pub(super) fn with(&mut self, node: &'a With<'a>, items: &'a [&'a WithItem<'a>]) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return self.stmts(node.body) };
        self.depth.enter()?;
        let block = self.new_label();
        let last = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(item.context_expr)?;
        let loc = location(item.context_expr.range);
        self.enter_manager(loc, SpecialMethod::Exit, SpecialMethod::Enter);
        self.jump(Op::SetupWith, last, loc);
        self.place(block);
        self.push_block(BlockType::With, loc)?;
        self.bind_manager(item, loc)?;
        self.with(node, rest)?;
        self.op(Op::PopBlock, Location::NONE);
        self.pop_block();
        self.call_exit_with_nones(loc);
        self.op(Op::PopTop, loc);
        self.jump(Op::Jump, exit, loc);

        self.place(last);
        self.jump(Op::SetupCleanup, cleanup, loc);
        self.op(Op::PushExcInfo, loc);
        self.op(Op::WithExceptStart, loc);
        self.with_except_finish(cleanup);
        self.place(exit);
        self.depth.leave();
        Ok(())
    }

    /// `async with` for the remaining items.
    pub(super) fn async_with(
        &mut self,
        node: &'a With<'a>,
        items: &'a [&'a WithItem<'a>],
    ) -> Result<()> {
        let Some((item, rest)) = items.split_first() else { return self.stmts(node.body) };
        self.depth.enter()?;
        let block = self.new_label();
        let last = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.expr(item.context_expr)?;
        let loc = location(item.context_expr.range);
        self.enter_manager(loc, SpecialMethod::Aexit, SpecialMethod::Aenter);
        self.await_with(1, loc);
        self.jump(Op::SetupWith, last, loc);
        self.place(block);
        self.push_block(BlockType::AsyncWith, loc)?;
        self.bind_manager(item, loc)?;
        self.async_with(node, rest)?;
        self.pop_block();
        self.op(Op::PopBlock, loc);
        self.call_exit_with_nones(loc);
        self.await_with(2, loc);
        self.op(Op::PopTop, loc);
        self.jump(Op::Jump, exit, loc);

        self.place(last);
        self.jump(Op::SetupCleanup, cleanup, loc);
        self.op(Op::PushExcInfo, loc);
        self.op(Op::WithExceptStart, loc);
        self.await_with(2, loc);
        self.with_except_finish(cleanup);
        self.place(exit);
        self.depth.leave();
        Ok(())
    }

    /// Pushes the bound exit method and calls the enter method of the manager on the stack.
    fn enter_manager(&mut self, loc: Location, exit: SpecialMethod, enter: SpecialMethod) {
        self.op_arg(Op::Copy, 1, loc);
        self.op_arg(Op::LoadSpecial, exit as u32, loc);
        self.op_arg(Op::Swap, 2, loc);
        self.op_arg(Op::Swap, 3, loc);
        self.op_arg(Op::LoadSpecial, enter as u32, loc);
        self.op_arg(Op::Call, 0, loc);
    }

    /// Awaits the result of `__aenter__` (1) or `__aexit__` (2).
    fn await_with(&mut self, what: u32, loc: Location) {
        self.op_arg(Op::GetAwaitable, what, loc);
        self.load_none(loc);
        self.yield_from(true, loc);
    }

    fn bind_manager(&mut self, item: &'a WithItem<'a>, loc: Location) -> Result<()> {
        match item.optional_vars {
            Some(vars) => self.expr(vars),
            None => {
                self.op(Op::PopTop, loc);
                Ok(())
            }
        }
    }

    /// Suppresses the exception or raises it again, as the result of the exit method says.
    fn with_except_finish(&mut self, cleanup: Label) {
        let loc = Location::NONE;
        let suppress = self.new_label();
        self.op(Op::ToBool, loc);
        self.jump(Op::PopJumpIfTrue, suppress, loc);
        self.op_arg(Op::Reraise, 2, loc);
        self.place(suppress);
        self.op(Op::PopTop, loc);
        self.op(Op::PopBlock, loc);
        self.op(Op::PopExcept, loc);
        self.op(Op::PopTop, loc);
        self.op(Op::PopTop, loc);
        self.op(Op::PopTop, loc);
        let exit = self.new_label();
        self.jump(Op::JumpNoInterrupt, exit, loc);
        self.place(cleanup);
        self.pop_except_and_reraise(loc);
        self.place(exit);
    }
}

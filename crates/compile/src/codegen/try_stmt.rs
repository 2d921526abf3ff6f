//! `try`, with `except`, `except*` and `finally`.

use code::Op;
use code::oparg::Intrinsic2;
use syntax::ast::{ExceptHandler, ExprContext, Try};

use super::block::BlockType;
use super::{Codegen, location};
use crate::error::Result;
use crate::ir::{Label, Location};

impl<'a> Codegen<'a> {
    pub(super) fn try_stmt(&mut self, loc: Location, node: &'a Try<'a>, star: bool) -> Result<()> {
        if node.finalbody.is_empty() {
            self.try_except(loc, node, star)
        } else {
            self.try_finally(loc, node, star)
        }
    }

    /// The `finally` block is generated twice: for the normal way out and as a handler.
    fn try_finally(&mut self, loc: Location, node: &'a Try<'a>, star: bool) -> Result<()> {
        let body = self.new_label();
        let end = self.new_label();
        let exit = self.new_label();
        let cleanup = self.new_label();
        self.jump(Op::SetupFinally, end, loc);
        self.place(body);
        self.push_block(BlockType::FinallyTry(node.finalbody), loc)?;
        if node.handlers.is_empty() {
            self.stmts(node.body)?;
        } else {
            self.try_except(loc, node, star)?;
        }
        self.op(Op::PopBlock, Location::NONE);
        self.pop_block();
        self.stmts(node.finalbody)?;
        self.jump(Op::JumpNoInterrupt, exit, Location::NONE);

        self.place(end);
        self.jump(Op::SetupCleanup, cleanup, Location::NONE);
        self.op(Op::PushExcInfo, Location::NONE);
        self.push_block(BlockType::FinallyEnd, Location::NONE)?;
        self.stmts(node.finalbody)?;
        self.pop_block();
        self.op_arg(Op::Reraise, 0, Location::NONE);
        self.place(cleanup);
        self.pop_except_and_reraise(Location::NONE);
        self.place(exit);
        Ok(())
    }

    fn try_except(&mut self, loc: Location, node: &'a Try<'a>, star: bool) -> Result<()> {
        if star { self.try_except_star(loc, node) } else { self.try_except_plain(loc, node) }
    }

    fn try_except_plain(&mut self, loc: Location, node: &'a Try<'a>) -> Result<()> {
        let body = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        self.jump(Op::SetupFinally, except, loc);
        self.place(body);
        self.push_block(BlockType::TryExcept, loc)?;
        self.stmts(node.body)?;
        self.pop_block();
        self.op(Op::PopBlock, Location::NONE);
        self.stmts(node.orelse)?;
        self.jump(Op::JumpNoInterrupt, end, Location::NONE);

        self.place(except);
        self.jump(Op::SetupCleanup, cleanup, Location::NONE);
        self.op(Op::PushExcInfo, Location::NONE);
        self.push_block(BlockType::ExceptionHandler, loc)?;
        let last = node.handlers.len().saturating_sub(1);
        for (i, handler) in node.handlers.iter().enumerate() {
            if handler.typ.is_none() && i < last {
                return self.error(location(handler.range), "default 'except:' must be last");
            }
            self.except_handler(handler, end)?;
        }
        self.pop_block();
        self.op_arg(Op::Reraise, 0, Location::NONE);
        self.place(cleanup);
        self.pop_except_and_reraise(Location::NONE);
        self.place(end);
        Ok(())
    }

    fn except_handler(&mut self, handler: &'a ExceptHandler<'a>, end: Label) -> Result<()> {
        let loc = location(handler.range);
        let next = self.new_label();
        if let Some(typ) = handler.typ {
            self.expr(typ)?;
            self.op(Op::CheckExcMatch, loc);
            self.jump(Op::PopJumpIfFalse, next, loc);
        }
        let Some(name) = handler.name else {
            let cleanup_body = self.new_label();
            self.op(Op::PopTop, loc);
            self.place(cleanup_body);
            self.push_block(BlockType::HandlerCleanup(None), loc)?;
            self.stmts(handler.body)?;
            self.pop_block();
            self.op(Op::PopBlock, Location::NONE);
            self.op(Op::PopExcept, Location::NONE);
            self.jump(Op::JumpNoInterrupt, end, Location::NONE);
            self.place(next);
            return Ok(());
        };
        let cleanup_end = self.new_label();
        let cleanup_body = self.new_label();
        self.variable(name, ExprContext::Store, loc);
        // The name is unbound at the end, whatever happens in the body.
        self.jump(Op::SetupCleanup, cleanup_end, loc);
        self.place(cleanup_body);
        self.push_block(BlockType::HandlerCleanup(Some(name)), loc)?;
        self.stmts(handler.body)?;
        self.pop_block();
        self.op(Op::PopBlock, Location::NONE);
        self.op(Op::PopBlock, Location::NONE);
        self.op(Op::PopExcept, Location::NONE);
        self.unbind(name, Location::NONE);
        self.jump(Op::JumpNoInterrupt, end, Location::NONE);
        self.place(cleanup_end);
        self.unbind(name, Location::NONE);
        self.op_arg(Op::Reraise, 1, Location::NONE);
        self.place(next);
        Ok(())
    }

    /// Each handler takes its part of the exception group; what is raised in handlers or left over is raised at the end.
    /// While the handlers run, the stack holds the original group, the list of exceptions to raise, and the rest.
    fn try_except_star(&mut self, loc: Location, node: &'a Try<'a>) -> Result<()> {
        let body = self.new_label();
        let except = self.new_label();
        let orelse = self.new_label();
        let end = self.new_label();
        let cleanup = self.new_label();
        let reraise_star = self.new_label();
        self.jump(Op::SetupFinally, except, loc);
        self.place(body);
        self.push_block(BlockType::TryExcept, loc)?;
        self.stmts(node.body)?;
        self.pop_block();
        self.op(Op::PopBlock, Location::NONE);
        self.jump(Op::JumpNoInterrupt, orelse, Location::NONE);

        self.place(except);
        self.jump(Op::SetupCleanup, cleanup, Location::NONE);
        self.op(Op::PushExcInfo, Location::NONE);
        self.push_block(BlockType::ExceptionGroupHandler, loc)?;
        for (i, handler) in node.handlers.iter().enumerate() {
            if i == 0 {
                let loc = location(handler.range);
                self.op_arg(Op::BuildList, 0, loc);
                self.op_arg(Op::Copy, 2, loc);
            }
            self.except_star_handler(handler)?;
            if i + 1 == node.handlers.len() {
                self.op_arg(Op::ListAppend, 1, Location::NONE);
                self.jump(Op::JumpNoInterrupt, reraise_star, Location::NONE);
            }
        }
        self.pop_block();
        self.reraise_star(reraise_star, end);
        self.place(cleanup);
        self.pop_except_and_reraise(Location::NONE);
        self.place(orelse);
        self.stmts(node.orelse)?;
        self.place(end);
        Ok(())
    }

    fn except_star_handler(&mut self, handler: &'a ExceptHandler<'a>) -> Result<()> {
        let loc = location(handler.range);
        let next = self.new_label();
        let with_error = self.new_label();
        let no_match = self.new_label();
        if let Some(typ) = handler.typ {
            self.expr(typ)?;
            self.op(Op::CheckEgMatch, loc);
            self.op_arg(Op::Copy, 1, loc);
            self.jump(Op::PopJumpIfNone, no_match, loc);
        }
        let cleanup_end = self.new_label();
        let cleanup_body = self.new_label();
        match handler.name {
            Some(name) => self.variable(name, ExprContext::Store, loc),
            None => self.op(Op::PopTop, loc),
        }
        self.jump(Op::SetupCleanup, cleanup_end, loc);
        self.place(cleanup_body);
        self.push_block(BlockType::HandlerCleanup(handler.name), loc)?;
        self.stmts(handler.body)?;
        self.pop_block();
        self.op(Op::PopBlock, Location::NONE);
        if let Some(name) = handler.name {
            self.unbind(name, Location::NONE);
        }
        self.jump(Op::JumpNoInterrupt, next, Location::NONE);
        self.place(cleanup_end);
        if let Some(name) = handler.name {
            self.unbind(name, Location::NONE);
        }
        self.op_arg(Op::ListAppend, 3, Location::NONE);
        self.op(Op::PopTop, Location::NONE);
        self.jump(Op::JumpNoInterrupt, with_error, Location::NONE);
        self.place(next);
        // Holds a location that is propagated to here.
        self.op(Op::Nop, Location::NONE);
        self.jump(Op::JumpNoInterrupt, with_error, Location::NONE);
        self.place(no_match);
        self.op(Op::PopTop, loc);
        self.place(with_error);
        Ok(())
    }

    /// Raises what the handlers left, if anything.
    fn reraise_star(&mut self, reraise_star: Label, end: Label) {
        let reraise = self.new_label();
        let loc = Location::NONE;
        self.place(reraise_star);
        self.op_arg(Op::CallIntrinsic2, Intrinsic2::PrepReraiseStar as u32, loc);
        self.op_arg(Op::Copy, 1, loc);
        self.jump(Op::PopJumpIfNotNone, reraise, loc);
        self.op(Op::PopTop, loc);
        self.op(Op::PopBlock, loc);
        self.op(Op::PopExcept, loc);
        self.jump(Op::JumpNoInterrupt, end, loc);
        self.place(reraise);
        self.op(Op::PopBlock, loc);
        self.op_arg(Op::Swap, 2, loc);
        self.op(Op::PopExcept, loc);
        self.op_arg(Op::Reraise, 0, loc);
    }
}

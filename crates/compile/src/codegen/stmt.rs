//! Statements, apart from definitions, imports, `try`, `with`, `match` and assignment forms.

use code::oparg::{CommonConstant, Intrinsic1};
use code::{Const, Op};
use syntax::ast::{Body, Constant, Expr, ExprKind, For, Stmt, StmtKind};

use super::block::BlockType;
use super::{Codegen, location};
use crate::error::Result;
use crate::future::{self, CO_FUTURE_ANNOTATIONS};
use crate::ir::{Label, Location};
use crate::symtable::Sym;

impl<'a> Codegen<'a> {
    pub(super) fn stmts(&mut self, stmts: Body<'a>) -> Result<()> {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    /// The body of a module or class: docstring, statements, annotations.
    pub(super) fn body(&mut self, loc: Location, body: Body<'a>, interactive: bool) -> Result<()> {
        let string_annotations = self.settings.features & CO_FUTURE_ANNOTATIONS != 0;
        // With string annotations every annotated class and module has `__annotations__`; otherwise `__annotate__` is made
        // below.
        if string_annotations && self.scope().annotations_used {
            self.op(Op::SetupAnnotations, loc);
        }
        let mut rest = body;
        if !interactive
            && self.scope().has_docstring
            && let (Some(text), Some((first, tail))) = (future::docstring(body), body.split_first())
            && let StmtKind::Expr { value } = first.kind
        {
            rest = tail;
            let doc = self.clean_docstring(text)?;
            self.load_const(Const::Str(doc), location(value.range));
            self.store(Sym::DOC, Location::NONE);
        }
        if body.is_empty() {
            return Ok(());
        }
        self.stmts(rest)?;
        if string_annotations { Ok(()) } else { self.deferred_annotations(loc) }
    }

    fn stmt(&mut self, s: &'a Stmt<'a>) -> Result<()> {
        self.depth.enter_block()?;
        let loc = location(s.range);
        match s.kind {
            StmtKind::FunctionDef(def) => self.function(s, def, false)?,
            StmtKind::AsyncFunctionDef(def) => self.function(s, def, true)?,
            StmtKind::ClassDef(def) => self.class(s, def)?,
            StmtKind::TypeAlias { name, type_params, value } => {
                self.type_alias(s, name, type_params, value)?
            }
            StmtKind::Return { value } => self.return_stmt(s, value)?,
            StmtKind::Delete { targets } => self.exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => {
                self.expr(value)?;
                if let Some((last, first)) = targets.split_last() {
                    for target in first {
                        self.op_arg(Op::Copy, 1, loc);
                        self.expr(target)?;
                    }
                    self.expr(last)?;
                }
            }
            StmtKind::AugAssign { target, op, value } => self.aug_assign(loc, target, op, value)?,
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(loc, target, annotation, value, simple)?;
            }
            StmtKind::Raise { exc, cause } => self.raise(loc, exc, cause)?,
            StmtKind::Assert { test, msg } => self.assert(loc, test, msg)?,
            StmtKind::Import { names } => self.import(loc, names),
            StmtKind::ImportFrom { module, names, level } => {
                self.import_from(loc, module, names, level)
            }
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } => {}
            StmtKind::Expr { value } => self.expr_stmt(loc, value)?,
            StmtKind::Pass => self.op(Op::Nop, loc),
            StmtKind::Break => self.break_stmt(loc)?,
            StmtKind::Continue => self.continue_stmt(loc)?,
            _ => {
                self.unit.conditional_blocks += 1;
                self.compound(s, loc)?;
                self.unit.conditional_blocks -= 1;
            }
        }
        self.depth.leave_block();
        Ok(())
    }

    /// Statements whose blocks may not be executed.
    fn compound(&mut self, s: &'a Stmt<'a>, loc: Location) -> Result<()> {
        match s.kind {
            StmtKind::For(node) => self.for_loop(loc, node),
            StmtKind::AsyncFor(node) => self.async_for(loc, node),
            StmtKind::While { test, body, orelse } => self.while_loop(loc, test, body, orelse),
            StmtKind::If { .. } => self.if_stmt(s),
            StmtKind::With(node) => self.with(node, node.items),
            StmtKind::AsyncWith(node) => self.async_with(node, node.items),
            StmtKind::Match { subject, cases } => self.match_stmt(subject, cases),
            StmtKind::Try(node) => self.try_stmt(loc, node, false),
            StmtKind::TryStar(node) => self.try_stmt(loc, node, true),
            _ => Ok(()),
        }
    }

    /// `if`; a chain of `elif` is a loop here, however long it is.
    fn if_stmt(&mut self, s: &'a Stmt<'a>) -> Result<()> {
        let mut ends = Vec::new();
        let mut current = s;
        while let StmtKind::If { test, body, orelse } = current.kind {
            let end = self.new_label();
            ends.push(end);
            let next = if orelse.is_empty() { end } else { self.new_label() };
            self.jump_if(location(current.range), test, next, false)?;
            self.stmts(body)?;
            if orelse.is_empty() {
                break;
            }
            self.jump(Op::JumpNoInterrupt, end, Location::NONE);
            self.place(next);
            match orelse {
                [only] if matches!(only.kind, StmtKind::If { .. }) => current = only,
                _ => {
                    self.stmts(orelse)?;
                    break;
                }
            }
        }
        for end in ends.into_iter().rev() {
            self.place(end);
        }
        Ok(())
    }

    fn for_loop(&mut self, stmt_loc: Location, node: &'a For<'a>) -> Result<()> {
        let start = self.new_label();
        let body = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        self.push_loop(BlockType::ForLoop, start, end, stmt_loc)?;
        self.expr(node.iter)?;
        let loc = location(node.iter.range);
        self.op(Op::GetIter, loc);
        self.place(start);
        self.jump(Op::ForIter, cleanup, loc);
        // Traced where the target is on another line; otherwise redundant and removed later.
        self.op(Op::Nop, location(node.target.range));
        self.place(body);
        self.expr(node.target)?;
        self.stmts(node.body)?;
        self.jump(Op::Jump, start, Location::NONE);
        self.place(cleanup);
        // END_FOR comes first: iteration over a generator jumps to it, other iterations jump past it.
        self.op(Op::EndFor, Location::NONE);
        self.op(Op::PopIter, Location::NONE);
        self.pop_block();
        self.stmts(node.orelse)?;
        self.place(end);
        Ok(())
    }

    fn async_for(&mut self, stmt_loc: Location, node: &'a For<'a>) -> Result<()> {
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        self.expr(node.iter)?;
        self.op(Op::GetAiter, location(node.iter.range));
        self.place(start);
        self.push_loop(BlockType::AsyncForLoop, start, end, stmt_loc)?;
        self.async_next(except, send, stmt_loc);
        self.op(Op::NotTaken, stmt_loc);
        self.expr(node.target)?;
        self.stmts(node.body)?;
        self.jump(Op::Jump, start, Location::NONE);
        self.pop_block();
        self.place(except);
        // What follows the loop has the line of its head, not that of its body.
        self.jump(Op::EndAsyncFor, send, location(node.iter.range));
        self.stmts(node.orelse)?;
        self.place(end);
        Ok(())
    }

    /// Awaits the next item of the asynchronous iterator on the stack, guarded by the handler `except`.
    pub(super) fn async_next(&mut self, except: Label, send: Label, loc: Location) {
        self.jump(Op::SetupFinally, except, loc);
        self.op(Op::GetAnext, loc);
        self.load_none(loc);
        self.place(send);
        self.yield_from(true, loc);
        self.op(Op::PopBlock, loc);
    }

    fn while_loop(
        &mut self,
        loc: Location,
        test: &'a Expr<'a>,
        body: Body<'a>,
        orelse: Body<'a>,
    ) -> Result<()> {
        let start = self.new_label();
        let end = self.new_label();
        let anchor = self.new_label();
        self.place(start);
        self.push_loop(BlockType::WhileLoop, start, end, loc)?;
        self.jump_if(loc, test, anchor, false)?;
        self.stmts(body)?;
        self.jump(Op::Jump, start, Location::NONE);
        self.pop_block();
        self.place(anchor);
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    fn return_stmt(&mut self, s: &'a Stmt<'a>, value: Option<&'a Expr<'a>>) -> Result<()> {
        let mut loc = location(s.range);
        let scope = self.scope();
        if !scope.is_function_like() {
            return self.error(loc, "'return' outside function");
        }
        if value.is_some() && scope.coroutine && scope.generator {
            return self.error(loc, "'return' with value in async generator");
        }
        let constant = value.and_then(|value| match &value.kind {
            ExprKind::Constant { value, .. } => Some(value),
            _ => None,
        });
        let preserve_tos = value.is_some() && constant.is_none();
        if let Some(value) = value {
            if constant.is_none() {
                self.expr(value)?;
            } else {
                loc = location(value.range);
                self.op(Op::Nop, loc);
            }
        }
        if value.is_none_or(|value| value.range.line != s.range.line) {
            loc = location(s.range);
            self.op(Op::Nop, loc);
        }
        self.unwind_blocks(&mut loc, preserve_tos, false)?;
        match (value, constant) {
            (None, _) => self.load_none(loc),
            (Some(_), Some(constant)) => self.load_constant(constant, loc),
            (Some(_), None) => {}
        }
        self.op(Op::ReturnValue, loc);
        Ok(())
    }

    fn break_stmt(&mut self, origin: Location) -> Result<()> {
        let mut loc = origin;
        self.op(Op::Nop, loc);
        let Some(block) = self.unwind_blocks(&mut loc, false, true)? else {
            return self.error(origin, "'break' outside loop");
        };
        self.unwind_block(&mut loc, block, false)?;
        if let Some((_, end)) = block.targets {
            self.jump(Op::Jump, end, loc);
        }
        Ok(())
    }

    fn continue_stmt(&mut self, origin: Location) -> Result<()> {
        let mut loc = origin;
        self.op(Op::Nop, loc);
        let Some(block) = self.unwind_blocks(&mut loc, false, true)? else {
            return self.error(origin, "'continue' not properly in loop");
        };
        if let Some((start, _)) = block.targets {
            self.jump(Op::Jump, start, loc);
        }
        Ok(())
    }

    fn raise(
        &mut self,
        loc: Location,
        exc: Option<&'a Expr<'a>>,
        cause: Option<&'a Expr<'a>>,
    ) -> Result<()> {
        let mut count = 0;
        if let Some(exc) = exc {
            self.expr(exc)?;
            count = 1;
            if let Some(cause) = cause {
                self.expr(cause)?;
                count = 2;
            }
        }
        self.op_arg(Op::RaiseVarargs, count, loc);
        Ok(())
    }

    fn assert(
        &mut self,
        loc: Location,
        test: &'a Expr<'a>,
        msg: Option<&'a Expr<'a>>,
    ) -> Result<()> {
        let always_true = match test.kind {
            ExprKind::Tuple { elts, .. } => !elts.is_empty(),
            ExprKind::Constant { value: Constant::Tuple(items), .. } => !items.is_empty(),
            _ => false,
        };
        if always_true {
            self.warn(loc, "assertion is always true, perhaps remove parentheses?".to_owned());
        }
        if self.settings.optimize > 0 {
            return Ok(());
        }
        let end = self.new_label();
        self.jump_if(loc, test, end, true)?;
        self.op_arg(Op::LoadCommonConstant, CommonConstant::AssertionError as u32, loc);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_arg(Op::Call, 0, loc);
        }
        self.op_arg(Op::RaiseVarargs, 1, location(test.range));
        self.place(end);
        Ok(())
    }

    fn expr_stmt(&mut self, loc: Location, value: &'a Expr<'a>) -> Result<()> {
        if self.interactive && self.outer.is_empty() {
            self.expr(value)?;
            self.op_arg(Op::CallIntrinsic1, Intrinsic1::Print as u32, loc);
            self.op(Op::PopTop, Location::NONE);
            return Ok(());
        }
        if matches!(value.kind, ExprKind::Constant { .. }) {
            self.op(Op::Nop, loc);
            return Ok(());
        }
        self.expr(value)?;
        self.op(Op::PopTop, Location::NONE);
        Ok(())
    }
}

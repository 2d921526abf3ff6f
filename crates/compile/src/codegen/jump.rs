//! Conditions: jumping on the truth of an expression, comparisons, `and` and `or`, conditional expressions.

use code::Op;
use code::oparg::Comparison;
use syntax::ast::{BoolOp, CmpOp, Expr, ExprKind, Exprs, UnaryOp};

use super::{Codegen, location};
use crate::error::Result;
use crate::ir::{Label, Location};

impl<'a> Codegen<'a> {
    /// Jumps to `next` if the truth of the expression is `cond`.
    pub(super) fn jump_if(
        &mut self,
        loc: Location,
        e: &'a Expr<'a>,
        next: Label,
        cond: bool,
    ) -> Result<()> {
        self.depth.enter()?;
        match e.kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => {
                self.jump_if(loc, operand, next, !cond)?
            }
            ExprKind::BoolOp { op, values } => self.jump_if_bool_op(loc, op, values, next, cond)?,
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let next2 = self.new_label();
                self.jump_if(loc, test, next2, false)?;
                self.jump_if(loc, body, next, cond)?;
                self.jump(Op::JumpNoInterrupt, end, Location::NONE);
                self.place(next2);
                self.jump_if(loc, orelse, next, cond)?;
                self.place(end);
            }
            ExprKind::Compare { left, ops, comparators } if ops.len() > 1 => {
                self.jump_if_chain(e, left, ops, comparators, next, cond)?;
            }
            _ => {
                self.expr(e)?;
                let loc = location(e.range);
                self.op(Op::ToBool, loc);
                self.jump(pop_jump(cond), next, loc);
            }
        }
        self.depth.leave();
        Ok(())
    }

    fn jump_if_bool_op(
        &mut self,
        loc: Location,
        op: BoolOp,
        values: Exprs<'a>,
        next: Label,
        cond: bool,
    ) -> Result<()> {
        let cond2 = op == BoolOp::Or;
        // The value that decides early leads to `next` or to the end of this expression.
        let next2 = if cond2 == cond { next } else { self.new_label() };
        if let Some((last, first)) = values.split_last() {
            for value in first {
                self.jump_if(loc, value, next2, cond2)?;
            }
            self.jump_if(loc, last, next, cond)?;
        }
        if next2 != next {
            self.place(next2);
        }
        Ok(())
    }

    fn jump_if_chain(
        &mut self,
        e: &'a Expr<'a>,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: Exprs<'a>,
        next: Label,
        cond: bool,
    ) -> Result<()> {
        let loc = location(e.range);
        self.check_compare(e, left, ops, comparators);
        let cleanup = self.new_label();
        self.expr(left)?;
        let pairs = ops.len().min(comparators.len());
        for (i, (&op, right)) in ops.iter().zip(comparators).enumerate() {
            self.expr(right)?;
            if i + 1 < pairs {
                self.op_arg(Op::Swap, 2, loc);
                self.op_arg(Op::Copy, 2, loc);
                self.compare_op(op, loc);
                self.op(Op::ToBool, loc);
                self.jump(Op::PopJumpIfFalse, cleanup, loc);
            } else {
                self.compare_op(op, loc);
                self.op(Op::ToBool, loc);
                self.jump(pop_jump(cond), next, loc);
            }
        }
        let end = self.new_label();
        self.jump(Op::JumpNoInterrupt, end, Location::NONE);
        self.place(cleanup);
        self.op(Op::PopTop, loc);
        if !cond {
            self.jump(Op::JumpNoInterrupt, next, Location::NONE);
        }
        self.place(end);
        Ok(())
    }

    /// A comparison for its value.
    pub(super) fn compare(
        &mut self,
        e: &'a Expr<'a>,
        left: &'a Expr<'a>,
        ops: &[CmpOp],
        comparators: Exprs<'a>,
    ) -> Result<()> {
        let loc = location(e.range);
        self.check_compare(e, left, ops, comparators);
        self.expr(left)?;
        if let ([op], [right]) = (ops, comparators) {
            self.expr(right)?;
            self.compare_op(*op, loc);
            return Ok(());
        }
        let cleanup = self.new_label();
        let pairs = ops.len().min(comparators.len());
        for (i, (&op, right)) in ops.iter().zip(comparators).enumerate() {
            self.expr(right)?;
            if i + 1 < pairs {
                self.op_arg(Op::Swap, 2, loc);
                self.op_arg(Op::Copy, 2, loc);
                self.compare_op(op, loc);
                self.op_arg(Op::Copy, 1, loc);
                self.op(Op::ToBool, loc);
                self.jump(Op::PopJumpIfFalse, cleanup, loc);
                self.op(Op::PopTop, loc);
            } else {
                self.compare_op(op, loc);
            }
        }
        let end = self.new_label();
        self.jump(Op::JumpNoInterrupt, end, Location::NONE);
        self.place(cleanup);
        self.op_arg(Op::Swap, 2, loc);
        self.op(Op::PopTop, loc);
        self.place(end);
        Ok(())
    }

    pub(super) fn compare_op(&mut self, op: CmpOp, loc: Location) {
        let comparison = match op {
            CmpOp::Is => return self.op_arg(Op::IsOp, 0, loc),
            CmpOp::IsNot => return self.op_arg(Op::IsOp, 1, loc),
            CmpOp::In => return self.op_arg(Op::ContainsOp, 0, loc),
            CmpOp::NotIn => return self.op_arg(Op::ContainsOp, 1, loc),
            CmpOp::Eq => Comparison::Eq,
            CmpOp::NotEq => Comparison::Ne,
            CmpOp::Lt => Comparison::Lt,
            CmpOp::LtE => Comparison::Le,
            CmpOp::Gt => Comparison::Gt,
            CmpOp::GtE => Comparison::Ge,
        };
        self.op_arg(Op::CompareOp, comparison.arg(), loc);
    }

    /// `and` and `or` for their value.
    pub(super) fn bool_op(&mut self, loc: Location, op: BoolOp, values: Exprs<'a>) -> Result<()> {
        let jump = if op == BoolOp::And { Op::JumpIfFalse } else { Op::JumpIfTrue };
        let end = self.new_label();
        if let Some((last, first)) = values.split_last() {
            for value in first {
                self.expr(value)?;
                self.jump(jump, end, loc);
                self.op(Op::PopTop, loc);
            }
            self.expr(last)?;
        }
        self.place(end);
        Ok(())
    }

    pub(super) fn if_exp(
        &mut self,
        loc: Location,
        test: &'a Expr<'a>,
        body: &'a Expr<'a>,
        orelse: &'a Expr<'a>,
    ) -> Result<()> {
        let end = self.new_label();
        let next = self.new_label();
        self.jump_if(loc, test, next, false)?;
        self.expr(body)?;
        self.jump(Op::JumpNoInterrupt, end, Location::NONE);
        self.place(next);
        self.expr(orelse)?;
        self.place(end);
        Ok(())
    }
}

fn pop_jump(cond: bool) -> Op {
    if cond { Op::PopJumpIfTrue } else { Op::PopJumpIfFalse }
}

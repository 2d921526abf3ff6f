//! Assignments, and expressions made targets.

use super::{Fail, PResult, Parser};
use crate::ast::{Expr, ExprContext, ExprKind, Exprs, Operator, StmtKind, Str};
use crate::token::Kind;

/// The operator of an augmented assignment.
fn augmented(kind: Kind) -> Option<Operator> {
    Some(match kind {
        Kind::PlusEqual => Operator::Add,
        Kind::MinEqual => Operator::Sub,
        Kind::StarEqual => Operator::Mult,
        Kind::AtEqual => Operator::MatMult,
        Kind::SlashEqual => Operator::Div,
        Kind::PercentEqual => Operator::Mod,
        Kind::AmperEqual => Operator::BitAnd,
        Kind::VBarEqual => Operator::BitOr,
        Kind::CircumflexEqual => Operator::BitXor,
        Kind::LeftShiftEqual => Operator::LShift,
        Kind::RightShiftEqual => Operator::RShift,
        Kind::DoubleStarEqual => Operator::Pow,
        Kind::DoubleSlashEqual => Operator::FloorDiv,
        _ => return None,
    })
}

impl<'a> Parser<'a, '_> {
    /// An expression statement or any kind of assignment.
    pub(super) fn expression_stmt(&mut self) -> PResult<StmtKind<'a>> {
        let first_kind = self.kind;
        let first = self.annotated_rhs()?;
        match self.kind {
            Kind::Equal => self.assignment(first),
            Kind::Colon => self.annotated_assignment(first, first_kind),
            kind => match augmented(kind) {
                Some(op) => {
                    let target = self.single_target(first)?;
                    self.advance();
                    Ok(StmtKind::AugAssign { target, op, value: self.annotated_rhs()? })
                }
                None => Ok(StmtKind::Expr { value: first }),
            },
        }
    }

    fn assignment(&mut self, first: &'a Expr<'a>) -> PResult<StmtKind<'a>> {
        let mark = self.exprs.len();
        let mut value = first;
        while self.eat(Kind::Equal) {
            let target = self.with_context(value, ExprContext::Store)?;
            self.exprs.push(target);
            value = self.annotated_rhs()?;
        }
        let targets = self.take_exprs(mark);
        Ok(StmtKind::Assign { targets, value, type_comment: self.type_comment() })
    }

    /// The text of a type comment, if there is one.
    pub(super) fn type_comment(&mut self) -> Option<Str<'a>> {
        if self.kind != Kind::TypeComment {
            return None;
        }
        let text = self.text();
        self.advance();
        Some(Str::from(text))
    }

    fn annotated_assignment(
        &mut self,
        target: &'a Expr<'a>,
        first_kind: Kind,
    ) -> PResult<StmtKind<'a>> {
        let simple = first_kind == Kind::Name && matches!(target.kind, ExprKind::Name { .. });
        let target = self.single_target(target)?;
        self.expect(Kind::Colon)?;
        let annotation = self.expression()?;
        let value = if self.eat(Kind::Equal) { Some(self.annotated_rhs()?) } else { None };
        Ok(StmtKind::AnnAssign { target, annotation, value, simple })
    }

    /// A target that is no tuple and no list.
    fn single_target(&mut self, expr: &'a Expr<'a>) -> PResult<&'a Expr<'a>> {
        match expr.kind {
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                self.with_context(expr, ExprContext::Store)
            }
            _ => Err(Fail),
        }
    }

    /// The expression as a target. What cannot be one fails.
    pub(super) fn with_context(
        &mut self,
        expr: &'a Expr<'a>,
        ctx: ExprContext,
    ) -> PResult<&'a Expr<'a>> {
        let kind = match expr.kind {
            ExprKind::Name { id, .. } => ExprKind::Name { id, ctx },
            ExprKind::Attribute { value, attr, .. } => ExprKind::Attribute { value, attr, ctx },
            ExprKind::Subscript { value, slice, .. } => ExprKind::Subscript { value, slice, ctx },
            ExprKind::Starred { value, .. } if ctx == ExprContext::Store => {
                ExprKind::Starred { value: self.with_context(value, ctx)?, ctx }
            }
            ExprKind::List { elts, .. } => {
                ExprKind::List { elts: self.all_with_context(elts, ctx)?, ctx }
            }
            ExprKind::Tuple { elts, .. } => {
                ExprKind::Tuple { elts: self.all_with_context(elts, ctx)?, ctx }
            }
            _ => return Err(Fail),
        };
        Ok(self.expr(kind, expr.range))
    }

    fn all_with_context(&mut self, elts: Exprs<'a>, ctx: ExprContext) -> PResult<Exprs<'a>> {
        let mark = self.exprs.len();
        for elt in elts {
            let target = self.with_context(elt, ctx)?;
            self.exprs.push(target);
        }
        Ok(self.take_exprs(mark))
    }

    /// One target of a `for` clause or `with` item.
    pub(super) fn star_target(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        if self.eat(Kind::Star) {
            let value = self.binary(super::expr::BIT_OR)?;
            let value = self.with_context(value, ExprContext::Store)?;
            let kind = ExprKind::Starred { value, ctx: ExprContext::Store };
            return Ok(self.expr(kind, self.range_from(start)));
        }
        let target = self.binary(super::expr::BIT_OR)?;
        self.with_context(target, ExprContext::Store)
    }

    /// The targets between `for` and `in`.
    pub(super) fn star_targets(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.star_target()?;
        if self.kind != Kind::Comma {
            return Ok(first);
        }
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Kind::Comma) {
            if self.kind == Kind::In {
                break;
            }
            let target = self.star_target()?;
            self.exprs.push(target);
        }
        let elts = self.take_exprs(mark);
        Ok(self.expr(ExprKind::Tuple { elts, ctx: ExprContext::Store }, self.range_from(start)))
    }
}

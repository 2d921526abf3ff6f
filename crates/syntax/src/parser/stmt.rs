//! Statements on one line, and the dispatch on what a statement starts with.

use super::{Fail, PResult, Parser};
use crate::ast::{Body, Expr, ExprContext, ExprKind, Ident, StmtKind};
use crate::token::Kind;

impl<'a> Parser<'a, '_> {
    /// Statements up to a token of the given kind, which is taken.
    pub(super) fn statements(&mut self, end: Kind) -> PResult<Body<'a>> {
        let mark = self.stmts.len();
        while self.kind != end {
            if end == Kind::EndMarker {
                self.reach_statement();
            }
            self.statement()?;
        }
        self.advance();
        Ok(self.take_stmts(mark))
    }

    /// A statement, or a line of simple statements, put onto the stack; true for simple ones.
    pub(super) fn statement(&mut self) -> PResult<bool> {
        let compound = match self.kind {
            Kind::Def | Kind::At | Kind::Async | Kind::Class => self.definition_or_async()?,
            Kind::If => self.if_stmt()?,
            Kind::For => self.for_stmt(self.pos, false)?,
            Kind::While => self.while_stmt()?,
            Kind::With => self.with_stmt(self.pos, false)?,
            Kind::Try => self.try_stmt()?,
            Kind::Name if self.at_soft("match") => match self.match_stmt()? {
                Some(stmt) => stmt,
                None => return self.simple_stmts(),
            },
            _ => return self.simple_stmts(),
        };
        self.stmts.push(compound);
        Ok(false)
    }

    /// A line of simple statements.
    pub(super) fn simple_stmts(&mut self) -> PResult<bool> {
        loop {
            self.simple_stmt()?;
            if self.eat(Kind::Newline) {
                return Ok(true);
            }
            self.expect(Kind::Semi)?;
            if self.eat(Kind::Newline) {
                return Ok(true);
            }
        }
    }

    fn simple_stmt(&mut self) -> PResult<()> {
        let start = self.pos;
        let kind = match self.kind {
            Kind::Pass => self.keyword_stmt(StmtKind::Pass),
            Kind::Break => self.keyword_stmt(StmtKind::Break),
            Kind::Continue => self.keyword_stmt(StmtKind::Continue),
            Kind::Return => {
                self.advance();
                let value = if self.at_line_end() { None } else { Some(self.star_expressions()?) };
                StmtKind::Return { value }
            }
            Kind::Raise => self.raise_stmt()?,
            Kind::Import => self.import_name()?,
            Kind::From => self.import_from()?,
            Kind::Global => StmtKind::Global { names: self.names()? },
            Kind::Nonlocal => StmtKind::Nonlocal { names: self.names()? },
            Kind::Del => self.del_stmt()?,
            Kind::Assert => self.assert_stmt()?,
            Kind::Name if self.peek(1) == Kind::Name && self.at_soft("type") => {
                self.type_alias()?
            }
            _ => self.expression_stmt()?,
        };
        let stmt = self.stmt(kind, self.range_from(start));
        self.stmts.push(stmt);
        Ok(())
    }

    fn keyword_stmt(&mut self, kind: StmtKind<'a>) -> StmtKind<'a> {
        self.advance();
        kind
    }

    /// Whether a simple statement could end here.
    pub(super) fn at_line_end(&self) -> bool {
        matches!(self.kind, Kind::Newline | Kind::Semi)
    }

    fn raise_stmt(&mut self) -> PResult<StmtKind<'a>> {
        self.advance();
        if self.at_line_end() {
            return Ok(StmtKind::Raise { exc: None, cause: None });
        }
        let exc = Some(self.expression()?);
        let cause = if self.eat(Kind::From) { Some(self.expression()?) } else { None };
        Ok(StmtKind::Raise { exc, cause })
    }

    fn names(&mut self) -> PResult<&'a [Ident<'a>]> {
        self.advance();
        let mut names = vec![self.identifier()?];
        while self.eat(Kind::Comma) {
            names.push(self.identifier()?);
        }
        Ok(self.arena.alloc_slice_copy(&names))
    }

    fn del_stmt(&mut self) -> PResult<StmtKind<'a>> {
        self.advance();
        let mark = self.exprs.len();
        loop {
            let target = self.binary(super::expr::BIT_OR)?;
            let target = self.with_context(target, ExprContext::Del)?;
            self.exprs.push(target);
            if !self.eat(Kind::Comma) || self.at_line_end() {
                break;
            }
        }
        if !self.at_line_end() {
            return Err(Fail);
        }
        Ok(StmtKind::Delete { targets: self.take_exprs(mark) })
    }

    fn assert_stmt(&mut self) -> PResult<StmtKind<'a>> {
        self.advance();
        let test = self.expression()?;
        let msg = if self.eat(Kind::Comma) { Some(self.expression()?) } else { None };
        Ok(StmtKind::Assert { test, msg })
    }

    /// `a, *b`, `yield c` or the like: the right side of an assignment.
    pub(super) fn annotated_rhs(&mut self) -> PResult<&'a Expr<'a>> {
        if self.kind == Kind::Yield { self.yield_expr() } else { self.star_expressions() }
    }

    pub(super) fn yield_expr(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(Kind::Yield)?;
        let kind = if self.eat(Kind::From) {
            ExprKind::YieldFrom { value: self.expression()? }
        } else if self.at_expression_end() {
            ExprKind::Yield { value: None }
        } else {
            ExprKind::Yield { value: Some(self.star_expressions()?) }
        };
        Ok(self.expr(kind, self.range_from(start)))
    }

    /// Whether the token cannot start an expression but may follow one that is optional.
    fn at_expression_end(&self) -> bool {
        matches!(
            self.kind,
            Kind::Newline
                | Kind::Semi
                | Kind::RPar
                | Kind::Equal
                | Kind::RBrace
                | Kind::Colon
                | Kind::Exclamation
                | Kind::EndMarker
                | Kind::TypeComment
        )
    }
}

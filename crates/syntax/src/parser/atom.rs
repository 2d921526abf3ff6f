//! Primaries and atoms: names, literals, displays, comprehensions, attributes, subscripts.

use super::{Fail, NESTED, PResult, Parser};
use crate::ast::{Comprehension, Constant, Expr, ExprContext, ExprKind, Exprs};
use crate::literal;
use crate::token::Kind;

impl<'a> Parser<'a, '_> {
    pub(super) fn await_primary(&mut self) -> PResult<&'a Expr<'a>> {
        if self.kind != Kind::Await {
            return self.primary();
        }
        let start = self.pos;
        self.advance();
        let value = self.primary()?;
        Ok(self.expr(ExprKind::Await { value }, self.range_from(start)))
    }

    /// An atom and what is attached to it: attributes, calls, subscripts.
    fn primary(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        let mut value = self.atom()?;
        loop {
            let kind = match self.kind {
                Kind::Dot => {
                    self.advance();
                    let attr = self.identifier()?;
                    ExprKind::Attribute { value, attr, ctx: ExprContext::Load }
                }
                Kind::LPar => {
                    self.enter(NESTED)?;
                    let call = self.call(value)?;
                    self.leave(NESTED);
                    call
                }
                Kind::LSqb => {
                    self.enter(NESTED)?;
                    self.advance();
                    let slice = self.slices()?;
                    self.expect(Kind::RSqb)?;
                    self.leave(NESTED);
                    ExprKind::Subscript { value, slice, ctx: ExprContext::Load }
                }
                _ => return Ok(value),
            };
            value = self.expr(kind, self.range_from(start));
        }
    }

    fn slices(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        if self.kind != Kind::Star {
            let first = self.slice()?;
            if self.kind != Kind::Comma {
                return Ok(first);
            }
            self.rest_of_slices(start, first)
        } else {
            let first = self.starred_expression()?;
            self.rest_of_slices(start, first)
        }
    }

    fn rest_of_slices(&mut self, start: usize, first: &'a Expr<'a>) -> PResult<&'a Expr<'a>> {
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Kind::Comma) {
            if self.kind == Kind::RSqb {
                break;
            }
            let elt =
                if self.kind == Kind::Star { self.starred_expression()? } else { self.slice()? };
            self.exprs.push(elt);
        }
        let elts = self.take_exprs(mark);
        let kind = ExprKind::Tuple { elts, ctx: ExprContext::Load };
        Ok(self.expr(kind, self.range_from(start)))
    }

    fn slice(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        let lower = if self.kind == Kind::Colon {
            None
        } else {
            let value = self.named_expression()?;
            if self.kind != Kind::Colon {
                return Ok(value);
            }
            if matches!(value.kind, ExprKind::NamedExpr { .. })
                && self.tokens.get(start).is_some_and(|t| t.kind == Kind::Name)
            {
                // An assignment expression needs parentheses before a colon.
                return Err(Fail);
            }
            Some(value)
        };
        self.expect(Kind::Colon)?;
        let upper = self.slice_part()?;
        let step = if self.eat(Kind::Colon) { self.slice_part()? } else { None };
        Ok(self.expr(ExprKind::Slice { lower, upper, step }, self.range_from(start)))
    }

    fn slice_part(&mut self) -> PResult<Option<&'a Expr<'a>>> {
        match self.kind {
            Kind::Colon | Kind::Comma | Kind::RSqb => Ok(None),
            _ => self.expression().map(Some),
        }
    }

    fn atom(&mut self) -> PResult<&'a Expr<'a>> {
        match self.kind {
            Kind::Name => self.name(ExprContext::Load),
            Kind::Number => self.number(),
            Kind::String | Kind::FStringStart | Kind::TStringStart => self.strings(),
            Kind::True => Ok(self.keyword_constant(Constant::True)),
            Kind::False => Ok(self.keyword_constant(Constant::False)),
            Kind::None => Ok(self.keyword_constant(Constant::None)),
            Kind::Ellipsis => Ok(self.keyword_constant(Constant::Ellipsis)),
            Kind::LPar | Kind::LSqb | Kind::LBrace => {
                self.enter(NESTED)?;
                let display = match self.kind {
                    Kind::LPar => self.parenthesized()?,
                    Kind::LSqb => self.list_display()?,
                    _ => self.brace_display()?,
                };
                self.leave(NESTED);
                Ok(display)
            }
            _ => Err(Fail),
        }
    }

    fn keyword_constant(&mut self, value: Constant<'a>) -> &'a Expr<'a> {
        let range = self.token().range;
        self.advance();
        self.expr(ExprKind::Constant { value, u_prefix: false }, range)
    }

    pub(super) fn number(&mut self) -> PResult<&'a Expr<'a>> {
        self.require(Kind::Number)?;
        let value = literal::number(self.arena, self.text(), self.options).map_err(|_| Fail)?;
        Ok(self.keyword_constant(value))
    }

    /// A group, a tuple or a generator expression.
    fn parenthesized(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        self.advance();
        match self.kind {
            Kind::RPar => {
                self.advance();
                let kind = ExprKind::Tuple { elts: &[], ctx: ExprContext::Load };
                return Ok(self.expr(kind, self.range_from(start)));
            }
            Kind::Yield => {
                let value = self.yield_expr()?;
                self.expect(Kind::RPar)?;
                return Ok(value);
            }
            _ => {}
        }
        let starred = self.kind == Kind::Star;
        let first = self.star_named_expression()?;
        match self.kind {
            Kind::RPar if !starred => {
                self.advance();
                Ok(first)
            }
            Kind::Comma => {
                let elts = self.elements(first, Kind::RPar)?;
                let kind = ExprKind::Tuple { elts, ctx: ExprContext::Load };
                Ok(self.expr(kind, self.range_from(start)))
            }
            Kind::For | Kind::Async if !starred => self.generator_expression(start, first),
            _ => Err(Fail),
        }
    }

    /// The rest of a generator expression whose parenthesis is the token `start`.
    pub(super) fn generator_expression(
        &mut self,
        start: usize,
        elt: &'a Expr<'a>,
    ) -> PResult<&'a Expr<'a>> {
        let generators = self.for_if_clauses()?;
        self.expect(Kind::RPar)?;
        Ok(self.expr(ExprKind::GeneratorExp { elt, generators }, self.range_from(start)))
    }

    /// The elements after the first one, up to and with the closing bracket.
    fn elements(&mut self, first: &'a Expr<'a>, close: Kind) -> PResult<Exprs<'a>> {
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Kind::Comma) {
            if self.kind == close {
                break;
            }
            let elt = self.star_named_expression()?;
            self.exprs.push(elt);
        }
        self.expect(close)?;
        Ok(self.take_exprs(mark))
    }

    fn list_display(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        self.advance();
        let kind = if self.eat(Kind::RSqb) {
            ExprKind::List { elts: &[], ctx: ExprContext::Load }
        } else {
            let starred = self.kind == Kind::Star;
            let first = self.star_named_expression()?;
            if !starred && matches!(self.kind, Kind::For | Kind::Async) {
                let generators = self.for_if_clauses()?;
                self.expect(Kind::RSqb)?;
                ExprKind::ListComp { elt: first, generators }
            } else {
                let elts = self.elements(first, Kind::RSqb)?;
                ExprKind::List { elts, ctx: ExprContext::Load }
            }
        };
        Ok(self.expr(kind, self.range_from(start)))
    }

    /// A dict, a set or one of their comprehensions.
    fn brace_display(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        self.advance();
        let kind = match self.kind {
            Kind::RBrace => {
                self.advance();
                ExprKind::Dict { keys: &[], values: &[] }
            }
            Kind::DoubleStar => self.dict(None)?,
            Kind::Star => {
                let first = self.star_named_expression()?;
                ExprKind::Set { elts: self.elements(first, Kind::RBrace)? }
            }
            _ => self.dict_or_set()?,
        };
        Ok(self.expr(kind, self.range_from(start)))
    }

    fn dict_or_set(&mut self) -> PResult<ExprKind<'a>> {
        let named = self.peek(1) == Kind::ColonEqual;
        let first = self.named_expression()?;
        if self.kind == Kind::Colon && !named {
            self.advance();
            let value = self.expression()?;
            if matches!(self.kind, Kind::For | Kind::Async) {
                let generators = self.for_if_clauses()?;
                self.expect(Kind::RBrace)?;
                return Ok(ExprKind::DictComp { key: first, value, generators });
            }
            return self.dict(Some((first, value)));
        }
        if matches!(self.kind, Kind::For | Kind::Async) {
            let generators = self.for_if_clauses()?;
            self.expect(Kind::RBrace)?;
            return Ok(ExprKind::SetComp { elt: first, generators });
        }
        Ok(ExprKind::Set { elts: self.elements(first, Kind::RBrace)? })
    }

    /// The entries of a dict, up to and with the closing brace. The first one may have been parsed.
    fn dict(&mut self, first: Option<(&'a Expr<'a>, &'a Expr<'a>)>) -> PResult<ExprKind<'a>> {
        let mark = self.exprs.len();
        let mut keys = Vec::new();
        let mut parsed = first;
        loop {
            let (key, value) = match parsed.take() {
                Some((key, value)) => (Some(key), value),
                None if self.eat(Kind::DoubleStar) => (None, self.binary(super::expr::BIT_OR)?),
                None => {
                    let key = self.expression()?;
                    self.expect(Kind::Colon)?;
                    (Some(key), self.expression()?)
                }
            };
            keys.push(key);
            self.exprs.push(value);
            if !self.eat(Kind::Comma) || self.kind == Kind::RBrace {
                break;
            }
        }
        self.expect(Kind::RBrace)?;
        let values = self.take_exprs(mark);
        Ok(ExprKind::Dict { keys: self.arena.alloc_slice_copy(&keys), values })
    }

    /// One or more `for` clauses with their conditions.
    pub(super) fn for_if_clauses(&mut self) -> PResult<&'a [&'a Comprehension<'a>]> {
        let mut clauses: Vec<&'a Comprehension<'a>> = Vec::new();
        while matches!(self.kind, Kind::For | Kind::Async) {
            let is_async = self.eat(Kind::Async);
            self.expect(Kind::For)?;
            let target = self.star_targets()?;
            self.expect(Kind::In)?;
            let iter = self.disjunction()?;
            let mark = self.exprs.len();
            while self.eat(Kind::If) {
                let test = self.disjunction()?;
                self.exprs.push(test);
            }
            let ifs = self.take_exprs(mark);
            clauses.push(self.arena.alloc(Comprehension { target, iter, ifs, is_async }));
        }
        Ok(self.arena.alloc_slice_copy(&clauses))
    }
}

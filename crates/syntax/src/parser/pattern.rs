//! `match` statements and patterns.

use super::{Fail, NESTED, PResult, Parser};
use crate::ast::{
    Constant, Expr, ExprContext, ExprKind, Ident, MatchCase, MatchClass, Operator, Pattern,
    PatternKind, Patterns, Range, Stmt, StmtKind, UnaryOp,
};
use crate::token::Kind;

impl<'a> Parser<'a, '_> {
    /// A `match` statement; `None` if the word `match` is a name here. Then nothing has been taken.
    pub(super) fn match_stmt(&mut self) -> PResult<Option<&'a Stmt<'a>>> {
        let start = self.pos;
        let (depth, exprs, warnings) = (self.depth, self.exprs.len(), self.warnings.len());
        self.advance();
        let subject = match self.match_subject() {
            Ok(subject)
                if self.kind == Kind::Colon
                    && self.peek(1) == Kind::Newline
                    && self.peek(2) == Kind::Indent =>
            {
                subject
            }
            _ => {
                self.rewind(start);
                self.depth = depth;
                self.exprs.truncate(exprs);
                self.warnings.truncate(warnings);
                return Ok(None);
            }
        };
        self.rewind(self.pos + 3);
        let mut cases = Vec::new();
        self.enter(super::BLOCK)?;
        while !self.eat(Kind::Dedent) {
            cases.push(self.case()?);
        }
        self.leave(super::BLOCK);
        let cases = self.arena.alloc_slice_copy(&cases);
        Ok(Some(self.stmt(StmtKind::Match { subject, cases }, self.range_from(start))))
    }

    fn match_subject(&mut self) -> PResult<&'a Expr<'a>> {
        if self.kind != Kind::Star && !self.at_expression_start() {
            return Err(Fail);
        }
        let start = self.pos;
        let starred = self.kind == Kind::Star;
        let first = self.star_named_expression()?;
        if self.kind != Kind::Comma {
            return if starred { Err(Fail) } else { Ok(first) };
        }
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Kind::Comma) {
            if self.kind == Kind::Colon {
                break;
            }
            let elt = self.star_named_expression()?;
            self.exprs.push(elt);
        }
        let elts = self.take_exprs(mark);
        let kind = ExprKind::Tuple { elts, ctx: ExprContext::Load };
        Ok(self.expr(kind, self.range_from(start)))
    }

    fn case(&mut self) -> PResult<&'a MatchCase<'a>> {
        if !self.at_soft("case") {
            return Err(Fail);
        }
        self.advance();
        let pattern = self.patterns()?;
        let guard = if self.eat(Kind::If) { Some(self.named_expression()?) } else { None };
        let body = self.block()?;
        Ok(self.arena.alloc(MatchCase { pattern, guard, body }))
    }

    fn pattern_node(&self, kind: PatternKind<'a>, range: Range) -> &'a Pattern<'a> {
        self.arena.alloc(Pattern { kind, range })
    }

    /// The pattern of a case: a sequence may do without brackets.
    fn patterns(&mut self) -> PResult<&'a Pattern<'a>> {
        let start = self.pos;
        let starred = self.kind == Kind::Star;
        let first = self.maybe_star_pattern()?;
        if self.kind != Kind::Comma {
            return if starred { Err(Fail) } else { Ok(first) };
        }
        let patterns =
            self.rest_of_sequence(first, |kind| matches!(kind, Kind::Colon | Kind::If))?;
        let kind = PatternKind::MatchSequence { patterns };
        Ok(self.pattern_node(kind, self.range_from(start)))
    }

    /// The patterns after the first one; the current token is a comma.
    fn rest_of_sequence(
        &mut self,
        first: &'a Pattern<'a>,
        ends: impl Fn(Kind) -> bool,
    ) -> PResult<Patterns<'a>> {
        let mut patterns = vec![first];
        while self.eat(Kind::Comma) {
            if ends(self.kind) {
                break;
            }
            patterns.push(self.maybe_star_pattern()?);
        }
        Ok(self.arena.alloc_slice_copy(&patterns))
    }

    fn maybe_star_pattern(&mut self) -> PResult<&'a Pattern<'a>> {
        if self.kind != Kind::Star {
            return self.pattern();
        }
        let start = self.pos;
        self.advance();
        let name = if self.at_soft("_") {
            self.advance();
            None
        } else {
            Some(self.capture_target()?)
        };
        Ok(self.pattern_node(PatternKind::MatchStar { name }, self.range_from(start)))
    }

    /// A name that a pattern binds.
    fn capture_target(&mut self) -> PResult<Ident<'a>> {
        if self.at_soft("_") {
            return Err(Fail);
        }
        let name = self.identifier()?;
        match self.kind {
            Kind::Dot | Kind::LPar | Kind::Equal => Err(Fail),
            _ => Ok(name),
        }
    }

    fn pattern(&mut self) -> PResult<&'a Pattern<'a>> {
        let start = self.pos;
        let pattern = self.or_pattern()?;
        if !self.eat(Kind::As) {
            return Ok(pattern);
        }
        let name = Some(self.capture_target()?);
        let kind = PatternKind::MatchAs { pattern: Some(pattern), name };
        Ok(self.pattern_node(kind, self.range_from(start)))
    }

    fn or_pattern(&mut self) -> PResult<&'a Pattern<'a>> {
        let start = self.pos;
        let first = self.closed_pattern()?;
        if self.kind != Kind::VBar {
            return Ok(first);
        }
        let mut patterns = vec![first];
        while self.eat(Kind::VBar) {
            patterns.push(self.closed_pattern()?);
        }
        let patterns = self.arena.alloc_slice_copy(&patterns);
        Ok(self.pattern_node(PatternKind::MatchOr { patterns }, self.range_from(start)))
    }

    fn closed_pattern(&mut self) -> PResult<&'a Pattern<'a>> {
        let start = self.pos;
        let kind = match self.kind {
            Kind::Name => return self.name_pattern(),
            Kind::LPar | Kind::LSqb | Kind::LBrace => {
                self.enter(NESTED)?;
                let pattern = match self.kind {
                    Kind::LPar => self.parenthesized_pattern()?,
                    Kind::LSqb => self.list_pattern()?,
                    _ => self.mapping_pattern()?,
                };
                self.leave(NESTED);
                return Ok(pattern);
            }
            Kind::None => self.singleton(Constant::None),
            Kind::True => self.singleton(Constant::True),
            Kind::False => self.singleton(Constant::False),
            _ => PatternKind::MatchValue { value: self.literal()? },
        };
        Ok(self.pattern_node(kind, self.range_from(start)))
    }

    fn singleton(&mut self, value: Constant<'a>) -> PatternKind<'a> {
        self.advance();
        PatternKind::MatchSingleton { value }
    }

    /// A number, possibly signed or complex, or strings.
    fn literal(&mut self) -> PResult<&'a Expr<'a>> {
        if matches!(self.kind, Kind::String | Kind::FStringStart | Kind::TStringStart) {
            return self.strings();
        }
        let start = self.pos;
        let left = self.signed_number()?;
        let op = match self.kind {
            Kind::Plus => Operator::Add,
            Kind::Minus => Operator::Sub,
            _ => return Ok(left),
        };
        let real = match left.kind {
            ExprKind::UnaryOp { operand, .. } => operand,
            _ => left,
        };
        self.advance();
        let right = self.number()?;
        if is_complex(real) || !is_complex(right) {
            return Err(Fail);
        }
        Ok(self.expr(ExprKind::BinOp { left, op, right }, self.range_from(start)))
    }

    fn signed_number(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        if !self.eat(Kind::Minus) {
            return self.number();
        }
        let operand = self.number()?;
        let kind = ExprKind::UnaryOp { op: UnaryOp::USub, operand };
        Ok(self.expr(kind, self.range_from(start)))
    }

    /// A capture, the wildcard, a dotted value or a class pattern.
    fn name_pattern(&mut self) -> PResult<&'a Pattern<'a>> {
        let start = self.pos;
        if !matches!(self.peek(1), Kind::Dot | Kind::LPar | Kind::Equal) {
            let name = if self.at_soft("_") {
                self.advance();
                None
            } else {
                Some(self.identifier()?)
            };
            let kind = PatternKind::MatchAs { pattern: None, name };
            return Ok(self.pattern_node(kind, self.range_from(start)));
        }
        if self.at_soft("_") && self.peek(1) != Kind::LPar {
            // The wildcard pattern matches first, and nothing may follow it.
            return Err(Fail);
        }
        let value = self.dotted_value()?;
        if self.kind == Kind::LPar {
            self.enter(NESTED)?;
            let pattern = self.class_pattern(start, value)?;
            self.leave(NESTED);
            return Ok(pattern);
        }
        if self.kind == Kind::Equal || matches!(value.kind, ExprKind::Name { .. }) {
            return Err(Fail);
        }
        Ok(self.pattern_node(PatternKind::MatchValue { value }, self.range_from(start)))
    }

    fn dotted_value(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        let mut value = self.name(ExprContext::Load)?;
        while self.eat(Kind::Dot) {
            let attr = self.identifier()?;
            let kind = ExprKind::Attribute { value, attr, ctx: ExprContext::Load };
            value = self.expr(kind, self.range_from(start));
        }
        Ok(value)
    }

    /// A group or a sequence.
    fn parenthesized_pattern(&mut self) -> PResult<&'a Pattern<'a>> {
        let start = self.pos;
        self.advance();
        let mut patterns: Patterns<'a> = &[];
        if self.kind != Kind::RPar {
            let starred = self.kind == Kind::Star;
            let first = self.maybe_star_pattern()?;
            if self.kind == Kind::RPar && !starred {
                self.advance();
                return Ok(first);
            }
            self.require(Kind::Comma)?;
            patterns = self.rest_of_sequence(first, |kind| kind == Kind::RPar)?;
        }
        self.expect(Kind::RPar)?;
        let kind = PatternKind::MatchSequence { patterns };
        Ok(self.pattern_node(kind, self.range_from(start)))
    }

    fn list_pattern(&mut self) -> PResult<&'a Pattern<'a>> {
        let start = self.pos;
        self.advance();
        let mut patterns: Patterns<'a> = &[];
        if self.kind != Kind::RSqb {
            let first = self.maybe_star_pattern()?;
            patterns = self.rest_of_sequence(first, |kind| kind == Kind::RSqb)?;
        }
        self.expect(Kind::RSqb)?;
        let kind = PatternKind::MatchSequence { patterns };
        Ok(self.pattern_node(kind, self.range_from(start)))
    }

    fn mapping_pattern(&mut self) -> PResult<&'a Pattern<'a>> {
        let start = self.pos;
        self.advance();
        let mut keys = Vec::new();
        let mut patterns = Vec::new();
        let mut rest = None;
        while self.kind != Kind::RBrace {
            if self.eat(Kind::DoubleStar) {
                rest = Some(self.capture_target()?);
                self.eat(Kind::Comma);
                break;
            }
            keys.push(self.mapping_key()?);
            self.expect(Kind::Colon)?;
            patterns.push(self.pattern()?);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RBrace)?;
        let kind = PatternKind::MatchMapping {
            keys: self.arena.alloc_slice_copy(&keys),
            patterns: self.arena.alloc_slice_copy(&patterns),
            rest,
        };
        Ok(self.pattern_node(kind, self.range_from(start)))
    }

    fn mapping_key(&mut self) -> PResult<&'a Expr<'a>> {
        let range = self.token().range;
        let value = match self.kind {
            Kind::None => Constant::None,
            Kind::True => Constant::True,
            Kind::False => Constant::False,
            Kind::Name => {
                let value = self.dotted_value()?;
                return match value.kind {
                    ExprKind::Attribute { .. } => Ok(value),
                    _ => Err(Fail),
                };
            }
            _ => return self.literal(),
        };
        self.advance();
        Ok(self.expr(ExprKind::Constant { value, u_prefix: false }, range))
    }

    /// The class pattern whose class has been parsed; the current token is the parenthesis.
    fn class_pattern(&mut self, start: usize, cls: &'a Expr<'a>) -> PResult<&'a Pattern<'a>> {
        self.advance();
        let mut patterns = Vec::new();
        let mut kwd_attrs = Vec::new();
        let mut kwd_patterns = Vec::new();
        while self.kind != Kind::RPar {
            if self.kind == Kind::Name && self.peek(1) == Kind::Equal {
                kwd_attrs.push(self.identifier()?);
                self.advance();
                kwd_patterns.push(self.pattern()?);
            } else if kwd_attrs.is_empty() {
                patterns.push(self.pattern()?);
            } else {
                return Err(Fail);
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RPar)?;
        let class = self.arena.alloc(MatchClass {
            cls,
            patterns: self.arena.alloc_slice_copy(&patterns),
            kwd_attrs: self.arena.alloc_slice_copy(&kwd_attrs),
            kwd_patterns: self.arena.alloc_slice_copy(&kwd_patterns),
        });
        Ok(self.pattern_node(PatternKind::MatchClass(class), self.range_from(start)))
    }
}

fn is_complex(expr: &Expr<'_>) -> bool {
    matches!(expr.kind, ExprKind::Constant { value: Constant::Complex { .. }, .. })
}

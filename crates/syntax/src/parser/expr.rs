//! Expressions by precedence: from conditional expressions and lambdas down to powers.

use super::{Fail, LAMBDA, PResult, Parser};
use crate::ast::{BoolOp, CmpOp, Expr, ExprContext, ExprKind, Exprs, Operator, UnaryOp};
use crate::token::Kind;

// Precedences of binary operators, low to high.
const OR: u8 = 1;
const AND: u8 = 2;
const NOT: u8 = 3;
const COMPARISON: u8 = 4;
/// Where the targets of `for` and the operands of `*` begin.
pub(super) const BIT_OR: u8 = 5;
const BIT_XOR: u8 = 6;
const BIT_AND: u8 = 7;
const SHIFT: u8 = 8;
const SUM: u8 = 9;
const TERM: u8 = 10;
const UNARY: u8 = 11;
const POWER: u8 = 12;

/// An operator between two expressions.
#[derive(Clone, Copy)]
enum Infix {
    Bool(BoolOp, u8),
    Compare,
    Binary(Operator, u8),
}

fn infix(kind: Kind) -> Option<Infix> {
    use Operator as O;
    Some(match kind {
        Kind::Or => Infix::Bool(BoolOp::Or, OR),
        Kind::And => Infix::Bool(BoolOp::And, AND),
        Kind::EqEqual
        | Kind::NotEqual
        | Kind::Less
        | Kind::LessEqual
        | Kind::Greater
        | Kind::GreaterEqual
        | Kind::Not
        | Kind::In
        | Kind::Is => Infix::Compare,
        Kind::VBar => Infix::Binary(O::BitOr, BIT_OR),
        Kind::Circumflex => Infix::Binary(O::BitXor, BIT_XOR),
        Kind::Amper => Infix::Binary(O::BitAnd, BIT_AND),
        Kind::LeftShift => Infix::Binary(O::LShift, SHIFT),
        Kind::RightShift => Infix::Binary(O::RShift, SHIFT),
        Kind::Plus => Infix::Binary(O::Add, SUM),
        Kind::Minus => Infix::Binary(O::Sub, SUM),
        Kind::Star => Infix::Binary(O::Mult, TERM),
        Kind::Slash => Infix::Binary(O::Div, TERM),
        Kind::DoubleSlash => Infix::Binary(O::FloorDiv, TERM),
        Kind::Percent => Infix::Binary(O::Mod, TERM),
        Kind::At => Infix::Binary(O::MatMult, TERM),
        Kind::DoubleStar => Infix::Binary(O::Pow, POWER),
        _ => return None,
    })
}

fn prefix(kind: Kind) -> Option<(UnaryOp, u8)> {
    Some(match kind {
        Kind::Not => (UnaryOp::Not, NOT),
        Kind::Plus => (UnaryOp::UAdd, UNARY),
        Kind::Minus => (UnaryOp::USub, UNARY),
        Kind::Tilde => (UnaryOp::Invert, UNARY),
        _ => return None,
    })
}

impl<'a> Parser<'a, '_> {
    /// A tuple without parentheses, or one expression. No stars.
    pub(super) fn expressions(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.expression()?;
        if self.kind == Kind::Comma { self.more_expressions(start, first) } else { Ok(first) }
    }

    /// The tuple that begins with `first` at the token `start`; the current token is a comma.
    pub(super) fn more_expressions(
        &mut self,
        start: usize,
        first: &'a Expr<'a>,
    ) -> PResult<&'a Expr<'a>> {
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Kind::Comma) {
            if !self.at_expression_start() {
                break;
            }
            let elt = self.expression()?;
            self.exprs.push(elt);
        }
        self.tuple(start, mark)
    }

    /// A tuple without parentheses, or one expression; `*` is allowed.
    pub(super) fn star_expressions(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        let first = self.star_expression()?;
        if self.kind != Kind::Comma {
            return Ok(first);
        }
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.eat(Kind::Comma) {
            if self.kind != Kind::Star && !self.at_expression_start() {
                break;
            }
            let elt = self.star_expression()?;
            self.exprs.push(elt);
        }
        self.tuple(start, mark)
    }

    fn tuple(&mut self, start: usize, mark: usize) -> PResult<&'a Expr<'a>> {
        let elts = self.take_exprs(mark);
        Ok(self.expr(ExprKind::Tuple { elts, ctx: ExprContext::Load }, self.range_from(start)))
    }

    /// Whether an expression (without star) may start here.
    pub(super) fn at_expression_start(&self) -> bool {
        matches!(
            self.kind,
            Kind::Name
                | Kind::Number
                | Kind::String
                | Kind::FStringStart
                | Kind::TStringStart
                | Kind::LPar
                | Kind::LSqb
                | Kind::LBrace
                | Kind::Plus
                | Kind::Minus
                | Kind::Tilde
                | Kind::Ellipsis
                | Kind::True
                | Kind::False
                | Kind::None
                | Kind::Not
                | Kind::Await
                | Kind::Lambda
        )
    }

    /// `*value` or an expression.
    pub(super) fn star_expression(&mut self) -> PResult<&'a Expr<'a>> {
        if self.kind == Kind::Star { self.starred(BIT_OR) } else { self.expression() }
    }

    /// `*value`, the value being of at least the given precedence.
    fn starred(&mut self, precedence: u8) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(Kind::Star)?;
        let value = self.binary(precedence)?;
        let kind = ExprKind::Starred { value, ctx: ExprContext::Load };
        Ok(self.expr(kind, self.range_from(start)))
    }

    /// `*value` as an argument or index, where the value is any expression.
    pub(super) fn starred_expression(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        self.expect(Kind::Star)?;
        let value = self.expression()?;
        let kind = ExprKind::Starred { value, ctx: ExprContext::Load };
        Ok(self.expr(kind, self.range_from(start)))
    }

    /// An element of a list, tuple or set.
    pub(super) fn star_named_expression(&mut self) -> PResult<&'a Expr<'a>> {
        if self.kind == Kind::Star { self.starred(BIT_OR) } else { self.named_expression() }
    }

    /// An expression that may be an assignment expression.
    pub(super) fn named_expression(&mut self) -> PResult<&'a Expr<'a>> {
        if self.kind == Kind::Name && self.peek(1) == Kind::ColonEqual {
            return self.assignment_expression();
        }
        let value = self.expression()?;
        if self.kind == Kind::ColonEqual { Err(Fail) } else { Ok(value) }
    }

    fn assignment_expression(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        let target = self.name(ExprContext::Store)?;
        self.expect(Kind::ColonEqual)?;
        let value = self.expression()?;
        Ok(self.expr(ExprKind::NamedExpr { target, value }, self.range_from(start)))
    }

    /// A lambda, a conditional expression or a disjunction.
    pub(super) fn expression(&mut self) -> PResult<&'a Expr<'a>> {
        if self.kind == Kind::Lambda {
            return self.lambda();
        }
        let start = self.pos;
        let body = self.binary(OR)?;
        if self.kind != Kind::If { Ok(body) } else { self.conditional(start, body) }
    }

    /// A conditional expression; a chain of them is collected and nested from its end, without recursion.
    fn conditional(&mut self, start: usize, body: &'a Expr<'a>) -> PResult<&'a Expr<'a>> {
        let mut parts = vec![];
        let (mut start, mut body) = (start, body);
        let mut last = loop {
            self.expect(Kind::If)?;
            let test = self.binary(OR)?;
            self.expect(Kind::Else)?;
            parts.push((start, body, test));
            self.enter(1)?;
            start = self.pos;
            if self.kind == Kind::Lambda {
                break self.lambda()?;
            }
            body = self.binary(OR)?;
            if self.kind != Kind::If {
                break body;
            }
        };
        self.leave(parts.len() as u32);
        for (start, body, test) in parts.into_iter().rev() {
            let kind = ExprKind::IfExp { test, body, orelse: last };
            last = self.expr(kind, self.range_from(start));
        }
        Ok(last)
    }

    fn lambda(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        self.enter(LAMBDA)?;
        self.expect(Kind::Lambda)?;
        let args = self.lambda_parameters()?;
        self.expect(Kind::Colon)?;
        let body = self.expression()?;
        self.leave(LAMBDA);
        Ok(self.expr(ExprKind::Lambda { args, body }, self.range_from(start)))
    }

    /// A disjunction: what a comprehension iterates over and filters by.
    pub(super) fn disjunction(&mut self) -> PResult<&'a Expr<'a>> {
        self.binary(OR)
    }

    /// An expression whose outermost operator binds at least as tightly as `min`.
    pub(super) fn binary(&mut self, min: u8) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        let mut left = match prefix(self.kind) {
            Some((_, precedence)) if precedence < min && precedence == NOT => return Err(Fail),
            Some((op, precedence)) => self.unary(op, precedence)?,
            None => self.await_primary()?,
        };
        loop {
            match infix(self.kind) {
                Some(Infix::Binary(op, precedence)) if precedence >= min => {
                    self.advance();
                    let right = if precedence == POWER {
                        self.exponent()?
                    } else {
                        self.binary(precedence + 1)?
                    };
                    left = self.expr(ExprKind::BinOp { left, op, right }, self.range_from(start));
                }
                Some(Infix::Compare) if min <= COMPARISON => match self.comparison(start, left)? {
                    Some(comparison) => left = comparison,
                    None => return Ok(left),
                },
                Some(Infix::Bool(op, precedence)) if precedence >= min => {
                    left = self.bool_op(start, left, op, precedence)?;
                }
                _ => return Ok(left),
            }
        }
    }

    fn exponent(&mut self) -> PResult<&'a Expr<'a>> {
        self.enter(super::POWER)?;
        let right = self.binary(UNARY)?;
        self.leave(super::POWER);
        Ok(right)
    }

    /// A run of equal or different prefix operators. Not recursive, so that long runs need no stack.
    fn unary(&mut self, op: UnaryOp, precedence: u8) -> PResult<&'a Expr<'a>> {
        let first = self.pos;
        let mut last = op;
        self.advance();
        while let Some((op, p)) = prefix(self.kind) {
            if p != precedence {
                // `not -x` goes on with the operand; `-not x` is an error.
                if p < precedence {
                    return Err(Fail);
                }
                break;
            }
            last = op;
            self.advance();
        }
        let count = self.pos - first;
        self.enter(count as u32)?;
        let mut operand =
            if precedence == NOT { self.binary(COMPARISON)? } else { self.binary(POWER)? };
        self.leave(count as u32);
        let mut op = last;
        for start in (first..first + count).rev() {
            if start + 1 < first + count {
                let kind = self.tokens.get(start).map_or(Kind::Not, |t| t.kind);
                op = prefix(kind).map_or(op, |(op, _)| op);
            }
            operand = self.expr(ExprKind::UnaryOp { op, operand }, self.range_from(start));
        }
        Ok(operand)
    }

    fn bool_op(
        &mut self,
        start: usize,
        first: &'a Expr<'a>,
        op: BoolOp,
        precedence: u8,
    ) -> PResult<&'a Expr<'a>> {
        let separator = self.kind;
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.eat(separator) {
            let value = self.binary(precedence + 1)?;
            self.exprs.push(value);
        }
        let values = self.take_exprs(mark);
        Ok(self.expr(ExprKind::BoolOp { op, values }, self.range_from(start)))
    }

    /// A chain of comparisons; `None` if the tokens are no comparison operator after all.
    fn comparison(&mut self, start: usize, left: &'a Expr<'a>) -> PResult<Option<&'a Expr<'a>>> {
        let Some(first) = self.comparison_operator()? else { return Ok(None) };
        let mark = self.exprs.len();
        let right = self.binary(BIT_OR)?;
        let Some(second) = self.comparison_operator()? else {
            let comparators: Exprs<'a> = self.arena.alloc_slice_copy(&[right]);
            let ops: &'a [CmpOp] = self.arena.alloc_slice_copy(&[first]);
            let kind = ExprKind::Compare { left, ops, comparators };
            return Ok(Some(self.expr(kind, self.range_from(start))));
        };
        let mut ops = vec![first, second];
        self.exprs.push(right);
        loop {
            let right = self.binary(BIT_OR)?;
            self.exprs.push(right);
            match self.comparison_operator()? {
                Some(op) => ops.push(op),
                None => break,
            }
        }
        let comparators = self.take_exprs(mark);
        let ops = self.arena.alloc_slice_copy(&ops);
        let kind = ExprKind::Compare { left, ops, comparators };
        Ok(Some(self.expr(kind, self.range_from(start))))
    }

    fn comparison_operator(&mut self) -> PResult<Option<CmpOp>> {
        let op = match self.kind {
            Kind::EqEqual => CmpOp::Eq,
            Kind::NotEqual => {
                // `<>` is for Barry only, `!=` for everybody else.
                if (self.text() == "<>") != self.barry {
                    return Err(Fail);
                }
                CmpOp::NotEq
            }
            Kind::Less => CmpOp::Lt,
            Kind::LessEqual => CmpOp::LtE,
            Kind::Greater => CmpOp::Gt,
            Kind::GreaterEqual => CmpOp::GtE,
            Kind::In => CmpOp::In,
            Kind::Not if self.peek(1) == Kind::In => {
                self.advance();
                CmpOp::NotIn
            }
            Kind::Is if self.peek(1) == Kind::Not => {
                self.advance();
                CmpOp::IsNot
            }
            Kind::Is => CmpOp::Is,
            _ => return Ok(None),
        };
        self.advance();
        Ok(Some(op))
    }
}

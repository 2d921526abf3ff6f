//! Arguments of calls and of class definitions.

use super::{Fail, PResult, Parser};
use crate::ast::{Expr, ExprKind, Exprs, Keyword};
use crate::token::Kind;

/// Positional arguments and keywords.
pub(super) type Arguments<'a> = (Exprs<'a>, &'a [&'a Keyword<'a>]);

impl<'a> Parser<'a, '_> {
    /// The call of `func`; the current token is the parenthesis.
    pub(super) fn call(&mut self, func: &'a Expr<'a>) -> PResult<ExprKind<'a>> {
        let open = self.pos;
        self.advance();
        let (args, keywords) = self.arguments(Some(open))?;
        Ok(ExprKind::Call { func, args, keywords })
    }

    /// Arguments up to and with the closing parenthesis. `open` is the opening one if the only argument may
    /// be a generator expression without parentheses of its own.
    pub(super) fn arguments(&mut self, open: Option<usize>) -> PResult<Arguments<'a>> {
        let mark = self.exprs.len();
        let mut keywords: Vec<&'a Keyword<'a>> = Vec::new();
        let mut unpacked = false;
        while self.kind != Kind::RPar {
            let start = self.pos;
            match self.kind {
                Kind::Star if !unpacked => {
                    let value = self.starred_expression()?;
                    self.exprs.push(value);
                }
                Kind::DoubleStar => {
                    self.advance();
                    let value = self.expression()?;
                    unpacked = true;
                    keywords.push(self.keyword(None, value, start));
                }
                Kind::Name if self.peek(1) == Kind::Equal => {
                    let arg = self.identifier()?;
                    self.advance();
                    let value = self.expression()?;
                    keywords.push(self.keyword(Some(arg), value, start));
                }
                _ if keywords.is_empty() => {
                    let value = self.named_expression()?;
                    if matches!(self.kind, Kind::For | Kind::Async) {
                        return self.generator_argument(open, start, value);
                    }
                    self.exprs.push(value);
                }
                _ => return Err(Fail),
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::RPar)?;
        let args = self.take_exprs(mark);
        Ok((args, self.arena.alloc_slice_copy(&keywords)))
    }

    fn keyword(&self, arg: Option<&'a str>, value: &'a Expr<'a>, start: usize) -> &'a Keyword<'a> {
        self.arena.alloc(Keyword { arg, value, range: self.range_from(start) })
    }

    fn generator_argument(
        &mut self,
        open: Option<usize>,
        start: usize,
        elt: &'a Expr<'a>,
    ) -> PResult<Arguments<'a>> {
        // It must be the first and only argument.
        let Some(open) = open.filter(|open| open + 1 == start) else { return Err(Fail) };
        let value = self.generator_expression(open, elt)?;
        Ok((self.arena.alloc_slice_copy(&[value]), &[]))
    }
}

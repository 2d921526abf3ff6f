//! Type parameters, `type` statements and signature type comments.

use super::{Fail, PResult, Parser};
use crate::ast::{Expr, ExprContext, Mod, StmtKind, TypeParam, TypeParamKind};
use crate::token::Kind;

impl<'a> Parser<'a, '_> {
    pub(super) fn type_alias(&mut self) -> PResult<StmtKind<'a>> {
        self.advance();
        let name = self.name(ExprContext::Store)?;
        let type_params = self.type_params()?;
        self.expect(Kind::Equal)?;
        let value = self.expression()?;
        Ok(StmtKind::TypeAlias { name, type_params, value })
    }

    /// Type parameters in brackets; none if there is no bracket.
    pub(super) fn type_params(&mut self) -> PResult<&'a [&'a TypeParam<'a>]> {
        if !self.eat(Kind::LSqb) {
            return Ok(&[]);
        }
        let mut params = Vec::new();
        loop {
            params.push(self.type_param()?);
            if !self.eat(Kind::Comma) || self.kind == Kind::RSqb {
                break;
            }
        }
        self.expect(Kind::RSqb)?;
        Ok(self.arena.alloc_slice_copy(&params))
    }

    fn type_param(&mut self) -> PResult<&'a TypeParam<'a>> {
        let start = self.pos;
        let kind = match self.kind {
            Kind::Star => {
                self.advance();
                let name = self.identifier()?;
                let default_value =
                    if self.eat(Kind::Equal) { Some(self.star_expression()?) } else { None };
                TypeParamKind::TypeVarTuple { name, default_value }
            }
            Kind::DoubleStar => {
                self.advance();
                let name = self.identifier()?;
                TypeParamKind::ParamSpec { name, default_value: self.type_default()? }
            }
            _ => {
                let name = self.identifier()?;
                let bound = if self.eat(Kind::Colon) { Some(self.expression()?) } else { None };
                TypeParamKind::TypeVar { name, bound, default_value: self.type_default()? }
            }
        };
        Ok(self.arena.alloc(TypeParam { kind, range: self.range_from(start) }))
    }

    fn type_default(&mut self) -> PResult<Option<&'a Expr<'a>>> {
        if self.eat(Kind::Equal) { self.expression().map(Some) } else { Ok(None) }
    }

    /// `(int, *str, **Any) -> None`
    pub(super) fn function_type(&mut self) -> PResult<Mod<'a>> {
        self.expect(Kind::LPar)?;
        let mark = self.exprs.len();
        // Stars may come in this order only, and nothing is kept of them.
        let mut stars = 0;
        while self.kind != Kind::RPar {
            let level = match self.kind {
                Kind::Star => 1,
                Kind::DoubleStar => 2,
                _ => 0,
            };
            if level < stars || (level == stars && level > 0) {
                return Err(Fail);
            }
            stars = level;
            if level > 0 {
                self.advance();
            }
            let argtype = self.expression()?;
            self.exprs.push(argtype);
            if self.kind == Kind::RPar {
                break;
            }
            self.expect(Kind::Comma)?;
            if self.kind == Kind::RPar {
                return Err(Fail);
            }
        }
        self.expect(Kind::RPar)?;
        let argtypes = self.take_exprs(mark);
        self.expect(Kind::RArrow)?;
        let returns = self.expression()?;
        self.end_of_expression()?;
        Ok(Mod::FunctionType { argtypes, returns })
    }
}

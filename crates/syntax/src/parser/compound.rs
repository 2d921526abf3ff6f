//! Compound statements: definitions, conditions, loops, `with`, `try`.

use super::{BLOCK, Fail, PResult, Parser};
use crate::ast::{
    Body, ClassDef, ExceptHandler, Expr, Exprs, For, FunctionDef, Stmt, StmtKind, Try, With,
    WithItem,
};
use crate::token::Kind;

impl<'a> Parser<'a, '_> {
    /// The block after a colon.
    pub(super) fn block(&mut self) -> PResult<Body<'a>> {
        self.expect(Kind::Colon)?;
        self.block_after_colon()
    }

    pub(super) fn block_after_colon(&mut self) -> PResult<Body<'a>> {
        self.enter(BLOCK)?;
        let body = if self.eat(Kind::Newline) {
            self.expect(Kind::Indent)?;
            self.statements(Kind::Dedent)?
        } else {
            let mark = self.stmts.len();
            self.simple_stmts()?;
            self.take_stmts(mark)
        };
        self.leave(BLOCK);
        Ok(body)
    }

    /// What starts with `def`, `class`, `async` or a decorator.
    pub(super) fn definition_or_async(&mut self) -> PResult<&'a Stmt<'a>> {
        let decorators = self.decorators()?;
        let start = self.pos;
        if self.kind == Kind::Class {
            return self.class_def(decorators);
        }
        let is_async = self.eat(Kind::Async);
        match self.kind {
            Kind::Def => self.function_def(start, is_async, decorators),
            Kind::For if is_async && decorators.is_empty() => self.for_stmt(start, true),
            Kind::With if is_async && decorators.is_empty() => self.with_stmt(start, true),
            _ => Err(Fail),
        }
    }

    fn decorators(&mut self) -> PResult<Exprs<'a>> {
        let mark = self.exprs.len();
        while self.eat(Kind::At) {
            let decorator = self.named_expression()?;
            self.exprs.push(decorator);
            self.expect(Kind::Newline)?;
        }
        Ok(self.take_exprs(mark))
    }

    fn class_def(&mut self, decorator_list: Exprs<'a>) -> PResult<&'a Stmt<'a>> {
        let start = self.pos;
        self.advance();
        let name = self.identifier()?;
        let type_params = self.type_params()?;
        let (bases, keywords) =
            if self.eat(Kind::LPar) { self.arguments(None)? } else { (&[][..], &[][..]) };
        let body = self.block()?;
        let class =
            self.arena.alloc(ClassDef { name, bases, keywords, body, decorator_list, type_params });
        Ok(self.stmt(StmtKind::ClassDef(class), self.range_from(start)))
    }

    fn function_def(
        &mut self,
        start: usize,
        is_async: bool,
        decorator_list: Exprs<'a>,
    ) -> PResult<&'a Stmt<'a>> {
        self.advance();
        let name = self.identifier()?;
        let type_params = self.type_params()?;
        self.expect(Kind::LPar)?;
        let args = self.parameters()?;
        self.expect(Kind::RPar)?;
        let returns = if self.eat(Kind::RArrow) { Some(self.expression()?) } else { None };
        self.expect(Kind::Colon)?;
        let type_comment = self.function_type_comment();
        let body = self.block_after_colon()?;
        let function = self.arena.alloc(FunctionDef {
            name,
            args,
            body,
            decorator_list,
            returns,
            type_comment,
            type_params,
        });
        let kind = if is_async {
            StmtKind::AsyncFunctionDef(function)
        } else {
            StmtKind::FunctionDef(function)
        };
        Ok(self.stmt(kind, self.range_from(start)))
    }

    /// A type comment on the line of the colon or on a line of its own before the block.
    fn function_type_comment(&mut self) -> Option<crate::ast::Str<'a>> {
        if self.kind == Kind::Newline
            && self.peek(1) == Kind::TypeComment
            && self.peek(2) == Kind::Newline
            && self.peek(3) == Kind::Indent
        {
            self.advance();
        }
        self.type_comment()
    }

    pub(super) fn if_stmt(&mut self) -> PResult<&'a Stmt<'a>> {
        // A chain of `elif` is collected and then nested from its end, without recursion.
        let mut parts = Vec::new();
        let mut orelse: Body<'a> = &[];
        let mut start = self.pos;
        loop {
            self.advance();
            let test = self.named_expression()?;
            let body = self.block()?;
            parts.push((start, test, body));
            self.enter(1)?;
            start = self.pos;
            if self.kind != Kind::Elif {
                break;
            }
        }
        self.leave(parts.len() as u32);
        if self.eat(Kind::Else) {
            orelse = self.block()?;
        }
        let mut stmt: Option<&'a Stmt<'a>> = None;
        for &(start, test, body) in parts.iter().rev() {
            if let Some(inner) = stmt {
                orelse = self.arena.alloc_slice_copy(&[inner]);
            }
            stmt = Some(self.stmt(StmtKind::If { test, body, orelse }, self.range_from(start)));
        }
        stmt.ok_or(Fail)
    }

    fn else_block(&mut self) -> PResult<Body<'a>> {
        if self.eat(Kind::Else) { self.block() } else { Ok(&[]) }
    }

    pub(super) fn while_stmt(&mut self) -> PResult<&'a Stmt<'a>> {
        let start = self.pos;
        self.advance();
        let test = self.named_expression()?;
        let body = self.block()?;
        let orelse = self.else_block()?;
        Ok(self.stmt(StmtKind::While { test, body, orelse }, self.range_from(start)))
    }

    pub(super) fn for_stmt(&mut self, start: usize, is_async: bool) -> PResult<&'a Stmt<'a>> {
        self.advance();
        let target = self.star_targets()?;
        self.expect(Kind::In)?;
        let iter = self.star_expressions()?;
        self.expect(Kind::Colon)?;
        let type_comment = self.type_comment();
        let body = self.block_after_colon()?;
        let orelse = self.else_block()?;
        let stmt = self.arena.alloc(For { target, iter, body, orelse, type_comment });
        let kind = if is_async { StmtKind::AsyncFor(stmt) } else { StmtKind::For(stmt) };
        Ok(self.stmt(kind, self.range_from(start)))
    }

    pub(super) fn with_stmt(&mut self, start: usize, is_async: bool) -> PResult<&'a Stmt<'a>> {
        self.advance();
        let (items, parenthesized) = match self.parenthesized_with_items()? {
            Some(items) => (items, true),
            None => (self.with_items(Kind::Colon)?, false),
        };
        self.expect(Kind::Colon)?;
        // CPython's grammar forgets the comment in this one form.
        let type_comment = if is_async && parenthesized { None } else { self.type_comment() };
        let body = self.block_after_colon()?;
        let stmt = self.arena.alloc(With { items, body, type_comment });
        let kind = if is_async { StmtKind::AsyncWith(stmt) } else { StmtKind::With(stmt) };
        Ok(self.stmt(kind, self.range_from(start)))
    }

    /// Items in parentheses, if that is what the parentheses mean; else nothing is taken.
    fn parenthesized_with_items(&mut self) -> PResult<Option<&'a [&'a WithItem<'a>]>> {
        if self.kind != Kind::LPar || !self.colon_follows_parenthesis() {
            return Ok(None);
        }
        let (pos, depth, exprs, warnings) =
            (self.pos, self.depth, self.exprs.len(), self.warnings.len());
        self.advance();
        if let Ok(items) = self.with_items(Kind::RPar)
            && self.eat(Kind::RPar)
        {
            return Ok(Some(items));
        }
        // A tuple with a star, a generator expression, `yield` …: an expression after all.
        self.rewind(pos);
        self.depth = depth;
        self.exprs.truncate(exprs);
        self.warnings.truncate(warnings);
        Ok(None)
    }

    /// Whether a colon comes right after the parenthesis that closes the current one.
    fn colon_follows_parenthesis(&self) -> bool {
        let mut open = 0usize;
        for (at, token) in self.tokens.iter().enumerate().skip(self.pos) {
            match token.kind {
                Kind::LPar | Kind::LSqb | Kind::LBrace => open += 1,
                Kind::RPar | Kind::RSqb | Kind::RBrace => open = open.saturating_sub(1),
                Kind::Newline | Kind::EndMarker | Kind::Error => return false,
                _ => {}
            }
            if open == 0 {
                return self.tokens.get(at + 1).is_some_and(|t| t.kind == Kind::Colon);
            }
        }
        false
    }

    /// Items separated by commas, up to `end`, which is not taken.
    fn with_items(&mut self, end: Kind) -> PResult<&'a [&'a WithItem<'a>]> {
        let mut items: Vec<&'a WithItem<'a>> = Vec::new();
        loop {
            let context_expr = self.expression()?;
            let optional_vars = if self.eat(Kind::As) { Some(self.star_target()?) } else { None };
            items.push(self.arena.alloc(WithItem { context_expr, optional_vars }));
            if self.kind == end {
                break;
            }
            self.expect(Kind::Comma)?;
            if self.kind == end && end == Kind::RPar {
                break;
            }
        }
        Ok(self.arena.alloc_slice_copy(&items))
    }

    pub(super) fn try_stmt(&mut self) -> PResult<&'a Stmt<'a>> {
        let start = self.pos;
        self.advance();
        let body = self.block()?;
        let mut handlers: Vec<&'a ExceptHandler<'a>> = Vec::new();
        let is_star = self.kind == Kind::Except && self.peek(1) == Kind::Star;
        while self.kind == Kind::Except {
            let handler = self.except_handler(is_star)?;
            handlers.push(handler);
        }
        let orelse = if handlers.is_empty() { &[][..] } else { self.else_block()? };
        let finalbody = if self.eat(Kind::Finally) { self.block()? } else { &[][..] };
        if handlers.is_empty() && finalbody.is_empty() {
            return Err(Fail);
        }
        let handlers = self.arena.alloc_slice_copy(&handlers);
        let stmt = self.arena.alloc(Try { body, handlers, orelse, finalbody });
        let kind = if is_star { StmtKind::TryStar(stmt) } else { StmtKind::Try(stmt) };
        Ok(self.stmt(kind, self.range_from(start)))
    }

    fn except_handler(&mut self, is_star: bool) -> PResult<&'a ExceptHandler<'a>> {
        let start = self.pos;
        self.advance();
        if self.eat(Kind::Star) != is_star {
            return Err(Fail);
        }
        let mut several = false;
        let typ: Option<&'a Expr<'a>> = if self.kind == Kind::Colon && !is_star {
            None
        } else {
            let first = self.expression()?;
            // Several types without parentheses cannot have a name.
            several = self.kind == Kind::Comma;
            Some(if several {
                self.more_expressions(start + 1 + usize::from(is_star), first)?
            } else {
                first
            })
        };
        let name = if typ.is_some() && !several && self.eat(Kind::As) {
            Some(self.identifier()?)
        } else {
            None
        };
        let body = self.block()?;
        Ok(self.arena.alloc(ExceptHandler { typ, name, body, range: self.range_from(start) }))
    }
}

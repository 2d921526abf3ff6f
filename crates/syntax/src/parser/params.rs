//! Parameters of functions and lambdas.

use super::{Fail, PResult, Parser};
use crate::ast::{Arg, Arguments, Expr};
use crate::token::Kind;

/// Which parameters are being parsed: they differ in annotations and in what ends them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Function,
    Lambda,
}

impl Owner {
    fn end(self) -> Kind {
        match self {
            Owner::Function => Kind::RPar,
            Owner::Lambda => Kind::Colon,
        }
    }
}

/// What has been collected so far.
#[derive(Default)]
struct Collected<'a> {
    posonly: Vec<&'a Arg<'a>>,
    args: Vec<&'a Arg<'a>>,
    defaults: Vec<&'a Expr<'a>>,
    vararg: Option<&'a Arg<'a>>,
    kwonly: Vec<&'a Arg<'a>>,
    kw_defaults: Vec<Option<&'a Expr<'a>>>,
    kwarg: Option<&'a Arg<'a>>,
    seen_slash: bool,
    seen_star: bool,
}

impl<'a> Parser<'a, '_> {
    /// Parameters of a function, up to the closing parenthesis, which is not taken.
    pub(super) fn parameters(&mut self) -> PResult<&'a Arguments<'a>> {
        self.all_parameters(Owner::Function)
    }

    /// Parameters of a lambda, up to the colon, which is not taken.
    pub(super) fn lambda_parameters(&mut self) -> PResult<&'a Arguments<'a>> {
        self.all_parameters(Owner::Lambda)
    }

    fn all_parameters(&mut self, owner: Owner) -> PResult<&'a Arguments<'a>> {
        if self.kind == owner.end() {
            return Ok(self.arena.alloc(Arguments::default()));
        }
        let mut found = Collected::default();
        while self.kind != owner.end() {
            match self.kind {
                Kind::Slash => self.slash(&mut found, owner)?,
                Kind::Star => self.star(&mut found, owner)?,
                Kind::DoubleStar => {
                    self.advance();
                    let (arg, default) = self.parameter(owner, false)?;
                    if default.is_some() || self.kind != owner.end() {
                        return Err(Fail);
                    }
                    found.kwarg = Some(arg);
                }
                _ => self.plain_parameter(&mut found, owner)?,
            }
        }
        let arena = self.arena;
        Ok(arena.alloc(Arguments {
            posonlyargs: arena.alloc_slice_copy(&found.posonly),
            args: arena.alloc_slice_copy(&found.args),
            vararg: found.vararg,
            kwonlyargs: arena.alloc_slice_copy(&found.kwonly),
            kw_defaults: arena.alloc_slice_copy(&found.kw_defaults),
            kwarg: found.kwarg,
            defaults: arena.alloc_slice_copy(&found.defaults),
        }))
    }

    fn slash(&mut self, found: &mut Collected<'a>, owner: Owner) -> PResult<()> {
        if found.seen_slash || found.seen_star || found.args.is_empty() {
            return Err(Fail);
        }
        found.seen_slash = true;
        found.posonly = std::mem::take(&mut found.args);
        self.advance();
        self.separator(owner)
    }

    fn star(&mut self, found: &mut Collected<'a>, owner: Owner) -> PResult<()> {
        if found.seen_star {
            return Err(Fail);
        }
        found.seen_star = true;
        self.advance();
        if self.eat(Kind::Comma) {
            // A bare star needs a keyword-only parameter after it.
            return self.require(Kind::Name);
        }
        let (arg, default) = self.parameter(owner, true)?;
        found.vararg = Some(arg);
        if default.is_some() { Err(Fail) } else { Ok(()) }
    }

    fn plain_parameter(&mut self, found: &mut Collected<'a>, owner: Owner) -> PResult<()> {
        let (arg, default) = self.parameter(owner, false)?;
        if found.seen_star {
            found.kwonly.push(arg);
            found.kw_defaults.push(default);
            return Ok(());
        }
        match default {
            Some(default) => found.defaults.push(default),
            None if !found.defaults.is_empty() => return Err(Fail),
            None => {}
        }
        found.args.push(arg);
        Ok(())
    }

    /// A comma, or the end of the parameters.
    fn separator(&mut self, owner: Owner) -> PResult<()> {
        if self.eat(Kind::Comma) || self.kind == owner.end() { Ok(()) } else { Err(Fail) }
    }

    /// One parameter with its default, its comma and its type comment.
    fn parameter(
        &mut self,
        owner: Owner,
        star: bool,
    ) -> PResult<(&'a Arg<'a>, Option<&'a Expr<'a>>)> {
        let start = self.pos;
        let name = self.identifier()?;
        let annotation = if owner == Owner::Function && self.eat(Kind::Colon) {
            Some(if star { self.star_expression()? } else { self.expression()? })
        } else {
            None
        };
        let range = self.range_from(start);
        let default = if self.eat(Kind::Equal) { Some(self.expression()?) } else { None };
        let comma = self.eat(Kind::Comma);
        let type_comment = if owner == Owner::Function { self.type_comment() } else { None };
        if !comma && self.kind != owner.end() {
            return Err(Fail);
        }
        let arg = self.arena.alloc(Arg { arg: name, annotation, type_comment, range });
        Ok((arg, default))
    }
}

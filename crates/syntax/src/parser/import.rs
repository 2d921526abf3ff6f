//! `import` and `from … import`.

use super::{Fail, PResult, Parser};
use crate::ast::{Alias, Ident, StmtKind};
use crate::token::Kind;

impl<'a> Parser<'a, '_> {
    pub(super) fn import_name(&mut self) -> PResult<StmtKind<'a>> {
        self.advance();
        let mut names = Vec::new();
        loop {
            let start = self.pos;
            let name = self.dotted_name()?;
            names.push(self.alias(start, name)?);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        Ok(StmtKind::Import { names: self.arena.alloc_slice_copy(&names) })
    }

    fn dotted_name(&mut self) -> PResult<Ident<'a>> {
        let first = self.token();
        let name = self.identifier()?;
        if self.kind != Kind::Dot {
            return Ok(name);
        }
        let mut parts = vec![name];
        let mut end = first.end;
        while self.eat(Kind::Dot) {
            end = self.token().end;
            parts.push(self.identifier()?);
        }
        // Usually there is nothing between the parts, and the source has the name as it is.
        let text = self.source.get(first.start as usize..end as usize).unwrap_or_default();
        if text.len() == parts.iter().map(|p| p.len() + 1).sum::<usize>() - 1 && text.is_ascii() {
            return Ok(text);
        }
        Ok(self.arena.alloc_str(&parts.join(".")))
    }

    /// `name`, which began at the token `start`, with an optional `as` part.
    fn alias(&mut self, start: usize, name: Ident<'a>) -> PResult<&'a Alias<'a>> {
        let asname = if self.eat(Kind::As) { Some(self.identifier()?) } else { None };
        Ok(self.arena.alloc(Alias { name, asname, range: self.range_from(start) }))
    }

    pub(super) fn import_from(&mut self) -> PResult<StmtKind<'a>> {
        self.advance();
        let mut level = 0u32;
        loop {
            level += match self.kind {
                Kind::Dot => 1,
                Kind::Ellipsis => 3,
                _ => break,
            };
            self.advance();
        }
        let module =
            if self.kind == Kind::Import && level > 0 { None } else { Some(self.dotted_name()?) };
        self.expect(Kind::Import)?;
        let names = self.import_from_targets()?;
        // CPython does not look at the level here.
        if module == Some("__future__") && names.iter().any(|alias| alias.name == "barry_as_FLUFL")
        {
            self.barry = true;
        }
        Ok(StmtKind::ImportFrom { module, names, level })
    }

    fn import_from_targets(&mut self) -> PResult<&'a [&'a Alias<'a>]> {
        if self.kind == Kind::Star {
            let range = self.token().range;
            self.advance();
            let star: &'a Alias<'a> = self.arena.alloc(Alias { name: "*", asname: None, range });
            return Ok(self.arena.alloc_slice_copy(&[star]));
        }
        let parenthesized = self.eat(Kind::LPar);
        let mut names = Vec::new();
        loop {
            let start = self.pos;
            let name = self.identifier()?;
            names.push(self.alias(start, name)?);
            if !self.eat(Kind::Comma) {
                break;
            }
            if self.kind == Kind::RPar && parenthesized {
                break;
            }
        }
        if parenthesized {
            self.expect(Kind::RPar)?;
        } else if self.kind == Kind::Comma {
            return Err(Fail);
        }
        Ok(self.arena.alloc_slice_copy(&names))
    }
}

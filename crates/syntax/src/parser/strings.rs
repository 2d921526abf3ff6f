//! Adjacent strings, f-strings and t-strings made into one node.
//!
//! The pieces of a string become [`Piece`]s first: constants and fields in order. Then neighbouring
//! constants are joined and empty ones dropped, as CPython does, which decides their positions.

use super::{Fail, NESTED, PResult, Parser};
use crate::ast::{Constant, Expr, ExprKind, Interpolation, Range, Str};
use crate::literal;
use crate::token::{Kind, Token};

/// Kinds of the tokens of f-strings or of t-strings.
struct Kinds {
    middle: Kind,
    end: Kind,
    template: bool,
}

const F: Kinds = Kinds { middle: Kind::FStringMiddle, end: Kind::FStringEnd, template: false };
const T: Kinds = Kinds { middle: Kind::TStringMiddle, end: Kind::TStringEnd, template: true };

/// What a replacement field leaves behind.
struct Field<'a> {
    /// The text of the expression, for `{x = }`.
    debug_text: Option<&'a Expr<'a>>,
    value: &'a Expr<'a>,
}

impl<'a> Parser<'a, '_> {
    /// One or more adjacent strings.
    pub(super) fn strings(&mut self) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        if self.kind == Kind::String
            && !matches!(self.peek(1), Kind::String | Kind::FStringStart | Kind::TStringStart)
        {
            return self.string();
        }
        let mark = self.exprs.len();
        if self.kind == Kind::TStringStart {
            while self.kind == Kind::TStringStart {
                self.formatted_string(&T)?;
            }
            if matches!(self.kind, Kind::String | Kind::FStringStart) {
                return Err(Fail);
            }
            let values = self.joined(mark, true)?;
            return Ok(self.expr(ExprKind::TemplateStr { values }, self.range_from(start)));
        }
        let (mut formatted, mut bytes, mut text) = (false, false, false);
        loop {
            match self.kind {
                Kind::String => {
                    let value = self.string()?;
                    if matches!(value.kind, ExprKind::Constant { value: Constant::Bytes(_), .. }) {
                        bytes = true;
                    } else {
                        text = true;
                    }
                    self.exprs.push(value);
                }
                Kind::FStringStart => {
                    formatted = true;
                    self.formatted_string(&F)?;
                }
                Kind::TStringStart => return Err(Fail),
                _ => break,
            }
        }
        if bytes {
            if text || formatted {
                return Err(Fail);
            }
            return Ok(self.joined_bytes(start, mark));
        }
        let values = self.joined(mark, formatted)?;
        if formatted {
            return Ok(self.expr(ExprKind::JoinedStr { values }, self.range_from(start)));
        }
        values.first().copied().ok_or(Fail)
    }

    /// A `STRING` token.
    fn string(&mut self) -> PResult<&'a Expr<'a>> {
        let token = self.token();
        let string = literal::string(self.arena, token.text(self.source)).map_err(|_| Fail)?;
        if let Some(bad) = &string.bad_escape {
            self.warn_bad_escape(token, bad);
        }
        self.advance();
        let kind = ExprKind::Constant { value: string.value, u_prefix: string.u_prefix };
        Ok(self.expr(kind, token.range))
    }

    fn joined_bytes(&mut self, start: usize, mark: usize) -> &'a Expr<'a> {
        let mut all = bumpalo::collections::Vec::new_in(self.arena);
        for part in self.exprs.drain(mark..) {
            if let ExprKind::Constant { value: Constant::Bytes(bytes), .. } = part.kind {
                all.extend_from_slice(bytes);
            }
        }
        let value = Constant::Bytes(all.into_bump_slice());
        self.expr(ExprKind::Constant { value, u_prefix: false }, self.range_from(start))
    }

    /// The pieces since `mark` with runs of constants joined. Empty constants are dropped if `drop_empty`.
    fn joined(&mut self, mark: usize, drop_empty: bool) -> PResult<&'a [&'a Expr<'a>]> {
        let pieces = self.exprs.split_off(mark);
        let mut at = 0;
        while let Some(&piece) = pieces.get(at) {
            let run = pieces
                .get(at..)
                .unwrap_or_default()
                .iter()
                .take_while(|piece| string_value(piece).is_some())
                .count();
            if run == 0 {
                self.exprs.push(piece);
                at += 1;
                continue;
            }
            let parts = pieces.get(at..at + run).unwrap_or_default();
            let constant = if run == 1 { piece } else { self.join_run(parts) };
            if !(drop_empty && string_value(constant).is_some_and(Str::is_empty)) {
                self.exprs.push(constant);
            }
            at += run;
        }
        Ok(self.take_exprs(mark))
    }

    fn join_run(&self, parts: &[&'a Expr<'a>]) -> &'a Expr<'a> {
        let len = parts.iter().filter_map(|part| string_value(part)).map(|s| s.0.len()).sum();
        let mut all = bumpalo::collections::Vec::with_capacity_in(len, self.arena);
        for text in parts.iter().filter_map(|part| string_value(part)) {
            all.extend_from_slice(text.as_bytes());
        }
        // The first part decides about the prefix `u`.
        let u_prefix = parts
            .first()
            .is_some_and(|part| matches!(part.kind, ExprKind::Constant { u_prefix: true, .. }));
        let range = match parts {
            [first, .., last] => first.range.to(last.range),
            [only] => only.range,
            [] => Range::default(),
        };
        let value = Constant::Str(Str(all.into_bump_slice()));
        self.expr(ExprKind::Constant { value, u_prefix }, range)
    }

    /// One f-string or t-string; its pieces are put onto the stack.
    fn formatted_string(&mut self, kinds: &Kinds) -> PResult<()> {
        self.enter(NESTED)?;
        let raw = self.text().bytes().any(|c| matches!(c, b'r' | b'R'));
        self.advance();
        let mark = self.exprs.len();
        let mut middles = Vec::new();
        loop {
            if self.kind == kinds.middle {
                // Escapes are decoded at the end: warnings name the line of the closing quotes.
                middles.push((self.exprs.len(), *self.token()));
                let placeholder = self.constant(Str::default(), self.token().range);
                self.exprs.push(placeholder);
                self.advance();
            } else if self.kind == Kind::LBrace {
                self.field(kinds, raw, kinds.template)?;
            } else if self.kind == kinds.end {
                break;
            } else {
                return Err(Fail);
            }
        }
        let end = self.token();
        for (at, token) in middles {
            let value = self.middle(&token, raw, end)?;
            let piece = self.constant(value, token.range);
            if let Some(slot) = self.exprs.get_mut(at) {
                *slot = piece;
            }
        }
        // CPython drops empty parts here already.
        let pieces = self.exprs.split_off(mark);
        self.exprs.extend(pieces.iter().filter(|p| !string_value(p).is_some_and(Str::is_empty)));
        self.advance();
        self.leave(NESTED);
        Ok(())
    }

    fn constant(&self, value: Str<'a>, range: Range) -> &'a Expr<'a> {
        self.expr(ExprKind::Constant { value: Constant::Str(value), u_prefix: false }, range)
    }

    /// The value of the text between fields.
    fn middle(&mut self, token: &Token, raw: bool, blamed: &Token) -> PResult<Str<'a>> {
        let text = token.text(self.source);
        if raw || memchr::memchr(b'\\', text.as_bytes()).is_none() {
            return Ok(Str::from(text));
        }
        let (value, bad) = literal::decode_str(self.arena, text).map_err(|_| Fail)?;
        // The lexer has warned of escaped braces.
        if let Some(bad) = bad.filter(|bad| !matches!(bad.text.as_str(), "{" | "}")) {
            self.warn_bad_escape(blamed, &bad);
        }
        Ok(value)
    }

    /// A replacement field; its pieces are put onto the stack.
    fn field(&mut self, kinds: &Kinds, raw: bool, interpolation: bool) -> PResult<()> {
        let start = self.pos;
        self.enter(NESTED)?;
        self.advance();
        let value = self.annotated_rhs()?;
        let debug = self.eat(Kind::Equal);
        // The text of the expression ends where the next of these tokens begins.
        let text_end = self.token().start;
        let mut debug_end = None;
        let conversion = if self.kind == Kind::Exclamation {
            let (conversion, name) = self.conversion()?;
            debug_end = Some((name.line, name.col));
            Some(conversion)
        } else {
            None
        };
        let format_spec = if self.kind == Kind::Colon {
            let colon = self.token().range;
            debug_end.get_or_insert((colon.line, colon.col + 1));
            Some(self.format_spec(kinds, raw)?)
        } else {
            None
        };
        self.expect(Kind::RBrace)?;
        self.leave(NESTED);
        let range = self.range_from(start);
        let conversion = match conversion {
            Some(c) => i32::from(c),
            None if debug && format_spec.is_none() => i32::from(b'r'),
            None => -1,
        };
        let text_start = self.tokens.get(start).map_or(0, |t| t.end);
        let text = self.expression_text(text_start, text_end);
        let node = if interpolation {
            let str = Constant::Str(strip_expression_text(text));
            let node = Interpolation { value, str, conversion, format_spec };
            ExprKind::Interpolation(self.arena.alloc(node))
        } else {
            ExprKind::FormattedValue { value, conversion, format_spec }
        };
        let field = Field {
            debug_text: debug.then(|| {
                let (end_line, end_col) = debug_end.unwrap_or((range.end_line, range.end_col));
                let text_range = Range {
                    line: range.line,
                    col: range.col + 1,
                    end_line,
                    end_col: end_col.saturating_sub(1),
                };
                self.constant(Str::from(text), text_range)
            }),
            value: self.expr(node, range),
        };
        self.exprs.extend(field.debug_text);
        self.exprs.push(field.value);
        Ok(())
    }

    /// `!r` and the like, with the range of the letter.
    fn conversion(&mut self) -> PResult<(u8, Range)> {
        let mark = self.token().range;
        self.advance();
        self.require(Kind::Name)?;
        let name = self.token().range;
        if (mark.line, mark.end_col) != (name.line, name.col) {
            return Err(Fail);
        }
        let &[conversion @ (b's' | b'r' | b'a')] = self.text().as_bytes() else { return Err(Fail) };
        self.advance();
        Ok((conversion, name))
    }

    /// A format specification: a `JoinedStr` of its texts and fields.
    fn format_spec(&mut self, kinds: &Kinds, raw: bool) -> PResult<&'a Expr<'a>> {
        let start = self.pos;
        self.advance();
        let mark = self.exprs.len();
        loop {
            if self.kind == kinds.middle {
                let token = *self.token();
                let value = self.middle(&token, raw, &token)?;
                if !value.is_empty() {
                    let piece = self.constant(value, token.range);
                    self.exprs.push(piece);
                }
                self.advance();
            } else if self.kind == Kind::LBrace {
                // Fields of specifications are formatted values in t-strings too.
                self.field(kinds, raw, false)?;
            } else {
                break;
            }
        }
        let values = self.joined(mark, true)?;
        Ok(self.expr(ExprKind::JoinedStr { values }, self.range_from(start)))
    }

    /// The source text of a field's expression, without comments.
    fn expression_text(&self, start: u32, end: u32) -> &'a str {
        let text = self.source.get(start as usize..end as usize).unwrap_or_default();
        if !text.contains('#') {
            return text;
        }
        let mut kept = bumpalo::collections::String::new_in(self.arena);
        let mut quote = None;
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            match (c, quote) {
                ('#', None) => {
                    if chars.any(|c| c == '\n') {
                        kept.push('\n');
                    }
                    continue;
                }
                // Triple quotes are an odd number of single ones, so toggling works for them too.
                ('"' | '\'', None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                _ => {}
            }
            kept.push(c);
        }
        kept.into_bump_str()
    }
}

fn string_value<'a>(expr: &Expr<'a>) -> Option<Str<'a>> {
    match expr.kind {
        ExprKind::Constant { value: Constant::Str(text), .. } => Some(text),
        _ => None,
    }
}

/// The text of an interpolation: without the white space and equals signs at its end.
fn strip_expression_text(text: &str) -> Str<'_> {
    Str::from(text.trim_end_matches(|c: char| c == '=' || c.is_whitespace()))
}

//! The parser: tokens to the tree, by recursive descent with one token of lookahead.
//!
//! It accepts exactly CPython's grammar, but explains nothing: any failure is a [`Fail`], after which
//! [`crate::errors`] parses again with CPython's own grammar to find the message. So nothing here needs
//! to care about the order in which CPython would notice an error. Backtracking happens in two places,
//! `match` statements and parenthesised `with` items, and both decide before any block is parsed.
//!
//! Positions follow one rule: a node reaches from the first token of its production to the last one that
//! is no line end, which is why parentheses around an expression count for its parents but not for itself.

mod assign;
mod atom;
mod call;
mod compound;
mod expr;
mod import;
mod params;
mod pattern;
mod stmt;
mod strings;
mod types;

use std::collections::TryReserveError;

use bumpalo::Bump;

use crate::ast::{
    Body, Expr, ExprContext, ExprKind, Exprs, Ident, Mod, Range, Stmt, StmtKind, TypeIgnore,
};
use crate::error::{ErrorKind, Location, SyntaxError, Warning};
use crate::lexer::Lexer;
use crate::literal::BadEscape;
use crate::token::{Kind, Token};
use crate::{Mode, Options};

/// The source does not parse; the error pass finds out why.
#[derive(Debug)]
pub(crate) struct Fail;

pub(crate) type PResult<T> = Result<T, Fail>;

/// Nesting that the parser accepts, in units of about one level of CPython's parser, which gives up at 6000.
const MAX_DEPTH: u32 = 6000;
/// Cost of an expression in brackets. CPython's is about 26, so that 200 of them are no problem.
const NESTED: u32 = 20;
/// Cost of a lambda.
const LAMBDA: u32 = 2;
/// Cost of a power.
const POWER: u32 = 2;
/// Cost of a block.
const BLOCK: u32 = 40;

/// All tokens of a source, up to the end or the first error.
pub(crate) struct Tokens<'a> {
    pub(crate) list: Vec<Token>,
    pub(crate) type_ignores: Vec<TypeIgnore<'a>>,
    pub(crate) warnings: Vec<Warning>,
}

/// Makes the tokens of a whole source; an error if there is no memory for them.
pub(crate) fn tokenize<'a>(
    source: &'a str,
    mode: Mode,
    options: &Options,
) -> Result<Tokens<'a>, TryReserveError> {
    let mut lexer = Lexer::new(source, options.type_comments);
    let mut list = Vec::new();
    list.try_reserve(source.len() / 4 + 16)?;
    let mut type_ignores = Vec::new();
    let mut implied = ImpliedNewline::new(mode, options);
    loop {
        let token = implied.adjust(lexer.next_token(), &mut lexer);
        if token.kind == Kind::TypeIgnore {
            type_ignores.push(TypeIgnore { lineno: token.range.line, tag: token.text(source) });
            continue;
        }
        if list.len() == list.capacity() {
            list.try_reserve(list.len())?;
        }
        list.push(token);
        if matches!(token.kind, Kind::EndMarker | Kind::Error) {
            break;
        }
    }
    Ok(Tokens { list, type_ignores, warnings: lexer.warnings })
}

/// In `single` mode the end of the source also ends the line and the blocks.
pub(crate) struct ImpliedNewline {
    single: bool,
    imply_dedents: bool,
    /// A token has been seen since the last implied line end.
    started: bool,
}

impl ImpliedNewline {
    pub(crate) fn new(mode: Mode, options: &Options) -> ImpliedNewline {
        let imply_dedents = !options.dont_imply_dedent;
        ImpliedNewline { single: mode == Mode::Single, imply_dedents, started: false }
    }

    /// Replaces the end of the source by a line end if there has been anything before it.
    pub(crate) fn adjust(&mut self, token: Token, lexer: &mut Lexer<'_>) -> Token {
        if self.single && token.kind == Kind::EndMarker && self.started {
            self.started = false;
            if self.imply_dedents {
                lexer.imply_dedents();
            }
            return Token { kind: Kind::Newline, ..token };
        }
        if token.kind != Kind::TypeIgnore {
            self.started = true;
        }
        token
    }
}

/// Where a top-level statement of a file starts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reached {
    /// Offset of the line after the statement before.
    pub(crate) offset: usize,
    /// Lines before that offset.
    pub(crate) lines: u32,
    /// Whether `barry_as_FLUFL` is in force there.
    pub(crate) barry: bool,
    /// How many warnings the parser has given.
    warnings: usize,
}

/// The state of the parser.
pub(crate) struct Parser<'a, 't> {
    arena: &'a Bump,
    source: &'a str,
    options: &'t Options,
    tokens: &'t [Token],
    /// Index of the current token.
    pos: usize,
    /// Kind of the current token.
    kind: Kind,
    depth: u32,
    /// `from __future__ import barry_as_FLUFL` is in force.
    barry: bool,
    /// The top-level statement being parsed, and the one before.
    reached: [Reached; 2],
    /// Expressions of the sequences being parsed.
    exprs: Vec<&'a Expr<'a>>,
    /// Statements of the blocks being parsed.
    stmts: Vec<&'a Stmt<'a>>,
    pub(crate) warnings: Vec<Warning>,
}

static END: Token = Token {
    kind: Kind::EndMarker,
    start: 0,
    end: 0,
    range: Range { line: 0, col: 0, end_line: 0, end_col: 0 },
};

impl<'a, 't> Parser<'a, 't> {
    pub(crate) fn new(
        arena: &'a Bump,
        source: &'a str,
        tokens: &'t [Token],
        options: &'t Options,
    ) -> Parser<'a, 't> {
        Parser {
            arena,
            source,
            options,
            tokens,
            pos: 0,
            kind: tokens.first().unwrap_or(&END).kind,
            depth: 0,
            barry: options.barry_as_flufl,
            reached: [Reached { barry: options.barry_as_flufl, ..Reached::default() }; 2],
            exprs: Vec::new(),
            stmts: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// Parses a whole source.
    pub(crate) fn parse(
        &mut self,
        mode: Mode,
        type_ignores: &[TypeIgnore<'a>],
    ) -> PResult<Mod<'a>> {
        match mode {
            Mode::Exec => {
                let body = self.statements(Kind::EndMarker)?;
                let type_ignores = self.arena.alloc_slice_copy(type_ignores);
                Ok(Mod::Module { body, type_ignores })
            }
            Mode::Single => Ok(Mod::Interactive { body: self.interactive()? }),
            Mode::Eval => {
                let body = self.expressions()?;
                self.end_of_expression()?;
                Ok(Mod::Expression { body })
            }
            Mode::FuncType => self.function_type(),
        }
    }

    /// Notes the start of a top-level statement.
    fn reach_statement(&mut self) {
        let before = self.tokens.get(..self.pos).unwrap_or_default();
        let newline = before.iter().rev().find(|token| token.kind == Kind::Newline);
        if let Some(newline) = newline {
            let here = Reached {
                offset: newline.end as usize + 1,
                lines: newline.range.line,
                barry: self.barry,
                warnings: self.warnings.len(),
            };
            self.reached = [here, self.reached[0]];
        }
    }

    /// The last top-level statement but one, and the parser's warnings before it. Everything before is fine;
    /// that statement itself may be in error by what follows it, as an `elif` after its `else`.
    pub(crate) fn reached(mut self) -> (Reached, Vec<Warning>) {
        let reached = self.reached[1];
        self.warnings.truncate(reached.warnings);
        (reached, self.warnings)
    }

    /// Whether anything but blanks and comments follows the statement of `single` mode.
    pub(crate) fn more_statements(&self) -> bool {
        let last = self.tokens.get(self.pos.wrapping_sub(1)).unwrap_or(&END);
        more_statements(self.source.get(last.end as usize..).unwrap_or_default())
    }

    /// Whether `from __future__ import barry_as_FLUFL` was seen.
    pub(crate) fn barry(&self) -> bool {
        self.barry
    }

    fn end_of_expression(&mut self) -> PResult<()> {
        while self.kind == Kind::Newline {
            self.advance();
        }
        self.require(Kind::EndMarker)
    }

    fn interactive(&mut self) -> PResult<Body<'a>> {
        if self.kind == Kind::Newline {
            let range = self.token().range;
            self.advance();
            let pass = self.stmt(StmtKind::Pass, range);
            return Ok(self.arena.alloc_slice_copy(&[pass]));
        }
        let mark = self.stmts.len();
        let simple = self.statement()?;
        // A compound statement must be followed by an empty line.
        if !simple {
            self.expect(Kind::Newline)?;
        }
        Ok(self.take_stmts(mark))
    }

    // Tokens.

    #[inline]
    fn token(&self) -> &'t Token {
        self.tokens.get(self.pos).unwrap_or(&END)
    }

    /// The kind of the token `ahead` places on.
    #[inline]
    fn peek(&self, ahead: usize) -> Kind {
        self.tokens.get(self.pos + ahead).map_or(Kind::EndMarker, |t| t.kind)
    }

    #[inline]
    fn advance(&mut self) {
        self.pos += 1;
        self.kind = self.token().kind;
    }

    /// Takes the current token if it is of this kind.
    #[inline]
    fn eat(&mut self, kind: Kind) -> bool {
        let found = self.kind == kind;
        if found {
            self.advance();
        }
        found
    }

    #[inline]
    fn expect(&mut self, kind: Kind) -> PResult<()> {
        if self.eat(kind) { Ok(()) } else { Err(Fail) }
    }

    /// Checks the current token without taking it.
    #[inline]
    fn require(&self, kind: Kind) -> PResult<()> {
        if self.kind == kind { Ok(()) } else { Err(Fail) }
    }

    #[inline]
    fn text(&self) -> &'a str {
        self.token().text(self.source)
    }

    /// Whether the current token is the soft keyword.
    fn at_soft(&self, keyword: &str) -> bool {
        self.kind == Kind::Name && self.text() == keyword
    }

    /// Goes back to an earlier token.
    fn rewind(&mut self, pos: usize) {
        self.pos = pos;
        self.kind = self.token().kind;
    }

    /// The range from the token at `start` to the last token taken.
    #[inline]
    fn range_from(&self, start: usize) -> Range {
        let first = self.tokens.get(start).unwrap_or(&END);
        let mut last = self.pos.saturating_sub(1);
        while last > start
            && self
                .tokens
                .get(last)
                .is_some_and(|t| matches!(t.kind, Kind::Newline | Kind::Indent | Kind::Dedent))
        {
            last -= 1;
        }
        first.range.to(self.tokens.get(last).unwrap_or(&END).range)
    }

    // Limits.

    fn enter(&mut self, cost: u32) -> PResult<()> {
        self.depth += cost;
        if self.depth > MAX_DEPTH { Err(Fail) } else { Ok(()) }
    }

    fn leave(&mut self, cost: u32) {
        self.depth -= cost;
    }

    // Nodes.

    #[inline]
    fn expr(&self, kind: ExprKind<'a>, range: Range) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind, range })
    }

    #[inline]
    fn stmt(&self, kind: StmtKind<'a>, range: Range) -> &'a Stmt<'a> {
        self.arena.alloc(Stmt { kind, range })
    }

    /// The expressions collected since `mark`, as a slice in the arena.
    fn take_exprs(&mut self, mark: usize) -> Exprs<'a> {
        let slice = self.arena.alloc_slice_copy(self.exprs.get(mark..).unwrap_or_default());
        self.exprs.truncate(mark);
        slice
    }

    fn take_stmts(&mut self, mark: usize) -> Body<'a> {
        let slice = self.arena.alloc_slice_copy(self.stmts.get(mark..).unwrap_or_default());
        self.stmts.truncate(mark);
        slice
    }

    /// The current token as an identifier.
    fn identifier(&mut self) -> PResult<Ident<'a>> {
        self.require(Kind::Name)?;
        let name = normalize(self.arena, self.text())?;
        self.advance();
        Ok(name)
    }

    /// The current token as a `Name` node.
    fn name(&mut self, ctx: ExprContext) -> PResult<&'a Expr<'a>> {
        let range = self.token().range;
        let id = self.identifier()?;
        Ok(self.expr(ExprKind::Name { id, ctx }, range))
    }

    /// Reports an escape sequence that means nothing; `token` is the one that CPython blames.
    fn warn_bad_escape(&mut self, token: &Token, bad: &BadEscape) {
        self.warnings.push(escape_warning(self.source, token, bad));
    }
}

/// Whether a text has anything but blanks and comments.
pub(crate) fn more_statements(text: &str) -> bool {
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\x0c');
    text.split('\n').any(|line| {
        let line = line.trim_start_matches(is_blank);
        !line.is_empty() && !line.starts_with('#')
    })
}

/// The identifier that a name token stands for.
pub(crate) fn normalize<'a>(arena: &'a Bump, text: &'a str) -> PResult<Ident<'a>> {
    use prim::text::Text;
    use prim::unicode::normalize::{Form, normalize};
    if text.is_ascii() {
        return Ok(text);
    }
    let normal = Text::from_bytes(text.as_bytes()).map(|text| normalize(text, Form::Nfkc));
    match normal {
        Some(Ok(normal)) => Ok(arena.alloc_str(&normal.as_text().to_str_lossy())),
        _ => Err(Fail),
    }
}

/// The warning for an escape sequence that means nothing.
pub(crate) fn escape_warning(source: &str, token: &Token, bad: &BadEscape) -> Warning {
    let escape = &bad.text;
    let octal = if escape.len() == 3 { "octal " } else { "" };
    let head = format!("\"\\{escape}\" is an invalid {octal}escape sequence. ");
    let tail = format!("Did you mean \"\\\\{escape}\"? A raw string is also an option.");
    let line_start =
        source.get(..token.start as usize).and_then(|s| s.rfind('\n')).map_or(0, |at| at + 1);
    let line = source.get(line_start..).and_then(|s| s.lines().next()).unwrap_or_default();
    let column = |byte: u32| line.get(..byte as usize).map_or(0, |s| s.chars().count() as i64) + 1;
    let range = token.range;
    let end = (i64::from(range.end_line), column(range.end_col));
    let as_error = SyntaxError {
        kind: ErrorKind::Syntax,
        msg: format!("{head}{tail}"),
        location: Some(Location {
            lineno: i64::from(range.line),
            offset: column(range.col),
            text: Some(line.to_owned()),
            end: Some(end),
        }),
        warnings: Vec::new(),
    };
    Warning {
        msg: format!("{head}Such sequences will not work in the future. {tail}"),
        lineno: range.line + bad.line,
        as_error: Box::new(as_error),
    }
}

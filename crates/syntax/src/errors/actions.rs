//! What alternatives do: the functions and the forms of errors that the grammar names.

use super::machine::{Machine, NONE, NodeId, Raised, newer};
use super::notation::NodeKind;
use crate::error::ErrorKind;
use crate::literal::{self, BadEscape, LiteralError};
use crate::parser::escape_warning;
use crate::token::{Kind, Token};

/// A function after `->`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    /// `from m import t`: the import may change what `!=` is.
    Future,
    /// A real number, or an error.
    Real,
    /// An imaginary number, or an error.
    Imaginary,
    /// The text of an f-string, decoded at its end.
    Middle,
    /// The text of a format specification, decoded at once.
    Spec,
    /// `!` and a name, which must be adjacent and a conversion.
    Conversion,
    /// A whole f-string.
    FString,
    /// A whole t-string.
    TString,
    /// A string.
    String,
    /// Adjacent strings and f-strings.
    Strings,
    /// An operand, or an operation if operators follow.
    Operation,
    /// An atom with trailers.
    Chain,
}

impl Function {
    pub(super) fn from_name(name: &str) -> Option<Function> {
        Some(match name {
            "future" => Function::Future,
            "real" => Function::Real,
            "imaginary" => Function::Imaginary,
            "middle" => Function::Middle,
            "spec" => Function::Spec,
            "conversion" => Function::Conversion,
            "fstring" => Function::FString,
            "tstring" => Function::TString,
            "string" => Function::String,
            "strings" => Function::Strings,
            "operation" => Function::Operation,
            "chain" => Function::Chain,
            _ => return None,
        })
    }
}

/// What may be assigned or deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TargetKind {
    Star,
    For,
    Del,
}

/// A form of error after `!!`: where it is, or when it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// At a value.
    At,
    /// From one value to another.
    Range,
    /// From a value to where the lexer is.
    From,
    /// At the last token fetched.
    Here,
    /// At the next token.
    Next,
    /// An `IndentationError` at the last token fetched.
    Indent,
    /// From the first to the last element of a sequence.
    Ends,
    /// From a value to the last element of a sequence.
    ToLast,
    /// From the last element of a sequence to a value.
    FromLast,
    /// From a value to the end of a comprehension's clauses.
    LastClause,
    /// Several arguments, the last of which is a bare generator expression.
    NonparenGenexp,
    /// Positional arguments after keywords.
    ArgumentOrder,
    /// Two expressions in parentheses with nothing between them.
    MissingComma,
    /// `print x`
    Legacy,
    /// The bound of a type parameter that cannot have one.
    Bound,
    /// After the key of a dict.
    AfterKey,
    /// An expression that is no target.
    Target(TargetKind),
}

impl Form {
    pub(super) fn from_name(name: &str) -> Option<Form> {
        Some(match name {
            "at" => Form::At,
            "range" => Form::Range,
            "from" => Form::From,
            "here" => Form::Here,
            "next" => Form::Next,
            "indent" => Form::Indent,
            "ends" => Form::Ends,
            "to_last" => Form::ToLast,
            "from_last" => Form::FromLast,
            "last_clause" => Form::LastClause,
            "nonparen_genexp" => Form::NonparenGenexp,
            "argument_order" => Form::ArgumentOrder,
            "missing_comma" => Form::MissingComma,
            "legacy" => Form::Legacy,
            "bound" => Form::Bound,
            "after_key" => Form::AfterKey,
            _ => return None,
        })
    }

    pub(super) fn target(kind: &str) -> Option<Form> {
        Some(Form::Target(match kind {
            "star" => TargetKind::Star,
            "for" => TargetKind::For,
            "del" => TargetKind::Del,
            _ => return None,
        }))
    }
}

impl Machine<'_> {
    /// The error of an alternative that has matched, or `None` if it does not apply.
    pub(super) fn error(
        &mut self,
        form: Form,
        values: &[(&str, NodeId)],
        message: &str,
    ) -> Result<Option<Raised>, Raised> {
        let value = |index: usize| values.get(index).map_or(NONE, |&(_, id)| id);
        let (a, b) = (value(0), value(1));
        let message = self.expand(message, values);
        Ok(Some(match form {
            Form::At => self.error_range(a, a, &message),
            Form::Range => self.error_range(a, b, &message),
            Form::From => self.error_from(a, &message),
            Form::Here => self.error_here(&message),
            Form::Next => return self.error_next(&message).map(Some),
            Form::Indent => self.error_last_token(ErrorKind::Indentation, &message),
            Form::Ends => {
                let (first, last) = (self.first(a), self.last(a));
                self.error_range(first, last, &message)
            }
            Form::ToLast => self.error_range(a, self.last(b), &message),
            Form::FromLast => self.error_range(self.last(a), b, &message),
            Form::LastClause => self.error_range(a, self.last_clause(b), &message),
            Form::NonparenGenexp => return Ok(self.nonparen_genexp(a, b)),
            Form::ArgumentOrder => {
                let unpacked =
                    self.kids(a).iter().any(|&k| self.node(k).kind == NodeKind::DoubleStarKeyword);
                let tail = if unpacked { " unpacking" } else { "" };
                self.error_here(&format!("positional argument follows keyword argument{tail}"))
            }
            Form::MissingComma => return Ok(self.missing_comma(a, b)),
            Form::Legacy => {
                let name = self.text(a);
                if !is_legacy(name) {
                    return Ok(None);
                }
                let message =
                    format!("Missing parentheses in call to '{name}'. Did you mean {name}(...)?");
                self.error_range(a, b, &message)
            }
            Form::Bound => {
                let what = match self.node(b).kind {
                    NodeKind::Tuple => "constraints",
                    _ => "bound",
                };
                self.error_from(a, &format!("cannot use {what} with {message}"))
            }
            Form::AfterKey => self.error_after(a, &message),
            Form::Target(kind) => return Ok(self.invalid_target_error(a, kind)),
        }))
    }

    /// Fills in what the message says of the values.
    fn expand(&self, message: &str, values: &[(&str, NodeId)]) -> String {
        let mut out = String::new();
        let mut rest = message;
        while let Some((before, after)) = rest.split_once('{') {
            out.push_str(before);
            let filled = after.split_once('}').and_then(|(inside, tail)| {
                let (what, name) = inside.split_once(' ')?;
                let (_, id) = values.iter().find(|(n, _)| *n == name)?;
                let text = match what {
                    "name" => self.expression_name(*id).to_owned(),
                    "text" => self.text(*id).to_owned(),
                    "line" => {
                        let line =
                            self.tokens.get(self.node(*id).first).map_or(0, |t| t.range.line);
                        line.to_string()
                    }
                    _ => return None,
                };
                Some((text, tail))
            });
            match filled {
                Some((text, tail)) => {
                    out.push_str(&text);
                    rest = tail;
                }
                None => {
                    out.push('{');
                    rest = after;
                }
            }
        }
        out.push_str(rest);
        out
    }

    fn first(&self, seq: NodeId) -> NodeId {
        self.kids(seq).first().copied().unwrap_or(seq)
    }

    fn last(&self, seq: NodeId) -> NodeId {
        self.kids(seq).last().copied().unwrap_or(seq)
    }

    /// The last condition of the last clause, or what the clause iterates over.
    fn last_clause(&self, clauses: NodeId) -> NodeId {
        self.last(self.last(clauses))
    }

    fn nonparen_genexp(&self, args: NodeId, clauses: NodeId) -> Option<Raised> {
        let positional: Vec<NodeId> = self
            .kids(args)
            .iter()
            .copied()
            .filter(|&k| {
                !matches!(self.node(k).kind, NodeKind::Keyword | NodeKind::DoubleStarKeyword)
            })
            .collect();
        let (&last, rest) = positional.split_last()?;
        if rest.is_empty() {
            return None;
        }
        let end = self.last_clause(clauses);
        Some(self.error_range(last, end, "Generator expression must be parenthesized"))
    }

    fn missing_comma(&self, a: NodeId, b: NodeId) -> Option<Raised> {
        let level = self.levels.get(self.pos.wrapping_sub(1)).copied().unwrap_or(0);
        let legacy = self.node(a).kind == NodeKind::Name && is_legacy(self.text(a));
        if legacy || level == 0 {
            return None;
        }
        Some(self.error_range(a, b, "invalid syntax. Perhaps you forgot a comma?"))
    }

    fn invalid_target_error(&self, expr: NodeId, kind: TargetKind) -> Option<Raised> {
        let target = self.invalid_target(expr, kind)?;
        let verb = if kind == TargetKind::Del { "delete" } else { "assign to" };
        let message = format!("cannot {verb} {}", self.expression_name(target));
        Some(self.error_range(target, target, &message))
    }

    /// The first part of an expression that cannot be a target. Lists and tuples are searched depth first.
    fn invalid_target(&self, expr: NodeId, kind: TargetKind) -> Option<NodeId> {
        let mut pending = vec![expr];
        while let Some(id) = pending.pop() {
            match self.node(id).kind {
                NodeKind::List | NodeKind::Tuple => {
                    pending.extend(self.kids(id).iter().rev());
                }
                NodeKind::Starred if kind == TargetKind::Del => return Some(id),
                NodeKind::Starred => pending.extend(self.kids(id).first()),
                NodeKind::Compare if kind == TargetKind::For => {
                    // `a in b` after `for` is the clause itself, so `a` is the target.
                    if let [left, op, ..] = *self.kids(id)
                        && self.node(op).kind == NodeKind::In
                    {
                        pending.push(left);
                    }
                }
                NodeKind::Name | NodeKind::Subscript | NodeKind::Attribute => {}
                _ => return Some(id),
            }
        }
        None
    }

    /// What CPython calls an expression in messages.
    fn expression_name(&self, id: NodeId) -> &'static str {
        use NodeKind as N;
        match self.node(id).kind {
            N::Attribute => "attribute",
            N::Subscript => "subscript",
            N::Starred => "starred",
            N::Name => "name",
            N::List => "list",
            N::Tuple => "tuple",
            N::Lambda => "lambda",
            N::Call => "function call",
            N::Expression => "expression",
            N::GeneratorExp => "generator expression",
            N::Yield => "yield expression",
            N::Await => "await expression",
            N::ListComp => "list comprehension",
            N::SetComp => "set comprehension",
            N::DictComp => "dict comprehension",
            N::Dict => "dict literal",
            N::Set => "set display",
            N::JoinedStr => "f-string expression",
            N::TemplateStr => "t-string expression",
            N::True => "True",
            N::False => "False",
            N::NoneConstant => "None",
            N::Ellipsis => "ellipsis",
            N::Compare => "comparison",
            N::IfExp => "conditional expression",
            N::NamedExpr => "named expression",
            _ => "literal",
        }
    }

    /// Computes the value of an alternative.
    pub(super) fn compute(
        &mut self,
        function: Function,
        values: &[NodeId],
    ) -> Result<NodeId, Raised> {
        let value = |index: usize| values.get(index).copied().unwrap_or(NONE);
        let (a, b) = (value(0), value(1));
        Ok(match function {
            Function::Future => {
                let names_barry = self.kids(b).iter().any(|&k| self.text(k) == "barry_as_FLUFL");
                if names_barry && self.text(a) == "__future__" {
                    self.barry = true;
                }
                self.node_here(NodeKind::Other, &[])
            }
            Function::Real | Function::Imaginary => {
                let is_imaginary = self.text(a).ends_with(['j', 'J']);
                if is_imaginary == (function == Function::Real) {
                    let kind = if is_imaginary { "real" } else { "imaginary" };
                    let message = format!("{kind} number required in complex literal");
                    return Err(self.error_range(a, a, &message));
                }
                a
            }
            Function::Middle => self.node_here(NodeKind::Middle, &[]),
            Function::Spec => {
                self.decode_spec(a)?;
                a
            }
            Function::Conversion => {
                self.check_conversion(a, b)?;
                b
            }
            Function::FString => {
                self.decode_middles(a, b)?;
                self.node_here(NodeKind::JoinedStr, &[])
            }
            Function::TString => {
                self.decode_middles(a, b)?;
                self.node_here(NodeKind::TemplateStr, &[])
            }
            Function::String => self.string_value()?,
            Function::Strings => self.joined_strings(a)?,
            Function::Operation if self.kids(b).is_empty() => a,
            Function::Operation => self.node_here(NodeKind::Expression, &[]),
            Function::Chain => match self.kids(b).last().copied() {
                Some(last) => self.node_here(self.node(last).kind, &[]),
                None => a,
            },
        })
    }

    pub(super) fn check_number(&mut self, token: &Token) -> Result<(), Raised> {
        let text = token.text(self.source);
        if self.options.feature_version < 6 && text.contains('_') {
            return Err(self.error_here(&newer("Underscores in numeric literals are", 6)));
        }
        if text.len() <= self.options.int_max_str_digits {
            return Ok(());
        }
        match literal::number(&self.scratch, text, self.options) {
            Err(LiteralError::TooManyDigits(message)) => {
                Err(self.error_on_lines(token.range.line, token.range.end_line, &message))
            }
            _ => Ok(()),
        }
    }

    /// The string token just taken.
    fn string_value(&mut self) -> Result<NodeId, Raised> {
        let Some(token) = self.tokens.get(self.pos.wrapping_sub(1)).copied() else {
            return Ok(NONE);
        };
        let decoded = literal::string(&self.scratch, token.text(self.source)).map(|string| {
            (string.bad_escape, matches!(string.value, crate::ast::Constant::Bytes(_)))
        });
        match decoded {
            Ok((bad, is_bytes)) => {
                self.warn(&token, bad);
                let kind = if is_bytes { NodeKind::BytesLiteral } else { NodeKind::Literal };
                Ok(self.node_here(kind, &[]))
            }
            Err(LiteralError::NonAsciiBytes) => {
                let message = "bytes can only contain ASCII literal characters";
                Err(self.error_token(&token, message))
            }
            Err(error) => Err(self.decode_error(&error)),
        }
    }

    fn decode_error(&self, error: &LiteralError) -> Raised {
        match error {
            LiteralError::Unicode(message) => {
                self.error_here(&format!("(unicode error) {message}"))
            }
            LiteralError::Value(message) => self.error_here(&format!("(value error) {message}")),
            LiteralError::TooManyDigits(message) => self.error_here(message),
            LiteralError::NonAsciiBytes => {
                self.error_here("bytes can only contain ASCII literal characters")
            }
        }
    }

    fn warn(&mut self, token: &Token, bad: Option<BadEscape>) {
        if let Some(bad) = bad.filter(|_| !self.errors_on) {
            self.warnings.push(escape_warning(self.source, token, &bad));
        }
    }

    fn joined_strings(&mut self, parts: NodeId) -> Result<NodeId, Raised> {
        let kinds: Vec<NodeKind> = self.kids(parts).iter().map(|&k| self.node(k).kind).collect();
        let bytes = kinds.iter().filter(|&&k| k == NodeKind::BytesLiteral).count();
        if bytes > 0 && bytes < kinds.len() {
            return Err(self.error_here("cannot mix bytes and nonbytes literals"));
        }
        let kind = if kinds.contains(&NodeKind::JoinedStr) {
            NodeKind::JoinedStr
        } else {
            NodeKind::Literal
        };
        Ok(self.node_here(kind, &[]))
    }

    /// Decodes the texts of an f-string. Their warnings name its end.
    fn decode_middles(&mut self, parts: NodeId, end: NodeId) -> Result<(), Raised> {
        let Some(end_token) = self.tokens.get(self.node(end).first).copied() else { return Ok(()) };
        let first = self.node(parts).first;
        // The start is the token before the first part, or before the end if there is none.
        let start = if self.kids(parts).is_empty() { self.node(end).first } else { first };
        let raw = self.is_raw(start.wrapping_sub(1));
        let middles: Vec<NodeId> = self.kids(parts).to_vec();
        for part in middles {
            if self.node(part).kind != NodeKind::Middle || raw {
                continue;
            }
            let decoded = literal::decode_str(&self.scratch, self.text(part)).map(|(_, bad)| bad);
            match decoded {
                Ok(bad) => {
                    let bad = bad.filter(|bad| !matches!(bad.text.as_str(), "{" | "}"));
                    self.warn(&end_token, bad);
                }
                Err(error) => return Err(self.decode_error(&error)),
            }
        }
        Ok(())
    }

    fn is_raw(&self, start: usize) -> bool {
        self.tokens.get(start).is_some_and(|token| {
            matches!(token.kind, Kind::FStringStart | Kind::TStringStart)
                && token.text(self.source).contains(['r', 'R'])
        })
    }

    /// Decodes a text of a format specification. CPython forgets to make a `SyntaxError` of its error.
    fn decode_spec(&mut self, part: NodeId) -> Result<(), Raised> {
        let at = self.node(part).first;
        let Some(token) = self.tokens.get(at).copied() else { return Ok(()) };
        let mut closed = 0;
        let start = self.tokens.get(..at).unwrap_or_default().iter().rposition(|t| match t.kind {
            Kind::FStringEnd | Kind::TStringEnd => {
                closed += 1;
                false
            }
            Kind::FStringStart | Kind::TStringStart if closed > 0 => {
                closed -= 1;
                false
            }
            kind => matches!(kind, Kind::FStringStart | Kind::TStringStart),
        });
        if start.is_some_and(|start| self.is_raw(start)) {
            return Ok(());
        }
        let decoded = literal::decode_str(&self.scratch, self.text(part)).map(|(_, bad)| bad);
        match decoded {
            Ok(bad) => {
                let bad = bad.filter(|bad| !matches!(bad.text.as_str(), "{" | "}"));
                self.warn(&token, bad);
                Ok(())
            }
            Err(LiteralError::Unicode(message)) => {
                Err(Box::new(crate::SyntaxError::bare(ErrorKind::UnicodeDecode, message)))
            }
            Err(error) => Err(self.decode_error(&error)),
        }
    }

    fn check_conversion(&self, mark: NodeId, name: NodeId) -> Result<(), Raised> {
        let range = |id: NodeId| self.tokens.get(self.node(id).first).map(|token| token.range);
        let prefix = self.lexer.string_prefix();
        if let (Some(before), Some(after)) = (range(mark), range(name))
            && (before.line, before.end_col) != (after.line, after.col)
        {
            let message = format!(
                "{prefix}-string: conversion type must come right after the exclamation mark"
            );
            return Err(self.error_range(mark, name, &message));
        }
        let conversion = self.text(name);
        if matches!(conversion, "s" | "r" | "a") {
            return Ok(());
        }
        let message = format!(
            "{prefix}-string: invalid conversion character '{conversion}': \
             expected 's', 'r', or 'a'"
        );
        Err(self.error_range(name, name, &message))
    }
}

/// Statements of Python 2 that are functions now.
fn is_legacy(name: &str) -> bool {
    matches!(name, "print" | "exec")
}

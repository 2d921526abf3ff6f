//! Expressions back to text: the value of an annotation under `from __future__ import annotations`.
//!
//! The text is CPython's: one normal form, with parentheses only where precedence asks for them.

use syntax::ast::{
    Arg, Arguments, BoolOp, Comprehension, Constant, Expr, ExprKind, Exprs, Interpolation, Keyword,
    Operator, UnaryOp,
};

use super::constant::{repr_constant, repr_str};

/// How strongly an expression binds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Compare,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

impl Level {
    const fn next(self) -> Level {
        match self {
            Level::Tuple => Level::Test,
            Level::Test => Level::Or,
            Level::Or => Level::And,
            Level::And => Level::Not,
            Level::Not => Level::Compare,
            Level::Compare => Level::BitOr,
            Level::BitOr => Level::BitXor,
            Level::BitXor => Level::BitAnd,
            Level::BitAnd => Level::Shift,
            Level::Shift => Level::Arith,
            Level::Arith => Level::Term,
            Level::Term => Level::Factor,
            Level::Factor => Level::Power,
            Level::Power => Level::Await,
            Level::Await | Level::Atom => Level::Atom,
        }
    }
}

/// The text of an expression, in generalised UTF-8. The nesting has been checked by the symbol table's pass.
pub(super) fn expression(e: &Expr<'_>) -> Vec<u8> {
    let mut writer = Writer { out: Vec::new() };
    writer.expr(e, Level::Test);
    writer.out
}

struct Writer {
    out: Vec<u8>,
}

impl Writer {
    fn str(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    /// Writes something in parentheses if it stands where more than `own` is required.
    fn paren(&mut self, needed: bool, write: impl FnOnce(&mut Self)) {
        if needed {
            self.str("(");
        }
        write(self);
        if needed {
            self.str(")");
        }
    }

    fn join(&mut self, exprs: Exprs<'_>, level: Level) {
        for (i, e) in exprs.iter().enumerate() {
            if i > 0 {
                self.str(", ");
            }
            self.expr(e, level);
        }
    }

    fn expr(&mut self, e: &Expr<'_>, level: Level) {
        match e.kind {
            ExprKind::BoolOp { op, values } => self.bool_op(op, values, level),
            ExprKind::BinOp { left, op, right } => self.bin_op(left, op, right, level),
            ExprKind::UnaryOp { op, operand } => self.unary_op(op, operand, level),
            ExprKind::Lambda { args, body } => self.paren(level > Level::Test, |w| {
                w.str(if args.posonlyargs.is_empty() && args.args.is_empty() {
                    "lambda"
                } else {
                    "lambda "
                });
                w.arguments(args);
                w.str(": ");
                w.expr(body, Level::Test);
            }),
            ExprKind::IfExp { test, body, orelse } => self.paren(level > Level::Test, |w| {
                w.expr(body, Level::Or);
                w.str(" if ");
                w.expr(test, Level::Or);
                w.str(" else ");
                w.expr(orelse, Level::Test);
            }),
            ExprKind::Dict { keys, values } => self.dict(keys, values),
            ExprKind::Set { elts } => {
                self.str("{");
                self.join(elts, Level::Test);
                self.str("}");
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension("(", elt, None, generators, ")")
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension("[", elt, None, generators, "]")
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension("{", elt, None, generators, "}")
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension("{", key, Some(value), generators, "}");
            }
            ExprKind::Yield { value: None } => self.str("(yield)"),
            ExprKind::Yield { value: Some(value) } => {
                self.str("(yield ");
                self.expr(value, Level::Test);
                self.str(")");
            }
            ExprKind::YieldFrom { value } => {
                self.str("(yield from ");
                self.expr(value, Level::Test);
                self.str(")");
            }
            ExprKind::Await { value } => self.paren(level > Level::Await, |w| {
                w.str("await ");
                w.expr(value, Level::Atom);
            }),
            ExprKind::Compare { left, ops, comparators } => {
                self.paren(level > Level::Compare, |w| {
                    w.expr(left, Level::BitOr);
                    for (op, right) in ops.iter().zip(comparators) {
                        w.str(" ");
                        w.str(op.sign());
                        w.str(" ");
                        w.expr(right, Level::BitOr);
                    }
                })
            }
            ExprKind::Call { func, args, keywords } => self.call(func, args, keywords),
            ExprKind::Constant { value, u_prefix } => {
                if u_prefix {
                    self.str("u");
                }
                self.constant(&value);
            }
            ExprKind::JoinedStr { values } => self.format_string("f", values),
            ExprKind::TemplateStr { values } => self.format_string("t", values),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.str("f");
                let mut body = Writer { out: Vec::new() };
                body.formatted_value(value, conversion, format_spec);
                self.str(&repr_str(&body.out));
            }
            ExprKind::Interpolation(field) => {
                self.str("t");
                let mut body = Writer { out: Vec::new() };
                body.interpolation(field);
                self.str(&repr_str(&body.out));
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, Level::Atom);
                // A digit followed by a dot would be a float.
                let int = matches!(value.kind, ExprKind::Constant { value: Constant::Int(_), .. });
                self.str(if int { " ." } else { "." });
                self.str(attr);
            }
            ExprKind::Starred { value, .. } => {
                self.str("*");
                self.expr(value, Level::BitOr);
            }
            ExprKind::Name { id, .. } => self.str(id),
            ExprKind::List { elts, .. } => {
                self.str("[");
                self.join(elts, Level::Test);
                self.str("]");
            }
            ExprKind::Tuple { elts: [], .. } => self.str("()"),
            ExprKind::Tuple { elts, .. } => self.paren(level > Level::Tuple, |w| {
                w.join(elts, Level::Test);
                if elts.len() == 1 {
                    w.str(",");
                }
            }),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, Level::Atom);
                self.str("[");
                self.expr(slice, Level::Tuple);
                self.str("]");
            }
            ExprKind::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, Level::Test);
                }
                self.str(":");
                if let Some(upper) = upper {
                    self.expr(upper, Level::Test);
                }
                if let Some(step) = step {
                    self.str(":");
                    self.expr(step, Level::Test);
                }
            }
            ExprKind::NamedExpr { target, value } => self.paren(level > Level::Tuple, |w| {
                w.expr(target, Level::Atom);
                w.str(" := ");
                w.expr(value, Level::Atom);
            }),
        }
    }

    fn bool_op(&mut self, op: BoolOp, values: Exprs<'_>, level: Level) {
        let (own, sign) = match op {
            BoolOp::And => (Level::And, " and "),
            BoolOp::Or => (Level::Or, " or "),
        };
        self.paren(level > own, |w| {
            for (i, value) in values.iter().enumerate() {
                if i > 0 {
                    w.str(sign);
                }
                w.expr(value, own.next());
            }
        });
    }

    fn bin_op(&mut self, left: &Expr<'_>, op: Operator, right: &Expr<'_>, level: Level) {
        let own = match op {
            Operator::Add | Operator::Sub => Level::Arith,
            Operator::Mult
            | Operator::MatMult
            | Operator::Div
            | Operator::Mod
            | Operator::FloorDiv => Level::Term,
            Operator::LShift | Operator::RShift => Level::Shift,
            Operator::BitOr => Level::BitOr,
            Operator::BitXor => Level::BitXor,
            Operator::BitAnd => Level::BitAnd,
            Operator::Pow => Level::Power,
        };
        let (left_level, right_level) =
            if op == Operator::Pow { (own.next(), own) } else { (own, own.next()) };
        self.paren(level > own, |w| {
            w.expr(left, left_level);
            w.str(" ");
            w.str(op.sign());
            w.str(" ");
            w.expr(right, right_level);
        });
    }

    fn unary_op(&mut self, op: UnaryOp, operand: &Expr<'_>, level: Level) {
        let own = if op == UnaryOp::Not { Level::Not } else { Level::Factor };
        self.paren(level > own, |w| {
            w.str(op.sign());
            if op == UnaryOp::Not {
                w.str(" ");
            }
            w.expr(operand, own);
        });
    }

    fn dict(&mut self, keys: &[Option<&Expr<'_>>], values: Exprs<'_>) {
        self.str("{");
        for (i, (key, value)) in keys.iter().zip(values).enumerate() {
            if i > 0 {
                self.str(", ");
            }
            match key {
                Some(key) => {
                    self.expr(key, Level::Test);
                    self.str(": ");
                    self.expr(value, Level::Test);
                }
                None => {
                    self.str("**");
                    self.expr(value, Level::BitOr);
                }
            }
        }
        self.str("}");
    }

    fn comprehension(
        &mut self,
        open: &str,
        elt: &Expr<'_>,
        value: Option<&Expr<'_>>,
        generators: &[&Comprehension<'_>],
        close: &str,
    ) {
        self.str(open);
        self.expr(elt, Level::Test);
        if let Some(value) = value {
            self.str(": ");
            self.expr(value, Level::Test);
        }
        for clause in generators {
            self.str(if clause.is_async { " async for " } else { " for " });
            self.expr(clause.target, Level::Tuple);
            self.str(" in ");
            self.expr(clause.iter, Level::Or);
            for condition in clause.ifs {
                self.str(" if ");
                self.expr(condition, Level::Or);
            }
        }
        self.str(close);
    }

    fn call(&mut self, func: &Expr<'_>, args: Exprs<'_>, keywords: &[&Keyword<'_>]) {
        self.expr(func, Level::Atom);
        if let ([only], []) = (args, keywords)
            && matches!(only.kind, ExprKind::GeneratorExp { .. })
        {
            return self.expr(only, Level::Test);
        }
        self.str("(");
        self.join(args, Level::Test);
        for (i, keyword) in keywords.iter().enumerate() {
            if i > 0 || !args.is_empty() {
                self.str(", ");
            }
            match keyword.arg {
                Some(arg) => {
                    self.str(arg);
                    self.str("=");
                }
                None => self.str("**"),
            }
            self.expr(keyword.value, Level::Test);
        }
        self.str(")");
    }

    fn arg(&mut self, arg: &Arg<'_>) {
        self.str(arg.arg);
        if let Some(annotation) = arg.annotation {
            self.str(": ");
            self.expr(annotation, Level::Test);
        }
    }

    fn default(&mut self, default: Option<&Expr<'_>>) {
        if let Some(default) = default {
            self.str("=");
            self.expr(default, Level::Test);
        }
    }

    fn arguments(&mut self, args: &Arguments<'_>) {
        let mut first = true;
        let mut comma = |w: &mut Self| {
            if !std::mem::replace(&mut first, false) {
                w.str(", ");
            }
        };
        let positional = args.posonlyargs.len() + args.args.len();
        for (i, arg) in args.posonlyargs.iter().chain(args.args).enumerate() {
            comma(self);
            self.arg(arg);
            let default = (i + args.defaults.len())
                .checked_sub(positional)
                .and_then(|i| args.defaults.get(i));
            self.default(default.copied());
            if i + 1 == args.posonlyargs.len() {
                self.str(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            comma(self);
            self.str("*");
            if let Some(vararg) = args.vararg {
                self.arg(vararg);
            }
        }
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            comma(self);
            self.arg(arg);
            self.default(*default);
        }
        if let Some(kwarg) = args.kwarg {
            comma(self);
            self.str("**");
            self.arg(kwarg);
        }
    }

    /// A literal; infinities, which have none, as a number too large for a float.
    fn constant(&mut self, value: &Constant<'_>) {
        match value {
            Constant::Ellipsis => self.str("..."),
            Constant::Float(_) | Constant::Complex { .. } => {
                let text = repr_constant(value).replace("inf", "1e309");
                self.str(&text);
            }
            Constant::Tuple(items) => {
                self.str("(");
                for (i, item) in items.iter().enumerate() {
                    if i > 0 {
                        self.str(", ");
                    }
                    self.constant(item);
                }
                self.str(if items.len() == 1 { ",)" } else { ")" });
            }
            other => self.str(&repr_constant(other)),
        }
    }

    fn format_string(&mut self, prefix: &str, values: Exprs<'_>) {
        let mut body = Writer { out: Vec::new() };
        for value in values {
            body.format_element(value);
        }
        self.str(prefix);
        self.str(&repr_str(&body.out));
    }

    /// A part of the body of a formatted string, before quoting.
    fn format_element(&mut self, e: &Expr<'_>) {
        match e.kind {
            ExprKind::Constant { value: Constant::Str(text), .. } => {
                for &byte in text.as_bytes() {
                    self.out.push(byte);
                    if matches!(byte, b'{' | b'}') {
                        self.out.push(byte);
                    }
                }
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                values.iter().for_each(|value| self.format_element(value));
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(value, conversion, format_spec);
            }
            ExprKind::Interpolation(field) => self.interpolation(field),
            _ => self.expr(e, Level::Test),
        }
    }

    fn formatted_value(
        &mut self,
        value: &Expr<'_>,
        conversion: i32,
        format_spec: Option<&Expr<'_>>,
    ) {
        let mut text = Writer { out: Vec::new() };
        text.expr(value, Level::Or);
        self.replacement(&text.out, conversion, format_spec);
    }

    fn interpolation(&mut self, field: &Interpolation<'_>) {
        // The source text of the expression is known, so it is not normalised.
        let text = match field.str {
            Constant::Str(text) => text.as_bytes(),
            _ => b"",
        };
        self.replacement(text, field.conversion, field.format_spec);
    }

    fn replacement(&mut self, text: &[u8], conversion: i32, format_spec: Option<&Expr<'_>>) {
        // Two braces would be a literal one.
        self.str(if text.starts_with(b"{") { "{ " } else { "{" });
        self.out.extend_from_slice(text);
        if let Some(c) = u32::try_from(conversion).ok().and_then(char::from_u32) {
            self.str("!");
            self.str(c.encode_utf8(&mut [0; 4]));
        }
        if let Some(spec) = format_spec {
            self.str(":");
            self.format_element(spec);
        }
        self.str("}");
    }
}

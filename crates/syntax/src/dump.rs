//! Tokens and trees as text, for `-X dump=tokens|ast` and for tests.
//!
//! [`walk`] visits a tree in the order of the ASDL's fields; [`ast`] prints it in indented form, and other
//! forms (JSON) are other [`Visitor`]s.

use std::fmt::Write;

use crate::ast::*;
use crate::token::{Kind, NO_COLUMN, Token};

/// Levels of nesting that are visited; deeper nodes are elided, so that the stack suffices.
const MAX_DEPTH: usize = 1500;

/// What receives the parts of a tree.
pub trait Visitor {
    /// A node begins: the name of its class.
    fn begin(&mut self, name: &str);
    /// The next value is that of a field.
    fn field(&mut self, name: &str);
    /// The node ends; nodes with attributes have a range.
    fn end(&mut self, range: Option<Range>);
    /// A list of this many values begins.
    fn begin_list(&mut self, len: usize);
    /// The list ends.
    fn end_list(&mut self);
    /// An identifier.
    fn ident(&mut self, name: &str);
    /// The value of a constant.
    fn constant(&mut self, value: &Constant<'_>);
    /// A missing optional value.
    fn none(&mut self);
    /// An `int` field.
    fn int(&mut self, value: i64);
    /// A node that is nested too deeply to be visited.
    fn elided(&mut self);
}

/// Visits a tree.
pub fn walk(module: &Mod<'_>, visitor: &mut dyn Visitor) {
    let mut walker = Walker { v: visitor, depth: 0 };
    match *module {
        Mod::Module { body, type_ignores } => {
            walker.v.begin("Module");
            walker.body("body", body);
            walker.v.field("type_ignores");
            walker.v.begin_list(type_ignores.len());
            for ignore in type_ignores {
                walker.v.begin("TypeIgnore");
                walker.v.field("lineno");
                walker.v.int(i64::from(ignore.lineno));
                walker.v.field("tag");
                walker.v.ident(ignore.tag);
                walker.v.end(None);
            }
            walker.v.end_list();
        }
        Mod::Interactive { body } => {
            walker.v.begin("Interactive");
            walker.body("body", body);
        }
        Mod::Expression { body } => {
            walker.v.begin("Expression");
            walker.expr("body", body);
        }
        Mod::FunctionType { argtypes, returns } => {
            walker.v.begin("FunctionType");
            walker.exprs("argtypes", argtypes);
            walker.expr("returns", returns);
        }
    }
    walker.v.end(None);
}

struct Walker<'v> {
    v: &'v mut dyn Visitor,
    depth: usize,
}

impl Walker<'_> {
    fn list<T: Copy>(&mut self, field: &str, items: &[T], mut visit: impl FnMut(&mut Self, T)) {
        self.v.field(field);
        self.v.begin_list(items.len());
        for &item in items {
            visit(self, item);
        }
        self.v.end_list();
    }

    fn body(&mut self, field: &str, body: Body<'_>) {
        self.list(field, body, |w, stmt| w.nested(|w| w.stmt_node(stmt)));
    }

    fn exprs(&mut self, field: &str, exprs: Exprs<'_>) {
        self.list(field, exprs, |w, expr| w.nested(|w| w.expr_node(expr)));
    }

    fn expr(&mut self, field: &str, expr: &Expr<'_>) {
        self.v.field(field);
        self.nested(|w| w.expr_node(expr));
    }

    fn opt_expr(&mut self, field: &str, expr: Option<&Expr<'_>>) {
        match expr {
            Some(expr) => self.expr(field, expr),
            None => self.absent(field),
        }
    }

    fn absent(&mut self, field: &str) {
        self.v.field(field);
        self.v.none();
    }

    fn opt_ident(&mut self, field: &str, name: Option<&str>) {
        match name {
            Some(name) => self.ident(field, name),
            None => self.absent(field),
        }
    }

    fn ident(&mut self, field: &str, name: &str) {
        self.v.field(field);
        self.v.ident(name);
    }

    fn idents(&mut self, field: &str, names: &[Ident<'_>]) {
        self.list(field, names, |w, name| w.v.ident(name));
    }

    fn with_expr(&mut self, name: &str, field: &str, expr: &Expr<'_>) {
        self.v.begin(name);
        self.expr(field, expr);
    }

    fn with_opt(&mut self, name: &str, field: &str, expr: Option<&Expr<'_>>) {
        self.v.begin(name);
        self.opt_expr(field, expr);
    }

    fn with_exprs(&mut self, name: &str, field: &str, exprs: Exprs<'_>) {
        self.v.begin(name);
        self.exprs(field, exprs);
    }

    fn with_idents(&mut self, name: &str, field: &str, names: &[Ident<'_>]) {
        self.v.begin(name);
        self.idents(field, names);
    }

    fn int(&mut self, field: &str, value: i64) {
        self.v.field(field);
        self.v.int(value);
    }

    fn comment(&mut self, comment: Option<Str<'_>>) {
        self.v.field("type_comment");
        match comment {
            Some(text) => self.v.constant(&Constant::Str(text)),
            None => self.v.none(),
        }
    }

    fn unit(&mut self, field: &str, name: &str) {
        self.v.field(field);
        self.v.begin(name);
        self.v.end(None);
    }

    fn nested(&mut self, visit: impl FnOnce(&mut Self)) {
        if self.depth >= MAX_DEPTH {
            self.v.elided();
            return;
        }
        self.depth += 1;
        visit(self);
        self.depth -= 1;
    }

    fn stmt_node(&mut self, stmt: &Stmt<'_>) {
        use StmtKind as S;
        match stmt.kind {
            S::FunctionDef(def) => self.function("FunctionDef", def),
            S::AsyncFunctionDef(def) => self.function("AsyncFunctionDef", def),
            S::ClassDef(def) => self.class(def),
            S::Return { value } => self.with_opt("Return", "value", value),
            S::Delete { targets } => self.with_exprs("Delete", "targets", targets),
            S::Assign { targets, value, type_comment } => {
                self.v.begin("Assign");
                self.exprs("targets", targets);
                self.expr("value", value);
                self.comment(type_comment);
            }
            S::TypeAlias { name, type_params, value } => {
                self.v.begin("TypeAlias");
                self.expr("name", name);
                self.type_params(type_params);
                self.expr("value", value);
            }
            S::AugAssign { target, op, value } => {
                self.v.begin("AugAssign");
                self.expr("target", target);
                self.unit("op", op.name());
                self.expr("value", value);
            }
            S::AnnAssign { target, annotation, value, simple } => {
                self.v.begin("AnnAssign");
                self.expr("target", target);
                self.expr("annotation", annotation);
                self.opt_expr("value", value);
                self.int("simple", i64::from(simple));
            }
            S::For(stmt) => self.for_loop("For", stmt),
            S::AsyncFor(stmt) => self.for_loop("AsyncFor", stmt),
            S::While { test, body, orelse } => self.branch("While", test, body, orelse),
            S::If { test, body, orelse } => self.branch("If", test, body, orelse),
            S::With(stmt) => self.with("With", stmt),
            S::AsyncWith(stmt) => self.with("AsyncWith", stmt),
            S::Match { subject, cases } => self.match_stmt(subject, cases),
            S::Raise { exc, cause } => {
                self.v.begin("Raise");
                self.opt_expr("exc", exc);
                self.opt_expr("cause", cause);
            }
            S::Try(stmt) => self.try_block("Try", stmt),
            S::TryStar(stmt) => self.try_block("TryStar", stmt),
            S::Assert { test, msg } => {
                self.v.begin("Assert");
                self.expr("test", test);
                self.opt_expr("msg", msg);
            }
            S::Import { names } => {
                self.v.begin("Import");
                self.list("names", names, |w, alias| w.alias(alias));
            }
            S::ImportFrom { module, names, level } => {
                self.v.begin("ImportFrom");
                self.opt_ident("module", module);
                self.list("names", names, |w, alias| w.alias(alias));
                self.int("level", i64::from(level));
            }
            S::Global { names } => self.with_idents("Global", "names", names),
            S::Nonlocal { names } => self.with_idents("Nonlocal", "names", names),
            S::Expr { value } => self.with_expr("Expr", "value", value),
            S::Pass => self.v.begin("Pass"),
            S::Break => self.v.begin("Break"),
            S::Continue => self.v.begin("Continue"),
        }
        self.v.end(Some(stmt.range));
    }

    fn function(&mut self, name: &str, def: &FunctionDef<'_>) {
        self.v.begin(name);
        self.ident("name", def.name);
        self.v.field("args");
        self.arguments(def.args);
        self.body("body", def.body);
        self.exprs("decorator_list", def.decorator_list);
        self.opt_expr("returns", def.returns);
        self.comment(def.type_comment);
        self.type_params(def.type_params);
    }

    fn class(&mut self, def: &ClassDef<'_>) {
        self.v.begin("ClassDef");
        self.ident("name", def.name);
        self.exprs("bases", def.bases);
        self.list("keywords", def.keywords, |w, k| w.keyword(k));
        self.body("body", def.body);
        self.exprs("decorator_list", def.decorator_list);
        self.type_params(def.type_params);
    }

    fn branch(&mut self, name: &str, test: &Expr<'_>, body: Body<'_>, orelse: Body<'_>) {
        self.v.begin(name);
        self.expr("test", test);
        self.body("body", body);
        self.body("orelse", orelse);
    }

    fn match_stmt(&mut self, subject: &Expr<'_>, cases: &[&MatchCase<'_>]) {
        self.v.begin("Match");
        self.expr("subject", subject);
        self.list("cases", cases, |w, case| {
            w.v.begin("match_case");
            w.v.field("pattern");
            w.pattern_node(case.pattern);
            w.opt_expr("guard", case.guard);
            w.body("body", case.body);
            w.v.end(None);
        });
    }

    fn for_loop(&mut self, name: &str, stmt: &For<'_>) {
        self.v.begin(name);
        self.expr("target", stmt.target);
        self.expr("iter", stmt.iter);
        self.body("body", stmt.body);
        self.body("orelse", stmt.orelse);
        self.comment(stmt.type_comment);
    }

    fn with(&mut self, name: &str, stmt: &With<'_>) {
        self.v.begin(name);
        self.list("items", stmt.items, |w, item| {
            w.v.begin("withitem");
            w.expr("context_expr", item.context_expr);
            w.opt_expr("optional_vars", item.optional_vars);
            w.v.end(None);
        });
        self.body("body", stmt.body);
        self.comment(stmt.type_comment);
    }

    fn try_block(&mut self, name: &str, stmt: &Try<'_>) {
        self.v.begin(name);
        self.body("body", stmt.body);
        self.list("handlers", stmt.handlers, |w, handler| {
            w.v.begin("ExceptHandler");
            w.opt_expr("type", handler.typ);
            w.opt_ident("name", handler.name);
            w.body("body", handler.body);
            w.v.end(Some(handler.range));
        });
        self.body("orelse", stmt.orelse);
        self.body("finalbody", stmt.finalbody);
    }

    fn expr_node(&mut self, expr: &Expr<'_>) {
        use ExprKind as E;
        match expr.kind {
            E::BoolOp { op, values } => {
                self.v.begin("BoolOp");
                self.unit("op", op.name());
                self.exprs("values", values);
            }
            E::NamedExpr { target, value } => {
                self.v.begin("NamedExpr");
                self.expr("target", target);
                self.expr("value", value);
            }
            E::BinOp { left, op, right } => {
                self.v.begin("BinOp");
                self.expr("left", left);
                self.unit("op", op.name());
                self.expr("right", right);
            }
            E::UnaryOp { op, operand } => {
                self.v.begin("UnaryOp");
                self.unit("op", op.name());
                self.expr("operand", operand);
            }
            E::Lambda { args, body } => {
                self.v.begin("Lambda");
                self.v.field("args");
                self.arguments(args);
                self.expr("body", body);
            }
            E::IfExp { test, body, orelse } => {
                self.v.begin("IfExp");
                self.expr("test", test);
                self.expr("body", body);
                self.expr("orelse", orelse);
            }
            E::Dict { keys, values } => self.dict(keys, values),
            E::Set { elts } => self.with_exprs("Set", "elts", elts),
            E::ListComp { elt, generators } => self.comprehension("ListComp", elt, generators),
            E::SetComp { elt, generators } => self.comprehension("SetComp", elt, generators),
            E::GeneratorExp { elt, generators } => {
                self.comprehension("GeneratorExp", elt, generators);
            }
            E::DictComp { key, value, generators } => {
                self.with_expr("DictComp", "key", key);
                self.expr("value", value);
                self.generators(generators);
            }
            E::Await { value } => self.with_expr("Await", "value", value),
            E::Yield { value } => self.with_opt("Yield", "value", value),
            E::YieldFrom { value } => self.with_expr("YieldFrom", "value", value),
            E::Compare { left, ops, comparators } => self.compare(left, ops, comparators),
            E::Call { func, args, keywords } => self.call(func, args, keywords),
            E::FormattedValue { value, conversion, format_spec } => {
                self.v.begin("FormattedValue");
                self.expr("value", value);
                self.int("conversion", i64::from(conversion));
                self.opt_expr("format_spec", format_spec);
            }
            E::Interpolation(node) => self.interpolation(node),
            E::JoinedStr { values } => self.with_exprs("JoinedStr", "values", values),
            E::TemplateStr { values } => self.with_exprs("TemplateStr", "values", values),
            E::Constant { value, u_prefix } => {
                self.v.begin("Constant");
                self.v.field("value");
                self.v.constant(&value);
                self.opt_ident("kind", u_prefix.then_some("u"));
            }
            E::Attribute { value, attr, ctx } => {
                self.v.begin("Attribute");
                self.expr("value", value);
                self.ident("attr", attr);
                self.unit("ctx", ctx.name());
            }
            E::Subscript { value, slice, ctx } => {
                self.v.begin("Subscript");
                self.expr("value", value);
                self.expr("slice", slice);
                self.unit("ctx", ctx.name());
            }
            E::Starred { value, ctx } => {
                self.v.begin("Starred");
                self.expr("value", value);
                self.unit("ctx", ctx.name());
            }
            E::Name { id, ctx } => {
                self.v.begin("Name");
                self.ident("id", id);
                self.unit("ctx", ctx.name());
            }
            E::List { elts, ctx } => {
                self.with_exprs("List", "elts", elts);
                self.unit("ctx", ctx.name());
            }
            E::Tuple { elts, ctx } => {
                self.with_exprs("Tuple", "elts", elts);
                self.unit("ctx", ctx.name());
            }
            E::Slice { lower, upper, step } => {
                self.v.begin("Slice");
                self.opt_expr("lower", lower);
                self.opt_expr("upper", upper);
                self.opt_expr("step", step);
            }
        }
        self.v.end(Some(expr.range));
    }

    fn dict(&mut self, keys: &[Option<&Expr<'_>>], values: Exprs<'_>) {
        self.v.begin("Dict");
        self.list("keys", keys, |w, key| match key {
            Some(key) => w.nested(|w| w.expr_node(key)),
            None => w.v.none(),
        });
        self.exprs("values", values);
    }

    fn compare(&mut self, left: &Expr<'_>, ops: &[CmpOp], comparators: Exprs<'_>) {
        self.with_expr("Compare", "left", left);
        self.list("ops", ops, |w, op| {
            w.v.begin(op.name());
            w.v.end(None);
        });
        self.exprs("comparators", comparators);
    }

    fn call(&mut self, func: &Expr<'_>, args: Exprs<'_>, keywords: &[&Keyword<'_>]) {
        self.with_expr("Call", "func", func);
        self.exprs("args", args);
        self.list("keywords", keywords, |w, k| w.keyword(k));
    }

    fn interpolation(&mut self, node: &Interpolation<'_>) {
        self.with_expr("Interpolation", "value", node.value);
        self.v.field("str");
        self.v.constant(&node.str);
        self.int("conversion", i64::from(node.conversion));
        self.opt_expr("format_spec", node.format_spec);
    }

    fn comprehension(&mut self, name: &str, elt: &Expr<'_>, generators: &[&Comprehension<'_>]) {
        self.v.begin(name);
        self.expr("elt", elt);
        self.generators(generators);
    }

    fn generators(&mut self, generators: &[&Comprehension<'_>]) {
        self.list("generators", generators, |w, clause| {
            w.v.begin("comprehension");
            w.expr("target", clause.target);
            w.expr("iter", clause.iter);
            w.exprs("ifs", clause.ifs);
            w.int("is_async", i64::from(clause.is_async));
            w.v.end(None);
        });
    }

    fn keyword(&mut self, keyword: &Keyword<'_>) {
        self.v.begin("keyword");
        self.opt_ident("arg", keyword.arg);
        self.expr("value", keyword.value);
        self.v.end(Some(keyword.range));
    }

    fn alias(&mut self, alias: &Alias<'_>) {
        self.v.begin("alias");
        self.ident("name", alias.name);
        self.opt_ident("asname", alias.asname);
        self.v.end(Some(alias.range));
    }

    fn arguments(&mut self, args: &Arguments<'_>) {
        self.v.begin("arguments");
        self.list("posonlyargs", args.posonlyargs, |w, arg| w.arg(arg));
        self.list("args", args.args, |w, arg| w.arg(arg));
        self.opt_arg("vararg", args.vararg);
        self.list("kwonlyargs", args.kwonlyargs, |w, arg| w.arg(arg));
        self.list("kw_defaults", args.kw_defaults, |w, default| match default {
            Some(default) => w.nested(|w| w.expr_node(default)),
            None => w.v.none(),
        });
        self.opt_arg("kwarg", args.kwarg);
        self.exprs("defaults", args.defaults);
        self.v.end(None);
    }

    fn opt_arg(&mut self, field: &str, arg: Option<&Arg<'_>>) {
        self.v.field(field);
        match arg {
            Some(arg) => self.arg(arg),
            None => self.v.none(),
        }
    }

    fn arg(&mut self, arg: &Arg<'_>) {
        self.v.begin("arg");
        self.ident("arg", arg.arg);
        self.opt_expr("annotation", arg.annotation);
        self.comment(arg.type_comment);
        self.v.end(Some(arg.range));
    }

    fn type_params(&mut self, params: &[&TypeParam<'_>]) {
        self.list("type_params", params, |w, param| {
            match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    w.v.begin("TypeVar");
                    w.ident("name", name);
                    w.opt_expr("bound", bound);
                    w.opt_expr("default_value", default_value);
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    w.v.begin("ParamSpec");
                    w.ident("name", name);
                    w.opt_expr("default_value", default_value);
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    w.v.begin("TypeVarTuple");
                    w.ident("name", name);
                    w.opt_expr("default_value", default_value);
                }
            }
            w.v.end(Some(param.range));
        });
    }

    fn patterns(&mut self, field: &str, patterns: Patterns<'_>) {
        self.list(field, patterns, |w, pattern| w.nested(|w| w.pattern_node(pattern)));
    }

    fn pattern_node(&mut self, pattern: &Pattern<'_>) {
        use PatternKind as P;
        match pattern.kind {
            P::MatchValue { value } => self.with_expr("MatchValue", "value", value),
            P::MatchSingleton { value } => {
                self.v.begin("MatchSingleton");
                self.v.field("value");
                self.v.constant(&value);
            }
            P::MatchSequence { patterns } => {
                self.v.begin("MatchSequence");
                self.patterns("patterns", patterns);
            }
            P::MatchMapping { keys, patterns, rest } => {
                self.v.begin("MatchMapping");
                self.exprs("keys", keys);
                self.patterns("patterns", patterns);
                self.opt_ident("rest", rest);
            }
            P::MatchClass(class) => {
                self.v.begin("MatchClass");
                self.expr("cls", class.cls);
                self.patterns("patterns", class.patterns);
                self.idents("kwd_attrs", class.kwd_attrs);
                self.patterns("kwd_patterns", class.kwd_patterns);
            }
            P::MatchStar { name } => {
                self.v.begin("MatchStar");
                self.opt_ident("name", name);
            }
            P::MatchAs { pattern, name } => {
                self.v.begin("MatchAs");
                self.v.field("pattern");
                match pattern {
                    Some(pattern) => self.nested(|w| w.pattern_node(pattern)),
                    None => self.v.none(),
                }
                self.opt_ident("name", name);
            }
            P::MatchOr { patterns } => {
                self.v.begin("MatchOr");
                self.patterns("patterns", patterns);
            }
        }
        self.v.end(Some(pattern.range));
    }
}

/// A tree as text, one node a line, fields indented under their node.
#[must_use]
pub fn ast(module: &Mod<'_>) -> String {
    let mut printer =
        Printer { out: String::new(), level: 0, label: String::new(), lines: Vec::new() };
    walk(module, &mut printer);
    printer.out
}

struct Printer {
    out: String,
    level: usize,
    /// The field whose value comes next.
    label: String,
    /// For each open node where its line ends, because its range is known only at its end.
    lines: Vec<usize>,
}

impl Printer {
    fn line(&mut self, text: &str) {
        for _ in 0..self.level {
            self.out.push_str("  ");
        }
        if !self.label.is_empty() {
            self.out.push_str(&self.label);
            self.out.push_str(": ");
            self.label.clear();
        }
        self.out.push_str(text);
        self.out.push('\n');
    }
}

impl Visitor for Printer {
    fn begin(&mut self, name: &str) {
        self.line(name);
        self.lines.push(self.out.len() - 1);
        self.level += 1;
    }

    fn field(&mut self, name: &str) {
        name.clone_into(&mut self.label);
    }

    fn end(&mut self, range: Option<Range>) {
        self.level -= 1;
        let at = self.lines.pop();
        if let (Some(at), Some(r)) = (at, range) {
            let text = format!(" @{}:{}-{}:{}", r.line, r.col, r.end_line, r.end_col);
            self.out.insert_str(at, &text);
        }
    }

    fn begin_list(&mut self, len: usize) {
        if len == 0 {
            self.line("[]");
        } else {
            self.line("[");
        }
        self.level += 1;
    }

    fn end_list(&mut self) {
        self.level -= 1;
    }

    fn ident(&mut self, name: &str) {
        self.line(name);
    }

    fn constant(&mut self, value: &Constant<'_>) {
        self.line(&constant(value));
    }

    fn none(&mut self) {
        self.label.clear();
    }

    fn int(&mut self, value: i64) {
        self.line(&value.to_string());
    }

    fn elided(&mut self) {
        self.line("…");
    }
}

/// A constant in a readable form.
#[must_use]
pub fn constant(value: &Constant<'_>) -> String {
    let list = |items: &[Constant<'_>]| items.iter().map(constant).collect::<Vec<_>>().join(", ");
    match *value {
        Constant::None => "None".into(),
        Constant::True => "True".into(),
        Constant::False => "False".into(),
        Constant::Ellipsis => "...".into(),
        Constant::Int(Int::Small(value)) => value.to_string(),
        Constant::Int(Int::Big { base, digits }) => match base {
            16 => format!("0x{digits}"),
            8 => format!("0o{digits}"),
            2 => format!("0b{digits}"),
            _ => digits.to_owned(),
        },
        Constant::Float(value) => format!("{value:?}"),
        Constant::Complex { real, imag } => format!("complex({real:?}, {imag:?})"),
        Constant::Str(text) => {
            let mut out = String::from("'");
            for code in text.code_points() {
                match char::from_u32(code) {
                    Some('\'') => out.push_str("\\'"),
                    Some(c) => out.extend(c.escape_debug()),
                    None => {
                        // Writing to a string cannot fail.
                        let _ = write!(out, "\\u{code:04x}");
                    }
                }
            }
            out.push('\'');
            out
        }
        Constant::Bytes(bytes) => format!("b\"{}\"", bytes.escape_ascii()),
        Constant::Tuple(items) => format!("({})", list(items)),
        Constant::FrozenSet(items) => format!("frozenset({})", list(items)),
    }
}

/// Tokens as text, one a line: position, kind, text.
#[must_use]
pub fn tokens(source: &str, tokens: &[Token]) -> String {
    let mut out = String::new();
    for token in tokens {
        let r = token.range;
        let kind = if token.kind.is_keyword() { "KEYWORD" } else { token.kind.name() };
        let place = if r.col == NO_COLUMN {
            format!("{}:-", r.line)
        } else {
            format!("{}:{}-{}:{}", r.line, r.col, r.end_line, r.end_col)
        };
        let text = match token.kind {
            Kind::Newline | Kind::EndMarker | Kind::Error => String::new(),
            _ => format!("{:?}", token.text(source)),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{place:<16} {kind:<16} {text}");
    }
    out
}

//! Whether a tree that no parser made makes sense: what the compiler relies on, with CPython's texts.
//!
//! Trees come from Python objects (`compile(tree, …)`). The parser's trees are valid by construction and are not checked.
//! Nesting is bounded: see [`MAX_DEPTH`].

use crate::ast::{
    Arguments, Body, Constant, Expr, ExprContext, ExprKind, Exprs, Ident, Keyword, Mod, Operator,
    Pattern, PatternKind, Patterns, Range, Stmt, StmtKind, Try, TypeParam, TypeParamKind, UnaryOp,
};
use bumpalo::Bump;

/// How deep a tree may be nested. The compiler's own limit is lower.
const MAX_DEPTH: u32 = 6000;

/// The exception that an invalid tree raises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidKind {
    /// `ValueError`
    Value,
    /// `TypeError`
    Type,
    /// `RecursionError`
    Recursion,
}

/// What is wrong with a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// The exception.
    pub kind: InvalidKind,
    /// Its message.
    pub msg: String,
}

/// Nodes that stand where a list of Python objects has None instead of a node.
#[derive(Clone, Copy, Debug)]
pub struct Missing<'a> {
    /// In lists of expressions.
    pub expr: &'a Expr<'a>,
    /// In lists of statements.
    pub stmt: &'a Stmt<'a>,
    /// In lists of patterns.
    pub pattern: &'a Pattern<'a>,
}

impl<'a> Missing<'a> {
    /// The nodes of a tree in `arena`.
    #[must_use]
    pub fn new(arena: &'a Bump) -> Missing<'a> {
        let range = Range::default();
        let kind = ExprKind::Constant { value: Constant::None, u_prefix: false };
        Missing {
            expr: arena.alloc(Expr { kind, range }),
            stmt: arena.alloc(Stmt { kind: StmtKind::Pass, range }),
            pattern: arena
                .alloc(Pattern { kind: PatternKind::MatchAs { pattern: None, name: None }, range }),
        }
    }
}

type Check = Result<(), Invalid>;

/// Checks a tree.
///
/// # Errors
/// What is wrong with it.
pub fn validate<'a>(module: &Mod<'a>, missing: &Missing<'a>) -> Check {
    let mut v = Validator { missing, depth: 0 };
    match *module {
        Mod::Module { body, .. } | Mod::Interactive { body } => v.stmts(body),
        Mod::Expression { body } => v.load(body),
        Mod::FunctionType { argtypes, returns } => {
            v.exprs(argtypes, ExprContext::Load)?;
            v.load(returns)
        }
    }
}

struct Validator<'a, 'm> {
    missing: &'m Missing<'a>,
    depth: u32,
}

fn invalid(msg: impl Into<String>) -> Check {
    Err(Invalid { kind: InvalidKind::Value, msg: msg.into() })
}

fn wrong_type(msg: &str) -> Check {
    Err(Invalid { kind: InvalidKind::Type, msg: msg.to_owned() })
}

fn position(range: Range) -> Check {
    let [line, col, end_line, end_col] =
        [range.line, range.col, range.end_line, range.end_col].map(u32::cast_signed);
    if line > end_line {
        return invalid(format!("AST node line range ({line}, {end_line}) is not valid"));
    }
    if (line < 0 && end_line != line) || (col < 0 && col != end_col) {
        return invalid(format!(
            "AST node column range ({col}, {end_col}) for line range ({line}, {end_line}) is not valid"
        ));
    }
    if line == end_line && col > end_col {
        return invalid(format!("line {line}, column {col}-{end_col} is not a valid range"));
    }
    Ok(())
}

fn name(id: Ident<'_>) -> Check {
    match id {
        "None" | "True" | "False" => {
            invalid(format!("identifier field can't represent '{id}' constant"))
        }
        _ => Ok(()),
    }
}

fn nonempty<T>(items: &[T], what: &str, owner: &str) -> Check {
    match items {
        [] => invalid(format!("empty {what} on {owner}")),
        _ => Ok(()),
    }
}

fn capture(id: Ident<'_>) -> Check {
    match id {
        "_" => invalid("can't capture name '_' in patterns"),
        _ => name(id),
    }
}

impl<'a> Validator<'a, '_> {
    fn enter(&mut self) -> Check {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            let msg = "maximum recursion depth exceeded during compilation".to_owned();
            return Err(Invalid { kind: InvalidKind::Recursion, msg });
        }
        Ok(())
    }

    // Statements.

    fn stmts(&mut self, body: Body<'a>) -> Check {
        for stmt in body {
            if std::ptr::eq(*stmt, self.missing.stmt) {
                return invalid("None disallowed in statement list");
            }
            self.stmt(stmt)?;
        }
        Ok(())
    }

    fn body(&mut self, body: Body<'a>, owner: &str) -> Check {
        nonempty(body, "body", owner)?;
        self.stmts(body)
    }

    fn stmt(&mut self, stmt: &'a Stmt<'a>) -> Check {
        position(stmt.range)?;
        self.enter()?;
        self.compound_stmt(stmt)?;
        self.depth -= 1;
        Ok(())
    }

    fn compound_stmt(&mut self, stmt: &'a Stmt<'a>) -> Check {
        let (owner, node) = match stmt.kind {
            StmtKind::FunctionDef(def) => ("FunctionDef", def),
            StmtKind::AsyncFunctionDef(def) => ("AsyncFunctionDef", def),
            StmtKind::ClassDef(def) => {
                self.body(def.body, "ClassDef")?;
                self.type_params(def.type_params)?;
                self.exprs(def.bases, ExprContext::Load)?;
                self.keywords(def.keywords)?;
                return self.exprs(def.decorator_list, ExprContext::Load);
            }
            _ => return self.block_stmt(stmt),
        };
        self.body(node.body, owner)?;
        self.type_params(node.type_params)?;
        self.arguments(node.args)?;
        self.exprs(node.decorator_list, ExprContext::Load)?;
        self.opt(node.returns)
    }

    fn block_stmt(&mut self, stmt: &'a Stmt<'a>) -> Check {
        match stmt.kind {
            StmtKind::For(node) | StmtKind::AsyncFor(node) => {
                let is_async = matches!(stmt.kind, StmtKind::AsyncFor(_));
                self.expr(node.target, ExprContext::Store)?;
                self.load(node.iter)?;
                self.body(node.body, if is_async { "AsyncFor" } else { "For" })?;
                self.stmts(node.orelse)
            }
            StmtKind::While { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "While")?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "If")?;
                self.stmts(orelse)
            }
            StmtKind::With(node) | StmtKind::AsyncWith(node) => {
                let is_async = matches!(stmt.kind, StmtKind::AsyncWith(_));
                let owner = if is_async { "AsyncWith" } else { "With" };
                nonempty(node.items, "items", owner)?;
                for item in node.items {
                    self.load(item.context_expr)?;
                    if let Some(vars) = item.optional_vars {
                        self.expr(vars, ExprContext::Store)?;
                    }
                }
                self.body(node.body, owner)
            }
            StmtKind::Match { subject, cases } => {
                self.load(subject)?;
                nonempty(cases, "cases", "Match")?;
                for case in cases {
                    self.pattern(case.pattern, false)?;
                    self.opt(case.guard)?;
                    self.body(case.body, "match_case")?;
                }
                Ok(())
            }
            StmtKind::Try(node) => self.try_stmt(node, "Try"),
            StmtKind::TryStar(node) => self.try_stmt(node, "TryStar"),
            _ => self.simple_stmt(stmt),
        }
    }

    fn try_stmt(&mut self, node: &'a Try<'a>, owner: &str) -> Check {
        self.body(node.body, owner)?;
        if node.handlers.is_empty() && node.finalbody.is_empty() {
            return invalid(format!("{owner} has neither except handlers nor finalbody"));
        }
        if node.handlers.is_empty() && !node.orelse.is_empty() {
            return invalid(format!("{owner} has orelse but no except handlers"));
        }
        for handler in node.handlers {
            position(handler.range)?;
            self.opt(handler.typ)?;
            self.body(handler.body, "ExceptHandler")?;
        }
        self.stmts(node.finalbody)?;
        self.stmts(node.orelse)
    }

    fn simple_stmt(&mut self, stmt: &'a Stmt<'a>) -> Check {
        match stmt.kind {
            StmtKind::Return { value } => self.opt(value),
            StmtKind::Delete { targets } => {
                nonempty(targets, "targets", "Delete")?;
                self.exprs(targets, ExprContext::Del)
            }
            StmtKind::Assign { targets, value, .. } => {
                nonempty(targets, "targets", "Assign")?;
                self.exprs(targets, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                if simple && !matches!(target.kind, ExprKind::Name { .. }) {
                    return wrong_type("AnnAssign with simple non-Name target");
                }
                self.expr(target, ExprContext::Store)?;
                self.opt(value)?;
                self.load(annotation)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                if !matches!(name.kind, ExprKind::Name { .. }) {
                    return wrong_type("TypeAlias with non-Name name");
                }
                self.expr(name, ExprContext::Store)?;
                self.type_params(type_params)?;
                self.load(value)
            }
            StmtKind::Raise { exc: None, cause: Some(_) } => {
                invalid("Raise with cause but no exception")
            }
            StmtKind::Raise { exc, cause } => {
                self.opt(exc)?;
                self.opt(cause)
            }
            StmtKind::Assert { test, msg } => {
                self.load(test)?;
                self.opt(msg)
            }
            StmtKind::Import { names } => nonempty(names, "names", "Import"),
            StmtKind::ImportFrom { names, level, .. } => {
                if level.cast_signed() < 0 {
                    return invalid("Negative ImportFrom level");
                }
                nonempty(names, "names", "ImportFrom")
            }
            StmtKind::Global { names } => nonempty(names, "names", "Global"),
            StmtKind::Nonlocal { names } => nonempty(names, "names", "Nonlocal"),
            StmtKind::Expr { value } => self.load(value),
            _ => Ok(()),
        }
    }

    // Parts of statements.

    fn keywords(&mut self, keywords: &[&'a Keyword<'a>]) -> Check {
        keywords.iter().try_for_each(|keyword| self.load(keyword.value))
    }

    fn arguments(&mut self, args: &'a Arguments<'a>) -> Check {
        for arg in args.posonlyargs.iter().chain(args.args) {
            position(arg.range)?;
            self.opt(arg.annotation)?;
        }
        self.opt(args.vararg.and_then(|arg| arg.annotation))?;
        for arg in args.kwonlyargs {
            position(arg.range)?;
            self.opt(arg.annotation)?;
        }
        self.opt(args.kwarg.and_then(|arg| arg.annotation))?;
        if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
            return invalid("more positional defaults than args on arguments");
        }
        if args.kw_defaults.len() != args.kwonlyargs.len() {
            return invalid("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.exprs(args.defaults, ExprContext::Load)?;
        args.kw_defaults.iter().try_for_each(|default| self.opt(*default))
    }

    fn type_params(&mut self, params: &[&'a TypeParam<'a>]) -> Check {
        for param in params {
            position(param.range)?;
            match param.kind {
                TypeParamKind::TypeVar { name: id, bound, default_value } => {
                    name(id)?;
                    self.opt(bound)?;
                    self.opt(default_value)?;
                }
                TypeParamKind::ParamSpec { name: id, default_value }
                | TypeParamKind::TypeVarTuple { name: id, default_value } => {
                    name(id)?;
                    self.opt(default_value)?;
                }
            }
        }
        Ok(())
    }

    fn patterns(&mut self, patterns: Patterns<'a>, star_ok: bool) -> Check {
        patterns.iter().try_for_each(|pattern| self.pattern(pattern, star_ok))
    }

    fn pattern(&mut self, pattern: &'a Pattern<'a>, star_ok: bool) -> Check {
        if std::ptr::eq(pattern, self.missing.pattern) {
            return invalid("None disallowed in pattern list");
        }
        position(pattern.range)?;
        self.enter()?;
        self.pattern_fields(pattern, star_ok)?;
        self.depth -= 1;
        Ok(())
    }

    fn pattern_fields(&mut self, pattern: &'a Pattern<'a>, star_ok: bool) -> Check {
        match pattern.kind {
            PatternKind::MatchValue { value } => self.pattern_value(value),
            PatternKind::MatchSingleton { value } => match value {
                Constant::None | Constant::True | Constant::False => Ok(()),
                _ => invalid("MatchSingleton can only contain True, False and None"),
            },
            PatternKind::MatchSequence { patterns } => self.patterns(patterns, true),
            PatternKind::MatchMapping { keys, patterns, rest } => {
                if keys.len() != patterns.len() {
                    return invalid(
                        "MatchMapping doesn't have the same number of keys as patterns",
                    );
                }
                rest.map_or(Ok(()), capture)?;
                for key in keys {
                    // These aren't literals to `pattern_value`, but a key may be one of them.
                    let singleton = matches!(
                        key.kind,
                        ExprKind::Constant {
                            value: Constant::None | Constant::True | Constant::False,
                            ..
                        }
                    );
                    if !singleton {
                        self.pattern_value(key)?;
                    }
                }
                self.patterns(patterns, false)
            }
            PatternKind::MatchClass(node) => {
                if node.kwd_attrs.len() != node.kwd_patterns.len() {
                    return invalid(
                        "MatchClass doesn't have the same number of keyword attributes as patterns",
                    );
                }
                self.load(node.cls)?;
                let mut cls = node.cls;
                while let ExprKind::Attribute { value, .. } = cls.kind {
                    cls = value;
                }
                if !matches!(cls.kind, ExprKind::Name { .. }) {
                    return invalid(
                        "MatchClass cls field can only contain Name or Attribute nodes.",
                    );
                }
                node.kwd_attrs.iter().try_for_each(|attr| name(attr))?;
                self.patterns(node.patterns, false)?;
                self.patterns(node.kwd_patterns, false)
            }
            PatternKind::MatchStar { .. } if !star_ok => invalid("can't use MatchStar here"),
            PatternKind::MatchStar { name } => name.map_or(Ok(()), capture),
            PatternKind::MatchAs { pattern, name } => {
                name.map_or(Ok(()), capture)?;
                match (pattern, name) {
                    (None, _) => Ok(()),
                    (Some(_), None) => {
                        invalid("MatchAs must specify a target name if a pattern is given")
                    }
                    (Some(pattern), Some(_)) => self.pattern(pattern, false),
                }
            }
            PatternKind::MatchOr { patterns } if patterns.len() < 2 => {
                invalid("MatchOr requires at least 2 patterns")
            }
            PatternKind::MatchOr { patterns } => self.patterns(patterns, false),
        }
    }

    fn pattern_value(&mut self, value: &'a Expr<'a>) -> Check {
        self.load(value)?;
        let fits = match value.kind {
            ExprKind::Constant { value, .. } => {
                return match value {
                    Constant::Int(_)
                    | Constant::Float(_)
                    | Constant::Bytes(_)
                    | Constant::Complex { .. }
                    | Constant::Str(_) => Ok(()),
                    _ => invalid("unexpected constant inside of a literal pattern"),
                };
            }
            ExprKind::Attribute { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::TemplateStr { .. } => true,
            ExprKind::UnaryOp { .. } => is_negative(value, true, true),
            ExprKind::BinOp { left, op: Operator::Add | Operator::Sub, right } => {
                (is_number(left, true, false) || is_negative(left, true, false))
                    && is_number(right, false, true)
            }
            _ => false,
        };
        match fits {
            true => Ok(()),
            false => invalid("patterns may only match literals and attribute lookups"),
        }
    }

    // Expressions.

    fn exprs(&mut self, exprs: Exprs<'a>, ctx: ExprContext) -> Check {
        for expr in exprs {
            if std::ptr::eq(*expr, self.missing.expr) {
                return invalid("None disallowed in expression list");
            }
            self.expr(expr, ctx)?;
        }
        Ok(())
    }

    fn load(&mut self, expr: &'a Expr<'a>) -> Check {
        self.expr(expr, ExprContext::Load)
    }

    fn opt(&mut self, expr: Option<&'a Expr<'a>>) -> Check {
        expr.map_or(Ok(()), |expr| self.load(expr))
    }

    fn expr(&mut self, expr: &'a Expr<'a>, wanted: ExprContext) -> Check {
        position(expr.range)?;
        self.enter()?;
        let ctx = match expr.kind {
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => Some(ctx),
            ExprKind::Name { id, ctx } => {
                name(id)?;
                Some(ctx)
            }
            _ => None,
        };
        match ctx {
            None if wanted != ExprContext::Load => {
                return invalid(format!(
                    "expression which can't be assigned to in {} context",
                    wanted.name()
                ));
            }
            Some(ctx) if ctx != wanted => {
                return invalid(format!(
                    "expression must have {} context but has {} instead",
                    wanted.name(),
                    ctx.name()
                ));
            }
            _ => {}
        }
        self.expr_fields(expr, wanted)?;
        self.depth -= 1;
        Ok(())
    }

    fn expr_fields(&mut self, expr: &'a Expr<'a>, ctx: ExprContext) -> Check {
        match expr.kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return invalid("BoolOp with less than 2 values");
                }
                self.exprs(values, ExprContext::Load)
            }
            ExprKind::BinOp { left, right, .. } => {
                self.load(left)?;
                self.load(right)
            }
            ExprKind::UnaryOp { operand, .. } => self.load(operand),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.load(body)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.load(test)?;
                self.load(body)?;
                self.load(orelse)
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return invalid("Dict doesn't have the same number of keys as values");
                }
                keys.iter().try_for_each(|key| self.opt(*key))?;
                self.exprs(values, ExprContext::Load)
            }
            ExprKind::Compare { left, ops, comparators } => {
                if comparators.is_empty() {
                    return invalid("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    return invalid("Compare has a different number of comparators and operands");
                }
                self.exprs(comparators, ExprContext::Load)?;
                self.load(left)
            }
            ExprKind::Call { func, args, keywords } => {
                self.load(func)?;
                self.exprs(args, ExprContext::Load)?;
                self.keywords(keywords)
            }
            ExprKind::NamedExpr { target, value } => {
                if !matches!(target.kind, ExprKind::Name { .. }) {
                    return wrong_type("NamedExpr target must be a Name");
                }
                self.load(value)
            }
            _ => self.more_expr_fields(expr, ctx),
        }
    }

    fn more_expr_fields(&mut self, expr: &'a Expr<'a>, ctx: ExprContext) -> Check {
        match expr.kind {
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.generators(generators)?;
                self.load(elt)
            }
            ExprKind::DictComp { key, value, generators } => {
                self.generators(generators)?;
                self.load(key)?;
                self.load(value)
            }
            ExprKind::Yield { value } => self.opt(value),
            ExprKind::YieldFrom { value } | ExprKind::Await { value } => self.load(value),
            ExprKind::Set { elts: values }
            | ExprKind::JoinedStr { values }
            | ExprKind::TemplateStr { values } => self.exprs(values, ExprContext::Load),
            ExprKind::FormattedValue { value, format_spec, .. } => {
                self.load(value)?;
                self.opt(format_spec)
            }
            ExprKind::Interpolation(node) => {
                self.load(node.value)?;
                self.opt(node.format_spec)
            }
            ExprKind::Attribute { value, .. } => self.load(value),
            ExprKind::Subscript { value, slice, .. } => {
                self.load(slice)?;
                self.load(value)
            }
            ExprKind::Starred { value, .. } => self.expr(value, ctx),
            ExprKind::Slice { lower, upper, step } => {
                self.opt(lower)?;
                self.opt(upper)?;
                self.opt(step)
            }
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts, ctx),
            _ => Ok(()),
        }
    }

    fn generators(&mut self, generators: &[&'a crate::ast::Comprehension<'a>]) -> Check {
        if generators.is_empty() {
            return invalid("comprehension with no generators");
        }
        for generator in generators {
            self.expr(generator.target, ExprContext::Store)?;
            self.load(generator.iter)?;
            self.exprs(generator.ifs, ExprContext::Load)?;
        }
        Ok(())
    }
}

fn is_number(expr: &Expr<'_>, real: bool, imaginary: bool) -> bool {
    match expr.kind {
        ExprKind::Constant { value: Constant::Int(_) | Constant::Float(_), .. } => real,
        ExprKind::Constant { value: Constant::Complex { .. }, .. } => imaginary,
        _ => false,
    }
}

fn is_negative(expr: &Expr<'_>, real: bool, imaginary: bool) -> bool {
    match expr.kind {
        ExprKind::UnaryOp { op: UnaryOp::USub, operand } => is_number(operand, real, imaginary),
        _ => false,
    }
}

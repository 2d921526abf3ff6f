//! The walk over the tree: visits everything, in CPython's order, and rebuilds the parents of changed nodes.

use syntax::ast::{
    Arg, Arguments, Body, ClassDef, Comprehension, Constant, ExceptHandler, Expr, ExprContext,
    ExprKind, Exprs, For, FunctionDef, Interpolation, Keyword, MatchCase, MatchClass, Operator,
    Pattern, PatternKind, Patterns, Stmt, StmtKind, Try, TypeParam, TypeParamKind, With, WithItem,
};

use super::{Around, Preprocess};
use crate::error::{Result, push_link};

/// Whether a visited node is still the one that it was.
fn same<T: ?Sized>(a: &T, b: &T) -> bool {
    std::ptr::eq(a, b)
}

fn same_opt<T>(a: Option<&T>, b: Option<&T>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => same(a, b),
        (None, None) => true,
        _ => false,
    }
}

impl<'a> Preprocess<'a, '_> {
    /// Visits the items of a sequence; gives the same slice if nothing changed.
    fn map<T: Copy>(
        &mut self,
        items: &'a [T],
        mut visit: impl FnMut(&mut Self, T) -> Result<T>,
        is_same: impl Fn(T, T) -> bool,
    ) -> Result<&'a [T]> {
        for (i, &item) in items.iter().enumerate() {
            let new = visit(self, item)?;
            if is_same(new, item) {
                continue;
            }
            let rebuilt = self.arena.alloc_slice_copy(items);
            rebuilt[i] = new;
            for slot in rebuilt.iter_mut().skip(i + 1) {
                *slot = visit(self, *slot)?;
            }
            return Ok(rebuilt);
        }
        Ok(items)
    }

    fn map_refs<T>(
        &mut self,
        items: &'a [&'a T],
        visit: impl FnMut(&mut Self, &'a T) -> Result<&'a T>,
    ) -> Result<&'a [&'a T]> {
        self.map(items, visit, |a, b| same(a, b))
    }

    pub(super) fn exprs(&mut self, exprs: Exprs<'a>) -> Result<Exprs<'a>> {
        self.map_refs(exprs, Self::expr)
    }

    fn opt_expr(&mut self, e: Option<&'a Expr<'a>>) -> Result<Option<&'a Expr<'a>>> {
        e.map(|e| self.expr(e)).transpose()
    }

    fn opt_exprs(
        &mut self,
        exprs: &'a [Option<&'a Expr<'a>>],
    ) -> Result<&'a [Option<&'a Expr<'a>>]> {
        self.map(exprs, Self::opt_expr, same_opt)
    }

    pub(super) fn stmts(&mut self, stmts: Body<'a>) -> Result<Body<'a>> {
        self.map_refs(stmts, Self::stmt)
    }

    pub(super) fn expr(&mut self, e: &'a Expr<'a>) -> Result<&'a Expr<'a>> {
        // Leaves need no depth check, and are the most frequent.
        match e.kind {
            ExprKind::Name { id: "__debug__", ctx: ExprContext::Load } => return Ok(self.name(e)),
            ExprKind::Name { .. } | ExprKind::Constant { .. } => return Ok(e),
            _ => {}
        }
        self.depth.enter()?;
        let e = match e.kind {
            ExprKind::BinOp { .. } => self.bin_op(e)?,
            _ => self.compound_expr(e)?,
        };
        self.depth.leave();
        Ok(e)
    }

    /// A binary operation; the chain of left operands is a loop.
    fn bin_op(&mut self, e: &'a Expr<'a>) -> Result<&'a Expr<'a>> {
        let mut chain = Vec::new();
        let mut current = e;
        while let ExprKind::BinOp { left, .. } = current.kind {
            push_link(&mut chain, current)?;
            current = left;
        }
        let mut result = self.expr(current)?;
        for node in chain.into_iter().rev() {
            let ExprKind::BinOp { left, op, right } = node.kind else { continue };
            let new_right = self.expr(right)?;
            let folded = match (result.kind, op, new_right.kind) {
                (
                    ExprKind::Constant { value: Constant::Str(format), .. },
                    Operator::Mod,
                    ExprKind::Tuple { elts, .. },
                ) if !self.options.syntax_check_only => {
                    self.percent_format(format, elts, node.range)
                }
                _ => None,
            };
            result = match folded {
                Some(folded) => folded,
                None if same(result, left) && same(new_right, right) => node,
                None => self
                    .alloc_expr(ExprKind::BinOp { left: result, op, right: new_right }, node.range),
            };
        }
        Ok(result)
    }

    fn compound_expr(&mut self, e: &'a Expr<'a>) -> Result<&'a Expr<'a>> {
        // Each arm visits the children and leaves early if none changed.
        macro_rules! rebuild {
            ($kind:ident { $($field:ident),* } $(, $($rest:ident),*)?; $($visited:ident = $visit:expr),*) => {{
                $(let $visited = ($visited, $visit);)*
                if $(same_field(&$visited.0, &$visited.1))&&* {
                    return Ok(e);
                }
                $(let $visited = $visited.1;)*
                ExprKind::$kind { $($field),* }
            }};
        }
        let kind = match e.kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => return Ok(e),
            ExprKind::BoolOp { op, values } => {
                rebuild!(BoolOp { op, values }; values = self.exprs(values)?)
            }
            // Targets of assignment expressions are names.
            ExprKind::NamedExpr { target, value } => {
                rebuild!(NamedExpr { target, value }; value = self.expr(value)?)
            }
            ExprKind::BinOp { .. } => return self.bin_op(e),
            ExprKind::UnaryOp { op, operand } => {
                rebuild!(UnaryOp { op, operand }; operand = self.expr(operand)?)
            }
            ExprKind::Lambda { args, body } => {
                rebuild!(Lambda { args, body }; args = self.arguments(args)?, body = self.expr(body)?)
            }
            ExprKind::IfExp { test, body, orelse } => rebuild!(
                IfExp { test, body, orelse };
                test = self.expr(test)?, body = self.expr(body)?, orelse = self.expr(orelse)?
            ),
            ExprKind::Dict { keys, values } => {
                rebuild!(Dict { keys, values }; keys = self.opt_exprs(keys)?, values = self.exprs(values)?)
            }
            ExprKind::Set { elts } => rebuild!(Set { elts }; elts = self.exprs(elts)?),
            ExprKind::ListComp { elt, generators } => rebuild!(
                ListComp { elt, generators };
                elt = self.expr(elt)?, generators = self.clauses(generators)?
            ),
            ExprKind::SetComp { elt, generators } => rebuild!(
                SetComp { elt, generators };
                elt = self.expr(elt)?, generators = self.clauses(generators)?
            ),
            ExprKind::DictComp { key, value, generators } => rebuild!(
                DictComp { key, value, generators };
                key = self.expr(key)?, value = self.expr(value)?, generators = self.clauses(generators)?
            ),
            ExprKind::GeneratorExp { elt, generators } => rebuild!(
                GeneratorExp { elt, generators };
                elt = self.expr(elt)?, generators = self.clauses(generators)?
            ),
            ExprKind::Await { value } => rebuild!(Await { value }; value = self.expr(value)?),
            ExprKind::Yield { value } => rebuild!(Yield { value }; value = self.opt_expr(value)?),
            ExprKind::YieldFrom { value } => {
                rebuild!(YieldFrom { value }; value = self.expr(value)?)
            }
            ExprKind::Compare { left, ops, comparators } => rebuild!(
                Compare { left, ops, comparators };
                left = self.expr(left)?, comparators = self.exprs(comparators)?
            ),
            ExprKind::Call { func, args, keywords } => rebuild!(
                Call { func, args, keywords };
                func = self.expr(func)?, args = self.exprs(args)?, keywords = self.keywords(keywords)?
            ),
            ExprKind::FormattedValue { value, conversion, format_spec } => rebuild!(
                FormattedValue { value, conversion, format_spec };
                value = self.expr(value)?, format_spec = self.opt_expr(format_spec)?
            ),
            ExprKind::Interpolation(field) => {
                let value = self.expr(field.value)?;
                let format_spec = self.opt_expr(field.format_spec)?;
                if same(value, field.value) && same_opt(format_spec, field.format_spec) {
                    return Ok(e);
                }
                ExprKind::Interpolation(self.arena.alloc(Interpolation {
                    value,
                    format_spec,
                    ..*field
                }))
            }
            ExprKind::JoinedStr { values } => {
                rebuild!(JoinedStr { values }; values = self.exprs(values)?)
            }
            ExprKind::TemplateStr { values } => {
                rebuild!(TemplateStr { values }; values = self.exprs(values)?)
            }
            ExprKind::Attribute { value, attr, ctx } => {
                rebuild!(Attribute { value, attr, ctx }; value = self.expr(value)?)
            }
            ExprKind::Subscript { value, slice, ctx } => {
                rebuild!(Subscript { value, slice, ctx }; value = self.expr(value)?, slice = self.expr(slice)?)
            }
            ExprKind::Starred { value, ctx } => {
                rebuild!(Starred { value, ctx }; value = self.expr(value)?)
            }
            ExprKind::List { elts, ctx } => rebuild!(List { elts, ctx }; elts = self.exprs(elts)?),
            ExprKind::Tuple { elts, ctx } => {
                rebuild!(Tuple { elts, ctx }; elts = self.exprs(elts)?)
            }
            ExprKind::Slice { lower, upper, step } => rebuild!(
                Slice { lower, upper, step };
                lower = self.opt_expr(lower)?, upper = self.opt_expr(upper)?, step = self.opt_expr(step)?
            ),
        };
        Ok(self.alloc_expr(kind, e.range))
    }

    fn keywords(&mut self, keywords: &'a [&'a Keyword<'a>]) -> Result<&'a [&'a Keyword<'a>]> {
        self.map_refs(keywords, |pass, keyword| {
            let value = pass.expr(keyword.value)?;
            if same(value, keyword.value) {
                return Ok(keyword);
            }
            Ok(pass.arena.alloc(Keyword { value, ..*keyword }))
        })
    }

    fn clauses(
        &mut self,
        clauses: &'a [&'a Comprehension<'a>],
    ) -> Result<&'a [&'a Comprehension<'a>]> {
        self.map_refs(clauses, |pass, clause| {
            let target = pass.expr(clause.target)?;
            let iter = pass.expr(clause.iter)?;
            let ifs = pass.exprs(clause.ifs)?;
            if same(target, clause.target) && same(iter, clause.iter) && same(ifs, clause.ifs) {
                return Ok(clause);
            }
            Ok(pass.arena.alloc(Comprehension { target, iter, ifs, ..*clause }))
        })
    }

    fn arguments(&mut self, args: &'a Arguments<'a>) -> Result<&'a Arguments<'a>> {
        let posonlyargs = self.args(args.posonlyargs)?;
        let positional = self.args(args.args)?;
        let vararg = args.vararg.map(|arg| self.arg(arg)).transpose()?;
        let kwonlyargs = self.args(args.kwonlyargs)?;
        let kw_defaults = self.opt_exprs(args.kw_defaults)?;
        let kwarg = args.kwarg.map(|arg| self.arg(arg)).transpose()?;
        let defaults = self.exprs(args.defaults)?;
        let unchanged = same(posonlyargs, args.posonlyargs)
            && same(positional, args.args)
            && same_opt(vararg, args.vararg)
            && same(kwonlyargs, args.kwonlyargs)
            && same(kw_defaults, args.kw_defaults)
            && same_opt(kwarg, args.kwarg)
            && same(defaults, args.defaults);
        if unchanged {
            return Ok(args);
        }
        Ok(self.arena.alloc(Arguments {
            posonlyargs,
            args: positional,
            vararg,
            kwonlyargs,
            kw_defaults,
            kwarg,
            defaults,
        }))
    }

    fn args(&mut self, args: &'a [&'a Arg<'a>]) -> Result<&'a [&'a Arg<'a>]> {
        self.map_refs(args, Self::arg)
    }

    fn arg(&mut self, arg: &'a Arg<'a>) -> Result<&'a Arg<'a>> {
        let annotation = self.annotation(arg.annotation)?;
        if same_opt(annotation, arg.annotation) {
            return Ok(arg);
        }
        Ok(self.arena.alloc(Arg { annotation, ..*arg }))
    }

    fn annotation(&mut self, annotation: Option<&'a Expr<'a>>) -> Result<Option<&'a Expr<'a>>> {
        if self.options.string_annotations { Ok(annotation) } else { self.opt_expr(annotation) }
    }

    fn stmt(&mut self, s: &'a Stmt<'a>) -> Result<&'a Stmt<'a>> {
        self.depth.enter_block()?;
        let kind = self.stmt_kind(s)?;
        self.depth.leave_block();
        Ok(match kind {
            Some(kind) => self.arena.alloc(Stmt { kind, range: s.range }),
            None => s,
        })
    }

    /// The new kind of a statement, if it changed.
    fn stmt_kind(&mut self, s: &'a Stmt<'a>) -> Result<Option<StmtKind<'a>>> {
        macro_rules! rebuild {
            ($kind:ident { $($field:ident),* }; $($visited:ident = $visit:expr),*) => {{
                $(let $visited = ($visited, $visit);)*
                if $(same_field(&$visited.0, &$visited.1))&&* {
                    return Ok(None);
                }
                $(let $visited = $visited.1;)*
                StmtKind::$kind { $($field),* }
            }};
        }
        macro_rules! rebuild_node {
            ($kind:ident, $node:ident, $visit:expr) => {
                match $visit {
                    Some(node) => StmtKind::$kind(self.arena.alloc(node)),
                    None => return Ok(None),
                }
            };
        }
        Ok(Some(match s.kind {
            StmtKind::FunctionDef(def) => rebuild_node!(FunctionDef, def, self.function_def(def)?),
            StmtKind::AsyncFunctionDef(def) => {
                rebuild_node!(AsyncFunctionDef, def, self.function_def(def)?)
            }
            StmtKind::ClassDef(def) => rebuild_node!(ClassDef, def, self.class_def(def)?),
            StmtKind::Return { value } => {
                self.warn_in_finally("return", s.range);
                rebuild!(Return { value }; value = self.opt_expr(value)?)
            }
            StmtKind::Delete { targets } => {
                rebuild!(Delete { targets }; targets = self.exprs(targets)?)
            }
            StmtKind::Assign { targets, value, type_comment } => rebuild!(
                Assign { targets, value, type_comment };
                targets = self.exprs(targets)?, value = self.expr(value)?
            ),
            StmtKind::TypeAlias { name, type_params, value } => rebuild!(
                TypeAlias { name, type_params, value };
                type_params = self.type_params(type_params)?, value = self.expr(value)?
            ),
            StmtKind::AugAssign { target, op, value } => rebuild!(
                AugAssign { target, op, value };
                target = self.expr(target)?, value = self.expr(value)?
            ),
            StmtKind::AnnAssign { target, annotation, value, simple } => rebuild!(
                AnnAssign { target, annotation, value, simple };
                target = self.expr(target)?,
                annotation = if self.options.string_annotations { annotation } else { self.expr(annotation)? },
                value = self.opt_expr(value)?
            ),
            StmtKind::For(node) => rebuild_node!(For, node, self.for_loop(node)?),
            StmtKind::AsyncFor(node) => rebuild_node!(AsyncFor, node, self.for_loop(node)?),
            StmtKind::While { test, body, orelse } => rebuild!(
                While { test, body, orelse };
                test = self.expr(test)?,
                body = self.inside(Around::Loop, |pass| pass.stmts(body))?,
                orelse = self.stmts(orelse)?
            ),
            StmtKind::If { test, body, orelse } => rebuild!(
                If { test, body, orelse };
                test = self.expr(test)?, body = self.stmts(body)?, orelse = self.stmts(orelse)?
            ),
            StmtKind::With(node) => rebuild_node!(With, node, self.with(node)?),
            StmtKind::AsyncWith(node) => rebuild_node!(AsyncWith, node, self.with(node)?),
            StmtKind::Match { subject, cases } => rebuild!(
                Match { subject, cases };
                subject = self.expr(subject)?, cases = self.map_refs(cases, Self::match_case)?
            ),
            StmtKind::Raise { exc, cause } => rebuild!(
                Raise { exc, cause };
                exc = self.opt_expr(exc)?, cause = self.opt_expr(cause)?
            ),
            StmtKind::Try(node) => rebuild_node!(Try, node, self.try_stmt(node)?),
            StmtKind::TryStar(node) => rebuild_node!(TryStar, node, self.try_stmt(node)?),
            StmtKind::Assert { test, msg } => {
                rebuild!(Assert { test, msg }; test = self.expr(test)?, msg = self.opt_expr(msg)?)
            }
            StmtKind::Expr { value } => rebuild!(Expr { value }; value = self.expr(value)?),
            StmtKind::Break => {
                self.warn_in_finally("break", s.range);
                return Ok(None);
            }
            StmtKind::Continue => {
                self.warn_in_finally("continue", s.range);
                return Ok(None);
            }
            StmtKind::Import { .. }
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global { .. }
            | StmtKind::Nonlocal { .. }
            | StmtKind::Pass => return Ok(None),
        }))
    }

    fn function_def(&mut self, def: &'a FunctionDef<'a>) -> Result<Option<FunctionDef<'a>>> {
        let type_params = self.type_params(def.type_params)?;
        let args = self.arguments(def.args)?;
        let body = self.inside(Around::Function, |pass| pass.body(def.body))?;
        let decorator_list = self.exprs(def.decorator_list)?;
        let returns = self.annotation(def.returns)?;
        let unchanged = same(type_params, def.type_params)
            && same(args, def.args)
            && same(body, def.body)
            && same(decorator_list, def.decorator_list)
            && same_opt(returns, def.returns);
        Ok((!unchanged).then_some(FunctionDef {
            type_params,
            args,
            body,
            decorator_list,
            returns,
            ..*def
        }))
    }

    fn class_def(&mut self, def: &'a ClassDef<'a>) -> Result<Option<ClassDef<'a>>> {
        let type_params = self.type_params(def.type_params)?;
        let bases = self.exprs(def.bases)?;
        let keywords = self.keywords(def.keywords)?;
        let body = self.body(def.body)?;
        let decorator_list = self.exprs(def.decorator_list)?;
        let unchanged = same(type_params, def.type_params)
            && same(bases, def.bases)
            && same(keywords, def.keywords)
            && same(body, def.body)
            && same(decorator_list, def.decorator_list);
        Ok((!unchanged).then_some(ClassDef {
            type_params,
            bases,
            keywords,
            body,
            decorator_list,
            ..*def
        }))
    }

    fn for_loop(&mut self, node: &'a For<'a>) -> Result<Option<For<'a>>> {
        let target = self.expr(node.target)?;
        let iter = self.expr(node.iter)?;
        let body = self.inside(Around::Loop, |pass| pass.stmts(node.body))?;
        let orelse = self.stmts(node.orelse)?;
        let unchanged = same(target, node.target)
            && same(iter, node.iter)
            && same(body, node.body)
            && same(orelse, node.orelse);
        Ok((!unchanged).then_some(For { target, iter, body, orelse, ..*node }))
    }

    fn with(&mut self, node: &'a With<'a>) -> Result<Option<With<'a>>> {
        let items = self.map_refs(node.items, |pass, item| {
            let context_expr = pass.expr(item.context_expr)?;
            let optional_vars = pass.opt_expr(item.optional_vars)?;
            if same(context_expr, item.context_expr) && same_opt(optional_vars, item.optional_vars)
            {
                return Ok(item);
            }
            Ok(pass.arena.alloc(WithItem { context_expr, optional_vars }))
        })?;
        let body = self.stmts(node.body)?;
        let unchanged = same(items, node.items) && same(body, node.body);
        Ok((!unchanged).then_some(With { items, body, ..*node }))
    }

    fn try_stmt(&mut self, node: &'a Try<'a>) -> Result<Option<Try<'a>>> {
        let body = self.stmts(node.body)?;
        let handlers = self.map_refs(node.handlers, |pass, handler| {
            let typ = pass.opt_expr(handler.typ)?;
            let body = pass.stmts(handler.body)?;
            if same_opt(typ, handler.typ) && same(body, handler.body) {
                return Ok(handler);
            }
            Ok(pass.arena.alloc(ExceptHandler { typ, body, ..*handler }))
        })?;
        let orelse = self.stmts(node.orelse)?;
        let finalbody = self.inside(Around::Finally, |pass| pass.stmts(node.finalbody))?;
        let unchanged = same(body, node.body)
            && same(handlers, node.handlers)
            && same(orelse, node.orelse)
            && same(finalbody, node.finalbody);
        Ok((!unchanged).then_some(Try { body, handlers, orelse, finalbody }))
    }

    fn match_case(&mut self, case: &'a MatchCase<'a>) -> Result<&'a MatchCase<'a>> {
        let pattern = self.pattern(case.pattern)?;
        let guard = self.opt_expr(case.guard)?;
        let body = self.stmts(case.body)?;
        if same(pattern, case.pattern) && same_opt(guard, case.guard) && same(body, case.body) {
            return Ok(case);
        }
        Ok(self.arena.alloc(MatchCase { pattern, guard, body }))
    }

    fn patterns(&mut self, patterns: Patterns<'a>) -> Result<Patterns<'a>> {
        self.map_refs(patterns, Self::pattern)
    }

    fn pattern(&mut self, p: &'a Pattern<'a>) -> Result<&'a Pattern<'a>> {
        self.depth.enter()?;
        let kind = self.pattern_kind(p)?;
        self.depth.leave();
        Ok(match kind {
            Some(kind) => self.arena.alloc(Pattern { kind, range: p.range }),
            None => p,
        })
    }

    fn pattern_kind(&mut self, p: &'a Pattern<'a>) -> Result<Option<PatternKind<'a>>> {
        let (changed, kind) = match p.kind {
            PatternKind::MatchValue { value } => {
                let new = self.constant_pattern(value)?;
                (!same(new, value), PatternKind::MatchValue { value: new })
            }
            PatternKind::MatchSingleton { .. } | PatternKind::MatchStar { .. } => return Ok(None),
            PatternKind::MatchSequence { patterns } => {
                let new = self.patterns(patterns)?;
                (!same(new, patterns), PatternKind::MatchSequence { patterns: new })
            }
            PatternKind::MatchOr { patterns } => {
                let new = self.patterns(patterns)?;
                (!same(new, patterns), PatternKind::MatchOr { patterns: new })
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                let new_keys = self.map_refs(keys, Self::constant_pattern)?;
                let new_patterns = self.patterns(patterns)?;
                let changed = !same(new_keys, keys) || !same(new_patterns, patterns);
                (
                    changed,
                    PatternKind::MatchMapping { keys: new_keys, patterns: new_patterns, rest },
                )
            }
            PatternKind::MatchClass(class) => {
                let cls = self.expr(class.cls)?;
                let patterns = self.patterns(class.patterns)?;
                let kwd_patterns = self.patterns(class.kwd_patterns)?;
                if same(cls, class.cls)
                    && same(patterns, class.patterns)
                    && same(kwd_patterns, class.kwd_patterns)
                {
                    return Ok(None);
                }
                let class = self.arena.alloc(MatchClass { cls, patterns, kwd_patterns, ..*class });
                (true, PatternKind::MatchClass(class))
            }
            PatternKind::MatchAs { pattern: None, .. } => return Ok(None),
            PatternKind::MatchAs { pattern: Some(pattern), name } => {
                let new = self.pattern(pattern)?;
                (!same(new, pattern), PatternKind::MatchAs { pattern: Some(new), name })
            }
        };
        Ok(changed.then_some(kind))
    }

    fn type_params(&mut self, params: &'a [&'a TypeParam<'a>]) -> Result<&'a [&'a TypeParam<'a>]> {
        self.map_refs(params, |pass, param| {
            let kind = match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    let new_bound = pass.opt_expr(bound)?;
                    let new_default = pass.opt_expr(default_value)?;
                    if same_opt(new_bound, bound) && same_opt(new_default, default_value) {
                        return Ok(param);
                    }
                    TypeParamKind::TypeVar { name, bound: new_bound, default_value: new_default }
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    let new = pass.opt_expr(default_value)?;
                    if same_opt(new, default_value) {
                        return Ok(param);
                    }
                    TypeParamKind::ParamSpec { name, default_value: new }
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    let new = pass.opt_expr(default_value)?;
                    if same_opt(new, default_value) {
                        return Ok(param);
                    }
                    TypeParamKind::TypeVarTuple { name, default_value: new }
                }
            };
            Ok(pass.arena.alloc(TypeParam { kind, range: param.range }))
        })
    }
}

/// Compares a field before and after its visit by identity.
fn same_field<T: Field>(a: &T, b: &T) -> bool {
    a.same_as(b)
}

/// What the fields of nodes are: references, optional references and slices.
trait Field {
    fn same_as(&self, other: &Self) -> bool;
}

impl<T: ?Sized> Field for &T {
    fn same_as(&self, other: &Self) -> bool {
        same(*self, *other)
    }
}

impl<T> Field for Option<&T> {
    fn same_as(&self, other: &Self) -> bool {
        same_opt(*self, *other)
    }
}

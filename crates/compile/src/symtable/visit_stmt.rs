//! The first pass over statements, patterns and type parameters.

use syntax::ast::{
    Alias, Arg, Arguments, ClassDef, ExceptHandler, Expr, ExprKind, FunctionDef, MatchCase,
    MatchClass, Pattern, PatternKind, Range, Stmt, StmtKind, Try, TypeParam, TypeParamKind, With,
};

use super::build::{Builder, check_name};
use super::{
    BlockKind, DEF_ANNOT, DEF_GLOBAL, DEF_IMPORT, DEF_LOCAL, DEF_NONLOCAL, DEF_PARAM,
    DEF_TYPE_PARAM, Role, ScopeId, Sym, SymbolTable, USE,
};
use crate::error::{Error, Result};
use crate::future::{self, CO_FUTURE_ANNOTATIONS};

impl<'a> Builder<'a> {
    pub(super) fn stmts(&mut self, stmts: &[&'a Stmt<'a>]) -> Result<()> {
        stmts.iter().try_for_each(|stmt| self.stmt(stmt))
    }

    fn stmt(&mut self, s: &'a Stmt<'a>) -> Result<()> {
        self.depth.enter_block()?;
        match s.kind {
            StmtKind::FunctionDef(def) => self.function_def(s, def, false)?,
            StmtKind::AsyncFunctionDef(def) => self.function_def(s, def, true)?,
            StmtKind::ClassDef(def) => self.class_def(s, def)?,
            StmtKind::TypeAlias { name, type_params, value } => {
                self.type_alias(s, name, type_params, value)?
            }
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.scope().returns_value = true;
                }
            }
            StmtKind::Delete { targets } => self.exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)?;
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                self.ann_assign(s.range, target, annotation, value, simple)?;
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)?;
            }
            StmtKind::For(node) => {
                self.expr(node.target)?;
                self.expr(node.iter)?;
                self.conditional(&[node.body, node.orelse])?;
            }
            StmtKind::AsyncFor(node) => {
                self.require_coroutine("'async for' outside async function", s.range)?;
                self.expr(node.target)?;
                self.expr(node.iter)?;
                self.conditional(&[node.body, node.orelse])?;
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.conditional(&[body, orelse])?;
            }
            StmtKind::Match { subject, cases } => {
                self.expr(subject)?;
                self.in_conditional(|b| cases.iter().try_for_each(|case| b.match_case(case)))?;
            }
            StmtKind::Raise { exc, cause } => {
                self.opt_expr(exc)?;
                self.opt_expr(cause)?;
            }
            StmtKind::Try(node) | StmtKind::TryStar(node) => {
                self.in_conditional(|b| b.try_stmt(node))?
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.opt_expr(msg)?;
            }
            StmtKind::Import { names } => names.iter().try_for_each(|alias| self.alias(alias))?,
            StmtKind::ImportFrom { module, names, level } => {
                names.iter().try_for_each(|alias| self.alias(alias))?;
                self.check_import_from(s.range, module, level)?;
            }
            StmtKind::Global { names } => self.declare(s.range, names, DEF_GLOBAL)?,
            StmtKind::Nonlocal { names } => self.declare(s.range, names, DEF_NONLOCAL)?,
            StmtKind::Expr { value } => self.expr(value)?,
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
            StmtKind::With(node) => self.in_conditional(|b| b.with(node))?,
            StmtKind::AsyncWith(node) => {
                self.require_coroutine("'async with' outside async function", s.range)?;
                self.in_conditional(|b| b.with(node))?;
            }
        }
        self.depth.leave_block();
        Ok(())
    }

    /// Visits what may not be executed; annotations in there are conditional.
    fn in_conditional(&mut self, visit: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        let saved = std::mem::replace(&mut self.scope().in_conditional_block, true);
        visit(self)?;
        self.scope().in_conditional_block = saved;
        Ok(())
    }

    fn conditional(&mut self, blocks: &[&'a [&'a Stmt<'a>]]) -> Result<()> {
        self.in_conditional(|b| blocks.iter().try_for_each(|block| b.stmts(block)))
    }

    fn require_coroutine(&mut self, msg: &'static str, range: Range) -> Result<()> {
        if self.allows_top_level_await() {
            self.scope().coroutine = true;
        }
        if self.scope().coroutine { Ok(()) } else { self.error(range, msg) }
    }

    fn try_stmt(&mut self, node: &'a Try<'a>) -> Result<()> {
        self.stmts(node.body)?;
        node.handlers.iter().try_for_each(|handler| self.except_handler(handler))?;
        self.stmts(node.orelse)?;
        self.stmts(node.finalbody)
    }

    fn except_handler(&mut self, handler: &'a ExceptHandler<'a>) -> Result<()> {
        self.opt_expr(handler.typ)?;
        if let Some(name) = handler.name {
            let name = self.table.names.intern(name);
            self.add_def(name, DEF_LOCAL, handler.range)?;
        }
        self.stmts(handler.body)
    }

    fn with(&mut self, node: &'a With<'a>) -> Result<()> {
        for item in node.items {
            self.expr(item.context_expr)?;
            self.opt_expr(item.optional_vars)?;
        }
        self.stmts(node.body)
    }

    fn function_def(
        &mut self,
        s: &'a Stmt<'a>,
        def: &'a FunctionDef<'a>,
        is_async: bool,
    ) -> Result<()> {
        let name = self.table.names.intern(def.name);
        self.add_def(name, DEF_LOCAL, s.range)?;
        self.defaults(def.args)?;
        self.exprs(def.decorator_list)?;
        let generic = !def.type_params.is_empty();
        if generic {
            self.enter_type_params(name, s)?;
            self.add_def(Sym::DOT_DEFAULTS, DEF_PARAM, s.range)?;
            if def.args.kw_defaults.iter().any(Option::is_some) {
                self.add_def(Sym::DOT_KWDEFAULTS, DEF_PARAM, s.range)?;
            }
            self.type_params(def.type_params)?;
        }
        let scope = self.new_scope(name, BlockKind::Function, s.range);
        self.register(s, Role::Body, scope);
        self.table.scope_mut(scope).has_docstring = future::docstring(def.body).is_some();
        self.function_annotations(s, def)?;
        self.enter_existing(scope, true);
        self.scope().coroutine = is_async;
        self.arguments(def.args)?;
        self.stmts(def.body)?;
        self.exit();
        if generic {
            self.exit();
        }
        Ok(())
    }

    /// The defaults of parameters are evaluated outside the function.
    pub(super) fn defaults(&mut self, args: &'a Arguments<'a>) -> Result<()> {
        self.exprs(args.defaults)?;
        args.kw_defaults.iter().flatten().try_for_each(|default| self.expr(default))
    }

    fn enter_type_params(&mut self, name: Sym, s: &'a Stmt<'a>) -> Result<()> {
        let in_class = self.scope().kind == BlockKind::Class;
        self.enter(name, BlockKind::TypeParameters, s, Role::TypeParams, s.range)?;
        if in_class {
            self.scope().can_see_class_scope = true;
            self.add_def(Sym::CLASSDICT, USE, s.range)?;
        }
        if matches!(s.kind, StmtKind::ClassDef(_)) {
            // The tuple of type parameters and the generic base are set and used in this scope.
            self.add_def(Sym::DOT_TYPE_PARAMS, DEF_LOCAL, s.range)?;
            self.add_def(Sym::DOT_TYPE_PARAMS, USE, s.range)?;
            self.add_def(Sym::DOT_GENERIC_BASE, DEF_LOCAL, s.range)?;
            self.add_def(Sym::DOT_GENERIC_BASE, USE, s.range)?;
        }
        Ok(())
    }

    fn class_def(&mut self, s: &'a Stmt<'a>, def: &'a ClassDef<'a>) -> Result<()> {
        let name = self.table.names.intern(def.name);
        self.add_def(name, DEF_LOCAL, s.range)?;
        self.exprs(def.decorator_list)?;
        let saved = self.private;
        let generic = !def.type_params.is_empty();
        if generic {
            self.enter_type_params(name, s)?;
            self.private = Some(name);
            self.restrict_mangling();
            self.type_params(def.type_params)?;
        }
        self.exprs(def.bases)?;
        self.check_keywords(def.keywords)?;
        def.keywords.iter().try_for_each(|keyword| self.expr(keyword.value))?;
        self.enter(name, BlockKind::Class, s, Role::Body, s.range)?;
        self.private = Some(name);
        if generic {
            self.add_def(Sym::TYPE_PARAMS, DEF_LOCAL, s.range)?;
            self.add_def(Sym::DOT_TYPE_PARAMS, USE, s.range)?;
        }
        self.scope().has_docstring = future::docstring(def.body).is_some();
        self.stmts(def.body)?;
        self.exit();
        if generic {
            self.exit();
        }
        self.private = saved;
        Ok(())
    }

    fn type_alias(
        &mut self,
        s: &'a Stmt<'a>,
        name: &'a Expr<'a>,
        type_params: &[&'a TypeParam<'a>],
        value: &'a Expr<'a>,
    ) -> Result<()> {
        self.expr(name)?;
        let ExprKind::Name { id, .. } = name.kind else {
            return Err(Error::system("the name of a type alias is not a name"));
        };
        let sym = self.table.names.intern(id);
        let in_class = self.scope().kind == BlockKind::Class;
        let generic = !type_params.is_empty();
        if generic {
            self.enter_type_params(sym, s)?;
            self.type_params(type_params)?;
        }
        self.enter(sym, BlockKind::TypeAlias, s, Role::Body, s.range)?;
        self.scope().can_see_class_scope = in_class;
        if in_class {
            self.add_def(Sym::CLASSDICT, USE, value.range)?;
        }
        self.expr(value)?;
        self.exit();
        if generic {
            self.exit();
        }
        Ok(())
    }

    fn ann_assign(
        &mut self,
        range: Range,
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    ) -> Result<()> {
        self.scope().annotations_used = true;
        if let ExprKind::Name { id, .. } = target.kind {
            let name = self.table.names.intern(id);
            let flags = self.lookup_in(self.cur, name);
            if flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0 && self.cur != SymbolTable::TOP && simple {
                let what = if flags & DEF_GLOBAL != 0 { "global" } else { "nonlocal" };
                return self.error(range, format!("annotated name '{id}' can't be {what}"));
            }
            if simple {
                self.add_def(name, DEF_ANNOT | DEF_LOCAL, target.range)?;
            } else if value.is_some() {
                self.add_def(name, DEF_LOCAL, target.range)?;
            }
        } else {
            self.expr(target)?;
        }
        self.annotation(annotation)?;
        self.opt_expr(value)
    }

    /// Visits the annotation of a variable in the annotation block of the current scope.
    fn annotation(&mut self, annotation: &'a Expr<'a>) -> Result<()> {
        let parent = self.cur;
        let scope = self.table.scope(parent);
        let kind = scope.kind;
        // Annotations of local variables are not executed.
        let unevaluated = kind == BlockKind::Function;
        // A module may be executed only in part, so its annotations are always conditional.
        let conditional =
            kind == BlockKind::Module || kind == BlockKind::Class && scope.in_conditional_block;
        if conditional && !scope.has_conditional_annotations {
            self.scope().has_conditional_annotations = true;
            self.add_def(Sym::CONDITIONAL_ANNOTATIONS, USE, annotation.range)?;
        }
        match self.table.scope(parent).annotation_block {
            Some(block) => self.enter_existing(block, false),
            None => {
                let block = self.new_annotation_block(annotation.range)?;
                self.table.scope_mut(parent).annotation_block = Some(block);
                if kind == BlockKind::Class && self.future.features & CO_FUTURE_ANNOTATIONS == 0 {
                    self.scope().can_see_class_scope = true;
                    self.add_def(Sym::CLASSDICT, USE, annotation.range)?;
                }
            }
        }
        self.scope().in_unevaluated_annotation = unevaluated;
        self.expr(annotation)?;
        self.scope().in_unevaluated_annotation = false;
        self.exit();
        Ok(())
    }

    fn new_annotation_block(&mut self, range: Range) -> Result<ScopeId> {
        let block = self.new_scope(Sym::ANNOTATE, BlockKind::Annotation, range);
        self.enter_existing(block, true);
        self.add_format_parameter(BlockKind::Annotation, range)?;
        Ok(block)
    }

    fn function_annotations(&mut self, s: &'a Stmt<'a>, def: &'a FunctionDef<'a>) -> Result<()> {
        let in_class = self.scope().can_see_class_scope || self.scope().kind == BlockKind::Class;
        self.enter(Sym::ANNOTATE, BlockKind::Annotation, s, Role::Annotations, s.range)?;
        if in_class {
            self.scope().can_see_class_scope = true;
            self.add_def(Sym::CLASSDICT, USE, s.range)?;
        }
        let args = def.args;
        self.arg_annotations(args.posonlyargs)?;
        self.arg_annotations(args.args)?;
        self.arg_annotations(args.vararg.as_slice())?;
        self.arg_annotations(args.kwarg.as_slice())?;
        self.arg_annotations(args.kwonlyargs)?;
        if let Some(returns) = def.returns {
            self.scope().annotations_used = true;
            self.expr(returns)?;
        }
        self.exit();
        Ok(())
    }

    fn arg_annotations(&mut self, args: &[&'a Arg<'a>]) -> Result<()> {
        for annotation in args.iter().filter_map(|arg| arg.annotation) {
            self.scope().annotations_used = true;
            self.expr(annotation)?;
        }
        Ok(())
    }

    pub(super) fn arguments(&mut self, args: &'a Arguments<'a>) -> Result<()> {
        self.params(args.posonlyargs)?;
        self.params(args.args)?;
        self.params(args.kwonlyargs)?;
        if let Some(vararg) = args.vararg {
            self.params(&[vararg])?;
            self.scope().varargs = true;
        }
        if let Some(kwarg) = args.kwarg {
            self.params(&[kwarg])?;
            self.scope().varkeywords = true;
        }
        Ok(())
    }

    fn params(&mut self, args: &[&'a Arg<'a>]) -> Result<()> {
        for arg in args {
            let name = self.table.names.intern(arg.arg);
            self.add_def(name, DEF_PARAM, arg.range)?;
        }
        Ok(())
    }

    fn alias(&mut self, alias: &'a Alias<'a>) -> Result<()> {
        let name = alias.asname.unwrap_or(alias.name);
        if name == "*" {
            if self.scope().kind != BlockKind::Module {
                return self.error(alias.range, "import * only allowed at module level");
            }
            return Ok(());
        }
        let bound = name.split_once('.').map_or(name, |(head, _)| head);
        let bound = self.table.names.intern(bound);
        self.add_def(bound, DEF_IMPORT, alias.range)
    }

    fn check_import_from(&self, range: Range, module: Option<&str>, level: u32) -> Result<()> {
        let late = self.future.last.is_none_or(|last| {
            range.line > last.line || range.line == last.end_line && range.col > last.end_col
        });
        if level == 0 && module == Some("__future__") && late {
            return self
                .error(range, "from __future__ imports must occur at the beginning of the file");
        }
        Ok(())
    }

    /// `global` and `nonlocal`.
    fn declare(&mut self, range: Range, names: &[&'a str], flag: u32) -> Result<()> {
        let what = if flag == DEF_GLOBAL { "global" } else { "nonlocal" };
        for &text in names {
            let name = self.table.names.intern(text);
            let flags = self.lookup_in(self.cur, name);
            if flags & (DEF_PARAM | DEF_LOCAL | USE | DEF_ANNOT) != 0 {
                let msg = if flags & DEF_PARAM != 0 {
                    format!("name '{text}' is parameter and {what}")
                } else if flags & USE != 0 {
                    format!("name '{text}' is used prior to {what} declaration")
                } else if flags & DEF_ANNOT != 0 {
                    format!("annotated name '{text}' can't be {what}")
                } else {
                    format!("name '{text}' is assigned to before {what} declaration")
                };
                return self.error(range, msg);
            }
            self.add_def(name, flag, range)?;
            self.record_directive(name, range);
        }
        Ok(())
    }

    fn type_params(&mut self, params: &[&'a TypeParam<'a>]) -> Result<()> {
        params.iter().try_for_each(|param| self.type_param(param))
    }

    fn type_param(&mut self, tp: &'a TypeParam<'a>) -> Result<()> {
        self.depth.enter()?;
        match tp.kind {
            TypeParamKind::TypeVar { name, bound, default_value } => {
                let name = self.define_type_param(name, tp)?;
                let tuple = bound.is_some_and(|bound| matches!(bound.kind, ExprKind::Tuple { .. }));
                let info = if tuple { "a TypeVar constraint" } else { "a TypeVar bound" };
                self.bound_or_default(bound, name, tp, Role::Body, info)?;
                self.bound_or_default(default_value, name, tp, Role::Default, "a TypeVar default")?;
            }
            TypeParamKind::TypeVarTuple { name, default_value } => {
                let name = self.define_type_param(name, tp)?;
                self.bound_or_default(
                    default_value,
                    name,
                    tp,
                    Role::Default,
                    "a TypeVarTuple default",
                )?;
            }
            TypeParamKind::ParamSpec { name, default_value } => {
                let name = self.define_type_param(name, tp)?;
                self.bound_or_default(
                    default_value,
                    name,
                    tp,
                    Role::Default,
                    "a ParamSpec default",
                )?;
            }
        }
        self.depth.leave();
        Ok(())
    }

    fn define_type_param(&mut self, name: &'a str, tp: &'a TypeParam<'a>) -> Result<Sym> {
        let name = self.table.names.intern(name);
        self.add_def(name, DEF_TYPE_PARAM | DEF_LOCAL, tp.range)?;
        Ok(name)
    }

    fn bound_or_default(
        &mut self,
        value: Option<&'a Expr<'a>>,
        name: Sym,
        tp: &'a TypeParam<'a>,
        role: Role,
        info: &'static str,
    ) -> Result<()> {
        if name == Sym::CLASSDICT {
            return self.error(
                tp.range,
                "reserved name '__classdict__' cannot be used for type parameter",
            );
        }
        let Some(value) = value else { return Ok(()) };
        let in_class = self.scope().can_see_class_scope;
        self.enter(name, BlockKind::TypeVariable, tp, role, value.range)?;
        self.scope().can_see_class_scope = in_class;
        if in_class {
            self.add_def(Sym::CLASSDICT, USE, value.range)?;
        }
        self.scope().info = info;
        self.expr(value)?;
        self.exit();
        Ok(())
    }

    fn match_case(&mut self, case: &'a MatchCase<'a>) -> Result<()> {
        self.pattern(case.pattern)?;
        self.opt_expr(case.guard)?;
        self.stmts(case.body)
    }

    fn patterns(&mut self, patterns: &[&'a Pattern<'a>]) -> Result<()> {
        patterns.iter().try_for_each(|pattern| self.pattern(pattern))
    }

    fn pattern(&mut self, p: &'a Pattern<'a>) -> Result<()> {
        self.depth.enter()?;
        match p.kind {
            PatternKind::MatchValue { value } => self.expr(value)?,
            PatternKind::MatchSingleton { .. } => {}
            PatternKind::MatchSequence { patterns } | PatternKind::MatchOr { patterns } => {
                self.patterns(patterns)?
            }
            PatternKind::MatchStar { name } => self.capture(name, p.range)?,
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.exprs(keys)?;
                self.patterns(patterns)?;
                self.capture(rest, p.range)?;
            }
            PatternKind::MatchClass(class) => self.class_pattern(class)?,
            PatternKind::MatchAs { pattern, name } => {
                if let Some(pattern) = pattern {
                    self.pattern(pattern)?;
                }
                self.capture(name, p.range)?;
            }
        }
        self.depth.leave();
        Ok(())
    }

    fn class_pattern(&mut self, class: &'a MatchClass<'a>) -> Result<()> {
        self.expr(class.cls)?;
        self.patterns(class.patterns)?;
        for (&attr, pattern) in class.kwd_attrs.iter().zip(class.kwd_patterns) {
            let attr = self.table.names.intern(attr);
            check_name(attr, pattern.range, syntax::ast::ExprContext::Store)?;
        }
        self.patterns(class.kwd_patterns)
    }

    fn capture(&mut self, name: Option<&'a str>, range: Range) -> Result<()> {
        let Some(name) = name else { return Ok(()) };
        let name = self.table.names.intern(name);
        self.add_def(name, DEF_LOCAL, range)
    }
}

//! The first pass over expressions.

use syntax::ast::{Comprehension as Clause, Expr, ExprContext, ExprKind};

use super::build::{Builder, check_name};
use super::{
    BlockKind, Comprehension, DEF_COMP_ITER, DEF_GLOBAL, DEF_LOCAL, DEF_NONLOCAL, DEF_PARAM, Role,
    Sym, USE,
};
use crate::error::{Error, Result, push_link};

impl<'a> Builder<'a> {
    pub(super) fn exprs(&mut self, exprs: &[&'a Expr<'a>]) -> Result<()> {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    pub(super) fn opt_expr(&mut self, e: Option<&'a Expr<'a>>) -> Result<()> {
        e.map_or(Ok(()), |e| self.expr(e))
    }

    pub(super) fn expr(&mut self, e: &'a Expr<'a>) -> Result<()> {
        // Leaves need no depth check, and are the most frequent.
        match e.kind {
            ExprKind::Name { id, ctx } => return self.name(e, id, ctx),
            ExprKind::Constant { .. } => return Ok(()),
            _ => {}
        }
        self.depth.enter()?;
        match e.kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => {}
            ExprKind::NamedExpr { target, value } => {
                self.not_in_annotation("named expression", e)?;
                self.named_expr(e, target, value)?;
            }
            ExprKind::BoolOp { values, .. } => self.exprs(values)?,
            ExprKind::BinOp { .. } => self.bin_op(e)?,
            ExprKind::UnaryOp { operand, .. } => self.expr(operand)?,
            ExprKind::Lambda { args, body } => {
                self.defaults(args)?;
                self.depth.enter()?;
                self.enter(Sym::LAMBDA, BlockKind::Function, e, Role::Body, e.range)?;
                self.arguments(args)?;
                self.expr(body)?;
                self.exit();
                self.depth.leave();
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)?;
            }
            ExprKind::Dict { keys, values } => {
                keys.iter().flatten().try_for_each(|key| self.expr(key))?;
                self.exprs(values)?;
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => {
                self.exprs(elts)?
            }
            ExprKind::ListComp { elt, generators } => {
                self.comprehension(e, Comprehension::List, generators, elt, None)?
            }
            ExprKind::SetComp { elt, generators } => {
                self.comprehension(e, Comprehension::Set, generators, elt, None)?
            }
            ExprKind::DictComp { key, value, generators } => {
                self.comprehension(e, Comprehension::Dict, generators, key, Some(value))?;
            }
            ExprKind::GeneratorExp { elt, generators } => {
                self.comprehension(e, Comprehension::Generator, generators, elt, None)?;
            }
            ExprKind::Yield { value } => self.yield_expr(e, value)?,
            ExprKind::YieldFrom { value } => self.yield_expr(e, Some(value))?,
            ExprKind::Await { value } => self.await_expr(e, value)?,
            ExprKind::Compare { left, comparators, .. } => {
                self.expr(left)?;
                self.exprs(comparators)?;
            }
            ExprKind::Call { func, args, keywords } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.check_keywords(keywords)?;
                keywords.iter().try_for_each(|keyword| self.expr(keyword.value))?;
            }
            ExprKind::FormattedValue { value, format_spec, .. } => {
                self.expr(value)?;
                self.opt_expr(format_spec)?;
            }
            ExprKind::Interpolation(field) => {
                self.expr(field.value)?;
                self.opt_expr(field.format_spec)?;
            }
            ExprKind::JoinedStr { values } | ExprKind::TemplateStr { values } => {
                self.exprs(values)?
            }
            ExprKind::Attribute { value, attr, ctx } => {
                if attr == "__debug__" {
                    check_name(Sym::DEBUG, e.range, ctx)?;
                }
                self.expr(value)?;
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.expr(slice)?;
            }
            ExprKind::Starred { value, .. } => self.expr(value)?,
            ExprKind::Slice { lower, upper, step } => {
                self.opt_expr(lower)?;
                self.opt_expr(upper)?;
                self.opt_expr(step)?;
            }
        }
        self.depth.leave();
        Ok(())
    }

    /// A binary operation; the chain of left operands is a loop, however long it is.
    fn bin_op(&mut self, e: &'a Expr<'a>) -> Result<()> {
        let mut chain = Vec::new();
        let mut current = e;
        while let ExprKind::BinOp { left, right, .. } = current.kind {
            push_link(&mut chain, right)?;
            current = left;
        }
        self.expr(current)?;
        chain.into_iter().rev().try_for_each(|right| self.expr(right))
    }

    fn name(&mut self, e: &'a Expr<'a>, id: &'a str, ctx: ExprContext) -> Result<()> {
        let scope = self.scope();
        if scope.in_unevaluated_annotation {
            return Ok(());
        }
        let function_like = scope.is_function_like();
        let name = self.table.names.intern(id);
        let flag = if ctx == ExprContext::Load { USE } else { DEF_LOCAL };
        self.add_def_ctx(name, flag, e.range, ctx)?;
        // A use of `super` counts as a use of `__class__`.
        if name == Sym::SUPER && ctx == ExprContext::Load && function_like {
            self.add_def(Sym::CLASS, USE, e.range)?;
        }
        Ok(())
    }

    fn yield_expr(&mut self, e: &'a Expr<'a>, value: Option<&'a Expr<'a>>) -> Result<()> {
        self.not_in_annotation("yield expression", e)?;
        self.opt_expr(value)?;
        self.scope().generator = true;
        let place = match self.scope().comprehension {
            None => return Ok(()),
            Some(Comprehension::List) => "list comprehension",
            Some(Comprehension::Set) => "set comprehension",
            Some(Comprehension::Dict) => "dict comprehension",
            Some(Comprehension::Generator) => "generator expression",
        };
        self.error(e.range, format!("'yield' inside {place}"))
    }

    fn await_expr(&mut self, e: &'a Expr<'a>, value: &'a Expr<'a>) -> Result<()> {
        self.not_in_annotation("await expression", e)?;
        if !self.allows_top_level_await() {
            if !self.scope().is_function_like() {
                return self.error(e.range, "'await' outside function");
            }
            if !self.is_async_def() && self.scope().comprehension.is_none() {
                return self.error(e.range, "'await' outside async function");
            }
        }
        self.expr(value)?;
        self.scope().coroutine = true;
        Ok(())
    }

    /// Rejects what makes no sense in code that is evaluated lazily.
    fn not_in_annotation(&mut self, what: &str, e: &'a Expr<'a>) -> Result<()> {
        let scope = self.scope();
        let place = match scope.kind {
            BlockKind::Annotation => "an annotation",
            BlockKind::TypeVariable => scope.info,
            BlockKind::TypeAlias => "a type alias",
            BlockKind::TypeParameters => "the definition of a generic",
            BlockKind::Function | BlockKind::Class | BlockKind::Module => return Ok(()),
        };
        self.error(e.range, format!("{what} cannot be used within {place}"))
    }

    fn named_expr(
        &mut self,
        e: &'a Expr<'a>,
        target: &'a Expr<'a>,
        value: &'a Expr<'a>,
    ) -> Result<()> {
        if self.scope().comp_iter_expr > 0 {
            return self.error(
                e.range,
                "assignment expression cannot be used in a comprehension iterable expression",
            );
        }
        if self.scope().comprehension.is_some() {
            self.extend_named_expr_scope(target)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// An assignment expression in a comprehension binds its name in the nearest block that is no comprehension.
    fn extend_named_expr_scope(&mut self, target: &'a Expr<'a>) -> Result<()> {
        let ExprKind::Name { id, .. } = target.kind else {
            return Err(Error::system("the target of an assignment expression is not a name"));
        };
        let name = self.table.names.intern(id);
        for i in (0..self.stack.len()).rev() {
            let block = self.stack[i];
            let scope = self.table.scope(block);
            let (kind, comprehension) = (scope.kind, scope.comprehension);
            if comprehension.is_some() {
                let flags = self.lookup_in(block, name);
                if flags & DEF_COMP_ITER != 0 && flags & DEF_LOCAL != 0 {
                    return self.error(
                        target.range,
                        format!("assignment expression cannot rebind comprehension iteration variable '{id}'"),
                    );
                }
                continue;
            }
            let place = match kind {
                BlockKind::Function => {
                    let global = self.lookup_in(block, name) & DEF_GLOBAL != 0;
                    self.add_def(
                        name,
                        if global { DEF_GLOBAL } else { DEF_NONLOCAL },
                        target.range,
                    )?;
                    self.record_directive(name, target.range);
                    return self.add_def_to(block, name, DEF_LOCAL, target.range);
                }
                BlockKind::Module => {
                    self.add_def(name, DEF_GLOBAL, target.range)?;
                    self.record_directive(name, target.range);
                    return self.add_def_to(block, name, DEF_GLOBAL, target.range);
                }
                BlockKind::Class => "in a class body",
                BlockKind::TypeParameters => "within the definition of a generic",
                BlockKind::TypeAlias => "in a type alias",
                BlockKind::TypeVariable => "in a TypeVar bound",
                BlockKind::Annotation => continue,
            };
            return self.error(
                target.range,
                format!("assignment expression within a comprehension cannot be used {place}"),
            );
        }
        Err(Error::system("a comprehension outside of any block"))
    }

    fn comprehension(
        &mut self,
        e: &'a Expr<'a>,
        kind: Comprehension,
        generators: &[&'a Clause<'a>],
        elt: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
    ) -> Result<()> {
        let Some((outermost, rest)) = generators.split_first() else {
            return Err(Error::system("comprehension with no generators"));
        };
        let name = match kind {
            Comprehension::List => Sym::LISTCOMP,
            Comprehension::Set => Sym::SETCOMP,
            Comprehension::Dict => Sym::DICTCOMP,
            Comprehension::Generator => Sym::GENEXPR,
        };
        let is_generator = kind == Comprehension::Generator;
        // The outermost iterable is evaluated in the enclosing block.
        self.scope().comp_iter_expr += 1;
        self.expr(outermost.iter)?;
        self.scope().comp_iter_expr -= 1;
        self.depth.enter()?;
        self.enter(name, BlockKind::Function, e, Role::Body, e.range)?;
        self.scope().comprehension = Some(kind);
        self.scope().coroutine = outermost.is_async;
        self.add_def(Sym::DOT_ZERO, DEF_PARAM, e.range)?;
        self.comprehension_target(outermost.target)?;
        self.exprs(outermost.ifs)?;
        for clause in rest {
            self.comprehension_target(clause.target)?;
            self.scope().comp_iter_expr += 1;
            self.expr(clause.iter)?;
            self.scope().comp_iter_expr -= 1;
            self.exprs(clause.ifs)?;
            self.scope().coroutine |= clause.is_async;
        }
        self.opt_expr(value)?;
        self.expr(elt)?;
        self.scope().generator = is_generator;
        let is_async = self.scope().coroutine && !is_generator;
        self.exit();
        self.depth.leave();
        if !is_async {
            return Ok(());
        }
        if !self.is_async_def()
            && self.scope().comprehension.is_none()
            && !self.allows_top_level_await()
        {
            return self
                .error(e.range, "asynchronous comprehension outside of an asynchronous function");
        }
        self.scope().coroutine = true;
        Ok(())
    }

    fn comprehension_target(&mut self, target: &'a Expr<'a>) -> Result<()> {
        self.scope().comp_iter_target = true;
        self.expr(target)?;
        self.scope().comp_iter_target = false;
        Ok(())
    }
}

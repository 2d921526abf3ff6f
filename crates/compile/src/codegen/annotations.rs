//! Annotations, evaluated lazily in functions of their own (PEP 649).

use std::sync::Arc;

use code::oparg::{CommonConstant, Comparison, function_attribute as attr};
use code::{Const, Op, Str};
use syntax::ast::{Arg, Expr, ExprKind, FunctionDef, Stmt};

use super::unit::{DeferredAnnotation, NewUnit, ScopeType};
use super::{Codegen, location, unparse};
use crate::error::Result;
use crate::future::CO_FUTURE_ANNOTATIONS;
use crate::ir::Location;
use crate::symtable::{BlockKind, Role, ScopeId, Sym};

/// `annotationlib.Format.VALUE_WITH_FAKE_GLOBALS`: the highest format that compiled code supports.
const VALUE_WITH_FAKE_GLOBALS: i64 = 2;

impl<'a> Codegen<'a> {
    /// Starts the unit of a lazily evaluated scope: a function of `format` that refuses unknown formats.
    fn enter_annotations(&mut self, scope: ScopeId, name: Str, loc: Location) -> Result<()> {
        self.enter_unit(NewUnit {
            posonlyargcount: 1,
            ..NewUnit::new(name, scope, ScopeType::Annotations, loc.line)
        })?;
        self.op_arg(Op::LoadFast, 0, loc);
        self.load_int(VALUE_WITH_FAKE_GLOBALS, loc);
        self.op_arg(Op::CompareOp, Comparison::Gt.arg(), loc);
        let body = self.new_label();
        self.jump(Op::PopJumpIfFalse, body, loc);
        self.op_arg(Op::LoadCommonConstant, CommonConstant::NotImplementedError as u32, loc);
        self.op_arg(Op::RaiseVarargs, 1, loc);
        self.place(body);
        Ok(())
    }

    /// Ends an `__annotate__` function and pushes it.
    fn leave_annotations(&mut self, loc: Location) -> Result<()> {
        self.op(Op::ReturnValue, loc);
        let mut code = self.assemble(true)?;
        // In the symbol table the parameter is `.format`, so that annotations may use the name `format`.
        if let Some(first) = code.localsplusnames.first_mut() {
            *first = self.shared_name(Sym::FORMAT);
        }
        self.exit_unit();
        self.make_closure(Arc::new(code), 0, loc)
    }

    /// Pushes a function that evaluates the bound or default of a type parameter, or the value of a type alias.
    pub(super) fn lazy_value(
        &mut self,
        scope: ScopeId,
        name: Sym,
        value: &'a Expr<'a>,
        loc: Location,
        allow_starred: bool,
        add_none: bool,
    ) -> Result<()> {
        // The format has the default 1, `VALUE`.
        self.load_const(Const::tuple(vec![Const::Int(1)]), loc);
        let name = self.shared_name(name);
        self.enter_annotations(scope, name, loc)?;
        match value.kind {
            ExprKind::Starred { value: inner, .. } if allow_starred => {
                self.expr(inner)?;
                self.op_arg(Op::UnpackSequence, 1, loc);
            }
            _ => self.expr(value)?,
        }
        self.op(Op::ReturnValue, loc);
        let code = self.finish_unit(add_none)?;
        self.make_closure(code, attr::DEFAULTS, loc)
    }

    /// Makes `__annotate__` of the annotations of a class or module.
    pub(super) fn deferred_annotations(&mut self, loc: Location) -> Result<()> {
        let deferred = std::mem::take(&mut self.unit.deferred);
        let Some(block) = self.scope().annotation_block.filter(|_| !deferred.is_empty()) else {
            return Ok(());
        };
        let class = self.scope().kind == BlockKind::Class;
        // In a module the function is made first thing, before code that may fail.
        let separate = self.unit.scope_type == ScopeType::Module;
        if separate {
            self.unit.stashed = Some(std::mem::take(&mut self.unit.seq));
        }
        let name = self.shared_name(Sym::ANNOTATE);
        self.enter_annotations(block, name, loc)?;
        self.op_arg(Op::BuildMap, 0, loc);
        for annotation in deferred {
            self.deferred_annotation(loc, annotation, class)?;
        }
        self.leave_annotations(loc)?;
        self.store(if class { Sym::ANNOTATE_FUNC } else { Sym::ANNOTATE }, loc);
        if separate {
            let body = self.unit.stashed.take().unwrap_or_default();
            let annotations = std::mem::replace(&mut self.unit.seq, body);
            self.unit.seq.set_annotations(annotations);
        }
        Ok(())
    }

    fn deferred_annotation(
        &mut self,
        loc: Location,
        item: DeferredAnnotation<'a>,
        class: bool,
    ) -> Result<()> {
        let mangled = self.table.names.mangle(self.unit.private, item.name);
        let not_set = self.new_label();
        if let Some(index) = item.index {
            self.load_int(i64::from(index), item.loc);
            if class {
                let arg = self.freevar_index(Sym::CONDITIONAL_ANNOTATIONS);
                self.op_arg(Op::LoadDeref, arg, item.loc);
            } else {
                // It is the first name of this unit, so there is nothing to shift.
                let arg = self.name_index(Sym::CONDITIONAL_ANNOTATIONS);
                self.op_arg(Op::LoadGlobal, arg, item.loc);
            }
            self.op_arg(Op::ContainsOp, 0, item.loc);
            self.jump(Op::PopJumpIfFalse, not_set, item.loc);
        }
        self.expr(item.annotation)?;
        self.op_arg(Op::Copy, 2, item.loc);
        self.load_name_const(mangled, item.loc);
        self.op(Op::StoreSubscr, loc);
        self.place(not_set);
        Ok(())
    }

    /// Pushes the `__annotate__` function of a function that has annotations.
    pub(super) fn function_annotations(
        &mut self,
        s: &'a Stmt<'a>,
        def: &'a FunctionDef<'a>,
    ) -> Result<bool> {
        let scope = self.scope_of_node(s, Role::Annotations)?;
        if !self.table.scope(scope).annotations_used {
            return Ok(false);
        }
        let loc = location(s.range);
        let name = self.shared_name(Sym::ANNOTATE);
        self.enter_annotations(scope, name, loc)?;
        let args = def.args;
        let mut count = 0;
        for list in [
            args.args,
            args.posonlyargs,
            args.vararg.as_slice(),
            args.kwonlyargs,
            args.kwarg.as_slice(),
        ] {
            count += self.arg_annotations(list, loc)?;
        }
        if let Some(returns) = def.returns {
            self.arg_annotation(Sym::RETURN, returns, loc)?;
            count += 1;
        }
        self.op_count(Op::BuildMap, count, loc);
        self.leave_annotations(loc)?;
        Ok(true)
    }

    fn arg_annotations(&mut self, args: &[&'a Arg<'a>], loc: Location) -> Result<usize> {
        let mut count = 0;
        for arg in args {
            let Some(annotation) = arg.annotation else { continue };
            let name = self.sym(arg.arg);
            self.arg_annotation(name, annotation, loc)?;
            count += 1;
        }
        Ok(count)
    }

    fn arg_annotation(&mut self, name: Sym, annotation: &'a Expr<'a>, loc: Location) -> Result<()> {
        let mangled = self.mangle(name);
        self.load_name_const(mangled, loc);
        if self.settings.features & CO_FUTURE_ANNOTATIONS != 0 {
            self.string_annotation(annotation);
            return Ok(());
        }
        match annotation.kind {
            // `*args: *Ts` has the only item of `[*Ts]` as its annotation.
            ExprKind::Starred { value, .. } => {
                self.expr(value)?;
                self.op_arg(Op::UnpackSequence, 1, loc);
                Ok(())
            }
            _ => self.expr(annotation),
        }
    }

    /// Pushes the text of an annotation (`from __future__ import annotations`).
    pub(super) fn string_annotation(&mut self, annotation: &'a Expr<'a>) {
        let text = unparse::expression(annotation);
        self.load_const(Const::Str(Str::from_generalized_utf8(&text)), location(annotation.range));
    }
}

//! Assignment targets, augmented and annotated assignment, subscripts and slices.

use std::sync::Arc;

use code::oparg::BinaryOperator;
use code::{Const, Op};
use syntax::ast::{Expr, ExprContext, ExprKind, Exprs, Operator};

use super::expr::{at_attribute, binary_operator};
use super::unit::{DeferredAnnotation, ScopeType};
use super::{Codegen, location};
use crate::error::{Error, Result};
use crate::future::CO_FUTURE_ANNOTATIONS;
use crate::ir::Location;
use crate::symtable::Sym;

impl<'a> Codegen<'a> {
    /// Unpacks the value on the stack into targets.
    pub(super) fn unpack(&mut self, loc: Location, elts: Exprs<'a>) -> Result<()> {
        let mut starred = None;
        for (i, elt) in elts.iter().enumerate() {
            if !matches!(elt.kind, ExprKind::Starred { .. }) {
                continue;
            }
            if starred.is_some() {
                return self.error(loc, "multiple starred expressions in assignment");
            }
            let after = elts.len() - i - 1;
            if i >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                return self.error(loc, "too many expressions in star-unpacking assignment");
            }
            self.op_count(Op::UnpackEx, i + (after << 8), loc);
            starred = Some(i);
        }
        if starred.is_none() {
            self.op_count(Op::UnpackSequence, elts.len(), loc);
        }
        for elt in elts {
            match elt.kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }

    pub(super) fn aug_assign(
        &mut self,
        stmt_loc: Location,
        target: &'a Expr<'a>,
        op: Operator,
        value: &'a Expr<'a>,
    ) -> Result<()> {
        let loc = location(target.range);
        let in_place = binary_operator(op, true) as u32;
        match target.kind {
            ExprKind::Attribute { value: object, attr, .. } => {
                self.expr(object)?;
                self.op_arg(Op::Copy, 1, loc);
                let attr_loc = at_attribute(loc, target, attr);
                let index = self.mangled_name_index(attr);
                self.op_arg(Op::LoadAttr, index << 1, attr_loc);
                self.expr(value)?;
                self.op_arg(Op::BinaryOp, in_place, stmt_loc);
                self.op_arg(Op::Swap, 2, attr_loc);
                self.op_arg(Op::StoreAttr, index, attr_loc);
            }
            ExprKind::Subscript { value: object, slice, .. } => {
                self.expr(object)?;
                if two_part_slice(slice) {
                    self.slice_parts(slice)?;
                    self.op_arg(Op::Copy, 3, loc);
                    self.op_arg(Op::Copy, 3, loc);
                    self.op_arg(Op::Copy, 3, loc);
                    self.op(Op::BinarySlice, loc);
                    self.expr(value)?;
                    self.op_arg(Op::BinaryOp, in_place, stmt_loc);
                    self.op_arg(Op::Swap, 4, loc);
                    self.op_arg(Op::Swap, 3, loc);
                    self.op_arg(Op::Swap, 2, loc);
                    self.op(Op::StoreSlice, loc);
                } else {
                    self.expr(slice)?;
                    self.op_arg(Op::Copy, 2, loc);
                    self.op_arg(Op::Copy, 2, loc);
                    self.op_arg(Op::BinaryOp, BinaryOperator::Subscr as u32, loc);
                    self.expr(value)?;
                    self.op_arg(Op::BinaryOp, in_place, stmt_loc);
                    self.op_arg(Op::Swap, 3, loc);
                    self.op_arg(Op::Swap, 2, loc);
                    self.op(Op::StoreSubscr, loc);
                }
            }
            ExprKind::Name { id, .. } => {
                self.variable(id, ExprContext::Load, loc);
                self.expr(value)?;
                self.op_arg(Op::BinaryOp, in_place, stmt_loc);
                self.variable(id, ExprContext::Store, loc);
            }
            _ => return Err(wrong_target(target, "augmented")),
        }
        Ok(())
    }

    pub(super) fn ann_assign(
        &mut self,
        loc: Location,
        target: &'a Expr<'a>,
        annotation: &'a Expr<'a>,
        value: Option<&'a Expr<'a>>,
        simple: bool,
    ) -> Result<()> {
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        match target.kind {
            ExprKind::Name { id, .. } => {
                if simple && matches!(self.unit.scope_type, ScopeType::Module | ScopeType::Class) {
                    self.record_annotation(loc, id, annotation);
                }
                Ok(())
            }
            // What the target refers to must exist even if nothing is assigned.
            ExprKind::Attribute { value: object, .. } if value.is_none() => {
                self.check_defined(object)
            }
            ExprKind::Subscript { value: object, slice, .. } if value.is_none() => {
                self.check_defined(object)?;
                self.check_subscript_defined(slice)
            }
            ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => Ok(()),
            _ => Err(wrong_target(target, "annotated")),
        }
    }

    fn record_annotation(&mut self, loc: Location, id: &'a str, annotation: &'a Expr<'a>) {
        let name = self.sym(id);
        if self.settings.features & CO_FUTURE_ANNOTATIONS != 0 {
            self.string_annotation(annotation);
            let index = self.name_index(Sym::ANNOTATIONS);
            self.op_arg(Op::LoadName, index, loc);
            let mangled = self.mangle(name);
            self.load_name_const(mangled, loc);
            self.op(Op::StoreSubscr, loc);
            return;
        }
        let conditional =
            self.unit.scope_type == ScopeType::Module || self.unit.conditional_blocks > 0;
        let index = conditional.then_some(self.unit.next_annotation_index);
        self.unit.deferred.push(DeferredAnnotation { name, annotation, loc, index });
        let Some(index) = index else { return };
        self.unit.next_annotation_index += 1;
        if self.unit.scope_type == ScopeType::Class {
            let cell = self.cellvar_index(Sym::CONDITIONAL_ANNOTATIONS);
            self.op_arg(Op::LoadDeref, cell, loc);
        } else {
            let name = self.name_index(Sym::CONDITIONAL_ANNOTATIONS);
            self.op_arg(Op::LoadName, name, loc);
        }
        self.load_int(i64::from(index), loc);
        self.op_arg(Op::SetAdd, 1, loc);
        self.op(Op::PopTop, loc);
    }

    fn check_defined(&mut self, e: &'a Expr<'a>) -> Result<()> {
        self.expr(e)?;
        self.op(Op::PopTop, location(e.range));
        Ok(())
    }

    fn check_subscript_defined(&mut self, e: &'a Expr<'a>) -> Result<()> {
        match e.kind {
            ExprKind::Slice { lower, upper, step } => [lower, upper, step]
                .into_iter()
                .flatten()
                .try_for_each(|part| self.check_defined(part)),
            ExprKind::Tuple { elts, .. } => {
                self.depth.enter()?;
                elts.iter().try_for_each(|elt| self.check_subscript_defined(elt))?;
                self.depth.leave();
                Ok(())
            }
            _ => self.check_defined(e),
        }
    }

    pub(super) fn subscript(
        &mut self,
        loc: Location,
        value: &'a Expr<'a>,
        slice: &'a Expr<'a>,
        ctx: ExprContext,
    ) -> Result<()> {
        if ctx == ExprContext::Load {
            self.check_subscript(value, slice);
        }
        self.expr(value)?;
        if two_part_slice(slice) && ctx != ExprContext::Del {
            self.slice_parts(slice)?;
            self.op(if ctx == ExprContext::Load { Op::BinarySlice } else { Op::StoreSlice }, loc);
            return Ok(());
        }
        self.expr(slice)?;
        match ctx {
            ExprContext::Load => self.op_arg(Op::BinaryOp, BinaryOperator::Subscr as u32, loc),
            ExprContext::Store => self.op(Op::StoreSubscr, loc),
            ExprContext::Del => self.op(Op::DeleteSubscr, loc),
        }
        Ok(())
    }

    /// The bounds of a slice; `None` for one that is missing.
    fn slice_parts(&mut self, e: &'a Expr<'a>) -> Result<()> {
        let ExprKind::Slice { lower, upper, .. } = e.kind else { return Ok(()) };
        for part in [lower, upper] {
            match part {
                Some(part) => self.expr(part)?,
                None => self.load_none(location(e.range)),
            }
        }
        Ok(())
    }

    pub(super) fn slice(&mut self, e: &'a Expr<'a>) -> Result<()> {
        let ExprKind::Slice { lower, upper, step } = e.kind else { return Ok(()) };
        let loc = location(e.range);
        if is_constant_slice(e) {
            let parts = [lower, upper, step].map(|part| match part.map(|part| &part.kind) {
                Some(ExprKind::Constant { value, .. }) => self.constant(value),
                _ => Const::None,
            });
            self.load_const(Const::Slice(Arc::new(parts)), loc);
            return Ok(());
        }
        self.slice_parts(e)?;
        if let Some(step) = step {
            self.expr(step)?;
        }
        self.op_arg(Op::BuildSlice, if step.is_some() { 3 } else { 2 }, loc);
        Ok(())
    }
}

fn is_constant_slice(e: &Expr<'_>) -> bool {
    let ExprKind::Slice { lower, upper, step } = e.kind else { return false };
    [lower, upper, step]
        .into_iter()
        .flatten()
        .all(|part| matches!(part.kind, ExprKind::Constant { .. }))
}

/// Whether a subscript is a slice without step that has instructions of its own.
fn two_part_slice(e: &Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Slice { step: None, .. }) && !is_constant_slice(e)
}

/// A target that only a tree made by hand has: a starred expression, a list or a tuple. The text has their numbers in the ASDL.
fn wrong_target(target: &Expr<'_>, assignment: &str) -> Box<Error> {
    let number = match target.kind {
        ExprKind::Starred { .. } => 25,
        ExprKind::List { .. } => 27,
        _ => 28,
    };
    Error::system(format!("invalid node type ({number}) for {assignment} assignment"))
}

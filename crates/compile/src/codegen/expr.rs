//! Expressions, apart from calls, comprehensions, conditions, f-strings and subscripts.

use code::Op;
use code::oparg::{BinaryOperator, Intrinsic1};
use syntax::ast::{Expr, ExprContext, ExprKind, Exprs, Operator, UnaryOp};

use super::comprehension::{Comp, Element};
use super::unit::ScopeType;
use super::{Codegen, STACK_USE_GUIDELINE, location};
use crate::error::{Result, push_link};
use crate::ir::Location;
use crate::symtable::Sym;

/// The operations that build a display with starred items.
#[derive(Clone, Copy)]
pub(super) struct Build {
    build: Op,
    add: Op,
    extend: Op,
    tuple: bool,
}

impl Build {
    pub(super) const LIST: Build =
        Build { build: Op::BuildList, add: Op::ListAppend, extend: Op::ListExtend, tuple: false };
    pub(super) const TUPLE: Build =
        Build { build: Op::BuildList, add: Op::ListAppend, extend: Op::ListExtend, tuple: true };
    pub(super) const SET: Build =
        Build { build: Op::BuildSet, add: Op::SetAdd, extend: Op::SetUpdate, tuple: false };
}

impl<'a> Codegen<'a> {
    pub(super) fn exprs(&mut self, exprs: Exprs<'a>) -> Result<()> {
        exprs.iter().try_for_each(|e| self.expr(e))
    }

    /// Evaluates, stores or deletes an expression, as its context says.
    pub(super) fn expr(&mut self, e: &'a Expr<'a>) -> Result<()> {
        let loc = location(e.range);
        // Leaves need no depth check, and are the most frequent.
        match &e.kind {
            ExprKind::Name { id, ctx } => {
                self.variable(id, *ctx, loc);
                return Ok(());
            }
            ExprKind::Constant { value, .. } => {
                self.load_constant(value, loc);
                return Ok(());
            }
            _ => {}
        }
        self.depth.enter()?;
        self.compound_expr(e, loc)?;
        self.depth.leave();
        Ok(())
    }

    fn compound_expr(&mut self, e: &'a Expr<'a>, loc: Location) -> Result<()> {
        match e.kind {
            ExprKind::Name { .. } | ExprKind::Constant { .. } => Ok(()),
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op_arg(Op::Copy, 1, loc);
                self.expr(target)
            }
            ExprKind::BoolOp { op, values } => self.bool_op(loc, op, values),
            ExprKind::BinOp { .. } => self.binary(e),
            ExprKind::UnaryOp { op, operand } => self.unary(loc, op, operand),
            ExprKind::Lambda { args, body } => self.lambda(e, args, body),
            ExprKind::IfExp { test, body, orelse } => self.if_exp(loc, test, body, orelse),
            ExprKind::Dict { keys, values } => self.dict(loc, keys, values),
            ExprKind::Set { elts } => self.display(loc, elts, None, 0, Build::SET),
            ExprKind::GeneratorExp { elt, generators } => self.comprehension(
                e,
                Comp { name: Sym::ANON_GENEXPR, generators, element: Element::Yield(elt) },
            ),
            ExprKind::ListComp { elt, generators } => self.comprehension(
                e,
                Comp { name: Sym::ANON_LISTCOMP, generators, element: Element::List(elt) },
            ),
            ExprKind::SetComp { elt, generators } => self.comprehension(
                e,
                Comp { name: Sym::ANON_SETCOMP, generators, element: Element::Set(elt) },
            ),
            ExprKind::DictComp { key, value, generators } => {
                let element = Element::Dict(key, value);
                self.comprehension(e, Comp { name: Sym::ANON_DICTCOMP, generators, element })
            }
            ExprKind::Yield { value } => self.yield_expr(loc, value),
            ExprKind::YieldFrom { value } => self.yield_from_expr(loc, value),
            ExprKind::Await { value } => {
                self.expr(value)?;
                self.op_arg(Op::GetAwaitable, 0, loc);
                self.load_none(loc);
                self.yield_from(true, loc);
                Ok(())
            }
            ExprKind::Compare { left, ops, comparators } => self.compare(e, left, ops, comparators),
            ExprKind::Call { func, args, keywords } => self.call(e, func, args, keywords),
            ExprKind::JoinedStr { values } => self.joined_str(loc, values),
            ExprKind::TemplateStr { values } => self.template_str(loc, values),
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                self.formatted_value(loc, value, conversion, format_spec)
            }
            ExprKind::Interpolation(field) => self.interpolation(loc, field),
            ExprKind::Attribute { value, attr, ctx } => self.attribute(e, value, attr, ctx),
            ExprKind::Subscript { value, slice, ctx } => self.subscript(loc, value, slice, ctx),
            ExprKind::Starred { ctx: ExprContext::Store, .. } => {
                self.error(loc, "starred assignment target must be in a list or tuple")
            }
            ExprKind::Starred { .. } => self.error(loc, "can't use starred expression here"),
            ExprKind::Slice { .. } => self.slice(e),
            ExprKind::List { elts, ctx } => match ctx {
                ExprContext::Store => self.unpack(loc, elts),
                ExprContext::Load => self.display(loc, elts, None, 0, Build::LIST),
                ExprContext::Del => self.exprs(elts),
            },
            ExprKind::Tuple { elts, ctx } => match ctx {
                ExprContext::Store => self.unpack(loc, elts),
                ExprContext::Load => self.display(loc, elts, None, 0, Build::TUPLE),
                ExprContext::Del => self.exprs(elts),
            },
        }
    }

    /// A binary operation. The left operands of a chain such as `a + b + c` are a loop here, however long it is.
    fn binary(&mut self, e: &'a Expr<'a>) -> Result<()> {
        let ExprKind::BinOp { left, op, right } = e.kind else { return Ok(()) };
        if !matches!(left.kind, ExprKind::BinOp { .. }) {
            self.expr(left)?;
            self.expr(right)?;
            self.op_arg(Op::BinaryOp, binary_operator(op, false) as u32, location(e.range));
            return Ok(());
        }
        let mut chain = Vec::new();
        let mut current = e;
        while let ExprKind::BinOp { left, op, right } = current.kind {
            push_link(&mut chain, (op, right, location(current.range)))?;
            current = left;
        }
        self.expr(current)?;
        for (op, right, loc) in chain.into_iter().rev() {
            self.expr(right)?;
            self.op_arg(Op::BinaryOp, binary_operator(op, false) as u32, loc);
        }
        Ok(())
    }

    fn unary(&mut self, loc: Location, op: UnaryOp, operand: &'a Expr<'a>) -> Result<()> {
        self.expr(operand)?;
        match op {
            UnaryOp::UAdd => self.op_arg(Op::CallIntrinsic1, Intrinsic1::UnaryPositive as u32, loc),
            UnaryOp::Not => {
                self.op(Op::ToBool, loc);
                self.op(Op::UnaryNot, loc);
            }
            UnaryOp::Invert => self.op(Op::UnaryInvert, loc),
            UnaryOp::USub => self.op(Op::UnaryNegative, loc),
        }
        Ok(())
    }

    fn yield_expr(&mut self, loc: Location, value: Option<&'a Expr<'a>>) -> Result<()> {
        if !self.scope().is_function_like() {
            return self.error(loc, "'yield' outside function");
        }
        match value {
            Some(value) => self.expr(value)?,
            None => self.load_none(loc),
        }
        self.yield_value(loc);
        Ok(())
    }

    fn yield_from_expr(&mut self, loc: Location, value: &'a Expr<'a>) -> Result<()> {
        if !self.scope().is_function_like() {
            return self.error(loc, "'yield from' outside function");
        }
        if self.unit.scope_type == ScopeType::AsyncFunction {
            return self.error(loc, "'yield from' inside async function");
        }
        self.expr(value)?;
        self.op(Op::GetYieldFromIter, loc);
        self.load_none(loc);
        self.yield_from(false, loc);
        Ok(())
    }

    fn attribute(
        &mut self,
        e: &'a Expr<'a>,
        value: &'a Expr<'a>,
        attr: &'a str,
        ctx: ExprContext,
    ) -> Result<()> {
        let mut loc = location(e.range);
        if ctx == ExprContext::Load
            && let Some(call) = self.optimizable_super(value, attr)
        {
            self.load_super_args(&call)?;
            let method = u32::from(!call.args.is_empty()) << 1;
            let index = self.mangled_name_index(attr);
            self.op_arg(Op::LoadSuperAttr, index << 2 | method, loc);
            loc = at_attribute(loc, e, attr);
            self.op(Op::Nop, loc);
            return Ok(());
        }
        if ctx == ExprContext::Store {
            self.note_static_attribute(value, attr);
        }
        self.expr(value)?;
        loc = at_attribute(loc, e, attr);
        let index = self.mangled_name_index(attr);
        match ctx {
            ExprContext::Load => self.op_arg(Op::LoadAttr, index << 1, loc),
            ExprContext::Store => self.op_arg(Op::StoreAttr, index, loc),
            ExprContext::Del => self.op_arg(Op::DeleteAttr, index, loc),
        }
        Ok(())
    }

    /// An assignment to an attribute of `self` counts for the innermost enclosing class.
    fn note_static_attribute(&mut self, value: &'a Expr<'a>, attr: &'a str) {
        if !matches!(value.kind, ExprKind::Name { id: "self", .. }) {
            return;
        }
        let class = self.outer.iter_mut().rev().find(|unit| unit.scope_type == ScopeType::Class);
        if let Some(class) = class {
            class.static_attributes.push(attr);
        }
    }

    /// A list, tuple or set display, or the positional arguments of a call. `pushed` values are on the stack already,
    /// and `injected` is a variable that follows.
    pub(super) fn display(
        &mut self,
        loc: Location,
        elts: Exprs<'a>,
        injected: Option<Sym>,
        pushed: usize,
        how: Build,
    ) -> Result<()> {
        let total = elts.len() + pushed + usize::from(injected.is_some());
        let big = total > STACK_USE_GUIDELINE;
        let starred = elts.iter().any(|elt| matches!(elt.kind, ExprKind::Starred { .. }));
        if !starred && !big {
            self.exprs(elts)?;
            if let Some(name) = injected {
                self.load(name, loc);
            }
            self.op_count(if how.tuple { Op::BuildTuple } else { how.build }, total, loc);
            return Ok(());
        }
        let mut built = big;
        if big {
            self.op_count(how.build, pushed, loc);
        }
        for (i, elt) in elts.iter().enumerate() {
            if let ExprKind::Starred { value, .. } = elt.kind {
                if !built {
                    self.op_count(how.build, i + pushed, loc);
                    built = true;
                }
                self.expr(value)?;
                self.op_arg(how.extend, 1, loc);
            } else {
                self.expr(elt)?;
                if built {
                    self.op_arg(how.add, 1, loc);
                }
            }
        }
        if let Some(name) = injected {
            self.load(name, loc);
            self.op_arg(how.add, 1, loc);
        }
        if how.tuple {
            self.op_arg(Op::CallIntrinsic1, Intrinsic1::ListToTuple as u32, loc);
        }
        Ok(())
    }

    fn dict(
        &mut self,
        loc: Location,
        keys: &[Option<&'a Expr<'a>>],
        values: Exprs<'a>,
    ) -> Result<()> {
        let items: Vec<(Option<&'a Expr<'a>>, &'a Expr<'a>)> =
            keys.iter().copied().zip(values.iter().copied()).collect();
        let mut have_dict = false;
        let mut pending = 0;
        for (i, &(key, value)) in items.iter().enumerate() {
            if key.is_none() {
                if pending > 0 {
                    self.sub_dict(
                        loc,
                        items.get(i - pending..i).unwrap_or_default(),
                        &mut have_dict,
                    )?;
                    pending = 0;
                }
                if !have_dict {
                    self.op_arg(Op::BuildMap, 0, loc);
                    have_dict = true;
                }
                self.expr(value)?;
                self.op_arg(Op::DictUpdate, 1, loc);
            } else if pending * 2 > STACK_USE_GUIDELINE {
                self.sub_dict(loc, items.get(i - pending..=i).unwrap_or_default(), &mut have_dict)?;
                pending = 0;
            } else {
                pending += 1;
            }
        }
        if pending > 0 {
            let start = items.len() - pending;
            self.sub_dict(loc, items.get(start..).unwrap_or_default(), &mut have_dict)?;
        }
        if !have_dict {
            self.op_arg(Op::BuildMap, 0, loc);
        }
        Ok(())
    }

    /// A run of plain items of a dict display, merged into the dict that is on the stack.
    fn sub_dict(
        &mut self,
        loc: Location,
        items: &[(Option<&'a Expr<'a>>, &'a Expr<'a>)],
        have_dict: &mut bool,
    ) -> Result<()> {
        let big = items.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_arg(Op::BuildMap, 0, loc);
        }
        for &(key, value) in items {
            if let Some(key) = key {
                self.expr(key)?;
            }
            self.expr(value)?;
            if big {
                self.op_arg(Op::MapAdd, 1, loc);
            }
        }
        if !big {
            self.op_count(Op::BuildMap, items.len(), loc);
        }
        if *have_dict {
            self.op_arg(Op::DictUpdate, 1, loc);
        }
        *have_dict = true;
        Ok(())
    }
}

/// If an attribute reference spans several lines, its instruction is located at the name of the attribute.
pub(super) fn at_attribute(mut loc: Location, e: &Expr<'_>, attr: &str) -> Location {
    let (end_line, end_col) = (e.range.end_line as i32, e.range.end_col as i32);
    if loc.line == end_line {
        return loc;
    }
    loc.line = end_line;
    // CPython counts characters here, although columns are bytes.
    let len = attr.chars().count() as i32;
    if len <= end_col {
        loc.col = end_col - len;
    } else {
        loc.col = -1;
        loc.end_col = -1;
    }
    loc.end_line = loc.end_line.max(loc.line);
    if loc.line == loc.end_line {
        loc.end_col = loc.end_col.max(loc.col);
    }
    loc
}

/// The argument of `BINARY_OP`.
pub(super) fn binary_operator(op: Operator, in_place: bool) -> BinaryOperator {
    use BinaryOperator as B;
    let (plain, augmented) = match op {
        Operator::Add => (B::Add, B::InplaceAdd),
        Operator::Sub => (B::Subtract, B::InplaceSubtract),
        Operator::Mult => (B::Multiply, B::InplaceMultiply),
        Operator::MatMult => (B::MatrixMultiply, B::InplaceMatrixMultiply),
        Operator::Div => (B::TrueDivide, B::InplaceTrueDivide),
        Operator::Mod => (B::Remainder, B::InplaceRemainder),
        Operator::Pow => (B::Power, B::InplacePower),
        Operator::LShift => (B::Lshift, B::InplaceLshift),
        Operator::RShift => (B::Rshift, B::InplaceRshift),
        Operator::BitOr => (B::Or, B::InplaceOr),
        Operator::BitXor => (B::Xor, B::InplaceXor),
        Operator::BitAnd => (B::And, B::InplaceAnd),
        Operator::FloorDiv => (B::FloorDivide, B::InplaceFloorDivide),
    };
    if in_place { augmented } else { plain }
}

//! `match` statements (PEP 634).
//!
//! Every pattern takes its subject off the stack and jumps to a `fail_pop` label if it does not match. Captured values stay
//! on the stack, under what is still needed there, until the whole pattern has matched; only then are names bound.

use code::oparg::BinaryOperator;
use code::{Const, Op};
use syntax::ast::{
    CmpOp, Constant, Expr, ExprContext, ExprKind, Exprs, Ident, MatchCase, MatchClass, Pattern,
    PatternKind, Patterns,
};

use super::constant::{repr_constant, repr_str, values_equal};
use super::{Codegen, location};
use crate::error::Result;
use crate::ir::{Label, Location};

/// What is known while a pattern is compiled.
#[derive(Default)]
struct Context<'a> {
    /// The names captured so far, in the order of their values on the stack.
    stores: Vec<Ident<'a>>,
    /// Whether a pattern that always matches is fine here.
    allow_irrefutable: bool,
    /// Jumping to `fail_pop[n]` pops n items.
    fail_pop: Vec<Label>,
    /// How many items on top of the stack have to stay on top. All of them are popped on failure.
    on_top: usize,
}

fn is_wildcard(p: &Pattern<'_>) -> bool {
    matches!(p.kind, PatternKind::MatchAs { name: None, .. })
}

impl<'a> Codegen<'a> {
    pub(super) fn match_stmt(
        &mut self,
        subject: &'a Expr<'a>,
        cases: &'a [&'a MatchCase<'a>],
    ) -> Result<()> {
        self.expr(subject)?;
        let end = self.new_label();
        // A trailing `case _` needs no copy of the subject.
        let (default, tested) = match cases.split_last() {
            Some((last, rest)) if is_wildcard(last.pattern) && !rest.is_empty() => {
                (Some(*last), rest)
            }
            _ => (None, cases),
        };
        for (i, case) in tested.iter().enumerate() {
            let last_tested = i + 1 == tested.len();
            self.match_case(case, end, last_tested, i + 1 == cases.len())?;
        }
        if let Some(case) = default {
            let loc = location(case.pattern.range);
            self.op(Op::Nop, loc);
            if let Some(guard) = case.guard {
                self.jump_if(loc, guard, end, false)?;
            }
            self.stmts(case.body)?;
        }
        self.place(end);
        Ok(())
    }

    fn match_case(
        &mut self,
        case: &'a MatchCase<'a>,
        end: Label,
        last_tested: bool,
        last: bool,
    ) -> Result<()> {
        let loc = location(case.pattern.range);
        if !last_tested {
            self.op_arg(Op::Copy, 1, loc);
        }
        let mut cx =
            Context { allow_irrefutable: case.guard.is_some() || last, ..Context::default() };
        self.pattern(case.pattern, &mut cx)?;
        for &name in &cx.stores {
            self.variable(name, ExprContext::Store, loc);
        }
        if let Some(guard) = case.guard {
            let fail = self.fail_pop(&mut cx, 0);
            self.jump_if(loc, guard, fail, false)?;
        }
        if !last_tested {
            self.op(Op::PopTop, Location::NEXT);
        }
        self.stmts(case.body)?;
        self.jump(Op::Jump, end, Location::NONE);
        // The cleanup belongs to the pattern that failed, not to the end of the body.
        self.emit_fail_pop(&mut cx, loc);
        Ok(())
    }

    /// The label to jump to so that `pops` items are popped.
    fn fail_pop(&mut self, cx: &mut Context<'a>, pops: usize) -> Label {
        while cx.fail_pop.len() <= pops {
            let label = self.new_label();
            cx.fail_pop.push(label);
        }
        cx.fail_pop[pops]
    }

    fn jump_to_fail(&mut self, cx: &mut Context<'a>, op: Op, loc: Location) {
        let target = self.fail_pop(cx, cx.on_top + cx.stores.len());
        self.jump(op, target, loc);
    }

    fn emit_fail_pop(&mut self, cx: &mut Context<'a>, loc: Location) {
        while let Some(label) = cx.fail_pop.pop() {
            self.place(label);
            if !cx.fail_pop.is_empty() {
                self.op(Op::PopTop, loc);
            }
        }
    }

    /// Moves the top item down by `count - 1` places.
    fn rotate(&mut self, count: usize, loc: Location) {
        for n in (2..=count).rev() {
            self.op_count(Op::Swap, n, loc);
        }
    }

    fn store_capture(
        &mut self,
        name: Option<Ident<'a>>,
        cx: &mut Context<'a>,
        loc: Location,
    ) -> Result<()> {
        let Some(name) = name else {
            self.op(Op::PopTop, loc);
            return Ok(());
        };
        if cx.stores.contains(&name) {
            return self.duplicate_store(name, loc);
        }
        self.rotate(cx.on_top + cx.stores.len() + 1, loc);
        cx.stores.push(name);
        Ok(())
    }

    fn duplicate_store<T>(&self, name: &str, loc: Location) -> Result<T> {
        self.error(
            loc,
            format!("multiple assignments to name {} in pattern", repr_str(name.as_bytes())),
        )
    }

    fn subpattern(&mut self, p: &'a Pattern<'a>, cx: &mut Context<'a>) -> Result<()> {
        let saved = std::mem::replace(&mut cx.allow_irrefutable, true);
        self.pattern(p, cx)?;
        cx.allow_irrefutable = saved;
        Ok(())
    }

    fn pattern(&mut self, p: &'a Pattern<'a>, cx: &mut Context<'a>) -> Result<()> {
        self.depth.enter()?;
        let loc = location(p.range);
        match p.kind {
            PatternKind::MatchValue { value } => self.value_pattern(value, cx, loc)?,
            PatternKind::MatchSingleton { value } => {
                self.load_constant(&value, loc);
                self.compare_op(CmpOp::Is, loc);
                self.jump_to_fail(cx, Op::PopJumpIfFalse, loc);
            }
            PatternKind::MatchSequence { patterns } => self.sequence_pattern(patterns, cx, loc)?,
            PatternKind::MatchMapping { keys, patterns, rest } => {
                self.mapping_pattern(keys, patterns, rest, cx, loc)?;
            }
            PatternKind::MatchClass(class) => self.class_pattern(class, cx, loc)?,
            PatternKind::MatchStar { name } => self.store_capture(name, cx, loc)?,
            PatternKind::MatchAs { pattern: None, name } => self.irrefutable(name, cx, loc)?,
            PatternKind::MatchAs { pattern: Some(inner), name } => {
                cx.on_top += 1;
                self.op_arg(Op::Copy, 1, loc);
                self.pattern(inner, cx)?;
                cx.on_top -= 1;
                self.store_capture(name, cx, loc)?;
            }
            PatternKind::MatchOr { patterns } => self.or_pattern(patterns, cx, loc)?,
        }
        self.depth.leave();
        Ok(())
    }

    fn irrefutable(
        &mut self,
        name: Option<Ident<'a>>,
        cx: &mut Context<'a>,
        loc: Location,
    ) -> Result<()> {
        if cx.allow_irrefutable {
            return self.store_capture(name, cx, loc);
        }
        match name {
            Some(name) => {
                let name = repr_str(name.as_bytes());
                self.error(loc, format!("name capture {name} makes remaining patterns unreachable"))
            }
            None => self.error(loc, "wildcard makes remaining patterns unreachable"),
        }
    }

    fn value_pattern(
        &mut self,
        value: &'a Expr<'a>,
        cx: &mut Context<'a>,
        loc: Location,
    ) -> Result<()> {
        if !matches!(value.kind, ExprKind::Constant { .. } | ExprKind::Attribute { .. }) {
            return self.error(loc, "patterns may only match literals and attribute lookups");
        }
        self.expr(value)?;
        self.compare_op(CmpOp::Eq, loc);
        self.op(Op::ToBool, loc);
        self.jump_to_fail(cx, Op::PopJumpIfFalse, loc);
        Ok(())
    }

    fn sequence_pattern(
        &mut self,
        patterns: Patterns<'a>,
        cx: &mut Context<'a>,
        loc: Location,
    ) -> Result<()> {
        let mut star = None;
        let mut only_wildcards = true;
        let mut star_wildcard = false;
        for (i, pattern) in patterns.iter().enumerate() {
            if let PatternKind::MatchStar { name } = pattern.kind {
                if star.is_some() {
                    return self.error(loc, "multiple starred names in sequence pattern");
                }
                star_wildcard = name.is_none();
                only_wildcards &= star_wildcard;
                star = Some(i);
            } else {
                only_wildcards &= is_wildcard(pattern);
            }
        }
        cx.on_top += 1;
        self.op(Op::MatchSequence, loc);
        self.jump_to_fail(cx, Op::PopJumpIfFalse, loc);
        let check = match star {
            None => Some((patterns.len(), CmpOp::Eq)),
            Some(_) if patterns.len() > 1 => Some((patterns.len() - 1, CmpOp::GtE)),
            Some(_) => None,
        };
        if let Some((len, op)) = check {
            self.op(Op::GetLen, loc);
            self.load_int(len as i64, loc);
            self.compare_op(op, loc);
            self.jump_to_fail(cx, Op::PopJumpIfFalse, loc);
        }
        cx.on_top -= 1;
        if only_wildcards {
            self.op(Op::PopTop, loc);
            return Ok(());
        }
        match star {
            Some(star) if star_wildcard => self.sequence_by_index(patterns, star, cx, loc),
            _ => self.sequence_by_unpacking(patterns, star, cx, loc),
        }
    }

    fn sequence_by_unpacking(
        &mut self,
        patterns: Patterns<'a>,
        star: Option<usize>,
        cx: &mut Context<'a>,
        loc: Location,
    ) -> Result<()> {
        let size = patterns.len();
        match star {
            Some(star) => {
                let after = size - star - 1;
                if star >= 1 << 8 || after >= i32::MAX as usize >> 8 {
                    return self
                        .error(loc, "too many expressions in star-unpacking sequence pattern");
                }
                self.op_count(Op::UnpackEx, star + (after << 8), loc);
            }
            None => self.op_count(Op::UnpackSequence, size, loc),
        }
        // The items stay on the stack while the patterns before them are matched.
        cx.on_top += size;
        for pattern in patterns {
            cx.on_top -= 1;
            self.subpattern(pattern, cx)?;
        }
        Ok(())
    }

    /// A starred wildcard makes unpacking wasteful: only the items that matter are taken out.
    fn sequence_by_index(
        &mut self,
        patterns: Patterns<'a>,
        star: usize,
        cx: &mut Context<'a>,
        loc: Location,
    ) -> Result<()> {
        cx.on_top += 1;
        for (i, pattern) in patterns.iter().enumerate() {
            if i == star || is_wildcard(pattern) {
                continue;
            }
            self.op_arg(Op::Copy, 1, loc);
            if i < star {
                self.load_int(i as i64, loc);
            } else {
                // The subject may not support negative indices.
                self.op(Op::GetLen, loc);
                self.load_int((patterns.len() - i) as i64, loc);
                self.op_arg(Op::BinaryOp, BinaryOperator::Subtract as u32, loc);
            }
            self.op_arg(Op::BinaryOp, BinaryOperator::Subscr as u32, loc);
            self.subpattern(pattern, cx)?;
        }
        cx.on_top -= 1;
        self.op(Op::PopTop, loc);
        Ok(())
    }

    fn class_pattern(
        &mut self,
        class: &'a MatchClass<'a>,
        cx: &mut Context<'a>,
        loc: Location,
    ) -> Result<()> {
        for (i, &attr) in class.kwd_attrs.iter().enumerate() {
            let repeated = class.kwd_attrs.iter().skip(i + 1).position(|&other| other == attr);
            if let Some(pattern) = repeated.and_then(|at| class.kwd_patterns.get(i + 1 + at)) {
                return self.error(
                    location(pattern.range),
                    format!("attribute name repeated in class pattern: {attr}"),
                );
            }
        }
        let total = class.patterns.len() + class.kwd_attrs.len();
        self.expr(class.cls)?;
        let mut names = Vec::with_capacity(class.kwd_attrs.len());
        for &attr in class.kwd_attrs {
            let sym = self.sym(attr);
            names.push(self.name_const(sym));
        }
        self.load_const(Const::tuple(names), loc);
        self.op_count(Op::MatchClass, class.patterns.len(), loc);
        self.op_arg(Op::Copy, 1, loc);
        self.load_none(loc);
        self.op_arg(Op::IsOp, 1, loc);
        // The tuple of attributes, or None.
        cx.on_top += 1;
        self.jump_to_fail(cx, Op::PopJumpIfFalse, loc);
        self.op_count(Op::UnpackSequence, total, loc);
        cx.on_top += total;
        cx.on_top -= 1;
        for pattern in class.patterns.iter().chain(class.kwd_patterns) {
            cx.on_top -= 1;
            if is_wildcard(pattern) {
                self.op(Op::PopTop, loc);
            } else {
                self.subpattern(pattern, cx)?;
            }
        }
        Ok(())
    }

    fn mapping_pattern(
        &mut self,
        keys: Exprs<'a>,
        patterns: Patterns<'a>,
        rest: Option<Ident<'a>>,
        cx: &mut Context<'a>,
        loc: Location,
    ) -> Result<()> {
        let size = keys.len();
        cx.on_top += 1;
        self.op(Op::MatchMapping, loc);
        self.jump_to_fail(cx, Op::PopJumpIfFalse, loc);
        if size == 0 && rest.is_none() {
            cx.on_top -= 1;
            self.op(Op::PopTop, loc);
            return Ok(());
        }
        if size > 0 {
            self.op(Op::GetLen, loc);
            self.load_int(size as i64, loc);
            self.compare_op(CmpOp::GtE, loc);
            self.jump_to_fail(cx, Op::PopJumpIfFalse, loc);
        }
        self.mapping_keys(keys, loc)?;
        self.op_count(Op::BuildTuple, size, loc);
        self.op(Op::MatchKeys, loc);
        // The tuple of keys, and the tuple of values or None.
        cx.on_top += 2;
        self.op_arg(Op::Copy, 1, loc);
        self.load_none(loc);
        self.op_arg(Op::IsOp, 1, loc);
        self.jump_to_fail(cx, Op::PopJumpIfFalse, loc);
        self.op_count(Op::UnpackSequence, size, loc);
        cx.on_top += size;
        cx.on_top -= 1;
        for pattern in patterns {
            cx.on_top -= 1;
            self.subpattern(pattern, cx)?;
        }
        cx.on_top -= 2;
        let Some(rest) = rest else {
            self.op(Op::PopTop, loc);
            self.op(Op::PopTop, loc);
            return Ok(());
        };
        // rest = dict(subject); for key in keys: del rest[key]
        self.op_arg(Op::BuildMap, 0, loc);
        self.op_arg(Op::Swap, 3, loc);
        self.op_arg(Op::DictUpdate, 2, loc);
        self.op_count(Op::UnpackSequence, size, loc);
        for left in (1..=size).rev() {
            self.op_count(Op::Copy, 1 + left, loc);
            self.op_arg(Op::Swap, 2, loc);
            self.op(Op::DeleteSubscr, loc);
        }
        self.store_capture(Some(rest), cx, loc)
    }

    fn mapping_keys(&mut self, keys: Exprs<'a>, loc: Location) -> Result<()> {
        let mut seen: Vec<&Constant<'a>> = Vec::new();
        for key in keys {
            match &key.kind {
                ExprKind::Constant { value, .. } => {
                    if seen.iter().any(|other| values_equal(other, value)) {
                        let repr = repr_constant(value);
                        return self
                            .error(loc, format!("mapping pattern checks duplicate key ({repr})"));
                    }
                    seen.push(value);
                }
                ExprKind::Attribute { .. } => {}
                _ => {
                    return self.error(
                        loc,
                        "mapping pattern keys may only match literals and attribute lookups",
                    );
                }
            }
            self.expr(key)?;
        }
        Ok(())
    }

    fn or_pattern(
        &mut self,
        patterns: Patterns<'a>,
        cx: &mut Context<'a>,
        loc: Location,
    ) -> Result<()> {
        let end = self.new_label();
        // The names that the first alternative binds, and their order on the stack. The others must bind the same.
        let mut control: Option<Vec<Ident<'a>>> = None;
        for (i, &alternative) in patterns.iter().enumerate() {
            let alt_loc = location(alternative.range);
            let mut inner = Context {
                // An alternative that always matches must be the last one.
                allow_irrefutable: i + 1 == patterns.len() && cx.allow_irrefutable,
                ..Context::default()
            };
            self.op_arg(Op::Copy, 1, alt_loc);
            self.pattern(alternative, &mut inner)?;
            match &control {
                None => control = Some(inner.stores.clone()),
                Some(control) => self.reorder_captures(control, &mut inner.stores, loc, alt_loc)?,
            }
            self.jump(Op::Jump, end, alt_loc);
            self.emit_fail_pop(&mut inner, alt_loc);
        }
        // No alternative matched.
        self.op(Op::PopTop, loc);
        self.jump_to_fail(cx, Op::Jump, loc);
        self.place(end);
        let control = control.unwrap_or_default();
        // The captures go under the copy of the subject, what has to stay on top, and the captures before them.
        let rotations = control.len() + 1 + cx.on_top + cx.stores.len();
        for name in control {
            self.rotate(rotations, loc);
            if cx.stores.contains(&name) {
                return self.duplicate_store(name, loc);
            }
            cx.stores.push(name);
        }
        self.op(Op::PopTop, loc);
        Ok(())
    }

    /// Brings the captures of an alternative into the order of the first one.
    fn reorder_captures(
        &mut self,
        control: &[Ident<'a>],
        stores: &mut Vec<Ident<'a>>,
        loc: Location,
        alt_loc: Location,
    ) -> Result<()> {
        const DIFFERENT: &str = "alternative patterns bind different names";
        if control.len() != stores.len() {
            return self.error(loc, DIFFERENT);
        }
        for (wanted, name) in control.iter().enumerate().rev() {
            let Some(at) = stores.iter().position(|store| store == name) else {
                return self.error(loc, DIFFERENT);
            };
            if wanted == at {
                continue;
            }
            // What is above `wanted` is in place already, so the name is below.
            let rotated: Vec<_> = stores.drain(..=at).collect();
            let insert = wanted.saturating_sub(at).min(stores.len());
            let count = rotated.len();
            stores.splice(insert..insert, rotated);
            for _ in 0..count {
                self.rotate(wanted + 1, alt_loc);
            }
        }
        Ok(())
    }
}

//! `SyntaxWarning`s about expressions that make no sense.

use syntax::ast::{CmpOp, Constant, Expr, ExprKind, Exprs};

use super::{Codegen, location};

impl<'a> Codegen<'a> {
    /// Warns of `is` with a literal.
    pub(super) fn check_compare(
        &mut self,
        e: &Expr<'a>,
        left: &Expr<'a>,
        ops: &[CmpOp],
        comparators: Exprs<'a>,
    ) {
        let mut left = left;
        for (&op, &right) in ops.iter().zip(comparators) {
            let (sign, other) = match op {
                CmpOp::Is => ("is", "=="),
                CmpOp::IsNot => ("is not", "!="),
                _ => {
                    left = right;
                    continue;
                }
            };
            let literal = if is_plain_literal(left) { left } else { right };
            if is_plain_literal(literal) {
                let name = type_name(literal).unwrap_or("object");
                let msg = format!("\"{sign}\" with '{name}' literal. Did you mean \"{other}\"?");
                self.warn(location(e.range), msg);
                return;
            }
            left = right;
        }
    }

    /// Warns of calls of what is certainly not callable.
    pub(super) fn check_caller(&mut self, e: &Expr<'a>) {
        if matches!(e.kind, ExprKind::Lambda { .. }) {
            return;
        }
        if let Some(name) = type_name(e) {
            let msg = format!("'{name}' object is not callable; perhaps you missed a comma?");
            self.warn(location(e.range), msg);
        }
    }

    /// Warns of subscripts of what certainly has none, and of indices of a certainly wrong type.
    pub(super) fn check_subscript(&mut self, value: &Expr<'a>, index: &Expr<'a>) {
        let loc = location(value.range);
        if lacks_subscripts(value)
            && let Some(name) = type_name(value)
        {
            let msg = format!("'{name}' object is not subscriptable; perhaps you missed a comma?");
            self.warn(loc, msg);
        }
        let Some(index_name) = type_name(index) else { return };
        if matches!(index_name, "int" | "bool" | "slice") || !needs_integer_index(value) {
            return;
        }
        if let Some(name) = type_name(value) {
            let msg = format!(
                "{name} indices must be integers or slices, not {index_name}; perhaps you missed a comma?"
            );
            self.warn(loc, msg);
        }
    }
}

/// A literal that is no singleton: its identity means nothing.
fn is_plain_literal(e: &Expr<'_>) -> bool {
    match e.kind {
        ExprKind::Tuple { elts, .. } => {
            elts.iter().all(|elt| matches!(elt.kind, ExprKind::Constant { .. }))
        }
        ExprKind::Constant { value, .. } => {
            !matches!(value, Constant::None | Constant::True | Constant::False | Constant::Ellipsis)
        }
        _ => false,
    }
}

fn lacks_subscripts(e: &Expr<'_>) -> bool {
    match e.kind {
        ExprKind::Constant { value, .. } => matches!(
            value,
            Constant::None
                | Constant::Ellipsis
                | Constant::True
                | Constant::False
                | Constant::Int(_)
                | Constant::Float(_)
                | Constant::Complex { .. }
                | Constant::FrozenSet(_)
        ),
        ExprKind::Set { .. }
        | ExprKind::SetComp { .. }
        | ExprKind::GeneratorExp { .. }
        | ExprKind::TemplateStr { .. }
        | ExprKind::Interpolation(_)
        | ExprKind::Lambda { .. } => true,
        _ => false,
    }
}

fn needs_integer_index(e: &Expr<'_>) -> bool {
    match e.kind {
        ExprKind::Constant { value, .. } => {
            matches!(value, Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_))
        }
        ExprKind::Tuple { .. }
        | ExprKind::List { .. }
        | ExprKind::ListComp { .. }
        | ExprKind::JoinedStr { .. }
        | ExprKind::FormattedValue { .. } => true,
        _ => false,
    }
}

/// The name of the type of an expression, where that is certain.
fn type_name(e: &Expr<'_>) -> Option<&'static str> {
    Some(match e.kind {
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
        ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
        ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
        ExprKind::GeneratorExp { .. } => "generator",
        ExprKind::Lambda { .. } => "function",
        ExprKind::TemplateStr { .. } | ExprKind::Interpolation(_) => "string.templatelib.Template",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
        ExprKind::Constant { value, .. } => match value {
            Constant::None => "NoneType",
            Constant::True | Constant::False => "bool",
            Constant::Ellipsis => "ellipsis",
            Constant::Int(_) => "int",
            Constant::Float(_) => "float",
            Constant::Complex { .. } => "complex",
            Constant::Str(_) => "str",
            Constant::Bytes(_) => "bytes",
            Constant::Tuple(_) => "tuple",
            Constant::FrozenSet(_) => "frozenset",
        },
        _ => return None,
    })
}

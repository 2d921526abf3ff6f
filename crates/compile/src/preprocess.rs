//! The pass before the symbol table: `__debug__`, `%` formatting, constant patterns, docstrings under `-OO`, and the
//! warnings about leaving a `finally` block (PEP 765).
//!
//! Nodes are immutable: changed ones are rebuilt in the arena together with their parents, the others are shared.

mod format;
mod rebuild;

use bumpalo::Bump;
use syntax::ast::{
    Body, Constant, Expr, ExprKind, Int, Mod, Operator, Range, Stmt, StmtKind, UnaryOp,
};

use crate::error::{Depth, Result, Warning};
use crate::future::{self, CO_FUTURE_ANNOTATIONS};

/// How the pass is done.
#[derive(Clone, Copy, Debug)]
pub struct PreprocessOptions {
    /// 0, 1 or 2.
    pub optimize: u8,
    /// Annotations are strings, so they stay as they are.
    pub string_annotations: bool,
    /// Only warn and drop docstrings; no constant is folded (`ast.parse`).
    pub syntax_check_only: bool,
}

impl PreprocessOptions {
    /// The options under compiler flags.
    #[must_use]
    pub const fn new(optimize: u8, features: u32) -> Self {
        PreprocessOptions {
            optimize,
            string_annotations: features & CO_FUTURE_ANNOTATIONS != 0,
            syntax_check_only: false,
        }
    }
}

/// Preprocesses a module, as `ast.parse` and `compile` with `PyCF_ONLY_AST` do.
///
/// # Errors
///
/// A program that is nested too deeply.
pub fn preprocess<'a>(
    module: &Mod<'a>,
    options: PreprocessOptions,
    arena: &'a Bump,
) -> Result<(Mod<'a>, Vec<syntax::Warning>)> {
    let mut warnings = Vec::new();
    let module = run(module, options, arena, &mut warnings)?;
    Ok((module, warnings.iter().map(Warning::to_syntax).collect()))
}

pub(crate) fn run<'a>(
    module: &Mod<'a>,
    options: PreprocessOptions,
    arena: &'a Bump,
    warnings: &mut Vec<Warning>,
) -> Result<Mod<'a>> {
    let mut pass =
        Preprocess { arena, options, warnings, finally: Vec::new(), depth: Depth::default() };
    Ok(match *module {
        Mod::Module { body, type_ignores } => Mod::Module { body: pass.body(body)?, type_ignores },
        Mod::Interactive { body } => Mod::Interactive { body: pass.stmts(body)? },
        Mod::Expression { body } => Mod::Expression { body: pass.expr(body)? },
        Mod::FunctionType { .. } => *module,
    })
}

/// What surrounds a statement, as far as leaving a `finally` block is concerned.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    Finally,
    Function,
    Loop,
}

struct Preprocess<'a, 'w> {
    arena: &'a Bump,
    options: PreprocessOptions,
    warnings: &'w mut Vec<Warning>,
    finally: Vec<Around>,
    depth: Depth,
}

impl<'a> Preprocess<'a, '_> {
    fn alloc_expr(&self, kind: ExprKind<'a>, range: Range) -> &'a Expr<'a> {
        self.arena.alloc(Expr { kind, range })
    }

    /// A block that may start with a docstring.
    fn body(&mut self, body: Body<'a>) -> Result<Body<'a>> {
        let drop_docstring = self.options.optimize >= 2 && future::docstring(body).is_some();
        if !drop_docstring {
            return self.stmts(body);
        }
        if let [only] = body {
            return Ok(self.arena.alloc_slice_copy(&[self.pass_at(only.range)]));
        }
        let rest = self.stmts(body.get(1..).unwrap_or_default())?;
        if future::docstring(rest).is_none() {
            return Ok(rest);
        }
        // The next statement is a string, too, but it must not become the docstring.
        let Some((first, tail)) = rest.split_first() else { return Ok(rest) };
        let StmtKind::Expr { value } = first.kind else { return Ok(rest) };
        let values = self.arena.alloc_slice_copy(&[value]);
        let value = self.alloc_expr(ExprKind::JoinedStr { values }, first.range);
        let first: &'a Stmt<'a> =
            self.arena.alloc(Stmt { kind: StmtKind::Expr { value }, range: first.range });
        let mut rebuilt = bumpalo::vec![in self.arena; first];
        rebuilt.extend_from_slice_copy(tail);
        Ok(rebuilt.into_bump_slice())
    }

    /// A `pass` that replaces a statement.
    fn pass_at(&self, range: Range) -> &'a Stmt<'a> {
        let end_col = range.col + "pass".len() as u32;
        let range = Range { end_line: range.line, end_col, ..range };
        self.arena.alloc(Stmt { kind: StmtKind::Pass, range })
    }

    /// Visits something inside a `finally` block, function body or loop.
    fn inside<T>(
        &mut self,
        around: Around,
        visit: impl FnOnce(&mut Self) -> Result<T>,
    ) -> Result<T> {
        self.finally.push(around);
        let result = visit(self)?;
        self.finally.pop();
        Ok(result)
    }

    /// Warns of a statement that leaves a `finally` block.
    fn warn_in_finally(&mut self, keyword: &str, range: Range) {
        if self.finally.last() == Some(&Around::Finally) {
            self.warnings.push(Warning { msg: format!("'{keyword}' in a 'finally' block"), range });
        }
    }

    /// A name: `__debug__` is a constant.
    fn name(&self, e: &'a Expr<'a>) -> &'a Expr<'a> {
        if self.options.syntax_check_only {
            return e;
        }
        let value = if self.options.optimize == 0 { Constant::True } else { Constant::False };
        self.alloc_expr(ExprKind::Constant { value, u_prefix: false }, e.range)
    }

    /// A constant of a pattern: signed numbers and complex literals become one constant.
    fn constant_pattern(&mut self, e: &'a Expr<'a>) -> Result<&'a Expr<'a>> {
        if self.options.syntax_check_only {
            return Ok(e);
        }
        let folded = match e.kind {
            ExprKind::UnaryOp {
                op: UnaryOp::USub,
                operand: Expr { kind: ExprKind::Constant { value, .. }, .. },
            } => self.negative(*value),
            ExprKind::BinOp {
                left,
                op: op @ (Operator::Add | Operator::Sub),
                right: Expr { kind: ExprKind::Constant { value: right, .. }, .. },
            } => {
                self.depth.enter()?;
                let left = self.constant_pattern(left)?;
                self.depth.leave();
                match left.kind {
                    ExprKind::Constant { value: left, .. } => complex_literal(left, op, *right),
                    _ => None,
                }
            }
            _ => None,
        };
        Ok(match folded {
            Some(value) => self.alloc_expr(ExprKind::Constant { value, u_prefix: false }, e.range),
            None => e,
        })
    }

    fn negative(&self, value: Constant<'a>) -> Option<Constant<'a>> {
        Some(match value {
            Constant::Int(Int::Small(value)) => Constant::Int(Int::Small(value.checked_neg()?)),
            Constant::Int(Int::Big { base, digits }) => {
                // A negative number of the tree has its sign before the digits.
                let digits = self.arena.alloc_str(&format!("-{digits}"));
                Constant::Int(Int::Big { base, digits })
            }
            Constant::Float(value) => Constant::Float(-value),
            Constant::Complex { real, imag } => Constant::Complex { real: -real, imag: -imag },
            _ => return None,
        })
    }
}

/// The sum or difference of a real and an imaginary literal.
fn complex_literal<'a>(
    left: Constant<'a>,
    op: Operator,
    right: Constant<'a>,
) -> Option<Constant<'a>> {
    let Constant::Complex { real: right_real, imag: right_imag } = right else { return None };
    let sign = if op == Operator::Sub { -1.0 } else { 1.0 };
    Some(match left {
        Constant::Complex { real, imag } => {
            Constant::Complex { real: real + sign * right_real, imag: imag + sign * right_imag }
        }
        // A real number has no imaginary part, not even a zero whose sign would count.
        other => Constant::Complex {
            real: real_value(other)? + sign * right_real,
            imag: sign * right_imag,
        },
    })
}

fn real_value(value: Constant<'_>) -> Option<f64> {
    match value {
        Constant::Int(int) => crate::codegen::big_int(int).as_ref().to_f64().ok(),
        Constant::Float(value) => Some(value),
        _ => None,
    }
}

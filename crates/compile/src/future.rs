//! `from __future__` statements at the head of a module.

use syntax::ast::{Constant, Expr, ExprKind, Mod, Range, Stmt, StmtKind, Str};

use crate::error::{Error, Result};

/// `CO_FUTURE_BARRY_AS_BDFL`
pub const CO_FUTURE_BARRY_AS_BDFL: u32 = 0x40_0000;
/// `CO_FUTURE_ANNOTATIONS`
pub const CO_FUTURE_ANNOTATIONS: u32 = 0x100_0000;
/// The compiler flags that a code object inherits (`PyCF_MASK`).
pub const FUTURE_MASK: u32 = 0x1FE_0000;

/// The future features of a module.
#[derive(Clone, Copy, Debug, Default)]
pub struct Future {
    /// `CO_FUTURE_…` flags.
    pub features: u32,
    /// The last `from __future__` statement at the head of the module.
    pub last: Option<Range>,
}

/// Reads the future statements.
pub fn scan(module: &Mod<'_>) -> Result<Future> {
    let mut future = Future::default();
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = *module else { return Ok(future) };
    let skip = usize::from(docstring(body).is_some());
    for stmt in body.iter().skip(skip) {
        let StmtKind::ImportFrom { module: Some("__future__"), names, level: 0 } = stmt.kind else {
            break;
        };
        for alias in names {
            future.features |= feature(alias.name, alias.range).map_err(Error::bare)?;
        }
        future.last = Some(stmt.range);
    }
    Ok(future)
}

fn feature(name: &str, range: Range) -> Result<u32> {
    match name {
        "nested_scopes" | "generators" | "division" | "absolute_import" | "with_statement"
        | "print_function" | "unicode_literals" | "generator_stop" => Ok(0),
        "barry_as_FLUFL" => Ok(CO_FUTURE_BARRY_AS_BDFL),
        "annotations" => Ok(CO_FUTURE_ANNOTATIONS),
        "braces" => Err(Error::syntax(range, "not a chance")),
        _ => Err(Error::syntax(range, format!("future feature {name} is not defined"))),
    }
}

/// The docstring of a block: its first statement, if that is a string.
pub(crate) fn docstring<'a>(body: &[&'a Stmt<'a>]) -> Option<Str<'a>> {
    let StmtKind::Expr {
        value: Expr { kind: ExprKind::Constant { value: Constant::Str(text), .. }, .. },
    } = body.first()?.kind
    else {
        return None;
    };
    Some(*text)
}

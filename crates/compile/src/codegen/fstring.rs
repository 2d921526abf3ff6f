//! Formatted strings and template strings.

use code::{Const, Op};
use syntax::ast::{Expr, ExprKind, Exprs, Interpolation};

use super::{Codegen, STACK_USE_GUIDELINE};
use crate::error::{Error, Result};
use crate::ir::Location;
use crate::symtable::Sym;

/// The argument of `CONVERT_VALUE` for the character after `!`.
fn conversion_arg(conversion: i32) -> Result<Option<u32>> {
    match conversion {
        -1 => Ok(None),
        c if c == 's' as i32 => Ok(Some(1)),
        c if c == 'r' as i32 => Ok(Some(2)),
        c if c == 'a' as i32 => Ok(Some(3)),
        c => Err(Error::system(format!("Unrecognized conversion character {c}"))),
    }
}

impl<'a> Codegen<'a> {
    pub(super) fn joined_str(&mut self, loc: Location, values: Exprs<'a>) -> Result<()> {
        if values.len() > STACK_USE_GUIDELINE {
            self.load_name_const(Sym::EMPTY, loc);
            let index = self.name_index(Sym::JOIN);
            self.op_arg(Op::LoadAttr, index << 1 | 1, loc);
            self.op_arg(Op::BuildList, 0, loc);
            for value in values {
                self.expr(value)?;
                self.op_arg(Op::ListAppend, 1, loc);
            }
            self.op_arg(Op::Call, 1, loc);
            return Ok(());
        }
        self.exprs(values)?;
        match values.len() {
            0 => self.load_name_const(Sym::EMPTY, loc),
            1 => {}
            n => self.op_count(Op::BuildString, n, loc),
        }
        Ok(())
    }

    pub(super) fn formatted_value(
        &mut self,
        loc: Location,
        value: &'a Expr<'a>,
        conversion: i32,
        format_spec: Option<&'a Expr<'a>>,
    ) -> Result<()> {
        self.expr(value)?;
        if let Some(arg) = conversion_arg(conversion)? {
            self.op_arg(Op::ConvertValue, arg, loc);
        }
        match format_spec {
            Some(spec) => {
                self.expr(spec)?;
                self.op(Op::FormatWithSpec, loc);
            }
            None => self.op(Op::FormatSimple, loc),
        }
        Ok(())
    }

    /// A template: the tuple of its strings, of which there is one before, between and after all interpolations, and the
    /// tuple of its interpolations.
    pub(super) fn template_str(&mut self, loc: Location, values: Exprs<'a>) -> Result<()> {
        let mut strings = 0;
        let mut after_interpolation = true;
        for value in values {
            if matches!(value.kind, ExprKind::Interpolation(_)) {
                if after_interpolation {
                    self.load_const(Const::str(""), loc);
                    strings += 1;
                }
                after_interpolation = true;
            } else {
                self.expr(value)?;
                strings += 1;
                after_interpolation = false;
            }
        }
        if after_interpolation {
            self.load_const(Const::str(""), loc);
            strings += 1;
        }
        self.op_count(Op::BuildTuple, strings, loc);
        let mut interpolations = 0;
        for value in values {
            if matches!(value.kind, ExprKind::Interpolation(_)) {
                self.expr(value)?;
                interpolations += 1;
            }
        }
        self.op_count(Op::BuildTuple, interpolations, loc);
        self.op(Op::BuildTemplate, loc);
        Ok(())
    }

    pub(super) fn interpolation(
        &mut self,
        loc: Location,
        field: &'a Interpolation<'a>,
    ) -> Result<()> {
        self.expr(field.value)?;
        self.load_constant(&field.str, loc);
        let mut arg = 2;
        if let Some(spec) = field.format_spec {
            arg |= 1;
            self.expr(spec)?;
        }
        if let Some(conversion) = conversion_arg(field.conversion)? {
            arg |= conversion << 2;
        }
        self.op_arg(Op::BuildInterpolation, arg, loc);
        Ok(())
    }
}

//! `"…" % (a, b)` with a constant format becomes a formatted string, where both mean the same.

use bumpalo::collections::Vec as ArenaVec;
use syntax::ast::{Constant, Expr, ExprKind, Exprs, Range, Str};

use super::Preprocess;

/// The location of nodes that stand for nothing in the source.
const NOWHERE: Range =
    Range { line: u32::MAX, col: u32::MAX, end_line: u32::MAX, end_col: u32::MAX };

/// The longest width or precision that is translated, in digits.
const MAX_DIGITS: usize = 3;

impl<'a> Preprocess<'a, '_> {
    /// The formatted string that `format % items` is; `None` if it has to be formatted at run time.
    pub(super) fn percent_format(
        &self,
        format: Str<'a>,
        items: Exprs<'a>,
        range: Range,
    ) -> Option<&'a Expr<'a>> {
        if items.iter().any(|item| matches!(item.kind, ExprKind::Starred { .. })) {
            return None;
        }
        let bytes = format.as_bytes();
        let mut values = ArenaVec::with_capacity_in(items.len() * 2 + 1, self.arena);
        let mut items = items.iter();
        let mut pos = 0;
        loop {
            let (literal, next) = self.literal(bytes, pos);
            pos = next;
            values.extend(literal);
            if pos >= bytes.len() {
                break;
            }
            let item = items.next()?;
            let (value, next) = self.field(bytes, pos + 1, item)?;
            pos = next;
            values.push(value);
        }
        if items.next().is_some() {
            return None;
        }
        Some(self.alloc_expr(ExprKind::JoinedStr { values: values.into_bump_slice() }, range))
    }

    /// The text up to the next format unit.
    fn literal(&self, bytes: &'a [u8], start: usize) -> (Option<&'a Expr<'a>>, usize) {
        let mut pos = start;
        let mut percents = false;
        while let Some(&byte) = bytes.get(pos) {
            if byte != b'%' {
                pos += 1;
            } else if bytes.get(pos + 1) == Some(&b'%') {
                percents = true;
                pos += 2;
            } else {
                break;
            }
        }
        if pos == start {
            return (None, pos);
        }
        let mut text = &bytes[start..pos];
        if percents {
            let mut unescaped = ArenaVec::with_capacity_in(text.len(), self.arena);
            let mut rest = text.iter();
            while let Some(&byte) = rest.next() {
                unescaped.push(byte);
                if byte == b'%' {
                    rest.next();
                }
            }
            text = unescaped.into_bump_slice();
        }
        let kind = ExprKind::Constant { value: Constant::Str(Str(text)), u_prefix: false };
        (Some(self.alloc_expr(kind, NOWHERE)), pos)
    }

    /// A format unit after its `%`: conversions `s`, `r` and `a` with at most a width and a precision.
    fn field(
        &self,
        bytes: &'a [u8],
        mut pos: usize,
        item: &'a Expr<'a>,
    ) -> Option<(&'a Expr<'a>, usize)> {
        let mut left = false;
        while let Some(&flag) = bytes.get(pos).filter(|byte| b"-+ #0".contains(byte)) {
            left |= flag == b'-';
            pos += 1;
        }
        let (width, next) = number(bytes, pos)?;
        pos = next;
        let mut precision = None;
        if bytes.get(pos) == Some(&b'.') {
            let (digits, next) = number(bytes, pos + 1)?;
            precision = Some(digits.unwrap_or(0));
            pos = next;
        }
        let conversion = *bytes.get(pos).filter(|byte| b"sra".contains(byte))?;
        let mut spec = String::new();
        if !left && width.is_some_and(|width| width > 0) {
            spec.push('>');
        }
        if let Some(width) = width {
            spec.push_str(&width.to_string());
        }
        if let Some(precision) = precision {
            spec.push_str(&format!(".{precision}"));
        }
        let format_spec = (!spec.is_empty()).then(|| {
            let text = Str(self.arena.alloc_str(&spec).as_bytes());
            self.alloc_expr(
                ExprKind::Constant { value: Constant::Str(text), u_prefix: false },
                NOWHERE,
            )
        });
        let kind = ExprKind::FormattedValue {
            value: item,
            conversion: i32::from(conversion),
            format_spec,
        };
        Some((self.alloc_expr(kind, item.range), pos + 1))
    }
}

/// Decimal digits at `pos`. `None` if there are too many, or if the format ends with them.
fn number(bytes: &[u8], pos: usize) -> Option<(Option<u32>, usize)> {
    let digits = bytes.get(pos..)?.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits >= MAX_DIGITS {
        return None;
    }
    bytes.get(pos + digits)?;
    let value = bytes[pos..pos + digits].iter().fold(0, |n, byte| n * 10 + u32::from(byte - b'0'));
    Some(((digits > 0).then_some(value), pos + digits))
}

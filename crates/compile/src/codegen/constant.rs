//! Constants of the tree: as constants of code objects, compared as Python compares them, and as text.

use std::sync::Arc;

use code::{Const, Str};
use prim::bigint::BigInt;
use prim::float;
use syntax::ast::{Constant, Int};

/// The constant of a code object that a constant of the tree is.
pub(crate) fn const_of(value: &Constant<'_>) -> Const {
    match *value {
        Constant::None => Const::None,
        Constant::True => Const::True,
        Constant::False => Const::False,
        Constant::Ellipsis => Const::Ellipsis,
        Constant::Int(Int::Small(value)) => Const::Int(value),
        Constant::Int(int @ Int::Big { .. }) => {
            let value = big_int(int);
            Const::from_limbs(value.is_negative(), value.limbs())
        }
        Constant::Float(value) => Const::Float(value),
        Constant::Complex { real, imag } => Const::Complex(real, imag),
        Constant::Str(text) => Const::Str(Str::from_generalized_utf8(text.as_bytes())),
        Constant::Bytes(bytes) => Const::Bytes(Arc::from(bytes)),
        Constant::Tuple(items) => Const::Tuple(items.iter().map(const_of).collect()),
        Constant::FrozenSet(items) => Const::FrozenSet(items.iter().map(const_of).collect()),
    }
}

/// The value of an integer constant. Digits that are none of the base, which no parser makes, count as zero.
pub(crate) fn big_int(int: Int<'_>) -> BigInt {
    match int {
        Int::Small(value) => {
            BigInt::from_sign_magnitude(value < 0, u128::from(value.unsigned_abs()))
        }
        Int::Big { base, digits } => {
            let (negative, digits) =
                digits.strip_prefix('-').map_or((false, digits), |digits| (true, digits));
            let value = BigInt::from_digits(digits.as_bytes(), u32::from(base)).ok().flatten();
            let value = value.unwrap_or_else(|| BigInt::from_sign_magnitude(false, 0));
            if negative { value.neg() } else { value }
        }
    }
}

/// A number as real and imaginary part; integers keep their exact value.
enum Number {
    Int(BigInt),
    Float(f64),
    Complex(f64, f64),
}

fn number(value: &Constant<'_>) -> Option<Number> {
    Some(match *value {
        Constant::True => Number::Int(BigInt::from_sign_magnitude(false, 1)),
        Constant::False => Number::Int(BigInt::from_sign_magnitude(false, 0)),
        Constant::Int(int) => Number::Int(big_int(int)),
        Constant::Float(value) => Number::Float(value),
        Constant::Complex { real, imag } => Number::Complex(real, imag),
        _ => return None,
    })
}

/// Python's `==` on constants, by which a mapping pattern's keys have to differ.
pub(super) fn values_equal(a: &Constant<'_>, b: &Constant<'_>) -> bool {
    if let (Some(a), Some(b)) = (number(a), number(b)) {
        return match (a, b) {
            (Number::Int(a), Number::Int(b)) => {
                a.as_ref().cmp_abs(b.as_ref()).is_eq() && a.is_negative() == b.is_negative()
            }
            (Number::Int(a), Number::Float(b)) | (Number::Float(b), Number::Int(a)) => {
                int_equals(&a, b)
            }
            (Number::Int(a), Number::Complex(re, im))
            | (Number::Complex(re, im), Number::Int(a)) => im == 0.0 && int_equals(&a, re),
            (Number::Float(a), Number::Float(b)) => a == b,
            (Number::Float(a), Number::Complex(re, im))
            | (Number::Complex(re, im), Number::Float(a)) => im == 0.0 && a == re,
            (Number::Complex(a, b), Number::Complex(c, d)) => a == c && b == d,
        };
    }
    match (a, b) {
        (Constant::None, Constant::None) | (Constant::Ellipsis, Constant::Ellipsis) => true,
        (Constant::Str(a), Constant::Str(b)) => a == b,
        (Constant::Bytes(a), Constant::Bytes(b)) => a == b,
        _ => false,
    }
}

fn int_equals(a: &BigInt, b: f64) -> bool {
    a.as_ref().cmp_f64(b).is_some_and(std::cmp::Ordering::is_eq)
}

/// `repr` of a constant.
pub(super) fn repr_constant(value: &Constant<'_>) -> String {
    match *value {
        Constant::None => "None".to_owned(),
        Constant::True => "True".to_owned(),
        Constant::False => "False".to_owned(),
        Constant::Ellipsis => "Ellipsis".to_owned(),
        Constant::Int(Int::Small(value)) => value.to_string(),
        Constant::Int(int) => big_int(int).as_ref().to_decimal().unwrap_or_default(),
        Constant::Float(value) => float::repr(value),
        Constant::Complex { real, imag } => float::repr_complex(real, imag),
        Constant::Str(text) => repr_str(text.as_bytes()),
        Constant::Bytes(bytes) => repr_bytes(bytes),
        Constant::Tuple(items) => {
            let parts: Vec<String> = items.iter().map(repr_constant).collect();
            match &parts[..] {
                [only] => format!("({only},)"),
                _ => format!("({})", parts.join(", ")),
            }
        }
        Constant::FrozenSet(items) => {
            let parts: Vec<String> = items.iter().map(repr_constant).collect();
            format!("frozenset({{{}}})", parts.join(", "))
        }
    }
}

/// `repr` of a string: double quotes only if it holds single quotes and no double ones.
pub(crate) fn repr_str(text: &[u8]) -> String {
    let quote = if text.contains(&b'\'') && !text.contains(&b'"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for cp in syntax::ast::Str(text).code_points() {
        match char::from_u32(cp) {
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some(c) if c == quote => {
                out.push('\\');
                out.push(c);
            }
            Some(c) if prim::unicode::is_printable(cp) => out.push(c),
            _ if cp < 0x100 => out.push_str(&format!("\\x{cp:02x}")),
            _ if cp < 0x1_0000 => out.push_str(&format!("\\u{cp:04x}")),
            _ => out.push_str(&format!("\\U{cp:08x}")),
        }
    }
    out.push(quote);
    out
}

fn repr_bytes(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' };
    let mut out = String::with_capacity(bytes.len() + 3);
    out.push('b');
    out.push(quote as char);
    for &byte in bytes {
        match byte {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ if byte == quote => {
                out.push('\\');
                out.push(quote as char);
            }
            b' '..=b'~' => out.push(byte as char),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push(quote as char);
    out
}

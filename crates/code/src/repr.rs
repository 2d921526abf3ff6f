//! Constants as Python's `repr` shows them, for listings of code.

use std::fmt::Write;

use prim::bigint::IntRef;
use prim::float;
use prim::text::Text;

use crate::Const;

/// The constant's `repr`. A code object, which has no stable one, is shown by name and place; lone surrogates are
/// escaped.
#[must_use]
pub fn repr(value: &Const) -> String {
    let mut out = String::new();
    write_repr(&mut out, value);
    out
}

fn write_repr(out: &mut String, value: &Const) {
    match value {
        Const::None => out.push_str("None"),
        Const::True => out.push_str("True"),
        Const::False => out.push_str("False"),
        Const::Ellipsis => out.push_str("Ellipsis"),
        Const::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Const::BigInt(value) => match IntRef::new(&value.limbs, value.negative).to_decimal() {
            Ok(digits) => out.push_str(&digits),
            Err(error) => {
                let _ = write!(out, "<int: {error}>");
            }
        },
        Const::Float(value) => out.push_str(&float::repr(*value)),
        Const::Complex(re, im) => out.push_str(&float::repr_complex(*re, *im)),
        Const::Str(text) => write_str(out, text.as_text()),
        Const::Bytes(bytes) => write_bytes(out, bytes),
        Const::Tuple(items) => {
            out.push('(');
            write_items(out, items);
            out.push_str(if items.len() == 1 { ",)" } else { ")" });
        }
        Const::FrozenSet(items) if items.is_empty() => out.push_str("frozenset()"),
        Const::FrozenSet(items) => {
            out.push_str("frozenset({");
            write_items(out, items);
            out.push_str("})");
        }
        Const::Slice(parts) => {
            out.push_str("slice(");
            write_items(out, &parts[..]);
            out.push(')');
        }
        Const::Code(code) => {
            let (name, file) = (code.name.to_string_lossy(), code.filename.to_string_lossy());
            let _ = write!(out, "<code object {name}, file \"{file}\", line {}>", code.firstlineno);
        }
    }
}

fn write_items(out: &mut String, items: &[Const]) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write_repr(out, item);
    }
}

fn quote_for(single: bool, double: bool) -> char {
    if single && !double { '"' } else { '\'' }
}

fn write_str(out: &mut String, text: &Text) {
    let has = |c: char| text.code_points().any(|other| other == u32::from(c));
    let quote = quote_for(has('\''), has('"'));
    out.push(quote);
    for c in text.code_points() {
        match char::from_u32(c) {
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\\') => out.push_str("\\\\"),
            Some(c) if c == quote => out.extend(['\\', c]),
            Some(shown) if prim::unicode::is_printable(c) => out.push(shown),
            _ => {
                let _ = match c {
                    0..0x100 => write!(out, "\\x{c:02x}"),
                    0x100..0x1_0000 => write!(out, "\\u{c:04x}"),
                    _ => write!(out, "\\U{c:08x}"),
                };
            }
        }
    }
    out.push(quote);
}

fn write_bytes(out: &mut String, bytes: &[u8]) {
    let quote = quote_for(bytes.contains(&b'\''), bytes.contains(&b'"'));
    out.push('b');
    out.push(quote);
    for &byte in bytes {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            b'\\' => out.push_str("\\\\"),
            byte if char::from(byte) == quote => out.extend(['\\', quote]),
            0x20..0x7F => out.push(char::from(byte)),
            _ => {
                let _ = write!(out, "\\x{byte:02x}");
            }
        }
    }
    out.push(quote);
}

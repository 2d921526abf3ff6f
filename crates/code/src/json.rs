//! A code object as one line of JSON with every field, to compare compilers field by field.
//!
//! The form is the oracle's (`oracle.mjs code`): names are strings, tables are hexadecimal, constants are
//! `[type, text]` with the text as `ascii()` gives it, and nested code objects stand in place. Everything is ASCII.

use std::fmt::Write;

use prim::text::Text;

use crate::object::kind;
use crate::{CodeObject, Const, Str, repr};

/// The code object's JSON, without a line end.
#[must_use]
pub fn code_to_json(code: &CodeObject) -> String {
    let mut out = String::new();
    write_code(&mut out, code);
    out
}

fn write_code(out: &mut String, code: &CodeObject) {
    out.push('{');
    field(out, "name", |out| write_str(out, &code.name));
    field(out, "qualname", |out| write_str(out, &code.qualname));
    field(out, "filename", |out| write_str(out, &code.filename));
    field(out, "firstlineno", |out| write_number(out, i64::from(code.firstlineno)));
    field(out, "argcount", |out| write_number(out, i64::from(code.argcount)));
    field(out, "posonlyargcount", |out| write_number(out, i64::from(code.posonlyargcount)));
    field(out, "kwonlyargcount", |out| write_number(out, i64::from(code.kwonlyargcount)));
    field(out, "flags", |out| write_number(out, i64::from(code.flags)));
    field(out, "stacksize", |out| write_number(out, i64::from(code.stacksize)));
    field(out, "names", |out| write_names(out, code.names.iter()));
    field(out, "varnames", |out| write_names(out, code.names_of_kind(kind::LOCAL)));
    field(out, "cellvars", |out| write_names(out, code.names_of_kind(kind::CELL)));
    field(out, "freevars", |out| write_names(out, code.names_of_kind(kind::FREE)));
    field(out, "code", |out| write_hex(out, &code.code));
    field(out, "linetable", |out| write_hex(out, &code.linetable));
    field(out, "exceptiontable", |out| write_hex(out, &code.exceptiontable));
    field(out, "consts", |out| write_list(out, code.consts.iter(), write_const));
    out.push('}');
}

fn field(out: &mut String, name: &str, value: impl FnOnce(&mut String)) {
    if !out.ends_with('{') {
        out.push(',');
    }
    out.push('"');
    out.push_str(name);
    out.push_str("\":");
    value(out);
}

fn write_list<T>(out: &mut String, items: impl Iterator<Item = T>, write: impl Fn(&mut String, T)) {
    out.push('[');
    for (i, item) in items.enumerate() {
        if i > 0 {
            out.push(',');
        }
        write(out, item);
    }
    out.push(']');
}

fn write_names<'a>(out: &mut String, names: impl Iterator<Item = &'a Str>) {
    write_list(out, names, write_str);
}

fn write_number(out: &mut String, value: i64) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{value}");
}

fn write_hex(out: &mut String, bytes: &[u8]) {
    out.push('"');
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out.push('"');
}

fn write_str(out: &mut String, text: &Str) {
    write_text(out, text.as_text());
}

fn write_text(out: &mut String, text: &Text) {
    out.push('"');
    for c in text.code_points() {
        match c {
            0x22 => out.push_str("\\\""),
            0x5C => out.push_str("\\\\"),
            0x0A => out.push_str("\\n"),
            0x0D => out.push_str("\\r"),
            0x09 => out.push_str("\\t"),
            0x08 => out.push_str("\\b"),
            0x0C => out.push_str("\\f"),
            0x20..0x7F => out.push(char::from(c as u8)),
            0x1_0000.. => {
                let c = c - 0x1_0000;
                let _ = write!(out, "\\u{:04x}\\u{:04x}", 0xD800 | c >> 10, 0xDC00 | c & 0x3FF);
            }
            _ => {
                let _ = write!(out, "\\u{c:04x}");
            }
        }
    }
    out.push('"');
}

fn write_const(out: &mut String, value: &Const) {
    let tagged = |out: &mut String, tag: &str, text: &str| {
        let _ = write!(out, "[\"{tag}\",");
        write_text(out, Text::from_str(text));
        out.push(']');
    };
    match value {
        Const::Code(code) => write_code(out, code),
        Const::Str(text) => {
            out.push_str("[\"str\",");
            write_str(out, text);
            out.push(']');
        }
        Const::Tuple(items) => {
            out.push_str("[\"tuple\",");
            write_list(out, items.iter(), write_const);
            out.push(']');
        }
        Const::Slice(parts) => {
            out.push_str("[\"slice\",");
            write_list(out, parts.iter(), write_const);
            out.push(']');
        }
        Const::FrozenSet(items) => {
            // A set's order is not that of another process, so the items are sorted by their text; the reference
            // form puts a space after commas before it compares, which no two items differ by.
            let mut texts: Vec<String> = items
                .iter()
                .map(|item| {
                    let mut text = String::new();
                    write_const(&mut text, item);
                    text
                })
                .collect();
            texts.sort();
            out.push_str("[\"frozenset\",");
            write_list(out, texts.iter(), |out, text| out.push_str(text));
            out.push(']');
        }
        Const::None => tagged(out, "NoneType", "None"),
        Const::True => tagged(out, "bool", "True"),
        Const::False => tagged(out, "bool", "False"),
        Const::Ellipsis => tagged(out, "ellipsis", "Ellipsis"),
        Const::Int(_) | Const::BigInt(_) => tagged(out, "int", &repr::repr(value)),
        Const::Float(_) => tagged(out, "float", &repr::repr(value)),
        Const::Complex(..) => tagged(out, "complex", &repr::repr(value)),
        Const::Bytes(_) => tagged(out, "bytes", &repr::repr(value)),
    }
}

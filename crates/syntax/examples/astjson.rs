//! Writes the trees of source files as JSON, in the form of the oracle's `ast` command.
//!
//! usage: astjson [--type-comments] --out DIR FILE… (a FILE may be @LIST, a file with one path a line); the output for a/b.py
//! is DIR/a/b.py.ast.json. A file that does not parse gives `{"error": …}`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use bumpalo::Bump;
use syntax::ast::{Constant, Int, Range};
use syntax::dump::{Visitor, walk};
use syntax::{Mode, Options};

#[derive(Default)]
struct Json {
    out: String,
    /// Whether the open list has a value already.
    nonempty: Vec<bool>,
    in_field: bool,
}

impl Json {
    fn value(&mut self) {
        if self.in_field {
            self.in_field = false;
        } else if let Some(nonempty) = self.nonempty.last_mut() {
            if *nonempty {
                self.out.push(',');
            }
            *nonempty = true;
        }
    }

    fn string(&mut self, code_points: impl Iterator<Item = u32>) {
        self.out.push('"');
        for code in code_points {
            match code {
                0x22 => self.out.push_str("\\\""),
                0x5c => self.out.push_str("\\\\"),
                0x0a => self.out.push_str("\\n"),
                0x0d => self.out.push_str("\\r"),
                0x09 => self.out.push_str("\\t"),
                0x08 => self.out.push_str("\\b"),
                0x0c => self.out.push_str("\\f"),
                0x20..=0x7e => self.out.push(char::from(code as u8)),
                0..=0xffff => write!(self.out, "\\u{code:04x}").unwrap(),
                _ => {
                    let code = code - 0x10000;
                    let (high, low) = (0xd800 + (code >> 10), 0xdc00 + (code & 0x3ff));
                    write!(self.out, "\\u{high:04x}\\u{low:04x}").unwrap();
                }
            }
        }
        self.out.push('"');
    }

    fn tagged(&mut self, tag: &str, text: &str) {
        write!(self.out, "[\"{tag}\",").unwrap();
        self.string(text.chars().map(u32::from));
        self.out.push(']');
    }
}

impl Visitor for Json {
    fn begin(&mut self, name: &str) {
        self.value();
        write!(self.out, "{{\"_\":\"{name}\"").unwrap();
        self.nonempty.push(true);
    }
    fn field(&mut self, name: &str) {
        write!(self.out, ",\"{name}\":").unwrap();
        self.in_field = true;
    }
    fn end(&mut self, range: Option<Range>) {
        self.nonempty.pop();
        if let Some(r) = range {
            write!(self.out, ",\"@\":[{},{},{},{}]", r.line, r.col, r.end_line, r.end_col).unwrap();
        }
        self.out.push('}');
    }
    fn begin_list(&mut self, _len: usize) {
        self.value();
        self.out.push('[');
        self.nonempty.push(false);
    }
    fn end_list(&mut self) {
        self.nonempty.pop();
        self.out.push(']');
    }
    fn ident(&mut self, name: &str) {
        self.value();
        self.string(name.chars().map(u32::from));
    }
    fn constant(&mut self, value: &Constant<'_>) {
        self.value();
        match *value {
            Constant::None => self.out.push_str("null"),
            Constant::True => self.tagged("bool", "True"),
            Constant::False => self.tagged("bool", "False"),
            Constant::Ellipsis => self.tagged("ellipsis", "Ellipsis"),
            Constant::Int(Int::Small(value)) => self.tagged("int", &value.to_string()),
            Constant::Int(Int::Big { base, digits }) => self.tagged("int", &decimal(digits, base)),
            Constant::Float(value) => self.tagged("float", &float(value, true)),
            Constant::Complex { imag, .. } => {
                let text = format!("{}j", float(imag, false));
                self.tagged("complex", &text);
            }
            Constant::Str(text) => self.string(text.code_points()),
            Constant::Bytes(bytes) => self.tagged("bytes", &bytes_repr(bytes)),
            Constant::Tuple(_) | Constant::FrozenSet(_) => self.tagged("folded", "?"),
        }
    }
    fn none(&mut self) {
        self.value();
        self.out.push_str("null");
    }
    fn int(&mut self, value: i64) {
        self.value();
        self.tagged("int", &value.to_string());
    }
    fn elided(&mut self) {
        self.value();
        self.out.push_str("{\"_\":\"elided\"}");
    }
}

/// The decimal digits of a number in another base; quadratic, but this is a tool.
fn decimal(digits: &str, base: u8) -> String {
    if base == 10 {
        return digits.to_owned();
    }
    let mut value = vec![0u32];
    for c in digits.chars() {
        let mut carry = u64::from(c.to_digit(u32::from(base)).unwrap());
        for limb in &mut value {
            let n = u64::from(*limb) * u64::from(base) + carry;
            *limb = (n % 1_000_000_000) as u32;
            carry = n / 1_000_000_000;
        }
        if carry > 0 {
            value.push(carry as u32);
        }
    }
    let mut out = value.pop().unwrap_or(0).to_string();
    for limb in value.iter().rev() {
        write!(out, "{limb:09}").unwrap();
    }
    out
}

/// `repr` of a float; a complex number's part has no `.0`.
fn float(value: f64, point: bool) -> String {
    if value.is_infinite() {
        return "inf".into();
    }
    let exact = format!("{value:e}");
    let (mantissa, exponent) = exact.split_once('e').unwrap();
    let exponent: i32 = exponent.parse().unwrap();
    if value != 0.0 && !(-4..16).contains(&exponent) {
        let sign = if exponent < 0 { '-' } else { '+' };
        return format!("{mantissa}e{sign}{:02}", exponent.abs());
    }
    let text = format!("{value}");
    if point && !text.contains('.') { format!("{text}.0") } else { text }
}

fn bytes_repr(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') { '"' } else { '\'' };
    let mut out = format!("b{quote}");
    for &c in bytes {
        match c {
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            c if char::from(c) == quote => {
                out.push('\\');
                out.push(quote);
            }
            0x20..=0x7e => out.push(char::from(c)),
            _ => write!(out, "\\x{c:02x}").unwrap(),
        }
    }
    out.push(quote);
    out
}

fn convert(path: &Path, out: &Path, options: &Options, arena: &Bump) {
    let source = std::fs::read(path).unwrap();
    let json = match syntax::parse(&source, Mode::Exec, options, arena) {
        Ok(parsed) => {
            let mut json = Json::default();
            walk(&parsed.module, &mut json);
            json.out
        }
        Err(error) => format!("{{\"error\":{:?}}}", error.to_string()),
    };
    let name = path.to_string_lossy();
    let target = out.join(format!("{}.ast.json", name.trim_start_matches('/')));
    std::fs::create_dir_all(target.parent().unwrap()).unwrap();
    std::fs::write(target, json).unwrap();
}

fn main() {
    let mut args = std::env::args().skip(1);
    let mut out = PathBuf::from(".");
    let mut options = Options::default();
    let mut paths = Vec::new();
    while let Some(arg) = args.next() {
        if arg == "--type-comments" {
            options.type_comments = true;
        } else if arg == "--out" {
            out = args.next().expect("--out needs a directory").into();
        } else if let Some(list) = arg.strip_prefix('@') {
            paths.extend(std::fs::read_to_string(list).unwrap().lines().map(PathBuf::from));
        } else {
            paths.push(arg.into());
        }
    }
    let mut arena = Bump::new();
    for path in paths {
        convert(&path, &out, &options, &arena);
        arena.reset();
    }
}

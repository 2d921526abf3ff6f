//! Errors and warnings of the snippets in tests/errors, as CPython gives them.
//!
//! A line is: mode, source, outcome, with tabs between and `\xNN` for bytes that are not printable ASCII. The
//! mode is that of `compile`, with `-bytes` if the source is bytes, or `incomplete` for what `codeop` does. The
//! outcome is `ok` or `Exception line:offset-line:offset [text] message`, after `warn LINES` if there are
//! warnings. The files come from the oracle by way of oracle.py.

use std::path::Path;

use bumpalo::Bump;
use syntax::{Mode, Options, SyntaxError, Warning};

fn unescape(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.extend_from_slice(before.as_bytes());
        if let Some(hex) = after.strip_prefix('x') {
            out.push(u8::from_str_radix(&hex[..2], 16).unwrap());
            rest = &hex[2..];
        } else {
            out.push(b'\\');
            rest = &after[1..];
        }
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

fn escape(text: &str) -> String {
    let mut out = String::new();
    for c in text.bytes() {
        match c {
            b'\\' => out.push_str("\\\\"),
            0x20..=0x7e => out.push(char::from(c)),
            _ => out.push_str(&format!("\\x{c:02x}")),
        }
    }
    out
}

fn outcome(error: Option<&SyntaxError>, warnings: &[Warning]) -> String {
    let lines: Vec<String> = warnings.iter().map(|w| w.lineno.to_string()).collect();
    let head = if lines.is_empty() { String::new() } else { format!("warn {} ", lines.join(",")) };
    let Some(error) = error else { return head + "ok" };
    let (place, text) = match &error.location {
        None => ("nowhere".to_owned(), ""),
        Some(at) => {
            let end = at.end.map_or(String::new(), |(line, offset)| format!("-{line}:{offset}"));
            (format!("{}:{}{end}", at.lineno, at.offset), at.text.as_deref().unwrap_or(""))
        }
    };
    format!("{head}{} {place} [{}] {}", error.kind.name(), escape(text), escape(&error.msg))
}

fn check(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/errors").join(name);
    let mut wrong = Vec::new();
    let text = std::fs::read_to_string(path).unwrap();
    for (number, line) in text.lines().enumerate() {
        let mut fields = line.split('\t');
        let (mode, code, expected) =
            (fields.next().unwrap(), fields.next().unwrap(), fields.next().unwrap());
        let incomplete = mode == "incomplete";
        let options = Options {
            ignore_cookie: !mode.ends_with("-bytes"),
            allow_incomplete_input: incomplete,
            dont_imply_dedent: incomplete,
            ..Options::default()
        };
        let mode = match mode.trim_end_matches("-bytes") {
            "eval" => Mode::Eval,
            "single" | "incomplete" => Mode::Single,
            "func_type" => Mode::FuncType,
            _ => Mode::Exec,
        };
        let arena = Bump::new();
        let found = match syntax::parse(&unescape(code), mode, &options, &arena) {
            Ok(parsed) => outcome(None, &parsed.warnings),
            Err(error) => outcome(Some(&error), &error.warnings),
        };
        if found != expected {
            wrong.push(format!("{name}:{}: {code}\n  {expected}\n  {found}", number + 1));
        }
    }
    assert!(text.lines().count() > 20);
    assert!(wrong.is_empty(), "expected and found:\n{}", wrong.join("\n"));
}

#[test]
fn encodings() {
    check("encodings.txt");
}

#[test]
fn statements() {
    check("statements.txt");
}

#[test]
fn nested() {
    check("nested.txt");
}

#[test]
fn warnings() {
    check("warnings.txt");
}

#[test]
fn modes() {
    check("modes.txt");
}

#[test]
fn incomplete_input() {
    check("incomplete.txt");
}

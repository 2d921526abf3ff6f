//! Reports errors in the form of the oracle's `errors` command: lines `{"id": …, "code": …}` in, lines
//! `{"id": …, "error": …, "warnings": […]}` out.
//!
//! usage: syntaxerrors FILE.jsonl > OUT.jsonl, where `code_b64` may stand for `code`; the form of the lines
//! is exactly that of Python's `json.dumps`.

use bumpalo::Bump;
use syntax::{Mode, Options, SyntaxError};

/// The string value of a key in a flat JSON object, as bytes.
fn string_field(line: &str, key: &str) -> Option<Vec<u8>> {
    let start = line.find(&format!("\"{key}\": \""))? + key.len() + 5;
    let mut out: Vec<u8> = Vec::new();
    let mut chars = line[start..].chars();
    let mut high = None;
    loop {
        let c = match chars.next()? {
            '"' => return Some(out),
            '\\' => match chars.next()? {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\x08',
                'f' => '\x0c',
                'u' => {
                    let hex: String = chars.by_ref().take(4).collect();
                    let code = u32::from_str_radix(&hex, 16).ok()?;
                    match (high.take(), code) {
                        (None, 0xd800..=0xdbff) => {
                            high = Some(code);
                            continue;
                        }
                        (Some(high), _) => {
                            char::from_u32(0x10000 + ((high - 0xd800) << 10) + (code - 0xdc00))?
                        }
                        _ => char::from_u32(code)?,
                    }
                }
                c => c,
            },
            c => c,
        };
        out.extend(c.encode_utf8(&mut [0; 4]).bytes());
    }
}

fn base64(text: &[u8]) -> Vec<u8> {
    let digits: Vec<u32> = text
        .iter()
        .filter_map(|&c| {
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
                .iter()
                .position(|&d| d == c)
                .map(|p| p as u32)
        })
        .collect();
    digits
        .chunks(4)
        .flat_map(|chunk| {
            let n = chunk.iter().fold(0, |n, d| n << 6 | d) << (6 * (4 - chunk.len()));
            n.to_be_bytes()[1..chunk.len()].to_vec()
        })
        .collect()
}

fn json_string(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\x20'..='\x7e' => out.push(c),
            _ => c.encode_utf16(&mut [0; 2]).iter().for_each(|u| out += &format!("\\u{u:04x}")),
        }
    }
    out + "\""
}

fn error_json(error: &SyntaxError) -> String {
    let place = match &error.location {
        None => "\"lineno\": null".to_owned(),
        Some(at) => {
            let text = at.text.as_deref().map_or("null".into(), json_string);
            let end =
                at.end.map_or("\"end_lineno\": null, \"end_offset\": null".into(), |(l, o)| {
                    format!("\"end_lineno\": {l}, \"end_offset\": {o}")
                });
            format!("\"lineno\": {}, \"offset\": {}, {end}, \"text\": {text}", at.lineno, at.offset)
        }
    };
    let msg = json_string(&error.msg);
    format!("{{\"type\": \"{}\", \"msg\": {msg}, {place}}}", error.kind.name())
}

fn main() {
    let path = std::env::args().nth(1).expect("usage: syntaxerrors FILE.jsonl");
    let mut arena = Bump::new();
    for line in std::fs::read_to_string(path).unwrap().lines() {
        arena.reset();
        let id = line.split("\"id\": ").nth(1).and_then(|s| s.split(',').next()).unwrap();
        let (code, is_str) = match string_field(line, "code_b64") {
            Some(text) => (base64(&text), false),
            None => match string_field(line, "code") {
                Some(code) => (code, true),
                None => continue,
            },
        };
        let incomplete = line.contains("\"incomplete\": true");
        let options = Options {
            ignore_cookie: is_str,
            allow_incomplete_input: incomplete,
            dont_imply_dedent: incomplete,
            ..Options::default()
        };
        let mode = match string_field(line, "mode").as_deref() {
            Some(b"eval") => Mode::Eval,
            Some(b"single") => Mode::Single,
            Some(b"func_type") => Mode::FuncType,
            _ => Mode::Exec,
        };
        let (error, warnings) = match syntax::parse(&code, mode, &options, &arena) {
            Ok(parsed) => ("null".to_owned(), parsed.warnings),
            Err(mut error) => (error_json(&error), std::mem::take(&mut error.warnings)),
        };
        let warnings: Vec<String> = warnings
            .iter()
            .map(|w| format!("{{\"msg\": {}, \"lineno\": {}}}", json_string(&w.msg), w.lineno))
            .collect();
        println!("{{\"id\": {id}, \"error\": {error}, \"warnings\": [{}]}}", warnings.join(", "));
    }
}

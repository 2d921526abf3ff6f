//! The compiler against CPython on the snippets in `data/codegen` (code objects) and `data/errors` (errors and warnings).
//! The records are CPython 3.14's; `record.py` makes them.

use std::path::Path;

use code::{Str, json};
use compile::{Options, Output, SourceError, compile_source};
use syntax::{Location, Mode};

/// A snippet with its record.
struct Snippet {
    name: String,
    mode: Mode,
    options: Options,
    source: String,
    record: String,
}

fn snippets(text: &str) -> Vec<Snippet> {
    let mut snippets: Vec<Snippet> = Vec::new();
    let mut recorded = false;
    for line in text.lines() {
        if let Some(head) = line.strip_prefix("=== ") {
            let mut words = head.split(' ');
            let name = words.next().unwrap_or_default().to_owned();
            let words: Vec<&str> = words.collect();
            let has = |word| words.contains(&word);
            let mode = match (has("eval"), has("single")) {
                (true, _) => Mode::Eval,
                (_, true) => Mode::Single,
                _ => Mode::Exec,
            };
            let optimize = if has("-OO") { 2 } else { u8::from(has("-O")) };
            let options = Options { optimize, top_level_await: has("await"), ..Options::default() };
            snippets.push(Snippet {
                name,
                mode,
                options,
                source: String::new(),
                record: String::new(),
            });
            recorded = false;
        } else if line == "---" {
            recorded = true;
        } else if let Some(snippet) = snippets.last_mut() {
            let part = if recorded { &mut snippet.record } else { &mut snippet.source };
            part.push_str(line);
            part.push('\n');
        }
    }
    snippets
}

fn compile(snippet: &Snippet) -> Output<SourceError> {
    let parsing = syntax::Options { ignore_cookie: true, ..syntax::Options::default() };
    compile_source(
        snippet.source.as_bytes(),
        snippet.mode,
        &Str::from("<test>"),
        &parsing,
        snippet.options,
    )
}

fn code_record(snippet: &Snippet) -> String {
    match compile(snippet).code {
        Ok(code) => format!("{}\n", json::code_to_json(&code)),
        Err(error) => format!("{error}\n"),
    }
}

fn error_record(snippet: &Snippet) -> String {
    let output = compile(snippet);
    let mut record = String::new();
    for warning in &output.warnings {
        record.push_str(&format!("warning {} {}\n", warning.lineno, warning.msg));
    }
    let (kind, msg, location) = match output.code {
        Ok(_) => return record,
        Err(SourceError::Parse(error)) => (error.kind.name(), error.msg, error.location),
        Err(SourceError::Compile(error)) => {
            (error.kind.name(), error.msg.clone(), error.location())
        }
    };
    let at = location.map_or_else(String::new, |Location { lineno, offset, end, .. }| {
        let (end_line, end_offset) = end.unwrap_or_default();
        format!(" {lineno}:{offset}-{end_line}:{end_offset}")
    });
    record + &format!("{kind}{at} {msg}\n")
}

/// Compares all snippets of a folder and reports every difference.
fn check(folder: &str, make_record: impl Fn(&Snippet) -> String) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(folder);
    let mut count = 0;
    let mut failed = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for snippet in snippets(&text) {
            count += 1;
            let ours = make_record(&snippet);
            if ours != snippet.record {
                let at =
                    ours.bytes().zip(snippet.record.bytes()).take_while(|(a, b)| a == b).count();
                let at = at.saturating_sub(80);
                let (ours, theirs) = (ours.get(at..), snippet.record.get(at..));
                failed.push(format!(
                    "{}: ours\n{:.300?}\nCPython's\n{:.300?}",
                    snippet.name, ours, theirs
                ));
            }
        }
    }
    assert!(count > 50, "only {count} snippets");
    assert!(failed.is_empty(), "{} of {count} differ\n{}", failed.len(), failed.join("\n"));
}

#[test]
fn code_objects_are_cpythons() {
    check("codegen", code_record);
}

#[test]
fn errors_and_warnings_are_cpythons() {
    check("errors", error_record);
}

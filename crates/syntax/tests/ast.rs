//! Trees of the files in tests/ast as text. `BLESS=1 cargo test` writes the texts anew.
//!
//! The trees of these files have been compared with CPython's, positions included (examples/astjson.rs).

use std::path::Path;

use bumpalo::Bump;
use syntax::{Mode, Options, dump};

fn check(name: &str, options: &Options) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ast");
    let source = std::fs::read(folder.join(name)).unwrap();
    let arena = Bump::new();
    let parsed = syntax::parse(&source, Mode::Exec, options, &arena).unwrap();
    let text = dump::ast(&parsed.module);
    let expected = folder.join(name).with_extension("txt");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(expected, text).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(expected).unwrap();
    for (number, (found, expected)) in text.lines().zip(expected.lines()).enumerate() {
        assert_eq!(found, expected, "{name}, line {} of the dump", number + 1);
    }
    assert_eq!(text.lines().count(), expected.lines().count());
}

#[test]
fn trees_are_as_recorded() {
    let options = Options::default();
    check("tour.py", &options);
    check("strings.py", &options);
    check("types.py", &Options { type_comments: true, ..options });
}

#[test]
fn tokens_as_text() {
    let arena = Bump::new();
    let source = b"if x:\n  f'{a!r:>{b}}c' # d\n  'e'\n";
    let (text, tokens) = syntax::tokens(source, Mode::Exec, &Options::default(), &arena).unwrap();
    let dump = dump::tokens(text, &tokens);
    let lines: Vec<String> =
        dump.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).collect();
    let expected = [
        "1:0-1:2 KEYWORD \"if\"",
        "1:3-1:4 NAME \"x\"",
        "1:4-1:5 COLON \":\"",
        "1:5-1:6 NEWLINE",
        "2:- INDENT \"\"",
        "2:2-2:4 FSTRING_START \"f'\"",
        "2:4-2:5 LBRACE \"{\"",
        "2:5-2:6 NAME \"a\"",
        "2:6-2:7 EXCLAMATION \"!\"",
        "2:7-2:8 NAME \"r\"",
        "2:8-2:9 COLON \":\"",
        "2:9-2:10 FSTRING_MIDDLE \">\"",
        "2:10-2:11 LBRACE \"{\"",
        "2:11-2:12 NAME \"b\"",
        "2:12-2:13 RBRACE \"}\"",
        "2:13-2:13 FSTRING_MIDDLE \"\"",
        "2:13-2:14 RBRACE \"}\"",
        "2:14-2:15 FSTRING_MIDDLE \"c\"",
        "2:15-2:16 FSTRING_END \"'\"",
        "2:17-2:21 NEWLINE",
        "3:2-3:5 STRING \"'e'\"",
        "3:5-3:6 NEWLINE",
        "3:- DEDENT \"\"",
        "3:- ENDMARKER",
    ];
    assert_eq!(lines, expected);
}

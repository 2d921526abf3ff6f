//! The two grammars, the parser's and the error pass's, must accept the same sources.

use bumpalo::Bump;

use super::*;
use crate::parser::{Parser, tokenize};

const WORDS: [&str; 84] = [
    "a", "b", "1", "2j", "'s'", "b's'", "f'{a}'", "f'", "{", "}", "'", "t'{a!r}'", "(", ")", "[",
    "]", "{", "}", ",", ":", "=", "==", ":=", "*", "**", "/", "-", "not", "and", "or", "if",
    "else", "for", "in", "is", "lambda", "yield", "await", "async", "def", "class", "return",
    "import", "from", "as", "with", "while", "try", "except", "finally", "match", "case", "type",
    "del", "assert", "raise", "global", "pass", ".", "...", "@", "->", "+=", ";", "\n", "\n  ",
    "\n    ", "None", "True", "_", "|", "!", "#", "\\\n", "print", "~", "<", "x.y", "f(x)",
    "a: int", "x[0]", "elif", "nonlocal", "break",
];

/// Beginnings that give the words a chance to make sense.
const STARTS: [&str; 20] = [
    "",
    "",
    "",
    "match a:\n  case ",
    "def f(",
    "lambda ",
    "with (",
    "with ",
    "f(",
    "x = ",
    "for ",
    "[",
    "{",
    "type X",
    "class A",
    "try:\n  a\nexcept",
    "del ",
    "from a import ",
    "f'''{",
    "async ",
];

fn agree(source: &str, mode: Mode) -> bool {
    let options = Options::default();
    let arena = Bump::new();
    let source = arena.alloc_str(source);
    let tokens = tokenize(source, mode, &options).unwrap();
    let mut parser = Parser::new(&arena, source, &tokens.list, &options);
    let accepted = parser.parse(mode, &tokens.type_ignores).is_ok();
    let grammar = PARSED.as_ref().unwrap();
    let rule = match mode {
        Mode::Exec => "file",
        Mode::Single => "interactive",
        Mode::Eval => "eval",
        Mode::FuncType => "func_type",
    };
    let mut machine = Machine::new(grammar, source, mode, &options, &Reached::default());
    let matched = matches!(machine.run(grammar.rule(rule).unwrap(), false), Ok(true));
    assert_eq!(
        accepted, matched,
        "parser and grammar disagree ({accepted}) in {mode:?} on {source:?}"
    );
    accepted
}

#[test]
fn parser_and_grammar_accept_the_same() {
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let rounds: usize =
        std::env::var("ROUNDS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(20_000);
    let mut accepted = 0;
    for round in 0..rounds {
        let mut source = STARTS[random(STARTS.len())].to_owned();
        for _ in 0..1 + random(9) {
            source += WORDS[random(WORDS.len())];
            if random(4) > 0 {
                source.push(' ');
            }
        }
        let mode = match round % 10 {
            0 => Mode::Eval,
            1 => Mode::Single,
            2 => Mode::FuncType,
            _ => Mode::Exec,
        };
        if mode == Mode::Exec {
            source.push('\n');
        }
        accepted += usize::from(agree(&source, mode));
    }
    assert!(accepted > rounds / 100, "only {accepted} of {rounds} make sense");
}

#[test]
fn the_tour_is_in_the_grammar() {
    for file in ["tour.py", "strings.py"] {
        let path = format!("{}/tests/ast/{file}", env!("CARGO_MANIFEST_DIR"));
        assert!(agree(&std::fs::read_to_string(path).unwrap(), Mode::Exec), "{file}");
    }
}

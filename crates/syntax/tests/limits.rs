//! Sources that are nested too deeply or are damaged: an error, never a crash.

use bumpalo::Bump;
use syntax::{ErrorKind, Mode, Options};

fn parse(source: &[u8], mode: Mode) -> Result<(), ErrorKind> {
    let arena = Bump::new();
    syntax::parse(source, mode, &Options::default(), &arena).map(|_| ()).map_err(|error| error.kind)
}

/// Runs on the stack of a main thread.
fn with_stack(test: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(8 << 20).spawn(test).unwrap().join().unwrap();
}

#[test]
fn deep_nesting_is_an_error() {
    with_stack(|| {
        for prefix in
            ["-", "not ", "lambda: ", "1 if x else ", "2 ** ", "-1 ** ", "lambda x=lambda: 1: "]
        {
            for count in [10_000, 100_000] {
                let source = prefix.repeat(count) + "1\n";
                assert_eq!(
                    parse(source.as_bytes(), Mode::Exec),
                    Err(ErrorKind::Memory),
                    "{prefix}"
                );
            }
        }
        let elifs = "if x: y\n".to_owned() + &"elif x: y\n".repeat(20_000);
        assert_eq!(parse(elifs.as_bytes(), Mode::Exec), Err(ErrorKind::Memory));
        for prefix in
            ["(", "[", "{", "f(", "x[", "{1: ", "(x for x in ", "[x, ", "f'{", "*(", "await ("]
        {
            let source = prefix.repeat(5_000);
            assert!(parse(source.as_bytes(), Mode::Exec).is_err(), "{prefix}");
        }
        for (open, close) in [("(", ")"), ("[", "]"), ("f(", ")"), ("-(", ")"), ("{1: ", "}")] {
            let source = open.repeat(190) + "1" + &close.repeat(190);
            assert_eq!(parse(source.as_bytes(), Mode::Exec), Ok(()), "{open}");
        }
        let pattern =
            "match x:\n case ".to_owned() + &"[".repeat(190) + &"]".repeat(190) + ": pass\n";
        assert_eq!(parse(pattern.as_bytes(), Mode::Exec), Ok(()));
        let fstrings = "f'{".repeat(140) + "1" + &"}'".repeat(140);
        assert_eq!(parse(fstrings.as_bytes(), Mode::Exec), Ok(()));
    });
}

#[test]
fn long_chains_are_no_nesting() {
    with_stack(|| {
        for (unit, last) in [
            ("x.", "y"),
            ("1 + ", "1"),
            ("x = ", "1"),
            ("x, ", "y"),
            ("a and ", "b"),
            ("a < ", "b"),
        ] {
            let source = unit.repeat(50_000) + last + "\n";
            assert_eq!(parse(source.as_bytes(), Mode::Exec), Ok(()), "{unit}");
        }
        let calls = "x".to_owned() + &"()".repeat(50_000);
        assert_eq!(parse(calls.as_bytes(), Mode::Exec), Ok(()));
    });
}

#[test]
fn blocks_nest_a_hundred_deep() {
    let nested = |levels: usize| {
        let mut source = String::new();
        for level in 0..levels {
            source += &format!("{}if x:\n", " ".repeat(level));
        }
        source + &format!("{}pass\n", " ".repeat(levels))
    };
    with_stack(move || {
        assert_eq!(parse(nested(99).as_bytes(), Mode::Exec), Ok(()));
        assert_eq!(parse(nested(100).as_bytes(), Mode::Exec), Err(ErrorKind::Indentation));
    });
}

#[test]
fn damaged_sources_do_no_harm() {
    let whole = std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/ast/tour.py")).unwrap();
    let mut seed = 0x2545_f491_4f6c_dd1d_u64;
    let mut random = move |below: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        (seed % below as u64) as usize
    };
    let mut refused = 0;
    for round in 0..400 {
        let start = random(whole.len() - 400);
        let mut source = whole[start..start + 400].to_vec();
        for _ in 0..1 + round % 4 {
            let at = random(source.len());
            match random(4) {
                0 => source[at] = b"()[]{}'\"\\:,=*#\n \tf\x00\xff\xc3"[random(21)],
                1 => source.truncate(at.max(1)),
                2 => {
                    source.remove(at);
                }
                _ => source.insert(at, b"({[']})\"\n  :=!"[random(14)]),
            }
            if source.is_empty() {
                break;
            }
        }
        for mode in [Mode::Exec, Mode::Single, Mode::Eval, Mode::FuncType] {
            refused += usize::from(parse(&source, mode).is_err());
        }
    }
    assert!(refused > 1000);
}

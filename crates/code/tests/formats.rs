//! The formats of code objects against files that CPython 3.14 wrote: `data/sample.bin`, a `.pyc`, comes from `sample.py`, the
//! texts beside it from `dis` and the code object's own methods.

use code::marshal::{self, ErrorKind};
use code::{CodeObject, Const, dis, json, linetable, pyc, repr};

const SAMPLE: &[u8] = include_bytes!("data/sample.bin");

fn sample() -> std::sync::Arc<CodeObject> {
    pyc::read(SAMPLE).unwrap().1
}

#[test]
fn reads_a_pyc() {
    let (validation, code) = pyc::read(SAMPLE).unwrap();
    let hash = pyc::source_hash(include_bytes!("data/sample.py"));
    assert_eq!(validation, pyc::Validation::UncheckedHash(hash));
    assert_eq!(json::code_to_json(&code), include_str!("data/sample.json").trim_end());
}

#[test]
fn lists_as_dis() {
    let ours = dis::disassemble(&sample(), true);
    let theirs = include_str!("data/sample.dis");
    for (ours, theirs) in ours.lines().zip(theirs.lines()) {
        assert_eq!(ours, theirs);
    }
    assert_eq!(ours.len(), theirs.len());
}

#[test]
fn positions_and_lines_are_those_of_cpython() {
    fn walk(code: &CodeObject, out: &mut String) {
        use std::fmt::Write;
        writeln!(out, "# {}", code.qualname.as_str().unwrap()).unwrap();
        for p in linetable::positions(&code.linetable, code.firstlineno) {
            writeln!(out, "{} {} {} {}", p.line, p.end_line, p.col, p.end_col).unwrap();
        }
        for run in linetable::lines(&code.linetable, code.firstlineno) {
            writeln!(out, "L {} {} {}", run.start, run.end, run.line).unwrap();
        }
        for value in &code.consts {
            if let Const::Code(nested) = value {
                walk(nested, out);
            }
        }
    }
    let mut out = String::new();
    walk(&sample(), &mut out);
    assert_eq!(out, include_str!("data/sample.positions"));
}

#[test]
fn writes_what_it_reads() {
    let code = sample();
    let file = pyc::write(&code, &pyc::Validation::Timestamp { mtime: 1, size: 2 }).unwrap();
    assert_eq!(pyc::read(&file).unwrap().1, code);
}

/// Each line: marshal in hexadecimal, as `marshal.dumps` of some version wrote it, and the value's `ascii()`.
#[test]
fn reads_every_constant_in_every_version() {
    for line in include_str!("data/marshal.txt").lines() {
        let (hex, expected) = line.split_once('\t').unwrap();
        let bytes = from_hex(hex);
        let value =
            marshal::read_const(&bytes).unwrap_or_else(|error| panic!("{expected}: {error}"));
        let shown = ascii(&repr::repr(&value));
        assert_eq!(shown, expected);
        let again = marshal::read_const(&marshal::write_const(&value).unwrap()).unwrap();
        assert_eq!(again, value);
        for end in 0..bytes.len() {
            let error = marshal::read_const(&bytes[..end]).unwrap_err();
            assert!(matches!(error.kind, ErrorKind::Eof), "{expected} cut at {end}: {error}");
            assert!(error.offset <= end);
        }
    }
}

fn from_hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn ascii(text: &str) -> String {
    let escape = |c: char| match u32::from(c) {
        0..0x80 => c.to_string(),
        0x80..0x100 => format!("\\x{:02x}", u32::from(c)),
        0x100..0x1_0000 => format!("\\u{:04x}", u32::from(c)),
        _ => format!("\\U{:08x}", u32::from(c)),
    };
    text.chars().map(escape).collect()
}

#[test]
fn bad_input_says_where_and_why() {
    let nested: Vec<u8> = b")\x01".repeat(5000);
    let cases: [(&[u8], ErrorKind, &str, usize); 12] = [
        (b"", ErrorKind::Eof, "EOF read where object expected", 0),
        (b"?", ErrorKind::Value, "bad marshal data (unknown type code)", 0),
        (b"(\x01\0\0\0?", ErrorKind::Value, "bad marshal data (unknown type code)", 5),
        (b"(\xff\xff\xff\xff", ErrorKind::Value, "bad marshal data (tuple size out of range)", 1),
        (b"(\xff\xff\xff\x7fN", ErrorKind::Eof, "EOF read where object expected", 6),
        (
            b"l\x01\0\0\0\0\x80",
            ErrorKind::Value,
            "bad marshal data (digit out of range in long)",
            1,
        ),
        (b"l\x01\0\0\0\0\0", ErrorKind::Value, "bad marshal data (unnormalized long data)", 1),
        (b"r\0\0\0\0", ErrorKind::Value, "bad marshal data (invalid reference)", 0),
        (b"\xa9\x01r\0\0\0\0", ErrorKind::Value, "bad marshal data (invalid reference)", 2),
        (
            b")\x02N[\0\0\0\0",
            ErrorKind::Unsupported,
            "object is not a constant of a code object",
            3,
        ),
        (b"0", ErrorKind::Type, "NULL object in marshal data for object", 0),
        (&nested, ErrorKind::Value, "recursion limit exceeded", 4000),
    ];
    for (input, kind, reason, offset) in cases {
        assert_eq!(
            marshal::read_const(input).unwrap_err(),
            marshal::Error { kind, reason, offset }
        );
    }
}

/// Bytes changed at random give an error or some constant; they never panic, and everything shown of what was read
/// can be shown.
#[test]
fn damaged_files_do_no_harm() {
    let mut state = 1u32;
    let mut random = |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as usize % below
    };
    for _ in 0..2000 {
        let mut file = SAMPLE.to_vec();
        for _ in 0..1 + random(3) {
            let at = pyc::HEADER_LEN + random(file.len() - pyc::HEADER_LEN);
            file[at] = random(256) as u8;
        }
        if let Ok((_, code)) = pyc::read(&file) {
            assert!(!dis::disassemble(&code, true).is_empty());
            assert!(!json::code_to_json(&code).is_empty());
        }
    }
}

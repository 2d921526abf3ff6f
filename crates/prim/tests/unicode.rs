//! The tables over all code points against checksums of CPython's (`data/unicode.txt`, written by `tools/unicode_tables.py`),
//! and the mappings of whole texts.

use std::fmt::Write;

use prim::text::{MAX_CODE_POINT, Text, TextBuf};
use prim::unicode::{self, case, names, normalize};

/// CRC-32 as zlib computes it.
struct Crc([u32; 256]);

impl Crc {
    fn new() -> Crc {
        Crc(std::array::from_fn(|i| {
            (0..8).fold(
                i as u32,
                |crc, _| if crc & 1 == 1 { crc >> 1 ^ 0xEDB8_8320 } else { crc >> 1 },
            )
        }))
    }

    fn of(&self, bytes: &[u8]) -> u32 {
        !bytes
            .iter()
            .fold(!0, |crc, &byte| crc >> 8 ^ self.0[((crc ^ u32::from(byte)) & 0xFF) as usize])
    }
}

fn push_flag(out: &mut TextBuf, value: bool) {
    out.push_str(if value { "1" } else { "0" });
}

fn push_number(out: &mut TextBuf, value: Option<u32>) {
    match value {
        Some(value) => write!(out, "{value}").unwrap(),
        None => out.push_str("-"),
    }
}

fn push_all(out: &mut TextBuf, code_points: &[u32]) {
    code_points.iter().for_each(|&c| out.push(c).unwrap());
}

fn push_decomposition(out: &mut TextBuf, c: u32) {
    if let Some((tag, points)) = unicode::decomposition(c) {
        let points: Vec<_> = points.iter().map(|point| format!("{point:04X}")).collect();
        let space = if tag.is_empty() { "" } else { " " };
        write!(out, "{tag}{space}{}", points.join(" ")).unwrap();
    }
}

fn push_numeric(out: &mut TextBuf, c: u32) {
    match unicode::numeric_value(c) {
        Some((n, d)) => out.push_str(&prim::float::to_hex(n as f64 / d as f64)),
        None => out.push_str("-"),
    }
}

fn push_property(out: &mut TextBuf, name: &str, c: u32) {
    match name {
        "ALPHA" => push_flag(out, unicode::is_alpha(c)),
        "NUMERIC" => push_flag(out, unicode::is_numeric(c)),
        "SPACE" => push_flag(out, unicode::is_space(c)),
        "PRINTABLE" => push_flag(out, unicode::is_printable(c)),
        "UPPER" => push_flag(out, unicode::is_upper(c)),
        "LOWER" => push_flag(out, unicode::is_lower(c)),
        "TITLE" => push_flag(out, unicode::is_title(c)),
        "XID_START" => push_flag(out, unicode::is_identifier_start(c)),
        "XID_CONTINUE" => push_flag(out, unicode::is_identifier_continue(c)),
        "CASED" => push_flag(out, unicode::is_cased(c)),
        "CASE_IGNORABLE" => push_flag(out, unicode::is_case_ignorable(c)),
        "decimal" => push_number(out, unicode::decimal_value(c)),
        "digit" => push_number(out, unicode::digit_value(c)),
        "numeric" => push_numeric(out, c),
        "upper" => push_all(out, &case::to_upper(c)),
        "lower" => push_all(out, &case::to_lower(c)),
        "title" => push_all(out, &case::to_title(c)),
        "casefold" => push_all(out, &case::fold(c)),
        "simple_lower" => push_all(out, &[case::to_simple_lower(c)]),
        "category" => out.push_str(unicode::category(c)),
        "bidirectional" => out.push_str(unicode::bidirectional(c)),
        "combining" => push_number(out, Some(unicode::combining(c).into())),
        "east_asian_width" => out.push_str(unicode::east_asian_width(c)),
        "mirrored" => push_flag(out, unicode::is_mirrored(c)),
        "name" => out.push_str(names::name(c).as_deref().unwrap_or("-")),
        "decomposition" => push_decomposition(out, c),
        name => {
            let form =
                normalize::Form::from_name(name).unwrap_or_else(|| panic!("property {name}"));
            let given = TextBuf::from_code_points([0x61, 0x323, c]).unwrap();
            out.push_text(&normalize::normalize(&given, form).unwrap());
        }
    }
}

#[test]
fn every_code_point_is_as_in_cpython() {
    let crc = Crc::new();
    let mut wrong = Vec::new();
    for line in include_str!("data/unicode.txt").lines() {
        let fields: Vec<_> = line.split('\t').collect();
        let [name, count, expected] = fields[..] else { panic!("{line}") };
        let mut all = TextBuf::new();
        for c in 0..u32::from_str_radix(count, 16).unwrap() {
            if c > 0 {
                all.push_char('\n');
            }
            push_property(&mut all, name, c);
        }
        if format!("{:08x}", crc.of(all.as_bytes())) != expected {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn beyond_the_last_code_point_there_is_nothing() {
    for c in [MAX_CODE_POINT + 1, u32::MAX] {
        assert!(
            !unicode::is_printable(c)
                && !unicode::is_alnum(c)
                && unicode::decimal_value(c).is_none()
        );
        assert_eq!((unicode::category(c), unicode::combining(c)), ("Cn", 0));
        assert_eq!(*case::to_upper(c), [c]);
        assert!(unicode::decomposition(c).is_none());
        assert!(unicode::numeric_value(c).is_none());
    }
}

#[test]
fn whole_texts_as_in_cpython() {
    type Method = fn(&Text) -> Result<TextBuf, std::collections::TryReserveError>;
    let methods: [Method; 6] =
        [case::upper, case::lower, case::casefold, case::swapcase, case::capitalize, case::title];
    let mut lines = 0;
    for line in include_str!("data/case.txt").lines() {
        let mut fields = line.split('\t');
        let given = Text::from_str(fields.next().unwrap());
        for method in methods {
            assert_eq!(method(given).unwrap(), *fields.next().unwrap(), "{given:?}");
        }
        let flags = [
            case::is_upper_text(given),
            case::is_lower_text(given),
            case::is_title_text(given),
            unicode::is_identifier(given),
        ];
        assert_eq!(
            flags.map(|flag| if flag { "1" } else { "0" }).concat(),
            fields.next().unwrap(),
            "{given:?}"
        );
        for name in ["NFC", "NFD", "NFKC", "NFKD"] {
            let form = normalize::Form::from_name(name).unwrap();
            assert_eq!(
                normalize::normalize(given, form).unwrap(),
                *fields.next().unwrap(),
                "{name} {given:?}"
            );
        }
        lines += 1;
    }
    assert!(lines > 400);
}

#[test]
fn names_lead_back() {
    for c in (0..=MAX_CODE_POINT).filter(|c| *c < 0x3000 || c % 7 == 0) {
        if let Some(name) = names::name(c) {
            assert_eq!(names::lookup(&name), Some(c), "{name}");
        }
    }
    for (name, expected) in [
        ("latin small letter a", Some(0x61)),
        ("NULL", Some(0)),
        ("LF", Some(0x0A)),
        ("new line", Some(0x0A)),
        ("BELL", Some(0x1F514)),
        ("VS17", Some(0xE0100)),
        ("HANGUL SYLLABLE GAG", Some(0xAC01)),
        ("CJK UNIFIED IDEOGRAPH-4E00", Some(0x4E00)),
        ("CJK UNIFIED IDEOGRAPH-FFFF", None),
        ("CJK UNIFIED IDEOGRAPH-04E00", Some(0x4E00)),
        ("CJK UNIFIED IDEOGRAPH-004E00", None),
        ("CJK UNIFIED IDEOGRAPH-4e00", None),
        ("cjk unified ideograph-4e00", None),
        ("hangul syllable gag", None),
        ("HANGUL SYLLABLE A", Some(0xC544)),
        ("HANGUL SYLLABLE ", None),
        ("HANGUL SYLLABLE GAGX", None),
        ("HANGUL JUNGSEONG O-E", Some(0x1180)),
        ("nushu character-1b170", Some(0x1B170)),
        ("TANGUT IDEOGRAPH-17000", None),
        ("-", None),
        ("LATIN SMALL  LETTER A", None),
        (" LATIN SMALL LETTER A", None),
        ("LATINSMALLLETTERA", None),
        ("LATIN_SMALL_LETTER_A", None),
        ("KEYCAP DIGIT ONE", None),
        ("", None),
    ] {
        assert_eq!(names::lookup(name), expected, "{name}");
    }
    assert_eq!(names::lookup_text("keycap digit one").unwrap(), "1\u{FE0F}\u{20E3}");
    assert_eq!(names::lookup_text("DIGIT ONE").unwrap(), "1");
}

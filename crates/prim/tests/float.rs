//! Float conversions and arithmetic against what CPython computed (`data/float.txt`, recorded by `data/record_float.py`).

use prim::float::{self, Form, HexError, Layout, PowError};

fn from_bits(text: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(text, 16).unwrap())
}

fn show(value: f64) -> String {
    if value.is_nan() { "nan".to_owned() } else { format!("{:016x}", value.to_bits()) }
}

/// Undoes the escapes that `ascii` made.
fn unescape(text: &str) -> Vec<u8> {
    text.replace("\\n", "\n").replace("\\x00", "\0").into_bytes()
}

fn layout(form: &str, precision: usize) -> Layout {
    let form = match form {
        "e" => Form::Exponent,
        "f" => Form::Fixed,
        "g" => Form::General,
        _ => panic!("form {form}"),
    };
    Layout::new(form, precision)
}

fn run(name: &str, operands: &[&str]) -> String {
    let number = |i: usize| from_bits(operands[i]);
    match name {
        "repr" => float::repr(number(0)),
        "complex" => float::repr_complex(number(0), number(1)),
        "percent" => {
            let mut out = Vec::new();
            float::push_float(
                &mut out,
                number(0),
                &layout(operands[1], operands[2].parse().unwrap()),
            )
            .unwrap();
            String::from_utf8(out).unwrap()
        }
        "round" => float::round(number(0), operands[1].parse().unwrap())
            .map_or("OverflowError".into(), show),
        "hex" => float::to_hex(number(0)),
        "ratio" => match float::as_integer_ratio(number(0)) {
            Some(Ok((a, b))) => format!("{a:?},{b:?}"),
            Some(Err(error)) => error.to_string(),
            None if number(0).is_nan() => "ValueError".into(),
            None => "OverflowError".into(),
        },
        "divmod" => {
            let (a, b) = float::divmod(number(0), number(1));
            format!("{},{}", show(a), show(b))
        }
        "pow" => match float::pow(number(0), number(1)) {
            Ok(value) => show(value),
            Err(PowError::ZeroToNegative) => "ZeroDivisionError".into(),
            Err(PowError::Overflow) => "OverflowError".into(),
            Err(PowError::Complex) => "complex".into(),
        },
        "fromhex" => match float::from_hex(&unescape(operands[0])) {
            Ok(value) => show(value),
            Err(HexError::Invalid) => "ValueError".into(),
            Err(HexError::TooLarge) => "OverflowError".into(),
        },
        "parse" => float::parse(&unescape(operands[0])).map_or("ValueError".into(), show),
        "parsecomplex" => float::parse_complex(operands[0].as_bytes())
            .map_or("ValueError".into(), |(a, b)| format!("{},{}", show(a), show(b))),
        _ => panic!("unknown operation {name}"),
    }
}

#[test]
fn agrees_with_cpython() {
    let mut failures = Vec::new();
    for line in include_str!("data/float.txt").lines() {
        let (question, answer) = line.rsplit_once('\t').unwrap();
        let (name, operands) = question.split_once('\t').unwrap();
        let operands: Vec<_> = operands.split('\t').collect();
        let got = run(name, &operands);
        // A complex power is recorded as its two parts, or as OverflowError.
        let complex_power = got == "complex" && (answer.contains(',') || answer == "OverflowError");
        if got != answer && !complex_power {
            failures.push(format!("{line}\n    got {got}"));
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures[..failures.len().min(20)].join("\n")
    );
}

#[test]
fn huge_precisions_need_memory_or_fail() {
    let mut out = Vec::new();
    assert!(float::push_float(&mut out, 1.5, &Layout::new(Form::Fixed, usize::MAX / 2)).is_err());
    assert!(float::push_float(&mut out, 1.5, &Layout::new(Form::Exponent, usize::MAX)).is_err());
    out.clear();
    float::push_float(&mut out, 1.5, &Layout::new(Form::General, usize::MAX)).unwrap();
    assert_eq!(out, b"1.5");
    out.clear();
    float::push_float(&mut out, 0.1, &Layout::new(Form::Fixed, 70_000)).unwrap();
    assert_eq!(out.len(), 70_002);
}

#[test]
fn every_shortest_text_reads_back() {
    let mut state = 0x9E37_79B9_7F4A_7C15u64;
    let mut buffer = float::ReprBuffer::new();
    for _ in 0..200_000 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let value = f64::from_bits(state ^ state >> 29);
        let text = buffer.repr(value);
        let back = float::parse(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
        assert!(back.to_bits() == value.to_bits() || value.is_nan() && back.is_nan(), "{text}");
    }
}

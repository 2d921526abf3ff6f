//! Formatting and integer parsing against what CPython computed (`data/format.txt`, recorded by `data/record_format.py`).

use prim::bigint::{BigInt, IntRef};
use prim::format::percent::{self, Amount, Field, Piece, Pieces, Place};
use prim::format::{self, Align, FormatError, NumericLocale, Spec, quote};
use prim::intparse::{self, DEFAULT_DIGITS_LIMIT, ParseIntError, ParsedInt};
use prim::text::{Text, TextBuf};

/// Undoes the escapes that `ascii` made.
fn unescape(text: &str) -> TextBuf {
    let mut out = TextBuf::new();
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            out.push_char(c);
            continue;
        }
        let digits = match rest.next() {
            Some('n') => {
                out.push_char('\n');
                continue;
            }
            Some('r') => {
                out.push_char('\r');
                continue;
            }
            Some('t') => {
                out.push_char('\t');
                continue;
            }
            Some('x') => 2,
            Some('u') => 4,
            Some('U') => 8,
            Some(c) => {
                out.push_char(c);
                continue;
            }
            None => panic!("lone backslash in {text}"),
        };
        let hex: String = rest.by_ref().take(digits).collect();
        out.push(u32::from_str_radix(&hex, 16).unwrap()).unwrap();
    }
    out
}

fn parse_hex(text: &str) -> BigInt {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let magnitude = BigInt::from_digits(digits.as_bytes(), 16).unwrap().unwrap();
    if negative { magnitude.neg() } else { magnitude }
}

fn from_bits(text: &str) -> f64 {
    f64::from_bits(u64::from_str_radix(text, 16).unwrap())
}

type Outcome = Result<TextBuf, FormatError>;

fn place(field: &Field<'_>) -> Place {
    let number = |amount| if let Amount::Given(value) = amount { Some(value) } else { None };
    Place {
        flags: field.flags,
        width: number(field.width).unwrap_or(0),
        precision: number(field.precision),
    }
}

/// Applies a format that is one field.
fn percent(
    format: &Text,
    push: impl Fn(&mut TextBuf, &Field<'_>) -> Result<(), FormatError>,
) -> Outcome {
    let mut out = TextBuf::new();
    for piece in Pieces::new(format) {
        match piece? {
            Piece::Literal(text) => out.push_text(text),
            Piece::Field(field)
                if "diuoxXeEfFgGscra".chars().any(|c| field.conversion == c.into()) =>
            {
                push(&mut out, &field)?
            }
            Piece::Field(field) => return Err(field.unsupported(format)),
        }
    }
    Ok(out)
}

fn run(name: &str, operands: &[&str]) -> Outcome {
    let locale = NumericLocale::default();
    let text = |i: usize| unescape(operands[i]);
    let spec = |kind, align, name: &str| Spec::parse(&text(1), kind, align, name);
    match name {
        "int" => {
            let spec = spec(Some('d'), Align::Right, name)?;
            format::format_int(
                parse_hex(operands[0]).as_ref(),
                &spec,
                &locale,
                DEFAULT_DIGITS_LIMIT,
                name,
            )
        }
        "float" => format::format_float(
            from_bits(operands[0]),
            &spec(None, Align::Right, name)?,
            &locale,
            name,
        ),
        "complex" => {
            let (real, imaginary) = operands[0].split_once(',').unwrap();
            let spec = spec(None, Align::Right, name)?;
            format::format_complex(from_bits(real), from_bits(imaginary), &spec, &locale, name)
        }
        "str" => format::format_text(&text(0), &spec(Some('s'), Align::Left, name)?, name),
        "percentint" => percent(&text(1), |out, field| {
            percent::push_int(
                out,
                parse_hex(operands[0]).as_ref(),
                field,
                &place(field),
                DEFAULT_DIGITS_LIMIT,
            )
        }),
        "percentfloat" => percent(&text(1), |out, field| {
            percent::push_float_field(out, from_bits(operands[0]), field, &place(field))
        }),
        "percenttext" => percent(&text(1), |out, field| {
            percent::push_text_field(out, &text(0), field, &place(field))
        }),
        "percenterror" => percent(&text(0), |_, _| Ok(())),
        "repr" => Ok(quote::repr(&text(0))?),
        "ascii" => Ok(quote::ascii(&text(0))?),
        "reprbytes" => {
            let bytes: Vec<u8> = text(0).code_points().map(|c| c as u8).collect();
            Ok(quote::repr_bytes(&bytes)?)
        }
        "parseint" => {
            let base = u32::from_str_radix(operands[1], 16).unwrap();
            parse_int(&text(0), base)
        }
        _ => panic!("unknown operation {name}"),
    }
}

fn parse_int(text: &Text, base: u32) -> Outcome {
    match intparse::parse_int(&intparse::to_ascii_number(text), base, DEFAULT_DIGITS_LIMIT) {
        Ok(ParsedInt::Small(value)) => {
            Ok(BigInt::from(value).as_ref().to_radix_string(16).unwrap().into())
        }
        Ok(ParsedInt::Big(value)) => {
            assert_eq!(value.to_i64(), None);
            Ok(value.as_ref().to_radix_string(16).unwrap().into())
        }
        Err(ParseIntError::Invalid) => {
            let message = format!(
                "invalid literal for int() with base {base}: {}",
                quote::repr(text)?.slice(0..200)
            );
            Err(FormatError::Value(message.into()))
        }
        Err(error) => Err(FormatError::Value(error.to_string().into())),
    }
}

#[test]
fn agrees_with_cpython() {
    let mut failures = Vec::new();
    for line in include_str!("data/format.txt").lines() {
        let (question, answer) = line.rsplit_once('\t').unwrap();
        let (name, operands) = question.split_once('\t').unwrap();
        let operands: Vec<_> = operands.split('\t').collect();
        let expected = unescape(answer);
        let got = match run(name, &operands) {
            Ok(text) => text,
            Err(FormatError::Value(message)) => {
                TextBuf::try_concat(&["!ValueError ".into(), &message]).unwrap()
            }
            Err(FormatError::Overflow(message)) => format!("!OverflowError {message}").into(),
            Err(FormatError::NoMemory) => "!MemoryError".into(),
        };
        if got != expected {
            failures.push(format!("{line}\n    got {got}"));
        }
    }
    assert!(
        failures.is_empty(),
        "{} failures:\n{}",
        failures.len(),
        failures[..failures.len().min(40)].join("\n")
    );
}

#[test]
fn huge_sizes_are_errors() {
    let locale = NumericLocale::default();
    let parse = |text: &str| Spec::parse(text.into(), None, Align::Right, "float").unwrap();
    for spec in ["9223372036854775807", "09223372036854775807,", "\u{10FFFF}^9223372036854775807"] {
        assert_eq!(
            format::format_float(1.0, &parse(spec), &locale, "float"),
            Err(FormatError::NoMemory),
            "{spec}"
        );
    }
    let error = format::format_float(1.0, &parse(".2147483648f"), &locale, "float").unwrap_err();
    assert_eq!(error.to_string(), "precision too big");
    let format = Text::from_str("%9223372036854775807s|%.2147483648d");
    let mut pieces = Pieces::new(format);
    let Some(Ok(Piece::Field(field))) = pieces.next() else { panic!("no field") };
    let mut out = TextBuf::new();
    assert_eq!(
        percent::push_text_field(&mut out, Text::EMPTY, &field, &place(&field)),
        Err(FormatError::NoMemory)
    );
    let last = pieces.last().unwrap();
    assert_eq!(last.unwrap_err().to_string(), "precision too big");
}

#[test]
fn locale_groups() {
    let spec = Spec::parse("n".into(), None, Align::Right, "int").unwrap();
    for (grouping, expected) in [
        (&[3][..], "1'234'567'890"),
        (&[3, 2], "1'23'45'67'890"),
        (&[3, 127], "1234567'890"),
        (&[], "1234567890"),
    ] {
        let locale = NumericLocale {
            decimal_point: ",".into(),
            thousands_separator: "'".into(),
            grouping: grouping.to_vec(),
        };
        let int = BigInt::from(1234567890i64);
        assert_eq!(format::format_int(int.as_ref(), &spec, &locale, 0, "int").unwrap(), expected);
        let half = format::format_float(0.5, &spec, &locale, "float").unwrap();
        assert_eq!(half, "0,5");
    }
}

#[test]
fn fields_with_keys() {
    let format = Text::from_str("a%(k(1))-#5.*lx%%");
    let pieces: Vec<_> = Pieces::new(format).map(Result::unwrap).collect();
    let [Piece::Literal(literal), Piece::Field(field), Piece::Field(percent)] = pieces[..] else {
        panic!("{pieces:?}")
    };
    assert_eq!(literal, "a");
    assert_eq!(field.key, Some(Text::from_str("k(1)")));
    assert!(field.flags.left && field.flags.alternate && !field.flags.zero);
    assert_eq!((field.width, field.precision), (Amount::Given(5), Amount::FromArgument));
    assert_eq!(field.conversion, 'x'.into());
    assert_eq!(percent.conversion, '%'.into());
}

#[test]
fn machine_words_in_decimal() {
    let mut buffer = intparse::IntBuffer::new();
    let mut value = 0i64;
    for step in 0..200_000i64 {
        assert_eq!(buffer.decimal(value), value.to_string());
        value = value.wrapping_mul(7).wrapping_sub(step);
    }
    for value in [i64::MIN, i64::MAX, 0, -1] {
        assert_eq!(buffer.decimal(value), value.to_string());
    }
}

#[test]
fn limit_of_digits() {
    let long = BigInt::from(10i64).as_ref().pow(BigInt::from(4300i64).as_ref()).unwrap();
    assert_eq!(
        intparse::to_decimal(long.as_ref(), 4300).unwrap_err().to_string(),
        "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"
    );
    assert_eq!(intparse::to_decimal(long.as_ref(), 4301).unwrap().len(), 4301);
    assert_eq!(intparse::to_decimal(long.as_ref().neg(), 0).unwrap().len(), 4302);
    let less = long.as_ref().sub(IntRef::ONE).unwrap();
    assert_eq!(intparse::to_decimal(less.as_ref().neg(), 4300).unwrap().len(), 4301);
}

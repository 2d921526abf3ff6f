//! Integer operations against what CPython computed (`data/bigint.txt`, recorded by `data/record_bigint.py`).

use std::cmp::Ordering;

use prim::bigint::{BigInt, ByteOrder, BytesError, IntError, IntRef, IntResult};

fn parse(text: &str) -> BigInt {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let magnitude = BigInt::from_digits(digits.as_bytes(), 16)
        .unwrap()
        .unwrap_or_else(|| panic!("number {text}"));
    if negative { magnitude.neg() } else { magnitude }
}

/// Reads `float.hex` of a finite float, an infinity or a NaN.
fn parse_float(text: &str) -> f64 {
    let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let magnitude = match rest.strip_prefix("0x") {
        None => rest.parse().unwrap(),
        Some(rest) => {
            let (mantissa, exponent) = rest.split_once('p').unwrap();
            let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
            let digits = i64::from_str_radix(&format!("{whole}{fraction}"), 16).unwrap();
            let exponent: i32 = exponent.parse().unwrap();
            digits as f64
                * 2f64.powi(exponent.max(-900) - 4 * fraction.len() as i32)
                * 2f64.powi(exponent.min(-900) + 900)
        }
    };
    if negative { -magnitude } else { magnitude }
}

fn show_float(result: IntResult<f64>) -> String {
    match result {
        Ok(value) => format!("{value:e}"),
        Err(error) => error_name(error).to_owned(),
    }
}

fn error_name(error: IntError) -> &'static str {
    match error {
        IntError::DivisionByZero => "ZeroDivisionError",
        IntError::TooLarge => "OverflowError",
        _ => "ValueError",
    }
}

fn show(result: IntResult) -> String {
    match result {
        Ok(value) => value.as_ref().to_radix_string(16).unwrap(),
        Err(error) => error_name(error).to_owned(),
    }
}

fn show_pair(result: IntResult<(BigInt, BigInt)>) -> String {
    result.map_or_else(
        |error| error_name(error).to_owned(),
        |(a, b)| format!("{},{}", show(Ok(a)), show(Ok(b))),
    )
}

fn show_order(order: Option<Ordering>) -> String {
    order.map_or("?".to_owned(), |order| (order as i8).to_string())
}

fn bytes(hex: &str) -> Vec<u8> {
    (2..hex.len()).step_by(2).map(|i| u8::from_str_radix(&hex[i..i + 2], 16).unwrap()).collect()
}

fn to_bytes(value: IntRef<'_>, len: usize, order: ByteOrder, signed: bool) -> String {
    let mut out = vec![0; len];
    match value.write_bytes(&mut out, order, signed) {
        Ok(()) => {
            let padded: String = out.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("1{padded}")
        }
        Err(BytesError::TooBig | BytesError::Negative) => "OverflowError".to_owned(),
    }
}

fn run(name: &str, operands: &[&str]) -> Option<String> {
    if let Some(rest) = name.strip_prefix("frombytes-") {
        let (order, signed) = byte_format(rest);
        return Some(show(BigInt::from_bytes(&bytes(operands[0]), order, signed)));
    }
    if name == "parse" {
        let base = u32::from_str_radix(operands[0], 16).unwrap();
        return Some(show(BigInt::from_digits(operands[1].as_bytes(), base).map(Option::unwrap)));
    }
    if name == "fromfloat" {
        return Some(show(Ok(BigInt::from_f64(parse_float(operands[0])).unwrap())));
    }
    let first = parse(operands[0]);
    let a = first.as_ref();
    if name == "cmpfloat" {
        return Some(show_order(a.cmp_f64(parse_float(operands[1]))));
    }
    let second = operands.get(1).map(|text| parse(text)).unwrap_or_default();
    let b = second.as_ref();
    if let Some(rest) = name.strip_prefix("bytes-") {
        let (order, signed) = byte_format(rest);
        return Some(to_bytes(a, b.to_usize().unwrap(), order, signed));
    }
    Some(match name {
        "add" => show(a.add(b)),
        "sub" => show(a.sub(b)),
        "mul" => show(a.mul(b)),
        "divmod" => show_pair(a.divmod(b)),
        "and" => show(a.bit_and(b)),
        "or" => show(a.bit_or(b)),
        "xor" => show(a.bit_xor(b)),
        "gcd" => show(a.gcd(b)),
        "cmp" => show_order(Some(a.cmp(&b))),
        "truediv" => show_float(a.true_div(b)),
        "shl" => show(a.shl_int(b)),
        "shr" => show(a.shr_int(b)),
        "bits" => format!("{:x},{:x},{}", a.bit_length(), a.bit_count(), show(a.invert())),
        "isqrt" => show(a.abs().isqrt()),
        "float" => show_float(a.to_f64()),
        "frexp" => {
            let (mantissa, exponent) = a.frexp();
            format!("{mantissa:e},{exponent:x}")
        }
        "decimal" => a.abs().to_decimal().unwrap(),
        "pow" => show(a.pow(b)),
        "modpow" => match a.mod_pow(b, parse(operands[2]).as_ref()) {
            Err(IntError::DivisionByZero) => "ValueError".to_owned(),
            result => show(result),
        },
        _ => return None,
    })
}

fn byte_format(text: &str) -> (ByteOrder, bool) {
    let (order, sign) = text.split_once('-').unwrap();
    (if order == "big" { ByteOrder::Big } else { ByteOrder::Little }, sign == "signed")
}

/// The recorded result in the form that `run` gives.
fn expected(name: &str, text: &str) -> String {
    if text.ends_with("Error") {
        return text.to_owned();
    }
    match name {
        "float" | "truediv" => format!("{:e}", parse_float(text)),
        "frexp" => {
            let (mantissa, exponent) = text.split_once(',').unwrap();
            format!("{:e},{exponent}", parse_float(mantissa))
        }
        _ => text.to_owned(),
    }
}

#[test]
fn agrees_with_cpython() {
    let mut failures = Vec::new();
    for line in include_str!("data/bigint.txt").lines() {
        let (question, answer) = line.split_once(" = ").unwrap();
        let mut words = question.split(' ');
        let name = words.next().unwrap();
        let operands: Vec<_> = words.collect();
        let got = run(name, &operands).unwrap_or_else(|| panic!("unknown operation {name}"));
        if got != expected(name, answer) {
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

/// A number of this many limbs with long runs of equal bits, which provoke carries.
fn sample(limbs: usize, seed: u64) -> BigInt {
    let mut state = seed.wrapping_mul(2).wrapping_add(1);
    let limbs: Vec<u64> = (0..limbs)
        .map(|_| {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            match state >> 61 {
                0 => 0,
                1 => u64::MAX,
                _ => state.rotate_left(17) | 1,
            }
        })
        .collect();
    BigInt::from_limbs(&limbs, seed % 2 == 1).unwrap()
}

#[test]
fn large_numbers_are_consistent() {
    for (n, m) in
        [(30, 31), (33, 33), (40, 100), (64, 200), (300, 300), (97, 49), (100, 50), (400, 150)]
    {
        let (x, y) = (sample(n, 7), sample(m, 12));
        let (a, b) = (x.as_ref(), y.as_ref());
        let product = a.mul(b).unwrap();
        let sum = a.add(b).unwrap();
        // (a + b)² = a² + 2ab + b²
        let square = sum.as_ref().mul(sum.as_ref()).unwrap();
        let parts =
            a.mul(a).unwrap().as_ref().add(product.as_ref().shl(1).unwrap().as_ref()).unwrap();
        assert_eq!(square, parts.as_ref().add(b.mul(b).unwrap().as_ref()).unwrap());
        let shifted = product.as_ref().add(sample(n.min(m) - 1, 3).as_ref()).unwrap();
        for divisor in [a, b] {
            let (quotient, rest) = shifted.as_ref().divmod(divisor).unwrap();
            assert!(rest.as_ref().cmp_abs(divisor).is_lt());
            assert_eq!(
                quotient.as_ref().mul(divisor).unwrap().as_ref().add(rest.as_ref()).unwrap(),
                shifted
            );
        }
        for base in [2, 3, 10, 16, 36] {
            let text = product.as_ref().abs().to_radix_string(base).unwrap();
            assert_eq!(
                BigInt::from_digits(text.as_bytes(), base).unwrap().unwrap().as_ref(),
                product.as_ref().abs()
            );
        }
        let root = product.as_ref().abs().isqrt().unwrap();
        let next = root.as_ref().add(IntRef::ONE).unwrap();
        assert!(root.as_ref().mul(root.as_ref()).unwrap().as_ref() <= product.as_ref().abs());
        assert!(next.as_ref().mul(next.as_ref()).unwrap().as_ref() > product.as_ref().abs());
    }
}

#[test]
fn impossible_sizes_are_errors() {
    let one = IntRef::ONE;
    let big = BigInt::from(1u64 << 62);
    assert_eq!(one.shl(u64::MAX), Err(IntError::NoMemory));
    assert_eq!(one.shl(1 << 50), Err(IntError::NoMemory));
    assert_eq!(big.as_ref().pow(big.as_ref()), Err(IntError::NoMemory));
    assert_eq!(
        BigInt::from(3i64).as_ref().pow(BigInt::from(1u64 << 50).as_ref()),
        Err(IntError::NoMemory)
    );
    assert_eq!(one.pow(sample(3, 2).as_ref()), Ok(BigInt::from(1i64)));
    assert_eq!(one.shl_int(sample(3, 1).as_ref()), Err(IntError::NegativeShift));
    assert_eq!(one.shl_int(sample(3, 2).as_ref()), Err(IntError::TooLarge));
    assert_eq!(sample(3, 1).as_ref().shr(u64::MAX), Ok(BigInt::from(-1i64)));
}

#[test]
fn machine_words() {
    for value in [0, 1, -1, i64::MAX, i64::MIN, i64::MIN + 1] {
        let int = BigInt::from(value);
        assert_eq!(int.to_i64(), Some(value));
        assert_eq!(int.as_ref().to_i128(), Some(value.into()));
        assert_eq!(int.as_ref().wrapping_u64(), value as u64);
        assert_eq!(int.as_ref().to_u64(), u64::try_from(value).ok());
        assert_eq!(int.as_ref().to_decimal().unwrap(), value.to_string());
    }
    for value in [i128::MAX, i128::MIN, i128::from(i64::MAX) + 1, i128::from(i64::MIN) - 1] {
        assert_eq!(BigInt::from(value).as_ref().to_i128(), Some(value));
        assert_eq!(BigInt::from(value).to_i64(), None);
    }
    assert_eq!(BigInt::from(u128::MAX).as_ref().to_i128(), None);
    assert_eq!(BigInt::from(u128::MAX).as_ref().to_u128(), Some(u128::MAX));
}

#[test]
fn nearest_division() {
    for (a, b, quotient, rest) in [
        (5, 2, 2, 1),
        (7, 2, 4, -1),
        (-5, 2, -2, -1),
        (6, 4, 2, -2),
        (10, 4, 2, 2),
        (-7, 3, -2, -1),
        (5, -2, -2, 1),
    ] {
        let result =
            BigInt::from(a as i64).as_ref().div_nearest(BigInt::from(b as i64).as_ref()).unwrap();
        assert_eq!(result, (BigInt::from(quotient as i64), BigInt::from(rest as i64)), "{a} {b}");
    }
}

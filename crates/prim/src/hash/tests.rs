//! Expected values are those of a 64-bit CPython.

use super::*;
use crate::text::TextBuf;

#[test]
fn text_and_bytes() {
    let zero = HashKey::from_seed(0);
    for (text, expected) in [
        ("", 0),
        ("a", 4644417185603328019),
        ("é", 6047309291227476195),
        ("€uro and more", 5077313860002162662),
        ("x😀yz", 3942569815897470110),
        ("abcdefgh", 4574395652268504554),
    ] {
        assert_eq!(zero.text(Text::from_str(text)), expected, "{text}");
    }
    assert_eq!(zero.bytes(b"hello world, bytes"), -3948404967731202748);
    let surrogate = TextBuf::from_utf16(&[0xDC80]);
    assert_eq!(zero.text(&surrogate), 8931334759769479107);
}

#[test]
fn seeds() {
    let samples = ["a", "é", "€uro and more", "x😀yz"];
    for (seed, expected) in [
        (42, [-123207753977932514, 5653850369683463245, -582982510176433256, -8777825466483593127]),
        (
            u32::MAX,
            [-5989683813037840249, -5741392403324874290, -219278767431783361, 232046919387932470],
        ),
    ] {
        let key = HashKey::from_seed(seed);
        assert_eq!(samples.map(|text| key.text(Text::from_str(text))), expected);
    }
}

#[test]
fn numbers() {
    for (value, expected) in [
        (0.0, 0),
        (-0.0, 0),
        (1.0, 1),
        (-1.0, -2),
        (0.5, 1152921504606846976),
        (1.5, 1152921504606846977),
        (1e300, 1224995262755759164),
        (-1e300, -1224995262755759164),
        (5e-324, 16777216),
        (2f64.powi(61), 1),
        (std::f64::consts::PI, 326490430436040707),
        (-(2f64.powi(62)), -2),
        (1e16 + 2.0, 10000000000000002),
        (f64::INFINITY, 314159),
        (f64::NEG_INFINITY, -314159),
    ] {
        assert_eq!(float(value), Some(expected), "{value}");
    }
    assert_eq!(float(f64::NAN), None);
    for (value, expected) in [
        (0, 0),
        (1, 1),
        (-1, -2),
        ((1 << 61) - 1, 0),
        (1 << 61, 1),
        (-(1 << 61), -2),
        (i64::MIN, -4),
    ] {
        assert_eq!(int(value), expected);
        assert_eq!(limbs(&[value.unsigned_abs()], value < 0), expected);
    }
    assert_eq!(limbs(&[], false), 0);
    assert_eq!(limbs(&[u64::MAX, u64::MAX], false), 63);
    // −(10^40)
    assert_eq!(limbs(&[0xb9f5610000000000, 0x6329f1c35ca4bfab, 0x1d], true), -1388497483929617590);
    assert_eq!(complex(int(1), int(2)), 2000007);
    assert_eq!(complex(int(-1), int(-1)), -2000008);
    assert_eq!(complex(0, 1152921504606846976), 3458764513820540928);
}

#[test]
fn containers() {
    assert_eq!(tuple(&[]), 5740354900026072187);
    assert_eq!(tuple(&[1, 2, 3]), 529344067295497451);
    assert_eq!(tuple(&[-2, 0, 512, 1152921504606846977]), -181836312246746454);
    assert_eq!(frozenset([]), 133146708735736);
    assert_eq!(frozenset([3, 1, 2]), -272375401224217160);
    assert_eq!(frozenset(0..100), 4411996150312757951);
}

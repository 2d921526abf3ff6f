//! Tests of the text type.

use super::*;

fn text(code_points: &[u32]) -> TextBuf {
    TextBuf::from_code_points(code_points.iter().copied()).expect("code points in range")
}

const SAMPLES: &[&[u32]] = &[
    &[],
    &[0],
    &[0x41, 0x7F, 0x80, 0x7FF, 0x800, 0xFFFF, 0x1_0000, 0x10_FFFF],
    &[0xD800],
    &[0xD83D, 0xDE00],
    &[0xDC80, 0x41, 0xDFFF, 0xD7FF, 0xE000],
    &[0x1F600, 0xD800, 0x1F600],
];

#[test]
fn round_trips_from_both_ends() {
    for &sample in SAMPLES {
        let t = text(sample);
        assert_eq!(t.code_points().collect::<Vec<_>>(), sample);
        let mut back: Vec<_> = t.code_points().rev().collect();
        back.reverse();
        assert_eq!(back, sample);
        assert_eq!(t.code_point_len(), sample.len());
        assert_eq!(Text::from_bytes(t.as_bytes()), Some(&*t));
        assert_eq!(t.byte_len(), sample.iter().map(|&c| encoded_len(c)).sum::<usize>());
        assert_eq!(t.as_str().is_none(), sample.iter().any(|&c| is_surrogate(c)));
        assert_eq!(t.max_code_point(), sample.iter().copied().max().unwrap_or(0));
    }
    assert_eq!(TextBuf::new().push(0x11_0000), Err(NotACodePoint(0x11_0000)));
}

#[test]
fn order_is_that_of_code_points() {
    for &a in SAMPLES {
        for &b in SAMPLES {
            assert_eq!(text(a).cmp(&text(b)), a.cmp(b), "{a:x?} {b:x?}");
        }
    }
}

#[test]
fn indices_and_slices() {
    let code_points: Vec<u32> = (0..200u32)
        .map(|i| [0x61, 0xE9, 0x20AC, 0x1F600, 0xDC80][(i * 7 % 5) as usize] + i % 3)
        .collect();
    let t = text(&code_points);
    let mut offset = 0;
    for (i, &c) in code_points.iter().enumerate() {
        assert_eq!(t.byte_offset(i), Some(offset));
        assert_eq!(t.code_point_index(offset), i);
        assert_eq!(t.code_point_at(i), Some(c));
        assert!(t.is_boundary(offset));
        assert_eq!(t.slice(i..i + 40), &*text(&code_points[i..(i + 40).min(200)]));
        offset += encoded_len(c);
    }
    assert_eq!(t.byte_offset(200), Some(t.byte_len()));
    assert_eq!(t.byte_offset(201), None);
    assert_eq!(t.slice(300..400), "");
    assert_eq!(text(&[0xE9]).get_bytes(0..1), None);
    let offsets: Vec<_> = text(&[0x41, 0xE9, 0x42]).code_point_offsets().collect();
    assert_eq!(offsets, [(0, 0x41), (1, 0xE9), (3, 0x42)]);
}

#[test]
fn utf16_joins_pairs_only_when_decoding() {
    let units = [0x41, 0xD83D, 0xDE00, 0xDE00, 0xD83D];
    let t = TextBuf::from_utf16(&units);
    assert_eq!(t.code_points().collect::<Vec<_>>(), [0x41, 0x1F600, 0xDE00, 0xD83D]);
    assert_eq!(t.utf16_units().collect::<Vec<_>>(), units);
    let mut joined = text(&[0xD83D]);
    joined.push_text(&text(&[0xDE00]));
    assert_eq!(joined.code_point_len(), 2);
    assert_eq!(join_surrogates(0xD83D, 0xDE00), Some(0x1F600));
    assert_eq!(joined.find_surrogate(), Some((0, 0xD83D)));
}

#[test]
fn damaged_bytes_are_refused_and_harmless() {
    for bytes in [
        &b"\xED"[..],
        b"\xED\xA0",
        b"\xC0\x80",
        b"\xF4\x90\x80\x80",
        b"\xFF",
        b"a\x80",
        b"\xE0\x80\x80",
    ] {
        assert_eq!(Text::from_bytes(bytes), None);
        let t = Text::from_bytes_unchecked(bytes);
        assert!(t.code_points().count() <= bytes.len());
        assert!(t.code_points().rev().count() <= bytes.len());
    }
}

#[test]
fn shows_surrogates_escaped() {
    let t = text(&[0x61, 0xDC80, 0x22]);
    assert_eq!(t.to_string(), "a\\udc80\"");
    assert_eq!(format!("{t:?}"), "\"a\\u{dc80}\\\"\"");
    assert_eq!(t.to_str_lossy(), "a\u{FFFD}\"");
}

#[test]
fn owned_editing() {
    let mut t = text(&[0x61, 0xDC80]);
    assert_eq!(t.pop(), Some(0xDC80));
    t.push_latin1(0xE9);
    t.push_unit(0xD800);
    assert_eq!(t.code_points().collect::<Vec<_>>(), [0x61, 0xE9, 0xD800]);
    t.truncate(2);
    assert_eq!(t.code_point_len(), 3);
    t.truncate(3);
    assert_eq!(t, "aé");
    assert_eq!(t.try_repeat(3).map(|t| t.to_string()), Ok("aéaéaé".to_owned()));
    assert!(t.try_repeat(usize::MAX).is_err());
    assert_eq!(
        TextBuf::try_concat(&[&t, Text::from_str("!")]).map(|t| t.to_string()),
        Ok("aé!".to_owned())
    );
}

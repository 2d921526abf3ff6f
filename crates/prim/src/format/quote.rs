//! `repr` and `ascii` of text and `repr` of bytes: quotes and escapes.

use std::collections::TryReserveError;

use crate::text::{Text, TextBuf};
use crate::unicode;

/// `repr(text)`.
pub fn repr(text: &Text) -> Result<TextBuf, TryReserveError> {
    quote(text, unicode::is_printable)
}

/// `ascii(text)`.
pub fn ascii(text: &Text) -> Result<TextBuf, TryReserveError> {
    quote(text, |_| false)
}

/// The double quote only if that saves escapes: there are single quotes and no double ones.
fn choose_quote(bytes: &[u8]) -> u8 {
    if bytes.contains(&b'\'') && !bytes.contains(&b'"') { b'"' } else { b'\'' }
}

fn quote(text: &Text, keeps: impl Fn(u32) -> bool) -> Result<TextBuf, TryReserveError> {
    let quote = choose_quote(text.as_bytes());
    let mut out = TextBuf::new();
    out.try_reserve(text.byte_len().saturating_add(2))?;
    out.push_latin1(quote);
    let mut rest = text;
    while !rest.is_empty() {
        // Runs of plain ASCII go over as they are.
        let plain =
            rest.as_bytes().iter().take_while(|&&byte| is_plain(byte) && byte != quote).count();
        if let Some((run, after)) = rest.split_at(plain) {
            out.try_push_text(run)?;
            rest = after;
        }
        let mut code_points = rest.code_points();
        let Some(c) = code_points.next() else { break };
        rest = code_points.as_text();
        out.try_reserve(10)?;
        match u8::try_from(c) {
            Ok(byte @ 0..0x80) => push_escaped(&mut out, byte, quote),
            _ if keeps(c) => {
                // It comes out of a text.
                let _ = out.push(c);
            }
            _ => push_code_point_escape(&mut out, c),
        }
    }
    out.push_latin1(quote);
    Ok(out)
}

/// Printable ASCII that is no quote character needing a decision and no backslash.
const fn is_plain(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') && byte != b'\\'
}

/// Appends an ASCII character as a literal in these quotes shows it.
fn push_escaped(out: &mut TextBuf, byte: u8, quote: u8) {
    match byte {
        b'\t' => out.push_str("\\t"),
        b'\n' => out.push_str("\\n"),
        b'\r' => out.push_str("\\r"),
        b'\\' => out.push_str("\\\\"),
        _ if byte == quote => {
            out.push_char('\\');
            out.push_latin1(byte);
        }
        _ if is_plain(byte) => out.push_latin1(byte),
        _ => push_code_point_escape(out, byte.into()),
    }
}

/// Appends `\xhh`, `\uhhhh` or `\Uhhhhhhhh`, the shortest that will do.
pub fn push_code_point_escape(out: &mut TextBuf, code_point: u32) {
    let (letter, digits) = match code_point {
        0..0x100 => ('x', 2),
        0x100..0x1_0000 => ('u', 4),
        _ => ('U', 8),
    };
    out.push_char('\\');
    out.push_char(letter);
    for i in (0..digits).rev() {
        let digit = code_point >> (4 * i) & 0xF;
        out.push_char(char::from_digit(digit, 16).unwrap_or('0'));
    }
}

/// `repr(bytes)`, with the `b`.
pub fn repr_bytes(bytes: &[u8]) -> Result<TextBuf, TryReserveError> {
    let quote = choose_quote(bytes);
    let mut out = TextBuf::new();
    out.try_reserve(bytes.len().saturating_add(3))?;
    out.push_char('b');
    push_bytes_body(&mut out, bytes, quote)?;
    Ok(out)
}

/// Appends bytes as a literal in these quotes, without the `b`.
fn push_bytes_body(out: &mut TextBuf, bytes: &[u8], quote: u8) -> Result<(), TryReserveError> {
    out.push_latin1(quote);
    for &byte in bytes {
        out.try_reserve(4)?;
        push_escaped(out, byte, quote);
    }
    out.try_reserve(1)?;
    out.push_latin1(quote);
    Ok(())
}

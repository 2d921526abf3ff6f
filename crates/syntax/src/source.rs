//! Source bytes to text: encodings (PEP 263), byte order mark, line ends.
//!
//! The text is what every later stage counts in: UTF-8, `\n` as the only line end, and in `exec` mode one
//! at the end. Errors of decoding are those of CPython's string tokenizer.

use bumpalo::Bump;

use crate::error::{ErrorKind, Location, SyntaxError};
use crate::{Mode, Options};

type Result<T> = std::result::Result<T, Box<SyntaxError>>;

/// The longest source: positions are 32 bits wide.
const MAX_LEN: usize = i32::MAX as usize;

const BOM: &[u8] = b"\xef\xbb\xbf";

/// Decodes a source into the arena.
///
/// # Errors
/// As CPython's `compile`: null bytes, unknown encodings, bytes that the encoding does not have.
pub fn decode<'a>(
    source: &[u8],
    mode: Mode,
    options: &Options,
    arena: &'a Bump,
) -> Result<&'a str> {
    if memchr::memchr(0, source).is_some() {
        let msg = "source code string cannot contain null bytes";
        return Err(Box::new(SyntaxError::bare(ErrorKind::Syntax, msg)));
    }
    if source.len() > MAX_LEN / 2 {
        return Err(SyntaxError::no_memory());
    }
    let decoded;
    let text = if options.ignore_cookie {
        check_utf8(source)?
    } else {
        match declared_encoding(source)? {
            Declared::Utf8 { bom } => check_utf8(source.get(bom..).unwrap_or_default())?,
            Declared::Other(name) => {
                decoded = decode_as(source, &name)?;
                decoded.as_str()
            }
        }
    };
    with_newlines(text, mode == Mode::Exec, arena)
}

/// Copies the text into the arena with `\n` line ends, and one at the end if asked for.
fn with_newlines<'a>(text: &str, end_with_newline: bool, arena: &'a Bump) -> Result<&'a str> {
    let bytes = text.as_bytes();
    let add_newline = end_with_newline && !bytes.is_empty() && !bytes.ends_with(b"\n");
    if !add_newline && memchr::memchr(b'\r', bytes).is_none() {
        return copy(text, arena);
    }
    let mut out = String::new();
    out.try_reserve(text.len() + 1).map_err(|_| SyntaxError::no_memory())?;
    let mut rest = text;
    while let Some(at) = memchr::memchr(b'\r', rest.as_bytes()) {
        out.push_str(rest.get(..at).unwrap_or_default());
        out.push('\n');
        rest = rest.get(at + 1..).unwrap_or_default();
        rest = rest.strip_prefix('\n').unwrap_or(rest);
    }
    out.push_str(rest);
    if end_with_newline && !out.ends_with('\n') {
        out.push('\n');
    }
    copy(&out, arena)
}

fn copy<'a>(text: &str, arena: &'a Bump) -> Result<&'a str> {
    arena.try_alloc_str(text).map(|text| &*text).map_err(|_| SyntaxError::no_memory())
}

/// The encoding that a source declares.
enum Declared {
    /// UTF-8, after a byte order mark of this many bytes.
    Utf8 { bom: usize },
    /// Another one, by its normalised name.
    Other(String),
}

fn declared_encoding(source: &[u8]) -> Result<Declared> {
    let bom = if source.starts_with(BOM) { BOM.len() } else { 0 };
    let text = source.get(bom..).unwrap_or_default();
    let mut lines = text.split(|&c| c == b'\n' || c == b'\r');
    let mut first = lines.next().unwrap_or_default();
    // A lone line end after a carriage return makes no line of its own.
    let mut lines = lines.skip_while({
        let crlf = text.get(first.len()..).is_some_and(|rest| rest.starts_with(b"\r\n"));
        let mut skip = crlf;
        move |_| std::mem::take(&mut skip)
    });
    for lineno in 1..=2 {
        if let Some(cookie) = cookie(first) {
            let name = normal_name(cookie);
            if name == "utf-8" {
                return Ok(Declared::Utf8 { bom });
            }
            if bom > 0 {
                return Err(Box::new(bom_conflict(first, &name, lineno)));
            }
            return Ok(Declared::Other(name));
        }
        if !is_blank(first) {
            break;
        }
        first = lines.next().unwrap_or_default();
    }
    Ok(Declared::Utf8 { bom })
}

/// Whether a line has nothing but a comment, so that the next one may still declare the encoding.
fn is_blank(line: &[u8]) -> bool {
    line.iter().find(|c| !matches!(c, b' ' | b'\t' | b'\x0c')).is_none_or(|&c| c == b'#')
}

/// The name after `coding:` or `coding=` in a comment.
fn cookie(line: &[u8]) -> Option<&str> {
    let comment = line.iter().position(|c| !matches!(c, b' ' | b'\t' | b'\x0c'))?;
    let mut rest = line.get(comment..)?.strip_prefix(b"#")?;
    loop {
        let at = memchr::memmem::find(rest, b"coding")?;
        rest = rest.get(at + b"coding".len()..)?;
        let Some((b':' | b'=', after)) = rest.split_first() else { continue };
        let start = after.iter().position(|c| !matches!(c, b' ' | b'\t')).unwrap_or(after.len());
        let name = after.get(start..)?;
        let is_name = |c: &u8| c.is_ascii_alphanumeric() || matches!(c, b'-' | b'_' | b'.');
        let len = name.iter().position(|c| !is_name(c)).unwrap_or(name.len());
        if len > 0 {
            return std::str::from_utf8(name.get(..len)?).ok();
        }
    }
}

/// The name as CPython sees it: UTF-8 and Latin-1 have many spellings.
fn normal_name(name: &str) -> String {
    let start: String = name
        .chars()
        .take(12)
        .map(|c| if c == '_' { '-' } else { c.to_ascii_lowercase() })
        .collect();
    let is =
        |base: &str| start == base || start.strip_prefix(base).is_some_and(|r| r.starts_with('-'));
    if is("utf-8") {
        "utf-8".to_owned()
    } else if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        "iso-8859-1".to_owned()
    } else {
        name.to_owned()
    }
}

fn bom_conflict(line: &[u8], name: &str, lineno: i64) -> SyntaxError {
    let text = String::from_utf8_lossy(line).into_owned();
    let end = text.chars().count() as i64;
    SyntaxError {
        kind: ErrorKind::Syntax,
        msg: format!("encoding problem: {name} with BOM"),
        location: Some(Location { lineno, offset: 0, text: Some(text), end: Some((lineno, end)) }),
        warnings: Vec::new(),
    }
}

/// An error of decoding, which has no place.
fn decode_error(msg: String) -> Box<SyntaxError> {
    let location = Location { lineno: 0, offset: -1, text: None, end: None };
    Box::new(SyntaxError {
        kind: ErrorKind::Syntax,
        msg,
        location: Some(location),
        warnings: Vec::new(),
    })
}

fn check_utf8(source: &[u8]) -> Result<&str> {
    std::str::from_utf8(source).map_err(|error| {
        let at = error.valid_up_to();
        let before = source.get(..at).unwrap_or_default();
        let bad = source.get(at).copied().unwrap_or_default();
        let lineno = before.iter().filter(|&&c| c == b'\n').count() as i64 + 1;
        let line_start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let line = source.get(line_start..).unwrap_or_default();
        let line = line.split(|&c| c == b'\n').next().unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let read = source.get(line_start..=at).unwrap_or_default();
        let offset = String::from_utf8_lossy(read).chars().count() as i64;
        let msg = format!(
            "Non-UTF-8 code starting with '\\x{bad:02x}' on line {lineno}, but no encoding declared; \
             see https://peps.python.org/pep-0263/ for details"
        );
        let text = Some(String::from_utf8_lossy(line).into_owned());
        let location = Location { lineno, offset, text, end: Some((lineno, offset)) };
        Box::new(SyntaxError {
            kind: ErrorKind::Syntax,
            msg,
            location: Some(location),
            warnings: Vec::new(),
        })
    })
}

/// Decodes with the codec of that name.
fn decode_as(source: &[u8], name: &str) -> Result<String> {
    let key: String = name
        .chars()
        .filter(|c| !matches!(c, '-' | '_' | '.' | ' '))
        .map(|c| c.to_ascii_lowercase())
        .collect();
    match key.as_str() {
        "iso88591" | "latin1" | "latin" | "l1" | "cp819" | "88591" => {
            return Ok(source.iter().map(|&c| char::from(c)).collect());
        }
        "ascii" | "usascii" | "646" | "ansix3.41968" => return decode_ascii(source),
        "utf8" | "u8" | "utf" | "cp65001" => return decode_utf8_codec(source),
        _ => {}
    }
    let label = codec_label(&key).unwrap_or(name);
    let Some(encoding) = encoding_rs::Encoding::for_label(label.as_bytes()) else {
        return Err(decode_error(format!("unknown encoding: {name}")));
    };
    let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(source) else {
        return Err(decode_error(format!("'{name}' codec can't decode the source")));
    };
    if encoding.is_single_byte()
        && let Some((at, c)) =
            text.chars().enumerate().find(|(_, c)| ('\u{80}'..='\u{9f}').contains(c))
    {
        // WHATWG's tables fill holes with control characters, Python's do not.
        let byte = u32::from(c);
        return Err(decode_error(format!(
            "'charmap' codec can't decode byte 0x{byte:02x} in position {at}: \
             character maps to <undefined>"
        )));
    }
    Ok(text.into_owned())
}

/// WHATWG's label for a name that Python spells otherwise (without punctuation).
fn codec_label(key: &str) -> Option<&'static str> {
    Some(match key {
        "cp1250" | "windows1250" => "windows-1250",
        "cp1251" | "windows1251" => "windows-1251",
        "cp1252" | "windows1252" => "windows-1252",
        "cp1253" | "windows1253" => "windows-1253",
        "cp1254" | "windows1254" => "windows-1254",
        "cp1255" | "windows1255" => "windows-1255",
        "cp1256" | "windows1256" => "windows-1256",
        "cp1257" | "windows1257" => "windows-1257",
        "cp1258" | "windows1258" => "windows-1258",
        "cp874" => "windows-874",
        "cp866" | "ibm866" => "ibm866",
        "koi8r" => "koi8-r",
        "koi8u" => "koi8-u",
        "macroman" | "macintosh" => "macintosh",
        "maccyrillic" => "x-mac-cyrillic",
        "iso88592" | "latin2" | "l2" => "iso-8859-2",
        "iso88593" | "latin3" | "l3" => "iso-8859-3",
        "iso88594" | "latin4" | "l4" => "iso-8859-4",
        "iso88595" | "cyrillic" => "iso-8859-5",
        "iso88596" | "arabic" => "iso-8859-6",
        "iso88597" | "greek" => "iso-8859-7",
        "iso88598" | "hebrew" => "iso-8859-8",
        "iso885910" | "latin6" => "iso-8859-10",
        "iso885913" | "latin7" => "iso-8859-13",
        "iso885914" | "latin8" => "iso-8859-14",
        "iso885915" | "latin9" => "iso-8859-15",
        "iso885916" | "latin10" => "iso-8859-16",
        "eucjp" | "ujis" => "euc-jp",
        "shiftjis" | "sjis" | "csshiftjis" | "cp932" | "ms932" | "mskanji" => "shift_jis",
        "iso2022jp" => "iso-2022-jp",
        "euckr" | "ksc5601" | "cp949" | "uhc" | "ms949" => "euc-kr",
        "gb2312" | "euccn" | "gbk" | "cp936" | "ms936" => "gbk",
        "gb18030" => "gb18030",
        "big5" | "big5tw" | "csbig5" => "big5",
        _ => return None,
    })
}

fn decode_ascii(source: &[u8]) -> Result<String> {
    if let Some(at) = source.iter().position(|c| !c.is_ascii()) {
        let byte = source.get(at).copied().unwrap_or_default();
        return Err(decode_error(format!(
            "'ascii' codec can't decode byte 0x{byte:02x} in position {at}: ordinal not in range(128)"
        )));
    }
    Ok(String::from_utf8_lossy(source).into_owned())
}

/// UTF-8 under a name that CPython does not take for UTF-8 at once, so the codec reports errors.
fn decode_utf8_codec(source: &[u8]) -> Result<String> {
    std::str::from_utf8(source).map(str::to_owned).map_err(|error| {
        let at = error.valid_up_to();
        let byte = source.get(at).copied().unwrap_or_default();
        let continuation =
            error.error_len().is_none_or(|len| len > 1) || matches!(byte, 0xc2..=0xf4);
        let reason = match error.error_len() {
            None => "unexpected end of data",
            Some(_) if continuation => "invalid continuation byte",
            Some(_) => "invalid start byte",
        };
        decode_error(format!(
            "'utf-8' codec can't decode byte 0x{byte:02x} in position {at}: {reason}"
        ))
    })
}

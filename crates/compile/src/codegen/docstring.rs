//! Docstrings lose their indentation when they are compiled, as by `inspect.cleandoc` except that blank lines stay.

use code::Str;
use syntax::ast;

use super::Codegen;
use crate::error::{Error, ErrorKind, Result, Surrogates};

const TAB_SIZE: usize = 8;

impl<'a> Codegen<'a> {
    /// The docstring as it stands in the code object.
    pub(super) fn clean_docstring(&mut self, text: ast::Str<'a>) -> Result<Str> {
        if let Some(position) = text.code_points().position(|cp| (0xd800..0xe000).contains(&cp)) {
            return Err(surrogate_error(text, position));
        }
        let expanded = text.as_bytes().contains(&b'\t').then(|| expand_tabs(text.as_bytes()));
        let doc = expanded.as_deref().unwrap_or(text.as_bytes());
        match strip_indentation(doc) {
            Some(clean) => Ok(Str::from_generalized_utf8(&clean)),
            None if expanded.is_none() => Ok(self.text(text.as_bytes())),
            None => Ok(Str::from_generalized_utf8(doc)),
        }
    }
}

fn surrogate_error(text: ast::Str<'_>, position: usize) -> Box<Error> {
    let run: Vec<u32> =
        text.code_points().skip(position).take_while(|cp| (0xd800..0xe000).contains(cp)).collect();
    let what = match run[..] {
        [only] => format!("character '\\u{only:04x}' in position {position}"),
        _ => format!("characters in position {position}-{}", position + run.len() - 1),
    };
    Box::new(Error {
        kind: ErrorKind::UnicodeEncode,
        msg: format!("'utf-8' codec can't encode {what}: surrogates not allowed"),
        range: None,
        surrogates: Some(Surrogates {
            text: text.as_bytes().into(),
            at: position..position + run.len(),
        }),
        bare: false,
    })
}

/// `str.expandtabs`
fn expand_tabs(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + TAB_SIZE);
    let mut column = 0;
    for &byte in text {
        match byte {
            b'\t' => {
                let spaces = TAB_SIZE - column % TAB_SIZE;
                out.resize(out.len() + spaces, b' ');
                column += spaces;
            }
            b'\n' | b'\r' => {
                out.push(byte);
                column = 0;
            }
            _ => {
                out.push(byte);
                // Columns are characters: continuation bytes do not count.
                column += usize::from(byte & 0xc0 != 0x80);
            }
        }
    }
    out
}

fn leading_spaces(line: &[u8]) -> usize {
    line.iter().take_while(|&&byte| byte == b' ').count()
}

/// Removes the indentation that all lines after the first have in common, and all of the first line's. `None` if there is
/// none.
fn strip_indentation(doc: &[u8]) -> Option<Vec<u8>> {
    let mut lines = doc.split_inclusive(|&byte| byte == b'\n');
    let first = lines.next().unwrap_or_default();
    let margin = lines
        .clone()
        .filter_map(|line| {
            let spaces = leading_spaces(line);
            line.get(spaces).filter(|&&byte| byte != b'\n').map(|_| spaces)
        })
        .min()
        .unwrap_or(0);
    let first_margin = leading_spaces(first);
    if first_margin == 0 && margin == 0 {
        return None;
    }
    let mut out = Vec::with_capacity(doc.len());
    out.extend_from_slice(&first[first_margin..]);
    for line in lines {
        out.extend_from_slice(&line[leading_spaces(line).min(margin)..]);
    }
    Some(out)
}

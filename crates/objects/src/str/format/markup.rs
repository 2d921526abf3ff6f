//! The language of `str.format` templates, without what its fields mean; also for the module `_string`.

use super::part;
use crate::vm::{PyResult, Raised, Vm};
use prim::text::Text;

/// A replacement field.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    /// What to show: a name or number with attributes and items.
    pub name: &'a Text,
    /// The character after `!`.
    pub conversion: Option<u32>,
    /// What follows `:`.
    pub spec: &'a Text,
    /// The specification has fields itself.
    pub nested: bool,
}

/// The pieces of a template: literal text, then perhaps a field.
pub struct Markup<'a> {
    text: &'a Text,
    at: usize,
}

impl<'a> Markup<'a> {
    /// Of this template.
    pub fn new(text: &'a Text) -> Markup<'a> {
        Markup { text, at: 0 }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn advance(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at += 1;
        Some(byte)
    }

    /// The next piece; `None` at the end.
    #[allow(clippy::type_complexity)]
    pub fn next(&mut self, vm: &mut Vm) -> PyResult<Option<(&'a Text, Option<Field<'a>>)>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        let Some(rest) = bytes.get(start..).filter(|rest| !rest.is_empty()) else {
            return Ok(None);
        };
        let Some(brace) = memchr::memchr2(b'{', b'}', rest) else {
            self.at = bytes.len();
            return Ok(Some((part(self.text, start, bytes.len()), None)));
        };
        let brace = start + brace;
        self.at = brace + 1;
        let open = bytes.get(brace) == Some(&b'{');
        match (self.peek(), open) {
            (Some(b'{'), true) | (Some(b'}'), false) => {
                // A doubled brace stands for itself.
                self.at += 1;
                Ok(Some((part(self.text, start, brace + 1), None)))
            }
            (None, true) => {
                Err(vm.value_error(format_args!("Single '{{' encountered in format string")))
            }
            (Some(_), true) => {
                let field = self.field(vm)?;
                Ok(Some((part(self.text, start, brace), Some(field))))
            }
            (_, false) => {
                Err(vm.value_error(format_args!("Single '}}' encountered in format string")))
            }
        }
    }

    /// What follows an opening brace.
    fn field(&mut self, vm: &mut Vm) -> PyResult<Field<'a>> {
        let start = self.at;
        let end = loop {
            match self.advance() {
                Some(b'{') => {
                    return Err(vm.value_error(format_args!("unexpected '{{' in field name")));
                }
                // Within brackets anything goes.
                Some(b'[') => {
                    while self.peek().is_some_and(|byte| byte != b']') {
                        self.at += 1;
                    }
                }
                Some(byte @ (b'}' | b':' | b'!')) => break byte,
                Some(_) => {}
                None => {
                    return Err(vm.value_error(format_args!("expected '}}' before end of string")));
                }
            }
        };
        let mut field = Field {
            name: part(self.text, start, self.at - 1),
            conversion: None,
            spec: Text::EMPTY,
            nested: false,
        };
        if end == b'}' {
            return Ok(field);
        }
        if end == b'!' {
            let rest = part(self.text, self.at, self.text.byte_len());
            let Some(conversion) = rest.code_points().next() else {
                return Err(vm.value_error(format_args!(
                    "end of string while looking for conversion specifier"
                )));
            };
            self.at += prim::text::encoded_len(conversion);
            field.conversion = Some(conversion);
            match self.advance() {
                Some(b'}') => return Ok(field),
                Some(b':') | None => {}
                Some(_) => {
                    return Err(
                        vm.value_error(format_args!("expected ':' after conversion specifier"))
                    );
                }
            }
        }
        self.spec(vm, &mut field)?;
        Ok(field)
    }

    /// What follows the colon, up to the brace that closes the field.
    fn spec(&mut self, vm: &mut Vm, field: &mut Field<'a>) -> PyResult<()> {
        let start = self.at;
        let mut depth = 1usize;
        loop {
            match self.advance() {
                Some(b'{') => {
                    field.nested = true;
                    depth += 1;
                }
                Some(b'}') => {
                    depth -= 1;
                    if depth == 0 {
                        field.spec = part(self.text, start, self.at - 1);
                        return Ok(());
                    }
                }
                Some(_) => {}
                None => return Err(vm.value_error(format_args!("unmatched '{{' in format spec"))),
            }
        }
    }
}

/// A step from a value to one of its parts.
#[derive(Clone, Copy, Debug)]
pub enum PathStep<'a> {
    /// `.name`
    Attribute(&'a Text),
    /// `[name]`
    Key(&'a Text),
    /// `[7]`
    Index(usize),
}

/// The number that a text is, if it consists of digits.
pub(super) fn number(vm: &mut Vm, text: &Text) -> PyResult<Option<usize>> {
    if text.is_empty() {
        return Ok(None);
    }
    let mut value: usize = 0;
    for code_point in text.code_points() {
        let Some(digit) = prim::unicode::decimal_value(code_point) else { return Ok(None) };
        value = match value.checked_mul(10).and_then(|v| v.checked_add(digit as usize)) {
            Some(value) if isize::try_from(value).is_ok() => value,
            _ => {
                return Err(
                    vm.value_error(format_args!("Too many decimal digits in format string"))
                );
            }
        };
    }
    Ok(Some(value))
}

/// Splits the name of a field into its first part and the steps that follow, which `step` is given one after another.
pub fn split_path<'a>(
    vm: &mut Vm,
    name: &'a Text,
    mut step: impl FnMut(&mut Vm, PathStep<'a>) -> PyResult<()>,
) -> PyResult<()> {
    let bytes = name.as_bytes();
    let mut at = first_len(name);
    while let Some(byte) = bytes.get(at) {
        at += 1;
        let start = at;
        let rest = bytes.get(at..).unwrap_or_default();
        match byte {
            b'.' => {
                at += memchr::memchr2(b'.', b'[', rest).unwrap_or(rest.len());
                let attribute = part(name, start, at);
                if attribute.is_empty() {
                    return Err(empty(vm));
                }
                step(vm, PathStep::Attribute(attribute))?;
            }
            b'[' => {
                let Some(len) = memchr::memchr(b']', rest) else {
                    return Err(vm.value_error(format_args!("Missing ']' in format string")));
                };
                at += len + 1;
                let key = part(name, start, at - 1);
                if key.is_empty() {
                    return Err(empty(vm));
                }
                match number(vm, key)? {
                    Some(index) => step(vm, PathStep::Index(index))?,
                    None => step(vm, PathStep::Key(key))?,
                }
            }
            _ => {
                return Err(vm.value_error(format_args!(
                    "Only '.' or '[' may follow ']' in format field specifier"
                )));
            }
        }
    }
    Ok(())
}

/// The length of the first part of a field's name.
pub(super) fn first_len(name: &Text) -> usize {
    memchr::memchr2(b'.', b'[', name.as_bytes()).unwrap_or(name.byte_len())
}

/// The first part of a field's name.
pub fn first_part(name: &Text) -> &Text {
    part(name, 0, first_len(name))
}

fn empty(vm: &mut Vm) -> Raised {
    vm.value_error(format_args!("Empty attribute in format string"))
}

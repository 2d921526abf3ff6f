//! `_string`: the parts of `str.format` that `string.Formatter` uses.

use macros::pymodule;

/// The module.
#[pymodule(name = "_string", doc = "string helper module")]
pub mod module {
    use heap::Gc;
    use objects::list::List;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::types::class_name;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    fn text_of(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
        match v.cast::<Str>() {
            Some(s) => Ok(s),
            None => Err(vm.type_error(format_args!("expected str, got {}", class_name(v)))),
        }
    }

    fn part(vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
        let text = prim::text::Text::from_bytes(bytes).unwrap_or("".into());
        Ok(Str::from_text(vm, text)?.into())
    }

    /// parse the argument as a format string
    #[function]
    fn formatter_parser(vm: &mut Vm, format: Value) -> PyResult<Value> {
        let format = text_of(vm, format)?;
        let bytes = format.as_bytes();
        let out = List::new(vm)?;
        let mut at = 0;
        while at < bytes.len() {
            at = parse_one(vm, bytes, at, out)?;
        }
        vm.iter(out.into())
    }

    /// Parses literal text and the replacement field after it; the position behind them.
    fn parse_one(vm: &mut Vm, bytes: &[u8], start: usize, out: Gc<List>) -> PyResult<usize> {
        let mut at = start;
        while at < bytes.len() && !matches!(bytes[at], b'{' | b'}') {
            at += 1;
        }
        if at == bytes.len() {
            let literal = part(vm, &bytes[start..])?;
            push(vm, out, [literal, Value::NONE, Value::NONE, Value::NONE])?;
            return Ok(at);
        }
        if bytes.get(at + 1) == Some(&bytes[at]) {
            let literal = part(vm, &bytes[start..=at])?;
            push(vm, out, [literal, Value::NONE, Value::NONE, Value::NONE])?;
            return Ok(at + 2);
        }
        if bytes[at] == b'}' {
            return Err(vm.value_error(format_args!("Single '}}' encountered in format string")));
        }
        if at + 1 == bytes.len() {
            return Err(vm.value_error(format_args!("Single '{{' encountered in format string")));
        }
        let literal = part(vm, &bytes[start..at])?;
        let field = at + 1;
        let (mut depth, mut end, mut in_index) = (1, field, false);
        while end < bytes.len() {
            match bytes[end] {
                b'[' if depth == 1 => in_index = true,
                b']' => in_index = false,
                b'{' if !in_index => depth += 1,
                b'}' if !in_index => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                break;
            }
            end += 1;
        }
        if depth > 0 {
            return Err(vm.value_error(format_args!("expected '}}' before end of string")));
        }
        let body = &bytes[field..end];
        let fields = split_field(vm, body)?;
        push(vm, out, [literal, fields[0], fields[1], fields[2]])?;
        Ok(end + 1)
    }

    /// Name, format specification and conversion of a replacement field.
    fn split_field(vm: &mut Vm, body: &[u8]) -> PyResult<[Value; 3]> {
        let mut at = 0;
        let mut in_index = false;
        while at < body.len() {
            match body[at] {
                b'[' => in_index = true,
                b']' => in_index = false,
                b':' | b'!' if !in_index => break,
                _ => {}
            }
            at += 1;
        }
        let name = part(vm, &body[..at])?;
        let (mut spec, mut conversion) = (part(vm, b"")?, Value::NONE);
        let mut rest = &body[at..];
        if rest.first() == Some(&b'!') {
            let Some(&c) = rest.get(1) else {
                return Err(vm.value_error(format_args!(
                    "end of string while looking for conversion specifier"
                )));
            };
            conversion = part(vm, &[c])?;
            rest = &rest[2..];
            if !rest.is_empty() && rest[0] != b':' {
                return Err(vm.value_error(format_args!("expected ':' after conversion specifier")));
            }
        }
        if rest.first() == Some(&b':') {
            spec = part(vm, &rest[1..])?;
        }
        Ok([name, spec, conversion])
    }

    fn push(vm: &mut Vm, out: Gc<List>, items: [Value; 4]) -> PyResult<()> {
        let tuple = Tuple::from_slice(vm, &items)?;
        out.push(vm, tuple.into())
    }

    /// split the argument as a field name
    #[function]
    fn formatter_field_name_split(vm: &mut Vm, field_name: Value) -> PyResult<Value> {
        let name = text_of(vm, field_name)?;
        let bytes = name.as_bytes();
        let end = bytes.iter().position(|b| matches!(b, b'.' | b'[')).unwrap_or(bytes.len());
        let first = key(vm, &bytes[..end])?;
        let rest = List::new(vm)?;
        let mut at = end;
        while at < bytes.len() {
            let is_attribute = bytes[at] == b'.';
            let start = at + 1;
            let stop = if is_attribute {
                bytes[start..]
                    .iter()
                    .position(|b| matches!(b, b'.' | b'['))
                    .map_or(bytes.len(), |n| start + n)
            } else {
                match bytes[start..].iter().position(|b| *b == b']') {
                    Some(n) => start + n,
                    None => {
                        return Err(vm.value_error(format_args!("Missing ']' in format string")));
                    }
                }
            };
            if start == stop {
                return Err(vm.value_error(format_args!("Empty attribute in format string")));
            }
            let item = if is_attribute {
                part(vm, &bytes[start..stop])?
            } else {
                key(vm, &bytes[start..stop])?
            };
            let pair = Tuple::from_slice(vm, &[is_attribute.into(), item])?;
            rest.push(vm, pair.into())?;
            at = if is_attribute { stop } else { stop + 1 };
            if !is_attribute && at < bytes.len() && !matches!(bytes[at], b'.' | b'[') {
                return Err(vm.value_error(format_args!(
                    "Only '.' or '[' may follow ']' in format field specifier"
                )));
            }
        }
        let rest = vm.iter(rest.into())?;
        Ok(Tuple::from_slice(vm, &[first, rest])?.into())
    }

    /// A number as an int, anything else as text.
    fn key(vm: &mut Vm, bytes: &[u8]) -> PyResult<Value> {
        let digits = !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit);
        match std::str::from_utf8(bytes).ok().filter(|_| digits).and_then(|s| s.parse::<i64>().ok())
        {
            Some(n) => objects::int::from_i64(vm, n),
            None if digits => {
                Err(vm.value_error(format_args!("Too many decimal digits in format string")))
            }
            None => part(vm, bytes),
        }
    }
}

//! `_codecs`: the registry of codecs and error handlers, and the codecs that are native.

use macros::pymodule;

/// The module.
#[pymodule(name = "_codecs")]
pub mod module {
    use crate::buffer;
    use crate::root::Root;
    use heap::Gc;
    use objects::bytes::Bytes;
    use objects::dict::Dict;
    use objects::exceptions::{self, unicode::UnicodeError};
    use objects::list::List;
    use objects::str::codec::{Codec, Handler, Order, decode_with, encode_with};
    use objects::str::{Builder, Str};
    use objects::tuple::Tuple;
    use objects::types::class_name;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    static SEARCH: Root = Root::new();
    static CACHE: Root = Root::new();
    static ERRORS: Root = Root::new();

    fn search_path(vm: &mut Vm) -> PyResult<Gc<List>> {
        let list = SEARCH.get_or(vm, |vm| Ok(List::new(vm)?.into()))?;
        match list.cast::<List>() {
            Some(l) => Ok(l),
            None => List::new(vm),
        }
    }

    fn dict_of(vm: &mut Vm, root: &'static Root) -> PyResult<Gc<Dict>> {
        let dict = root.get_or(vm, |vm| Ok(Dict::new(vm)?.into()))?;
        match dict.cast::<Dict>() {
            Some(d) => Ok(d),
            None => Dict::new(vm),
        }
    }

    /// Register a codec search function.
    #[function]
    fn register(vm: &mut Vm, search_function: Value) -> PyResult<()> {
        if !vm.is_callable(search_function) {
            return Err(vm.type_error(format_args!("argument must be callable")));
        }
        let path = search_path(vm)?;
        path.push(vm, search_function)
    }

    /// Unregister a codec search function and clear the registry's cache.
    #[function]
    fn unregister(vm: &mut Vm, search_function: Value) -> PyResult<()> {
        let path = search_path(vm)?;
        let mut i = 0;
        while let Some(f) = path.get(i) {
            if f == search_function {
                dict_of(vm, &CACHE)?.clear(vm)?;
                path.remove(vm, i);
                return Ok(());
            }
            i += 1;
        }
        Ok(())
    }

    /// Looks up a codec tuple in the Python codec registry and returns a CodecInfo object.
    #[function]
    pub fn lookup(vm: &mut Vm, encoding: Gc<Str>) -> PyResult<Value> {
        let normal: String = encoding
            .text()
            .to_str_lossy()
            .chars()
            .map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() })
            .collect();
        let key = vm.intern(&normal)?;
        let cache = dict_of(vm, &CACHE)?;
        if let Some(found) = cache.get_str(key) {
            return Ok(found);
        }
        let path = search_path(vm)?;
        if path.len() == 0 {
            // The first look-up brings the standard encodings in.
            (vm.hooks.import)(vm, "encodings")?;
        }
        let mut i = 0;
        while let Some(search) = path.get(i) {
            let found = vm.call(search, &[key.into()])?;
            if !found.is_none() {
                if found.cast::<Tuple>().is_none_or(|t| t.len() != 4) {
                    return Err(
                        vm.type_error(format_args!("codec search functions must return 4-tuples"))
                    );
                }
                cache.set_str(vm, key, found)?;
                return Ok(found);
            }
            i += 1;
        }
        Err(vm.lookup_error(format_args!("unknown encoding: {}", encoding.text())))
    }

    fn through(
        vm: &mut Vm,
        obj: Value,
        encoding: Option<Value>,
        errors: Option<Value>,
        at: usize,
    ) -> PyResult<Value> {
        let name = match encoding.filter(|e| !e.is_none()) {
            Some(e) => match e.cast::<Str>() {
                Some(s) => s,
                None => {
                    return Err(vm.type_error(format_args!(
                        "{}() argument 'encoding' must be str, not {}",
                        if at == 0 { "encode" } else { "decode" },
                        class_name(e)
                    )));
                }
            },
            None => vm.intern("utf-8")?,
        };
        let info = lookup(vm, name)?;
        let function = info.cast::<Tuple>().and_then(|t| t.get(at)).unwrap_or(Value::NONE);
        let result = match errors.filter(|e| !e.is_none()) {
            Some(errors) => vm.call(function, &[obj, errors])?,
            None => vm.call(function, &[obj])?,
        };
        match result.cast::<Tuple>().filter(|t| t.len() == 2).and_then(|t| t.get(0)) {
            Some(v) => Ok(v),
            None => Err(vm.type_error(format_args!(
                "{} must return a tuple (object, integer)",
                if at == 0 { "encoder" } else { "decoder" }
            ))),
        }
    }

    /// Encodes obj using the codec registered for encoding.
    #[function(sig = "($module, /, obj, encoding='utf-8', errors='strict')")]
    fn encode(
        vm: &mut Vm,
        obj: Value,
        encoding: Option<Value>,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        through(vm, obj, encoding, errors, 0)
    }

    /// Decodes obj using the codec registered for encoding.
    #[function(sig = "($module, /, obj, encoding='utf-8', errors='strict')")]
    fn decode(
        vm: &mut Vm,
        obj: Value,
        encoding: Option<Value>,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        through(vm, obj, encoding, errors, 1)
    }

    /// Register the specified error handler under the name errors.
    #[function]
    fn register_error(vm: &mut Vm, errors: Gc<Str>, handler: Value) -> PyResult<()> {
        if !vm.is_callable(handler) {
            return Err(vm.type_error(format_args!("handler must be callable")));
        }
        dict_of(vm, &ERRORS)?.set(vm, errors.into(), handler)
    }

    /// Un-register the specified error handler for the error handling `errors'.
    #[function]
    fn _unregister_error(vm: &mut Vm, errors: Gc<Str>) -> PyResult<bool> {
        Ok(dict_of(vm, &ERRORS)?.remove(vm, errors.into())?.is_some())
    }

    /// lookup_error(errors) -> handler
    #[function]
    fn lookup_error(vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        if let Some(handler) = dict_of(vm, &ERRORS)?.get(vm, name.into())? {
            return Ok(handler);
        }
        let standard = name.text().as_str().and_then(|n| {
            Some(match n {
                "strict" => "strict_errors",
                "ignore" => "ignore_errors",
                "replace" => "replace_errors",
                "xmlcharrefreplace" => "xmlcharrefreplace_errors",
                "backslashreplace" => "backslashreplace_errors",
                "namereplace" => "namereplace_errors",
                "surrogateescape" => "surrogateescape_errors",
                "surrogatepass" => "surrogatepass_errors",
                _ => return None,
            })
        });
        match standard {
            Some(function) => {
                let module = (vm.hooks.import)(vm, "_codecs")?;
                vm.getattr_str(module, function)
            }
            None => {
                Err(vm.lookup_error(format_args!("unknown error handler name '{}'", name.text())))
            }
        }
    }

    fn error_of(vm: &mut Vm, exc: Value) -> PyResult<Gc<UnicodeError>> {
        match exc.cast::<UnicodeError>() {
            Some(e) => Ok(e),
            None => Err(vm.type_error(format_args!(
                "don't know how to handle {} in error callback",
                class_name(exc)
            ))),
        }
    }

    fn answer(vm: &mut Vm, replacement: Value, position: isize) -> PyResult<Value> {
        let position = Value::from_len(usize::try_from(position).unwrap_or(0));
        Ok(Tuple::pair(vm, replacement, position)?.into())
    }

    /// Implements the 'strict' error handling.
    #[function]
    fn strict_errors(vm: &mut Vm, exception: Value) -> PyResult<Value> {
        if exception.cast::<exceptions::BaseException>().is_none() {
            return Err(vm.type_error(format_args!("codec must pass exception instance")));
        }
        Err(vm.restore_raised(exception))
    }

    /// Implements the 'ignore' error handling.
    #[function]
    fn ignore_errors(vm: &mut Vm, exception: Value) -> PyResult<Value> {
        let e = error_of(vm, exception)?;
        answer(vm, Str::empty().into(), e.end.get())
    }

    /// Implements the 'replace' error handling.
    #[function]
    fn replace_errors(vm: &mut Vm, exception: Value) -> PyResult<Value> {
        let e = error_of(vm, exception)?;
        let count = usize::try_from(e.end.get() - e.start.get()).unwrap_or(0);
        let text = if e.object.get().cast::<Str>().is_some() {
            "?".repeat(count.min(1 << 20))
        } else {
            "\u{FFFD}".to_owned()
        };
        let text = Str::new(vm, &text)?;
        answer(vm, text.into(), e.end.get())
    }

    fn each(vm: &mut Vm, exception: Value, escape: fn(u32) -> String) -> PyResult<Value> {
        let e = error_of(vm, exception)?;
        let (start, end) = (e.start.get().max(0) as usize, e.end.get().max(0) as usize);
        let mut out = Builder::new();
        let object = e.object.get();
        if let Some(s) = object.cast::<Str>() {
            for c in s.text().slice(start..end).code_points() {
                out.push_str(vm, &escape(c))?;
            }
        } else {
            for b in buffer::to_vec(vm, object)?.get(start..end).unwrap_or_default() {
                out.push_str(vm, &format!("\\x{b:02x}"))?;
            }
        }
        let text = out.finish(vm)?;
        answer(vm, text.into(), e.end.get())
    }

    fn backslash(c: u32) -> String {
        match c {
            0..=0xFF => format!("\\x{c:02x}"),
            0x100..=0xFFFF => format!("\\u{c:04x}"),
            _ => format!("\\U{c:08x}"),
        }
    }

    /// Implements the 'backslashreplace' error handling.
    #[function]
    fn backslashreplace_errors(vm: &mut Vm, exception: Value) -> PyResult<Value> {
        each(vm, exception, backslash)
    }

    /// Implements the 'xmlcharrefreplace' error handling.
    #[function]
    fn xmlcharrefreplace_errors(vm: &mut Vm, exception: Value) -> PyResult<Value> {
        each(vm, exception, |c| format!("&#{c};"))
    }

    /// Implements the 'namereplace' error handling.
    #[function]
    fn namereplace_errors(vm: &mut Vm, exception: Value) -> PyResult<Value> {
        each(vm, exception, |c| match prim::unicode::names::name(c) {
            Some(name) => format!("\\N{{{name}}}"),
            None => backslash(c),
        })
    }

    /// Implements the 'surrogateescape' error handling.
    #[function]
    fn surrogateescape_errors(vm: &mut Vm, exception: Value) -> PyResult<Value> {
        let e = error_of(vm, exception)?;
        let (start, end) = (e.start.get().max(0) as usize, e.end.get().max(0) as usize);
        let object = e.object.get();
        if let Some(s) = object.cast::<Str>() {
            let mut out = Vec::new();
            for c in s.text().slice(start..end).code_points() {
                match c {
                    0xDC80..=0xDCFF => out.push((c - 0xDC00) as u8),
                    _ => return Err(vm.restore_raised(exception)),
                }
            }
            let bytes = Bytes::new(vm, &out)?;
            return answer(vm, bytes.into(), e.end.get());
        }
        let bytes = buffer::to_vec(vm, object)?;
        let mut out = Builder::new();
        let mut done = start;
        for b in
            bytes.get(start..end).unwrap_or_default().iter().take(4).take_while(|b| **b >= 0x80)
        {
            out.push_code_point(vm, 0xDC00 + u32::from(*b))?;
            done += 1;
        }
        if done == start {
            return Err(vm.restore_raised(exception));
        }
        let text = out.finish(vm)?;
        answer(vm, text.into(), done as isize)
    }

    /// Implements the 'surrogatepass' error handling.
    #[function]
    fn surrogatepass_errors(vm: &mut Vm, exception: Value) -> PyResult<Value> {
        error_of(vm, exception)?;
        Err(vm.restore_raised(exception))
    }

    fn encoded(vm: &mut Vm, text: Value, errors: Option<Value>, codec: Codec) -> PyResult<Value> {
        let Some(text) = text.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "encode() argument 1 must be str, not {}",
                class_name(text)
            )));
        };
        let handler = Handler::from_name(errors.and_then(|e| e.cast::<Str>()));
        let bytes = encode_with(vm, text, codec, handler)?;
        Ok(Tuple::pair(vm, bytes.into(), Value::from_len(text.char_len()))?.into())
    }

    fn decoded(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        codec: Codec,
        last: bool,
    ) -> PyResult<Value> {
        let bytes = match data.cast::<Bytes>() {
            Some(b) => b,
            None => {
                let copied = buffer::to_vec(vm, data)?;
                Bytes::new(vm, &copied)?
            }
        };
        let handler = Handler::from_name(errors.and_then(|e| e.cast::<Str>()));
        let done = decode_with(vm, bytes, codec, handler, last)?;
        Ok(Tuple::pair(vm, done.text.into(), Value::from_len(done.consumed))?.into())
    }

    /// Encodes a string as UTF-8.
    #[function(sig = "($module, str, errors=None, /)")]
    fn utf_8_encode(vm: &mut Vm, str: Value, errors: Option<Value>) -> PyResult<Value> {
        encoded(vm, str, errors, Codec::Utf8)
    }
    /// Decodes UTF-8.
    #[function(sig = "($module, data, errors=None, final=False, /)")]
    fn utf_8_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        r#final: bool,
    ) -> PyResult<Value> {
        decoded(vm, data, errors, Codec::Utf8, r#final)
    }
    /// Encodes a string as Latin-1.
    #[function(sig = "($module, str, errors=None, /)")]
    fn latin_1_encode(vm: &mut Vm, str: Value, errors: Option<Value>) -> PyResult<Value> {
        encoded(vm, str, errors, Codec::Latin1)
    }
    /// Decodes Latin-1.
    #[function(sig = "($module, data, errors=None, /)")]
    fn latin_1_decode(vm: &mut Vm, data: Value, errors: Option<Value>) -> PyResult<Value> {
        decoded(vm, data, errors, Codec::Latin1, true)
    }
    /// Encodes a string as ASCII.
    #[function(sig = "($module, str, errors=None, /)")]
    fn ascii_encode(vm: &mut Vm, str: Value, errors: Option<Value>) -> PyResult<Value> {
        encoded(vm, str, errors, Codec::Ascii)
    }
    /// Decodes ASCII.
    #[function(sig = "($module, data, errors=None, /)")]
    fn ascii_decode(vm: &mut Vm, data: Value, errors: Option<Value>) -> PyResult<Value> {
        decoded(vm, data, errors, Codec::Ascii, true)
    }
    /// Encodes a string as UTF-16.
    #[function(sig = "($module, str, errors=None, byteorder=0, /)")]
    fn utf_16_encode(
        vm: &mut Vm,
        str: Value,
        errors: Option<Value>,
        byteorder: i32,
    ) -> PyResult<Value> {
        encoded(vm, str, errors, Codec::Utf16(order(byteorder)))
    }
    /// Encodes a string as UTF-16, little endian.
    #[function(sig = "($module, str, errors=None, /)")]
    fn utf_16_le_encode(vm: &mut Vm, str: Value, errors: Option<Value>) -> PyResult<Value> {
        encoded(vm, str, errors, Codec::Utf16(Order::Little))
    }
    /// Encodes a string as UTF-16, big endian.
    #[function(sig = "($module, str, errors=None, /)")]
    fn utf_16_be_encode(vm: &mut Vm, str: Value, errors: Option<Value>) -> PyResult<Value> {
        encoded(vm, str, errors, Codec::Utf16(Order::Big))
    }
    /// Encodes a string as UTF-32.
    #[function(sig = "($module, str, errors=None, byteorder=0, /)")]
    fn utf_32_encode(
        vm: &mut Vm,
        str: Value,
        errors: Option<Value>,
        byteorder: i32,
    ) -> PyResult<Value> {
        encoded(vm, str, errors, Codec::Utf32(order(byteorder)))
    }
    /// Encodes a string as UTF-32, little endian.
    #[function(sig = "($module, str, errors=None, /)")]
    fn utf_32_le_encode(vm: &mut Vm, str: Value, errors: Option<Value>) -> PyResult<Value> {
        encoded(vm, str, errors, Codec::Utf32(Order::Little))
    }
    /// Encodes a string as UTF-32, big endian.
    #[function(sig = "($module, str, errors=None, /)")]
    fn utf_32_be_encode(vm: &mut Vm, str: Value, errors: Option<Value>) -> PyResult<Value> {
        encoded(vm, str, errors, Codec::Utf32(Order::Big))
    }
    /// Decodes UTF-16.
    #[function(sig = "($module, data, errors=None, final=False, /)")]
    fn utf_16_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        r#final: bool,
    ) -> PyResult<Value> {
        decoded(vm, data, errors, Codec::Utf16(Order::Marked), r#final)
    }
    /// Decodes UTF-16, little endian.
    #[function(sig = "($module, data, errors=None, final=False, /)")]
    fn utf_16_le_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        r#final: bool,
    ) -> PyResult<Value> {
        decoded(vm, data, errors, Codec::Utf16(Order::Little), r#final)
    }
    /// Decodes UTF-16, big endian.
    #[function(sig = "($module, data, errors=None, final=False, /)")]
    fn utf_16_be_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        r#final: bool,
    ) -> PyResult<Value> {
        decoded(vm, data, errors, Codec::Utf16(Order::Big), r#final)
    }
    /// Decodes UTF-32.
    #[function(sig = "($module, data, errors=None, final=False, /)")]
    fn utf_32_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        r#final: bool,
    ) -> PyResult<Value> {
        decoded(vm, data, errors, Codec::Utf32(Order::Marked), r#final)
    }
    /// Decodes UTF-32, little endian.
    #[function(sig = "($module, data, errors=None, final=False, /)")]
    fn utf_32_le_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        r#final: bool,
    ) -> PyResult<Value> {
        decoded(vm, data, errors, Codec::Utf32(Order::Little), r#final)
    }
    /// Decodes UTF-32, big endian.
    #[function(sig = "($module, data, errors=None, final=False, /)")]
    fn utf_32_be_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        r#final: bool,
    ) -> PyResult<Value> {
        decoded(vm, data, errors, Codec::Utf32(Order::Big), r#final)
    }
    /// Decodes UTF-16 and tells the byte order.
    #[function(sig = "($module, data, errors=None, byteorder=0, final=False, /)")]
    fn utf_16_ex_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        byteorder: i32,
        r#final: bool,
    ) -> PyResult<Value> {
        decoded_ex(vm, data, errors, Codec::Utf16(order(byteorder)), r#final)
    }
    /// Decodes UTF-32 and tells the byte order.
    #[function(sig = "($module, data, errors=None, byteorder=0, final=False, /)")]
    fn utf_32_ex_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        byteorder: i32,
        r#final: bool,
    ) -> PyResult<Value> {
        decoded_ex(vm, data, errors, Codec::Utf32(order(byteorder)), r#final)
    }

    fn order(byteorder: i32) -> Order {
        match byteorder {
            0 => Order::Marked,
            b if b < 0 => Order::Little,
            _ => Order::Big,
        }
    }

    fn decoded_ex(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        codec: Codec,
        last: bool,
    ) -> PyResult<Value> {
        let copied = buffer::to_vec(vm, data)?;
        let bytes = Bytes::new(vm, &copied)?;
        let handler = Handler::from_name(errors.and_then(|e| e.cast::<Str>()));
        let done = decode_with(vm, bytes, codec, handler, last)?;
        let found = match done.order {
            Order::Little => -1,
            Order::Big => 1,
            Order::Marked => 0,
        };
        let items = [done.text.into(), Value::from_len(done.consumed), Value::int32(found)];
        Ok(Tuple::from_slice(vm, &items)?.into())
    }

    /// Decodes by a table of code points.
    #[function(sig = "($module, data, errors=None, mapping=None, /)")]
    fn charmap_decode(
        vm: &mut Vm,
        data: Value,
        errors: Option<Value>,
        mapping: Option<Value>,
    ) -> PyResult<Value> {
        let bytes = buffer::to_vec(vm, data)?;
        let mapping = mapping.filter(|m| !m.is_none());
        let mut out = Builder::new();
        for (at, b) in bytes.iter().enumerate() {
            let to = match mapping {
                None => Some(u32::from(*b)),
                Some(m) => match m.cast::<Str>() {
                    Some(table) => {
                        Str::code_point_at(table, vm, usize::from(*b)).filter(|c| *c != 0xFFFE)
                    }
                    None => {
                        if let Some(text) = mapped(vm, m, u32::from(*b))? {
                            out.push(vm, text.text())?;
                            continue;
                        }
                        None
                    }
                },
            };
            match to {
                Some(c) => out.push_code_point(vm, c)?,
                None => undefined(vm, &mut out, data, errors, at, bytes[at])?,
            }
        }
        let text = out.finish(vm)?;
        Ok(Tuple::pair(vm, text.into(), Value::from_len(bytes.len()))?.into())
    }

    fn undefined(
        vm: &mut Vm,
        out: &mut Builder,
        data: Value,
        errors: Option<Value>,
        at: usize,
        byte: u8,
    ) -> PyResult<()> {
        match Handler::from_name(errors.and_then(|e| e.cast::<Str>())) {
            Handler::Ignore => Ok(()),
            Handler::Replace => out.push_str(vm, "\u{FFFD}"),
            Handler::BackslashReplace => out.push_str(vm, &format!("\\x{byte:02x}")),
            Handler::SurrogateEscape if byte >= 0x80 => {
                out.push_code_point(vm, 0xDC00 + u32::from(byte))
            }
            _ => {
                let copied = buffer::to_vec(vm, data)?;
                let data = Bytes::new(vm, &copied)?;
                Err(exceptions::unicode::decode_error(
                    vm,
                    "charmap",
                    data.into(),
                    at..at + 1,
                    "character maps to <undefined>",
                ))
            }
        }
    }

    /// What a mapping says about a code point: text, or `None` for nothing.
    fn mapped(vm: &mut Vm, mapping: Value, c: u32) -> PyResult<Option<Gc<Str>>> {
        let found = match vm.getitem(mapping, Value::from_len(c as usize)) {
            Ok(v) => v,
            Err(_) if vm.raised_matches(&exceptions::LOOKUP_ERROR) => {
                vm.clear_raised();
                return Ok(None);
            }
            Err(r) => return Err(r),
        };
        if found.is_none() {
            return Ok(None);
        }
        if let Some(s) = found.cast::<Str>() {
            return Ok(Some(s));
        }
        match found.as_small_int().and_then(|i| u32::try_from(i).ok()).filter(|c| *c < 0x11_0000) {
            Some(0xFFFE) => Ok(None),
            Some(c) => Str::from_code_point(vm, c).map(Some),
            None => {
                Err(vm.type_error(format_args!("character mapping must be in range(0x110000)")))
            }
        }
    }

    /// Encodes by a mapping from code points to bytes.
    #[function(sig = "($module, str, errors=None, mapping=None, /)")]
    fn charmap_encode(
        vm: &mut Vm,
        str: Value,
        errors: Option<Value>,
        mapping: Option<Value>,
    ) -> PyResult<Value> {
        let Some(text) = str.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "encode() argument 1 must be str, not {}",
                class_name(str)
            )));
        };
        let Some(mapping) = mapping.filter(|m| !m.is_none()) else {
            return encoded(vm, str, errors, Codec::Latin1);
        };
        let mut out = Vec::new();
        for (at, c) in text.text().code_points().enumerate() {
            let found = match vm.getitem(mapping, Value::from_len(c as usize)) {
                Ok(v) => v,
                Err(_) if vm.raised_matches(&exceptions::LOOKUP_ERROR) => {
                    vm.clear_raised();
                    Value::NONE
                }
                Err(r) => return Err(r),
            };
            if let Some(b) = found.as_small_int().and_then(|i| u8::try_from(i).ok()) {
                out.push(b);
            } else if let Some(b) = found.cast::<Bytes>() {
                out.extend_from_slice(b.as_slice());
            } else {
                match Handler::from_name(errors.and_then(|e| e.cast::<Str>())) {
                    Handler::Ignore => {}
                    Handler::Replace => out.push(b'?'),
                    Handler::BackslashReplace => out.extend_from_slice(backslash(c).as_bytes()),
                    Handler::XmlCharRefReplace => {
                        out.extend_from_slice(format!("&#{c};").as_bytes())
                    }
                    Handler::SurrogateEscape if (0xDC80..=0xDCFF).contains(&c) => {
                        out.push((c - 0xDC00) as u8)
                    }
                    _ => {
                        return Err(exceptions::unicode::encode_error(
                            vm,
                            "charmap",
                            str,
                            at..at + 1,
                            "character maps to <undefined>",
                        ));
                    }
                }
            }
        }
        let bytes = Bytes::new(vm, &out)?;
        Ok(Tuple::pair(vm, bytes.into(), Value::from_len(text.char_len()))?.into())
    }

    /// The mapping from code points to bytes that a decoding table means.
    #[function]
    fn charmap_build(vm: &mut Vm, map: Gc<Str>) -> PyResult<Value> {
        let dict = Dict::new(vm)?;
        for (byte, c) in map.text().code_points().enumerate() {
            dict.set(vm, Value::from_len(c as usize), Value::from_len(byte))?;
        }
        Ok(dict.into())
    }

    /// The bytes of an object with their number.
    #[function(sig = "($module, data, errors=None, /)")]
    fn readbuffer_encode(vm: &mut Vm, data: Value, errors: Option<Value>) -> PyResult<Value> {
        let _ = errors;
        let bytes = match data.cast::<Str>() {
            Some(s) => s.as_bytes().to_vec(),
            None => buffer::to_vec(vm, data)?,
        };
        let n = bytes.len();
        let bytes = Bytes::new(vm, &bytes)?;
        Ok(Tuple::pair(vm, bytes.into(), Value::from_len(n))?.into())
    }

    /// Escapes bytes as in a bytes literal.
    #[function(sig = "($module, data, errors=None, /)")]
    fn escape_encode(vm: &mut Vm, data: Gc<Bytes>, errors: Option<Value>) -> PyResult<Value> {
        let _ = errors;
        let mut out = Vec::new();
        for b in data.as_slice() {
            match b {
                b'\\' | b'\'' => out.extend_from_slice(&[b'\\', *b]),
                b'\t' => out.extend_from_slice(b"\\t"),
                b'\n' => out.extend_from_slice(b"\\n"),
                b'\r' => out.extend_from_slice(b"\\r"),
                0x20..=0x7E => out.push(*b),
                _ => out.extend_from_slice(format!("\\x{b:02x}").as_bytes()),
            }
        }
        let bytes = Bytes::new(vm, &out)?;
        Ok(Tuple::pair(vm, bytes.into(), Value::from_len(data.as_slice().len()))?.into())
    }

    /// Encodes with escapes for all but ASCII.
    #[function(sig = "($module, str, errors=None, /)")]
    fn unicode_escape_encode(vm: &mut Vm, str: Gc<Str>, errors: Option<Value>) -> PyResult<Value> {
        let _ = errors;
        let mut out = String::new();
        for c in str.text().code_points() {
            match c {
                0x5C => out.push_str("\\\\"),
                9 => out.push_str("\\t"),
                10 => out.push_str("\\n"),
                13 => out.push_str("\\r"),
                0x20..=0x7E => out.push(c as u8 as char),
                _ => out.push_str(&backslash(c)),
            }
        }
        let bytes = Bytes::new(vm, out.as_bytes())?;
        Ok(Tuple::pair(vm, bytes.into(), Value::from_len(str.char_len()))?.into())
    }

    /// Encodes with escapes for what Latin-1 lacks.
    #[function(sig = "($module, str, errors=None, /)")]
    fn raw_unicode_escape_encode(
        vm: &mut Vm,
        str: Gc<Str>,
        errors: Option<Value>,
    ) -> PyResult<Value> {
        let _ = errors;
        let mut out = Vec::new();
        for c in str.text().code_points() {
            match u8::try_from(c) {
                Ok(b) => out.push(b),
                Err(_) => out.extend_from_slice(backslash(c).as_bytes()),
            }
        }
        let bytes = Bytes::new(vm, &out)?;
        Ok(Tuple::pair(vm, bytes.into(), Value::from_len(str.char_len()))?.into())
    }
}

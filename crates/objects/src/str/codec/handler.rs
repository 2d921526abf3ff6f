//! Error handlers: what happens to what can't be encoded or decoded.

use crate::bytes::Bytes;
use crate::exceptions;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use prim::text::TextBuf;

/// An error handler.
#[derive(Clone, Copy)]
pub enum Handler {
    /// Raises.
    Strict,
    /// Leaves it out.
    Ignore,
    /// A question mark, or U+FFFD.
    Replace,
    /// Python escapes.
    BackslashReplace,
    /// XML character references.
    XmlCharRefReplace,
    /// Names of characters.
    NameReplace,
    /// Undecodable bytes are lone surrogates.
    SurrogateEscape,
    /// Surrogates are encoded as if they were characters.
    SurrogatePass,
    /// One that was registered.
    Custom(Gc<Str>),
}

impl Handler {
    /// The handler of this name. Whether one was registered under an unknown name is seen when it is needed.
    pub fn from_name(name: Option<Gc<Str>>) -> Handler {
        let Some(name) = name else { return Handler::Strict };
        match name.text().as_str() {
            Some("strict") => Handler::Strict,
            Some("ignore") => Handler::Ignore,
            Some("replace") => Handler::Replace,
            Some("backslashreplace") => Handler::BackslashReplace,
            Some("xmlcharrefreplace") => Handler::XmlCharRefReplace,
            Some("namereplace") => Handler::NameReplace,
            Some("surrogateescape") => Handler::SurrogateEscape,
            Some("surrogatepass") => Handler::SurrogatePass,
            _ => Handler::Custom(name),
        }
    }
}

/// Appends what stands for an unencodable character under the handlers that escape it; `false` for the others.
pub(super) fn push_escape(out: &mut TextBuf, handler: Handler, code_point: u32) -> bool {
    match handler {
        Handler::BackslashReplace => prim::format::quote::push_code_point_escape(out, code_point),
        Handler::XmlCharRefReplace => out.push_str(&format!("&#{code_point};")),
        Handler::NameReplace => match prim::unicode::names::name(code_point) {
            Some(name) => out.push_str(&format!("\\N{{{name}}}")),
            None => prim::format::quote::push_code_point_escape(out, code_point),
        },
        _ => return false,
    }
    true
}

/// What a registered handler answers.
pub(super) struct Answer {
    /// A string, or (encoding) bytes.
    pub replacement: Value,
    /// Where to go on.
    pub position: usize,
}

/// Raises the error that a handler is asked about, and takes it.
fn exception(vm: &mut Vm, _: Raised) -> Value {
    vm.take_raised()
}

/// Asks the registered handler `name` about the error just raised. `len` is the length of the whole input.
pub(super) fn ask(
    vm: &mut Vm,
    name: Gc<Str>,
    raised: Raised,
    len: impl Fn(Value) -> usize,
    decodes: bool,
) -> PyResult<(Value, Answer)> {
    let error = exception(vm, raised);
    let module = (vm.hooks.import)(vm, "_codecs")?;
    let lookup = vm.intern("lookup_error")?;
    let handler = vm.call_method(module, lookup, &[name.into()])?;
    let answer = vm.call(handler, &[error])?;
    let pair = answer
        .cast::<Tuple>()
        .filter(|pair| pair.len() == 2)
        .and_then(|pair| pair.get(0).zip(pair.get(1)));
    let is_replacement =
        |v: Value| v.cast::<Str>().is_some() || (!decodes && v.cast::<Bytes>().is_some());
    let Some((replacement, position)) = pair.filter(|pair| is_replacement(pair.0)) else {
        return Err(vm.type_error(format_args!(
            "{} error handler must return ({}, int) tuple",
            if decodes { "decoding" } else { "encoding" },
            if decodes { "str" } else { "str/bytes" }
        )));
    };
    let given = crate::convert::to_isize(vm, position)?;
    let len = len(error);
    let position = if given < 0 { given.checked_add_unsigned(len) } else { Some(given) };
    match position.and_then(|p| usize::try_from(p).ok()).filter(|p| *p <= len) {
        Some(position) => Ok((error, Answer { replacement, position })),
        None => Err(vm.raise(
            &exceptions::INDEX_ERROR,
            format_args!("position {given} from error handler out of bounds"),
        )),
    }
}

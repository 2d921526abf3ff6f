//! Line ends: their translation while text is decoded, and `IncrementalNewlineDecoder`.
//!
//! Invariant: a carriage return at the end of a part waits for what follows, so that no `\r\n` is split.

use super::base::call;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::bytes::Bytes;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use prim::text::Text;
use std::cell::Cell;

/// The kinds of line ends that were seen.
pub mod seen {
    /// `\r`
    pub const CR: u8 = 1;
    /// `\n`
    pub const LF: u8 = 2;
    /// `\r\n`
    pub const CRLF: u8 = 4;
}

/// What `newlines` shows of the kinds that were seen.
pub fn newlines(vm: &mut Vm, kinds: u8) -> PyResult<Value> {
    let mut all = [Value::NONE; 3];
    let mut n = 0;
    for (bit, text) in [(seen::CR, "\r"), (seen::LF, "\n"), (seen::CRLF, "\r\n")] {
        if kinds & bit != 0 {
            all[n] = vm.intern(text)?.into();
            n += 1;
        }
    }
    match n {
        0 => Ok(Value::NONE),
        1 => Ok(all[0]),
        _ => Ok(Tuple::from_slice(vm, &all[..n])?.into()),
    }
}

/// How line ends are treated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Translation {
    /// All become `\n`.
    pub translate: bool,
    /// A carriage return waits.
    pub pending: bool,
    /// The kinds that were seen.
    pub seen: u8,
}

impl Translation {
    /// Treats a part of the text; `end` if nothing follows.
    pub fn apply(&mut self, vm: &mut Vm, text: Gc<Str>, end: bool) -> PyResult<Gc<Str>> {
        let bytes = text.as_bytes();
        if !self.pending && memchr::memchr(b'\r', bytes).is_none() {
            if self.seen & seen::LF == 0 && memchr::memchr(b'\n', bytes).is_some() {
                self.seen |= seen::LF;
            }
            return Ok(text);
        }
        let mut input: Vec<u8> = Vec::new();
        let mut out: Vec<u8> = Vec::new();
        if input.try_reserve(bytes.len() + 1).is_err() || out.try_reserve(bytes.len() + 1).is_err()
        {
            return Err(vm.memory_error());
        }
        if std::mem::take(&mut self.pending) {
            input.push(b'\r');
        }
        input.extend_from_slice(bytes);
        if !end && input.last() == Some(&b'\r') {
            input.pop();
            self.pending = true;
        }
        let mut rest = input.iter().copied().peekable();
        while let Some(b) = rest.next() {
            match b {
                b'\r' if rest.peek() == Some(&b'\n') => {
                    rest.next();
                    self.seen |= seen::CRLF;
                    out.extend_from_slice(if self.translate { b"\n" } else { b"\r\n" });
                }
                b'\r' => {
                    self.seen |= seen::CR;
                    out.push(if self.translate { b'\n' } else { b'\r' });
                }
                b'\n' => {
                    self.seen |= seen::LF;
                    out.push(b'\n');
                }
                b => out.push(b),
            }
        }
        let text = Text::from_bytes(&out).unwrap_or("".into());
        Str::from_text(vm, text)
    }
}

/// Codec used when reading a file in universal newlines mode.
///
/// It wraps another incremental decoder, translating \r\n and \r into \n.
/// It also records the types of newlines encountered.  When used with
/// translate=False, it ensures that the newline sequence is returned in
/// one piece. When used with decoder=None, it expects unicode strings as
/// decode input and translates newlines without first invoking an external
/// decoder.
#[pytype(
    name = "_io.IncrementalNewlineDecoder",
    flags(BASETYPE),
    signature = "(decoder, translate, errors='strict')"
)]
pub struct IncrementalNewlineDecoder {
    #[init(Field::new(Value::UNDEF))]
    decoder: Field<Value>,
    #[untraced]
    #[init(Cell::new(Translation { translate: false, pending: false, seen: 0 }))]
    state: Cell<Translation>,
}

impl IncrementalNewlineDecoder {
    fn decoder(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        match this.decoder.get() {
            Value::UNDEF => {
                Err(vm.value_error(format_args!("IncrementalNewlineDecoder.__init__() not called")))
            }
            Value::NONE => Ok(None),
            decoder => Ok(Some(decoder)),
        }
    }

    fn set_pending(&self, pending: bool) {
        self.state.set(Translation { pending, ..self.state.get() });
    }
}

#[pymethods]
impl IncrementalNewlineDecoder {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        IncrementalNewlineDecoder::create_as(vm, cls)
    }

    #[slot(init, sig = "(decoder, translate, errors='strict')")]
    fn init(
        this: Gc<Self>,
        vm: &mut Vm,
        decoder: Value,
        translate: bool,
        errors: Option<Value>,
    ) -> PyResult<()> {
        let _ = errors;
        this.decoder.set(this, vm.heap(), decoder);
        this.state.set(Translation { translate, pending: false, seen: 0 });
        Ok(())
    }

    #[method(sig = "($self, /, input, final=False)")]
    fn decode(
        this: Gc<Self>,
        vm: &mut Vm,
        input: Value,
        #[default(false)] r#final: bool,
    ) -> PyResult<Gc<Str>> {
        let decoded = match Self::decoder(this, vm)? {
            Some(decoder) => call(vm, decoder, "decode", &[input, r#final.into()])?,
            None => input,
        };
        let Some(text) = decoded.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "decoder should return a string result, not '{}'",
                class_name(decoded)
            )));
        };
        let mut state = this.state.get();
        let text = state.apply(vm, text, r#final)?;
        this.state.set(state);
        Ok(text)
    }

    #[method]
    fn getstate(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let (buffer, flag) = match Self::decoder(this, vm)? {
            None => (Bytes::empty().into(), Value::ZERO),
            Some(decoder) => {
                let state = call(vm, decoder, "getstate", &[])?;
                match state.cast::<Tuple>().as_ref().map(|t| t.items()) {
                    Some(&[buffer, flag]) => (buffer, flag),
                    _ => {
                        return Err(vm.type_error(format_args!("illegal decoder state")));
                    }
                }
            }
        };
        let one = Value::int32(1);
        let flag = objects::int::lshift(vm, flag, one)?;
        let pending = Value::int32(this.state.get().pending.into());
        let flag = objects::int::bit_or(vm, flag, pending)?;
        Tuple::pair(vm, buffer, flag)
    }

    #[method]
    fn setstate(this: Gc<Self>, vm: &mut Vm, state: Value) -> PyResult<()> {
        let decoder = Self::decoder(this, vm)?;
        let Some(state) = state.cast::<Tuple>() else {
            return Err(vm.type_error(format_args!("state argument must be a tuple")));
        };
        let &[buffer, flag] = state.items() else {
            return Err(vm.type_error(format_args!("setstate(): illegal state argument")));
        };
        let flag = vm.index(flag)?;
        let pending = objects::int::bit_and(vm, flag, Value::int32(1))?;
        this.set_pending(pending != Value::ZERO);
        if let Some(decoder) = decoder {
            let inner = objects::int::rshift(vm, flag, Value::int32(1))?;
            let state = Tuple::pair(vm, buffer, inner)?;
            call(vm, decoder, "setstate", &[state.into()])?;
        }
        Ok(())
    }

    #[method]
    fn reset(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let decoder = Self::decoder(this, vm)?;
        this.state.set(Translation { pending: false, seen: 0, ..this.state.get() });
        if let Some(decoder) = decoder {
            call(vm, decoder, "reset", &[])?;
        }
        Ok(())
    }

    #[getter(name = "newlines")]
    fn get_newlines(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::decoder(this, vm)?;
        newlines(vm, this.state.get().seen)
    }
}

//! Marshal for constants and code objects as plain data.

use std::collections::HashMap;
use std::sync::Arc;

use prim::text::Text;

use super::read::{Build, CodeNumbers, Error, ErrorKind, Reader};
use super::write::{Unmarshallable, Writer};
use crate::{CodeObject, Const, Str};

/// Builds constants. Objects that no code object holds (lists, sets, dicts) are an error.
#[derive(Default)]
pub struct Constants {
    stack: Vec<Const>,
    refs: Vec<Option<Const>>,
    /// Where the object at hand starts.
    offset: usize,
}

/// Reads a code object; what follows it is not looked at.
pub fn read_code(input: &[u8]) -> Result<Arc<CodeObject>, Error> {
    match read_const(input)? {
        Const::Code(code) => Ok(code),
        _ => Err(Error { kind: ErrorKind::Type, reason: "not a code object", offset: 0 }),
    }
}

/// Reads a constant; what follows it is not looked at.
pub fn read_const(input: &[u8]) -> Result<Const, Error> {
    let mut build = Constants::default();
    Reader::new(input).read(&mut build)?;
    build.pop()
}

impl Constants {
    fn unsupported(&self) -> Error {
        let reason = "object is not a constant of a code object";
        Error { kind: ErrorKind::Unsupported, reason, offset: self.offset }
    }

    fn bad_code(&self, reason: &'static str) -> Error {
        Error { kind: ErrorKind::Value, reason, offset: self.offset }
    }

    fn push(&mut self, value: Const) -> Result<(), Error> {
        self.stack.push(value);
        Ok(())
    }

    fn pop(&mut self) -> Result<Const, Error> {
        let missing = self.bad_code("bad marshal data (value missing)");
        self.stack.pop().ok_or(missing)
    }

    fn pop_items(&mut self, len: usize) -> Result<Arc<[Const]>, Error> {
        let from = self
            .stack
            .len()
            .checked_sub(len)
            .ok_or(self.bad_code("bad marshal data (value missing)"))?;
        Ok(self.stack.drain(from..).collect())
    }

    fn pop_str(&mut self) -> Result<Str, Error> {
        match self.pop()? {
            Const::Str(text) => Ok(text),
            _ => Err(self.bad_code("code object: a name is not a string")),
        }
    }

    fn pop_bytes(&mut self) -> Result<Box<[u8]>, Error> {
        match self.pop()? {
            Const::Bytes(bytes) => Ok(bytes[..].into()),
            _ => Err(self.bad_code("code object: a table is not a bytes object")),
        }
    }

    fn pop_tuple(&mut self) -> Result<Arc<[Const]>, Error> {
        match self.pop()? {
            Const::Tuple(items) => Ok(items),
            _ => Err(self.bad_code("code object: names or constants are not a tuple")),
        }
    }

    fn pop_names(&mut self) -> Result<Box<[Str]>, Error> {
        let names = self.pop_tuple()?;
        let names = names.iter().map(|name| match name {
            Const::Str(name) => Ok(name.clone()),
            _ => Err(self.bad_code("code object: a name is not a string")),
        });
        names.collect()
    }
}

impl Build for Constants {
    type Error = Error;

    fn position(&mut self, offset: usize) {
        self.offset = offset;
    }

    fn none(&mut self) -> Result<(), Error> {
        self.push(Const::None)
    }

    fn bool(&mut self, value: bool) -> Result<(), Error> {
        self.push(Const::bool(value))
    }

    fn ellipsis(&mut self) -> Result<(), Error> {
        self.push(Const::Ellipsis)
    }

    fn stop_iteration(&mut self) -> Result<(), Error> {
        Err(self.unsupported())
    }

    fn int(&mut self, value: i64) -> Result<(), Error> {
        self.push(Const::Int(value))
    }

    fn big_int(&mut self, negative: bool, limbs: &[u64]) -> Result<(), Error> {
        self.push(Const::from_limbs(negative, limbs))
    }

    fn float(&mut self, value: f64) -> Result<(), Error> {
        self.push(Const::Float(value))
    }

    fn complex(&mut self, re: f64, im: f64) -> Result<(), Error> {
        self.push(Const::Complex(re, im))
    }

    fn str(&mut self, text: &Text, _interned: bool) -> Result<(), Error> {
        self.push(Const::Str(text.into()))
    }

    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.push(Const::Bytes(bytes.into()))
    }

    fn tuple(&mut self, len: usize) -> Result<(), Error> {
        let items = self.pop_items(len)?;
        self.push(Const::Tuple(items))
    }

    fn frozenset(&mut self, len: usize) -> Result<(), Error> {
        let items = self.pop_items(len)?;
        self.push(Const::FrozenSet(items))
    }

    fn slice(&mut self) -> Result<(), Error> {
        let (step, stop, start) = (self.pop()?, self.pop()?, self.pop()?);
        self.push(Const::Slice(Arc::new([start, stop, step])))
    }

    fn list(&mut self) -> Result<(), Error> {
        Err(self.unsupported())
    }

    fn append(&mut self) -> Result<(), Error> {
        Err(self.unsupported())
    }

    fn set(&mut self) -> Result<(), Error> {
        Err(self.unsupported())
    }

    fn add(&mut self) -> Result<(), Error> {
        Err(self.unsupported())
    }

    fn dict(&mut self) -> Result<(), Error> {
        Err(self.unsupported())
    }

    fn insert(&mut self) -> Result<(), Error> {
        Err(self.unsupported())
    }

    fn code(&mut self, numbers: &CodeNumbers) -> Result<(), Error> {
        let negative = self.bad_code("code object: a count is negative");
        let count = |value: i32| u32::try_from(value).map_err(|_| negative.clone());
        let exceptiontable = self.pop_bytes()?;
        let linetable = self.pop_bytes()?;
        let qualname = self.pop_str()?;
        let name = self.pop_str()?;
        let filename = self.pop_str()?;
        let localspluskinds = self.pop_bytes()?;
        let localsplusnames = self.pop_names()?;
        let names = self.pop_names()?;
        let consts = self.pop_tuple()?[..].into();
        let code = self.pop_bytes()?;
        let code = CodeObject {
            argcount: count(numbers.argcount)?,
            posonlyargcount: count(numbers.posonlyargcount)?,
            kwonlyargcount: count(numbers.kwonlyargcount)?,
            stacksize: count(numbers.stacksize)?,
            flags: numbers.flags as u32,
            code,
            consts,
            names,
            localsplusnames,
            localspluskinds,
            filename,
            name,
            qualname,
            firstlineno: numbers.firstlineno,
            linetable,
            exceptiontable,
        };
        self.push(Const::Code(Arc::new(code)))
    }

    fn reserve_ref(&mut self) -> Result<(), Error> {
        self.refs.push(None);
        Ok(())
    }

    fn set_ref(&mut self, index: usize) {
        if let (Some(entry), Some(value)) = (self.refs.get_mut(index), self.stack.last()) {
            *entry = Some(value.clone());
        }
    }

    fn push_ref(&mut self, index: usize) -> bool {
        match self.refs.get(index) {
            Some(Some(value)) => {
                self.stack.push(value.clone());
                true
            }
            _ => false,
        }
    }
}

/// A code object in marshal's form.
pub fn write_code(code: &CodeObject) -> Result<Vec<u8>, Unmarshallable> {
    let mut walk = Walk::default_version();
    walk.code(code)?;
    Ok(walk.writer.finish())
}

/// A constant in marshal's form.
pub fn write_const(value: &Const) -> Result<Vec<u8>, Unmarshallable> {
    let mut walk = Walk::default_version();
    walk.value(value)?;
    Ok(walk.writer.finish())
}

/// Walks constants; equal strings, and tables shared by pointer, are written once.
struct Walk<'a> {
    writer: Writer,
    strings: HashMap<&'a [u8], u32>,
    shared: HashMap<*const u8, u32>,
}

impl<'a> Walk<'a> {
    fn default_version() -> Walk<'a> {
        Walk {
            writer: Writer::new(super::VERSION),
            strings: HashMap::new(),
            shared: HashMap::new(),
        }
    }

    fn value(&mut self, value: &'a Const) -> Result<(), Unmarshallable> {
        match value {
            Const::None => self.writer.none(),
            Const::True => self.writer.bool(true),
            Const::False => self.writer.bool(false),
            Const::Ellipsis => self.writer.ellipsis(),
            Const::Int(value) => self.writer.int(*value),
            Const::BigInt(value) => self.writer.big_int(value.negative, &value.limbs)?,
            Const::Float(value) => self.writer.float(*value),
            Const::Complex(re, im) => self.writer.complex(*re, *im),
            Const::Str(text) => self.str(text)?,
            Const::Bytes(bytes) => self.writer.bytes(bytes)?,
            Const::Tuple(items) => {
                if !self.shared(items)? {
                    self.writer.tuple(items.len())?;
                    items.iter().try_for_each(|item| self.value(item))?;
                }
            }
            Const::FrozenSet(items) => {
                if !self.shared(items)? {
                    self.writer.frozenset(items.len())?;
                    items.iter().try_for_each(|item| self.value(item))?;
                }
            }
            Const::Slice(parts) => {
                self.writer.slice()?;
                parts.iter().try_for_each(|part| self.value(part))?;
            }
            Const::Code(code) => self.code(code)?,
        }
        Ok(())
    }

    /// Writes a reference if these items were written before; marks them if they may come again.
    fn shared(&mut self, items: &Arc<[Const]>) -> Result<bool, Unmarshallable> {
        if Arc::strong_count(items) < 2 || items.is_empty() {
            return Ok(false);
        }
        let key = Arc::as_ptr(items).cast::<u8>();
        if let Some(number) = self.shared.get(&key) {
            self.writer.reference(*number);
            return Ok(true);
        }
        if let Some(number) = self.writer.mark() {
            self.shared.insert(key, number);
        }
        Ok(false)
    }

    fn str(&mut self, text: &'a Str) -> Result<(), Unmarshallable> {
        let bytes = text.as_bytes();
        if let Some(number) = self.strings.get(bytes) {
            self.writer.reference(*number);
            return Ok(());
        }
        if let Some(number) = self.writer.mark() {
            self.strings.insert(bytes, number);
        }
        self.writer.str(bytes, is_identifier_like(bytes))
    }

    fn names(&mut self, names: &'a [Str]) -> Result<(), Unmarshallable> {
        self.writer.tuple(names.len())?;
        names.iter().try_for_each(|name| self.str(name))
    }

    fn code(&mut self, code: &'a CodeObject) -> Result<(), Unmarshallable> {
        self.writer.code([
            code.argcount,
            code.posonlyargcount,
            code.kwonlyargcount,
            code.stacksize,
            code.flags,
        ]);
        self.writer.bytes(&code.code)?;
        self.writer.tuple(code.consts.len())?;
        code.consts.iter().try_for_each(|value| self.value(value))?;
        self.names(&code.names)?;
        self.names(&code.localsplusnames)?;
        self.writer.bytes(&code.localspluskinds)?;
        self.str(&code.filename)?;
        self.str(&code.name)?;
        self.str(&code.qualname)?;
        self.writer.line(code.firstlineno);
        self.writer.bytes(&code.linetable)?;
        self.writer.bytes(&code.exceptiontable)
    }
}

/// CPython interns the strings of a code object that look like names.
fn is_identifier_like(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
}

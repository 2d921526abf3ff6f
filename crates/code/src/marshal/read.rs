//! The reader.

use std::fmt;

use prim::text::Text;

use super::tag;

/// How deep containers may nest, as in CPython.
pub const MAX_DEPTH: usize = 2000;

/// Which exception a failure is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    /// The input ends too soon (EOFError).
    Eof,
    /// The input is wrong (ValueError).
    Value,
    /// A value is missing where one must be (TypeError).
    Type,
    /// The object cannot be had in this place, or there is no memory for it; see the reason.
    Unsupported,
}

/// Why reading failed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Error {
    /// Which exception.
    pub kind: ErrorKind,
    /// CPython's message.
    pub reason: &'static str,
    /// Where in the input, in bytes.
    pub offset: usize,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at offset {}", self.reason, self.offset)
    }
}

impl std::error::Error for Error {}

/// The numbers of a code object; its objects are on the stack.
#[derive(Clone, Copy, Debug, Default)]
pub struct CodeNumbers {
    /// `co_argcount`
    pub argcount: i32,
    /// `co_posonlyargcount`
    pub posonlyargcount: i32,
    /// `co_kwonlyargcount`
    pub kwonlyargcount: i32,
    /// `co_stacksize`
    pub stacksize: i32,
    /// `co_flags`
    pub flags: i32,
    /// `co_firstlineno`
    pub firstlineno: i32,
}

/// What the reader builds with: a stack of values, and a table of those that references can name.
///
/// A method pushes exactly one value unless it says otherwise. `E` is the failure of the builder itself, such as a
/// raised exception.
pub trait Build {
    /// The builder's own failure; the reader's is converted to it.
    type Error: From<Error>;

    /// What comes next is for the object that starts here. Pushes nothing.
    fn position(&mut self, _offset: usize) {}

    /// `None`
    fn none(&mut self) -> Result<(), Self::Error>;
    /// `True` or `False`
    fn bool(&mut self, value: bool) -> Result<(), Self::Error>;
    /// `Ellipsis`
    fn ellipsis(&mut self) -> Result<(), Self::Error>;
    /// `StopIteration`
    fn stop_iteration(&mut self) -> Result<(), Self::Error>;
    /// An int.
    fn int(&mut self, value: i64) -> Result<(), Self::Error>;
    /// An int by sign and magnitude, which may have leading zero limbs.
    fn big_int(&mut self, negative: bool, limbs: &[u64]) -> Result<(), Self::Error>;
    /// A float.
    fn float(&mut self, value: f64) -> Result<(), Self::Error>;
    /// A complex number.
    fn complex(&mut self, re: f64, im: f64) -> Result<(), Self::Error>;
    /// A string.
    fn str(&mut self, text: &Text, interned: bool) -> Result<(), Self::Error>;
    /// A bytes object.
    fn bytes(&mut self, bytes: &[u8]) -> Result<(), Self::Error>;
    /// Takes `len` items off and pushes a tuple of them.
    fn tuple(&mut self, len: usize) -> Result<(), Self::Error>;
    /// Takes `len` items off and pushes a frozenset of them.
    fn frozenset(&mut self, len: usize) -> Result<(), Self::Error>;
    /// Takes start, stop and step off and pushes a slice.
    fn slice(&mut self) -> Result<(), Self::Error>;
    /// An empty list.
    fn list(&mut self) -> Result<(), Self::Error>;
    /// Takes an item off and appends it to the list below. Pushes nothing.
    fn append(&mut self) -> Result<(), Self::Error>;
    /// An empty set.
    fn set(&mut self) -> Result<(), Self::Error>;
    /// Takes an item off and adds it to the set below. Pushes nothing.
    fn add(&mut self) -> Result<(), Self::Error>;
    /// An empty dict.
    fn dict(&mut self) -> Result<(), Self::Error>;
    /// Takes a value and, below it, a key off and enters them in the dict below. Pushes nothing.
    fn insert(&mut self) -> Result<(), Self::Error>;
    /// Takes ten objects off, pushed in the order `code`, `consts`, `names`, `localsplusnames`, `localspluskinds`,
    /// `filename`, `name`, `qualname`, `linetable`, `exceptiontable`, and pushes a code object.
    fn code(&mut self, numbers: &CodeNumbers) -> Result<(), Self::Error>;
    /// Makes the next entry of the reference table, without a value so far. Pushes nothing.
    fn reserve_ref(&mut self) -> Result<(), Self::Error>;
    /// Gives an entry the value on top of the stack, which stays. Pushes nothing.
    fn set_ref(&mut self, index: usize);
    /// Pushes the value of an entry, and returns true; false if there is none.
    fn push_ref(&mut self, index: usize) -> bool;
}

/// An open container.
#[derive(Clone, Copy)]
struct Frame {
    kind: Kind,
    /// Items still to come; for a dict 1 while a value is due.
    left: usize,
    len: usize,
    /// The container's entry in the reference table.
    reference: Option<usize>,
    numbers: CodeNumbers,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Tuple,
    FrozenSet,
    List,
    Set,
    Dict,
    Slice,
    Code,
}

/// The objects of a code object come in two groups, with `firstlineno` between.
const CODE_OBJECTS: usize = 10;
const CODE_OBJECTS_AFTER_LINE: usize = 2;

/// Reads objects from bytes.
pub struct Reader<'a> {
    input: &'a [u8],
    offset: usize,
    refs: usize,
    allow_code: bool,
}

/// What reading one tag and what directly follows gives.
enum Step {
    /// A value was pushed.
    Value,
    /// A container was opened.
    Open(Frame),
    /// The end of a dict.
    Null,
}

impl<'a> Reader<'a> {
    /// Reads from the start of the input.
    #[must_use]
    pub fn new(input: &'a [u8]) -> Reader<'a> {
        Reader { input, offset: 0, refs: 0, allow_code: true }
    }

    /// Whether code objects are accepted.
    #[must_use]
    pub fn allow_code(mut self, allow: bool) -> Reader<'a> {
        self.allow_code = allow;
        self
    }

    /// Where the next object starts.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Reads one object, which the builder pushes.
    pub fn read<B: Build>(&mut self, build: &mut B) -> Result<(), B::Error> {
        let mut open: Vec<Frame> = Vec::new();
        loop {
            let start = self.offset;
            match self.step(build)? {
                Step::Open(frame) => {
                    if open.len() >= MAX_DEPTH {
                        return Err(self
                            .error(start, ErrorKind::Value, "recursion limit exceeded")
                            .into());
                    }
                    // Zero items: complete at once.
                    if frame.left > 0 {
                        open.push(frame);
                        continue;
                    }
                    self.finish(&frame, build)?;
                }
                Step::Null => match open.pop() {
                    Some(frame) if frame.kind == Kind::Dict && frame.left != 1 => {
                        self.finish(&frame, build)?
                    }
                    _ => {
                        return Err(self
                            .error(start, ErrorKind::Type, "NULL object in marshal data for object")
                            .into());
                    }
                },
                Step::Value => {}
            }
            // A value is complete; so may be the containers around it.
            loop {
                let Some(frame) = open.last_mut() else { return Ok(()) };
                if !self.item(frame, build)? {
                    break;
                }
                let frame = *frame;
                open.pop();
                self.finish(&frame, build)?;
            }
        }
    }

    /// Takes the value on the stack into the container; whether that was its last.
    fn item<B: Build>(&mut self, frame: &mut Frame, build: &mut B) -> Result<bool, B::Error> {
        match frame.kind {
            Kind::Dict => {
                // 2 is a key that has come, 1 its value.
                frame.left = if frame.left == 1 {
                    build.insert()?;
                    2
                } else {
                    1
                };
                return Ok(false);
            }
            Kind::List => build.append()?,
            Kind::Set => build.add()?,
            Kind::Code if frame.left == CODE_OBJECTS_AFTER_LINE + 1 => {
                frame.numbers.firstlineno = self.i32()?
            }
            Kind::Tuple | Kind::FrozenSet | Kind::Slice | Kind::Code => {}
        }
        frame.left -= 1;
        Ok(frame.left == 0)
    }

    /// All items of the container are there.
    fn finish<B: Build>(&mut self, frame: &Frame, build: &mut B) -> Result<(), B::Error> {
        match frame.kind {
            Kind::Tuple => build.tuple(frame.len)?,
            Kind::FrozenSet => build.frozenset(frame.len)?,
            Kind::Slice => build.slice()?,
            Kind::Code => build.code(&frame.numbers)?,
            // These were pushed, and entered in the table, when they were opened.
            Kind::List | Kind::Set | Kind::Dict => return Ok(()),
        }
        if let Some(index) = frame.reference {
            build.set_ref(index);
        }
        Ok(())
    }

    fn step<B: Build>(&mut self, build: &mut B) -> Result<Step, B::Error> {
        let start = self.offset;
        build.position(start);
        let Ok(byte) = self.u8() else {
            let reason = "EOF read where object expected";
            return Err(self.error(start, ErrorKind::Eof, reason).into());
        };
        let kind = byte & !tag::FLAG_REF;
        let makes_ref = !matches!(
            kind,
            tag::NULL
                | tag::NONE
                | tag::TRUE
                | tag::FALSE
                | tag::STOP_ITERATION
                | tag::ELLIPSIS
                | tag::REF
        );
        let mut reference = None;
        if byte & tag::FLAG_REF != 0 && makes_ref {
            build.reserve_ref()?;
            reference = Some(self.refs);
            self.refs += 1;
        }
        if let Some(frame) = self.container(kind, reference, build)? {
            return Ok(Step::Open(frame));
        }
        match kind {
            tag::NULL => return Ok(Step::Null),
            tag::NONE => build.none()?,
            tag::TRUE => build.bool(true)?,
            tag::FALSE => build.bool(false)?,
            tag::ELLIPSIS => build.ellipsis()?,
            tag::STOP_ITERATION => build.stop_iteration()?,
            tag::INT => {
                let value = self.i32()?;
                build.int(i64::from(value))?;
            }
            tag::INT64 => {
                let value = i64::from_le_bytes(self.array()?);
                build.int(value)?;
            }
            tag::LONG => self.long(build)?,
            tag::FLOAT => {
                let value = f64::from_le_bytes(self.array()?);
                build.float(value)?;
            }
            tag::FLOAT_TEXT => {
                let value = self.float_text()?;
                build.float(value)?;
            }
            tag::COMPLEX => {
                let re = f64::from_le_bytes(self.array()?);
                let im = f64::from_le_bytes(self.array()?);
                build.complex(re, im)?;
            }
            tag::COMPLEX_TEXT => {
                let re = self.float_text()?;
                let im = self.float_text()?;
                build.complex(re, im)?;
            }
            tag::BYTES => {
                let len = self.size("bad marshal data (bytes object size out of range)")?;
                let bytes = self.take(len)?;
                build.bytes(bytes)?;
            }
            tag::SHORT_ASCII | tag::SHORT_ASCII_INTERNED => {
                let len = usize::from(self.u8()?);
                self.one_byte_text(len, kind == tag::SHORT_ASCII_INTERNED, build)?;
            }
            tag::ASCII | tag::ASCII_INTERNED => {
                let len = self.size("bad marshal data (string size out of range)")?;
                self.one_byte_text(len, kind == tag::ASCII_INTERNED, build)?;
            }
            tag::UNICODE | tag::INTERNED => {
                let len = self.size("bad marshal data (string size out of range)")?;
                let bytes = self.take(len)?;
                let text = Text::from_bytes(bytes).ok_or_else(|| {
                    self.error(start, ErrorKind::Value, "bad marshal data (invalid utf-8)")
                })?;
                build.str(text, kind == tag::INTERNED)?;
            }
            tag::REF => {
                let index = self.i32()?;
                let known = usize::try_from(index).is_ok_and(|index| build.push_ref(index));
                if !known {
                    return Err(self
                        .error(start, ErrorKind::Value, "bad marshal data (invalid reference)")
                        .into());
                }
            }
            _ => {
                return Err(self
                    .error(start, ErrorKind::Value, "bad marshal data (unknown type code)")
                    .into());
            }
        }
        if let Some(index) = reference {
            build.set_ref(index);
        }
        Ok(Step::Value)
    }

    fn container<B: Build>(
        &mut self,
        kind: u8,
        reference: Option<usize>,
        build: &mut B,
    ) -> Result<Option<Frame>, B::Error> {
        let start = self.offset;
        let (kind, len) = match kind {
            tag::TUPLE => (Kind::Tuple, self.size("bad marshal data (tuple size out of range)")?),
            tag::SMALL_TUPLE => (Kind::Tuple, usize::from(self.u8()?)),
            tag::FROZENSET => {
                (Kind::FrozenSet, self.size("bad marshal data (set size out of range)")?)
            }
            tag::LIST => (Kind::List, self.size("bad marshal data (list size out of range)")?),
            tag::SET => (Kind::Set, self.size("bad marshal data (set size out of range)")?),
            tag::DICT => (Kind::Dict, 2),
            tag::SLICE => (Kind::Slice, 3),
            tag::CODE => (Kind::Code, CODE_OBJECTS),
            _ => return Ok(None),
        };
        match kind {
            Kind::List => build.list()?,
            Kind::Set => build.set()?,
            Kind::Dict => build.dict()?,
            _ => {}
        }
        if let Some(index) =
            reference.filter(|_| matches!(kind, Kind::List | Kind::Set | Kind::Dict))
        {
            build.set_ref(index);
        }
        let mut numbers = CodeNumbers::default();
        if kind == Kind::Code {
            if !self.allow_code {
                return Err(self
                    .error(start, ErrorKind::Value, "unmarshalling code objects is disallowed")
                    .into());
            }
            numbers.argcount = self.i32()?;
            numbers.posonlyargcount = self.i32()?;
            numbers.kwonlyargcount = self.i32()?;
            numbers.stacksize = self.i32()?;
            numbers.flags = self.i32()?;
        }
        Ok(Some(Frame { kind, left: len, len, reference, numbers }))
    }

    /// An integer of 15-bit digits, least significant first; the count has the sign.
    fn long<B: Build>(&mut self, build: &mut B) -> Result<(), B::Error> {
        let start = self.offset;
        let fail = |reason| Error { kind: ErrorKind::Value, reason, offset: start };
        let count = self.i32()?;
        if count == i32::MIN {
            return Err(fail("bad marshal data (long size out of range)").into());
        }
        let digits = self.take((count.unsigned_abs() as usize).saturating_mul(2))?;
        let mut limbs: Vec<u64> = Vec::new();
        let (mut limb, mut filled) = (0u64, 0u32);
        let mut last = 1;
        for pair in digits.chunks_exact(2) {
            let digit = u64::from(pair[0]) | u64::from(pair[1]) << 8;
            if digit >= 1 << 15 {
                return Err(fail("bad marshal data (digit out of range in long)").into());
            }
            last = digit;
            limb |= digit << filled;
            filled += 15;
            if filled >= 64 {
                limbs.push(limb);
                filled -= 64;
                limb = digit >> (15 - filled);
            }
        }
        if last == 0 {
            return Err(fail("bad marshal data (unnormalized long data)").into());
        }
        limbs.push(limb);
        build.big_int(count < 0, &limbs)
    }

    /// Text of one-byte characters: ASCII, or Latin-1 if a byte is above.
    fn one_byte_text<B: Build>(
        &mut self,
        len: usize,
        interned: bool,
        build: &mut B,
    ) -> Result<(), B::Error> {
        let bytes = self.take(len)?;
        match std::str::from_utf8(bytes) {
            Ok(text) if bytes.is_ascii() => build.str(Text::from_str(text), interned),
            _ => {
                let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
                build.str(Text::from_str(&text), interned)
            }
        }
    }

    fn float_text(&mut self) -> Result<f64, Error> {
        let start = self.offset;
        let len = usize::from(self.u8()?);
        let text = self.take(len)?;
        prim::float::parse(text)
            .ok_or_else(|| self.error(start, ErrorKind::Value, "could not convert string to float"))
    }

    fn error(&self, offset: usize, kind: ErrorKind, reason: &'static str) -> Error {
        Error { kind, reason, offset }
    }

    fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        let rest = self.input.get(self.offset..).unwrap_or_default();
        let bytes = rest.get(..len).ok_or(self.error(
            self.offset,
            ErrorKind::Eof,
            "marshal data too short",
        ))?;
        self.offset += len;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], Error> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn u8(&mut self) -> Result<u8, Error> {
        Ok(self.array::<1>()?[0])
    }

    fn i32(&mut self) -> Result<i32, Error> {
        Ok(i32::from_le_bytes(self.array()?))
    }

    fn size(&mut self, reason: &'static str) -> Result<usize, Error> {
        let start = self.offset;
        usize::try_from(self.i32()?).map_err(|_| self.error(start, ErrorKind::Value, reason))
    }
}

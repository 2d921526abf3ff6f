//! `marshal`: values as bytes and back, in the formats 0 to 5, over the encodings of `code::marshal`.
//!
//! Reading builds values on a stack the collector sees. Writing walks the value; objects that occur again are written as
//! references. No Python code runs in between, but for the hashes of what goes into sets and dicts on reading.

use code::CodeObject;
use code::marshal::{Build, CodeNumbers, Error, ErrorKind, MAX_DEPTH, Reader, Writer};
use heap::{Gc, RootVec};
use macros::pymodule;
use objects::bytes::{Bytes, buffer_of};
use objects::code::{Code, from_value};
use objects::complex::{self, Complex};
use objects::dict::Dict;
use objects::float::{self, Float};
use objects::int::{self, Int};
use objects::list::List;
use objects::set::{Set, as_set, is_exact_frozenset};
use objects::slice::Slice;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use objects::{exceptions, singletons};
use prim::text::Text;
use std::collections::HashMap;
use std::sync::Arc;

/// Reading failed: an exception was raised, or the input is wrong.
enum Failure {
    Raised,
    Input(Error),
}

impl From<Error> for Failure {
    fn from(e: Error) -> Failure {
        Failure::Input(e)
    }
}

impl From<Raised> for Failure {
    fn from(_: Raised) -> Failure {
        Failure::Raised
    }
}

/// Builds values.
struct Values<'a> {
    vm: &'a mut Vm,
    stack: RootVec<Value>,
    refs: RootVec<Value>,
}

type Built = Result<(), Failure>;

impl Values<'_> {
    fn push(&mut self, value: Value) -> Built {
        match self.stack.push(value) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.vm.memory_error().into()),
        }
    }

    fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or(Value::NONE)
    }

    /// The upper `len` values, which stay on the stack.
    fn top(&mut self, len: usize) -> PyResult<Gc<Tuple>> {
        let all = self.stack.as_slice();
        let items = all.get(all.len().saturating_sub(len)..).unwrap_or_default();
        Tuple::from_slice(self.vm, items)
    }

    /// Replaces the upper `len` values by one.
    fn replace(&mut self, len: usize, value: Value) -> Built {
        self.stack.truncate(self.stack.len().saturating_sub(len));
        self.push(value)
    }

    fn code_object(&mut self, numbers: &CodeNumbers) -> PyResult<Value> {
        let parts = self.top(10)?;
        let bytes = |vm: &mut Vm, i: usize| match parts.get(i).and_then(|v| v.exact::<Bytes>()) {
            Some(b) => Ok(Box::from(b.as_slice())),
            None => Err(vm.type_error(format_args!("a code object needs bytes here"))),
        };
        let text = |vm: &mut Vm, v: Option<Value>| match v.and_then(|v| v.exact::<Str>()) {
            Some(s) => Ok(s.text().into()),
            None => Err(vm.type_error(format_args!("a code object needs a str here"))),
        };
        let texts = |vm: &mut Vm, i: usize| match parts.get(i).and_then(|v| v.exact::<Tuple>()) {
            Some(all) => all.items().iter().map(|v| text(vm, Some(*v))).collect(),
            None => Err(vm.type_error(format_args!("a code object needs a tuple here"))),
        };
        let vm = &mut *self.vm;
        let Some(consts) = parts.get(1).and_then(|v| v.exact::<Tuple>()) else {
            return Err(vm.type_error(format_args!("a code object needs a tuple here")));
        };
        let mut constants = Vec::new();
        for constant in consts.items() {
            match from_value(vm, *constant)? {
                Some(constant) => constants.push(constant),
                None => return Err(vm.value_error(format_args!("code: invalid constant"))),
            }
        }
        let object = CodeObject {
            argcount: numbers.argcount.cast_unsigned(),
            posonlyargcount: numbers.posonlyargcount.cast_unsigned(),
            kwonlyargcount: numbers.kwonlyargcount.cast_unsigned(),
            stacksize: numbers.stacksize.cast_unsigned(),
            flags: numbers.flags.cast_unsigned(),
            code: bytes(vm, 0)?,
            consts: constants.into(),
            names: texts(vm, 2)?,
            localsplusnames: texts(vm, 3)?,
            localspluskinds: bytes(vm, 4)?,
            filename: text(vm, parts.get(5))?,
            name: text(vm, parts.get(6))?,
            qualname: text(vm, parts.get(7))?,
            firstlineno: numbers.firstlineno,
            linetable: bytes(vm, 8)?,
            exceptiontable: bytes(vm, 9)?,
        };
        Ok(Code::new(vm, Arc::new(object))?.into())
    }
}

impl Build for Values<'_> {
    type Error = Failure;

    fn none(&mut self) -> Built {
        self.push(Value::NONE)
    }
    fn bool(&mut self, value: bool) -> Built {
        self.push(value.into())
    }
    fn ellipsis(&mut self) -> Built {
        self.push(singletons::ellipsis())
    }
    fn stop_iteration(&mut self) -> Built {
        self.push(exceptions::STOP_ITERATION.object().into())
    }
    fn int(&mut self, value: i64) -> Built {
        let value = int::from_i64(self.vm, value)?;
        self.push(value)
    }
    fn big_int(&mut self, negative: bool, limbs: &[u64]) -> Built {
        let used = limbs.iter().rposition(|l| *l != 0).map_or(0, |i| i + 1);
        let value = int::from_limbs(self.vm, &limbs[..used], negative)?;
        self.push(value)
    }
    fn float(&mut self, value: f64) -> Built {
        let value = float::from_f64(self.vm, value)?;
        self.push(value)
    }
    fn complex(&mut self, re: f64, im: f64) -> Built {
        let value = complex::from_parts(self.vm, re, im)?;
        self.push(value)
    }
    fn str(&mut self, text: &Text, interned: bool) -> Built {
        let value = if interned {
            objects::intern::intern_text(self.vm, text)?
        } else {
            Str::from_text(self.vm, text)?
        };
        self.push(value.into())
    }
    fn bytes(&mut self, bytes: &[u8]) -> Built {
        let value = Bytes::new(self.vm, bytes)?;
        self.push(value.into())
    }
    fn tuple(&mut self, len: usize) -> Built {
        let value = self.top(len)?;
        self.replace(len, value.into())
    }
    fn frozenset(&mut self, len: usize) -> Built {
        let members = self.top(len)?;
        let value = Set::frozen_from_slice(self.vm, members.items())?;
        self.replace(len, value.into())
    }
    fn slice(&mut self) -> Built {
        let (step, stop, start) = (self.pop(), self.pop(), self.pop());
        let value = Slice::new(self.vm, start, stop, step)?;
        self.push(value.into())
    }
    fn list(&mut self) -> Built {
        let value = List::new(self.vm)?;
        self.push(value.into())
    }
    fn append(&mut self) -> Built {
        let item = self.pop();
        if let Some(list) = self.stack.last().and_then(|v| v.cast::<List>()) {
            list.push(self.vm, item)?;
        }
        Ok(())
    }
    fn set(&mut self) -> Built {
        let value = Set::new(self.vm)?;
        self.push(value.into())
    }
    fn add(&mut self) -> Built {
        let item = self.pop();
        if let Some(set) = self.stack.last().and_then(as_set) {
            set.add(self.vm, item)?;
        }
        Ok(())
    }
    fn dict(&mut self) -> Built {
        let value = Dict::new(self.vm)?;
        self.push(value.into())
    }
    fn insert(&mut self) -> Built {
        let (value, key) = (self.pop(), self.pop());
        if let Some(dict) = self.stack.last().and_then(|v| v.cast::<Dict>()) {
            dict.set(self.vm, key, value)?;
        }
        Ok(())
    }
    fn code(&mut self, numbers: &CodeNumbers) -> Built {
        let value = self.code_object(numbers)?;
        self.replace(10, value)
    }
    fn reserve_ref(&mut self) -> Built {
        match self.refs.push(Value::UNDEF) {
            Ok(()) => Ok(()),
            Err(_) => Err(self.vm.memory_error().into()),
        }
    }
    fn set_ref(&mut self, index: usize) {
        if let Some(value) = self.stack.last() {
            self.refs.set(index, value);
        }
    }
    fn push_ref(&mut self, index: usize) -> bool {
        match self.refs.get(index).filter(|v| !v.is_undef()) {
            Some(value) => self.stack.push(value).is_ok(),
            None => false,
        }
    }
}

/// Reads one value; also how many bytes it took.
fn read(vm: &mut Vm, bytes: &[u8], allow_code: bool) -> PyResult<(Value, usize)> {
    let (stack, refs) = (vm.root_vec()?, vm.root_vec()?);
    let mut reader = Reader::new(bytes).allow_code(allow_code);
    let mut values = Values { vm, stack, refs };
    match reader.read(&mut values) {
        Ok(()) => Ok((values.pop(), reader.offset())),
        Err(Failure::Raised) => Err(Raised),
        Err(Failure::Input(e)) => {
            let class = match e.kind {
                ErrorKind::Eof => &exceptions::EOF_ERROR,
                ErrorKind::Type => &exceptions::TYPE_ERROR,
                ErrorKind::Value | ErrorKind::Unsupported => &exceptions::VALUE_ERROR,
            };
            Err(vm.raise(class, format_args!("{}", e.reason)))
        }
    }
}

/// What a value can't be written for.
enum Refusal {
    Unmarshallable,
    TooDeep,
    Code,
    NoMemory,
}

impl From<code::marshal::Unmarshallable> for Refusal {
    fn from(_: code::marshal::Unmarshallable) -> Refusal {
        Refusal::Unmarshallable
    }
}

/// Writes values. They stay as they are meanwhile: no Python code runs.
struct Output<'a> {
    vm: &'a mut Vm,
    writer: Writer,
    allow_code: bool,
    /// How often containers occur, by word.
    counts: HashMap<u64, u32>,
    /// Numbers of what was written already.
    numbers: HashMap<u64, u32>,
}

type Written = Result<(), Refusal>;

impl Output<'_> {
    /// Counts how often each container occurs.
    fn count(&mut self, value: Value, depth: usize) -> Written {
        if depth > MAX_DEPTH {
            return Err(Refusal::TooDeep);
        }
        let is_container = value.exact::<Tuple>().is_some()
            || value.exact::<List>().is_some()
            || value.exact::<Dict>().is_some()
            || as_set(value).is_some();
        if !is_container {
            return Ok(());
        }
        if self.counts.try_reserve(1).is_err() {
            return Err(Refusal::NoMemory);
        }
        let seen = self.counts.entry(value.bits()).or_insert(0);
        *seen = seen.saturating_add(1);
        // Without references, a value that contains itself never ends.
        if *seen > 1 && self.writer.version() >= 3 {
            return Ok(());
        }
        let mut at = 0;
        if let Some(tuple) = value.exact::<Tuple>() {
            return tuple.items().iter().try_for_each(|v| self.count(*v, depth + 1));
        }
        if let Some(list) = value.exact::<List>() {
            while let Some(item) = list.get(at) {
                self.count(item, depth + 1)?;
                at += 1;
            }
        } else if let Some(dict) = value.exact::<Dict>() {
            while let Some((key, item, _)) = dict.next_entry(&mut at) {
                self.count(key, depth + 1)?;
                self.count(item, depth + 1)?;
            }
        } else if let Some(set) = as_set(value) {
            while let Some((item, _)) = set.next_member(&mut at) {
                self.count(item, depth + 1)?;
            }
        }
        Ok(())
    }

    /// Writes a reference if the value was written already; else it gets a number, unless it occurs only here.
    fn known(&mut self, value: Value, depth: usize) -> Result<bool, Refusal> {
        if let Some(number) = self.numbers.get(&value.bits()) {
            self.writer.reference(*number);
            return Ok(true);
        }
        let once = self.counts.get(&value.bits()).is_some_and(|n| *n == 1);
        if once && depth > 0 {
            return Ok(false);
        }
        if self.numbers.try_reserve(1).is_err() {
            return Err(Refusal::NoMemory);
        }
        if let Some(number) = self.writer.mark() {
            self.numbers.insert(value.bits(), number);
        }
        Ok(false)
    }

    fn value(&mut self, value: Value, depth: usize) -> Written {
        if depth > MAX_DEPTH {
            return Err(Refusal::TooDeep);
        }
        if value.is_none() {
            self.writer.none();
        } else if value.is_bool() {
            self.writer.bool(value.is_true());
        } else if value == singletons::ellipsis() {
            self.writer.ellipsis();
        } else if value == exceptions::STOP_ITERATION.object().into() {
            self.writer.stop_iteration();
        } else {
            return self.referable(value, depth);
        }
        Ok(())
    }

    /// Writes a value that can be referred to.
    fn referable(&mut self, value: Value, depth: usize) -> Written {
        if self.known(value, depth)? {
            return Ok(());
        }
        if let Some(i) = value.as_small_int() {
            self.writer.int(i);
        } else if let Some(f) = value.as_small_float() {
            self.writer.float(f);
        } else if let Some(i) = value.exact::<Int>() {
            let view = i.view();
            match view.to_i64() {
                Some(i) => self.writer.int(i),
                None => self.writer.big_int(view.is_negative(), view.limbs())?,
            }
        } else if let Some(f) = value.exact::<Float>() {
            self.writer.float(f.value);
        } else if let Some(c) = value.exact::<Complex>() {
            self.writer.complex(c.real, c.imag);
        } else if let Some(s) = value.exact::<Str>() {
            self.writer.str(s.as_bytes(), s.is_interned())?;
        } else if let Some(b) = value.exact::<Bytes>() {
            self.writer.bytes(b.as_slice())?;
        } else if let Some(code) = value.exact::<Code>() {
            self.code(code, depth)?;
        } else if let Some(slice) = value.exact::<Slice>() {
            self.writer.slice()?;
            for part in [slice.start, slice.stop, slice.step] {
                self.value(part, depth + 1)?;
            }
        } else {
            self.container(value, depth)?;
        }
        Ok(())
    }

    fn container(&mut self, value: Value, depth: usize) -> Written {
        let mut at = 0;
        if let Some(tuple) = value.exact::<Tuple>() {
            self.writer.tuple(tuple.len())?;
            return tuple.items().iter().try_for_each(|v| self.value(*v, depth + 1));
        }
        if let Some(list) = value.exact::<List>() {
            self.writer.list(list.len())?;
            while let Some(item) = list.get(at) {
                self.value(item, depth + 1)?;
                at += 1;
            }
            return Ok(());
        }
        if let Some(dict) = value.exact::<Dict>() {
            self.writer.dict();
            while let Some((key, item, _)) = dict.next_entry(&mut at) {
                self.value(key, depth + 1)?;
                self.value(item, depth + 1)?;
            }
            self.writer.end_dict();
            return Ok(());
        }
        let exact_set = value.exact::<Set>().is_some() || is_exact_frozenset(value);
        if let Some(set) = as_set(value).filter(|_| exact_set) {
            return self.set(set, is_exact_frozenset(value), depth);
        }
        let view = match buffer_of(self.vm, value) {
            Ok(Some(view)) => view,
            Ok(None) => return Err(Refusal::Unmarshallable),
            Err(_) => {
                self.vm.clear_raised();
                return Err(Refusal::Unmarshallable);
            }
        };
        self.writer.bytes(view.bytes())?;
        Ok(())
    }

    /// Members in the order of their own bytes, so that equal sets give equal bytes.
    fn set(&mut self, set: Gc<Set>, frozen: bool, depth: usize) -> Written {
        let mut members: Vec<(Vec<u8>, usize)> = Vec::new();
        let mut at = 0;
        loop {
            let place = at;
            let Some((item, _)) = set.next_member(&mut at) else { break };
            let mut alone = Output {
                vm: self.vm,
                writer: Writer::new(self.writer.version()),
                allow_code: self.allow_code,
                counts: HashMap::new(),
                numbers: HashMap::new(),
            };
            alone.count(item, depth + 1)?;
            alone.value(item, depth + 1)?;
            let bytes = alone.writer.finish();
            if members.try_reserve(1).is_err() {
                return Err(Refusal::NoMemory);
            }
            members.push((bytes, place));
        }
        members.sort();
        if frozen {
            self.writer.frozenset(members.len())?;
        } else {
            self.writer.set(members.len())?;
        }
        for (_, mut place) in members {
            if let Some((item, _)) = set.next_member(&mut place) {
                self.value(item, depth + 1)?;
            }
        }
        Ok(())
    }

    fn code(&mut self, code: Gc<Code>, depth: usize) -> Written {
        if !self.allow_code {
            return Err(Refusal::Code);
        }
        let object = code.shared();
        self.writer.code([
            object.argcount,
            object.posonlyargcount,
            object.kwonlyargcount,
            object.stacksize,
            object.flags,
        ]);
        self.writer.bytes(&object.code)?;
        let consts = code.consts();
        self.writer.tuple(consts.len())?;
        consts.items().iter().try_for_each(|v| self.value(*v, depth + 2))?;
        for names in [code.names(), code.localsplusnames()] {
            self.writer.tuple(names.len())?;
            names.items().iter().try_for_each(|v| self.value(*v, depth + 2))?;
        }
        self.writer.bytes(&object.localspluskinds)?;
        for text in [code.filename(), code.name(), code.qualname()] {
            self.value(text.into(), depth + 1)?;
        }
        self.writer.line(object.firstlineno);
        self.writer.bytes(&object.linetable)?;
        self.writer.bytes(&object.exceptiontable)?;
        Ok(())
    }
}

/// The bytes of a value.
fn write(vm: &mut Vm, value: Value, version: i64, allow_code: bool) -> PyResult<Vec<u8>> {
    vm.check_native_stack(" while marshalling")?;
    let version = version.clamp(0, code::marshal::VERSION.into()) as u32;
    // A code object alone is written exactly as the compiler's caches are.
    if let Some(code) = value.exact::<Code>().filter(|_| allow_code && version >= 4)
        && let Ok(bytes) = code::marshal::write_code(code.object())
    {
        return Ok(bytes);
    }
    let (counts, numbers) = (HashMap::new(), HashMap::new());
    let mut output = Output { vm, writer: Writer::new(version), allow_code, counts, numbers };
    let result = output.count(value, 0).and_then(|()| output.value(value, 0));
    let message = match result {
        Ok(()) => return Ok(output.writer.finish()),
        Err(Refusal::NoMemory) => return Err(vm.memory_error()),
        Err(Refusal::Unmarshallable) => "unmarshallable object",
        Err(Refusal::TooDeep) => "object too deeply nested to marshal",
        Err(Refusal::Code) => "marshalling code objects is disallowed",
    };
    Err(vm.value_error(format_args!("{message}")))
}

/// The module.
#[pymodule(
    name = "marshal",
    doc = "This module contains functions that can read and write Python values in\na binary format."
)]
pub mod module {
    use heap::Gc;
    use objects::bytearray::ByteArray;
    use objects::bytes::{Bytes, buffer};
    use objects::types::class_name;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    /// The format's version.
    #[attr]
    fn version(_vm: &mut Vm) -> usize {
        code::marshal::VERSION as usize
    }

    /// Convert the bytes-like object to a value.
    ///
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is found, raise EOFError, ValueError or TypeError.  Extra
    /// bytes in the input are ignored.
    #[function(sig = "($module, bytes, /, *, allow_code=True)")]
    fn loads(vm: &mut Vm, bytes: Value, #[default(true)] allow_code: bool) -> PyResult<Value> {
        let view = buffer(vm, bytes)?;
        Ok(super::read(vm, view.bytes(), allow_code)?.0)
    }

    /// Return the bytes object that would be written to a file by dump(value, file).
    ///
    ///   value
    ///     Must be a supported type.
    ///   version
    ///     Indicates the data format that dumps should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// Raise a ValueError exception if value has (or contains an object that has) an
    /// unsupported type.
    #[function(sig = "($module, value, version=version, /, *, allow_code=True)")]
    fn dumps(
        vm: &mut Vm,
        value: Value,
        #[default(5)] version: i32,
        #[default(true)] allow_code: bool,
    ) -> PyResult<Gc<Bytes>> {
        let bytes = super::write(vm, value, version.into(), allow_code)?;
        Bytes::new(vm, &bytes)
    }

    /// Write the value on the open file.
    ///
    ///   value
    ///     Must be a supported type.
    ///   file
    ///     Must be a writeable binary file.
    ///   version
    ///     Indicates the data format that dump should use.
    ///   allow_code
    ///     Allow to write code objects.
    ///
    /// If the value has (or contains an object that has) an unsupported type, a
    /// ValueError exception is raised - but garbage data will also be written to the
    /// file. The object will not be properly read back by load().
    #[function(sig = "($module, value, file, version=version, /, *, allow_code=True)")]
    fn dump(
        vm: &mut Vm,
        value: Value,
        file: Value,
        #[default(5)] version: i32,
        #[default(true)] allow_code: bool,
    ) -> PyResult<Value> {
        let bytes = super::write(vm, value, version.into(), allow_code)?;
        let bytes: Value = Bytes::new(vm, &bytes)?.into();
        let name = vm.intern("write")?;
        vm.call_method(file, name, &[bytes])
    }

    /// Read one value from the open file and return it.
    ///
    ///   file
    ///     Must be readable binary file.
    ///   allow_code
    ///     Allow to load code objects.
    ///
    /// If no valid value is read (e.g. because the data has a different Python
    /// version's incompatible marshal format), raise EOFError, ValueError or
    /// TypeError.
    ///
    /// Note: If an object containing an unsupported type was marshalled with dump(),
    /// load() will substitute None for the unmarshallable type.
    #[function(sig = "($module, file, /, *, allow_code=True)")]
    fn load(vm: &mut Vm, file: Value, #[default(true)] allow_code: bool) -> PyResult<Value> {
        let read = vm.intern("read")?;
        let first = vm.call_method(file, read, &[Value::ZERO])?;
        if first.cast::<Bytes>().is_none() {
            return Err(vm.type_error(format_args!(
                "file.read() returned not bytes but {}",
                class_name(first)
            )));
        }
        // How long the value is, is known only from its bytes: read more until it is complete, one byte at a time unless the
        // file can go back.
        let seekable = vm.intern("seekable")?;
        let seekable = match vm.getattr_opt(file, seekable)? {
            Some(method) => {
                let answer = vm.call(method, &[])?;
                vm.truthy(answer)?
            }
            None => false,
        };
        let input = ByteArray::new(vm, b"")?;
        let name = vm.intern("tell")?;
        let start = if seekable { Some(vm.call_method(file, name, &[])?) } else { None };
        loop {
            let size = if seekable { -1 } else { 1 };
            let more = vm.call_method(file, read, &[Value::int32(size)])?;
            let more = crate::buffer::to_vec(vm, more)?;
            ByteArray::extend(input, vm, &more)?;
            let view = ByteArray::export(input);
            match super::read(vm, view.bytes(), allow_code) {
                Ok((value, used)) => {
                    if let Some(start) = start {
                        let at = vm.binary(
                            objects::protocol::BinaryOp::Add,
                            start,
                            Value::from_len(used),
                        )?;
                        let seek = vm.intern("seek")?;
                        vm.call_method(file, seek, &[at])?;
                    }
                    return Ok(value);
                }
                Err(_)
                    if !seekable
                        && !more.is_empty()
                        && vm.raised_matches(&objects::exceptions::EOF_ERROR) =>
                {
                    vm.clear_raised();
                }
                Err(r) => return Err(r),
            }
        }
    }
}

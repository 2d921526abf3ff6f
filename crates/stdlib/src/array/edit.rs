//! The methods of arrays as sequences.

use super::item::Code;
use super::module::{Array, ArrayIterator};
use crate::buffer;
use heap::{Field, Gc};
use macros::pymethods;
use objects::bytearray::ByteArray;
use objects::bytes::Bytes;
use objects::exceptions;
use objects::list::List;
use objects::slice::{self, Slice};
use objects::slots::CompareOp;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use std::cell::Cell;

/// The code that a type code argument means.
pub(super) fn code_of(vm: &mut Vm, typecode: Value) -> PyResult<Code> {
    let Some(letter) = typecode.cast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "array() argument 1 must be a unicode character, not {}",
            class_name(typecode)
        )));
    };
    let Some(letter) = letter.single_code_point() else {
        return Err(vm.type_error(format_args!(
            "array() argument 1 must be a unicode character, not a string of length {}",
            letter.char_len()
        )));
    };
    match Code::from_letter(letter) {
        Some(code) => Ok(code),
        None => Err(vm.value_error(format_args!(
            "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"
        ))),
    }
}

fn bad_index(vm: &mut Vm) -> Raised {
    vm.type_error(format_args!("array indices must be integers"))
}

/// Code points as items of four bytes.
fn text_bytes(vm: &mut Vm, s: Gc<Str>) -> PyResult<Vec<u8>> {
    let mut bytes = Vec::new();
    if bytes.try_reserve_exact(s.char_len().saturating_mul(4)).is_err() {
        return Err(vm.memory_error());
    }
    for (_, c) in s.text().code_point_offsets() {
        bytes.extend_from_slice(&c.to_le_bytes());
    }
    Ok(bytes)
}

/// Checks that the initial value fits the code at all.
fn check_initial(vm: &mut Vm, code: Code, initial: Value) -> PyResult<()> {
    if code.is_text() {
        return Ok(());
    }
    if initial.cast::<Str>().is_some() {
        return Err(vm.type_error(format_args!(
            "cannot use a str to initialize an array with typecode '{}'",
            code.letter()
        )));
    }
    if initial.cast::<Array>().is_some_and(|a| a.code.is_text()) {
        return Err(vm.type_error(format_args!(
            "cannot use a unicode array to initialize an array with typecode '{}'",
            code.letter()
        )));
    }
    Ok(())
}

#[pymethods]
impl Array {
    #[slot(new)]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Self>> {
        let exact = cls == Array::class();
        if exact && !objects::args::KwArgs::all(args, kwnames).is_empty() {
            return Err(vm.type_error(format_args!("array.array() takes no keyword arguments")));
        }
        let args = objects::args::positional(args, kwnames);
        let (typecode, initial) = match *args {
            [] => {
                return Err(
                    vm.type_error(format_args!("array() takes at least 1 argument (0 given)"))
                );
            }
            [typecode] => (typecode, None),
            [typecode, initial] => (typecode, Some(initial)),
            _ => {
                let given = args.len();
                return Err(vm.type_error(format_args!(
                    "array() takes at most 2 arguments ({given} given)"
                )));
            }
        };
        let code = code_of(vm, typecode)?;
        if code == Code::Wide {
            vm.warn(
                &exceptions::DEPRECATION_WARNING,
                format_args!("The 'u' type code is deprecated and will be removed in Python 3.16"),
                1,
            )?;
        }
        let Some(initial) = initial else { return Array::with_capacity(vm, cls, code, 0) };
        check_initial(vm, code, initial)?;
        if let Some(s) = initial.cast::<Str>() {
            let bytes = text_bytes(vm, s)?;
            return Array::from_bytes(vm, cls, code, &bytes);
        }
        if let Some(other) = initial.cast::<Array>().filter(|a| a.code == code) {
            let bytes = other.to_bytes();
            return Array::from_bytes(vm, cls, code, &bytes);
        }
        if initial.cast::<Bytes>().is_some() || initial.cast::<ByteArray>().is_some() {
            let array = Array::with_capacity(vm, cls, code, 0)?;
            Array::frombytes(array, vm, initial)?;
            return Ok(array);
        }
        let array = Array::with_capacity(vm, cls, code, 0)?;
        vm.for_each(initial, |vm, item| array.push(vm, item))?;
        Ok(array)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let letter = this.code.letter();
        let name = class_name(this.into()).to_string();
        let name = name.rsplit('.').next().unwrap_or(&name).to_owned();
        if this.len.get() == 0 {
            return Str::from_fmt(vm, format_args!("{name}('{letter}')"));
        }
        let items: Value = if this.code.is_text() {
            Array::tounicode(this, vm)?.into()
        } else {
            Array::tolist(this, vm)?.into()
        };
        let items = vm.repr(items)?;
        Str::from_fmt(vm, format_args!("{name}('{letter}', {})", items.text()))
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<ArrayIterator>> {
        ArrayIterator::create(vm, Field::new(Some(this)), Cell::new(0))
    }

    #[slot(len)]
    fn len_slot(this: Gc<Self>) -> usize {
        this.len.get()
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.exact::<Slice>() {
            let indices = slice.unpack(vm)?.within(this.len.get());
            let size = this.code.size();
            let class = Array::class();
            if indices.step == 1 || indices.len == 0 {
                let bytes = this.to_bytes();
                let range = indices.range();
                let part = if indices.len == 0 {
                    &[]
                } else {
                    &bytes[range.start * size..range.end * size]
                };
                return Ok(Array::from_bytes(vm, class, this.code, part)?.into());
            }
            let copy = Array::with_capacity(vm, class, this.code, indices.len)?;
            copy.len.set(indices.len);
            for (to, from) in indices.iter().enumerate() {
                copy.buffer.get().write(to * size, &this.bytes()[from * size..(from + 1) * size]);
            }
            return Ok(copy.into());
        }
        let Some(index) = slice::index_of(vm, key)? else { return Err(bad_index(vm)) };
        match slice::item_index(index, this.len.get()) {
            Some(index) => this.load(vm, index),
            None => Err(vm.index_error(format_args!("array index out of range"))),
        }
    }

    #[slot(setitem)]
    fn setitem(this: Gc<Self>, vm: &mut Vm, key: Value, value: Option<Value>) -> PyResult<()> {
        if let Some(slice) = key.exact::<Slice>() {
            return this.set_slice(vm, slice, value);
        }
        let Some(index) = slice::index_of(vm, key)? else { return Err(bad_index(vm)) };
        let Some(index) = slice::item_index(index, this.len.get()) else {
            return Err(vm.index_error(format_args!("array assignment index out of range")));
        };
        match value {
            None => this.splice(vm, index..index + 1, &[]),
            Some(v) => {
                let item = this.code.store(vm, v)?;
                // The conversion may have run code that shortened the array.
                match this.put(index, item) {
                    true => Ok(()),
                    false => {
                        Err(vm.index_error(format_args!("array assignment index out of range")))
                    }
                }
            }
        }
    }

    #[slot(contains)]
    fn contains(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<bool> {
        Ok(this.find(vm, v, 0, usize::MAX)?.is_some())
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<Array>() else { return Ok(vm.not_implemented()) };
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && this.len.get() != other.len.get() {
            return Ok((op == CompareOp::Ne).into());
        }
        let mut index = 0;
        while index < this.len.get() && index < other.len.get() {
            let a = this.load(vm, index)?;
            let b = other.load(vm, index)?;
            // Floats are compared by value: NaN differs from itself.
            if !vm.compare_bool(a, b, CompareOp::Eq)? {
                return match op {
                    CompareOp::Eq => Ok(Value::FALSE),
                    CompareOp::Ne => Ok(Value::TRUE),
                    _ => vm.compare(a, b, op),
                };
            }
            index += 1;
        }
        Ok(op.holds(this.len.get().cmp(&other.len.get())).into())
    }

    #[slot(concat)]
    fn concat(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<Gc<Self>> {
        let Some(other) = other.cast::<Array>() else {
            return Err(vm.type_error(format_args!(
                "can only append array (not \"{}\") to array",
                class_name(other)
            )));
        };
        if this.code != other.code {
            return Err(vm.type_error(format_args!("bad argument type for built-in operation")));
        }
        let Some(total) = this.len.get().checked_add(other.len.get()) else {
            return Err(vm.memory_error());
        };
        let array = Array::with_capacity(vm, Array::class(), this.code, total)?;
        array.buffer.get().write(0, this.bytes());
        array.buffer.get().write(this.byte_len(), other.bytes());
        array.len.set(total);
        Ok(array)
    }

    #[slot(iconcat)]
    fn iconcat(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<Value> {
        if other.cast::<Array>().is_none() {
            return Err(vm.type_error(format_args!(
                "can only extend array with array (not \"{}\")",
                class_name(other)
            )));
        }
        Array::extend(this, vm, other)?;
        Ok(this.into())
    }

    #[slot(repeat)]
    fn repeat(this: Gc<Self>, vm: &mut Vm, count: isize) -> PyResult<Gc<Self>> {
        let count = usize::try_from(count).unwrap_or(0);
        let Some(total) = this.len.get().checked_mul(count) else { return Err(vm.memory_error()) };
        let array = Array::with_capacity(vm, Array::class(), this.code, total)?;
        let bytes = this.byte_len();
        array.buffer.get().write(0, if total == 0 { &[] } else { this.bytes() });
        array.len.set(total);
        array.fill_from(bytes);
        Ok(array)
    }

    #[slot(irepeat)]
    fn irepeat(this: Gc<Self>, vm: &mut Vm, count: isize) -> PyResult<Value> {
        let count = usize::try_from(count).unwrap_or(0);
        let bytes = this.byte_len();
        let Some(total) = this.len.get().checked_mul(count) else { return Err(vm.memory_error()) };
        this.resize(vm, total)?;
        this.fill_from(bytes);
        Ok(this.into())
    }

    /// Append new value v to the end of the array.
    #[method(sig = "($self, v, /)")]
    fn append(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
        this.push(vm, v)
    }

    /// Append items to the end of the array.
    #[method(sig = "($self, bb, /)")]
    fn extend(this: Gc<Self>, vm: &mut Vm, bb: Value) -> PyResult<()> {
        let Some(other) = bb.cast::<Array>() else {
            return vm.for_each(bb, |vm, item| this.push(vm, item));
        };
        if this.code != other.code {
            return Err(vm.type_error(format_args!("can only extend with array of same kind")));
        }
        let bytes = other.to_bytes();
        this.push_bytes(vm, &bytes)
    }

    /// Insert a new item v into the array before position i.
    #[method(sig = "($self, i, v, /)")]
    fn insert(this: Gc<Self>, vm: &mut Vm, i: isize, v: Value) -> PyResult<()> {
        let item = this.code.store(vm, v)?;
        let len = this.len.get();
        let at =
            if i < 0 { len.saturating_sub(i.unsigned_abs()) } else { i.unsigned_abs().min(len) };
        this.splice(vm, at..at, &item[..this.code.size()])
    }

    /// Return the i-th element and delete it from the array.
    ///
    /// i defaults to -1.
    #[method(sig = "($self, i=-1, /)")]
    fn pop(this: Gc<Self>, vm: &mut Vm, i: isize) -> PyResult<Value> {
        if this.len.get() == 0 {
            return Err(vm.index_error(format_args!("pop from empty array")));
        }
        let Some(index) = slice::item_index(i, this.len.get()) else {
            return Err(vm.index_error(format_args!("pop index out of range")));
        };
        let value = this.load(vm, index)?;
        this.splice(vm, index..index + 1, &[])?;
        Ok(value)
    }

    /// Remove the first occurrence of v in the array.
    #[method(sig = "($self, v, /)")]
    fn remove(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
        match this.find(vm, v, 0, usize::MAX)? {
            Some(index) => this.splice(vm, index..index + 1, &[]),
            None => Err(vm.value_error(format_args!("array.remove(x): x not in array"))),
        }
    }

    /// Return index of first occurrence of v in the array.
    ///
    /// Raise ValueError if the value is not present.
    #[method(sig = "($self, v, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: Gc<Self>,
        vm: &mut Vm,
        v: Value,
        #[default(Value::UNDEF)] start: Value,
        #[default(Value::UNDEF)] stop: Value,
    ) -> PyResult<usize> {
        let start = slice::search_bound(vm, start, 0)?;
        let stop = slice::search_bound(vm, stop, isize::MAX)?;
        let (start, stop) = slice::clip_search(start, stop, this.len.get());
        match this.find(vm, v, start, stop)? {
            Some(index) => Ok(index),
            None => Err(vm.value_error(format_args!("array.index(x): x not in array"))),
        }
    }

    /// Return number of occurrences of v in the array.
    #[method(sig = "($self, v, /)")]
    fn count(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<usize> {
        let (mut count, mut index) = (0, 0);
        while index < this.len.get() {
            let item = this.load(vm, index)?;
            count += usize::from(vm.compare_bool(item, v, CompareOp::Eq)?);
            index += 1;
        }
        Ok(count)
    }

    /// Reverse the order of the items in the array.
    #[method(sig = "($self, /)")]
    fn reverse(this: Gc<Self>) {
        let size = this.code.size();
        let bytes = this.to_bytes();
        let count = this.len.get();
        for (index, item) in bytes.chunks_exact(size).enumerate() {
            this.buffer.get().write((count - 1 - index) * size, item);
        }
    }

    /// Byteswap all items of the array.
    ///
    /// If the items in the array are not 1, 2, 4, or 8 bytes in size, RuntimeError is raised.
    #[method(sig = "($self, /)")]
    fn byteswap(this: Gc<Self>) {
        let mut bytes = this.to_bytes();
        bytes.chunks_exact_mut(this.code.size()).for_each(<[u8]>::reverse);
        this.write_bytes(&bytes);
    }

    /// Remove all items from the array.
    #[method(sig = "($self, /)")]
    fn clear(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        this.resize(vm, 0)
    }

    /// Return a tuple (address, length) giving the current memory address and the length in items of the buffer used to hold array's contents.
    ///
    /// The length should be multiplied by the itemsize attribute to calculate
    /// the buffer length in bytes.
    #[method(sig = "($self, /)")]
    fn buffer_info(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let address = objects::int::from_u64(vm, this.buffer.get().as_mut_ptr() as u64)?;
        Tuple::pair(vm, address, Value::from_len(this.len.get()))
    }

    /// Convert array to an ordinary list with the same items.
    #[method(sig = "($self, /)")]
    fn tolist(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<List>> {
        let list = List::with_capacity(vm, this.len.get())?;
        let mut index = 0;
        while index < this.len.get() {
            let item = this.load(vm, index)?;
            list.push(vm, item)?;
            index += 1;
        }
        Ok(list)
    }

    /// Append items to array from list.
    #[method(sig = "($self, list, /)")]
    fn fromlist(this: Gc<Self>, vm: &mut Vm, list: Value) -> PyResult<()> {
        let Some(list) = list.cast::<List>() else {
            return Err(vm.type_error(format_args!("arg must be list")));
        };
        let (before, count) = (this.len.get(), list.len());
        let mut index = 0;
        while let Some(item) = list.get(index) {
            if let Err(r) = this.push(vm, item) {
                let raised = vm.take_raised();
                this.len.set(before.min(this.len.get()));
                let _ = vm.restore_raised(raised);
                return Err(r);
            }
            index += 1;
            if list.len() != count {
                this.len.set(before.min(this.len.get()));
                return Err(vm.runtime_error(format_args!("list changed size during iteration")));
            }
        }
        Ok(())
    }

    /// Convert the array to an array of machine values and return the bytes representation.
    #[method(sig = "($self, /)")]
    fn tobytes(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
        let bytes = this.to_bytes();
        Bytes::new(vm, &bytes)
    }

    /// Appends items from the string, interpreting it as an array of machine values, as if it had been read from a file using the fromfile() method.
    #[method(sig = "($self, buffer, /)")]
    pub(super) fn frombytes(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<()> {
        let bytes = buffer::to_vec(vm, buffer)?;
        if bytes.len() % this.code.size() != 0 {
            return Err(vm.value_error(format_args!("bytes length not a multiple of item size")));
        }
        this.push_bytes(vm, &bytes)
    }

    /// Extends this array with data from the unicode string ustr.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is raised.
    #[method(sig = "($self, ustr, /)")]
    fn fromunicode(this: Gc<Self>, vm: &mut Vm, ustr: Gc<Str>) -> PyResult<()> {
        if !this.code.is_text() {
            return Err(vm.value_error(format_args!(
                "fromunicode() may only be called on unicode type arrays ('u' or 'w')"
            )));
        }
        let bytes = text_bytes(vm, ustr)?;
        this.push_bytes(vm, &bytes)
    }

    /// Convert the array to a unicode string.
    ///
    /// The array must be a unicode type array; otherwise a ValueError is raised.
    #[method(sig = "($self, /)")]
    fn tounicode(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        if !this.code.is_text() {
            return Err(vm.value_error(format_args!(
                "tounicode() may only be called on unicode type arrays ('u' or 'w')"
            )));
        }
        let mut text = objects::str::Builder::new();
        for item in this.to_bytes().chunks_exact(4) {
            let c = u32::from_le_bytes([item[0], item[1], item[2], item[3]]);
            if c > 0x10_FFFF {
                return Err(vm.value_error(format_args!(
                    "character U+{c:x} is not in range [U+0000; U+10ffff]"
                )));
            }
            text.push_code_point(vm, c)?;
        }
        text.finish(vm)
    }

    /// Write all items (as machine values) to the file object f.
    #[method(sig = "($self, f, /)")]
    fn tofile(this: Gc<Self>, vm: &mut Vm, f: Value) -> PyResult<()> {
        const BLOCK: usize = 64 << 10;
        let write = vm.intern("write")?;
        let mut at = 0;
        while at < this.byte_len() {
            let bytes = this.to_bytes();
            let end = bytes.len().min(at + BLOCK);
            let block = Bytes::new(vm, bytes.get(at..end).unwrap_or(&[]))?;
            vm.call_method(f, write, &[block.into()])?;
            at += BLOCK;
        }
        Ok(())
    }

    /// Read n objects from the file object f and append them to the end of the array.
    #[method(sig = "($self, f, n, /)")]
    fn fromfile(this: Gc<Self>, vm: &mut Vm, f: Value, n: isize) -> PyResult<()> {
        let Ok(count) = usize::try_from(n) else {
            return Err(vm.value_error(format_args!("negative count")));
        };
        let Some(wanted) = count.checked_mul(this.code.size()) else {
            return Err(vm.memory_error());
        };
        let read = vm.intern("read")?;
        let size = objects::int::from_u64(vm, wanted as u64)?;
        let data = vm.call_method(f, read, &[size])?;
        let Some(bytes) = data.cast::<Bytes>() else {
            return Err(vm.type_error(format_args!("read() didn't return bytes")));
        };
        let got = bytes.as_slice().len();
        Array::frombytes(this, vm, data)?;
        if got != wanted {
            return Err(vm.eof_error(format_args!("read() didn't return enough bytes")));
        }
        Ok(())
    }

    /// Return a copy of the array.
    #[method(sig = "($self, /)")]
    fn __copy__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
        let bytes = this.to_bytes();
        Array::from_bytes(vm, Array::class(), this.code, &bytes)
    }

    /// Return a copy of the array.
    #[method(sig = "($self, unused, /)")]
    fn __deepcopy__(this: Gc<Self>, vm: &mut Vm, _unused: Value) -> PyResult<Gc<Self>> {
        Array::__copy__(this, vm)
    }

    /// Size of the array in memory, in bytes.
    #[method(sig = "($self, /)")]
    fn __sizeof__(this: Gc<Self>) -> usize {
        64 + this.buffer.get().cap()
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }

    /// the typecode character used to create the array
    #[getter]
    fn typecode(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::from_code_point(vm, this.code as u32)
    }

    /// the size, in bytes, of one array item
    #[getter]
    fn itemsize(this: Gc<Self>) -> usize {
        this.code.size()
    }
}

impl Array {
    /// The class `array`.
    pub(super) fn class() -> Gc<Type> {
        <Array as objects::layout::Object>::def().object()
    }

    /// The index of the first item in the range that equals `v`.
    fn find(&self, vm: &mut Vm, v: Value, start: usize, stop: usize) -> PyResult<Option<usize>> {
        let mut index = start;
        while index < stop && index < self.len.get() {
            let item = self.load(vm, index)?;
            if vm.compare_bool(item, v, CompareOp::Eq)? {
                return Ok(Some(index));
            }
            index += 1;
        }
        Ok(None)
    }

    /// Fills the items behind the first `filled` bytes with copies of these.
    fn fill_from(&self, filled: usize) {
        let (total, mut filled) = (self.byte_len(), filled);
        while filled > 0 && filled < total {
            let more = filled.min(total - filled);
            self.buffer.get().copy_within(0, filled, more);
            filled += more;
        }
    }

    fn set_slice(&self, vm: &mut Vm, slice: Gc<Slice>, value: Option<Value>) -> PyResult<()> {
        let bytes = match value {
            None => Vec::new(),
            Some(v) => {
                let Some(other) = v.cast::<Array>() else {
                    return Err(vm.type_error(format_args!(
                        "can only assign array (not \"{}\") to array slice",
                        class_name(v)
                    )));
                };
                if other.code != self.code {
                    return Err(
                        vm.type_error(format_args!("bad argument type for built-in operation"))
                    );
                }
                other.to_bytes()
            }
        };
        let size = self.code.size();
        let indices = slice.unpack(vm)?.within(self.len.get());
        if indices.step == 1 {
            return self.splice(vm, indices.range(), &bytes);
        }
        if value.is_none() {
            // From the end on, so that the other indices stay right.
            let mut doomed: Vec<usize> = indices.ascending().iter().collect();
            while let Some(index) = doomed.pop() {
                self.splice(vm, index..index + 1, &[])?;
            }
            return Ok(());
        }
        let count = bytes.len() / size;
        if count != indices.len {
            return Err(vm.value_error(format_args!(
                "attempt to assign array of size {count} to extended slice of size {}",
                indices.len
            )));
        }
        for (item, index) in bytes.chunks_exact(size).zip(indices.iter()) {
            self.buffer.get().write(index * size, item);
        }
        Ok(())
    }

    /// The name of the class and its dictionary, for pickles.
    pub(super) fn class_and_dict(this: Gc<Array>, vm: &mut Vm) -> PyResult<(Value, Value)> {
        let name = vm.names().__dict__;
        let dict = vm.getattr_opt(this.into(), name)?.unwrap_or(Value::NONE);
        Ok((class_of(this.into()).into(), dict))
    }
}

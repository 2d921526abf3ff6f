//! `array`: compact arrays of numbers or characters.
//!
//! An array owns a buffer of bytes and replaces it as it grows. Invariants: the first `len` items of the buffer are initialised;
//! while the bytes are lent out (`exports`) neither the buffer nor the length changes.

mod edit;
mod item;
mod pickle;

use heap::{Field, Gc};
use item::{Code, Item, LETTERS};
use macros::pymodule;
use module::Array;
use objects::array::gc_of;
use objects::bytes::View;
use objects::bytes::buffer::{Buffer, MAX_BYTES};
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;
use std::ops::Range;

/// The module.
#[pymodule(
    name = "array",
    doc = "This module defines an object type which can efficiently represent\nan array of basic values: characters, integers, floating-point\nnumbers.  Arrays are sequence types and behave very much like lists,\nexcept that the type of objects stored in them is constrained.\n"
)]
pub mod module {
    use super::Code;
    use heap::{Field, Gc};
    use macros::{pymethods, pytype};
    use objects::bytes::buffer::Buffer;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::cell::Cell;

    /// array(typecode [, initializer]) -> array
    ///
    /// A sequence of numbers or characters, all of the C type that the type code stands for:
    /// 'b', 'B' (1 byte), 'h', 'H' (2 bytes), 'i', 'I' (4 bytes), 'l', 'L', 'q', 'Q' (8 bytes) for
    /// signed and unsigned integers, 'f' (4 bytes) and 'd' (8 bytes) for floating-point numbers,
    /// 'w' and the deprecated 'u' for characters.
    #[pytype(
        name = "array.array",
        flags(BASETYPE, WEAKREF, SEQUENCE),
        signature = "",
        extra("pickle")
    )]
    pub struct Array {
        /// Where the items are.
        pub(super) buffer: Field<Gc<Buffer>>,
        /// How many there are.
        pub(super) len: Cell<usize>,
        /// What they are.
        #[untraced]
        pub(super) code: Code,
        /// How many times the bytes are lent out.
        pub(super) exports: Cell<usize>,
    }

    /// Iterates an array.
    #[pytype(name = "array.arrayiterator", flags(NO_NEW), doc = "")]
    pub struct ArrayIterator {
        pub(super) array: Field<Option<Gc<Array>>>,
        pub(super) index: Cell<usize>,
    }

    #[pymethods]
    impl ArrayIterator {
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Value {
            this.into()
        }

        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let Some(array) = this.array.get() else { return Ok(None) };
            let index = this.index.get();
            if index >= array.len.get() {
                this.array.init(None);
                return Ok(None);
            }
            this.index.set(index + 1);
            array.load(vm, index).map(Some)
        }

        /// Return state information for pickling.
        #[method(sig = "($self, /)")]
        fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
            let function = vm.builtin("iter")?;
            match this.array.get() {
                Some(array) => {
                    let arguments = Tuple::from_slice(vm, &[array.into()])?;
                    let index = Value::from_len(this.index.get());
                    Tuple::from_slice(vm, &[function, arguments.into(), index])
                }
                None => {
                    let arguments = Tuple::from_slice(vm, &[Tuple::empty().into()])?;
                    Tuple::pair(vm, function, arguments.into())
                }
            }
        }

        /// Set state information for unpickling.
        #[method(sig = "($self, state, /)")]
        fn __setstate__(this: Gc<Self>, vm: &mut Vm, state: Value) -> PyResult<()> {
            let index = vm.index_clipped(state)?;
            if let Some(array) = this.array.get() {
                this.index.set(usize::try_from(index).unwrap_or(0).min(array.len.get()));
            }
            Ok(())
        }
    }

    #[attr]
    const typecodes: &str = super::LETTERS;

    /// Internal. Used for pickling support.
    #[function(sig = "($module, arraytype, typecode, mformat_code, items, /)")]
    fn _array_reconstructor(
        vm: &mut Vm,
        arraytype: Value,
        typecode: Value,
        mformat_code: i32,
        items: Value,
    ) -> PyResult<Value> {
        super::pickle::reconstruct(vm, arraytype, typecode, mformat_code, items)
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        objects::bytes::export::register::<Array>(super::export);
        let class = vm.getattr_str(module, "array")?;
        let name = vm.intern("ArrayType")?;
        vm.setattr(module, name, class)
    }
}

/// Lends an array's bytes.
fn export(_: &mut Vm, v: Value) -> PyResult<View> {
    let array: Gc<Array> = objects::layout::receiver(v);
    array.exports.set(array.exports.get() + 1);
    let release = |owner: Value| {
        let array: Gc<Array> = objects::layout::receiver(owner);
        array.exports.set(array.exports.get().saturating_sub(1));
    };
    // SAFETY: the bytes are within the buffer, which the array keeps while `exports` isn't 0.
    Ok(unsafe {
        View::new(v, array.buffer.get().as_mut_ptr(), array.byte_len(), true, Some(release))
    })
}

impl Array {
    /// An empty array of class `cls` with room for `count` items.
    fn with_capacity(vm: &mut Vm, cls: Gc<Type>, code: Code, count: usize) -> PyResult<Gc<Array>> {
        let Some(bytes) = count.checked_mul(code.size()).filter(|n| *n <= MAX_BYTES) else {
            return Err(vm.memory_error());
        };
        let buffer = Buffer::alloc(vm, bytes)?;
        Array::create_as(vm, cls, Field::new(buffer), Cell::new(0), code, Cell::new(0))
    }

    /// An array with the items that `bytes` are.
    fn from_bytes(vm: &mut Vm, cls: Gc<Type>, code: Code, bytes: &[u8]) -> PyResult<Gc<Array>> {
        let count = bytes.len() / code.size();
        let array = Array::with_capacity(vm, cls, code, count)?;
        array.buffer.get().write(0, bytes);
        array.len.set(count);
        Ok(array)
    }

    /// Bytes of the items.
    pub fn byte_len(&self) -> usize {
        self.len.get() * self.code.size()
    }

    /// The bytes of all items, as long as nobody changes the array: not across anything that runs Python code or allocates.
    fn bytes(&self) -> &[u8] {
        // Buffers are allocated zeroed, so all of the capacity is in use.
        let buffer = self.buffer.get();
        // SAFETY: the items lie within the buffer, which the array keeps until it is changed.
        unsafe { std::slice::from_raw_parts(buffer.as_mut_ptr(), self.byte_len()) }
    }

    /// A copy of the bytes of all items.
    pub fn to_bytes(&self) -> Vec<u8> {
        self.bytes().to_vec()
    }

    /// Overwrites the first bytes of the items.
    pub fn write_bytes(&self, bytes: &[u8]) {
        let count = bytes.len().min(self.byte_len());
        self.buffer.get().write(0, &bytes[..count]);
    }

    /// The item at `index`, which is below `len`.
    #[inline]
    fn load(&self, vm: &mut Vm, index: usize) -> PyResult<Value> {
        let at = index * self.code.size();
        // Of the common size a copy of known length, which is one load.
        if let Code::F64 = self.code
            && let Some(item) = self.bytes()[at..].first_chunk()
        {
            return objects::float::from_f64(vm, f64::from_le_bytes(*item));
        }
        self.code.load(vm, &self.bytes()[at..])
    }

    /// Replaces the item at `index`, if there is one.
    #[inline]
    fn put(&self, index: usize, item: Item) -> bool {
        if index >= self.len.get() {
            return false;
        }
        let size = self.code.size();
        self.buffer.get().write(index * size, &item[..size]);
        true
    }

    /// Changes the number of items; new ones are zero or leftovers, to be overwritten.
    fn resize(&self, vm: &mut Vm, len: usize) -> PyResult<()> {
        if self.exports.get() > 0 && len != self.len.get() {
            return Err(
                vm.buffer_error(format_args!("cannot resize an array that is exporting buffers"))
            );
        }
        let size = self.code.size();
        let cap = self.buffer.get().cap() / size;
        if len > cap || (len < cap / 4 && cap > 64) {
            let more = (len >> 4) + if self.len.get() < 8 { 3 } else { 7 };
            let wanted = if len == 0 { 0 } else { len.saturating_add(more) };
            let Some(bytes) = wanted.checked_mul(size).filter(|n| *n <= MAX_BYTES) else {
                return Err(vm.memory_error());
            };
            let buffer = Buffer::alloc(vm, bytes)?;
            let kept = len.min(self.len.get()) * size;
            buffer.write(0, &self.bytes()[..kept]);
            self.buffer.set(gc_of(self), vm.heap(), buffer);
        }
        self.len.set(len);
        Ok(())
    }

    /// Appends an item.
    fn push(&self, vm: &mut Vm, v: Value) -> PyResult<()> {
        let item = self.code.store(vm, v)?;
        let len = self.len.get();
        self.resize(vm, len + 1)?;
        self.put(len, item);
        Ok(())
    }

    /// Appends the items that `bytes` are.
    fn push_bytes(&self, vm: &mut Vm, bytes: &[u8]) -> PyResult<()> {
        let len = self.len.get();
        let Some(total) = len.checked_add(bytes.len() / self.code.size()) else {
            return Err(vm.memory_error());
        };
        self.resize(vm, total)?;
        self.buffer.get().write(len * self.code.size(), bytes);
        Ok(())
    }

    /// Replaces the items `range` by those that `bytes` (not the array's own) are.
    fn splice(&self, vm: &mut Vm, range: Range<usize>, bytes: &[u8]) -> PyResult<()> {
        let (size, len) = (self.code.size(), self.len.get());
        let (start, end) = (range.start.min(len), range.end.min(len).max(range.start.min(len)));
        let added = bytes.len() / size;
        let total = len - (end - start) + added;
        let tail = (len - end) * size;
        if total > len {
            self.resize(vm, total)?;
        } else if total < len && self.exports.get() > 0 {
            return Err(
                vm.buffer_error(format_args!("cannot resize an array that is exporting buffers"))
            );
        }
        let buffer = self.buffer.get();
        buffer.copy_within(end * size, (start + added) * size, tail);
        buffer.write(start * size, bytes);
        self.resize(vm, total)
    }
}

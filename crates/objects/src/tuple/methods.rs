//! Python-visible operations of `tuple`.

use super::{Tuple, TupleIterator};
use crate::list::{compare, show};
use crate::slice::{self, Slice};
use crate::slots::CompareOp;
use crate::str::Str;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;
use prim::hash::TupleHasher;

#[pymethods]
impl Tuple {
    #[slot(new, sig = "(iterable=(), /)")]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        #[default(Value::UNDEF)] iterable: Value,
    ) -> PyResult<Gc<Tuple>> {
        let items = match iterable.defined() {
            Some(iterable) => Tuple::from_iterable(vm, iterable)?,
            None => Tuple::empty(),
        };
        if cls == <Tuple as crate::layout::Object>::def().object() {
            return Ok(items);
        }
        Tuple::new_as(vm, cls, items.items())
    }

    #[slot(repr)]
    fn repr(this: Gc<Tuple>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        if this.len() == 0 {
            return Str::new(vm, "()");
        }
        if !vm.enter_repr(this.into())? {
            return Str::new(vm, "(...)");
        }
        let close = if this.len() == 1 { ",)" } else { ")" };
        let text = show::items(vm, "(", close, |index| this.get(index));
        vm.leave_repr();
        text?.finish(vm)
    }

    #[slot(hash)]
    fn hash(this: Gc<Tuple>, vm: &mut Vm) -> PyResult<i64> {
        if let Some(hash) = this.cached_hash() {
            return Ok(hash);
        }
        vm.check_native_stack("")?;
        let mut hasher = TupleHasher::new();
        for item in this.items() {
            hasher.item(vm.hash(*item)?);
        }
        let hash = hasher.finish();
        this.cache_hash(hash);
        Ok(hash)
    }

    #[slot(compare)]
    fn compare(this: Gc<Tuple>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<Tuple>() else {
            return Ok(crate::singletons::not_implemented());
        };
        compare::sequences(
            vm,
            |i| this.get(i),
            |i| other.get(i),
            || this.len().cmp(&other.len()),
            op,
        )
    }

    #[slot(iter)]
    fn iter(this: Gc<Tuple>, vm: &mut Vm) -> PyResult<Gc<TupleIterator>> {
        TupleIterator::over(vm, this)
    }

    #[slot(len)]
    fn length(this: Gc<Tuple>) -> usize {
        this.len()
    }

    #[slot(contains)]
    fn contains(this: Gc<Tuple>, vm: &mut Vm, value: Value) -> PyResult<bool> {
        Ok(this.find(vm, value, 0, usize::MAX)?.is_some())
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Tuple>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.exact::<Slice>() {
            return slice_of(this, vm, slice);
        }
        let Some(index) = slice::index_of(vm, key)? else {
            return Err(vm.type_error(format_args!(
                "tuple indices must be integers or slices, not {}",
                class_name(key)
            )));
        };
        match slice::item_index(index, this.len()).and_then(|index| this.get(index)) {
            Some(item) => Ok(item),
            None => Err(vm.index_error(format_args!("tuple index out of range"))),
        }
    }

    #[slot(concat)]
    fn concat(this: Gc<Tuple>, vm: &mut Vm, other: Value) -> PyResult<Gc<Tuple>> {
        let Some(second) = other.cast::<Tuple>() else {
            return Err(vm.type_error(format_args!(
                "can only concatenate tuple (not \"{}\") to tuple",
                class_name(other)
            )));
        };
        if this.len() == 0 && other.exact::<Tuple>().is_some() {
            return Ok(second);
        }
        if second.len() == 0 && Value::from(this).exact::<Tuple>().is_some() {
            return Ok(this);
        }
        Tuple::build(vm, this.len() + second.len(), |cells| {
            for (cell, item) in cells.iter().zip(this.items().iter().chain(second.items())) {
                cell.set(*item);
            }
        })
    }

    #[slot(repeat)]
    fn repeat(this: Gc<Tuple>, vm: &mut Vm, count: isize) -> PyResult<Gc<Tuple>> {
        let exact = Value::from(this).exact::<Tuple>().is_some();
        if (this.len() == 0 || count == 1) && exact {
            return Ok(this);
        }
        let count = usize::try_from(count).unwrap_or(0);
        let Some(total) = this.len().checked_mul(count) else { return Err(vm.memory_error()) };
        Tuple::build(vm, total, |cells| {
            for (cell, item) in cells.iter().zip(this.items().iter().cycle()) {
                cell.set(*item);
            }
        })
    }

    #[method(sig = "($self, /)")]
    fn __getnewargs__(this: Gc<Tuple>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let items = Tuple::from_slice(vm, this.items())?;
        Tuple::from_slice(vm, &[items.into()])
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: Gc<Tuple>,
        vm: &mut Vm,
        value: Value,
        #[default(Value::UNDEF)] start: Value,
        #[default(Value::UNDEF)] stop: Value,
    ) -> PyResult<usize> {
        let start = slice::search_bound(vm, start, 0)?;
        let stop = slice::search_bound(vm, stop, isize::MAX)?;
        let (start, stop) = slice::clip_search(start, stop, this.len());
        match this.find(vm, value, start, stop)? {
            Some(index) => Ok(index),
            None => Err(vm.value_error(format_args!("tuple.index(x): x not in tuple"))),
        }
    }

    /// Return number of occurrences of value.
    #[method(sig = "($self, value, /)")]
    fn count(this: Gc<Tuple>, vm: &mut Vm, value: Value) -> PyResult<usize> {
        let mut count = 0;
        for item in this.items() {
            count += usize::from(vm.eq(*item, value)?);
        }
        Ok(count)
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }
}

impl Tuple {
    /// The index of the first item from `start` to `stop` that equals `value`.
    pub fn find(
        &self,
        vm: &mut Vm,
        value: Value,
        start: usize,
        stop: usize,
    ) -> PyResult<Option<usize>> {
        for (index, item) in self.items().iter().enumerate().take(stop).skip(start) {
            if vm.eq(*item, value)? {
                return Ok(Some(index));
            }
        }
        Ok(None)
    }
}

fn slice_of(this: Gc<Tuple>, vm: &mut Vm, slice: Gc<Slice>) -> PyResult<Value> {
    let indices = slice.unpack(vm)?.within(this.len());
    if indices.len == this.len()
        && indices.step == 1
        && Value::from(this).exact::<Tuple>().is_some()
    {
        return Ok(this.into());
    }
    let part = Tuple::build(vm, indices.len, |cells| {
        for (cell, index) in cells.iter().zip(indices.iter()) {
            cell.set(this.get(index).unwrap_or(Value::NONE));
        }
    })?;
    Ok(part.into())
}

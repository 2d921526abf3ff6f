//! Python-visible operations of `range`.

use super::{LongRangeIterator, Range, RangeIterator, arithmetic, less};
use crate::int;
use crate::list::show::Show;
use crate::protocol::BinaryOp;
use crate::singletons;
use crate::slice::{self, Slice};
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

#[pymethods]
impl Range {
    #[slot(new)]
    fn new_object(
        _cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Range>> {
        crate::iter::no_keywords(vm, "range", kwnames)?;
        let one = Value::int32(1);
        let (start, stop, step) = match *args {
            [] => {
                return Err(
                    vm.type_error(format_args!("range expected at least 1 argument, got 0"))
                );
            }
            [stop] => (Value::ZERO, vm.index(stop)?, one),
            [start, stop] => (vm.index(start)?, vm.index(stop)?, one),
            [start, stop, step] => (vm.index(start)?, vm.index(stop)?, vm.index(step)?),
            _ => {
                return Err(vm.type_error(format_args!(
                    "range expected at most 3 arguments, got {}",
                    args.len()
                )));
            }
        };
        if step == Value::ZERO {
            return Err(vm.value_error(format_args!("range() arg 3 must not be zero")));
        }
        Range::new(vm, start, stop, step)
    }

    #[slot(repr)]
    fn repr(this: Gc<Range>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let mut show = Show::new(vm, "range(")?;
        show.push_repr(vm, this.start)?;
        show.push(vm, ", ")?;
        show.push_repr(vm, this.stop)?;
        if this.step != Value::int32(1) {
            show.push(vm, ", ")?;
            show.push_repr(vm, this.step)?;
        }
        show.push(vm, ")")?;
        show.finish(vm)
    }

    #[slot(hash)]
    fn hash(this: Gc<Range>, vm: &mut Vm) -> PyResult<i64> {
        let parts = match this.length {
            Value::ZERO => [this.length, Value::NONE, Value::NONE],
            length if length == Value::int32(1) => [length, this.start, Value::NONE],
            length => [length, this.start, this.step],
        };
        let parts = Tuple::from_slice(vm, &parts)?;
        vm.hash(parts.into())
    }

    #[slot(compare)]
    fn compare(this: Gc<Range>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<Range>() else { return Ok(singletons::not_implemented()) };
        let wanted = match op {
            CompareOp::Eq => true,
            CompareOp::Ne => false,
            _ => return Ok(singletons::not_implemented()),
        };
        Ok(Value::from_bool(equal(vm, this, other)? == wanted))
    }

    #[slot(iter)]
    fn iter(this: Gc<Range>, vm: &mut Vm) -> PyResult<Value> {
        match this.words() {
            Some((start, step, length)) => Ok(RangeIterator::new(vm, start, step, length)?.into()),
            None => Ok(LongRangeIterator::new(vm, this.start, this.step, this.length)?.into()),
        }
    }

    #[slot(bool)]
    fn truth(this: Gc<Range>) -> bool {
        this.length != Value::ZERO
    }

    #[slot(len)]
    fn len(this: Gc<Range>, vm: &mut Vm) -> PyResult<usize> {
        match int::to_i64(this.length).map(usize::try_from) {
            Some(Ok(length)) => Ok(length),
            _ => {
                Err(vm.overflow_error(format_args!("Python int too large to convert to C ssize_t")))
            }
        }
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Range>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        if let Some(slice) = key.exact::<Slice>() {
            return slice_of(this, vm, slice);
        }
        if crate::types::class_of(key).slots().index.is_none() {
            return Err(vm.type_error(format_args!(
                "range indices must be integers or slices, not {}",
                class_name(key)
            )));
        }
        let mut index = vm.index(key)?;
        if int::is_negative(index) {
            index = arithmetic(vm, BinaryOp::Add, index, this.length)?;
        }
        if int::is_negative(index) || !less(vm, index, this.length)? {
            return Err(vm.index_error(format_args!("range object index out of range")));
        }
        this.item(vm, index)
    }

    #[slot(contains)]
    fn contains(this: Gc<Range>, vm: &mut Vm, value: Value) -> PyResult<bool> {
        match plain(value) {
            Some(value) => contains_int(this, vm, value),
            None => vm.iter_contains(this.into(), value),
        }
    }

    /// Return a reverse iterator.
    #[method(sig = "($self, /)")]
    fn __reversed__(this: Gc<Range>, vm: &mut Vm) -> PyResult<Value> {
        let last = arithmetic(vm, BinaryOp::Sub, this.length, Value::int32(1))?;
        let start = this.item(vm, last)?;
        let step = arithmetic(vm, BinaryOp::Sub, Value::ZERO, this.step)?;
        match (this.words(), int::to_i64(start), int::to_i64(step)) {
            (Some((_, _, length)), Some(start), Some(step)) => {
                Ok(RangeIterator::new(vm, start, step, length)?.into())
            }
            _ => Ok(LongRangeIterator::new(vm, start, step, this.length)?.into()),
        }
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Range>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let arguments = Tuple::from_slice(vm, &[this.start, this.stop, this.step])?;
        let class = <Range as crate::layout::Object>::def().object();
        Tuple::pair(vm, class.into(), arguments.into())
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[method(sig = "($self, object, /)")]
    fn count(this: Gc<Range>, vm: &mut Vm, object: Value) -> PyResult<usize> {
        if let Some(value) = plain(object) {
            return Ok(usize::from(contains_int(this, vm, value)?));
        }
        let iterator = vm.iter(this.into())?;
        let mut count = 0;
        while let Some(item) = vm.next(iterator)? {
            count += usize::from(vm.eq(item, object)?);
        }
        Ok(count)
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[method(sig = "($self, object, /)")]
    fn index(this: Gc<Range>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        if let Some(value) = plain(object) {
            if !contains_int(this, vm, value)? {
                return Err(vm.value_error(format_args!("range.index(x): x not in range")));
            }
            let distance = arithmetic(vm, BinaryOp::Sub, value, this.start)?;
            return arithmetic(vm, BinaryOp::FloorDiv, distance, this.step);
        }
        let iterator = vm.iter(this.into())?;
        let mut index = 0;
        while let Some(item) = vm.next(iterator)? {
            if vm.eq(item, object)? {
                return int::from_i64(vm, index);
            }
            index += 1;
        }
        Err(vm.value_error(format_args!("sequence.index(x): x not in sequence")))
    }

    #[getter(member)]
    fn start(this: Gc<Range>) -> Value {
        this.start
    }

    #[getter(member)]
    fn stop(this: Gc<Range>) -> Value {
        this.stop
    }

    #[getter(member)]
    fn step(this: Gc<Range>) -> Value {
        this.step
    }
}

/// The int that an exact int or a bool is.
fn plain(value: Value) -> Option<Value> {
    match value.as_bool() {
        Some(truth) => Some(Value::int32(i32::from(truth))),
        None => Some(value).filter(|value| int::is_exact(*value)),
    }
}

fn contains_int(this: Gc<Range>, vm: &mut Vm, value: Value) -> PyResult<bool> {
    let inside = if int::is_negative(this.step) {
        !less(vm, this.start, value)? && less(vm, this.stop, value)?
    } else {
        !less(vm, value, this.start)? && less(vm, value, this.stop)?
    };
    if !inside {
        return Ok(false);
    }
    let distance = arithmetic(vm, BinaryOp::Sub, value, this.start)?;
    let rest = arithmetic(vm, BinaryOp::Mod, distance, this.step)?;
    Ok(rest == Value::ZERO)
}

fn equal(vm: &mut Vm, a: Gc<Range>, b: Gc<Range>) -> PyResult<bool> {
    if a == b {
        return Ok(true);
    }
    if !vm.eq(a.length, b.length)? {
        return Ok(false);
    }
    if a.length == Value::ZERO {
        return Ok(true);
    }
    if !vm.eq(a.start, b.start)? {
        return Ok(false);
    }
    if a.length == Value::int32(1) {
        return Ok(true);
    }
    vm.eq(a.step, b.step)
}

fn slice_of(this: Gc<Range>, vm: &mut Vm, slice: Gc<Slice>) -> PyResult<Value> {
    let [start, stop, step] = slice::fit(vm, slice, this.length)?;
    let step = arithmetic(vm, BinaryOp::Mul, step, this.step)?;
    let start = this.item(vm, start)?;
    let stop = this.item(vm, stop)?;
    Ok(Range::new(vm, start, stop, step)?.into())
}

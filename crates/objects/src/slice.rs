//! Slices, and how indices and slices select items of sequences.

use crate::int;
use crate::list::show::Show;
use crate::protocol::{BinaryOp, is_identical};
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};
use std::ops::Range;

/// A slice: `slice(start, stop, step)`.
#[pytype(
    name = "slice",
    shape = crate::shape::core::SLICE,
    doc = "slice(stop)\nslice(start, stop[, step])\n\nCreate a slice object.  This is used for extended slicing (e.g. a[0:10:2])."
)]
pub struct Slice {
    /// `start`, None when absent.
    pub start: Value,
    /// `stop`, None when absent.
    pub stop: Value,
    /// `step`, None when absent.
    pub step: Value,
}

/// A slice as machine numbers, not yet fitted to a length.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// First index, negative from the end.
    pub start: isize,
    /// The index where it ends, negative from the end.
    pub stop: isize,
    /// Never 0.
    pub step: isize,
}

/// The indices that a slice selects from a sequence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Indices {
    /// The first one.
    pub start: usize,
    /// The distance between two.
    pub step: isize,
    /// How many there are.
    pub len: usize,
}

impl Bounds {
    /// The indices within a sequence of `len` items.
    pub fn within(self, len: usize) -> Indices {
        // No length exceeds `isize::MAX`.
        let len = len as isize;
        let clip = |index: isize, low: isize, high: isize| {
            let index = if index < 0 { index.saturating_add(len) } else { index };
            index.clamp(low, high)
        };
        let (low, high) = if self.step < 0 { (-1, len - 1) } else { (0, len) };
        let (start, stop) = (clip(self.start, low, high), clip(self.stop, low, high));
        let distance = if self.step < 0 { start - stop } else { stop - start };
        let len =
            if distance <= 0 { 0 } else { (distance as usize - 1) / self.step.unsigned_abs() + 1 };
        Indices { start: start.max(0) as usize, step: self.step, len }
    }
}

impl Bounds {
    /// The bounds of `start:stop` when both are None or immediate ints.
    #[inline]
    pub fn of_small(start: Value, stop: Value) -> Option<Bounds> {
        let number = |v: Value, absent| {
            if v.is_none() { Some(absent) } else { v.as_small_int().map(|i| i as isize) }
        };
        Some(Bounds { start: number(start, 0)?, stop: number(stop, isize::MAX)?, step: 1 })
    }
}

impl Indices {
    /// The range of the indices, if the step is 1.
    pub fn range(self) -> Range<usize> {
        self.start..self.start + self.len
    }

    /// The indices, one after another.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..self.len)
            .map(move |n| self.start.wrapping_add_signed((n as isize).wrapping_mul(self.step)))
    }

    /// The same indices in ascending order.
    pub fn ascending(self) -> Indices {
        if self.step > 0 || self.len == 0 {
            return self;
        }
        let last = self.start.wrapping_add_signed((self.len as isize - 1).wrapping_mul(self.step));
        Indices { start: last, step: self.step.saturating_neg(), len: self.len }
    }
}

impl Slice {
    /// A slice of the three values, None for an absent one.
    pub fn new(vm: &mut Vm, start: Value, stop: Value, step: Value) -> PyResult<Gc<Slice>> {
        Slice::create(vm, start, stop, step)
    }

    /// The machine numbers of the slice; absent and too large ones become the ends.
    pub fn unpack(&self, vm: &mut Vm) -> PyResult<Bounds> {
        let step = if self.step.is_none() { 1 } else { bound(vm, self.step)? };
        if step == 0 {
            return Err(vm.value_error(format_args!("slice step cannot be zero")));
        }
        // So that a step can be negated.
        let step = step.max(-isize::MAX);
        let (first, last) = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
        let start = if self.start.is_none() { first } else { bound(vm, self.start)? };
        let stop = if self.stop.is_none() { last } else { bound(vm, self.stop)? };
        Ok(Bounds { start, stop, step })
    }

    fn parts(&self) -> [Value; 3] {
        [self.start, self.stop, self.step]
    }
}

/// A bound of a slice.
fn bound(vm: &mut Vm, v: Value) -> PyResult<isize> {
    if let Some(index) = v.as_small_int() {
        return Ok(index as isize);
    }
    if !is_index(v) {
        return Err(vm.type_error(format_args!(
            "slice indices must be integers or None or have an __index__ method"
        )));
    }
    vm.index_clipped(v)
}

/// Whether `v` is an int or has `__index__`.
fn is_index(v: Value) -> bool {
    class_of(v).slots().index.is_some()
}

/// A bound in `index(value, start, stop)`; `absent` for UNDEF.
pub fn search_bound(vm: &mut Vm, v: Value, absent: isize) -> PyResult<isize> {
    if v.is_undef() {
        return Ok(absent);
    }
    if !is_index(v) {
        return Err(vm.type_error(format_args!(
            "slice indices must be integers or have an __index__ method"
        )));
    }
    vm.index_clipped(v)
}

/// The bounds of a search in a sequence of `len` items. The end isn't clipped: the sequence may grow meanwhile.
pub fn clip_search(start: isize, stop: isize, len: usize) -> (usize, usize) {
    let from_end = |index: isize| {
        if index < 0 { len.saturating_sub(index.unsigned_abs()) } else { index.unsigned_abs() }
    };
    (from_end(start), from_end(stop))
}

/// The machine number of a subscript; `None` if it isn't an integer at all. Too large ones raise IndexError.
#[inline]
pub fn index_of(vm: &mut Vm, key: Value) -> PyResult<Option<isize>> {
    if let Some(index) = key.as_small_int() {
        return Ok(Some(index as isize));
    }
    if !is_index(key) {
        return Ok(None);
    }
    vm.index_for_item(key).map(Some)
}

/// The item that `index`, negative from the end, means in a sequence of `len` items.
#[inline]
pub fn item_index(index: isize, len: usize) -> Option<usize> {
    let index =
        if index < 0 { len.checked_sub(index.unsigned_abs())? } else { index.unsigned_abs() };
    (index < len).then_some(index)
}

#[pymethods]
impl Slice {
    #[slot(new)]
    fn new_object(
        _cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Slice>> {
        crate::iter::no_keywords(vm, "slice", kwnames)?;
        match *args {
            [] => Err(vm.type_error(format_args!("slice expected at least 1 argument, got 0"))),
            [stop] => Slice::new(vm, Value::NONE, stop, Value::NONE),
            [start, stop] => Slice::new(vm, start, stop, Value::NONE),
            [start, stop, step] => Slice::new(vm, start, stop, step),
            _ => Err(vm.type_error(format_args!(
                "slice expected at most 3 arguments, got {}",
                args.len()
            ))),
        }
    }

    #[slot(repr)]
    fn repr(this: Gc<Slice>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let mut show = Show::new(vm, "slice(")?;
        for (index, part) in this.parts().into_iter().enumerate() {
            if index > 0 {
                show.push(vm, ", ")?;
            }
            show.push_repr(vm, part)?;
        }
        show.push(vm, ")")?;
        show.finish(vm)
    }

    #[slot(hash)]
    fn hash(this: Gc<Slice>, vm: &mut Vm) -> PyResult<i64> {
        // The tuple hash without its last step, as CPython has it.
        const PRIME_1: u64 = 11_400_714_785_074_694_791;
        const PRIME_2: u64 = 14_029_467_366_897_019_727;
        const PRIME_5: u64 = 2_870_177_450_012_600_261;
        let mut sum = PRIME_5;
        for part in this.parts() {
            let lane = vm.hash(part)? as u64;
            sum =
                sum.wrapping_add(lane.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1);
        }
        Ok(if sum == u64::MAX { 1_546_275_796 } else { sum as i64 })
    }

    #[slot(compare)]
    fn compare(this: Gc<Slice>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<Slice>() else {
            return Ok(crate::singletons::not_implemented());
        };
        if this == other {
            return Ok(Value::from_bool(matches!(
                op,
                CompareOp::Eq | CompareOp::Le | CompareOp::Ge
            )));
        }
        let (a, b) =
            (Tuple::from_slice(vm, &this.parts())?, Tuple::from_slice(vm, &other.parts())?);
        vm.compare(a.into(), b.into(), op)
    }

    #[getter(member)]
    fn start(this: Gc<Slice>) -> Value {
        this.start
    }

    #[getter(member)]
    fn stop(this: Gc<Slice>) -> Value {
        this.stop
    }

    #[getter(member)]
    fn step(this: Gc<Slice>) -> Value {
        this.step
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[method(sig = "($self, object, /)")]
    fn indices(this: Gc<Slice>, vm: &mut Vm, object: Value) -> PyResult<Gc<Tuple>> {
        let len = vm.index(object)?;
        if int::is_negative(len) {
            return Err(vm.value_error(format_args!("length should not be negative")));
        }
        let parts = fit(vm, this, len)?;
        Tuple::from_slice(vm, &parts)
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Slice>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let arguments = Tuple::from_slice(vm, &this.parts())?;
        Tuple::pair(vm, class_of(this.into()).into(), arguments.into())
    }
}

/// start, stop and step of `slice` within a sequence of any length, which may exceed machine numbers.
pub(crate) fn fit(vm: &mut Vm, slice: Gc<Slice>, len: Value) -> PyResult<[Value; 3]> {
    let step = if slice.step.is_none() { Value::int32(1) } else { big_bound(vm, slice.step)? };
    if step == Value::ZERO {
        return Err(vm.value_error(format_args!("slice step cannot be zero")));
    }
    let backwards = int::is_negative(step);
    let minus_one = Value::int32(-1);
    let (low, high) = if backwards {
        (minus_one, vm.binary(BinaryOp::Add, len, minus_one)?)
    } else {
        (Value::ZERO, len)
    };
    let (first, last) = if backwards { (high, low) } else { (low, high) };
    let mut ends = [first, last];
    for (end, given) in ends.iter_mut().zip([slice.start, slice.stop]) {
        if given.is_none() {
            continue;
        }
        let mut index = big_bound(vm, given)?;
        if int::is_negative(index) {
            index = vm.binary(BinaryOp::Add, index, len)?;
        }
        *end = if vm.compare_bool(index, low, CompareOp::Lt)? {
            low
        } else if vm.compare_bool(index, high, CompareOp::Gt)? {
            high
        } else {
            index
        };
    }
    debug_assert!(!is_identical(step, Value::ZERO));
    Ok([ends[0], ends[1], step])
}

fn big_bound(vm: &mut Vm, v: Value) -> PyResult<Value> {
    if !is_index(v) {
        return Err(vm.type_error(format_args!(
            "slice indices must be integers or None or have an __index__ method"
        )));
    }
    vm.index(v)
}

//! Iterators that make or repeat items: `chain`, `repeat`, `count`, `cycle` and `islice`.

use super::advance;
use super::plain;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::list::List;
use objects::protocol::BinaryOp;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// Return a chain object whose .__next__() method returns elements from the first iterable until it is exhausted.
#[pytype(name = "itertools.chain", flags(BASETYPE), signature = "(*iterables)")]
pub struct Chain {
    /// An iterator of iterables.
    source: Field<Value>,
    active: Field<Value>,
}

#[pymethods]
impl Chain {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let all = Tuple::from_slice(vm, plain(args, kwnames))?;
        let source = vm.iter(all.into())?;
        Chain::create_as(vm, cls, Field::new(source), Field::new(Value::NONE))
    }
    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod]
    fn from_iterable(cls: Gc<Type>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<Self>> {
        let source = vm.iter(iterable)?;
        Chain::create_as(vm, cls, Field::new(source), Field::new(Value::NONE))
    }
    /// See PEP 585
    #[classmethod(sig = "($type, object, /)", no_text)]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        loop {
            let active = this.active.get();
            if !active.is_none() {
                if let Some(v) = vm.next(active)? {
                    return Ok(Some(v));
                }
                this.active.set(this, vm.heap(), Value::NONE);
            }
            let iterable = advance!(this, vm, source);
            let it = vm.iter(iterable)?;
            this.active.set(this, vm.heap(), it);
        }
    }
}

/// Make an iterator that returns a given object over and over again.
#[pytype(
    name = "itertools.repeat",
    flags(BASETYPE),
    signature = "(object, times=<unrepresentable>)"
)]
pub struct Repeat {
    object: Value,
    /// -1 for ever.
    left: Cell<isize>,
}

#[pymethods]
impl Repeat {
    #[slot(new, sig = "(object, times=<unrepresentable>)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, object: Value, times: Option<Value>) -> PyResult<Gc<Self>> {
        let left = match times {
            Some(t) => objects::convert::to_isize(vm, t)?.max(0),
            None => -1,
        };
        Repeat::create_as(vm, cls, object, Cell::new(left))
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>) -> Option<Value> {
        match this.left.get() {
            0 => return None,
            n if n > 0 => this.left.set(n - 1),
            _ => {}
        }
        Some(this.object)
    }
    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(this: Gc<Self>, vm: &mut Vm) -> PyResult<isize> {
        match this.left.get() {
            n if n < 0 => Err(vm.type_error(format_args!("len() of unsized object"))),
            n => Ok(n),
        }
    }
    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let shown = vm.repr(this.object)?;
        match this.left.get() {
            n if n < 0 => Str::from_fmt(vm, format_args!("repeat({})", shown.text())),
            n => Str::from_fmt(vm, format_args!("repeat({}, {n})", shown.text())),
        }
    }
}

/// Return a count object whose .__next__() method returns consecutive values.
#[pytype(name = "itertools.count", flags(BASETYPE), signature = "(start=0, step=1)")]
pub struct Count {
    value: Field<Value>,
    step: Value,
}

#[pymethods]
impl Count {
    #[slot(new, sig = "(start=0, step=1)")]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        #[default(Value::ZERO)] start: Value,
        #[default(Value::int32(1))] step: Value,
    ) -> PyResult<Gc<Self>> {
        for v in [start, step] {
            let number = v.is_small_int()
                || v.is_bool()
                || v.is_small_float()
                || objects::types::class_of(v).slots().index.is_some()
                || objects::types::class_of(v).slots().float.is_some()
                || objects::types::class_of(v).slots().add.is_some();
            if !number {
                return Err(vm.type_error(format_args!("a number is required")));
            }
        }
        Count::create_as(vm, cls, Field::new(start), step)
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let value = this.value.get();
        let next = vm.binary(BinaryOp::Add, value, this.step)?;
        this.value.set(this, vm.heap(), next);
        Ok(Some(value))
    }
    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let value = vm.repr(this.value.get())?;
        if this.step == Value::int32(1) {
            return Str::from_fmt(vm, format_args!("count({})", value.text()));
        }
        let step = vm.repr(this.step)?;
        Str::from_fmt(vm, format_args!("count({}, {})", value.text(), step.text()))
    }
}

/// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
#[pytype(name = "itertools.cycle", flags(BASETYPE), signature = "(iterable, /)")]
pub struct Cycle {
    source: Field<Value>,
    saved: Gc<List>,
    at: Cell<usize>,
}

#[pymethods]
impl Cycle {
    #[slot(new, sig = "(iterable, /)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<Self>> {
        let source = vm.iter(iterable)?;
        let saved = List::new(vm)?;
        Cycle::create_as(vm, cls, Field::new(source), saved, Cell::new(0))
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let source = this.source.get();
        if !source.is_none() {
            if let Some(v) = vm.next(source)? {
                this.saved.push(vm, v)?;
                return Ok(Some(v));
            }
            this.source.set(this, vm.heap(), Value::NONE);
        }
        let n = this.saved.len();
        if n == 0 {
            return Ok(None);
        }
        let i = this.at.get();
        this.at.set((i + 1) % n);
        Ok(this.saved.get(i))
    }
}

/// Return an iterator whose next() method returns selected values from an iterable.
#[pytype(name = "itertools.islice", flags(BASETYPE), signature = "(iterable, /, *args)")]
pub struct ISlice {
    source: Field<Value>,
    /// The next index to give, the first one not to give, the step, and how many were taken.
    next: Cell<usize>,
    stop: Cell<usize>,
    step: Cell<usize>,
    taken: Cell<usize>,
}

fn bound(vm: &mut Vm, v: Value, absent: usize, what: &str) -> PyResult<usize> {
    if v.is_none() {
        return Ok(absent);
    }
    let n = match vm.index(v) {
        Ok(n) => objects::int::to_i64(n).and_then(|n| usize::try_from(n).ok()),
        Err(_) => {
            vm.clear_raised();
            None
        }
    };
    match n {
        Some(n) => Ok(n),
        None => Err(vm.value_error(format_args!("{what}"))),
    }
}

#[pymethods]
impl ISlice {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        const INDICES: &str =
            "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        let (iterable, start, stop, step) = match *plain(args, kwnames) {
            [iterable, stop] => (iterable, Value::NONE, stop, Value::NONE),
            [iterable, start, stop] => (iterable, start, stop, Value::NONE),
            [iterable, start, stop, step] => (iterable, start, stop, step),
            ref other if other.len() < 2 => {
                return Err(vm.type_error(format_args!(
                    "islice expected at least 2 arguments, got {}",
                    other.len()
                )));
            }
            ref other => {
                return Err(vm.type_error(format_args!(
                    "islice expected at most 4 arguments, got {}",
                    other.len()
                )));
            }
        };
        let only = plain(args, kwnames).len() == 2;
        let text = if only {
            "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
        } else {
            INDICES
        };
        let stop = bound(vm, stop, usize::MAX, text)?;
        let start = bound(vm, start, 0, INDICES)?;
        let step = bound(vm, step, 1, "Step for islice() must be a positive integer or None.")?;
        if step == 0 {
            return Err(vm.value_error(format_args!(
                "Step for islice() must be a positive integer or None."
            )));
        }
        let source = vm.iter(iterable)?;
        ISlice::create_as(
            vm,
            cls,
            Field::new(source),
            Cell::new(start),
            Cell::new(stop),
            Cell::new(step),
            Cell::new(0),
        )
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let (next, stop) = (this.next.get(), this.stop.get());
        if this.source.get().is_none() {
            return Ok(None);
        }
        while this.taken.get() < next.min(stop) {
            advance!(this, vm, source);
            this.taken.set(this.taken.get() + 1);
        }
        if next >= stop {
            this.source.set(this, vm.heap(), Value::NONE);
            return Ok(None);
        }
        let v = advance!(this, vm, source);
        this.taken.set(this.taken.get() + 1);
        this.next.set(next.saturating_add(this.step.get()));
        Ok(Some(v))
    }
}

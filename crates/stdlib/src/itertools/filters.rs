//! Iterators that apply a function or choose items: `accumulate`, `starmap`, `takewhile`, `dropwhile`, `filterfalse`, `compress`.

use super::advance;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::protocol::BinaryOp;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// Return series of accumulated sums (or other binary function results).
#[pytype(
    name = "itertools.accumulate",
    flags(BASETYPE),
    signature = "(iterable, func=None, *, initial=None)"
)]
pub struct Accumulate {
    source: Field<Value>,
    function: Value,
    /// UNDEF before the first.
    total: Field<Value>,
    /// The initial value still to be given, or UNDEF.
    initial: Field<Value>,
}

#[pymethods]
impl Accumulate {
    #[slot(new, sig = "(iterable, func=None, *, initial=None)")]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        iterable: Value,
        #[default(Value::NONE)] func: Value,
        #[default(Value::NONE)] initial: Value,
    ) -> PyResult<Gc<Self>> {
        let source = vm.iter(iterable)?;
        let initial = if initial.is_none() { Value::UNDEF } else { initial };
        Accumulate::create_as(
            vm,
            cls,
            Field::new(source),
            func,
            Field::new(Value::UNDEF),
            Field::new(initial),
        )
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let initial = this.initial.get();
        if !initial.is_undef() {
            this.initial.set(this, vm.heap(), Value::UNDEF);
            this.total.set(this, vm.heap(), initial);
            return Ok(Some(initial));
        }
        let v = advance!(this, vm, source);
        let total = this.total.get();
        let new = if total.is_undef() {
            v
        } else if this.function.is_none() {
            vm.binary(BinaryOp::Add, total, v)?
        } else {
            vm.call(this.function, &[total, v])?
        };
        this.total.set(this, vm.heap(), new);
        Ok(Some(new))
    }
}

/// Return an iterator whose values are returned from the function evaluated with an argument tuple.
#[pytype(name = "itertools.starmap", flags(BASETYPE), signature = "(function, iterable, /)")]
pub struct StarMap {
    function: Value,
    source: Field<Value>,
}

#[pymethods]
impl StarMap {
    #[slot(new, sig = "(function, iterable, /)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, function: Value, iterable: Value) -> PyResult<Gc<Self>> {
        let source = vm.iter(iterable)?;
        StarMap::create_as(vm, cls, function, Field::new(source))
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let args = advance!(this, vm, source);
        let args = Tuple::from_iterable(vm, args)?;
        vm.call(this.function, args.items()).map(Some)
    }
}

/// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
#[pytype(name = "itertools.takewhile", flags(BASETYPE), signature = "(predicate, iterable, /)")]
pub struct TakeWhile {
    function: Value,
    source: Field<Value>,
}

#[pymethods]
impl TakeWhile {
    #[slot(new, sig = "(predicate, iterable, /)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, predicate: Value, iterable: Value) -> PyResult<Gc<Self>> {
        let source = vm.iter(iterable)?;
        TakeWhile::create_as(vm, cls, predicate, Field::new(source))
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let v = advance!(this, vm, source);
        let yes = vm.call(this.function, &[v])?;
        if vm.truthy(yes)? {
            return Ok(Some(v));
        }
        this.source.set(this, vm.heap(), Value::NONE);
        Ok(None)
    }
}

/// Drop items from the iterable while predicate(item) is true.
#[pytype(name = "itertools.dropwhile", flags(BASETYPE), signature = "(predicate, iterable, /)")]
pub struct DropWhile {
    function: Value,
    source: Field<Value>,
    started: Cell<bool>,
}

#[pymethods]
impl DropWhile {
    #[slot(new, sig = "(predicate, iterable, /)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, predicate: Value, iterable: Value) -> PyResult<Gc<Self>> {
        let source = vm.iter(iterable)?;
        DropWhile::create_as(vm, cls, predicate, Field::new(source), Cell::new(false))
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        loop {
            let v = advance!(this, vm, source);
            if this.started.get() {
                return Ok(Some(v));
            }
            let yes = vm.call(this.function, &[v])?;
            if !vm.truthy(yes)? {
                this.started.set(true);
                return Ok(Some(v));
            }
        }
    }
}

/// Return those items of iterable for which function(item) is false.
#[pytype(name = "itertools.filterfalse", flags(BASETYPE), signature = "(function, iterable, /)")]
pub struct FilterFalse {
    function: Value,
    source: Field<Value>,
}

#[pymethods]
impl FilterFalse {
    #[slot(new, sig = "(function, iterable, /)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, function: Value, iterable: Value) -> PyResult<Gc<Self>> {
        let source = vm.iter(iterable)?;
        FilterFalse::create_as(vm, cls, function, Field::new(source))
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        loop {
            let v = advance!(this, vm, source);
            let yes = if this.function.is_none() { v } else { vm.call(this.function, &[v])? };
            if !vm.truthy(yes)? {
                return Ok(Some(v));
            }
        }
    }
}

/// Return data elements corresponding to true selector elements.
#[pytype(name = "itertools.compress", flags(BASETYPE), signature = "(data, selectors)")]
pub struct Compress {
    source: Field<Value>,
    selectors: Value,
}

#[pymethods]
impl Compress {
    #[slot(new, sig = "(data, selectors)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, data: Value, selectors: Value) -> PyResult<Gc<Self>> {
        let source = vm.iter(data)?;
        let selectors = vm.iter(selectors)?;
        Compress::create_as(vm, cls, Field::new(source), selectors)
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        loop {
            let v = advance!(this, vm, source);
            let Some(yes) = vm.next(this.selectors)? else { return Ok(None) };
            if vm.truthy(yes)? {
                return Ok(Some(v));
            }
        }
    }
}

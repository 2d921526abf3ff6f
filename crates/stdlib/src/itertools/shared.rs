//! Iterators that share a source: `groupby` with its groups, and `tee`.

use super::advance;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// make an iterator that returns consecutive keys and groups from the iterable
#[pytype(name = "itertools.groupby", flags(BASETYPE), signature = "(iterable, key=None)")]
pub struct GroupBy {
    source: Field<Value>,
    key: Value,
    /// The key of the group, of the item read last, and that item; UNDEF before the first.
    target: Field<Value>,
    current: Field<Value>,
    item: Field<Value>,
    /// Which group is the one that is given out.
    number: Cell<u64>,
}

impl GroupBy {
    /// Reads an item and its key.
    fn step(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<()>> {
        let v = advance!(this, vm, source);
        let key = if this.key.is_none() { v } else { vm.call(this.key, &[v])? };
        this.item.set(this, vm.heap(), v);
        this.current.set(this, vm.heap(), key);
        Ok(Some(()))
    }
}

#[pymethods]
impl GroupBy {
    #[slot(new, sig = "(iterable, key=None)")]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        iterable: Value,
        #[default(Value::NONE)] key: Value,
    ) -> PyResult<Gc<Self>> {
        let source = vm.iter(iterable)?;
        let undef = || Field::new(Value::UNDEF);
        GroupBy::create_as(
            vm,
            cls,
            Field::new(source),
            key,
            undef(),
            undef(),
            undef(),
            Cell::new(0),
        )
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        this.number.set(this.number.get() + 1);
        loop {
            let (target, current) = (this.target.get(), this.current.get());
            if !current.is_undef() && (target.is_undef() || !vm.eq(target, current)?) {
                break;
            }
            if GroupBy::step(this, vm)?.is_none() {
                return Ok(None);
            }
        }
        let key = this.current.get();
        this.target.set(this, vm.heap(), key);
        let group = Group::create(vm, this, key, Cell::new(this.number.get()))?;
        Ok(Some(Tuple::pair(vm, key, group.into())?.into()))
    }
}

/// The items of one group.
#[pytype(name = "itertools._grouper", flags(NO_NEW))]
pub struct Group {
    parent: Gc<GroupBy>,
    key: Value,
    number: Cell<u64>,
}

#[pymethods]
impl Group {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let parent = this.parent;
        if parent.number.get() != this.number.get() {
            return Ok(None);
        }
        if parent.item.get().is_undef() && GroupBy::step(parent, vm)?.is_none() {
            return Ok(None);
        }
        if !vm.eq(this.key, parent.current.get())? {
            return Ok(None);
        }
        let v = parent.item.get();
        parent.item.set(parent, vm.heap(), Value::UNDEF);
        Ok(v.defined())
    }
}

/// What the iterators of one `tee` share: the source, and the items read from it in a chain of cells.
#[pytype(name = "itertools._tee_dataobject", flags(NO_NEW))]
pub struct TeeLink {
    /// UNDEF while it isn't read.
    value: Field<Value>,
    next: Field<Option<Gc<TeeLink>>>,
}

#[pymethods]
impl TeeLink {}

/// Iterator wrapped to make it copyable.
#[pytype(name = "itertools._tee", flags(WEAKREF), signature = "(iterable, /)")]
pub struct Tee {
    pub source: Value,
    pub link: Field<Gc<TeeLink>>,
}

impl Tee {
    pub fn over(vm: &mut Vm, iterable: Value) -> PyResult<Gc<Tee>> {
        let source = vm.iter(iterable)?;
        if let Some(t) = source.cast::<Tee>() {
            return Tee::create(vm, t.source, Field::new(t.link.get()));
        }
        let link = TeeLink::create(vm, Field::new(Value::UNDEF), Field::new(None))?;
        Tee::create(vm, source, Field::new(link))
    }
}

#[pymethods]
impl Tee {
    #[slot(new, sig = "(iterable, /)")]
    fn new(_cls: Gc<Type>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<Self>> {
        Tee::over(vm, iterable)
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let link = this.link.get();
        if link.value.get().is_undef() {
            let Some(v) = vm.next(this.source)? else { return Ok(None) };
            let next = TeeLink::create(vm, Field::new(Value::UNDEF), Field::new(None))?;
            link.value.set(link, vm.heap(), v);
            link.next.set(link, vm.heap(), Some(next));
        }
        if let Some(next) = link.next.get() {
            this.link.set(this, vm.heap(), next);
        }
        Ok(link.value.get().defined())
    }
    /// Returns an independent iterator.
    #[method]
    fn __copy__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
        Tee::create(vm, this.source, Field::new(this.link.get()))
    }
}

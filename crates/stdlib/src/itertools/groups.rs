//! Iterators that put items together: `pairwise`, `batched` and `zip_longest`.

use super::advance;
use super::plain;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::list::List;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// Return an iterator of overlapping pairs taken from the input iterator.
#[pytype(name = "itertools.pairwise", flags(BASETYPE), signature = "(iterable, /)")]
pub struct Pairwise {
    source: Field<Value>,
    /// UNDEF before the first.
    old: Field<Value>,
}

#[pymethods]
impl Pairwise {
    #[slot(new, sig = "(iterable, /)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<Self>> {
        let source = vm.iter(iterable)?;
        Pairwise::create_as(vm, cls, Field::new(source), Field::new(Value::UNDEF))
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        if this.old.get().is_undef() {
            let first = advance!(this, vm, source);
            this.old.set(this, vm.heap(), first);
        }
        let new = advance!(this, vm, source);
        let old = this.old.get();
        this.old.set(this, vm.heap(), new);
        Ok(Some(Tuple::pair(vm, old, new)?.into()))
    }
}

/// Batch data into tuples of length n. The last batch may be shorter than n.
#[pytype(name = "itertools.batched", flags(BASETYPE), signature = "(iterable, n, *, strict=False)")]
pub struct Batched {
    source: Field<Value>,
    size: Cell<usize>,
    strict: Cell<bool>,
}

#[pymethods]
impl Batched {
    #[slot(new, sig = "(iterable, n, *, strict=False)")]
    fn new(
        cls: Gc<Type>,
        vm: &mut Vm,
        iterable: Value,
        n: isize,
        strict: bool,
    ) -> PyResult<Gc<Self>> {
        let Some(size) = usize::try_from(n).ok().filter(|n| *n > 0) else {
            return Err(vm.value_error(format_args!("n must be at least one")));
        };
        let source = vm.iter(iterable)?;
        Batched::create_as(vm, cls, Field::new(source), Cell::new(size), Cell::new(strict))
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let source = this.source.get();
        if source.is_none() {
            return Ok(None);
        }
        let list = List::new(vm)?;
        while list.len() < this.size.get() {
            match vm.next(source)? {
                Some(v) => list.push(vm, v)?,
                None => {
                    this.source.set(this, vm.heap(), Value::NONE);
                    break;
                }
            }
        }
        if list.len() == 0 {
            return Ok(None);
        }
        if this.strict.get() && list.len() < this.size.get() {
            return Err(vm.value_error(format_args!("batched(): incomplete batch")));
        }
        Ok(Some(list.to_tuple(vm)?.into()))
    }
}

/// Return a zip_longest object whose .__next__() method returns a tuple.
#[pytype(
    name = "itertools.zip_longest",
    flags(BASETYPE),
    signature = "(*iterables, fillvalue=None)"
)]
pub struct ZipLongest {
    /// The iterators; None for those at their end.
    sources: Gc<List>,
    fill: Value,
    active: Cell<usize>,
}

#[pymethods]
impl ZipLongest {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let kwargs = objects::args::KwArgs::all(args, kwnames);
        if kwargs.iter().any(|(name, _)| name.text() != "fillvalue") {
            return Err(
                vm.type_error(format_args!("zip_longest() got an unexpected keyword argument"))
            );
        }
        let fill = kwargs.get("fillvalue").unwrap_or(Value::NONE);
        let sources = List::new(vm)?;
        for v in plain(args, kwnames) {
            let it = vm.iter(*v)?;
            sources.push(vm, it)?;
        }
        let n = sources.len();
        ZipLongest::create_as(vm, cls, sources, fill, Cell::new(n))
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        if this.active.get() == 0 {
            return Ok(None);
        }
        let row = List::new(vm)?;
        for i in 0..this.sources.len() {
            let it = this.sources.get(i).unwrap_or(Value::NONE);
            let v = if it.is_none() { None } else { vm.next(it)? };
            if v.is_none() && !it.is_none() {
                this.sources.set(vm, i, Value::NONE);
                this.active.set(this.active.get() - 1);
                if this.active.get() == 0 {
                    return Ok(None);
                }
            }
            row.push(vm, v.unwrap_or(this.fill))?;
        }
        Ok(Some(row.to_tuple(vm)?.into()))
    }
}

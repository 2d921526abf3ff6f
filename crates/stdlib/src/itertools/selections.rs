//! Selections of items: `product`, `permutations`, `combinations` and `combinations_with_replacement`.

use super::plain;
use heap::Gc;
use macros::{pymethods, pytype};
use objects::list::List;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// Selections from pools by indices, as `product`, `permutations` and the two kinds of combinations make them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Product,
    Permutations,
    Combinations,
    WithReplacement,
}

impl objects::layout::Plain for Choice {}

/// The state of an iterator over selections.
#[pytype(name = "itertools._selection", flags(BASETYPE))]
pub struct Selection {
    /// A list of tuples: for products one for each place, else a single one.
    pools: Gc<List>,
    #[untraced]
    indices: std::cell::RefCell<Vec<usize>>,
    #[untraced]
    cycles: std::cell::RefCell<Vec<usize>>,
    choice: Cell<Choice>,
    places: Cell<usize>,
    started: Cell<bool>,
    ended: Cell<bool>,
}

impl Selection {
    fn begin(
        vm: &mut Vm,
        pools: Gc<List>,
        choice: Choice,
        places: usize,
    ) -> PyResult<SelectionParts> {
        let n = pools.get(0).and_then(|p| p.cast::<Tuple>()).map_or(0, |t| t.len());
        let mut indices = Vec::new();
        let count = if choice == Choice::Permutations { n } else { places };
        if indices.try_reserve_exact(count).is_err() {
            return Err(vm.memory_error());
        }
        match choice {
            Choice::Product | Choice::WithReplacement => indices.resize(count, 0),
            Choice::Permutations | Choice::Combinations => indices.extend(0..count),
        }
        let cycles = if choice == Choice::Permutations && places <= n {
            (n - places + 1..=n).rev().collect()
        } else {
            Vec::new()
        };
        let ended = match choice {
            Choice::Product => (0..pools.len()).any(|i| pool_len(pools, i) == 0),
            Choice::Permutations | Choice::Combinations => places > n,
            Choice::WithReplacement => n == 0 && places > 0,
        };
        Ok((
            pools,
            std::cell::RefCell::new(indices),
            std::cell::RefCell::new(cycles),
            Cell::new(choice),
            Cell::new(places),
            Cell::new(false),
            Cell::new(ended),
        ))
    }

    /// Moves on; `false` at the end.
    fn step(&self) -> bool {
        let (mut indices, places) = (self.indices.borrow_mut(), self.places.get());
        match self.choice.get() {
            Choice::Product => {
                for i in (0..places).rev() {
                    indices[i] += 1;
                    if indices[i] < pool_len(self.pools, i) {
                        return true;
                    }
                    indices[i] = 0;
                }
                false
            }
            Choice::Permutations => {
                let n = indices.len();
                let mut cycles = self.cycles.borrow_mut();
                for i in (0..places).rev() {
                    cycles[i] -= 1;
                    if cycles[i] == 0 {
                        indices[i..].rotate_left(1);
                        cycles[i] = n - i;
                    } else {
                        let j = n - cycles[i];
                        indices.swap(i, j);
                        return true;
                    }
                }
                false
            }
            Choice::Combinations => {
                let n = pool_len(self.pools, 0);
                for i in (0..places).rev() {
                    if indices[i] != i + n - places {
                        indices[i] += 1;
                        for j in i + 1..places {
                            indices[j] = indices[j - 1] + 1;
                        }
                        return true;
                    }
                }
                false
            }
            Choice::WithReplacement => {
                let n = pool_len(self.pools, 0);
                for i in (0..places).rev() {
                    if indices[i] != n - 1 {
                        let v = indices[i] + 1;
                        indices[i..places].fill(v);
                        return true;
                    }
                }
                false
            }
        }
    }
}

type SelectionParts = (
    Gc<List>,
    std::cell::RefCell<Vec<usize>>,
    std::cell::RefCell<Vec<usize>>,
    Cell<Choice>,
    Cell<usize>,
    Cell<bool>,
    Cell<bool>,
);

fn pool_len(pools: Gc<List>, i: usize) -> usize {
    pools.get(i).and_then(|p| p.cast::<Tuple>()).map_or(0, |t| t.len())
}

#[pymethods]
impl Selection {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        if this.ended.get() {
            return Ok(None);
        }
        if this.started.replace(true) && !this.step() {
            this.ended.set(true);
            return Ok(None);
        }
        let places = this.places.get();
        let mut row = Tuple::builder(vm, places)?;
        for k in 0..places {
            let i = this.indices.borrow()[k];
            let from = if this.choice.get() == Choice::Product { k } else { 0 };
            let v = this.pools.get(from).and_then(|p| p.cast::<Tuple>()).and_then(|t| t.get(i));
            row.push(vm, v.unwrap_or(Value::NONE));
        }
        Ok(Some(row.finish(vm)?.into()))
    }
}

/// Cartesian product of input iterables.
#[pytype(name = "itertools.product", extends = Selection, flags(BASETYPE), signature = "(*iterables, repeat=1)")]
pub struct Product {}

#[pymethods]
impl Product {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let kwargs = objects::args::KwArgs::all(args, kwnames);
        if let Some((name, _)) = kwargs.iter().find(|(name, _)| name.text() != "repeat") {
            return Err(vm.type_error(format_args!(
                "product() got an unexpected keyword argument '{}'",
                name.text()
            )));
        }
        let repeat = match kwargs.get("repeat") {
            Some(r) => objects::convert::to_isize(vm, r)?,
            None => 1,
        };
        let Ok(repeat) = usize::try_from(repeat) else {
            return Err(vm.value_error(format_args!("repeat argument cannot be negative")));
        };
        let pools = List::new(vm)?;
        for v in plain(args, kwnames) {
            let pool = Tuple::from_iterable(vm, *v)?;
            pools.push(vm, pool.into())?;
        }
        let n = pools.len();
        let Some(places) = n.checked_mul(repeat) else {
            return Err(vm.overflow_error(format_args!("repeat argument too large")));
        };
        let all = List::new(vm)?;
        all.reserve(vm, places)?;
        for i in 0..places {
            let pool = pools.get(i % n).unwrap_or(Value::NONE);
            all.push(vm, pool)?;
        }
        let parts = Selection::begin(vm, all, Choice::Product, places)?;
        Product::create_as(vm, cls, parts)
    }
}

fn selection(
    vm: &mut Vm,
    iterable: Value,
    r: Option<isize>,
    choice: Choice,
) -> PyResult<SelectionParts> {
    let pool = Tuple::from_iterable(vm, iterable)?;
    let places = match r {
        None => pool.len(),
        Some(r) => match usize::try_from(r) {
            Ok(r) => r,
            Err(_) => return Err(vm.value_error(format_args!("r must be non-negative"))),
        },
    };
    let pools = vm.list_of(&[pool.into()])?;
    // More places than items: there is nothing to select, and no need for the indices.
    let kept = if places > pool.len() && choice != Choice::WithReplacement {
        pool.len() + 1
    } else {
        places
    };
    Selection::begin(vm, pools, choice, kept)
}

/// Return successive r-length permutations of elements in the iterable.
#[pytype(name = "itertools.permutations", extends = Selection, flags(BASETYPE), signature = "(iterable, r=None)")]
pub struct Permutations {}

#[pymethods]
impl Permutations {
    #[slot(new, sig = "(iterable, r=None)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, iterable: Value, r: Option<Value>) -> PyResult<Gc<Self>> {
        let r = match r.filter(|r| !r.is_none()) {
            None => None,
            Some(r) if r.is_small_int() || r.is_bool() => Some(vm.index_clipped(r)?),
            Some(_) => return Err(vm.type_error(format_args!("Expected int as r"))),
        };
        let parts = selection(vm, iterable, r, Choice::Permutations)?;
        Permutations::create_as(vm, cls, parts)
    }
}

/// Return successive r-length combinations of elements in the iterable.
#[pytype(name = "itertools.combinations", extends = Selection, flags(BASETYPE), signature = "(iterable, r)")]
pub struct Combinations {}

#[pymethods]
impl Combinations {
    #[slot(new, sig = "(iterable, r)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, iterable: Value, r: isize) -> PyResult<Gc<Self>> {
        let parts = selection(vm, iterable, Some(r), Choice::Combinations)?;
        Combinations::create_as(vm, cls, parts)
    }
}

/// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
#[pytype(name = "itertools.combinations_with_replacement", extends = Selection, flags(BASETYPE), signature = "(iterable, r)")]
pub struct CombinationsWithReplacement {}

#[pymethods]
impl CombinationsWithReplacement {
    #[slot(new, sig = "(iterable, r)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, iterable: Value, r: isize) -> PyResult<Gc<Self>> {
        let parts = selection(vm, iterable, Some(r), Choice::WithReplacement)?;
        CombinationsWithReplacement::create_as(vm, cls, parts)
    }
}

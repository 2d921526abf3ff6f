//! Iterators over other iterators and over anything with `__getitem__`: `enumerate`, `zip`, `map`, `filter`, `reversed`,
//! `iter(sequence)` and `iter(callable, sentinel)`.

mod callable;
mod enumerate;
mod filter;
mod map;
pub(crate) mod reduce;
mod reversed;
mod sequence;
mod zip;

pub use callable::CallableIterator;
pub use enumerate::Enumerate;
pub use filter::Filter;
pub use map::Map;
pub use reversed::Reversed;
pub use sequence::SequenceIterator;
pub use zip::Zip;

use crate::array::Values;
use crate::exceptions;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;

/// Refuses keyword arguments.
pub(crate) fn no_keywords(vm: &mut Vm, name: &str, kwnames: Value) -> PyResult<()> {
    if kwnames.cast::<Tuple>().is_none_or(|names| names.items().is_empty()) {
        return Ok(());
    }
    Err(vm.type_error(format_args!("{name}() takes no keyword arguments")))
}

/// An iterator for each of `iterables`.
fn iterators(vm: &mut Vm, iterables: &[Value]) -> PyResult<Gc<Tuple>> {
    let mut iterators = Tuple::builder(vm, iterables.len())?;
    for iterable in iterables {
        let iterator = vm.iter(*iterable)?;
        iterators.push(vm, iterator);
    }
    iterators.finish(vm)
}

/// One item of each iterator, stored into `row`; false when one has no more. `strict` demands that all end together.
fn next_row(
    vm: &mut Vm,
    name: &str,
    iterators: Gc<Tuple>,
    strict: bool,
    row: &mut Row,
) -> PyResult<bool> {
    for (index, iterator) in iterators.items().iter().enumerate() {
        match vm.next(*iterator)? {
            Some(item) => row.set(vm, index, item),
            None if strict && index > 0 => return Err(uneven(vm, name, index, "shorter")),
            None if strict => return all_ended(vm, name, iterators),
            None => return Ok(false),
        }
    }
    Ok(true)
}

/// The first iterator has ended: so must the others.
fn all_ended(vm: &mut Vm, name: &str, iterators: Gc<Tuple>) -> PyResult<bool> {
    for (index, iterator) in iterators.items().iter().enumerate().skip(1) {
        if vm.next(*iterator)?.is_some() {
            return Err(uneven(vm, name, index, "longer"));
        }
    }
    Ok(false)
}

fn uneven(vm: &mut Vm, name: &str, index: usize, how: &str) -> Raised {
    let others = if index == 1 { " " } else { "s 1-" };
    vm.value_error(format_args!(
        "{name}() argument {} is {how} than argument{others}{index}",
        index + 1
    ))
}

/// Items of a row that are kept on the native stack.
const SHORT: usize = 6;

/// One item of each of several iterators.
enum Row {
    Short([Value; SHORT], usize),
    Long(Gc<Values>),
}

impl Row {
    fn new(vm: &mut Vm, len: usize) -> PyResult<Row> {
        Ok(if len <= SHORT {
            Row::Short([Value::UNDEF; SHORT], len)
        } else {
            Row::Long(Values::alloc(vm, len)?)
        })
    }

    fn set(&mut self, vm: &mut Vm, index: usize, item: Value) {
        match self {
            Row::Short(items, _) => items[index] = item,
            Row::Long(array) => Values::set(*array, vm, index, item),
        }
    }

    fn to_tuple(&self, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        match self {
            Row::Short(items, len) => Tuple::from_slice(vm, &items[..*len]),
            Row::Long(array) => Tuple::from_cells(vm, array.cells()),
        }
    }

    /// `function(*row)`
    fn call(&self, vm: &mut Vm, function: Value) -> PyResult<Value> {
        match self {
            Row::Short(items, len) => vm.call(function, &items[..*len]),
            Row::Long(_) => {
                let arguments = self.to_tuple(vm)?;
                vm.call(function, arguments.items())
            }
        }
    }
}

/// Whether the raised exception ends the iteration of a sequence; it is cleared then.
fn ends_sequence(vm: &mut Vm) -> bool {
    let ends = vm.raised_matches(&exceptions::INDEX_ERROR)
        || vm.raised_matches(&exceptions::STOP_ITERATION);
    if ends {
        vm.clear_raised();
    }
    ends
}

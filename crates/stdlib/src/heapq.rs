//! `_heapq`: heaps in lists.
//!
//! Comparisons run Python code that may change the list: its length is checked after each.

use heap::Gc;
use macros::pymodule;
use objects::list::List;
use objects::slots::CompareOp;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};

/// Which end of the order is at the top.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Top {
    Min,
    Max,
}

impl Top {
    /// Whether `a` belongs above `b`.
    fn above(self, vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        match self {
            Top::Min => vm.compare_bool(a, b, CompareOp::Lt),
            Top::Max => vm.compare_bool(b, a, CompareOp::Lt),
        }
    }
}

fn item(vm: &mut Vm, heap: Gc<List>, index: usize) -> PyResult<Value> {
    match heap.get(index) {
        Some(v) => Ok(v),
        None => Err(out_of_range(vm)),
    }
}

#[cold]
fn out_of_range(vm: &mut Vm) -> Raised {
    vm.index_error(format_args!("index out of range"))
}

/// Whether the item at `a` belongs above the one at `b`; RuntimeError if the comparison changed the length.
fn compare_at(vm: &mut Vm, top: Top, heap: Gc<List>, a: usize, b: usize) -> PyResult<bool> {
    let len = heap.len();
    let (x, y) = (item(vm, heap, a)?, item(vm, heap, b)?);
    let above = top.above(vm, x, y)?;
    if heap.len() != len {
        return Err(vm.runtime_error(format_args!("list changed size during iteration")));
    }
    Ok(above)
}

fn swap(vm: &mut Vm, heap: Gc<List>, a: usize, b: usize) -> PyResult<()> {
    let (x, y) = (item(vm, heap, a)?, item(vm, heap, b)?);
    heap.set(vm, a, y);
    heap.set(vm, b, x);
    Ok(())
}

/// Moves the item at `at` up to its place below `start`.
fn rise(vm: &mut Vm, top: Top, heap: Gc<List>, start: usize, mut at: usize) -> PyResult<()> {
    if at >= heap.len() {
        return Err(out_of_range(vm));
    }
    while at > start {
        let parent = (at - 1) >> 1;
        if !compare_at(vm, top, heap, at, parent)? {
            return Ok(());
        }
        swap(vm, heap, at, parent)?;
        at = parent;
    }
    Ok(())
}

/// Moves the item at `start` down to a leaf, then up to its place.
fn sink(vm: &mut Vm, top: Top, heap: Gc<List>, start: usize) -> PyResult<()> {
    let len = heap.len();
    if start >= len {
        return Err(out_of_range(vm));
    }
    let mut at = start;
    while at < len >> 1 {
        let mut child = 2 * at + 1;
        if child + 1 < len && !compare_at(vm, top, heap, child, child + 1)? {
            child += 1;
        }
        swap(vm, heap, at, child)?;
        at = child;
    }
    rise(vm, top, heap, start, at)
}

fn push(vm: &mut Vm, top: Top, heap: Gc<List>, v: Value) -> PyResult<()> {
    heap.push(vm, v)?;
    rise(vm, top, heap, 0, heap.len() - 1)
}

fn pop(vm: &mut Vm, top: Top, heap: Gc<List>) -> PyResult<Value> {
    let Some(last) = heap.pop() else { return Err(out_of_range(vm)) };
    match heap.get(0) {
        None => Ok(last),
        Some(first) => {
            heap.set(vm, 0, last);
            sink(vm, top, heap, 0)?;
            Ok(first)
        }
    }
}

fn replace(vm: &mut Vm, top: Top, heap: Gc<List>, v: Value) -> PyResult<Value> {
    let first = item(vm, heap, 0)?;
    heap.set(vm, 0, v);
    sink(vm, top, heap, 0)?;
    Ok(first)
}

fn push_pop(vm: &mut Vm, top: Top, heap: Gc<List>, v: Value) -> PyResult<Value> {
    let Some(first) = heap.get(0) else { return Ok(v) };
    if !top.above(vm, first, v)? {
        return Ok(v);
    }
    replace(vm, top, heap, v)
}

fn build(vm: &mut Vm, top: Top, heap: Gc<List>) -> PyResult<()> {
    for at in (0..heap.len() / 2).rev() {
        sink(vm, top, heap, at)?;
    }
    Ok(())
}

/// The module.
#[pymodule(
    name = "_heapq",
    doc = "Heap queue algorithm (a.k.a. priority queue).\n\nHeaps are arrays for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for\nall k, counting elements from 0.  For the sake of comparison,\nnon-existing elements are considered to be infinite.  The interesting\nproperty of a heap is that a[0] is always its smallest element."
)]
pub mod module {
    use super::Top;
    use heap::Gc;
    use objects::list::List;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    const __about__: &str = "Heap queues, after an explanation by François Pinard.";

    /// Push item onto heap, maintaining the heap invariant.
    #[function(sig = "($module, heap, item, /)")]
    fn heappush(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult<()> {
        super::push(vm, Top::Min, heap, item)
    }

    /// Push item onto max heap, maintaining the heap invariant.
    #[function(sig = "($module, heap, item, /)")]
    fn heappush_max(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult<()> {
        super::push(vm, Top::Max, heap, item)
    }

    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[function(sig = "($module, heap, /)")]
    fn heappop(vm: &mut Vm, heap: Gc<List>) -> PyResult<Value> {
        super::pop(vm, Top::Min, heap)
    }

    /// Maxheap variant of heappop.
    #[function(sig = "($module, heap, /)")]
    fn heappop_max(vm: &mut Vm, heap: Gc<List>) -> PyResult<Value> {
        super::pop(vm, Top::Max, heap)
    }

    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[function(sig = "($module, heap, item, /)")]
    fn heapreplace(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult<Value> {
        super::replace(vm, Top::Min, heap, item)
    }

    /// Maxheap variant of heapreplace.
    #[function(sig = "($module, heap, item, /)")]
    fn heapreplace_max(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult<Value> {
        super::replace(vm, Top::Max, heap, item)
    }

    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[function(sig = "($module, heap, item, /)")]
    fn heappushpop(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult<Value> {
        super::push_pop(vm, Top::Min, heap, item)
    }

    /// Maxheap variant of heappushpop.
    ///
    /// The combined action runs more efficiently than heappush_max() followed by
    /// a separate call to heappop_max().
    #[function(sig = "($module, heap, item, /)")]
    fn heappushpop_max(vm: &mut Vm, heap: Gc<List>, item: Value) -> PyResult<Value> {
        super::push_pop(vm, Top::Max, heap, item)
    }

    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[function(sig = "($module, heap, /)")]
    fn heapify(vm: &mut Vm, heap: Gc<List>) -> PyResult<()> {
        super::build(vm, Top::Min, heap)
    }

    /// Maxheap variant of heapify.
    #[function(sig = "($module, heap, /)")]
    fn heapify_max(vm: &mut Vm, heap: Gc<List>) -> PyResult<()> {
        super::build(vm, Top::Max, heap)
    }
}

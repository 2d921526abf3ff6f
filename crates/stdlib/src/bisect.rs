//! `_bisect`: searching and inserting in sorted sequences.

use macros::pymodule;
use objects::list::List;
use objects::slots::CompareOp;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// On which side of equal items to stop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The arguments all four functions share.
struct Search {
    side: Side,
    lo: isize,
    /// None: the length.
    hi: Option<Value>,
    key: Option<Value>,
}

impl Search {
    /// Where `x` (compared with the keys of the items as it is) belongs in `a`.
    fn run(&self, vm: &mut Vm, a: Value, x: Value) -> PyResult<usize> {
        let Ok(mut lo) = usize::try_from(self.lo) else {
            return Err(vm.value_error(format_args!("lo must be non-negative")));
        };
        let mut hi = match self.hi {
            None => vm.len(a)?,
            Some(hi) => {
                let hi = vm.index_isize(hi, &objects::exceptions::OVERFLOW_ERROR)?;
                // Like -1, negative ends mean that there is nothing between.
                if hi == -1 { vm.len(a)? } else { usize::try_from(hi).unwrap_or(0) }
            }
        };
        while lo < hi {
            let mid = lo + (hi - lo) / 2;
            let mut item = vm.getitem(a, Value::from_len(mid))?;
            if let Some(key) = self.key {
                item = vm.call(key, &[item])?;
            }
            let right = match self.side {
                Side::Left => vm.compare_bool(item, x, CompareOp::Lt)?,
                Side::Right => !vm.compare_bool(x, item, CompareOp::Lt)?,
            };
            if right {
                lo = mid + 1;
            } else {
                hi = mid;
            }
        }
        Ok(lo)
    }

    fn insert(&self, vm: &mut Vm, a: Value, x: Value) -> PyResult<()> {
        let key = match self.key {
            Some(key) => vm.call(key, &[x])?,
            None => x,
        };
        let at = self.run(vm, a, key)?;
        if let Some(list) = a.exact::<List>() {
            return list.insert(vm, at, x);
        }
        let insert = vm.intern("insert")?;
        vm.call_method(a, insert, &[Value::from_len(at), x])?;
        Ok(())
    }
}

/// The module.
#[pymodule(
    name = "_bisect",
    doc = "Bisection algorithms.\n\nThis module provides support for maintaining a list in sorted order without\nhaving to sort the list after each insertion. For long lists of items with\nexpensive comparison operations, this can be an improvement over the more\ncommon approach.\n"
)]
pub mod module {
    use super::{Search, Side};
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        vm: &mut Vm,
        a: Value,
        x: Value,
        lo: isize,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<usize> {
        Search { side: Side::Right, lo, hi, key }.run(vm, a, x)
    }

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x) will
    /// insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        vm: &mut Vm,
        a: Value,
        x: Value,
        lo: isize,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<usize> {
        Search { side: Side::Left, lo, hi, key }.run(vm, a, x)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        vm: &mut Vm,
        a: Value,
        x: Value,
        lo: isize,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<()> {
        Search { side: Side::Right, lo, hi, key }.insert(vm, a, x)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "($module, /, a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        vm: &mut Vm,
        a: Value,
        x: Value,
        lo: isize,
        hi: Option<Value>,
        key: Option<Value>,
    ) -> PyResult<()> {
        Search { side: Side::Left, lo, hi, key }.insert(vm, a, x)
    }
}

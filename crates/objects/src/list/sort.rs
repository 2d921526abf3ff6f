//! `list.sort`: a stable natural merge sort with galloping (timsort) that merges in the order of powersort.
//!
//! References: "listsort.txt" in CPython's sources; J. Munro, S. Wild: Nearly-Optimal Mergesorts (2018). The comparisons
//! made, and their order, are CPython's.
//!
//! The items are sorted in private arrays ([`Lane`]). Invariant: at every comparison each item is in one of them.
//! Their cells are stored into without a write barrier: the arrays are new when sorting begins, and a collection after
//! that makes every item old.

use super::List;
use crate::array::Values;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// Wins in a row after which a merge begins to gallop.
const MIN_GALLOP: usize = 7;
/// Runs shorter than this (or half of it) are lengthened by binary insertion.
const MAX_MINRUN: usize = 64;
/// Most pending runs: their powers rise strictly from bottom to top and have at most as many values as a length bits.
const MAX_PENDING: usize = 85;

/// Sorts `list` in place; `key` is called once for every item.
pub fn sort(list: Gc<List>, vm: &mut Vm, key: Option<Value>, reverse: bool) -> PyResult<()> {
    let (items, len) = (list.items.get(), list.len());
    // While it is being sorted the list shows itself empty. An array of its own tells whether somebody changed it.
    let marker = Values::alloc(vm, 0)?;
    list.replace_items(vm, marker, 0);
    let result = sort_items(vm, items, len, key, reverse);
    let changed = list.items.get() != marker || list.len() != 0;
    list.replace_items(vm, items, len);
    result?;
    if changed {
        return Err(vm.value_error(format_args!("list modified during sort")));
    }
    Ok(())
}

fn sort_items(
    vm: &mut Vm,
    items: Gc<Values>,
    len: usize,
    key: Option<Value>,
    reverse: bool,
) -> PyResult<()> {
    let keys = match key {
        Some(key) => Some(make_keys(vm, items, len, key)?),
        None => None,
    };
    if len < 2 {
        return Ok(());
    }
    let kind = Kind::of(keys.unwrap_or(items), len);
    if keys.is_none() && kind == Kind::SmallInts {
        // Equal ints can't be told apart, and an array of ints needs no barrier.
        items.sort_small_ints(len);
        if reverse {
            reverse_cells(items, 0, len);
        }
        return Ok(());
    }
    let sorted = Values::alloc_copy(vm, len, items, 0..len)?;
    let main = match keys {
        Some(keys) => Lane { keys, values: Some(sorted) },
        None => Lane { keys: sorted, values: None },
    };
    // Equal items keep their order in a reversed sort too.
    if reverse {
        main.reverse(0, len);
    }
    let result = match kind {
        Kind::SmallInts => Sorter::new(vm, SmallInts, main, len).run(),
        Kind::Floats => Sorter::new(vm, Floats, main, len).run(),
        Kind::Strings => Sorter::new(vm, Strings, main, len).run(),
        Kind::Tuples => Sorter::new(vm, Tuples, main, len).run(),
        Kind::Any => Sorter::new(vm, Any, main, len).run(),
    };
    if reverse {
        reverse_cells(sorted, 0, len);
    }
    Values::write_array(items, vm, 0, sorted, 0..len);
    result
}

/// Calls the key function for every item.
fn make_keys(vm: &mut Vm, items: Gc<Values>, len: usize, key: Value) -> PyResult<Gc<Values>> {
    let keys = Values::alloc(vm, len)?;
    for index in 0..len {
        let value = vm.call(key, &[items.get(index)])?;
        Values::set(keys, vm, index, value);
    }
    // Sorting needs an array that no collection has seen with young items on some cards only.
    Values::alloc_copy(vm, len, keys, 0..len)
}

fn reverse_cells(array: Gc<Values>, from: usize, len: usize) {
    let cells = &array.cells()[from..from + len];
    for index in 0..len / 2 {
        cells[index].swap(&cells[len - 1 - index]);
    }
}

/// What all keys have in common.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    SmallInts,
    Floats,
    Strings,
    /// Exact tuples that aren't empty.
    Tuples,
    Any,
}

impl Kind {
    fn of(keys: Gc<Values>, len: usize) -> Kind {
        let keys = &keys.cells()[..len];
        let all = |test: fn(Value) -> bool| keys.iter().all(|key| test(key.get()));
        match keys.first().map(|key| key.get()) {
            Some(first) if first.is_small_int() && all(Value::is_small_int) => Kind::SmallInts,
            Some(first) if is_float(first) && all(is_float) => Kind::Floats,
            Some(first) if is_str(first) && all(is_str) => Kind::Strings,
            Some(first) if is_tuple(first) && all(is_tuple) => Kind::Tuples,
            _ => Kind::Any,
        }
    }
}

fn is_float(v: Value) -> bool {
    v.is_small_float() || v.exact::<crate::float::Float>().is_some()
}
fn is_str(v: Value) -> bool {
    v.exact::<Str>().is_some()
}
fn is_tuple(v: Value) -> bool {
    v.exact::<Tuple>().is_some_and(|tuple| tuple.len() > 0)
}

/// `a < b`
trait Less {
    fn less(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool>;
}

struct SmallInts;
impl Less for SmallInts {
    #[inline(always)]
    fn less(_: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        Ok(a.small_int_unchecked() < b.small_int_unchecked())
    }
}

struct Floats;
impl Less for Floats {
    #[inline(always)]
    fn less(_: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        Ok(float(a) < float(b))
    }
}

#[inline(always)]
fn float(v: Value) -> f64 {
    v.as_small_float().or_else(|| crate::float::value(v)).unwrap_or(f64::NAN)
}

struct Strings;
impl Less for Strings {
    #[inline]
    fn less(_: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        // The order of generalised UTF-8 is that of code points.
        Ok(match (a.exact::<Str>(), b.exact::<Str>()) {
            (Some(a), Some(b)) => a.text().as_bytes() < b.text().as_bytes(),
            _ => false,
        })
    }
}

struct Tuples;
impl Less for Tuples {
    fn less(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        let (Some(a), Some(b)) = (a.exact::<Tuple>(), b.exact::<Tuple>()) else {
            return Any::less(vm, a, b);
        };
        for (x, y) in a.items().iter().zip(b.items()) {
            if vm.eq(*x, *y)? {
                continue;
            }
            if Value::both_small_int(*x, *y) {
                return SmallInts::less(vm, *x, *y);
            }
            return vm.compare_bool(*x, *y, CompareOp::Lt);
        }
        Ok(a.len() < b.len())
    }
}

struct Any;
impl Less for Any {
    fn less(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
        vm.compare_bool(a, b, CompareOp::Lt)
    }
}

/// Keys, and the values that move along with them.
#[derive(Clone, Copy)]
struct Lane {
    keys: Gc<Values>,
    values: Option<Gc<Values>>,
}

impl Lane {
    #[inline(always)]
    fn key(self, index: usize) -> Value {
        self.keys.get(index)
    }

    /// Copies one place of `from`.
    #[inline(always)]
    fn put(self, to: usize, from: Lane, index: usize) {
        self.keys.cells()[to].set(from.keys.cells()[index].get());
        if let (Some(into), Some(values)) = (self.values, from.values) {
            into.cells()[to].set(values.cells()[index].get());
        }
    }

    /// Copies `count` places of `from`, which may be this lane and overlap.
    fn copy(self, to: usize, from: Lane, index: usize, count: usize) {
        copy_cells(self.keys, to, from.keys, index, count);
        if let (Some(into), Some(values)) = (self.values, from.values) {
            copy_cells(into, to, values, index, count);
        }
    }

    /// Moves the place `from` down to `to`, and those between up by one.
    fn rotate(self, to: usize, from: usize) {
        rotate_cells(self.keys, to, from);
        if let Some(values) = self.values {
            rotate_cells(values, to, from);
        }
    }

    fn reverse(self, from: usize, len: usize) {
        reverse_cells(self.keys, from, len);
        if let Some(values) = self.values {
            reverse_cells(values, from, len);
        }
    }
}

fn copy_cells(into: Gc<Values>, to: usize, from: Gc<Values>, index: usize, count: usize) {
    let (into, from) = (&into.cells()[to..to + count], &from.cells()[index..index + count]);
    if (into.as_ptr() as usize) <= from.as_ptr() as usize {
        into.iter().zip(from).for_each(|(to, item)| to.set(item.get()));
    } else {
        into.iter().zip(from).rev().for_each(|(to, item)| to.set(item.get()));
    }
}

fn rotate_cells(array: Gc<Values>, to: usize, from: usize) {
    let cells = &array.cells()[to..=from];
    let mut carried = cells[from - to].get();
    for cell in cells {
        carried = cell.replace(carried);
    }
}

/// A sorted part of the list that waits to be merged.
#[derive(Clone, Copy, Default)]
struct Run {
    start: usize,
    len: usize,
    power: u32,
}

/// Where a merge is: `na` items of the left run and `nb` of the right one are left.
struct Merge {
    dest: usize,
    a: usize,
    na: usize,
    b: usize,
    nb: usize,
}

/// How the loop of a merge ended.
enum End {
    /// One run is used up.
    Done,
    /// One item is left of the run in the temporary lane, and it belongs at the far end.
    OneLeft,
}

struct Sorter<'v, L> {
    vm: &'v mut Vm,
    less: std::marker::PhantomData<L>,
    main: Lane,
    temporary: Lane,
    len: usize,
    pending: [Run; MAX_PENDING],
    count: usize,
    min_gallop: usize,
}

impl<'v, L: Less> Sorter<'v, L> {
    fn new(vm: &'v mut Vm, _: L, main: Lane, len: usize) -> Sorter<'v, L> {
        let temporary =
            Lane { keys: Values::empty(), values: main.values.map(|_| Values::empty()) };
        Sorter {
            vm,
            less: std::marker::PhantomData,
            main,
            temporary,
            len,
            pending: [Run::default(); MAX_PENDING],
            count: 0,
            min_gallop: MIN_GALLOP,
        }
    }

    #[inline(always)]
    fn less(&mut self, a: Value, b: Value) -> PyResult<bool> {
        L::less(self.vm, a, b)
    }

    /// Whether the item at `a` is less than the one at `b`.
    #[inline(always)]
    fn less_at(&mut self, a: usize, b: usize) -> PyResult<bool> {
        let (a, b) = (self.main.key(a), self.main.key(b));
        self.less(a, b)
    }

    fn run(&mut self) -> PyResult<()> {
        let minrun = minrun(self.len);
        let mut start = 0;
        while start < self.len {
            let left = self.len - start;
            let mut run = self.count_run(start, left)?;
            if run < minrun {
                let forced = left.min(minrun);
                self.insertion_sort(start, forced, run)?;
                run = forced;
            }
            self.push_run(start, run)?;
            start += run;
        }
        while self.count > 1 {
            let mut at = self.count - 2;
            if at > 0 && self.pending[at - 1].len < self.pending[at + 1].len {
                at -= 1;
            }
            self.merge_at(at)?;
        }
        Ok(())
    }

    /// The length of the run that begins at `start`. A descending run, in which equal items may follow each other, is
    /// turned round.
    fn count_run(&mut self, start: usize, left: usize) -> PyResult<usize> {
        let mut n = 1;
        while n < left && !self.less_at(start + n, start + n - 1)? {
            n += 1;
        }
        if n == left {
            return Ok(n);
        }
        if n > 1 {
            // All equal so far, and the next is less: still a descending run.
            if self.less_at(start, start + n - 1)? {
                return Ok(n);
            }
            self.main.reverse(start, n);
        }
        n = self.finish_descending(start, n + 1, left)?;
        self.main.reverse(start, n);
        while n < left && !self.less_at(start + n, start + n - 1)? {
            n += 1;
        }
        Ok(n)
    }

    /// Goes on with a descending run of `n` items; stretches of equal items are turned round, so that turning the whole
    /// run restores their order.
    fn finish_descending(&mut self, start: usize, mut n: usize, left: usize) -> PyResult<usize> {
        let mut equal = 0;
        while n < left {
            if self.less_at(start + n, start + n - 1)? {
                self.reverse_equal(start + n, &mut equal);
            } else if self.less_at(start + n - 1, start + n)? {
                break;
            } else {
                equal += 1;
            }
            n += 1;
        }
        self.reverse_equal(start + n, &mut equal);
        Ok(n)
    }

    fn reverse_equal(&mut self, end: usize, equal: &mut usize) {
        if *equal > 0 {
            let len = std::mem::take(equal) + 1;
            self.main.reverse(end - len, len);
        }
    }

    /// Sorts `n` items from `start` on, of which the first `sorted` are sorted.
    fn insertion_sort(&mut self, start: usize, n: usize, sorted: usize) -> PyResult<()> {
        for next in start + sorted.max(1)..start + n {
            let pivot = self.main.key(next);
            let (mut left, mut right) = (start, next);
            while left < right {
                let middle = left + (right - left) / 2;
                let key = self.main.key(middle);
                if self.less(pivot, key)? {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            self.main.rotate(left, next);
        }
        Ok(())
    }

    /// Adds a run, after merging those that lie deeper in the tree of merges.
    fn push_run(&mut self, start: usize, len: usize) -> PyResult<()> {
        if self.count > 0 {
            let last = self.pending[self.count - 1];
            let power = power(last.start, last.len, len, self.len);
            while self.count > 1 && self.pending[self.count - 2].power > power {
                self.merge_at(self.count - 2)?;
            }
            self.pending[self.count - 1].power = power;
        }
        self.pending[self.count] = Run { start, len, power: 0 };
        self.count += 1;
        Ok(())
    }

    /// Merges the pending runs `at` and `at + 1`.
    fn merge_at(&mut self, at: usize) -> PyResult<()> {
        let (left, right) = (self.pending[at], self.pending[at + 1]);
        self.pending[at].len = left.len + right.len;
        if at + 3 == self.count {
            self.pending[at + 1] = self.pending[at + 2];
        }
        self.count -= 1;
        let main = self.main;
        // What is in place already at both ends needs no merging.
        let skip = self.gallop::<true>(main.key(right.start), main, left.start, left.len, 0)?;
        let (a, na) = (left.start + skip, left.len - skip);
        if na == 0 {
            return Ok(());
        }
        let nb = self.gallop::<false>(
            main.key(a + na - 1),
            main,
            right.start,
            right.len,
            right.len - 1,
        )?;
        if nb == 0 {
            return Ok(());
        }
        self.reserve(na.min(nb))?;
        if na <= nb {
            self.merge_low(a, na, right.start, nb)
        } else {
            self.merge_high(a, na, right.start, nb)
        }
    }

    fn reserve(&mut self, count: usize) -> PyResult<()> {
        if self.temporary.keys.cap() < count {
            self.temporary.keys = Values::alloc(self.vm, count)?;
            if self.temporary.values.is_some() {
                self.temporary.values = Some(Values::alloc(self.vm, count)?);
            }
        }
        Ok(())
    }

    /// How many of the `n` sorted items of `lane` from `base` on go before `key`: those less than it, and (`RIGHT`)
    /// those equal to it. The search begins at `hint` and doubles its steps.
    fn gallop<const RIGHT: bool>(
        &mut self,
        key: Value,
        lane: Lane,
        base: usize,
        n: usize,
        hint: usize,
    ) -> PyResult<usize> {
        let before = |sorter: &mut Self, index: usize| -> PyResult<bool> {
            let item = lane.key(base + index);
            if RIGHT { Ok(!sorter.less(key, item)?) } else { sorter.less(item, key) }
        };
        let (mut last, mut step) = (0, 1);
        let (mut low, mut high);
        if before(self, hint)? {
            let most = n - hint;
            while step < most && before(self, hint + step)? {
                last = step;
                step = (step << 1) + 1;
            }
            (low, high) = (hint + last + 1, hint + step.min(most));
        } else {
            let most = hint + 1;
            while step < most && !before(self, hint - step)? {
                last = step;
                step = (step << 1) + 1;
            }
            (low, high) = (hint + 1 - step.min(most), hint - last);
        }
        while low < high {
            let middle = low + ((high - low) >> 1);
            if before(self, middle)? {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        Ok(high)
    }

    /// Merges upwards, with the shorter left run in the temporary lane.
    fn merge_low(&mut self, a: usize, na: usize, b: usize, nb: usize) -> PyResult<()> {
        let (main, temporary) = (self.main, self.temporary);
        temporary.copy(0, main, a, na);
        let mut m = Merge { dest: a, a: 0, na, b, nb };
        let end = self.merge_low_loop(&mut m);
        if let Ok(End::OneLeft) = end {
            main.copy(m.dest, main, m.b, m.nb);
            main.put(m.dest + m.nb, temporary, m.a);
        } else {
            main.copy(m.dest, temporary, m.a, m.na);
        }
        end.map(|_| ())
    }

    fn merge_low_loop(&mut self, m: &mut Merge) -> PyResult<End> {
        let (main, temporary) = (self.main, self.temporary);
        // Each returns whether the merge is over: the right run is used up, or one item is left of the left one.
        let take_b = |m: &mut Merge, count: usize| {
            main.copy(m.dest, main, m.b, count);
            (m.dest, m.b, m.nb) = (m.dest + count, m.b + count, m.nb - count);
            m.nb == 0
        };
        let take_a = |m: &mut Merge, count: usize| {
            main.copy(m.dest, temporary, m.a, count);
            (m.dest, m.a, m.na) = (m.dest + count, m.a + count, m.na - count);
            m.na <= 1
        };
        if take_b(m, 1) {
            return Ok(End::Done);
        }
        if m.na == 1 {
            return Ok(End::OneLeft);
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            while wins_a < min_gallop && wins_b < min_gallop {
                if self.less(main.key(m.b), temporary.key(m.a))? {
                    (wins_a, wins_b) = (0, wins_b + 1);
                    main.put(m.dest, main, m.b);
                    (m.dest, m.b, m.nb) = (m.dest + 1, m.b + 1, m.nb - 1);
                    if m.nb == 0 {
                        return Ok(End::Done);
                    }
                } else {
                    (wins_a, wins_b) = (wins_a + 1, 0);
                    main.put(m.dest, temporary, m.a);
                    (m.dest, m.a, m.na) = (m.dest + 1, m.a + 1, m.na - 1);
                    if m.na == 1 {
                        return Ok(End::OneLeft);
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop = (min_gallop - 1).max(1);
                self.min_gallop = min_gallop;
                wins_a = self.gallop::<true>(main.key(m.b), temporary, m.a, m.na, 0)?;
                if wins_a > 0 && take_a(m, wins_a) {
                    // None left means that the comparisons contradict each other.
                    return Ok(if m.na == 1 { End::OneLeft } else { End::Done });
                }
                if take_b(m, 1) {
                    return Ok(End::Done);
                }
                wins_b = self.gallop::<false>(temporary.key(m.a), main, m.b, m.nb, 0)?;
                if wins_b > 0 && take_b(m, wins_b) {
                    return Ok(End::Done);
                }
                if take_a(m, 1) {
                    return Ok(End::OneLeft);
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    /// Merges downwards, with the shorter right run in the temporary lane. `dest`, `a` and `b` are one behind the next
    /// place.
    fn merge_high(&mut self, a: usize, na: usize, b: usize, nb: usize) -> PyResult<()> {
        let (main, temporary) = (self.main, self.temporary);
        temporary.copy(0, main, b, nb);
        let mut m = Merge { dest: b + nb, a: a + na, na, b: nb, nb };
        let end = self.merge_high_loop(&mut m, a);
        if let Ok(End::OneLeft) = end {
            main.copy(m.dest - m.na, main, m.a - m.na, m.na);
            main.put(m.dest - m.na - 1, temporary, m.b - 1);
        } else {
            main.copy(m.dest - m.nb, temporary, m.b - m.nb, m.nb);
        }
        end.map(|_| ())
    }

    fn merge_high_loop(&mut self, m: &mut Merge, base: usize) -> PyResult<End> {
        let (main, temporary) = (self.main, self.temporary);
        let take_a = |m: &mut Merge, count: usize| {
            (m.dest, m.a, m.na) = (m.dest - count, m.a - count, m.na - count);
            main.copy(m.dest, main, m.a, count);
            m.na == 0
        };
        let take_b = |m: &mut Merge, count: usize| {
            (m.dest, m.b, m.nb) = (m.dest - count, m.b - count, m.nb - count);
            main.copy(m.dest, temporary, m.b, count);
            m.nb <= 1
        };
        if take_a(m, 1) {
            return Ok(End::Done);
        }
        if m.nb == 1 {
            return Ok(End::OneLeft);
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut wins_a, mut wins_b) = (0, 0);
            while wins_a < min_gallop && wins_b < min_gallop {
                if self.less(temporary.key(m.b - 1), main.key(m.a - 1))? {
                    (wins_a, wins_b) = (wins_a + 1, 0);
                    (m.dest, m.a, m.na) = (m.dest - 1, m.a - 1, m.na - 1);
                    main.put(m.dest, main, m.a);
                    if m.na == 0 {
                        return Ok(End::Done);
                    }
                } else {
                    (wins_a, wins_b) = (0, wins_b + 1);
                    (m.dest, m.b, m.nb) = (m.dest - 1, m.b - 1, m.nb - 1);
                    main.put(m.dest, temporary, m.b);
                    if m.nb == 1 {
                        return Ok(End::OneLeft);
                    }
                }
            }
            min_gallop += 1;
            loop {
                min_gallop = (min_gallop - 1).max(1);
                self.min_gallop = min_gallop;
                let stay =
                    self.gallop::<true>(temporary.key(m.b - 1), main, base, m.na, m.na - 1)?;
                wins_a = m.na - stay;
                if wins_a > 0 && take_a(m, wins_a) {
                    return Ok(End::Done);
                }
                if take_b(m, 1) {
                    return Ok(End::OneLeft);
                }
                let stay = self.gallop::<false>(main.key(m.a - 1), temporary, 0, m.nb, m.nb - 1)?;
                wins_b = m.nb - stay;
                if wins_b > 0 && take_b(m, wins_b) {
                    return Ok(if m.nb == 1 { End::OneLeft } else { End::Done });
                }
                if take_a(m, 1) {
                    return Ok(End::Done);
                }
                if wins_a < MIN_GALLOP && wins_b < MIN_GALLOP {
                    break;
                }
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }
}

/// Runs shorter than this are lengthened: `n` divided by it is a power of two or a little less.
fn minrun(mut n: usize) -> usize {
    let mut rest = 0;
    while n >= MAX_MINRUN {
        rest |= n & 1;
        n >>= 1;
    }
    n + rest
}

/// The depth at which powersort's tree separates two neighbouring runs: the first bit in which the fractions of their
/// midpoints in the list of `total` items differ.
fn power(start: usize, left: usize, right: usize, total: usize) -> u32 {
    let mut a = 2 * start + left;
    let mut b = a + left + right;
    let mut result = 0;
    loop {
        result += 1;
        if a >= total {
            a -= total;
            b -= total;
        } else if b >= total {
            return result;
        }
        a <<= 1;
        b <<= 1;
    }
}

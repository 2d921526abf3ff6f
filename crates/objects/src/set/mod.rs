//! `set` and `frozenset`.
//!
//! Both have the same struct. Growth and probing are CPython's (see `table`), so that the order of iteration is too.
//! Invariants: `fill` counts the cells that aren't empty, `used` those that hold a key. A look-up that ran Python code
//! starts again when the table or the cell it looked at changed meanwhile.

mod frozen;
mod iter;
mod methods;
mod mutate;
mod ops;
pub mod table;

pub use frozen::FrozenSet;
pub use iter::SetIterator;

use crate::array::gc_of;
use crate::dict::Dict;
use crate::exceptions;
use crate::layout::Object;
use crate::protocol::is_identical;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::pytype;
use std::cell::Cell;
use table::SetTable;

/// A set. `frozenset` has the same fields and in addition a cached hash.
#[pytype(
    name = "set",
    shape = crate::shape::core::SET,
    flags(BASETYPE, WEAKREF, MATCH_SELF),
    signature = "(iterable=(), /)",
    extra("shared"),
    doc = "Build an unordered collection of unique elements."
)]
pub struct Set {
    table: Field<Gc<SetTable>>,
    fill: Cell<usize>,
    used: Cell<usize>,
    /// Where `pop` goes on looking. Stays as it is when the members change.
    finger: Cell<usize>,
    /// Of frozensets: the hash, or -1 while it isn't known.
    hash: Cell<i64>,
}

/// Above this many members a table doubles instead of growing fourfold.
const LARGE: usize = 50_000;

fn grown(used: usize) -> usize {
    if used > LARGE { used * 2 } else { used * 4 }
}

impl Set {
    /// An empty set.
    pub fn new(vm: &mut Vm) -> PyResult<Gc<Set>> {
        Self::new_as(vm, Set::def().object())
    }

    /// An empty set of class `cls`: `set`, `frozenset` or a class derived from them.
    pub fn new_as(vm: &mut Vm, cls: Gc<Type>) -> PyResult<Gc<Set>> {
        let table = Field::new(SetTable::none());
        Set::create_as(vm, cls, table, Cell::new(0), Cell::new(0), Cell::new(0), Cell::new(-1))
    }

    /// A set of class `cls` with the items of an iterable.
    pub fn from_iterable(vm: &mut Vm, cls: Gc<Type>, iterable: Value) -> PyResult<Gc<Set>> {
        let set = Self::new_as(vm, cls)?;
        set.update(vm, iterable)?;
        Ok(set)
    }

    /// A frozenset of `items`.
    pub fn frozen_from_slice(vm: &mut Vm, items: &[Value]) -> PyResult<Gc<Set>> {
        let set = Self::new_as(vm, FrozenSet::def().object())?;
        for item in items {
            set.add(vm, *item)?;
        }
        Ok(set)
    }

    /// Number of members.
    #[inline(always)]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        self.used.get()
    }

    /// The cached hash of a frozenset.
    pub(crate) fn cached_hash(&self) -> Option<i64> {
        Some(self.hash.get()).filter(|hash| *hash != -1)
    }

    pub(crate) fn cache_hash(&self, hash: i64) {
        self.hash.set(hash);
    }

    /// The next member (key, hash) from position `at` on, which moves behind it.
    pub fn next_member(&self, at: &mut usize) -> Option<(Value, i64)> {
        let table = self.table.get();
        for slot in table.slots().get(*at..)? {
            *at += 1;
            if let Some(key) = slot.key.get().defined() {
                return Some((key, slot.hash.get()));
            }
        }
        None
    }

    /// Adds a member; false if it was there.
    pub fn add(&self, vm: &mut Vm, key: Value) -> PyResult<bool> {
        let hash = hash_member(vm, key)?;
        self.add_hashed(vm, key, hash)
    }

    /// Whether `key` is a member. A set among sets is looked for by its contents.
    pub fn contains(&self, vm: &mut Vm, key: Value) -> PyResult<bool> {
        let (key, hash) = hash_or_freeze(vm, key)?;
        self.contains_hashed(vm, key, hash)
    }

    /// Removes `key`; false if it wasn't there.
    pub fn discard(&self, vm: &mut Vm, key: Value) -> PyResult<bool> {
        let (key, hash) = hash_or_freeze(vm, key)?;
        self.discard_hashed(vm, key, hash)
    }

    /// [`Set::contains`] of a key whose hash is known.
    pub fn contains_hashed(&self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<bool> {
        let (_, cell) = self.find(vm, key, hash)?;
        Ok(!self.table.get().slots()[cell].key.get().is_undef())
    }

    /// [`Set::discard`] of a key whose hash is known.
    pub fn discard_hashed(&self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<bool> {
        let (table, cell) = self.find(vm, key, hash)?;
        if table.slots()[cell].key.get().is_undef() {
            return Ok(false);
        }
        table.delete(cell);
        self.used.set(self.used.get() - 1);
        Ok(true)
    }

    /// [`Set::add`] of a key whose hash is known.
    pub fn add_hashed(&self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<bool> {
        let mut deleted = None;
        let (mut table, cell) = self.search(vm, key, hash, &mut deleted)?;
        if !table.slots()[cell].key.get().is_undef() {
            return Ok(false);
        }
        if let Some(cell) = deleted {
            SetTable::store(table, vm, cell, hash, key);
            self.used.set(self.used.get() + 1);
            return Ok(true);
        }
        if table == SetTable::none() {
            table = SetTable::alloc(vm, table::MIN_SIZE)?;
            self.table.set(gc_of(self), vm.heap(), table);
        }
        SetTable::store(table, vm, cell, hash, key);
        self.fill.set(self.fill.get() + 1);
        self.used.set(self.used.get() + 1);
        if self.fill.get() * 5 >= table.mask() * 3 {
            self.resize(vm, grown(self.used.get()))?;
        }
        Ok(true)
    }

    /// The cell that holds `key`, or the empty one where the search ended.
    fn find(&self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<(Gc<SetTable>, usize)> {
        self.search(vm, key, hash, &mut None)
    }

    /// As [`Set::find`]; `deleted` gets the last deleted cell met, which CPython gives to a new key.
    fn search(
        &self,
        vm: &mut Vm,
        key: Value,
        hash: i64,
        deleted: &mut Option<usize>,
    ) -> PyResult<(Gc<SetTable>, usize)> {
        'restart: loop {
            *deleted = None;
            let table = self.table.get();
            let mut probe = table.probe(hash);
            loop {
                let cell = probe.step();
                let slot = &table.slots()[cell];
                if slot.is_empty() {
                    return Ok((table, cell));
                }
                if slot.hash.get() != hash {
                    if slot.is_deleted() {
                        *deleted = Some(cell);
                    }
                    continue;
                }
                let known = slot.key.get();
                if is_identical(known, key) {
                    return Ok((table, cell));
                }
                let equal = vm.eq(known, key)?;
                if self.table.get() != table || slot.key.get() != known {
                    continue 'restart;
                }
                if equal {
                    return Ok((table, cell));
                }
            }
        }
    }

    /// Rebuilds the table with more than `minimum` cells.
    fn resize(&self, vm: &mut Vm, minimum: usize) -> PyResult<()> {
        let mut size = table::MIN_SIZE;
        while size <= minimum {
            size = match size.checked_mul(2) {
                Some(size) => size,
                None => return Err(vm.memory_error()),
            };
        }
        let old = self.table.get();
        if size == old.mask() + 1 && size == table::MIN_SIZE && self.fill.get() == self.used.get() {
            return Ok(());
        }
        let new = SetTable::alloc(vm, size)?;
        for slot in old.slots() {
            if let Some(key) = slot.key.get().defined() {
                // Nothing is allocated meanwhile, so the new table needs no barrier.
                new.insert_clean(slot.hash.get(), key);
            }
        }
        self.table.set(gc_of(self), vm.heap(), new);
        self.fill.set(self.used.get());
        Ok(())
    }

    /// Removes and returns some member.
    pub fn pop(&self) -> Option<Value> {
        if self.used.get() == 0 {
            return None;
        }
        let table = self.table.get();
        let mut cell = self.finger.get() & table.mask();
        let key = loop {
            match table.slots()[cell].key.get().defined() {
                Some(key) => break key,
                None => cell = if cell == table.mask() { 0 } else { cell + 1 },
            }
        };
        table.delete(cell);
        self.used.set(self.used.get() - 1);
        self.finger.set(cell + 1);
        Some(key)
    }

    /// Removes all members.
    pub fn clear(&self, vm: &mut Vm) {
        self.table.set(gc_of(self), vm.heap(), SetTable::none());
        self.fill.set(0);
        self.used.set(0);
    }

    /// Adds the items of an iterable.
    pub fn update(&self, vm: &mut Vm, iterable: Value) -> PyResult<()> {
        if let Some(other) = as_set(iterable) {
            return self.update_set(vm, other);
        }
        if let Some(dict) = iterable.exact::<Dict>() {
            return self.update_dict(vm, dict);
        }
        let iterator = vm.iter(iterable)?;
        while let Some(item) = vm.next(iterator)? {
            self.add(vm, item)?;
        }
        Ok(())
    }

    fn update_dict(&self, vm: &mut Vm, dict: Gc<Dict>) -> PyResult<()> {
        let count = dict.len();
        if (self.fill.get() + count) * 5 >= self.table.get().mask() * 3 {
            self.resize(vm, (self.used.get() + count) * 2)?;
        }
        let mut at = 0;
        while let Some((key, _, hash)) = dict.next_entry(&mut at) {
            self.add_hashed(vm, key, hash)?;
        }
        Ok(())
    }

    fn update_set(&self, vm: &mut Vm, other: Gc<Set>) -> PyResult<()> {
        if gc_of(self) == other || other.len() == 0 {
            return Ok(());
        }
        if (self.fill.get() + other.len()) * 5 >= self.table.get().mask() * 3 {
            self.resize(vm, (self.used.get() + other.len()) * 2)?;
        }
        if self.fill.get() == 0 {
            return self.fill_from(vm, other);
        }
        let mut at = 0;
        while let Some((key, hash)) = other.next_member(&mut at) {
            self.add_hashed(vm, key, hash)?;
        }
        Ok(())
    }

    /// Fills an empty set.
    fn fill_from(&self, vm: &mut Vm, other: Gc<Set>) -> PyResult<()> {
        let (from, size) = (other.table.get(), self.table.get().mask() + 1);
        let table = if size == from.mask() + 1 && other.fill.get() == other.used.get() {
            from.duplicate(vm)?
        } else {
            let table = SetTable::alloc(vm, size)?;
            for slot in from.slots() {
                if let Some(key) = slot.key.get().defined() {
                    table.insert_clean(slot.hash.get(), key);
                }
            }
            table
        };
        self.table.set(gc_of(self), vm.heap(), table);
        self.fill.set(other.len());
        self.used.set(other.len());
        Ok(())
    }

    /// Takes over the members of `other`, which is thrown away.
    fn take(&self, vm: &mut Vm, other: Gc<Set>) {
        self.table.set(gc_of(self), vm.heap(), other.table.get());
        self.fill.set(other.fill.get());
        self.used.set(other.used.get());
    }
}

/// The set of a `set`, `frozenset` or an instance of a class derived from them.
pub fn as_set(v: Value) -> Option<Gc<Set>> {
    v.cast::<Set>()
}

/// Whether an object is exactly a frozenset.
pub fn is_exact_frozenset(v: Value) -> bool {
    v.exact::<FrozenSet>().is_some()
}

/// The hash of a key that is to be a member.
pub fn hash_member(vm: &mut Vm, key: Value) -> PyResult<i64> {
    vm.hash(key).map_err(|_| crate::dict::unhashable(vm, key, "set element"))
}

/// The hash of a key that is looked for: a set, which has none, stands for the frozenset of its members.
fn hash_or_freeze(vm: &mut Vm, key: Value) -> PyResult<(Value, i64)> {
    match vm.hash(key) {
        Ok(hash) => Ok((key, hash)),
        Err(_) if as_set(key).is_some() && vm.raised_matches(&exceptions::TYPE_ERROR) => {
            vm.clear_raised();
            let frozen = Set::from_iterable(vm, FrozenSet::def().object(), key)?;
            let hash = frozen::hash(frozen);
            Ok((frozen.into(), hash))
        }
        Err(_) => Err(crate::dict::unhashable(vm, key, "set element")),
    }
}

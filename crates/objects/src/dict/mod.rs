//! Dictionaries: compact hash tables in order of insertion.
//!
//! A dict is in one of these states: *empty* (the shared table without room), *strings* (all keys are exact `str`, so
//! that look-ups of strings run no Python code), *generic*, or *view*: it is the `__dict__` of an instance and shows the
//! instance's attribute slots. A view has no table; an operation that slots can't express gives the instance a real
//! dictionary first, which is this one.
//!
//! Invariants: `live` counts the entries of the table that aren't deleted. `keys_id` is 0 or names the present layout of
//! the keys: inserting, deleting, clearing and rebuilding set it to 0, replacing a value keeps it. A look-up that ran
//! Python code starts again when the table or the entry it looked at changed meanwhile.

mod iter;
mod keys;
mod merge;
mod methods;
mod proxy;
pub mod table;
mod view;
mod views;

pub use iter::{DictItemIterator, DictKeyIterator, DictValueIterator};
pub use iter::{DictReverseItemIterator, DictReverseKeyIterator, DictReverseValueIterator};
pub use keys::hash_key;
pub(crate) use keys::unhashable;
pub use merge::Merge;
pub use proxy::MappingProxy;
pub use views::{DictItems, DictKeys, DictValues};

use crate::array::gc_of;
use crate::protocol::is_identical;
use crate::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc, Header};
use macros::pytype;
use std::cell::Cell;
use table::{DictTable, Entry, Found};

/// A dictionary.
#[pytype(
    name = "dict",
    shape = crate::shape::core::DICT,
    flags(BASETYPE, MAPPING, MATCH_SELF),
    extra("operators"),
    doc = "dict() -> new empty dictionary\ndict(mapping) -> new dictionary initialized from a mapping object's\n    (key, value) pairs\ndict(iterable) -> new dictionary initialized as if via:\n    d = {}\n    for k, v in iterable:\n        d[k] = v\ndict(**kwargs) -> new dictionary initialized with the name=value pairs\n    in the keyword argument list.  For example:  dict(one=1, two=2)"
)]
pub struct Dict {
    /// The table.
    pub table: Field<Gc<DictTable>>,
    /// The instance whose attributes a view shows; UNDEF for a real dictionary.
    owner: Field<Value>,
    live: Cell<usize>,
    /// Names the layout of the keys, 0 when it has no name.
    pub keys_id: Cell<u32>,
}

impl Dict {
    /// An empty dict.
    pub fn new(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        Dict::create(
            vm,
            Field::new(DictTable::none()),
            Field::new(Value::UNDEF),
            Cell::new(0),
            Cell::new(0),
        )
    }

    /// An empty dict with room for `count` entries.
    pub fn with_capacity(vm: &mut Vm, count: usize) -> PyResult<Gc<Dict>> {
        let dict = Self::new(vm)?;
        dict.reserve(vm, count)?;
        Ok(dict)
    }

    /// The dict that shows the attribute slots of `owner`. One instance has at most one view.
    pub fn new_view(vm: &mut Vm, owner: Gc<Header>) -> PyResult<Gc<Dict>> {
        Dict::create(
            vm,
            Field::new(DictTable::none()),
            Field::new(owner.into()),
            Cell::new(0),
            Cell::new(0),
        )
    }

    /// Number of entries.
    #[inline]
    #[allow(clippy::len_without_is_empty)]
    pub fn len(&self) -> usize {
        match self.owner() {
            None => self.live.get(),
            Some(owner) => view::len(owner),
        }
    }

    /// The instance whose attributes this dict shows, if it is a view.
    #[inline(always)]
    pub fn owner(&self) -> Option<Value> {
        self.owner.get().defined()
    }

    /// Makes room for `more` further entries.
    pub fn reserve(&self, vm: &mut Vm, more: usize) -> PyResult<()> {
        let log2 = table::log2_for(self.live.get().saturating_add(more));
        if more > 0 && self.owner().is_none() && log2 > self.table.get().log2() {
            self.rebuild(vm, log2)?;
        }
        Ok(())
    }

    /// The present layout id of the keys: as long as it is the same, every key is at the same entry. 0 when the dict
    /// is a view or has keys that aren't exact strings.
    pub fn layout_id(&self, vm: &mut Vm) -> u32 {
        if self.keys_id.get() == 0 && self.owner().is_none() && self.table.get().strings() {
            let next = &mut vm.rt().next_keys_id;
            let id = *next;
            if id != 0 {
                // At the end of 32 bits ids are used up for good: nothing is cached any more from then on.
                *next = id.checked_add(1).unwrap_or(0);
            }
            self.keys_id.set(id);
        }
        self.keys_id.get()
    }

    /// The number of the entry of `name`, for [`Dict::entry_value`]. `None` also for views and for dicts with keys that
    /// aren't exact strings.
    pub fn find_entry_str(&self, name: Gc<Str>) -> Option<u32> {
        let table = self.table.get();
        if self.owner().is_some() || !table.strings() {
            return None;
        }
        table.find_str(name, name.hash()).map(|number| number as u32)
    }

    /// The value of an entry; UNDEF if there is no such entry.
    #[inline(always)]
    pub fn entry_value(&self, number: u32) -> Value {
        match self.table.get().entries().get(number as usize) {
            Some(entry) => entry.value.get(),
            None => Value::UNDEF,
        }
    }

    /// Replaces the value of an entry.
    #[inline(always)]
    pub fn set_entry_value(&self, vm: &mut Vm, number: u32, value: Value) {
        DictTable::set_value(self.table.get(), vm, number as usize, value);
    }

    /// The value of a string key. Runs no Python code: a key that merely equals `name` without being an exact string is
    /// passed over, see [`Dict::get_name`].
    #[inline]
    pub fn get_str(&self, name: Gc<Str>) -> Option<Value> {
        if let Some(owner) = self.owner() {
            return view::get(owner, name);
        }
        let table = self.table.get();
        let number = table.find_str(name, name.hash())?;
        table.live(number).map(|entry| entry.value.get())
    }

    /// The value of a string key, whatever the other keys are.
    pub fn get_name(&self, vm: &mut Vm, name: Gc<Str>) -> PyResult<Option<Value>> {
        self.get_hashed(vm, name.into(), name.hash())
    }

    /// Sets the value of a string key.
    pub fn set_str(&self, vm: &mut Vm, name: Gc<Str>, value: Value) -> PyResult<()> {
        self.set_hashed(vm, name.into(), name.hash(), value)
    }

    /// Removes a string key and returns its value.
    pub fn remove_str(&self, vm: &mut Vm, name: Gc<Str>) -> PyResult<Option<Value>> {
        self.remove_hashed(vm, name.into(), name.hash())
    }

    /// The value of `key`.
    pub fn get(&self, vm: &mut Vm, key: Value) -> PyResult<Option<Value>> {
        let hash = hash_key(vm, key)?;
        self.get_hashed(vm, key, hash)
    }

    /// Whether `key` is there.
    pub fn contains(&self, vm: &mut Vm, key: Value) -> PyResult<bool> {
        Ok(self.get(vm, key)?.is_some())
    }

    /// Sets the value of `key`.
    pub fn set(&self, vm: &mut Vm, key: Value, value: Value) -> PyResult<()> {
        let hash = hash_key(vm, key)?;
        self.set_hashed(vm, key, hash, value)
    }

    /// Removes `key` and returns its value.
    pub fn remove(&self, vm: &mut Vm, key: Value) -> PyResult<Option<Value>> {
        let hash = hash_key(vm, key)?;
        self.remove_hashed(vm, key, hash)
    }

    /// [`Dict::get`] of a key whose hash is known.
    #[inline]
    pub fn get_hashed(&self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<Option<Value>> {
        if let (Some(owner), Some(name)) = (self.owner(), key.exact::<Str>()) {
            return Ok(view::get(owner, name));
        }
        let found = self.find(vm, key, hash)?;
        Ok(found.and_then(|number| self.table.get().live(number).map(|entry| entry.value.get())))
    }

    /// [`Dict::set`] of a key whose hash is known.
    pub fn set_hashed(&self, vm: &mut Vm, key: Value, hash: i64, value: Value) -> PyResult<()> {
        if let (Some(owner), Some(name)) = (self.owner(), key.exact::<Str>()) {
            return view::set(vm, owner, name, value);
        }
        match self.find(vm, key, hash)? {
            Some(number) => {
                DictTable::set_value(self.table.get(), vm, number, value);
                Ok(())
            }
            None => self.append(vm, key, hash, value),
        }
    }

    /// [`Dict::remove`] of a key whose hash is known.
    pub fn remove_hashed(&self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<Option<Value>> {
        if let (Some(owner), Some(name)) = (self.owner(), key.exact::<Str>()) {
            return view::delete(vm, owner, name);
        }
        let Some(number) = self.find(vm, key, hash)? else { return Ok(None) };
        Ok(self.delete_entry(number))
    }

    /// The value of `key`, which is set to `default` if it isn't there.
    pub fn set_default(&self, vm: &mut Vm, key: Value, default: Value) -> PyResult<Value> {
        let hash = hash_key(vm, key)?;
        if let Some(value) = self.get_hashed(vm, key, hash)? {
            return Ok(value);
        }
        if self.owner().is_some() {
            self.set_hashed(vm, key, hash, default)?;
        } else {
            self.append(vm, key, hash, default)?;
        }
        Ok(default)
    }

    /// Removes and returns the newest entry.
    pub fn pop_item(&self, vm: &mut Vm) -> PyResult<Option<(Value, Value)>> {
        self.detach(vm)?;
        let table = self.table.get();
        let Some(number) = (0..table.used()).rev().find(|number| table.live(*number).is_some())
        else {
            return Ok(None);
        };
        let Some(key) = table.live(number).map(|entry| entry.key.get()) else { return Ok(None) };
        let value = self.delete_entry(number).unwrap_or(Value::NONE);
        table.drop_tail(number);
        Ok(Some((key, value)))
    }

    /// Removes all entries.
    pub fn clear(&self, vm: &mut Vm) -> PyResult<()> {
        self.detach(vm)?;
        self.table.set(gc_of(self), vm.heap(), DictTable::none());
        self.live.set(0);
        self.keys_id.set(0);
        Ok(())
    }

    /// A real dict with the same entries.
    pub fn copy(&self, vm: &mut Vm) -> PyResult<Gc<Dict>> {
        let copy = Dict::new(vm)?;
        copy.merge_dict(vm, gc_of(self), Merge::Override)?;
        Ok(copy)
    }

    /// [`Dict::copy`] of `from`.
    pub fn copy_of(vm: &mut Vm, from: Gc<Dict>) -> PyResult<Gc<Dict>> {
        from.copy(vm)
    }

    /// The next entry (key, value, hash) from position `at` on, which moves behind it. Positions stay meaningful while
    /// entries are added, replaced and removed, as long as the table isn't rebuilt.
    pub fn next_entry(&self, at: &mut usize) -> Option<(Value, Value, i64)> {
        if let Some(owner) = self.owner() {
            let (name, value) = view::entry(owner, *at)?;
            *at += 1;
            return Some((name.into(), value, name.hash()));
        }
        let table = self.table.get();
        for entry in table.entries().get(*at..)? {
            *at += 1;
            if let Some(found) = content(entry) {
                return Some(found);
            }
        }
        None
    }

    /// The entry before position `at`, which moves to it.
    pub fn previous_entry(&self, at: &mut usize) -> Option<(Value, Value, i64)> {
        while *at > 0 {
            *at -= 1;
            let found = match self.owner() {
                Some(owner) => {
                    view::entry(owner, *at).map(|(name, value)| (name.into(), value, name.hash()))
                }
                None => self.table.get().entries().get(*at).and_then(content),
            };
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The position behind the last entry, where [`Dict::previous_entry`] begins.
    pub fn end(&self) -> usize {
        match self.owner() {
            Some(owner) => view::len(owner),
            None => self.table.get().used(),
        }
    }

    /// The number of the entry of `key`, after making a view a real dict.
    #[inline]
    fn find(&self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<Option<usize>> {
        if self.owner().is_some() {
            self.detach(vm)?;
        }
        let table = self.table.get();
        if let Some(name) = key.exact::<Str>()
            && table.strings()
        {
            return Ok(table.find_str(name, hash));
        }
        self.find_any(vm, key, hash)
    }

    fn find_any(&self, vm: &mut Vm, key: Value, hash: i64) -> PyResult<Option<usize>> {
        'restart: loop {
            let table = self.table.get();
            let mut probe = table.probe(hash);
            loop {
                let number = match table.step(&mut probe) {
                    Found::Empty => return Ok(None),
                    Found::Deleted => continue,
                    Found::Entry(number) => number,
                };
                let Some(entry) = table.live(number) else { continue };
                let known = entry.key.get();
                if is_identical(known, key) {
                    return Ok(Some(number));
                }
                if entry.hash.get() != hash {
                    continue;
                }
                let equal = vm.eq(known, key)?;
                let changed = self.table.get() != table
                    || table.live(number).is_none_or(|e| e.key.get() != known);
                if changed {
                    continue 'restart;
                }
                if equal {
                    return Ok(Some(number));
                }
            }
        }
    }

    /// Appends an entry whose key isn't there.
    fn append(&self, vm: &mut Vm, key: Value, hash: i64, value: Value) -> PyResult<()> {
        if self.table.get().is_full() {
            self.rebuild(vm, table::log2_grown(self.live.get()))?;
        }
        let table = self.table.get();
        if key.exact::<Str>().is_none() {
            table.set_generic();
        }
        DictTable::insert(table, vm, hash, key, value);
        self.live.set(self.live.get() + 1);
        self.keys_id.set(0);
        Ok(())
    }

    fn rebuild(&self, vm: &mut Vm, log2: u8) -> PyResult<()> {
        let table = self.table.get().rebuilt(vm, log2)?;
        self.table.set(gc_of(self), vm.heap(), table);
        self.keys_id.set(0);
        Ok(())
    }

    fn delete_entry(&self, number: usize) -> Option<Value> {
        let table = self.table.get();
        let value = table.live(number)?.value.get();
        table.delete(number);
        self.live.set(self.live.get() - 1);
        self.keys_id.set(0);
        Some(value)
    }

    /// Makes a view a real dict, which its owner uses from then on.
    pub fn detach(&self, vm: &mut Vm) -> PyResult<()> {
        match self.owner().and_then(Value::header) {
            None => Ok(()),
            Some(owner) => crate::attrs::detach(vm, owner).map(|_| ()),
        }
    }

    /// Ends being a view: the dict is real and empty, with room for `count` entries. Its owner fills it.
    pub fn begin_detach(&self, vm: &mut Vm, count: usize) -> PyResult<()> {
        let table = DictTable::alloc(vm, table::log2_for(count), true)?;
        self.table.set(gc_of(self), vm.heap(), table);
        self.live.set(0);
        self.keys_id.set(0);
        self.owner.init(Value::UNDEF);
        Ok(())
    }
}

fn content(entry: &Entry) -> Option<(Value, Value, i64)> {
    let key = entry.key.get().defined()?;
    Some((key, entry.value.get(), entry.hash.get()))
}

//! Interned strings: equal interned strings are the same object, so that names compare by address.
//!
//! The table is weak: a string that nothing else refers to is taken off by the collection that frees it. Names of shapes
//! and the VM's own names are immortal.

use crate::str::Str;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use hashbrown::HashTable;
use heap::{CollectKind, Gc, Heap, OutOfMemory, RootVec, WeakCx};
use prim::text::Text;
use std::ptr::NonNull;

/// The table of interned strings.
pub struct Interned {
    strings: HashTable<NonNull<Str>>,
    /// Those entered since the last collection.
    young: Vec<NonNull<Str>>,
    immortal: RootVec<Value>,
}

impl Interned {
    pub(crate) fn new(heap: &Heap) -> Result<Interned, OutOfMemory> {
        Ok(Interned { strings: HashTable::new(), young: Vec::new(), immortal: RootVec::new(heap)? })
    }

    fn find(&self, text: &Text, hash: i64) -> Option<Gc<Str>> {
        // SAFETY: strings in the table are live: dead ones are taken off before they are freed.
        let same = |s: &NonNull<Str>| unsafe { s.as_ref() }.text() == text;
        let found = self.strings.find(hash as u64, same)?;
        // SAFETY: as above.
        Some(unsafe { Gc::from_ptr(found.as_ptr()) })
    }

    fn add(&mut self, s: Gc<Str>) -> Result<(), OutOfMemory> {
        // SAFETY: as in `find`.
        let hash = |s: &NonNull<Str>| unsafe { s.as_ref() }.hash() as u64;
        self.strings.try_reserve(1, hash).map_err(|_| OutOfMemory)?;
        self.young.try_reserve(1).map_err(|_| OutOfMemory)?;
        let p: NonNull<Str> = s.header().cast();
        self.strings.insert_unique(s.hash() as u64, p, hash);
        self.young.push(p);
        s.mark_interned(false);
        Ok(())
    }

    /// Takes off what is about to be freed.
    pub(crate) fn sweep(&mut self, cx: &WeakCx<'_>) {
        if cx.kind() == CollectKind::Full {
            self.strings.retain(|s| cx.is_marked(s.as_ptr().cast()));
        } else {
            for dead in self.young.iter().filter(|s| !cx.is_marked(s.as_ptr().cast())) {
                // SAFETY: not freed yet.
                let hash = unsafe { dead.as_ref() }.hash() as u64;
                if let Ok(entry) = self.strings.find_entry(hash, |s| s == dead) {
                    entry.remove();
                }
            }
        }
        self.young.clear();
    }

    /// How many strings are interned.
    pub fn len(&self) -> usize {
        self.strings.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.strings.is_empty()
    }
}

/// The interned string with the text of `s`: `s` itself, if it is an exact `str` and the first of its text.
#[inline]
pub fn intern(vm: &mut Vm, s: Gc<Str>) -> PyResult<Gc<Str>> {
    if s.is_interned() { Ok(s) } else { intern_slow(vm, s) }
}

#[inline(never)]
fn intern_slow(vm: &mut Vm, s: Gc<Str>) -> PyResult<Gc<Str>> {
    if let Some(known) = vm.rt().interned.find(s.text(), s.hash()) {
        return Ok(known);
    }
    let s = match Value::from(s).exact::<Str>() {
        Some(s) => s,
        None => Str::from_text(vm, s.text())?,
    };
    let added = vm.rt().interned.add(s);
    vm.grow(added)?;
    Ok(s)
}

/// The interned string `text`.
pub fn intern_text(vm: &mut Vm, text: &Text) -> PyResult<Gc<Str>> {
    let hash = crate::str::hash_key().text(text);
    if let Some(known) = vm.rt().interned.find(text, hash) {
        return Ok(known);
    }
    let s = Str::from_text(vm, text)?;
    let added = vm.rt().interned.add(s);
    vm.grow(added)?;
    Ok(s)
}

/// Keeps the interned string `s` alive for ever.
pub fn immortal(vm: &mut Vm, s: Gc<Str>) -> PyResult<()> {
    if s.is_immortal() {
        return Ok(());
    }
    let kept = vm.rt().interned.immortal.push(s.into());
    vm.grow(kept)?;
    s.mark_interned(true);
    Ok(())
}

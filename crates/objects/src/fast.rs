//! What the interpreter's handlers do inline with the core containers and iterators: no call, no error, no Python code.
//!
//! Each function answers for the common case and says so when it doesn't apply; the general operation is the protocol's.

use crate::array::{ITEMS, Values};
use crate::list::{List, ListIterator};
use crate::range::RangeIterator;
use crate::tuple::{Tuple, TupleIterator};
use crate::value::Value;
use heap::{Gc, Heap};

/// Address of item `i` of an array.
#[inline(always)]
fn item(array: Gc<Values>, i: usize) -> *mut Value {
    // SAFETY: callers pass indices below a list's length, which is at most the array's capacity.
    unsafe { array.as_ptr().cast::<u8>().add(ITEMS).cast::<Value>().add(i) }
}

/// Index `i`, counted from the end if negative, if it is below `len`.
#[inline(always)]
fn index(i: i64, len: usize) -> Option<usize> {
    let at = if i < 0 { i.wrapping_add(len as i64) } else { i } as usize;
    if at < len { Some(at) } else { None }
}

impl List {
    /// Item `i`, counted from the end if negative.
    #[inline(always)]
    pub fn item_at(&self, i: i64) -> Option<Value> {
        let at = index(i, self.len.get())?;
        // SAFETY: below the length.
        Some(unsafe { *item(self.items.get(), at) })
    }

    /// Where the first item is; as many follow as the list is long.
    #[inline(always)]
    pub fn first_item(&self) -> *const Value {
        item(self.items.get(), 0)
    }

    /// Replaces item `i`, counted from the end if negative; false if there is none.
    #[inline(always)]
    pub fn store_at(&self, heap: &Heap, i: i64, v: Value) -> bool {
        let Some(at) = index(i, self.len.get()) else { return false };
        let array = self.items.get();
        // SAFETY: below the length; the array is the slot's owner.
        unsafe {
            let slot = item(array, at);
            *slot = v;
            if v.is_heap() {
                heap.barrier_slot(array.header().as_ptr(), slot.cast());
            }
        }
        true
    }

    /// Appends `v` if there is room without growing.
    #[inline(always)]
    pub fn push_in_place(&self, heap: &Heap, v: Value) -> bool {
        let len = self.len.get();
        let array = self.items.get();
        if len >= array.cap() {
            return false;
        }
        self.len.set(len + 1);
        // SAFETY: below the capacity.
        unsafe {
            let slot = item(array, len);
            *slot = v;
            if v.is_heap() {
                heap.barrier_slot(array.header().as_ptr(), slot.cast());
            }
        }
        true
    }
}

impl Tuple {
    /// Item `i`, counted from the end if negative.
    #[inline(always)]
    pub fn item_at(&self, i: i64) -> Option<Value> {
        let items = self.items();
        let at = index(i, items.len())?;
        // SAFETY: below the length.
        Some(unsafe { *items.get_unchecked(at) })
    }
}

impl ListIterator {
    /// The next item; UNDEF at the end.
    #[inline(always)]
    pub fn advance(&self) -> Value {
        let Some(list) = self.list.get() else { return Value::UNDEF };
        let at = self.index.get();
        if at < list.len.get() {
            self.index.set(at + 1);
            // SAFETY: below the length.
            return unsafe { *item(list.items.get(), at) };
        }
        self.list.init(None);
        Value::UNDEF
    }
}

impl TupleIterator {
    /// The next item; UNDEF at the end.
    #[inline(always)]
    pub fn advance(&self) -> Value {
        let Some(tuple) = self.tuple.get() else { return Value::UNDEF };
        let at = self.index.get();
        let items = tuple.items();
        if at < items.len() {
            self.index.set(at + 1);
            // SAFETY: below the length.
            return unsafe { *items.get_unchecked(at) };
        }
        self.tuple.init(None);
        Value::UNDEF
    }
}

impl RangeIterator {
    /// The next item, if it is an immediate int; UNDEF at the end; `None` for an int that needs memory.
    #[inline(always)]
    pub fn advance(&self) -> Option<Value> {
        let left = self.left.get();
        if left <= 0 {
            return Some(Value::UNDEF);
        }
        let next = self.next.get();
        let v = Value::small_int(next)?;
        self.left.set(left - 1);
        self.next.set(next.wrapping_add(self.step));
        Some(v)
    }
}

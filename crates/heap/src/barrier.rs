//! The write barrier: which old objects may point to young ones.
//!
//! An old object carries [`flags::UNLOGGED`] until it is stored into; then it is in the remembered
//! set, and stores cost one flag test. A large object can be tracked by cards of 256 bytes instead.
//! Invariant: at a minor collection every pointer from old to young is in an object of the
//! remembered set, or in a dirty card of an object in the carded list.

use std::ptr::NonNull;

use crate::block::{CARD_SHIFT, NONE};
use crate::heap::Heap;
use crate::object::{Header, flags};
use crate::tracer::Tracer;

impl Heap {
    /// To be called with every store of a pointer into `owner` (before or after it, with no safepoint
    /// between).
    ///
    /// # Safety
    /// `owner` is a live object of this heap, or an object outside the heap without collector flags.
    #[inline(always)]
    pub unsafe fn barrier(&self, owner: *mut Header) {
        // SAFETY: live by contract.
        if unsafe { &*owner }.has(flags::UNLOGGED) {
            // SAFETY: by contract.
            unsafe { self.log(owner) };
        }
    }

    /// [`Heap::barrier`] for one slot: in a large object only the card around it is remembered.
    ///
    /// # Safety
    /// As for [`Heap::barrier`]; `slot` lies within `owner`.
    #[inline(always)]
    pub unsafe fn barrier_slot(&self, owner: *mut Header, slot: *const u8) {
        // SAFETY: live by contract.
        let header = unsafe { &*owner };
        if header.has(flags::UNLOGGED) {
            if header.has(flags::LARGE) {
                // SAFETY: the slot is in the heap, so its card is committed.
                unsafe { *self.blocks.card(slot as usize) = 1 };
                self.log_card(owner);
            } else {
                // SAFETY: by contract.
                unsafe { self.log(owner) };
            }
        }
    }

    /// [`Heap::barrier`] for the slots in `[low, high)`.
    ///
    /// # Safety
    /// As for [`Heap::barrier`]; the slots lie within `owner`.
    pub unsafe fn barrier_range(&self, owner: *mut Header, low: *const u8, high: *const u8) {
        let (low, high) = (low as usize, high as usize);
        let first = low & !((1 << CARD_SHIFT) - 1);
        for card in (first..high).step_by(1 << CARD_SHIFT) {
            // SAFETY: the slot lies in the object.
            unsafe { self.barrier_slot(owner, std::ptr::without_provenance(card.max(low))) };
        }
    }

    /// Stores a tagged word into a slot of `owner`, with the barrier.
    ///
    /// # Safety
    /// As for [`Heap::barrier_slot`]; the slot is aligned.
    #[inline(always)]
    pub unsafe fn write(&self, owner: *mut Header, slot: *mut u64, word: u64) {
        // SAFETY: by contract.
        unsafe {
            *slot = word;
            self.barrier_slot(owner, slot.cast());
        }
    }

    /// Puts an old object into the remembered set. Machine code calls this after its flag test.
    ///
    /// # Safety
    /// As for [`Heap::barrier`], and `owner` has [`flags::UNLOGGED`].
    #[cold]
    #[inline(never)]
    pub unsafe fn log(&self, owner: *mut Header) {
        // SAFETY: the object is live by contract; the set is touched by one thread, and
        // not while a collection reads it.
        unsafe {
            (*owner).remove(flags::UNLOGGED);
            let remembered = &mut *self.remembered.get();
            if remembered.try_reserve(1).is_ok() {
                remembered.push(NonNull::new_unchecked(owner));
            } else {
                self.remembered_lost.set(true);
            }
        }
    }

    fn log_card(&self, owner: *mut Header) {
        let Some(block) = self.blocks.block_of(owner as usize) else { return };
        let info = self.blocks.info(block);
        if !info.flag.get() {
            info.flag.set(true);
            info.prev.set(self.carded.replace(block));
        }
    }

    /// Marks what remembered objects and dirty cards point to, and forgets them.
    pub(crate) fn scan_remembered(&self, tracer: &mut Tracer) {
        // SAFETY: no barrier runs during a collection.
        let remembered = unsafe { &mut *self.remembered.get() };
        for object in remembered.drain(..) {
            tracer.scan(object);
        }
        self.each_carded(|object, low, high| tracer.scan_range(object, low, high));
    }

    /// Forgets the remembered set; a full collection scans everything anyway.
    pub(crate) fn forget_remembered(&self) {
        // SAFETY: as in `scan_remembered`.
        unsafe { &mut *self.remembered.get() }.clear();
        self.remembered_lost.set(false);
        self.each_carded(|_, _, _| {});
    }

    /// Cleans all cards, calling `visit` with the address range of each run of dirty ones.
    fn each_carded(&self, mut visit: impl FnMut(NonNull<Header>, usize, usize)) {
        let mut block = self.carded.replace(NONE);
        while block != NONE {
            let info = self.blocks.info(block);
            info.flag.set(false);
            let start = self.blocks.address(block);
            let object = std::ptr::with_exposed_provenance_mut(start);
            // SAFETY: not null, as block addresses are not.
            let object = unsafe { NonNull::new_unchecked(object) };
            self.clean_cards(start, info.size.get(), |low, high| visit(object, low, high));
            block = info.prev.get();
        }
    }

    fn clean_cards(&self, start: usize, size: usize, mut visit: impl FnMut(usize, usize)) {
        let count = size.div_ceil(1 << CARD_SHIFT);
        // SAFETY: the cards of the object, committed with it; `visit` marks but stores nothing.
        let cards = unsafe { std::slice::from_raw_parts_mut(self.blocks.card(start), count) };
        let mut at = 0;
        while let Some(skip) = first_dirty(&cards[at..]) {
            let first = at + skip;
            let length = cards[first..].iter().take_while(|card| **card != 0).count();
            cards[first..first + length].fill(0);
            at = first + length;
            visit(start + (first << CARD_SHIFT), (start + (at << CARD_SHIFT)).min(start + size));
        }
    }

    /// Torture switch: stops if an old object points to a young one behind the barrier's back.
    pub(crate) fn verify_barriers(&self, tracer: &mut Tracer) {
        crate::tracer::each_marked(&self.blocks, |object| {
            // SAFETY: marked objects are live.
            let header = unsafe { object.as_ref() };
            if !header.has(flags::UNLOGGED) || header.has(flags::LEAF) {
                return;
            }
            if header.has(flags::LARGE) {
                self.verify_clean_cards(object, tracer);
            } else {
                tracer.verify(object, None);
            }
        });
    }

    fn verify_clean_cards(&self, object: NonNull<Header>, tracer: &mut Tracer) {
        let start = object.as_ptr() as usize;
        let end = start + self.blocks.cell_bytes(start);
        for low in (start..end).step_by(1 << CARD_SHIFT) {
            // SAFETY: the card of a heap address.
            if unsafe { *self.blocks.card(low) } == 0 {
                tracer.verify(object, Some((low, end.min(low + (1 << CARD_SHIFT)))));
            }
        }
    }
}

/// Position of the first card that is not clean. Most are clean, so eight are tested at a time.
fn first_dirty(cards: &[u8]) -> Option<usize> {
    let (groups, rest) = cards.as_chunks::<8>();
    let at = match groups.iter().position(|group| u64::from_ne_bytes(*group) != 0) {
        Some(group) => group * 8,
        None => cards.len() - rest.len(),
    };
    cards[at..].iter().position(|card| *card != 0).map(|skip| at + skip)
}

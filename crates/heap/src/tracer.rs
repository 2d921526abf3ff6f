//! Marking: the tracer the embedder's hooks talk to, its mark stack, and the weak phase's context.
//!
//! A marked object is pushed once and scanned once; scanning passes its pointers back in here. The
//! stack is explicit, so deep graphs cost memory, not native stack. Invariant: when it cannot grow,
//! the object stays marked but unscanned and `overflowed` is set; draining then scans all marked
//! objects again until nothing overflows.

use std::ptr::NonNull;

use crate::block::{Blocks, Kind};
use crate::class::GRANULE;
use crate::collect::CollectKind;
use crate::fatal;
use crate::object::{Header, flags};
use crate::options::Hooks;

/// What the shape of an object reads as after its cell was poisoned.
pub(crate) const POISON: u8 = 0xDB;
const POISON_SHAPE: u32 = u32::from_ne_bytes([POISON; 4]);

/// Marked objects popped ahead, so that their headers arrive in the cache before they are scanned.
const AHEAD: usize = 8;

/// Receives the pointers of roots and objects during a collection.
#[derive(Debug)]
pub struct Tracer {
    base: usize,
    extent: usize,
    marks: *mut u64,
    stack: Vec<NonNull<Header>>,
    overflowed: bool,
    mode: Mode,
    /// Check every target (poison, cell start): the torture switches' extra work.
    check: bool,
    stack_limit: usize,
    hooks: Hooks,
    blocks: *const Blocks,
}

/// What meeting an unmarked object means.
#[derive(Clone, Copy, Debug)]
enum Mode {
    Mark,
    /// The owner is old and unlogged: an error.
    Verify(*const Header),
}

impl Tracer {
    /// A tracer for one collection. `blocks` must outlive it.
    pub(crate) fn new(
        blocks: &Blocks,
        hooks: Hooks,
        stack: Vec<NonNull<Header>>,
        stack_limit: usize,
        check: bool,
    ) -> Tracer {
        Tracer {
            base: blocks.base(),
            extent: blocks.extent_bytes(),
            marks: blocks.marks(),
            stack,
            overflowed: false,
            mode: Mode::Mark,
            check,
            stack_limit,
            hooks,
            blocks,
        }
    }

    pub(crate) fn into_stack(self) -> Vec<NonNull<Header>> {
        self.stack
    }

    /// A tagged word: marks the object behind it if its low three bits are `001`.
    #[inline(always)]
    pub fn word(&mut self, word: u64) {
        if word & 7 == 1 {
            self.address((word - 1) as usize);
        }
    }

    /// Tagged words.
    #[inline]
    pub fn words(&mut self, words: &[u64]) {
        for word in words {
            self.word(*word);
        }
    }

    /// `count` tagged words in memory that machine code or hooks own.
    ///
    /// # Safety
    /// `start` is aligned and valid for reading `count` initialised words.
    #[inline]
    pub unsafe fn words_at(&mut self, start: *const u64, count: usize) {
        for index in 0..count {
            // SAFETY: within the caller's range.
            self.word(unsafe { *start.add(index) });
        }
    }

    /// An untagged pointer to an object's start, or null. Objects outside the heap are ignored.
    #[inline(always)]
    pub fn ptr(&mut self, object: *const Header) {
        self.address(object as usize);
    }

    #[inline(always)]
    fn address(&mut self, address: usize) {
        let offset = address.wrapping_sub(self.base);
        if offset >= self.extent {
            return;
        }
        let granule = offset / GRANULE;
        // SAFETY: the mark table is committed up to the extent.
        let word = unsafe { &mut *self.marks.add(granule / 64) };
        let bit = 1 << (granule % 64);
        if *word & bit == 0 {
            if let Mode::Verify(owner) = self.mode {
                self.unlogged_edge(owner, address);
            }
            *word |= bit;
            self.push(address);
        }
    }

    #[inline(always)]
    fn push(&mut self, address: usize) {
        let object = std::ptr::with_exposed_provenance_mut::<Header>(address);
        // SAFETY: an address at or above the base of the blocks is not null.
        let object = unsafe { NonNull::new_unchecked(object) };
        if self.stack.len() < self.stack.capacity() || self.grow_stack() {
            self.stack.push(object);
        } else {
            self.overflowed = true;
        }
    }

    #[cold]
    #[inline(never)]
    fn grow_stack(&mut self) -> bool {
        let room = self.stack_limit.saturating_sub(self.stack.len());
        let more = self.stack.len().max(1024).min(room);
        more > 0 && self.stack.try_reserve_exact(more).is_ok()
    }

    /// Scans until everything reachable from what was marked is marked.
    pub(crate) fn drain(&mut self) {
        loop {
            let mut ahead = [None; AHEAD];
            let mut turn = 0;
            loop {
                let next = self.stack.pop();
                if let Some(object) = next {
                    prefetch(object);
                }
                let due = std::mem::replace(&mut ahead[turn % AHEAD], next);
                turn += 1;
                match due {
                    Some(object) => self.scan(object),
                    None if next.is_none() && ahead.iter().all(Option::is_none) => break,
                    None => {}
                }
            }
            if !std::mem::take(&mut self.overflowed) {
                return;
            }
            self.rescan();
        }
    }

    /// Scans a marked object, which makes it old.
    #[inline(always)]
    pub(crate) fn scan(&mut self, object: NonNull<Header>) {
        // SAFETY: marked objects are live and initialised (contracts 1 and 3 of the crate).
        let header = unsafe { object.as_ref() };
        if self.check {
            self.check_object(object);
        }
        header.insert(flags::UNLOGGED);
        if !header.has(flags::LEAF) {
            // SAFETY: the hook knows the layouts of all shapes the embedder allocates.
            unsafe { (self.hooks.trace)(object.as_ptr(), self) }
        }
    }

    /// Passes the pointers in part of a large object.
    pub(crate) fn scan_range(&mut self, object: NonNull<Header>, low: usize, high: usize) {
        let low = std::ptr::with_exposed_provenance_mut(low);
        let high = std::ptr::with_exposed_provenance_mut(high);
        // SAFETY: as in `scan`; the range lies within the object.
        unsafe { (self.hooks.trace_range)(object.as_ptr(), low, high, self) }
    }

    /// Scans every marked object again, after an overflow left some unscanned.
    #[cold]
    fn rescan(&mut self) {
        // SAFETY: the blocks outlive the tracer.
        let blocks = unsafe { &*self.blocks };
        each_marked(blocks, |cell| {
            self.scan(cell);
            while let Some(object) = self.stack.pop() {
                self.scan(object);
            }
        });
    }

    /// Reports a pointer from `owner` to a young object if there is one; `owner` is old, unlogged.
    pub(crate) fn verify(&mut self, owner: NonNull<Header>, range: Option<(usize, usize)>) {
        self.mode = Mode::Verify(owner.as_ptr());
        match range {
            // SAFETY: as in `scan`.
            None => unsafe { (self.hooks.trace)(owner.as_ptr(), self) },
            Some((low, high)) => self.scan_range(owner, low, high),
        }
        self.mode = Mode::Mark;
    }

    #[cold]
    #[inline(never)]
    fn unlogged_edge(&self, owner: *const Header, target: usize) -> ! {
        // SAFETY: both are objects of this heap.
        let (from, to) = unsafe {
            ((*owner).shape(), (*std::ptr::with_exposed_provenance::<Header>(target)).shape())
        };
        fatal(format_args!(
            "old object {owner:p} (shape {from}) points to young object {target:#x} (shape {to}) without a barrier"
        ))
    }

    #[cold]
    #[inline(never)]
    fn check_object(&self, object: NonNull<Header>) {
        // SAFETY: the blocks outlive the tracer.
        let blocks = unsafe { &*self.blocks };
        let address = object.as_ptr() as usize;
        if blocks.cell_of(address) != Some(address) {
            fatal(format_args!("traced pointer {address:#x} is not the start of a cell"));
        }
        // SAFETY: a cell is committed memory.
        if unsafe { object.as_ref() }.shape() == POISON_SHAPE {
            fatal(format_args!("traced pointer {address:#x} leads to a freed object"));
        }
    }

    /// Whether the object is marked; objects outside the heap count as marked.
    fn is_marked(&self, object: *const Header) -> bool {
        // SAFETY: the blocks outlive the tracer.
        let blocks = unsafe { &*self.blocks };
        blocks.block_of(object as usize).is_none() || blocks.is_marked(object as usize)
    }
}

/// Calls `visit` with every marked object.
pub(crate) fn each_marked(blocks: &Blocks, mut visit: impl FnMut(NonNull<Header>)) {
    let mut one = |cell: usize| {
        if blocks.is_marked(cell) {
            NonNull::new(std::ptr::with_exposed_provenance_mut(cell)).map(&mut visit);
        }
    };
    blocks.each_used(|block, info| match info.kind.get() {
        Kind::Small => blocks.each_cell(block, &mut one),
        _ => one(blocks.address(block)),
    });
}

#[inline(always)]
fn prefetch(object: NonNull<Header>) {
    #[cfg(target_arch = "x86_64")]
    // SAFETY: a prefetch touches no memory the program can see.
    unsafe {
        use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
        _mm_prefetch::<_MM_HINT_T0>(object.as_ptr().cast());
    }
    #[cfg(not(target_arch = "x86_64"))]
    let _ = object;
}

/// When in a collection a weak hook is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WeakPhase {
    /// Everything reachable is marked; objects awaiting finalization are not.
    BeforeFinalizers,
    /// Objects to be finalized and all they reach are marked too; what is unmarked now will be freed.
    AfterFinalizers,
}

/// What weak hooks may ask and do between marking and freeing.
#[derive(Debug)]
pub struct WeakCx<'a> {
    pub(crate) tracer: &'a mut Tracer,
    pub(crate) phase: WeakPhase,
    pub(crate) kind: CollectKind,
    pub(crate) finalizers_wait: bool,
}

impl WeakCx<'_> {
    /// Whether objects wait to be finalized.
    pub fn finalizers_wait(&self) -> bool {
        self.finalizers_wait
    }

    /// The phase.
    pub fn phase(&self) -> WeakPhase {
        self.phase
    }

    /// What is being collected. A minor collection treats every old object as live.
    pub fn kind(&self) -> CollectKind {
        self.kind
    }

    /// Whether the object is live as far as this phase knows. Objects outside the heap always are.
    pub fn is_marked(&self, object: *const Header) -> bool {
        self.tracer.is_marked(object)
    }

    /// [`WeakCx::is_marked`] for a tagged word; words that are not heap pointers are live.
    pub fn is_live_word(&self, word: u64) -> bool {
        word & 7 != 1 || self.is_marked(std::ptr::without_provenance((word - 1) as usize))
    }

    /// Keeps the object and all it reaches alive in this cycle.
    pub fn resurrect(&mut self, object: *const Header) {
        self.tracer.ptr(object);
        self.tracer.drain();
    }
}

//! Objects whose death or survival matters: finalizers (PEP 442), native drops, weak holders.
//!
//! Each list has a young and an old part, so that a minor collection looks at new entries only.
//! Invariant: registering reserves the room that moving an entry on will need, so nothing fails
//! during a collection. A header flag says that an entry counts; entries without it are stale.

use std::collections::VecDeque;
use std::ffi::c_void;
use std::ptr::NonNull;

use crate::OutOfMemory;
use crate::collect::CollectKind;
use crate::heap::Heap;
use crate::object::{Header, flags};
use crate::tracer::{Tracer, WeakCx, WeakPhase};

/// One list of watched objects.
#[derive(Debug, Default)]
pub(crate) struct WatchList {
    young: Vec<NonNull<Header>>,
    old: Vec<NonNull<Header>>,
}

impl WatchList {
    fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }

    fn add(&mut self, object: NonNull<Header>) -> Result<(), OutOfMemory> {
        self.young.try_reserve(1).map_err(|_| OutOfMemory)?;
        self.old.try_reserve(self.young.len() + 1).map_err(|_| OutOfMemory)?;
        self.young.push(object);
        Ok(())
    }

    /// Calls `keep` with the entries that the collection can have changed the fate of, and drops those
    /// it declines.
    fn retain(&mut self, kind: CollectKind, mut keep: impl FnMut(NonNull<Header>) -> bool) {
        if kind == CollectKind::Full {
            self.old.retain(|object| keep(*object));
        }
        self.young.retain(|object| keep(*object));
    }

    /// What is left has survived: all entries are old now.
    fn age(&mut self) {
        self.old.append(&mut self.young);
    }
}

/// All watched objects of a heap, and the queue of those to be finalized.
#[derive(Debug, Default)]
pub(crate) struct Watched {
    finalizable: WatchList,
    droppable: WatchList,
    weak_holders: WatchList,
    pending: VecDeque<NonNull<Header>>,
}

impl Watched {
    /// Objects waiting to be finalized are roots.
    pub(crate) fn trace_pending(&self, tracer: &mut Tracer) {
        for object in &self.pending {
            tracer.ptr(object.as_ptr());
        }
    }

    /// Everything between marking and freeing.
    pub(crate) fn process(&mut self, heap: &Heap, kind: CollectKind, tracer: &mut Tracer) {
        self.weak_phase(heap, kind, WeakPhase::BeforeFinalizers, tracer);
        self.queue_finalizers(heap, kind, tracer);
        self.weak_phase(heap, kind, WeakPhase::AfterFinalizers, tracer);
        self.weak_holders.retain(kind, |object| is_watched(heap, object, flags::WEAK_HOLDER));
        self.drop_dead(heap, kind);
        for list in [&mut self.finalizable, &mut self.droppable, &mut self.weak_holders] {
            list.age();
        }
    }

    fn weak_phase(
        &mut self,
        heap: &Heap,
        kind: CollectKind,
        phase: WeakPhase,
        tracer: &mut Tracer,
    ) {
        let data = heap.hook_data.get();
        let mut cx = WeakCx { tracer, phase, kind, finalizers_wait: !self.pending.is_empty() };
        if let Some(visit) = heap.hooks.visit_weak {
            self.weak_holders.retain(kind, |object| {
                if is_watched(heap, object, flags::WEAK_HOLDER) {
                    // SAFETY: the hook is the embedder's; the object is live.
                    unsafe { visit(data, object.as_ptr(), &mut cx) };
                }
                true
            });
        }
        if let Some(process) = heap.hooks.process_weak {
            // SAFETY: the hook is the embedder's.
            unsafe { process(data, &mut cx) };
        }
    }

    /// Moves dead finalizable objects to the queue and marks from them.
    fn queue_finalizers(&mut self, heap: &Heap, kind: CollectKind, tracer: &mut Tracer) {
        let first = self.pending.len();
        self.finalizable.retain(kind, |object| {
            // SAFETY: entries are live or died in this very collection; headers are intact.
            let header = unsafe { object.as_ref() };
            if !header.has(flags::HAS_FINALIZER) {
                return false;
            }
            let live = heap.blocks.is_marked(object.as_ptr() as usize);
            if !live {
                header.remove(flags::HAS_FINALIZER);
                header.insert(flags::FINALIZED);
                self.pending.push_back(object);
            }
            live
        });
        for object in self.pending.range(first..) {
            tracer.ptr(object.as_ptr());
        }
        tracer.drain();
    }

    fn drop_dead(&mut self, heap: &Heap, kind: CollectKind) {
        let data = heap.hook_data.get();
        self.droppable.retain(kind, |object| {
            // SAFETY: as in `queue_finalizers`.
            let header = unsafe { object.as_ref() };
            if !header.has(flags::HAS_DROP) {
                return false;
            }
            let live = heap.blocks.is_marked(object.as_ptr() as usize);
            if !live {
                header.remove(flags::HAS_DROP);
                if let Some(drop_native) = heap.hooks.drop_native {
                    // SAFETY: the object is dead and this is the only call for it.
                    unsafe { drop_native(data, object.as_ptr()) };
                }
            }
            live
        });
    }

    /// Calls `drop_native` for every object still waiting for it.
    pub(crate) fn drop_all(
        &mut self,
        drop: unsafe fn(*mut c_void, *mut Header),
        data: *mut c_void,
    ) {
        for object in self.droppable.old.drain(..).chain(self.droppable.young.drain(..)) {
            // SAFETY: entries are live until the heap itself goes away.
            let header = unsafe { object.as_ref() };
            if header.has(flags::HAS_DROP) {
                header.remove(flags::HAS_DROP);
                // SAFETY: the only call for this object.
                unsafe { drop(data, object.as_ptr()) };
            }
        }
    }
}

/// Whether an entry counts and its object is live.
fn is_watched(heap: &Heap, object: NonNull<Header>, flag: u32) -> bool {
    // SAFETY: entries are live or died in this very collection; headers are intact.
    let counts = unsafe { object.as_ref() }.has(flag);
    counts && heap.blocks.is_marked(object.as_ptr() as usize)
}

impl Heap {
    /// From now on, when the object is found dead it is kept alive and queued for finalization
    /// ([`Heap::take_pending_finalizer`]), once in its life.
    ///
    /// # Safety
    /// `object` is a live object of this heap.
    pub unsafe fn register_finalizer(&self, object: NonNull<Header>) -> Result<(), OutOfMemory> {
        // SAFETY: live by contract.
        let header = unsafe { object.as_ref() };
        if header.has(flags::HAS_FINALIZER | flags::FINALIZED) {
            return Ok(());
        }
        let mut watched = self.watched.borrow_mut();
        let waiting = watched.finalizable.len();
        watched.pending.try_reserve(waiting + 1).map_err(|_| OutOfMemory)?;
        watched.finalizable.add(object)?;
        header.insert(flags::HAS_FINALIZER);
        Ok(())
    }

    /// Takes back [`Heap::register_finalizer`]; the object may be registered again.
    ///
    /// # Safety
    /// `object` is a live object of this heap.
    pub unsafe fn unregister_finalizer(&self, object: NonNull<Header>) {
        // SAFETY: live by contract.
        unsafe { object.as_ref() }.remove(flags::HAS_FINALIZER);
    }

    /// From now on the `drop_native` hook is called with the object when it is dead.
    ///
    /// # Safety
    /// `object` is a live object of this heap.
    pub unsafe fn register_drop(&self, object: NonNull<Header>) -> Result<(), OutOfMemory> {
        // SAFETY: live by contract.
        let header = unsafe { object.as_ref() };
        if !header.has(flags::HAS_DROP) {
            self.watched.borrow_mut().droppable.add(object)?;
            header.insert(flags::HAS_DROP);
        }
        Ok(())
    }

    /// Takes back [`Heap::register_drop`], for what was released early.
    ///
    /// # Safety
    /// `object` is a live object of this heap.
    pub unsafe fn unregister_drop(&self, object: NonNull<Header>) {
        // SAFETY: live by contract.
        unsafe { object.as_ref() }.remove(flags::HAS_DROP);
    }

    /// From now on the `visit_weak` hook is called with the object in both phases of every full
    /// collection it survives, and of the first minor one after registration.
    ///
    /// So a holder must not be given targets younger than its registration; register again then.
    ///
    /// # Safety
    /// `object` is a live object of this heap.
    pub unsafe fn register_weak(&self, object: NonNull<Header>) -> Result<(), OutOfMemory> {
        // SAFETY: live by contract.
        let header = unsafe { object.as_ref() };
        self.watched.borrow_mut().weak_holders.add(object)?;
        header.insert(flags::WEAK_HOLDER);
        Ok(())
    }

    /// Takes back [`Heap::register_weak`].
    ///
    /// # Safety
    /// `object` is a live object of this heap.
    pub unsafe fn unregister_weak(&self, object: NonNull<Header>) {
        // SAFETY: live by contract.
        unsafe { object.as_ref() }.remove(flags::WEAK_HOLDER);
    }

    /// The next object to finalize, in order of registration. It is live, and the caller now keeps
    /// it so.
    pub fn take_pending_finalizer(&self) -> Option<NonNull<Header>> {
        self.watched.borrow_mut().pending.pop_front()
    }

    /// Whether objects wait to be finalized.
    pub fn has_pending_finalizers(&self) -> bool {
        !self.watched.borrow().pending.is_empty()
    }

    /// Queues every registered object for finalization whether dead or not, as at interpreter exit.
    pub fn queue_all_finalizers(&self) {
        let mut watched = self.watched.borrow_mut();
        let watched = &mut *watched;
        let list = &mut watched.finalizable;
        for object in list.old.drain(..).chain(list.young.drain(..)) {
            // SAFETY: all objects in the lists are live between collections.
            let header = unsafe { object.as_ref() };
            if header.has(flags::HAS_FINALIZER) {
                header.remove(flags::HAS_FINALIZER);
                header.insert(flags::FINALIZED);
                // Room was reserved when the object was registered.
                watched.pending.push_back(object);
            }
        }
    }
}

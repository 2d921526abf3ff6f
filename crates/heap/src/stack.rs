//! Native threads: where their stacks lie, and registers spilled to where a scan finds them.
//!
//! Invariant: of the registered threads at most one is not parked: the one that uses the heap. A
//! parked thread's callee-saved registers are in its [`Registers`], which lie in a stack frame at or
//! above the published stack pointer; caller-saved ones were saved by its callers.

use std::arch::asm;

use crate::block::Blocks;
use crate::heap::Heap;
use crate::{OutOfMemory, fatal, os};

/// Names a registered thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ThreadId(u32);

/// What the collector knows of a thread.
#[derive(Debug)]
pub(crate) struct Thread {
    /// One past the highest address of the stack; 0 once the thread is gone.
    high: usize,
    /// Published stack pointer while parked, 0 while running.
    parked_at: usize,
}

/// Room for the callee-saved registers of a parked thread.
#[derive(Debug)]
#[repr(C)]
pub struct Registers([usize; 12]);

impl Registers {
    /// Empty room; it must lie in a stack frame that outlives the parking.
    pub const fn new() -> Registers {
        Registers([0; 12])
    }

    /// Stores the callee-saved registers here and returns the stack pointer.
    #[inline(always)]
    pub(crate) fn spill(&mut self) -> usize {
        let sp: usize;
        #[cfg(target_arch = "x86_64")]
        // SAFETY: writes within the array only.
        unsafe {
            asm!(
                "mov [{0}], rbx",
                "mov [{0} + 8], rbp",
                "mov [{0} + 16], r12",
                "mov [{0} + 24], r13",
                "mov [{0} + 32], r14",
                "mov [{0} + 40], r15",
                "mov {1}, rsp",
                in(reg) self.0.as_mut_ptr(),
                lateout(reg) sp,
                options(nostack, preserves_flags)
            );
        }
        #[cfg(target_arch = "aarch64")]
        // SAFETY: writes within the array only.
        unsafe {
            asm!(
                "stp x19, x20, [{0}]",
                "stp x21, x22, [{0}, #16]",
                "stp x23, x24, [{0}, #32]",
                "stp x25, x26, [{0}, #48]",
                "stp x27, x28, [{0}, #64]",
                "stp x29, x30, [{0}, #80]",
                "mov {1}, sp",
                in(reg) self.0.as_mut_ptr(),
                lateout(reg) sp,
                options(nostack, preserves_flags)
            );
        }
        #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
        compile_error!("the heap does not know how to spill this architecture's registers");
        sp
    }
}

impl Default for Registers {
    fn default() -> Self {
        Registers::new()
    }
}

impl Heap {
    /// Registers the calling thread: from now on its stack is scanned by every collection.
    ///
    /// The caller holds the lock, and every other registered thread is parked. A heap without
    /// registered threads has precise roots only.
    pub fn register_thread(&self) -> Result<ThreadId, OutOfMemory> {
        let (_, high) = os::stack_bounds().ok_or(OutOfMemory)?;
        let mut threads = self.threads.borrow_mut();
        let thread = Thread { high, parked_at: 0 };
        if let Some(free) = threads.iter().position(|thread| thread.high == 0) {
            threads[free] = thread;
            return Ok(ThreadId(free as u32));
        }
        threads.try_reserve(1).map_err(|_| OutOfMemory)?;
        threads.push(thread);
        Ok(ThreadId(threads.len() as u32 - 1))
    }

    /// Forgets a thread. The caller holds the lock.
    pub fn unregister_thread(&self, id: ThreadId) {
        self.with_thread(id, |thread| *thread = Thread { high: 0, parked_at: 0 });
    }

    /// Forgets all threads but `id`: for the child after a fork, where only the caller goes on.
    pub fn after_fork_child(&self, id: ThreadId) {
        for (index, thread) in self.threads.borrow_mut().iter_mut().enumerate() {
            if index != id.0 as usize {
                *thread = Thread { high: 0, parked_at: 0 };
            }
        }
    }

    /// Parks the calling thread: its stack is scanned as it is now until [`Heap::leave_blocking`].
    ///
    /// Called with the lock held, before giving it up. Until `leave_blocking` the thread must not
    /// obtain new heap pointers.
    ///
    /// # Safety
    /// `registers` lies in a stack frame of the calling thread that is not left before
    /// `leave_blocking`.
    #[inline(never)]
    pub unsafe fn enter_blocking(&self, id: ThreadId, registers: &mut Registers) {
        let sp = registers.spill();
        self.with_thread(id, |thread| thread.parked_at = sp);
    }

    /// Ends the parking of the calling thread, which holds the lock again.
    pub fn leave_blocking(&self, id: ThreadId) {
        self.with_thread(id, |thread| thread.parked_at = 0);
    }

    /// Runs `blocking` with the calling thread parked. `blocking` gives up the lock first and takes
    /// it back last, and in between touches nothing of the heap.
    #[inline(never)]
    pub fn park<R>(&self, id: ThreadId, blocking: impl FnOnce() -> R) -> R {
        let mut registers = Registers::new();
        // What the closure captured has to lie in this frame, not in registers.
        let mut blocking = Some(blocking);
        std::hint::black_box(&mut blocking);
        // SAFETY: the registers are in this frame, which lasts until after `leave_blocking`.
        unsafe { self.enter_blocking(id, &mut registers) };
        let result = blocking.take().map(|run| run());
        self.leave_blocking(id);
        std::hint::black_box((&mut blocking, &mut registers));
        match result {
            Some(result) => result,
            None => unreachable!("the closure was put there above"),
        }
    }

    fn with_thread(&self, id: ThreadId, change: impl FnOnce(&mut Thread)) {
        match self.threads.borrow_mut().get_mut(id.0 as usize) {
            Some(thread) => change(thread),
            None => fatal(format_args!("unknown thread {}", id.0)),
        }
    }

    /// Calls `found` with the address of every object that a word on a registered thread's stack
    /// points into. `sp` is the running thread's stack pointer.
    pub(crate) fn scan_stacks(&self, sp: usize, mut found: impl FnMut(usize)) {
        let threads = self.threads.borrow();
        let mut running = 0;
        for thread in threads.iter().filter(|thread| thread.high != 0) {
            let low = if thread.parked_at == 0 {
                running += 1;
                sp
            } else {
                thread.parked_at
            };
            if low > thread.high || running > 1 {
                fatal(format_args!("a thread uses the heap without being registered or unparked"));
            }
            scan_words(&self.blocks, low, thread.high, &mut found);
        }
        if running == 0 && threads.iter().any(|thread| thread.high != 0) {
            fatal(format_args!("a collection runs while all threads are parked"));
        }
    }
}

/// Resolves the words in `[low, high)` of a stack.
fn scan_words(blocks: &Blocks, low: usize, high: usize, found: &mut impl FnMut(usize)) {
    let step = size_of::<usize>();
    for at in (low.next_multiple_of(step)..high).step_by(step) {
        let slot = std::ptr::with_exposed_provenance::<usize>(at);
        // SAFETY: between a thread's stack pointer and the top of its stack lies readable memory;
        // the thread is parked or is this one, whose live frames are not written meanwhile.
        let word = unsafe { slot.read_volatile() };
        if let Some(object) = blocks.object_of(word) {
            found(object);
        }
    }
}

/// Overwrites the part of the stack below the caller, where dead frames left pointers that would
/// otherwise lie inside the collector's own frames.
#[inline(never)]
pub(crate) fn clear_dead_stack() {
    let mut dead = [0usize; 1024];
    std::hint::black_box(&mut dead);
}

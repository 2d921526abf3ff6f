//! The garbage-collected heap: allocation, marking, barriers, roots, weak references, finalizers.
//!
//! It knows nothing of Python. An object starts with a [`Header`]; everything else about it the
//! embedder tells through the function pointers in [`Hooks`].
//!
//! * Non-moving: an address identifies an object for its whole life.
//! * Generational with sticky mark bits: an object that survived a collection is *old*, which is the
//!   same as *marked*; a minor collection marks only what was handed out since the last one.
//! * Native stacks are scanned conservatively (interior pointers count, one-past-the-end does not);
//!   heap objects and registered roots precisely.
//! * One thread at a time uses a heap (whoever holds the embedder's global lock); the stacks of
//!   parked threads are scanned too.
//!
//! Map, bottom up: `os` (address space), `class` (cell sizes), `object` (header, `Gc`, `Field`),
//! `block` (blocks, free runs, mark bits, address → cell), `space` (the bump fast path),
//! `alloc` (slow paths), `barrier` (remembered set, cards), `roots` (root functions, `RootVec`),
//! `stack` (threads, registers), `watch` (finalizers, native drops, weak holders), `tracer` (marking),
//! `collect` (the phases of a collection), `walk` (questions about the heap), `options`, `stats`.
//!
//! # Contracts of the embedder
//!
//! 1. Between an allocation and the next *safepoint* (any allocation or collection) every traced
//!    field of the new object is initialised.
//! 2. Every store of a pointer into an object after a safepoint that followed its allocation goes
//!    through a barrier ([`Heap::barrier`], [`Heap::barrier_slot`], [`Heap::write`], [`Field::set`]).
//! 3. A pointer kept anywhere but in a traced field, a registered root or the native stack is
//!    invisible and its target may be freed.

mod alloc;
mod barrier;
mod block;
mod class;
mod collect;
mod heap;
mod object;
mod options;
mod os;
mod roots;
mod space;
mod stack;
mod stats;
mod tracer;
mod walk;
mod watch;

pub use class::{CLASS_COUNT, GRANULE, MAX_CELL, cell_size, class_of};
pub use collect::CollectKind;
pub use heap::{Heap, InhibitGuard};
pub use object::{Field, Gc, Header, flags};
pub use options::{HeapOptions, Hooks, Stress};
pub use roots::{RootFnId, RootVec, Trace};
pub use space::{SPACE_CURSOR, SPACE_LIMIT, SPACE_SIZE, SPACES_OFFSET};
pub use stack::{Registers, ThreadId};
pub use stats::Stats;
pub use tracer::{Tracer, WeakCx, WeakPhase};

/// Memory could not be had: the system refused, or the configured limit is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutOfMemory;

impl std::fmt::Display for OutOfMemory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("out of memory")
    }
}

impl std::error::Error for OutOfMemory {}

/// Reports a broken contract between heap and embedder and ends the process.
///
/// Going on would corrupt memory; nothing a Python program does leads here.
#[cold]
#[inline(never)]
fn fatal(message: std::fmt::Arguments<'_>) -> ! {
    eprintln!("fatal heap error: {message}");
    std::process::abort()
}

/// Lowest and highest address of the calling thread's stack, if the system tells.
pub fn stack_bounds() -> Option<(usize, usize)> {
    os::stack_bounds()
}

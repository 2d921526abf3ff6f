//! The lock: one thread at a time runs Python code.
//!
//! A thread that wants the lock asks the holder by its breaker; the holder hands it over at its next call or loop. While
//! it waits, or blocks in a system call, a thread is parked: its native stack is scanned where it stands.

use objects::vm::Vm;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long a thread that wants the lock waits before it asks for it (`sys.getswitchinterval`).
const SWITCH_INTERVAL: Duration = Duration::from_millis(5);

struct Lock {
    /// Address of the holder's `Vm`, 0 while it is free, and a count of hand-overs.
    state: Mutex<(usize, u64)>,
    free: Condvar,
}

static LOCK: Lock = Lock { state: Mutex::new((0, 0)), free: Condvar::new() };

fn guard() -> MutexGuard<'static, (usize, u64)> {
    LOCK.state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes the lock for `vm`'s thread.
pub fn acquire(vm: *mut Vm) {
    let mut state = guard();
    while state.0 != 0 {
        let seen = state.1;
        let (next, timeout) =
            LOCK.free.wait_timeout(state, SWITCH_INTERVAL).unwrap_or_else(PoisonError::into_inner);
        state = next;
        if timeout.timed_out() && state.0 != 0 && state.1 == seen {
            // SAFETY: the holder's `Vm` lives while it holds the lock, which can't change while we hold the mutex.
            unsafe { crate::run::interrupt(state.0 as *mut Vm, crate::run::breaker::LOCK) };
        }
    }
    *state = (vm as usize, state.1 + 1);
}

/// Gives the lock back.
pub fn release() {
    let mut state = guard();
    state.0 = 0;
    drop(state);
    LOCK.free.notify_one();
}

/// Runs `blocking` without the lock; it must touch nothing of the heap.
pub fn without_lock<R>(vm: &mut Vm, blocking: impl FnOnce() -> R) -> R {
    let me = std::ptr::from_mut(vm);
    let id = vm.thread;
    // SAFETY: the heap outlives its threads. `park` publishes the stack before the lock is free and ends after it is
    // held again.
    unsafe {
        (*(*me).heap).park(id, || {
            release();
            let r = blocking();
            acquire(me);
            r
        })
    }
}

/// Lets another thread have the lock for a moment.
pub fn hand_over(vm: &mut Vm) {
    without_lock(vm, std::thread::yield_now);
}

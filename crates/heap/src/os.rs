//! Address space from the operating system: reserve, commit, give pages back.
//!
//! Invariant: a reservation is inaccessible until committed, and committing is what the system's
//! overcommit accounting sees. A request the machine cannot serve is therefore refused here and
//! becomes a MemoryError, instead of ending in the out-of-memory killer.

use std::ptr::NonNull;

/// A range of reserved address space, unmapped when dropped.
#[derive(Debug)]
pub(crate) struct Reservation {
    base: NonNull<u8>,
    len: usize,
}

impl Reservation {
    /// Reserves `len` bytes, or `None` if the system refuses.
    pub(crate) fn new(len: usize) -> Option<Reservation> {
        // SAFETY: a fresh private anonymous mapping at an address the system chooses.
        let at = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                len,
                libc::PROT_NONE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        if at == libc::MAP_FAILED {
            return None;
        }
        NonNull::new(at.cast()).map(|base| Reservation { base, len })
    }

    /// Start address.
    pub(crate) fn base(&self) -> *mut u8 {
        self.base.as_ptr()
    }
}

impl Drop for Reservation {
    fn drop(&mut self) {
        // SAFETY: exactly the range mapped in `new`; its owner is going away.
        unsafe { libc::munmap(self.base.as_ptr().cast(), self.len) };
    }
}

/// Makes a page-aligned range of a reservation readable and writable. False if the system refuses.
///
/// # Safety
/// `[at, at + len)` lies inside a live [`Reservation`].
pub(crate) unsafe fn commit(at: *mut u8, len: usize) -> bool {
    // SAFETY: the caller's range is ours, and widening its access disturbs no one.
    unsafe { libc::mprotect(at.cast(), len, libc::PROT_READ | libc::PROT_WRITE) == 0 }
}

/// Gives the pages wholly inside the range back to the system; their contents are lost.
///
/// # Safety
/// The range is committed and holds nothing that is still needed.
pub(crate) unsafe fn discard(at: *mut u8, len: usize) {
    let page = page_size();
    let start = (at as usize).next_multiple_of(page);
    let end = (at as usize + len) / page * page;
    if start < end {
        // SAFETY: page-aligned part of the caller's range. A refusal only means the pages stay.
        unsafe {
            libc::madvise(
                std::ptr::with_exposed_provenance_mut(start),
                end - start,
                libc::MADV_DONTNEED,
            )
        };
    }
}

/// Bytes per page.
pub(crate) fn page_size() -> usize {
    // SAFETY: no preconditions.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).unwrap_or(4096)
}

/// The process's limit on address space, if one is set.
pub(crate) fn address_space_limit() -> Option<usize> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: `limit` is a valid place for the answer.
    let failed = unsafe { libc::getrlimit(libc::RLIMIT_AS, &mut limit) } != 0;
    if failed || limit.rlim_cur == libc::RLIM_INFINITY {
        return None;
    }
    usize::try_from(limit.rlim_cur).ok()
}

/// The calling thread's native stack as `(lowest address, one past the highest)`.
#[cfg(not(target_vendor = "apple"))]
pub(crate) fn stack_bounds() -> Option<(usize, usize)> {
    let mut attr = std::mem::MaybeUninit::<libc::pthread_attr_t>::uninit();
    let mut low = std::ptr::null_mut();
    let mut size = 0;
    // SAFETY: `attr` is initialised by the first call, read by the second and destroyed by the third.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attr.as_mut_ptr()) != 0 {
            return None;
        }
        let failed = libc::pthread_attr_getstack(attr.as_ptr(), &mut low, &mut size) != 0;
        libc::pthread_attr_destroy(attr.as_mut_ptr());
        if failed {
            return None;
        }
    }
    Some((low as usize, low as usize + size))
}

/// The calling thread's native stack as `(lowest address, one past the highest)`.
#[cfg(target_vendor = "apple")]
pub(crate) fn stack_bounds() -> Option<(usize, usize)> {
    // SAFETY: both calls only read attributes of the calling thread.
    let (high, size) = unsafe {
        let me = libc::pthread_self();
        (libc::pthread_get_stackaddr_np(me) as usize, libc::pthread_get_stacksize_np(me))
    };
    Some((high - size, high))
}

//! Measures the heap: binary trees, short-lived objects, churn over a large live set, mixed sizes.
//!
//! `cargo run --release -p pvm-heap --example trees [name…]`; prints CPU nanoseconds per allocation,
//! collections, pauses and peak resident memory. Each workload runs in a process of its own.

use std::error::Error;
use std::hint::black_box;
use std::ptr::NonNull;
use std::time::{Duration, Instant};

use heap::{Header, Heap, HeapOptions, Hooks, OutOfMemory, RootVec, Trace, Tracer};

/// A node of two tagged words.
#[repr(C)]
struct Node {
    header: Header,
    slots: [u64; 2],
}

/// The shape of a node; arrays have their number of words plus this.
const NODE: u32 = 1;

#[derive(Clone, Copy)]
struct Word(u64);

// SAFETY: the word is passed.
unsafe impl Trace for Word {
    fn trace(&self, tracer: &mut Tracer) {
        tracer.word(self.0);
    }
}

impl Word {
    fn of<T>(object: NonNull<T>) -> Word {
        Word(object.as_ptr() as u64 + 1)
    }

    fn node(self) -> Option<NonNull<Node>> {
        NonNull::new((self.0.checked_sub(1)?) as *mut Node)
    }
}

unsafe fn trace(object: *mut Header, tracer: &mut Tracer) {
    // SAFETY: objects are nodes, or arrays of as many words as the shape says.
    unsafe {
        if (*object).shape() == NODE {
            let [left, right] = (*object.cast::<Node>()).slots;
            tracer.word(left);
            tracer.word(right);
        } else {
            tracer.words_at(object.cast::<u64>().add(1), ((*object).shape() - NODE) as usize);
        }
    }
}

unsafe fn trace_range(object: *mut Header, low: *mut u8, high: *mut u8, tracer: &mut Tracer) {
    let low = low.max(object.cast::<u8>().wrapping_add(8));
    // SAFETY: only arrays are large, and all their words after the header are traced.
    unsafe { tracer.words_at(low.cast(), (high as usize).saturating_sub(low as usize) / 8) }
}

fn node(heap: &Heap, left: u64, right: u64) -> Result<NonNull<Node>, OutOfMemory> {
    let node = heap.alloc(size_of::<Node>(), NODE).ok_or(OutOfMemory)?.cast::<Node>();
    // SAFETY: a fresh cell of this size.
    unsafe { (&raw mut (*node.as_ptr()).slots).write([left, right]) };
    Ok(node)
}

fn array(heap: &Heap, len: usize) -> Result<NonNull<u64>, OutOfMemory> {
    let array = heap.alloc_array(NODE + len as u32, 0, 8, 8, len).ok_or(OutOfMemory)?.cast::<u64>();
    for index in 1..=len {
        // SAFETY: within the fresh cell.
        unsafe { array.add(index).write(0) };
    }
    Ok(array)
}

fn tree(heap: &Heap, depth: u32) -> Result<NonNull<Node>, OutOfMemory> {
    if depth == 0 {
        return node(heap, 0, 0);
    }
    let (left, right) = (tree(heap, depth - 1)?, tree(heap, depth - 1)?);
    node(heap, Word::of(left).0, Word::of(right).0)
}

fn check(node: NonNull<Node>) -> u64 {
    // SAFETY: nodes reached from a live tree are live.
    let [left, right] = unsafe { node.as_ref() }.slots;
    let side = |word| Word(word).node().map_or(0, check);
    1 + side(left) + side(right)
}

/// The benchmarks game's binary trees. Returns the number of allocations, as all workloads do.
fn trees(heap: &Heap, max: u32) -> Result<u64, OutOfMemory> {
    let mut count = check(tree(heap, max + 1)?);
    let long_lived = tree(heap, max)?;
    for depth in (4..=max).step_by(4) {
        for _ in 0..1u64 << (max - depth + 4) {
            count += check(tree(heap, depth)?);
        }
    }
    Ok(count + check(black_box(long_lived)))
}

fn short_lived(heap: &Heap) -> Result<u64, OutOfMemory> {
    for index in 0..100_000_000u64 {
        black_box(node(heap, index << 2, 0)?);
    }
    Ok(100_000_000)
}

const SURVIVORS: usize = 4_000_000;

fn survivors(heap: &Heap) -> Result<RootVec<Word>, OutOfMemory> {
    let mut live = RootVec::new(heap)?;
    live.push(Word::of(array(heap, SURVIVORS)?))?;
    for index in 0..SURVIVORS {
        store(heap, &live, index, node(heap, 0, 0)?);
    }
    Ok(live)
}

fn store(heap: &Heap, live: &RootVec<Word>, index: usize, node: NonNull<Node>) {
    let Some(table) = live.get(0).and_then(Word::node) else { return };
    let table = table.as_ptr().cast::<u64>();
    // SAFETY: the table has room for all survivors behind its header.
    unsafe { heap.write(table.cast(), table.add(1 + index), Word::of(node).0) };
}

/// Replaces members of a large live set, one after another or at random; every tenth object stays.
fn churn(heap: &Heap, random: bool) -> Result<u64, OutOfMemory> {
    const ROUNDS: u64 = 20_000_000;
    let live = survivors(heap)?;
    let built = cpu_time();
    let mut state = 1u64;
    for round in 0..ROUNDS {
        let fresh = node(heap, 0, 0)?;
        if round % 10 == 0 {
            state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
            let index = if random { state >> 33 } else { round / 10 };
            store(heap, &live, index as usize % SURVIVORS, fresh);
        }
        black_box(fresh);
    }
    println!(
        "  churn alone: {:.1} ns each",
        (cpu_time() - built).as_nanos() as f64 / ROUNDS as f64
    );
    Ok(SURVIVORS as u64 + ROUNDS)
}

/// Arrays of 1 to 1024 words, small ones more often, over a window of live ones.
fn mixed(heap: &Heap) -> Result<u64, OutOfMemory> {
    let mut window = RootVec::new(heap)?;
    for _ in 0..100_000 {
        window.push(Word(0))?;
    }
    let mut state = 1u64;
    for _ in 0..20_000_000 {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        let random = (state >> 33) as usize;
        let len = 1 + (random & 1023 >> (random >> 10 & 15).min(10));
        window.set((random >> 4) % 100_000, Word::of(array(heap, len)?));
    }
    Ok(20_000_000)
}

fn nothing(_: &Heap) -> Result<u64, OutOfMemory> {
    Ok(1)
}

type Workload = fn(&Heap) -> Result<u64, OutOfMemory>;

const WORKLOADS: [(&str, Workload); 8] = [
    ("empty", nothing),
    ("trees16", |heap| trees(heap, 16)),
    ("trees18", |heap| trees(heap, 18)),
    ("short", short_lived),
    ("survive", |heap| survivors(heap).map(|_| SURVIVORS as u64)),
    ("churn", |heap| churn(heap, false)),
    ("scatter", |heap| churn(heap, true)),
    ("mixed", mixed),
];

fn cpu_time() -> Duration {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: a valid place for the answer.
    unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) };
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn peak_rss_mb() -> f64 {
    // SAFETY: zero is a valid rusage, and the call fills it in.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &mut usage);
        usage
    };
    usage.ru_maxrss as f64 / 1024.0
}

fn measure(name: &str, workload: Workload) -> Result<(), Box<dyn Error>> {
    let hooks =
        Hooks { trace, trace_range, visit_weak: None, process_weak: None, drop_native: None };
    let nursery_bytes = match std::env::var("NURSERY_KB") {
        Ok(kb) => kb.parse::<usize>()? << 10,
        Err(_) => HeapOptions::default().nursery_bytes,
    };
    let started = Instant::now();
    let heap = Heap::new(HeapOptions { nursery_bytes, ..HeapOptions::default() }, hooks)?;
    let thread = heap.register_thread()?;
    let start_up = started.elapsed();
    let cpu = cpu_time();
    let count = workload(&heap)?;
    let cpu = cpu_time() - cpu;
    let stats = heap.stats();
    println!(
        "{name:8} {:6.2} ns each; {} minor {:.3} ms median {:.3} max; {} full {:.1} ms median {:.1} max; \
         peak {:.1} MB; start-up {:.3} ms",
        cpu.as_nanos() as f64 / count as f64,
        stats.minor_collections,
        stats.minor_pause_median.as_secs_f64() * 1e3,
        stats.minor_pause_max.as_secs_f64() * 1e3,
        stats.full_collections,
        stats.full_pause_median.as_secs_f64() * 1e3,
        stats.full_pause_max.as_secs_f64() * 1e3,
        peak_rss_mb(),
        start_up.as_secs_f64() * 1e3,
    );
    heap.unregister_thread(thread);
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    if let [one] = wanted.as_slice() {
        let known = WORKLOADS.iter().find(|(name, _)| name == one);
        let (name, workload) = known.ok_or("no such workload")?;
        return measure(name, *workload);
    }
    for (name, _) in WORKLOADS {
        if wanted.is_empty() || wanted.iter().any(|one| one == name) {
            std::process::Command::new(std::env::current_exe()?).arg(name).status()?;
        }
    }
    Ok(())
}

//! The process's shared state, how it starts, and what the collector asks of it.
//!
//! [`Runtime::start`] makes heap, core types and the first [`Vm`]. Tables that hold objects weakly (interned strings,
//! classes, weak references, the look-up cache) are cleared of dead ones here, between marking and freeing. Invariant: a
//! minor collection can only kill what is younger than the last one, so each weak table knows its young entries and
//! minor collections look at those alone.

use crate::code::Code;
use crate::intern::Interned;
use crate::layout::{self, Object};
use crate::shape::{self, flag, shape};
use crate::str::Str;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{CallRecord, Hooks, PyResult, Raised, Vm};
use crate::weak::WeakRefs;
use heap::{
    CollectKind, Gc, Header, Heap, HeapOptions, OutOfMemory, RootVec, Tracer, WeakCx, WeakPhase,
};
use std::ffi::c_void;
use std::mem::MaybeUninit;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// What all threads share.
pub struct Runtime {
    /// The heap.
    pub heap: Box<Heap>,
    /// Interned strings.
    pub interned: Interned,
    /// Names the VM itself uses; written once at start.
    pub names: MaybeUninit<crate::names::Names>,
    /// `sys.modules`, a dict; None before there is one.
    pub modules: Value,
    /// The dict of the module `builtins`; None before there is one.
    pub builtins: Value,
    /// Objects the VM itself holds on to.
    pub roots: RootVec<Value>,
    /// Every class there is, weakly, in the order of creation.
    pub types: Vec<NonNull<Type>>,
    /// How many of `types` were there at the last collection.
    old_types: usize,
    /// Attributes found on classes.
    pub lookups: Lookups,
    /// Weak references by their target.
    pub weak: WeakRefs,
    /// The next class version.
    pub next_version: u32,
    /// The next key-layout id of dictionaries.
    pub next_keys_id: u32,
    /// Longest int ↔ str conversion in digits (`sys.set_int_max_str_digits`), 0 for no limit.
    pub int_max_str_digits: usize,
    /// The class `ExceptionGroup`.
    pub exception_group: Value,
    /// The MemoryError raised when there is no memory for another one.
    pub memory_error: Value,
    /// The thread that holds the lock.
    pub current: *mut Vm,
}

/// What a runtime is started with.
pub struct Options {
    /// Sizes and torture switches of the heap.
    pub heap: HeapOptions,
    /// What the interpreter provides.
    pub hooks: &'static Hooks,
    /// The key of string hashes; random if `None`.
    pub hash_key: Option<prim::hash::HashKey>,
    /// `sys.getrecursionlimit()` at start.
    pub recursion_limit: i32,
}

/// Why no runtime could be started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartError {
    /// There is one already: types are statics of the process.
    Running,
    /// Memory is lacking.
    Memory,
}

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            StartError::Running => "a runtime has been started in this process already",
            StartError::Memory => "not enough memory to start",
        })
    }
}

impl std::error::Error for StartError {}

impl From<OutOfMemory> for StartError {
    fn from(_: OutOfMemory) -> StartError {
        StartError::Memory
    }
}

/// Values on the stack of one thread. The memory is reserved, the system provides it as it is used.
const STACK_VALUES: usize = 4 << 20;
/// Call records of one thread.
const RECORDS: usize = 1 << 20;
/// What native code may use of the stack, at most.
const NATIVE_RESERVE: usize = 256 << 10;

static STARTED: AtomicBool = AtomicBool::new(false);

impl Runtime {
    /// Makes the runtime of this process and the state of the calling thread, with all core types.
    ///
    /// Both live until the process ends.
    pub fn start(options: Options) -> Result<&'static mut Vm, StartError> {
        if STARTED.swap(true, Ordering::AcqRel) {
            return Err(StartError::Running);
        }
        if let Some(key) = options.hash_key {
            crate::str::set_hash_key(key);
        }
        let hooks = heap::Hooks {
            trace: layout::trace_object,
            trace_range,
            visit_weak: None,
            process_weak: Some(process_weak),
            drop_native: Some(drop_native),
        };
        let heap = Heap::new(options.heap, hooks)?;
        let thread = heap.register_thread()?;
        let roots = RootVec::new(&heap)?;
        let interned = Interned::new(&heap)?;
        let weak = WeakRefs::new(&heap)?;
        let rt = Box::leak(Box::new(Runtime {
            heap,
            interned,
            names: MaybeUninit::uninit(),
            modules: Value::NONE,
            builtins: Value::NONE,
            roots,
            types: Vec::new(),
            old_types: 0,
            lookups: Lookups::new(),
            weak,
            next_version: 0,
            next_keys_id: 1,
            int_max_str_digits: 4300,
            exception_group: Value::UNDEF,
            memory_error: Value::UNDEF,
            current: std::ptr::null_mut(),
        }));
        let vm = new_thread(rt, options.hooks, options.recursion_limit, thread)?;
        rt.current = vm;
        let shared: *mut c_void = std::ptr::from_mut(rt).cast();
        rt.heap.set_hook_data(shared);
        // SAFETY: runtime and thread state are leaked above, so the pointers stay good.
        unsafe {
            rt.heap.add_root_fn(trace_runtime, shared)?;
            rt.heap.add_root_fn(trace_thread, std::ptr::from_mut(vm).cast())?;
        }
        let started = crate::types::start(vm).and_then(|()| crate::exceptions::start(vm));
        match started {
            Ok(()) => Ok(vm),
            Err(Raised) => Err(StartError::Memory),
        }
    }

    /// Enters a class.
    pub fn add_type(&mut self, ty: Gc<Type>) {
        self.types.push(ty.header().cast());
    }

    /// The classes that are `ty` or derive from it, in the order of creation.
    pub fn subclasses_of(&self, ty: Gc<Type>) -> Vec<NonNull<Type>> {
        let derived = |class: &&NonNull<Type>| {
            // SAFETY: dead classes are taken off the list before they are freed.
            let class = unsafe { class.as_ref() };
            !class.is_bare() && class.is_subtype(ty)
        };
        self.types.iter().filter(derived).copied().collect()
    }
}

// What is returned is made here and never freed; nothing of it comes from `hooks`.
#[allow(clippy::mut_from_ref)]
fn new_thread(
    rt: &mut Runtime,
    hooks: &'static Hooks,
    recursion_limit: i32,
    thread: heap::ThreadId,
) -> Result<&'static mut Vm, StartError> {
    let stack = zeroed::<Value>(STACK_VALUES)?;
    let records = zeroed::<CallRecord>(RECORDS)?;
    let heap: *mut Heap = &raw mut *rt.heap;
    let depth = usize::try_from(recursion_limit).unwrap_or(0).min(RECORDS - 1);
    // SAFETY: the ends of the memory just allocated; limits within it.
    let (stack_end, records_end, records_limit) =
        unsafe { (stack.add(STACK_VALUES), records.add(RECORDS), records.add(depth)) };
    Ok(Box::leak(Box::new(Vm {
        pc: std::ptr::null(),
        top: records,
        stack,
        stack_limit: stack_end,
        heap,
        breaker: AtomicU32::new(0),
        depth_left: recursion_limit,
        raised: Value::UNDEF,
        handled: Value::NONE,
        result: Value::UNDEF,
        stop: Value::UNDEF,
        next_pc: std::ptr::null(),
        next_regs: std::ptr::null_mut(),
        reraised: false,
        records,
        records_limit,
        records_end,
        stack_end,
        native_limit: native_limit(),
        recursion_limit,
        repr_active: RootVec::new(&rt.heap)?,
        hooks,
        rt,
        interp: std::ptr::null_mut(),
        thread,
    })))
}

fn zeroed<T>(count: usize) -> Result<*mut T, StartError> {
    let layout = std::alloc::Layout::array::<T>(count).map_err(|_| StartError::Memory)?;
    // SAFETY: the layout isn't empty.
    let p = unsafe { std::alloc::alloc_zeroed(layout) };
    if p.is_null() { Err(StartError::Memory) } else { Ok(p.cast()) }
}

/// The lowest address that native code of this thread may use.
fn native_limit() -> usize {
    let here = 0u8;
    match heap::stack_bounds() {
        Some((low, _)) => low + NATIVE_RESERVE,
        None => (&raw const here as usize).saturating_sub(NATIVE_RESERVE),
    }
}

/// Class attributes found by name: a direct-mapped cache keyed by class version and (interned) name.
///
/// Its Values are not roots: it is cleared by every collection.
pub struct Lookups {
    entries: Box<[Lookup; LOOKUPS]>,
}

#[derive(Clone, Copy)]
struct Lookup {
    version: u32,
    name: usize,
    /// UNDEF: no class in the MRO has the attribute.
    value: Value,
}

const LOOKUPS: usize = 4096;
const NO_LOOKUP: Lookup = Lookup { version: 0, name: 0, value: Value::UNDEF };

impl Lookups {
    fn new() -> Lookups {
        Lookups { entries: Box::new([NO_LOOKUP; LOOKUPS]) }
    }

    #[inline(always)]
    fn index(version: u32, name: Gc<Str>) -> usize {
        (version as usize ^ (name.addr() >> 4)) & (LOOKUPS - 1)
    }

    /// What is known: `Some(None)` means that there is no such attribute.
    #[inline(always)]
    pub fn get(&self, version: u32, name: Gc<Str>) -> Option<Option<Value>> {
        let entry = &self.entries[Self::index(version, name)];
        (entry.version == version && entry.name == name.addr()).then(|| entry.value.defined())
    }

    /// Remembers a look-up; `version` isn't 0.
    #[inline]
    pub fn put(&mut self, version: u32, name: Gc<Str>, value: Option<Value>) {
        self.entries[Self::index(version, name)] =
            Lookup { version, name: name.addr(), value: value.unwrap_or(Value::UNDEF) };
    }

    fn clear(&mut self) {
        self.entries.fill(NO_LOOKUP);
    }
}

impl Vm {
    /// Turns a failed growth of Rust memory into MemoryError.
    #[inline]
    pub fn grow<T>(&mut self, result: Result<T, OutOfMemory>) -> PyResult<T> {
        result.map_err(|OutOfMemory| self.memory_error())
    }

    /// Keeps `value` alive for ever.
    pub fn grow_roots(&mut self, value: Value) -> PyResult<()> {
        let pushed = self.rt().roots.push(value);
        self.grow(pushed)
    }

    /// A vector that the collector sees.
    pub fn root_vec(&mut self) -> PyResult<RootVec<Value>> {
        let vec = RootVec::new(self.heap());
        self.grow(vec)
    }

    /// Has `object` dropped natively and/or finalized when it is dead.
    pub fn register_end_of_life(
        &mut self,
        object: NonNull<Header>,
        drop: bool,
        finalizer: bool,
    ) -> PyResult<()> {
        // SAFETY: callers pass an object they have just made. It never becomes complete if this fails: then nothing in it
        // may be looked at.
        let done = unsafe {
            let dropped = if drop { self.heap().register_drop(object) } else { Ok(()) };
            let done = match dropped {
                Ok(()) if finalizer => self.heap().register_finalizer(object),
                other => other,
            };
            if done.is_err() {
                self.heap().unregister_drop(object);
                object.as_ref().insert(heap::flags::LEAF);
            }
            done
        };
        self.grow(done)
    }

    /// Memory for an instance of `cls`, whose layout has a variable part, of `size` bytes: header and attribute word are
    /// set, the rest isn't.
    pub fn alloc_var_object(&mut self, cls: Gc<Type>, size: usize) -> PyResult<NonNull<Header>> {
        let id = cls.root.get();
        let s = shape(id);
        let has_word = s.has(flag::HAS_ATTRS);
        let word = size.next_multiple_of(8);
        let p = self.alloc(id, if has_word { word + 8 } else { size })?;
        if has_word {
            // SAFETY: room for the word was added.
            unsafe { p.as_ptr().cast::<u8>().add(word).cast::<Value>().write(Value::UNDEF) };
        }
        if cls.has(crate::def::TypeFlags::FINALIZER) {
            self.register_end_of_life(p, false, true)?;
        }
        Ok(p)
    }
}

unsafe fn trace_runtime(tracer: &mut Tracer, data: *mut c_void) {
    // SAFETY: registered with the runtime, which is never freed.
    let rt = unsafe { &*data.cast::<Runtime>() };
    for value in [rt.modules, rt.builtins, rt.exception_group, rt.memory_error] {
        tracer.word(value.bits());
    }
}

unsafe fn trace_thread(tracer: &mut Tracer, data: *mut c_void) {
    // SAFETY: registered with the thread's state, which is never freed.
    let vm = unsafe { &*data.cast::<Vm>() };
    for value in [vm.raised, vm.handled, vm.result, vm.stop] {
        tracer.word(value.bits());
    }
}

/// Traces the slots in `[low, high)` of a large object.
unsafe fn trace_range(object: *mut Header, low: *mut u8, high: *mut u8, tracer: &mut Tracer) {
    // SAFETY: called with live large objects.
    unsafe {
        let s = shape((*object).shape());
        let known = s.layout();
        if std::ptr::eq(known, &crate::array::LAYOUT) {
            return crate::array::trace_range(object, low, high, tracer);
        }
        if std::ptr::eq(known, &crate::dict::table::LAYOUT) {
            return crate::dict::table::trace_range(object, low, high, tracer);
        }
        if std::ptr::eq(known, &crate::set::table::LAYOUT) {
            return crate::set::table::trace_range(object, low, high, tracer);
        }
        if known.extends(crate::tuple::Tuple::LAYOUT) {
            crate::tuple::trace_range(object, low, high, tracer);
        } else if low <= object.cast() {
            // The references of all other layouts lie in the fixed part, which the first range covers.
            (known.trace)(object, tracer);
        }
        crate::attrs::trace_range(object, low, high, tracer);
    }
}

unsafe fn process_weak(data: *mut c_void, cx: &mut WeakCx<'_>) {
    // SAFETY: the data is the runtime.
    let rt = unsafe { &mut *data.cast::<Runtime>() };
    rt.weak.process(cx);
    if cx.phase() == WeakPhase::BeforeFinalizers {
        return;
    }
    rt.lookups.clear();
    rt.interned.sweep(cx);
    let from = if cx.kind() == CollectKind::Full { 0 } else { rt.old_types };
    let mut kept = from;
    for at in from..rt.types.len() {
        if cx.is_marked(rt.types[at].as_ptr().cast()) {
            rt.types.swap(kept, at);
            kept += 1;
        }
    }
    rt.types.truncate(kept);
    rt.old_types = kept;
    if rt.weak.has_callbacks() || cx.finalizers_wait() {
        // SAFETY: the thread that collects.
        unsafe { (*rt.current).request(crate::vm::request::PENDING) };
    }
}

unsafe fn drop_native(data: *mut c_void, object: *mut Header) {
    // SAFETY: the data is the runtime; the object is dead and intact.
    unsafe {
        let layout = shape::shape((*object).shape()).layout();
        if std::ptr::eq(layout, Code::LAYOUT) {
            let translated = (*object.cast::<Code>()).translated.get();
            let vm = (*data.cast::<Runtime>()).current;
            if !translated.is_null() {
                ((*vm).hooks.release_code)(&mut *vm, translated);
            }
        }
        if let Some(drop) = layout.drop {
            drop(object);
        }
    }
}

//! Weak references.
//!
//! The runtime knows the weak references by the address of their target. A collection clears those whose target dies (before
//! finalizers run, as CPython does) and queues their callbacks, which run at the next safe point.

use crate::def::{GetSetDef, TypeFlags};
use crate::singletons;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::types::{Type, class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::{CollectKind, Field, Gc, Heap, OutOfMemory, RootVec, WeakCx, WeakPhase};
use macros::{pymethods, pytype};
use std::cell::Cell;
use std::collections::HashMap;
use std::ptr::NonNull;

/// `weakref.ref`
#[pytype(
    name = "weakref.ReferenceType",
    flags(BASETYPE),
    signature = "(object, callback=None, /)",
    no_create
)]
pub struct WeakRef {
    /// The target's word; UNDEF once it is dead. Not traced.
    #[untraced]
    target: Cell<Value>,
    /// The callback, None for none.
    callback: Field<Value>,
    /// The target's hash, once asked for; -1 before.
    hash: Cell<i64>,
}

/// All weak references.
pub struct WeakRefs {
    by_target: HashMap<usize, Vec<NonNull<WeakRef>>>,
    /// Those made since the last collection.
    young: Vec<NonNull<WeakRef>>,
    /// References whose target died and whose callback is to be called.
    pending: RootVec<Value>,
}

impl WeakRefs {
    pub(crate) fn new(heap: &Heap) -> Result<WeakRefs, OutOfMemory> {
        Ok(WeakRefs { by_target: HashMap::new(), young: Vec::new(), pending: RootVec::new(heap)? })
    }

    fn add(&mut self, r: Gc<WeakRef>) -> Result<(), OutOfMemory> {
        let Some(target) = r.target.get().header() else { return Ok(()) };
        self.by_target.try_reserve(1).map_err(|_| OutOfMemory)?;
        self.young.try_reserve(1).map_err(|_| OutOfMemory)?;
        // Room for the callback, so that nothing has to grow during a collection.
        let callbacks = if r.callback.get().is_none() {
            0
        } else {
            self.by_target.len() + self.young.len() + 1
        };
        self.pending.try_reserve(callbacks)?;
        let refs = self.by_target.entry(target.addr()).or_default();
        refs.try_reserve(1).map_err(|_| OutOfMemory)?;
        refs.push(r.header().cast());
        self.young.push(r.header().cast());
        Ok(())
    }

    /// The references to `target`, in the order they were made.
    pub fn of(&self, target: Value) -> impl Iterator<Item = Gc<WeakRef>> + '_ {
        let refs = target.header().and_then(|h| self.by_target.get(&h.addr()));
        // SAFETY: dead references are taken off before they are freed.
        refs.into_iter().flatten().map(|r| unsafe { Gc::from_ptr(r.as_ptr()) })
    }

    /// Whether callbacks wait.
    pub fn has_callbacks(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Called by the collector in both phases.
    pub(crate) fn process(&mut self, cx: &WeakCx<'_>) {
        match (cx.phase(), cx.kind()) {
            (WeakPhase::BeforeFinalizers, CollectKind::Full) => {
                let pending = &mut self.pending;
                self.by_target.retain(|_, refs| !clear_dead(refs, cx, pending));
            }
            (WeakPhase::BeforeFinalizers, _) => {
                for r in &self.young {
                    // SAFETY: not freed yet, whether marked or not.
                    let Some(target) = unsafe { r.as_ref() }.target.get().header() else {
                        continue;
                    };
                    if let Some(refs) = self.by_target.get(&target.addr())
                        && clear_dead(refs, cx, &mut self.pending)
                    {
                        self.by_target.remove(&target.addr());
                    }
                }
            }
            (WeakPhase::AfterFinalizers, CollectKind::Full) => {
                self.by_target.retain(|_, refs| {
                    refs.retain(|r| cx.is_marked(r.as_ptr().cast()));
                    !refs.is_empty()
                });
                self.young.clear();
            }
            (WeakPhase::AfterFinalizers, _) => {
                for r in self.young.drain(..).filter(|r| !cx.is_marked(r.as_ptr().cast())) {
                    // SAFETY: not freed yet.
                    let Some(target) = unsafe { r.as_ref() }.target.get().header() else {
                        continue;
                    };
                    if let Some(refs) = self.by_target.get_mut(&target.addr()) {
                        refs.retain(|other| *other != r);
                        if refs.is_empty() {
                            self.by_target.remove(&target.addr());
                        }
                    }
                }
            }
        }
    }
}

/// Clears the references to a target if it is dead; whether it is.
fn clear_dead(refs: &[NonNull<WeakRef>], cx: &WeakCx<'_>, pending: &mut RootVec<Value>) -> bool {
    // SAFETY: references in the table aren't freed yet.
    let dead =
        refs.first().is_some_and(|r| !cx.is_live_word(unsafe { r.as_ref() }.target.get().bits()));
    if !dead {
        return false;
    }
    for r in refs {
        // SAFETY: as above.
        let weak = unsafe { r.as_ref() };
        weak.target.set(Value::UNDEF);
        // A reference that dies with its target doesn't call. Room was reserved when it was made.
        if !weak.callback.get().is_none() && cx.is_marked(r.as_ptr().cast()) {
            let _room_was_reserved = pending.push(Value::from_header(r.as_ptr().cast()));
        }
    }
    true
}

impl WeakRef {
    /// A weak reference of class `cls` to `target`; one without callback and of exactly this type is shared.
    pub fn new(
        vm: &mut Vm,
        cls: Gc<Type>,
        target: Value,
        callback: Value,
    ) -> PyResult<Gc<WeakRef>> {
        if !class_of(target).has(TypeFlags::WEAKREF) || target.header().is_none() {
            return Err(vm.type_error(format_args!(
                "cannot create weak reference to '{}' object",
                class_name(target)
            )));
        }
        if callback.is_none() && cls == WeakRef::__DEF.object() {
            let exact =
                |r: &Gc<WeakRef>| r.callback.get().is_none() && class_of(Value::from(*r)) == cls;
            if let Some(known) = vm.rt().weak.of(target).find(exact) {
                return Ok(known);
            }
        }
        let fields = (Cell::new(target), Field::new(callback), Cell::new(-1));
        let r: Gc<WeakRef> = crate::args::parts::create(vm, cls, fields)?;
        let added = vm.rt().weak.add(r);
        vm.grow(added)?;
        Ok(r)
    }

    /// The target, if it is alive.
    pub fn target(&self) -> Option<Value> {
        self.target.get().defined()
    }

    /// Forgets target and callback.
    pub fn clear(&self) {
        self.target.set(Value::UNDEF);
        self.callback.init(Value::NONE);
    }
}

impl Vm {
    /// Runs finalizers and callbacks of weak references that wait. Exceptions in them are passed to `unraisable`.
    pub fn run_pending(&mut self, unraisable: fn(&mut Vm, &str)) {
        while let Some(r) = self.rt().weak.pending.pop() {
            let Some(weak) = r.cast::<WeakRef>() else { continue };
            let callback = weak.callback.get();
            weak.callback.init(Value::NONE);
            if !callback.is_none() {
                let result = self.call(callback, &[r]).map(|_| ());
                if let Err(Raised) = result {
                    self.report("calling weakref callback", callback, unraisable);
                }
            }
        }
        while let Some(object) = self.heap().take_pending_finalizer() {
            let object = Value::from_header(object.as_ptr());
            if let Some(del) = class_of(object).slots().del {
                let result = del(self, object);
                if let Err(Raised) = result {
                    let name = self.names().__del__;
                    match Type::lookup(class_of(object), self, name) {
                        Some(f) if f.exact::<crate::code::Function>().is_some() => {
                            self.report("calling deallocator", f, unraisable);
                        }
                        _ => self.report("closing generator", object, unraisable),
                    }
                }
            }
        }
    }

    fn report(&mut self, during: &str, source: Value, unraisable: fn(&mut Vm, &str)) {
        let exception = self.take_raised();
        let source = self.repr_for_message(source);
        self.raised = exception;
        unraisable(self, &format!("Exception ignored while {during} {source}"));
        self.clear_raised();
    }
}

/// `__weakref__` of instances: the first weak reference to it.
pub static WEAKREF_GETSET: GetSetDef = GetSetDef {
    name: "__weakref__",
    doc: "list of weak references to the object",
    get: |vm, this| {
        let first = vm.rt().weak.of(this).next();
        Ok(first.map_or(Value::NONE, Value::from))
    },
    set: None,
    member: false,
};

#[pymethods]
impl WeakRef {
    #[slot(new)]
    fn py_new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let args = crate::args::positional(args, kwnames);
        let (target, callback) = match args {
            [target] => (*target, Value::NONE),
            [target, callback] => (*target, *callback),
            [] => {
                return Err(
                    vm.type_error(format_args!("__new__ expected at least 1 argument, got 0"))
                );
            }
            _ => {
                return Err(vm.type_error(format_args!(
                    "__new__ expected at most 2 arguments, got {}",
                    args.len()
                )));
            }
        };
        WeakRef::new(vm, cls, target, callback)
    }

    #[slot(init)]
    fn init(_this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        if !kwnames.is_undef() {
            return Err(vm.type_error(format_args!("ref() takes no keyword arguments")));
        }
        if args.len() > 2 {
            return Err(vm.type_error(format_args!(
                "__init__ expected at most 2 arguments, got {}",
                args.len()
            )));
        }
        Ok(())
    }

    #[slot(call, sig = "()")]
    fn call(this: Gc<Self>) -> Value {
        this.target().unwrap_or(Value::NONE)
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        if this.hash.get() != -1 {
            return Ok(this.hash.get());
        }
        let Some(target) = this.target() else {
            return Err(vm.type_error(format_args!("weak object has gone away")));
        };
        let hash = vm.hash(target)?;
        this.hash.set(hash);
        Ok(hash)
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<WeakRef>() else { return Ok(singletons::not_implemented()) };
        if !matches!(op, CompareOp::Eq | CompareOp::Ne) {
            return Ok(singletons::not_implemented());
        }
        match (this.target(), other.target()) {
            (Some(a), Some(b)) => vm.compare(a, b, op),
            _ => Ok(((this == other) == (op == CompareOp::Eq)).into()),
        }
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let at = this.addr();
        let Some(target) = this.target() else {
            return Str::from_fmt(vm, format_args!("<weakref at {at:#x}; dead>"));
        };
        let names = vm.names();
        let name = vm.getattr_opt(target, names.__name__)?.and_then(|n| n.cast::<Str>());
        let (class, to) = (class_name(target), crate::object::identity(target));
        match name {
            Some(name) => Str::from_fmt(
                vm,
                format_args!("<weakref at {at:#x}; to '{class}' at {to:#x} ({})>", name.text()),
            ),
            None => {
                Str::from_fmt(vm, format_args!("<weakref at {at:#x}; to '{class}' at {to:#x}>"))
            }
        }
    }

    #[getter(member)]
    fn __callback__(this: Gc<Self>) -> Value {
        this.callback.get()
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)", no_text)]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }
}

impl WeakRef {
    /// The class `weakref.ReferenceType`.
    pub fn def_object() -> Gc<Type> {
        WeakRef::__DEF.object()
    }
}

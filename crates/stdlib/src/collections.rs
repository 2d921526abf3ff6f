//! `_collections`: double-ended queues and dictionaries with defaults.

use macros::pymodule;

/// The module.
#[pymodule(
    name = "_collections",
    doc = "High performance data structures.\n- deque:        ordered collection accessible from endpoints only\n- defaultdict:  dict subclass with a default value factory"
)]
pub mod module {
    use heap::{Field, Gc};
    use macros::{pymethods, pytype};
    use objects::array::Values;
    use objects::dict::Dict;
    use objects::exceptions;
    use objects::list::List;
    use objects::slots::CompareOp;
    use objects::str::{Builder, Str};
    use objects::tuple::Tuple;
    use objects::types::{Type, class_name, class_of};
    use objects::value::Value;
    use objects::vm::{PyResult, Raised, Vm};
    use std::cell::Cell;

    /// A list-like sequence optimized for data accesses near its endpoints: a ring of values.
    #[pytype(
        name = "collections.deque",
        flags(BASETYPE, WEAKREF, SEQUENCE),
        signature = "([iterable[, maxlen]])"
    )]
    pub struct Deque {
        ring: Field<Gc<Values>>,
        /// Index of the first item in the ring, whose size is a power of two (or zero).
        first: Cell<usize>,
        len: Cell<usize>,
        /// -1 for none.
        maxlen: Cell<isize>,
        /// Counts changes, so that iterators notice.
        changes: Cell<u64>,
    }

    impl Deque {
        fn make(vm: &mut Vm, cls: Gc<Type>, maxlen: isize) -> PyResult<Gc<Deque>> {
            let ring = Values::alloc(vm, 8)?;
            Deque::create_as(
                vm,
                cls,
                Field::new(ring),
                Cell::new(0),
                Cell::new(0),
                Cell::new(maxlen),
                Cell::new(0),
            )
        }

        fn slot(&self, i: usize) -> usize {
            (self.first.get() + i) & (self.mask())
        }

        /// The ring's size is the largest power of two that fits, less one.
        fn mask(&self) -> usize {
            let cap = self.ring.get().cap();
            (1 << (usize::BITS - 1 - cap.leading_zeros())) - 1
        }

        fn get(&self, i: usize) -> Value {
            self.ring.get().get(self.slot(i))
        }

        fn set(this: Gc<Self>, vm: &mut Vm, i: usize, v: Value) {
            Values::set(this.ring.get(), vm, this.slot(i), v);
        }

        fn grow(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
            let size = this.mask() + 1;
            if this.len.get() < size {
                return Ok(());
            }
            let new = Values::alloc(vm, size * 2)?;
            for i in 0..this.len.get() {
                Values::set(new, vm, i, this.get(i));
            }
            this.ring.set(this, vm.heap(), new);
            this.first.set(0);
            Ok(())
        }

        fn changed(&self) {
            self.changes.set(self.changes.get().wrapping_add(1));
        }

        fn push(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
            let max = this.maxlen.get();
            if max == 0 {
                return Ok(());
            }
            if max > 0 && this.len.get() as isize >= max {
                this.take_first();
            }
            Self::grow(this, vm)?;
            let n = this.len.get();
            this.len.set(n + 1);
            Self::set(this, vm, n, v);
            this.changed();
            Ok(())
        }

        fn push_front(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
            let max = this.maxlen.get();
            if max == 0 {
                return Ok(());
            }
            if max > 0 && this.len.get() as isize >= max {
                this.take_last();
            }
            Self::grow(this, vm)?;
            this.first.set(this.first.get().wrapping_sub(1) & this.mask());
            this.len.set(this.len.get() + 1);
            Self::set(this, vm, 0, v);
            this.changed();
            Ok(())
        }

        fn take_first(&self) -> Option<Value> {
            if self.len.get() == 0 {
                return None;
            }
            let at = self.slot(0);
            let ring = self.ring.get();
            let v = ring.get(at);
            ring.clear(at..at + 1);
            self.first.set((self.first.get() + 1) & self.mask());
            self.len.set(self.len.get() - 1);
            self.changed();
            Some(v)
        }

        fn take_last(&self) -> Option<Value> {
            let n = self.len.get().checked_sub(1)?;
            let at = self.slot(n);
            let ring = self.ring.get();
            let v = ring.get(at);
            ring.clear(at..at + 1);
            self.len.set(n);
            self.changed();
            Some(v)
        }

        fn extend_from(this: Gc<Self>, vm: &mut Vm, values: Value) -> PyResult<()> {
            // A deque that is extended by itself is copied first.
            let values: Value = if values == this.into() {
                List::from_iterable(vm, values)?.into()
            } else {
                values
            };
            vm.for_each(values, |vm, v| Self::push(this, vm, v))
        }

        fn rotated(&self, vm: &mut Vm, this: Gc<Self>, n: isize) -> PyResult<()> {
            let len = self.len.get() as isize;
            if len <= 1 {
                return Ok(());
            }
            let mut n = n % len;
            if n > len / 2 {
                n -= len;
            } else if n < -(len / 2) {
                n += len;
            }
            for _ in 0..n.max(0) {
                if let Some(v) = self.take_last() {
                    Self::put_front(this, vm, v);
                }
            }
            for _ in n.min(0)..0 {
                if let Some(v) = self.take_first() {
                    Self::put_back(this, vm, v);
                }
            }
            Ok(())
        }

        /// After a take there is room.
        fn put_front(this: Gc<Self>, vm: &mut Vm, v: Value) {
            this.first.set(this.first.get().wrapping_sub(1) & this.mask());
            this.len.set(this.len.get() + 1);
            Self::set(this, vm, 0, v);
        }

        fn put_back(this: Gc<Self>, vm: &mut Vm, v: Value) {
            let n = this.len.get();
            this.len.set(n + 1);
            Self::set(this, vm, n, v);
        }

        fn delete(this: Gc<Self>, vm: &mut Vm, i: usize) {
            for k in i + 1..this.len.get() {
                let v = this.get(k);
                Self::set(this, vm, k - 1, v);
            }
            this.take_last();
        }

        fn copied(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            let class = class_of(this.into());
            if class == <Deque as objects::layout::Object>::def().object() {
                let new = Self::make(vm, class, this.maxlen.get())?;
                for i in 0..this.len.get() {
                    Self::push(new, vm, this.get(i))?;
                }
                return Ok(new.into());
            }
            match this.maxlen.get() {
                n if n < 0 => vm.call(class.into(), &[this.into()]),
                n => vm.call(class.into(), &[this.into(), Value::from_len(n as usize)]),
            }
        }
    }

    fn mutated(vm: &mut Vm) -> Raised {
        vm.runtime_error(format_args!("deque mutated during iteration"))
    }

    fn position(vm: &mut Vm, this: Gc<Deque>, key: Value) -> PyResult<usize> {
        let i = vm.index_isize(key, &exceptions::INDEX_ERROR)?;
        let n = this.len.get() as isize;
        let at = if i < 0 { i + n } else { i };
        match usize::try_from(at).ok().filter(|a| *a < this.len.get()) {
            Some(a) => Ok(a),
            None => Err(vm.index_error(format_args!("deque index out of range"))),
        }
    }

    #[pymethods]
    impl Deque {
        #[slot(new)]
        fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
            let _ = (args, kwnames);
            Deque::make(vm, cls, -1)
        }

        #[slot(init, sig = "(iterable=(), maxlen=None)")]
        fn init(
            this: Gc<Self>,
            vm: &mut Vm,
            iterable: Option<Value>,
            maxlen: Option<Value>,
        ) -> PyResult<()> {
            let max = match maxlen.filter(|m| !m.is_none()) {
                None => -1,
                Some(m) => {
                    if !m.is_small_int() && m.cast::<objects::int::Int>().is_none() && !m.is_bool()
                    {
                        return Err(vm.type_error(format_args!("an integer is required")));
                    }
                    let m = objects::convert::to_isize(vm, m)?;
                    if m < 0 {
                        return Err(vm.value_error(format_args!("maxlen must be non-negative")));
                    }
                    m
                }
            };
            this.maxlen.set(max);
            while this.take_last().is_some() {}
            match iterable {
                Some(values) => Deque::extend_from(this, vm, values),
                None => Ok(()),
            }
        }

        /// Add an element to the right side of the deque.
        #[method]
        fn append(this: Gc<Self>, vm: &mut Vm, item: Value) -> PyResult<()> {
            Deque::push(this, vm, item)
        }

        /// Add an element to the left side of the deque.
        #[method]
        fn appendleft(this: Gc<Self>, vm: &mut Vm, item: Value) -> PyResult<()> {
            Deque::push_front(this, vm, item)
        }

        /// Remove and return the rightmost element.
        #[method]
        fn pop(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            match this.take_last() {
                Some(v) => Ok(v),
                None => Err(vm.index_error(format_args!("pop from an empty deque"))),
            }
        }

        /// Remove and return the leftmost element.
        #[method]
        fn popleft(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            match this.take_first() {
                Some(v) => Ok(v),
                None => Err(vm.index_error(format_args!("pop from an empty deque"))),
            }
        }

        /// Extend the right side of the deque with elements from the iterable.
        #[method]
        fn extend(this: Gc<Self>, vm: &mut Vm, iterable: Value) -> PyResult<()> {
            Deque::extend_from(this, vm, iterable)
        }

        /// Extend the left side of the deque with elements from the iterable.
        #[method]
        fn extendleft(this: Gc<Self>, vm: &mut Vm, iterable: Value) -> PyResult<()> {
            let values: Value = if iterable == this.into() {
                List::from_iterable(vm, iterable)?.into()
            } else {
                iterable
            };
            vm.for_each(values, |vm, v| Deque::push_front(this, vm, v))
        }

        /// Remove all elements from the deque.
        #[method]
        fn clear(this: Gc<Self>) {
            while this.take_last().is_some() {}
        }

        /// Rotate the deque n steps to the right.
        #[method(sig = "($self, n=1, /)")]
        fn rotate(this: Gc<Self>, vm: &mut Vm, #[default(1)] n: isize) -> PyResult<()> {
            this.rotated(vm, this, n)
        }

        /// Reverse *IN PLACE*.
        #[method]
        fn reverse(this: Gc<Self>, vm: &mut Vm) {
            let n = this.len.get();
            for i in 0..n / 2 {
                let (a, b) = (this.get(i), this.get(n - 1 - i));
                Deque::set(this, vm, i, b);
                Deque::set(this, vm, n - 1 - i, a);
            }
        }

        /// Return number of occurrences of value.
        #[method]
        fn count(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<usize> {
            let (mut n, before) = (0, this.changes.get());
            for i in 0..this.len.get() {
                n += usize::from(vm.eq(this.get(i), value)?);
                if this.changes.get() != before {
                    return Err(mutated(vm));
                }
            }
            Ok(n)
        }

        /// Return first index of value.
        #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
        fn index(
            this: Gc<Self>,
            vm: &mut Vm,
            value: Value,
            start: isize,
            #[default(isize::MAX)] stop: isize,
        ) -> PyResult<usize> {
            let n = this.len.get() as isize;
            let clip = |i: isize| if i < 0 { (i + n).max(0) } else { i.min(n) } as usize;
            let before = this.changes.get();
            for i in clip(start)..clip(stop) {
                let found = vm.eq(this.get(i), value)?;
                if this.changes.get() != before {
                    return Err(mutated(vm));
                }
                if found {
                    return Ok(i);
                }
            }
            let shown = vm.repr(value)?;
            Err(vm.value_error(format_args!("{} is not in deque", shown.text())))
        }

        /// Insert value before index.
        #[method]
        fn insert(this: Gc<Self>, vm: &mut Vm, index: isize, value: Value) -> PyResult<()> {
            let n = this.len.get();
            if this.maxlen.get() == n as isize {
                return Err(vm.index_error(format_args!("deque already at its maximum size")));
            }
            let at = if index < 0 { (index + n as isize).max(0) } else { index.min(n as isize) }
                as usize;
            Deque::push(this, vm, value)?;
            for k in (at..n).rev() {
                let v = this.get(k);
                Deque::set(this, vm, k + 1, v);
            }
            Deque::set(this, vm, at, value);
            Ok(())
        }

        /// Remove first occurrence of value.
        #[method]
        fn remove(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<()> {
            let before = this.changes.get();
            for i in 0..this.len.get() {
                let found = vm.eq(this.get(i), value)?;
                if this.changes.get() != before {
                    return Err(vm.index_error(format_args!("deque mutated during remove().")));
                }
                if found {
                    Deque::delete(this, vm, i);
                    return Ok(());
                }
            }
            let shown = vm.repr(value)?;
            Err(vm.value_error(format_args!("{} is not in deque", shown.text())))
        }

        /// Return a shallow copy of a deque.
        #[method]
        #[method(name = "__copy__")]
        fn copy(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            Deque::copied(this, vm)
        }

        /// Return state information for pickling.
        #[method]
        fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            let empty: Value = Tuple::empty().into();
            let args: Value = match this.maxlen.get() {
                n if n < 0 => empty,
                n => Tuple::pair(vm, empty, Value::from_len(n as usize))?.into(),
            };
            let state = if objects::attrs::has_dict(this.into()) {
                objects::attrs::get_dict(vm, this.into())?
            } else {
                Value::NONE
            };
            let it = vm.iter(this.into())?;
            Ok(Tuple::from_slice(vm, &[class_of(this.into()).into(), args, state, it])?.into())
        }

        /// Return a reverse iterator over the deque.
        #[method]
        fn __reversed__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            DequeIterator::over(vm, this, true)
        }

        /// See PEP 585
        #[classmethod(sig = "($type, object, /)", no_text)]
        fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
            (vm.hooks.generic_alias)(vm, cls.into(), object)
        }

        #[getter]
        fn maxlen(this: Gc<Self>) -> Option<isize> {
            let n = this.maxlen.get();
            (n >= 0).then_some(n)
        }

        #[slot(len)]
        fn len(this: Gc<Self>) -> usize {
            this.len.get()
        }

        #[slot(bool)]
        fn bool(this: Gc<Self>) -> bool {
            this.len.get() > 0
        }

        #[slot(getitem)]
        fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
            let i = position(vm, this, key)?;
            Ok(this.get(i))
        }

        #[slot(setitem)]
        fn setitem(this: Gc<Self>, vm: &mut Vm, key: Value, value: Option<Value>) -> PyResult<()> {
            let i = position(vm, this, key)?;
            match value {
                Some(v) => Deque::set(this, vm, i, v),
                None => Deque::delete(this, vm, i),
            }
            Ok(())
        }

        #[slot(contains)]
        fn contains(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<bool> {
            let before = this.changes.get();
            for i in 0..this.len.get() {
                let found = vm.eq(this.get(i), v)?;
                if this.changes.get() != before {
                    return Err(mutated(vm));
                }
                if found {
                    return Ok(true);
                }
            }
            Ok(false)
        }

        #[slot(iter)]
        fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            DequeIterator::over(vm, this, false)
        }

        #[slot(concat)]
        fn concat(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<Value> {
            if other.cast::<Deque>().is_none() {
                return Err(vm.type_error(format_args!(
                    "can only concatenate deque (not \"{}\") to deque",
                    class_name(other)
                )));
            }
            let new = Deque::copied(this, vm)?;
            match new.cast::<Deque>() {
                Some(d) => Deque::extend_from(d, vm, other)?,
                None => return Err(vm.type_error(format_args!("a copied deque is no deque"))),
            }
            Ok(new)
        }

        #[slot(iconcat)]
        fn iconcat(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<Value> {
            Deque::extend_from(this, vm, other)?;
            Ok(this.into())
        }

        #[slot(repeat)]
        fn repeat(this: Gc<Self>, vm: &mut Vm, count: isize) -> PyResult<Value> {
            let items = List::from_iterable(vm, this.into())?;
            let new = Deque::make(
                vm,
                <Deque as objects::layout::Object>::def().object(),
                this.maxlen.get(),
            )?;
            for _ in 0..count.max(0) {
                for i in 0..items.len() {
                    Deque::push(new, vm, items.get(i).unwrap_or(Value::NONE))?;
                }
                if items.len() == 0 {
                    break;
                }
            }
            Ok(new.into())
        }

        #[slot(compare)]
        fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
            if other.cast::<Deque>().is_none() {
                return Ok(vm.not_implemented());
            }
            let (a, b) = (List::from_iterable(vm, this.into())?, List::from_iterable(vm, other)?);
            vm.compare(a.into(), b.into(), op)
        }

        #[slot(repr)]
        fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
            if vm.enter_repr(this.into())? {
                return Str::new(vm, "[...]");
            }
            let result = (|| {
                let items = List::from_iterable(vm, this.into())?;
                let shown = vm.repr(items.into())?;
                let class = class_name(this.into()).to_string();
                let class = class.rsplit('.').next().unwrap_or("deque").to_owned();
                let mut out = Builder::new();
                out.push_str(vm, &class)?;
                out.push_str(vm, "(")?;
                out.push(vm, shown.text())?;
                if this.maxlen.get() >= 0 {
                    out.push_str(vm, &format!(", maxlen={}", this.maxlen.get()))?;
                }
                out.push_str(vm, ")")?;
                out.finish(vm)
            })();
            vm.leave_repr();
            result
        }
    }

    /// An iterator over a deque.
    #[pytype(name = "_collections._deque_iterator", flags(NO_NEW))]
    pub struct DequeIterator {
        deque: Gc<Deque>,
        at: Cell<usize>,
        changes: Cell<u64>,
        backwards: Cell<bool>,
    }

    impl DequeIterator {
        fn over(vm: &mut Vm, deque: Gc<Deque>, backwards: bool) -> PyResult<Value> {
            let changes = deque.changes.get();
            Ok(DequeIterator::create(
                vm,
                deque,
                Cell::new(0),
                Cell::new(changes),
                Cell::new(backwards),
            )?
            .into())
        }
    }

    #[pymethods]
    impl DequeIterator {
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }

        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let (deque, i) = (this.deque, this.at.get());
            if deque.changes.get() != this.changes.get() {
                this.at.set(usize::MAX);
                return Err(mutated(vm));
            }
            let n = deque.len.get();
            if i >= n {
                return Ok(None);
            }
            this.at.set(i + 1);
            Ok(Some(deque.get(if this.backwards.get() { n - 1 - i } else { i })))
        }

        /// Private method returning an estimate of len(list(it)).
        #[method]
        fn __length_hint__(this: Gc<Self>) -> usize {
            this.deque.len.get().saturating_sub(this.at.get())
        }
    }

    /// A dictionary whose missing keys get a value from a factory.
    #[pytype(
        name = "collections.defaultdict",
        extends = Dict,
        flags(BASETYPE, WEAKREF, MAPPING),
        signature = "(default_factory=None, /, [...])"
    )]
    pub struct DefaultDict {
        factory: Field<Value>,
    }

    #[pymethods]
    impl DefaultDict {
        #[slot(new)]
        fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
            let _ = (args, kwnames);
            let dict = (
                Field::new(objects::dict::table::DictTable::none()),
                Field::new(Value::UNDEF),
                Cell::new(0),
                Cell::new(0),
            );
            DefaultDict::create_as(vm, cls, dict, Field::new(Value::NONE))
        }

        #[slot(init)]
        fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
            let positional = objects::args::positional(args, kwnames);
            let mut rest = args;
            if let Some((&factory, others)) = positional.split_first() {
                if !factory.is_none() && !vm.is_callable(factory) {
                    return Err(
                        vm.type_error(format_args!("first argument must be callable or None"))
                    );
                }
                this.factory.set(this, vm.heap(), factory);
                rest = &args[1..];
                let _ = others;
            }
            let init = <Dict as objects::layout::Object>::def().object().slots().init;
            match init {
                Some(init) => init(vm, this.into(), rest, kwnames),
                None => Ok(()),
            }
        }

        /// Called by __getitem__ for missing keys.
        #[method]
        fn __missing__(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
            let factory = this.factory.get();
            if factory.is_none() || factory.is_undef() {
                return Err(vm.key_error(key));
            }
            let value = vm.call(factory, &[])?;
            vm.setitem(this.into(), key, value)?;
            Ok(value)
        }

        #[getter(member)]
        fn default_factory(this: Gc<Self>) -> Value {
            this.factory.get()
        }

        #[setter]
        fn set_default_factory(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
            this.factory.set(this, vm.heap(), value.unwrap_or(Value::NONE));
        }

        /// D.copy() -> a shallow copy of D.
        #[method]
        #[method(name = "__copy__")]
        fn copy(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            let factory = this.factory.get();
            vm.call(class_of(this.into()).into(), &[factory, this.into()])
        }

        /// Return state information for pickling.
        #[method]
        fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            let factory = this.factory.get();
            let args: Value = if factory.is_none() {
                Tuple::empty().into()
            } else {
                Tuple::from_slice(vm, &[factory])?.into()
            };
            let items = vm.intern("items")?;
            let items = vm.call_method(this.into(), items, &[])?;
            let items = vm.iter(items)?;
            let class: Value = class_of(this.into()).into();
            Ok(Tuple::from_slice(vm, &[class, args, Value::NONE, Value::NONE, items])?.into())
        }

        #[slot(repr)]
        fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
            let class = class_name(this.into()).to_string();
            let class = class.rsplit('.').next().unwrap_or("defaultdict").to_owned();
            let plain = <Dict as objects::layout::Object>::def().object().slots().repr;
            let base = match plain {
                Some(f) => f(vm, this.into())?,
                None => Value::NONE,
            };
            let base = vm.str_of(base)?;
            let factory = this.factory.get();
            let shown = if vm.enter_repr(factory)? {
                Str::new(vm, "...")?
            } else {
                let shown = vm.repr(factory);
                vm.leave_repr();
                shown?
            };
            Str::from_fmt(vm, format_args!("{class}({}, {})", shown.text(), base.text()))
        }
    }
}

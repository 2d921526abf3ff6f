//! `itertools`: building blocks of iterators.

use macros::pymodule;

/// The module.
#[pymodule(name = "itertools", doc = "Functional tools for creating and using iterators.")]
pub mod module {
    use heap::{Field, Gc};
    use macros::{pymethods, pytype};
    use objects::list::List;
    use objects::protocol::BinaryOp;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::types::Type;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::cell::Cell;

    fn plain(args: &[Value], kwnames: Value) -> &[Value] {
        objects::args::positional(args, kwnames)
    }

    /// The next item of an iterator kept in a field; the field becomes None at the end.
    macro_rules! advance {
        ($this:ident, $vm:ident, $field:ident) => {{
            let it = $this.$field.get();
            if it.is_none() {
                return Ok(None);
            }
            match $vm.next(it)? {
                Some(v) => v,
                None => {
                    $this.$field.set($this, $vm.heap(), Value::NONE);
                    return Ok(None);
                }
            }
        }};
    }

    /// Return a chain object whose .__next__() method returns elements from the first iterable until it is exhausted.
    #[pytype(name = "itertools.chain", flags(BASETYPE), signature = "(*iterables)")]
    pub struct Chain {
        /// An iterator of iterables.
        source: Field<Value>,
        active: Field<Value>,
    }

    #[pymethods]
    impl Chain {
        #[slot(new)]
        fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
            let all = Tuple::from_slice(vm, plain(args, kwnames))?;
            let source = vm.iter(all.into())?;
            Chain::create_as(vm, cls, Field::new(source), Field::new(Value::NONE))
        }
        /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
        #[classmethod]
        fn from_iterable(cls: Gc<Type>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<Self>> {
            let source = vm.iter(iterable)?;
            Chain::create_as(vm, cls, Field::new(source), Field::new(Value::NONE))
        }
        /// See PEP 585
        #[classmethod(sig = "($type, object, /)", no_text)]
        fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
            (vm.hooks.generic_alias)(vm, cls.into(), object)
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            loop {
                let active = this.active.get();
                if !active.is_none() {
                    if let Some(v) = vm.next(active)? {
                        return Ok(Some(v));
                    }
                    this.active.set(this, vm.heap(), Value::NONE);
                }
                let iterable = advance!(this, vm, source);
                let it = vm.iter(iterable)?;
                this.active.set(this, vm.heap(), it);
            }
        }
    }

    /// Make an iterator that returns a given object over and over again.
    #[pytype(
        name = "itertools.repeat",
        flags(BASETYPE),
        signature = "(object, times=<unrepresentable>)"
    )]
    pub struct Repeat {
        object: Value,
        /// -1 for ever.
        left: Cell<isize>,
    }

    #[pymethods]
    impl Repeat {
        #[slot(new, sig = "(object, times=<unrepresentable>)")]
        fn new(
            cls: Gc<Type>,
            vm: &mut Vm,
            object: Value,
            times: Option<Value>,
        ) -> PyResult<Gc<Self>> {
            let left = match times {
                Some(t) => objects::convert::to_isize(vm, t)?.max(0),
                None => -1,
            };
            Repeat::create_as(vm, cls, object, Cell::new(left))
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>) -> Option<Value> {
            match this.left.get() {
                0 => return None,
                n if n > 0 => this.left.set(n - 1),
                _ => {}
            }
            Some(this.object)
        }
        /// Private method returning an estimate of len(list(it)).
        #[method]
        fn __length_hint__(this: Gc<Self>, vm: &mut Vm) -> PyResult<isize> {
            match this.left.get() {
                n if n < 0 => Err(vm.type_error(format_args!("len() of unsized object"))),
                n => Ok(n),
            }
        }
        #[slot(repr)]
        fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
            let shown = vm.repr(this.object)?;
            match this.left.get() {
                n if n < 0 => Str::from_fmt(vm, format_args!("repeat({})", shown.text())),
                n => Str::from_fmt(vm, format_args!("repeat({}, {n})", shown.text())),
            }
        }
    }

    /// Return a count object whose .__next__() method returns consecutive values.
    #[pytype(name = "itertools.count", flags(BASETYPE), signature = "(start=0, step=1)")]
    pub struct Count {
        value: Field<Value>,
        step: Value,
    }

    #[pymethods]
    impl Count {
        #[slot(new, sig = "(start=0, step=1)")]
        fn new(
            cls: Gc<Type>,
            vm: &mut Vm,
            #[default(Value::ZERO)] start: Value,
            #[default(Value::int32(1))] step: Value,
        ) -> PyResult<Gc<Self>> {
            for v in [start, step] {
                let number = v.is_small_int()
                    || v.is_bool()
                    || v.is_small_float()
                    || objects::types::class_of(v).slots().index.is_some()
                    || objects::types::class_of(v).slots().float.is_some()
                    || objects::types::class_of(v).slots().add.is_some();
                if !number {
                    return Err(vm.type_error(format_args!("a number is required")));
                }
            }
            Count::create_as(vm, cls, Field::new(start), step)
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let value = this.value.get();
            let next = vm.binary(BinaryOp::Add, value, this.step)?;
            this.value.set(this, vm.heap(), next);
            Ok(Some(value))
        }
        #[slot(repr)]
        fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
            let value = vm.repr(this.value.get())?;
            if this.step == Value::int32(1) {
                return Str::from_fmt(vm, format_args!("count({})", value.text()));
            }
            let step = vm.repr(this.step)?;
            Str::from_fmt(vm, format_args!("count({}, {})", value.text(), step.text()))
        }
    }

    /// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
    #[pytype(name = "itertools.cycle", flags(BASETYPE), signature = "(iterable, /)")]
    pub struct Cycle {
        source: Field<Value>,
        saved: Gc<List>,
        at: Cell<usize>,
    }

    #[pymethods]
    impl Cycle {
        #[slot(new, sig = "(iterable, /)")]
        fn new(cls: Gc<Type>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<Self>> {
            let source = vm.iter(iterable)?;
            let saved = List::new(vm)?;
            Cycle::create_as(vm, cls, Field::new(source), saved, Cell::new(0))
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let source = this.source.get();
            if !source.is_none() {
                if let Some(v) = vm.next(source)? {
                    this.saved.push(vm, v)?;
                    return Ok(Some(v));
                }
                this.source.set(this, vm.heap(), Value::NONE);
            }
            let n = this.saved.len();
            if n == 0 {
                return Ok(None);
            }
            let i = this.at.get();
            this.at.set((i + 1) % n);
            Ok(this.saved.get(i))
        }
    }

    /// Return an iterator whose next() method returns selected values from an iterable.
    #[pytype(name = "itertools.islice", flags(BASETYPE), signature = "(iterable, /, *args)")]
    pub struct ISlice {
        source: Field<Value>,
        /// The next index to give, the first one not to give, the step, and how many were taken.
        next: Cell<usize>,
        stop: Cell<usize>,
        step: Cell<usize>,
        taken: Cell<usize>,
    }

    fn bound(vm: &mut Vm, v: Value, absent: usize, what: &str) -> PyResult<usize> {
        if v.is_none() {
            return Ok(absent);
        }
        let n = match vm.index(v) {
            Ok(n) => objects::int::to_i64(n).and_then(|n| usize::try_from(n).ok()),
            Err(_) => {
                vm.clear_raised();
                None
            }
        };
        match n {
            Some(n) => Ok(n),
            None => Err(vm.value_error(format_args!("{what}"))),
        }
    }

    #[pymethods]
    impl ISlice {
        #[slot(new)]
        fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
            const INDICES: &str =
                "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
            let (iterable, start, stop, step) = match *plain(args, kwnames) {
                [iterable, stop] => (iterable, Value::NONE, stop, Value::NONE),
                [iterable, start, stop] => (iterable, start, stop, Value::NONE),
                [iterable, start, stop, step] => (iterable, start, stop, step),
                ref other if other.len() < 2 => {
                    return Err(vm.type_error(format_args!(
                        "islice expected at least 2 arguments, got {}",
                        other.len()
                    )));
                }
                ref other => {
                    return Err(vm.type_error(format_args!(
                        "islice expected at most 4 arguments, got {}",
                        other.len()
                    )));
                }
            };
            let only = plain(args, kwnames).len() == 2;
            let text = if only {
                "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."
            } else {
                INDICES
            };
            let stop = bound(vm, stop, usize::MAX, text)?;
            let start = bound(vm, start, 0, INDICES)?;
            let step = bound(vm, step, 1, "Step for islice() must be a positive integer or None.")?;
            if step == 0 {
                return Err(vm.value_error(format_args!(
                    "Step for islice() must be a positive integer or None."
                )));
            }
            let source = vm.iter(iterable)?;
            ISlice::create_as(
                vm,
                cls,
                Field::new(source),
                Cell::new(start),
                Cell::new(stop),
                Cell::new(step),
                Cell::new(0),
            )
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let (next, stop) = (this.next.get(), this.stop.get());
            if this.source.get().is_none() {
                return Ok(None);
            }
            while this.taken.get() < next.min(stop) {
                advance!(this, vm, source);
                this.taken.set(this.taken.get() + 1);
            }
            if next >= stop {
                this.source.set(this, vm.heap(), Value::NONE);
                return Ok(None);
            }
            let v = advance!(this, vm, source);
            this.taken.set(this.taken.get() + 1);
            this.next.set(next.saturating_add(this.step.get()));
            Ok(Some(v))
        }
    }

    /// Return series of accumulated sums (or other binary function results).
    #[pytype(
        name = "itertools.accumulate",
        flags(BASETYPE),
        signature = "(iterable, func=None, *, initial=None)"
    )]
    pub struct Accumulate {
        source: Field<Value>,
        function: Value,
        /// UNDEF before the first.
        total: Field<Value>,
        /// The initial value still to be given, or UNDEF.
        initial: Field<Value>,
    }

    #[pymethods]
    impl Accumulate {
        #[slot(new, sig = "(iterable, func=None, *, initial=None)")]
        fn new(
            cls: Gc<Type>,
            vm: &mut Vm,
            iterable: Value,
            #[default(Value::NONE)] func: Value,
            #[default(Value::NONE)] initial: Value,
        ) -> PyResult<Gc<Self>> {
            let source = vm.iter(iterable)?;
            let initial = if initial.is_none() { Value::UNDEF } else { initial };
            Accumulate::create_as(
                vm,
                cls,
                Field::new(source),
                func,
                Field::new(Value::UNDEF),
                Field::new(initial),
            )
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let initial = this.initial.get();
            if !initial.is_undef() {
                this.initial.set(this, vm.heap(), Value::UNDEF);
                this.total.set(this, vm.heap(), initial);
                return Ok(Some(initial));
            }
            let v = advance!(this, vm, source);
            let total = this.total.get();
            let new = if total.is_undef() {
                v
            } else if this.function.is_none() {
                vm.binary(BinaryOp::Add, total, v)?
            } else {
                vm.call(this.function, &[total, v])?
            };
            this.total.set(this, vm.heap(), new);
            Ok(Some(new))
        }
    }

    /// Return an iterator whose values are returned from the function evaluated with an argument tuple.
    #[pytype(name = "itertools.starmap", flags(BASETYPE), signature = "(function, iterable, /)")]
    pub struct StarMap {
        function: Value,
        source: Field<Value>,
    }

    #[pymethods]
    impl StarMap {
        #[slot(new, sig = "(function, iterable, /)")]
        fn new(cls: Gc<Type>, vm: &mut Vm, function: Value, iterable: Value) -> PyResult<Gc<Self>> {
            let source = vm.iter(iterable)?;
            StarMap::create_as(vm, cls, function, Field::new(source))
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let args = advance!(this, vm, source);
            let args = Tuple::from_iterable(vm, args)?;
            vm.call(this.function, args.items()).map(Some)
        }
    }

    /// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
    #[pytype(name = "itertools.takewhile", flags(BASETYPE), signature = "(predicate, iterable, /)")]
    pub struct TakeWhile {
        function: Value,
        source: Field<Value>,
    }

    #[pymethods]
    impl TakeWhile {
        #[slot(new, sig = "(predicate, iterable, /)")]
        fn new(
            cls: Gc<Type>,
            vm: &mut Vm,
            predicate: Value,
            iterable: Value,
        ) -> PyResult<Gc<Self>> {
            let source = vm.iter(iterable)?;
            TakeWhile::create_as(vm, cls, predicate, Field::new(source))
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let v = advance!(this, vm, source);
            let yes = vm.call(this.function, &[v])?;
            if vm.truthy(yes)? {
                return Ok(Some(v));
            }
            this.source.set(this, vm.heap(), Value::NONE);
            Ok(None)
        }
    }

    /// Drop items from the iterable while predicate(item) is true.
    #[pytype(name = "itertools.dropwhile", flags(BASETYPE), signature = "(predicate, iterable, /)")]
    pub struct DropWhile {
        function: Value,
        source: Field<Value>,
        started: Cell<bool>,
    }

    #[pymethods]
    impl DropWhile {
        #[slot(new, sig = "(predicate, iterable, /)")]
        fn new(
            cls: Gc<Type>,
            vm: &mut Vm,
            predicate: Value,
            iterable: Value,
        ) -> PyResult<Gc<Self>> {
            let source = vm.iter(iterable)?;
            DropWhile::create_as(vm, cls, predicate, Field::new(source), Cell::new(false))
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            loop {
                let v = advance!(this, vm, source);
                if this.started.get() {
                    return Ok(Some(v));
                }
                let yes = vm.call(this.function, &[v])?;
                if !vm.truthy(yes)? {
                    this.started.set(true);
                    return Ok(Some(v));
                }
            }
        }
    }

    /// Return those items of iterable for which function(item) is false.
    #[pytype(
        name = "itertools.filterfalse",
        flags(BASETYPE),
        signature = "(function, iterable, /)"
    )]
    pub struct FilterFalse {
        function: Value,
        source: Field<Value>,
    }

    #[pymethods]
    impl FilterFalse {
        #[slot(new, sig = "(function, iterable, /)")]
        fn new(cls: Gc<Type>, vm: &mut Vm, function: Value, iterable: Value) -> PyResult<Gc<Self>> {
            let source = vm.iter(iterable)?;
            FilterFalse::create_as(vm, cls, function, Field::new(source))
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            loop {
                let v = advance!(this, vm, source);
                let yes = if this.function.is_none() { v } else { vm.call(this.function, &[v])? };
                if !vm.truthy(yes)? {
                    return Ok(Some(v));
                }
            }
        }
    }

    /// Return data elements corresponding to true selector elements.
    #[pytype(name = "itertools.compress", flags(BASETYPE), signature = "(data, selectors)")]
    pub struct Compress {
        source: Field<Value>,
        selectors: Value,
    }

    #[pymethods]
    impl Compress {
        #[slot(new, sig = "(data, selectors)")]
        fn new(cls: Gc<Type>, vm: &mut Vm, data: Value, selectors: Value) -> PyResult<Gc<Self>> {
            let source = vm.iter(data)?;
            let selectors = vm.iter(selectors)?;
            Compress::create_as(vm, cls, Field::new(source), selectors)
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            loop {
                let v = advance!(this, vm, source);
                let Some(yes) = vm.next(this.selectors)? else { return Ok(None) };
                if vm.truthy(yes)? {
                    return Ok(Some(v));
                }
            }
        }
    }

    /// Return an iterator of overlapping pairs taken from the input iterator.
    #[pytype(name = "itertools.pairwise", flags(BASETYPE), signature = "(iterable, /)")]
    pub struct Pairwise {
        source: Field<Value>,
        /// UNDEF before the first.
        old: Field<Value>,
    }

    #[pymethods]
    impl Pairwise {
        #[slot(new, sig = "(iterable, /)")]
        fn new(cls: Gc<Type>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<Self>> {
            let source = vm.iter(iterable)?;
            Pairwise::create_as(vm, cls, Field::new(source), Field::new(Value::UNDEF))
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            if this.old.get().is_undef() {
                let first = advance!(this, vm, source);
                this.old.set(this, vm.heap(), first);
            }
            let new = advance!(this, vm, source);
            let old = this.old.get();
            this.old.set(this, vm.heap(), new);
            Ok(Some(Tuple::pair(vm, old, new)?.into()))
        }
    }

    /// Batch data into tuples of length n. The last batch may be shorter than n.
    #[pytype(
        name = "itertools.batched",
        flags(BASETYPE),
        signature = "(iterable, n, *, strict=False)"
    )]
    pub struct Batched {
        source: Field<Value>,
        size: Cell<usize>,
        strict: Cell<bool>,
    }

    #[pymethods]
    impl Batched {
        #[slot(new, sig = "(iterable, n, *, strict=False)")]
        fn new(
            cls: Gc<Type>,
            vm: &mut Vm,
            iterable: Value,
            n: isize,
            strict: bool,
        ) -> PyResult<Gc<Self>> {
            let Some(size) = usize::try_from(n).ok().filter(|n| *n > 0) else {
                return Err(vm.value_error(format_args!("n must be at least one")));
            };
            let source = vm.iter(iterable)?;
            Batched::create_as(vm, cls, Field::new(source), Cell::new(size), Cell::new(strict))
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let source = this.source.get();
            if source.is_none() {
                return Ok(None);
            }
            let list = List::new(vm)?;
            while list.len() < this.size.get() {
                match vm.next(source)? {
                    Some(v) => list.push(vm, v)?,
                    None => {
                        this.source.set(this, vm.heap(), Value::NONE);
                        break;
                    }
                }
            }
            if list.len() == 0 {
                return Ok(None);
            }
            if this.strict.get() && list.len() < this.size.get() {
                return Err(vm.value_error(format_args!("batched(): incomplete batch")));
            }
            Ok(Some(list.to_tuple(vm)?.into()))
        }
    }

    /// Return a zip_longest object whose .__next__() method returns a tuple.
    #[pytype(
        name = "itertools.zip_longest",
        flags(BASETYPE),
        signature = "(*iterables, fillvalue=None)"
    )]
    pub struct ZipLongest {
        /// The iterators; None for those at their end.
        sources: Gc<List>,
        fill: Value,
        active: Cell<usize>,
    }

    #[pymethods]
    impl ZipLongest {
        #[slot(new)]
        fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
            let kwargs = objects::args::KwArgs::all(args, kwnames);
            if kwargs.iter().any(|(name, _)| name.text() != "fillvalue") {
                return Err(
                    vm.type_error(format_args!("zip_longest() got an unexpected keyword argument"))
                );
            }
            let fill = kwargs.get("fillvalue").unwrap_or(Value::NONE);
            let sources = List::new(vm)?;
            for v in plain(args, kwnames) {
                let it = vm.iter(*v)?;
                sources.push(vm, it)?;
            }
            let n = sources.len();
            ZipLongest::create_as(vm, cls, sources, fill, Cell::new(n))
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            if this.active.get() == 0 {
                return Ok(None);
            }
            let row = List::new(vm)?;
            for i in 0..this.sources.len() {
                let it = this.sources.get(i).unwrap_or(Value::NONE);
                let v = if it.is_none() { None } else { vm.next(it)? };
                if v.is_none() && !it.is_none() {
                    this.sources.set(vm, i, Value::NONE);
                    this.active.set(this.active.get() - 1);
                    if this.active.get() == 0 {
                        return Ok(None);
                    }
                }
                row.push(vm, v.unwrap_or(this.fill))?;
            }
            Ok(Some(row.to_tuple(vm)?.into()))
        }
    }

    /// Selections from pools by indices, as `product`, `permutations` and the two kinds of combinations make them.
    #[derive(Clone, Copy, PartialEq, Eq)]
    pub enum Choice {
        Product,
        Permutations,
        Combinations,
        WithReplacement,
    }

    impl objects::layout::Plain for Choice {}

    /// The state of an iterator over selections.
    #[pytype(name = "itertools._selection", flags(BASETYPE))]
    pub struct Selection {
        /// A list of tuples: for products one for each place, else a single one.
        pools: Gc<List>,
        #[untraced]
        indices: std::cell::RefCell<Vec<usize>>,
        #[untraced]
        cycles: std::cell::RefCell<Vec<usize>>,
        choice: Cell<Choice>,
        places: Cell<usize>,
        started: Cell<bool>,
        ended: Cell<bool>,
    }

    impl Selection {
        fn begin(
            vm: &mut Vm,
            pools: Gc<List>,
            choice: Choice,
            places: usize,
        ) -> PyResult<SelectionParts> {
            let n = pools.get(0).and_then(|p| p.cast::<Tuple>()).map_or(0, |t| t.len());
            let mut indices = Vec::new();
            let count = if choice == Choice::Permutations { n } else { places };
            if indices.try_reserve_exact(count).is_err() {
                return Err(vm.memory_error());
            }
            match choice {
                Choice::Product | Choice::WithReplacement => indices.resize(count, 0),
                Choice::Permutations | Choice::Combinations => indices.extend(0..count),
            }
            let cycles = if choice == Choice::Permutations && places <= n {
                (n - places + 1..=n).rev().collect()
            } else {
                Vec::new()
            };
            let ended = match choice {
                Choice::Product => (0..pools.len()).any(|i| pool_len(pools, i) == 0),
                Choice::Permutations | Choice::Combinations => places > n,
                Choice::WithReplacement => n == 0 && places > 0,
            };
            Ok((
                pools,
                std::cell::RefCell::new(indices),
                std::cell::RefCell::new(cycles),
                Cell::new(choice),
                Cell::new(places),
                Cell::new(false),
                Cell::new(ended),
            ))
        }

        /// Moves on; `false` at the end.
        fn step(&self) -> bool {
            let (mut indices, places) = (self.indices.borrow_mut(), self.places.get());
            match self.choice.get() {
                Choice::Product => {
                    for i in (0..places).rev() {
                        indices[i] += 1;
                        if indices[i] < pool_len(self.pools, i) {
                            return true;
                        }
                        indices[i] = 0;
                    }
                    false
                }
                Choice::Permutations => {
                    let n = indices.len();
                    let mut cycles = self.cycles.borrow_mut();
                    for i in (0..places).rev() {
                        cycles[i] -= 1;
                        if cycles[i] == 0 {
                            indices[i..].rotate_left(1);
                            cycles[i] = n - i;
                        } else {
                            let j = n - cycles[i];
                            indices.swap(i, j);
                            return true;
                        }
                    }
                    false
                }
                Choice::Combinations => {
                    let n = pool_len(self.pools, 0);
                    for i in (0..places).rev() {
                        if indices[i] != i + n - places {
                            indices[i] += 1;
                            for j in i + 1..places {
                                indices[j] = indices[j - 1] + 1;
                            }
                            return true;
                        }
                    }
                    false
                }
                Choice::WithReplacement => {
                    let n = pool_len(self.pools, 0);
                    for i in (0..places).rev() {
                        if indices[i] != n - 1 {
                            let v = indices[i] + 1;
                            indices[i..places].fill(v);
                            return true;
                        }
                    }
                    false
                }
            }
        }
    }

    type SelectionParts = (
        Gc<List>,
        std::cell::RefCell<Vec<usize>>,
        std::cell::RefCell<Vec<usize>>,
        Cell<Choice>,
        Cell<usize>,
        Cell<bool>,
        Cell<bool>,
    );

    fn pool_len(pools: Gc<List>, i: usize) -> usize {
        pools.get(i).and_then(|p| p.cast::<Tuple>()).map_or(0, |t| t.len())
    }

    #[pymethods]
    impl Selection {
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            if this.ended.get() {
                return Ok(None);
            }
            if this.started.replace(true) && !this.step() {
                this.ended.set(true);
                return Ok(None);
            }
            let places = this.places.get();
            let mut row = Tuple::builder(vm, places)?;
            for k in 0..places {
                let i = this.indices.borrow()[k];
                let from = if this.choice.get() == Choice::Product { k } else { 0 };
                let v = this.pools.get(from).and_then(|p| p.cast::<Tuple>()).and_then(|t| t.get(i));
                row.push(vm, v.unwrap_or(Value::NONE));
            }
            Ok(Some(row.finish(vm)?.into()))
        }
    }

    /// Cartesian product of input iterables.
    #[pytype(name = "itertools.product", extends = Selection, flags(BASETYPE), signature = "(*iterables, repeat=1)")]
    pub struct Product {}

    #[pymethods]
    impl Product {
        #[slot(new)]
        fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
            let kwargs = objects::args::KwArgs::all(args, kwnames);
            if let Some((name, _)) = kwargs.iter().find(|(name, _)| name.text() != "repeat") {
                return Err(vm.type_error(format_args!(
                    "product() got an unexpected keyword argument '{}'",
                    name.text()
                )));
            }
            let repeat = match kwargs.get("repeat") {
                Some(r) => objects::convert::to_isize(vm, r)?,
                None => 1,
            };
            let Ok(repeat) = usize::try_from(repeat) else {
                return Err(vm.value_error(format_args!("repeat argument cannot be negative")));
            };
            let pools = List::new(vm)?;
            for v in plain(args, kwnames) {
                let pool = Tuple::from_iterable(vm, *v)?;
                pools.push(vm, pool.into())?;
            }
            let n = pools.len();
            let Some(places) = n.checked_mul(repeat) else {
                return Err(vm.overflow_error(format_args!("repeat argument too large")));
            };
            let all = List::new(vm)?;
            all.reserve(vm, places)?;
            for i in 0..places {
                let pool = pools.get(i % n).unwrap_or(Value::NONE);
                all.push(vm, pool)?;
            }
            let parts = Selection::begin(vm, all, Choice::Product, places)?;
            Product::create_as(vm, cls, parts)
        }
    }

    fn selection(
        vm: &mut Vm,
        iterable: Value,
        r: Option<isize>,
        choice: Choice,
    ) -> PyResult<SelectionParts> {
        let pool = Tuple::from_iterable(vm, iterable)?;
        let places = match r {
            None => pool.len(),
            Some(r) => match usize::try_from(r) {
                Ok(r) => r,
                Err(_) => return Err(vm.value_error(format_args!("r must be non-negative"))),
            },
        };
        let pools = vm.list_of(&[pool.into()])?;
        // More places than items: there is nothing to select, and no need for the indices.
        let kept = if places > pool.len() && choice != Choice::WithReplacement {
            pool.len() + 1
        } else {
            places
        };
        Selection::begin(vm, pools, choice, kept)
    }

    /// Return successive r-length permutations of elements in the iterable.
    #[pytype(name = "itertools.permutations", extends = Selection, flags(BASETYPE), signature = "(iterable, r=None)")]
    pub struct Permutations {}

    #[pymethods]
    impl Permutations {
        #[slot(new, sig = "(iterable, r=None)")]
        fn new(
            cls: Gc<Type>,
            vm: &mut Vm,
            iterable: Value,
            r: Option<Value>,
        ) -> PyResult<Gc<Self>> {
            let r = match r.filter(|r| !r.is_none()) {
                None => None,
                Some(r) if r.is_small_int() || r.is_bool() => Some(vm.index_clipped(r)?),
                Some(_) => return Err(vm.type_error(format_args!("Expected int as r"))),
            };
            let parts = selection(vm, iterable, r, Choice::Permutations)?;
            Permutations::create_as(vm, cls, parts)
        }
    }

    /// Return successive r-length combinations of elements in the iterable.
    #[pytype(name = "itertools.combinations", extends = Selection, flags(BASETYPE), signature = "(iterable, r)")]
    pub struct Combinations {}

    #[pymethods]
    impl Combinations {
        #[slot(new, sig = "(iterable, r)")]
        fn new(cls: Gc<Type>, vm: &mut Vm, iterable: Value, r: isize) -> PyResult<Gc<Self>> {
            let parts = selection(vm, iterable, Some(r), Choice::Combinations)?;
            Combinations::create_as(vm, cls, parts)
        }
    }

    /// Return successive r-length combinations of elements in the iterable allowing individual elements to have successive repeats.
    #[pytype(name = "itertools.combinations_with_replacement", extends = Selection, flags(BASETYPE), signature = "(iterable, r)")]
    pub struct CombinationsWithReplacement {}

    #[pymethods]
    impl CombinationsWithReplacement {
        #[slot(new, sig = "(iterable, r)")]
        fn new(cls: Gc<Type>, vm: &mut Vm, iterable: Value, r: isize) -> PyResult<Gc<Self>> {
            let parts = selection(vm, iterable, Some(r), Choice::WithReplacement)?;
            CombinationsWithReplacement::create_as(vm, cls, parts)
        }
    }

    /// make an iterator that returns consecutive keys and groups from the iterable
    #[pytype(name = "itertools.groupby", flags(BASETYPE), signature = "(iterable, key=None)")]
    pub struct GroupBy {
        source: Field<Value>,
        key: Value,
        /// The key of the group, of the item read last, and that item; UNDEF before the first.
        target: Field<Value>,
        current: Field<Value>,
        item: Field<Value>,
        /// Which group is the one that is given out.
        number: Cell<u64>,
    }

    impl GroupBy {
        /// Reads an item and its key.
        fn step(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<()>> {
            let v = advance!(this, vm, source);
            let key = if this.key.is_none() { v } else { vm.call(this.key, &[v])? };
            this.item.set(this, vm.heap(), v);
            this.current.set(this, vm.heap(), key);
            Ok(Some(()))
        }
    }

    #[pymethods]
    impl GroupBy {
        #[slot(new, sig = "(iterable, key=None)")]
        fn new(
            cls: Gc<Type>,
            vm: &mut Vm,
            iterable: Value,
            #[default(Value::NONE)] key: Value,
        ) -> PyResult<Gc<Self>> {
            let source = vm.iter(iterable)?;
            let undef = || Field::new(Value::UNDEF);
            GroupBy::create_as(
                vm,
                cls,
                Field::new(source),
                key,
                undef(),
                undef(),
                undef(),
                Cell::new(0),
            )
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            this.number.set(this.number.get() + 1);
            loop {
                let (target, current) = (this.target.get(), this.current.get());
                if !current.is_undef() && (target.is_undef() || !vm.eq(target, current)?) {
                    break;
                }
                if GroupBy::step(this, vm)?.is_none() {
                    return Ok(None);
                }
            }
            let key = this.current.get();
            this.target.set(this, vm.heap(), key);
            let group = Group::create(vm, this, key, Cell::new(this.number.get()))?;
            Ok(Some(Tuple::pair(vm, key, group.into())?.into()))
        }
    }

    /// The items of one group.
    #[pytype(name = "itertools._grouper", flags(NO_NEW))]
    pub struct Group {
        parent: Gc<GroupBy>,
        key: Value,
        number: Cell<u64>,
    }

    #[pymethods]
    impl Group {
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let parent = this.parent;
            if parent.number.get() != this.number.get() {
                return Ok(None);
            }
            if parent.item.get().is_undef() && GroupBy::step(parent, vm)?.is_none() {
                return Ok(None);
            }
            if !vm.eq(this.key, parent.current.get())? {
                return Ok(None);
            }
            let v = parent.item.get();
            parent.item.set(parent, vm.heap(), Value::UNDEF);
            Ok(v.defined())
        }
    }

    /// What the iterators of one `tee` share: the source, and the items read from it in a chain of cells.
    #[pytype(name = "itertools._tee_dataobject", flags(NO_NEW))]
    pub struct TeeLink {
        /// UNDEF while it isn't read.
        value: Field<Value>,
        next: Field<Option<Gc<TeeLink>>>,
    }

    #[pymethods]
    impl TeeLink {}

    /// Iterator wrapped to make it copyable.
    #[pytype(name = "itertools._tee", flags(WEAKREF), signature = "(iterable, /)")]
    pub struct Tee {
        source: Value,
        link: Field<Gc<TeeLink>>,
    }

    impl Tee {
        fn over(vm: &mut Vm, iterable: Value) -> PyResult<Gc<Tee>> {
            let source = vm.iter(iterable)?;
            if let Some(t) = source.cast::<Tee>() {
                return Tee::create(vm, t.source, Field::new(t.link.get()));
            }
            let link = TeeLink::create(vm, Field::new(Value::UNDEF), Field::new(None))?;
            Tee::create(vm, source, Field::new(link))
        }
    }

    #[pymethods]
    impl Tee {
        #[slot(new, sig = "(iterable, /)")]
        fn new(_cls: Gc<Type>, vm: &mut Vm, iterable: Value) -> PyResult<Gc<Self>> {
            Tee::over(vm, iterable)
        }
        #[slot(iter)]
        fn iter(this: Gc<Self>) -> Gc<Self> {
            this
        }
        #[slot(next)]
        fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
            let link = this.link.get();
            if link.value.get().is_undef() {
                let Some(v) = vm.next(this.source)? else { return Ok(None) };
                let next = TeeLink::create(vm, Field::new(Value::UNDEF), Field::new(None))?;
                link.value.set(link, vm.heap(), v);
                link.next.set(link, vm.heap(), Some(next));
            }
            if let Some(next) = link.next.get() {
                this.link.set(this, vm.heap(), next);
            }
            Ok(link.value.get().defined())
        }
        /// Returns an independent iterator.
        #[method]
        fn __copy__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
            Tee::create(vm, this.source, Field::new(this.link.get()))
        }
    }

    /// Returns a tuple of n independent iterators.
    #[function(sig = "($module, iterable, n=2, /)")]
    fn tee(vm: &mut Vm, iterable: Value, #[default(2)] n: isize) -> PyResult<Value> {
        let Ok(n) = usize::try_from(n) else {
            return Err(vm.value_error(format_args!("n must be >= 0")));
        };
        let list = List::new(vm)?;
        if n > 0 {
            let first = Tee::over(vm, iterable)?;
            list.push(vm, first.into())?;
            for _ in 1..n {
                let copy = Tee::create(vm, first.source, Field::new(first.link.get()))?;
                list.push(vm, copy.into())?;
            }
        }
        Ok(list.to_tuple(vm)?.into())
    }
}

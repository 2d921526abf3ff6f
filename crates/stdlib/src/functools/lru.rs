//! The cache behind `functools.lru_cache`.
//!
//! A bounded cache is a dict from keys to links, which form a ring in the order of use; the wrapper's root link, which belongs to
//! no key, stands between the newest and the oldest. Invariant: every link of the dict is in the ring once. No Python code runs
//! while the ring is being changed.

use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::args::KwArgs;
use objects::dict::Dict;
use objects::int;
use objects::method::Method;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// One cached result.
#[pytype(name = "functools._lru_list_elem", flags(NO_NEW), doc = "", no_methods)]
pub struct Link {
    key: Value,
    result: Value,
    hash: i64,
    /// The next older one; `None` while it is in no ring.
    older: Field<Option<Gc<Link>>>,
    newer: Field<Option<Gc<Link>>>,
}

impl Link {
    fn alone(vm: &mut Vm, key: Value, result: Value, hash: i64) -> PyResult<Gc<Link>> {
        Link::create(vm, key, result, hash, Field::new(None), Field::new(None))
    }

    /// Makes it a ring of one.
    fn close(this: Gc<Link>, vm: &mut Vm) {
        this.older.set(this, vm.heap(), Some(this));
        this.newer.set(this, vm.heap(), Some(this));
    }

    /// Takes it out of its ring.
    fn unlink(this: Gc<Link>, vm: &mut Vm) {
        if let (Some(older), Some(newer)) = (this.older.get(), this.newer.get()) {
            older.newer.set(older, vm.heap(), Some(newer));
            newer.older.set(newer, vm.heap(), Some(older));
            this.older.init(None);
            this.newer.init(None);
        }
    }

    /// Puts it into the ring of `root` as the newest.
    fn make_newest(this: Gc<Link>, vm: &mut Vm, root: Gc<Link>) {
        // The root's older neighbour is the newest link, its newer neighbour the oldest.
        let newest = root.older.get().unwrap_or(root);
        newest.newer.set(newest, vm.heap(), Some(this));
        this.older.set(this, vm.heap(), Some(newest));
        this.newer.set(this, vm.heap(), Some(root));
        root.older.set(root, vm.heap(), Some(this));
    }
}

/// Create a cached callable that wraps another function.
///
/// user_function:      the function being cached
///
/// maxsize:  0         for no caching
///           None      for unlimited cache size
///           n         for a bounded cache
///
/// typed:    False     cache f(3) and f(3.0) as identical calls
///           True      cache f(3) and f(3.0) as distinct calls
///
/// cache_info_type:    namedtuple class with the fields:
///                         hits misses currsize maxsize
#[pytype(
    name = "functools._lru_cache_wrapper",
    flags(BASETYPE, DICT, WEAKREF, METHOD_DESCRIPTOR),
    signature = ""
)]
pub struct LruCache {
    function: Value,
    info_type: Value,
    cache: Field<Gc<Dict>>,
    root: Gc<Link>,
    /// Most results kept; `None` for no limit.
    max: Option<usize>,
    typed: bool,
    hits: Cell<usize>,
    misses: Cell<usize>,
}

#[pymethods]
impl LruCache {
    #[getter]
    fn __dict__(this: Value, vm: &mut Vm) -> PyResult<Value> {
        objects::attrs::get_dict(vm, this)
    }

    #[setter]
    fn set___dict__(this: Value, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        objects::attrs::set_dict(vm, this, value)
    }

    #[slot(new, sig = "(user_function, maxsize, typed, cache_info_type)")]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        user_function: Value,
        maxsize: Value,
        typed: bool,
        cache_info_type: Value,
    ) -> PyResult<Gc<Self>> {
        if !vm.is_callable(user_function) {
            return Err(vm.type_error(format_args!("the first argument must be callable")));
        }
        let max = if maxsize.is_none() {
            None
        } else if objects::types::class_of(maxsize).slots().index.is_some() {
            let n = vm.index_isize(maxsize, &objects::exceptions::OVERFLOW_ERROR)?;
            Some(usize::try_from(n).unwrap_or(0))
        } else {
            return Err(vm.type_error(format_args!("maxsize should be integer or None")));
        };
        let cache = Dict::new(vm)?;
        let root = Link::alone(vm, Value::NONE, Value::NONE, 0)?;
        Link::close(root, vm);
        LruCache::create_as(
            vm,
            cls,
            user_function,
            cache_info_type,
            Field::new(cache),
            root,
            max,
            typed,
            Cell::new(0),
            Cell::new(0),
        )
    }

    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        if this.max == Some(0) {
            this.misses.set(this.misses.get() + 1);
            return vm.call_kw(this.function, args, kwnames);
        }
        let key = this.key(vm, args, kwnames)?;
        let hash = vm.hash(key)?;
        let Some(max) = this.max else { return this.call_unlimited(vm, args, kwnames, key, hash) };
        let found = this.cache.get().get_hashed(vm, key, hash)?;
        if let Some(link) = found.and_then(|v| v.cast::<Link>()) {
            this.hits.set(this.hits.get() + 1);
            Link::unlink(link, vm);
            Link::make_newest(link, vm, this.root);
            return Ok(link.result);
        }
        this.misses.set(this.misses.get() + 1);
        let result = vm.call_kw(this.function, args, kwnames)?;
        // The call may have cached this very key, cleared the cache or filled it.
        let cache = this.cache.get();
        if cache.get_hashed(vm, key, hash)?.is_some() {
            return Ok(result);
        }
        if cache.len() >= max
            && let Some(oldest) = this.root.newer.get().filter(|link| *link != this.root)
        {
            Link::unlink(oldest, vm);
            cache.remove_hashed(vm, oldest.key, oldest.hash)?;
        }
        let link = Link::alone(vm, key, result, hash)?;
        cache.set_hashed(vm, key, hash, link.into())?;
        if this.cache.get() == cache && link.older.get().is_none() {
            Link::make_newest(link, vm, this.root);
        }
        Ok(result)
    }

    #[slot(descr_get)]
    fn descr_get(this: Gc<Self>, vm: &mut Vm, obj: Value, _cls: Value) -> PyResult<Value> {
        if obj.is_undef() || obj.is_none() {
            return Ok(this.into());
        }
        Ok(Method::bind(vm, this.into(), obj)?.into())
    }

    /// Report cache statistics
    #[method(sig = "($self, /)")]
    fn cache_info(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let max = match this.max {
            Some(n) => Value::from_len(n),
            None => Value::NONE,
        };
        let size = Value::from_len(this.cache.get().len());
        let counts =
            [Value::from_len(this.hits.get()), Value::from_len(this.misses.get()), max, size];
        vm.call(this.info_type, &counts)
    }

    /// Clear the cache and cache statistics
    #[method(sig = "($self, /)")]
    fn cache_clear(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        let cache = Dict::new(vm)?;
        this.cache.set(this, vm.heap(), cache);
        Link::close(this.root, vm);
        this.hits.set(0);
        this.misses.set(0);
        Ok(())
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let name = vm.names().__qualname__;
        vm.getattr(this.into(), name)
    }

    #[method(sig = "($self, /)")]
    fn __copy__(this: Gc<Self>) -> Value {
        this.into()
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(this: Gc<Self>, _memo: Value) -> Value {
        this.into()
    }
}

impl LruCache {
    /// The key of a call: the one argument itself if it is a plain int or str, else a tuple.
    fn key(&self, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let keywords = KwArgs::all(args, kwnames);
        if !self.typed && keywords.is_empty() {
            if let [only] = args
                && (int::is_exact(*only) || only.exact::<Str>().is_some())
            {
                return Ok(*only);
            }
            return Ok(Tuple::from_slice(vm, args)?.into());
        }
        let plain = objects::args::positional(args, kwnames);
        let mut parts = vm.root_vec()?;
        let mut pushed = parts.extend_from_slice(plain);
        if !keywords.is_empty() {
            // The root link equals nothing else, so it tells positional from keyword arguments.
            pushed = pushed.and_then(|()| parts.push(self.root.into()));
            for (name, value) in keywords.iter() {
                pushed = pushed.and_then(|()| parts.extend_from_slice(&[name.into(), value]));
            }
        }
        if self.typed {
            for value in plain.iter().copied().chain(keywords.iter().map(|(_, value)| value)) {
                pushed = pushed.and_then(|()| parts.push(class_of(value).into()));
            }
        }
        vm.grow(pushed)?;
        Ok(Tuple::from_slice(vm, parts.as_slice())?.into())
    }

    fn call_unlimited(
        &self,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
        key: Value,
        hash: i64,
    ) -> PyResult<Value> {
        if let Some(result) = self.cache.get().get_hashed(vm, key, hash)? {
            self.hits.set(self.hits.get() + 1);
            return Ok(result);
        }
        self.misses.set(self.misses.get() + 1);
        let result = vm.call_kw(self.function, args, kwnames)?;
        self.cache.get().set_hashed(vm, key, hash, result)?;
        Ok(result)
    }
}

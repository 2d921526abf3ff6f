//! `itemgetter`, `attrgetter` and `methodcaller`.

use heap::Gc;
use macros::{pymethods, pytype};
use objects::args::{KwArgs, positional};
use objects::dict::Dict;
use objects::str::{Builder, Str};
use objects::tuple::Tuple;
use objects::types::{Type, class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// The one argument of a getter's call.
fn single(vm: &mut Vm, name: &str, args: &[Value], kwnames: Value) -> PyResult<Value> {
    if !KwArgs::all(args, kwnames).is_empty() {
        return Err(vm.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    match *args {
        [obj] => Ok(obj),
        _ => Err(vm.type_error(format_args!("{name} expected 1 argument, got {}", args.len()))),
    }
}

/// The arguments of a getter's constructor.
fn wanted<'a>(vm: &mut Vm, name: &str, args: &'a [Value], kwnames: Value) -> PyResult<&'a [Value]> {
    if !KwArgs::all(args, kwnames).is_empty() {
        return Err(vm.type_error(format_args!("{name}() takes no keyword arguments")));
    }
    if args.is_empty() {
        return Err(vm.type_error(format_args!("{name} expected 1 argument, got 0")));
    }
    Ok(positional(args, kwnames))
}

/// `class(items…, name=value…)`
fn show(vm: &mut Vm, this: Value, items: &[Value], kwnames: Value) -> PyResult<Gc<Str>> {
    let name = class_name(this).to_string();
    if !vm.enter_repr(this)? {
        return Str::from_fmt(vm, format_args!("{name}(...)"));
    }
    let shown = show_items(vm, &name, items, kwnames);
    vm.leave_repr();
    shown
}

fn show_items(vm: &mut Vm, name: &str, items: &[Value], kwnames: Value) -> PyResult<Gc<Str>> {
    let mut text = Builder::new();
    text.push_str(vm, name)?;
    text.push_str(vm, "(")?;
    let plain = positional(items, kwnames).len();
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            text.push_str(vm, ", ")?;
        }
        if let Some(key) = index.checked_sub(plain)
            && let Some(key) = kwnames.cast::<Tuple>().and_then(|names| names.get(key))
        {
            let key = vm.str_of(key)?;
            text.push(vm, key.text())?;
            text.push_str(vm, "=")?;
        }
        let item = vm.repr(*item)?;
        text.push(vm, item.text())?;
    }
    text.push_str(vm, ")")?;
    text.finish(vm)
}

/// Return a callable object that fetches the given item(s) from its operand.
///
/// After f = itemgetter(2), the call f(r) returns r[2].
/// After g = itemgetter(2, 5, 3), the call g(r) returns (r[2], r[5], r[3])
#[pytype(name = "operator.itemgetter", signature = "(item, /, *items)")]
pub struct ItemGetter {
    items: Gc<Tuple>,
}

#[pymethods]
impl ItemGetter {
    #[slot(new)]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Self>> {
        let items = wanted(vm, "itemgetter", args, kwnames)?;
        let items = Tuple::from_slice(vm, items)?;
        ItemGetter::create_as(vm, cls, items)
    }

    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let obj = single(vm, "itemgetter", args, kwnames)?;
        if let [item] = this.items.items() {
            return vm.getitem(obj, *item);
        }
        let mut found = Tuple::builder(vm, this.items.len())?;
        for item in this.items.items() {
            let value = vm.getitem(obj, *item)?;
            found.push(vm, value);
        }
        Ok(found.finish(vm)?.into())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        show(vm, this.into(), this.items.items(), Value::UNDEF)
    }

    /// Return state information for pickling
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Tuple::pair(vm, class_of(this.into()).into(), this.items.into())
    }
}

/// Return a callable object that fetches the given attribute(s) from its operand.
///
/// After f = attrgetter('name'), the call f(r) returns r.name.
/// After g = attrgetter('name', 'date'), the call g(r) returns (r.name, r.date).
/// After h = attrgetter('name.first', 'name.last'), the call h(r) returns
/// (r.name.first, r.name.last).
#[pytype(name = "operator.attrgetter", signature = "(attr, /, *attrs)")]
pub struct AttrGetter {
    /// The names as they were given.
    attrs: Gc<Tuple>,
    /// For each a tuple of its interned parts.
    paths: Gc<Tuple>,
}

/// The parts of a dotted name, interned.
fn path_of(vm: &mut Vm, name: Gc<Str>) -> PyResult<Gc<Tuple>> {
    let text = name.text().to_str_lossy().into_owned();
    let mut parts = Tuple::builder(vm, text.split('.').count())?;
    for part in text.split('.') {
        let part = vm.intern(part)?;
        parts.push(vm, part.into());
    }
    parts.finish(vm)
}

fn follow(vm: &mut Vm, obj: Value, path: Value) -> PyResult<Value> {
    let Some(path) = path.cast::<Tuple>() else { return Ok(obj) };
    let mut at = obj;
    for name in path.items() {
        if let Some(name) = name.cast::<Str>() {
            at = vm.getattr(at, name)?;
        }
    }
    Ok(at)
}

#[pymethods]
impl AttrGetter {
    #[slot(new)]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Self>> {
        let attrs = wanted(vm, "attrgetter", args, kwnames)?;
        let mut paths = Tuple::builder(vm, attrs.len())?;
        for attr in attrs {
            let Some(name) = attr.cast::<Str>() else {
                return Err(vm.type_error(format_args!("attribute name must be a string")));
            };
            let path = path_of(vm, name)?;
            paths.push(vm, path.into());
        }
        let paths = paths.finish(vm)?;
        let attrs = Tuple::from_slice(vm, attrs)?;
        AttrGetter::create_as(vm, cls, attrs, paths)
    }

    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let obj = single(vm, "attrgetter", args, kwnames)?;
        if let [path] = this.paths.items() {
            return follow(vm, obj, *path);
        }
        let mut found = Tuple::builder(vm, this.paths.len())?;
        for path in this.paths.items() {
            let value = follow(vm, obj, *path)?;
            found.push(vm, value);
        }
        Ok(found.finish(vm)?.into())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        show(vm, this.into(), this.attrs.items(), Value::UNDEF)
    }

    /// Return state information for pickling
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Tuple::pair(vm, class_of(this.into()).into(), this.attrs.into())
    }
}

/// Return a callable object that calls the given method on its operand.
///
/// After f = methodcaller('name'), the call f(r) returns r.name().
/// After g = methodcaller('name', 'date', foo=1), the call g(r) returns
/// r.name('date', foo=1).
#[pytype(name = "operator.methodcaller", signature = "(name, /, *args, **kwargs)")]
pub struct MethodCaller {
    /// The name, the positional arguments, the values of the keyword arguments.
    all: Gc<Tuple>,
    name: Gc<Str>,
    /// The keywords, or UNDEF.
    kwnames: Value,
}

#[pymethods]
impl MethodCaller {
    #[slot(new)]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Self>> {
        let Some(name) = positional(args, kwnames).first() else {
            return Err(vm.type_error(format_args!(
                "methodcaller needs at least one argument, the method name"
            )));
        };
        let Some(name) = name.cast::<Str>() else {
            return Err(vm.type_error(format_args!("method name must be a string")));
        };
        let name = objects::intern::intern(vm, name)?;
        let all = Tuple::from_slice(vm, args)?;
        MethodCaller::create_as(vm, cls, all, name, kwnames)
    }

    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let obj = single(vm, "methodcaller", args, kwnames)?;
        let method = vm.getattr(obj, this.name)?;
        vm.call_kw(method, this.all.items().get(1..).unwrap_or(&[]), this.kwnames)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        show(vm, this.into(), this.all.items(), this.kwnames)
    }

    /// Return state information for pickling
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let class: Value = class_of(this.into()).into();
        let all = this.all.items();
        let plain = positional(all, this.kwnames);
        if plain.len() == all.len() {
            return Tuple::pair(vm, class, this.all.into());
        }
        let rest = Tuple::from_slice(vm, plain.get(1..).unwrap_or(&[]))?;
        let keywords = Dict::new(vm)?;
        for (key, value) in KwArgs::all(all, this.kwnames).iter() {
            keywords.set(vm, key.into(), value)?;
        }
        let functools = (vm.hooks.import)(vm, "functools")?;
        let partial = vm.getattr_str(functools, "partial")?;
        let maker = call_with_dict(vm, partial, &[class, this.name.into()], keywords)?;
        Tuple::pair(vm, maker, rest.into())
    }
}

/// `f(*args, **keywords)`
fn call_with_dict(vm: &mut Vm, f: Value, args: &[Value], keywords: Gc<Dict>) -> PyResult<Value> {
    let mut all = vm.root_vec()?;
    let pushed = all.extend_from_slice(args);
    vm.grow(pushed)?;
    let mut names = Tuple::builder(vm, keywords.len())?;
    let mut at = 0;
    while let Some((key, value, _)) = keywords.next_entry(&mut at) {
        names.push(vm, key);
        let pushed = all.push(value);
        vm.grow(pushed)?;
    }
    let names = names.finish(vm)?;
    vm.call_kw(f, all.as_slice(), names.into())
}

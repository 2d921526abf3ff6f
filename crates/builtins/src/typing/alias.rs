//! `types.GenericAlias`: `list[int]`.

use super::{attribute, substitute, union};
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::args::positional;
use objects::exceptions;
use objects::list::List;
use objects::singletons;
use objects::slots::CompareOp;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Represent a PEP 585 generic type
///
/// E.g. for t = list[int], t.__origin__ is list and t.__args__ is (int,).
#[pytype(name = "types.GenericAlias", flags(BASETYPE, WEAKREF), signature = "(origin, args, /)")]
pub struct GenericAlias {
    /// What was subscribed.
    pub origin: Value,
    /// With what.
    pub args: Gc<Tuple>,
    /// `__parameters__`, UNDEF while nobody asked.
    parameters: Field<Value>,
    /// Whether it is `*origin[args]`.
    #[untraced]
    starred: bool,
}

/// Attributes of the alias itself; all others are those of the origin.
const OWN: [&str; 11] = [
    "__class__",
    "__origin__",
    "__args__",
    "__unpacked__",
    "__parameters__",
    "__typing_unpacked_tuple_args__",
    "__mro_entries__",
    "__reduce_ex__",
    "__reduce__",
    "__copy__",
    "__deepcopy__",
];

/// `origin[args]`
pub fn generic_alias(vm: &mut Vm, origin: Value, args: Value) -> PyResult<Value> {
    Ok(GenericAlias::make(vm, origin, args, false)?.into())
}

/// How a type is shown inside an alias or union.
pub fn type_repr(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    if v == singletons::ellipsis() {
        return Str::new(vm, "...");
    }
    if v == objects::types::core::NONE().object().into() {
        return Str::new(vm, "None");
    }
    if attribute(vm, v, "__origin__")?.is_some() && attribute(vm, v, "__args__")?.is_some() {
        return vm.repr(v);
    }
    let Some(qualname) = attribute(vm, v, "__qualname__")? else { return vm.repr(v) };
    let module = match attribute(vm, v, "__module__")? {
        Some(m) if !m.is_none() => m,
        _ => return vm.repr(v),
    };
    if module.cast::<Str>().is_some_and(|m| *m.text() == *"builtins") {
        return vm.str_of(qualname);
    }
    let (module, qualname) = (vm.str_of(module)?, vm.str_of(qualname)?);
    Str::from_fmt(vm, format_args!("{}.{}", module.text(), qualname.text()))
}

/// Joins how types are shown.
pub fn type_reprs(vm: &mut Vm, items: &[Value], separator: &str) -> PyResult<String> {
    let mut out = String::new();
    for (i, v) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(separator);
        }
        let text = match v.cast::<List>() {
            Some(l) => {
                vm.check_native_stack(" while getting the repr of an object")?;
                let nested = l.to_tuple(vm)?;
                format!("[{}]", type_reprs(vm, nested.items(), ", ")?)
            }
            None => type_repr(vm, *v)?.text().to_string(),
        };
        if out.try_reserve(text.len() + separator.len()).is_err() {
            return Err(vm.memory_error());
        }
        out.push_str(&text);
    }
    Ok(out)
}

impl GenericAlias {
    fn make(vm: &mut Vm, origin: Value, args: Value, starred: bool) -> PyResult<Gc<GenericAlias>> {
        let args = match args.cast::<Tuple>() {
            Some(t) => t,
            None => Tuple::from_slice(vm, &[args])?,
        };
        GenericAlias::create(vm, origin, args, Field::new(Value::UNDEF), starred)
    }

    /// What `__typing_unpacked_tuple_args__` gives.
    pub fn unpacked_tuple_args(this: Gc<Self>) -> Option<Gc<Tuple>> {
        let is_tuple = this.origin == objects::types::core::TUPLE().object().into();
        (this.starred && is_tuple).then_some(this.args)
    }

    fn parameters(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        if let Some(known) = this.parameters.get().cast::<Tuple>() {
            return Ok(known);
        }
        let found = substitute::parameters(vm, this.args)?;
        this.parameters.set(this, vm.heap(), found.into());
        Ok(found)
    }

    fn is_own(name: Gc<Str>) -> bool {
        OWN.iter().any(|own| *name.text() == **own)
    }
}

#[pymethods]
impl GenericAlias {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        if positional(args, kwnames).len() != args.len() {
            return Err(vm.type_error(format_args!("GenericAlias() takes no keyword arguments")));
        }
        let [origin, args] = args else {
            return Err(vm.type_error(format_args!(
                "GenericAlias expected 2 arguments, got {}",
                args.len()
            )));
        };
        let args = match args.cast::<Tuple>() {
            Some(t) => t,
            None => Tuple::from_slice(vm, &[*args])?,
        };
        GenericAlias::create_as(vm, cls, *origin, args, Field::new(Value::UNDEF), false)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let origin = type_repr(vm, this.origin)?;
        let args = match this.args.items() {
            [] => "()".to_owned(),
            items => type_reprs(vm, items, ", ")?,
        };
        let star = if this.starred { "*" } else { "" };
        Str::from_fmt(vm, format_args!("{star}{}[{args}]", origin.text()))
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        let hash = vm.hash(this.origin)? ^ vm.hash(this.args.into())?;
        Ok(prim::hash::avoid_minus_one(hash))
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.cast::<GenericAlias>() else {
            return Ok(singletons::not_implemented());
        };
        let want = match op {
            CompareOp::Eq => true,
            CompareOp::Ne => false,
            _ => return Ok(singletons::not_implemented()),
        };
        let equal = this.starred == other.starred
            && vm.eq(this.origin, other.origin)?
            && vm.eq(this.args.into(), other.args.into())?;
        Ok((equal == want).into())
    }

    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let made = vm.call_kw(this.origin, args, kwnames)?;
        let name = vm.intern("__orig_class__")?;
        match vm.setattr(made, name, this.into()) {
            // Instances without a place for it go without.
            Err(_)
                if vm.raised_matches(&exceptions::ATTRIBUTE_ERROR)
                    || vm.raised_matches(&exceptions::TYPE_ERROR) =>
            {
                vm.clear_raised();
                Ok(made)
            }
            r => r.map(|()| made),
        }
    }

    #[slot(getattr)]
    fn getattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        if Self::is_own(name) || *name.text() == *"__bases__" {
            return objects::attrs::generic_getattr(vm, this.into(), name);
        }
        vm.getattr(this.origin, name)
    }

    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, item: Value) -> PyResult<Value> {
        let params = Self::parameters(this, vm)?;
        let args = substitute::substitute(vm, this.into(), this.args, params, item)?;
        Ok(Self::make(vm, this.origin, args.into(), this.starred)?.into())
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(GenericAliasIterator::create(vm, Field::new(this.into()))?.into())
    }

    #[slot(or)]
    fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        union::or(vm, a, b)
    }

    #[getter(member)]
    fn __origin__(this: Gc<Self>) -> Value {
        this.origin
    }
    #[getter(member)]
    fn __args__(this: Gc<Self>) -> Gc<Tuple> {
        this.args
    }
    #[getter(member)]
    fn __unpacked__(this: Gc<Self>) -> bool {
        this.starred
    }
    /// Type variables in the GenericAlias.
    #[getter]
    fn __parameters__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Self::parameters(this, vm)
    }
    #[getter]
    fn __typing_unpacked_tuple_args__(this: Gc<Self>) -> Option<Gc<Tuple>> {
        Self::unpacked_tuple_args(this)
    }

    #[method(sig = "($self, object, /)")]
    fn __mro_entries__(this: Gc<Self>, vm: &mut Vm, _object: Value) -> PyResult<Gc<Tuple>> {
        Tuple::from_slice(vm, &[this.origin])
    }
    #[method(sig = "($self, object, /)")]
    fn __instancecheck__(_this: Gc<Self>, vm: &mut Vm, _object: Value) -> PyResult<Value> {
        Err(vm
            .type_error(format_args!("isinstance() argument 2 cannot be a parameterized generic")))
    }
    #[method(sig = "($self, object, /)")]
    fn __subclasscheck__(_this: Gc<Self>, vm: &mut Vm, _object: Value) -> PyResult<Value> {
        Err(vm
            .type_error(format_args!("issubclass() argument 2 cannot be a parameterized generic")))
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        if this.starred {
            let plain = Self::make(vm, this.origin, this.args.into(), false)?;
            let it = vm.iter(plain.into())?;
            let next = vm.builtin("next")?;
            let args = Tuple::from_slice(vm, &[it])?;
            return Tuple::pair(vm, next, args.into());
        }
        let args = Tuple::pair(vm, this.origin, this.args.into())?;
        Tuple::pair(vm, class_of(this.into()).into(), args.into())
    }

    #[method(sig = "($self, /)")]
    fn __dir__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<List>> {
        let dir = vm.builtin("dir")?;
        let names = vm.call(dir, &[this.origin])?;
        let list = objects::protocol::to_list(vm, names)?;
        for own in OWN {
            let own: Value = vm.intern(own)?.into();
            if !vm.contains(list.into(), own)? {
                list.push(vm, own)?;
            }
        }
        Ok(list)
    }
}

/// What unpacking an alias (`*tuple[int, str]`) iterates over: the starred alias, once.
#[pytype(name = "generic_alias_iterator", flags(NO_NEW))]
pub struct GenericAliasIterator {
    alias: Field<Value>,
}

#[pymethods]
impl GenericAliasIterator {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let Some(alias) = this.alias.get().cast::<GenericAlias>() else { return Ok(None) };
        this.alias.set(this, vm.heap(), Value::UNDEF);
        Ok(Some(GenericAlias::make(vm, alias.origin, alias.args.into(), true)?.into()))
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let iter = vm.builtin("iter")?;
        let what = this.alias.get().defined().unwrap_or(Tuple::empty().into());
        let args = Tuple::from_slice(vm, &[what])?;
        Tuple::pair(vm, iter, args.into())
    }
}

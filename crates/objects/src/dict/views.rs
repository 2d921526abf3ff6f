//! `dict_keys`, `dict_values` and `dict_items`.

use super::{Dict, DictItemIterator, DictKeyIterator, DictValueIterator, MappingProxy};
use super::{DictReverseItemIterator, DictReverseKeyIterator, DictReverseValueIterator};
use crate::list::List;
use crate::list::show::Show;
use crate::set::{Set, as_set};
use crate::singletons;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};

/// The keys of a dict.
#[pytype(name = "dict_keys", doc = "", flags(NO_NEW))]
pub struct DictKeys {
    /// The dict.
    pub dict: Gc<Dict>,
}

/// The values of a dict.
#[pytype(name = "dict_values", doc = "", flags(NO_NEW))]
pub struct DictValues {
    /// The dict.
    pub dict: Gc<Dict>,
}

/// The items of a dict.
#[pytype(name = "dict_items", doc = "", flags(NO_NEW))]
pub struct DictItems {
    /// The dict.
    pub dict: Gc<Dict>,
}

/// A view that behaves as a set.
#[derive(Clone, Copy)]
enum SetLike {
    Keys(Gc<Dict>),
    Items(Gc<Dict>),
}

impl SetLike {
    fn of(v: Value) -> Option<SetLike> {
        if let Some(keys) = v.cast::<DictKeys>() {
            return Some(SetLike::Keys(keys.dict));
        }
        v.cast::<DictItems>().map(|items| SetLike::Items(items.dict))
    }

    fn len(self) -> usize {
        match self {
            SetLike::Keys(dict) | SetLike::Items(dict) => dict.len(),
        }
    }

    fn contains(self, vm: &mut Vm, value: Value) -> PyResult<bool> {
        let dict = match self {
            SetLike::Keys(dict) => return dict.contains(vm, value),
            SetLike::Items(dict) => dict,
        };
        let Some(pair) = value.cast::<Tuple>() else { return Ok(false) };
        let [key, wanted] = *pair.items() else { return Ok(false) };
        match dict.get(vm, key)? {
            Some(found) => vm.eq(found, wanted),
            None => Ok(false),
        }
    }
}

/// The length of a set or a view that behaves as one.
fn set_len(v: Value) -> Option<usize> {
    SetLike::of(v).map(SetLike::len).or_else(|| as_set(v).map(|set| set.len()))
}

fn to_set(vm: &mut Vm, v: Value) -> PyResult<Gc<Set>> {
    let set = Set::new(vm)?;
    match v.cast::<DictKeys>().and_then(|keys| Value::from(keys.dict).exact::<Dict>()) {
        Some(dict) => set.update(vm, dict.into())?,
        None => set.update(vm, v)?,
    }
    Ok(set)
}

fn difference(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let set = to_set(vm, a)?;
    set.difference_update(vm, b)?;
    Ok(set.into())
}

fn union(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    let set = to_set(vm, a)?;
    set.update(vm, b)?;
    Ok(set.into())
}

fn symmetric_difference(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    if let (Some(a), Some(b)) = (a.cast::<DictItems>(), b.cast::<DictItems>()) {
        return items_symmetric_difference(vm, a.dict, b.dict);
    }
    let set = to_set(vm, a)?;
    set.symmetric_difference_update(vm, b)?;
    Ok(set.into())
}

/// Of items the values may have no hash, as long as both dicts have the same ones.
fn items_symmetric_difference(vm: &mut Vm, a: Gc<Dict>, b: Gc<Dict>) -> PyResult<Value> {
    let rest = a.copy(vm)?;
    let set = Set::new(vm)?;
    let mut at = 0;
    while let Some((key, value, hash)) = b.next_entry(&mut at) {
        let same = match rest.get_hashed(vm, key, hash)? {
            Some(other) => vm.eq(other, value)?,
            None => false,
        };
        if same {
            rest.remove_hashed(vm, key, hash)?;
        } else {
            let pair = Tuple::pair(vm, key, value)?;
            set.add(vm, pair.into())?;
        }
    }
    let rest = DictItems::create(vm, rest)?;
    set.update(vm, rest.into())?;
    Ok(set.into())
}

fn intersection(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
    // The view may be the right operand.
    let (mut view, mut other) = if SetLike::of(a).is_some() { (a, b) } else { (b, a) };
    if let (Some(len), Some(set)) = (set_len(view), other.exact::<Set>())
        && len <= set.len()
    {
        let name = vm.names().intersection;
        return vm.call_method(other, name, &[view]);
    }
    if let (Some(len), Some(other_len)) = (set_len(view), SetLike::of(other).map(SetLike::len))
        && other_len > len
    {
        std::mem::swap(&mut view, &mut other);
    }
    let set = Set::new(vm)?;
    let iterator = vm.iter(other)?;
    while let Some(item) = vm.next(iterator)? {
        if let Some(view) = SetLike::of(view)
            && view.contains(vm, item)?
        {
            set.add(vm, item)?;
        }
    }
    Ok(set.into())
}

/// Whether every item of `a` is in `b`.
fn all_in(vm: &mut Vm, a: Value, b: Value) -> PyResult<bool> {
    let iterator = vm.iter(a)?;
    while let Some(item) = vm.next(iterator)? {
        if !vm.contains(b, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn compare(vm: &mut Vm, a: Value, b: Value, op: CompareOp) -> PyResult<Value> {
    let (Some(x), Some(y)) = (set_len(a), set_len(b)) else {
        return Ok(singletons::not_implemented());
    };
    let holds = match op {
        CompareOp::Eq => x == y && all_in(vm, a, b)?,
        CompareOp::Ne => !(x == y && all_in(vm, a, b)?),
        CompareOp::Lt => x < y && all_in(vm, a, b)?,
        CompareOp::Le => x <= y && all_in(vm, a, b)?,
        CompareOp::Gt => x > y && all_in(vm, b, a)?,
        CompareOp::Ge => x >= y && all_in(vm, b, a)?,
    };
    Ok(Value::from_bool(holds))
}

fn is_disjoint(vm: &mut Vm, this: Value, other: Value) -> PyResult<bool> {
    if this == other {
        return Ok(set_len(this) == Some(0));
    }
    let (mut container, mut items) = (this, other);
    // Going through the shorter one pays only where containment is cheap.
    if set_len(other).is_some_and(|len| Some(len) > set_len(this)) {
        std::mem::swap(&mut container, &mut items);
    }
    let iterator = vm.iter(items)?;
    while let Some(item) = vm.next(iterator)? {
        if vm.contains(container, item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn show(vm: &mut Vm, name: &str, view: Value) -> PyResult<Gc<Str>> {
    if !vm.enter_repr(view)? {
        return Str::new(vm, "...");
    }
    let text = show_items(vm, name, view);
    vm.leave_repr();
    text?.finish(vm)
}

fn show_items(vm: &mut Vm, name: &str, view: Value) -> PyResult<Show> {
    let list = List::from_iterable(vm, view)?;
    let mut show = Show::new(vm, name)?;
    show.push(vm, "(")?;
    show.push_repr(vm, list.into())?;
    show.push(vm, ")")?;
    Ok(show)
}

macro_rules! set_view {
    ($name:ident, $python:literal, $iterator:ident, $reverse:ident, $reverse_doc:literal) => {
        #[pymethods]
        impl $name {
            #[slot(repr)]
            fn repr(this: Gc<$name>, vm: &mut Vm) -> PyResult<Gc<Str>> {
                show(vm, $python, this.into())
            }

            #[slot(compare)]
            fn compare(
                this: Gc<$name>,
                vm: &mut Vm,
                other: Value,
                op: CompareOp,
            ) -> PyResult<Value> {
                compare(vm, this.into(), other, op)
            }

            #[slot(iter)]
            fn iter(this: Gc<$name>, vm: &mut Vm) -> PyResult<Gc<$iterator>> {
                $iterator::over(vm, this.dict)
            }

            #[slot(len)]
            fn len(this: Gc<$name>) -> usize {
                this.dict.len()
            }

            #[slot(contains)]
            fn contains(this: Gc<$name>, vm: &mut Vm, value: Value) -> PyResult<bool> {
                match SetLike::of(this.into()) {
                    Some(view) => view.contains(vm, value),
                    None => Ok(false),
                }
            }

            #[slot(sub)]
            fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                difference(vm, a, b)
            }

            #[slot(and)]
            fn and(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                intersection(vm, a, b)
            }

            #[slot(xor)]
            fn xor(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                symmetric_difference(vm, a, b)
            }

            #[slot(or)]
            fn or(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                union(vm, a, b)
            }

            /// Return True if the view and the given iterable have a null intersection.
            #[method(sig = "($self, object, /)")]
            fn isdisjoint(this: Gc<$name>, vm: &mut Vm, object: Value) -> PyResult<bool> {
                is_disjoint(vm, this.into(), object)
            }

            #[doc = $reverse_doc]
            #[method(sig = "($self, /)")]
            fn __reversed__(this: Gc<$name>, vm: &mut Vm) -> PyResult<Gc<$reverse>> {
                $reverse::over(vm, this.dict)
            }

            /// dictionary that this view refers to
            #[getter]
            fn mapping(this: Gc<$name>, vm: &mut Vm) -> PyResult<Gc<MappingProxy>> {
                MappingProxy::new(vm, this.dict.into())
            }
        }
    };
}

set_view!(
    DictKeys,
    "dict_keys",
    DictKeyIterator,
    DictReverseKeyIterator,
    "Return a reverse iterator over the dict keys."
);
set_view!(
    DictItems,
    "dict_items",
    DictItemIterator,
    DictReverseItemIterator,
    "Return a reverse iterator over the dict items."
);

#[pymethods]
impl DictValues {
    #[slot(repr)]
    fn repr(this: Gc<DictValues>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        show(vm, "dict_values", this.into())
    }

    #[slot(iter)]
    fn iter(this: Gc<DictValues>, vm: &mut Vm) -> PyResult<Gc<DictValueIterator>> {
        DictValueIterator::over(vm, this.dict)
    }

    #[slot(len)]
    fn len(this: Gc<DictValues>) -> usize {
        this.dict.len()
    }

    /// Return a reverse iterator over the dict values.
    #[method(sig = "($self, /)")]
    fn __reversed__(this: Gc<DictValues>, vm: &mut Vm) -> PyResult<Gc<DictReverseValueIterator>> {
        DictReverseValueIterator::over(vm, this.dict)
    }

    /// dictionary that this view refers to
    #[getter]
    fn mapping(this: Gc<DictValues>, vm: &mut Vm) -> PyResult<Gc<MappingProxy>> {
        MappingProxy::new(vm, this.dict.into())
    }
}

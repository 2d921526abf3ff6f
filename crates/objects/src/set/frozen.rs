//! `frozenset`: construction and hash. Everything else it shares with `set`.

use super::{Set, is_exact_frozenset};
use crate::layout::{Object, receiver};
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::{pymethods, pytype};

/// A set that never changes once it is constructed.
#[pytype(
    name = "frozenset",
    shape = crate::shape::core::FROZENSET,
    flags(BASETYPE, WEAKREF, MATCH_SELF),
    extends = Set,
    base = crate::object::OBJECT,
    signature = "(iterable=(), /)",
    extra("shared"),
    no_create,
    doc = "Build an immutable unordered collection of unique elements."
)]
pub struct FrozenSet {}

#[pymethods]
impl FrozenSet {
    #[slot(new, sig = "(iterable=(), /)")]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        #[default(Value::UNDEF)] iterable: Value,
    ) -> PyResult<Value> {
        let Some(iterable) = iterable.defined() else { return Ok(Set::new_as(vm, cls)?.into()) };
        if cls == FrozenSet::def().object() && is_exact_frozenset(iterable) {
            return Ok(iterable);
        }
        Ok(Set::from_iterable(vm, cls, iterable)?.into())
    }

    #[slot(hash)]
    fn py_hash(this: Value) -> i64 {
        let set = receiver::<Set>(this);
        set.cached_hash().unwrap_or_else(|| {
            let hash = hash(set);
            set.cache_hash(hash);
            hash
        })
    }
}

/// The hash of a frozenset with these members. It doesn't depend on their order.
pub(super) fn hash(set: Gc<Set>) -> i64 {
    let table = set.table.get();
    prim::hash::frozenset(
        table.slots().iter().filter(|slot| !slot.key.get().is_undef()).map(|slot| slot.hash.get()),
    )
}

//! `enumerate`.

use crate::args::KwArgs;
use crate::protocol::BinaryOp;
use crate::tuple::Tuple;
use crate::types::{Type, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};

/// Counts the items of an iterator.
#[pytype(
    name = "enumerate",
    shape = crate::shape::core::ENUMERATE,
    flags(BASETYPE),
    signature = "(iterable, start=0)",
    doc = "Return an enumerate object.\n\n  iterable\n    an object supporting iteration\n\nThe enumerate object yields pairs containing a count (from start, which\ndefaults to zero) and a value yielded by the iterable argument.\n\nenumerate is useful for obtaining an indexed list:\n    (0, seq[0]), (1, seq[1]), (2, seq[2]), ..."
)]
pub struct Enumerate {
    iterator: Value,
    /// The next number.
    index: Field<Value>,
}

impl Enumerate {
    /// Iterable and start from the arguments of the constructor. CPython has its own wording of what is wrong here.
    fn parse(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<(Value, Option<Value>)> {
        let keywords = KwArgs::all(args, kwnames);
        let positional = crate::args::positional(args, kwnames);
        let allowed: &[&str] = match (positional.len(), keywords.len()) {
            (0, 0) => {
                return Err(
                    vm.type_error(format_args!("enumerate() missing required argument 'iterable'"))
                );
            }
            (1 | 2, 0) | (0, 2) => &["iterable", "start"],
            (1, 1) => &["start"],
            (0, 1) => &["iterable"],
            (p, k) => {
                return Err(vm.type_error(format_args!(
                    "enumerate() takes at most 2 arguments ({} given)",
                    p + k
                )));
            }
        };
        if let Some((name, _)) =
            keywords.iter().find(|(name, _)| !allowed.iter().any(|a| *name.text() == **a))
        {
            let text = format!("'{}' is an invalid keyword argument for enumerate()", name.text());
            return Err(vm.type_error(format_args!("{text}")));
        }
        let iterable = positional.first().copied().or_else(|| keywords.get("iterable"));
        let start = positional.get(1).copied().or_else(|| keywords.get("start"));
        match iterable {
            Some(iterable) => Ok((iterable, start)),
            None => {
                Err(vm.type_error(format_args!("enumerate() missing required argument 'iterable'")))
            }
        }
    }
}

#[pymethods]
impl Enumerate {
    #[slot(new)]
    fn new_object(
        cls: Gc<Type>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Enumerate>> {
        let (iterable, start) = Enumerate::parse(vm, args, kwnames)?;
        let start = match start {
            Some(start) => vm.index(start)?,
            None => Value::ZERO,
        };
        let iterator = vm.iter(iterable)?;
        Enumerate::create_as(vm, cls, iterator, Field::new(start))
    }

    #[slot(iter)]
    fn iter(this: Gc<Enumerate>) -> Value {
        this.into()
    }

    #[slot(next)]
    fn next(this: Gc<Enumerate>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let Some(item) = vm.next(this.iterator)? else { return Ok(None) };
        let index = this.index.get();
        let next = match index.as_small_int().and_then(|index| Value::small_int(index + 1)) {
            Some(next) => next,
            None => vm.binary(BinaryOp::Add, index, Value::int32(1))?,
        };
        this.index.set(this, vm.heap(), next);
        Ok(Some(Tuple::pair(vm, index, item)?.into()))
    }

    /// Return state information for pickling.
    #[method(sig = "($self, /)")]
    fn __reduce__(this: Gc<Enumerate>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        let arguments = Tuple::pair(vm, this.iterator, this.index.get())?;
        Tuple::pair(vm, class_of(this.into()).into(), arguments.into())
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        (vm.hooks.generic_alias)(vm, cls.into(), object)
    }
}

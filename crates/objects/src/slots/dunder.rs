//! Special methods of native types: the descriptors (`slot wrapper`) that stand for their slots.
//!
//! From the slot table comes one [`Dunder`] for every special method; a native type gets a wrapper in its dictionary for
//! each one whose slot it fills itself.

use super::{CompareOp, Slot, Slots};
use crate::str::Str;
use crate::types::{Type, class_name, is_instance};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;

/// Calls a slot of `ty` for a wrapper; `args[0]` is the receiver.
pub type WrapFn = fn(vm: &mut Vm, slots: &Slots, args: &[Value], kwnames: Value) -> PyResult<Value>;

/// One special method.
pub struct Dunder {
    /// `__add__`
    pub name: &'static str,
    /// `__doc__`
    pub doc: &'static str,
    /// `__text_signature__`
    pub signature: &'static str,
    /// The slot it calls.
    pub slot: Slot,
    /// Calls it.
    pub call: WrapFn,
}

macro_rules! row {
    (new, $name:ident, $($t:literal),+) => {
        &[]
    };
    (del, $name:ident, $($t:literal),+) => {
        &[]
    };
    (unary, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this] = exactly(vm, args, kw)?;
                present(vm, s.$name)?(vm, this)
            },
        }]
    };
    (hash, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this] = exactly(vm, args, kw)?;
                let h = present(vm, s.$name)?(vm, this)?;
                crate::int::from_i64(vm, h)
            },
        }]
    };
    (bool, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this] = exactly(vm, args, kw)?;
                Ok(Value::from_bool(present(vm, s.$name)?(vm, this)?))
            },
        }]
    };
    (len, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this] = exactly(vm, args, kw)?;
                Ok(Value::from_len(present(vm, s.$name)?(vm, this)?))
            },
        }]
    };
    (next, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this] = exactly(vm, args, kw)?;
                let next = present(vm, s.$name)?;
                vm.next_or_stop(this, next)
            },
        }]
    };
    (binary, $name:ident, $d:literal, $r:literal, $op:literal) => {
        &[
            Dunder {
                name: $d,
                doc: concat!("Return self", $op, "value."),
                signature: "($self, value, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, other] = exactly(vm, args, kw)?;
                    present(vm, s.$name)?(vm, this, other)
                },
            },
            Dunder {
                name: $r,
                doc: concat!("Return value", $op, "self."),
                signature: "($self, value, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, other] = exactly(vm, args, kw)?;
                    present(vm, s.$name)?(vm, other, this)
                },
            },
        ]
    };
    (ternary, $name:ident, $d:literal, $r:literal, $op:literal) => {
        &[
            Dunder {
                name: $d,
                doc: "Return pow(self, value, mod).",
                signature: "($self, value, mod=None, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, a, m] = up_to(vm, args, kw, 2)?;
                    present(vm, s.$name)?(vm, this, a, m.defined().unwrap_or(Value::NONE))
                },
            },
            Dunder {
                name: $r,
                doc: "Return pow(value, self, mod).",
                signature: "($self, value, mod=None, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, a, m] = up_to(vm, args, kw, 2)?;
                    present(vm, s.$name)?(vm, a, this, m.defined().unwrap_or(Value::NONE))
                },
            },
        ]
    };
    (inplace, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, value, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this, other] = exactly(vm, args, kw)?;
                present(vm, s.$name)?(vm, this, other)
            },
        }]
    };
    (concat, $name:ident, $d:literal, $doc:literal) => {
        row!(inplace, $name, $d, $doc)
    };
    (getitem, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, key, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this, key] = exactly(vm, args, kw)?;
                present(vm, s.$name)?(vm, this, key)
            },
        }]
    };
    (contains, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, key, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this, key] = exactly(vm, args, kw)?;
                Ok(Value::from_bool(present(vm, s.$name)?(vm, this, key)?))
            },
        }]
    };
    (setitem, $name:ident, $d:literal, $doc:literal) => {
        &[
            Dunder {
                name: $d,
                doc: $doc,
                signature: "($self, key, value, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, k, v] = exactly(vm, args, kw)?;
                    present(vm, s.$name)?(vm, this, k, Some(v))?;
                    Ok(Value::NONE)
                },
            },
            Dunder {
                name: "__delitem__",
                doc: "Delete self[key].",
                signature: "($self, key, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, k] = exactly(vm, args, kw)?;
                    present(vm, s.$name)?(vm, this, k, None)?;
                    Ok(Value::NONE)
                },
            },
        ]
    };
    (descr_get, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, instance, owner=None, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this, obj, cls] = up_to(vm, args, kw, 2)?;
                let none_to_undef = |v: Value| if v.is_none() { Value::UNDEF } else { v };
                let (obj, cls) = (none_to_undef(obj), none_to_undef(cls));
                if obj.is_undef() && cls.is_undef() {
                    return Err(vm.type_error(format_args!("__get__(None, None) is invalid")));
                }
                present(vm, s.$name)?(vm, this, obj, cls)
            },
        }]
    };
    (descr_set, $name:ident, $d:literal, $doc:literal) => {
        &[
            Dunder {
                name: $d,
                doc: $doc,
                signature: "($self, instance, value, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, o, v] = exactly(vm, args, kw)?;
                    present(vm, s.$name)?(vm, this, o, Some(v))?;
                    Ok(Value::NONE)
                },
            },
            Dunder {
                name: "__delete__",
                doc: "Delete an attribute of instance.",
                signature: "($self, instance, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, o] = exactly(vm, args, kw)?;
                    present(vm, s.$name)?(vm, this, o, None)?;
                    Ok(Value::NONE)
                },
            },
        ]
    };
    (getattr, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, name, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this, n] = exactly(vm, args, kw)?;
                let n = attr_name(vm, n)?;
                present(vm, s.$name)?(vm, this, n)
            },
        }]
    };
    (setattr, $name:ident, $d:literal, $doc:literal) => {
        &[
            Dunder {
                name: $d,
                doc: $doc,
                signature: "($self, name, value, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, n, v] = exactly(vm, args, kw)?;
                    not_skipping(vm, this, s, "__setattr__")?;
                    let n = attr_name(vm, n)?;
                    present(vm, s.$name)?(vm, this, n, Some(v))?;
                    Ok(Value::NONE)
                },
            },
            Dunder {
                name: "__delattr__",
                doc: "Implement delattr(self, name).",
                signature: "($self, name, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| {
                    let [this, n] = exactly(vm, args, kw)?;
                    not_skipping(vm, this, s, "__delattr__")?;
                    let n = attr_name(vm, n)?;
                    present(vm, s.$name)?(vm, this, n, None)?;
                    Ok(Value::NONE)
                },
            },
        ]
    };
    (call, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, /, *args, **kwargs)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let (this, rest) = receiver(vm, args)?;
                present(vm, s.$name)?(vm, this, rest, kw)
            },
        }]
    };
    (init, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, /, *args, **kwargs)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let (this, rest) = receiver(vm, args)?;
                present(vm, s.$name)?(vm, this, rest, kw)?;
                Ok(Value::NONE)
            },
        }]
    };
    (repeat, $name:ident, $d:literal, $doc:literal) => {
        &[
            Dunder {
                name: $d,
                doc: $doc,
                signature: "($self, value, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| repeat(vm, s.$name, args, kw),
            },
            Dunder {
                name: "__rmul__",
                doc: "Return value*self.",
                signature: "($self, value, /)",
                slot: Slot::$name,
                call: |vm, s, args, kw| repeat(vm, s.$name, args, kw),
            },
        ]
    };
    (irepeat, $name:ident, $d:literal, $doc:literal) => {
        &[Dunder {
            name: $d,
            doc: $doc,
            signature: "($self, value, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| repeat(vm, s.$name, args, kw),
        }]
    };
    (compare, $name:ident, $d:literal, $doc:literal) => {
        &[
            compare_row!($name, Lt, "__lt__", "<"),
            compare_row!($name, Le, "__le__", "<="),
            compare_row!($name, Eq, "__eq__", "=="),
            compare_row!($name, Ne, "__ne__", "!="),
            compare_row!($name, Gt, "__gt__", ">"),
            compare_row!($name, Ge, "__ge__", ">="),
        ]
    };
}
macro_rules! compare_row {
    ($name:ident, $op:ident, $d:literal, $sym:literal) => {
        Dunder {
            name: $d,
            doc: concat!("Return self", $sym, "value."),
            signature: "($self, value, /)",
            slot: Slot::$name,
            call: |vm, s, args, kw| {
                let [this, other] = exactly(vm, args, kw)?;
                present(vm, s.$name)?(vm, this, other, CompareOp::$op)
            },
        }
    };
}
macro_rules! table {
    ($($name:ident: $ty:ident, $kind:ident, $($text:literal),+;)*) => {
        /// All special methods, by slot.
        pub static DUNDERS: [&[Dunder]; Slot::COUNT] = [$(row!($kind, $name, $($text),+)),*];
        /// The special method (of pairs the first) that each slot stands for.
        pub static PRIMARY: [&str; Slot::COUNT] = [$(primary!($($text),+)),*];
    };
}
macro_rules! primary {
    ($d:literal $(, $rest:literal)*) => {
        $d
    };
}
crate::for_each_slot!(table);

/// The special method called `name` that is entered for slot `slot`.
pub fn find(slot: Slot, name: &str) -> Option<&'static Dunder> {
    DUNDERS[slot as usize].iter().find(|d| d.name == name)
}

fn present<F>(vm: &mut Vm, f: Option<F>) -> PyResult<F> {
    f.ok_or_else(|| vm.system_error(format_args!("slot wrapper of an absent slot")))
}

fn no_keywords(vm: &mut Vm, kwnames: Value) -> PyResult<()> {
    if kwnames.is_undef() {
        Ok(())
    } else {
        Err(vm.type_error(format_args!("wrapper takes no keyword arguments")))
    }
}

fn exactly<const N: usize>(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<[Value; N]> {
    no_keywords(vm, kwnames)?;
    match args.try_into() {
        Ok(a) => Ok(a),
        Err(_) if N == 1 => Err(vm.type_error(format_args!(
            "expected 0 arguments, got {}",
            args.len().saturating_sub(1)
        ))),
        Err(_) => {
            let s = if N == 2 { "" } else { "s" };
            Err(vm.type_error(format_args!(
                "expected {} argument{s}, got {}",
                N - 1,
                args.len().saturating_sub(1)
            )))
        }
    }
}

fn up_to<const N: usize>(
    vm: &mut Vm,
    args: &[Value],
    kwnames: Value,
    min: usize,
) -> PyResult<[Value; N]> {
    no_keywords(vm, kwnames)?;
    if args.len() < min || args.len() > N {
        let (bound, n) = if args.len() < min { ("least", min - 1) } else { ("most", N - 1) };
        let s = if n == 1 { "" } else { "s" };
        return Err(vm.type_error(format_args!(
            "expected at {bound} {n} argument{s}, got {}",
            args.len().saturating_sub(1)
        )));
    }
    let mut out = [Value::UNDEF; N];
    out[..args.len()].copy_from_slice(args);
    Ok(out)
}

fn receiver<'a>(vm: &mut Vm, args: &'a [Value]) -> PyResult<(Value, &'a [Value])> {
    match args.split_first() {
        Some((this, rest)) => Ok((*this, rest)),
        None => Err(vm.type_error(format_args!("descriptor needs an argument"))),
    }
}

fn repeat(
    vm: &mut Vm,
    f: Option<super::RepeatFn>,
    args: &[Value],
    kwnames: Value,
) -> PyResult<Value> {
    let [this, n] = exactly(vm, args, kwnames)?;
    let n = vm.index_isize(n, &crate::exceptions::OVERFLOW_ERROR)?;
    present(vm, f)?(vm, this, n)
}

/// An attribute name given from Python: a str, interned.
pub fn attr_name(vm: &mut Vm, name: Value) -> PyResult<Gc<Str>> {
    match name.cast::<Str>() {
        Some(s) => crate::intern::intern(vm, s),
        None => Err(vm
            .type_error(format_args!("attribute name must be string, not '{}'", class_name(name)))),
    }
}

/// `object.__setattr__(cls, …)` must not go around a more derived native class's own check.
fn not_skipping(vm: &mut Vm, this: Value, slots: &Slots, what: &str) -> PyResult<()> {
    let ty = crate::types::class_of(this);
    let mut at = Some(ty);
    while let Some(t) = at {
        if t.def.is_some() {
            if !t.slots().same(slots, Slot::setattr)
                && t.slots().setattr.is_some()
                && is_instance(this, t)
                && !python_setattr(&t)
            {
                return Err(vm.type_error(format_args!(
                    "can't apply this {what} to {} object",
                    ty.display_name()
                )));
            }
            return Ok(());
        }
        at = t.base.get();
    }
    Ok(())
}

fn python_setattr(t: &Gc<Type>) -> bool {
    t.slots().setattr.map(|f| f as usize)
        == Some(super::python::setattr as super::SetAttrFn as usize)
}

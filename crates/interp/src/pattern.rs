//! What the pattern-matching ops do.

use crate::machine::Regs;
use objects::def::TypeFlags;
use objects::list::List;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Whether mapping patterns match `v`.
#[inline(never)]
pub fn is_mapping(v: Value) -> Value {
    Value::from_bool(class_of(v).has(TypeFlags::MAPPING))
}

/// Whether sequence patterns match `v`.
#[inline(never)]
pub fn is_sequence(v: Value) -> Value {
    Value::from_bool(class_of(v).has(TypeFlags::SEQUENCE))
}

/// `len(v)` as an int.
#[inline(never)]
pub unsafe fn length(vm: *mut Vm, v: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe { Ok(Value::from_len((*vm).len(v)?)) }
}

/// The values of mapping `subject` at `keys`, a tuple, or None if one is missing.
#[inline(never)]
pub unsafe fn keys(vm: *mut Vm, subject: Value, keys: Value) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let vm = unsafe { &mut *vm };
    let Some(keys) = keys.cast::<Tuple>() else {
        return Err(vm.system_error(format_args!("the stack holds no tuple where one must be")));
    };
    if keys.len() == 0 {
        return Ok(Tuple::empty().into());
    }
    let get_name = vm.names().get;
    let get = vm.getattr(subject, get_name)?;
    // A marker that no mapping holds.
    let missing: Value = List::new(vm)?.into();
    let seen = objects::set::Set::new(vm)?;
    let values = List::new(vm)?;
    for key in keys.items() {
        if !seen.add(vm, *key)? {
            let key = vm.repr(*key)?;
            return Err(vm.value_error(format_args!(
                "mapping pattern checks duplicate key ({})",
                key.text()
            )));
        }
        let v = vm.call(get, &[*key, missing])?;
        if v == missing {
            return Ok(Value::NONE);
        }
        values.push(vm, v)?;
    }
    Ok(values.to_tuple(vm)?.into())
}

/// The attributes that `regs[b+1](…)` with `positional` positional patterns and the names in `regs[b+2]` takes of the
/// subject `regs[b]`, or None if it doesn't match.
#[inline(never)]
pub unsafe fn class(vm: *mut Vm, regs: Regs, b: u16, positional: u16) -> PyResult<Value> {
    // SAFETY: called by a handler.
    let (vm, [subject, cls, names]) =
        unsafe { (&mut *vm, [0, 1, 2].map(|i| *regs.add(usize::from(b) + i))) };
    let Some(names) = names.cast::<Tuple>() else {
        return Err(vm.system_error(format_args!("the stack holds no tuple where one must be")));
    };
    let Some(ty) = cls.cast::<Type>() else {
        return Err(vm.type_error(format_args!("called match pattern must be a class")));
    };
    if !vm.is_instance(subject, cls)? {
        return Ok(Value::NONE);
    }
    let positional = usize::from(positional);
    let mut found =
        Found { subject, cls: ty, values: List::new(vm)?, seen: objects::set::Set::new(vm)? };
    if positional > 0 && !found.positional(vm, positional)? {
        return Ok(Value::NONE);
    }
    for name in names.items() {
        if !found.attribute(vm, *name)? {
            return Ok(Value::NONE);
        }
    }
    Ok(found.values.to_tuple(vm)?.into())
}

struct Found {
    subject: Value,
    cls: heap::Gc<Type>,
    values: heap::Gc<List>,
    seen: heap::Gc<objects::set::Set>,
}

impl Found {
    /// Takes the attributes that `__match_args__` names, or the subject itself.
    fn positional(&mut self, vm: &mut Vm, count: usize) -> PyResult<bool> {
        let name = vm.intern("__match_args__")?;
        let (args, match_self) = match vm.getattr_opt(self.cls.into(), name)? {
            Some(args) => match args.exact::<Tuple>() {
                Some(t) => (t, false),
                None => {
                    return Err(vm.type_error(format_args!(
                        "{}.__match_args__ must be a tuple (got {})",
                        self.cls.display_name(),
                        class_name(args)
                    )));
                }
            },
            None => (Tuple::empty(), self.cls.has(TypeFlags::MATCH_SELF)),
        };
        let allowed = if match_self { 1 } else { args.len() };
        if allowed < count {
            return Err(vm.type_error(format_args!(
                "{}() accepts {allowed} positional sub-pattern{} ({count} given)",
                self.cls.display_name(),
                if allowed == 1 { "" } else { "s" }
            )));
        }
        if match_self {
            self.values.push(vm, self.subject)?;
            return Ok(true);
        }
        for i in 0..count {
            let Some(name) = args.get(i) else { break };
            if name.exact::<Str>().is_none() {
                return Err(vm.type_error(format_args!(
                    "__match_args__ elements must be strings (got {})",
                    class_name(name)
                )));
            }
            if !self.attribute(vm, name)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Takes the attribute `name` of the subject; false if it has none.
    fn attribute(&mut self, vm: &mut Vm, name: Value) -> PyResult<bool> {
        let Some(text) = name.cast::<Str>() else {
            return Err(
                vm.system_error(format_args!("the stack holds no string where one must be"))
            );
        };
        if !self.seen.add(vm, name)? {
            let name = vm.repr(name)?;
            return Err(vm.type_error(format_args!(
                "{}() got multiple sub-patterns for attribute {}",
                self.cls.display_name(),
                name.text()
            )));
        }
        let text = objects::intern::intern(vm, text)?;
        match vm.getattr_opt(self.subject, text)? {
            Some(v) => {
                self.values.push(vm, v)?;
                Ok(true)
            }
            None => Ok(false),
        }
    }
}

//! What the building ops do.

use crate::machine::Regs;
use heap::Gc;
use objects::dict::Dict;
use objects::exceptions;
use objects::list::List;
use objects::set::Set;
use objects::slice::{Bounds, Slice};
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// The registers `regs[b..b + count]`.
unsafe fn run<'a>(regs: Regs, b: u16, count: u16) -> &'a [Value] {
    // SAFETY: they are in the frame, and nothing writes them while the op runs.
    unsafe { std::slice::from_raw_parts(regs.add(usize::from(b)), usize::from(count)) }
}

macro_rules! handlers {
    ($($(#[$meta:meta])* $name:ident($vm:ident $(, $arg:ident: $ty:ty)*) -> $ret:ty $body:block)*) => {$(
        $(#[$meta])*
        #[inline(never)]
        pub unsafe fn $name(vm: *mut Vm $(, $arg: $ty)*) -> PyResult<$ret> {
            // SAFETY: called by a handler; register runs are in the frame.
            #[allow(unused_unsafe)]
            unsafe {
                let $vm = &mut *vm;
                $body
            }
        }
    )*};
}

fn wrong(vm: &mut Vm, what: &str) -> objects::vm::Raised {
    vm.system_error(format_args!("the stack holds no {what} where one must be"))
}

handlers! {
    /// `(…)`
    tuple(vm, regs: Regs, b: u16, c: u16) -> Value { Ok(Tuple::from_slice(vm, run(regs, b, c))?.into()) }
    /// `[…]`
    list(vm, regs: Regs, b: u16, c: u16) -> Value { Ok(List::from_slice(vm, run(regs, b, c))?.into()) }
    /// `{…}`
    set(vm, regs: Regs, b: u16, c: u16) -> Value {
        let s = Set::new(vm)?;
        for v in run(regs, b, c) {
            s.add(vm, *v)?;
        }
        Ok(s.into())
    }
    /// `{…: …}`
    map(vm, regs: Regs, b: u16, c: u16) -> Value {
        let d = Dict::with_capacity(vm, usize::from(c))?;
        let pairs = std::slice::from_raw_parts(regs.add(usize::from(b)), 2 * usize::from(c));
        for pair in pairs.chunks_exact(2) {
            d.set(vm, pair[0], pair[1])?;
        }
        Ok(d.into())
    }
    /// The parts of an f-string.
    string(vm, regs: Regs, b: u16, c: u16) -> Value {
        let parts = run(regs, b, c);
        if parts.iter().any(|p| p.cast::<Str>().is_none()) {
            return Err(wrong(vm, "string"));
        }
        Ok(Str::join_parts(vm, parts)?.into())
    }
    /// `slice(…)`
    slice(vm, regs: Regs, b: u16, c: u16) -> Value {
        let parts = run(regs, b, c);
        let step = parts.get(2).copied().unwrap_or(Value::NONE);
        Ok(Slice::create(vm, parts[0], parts[1], step)?.into())
    }
    /// `regs[b][regs[b+1]:regs[b+2]]`
    get_slice(vm, regs: Regs, b: u16) -> Value {
        let [o, lo, hi] = [0, 1, 2].map(|i| *regs.add(usize::from(b) + i));
        if let Some(list) = o.exact::<List>()
            && let Some(bounds) = Bounds::of_small(lo, hi)
        {
            return Ok(list.slice(vm, bounds.within(list.len()))?.into());
        }
        let s = Slice::create(vm, lo, hi, Value::NONE)?;
        vm.getitem(o, s.into())
    }
    /// `regs[a+1][regs[a+2]:regs[a+3]] = regs[a]`
    set_slice(vm, regs: Regs, a: u16) -> () {
        let [v, o, lo, hi] = [0, 1, 2, 3].map(|i| *regs.add(usize::from(a) + i));
        if let Some(list) = o.exact::<List>()
            && let Some(bounds) = Bounds::of_small(lo, hi)
        {
            return list.assign_range(vm, bounds, v);
        }
        let s = Slice::create(vm, lo, hi, Value::NONE)?;
        vm.setitem(o, s.into(), v)
    }
    /// A t-string.
    template(vm, strings: Value, interpolations: Value) -> Value {
        let (Some(strings), Some(interpolations)) = (strings.cast::<Tuple>(), interpolations.cast::<Tuple>()) else {
            return Err(wrong(vm, "tuple"));
        };
        (vm.hooks.template)(vm, strings, interpolations)
    }
    /// A replacement field of a t-string.
    interpolation(vm, regs: Regs, b: u16, c: u16) -> Value {
        let [v, text, spec] = [0, 1, 2].map(|i| *regs.add(usize::from(b) + i));
        let spec = if c & 1 != 0 { spec } else { Value::UNDEF };
        (vm.hooks.interpolation)(vm, v, text, c >> 2, spec)
    }
    /// `list.append`
    list_append(vm, list: Value, v: Value) -> () {
        match list.cast::<List>() {
            Some(l) => l.push(vm, v),
            None => Err(wrong(vm, "list")),
        }
    }
    /// `[*iterable]`
    list_extend(vm, list: Value, iterable: Value) -> () {
        let Some(list) = list.cast::<List>() else { return Err(wrong(vm, "list")) };
        if !vm.is_iterable(iterable) {
            return Err(vm.type_error(format_args!("Value after * must be an iterable, not {}", class_name(iterable))));
        }
        list.extend(vm, iterable)
    }
    /// `set.add`
    set_add(vm, set: Value, v: Value) -> () {
        match set.cast::<Set>() {
            Some(s) => s.add(vm, v).map(|_| ()),
            None => Err(wrong(vm, "set")),
        }
    }
    /// `{*iterable}`
    set_update(vm, set: Value, iterable: Value) -> () {
        match set.cast::<Set>() {
            Some(s) => s.update(vm, iterable),
            None => Err(wrong(vm, "set")),
        }
    }
    /// `dict[key] = v`
    map_add(vm, dict: Value, key: Value, v: Value) -> () {
        match dict.cast::<Dict>() {
            Some(d) => d.set(vm, key, v),
            None => Err(wrong(vm, "dict")),
        }
    }
    /// `{**mapping}`
    dict_update(vm, dict: Value, mapping: Value) -> () {
        let Some(dict) = dict.cast::<Dict>() else { return Err(wrong(vm, "dict")) };
        match dict.merge(vm, mapping, objects::dict::Merge::Override) {
            Err(r) if vm.raised_matches(&exceptions::ATTRIBUTE_ERROR) => {
                let _: objects::vm::Raised = r;
                vm.clear_raised();
                Err(vm.type_error(format_args!("'{}' object is not a mapping", class_name(mapping))))
            }
            r => r,
        }
    }
    /// `f(**mapping)`
    dict_merge(vm, dict: Value, mapping: Value, f: Value) -> () {
        let Some(dict) = dict.cast::<Dict>() else { return Err(wrong(vm, "dict")) };
        crate::call::merge_keywords(vm, dict, mapping, f)
    }
    /// `format(v, spec)`
    format(vm, v: Value, spec: Value) -> Value {
        if spec.is_undef() && v.exact::<Str>().is_some() {
            return Ok(v);
        }
        Ok(objects::str::format_value(vm, v, spec)?.into())
    }
    /// `!s`, `!r`, `!a`
    convert(vm, v: Value, which: u16) -> Value {
        let s: Gc<Str> = match which {
            1 => vm.str_of(v)?,
            2 => vm.repr(v)?,
            _ => vm.ascii(v)?,
        };
        Ok(s.into())
    }
}

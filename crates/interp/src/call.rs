//! Calling: binding arguments to parameters, entering frames from handlers and from native code, leaving them.

use crate::frame::{self, flag};
use crate::link::{Linked, linked};
use crate::machine;
use code::object::flags as co;
use heap::{Gc, RootVec};
use objects::code::Function;
use objects::dict::Dict;
use objects::list::List;
use objects::method::Method;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{CallRecord, PyResult, Raised, Vm};

/// Destination register and number of words of the op that calls.
pub type Return = (u16, u8);

/// A call whose arguments lie in the frame from `regs[b]` on, when the handler's fast path didn't fit; `plain` if
/// `regs[b+1]` isn't a receiver. The value, or
/// UNDEF if a frame was pushed that is to run now.
#[inline(never)]
pub unsafe fn generic(
    vm: *mut Vm,
    regs: *mut Value,
    b: u16,
    c: u16,
    kwnames: Value,
    ret: Return,
    plain: bool,
) -> PyResult<Value> {
    // SAFETY: called by a handler; the registers are in the frame.
    unsafe {
        let vm = &mut *vm;
        if vm.stack_limit.is_null() {
            crate::run::handle_breaker(vm)?;
        }
        let callee = *regs.add(usize::from(b));
        let has_self = !plain && !(*regs.add(usize::from(b) + 1)).is_undef();
        let first = regs.add(usize::from(b) + 2 - usize::from(has_self));
        let args = std::slice::from_raw_parts(first, usize::from(c) + usize::from(has_self));
        if let Some(f) = callee.exact::<Function>() {
            push(vm, f, args, kwnames, ret, 0)?;
            return Ok(Value::UNDEF);
        }
        if let Some(m) = callee.exact::<Method>()
            && let Some(f) = m.function.get().exact::<Function>()
        {
            if !has_self && kwnames.is_undef() {
                // The register of the receiver is free for the method's.
                let first = regs.add(usize::from(b) + 1);
                *first = m.receiver.get();
                let code = linked(vm, f.code.get())?;
                if code.simple_argc == i32::from(c) + 1 {
                    push_in_place(vm, f, code, first, usize::from(c) + 1, ret, 0)?;
                    return Ok(Value::UNDEF);
                }
            }
            return with_first(vm, m.receiver.get(), args, |vm, all| {
                push(vm, f, all, kwnames, ret, 0)?;
                Ok(Value::UNDEF)
            });
        }
        if let Some(cls) = callee.cast::<Type>()
            && let Some(r) = construct(vm, cls, args, kwnames, regs, b, has_self, ret)?
        {
            return Ok(r);
        }
        vm.call_kw(callee, args, kwnames)
    }
}

/// As [`generic`] for callees that aren't Python functions, without keywords.
#[inline(never)]
pub unsafe fn other(
    vm: *mut Vm,
    regs: *mut Value,
    b: u16,
    c: u16,
    ret: Return,
    plain: bool,
) -> PyResult<Value> {
    // SAFETY: as for `generic`.
    unsafe {
        let callee = *regs.add(usize::from(b));
        if let Some(f) = callee.exact::<objects::descr::MethodDescriptor>() {
            let has_self = !plain && !(*regs.add(usize::from(b) + 1)).is_undef();
            let first = regs.add(usize::from(b) + 2 - usize::from(has_self));
            let args = std::slice::from_raw_parts(first, usize::from(c) + usize::from(has_self));
            return (f.def.func)(&mut *vm, args, Value::UNDEF);
        }
        if let Some(f) = callee.exact::<objects::native::NativeFunction>()
            && f.new_of.get().is_none()
            && (plain || (*regs.add(usize::from(b) + 1)).is_undef())
        {
            // The register of the receiver is free for the one that the function is bound to.
            *regs.add(usize::from(b) + 1) = f.this;
            let bound = usize::from(f.bound);
            let first = regs.add(usize::from(b) + 2 - bound);
            let args = std::slice::from_raw_parts(first, usize::from(c) + bound);
            return (f.def.func)(&mut *vm, args, Value::UNDEF);
        }
        generic(vm, regs, b, c, Value::UNDEF, ret, plain)
    }
}

fn with_first<R>(
    vm: &mut Vm,
    first: Value,
    args: &[Value],
    f: impl FnOnce(&mut Vm, &[Value]) -> PyResult<R>,
) -> PyResult<R> {
    const SMALL: usize = 8;
    if args.len() < SMALL {
        let mut all = [Value::UNDEF; SMALL];
        all[0] = first;
        all[1..=args.len()].copy_from_slice(args);
        return f(vm, &all[..=args.len()]);
    }
    let mut all = vm.root_vec()?;
    let r = all.push(first);
    vm.grow(r)?;
    let r = all.extend_from_slice(args);
    vm.grow(r)?;
    f(vm, all.as_slice())
}

/// `cls(…)` where `cls` is made by `object.__new__` and has an `__init__` in Python: allocates the instance and pushes
/// the frame of `__init__`. `None` if the class isn't so.
#[allow(clippy::too_many_arguments)]
unsafe fn construct(
    vm: &mut Vm,
    cls: Gc<Type>,
    args: &[Value],
    kwnames: Value,
    regs: *mut Value,
    b: u16,
    has_self: bool,
    ret: Return,
) -> PyResult<Option<Value>> {
    if has_self {
        return Ok(None);
    }
    let Some(init) = crate::cache::constructor(vm, cls) else { return Ok(None) };
    let instance: Value =
        Value::from_header(vm.alloc_object::<objects::object::PyObject>(cls)?.as_ptr().cast());
    // SAFETY: the callable's register and the one behind it belong to the call. The instance is kept before the frame's
    // registers, since `__init__` may overwrite `self`.
    unsafe {
        *regs.add(usize::from(b)) = instance;
        *regs.add(usize::from(b) + 1) = instance;
        let all = std::slice::from_raw_parts(regs.add(usize::from(b) + 1), args.len() + 1);
        let code = linked(vm, init.code.get())?;
        if kwnames.is_undef() && code.simple_argc == all.len() as i32 {
            push_in_place(
                vm,
                init,
                code,
                regs.add(usize::from(b) + 1),
                all.len(),
                ret,
                flag::INIT,
            )?;
        } else {
            push_at(vm, init, all, kwnames, ret, flag::INIT, Some(instance))?;
        }
    }
    Ok(Some(Value::UNDEF))
}

/// Pushes a frame whose arguments lie where its first registers will be.
unsafe fn push_in_place(
    vm: &mut Vm,
    f: Gc<Function>,
    code: &'static Linked,
    regs: *mut Value,
    argc: usize,
    (dst, kind): Return,
    flags: u8,
) -> PyResult<()> {
    reserve(vm, code, regs)?;
    // SAFETY: `reserve` checked that the registers are inside the stack.
    unsafe {
        for i in argc..code.nlocals as usize {
            *regs.add(i) = Value::UNDEF;
        }
        add_record(vm, f, code, regs, (dst, kind), flags);
    }
    remember_entry(f, code);
    Ok(())
}

/// Pushes a frame for `f(*args)` above the newest one.
pub fn push(
    vm: &mut Vm,
    f: Gc<Function>,
    args: &[Value],
    kwnames: Value,
    ret: Return,
    flags: u8,
) -> PyResult<()> {
    push_at(vm, f, args, kwnames, ret, flags, None)
}

fn push_at(
    vm: &mut Vm,
    f: Gc<Function>,
    args: &[Value],
    kwnames: Value,
    ret: Return,
    flags: u8,
    before: Option<Value>,
) -> PyResult<()> {
    let code = linked(vm, f.code.get())?;
    // SAFETY: `reserve` checks that the registers (one more, for `before`) are inside the stack.
    unsafe {
        let mut regs = frame::stack_top(vm);
        reserve(vm, code, regs.add(1))?;
        if let Some(v) = before {
            *regs = v;
            regs = regs.add(1);
        }
        for i in 0..code.nlocals as usize {
            *regs.add(i) = Value::UNDEF;
        }
        if kwnames.is_undef() && code.simple_argc == args.len() as i32 {
            regs.copy_from_nonoverlapping(args.as_ptr(), args.len());
        } else if kwnames.is_undef()
            && let Some(defaults) = trailing_defaults(f, code, args.len())
        {
            regs.copy_from_nonoverlapping(args.as_ptr(), args.len());
            regs.add(args.len()).copy_from_nonoverlapping(defaults.as_ptr(), defaults.len());
        } else {
            // What is bound so far must be seen by the collector while binding allocates: the record goes first, with
            // the position at the entry, where no temporary is live.
            let pc = vm.pc;
            add_record(vm, f, code, regs, ret, flags);
            vm.pc = code.entry;
            let bound = bind(vm, f, code, regs, args, kwnames);
            vm.pc = pc;
            if let Err(r) = bound {
                vm.top = vm.top.sub(1);
                return Err(r);
            }
            remember_entry(f, code);
            return Ok(());
        }
        add_record(vm, f, code, regs, ret, flags);
    }
    remember_entry(f, code);
    Ok(())
}

/// The defaults of the parameters behind the first `argc`, if `f` takes positional arguments only and has all of them.
fn trailing_defaults(f: Gc<Function>, code: &Linked, argc: usize) -> Option<&'static [Value]> {
    let missing = usize::try_from(code.simple_argc).ok()?.checked_sub(argc)?;
    let defaults = f.defaults.get().exact::<Tuple>()?.as_static_items();
    defaults.get(defaults.len().checked_sub(missing)?..)
}

/// Lets the next call of `f` take the fast path; code with events never does.
fn remember_entry(f: Gc<Function>, code: &'static Linked) {
    if code.reg.mode == regcode::Mode::Elided {
        f.entry.set(std::ptr::from_ref(code).cast());
    }
}

/// Fails unless there is room for a frame of `code` at `regs` and the recursion limit isn't reached.
pub fn reserve(vm: &mut Vm, code: &Linked, regs: *mut Value) -> PyResult<()> {
    // SAFETY: comparison of addresses only.
    let full = unsafe { regs.add(code.nregs as usize) } > vm.stack_end
        || unsafe { vm.top.add(1) } >= vm.records_limit;
    if full { Err(too_deep(vm)) } else { Ok(()) }
}

#[cold]
fn too_deep(vm: &mut Vm) -> Raised {
    crate::run::recursion_error(vm)
}

/// Adds the record of a new frame; the caller's position is stored in its own record.
pub unsafe fn add_record(
    vm: &mut Vm,
    f: Gc<Function>,
    code: &'static Linked,
    regs: *mut Value,
    (dst, kind): Return,
    flags: u8,
) {
    // SAFETY: `reserve` was asked.
    unsafe {
        (*vm.top).pc = vm.pc;
        let record = vm.top.add(1);
        record.write(CallRecord {
            func: f,
            code: std::ptr::from_ref(code).cast(),
            pc: code.entry,
            base: frame::index_of(vm, regs),
            dst,
            kind,
            flags,
        });
        vm.top = record;
    }
}

/// Hook: calls a Python function from native code.
pub fn call_function(
    vm: &mut Vm,
    f: Gc<Function>,
    args: &[Value],
    kwnames: Value,
) -> PyResult<Value> {
    vm.check_native_stack("")?;
    let pc = vm.pc;
    push(vm, f, args, kwnames, (0, 0), flag::ENTRY)?;
    let r = run_top(vm);
    vm.pc = pc;
    r
}

/// Runs the frame on top, which has the flag ENTRY, to its end.
pub fn run_top(vm: &mut Vm) -> PyResult<Value> {
    // SAFETY: the record on top is complete.
    unsafe {
        let record = vm.top;
        let (pc, regs) = (frame::code_of(record).entry, frame::regs_of(vm, record));
        machine::run(pc, regs, vm);
    }
    take_result(vm)
}

/// What the frame that has just left the machine gave.
pub fn take_result(vm: &mut Vm) -> PyResult<Value> {
    let v = std::mem::replace(&mut vm.result, Value::UNDEF);
    if v.is_undef() { Err(Raised) } else { Ok(v) }
}

/// Ends a frame with flags that returns `v`: `Ok(true)`, go on in the caller at `Vm::pc`; `Ok(false)`, leave the machine.
#[inline(never)]
pub unsafe fn special_return(vm: *mut Vm, mut v: Value) -> PyResult<bool> {
    // SAFETY: called by a handler of the ending frame.
    unsafe {
        let vm = &mut *vm;
        let record = vm.top;
        let flags = (*record).flags;
        if flags & flag::FRAME_OBJECT != 0 {
            crate::frameobj::detach_top(vm)?;
        }
        let regs = frame::regs_of(vm, record);
        vm.top = record.sub(1);
        let caller = vm.top;
        if flags & flag::INIT != 0 {
            let instance = *regs.sub(1);
            if !v.is_none() {
                vm.pc = (*caller).pc;
                let e = vm.type_error(format_args!(
                    "__init__() should return None, not '{}'",
                    class_name(v)
                ));
                if flags & flag::ENTRY != 0 {
                    vm.result = Value::UNDEF;
                    return Ok(false);
                }
                return Err(e);
            }
            v = instance;
        }
        if flags & flag::ENTRY != 0 {
            vm.result = v;
            return Ok(false);
        }
        *frame::regs_of(vm, caller).add(usize::from((*record).dst)) = v;
        vm.pc = (*caller).pc.add(usize::from((*record).kind));
        Ok(true)
    }
}

/// `f(*args, **kwargs)` with `regs[b]` the callable, `regs[b+2]` any iterable, `regs[b+3]` a mapping or UNDEF.
#[inline(never)]
pub unsafe fn with_unpacking(
    vm: *mut Vm,
    regs: *mut Value,
    b: u16,
    keywords: u16,
) -> PyResult<Value> {
    // SAFETY: called by a handler.
    unsafe {
        let vm = &mut *vm;
        let r = |i: usize| *regs.add(usize::from(b) + i);
        let (f, args) = (r(0), r(2));
        let kwargs = if keywords != 0 { r(3) } else { Value::UNDEF };
        unpack_and_call(vm, f, args, kwargs)
    }
}

/// `f(*args, **kwargs)`
pub fn unpack_and_call(vm: &mut Vm, f: Value, args: Value, kwargs: Value) -> PyResult<Value> {
    let args = match args.exact::<Tuple>() {
        Some(t) => t,
        None => {
            if !vm.is_iterable(args) {
                let name = function_text(vm, f)?;
                return Err(vm.type_error(format_args!(
                    "{} argument after * must be an iterable, not {}",
                    name.text(),
                    class_name(args)
                )));
            }
            objects::protocol::to_tuple(vm, args)?
        }
    };
    if kwargs.is_undef() {
        return vm.call_kw(f, args.items(), Value::UNDEF);
    }
    let kwargs = match kwargs.cast::<Dict>() {
        Some(d) => d,
        None => {
            let d = Dict::new(vm)?;
            merge_keywords(vm, d, kwargs, f)?;
            d
        }
    };
    if kwargs.len() == 0 {
        return vm.call_kw(f, args.items(), Value::UNDEF);
    }
    let mut all = vm.root_vec()?;
    let r = all.extend_from_slice(args.items());
    vm.grow(r)?;
    let names = List::new(vm)?;
    let mut at = 0;
    while let Some((key, value, _)) = kwargs.next_entry(&mut at) {
        if key.cast::<Str>().is_none() {
            return Err(vm.type_error(format_args!("keywords must be strings")));
        }
        names.push(vm, key)?;
        let r = all.push(value);
        vm.grow(r)?;
    }
    let names = Tuple::from_list(vm, names)?;
    vm.call_kw(f, all.as_slice(), names.into())
}

/// Adds the keyword arguments in `mapping` to `dict` for a call of `f`; a key that is there already is an error.
pub fn merge_keywords(vm: &mut Vm, dict: Gc<Dict>, mapping: Value, f: Value) -> PyResult<()> {
    let keys_name = vm.names().keys;
    let Some(keys) = vm.getattr_opt(mapping, keys_name)? else {
        let name = function_text(vm, f)?;
        return Err(vm.type_error(format_args!(
            "{} argument after ** must be a mapping, not {}",
            name.text(),
            class_name(mapping)
        )));
    };
    let keys = vm.call(keys, &[])?;
    vm.for_each(keys, |vm, key| {
        if dict.contains(vm, key)? {
            let name = function_text(vm, f)?;
            if key.cast::<Str>().is_none() {
                return Err(vm.type_error(format_args!("keywords must be strings")));
            }
            let key = vm.str_of(key)?;
            return Err(vm.type_error(format_args!(
                "{} got multiple values for keyword argument '{}'",
                name.text(),
                key.text()
            )));
        }
        let value = vm.getitem(mapping, key)?;
        dict.set(vm, key, value)
    })
}

/// How messages name a callable: `mod.func()`.
pub fn function_text(vm: &mut Vm, f: Value) -> PyResult<Gc<Str>> {
    let names = vm.names();
    let Some(qualname) = vm.getattr_opt(f, names.__qualname__)?.and_then(|q| q.cast::<Str>())
    else {
        return vm.str_of(f);
    };
    if let Some(module) = vm.getattr_opt(f, names.__module__)?.and_then(|m| m.cast::<Str>())
        && module.text().as_str() != Some("builtins")
    {
        return Str::from_fmt(vm, format_args!("{}.{}()", module.text(), qualname.text()));
    }
    Str::from_fmt(vm, format_args!("{}()", qualname.text()))
}

/// Puts arguments into the parameters' registers (all UNDEF before), as the function's signature says.
unsafe fn bind(
    vm: &mut Vm,
    f: Gc<Function>,
    code: &Linked,
    regs: *mut Value,
    args: &[Value],
    kwnames: Value,
) -> PyResult<()> {
    let co = code.code.object();
    let argcount = co.argcount as usize;
    let total = argcount + co.kwonlyargcount as usize;
    let names = kwnames.cast::<Tuple>();
    let nkw = names.map_or(0, |n| n.items().len());
    let npos = args.len() - nkw;
    let mut next_special = total;
    // SAFETY: all registers below are locals of the frame.
    unsafe {
        for (i, v) in args.iter().take(npos.min(argcount)).enumerate() {
            *regs.add(i) = *v;
        }
        if co.flags & co::VARARGS != 0 {
            let rest = Tuple::from_slice(vm, args.get(argcount..npos).unwrap_or(&[]))?;
            *regs.add(next_special) = rest.into();
            next_special += 1;
        }
        let kwargs = if co.flags & co::VARKEYWORDS != 0 {
            let d = Dict::new(vm)?;
            *regs.add(next_special) = d.into();
            Some(d)
        } else {
            None
        };
        if let Some(names) = names {
            for (i, name) in names.items().iter().enumerate() {
                bind_keyword(vm, f, code, regs, kwargs, (names, *name), args[npos + i])?;
            }
        }
        if npos > argcount && co.flags & co::VARARGS == 0 {
            return Err(too_many_positional(vm, f, code, npos, regs));
        }
        positional_defaults(vm, f, code, regs, npos)?;
        keyword_defaults(vm, f, code, regs)
    }
}

unsafe fn bind_keyword(
    vm: &mut Vm,
    f: Gc<Function>,
    code: &Linked,
    regs: *mut Value,
    kwargs: Option<Gc<Dict>>,
    (names, name): (Gc<Tuple>, Value),
    value: Value,
) -> PyResult<()> {
    let co = code.code.object();
    let params = code.code.localsplusnames();
    let total = (co.argcount + co.kwonlyargcount) as usize;
    let posonly = co.posonlyargcount as usize;
    let Some(text) = name.cast::<Str>() else {
        return Err(
            vm.type_error(format_args!("{}() keywords must be strings", f.qualname.get().text()))
        );
    };
    let find = |range: std::ops::Range<usize>| {
        params.items()[range.clone()]
            .iter()
            .position(|p| *p == name || p.cast::<Str>().is_some_and(|p| p.text() == text.text()))
            .map(|i| i + range.start)
    };
    if let Some(i) = find(posonly..total) {
        // SAFETY: a parameter's register.
        unsafe {
            if !(*regs.add(i)).is_undef() {
                return Err(vm.type_error(format_args!(
                    "{}() got multiple values for argument '{}'",
                    f.qualname.get().text(),
                    text.text()
                )));
            }
            *regs.add(i) = value;
        }
        return Ok(());
    }
    if let Some(d) = kwargs {
        return d.set(vm, name, value);
    }
    if find(0..posonly).is_some() {
        return Err(positional_only_as_keyword(vm, f, code, names));
    }
    Err(unexpected_keyword(vm, f, code, text))
}

fn unexpected_keyword(vm: &mut Vm, f: Gc<Function>, code: &Linked, name: Gc<Str>) -> Raised {
    let co = code.code.object();
    let total = (co.argcount + co.kwonlyargcount) as usize;
    let candidates: Vec<String> = code.code.localsplusnames().items()
        [co.posonlyargcount as usize..total]
        .iter()
        .filter_map(|p| p.cast::<Str>().map(|p| p.text().to_string()))
        .collect();
    let hint = match objects::suggest::closest(
        &name.text().to_string(),
        candidates.iter().map(String::as_str),
    ) {
        Some(s) => format!(". Did you mean '{s}'?"),
        None => String::new(),
    };
    vm.type_error(format_args!(
        "{}() got an unexpected keyword argument '{}'{hint}",
        f.qualname.get().text(),
        name.text()
    ))
}

/// Which keywords name positional-only parameters: the message lists all of them that were passed so.
fn positional_only_as_keyword(
    vm: &mut Vm,
    f: Gc<Function>,
    code: &Linked,
    names: Gc<Tuple>,
) -> Raised {
    let co = code.code.object();
    let is_given = |n: &Gc<Str>| {
        names.items().iter().any(|k| k.cast::<Str>().is_some_and(|k| k.text() == n.text()))
    };
    let given: Vec<String> = (0..co.posonlyargcount as usize)
        .filter_map(|i| code.code.localsplusnames().items()[i].cast::<Str>())
        .filter(is_given)
        .map(|n| n.text().to_string())
        .collect();
    vm.type_error(format_args!(
        "{}() got some positional-only arguments passed as keyword arguments: '{}'",
        f.qualname.get().text(),
        given.join(", ")
    ))
}

fn too_many_positional(
    vm: &mut Vm,
    f: Gc<Function>,
    code: &Linked,
    given: usize,
    regs: *mut Value,
) -> Raised {
    let co = code.code.object();
    let argcount = co.argcount as usize;
    let defaults = f.defaults.get().cast::<Tuple>().map_or(0, |d| d.items().len());
    let (takes, plural) = if defaults > 0 {
        (format!("from {} to {argcount}", argcount - defaults.min(argcount)), true)
    } else {
        (format!("{argcount}"), argcount != 1)
    };
    let total = argcount + co.kwonlyargcount as usize;
    // SAFETY: the parameters' registers.
    let kwonly = (argcount..total).filter(|i| unsafe { !(*regs.add(*i)).is_undef() }).count();
    let extra = if kwonly > 0 {
        format!(
            " positional argument{} (and {kwonly} keyword-only argument{})",
            if given == 1 { "" } else { "s" },
            if kwonly == 1 { "" } else { "s" }
        )
    } else {
        String::new()
    };
    vm.type_error(format_args!(
        "{}() takes {takes} positional argument{} but {given}{extra} {} given",
        f.qualname.get().text(),
        if plural { "s" } else { "" },
        if given == 1 && kwonly == 0 { "was" } else { "were" }
    ))
}

unsafe fn positional_defaults(
    vm: &mut Vm,
    f: Gc<Function>,
    code: &Linked,
    regs: *mut Value,
    npos: usize,
) -> PyResult<()> {
    let argcount = code.code.object().argcount as usize;
    if npos >= argcount {
        return Ok(());
    }
    let defaults = f.defaults.get().cast::<Tuple>();
    let values = defaults.map_or(&[][..], |d| d.as_static_items());
    let first_default = argcount - values.len().min(argcount);
    // SAFETY: the parameters' registers.
    unsafe {
        let missing: Vec<usize> =
            (npos..first_default).filter(|i| (*regs.add(*i)).is_undef()).collect();
        if !missing.is_empty() {
            return Err(missing_arguments(vm, f, code, "positional", &missing));
        }
        for i in npos.max(first_default)..argcount {
            if (*regs.add(i)).is_undef() {
                *regs.add(i) = values[i - first_default];
            }
        }
    }
    Ok(())
}

unsafe fn keyword_defaults(
    vm: &mut Vm,
    f: Gc<Function>,
    code: &Linked,
    regs: *mut Value,
) -> PyResult<()> {
    let co = code.code.object();
    let (first, total) = (co.argcount as usize, (co.argcount + co.kwonlyargcount) as usize);
    let mut missing = Vec::new();
    for i in first..total {
        // SAFETY: the parameters' registers.
        unsafe {
            if !(*regs.add(i)).is_undef() {
                continue;
            }
            let name = code.code.localsplusnames().items()[i];
            let default = match f.kwdefaults.get().cast::<Dict>() {
                Some(d) => d.get(vm, name)?,
                None => None,
            };
            match default {
                Some(v) => *regs.add(i) = v,
                None => missing.push(i),
            }
        }
    }
    if missing.is_empty() {
        Ok(())
    } else {
        Err(missing_arguments(vm, f, code, "keyword-only", &missing))
    }
}

fn missing_arguments(
    vm: &mut Vm,
    f: Gc<Function>,
    code: &Linked,
    kind: &str,
    missing: &[usize],
) -> Raised {
    let mut names: Vec<String> = Vec::new();
    for i in missing {
        names.push(vm.repr_for_message(code.code.localsplusnames().items()[*i]));
    }
    let list = match names.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [init @ .., last] => format!("{}, and {last}", init.join(", ")),
        [] => String::new(),
    };
    vm.type_error(format_args!(
        "{}() missing {} required {kind} argument{}: {list}",
        f.qualname.get().text(),
        names.len(),
        if names.len() == 1 { "" } else { "s" }
    ))
}

/// A vector of values that the collector sees.
pub type Values = RootVec<Value>;

/// Runs a code object that isn't a function's (a module, class body, expression) with `globals`, the namespace `locals`
/// and a closure (a tuple of cells, or UNDEF or None).
pub fn run_code(
    vm: &mut Vm,
    code: Gc<objects::code::Code>,
    globals: Gc<Dict>,
    locals: Value,
    closure: Value,
) -> PyResult<Value> {
    vm.check_native_stack("")?;
    let f = Function::make(vm, code, globals)?;
    if !closure.is_undef() {
        f.closure.set(f, vm.heap(), closure);
    }
    let pc = vm.pc;
    push(vm, f, &[], Value::UNDEF, (0, 0), flag::ENTRY)?;
    // SAFETY: the record on top was just pushed; the hidden register is in its frame.
    unsafe {
        if let Some(names) = frame::code_of(vm.top).reg.names_reg {
            *frame::regs_of(vm, vm.top).add(usize::from(names)) = locals;
        }
    }
    let r = run_top(vm);
    vm.pc = pc;
    r
}

//! Local variables seen from outside: `locals()` and `frame.f_locals` (PEP 667).
//!
//! The `f_locals` of a function's frame is a [`FrameLocalsProxy`] that reads and writes the frame's registers, wherever
//! they are: on the stack, in the suspended generator, or in the frame object. That of a module or class body is the
//! namespace itself.

use super::Frame;
use crate::frame;
use code::object::kind;
use heap::Gc;
use macros::{pymethods, pytype};
use objects::cell;
use objects::dict::Dict;
use objects::exceptions;
use objects::list::List;
use objects::str::Str;
use objects::value::Value;
use objects::vm::{CallRecord, PyResult, Vm};

/// The mapping of a function frame's local variables.
#[pytype(name = "FrameLocalsProxy", flags(MAPPING))]
pub struct FrameLocalsProxy {
    frame: Gc<Frame>,
}

/// Readies the types of this module.
pub fn ready_types(vm: &mut Vm) -> PyResult<()> {
    objects::types::ready(vm, <FrameLocalsProxy as objects::layout::Object>::def()).map(|_| ())
}

/// `frame.f_locals`
pub fn mapping(vm: &mut Vm, frame: Gc<Frame>) -> PyResult<Value> {
    if frame.code.object().flags & code::object::flags::OPTIMIZED != 0 {
        return Ok(FrameLocalsProxy::create(vm, frame)?.into());
    }
    match frame.namespace(vm) {
        Some(names) => Ok(names),
        None => Ok(frame.func.globals.into()),
    }
}

/// `locals()` of the running frame: a new dict in functions, the namespace elsewhere.
pub fn locals(vm: &mut Vm) -> PyResult<Value> {
    let Some(record) = frame::current(vm) else {
        return Err(vm.system_error(format_args!("frame does not exist")));
    };
    // SAFETY: a live record.
    let code = unsafe { frame::code_of(record) };
    if let Some(names) = code.reg.names_reg
        && code.code.object().flags & code::object::flags::OPTIMIZED == 0
        && !has_hidden(vm, record)
    {
        // SAFETY: the hidden register is in the frame.
        return Ok(unsafe { *frame::regs_of(vm, record).add(usize::from(names)) });
    }
    let dict = Dict::new(vm)?;
    fill(vm, record, dict)?;
    Ok(dict.into())
}

/// Whether an inlined comprehension of a module or class is under way: its variables are fast locals.
fn has_hidden(vm: &Vm, record: *mut CallRecord) -> bool {
    // SAFETY: as in `fill`.
    unsafe {
        let code = frame::code_of(record).code;
        let regs = frame::regs_of(vm, record);
        let mut kinds = code.object().localspluskinds.iter().enumerate();
        kinds.any(|(i, kinds)| {
            kinds & kind::HIDDEN != 0 && !content(*regs.add(i), *kinds).is_undef()
        })
    }
}

/// Enters the variables of a running function frame that have a value.
fn fill(vm: &mut Vm, record: *mut CallRecord, dict: Gc<Dict>) -> PyResult<()> {
    // SAFETY: a live record; locals come first among the registers.
    unsafe {
        let code = frame::code_of(record).code;
        let names = code.localsplusnames();
        for (i, kinds) in code.object().localspluskinds.iter().enumerate() {
            let v = content(*frame::regs_of(vm, record).add(i), *kinds);
            if let (Some(name), false) = (names.get(i), v.is_undef()) {
                dict.set(vm, name, v)?;
            }
        }
    }
    Ok(())
}

/// The value of a variable whose register holds `v`, through its cell if it has one.
fn content(v: Value, kinds: u8) -> Value {
    if kinds & (kind::CELL | kind::FREE) != 0
        && let Some(c) = v.exact::<cell::Cell>()
    {
        return c.value.get();
    }
    v
}

impl Frame {
    /// The namespace of a module's or class body's frame.
    fn namespace(&self, vm: &mut Vm) -> Option<Value> {
        let linked = crate::link::linked(vm, self.code).ok()?;
        let reg = usize::from(linked.reg.names_reg?);
        self.register(vm, reg).defined()
    }

    /// Register `i` (a local, cell or hidden one), wherever it is now.
    fn register(&self, vm: &Vm, i: usize) -> Value {
        if let Some(record) = self.record(vm) {
            // SAFETY: a live record; callers pass registers of its code.
            return unsafe { *frame::regs_of(vm, record).add(i) };
        }
        if let Some(g) = crate::generator::of(self.generator.get()) {
            return g.saved.get().cells().get(i).map_or(Value::UNDEF, std::cell::Cell::get);
        }
        self.saved.get().cells().get(i).map_or(Value::UNDEF, std::cell::Cell::get)
    }

    fn set_register(&self, vm: &mut Vm, i: usize, v: Value) {
        if let Some(record) = self.record(vm) {
            // SAFETY: as in `register`.
            unsafe { *frame::regs_of(vm, record).add(i) = v };
            return;
        }
        let saved = match crate::generator::of(self.generator.get()) {
            Some(g) => g.saved.get(),
            None => self.saved.get(),
        };
        if i < saved.cap() {
            objects::array::Values::set(saved, vm, i, v);
        }
    }

    /// Index and kinds of the variable `name`.
    fn variable(&self, name: Value) -> Option<(usize, u8)> {
        let text = name.cast::<Str>()?;
        let kinds = &self.code.object().localspluskinds;
        self.code.localsplusnames().items().iter().enumerate().find_map(|(i, n)| {
            let same = *n == name || n.cast::<Str>().is_some_and(|n| n.text() == text.text());
            let k = *kinds.get(i)?;
            (same && k & kind::HIDDEN == 0).then_some((i, k))
        })
    }

    fn variable_value(&self, vm: &Vm, name: Value) -> Option<Value> {
        let (i, kinds) = self.variable(name)?;
        content(self.register(vm, i), kinds).defined()
    }

    fn extra_dict(this: Gc<Frame>, vm: &mut Vm) -> PyResult<Gc<Dict>> {
        if let Some(d) = this.extra.get().exact::<Dict>() {
            return Ok(d);
        }
        let d = Dict::new(vm)?;
        this.extra.set(this, vm.heap(), d.into());
        Ok(d)
    }
}

/// All variables with a value, as a new dict.
fn snapshot(vm: &mut Vm, frame: Gc<Frame>) -> PyResult<Gc<Dict>> {
    let d = Dict::new(vm)?;
    let names = frame.code.localsplusnames();
    for (i, kinds) in frame.code.object().localspluskinds.iter().enumerate() {
        if kinds & kind::HIDDEN == 0 {
            let v = content(frame.register(vm, i), *kinds);
            if let (Some(name), false) = (names.get(i), v.is_undef()) {
                d.set(vm, name, v)?;
            }
        }
    }
    if let Some(extra) = frame.extra.get().exact::<Dict>() {
        d.update(vm, extra.into())?;
    }
    Ok(d)
}

#[pymethods]
impl FrameLocalsProxy {
    #[slot(len)]
    fn len(this: Gc<Self>, vm: &mut Vm) -> PyResult<usize> {
        Ok(snapshot(vm, this.frame)?.len())
    }
    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        if let Some(v) = this.frame.variable_value(vm, key) {
            return Ok(v);
        }
        if let Some(extra) = this.frame.extra.get().exact::<Dict>()
            && let Some(v) = extra.get(vm, key)?
        {
            return Ok(v);
        }
        let text = vm.repr(key)?;
        Err(vm.raise(
            &exceptions::KEY_ERROR,
            format_args!("local variable {} is not defined", text.text()),
        ))
    }
    #[slot(setitem)]
    fn setitem(this: Gc<Self>, vm: &mut Vm, key: Value, v: Option<Value>) -> PyResult<()> {
        let Some((i, kinds)) = this.frame.variable(key) else {
            let extra = Frame::extra_dict(this.frame, vm)?;
            return match v {
                Some(v) => extra.set(vm, key, v),
                None => match extra.remove(vm, key)? {
                    Some(_) => Ok(()),
                    None => Err(vm.key_error(key)),
                },
            };
        };
        let Some(v) = v else {
            return Err(
                vm.value_error(format_args!("cannot remove local variables from FrameLocalsProxy"))
            );
        };
        if kinds & (kind::CELL | kind::FREE) != 0
            && let Some(c) = this.frame.register(vm, i).exact::<cell::Cell>()
        {
            c.value.set(c, vm.heap(), v);
            return Ok(());
        }
        this.frame.set_register(vm, i, v);
        Ok(())
    }
    #[slot(contains)]
    fn contains(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<bool> {
        snapshot(vm, this.frame)?.contains(vm, key)
    }
    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let d = snapshot(vm, this.frame)?;
        let keys = List::from_iterable(vm, d.into())?;
        vm.iter(keys.into())
    }
    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let d = snapshot(vm, this.frame)?;
        Ok(vm.repr(d.into())?.into())
    }
    #[slot(compare)]
    fn compare(
        this: Gc<Self>,
        vm: &mut Vm,
        other: Value,
        op: objects::slots::CompareOp,
    ) -> PyResult<Value> {
        let d = snapshot(vm, this.frame)?;
        let other = match other.exact::<FrameLocalsProxy>() {
            Some(p) => snapshot(vm, p.frame)?.into(),
            None => other,
        };
        vm.compare(d.into(), other, op)
    }
    #[method]
    fn keys(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let d = snapshot(vm, this.frame)?;
        Ok(List::from_iterable(vm, d.into())?.into())
    }
    #[method]
    fn values(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        call_snapshot(vm, this, "values")
    }
    #[method]
    fn items(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        call_snapshot(vm, this, "items")
    }
    #[method]
    fn copy(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Ok(snapshot(vm, this.frame)?.into())
    }
    #[method(sig = "($self, key, default=None, /)")]
    fn get(this: Gc<Self>, vm: &mut Vm, key: Value, default: Option<Value>) -> PyResult<Value> {
        Ok(snapshot(vm, this.frame)?.get(vm, key)?.or(default).unwrap_or(Value::NONE))
    }
    #[method]
    fn update(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<()> {
        let d = Dict::new(vm)?;
        d.update(vm, other)?;
        let mut at = 0;
        while let Some((key, v, _)) = d.next_entry(&mut at) {
            FrameLocalsProxy::setitem(this, vm, key, Some(v))?;
        }
        Ok(())
    }
}

/// A list of what method `name` of a snapshot gives.
fn call_snapshot(vm: &mut Vm, this: Gc<FrameLocalsProxy>, name: &str) -> PyResult<Value> {
    let d = snapshot(vm, this.frame)?;
    let name = vm.intern(name)?;
    let view = vm.call_method(d.into(), name, &[])?;
    Ok(List::from_iterable(vm, view)?.into())
}

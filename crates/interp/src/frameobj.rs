//! Frame objects: what `sys._getframe()` and tracebacks show of a frame.
//!
//! They are made only when somebody looks. While the frame runs, the object refers to its record; when the frame ends,
//! it takes the locals over. A record with a frame object has the flag FRAME_OBJECT, and the object is on the list
//! [`Live`], newest last, so that both find each other.

mod locals;
mod methods;

use crate::frame::{self, flag};
use crate::generator::Generator;
use crate::link::Linked;
use heap::{Field, Gc, RootVec};
use macros::pytype;
use objects::array::Values;
use objects::code::{Code, Function};
use objects::shape::core;
use objects::value::Value;
use objects::vm::{CallRecord, PyResult, Vm};
use std::cell::Cell;

pub use locals::locals;

/// A frame object.
#[pytype(name = "frame", shape = core::FRAME, flags(NO_NEW))]
pub struct Frame {
    /// The function that runs.
    pub func: Gc<Function>,
    /// Its code.
    pub code: Gc<Code>,
    /// The locals, cells and hidden registers of a frame that has ended.
    pub saved: Field<Gc<Values>>,
    /// `f_back` of a frame that has ended; None for none.
    pub back: Field<Value>,
    /// The generator it belongs to, or None.
    pub generator: Field<Value>,
    /// `f_trace`
    pub trace: Field<Value>,
    /// What was stored through `f_locals` under names that aren't locals; UNDEF for nothing.
    pub extra: Field<Value>,
    /// Byte offset of the instruction it ended at, or was last seen at.
    pub lasti: Cell<u32>,
    /// Number of the record while it runs, else 0.
    pub depth: Cell<u32>,
    /// While it is traced: byte offset of the instruction before, `u32::MAX` when the frame was just entered.
    pub traced: Cell<u32>,
    /// `f_trace_lines`
    pub trace_lines: Cell<bool>,
    /// `f_trace_opcodes`
    pub trace_opcodes: Cell<bool>,
}

/// Frame objects of frames on the stack, oldest first.
pub struct Live(RootVec<Value>);

impl Live {
    /// None.
    pub fn new(vm: &mut Vm) -> PyResult<Live> {
        Ok(Live(vm.root_vec()?))
    }

    fn of_depth(&self, depth: u32) -> Option<Gc<Frame>> {
        let at = self.0.as_slice().binary_search_by_key(&depth, |v| depth_of(*v)).ok()?;
        self.0.get(at).and_then(|v| v.exact::<Frame>())
    }

    fn insert(&mut self, frame: Gc<Frame>) -> Result<(), heap::OutOfMemory> {
        let depth = frame.depth.get();
        self.0.push(frame.into())?;
        let items = self.0.as_mut_slice();
        let mut at = items.len() - 1;
        while at > 0 && depth_of(items[at - 1]) > depth {
            items.swap(at, at - 1);
            at -= 1;
        }
        Ok(())
    }

    fn remove(&mut self, depth: u32) -> Option<Gc<Frame>> {
        let at = self.0.as_slice().binary_search_by_key(&depth, |v| depth_of(*v)).ok()?;
        let frame = self.0.get(at).and_then(|v| v.exact::<Frame>());
        let items = self.0.as_mut_slice();
        items[at..].rotate_left(1);
        self.0.pop();
        frame
    }
}

fn depth_of(v: Value) -> u32 {
    v.exact::<Frame>().map_or(0, |f| f.depth.get())
}

/// Readies the types of this module.
pub fn ready_types(vm: &mut Vm) -> PyResult<()> {
    objects::types::ready(vm, <Frame as objects::layout::Object>::def())?;
    locals::ready_types(vm)
}

fn depth_of_record(vm: &Vm, record: *const CallRecord) -> u32 {
    // SAFETY: both point into the records.
    unsafe { record.offset_from(vm.records) as u32 }
}

/// The frame object of a running frame, made now if there was none.
pub fn of_record(vm: &mut Vm, record: *mut CallRecord) -> PyResult<Gc<Frame>> {
    let depth = depth_of_record(vm, record);
    // SAFETY: a live record.
    let (func, code) = unsafe { ((*record).func, frame::code_of(record).code) };
    // SAFETY: as above.
    if unsafe { (*record).flags } & flag::FRAME_OBJECT != 0
        && let Some(frame) = crate::state(vm).frames.of_depth(depth)
    {
        return Ok(frame);
    }
    let generator = generator_of(vm, record).unwrap_or(Value::NONE);
    let frame = new(vm, func, code, generator, depth)?;
    let inserted = crate::state(vm).frames.insert(frame);
    vm.grow(inserted)?;
    // SAFETY: as above.
    unsafe { (*record).flags |= flag::FRAME_OBJECT };
    if let Some(g) = crate::generator::of(generator) {
        g.frame.set(g, vm.heap(), frame.into());
    }
    Ok(frame)
}

fn generator_of(vm: &Vm, record: *const CallRecord) -> Option<Value> {
    // SAFETY: a live record.
    unsafe {
        if (*record).flags & flag::GENERATOR == 0 {
            return None;
        }
        let reg = frame::code_of(record).reg.generator_reg?;
        Some(*frame::regs_of(vm, record).add(usize::from(reg)))
    }
}

/// `gi_frame`: the frame object of a generator, None when it has ended.
pub fn of_generator(vm: &mut Vm, g: Gc<Generator>) -> PyResult<Value> {
    use crate::generator::state;
    if g.state.get() == state::CLOSED {
        return Ok(Value::NONE);
    }
    if g.frame.get().is_heap() {
        return Ok(g.frame.get());
    }
    if g.state.get() == state::RUNNING {
        let record = frame::walk(vm).find(|r| generator_of(vm, *r) == Some(g.into()));
        return match record {
            Some(record) => Ok(of_record(vm, record)?.into()),
            None => Ok(Value::NONE),
        };
    }
    let frame = new(vm, g.func, g.code, g.into(), 0)?;
    g.frame.set(g, vm.heap(), frame.into());
    Ok(frame.into())
}

fn new(
    vm: &mut Vm,
    func: Gc<Function>,
    code: Gc<Code>,
    generator: Value,
    depth: u32,
) -> PyResult<Gc<Frame>> {
    let none = || Field::new(Value::NONE);
    Frame::create(
        vm,
        func,
        code,
        Field::new(Values::empty()),
        none(),
        Field::new(generator),
        none(),
        Field::new(Value::UNDEF),
        Cell::new(0),
        Cell::new(depth),
        Cell::new(u32::MAX),
        Cell::new(true),
        Cell::new(false),
    )
}

/// The frame object of the running frame `depth` frames up, `None` if there aren't so many.
pub fn current(vm: &mut Vm, depth: usize) -> PyResult<Option<Gc<Frame>>> {
    let record = frame::walk(vm).nth(depth);
    match record {
        Some(record) => of_record(vm, record).map(Some),
        None => Ok(None),
    }
}

impl Frame {
    /// The record, while it runs.
    pub fn record(&self, vm: &Vm) -> Option<*mut CallRecord> {
        match self.depth.get() {
            0 => None,
            // SAFETY: a frame object's depth is that of a live record, or 0.
            depth => Some(unsafe { vm.records.add(depth as usize) }),
        }
    }

    /// Byte offset of the instruction being executed.
    pub fn offset(&self, vm: &Vm) -> u32 {
        match self.record(vm) {
            // SAFETY: a live record.
            Some(record) => unsafe { frame::code_of(record) }.lasti(frame::pc_of(vm, record)),
            None => match crate::generator::of(self.generator.get()) {
                Some(g) => g.offset().unwrap_or(self.lasti.get()),
                None => self.lasti.get(),
            },
        }
    }

    /// The line being executed.
    pub fn line(&self, vm: &Vm) -> Option<u32> {
        line_at(self.code, self.offset(vm))
    }
}

/// The line of the instruction at byte `offset`.
pub fn line_at(code: Gc<Code>, offset: u32) -> Option<u32> {
    let object = code.object();
    code::linetable::line_at(&object.linetable, object.firstlineno, offset)
}

/// The frame on top is about to end: its frame object takes the registers over.
pub unsafe fn detach_top(vm: &mut Vm) -> PyResult<()> {
    // SAFETY: called for a live record with the flag.
    unsafe {
        let record = vm.top;
        let depth = depth_of_record(vm, record);
        let Some(frame) = crate::state(vm).frames.remove(depth) else { return Ok(()) };
        frame.lasti.set(frame::code_of(record).lasti(vm.pc));
        (*record).flags &= !flag::FRAME_OBJECT;
        let below = frame::walk(vm).nth(1);
        let back = match below {
            Some(below) => of_record(vm, below).map(Value::from),
            None => Ok(Value::NONE),
        };
        let code: &Linked = frame::code_of(record);
        let regs = frame::regs_of(vm, record);
        let saved = Values::alloc(vm, code.temp_base as usize);
        frame.depth.set(0);
        let (back, saved) = (back?, saved?);
        frame.back.set(frame, vm.heap(), back);
        let locals = std::slice::from_raw_parts(regs, code.temp_base as usize);
        Values::write(saved, vm, 0, locals);
        frame.saved.set(frame, vm.heap(), saved);
        frame.generator.set(frame, vm.heap(), Value::NONE);
        Ok(())
    }
}

/// The generator's frame on top is about to be suspended: its registers go into the generator, where the frame object
/// finds them.
pub unsafe fn suspend_top(vm: &mut Vm, g: Gc<Generator>) {
    let depth = depth_of_record(vm, vm.top);
    if let Some(frame) = crate::state(vm).frames.remove(depth) {
        frame.depth.set(0);
        frame.back.set(frame, vm.heap(), Value::NONE);
        debug_assert!(frame.generator.get() == Value::from(g) || frame.generator.get().is_heap());
    }
}

/// The frame of a generator that has a frame object is on the stack again.
pub unsafe fn reattach(vm: &mut Vm, frame: Value) -> PyResult<()> {
    if let Some(frame) = frame.exact::<Frame>() {
        frame.depth.set(depth_of_record(vm, vm.top));
        let inserted = crate::state(vm).frames.insert(frame);
        return vm.grow(inserted);
    }
    Ok(())
}

/// Hook: the globals of the running frame.
pub fn globals(vm: &mut Vm) -> Option<Value> {
    let record = frame::current(vm)?;
    // SAFETY: a live record.
    let func = unsafe { (*record).func };
    Some(func.globals.into())
}

//! What Python code sees of a frame object.

use super::Frame;
use crate::frame;
use heap::Gc;
use macros::pymethods;
use objects::str::Str;
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

#[pymethods]
impl Frame {
    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let line = this.line(vm).map_or_else(|| "None".to_owned(), |l| l.to_string());
        let co = this.code.object();
        let filename = vm.repr_for_message(this.code.filename().into());
        let text = format!(
            "<frame at {:#x}, file {filename}, line {line}, code {}>",
            this.as_ptr() as usize,
            co.name.to_string_lossy()
        );
        Ok(Str::new(vm, &text)?.into())
    }
    /// Return the next outer frame object (this frame's caller).
    #[getter]
    fn f_back(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let Some(record) = this.record(vm) else { return Ok(this.back.get()) };
        let below = frame::walk(vm).skip_while(|r| *r != record).nth(1);
        match below {
            Some(below) => Ok(super::of_record(vm, below)?.into()),
            None => Ok(Value::NONE),
        }
    }
    /// Return the code object being executed in this frame.
    #[getter]
    fn f_code(this: Gc<Self>) -> Value {
        this.code.into()
    }
    /// Return the global variables of the frame.
    #[getter]
    fn f_globals(this: Gc<Self>) -> Value {
        this.func.globals.into()
    }
    /// Return the built-in variables in the frame.
    #[getter]
    fn f_builtins(this: Gc<Self>) -> Value {
        this.func.builtins.into()
    }
    /// Return the mapping used by the frame to look up local variables.
    #[getter]
    fn f_locals(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        super::locals::mapping(vm, this)
    }
    /// Return the index of the last attempted instruction in the frame.
    #[getter]
    fn f_lasti(this: Gc<Self>, vm: &mut Vm) -> usize {
        this.offset(vm) as usize
    }
    /// Return the current line number in the frame.
    #[getter]
    fn f_lineno(this: Gc<Self>, vm: &mut Vm) -> Value {
        this.line(vm).map_or(Value::NONE, |l| Value::from_len(l as usize))
    }
    /// Return the generator or coroutine associated with this frame, or None.
    #[getter]
    fn f_generator(this: Gc<Self>) -> Value {
        this.generator.get()
    }
    /// Return the trace function for this frame, or None if no trace function is set.
    #[getter]
    fn f_trace(this: Gc<Self>) -> Value {
        this.trace.get()
    }
    #[setter]
    fn set_f_trace(this: Gc<Self>, vm: &mut Vm, v: Option<Value>) {
        this.trace.set(this, vm.heap(), v.unwrap_or(Value::NONE));
    }
    #[getter(member)]
    fn f_trace_lines(this: Gc<Self>) -> bool {
        this.trace_lines.get()
    }
    #[setter]
    fn set_f_trace_lines(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
        this.trace_lines.set(flag(vm, v)?);
        Ok(())
    }
    /// Return True if opcode tracing is enabled, False otherwise.
    #[getter]
    fn f_trace_opcodes(this: Gc<Self>) -> bool {
        this.trace_opcodes.get()
    }
    #[setter]
    fn set_f_trace_opcodes(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<()> {
        this.trace_opcodes.set(flag(vm, v)?);
        Ok(())
    }
    /// Clear all references held by the frame.
    #[method]
    fn clear(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        if this.record(vm).is_some() {
            return Err(vm.runtime_error(format_args!("cannot clear an executing frame")));
        }
        if let Some(g) = crate::generator::of(this.generator.get())
            && g.state.get() == crate::generator::state::SUSPENDED
        {
            return Err(vm.runtime_error(format_args!("cannot clear a suspended frame")));
        }
        let saved = this.saved.get();
        saved.clear(0..saved.cap());
        Ok(())
    }
}

fn flag(vm: &mut Vm, v: Value) -> PyResult<bool> {
    match v.as_bool() {
        Some(b) => Ok(b),
        None => Err(
            vm.type_error(format_args!("attribute value type must be bool, not {}", class_name(v)))
        ),
    }
}

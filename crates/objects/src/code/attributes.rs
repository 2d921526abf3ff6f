//! Attributes and methods of code objects that only read.

use super::Code;
use crate::bytes::Bytes;
use crate::exceptions;
use crate::list::List;
use crate::singletons;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use ::code::linetable;
use ::code::object::kind;
use heap::Gc;
use macros::pymethods;

fn or_none(n: i32) -> Value {
    if n < 0 { Value::NONE } else { Value::int32(n) }
}

#[pymethods(extra = "methods")]
impl Code {
    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let line = this.object().firstlineno;
        let (name, file, at) = (this.name(), this.filename(), this.addr());
        let (name, file) = (name.text(), file.text());
        Str::from_fmt(
            vm,
            format_args!("<code object {name} at {at:#x}, file \"{file}\", line {line}>"),
        )
    }

    #[slot(hash)]
    fn hash(this: Gc<Self>, vm: &mut Vm) -> PyResult<i64> {
        let o = this.object();
        let mut h = prim::hash::TupleHasher::new();
        h.item(this.name().hash());
        for n in [o.argcount, o.posonlyargcount, o.kwonlyargcount, o.flags] {
            h.item(i64::from(n));
        }
        h.item(i64::from(o.firstlineno));
        h.item(crate::str::hash_key().bytes(&o.code));
        let names = vm.hash(this.names().into())?;
        h.item(names);
        Ok(h.finish())
    }

    #[slot(compare)]
    fn compare(this: Gc<Self>, vm: &mut Vm, other: Value, op: CompareOp) -> PyResult<Value> {
        let Some(other) = other.exact::<Code>() else { return Ok(singletons::not_implemented()) };
        match op {
            CompareOp::Eq => Ok(Code::equals(this, vm, other)?.into()),
            CompareOp::Ne => Ok((!Code::equals(this, vm, other)?).into()),
            _ => Ok(singletons::not_implemented()),
        }
    }

    #[getter(member)]
    fn co_argcount(this: Gc<Self>) -> u32 {
        this.object().argcount
    }
    #[getter(member)]
    fn co_posonlyargcount(this: Gc<Self>) -> u32 {
        this.object().posonlyargcount
    }
    #[getter(member)]
    fn co_kwonlyargcount(this: Gc<Self>) -> u32 {
        this.object().kwonlyargcount
    }
    #[getter(member)]
    fn co_stacksize(this: Gc<Self>) -> u32 {
        this.object().stacksize
    }
    #[getter(member)]
    fn co_flags(this: Gc<Self>) -> u32 {
        this.object().flags
    }
    #[getter(member)]
    fn co_names(this: Gc<Self>) -> Gc<Tuple> {
        this.names()
    }
    #[getter(member)]
    fn co_filename(this: Gc<Self>) -> Gc<Str> {
        this.filename()
    }
    #[getter(member)]
    fn co_name(this: Gc<Self>) -> Gc<Str> {
        this.name()
    }
    #[getter(member)]
    fn co_qualname(this: Gc<Self>) -> Gc<Str> {
        this.qualname()
    }
    #[getter(member)]
    fn co_firstlineno(this: Gc<Self>) -> i32 {
        this.object().firstlineno
    }
    #[getter(member)]
    fn co_consts(this: Gc<Self>) -> Gc<Tuple> {
        this.consts()
    }
    #[getter(member)]
    fn co_linetable(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
        Bytes::new(vm, &this.object().linetable)
    }
    #[getter(member)]
    fn co_exceptiontable(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
        Bytes::new(vm, &this.object().exceptiontable)
    }
    #[getter]
    fn co_nlocals(this: Gc<Self>) -> usize {
        this.object().localspluskinds.iter().filter(|k| *k & kind::LOCAL != 0).count()
    }
    #[getter]
    fn co_code(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
        Bytes::new(vm, &this.object().code)
    }
    #[getter]
    fn _co_code_adaptive(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
        Bytes::new(vm, &this.object().code)
    }
    #[getter]
    fn co_varnames(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Code::names_of_kind(this, vm, kind::LOCAL)
    }
    #[getter]
    fn co_cellvars(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Code::names_of_kind(this, vm, kind::CELL)
    }
    #[getter]
    fn co_freevars(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Code::names_of_kind(this, vm, kind::FREE)
    }

    #[getter]
    fn co_lnotab(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
        vm.warn(
            &exceptions::DEPRECATION_WARNING,
            format_args!("co_lnotab is deprecated, use co_lines instead."),
            1,
        )?;
        let table = lnotab(this.object());
        Bytes::new(vm, &table)
    }

    #[method(sig = "($self, /)", no_text)]
    fn co_lines(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let list = List::new(vm)?;
        for run in linetable::lines(&this.object().linetable, this.object().firstlineno) {
            let line = or_none(run.line);
            let entry = Tuple::from_slice(
                vm,
                &[Value::from_len(run.start as usize), Value::from_len(run.end as usize), line],
            )?;
            list.push(vm, entry.into())?;
        }
        vm.iter(list.into())
    }

    #[method(sig = "($self, /)", no_text)]
    fn co_positions(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let list = List::new(vm)?;
        for at in linetable::positions(&this.object().linetable, this.object().firstlineno) {
            let parts = [at.line, at.end_line, at.col, at.end_col].map(or_none);
            let entry = Tuple::from_slice(vm, &parts)?;
            list.push(vm, entry.into())?;
        }
        vm.iter(list.into())
    }

    #[method(sig = "($self, /)", no_text)]
    fn co_branches(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let list = List::new(vm)?;
        for (from, left, right) in branches(&this.object().code) {
            let entry = Tuple::from_slice(vm, &[from, left, right].map(Value::from_len))?;
            list.push(vm, entry.into())?;
        }
        vm.iter(list.into())
    }

    /// (internal-only) Return the local variable name for the given oparg.
    ///
    /// WARNING: this method is for internal use only and may change or go away.
    #[method(sig = "($self, /, oparg)")]
    fn _varname_from_oparg(this: Gc<Self>, vm: &mut Vm, oparg: i32) -> PyResult<Value> {
        match usize::try_from(oparg).ok().and_then(|i| this.localsplusnames().get(i)) {
            Some(name) => Ok(name),
            None => Err(vm.index_error(format_args!("tuple index out of range"))),
        }
    }

    #[method(sig = "($self, /)", no_text)]
    fn __sizeof__(this: Gc<Self>) -> usize {
        let o = this.object();
        size_of::<Code>()
            + o.code.len()
            + o.linetable.len()
            + o.exceptiontable.len()
            + 8 * o.localsplusnames.len()
    }
}

/// `co_lnotab`: pairs of unsigned byte offsets and signed line differences.
fn lnotab(object: &::code::CodeObject) -> Vec<u8> {
    let mut out = Vec::new();
    let (mut at, mut line) = (0u32, object.firstlineno);
    for run in linetable::lines(&object.linetable, object.firstlineno) {
        if run.line < 0 {
            continue;
        }
        let (mut bytes, mut lines) = (run.start - at, run.line - line);
        if lines == 0 {
            continue;
        }
        while bytes > 255 {
            out.extend([255, 0]);
            bytes -= 255;
        }
        while !(-128..=127).contains(&lines) {
            let step = if lines < 0 { -128 } else { 127 };
            out.extend([bytes as u8, step as i8 as u8]);
            lines -= step;
            bytes = 0;
        }
        out.extend([bytes as u8, lines as i8 as u8]);
        at = run.start;
        line = run.line;
    }
    out
}

/// Conditional branches: byte offsets of the instruction, of what follows when it doesn't jump, of its target.
fn branches(code: &[u8]) -> Vec<(usize, usize, usize)> {
    use ::code::Op;
    let mut out = Vec::new();
    for i in ::code::instruction::instructions(code).map_while(Result::ok) {
        let conditional = matches!(
            i.op,
            Op::PopJumpIfTrue
                | Op::PopJumpIfFalse
                | Op::PopJumpIfNone
                | Op::PopJumpIfNotNone
                | Op::ForIter
        );
        if conditional && let Some(target) = i.jump_target() {
            out.push((i.offset, i.end(), target));
        }
    }
    out
}

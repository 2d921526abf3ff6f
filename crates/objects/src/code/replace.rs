//! Making code objects from Python: `types.CodeType(…)` and `code.replace(…)`.
//!
//! What Python code passes is checked for form only; whether the code can run is found out when it is verified.

use super::{Code, constants};
use crate::args::KwArgs;
use crate::bytes::Bytes;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use ::code::constant::Str as CodeStr;
use ::code::object::kind;
use ::code::{CodeObject, Const};
use heap::Gc;
use macros::pymethods;
use std::sync::Arc;

/// The parts as Python names them.
struct Parts {
    object: CodeObject,
    consts: Gc<Tuple>,
    varnames: Vec<CodeStr>,
    cellvars: Vec<CodeStr>,
    freevars: Vec<CodeStr>,
    nlocals: Option<u32>,
}

impl Parts {
    fn of(code: Gc<Code>) -> Parts {
        let o = code.object();
        Parts {
            object: o.clone(),
            consts: code.consts(),
            varnames: o.varnames().cloned().collect(),
            cellvars: o.cellvars().cloned().collect(),
            freevars: o.freevars().cloned().collect(),
            nlocals: None,
        }
    }

    fn set(&mut self, vm: &mut Vm, name: &str, value: Value) -> PyResult<bool> {
        match name {
            "co_argcount" => self.object.argcount = count(vm, value, name)?,
            "co_posonlyargcount" => self.object.posonlyargcount = count(vm, value, name)?,
            "co_kwonlyargcount" => self.object.kwonlyargcount = count(vm, value, name)?,
            "co_nlocals" => self.nlocals = Some(count(vm, value, name)?),
            "co_stacksize" => self.object.stacksize = count(vm, value, name)?,
            "co_flags" => self.object.flags = count(vm, value, name)?,
            "co_firstlineno" => self.object.firstlineno = integer(vm, value)?,
            "co_code" => self.object.code = bytes(vm, value, name)?,
            "co_linetable" => self.object.linetable = bytes(vm, value, name)?,
            "co_exceptiontable" => self.object.exceptiontable = bytes(vm, value, name)?,
            "co_consts" => self.consts = tuple(vm, value, name)?,
            "co_names" => self.object.names = strings(vm, value, name)?.into(),
            "co_varnames" => self.varnames = strings(vm, value, name)?,
            "co_cellvars" => self.cellvars = strings(vm, value, name)?,
            "co_freevars" => self.freevars = strings(vm, value, name)?,
            "co_filename" => self.object.filename = string(vm, value, name)?,
            "co_name" => self.object.name = string(vm, value, name)?,
            "co_qualname" => self.object.qualname = string(vm, value, name)?,
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Puts the code object together.
    fn finish(mut self, vm: &mut Vm) -> PyResult<Gc<Code>> {
        let o = &self.object;
        if !o.code.len().is_multiple_of(2) {
            return Err(vm.value_error(format_args!("code: co_code is malformed")));
        }
        if self.nlocals.is_some_and(|n| n as usize != self.varnames.len()) {
            return Err(vm.value_error(format_args!("code: co_nlocals != len(co_varnames)")));
        }
        let arguments = u64::from(o.argcount)
            + u64::from(o.kwonlyargcount)
            + u64::from(o.flags & ::code::object::flags::VARARGS != 0)
            + u64::from(o.flags & ::code::object::flags::VARKEYWORDS != 0);
        if u64::from(o.posonlyargcount) > u64::from(o.argcount)
            || arguments > self.varnames.len() as u64
        {
            return Err(vm.value_error(format_args!("code: varnames is too small")));
        }
        self.fast_locals();
        let mut plain = Vec::new();
        for item in self.consts.items() {
            plain.push(constants::from_value(vm, *item)?.unwrap_or(Const::Ellipsis));
        }
        self.object.consts = plain.into();
        Code::with_consts(vm, Arc::new(self.object), self.consts)
    }

    /// Names and kinds of the fast locals: variables (cells among them), other cells, free variables.
    fn fast_locals(&mut self) {
        let o = &mut self.object;
        let (positional, keyword) = (o.argcount as usize, o.kwonlyargcount as usize);
        let mut star = positional + keyword;
        let mut names = Vec::new();
        let mut kinds = Vec::new();
        let has = |flag| o.flags & flag != 0;
        let star_args = has(::code::object::flags::VARARGS).then(|| {
            star += 1;
            star - 1
        });
        let star_kwargs = has(::code::object::flags::VARKEYWORDS).then_some(star);
        for (i, name) in self.varnames.iter().enumerate() {
            let mut k = kind::LOCAL;
            if i < o.posonlyargcount as usize {
                k |= kind::ARG_POS;
            } else if i < positional {
                k |= kind::ARG_POS | kind::ARG_KW;
            } else if i < positional + keyword {
                k |= kind::ARG_KW;
            } else if Some(i) == star_args {
                k |= kind::ARG_VAR | kind::ARG_POS;
            } else if Some(i) == star_kwargs {
                k |= kind::ARG_VAR | kind::ARG_KW;
            }
            if self.cellvars.contains(name) {
                k |= kind::CELL;
            }
            names.push(name.clone());
            kinds.push(k);
        }
        for name in self.cellvars.iter().filter(|n| !self.varnames.contains(n)) {
            names.push(name.clone());
            kinds.push(kind::CELL);
        }
        for name in &self.freevars {
            names.push(name.clone());
            kinds.push(kind::FREE);
        }
        o.localsplusnames = names.into();
        o.localspluskinds = kinds.into();
    }
}

fn integer(vm: &mut Vm, value: Value) -> PyResult<i32> {
    let cx = crate::convert::ArgCx { func: "replace", name: "", index: 0 };
    <i32 as crate::convert::FromArg>::from_arg(vm, value, cx)
}

fn count(vm: &mut Vm, value: Value, name: &str) -> PyResult<u32> {
    let n = integer(vm, value)?;
    match u32::try_from(n) {
        Ok(n) => Ok(n),
        Err(_) => Err(vm.value_error(format_args!(
            "code: {} must not be negative",
            name.trim_start_matches("co_")
        ))),
    }
}

fn must_be<T>(vm: &mut Vm, value: Value, name: &str, expected: &str) -> PyResult<T> {
    let class = class_name(value);
    Err(vm.type_error(format_args!("replace() argument '{name}' must be {expected}, not {class}")))
}

fn bytes(vm: &mut Vm, value: Value, name: &str) -> PyResult<Box<[u8]>> {
    match value.cast::<Bytes>() {
        Some(b) => Ok(b.as_slice().into()),
        None => must_be(vm, value, name, "bytes"),
    }
}

fn tuple(vm: &mut Vm, value: Value, name: &str) -> PyResult<Gc<Tuple>> {
    match value.cast::<Tuple>() {
        Some(t) => Ok(t),
        None => must_be(vm, value, name, "tuple"),
    }
}

fn string(vm: &mut Vm, value: Value, name: &str) -> PyResult<CodeStr> {
    match value.cast::<Str>() {
        Some(s) => Ok(s.text().into()),
        None => must_be(vm, value, name, "str"),
    }
}

fn strings(vm: &mut Vm, value: Value, name: &str) -> PyResult<Vec<CodeStr>> {
    let mut out = Vec::new();
    for item in tuple(vm, value, name)?.items() {
        match item.cast::<Str>() {
            Some(s) => out.push(s.text().into()),
            None => {
                return Err(vm.type_error(format_args!(
                    "name tuples must contain only strings, not '{}'",
                    class_name(*item)
                )));
            }
        }
    }
    Ok(out)
}

/// The parameters of the constructor, in order.
const CONSTRUCTOR: [&str; 18] = [
    "co_argcount",
    "co_posonlyargcount",
    "co_kwonlyargcount",
    "co_nlocals",
    "co_stacksize",
    "co_flags",
    "co_code",
    "co_consts",
    "co_names",
    "co_varnames",
    "co_filename",
    "co_name",
    "co_qualname",
    "co_firstlineno",
    "co_linetable",
    "co_exceptiontable",
    "co_freevars",
    "co_cellvars",
];

fn empty() -> CodeObject {
    CodeObject {
        argcount: 0,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 0,
        flags: 0,
        code: Box::default(),
        consts: Box::default(),
        names: Box::default(),
        localsplusnames: Box::default(),
        localspluskinds: Box::default(),
        filename: "".into(),
        name: "".into(),
        qualname: "".into(),
        firstlineno: 0,
        linetable: Box::default(),
        exceptiontable: Box::default(),
    }
}

#[pymethods]
impl Code {
    #[slot(new)]
    fn py_new(_cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        if !kwnames.is_undef() {
            return Err(vm.type_error(format_args!("code() takes no keyword arguments")));
        }
        if !(16..=18).contains(&args.len()) {
            let (bound, n) = if args.len() < 16 { ("least", 16) } else { ("most", 18) };
            return Err(vm.type_error(format_args!(
                "code expected at {bound} {n} arguments, got {}",
                args.len()
            )));
        }
        let mut parts = Parts {
            object: empty(),
            consts: Tuple::empty(),
            varnames: Vec::new(),
            cellvars: Vec::new(),
            freevars: Vec::new(),
            nlocals: None,
        };
        for (name, value) in CONSTRUCTOR.into_iter().zip(args) {
            parts.set(vm, name, *value)?;
        }
        parts.finish(vm)
    }

    /// Return a copy of the code object with new values for the specified fields.
    #[method(
        sig = "($self, /, *, co_argcount=<unrepresentable>, co_posonlyargcount=<unrepresentable>, co_kwonlyargcount=<unrepresentable>, co_nlocals=<unrepresentable>, co_stacksize=<unrepresentable>, co_flags=<unrepresentable>, co_firstlineno=<unrepresentable>, co_code=<unrepresentable>, co_consts=<unrepresentable>, co_names=<unrepresentable>, co_varnames=<unrepresentable>, co_freevars=<unrepresentable>, co_cellvars=<unrepresentable>, co_filename=<unrepresentable>, co_name=<unrepresentable>, co_qualname=<unrepresentable>, co_linetable=<unrepresentable>, co_exceptiontable=<unrepresentable>)",
        no_text
    )]
    fn replace(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        if !crate::args::positional(args, kwnames).is_empty() {
            return Err(vm.type_error(format_args!("replace() takes no positional arguments")));
        }
        let mut parts = Parts::of(this);
        for (key, value) in KwArgs::all(args, kwnames).iter() {
            let name = key.text().to_string();
            if !parts.set(vm, &name, value)? {
                return Err(vm.type_error(format_args!(
                    "replace() got an unexpected keyword argument '{name}'"
                )));
            }
        }
        parts.finish(vm)
    }

    /// The same as replace().
    #[method]
    fn __replace__(
        this: Gc<Self>,
        vm: &mut Vm,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Gc<Self>> {
        Code::replace(this, vm, args, kwnames)
    }
}

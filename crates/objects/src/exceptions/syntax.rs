//! `SyntaxError` and what derives from it.

use super::base::{self, BaseException, init_args, no_keywords};
use super::{EXCEPTION, args_tuple, create};
use crate::int;
use crate::str::Str;
use crate::types::Type;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Field, Gc};
use macros::{pymethods, pytype};

/// A syntax error; all fields are UNDEF while unset.
#[pytype(name = "SyntaxError", def = SYNTAX_ERROR, extends = BaseException, base = &EXCEPTION, flags(BASETYPE), extra("fields"), doc = "Invalid syntax.")]
pub struct SyntaxError {
    /// The message.
    pub msg: Field<Value>,
    /// The file.
    pub filename: Field<Value>,
    /// First line, from 1.
    pub lineno: Field<Value>,
    /// First column, from 1.
    pub offset: Field<Value>,
    /// The source line.
    pub text: Field<Value>,
    /// Last line.
    pub end_lineno: Field<Value>,
    /// Column behind the last.
    pub end_offset: Field<Value>,
    /// `print_file_and_line`, which old code looks at.
    pub print_file_and_line: Field<Value>,
    /// What the compiler knows beyond that.
    pub metadata: Field<Value>,
}

impl SyntaxError {
    /// Reads `(filename, lineno, offset, text[, end_lineno, end_offset[, metadata]])`.
    fn read(this: Gc<Self>, vm: &mut Vm, info: Value) -> PyResult<()> {
        let info = crate::protocol::to_tuple(vm, info)?;
        let items = info.items();
        // Absent end positions count as None.
        let at = |i: usize| items.get(i).copied().unwrap_or(Value::NONE);
        let count = items.len();
        if !(4..=7).contains(&count) {
            let (bound, n) = if count < 4 { ("least", 4) } else { ("most", 7) };
            return Err(vm.type_error(format_args!(
                "function takes at {bound} {n} arguments ({count} given)"
            )));
        }
        let fields = [
            &this.filename,
            &this.lineno,
            &this.offset,
            &this.text,
            &this.end_lineno,
            &this.end_offset,
        ];
        for (i, field) in fields.into_iter().enumerate() {
            if i < 4 || count > i {
                field.set(this, vm.heap(), at(i));
            }
        }
        if count > 6 {
            this.metadata.set(this, vm.heap(), at(6));
        }
        if count == 5 {
            return Err(vm.type_error(format_args!(
                "end_offset must be provided when end_lineno is provided"
            )));
        }
        Ok(())
    }
}

#[pymethods]
impl SyntaxError {
    /// exception private metadata
    #[getter(member, name = "_metadata")]
    fn get_metadata(this: Gc<Self>) -> Value {
        this.metadata.get().defined().unwrap_or(Value::NONE)
    }

    #[setter(name = "_metadata")]
    fn set_metadata(this: Gc<Self>, vm: &mut Vm, value: Option<Value>) {
        this.metadata.set(this, vm.heap(), value.unwrap_or(Value::UNDEF));
    }

    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = args_tuple(vm, args, kwnames)?;
        let absent = || Field::new(Value::UNDEF);
        let fields = (
            base::parts(args),
            absent(),
            absent(),
            absent(),
            absent(),
            absent(),
            absent(),
            absent(),
            absent(),
            absent(),
        );
        create::<Self>(vm, cls, fields)
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        no_keywords(vm, this.into(), kwnames)?;
        // SAFETY: it begins with its base.
        init_args(vm, unsafe { this.cast() }, args)?;
        if let Some(msg) = args.first() {
            this.msg.set(this, vm.heap(), *msg);
        }
        match args {
            [_, info] => SyntaxError::read(this, vm, *info),
            _ => Ok(()),
        }
    }

    #[slot(str)]
    fn str(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let msg = vm.str_of(this.msg.get().defined().unwrap_or(Value::NONE))?;
        let line = this.lineno.get();
        let line = if int::is_exact(line) { int::to_i64(line) } else { None };
        let file = this.filename.get().cast::<Str>().map(|f| {
            let path = f.text().to_string();
            path.rsplit('/').next().map(str::to_owned).unwrap_or(path)
        });
        match (file, line) {
            (Some(file), Some(line)) => {
                Str::from_fmt(vm, format_args!("{} ({file}, line {line})", msg.text()))
            }
            (Some(file), None) => Str::from_fmt(vm, format_args!("{} ({file})", msg.text())),
            (None, Some(line)) => Str::from_fmt(vm, format_args!("{} (line {line})", msg.text())),
            (None, None) => Ok(msg),
        }
    }
}

super::fields::value_attributes! { SyntaxError, "fields":
    msg, set_msg, "exception msg";
    filename, set_filename, "exception filename";
    lineno, set_lineno, "exception lineno";
    offset, set_offset, "exception offset";
    text, set_text, "exception text";
    end_lineno, set_end_lineno, "exception end lineno";
    end_offset, set_end_offset, "exception end offset";
    print_file_and_line, set_print_file_and_line, "exception print_file_and_line";
}

//! `_symtable`: the compiler's symbol tables, for the module `symtable`.
//!
//! The table of a program is made and turned into objects at once: an [`Entry`] for each block, which holds its symbols as
//! plain Python values.

use crate::ast::{raise, warn};
use bumpalo::Bump;
use compile::SourceError;
use compile::symtable::{BlockKind, ScopeId, SymbolTable};
use heap::Gc;
use macros::{pymethods, pymodule, pytype};
use objects::bytes::{Bytes, buffer_of};
use objects::dict::Dict;
use objects::exceptions;
use objects::list::List;
use objects::str::{Str, codec};
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use syntax::Mode;

/// A block of a program.
#[pytype(name = "symtable entry", flags(NO_NEW), doc = "")]
pub struct Entry {
    name: Gc<Str>,
    symbols: Gc<Dict>,
    varnames: Gc<List>,
    children: Gc<List>,
    #[untraced]
    nested: bool,
    #[untraced]
    kind: i64,
    #[untraced]
    line: i64,
}

#[pymethods]
impl Entry {
    #[getter(member)]
    fn id(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        objects::int::from_u64(vm, this.addr() as u64)
    }

    #[getter(member)]
    fn name(this: Gc<Self>) -> Gc<Str> {
        this.name
    }

    #[getter(member)]
    fn symbols(this: Gc<Self>) -> Gc<Dict> {
        this.symbols
    }

    #[getter(member)]
    fn varnames(this: Gc<Self>) -> Gc<List> {
        this.varnames
    }

    #[getter(member)]
    fn children(this: Gc<Self>) -> Gc<List> {
        this.children
    }

    #[getter(member)]
    fn nested(this: Gc<Self>) -> i64 {
        i64::from(this.nested)
    }

    #[getter(member, name = "type")]
    fn kind(this: Gc<Self>) -> i64 {
        this.kind
    }

    #[getter(member)]
    fn lineno(this: Gc<Self>) -> i64 {
        this.line
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Str::from_fmt(
            vm,
            format_args!(
                "<symtable entry {}({}), line {}>",
                this.name.text(),
                this.addr(),
                this.line
            ),
        )
    }
}

/// The number of a kind of blocks.
const fn kind_number(kind: BlockKind) -> i64 {
    match kind {
        BlockKind::Function => 0,
        BlockKind::Class => 1,
        BlockKind::Module => 2,
        BlockKind::Annotation => 3,
        BlockKind::TypeAlias => 4,
        BlockKind::TypeParameters => 5,
        BlockKind::TypeVariable => 6,
    }
}

/// The entry of a block, with those of the blocks inside.
fn entry(vm: &mut Vm, table: &SymbolTable<'_>, id: ScopeId) -> PyResult<Gc<Entry>> {
    vm.check_native_stack(" in symtable")?;
    let scope = table.scope(id);
    let name = vm.intern(table.names.text(scope.name))?;
    let symbols = Dict::new(vm)?;
    for (&symbol, &flags) in &scope.symbols {
        let symbol = vm.intern(table.names.text(symbol))?;
        symbols.set_str(vm, symbol, Value::from_len(flags as usize))?;
    }
    let varnames = List::new(vm)?;
    for &varname in &scope.varnames {
        let varname = vm.intern(table.names.text(varname))?;
        varnames.push(vm, varname.into())?;
    }
    let children = List::new(vm)?;
    for &child in &scope.children {
        let child = entry(vm, table, child)?;
        children.push(vm, child.into())?;
    }
    let line = i64::from(scope.range.line);
    let kind = kind_number(scope.kind);
    Entry::create(vm, name, symbols, varnames, children, scope.nested, kind, line)
}

/// The text of a source, and whether it came as a str.
fn source_bytes(vm: &mut Vm, source: Value) -> PyResult<(Vec<u8>, bool)> {
    let (bytes, is_text) = if let Some(text) = source.cast::<Str>() {
        if text.text().as_str().is_none() {
            return Err(exceptions::unicode::surrogates_not_allowed(vm, "utf-8", text));
        }
        (text.as_bytes().to_vec(), true)
    } else if let Some(view) = buffer_of(vm, source)? {
        (view.bytes().to_vec(), false)
    } else {
        return Err(
            vm.type_error(format_args!("symtable() arg 1 must be a string or bytes object"))
        );
    };
    Ok((bytes, is_text))
}

/// A file name given as str, bytes or path object.
fn file_name(vm: &mut Vm, v: Value) -> PyResult<Gc<Str>> {
    let path = match v.cast::<Str>().is_some() || v.cast::<Bytes>().is_some() {
        true => Some(v),
        false => {
            let name = vm.intern("__fspath__")?;
            vm.call_special(v, name, &[])?
        }
    };
    let path = path.unwrap_or(v);
    if let Some(text) = path.cast::<Str>() {
        return Ok(text);
    }
    let Some(bytes) = path.cast::<Bytes>() else {
        return Err(vm.type_error(format_args!(
            "expected str, bytes or os.PathLike object, not {}",
            class_name(v)
        )));
    };
    let encoding = Str::new(vm, "utf-8")?;
    let errors = Str::new(vm, "surrogateescape")?;
    codec::decode(vm, bytes, Some(encoding), Some(errors))
}

/// Parses a program and makes its table.
fn table_of(
    vm: &mut Vm,
    source: &[u8],
    is_text: bool,
    mode: Mode,
    filename: Gc<Str>,
) -> PyResult<Gc<Entry>> {
    let arena = Bump::new();
    let options = syntax::Options {
        ignore_cookie: is_text,
        int_max_str_digits: vm.rt().int_max_str_digits,
        ..syntax::Options::default()
    };
    let parsed = match syntax::parse(source, mode, &options, &arena) {
        Ok(parsed) => parsed,
        Err(e) => {
            for warning in &e.warnings {
                warn(vm, warning, filename)?;
            }
            return Err(raise(vm, &SourceError::Parse(e), filename));
        }
    };
    for warning in &parsed.warnings {
        warn(vm, warning, filename)?;
    }
    let table = compile::future::scan(&parsed.module)
        .and_then(|future| compile::symtable::build::build(&parsed.module, future, false, &arena));
    match table {
        Ok(table) => entry(vm, &table, SymbolTable::TOP),
        Err(e) => Err(raise(vm, &SourceError::Compile(e), filename)),
    }
}

/// The module.
#[pymodule(name = "_symtable", doc = "")]
pub mod module {
    use super::{Entry, file_name, kind_number, source_bytes, table_of};
    use compile::symtable::{self as table, BlockKind, NameScope};
    use heap::Gc;
    use objects::layout::Object;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use syntax::Mode;

    #[attr]
    const USE: i64 = table::USE as i64;
    #[attr]
    const DEF_GLOBAL: i64 = table::DEF_GLOBAL as i64;
    #[attr]
    const DEF_NONLOCAL: i64 = table::DEF_NONLOCAL as i64;
    #[attr]
    const DEF_LOCAL: i64 = table::DEF_LOCAL as i64;
    #[attr]
    const DEF_PARAM: i64 = table::DEF_PARAM as i64;
    #[attr]
    const DEF_TYPE_PARAM: i64 = table::DEF_TYPE_PARAM as i64;
    #[attr]
    const DEF_FREE_CLASS: i64 = table::DEF_FREE_CLASS as i64;
    #[attr]
    const DEF_IMPORT: i64 = table::DEF_IMPORT as i64;
    /// Type parameters are not counted here.
    #[attr]
    const DEF_BOUND: i64 = (table::DEF_LOCAL | table::DEF_PARAM | table::DEF_IMPORT) as i64;
    #[attr]
    const DEF_ANNOT: i64 = table::DEF_ANNOT as i64;
    #[attr]
    const DEF_COMP_ITER: i64 = table::DEF_COMP_ITER as i64;
    #[attr]
    const DEF_COMP_CELL: i64 = table::DEF_COMP_CELL as i64;
    #[attr]
    const TYPE_FUNCTION: i64 = kind_number(BlockKind::Function);
    #[attr]
    const TYPE_CLASS: i64 = kind_number(BlockKind::Class);
    #[attr]
    const TYPE_MODULE: i64 = kind_number(BlockKind::Module);
    #[attr]
    const TYPE_ANNOTATION: i64 = kind_number(BlockKind::Annotation);
    #[attr]
    const TYPE_TYPE_ALIAS: i64 = kind_number(BlockKind::TypeAlias);
    #[attr]
    const TYPE_TYPE_PARAMETERS: i64 = kind_number(BlockKind::TypeParameters);
    #[attr]
    const TYPE_TYPE_VARIABLE: i64 = kind_number(BlockKind::TypeVariable);
    #[attr]
    const LOCAL: i64 = NameScope::Local as i64;
    #[attr]
    const GLOBAL_EXPLICIT: i64 = NameScope::GlobalExplicit as i64;
    #[attr]
    const GLOBAL_IMPLICIT: i64 = NameScope::GlobalImplicit as i64;
    #[attr]
    const FREE: i64 = NameScope::Free as i64;
    #[attr]
    const CELL: i64 = NameScope::Cell as i64;
    #[attr]
    const SCOPE_OFF: i64 = table::SCOPE_OFFSET as i64;
    #[attr]
    const SCOPE_MASK: i64 = 0xf;

    /// Return symbol and scope dictionaries used internally by compiler.
    #[function(sig = "($module, source, filename, startstr, /)")]
    fn symtable(
        vm: &mut Vm,
        source: Value,
        filename: Value,
        startstr: String,
    ) -> PyResult<Gc<Entry>> {
        let filename = file_name(vm, filename)?;
        let (bytes, is_text) = source_bytes(vm, source)?;
        let mode = match startstr.as_str() {
            "exec" => Mode::Exec,
            "eval" => Mode::Eval,
            "single" => Mode::Single,
            _ => {
                return Err(vm.value_error(format_args!(
                    "symtable() arg 3 must be 'exec' or 'eval' or 'single'"
                )));
            }
        };
        objects::types::ready(vm, Entry::def())?;
        table_of(vm, &bytes, is_text, mode, filename)
    }
}

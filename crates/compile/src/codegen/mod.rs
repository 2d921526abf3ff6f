//! Code generation: from the tree and its symbol table to one instruction sequence for each code unit.
//!
//! Everything that decides on a code object's contents before optimisation happens here, in CPython's order, because the
//! order of constants and names, the labels and the locations show in the result. A unit is assembled as soon as it is
//! complete; the code object is then a constant of the enclosing unit.

mod annotations;
mod assign;
mod block;
mod call;
mod check;
mod class;
mod comprehension;
mod constant;
mod docstring;
mod emit;
mod expr;
mod fstring;
mod function;
mod import;
mod jump;
mod names;
mod pattern;
mod stmt;
mod try_stmt;
mod typeparams;
mod unit;
mod unparse;
mod with_stmt;

use std::sync::Arc;

use code::{CodeObject, Str};
use rustc_hash::FxHashMap;
use syntax::ast::{Body, Mod};

use crate::error::{Depth, Error, Result, Warning};
use crate::ir::Location;
use crate::symtable::{Role, ScopeId, Sym, SymbolTable};
use unit::{CodeUnit, ScopeType};

pub(crate) use constant::{big_int, const_of};

/// From this many values on, the stack is not used to collect the items of a display or the arguments of a call.
const STACK_USE_GUIDELINE: usize = 30;

/// What the caller decides about code generation.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    /// `co_filename`
    pub(crate) filename: Str,
    /// 0, 1 (no assertions) or 2 (no docstrings either).
    pub(crate) optimize: u8,
    /// `CO_FUTURE_…`, by the caller and by the module's future statements.
    pub(crate) features: u32,
}

/// An index that is valid in one unit. A cache: other units overwrite it.
#[derive(Clone, Copy)]
struct Place {
    unit: u32,
    index: u32,
}

/// The state of code generation.
struct Codegen<'a> {
    table: SymbolTable<'a>,
    settings: Settings,
    /// The unit that is being filled.
    unit: CodeUnit<'a>,
    /// The units around it, the module first.
    outer: Vec<CodeUnit<'a>>,
    /// Expression statements of the module print their value.
    interactive: bool,
    /// Above zero while code is generated that has been generated before: it was warned of then.
    warnings_off: u32,
    warnings: Vec<Warning>,
    depth: Depth,
    /// Names as they stand in code objects, shared by all units; indexed by symbol.
    shared_names: Vec<Option<Str>>,
    /// How many units there have been.
    units: u32,
    /// Where names stand in `co_names` and among the fast locals, as far as known; indexed by symbol.
    name_places: Vec<Place>,
    varname_places: Vec<Place>,
    /// String constants, shared by all units.
    shared_texts: FxHashMap<&'a [u8], Str>,
}

/// Generates and assembles the code of a module, with the warnings that it deserves.
pub(crate) fn generate<'a>(
    module: &Mod<'a>,
    table: SymbolTable<'a>,
    settings: Settings,
) -> (Result<CodeObject>, Vec<Warning>) {
    let unit = CodeUnit::new(SymbolTable::TOP, ScopeType::Module, Str::from("<module>"), 1, 0);
    let mut codegen = Codegen {
        table,
        settings,
        unit,
        outer: Vec::new(),
        interactive: false,
        warnings_off: 0,
        warnings: Vec::new(),
        depth: Depth::default(),
        shared_names: Vec::new(),
        units: 0,
        name_places: Vec::new(),
        varname_places: Vec::new(),
        shared_texts: FxHashMap::default(),
    };
    let result = codegen.module(module);
    (result, codegen.warnings)
}

impl<'a> Codegen<'a> {
    fn module(&mut self, module: &Mod<'a>) -> Result<CodeObject> {
        self.fill_cells();
        self.start_unit(1);
        let add_none = match *module {
            Mod::Module { body, .. } => {
                self.module_body(body, false)?;
                true
            }
            Mod::Interactive { body } => {
                self.interactive = true;
                self.module_body(body, true)?;
                true
            }
            Mod::Expression { body } => {
                self.expr(body)?;
                false
            }
            Mod::FunctionType { .. } => {
                return Err(Error::system("this compiler does not handle FunctionTypes"));
            }
        };
        self.assemble(add_none)
    }

    fn module_body(&mut self, body: Body<'a>, interactive: bool) -> Result<()> {
        // The set-up of annotations gets the location of the first statement.
        let loc = body.first().map_or(Location::new(1, 1, 0, 0), |first| location(first.range));
        if self.scope().has_conditional_annotations {
            self.op_arg(code::Op::BuildSet, 0, loc);
            let name = self.name_index(Sym::CONDITIONAL_ANNOTATIONS);
            self.op_arg(code::Op::StoreName, name, loc);
        }
        self.body(loc, body, interactive)
    }

    /// The scope that belongs to a node.
    fn scope_of_node<T>(&self, node: &T, role: Role) -> Result<ScopeId> {
        self.table
            .lookup(crate::symtable::ScopeKey::new(node, role))
            .ok_or_else(|| Error::system("unknown symbol table entry"))
    }

    /// Reports a syntax error.
    fn error<T>(&self, loc: Location, msg: impl Into<String>) -> Result<T> {
        Err(Error::syntax(range(loc), msg))
    }

    /// Reports a `SyntaxWarning`.
    fn warn(&mut self, loc: Location, msg: String) {
        if self.warnings_off == 0 {
            self.warnings.push(Warning { msg, range: range(loc) });
        }
    }
}

/// The location of a node's instructions.
fn location(range: syntax::ast::Range) -> Location {
    Location::new(range.line as i32, range.end_line as i32, range.col as i32, range.end_col as i32)
}

/// The range of a location, for errors.
fn range(loc: Location) -> syntax::ast::Range {
    syntax::ast::Range {
        line: loc.line as u32,
        col: loc.col as u32,
        end_line: loc.end_line as u32,
        end_col: loc.end_col as u32,
    }
}

/// A finished code object, shared.
type Code = Arc<CodeObject>;

//! Code units: entering and leaving them, their names, flags and closures.

use std::sync::Arc;

use code::object::flags;
use code::oparg::function_attribute as attr;
use code::{CodeObject, Const, Op, Str};
use rustc_hash::FxHashMap;
use syntax::ast::Expr;

use super::block::FrameBlock;
use super::{Code, Codegen};
use crate::assemble::AssembleError;
use crate::error::{Error, ErrorKind, Result};
use crate::future::FUTURE_MASK;
use crate::ir::{InstrSeq, Location, Unit, UnitInfo};
use crate::symtable::{BlockKind, DEF_COMP_CELL, DEF_FREE_CLASS, NameScope, Scope, ScopeId, Sym};

/// What a unit is compiled from. Unlike a block of the symbol table it tells apart what differs in qualified names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScopeType {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
    Annotations,
}

/// An annotation of a class or module that is evaluated later.
#[derive(Clone, Copy)]
pub(super) struct DeferredAnnotation<'a> {
    pub(super) name: Sym,
    pub(super) annotation: &'a Expr<'a>,
    /// The location of the statement.
    pub(super) loc: Location,
    /// The number under which the execution of the statement is recorded, if it is conditional.
    pub(super) index: Option<u32>,
}

/// The unit that is being filled.
pub(super) struct CodeUnit<'a> {
    pub(super) scope: ScopeId,
    pub(super) scope_type: ScopeType,
    /// The class whose private names are mangled.
    pub(super) private: Option<Sym>,
    pub(super) info: UnitInfo,
    pub(super) seq: InstrSeq,
    /// The module's instructions while those for its annotations are generated.
    pub(super) stashed: Option<InstrSeq>,
    pub(super) blocks: Vec<FrameBlock<'a>>,
    /// Attributes assigned through `self` in the methods of a class.
    pub(super) static_attributes: Vec<&'a str>,
    pub(super) deferred: Vec<DeferredAnnotation<'a>>,
    pub(super) next_annotation_index: u32,
    pub(super) inlined_comprehensions: u32,
    pub(super) conditional_blocks: u32,
    /// Names that are fast locals although the unit has none; false when that has ended.
    pub(super) fast_hidden: FxHashMap<Sym, bool>,
    /// Tells the unit apart in caches.
    pub(super) number: u32,
}

impl<'a> CodeUnit<'a> {
    pub(super) fn new(
        scope: ScopeId,
        scope_type: ScopeType,
        name: Str,
        firstlineno: i32,
        number: u32,
    ) -> CodeUnit<'a> {
        CodeUnit {
            scope,
            scope_type,
            private: None,
            info: UnitInfo::new(name.clone(), name, firstlineno),
            seq: InstrSeq::new(),
            stashed: None,
            blocks: Vec::new(),
            static_attributes: Vec::new(),
            deferred: Vec::new(),
            next_annotation_index: 0,
            inlined_comprehensions: 0,
            conditional_blocks: 0,
            fast_hidden: FxHashMap::default(),
            number,
        }
    }
}

/// How a new unit starts.
pub(super) struct NewUnit {
    pub(super) name: Str,
    pub(super) scope: ScopeId,
    pub(super) scope_type: ScopeType,
    pub(super) firstlineno: i32,
    /// The class that starts here.
    pub(super) private: Option<Sym>,
    pub(super) argcount: usize,
    pub(super) posonlyargcount: usize,
    pub(super) kwonlyargcount: usize,
}

impl NewUnit {
    /// A unit without parameters.
    pub(super) fn new(
        name: Str,
        scope: ScopeId,
        scope_type: ScopeType,
        firstlineno: i32,
    ) -> NewUnit {
        NewUnit {
            name,
            scope,
            scope_type,
            firstlineno,
            private: None,
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
        }
    }
}

impl<'a> Codegen<'a> {
    /// The symbol table entry of the current unit.
    #[inline]
    pub(super) fn scope(&self) -> &Scope {
        self.table.scope(self.unit.scope)
    }

    /// Starts a unit inside the current one.
    pub(super) fn enter_unit(&mut self, new: NewUnit) -> Result<()> {
        self.depth.enter()?;
        self.units += 1;
        let mut unit =
            CodeUnit::new(new.scope, new.scope_type, new.name, new.firstlineno, self.units);
        unit.private = new.private.or(self.unit.private);
        unit.info.argcount = count(new.argcount)?;
        unit.info.posonlyargcount = count(new.posonlyargcount)?;
        unit.info.kwonlyargcount = count(new.kwonlyargcount)?;
        let parent = std::mem::replace(&mut self.unit, unit);
        self.outer.push(parent);
        self.fill_cells();
        self.set_qualname();
        self.start_unit(new.firstlineno);
        Ok(())
    }

    /// Puts the parameters, cells and free variables of the current unit into its tables.
    pub(super) fn fill_cells(&mut self) {
        let scope = self.table.scope(self.unit.scope);
        let varnames = scope.varnames.clone();
        let mut cells = Vec::new();
        let mut free = Vec::new();
        for (&name, &flags) in &scope.symbols {
            match NameScope::of(flags) {
                NameScope::Cell => cells.push(name),
                _ if flags & DEF_COMP_CELL != 0 => cells.push(name),
                _ => {}
            }
            if NameScope::of(flags) == NameScope::Free || flags & DEF_FREE_CLASS != 0 {
                free.push(name);
            }
        }
        let names = &self.table.names;
        cells.sort_unstable_by_key(|&name| names.text(name));
        free.sort_unstable_by_key(|&name| names.text(name));
        let implicit = [
            (scope.needs_class_closure, Sym::CLASS),
            (scope.needs_classdict, Sym::CLASSDICT),
            (scope.has_conditional_annotations, Sym::CONDITIONAL_ANNOTATIONS),
        ];
        cells.extend(implicit.iter().filter(|(needed, _)| *needed).map(|(_, name)| *name));
        for name in varnames {
            self.varname_index(name);
        }
        for name in cells {
            self.cellvar_index(name);
        }
        for name in free {
            self.freevar_index(name);
        }
    }

    /// Appends what every unit starts with.
    pub(super) fn start_unit(&mut self, firstlineno: i32) {
        let module = self.unit.scope_type == ScopeType::Module;
        let line = if module { 0 } else { firstlineno };
        let loc = Location::new(line, firstlineno, 0, 0);
        self.op_arg(Op::Resume, code::oparg::resume::AT_FUNC_START, loc);
        if module {
            self.op(Op::AnnotationsPlaceholder, loc);
        }
    }

    fn set_qualname(&mut self) {
        let depth = self.outer.len();
        let Some(mut parent) = self.outer.last() else { return };
        if depth == 1 {
            return;
        }
        if parent.scope_type == ScopeType::Annotations {
            // An annotation scope does not show, so the scope around it counts.
            if depth == 2 {
                return;
            }
            parent = &self.outer[depth - 2];
        }
        let name = self.unit.info.name.clone();
        let named = matches!(
            self.unit.scope_type,
            ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Class
        );
        if named && let Some(text) = name.as_str() {
            let (private, scope) = (parent.private, parent.scope);
            let sym = self.table.names.intern_owned(text);
            let mangled = self.table.names.mangle(private, sym);
            if self.table.scope(scope).scope_of(mangled) == NameScope::GlobalExplicit {
                return;
            }
        }
        let in_function = matches!(
            parent.scope_type,
            ScopeType::Function | ScopeType::AsyncFunction | ScopeType::Lambda
        );
        let base = parent.info.qualname.as_bytes();
        let mut qualname = Vec::with_capacity(base.len() + name.as_bytes().len() + 10);
        qualname.extend_from_slice(base);
        qualname.extend_from_slice(if in_function { b".<locals>." } else { b"." });
        qualname.extend_from_slice(name.as_bytes());
        self.unit.info.qualname = Str::from_generalized_utf8(&qualname);
    }

    fn code_flags(&self) -> u32 {
        let scope = self.scope();
        let mut bits = 0;
        if scope.is_function_like() {
            bits |= flags::NEWLOCALS | flags::OPTIMIZED;
            let conditions = [
                (scope.nested, flags::NESTED),
                (scope.generator && !scope.coroutine, flags::GENERATOR),
                (scope.generator && scope.coroutine, flags::ASYNC_GENERATOR),
                (scope.varargs, flags::VARARGS),
                (scope.varkeywords, flags::VARKEYWORDS),
                (scope.has_docstring, flags::HAS_DOCSTRING),
                (scope.method, flags::METHOD),
            ];
            bits |= conditions.iter().filter(|(set, _)| *set).map(|(_, bit)| bit).sum::<u32>();
        }
        if scope.coroutine && !scope.generator {
            bits |= flags::COROUTINE;
        }
        bits | self.settings.features & FUTURE_MASK
    }

    /// Ends the current unit's instructions and assembles it. The unit stays the current one.
    pub(super) fn assemble(&mut self, add_none: bool) -> Result<CodeObject> {
        self.unit.info.flags = self.code_flags();
        if add_none {
            self.load_none(Location::NONE);
        }
        self.op(Op::ReturnValue, Location::NONE);
        for name in self.hidden_names() {
            self.unit.info.fast_hidden.add_str(&name);
        }
        let info =
            std::mem::replace(&mut self.unit.info, UnitInfo::new(Str::from(""), Str::from(""), 1));
        let code = std::mem::take(&mut self.unit.seq);
        crate::assemble::assemble(Unit { info, code }, &self.settings.filename).map_err(|error| {
            let kind = match error {
                AssembleError::Malformed(_) => ErrorKind::System,
                AssembleError::TooLarge(_) => ErrorKind::Overflow,
            };
            Box::new(Error {
                kind,
                msg: error.to_string(),
                range: None,
                surrogates: None,
                bare: false,
            })
        })
    }

    fn hidden_names(&mut self) -> Vec<Str> {
        let names: Vec<Sym> = self.unit.fast_hidden.keys().copied().collect();
        names.into_iter().map(|name| self.shared_name(name)).collect()
    }

    /// Makes the enclosing unit the current one again.
    pub(super) fn exit_unit(&mut self) {
        if let Some(parent) = self.outer.pop() {
            self.unit = parent;
            self.depth.leave();
        }
    }

    /// Assembles the current unit and goes back to the enclosing one.
    pub(super) fn finish_unit(&mut self, add_none: bool) -> Result<Code> {
        let code = self.assemble(add_none)?;
        self.exit_unit();
        Ok(Arc::new(code))
    }

    /// Makes a function of a code object, with its closure and the attributes on the stack.
    pub(super) fn make_closure(
        &mut self,
        code: Code,
        mut attributes: u32,
        loc: Location,
    ) -> Result<()> {
        let mut free = 0;
        for name in code.freevars() {
            let arg = self.closure_index(name)?;
            self.op_arg(Op::LoadClosure, arg, loc);
            free += 1;
        }
        if free > 0 {
            attributes |= attr::CLOSURE;
            self.op_count(Op::BuildTuple, free, loc);
        }
        self.load_const(Const::Code(code), loc);
        self.op(Op::MakeFunction, loc);
        for bit in
            [attr::CLOSURE, attr::ANNOTATIONS, attr::ANNOTATE, attr::KWDEFAULTS, attr::DEFAULTS]
        {
            if attributes & bit != 0 {
                self.op_arg(Op::SetFunctionAttribute, bit, loc);
            }
        }
        Ok(())
    }

    /// Where the current unit has the cell that is a free variable of an inner one.
    fn closure_index(&mut self, name: &Str) -> Result<u32> {
        let text = name.as_str().unwrap_or_default();
        let sym = self.table.names.intern_owned(text);
        if self.ref_type(sym) == NameScope::Cell {
            return Self::require(&self.unit.info.cellvars, text);
        }
        let index = Self::require(&self.unit.info.freevars, text)?;
        Ok(self.unit.info.cellvars.len() as u32 + index)
    }

    /// What a name refers to in the current unit; the implicit cells of a class are cells.
    pub(super) fn ref_type(&self, name: Sym) -> NameScope {
        let implicit = [Sym::CLASS, Sym::CLASSDICT, Sym::CONDITIONAL_ANNOTATIONS];
        if self.unit.scope_type == ScopeType::Class && implicit.contains(&name) {
            return NameScope::Cell;
        }
        self.scope().scope_of(name)
    }

    /// Whether the current unit is the body of a class.
    pub(super) fn in_class_block(&self) -> bool {
        self.scope().kind == BlockKind::Class
    }
}

fn count(n: usize) -> Result<u32> {
    u32::try_from(n).map_err(|_| {
        Box::new(Error {
            kind: ErrorKind::Overflow,
            msg: "too many parameters".to_owned(),
            range: None,
            surrogates: None,
            bare: false,
        })
    })
}

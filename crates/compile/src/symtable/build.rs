//! The first pass: collects the raw facts about names from the tree.
//!
//! The visitors of statements and expressions are in `visit_stmt` and `visit_expr`; here are blocks, definitions and the
//! checks that both need.

use bumpalo::Bump;
use rustc_hash::{FxHashMap, FxHashSet};
use syntax::ast::{ExprContext, Keyword, Mod, Range};

use super::{
    BlockKind, DEF_COMP_ITER, DEF_GLOBAL, DEF_IMPORT, DEF_LOCAL, DEF_NONLOCAL, DEF_PARAM,
    DEF_TYPE_PARAM, Names, Role, Scope, ScopeId, ScopeKey, Sym, SymbolTable, Symbols, USE, analyze,
};
use crate::error::{Depth, Error, Result};
use crate::future::{self, CO_FUTURE_ANNOTATIONS, Future};

/// Makes the symbol table of a module.
///
/// # Errors
///
/// The syntax errors that concern names and the places of `await`, `yield` and assignment expressions.
pub fn build<'a>(
    module: &Mod<'a>,
    future: Future,
    top_level_await: bool,
    arena: &'a Bump,
) -> Result<SymbolTable<'a>> {
    let mut builder = Builder {
        table: SymbolTable {
            names: Names::new(arena),
            scopes: Vec::new(),
            keys: FxHashMap::default(),
            mangled_sets: Vec::new(),
        },
        stack: Vec::new(),
        cur: SymbolTable::TOP,
        private: None,
        future,
        top_level_await,
        depth: Depth::default(),
    };
    builder.module(module).map_err(Error::bare)?;
    let mut table = builder.table;
    analyze::analyze(&mut table).map_err(Error::bare)?;
    Ok(table)
}

/// The state of the first pass.
pub(super) struct Builder<'a> {
    pub(super) table: SymbolTable<'a>,
    /// The blocks around the current position; the last one is `cur`.
    pub(super) stack: Vec<ScopeId>,
    pub(super) cur: ScopeId,
    /// The class whose private names are mangled.
    pub(super) private: Option<Sym>,
    pub(super) future: Future,
    top_level_await: bool,
    pub(super) depth: Depth,
}

impl<'a> Builder<'a> {
    fn module(&mut self, module: &Mod<'a>) -> Result<()> {
        let top = self.new_scope(Sym::TOP, BlockKind::Module, Range::default());
        self.enter_existing(top, false);
        match *module {
            Mod::Module { body, .. } => {
                self.scope().has_docstring = future::docstring(body).is_some();
                self.stmts(body)?;
            }
            Mod::Interactive { body } => self.stmts(body)?,
            Mod::Expression { body } => self.expr(body)?,
            Mod::FunctionType { .. } => {
                return Err(Error::system("this compiler does not handle FunctionTypes"));
            }
        }
        self.exit();
        Ok(())
    }

    /// The current block.
    pub(super) fn scope(&mut self) -> &mut Scope {
        self.table.scope_mut(self.cur)
    }

    pub(super) fn new_scope(&mut self, name: Sym, kind: BlockKind, range: Range) -> ScopeId {
        let parent = if self.stack.is_empty() { None } else { Some(self.table.scope(self.cur)) };
        let nested = parent.is_some_and(|p| p.nested || p.is_function_like());
        let method =
            kind == BlockKind::Function && parent.is_some_and(|p| p.kind == BlockKind::Class);
        let id = ScopeId(self.table.scopes.len() as u32);
        self.table.scopes.push(Scope {
            name,
            kind,
            comprehension: None,
            symbols: Symbols::default(),
            varnames: Vec::new(),
            children: Vec::new(),
            directives: Vec::new(),
            range,
            info: "",
            annotation_block: None,
            mangled: None,
            comp_iter_expr: 0,
            comp_iter_target: false,
            in_conditional_block: false,
            in_unevaluated_annotation: false,
            nested,
            generator: false,
            coroutine: false,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            annotations_used: false,
            needs_class_closure: false,
            needs_classdict: false,
            has_conditional_annotations: false,
            comp_inlined: false,
            can_see_class_scope: false,
            has_docstring: false,
            method,
        });
        id
    }

    /// Registers the scope of a node, so that code generation finds it.
    pub(super) fn register<T>(&mut self, node: &T, role: Role, scope: ScopeId) {
        self.table.keys.insert(ScopeKey::new(node, role), scope);
    }

    /// Makes a block the current one.
    pub(super) fn enter_existing(&mut self, scope: ScopeId, add_to_children: bool) {
        let prev = if self.stack.is_empty() { None } else { Some(self.cur) };
        self.stack.push(scope);
        self.cur = scope;
        if let Some(prev) = prev {
            let parent = self.table.scope(prev);
            let (iter_expr, mangled) = (parent.comp_iter_expr, parent.mangled);
            let inner = self.table.scope_mut(scope);
            // Assignment expressions are not allowed anywhere inside the iterable of a comprehension.
            inner.comp_iter_expr = iter_expr;
            if mangled.is_some() && inner.kind != BlockKind::Class {
                inner.mangled = mangled;
            }
            // With string annotations, annotation blocks have no effect on the program.
            let ignored = self.future.features & CO_FUTURE_ANNOTATIONS != 0
                && inner.kind == BlockKind::Annotation;
            if add_to_children && !ignored {
                self.table.scope_mut(prev).children.push(scope);
            }
        }
    }

    /// Makes a block, registers it and makes it the current one.
    pub(super) fn enter<T>(
        &mut self,
        name: Sym,
        kind: BlockKind,
        node: &T,
        role: Role,
        range: Range,
    ) -> Result<ScopeId> {
        let scope = self.new_scope(name, kind, range);
        self.register(node, role, scope);
        self.enter_existing(scope, true);
        self.add_format_parameter(kind, range)?;
        Ok(scope)
    }

    /// Lazily evaluated blocks have the implicit parameter `.format`, which their code reads.
    pub(super) fn add_format_parameter(&mut self, kind: BlockKind, range: Range) -> Result<()> {
        if matches!(kind, BlockKind::Annotation | BlockKind::TypeVariable | BlockKind::TypeAlias) {
            self.add_def(Sym::DOT_FORMAT, DEF_PARAM, range)?;
            self.add_def(Sym::DOT_FORMAT, USE, range)?;
        }
        Ok(())
    }

    /// Leaves the current block.
    pub(super) fn exit(&mut self) {
        self.stack.pop();
        if let Some(&last) = self.stack.last() {
            self.cur = last;
        }
    }

    /// The flags of a name in a block, with mangling.
    pub(super) fn lookup_in(&mut self, scope: ScopeId, name: Sym) -> u32 {
        let mangled = self.table.maybe_mangle(self.private, scope, name);
        self.table.scope(scope).symbol(mangled)
    }

    /// Adds flags to a name in the current block.
    pub(super) fn add_def(&mut self, name: Sym, flag: u32, range: Range) -> Result<()> {
        let ctx = if flag == USE { ExprContext::Load } else { ExprContext::Store };
        self.add_def_ctx(name, flag, range, ctx)
    }

    pub(super) fn add_def_ctx(
        &mut self,
        name: Sym,
        flag: u32,
        range: Range,
        ctx: ExprContext,
    ) -> Result<()> {
        if flag & (DEF_PARAM | DEF_LOCAL | DEF_IMPORT) != 0 {
            check_name(name, range, ctx)?;
        }
        if flag & DEF_TYPE_PARAM != 0
            && let Some(set) = self.table.scope(self.cur).mangled
            && let Some(set) = self.table.mangled_sets.get_mut(set as usize)
        {
            set.insert(name);
        }
        self.add_def_to(self.cur, name, flag, range)
    }

    /// Adds flags to a name in a given block; the name is mangled as the current block says.
    pub(super) fn add_def_to(
        &mut self,
        target: ScopeId,
        name: Sym,
        flag: u32,
        range: Range,
    ) -> Result<()> {
        let mangled = self.table.maybe_mangle(self.private, self.cur, name);
        let scope = &mut self.table.scopes[target.index()];
        let iter_target = scope.comp_iter_target;
        let entry = scope.symbols.entry(mangled).or_insert(0);
        let old = *entry;
        let mut flags = old | flag;
        let mut failed = None;
        if flag & DEF_PARAM != 0 && old & DEF_PARAM != 0 {
            failed = Some(("duplicate argument '", "' in function definition"));
        } else if flag & DEF_TYPE_PARAM != 0 && old & DEF_TYPE_PARAM != 0 {
            failed = Some(("duplicate type parameter '", "'"));
        } else if iter_target {
            if flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0 {
                failed = Some((
                    "comprehension inner loop cannot rebind assignment expression target '",
                    "'",
                ));
            }
            flags |= DEF_COMP_ITER;
        }
        if let Some((before, after)) = failed {
            return Err(Error::syntax(
                range,
                format!("{before}{}{after}", self.table.names.text(name)),
            ));
        }
        *entry = flags;
        if flag & DEF_PARAM != 0 {
            scope.varnames.push(mangled);
        } else if flag & DEF_GLOBAL != 0 {
            // A global declaration anywhere is a fact about the module, too.
            *self.table.scope_mut(SymbolTable::TOP).symbols.entry(mangled).or_insert(0) |= flag;
        }
        Ok(())
    }

    /// Remembers where a name was declared, for errors of the second pass.
    pub(super) fn record_directive(&mut self, name: Sym, range: Range) {
        let mangled = self.table.maybe_mangle(self.private, self.cur, name);
        self.scope().directives.push((mangled, range));
    }

    /// Starts to restrict mangling in the current block to names that are added to a new set.
    pub(super) fn restrict_mangling(&mut self) {
        let set = self.table.mangled_sets.len() as u32;
        self.table.mangled_sets.push(FxHashSet::default());
        self.scope().mangled = Some(set);
    }

    pub(super) fn check_keywords(&mut self, keywords: &[&'a Keyword<'a>]) -> Result<()> {
        for keyword in keywords {
            if let Some(arg) = keyword.arg {
                let sym = self.table.names.intern(arg);
                check_name(sym, keyword.range, ExprContext::Store)?;
            }
        }
        Ok(())
    }

    /// Whether `await` is allowed in the current block because it is the module and the caller asked for it.
    pub(super) fn allows_top_level_await(&self) -> bool {
        self.top_level_await && self.table.scope(self.cur).kind == BlockKind::Module
    }

    pub(super) fn is_async_def(&self) -> bool {
        let scope = self.table.scope(self.cur);
        scope.kind == BlockKind::Function && scope.coroutine
    }

    pub(super) fn error<T>(&self, range: Range, msg: impl Into<String>) -> Result<T> {
        Err(Error::syntax(range, msg))
    }
}

/// `__debug__` is never bound.
pub(super) fn check_name(name: Sym, range: Range, ctx: ExprContext) -> Result<()> {
    if name != Sym::DEBUG {
        return Ok(());
    }
    match ctx {
        ExprContext::Store => Err(Error::syntax(range, "cannot assign to __debug__")),
        ExprContext::Del => Err(Error::syntax(range, "cannot delete __debug__")),
        ExprContext::Load => Ok(()),
    }
}

//! The second pass: decides what every name refers to.
//!
//! Blocks are analysed from the outside in, passing down the names bound in enclosing functions; free variables come back up
//! and turn the names they refer to into cells. Comprehensions other than generator expressions are merged into their
//! enclosing block (PEP 709).

use super::{
    BlockKind, DEF_BOUND, DEF_COMP_CELL, DEF_FREE_CLASS, DEF_GLOBAL, DEF_NONLOCAL, DEF_PARAM, DEF_TYPE_PARAM, NameScope,
    SCOPE_OFFSET, ScopeId, Sym, SymSet, SymbolTable,
};
use crate::error::{Error, Result};
use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashSet};

type Set = FxHashSet<Sym>;
type Scopes = IndexMap<Sym, NameScope, FxBuildHasher>;

/// Names that are never free through a class block: the class itself provides their cells.
const CLASS_CELLS: [Sym; 3] = [Sym::CLASS, Sym::CLASSDICT, Sym::CONDITIONAL_ANNOTATIONS];

/// Resolves all names of a table.
pub(super) fn analyze(table: &mut SymbolTable<'_>) -> Result<()> {
    let mut free = SymSet::default();
    block(table, SymbolTable::TOP, None, &mut free, &mut Set::default(), &mut Set::default(), None)
}

/// The names visible to a block, and what is found out about its own.
struct Analysis<'s> {
    /// Names bound in enclosing functions; `None` in a module.
    bound: Option<&'s mut Set>,
    /// Names declared global in enclosing blocks.
    global: &'s mut Set,
    /// Type parameters of enclosing blocks.
    type_params: &'s mut Set,
    /// The class whose names an annotation scope sees.
    class: Option<ScopeId>,
    /// Names bound in the block.
    local: Set,
    /// The scope of each name of the block.
    scopes: Scopes,
}

fn block(
    table: &mut SymbolTable<'_>,
    id: ScopeId,
    bound: Option<&mut Set>,
    free: &mut SymSet,
    global: &mut Set,
    type_params: &mut Set,
    class: Option<ScopeId>,
) -> Result<()> {
    let kind = table.scope(id).kind;
    let function_like = table.scope(id).is_function_like();
    let mut analysis =
        Analysis { bound, global, type_params, class, local: Set::default(), scopes: Scopes::default() };
    // The names of a class are not visible in its methods, so what children see is fixed before they are looked at.
    let mut inner_bound = Set::default();
    let mut inner_global = Set::default();
    if kind == BlockKind::Class {
        inner_global.clone_from(analysis.global);
        if let Some(bound) = &analysis.bound {
            inner_bound.clone_from(bound);
        }
    }
    for i in 0..table.scope(id).symbols.len() {
        let Some((&name, &flags)) = table.scope(id).symbols.get_index(i) else { break };
        analysis.name(table, id, name, flags, free)?;
    }
    if kind == BlockKind::Class {
        inner_bound.extend(CLASS_CELLS);
    } else {
        inner_global.clone_from(analysis.global);
        if let Some(bound) = &analysis.bound {
            inner_bound.clone_from(bound);
        }
        if function_like {
            inner_bound.extend(&analysis.local);
        }
    }
    let Analysis { bound, type_params, mut scopes, .. } = analysis;
    let mut new_free = SymSet::default();
    let mut inlined_cells = Set::default();
    children(
        table,
        id,
        &inner_bound,
        &inner_global,
        type_params,
        class,
        &mut scopes,
        &mut new_free,
        &mut inlined_cells,
    )?;
    splice_inlined(table, id);
    if function_like {
        make_cells(&mut scopes, &mut new_free, &inlined_cells);
    } else if kind == BlockKind::Class {
        drop_class_free(table, id, &mut new_free);
    }
    update_symbols(table, id, &scopes, bound.as_deref(), &new_free, &inlined_cells);
    free.extend(new_free);
    Ok(())
}

#[allow(clippy::too_many_arguments)] // the sets of one block, used by this function only
fn children(
    table: &mut SymbolTable<'_>,
    id: ScopeId,
    bound: &Set,
    global: &Set,
    type_params: &Set,
    class: Option<ScopeId>,
    scopes: &mut Scopes,
    free: &mut SymSet,
    inlined_cells: &mut Set,
) -> Result<()> {
    let sees_class = table.scope(id).can_see_class_scope;
    let is_class = table.scope(id).kind == BlockKind::Class;
    for i in 0..table.scope(id).children.len() {
        let child = table.scope(id).children[i];
        let scope = table.scope(child);
        let child_class = match scope.can_see_class_scope {
            true if is_class => Some(id),
            true => class,
            false => None,
        };
        // Comprehensions in annotation scopes of a class are not inlined.
        let inline = scope.comprehension.is_some() && !scope.generator && !sees_class;
        let mut child_free = SymSet::default();
        block(
            table,
            child,
            Some(&mut bound.clone()),
            &mut child_free,
            &mut global.clone(),
            &mut type_params.clone(),
            child_class,
        )?;
        if inline {
            inline_comprehension(table, id, child, scopes, &mut child_free, inlined_cells);
            table.scope_mut(child).comp_inlined = true;
        }
        free.extend(child_free);
    }
    Ok(())
}

impl Analysis<'_> {
    fn name(
        &mut self,
        table: &SymbolTable<'_>,
        id: ScopeId,
        name: Sym,
        flags: u32,
        free: &mut SymSet,
    ) -> Result<()> {
        let scope = if flags & DEF_GLOBAL != 0 {
            if flags & DEF_NONLOCAL != 0 {
                return directive_error(table, id, name, |text| format!("name '{text}' is nonlocal and global"));
            }
            self.global.insert(name);
            if let Some(bound) = &mut self.bound {
                bound.remove(&name);
            }
            NameScope::GlobalExplicit
        } else if flags & DEF_NONLOCAL != 0 {
            self.check_nonlocal(table, id, name)?;
            free.insert(name);
            NameScope::Free
        } else if flags & DEF_BOUND != 0 {
            self.local.insert(name);
            self.global.remove(&name);
            if flags & DEF_TYPE_PARAM != 0 {
                self.type_params.insert(name);
            } else {
                self.type_params.remove(&name);
            }
            NameScope::Local
        } else if let Some(scope) = self.in_class(table, name) {
            scope
        } else if self.bound.as_ref().is_some_and(|bound| bound.contains(&name)) {
            free.insert(name);
            NameScope::Free
        } else {
            NameScope::GlobalImplicit
        };
        self.scopes.insert(name, scope);
        Ok(())
    }

    fn check_nonlocal(&self, table: &SymbolTable<'_>, id: ScopeId, name: Sym) -> Result<()> {
        let Some(bound) = &self.bound else {
            return directive_error(table, id, name, |_| "nonlocal declaration not allowed at module level".to_owned());
        };
        if !bound.contains(&name) {
            return directive_error(table, id, name, |text| format!("no binding for nonlocal '{text}' found"));
        }
        if self.type_params.contains(&name) {
            return directive_error(table, id, name, |text| {
                format!("nonlocal binding not allowed for type parameter '{text}'")
            });
        }
        Ok(())
    }

    /// A name that the class binds or declares global is looked up in the class and then among the globals, even where an
    /// enclosing function binds it.
    fn in_class(&self, table: &SymbolTable<'_>, name: Sym) -> Option<NameScope> {
        let flags = table.scope(self.class?).symbol(name);
        if flags & DEF_GLOBAL != 0 {
            Some(NameScope::GlobalExplicit)
        } else if flags & DEF_BOUND != 0 && flags & DEF_NONLOCAL == 0 {
            Some(NameScope::GlobalImplicit)
        } else {
            None
        }
    }
}

fn directive_error<T>(
    table: &SymbolTable<'_>,
    id: ScopeId,
    name: Sym,
    msg: impl FnOnce(&str) -> String,
) -> Result<T> {
    let msg = msg(table.names.text(name));
    match table.scope(id).directives.iter().find(|(sym, _)| *sym == name) {
        Some((_, range)) => Err(Error::syntax(*range, msg)),
        None => Err(Error::system("internal directive bookkeeping broken")),
    }
}

/// Merges the symbols of a comprehension into the enclosing block.
fn inline_comprehension(
    table: &mut SymbolTable<'_>,
    outer: ScopeId,
    comp: ScopeId,
    scopes: &mut Scopes,
    comp_free: &mut SymSet,
    inlined_cells: &mut Set,
) {
    let outer_kind = table.scope(outer).kind;
    let mut removed = Vec::new();
    for i in 0..table.scope(comp).symbols.len() {
        let Some((&name, &comp_flags)) = table.scope(comp).symbols.get_index(i) else { break };
        if comp_flags & DEF_PARAM != 0 {
            continue;
        }
        let mut scope = NameScope::of(comp_flags);
        let only_flags = comp_flags & ((1 << SCOPE_OFFSET) - 1);
        if scope == NameScope::Cell || only_flags & DEF_COMP_CELL != 0 {
            inlined_cells.insert(name);
        }
        if scope == NameScope::Free && outer_kind == BlockKind::Class && CLASS_CELLS.contains(&name) {
            scope = NameScope::GlobalImplicit;
            comp_free.shift_remove(&name);
            removed.push(name);
        }
        match table.scope(outer).symbols.get(&name) {
            None => {
                table.scope_mut(outer).symbols.insert(name, only_flags);
                scopes.insert(name, scope);
            }
            // A free variable of the comprehension that the block binds is simply local now, unless an inner block of the
            // comprehension needs the cell.
            Some(&flags)
                if flags & DEF_BOUND != 0 && outer_kind != BlockKind::Class && !free_in_child(table, comp, name) =>
            {
                comp_free.shift_remove(&name);
            }
            Some(_) => {}
        }
    }
    for name in removed {
        table.scope_mut(comp).symbols.shift_remove(&name);
    }
}

fn free_in_child(table: &SymbolTable<'_>, id: ScopeId, name: Sym) -> bool {
    table.scope(id).children.iter().any(|&child| table.scope(child).scope_of(name) == NameScope::Free)
}

/// The blocks inside an inlined comprehension are children of the enclosing block.
fn splice_inlined(table: &mut SymbolTable<'_>, id: ScopeId) {
    let children = &table.scope(id).children;
    if !children.iter().any(|&child| table.scope(child).comp_inlined) {
        return;
    }
    let mut spliced = Vec::new();
    for &child in children {
        let scope = table.scope(child);
        if scope.comp_inlined {
            spliced.extend_from_slice(&scope.children);
        } else {
            spliced.push(child);
        }
    }
    table.scope_mut(id).children = spliced;
}

/// Locals that inner blocks refer to become cells.
fn make_cells(scopes: &mut Scopes, free: &mut SymSet, inlined_cells: &Set) {
    for (name, scope) in scopes {
        if *scope == NameScope::Local && (free.contains(name) || inlined_cells.contains(name)) {
            *scope = NameScope::Cell;
            free.shift_remove(name);
        }
    }
}

/// The cells that a class provides implicitly.
fn drop_class_free(table: &mut SymbolTable<'_>, id: ScopeId, free: &mut SymSet) {
    let scope = table.scope_mut(id);
    scope.needs_class_closure |= free.shift_remove(&Sym::CLASS);
    scope.needs_classdict |= free.shift_remove(&Sym::CLASSDICT);
    scope.has_conditional_annotations |= free.shift_remove(&Sym::CONDITIONAL_ANNOTATIONS);
}

/// Enters the results into the symbols of the block.
fn update_symbols(
    table: &mut SymbolTable<'_>,
    id: ScopeId,
    scopes: &Scopes,
    bound: Option<&Set>,
    free: &SymSet,
    inlined_cells: &Set,
) {
    let scope = table.scope_mut(id);
    let class_like = scope.kind == BlockKind::Class || scope.can_see_class_scope;
    for (name, flags) in &mut scope.symbols {
        if inlined_cells.contains(name) {
            *flags |= DEF_COMP_CELL;
        }
        *flags |= scopes.get(name).copied().unwrap_or(NameScope::Unknown).bits();
    }
    for &name in free {
        if let Some(flags) = scope.symbols.get_mut(&name) {
            // Free in a method and also bound or global in the class.
            if class_like {
                *flags |= DEF_FREE_CLASS;
            }
        } else if bound.is_none_or(|bound| bound.contains(&name)) {
            // A free variable that only passes through.
            scope.symbols.insert(name, NameScope::Free.bits());
        }
    }
}

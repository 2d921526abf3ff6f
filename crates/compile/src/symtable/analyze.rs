//! The second pass: decides what every name refers to.
//!
//! Blocks are analysed from the outside in, passing down the names bound in enclosing functions; free variables come back up
//! and turn the names they refer to into cells. Comprehensions other than generator expressions are merged into their
//! enclosing block (PEP 709).

use std::borrow::Cow;

use rustc_hash::FxHashSet;

use super::{
    BlockKind, DEF_BOUND, DEF_COMP_CELL, DEF_FREE_CLASS, DEF_GLOBAL, DEF_NONLOCAL, DEF_PARAM,
    DEF_TYPE_PARAM, NameScope, SCOPE_OFFSET, ScopeId, Sym, SymSet, SymbolTable,
};
use crate::error::{Error, Result};

type Set = FxHashSet<Sym>;

/// Names that are never free through a class block: the class itself provides their cells.
const CLASS_CELLS: [Sym; 3] = [Sym::CLASS, Sym::CLASSDICT, Sym::CONDITIONAL_ANNOTATIONS];

/// Resolves all names of a table.
pub(super) fn analyze(table: &mut SymbolTable<'_>) -> Result<()> {
    let empty = Set::default();
    let visible = Visible { bound: None, global: &empty, type_params: &empty, class: None };
    block(table, SymbolTable::TOP, visible, &mut SymSet::default())
}

/// The names visible to a block from outside.
#[derive(Clone, Copy)]
struct Visible<'s> {
    /// Names bound in enclosing functions; `None` in a module.
    bound: Option<&'s Set>,
    /// Names declared global in enclosing blocks.
    global: &'s Set,
    /// Type parameters of enclosing blocks.
    type_params: &'s Set,
    /// The class whose names an annotation scope sees.
    class: Option<ScopeId>,
}

/// What is found out about a block's names, and the outer names as its own change them.
struct Analysis<'s> {
    bound: Option<Cow<'s, Set>>,
    global: Cow<'s, Set>,
    type_params: Cow<'s, Set>,
    class: Option<ScopeId>,
    /// The scopes of the block's names, in the order of its symbols.
    scopes: Vec<NameScope>,
}

fn block(
    table: &mut SymbolTable<'_>,
    id: ScopeId,
    visible: Visible<'_>,
    free: &mut SymSet,
) -> Result<()> {
    let kind = table.scope(id).kind;
    let function_like = table.scope(id).is_function_like();
    let mut analysis = Analysis {
        bound: visible.bound.map(Cow::Borrowed),
        global: Cow::Borrowed(visible.global),
        type_params: Cow::Borrowed(visible.type_params),
        class: visible.class,
        scopes: Vec::with_capacity(table.scope(id).symbols.len()),
    };
    for i in 0..table.scope(id).symbols.len() {
        let Some((&name, &flags)) = table.scope(id).symbols.get_index(i) else { break };
        let scope = analysis.name(table, id, name, flags, free)?;
        analysis.scopes.push(scope);
    }
    let mut new_free = SymSet::default();
    let mut inlined_cells = Set::default();
    if !table.scope(id).children.is_empty() {
        let (bound, global) = inner_names(table, id, &visible, &analysis);
        let inner = Visible {
            bound: Some(&bound),
            global: &global,
            type_params: &analysis.type_params,
            class: visible.class,
        };
        children(table, id, inner, &mut analysis.scopes, &mut new_free, &mut inlined_cells)?;
        splice_inlined(table, id);
    }
    if function_like {
        make_cells(table, id, &mut analysis.scopes, &mut new_free, &inlined_cells);
    } else if kind == BlockKind::Class {
        drop_class_free(table, id, &mut new_free);
    }
    update_symbols(
        table,
        id,
        &analysis.scopes,
        analysis.bound.as_deref(),
        &new_free,
        &inlined_cells,
    );
    free.extend(new_free);
    Ok(())
}

/// What the blocks inside see. The names of a class are not visible in its methods, so there it is what the class sees.
fn inner_names(
    table: &SymbolTable<'_>,
    id: ScopeId,
    visible: &Visible<'_>,
    analysis: &Analysis<'_>,
) -> (Set, Set) {
    let scope = table.scope(id);
    if scope.kind == BlockKind::Class {
        let mut bound = visible.bound.cloned().unwrap_or_default();
        bound.extend(CLASS_CELLS);
        return (bound, visible.global.clone());
    }
    let mut bound = analysis.bound.as_deref().cloned().unwrap_or_default();
    if scope.is_function_like() {
        let local = scope
            .symbols
            .keys()
            .zip(&analysis.scopes)
            .filter(|(_, scope)| **scope == NameScope::Local);
        bound.extend(local.map(|(name, _)| *name));
    }
    (bound, analysis.global.clone().into_owned())
}

fn children(
    table: &mut SymbolTable<'_>,
    id: ScopeId,
    inner: Visible<'_>,
    scopes: &mut Vec<NameScope>,
    free: &mut SymSet,
    inlined_cells: &mut Set,
) -> Result<()> {
    let sees_class = table.scope(id).can_see_class_scope;
    let is_class = table.scope(id).kind == BlockKind::Class;
    for i in 0..table.scope(id).children.len() {
        let child = table.scope(id).children[i];
        let scope = table.scope(child);
        let class = match scope.can_see_class_scope {
            true if is_class => Some(id),
            true => inner.class,
            false => None,
        };
        // Comprehensions in annotation scopes of a class are not inlined.
        let inline = scope.comprehension.is_some() && !scope.generator && !sees_class;
        let mut child_free = SymSet::default();
        block(table, child, Visible { class, ..inner }, &mut child_free)?;
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
    ) -> Result<NameScope> {
        Ok(if flags & DEF_GLOBAL != 0 {
            if flags & DEF_NONLOCAL != 0 {
                return directive_error(table, id, name, |text| {
                    format!("name '{text}' is nonlocal and global")
                });
            }
            self.global.to_mut().insert(name);
            if let Some(bound) = &mut self.bound {
                remove(bound, name);
            }
            NameScope::GlobalExplicit
        } else if flags & DEF_NONLOCAL != 0 {
            self.check_nonlocal(table, id, name)?;
            free.insert(name);
            NameScope::Free
        } else if flags & DEF_BOUND != 0 {
            remove(&mut self.global, name);
            if flags & DEF_TYPE_PARAM != 0 {
                self.type_params.to_mut().insert(name);
            } else {
                remove(&mut self.type_params, name);
            }
            NameScope::Local
        } else if let Some(scope) = self.in_class(table, name) {
            scope
        } else if self.bound.as_ref().is_some_and(|bound| bound.contains(&name)) {
            free.insert(name);
            NameScope::Free
        } else {
            NameScope::GlobalImplicit
        })
    }

    fn check_nonlocal(&self, table: &SymbolTable<'_>, id: ScopeId, name: Sym) -> Result<()> {
        let Some(bound) = &self.bound else {
            return directive_error(table, id, name, |_| {
                "nonlocal declaration not allowed at module level".to_owned()
            });
        };
        if !bound.contains(&name) {
            return directive_error(table, id, name, |text| {
                format!("no binding for nonlocal '{text}' found")
            });
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

/// Removes a name; the set is copied only if it holds the name.
fn remove(set: &mut Cow<'_, Set>, name: Sym) {
    if set.contains(&name) {
        set.to_mut().remove(&name);
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
    scopes: &mut Vec<NameScope>,
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
        if scope == NameScope::Free && outer_kind == BlockKind::Class && CLASS_CELLS.contains(&name)
        {
            scope = NameScope::GlobalImplicit;
            comp_free.shift_remove(&name);
            removed.push(name);
        }
        match table.scope(outer).symbols.get(&name) {
            None => {
                table.scope_mut(outer).symbols.insert(name, only_flags);
                scopes.push(scope);
            }
            // A free variable of the comprehension that the block binds is simply local now, unless an inner block of the
            // comprehension needs the cell.
            Some(&flags)
                if flags & DEF_BOUND != 0
                    && outer_kind != BlockKind::Class
                    && !free_in_child(table, comp, name) =>
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
    table
        .scope(id)
        .children
        .iter()
        .any(|&child| table.scope(child).scope_of(name) == NameScope::Free)
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
fn make_cells(
    table: &SymbolTable<'_>,
    id: ScopeId,
    scopes: &mut [NameScope],
    free: &mut SymSet,
    inlined_cells: &Set,
) {
    if free.is_empty() && inlined_cells.is_empty() {
        return;
    }
    for (name, scope) in table.scope(id).symbols.keys().zip(scopes) {
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
    scopes: &[NameScope],
    bound: Option<&Set>,
    free: &SymSet,
    inlined_cells: &Set,
) {
    let scope = table.scope_mut(id);
    let class_like = scope.kind == BlockKind::Class || scope.can_see_class_scope;
    for ((name, flags), scope) in scope.symbols.iter_mut().zip(scopes) {
        if inlined_cells.contains(name) {
            *flags |= DEF_COMP_CELL;
        }
        *flags |= scope.bits();
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

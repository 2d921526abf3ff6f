//! Comprehensions: list, set and dict comprehensions in place (PEP 709), generator expressions and the others that cannot be
//! merged as functions of their own.

use code::Op;
use syntax::ast::{Comprehension as Clause, Expr, ExprKind};

use super::block::BlockType;
use super::unit::{NewUnit, ScopeType};
use super::{Codegen, location};
use crate::error::{Error, Result};
use crate::ir::{Label, Location};
use crate::symtable::{DEF_LOCAL, DEF_NONLOCAL, DEF_PARAM, NameScope, Role, ScopeId, Sym, Symbols};

/// What a comprehension makes of each round.
#[derive(Clone, Copy)]
pub(super) enum Element<'a> {
    Yield(&'a Expr<'a>),
    List(&'a Expr<'a>),
    Set(&'a Expr<'a>),
    Dict(&'a Expr<'a>, &'a Expr<'a>),
}

impl Element<'_> {
    /// The operation that makes the empty container.
    const fn build(self) -> Option<Op> {
        match self {
            Element::Yield(_) => None,
            Element::List(_) => Some(Op::BuildList),
            Element::Set(_) => Some(Op::BuildSet),
            Element::Dict(..) => Some(Op::BuildMap),
        }
    }
}

/// A comprehension.
#[derive(Clone, Copy)]
pub(super) struct Comp<'a> {
    pub(super) name: Sym,
    pub(super) generators: &'a [&'a Clause<'a>],
    pub(super) element: Element<'a>,
}

/// What entering an inlined comprehension changed in the enclosing unit.
#[derive(Default)]
struct Inlined {
    /// Locals whose values wait on the stack, with the handler that restores them.
    pushed: Vec<Sym>,
    cleanup: Option<Label>,
    /// Symbols of the enclosing block that mean something else inside.
    outer_symbols: Vec<(Sym, u32)>,
    /// Names that are fast locals only inside.
    fast_hidden: Vec<Sym>,
}

/// Whether the comprehension binds a name for itself; assignment expressions bind names of the enclosing block.
fn is_bound_here(flags: u32) -> bool {
    flags & DEF_LOCAL != 0 && flags & DEF_NONLOCAL == 0
}

impl<'a> Codegen<'a> {
    pub(super) fn comprehension(&mut self, e: &'a Expr<'a>, comp: Comp<'a>) -> Result<()> {
        let scope = self.scope_of_node(e, Role::Body)?;
        let Some(outermost) = comp.generators.first() else {
            return Err(Error::system("comprehension with no generators"));
        };
        if self.table.scope(scope).comp_inlined {
            return self.inlined_comprehension(e, comp, scope, outermost);
        }
        let loc = location(e.range);
        let is_async = self.table.scope(scope).coroutine;
        let is_generator = matches!(comp.element, Element::Yield(_));
        let name = self.shared_name(comp.name);
        self.enter_unit(NewUnit {
            argcount: 1,
            ..NewUnit::new(name, scope, ScopeType::Comprehension, e.range.line as i32)
        })?;
        if let Some(build) = comp.element.build() {
            self.op_arg(build, 0, loc);
        }
        self.clause(loc, comp, 0, 0, false)?;
        if is_generator {
            self.stop_iteration_handler();
        } else {
            self.op(Op::ReturnValue, loc);
        }
        let code = self.finish_unit(true)?;
        self.make_closure(code, 0, loc)?;
        self.iterator(outermost)?;
        self.op_arg(Op::Call, 0, loc);
        if is_async && !is_generator {
            self.op_arg(Op::GetAwaitable, 0, loc);
            self.load_none(loc);
            self.yield_from(true, loc);
        }
        Ok(())
    }

    fn inlined_comprehension(
        &mut self,
        e: &'a Expr<'a>,
        comp: Comp<'a>,
        scope: ScopeId,
        outermost: &'a Clause<'a>,
    ) -> Result<()> {
        let loc = location(e.range);
        self.iterator(outermost)?;
        let mut state = Inlined::default();
        let symbols = std::mem::take(&mut self.table.scope_mut(scope).symbols);
        let in_class_block = self.in_class_block() && self.unit.inlined_comprehensions == 0;
        self.enter_inlined_scope(&symbols, in_class_block, &mut state);
        self.push_locals(loc, &symbols, &mut state);
        self.table.scope_mut(scope).symbols = symbols;
        if let Some(build) = comp.element.build() {
            self.op_arg(build, 0, loc);
            self.op_arg(Op::Swap, 2, loc);
        }
        self.clause(loc, comp, 0, 0, true)?;
        self.pop_locals(loc, &state);
        self.leave_inlined_scope(state);
        Ok(())
    }

    /// Makes the enclosing block see the comprehension's names as the comprehension does.
    fn enter_inlined_scope(
        &mut self,
        symbols: &Symbols,
        in_class_block: bool,
        state: &mut Inlined,
    ) {
        self.unit.inlined_comprehensions += 1;
        let unit_scope = self.unit.scope;
        let function_like = self.scope().is_function_like();
        for (&name, &flags) in symbols {
            if flags & DEF_PARAM != 0 {
                continue;
            }
            let scope = NameScope::of(flags);
            let outer_flags = self.table.scope(unit_scope).symbol(name);
            let outer = NameScope::of(outer_flags);
            // A name that is free here is handled as in the enclosing block; one that is free there and a cell here can
            // be free throughout.
            let differs = scope != outer
                && scope != NameScope::Free
                && !(scope == NameScope::Cell && outer == NameScope::Free);
            if differs || in_class_block {
                self.table.scope_mut(unit_scope).symbols.insert(name, flags);
                state.outer_symbols.push((name, outer_flags));
            }
            if is_bound_here(flags)
                && !function_like
                && self.unit.fast_hidden.insert(name, true) != Some(true)
            {
                state.fast_hidden.push(name);
            }
        }
    }

    fn leave_inlined_scope(&mut self, state: Inlined) {
        self.unit.inlined_comprehensions -= 1;
        let scope = self.unit.scope;
        for (name, flags) in state.outer_symbols {
            self.table.scope_mut(scope).symbols.insert(name, flags);
        }
        // They stay in the table: the code object marks them as hidden.
        for name in state.fast_hidden {
            self.unit.fast_hidden.insert(name, false);
        }
    }

    /// Saves the enclosing block's values of the names that the comprehension binds.
    fn push_locals(&mut self, loc: Location, symbols: &Symbols, state: &mut Inlined) {
        for (&name, &flags) in symbols {
            if !is_bound_here(flags) {
                continue;
            }
            // Of a cell this saves the cell itself; the comprehension gets a new one.
            let index = self.varname_index(name);
            self.op_arg(Op::LoadFastAndClear, index, loc);
            if NameScope::of(flags) == NameScope::Cell {
                let cell = if self.scope().scope_of(name) == NameScope::Free {
                    self.freevar_index(name)
                } else {
                    self.cellvar_index(name)
                };
                self.op_arg(Op::MakeCell, cell, loc);
            }
            state.pushed.push(name);
        }
        if !state.pushed.is_empty() {
            // The outermost iterator goes back to the top. This rotates the saved values, which is undone at the end.
            self.op_count(Op::Swap, state.pushed.len() + 1, loc);
            let cleanup = self.new_label();
            state.cleanup = Some(cleanup);
            self.jump(Op::SetupFinally, cleanup, loc);
        }
    }

    fn pop_locals(&mut self, loc: Location, state: &Inlined) {
        let Some(cleanup) = state.cleanup else { return };
        self.op(Op::PopBlock, Location::NONE);
        let end = self.new_label();
        self.jump(Op::JumpNoInterrupt, end, Location::NONE);
        self.place(cleanup);
        // The unfinished result is under the exception.
        self.op_arg(Op::Swap, 2, Location::NONE);
        self.op(Op::PopTop, Location::NONE);
        self.restore_locals(loc, &state.pushed);
        self.op_arg(Op::Reraise, 0, Location::NONE);
        self.place(end);
        self.restore_locals(loc, &state.pushed);
    }

    fn restore_locals(&mut self, loc: Location, pushed: &[Sym]) {
        self.op_count(Op::Swap, pushed.len() + 1, loc);
        for &name in pushed.iter().rev() {
            let index = self.varname_index(name);
            self.op_arg(Op::StoreFastMaybeNull, index, loc);
        }
    }

    /// Evaluates the iterable of a clause and makes its iterator.
    fn iterator(&mut self, clause: &'a Clause<'a>) -> Result<()> {
        self.expr(clause.iter)?;
        self.op(
            if clause.is_async { Op::GetAiter } else { Op::GetIter },
            location(clause.iter.range),
        );
        Ok(())
    }

    /// One clause, and what is inside it. `depth` counts the iterators above the container on the stack.
    fn clause(
        &mut self,
        loc: Location,
        comp: Comp<'a>,
        index: usize,
        depth: u32,
        on_stack: bool,
    ) -> Result<()> {
        let Some(clause) = comp.generators.get(index) else { return Ok(()) };
        self.depth.enter()?;
        if clause.is_async {
            self.async_clause(loc, comp, clause, index, depth, on_stack)?;
        } else {
            self.sync_clause(loc, comp, clause, index, depth, on_stack)?;
        }
        self.depth.leave();
        Ok(())
    }

    fn sync_clause(
        &mut self,
        loc: Location,
        comp: Comp<'a>,
        clause: &'a Clause<'a>,
        index: usize,
        mut depth: u32,
        on_stack: bool,
    ) -> Result<()> {
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        let mut is_loop = true;
        if !on_stack {
            if index == 0 {
                self.op_arg(Op::LoadFast, 0, loc);
            } else if let Some(only) = single_item(clause.iter) {
                // `for y in [f(x)]` is an assignment.
                self.expr(only)?;
                is_loop = false;
            } else {
                self.iterator(clause)?;
            }
        }
        let iter_loc = location(clause.iter.range);
        if is_loop {
            depth += 1;
            self.place(start);
            self.jump(Op::ForIter, anchor, iter_loc);
        }
        self.expr(clause.target)?;
        for condition in clause.ifs {
            self.jump_if(loc, condition, if_cleanup, false)?;
        }
        let elt_loc = self.inside_clause(loc, comp, index, depth)?;
        self.place(if_cleanup);
        if is_loop {
            self.jump(Op::Jump, start, elt_loc);
            self.place(anchor);
            self.op(Op::EndFor, Location::NONE);
            self.op(Op::PopIter, Location::NONE);
        }
        Ok(())
    }

    fn async_clause(
        &mut self,
        loc: Location,
        comp: Comp<'a>,
        clause: &'a Clause<'a>,
        index: usize,
        depth: u32,
        on_stack: bool,
    ) -> Result<()> {
        let start = self.new_label();
        let send = self.new_label();
        let except = self.new_label();
        let if_cleanup = self.new_label();
        if !on_stack {
            if index == 0 {
                self.op_arg(Op::LoadFast, 0, loc);
            } else {
                self.iterator(clause)?;
            }
        }
        self.place(start);
        self.push_block(BlockType::AsyncComprehensionGenerator, loc)?;
        self.async_next(except, send, loc);
        self.expr(clause.target)?;
        for condition in clause.ifs {
            self.jump_if(loc, condition, if_cleanup, false)?;
        }
        let elt_loc = self.inside_clause(loc, comp, index, depth + 1)?;
        self.place(if_cleanup);
        self.jump(Op::Jump, start, elt_loc);
        self.pop_block();
        self.place(except);
        self.jump(Op::EndAsyncFor, send, loc);
        Ok(())
    }

    /// The next clause, or the element. Gives the location of the jump back.
    fn inside_clause(
        &mut self,
        loc: Location,
        comp: Comp<'a>,
        index: usize,
        depth: u32,
    ) -> Result<Location> {
        let (Element::Yield(elt) | Element::List(elt) | Element::Set(elt) | Element::Dict(elt, _)) =
            comp.element;
        let elt_loc = location(elt.range);
        if index + 1 < comp.generators.len() {
            self.clause(loc, comp, index + 1, depth, false)?;
            return Ok(elt_loc);
        }
        self.expr(elt)?;
        match comp.element {
            Element::Yield(_) => {
                self.yield_value(elt_loc);
                self.op(Op::PopTop, elt_loc);
            }
            Element::List(_) => self.op_arg(Op::ListAppend, depth + 1, elt_loc),
            Element::Set(_) => self.op_arg(Op::SetAdd, depth + 1, elt_loc),
            Element::Dict(_, value) => {
                self.expr(value)?;
                let item_loc = location(elt.range.to(value.range));
                self.op_arg(Op::MapAdd, depth + 1, item_loc);
                return Ok(item_loc);
            }
        }
        Ok(elt_loc)
    }
}

fn single_item<'a>(e: &'a Expr<'a>) -> Option<&'a Expr<'a>> {
    match e.kind {
        ExprKind::List { elts: [only], .. } | ExprKind::Tuple { elts: [only], .. }
            if !matches!(only.kind, ExprKind::Starred { .. }) =>
        {
            Some(only)
        }
        _ => None,
    }
}

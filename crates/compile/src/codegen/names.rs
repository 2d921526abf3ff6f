//! Loading, storing and deleting variables.

use code::Op;
use syntax::ast::{ExprContext, Ident};

use super::Codegen;
use crate::ir::Location;
use crate::symtable::{NameScope, Sym};

/// How a variable is reached.
enum Access {
    Name,
    Fast,
    Global,
    Deref(u32),
}

impl<'a> Codegen<'a> {
    /// Loads, stores or deletes a variable of the tree.
    pub(super) fn variable(&mut self, name: Ident<'a>, ctx: ExprContext, loc: Location) {
        let sym = self.sym(name);
        self.nameop(sym, ctx, loc);
    }

    pub(super) fn load(&mut self, name: Sym, loc: Location) {
        self.nameop(name, ExprContext::Load, loc);
    }

    pub(super) fn store(&mut self, name: Sym, loc: Location) {
        self.nameop(name, ExprContext::Store, loc);
    }

    /// `name = None; del name`, which ends an `except … as name` block.
    pub(super) fn unbind(&mut self, name: Ident<'a>, loc: Location) {
        self.load_none(loc);
        self.variable(name, ExprContext::Store, loc);
        self.variable(name, ExprContext::Del, loc);
    }

    /// Loads, stores or deletes a variable.
    pub(super) fn nameop(&mut self, name: Sym, ctx: ExprContext, loc: Location) {
        let name = self.mangle(name);
        let scope = self.scope();
        let name_scope = scope.scope_of(name);
        let function_like = scope.is_function_like();
        let sees_class = scope.can_see_class_scope;
        let class_block = self.in_class_block();
        let inlined = self.unit.inlined_comprehensions > 0;
        let access = match name_scope {
            NameScope::Free => Access::Deref(self.freevar_index(name)),
            NameScope::Cell => Access::Deref(self.cellvar_index(name)),
            NameScope::Local
                if function_like || self.unit.fast_hidden.get(&name) == Some(&true) =>
            {
                Access::Fast
            }
            NameScope::GlobalImplicit if function_like => Access::Global,
            NameScope::GlobalExplicit => Access::Global,
            _ => Access::Name,
        };
        let (op, arg) = match (access, ctx) {
            (Access::Deref(arg), ExprContext::Load) if class_block && !inlined => {
                self.op(Op::LoadLocals, loc);
                (Op::LoadFromDictOrDeref, arg)
            }
            (Access::Deref(arg), ExprContext::Load) if sees_class => {
                self.load_classdict(loc);
                (Op::LoadFromDictOrDeref, arg)
            }
            (Access::Deref(arg), ExprContext::Load) => (Op::LoadDeref, arg),
            (Access::Deref(arg), ExprContext::Store) => (Op::StoreDeref, arg),
            (Access::Deref(arg), ExprContext::Del) => (Op::DeleteDeref, arg),
            (Access::Fast, ExprContext::Load) => (Op::LoadFast, self.varname_index(name)),
            (Access::Fast, ExprContext::Store) => (Op::StoreFast, self.varname_index(name)),
            (Access::Fast, ExprContext::Del) => (Op::DeleteFast, self.varname_index(name)),
            (Access::Global, ExprContext::Load) => {
                let index = self.name_index(name);
                if sees_class && name_scope == NameScope::GlobalImplicit {
                    self.load_classdict(loc);
                    (Op::LoadFromDictOrGlobals, index)
                } else {
                    (Op::LoadGlobal, index << 1)
                }
            }
            (Access::Global, ExprContext::Store) => (Op::StoreGlobal, self.name_index(name)),
            (Access::Global, ExprContext::Del) => (Op::DeleteGlobal, self.name_index(name)),
            (Access::Name, ExprContext::Load) if class_block && inlined => {
                (Op::LoadGlobal, self.name_index(name) << 1)
            }
            (Access::Name, ExprContext::Load) => (Op::LoadName, self.name_index(name)),
            (Access::Name, ExprContext::Store) => (Op::StoreName, self.name_index(name)),
            (Access::Name, ExprContext::Del) => (Op::DeleteName, self.name_index(name)),
        };
        self.op_arg(op, arg, loc);
    }

    /// Loads the namespace of the class that an annotation scope sees.
    fn load_classdict(&mut self, loc: Location) {
        let arg = self.freevar_index(Sym::CLASSDICT);
        self.op_arg(Op::LoadDeref, arg, loc);
    }
}

//! Classes.

use code::oparg::Intrinsic1;
use code::{Const, Op};
use syntax::ast::{ClassDef, Stmt};

use super::unit::{NewUnit, ScopeType};
use super::{Codegen, location};
use crate::error::Result;
use crate::ir::Location;
use crate::symtable::{Role, Sym};

impl<'a> Codegen<'a> {
    pub(super) fn class(&mut self, s: &'a Stmt<'a>, def: &'a ClassDef<'a>) -> Result<()> {
        let loc = location(s.range);
        self.exprs(def.decorator_list)?;
        let firstlineno =
            def.decorator_list.first().map_or(s.range.line, |first| first.range.line) as i32;
        let name = self.sym(def.name);
        if def.type_params.is_empty() {
            self.class_body(s, def, firstlineno)?;
            self.call_args(loc, 2, def.bases, None, def.keywords)?;
        } else {
            self.enter_type_params(s, name, firstlineno, 0, Some(name))?;
            self.type_params(def.type_params)?;
            self.store(Sym::DOT_TYPE_PARAMS, loc);
            self.class_body(s, def, firstlineno)?;
            self.load(Sym::DOT_TYPE_PARAMS, loc);
            self.op_arg(Op::CallIntrinsic1, Intrinsic1::SubscriptGeneric as u32, loc);
            self.store(Sym::DOT_GENERIC_BASE, loc);
            self.call_args(loc, 2, def.bases, Some(Sym::DOT_GENERIC_BASE), def.keywords)?;
            let code = self.finish_unit(false)?;
            self.call_scope(code, loc)?;
        }
        self.apply_decorators(def.decorator_list);
        self.store(name, loc);
        Ok(())
    }

    /// Pushes `__build_class__`, the function that is the class body, and the name of the class.
    fn class_body(
        &mut self,
        s: &'a Stmt<'a>,
        def: &'a ClassDef<'a>,
        firstlineno: i32,
    ) -> Result<()> {
        let scope = self.scope_of_node(s, Role::Body)?;
        let name = self.sym(def.name);
        let text = self.shared_name(name);
        self.enter_unit(NewUnit {
            private: Some(name),
            ..NewUnit::new(text, scope, ScopeType::Class, firstlineno)
        })?;
        let loc = Location::new(firstlineno, firstlineno, 0, 0);
        self.class_prologue(loc, firstlineno, !def.type_params.is_empty());
        self.body(loc, def.body, false)?;
        self.class_epilogue();
        let code = self.finish_unit(true)?;
        let loc = location(s.range);
        self.op(Op::LoadBuildClass, loc);
        self.op(Op::PushNull, loc);
        self.make_closure(code, 0, loc)?;
        self.load_name_const(name, loc);
        Ok(())
    }

    fn class_prologue(&mut self, loc: Location, firstlineno: i32, generic: bool) {
        self.load(Sym::NAME, loc);
        self.store(Sym::MODULE, loc);
        let qualname = self.unit.info.qualname.clone();
        self.load_const(Const::Str(qualname), loc);
        self.store(Sym::QUALNAME, loc);
        self.load_int(i64::from(firstlineno), loc);
        self.store(Sym::FIRSTLINENO, loc);
        if generic {
            self.load(Sym::DOT_TYPE_PARAMS, loc);
            self.store(Sym::TYPE_PARAMS, loc);
        }
        if self.scope().needs_classdict {
            self.op(Op::LoadLocals, loc);
            let cell = self.cellvar_index(Sym::CLASSDICT);
            self.op_arg(Op::StoreDeref, cell, loc);
        }
        if self.scope().has_conditional_annotations {
            self.op_arg(Op::BuildSet, 0, loc);
            let cell = self.cellvar_index(Sym::CONDITIONAL_ANNOTATIONS);
            self.op_arg(Op::StoreDeref, cell, loc);
        }
    }

    /// What follows the body: `__static_attributes__` and the cells for the metaclass. The result is the class cell.
    fn class_epilogue(&mut self) {
        let loc = Location::NONE;
        let mut attributes = std::mem::take(&mut self.unit.static_attributes);
        attributes.sort_unstable();
        attributes.dedup();
        let mut items = Vec::with_capacity(attributes.len());
        for attribute in attributes {
            let sym = self.sym(attribute);
            items.push(self.name_const(sym));
        }
        self.load_const(Const::tuple(items), loc);
        self.store(Sym::STATIC_ATTRIBUTES, loc);
        if self.scope().needs_classdict {
            let cell = self.cellvar_index(Sym::CLASSDICT);
            self.op_arg(Op::LoadClosure, cell, loc);
            self.store(Sym::CLASSDICTCELL, loc);
        }
        if self.scope().needs_class_closure {
            let cell = self.cellvar_index(Sym::CLASS);
            self.op_arg(Op::LoadClosure, cell, loc);
            self.op_arg(Op::Copy, 1, loc);
            self.store(Sym::CLASSCELL, loc);
        } else {
            self.load_none(loc);
        }
        self.op(Op::ReturnValue, loc);
    }
}

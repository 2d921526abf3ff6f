//! Type parameters and `type` statements (PEP 695, PEP 696).

use code::oparg::{Intrinsic1, Intrinsic2};
use code::{Op, Str};
use syntax::ast::{Expr, ExprKind, Stmt, TypeParam, TypeParamKind};

use super::unit::{NewUnit, ScopeType};
use super::{Codegen, location};
use crate::error::{Error, Result};
use crate::symtable::{Role, Sym};

impl<'a> Codegen<'a> {
    /// Starts the unit in which the type parameters of a definition live.
    pub(super) fn enter_type_params(
        &mut self,
        s: &'a Stmt<'a>,
        name: Sym,
        firstlineno: i32,
        argcount: usize,
        class: Option<Sym>,
    ) -> Result<()> {
        let scope = self.scope_of_node(s, Role::TypeParams)?;
        let name = Str::from(format!("<generic parameters of {}>", self.table.names.text(name)));
        self.enter_unit(NewUnit {
            argcount,
            private: class,
            ..NewUnit::new(name, scope, ScopeType::Annotations, firstlineno)
        })
    }

    /// Makes and binds the type parameters, and pushes the tuple of them.
    pub(super) fn type_params(&mut self, params: &'a [&'a TypeParam<'a>]) -> Result<()> {
        let mut seen_default = false;
        for param in params {
            self.type_param(param, &mut seen_default)?;
        }
        if let Some(first) = params.first() {
            self.op_count(Op::BuildTuple, params.len(), location(first.range));
        }
        Ok(())
    }

    fn type_param(&mut self, param: &'a TypeParam<'a>, seen_default: &mut bool) -> Result<()> {
        let loc = location(param.range);
        let (text, default, starred) = match param.kind {
            TypeParamKind::TypeVar { name, default_value, .. } => (name, default_value, false),
            TypeParamKind::TypeVarTuple { name, default_value } => (name, default_value, true),
            TypeParamKind::ParamSpec { name, default_value } => (name, default_value, false),
        };
        let name = self.sym(text);
        self.load_name_const(name, loc);
        match param.kind {
            TypeParamKind::TypeVar { bound: Some(bound), .. } => {
                let scope = self.scope_of_node(param, Role::Body)?;
                self.lazy_value(scope, name, bound, location(bound.range), false, true)?;
                let intrinsic = if matches!(bound.kind, ExprKind::Tuple { .. }) {
                    Intrinsic2::TypeVarWithConstraints
                } else {
                    Intrinsic2::TypeVarWithBound
                };
                self.op_arg(Op::CallIntrinsic2, intrinsic as u32, loc);
            }
            TypeParamKind::TypeVar { .. } => {
                self.op_arg(Op::CallIntrinsic1, Intrinsic1::TypeVar as u32, loc)
            }
            TypeParamKind::TypeVarTuple { .. } => {
                self.op_arg(Op::CallIntrinsic1, Intrinsic1::TypeVarTuple as u32, loc);
            }
            TypeParamKind::ParamSpec { .. } => {
                self.op_arg(Op::CallIntrinsic1, Intrinsic1::ParamSpec as u32, loc)
            }
        }
        if let Some(default) = default {
            *seen_default = true;
            let scope = self.scope_of_node(param, Role::Default)?;
            self.lazy_value(scope, name, default, location(default.range), starred, true)?;
            self.op_arg(Op::CallIntrinsic2, Intrinsic2::SetTypeParamDefault as u32, loc);
        } else if *seen_default {
            return self.error(
                loc,
                format!("non-default type parameter '{text}' follows default type parameter"),
            );
        }
        self.op_arg(Op::Copy, 1, loc);
        self.store(name, loc);
        Ok(())
    }

    pub(super) fn type_alias(
        &mut self,
        s: &'a Stmt<'a>,
        target: &'a Expr<'a>,
        params: &'a [&'a TypeParam<'a>],
        value: &'a Expr<'a>,
    ) -> Result<()> {
        let loc = location(s.range);
        let ExprKind::Name { id, .. } = target.kind else {
            return Err(Error::system("the name of a type alias is not a name"));
        };
        let name = self.sym(id);
        let generic = !params.is_empty();
        if generic {
            self.enter_type_params(s, name, loc.line, 0, None)?;
            self.load_name_const(name, loc);
            self.type_params(params)?;
        } else {
            self.load_name_const(name, loc);
            self.load_none(loc);
        }
        let scope = self.scope_of_node(s, Role::Body)?;
        self.lazy_value(scope, name, value, loc, false, false)?;
        self.op_arg(Op::BuildTuple, 3, loc);
        self.op_arg(Op::CallIntrinsic1, Intrinsic1::TypeAlias as u32, loc);
        if generic {
            let code = self.finish_unit(false)?;
            self.call_scope(code, loc)?;
        }
        self.store(name, loc);
        Ok(())
    }
}

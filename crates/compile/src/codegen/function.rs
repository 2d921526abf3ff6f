//! Functions and lambdas.

use code::oparg::{Intrinsic1, Intrinsic2, function_attribute as attr};
use code::{Const, Op};
use syntax::ast::{Arguments, Expr, Exprs, FunctionDef, Stmt};

use super::block::BlockType;
use super::unit::{NewUnit, ScopeType};
use super::{Codegen, location};
use crate::error::Result;
use crate::future;
use crate::ir::Location;
use crate::symtable::{Role, Sym};

impl<'a> Codegen<'a> {
    /// Makes a function of `code` without parameters and calls it.
    pub(super) fn call_scope(&mut self, code: super::Code, loc: Location) -> Result<()> {
        self.make_closure(code, 0, loc)?;
        self.op(Op::PushNull, loc);
        self.op_arg(Op::Call, 0, loc);
        Ok(())
    }

    pub(super) fn apply_decorators(&mut self, decorators: Exprs<'a>) {
        for decorator in decorators.iter().rev() {
            self.op_arg(Op::Call, 0, location(decorator.range));
        }
    }

    /// Pushes the defaults of parameters; gives the attributes that they are.
    fn default_arguments(&mut self, loc: Location, args: &'a Arguments<'a>) -> Result<u32> {
        let mut attributes = 0;
        if !args.defaults.is_empty() {
            self.exprs(args.defaults)?;
            self.op_count(Op::BuildTuple, args.defaults.len(), loc);
            attributes |= attr::DEFAULTS;
        }
        let mut count = 0;
        for (arg, default) in args.kwonlyargs.iter().zip(args.kw_defaults) {
            let Some(default) = default else { continue };
            count += 1;
            let name = self.sym(arg.arg);
            let name = self.mangle(name);
            self.load_name_const(name, loc);
            self.expr(default)?;
        }
        if count > 0 {
            self.op_count(Op::BuildMap, count, loc);
            attributes |= attr::KWDEFAULTS;
        }
        Ok(attributes)
    }

    pub(super) fn function(
        &mut self,
        s: &'a Stmt<'a>,
        def: &'a FunctionDef<'a>,
        is_async: bool,
    ) -> Result<()> {
        let loc = location(s.range);
        self.exprs(def.decorator_list)?;
        let firstlineno =
            def.decorator_list.first().map_or(s.range.line, |first| first.range.line) as i32;
        let mut attributes = self.default_arguments(loc, def.args)?;
        let generic = !def.type_params.is_empty();
        let name = self.sym(def.name);
        // Defaults are evaluated outside the scope of the type parameters and passed into it.
        let passed =
            (attributes & attr::DEFAULTS != 0) as u32 + (attributes & attr::KWDEFAULTS != 0) as u32;
        if generic {
            if passed == 2 {
                self.op_arg(Op::Swap, 2, loc);
            }
            self.enter_type_params(s, name, firstlineno, passed as usize, None)?;
            self.type_params(def.type_params)?;
            for i in 0..passed {
                self.op_arg(Op::LoadFast, i, loc);
            }
        }
        if self.function_annotations(s, def)? {
            attributes |= attr::ANNOTATE;
        }
        self.function_body(s, def, is_async, attributes, firstlineno)?;
        if generic {
            self.op_arg(Op::Swap, 2, loc);
            self.op_arg(Op::CallIntrinsic2, Intrinsic2::SetFunctionTypeParams as u32, loc);
            let code = self.finish_unit(false)?;
            if passed == 0 {
                self.call_scope(code, loc)?;
            } else {
                self.make_closure(code, 0, loc)?;
                self.op_arg(Op::Swap, passed + 1, loc);
                self.op_arg(Op::Call, passed - 1, loc);
            }
        }
        self.apply_decorators(def.decorator_list);
        self.store(name, loc);
        Ok(())
    }

    fn function_body(
        &mut self,
        s: &'a Stmt<'a>,
        def: &'a FunctionDef<'a>,
        is_async: bool,
        attributes: u32,
        firstlineno: i32,
    ) -> Result<()> {
        let scope = self.scope_of_node(s, Role::Body)?;
        let name = self.sym(def.name);
        let name = self.shared_name(name);
        let scope_type = if is_async { ScopeType::AsyncFunction } else { ScopeType::Function };
        self.enter_unit(NewUnit {
            argcount: def.args.args.len(),
            posonlyargcount: def.args.posonlyargs.len(),
            kwonlyargcount: def.args.kwonlyargs.len(),
            ..NewUnit::new(name, scope, scope_type, firstlineno)
        })?;
        let mut body = def.body;
        if self.scope().has_docstring
            && let (Some(text), Some((_, rest))) = (future::docstring(body), body.split_first())
        {
            body = rest;
            let doc = self.clean_docstring(text)?;
            self.unit.info.consts.add(Const::Str(doc));
        }
        let generator = self.scope().coroutine || self.scope().generator;
        if generator {
            self.push_block(BlockType::StopIteration, Location::NONE)?;
        }
        self.stmts(body)?;
        if generator {
            self.stop_iteration_handler();
            self.pop_block();
        }
        let code = self.finish_unit(true)?;
        self.make_closure(code, attributes, location(s.range))
    }

    /// Wraps the whole unit in a handler that makes a `RuntimeError` of a `StopIteration` that leaves a generator.
    pub(super) fn stop_iteration_handler(&mut self) {
        let handler = self.new_label();
        self.unit.seq.insert_jump(0, Op::SetupCleanup, handler, Location::NONE);
        self.load_none(Location::NONE);
        self.op(Op::ReturnValue, Location::NONE);
        self.place(handler);
        self.op_arg(Op::CallIntrinsic1, Intrinsic1::StopIterationError as u32, Location::NONE);
        self.op_arg(Op::Reraise, 1, Location::NONE);
    }

    pub(super) fn lambda(
        &mut self,
        e: &'a Expr<'a>,
        args: &'a Arguments<'a>,
        body: &'a Expr<'a>,
    ) -> Result<()> {
        let loc = location(e.range);
        let attributes = self.default_arguments(loc, args)?;
        let scope = self.scope_of_node(e, Role::Body)?;
        let name = self.shared_name(Sym::ANON_LAMBDA);
        self.enter_unit(NewUnit {
            argcount: args.args.len(),
            posonlyargcount: args.posonlyargs.len(),
            kwonlyargcount: args.kwonlyargs.len(),
            ..NewUnit::new(name, scope, ScopeType::Lambda, e.range.line as i32)
        })?;
        self.expr(body)?;
        let generator = self.scope().generator;
        if !generator {
            self.op(Op::ReturnValue, location(body.range));
        }
        let code = self.finish_unit(!generator)?;
        self.make_closure(code, attributes, loc)
    }
}

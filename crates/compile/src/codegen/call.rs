//! Calls: of functions, methods and `super()`, with all forms of arguments, and the calls of `all`, `any` and `tuple` with a
//! generator expression, which become loops.

use code::oparg::{CommonConstant, Intrinsic1};
use code::{Const, Op};
use syntax::ast::{Expr, ExprContext, ExprKind, Exprs, Keyword};

use super::expr::{Build, at_attribute};
use super::{Codegen, STACK_USE_GUIDELINE, location};
use crate::error::Result;
use crate::ir::{Label, Location};
use crate::symtable::{DEF_IMPORT, NameScope, Sym, SymbolTable};

type Keywords<'a> = &'a [&'a Keyword<'a>];

/// A call of `super` that `LOAD_SUPER_ATTR` does.
pub(super) struct SuperCall<'a> {
    call: &'a Expr<'a>,
    func: &'a Expr<'a>,
    /// None or two.
    pub(super) args: Exprs<'a>,
}

impl<'a> Codegen<'a> {
    pub(super) fn call(
        &mut self,
        e: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: Exprs<'a>,
        keywords: Keywords<'a>,
    ) -> Result<()> {
        self.validate_keywords(keywords)?;
        if self.method_call(e, func, args, keywords)? {
            return Ok(());
        }
        let skip = self.new_label();
        self.check_caller(func);
        self.expr(func)?;
        self.builtin_of_generator(func, args, keywords, skip)?;
        self.op(Op::PushNull, location(func.range));
        self.call_args(location(e.range), 0, args, None, keywords)?;
        self.place(skip);
        Ok(())
    }

    fn validate_keywords(&self, keywords: Keywords<'a>) -> Result<()> {
        for (i, keyword) in keywords.iter().enumerate() {
            let Some(arg) = keyword.arg else { continue };
            if let Some(other) = keywords.iter().skip(i + 1).find(|other| other.arg == Some(arg)) {
                return self
                    .error(location(other.range), format!("keyword argument repeated: {arg}"));
            }
        }
        Ok(())
    }

    /// Calls a method without making a bound method object. False if it is not such a call.
    fn method_call(
        &mut self,
        e: &'a Expr<'a>,
        func: &'a Expr<'a>,
        args: Exprs<'a>,
        keywords: Keywords<'a>,
    ) -> Result<bool> {
        let ExprKind::Attribute { value, attr, ctx: ExprContext::Load } = func.kind else {
            return Ok(false);
        };
        // Attributes of modules are no methods.
        if let ExprKind::Name { id, .. } = value.kind {
            let sym = self.sym(id);
            if self.table.scope(SymbolTable::TOP).symbol(sym) & DEF_IMPORT != 0 {
                return Ok(false);
            }
        }
        let size = args.len() + keywords.len() + usize::from(!keywords.is_empty());
        if size >= STACK_USE_GUIDELINE
            || args.iter().any(is_starred)
            || keywords.iter().any(|k| k.arg.is_none())
        {
            return Ok(false);
        }
        let mut loc = location(func.range);
        if let Some(call) = self.optimizable_super(value, attr) {
            self.load_super_args(&call)?;
            let two_args = u32::from(!call.args.is_empty()) << 1;
            let index = self.mangled_name_index(attr);
            self.op_arg(Op::LoadSuperAttr, index << 2 | two_args | 1, loc);
            loc = at_attribute(loc, func, attr);
            self.op(Op::Nop, loc);
        } else {
            self.expr(value)?;
            loc = at_attribute(loc, func, attr);
            let index = self.mangled_name_index(attr);
            self.op_arg(Op::LoadAttr, index << 1 | 1, loc);
        }
        self.exprs(args)?;
        let call_loc = at_attribute(location(e.range), func, attr);
        if keywords.is_empty() {
            self.op_count(Op::Call, args.len(), call_loc);
        } else {
            keywords.iter().try_for_each(|keyword| self.expr(keyword.value))?;
            self.keyword_names(keywords, loc);
            self.op_count(Op::CallKw, args.len() + keywords.len(), call_loc);
        }
        Ok(true)
    }

    /// Whether `value` is a call of the builtin `super` whose attribute can be loaded without making the super object.
    pub(super) fn optimizable_super(
        &mut self,
        value: &'a Expr<'a>,
        attr: &str,
    ) -> Option<SuperCall<'a>> {
        let ExprKind::Call { func, args, keywords: [] } = value.kind else { return None };
        if !matches!(func.kind, ExprKind::Name { id: "super", .. }) || attr == "__class__" {
            return None;
        }
        let shadowed = self.scope().scope_of(Sym::SUPER) != NameScope::GlobalImplicit
            || self.table.scope(SymbolTable::TOP).scope_of(Sym::SUPER) != NameScope::Unknown;
        if shadowed {
            return None;
        }
        let usable = match args {
            [first, second] => !is_starred(first) && !is_starred(second),
            // Without arguments it needs the first parameter of the function and the cell `__class__`.
            [] => {
                self.unit.info.argcount + self.unit.info.posonlyargcount > 0
                    && self.ref_type(Sym::CLASS) == NameScope::Free
            }
            _ => false,
        };
        usable.then_some(SuperCall { call: value, func, args })
    }

    /// Loads `super`, the class and the object.
    pub(super) fn load_super_args(&mut self, call: &SuperCall<'a>) -> Result<()> {
        self.load(Sym::SUPER, location(call.func.range));
        if !call.args.is_empty() {
            return self.exprs(call.args);
        }
        let loc = location(call.call.range);
        self.load(Sym::CLASS, loc);
        if let Some(&first) = self.scope().varnames.first() {
            self.load(first, loc);
        }
        Ok(())
    }

    /// The tuple of keyword names that `CALL_KW` takes.
    fn keyword_names(&mut self, keywords: Keywords<'a>, loc: Location) {
        let mut names = Vec::with_capacity(keywords.len());
        for arg in keywords.iter().filter_map(|keyword| keyword.arg) {
            let sym = self.sym(arg);
            names.push(self.name_const(sym));
        }
        self.load_const(Const::tuple(names), loc);
    }

    /// Evaluates arguments and calls. `pushed` arguments are on the stack already; `injected` is a variable that follows
    /// the positional ones.
    pub(super) fn call_args(
        &mut self,
        loc: Location,
        pushed: usize,
        args: Exprs<'a>,
        injected: Option<Sym>,
        keywords: Keywords<'a>,
    ) -> Result<()> {
        self.validate_keywords(keywords)?;
        let simple = args.len() + keywords.len() * 2 <= STACK_USE_GUIDELINE
            && !args.iter().any(is_starred)
            && keywords.iter().all(|keyword| keyword.arg.is_some());
        if !simple {
            return self.call_ex(loc, pushed, args, injected, keywords);
        }
        self.exprs(args)?;
        if let Some(name) = injected {
            self.load(name, loc);
        }
        let positional = pushed + args.len() + usize::from(injected.is_some());
        if keywords.is_empty() {
            self.op_count(Op::Call, positional, loc);
        } else {
            keywords.iter().try_for_each(|keyword| self.expr(keyword.value))?;
            self.keyword_names(keywords, loc);
            self.op_count(Op::CallKw, positional + keywords.len(), loc);
        }
        Ok(())
    }

    /// A call with a tuple and a dict of arguments.
    fn call_ex(
        &mut self,
        loc: Location,
        pushed: usize,
        args: Exprs<'a>,
        injected: Option<Sym>,
        keywords: Keywords<'a>,
    ) -> Result<()> {
        match args {
            [only]
                if pushed == 0
                    && let ExprKind::Starred { value, .. } = only.kind =>
            {
                self.expr(value)?
            }
            _ => self.display(loc, args, injected, pushed, Build::TUPLE)?,
        }
        if keywords.is_empty() {
            self.op(Op::PushNull, loc);
        } else {
            self.keyword_dict(loc, keywords)?;
        }
        self.op(Op::CallFunctionEx, loc);
        Ok(())
    }

    fn keyword_dict(&mut self, loc: Location, keywords: Keywords<'a>) -> Result<()> {
        let mut have_dict = false;
        let mut start = 0;
        for (i, keyword) in keywords.iter().enumerate() {
            if keyword.arg.is_some() {
                continue;
            }
            self.sub_keywords(loc, keywords.get(start..i).unwrap_or_default(), &mut have_dict)?;
            start = i + 1;
            if !have_dict {
                self.op_arg(Op::BuildMap, 0, loc);
                have_dict = true;
            }
            self.expr(keyword.value)?;
            self.op_arg(Op::DictMerge, 1, loc);
        }
        self.sub_keywords(loc, keywords.get(start..).unwrap_or_default(), &mut have_dict)
    }

    /// A run of plain keyword arguments, merged into the dict that is on the stack.
    fn sub_keywords(
        &mut self,
        loc: Location,
        keywords: &'a [&'a Keyword<'a>],
        have_dict: &mut bool,
    ) -> Result<()> {
        if keywords.is_empty() {
            return Ok(());
        }
        let big = keywords.len() * 2 > STACK_USE_GUIDELINE;
        if big {
            self.op_arg(Op::BuildMap, 0, Location::NONE);
        }
        for keyword in keywords {
            if let Some(arg) = keyword.arg {
                let sym = self.sym(arg);
                self.load_name_const(sym, loc);
            }
            self.expr(keyword.value)?;
            if big {
                self.op_arg(Op::MapAdd, 1, Location::NONE);
            }
        }
        if !big {
            self.op_count(Op::BuildMap, keywords.len(), loc);
        }
        if *have_dict {
            self.op_arg(Op::DictMerge, 1, loc);
        }
        *have_dict = true;
        Ok(())
    }

    /// `all`, `any` and `tuple` of a generator expression: a loop in place, taken if the function on the stack is indeed
    /// the builtin. Otherwise the code falls through to the normal call.
    fn builtin_of_generator(
        &mut self,
        func: &'a Expr<'a>,
        args: Exprs<'a>,
        keywords: Keywords<'a>,
        end: Label,
    ) -> Result<()> {
        let ([arg], [], ExprKind::Name { id, .. }) = (args, keywords, &func.kind) else {
            return Ok(());
        };
        if !matches!(arg.kind, ExprKind::GeneratorExp { .. }) {
            return Ok(());
        }
        // The function, the result of an exhausted loop, and the jump that continues it.
        let (constant, exhausted, continue_jump) = match *id {
            "all" => (CommonConstant::All, Some(true), Op::PopJumpIfTrue),
            "any" => (CommonConstant::Any, Some(false), Op::PopJumpIfFalse),
            "tuple" => (CommonConstant::Tuple, None, Op::Jump),
            _ => return Ok(()),
        };
        let loc = location(func.range);
        let skip = self.new_label();
        self.op_arg(Op::Copy, 1, loc);
        self.op_arg(Op::LoadCommonConstant, constant as u32, loc);
        self.op_arg(Op::IsOp, 0, loc);
        self.jump(Op::PopJumpIfFalse, skip, loc);
        self.op(Op::PopTop, loc);
        if exhausted.is_none() {
            self.op_arg(Op::BuildList, 0, loc);
        }
        self.expr(arg)?;
        let start = self.new_label();
        let cleanup = self.new_label();
        self.place(start);
        self.jump(Op::ForIter, cleanup, loc);
        if exhausted.is_none() {
            self.op_arg(Op::ListAppend, 2, loc);
        } else {
            self.op(Op::ToBool, loc);
        }
        self.jump(continue_jump, start, loc);
        self.op(Op::PopIter, Location::NONE);
        if let Some(exhausted) = exhausted {
            self.load_const(Const::bool(!exhausted), loc);
        }
        self.jump(Op::Jump, end, loc);
        self.place(cleanup);
        self.op(Op::EndFor, Location::NONE);
        self.op(Op::PopIter, Location::NONE);
        match exhausted {
            None => self.op_arg(Op::CallIntrinsic1, Intrinsic1::ListToTuple as u32, loc),
            Some(exhausted) => self.load_const(Const::bool(exhausted), loc),
        }
        self.jump(Op::Jump, end, loc);
        self.place(skip);
        Ok(())
    }
}

fn is_starred(e: &&Expr<'_>) -> bool {
    matches!(e.kind, ExprKind::Starred { .. })
}

//! Trees of the parser as Python objects.
//!
//! Fields are set in the order of the table, then the positions, as attributes of new instances. Nodes without fields
//! (`Load`, `Add`, …) are the shared ones. Nesting is bounded by the native stack.

use super::base::Ast;
use super::classes::{Classes, classes};
use super::nodes::Kind;
use heap::Gc;
use objects::attrs;
use objects::code::to_value;
use objects::list::List;
use objects::str::Str;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use prim::text::Text;
use syntax::ast::{
    Alias, Arg, Arguments, BoolOp, CmpOp, Comprehension, Constant, ExceptHandler, Expr,
    ExprContext, ExprKind, For, FunctionDef, Keyword, MatchCase, Mod, Operator, Pattern,
    PatternKind, Range, Stmt, StmtKind, Try, TypeIgnore, TypeParam, TypeParamKind, UnaryOp, With,
    WithItem,
};

/// A tree as Python objects.
pub fn write(vm: &mut Vm, module: &Mod<'_>) -> PyResult<Value> {
    let w = Writer { classes: classes(vm)? };
    match *module {
        Mod::Module { body, type_ignores } => {
            let body = w.stmts(vm, body)?;
            let type_ignores = w.list(vm, type_ignores, Writer::type_ignore)?;
            w.node(vm, Kind::Module, &[body, type_ignores])
        }
        Mod::Interactive { body } => {
            let body = w.stmts(vm, body)?;
            w.node(vm, Kind::Interactive, &[body])
        }
        Mod::Expression { body } => {
            let body = w.expr(vm, body)?;
            w.node(vm, Kind::Expression, &[body])
        }
        Mod::FunctionType { argtypes, returns } => {
            let argtypes = w.exprs(vm, argtypes)?;
            let returns = w.expr(vm, returns)?;
            w.node(vm, Kind::FunctionType, &[argtypes, returns])
        }
    }
}

/// Makes objects of nodes.
struct Writer {
    classes: Classes,
}

type Writing<T> = fn(&Writer, &mut Vm, T) -> PyResult<Value>;

impl Writer {
    /// An instance with these fields.
    fn node(&self, vm: &mut Vm, kind: Kind, fields: &[Value]) -> PyResult<Value> {
        let Some(class) = self.classes.class(kind).cast::<Type>() else {
            return Err(vm.system_error(format_args!("the node classes are lost")));
        };
        let node: Gc<Ast> = Ast::create_as(vm, class)?;
        if let Some(names) = self.classes.field_names(kind) {
            set_all(vm, node, names.items(), fields)?;
        }
        Ok(node.into())
    }

    /// An instance with these fields and a place.
    fn at(&self, vm: &mut Vm, kind: Kind, fields: &[Value], range: Range) -> PyResult<Value> {
        let node = self.node(vm, kind, fields)?;
        let number = |n: u32| Value::small_int(i64::from(n.cast_signed())).unwrap_or(Value::NONE);
        let positions = [range.line, range.col, range.end_line, range.end_col].map(number);
        if let Some(node) = node.cast::<Ast>() {
            set_all(vm, node, self.classes.positions().items(), &positions)?;
        }
        Ok(node)
    }

    fn list<'t, T>(&self, vm: &mut Vm, items: &'t [T], one: Writing<&'t T>) -> PyResult<Value> {
        let list = List::with_capacity(vm, items.len())?;
        for item in items {
            let item = one(self, vm, item)?;
            list.push(vm, item)?;
        }
        Ok(list.into())
    }

    fn optional<T>(&self, vm: &mut Vm, item: Option<T>, one: Writing<T>) -> PyResult<Value> {
        match item {
            Some(item) => one(self, vm, item),
            None => Ok(Value::NONE),
        }
    }

    fn stmts(&self, vm: &mut Vm, body: &[&Stmt<'_>]) -> PyResult<Value> {
        self.list(vm, body, |w, vm, stmt| w.stmt(vm, stmt))
    }

    fn exprs(&self, vm: &mut Vm, exprs: &[&Expr<'_>]) -> PyResult<Value> {
        self.list(vm, exprs, |w, vm, expr| w.expr(vm, expr))
    }

    fn opt_exprs(&self, vm: &mut Vm, exprs: &[Option<&Expr<'_>>]) -> PyResult<Value> {
        self.list(vm, exprs, |w, vm, expr| w.opt_expr(vm, *expr))
    }

    fn opt_expr(&self, vm: &mut Vm, expr: Option<&Expr<'_>>) -> PyResult<Value> {
        self.optional(vm, expr, |w, vm, expr| w.expr(vm, expr))
    }

    fn patterns(&self, vm: &mut Vm, patterns: &[&Pattern<'_>]) -> PyResult<Value> {
        self.list(vm, patterns, |w, vm, pattern| w.pattern(vm, pattern))
    }

    fn ident(&self, vm: &mut Vm, name: &str) -> PyResult<Value> {
        Ok(vm.intern(name)?.into())
    }

    fn opt_ident(&self, vm: &mut Vm, name: Option<&str>) -> PyResult<Value> {
        self.optional(vm, name, |w, vm, name| w.ident(vm, name))
    }

    fn idents(&self, vm: &mut Vm, names: &[&str]) -> PyResult<Value> {
        self.list(vm, names, |w, vm, name| w.ident(vm, name))
    }

    fn string(&self, vm: &mut Vm, text: syntax::ast::Str<'_>) -> PyResult<Value> {
        match Text::from_bytes(text.as_bytes()) {
            Some(text) => Ok(Str::from_text(vm, text)?.into()),
            None => Err(vm.system_error(format_args!("a string of the tree is damaged"))),
        }
    }

    fn opt_string(&self, vm: &mut Vm, text: Option<syntax::ast::Str<'_>>) -> PyResult<Value> {
        self.optional(vm, text, |w, vm, text| w.string(vm, text))
    }

    fn int(&self, i: i64) -> Value {
        Value::small_int(i).unwrap_or(Value::NONE)
    }

    fn constant(&self, vm: &mut Vm, value: &Constant<'_>) -> PyResult<Value> {
        to_value(vm, &compile::constant_of(value))
    }

    // Statements.

    fn stmt(&self, vm: &mut Vm, stmt: &Stmt<'_>) -> PyResult<Value> {
        vm.check_native_stack(" during ast construction")?;
        let range = stmt.range;
        let w = self;
        match stmt.kind {
            StmtKind::FunctionDef(def) => w.function(vm, Kind::FunctionDef, def, range),
            StmtKind::AsyncFunctionDef(def) => w.function(vm, Kind::AsyncFunctionDef, def, range),
            StmtKind::ClassDef(def) => {
                let name = w.ident(vm, def.name)?;
                let bases = w.exprs(vm, def.bases)?;
                let keywords = w.keywords(vm, def.keywords)?;
                let body = w.stmts(vm, def.body)?;
                let decorators = w.exprs(vm, def.decorator_list)?;
                let params = w.type_params(vm, def.type_params)?;
                let fields = [name, bases, keywords, body, decorators, params];
                w.at(vm, Kind::ClassDef, &fields, range)
            }
            StmtKind::For(node) => w.for_(vm, Kind::For, node, range),
            StmtKind::AsyncFor(node) => w.for_(vm, Kind::AsyncFor, node, range),
            StmtKind::With(node) => w.with(vm, Kind::With, node, range),
            StmtKind::AsyncWith(node) => w.with(vm, Kind::AsyncWith, node, range),
            StmtKind::Try(node) => w.try_(vm, Kind::Try, node, range),
            StmtKind::TryStar(node) => w.try_(vm, Kind::TryStar, node, range),
            StmtKind::While { test, body, orelse } => {
                let test = w.expr(vm, test)?;
                let body = w.stmts(vm, body)?;
                let orelse = w.stmts(vm, orelse)?;
                w.at(vm, Kind::While, &[test, body, orelse], range)
            }
            StmtKind::If { test, body, orelse } => {
                let test = w.expr(vm, test)?;
                let body = w.stmts(vm, body)?;
                let orelse = w.stmts(vm, orelse)?;
                w.at(vm, Kind::If, &[test, body, orelse], range)
            }
            StmtKind::Match { subject, cases } => {
                let subject = w.expr(vm, subject)?;
                let cases = w.list(vm, cases, |w, vm, case| w.match_case(vm, case))?;
                w.at(vm, Kind::Match, &[subject, cases], range)
            }
            _ => w.simple_stmt(vm, stmt),
        }
    }

    /// Statements without blocks.
    fn simple_stmt(&self, vm: &mut Vm, stmt: &Stmt<'_>) -> PyResult<Value> {
        let range = stmt.range;
        let w = self;
        match stmt.kind {
            StmtKind::Return { value } => {
                let value = w.opt_expr(vm, value)?;
                w.at(vm, Kind::Return, &[value], range)
            }
            StmtKind::Delete { targets } => {
                let targets = w.exprs(vm, targets)?;
                w.at(vm, Kind::Delete, &[targets], range)
            }
            StmtKind::Assign { targets, value, type_comment } => {
                let targets = w.exprs(vm, targets)?;
                let value = w.expr(vm, value)?;
                let comment = w.opt_string(vm, type_comment)?;
                w.at(vm, Kind::Assign, &[targets, value, comment], range)
            }
            StmtKind::TypeAlias { name, type_params, value } => {
                let name = w.expr(vm, name)?;
                let params = w.type_params(vm, type_params)?;
                let value = w.expr(vm, value)?;
                w.at(vm, Kind::TypeAlias, &[name, params, value], range)
            }
            StmtKind::AugAssign { target, op, value } => {
                let target = w.expr(vm, target)?;
                let value = w.expr(vm, value)?;
                let op = w.classes.single(operator(op));
                w.at(vm, Kind::AugAssign, &[target, op, value], range)
            }
            StmtKind::AnnAssign { target, annotation, value, simple } => {
                let target = w.expr(vm, target)?;
                let annotation = w.expr(vm, annotation)?;
                let value = w.opt_expr(vm, value)?;
                let simple = w.int(i64::from(simple));
                w.at(vm, Kind::AnnAssign, &[target, annotation, value, simple], range)
            }
            StmtKind::Raise { exc, cause } => {
                let exc = w.opt_expr(vm, exc)?;
                let cause = w.opt_expr(vm, cause)?;
                w.at(vm, Kind::Raise, &[exc, cause], range)
            }
            StmtKind::Assert { test, msg } => {
                let test = w.expr(vm, test)?;
                let msg = w.opt_expr(vm, msg)?;
                w.at(vm, Kind::Assert, &[test, msg], range)
            }
            StmtKind::Import { names } => {
                let names = w.list(vm, names, |w, vm, alias| w.alias(vm, alias))?;
                w.at(vm, Kind::Import, &[names], range)
            }
            StmtKind::ImportFrom { module, names, level } => {
                let module = w.opt_ident(vm, module)?;
                let names = w.list(vm, names, |w, vm, alias| w.alias(vm, alias))?;
                let level = w.int(i64::from(level));
                w.at(vm, Kind::ImportFrom, &[module, names, level], range)
            }
            StmtKind::Global { names } => {
                let names = w.idents(vm, names)?;
                w.at(vm, Kind::Global, &[names], range)
            }
            StmtKind::Nonlocal { names } => {
                let names = w.idents(vm, names)?;
                w.at(vm, Kind::Nonlocal, &[names], range)
            }
            StmtKind::Expr { value } => {
                let value = w.expr(vm, value)?;
                w.at(vm, Kind::Expr, &[value], range)
            }
            StmtKind::Pass => w.at(vm, Kind::Pass, &[], range),
            StmtKind::Break => w.at(vm, Kind::Break, &[], range),
            StmtKind::Continue => w.at(vm, Kind::Continue, &[], range),
            // `stmt` deals with those that have blocks.
            _ => Err(vm.system_error(format_args!("unexpected statement"))),
        }
    }

    fn function(
        &self,
        vm: &mut Vm,
        kind: Kind,
        def: &FunctionDef<'_>,
        range: Range,
    ) -> PyResult<Value> {
        let name = self.ident(vm, def.name)?;
        let args = self.arguments(vm, def.args)?;
        let body = self.stmts(vm, def.body)?;
        let decorators = self.exprs(vm, def.decorator_list)?;
        let returns = self.opt_expr(vm, def.returns)?;
        let comment = self.opt_string(vm, def.type_comment)?;
        let params = self.type_params(vm, def.type_params)?;
        self.at(vm, kind, &[name, args, body, decorators, returns, comment, params], range)
    }

    fn for_(&self, vm: &mut Vm, kind: Kind, node: &For<'_>, range: Range) -> PyResult<Value> {
        let target = self.expr(vm, node.target)?;
        let iter = self.expr(vm, node.iter)?;
        let body = self.stmts(vm, node.body)?;
        let orelse = self.stmts(vm, node.orelse)?;
        let comment = self.opt_string(vm, node.type_comment)?;
        self.at(vm, kind, &[target, iter, body, orelse, comment], range)
    }

    fn with(&self, vm: &mut Vm, kind: Kind, node: &With<'_>, range: Range) -> PyResult<Value> {
        let items = self.list(vm, node.items, |w, vm, item| w.with_item(vm, item))?;
        let body = self.stmts(vm, node.body)?;
        let comment = self.opt_string(vm, node.type_comment)?;
        self.at(vm, kind, &[items, body, comment], range)
    }

    fn try_(&self, vm: &mut Vm, kind: Kind, node: &Try<'_>, range: Range) -> PyResult<Value> {
        let body = self.stmts(vm, node.body)?;
        let handlers = self.list(vm, node.handlers, |w, vm, handler| w.handler(vm, handler))?;
        let orelse = self.stmts(vm, node.orelse)?;
        let finalbody = self.stmts(vm, node.finalbody)?;
        self.at(vm, kind, &[body, handlers, orelse, finalbody], range)
    }

    // Parts of statements.

    fn arguments(&self, vm: &mut Vm, args: &Arguments<'_>) -> PyResult<Value> {
        let each: Writing<&&Arg<'_>> = |w, vm, arg| w.arg(vm, arg);
        let one: Writing<&Arg<'_>> = |w, vm, arg| w.arg(vm, arg);
        let posonlyargs = self.list(vm, args.posonlyargs, each)?;
        let plain = self.list(vm, args.args, each)?;
        let vararg = self.optional(vm, args.vararg, one)?;
        let kwonlyargs = self.list(vm, args.kwonlyargs, each)?;
        let kw_defaults = self.opt_exprs(vm, args.kw_defaults)?;
        let kwarg = self.optional(vm, args.kwarg, one)?;
        let defaults = self.exprs(vm, args.defaults)?;
        let fields = [posonlyargs, plain, vararg, kwonlyargs, kw_defaults, kwarg, defaults];
        self.node(vm, Kind::Arguments, &fields)
    }

    fn arg(&self, vm: &mut Vm, arg: &Arg<'_>) -> PyResult<Value> {
        let name = self.ident(vm, arg.arg)?;
        let annotation = self.opt_expr(vm, arg.annotation)?;
        let comment = self.opt_string(vm, arg.type_comment)?;
        self.at(vm, Kind::Arg, &[name, annotation, comment], arg.range)
    }

    fn keywords(&self, vm: &mut Vm, keywords: &[&Keyword<'_>]) -> PyResult<Value> {
        self.list(vm, keywords, |w, vm, keyword| {
            let arg = w.opt_ident(vm, keyword.arg)?;
            let value = w.expr(vm, keyword.value)?;
            w.at(vm, Kind::Keyword, &[arg, value], keyword.range)
        })
    }

    fn alias(&self, vm: &mut Vm, alias: &Alias<'_>) -> PyResult<Value> {
        let name = self.ident(vm, alias.name)?;
        let asname = self.opt_ident(vm, alias.asname)?;
        self.at(vm, Kind::Alias, &[name, asname], alias.range)
    }

    fn with_item(&self, vm: &mut Vm, item: &WithItem<'_>) -> PyResult<Value> {
        let context = self.expr(vm, item.context_expr)?;
        let vars = self.opt_expr(vm, item.optional_vars)?;
        self.node(vm, Kind::WithItem, &[context, vars])
    }

    fn handler(&self, vm: &mut Vm, handler: &ExceptHandler<'_>) -> PyResult<Value> {
        let typ = self.opt_expr(vm, handler.typ)?;
        let name = self.opt_ident(vm, handler.name)?;
        let body = self.stmts(vm, handler.body)?;
        self.at(vm, Kind::ExceptHandler, &[typ, name, body], handler.range)
    }

    fn match_case(&self, vm: &mut Vm, case: &MatchCase<'_>) -> PyResult<Value> {
        let pattern = self.pattern(vm, case.pattern)?;
        let guard = self.opt_expr(vm, case.guard)?;
        let body = self.stmts(vm, case.body)?;
        self.node(vm, Kind::MatchCase, &[pattern, guard, body])
    }

    fn type_ignore(&self, vm: &mut Vm, ignore: &TypeIgnore<'_>) -> PyResult<Value> {
        let lineno = self.int(i64::from(ignore.lineno));
        let tag = Str::new(vm, ignore.tag)?;
        self.node(vm, Kind::TypeIgnore, &[lineno, tag.into()])
    }

    fn type_params(&self, vm: &mut Vm, params: &[&TypeParam<'_>]) -> PyResult<Value> {
        self.list(vm, params, |w, vm, param| {
            let (kind, name, bound, default) = match param.kind {
                TypeParamKind::TypeVar { name, bound, default_value } => {
                    (Kind::TypeVar, name, Some(bound), default_value)
                }
                TypeParamKind::ParamSpec { name, default_value } => {
                    (Kind::ParamSpec, name, None, default_value)
                }
                TypeParamKind::TypeVarTuple { name, default_value } => {
                    (Kind::TypeVarTuple, name, None, default_value)
                }
            };
            let name = w.ident(vm, name)?;
            match bound {
                Some(bound) => {
                    let bound = w.opt_expr(vm, bound)?;
                    let default = w.opt_expr(vm, default)?;
                    w.at(vm, kind, &[name, bound, default], param.range)
                }
                None => {
                    let default = w.opt_expr(vm, default)?;
                    w.at(vm, kind, &[name, default], param.range)
                }
            }
        })
    }

    fn pattern(&self, vm: &mut Vm, pattern: &Pattern<'_>) -> PyResult<Value> {
        vm.check_native_stack(" during ast construction")?;
        let range = pattern.range;
        let w = self;
        match pattern.kind {
            PatternKind::MatchValue { value } => {
                let value = w.expr(vm, value)?;
                w.at(vm, Kind::MatchValue, &[value], range)
            }
            PatternKind::MatchSingleton { value } => {
                let value = w.constant(vm, &value)?;
                w.at(vm, Kind::MatchSingleton, &[value], range)
            }
            PatternKind::MatchSequence { patterns } => {
                let patterns = w.patterns(vm, patterns)?;
                w.at(vm, Kind::MatchSequence, &[patterns], range)
            }
            PatternKind::MatchMapping { keys, patterns, rest } => {
                let keys = w.exprs(vm, keys)?;
                let patterns = w.patterns(vm, patterns)?;
                let rest = w.opt_ident(vm, rest)?;
                w.at(vm, Kind::MatchMapping, &[keys, patterns, rest], range)
            }
            PatternKind::MatchClass(node) => {
                let cls = w.expr(vm, node.cls)?;
                let patterns = w.patterns(vm, node.patterns)?;
                let attrs = w.idents(vm, node.kwd_attrs)?;
                let kwd_patterns = w.patterns(vm, node.kwd_patterns)?;
                w.at(vm, Kind::MatchClass, &[cls, patterns, attrs, kwd_patterns], range)
            }
            PatternKind::MatchStar { name } => {
                let name = w.opt_ident(vm, name)?;
                w.at(vm, Kind::MatchStar, &[name], range)
            }
            PatternKind::MatchAs { pattern, name } => {
                let pattern = w.optional(vm, pattern, |w, vm, pattern| w.pattern(vm, pattern))?;
                let name = w.opt_ident(vm, name)?;
                w.at(vm, Kind::MatchAs, &[pattern, name], range)
            }
            PatternKind::MatchOr { patterns } => {
                let patterns = w.patterns(vm, patterns)?;
                w.at(vm, Kind::MatchOr, &[patterns], range)
            }
        }
    }

    // Expressions.

    fn expr(&self, vm: &mut Vm, expr: &Expr<'_>) -> PyResult<Value> {
        vm.check_native_stack(" during ast construction")?;
        let range = expr.range;
        let w = self;
        match expr.kind {
            ExprKind::Constant { value, u_prefix } => {
                let value = w.constant(vm, &value)?;
                let kind = match u_prefix {
                    true => w.ident(vm, "u")?,
                    false => Value::NONE,
                };
                w.at(vm, Kind::Constant, &[value, kind], range)
            }
            ExprKind::Attribute { value, attr, ctx } => {
                let value = w.expr(vm, value)?;
                let attr = w.ident(vm, attr)?;
                w.at(vm, Kind::Attribute, &[value, attr, w.ctx(ctx)], range)
            }
            ExprKind::Subscript { value, slice, ctx } => {
                let value = w.expr(vm, value)?;
                let slice = w.expr(vm, slice)?;
                w.at(vm, Kind::Subscript, &[value, slice, w.ctx(ctx)], range)
            }
            ExprKind::Starred { value, ctx } => {
                let value = w.expr(vm, value)?;
                w.at(vm, Kind::Starred, &[value, w.ctx(ctx)], range)
            }
            ExprKind::Name { id, ctx } => {
                let id = w.ident(vm, id)?;
                w.at(vm, Kind::Name, &[id, w.ctx(ctx)], range)
            }
            ExprKind::List { elts, ctx } => {
                let elts = w.exprs(vm, elts)?;
                w.at(vm, Kind::List, &[elts, w.ctx(ctx)], range)
            }
            ExprKind::Tuple { elts, ctx } => {
                let elts = w.exprs(vm, elts)?;
                w.at(vm, Kind::Tuple, &[elts, w.ctx(ctx)], range)
            }
            ExprKind::Slice { lower, upper, step } => {
                let lower = w.opt_expr(vm, lower)?;
                let upper = w.opt_expr(vm, upper)?;
                let step = w.opt_expr(vm, step)?;
                w.at(vm, Kind::Slice, &[lower, upper, step], range)
            }
            ExprKind::Call { func, args, keywords } => {
                let func = w.expr(vm, func)?;
                let args = w.exprs(vm, args)?;
                let keywords = w.keywords(vm, keywords)?;
                w.at(vm, Kind::Call, &[func, args, keywords], range)
            }
            ExprKind::Dict { keys, values } => {
                let keys = w.opt_exprs(vm, keys)?;
                let values = w.exprs(vm, values)?;
                w.at(vm, Kind::Dict, &[keys, values], range)
            }
            ExprKind::Set { elts } => {
                let elts = w.exprs(vm, elts)?;
                w.at(vm, Kind::Set, &[elts], range)
            }
            _ => w.operation(vm, expr),
        }
    }

    fn ctx(&self, ctx: ExprContext) -> Value {
        self.classes.single(match ctx {
            ExprContext::Load => Kind::Load,
            ExprContext::Store => Kind::Store,
            ExprContext::Del => Kind::Del,
        })
    }

    /// Expressions that compute something.
    fn operation(&self, vm: &mut Vm, expr: &Expr<'_>) -> PyResult<Value> {
        let range = expr.range;
        let w = self;
        match expr.kind {
            ExprKind::BoolOp { op, values } => {
                let op = w.classes.single(match op {
                    BoolOp::And => Kind::And,
                    BoolOp::Or => Kind::Or,
                });
                let values = w.exprs(vm, values)?;
                w.at(vm, Kind::BoolOp, &[op, values], range)
            }
            ExprKind::NamedExpr { target, value } => {
                let target = w.expr(vm, target)?;
                let value = w.expr(vm, value)?;
                w.at(vm, Kind::NamedExpr, &[target, value], range)
            }
            ExprKind::BinOp { left, op, right } => {
                let left = w.expr(vm, left)?;
                let right = w.expr(vm, right)?;
                w.at(vm, Kind::BinOp, &[left, w.classes.single(operator(op)), right], range)
            }
            ExprKind::UnaryOp { op, operand } => {
                let op = w.classes.single(match op {
                    UnaryOp::Invert => Kind::Invert,
                    UnaryOp::Not => Kind::Not,
                    UnaryOp::UAdd => Kind::UAdd,
                    UnaryOp::USub => Kind::USub,
                });
                let operand = w.expr(vm, operand)?;
                w.at(vm, Kind::UnaryOp, &[op, operand], range)
            }
            ExprKind::Lambda { args, body } => {
                let args = w.arguments(vm, args)?;
                let body = w.expr(vm, body)?;
                w.at(vm, Kind::Lambda, &[args, body], range)
            }
            ExprKind::IfExp { test, body, orelse } => {
                let test = w.expr(vm, test)?;
                let body = w.expr(vm, body)?;
                let orelse = w.expr(vm, orelse)?;
                w.at(vm, Kind::IfExp, &[test, body, orelse], range)
            }
            ExprKind::Await { value } => {
                let value = w.expr(vm, value)?;
                w.at(vm, Kind::Await, &[value], range)
            }
            ExprKind::Yield { value } => {
                let value = w.opt_expr(vm, value)?;
                w.at(vm, Kind::Yield, &[value], range)
            }
            ExprKind::YieldFrom { value } => {
                let value = w.expr(vm, value)?;
                w.at(vm, Kind::YieldFrom, &[value], range)
            }
            ExprKind::Compare { left, ops, comparators } => {
                let left = w.expr(vm, left)?;
                let ops = w.list(vm, ops, |w, _, op| Ok(w.classes.single(cmp_op(*op))))?;
                let comparators = w.exprs(vm, comparators)?;
                w.at(vm, Kind::Compare, &[left, ops, comparators], range)
            }
            _ => w.comprehension_or_string(vm, expr),
        }
    }

    fn comprehension_or_string(&self, vm: &mut Vm, expr: &Expr<'_>) -> PyResult<Value> {
        let range = expr.range;
        let w = self;
        match expr.kind {
            ExprKind::ListComp { elt, generators } => {
                w.comprehension(vm, Kind::ListComp, &[elt], generators, range)
            }
            ExprKind::SetComp { elt, generators } => {
                w.comprehension(vm, Kind::SetComp, &[elt], generators, range)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                w.comprehension(vm, Kind::GeneratorExp, &[elt], generators, range)
            }
            ExprKind::DictComp { key, value, generators } => {
                w.comprehension(vm, Kind::DictComp, &[key, value], generators, range)
            }
            ExprKind::FormattedValue { value, conversion, format_spec } => {
                let value = w.expr(vm, value)?;
                let spec = w.opt_expr(vm, format_spec)?;
                let fields = [value, w.int(i64::from(conversion)), spec];
                w.at(vm, Kind::FormattedValue, &fields, range)
            }
            ExprKind::Interpolation(node) => {
                let value = w.expr(vm, node.value)?;
                let text = w.constant(vm, &node.str)?;
                let spec = w.opt_expr(vm, node.format_spec)?;
                let fields = [value, text, w.int(i64::from(node.conversion)), spec];
                w.at(vm, Kind::Interpolation, &fields, range)
            }
            ExprKind::JoinedStr { values } => {
                let values = w.exprs(vm, values)?;
                w.at(vm, Kind::JoinedStr, &[values], range)
            }
            ExprKind::TemplateStr { values } => {
                let values = w.exprs(vm, values)?;
                w.at(vm, Kind::TemplateStr, &[values], range)
            }
            // `expr` and `operation` deal with the others.
            _ => Err(vm.system_error(format_args!("unexpected expression"))),
        }
    }

    fn comprehension(
        &self,
        vm: &mut Vm,
        kind: Kind,
        elements: &[&Expr<'_>],
        generators: &[&Comprehension<'_>],
        range: Range,
    ) -> PyResult<Value> {
        // One element, or key and value.
        let mut fields = [Value::NONE; 3];
        for (field, element) in fields.iter_mut().zip(elements) {
            *field = self.expr(vm, element)?;
        }
        fields[elements.len()] = self.list(vm, generators, |w, vm, generator| {
            let target = w.expr(vm, generator.target)?;
            let iter = w.expr(vm, generator.iter)?;
            let ifs = w.exprs(vm, generator.ifs)?;
            let is_async = w.int(i64::from(generator.is_async));
            w.node(vm, Kind::Comprehension, &[target, iter, ifs, is_async])
        })?;
        self.at(vm, kind, &fields[..=elements.len()], range)
    }
}

fn set_all(vm: &mut Vm, node: Gc<Ast>, names: &[Value], values: &[Value]) -> PyResult<()> {
    for (name, value) in names.iter().zip(values) {
        if let Some(name) = name.cast::<Str>() {
            attrs::own_set(vm, node.as_header(), name, *value)?;
        }
    }
    Ok(())
}

fn operator(op: Operator) -> Kind {
    match op {
        Operator::Add => Kind::Add,
        Operator::Sub => Kind::Sub,
        Operator::Mult => Kind::Mult,
        Operator::MatMult => Kind::MatMult,
        Operator::Div => Kind::Div,
        Operator::Mod => Kind::Mod,
        Operator::Pow => Kind::Pow,
        Operator::LShift => Kind::LShift,
        Operator::RShift => Kind::RShift,
        Operator::BitOr => Kind::BitOr,
        Operator::BitXor => Kind::BitXor,
        Operator::BitAnd => Kind::BitAnd,
        Operator::FloorDiv => Kind::FloorDiv,
    }
}

fn cmp_op(op: CmpOp) -> Kind {
    match op {
        CmpOp::Eq => Kind::Eq,
        CmpOp::NotEq => Kind::NotEq,
        CmpOp::Lt => Kind::Lt,
        CmpOp::LtE => Kind::LtE,
        CmpOp::Gt => Kind::Gt,
        CmpOp::GtE => Kind::GtE,
        CmpOp::Is => Kind::Is,
        CmpOp::IsNot => Kind::IsNot,
        CmpOp::In => Kind::In,
        CmpOp::NotIn => Kind::NotIn,
    }
}

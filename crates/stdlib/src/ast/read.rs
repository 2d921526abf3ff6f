//! Python objects as a tree that the compiler takes.
//!
//! A node is whatever is an instance of a node class and has its fields as attributes; attributes are read one by one, so
//! Python code may run at any of them. What is wrong with types is said here, in CPython's words; what is wrong with the tree
//! as a whole is said by `syntax::validate`. Where a list holds None for a node, the tree has the one of [`Missing`].

use super::base::Ast;
use super::classes::{Classes, classes};
use super::nodes::{Base, Count, Kind};
use bumpalo::Bump;
use objects::bytes::Bytes;
use objects::exceptions;
use objects::int;
use objects::list::List;
use objects::str::Str;
use objects::types::{class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use syntax::Mode;
use syntax::ast::{
    Alias, Arg, Arguments, BoolOp, ClassDef, CmpOp, Comprehension, Constant, ExceptHandler, Expr,
    ExprContext, ExprKind, For, FunctionDef, Ident, Int, Interpolation, Keyword, MatchCase,
    MatchClass, Mod, Operator, Pattern, PatternKind, Range, Stmt, StmtKind, Try, TypeIgnore,
    TypeParam, TypeParamKind, UnaryOp, With, WithItem,
};
use syntax::validate::Missing;

/// Reads the tree of a node `v`, as `compile` takes it in a mode. Whether it makes sense is for the caller to check.
pub fn read<'a>(
    vm: &mut Vm,
    v: Value,
    mode: Mode,
    arena: &'a Bump,
    missing: &Missing<'a>,
) -> PyResult<Mod<'a>> {
    let r = Reader { classes: classes(vm)?, arena, missing };
    let wanted = match mode {
        Mode::Exec => Kind::Module,
        Mode::Eval => Kind::Expression,
        Mode::Single => Kind::Interactive,
        Mode::FuncType => Kind::FunctionType,
    };
    if !r.is(vm, v, wanted)? {
        let name = short_name(v);
        return Err(vm.type_error(format_args!("expected {} node, got {name}", wanted.name())));
    }
    match mode {
        Mode::Exec => Ok(Mod::Module {
            body: r.list(vm, v, wanted, 0, Reader::listed_stmt)?,
            type_ignores: r.list(vm, v, wanted, 1, Reader::type_ignore)?,
        }),
        Mode::Eval => Ok(Mod::Expression { body: r.expr_in(vm, v, wanted, 0)? }),
        Mode::Single => {
            Ok(Mod::Interactive { body: r.list(vm, v, wanted, 0, Reader::listed_stmt)? })
        }
        Mode::FuncType => Ok(Mod::FunctionType {
            argtypes: r.exprs_in(vm, v, wanted, 0)?,
            returns: r.expr_in(vm, v, wanted, 1)?,
        }),
    }
}

/// Whether `compile` takes `v` for a tree.
pub fn is_node(vm: &mut Vm, v: Value) -> PyResult<bool> {
    if v.cast::<Ast>().is_some() {
        return Ok(true);
    }
    classes(vm)?;
    let class = vm.class(<Ast as objects::layout::Object>::def());
    vm.is_instance(v, class.into())
}

struct Reader<'a, 'm> {
    classes: Classes,
    arena: &'a Bump,
    missing: &'m Missing<'a>,
}

type Reading<'a, 'm, T> = fn(&Reader<'a, 'm>, &mut Vm, Value) -> PyResult<T>;

impl<'a, 'm> Reader<'a, 'm> {
    // Fields.

    /// Whether `v` is a node of the class.
    fn is(&self, vm: &mut Vm, v: Value, kind: Kind) -> PyResult<bool> {
        let class = self.classes.class(kind);
        if Value::from(class_of(v)) == class {
            return Ok(true);
        }
        vm.is_instance(v, class)
    }

    /// Which of a base's classes `v` is of.
    fn kind_of(&self, vm: &mut Vm, v: Value, base: Base) -> PyResult<Kind> {
        let group = base.group();
        let class = Value::from(class_of(v));
        if let Some(kind) = group.kinds.iter().find(|kind| self.classes.class(**kind) == class) {
            return Ok(*kind);
        }
        for kind in group.kinds {
            if vm.is_instance(v, self.classes.class(*kind))? {
                return Ok(*kind);
            }
        }
        let shown = vm.repr(v)?;
        Err(vm.type_error(format_args!(
            "expected some sort of {}, but got {}",
            group.name,
            shown.text()
        )))
    }

    /// The field number `at` of a node, if the node has it.
    fn field(&self, vm: &mut Vm, node: Value, kind: Kind, at: usize) -> PyResult<Option<Value>> {
        let name = self.classes.field_names(kind).and_then(|names| names.get(at));
        match name.and_then(|name| name.cast::<Str>()) {
            Some(name) => vm.getattr_opt(node, name),
            None => Err(vm.system_error(format_args!("{} has no field {at}", kind.name()))),
        }
    }

    /// A field that must be there.
    fn required(&self, vm: &mut Vm, node: Value, kind: Kind, at: usize) -> PyResult<Value> {
        match self.field(vm, node, kind, at)? {
            Some(v) => Ok(v),
            None => Err(missing_field(vm, field_name(kind, at), kind.name())),
        }
    }

    /// What a field holds, if it isn't None; None is an error unless the field is optional.
    fn needed<T>(&self, vm: &mut Vm, kind: Kind, at: usize, found: Option<T>) -> PyResult<T> {
        match found {
            Some(found) => Ok(found),
            None => Err(vm.value_error(format_args!(
                "field '{}' is required for {}",
                field_name(kind, at),
                kind.name()
            ))),
        }
    }

    /// A list in a field; nothing for an absent one.
    fn list<T: Copy>(
        &self,
        vm: &mut Vm,
        node: Value,
        kind: Kind,
        at: usize,
        one: Reading<'a, 'm, T>,
    ) -> PyResult<&'a [T]> {
        debug_assert!(kind.node().fields.get(at).is_some_and(|field| field.count == Count::Many));
        let Some(found) = self.field(vm, node, kind, at)? else { return Ok(&[]) };
        let Some(list) = found.cast::<List>() else {
            return Err(vm.type_error(format_args!(
                "{} field \"{}\" must be a list, not a {}",
                kind.name(),
                field_name(kind, at),
                class_name(found)
            )));
        };
        let count = list.len();
        let mut items = Vec::new();
        if items.try_reserve_exact(count).is_err() {
            return Err(vm.memory_error());
        }
        for index in 0..count {
            let item = list.get(index).unwrap_or(Value::NONE);
            items.push(one(self, vm, item)?);
            if list.len() != count {
                return Err(vm.runtime_error(format_args!(
                    "{} field \"{}\" changed size during iteration",
                    kind.name(),
                    field_name(kind, at)
                )));
            }
        }
        Ok(self.arena.alloc_slice_copy(&items))
    }

    /// An optional field: absent and None are the same.
    fn opt<T>(
        &self,
        vm: &mut Vm,
        node: Value,
        kind: Kind,
        at: usize,
        one: Reading<'a, 'm, T>,
    ) -> PyResult<Option<T>> {
        match self.field(vm, node, kind, at)? {
            Some(v) if !v.is_none() => one(self, vm, v).map(Some),
            _ => Ok(None),
        }
    }

    fn one<T>(
        &self,
        vm: &mut Vm,
        node: Value,
        kind: Kind,
        at: usize,
        one: Reading<'a, 'm, T>,
    ) -> PyResult<T> {
        let v = self.required(vm, node, kind, at)?;
        one(self, vm, v)
    }

    fn expr_in(&self, vm: &mut Vm, node: Value, kind: Kind, at: usize) -> PyResult<&'a Expr<'a>> {
        let found = self.one(vm, node, kind, at, Reader::nullable_expr)?;
        self.needed(vm, kind, at, found)
    }

    fn opt_expr_in(
        &self,
        vm: &mut Vm,
        node: Value,
        kind: Kind,
        at: usize,
    ) -> PyResult<Option<&'a Expr<'a>>> {
        self.opt(vm, node, kind, at, Reader::expr)
    }

    fn exprs_in(
        &self,
        vm: &mut Vm,
        node: Value,
        kind: Kind,
        at: usize,
    ) -> PyResult<&'a [&'a Expr<'a>]> {
        self.list(vm, node, kind, at, |r, vm, v| {
            Ok(r.nullable_expr(vm, v)?.unwrap_or(r.missing.expr))
        })
    }

    fn body_in(
        &self,
        vm: &mut Vm,
        node: Value,
        kind: Kind,
        at: usize,
    ) -> PyResult<&'a [&'a Stmt<'a>]> {
        self.list(vm, node, kind, at, Reader::listed_stmt)
    }

    fn patterns_in(
        &self,
        vm: &mut Vm,
        node: Value,
        kind: Kind,
        at: usize,
    ) -> PyResult<&'a [&'a Pattern<'a>]> {
        self.list(vm, node, kind, at, |r, vm, v| match v.is_none() {
            true => Ok(r.missing.pattern),
            false => r.pattern(vm, v),
        })
    }

    fn ident_in(&self, vm: &mut Vm, node: Value, kind: Kind, at: usize) -> PyResult<Ident<'a>> {
        let v = self.required(vm, node, kind, at)?;
        let found = match v.is_none() {
            true => None,
            false => Some(self.ident(vm, v)?),
        };
        self.needed(vm, kind, at, found)
    }

    fn opt_ident_in(
        &self,
        vm: &mut Vm,
        node: Value,
        kind: Kind,
        at: usize,
    ) -> PyResult<Option<Ident<'a>>> {
        self.opt(vm, node, kind, at, Reader::ident)
    }

    fn comment_in(
        &self,
        vm: &mut Vm,
        node: Value,
        kind: Kind,
        at: usize,
    ) -> PyResult<Option<syntax::ast::Str<'a>>> {
        self.opt(vm, node, kind, at, Reader::string)
    }

    fn int_in(&self, vm: &mut Vm, node: Value, kind: Kind, at: usize) -> PyResult<i32> {
        let v = self.required(vm, node, kind, at)?;
        integer(vm, v)
    }

    // Plain values.

    fn ident(&self, vm: &mut Vm, v: Value) -> PyResult<Ident<'a>> {
        let Some(name) = v.exact::<Str>() else {
            return Err(vm.type_error(format_args!("AST identifier must be of type str")));
        };
        match name.text().as_str() {
            Some(text) => Ok(self.arena.alloc_str(text)),
            None => Err(exceptions::unicode::surrogates_not_allowed(vm, "utf-8", name)),
        }
    }

    fn string(&self, vm: &mut Vm, v: Value) -> PyResult<syntax::ast::Str<'a>> {
        if let Some(text) = v.exact::<Str>() {
            return Ok(syntax::ast::Str(self.arena.alloc_slice_copy(text.as_bytes())));
        }
        Err(vm.type_error(format_args!("AST string must be of type str")))
    }

    fn constant(&self, vm: &mut Vm, v: Value) -> PyResult<Constant<'a>> {
        vm.check_native_stack(" during compilation")?;
        if v.is_none() {
            return Ok(Constant::None);
        }
        if let Some(b) = v.as_bool() {
            return Ok(if b { Constant::True } else { Constant::False });
        }
        if v == objects::singletons::ellipsis() {
            return Ok(Constant::Ellipsis);
        }
        if int::is_exact(v) {
            return self.int(vm, v);
        }
        if objects::float::is_exact(v) {
            return Ok(Constant::Float(objects::float::value(v).unwrap_or(0.0)));
        }
        if let Some(complex) = v.exact::<objects::complex::Complex>() {
            let (real, imag) = objects::complex::parts(complex.into()).unwrap_or_default();
            return Ok(Constant::Complex { real, imag });
        }
        if let Some(text) = v.exact::<Str>() {
            let bytes = self.arena.alloc_slice_copy(text.as_bytes());
            return Ok(Constant::Str(syntax::ast::Str(bytes)));
        }
        if let Some(bytes) = v.exact::<Bytes>() {
            return Ok(Constant::Bytes(self.arena.alloc_slice_copy(bytes.as_slice())));
        }
        if let Some(tuple) = v.exact::<objects::tuple::Tuple>() {
            return Ok(Constant::Tuple(self.constants(vm, tuple.items())?));
        }
        if objects::set::is_exact_frozenset(v) {
            let members = objects::tuple::Tuple::from_iterable(vm, v)?;
            return Ok(Constant::FrozenSet(self.constants(vm, members.items())?));
        }
        let name = short_name(v);
        Err(vm.type_error(format_args!("got an invalid type in Constant: {name}")))
    }

    fn constants(&self, vm: &mut Vm, items: &[Value]) -> PyResult<&'a [Constant<'a>]> {
        let mut constants = Vec::new();
        if constants.try_reserve_exact(items.len()).is_err() {
            return Err(vm.memory_error());
        }
        for item in items {
            constants.push(self.constant(vm, *item)?);
        }
        Ok(self.arena.alloc_slice_copy(&constants))
    }

    fn int(&self, vm: &mut Vm, v: Value) -> PyResult<Constant<'a>> {
        if let Some(small) = int::to_i64(v) {
            return Ok(Constant::Int(Int::Small(small)));
        }
        let digits = int::View::of(v).as_ref().to_radix_string(16);
        match digits {
            Ok(digits) => {
                let digits = self.arena.alloc_str(&digits);
                Ok(Constant::Int(Int::Big { base: 16, digits }))
            }
            Err(_) => Err(vm.memory_error()),
        }
    }

    /// The place of a node; `owner` is what its attributes are said to be missing from.
    fn range(&self, vm: &mut Vm, node: Value, owner: Base) -> PyResult<Range> {
        let line = self.position(vm, node, owner, 0)?;
        let col = self.position(vm, node, owner, 1)?;
        let end_line = self.opt_position(vm, node, 2)?.unwrap_or(line);
        let end_col = self.opt_position(vm, node, 3)?.unwrap_or(col);
        Ok(Range {
            line: line.cast_unsigned(),
            col: col.cast_unsigned(),
            end_line: end_line.cast_unsigned(),
            end_col: end_col.cast_unsigned(),
        })
    }

    fn position_value(&self, vm: &mut Vm, node: Value, at: usize) -> PyResult<Option<Value>> {
        match self.classes.positions().get(at).and_then(|name| name.cast::<Str>()) {
            Some(name) => vm.getattr_opt(node, name),
            None => Ok(None),
        }
    }

    fn position(&self, vm: &mut Vm, node: Value, owner: Base, at: usize) -> PyResult<i32> {
        match self.position_value(vm, node, at)? {
            Some(v) => integer(vm, v),
            None => {
                let name = super::nodes::POSITIONS.get(at).copied().unwrap_or_default();
                Err(missing_field(vm, name, owner.group().name))
            }
        }
    }

    fn opt_position(&self, vm: &mut Vm, node: Value, at: usize) -> PyResult<Option<i32>> {
        match self.position_value(vm, node, at)? {
            Some(v) if !v.is_none() => integer(vm, v).map(Some),
            _ => Ok(None),
        }
    }

    // Statements.

    fn listed_stmt(&self, vm: &mut Vm, v: Value) -> PyResult<&'a Stmt<'a>> {
        if v.is_none() {
            return Ok(self.missing.stmt);
        }
        vm.check_native_stack(" while traversing 'stmt' node")?;
        let range = self.range(vm, v, Base::stmt)?;
        let kind = self.kind_of(vm, v, Base::stmt)?;
        let kind = self.compound_stmt(vm, v, kind)?;
        Ok(self.arena.alloc(Stmt { kind, range }))
    }

    fn compound_stmt(&self, vm: &mut Vm, v: Value, k: Kind) -> PyResult<StmtKind<'a>> {
        Ok(match k {
            Kind::FunctionDef => StmtKind::FunctionDef(self.function(vm, v, k)?),
            Kind::AsyncFunctionDef => StmtKind::AsyncFunctionDef(self.function(vm, v, k)?),
            Kind::ClassDef => {
                let def = ClassDef {
                    name: self.ident_in(vm, v, k, 0)?,
                    bases: self.exprs_in(vm, v, k, 1)?,
                    keywords: self.list(vm, v, k, 2, Reader::keyword)?,
                    body: self.body_in(vm, v, k, 3)?,
                    decorator_list: self.exprs_in(vm, v, k, 4)?,
                    type_params: self.list(vm, v, k, 5, Reader::type_param)?,
                };
                StmtKind::ClassDef(self.arena.alloc(def))
            }
            Kind::For => StmtKind::For(self.for_(vm, v, k)?),
            Kind::AsyncFor => StmtKind::AsyncFor(self.for_(vm, v, k)?),
            Kind::While => StmtKind::While {
                test: self.expr_in(vm, v, k, 0)?,
                body: self.body_in(vm, v, k, 1)?,
                orelse: self.body_in(vm, v, k, 2)?,
            },
            Kind::If => StmtKind::If {
                test: self.expr_in(vm, v, k, 0)?,
                body: self.body_in(vm, v, k, 1)?,
                orelse: self.body_in(vm, v, k, 2)?,
            },
            Kind::With => StmtKind::With(self.with(vm, v, k)?),
            Kind::AsyncWith => StmtKind::AsyncWith(self.with(vm, v, k)?),
            Kind::Match => StmtKind::Match {
                subject: self.expr_in(vm, v, k, 0)?,
                cases: self.list(vm, v, k, 1, Reader::match_case)?,
            },
            Kind::Try => StmtKind::Try(self.try_(vm, v, k)?),
            Kind::TryStar => StmtKind::TryStar(self.try_(vm, v, k)?),
            _ => self.simple_stmt(vm, v, k)?,
        })
    }

    fn simple_stmt(&self, vm: &mut Vm, v: Value, k: Kind) -> PyResult<StmtKind<'a>> {
        Ok(match k {
            Kind::Return => StmtKind::Return { value: self.opt_expr_in(vm, v, k, 0)? },
            Kind::Delete => StmtKind::Delete { targets: self.exprs_in(vm, v, k, 0)? },
            Kind::Assign => StmtKind::Assign {
                targets: self.exprs_in(vm, v, k, 0)?,
                value: self.expr_in(vm, v, k, 1)?,
                type_comment: self.comment_in(vm, v, k, 2)?,
            },
            Kind::TypeAlias => StmtKind::TypeAlias {
                name: self.expr_in(vm, v, k, 0)?,
                type_params: self.list(vm, v, k, 1, Reader::type_param)?,
                value: self.expr_in(vm, v, k, 2)?,
            },
            Kind::AugAssign => StmtKind::AugAssign {
                target: self.expr_in(vm, v, k, 0)?,
                op: self.one(vm, v, k, 1, Reader::operator)?,
                value: self.expr_in(vm, v, k, 2)?,
            },
            Kind::AnnAssign => StmtKind::AnnAssign {
                target: self.expr_in(vm, v, k, 0)?,
                annotation: self.expr_in(vm, v, k, 1)?,
                value: self.opt_expr_in(vm, v, k, 2)?,
                simple: self.int_in(vm, v, k, 3)? != 0,
            },
            Kind::Raise => StmtKind::Raise {
                exc: self.opt_expr_in(vm, v, k, 0)?,
                cause: self.opt_expr_in(vm, v, k, 1)?,
            },
            Kind::Assert => StmtKind::Assert {
                test: self.expr_in(vm, v, k, 0)?,
                msg: self.opt_expr_in(vm, v, k, 1)?,
            },
            Kind::Import => StmtKind::Import { names: self.list(vm, v, k, 0, Reader::alias)? },
            Kind::ImportFrom => StmtKind::ImportFrom {
                module: self.opt_ident_in(vm, v, k, 0)?,
                names: self.list(vm, v, k, 1, Reader::alias)?,
                level: self
                    .opt(vm, v, k, 2, |_, vm, v| integer(vm, v))?
                    .unwrap_or(0)
                    .cast_unsigned(),
            },
            Kind::Global => StmtKind::Global { names: self.list(vm, v, k, 0, Reader::ident)? },
            Kind::Nonlocal => StmtKind::Nonlocal { names: self.list(vm, v, k, 0, Reader::ident)? },
            Kind::Expr => StmtKind::Expr { value: self.expr_in(vm, v, k, 0)? },
            Kind::Pass => StmtKind::Pass,
            Kind::Break => StmtKind::Break,
            Kind::Continue => StmtKind::Continue,
            _ => return Err(vm.system_error(format_args!("unexpected statement"))),
        })
    }

    fn function(&self, vm: &mut Vm, v: Value, k: Kind) -> PyResult<&'a FunctionDef<'a>> {
        let def = FunctionDef {
            name: self.ident_in(vm, v, k, 0)?,
            args: self.one(vm, v, k, 1, Reader::arguments)?,
            body: self.body_in(vm, v, k, 2)?,
            decorator_list: self.exprs_in(vm, v, k, 3)?,
            returns: self.opt_expr_in(vm, v, k, 4)?,
            type_comment: self.comment_in(vm, v, k, 5)?,
            type_params: self.list(vm, v, k, 6, Reader::type_param)?,
        };
        Ok(self.arena.alloc(def))
    }

    fn for_(&self, vm: &mut Vm, v: Value, k: Kind) -> PyResult<&'a For<'a>> {
        let node = For {
            target: self.expr_in(vm, v, k, 0)?,
            iter: self.expr_in(vm, v, k, 1)?,
            body: self.body_in(vm, v, k, 2)?,
            orelse: self.body_in(vm, v, k, 3)?,
            type_comment: self.comment_in(vm, v, k, 4)?,
        };
        Ok(self.arena.alloc(node))
    }

    fn with(&self, vm: &mut Vm, v: Value, k: Kind) -> PyResult<&'a With<'a>> {
        let node = With {
            items: self.list(vm, v, k, 0, Reader::with_item)?,
            body: self.body_in(vm, v, k, 1)?,
            type_comment: self.comment_in(vm, v, k, 2)?,
        };
        Ok(self.arena.alloc(node))
    }

    fn try_(&self, vm: &mut Vm, v: Value, k: Kind) -> PyResult<&'a Try<'a>> {
        let node = Try {
            body: self.body_in(vm, v, k, 0)?,
            handlers: self.list(vm, v, k, 1, Reader::handler)?,
            orelse: self.body_in(vm, v, k, 2)?,
            finalbody: self.body_in(vm, v, k, 3)?,
        };
        Ok(self.arena.alloc(node))
    }

    // Parts of statements.

    fn arguments(&self, vm: &mut Vm, v: Value) -> PyResult<&'a Arguments<'a>> {
        let k = Kind::Arguments;
        let arguments = Arguments {
            posonlyargs: self.list(vm, v, k, 0, Reader::arg)?,
            args: self.list(vm, v, k, 1, Reader::arg)?,
            vararg: self.opt(vm, v, k, 2, Reader::arg)?,
            kwonlyargs: self.list(vm, v, k, 3, Reader::arg)?,
            kw_defaults: self.list(vm, v, k, 4, Reader::nullable_expr)?,
            kwarg: self.opt(vm, v, k, 5, Reader::arg)?,
            defaults: self.exprs_in(vm, v, k, 6)?,
        };
        Ok(self.arena.alloc(arguments))
    }

    fn arg(&self, vm: &mut Vm, v: Value) -> PyResult<&'a Arg<'a>> {
        let k = Kind::Arg;
        let arg = self.ident_in(vm, v, k, 0)?;
        let annotation = self.opt_expr_in(vm, v, k, 1)?;
        let type_comment = self.comment_in(vm, v, k, 2)?;
        let range = self.range(vm, v, Base::arg)?;
        Ok(self.arena.alloc(Arg { arg, annotation, type_comment, range }))
    }

    fn keyword(&self, vm: &mut Vm, v: Value) -> PyResult<&'a Keyword<'a>> {
        let k = Kind::Keyword;
        let arg = self.opt_ident_in(vm, v, k, 0)?;
        let value = self.expr_in(vm, v, k, 1)?;
        let range = self.range(vm, v, Base::keyword)?;
        Ok(self.arena.alloc(Keyword { arg, value, range }))
    }

    fn alias(&self, vm: &mut Vm, v: Value) -> PyResult<&'a Alias<'a>> {
        let k = Kind::Alias;
        let name = self.ident_in(vm, v, k, 0)?;
        let asname = self.opt_ident_in(vm, v, k, 1)?;
        let range = self.range(vm, v, Base::alias)?;
        Ok(self.arena.alloc(Alias { name, asname, range }))
    }

    fn with_item(&self, vm: &mut Vm, v: Value) -> PyResult<&'a WithItem<'a>> {
        let k = Kind::WithItem;
        let context_expr = self.expr_in(vm, v, k, 0)?;
        let optional_vars = self.opt_expr_in(vm, v, k, 1)?;
        Ok(self.arena.alloc(WithItem { context_expr, optional_vars }))
    }

    fn handler(&self, vm: &mut Vm, v: Value) -> PyResult<&'a ExceptHandler<'a>> {
        let range = self.range(vm, v, Base::excepthandler)?;
        let k = self.kind_of(vm, v, Base::excepthandler)?;
        let typ = self.opt_expr_in(vm, v, k, 0)?;
        let name = self.opt_ident_in(vm, v, k, 1)?;
        let body = self.body_in(vm, v, k, 2)?;
        Ok(self.arena.alloc(ExceptHandler { typ, name, body, range }))
    }

    fn match_case(&self, vm: &mut Vm, v: Value) -> PyResult<&'a MatchCase<'a>> {
        let k = Kind::MatchCase;
        let pattern = self.required(vm, v, k, 0)?;
        let pattern = match pattern.is_none() {
            true => None,
            false => Some(self.pattern(vm, pattern)?),
        };
        let pattern = self.needed(vm, k, 0, pattern)?;
        let guard = self.opt_expr_in(vm, v, k, 1)?;
        let body = self.body_in(vm, v, k, 2)?;
        Ok(self.arena.alloc(MatchCase { pattern, guard, body }))
    }

    fn type_ignore(&self, vm: &mut Vm, v: Value) -> PyResult<TypeIgnore<'a>> {
        let k = self.kind_of(vm, v, Base::type_ignore)?;
        let lineno = self.int_in(vm, v, k, 0)?.cast_unsigned();
        let tag = self.one(vm, v, k, 1, Reader::string)?;
        Ok(TypeIgnore { lineno, tag: tag.as_str().unwrap_or_default() })
    }

    fn type_param(&self, vm: &mut Vm, v: Value) -> PyResult<&'a TypeParam<'a>> {
        let range = self.range(vm, v, Base::type_param)?;
        let k = self.kind_of(vm, v, Base::type_param)?;
        let name = self.ident_in(vm, v, k, 0)?;
        let kind = match k {
            Kind::TypeVar => TypeParamKind::TypeVar {
                name,
                bound: self.opt_expr_in(vm, v, k, 1)?,
                default_value: self.opt_expr_in(vm, v, k, 2)?,
            },
            Kind::ParamSpec => {
                TypeParamKind::ParamSpec { name, default_value: self.opt_expr_in(vm, v, k, 1)? }
            }
            _ => {
                TypeParamKind::TypeVarTuple { name, default_value: self.opt_expr_in(vm, v, k, 1)? }
            }
        };
        Ok(self.arena.alloc(TypeParam { kind, range }))
    }

    fn pattern(&self, vm: &mut Vm, v: Value) -> PyResult<&'a Pattern<'a>> {
        vm.check_native_stack(" while traversing 'pattern' node")?;
        let range = self.range(vm, v, Base::pattern)?;
        let k = self.kind_of(vm, v, Base::pattern)?;
        let kind = match k {
            Kind::MatchValue => PatternKind::MatchValue { value: self.expr_in(vm, v, k, 0)? },
            Kind::MatchSingleton => {
                PatternKind::MatchSingleton { value: self.one(vm, v, k, 0, Reader::constant)? }
            }
            Kind::MatchSequence => {
                PatternKind::MatchSequence { patterns: self.patterns_in(vm, v, k, 0)? }
            }
            Kind::MatchMapping => PatternKind::MatchMapping {
                keys: self.exprs_in(vm, v, k, 0)?,
                patterns: self.patterns_in(vm, v, k, 1)?,
                rest: self.opt_ident_in(vm, v, k, 2)?,
            },
            Kind::MatchClass => {
                let node = MatchClass {
                    cls: self.expr_in(vm, v, k, 0)?,
                    patterns: self.patterns_in(vm, v, k, 1)?,
                    kwd_attrs: self.list(vm, v, k, 2, Reader::ident)?,
                    kwd_patterns: self.patterns_in(vm, v, k, 3)?,
                };
                PatternKind::MatchClass(self.arena.alloc(node))
            }
            Kind::MatchStar => PatternKind::MatchStar { name: self.opt_ident_in(vm, v, k, 0)? },
            Kind::MatchAs => PatternKind::MatchAs {
                pattern: self.opt(vm, v, k, 0, Reader::pattern)?,
                name: self.opt_ident_in(vm, v, k, 1)?,
            },
            _ => PatternKind::MatchOr { patterns: self.patterns_in(vm, v, k, 0)? },
        };
        Ok(self.arena.alloc(Pattern { kind, range }))
    }

    // Expressions.

    fn nullable_expr(&self, vm: &mut Vm, v: Value) -> PyResult<Option<&'a Expr<'a>>> {
        if v.is_none() { Ok(None) } else { self.expr(vm, v).map(Some) }
    }

    fn expr(&self, vm: &mut Vm, v: Value) -> PyResult<&'a Expr<'a>> {
        vm.check_native_stack(" while traversing 'expr' node")?;
        let range = self.range(vm, v, Base::expr)?;
        let kind = self.kind_of(vm, v, Base::expr)?;
        let kind = self.plain_expr(vm, v, kind)?;
        Ok(self.arena.alloc(Expr { kind, range }))
    }

    fn plain_expr(&self, vm: &mut Vm, v: Value, k: Kind) -> PyResult<ExprKind<'a>> {
        Ok(match k {
            Kind::Constant => ExprKind::Constant {
                value: self.one(vm, v, k, 0, Reader::constant)?,
                u_prefix: self.comment_in(vm, v, k, 1)?.is_some_and(|kind| kind.0 == b"u"),
            },
            Kind::Attribute => ExprKind::Attribute {
                value: self.expr_in(vm, v, k, 0)?,
                attr: self.ident_in(vm, v, k, 1)?,
                ctx: self.one(vm, v, k, 2, Reader::ctx)?,
            },
            Kind::Subscript => ExprKind::Subscript {
                value: self.expr_in(vm, v, k, 0)?,
                slice: self.expr_in(vm, v, k, 1)?,
                ctx: self.one(vm, v, k, 2, Reader::ctx)?,
            },
            Kind::Starred => ExprKind::Starred {
                value: self.expr_in(vm, v, k, 0)?,
                ctx: self.one(vm, v, k, 1, Reader::ctx)?,
            },
            Kind::Name => ExprKind::Name {
                id: self.ident_in(vm, v, k, 0)?,
                ctx: self.one(vm, v, k, 1, Reader::ctx)?,
            },
            Kind::List => ExprKind::List {
                elts: self.exprs_in(vm, v, k, 0)?,
                ctx: self.one(vm, v, k, 1, Reader::ctx)?,
            },
            Kind::Tuple => ExprKind::Tuple {
                elts: self.exprs_in(vm, v, k, 0)?,
                ctx: self.one(vm, v, k, 1, Reader::ctx)?,
            },
            Kind::Slice => ExprKind::Slice {
                lower: self.opt_expr_in(vm, v, k, 0)?,
                upper: self.opt_expr_in(vm, v, k, 1)?,
                step: self.opt_expr_in(vm, v, k, 2)?,
            },
            Kind::Call => ExprKind::Call {
                func: self.expr_in(vm, v, k, 0)?,
                args: self.exprs_in(vm, v, k, 1)?,
                keywords: self.list(vm, v, k, 2, Reader::keyword)?,
            },
            Kind::Dict => ExprKind::Dict {
                keys: self.list(vm, v, k, 0, Reader::nullable_expr)?,
                values: self.exprs_in(vm, v, k, 1)?,
            },
            Kind::Set => ExprKind::Set { elts: self.exprs_in(vm, v, k, 0)? },
            _ => self.operation(vm, v, k)?,
        })
    }

    fn operation(&self, vm: &mut Vm, v: Value, k: Kind) -> PyResult<ExprKind<'a>> {
        Ok(match k {
            Kind::BoolOp => ExprKind::BoolOp {
                op: self.one(vm, v, k, 0, Reader::bool_op)?,
                values: self.exprs_in(vm, v, k, 1)?,
            },
            Kind::NamedExpr => ExprKind::NamedExpr {
                target: self.expr_in(vm, v, k, 0)?,
                value: self.expr_in(vm, v, k, 1)?,
            },
            Kind::BinOp => ExprKind::BinOp {
                left: self.expr_in(vm, v, k, 0)?,
                op: self.one(vm, v, k, 1, Reader::operator)?,
                right: self.expr_in(vm, v, k, 2)?,
            },
            Kind::UnaryOp => ExprKind::UnaryOp {
                op: self.one(vm, v, k, 0, Reader::unary_op)?,
                operand: self.expr_in(vm, v, k, 1)?,
            },
            Kind::Lambda => ExprKind::Lambda {
                args: self.one(vm, v, k, 0, Reader::arguments)?,
                body: self.expr_in(vm, v, k, 1)?,
            },
            Kind::IfExp => ExprKind::IfExp {
                test: self.expr_in(vm, v, k, 0)?,
                body: self.expr_in(vm, v, k, 1)?,
                orelse: self.expr_in(vm, v, k, 2)?,
            },
            Kind::Await => ExprKind::Await { value: self.expr_in(vm, v, k, 0)? },
            Kind::Yield => ExprKind::Yield { value: self.opt_expr_in(vm, v, k, 0)? },
            Kind::YieldFrom => ExprKind::YieldFrom { value: self.expr_in(vm, v, k, 0)? },
            Kind::Compare => ExprKind::Compare {
                left: self.expr_in(vm, v, k, 0)?,
                ops: self.list(vm, v, k, 1, Reader::cmp_op)?,
                comparators: self.exprs_in(vm, v, k, 2)?,
            },
            _ => self.comprehension_or_string(vm, v, k)?,
        })
    }

    fn comprehension_or_string(&self, vm: &mut Vm, v: Value, k: Kind) -> PyResult<ExprKind<'a>> {
        Ok(match k {
            Kind::ListComp => ExprKind::ListComp {
                elt: self.expr_in(vm, v, k, 0)?,
                generators: self.list(vm, v, k, 1, Reader::comprehension)?,
            },
            Kind::SetComp => ExprKind::SetComp {
                elt: self.expr_in(vm, v, k, 0)?,
                generators: self.list(vm, v, k, 1, Reader::comprehension)?,
            },
            Kind::GeneratorExp => ExprKind::GeneratorExp {
                elt: self.expr_in(vm, v, k, 0)?,
                generators: self.list(vm, v, k, 1, Reader::comprehension)?,
            },
            Kind::DictComp => ExprKind::DictComp {
                key: self.expr_in(vm, v, k, 0)?,
                value: self.expr_in(vm, v, k, 1)?,
                generators: self.list(vm, v, k, 2, Reader::comprehension)?,
            },
            Kind::FormattedValue => ExprKind::FormattedValue {
                value: self.expr_in(vm, v, k, 0)?,
                conversion: self.int_in(vm, v, k, 1)?,
                format_spec: self.opt_expr_in(vm, v, k, 2)?,
            },
            Kind::Interpolation => {
                let node = Interpolation {
                    value: self.expr_in(vm, v, k, 0)?,
                    str: self.one(vm, v, k, 1, Reader::constant)?,
                    conversion: self.int_in(vm, v, k, 2)?,
                    format_spec: self.opt_expr_in(vm, v, k, 3)?,
                };
                ExprKind::Interpolation(self.arena.alloc(node))
            }
            Kind::JoinedStr => ExprKind::JoinedStr { values: self.exprs_in(vm, v, k, 0)? },
            Kind::TemplateStr => ExprKind::TemplateStr { values: self.exprs_in(vm, v, k, 0)? },
            _ => return Err(vm.system_error(format_args!("unexpected expression"))),
        })
    }

    fn comprehension(&self, vm: &mut Vm, v: Value) -> PyResult<&'a Comprehension<'a>> {
        let k = Kind::Comprehension;
        let node = Comprehension {
            target: self.expr_in(vm, v, k, 0)?,
            iter: self.expr_in(vm, v, k, 1)?,
            ifs: self.exprs_in(vm, v, k, 2)?,
            is_async: self.int_in(vm, v, k, 3)? != 0,
        };
        Ok(self.arena.alloc(node))
    }

    // Operators.

    fn ctx(&self, vm: &mut Vm, v: Value) -> PyResult<ExprContext> {
        Ok(match self.kind_of(vm, v, Base::expr_context)? {
            Kind::Store => ExprContext::Store,
            Kind::Del => ExprContext::Del,
            _ => ExprContext::Load,
        })
    }

    fn bool_op(&self, vm: &mut Vm, v: Value) -> PyResult<BoolOp> {
        Ok(match self.kind_of(vm, v, Base::boolop)? {
            Kind::Or => BoolOp::Or,
            _ => BoolOp::And,
        })
    }

    fn unary_op(&self, vm: &mut Vm, v: Value) -> PyResult<UnaryOp> {
        Ok(match self.kind_of(vm, v, Base::unaryop)? {
            Kind::Invert => UnaryOp::Invert,
            Kind::Not => UnaryOp::Not,
            Kind::UAdd => UnaryOp::UAdd,
            _ => UnaryOp::USub,
        })
    }

    fn operator(&self, vm: &mut Vm, v: Value) -> PyResult<Operator> {
        Ok(match self.kind_of(vm, v, Base::operator)? {
            Kind::Add => Operator::Add,
            Kind::Sub => Operator::Sub,
            Kind::Mult => Operator::Mult,
            Kind::MatMult => Operator::MatMult,
            Kind::Div => Operator::Div,
            Kind::Mod => Operator::Mod,
            Kind::Pow => Operator::Pow,
            Kind::LShift => Operator::LShift,
            Kind::RShift => Operator::RShift,
            Kind::BitOr => Operator::BitOr,
            Kind::BitXor => Operator::BitXor,
            Kind::BitAnd => Operator::BitAnd,
            _ => Operator::FloorDiv,
        })
    }

    fn cmp_op(&self, vm: &mut Vm, v: Value) -> PyResult<CmpOp> {
        Ok(match self.kind_of(vm, v, Base::cmpop)? {
            Kind::Eq => CmpOp::Eq,
            Kind::NotEq => CmpOp::NotEq,
            Kind::Lt => CmpOp::Lt,
            Kind::LtE => CmpOp::LtE,
            Kind::Gt => CmpOp::Gt,
            Kind::GtE => CmpOp::GtE,
            Kind::Is => CmpOp::Is,
            Kind::IsNot => CmpOp::IsNot,
            Kind::In => CmpOp::In,
            _ => CmpOp::NotIn,
        })
    }
}

/// The name of a value's class without its module.
fn short_name(v: Value) -> String {
    let name = class_name(v).to_string();
    name.rsplit('.').next().unwrap_or_default().to_owned()
}

fn field_name(kind: Kind, at: usize) -> &'static str {
    kind.node().fields.get(at).map_or("", |field| field.name)
}

fn missing_field(vm: &mut Vm, field: &str, owner: &str) -> objects::vm::Raised {
    vm.type_error(format_args!("required field \"{field}\" missing from {owner}"))
}

/// A plain int of a node, which C holds as `int`.
fn integer(vm: &mut Vm, v: Value) -> PyResult<i32> {
    if v.as_bool().is_none() && v.cast::<int::Int>().is_none() && v.as_small_int().is_none() {
        let shown = vm.repr(v)?;
        return Err(vm.value_error(format_args!("invalid integer value: {}", shown.text())));
    }
    match int::to_i64(v).and_then(|i| i32::try_from(i).ok()) {
        Some(i) => Ok(i),
        None => Err(vm.overflow_error(format_args!("Python int too large to convert to C int"))),
    }
}

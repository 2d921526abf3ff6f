//! Evaluates expressions by walking their syntax trees.

use bumpalo::Bump;
use heap::{Gc, RootVec};
use objects::dict::Dict;
use objects::list::List;
use objects::protocol::BinaryOp;
use objects::set::Set;
use objects::slice::Slice;
use objects::slots::CompareOp;
use objects::str::{Str, format_value};
use objects::tuple::Tuple;
use objects::types::{class_of, core};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use objects::{complex, float, int};
use prim::text::Text;
use syntax::ast::{CmpOp, Comprehension, Constant, Expr, ExprKind, Int, Mod, Operator, UnaryOp};

/// The names that expressions may use.
pub struct Evaluator {
    names: Gc<Dict>,
    /// Keeps `names` alive.
    _roots: RootVec<Value>,
}

impl Evaluator {
    pub fn new(vm: &mut Vm) -> PyResult<Evaluator> {
        let names = Dict::new(vm)?;
        let mut roots = vm.root_vec()?;
        let pushed = roots.push(names.into());
        vm.grow(pushed)?;
        for def in core::ALL {
            let def = def();
            let name = vm.intern(def.name)?;
            names.set_str(vm, name, def.object().into())?;
        }
        for (name, value) in [("inf", f64::INFINITY), ("nan", f64::NAN)] {
            let (name, value) = (vm.intern(name)?, float::from_f64(vm, value)?);
            names.set_str(vm, name, value)?;
        }
        Ok(Evaluator { names, _roots: roots })
    }

    pub fn text(&mut self, vm: &mut Vm, source: &str) -> PyResult<Value> {
        let arena = Bump::new();
        let options = syntax::Options { ignore_cookie: true, ..Default::default() };
        let parsed = syntax::parse(source.as_bytes(), syntax::Mode::Eval, &options, &arena);
        match parsed.map(|parsed| parsed.module) {
            Ok(Mod::Expression { body }) => self.expr(vm, body),
            other => panic!("{source}: {other:?}"),
        }
    }

    fn expr(&mut self, vm: &mut Vm, expr: &Expr<'_>) -> PyResult<Value> {
        match expr.kind {
            ExprKind::Constant { value, .. } => constant(vm, value),
            ExprKind::Name { id, .. } => {
                let name = vm.intern(id)?;
                match self.names.get_str(name) {
                    Some(value) => Ok(value),
                    None => panic!("unknown name {id}"),
                }
            }
            ExprKind::BinOp { left, op, right } => {
                let (left, right) = (self.expr(vm, left)?, self.expr(vm, right)?);
                vm.binary(operator(op), left, right)
            }
            ExprKind::UnaryOp { op, operand } => {
                let operand = self.expr(vm, operand)?;
                match op {
                    UnaryOp::Invert => vm.invert(operand),
                    UnaryOp::Not => vm.truthy(operand).map(|truth| (!truth).into()),
                    UnaryOp::UAdd => vm.pos(operand),
                    UnaryOp::USub => vm.neg(operand),
                }
            }
            ExprKind::Compare { left, ops: [op], comparators: [right] } => {
                let (left, right) = (self.expr(vm, left)?, self.expr(vm, right)?);
                compare(vm, left, *op, right)
            }
            ExprKind::IfExp { test, body, orelse } => {
                let test = self.expr(vm, test)?;
                let branch = if vm.truthy(test)? { body } else { orelse };
                self.expr(vm, branch)
            }
            ExprKind::Attribute { value, attr, .. } => {
                let value = self.expr(vm, value)?;
                vm.getattr_str(value, attr)
            }
            ExprKind::Subscript { value, slice, .. } => {
                let (value, key) = (self.expr(vm, value)?, self.expr(vm, slice)?);
                vm.getitem(value, key)
            }
            ExprKind::Slice { lower, upper, step } => {
                let mut parts = [Value::NONE; 3];
                for (part, expr) in parts.iter_mut().zip([lower, upper, step]) {
                    if let Some(expr) = expr {
                        *part = self.expr(vm, expr)?;
                    }
                }
                Ok(Slice::new(vm, parts[0], parts[1], parts[2])?.into())
            }
            ExprKind::List { elts, .. } => Ok(self.list(vm, elts)?.into()),
            ExprKind::Tuple { elts, .. } => {
                let list = self.list(vm, elts)?;
                Ok(list.to_tuple(vm)?.into())
            }
            ExprKind::Set { elts } => {
                let set = Set::new(vm)?;
                for item in elts {
                    let item = self.expr(vm, item)?;
                    set.add(vm, item)?;
                }
                Ok(set.into())
            }
            ExprKind::Dict { keys, values } => {
                let dict = Dict::new(vm)?;
                for (key, value) in keys.iter().zip(values) {
                    let Some(key) = key else { panic!("no unpacking here") };
                    let (key, value) = (self.expr(vm, key)?, self.expr(vm, value)?);
                    dict.set(vm, key, value)?;
                }
                Ok(dict.into())
            }
            ExprKind::ListComp { elt, generators: [generator] } => {
                self.comprehension(vm, elt, generator)
            }
            ExprKind::JoinedStr { values } => self.joined(vm, values),
            ExprKind::Call { func, args, keywords } => self.call(vm, func, args, keywords),
            ref other => panic!("not supported here: {other:?}"),
        }
    }

    fn list(&mut self, vm: &mut Vm, items: &[&Expr<'_>]) -> PyResult<Gc<List>> {
        let list = List::new(vm)?;
        for item in items {
            match item.kind {
                ExprKind::Starred { value, .. } => {
                    let value = self.expr(vm, value)?;
                    list.extend(vm, value)?;
                }
                _ => {
                    let item = self.expr(vm, item)?;
                    list.push(vm, item)?;
                }
            }
        }
        Ok(list)
    }

    fn comprehension(
        &mut self,
        vm: &mut Vm,
        elt: &Expr<'_>,
        generator: &Comprehension<'_>,
    ) -> PyResult<Value> {
        let ExprKind::Name { id, .. } = generator.target.kind else {
            panic!("a plain target, please")
        };
        let name = vm.intern(id)?;
        let items = self.expr(vm, generator.iter)?;
        let iterator = vm.iter(items)?;
        let list = List::new(vm)?;
        'items: while let Some(item) = vm.next(iterator)? {
            self.names.set_str(vm, name, item)?;
            for test in generator.ifs {
                let test = self.expr(vm, test)?;
                if !vm.truthy(test)? {
                    continue 'items;
                }
            }
            let item = self.expr(vm, elt)?;
            list.push(vm, item)?;
        }
        Ok(list.into())
    }

    fn joined(&mut self, vm: &mut Vm, values: &[&Expr<'_>]) -> PyResult<Value> {
        let parts = List::new(vm)?;
        for part in values {
            let part = match part.kind {
                ExprKind::FormattedValue { value, conversion, format_spec } => {
                    let mut value = self.expr(vm, value)?;
                    if let Some(conversion) =
                        u32::try_from(conversion).ok().and_then(char::from_u32)
                        && let Some(text) = objects::str::format::convert(vm, value, conversion)?
                    {
                        value = text.into();
                    }
                    let spec = match format_spec {
                        Some(spec) => self.expr(vm, spec)?,
                        None => Value::UNDEF,
                    };
                    format_value(vm, value, spec)?.into()
                }
                _ => self.expr(vm, part)?,
            };
            parts.push(vm, part)?;
        }
        let parts = parts.to_tuple(vm)?;
        Ok(Str::join_parts(vm, parts.items())?.into())
    }

    fn call(
        &mut self,
        vm: &mut Vm,
        func: &Expr<'_>,
        args: &[&Expr<'_>],
        keywords: &[&syntax::ast::Keyword<'_>],
    ) -> PyResult<Value> {
        let all = self.list(vm, args)?;
        if let ExprKind::Name { id, .. } = func.kind
            && keywords.is_empty()
        {
            let values = all.to_tuple(vm)?;
            if let Some(result) = builtin(vm, id, values.items()) {
                return result;
            }
        }
        let func = self.expr(vm, func)?;
        let names = List::new(vm)?;
        for keyword in keywords {
            let value = self.expr(vm, keyword.value)?;
            match keyword.arg {
                Some(name) => {
                    all.push(vm, value)?;
                    let name = vm.intern(name)?;
                    names.push(vm, name.into())?;
                }
                None => {
                    let Some(dict) = value.cast::<Dict>() else { panic!("** of a dict, please") };
                    let mut at = 0;
                    while let Some((key, value, _)) = dict.next_entry(&mut at) {
                        names.push(vm, key)?;
                        all.push(vm, value)?;
                    }
                }
            }
        }
        let (all, names) = (all.to_tuple(vm)?, names.to_tuple(vm)?);
        let names = if names.len() == 0 { Value::UNDEF } else { names.into() };
        vm.call_kw(func, all.items(), names)
    }
}

/// The builtin functions that aren't types.
fn builtin(vm: &mut Vm, name: &str, args: &[Value]) -> Option<PyResult<Value>> {
    Some(match (name, args) {
        ("len", [v]) => vm.len(*v).map(Value::from_len),
        ("repr", [v]) => vm.repr(*v).map(Value::from),
        ("ascii", [v]) => objects::str::format::ascii(vm, *v).map(Value::from),
        ("hash", [v]) => vm.hash(*v).and_then(|hash| int::from_i64(vm, hash)),
        ("abs", [v]) => vm.abs(*v),
        ("divmod", [a, b]) => match vm.intern("__divmod__") {
            Ok(name) => vm.call_special(*a, name, &[*b]).map(|r| r.unwrap_or(Value::NONE)),
            Err(raised) => Err(raised),
        },
        ("pow", [a, b]) => vm.power(*a, *b, Value::NONE),
        ("pow", [a, b, m]) => vm.power(*a, *b, *m),
        ("format", [v]) => format_value(vm, *v, Value::UNDEF).map(Value::from),
        ("format", [v, spec]) => format_value(vm, *v, *spec).map(Value::from),
        ("iter", [v]) => vm.iter(*v),
        ("type", [v]) => Ok(class_of(*v).into()),
        ("chr", [v]) => {
            let code_point = v.as_small_int().and_then(|c| u32::try_from(c).ok()).unwrap_or(0);
            Str::from_code_point(vm, code_point).map(Value::from)
        }
        ("round", [v, rest @ ..]) => match vm.intern("__round__") {
            Ok(name) => vm.call_special(*v, name, rest).map(|r| r.unwrap_or(Value::NONE)),
            Err(raised) => Err(raised),
        },
        ("same", [a, b]) => Ok(objects::protocol::is_identical(*a, *b).into()),
        _ => return None,
    })
}

fn constant(vm: &mut Vm, value: Constant<'_>) -> PyResult<Value> {
    match value {
        Constant::None => Ok(Value::NONE),
        Constant::True => Ok(Value::TRUE),
        Constant::False => Ok(Value::FALSE),
        Constant::Ellipsis => Ok(objects::singletons::ellipsis()),
        Constant::Int(Int::Small(i)) => int::from_i64(vm, i),
        Constant::Int(Int::Big { base, digits }) => {
            let text = Str::new(vm, digits)?;
            int::from_text(vm, text, base.into())
        }
        Constant::Float(f) => float::from_f64(vm, f),
        Constant::Complex { real, imag } => complex::from_parts(vm, real, imag),
        Constant::Str(text) => {
            Ok(Str::from_text(vm, Text::from_bytes_unchecked(text.as_bytes()))?.into())
        }
        Constant::Bytes(bytes) => Ok(objects::bytes::Bytes::new(vm, bytes)?.into()),
        Constant::Tuple(_) | Constant::FrozenSet(_) => Ok(Tuple::empty().into()),
    }
}

fn operator(op: Operator) -> BinaryOp {
    match op {
        Operator::Add => BinaryOp::Add,
        Operator::Sub => BinaryOp::Sub,
        Operator::Mult => BinaryOp::Mul,
        Operator::MatMult => BinaryOp::MatMul,
        Operator::Div => BinaryOp::TrueDiv,
        Operator::Mod => BinaryOp::Mod,
        Operator::Pow => BinaryOp::Pow,
        Operator::LShift => BinaryOp::LShift,
        Operator::RShift => BinaryOp::RShift,
        Operator::BitOr => BinaryOp::Or,
        Operator::BitXor => BinaryOp::Xor,
        Operator::BitAnd => BinaryOp::And,
        Operator::FloorDiv => BinaryOp::FloorDiv,
    }
}

fn compare(vm: &mut Vm, left: Value, op: CmpOp, right: Value) -> PyResult<Value> {
    let op = match op {
        CmpOp::Eq => CompareOp::Eq,
        CmpOp::NotEq => CompareOp::Ne,
        CmpOp::Lt => CompareOp::Lt,
        CmpOp::LtE => CompareOp::Le,
        CmpOp::Gt => CompareOp::Gt,
        CmpOp::GtE => CompareOp::Ge,
        CmpOp::Is => return Ok(objects::protocol::is_identical(left, right).into()),
        CmpOp::IsNot => return Ok((!objects::protocol::is_identical(left, right)).into()),
        CmpOp::In => return vm.contains(right, left).map(Value::from),
        CmpOp::NotIn => return vm.contains(right, left).map(|found| (!found).into()),
    };
    vm.compare(left, right, op)
}

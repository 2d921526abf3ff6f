//! Binary operators: dispatch between the operands' types.

use crate::singletons;
use crate::slots::{BinaryFn, Slots};
use crate::types::{class_name, class_of};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};

/// A binary operator, numbered as CPython's `NB_*` arguments of BINARY_OP (the in-place ones follow at 13).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Add = 0,
    And = 1,
    FloorDiv = 2,
    LShift = 3,
    MatMul = 4,
    Mul = 5,
    Mod = 6,
    Or = 7,
    Pow = 8,
    RShift = 9,
    Sub = 10,
    TrueDiv = 11,
    Xor = 12,
}

type Pick = fn(&Slots) -> Option<BinaryFn>;

impl BinaryOp {
    /// All, in order.
    pub const ALL: [BinaryOp; 13] = [
        BinaryOp::Add,
        BinaryOp::And,
        BinaryOp::FloorDiv,
        BinaryOp::LShift,
        BinaryOp::MatMul,
        BinaryOp::Mul,
        BinaryOp::Mod,
        BinaryOp::Or,
        BinaryOp::Pow,
        BinaryOp::RShift,
        BinaryOp::Sub,
        BinaryOp::TrueDiv,
        BinaryOp::Xor,
    ];

    /// As messages show it.
    pub const fn symbol(self) -> &'static str {
        ["+", "&", "//", "<<", "@", "*", "%", "|", "** or pow()", ">>", "-", "/", "^"]
            [self as usize]
    }
    /// As messages show the in-place operator.
    pub const fn inplace_symbol(self) -> &'static str {
        ["+=", "&=", "//=", "<<=", "@=", "*=", "%=", "|=", "**=", ">>=", "-=", "/=", "^="]
            [self as usize]
    }

    fn slot(self) -> Pick {
        match self {
            BinaryOp::Add => |s| s.add,
            BinaryOp::And => |s| s.and,
            BinaryOp::FloorDiv => |s| s.floordiv,
            BinaryOp::LShift => |s| s.lshift,
            BinaryOp::MatMul => |s| s.matmul,
            BinaryOp::Mul => |s| s.mul,
            BinaryOp::Mod => |s| s.mod_,
            BinaryOp::Or => |s| s.or,
            // `pow` has three operands and a way of its own.
            BinaryOp::Pow => |_| None,
            BinaryOp::RShift => |s| s.rshift,
            BinaryOp::Sub => |s| s.sub,
            BinaryOp::TrueDiv => |s| s.truediv,
            BinaryOp::Xor => |s| s.xor,
        }
    }

    fn inplace_slot(self) -> Pick {
        match self {
            BinaryOp::Add => |s| s.iadd,
            BinaryOp::And => |s| s.iand,
            BinaryOp::FloorDiv => |s| s.ifloordiv,
            BinaryOp::LShift => |s| s.ilshift,
            BinaryOp::MatMul => |s| s.imatmul,
            BinaryOp::Mul => |s| s.imul,
            BinaryOp::Mod => |s| s.imod,
            BinaryOp::Or => |s| s.ior,
            BinaryOp::Pow => |s| s.ipow,
            BinaryOp::RShift => |s| s.irshift,
            BinaryOp::Sub => |s| s.isub,
            BinaryOp::TrueDiv => |s| s.itruediv,
            BinaryOp::Xor => |s| s.ixor,
        }
    }
}

impl Vm {
    /// `a op b`
    pub fn binary(&mut self, op: BinaryOp, a: Value, b: Value) -> PyResult<Value> {
        let r = self.binary_or_not_implemented(op, a, b)?;
        if !singletons::is_not_implemented(r) {
            return Ok(r);
        }
        if let Some(r) = self.sequence_binary(op, a, b)? {
            return Ok(r);
        }
        Err(self.unsupported(op, op.symbol(), a, b))
    }

    /// `a op= b`
    pub fn inplace(&mut self, op: BinaryOp, a: Value, b: Value) -> PyResult<Value> {
        let ta = class_of(a);
        if let Some(f) = op.inplace_slot()(ta.slots()) {
            let r = f(self, a, b)?;
            if !singletons::is_not_implemented(r) {
                return Ok(r);
            }
        }
        let r = self.binary_or_not_implemented(op, a, b)?;
        if !singletons::is_not_implemented(r) {
            return Ok(r);
        }
        match op {
            BinaryOp::Add => {
                if let Some(f) = ta.slots().iconcat.or(ta.slots().concat) {
                    return f(self, a, b);
                }
            }
            BinaryOp::Mul => {
                if let Some(f) = ta.slots().irepeat {
                    let n = self.repeat_count(b)?;
                    return f(self, a, n);
                }
            }
            _ => {}
        }
        if let Some(r) = self.sequence_binary(op, a, b)? {
            return Ok(r);
        }
        Err(self.unsupported(op, op.inplace_symbol(), a, b))
    }

    /// The number slots of both operands; the right one goes first when its class derives from the left one's.
    fn binary_or_not_implemented(&mut self, op: BinaryOp, a: Value, b: Value) -> PyResult<Value> {
        if op == BinaryOp::Pow {
            return self.power_or_not_implemented(a, b, Value::NONE);
        }
        let pick = op.slot();
        let (ta, tb) = (class_of(a), class_of(b));
        let fa = pick(ta.slots());
        let mut fb = if ta == tb { None } else { pick(tb.slots()) };
        if let (Some(x), Some(y)) = (fa, fb)
            && x as usize == y as usize
        {
            fb = None;
        }
        if let Some(fa) = fa {
            if let Some(f) = fb
                && tb.is_subtype(ta)
            {
                let r = f(self, a, b)?;
                if !singletons::is_not_implemented(r) {
                    return Ok(r);
                }
                fb = None;
            }
            let r = fa(self, a, b)?;
            if !singletons::is_not_implemented(r) {
                return Ok(r);
            }
        }
        match fb {
            Some(f) => f(self, a, b),
            None => Ok(singletons::not_implemented()),
        }
    }

    /// `pow(a, b, m)`; `m` is None for the operator.
    pub fn power(&mut self, a: Value, b: Value, m: Value) -> PyResult<Value> {
        let r = self.power_or_not_implemented(a, b, m)?;
        if !singletons::is_not_implemented(r) {
            return Ok(r);
        }
        if m.is_none() {
            return Err(self.unsupported(BinaryOp::Pow, BinaryOp::Pow.symbol(), a, b));
        }
        Err(self.type_error(format_args!(
            "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
            class_name(a),
            class_name(b),
            class_name(m)
        )))
    }

    fn power_or_not_implemented(&mut self, a: Value, b: Value, m: Value) -> PyResult<Value> {
        let (ta, tb) = (class_of(a), class_of(b));
        let fa = ta.slots().pow;
        let mut fb = if ta == tb { None } else { tb.slots().pow };
        if fa.map(|f| f as usize) == fb.map(|f| f as usize) {
            fb = None;
        }
        let order = match (fa, fb) {
            (Some(x), Some(y)) if tb.is_subtype(ta) => [Some(y), Some(x)],
            pair => [pair.0, pair.1],
        };
        for f in order.into_iter().flatten() {
            let r = f(self, a, b, m)?;
            if !singletons::is_not_implemented(r) {
                return Ok(r);
            }
        }
        let tm = class_of(m);
        if tm != ta
            && tm != tb
            && let Some(f) = tm.slots().pow
        {
            return f(self, a, b, m);
        }
        Ok(singletons::not_implemented())
    }

    /// `+` and `*` of sequences.
    fn sequence_binary(&mut self, op: BinaryOp, a: Value, b: Value) -> PyResult<Option<Value>> {
        match op {
            BinaryOp::Add => match class_of(a).slots().concat {
                Some(f) => f(self, a, b).map(Some),
                None => Ok(None),
            },
            BinaryOp::Mul => {
                if let Some(f) = class_of(a).slots().repeat {
                    let n = self.repeat_count(b)?;
                    return f(self, a, n).map(Some);
                }
                if let Some(f) = class_of(b).slots().repeat {
                    let n = self.repeat_count(a)?;
                    return f(self, b, n).map(Some);
                }
                Ok(None)
            }
            _ => Ok(None),
        }
    }

    fn repeat_count(&mut self, n: Value) -> PyResult<isize> {
        if class_of(n).slots().index.is_none() {
            return Err(self.type_error(format_args!(
                "can't multiply sequence by non-int of type '{}'",
                class_name(n)
            )));
        }
        self.index_isize(n, &crate::exceptions::OVERFLOW_ERROR)
    }

    #[cold]
    fn unsupported(&mut self, op: BinaryOp, symbol: &str, a: Value, b: Value) -> Raised {
        if op == BinaryOp::RShift && symbol == ">>" && crate::native::is_builtin(a, "print") {
            return self.type_error(format_args!(
                "unsupported operand type(s) for >>: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
                class_name(a),
                class_name(b)
            ));
        }
        self.type_error(format_args!(
            "unsupported operand type(s) for {symbol}: '{}' and '{}'",
            class_name(a),
            class_name(b)
        ))
    }
}

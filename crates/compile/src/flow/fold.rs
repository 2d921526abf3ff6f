//! Folding of constants: operations on them, and tuples, lists and sets of them.

use code::{Const, Op, oparg::BinaryOperator};

use super::{BlockId, Graph, Node, eval};
use crate::assemble::AssembleError;
use crate::ir::{ConstTable, Location};

/// The longest display that is folded; code generation builds longer ones item by item.
const STACK_USE_GUIDELINE: usize = 30;
/// From this length on a list or set of constants is made from a constant.
const MIN_CONST_SEQUENCE_SIZE: usize = 3;
/// The ints that `LOAD_SMALL_INT` can load.
const SMALL_INTS: std::ops::Range<i64> = 0..256;

const NO_CONST: AssembleError =
    AssembleError::Malformed("Internal error: failed to get value of a constant");

/// Where the instructions are that load the operands; the first `len` entries count.
struct Loads {
    at: [u32; STACK_USE_GUIDELINE],
    len: usize,
}

impl Loads {
    fn iter(&self) -> impl Iterator<Item = usize> {
        self.at[..self.len].iter().map(|at| *at as usize)
    }
}

pub(super) fn loads_const(op: Op) -> bool {
    matches!(op, Op::LoadConst | Op::LoadSmallInt)
}

/// What an instruction that [`loads_const`] loads.
pub(super) fn const_value(op: Op, arg: u32, consts: &ConstTable) -> Result<Const, AssembleError> {
    if op == Op::LoadSmallInt {
        return Ok(Const::Int(i64::from(arg)));
    }
    consts.items().get(arg as usize).cloned().ok_or(NO_CONST)
}

/// Makes the instruction load a small int, if that is what the constant is.
pub(super) fn make_load_small_int(node: &mut Node, value: &Const) -> bool {
    match value {
        Const::Int(value) if SMALL_INTS.contains(value) => {
            node.set(Op::LoadSmallInt, *value as u32);
            true
        }
        _ => false,
    }
}

fn make_load_const(node: &mut Node, value: Const, consts: &mut ConstTable) {
    if !make_load_small_int(node, &value) {
        node.set(Op::LoadConst, consts.add(value));
    }
}

/// The `size` instructions before `end` that load constants, if there are so many; `NOP`s do not count.
fn constant_loads(code: &[Node], end: usize, size: usize) -> Option<Loads> {
    let mut loads = Loads { at: [0; STACK_USE_GUIDELINE], len: size };
    let mut missing = size;
    for (i, node) in code[..end].iter().enumerate().rev() {
        if missing == 0 {
            break;
        }
        if node.op == Op::Nop {
            continue;
        }
        if !loads_const(node.op) {
            return None;
        }
        missing -= 1;
        loads.at[missing] = i as u32;
    }
    (missing == 0).then_some(loads)
}

fn nop_out(node: &mut Node) {
    node.nop_out();
    node.loc = Location::NONE;
}

fn values(code: &[Node], loads: &Loads, consts: &ConstTable) -> Result<Vec<Const>, AssembleError> {
    loads.iter().map(|i| const_value(code[i].op, code[i].arg, consts)).collect()
}

impl Graph {
    /// `BUILD_TUPLE` of constants.
    pub(super) fn fold_tuple(
        &mut self,
        b: BlockId,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<(), AssembleError> {
        let code = self.code_mut(b);
        let size = code[i].arg as usize;
        if size > STACK_USE_GUIDELINE {
            return Ok(());
        }
        let Some(loads) = constant_loads(code, i, size) else { return Ok(()) };
        let items = values(code, &loads, consts)?;
        loads.iter().for_each(|i| nop_out(&mut code[i]));
        make_load_const(&mut code[i], Const::tuple(items), consts);
        Ok(())
    }

    /// A list built of constants one by one and then made a tuple.
    pub(super) fn fold_list_to_tuple(
        &mut self,
        b: BlockId,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<(), AssembleError> {
        let code = self.code_mut(b);
        let mut expect_append = true;
        let mut items = Vec::new();
        for start in (0..i).rev() {
            let node = code[start];
            if node.op == Op::Nop {
                continue;
            }
            if node.op == Op::BuildList && node.arg == 0 {
                if expect_append {
                    items.reverse();
                    code[start..i].iter_mut().filter(|node| node.op != Op::Nop).for_each(nop_out);
                    make_load_const(&mut code[i], Const::tuple(items), consts);
                }
                return Ok(());
            }
            if expect_append {
                if node.op != Op::ListAppend || node.arg != 1 {
                    return Ok(());
                }
            } else {
                if !loads_const(node.op) {
                    return Ok(());
                }
                items.push(const_value(node.op, node.arg, consts)?);
            }
            expect_append = !expect_append;
        }
        Ok(())
    }

    /// `BUILD_LIST` and `BUILD_SET`: of constants they come from one constant, and where they are only iterated or
    /// searched they are a tuple or frozenset.
    pub(super) fn fold_list_or_set(
        &mut self,
        b: BlockId,
        i: usize,
        next: Option<Op>,
        consts: &mut ConstTable,
    ) -> Result<(), AssembleError> {
        let code = self.code_mut(b);
        let Node { op, arg, loc, .. } = code[i];
        let contains_or_iter = matches!(next, Some(Op::GetIter | Op::ContainsOp));
        let size = arg as usize;
        if size > STACK_USE_GUIDELINE || (size < MIN_CONST_SEQUENCE_SIZE && !contains_or_iter) {
            return Ok(());
        }
        let Some(loads) = constant_loads(code, i, size) else {
            if contains_or_iter && op == Op::BuildList {
                code[i].op = Op::BuildTuple;
            }
            return Ok(());
        };
        let items = values(code, &loads, consts)?;
        let value = if op == Op::BuildSet { eval::frozenset(&items) } else { Const::tuple(items) };
        let index = consts.add(value);
        loads.iter().for_each(|i| nop_out(&mut code[i]));
        if contains_or_iter {
            code[i].set(Op::LoadConst, index);
        } else {
            code[i - 2].loc = loc;
            code[i - 2].set(op, 0);
            code[i - 1].set(Op::LoadConst, index);
            code[i].set(if op == Op::BuildList { Op::ListExtend } else { Op::SetUpdate }, 1);
        }
        Ok(())
    }

    pub(super) fn fold_binary(
        &mut self,
        b: BlockId,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<(), AssembleError> {
        let code = self.code_mut(b);
        let Some(loads) = constant_loads(code, i, 2) else { return Ok(()) };
        let operands = values(code, &loads, consts)?;
        let ([left, right], Some(op)) = (&operands[..], BinaryOperator::from_arg(code[i].arg))
        else {
            return Ok(());
        };
        if let Some(value) = eval::binary(left, op, right) {
            loads.iter().for_each(|i| nop_out(&mut code[i]));
            make_load_const(&mut code[i], value, consts);
        }
        Ok(())
    }

    pub(super) fn fold_unary(
        &mut self,
        b: BlockId,
        i: usize,
        consts: &mut ConstTable,
    ) -> Result<(), AssembleError> {
        let code = self.code_mut(b);
        let Some(loads) = constant_loads(code, i, 1) else { return Ok(()) };
        let operands = values(code, &loads, consts)?;
        if let [operand] = &operands[..]
            && let Some(value) = eval::unary(code[i].op, operand)
        {
            loads.iter().for_each(|i| nop_out(&mut code[i]));
            make_load_const(&mut code[i], value, consts);
        }
        Ok(())
    }
}

//! What the verifier refuses and why, checks it adds, and limits.

use std::time::{Duration, Instant};

use code::object::{flags, kind};
use code::{CodeObject, Const, Op as Py, Str, exceptiontable};
use regcode::{Mode, Op, translate};

/// A code object with two parameters `a` and `b`, a local `c`, a cell `d`, a free variable `e`; instructions as
/// `(operation, argument)`, caches and prefixes left out.
fn assemble(insns: &[(Py, u32)]) -> CodeObject {
    let mut bytes = Vec::new();
    for &(op, arg) in insns {
        for shift in [24, 16, 8] {
            if arg >> shift != 0 {
                bytes.extend([Py::ExtendedArg as u8, (arg >> shift) as u8]);
            }
        }
        bytes.extend([op as u8, arg as u8]);
        bytes.extend(std::iter::repeat_n(0, 2 * op.caches()));
    }
    let name = |text: &str| Str::from(text);
    CodeObject {
        argcount: 2,
        posonlyargcount: 0,
        kwonlyargcount: 0,
        stacksize: 60_000,
        flags: flags::OPTIMIZED | flags::NEWLOCALS,
        code: bytes.into(),
        consts: [Const::None, Const::str("x"), Const::tuple([Const::str("k")]), Const::Int(7)]
            .into(),
        names: [name("n"), name("m")].into(),
        localsplusnames: ["a", "b", "c", "d", "e"].map(name).into(),
        localspluskinds: [
            kind::LOCAL | kind::ARG_POS,
            kind::LOCAL | kind::ARG_POS,
            kind::LOCAL,
            kind::CELL,
            kind::FREE,
        ]
        .into(),
        filename: name("f.py"),
        name: name("f"),
        qualname: name("f"),
        firstlineno: 1,
        linetable: [].into(),
        exceptiontable: [].into(),
    }
}

fn reason(code: &CodeObject) -> String {
    match translate(code, Mode::Elided) {
        Ok(regcode) => format!("accepted:\n{}", regcode::print::text(&regcode, code)),
        Err(error) => error.to_string(),
    }
}

#[test]
fn impossible_code_is_refused() {
    use Py::*;
    let ret = (ReturnValue, 0);
    let none = (LoadConst, 0);
    #[rustfmt::skip]
    let cases: &[(&[(Py, u32)], &str)] = &[
        (&[], "offset 0: the code's length is odd, zero or excessive"),
        (&[none], "offset 2: control runs off the end of the code"),
        (&[ret], "offset 0: the stack is too low"),
        (&[(LoadConst, 4), ret], "offset 0: LOAD_CONST has an impossible argument"),
        (&[(LoadFast, 5), ret], "offset 0: LOAD_FAST has an impossible argument"),
        (&[(LoadFastLoadFast, 0x15), ret], "offset 0: LOAD_FAST_LOAD_FAST has an impossible argument"),
        (&[(LoadGlobal, 4), ret], "offset 0: LOAD_GLOBAL has an impossible argument"),
        (&[(LoadDeref, 2), ret], "offset 0: LOAD_DEREF has an impossible argument"),
        (&[(MakeCell, 4), none, ret], "offset 0: MAKE_CELL has an impossible argument"),
        (&[(CopyFreeVars, 2), none, ret], "offset 0: COPY_FREE_VARS has an impossible argument"),
        (&[(LoadName, 0), ret], "offset 0: LOAD_NAME has an impossible argument"),
        (&[none, (YieldValue, 0), ret], "offset 2: YIELD_VALUE has an impossible argument"),
        (&[(ReturnGenerator, 0), ret], "offset 0: RETURN_GENERATOR has an impossible argument"),
        (&[(Cache, 0)], "offset 0: CACHE does not occur in code objects"),
        (&[(EnterExecutor, 0)], "offset 0: there is no operation 255"),
        (&[(InstrumentedLine, 0)], "offset 0: there is no operation 254"),
        (&[none, (BinaryOp, 27), ret], "offset 2: BINARY_OP has an impossible argument"),
        (&[none, (BinaryOp, 0), ret], "offset 2: the stack is too low"),
        (&[none, (CompareOp, 0xC0), ret], "offset 2: COMPARE_OP has an impossible argument"),
        (&[none, (Copy, 0), ret], "offset 2: the stack is too low"),
        (&[none, (Swap, 2), ret], "offset 2: the stack is too low"),
        (&[(PushNull, 0), ret], "offset 2: NULL where a value is needed"),
        (&[(PushNull, 0), (UnaryNegative, 0), ret], "offset 2: NULL where a value is needed"),
        (&[(LoadFastAndClear, 2), ret], "offset 2: NULL where a value is needed"),
        (&[(PushNull, 0), none, (Call, 0), ret], "offset 4: NULL is called"),
        (&[none, none, none, none, (CallFunctionEx, 0), ret], "offset 8: the operands of CALL_FUNCTION_EX are of the wrong kinds"),
        (&[none, (PushNull, 0), (LoadFast, 0), (LoadFast, 0), (CallKw, 1), ret],
            "offset 8: the names of keyword arguments are not a constant tuple of distinct strings"),
        (&[none, (PushNull, 0), (LoadConst, 2), (CallKw, 0), ret],
            "offset 6: the names of keyword arguments are not a constant tuple of distinct strings"),
        (&[(JumpForward, 7)], "offset 0: a jump to something that is no instruction"),
        (&[(JumpBackward, 9)], "offset 0: a jump to something that is no instruction"),
        (&[(LoadFast, 0), (PopJumpIfTrue, 1), none, none, ret], "offset 8: stack depths differ where control flows together"),
        (&[(LoadFast, 0), (ForIter, 0), none, ret], "offset 2: FOR_ITER does not name an END_FOR"),
        (&[none, (ListAppend, 1), ret], "offset 2: the stack is too low"),
        (&[none, (ListAppend, 0), ret], "offset 2: LIST_APPEND has an impossible argument"),
        (&[none, none, (SetFunctionAttribute, 3), ret], "offset 4: SET_FUNCTION_ATTRIBUTE has an impossible argument"),
        (&[(UnpackSequence, 0xFF_FFFF), ret], "offset 4: UNPACK_SEQUENCE has an impossible argument"),
    ];
    for (insns, expected) in cases {
        let found = reason(&assemble(insns));
        assert!(found.contains(expected), "{insns:?}\nfound    {found}\nexpected {expected}");
    }
}

#[test]
fn a_jump_into_an_instruction_is_refused() {
    let code = assemble(&[(Py::JumpForward, 1), (Py::LoadGlobal, 0), (Py::ReturnValue, 0)]);
    assert!(reason(&code).contains("a jump to something that is no instruction"));
    let code = assemble(&[(Py::JumpForward, 1), (Py::LoadFast, 256), (Py::ReturnValue, 0)]);
    assert!(reason(&code).contains("a jump to something that is no instruction"));
}

#[test]
fn impossible_headers_are_refused() {
    let good = assemble(&[(Py::LoadConst, 0), (Py::ReturnValue, 0)]);
    assert!(translate(&good, Mode::Elided).is_ok());
    type Change = fn(&mut CodeObject);
    let cases: &[(Change, &str)] = &[
        (|code| code.stacksize = 0, "deeper than the stack size"),
        (|code| code.argcount = 6, "more parameters than local variables"),
        (|code| code.argcount = u32::MAX, "more parameters than local variables"),
        (|code| code.argcount = 4, "more parameters than local variables"),
        (|code| code.posonlyargcount = 3, "more positional-only parameters"),
        (|code| code.localspluskinds = [].into(), "differ in length"),
        (|code| code.localspluskinds[2] = kind::FREE, "free variables are not the last ones"),
        (|code| code.code = [code.code.to_vec(), vec![0]].concat().into(), "length is odd"),
        (|code| code.flags |= flags::GENERATOR, "does not begin with RETURN_GENERATOR"),
        (|code| code.exceptiontable = region(0, 9, 0, 0), "goes beyond the code"),
        (|code| code.exceptiontable = region(1, 1, 0, 0), "is empty"),
        (|code| code.exceptiontable = region(0, 1, 7, 0), "a handler is no instruction"),
        (|code| code.exceptiontable = region(0, 1, 1, 1), "lower than a handler expects"),
        (
            |code| code.exceptiontable = [region(1, 2, 1, 0), region(0, 1, 1, 0)].concat().into(),
            "out of order",
        ),
        (|code| code.code[0] = Py::ExtendedArg as u8, "the stack is too low"),
        (|code| code.code[2] = Py::ExtendedArg as u8, "the code ends within an instruction"),
        (|code| code.code[2] = Py::LoadGlobal as u8, "the code ends within an instruction"),
    ];
    for (change, expected) in cases {
        let mut code = good.clone();
        change(&mut code);
        let found = reason(&code);
        assert!(found.contains(expected), "found {found}, expected {expected}");
    }
}

fn region(start: u32, end: u32, target: u32, depth: u32) -> Box<[u8]> {
    let mut table = Vec::new();
    exceptiontable::write(
        &mut table,
        &exceptiontable::Region { start, end, target, depth, lasti: false },
    );
    table.into()
}

/// The ops of accepted code.
fn ops(code: &CodeObject) -> Vec<Op> {
    let regcode = translate(code, Mode::Elided).unwrap_or_else(|error| panic!("{error}"));
    regcode.ops().map(|(_, op, _)| op).collect()
}

#[test]
fn what_is_not_proved_is_checked() {
    use Py::*;
    let ret = (ReturnValue, 0);
    assert_eq!(ops(&assemble(&[(LoadFast, 1), ret])), [Op::Return]);
    assert_eq!(ops(&assemble(&[(LoadFast, 2), ret])), [Op::CheckLocal, Op::Return]);
    assert_eq!(
        ops(&assemble(&[(DeleteFast, 0), (LoadFast, 0), ret])),
        [Op::LoadUndef, Op::CheckLocal, Op::Return]
    );
    assert_eq!(ops(&assemble(&[(LoadFastCheck, 0), ret])), [Op::Return]);
    assert_eq!(ops(&assemble(&[(LoadDeref, 3), ret])), [Op::CheckCell, Op::LoadDeref, Op::Return]);
    assert_eq!(
        ops(&assemble(&[(MakeCell, 3), (LoadDeref, 3), ret])),
        [Op::MakeCell, Op::LoadDeref, Op::Return]
    );
    assert_eq!(
        ops(&assemble(&[(CopyFreeVars, 1), (LoadDeref, 4), ret])),
        [Op::CopyFreeVars, Op::LoadDeref, Op::Return]
    );
    assert_eq!(ops(&assemble(&[(LoadFast, 0), (Reraise, 0)])), [Op::CheckExc, Op::Reraise]);
    assert_eq!(
        ops(&assemble(&[(LoadFast, 0), (LoadFast, 1), (Reraise, 1)])),
        [Op::CheckExc, Op::CheckLasti, Op::Reraise]
    );
    assert_eq!(
        ops(&assemble(&[(LoadFast, 0), (PopExcept, 0), (LoadConst, 0), ret])),
        [Op::CheckExcOrNone, Op::PopExcept, Op::ReturnConst]
    );
}

#[test]
fn a_local_cleared_in_a_region_is_unbound_in_its_handler() {
    // try: del a; f() except: a
    let mut code = assemble(&[
        (Py::DeleteFast, 0),
        (Py::LoadFast, 1),
        (Py::UnaryNegative, 0),
        (Py::ReturnValue, 0),
        (Py::PopTop, 0),
        (Py::LoadFast, 0),
        (Py::ReturnValue, 0),
    ]);
    code.exceptiontable = region(0, 3, 4, 0);
    assert_eq!(ops(&code), [Op::LoadUndef, Op::Neg, Op::Return, Op::CheckLocal, Op::Return]);
    code.exceptiontable = region(0, 1, 4, 0);
    assert_eq!(ops(&code), [Op::LoadUndef, Op::Neg, Op::Return, Op::Return]);
}

#[test]
fn jumps_beyond_sixteen_bits_are_reached() {
    let mut insns = vec![(Py::LoadFast, 0), (Py::PopJumpIfTrue, 12_000 * 6)];
    insns.extend((0..12_000).flat_map(|_| [(Py::LoadGlobal, 0), (Py::PopTop, 0)]));
    insns.extend([(Py::LoadFast, 1), (Py::ReturnValue, 0)]);
    let code = assemble(&insns);
    let regcode = translate(&code, Mode::Elided).unwrap_or_else(|error| panic!("{error}"));
    let ops: Vec<(usize, Op, regcode::Word)> = regcode.ops().take(3).collect();
    assert_eq!(
        ops.iter().map(|(_, op, _)| *op).collect::<Vec<_>>(),
        [Op::JumpIfTrue, Op::Jump, Op::Jump]
    );
    // The branch goes to the second jump, which goes to the end; else the first jump goes past it.
    assert_eq!((ops[0].2.c_imm(), ops[1].2.bc(), ops[2].2.bc()), (1, 1, 12_000 * 4));
}

#[test]
fn hostile_stacks_take_bounded_time() {
    let deep = 30_000;
    let far = deep as u32;
    let push = vec![(Py::LoadFast, 0); deep];
    let cases: Vec<Vec<(Py, u32)>> = vec![
        (0..20_000).flat_map(|_| [(Py::Swap, far), (Py::UnaryNegative, 0)]).collect(),
        (0..20_000).flat_map(|_| [(Py::Copy, far), (Py::StoreFast, 0)]).collect(),
        (0..20_000).flat_map(|_| [(Py::LoadFast, 0), (Py::PopJumpIfTrue, 0)]).collect(),
        (0..20_000).flat_map(|_| [(Py::UnpackSequence, far), (Py::BuildList, far)]).collect(),
    ];
    for tail in cases {
        let code = assemble(&[push.clone(), tail, vec![(Py::ReturnValue, 0)]].concat());
        for mode in [Mode::Elided, Mode::Unelided] {
            let start = Instant::now();
            let _ = translate(&code, mode);
            assert!(start.elapsed() < Duration::from_secs(8), "{:?}", start.elapsed());
        }
    }
}

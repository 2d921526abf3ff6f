//! The optimiser against CPython's, on data: instruction sequences with what `_testinternalcapi.optimize_cfg` makes
//! of them.
//!
//! A unit is a line `U nlocals`, a line `C …` for each constant, a line `I op arg line end_line col end_col` for each
//! instruction (a jump's argument is an instruction's index), and the outcome as lines `K …` and `O …` of the same
//! forms.

use code::{Const, Op, Str};

use super::{ENTRY, Graph, NONE};
use crate::ir::{Instr, InstrSeq, Location, Unit, UnitInfo};

#[derive(Default)]
struct Case {
    line: usize,
    nlocals: usize,
    consts: Vec<Const>,
    instrs: Vec<Instr>,
    expected: Vec<String>,
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let (tag, rest) = line.split_at(1);
        let rest = rest.trim_start();
        if tag == "U" {
            cases.push(Case {
                line: number + 1,
                nlocals: rest.parse().unwrap(),
                ..Case::default()
            });
            continue;
        }
        let case = cases.last_mut().unwrap();
        match tag {
            "C" => case.consts.push(parse_const(rest)),
            "I" => {
                let fields: Vec<&str> = rest.split(' ').collect();
                let number = |i: usize| fields[i].parse::<i32>().unwrap();
                let op = Op::from_name(fields[0]).unwrap();
                let loc = Location::new(number(2), number(3), number(4), number(5));
                case.instrs.push(Instr { op, arg: number(1) as u32, loc });
            }
            _ => case.expected.push(line.to_owned()),
        }
    }
    cases
}

fn parse_const(text: &str) -> Const {
    match text.split_once(' ') {
        Some(("i", digits)) => Const::Int(digits.parse().unwrap()),
        Some(("f", digits)) => Const::Float(digits.parse().unwrap()),
        Some(("s", content)) => Const::str(content),
        _ => match text {
            "None" => Const::None,
            "True" => Const::True,
            "False" => Const::False,
            _ => panic!("{text}"),
        },
    }
}

fn print_const(value: &Const) -> String {
    match value {
        Const::Int(value) => format!("i {value}"),
        Const::BigInt(_) => "big".to_owned(),
        Const::Float(value) => format!("f {value:?}"),
        Const::Str(text) => format!("s {}", text.to_string_lossy()),
        Const::Tuple(items) => {
            format!("({})", items.iter().map(print_const).collect::<Vec<_>>().join(","))
        }
        Const::FrozenSet(items) => {
            let mut items: Vec<String> = items.iter().map(print_const).collect();
            items.sort();
            format!("{{{}}}", items.join(","))
        }
        other => format!("{other:?}"),
    }
}

fn unit(case: &Case) -> Unit {
    let mut info = UnitInfo::new(Str::from("f"), Str::from("f"), 1);
    for value in &case.consts {
        info.consts.push(value.clone());
    }
    for i in 0..case.nlocals {
        info.varnames.add(&format!("v{i}"));
    }
    let mut code = InstrSeq::new();
    let labels: Vec<_> = case.instrs.iter().map(|_| code.new_label()).collect();
    for (i, instr) in case.instrs.iter().enumerate() {
        code.use_label(labels[i]);
        if instr.op.has_target() {
            code.add_jump(instr.op, labels[instr.arg as usize], instr.loc);
        } else {
            code.add(instr.op, instr.arg, instr.loc);
        }
    }
    Unit { info, code }
}

fn optimized(case: &Case) -> Vec<String> {
    let Unit { mut info, code } = unit(case);
    let mut graph = Graph::build(&code).unwrap();
    graph.optimize(&mut info).unwrap();
    graph.calculate_stack_depth().unwrap();
    graph.borrow_locals().unwrap();
    let mut out: Vec<String> =
        info.consts.items().iter().map(|value| format!("K {}", print_const(value))).collect();
    let mut first_of = vec![0; graph.block_count()];
    let mut count = 0;
    let mut b = ENTRY;
    while b != NONE {
        first_of[b as usize] = count;
        count += graph.len(b);
        b = graph.next(b);
    }
    let mut b = ENTRY;
    while b != NONE {
        for node in graph.code(b) {
            let arg = if node.op.has_target() {
                first_of[node.target as usize]
            } else {
                node.arg as usize
            };
            let Location { line, end_line, col, end_col } = node.loc;
            out.push(format!("O {} {arg} {line} {end_line} {col} {end_col}", node.op.name()));
        }
        b = graph.next(b);
    }
    out
}

fn check(text: &str) {
    let cases = parse(text);
    let mut failed = 0;
    for case in &cases {
        let got = optimized(case);
        if got != case.expected {
            failed += 1;
            if failed <= 3 {
                let at = got.iter().zip(&case.expected).position(|(a, b)| a != b);
                let at = at.unwrap_or(got.len().min(case.expected.len()));
                let from = at.saturating_sub(6);
                println!("case at line {}: differs at {at}", case.line);
                println!("  ours:   {:#?}", &got[from..got.len().min(at + 4)]);
                println!("  theirs: {:#?}", &case.expected[from..case.expected.len().min(at + 4)]);
            }
        }
    }
    assert_eq!(failed, 0, "of {} cases", cases.len());
}

/// `PVM_FLOW_DATA` names another file of the same form to use instead of the one in the repository.
#[test]
fn optimizes_as_cpython() {
    match std::env::var("PVM_FLOW_DATA") {
        Ok(path) => check(&std::fs::read_to_string(path).unwrap()),
        Err(_) => check(include_str!("../../tests/data/optimize_cfg.txt")),
    }
}

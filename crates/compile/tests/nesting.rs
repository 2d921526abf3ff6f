//! Deep programs end in a RecursionError: the compiler's own recursion is bounded and fits the stack of a thread.

use bumpalo::Bump;
use code::Str;
use compile::{ErrorKind, Options};
use syntax::Mode;
use syntax::ast::{
    Arguments, Comprehension, Constant, Expr, ExprContext, ExprKind, FunctionDef, Mod, Operator,
    Pattern, PatternKind, Range, Stmt, StmtKind, UnaryOp,
};

/// What a compilation may need (see `MAX_DEPTH`).
const STACK: usize = 4 << 20;

/// Far beyond every limit.
const DEEP: usize = 200_000;

/// Runs a compilation on a stack of the size that is promised to suffice.
fn outcome(build: impl for<'a> Fn(&'a Bump) -> Mod<'a> + Send + 'static) -> Result<(), ErrorKind> {
    let run = move || {
        let arena = Bump::new();
        let module = build(&arena);
        let output = compile::compile(&module, &Str::from("<deep>"), Options::default(), &arena);
        output.code.map(drop).map_err(|error| error.kind)
    };
    std::thread::Builder::new().stack_size(STACK).spawn(run).unwrap().join().unwrap()
}

fn expr<'a>(arena: &'a Bump, kind: ExprKind<'a>) -> &'a Expr<'a> {
    arena.alloc(Expr { kind, range: Range { line: 1, col: 0, end_line: 1, end_col: 1 } })
}

fn stmt<'a>(arena: &'a Bump, kind: StmtKind<'a>) -> &'a Stmt<'a> {
    arena.alloc(Stmt { kind, range: Range { line: 1, col: 0, end_line: 1, end_col: 1 } })
}

fn name(arena: &Bump) -> &Expr<'_> {
    expr(arena, ExprKind::Name { id: "a", ctx: ExprContext::Load })
}

/// An expression wrapped in itself.
fn nested<'a>(
    arena: &'a Bump,
    depth: usize,
    wrap: impl Fn(&'a Bump, &'a Expr<'a>) -> ExprKind<'a>,
) -> Mod<'a> {
    let mut e = name(arena);
    for _ in 0..depth {
        e = expr(arena, wrap(arena, e));
    }
    Mod::Expression { body: e }
}

type Wrap = for<'a> fn(&'a Bump, &'a Expr<'a>) -> ExprKind<'a>;

const EXPRESSIONS: [(&str, Wrap); 11] = [
    ("unary", |_, operand| ExprKind::UnaryOp { op: UnaryOp::Not, operand }),
    ("attribute", |_, value| ExprKind::Attribute { value, attr: "b", ctx: ExprContext::Load }),
    ("call", |_, func| ExprKind::Call { func, args: &[], keywords: &[] }),
    ("method", |arena, value| {
        let func = expr(arena, ExprKind::Attribute { value, attr: "b", ctx: ExprContext::Load });
        ExprKind::Call { func, args: &[], keywords: &[] }
    }),
    ("subscript", |arena, value| ExprKind::Subscript {
        value,
        slice: name(arena),
        ctx: ExprContext::Load,
    }),
    ("list", |arena, e| ExprKind::List { elts: arena.alloc([e]), ctx: ExprContext::Load }),
    ("conditional", |arena, orelse| ExprKind::IfExp {
        test: name(arena),
        body: name(arena),
        orelse,
    }),
    ("right operand", |arena, right| ExprKind::BinOp {
        left: name(arena),
        op: Operator::Pow,
        right,
    }),
    ("lambda", |arena, body| ExprKind::Lambda { args: arena.alloc(Arguments::default()), body }),
    ("comprehension", |arena, iter| {
        let clause: &Comprehension =
            arena.alloc(Comprehension { target: target(arena), iter, ifs: &[], is_async: false });
        ExprKind::ListComp { elt: name(arena), generators: arena.alloc([clause]) }
    }),
    ("generator", |arena, elt| {
        let clause: &Comprehension = arena.alloc(Comprehension {
            target: target(arena),
            iter: name(arena),
            ifs: &[],
            is_async: false,
        });
        ExprKind::GeneratorExp { elt, generators: arena.alloc([clause]) }
    }),
];

fn target(arena: &Bump) -> &Expr<'_> {
    expr(arena, ExprKind::Name { id: "a", ctx: ExprContext::Store })
}

#[test]
fn deep_expressions_are_rejected() {
    for (what, wrap) in EXPRESSIONS {
        assert_eq!(
            outcome(move |arena| nested(arena, DEEP, wrap)),
            Err(ErrorKind::Recursion),
            "{what}"
        );
    }
}

#[test]
fn nesting_is_bounded() {
    // The deepest programs that are accepted, or nearly so.
    for (what, wrap) in EXPRESSIONS {
        let result = [3900, 1900, 1300, 1000]
            .into_iter()
            .find(|&n| outcome(move |arena| nested(arena, n, wrap)).is_ok());
        assert!(result.is_some(), "{what}");
    }
}

#[test]
fn long_chains_need_no_stack() {
    let chain: Wrap = |arena, left| ExprKind::BinOp { left, op: Operator::Add, right: name(arena) };
    assert_eq!(outcome(move |arena| nested(arena, 50_000, chain)), Ok(()));
    assert_eq!(outcome(move |arena| nested(arena, DEEP, chain)), Err(ErrorKind::Recursion));
}

/// A statement wrapped in blocks.
fn nested_stmt<'a>(
    arena: &'a Bump,
    depth: usize,
    wrap: impl Fn(&'a Bump, &'a Stmt<'a>) -> StmtKind<'a>,
) -> Mod<'a> {
    let mut s = stmt(arena, StmtKind::Pass);
    for _ in 0..depth {
        s = stmt(arena, wrap(arena, s));
    }
    Mod::Module { body: arena.alloc([s]), type_ignores: &[] }
}

fn function<'a>(arena: &'a Bump, body: &'a Stmt<'a>) -> StmtKind<'a> {
    StmtKind::FunctionDef(arena.alloc(FunctionDef {
        name: "f",
        args: arena.alloc(Arguments::default()),
        body: arena.alloc([body]),
        decorator_list: &[],
        returns: None,
        type_comment: None,
        type_params: &[],
    }))
}

fn elif<'a>(arena: &'a Bump, orelse: &'a Stmt<'a>) -> StmtKind<'a> {
    let body = arena.alloc([stmt(arena, StmtKind::Pass)]);
    StmtKind::If { test: name(arena), body, orelse: arena.alloc([orelse]) }
}

#[test]
fn deep_statements_are_rejected() {
    assert_eq!(outcome(|arena| nested_stmt(arena, DEEP, function)), Err(ErrorKind::Recursion));
    assert_eq!(outcome(|arena| nested_stmt(arena, DEEP, elif)), Err(ErrorKind::Recursion));
    assert_eq!(outcome(|arena| nested_stmt(arena, 1300, function)), Ok(()));
    assert_eq!(outcome(|arena| nested_stmt(arena, 1900, elif)), Ok(()));
}

#[test]
fn deep_patterns_are_rejected() {
    let result = outcome(|arena| {
        let range = Range::default();
        let mut p: &Pattern =
            arena.alloc(Pattern { kind: PatternKind::MatchStar { name: None }, range });
        for _ in 0..DEEP {
            p = arena.alloc(Pattern {
                kind: PatternKind::MatchSequence { patterns: arena.alloc([p]) },
                range,
            });
        }
        let body: &[&Stmt] = arena.alloc([stmt(arena, StmtKind::Pass)]);
        let case: &syntax::ast::MatchCase =
            arena.alloc(syntax::ast::MatchCase { pattern: p, guard: None, body });
        let subject = expr(arena, ExprKind::Constant { value: Constant::None, u_prefix: false });
        let s = stmt(arena, StmtKind::Match { subject, cases: arena.alloc([case]) });
        Mod::Module { body: arena.alloc([s]), type_ignores: &[] }
    });
    assert_eq!(result, Err(ErrorKind::Recursion));
}

#[test]
fn the_parsers_deepest_programs_compile_or_fail_cleanly() {
    let run = || {
        for text in [format!("a{}", ".b".repeat(DEEP)), format!("{}a", "not ".repeat(3000))] {
            let output = compile::compile_source(
                text.as_bytes(),
                Mode::Eval,
                &Str::from("<deep>"),
                &syntax::Options::default(),
                Options::default(),
            );
            drop(output);
        }
    };
    std::thread::Builder::new().stack_size(16 << 20).spawn(run).unwrap().join().unwrap();
}

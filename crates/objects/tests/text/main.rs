//! Text and number types against CPython: expressions and what they give.
//!
//! The data are Python programs that evaluate a list of expressions, with the output that CPython has for them; the binary's
//! tests run them as they are. Here the expressions are evaluated without an interpreter, by walking their syntax trees, so
//! that the types can be tested before and apart from everything above them. A process has one runtime, so there is one test.

mod eval;

use eval::Evaluator;
use heap::{HeapOptions, Stress};
use objects::runtime::{Options, Runtime};
use objects::types::class_of;
use objects::value::Value;
use objects::vm::{Hooks, PyResult, Raised, Vm};
use std::fmt::Write as _;
use std::path::Path;

static HOOKS: Hooks = Hooks {
    call_function: |vm, _, _, _| Err(vm.system_error(format_args!("no interpreter"))),
    invalidate_type: |_, _| {},
    globals: |_| None,
    add_traceback: |_| {},
    import: |vm, name| {
        Err(vm.import_error(Value::NONE, Value::NONE, format_args!("no import of {name}")))
    },
    release_code: |_, _| {},
    generic_alias: |_, class, _| Ok(class),
    union: |_, _, _| Ok(objects::singletons::not_implemented()),
    super_arguments: |_| Err(None),
    template: |_, _, _| Ok(Value::NONE),
    interpolation: |_, _, _, _, _| Ok(Value::NONE),
    typing_intrinsic: |_, _, _, _| Ok(Value::NONE),
    warn: |_, _, _, _| Ok(()),
};

/// What the programs print for an expression.
fn line(vm: &mut Vm, evaluator: &mut Evaluator, source: &str) -> String {
    let result = evaluator.text(vm, source).and_then(|v| shown(vm, v));
    let result = match result {
        Ok(text) => text,
        Err(Raised) => {
            let error = vm.take_raised();
            let class = class_of(error).display_name().to_string();
            let class = class.rsplit('.').next().unwrap_or_default();
            match vm.str_of(error) {
                Ok(message) => format!("{class}: {}", message.text()),
                Err(Raised) => "an exception without message".into(),
            }
        }
    };
    format!("{source} => {result}")
}

fn shown(vm: &mut Vm, v: Value) -> PyResult<String> {
    objects::str::format::ascii(vm, v).map(|text| text.text().to_string())
}

/// The expressions in a program: the lines of its last triple-quoted string.
fn expressions(program: &str) -> &str {
    program.rsplit("r'''\n").next().and_then(|rest| rest.split("'''").next()).unwrap_or_default()
}

#[test]
fn expressions_give_what_cpython_gives() {
    let heap = HeapOptions {
        stress: Some(Stress { every: 40, seed: 3 }),
        poison: true,
        verify: true,
        nursery_bytes: 256 << 10,
        ..HeapOptions::default()
    };
    let options = Options { heap, hooks: &HOOKS, hash_key: None, recursion_limit: 1000 };
    let vm = match Runtime::start(options) {
        Ok(vm) => vm,
        Err(error) => panic!("{error}"),
    };
    let mut evaluator = match Evaluator::new(vm) {
        Ok(evaluator) => evaluator,
        Err(Raised) => panic!("no evaluator"),
    };
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../pvm/tests/data/text");
    let (mut report, mut count) = (String::new(), 0);
    for name in ["str", "format", "number", "bytes", "codec", "unicode"] {
        let read = |ending: &str| {
            let path = data.join(name).with_extension(ending);
            std::fs::read_to_string(&path)
                .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        };
        let (program, expected) = (read("py"), read("out"));
        for (source, wanted) in expressions(&program).lines().zip(expected.lines()) {
            let found = line(vm, &mut evaluator, source);
            count += 1;
            if found != wanted {
                let _ = writeln!(report, "{name}:\n  found    {found}\n  expected {wanted}");
            }
        }
    }
    assert!(count > 500, "only {count} expressions were found");
    assert!(report.is_empty(), "{report}");
}

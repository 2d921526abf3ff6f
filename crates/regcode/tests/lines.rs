//! The unelided translation announces lines where CPython's `sys.monitoring` does: `lines.txt` lists, for each code
//! object of `lines.pyc`, the offsets at which CPython 3.14 puts its line instrumentation.

mod support;

use std::fmt::Write;
use std::path::Path;

use regcode::{Mode, Op, translate};

#[test]
fn lines_begin_where_cpython_says() {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut found = Vec::new();
    for code in support::code_objects(&data.join("lines.pyc")) {
        let regcode = translate(&code, Mode::Unelided).expect("code of CPython");
        let starts: Vec<u32> = regcode
            .ops()
            .filter(|(_, op, word)| *op == Op::Instruction && word.a() == 1)
            .map(|(pc, _, _)| regcode.words[pc + 1] as u32)
            .collect();
        let mut line = code.qualname.to_string_lossy();
        write!(line, " {starts:?}").expect("a string");
        found.push(line);
    }
    found.sort();
    let expected = std::fs::read_to_string(data.join("lines.txt")).expect("the expected text");
    let mut expected: Vec<&str> = expected.lines().collect();
    expected.sort_unstable();
    assert_eq!(found.len(), expected.len());
    let different: Vec<_> = found.iter().zip(expected).filter(|(a, b)| a != b).collect();
    assert!(different.is_empty(), "{different:#?}");
}

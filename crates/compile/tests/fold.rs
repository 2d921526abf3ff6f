//! Constant folding against CPython's: `data/fold.py` is made of random expressions on constants, `data/fold.json` is
//! the code object that CPython 3.14 makes of it.

use code::{Str, json};

#[test]
fn folds_as_cpython() {
    let source = include_bytes!("data/fold.py");
    let output = compile::compile_source(
        source,
        syntax::Mode::Exec,
        &Str::from("fold.py"),
        &syntax::Options::default(),
        compile::Options::default(),
    );
    let ours = json::code_to_json(&output.code.unwrap());
    let theirs = include_str!("data/fold.json").trim_end();
    let at = ours.bytes().zip(theirs.bytes()).position(|(a, b)| a != b);
    if let Some(at) = at {
        let around = at.saturating_sub(60)..;
        panic!("differs at {at}:\n{:.120}\n{:.120}", &ours[around.clone()], &theirs[around]);
    }
    assert_eq!(ours.len(), theirs.len());
}

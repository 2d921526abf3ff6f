//! The text of register code. `PVM_BLESS=1 cargo test -p pvm-regcode --test snapshot` writes what is expected anew; to
//! add a case, compile a Python file with CPython 3.14 and put the `.pyc` into `tests/data`.

mod support;

use std::path::Path;

use regcode::{Mode, print, translate};

fn text_of(path: &Path, mode: Mode) -> String {
    let mut text = String::new();
    for code in support::code_objects(path) {
        let regcode = translate(&code, mode).expect("code of CPython");
        text.push_str(&print::text(&regcode, &code));
        text.push('\n');
    }
    text
}

#[test]
fn text_is_as_expected() {
    let bless = std::env::var_os("PVM_BLESS").is_some();
    let mut different = Vec::new();
    for path in support::pyc_files() {
        for (mode, suffix) in [(Mode::Elided, "elided.txt"), (Mode::Unelided, "unelided.txt")] {
            let expected_path = path.with_extension(suffix);
            // Cases are compared in the forms that are there; a new one is blessed in the elided form.
            let is_new = bless && mode == Mode::Elided;
            if !is_new && !expected_path.exists() {
                continue;
            }
            let text = text_of(&path, mode);
            if bless {
                std::fs::write(&expected_path, &text).expect("a writable file");
                continue;
            }
            let expected = std::fs::read_to_string(&expected_path).expect("a readable file");
            let first = text.lines().zip(expected.lines()).find(|(new, old)| new != old);
            if let Some((new, old)) = first {
                different.push(format!(
                    "{}:\n  now      {new}\n  expected {old}",
                    expected_path.display()
                ));
            } else if text.len() != expected.len() {
                different.push(format!("{}: another length", expected_path.display()));
            }
        }
    }
    assert!(different.is_empty(), "{}", different.join("\n"));
}

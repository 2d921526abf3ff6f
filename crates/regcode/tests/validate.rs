//! The translation of real code means what the stack code means, along random paths.

mod support;

use code::{CodeObject, Op as Py};
use regcode::{Mode, Op, RegCode, translate};
use support::validate::validate;

/// The offset of a check that the translation adds to what the compiler asks for: it can prove all that CPython relies on.
fn check_of_its_own(code: &CodeObject, regcode: &RegCode) -> Option<u32> {
    regcode.ops().find_map(|(pc, op, _)| {
        let offset = regcode.offset_at(pc).unwrap_or(0);
        let asked_for = match op {
            Op::CheckLocal => code.code[offset as usize] == Py::LoadFastCheck as u8,
            // What is left after `except*` may be None, as far as kinds tell.
            Op::CheckExc => code.code.chunks(2).any(|unit| unit[0] == Py::CheckEgMatch as u8),
            Op::CheckCell | Op::CheckExcOrNone | Op::CheckLasti => false,
            _ => true,
        };
        (!asked_for).then_some(offset)
    })
}

#[test]
fn register_code_does_what_the_stack_code_does() {
    let mut failures = Vec::new();
    let extra = std::env::var_os("REGCODE_PYC")
        .map(|list| std::fs::read_to_string(list).expect("a list of files"));
    let extra = extra.iter().flat_map(|list| list.lines()).map(std::path::PathBuf::from);
    for path in support::pyc_files().into_iter().chain(extra) {
        for code in support::code_objects(&path) {
            for mode in [Mode::Elided, Mode::Unelided] {
                let regcode = match translate(&code, mode) {
                    Ok(regcode) => regcode,
                    Err(error) => {
                        failures.push(format!("{}: {:?}: {error}", path.display(), code.qualname));
                        continue;
                    }
                };
                if let Some(offset) = check_of_its_own(&code, &regcode) {
                    failures.push(format!(
                        "{}: {:?}: a check at {offset}",
                        path.display(),
                        code.qualname
                    ));
                }
                for seed in 0..12 {
                    if let Err(reason) = validate(&code, &regcode, seed * 77 + 5, 400) {
                        failures.push(format!(
                            "{}: {:?} {mode:?} {seed}: {reason}",
                            path.display(),
                            code.qualname
                        ));
                    }
                }
            }
        }
    }
    let shown = &failures[..failures.len().min(20)];
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), shown.join("\n"));
}

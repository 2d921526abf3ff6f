//! Runs Python programs and compares what they print with what CPython 3.14 prints.
//!
//! A test is a file `tests/data/**/NAME.py` of the crate `pvm` with its expected output `NAME.out` beside it. Programs that are known to fail are
//! listed in `expected_failures.txt` with a reason; one that passes must be taken off the list.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

const PVM: &str = env!("CARGO_BIN_EXE_pvm");

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../pvm/tests/data")
}

fn programs(dir: &Path, found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(dir).unwrap_or_else(|e| panic!("{}: {e}", dir.display()));
    for entry in entries {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            programs(&path, found);
        } else if path.extension().is_some_and(|e| e == "py") && path.with_extension("out").exists()
        {
            found.push(path);
        }
    }
}

/// `path: reason` for every program that is known to fail.
fn expected_failures() -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(data().join("expected_failures.txt"))
        .expect("the list of expected failures");
    text.lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
        .map(|l| {
            let (path, reason) =
                l.split_once(": ").unwrap_or_else(|| panic!("no reason given: {l}"));
            (path.to_owned(), reason.to_owned())
        })
        .collect()
}

/// Runs a program; what is wrong, if anything.
fn check(path: &Path, switches: &[&str]) -> Option<String> {
    let expected = std::fs::read(path.with_extension("out")).expect("expected output");
    let output = Command::new(PVM)
        .args(switches)
        .arg(path.file_name().expect("a file"))
        .current_dir(path.parent().expect("a folder"))
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("pvm runs");
    if output.stdout == expected {
        return None;
    }
    let got = String::from_utf8_lossy(&output.stdout);
    let wanted = String::from_utf8_lossy(&expected);
    let difference = wanted.lines().zip(got.lines()).enumerate().find(|(_, (a, b))| a != b);
    let place = match difference {
        Some((i, (a, b))) => format!("line {}:\n  expected {a}\n  got      {b}", i + 1),
        None => format!("{} lines expected, {} given", wanted.lines().count(), got.lines().count()),
    };
    let stderr = String::from_utf8_lossy(&output.stderr);
    let last: Vec<&str> = stderr.lines().rev().take(3).collect();
    Some(format!(
        "{place}\n  status {}, stderr ends: {}",
        output.status,
        last.into_iter().rev().collect::<Vec<_>>().join(" | ")
    ))
}

fn run_all(switches: &[&str]) {
    let mut found = Vec::new();
    programs(&data(), &mut found);
    found.sort();
    assert!(found.len() >= 10, "only {} programs found", found.len());
    let known = expected_failures();
    let next = std::sync::atomic::AtomicUsize::new(0);
    let problems = std::sync::Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(path) =
                    found.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    let name = path
                        .strip_prefix(data())
                        .expect("below data")
                        .to_string_lossy()
                        .into_owned();
                    let problem = match (check(path, switches), known.get(&name)) {
                        (Some(p), None) => format!("{name}: {p}"),
                        (None, Some(reason)) => {
                            format!("{name}: passes, but is listed as failing ({reason})")
                        }
                        _ => continue,
                    };
                    problems.lock().expect("no panic").push(problem);
                }
            });
        }
    });
    let problems = problems.into_inner().expect("no panic");
    assert!(
        problems.is_empty(),
        "{} of {} programs:\n{}",
        problems.len(),
        found.len(),
        problems.join("\n")
    );
}

#[test]
fn programs_print_what_cpython_prints() {
    run_all(&[]);
}

#[test]
fn programs_print_the_same_under_torture() {
    run_all(&["-X", "gc-stress=10", "-X", "gc-poison", "-X", "gc-verify"]);
}

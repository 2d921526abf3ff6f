//! Runs Python programs and compares what they print with what CPython 3.14 prints.
//!
//! A test is a file `tests/data/**/NAME.py` of the crate `pvm` with its expected output `NAME.out` beside it. Programs that
//! are known to fail are listed in `expected_failures.txt` with a reason; one that passes must be taken off the list.
//! Programs that allocate too much to be run under torture are listed in `not_under_torture.txt`, with a reason too.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const PVM: &str = env!("CARGO_BIN_EXE_pvm");
/// A program that runs longer is killed and counts as failed.
const TIME_LIMIT: Duration = Duration::from_secs(60);

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

/// A list `path: reason`, one a line, of the folder of programs.
fn list(name: &str) -> BTreeMap<String, String> {
    let path = data().join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    text.lines()
        .filter(|l| !l.trim().is_empty() && !l.starts_with('#'))
        .map(|l| {
            let (path, reason) =
                l.split_once(": ").unwrap_or_else(|| panic!("no reason given: {l}"));
            assert!(data().join(path).exists(), "{name} lists {path}, which doesn't exist");
            (path.to_owned(), reason.to_owned())
        })
        .collect()
}

/// What a program gave; its streams are read while it runs, so that it can't block on them.
struct Outcome {
    status: ExitStatus,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
}

/// Runs a command to its end or to [`TIME_LIMIT`].
fn run(command: &mut Command) -> Outcome {
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("pvm runs");
    let mut stdout = child.stdout.take().expect("a pipe");
    let mut stderr = child.stderr.take().expect("a pipe");
    let read = |from: &mut dyn Read| {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).expect("a readable pipe");
        bytes
    };
    std::thread::scope(|scope| {
        let out = scope.spawn(move || read(&mut stdout));
        let err = scope.spawn(move || read(&mut stderr));
        let start = Instant::now();
        let status = loop {
            if let Some(status) = child.try_wait().expect("a child") {
                break status;
            }
            if start.elapsed() > TIME_LIMIT {
                child.kill().expect("a child of ours");
                break child.wait().expect("a child");
            }
            std::thread::sleep(Duration::from_millis(2));
        };
        Outcome {
            status,
            stdout: out.join().expect("no panic"),
            stderr: err.join().expect("no panic"),
        }
    })
}

/// Runs a program; what is wrong, if anything.
fn check(path: &Path, switches: &[&str]) -> Option<String> {
    let expected = std::fs::read(path.with_extension("out")).expect("expected output");
    let output = run(Command::new(PVM)
        .args(switches)
        .arg(path.file_name().expect("a file"))
        .current_dir(path.parent().expect("a folder"))
        .env("PYTHONHASHSEED", "0")
        .env("PYTHONDONTWRITEBYTECODE", "1"));
    if output.stdout == expected && output.status.success() {
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

/// The path below the folder of programs, as the lists have it.
fn name_of(path: &Path) -> String {
    path.strip_prefix(data()).expect("below data").to_string_lossy().into_owned()
}

fn run_all(switches: &[&str], left_out: &BTreeMap<String, String>) {
    let mut found = Vec::new();
    programs(&data(), &mut found);
    found.sort();
    found.retain(|path| !left_out.contains_key(&name_of(path)));
    assert!(found.len() >= 10, "only {} programs found", found.len());
    let known = list("expected_failures.txt");
    let next = std::sync::atomic::AtomicUsize::new(0);
    let problems = std::sync::Mutex::new(Vec::new());
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(path) =
                    found.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
                {
                    let name = name_of(path);
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
    run_all(&[], &BTreeMap::new());
}

#[test]
fn programs_print_the_same_under_torture() {
    run_all(
        &["-X", "gc-stress=10", "-X", "gc-poison", "-X", "gc-verify"],
        &list("not_under_torture.txt"),
    );
}

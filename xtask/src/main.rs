//! Developer commands: `cargo xtask COMMAND`.
//!
//! | command | what it does |
//! | --- | --- |
//! | `tidy` | checks what the compiler doesn't: crate edges, where `unsafe` may stand, file headers, sizes |
//! | `dispatch [BINARY]` | checks in the release binary that handlers jump to each other and never call indirectly |
//! | `bless` | runs the tests with data and writes what they give as expected |

mod bless;
mod dispatch;
mod tidy;

use std::path::PathBuf;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let root = root();
    let problems = match args.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        ["tidy"] => tidy::run(&root),
        ["dispatch"] => dispatch::run(&target(&root).join("release/pvm")),
        ["dispatch", binary] => dispatch::run(&PathBuf::from(binary)),
        ["bless"] => bless::run(&root),
        _ => vec!["usage: cargo xtask tidy | dispatch [BINARY] | bless".to_owned()],
    };
    for problem in &problems {
        eprintln!("{problem}");
    }
    if problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The workspace's folder.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map_or(here.clone(), PathBuf::from)
}

/// Where cargo puts what it builds.
fn target(root: &std::path::Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

/// All files below `dir` whose name ends in `.ext`.
fn files(dir: &std::path::Path, ext: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let Ok(entries) = std::fs::read_dir(dir) else { return found };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files(&path, ext));
        } else if path.extension().is_some_and(|e| e == ext) {
            found.push(path);
        }
    }
    found.sort();
    found
}

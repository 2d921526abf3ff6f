//! What the compiler doesn't check.

use std::path::Path;

/// Which crates of the workspace a crate may depend on.
const EDGES: &[(&str, &[&str])] = &[
    ("prim", &[]),
    ("code", &["prim"]),
    ("syntax", &["prim"]),
    ("compile", &["syntax", "code", "prim"]),
    ("heap", &[]),
    ("regcode", &["code"]),
    ("macros", &[]),
    ("objects", &["heap", "code", "prim", "macros"]),
    ("interp", &["regcode", "objects", "heap", "code", "prim", "macros"]),
    ("builtins", &["objects", "heap", "prim", "macros"]),
    (
        "stdlib",
        &["objects", "interp", "builtins", "syntax", "compile", "code", "heap", "prim", "macros"],
    ),
    (
        "pvm",
        &[
            "prim", "code", "syntax", "compile", "heap", "regcode", "objects", "interp",
            "builtins", "stdlib", "macros",
        ],
    ),
    ("cli", &["pvm"]),
];

/// Crates without any `unsafe`.
const SAFE_CRATES: &[&str] = &["prim", "code", "syntax", "compile", "regcode", "cli"];

/// Files outside the safe crates that may hold `unsafe`, one a line; a folder stands for all files below it.
const UNSAFE_FILES: &str = include_str!("../unsafe.txt");

/// A file longer than this needs a reason (pure tables and tests apart).
const LONGEST_FILE: usize = 1000;

/// Runs all checks; what is wrong.
pub fn run(root: &Path) -> Vec<String> {
    let mut problems = Vec::new();
    for (name, allowed) in EDGES {
        edges(root, name, allowed, &mut problems);
    }
    let mut used = Vec::new();
    for path in crate::files(&root.join("crates"), "rs")
        .into_iter()
        .chain(crate::files(&root.join("xtask"), "rs"))
    {
        let Ok(text) = std::fs::read_to_string(&path) else {
            problems.push(format!("{}: cannot be read", path.display()));
            continue;
        };
        let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        file(&name, &text, &mut problems, &mut used);
    }
    for line in UNSAFE_FILES.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
    {
        if !used.contains(&line) {
            problems.push(format!("xtask/unsafe.txt: {line} holds no unsafe code any more"));
        }
    }
    problems
}

fn edges(root: &Path, name: &str, allowed: &[&str], problems: &mut Vec<String>) {
    let manifest = root.join("crates").join(name).join("Cargo.toml");
    let Ok(text) = std::fs::read_to_string(&manifest) else {
        problems.push(format!("crates/{name}: no Cargo.toml"));
        return;
    };
    let mut dev = false;
    for line in text.lines() {
        if line.starts_with('[') {
            dev = line == "[dev-dependencies]";
        }
        let Some((key, _)) = line.split_once(['.', ' ', '=']) else { continue };
        let known = EDGES.iter().any(|(n, _)| *n == key);
        if known && !dev && !line.starts_with("name") && !allowed.contains(&key) {
            problems.push(format!("crates/{name}: may not depend on {key}"));
        }
    }
}

fn file(name: &str, text: &str, problems: &mut Vec<String>, used: &mut Vec<&'static str>) {
    if !text.starts_with("//!") && !name.contains("/tests/") && !name.contains("/examples/") {
        problems.push(format!("{name}: does not open with what it is for (//!)"));
    }
    let table = text.lines().take(20).any(|l| l.contains("table"));
    let lines = text.lines().count();
    if lines > LONGEST_FILE && !table && !name.contains("test") {
        problems.push(format!("{name}: {lines} lines; split it"));
    }
    if !has_unsafe(text) {
        return;
    }
    if let Some(crate_name) = name.strip_prefix("crates/").and_then(|n| n.split('/').next())
        && SAFE_CRATES.contains(&crate_name)
        && name.contains("/src/")
    {
        problems.push(format!("{name}: unsafe code in a safe crate"));
        return;
    }
    let entry = UNSAFE_FILES.lines().map(str::trim).find(|l| {
        !l.is_empty()
            && !l.starts_with('#')
            && (name == *l || (l.ends_with('/') && name.starts_with(l)))
    });
    match entry {
        Some(entry) => used.push(entry),
        None => problems
            .push(format!("{name}: unsafe code outside the files listed in xtask/unsafe.txt")),
    }
}

/// Whether the code (comments and strings apart, roughly) uses `unsafe`.
fn has_unsafe(text: &str) -> bool {
    text.lines().any(|line| {
        let code = line.split("//").next().unwrap_or("");
        ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "unsafe trait"]
            .iter()
            .any(|u| code.find(u).is_some_and(|at| code[..at].matches('"').count() % 2 == 0))
    })
}

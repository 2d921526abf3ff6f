//! Writes what the tests give as what they expect.

use std::path::Path;
use std::process::Command;

/// Runs the workspace's tests with `BLESS=1`, which every test with data understands.
pub fn run(root: &Path) -> Vec<String> {
    let status = Command::new("cargo")
        .args(["test", "--workspace"])
        .env("BLESS", "1")
        .current_dir(root)
        .status();
    match status {
        Ok(s) if s.success() => Vec::new(),
        Ok(s) => vec![format!("the tests failed while blessing ({s})")],
        Err(e) => vec![format!("cannot run cargo: {e}")],
    }
}

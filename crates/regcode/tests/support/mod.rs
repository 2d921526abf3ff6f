//! Shared by the tests: reading code objects, and the validator.

#![allow(dead_code)]

pub mod validate;

use std::path::Path;
use std::sync::Arc;

use code::{CodeObject, Const};

/// All code objects of a `.pyc` file, outer ones first.
pub fn code_objects(path: &Path) -> Vec<Arc<CodeObject>> {
    let bytes = std::fs::read(path).expect("a readable file");
    let (_, code) = code::pyc::read(&bytes).expect("a .pyc file");
    let mut found = vec![code];
    let mut next = 0;
    while let Some(code) = found.get(next).cloned() {
        found.extend(code.consts.iter().filter_map(|value| match value {
            Const::Code(nested) => Some(nested.clone()),
            _ => None,
        }));
        next += 1;
    }
    found
}

/// The `.pyc` files of the test data.
pub fn pyc_files() -> Vec<std::path::PathBuf> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data");
    let mut files: Vec<_> = std::fs::read_dir(dir)
        .expect("the test data")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "pyc"))
        .collect();
    files.sort();
    files
}

/// A small generator of pseudo-random numbers (xorshift).
pub struct Random(pub u64);

impl Random {
    pub fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    pub fn below(&mut self, n: usize) -> usize {
        (self.next() >> 11) as usize % n.max(1)
    }
}

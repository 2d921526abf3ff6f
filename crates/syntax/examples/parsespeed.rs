//! Measures the speed of the parser: `parsespeed FILE…` parses each file repeatedly and prints MB/s.

use std::time::Instant;

use bumpalo::Bump;
use syntax::{Mode, Options};

fn main() {
    let sources: Vec<Vec<u8>> =
        std::env::args().skip(1).map(|path| std::fs::read(path).unwrap()).collect();
    let total: usize = sources.iter().map(Vec::len).sum();
    let mut arena = Bump::new();
    let options = Options::default();
    for _ in 0..5 {
        let start = Instant::now();
        let mut warnings = 0;
        for source in &sources {
            arena.reset();
            if let Ok(parsed) = syntax::parse(source, Mode::Exec, &options, &arena) {
                warnings += parsed.warnings.len();
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        println!("parse {:.1} MB/s ({warnings} warnings)", total as f64 / seconds / 1e6);
        let start = Instant::now();
        let mut count = 0;
        for source in &sources {
            arena.reset();
            if let Ok((_, tokens)) = syntax::tokens(source, Mode::Exec, &options, &arena) {
                count += tokens.len();
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        println!("  lex {:.1} MB/s ({count} tokens)", total as f64 / seconds / 1e6);
    }
}

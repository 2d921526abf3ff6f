//! Prints the register code of `.pyc` files: `regdump [--unelided] [--quiet] FILE.pyc…`. With `--quiet` it only says
//! what was refused and how long translation took.

use std::sync::Arc;
use std::time::{Duration, Instant};

use code::{CodeObject, Const};
use regcode::{Mode, Op, print, translate};

fn main() {
    let mut mode = Mode::Elided;
    let mut quiet = false;
    let mut total = Totals::default();
    for arg in std::env::args().skip(1) {
        match arg.as_str() {
            "--unelided" => mode = Mode::Unelided,
            "--quiet" => quiet = true,
            path => {
                let bytes = std::fs::read(path).unwrap_or_default();
                match code::pyc::read(&bytes) {
                    Ok((_, code)) => total.walk(path, &code, mode, quiet),
                    Err(error) => println!("{path}: {error:?}"),
                }
            }
        }
    }
    if quiet {
        println!("{total:?}");
    }
}

#[derive(Default, Debug)]
struct Totals {
    objects: usize,
    refused: usize,
    bytes: usize,
    words: usize,
    ops: usize,
    checks: usize,
    states: usize,
    time: Duration,
}

impl Totals {
    fn walk(&mut self, path: &str, code: &Arc<CodeObject>, mode: Mode, quiet: bool) {
        let start = Instant::now();
        let result = translate(code, mode);
        self.time += start.elapsed();
        self.objects += 1;
        self.bytes += code.code.len();
        match result {
            Ok(regcode) => {
                self.words += regcode.words.len();
                self.ops += regcode.ops().count();
                self.states += regcode.state_map.len();
                let check = |op| {
                    matches!(op, Op::CheckCell | Op::CheckExc | Op::CheckExcOrNone | Op::CheckLasti)
                };
                let checks = regcode.ops().filter(|(_, op, _)| check(*op)).count();
                if checks > 0 {
                    println!("{path}: {:?}: {checks} checks", code.qualname);
                }
                self.checks += checks;
                if !quiet {
                    println!("{}", print::text(&regcode, code));
                }
            }
            Err(error) => {
                self.refused += 1;
                println!("{path}: {:?} ({}): {error}", code.qualname, code.firstlineno);
            }
        }
        for value in &code.consts {
            if let Const::Code(nested) = value {
                self.walk(path, nested, mode, quiet);
            }
        }
    }
}

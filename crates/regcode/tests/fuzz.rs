//! Damaged code objects: translation refuses them or gives code that still means what the damaged stack code means.
//! Nothing panics or hangs, and no op gets an operand that its row excludes.

mod support;

use std::sync::Arc;

use code::{CodeObject, Op};
use regcode::{Mode, translate};
use support::Random;
use support::validate::validate;

/// One damage of a random kind.
fn damage(code: &mut CodeObject, random: &mut Random) {
    let byte = random.next() as u8;
    match random.below(12) {
        0 | 1 => {
            let at = random.below(code.code.len());
            code.code[at] = byte;
        }
        // Another operation, likely a valid one.
        2..=4 => {
            let at = random.below(code.code.len() / 2) * 2;
            code.code[at] = Op::ALL[random.below(120)] as u16 as u8;
        }
        // Another small argument.
        5..=7 => {
            let at = random.below(code.code.len() / 2) * 2 + 1;
            code.code[at] = byte & 7;
        }
        // An instruction moved elsewhere.
        8 => {
            let (a, b) =
                (random.below(code.code.len() / 2) * 2, random.below(code.code.len() / 2) * 2);
            code.code.swap(a, b);
            code.code.swap(a + 1, b + 1);
        }
        9 if !code.exceptiontable.is_empty() => {
            let at = random.below(code.exceptiontable.len());
            code.exceptiontable[at] = if random.below(2) == 0 { byte } else { byte & 0x3F };
        }
        10 if !code.localspluskinds.is_empty() => {
            let at = random.below(code.localspluskinds.len());
            code.localspluskinds[at] = [0x20, 0x40, 0x80, 0x26, 0x60][random.below(5)];
        }
        11 => match random.below(4) {
            0 => code.flags ^= 1 << random.below(10),
            1 => code.argcount = u32::from(byte & 3),
            2 => code.stacksize = u32::from(byte),
            _ => code.kwonlyargcount = u32::from(byte & 1),
        },
        _ => {}
    }
}

fn fuzz(seed: u64, rounds: usize) {
    let mut random = Random(seed);
    let originals: Vec<Arc<CodeObject>> =
        support::pyc_files().iter().flat_map(|path| support::code_objects(path)).collect();
    let (mut accepted, mut refused) = (0, 0);
    for round in 0..rounds {
        let mut code = CodeObject::clone(&originals[random.below(originals.len())]);
        (0..=random.below(3)).for_each(|_| damage(&mut code, &mut random));
        let mode = [Mode::Elided, Mode::Unelided][round % 2];
        match translate(&code, mode) {
            Ok(regcode) => {
                accepted += 1;
                for seed in 0..3 {
                    if let Err(reason) = validate(&code, &regcode, random.next() | seed, 150) {
                        panic!(
                            "round {round} {mode:?}: {reason}\n{}",
                            regcode::print::text(&regcode, &code)
                        );
                    }
                }
                // The text must not trip over anything either.
                assert!(regcode::print::text(&regcode, &code).len() > 10);
            }
            Err(error) => {
                refused += 1;
                assert!(!error.reason.is_empty());
            }
        }
    }
    assert!(
        accepted > rounds / 10 && refused > rounds / 10,
        "{accepted} accepted, {refused} refused"
    );
}

#[test]
fn damaged_code_is_refused_or_translated_truly() {
    let rounds = std::env::var("REGCODE_FUZZ").ok().and_then(|n| n.parse().ok()).unwrap_or(6000);
    fuzz(0x1234_5678_9ABC_DEF1, rounds);
}

//! Looks into the release binary: every handler must end in a jump, none may call indirectly.
//!
//! LLVM turns a call in tail position into a jump; a local whose address escapes, or a value to be dropped, silently
//! turns it back into a call, and loops would then overflow the native stack.

use std::path::Path;
use std::process::Command;

/// Fewer handlers than this means that they weren't found.
const FEWEST: usize = 150;

/// Disassembles `binary` and checks its handlers; what is wrong.
pub fn run(binary: &Path) -> Vec<String> {
    let output = Command::new("objdump")
        .args(["--disassemble", "--demangle", "--no-show-raw-insn"])
        .arg(binary)
        .output();
    let text = match output {
        Ok(o) if o.status.success() => String::from_utf8_lossy(&o.stdout).into_owned(),
        Ok(o) => return vec![format!("objdump failed: {}", String::from_utf8_lossy(&o.stderr))],
        Err(e) => return vec![format!("cannot run objdump (package binutils): {e}")],
    };
    let mut problems = Vec::new();
    let mut handlers = 0;
    let mut current = None;
    for line in text.lines() {
        if let Some(name) =
            line.strip_suffix(">:").and_then(|l| l.split_once('<')).map(|(_, name)| name)
        {
            current = is_handler(name).then(|| name.to_owned());
            handlers += usize::from(current.is_some());
            continue;
        }
        let Some(name) = &current else { continue };
        let instruction = line.split_once('\t').map_or("", |(_, i)| i.trim());
        // `call *N(%rip)` goes to one function whose address is in the global offset table.
        let computed = instruction.contains('*') && !instruction.contains("(%rip)");
        if instruction.starts_with("call") && computed {
            problems.push(format!("{name}: indirect call: {instruction}"));
        }
    }
    if handlers < FEWEST {
        problems.push(format!("only {handlers} handlers found in {}", binary.display()));
    }
    if problems.is_empty() {
        println!("dispatch: {handlers} handlers, no indirect call");
    }
    problems
}

/// Handlers are the functions of `interp::ops` named like an op.
fn is_handler(name: &str) -> bool {
    let Some(rest) = name.strip_prefix("interp::ops::") else { return false };
    let mut parts = rest.split("::");
    let (Some(_), Some(op)) = (parts.next(), parts.next()) else { return false };
    op.starts_with(|c: char| c.is_ascii_uppercase()) && !op.contains('<')
}

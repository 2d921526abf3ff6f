//! Damaged `.pyc` files: refused with a reason or run to some end, never a crash.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

const PVM: &str = env!("CARGO_BIN_EXE_pvm");
/// How many processes share the damaged copies.
const SHARDS: usize = 4;

fn script() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/pyc_mutations.py")
}

fn mutate(shard: usize) -> Output {
    // Damaged code may ask for any amount of memory; it is to get a MemoryError, not the machine's last page.
    Command::new("sh")
        .args(["-c", "ulimit -v 70000000; ulimit -t 200; exec \"$0\" \"$@\"", PVM])
        .arg(script())
        .args([shard.to_string(), SHARDS.to_string()])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("sh runs")
}

#[test]
fn damaged_code_never_crashes() {
    std::thread::scope(|scope| {
        let shards: Vec<_> = (0..SHARDS).map(|s| scope.spawn(move || mutate(s))).collect();
        for shard in shards {
            let output = shard.join().expect("no panic");
            let errors = String::from_utf8_lossy(&output.stderr);
            let last: Vec<&str> = errors.lines().rev().take(4).collect();
            assert!(
                output.status.success() && output.stdout.starts_with(b"survived"),
                "{}: last lines, newest first: {last:#?}",
                output.status
            );
        }
    });
}

/// What `pvm FILE` says about a file of these bytes.
fn refusal(name: &str, bytes: &[u8]) -> String {
    let path = std::env::temp_dir().join(format!("pvm-{}-{name}.pyc", std::process::id()));
    std::fs::write(&path, bytes).expect("a writable temporary folder");
    let output = Command::new(PVM).arg(&path).output().expect("pvm runs");
    std::fs::remove_file(&path).expect("the file just written");
    assert_eq!(output.status.code(), Some(1), "{name}");
    let errors = String::from_utf8_lossy(&output.stderr);
    errors.lines().last().unwrap_or_default().to_owned()
}

#[test]
fn refusals_name_offset_and_reason() {
    let header = b"\x2b\x0e\r\n\0\0\0\0\0\0\0\0\0\0\0\0";
    for (name, body, part) in [
        ("empty", &b""[..], "offset 0"),
        ("unknown-type", &b"Q"[..], "offset 0"),
        ("not-code", &b"N"[..], "not a code object"),
        ("cut-string", &b"s\xff\0\0\0abc"[..], "offset 5"),
    ] {
        let said = refusal(name, &[&header[..], body].concat());
        assert!(said.contains("bad .pyc file") && said.contains(part), "{name}: {said}");
    }
    let said = refusal("magic", b"\0\0\r\n\0\0\0\0\0\0\0\0\0\0\0\0N");
    assert!(said.contains("magic"), "magic: {said}");
}

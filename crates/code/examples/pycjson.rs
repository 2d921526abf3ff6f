//! `pycjson FILE.pyc…`: the code object of each file as a line of JSON; with `--dis` as `dis` prints it. With `--check`
//! it is written as marshal and read again, and files that do not come out equal are named.

use std::process::ExitCode;

use code::{dis, json, marshal, pyc};

fn main() -> ExitCode {
    let mut mode = String::new();
    let mut failed = false;
    for arg in std::env::args().skip(1) {
        if arg.starts_with("--") {
            mode = arg;
            continue;
        }
        match show(&arg, &mode) {
            Ok(text) => print!("{text}"),
            Err(error) => {
                failed = true;
                eprintln!("{arg}: {error}");
            }
        }
    }
    ExitCode::from(u8::from(failed))
}

fn show(file: &str, mode: &str) -> Result<String, Box<dyn std::error::Error>> {
    let (_, code) = pyc::read(&std::fs::read(file)?)?;
    match mode {
        "" => Ok(json::code_to_json(&code) + "\n"),
        "--dis" => Ok(dis::disassemble(&code, false)),
        "--check" => {
            let again = marshal::read_code(&marshal::write_code(&code)?)?;
            if *again == *code {
                Ok(String::new())
            } else {
                Err("differs after writing and reading".into())
            }
        }
        _ => Err("unknown option".into()),
    }
}

//! The `pvm` command: takes the place of `python3`.

mod args;

use args::{Command, Invocation};
use std::process::ExitCode;

fn main() -> ExitCode {
    let invocation = match args::parse(std::env::args_os()) {
        Ok(Invocation::Run(run)) => run,
        Ok(Invocation::Print(text)) => {
            print!("{text}");
            return ExitCode::SUCCESS;
        }
        Err(message) => {
            eprint!("{message}");
            return ExitCode::from(2);
        }
    };
    let args::Run { config, command, dump } = *invocation;
    if let Some(stage) = dump {
        return pvm::dump::run(stage, &command_source(&command));
    }
    let mut runtime = match pvm::Runtime::start(&config) {
        Ok(runtime) => runtime,
        Err(e) => {
            eprintln!("pvm: {e}");
            return ExitCode::FAILURE;
        }
    };
    let vm = runtime.vm();
    let status = match &command {
        Command::Text(text) => pvm::run::command(vm, text),
        Command::Module(name) => pvm::run::module(vm, name),
        Command::File(path) => pvm::run::file(vm, path),
        Command::Stdin => pvm::run::standard_input(vm, &config),
    };
    let status = pvm::run::finish(vm, status, &config, matches!(command, Command::Stdin));
    ExitCode::from(status)
}

/// The source a dump is made of.
fn command_source(command: &Command) -> pvm::dump::Source {
    match command {
        Command::Text(text) => pvm::dump::Source::Text(text.clone()),
        Command::File(path) => pvm::dump::Source::File(path.clone()),
        Command::Module(name) => pvm::dump::Source::Text(format!("import {name}\n")),
        Command::Stdin => pvm::dump::Source::File("-".into()),
    }
}

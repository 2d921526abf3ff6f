//! PVM put together: the runtime with compiler, interpreter, builtins and standard library, and the ways to run a
//! program in it.
//!
//! [`Runtime::start`] makes the one runtime of a process; [`run`] has what the command line offers.

pub mod compile;
pub mod dump;
pub mod run;

use objects::runtime::Options;
use objects::vm::{PyResult, Vm};

pub use objects::runtime::Options as HeapOptions;

/// How the runtime is set up, as the command line says it.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The heap's sizes and torture switches.
    pub heap: Options,
    /// `sys.argv`
    pub argv: Vec<String>,
    /// Path of the executable.
    pub executable: String,
    /// 0, 1 (`-O`) or 2 (`-OO`).
    pub optimize: u8,
    /// `-B`
    pub dont_write_bytecode: bool,
    /// `-E`: environment variables are ignored.
    pub ignore_environment: bool,
    /// `-S`: `site` isn't imported.
    pub no_site: bool,
    /// `-s`
    pub no_user_site: bool,
    /// `-I`
    pub isolated: bool,
    /// `-P`
    pub safe_path: bool,
    /// `-i`
    pub inspect: bool,
    /// `-q`
    pub quiet: bool,
    /// `-u`
    pub unbuffered: bool,
    /// `-v`
    pub verbose: u8,
    /// `-b`
    pub bytes_warning: u8,
    /// `-W` options in order.
    pub warnings: Vec<String>,
    /// `-X` options in order.
    pub x_options: Vec<String>,
}

/// The runtime of this process.
pub struct Runtime {
    vm: Box<Vm>,
}

/// The runtime could not start.
#[derive(Clone, Debug)]
pub struct StartError(pub String);

impl std::fmt::Display for StartError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for StartError {}

impl Runtime {
    /// Starts the runtime. There is at most one in a process, and it stays on the thread that started it.
    pub fn start(config: &Config) -> Result<Runtime, StartError> {
        let mut vm = objects::runtime::start(&config.heap).map_err(|e| StartError(e.to_string()))?;
        if start(&mut vm, config).is_err() {
            let text = run::describe_raised(&mut vm);
            return Err(StartError(text));
        }
        Ok(Runtime { vm })
    }

    /// The main thread's state.
    pub fn vm(&mut self) -> &mut Vm {
        &mut self.vm
    }
}

fn start(vm: &mut Vm, config: &Config) -> PyResult<()> {
    interp::start(vm)?;
    if !interp::machine::self_test(vm) {
        return Err(vm.system_error(format_args!(
            "this build of pvm dispatches by calls instead of jumps and would overflow the stack"
        )));
    }
    builtins::start(vm, &compile::HOOKS)?;
    stdlib::start(vm, config.stdlib_config())?;
    Ok(())
}

impl Config {
    /// What the module `sys` shows of it.
    fn stdlib_config(&self) -> stdlib::Config {
        stdlib::Config {
            argv: self.argv.clone(),
            executable: self.executable.clone(),
            optimize: self.optimize,
            dont_write_bytecode: self.dont_write_bytecode,
            ignore_environment: self.ignore_environment,
            no_site: self.no_site,
            no_user_site: self.no_user_site,
            isolated: self.isolated,
            safe_path: self.safe_path,
            inspect: self.inspect,
            interactive: false,
            quiet: self.quiet,
            unbuffered: self.unbuffered,
            verbose: self.verbose,
            bytes_warning: self.bytes_warning,
            warnings: self.warnings.clone(),
            x_options: self.x_options.clone(),
        }
    }
}

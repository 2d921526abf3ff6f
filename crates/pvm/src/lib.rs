//! PVM put together: the runtime with compiler, interpreter, builtins and standard library, and the ways to run a
//! program in it.
//!
//! [`Runtime::start`] makes the one runtime of a process; [`run`] has what the command line offers.

pub mod compile;
pub mod dump;
mod library;
pub mod run;

use objects::vm::{PyResult, Vm};

/// The version of the language, as `sys.version_info` has it.
pub const PYTHON_VERSION: &str = "3.14.2";

/// Sizes and torture switches of the heap.
#[derive(Clone, Debug, Default)]
pub struct HeapConfig {
    /// Collect at about every Nth allocation; which ones, the seed decides.
    pub stress: Option<(u64, u64)>,
    /// Overwrite freed memory.
    pub poison: bool,
    /// Check references from old to young objects.
    pub verify: bool,
    /// Bytes allocated between minor collections.
    pub nursery_bytes: Option<usize>,
}

impl HeapConfig {
    fn options(&self) -> heap::HeapOptions {
        let default = heap::HeapOptions::default();
        heap::HeapOptions {
            stress: self.stress.map(|(every, seed)| heap::Stress { every, seed }),
            poison: self.poison,
            verify: self.verify,
            nursery_bytes: self.nursery_bytes.unwrap_or(default.nursery_bytes),
            ..default
        }
    }
}

/// How the runtime is set up, as the command line says it.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The heap's sizes and torture switches.
    pub heap: HeapConfig,
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
    /// `-i`, or PYTHONINSPECT: the prompt follows the program at a terminal.
    pub inspect: bool,
    /// `-i`: there is a prompt even if standard input is no terminal.
    pub interactive: bool,
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
    vm: &'static mut Vm,
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
        let options = objects::runtime::Options {
            heap: config.heap.options(),
            hooks: &interp::HOOKS,
            hash_key: hash_key(config)?,
            recursion_limit: interp::run::DEFAULT_RECURSION_LIMIT,
        };
        let vm =
            objects::runtime::Runtime::start(options).map_err(|e| StartError(e.to_string()))?;
        if start(vm, config).is_err() {
            let text = run::describe_raised(vm);
            return Err(StartError(text));
        }
        Ok(Runtime { vm })
    }

    /// The main thread's state.
    pub fn vm(&mut self) -> &mut Vm {
        self.vm
    }
}

/// The key of string hashes that PYTHONHASHSEED asks for; `None` for a random one.
fn hash_key(config: &Config) -> Result<Option<prim::hash::HashKey>, StartError> {
    if config.ignore_environment {
        return Ok(None);
    }
    match std::env::var("PYTHONHASHSEED") {
        Ok(text) if !text.is_empty() && text != "random" => match text.parse::<u32>() {
            Ok(seed) => Ok(Some(prim::hash::HashKey::from_seed(seed))),
            Err(_) => Err(StartError(
                "PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]"
                    .to_owned(),
            )),
        },
        _ => Ok(None),
    }
}

fn start(vm: &mut Vm, config: &Config) -> PyResult<()> {
    interp::start(vm)?;
    library::register();
    if !interp::machine::self_test(vm) {
        return Err(vm.system_error(format_args!(
            "this build of pvm dispatches by calls instead of jumps and would overflow the stack"
        )));
    }
    builtins::start(vm, &compile::HOOKS)?;
    interp::run::note_common_constants(vm)?;
    stdlib::add_module(&builtins::typing::module::MODULE);
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
            interactive: self.interactive,
            quiet: self.quiet,
            unbuffered: self.unbuffered,
            verbose: self.verbose,
            bytes_warning: self.bytes_warning,
            warnings: self.warnings.clone(),
            x_options: self.x_options.clone(),
        }
    }
}

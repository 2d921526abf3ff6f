//! The native part of the standard library, and how a runtime gets its modules.
//!
//! [`start`] makes `sys`, runs `importlib` from the embedded library, opens the standard streams and imports `site`. Each native
//! module is one file or folder with a `#[pymodule]`; `modules` lists them. What the library is configured with comes from the
//! command line as a [`Config`].

#![allow(
    non_snake_case,
    non_upper_case_globals,
    clippy::too_many_arguments,
    reason = "functions, constants and parameters are those that Python code sees"
)]

mod buffer;
mod exception;
mod hidden;
pub mod library;
mod modules;
mod namespace;
mod root;
mod running;
mod startup;
mod structseq;

mod array;
pub mod ast;
mod atexit;
mod binascii;
mod bisect;
mod cmath;
mod codecs;
mod collections;
mod contextvars;
mod csv;
mod errno;
mod functools;
mod gc;
mod hashes;
mod heapq;
mod imp;
mod io;
mod itertools;
mod marshal;
mod math;
mod opcode;
mod operator;
mod posix;
mod random;
mod signal;
mod socket;
mod sre;
mod statistics;
mod string;
mod structs;
mod symtable;
mod sys;
mod system;
mod thread;
mod time;
mod tokenize;
mod unicodedata;
mod warnings;
mod weakref;
mod zlib;

pub use modules::add as add_module;
pub use running::{
    executable, finalize, main_namespace, optimize, os_error_text, prepend_path, show_exception,
};
pub use startup::start;

use std::sync::OnceLock;

/// What the library is started with, as the command line says it.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// `sys.argv`
    pub argv: Vec<String>,
    /// `sys.executable`
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
    /// There is a prompt.
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

static CONFIG: OnceLock<Config> = OnceLock::new();

/// What the library was started with.
fn config() -> &'static Config {
    CONFIG.get_or_init(Config::default)
}

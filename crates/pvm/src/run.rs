//! The ways to run a program: text, file, module, standard input, the prompt; and how a program ends.

use crate::Config;
use crate::compile::{self, Options};
use heap::Gc;
use objects::code::Code;
use objects::dict::Dict;
use objects::exceptions;
use objects::str::Str;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::io::{BufRead, IsTerminal, Read, Write};
use syntax::Mode;

/// Exit status of a program that ended with an uncaught exception.
const FAILED: u8 = 1;

/// `-c text`
pub fn command(vm: &mut Vm, text: &str) -> PyResult<()> {
    let filename = Str::new(vm, "<string>")?;
    let options = Options { is_text: true, ..Options::file(stdlib::optimize(vm)) };
    let code = compile::compile(vm, text.as_bytes(), filename, options)?;
    stdlib::prepend_path(vm, "")?;
    run_main(vm, code)
}

/// `-m name`: what `runpy` does.
pub fn module(vm: &mut Vm, name: &str) -> PyResult<()> {
    stdlib::prepend_path(
        vm,
        &std::env::current_dir().map(|d| d.to_string_lossy().into_owned()).unwrap_or_default(),
    )?;
    let runpy = (vm.hooks.import)(vm, "runpy")?;
    let function = vm.intern("_run_module_as_main")?;
    let name: Value = Str::new(vm, name)?.into();
    vm.call_method(runpy, function, &[name])?;
    Ok(())
}

/// A script: a source file, a `.pyc` file, or a directory or archive with a `__main__`.
pub fn file(vm: &mut Vm, path: &str) -> PyResult<()> {
    let metadata = std::fs::metadata(path);
    if metadata.as_ref().is_ok_and(std::fs::Metadata::is_dir) || is_archive(path) {
        return container(vm, path);
    }
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(e) => {
            let executable = stdlib::executable(vm);
            eprintln!(
                "{executable}: can't open file '{}': [Errno {}] {}",
                absolute(path),
                e.raw_os_error().unwrap_or(0),
                stdlib::os_error_text(e.raw_os_error().unwrap_or(0))
            );
            return Err(vm.raise_with(&exceptions::SYSTEM_EXIT, &[Value::int32(2)]));
        }
    };
    let folder = std::path::Path::new(path)
        .parent()
        .map(|p| p.to_string_lossy().into_owned())
        .unwrap_or_default();
    stdlib::prepend_path(vm, &absolute(if folder.is_empty() { "." } else { &folder }))?;
    let filename = Str::new(vm, path)?;
    let code = if is_pyc(path, &bytes) {
        load_pyc(vm, &bytes)?
    } else {
        let options = Options::file(stdlib::optimize(vm));
        compile::compile(vm, &bytes, filename, options)?
    };
    let main = main_dict(vm)?;
    set(vm, main, "__file__", filename.into())?;
    run_main(vm, code)
}

fn is_archive(path: &str) -> bool {
    let mut magic = [0; 4];
    std::fs::File::open(path).and_then(|mut f| f.read_exact(&mut magic)).is_ok()
        && magic == *b"PK\x03\x04"
}

fn is_pyc(path: &str, bytes: &[u8]) -> bool {
    path.ends_with(".pyc") || bytes.starts_with(&code::pyc::MAGIC)
}

fn load_pyc(vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<Code>> {
    match code::pyc::read(bytes) {
        Ok((_, object)) => Code::new(vm, object),
        Err(e) => Err(vm.raise(&exceptions::IMPORT_ERROR, format_args!("bad .pyc file: {e}"))),
    }
}

/// A directory or archive: its `__main__` is run as `runpy` does.
fn container(vm: &mut Vm, path: &str) -> PyResult<()> {
    stdlib::prepend_path(vm, path)?;
    let runpy = (vm.hooks.import)(vm, "runpy")?;
    let function = vm.intern("_run_module_as_main")?;
    let name: Value = Str::new(vm, "__main__")?.into();
    vm.call_method(runpy, function, &[name, Value::FALSE])?;
    Ok(())
}

fn absolute(path: &str) -> String {
    std::path::absolute(path)
        .map(|p| p.to_string_lossy().into_owned())
        .unwrap_or_else(|_| path.to_owned())
}

/// Standard input: the prompt at a terminal or with `-i`, else the whole text as a program.
pub fn standard_input(vm: &mut Vm, config: &Config) -> PyResult<()> {
    stdlib::prepend_path(vm, "")?;
    if config.interactive || std::io::stdin().is_terminal() {
        if !config.quiet {
            eprintln!(
                "Python {} (PVM {}) on {}\nType \"help\", \"copyright\", \"credits\" or \"license\" for more information.",
                crate::PYTHON_VERSION,
                env!("CARGO_PKG_VERSION"),
                std::env::consts::OS
            );
        }
        return prompt(vm);
    }
    let mut text = Vec::new();
    if let Err(e) = std::io::stdin().read_to_end(&mut text) {
        return Err(vm.raise(&exceptions::OS_ERROR, format_args!("{e}")));
    }
    let filename = Str::new(vm, "<stdin>")?;
    let options = Options::file(stdlib::optimize(vm));
    let code = compile::compile(vm, &text, filename, options)?;
    run_main(vm, code)
}

/// The plain prompt: statements are read until they are complete, then run; exceptions are shown.
pub fn prompt(vm: &mut Vm) -> PyResult<()> {
    let main = main_dict(vm)?;
    let mut stdin = std::io::stdin().lock();
    let mut text = String::new();
    let terminal = stdin.is_terminal() && std::io::stdout().is_terminal();
    loop {
        flush_output(vm);
        ask(terminal, if text.is_empty() { ">>> " } else { "... " });
        let before = text.len();
        match stdin.read_line(&mut text) {
            Ok(0) => {
                ask(terminal, "\n");
                return Ok(());
            }
            Ok(_) => {}
            Err(e) => return Err(vm.raise(&exceptions::OS_ERROR, format_args!("{e}"))),
        }
        let blank = text[before..].trim().is_empty();
        if text.trim().is_empty() {
            text.clear();
            continue;
        }
        if !blank && !complete(&text, before > 0) {
            continue;
        }
        let source = std::mem::take(&mut text);
        if let Err(r) = interactive(vm, &source, main) {
            if vm.raised_matches(&exceptions::SYSTEM_EXIT) {
                return Err(r);
            }
            show_raised(vm);
        }
    }
}

/// Shows a prompt, on standard error unless a terminal is at both ends, so that piped output holds results only.
fn ask(terminal: bool, prompt: &str) {
    // A prompt that can't be shown is no reason to stop: what is typed still runs.
    let _shown = if terminal {
        let mut out = std::io::stdout();
        out.write_all(prompt.as_bytes()).and_then(|()| out.flush())
    } else {
        std::io::stderr().write_all(prompt.as_bytes())
    };
}

/// What the statement has printed is seen before the next prompt.
fn flush_output(vm: &mut Vm) {
    let flushed = (|| {
        let sys = (vm.hooks.import)(vm, "sys")?;
        let out = vm.getattr_str(sys, "stdout")?;
        let name = vm.intern("flush")?;
        vm.call_method(out, name, &[]).map(|_| ())
    })();
    if flushed.is_err() {
        vm.clear_raised();
    }
}

/// Whether the statement needs no further line: it parses, or it fails for another reason than its end. A compound
/// statement goes on until a blank line.
fn complete(text: &str, continued: bool) -> bool {
    let arena = bumpalo::Bump::new();
    let options = syntax::Options { ignore_cookie: true, ..syntax::Options::default() };
    let compound =
        text.lines().next().is_some_and(|l| l.trim_end().ends_with(':')) || text.starts_with('@');
    match syntax::parse(text.as_bytes(), Mode::Single, &options, &arena) {
        Ok(_) => !(continued || compound),
        Err(e) => {
            let at_end =
                e.location.as_ref().is_none_or(|at| at.lineno > text.lines().count() as i64);
            let open =
                e.msg.contains("was never closed") || e.msg.contains("unterminated triple-quoted");
            let block = e.msg.starts_with("expected an indented block") || compound || continued;
            !(open || at_end || block)
        }
    }
}

fn interactive(vm: &mut Vm, source: &str, main: Gc<Dict>) -> PyResult<()> {
    let filename = Str::new(vm, "<stdin>")?;
    let options =
        Options { mode: Mode::Single, is_text: true, ..Options::file(stdlib::optimize(vm)) };
    let code = compile::compile(vm, source.as_bytes(), filename, options)?;
    interp::call::run_code(vm, code, main, main.into(), Value::UNDEF)?;
    Ok(())
}

/// The namespace of the module `__main__`.
fn main_dict(vm: &mut Vm) -> PyResult<Gc<Dict>> {
    stdlib::main_namespace(vm)
}

fn set(vm: &mut Vm, dict: Gc<Dict>, name: &str, v: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    dict.set_str(vm, name, v)
}

fn run_main(vm: &mut Vm, code: Gc<Code>) -> PyResult<()> {
    let main = main_dict(vm)?;
    interp::call::run_code(vm, code, main, main.into(), Value::UNDEF)?;
    Ok(())
}

/// Ends the program: shows an uncaught exception, runs exit functions, flushes. The exit status; `prompted` says that
/// the program was the prompt itself.
pub fn finish(vm: &mut Vm, result: PyResult<()>, config: &Config, prompted: bool) -> u8 {
    let mut status = 0;
    let mut interrupted = false;
    if result.is_err() {
        interrupted = vm.raised_matches(&exceptions::KEYBOARD_INTERRUPT);
        status = uncaught(vm);
    }
    let asks = config.interactive || config.inspect && std::io::stdin().is_terminal();
    if asks && !prompted {
        status = 0;
        interrupted = false;
        if prompt(vm).is_err() {
            status = uncaught(vm);
        }
    }
    if stdlib::finalize(vm).is_err() {
        // It has been reported already.
        vm.clear_raised();
        status = 120;
    }
    if interrupted && end_by_interrupt(vm).is_err() {
        vm.clear_raised();
    }
    status
}

/// Ends the process by SIGINT, as whoever waits for it expects of an interrupted program.
fn end_by_interrupt(vm: &mut Vm) -> PyResult<()> {
    let signals = (vm.hooks.import)(vm, "_signal")?;
    let (number, default) =
        (vm.getattr_str(signals, "SIGINT")?, vm.getattr_str(signals, "SIG_DFL")?);
    let set = vm.intern("signal")?;
    vm.call_method(signals, set, &[number, default])?;
    let raise = vm.intern("raise_signal")?;
    vm.call_method(signals, raise, &[number]).map(|_| ())
}

/// Deals with the exception that ended the program: SystemExit gives the status, anything else is shown.
fn uncaught(vm: &mut Vm) -> u8 {
    if !vm.raised_matches(&exceptions::SYSTEM_EXIT) {
        show_raised(vm);
        return FAILED;
    }
    let exception = vm.take_raised();
    let code = exception.cast::<exceptions::SystemExit>().map_or(Value::NONE, |e| e.code.get());
    if code.is_none() {
        return 0;
    }
    if objects::types::is_instance(code, objects::types::core::INT().object()) {
        // The low byte; an int beyond a C long counts as -1.
        return objects::int::to_i64(code).map_or(0xFF, |n| (n & 0xFF) as u8);
    }
    match vm.str_of(code) {
        Ok(text) => eprintln!("{}", text.text()),
        Err(_) => vm.clear_raised(),
    }
    FAILED
}

/// Shows the raised exception as `sys.excepthook` does.
pub fn show_raised(vm: &mut Vm) {
    let exception = vm.take_raised();
    if stdlib::show_exception(vm, exception).is_err() {
        let text = describe_raised(vm);
        eprintln!("Error in sys.excepthook:\n{text}");
    }
}

/// The raised exception on one line, for when nothing else works.
pub fn describe_raised(vm: &mut Vm) -> String {
    let exception = vm.take_raised();
    if exception.is_undef() {
        return "unknown error".to_owned();
    }
    let class = objects::types::class_name(exception).to_string();
    match vm.str_of(exception) {
        Ok(text) => format!("{class}: {}", text.text()),
        Err(_) => {
            vm.clear_raised();
            class
        }
    }
}

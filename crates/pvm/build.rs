//! Compiles the pure-Python standard library with PVM's own compiler and writes it, marshalled, as one blob with an index.
//!
//! In: the sources of the crate `rustpython-pylib`, changed as `src/library/patches.rs` says. Out: `library.bin` and
//! `library.rs` (the index, an expression of `stdlib::library::Entry`s) in the build's output directory, taken in by
//! `src/library/mod.rs`.
//!
//! Invariant: every module that the index names has been compiled without error.

#[path = "src/library/patches.rs"]
mod patches;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Where the library appears to be: the directory of `__file__` and `co_filename`.
const STDLIB_DIR: &str = "/usr/local/lib/python3.14";

/// One module of the library.
struct Module {
    /// Dotted name.
    name: String,
    /// Whether it is a package (`__init__.py`).
    package: bool,
    /// Below the library's directory, with slashes.
    relative: String,
    path: PathBuf,
}

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/library/patches.rs");
    let root = Path::new(rustpython_pylib::LIB_PATH);
    let mut modules = Vec::new();
    collect(root, "", "", &mut modules)?;
    collect(Path::new("src/library/python"), "", "", &mut modules)?;
    println!("cargo:rerun-if-changed=src/library/python");
    modules.sort_by(|a, b| a.name.cmp(&b.name));
    let compiled = compile_all(&modules)?;

    let mut blob = Vec::new();
    let mut index = String::from("&[\n");
    for (module, code) in modules.iter().zip(&compiled) {
        let start = blob.len();
        blob.extend_from_slice(code);
        writeln!(
            index,
            "stdlib::library::Entry {{ name: {:?}, package: {}, start: {start}, end: {} }},",
            module.name,
            module.package,
            blob.len()
        )?;
    }
    index.push(']');
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    std::fs::write(out.join("library.bin"), blob)?;
    std::fs::write(out.join("library.rs"), index)?;
    println!("cargo:rustc-env=PVM_STDLIB_DIR={STDLIB_DIR}");
    Ok(())
}

/// Finds the modules below `dir`, whose dotted name is `package` followed by a dot (empty at the top).
fn collect(
    dir: &Path,
    package: &str,
    below: &str,
    modules: &mut Vec<Module>,
) -> Result<(), Box<dyn Error>> {
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let Some(file) = path.file_name().and_then(|f| f.to_str()) else { continue };
        let relative = format!("{below}{file}");
        if path.is_dir() {
            if patches::LEFT_OUT.contains(&file)
                || !path.join("__init__.py").exists() && !below.is_empty()
            {
                continue;
            }
            collect(&path, &format!("{package}{file}."), &format!("{relative}/"), modules)?;
        } else if let Some(stem) = file.strip_suffix(".py") {
            let is_package = stem == "__init__";
            if is_package && package.is_empty() || patches::LEFT_OUT.contains(&stem) {
                continue;
            }
            let name = if is_package {
                package.trim_end_matches('.').to_owned()
            } else {
                format!("{package}{stem}")
            };
            modules.push(Module { name, package: is_package, relative, path });
        }
    }
    Ok(())
}

/// The code of a module, or why it could not be compiled; `None` until it was its turn.
type Compiled = Option<Result<Vec<u8>, String>>;

/// Compiles every module, on all processors. The results are in the order of `modules`.
fn compile_all(modules: &[Module]) -> Result<Vec<Vec<u8>>, Box<dyn Error>> {
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<Compiled>> = Mutex::new(modules.iter().map(|_| None).collect());
    let worker = || {
        while let Some(module) = modules.get(next.fetch_add(1, Ordering::Relaxed)) {
            let at = modules.iter().position(|m| std::ptr::eq(m, module));
            let result = compile_one(module).map_err(|e| format!("{}: {e}", module.relative));
            if let (Some(at), Ok(mut all)) = (at, results.lock()) {
                all[at] = Some(result);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        let mut running = Vec::new();
        for _ in 0..threads {
            running.push(
                std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, worker)?,
            );
        }
        for thread in running {
            thread.join().map_err(|_| "the compiler panicked")?;
        }
        Ok(())
    })?;
    let all = results.into_inner().map_err(|_| "the compiler panicked")?;
    let mut out = Vec::new();
    for result in all {
        out.push(result.ok_or("a module was not compiled")??);
    }
    Ok(out)
}

fn compile_one(module: &Module) -> Result<Vec<u8>, Box<dyn Error>> {
    let source = patches::apply(&module.name, std::fs::read(&module.path)?)?;
    let filename = match patches::frozen_name(&module.name) {
        Some(frozen) => frozen.to_owned(),
        None => format!("{STDLIB_DIR}/{}", module.relative),
    };
    let output = compile::compile_source(
        &source,
        syntax::Mode::Exec,
        &code::Str::from(filename),
        &syntax::Options::default(),
        compile::Options::default(),
    );
    let code = output.code.map_err(|e| e.to_string())?;
    code::marshal::write_code(&code).map_err(|_| "its code cannot be marshalled".into())
}

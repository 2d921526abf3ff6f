//! What is changed in the library's sources before they are compiled, by module and with the reason.
//!
//! The crate `rustpython-pylib` is CPython's library with a few edits for another virtual machine; they are taken out
//! here. Invariant: a patch that no longer fits its source is an error of the build.

/// Modules and packages that are not embedded: graphical tools, which would need Tk.
pub const LEFT_OUT: &[&str] =
    &["idlelib", "turtledemo", "__pycache__", "_dummy_os", "_dummy_thread", "dummy_threading"];

/// One replacement in the source of a module; the old text occurs exactly once.
struct Patch {
    module: &'static str,
    old: &'static str,
    new: &'static str,
}

const PATCHES: &[Patch] = &[
    // `_io.FileIO` is optional there.
    Patch {
        module: "io",
        old: "open, open_code, BytesIO,",
        new: "open, open_code, FileIO, BytesIO,",
    },
    Patch {
        module: "io",
        old: "# XXX: RUSTPYTHON; FileIO needs host_env, optional without it\ntry:\n    from _io import FileIO\nexcept ImportError:\n    FileIO = None\n",
        new: "",
    },
    Patch {
        module: "io",
        old: "if FileIO is not None:  # XXX: RUSTPYTHON; see the try/except above\n    RawIOBase.register(FileIO)",
        new: "RawIOBase.register(FileIO)",
    },
    // The directories of user packages are named after that machine.
    Patch {
        module: "site",
        old: "return 'RustPython' # XXX: RUSTPYTHON; for site-packages",
        new: "return 'Python'",
    },
    Patch {
        module: "site",
        old: "    # XXX: RUSTPYTHON\n    return f'{userbase}/lib/rustpython{",
        new: "    return f'{userbase}/lib/python{",
    },
    Patch {
        module: "sysconfig",
        old: "return 'RustPython'  # XXX: RUSTPYTHON; For site-packages",
        new: "return 'Python'",
    },
];

/// A part of a module that is cut out: from the first text up to, not including, the second (the end if empty).
const CUTS: &[(&str, &str, &str)] = &[
    (
        "json.decoder",
        "    # RUSTPYTHON SPECIFIC\n",
        "    # Note that this exception is used from _json\n",
    ),
    ("unittest", "# XXX: RUSTPYTHON\n# This is very useful", ""),
    (
        "platform",
        "        # XXX: RUSTPYTHON support\n",
        "        name = 'CPython'\n        if builddate",
    ),
    ("_compat_pickle", "# NOTE: RUSTPYTHON exceptions\n", "for excname in PYTHON2_EXCEPTIONS"),
];

/// The source of a module as it is compiled.
pub fn apply(module: &str, source: Vec<u8>) -> Result<Vec<u8>, String> {
    let patched = PATCHES.iter().any(|p| p.module == module) || CUTS.iter().any(|c| c.0 == module);
    if !patched {
        return Ok(source);
    }
    let mut text = String::from_utf8(source).map_err(|e| e.to_string())?;
    for patch in PATCHES.iter().filter(|p| p.module == module) {
        if text.matches(patch.old).count() != 1 {
            return Err(format!("patch {:?} does not fit", patch.old));
        }
        text = text.replacen(patch.old, patch.new, 1);
    }
    for (_, from, to) in CUTS.iter().filter(|c| c.0 == module) {
        let start = text.find(from).ok_or_else(|| format!("there is no {from:?} to cut"))?;
        let end = match to.is_empty() {
            true => text.len(),
            false => {
                start
                    + text[start..]
                        .find(to)
                        .ok_or_else(|| format!("there is no {to:?} to cut before"))?
            }
        };
        text.replace_range(start..end, "");
    }
    Ok(text.into_bytes())
}

/// The file name in the code objects of modules that run before files can be read, as tracebacks know them.
pub fn frozen_name(module: &str) -> Option<&'static str> {
    match module {
        "importlib._bootstrap" => Some("<frozen importlib._bootstrap>"),
        "importlib._bootstrap_external" => Some("<frozen importlib._bootstrap_external>"),
        "zipimport" => Some("<frozen zipimport>"),
        _ => None,
    }
}

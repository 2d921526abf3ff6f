//! The embedded library: marshalled code of pure-Python modules, found by name.
//!
//! The crate that puts the runtime together registers index and blob ([`register`]); `_imp` serves them as frozen modules.

use objects::code::Code;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::sync::OnceLock;

/// One module.
pub struct Entry {
    /// Dotted name.
    pub name: &'static str,
    /// Whether it is a package.
    pub package: bool,
    /// Where its code begins in the blob.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

/// What was registered.
pub struct Library {
    index: &'static [Entry],
    blob: &'static [u8],
    /// Directory in which the modules appear to be.
    pub directory: &'static str,
}

static LIBRARY: OnceLock<Library> = OnceLock::new();

/// Makes a library known; `index` is sorted by name. The first one counts.
pub fn register(index: &'static [Entry], blob: &'static [u8], directory: &'static str) {
    LIBRARY.get_or_init(|| Library { index, blob, directory });
}

/// The library, if one was registered.
pub fn library() -> Option<&'static Library> {
    LIBRARY.get()
}

/// Names under which parts of `importlib` run before they can be imported.
const ALIASES: &[(&str, &str)] = &[
    ("_frozen_importlib", "importlib._bootstrap"),
    ("_frozen_importlib_external", "importlib._bootstrap_external"),
];

/// The module `name`.
pub fn find(name: &str) -> Option<&'static Entry> {
    let name = ALIASES.iter().find(|a| a.0 == name).map_or(name, |a| a.1);
    let index = LIBRARY.get()?.index;
    index.binary_search_by(|e| e.name.cmp(name)).ok().and_then(|at| index.get(at))
}

/// The name by which the library knows the module `name`.
pub fn original_name(name: &str) -> Option<&'static str> {
    find(name).map(|e| e.name)
}

/// All modules.
pub fn entries() -> &'static [Entry] {
    LIBRARY.get().map_or(&[], |l| l.index)
}

/// The code object of a module.
pub fn code(vm: &mut Vm, entry: &Entry) -> PyResult<Value> {
    let bytes = LIBRARY.get().and_then(|l| l.blob.get(entry.start..entry.end)).unwrap_or_default();
    match code::marshal::read_code(bytes) {
        Ok(object) => Ok(Code::new(vm, object)?.into()),
        Err(e) => {
            let name: Value = vm.intern(entry.name)?.into();
            let text = format!("Frozen object named '{}' is invalid: {e:?}", entry.name);
            Err(vm.import_error(name, Value::NONE, format_args!("{text}")))
        }
    }
}

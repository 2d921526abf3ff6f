//! The list of native modules, and those that other crates add.

use objects::def::ModuleDef;
use std::sync::{PoisonError, RwLock};

/// The native modules of this crate, by name.
static MODULES: &[&ModuleDef] = &[
    &crate::array::module::MODULE,
    &crate::ast::module::MODULE,
    &crate::atexit::module::MODULE,
    &crate::binascii::module::MODULE,
    &crate::bisect::module::MODULE,
    &crate::cmath::module::MODULE,
    &crate::codecs::module::MODULE,
    &crate::collections::module::MODULE,
    &crate::contextvars::module::MODULE,
    &crate::csv::module::MODULE,
    &crate::errno::module::MODULE,
    &crate::functools::module::MODULE,
    &crate::gc::module::MODULE,
    &crate::hashes::blake2_module::MODULE,
    &crate::hashes::md5_module::MODULE,
    &crate::hashes::sha1_module::MODULE,
    &crate::hashes::sha2_module::MODULE,
    &crate::hashes::sha3_module::MODULE,
    &crate::heapq::module::MODULE,
    &crate::imp::module::MODULE,
    &crate::io::module::MODULE,
    &crate::itertools::module::MODULE,
    &crate::marshal::module::MODULE,
    &crate::math::module::MODULE,
    &crate::opcode::module::MODULE,
    &crate::operator::module::MODULE,
    &crate::posix::module::MODULE,
    &crate::random::module::MODULE,
    &crate::signal::module::MODULE,
    &crate::socket::module::MODULE,
    &crate::sre::module::MODULE,
    &crate::statistics::module::MODULE,
    &crate::string::module::MODULE,
    &crate::structs::module::MODULE,
    &crate::symtable::module::MODULE,
    &crate::sys::module::MODULE,
    &crate::system::accounts::grp_module::MODULE,
    &crate::system::accounts::pwd_module::MODULE,
    &crate::system::fcntl::module::MODULE,
    &crate::system::locale::module::MODULE,
    &crate::system::select::module::MODULE,
    &crate::system::spawn::module::MODULE,
    &crate::thread::module::MODULE,
    &crate::time::module::MODULE,
    &crate::tokenize::module::MODULE,
    &crate::unicodedata::module::MODULE,
    &crate::warnings::module::MODULE,
    &crate::weakref::module::MODULE,
    &crate::zlib::module::MODULE,
];

static ADDED: RwLock<Vec<&'static ModuleDef>> = RwLock::new(Vec::new());

/// Adds a native module of another crate.
pub fn add(def: &'static ModuleDef) {
    ADDED.write().unwrap_or_else(PoisonError::into_inner).push(def);
}

/// All native modules but `builtins`.
pub fn all() -> Vec<&'static ModuleDef> {
    let added = ADDED.read().unwrap_or_else(PoisonError::into_inner);
    MODULES.iter().chain(added.iter()).copied().collect()
}

/// The native module `name`.
pub fn find(name: &str) -> Option<&'static ModuleDef> {
    let own = MODULES.iter().find(|m| m.name == name).copied();
    own.or_else(|| {
        let added = ADDED.read().unwrap_or_else(PoisonError::into_inner);
        added.iter().find(|m| m.name == name).copied()
    })
}

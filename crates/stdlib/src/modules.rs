//! The list of native modules.

use objects::def::ModuleDef;

/// All native modules but `builtins`, by name.
pub static MODULES: &[&ModuleDef] = &[
    &crate::array::module::MODULE,
    &crate::atexit::module::MODULE,
    &crate::codecs::module::MODULE,
    &crate::collections::module::MODULE,
    &crate::contextvars::module::MODULE,
    &crate::errno::module::MODULE,
    &crate::gc::module::MODULE,
    &crate::imp::module::MODULE,
    &crate::io::module::MODULE,
    &crate::itertools::module::MODULE,
    &crate::marshal::module::MODULE,
    &crate::math::module::MODULE,
    &crate::opcode::module::MODULE,
    &crate::posix::module::MODULE,
    &crate::random::module::MODULE,
    &crate::signal::module::MODULE,
    &crate::string::module::MODULE,
    &crate::sys::module::MODULE,
    &crate::thread::module::MODULE,
    &crate::time::module::MODULE,
    &crate::warnings::module::MODULE,
    &crate::weakref::module::MODULE,
];

/// The native module `name`.
pub fn find(name: &str) -> Option<&'static ModuleDef> {
    MODULES.iter().find(|m| m.name == name).copied()
}

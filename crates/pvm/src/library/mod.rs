//! The embedded standard library: what `build.rs` compiled, handed to the import machinery of the crate `stdlib`.

/// The modules in the order of their names.
static INDEX: &[stdlib::library::Entry] = include!(concat!(env!("OUT_DIR"), "/library.rs"));
/// Their marshalled code.
static BLOB: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/library.bin"));

/// Makes the library known to the import machinery; to be called before `stdlib::start`.
pub fn register() {
    stdlib::library::register(INDEX, BLOB, env!("PVM_STDLIB_DIR"));
}

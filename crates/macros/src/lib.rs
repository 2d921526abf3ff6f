//! `#[pytype]`, `#[pymethods]` and `#[pymodule]`: native types, methods and modules are declared once, where they are
//! written.
//!
//! The macros read a struct, an `impl` block or a `mod` and write the tables of `objects::def` (type, method, getset,
//! constant and module definitions), the slots and the argument parsing. What the generated code does at run time is in
//! `objects::args`, so that an expansion stays small. Paths are absolute (`::objects::…`); the crate `objects` names
//! itself with `extern crate self as objects`.
//!
//! Invariant: an expansion either compiles to complete tables or is a compile error at the tokens that caused it;
//! nothing a macro doesn't understand is skipped.

#![forbid(unsafe_code)]

mod attrs;
mod func;
mod pymethods;
mod pymodule;
mod pytype;
mod signature;
mod slots;
#[cfg(test)]
mod tests;

use proc_macro::TokenStream;

/// Declares the struct below as the layout of a Python type.
///
/// ```text
/// /// Python's doc, unless `doc = "…"` is given.
/// #[pytype(name = "collections.deque", flags(BASETYPE, WEAKREF, SEQUENCE))]
/// pub struct Deque { items: Field<Gc<Values>>, len: Cell<usize> }
/// ```
///
/// | option | meaning |
/// | --- | --- |
/// | `name = "range"` | `tp_name`; with dots the part before the last is the module |
/// | `flags(BASETYPE, …)` | names of `TypeFlags`; `IMMUTABLE` is set unless `MUTABLE` is listed |
/// | `extends = Base` | a `#[pytype]` struct that this one begins with (field `base`) and derives from |
/// | `base = EXPR` | the Python base as `&'static TypeDef` when it isn't `extends` or `object` |
/// | `no_base` | for `object` itself |
/// | `shape = EXPR` | fixed shape id of a core type |
/// | `signature = "…"` | `__text_signature__`, if the constructor's own signature isn't it |
/// | `doc = "…"` | `__doc__` |
/// | `no_methods` | there is no `#[pymethods]` block |
/// | `extra("a", "b")` | there are also blocks `#[pymethods(extra = "a")]` … |
/// | `full_size = PATH` | variable-size objects: the function for `Layout::full_size`; there is no `create` then |
/// | `def = NAME` | the definition is `pub static NAME` beside the struct |
/// | `no_create` | don't write `create` and `create_as` |
///
/// Fields are traced unless they carry `#[untraced]`. A field with `#[init(EXPR)]` isn't an argument of `create`.
#[proc_macro_attribute]
pub fn pytype(args: TokenStream, item: TokenStream) -> TokenStream {
    pytype::expand(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

/// Declares what the Python type of the `impl` block below can do.
///
/// | attribute of a function | Rust function |
/// | --- | --- |
/// | `#[method]`, `#[method(name = "…", sig = "($self, x, n=1, /)", leaf, pure, no_text, doc = "…")]` | `(this: Gc<Self>, vm: &mut Vm, …)` |
/// | `#[classmethod]` | `(cls: Gc<Type>, vm: &mut Vm, …)` |
/// | `#[staticmethod]` | `(vm: &mut Vm, …)` |
/// | `#[slot(len)]`, `#[slot(new, sig = "(x=0, /)")]` | as the slot wants, receiver first, then `vm` |
/// | `#[getter]`, `#[getter(name = "…", member)]` | `(this, vm)` |
/// | `#[setter]` on `set_x` | `(this, vm, value)`; `Option<Value>` takes deletions too |
/// | `#[constant]`, also on a `const` | `(vm)` |
///
/// A receiver may be `Value` instead of `Gc<Self>`; it has been checked all the same. `vm` may be left out. Arguments go
/// through `FromArg`, results through `IntoPy`; a function returns `T` or `PyResult<T>`. Without `sig` all parameters are
/// required and positional-only under their Rust names. In a signature, a parameter with a default is an `Option<T>`
/// (`None` when absent, or when Python's `None` is passed and is the default), or has a plain type and a default that is
/// a literal, or carries `#[default(EXPR)]`; `*args` is `&[Value]`, `**kwargs` is `KwArgs<'_>`. Parameters
/// `(args: &[Value], kwnames: Value)` take the arguments as they are, and `sig` is text only. `no_text` keeps the
/// signature out of `__text_signature__`.
#[proc_macro_attribute]
pub fn pymethods(args: TokenStream, item: TokenStream) -> TokenStream {
    pymethods::expand(args.into(), item.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Declares the `mod` below as a native module and adds `pub static MODULE: ModuleDef` to it.
///
/// `#[pymodule(name = "_heapq", doc = "…", types(A, B))]`. Inside, `#[function(…)]` takes what `#[method]` takes in
/// `#[pymethods]` (without a receiver), `#[attr]` stands on a `const` or on a function `(vm)`, and `#[exec]` on the
/// function `(vm, module: Value)` that runs last at import. Structs with `#[pytype]` inside the `mod` are types of the
/// module without being listed.
#[proc_macro_attribute]
pub fn pymodule(args: TokenStream, item: TokenStream) -> TokenStream {
    pymodule::expand(args.into(), item.into()).unwrap_or_else(syn::Error::into_compile_error).into()
}

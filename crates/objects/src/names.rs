//! Names that the VM itself uses, interned once.

use crate::slots::dunder::{DUNDERS, PRIMARY};
use crate::slots::{CompareOp, Slot};
use crate::str::Str;
use crate::vm::{PyResult, Vm};
use heap::Gc;

macro_rules! names {
    ($($name:ident $(= $text:literal)?,)*) => {
        /// The names; fields are called like the names.
        #[allow(non_snake_case, missing_docs)]
        pub struct Names {
            $(pub $name: Gc<Str>,)*
            /// The special method of each slot (of pairs the first).
            pub primary: [Gc<Str>; Slot::COUNT],
            /// The reflected special method of each slot that has one, else the same as `primary`.
            pub reflected: [Gc<Str>; Slot::COUNT],
            /// The special methods of comparison.
            pub compare: [Gc<Str>; 6],
        }

        fn all(vm: &mut Vm) -> PyResult<Names> {
            Ok(Names {
                $($name: fixed(vm, names!(@text $name $($text)?))?,)*
                primary: each(vm, |i| PRIMARY[i])?,
                reflected: each(vm, |i| DUNDERS[i].get(1).map_or(PRIMARY[i], |d| d.name))?,
                compare: each(vm, |i| CompareOp::ALL[i].dunder())?,
            })
        }
    };
    (@text $name:ident) => { stringify!($name) };
    (@text $name:ident $text:literal) => { $text };
}

names! {
    __abstractmethods__,
    __aenter__,
    __aexit__,
    __annotate__,
    __annotate_func__,
    __annotations__,
    __annotations_cache__,
    __bases__,
    __bool__,
    __build_class__,
    __builtins__,
    __call__,
    __cause__,
    __class__,
    __class_getitem__,
    __classcell__,
    __classdict__,
    __classdictcell__,
    __contains__,
    __context__,
    __del__,
    __delattr__,
    __delete__,
    __delitem__,
    __dict__,
    __dir__,
    __doc__,
    __enter__,
    __eq__,
    __exit__,
    __file__,
    __firstlineno__,
    __format__,
    __get__,
    __getattr__,
    __getattribute__,
    __getnewargs__,
    __getnewargs_ex__,
    __getstate__,
    __hash__,
    __import__,
    __init__,
    __init_subclass__,
    __instancecheck__,
    __isabstractmethod__,
    __iter__,
    __len__,
    __length_hint__,
    __loader__,
    __missing__,
    __module__,
    __mro_entries__,
    __name__,
    __new__,
    __next__,
    __notes__,
    __origin__,
    __package__,
    __path__,
    __pow__,
    __prepare__,
    __qualname__,
    __reduce__,
    __reduce_ex__,
    __repr__,
    __reversed__,
    __rpow__,
    __set__,
    __set_name__,
    __setattr__,
    __setitem__,
    __slotnames__,
    __slots__,
    __spec__,
    __static_attributes__,
    __str__,
    __subclasscheck__,
    __subclasshook__,
    __suppress_context__,
    __text_signature__,
    __traceback__,
    __type_params__,
    __weakref__,
    __wrapped__,
    _initializing,
    _uninitialized_submodules,
    append,
    close,
    copy,
    copyreg,
    derive,
    get,
    getattr,
    intersection,
    items,
    join,
    keys,
    mro,
    send,
    throw,
    values,
    lambda = "<lambda>",
    module = "<module>",
    empty = "",
}

fn fixed(vm: &mut Vm, text: &str) -> PyResult<Gc<Str>> {
    let s = vm.intern(text)?;
    crate::intern::immortal(vm, s)?;
    Ok(s)
}

fn each<const N: usize>(
    vm: &mut Vm,
    text: impl Fn(usize) -> &'static str,
) -> PyResult<[Gc<Str>; N]> {
    let first = fixed(vm, text(0))?;
    let mut out = [first; N];
    for (i, name) in out.iter_mut().enumerate() {
        *name = fixed(vm, text(i))?;
    }
    Ok(out)
}

/// Interns them. Called once, when the shape of strings is known.
pub fn start(vm: &mut Vm) -> PyResult<()> {
    let names = all(vm)?;
    vm.rt().names.write(names);
    // Every other special method is known by name as well.
    for dunder in DUNDERS.iter().copied().flatten() {
        fixed(vm, dunder.name)?;
    }
    Ok(())
}

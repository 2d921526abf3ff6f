//! The code object: CPython's portable form with its constants and names as Values.
//!
//! Invariant: the plain form and the tuples have the same lengths; a constant that the plain form can't express (put there
//! by `code.replace`) is `...` in it.

use super::constants;
use crate::intern;
use crate::shape::core;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use ::code::CodeObject;
use ::code::constant::Str as CodeStr;
use heap::Gc;
use macros::pytype;
use std::cell::Cell;
use std::sync::Arc;

/// A code object.
#[pytype(name = "code", shape = core::CODE, flags(WEAKREF), extra("methods"), doc = "Create a code object.  Not for mere mortals.")]
pub struct Code {
    #[untraced]
    object: Arc<CodeObject>,
    consts: Gc<Tuple>,
    names: Gc<Tuple>,
    localsplusnames: Gc<Tuple>,
    name: Gc<Str>,
    qualname: Gc<Str>,
    filename: Gc<Str>,
    /// The interpreter's translation; freed through its hook.
    #[untraced]
    pub translated: Cell<*mut u8>,
}

fn interned(vm: &mut Vm, texts: &[CodeStr]) -> PyResult<Gc<Tuple>> {
    let mut names = Tuple::builder(vm, texts.len())?;
    for text in texts {
        let name = intern::intern_text(vm, text.as_text())?;
        names.push(vm, name.into());
    }
    names.finish(vm)
}

impl Code {
    /// A code object with its constants as values, nested code objects included.
    pub fn new(vm: &mut Vm, object: Arc<CodeObject>) -> PyResult<Gc<Code>> {
        let consts = constants::tuple(vm, &object.consts)?;
        Self::with_consts(vm, object, consts)
    }

    /// As [`Code::new`], with given values of the constants.
    pub fn with_consts(
        vm: &mut Vm,
        object: Arc<CodeObject>,
        consts: Gc<Tuple>,
    ) -> PyResult<Gc<Code>> {
        let names = interned(vm, &object.names)?;
        let localsplusnames = interned(vm, &object.localsplusnames)?;
        let name = intern::intern_text(vm, object.name.as_text())?;
        let qualname = intern::intern_text(vm, object.qualname.as_text())?;
        let filename = intern::intern_text(vm, object.filename.as_text())?;
        let translated = Cell::new(std::ptr::null_mut());
        Code::create(
            vm,
            object,
            consts,
            names,
            localsplusnames,
            name,
            qualname,
            filename,
            translated,
        )
    }

    /// The plain form.
    #[inline(always)]
    pub fn object(&self) -> &CodeObject {
        &self.object
    }

    /// The plain form, shared.
    pub fn shared(&self) -> Arc<CodeObject> {
        self.object.clone()
    }

    /// `co_consts`
    #[inline(always)]
    pub fn consts(&self) -> Gc<Tuple> {
        self.consts
    }

    /// `co_names`, interned.
    #[inline(always)]
    pub fn names(&self) -> Gc<Tuple> {
        self.names
    }

    /// Names of the fast locals, interned.
    #[inline(always)]
    pub fn localsplusnames(&self) -> Gc<Tuple> {
        self.localsplusnames
    }

    /// `co_name`
    pub fn name(&self) -> Gc<Str> {
        self.name
    }

    /// `co_qualname`
    pub fn qualname(&self) -> Gc<Str> {
        self.qualname
    }

    /// `co_filename`
    pub fn filename(&self) -> Gc<Str> {
        self.filename
    }

    /// How many free variables it has.
    pub fn free_count(&self) -> usize {
        self.object.localspluskinds.iter().filter(|k| *k & ::code::object::kind::FREE != 0).count()
    }

    /// The names of the fast locals whose kind has a bit of `mask`.
    pub(super) fn names_of_kind(this: Gc<Self>, vm: &mut Vm, mask: u8) -> PyResult<Gc<Tuple>> {
        let all = this.localsplusnames;
        let kinds = &this.object.localspluskinds;
        let count = kinds.iter().filter(|k| *k & mask != 0).count();
        let mut names = Tuple::builder(vm, count)?;
        for (name, _) in all.items().iter().zip(kinds.iter()).filter(|(_, k)| *k & mask != 0) {
            names.push(vm, *name);
        }
        names.finish(vm)
    }

    /// Whether two code objects are equal: the same code with equal constants of the same types.
    pub(super) fn equals(this: Gc<Self>, vm: &mut Vm, other: Gc<Self>) -> PyResult<bool> {
        if this == other {
            return Ok(true);
        }
        if !this.object.same_code(&other.object) {
            return Ok(false);
        }
        // Constants that the plain form doesn't express are compared as values.
        for (a, b) in this.consts.items().iter().zip(other.consts.items()) {
            let expressed = constants::from_value(vm, *a)?.is_some()
                && constants::from_value(vm, *b)?.is_some();
            if !expressed && !vm.eq(*a, *b)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Value of the constant `index`, if it has so many.
    pub fn constant(&self, index: usize) -> Option<Value> {
        self.consts.get(index)
    }
}

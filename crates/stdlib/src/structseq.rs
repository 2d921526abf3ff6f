//! Struct sequences: tuples whose items have names, such as `os.stat_result`.
//!
//! The classes are made by the embedded module `_structseq`; items beyond the visible ones are attributes.

use crate::library;
use crate::root::Root;
use heap::Gc;
use objects::dict::Dict;
use objects::list::List;
use objects::tuple::Tuple;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// One kind of struct sequence.
pub struct StructSeq {
    /// Module and name.
    pub module: &'static str,
    /// Name without the module.
    pub name: &'static str,
    /// Names of the fields, visible ones first.
    pub fields: &'static [&'static str],
    /// How many are items of the tuple.
    pub visible: usize,
    /// Whether Python code may make instances.
    pub constructible: bool,
    class: Root,
}

static MAKE: Root = Root::new();

impl StructSeq {
    /// A kind with these fields.
    pub const fn new(
        module: &'static str,
        name: &'static str,
        fields: &'static [&'static str],
        visible: usize,
    ) -> StructSeq {
        StructSeq { module, name, fields, visible, constructible: true, class: Root::new() }
    }

    /// A kind whose instances only the library makes.
    pub const fn internal(
        module: &'static str,
        name: &'static str,
        fields: &'static [&'static str],
    ) -> StructSeq {
        StructSeq {
            module,
            name,
            fields,
            visible: fields.len(),
            constructible: false,
            class: Root::new(),
        }
    }

    /// The class.
    pub fn class(&'static self, vm: &mut Vm) -> PyResult<Value> {
        if let Some(class) = self.class.get(vm) {
            return Ok(class);
        }
        let make = MAKE.get_or(vm, load_maker)?;
        let fields = List::new(vm)?;
        for field in self.fields {
            let name = vm.intern(field)?;
            fields.push(vm, name.into())?;
        }
        let (module, name) = (vm.intern(self.module)?, vm.intern(self.name)?);
        let class = vm.call(
            make,
            &[
                module.into(),
                name.into(),
                fields.into(),
                Value::from_len(self.visible),
                Value::from_bool(self.constructible),
            ],
        )?;
        self.class.set(vm, class)?;
        Ok(class)
    }

    /// An instance with these fields.
    pub fn make(&'static self, vm: &mut Vm, values: &[Value]) -> PyResult<Value> {
        let class = self.class(vm)?;
        let Some(class) = class.cast::<Type>() else {
            return Err(vm.type_error(format_args!("{} is not a type", self.name)));
        };
        let (items, rest) = values.split_at(self.visible.min(values.len()));
        let this: Gc<Tuple> = Tuple::new_as(vm, class, items)?;
        for (field, value) in self.fields[self.visible..].iter().zip(rest) {
            let name = vm.intern(field)?;
            objects::attrs::generic_setattr(vm, this.into(), name, Some(*value))?;
        }
        Ok(this.into())
    }
}

/// The function that makes the classes.
fn load_maker(vm: &mut Vm) -> PyResult<Value> {
    let Some(entry) = library::find("_structseq") else {
        return Err(vm.system_error(format_args!("the library lacks the module _structseq")));
    };
    let code = library::code(vm, entry)?;
    let globals = Dict::new(vm)?;
    let name = vm.names().__name__;
    let own: Value = vm.intern("_structseq")?.into();
    globals.set_str(vm, name, own)?;
    crate::running::execute(vm, code, globals)?;
    let make = vm.intern("make")?;
    match globals.get_str(make) {
        Some(f) => Ok(f),
        None => Err(vm.system_error(format_args!("the module _structseq lacks its function"))),
    }
}

//! The node classes as Python types, made once from the table in [`super::nodes`].
//!
//! [`Classes`] is what conversions work with: the classes, their field names and the nodes without fields, of which there is
//! one object each. It is held by a root for the life of the runtime.

use super::base::Ast;
use super::nodes::{self, Base, Count, Field, GROUPS, Group, Kind, Node, POSITIONS};
use crate::root::Root;
use heap::Gc;
use objects::dict::Dict;
use objects::layout::Object;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{self, Type};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

static ROOT: Root = Root::new();

/// All that there is of node classes.
#[derive(Clone, Copy)]
pub struct Classes {
    /// The classes by [`Kind`].
    kinds: Gc<Tuple>,
    /// The bases by [`Base`]; a class without base stands for itself.
    bases: Gc<Tuple>,
    /// The names of the fields of each class, by [`Kind`].
    names: Gc<Tuple>,
    /// The names of the position attributes.
    positions: Gc<Tuple>,
    /// The nodes of classes without fields, by [`Kind`]; None for others.
    singles: Gc<Tuple>,
}

/// The classes, made if nobody asked before.
pub fn classes(vm: &mut Vm) -> PyResult<Classes> {
    let held = ROOT.get_or(vm, |vm| {
        let c = make(vm)?;
        let parts = [c.kinds, c.bases, c.names, c.positions, c.singles].map(Value::from);
        Ok(Tuple::from_slice(vm, &parts)?.into())
    })?;
    let part = |at: usize| held.cast::<Tuple>()?.get(at)?.cast::<Tuple>();
    match (part(0), part(1), part(2), part(3), part(4)) {
        (Some(kinds), Some(bases), Some(names), Some(positions), Some(singles)) => {
            Ok(Classes { kinds, bases, names, positions, singles })
        }
        _ => Err(vm.system_error(format_args!("the node classes are lost"))),
    }
}

impl Classes {
    /// A class.
    pub fn class(&self, kind: Kind) -> Value {
        self.class_at(kind as usize)
    }

    /// The class of the table's row `at`.
    pub fn class_at(&self, at: usize) -> Value {
        self.kinds.get(at).unwrap_or(Value::NONE)
    }

    /// A base.
    pub fn base(&self, base: Base) -> Value {
        self.base_at(base as usize)
    }

    /// The base of the table's group `at`.
    pub fn base_at(&self, at: usize) -> Value {
        self.bases.get(at).unwrap_or(Value::NONE)
    }

    /// The names of a class's fields, each a `str`.
    pub fn field_names(&self, kind: Kind) -> Option<Gc<Tuple>> {
        self.names.get(kind as usize)?.cast::<Tuple>()
    }

    /// The names of the position attributes.
    pub fn positions(&self) -> Gc<Tuple> {
        self.positions
    }

    /// The one node of a class without fields.
    pub fn single(&self, kind: Kind) -> Value {
        self.singles.get(kind as usize).unwrap_or(Value::NONE)
    }
}

fn make(vm: &mut Vm) -> PyResult<Classes> {
    let root: Value = types::ready(vm, Ast::def())?.into();
    let all = nodes::all();
    let mut bases = Tuple::builder(vm, GROUPS.len())?;
    for group in GROUPS {
        let base = match (group.product, group.kinds.first()) {
            (true, Some(kind)) => {
                let class = new_class(vm, kind.node(), root)?;
                set_attributes(vm, class, group)?;
                set_optional_fields(vm, class, kind.node())?;
                set_ends(vm, class, group)?;
                class
            }
            _ => new_base(vm, group, root)?,
        };
        bases.push(vm, base);
    }
    let bases = bases.finish(vm)?;
    let mut kinds = Tuple::builder(vm, all.len())?;
    for node in all {
        let base = bases.get(node.base as usize).unwrap_or(root);
        let class = if node.base.group().product {
            base
        } else {
            let class = new_class(vm, node, base)?;
            set_optional_fields(vm, class, node)?;
            class
        };
        kinds.push(vm, class);
    }
    let kinds = kinds.finish(vm)?;
    for (node, class) in all.iter().zip(kinds.items()) {
        set_field_types(vm, *class, node, kinds, bases)?;
    }
    let mut names = Tuple::builder(vm, all.len())?;
    let mut singles = Tuple::builder(vm, all.len())?;
    for (node, class) in all.iter().zip(kinds.items()) {
        let fields: Vec<&str> = node.fields.iter().map(|field| field.name).collect();
        let fields = strings(vm, &fields)?;
        names.push(vm, fields.into());
        let single = if node.fields.is_empty() && !node.base.group().located {
            vm.call(*class, &[])?
        } else {
            Value::NONE
        };
        singles.push(vm, single);
    }
    let (names, singles) = (names.finish(vm)?, singles.finish(vm)?);
    let positions = strings(vm, POSITIONS)?;
    Ok(Classes { kinds, bases, names, positions, singles })
}

/// A tuple of interned strings.
fn strings(vm: &mut Vm, texts: &[&str]) -> PyResult<Gc<Tuple>> {
    let mut tuple = Tuple::builder(vm, texts.len())?;
    for text in texts {
        let text = vm.intern(text)?;
        tuple.push(vm, text.into());
    }
    tuple.finish(vm)
}

fn new_base(vm: &mut Vm, group: &Group, root: Value) -> PyResult<Value> {
    let class = derive(vm, group.name, root, &[], &group.doc())?;
    set_attributes(vm, class, group)?;
    set_ends(vm, class, group)?;
    Ok(class)
}

fn new_class(vm: &mut Vm, node: &Node, base: Value) -> PyResult<Value> {
    let fields: Vec<&str> = node.fields.iter().map(|field| field.name).collect();
    derive(vm, node.name, base, &fields, &node.text())
}

/// `type(name, (base,), {…})`
fn derive(vm: &mut Vm, name: &str, base: Value, fields: &[&str], doc: &str) -> PyResult<Value> {
    let namespace = Dict::new(vm)?;
    let fields = strings(vm, fields)?;
    let module = Str::new(vm, "ast")?;
    let doc = Str::new(vm, doc)?;
    let entries: [(&str, Value); 4] = [
        ("_fields", fields.into()),
        ("__match_args__", fields.into()),
        ("__module__", module.into()),
        ("__doc__", doc.into()),
    ];
    for (key, value) in entries {
        let key = vm.intern(key)?;
        namespace.set_str(vm, key, value)?;
    }
    let name = vm.intern(name)?;
    let bases = Tuple::from_slice(vm, &[base])?;
    let metaclass = Type::def().object();
    vm.call(metaclass.into(), &[name.into(), bases.into(), namespace.into()])
}

fn set(vm: &mut Vm, class: Value, name: &str, value: Value) -> PyResult<()> {
    let name = vm.intern(name)?;
    vm.setattr(class, name, value)
}

fn set_attributes(vm: &mut Vm, class: Value, group: &Group) -> PyResult<()> {
    let attributes = strings(vm, if group.located { POSITIONS } else { &[] })?;
    set(vm, class, "_attributes", attributes.into())
}

/// The attributes that say where a node ends may be absent, unlike those that say where it begins.
fn set_ends(vm: &mut Vm, class: Value, group: &Group) -> PyResult<()> {
    if group.open_ended {
        set(vm, class, "end_lineno", Value::NONE)?;
        set(vm, class, "end_col_offset", Value::NONE)?;
    }
    Ok(())
}

fn set_optional_fields(vm: &mut Vm, class: Value, node: &Node) -> PyResult<()> {
    for field in node.fields.iter().filter(|field| field.count == Count::Optional) {
        set(vm, class, field.name, Value::NONE)?;
    }
    Ok(())
}

/// `_field_types`, which are the annotations, too.
fn set_field_types(
    vm: &mut Vm,
    class: Value,
    node: &Node,
    kinds: Gc<Tuple>,
    bases: Gc<Tuple>,
) -> PyResult<()> {
    let field_types = Dict::new(vm)?;
    for field in &node.fields {
        let ty = field_type(vm, field, kinds, bases)?;
        let name = vm.intern(field.name)?;
        field_types.set_str(vm, name, ty)?;
    }
    set(vm, class, "_field_types", field_types.into())?;
    set(vm, class, "__annotations__", field_types.into())
}

fn field_type(vm: &mut Vm, field: &Field, kinds: Gc<Tuple>, bases: Gc<Tuple>) -> PyResult<Value> {
    let ty = match field.ty {
        "identifier" | "string" => vm.builtin("str")?,
        "int" => vm.builtin("int")?,
        "constant" => vm.builtin("object")?,
        name => {
            let base = GROUPS.iter().position(|group| group.name == name);
            let kind = || nodes::all().iter().position(|node| node.name == name);
            match base.and_then(|at| bases.get(at)).or_else(|| kinds.get(kind()?)) {
                Some(ty) => ty,
                None => return Err(vm.system_error(format_args!("no node class {name}"))),
            }
        }
    };
    match field.count {
        Count::One => Ok(ty),
        Count::Optional => (vm.hooks.union)(vm, ty, Value::NONE),
        Count::Many => {
            let list = vm.builtin("list")?;
            (vm.hooks.generic_alias)(vm, list, ty)
        }
    }
}

//! `ast.AST`, the base of all node classes: how nodes are made, shown, copied and pickled.

use super::classes;
use super::nodes::{Base, Kind};
use builtins::typing::alias::GenericAlias;
use builtins::typing::union::Union;
use heap::Gc;
use macros::{pymethods, pytype};
use objects::args::{KwArgs, positional};
use objects::attrs;
use objects::dict::Dict;
use objects::exceptions;
use objects::list::List;
use objects::str::{Builder, Str};
use objects::tuple::Tuple;
use objects::types::{Type, class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// How many levels of nodes a `repr` shows.
const SHOWN_LEVELS: u32 = 3;

/// The base of the node classes.
#[pytype(name = "ast.AST", flags(BASETYPE, DICT, MUTABLE), doc = "")]
pub struct Ast {}

#[pymethods]
impl Ast {
    #[slot(new)]
    fn py_new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        Ast::create_as(vm, cls)
    }

    #[slot(init)]
    fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
        let fields = fields_of(vm, class_of(this.into()).into())?;
        let mut given = vec![false; fields.map_or(0, |f| f.len())];
        set_positional(vm, this, fields, positional(args, kwnames), &mut given)?;
        for (key, value) in KwArgs::all(args, kwnames).iter() {
            set_keyword(vm, this, fields, key, value, &mut given)?;
        }
        match fields {
            Some(fields) => set_defaults(vm, this, fields, &given),
            None => Ok(()),
        }
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        show(vm, this.into(), SHOWN_LEVELS)
    }

    #[method(sig = "($self, /)", no_text, doc = "")]
    fn __reduce__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        let class: Value = class_of(this.into()).into();
        let dict = own_dict(vm, this)?;
        if dict.len() == 0 {
            let empty = Tuple::empty();
            return Ok(Tuple::from_slice(vm, &[class, empty.into()])?.into());
        }
        // The arguments only keep the constructor from warning of missing ones; the state has their values.
        let mut present = 0;
        if let Some(fields) = fields_of(vm, class)? {
            for &name in fields.items() {
                if !dict.contains(vm, name)? {
                    break;
                }
                present += 1;
            }
        }
        let args = Tuple::from_slice(vm, &vec![Value::NONE; present])?;
        Ok(Tuple::from_slice(vm, &[class, args.into(), dict.into()])?.into())
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[method(sig = "($self, /, **fields)", no_text)]
    fn __replace__(this: Value, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let Some(this) = this.cast::<Ast>() else { return Ok(Value::NONE) };
        if !positional(args, kwnames).is_empty() {
            return Err(vm.type_error(format_args!("__replace__() takes no positional arguments")));
        }
        let changes = KwArgs::all(args, kwnames);
        check_replacement(vm, this, changes)?;
        replaced(vm, this, changes)
    }

    #[getter(name = "__dict__")]
    fn dict(this: Value, vm: &mut Vm) -> PyResult<Value> {
        attrs::get_dict(vm, this)
    }

    #[setter(name = "__dict__")]
    fn set_dict(this: Value, vm: &mut Vm, value: Option<Value>) -> PyResult<()> {
        attrs::set_dict(vm, this, value)
    }

    #[constant]
    fn _fields(_vm: &mut Vm) -> PyResult<Value> {
        Ok(Tuple::empty().into())
    }

    #[constant]
    fn __match_args__(_vm: &mut Vm) -> PyResult<Value> {
        Ok(Tuple::empty().into())
    }

    #[constant]
    fn _attributes(_vm: &mut Vm) -> PyResult<Value> {
        Ok(Tuple::empty().into())
    }
}

fn own_dict(vm: &mut Vm, this: Gc<Ast>) -> PyResult<Gc<Dict>> {
    attrs::instance_dict(vm, this.as_header())
}

/// The sequence `name` of a class as a tuple; `None` if there is no such attribute.
fn sequence_of(vm: &mut Vm, class: Value, name: &str) -> PyResult<Option<Gc<Tuple>>> {
    let name = vm.intern(name)?;
    let Some(sequence) = vm.getattr_opt(class, name)? else { return Ok(None) };
    if let Some(tuple) = sequence.exact::<Tuple>() {
        return Ok(Some(tuple));
    }
    vm.len(sequence)?;
    Tuple::from_iterable(vm, sequence).map(Some)
}

fn fields_of(vm: &mut Vm, class: Value) -> PyResult<Option<Gc<Tuple>>> {
    sequence_of(vm, class, "_fields")
}

/// The name of a field as what an attribute is set by.
fn attribute_name(vm: &mut Vm, name: Value) -> PyResult<Gc<Str>> {
    match name.cast::<Str>() {
        Some(name) => Ok(name),
        None => Err(vm
            .type_error(format_args!("attribute name must be string, not '{}'", class_name(name)))),
    }
}

fn set_positional(
    vm: &mut Vm,
    this: Gc<Ast>,
    fields: Option<Gc<Tuple>>,
    args: &[Value],
    given: &mut [bool],
) -> PyResult<()> {
    let count = given.len();
    if args.len() > count {
        let name = class_name(this.into()).to_string();
        return Err(vm.type_error(format_args!(
            "{} constructor takes at most {count} positional argument{}",
            name.rsplit('.').next().unwrap_or_default(),
            if count == 1 { "" } else { "s" }
        )));
    }
    for (at, (arg, given)) in args.iter().zip(given).enumerate() {
        let name = fields.and_then(|f| f.get(at)).unwrap_or(Value::NONE);
        let name = attribute_name(vm, name)?;
        vm.setattr(this.into(), name, *arg)?;
        *given = true;
    }
    Ok(())
}

fn set_keyword(
    vm: &mut Vm,
    this: Gc<Ast>,
    fields: Option<Gc<Tuple>>,
    key: Gc<Str>,
    value: Value,
    given: &mut [bool],
) -> PyResult<()> {
    match position(vm, fields, key)? {
        Some(at) => {
            if let Some(given) = given.get_mut(at) {
                if *given {
                    let shown = vm.repr_for_message(key.into());
                    return Err(vm.type_error(format_args!(
                        "{} got multiple values for argument {shown}",
                        class_name(this.into())
                    )));
                }
                *given = true;
            }
        }
        None => {
            let class = class_of(this.into()).into();
            let attributes = sequence_of(vm, class, "_attributes")?;
            if position(vm, attributes, key)?.is_none() {
                let shown = vm.repr_for_message(key.into());
                let name = class_name(this.into()).to_string();
                vm.warn(
                    &exceptions::DEPRECATION_WARNING,
                    format_args!(
                        "{name}.__init__ got an unexpected keyword argument {shown}. Support for \
                         arbitrary keyword arguments is deprecated and will be removed in Python 3.15."
                    ),
                    1,
                )?;
            }
        }
    }
    vm.setattr(this.into(), key, value)
}

/// Where `key` is in a tuple.
fn position(vm: &mut Vm, names: Option<Gc<Tuple>>, key: Gc<Str>) -> PyResult<Option<usize>> {
    let Some(names) = names else { return Ok(None) };
    for (at, name) in names.items().iter().enumerate() {
        if vm.eq(*name, key.into())? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// Gives the fields that the call left out their defaults.
fn set_defaults(vm: &mut Vm, this: Gc<Ast>, fields: Gc<Tuple>, given: &[bool]) -> PyResult<()> {
    if given.iter().all(|&given| given) {
        return Ok(());
    }
    let class = class_of(this.into()).into();
    let name = vm.intern("_field_types")?;
    // A class of a program that declares no types: what isn't given isn't set.
    let Some(field_types) = vm.getattr_opt(class, name)? else { return Ok(()) };
    for (field, _) in fields.items().iter().zip(given).filter(|(_, given)| !**given) {
        let ty = match field_types.cast::<Dict>() {
            Some(types) => types.get(vm, *field)?,
            None => None,
        };
        set_default(vm, this, *field, ty)?;
    }
    Ok(())
}

fn set_default(vm: &mut Vm, this: Gc<Ast>, field: Value, ty: Option<Value>) -> PyResult<()> {
    let shown = |vm: &mut Vm| vm.repr_for_message(field);
    let Some(ty) = ty else {
        let field = shown(vm);
        let name = class_name(this.into()).to_string();
        return vm.warn(
            &exceptions::DEPRECATION_WARNING,
            format_args!(
                "Field {field} is missing from {name}._field_types. This will become an error in Python 3.15."
            ),
            1,
        );
    };
    if ty.exact::<Union>().is_some() {
        // The class has None for it.
        return Ok(());
    }
    if ty.exact::<GenericAlias>().is_some() {
        let empty = List::new(vm)?;
        let name = attribute_name(vm, field)?;
        return vm.setattr(this.into(), name, empty.into());
    }
    let classes = classes::classes(vm)?;
    if ty == classes.base(Base::expr_context) {
        let name = attribute_name(vm, field)?;
        return vm.setattr(this.into(), name, classes.single(Kind::Load));
    }
    let field = shown(vm);
    let name = class_name(this.into()).to_string();
    vm.warn(
        &exceptions::DEPRECATION_WARNING,
        format_args!(
            "{name}.__init__ missing 1 required positional argument: {field}. This will become an error in Python 3.15."
        ),
        1,
    )
}

/// A node as text, down to some levels of nodes inside.
fn show(vm: &mut Vm, this: Value, levels: u32) -> PyResult<Gc<Str>> {
    vm.check_native_stack(" while getting the repr of an AST node")?;
    let name = class_name(this).to_string();
    if levels == 0 || !vm.enter_repr(this)? {
        return Str::from_fmt(vm, format_args!("{name}(...)"));
    }
    let shown = show_fields(vm, this, &name, levels);
    vm.leave_repr();
    shown
}

fn show_fields(vm: &mut Vm, this: Value, name: &str, levels: u32) -> PyResult<Gc<Str>> {
    let mut text = Builder::new();
    text.push_str(vm, name)?;
    text.push_str(vm, "(")?;
    if let Some(fields) = fields_of(vm, class_of(this).into())? {
        for (at, field) in fields.items().iter().enumerate() {
            if at > 0 {
                text.push_str(vm, ", ")?;
            }
            let field = attribute_name(vm, *field)?;
            let value = vm.getattr(this, field)?;
            let shown = match elements(value) {
                Some(count) => show_list(vm, value, count, levels)?,
                None => show_value(vm, value, levels)?,
            };
            text.push(vm, field.text())?;
            text.push_str(vm, "=")?;
            text.push(vm, shown.text())?;
        }
    }
    text.push_str(vm, ")")?;
    text.finish(vm)
}

fn show_value(vm: &mut Vm, value: Value, levels: u32) -> PyResult<Gc<Str>> {
    match value.cast::<Ast>() {
        Some(_) => show(vm, value, levels - 1),
        None => vm.repr(value),
    }
}

/// The length of a list or tuple.
fn elements(value: Value) -> Option<usize> {
    match value.cast::<List>() {
        Some(list) => Some(list.len()),
        None => value.cast::<Tuple>().map(|tuple| tuple.len()),
    }
}

fn element(value: Value, at: usize) -> Option<Value> {
    match value.cast::<List>() {
        Some(list) => list.get(at),
        None => value.cast::<Tuple>().and_then(|tuple| tuple.get(at)),
    }
}

/// A list or tuple: its first and last elements.
fn show_list(vm: &mut Vm, value: Value, count: usize, levels: u32) -> PyResult<Gc<Str>> {
    let is_list = value.cast::<List>().is_some();
    let mut text = Builder::new();
    text.push_str(vm, if is_list { "[" } else { "(" })?;
    let last = count.saturating_sub(1);
    for at in if last == 0 { 0..count.min(1) } else { 0..2 } {
        if at > 0 {
            text.push_str(vm, if count > 2 { ", ..., " } else { ", " })?;
        }
        // Showing an element may have changed the list.
        let Some(item) = element(value, if at == 0 { 0 } else { last }) else { break };
        let shown = show_value(vm, item, levels)?;
        text.push(vm, shown.text())?;
    }
    text.push_str(vm, if is_list { "]" } else { ")" })?;
    text.finish(vm)
}

/// Checks the arguments of `__replace__`: they name fields or attributes, and no field is left without a value.
fn check_replacement(vm: &mut Vm, this: Gc<Ast>, changes: KwArgs<'_>) -> PyResult<()> {
    let class: Value = class_of(this.into()).into();
    let fields = fields_of(vm, class)?;
    let attributes = sequence_of(vm, class, "_attributes")?;
    let mut expected = vec![true; fields.map_or(0, |f| f.len())];
    for (key, _) in changes.iter() {
        match position(vm, fields, key)? {
            Some(at) => expected[at] = false,
            None if position(vm, attributes, key)?.is_some() => {}
            None => {
                return Err(vm.type_error(format_args!(
                    "{}.__replace__ got an unexpected keyword argument '{}'.",
                    class_name(this.into()),
                    key.text()
                )));
            }
        }
    }
    let mut missing = Vec::new();
    let dict = own_dict(vm, this)?;
    let name = vm.intern("_field_types")?;
    let field_types = vm.getattr_opt(class, name)?.and_then(|types| types.cast::<Dict>());
    let names = fields.map_or(&[][..], |f| f.as_static_items());
    for (field, _) in names.iter().zip(&expected).filter(|(_, expected)| **expected) {
        let optional = match field_types {
            Some(types) => types.get(vm, *field)?.is_some_and(|ty| ty.exact::<Union>().is_some()),
            None => false,
        };
        if !optional && !dict.contains(vm, *field)? {
            missing.push(vm.repr_for_message(*field));
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    missing.sort();
    Err(vm.type_error(format_args!(
        "{}.__replace__ missing {} keyword argument{}: {}.",
        class_name(this.into()),
        missing.len(),
        if missing.len() == 1 { "" } else { "s" },
        missing.join(", ")
    )))
}

/// A node of the same class with the fields and attributes of `this`, and with the changes.
fn replaced(vm: &mut Vm, this: Gc<Ast>, changes: KwArgs<'_>) -> PyResult<Value> {
    let class: Value = class_of(this.into()).into();
    let dict = own_dict(vm, this)?;
    let payload = Dict::new(vm)?;
    for names in ["_fields", "_attributes"] {
        let Some(names) = sequence_of(vm, class, names)? else { continue };
        for &name in names.items() {
            if let Some(value) = dict.get(vm, name)? {
                payload.set(vm, name, value)?;
            }
        }
    }
    for (key, value) in changes.iter() {
        payload.set(vm, key.into(), value)?;
    }
    let mut names = Tuple::builder(vm, payload.len())?;
    let mut values = Tuple::builder(vm, payload.len())?;
    let mut at = 0;
    while let Some((name, value, _)) = payload.next_entry(&mut at) {
        names.push(vm, name);
        values.push(vm, value);
    }
    let (names, values) = (names.finish(vm)?, values.finish(vm)?);
    vm.call_kw(class, values.items(), names.into())
}

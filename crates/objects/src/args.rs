//! Argument parsing of native functions: what the code written by `#[pymethods]` and `#[pymodule]` calls.
//!
//! A wrapper gets `args` (positional arguments, then the values of keyword arguments) and `kwnames` from the calling
//! convention ([`crate::def::NativeFn`]), takes the receiver off and binds the rest to parameters as its [`Spec`] says.
//! The wording of errors follows CPython's Argument Clinic: functions whose parameters are all positional-only have one
//! wording, functions that take keywords another.
//!
//! Invariant: a bound array has one word per named parameter; UNDEF stands for an absent optional argument and never
//! for a required one. Nothing here allocates on the way to success.

use crate::convert::{ArgCx, FromArg};
use crate::def::TypeDef;
use crate::layout::Object;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::types::{Type, class_name, is_instance};
use crate::value::Value;
use crate::vm::{PyResult, Raised, Vm};
use heap::Gc;
use std::fmt;

/// What a native function belongs to.
#[derive(Clone, Copy)]
pub enum Owner {
    /// A method of a type.
    Type(fn() -> &'static TypeDef),
    /// A function of the module of this name.
    Module(&'static str),
}

/// How messages about wrong arguments are worded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// A function or method.
    Function,
    /// `__new__`: messages name the class.
    New,
    /// `__init__`: messages name the class.
    Init,
}

/// The parameters of a native function, receiver aside.
pub struct Spec {
    /// What it belongs to.
    pub owner: Owner,
    /// Its name.
    pub name: &'static str,
    /// How messages are worded.
    pub style: Style,
    /// Names of the parameters that take one argument each: positional ones, then keyword-only ones.
    pub params: &'static [&'static str],
    /// How many of them can't be passed by name.
    pub positional_only: u8,
    /// How many of them can be passed by position.
    pub positional: u8,
    /// How many of the positional ones are required.
    pub required: u8,
    /// How many of the keyword-only ones are required; these come first.
    pub required_keywords: u8,
    /// There is a `*` parameter.
    pub var_positional: bool,
    /// There is a `**` parameter.
    pub var_keyword: bool,
}

impl Spec {
    /// Name of the function, or of the class that is constructed.
    pub fn short_name(&self) -> &'static str {
        match self.owner {
            Owner::Type(def) if self.style != Style::Function => last_part(def().name),
            _ => self.name,
        }
    }

    /// What a conversion of argument number `index` needs for its messages.
    fn context(&'static self, index: usize) -> ArgCx {
        let by_name = index >= usize::from(self.positional_only);
        let name = if by_name { self.params.get(index).copied().unwrap_or("") } else { "" };
        // A function of one positional-only argument doesn't number it.
        let single = self.params.len() == 1 && self.required == 1 && self.style == Style::Function;
        ArgCx { func: self.short_name(), name, index: if single { 0 } else { index + 1 } }
    }

    fn takes_keywords(&self) -> bool {
        self.params.len() > usize::from(self.positional_only) || self.var_keyword
    }
}

/// `list.append`, `math.sqrt`, `len`, or the class that is constructed.
struct FullName(&'static Spec);

impl fmt::Display for FullName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.owner {
            _ if self.0.style != Style::Function => f.write_str(self.0.short_name()),
            Owner::Type(def) => write!(f, "{}.{}", last_part(def().name), self.0.name),
            Owner::Module("builtins") => f.write_str(self.0.name),
            Owner::Module(module) => write!(f, "{module}.{}", self.0.name),
        }
    }
}

fn last_part(name: &'static str) -> &'static str {
    name.rsplit('.').next().unwrap_or(name)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// The names in `kwnames`.
fn names(kwnames: &Option<Gc<Tuple>>) -> &[Value] {
    match kwnames {
        Some(tuple) => tuple.items(),
        None => &[],
    }
}

/// How many of `args` are positional.
fn positional_count(args: &[Value], kwnames: Value) -> usize {
    match kwnames.cast::<Tuple>() {
        Some(names) => args.len().saturating_sub(names.items().len()),
        None => args.len(),
    }
}

fn is_name(keyword: Value, name: &str) -> bool {
    keyword.cast::<Str>().is_some_and(|s| *s.text() == *name)
}

/// Takes the receiver, an instance of `T`, off `args`.
#[inline(always)]
pub fn receiver<'a, T: Object>(
    vm: &mut Vm,
    spec: &'static Spec,
    args: &'a [Value],
    kwnames: Value,
) -> PyResult<(Gc<T>, &'a [Value])> {
    if let Some((first, rest)) = args.split_first()
        && let Some(this) = first.cast::<T>()
        && (kwnames.is_undef() || positional_count(args, kwnames) > 0)
    {
        return Ok((this, rest));
    }
    Err(bad_receiver(vm, spec, args, kwnames))
}

/// Takes the receiver, an instance of the type that has the method, off `args`.
#[inline(always)]
pub fn receiver_value<'a>(
    vm: &mut Vm,
    spec: &'static Spec,
    args: &'a [Value],
    kwnames: Value,
) -> PyResult<(Value, &'a [Value])> {
    if let Some((first, rest)) = args.split_first()
        && owns(spec, *first)
        && (kwnames.is_undef() || positional_count(args, kwnames) > 0)
    {
        return Ok((*first, rest));
    }
    Err(bad_receiver(vm, spec, args, kwnames))
}

fn owns(spec: &'static Spec, value: Value) -> bool {
    match spec.owner {
        Owner::Type(def) => is_instance(value, def().object()),
        Owner::Module(_) => true,
    }
}

#[cold]
#[inline(never)]
fn bad_receiver(vm: &mut Vm, spec: &'static Spec, args: &[Value], kwnames: Value) -> Raised {
    match (spec.owner, args.first()) {
        (Owner::Type(def), Some(first)) if positional_count(args, kwnames) > 0 => {
            wrong_class(vm, spec.name, def(), *first)
        }
        _ => vm.type_error(format_args!("unbound method {}() needs an argument", FullName(spec))),
    }
}

fn wrong_class(vm: &mut Vm, name: &str, def: &TypeDef, value: Value) -> Raised {
    let owner = def.name;
    let class = class_name(value);
    vm.type_error(format_args!(
        "descriptor '{name}' for '{owner}' objects doesn't apply to a '{class}' object"
    ))
}

/// Takes the class off the `args` of a class method.
#[inline(always)]
pub fn class<'a>(
    vm: &mut Vm,
    spec: &'static Spec,
    args: &'a [Value],
    kwnames: Value,
) -> PyResult<(Gc<Type>, &'a [Value])> {
    if let Some((first, rest)) = args.split_first()
        && (kwnames.is_undef() || positional_count(args, kwnames) > 0)
        && let Some(class) = first.cast::<Type>()
        && let Owner::Type(def) = spec.owner
        && class.is_subtype(def().object())
    {
        return Ok((class, rest));
    }
    Err(bad_class(vm, spec, args, kwnames))
}

#[cold]
#[inline(never)]
fn bad_class(vm: &mut Vm, spec: &'static Spec, args: &[Value], kwnames: Value) -> Raised {
    let name = spec.name;
    let owner = match spec.owner {
        Owner::Type(def) => def().name,
        Owner::Module(module) => module,
    };
    match args.first().filter(|_| positional_count(args, kwnames) > 0) {
        None => {
            vm.type_error(format_args!("descriptor '{name}' of '{owner}' object needs an argument"))
        }
        Some(first) => match first.cast::<Type>() {
            None => {
                let class = class_name(*first);
                vm.type_error(format_args!(
                    "descriptor '{name}' for type '{owner}' needs a type, not a '{class}' as arg 2"
                ))
            }
            Some(class) => vm.type_error(format_args!(
                "descriptor '{name}' requires a subtype of '{owner}' but received '{}'",
                class.display_name()
            )),
        },
    }
}

/// Binds arguments to the `N` named parameters of `spec`.
#[inline(always)]
pub fn bind<const N: usize>(
    vm: &mut Vm,
    spec: &'static Spec,
    args: &[Value],
    kwnames: Value,
) -> PyResult<[Value; N]> {
    if kwnames.is_undef()
        && usize::from(spec.positional) == N
        && let Ok(all) = <[Value; N]>::try_from(args)
    {
        return Ok(all);
    }
    let mut bound = [Value::UNDEF; N];
    fill(vm, spec, args, kwnames, &mut bound)?;
    Ok(bound)
}

/// Checks the arguments of a function without named parameters.
#[inline(always)]
pub fn none(vm: &mut Vm, spec: &'static Spec, args: &[Value], kwnames: Value) -> PyResult<()> {
    if kwnames.is_undef() && (args.is_empty() || spec.var_positional) {
        return Ok(());
    }
    fill(vm, spec, args, kwnames, &mut [])
}

/// The arguments of a `*` parameter.
#[inline]
pub fn rest<'a>(spec: &'static Spec, args: &'a [Value], kwnames: Value) -> &'a [Value] {
    args.get(usize::from(spec.positional)..positional_count(args, kwnames)).unwrap_or(&[])
}

#[inline(never)]
fn fill(
    vm: &mut Vm,
    spec: &'static Spec,
    args: &[Value],
    kwnames: Value,
    bound: &mut [Value],
) -> PyResult<()> {
    let given = positional_count(args, kwnames);
    let kwnames = kwnames.cast::<Tuple>();
    let keywords = names(&kwnames);
    let fits = given >= usize::from(spec.required)
        && (spec.var_positional || given <= usize::from(spec.positional));
    if keywords.is_empty() && fits && spec.required_keywords == 0 {
        copy_positional(spec, &args[..given], bound);
        return Ok(());
    }
    if spec.takes_keywords() {
        check_counts(vm, spec, given, keywords.len())?;
        copy_positional(spec, &args[..given], bound);
        return fill_keywords(vm, spec, given, keywords, &args[given..], bound);
    }
    if !keywords.is_empty() {
        return Err(vm.type_error(format_args!("{}() takes no keyword arguments", FullName(spec))));
    }
    Err(wrong_count(vm, spec, given))
}

fn copy_positional(spec: &Spec, args: &[Value], bound: &mut [Value]) {
    for (slot, arg) in bound.iter_mut().take(spec.positional.into()).zip(args) {
        *slot = *arg;
    }
}

/// The error for a wrong number of arguments to a function without keywords.
#[cold]
fn wrong_count(vm: &mut Vm, spec: &'static Spec, given: usize) -> Raised {
    let (min, max) = (usize::from(spec.required), usize::from(spec.positional));
    if spec.style == Style::Function && !spec.var_positional {
        let name = FullName(spec);
        match (min, max) {
            (_, 0) => {
                return vm.type_error(format_args!("{name}() takes no arguments ({given} given)"));
            }
            (1, 1) => {
                return vm.type_error(format_args!(
                    "{name}() takes exactly one argument ({given} given)"
                ));
            }
            _ => {}
        }
    }
    let exact = min == max && !spec.var_positional;
    let (limit, how) = match given < min {
        true if exact => (min, ""),
        true => (min, "at least "),
        false if exact => (max, ""),
        false => (max, "at most "),
    };
    let (name, s) = (spec.short_name(), plural(limit));
    vm.type_error(format_args!("{name} expected {how}{limit} argument{s}, got {given}"))
}

/// Checks the numbers of arguments to a function that takes keywords.
fn check_counts(vm: &mut Vm, spec: &'static Spec, given: usize, keywords: usize) -> PyResult<()> {
    let name = spec.short_name();
    let (all, total) = (spec.params.len(), given + keywords);
    if !spec.var_positional && !spec.var_keyword && total > all {
        let keyword = if given == 0 { "keyword " } else { "" };
        let s = plural(all);
        return Err(vm.type_error(format_args!(
            "{name}() takes at most {all} {keyword}argument{s} ({total} given)"
        )));
    }
    let max = usize::from(spec.positional);
    if !spec.var_positional && given > max {
        if max == 0 {
            return Err(vm.type_error(format_args!("{name}() takes no positional arguments")));
        }
        let how = if usize::from(spec.required) < max { "at most" } else { "exactly" };
        let s = plural(max);
        return Err(vm.type_error(format_args!(
            "{name}() takes {how} {max} positional argument{s} ({given} given)"
        )));
    }
    let min = usize::from(spec.positional_only.min(spec.required));
    if given < min {
        let how = if min < max || spec.var_positional { "at least" } else { "exactly" };
        let s = plural(min);
        return Err(vm.type_error(format_args!(
            "{name}() takes {how} {min} positional argument{s} ({given} given)"
        )));
    }
    Ok(())
}

/// Binds the keyword arguments; the positional ones are in `bound` already.
fn fill_keywords(
    vm: &mut Vm,
    spec: &'static Spec,
    given: usize,
    keywords: &[Value],
    values: &[Value],
    bound: &mut [Value],
) -> PyResult<()> {
    let first = given.min(spec.positional.into()).max(spec.positional_only.into());
    let mut used = 0;
    for (index, name) in spec.params.iter().enumerate().skip(first) {
        let found = if used < keywords.len() {
            keywords.iter().position(|k| is_name(*k, name))
        } else {
            None
        };
        if let Some(slot) = bound.get_mut(index)
            && let Some(value) = found.and_then(|at| values.get(at))
        {
            *slot = *value;
            used += 1;
            continue;
        }
        let keyword_only = index.checked_sub(spec.positional.into());
        let is_required = match keyword_only {
            Some(at) => at < usize::from(spec.required_keywords),
            None => index < usize::from(spec.required),
        };
        if is_required {
            let (func, position) = (spec.short_name(), index + 1);
            return Err(vm.type_error(format_args!(
                "{func}() missing required argument '{name}' (pos {position})"
            )));
        }
    }
    if used == keywords.len() { Ok(()) } else { check_leftover(vm, spec, given, keywords) }
}

/// Some keyword arguments found no parameter: they are errors unless `**` takes them.
fn check_leftover(
    vm: &mut Vm,
    spec: &'static Spec,
    given: usize,
    keywords: &[Value],
) -> PyResult<()> {
    let func = spec.short_name();
    let by_name = usize::from(spec.positional_only);
    for (index, name) in
        spec.params.iter().enumerate().take(given.min(spec.positional.into())).skip(by_name)
    {
        if keywords.iter().any(|k| is_name(*k, name)) {
            let position = index + 1;
            return Err(vm.type_error(format_args!(
                "argument for {func}() given by name ('{name}') and position ({position})"
            )));
        }
    }
    for keyword in keywords {
        let Some(keyword) = keyword.cast::<Str>() else {
            return Err(vm.type_error(format_args!("keywords must be strings")));
        };
        let is_known = spec.params.iter().skip(by_name).any(|name| *keyword.text() == **name);
        if !is_known && !spec.var_keyword {
            let keyword = keyword.text();
            let candidates = spec.params.iter().skip(by_name).copied();
            let hint = match crate::suggest::closest(&keyword.to_string(), candidates) {
                Some(name) => format!(". Did you mean '{name}'?"),
                None => String::new(),
            };
            return Err(vm.type_error(format_args!(
                "{func}() got an unexpected keyword argument '{keyword}'{hint}"
            )));
        }
    }
    Ok(())
}

/// The arguments of a `**` parameter: the keyword arguments that no named parameter took.
#[derive(Clone, Copy)]
pub struct KwArgs<'a> {
    /// Names that named parameters have taken.
    taken: &'static [&'static str],
    names: Option<Gc<Tuple>>,
    values: &'a [Value],
}

impl<'a> KwArgs<'a> {
    /// The rest that [`bind`] left.
    pub fn new(spec: &'static Spec, args: &'a [Value], kwnames: Value) -> KwArgs<'a> {
        let values = args.get(positional_count(args, kwnames)..).unwrap_or(&[]);
        let taken = spec.params.get(usize::from(spec.positional_only)..).unwrap_or(&[]);
        KwArgs { taken, names: kwnames.cast(), values }
    }

    /// All of the keyword arguments of a raw function.
    pub fn all(args: &'a [Value], kwnames: Value) -> KwArgs<'a> {
        let values = args.get(positional_count(args, kwnames)..).unwrap_or(&[]);
        KwArgs { taken: &[], names: kwnames.cast(), values }
    }

    /// Names and values, in the order of the call.
    pub fn iter(self) -> impl Iterator<Item = (Gc<Str>, Value)> + 'a {
        self.values.iter().enumerate().filter_map(move |(index, value)| {
            let name = names(&self.names).get(index)?.cast::<Str>()?;
            let is_taken = self.taken.iter().any(|taken| *name.text() == **taken);
            (!is_taken).then_some((name, *value))
        })
    }

    /// The argument called `name`.
    pub fn get(self, name: &str) -> Option<Value> {
        self.iter().find(|(key, _)| *key.text() == *name).map(|(_, value)| value)
    }

    /// How many there are.
    pub fn len(self) -> usize {
        self.iter().count()
    }

    /// Whether there is none.
    pub fn is_empty(self) -> bool {
        self.iter().next().is_none()
    }
}

/// The positional arguments of a raw function.
pub fn positional(args: &[Value], kwnames: Value) -> &[Value] {
    args.get(..positional_count(args, kwnames)).unwrap_or(&[])
}

/// Converts argument number `index`.
#[inline]
pub fn convert<T: FromArg>(
    vm: &mut Vm,
    spec: &'static Spec,
    value: Value,
    index: usize,
) -> PyResult<T> {
    match T::quick(value) {
        Some(converted) => Ok(converted),
        None => T::from_arg(vm, value, spec.context(index)),
    }
}

/// An optional argument.
#[inline(always)]
pub fn defined(value: Value) -> Option<Value> {
    value.defined()
}

/// An optional argument whose default is Python's `None`.
#[inline(always)]
pub fn not_none(value: Value) -> Option<Value> {
    if value.is_undef() || value.is_none() { None } else { Some(value) }
}

/// Keyword arguments to a constructor without keywords: dropped if `class` overrides the other half of construction
/// (which is then the one to look at them), kept (and refused later) otherwise.
#[cold]
pub fn constructor_arguments<'a>(
    spec: &'static Spec,
    class: Gc<Type>,
    args: &'a [Value],
    kwnames: Value,
) -> (&'a [Value], Value) {
    let Owner::Type(def) = spec.owner else { return (args, kwnames) };
    let base = def().object();
    let is_inherited = match spec.style {
        Style::Function => true,
        Style::New => match (class.slots().init, base.slots().init) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        },
        Style::Init => match (class.slots().new, base.slots().new) {
            (Some(a), Some(b)) => std::ptr::fn_addr_eq(a, b),
            (a, b) => a.is_none() && b.is_none(),
        },
    };
    if class == base || is_inherited {
        (args, kwnames)
    } else {
        (positional(args, kwnames), Value::UNDEF)
    }
}

/// The receiver of a computed attribute.
#[inline(always)]
pub fn accessor<T: Object>(vm: &mut Vm, name: &'static str, this: Value) -> PyResult<Gc<T>> {
    match this.cast::<T>() {
        Some(this) => Ok(this),
        None => Err(bad_accessor(vm, name, T::def(), this)),
    }
}

/// Checks the receiver of a computed attribute of `T`'s type.
#[inline]
pub fn accessor_value<T: Object>(vm: &mut Vm, name: &'static str, this: Value) -> PyResult<()> {
    if is_instance(this, T::def().object()) {
        Ok(())
    } else {
        Err(bad_accessor(vm, name, T::def(), this))
    }
}

#[cold]
#[inline(never)]
fn bad_accessor(vm: &mut Vm, name: &'static str, def: &'static TypeDef, this: Value) -> Raised {
    wrong_class(vm, name, def, this)
}

/// The value assigned to the attribute `name`, which can't be deleted.
#[inline]
pub fn assigned(vm: &mut Vm, name: &'static str, value: Option<Value>) -> PyResult<Value> {
    match value {
        Some(value) => Ok(value),
        None => Err(vm.type_error(format_args!("cannot delete '{name}' attribute"))),
    }
}

/// [`assigned`], converted.
#[inline]
pub fn assigned_as<T: FromArg>(
    vm: &mut Vm,
    name: &'static str,
    value: Option<Value>,
) -> PyResult<T> {
    let value = assigned(vm, name, value)?;
    T::from_arg(vm, value, ArgCx { func: name, name: "", index: 0 })
}

/// What expansions of `#[pytype]` name, so that a crate with native types needn't depend on the heap.
#[doc(hidden)]
pub mod parts {
    pub use heap::{Gc, Header, Tracer};

    use crate::layout::Object;
    use crate::types::Type;
    use crate::vm::{PyResult, Vm};

    /// The fields of an object as a tuple, base first.
    ///
    /// # Safety
    /// `write` initialises every field but the header.
    pub unsafe trait Fields: Object {
        /// One element per field.
        type Parts;
        /// Fills a new object.
        ///
        /// # Safety
        /// `object` is memory for an object of this layout, header written.
        unsafe fn write(object: *mut Self, parts: Self::Parts);
    }

    /// Makes an exact instance of `T`'s type.
    #[inline(always)]
    pub fn create_exact<T: Fields>(vm: &mut Vm, parts: T::Parts) -> PyResult<Gc<T>> {
        let object = vm.alloc_exact::<T>()?.as_ptr();
        // SAFETY: the object is new and of this layout; nothing allocates before it is complete.
        unsafe {
            T::write(object, parts);
            Ok(Gc::from_ptr(object))
        }
    }

    /// Makes an instance of `cls`, whose layout is `T`'s or derived from it without fields of its own.
    #[inline(always)]
    pub fn create<T: Fields>(vm: &mut Vm, cls: Gc<Type>, parts: T::Parts) -> PyResult<Gc<T>> {
        let object = vm.alloc_object::<T>(cls)?.as_ptr();
        // SAFETY: the object is new and of this layout; nothing allocates before it is complete.
        unsafe {
            T::write(object, parts);
            Ok(Gc::from_ptr(object))
        }
    }
}

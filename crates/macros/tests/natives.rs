//! Runs what the macros write: types, methods, slots and modules over a small model of the crate `objects` (see
//! `model`), with the real tables and the real argument parsing.
//!
//! Messages are CPython 3.14's; a line of a table is a call and what comes of it.

extern crate self as heap;
extern crate self as objects;

#[path = "../../objects/src/args.rs"]
pub mod args;
#[allow(clippy::new_without_default)]
#[path = "../../objects/src/def.rs"]
pub mod def;
#[allow(
    missing_docs,
    dead_code,
    clippy::undocumented_unsafe_blocks,
    clippy::missing_safety_doc,
    clippy::type_complexity
)]
mod model;
#[allow(dead_code)]
#[path = "../../objects/src/suggest.rs"]
pub mod suggest;
pub use model::*;

use args::KwArgs;
use macros::{pymethods, pymodule, pytype};
use slots::{CompareOp, Slots};
use std::cell::Cell;
use types::Type;
use value::Value;
use vm::{PyResult, Vm};

/// A pair of values.
///
/// Second paragraph.
#[pytype(name = "pkg.pair", flags(BASETYPE, SEQUENCE), extra("more"))]
pub struct Pair {
    first: Value,
    second: Field<Value>,
    #[untraced]
    text: String,
    #[init(Cell::new(7))]
    count: Cell<i64>,
}

#[pymethods]
impl Pair {
    #[slot(new, sig = "(first, second=None, /)")]
    fn new(cls: Gc<Type>, vm: &mut Vm, first: Value, second: Option<Value>) -> PyResult<Gc<Self>> {
        Pair::create_as(vm, cls, first, Field::new(second.unwrap_or(Value::Int(-1))), "text".into())
    }
    #[slot(init, sig = "(*args, **kwargs)", no_text)]
    fn init(_this: Gc<Self>, _args: &[Value], _kwargs: KwArgs<'_>) {}
    #[slot(len)]
    fn len(this: Gc<Self>) -> usize {
        this.text.len()
    }
    #[slot(hash)]
    fn hash(this: Gc<Self>, _vm: &mut Vm) -> PyResult<i64> {
        Ok(this.count.get())
    }
    #[slot(getitem)]
    fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
        match key {
            Value::Int(0) => Ok(this.first),
            Value::Int(1) => Ok(this.second.get()),
            _ => Err(vm.type_error(format_args!("index"))),
        }
    }
    #[slot(compare)]
    fn compare(this: Gc<Self>, other: Value, op: CompareOp) -> bool {
        (this.first == other) == (op == CompareOp::Eq)
    }
    #[slot(add)]
    #[slot(mod)]
    fn add(_vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
        match (a, b) {
            (Value::Int(a), Value::Int(b)) => Ok(Value::Int(a + b)),
            _ => Ok(a),
        }
    }
    #[slot(next)]
    fn next(this: Gc<Self>) -> Option<Value> {
        Some(this.first)
    }
    #[slot(call, sig = "($self, x, y=2)")]
    fn call(_this: Value, x: i64, y: i64) -> i64 {
        x * 10 + y
    }

    /// Nothing.
    #[method(leaf)]
    fn clear(this: Gc<Self>) {
        this.count.set(0);
    }
    #[method]
    fn append(this: Gc<Self>, _vm: &mut Vm, object: i64) -> i64 {
        this.count.get() + object
    }
    #[method(name = "__copy__")]
    #[method(name = "copy", pure)]
    fn copy(this: Gc<Self>) -> Gc<Self> {
        this
    }
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(_this: Gc<Self>, value: Value, start: i64, #[default(i64::MAX)] stop: i64) -> bool {
        value == Value::Int(start) && stop == i64::MAX
    }
    #[method(sig = "($self, /, sep=None, maxsplit=-1)")]
    fn split(_this: Gc<Self>, sep: Option<i64>, maxsplit: i64) -> i64 {
        sep.unwrap_or(100) + maxsplit
    }
    #[method(sig = "($self, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(_this: Gc<Self>, bytes: i64, byteorder: Option<i64>, signed: bool) -> i64 {
        bytes + byteorder.unwrap_or(10) + i64::from(signed)
    }
    #[method(sig = "(*, key=None, reverse=False)")]
    fn sort(_this: Gc<Self>, key: Option<Value>, reverse: bool) -> bool {
        key.is_some() == reverse
    }
    #[method(sig = "($self, old, new, /, count=-1)")]
    fn replace(_this: Gc<Self>, old: i64, new: i64, count: i64) -> i64 {
        old * 100 + new * 10 + count
    }
    #[method(sig = "(a, /, *args, b, c=3, **kwargs)")]
    fn all(_this: Gc<Self>, a: i64, args: &[Value], b: i64, c: i64, kwargs: KwArgs<'_>) -> i64 {
        a + 10 * args.len() as i64 + 100 * b + 1000 * c + 10000 * kwargs.len() as i64
    }
    #[method]
    fn gcd(_this: Gc<Self>, _vm: &mut Vm, integers: &[Value]) -> i64 {
        integers.len() as i64
    }
    #[method(sig = "($self, whatever)")]
    fn raw(this: Value, _vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        assert!(kwnames.is_undef() && !this.is_undef());
        Ok(Value::Int(args.len() as i64))
    }
    #[classmethod(sig = "($type, iterable, value=None, /)")]
    fn fromkeys(
        cls: Gc<Type>,
        _vm: &mut Vm,
        iterable: Value,
        value: Option<Value>,
    ) -> PyResult<Value> {
        assert!(iterable != Value::NONE && value.is_none());
        Ok(cls.into())
    }
    #[staticmethod(sig = "(x, y=<unrepresentable>, z=<unrepresentable>, /)")]
    fn maketrans(x: i64, y: Option<i64>, z: Option<Value>) -> i64 {
        x + y.unwrap_or(50) + if z.is_some() { 1 } else { 0 }
    }

    /// The first.
    #[getter(member)]
    fn first(this: Gc<Self>) -> Value {
        this.first
    }
    #[getter]
    fn get_count(this: Gc<Self>) -> i64 {
        this.count.get()
    }
    #[setter]
    fn set_count(this: Gc<Self>, value: i64) {
        this.count.set(value);
    }
    #[constant]
    const LIMIT: i64 = 99;
    #[constant(name = "max")]
    fn greatest(_vm: &mut Vm) -> PyResult<i64> {
        Ok(100)
    }
}

#[pymethods(extra = "more")]
impl Pair {
    #[slot(bool)]
    fn bool(_this: Gc<Self>) -> bool {
        true
    }
    #[method]
    fn extra(_this: Gc<Self>) -> &'static str {
        "extra"
    }
}

/// Derived.
#[pytype(name = "triple", extends = Pair, no_methods)]
pub struct Triple {
    third: Value,
}

#[pymodule(name = "mathy", types(super::Pair))]
/// A module.
#[forbid(unsafe_code)]
pub mod mathy {
    use super::*;

    #[attr]
    const PI: i64 = 3;

    #[attr(name = "tau")]
    fn tau(_vm: &mut Vm) -> PyResult<i64> {
        Ok(6)
    }

    /// Square root.
    #[function]
    fn sqrt(x: i64) -> i64 {
        x
    }

    #[function(sig = "($module, heap, item, /)")]
    fn heappush(_vm: &mut Vm, _heap: Value, _item: Value) -> PyResult<()> {
        Ok(())
    }

    #[function(sig = "($module, /, a, b, *, rel_tol=1e-09, abs_tol=0)")]
    fn isclose(a: i64, b: i64, #[default(9)] rel_tol: i64, abs_tol: i64) -> bool {
        a - b == rel_tol + abs_tol
    }

    /// Made in a module that has no `unsafe` of its own.
    #[pytype(name = "mathy.Inner", no_methods)]
    pub struct Inner {
        #[init(0)]
        _word: i64,
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        if module.is_none() { Err(vm.type_error(format_args!("exec"))) } else { Ok(()) }
    }
}

fn pair(vm: &mut Vm) -> Value {
    types::ready(Pair::__DEF);
    Pair::create(vm, Value::Int(1), Field::new(Value::Int(2)), "text".into())
        .expect("memory")
        .into()
}

/// Arguments of a call: positional ones, then keywords.
fn arguments(positional: &[Value], keywords: &[(&str, Value)]) -> (Vec<Value>, Value) {
    let mut args = positional.to_vec();
    args.extend(keywords.iter().map(|k| k.1));
    let names = keywords.iter().map(|k| str::make(k.0.into())).collect::<Vec<_>>();
    (args, if names.is_empty() { Value::UNDEF } else { tuple::make(names) })
}

/// Calls a native function and shows what came of it.
fn show(def: &def::MethodDef, positional: &[Value], keywords: &[(&str, Value)]) -> String {
    let mut vm = Vm::default();
    let (args, kwnames) = arguments(positional, keywords);
    match (def.func)(&mut vm, &args, kwnames) {
        Ok(value) => format!("{value:?}"),
        Err(_) => vm.message,
    }
}

fn method(name: &str) -> &'static def::MethodDef {
    Pair::__DEF
        .methods
        .iter()
        .copied()
        .flatten()
        .find(|m| m.name == name)
        .expect("a method of that name")
}

fn function(name: &str) -> &'static def::MethodDef {
    mathy::MODULE.functions.iter().find(|m| m.name == name).expect("a function of that name")
}

/// Function, positional arguments, keyword arguments, outcome.
type Case<'a, T> = (&'a str, &'a [T], &'a [(&'a str, Value)], &'a str);

/// Integers as values.
fn ints(values: &[i64]) -> Vec<Value> {
    values.iter().map(|i| Value::Int(*i)).collect()
}

#[test]
fn methods_parse_arguments() {
    let this = pair(&mut Vm::default());
    let n = Value::Int;
    let cases: &[Case<'_, i64>] = &[
        ("clear", &[], &[], "None"),
        ("clear", &[1], &[], "pair.clear() takes no arguments (1 given)"),
        ("clear", &[], &[("x", n(1))], "pair.clear() takes no keyword arguments"),
        ("append", &[5], &[], "Int(5)"),
        ("append", &[], &[], "pair.append() takes exactly one argument (0 given)"),
        ("append", &[1, 2], &[], "pair.append() takes exactly one argument (2 given)"),
        ("append", &[], &[("x", n(1))], "pair.append() takes no keyword arguments"),
        ("index", &[0], &[], "Bool(true)"),
        ("index", &[3, 3], &[], "Bool(true)"),
        ("index", &[3, 3, 4], &[], "Bool(false)"),
        ("index", &[], &[], "index expected at least 1 argument, got 0"),
        ("index", &[1, 2, 3, 4], &[], "index expected at most 3 arguments, got 4"),
        ("index", &[], &[("x", n(1))], "pair.index() takes no keyword arguments"),
        ("split", &[], &[], "Int(99)"),
        ("split", &[5], &[], "Int(4)"),
        ("split", &[], &[("sep", Value::NONE)], "Int(99)"),
        ("split", &[], &[("maxsplit", n(1)), ("sep", n(2))], "Int(3)"),
        ("split", &[1, 2, 3], &[], "split() takes at most 2 arguments (3 given)"),
        (
            "split",
            &[],
            &[("sep", n(1)), ("foo", n(2))],
            "split() got an unexpected keyword argument 'foo'",
        ),
        (
            "split",
            &[1],
            &[("sep", n(1))],
            "argument for split() given by name ('sep') and position (1)",
        ),
        ("split", &[1, 2], &[("maxsplit", n(1))], "split() takes at most 2 arguments (3 given)"),
        ("split", &[], &[("maxsplit", Value::NONE)], "split() argument 'maxsplit' 2 must be int"),
        ("from_bytes", &[], &[], "from_bytes() missing required argument 'bytes' (pos 1)"),
        ("from_bytes", &[1], &[], "Int(11)"),
        ("from_bytes", &[1], &[("signed", Value::TRUE), ("byteorder", n(1))], "Int(3)"),
        ("from_bytes", &[1], &[("b", n(1))], "from_bytes() got an unexpected keyword argument 'b'"),
        (
            "from_bytes",
            &[1, 2, 3],
            &[],
            "from_bytes() takes at most 2 positional arguments (3 given)",
        ),
        (
            "from_bytes",
            &[],
            &[("signed", n(1)), ("a", n(1)), ("b", n(2)), ("c", n(3))],
            "from_bytes() takes at most 3 keyword arguments (4 given)",
        ),
        ("sort", &[], &[("reverse", Value::TRUE), ("key", n(1))], "Bool(true)"),
        ("sort", &[1], &[], "sort() takes no positional arguments"),
        ("sort", &[1, 2, 3], &[], "sort() takes at most 2 arguments (3 given)"),
        ("sort", &[], &[("foo", n(1))], "sort() got an unexpected keyword argument 'foo'"),
        ("replace", &[1, 2], &[], "Int(119)"),
        ("replace", &[1, 2], &[("count", n(5))], "Int(125)"),
        ("replace", &[1], &[], "replace() takes at least 2 positional arguments (1 given)"),
        (
            "replace",
            &[],
            &[("old", n(1))],
            "replace() takes at least 2 positional arguments (0 given)",
        ),
        (
            "replace",
            &[1, 2],
            &[("foo", n(1))],
            "replace() got an unexpected keyword argument 'foo'",
        ),
        ("all", &[1, 7, 7], &[("b", n(2)), ("z", n(0)), ("y", n(0)), ("a", n(0))], "Int(33221)"),
        ("all", &[1], &[("c", n(1))], "all() missing required argument 'b' (pos 2)"),
        ("all", &[], &[("b", n(1))], "all() takes at least 1 positional argument (0 given)"),
        ("gcd", &[1, 2, 3], &[], "Int(3)"),
        ("gcd", &[], &[("a", n(1))], "pair.gcd() takes no keyword arguments"),
        ("raw", &[1, 2], &[], "Int(2)"),
    ];
    for (name, args, keywords, expected) in cases {
        let mut positional = vec![this];
        positional.extend(ints(args));
        assert_eq!(
            show(method(name), &positional, keywords),
            *expected,
            "{name}{args:?} {keywords:?}"
        );
    }
}

#[test]
fn receivers_are_checked() {
    let keyword = [("x", Value::Int(1))];
    let wrong = Value::Int(5);
    let int = types::class_of(wrong).into();
    let own = Value::from(types::ready(Pair::__DEF));
    let cases: &[Case<'_, Value>] = &[
        ("append", &[], &[], "unbound method pair.append() needs an argument"),
        ("append", &[], &keyword, "unbound method pair.append() needs an argument"),
        (
            "append",
            &[wrong],
            &[],
            "descriptor 'append' for 'pkg.pair' objects doesn't apply to a 'int' object",
        ),
        (
            "raw",
            &[wrong],
            &[],
            "descriptor 'raw' for 'pkg.pair' objects doesn't apply to a 'int' object",
        ),
        ("fromkeys", &[], &[], "descriptor 'fromkeys' of 'pkg.pair' object needs an argument"),
        (
            "fromkeys",
            &[wrong],
            &[],
            "descriptor 'fromkeys' for type 'pkg.pair' needs a type, not a 'int' as arg 2",
        ),
        (
            "fromkeys",
            &[int],
            &[],
            "descriptor 'fromkeys' requires a subtype of 'pkg.pair' but received 'int'",
        ),
        ("fromkeys", &[own], &[], "fromkeys expected at least 1 argument, got 0"),
        ("maketrans", &[wrong], &[], "Int(55)"),
        (
            "maketrans",
            &[wrong, wrong, wrong, wrong],
            &[],
            "maketrans expected at most 3 arguments, got 4",
        ),
        ("maketrans", &[], &keyword, "pair.maketrans() takes no keyword arguments"),
    ];
    for (name, args, keywords, expected) in cases {
        assert_eq!(show(method(name), args, keywords), *expected, "{name}{args:?} {keywords:?}");
    }
}

#[test]
fn functions_of_a_module() {
    let n = Value::Int;
    let cases: &[Case<'_, i64>] = &[
        ("sqrt", &[4], &[], "Int(4)"),
        ("sqrt", &[], &[], "mathy.sqrt() takes exactly one argument (0 given)"),
        ("sqrt", &[], &[("x", n(1))], "mathy.sqrt() takes no keyword arguments"),
        ("heappush", &[1, 2], &[], "None"),
        ("heappush", &[1], &[], "heappush expected 2 arguments, got 1"),
        ("isclose", &[10, 1], &[], "Bool(true)"),
        ("isclose", &[1], &[], "isclose() missing required argument 'b' (pos 2)"),
        ("isclose", &[1, 2, 3], &[], "isclose() takes exactly 2 positional arguments (3 given)"),
        ("isclose", &[], &[("b", n(1)), ("a", n(5)), ("rel_tol", n(4))], "Bool(true)"),
    ];
    for (name, args, keywords, expected) in cases {
        assert_eq!(
            show(function(name), &ints(args), keywords),
            *expected,
            "{name}{args:?} {keywords:?}"
        );
    }
    assert_eq!(show(function("sqrt"), &[Value::NONE], &[]), "sqrt() argument '' 0 must be int");
    let mut vm = Vm::default();
    let module = &mathy::MODULE;
    assert_eq!(
        (module.name, module.doc, function("sqrt").doc),
        ("mathy", "A module.", "Square root.")
    );
    let consts: Vec<_> =
        module.consts.iter().map(|c| (c.name, (c.make)(&mut vm).expect("a value"))).collect();
    assert_eq!(consts, [("PI", Value::Int(3)), ("tau", Value::Int(6))]);
    let types: Vec<_> = module.types.iter().map(|t| t.name).collect();
    assert_eq!(types, ["pkg.pair", "mathy.Inner"]);
    let exec = module.exec.expect("an exec function");
    assert!(exec(&mut vm, Value::TRUE).is_ok() && exec(&mut vm, Value::NONE).is_err());
}

#[test]
fn texts_and_facts() {
    let texts: Vec<_> =
        Pair::__DEF.methods.iter().copied().flatten().map(|m| (m.name, m.signature)).collect();
    assert_eq!(
        texts,
        [
            ("clear", "($self, /)"),
            ("append", "($self, object, /)"),
            ("__copy__", "($self, /)"),
            ("copy", "($self, /)"),
            ("index", "($self, value, start=0, stop=sys.maxsize, /)"),
            ("split", "($self, /, sep=None, maxsplit=-1)"),
            ("from_bytes", "($self, /, bytes, byteorder='big', *, signed=False)"),
            ("sort", "($self, /, *, key=None, reverse=False)"),
            ("replace", "($self, old, new, /, count=-1)"),
            ("all", "($self, a, /, *args, b, c=3, **kwargs)"),
            ("gcd", "($self, /, *integers)"),
            ("raw", "($self, whatever)"),
            ("fromkeys", "($type, iterable, value=None, /)"),
            ("maketrans", "(x, y=<unrepresentable>, z=<unrepresentable>, /)"),
            ("extra", "($self, /)"),
        ]
    );
    let functions: Vec<_> = mathy::MODULE.functions.iter().map(|m| m.signature).collect();
    assert_eq!(functions[..2], ["($module, x, /)", "($module, heap, item, /)"]);
    assert_eq!(method("clear").doc, "Nothing.");
    assert!(method("clear").facts.leaf && !method("clear").facts.pure && method("copy").facts.pure);
    assert_eq!(method("fromkeys").binding, def::Binding::Class);
    assert_eq!(method("maketrans").binding, def::Binding::Static);
    let def = Pair::__DEF;
    assert_eq!((def.name, def.signature), ("pkg.pair", "(first, second=None, /)"));
    assert_eq!(def.doc, "A pair of values.\n\nSecond paragraph.");
    assert!(def.flags.has(
        def::TypeFlags::BASETYPE.with(def::TypeFlags::SEQUENCE).with(def::TypeFlags::IMMUTABLE)
    ));
}

#[test]
fn slots_call_the_functions() {
    let mut vm = Vm::default();
    let this = pair(&mut vm);
    let mut slots = Slots::default();
    (Pair::__DEF.slots)(&mut slots);
    assert_eq!(slots.len.expect("len")(&mut vm, this), Ok(4));
    assert_eq!(slots.hash.expect("hash")(&mut vm, this), Ok(7));
    assert_eq!(slots.getitem.expect("getitem")(&mut vm, this, Value::Int(1)), Ok(Value::Int(2)));
    assert_eq!(
        slots.compare.expect("compare")(&mut vm, this, Value::Int(1), CompareOp::Ne),
        Ok(Value::FALSE)
    );
    assert_eq!(slots.add.expect("add")(&mut vm, Value::Int(3), Value::Int(4)), Ok(Value::Int(7)));
    assert_eq!(slots.mod_.expect("mod")(&mut vm, this, Value::Int(4)), Ok(this));
    assert_eq!(slots.next.expect("next")(&mut vm, this), Ok(Some(Value::Int(1))));
    assert_eq!(slots.bool.expect("bool")(&mut vm, this), Ok(true));
    let (args, kwnames) = arguments(&ints(&[3]), &[("y", Value::Int(1))]);
    assert_eq!(slots.call.expect("call")(&mut vm, this, &args, kwnames), Ok(Value::Int(31)));
    assert!(slots.call.expect("call")(&mut vm, this, &[], Value::UNDEF).is_err());
    assert_eq!(vm.message, "__call__() missing required argument 'x' (pos 1)");
    assert!(slots.repr.is_none());
}

#[test]
fn constructors() {
    let mut vm = Vm::default();
    let class = types::ready(Pair::__DEF);
    let new = class.slots.new.expect("new");
    let made = new(&mut vm, class, &ints(&[8]), Value::UNDEF)
        .expect("an object")
        .cast::<Pair>()
        .expect("a pair");
    assert_eq!((made.first, made.second.get()), (Value::Int(8), Value::Int(-1)));
    assert!(new(&mut vm, class, &[], Value::UNDEF).is_err());
    assert_eq!(vm.message, "pair expected at least 1 argument, got 0");
    let (args, kwnames) = arguments(&ints(&[8]), &[("x", Value::Int(1))]);
    assert!(new(&mut vm, class, &args, kwnames).is_err());
    assert_eq!(vm.message, "pair() takes no keyword arguments");
    // A subclass that overrides `__init__` may take keywords, one that doesn't may not.
    let plain = types::class("plain", vec![class], class.slots, class.layout);
    assert!(new(&mut vm, plain, &args, kwnames).is_err());
    let own_init = Slots { init: Some(|_, _, _, _| Ok(())), ..class.slots };
    let derived = types::class("derived", vec![class], own_init, class.layout);
    assert!(new(&mut vm, derived, &args, kwnames).is_ok());
    let init = class.slots.init.expect("init");
    assert_eq!(init(&mut vm, made.into(), &args, kwnames), Ok(()));
}

#[test]
fn accessors_and_constants() {
    let mut vm = Vm::default();
    let this = pair(&mut vm);
    let [first, count] = Pair::__DEF.getset[0] else { panic!("two accessors") };
    assert_eq!(
        (first.name, first.doc, first.member, count.name, count.member),
        ("first", "The first.", true, "count", false)
    );
    assert_eq!((first.get)(&mut vm, this), Ok(Value::Int(1)));
    assert!(first.set.is_none());
    let set = count.set.expect("a setter");
    assert_eq!(set(&mut vm, this, Some(Value::Int(3))), Ok(()));
    assert_eq!((count.get)(&mut vm, this), Ok(Value::Int(3)));
    assert!(set(&mut vm, this, None).is_err());
    assert_eq!(vm.message, "cannot delete 'count' attribute");
    assert!((count.get)(&mut vm, Value::Int(1)).is_err());
    assert_eq!(
        vm.message,
        "descriptor 'count' for 'pkg.pair' objects doesn't apply to a 'int' object"
    );
    let consts: Vec<_> =
        Pair::__DEF.consts[0].iter().map(|c| (c.name, (c.make)(&mut vm))).collect();
    assert_eq!(consts, [("LIMIT", Ok(Value::Int(99))), ("max", Ok(Value::Int(100)))]);
}

#[test]
fn layouts_and_tracing() {
    use layout::Object;
    let mut vm = Vm::default();
    types::ready(Triple::__DEF);
    let base = (Value::Int(1), Field::new(Value::Int(2)), String::new());
    let triple = Triple::create(&mut vm, base, Value::Int(3)).expect("memory");
    assert_eq!(
        (triple.base.first, triple.base.count.get(), triple.third),
        (Value::Int(1), 7, Value::Int(3))
    );
    let mut tracer = Tracer { seen: Vec::new(), scope: std::marker::PhantomData };
    // SAFETY: a live object of that layout.
    unsafe { (Triple::LAYOUT.trace)(triple.as_ptr().cast(), &mut tracer) };
    assert_eq!(tracer.seen, ints(&[1, 2, 3]));
    assert_eq!(Triple::LAYOUT.size, size_of::<Triple>());
    assert!(Triple::LAYOUT.base.is_some_and(|base| std::ptr::eq(base, Pair::LAYOUT)));
    assert!(Pair::LAYOUT.drop.is_some() && mathy::Inner::LAYOUT.drop.is_none());
    assert!(std::ptr::eq(Triple::__DEF.base.expect("a base"), Pair::__DEF));
    assert_eq!(Pair::__DEF.base.map(|b| b.name), Some("object"));
    assert!(Value::from(triple).cast::<Pair>().is_some());
    // SAFETY: a live object of that layout.
    unsafe { (Triple::LAYOUT.drop.expect("it owns a string"))(triple.as_ptr().cast()) };
}

//! Containers against models, with a collection at every few allocations, freed cells poisoned and barriers verified.
//!
//! A process has one runtime, so everything runs in one test.

mod literal;

use heap::{Gc, HeapOptions, Stress};
use objects::array::Values;
use objects::dict::{Dict, Merge};
use objects::layout::Object;
use objects::list::List;
use objects::range::Range;
use objects::runtime::{Options, Runtime};
use objects::set::{FrozenSet, Set};
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{Hooks, PyResult, Raised, Vm};
use std::collections::HashSet;

static HOOKS: Hooks = Hooks {
    call_function: |vm, _, _, _| Err(vm.system_error(format_args!("no interpreter"))),
    invalidate_type: |_, _| {},
    globals: |_| None,
    add_traceback: |_| {},
    import: |vm, name| Err(vm.system_error(format_args!("no import of {name}"))),
    release_code: |_, _| {},
    generic_alias: |_, class, _| Ok(class),
    union: |_, _, _| Ok(objects::singletons::not_implemented()),
    super_arguments: |_| Err(None),
    template: |_, _, _| Err(Raised),
    interpolation: |_, _, _, _, _| Err(Raised),
    typing_intrinsic: |_, _, _, _| Err(Raised),
    warn: |_, _, _, _| Ok(()),
};

/// A small random generator.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit as u64) as usize
    }
}

fn text(v: Gc<Str>) -> String {
    v.text().to_string()
}

/// A value that lives in the heap and equals others with the same number.
fn heap_value(vm: &mut Vm, n: usize) -> PyResult<Value> {
    Ok(match n % 4 {
        0 => Value::from_len(n),
        1 => Str::from_fmt(vm, format_args!("key {n}"))?.into(),
        2 => objects::int::from_i64(vm, i64::MAX - n as i64)?,
        _ => {
            let text = Str::from_fmt(vm, format_args!("part {n}"))?;
            Tuple::pair(vm, Value::from_len(n), text.into())?.into()
        }
    })
}

fn number_of(vm: &mut Vm, v: Value) -> PyResult<String> {
    vm.repr(v).map(text)
}

fn lists(vm: &mut Vm, random: &mut Random) -> PyResult<()> {
    let list = List::new(vm)?;
    let mut model: Vec<usize> = Vec::new();
    for step in 0..4000 {
        match random.below(12) {
            0..6 => {
                let v = heap_value(vm, step)?;
                list.push(vm, v)?;
                model.push(step);
            }
            6 => {
                let at = random.below(model.len() + 1);
                let v = heap_value(vm, step)?;
                list.insert(vm, at, v)?;
                model.insert(at, step);
            }
            7 => {
                assert_eq!(list.pop().is_some(), model.pop().is_some());
            }
            8 if !model.is_empty() => {
                let at = random.below(model.len());
                list.remove(vm, at);
                model.remove(at);
            }
            9 if model.len() > 10 => {
                let (from, to) = (random.below(model.len()), random.below(model.len()));
                let (from, to) = (from.min(to), from.max(to));
                let at = random.below(model.len());
                list.splice(vm, at..(at + 5).min(model.len()), list.items.get(), from..to)?;
                let part: Vec<usize> = model[from..to].to_vec();
                let end = (at + 5).min(model.len());
                model.splice(at..end, part);
                if model.len() > 3000 {
                    list.splice(vm, 100..3000, Values::empty(), 0..0)?;
                    model.drain(100..3000);
                }
            }
            10 if !model.is_empty() => {
                let at = random.below(model.len());
                let v = heap_value(vm, step)?;
                assert!(list.set(vm, at, v));
                model[at] = step;
            }
            _ => {}
        }
        assert_eq!(list.len(), model.len());
    }
    for (index, n) in model.iter().enumerate() {
        let (expected, found) = (heap_value(vm, *n)?, list.get(index).expect("in range"));
        assert!(vm.eq(expected, found)?, "item {index}");
    }
    Ok(())
}

fn sorting(vm: &mut Vm, random: &mut Random) -> PyResult<()> {
    for (len, kind) in [
        (0, 0),
        (1, 1),
        (2, 1),
        (50, 1),
        (70, 2),
        (900, 0),
        (900, 1),
        (900, 2),
        (900, 3),
        (5000, 3),
    ] {
        let list = List::new(vm)?;
        let mut model = Vec::new();
        for index in 0..len {
            let n = random.below(200) as i64;
            let v = match kind {
                0 => objects::int::from_i64(vm, n)?,
                1 => Str::from_fmt(vm, format_args!("{n:05}"))?.into(),
                2 => objects::int::from_i64(vm, i64::MAX - 1000 + n)?,
                _ => {
                    let index = objects::int::from_i64(vm, index as i64)?;
                    let n = objects::int::from_i64(vm, n)?;
                    Tuple::pair(vm, n, index)?.into()
                }
            };
            list.push(vm, v)?;
            model.push((n, index));
        }
        model.sort();
        for reverse in [false, true] {
            list.sort(vm, None, reverse)?;
            for index in 0..len {
                let wanted = model[if reverse { len - 1 - index } else { index }];
                let found = list.get(index).expect("in range");
                let found = number_of(vm, found)?;
                let wanted = match kind {
                    0 => format!("{}", wanted.0),
                    1 => format!("'{:05}'", wanted.0),
                    2 => format!("{}", i64::MAX - 1000 + wanted.0),
                    _ => format!("({}, {})", wanted.0, wanted.1),
                };
                assert_eq!(found, wanted, "kind {kind}, item {index} of {len}, reverse {reverse}");
            }
        }
    }
    Ok(())
}

fn dicts(vm: &mut Vm, random: &mut Random) -> PyResult<()> {
    for range in [6, 40, 1000] {
        let dict = Dict::new(vm)?;
        let mut model: Vec<(usize, usize)> = Vec::new();
        for step in 0..3000 {
            let n = random.below(range);
            let key = heap_value(vm, n)?;
            let at = model.iter().position(|(k, _)| *k == n);
            match random.below(10) {
                0..5 => {
                    let value = heap_value(vm, step)?;
                    dict.set(vm, key, value)?;
                    match at {
                        Some(at) => model[at].1 = step,
                        None => model.push((n, step)),
                    }
                }
                5..8 => {
                    let removed = dict.remove(vm, key)?;
                    assert_eq!(removed.is_some(), at.is_some());
                    at.map(|at| model.remove(at));
                }
                8 => {
                    assert_eq!(dict.pop_item(vm)?.is_some(), model.pop().is_some());
                }
                _ => {
                    let found = dict.get(vm, key)?;
                    assert_eq!(found.is_some(), at.is_some());
                }
            }
            assert_eq!(dict.len(), model.len());
        }
        let copy = dict.copy(vm)?;
        for dict in [dict, copy] {
            let mut at = 0;
            for (n, step) in &model {
                let (key, value, _) = dict.next_entry(&mut at).expect("as many as the model");
                let (n, step) = (heap_value(vm, *n)?, heap_value(vm, *step)?);
                assert!(vm.eq(key, n)? && vm.eq(value, step)?);
            }
            assert!(dict.next_entry(&mut at).is_none());
        }
    }
    layout_ids(vm)?;
    let (a, b) = (Dict::new(vm)?, Dict::new(vm)?);
    a.set(vm, Value::int32(1), Value::NONE)?;
    b.set(vm, Value::int32(1), Value::TRUE)?;
    b.merge(vm, a.into(), Merge::Keep)?;
    assert!(b.get(vm, Value::int32(1))? == Some(Value::TRUE));
    assert_eq!(b.merge(vm, a.into(), Merge::Unique), Err(Raised));
    vm.clear_raised();
    Ok(())
}

/// What inline caches rely on.
fn layout_ids(vm: &mut Vm) -> PyResult<()> {
    let dict = Dict::new(vm)?;
    let (a, b) = (vm.intern("a")?, vm.intern("b")?);
    dict.set_str(vm, a, Value::int32(1))?;
    let id = dict.layout_id(vm);
    assert_ne!(id, 0);
    let entry = dict.find_entry_str(a).expect("just set");
    dict.set_str(vm, a, Value::int32(2))?;
    assert_eq!((dict.layout_id(vm), dict.entry_value(entry)), (id, Value::int32(2)));
    dict.set_str(vm, b, Value::NONE)?;
    assert_eq!(dict.keys_id.get(), 0);
    let second = dict.layout_id(vm);
    assert!(second != 0 && second != id);
    dict.remove_str(vm, b)?;
    assert_eq!(dict.keys_id.get(), 0);
    assert_ne!(dict.layout_id(vm), second);
    dict.clear(vm)?;
    assert_eq!((dict.keys_id.get(), dict.find_entry_str(a)), (0, None));
    dict.set(vm, Value::int32(5), Value::NONE)?;
    assert_eq!(dict.layout_id(vm), 0);
    Ok(())
}

fn sets(vm: &mut Vm, random: &mut Random) -> PyResult<()> {
    for range in [5, 100, 2000] {
        let set = Set::new(vm)?;
        let mut model = HashSet::new();
        for _ in 0..3000 {
            let n = random.below(range);
            let key = heap_value(vm, n)?;
            match random.below(3) {
                0 => assert_eq!(set.add(vm, key)?, model.insert(n)),
                1 => assert_eq!(set.discard(vm, key)?, model.remove(&n)),
                _ => assert_eq!(set.contains(vm, key)?, model.contains(&n)),
            }
            assert_eq!(set.len(), model.len());
        }
        let copy = set.copy(vm)?;
        let (mut at, mut count) = (0, 0);
        while let Some((key, _)) = copy.next_member(&mut at) {
            assert!(set.contains(vm, key)?);
            count += 1;
        }
        assert_eq!(count, model.len());
        while set.pop().is_some() {
            count -= 1;
        }
        assert_eq!((count, set.len()), (0, 0));
    }
    // The order of CPython.
    for (members, order) in [
        (vec![3, 1, 2], "{1, 2, 3}"),
        (vec![8, 16, 0, 24, 7], "{0, 7, 8, 16, 24}"),
        (vec![100, 33, 1000, 65, 5, 129, 64], "{64, 33, 65, 129, 100, 5, 1000}"),
    ] {
        let set = Set::new(vm)?;
        for n in members {
            set.add(vm, Value::int32(n))?;
        }
        let shown = vm.repr(set.into())?;
        assert_eq!(text(shown), order);
    }
    let items = [Value::int32(1), Value::int32(2)];
    let frozen = Set::frozen_from_slice(vm, &items)?;
    let shown = vm.repr(frozen.into())?;
    assert_eq!(text(shown), "frozenset({1, 2})");
    assert_eq!(objects::types::class_of(frozen.into()), FrozenSet::def().object());
    // A set stands for the frozenset of its members when it is looked for.
    let outer = Set::new(vm)?;
    outer.add(vm, frozen.into())?;
    let inner = Set::new(vm)?;
    for item in items {
        inner.add(vm, item)?;
    }
    assert!(outer.contains(vm, inner.into())?);
    assert_eq!(outer.add(vm, inner.into()), Err(Raised));
    let raised = vm.take_raised();
    let message = vm.str_of(raised)?;
    assert_eq!(text(message), "cannot use 'set' as a set element (unhashable type: 'set')");
    Ok(())
}

fn iterators(vm: &mut Vm) -> PyResult<()> {
    let range = Range::new(vm, Value::int32(10), Value::int32(0), Value::int32(-3))?;
    let list = List::from_iterable(vm, range.into())?;
    let shown = vm.repr(list.into())?;
    assert_eq!(text(shown), "[10, 7, 4, 1]");
    let huge = objects::int::from_i64(vm, i64::MAX)?;
    let beyond = vm.binary(objects::protocol::BinaryOp::Mul, huge, Value::int32(4))?;
    let range = Range::new(vm, huge, beyond, huge)?;
    let list = List::from_iterable(vm, range.into())?;
    let shown = vm.repr(list.into())?;
    assert_eq!(text(shown), "[9223372036854775807, 18446744073709551614, 27670116110564327421]");
    let itself = List::new(vm)?;
    itself.push(vm, itself.into())?;
    let shown = vm.repr(itself.into())?;
    assert_eq!(text(shown), "[[...]]");
    Ok(())
}

/// Expressions and what CPython makes of them.
fn expressions(vm: &mut Vm) {
    let mut wrong = Vec::new();
    for line in include_str!("containers.txt").lines() {
        let (text, expected) = line.split_once(" => ").expect("a case with its outcome");
        let found = literal::outcome(vm, text);
        if found != expected {
            wrong.push(format!("{text}\n  expected {expected}\n  found    {found}"));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

fn all(vm: &mut Vm) -> PyResult<()> {
    let mut random = Random(0x1234_5678_9ABC_DEF1);
    lists(vm, &mut random)?;
    sorting(vm, &mut random)?;
    dicts(vm, &mut random)?;
    sets(vm, &mut random)?;
    iterators(vm)?;
    expressions(vm);
    Ok(())
}

#[test]
fn containers_under_stress() {
    let heap = HeapOptions {
        nursery_bytes: 64 << 10,
        stress: Some(Stress { every: 23, seed: 5 }),
        poison: true,
        verify: true,
        ..HeapOptions::default()
    };
    let options = Options { heap, hooks: &HOOKS, hash_key: None, recursion_limit: 1000 };
    let vm = Runtime::start(options).expect("a first runtime");
    if all(vm).is_err() {
        let raised = vm.take_raised();
        let shown = vm.repr(raised).map(text);
        panic!("raised {shown:?}");
    }
}

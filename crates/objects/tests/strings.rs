//! Strings and bytearrays against models, with a collection at every few allocations, freed cells poisoned and barriers
//! verified. A process has one runtime, so everything runs in one test.

use heap::{Gc, HeapOptions, Stress};
use objects::bytearray::ByteArray;
use objects::bytes::{Bytes, buffer};
use objects::exceptions;
use objects::runtime::{Options, Runtime};
use objects::str::Str;
use objects::value::Value;
use objects::vm::{Hooks, PyResult, Raised, Vm};

static HOOKS: Hooks = Hooks {
    call_function: |vm, _, _, _| Err(vm.system_error(format_args!("no interpreter"))),
    invalidate_type: |_, _| {},
    globals: |_| None,
    add_traceback: |_| {},
    import: |vm, name| {
        Err(vm.import_error(Value::NONE, Value::NONE, format_args!("no import of {name}")))
    },
    release_code: |_, _| {},
    generic_alias: |_, class, _| Ok(class),
    union: |_, _, _| Ok(objects::singletons::not_implemented()),
    super_arguments: |_| Err(None),
    template: |_, _, _| Ok(Value::NONE),
    interpolation: |_, _, _, _, _| Ok(Value::NONE),
    typing_intrinsic: |_, _, _, _| Ok(Value::NONE),
    warn: |_, _, _, _| Ok(()),
};

/// A small random generator.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }

    fn char(&mut self, wide: bool) -> char {
        match self.below(if wide { 4 } else { 1 }) {
            0 => (b'a' + self.below(26) as u8) as char,
            1 => ['é', 'ÿ', 'ß'][self.below(3)],
            2 => ['\u{1234}', '中', '€'][self.below(3)],
            _ => ['😀', '𝔘', '\u{10FFFF}'][self.below(3)],
        }
    }

    fn text(&mut self, len: usize, wide: bool) -> String {
        (0..len).map(|_| self.char(wide)).collect()
    }
}

fn assert_text(s: Gc<Str>, model: &str) {
    assert_eq!(s.text().as_str(), Some(model));
    assert_eq!(s.char_len(), model.chars().count());
    assert_eq!(s.is_ascii(), model.is_ascii());
}

fn get(vm: &mut Vm, s: Gc<Str>, index: isize) -> PyResult<Value> {
    vm.getitem(s.into(), Value::int32(index as i32))
}

/// Growing strings: all the versions on the way stay what they were, whichever of them goes on growing.
fn growth(vm: &mut Vm, random: &mut Random) -> PyResult<()> {
    for wide in [false, true] {
        let mut versions = [Str::empty(); 8];
        let mut models: [String; 8] = Default::default();
        for step in 0..3000 {
            let (from, to) = (random.below(8), random.below(8));
            let part = random.text(step % 23, wide);
            let right = Str::new(vm, &part)?;
            versions[to] = Str::concat(vm, versions[from], right)?;
            models[to] = models[from].clone() + &part;
            if models[to].len() > 6000 {
                versions[to] = Str::empty();
                models[to].clear();
            }
            let looked_at = random.below(8);
            let (s, model) = (versions[looked_at], &models[looked_at]);
            assert_text(s, model);
            // Single characters, which may build an index.
            let chars: Vec<char> = model.chars().collect();
            if !chars.is_empty() {
                let index = random.below(chars.len());
                let found = get(vm, s, index as isize)?;
                let expected = Str::new(vm, &chars[index].to_string())?;
                assert!(vm.eq(found, expected.into())?, "{index} of {model:?}");
            }
        }
        for (s, model) in versions.into_iter().zip(&models) {
            assert_text(s, model);
        }
    }
    Ok(())
}

/// A loop of `s += x` doesn't copy what is there again and again.
fn linear_growth(vm: &mut Vm) -> PyResult<()> {
    let part = Str::new(vm, "0123456789")?;
    let mut s = Str::empty();
    for _ in 0..200_000 {
        s = Str::concat(vm, s, part)?;
    }
    assert_eq!(s.char_len(), 2_000_000);
    assert!(s.text().as_str().is_some_and(|text| text.ends_with("0123456789")));
    Ok(())
}

fn searching(vm: &mut Vm, random: &mut Random) -> PyResult<()> {
    for step in 0..400 {
        let wide = step % 2 == 1;
        let len = random.below(400);
        let model = random.text(len, wide);
        let s = Str::new(vm, &model)?;
        let chars: Vec<char> = model.chars().collect();
        let (a, b) = (random.below(len + 1), random.below(len + 1));
        let (low, high) = (a.min(b), a.max(b));
        let slice = objects::slice::Slice::new(
            vm,
            Value::from_len(low),
            Value::from_len(high),
            Value::NONE,
        )?;
        let part = vm.getitem(s.into(), slice.into())?;
        let expected: String = chars[low..high].iter().collect();
        assert_text(part.exact::<Str>().expect("a slice of a string"), &expected);
        // What was cut out is found, not behind where it was.
        let find = vm.intern("find")?;
        let found =
            vm.call_method(s.into(), find, &[part])?.as_small_int().expect("an index") as usize;
        assert!(found <= low && chars[found..].starts_with(&chars[low..high]));
        let rfind = vm.intern("rfind")?;
        let found =
            vm.call_method(s.into(), rfind, &[part])?.as_small_int().expect("an index") as usize;
        assert!(found >= low && chars[found..].starts_with(&chars[low..high]));
        let mut backwards = String::new();
        let iterator = vm.iter(s.into())?;
        while let Some(c) = vm.next(iterator)? {
            backwards.insert_str(0, &c.exact::<Str>().expect("a character").text().to_string());
        }
        let expected: String = model.chars().rev().collect();
        assert_eq!(backwards, expected);
        let separator = random.char(wide).to_string();
        let by = Str::new(vm, &separator)?;
        let split = vm.intern("split")?;
        let parts = vm.call_method(s.into(), split, &[by.into()])?;
        assert_eq!(vm.len(parts)?, model.split(&separator).count());
        let join = vm.intern("join")?;
        let joined = vm.call_method(by.into(), join, &[parts])?;
        assert_text(joined.exact::<Str>().expect("a string"), &model);
        let replaced =
            Str::replaced(s, vm, by, part.exact::<Str>().expect("a string"), usize::MAX)?;
        let cut: String = chars[low..high].iter().collect();
        assert_text(replaced, &model.replace(&separator, &cut));
    }
    Ok(())
}

/// There is one string of each Latin-1 character and one empty one, however they are made.
fn singles(vm: &mut Vm) -> PyResult<()> {
    for code_point in 0..=255u8 {
        let text = char::from(code_point).to_string();
        let single = Str::latin1(code_point);
        assert_eq!(Str::new(vm, &text)?, single);
        assert_eq!(vm.intern(&text)?, single);
        assert_eq!(Str::from_fmt(vm, format_args!("{text}"))?, single);
        let long = Str::from_fmt(vm, format_args!("x{text}y"))?;
        assert_eq!(get(vm, long, 1)?, single.into());
        let (x, y) = (Str::latin1(b'x'), Str::latin1(b'y'));
        let without = Str::replaced(long, vm, x, Str::empty(), 1)?;
        if code_point != b'x' && code_point != b'y' {
            assert_eq!(Str::replaced(without, vm, y, Str::empty(), 1)?, single);
        }
        assert_eq!(Str::join_parts(vm, &[Str::empty().into(), single.into()])?, single);
        assert_eq!(Bytes::new(vm, &[code_point])?, Bytes::one(code_point));
    }
    assert_eq!(Str::new(vm, "")?, Str::empty());
    assert!(Str::empty().is_interned());
    Ok(())
}

fn bytearrays(vm: &mut Vm, random: &mut Random) -> PyResult<()> {
    let array = ByteArray::new(vm, b"")?;
    let mut model: Vec<u8> = Vec::new();
    for step in 0..4000 {
        let len = model.len();
        let (a, b) = (random.below(len + 1), random.below(len + 1));
        let range = a.min(b)..a.max(b);
        match random.below(6) {
            0 | 1 => {
                let part = random.text(step % 37, false);
                ByteArray::extend(array, vm, part.as_bytes())?;
                model.extend_from_slice(part.as_bytes());
            }
            2 => {
                let len = random.below(12);
                let part = random.text(len, false);
                ByteArray::splice(array, vm, range.clone(), part.as_bytes())?;
                model.splice(range, part.into_bytes());
            }
            3 => {
                let cut = random.below(8).min(len);
                ByteArray::splice(array, vm, 0..cut, b"")?;
                model.drain(..cut);
            }
            4 => {
                let len = random.below(2000);
                ByteArray::resize(array, vm, len)?;
                model.resize(len, 0);
            }
            _ if len > 0 => {
                assert!(array.set(a.min(len - 1), 7));
                model[a.min(len - 1)] = 7;
            }
            _ => assert!(!array.set(len, 7)),
        }
        let view = buffer(vm, array.into())?;
        assert_eq!(view.bytes(), model);
        // While the bytes are lent out the size can't change.
        assert!(ByteArray::extend(array, vm, b"x").is_err());
        assert!(vm.raised_matches(&exceptions::BUFFER_ERROR));
        vm.clear_raised();
        if model.len() > 5000 {
            drop(view);
            ByteArray::resize(array, vm, 10)?;
            model.truncate(10);
        }
    }
    Ok(())
}

fn run(vm: &mut Vm) -> PyResult<()> {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    singles(vm)?;
    growth(vm, &mut random)?;
    searching(vm, &mut random)?;
    bytearrays(vm, &mut random)?;
    linear_growth(vm)
}

#[test]
fn strings_behave_like_models() {
    let heap = HeapOptions {
        stress: Some(Stress { every: 20, seed: 5 }),
        poison: true,
        verify: true,
        nursery_bytes: 256 << 10,
        ..HeapOptions::default()
    };
    let options = Options { heap, hooks: &HOOKS, hash_key: None, recursion_limit: 1000 };
    let vm = match Runtime::start(options) {
        Ok(vm) => vm,
        Err(error) => panic!("{error}"),
    };
    if let Err(Raised) = run(vm) {
        let error = vm.take_raised();
        panic!("raised {}", vm.repr_for_message(error));
    }
}

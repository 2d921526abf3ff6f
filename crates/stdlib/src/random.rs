//! `_random`: the Mersenne Twister MT19937, with CPython's seeding and sequence.
//!
//! After Matsumoto and Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudorandom number generator" (1998).

use macros::pymodule;

const N: usize = 624;
const M: usize = 397;

/// The generator's state.
pub struct Twister {
    words: [u32; N],
    at: usize,
}

impl Twister {
    /// Seeded by one word.
    fn new(seed: u32) -> Twister {
        let mut words = [0; N];
        words[0] = seed;
        for i in 1..N {
            let before: u32 = words[i - 1];
            words[i] = 1_812_433_253u32.wrapping_mul(before ^ before >> 30).wrapping_add(i as u32);
        }
        Twister { words, at: N }
    }

    /// Seeded by a key of words.
    fn from_key(key: &[u32]) -> Twister {
        let mut t = Twister::new(19_650_218);
        let w = &mut t.words;
        let (mut i, mut j) = (1, 0);
        for _ in 0..N.max(key.len()) {
            w[i] = (w[i] ^ (w[i - 1] ^ w[i - 1] >> 30).wrapping_mul(1_664_525))
                .wrapping_add(key[j])
                .wrapping_add(j as u32);
            i += 1;
            j += 1;
            if i >= N {
                w[0] = w[N - 1];
                i = 1;
            }
            if j >= key.len() {
                j = 0;
            }
        }
        for _ in 1..N {
            w[i] = (w[i] ^ (w[i - 1] ^ w[i - 1] >> 30).wrapping_mul(1_566_083_941))
                .wrapping_sub(i as u32);
            i += 1;
            if i >= N {
                w[0] = w[N - 1];
                i = 1;
            }
        }
        w[0] = 0x8000_0000;
        t
    }

    fn refill(&mut self) {
        for i in 0..N {
            let y = self.words[i] & 0x8000_0000 | self.words[(i + 1) % N] & 0x7FFF_FFFF;
            let mask = if y & 1 != 0 { 0x9908_B0DF } else { 0 };
            self.words[i] = self.words[(i + M) % N] ^ y >> 1 ^ mask;
        }
        self.at = 0;
    }

    /// The next 32 bits.
    fn next(&mut self) -> u32 {
        if self.at >= N {
            self.refill();
        }
        let mut y = self.words[self.at];
        self.at += 1;
        y ^= y >> 11;
        y ^= y << 7 & 0x9D2C_5680;
        y ^= y << 15 & 0xEFC6_0000;
        y ^ y >> 18
    }
}

/// The module.
#[pymodule(
    name = "_random",
    doc = "Module implements the Mersenne Twister random number generator."
)]
pub mod module {
    use super::{N, Twister};
    use heap::Gc;
    use macros::{pymethods, pytype};
    use objects::int;
    use objects::protocol::BinaryOp;
    use objects::tuple::Tuple;
    use objects::types::Type;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::cell::RefCell;

    /// Random() -> create a random number generator with its own internal state.
    #[pytype(name = "_random.Random", flags(BASETYPE))]
    pub struct Random {
        #[untraced]
        state: RefCell<Box<Twister>>,
    }

    /// The words of an int's absolute value, lowest first.
    fn key_of(vm: &mut Vm, seed: Value) -> PyResult<Vec<u32>> {
        let mut rest = vm.abs(seed)?;
        let mut words = Vec::new();
        while rest != Value::ZERO {
            let low = vm.binary(BinaryOp::And, rest, Value::from_len(0xFFFF_FFFF))?;
            words.push(int::to_u64(low).unwrap_or(0) as u32);
            rest = vm.binary(BinaryOp::RShift, rest, Value::int32(32))?;
        }
        if words.is_empty() {
            words.push(0);
        }
        Ok(words)
    }

    fn system_key(vm: &mut Vm) -> PyResult<Vec<u32>> {
        let mut bytes = [0; 4 * N];
        if let Err(e) = crate::posix::random_bytes(&mut bytes) {
            return Err(vm.os_error(&e, None));
        }
        Ok(bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]])).collect())
    }

    fn seeded(vm: &mut Vm, seed: Option<Value>) -> PyResult<Box<Twister>> {
        let key = match seed.filter(|s| !s.is_none()) {
            None => system_key(vm)?,
            Some(n) if n.is_small_int() || n.is_bool() || n.cast::<int::Int>().is_some() => {
                let exact = vm.index(n)?;
                key_of(vm, exact)?
            }
            Some(other) => {
                let hash = vm.hash(other)? as u64;
                let exact = int::from_u64(vm, hash)?;
                key_of(vm, exact)?
            }
        };
        Ok(Box::new(Twister::from_key(&key)))
    }

    #[pymethods]
    impl Random {
        #[slot(new)]
        fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
            let seed = objects::args::positional(args, kwnames).first().copied();
            let state = seeded(vm, seed)?;
            Random::create_as(vm, cls, RefCell::new(state))
        }

        #[slot(init)]
        fn init(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<()> {
            let args = objects::args::positional(args, kwnames);
            if args.len() > 1 {
                return Err(vm.type_error(format_args!("Random() requires 0 or 1 argument")));
            }
            let state = seeded(vm, args.first().copied())?;
            this.state.replace(state);
            Ok(())
        }

        /// random() -> x in the interval [0, 1).
        #[method(leaf)]
        fn random(this: Gc<Self>) -> f64 {
            let mut state = this.state.borrow_mut();
            let (a, b) = (state.next() >> 5, state.next() >> 6);
            (f64::from(a) * 67_108_864.0 + f64::from(b)) * (1.0 / 9_007_199_254_740_992.0)
        }

        /// seed([n]) -> None.
        #[method(sig = "($self, n=None, /)")]
        fn seed(this: Gc<Self>, vm: &mut Vm, n: Option<Value>) -> PyResult<()> {
            let state = seeded(vm, n)?;
            this.state.replace(state);
            Ok(())
        }

        /// getrandbits(k) -> x.  Generates an int with k random bits.
        #[method]
        fn getrandbits(this: Gc<Self>, vm: &mut Vm, k: i64) -> PyResult<Value> {
            if k < 0 {
                return Err(vm.value_error(format_args!("Cannot convert negative int")));
            }
            if k == 0 {
                return Ok(Value::ZERO);
            }
            if k <= 32 {
                let word = this.state.borrow_mut().next() >> (32 - k);
                return Ok(Value::from_len(word as usize));
            }
            let words = (k as usize).div_ceil(32);
            let mut limbs: Vec<u64> = Vec::new();
            if limbs.try_reserve_exact(words.div_ceil(2)).is_err() {
                return Err(vm.memory_error());
            }
            let mut left = k;
            for i in 0..words {
                let mut word = this.state.borrow_mut().next();
                if left < 32 {
                    word >>= 32 - left;
                }
                left -= 32;
                match i % 2 {
                    0 => limbs.push(u64::from(word)),
                    _ => {
                        if let Some(last) = limbs.last_mut() {
                            *last |= u64::from(word) << 32;
                        }
                    }
                }
            }
            int::from_limbs(vm, &limbs, false)
        }

        /// getstate() -> tuple containing the current state.
        #[method]
        fn getstate(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
            let mut items = [Value::ZERO; N + 1];
            {
                let state = this.state.borrow();
                for (item, word) in items.iter_mut().zip(state.words) {
                    *item = Value::from_len(word as usize);
                }
                items[N] = Value::from_len(state.at);
            }
            Ok(Tuple::from_slice(vm, &items)?.into())
        }

        /// setstate(state) -> None.  Restores generator state.
        #[method]
        fn setstate(this: Gc<Self>, vm: &mut Vm, state: Value) -> PyResult<()> {
            let Some(tuple) = state.cast::<Tuple>() else {
                return Err(vm.type_error(format_args!("state vector must be a tuple")));
            };
            if tuple.len() != N + 1 {
                return Err(vm.value_error(format_args!("state vector is the wrong size")));
            }
            let mut words = [0; N];
            for (word, item) in words.iter_mut().zip(tuple.items()) {
                let exact = vm.index(*item)?;
                *word = match int::to_u64(exact) {
                    Some(w) => w as u32,
                    None => {
                        return Err(vm.overflow_error(format_args!(
                            "can't convert negative value to unsigned int"
                        )));
                    }
                };
            }
            let at = tuple.get(N).unwrap_or(Value::ZERO);
            let at = vm.index_clipped(at)?;
            match usize::try_from(at).ok().filter(|at| *at <= N) {
                Some(at) => {
                    this.state.replace(Box::new(Twister { words, at }));
                    Ok(())
                }
                None => Err(vm.value_error(format_args!("invalid state"))),
            }
        }
    }
}

//! Hash values as CPython computes them on 64-bit platforms, as raw `i64`.
//!
//! Text and bytes are hashed with SipHash-1-3 under a key that `PYTHONHASHSEED` decides. Text is hashed over the units that
//! CPython would store it in (PEP 393), so that sets and dictionaries of strings have CPython's order. Numbers that are equal
//! hash equal whatever their type: all reduce their value modulo the prime 2^61 − 1. No hash is ever −1.

use crate::text::Text;

/// The prime that numeric hashes are reduced by (`sys.hash_info.modulus`).
pub const MODULUS: u64 = (1 << MODULUS_BITS) - 1;
/// Hash of positive infinity (`sys.hash_info.inf`).
pub const INFINITY: i64 = 314_159;
/// Multiplier of the imaginary part (`sys.hash_info.imag`).
pub const IMAGINARY: i64 = 1_000_003;

const MODULUS_BITS: u32 = 61;

/// −1 means "error" in CPython's C interface, so its place is taken by −2.
#[inline]
pub const fn avoid_minus_one(hash: i64) -> i64 {
    if hash == -1 { -2 } else { hash }
}

/// The key of string hashing: one per process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HashKey {
    k0: u64,
    k1: u64,
}

impl HashKey {
    /// A key from random numbers.
    pub const fn new(k0: u64, k1: u64) -> HashKey {
        HashKey { k0, k1 }
    }

    /// The key for a numeric `PYTHONHASHSEED`: all zero for 0, otherwise expanded by a linear congruential generator.
    pub fn from_seed(seed: u32) -> HashKey {
        if seed == 0 {
            return HashKey::new(0, 0);
        }
        let mut state = seed;
        let mut word = || {
            (0..8).fold(0u64, |word, i| {
                state = state.wrapping_mul(214_013).wrapping_add(2_531_011);
                word | u64::from(state >> 16 & 0xFF) << (8 * i)
            })
        };
        HashKey::new(word(), word())
    }

    /// `hash` of a bytes object or another buffer.
    pub fn bytes(&self, bytes: &[u8]) -> i64 {
        if bytes.is_empty() {
            return 0;
        }
        let mut state = SipHash::new(self);
        let mut words = bytes.chunks_exact(8);
        for word in &mut words {
            state.word(word.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte)));
        }
        let tail =
            words.remainder().iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        state.finish(tail, bytes.len())
    }

    /// `hash` of a str object.
    pub fn text(&self, text: &Text) -> i64 {
        if text.is_ascii() {
            return self.bytes(text.as_bytes());
        }
        // The largest byte tells how wide the widest code point is: it is a lead byte.
        match text.as_bytes().iter().copied().max() {
            Some(0xF0..) => self.units::<32>(text),
            Some(0xC4..) => self.units::<16>(text),
            _ => self.units::<8>(text),
        }
    }

    /// Hashes code points as little-endian units of `BITS` bits.
    fn units<const BITS: u32>(&self, text: &Text) -> i64 {
        let mut state = SipHash::new(self);
        let (mut word, mut filled, mut count) = (0u64, 0, 0usize);
        for c in text.code_points() {
            word |= u64::from(c) << filled;
            filled += BITS;
            count += 1;
            if filled == 64 {
                state.word(word);
                (word, filled) = (0, 0);
            }
        }
        state.finish(word, count.wrapping_mul(BITS as usize / 8))
    }
}

/// SipHash with one round per word and three at the end (Aumasson and Bernstein).
struct SipHash {
    v: [u64; 4],
}

impl SipHash {
    #[inline]
    fn new(key: &HashKey) -> SipHash {
        SipHash {
            v: [
                key.k0 ^ 0x736f_6d65_7073_6575,
                key.k1 ^ 0x646f_7261_6e64_6f6d,
                key.k0 ^ 0x6c79_6765_6e65_7261,
                key.k1 ^ 0x7465_6462_7974_6573,
            ],
        }
    }

    #[inline]
    fn round(&mut self) {
        let [mut a, mut b, mut c, mut d] = self.v;
        a = a.wrapping_add(b);
        b = b.rotate_left(13) ^ a;
        a = a.rotate_left(32);
        c = c.wrapping_add(d);
        d = d.rotate_left(16) ^ c;
        a = a.wrapping_add(d);
        d = d.rotate_left(21) ^ a;
        c = c.wrapping_add(b);
        b = b.rotate_left(17) ^ c;
        c = c.rotate_left(32);
        self.v = [a, b, c, d];
    }

    #[inline]
    fn word(&mut self, word: u64) {
        self.v[3] ^= word;
        self.round();
        self.v[0] ^= word;
    }

    /// Takes the bytes that did not fill a word, and the length of it all.
    fn finish(mut self, tail: u64, len: usize) -> i64 {
        self.word(tail | (len as u64) << 56);
        self.v[2] ^= 0xFF;
        for _ in 0..3 {
            self.round();
        }
        avoid_minus_one((self.v[0] ^ self.v[1] ^ self.v[2] ^ self.v[3]) as i64)
    }
}

/// `hash` of an int that fits a machine word.
#[inline]
pub const fn int(value: i64) -> i64 {
    let rest = (value.unsigned_abs() % MODULUS) as i64;
    avoid_minus_one(if value < 0 { -rest } else { rest })
}

/// `hash` of an int from its magnitude, least significant limb first, and sign.
pub fn limbs(magnitude: &[u64], negative: bool) -> i64 {
    let rest = magnitude.iter().rev().fold(0u64, |rest, &limb| {
        ((u128::from(rest) << 64 | u128::from(limb)) % u128::from(MODULUS)) as u64
    });
    signed(rest, negative)
}

/// Puts the sign on a reduced magnitude.
const fn signed(rest: u64, negative: bool) -> i64 {
    avoid_minus_one(if negative { -(rest as i64) } else { rest as i64 })
}

/// `hash` of a float; `None` for a NaN, whose hash is that of the object's identity.
pub fn float(value: f64) -> Option<i64> {
    if value.is_nan() {
        return None;
    }
    if value.is_infinite() {
        return Some(if value > 0.0 { INFINITY } else { -INFINITY });
    }
    let bits = value.to_bits();
    let exponent = (bits >> 52 & 0x7FF) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let mantissa = if exponent == 0 { fraction } else { fraction | 1 << 52 };
    // The value is mantissa · 2^shift, and 2^61 ≡ 1: scaling is a rotation of 61 bits.
    let shift = (exponent.max(1) - 1075).rem_euclid(MODULUS_BITS as i32) as u32;
    let rotated = mantissa << shift & MODULUS | mantissa >> (MODULUS_BITS - shift);
    Some(signed(if rotated == MODULUS { 0 } else { rotated }, value < 0.0))
}

/// `hash` of a complex from the hashes of its parts.
#[inline]
pub const fn complex(real: i64, imaginary: i64) -> i64 {
    avoid_minus_one(real.wrapping_add(IMAGINARY.wrapping_mul(imaginary)))
}

/// `hash` of an object by its address.
#[inline]
pub const fn address(address: usize) -> i64 {
    avoid_minus_one((address as u64).rotate_right(4) as i64)
}

/// `hash` of a tuple, taking the hashes of its items one by one (after xxHash).
#[derive(Clone, Debug)]
pub struct TupleHasher {
    state: u64,
    len: u64,
}

impl TupleHasher {
    const PRIME_1: u64 = 11_400_714_785_074_694_791;
    const PRIME_2: u64 = 14_029_467_366_897_019_727;
    const PRIME_5: u64 = 2_870_177_450_012_600_261;

    /// Before the first item.
    #[inline]
    pub const fn new() -> TupleHasher {
        TupleHasher { state: Self::PRIME_5, len: 0 }
    }

    /// Takes the hash of the next item.
    #[inline]
    pub fn item(&mut self, hash: i64) {
        self.state = self.state.wrapping_add((hash as u64).wrapping_mul(Self::PRIME_2));
        self.state = self.state.rotate_left(31).wrapping_mul(Self::PRIME_1);
        self.len += 1;
    }

    /// The tuple's hash.
    #[inline]
    pub fn finish(self) -> i64 {
        match self.state.wrapping_add(self.len ^ (Self::PRIME_5 ^ 3_527_539)) as i64 {
            -1 => 1_546_275_796,
            hash => hash,
        }
    }
}

impl Default for TupleHasher {
    fn default() -> Self {
        TupleHasher::new()
    }
}

/// `hash` of a tuple from the hashes of its items.
pub fn tuple(items: &[i64]) -> i64 {
    let mut hasher = TupleHasher::new();
    items.iter().for_each(|&hash| hasher.item(hash));
    hasher.finish()
}

/// `hash` of a frozenset from the hashes of its members, in any order.
pub fn frozenset(members: impl IntoIterator<Item = i64>) -> i64 {
    let (mut mixed, mut len) = (0u64, 0u64);
    for hash in members {
        let hash = hash as u64;
        mixed ^= (hash ^ 89_869_747 ^ hash << 16).wrapping_mul(3_644_798_167);
        len += 1;
    }
    mixed ^= (len + 1).wrapping_mul(1_927_868_237);
    mixed ^= mixed >> 11 ^ mixed >> 25;
    match mixed.wrapping_mul(69_069).wrapping_add(907_133_923) as i64 {
        -1 => 590_923_713,
        hash => hash,
    }
}

#[cfg(test)]
mod tests;

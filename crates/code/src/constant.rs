//! Constants of a code object as plain data; the object model turns them into values.
//!
//! Equality is that of CPython's constant merging: by type and value, so `1`, `1.0` and `True` differ and so do `0.0`
//! and `-0.0`. Floats compare by their bits. Strings are generalised UTF-8 and may hold lone surrogates.

use std::hash::{Hash, Hasher};
use std::sync::Arc;

use prim::text::Text;

use crate::CodeObject;

/// Python text in a code object: generalised UTF-8 (a lone surrogate is encoded as UTF-8 would), shared.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Str(Arc<[u8]>);

impl Str {
    /// Takes bytes that the caller knows to be generalised UTF-8.
    #[must_use]
    pub fn from_generalized_utf8(bytes: &[u8]) -> Str {
        Str(bytes.into())
    }

    /// The generalised UTF-8 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// As text.
    #[must_use]
    pub fn as_text(&self) -> &Text {
        Text::from_bytes_unchecked(&self.0)
    }

    /// The text, unless it holds a lone surrogate.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    /// The text with each lone surrogate replaced, for messages.
    #[must_use]
    pub fn to_string_lossy(&self) -> String {
        String::from_utf8_lossy(&self.0).into_owned()
    }
}

impl From<&str> for Str {
    fn from(text: &str) -> Str {
        Str(text.as_bytes().into())
    }
}

impl From<&Text> for Str {
    fn from(text: &Text) -> Str {
        Str(text.as_bytes().into())
    }
}

impl From<String> for Str {
    fn from(text: String) -> Str {
        Str(text.into_bytes().into())
    }
}

impl PartialEq<str> for Str {
    fn eq(&self, other: &str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl PartialEq<&str> for Str {
    fn eq(&self, other: &&str) -> bool {
        *self.0 == *other.as_bytes()
    }
}

impl std::borrow::Borrow<[u8]> for Str {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Str {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// An integer outside the range of `i64`: sign and magnitude, least significant limb first, no leading zero limb.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BigInt {
    /// Whether the value is below zero.
    pub negative: bool,
    /// The magnitude in base 2⁶⁴.
    pub limbs: Box<[u64]>,
}

/// A constant of a code object.
#[derive(Clone, Debug)]
pub enum Const {
    /// `None`
    None,
    /// `True`
    True,
    /// `False`
    False,
    /// `...`
    Ellipsis,
    /// An integer that fits.
    Int(i64),
    /// An integer that does not fit [`Const::Int`]; never one that would.
    BigInt(Arc<BigInt>),
    /// A float.
    Float(f64),
    /// A complex number: real and imaginary part.
    Complex(f64, f64),
    /// A string.
    Str(Str),
    /// A bytes object.
    Bytes(Arc<[u8]>),
    /// A tuple.
    Tuple(Arc<[Const]>),
    /// A frozenset: no item twice, in the order of insertion.
    FrozenSet(Arc<[Const]>),
    /// A slice: start, stop, step.
    Slice(Arc<[Const; 3]>),
    /// A nested code object.
    Code(Arc<CodeObject>),
}

impl Const {
    /// An integer constant in its canonical form.
    #[must_use]
    pub fn from_limbs(negative: bool, limbs: &[u64]) -> Const {
        let used = limbs.iter().rposition(|&limb| limb != 0).map_or(0, |last| last + 1);
        match (used, negative) {
            (0, _) => Const::Int(0),
            (1, false) if limbs[0] <= i64::MAX as u64 => Const::Int(limbs[0] as i64),
            (1, true) if limbs[0] <= 1 << 63 => Const::Int((limbs[0] as i64).wrapping_neg()),
            _ => Const::BigInt(Arc::new(BigInt { negative, limbs: limbs[..used].into() })),
        }
    }

    /// A tuple of these items.
    #[must_use]
    pub fn tuple(items: impl Into<Arc<[Const]>>) -> Const {
        Const::Tuple(items.into())
    }

    /// A string constant.
    #[must_use]
    pub fn str(text: &str) -> Const {
        Const::Str(text.into())
    }

    /// `True` or `False`.
    #[must_use]
    pub fn bool(value: bool) -> Const {
        if value { Const::True } else { Const::False }
    }

    /// Whether the constant is or holds a NaN, which equals nothing and so is never merged.
    #[must_use]
    pub fn holds_nan(&self) -> bool {
        match self {
            Const::Float(x) => x.is_nan(),
            Const::Complex(re, im) => re.is_nan() || im.is_nan(),
            Const::Tuple(items) | Const::FrozenSet(items) => items.iter().any(Const::holds_nan),
            Const::Slice(parts) => parts.iter().any(Const::holds_nan),
            _ => false,
        }
    }
}

impl PartialEq for Const {
    fn eq(&self, other: &Const) -> bool {
        use Const as C;
        match (self, other) {
            (C::None, C::None)
            | (C::True, C::True)
            | (C::False, C::False)
            | (C::Ellipsis, C::Ellipsis) => true,
            (C::Int(a), C::Int(b)) => a == b,
            (C::BigInt(a), C::BigInt(b)) => a == b,
            (C::Float(a), C::Float(b)) => a.to_bits() == b.to_bits(),
            (C::Complex(a, b), C::Complex(c, d)) => {
                a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits()
            }
            (C::Str(a), C::Str(b)) => a == b,
            (C::Bytes(a), C::Bytes(b)) => a == b,
            (C::Tuple(a), C::Tuple(b)) => a == b,
            (C::FrozenSet(a), C::FrozenSet(b)) => {
                a.len() == b.len() && a.iter().all(|x| b.contains(x))
            }
            (C::Slice(a), C::Slice(b)) => a == b,
            (C::Code(a), C::Code(b)) => Arc::ptr_eq(a, b) || a.same_code(b),
            _ => false,
        }
    }
}

impl Eq for Const {}

impl Hash for Const {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::mem::discriminant(self).hash(state);
        match self {
            Const::None | Const::True | Const::False | Const::Ellipsis => {}
            Const::Int(value) => value.hash(state),
            Const::BigInt(value) => value.hash(state),
            Const::Float(value) => value.to_bits().hash(state),
            Const::Complex(re, im) => (re.to_bits(), im.to_bits()).hash(state),
            Const::Str(text) => text.hash(state),
            Const::Bytes(bytes) => bytes.hash(state),
            Const::Tuple(items) => items.hash(state),
            // Equality disregards the order, so only the length can count.
            Const::FrozenSet(items) => items.len().hash(state),
            Const::Slice(parts) => parts.hash(state),
            Const::Code(code) => (code.firstlineno, &code.name, code.code.len()).hash(state),
        }
    }
}

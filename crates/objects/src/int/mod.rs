//! `int` and `bool`.
//!
//! An int that fits 62 bits is always immediate; others are heap objects with their magnitude inline, least significant
//! limb first. Instances of subclasses are heap objects whatever their value. `bool` has no instances in memory.

mod arith;
mod boolean;
mod construct;
mod methods;

pub use arith::{
    add, bit_and, bit_or, bit_xor, compare, divmod, floordiv, invert, lshift, modulo, mul, neg,
    order, pow, rshift, sub, truediv,
};
pub use boolean::Bool;
pub use construct::{from_f64, from_number, from_text, raise};

use crate::def::{Made, TypeDef, TypeFlags};
use crate::layout::{Layout, Object};
use crate::shape::core;
use crate::types::{Type, class_name};
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::{Gc, Header, Tracer};
use prim::bigint::{BigInt, IntRef};

/// An int that isn't immediate.
#[repr(C)]
pub struct Int {
    header: Header,
    /// Number of limbs, negated for negative ints.
    size: isize,
    limbs: [u64; 0],
}

/// Offset of the first limb.
pub const LIMBS: usize = size_of::<Int>();

static LAYOUT: Layout =
    Layout { name: "Int", base: None, size: LIMBS, full_size: Some(full_size), trace, drop: None };

static DEF: TypeDef = TypeDef {
    name: "int",
    doc: "int([x]) -> integer\nint(x, base=10) -> integer\n\nConvert a number or string to an integer, or return 0 if no \
          arguments\nare given.  If x is a number, return x.__int__().  For floating-point\nnumbers, this truncates towards \
          zero.\n\nIf x is not a number or if base is given, then x must be a string,\nbytes, or bytearray instance \
          representing an integer literal in the\ngiven base.  The literal can be preceded by '+' or '-' and be \
          surrounded\nby whitespace.  The base defaults to 10.  Valid bases are 0 and 2-36.\nBase 0 means to interpret the \
          base from the string as an integer literal.\n>>> int('0b100', base=0)\n4",
    signature: "",
    base: Some(crate::object::OBJECT),
    layout: &LAYOUT,
    flags: TypeFlags::BASETYPE.with(TypeFlags::MATCH_SELF).with(TypeFlags::IMMUTABLE),
    slots: |slots| {
        Int::__slots(slots);
        Int::__slots_arith(slots);
        Int::__slots_construct(slots);
    },
    methods: &[Int::__METHODS],
    getset: &[Int::__GETSET],
    consts: &[],
    made: Made::with_shape(core::INT),
};

// SAFETY: `repr(C)`, begins with a header, described by LAYOUT.
unsafe impl Object for Int {
    const LAYOUT: &'static Layout = &LAYOUT;
    fn def() -> &'static TypeDef {
        &DEF
    }
}

unsafe fn full_size(object: *const Header) -> usize {
    // SAFETY: called with ints only.
    LIMBS + unsafe { (*object.cast::<Int>()).size.unsigned_abs() } * size_of::<u64>()
}

unsafe fn trace(_: *mut Header, _: &mut Tracer) {}

impl Int {
    /// The value.
    pub fn view(&self) -> IntRef<'_> {
        // SAFETY: that many limbs follow the fixed part.
        let limbs = unsafe {
            std::slice::from_raw_parts(
                std::ptr::from_ref(self).cast::<u8>().add(LIMBS).cast(),
                self.size.unsigned_abs(),
            )
        };
        IntRef::new(limbs, self.size < 0)
    }

    /// An instance of `cls` (a subclass of `int`), or with `None` an exact heap int, of a value beyond 62 bits.
    fn create_in(
        vm: &mut Vm,
        cls: Option<Gc<Type>>,
        limbs: &[u64],
        negative: bool,
    ) -> PyResult<Gc<Int>> {
        let Some(size) = limbs.len().checked_mul(8).and_then(|n| n.checked_add(LIMBS)) else {
            return Err(vm.memory_error());
        };
        let object = match cls {
            None => vm.alloc_leaf(core::INT, size, 0)?,
            Some(cls) => vm.alloc_var_object(cls, size)?,
        };
        let int = object.as_ptr().cast::<Int>();
        // SAFETY: fresh memory of this size; a length in memory fits `isize`.
        unsafe {
            let count = limbs.len() as isize;
            (&raw mut (*int).size).write(if negative { -count } else { count });
            std::ptr::copy_nonoverlapping(
                limbs.as_ptr(),
                int.cast::<u8>().add(LIMBS).cast::<u64>(),
                limbs.len(),
            );
            Ok(Gc::from_ptr(int))
        }
    }
}

/// An int of any form, to be seen as limbs.
pub struct View {
    small: [u64; 1],
    negative: bool,
    heap: Option<Gc<Int>>,
}

impl View {
    /// Of an int, a bool or an instance of a subclass; `None` for anything else.
    #[inline]
    pub fn try_of(v: Value) -> Option<View> {
        if let Some(i) = v.as_small_int() {
            return Some(View { small: [i.unsigned_abs()], negative: i < 0, heap: None });
        }
        if let Some(b) = v.as_bool() {
            return Some(View { small: [b.into()], negative: false, heap: None });
        }
        Some(View { small: [0], negative: false, heap: Some(v.cast::<Int>()?) })
    }

    /// Of a value known to be an int; anything else is seen as 0.
    pub fn of(v: Value) -> View {
        Self::try_of(v).unwrap_or(View { small: [0], negative: false, heap: None })
    }

    /// The limbs.
    #[inline]
    pub fn as_ref(&self) -> IntRef<'_> {
        match &self.heap {
            Some(int) => int.view(),
            None => IntRef::new(&self.small, self.negative),
        }
    }
}

/// The int `i`.
#[inline]
pub fn from_i64(vm: &mut Vm, i: i64) -> PyResult<Value> {
    match Value::small_int(i) {
        Some(v) => Ok(v),
        None => Ok(Int::create_in(vm, None, &[i.unsigned_abs()], i < 0)?.into()),
    }
}

/// The int `i`.
#[inline]
pub fn from_u64(vm: &mut Vm, i: u64) -> PyResult<Value> {
    match i64::try_from(i) {
        Ok(i) => from_i64(vm, i),
        Err(_) => Ok(Int::create_in(vm, None, &[i], false)?.into()),
    }
}

/// The int `i`.
pub fn from_i128(vm: &mut Vm, i: i128) -> PyResult<Value> {
    if let Ok(i) = i64::try_from(i) {
        return from_i64(vm, i);
    }
    let magnitude = i.unsigned_abs();
    let limbs = [magnitude as u64, (magnitude >> 64) as u64];
    let used = if limbs[1] == 0 { 1 } else { 2 };
    Ok(Int::create_in(vm, None, &limbs[..used], i < 0)?.into())
}

/// The int with this magnitude (without leading zero limbs) and sign.
pub fn from_limbs(vm: &mut Vm, limbs: &[u64], negative: bool) -> PyResult<Value> {
    match IntRef::new(limbs, negative).to_i64() {
        Some(i) => from_i64(vm, i),
        None => Ok(Int::create_in(vm, None, limbs, negative)?.into()),
    }
}

/// The int `i`.
pub fn from_bigint(vm: &mut Vm, i: &BigInt) -> PyResult<Value> {
    from_limbs(vm, i.limbs(), i.is_negative())
}

/// An instance of `cls`, a subclass of `int`, with the value of `i`, an exact int.
pub fn new_as(vm: &mut Vm, cls: Gc<Type>, i: Value) -> PyResult<Gc<Int>> {
    match (i.as_small_int(), i.cast::<Int>()) {
        (Some(0), _) => Int::create_in(vm, Some(cls), &[], false),
        (Some(small), _) => Int::create_in(vm, Some(cls), &[small.unsigned_abs()], small < 0),
        (None, Some(int)) => Int::create_in(vm, Some(cls), int.view().limbs(), int.size < 0),
        (None, None) => Err(vm.system_error(format_args!("not an int"))),
    }
}

/// Whether `v` is an int of exactly that type.
#[inline]
pub fn is_exact(v: Value) -> bool {
    v.is_small_int() || v.exact::<Int>().is_some()
}

/// The exact int with the value of `v`: an int, a bool, an instance of a subclass. `None` for anything else.
pub fn plain(vm: &mut Vm, v: Value) -> PyResult<Option<Value>> {
    if v.is_small_int() || v.exact::<Int>().is_some() {
        return Ok(Some(v));
    }
    if let Some(b) = v.as_bool() {
        return Ok(Some(Value::int32(i32::from(b))));
    }
    match v.cast::<Int>() {
        Some(int) => from_limbs(vm, int.view().limbs(), int.size < 0).map(Some),
        None => Ok(None),
    }
}

/// The exact int with the value of `v`, which is an int, a bool or an instance of a subclass.
#[inline]
pub(crate) fn value_of(vm: &mut Vm, v: Value) -> PyResult<Value> {
    Ok(plain(vm, v)?.unwrap_or(v))
}

/// The value of an int, a bool or an instance of a subclass, if it fits.
#[inline]
pub fn to_i64(v: Value) -> Option<i64> {
    if let Some(i) = v.as_small_int() {
        return Some(i);
    }
    if let Some(b) = v.as_bool() {
        return Some(i64::from(b));
    }
    v.cast::<Int>()?.view().to_i64()
}

/// The value of an int, a bool or an instance of a subclass, if it fits.
pub fn to_u64(v: Value) -> Option<u64> {
    if let Some(i) = to_i64(v) {
        return u64::try_from(i).ok();
    }
    let int = v.cast::<Int>()?;
    match int.view().limbs() {
        [limb] if int.size > 0 => Some(*limb),
        _ => None,
    }
}

/// Whether an int is below zero.
pub fn is_negative(v: Value) -> bool {
    match v.as_small_int() {
        Some(i) => i < 0,
        None => v.cast::<Int>().is_some_and(|i| i.size < 0),
    }
}

/// `float(i)` of an int.
pub fn to_f64(vm: &mut Vm, v: Value) -> PyResult<f64> {
    if let Some(i) = to_i64(v) {
        return Ok(i as f64);
    }
    let Some(int) = v.cast::<Int>() else {
        return Err(vm.type_error(format_args!("must be real number, not {}", class_name(v))));
    };
    int.view()
        .to_f64()
        .map_err(|_| vm.overflow_error(format_args!("int too large to convert to float")))
}

/// `hash(i)` of an int, bool or instance of a subclass; `None` for anything else.
pub fn hash_of_int(v: Value) -> Option<i64> {
    if let Some(i) = to_i64(v) {
        let limb = [i.unsigned_abs()];
        return Some(prim::hash::limbs(if i == 0 { &[] } else { &limb }, i < 0));
    }
    Some(v.cast::<Int>()?.view().hash())
}

/// The warning about a special method that returned an instance of a subclass of int.
pub fn warn_subclass_result(vm: &mut Vm, method: &str, result: Value) -> PyResult<()> {
    vm.warn(
        &crate::exceptions::DEPRECATION_WARNING,
        format_args!(
            "{method} returned non-int (type {}).  The ability to return an instance of a strict subclass of int is \
             deprecated, and may not be supported in a future version of Python.",
            class_name(result)
        ),
        1,
    )
}

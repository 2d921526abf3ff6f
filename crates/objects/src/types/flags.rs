//! `__flags__`: the properties of a class under CPython's numbers, as `inspect` and `pickle` look at them.

use super::{Type, core};
use crate::def::TypeFlags;
use crate::layout::Object;
use heap::Gc;

const IMMUTABLETYPE: u64 = 1 << 8;
const HEAPTYPE: u64 = 1 << 9;
const BASETYPE: u64 = 1 << 10;
const READY: u64 = 1 << 12;
const HAVE_GC: u64 = 1 << 14;
const METHOD_DESCRIPTOR: u64 = 1 << 17;
const IS_ABSTRACT: u64 = 1 << 20;
const SEQUENCE: u64 = 1 << 5;
const MAPPING: u64 = 1 << 6;
const DISALLOW_INSTANTIATION: u64 = 1 << 7;
const MATCH_SELF: u64 = 1 << 22;
const VALID_VERSION_TAG: u64 = 1 << 19;

/// `cls.__flags__`
pub(super) fn of(this: Gc<Type>) -> u64 {
    let mut flags = READY | HAVE_GC | VALID_VERSION_TAG;
    for (ours, theirs) in [
        (TypeFlags::IMMUTABLE, IMMUTABLETYPE),
        (TypeFlags::HEAP, HEAPTYPE),
        (TypeFlags::BASETYPE, BASETYPE),
        (TypeFlags::METHOD_DESCRIPTOR, METHOD_DESCRIPTOR),
        (TypeFlags::ABSTRACT, IS_ABSTRACT),
        (TypeFlags::SEQUENCE, SEQUENCE),
        (TypeFlags::MAPPING, MAPPING),
        (TypeFlags::MATCH_SELF, MATCH_SELF),
        (TypeFlags::NO_NEW, DISALLOW_INSTANTIATION),
    ] {
        if this.has(ours) {
            flags |= theirs;
        }
    }
    let kinds = [
        (24, crate::int::Int::def()),
        (25, core::LIST()),
        (26, core::TUPLE()),
        (27, core::BYTES()),
        (28, core::STR()),
        (29, core::DICT()),
        (30, &crate::exceptions::BASE_EXCEPTION),
        (31, core::TYPE()),
    ];
    for (bit, def) in kinds {
        if this.is_subtype(def.object()) {
            flags |= 1 << bit;
        }
    }
    flags
}

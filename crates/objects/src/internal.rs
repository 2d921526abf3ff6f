//! Shapes of heap objects that aren't Python objects: arrays, buffers, tables, attribute words.

use crate::shape::{core, new_internal};

/// Registers them. Called once, before anything is allocated.
pub fn start() {
    new_internal(core::VALUES, &crate::array::LAYOUT);
    new_internal(core::BUFFER, &crate::bytes::buffer::LAYOUT);
    new_internal(core::ATTRS, &crate::attrs::ATTRS_LAYOUT);
    new_internal(core::DICT_TABLE, &crate::dict::table::LAYOUT);
    new_internal(core::SET_TABLE, &crate::set::table::LAYOUT);
}

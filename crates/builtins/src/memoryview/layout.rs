//! Where the items of a view lie.

/// The place of the items within the lease's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// Bytes before the first item.
    pub offset: usize,
    /// Items of a view of one dimension.
    pub len: usize,
    /// Bytes from one item to the next, in a view of one dimension.
    pub stride: isize,
    /// How many dimensions there are.
    pub dimensions: usize,
}

impl Layout {
    /// Where item `index` of a view of one dimension begins.
    pub fn at(&self, index: usize) -> usize {
        self.offset.wrapping_add_signed(self.stride.wrapping_mul(index.cast_signed()))
    }
}

//! Size classes: the cell sizes of blocks, and the class of a requested size.
//!
//! Steps of 16 bytes to 128, then about a quarter more each, chosen so that little of a block is left
//! over. The last classes (above 4 KiB) put 6, 5, 4, 3 or 2 cells into a block, which wastes less
//! than page runs would and needs no second mechanism. Larger objects are runs of whole blocks.

/// Alignment of cells, and bytes per mark bit.
pub const GRANULE: usize = 16;
/// Largest size served from size-class blocks; larger objects get block runs of their own.
pub const MAX_CELL: usize = 16384;
/// Number of size classes.
pub const CLASS_COUNT: usize = CELLS.len();

const CELLS: [usize; 29] = [
    16, 32, 48, 64, 80, 96, 112, 128, 160, 192, 240, 304, 384, 480, 592, 736, 928, 1168, 1456,
    1808, 2176, 2720, 3264, 4096, 5456, 6544, 8192, 10912, 16384,
];

/// Class by size in granules, rounded up. A constant rather than a static, so that other crates fold it
/// where the size is known.
const CLASS_BY_GRANULES: [u8; MAX_CELL / GRANULE + 1] = {
    let mut table = [0; MAX_CELL / GRANULE + 1];
    let mut class = 0;
    let mut granules = 0;
    while granules < table.len() {
        if granules * GRANULE > CELLS[class] {
            class += 1;
        }
        table[granules] = class as u8;
        granules += 1;
    }
    table
};

/// The class whose cells hold `size` bytes. `size` must not exceed [`MAX_CELL`].
#[inline(always)]
pub const fn class_of(size: usize) -> usize {
    CLASS_BY_GRANULES[size.div_ceil(GRANULE)] as usize
}

/// Bytes per cell of `class`.
#[inline(always)]
pub const fn cell_size(class: usize) -> usize {
    CELLS[class]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_size_fits_its_class_tightly() {
        for size in 0..=MAX_CELL {
            let class = class_of(size);
            assert!(cell_size(class) >= size, "size {size}");
            assert!(class == 0 || cell_size(class - 1) < size, "size {size}");
        }
    }

    #[test]
    fn cells_keep_the_alignment() {
        for class in 0..CLASS_COUNT {
            assert_eq!(cell_size(class) % GRANULE, 0);
        }
        assert_eq!(cell_size(CLASS_COUNT - 1), MAX_CELL);
    }
}

//! `co_exceptiontable`: which handler covers which instructions.
//!
//! Each region is four numbers: start, length and handler in code units, and the stack depth to unwind to with a bit
//! for whether the instruction's offset is pushed before the exception. Numbers are varints of six bits, most
//! significant first, with bit 6 for "more follows"; bit 7 marks a region's first byte. Regions are in the order of
//! their start and do not overlap.

/// A covered range of instructions. Offsets count code units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Region {
    /// The first covered unit.
    pub start: u32,
    /// The unit after the last covered one.
    pub end: u32,
    /// The handler's first unit.
    pub target: u32,
    /// How many stack items stay.
    pub depth: u32,
    /// Whether the raising instruction's offset is pushed before the exception.
    pub lasti: bool,
}

const FIRST: u8 = 0x80;
const MORE: u8 = 0x40;

/// Appends a region to a table. Its numbers must be below 2³⁰.
pub fn write(table: &mut Vec<u8>, region: &Region) {
    varint(table, region.start, FIRST);
    varint(table, region.end - region.start, 0);
    varint(table, region.target, 0);
    varint(table, region.depth << 1 | u32::from(region.lasti), 0);
}

fn varint(table: &mut Vec<u8>, value: u32, mut mark: u8) {
    debug_assert!(value < 1 << 30);
    for shift in [24, 18, 12, 6] {
        if value >> shift != 0 {
            table.push((value >> shift & 0x3F) as u8 | MORE | mark);
            mark = 0;
        }
    }
    table.push((value & 0x3F) as u8 | mark);
}

/// The regions of a table in order. A damaged table ends early; no input panics.
pub fn regions(table: &[u8]) -> impl Iterator<Item = Region> {
    let mut bytes = table.iter().copied();
    std::iter::from_fn(move || {
        let mut number = || {
            let mut value = 0u32;
            loop {
                let byte = bytes.next()?;
                value = value.checked_mul(64)? | u32::from(byte & 0x3F);
                if byte & MORE == 0 {
                    return Some(value);
                }
            }
        };
        let start = number()?;
        let end = start.checked_add(number()?)?;
        let target = number()?;
        let depth_lasti = number()?;
        Some(Region { start, end, target, depth: depth_lasti >> 1, lasti: depth_lasti & 1 != 0 })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_go_both_ways() {
        let all = [
            Region { start: 0, end: 1, target: 63, depth: 0, lasti: false },
            Region { start: 64, end: 4096, target: 262_143, depth: 31, lasti: true },
            Region {
                start: 1 << 24,
                end: (1 << 25) + 5,
                target: (1 << 30) - 1,
                depth: 2,
                lasti: false,
            },
        ];
        let mut table = Vec::new();
        all.iter().for_each(|region| write(&mut table, region));
        assert_eq!(regions(&table).collect::<Vec<_>>(), all);
        assert_eq!(&table[..4], [0x80, 1, 63, 0]);
        for cut in 0..table.len() {
            assert!(regions(&table[..cut]).count() < 3);
        }
    }
}

//! `co_linetable`: the source position of every instruction.
//!
//! A sequence of entries, each for 1 to 8 code units. The first byte has its top bit set, then four bits of form and
//! three of length less one. Lines are kept as differences; numbers beyond a byte are varints of six bits, least
//! significant first, with bit 6 for "more follows" (PEP 626 and PEP 657; CPython's `InternalDocs/code_objects.md`).

/// A source position: 1-based lines, UTF-8 byte columns from 0; -1 for what is not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    /// First line.
    pub line: i32,
    /// Last line.
    pub end_line: i32,
    /// Column of the first byte.
    pub col: i32,
    /// Column after the last byte.
    pub end_col: i32,
}

impl Position {
    /// Nothing known.
    pub const NONE: Position = Position { line: -1, end_line: -1, col: -1, end_col: -1 };
}

/// The forms below this hold columns under 80 in one more byte, 8 columns to a form.
const ONE_LINE: u8 = 10;
const NO_COLUMNS: u8 = 13;
const LONG: u8 = 14;
const NO_LOCATION: u8 = 15;

/// The most code units of an entry.
const MAX_UNITS: u32 = 8;

/// Writes a location table.
pub struct Writer {
    out: Vec<u8>,
    line: i32,
}

impl Writer {
    /// A table for a code object with this `co_firstlineno`; `capacity` is a guess at its size in bytes.
    #[must_use]
    pub fn new(firstlineno: i32, capacity: usize) -> Writer {
        Writer { out: Vec::with_capacity(capacity), line: firstlineno }
    }

    /// The next `units` code units have this position.
    pub fn add(&mut self, position: Position, mut units: u32) {
        while units > 0 {
            let now = units.min(MAX_UNITS);
            self.entry(position, now as u8);
            units -= now;
        }
    }

    /// The table.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    fn entry(&mut self, position: Position, units: u8) {
        let Position { line, end_line, col, end_col } = position;
        if line < 0 {
            self.first(NO_LOCATION, units);
            return;
        }
        let delta = line.wrapping_sub(self.line);
        if col < 0 || end_col < 0 {
            if end_line == line || end_line < 0 {
                self.first(NO_COLUMNS, units);
                self.signed(delta);
                self.line = line;
                return;
            }
        } else if end_line == line {
            if delta == 0 && col < 80 && (col..col + 16).contains(&end_col) {
                self.first((col >> 3) as u8, units);
                self.out.push(((col & 7) << 4 | (end_col - col)) as u8);
                return;
            }
            if (0..3).contains(&delta) && col < 128 && end_col < 128 {
                self.first(ONE_LINE + delta as u8, units);
                self.out.extend([col as u8, end_col as u8]);
                self.line = line;
                return;
            }
        }
        self.first(LONG, units);
        self.signed(delta);
        self.varint(end_line.wrapping_sub(line) as u32);
        self.varint(col.wrapping_add(1) as u32);
        self.varint(end_col.wrapping_add(1) as u32);
        self.line = line;
    }

    fn first(&mut self, form: u8, units: u8) {
        self.out.push(0x80 | form << 3 | (units - 1));
    }

    fn varint(&mut self, mut value: u32) {
        while value >= 64 {
            self.out.push(0x40 | (value & 63) as u8);
            value >>= 6;
        }
        self.out.push(value as u8);
    }

    fn signed(&mut self, value: i32) {
        let magnitude = value.unsigned_abs();
        self.varint(magnitude << 1 | u32::from(value < 0));
    }
}

/// An entry of a location table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Entry {
    /// How many code units it is for.
    pub units: u32,
    /// Their position.
    pub position: Position,
}

/// Reads a location table; see [`entries`].
#[derive(Clone)]
pub struct Entries<'a> {
    table: &'a [u8],
    line: i32,
}

/// The entries of a table in order. A damaged table ends early; no input panics.
#[must_use]
pub fn entries(table: &[u8], firstlineno: i32) -> Entries<'_> {
    Entries { table, line: firstlineno }
}

impl Entries<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.table.split_first()?;
        self.table = rest;
        Some(*first)
    }

    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        let mut shift = 0;
        loop {
            let byte = self.byte()?;
            value |= u32::from(byte & 63).checked_shl(shift).unwrap_or(0);
            if byte & 0x40 == 0 {
                return Some(value);
            }
            shift += 6;
        }
    }

    fn signed(&mut self) -> Option<i32> {
        let value = self.varint()?;
        let magnitude = (value >> 1) as i32;
        Some(if value & 1 != 0 { magnitude.wrapping_neg() } else { magnitude })
    }

    fn columns(&mut self) -> Option<(i32, i32)> {
        Some((i32::from(self.byte()?), i32::from(self.byte()?)))
    }
}

impl Iterator for Entries<'_> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        let first = self.byte()?;
        let units = u32::from(first & 7) + 1;
        let form = first >> 3 & 15;
        let mut position = Position { line: self.line, end_line: self.line, col: -1, end_col: -1 };
        match form {
            NO_LOCATION => position = Position::NONE,
            LONG => {
                self.line = self.line.wrapping_add(self.signed()?);
                position.line = self.line;
                position.end_line = self.line.wrapping_add(self.varint()? as i32);
                position.col = (self.varint()? as i32).wrapping_sub(1);
                position.end_col = (self.varint()? as i32).wrapping_sub(1);
            }
            NO_COLUMNS => {
                self.line = self.line.wrapping_add(self.signed()?);
                (position.line, position.end_line) = (self.line, self.line);
            }
            ONE_LINE.. => {
                self.line = self.line.wrapping_add(i32::from(form - ONE_LINE));
                (position.line, position.end_line) = (self.line, self.line);
                (position.col, position.end_col) = self.columns()?;
            }
            short => {
                let second = self.byte()?;
                position.col = i32::from(short) << 3 | i32::from(second >> 4 & 7);
                position.end_col = position.col + i32::from(second & 15);
            }
        }
        Some(Entry { units, position })
    }
}

/// One position for each code unit (`co_positions`).
pub fn positions(table: &[u8], firstlineno: i32) -> impl Iterator<Item = Position> {
    entries(table, firstlineno).flat_map(|entry| (0..entry.units).map(move |_| entry.position))
}

/// A run of code units with one line (`co_lines`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LineRun {
    /// The first unit's offset in bytes.
    pub start: u32,
    /// The offset after the last unit in bytes.
    pub end: u32,
    /// The line, or -1.
    pub line: i32,
}

/// The runs of code units with one line, as `co_lines` gives them.
#[must_use]
pub fn lines(table: &[u8], firstlineno: i32) -> Vec<LineRun> {
    let mut runs: Vec<LineRun> = Vec::new();
    let mut offset = 0u32;
    for entry in entries(table, firstlineno) {
        let end = offset.saturating_add(entry.units * 2);
        match runs.last_mut() {
            Some(run) if run.line == entry.position.line => run.end = end,
            _ => runs.push(LineRun { start: offset, end, line: entry.position.line }),
        }
        offset = end;
    }
    runs
}

/// The line of the instruction at byte `offset`, if it has one.
#[must_use]
pub fn line_at(table: &[u8], firstlineno: i32, offset: u32) -> Option<u32> {
    let mut end = 0u32;
    for entry in entries(table, firstlineno) {
        end = end.saturating_add(entry.units * 2);
        if offset < end {
            return u32::try_from(entry.position.line).ok();
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_goes_both_ways() {
        let p = |line, end_line, col, end_col| Position { line, end_line, col, end_col };
        let cases = [
            (p(7, 7, 0, 15), 1),
            (p(7, 7, 79, 94), 8),
            (p(7, 7, 79, 95), 3),
            (p(8, 8, 127, 127), 2),
            (p(10, 10, 3, 100), 2),
            (p(10, 10, 3, 1000), 2),
            (p(13, 13, 5, 4), 2),
            (p(5, 5, 0, 1), 9),
            (p(5, 700, 1, 0), 1),
            (p(5, 5, -1, -1), 1),
            (Position::NONE, 20),
            (p(1, 1, -1, -1), 1),
            (p(i32::MAX, i32::MAX, 1 << 20, 1 << 21), 1),
        ];
        let mut writer = Writer::new(7, 0);
        cases.iter().for_each(|(position, units)| writer.add(*position, *units));
        let table = writer.finish();
        let read: Vec<Position> = positions(&table, 7).collect();
        let expected: Vec<Position> =
            cases.iter().flat_map(|(p, n)| (0..*n).map(move |_| *p)).collect();
        assert_eq!(read, expected);
    }

    #[test]
    fn damaged_tables_end_early() {
        for table in [
            &[0xF0][..],
            &[0xF0, 0x40, 0x40],
            &[0x80],
            &[0xD8, 1],
            &[0xFF, 0xF0, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F, 0x7F],
        ] {
            assert!(entries(table, 1).count() <= 1);
        }
    }
}

//! The lattice: kinds of stack slots, and what is sure about the fast locals.

use crate::error::VerifyError;

/// What a stack slot holds. [`Kind::MaybeNull`] is the weakest of all, [`Kind::Value`] the weakest of those that surely
/// hold a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Kind {
    /// Some value.
    Value,
    /// An exception.
    Exc,
    /// An exception or `None`.
    ExcOrNone,
    /// The index of a code unit of this code, as an int.
    Lasti,
    /// A cell.
    Cell,
    /// No value.
    Null,
    /// A value or none.
    MaybeNull,
}

impl Kind {
    pub(crate) fn is_value(self) -> bool {
        !matches!(self, Kind::Null | Kind::MaybeNull)
    }

    /// The strongest kind that both satisfy.
    pub(crate) fn join(self, other: Kind) -> Kind {
        match (self, other) {
            (a, b) if a == b => a,
            (Kind::Exc, Kind::ExcOrNone) | (Kind::ExcOrNone, Kind::Exc) => Kind::ExcOrNone,
            (a, b) if a.is_value() && b.is_value() => Kind::Value,
            _ => Kind::MaybeNull,
        }
    }
}

/// The facts at a point of the code. Without words for the locals nothing is known about them.
pub(crate) struct Facts {
    pub(crate) kinds: Vec<Kind>,
    bound: Vec<u64>,
    cells: Vec<u64>,
}

fn bit(set: &[u64], n: usize) -> bool {
    set.get(n / 64).is_some_and(|word| word >> (n % 64) & 1 != 0)
}

fn set_bit(set: &mut [u64], n: usize, to: bool) {
    if let Some(word) = set.get_mut(n / 64) {
        *word = *word & !(1 << (n % 64)) | u64::from(to) << (n % 64);
    }
}

impl Facts {
    /// The facts when a function begins: its parameters are bound.
    pub(crate) fn at_start(words: usize, nparams: usize) -> Facts {
        let mut facts = Facts { kinds: Vec::new(), bound: vec![0; words], cells: vec![0; words] };
        (0..nparams).for_each(|n| set_bit(&mut facts.bound, n, true));
        facts
    }

    pub(crate) fn is_bound(&self, n: usize) -> bool {
        bit(&self.bound, n)
    }

    pub(crate) fn is_cell(&self, n: usize) -> bool {
        bit(&self.cells, n)
    }

    /// Sets what is sure about a local; tells whether that is less than before.
    pub(crate) fn set_local(&mut self, n: usize, bound: bool, cell: bool) -> bool {
        let weaker = self.is_bound(n) && !bound || self.is_cell(n) && !cell;
        set_bit(&mut self.bound, n, bound);
        set_bit(&mut self.cells, n, cell);
        weaker
    }
}

/// The local facts of all targets.
pub(crate) struct Locals {
    words: usize,
    sets: Vec<u64>,
}

impl Locals {
    pub(crate) fn new(words: usize, targets: usize) -> Result<Locals, VerifyError> {
        let mut sets = Vec::new();
        sets.try_reserve_exact(words * 2 * targets).map_err(|_| VerifyError::no_memory())?;
        sets.resize(words * 2 * targets, 0);
        Ok(Locals { words, sets })
    }

    pub(crate) fn words(&self) -> usize {
        self.words
    }

    fn of(&mut self, node: usize) -> (&mut [u64], &mut [u64]) {
        let start = node * 2 * self.words;
        self.sets[start..start + 2 * self.words].split_at_mut(self.words)
    }

    pub(crate) fn load(&mut self, node: usize, facts: &mut Facts) {
        let (bound, cells) = self.of(node);
        facts.bound.copy_from_slice(bound);
        facts.cells.copy_from_slice(cells);
    }

    pub(crate) fn store(&mut self, node: usize, facts: &Facts) {
        let (bound, cells) = self.of(node);
        bound.copy_from_slice(&facts.bound);
        cells.copy_from_slice(&facts.cells);
    }

    /// Keeps what is sure both there and here; tells whether that is less than was sure there.
    pub(crate) fn meet(&mut self, node: usize, facts: &Facts) -> bool {
        let mut changed = false;
        let (bound, cells) = self.of(node);
        let both = bound.iter_mut().zip(&facts.bound).chain(cells.iter_mut().zip(&facts.cells));
        for (old, new) in both {
            changed |= *old & !*new != 0;
            *old &= new;
        }
        changed
    }
}

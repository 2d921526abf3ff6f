//! The scanner behind `finditer`: matches of a pattern in a string, one call after another.

use super::matching::Match;
use super::pattern::Pattern;
use super::subject::Search;
use heap::Gc;
use macros::{pymethods, pytype};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// Scans a string for matches of a pattern.
#[pytype(name = "_sre.SRE_Scanner", doc = "", flags(NO_NEW))]
pub struct Scanner {
    pattern: Gc<Pattern>,
    string: Value,
    pos: isize,
    endpos: isize,
    /// Byte offset where the next match may begin; `None` at the end.
    #[untraced]
    next: Cell<Option<usize>>,
    must_advance: Cell<bool>,
}

impl Scanner {
    /// A scanner of the part from `pos` to `endpos`.
    pub fn over(
        vm: &mut Vm,
        pattern: Gc<Pattern>,
        string: Value,
        pos: isize,
        endpos: isize,
    ) -> PyResult<Gc<Scanner>> {
        let start = Search::new(vm, pattern, string, pos, endpos)?.range.0;
        Scanner::create(vm, pattern, string, pos, endpos, Cell::new(Some(start)), Cell::new(false))
    }

    fn advance(this: Gc<Self>, vm: &mut Vm, here: bool) -> PyResult<Option<Gc<Match>>> {
        let Some(next) = this.next.get() else { return Ok(None) };
        let mut search = Search::new(vm, this.pattern, this.string, this.pos, this.endpos)?;
        search.resume(next, this.must_advance.get());
        if !search.advance(vm, here, false)? {
            this.next.set(None);
            return Ok(None);
        }
        let (next, must_advance) = search.place();
        this.next.set(Some(next));
        this.must_advance.set(must_advance);
        Match::new(vm, this.pattern, &search, this.pos, this.endpos).map(Some)
    }
}

#[pymethods]
impl Scanner {
    #[method(name = "match")]
    fn match_next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Gc<Match>>> {
        Self::advance(this, vm, true)
    }

    #[method]
    fn search(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Gc<Match>>> {
        Self::advance(this, vm, false)
    }

    #[getter(name = "pattern", member)]
    fn get_pattern(this: Gc<Self>) -> Gc<Pattern> {
        this.pattern
    }
}

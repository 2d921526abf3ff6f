//! `itertools`: building blocks of iterators, by what they do: `sources`, `filters`, `groups`, `selections` and `shared`.

mod filters;
mod groups;
mod selections;
mod shared;
mod sources;

use macros::pymodule;
use objects::value::Value;

fn plain(args: &[Value], kwnames: Value) -> &[Value] {
    objects::args::positional(args, kwnames)
}

/// The next item of an iterator kept in a field; the field becomes None at the end.
macro_rules! advance {
    ($this:ident, $vm:ident, $field:ident) => {{
        let it = $this.$field.get();
        if it.is_none() {
            return Ok(None);
        }
        match $vm.next(it)? {
            Some(v) => v,
            None => {
                $this.$field.set($this, $vm.heap(), Value::NONE);
                return Ok(None);
            }
        }
    }};
}
use advance;

/// The module.
#[pymodule(
    name = "itertools",
    doc = "Functional tools for creating and using iterators.",
    types(
        super::sources::Chain,
        super::sources::Repeat,
        super::sources::Count,
        super::sources::Cycle,
        super::sources::ISlice,
        super::filters::Accumulate,
        super::filters::StarMap,
        super::filters::TakeWhile,
        super::filters::DropWhile,
        super::filters::FilterFalse,
        super::filters::Compress,
        super::groups::Pairwise,
        super::groups::Batched,
        super::groups::ZipLongest,
        super::selections::Selection,
        super::selections::Product,
        super::selections::Permutations,
        super::selections::Combinations,
        super::selections::CombinationsWithReplacement,
        super::shared::GroupBy,
        super::shared::Group,
        super::shared::TeeLink,
        super::shared::Tee
    )
)]
pub mod module {
    use super::shared::Tee;
    use heap::Field;
    use objects::list::List;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::hide(vm, module, &["_selection"])
    }

    /// Returns a tuple of n independent iterators.
    #[function(sig = "($module, iterable, n=2, /)")]
    fn tee(vm: &mut Vm, iterable: Value, #[default(2)] n: isize) -> PyResult<Value> {
        let Ok(n) = usize::try_from(n) else {
            return Err(vm.value_error(format_args!("n must be >= 0")));
        };
        let list = List::new(vm)?;
        if n > 0 {
            let first = Tee::over(vm, iterable)?;
            list.push(vm, first.into())?;
            for _ in 1..n {
                let copy = Tee::create(vm, first.source, Field::new(first.link.get()))?;
                list.push(vm, copy.into())?;
            }
        }
        Ok(list.to_tuple(vm)?.into())
    }
}

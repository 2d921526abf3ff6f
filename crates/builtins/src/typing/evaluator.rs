//! `_typing._ConstEvaluator`: what `evaluate_bound` and the like give when the value is known already.

use super::alias::type_reprs;
use heap::Gc;
use macros::{pymethods, pytype};
use objects::args::positional;
use objects::convert::{ArgCx, FromArg};
use objects::str::Str;
use objects::tuple::Tuple;
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// `annotationlib.Format.STRING`
const FORMAT_STRING: i32 = 4;

/// A function of a format that gives a known value.
#[pytype(name = "_typing._ConstEvaluator", flags(NO_NEW))]
pub struct ConstEvaluator {
    value: Value,
}

impl ConstEvaluator {
    /// The evaluator of `value`.
    pub fn of(vm: &mut Vm, value: Value) -> PyResult<Value> {
        Ok(ConstEvaluator::create(vm, value)?.into())
    }
}

#[pymethods]
impl ConstEvaluator {
    #[slot(call)]
    fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        if positional(args, kwnames).len() != args.len() {
            return Err(
                vm.type_error(format_args!("constevaluator.__call__() takes no keyword arguments"))
            );
        }
        let [format] = args else {
            return Err(vm.type_error(format_args!(
                "constevaluator.__call__() takes exactly 1 argument ({} given)",
                args.len()
            )));
        };
        let cx = ArgCx { func: "constevaluator.__call__", name: "", index: 0 };
        if i32::from_arg(vm, *format, cx)? != FORMAT_STRING {
            return Ok(this.value);
        }
        let text = match this.value.cast::<Tuple>() {
            Some(t) => format!("({})", type_reprs(vm, t.items(), ", ")?),
            None => type_reprs(vm, &[this.value], "")?,
        };
        Ok(Str::new(vm, &text)?.into())
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let value = vm.repr(this.value)?;
        Str::from_fmt(vm, format_args!("<constevaluator {}>", value.text()))
    }
}

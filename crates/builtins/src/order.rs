//! `min` and `max`.

use macros::pymodule;

#[pymodule(name = "builtins")]
pub mod order_module {
    use objects::args::{KwArgs, positional};
    use objects::slots::CompareOp;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    #[function(no_text)]
    fn min(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        extreme(vm, "min", CompareOp::Lt, args, kwnames)
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    #[function(no_text)]
    fn max(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        extreme(vm, "max", CompareOp::Gt, args, kwnames)
    }

    fn extreme(
        vm: &mut Vm,
        name: &str,
        op: CompareOp,
        args: &[Value],
        kwnames: Value,
    ) -> PyResult<Value> {
        let given = positional(args, kwnames);
        if given.is_empty() {
            return Err(vm.type_error(format_args!("{name} expected at least 1 argument, got 0")));
        }
        let (mut key, mut default) = (None, None);
        for (word, v) in KwArgs::all(args, kwnames).iter() {
            match word.as_bytes() {
                b"key" => key = Some(v).filter(|v| !v.is_none()),
                b"default" => default = Some(v),
                _ => {
                    return Err(vm.type_error(format_args!(
                        "{name}() got an unexpected keyword argument '{}'",
                        word.text()
                    )));
                }
            }
        }
        match given {
            [] => Err(vm.value_error(format_args!("{name}() iterable argument is empty"))),
            [iterable] => {
                let it = vm.iter(*iterable)?;
                let Some(first) = vm.next(it)? else {
                    return match default {
                        Some(v) => Ok(v),
                        None => {
                            Err(vm.value_error(format_args!("{name}() iterable argument is empty")))
                        }
                    };
                };
                let mut best = Best { v: first, by: keyed(vm, key, first)?, op, key };
                while let Some(v) = vm.next(it)? {
                    best.offer(vm, v)?;
                }
                Ok(best.v)
            }
            [first, rest @ ..] => {
                if default.is_some() {
                    return Err(vm.type_error(format_args!(
                        "Cannot specify a default for {name}() with multiple positional arguments"
                    )));
                }
                let mut best = Best { v: *first, by: keyed(vm, key, *first)?, op, key };
                for v in rest {
                    best.offer(vm, *v)?;
                }
                Ok(best.v)
            }
        }
    }

    fn keyed(vm: &mut Vm, key: Option<Value>, v: Value) -> PyResult<Value> {
        match key {
            Some(f) => vm.call(f, &[v]),
            None => Ok(v),
        }
    }

    /// The best value so far and what it is compared by.
    struct Best {
        v: Value,
        by: Value,
        op: CompareOp,
        key: Option<Value>,
    }

    impl Best {
        fn offer(&mut self, vm: &mut Vm, v: Value) -> PyResult<()> {
            let by = keyed(vm, self.key, v)?;
            if vm.compare_bool(by, self.by, self.op)? {
                (self.v, self.by) = (v, by);
            }
            Ok(())
        }
    }
}

pub use order_module::MODULE;

//! What type variables, parameter specifications and type variable tuples have in common.

use super::evaluator::ConstEvaluator;
use heap::{Field, Gc};
use macros::{pymethods, pytype};
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::sync::atomic::{AtomicU64, Ordering};

/// A value that may still have to be computed by calling an evaluator.
pub struct Lazy<T: 'static> {
    /// The value; UNDEF while it isn't known.
    pub value: fn(&T) -> &Field<Value>,
    /// A function of a format; UNDEF for none.
    pub evaluate: fn(&T) -> &Field<Value>,
}

impl<T: 'static> Lazy<T> {
    /// The value, computed if need be; `None` if there is none.
    pub fn get(&self, vm: &mut Vm, this: Gc<T>) -> PyResult<Option<Value>> {
        if let Some(known) = (self.value)(&this).get().defined() {
            return Ok(Some(known));
        }
        let Some(evaluate) = (self.evaluate)(&this).get().defined() else { return Ok(None) };
        let value = vm.call(evaluate, &[Value::int32(1)])?;
        (self.value)(&this).set(this, vm.heap(), value);
        Ok(Some(value))
    }

    /// The evaluator, made if the value is known without one; None if there is no value.
    pub fn evaluator(&self, vm: &mut Vm, this: Gc<T>) -> PyResult<Value> {
        if let Some(evaluate) = (self.evaluate)(&this).get().defined() {
            return Ok(evaluate);
        }
        match (self.value)(&this).get().defined() {
            Some(known) => ConstEvaluator::of(vm, known),
            None => Ok(Value::NONE),
        }
    }

    /// Whether there is a value and it isn't `NoDefault`.
    pub fn is_given(&self, this: Gc<T>) -> bool {
        (self.evaluate)(&this).get().defined().is_some()
            || (self.value)(&this).get().defined().is_some_and(|v| v != no_default())
    }
}

/// `__module__` of a parameter made by a call is the caller's.
pub fn set_module(vm: &mut Vm, this: Value) -> PyResult<()> {
    let module = super::calling_module(vm)?;
    let name = vm.names().__module__;
    if let Some(object) = this.header()
        && !module.is_none()
    {
        objects::attrs::own_set(vm, object, name, module)?;
    }
    Ok(())
}

/// The sign of the variance in front of a name.
pub fn variance(covariant: bool, contravariant: bool, inferred: bool) -> &'static str {
    match (inferred, covariant, contravariant) {
        (true, ..) => "",
        (_, true, _) => "+",
        (_, _, true) => "-",
        _ => "~",
    }
}

/// Refuses combinations of variance that mean nothing.
pub fn check_variance(
    vm: &mut Vm,
    covariant: bool,
    contravariant: bool,
    inferred: bool,
) -> PyResult<()> {
    if covariant && contravariant {
        return Err(vm.value_error(format_args!("Bivariant types are not supported.")));
    }
    if inferred && (covariant || contravariant) {
        return Err(
            vm.value_error(format_args!("Variance cannot be specified with infer_variance."))
        );
    }
    Ok(())
}

/// The type of the NoDefault singleton.
#[pytype(name = "NoDefaultType", signature = "()")]
pub struct NoDefaultType {}

/// The word of the one instance, which is kept alive for ever.
static NO_DEFAULT: AtomicU64 = AtomicU64::new(Value::UNDEF.bits());

/// `typing.NoDefault`
pub fn no_default() -> Value {
    Value::from_bits(NO_DEFAULT.load(Ordering::Relaxed))
}

/// Makes `typing.NoDefault`; its type is ready.
pub fn start(vm: &mut Vm) -> PyResult<()> {
    let object: Value = NoDefaultType::create(vm)?.into();
    vm.grow_roots(object)?;
    NO_DEFAULT.store(object.bits(), Ordering::Relaxed);
    Ok(())
}

#[pymethods]
impl NoDefaultType {
    #[slot(new)]
    fn py_new(_cls: Gc<Type>, vm: &mut Vm, args: &[Value], _kwnames: Value) -> PyResult<Value> {
        if args.is_empty() {
            return Ok(no_default());
        }
        Err(vm.type_error(format_args!("NoDefaultType takes no arguments")))
    }

    #[slot(repr)]
    fn repr(_this: Gc<Self>) -> &'static str {
        "typing.NoDefault"
    }

    #[method(sig = "($self, /)")]
    fn __reduce__(_this: Gc<Self>) -> &'static str {
        "NoDefault"
    }
}

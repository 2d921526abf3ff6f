//! `_weakref`: weak references and proxies.

use macros::pymodule;

/// The module.
#[pymodule(name = "_weakref", doc = "Weak-reference support module.")]
pub mod module {
    use heap::Gc;
    use macros::{pymethods, pytype};
    use objects::dict::Dict;
    use objects::exceptions;
    use objects::layout::Object;
    use objects::list::List;
    use objects::protocol::BinaryOp;
    use objects::slots::CompareOp;
    use objects::str::Str;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use objects::weak::WeakRef;

    #[attr(name = "ref")]
    fn reference(_vm: &mut Vm) -> PyResult<Value> {
        Ok(WeakRef::def().object().into())
    }

    #[attr]
    fn ReferenceType(_vm: &mut Vm) -> PyResult<Value> {
        Ok(WeakRef::def().object().into())
    }

    #[attr]
    fn ProxyType(vm: &mut Vm) -> PyResult<Value> {
        Ok(objects::types::ready(vm, Proxy::def())?.into())
    }

    #[attr]
    fn CallableProxyType(vm: &mut Vm) -> PyResult<Value> {
        Ok(objects::types::ready(vm, CallableProxy::def())?.into())
    }

    /// Return the number of weak references to 'object'.
    #[function]
    fn getweakrefcount(vm: &mut Vm, object: Value) -> usize {
        vm.rt().weak.of(object).count()
    }

    /// Return a list of all weak reference objects pointing to 'object'.
    #[function]
    fn getweakrefs(vm: &mut Vm, object: Value) -> PyResult<Value> {
        let list = List::new(vm)?;
        let mut i = 0;
        loop {
            let found = vm.rt().weak.of(object).nth(i);
            let Some(r) = found else { break };
            list.push(vm, r.into())?;
            i += 1;
        }
        Ok(list.into())
    }

    /// Atomically remove key from dict if it points to a dead weakref.
    #[function]
    fn _remove_dead_weakref(vm: &mut Vm, dct: Gc<Dict>, key: Value) -> PyResult<()> {
        let dead = dct
            .get(vm, key)?
            .and_then(|v| v.cast::<WeakRef>())
            .is_some_and(|r| r.target().is_none());
        if dead {
            dct.remove(vm, key)?;
        }
        Ok(())
    }

    /// Create a proxy object that weakly references 'object'.
    #[function(sig = "($module, object, callback=None, /)")]
    fn proxy(vm: &mut Vm, object: Value, callback: Option<Value>) -> PyResult<Value> {
        let class = WeakRef::def().object();
        let inner = WeakRef::new(vm, class, object, callback.unwrap_or(Value::NONE))?;
        if vm.is_callable(object) {
            objects::types::ready(vm, CallableProxy::def())?;
            Ok(CallableProxy::create(vm, inner)?.into())
        } else {
            objects::types::ready(vm, Proxy::def())?;
            Ok(Proxy::create(vm, inner)?.into())
        }
    }

    fn target(vm: &mut Vm, r: Gc<WeakRef>) -> PyResult<Value> {
        match r.target() {
            Some(v) => Ok(v),
            None => Err(vm.raise(
                &exceptions::REFERENCE_ERROR,
                format_args!("weakly-referenced object no longer exists"),
            )),
        }
    }

    /// The object behind a proxy, or the value itself.
    fn unwrap(vm: &mut Vm, v: Value) -> PyResult<Value> {
        if let Some(p) = v.cast::<Proxy>() {
            return target(vm, p.target);
        }
        match v.cast::<CallableProxy>() {
            Some(p) => target(vm, p.target),
            None => Ok(v),
        }
    }

    /// A proxy: what is done to it is done to its target.
    #[pytype(name = "weakref.ProxyType", flags(NO_NEW))]
    pub struct Proxy {
        target: Gc<WeakRef>,
    }

    /// A proxy of something callable.
    #[pytype(name = "weakref.CallableProxyType", flags(NO_NEW), extra("call"))]
    pub struct CallableProxy {
        target: Gc<WeakRef>,
    }

    macro_rules! proxy_methods {
        ($name:ident) => {
            #[pymethods]
            impl $name {
                #[slot(getattr)]
                fn getattr(this: Gc<Self>, vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
                    let o = target(vm, this.target)?;
                    vm.getattr(o, name)
                }
                #[slot(setattr)]
                fn setattr(
                    this: Gc<Self>,
                    vm: &mut Vm,
                    name: Gc<Str>,
                    value: Option<Value>,
                ) -> PyResult<()> {
                    let o = target(vm, this.target)?;
                    match value {
                        Some(v) => vm.setattr(o, name, v),
                        None => vm.delattr(o, name),
                    }
                }
                #[slot(str)]
                fn str(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
                    let o = target(vm, this.target)?;
                    vm.str_of(o)
                }
                #[slot(repr)]
                fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
                    let o = this.target.target().unwrap_or(Value::NONE);
                    let class = objects::types::class_name(o).to_string();
                    Str::from_fmt(
                        vm,
                        format_args!("<weakproxy at {:#x}; to '{class}'>", this.addr()),
                    )
                }
                #[slot(bool)]
                fn bool(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
                    let o = target(vm, this.target)?;
                    vm.truthy(o)
                }
                #[slot(len)]
                fn len(this: Gc<Self>, vm: &mut Vm) -> PyResult<usize> {
                    let o = target(vm, this.target)?;
                    vm.len(o)
                }
                #[slot(getitem)]
                fn getitem(this: Gc<Self>, vm: &mut Vm, key: Value) -> PyResult<Value> {
                    let o = target(vm, this.target)?;
                    vm.getitem(o, key)
                }
                #[slot(setitem)]
                fn setitem(
                    this: Gc<Self>,
                    vm: &mut Vm,
                    key: Value,
                    value: Option<Value>,
                ) -> PyResult<()> {
                    let o = target(vm, this.target)?;
                    match value {
                        Some(v) => vm.setitem(o, key, v),
                        None => vm.delitem(o, key),
                    }
                }
                #[slot(contains)]
                fn contains(this: Gc<Self>, vm: &mut Vm, v: Value) -> PyResult<bool> {
                    let o = target(vm, this.target)?;
                    vm.contains(o, v)
                }
                #[slot(iter)]
                fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
                    let o = target(vm, this.target)?;
                    vm.iter(o)
                }
                #[slot(compare)]
                fn compare(
                    this: Gc<Self>,
                    vm: &mut Vm,
                    other: Value,
                    op: CompareOp,
                ) -> PyResult<Value> {
                    let o = target(vm, this.target)?;
                    let other = unwrap(vm, other)?;
                    vm.compare(o, other, op)
                }
                #[slot(add)]
                fn add(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                    let (a, b) = (unwrap(vm, a)?, unwrap(vm, b)?);
                    vm.binary(BinaryOp::Add, a, b)
                }
                #[slot(sub)]
                fn sub(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                    let (a, b) = (unwrap(vm, a)?, unwrap(vm, b)?);
                    vm.binary(BinaryOp::Sub, a, b)
                }
                #[slot(mul)]
                fn mul(vm: &mut Vm, a: Value, b: Value) -> PyResult<Value> {
                    let (a, b) = (unwrap(vm, a)?, unwrap(vm, b)?);
                    vm.binary(BinaryOp::Mul, a, b)
                }
            }
        };
    }
    proxy_methods!(Proxy);
    proxy_methods!(CallableProxy);

    #[pymethods(extra = "call")]
    impl CallableProxy {
        #[slot(call)]
        fn call(this: Gc<Self>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
            let o = target(vm, this.target)?;
            vm.call_kw(o, args, kwnames)
        }
    }
}

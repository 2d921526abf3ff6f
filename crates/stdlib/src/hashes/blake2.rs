//! `_blake2`: the types `blake2b` and `blake2s`.

use super::blake2_state::{Blake2b, Blake2s, Parameters};
use super::{constructor_input, hex, input};
use heap::Gc;
use macros::{pymethods, pymodule, pytype};
use objects::bytes::Bytes;
use objects::str::Str;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::RefCell;

/// What differs between the two.
struct Limits {
    name: &'static str,
    max: usize,
    salt: usize,
    /// Largest place of a node.
    offset: u64,
}

/// The parameters as they were passed.
struct Given {
    digest_size: i32,
    key: Value,
    salt: Value,
    person: Value,
    fanout: i32,
    depth: i32,
    leaf_size: Value,
    node_offset: Value,
    node_depth: i32,
    inner_size: i32,
    last_node: bool,
}

/// An int without sign; `None` for one that doesn't fit.
fn unsigned(vm: &mut Vm, v: Value) -> PyResult<Option<u64>> {
    let v = vm.index(v)?;
    if objects::int::is_negative(v) {
        return Err(vm.value_error(format_args!("Cannot convert negative int")));
    }
    Ok(objects::int::to_u64(v))
}

fn part(vm: &mut Vm, v: Value, what: &str, max: usize) -> PyResult<Vec<u8>> {
    let Some(v) = v.defined() else { return Ok(Vec::new()) };
    let view = objects::bytes::buffer(vm, v)?;
    if view.len() > max {
        return Err(vm.value_error(format_args!("maximum {what} length is {max} bytes")));
    }
    Ok(view.bytes().to_vec())
}

fn in_range(
    vm: &mut Vm,
    value: i32,
    low: i32,
    high: i32,
    message: std::fmt::Arguments<'_>,
) -> PyResult<u8> {
    match u8::try_from(value) {
        Ok(byte) if value >= low && value <= high => Ok(byte),
        _ => Err(vm.value_error(message)),
    }
}

fn parameters(vm: &mut Vm, given: &Given, limits: &Limits) -> PyResult<Parameters> {
    let max = limits.max;
    let (name, size) = (limits.name, given.digest_size);
    let digest_size = in_range(
        vm,
        size,
        1,
        max as i32,
        format_args!("digest_size for {name} must be between 1 and {max} bytes, here it is {size}"),
    )?;
    let key = part(vm, given.key, "key", max)?;
    let salt = part(vm, given.salt, "salt", limits.salt)?;
    let person = part(vm, given.person, "person", limits.salt)?;
    let fanout =
        in_range(vm, given.fanout, 0, 255, format_args!("fanout must be between 0 and 255"))?;
    let depth = in_range(vm, given.depth, 1, 255, format_args!("depth must be between 1 and 255"))?;
    let leaf_size = match unsigned(vm, given.leaf_size)?.map(u32::try_from) {
        Some(Ok(size)) => size,
        _ => return Err(vm.overflow_error(format_args!("leaf_size is too large"))),
    };
    let node_offset = match unsigned(vm, given.node_offset)? {
        Some(offset) if offset <= limits.offset => offset,
        _ => return Err(vm.overflow_error(format_args!("node_offset is too large"))),
    };
    let node_depth = in_range(
        vm,
        given.node_depth,
        0,
        255,
        format_args!("node_depth must be between 0 and 255"),
    )?;
    let inner_size = in_range(
        vm,
        given.inner_size,
        0,
        max as i32,
        format_args!("inner_size must be between 0 and is {max}"),
    )?;
    Ok(Parameters {
        digest_size,
        key,
        salt,
        person,
        fanout,
        depth,
        leaf_size,
        node_offset,
        node_depth,
        inner_size,
        last_node: given.last_node,
    })
}

macro_rules! blake2_type {
    ($ty:ident, $state:ident, $py:literal, $name:literal, $limits:expr, $default:literal, $sig:literal) => {
        #[doc = "Return a new BLAKE2 hash object."]
        #[pytype(name = $py, doc = "Return a new BLAKE2 hash object.", flags(BASETYPE))]
        pub struct $ty {
            #[untraced]
            state: RefCell<$state>,
        }

        #[pymethods]
        impl $ty {
            #[slot(new, sig = $sig)]
            fn new(
                cls: Gc<Type>,
                vm: &mut Vm,
                #[default(Value::UNDEF)] data: Value,
                #[default($default)] digest_size: i32,
                #[default(Value::UNDEF)] key: Value,
                #[default(Value::UNDEF)] salt: Value,
                #[default(Value::UNDEF)] person: Value,
                #[default(1)] fanout: i32,
                #[default(1)] depth: i32,
                #[default(Value::ZERO)] leaf_size: Value,
                #[default(Value::ZERO)] node_offset: Value,
                #[default(0)] node_depth: i32,
                #[default(0)] inner_size: i32,
                #[default(false)] last_node: bool,
                #[default(true)] usedforsecurity: bool,
                #[default(Value::NONE)] string: Value,
            ) -> PyResult<Gc<Self>> {
                let _ = usedforsecurity;
                let data = constructor_input(vm, data, string)?;
                let given = Given {
                    digest_size,
                    key,
                    salt,
                    person,
                    fanout,
                    depth,
                    leaf_size,
                    node_offset,
                    node_depth,
                    inner_size,
                    last_node,
                };
                let parameters = parameters(vm, &given, &$limits)?;
                let mut state = $state::new(&parameters);
                if let Some(data) = data {
                    state.update(input(vm, data)?.bytes());
                }
                $ty::create_as(vm, cls, RefCell::new(state))
            }

            /// Update this hash object's state with the provided bytes-like object.
            #[method]
            fn update(this: Gc<Self>, vm: &mut Vm, data: Value) -> PyResult<()> {
                let view = input(vm, data)?;
                this.state.borrow_mut().update(view.bytes());
                Ok(())
            }

            /// Return the digest value as a bytes object.
            #[method]
            fn digest(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
                let digest = this.state.borrow().digest();
                Bytes::new(vm, &digest)
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method]
            fn hexdigest(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
                let digest = this.state.borrow().digest();
                hex(vm, &digest)
            }

            /// Return a copy of the hash object.
            #[method]
            fn copy(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
                let state = this.state.borrow().clone();
                $ty::create_as(vm, objects::types::class_of(this.into()), RefCell::new(state))
            }

            #[getter]
            fn name(this: Gc<Self>) -> &'static str {
                let _ = this;
                $name
            }

            #[getter]
            fn block_size(this: Gc<Self>) -> usize {
                let _ = this;
                $state::BLOCK
            }

            #[getter]
            fn digest_size(this: Gc<Self>) -> usize {
                this.state.borrow().size()
            }

            #[constant]
            const SALT_SIZE: i64 = $state::SALT as i64;
            #[constant]
            const PERSON_SIZE: i64 = $state::SALT as i64;
            #[constant]
            const MAX_KEY_SIZE: i64 = $state::MAX as i64;
            #[constant]
            const MAX_DIGEST_SIZE: i64 = $state::MAX as i64;
        }
    };
}

blake2_type!(
    Blake2bType,
    Blake2b,
    "_blake2.blake2b",
    "blake2b",
    Limits { name: "Blake2b", max: 64, salt: 16, offset: u64::MAX },
    64,
    "(data=b'', /, *, digest_size=64, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)"
);
blake2_type!(
    Blake2sType,
    Blake2s,
    "_blake2.blake2s",
    "blake2s",
    Limits { name: "Blake2s", max: 32, salt: 8, offset: (1 << 48) - 1 },
    32,
    "(data=b'', /, *, digest_size=32, key=b'', salt=b'', person=b'', fanout=1, depth=1, leaf_size=0, node_offset=0, node_depth=0, inner_size=0, last_node=False, usedforsecurity=True, string=None)"
);

/// The module `_blake2`.
#[pymodule(
    name = "_blake2",
    doc = "_blake2b provides BLAKE2b for hashlib\n",
    types(super::Blake2bType, super::Blake2sType)
)]
pub mod blake2_module {
    use super::{Blake2b, Blake2s};

    #[attr]
    const _GIL_MINSIZE: i64 = 2048;
    #[attr]
    const BLAKE2B_SALT_SIZE: i64 = Blake2b::SALT as i64;
    #[attr]
    const BLAKE2B_PERSON_SIZE: i64 = Blake2b::SALT as i64;
    #[attr]
    const BLAKE2B_MAX_KEY_SIZE: i64 = Blake2b::MAX as i64;
    #[attr]
    const BLAKE2B_MAX_DIGEST_SIZE: i64 = Blake2b::MAX as i64;
    #[attr]
    const BLAKE2S_SALT_SIZE: i64 = Blake2s::SALT as i64;
    #[attr]
    const BLAKE2S_PERSON_SIZE: i64 = Blake2s::SALT as i64;
    #[attr]
    const BLAKE2S_MAX_KEY_SIZE: i64 = Blake2s::MAX as i64;
    #[attr]
    const BLAKE2S_MAX_DIGEST_SIZE: i64 = Blake2s::MAX as i64;
}

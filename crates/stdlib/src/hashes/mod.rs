//! `_md5`, `_sha1`, `_sha2`, `_sha3` and `_blake2`: the hash functions of `hashlib`, over the crates of RustCrypto; BLAKE2, whose
//! tree parameters those lack, is in `blake2`.

mod blake2;
mod blake2_state;

pub use blake2::blake2_module;

use heap::Gc;
use macros::{pymethods, pymodule, pytype};
use objects::bytes::{Bytes, buffer_of};
use objects::str::Str;
use objects::types::Type;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use sha2::Digest;
use sha3::digest::{ExtendableOutput, Update, XofReader};
use std::cell::RefCell;

/// Longest output of a function with variable length.
const MAX_OUTPUT: usize = 1 << 29;

/// A hash function in progress.
#[derive(Clone)]
pub enum Hasher {
    Md5(md5::Md5),
    Sha1(sha1::Sha1),
    Sha224(sha2::Sha224),
    Sha256(sha2::Sha256),
    Sha384(sha2::Sha384),
    Sha512(sha2::Sha512),
    Sha3_224(sha3::Sha3_224),
    Sha3_256(sha3::Sha3_256),
    Sha3_384(sha3::Sha3_384),
    Sha3_512(sha3::Sha3_512),
    Shake128(sha3::Shake128),
    Shake256(sha3::Shake256),
}

macro_rules! each {
    ($self:expr, $h:ident => $body:expr) => {
        match $self {
            Hasher::Md5($h) => $body,
            Hasher::Sha1($h) => $body,
            Hasher::Sha224($h) => $body,
            Hasher::Sha256($h) => $body,
            Hasher::Sha384($h) => $body,
            Hasher::Sha512($h) => $body,
            Hasher::Sha3_224($h) => $body,
            Hasher::Sha3_256($h) => $body,
            Hasher::Sha3_384($h) => $body,
            Hasher::Sha3_512($h) => $body,
            Hasher::Shake128($h) => $body,
            Hasher::Shake256($h) => $body,
        }
    };
}

impl Hasher {
    fn update(&mut self, bytes: &[u8]) {
        each!(self, h => Update::update(h, bytes));
    }

    /// The hash of what came so far; `len` counts only for functions with variable length.
    fn digest(&self, len: usize) -> Vec<u8> {
        macro_rules! fixed {
            ($h:expr) => {
                $h.clone().finalize().to_vec()
            };
        }
        let variable = |mut reader: Box<dyn XofReader>| {
            let mut out = vec![0; len];
            reader.read(&mut out);
            out
        };
        match self {
            Hasher::Md5(h) => fixed!(h),
            Hasher::Sha1(h) => fixed!(h),
            Hasher::Sha224(h) => fixed!(h),
            Hasher::Sha256(h) => fixed!(h),
            Hasher::Sha384(h) => fixed!(h),
            Hasher::Sha512(h) => fixed!(h),
            Hasher::Sha3_224(h) => fixed!(h),
            Hasher::Sha3_256(h) => fixed!(h),
            Hasher::Sha3_384(h) => fixed!(h),
            Hasher::Sha3_512(h) => fixed!(h),
            Hasher::Shake128(h) => variable(Box::new(h.clone().finalize_xof())),
            Hasher::Shake256(h) => variable(Box::new(h.clone().finalize_xof())),
        }
    }
}

/// The bytes that are to be hashed.
pub fn input(vm: &mut Vm, v: Value) -> PyResult<objects::bytes::View> {
    if v.cast::<Str>().is_some() {
        return Err(vm.type_error(format_args!("Strings must be encoded before hashing")));
    }
    match buffer_of(vm, v)? {
        Some(view) => Ok(view),
        None => Err(vm.type_error(format_args!("object supporting the buffer API required"))),
    }
}

/// What a constructor is given: `data`, or `string` as it was called once.
pub fn constructor_input(vm: &mut Vm, data: Value, string: Value) -> PyResult<Option<Value>> {
    match (data.defined(), string.defined().filter(|s| !s.is_none())) {
        (Some(_), Some(_)) => Err(vm.type_error(format_args!(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."
        ))),
        (data, string) => Ok(data.or(string)),
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<Str>> {
    let mut text = String::new();
    for byte in bytes {
        for digit in [byte >> 4, byte & 15] {
            text.push(char::from_digit(digit.into(), 16).unwrap_or_default());
        }
    }
    Str::new(vm, &text)
}

fn output_len(vm: &mut Vm, length: Value) -> PyResult<usize> {
    let length = vm.index(length)?;
    if objects::int::is_negative(length) {
        return Err(vm.value_error(format_args!("Cannot convert negative int")));
    }
    match objects::int::to_u64(length).and_then(|n| usize::try_from(n).ok()) {
        Some(n) if n < MAX_OUTPUT => Ok(n),
        _ => Err(vm.value_error(format_args!("length is too large"))),
    }
}

macro_rules! hash_type {
    ($ty:ident, $py:literal, $name:literal, $variant:ident, $size:expr, $block:expr, $($flags:tt)*) => {
        #[doc = concat!("A ", $name, " hash in progress.")]
        #[pytype(name = $py, doc = "", flags($($flags)*), extra("kind"))]
        pub struct $ty {
            #[untraced]
            hasher: RefCell<Hasher>,
        }

        impl $ty {
            /// A hash of `data`.
            pub fn start(vm: &mut Vm, data: Value, string: Value) -> PyResult<Gc<$ty>> {
                let mut hasher = Hasher::$variant(Default::default());
                if let Some(data) = constructor_input(vm, data, string)? {
                    hasher.update(input(vm, data)?.bytes());
                }
                $ty::create(vm, RefCell::new(hasher))
            }
        }

        #[pymethods]
        impl $ty {
            /// Update this hash object's state with the provided bytes-like object.
            #[method]
            fn update(this: Gc<Self>, vm: &mut Vm, obj: Value) -> PyResult<()> {
                let view = input(vm, obj)?;
                this.hasher.borrow_mut().update(view.bytes());
                Ok(())
            }

            /// Return a copy of the hash object.
            #[method]
            fn copy(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
                let hasher = this.hasher.borrow().clone();
                $ty::create(vm, RefCell::new(hasher))
            }

            #[getter]
            fn digest_size(this: Gc<Self>) -> usize {
                let _ = this;
                $size
            }

            #[getter]
            fn block_size(this: Gc<Self>) -> usize {
                let _ = this;
                $block
            }

            #[getter]
            fn name(this: Gc<Self>) -> &'static str {
                let _ = this;
                $name
            }
        }
    };
}

macro_rules! fixed_digest {
    ($ty:ident) => {
        #[pymethods(extra = "kind")]
        impl $ty {
            /// Return the digest value as a bytes object.
            #[method]
            fn digest(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
                let digest = this.hasher.borrow().digest(0);
                Bytes::new(vm, &digest)
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method]
            fn hexdigest(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
                let digest = this.hasher.borrow().digest(0);
                hex(vm, &digest)
            }
        }
    };
}

macro_rules! sha3_extras {
    ($ty:ident, $rate:expr, $suffix:expr, { $($digest:tt)* }) => {
        #[pymethods(extra = "kind")]
        impl $ty {
            #[slot(new, sig = "(data=b'', *, usedforsecurity=True, string=None)")]
            fn new(
                cls: Gc<Type>,
                vm: &mut Vm,
                #[default(Value::UNDEF)] data: Value,
                #[default(true)] usedforsecurity: bool,
                #[default(Value::NONE)] string: Value,
            ) -> PyResult<Gc<Self>> {
                let _ = (cls, usedforsecurity);
                $ty::start(vm, data, string)
            }

            #[getter]
            fn _rate_bits(this: Gc<Self>) -> i64 {
                let _ = this;
                $rate
            }

            #[getter]
            fn _capacity_bits(this: Gc<Self>) -> i64 {
                let _ = this;
                1600 - $rate
            }

            #[getter]
            fn _suffix(this: Gc<Self>) -> Gc<Bytes> {
                let _ = this;
                Bytes::one($suffix)
            }

            $($digest)*
        }
    };
}

macro_rules! sha3_fixed {
    ($ty:ident, $rate:expr) => {
        sha3_extras!($ty, $rate, 6, {
            /// Return the digest value as a bytes object.
            #[method]
            fn digest(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Bytes>> {
                let digest = this.hasher.borrow().digest(0);
                Bytes::new(vm, &digest)
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method]
            fn hexdigest(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
                let digest = this.hasher.borrow().digest(0);
                hex(vm, &digest)
            }
        });
    };
}

macro_rules! shake {
    ($ty:ident, $rate:expr) => {
        sha3_extras!($ty, $rate, 0x1F, {
            /// Return the digest value as a bytes object.
            #[method(sig = "($self, /, length)")]
            fn digest(this: Gc<Self>, vm: &mut Vm, length: Value) -> PyResult<Gc<Bytes>> {
                let len = output_len(vm, length)?;
                let digest = this.hasher.borrow().digest(len);
                Bytes::new(vm, &digest)
            }

            /// Return the digest value as a string of hexadecimal digits.
            #[method(sig = "($self, /, length)")]
            fn hexdigest(this: Gc<Self>, vm: &mut Vm, length: Value) -> PyResult<Gc<Str>> {
                let len = output_len(vm, length)?;
                let digest = this.hasher.borrow().digest(len);
                hex(vm, &digest)
            }
        });
    };
}

hash_type!(Md5Type, "_md5.md5", "md5", Md5, 16, 64, NO_NEW);
hash_type!(Sha1Type, "_sha1.sha1", "sha1", Sha1, 20, 64, NO_NEW);
hash_type!(Sha224Type, "_sha2.SHA224Type", "sha224", Sha224, 28, 64, NO_NEW);
hash_type!(Sha256Type, "_sha2.SHA256Type", "sha256", Sha256, 32, 64, NO_NEW);
hash_type!(Sha384Type, "_sha2.SHA384Type", "sha384", Sha384, 48, 128, NO_NEW);
hash_type!(Sha512Type, "_sha2.SHA512Type", "sha512", Sha512, 64, 128, NO_NEW);
fixed_digest!(Md5Type);
fixed_digest!(Sha1Type);
fixed_digest!(Sha224Type);
fixed_digest!(Sha256Type);
fixed_digest!(Sha384Type);
fixed_digest!(Sha512Type);
hash_type!(Sha3_224Type, "_sha3.sha3_224", "sha3_224", Sha3_224, 28, 144,);
hash_type!(Sha3_256Type, "_sha3.sha3_256", "sha3_256", Sha3_256, 32, 136,);
hash_type!(Sha3_384Type, "_sha3.sha3_384", "sha3_384", Sha3_384, 48, 104,);
hash_type!(Sha3_512Type, "_sha3.sha3_512", "sha3_512", Sha3_512, 64, 72,);
hash_type!(Shake128Type, "_sha3.shake_128", "shake_128", Shake128, 0, 168,);
hash_type!(Shake256Type, "_sha3.shake_256", "shake_256", Shake256, 0, 136,);
sha3_fixed!(Sha3_224Type, 1152);
sha3_fixed!(Sha3_256Type, 1088);
sha3_fixed!(Sha3_384Type, 832);
sha3_fixed!(Sha3_512Type, 576);
shake!(Shake128Type, 1344);
shake!(Shake256Type, 1088);

/// The module `_md5`.
#[pymodule(name = "_md5", doc = "", types(super::Md5Type))]
pub mod md5_module {
    use super::Md5Type;
    use heap::Gc;
    use objects::layout::Object;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    const _GIL_MINSIZE: i64 = 2048;

    #[attr]
    fn MD5Type(_vm: &mut Vm) -> Value {
        Md5Type::def().object().into()
    }

    /// Return a new MD5 hash object; optionally initialized with a string.
    #[function(sig = "($module, /, data=b'', *, usedforsecurity=True, string=None)")]
    fn md5(
        vm: &mut Vm,
        #[default(Value::UNDEF)] data: Value,
        #[default(true)] usedforsecurity: bool,
        #[default(Value::NONE)] string: Value,
    ) -> PyResult<Gc<Md5Type>> {
        let _ = usedforsecurity;
        Md5Type::start(vm, data, string)
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::restore_function(vm, module, "md5", &MODULE)
    }
}

/// The module `_sha1`.
#[pymodule(name = "_sha1", doc = "", types(super::Sha1Type))]
pub mod sha1_module {
    use super::Sha1Type;
    use heap::Gc;
    use objects::layout::Object;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    const _GIL_MINSIZE: i64 = 2048;

    #[attr]
    fn SHA1Type(_vm: &mut Vm) -> Value {
        Sha1Type::def().object().into()
    }

    /// Return a new SHA1 hash object; optionally initialized with a string.
    #[function(sig = "($module, /, data=b'', *, usedforsecurity=True, string=None)")]
    fn sha1(
        vm: &mut Vm,
        #[default(Value::UNDEF)] data: Value,
        #[default(true)] usedforsecurity: bool,
        #[default(Value::NONE)] string: Value,
    ) -> PyResult<Gc<Sha1Type>> {
        let _ = usedforsecurity;
        Sha1Type::start(vm, data, string)
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::restore_function(vm, module, "sha1", &MODULE)
    }
}

/// The module `_sha2`.
#[pymodule(
    name = "_sha2",
    doc = "",
    types(super::Sha224Type, super::Sha256Type, super::Sha384Type, super::Sha512Type)
)]
pub mod sha2_module {
    use super::{Sha224Type, Sha256Type, Sha384Type, Sha512Type};
    use heap::Gc;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    const _GIL_MINSIZE: i64 = 2048;

    /// Return a new SHA-224 hash object; optionally initialized with a string.
    #[function(sig = "($module, /, data=b'', *, usedforsecurity=True, string=None)")]
    fn sha224(
        vm: &mut Vm,
        #[default(Value::UNDEF)] data: Value,
        #[default(true)] usedforsecurity: bool,
        #[default(Value::NONE)] string: Value,
    ) -> PyResult<Gc<Sha224Type>> {
        let _ = usedforsecurity;
        Sha224Type::start(vm, data, string)
    }

    /// Return a new SHA-256 hash object; optionally initialized with a string.
    #[function(sig = "($module, /, data=b'', *, usedforsecurity=True, string=None)")]
    fn sha256(
        vm: &mut Vm,
        #[default(Value::UNDEF)] data: Value,
        #[default(true)] usedforsecurity: bool,
        #[default(Value::NONE)] string: Value,
    ) -> PyResult<Gc<Sha256Type>> {
        let _ = usedforsecurity;
        Sha256Type::start(vm, data, string)
    }

    /// Return a new SHA-384 hash object; optionally initialized with a string.
    #[function(sig = "($module, /, data=b'', *, usedforsecurity=True, string=None)")]
    fn sha384(
        vm: &mut Vm,
        #[default(Value::UNDEF)] data: Value,
        #[default(true)] usedforsecurity: bool,
        #[default(Value::NONE)] string: Value,
    ) -> PyResult<Gc<Sha384Type>> {
        let _ = usedforsecurity;
        Sha384Type::start(vm, data, string)
    }

    /// Return a new SHA-512 hash object; optionally initialized with a string.
    #[function(sig = "($module, /, data=b'', *, usedforsecurity=True, string=None)")]
    fn sha512(
        vm: &mut Vm,
        #[default(Value::UNDEF)] data: Value,
        #[default(true)] usedforsecurity: bool,
        #[default(Value::NONE)] string: Value,
    ) -> PyResult<Gc<Sha512Type>> {
        let _ = usedforsecurity;
        Sha512Type::start(vm, data, string)
    }
}

/// The module `_sha3`.
#[pymodule(
    name = "_sha3",
    doc = "",
    types(
        super::Sha3_224Type,
        super::Sha3_256Type,
        super::Sha3_384Type,
        super::Sha3_512Type,
        super::Shake128Type,
        super::Shake256Type
    )
)]
pub mod sha3_module {
    use objects::vm::Vm;

    #[attr]
    const _GIL_MINSIZE: i64 = 2048;

    #[attr]
    fn implementation(_vm: &mut Vm) -> &'static str {
        "RustCrypto"
    }
}

//! The object `zlib.compressobj` makes.

use super::stream::{Settings, Stream, code, flush};
use super::{error, run};
use heap::Gc;
use macros::{pymethods, pytype};
use objects::bytes::{Bytes, buffer};
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::RefCell;

/// Compresses data that comes in parts.
#[pytype(name = "zlib.Compress", doc = "", flags(NO_NEW))]
pub struct Compress {
    #[untraced]
    stream: RefCell<Stream>,
}

impl Compress {
    /// A new stream, with a dictionary if one is given.
    pub fn start(
        vm: &mut Vm,
        settings: Settings,
        dictionary: Option<Value>,
    ) -> PyResult<Gc<Compress>> {
        let dictionary = match dictionary {
            Some(d) => Some(buffer(vm, d)?),
            None => None,
        };
        let mut stream = match Stream::deflate(settings) {
            Ok(stream) => stream,
            Err(code::MEM_ERROR) => return Err(vm.memory_error()),
            Err(code::STREAM_ERROR) => {
                return Err(vm.value_error(format_args!("Invalid initialization option")));
            }
            Err(result) => {
                return Err(error(vm, None, result, "while creating compression object"));
            }
        };
        if let Some(dictionary) = dictionary {
            match stream.set_dictionary(dictionary.bytes()) {
                code::OK => {}
                code::STREAM_ERROR => {
                    return Err(vm.value_error(format_args!("Invalid dictionary")));
                }
                _ => return Err(vm.value_error(format_args!("deflateSetDictionary()"))),
            }
        }
        Compress::create(vm, RefCell::new(stream))
    }
}

#[pymethods]
impl Compress {
    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///
    /// After calling this function, some of the input data may still
    /// be stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method]
    fn compress(this: Gc<Self>, vm: &mut Vm, data: Value) -> PyResult<Gc<Bytes>> {
        let view = buffer(vm, data)?;
        let (mut input, mut out) = (view.bytes(), Vec::new());
        let mut stream = this.stream.borrow_mut();
        let result = run(vm, &mut stream, &mut input, &mut out, flush::NO)?;
        if result == code::STREAM_ERROR {
            return Err(error(vm, Some(&stream), result, "while compressing data"));
        }
        drop(stream);
        Bytes::new(vm, &out)
    }

    /// Return a bytes object containing any remaining compressed data.
    ///
    ///   mode
    ///     One of the constants Z_SYNC_FLUSH, Z_FULL_FLUSH, Z_FINISH.
    ///     If mode == Z_FINISH, the compressor object can no longer be
    ///     used after calling the flush() method.  Otherwise, more data
    ///     can still be compressed.
    #[method(sig = "($self, mode=zlib.Z_FINISH, /)")]
    fn flush(this: Gc<Self>, vm: &mut Vm, #[default(4)] mode: i32) -> PyResult<Gc<Bytes>> {
        if mode == flush::NO {
            return Ok(Bytes::empty());
        }
        let (mut input, mut out): (&[u8], _) = (&[], Vec::new());
        let mut stream = this.stream.borrow_mut();
        let result = run(vm, &mut stream, &mut input, &mut out, mode)?;
        match result {
            code::STREAM_END if mode == flush::FINISH => stream.end(),
            code::OK | code::BUF_ERROR | code::STREAM_END => {}
            _ => return Err(error(vm, Some(&stream), result, "while flushing")),
        }
        drop(stream);
        Bytes::new(vm, &out)
    }

    /// Return a copy of the compression object.
    #[method]
    #[method(name = "__copy__")]
    fn copy(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
        let copy = this.stream.borrow_mut().duplicate();
        match copy {
            Ok(stream) => Compress::create(vm, RefCell::new(stream)),
            Err(code::MEM_ERROR) => Err(vm.memory_error()),
            Err(_) => Err(vm.value_error(format_args!("Inconsistent stream state"))),
        }
    }

    #[method]
    fn __deepcopy__(this: Gc<Self>, vm: &mut Vm, memo: Value) -> PyResult<Gc<Self>> {
        let _ = memo;
        Self::copy(this, vm)
    }
}

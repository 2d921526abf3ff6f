//! `zlib`: compression, over `libz-rs-sys`. `stream` makes its C interface safe; `compress` and `decompress` are the objects.

mod compress;
mod decompress;
mod stream;

use crate::exception::ErrorClass;
use macros::pymodule;
use objects::exceptions;
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use stream::{Settings, Stream, code, flush};

static ERROR: ErrorClass = ErrorClass::new("zlib", "error", &exceptions::EXCEPTION);

const DEF_BUF_SIZE: usize = 16384;
/// Most output room that is asked for at once.
const MAX_STEP: usize = 1 << 26;

/// `zlib.error` for a return code.
#[cold]
fn error(vm: &mut Vm, stream: Option<&Stream>, result: i32, doing: &str) -> Raised {
    let message = match result {
        code::VERSION_ERROR => Some("library version mismatch".to_owned()),
        _ => stream.and_then(Stream::message).or_else(|| {
            let text = match result {
                code::BUF_ERROR => "incomplete or truncated stream",
                code::STREAM_ERROR => "inconsistent stream state",
                code::DATA_ERROR => "invalid input data",
                _ => return None,
            };
            Some(text.to_owned())
        }),
    };
    match message {
        Some(text) => ERROR.raise(vm, format_args!("Error {result} {doing}: {text}")),
        None => ERROR.raise(vm, format_args!("Error {result} {doing}")),
    }
}

/// How much output room to ask for when this much is there already: twice as much each time.
fn next_room(made: usize) -> usize {
    made.clamp(DEF_BUF_SIZE, MAX_STEP)
}

/// Runs a stream until it needs more input or ends; the last return code.
fn run(
    vm: &mut Vm,
    stream: &mut Stream,
    input: &mut &[u8],
    out: &mut Vec<u8>,
    mode: i32,
) -> PyResult<i32> {
    loop {
        let room = next_room(out.len());
        let before = out.len();
        let Ok(result) = stream.step(input, out, room, mode) else {
            return Err(vm.memory_error());
        };
        let full = out.len() - before == room;
        if result != code::OK || (!full && input.is_empty()) {
            return Ok(result);
        }
    }
}

/// A checksum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Checksum {
    Crc32,
    Adler32,
}

/// The checksum of `data`, continued from `start`.
pub fn checksum(vm: &mut Vm, data: Value, start: Value, kind: Checksum) -> PyResult<u32> {
    let start = vm.index(start)?;
    let start = objects::int::View::of(start).as_ref().wrapping_u64() as u32;
    let view = objects::bytes::buffer(vm, data)?;
    Ok(match kind {
        Checksum::Crc32 => stream::crc32(start, view.bytes()),
        Checksum::Adler32 => stream::adler32(start, view.bytes()),
    })
}

fn compress_all(vm: &mut Vm, data: Value, level: i32, wbits: i32) -> PyResult<Vec<u8>> {
    let view = objects::bytes::buffer(vm, data)?;
    let settings = Settings { level, method: 8, window_bits: wbits, memory_level: 8, strategy: 0 };
    let mut stream = match Stream::deflate(settings) {
        Ok(stream) => stream,
        Err(code::MEM_ERROR) => return Err(vm.memory_error()),
        Err(code::STREAM_ERROR) => {
            return Err(ERROR.raise(vm, format_args!("Bad compression level")));
        }
        Err(result) => return Err(error(vm, None, result, "while compressing data")),
    };
    let (mut input, mut out) = (view.bytes(), Vec::new());
    match run(vm, &mut stream, &mut input, &mut out, flush::FINISH)? {
        code::STREAM_END => Ok(out),
        result => Err(error(vm, Some(&stream), result, "while compressing data")),
    }
}

fn decompress_all(vm: &mut Vm, data: Value, wbits: i32) -> PyResult<Vec<u8>> {
    let view = objects::bytes::buffer(vm, data)?;
    let mut stream = match Stream::inflate(wbits) {
        Ok(stream) => stream,
        Err(code::MEM_ERROR) => return Err(vm.memory_error()),
        Err(result) => {
            return Err(error(vm, None, result, "while preparing to decompress data"));
        }
    };
    let (mut input, mut out) = (view.bytes(), Vec::new());
    match run(vm, &mut stream, &mut input, &mut out, flush::SYNC)? {
        code::STREAM_END => Ok(out),
        code::MEM_ERROR => Err(vm.memory_error()),
        code::OK => Err(error(vm, Some(&stream), code::BUF_ERROR, "while decompressing data")),
        result => Err(error(vm, Some(&stream), result, "while decompressing data")),
    }
}

/// The module.
#[pymodule(
    name = "zlib",
    doc = "The functions in this module allow compression and decompression using the\nzlib library, which is based on GNU zip.",
    types(
        super::compress::Compress,
        super::decompress::Decompress,
        super::decompress::ZlibDecompressor
    )
)]
pub mod module {
    use super::compress::Compress;
    use super::decompress::Decompress;
    use super::stream::Settings;
    use super::{Checksum, ERROR};
    use heap::Gc;
    use objects::bytes::Bytes;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    #[attr]
    fn error(vm: &mut Vm) -> PyResult<Value> {
        ERROR.class(vm)
    }

    #[attr]
    fn ZLIB_VERSION(_vm: &mut Vm) -> &'static str {
        "1.3.1"
    }
    #[attr]
    fn ZLIB_RUNTIME_VERSION(_vm: &mut Vm) -> &'static str {
        "1.3.1"
    }
    #[attr]
    const MAX_WBITS: i64 = 15;
    #[attr]
    const DEFLATED: i64 = 8;
    #[attr]
    const DEF_MEM_LEVEL: i64 = 8;
    #[attr]
    const DEF_BUF_SIZE: i64 = 16384;
    #[attr]
    const Z_NO_COMPRESSION: i64 = 0;
    #[attr]
    const Z_BEST_SPEED: i64 = 1;
    #[attr]
    const Z_BEST_COMPRESSION: i64 = 9;
    #[attr]
    const Z_DEFAULT_COMPRESSION: i64 = -1;
    #[attr]
    const Z_FILTERED: i64 = 1;
    #[attr]
    const Z_HUFFMAN_ONLY: i64 = 2;
    #[attr]
    const Z_RLE: i64 = 3;
    #[attr]
    const Z_FIXED: i64 = 4;
    #[attr]
    const Z_DEFAULT_STRATEGY: i64 = 0;
    #[attr]
    const Z_NO_FLUSH: i64 = 0;
    #[attr]
    const Z_PARTIAL_FLUSH: i64 = 1;
    #[attr]
    const Z_SYNC_FLUSH: i64 = 2;
    #[attr]
    const Z_FULL_FLUSH: i64 = 3;
    #[attr]
    const Z_FINISH: i64 = 4;
    #[attr]
    const Z_BLOCK: i64 = 5;
    #[attr]
    const Z_TREES: i64 = 6;

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::hide(vm, module, &["Compress", "Decompress"])
    }

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[function(sig = "($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)")]
    fn compress(
        vm: &mut Vm,
        data: Value,
        #[default(-1)] level: i32,
        #[default(15)] wbits: i32,
    ) -> PyResult<Gc<Bytes>> {
        let out = super::compress_all(vm, data, level, wbits)?;
        Bytes::new(vm, &out)
    }

    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[function(sig = "($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)")]
    fn decompress(
        vm: &mut Vm,
        data: Value,
        #[default(15)] wbits: i32,
        #[default(16384)] bufsize: isize,
    ) -> PyResult<Gc<Bytes>> {
        if bufsize < 0 {
            return Err(vm.value_error(format_args!("bufsize must be non-negative")));
        }
        let out = super::decompress_all(vm, data, wbits)?;
        Bytes::new(vm, &out)
    }

    /// Return a compressor object.
    ///
    ///   level
    ///     The compression level (an integer in the range 0-9 or -1; default is
    ///     currently equivalent to 6).  Higher compression levels are slower,
    ///     but produce smaller results.
    ///   method
    ///     The compression algorithm.  If given, this must be DEFLATED.
    ///   wbits
    ///     The window size, the container format and the header.
    ///   memLevel
    ///     Controls the amount of memory used for internal compression state.
    ///     Valid values range from 1 to 9.
    ///   strategy
    ///     Used to tune the compression algorithm.
    ///   zdict
    ///     The predefined compression dictionary - a sequence of bytes
    ///     containing subsequences that are likely to occur in the input data.
    #[function(
        sig = "($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=None)"
    )]
    fn compressobj(
        vm: &mut Vm,
        #[default(-1)] level: i32,
        #[default(8)] method: i32,
        #[default(15)] wbits: i32,
        #[default(8)] memLevel: i32,
        #[default(0)] strategy: i32,
        zdict: Option<Value>,
    ) -> PyResult<Gc<Compress>> {
        let settings =
            Settings { level, method, window_bits: wbits, memory_level: memLevel, strategy };
        Compress::start(vm, settings, zdict.filter(|z| !z.is_none()))
    }

    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    #[function(sig = "($module, /, wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(
        vm: &mut Vm,
        #[default(15)] wbits: i32,
        #[default(Value::UNDEF)] zdict: Value,
    ) -> PyResult<Gc<Decompress>> {
        Decompress::start(vm, wbits, zdict.defined())
    }

    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "($module, data, value=0, /)")]
    fn crc32(vm: &mut Vm, data: Value, #[default(Value::ZERO)] value: Value) -> PyResult<u32> {
        super::checksum(vm, data, value, Checksum::Crc32)
    }

    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "($module, data, value=1, /)")]
    fn adler32(
        vm: &mut Vm,
        data: Value,
        #[default(Value::int32(1))] value: Value,
    ) -> PyResult<u32> {
        super::checksum(vm, data, value, Checksum::Adler32)
    }
}

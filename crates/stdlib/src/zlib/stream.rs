//! A zlib stream: the C interface of `libz-rs-sys`, made safe.
//!
//! Invariant: a [`Stream`] that isn't ended has been initialised, and the state stays where it is.

use libz_rs_sys as z;
use std::collections::TryReserveError;

/// Return codes.
pub mod code {
    pub const OK: i32 = 0;
    pub const STREAM_END: i32 = 1;
    pub const NEED_DICT: i32 = 2;
    pub const STREAM_ERROR: i32 = -2;
    pub const DATA_ERROR: i32 = -3;
    pub const MEM_ERROR: i32 = -4;
    pub const BUF_ERROR: i32 = -5;
    pub const VERSION_ERROR: i32 = -6;
}

/// Flush modes.
pub mod flush {
    pub const NO: i32 = 0;
    pub const SYNC: i32 = 2;
    pub const FINISH: i32 = 4;
}

/// The direction.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Deflate,
    Inflate,
}

/// A stream that compresses or decompresses.
pub struct Stream {
    state: Box<z::z_stream>,
    kind: Kind,
    ended: bool,
}

/// How a stream is compressed.
#[derive(Clone, Copy)]
pub struct Settings {
    pub level: i32,
    pub method: i32,
    pub window_bits: i32,
    pub memory_level: i32,
    pub strategy: i32,
}

const SIZE: i32 = size_of::<z::z_stream>() as i32;

impl Stream {
    /// A stream that compresses; the return code if the settings are wrong.
    pub fn deflate(settings: Settings) -> Result<Stream, i32> {
        let mut state = Box::<z::z_stream>::default();
        // SAFETY: a stream with its default allocator, and this library's own version and size.
        let result = unsafe {
            z::deflateInit2_(
                &raw mut *state,
                settings.level,
                settings.method,
                settings.window_bits,
                settings.memory_level,
                settings.strategy,
                z::zlibVersion(),
                SIZE,
            )
        };
        match result {
            code::OK => Ok(Stream { state, kind: Kind::Deflate, ended: false }),
            error => Err(error),
        }
    }

    /// A stream that decompresses; the return code if the window size is wrong.
    pub fn inflate(window_bits: i32) -> Result<Stream, i32> {
        let mut state = Box::<z::z_stream>::default();
        // SAFETY: as in `deflate`.
        let result =
            unsafe { z::inflateInit2_(&raw mut *state, window_bits, z::zlibVersion(), SIZE) };
        match result {
            code::OK => Ok(Stream { state, kind: Kind::Inflate, ended: false }),
            error => Err(error),
        }
    }

    /// Another stream in the same state.
    pub fn duplicate(&mut self) -> Result<Stream, i32> {
        if self.ended {
            return Err(code::STREAM_ERROR);
        }
        // A copy of a stream without output is refused.
        self.state.next_out = std::ptr::NonNull::dangling().as_ptr();
        self.state.avail_out = 0;
        let mut state = Box::<z::z_stream>::default();
        // SAFETY: the source is initialised; the target is fresh.
        let result = unsafe {
            match self.kind {
                Kind::Deflate => z::deflateCopy(&raw mut *state, &raw mut *self.state),
                Kind::Inflate => z::inflateCopy(&raw mut *state, &raw const *self.state),
            }
        };
        match result {
            code::OK => Ok(Stream { state, kind: self.kind, ended: false }),
            error => Err(error),
        }
    }

    /// Gives the stream a dictionary; the return code.
    pub fn set_dictionary(&mut self, dictionary: &[u8]) -> i32 {
        let Ok(len) = u32::try_from(dictionary.len()) else { return code::DATA_ERROR };
        if self.ended {
            return code::STREAM_ERROR;
        }
        // SAFETY: an initialised stream and a slice with its length.
        unsafe {
            match self.kind {
                Kind::Deflate => {
                    z::deflateSetDictionary(&raw mut *self.state, dictionary.as_ptr(), len)
                }
                Kind::Inflate => {
                    z::inflateSetDictionary(&raw mut *self.state, dictionary.as_ptr(), len)
                }
            }
        }
    }

    /// Consumes input and adds up to `room` bytes to the output; the return code.
    pub fn step(
        &mut self,
        input: &mut &[u8],
        out: &mut Vec<u8>,
        room: usize,
        flush: i32,
    ) -> Result<i32, TryReserveError> {
        if self.ended {
            return Ok(code::STREAM_ERROR);
        }
        out.try_reserve(room)?;
        let room = u32::try_from(room).unwrap_or(u32::MAX);
        let available = u32::try_from(input.len()).unwrap_or(u32::MAX);
        // Only the last part of the input may finish the stream.
        let flush = if input.len() > available as usize { flush::NO } else { flush };
        self.state.next_in = input.as_ptr();
        self.state.avail_in = available;
        self.state.avail_out = room;
        // SAFETY: the input is valid for its length and the output has this much room beyond its end; the stream is initialised.
        let result = unsafe {
            self.state.next_out = out.as_mut_ptr().add(out.len());
            match self.kind {
                Kind::Deflate => z::deflate(&raw mut *self.state, flush),
                Kind::Inflate => z::inflate(&raw mut *self.state, flush),
            }
        };
        let (used, made) = (available - self.state.avail_in, room - self.state.avail_out);
        // SAFETY: zlib wrote that many bytes.
        unsafe { out.set_len(out.len() + made as usize) };
        *input = input.get(used as usize..).unwrap_or_default();
        self.state.next_in = std::ptr::null();
        self.state.next_out = std::ptr::null_mut();
        Ok(result)
    }

    /// What is wrong with the data, if zlib said so.
    pub fn message(&self) -> Option<String> {
        if self.state.msg.is_null() {
            return None;
        }
        // SAFETY: zlib's messages are constant strings that end with a zero.
        let text = unsafe { std::ffi::CStr::from_ptr(self.state.msg) };
        Some(text.to_string_lossy().into_owned())
    }

    /// Ends the stream; nothing can be done with it any more.
    pub fn end(&mut self) {
        if !std::mem::replace(&mut self.ended, true) {
            // SAFETY: an initialised stream, ended once. The code only tells whether data was left.
            unsafe {
                match self.kind {
                    Kind::Deflate => z::deflateEnd(&raw mut *self.state),
                    Kind::Inflate => z::inflateEnd(&raw mut *self.state),
                };
            }
        }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.end();
    }
}

/// CRC-32 of more bytes.
pub fn crc32(start: u32, bytes: &[u8]) -> u32 {
    bytes.chunks(1 << 30).fold(start, |sum, part| {
        // SAFETY: a slice with its length.
        unsafe { z::crc32(sum.into(), part.as_ptr(), part.len() as u32) as u32 }
    })
}

/// Adler-32 of more bytes.
pub fn adler32(start: u32, bytes: &[u8]) -> u32 {
    bytes.chunks(1 << 30).fold(start, |sum, part| {
        // SAFETY: a slice with its length.
        unsafe { z::adler32(sum.into(), part.as_ptr(), part.len() as u32) as u32 }
    })
}

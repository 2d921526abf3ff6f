//! The header of `.pyc` files (PEP 552) and the hash of the source in it.

use prim::hash::HashKey;

use crate::CodeObject;
use crate::marshal;

/// CPython 3.14's magic number: 3627, and the two bytes that a text-mode copy would spoil.
pub const MAGIC: [u8; 4] = [0x2B, 0x0E, b'\r', b'\n'];

/// The header's length in bytes.
pub const HEADER_LEN: usize = 16;

const HASH_BASED: u32 = 1;
const CHECK_SOURCE: u32 = 2;

/// How to tell whether the file is still that of its source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Validation {
    /// By the source's modification time (seconds, modulo 2³²) and size.
    Timestamp {
        /// Seconds since 1970.
        mtime: u32,
        /// Bytes, modulo 2³².
        size: u32,
    },
    /// By the source's hash, to be looked at on import.
    CheckedHash([u8; 8]),
    /// By the source's hash, not looked at.
    UncheckedHash([u8; 8]),
}

/// Why a file is no usable `.pyc`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Error {
    /// Shorter than a header (EOFError).
    Truncated,
    /// Another magic number (ImportError).
    BadMagic([u8; 4]),
    /// Flags that this version does not know (ImportError).
    BadFlags(u32),
    /// The contents do not read; the offset counts from the end of the header.
    Marshal(marshal::Error),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Truncated => write!(f, "reached EOF while reading pyc header"),
            Error::BadMagic(magic) => write!(f, "bad magic number {magic:02x?}"),
            Error::BadFlags(flags) => write!(f, "invalid flags {flags:#x}"),
            Error::Marshal(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {}

impl From<marshal::Error> for Error {
    fn from(error: marshal::Error) -> Error {
        Error::Marshal(error)
    }
}

/// Splits a file into its header and the marshalled code object.
pub fn split(file: &[u8]) -> Result<(Validation, &[u8]), Error> {
    let (header, body) = file.split_at_checked(HEADER_LEN).ok_or(Error::Truncated)?;
    let word = |i: usize| [header[i], header[i + 1], header[i + 2], header[i + 3]];
    if word(0) != MAGIC {
        return Err(Error::BadMagic(word(0)));
    }
    let flags = u32::from_le_bytes(word(4));
    let mut hash = [0; 8];
    hash.copy_from_slice(&header[8..]);
    let validation = match flags {
        0 => Validation::Timestamp {
            mtime: u32::from_le_bytes(word(8)),
            size: u32::from_le_bytes(word(12)),
        },
        HASH_BASED => Validation::UncheckedHash(hash),
        3 => Validation::CheckedHash(hash),
        _ => return Err(Error::BadFlags(flags)),
    };
    Ok((validation, body))
}

/// Reads a file's code object.
pub fn read(file: &[u8]) -> Result<(Validation, std::sync::Arc<CodeObject>), Error> {
    let (validation, body) = split(file)?;
    Ok((validation, marshal::read_code(body)?))
}

/// The header for this validation.
#[must_use]
pub fn header(validation: &Validation) -> [u8; HEADER_LEN] {
    let mut header = [0; HEADER_LEN];
    header[..4].copy_from_slice(&MAGIC);
    let flags = match validation {
        Validation::Timestamp { .. } => 0,
        Validation::UncheckedHash(_) => HASH_BASED,
        Validation::CheckedHash(_) => HASH_BASED | CHECK_SOURCE,
    };
    header[4..8].copy_from_slice(&flags.to_le_bytes());
    match validation {
        Validation::Timestamp { mtime, size } => {
            header[8..12].copy_from_slice(&mtime.to_le_bytes());
            header[12..].copy_from_slice(&size.to_le_bytes());
        }
        Validation::UncheckedHash(hash) | Validation::CheckedHash(hash) => {
            header[8..].copy_from_slice(hash)
        }
    }
    header
}

/// A whole file.
pub fn write(
    code: &CodeObject,
    validation: &Validation,
) -> Result<Vec<u8>, marshal::Unmarshallable> {
    let mut file = header(validation).to_vec();
    file.extend(marshal::write_code(code)?);
    Ok(file)
}

/// The hash of a source file as hash-based `.pyc` files hold it: SipHash-1-3 keyed by the magic number.
#[must_use]
pub fn source_hash(source: &[u8]) -> [u8; 8] {
    if source.is_empty() {
        // Python's hash of an empty buffer is 0, but this hash has no such exception.
        return [0x61, 0xF5, 0xB7, 0xCB, 0x65, 0x3A, 0x6A, 0xA4];
    }
    let key = HashKey::new(u64::from(u32::from_le_bytes(MAGIC)), 0);
    key.bytes(source).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_as_importlib() {
        assert_eq!(source_hash(b""), 0x61f5_b7cb_653a_6aa4u64.to_be_bytes());
        assert_eq!(source_hash(b"a"), 0x9713_ded0_c332_4373u64.to_be_bytes());
        assert_eq!(source_hash(b"hello world\n"), 0xb097_d7a2_ead2_1516u64.to_be_bytes());
    }

    #[test]
    fn headers_go_both_ways() {
        for validation in [
            Validation::Timestamp { mtime: 7, size: u32::MAX },
            Validation::CheckedHash([1; 8]),
            Validation::UncheckedHash([2; 8]),
        ] {
            assert_eq!(split(&header(&validation)), Ok((validation, &[][..])));
        }
        assert_eq!(split(&MAGIC), Err(Error::Truncated));
        let mut wrong = header(&Validation::CheckedHash([0; 8]));
        wrong[4] = 4;
        assert_eq!(split(&wrong), Err(Error::BadFlags(4)));
        wrong[0] += 1;
        assert_eq!(split(&wrong), Err(Error::BadMagic([0x2C, 0x0E, 13, 10])));
    }
}

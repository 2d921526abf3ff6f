//! The declarations of the methods that `bytes` and `bytearray` share; `common.rs` has their bodies.

use super::common::{self, Side};
use super::{ByteString, Bytes, find, hex, percent};
use crate::bytearray::ByteArray;
use crate::list::List;
use crate::slots::CompareOp;
use crate::str::Str;
use crate::tuple::Tuple;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

macro_rules! shared {
    ($ty:ty; find: $find:literal, rfind: $rfind:literal, index: $index:literal, rindex: $rindex:literal, startswith: $startswith:literal, endswith: $endswith:literal, join: $join:literal, split: $split:literal, rsplit: $rsplit:literal, partition: $partition:literal, rpartition: $rpartition:literal, splitlines: $splitlines:literal, lstrip: $lstrip:literal, removeprefix: $removeprefix:literal, removesuffix: $removesuffix:literal, hex: $hex:literal, decode: $decode:literal,) => {
        #[pymethods(extra = "shared")]
        impl $ty {
            #[slot(len)]
            fn length(this: Gc<Self>) -> usize {
                this.bytes().len()
            }

            #[slot(compare)]
            fn compare(
                this: Gc<Self>,
                vm: &mut Vm,
                other: Value,
                op: CompareOp,
            ) -> PyResult<Value> {
                common::compare(this, vm, other, op)
            }

            #[slot(contains)]
            fn contains(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<bool> {
                common::contains(this, vm, value)
            }

            #[slot(concat)]
            fn concat(this: Gc<Self>, vm: &mut Vm, other: Value) -> PyResult<Gc<Self>> {
                common::concat(this, vm, other)
            }

            #[slot(repeat)]
            fn repeat(this: Gc<Self>, vm: &mut Vm, count: isize) -> PyResult<Gc<Self>> {
                common::repeat(this, vm, count)
            }

            #[slot(mod_)]
            fn modulo(vm: &mut Vm, left: Value, right: Value) -> PyResult<Value> {
                match left.cast::<$ty>() {
                    Some(format) => Ok(percent::format(vm, format, right)?.into()),
                    None => Ok(crate::singletons::not_implemented()),
                }
            }

            #[method(sig = "($self, sub, start=None, end=None, /)", doc = $find)]
            fn find(
                this: Gc<Self>,
                vm: &mut Vm,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<isize> {
                Ok(common::locate(this, vm, sub, start, end, find::find)?
                    .map_or(-1, |index| index as isize))
            }

            #[method(sig = "($self, sub, start=None, end=None, /)", doc = $rfind)]
            fn rfind(
                this: Gc<Self>,
                vm: &mut Vm,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<isize> {
                Ok(common::locate(this, vm, sub, start, end, find::rfind)?
                    .map_or(-1, |index| index as isize))
            }

            #[method(sig = "($self, sub, start=None, end=None, /)", doc = $index)]
            fn index(
                this: Gc<Self>,
                vm: &mut Vm,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                common::index_of(this, vm, sub, start, end, find::find)
            }

            #[method(sig = "($self, sub, start=None, end=None, /)", doc = $rindex)]
            fn rindex(
                this: Gc<Self>,
                vm: &mut Vm,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                common::index_of(this, vm, sub, start, end, find::rfind)
            }

            /// Return the number of non-overlapping occurrences of subsection 'sub' in bytes B[start:end].
            ///
            ///   start
            ///     Optional start position. Default: start of the bytes.
            ///   end
            ///     Optional stop position. Default: end of the bytes.
            #[method(sig = "($self, sub, start=None, end=None, /)")]
            fn count(
                this: Gc<Self>,
                vm: &mut Vm,
                sub: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<usize> {
                common::count(this, vm, sub, start, end)
            }

            #[method(sig = "($self, prefix, start=None, end=None, /)", doc = $startswith)]
            fn startswith(
                this: Gc<Self>,
                vm: &mut Vm,
                prefix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<bool> {
                common::has_affix(this, vm, prefix, (start, end), "startswith", |bytes, part| {
                    bytes.starts_with(part)
                })
            }

            #[method(sig = "($self, suffix, start=None, end=None, /)", doc = $endswith)]
            fn endswith(
                this: Gc<Self>,
                vm: &mut Vm,
                suffix: Value,
                start: Option<Value>,
                end: Option<Value>,
            ) -> PyResult<bool> {
                common::has_affix(this, vm, suffix, (start, end), "endswith", |bytes, part| {
                    bytes.ends_with(part)
                })
            }

            #[method(sig = "($self, iterable_of_bytes, /)", doc = $join)]
            fn join(this: Gc<Self>, vm: &mut Vm, iterable_of_bytes: Value) -> PyResult<Gc<Self>> {
                common::join(this, vm, iterable_of_bytes)
            }

            #[method(sig = "($self, /, sep=None, maxsplit=-1)", doc = $split)]
            fn split(
                this: Gc<Self>,
                vm: &mut Vm,
                sep: Option<Value>,
                maxsplit: isize,
            ) -> PyResult<Gc<List>> {
                common::split(this, vm, sep, maxsplit, false)
            }

            #[method(sig = "($self, /, sep=None, maxsplit=-1)", doc = $rsplit)]
            fn rsplit(
                this: Gc<Self>,
                vm: &mut Vm,
                sep: Option<Value>,
                maxsplit: isize,
            ) -> PyResult<Gc<List>> {
                common::split(this, vm, sep, maxsplit, true)
            }

            #[method(sig = "($self, sep, /)", doc = $partition)]
            fn partition(this: Gc<Self>, vm: &mut Vm, sep: Value) -> PyResult<Gc<Tuple>> {
                common::partition(this, vm, sep, false)
            }

            #[method(sig = "($self, sep, /)", doc = $rpartition)]
            fn rpartition(this: Gc<Self>, vm: &mut Vm, sep: Value) -> PyResult<Gc<Tuple>> {
                common::partition(this, vm, sep, true)
            }

            #[method(sig = "($self, /, keepends=False)", doc = $splitlines)]
            fn splitlines(this: Gc<Self>, vm: &mut Vm, keepends: bool) -> PyResult<Gc<List>> {
                common::splitlines(this, vm, keepends)
            }

            /// Strip leading and trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip leading and trailing ASCII whitespace.
            #[method(sig = "($self, bytes=None, /)")]
            fn strip(this: Gc<Self>, vm: &mut Vm, bytes: Option<Value>) -> PyResult<Gc<Self>> {
                common::strip(this, vm, bytes, true, true)
            }

            #[method(sig = "($self, bytes=None, /)", doc = $lstrip)]
            fn lstrip(this: Gc<Self>, vm: &mut Vm, bytes: Option<Value>) -> PyResult<Gc<Self>> {
                common::strip(this, vm, bytes, true, false)
            }

            /// Strip trailing bytes contained in the argument.
            ///
            /// If the argument is omitted or None, strip trailing ASCII whitespace.
            #[method(sig = "($self, bytes=None, /)")]
            fn rstrip(this: Gc<Self>, vm: &mut Vm, bytes: Option<Value>) -> PyResult<Gc<Self>> {
                common::strip(this, vm, bytes, false, true)
            }

            /// Return a copy with all occurrences of substring old replaced by new.
            ///
            ///   count
            ///     Maximum number of occurrences to replace.
            ///     -1 (the default value) means replace all occurrences.
            ///
            /// If the optional argument count is given, only the first count occurrences are
            /// replaced.
            #[method(sig = "($self, old, new, count=-1, /)")]
            fn replace(
                this: Gc<Self>,
                vm: &mut Vm,
                old: Value,
                new: Value,
                count: isize,
            ) -> PyResult<Gc<Self>> {
                common::replace(this, vm, old, new, count)
            }

            #[method(sig = "($self, prefix, /)", doc = $removeprefix)]
            fn removeprefix(this: Gc<Self>, vm: &mut Vm, prefix: Value) -> PyResult<Gc<Self>> {
                common::remove_affix(this, vm, prefix, false)
            }

            #[method(sig = "($self, suffix, /)", doc = $removesuffix)]
            fn removesuffix(this: Gc<Self>, vm: &mut Vm, suffix: Value) -> PyResult<Gc<Self>> {
                common::remove_affix(this, vm, suffix, true)
            }

            /// Return a centered string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(sig = "($self, width, fillchar=b' ', /)")]
            fn center(
                this: Gc<Self>,
                vm: &mut Vm,
                width: isize,
                fillchar: Option<Value>,
            ) -> PyResult<Gc<Self>> {
                let fill = common::fill_byte(vm, fillchar, "center")?;
                common::pad(this, vm, width, fill, Side::Center)
            }

            /// Return a left-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(sig = "($self, width, fillchar=b' ', /)")]
            fn ljust(
                this: Gc<Self>,
                vm: &mut Vm,
                width: isize,
                fillchar: Option<Value>,
            ) -> PyResult<Gc<Self>> {
                let fill = common::fill_byte(vm, fillchar, "ljust")?;
                common::pad(this, vm, width, fill, Side::Left)
            }

            /// Return a right-justified string of length width.
            ///
            /// Padding is done using the specified fill character.
            #[method(sig = "($self, width, fillchar=b' ', /)")]
            fn rjust(
                this: Gc<Self>,
                vm: &mut Vm,
                width: isize,
                fillchar: Option<Value>,
            ) -> PyResult<Gc<Self>> {
                let fill = common::fill_byte(vm, fillchar, "rjust")?;
                common::pad(this, vm, width, fill, Side::Right)
            }

            /// Pad a numeric string with zeros on the left, to fill a field of the given width.
            ///
            /// The original string is never truncated.
            #[method(sig = "($self, width, /)")]
            fn zfill(this: Gc<Self>, vm: &mut Vm, width: isize) -> PyResult<Gc<Self>> {
                common::zfill(this, vm, width)
            }

            /// Return a copy where all tab characters are expanded using spaces.
            ///
            /// If tabsize is not given, a tab size of 8 characters is assumed.
            #[method(sig = "($self, /, tabsize=8)")]
            fn expandtabs(this: Gc<Self>, vm: &mut Vm, tabsize: i32) -> PyResult<Gc<Self>> {
                common::expandtabs(this, vm, tabsize)
            }

            /// B.lower() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to lowercase.
            #[method(sig = "($self, /)")]
            fn lower(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
                common::mapped(this, vm, |byte| byte.to_ascii_lowercase())
            }

            /// B.upper() -> copy of B
            ///
            /// Return a copy of B with all ASCII characters converted to uppercase.
            #[method(sig = "($self, /)")]
            fn upper(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
                common::mapped(this, vm, |byte| byte.to_ascii_uppercase())
            }

            /// B.swapcase() -> copy of B
            ///
            /// Return a copy of B with uppercase ASCII characters converted
            /// to lowercase ASCII and vice versa.
            #[method(sig = "($self, /)")]
            fn swapcase(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
                common::mapped(this, vm, |byte| {
                    if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { byte }
                })
            }

            /// B.title() -> copy of B
            ///
            /// Return a titlecased version of B, i.e. ASCII words start with uppercase
            /// characters, all remaining cased characters have lowercase.
            #[method(sig = "($self, /)")]
            fn title(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
                common::title(this, vm)
            }

            /// B.capitalize() -> copy of B
            ///
            /// Return a copy of B with only its first character capitalized (ASCII)
            /// and the rest lower-cased.
            #[method(sig = "($self, /)")]
            fn capitalize(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
                common::capitalize(this, vm)
            }

            /// B.isalnum() -> bool
            ///
            /// Return True if all characters in B are alphanumeric
            /// and there is at least one character in B, False otherwise.
            #[method(sig = "($self, /)")]
            fn isalnum(this: Gc<Self>) -> bool {
                common::all(this.bytes(), u8::is_ascii_alphanumeric)
            }

            /// B.isalpha() -> bool
            ///
            /// Return True if all characters in B are alphabetic
            /// and there is at least one character in B, False otherwise.
            #[method(sig = "($self, /)")]
            fn isalpha(this: Gc<Self>) -> bool {
                common::all(this.bytes(), u8::is_ascii_alphabetic)
            }

            /// B.isascii() -> bool
            ///
            /// Return True if B is empty or all characters in B are ASCII,
            /// False otherwise.
            #[method(sig = "($self, /)")]
            fn isascii(this: Gc<Self>) -> bool {
                this.bytes().is_ascii()
            }

            /// B.isdigit() -> bool
            ///
            /// Return True if all characters in B are digits
            /// and there is at least one character in B, False otherwise.
            #[method(sig = "($self, /)")]
            fn isdigit(this: Gc<Self>) -> bool {
                common::all(this.bytes(), u8::is_ascii_digit)
            }

            /// B.islower() -> bool
            ///
            /// Return True if all cased characters in B are lowercase and there is
            /// at least one cased character in B, False otherwise.
            #[method(sig = "($self, /)")]
            fn islower(this: Gc<Self>) -> bool {
                common::is_cased(this.bytes(), false)
            }

            /// B.isspace() -> bool
            ///
            /// Return True if all characters in B are whitespace
            /// and there is at least one character in B, False otherwise.
            #[method(sig = "($self, /)")]
            fn isspace(this: Gc<Self>) -> bool {
                common::is_all_space(this.bytes())
            }

            /// B.istitle() -> bool
            ///
            /// Return True if B is a titlecased string and there is at least one
            /// character in B, i.e. uppercase characters may only follow uncased
            /// characters and lowercase characters only cased ones. Return False
            /// otherwise.
            #[method(sig = "($self, /)")]
            fn istitle(this: Gc<Self>) -> bool {
                common::is_title(this.bytes())
            }

            /// B.isupper() -> bool
            ///
            /// Return True if all cased characters in B are uppercase and there is
            /// at least one cased character in B, False otherwise.
            #[method(sig = "($self, /)")]
            fn isupper(this: Gc<Self>) -> bool {
                common::is_cased(this.bytes(), true)
            }

            /// Return a copy with each character mapped by the given translation table.
            ///
            ///   table
            ///     Translation table, which must be a bytes object of length 256.
            ///
            /// All characters occurring in the optional argument delete are removed.
            /// The remaining characters are mapped through the given translation table.
            #[method(sig = "($self, table, /, delete=b'')")]
            fn translate(
                this: Gc<Self>,
                vm: &mut Vm,
                table: Value,
                delete: Option<Value>,
            ) -> PyResult<Gc<Self>> {
                common::translate(this, vm, table, delete)
            }

            #[method(sig = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)", doc = $hex)]
            fn hex(
                this: Gc<Self>,
                vm: &mut Vm,
                sep: Option<Value>,
                #[default(1)] bytes_per_sep: i32,
            ) -> PyResult<Gc<Str>> {
                let sep = hex::separator(vm, sep)?;
                hex::to_hex(vm, this.bytes(), sep, bytes_per_sep)
            }

            #[method(sig = "($self, /, encoding='utf-8', errors='strict')", doc = $decode)]
            fn decode(
                this: Gc<Self>,
                vm: &mut Vm,
                encoding: Option<Gc<Str>>,
                errors: Option<Gc<Str>>,
            ) -> PyResult<Gc<Str>> {
                common::decode(this, vm, encoding, errors)
            }

            /// Return a translation table usable for the bytes or bytearray translate method.
            ///
            /// The returned table will be one where each byte in frm is mapped to the byte at
            /// the same position in to.
            ///
            /// The bytes objects frm and to must be of the same length.
            #[staticmethod(sig = "(frm, to, /)", no_text)]
            fn maketrans(vm: &mut Vm, frm: Value, to: Value) -> PyResult<Gc<Bytes>> {
                common::maketrans(vm, frm, to)
            }
        }
    };
}

shared! {
    Bytes;
    find: "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.",
    rfind: "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.",
    index: "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.",
    rindex: "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start,end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.",
    startswith: "Return True if the bytes starts with the specified prefix, False otherwise.\n\n  prefix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.",
    endswith: "Return True if the bytes ends with the specified suffix, False otherwise.\n\n  suffix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.",
    join: "Concatenate any number of bytes objects.\n\nThe bytes whose method is called is inserted in between each pair.\n\nThe result is returned as a new bytes object.\n\nExample: b'.'.join([b'ab', b'pq', b'rs']) -> b'ab.pq.rs'.",
    split: "Return a list of the sections in the bytes, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the bytes.\n    None (the default value) means split on ASCII whitespace characters\n    (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit.",
    rsplit: "Return a list of the sections in the bytes, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the bytes.\n    None (the default value) means split on ASCII whitespace characters\n    (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit.\n\nSplitting is done starting at the end of the bytes and working to the front.",
    partition: "Partition the bytes into three parts using the given separator.\n\nThis will search for the separator sep in the bytes. If the separator is found,\nreturns a 3-tuple containing the part before the separator, the separator\nitself, and the part after it.\n\nIf the separator is not found, returns a 3-tuple containing the original bytes\nobject and two empty bytes objects.",
    rpartition: "Partition the bytes into three parts using the given separator.\n\nThis will search for the separator sep in the bytes, starting at the end. If\nthe separator is found, returns a 3-tuple containing the part before the\nseparator, the separator itself, and the part after it.\n\nIf the separator is not found, returns a 3-tuple containing two empty bytes\nobjects and the original bytes object.",
    splitlines: "Return a list of the lines in the bytes, breaking at line boundaries.\n\nLine breaks are not included in the resulting list unless keepends is given and\ntrue.",
    lstrip: "Strip leading bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading  ASCII whitespace.",
    removeprefix: "Return a bytes object with the given prefix string removed if present.\n\nIf the bytes starts with the prefix string, return bytes[len(prefix):].\nOtherwise, return a copy of the original bytes.",
    removesuffix: "Return a bytes object with the given suffix string removed if present.\n\nIf the bytes ends with the suffix string and that suffix is not empty,\nreturn bytes[:-len(prefix)].  Otherwise, return a copy of the original\nbytes.",
    hex: "Create a string of hexadecimal numbers from a bytes object.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nExample:\n>>> value = b'\\xb9\\x01\\xef'\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'\n>>> value.hex(':', -2)\n'b901:ef'",
    decode: "Decode the bytes using the codec registered for encoding.\n\n  encoding\n    The encoding with which to decode the bytes.\n  errors\n    The error handling scheme to use for the handling of decoding errors.\n    The default is 'strict' meaning that decoding errors raise a\n    UnicodeDecodeError. Other possible values are 'ignore' and 'replace'\n    as well as any other name registered with codecs.register_error that\n    can handle UnicodeDecodeErrors.",
}
shared! {
    ByteArray;
    find: "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.",
    rfind: "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nReturn -1 on failure.",
    index: "Return the lowest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.",
    rindex: "Return the highest index in B where subsection 'sub' is found, such that 'sub' is contained within B[start:end].\n\n  start\n    Optional start position. Default: start of the bytes.\n  end\n    Optional stop position. Default: end of the bytes.\n\nRaise ValueError if the subsection is not found.",
    startswith: "Return True if the bytearray starts with the specified prefix, False otherwise.\n\n  prefix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytearray.\n  end\n    Optional stop position. Default: end of the bytearray.",
    endswith: "Return True if the bytearray ends with the specified suffix, False otherwise.\n\n  suffix\n    A bytes or a tuple of bytes to try.\n  start\n    Optional start position. Default: start of the bytearray.\n  end\n    Optional stop position. Default: end of the bytearray.",
    join: "Concatenate any number of bytes/bytearray objects.\n\nThe bytearray whose method is called is inserted in between each pair.\n\nThe result is returned as a new bytearray object.",
    split: "Return a list of the sections in the bytearray, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the bytearray.\n    None (the default value) means split on ASCII whitespace characters\n    (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit.",
    rsplit: "Return a list of the sections in the bytearray, using sep as the delimiter.\n\n  sep\n    The delimiter according which to split the bytearray.\n    None (the default value) means split on ASCII whitespace characters\n    (space, tab, return, newline, formfeed, vertical tab).\n  maxsplit\n    Maximum number of splits to do.\n    -1 (the default value) means no limit.\n\nSplitting is done starting at the end of the bytearray and working to the front.",
    partition: "Partition the bytearray into three parts using the given separator.\n\nThis will search for the separator sep in the bytearray. If the separator is\nfound, returns a 3-tuple containing the part before the separator, the\nseparator itself, and the part after it as new bytearray objects.\n\nIf the separator is not found, returns a 3-tuple containing the copy of the\noriginal bytearray object and two empty bytearray objects.",
    rpartition: "Partition the bytearray into three parts using the given separator.\n\nThis will search for the separator sep in the bytearray, starting at the end.\nIf the separator is found, returns a 3-tuple containing the part before the\nseparator, the separator itself, and the part after it as new bytearray\nobjects.\n\nIf the separator is not found, returns a 3-tuple containing two empty bytearray\nobjects and the copy of the original bytearray object.",
    splitlines: "Return a list of the lines in the bytearray, breaking at line boundaries.\n\nLine breaks are not included in the resulting list unless keepends is given and\ntrue.",
    lstrip: "Strip leading bytes contained in the argument.\n\nIf the argument is omitted or None, strip leading ASCII whitespace.",
    removeprefix: "Return a bytearray with the given prefix string removed if present.\n\nIf the bytearray starts with the prefix string, return\nbytearray[len(prefix):].  Otherwise, return a copy of the original\nbytearray.",
    removesuffix: "Return a bytearray with the given suffix string removed if present.\n\nIf the bytearray ends with the suffix string and that suffix is not\nempty, return bytearray[:-len(suffix)].  Otherwise, return a copy of\nthe original bytearray.",
    hex: "Create a string of hexadecimal numbers from a bytearray object.\n\n  sep\n    An optional single character or byte to separate hex bytes.\n  bytes_per_sep\n    How many bytes between separators.  Positive values count from the\n    right, negative values count from the left.\n\nExample:\n>>> value = bytearray([0xb9, 0x01, 0xef])\n>>> value.hex()\n'b901ef'\n>>> value.hex(':')\n'b9:01:ef'\n>>> value.hex(':', 2)\n'b9:01ef'\n>>> value.hex(':', -2)\n'b901:ef'",
    decode: "Decode the bytearray using the codec registered for encoding.\n\n  encoding\n    The encoding with which to decode the bytearray.\n  errors\n    The error handling scheme to use for the handling of decoding errors.\n    The default is 'strict' meaning that decoding errors raise a\n    UnicodeDecodeError. Other possible values are 'ignore' and 'replace'\n    as well as any other name registered with codecs.register_error that\n    can handle UnicodeDecodeErrors.",
}

//! Case mappings and questions about the characters of strings.

use super::Str;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;
use prim::unicode::{self, case};

/// A case mapping: of ASCII by `ascii`, of other text by `unicode`.
fn mapped<E>(
    this: Gc<Str>,
    vm: &mut Vm,
    ascii: fn(u8) -> u8,
    unicode: fn(&prim::Text) -> Result<prim::TextBuf, E>,
) -> PyResult<Gc<Str>> {
    if !this.is_ascii() {
        let text = unicode(this.text());
        return Str::from_fallible(vm, text);
    }
    match *this.as_bytes() {
        [] => Ok(Str::empty()),
        [byte] => Ok(Str::latin1(ascii(byte))),
        ref bytes => {
            let mut result = Str::begin(vm, None, bytes.len(), bytes.len())?;
            result.push_mapped(bytes, ascii);
            Ok(result.finish())
        }
    }
}

/// Whether the string has characters and all of them are in a class.
fn all(this: Gc<Str>, class: fn(u32) -> bool) -> bool {
    this.byte_len() > 0 && this.text().code_points().all(class)
}

#[pymethods(extra = "case")]
impl Str {
    /// Return a copy of the string converted to lowercase.
    #[method(sig = "($self, /)")]
    fn lower(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        mapped(this, vm, |byte| byte.to_ascii_lowercase(), case::lower)
    }

    /// Return a copy of the string converted to uppercase.
    #[method(sig = "($self, /)")]
    fn upper(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        mapped(this, vm, |byte| byte.to_ascii_uppercase(), case::upper)
    }

    /// Return a version of the string suitable for caseless comparisons.
    #[method(sig = "($self, /)")]
    fn casefold(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        mapped(this, vm, |byte| byte.to_ascii_lowercase(), case::casefold)
    }

    /// Convert uppercase characters to lowercase and lowercase characters to uppercase.
    #[method(sig = "($self, /)")]
    fn swapcase(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        mapped(
            this,
            vm,
            |byte| if byte.is_ascii_alphabetic() { byte ^ 0x20 } else { byte },
            case::swapcase,
        )
    }

    /// Return a capitalized version of the string.
    ///
    /// More specifically, make the first character have upper case and the rest lower
    /// case.
    #[method(sig = "($self, /)")]
    fn capitalize(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let text = case::capitalize(this.text());
        Str::from_fallible(vm, text)
    }

    /// Return a version of the string where each word is titlecased.
    ///
    /// More specifically, words start with uppercased characters and all remaining
    /// cased characters have lower case.
    #[method(sig = "($self, /)")]
    fn title(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let text = case::title(this.text());
        Str::from_fallible(vm, text)
    }

    /// Return True if the string is a lowercase string, False otherwise.
    ///
    /// A string is lowercase if all cased characters in the string are lowercase and
    /// there is at least one cased character in the string.
    #[method(sig = "($self, /)")]
    fn islower(this: Gc<Self>) -> bool {
        case::is_lower_text(this.text())
    }

    /// Return True if the string is an uppercase string, False otherwise.
    ///
    /// A string is uppercase if all cased characters in the string are uppercase and
    /// there is at least one cased character in the string.
    #[method(sig = "($self, /)")]
    fn isupper(this: Gc<Self>) -> bool {
        case::is_upper_text(this.text())
    }

    /// Return True if the string is a title-cased string, False otherwise.
    ///
    /// In a title-cased string, upper- and title-case characters may only
    /// follow uncased characters and lowercase characters only cased ones.
    #[method(sig = "($self, /)")]
    fn istitle(this: Gc<Self>) -> bool {
        case::is_title_text(this.text())
    }

    /// Return True if the string is a whitespace string, False otherwise.
    ///
    /// A string is whitespace if all characters in the string are whitespace and there
    /// is at least one character in the string.
    #[method(sig = "($self, /)")]
    fn isspace(this: Gc<Self>) -> bool {
        all(this, unicode::is_space)
    }

    /// Return True if the string is a decimal string, False otherwise.
    ///
    /// A string is a decimal string if all characters in the string are decimal and
    /// there is at least one character in the string.
    #[method(sig = "($self, /)")]
    fn isdecimal(this: Gc<Self>) -> bool {
        all(this, unicode::is_decimal)
    }

    /// Return True if the string is a digit string, False otherwise.
    ///
    /// A string is a digit string if all characters in the string are digits and there
    /// is at least one character in the string.
    #[method(sig = "($self, /)")]
    fn isdigit(this: Gc<Self>) -> bool {
        all(this, unicode::is_digit)
    }

    /// Return True if the string is a numeric string, False otherwise.
    ///
    /// A string is numeric if all characters in the string are numeric and there is at
    /// least one character in the string.
    #[method(sig = "($self, /)")]
    fn isnumeric(this: Gc<Self>) -> bool {
        all(this, unicode::is_numeric)
    }

    /// Return True if the string is an alphabetic string, False otherwise.
    ///
    /// A string is alphabetic if all characters in the string are alphabetic and there
    /// is at least one character in the string.
    #[method(sig = "($self, /)")]
    fn isalpha(this: Gc<Self>) -> bool {
        all(this, unicode::is_alpha)
    }

    /// Return True if the string is an alpha-numeric string, False otherwise.
    ///
    /// A string is alpha-numeric if all characters in the string are alpha-numeric and
    /// there is at least one character in the string.
    #[method(sig = "($self, /)")]
    fn isalnum(this: Gc<Self>) -> bool {
        all(this, unicode::is_alnum)
    }

    /// Return True if the string is a valid Python identifier, False otherwise.
    ///
    /// Call keyword.iskeyword(s) to test whether string s is a reserved identifier,
    /// such as "def" or "class".
    #[method(sig = "($self, /)")]
    fn isidentifier(this: Gc<Self>) -> bool {
        unicode::is_identifier(this.text())
    }

    /// Return True if all characters in the string are printable, False otherwise.
    ///
    /// A character is printable if repr() may use it in its output.
    #[method(sig = "($self, /)")]
    fn isprintable(this: Gc<Self>) -> bool {
        this.text().code_points().all(unicode::is_printable)
    }

    /// Return True if all characters in the string are ASCII, False otherwise.
    ///
    /// ASCII characters have code points in the range U+0000-U+007F.
    /// Empty string is ASCII too.
    #[method(sig = "($self, /)")]
    fn isascii(this: Gc<Self>) -> bool {
        this.is_ascii()
    }
}

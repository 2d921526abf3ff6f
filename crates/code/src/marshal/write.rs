//! The encodings of marshal's objects.

use super::tag;

/// The object has no marshal form (ValueError "unmarshallable object"), or is too long for it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unmarshallable;

impl std::fmt::Display for Unmarshallable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("unmarshallable object")
    }
}

impl std::error::Error for Unmarshallable {}

/// Writes objects of one version of the format, one after the other.
///
/// A container is written as its opening and then its items. Before a value that may come again, call
/// [`Writer::mark`]; for one that was marked before, write [`Writer::reference`] instead.
pub struct Writer {
    out: Vec<u8>,
    version: u32,
    /// The next tag gets `FLAG_REF`.
    marked: bool,
    refs: u32,
}

impl Writer {
    /// A writer of this version (0 to 5).
    #[must_use]
    pub fn new(version: u32) -> Writer {
        Writer { out: Vec::new(), version, marked: false, refs: 0 }
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> u32 {
        self.version
    }

    /// What has been written.
    #[must_use]
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    /// The next object can be referred to; returns by which number, if the version has references.
    pub fn mark(&mut self) -> Option<u32> {
        if self.version < 3 {
            return None;
        }
        self.marked = true;
        self.refs += 1;
        Some(self.refs - 1)
    }

    /// A reference to a marked object.
    pub fn reference(&mut self, number: u32) {
        self.out.push(tag::REF);
        self.out.extend(number.to_le_bytes());
    }

    fn tag(&mut self, tag: u8) {
        let flag = if std::mem::take(&mut self.marked) { tag::FLAG_REF } else { 0 };
        self.out.push(tag | flag);
    }

    fn i32(&mut self, value: i32) {
        self.out.extend(value.to_le_bytes());
    }

    fn size(&mut self, len: usize) -> Result<(), Unmarshallable> {
        self.i32(i32::try_from(len).map_err(|_| Unmarshallable)?);
        Ok(())
    }

    fn sized(&mut self, tag: u8, len: usize) -> Result<(), Unmarshallable> {
        self.tag(tag);
        self.size(len)
    }

    /// `None`
    pub fn none(&mut self) {
        self.out.push(tag::NONE);
    }

    /// `True` or `False`
    pub fn bool(&mut self, value: bool) {
        self.out.push(if value { tag::TRUE } else { tag::FALSE });
    }

    /// `Ellipsis`
    pub fn ellipsis(&mut self) {
        self.out.push(tag::ELLIPSIS);
    }

    /// `StopIteration`
    pub fn stop_iteration(&mut self) {
        self.out.push(tag::STOP_ITERATION);
    }

    /// An int.
    pub fn int(&mut self, value: i64) {
        match i32::try_from(value) {
            Ok(value) => {
                self.tag(tag::INT);
                self.i32(value);
            }
            // 64 bits are at most five digits, so the size fits.
            Err(_) => drop(self.big_int(value < 0, &[value.unsigned_abs()])),
        }
    }

    /// An int by sign and magnitude, least significant limb first.
    pub fn big_int(&mut self, negative: bool, limbs: &[u64]) -> Result<(), Unmarshallable> {
        let bits = limbs
            .iter()
            .rposition(|limb| *limb != 0)
            .map_or(0, |last| last * 64 + (64 - limbs[last].leading_zeros() as usize));
        let count = i32::try_from(bits.div_ceil(15)).map_err(|_| Unmarshallable)?;
        self.tag(tag::LONG);
        self.i32(if negative { -count } else { count });
        for digit in 0..count as usize {
            let (limb, shift) = (digit * 15 / 64, digit * 15 % 64);
            let mut value = limbs[limb] >> shift;
            if shift > 64 - 15 {
                value |= limbs.get(limb + 1).map_or(0, |next| next << (64 - shift));
            }
            self.out.extend((value as u16 & 0x7FFF).to_le_bytes());
        }
        Ok(())
    }

    /// A float.
    pub fn float(&mut self, value: f64) {
        if self.version > 1 {
            self.tag(tag::FLOAT);
            self.out.extend(value.to_le_bytes());
        } else {
            self.tag(tag::FLOAT_TEXT);
            self.float_text(value);
        }
    }

    /// A complex number.
    pub fn complex(&mut self, re: f64, im: f64) {
        if self.version > 1 {
            self.tag(tag::COMPLEX);
            self.out.extend(re.to_le_bytes());
            self.out.extend(im.to_le_bytes());
        } else {
            self.tag(tag::COMPLEX_TEXT);
            self.float_text(re);
            self.float_text(im);
        }
    }

    fn float_text(&mut self, value: f64) {
        let text = prim::float::repr(value);
        let text = text.strip_suffix(".0").unwrap_or(&text);
        self.out.push(text.len() as u8);
        self.out.extend(text.as_bytes());
    }

    /// A bytes object.
    pub fn bytes(&mut self, bytes: &[u8]) -> Result<(), Unmarshallable> {
        self.sized(tag::BYTES, bytes.len())?;
        self.out.extend(bytes);
        Ok(())
    }

    /// A string, as generalised UTF-8.
    pub fn str(&mut self, text: &[u8], interned: bool) -> Result<(), Unmarshallable> {
        if self.version >= 4 && text.is_ascii() {
            if let Ok(len) = u8::try_from(text.len()) {
                self.tag(if interned { tag::SHORT_ASCII_INTERNED } else { tag::SHORT_ASCII });
                self.out.push(len);
            } else {
                self.sized(if interned { tag::ASCII_INTERNED } else { tag::ASCII }, text.len())?;
            }
        } else {
            self.sized(
                if interned && self.version >= 3 { tag::INTERNED } else { tag::UNICODE },
                text.len(),
            )?;
        }
        self.out.extend(text);
        Ok(())
    }

    /// A tuple; its items follow.
    pub fn tuple(&mut self, len: usize) -> Result<(), Unmarshallable> {
        match u8::try_from(len) {
            Ok(len) if self.version >= 4 => {
                self.tag(tag::SMALL_TUPLE);
                self.out.push(len);
                Ok(())
            }
            _ => self.sized(tag::TUPLE, len),
        }
    }

    /// A list; its items follow.
    pub fn list(&mut self, len: usize) -> Result<(), Unmarshallable> {
        self.sized(tag::LIST, len)
    }

    /// A set; its items follow.
    pub fn set(&mut self, len: usize) -> Result<(), Unmarshallable> {
        self.sized(tag::SET, len)
    }

    /// A frozenset; its items follow.
    pub fn frozenset(&mut self, len: usize) -> Result<(), Unmarshallable> {
        self.sized(tag::FROZENSET, len)
    }

    /// A dict; keys and values follow in turn, and then [`Writer::end_dict`].
    pub fn dict(&mut self) {
        self.tag(tag::DICT);
    }

    /// The end of a dict.
    pub fn end_dict(&mut self) {
        self.out.push(tag::NULL);
    }

    /// A slice; start, stop and step follow.
    pub fn slice(&mut self) -> Result<(), Unmarshallable> {
        if self.version < 5 {
            return Err(Unmarshallable);
        }
        self.tag(tag::SLICE);
        Ok(())
    }

    /// A code object: the five numbers before its objects. Eight objects, the first line (see [`Writer::line`]) and
    /// two objects follow, in the order that [`super::Build::code`] names.
    pub fn code(&mut self, numbers: [u32; 5]) {
        self.tag(tag::CODE);
        for number in numbers {
            self.out.extend(number.to_le_bytes());
        }
    }

    /// A code object's first line, between its objects.
    pub fn line(&mut self, firstlineno: i32) {
        self.i32(firstlineno);
    }
}

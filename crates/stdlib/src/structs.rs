//! `_struct`: Python values as bytes laid out as in C.
//!
//! A format is parsed into a [`Layout`]; packing and unpacking walk it. Invariant: the items of a layout lie within its size and
//! don't overlap.

use crate::exception::ErrorClass;
use heap::{Field, Gc};
use macros::{pymethods, pymodule, pytype};
use objects::bytearray::ByteArray;
use objects::bytes::{Bytes, View, buffer, buffer_of};
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};
use objects::{complex, exceptions, float, int};
use prim::bigint::ByteOrder;
use std::cell::{Cell, RefCell};
use std::sync::Arc;

static ERROR: ErrorClass = ErrorClass::new("struct", "error", &exceptions::EXCEPTION);

/// Items of one kind that follow each other.
#[derive(Clone, Copy, Debug)]
struct Run {
    /// The format's letter.
    code: u8,
    /// Where the first one starts.
    offset: usize,
    /// Bytes of one.
    size: usize,
    /// How many there are; `s` and `p` are one of many bytes.
    count: usize,
}

/// What a format says.
#[derive(Debug)]
pub struct Layout {
    runs: Vec<Run>,
    size: usize,
    /// How many values it takes.
    values: usize,
    big_endian: bool,
    /// The letters mean C's types of this machine.
    native: bool,
}

/// Size and alignment of a letter.
fn measure(code: u8, native: bool) -> Option<(usize, usize)> {
    let size = match (code, native) {
        (b'x' | b'c' | b'b' | b'B' | b's' | b'p' | b'?', _) => return Some((1, 1)),
        (b'h' | b'H' | b'e', _) => 2,
        (b'i' | b'I' | b'f', _) | (b'l' | b'L', false) => 4,
        (b'l' | b'L' | b'q' | b'Q' | b'd', _) | (b'n' | b'N' | b'P', true) => 8,
        (b'F', _) => return Some((8, if native { 4 } else { 1 })),
        (b'D', _) => return Some((16, if native { 8 } else { 1 })),
        _ => return None,
    };
    Some((size, if native { size } else { 1 }))
}

impl Layout {
    fn parse(vm: &mut Vm, format: &[u8]) -> PyResult<Layout> {
        let (big_endian, native, rest) = match format {
            [b'<', rest @ ..] => (false, false, rest),
            [b'>' | b'!', rest @ ..] => (true, false, rest),
            [b'=', rest @ ..] => (cfg!(target_endian = "big"), false, rest),
            [b'@', rest @ ..] => (cfg!(target_endian = "big"), true, rest),
            rest => (cfg!(target_endian = "big"), true, rest),
        };
        let mut layout = Layout { runs: Vec::new(), size: 0, values: 0, big_endian, native };
        let mut at = 0;
        while let Some(&c) = rest.get(at) {
            at += 1;
            if c.is_ascii_whitespace() || c == 0x0B {
                continue;
            }
            let mut count = 1usize;
            let mut code = c;
            if c.is_ascii_digit() {
                let first = at - 1;
                while rest.get(at).is_some_and(u8::is_ascii_digit) {
                    at += 1;
                }
                let digits = std::str::from_utf8(&rest[first..at]).unwrap_or_default();
                count = match digits.parse() {
                    Ok(n) if n <= isize::MAX as usize => n,
                    _ => return Err(Self::too_long(vm)),
                };
                let Some(&letter) = rest.get(at) else {
                    return Err(ERROR
                        .raise(vm, format_args!("repeat count given without format specifier")));
                };
                code = letter;
                at += 1;
            }
            layout.add(vm, code, count)?;
        }
        Ok(layout)
    }

    fn add(&mut self, vm: &mut Vm, code: u8, count: usize) -> PyResult<()> {
        let Some((size, align)) = measure(code, self.native) else {
            return Err(ERROR.raise(vm, format_args!("bad char in struct format")));
        };
        let limit = isize::MAX as usize;
        let offset = self.size.checked_next_multiple_of(align);
        let end = offset.and_then(|o| size.checked_mul(count).and_then(|n| n.checked_add(o)));
        let (Some(offset), Some(end)) = (offset, end.filter(|e| *e <= limit)) else {
            return Err(Self::too_long(vm));
        };
        self.size = end;
        let (size, count) = match code {
            b'x' => return Ok(()),
            b's' | b'p' => (count, 1),
            _ => (size, count),
        };
        if count > 0 {
            self.values += count;
            if self.runs.try_reserve(1).is_err() {
                return Err(vm.memory_error());
            }
            self.runs.push(Run { code, offset, size, count });
        }
        Ok(())
    }

    #[cold]
    fn too_long(vm: &mut Vm) -> Raised {
        ERROR.raise(vm, format_args!("total struct size too long"))
    }

    /// The layout of a format as it is passed to a function.
    fn of(vm: &mut Vm, format: Value) -> PyResult<(Layout, Gc<Str>)> {
        let text = match (format.cast::<Str>(), format.cast::<Bytes>()) {
            (Some(text), _) => {
                let encoding = vm.intern("ascii")?;
                objects::str::codec::encode(vm, text, Some(encoding), None)?;
                text
            }
            (None, Some(bytes)) => {
                let mut text = String::new();
                text.extend(bytes.as_slice().iter().map(|b| char::from(*b)));
                Str::new(vm, &text)?
            }
            (None, None) => {
                return Err(vm.type_error(format_args!(
                    "Struct() argument 1 must be a str or bytes object, not {}",
                    class_name(format)
                )));
            }
        };
        Ok((Layout::parse(vm, text.as_bytes())?, text))
    }

    fn order(&self) -> ByteOrder {
        if self.big_endian { ByteOrder::Big } else { ByteOrder::Little }
    }

    /// The values in `bytes`, which has the layout's size.
    fn unpack(&self, vm: &mut Vm, bytes: &[u8]) -> PyResult<Gc<Tuple>> {
        let mut tuple = Tuple::builder(vm, self.values)?;
        for run in &self.runs {
            for i in 0..run.count {
                let at = run.offset + i * run.size;
                let item = bytes.get(at..at + run.size).unwrap_or_default();
                let value = self.unpack_one(vm, run, item)?;
                tuple.push(vm, value);
            }
        }
        tuple.finish(vm)
    }

    fn unpack_one(&self, vm: &mut Vm, run: &Run, item: &[u8]) -> PyResult<Value> {
        match run.code {
            b's' | b'c' => return Ok(Bytes::new(vm, item)?.into()),
            b'p' => {
                let part = match item {
                    [] => item,
                    [len, rest @ ..] => &rest[..usize::from(*len).min(rest.len())],
                };
                return Ok(Bytes::new(vm, part)?.into());
            }
            b'F' | b'D' => {
                let half = run.size / 2;
                let (real, imag) = item.split_at(half);
                let (real, imag) = (self.float(real), self.float(imag));
                return complex::from_parts(vm, real, imag);
            }
            b'e' | b'f' | b'd' => return float::from_f64(vm, self.float(item)),
            _ => {}
        }
        let raw = self.word(item);
        match run.code {
            b'?' => Ok((raw != 0).into()),
            b'b' | b'h' | b'i' | b'l' | b'q' | b'n' => {
                let unused = 64 - 8 * run.size as u32;
                int::from_i64(vm, (raw << unused).cast_signed() >> unused)
            }
            _ => int::from_u64(vm, raw),
        }
    }

    /// Up to eight bytes as a number.
    fn word(&self, item: &[u8]) -> u64 {
        let add = |word: u64, byte: &u8| word << 8 | u64::from(*byte);
        if self.big_endian { item.iter().fold(0, add) } else { item.iter().rev().fold(0, add) }
    }

    fn float(&self, item: &[u8]) -> f64 {
        let raw = self.word(item);
        match item.len() {
            2 => half_to_f64(raw as u16),
            4 => f64::from(f32::from_bits(raw as u32)),
            _ => f64::from_bits(raw),
        }
    }

    /// The bytes of `args`; `name` is the function's for messages.
    fn pack(&self, vm: &mut Vm, args: &[Value], name: &str) -> PyResult<Vec<u8>> {
        if args.len() != self.values {
            return Err(ERROR.raise(
                vm,
                format_args!(
                    "{name} expected {} items for packing (got {})",
                    self.values,
                    args.len()
                ),
            ));
        }
        let mut out = Vec::new();
        if out.try_reserve_exact(self.size).is_err() {
            return Err(vm.memory_error());
        }
        out.resize(self.size, 0);
        let mut args = args.iter();
        for run in &self.runs {
            for i in 0..run.count {
                let at = run.offset + i * run.size;
                if let (Some(value), Some(item)) = (args.next(), out.get_mut(at..at + run.size)) {
                    self.pack_one(vm, run, *value, item)?;
                }
            }
        }
        Ok(out)
    }

    fn pack_one(&self, vm: &mut Vm, run: &Run, value: Value, item: &mut [u8]) -> PyResult<()> {
        match run.code {
            b'c' => match value.cast::<Bytes>().as_ref().map(|b| b.as_slice()) {
                Some([byte]) => item.fill(*byte),
                _ => {
                    return Err(ERROR.raise(
                        vm,
                        format_args!("char format requires a bytes object of length 1"),
                    ));
                }
            },
            b's' | b'p' => return pack_text(vm, run.code, value, item),
            b'?' => item.fill(vm.truthy(value)?.into()),
            b'e' | b'f' | b'd' => {
                let f = required_float(vm, value)?;
                self.put_float(vm, f, item)?;
            }
            b'F' | b'D' => {
                let (real, imag) = match complex::parts(value) {
                    Some(parts) => parts,
                    None => required_complex(vm, value)?,
                };
                let (first, second) = item.split_at_mut(run.size / 2);
                self.put_float(vm, real, first)?;
                self.put_float(vm, imag, second)?;
            }
            code => {
                let number = required_int(vm, value)?;
                self.put_int(vm, code, number, item)?;
            }
        }
        Ok(())
    }

    fn put_word(&self, word: u64, item: &mut [u8]) {
        let n = item.len().min(8);
        if self.big_endian {
            item.copy_from_slice(&word.to_be_bytes()[8 - n..]);
        } else {
            item.copy_from_slice(&word.to_le_bytes()[..n]);
        }
    }

    fn put_float(&self, vm: &mut Vm, f: f64, item: &mut [u8]) -> PyResult<()> {
        let word = match item.len() {
            2 => match f64_to_half(f) {
                Some(half) => half.into(),
                None => {
                    return Err(
                        vm.overflow_error(format_args!("float too large to pack with e format"))
                    );
                }
            },
            4 => {
                let short = f as f32;
                // In native mode C's conversion makes it infinite.
                if short.is_infinite() && f.is_finite() && !self.native {
                    return Err(
                        vm.overflow_error(format_args!("float too large to pack with f format"))
                    );
                }
                short.to_bits().into()
            }
            _ => f.to_bits(),
        };
        self.put_word(word, item);
        Ok(())
    }

    fn put_int(&self, vm: &mut Vm, code: u8, number: Value, item: &mut [u8]) -> PyResult<()> {
        let bits = 8 * item.len() as u32;
        let signed = matches!(code, b'b' | b'h' | b'i' | b'l' | b'q' | b'n');
        let view = int::View::of(number);
        let wide = view.as_ref().to_i128();
        let (low, high) = if signed {
            (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1)
        } else {
            (0, (1i128 << bits) - 1)
        };
        if code == b'P' {
            // Negative numbers are pointers too.
            match wide.filter(|w| (i128::from(i64::MIN)..=high).contains(w)) {
                Some(wide) => self.put_word(wide as u64, item),
                None => return Err(ERROR.raise(vm, format_args!("int too large to convert"))),
            }
            return Ok(());
        }
        match wide.filter(|w| (low..=high).contains(w)) {
            Some(_) => {
                view.as_ref().write_wrapping(item, self.order());
                Ok(())
            }
            None => {
                let code = char::from(code);
                Err(ERROR
                    .raise(vm, format_args!("'{code}' format requires {low} <= number <= {high}")))
            }
        }
    }
}

fn pack_text(vm: &mut Vm, code: u8, value: Value, item: &mut [u8]) -> PyResult<()> {
    if value.cast::<Bytes>().is_none() && value.cast::<ByteArray>().is_none() {
        return Err(ERROR.raise(
            vm,
            format_args!("argument for '{}' must be a bytes object", char::from(code)),
        ));
    }
    let view = buffer(vm, value)?;
    let bytes = view.bytes();
    let target = match (code, item) {
        (b'p', []) => return Ok(()),
        (b'p', [len, rest @ ..]) => {
            let n = bytes.len().min(rest.len());
            *len = n.min(255) as u8;
            rest
        }
        (_, item) => item,
    };
    let n = bytes.len().min(target.len());
    target[..n].copy_from_slice(&bytes[..n]);
    Ok(())
}

fn required_int(vm: &mut Vm, value: Value) -> PyResult<Value> {
    if let Some(number) = int::plain(vm, value)? {
        return Ok(number);
    }
    if class_of(value).slots().index.is_some() {
        return vm.index(value);
    }
    Err(ERROR.raise(vm, format_args!("required argument is not an integer")))
}

fn required_float(vm: &mut Vm, value: Value) -> PyResult<f64> {
    match vm.float_value(value) {
        Ok(f) => Ok(f),
        Err(_) if vm.raised_matches(&exceptions::TYPE_ERROR) => {
            vm.clear_raised();
            Err(ERROR.raise(vm, format_args!("required argument is not a float")))
        }
        Err(r) => Err(r),
    }
}

fn required_complex(vm: &mut Vm, value: Value) -> PyResult<(f64, f64)> {
    let name = vm.intern("__complex__")?;
    if let Some(result) = vm.call_special(value, name, &[])?
        && let Some(parts) = complex::parts(result)
    {
        return Ok(parts);
    }
    match vm.float_value(value) {
        Ok(f) => Ok((f, 0.0)),
        Err(_) if vm.raised_matches(&exceptions::TYPE_ERROR) => {
            vm.clear_raised();
            Err(ERROR.raise(vm, format_args!("required argument is not a complex")))
        }
        Err(r) => Err(r),
    }
}

/// A half-precision float.
fn half_to_f64(half: u16) -> f64 {
    let (exponent, fraction) = (i32::from(half >> 10 & 0x1F), f64::from(half & 0x3FF));
    let size = match exponent {
        0 => fraction * 2f64.powi(-24),
        0x1F if fraction == 0.0 => f64::INFINITY,
        0x1F => f64::NAN,
        _ => (fraction + 1024.0) * 2f64.powi(exponent - 25),
    };
    if half >> 15 == 1 { -size } else { size }
}

/// The nearest half-precision float, ties to even; `None` if `f` is too large for one.
fn f64_to_half(f: f64) -> Option<u16> {
    let sign = u16::from(f.is_sign_negative()) << 15;
    let size = f.abs();
    if f.is_nan() {
        return Some(sign | 0x7E00);
    }
    if size.is_infinite() {
        return Some(sign | 0x7C00);
    }
    if size >= 65520.0 {
        return None;
    }
    // Below the smallest normal number all steps have the same size.
    let exponent = ((size.to_bits() >> 52) as i32 - 1023).max(-14);
    let steps = (size * 2f64.powi(10 - exponent)).round_ties_even() as u16;
    // A rounded-up fraction carries into the exponent.
    let bits = ((exponent + 14) as u16) << 10;
    Some(sign | (bits + steps))
}

/// A compiled struct format.
#[pytype(
    name = "_struct.Struct",
    flags(BASETYPE, WEAKREF),
    doc = "Struct(fmt) --> compiled struct object"
)]
pub struct Struct {
    #[untraced]
    #[init(RefCell::new(None))]
    layout: RefCell<Option<Arc<Layout>>>,
    #[init(Field::new(Value::NONE))]
    format: Field<Value>,
}

impl Struct {
    fn layout(&self) -> Option<Arc<Layout>> {
        self.layout.borrow().clone()
    }

    fn ready(this: Gc<Self>, vm: &mut Vm) -> PyResult<Arc<Layout>> {
        match this.layout() {
            Some(layout) => Ok(layout),
            None => Err(vm.runtime_error(format_args!("Struct object is not initialized"))),
        }
    }
}

fn unpack(vm: &mut Vm, layout: &Layout, source: Value) -> PyResult<Gc<Tuple>> {
    let view = buffer(vm, source)?;
    if view.len() != layout.size {
        return Err(
            ERROR.raise(vm, format_args!("unpack requires a buffer of {} bytes", layout.size))
        );
    }
    layout.unpack(vm, view.bytes())
}

/// Where a part of `needed` bytes at `offset` lies in a buffer of `len`; `name` and `doing` are for messages.
fn place(
    vm: &mut Vm,
    needed: usize,
    offset: isize,
    len: usize,
    unpacking: bool,
) -> PyResult<usize> {
    let ilen = len as isize;
    if offset < 0 {
        if offset.saturating_add_unsigned(needed) > 0 {
            return Err(if unpacking {
                let text = format!("not enough data to unpack {needed} bytes at offset {offset}");
                ERROR.raise(vm, format_args!("{text}"))
            } else {
                let text = format!("no space to pack {needed} bytes at offset {offset}");
                ERROR.raise(vm, format_args!("{text}"))
            });
        }
        if offset + ilen < 0 {
            return Err(
                ERROR.raise(vm, format_args!("offset {offset} out of range for {len}-byte buffer"))
            );
        }
    }
    let at = if offset < 0 { offset + ilen } else { offset } as usize;
    if at > len || len - at < needed {
        let (name, doing) =
            if unpacking { ("unpack_from", "unpacking") } else { ("pack_into", "packing") };
        return Err(ERROR.raise(
            vm,
            format_args!(
                "{name} requires a buffer of at least {} bytes for {doing} {needed} bytes at offset {offset} (actual buffer size is {len})",
                at as u128 + needed as u128
            ),
        ));
    }
    Ok(at)
}

fn unpack_from(vm: &mut Vm, layout: &Layout, source: Value, offset: isize) -> PyResult<Gc<Tuple>> {
    let view = buffer(vm, source)?;
    let at = place(vm, layout.size, offset, view.len(), true)?;
    layout.unpack(vm, view.bytes().get(at..at + layout.size).unwrap_or_default())
}

fn pack_into(vm: &mut Vm, layout: &Layout, args: &[Value]) -> PyResult<()> {
    let (target, offset, items) = match *args {
        [] => return Err(ERROR.raise(vm, format_args!("pack_into expected buffer argument"))),
        [_] => return Err(ERROR.raise(vm, format_args!("pack_into expected offset argument"))),
        [target, offset, ref items @ ..] => (target, offset, items),
    };
    if items.len() != layout.values {
        layout.pack(vm, items, "pack_into")?;
    }
    let view: View = match buffer_of(vm, target)? {
        Some(view) if view.is_writable() => view,
        _ => {
            return Err(vm.type_error(format_args!(
                "argument must be read-write bytes-like object, not {}",
                class_name(target)
            )));
        }
    };
    let offset = vm.index_isize(offset, &exceptions::INDEX_ERROR)?;
    let at = place(vm, layout.size, offset, view.len(), false)?;
    let bytes = layout.pack(vm, items, "pack_into")?;
    view.write(at, &bytes);
    Ok(())
}

fn iter_unpack(vm: &mut Vm, layout: Arc<Layout>, source: Value) -> PyResult<Gc<Unpacker>> {
    if layout.size == 0 {
        return Err(
            ERROR.raise(vm, format_args!("cannot iteratively unpack with a struct of length 0"))
        );
    }
    let len = buffer(vm, source)?.len();
    if len % layout.size != 0 {
        return Err(ERROR.raise(
            vm,
            format_args!(
                "iterative unpacking requires a buffer of a multiple of {} bytes",
                layout.size
            ),
        ));
    }
    Unpacker::create(vm, layout, source, Cell::new(0))
}

#[pymethods]
impl Struct {
    #[slot(new)]
    fn new(cls: Gc<Type>, vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Gc<Self>> {
        let _ = (args, kwnames);
        Struct::create_as(vm, cls)
    }

    #[slot(init, sig = "(format)")]
    fn init(this: Gc<Self>, vm: &mut Vm, format: Value) -> PyResult<()> {
        let (layout, text) = Layout::of(vm, format)?;
        this.layout.replace(Some(Arc::new(layout)));
        this.format.set(this, vm.heap(), text.into());
        Ok(())
    }

    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[method(sig = "($self, /, *args)", no_text)]
    fn pack(this: Gc<Self>, vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Bytes>> {
        let layout = Self::ready(this, vm)?;
        let bytes = layout.pack(vm, args, "pack")?;
        Bytes::new(vm, &bytes)
    }

    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  See
    /// help(struct) for more on format strings.
    #[method(sig = "($self, /, *args)", no_text)]
    fn pack_into(this: Gc<Self>, vm: &mut Vm, args: &[Value]) -> PyResult<()> {
        let layout = Self::ready(this, vm)?;
        pack_into(vm, &layout, args)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method]
    fn unpack(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<Gc<Tuple>> {
        let layout = Self::ready(this, vm)?;
        unpack(vm, &layout, buffer)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "($self, /, buffer, offset=0)")]
    fn unpack_from(
        this: Gc<Self>,
        vm: &mut Vm,
        buffer: Value,
        #[default(0)] offset: isize,
    ) -> PyResult<Gc<Tuple>> {
        let layout = Self::ready(this, vm)?;
        unpack_from(vm, &layout, buffer, offset)
    }

    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[method]
    fn iter_unpack(this: Gc<Self>, vm: &mut Vm, buffer: Value) -> PyResult<Gc<Unpacker>> {
        let layout = Self::ready(this, vm)?;
        iter_unpack(vm, layout, buffer)
    }

    /// struct format string
    #[getter]
    fn format(this: Gc<Self>) -> Value {
        this.format.get()
    }

    /// struct size in bytes
    #[getter]
    fn size(this: Gc<Self>) -> isize {
        this.layout().map_or(-1, |l| l.size as isize)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Self::ready(this, vm)?;
        let shown = vm.repr(this.format.get())?;
        let class = class_of(this.into());
        let name = class.name.get();
        Str::from_fmt(vm, format_args!("{}({})", name.text(), shown.text()))
    }
}

/// Unpacks one struct after the other.
#[pytype(name = "_struct.unpack_iterator", doc = "", flags(NO_NEW))]
pub struct Unpacker {
    #[untraced]
    layout: Arc<Layout>,
    source: Value,
    at: Cell<usize>,
}

#[pymethods]
impl Unpacker {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }

    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let layout = this.layout.clone();
        let view = buffer(vm, this.source)?;
        let at = this.at.get();
        let Some(bytes) = view.bytes().get(at..at.saturating_add(layout.size)) else {
            return Ok(None);
        };
        this.at.set(at + layout.size);
        Ok(Some(layout.unpack(vm, bytes)?.into()))
    }

    #[method]
    fn __length_hint__(this: Gc<Self>, vm: &mut Vm) -> PyResult<usize> {
        let len = buffer(vm, this.source)?.len();
        Ok(len.saturating_sub(this.at.get()) / this.layout.size)
    }
}

/// The module.
#[pymodule(
    name = "_struct",
    doc = "Functions to convert between Python values and C structs represented\nas Python bytes objects. It can also be used as format strings\n(explained below) to describe the layout of data in the C struct.",
    types(super::Struct, super::Unpacker)
)]
pub mod module {
    use super::{ERROR, Layout, Unpacker};
    use heap::Gc;
    use objects::bytes::Bytes;
    use objects::tuple::Tuple;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::sync::Arc;

    #[attr]
    fn error(vm: &mut Vm) -> PyResult<Value> {
        ERROR.class(vm)
    }

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::hide(vm, module, &["unpack_iterator"])
    }

    /// Clear the internal cache.
    #[function]
    fn _clearcache() {
        // Formats are parsed anew each time.
    }

    /// Return size in bytes of the struct described by the format string.
    #[function]
    fn calcsize(vm: &mut Vm, format: Value) -> PyResult<usize> {
        Ok(Layout::of(vm, format)?.0.size)
    }

    fn split<'a>(vm: &mut Vm, args: &'a [Value]) -> PyResult<(Layout, &'a [Value])> {
        match args {
            [] => Err(vm.type_error(format_args!("missing format argument"))),
            [format, rest @ ..] => Ok((Layout::of(vm, *format)?.0, rest)),
        }
    }

    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[function(sig = "($module, /, *args)", no_text)]
    fn pack(vm: &mut Vm, args: &[Value]) -> PyResult<Gc<Bytes>> {
        let (layout, values) = split(vm, args)?;
        let bytes = layout.pack(vm, values, "pack")?;
        Bytes::new(vm, &bytes)
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  See help(struct) for more
    /// on format strings.
    #[function(sig = "($module, /, *args)", no_text)]
    fn pack_into(vm: &mut Vm, args: &[Value]) -> PyResult<()> {
        let (layout, values) = split(vm, args)?;
        super::pack_into(vm, &layout, values)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function]
    fn unpack(vm: &mut Vm, format: Value, buffer: Value) -> PyResult<Gc<Tuple>> {
        let (layout, _) = Layout::of(vm, format)?;
        super::unpack(vm, &layout, buffer)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "($module, format, /, buffer, offset=0)")]
    fn unpack_from(
        vm: &mut Vm,
        format: Value,
        buffer: Value,
        #[default(0)] offset: isize,
    ) -> PyResult<Gc<Tuple>> {
        let (layout, _) = Layout::of(vm, format)?;
        super::unpack_from(vm, &layout, buffer, offset)
    }

    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[function]
    fn iter_unpack(vm: &mut Vm, format: Value, buffer: Value) -> PyResult<Gc<Unpacker>> {
        let (layout, _) = Layout::of(vm, format)?;
        super::iter_unpack(vm, Arc::new(layout), buffer)
    }
}

//! Filling strings to a width, and tab stops.

use super::{Builder, Str};
use crate::types::class_name;
use crate::value::Value;
use crate::vm::{PyResult, Vm};
use heap::Gc;
use macros::pymethods;

/// The argument `fillchar`.
fn fill_character(vm: &mut Vm, fillchar: Option<Value>) -> PyResult<u32> {
    let Some(fillchar) = fillchar else { return Ok(' '.into()) };
    let Some(text) = fillchar.cast::<Str>() else {
        return Err(vm.type_error(format_args!(
            "The fill character must be a unicode character, not {}",
            class_name(fillchar)
        )));
    };
    match text.single_code_point() {
        Some(code_point) => Ok(code_point),
        None => {
            Err(vm
                .type_error(format_args!("The fill character must be exactly one character long")))
        }
    }
}

/// `this` with fill characters on both sides.
fn padded(this: Gc<Str>, vm: &mut Vm, left: usize, right: usize, fill: u32) -> PyResult<Gc<Str>> {
    if left == 0 && right == 0 {
        return Str::plain(this, vm);
    }
    let (fill, fill_len) = prim::text::encode(fill).unwrap_or(([b' ', 0, 0, 0], 1));
    let fill = &fill[..fill_len];
    let count = left.checked_add(right);
    let nbytes =
        count.and_then(|n| n.checked_mul(fill_len)).and_then(|n| n.checked_add(this.byte_len()));
    let nchars = count.and_then(|n| n.checked_add(this.char_len()));
    let (Some(nbytes), Some(nchars)) = (nbytes, nchars) else {
        return Err(vm.overflow_error(format_args!("padded string is too long")));
    };
    if nbytes <= 2 {
        let mut small = Builder::new();
        for part in std::iter::repeat_n(fill, left)
            .chain([this.as_bytes()])
            .chain(std::iter::repeat_n(fill, right))
        {
            small.push(vm, prim::Text::from_bytes_unchecked(part))?;
        }
        return small.finish(vm);
    }
    let mut result = Str::begin(vm, None, nbytes, nchars)?;
    (0..left).for_each(|_| result.push(fill));
    result.push(this.as_bytes());
    (0..right).for_each(|_| result.push(fill));
    Ok(result.finish())
}

/// How much is missing to `width`.
fn missing(this: Gc<Str>, width: isize) -> usize {
    usize::try_from(width).unwrap_or(0).saturating_sub(this.char_len())
}

#[pymethods(extra = "pad")]
impl Str {
    /// Return a centered string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[method(sig = "($self, width, fillchar=' ', /)")]
    fn center(
        this: Gc<Self>,
        vm: &mut Vm,
        width: isize,
        fillchar: Option<Value>,
    ) -> PyResult<Gc<Str>> {
        let fill = fill_character(vm, fillchar)?;
        let missing = missing(this, width);
        // An odd one goes to the left if the width is odd.
        let left = missing / 2 + (missing & width as usize & 1);
        padded(this, vm, left, missing - left, fill)
    }

    /// Return a left-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[method(sig = "($self, width, fillchar=' ', /)")]
    fn ljust(
        this: Gc<Self>,
        vm: &mut Vm,
        width: isize,
        fillchar: Option<Value>,
    ) -> PyResult<Gc<Str>> {
        let fill = fill_character(vm, fillchar)?;
        padded(this, vm, 0, missing(this, width), fill)
    }

    /// Return a right-justified string of length width.
    ///
    /// Padding is done using the specified fill character (default is a space).
    #[method(sig = "($self, width, fillchar=' ', /)")]
    fn rjust(
        this: Gc<Self>,
        vm: &mut Vm,
        width: isize,
        fillchar: Option<Value>,
    ) -> PyResult<Gc<Str>> {
        let fill = fill_character(vm, fillchar)?;
        padded(this, vm, missing(this, width), 0, fill)
    }

    /// Pad a numeric string with zeros on the left, to fill a field of the given width.
    ///
    /// The string is never truncated.
    #[method(sig = "($self, width, /)")]
    fn zfill(this: Gc<Self>, vm: &mut Vm, width: isize) -> PyResult<Gc<Str>> {
        let missing = missing(this, width);
        if missing == 0 {
            return Str::plain(this, vm);
        }
        let Some((sign @ (b'+' | b'-'), rest)) = this.as_bytes().split_first() else {
            return padded(this, vm, missing, 0, '0'.into());
        };
        let (Some(nbytes), Some(nchars)) =
            (this.byte_len().checked_add(missing), this.char_len().checked_add(missing))
        else {
            return Err(vm.overflow_error(format_args!("padded string is too long")));
        };
        let mut result = Str::begin(vm, None, nbytes, nchars)?;
        result.push(&[*sign]);
        (0..missing).for_each(|_| result.push(b"0"));
        result.push(rest);
        Ok(result.finish())
    }

    /// Return a copy where all tab characters are expanded using spaces.
    ///
    /// If tabsize is not given, a tab size of 8 characters is assumed.
    #[method(sig = "($self, /, tabsize=8)")]
    fn expandtabs(this: Gc<Self>, vm: &mut Vm, tabsize: i32) -> PyResult<Gc<Str>> {
        if !this.as_bytes().contains(&b'\t') {
            return Str::plain(this, vm);
        }
        let tab = usize::try_from(tabsize).unwrap_or(0);
        let mut out = Builder::new();
        let mut column = 0usize;
        for code_point in this.text().code_points() {
            if code_point != 0x09 {
                out.push_code_point(vm, code_point)?;
                column = if matches!(code_point, 0x0A | 0x0D) { 0 } else { column + 1 };
            } else if tab > 0 {
                let spaces = tab - column % tab;
                out.reserve(vm, spaces)?;
                (0..spaces).for_each(|_| out.buf().push_latin1(b' '));
                column += spaces;
            }
        }
        out.finish(vm)
    }
}

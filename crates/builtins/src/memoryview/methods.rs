//! Methods and attributes of views.

use super::MemoryView;
use super::format::Format;
use super::iter::MemoryIterator;
use super::layout::Layout;
use heap::Gc;
use macros::pymethods;
use objects::bytes::{Bytes, hex};
use objects::exceptions;
use objects::list::List;
use objects::slots::CompareOp;
use objects::str::Str;
use objects::tuple::Tuple;
use objects::types::{Type, class_name};
use objects::value::Value;
use objects::vm::{PyResult, Vm};

/// Most dimensions of a view.
const MAX_DIMENSIONS: usize = 64;

/// The shape given to `cast`, whose items must be `size` bytes that fill `total`.
fn read_shape(vm: &mut Vm, shape: Value, size: usize, total: usize) -> PyResult<Vec<usize>> {
    let items = match (shape.cast::<Tuple>(), shape.cast::<List>()) {
        (Some(t), _) => t,
        (None, Some(l)) => l.to_tuple(vm)?,
        _ => return Err(vm.type_error(format_args!("shape must be a list or a tuple"))),
    };
    if items.len() > MAX_DIMENSIONS {
        return Err(vm.value_error(format_args!(
            "memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}"
        )));
    }
    let mut out = Vec::new();
    let mut product = Some(size);
    for v in items.items() {
        if objects::int::hash_of_int(*v).is_none() {
            return Err(vm.type_error(format_args!(
                "memoryview.cast(): elements of shape must be integers"
            )));
        }
        let n = match objects::int::to_i64(*v) {
            Some(n) if n > 0 => n as usize,
            _ => {
                return Err(vm.value_error(format_args!(
                    "memoryview.cast(): elements of shape must be integers > 0"
                )));
            }
        };
        product = product.and_then(|p| p.checked_mul(n));
        out.push(n);
    }
    if product == Some(total) {
        return Ok(out);
    }
    Err(vm.type_error(format_args!("memoryview: product(shape) * itemsize != buffer size")))
}

impl MemoryView {
    /// The view's items cast to `format`, in one dimension or in those of `shape`.
    fn cast_to(
        this: Gc<Self>,
        vm: &mut Vm,
        shown: Gc<Str>,
        shape: Option<Value>,
    ) -> PyResult<Gc<MemoryView>> {
        let Some(format) = Format::parse(shown.as_bytes()) else {
            return Err(vm.value_error(format_args!(
                "memoryview: destination format must be a native single character format prefixed with an optional '@'"
            )));
        };
        if !format.is_byte() && !this.format.is_byte() {
            return Err(
                vm.type_error(format_args!("memoryview: cannot cast between two non-byte formats"))
            );
        }
        let (total, size) = (this.byte_len(), format.size());
        if total % size != 0 {
            return Err(
                vm.type_error(format_args!("memoryview: length is not a multiple of itemsize"))
            );
        }
        let flat =
            Layout { len: total / size, stride: size.cast_signed(), dimensions: 1, ..this.layout };
        let none = (Tuple::empty(), Tuple::empty());
        let Some(shape) = shape else {
            return Self::with(this, vm, (shown, format), flat, none, this.readonly);
        };
        let shape = read_shape(vm, shape, size, total)?;
        if shape.len() == 1 {
            return Self::with(this, vm, (shown, format), flat, none, this.readonly);
        }
        let mut lens = Tuple::builder(vm, shape.len())?;
        let mut strides = Tuple::builder(vm, shape.len())?;
        for (i, n) in shape.iter().enumerate() {
            let stride = shape[i + 1..].iter().product::<usize>() * size;
            lens.push(vm, Value::from_len(*n));
            strides.push(vm, Value::from_len(stride));
        }
        let tuples = (lens.finish(vm)?, strides.finish(vm)?);
        let layout = Layout { len: 0, stride: 0, dimensions: shape.len(), ..this.layout };
        Self::with(this, vm, (shown, format), layout, tuples, this.readonly)
    }

    /// Items from `at` on along dimension `level`, as nested lists.
    fn nested(
        this: Gc<Self>,
        vm: &mut Vm,
        dimensions: &[(usize, isize)],
        at: usize,
    ) -> PyResult<Value> {
        let Some(((len, stride), inner)) = dimensions.split_first() else {
            return Self::unpack_at(this, vm, at);
        };
        let list = List::new(vm)?;
        for i in 0..*len {
            let v =
                Self::nested(this, vm, inner, at.wrapping_add_signed(stride * i.cast_signed()))?;
            list.push(vm, v)?;
        }
        Ok(list.into())
    }

    /// The bytes in column order.
    fn column_bytes(this: Gc<Self>, vm: &mut Vm) -> PyResult<Vec<u8>> {
        let size = this.format.size();
        let rows = Self::bytes(this, vm)?;
        let lens: Vec<usize> = this.dimensions().into_iter().map(|d| d.0).collect();
        let mut out = Vec::new();
        if out.try_reserve_exact(rows.len()).is_err() {
            return Err(vm.memory_error());
        }
        for n in 0..rows.len() / size {
            // The indices of item n in column order, and its place in row order.
            let (mut rest, mut place, mut indices) = (n, 0, Vec::new());
            for len in &lens {
                indices.push(rest % len);
                rest /= len;
            }
            for (i, len) in indices.iter().zip(&lens) {
                place = place * len + i;
            }
            out.extend_from_slice(rows.get(place * size..(place + 1) * size).unwrap_or(&[]));
        }
        Ok(out)
    }

    fn shape_tuple(
        this: Gc<Self>,
        vm: &mut Vm,
        pick: fn(&(usize, isize)) -> isize,
    ) -> PyResult<Gc<Tuple>> {
        Self::check(this, vm)?;
        let dimensions = this.dimensions();
        let mut out = Tuple::builder(vm, dimensions.len())?;
        for d in &dimensions {
            let v = objects::int::from_i64(vm, pick(d) as i64)?;
            out.push(vm, v);
        }
        out.finish(vm)
    }
}

#[pymethods]
impl MemoryView {
    #[slot(new, sig = "(object)")]
    fn new(_cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Gc<Self>> {
        MemoryView::of(vm, object)
    }

    #[slot(repr)]
    fn repr(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        let released = if this.released.get() { "released " } else { "" };
        let at = objects::object::identity(this.into());
        Str::from_fmt(vm, format_args!("<{released}memory at {at:#x}>"))
    }

    #[slot(iter)]
    fn iter(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::check(this, vm)?;
        match this.layout.dimensions {
            0 => Err(vm.type_error(format_args!("invalid indexing of 0-dim memory"))),
            1 => Ok(MemoryIterator::over(vm, this)?.into()),
            _ => Err(vm.not_implemented_error(format_args!(
                "multi-dimensional sub-views are not implemented"
            ))),
        }
    }

    /// Create a new memoryview object which references the given object.
    #[classmethod(sig = "($type, /, object, flags)")]
    fn _from_flags(
        _cls: Gc<Type>,
        vm: &mut Vm,
        object: Value,
        flags: i32,
    ) -> PyResult<Gc<MemoryView>> {
        const WRITABLE: i32 = 1;
        let view = MemoryView::of(vm, object)?;
        if flags & WRITABLE != 0 && view.readonly {
            Self::release(view, vm)?;
            return Err(vm.buffer_error(format_args!("Object is not writable.")));
        }
        Ok(view)
    }

    /// See PEP 585
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: Gc<Type>, vm: &mut Vm, object: Value) -> PyResult<Value> {
        crate::typing::alias::generic_alias(vm, cls.into(), object)
    }

    /// Release the underlying buffer exposed by the memoryview object.
    #[method(name = "release", sig = "($self, /)")]
    fn py_release(this: Gc<Self>, vm: &mut Vm) -> PyResult<()> {
        Self::release(this, vm)
    }

    #[method(sig = "($self, /)")]
    fn __enter__(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::check(this, vm)?;
        Ok(this.into())
    }

    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(this: Gc<Self>, vm: &mut Vm, _exc_info: &[Value]) -> PyResult<()> {
        Self::release(this, vm)
    }

    /// Cast a memoryview to a new format or shape.
    #[method(sig = "($self, /, format, shape=<unrepresentable>)")]
    fn cast(
        this: Gc<Self>,
        vm: &mut Vm,
        format: Gc<Str>,
        shape: Option<Value>,
    ) -> PyResult<Gc<Self>> {
        Self::check(this, vm)?;
        if !this.is_contiguous() {
            return Err(vm.type_error(format_args!(
                "memoryview: casts are restricted to C-contiguous views"
            )));
        }
        if shape.is_some() && this.layout.dimensions != 1 {
            return Err(
                vm.type_error(format_args!("memoryview: cast must be 1D -> ND or ND -> 1D"))
            );
        }
        Self::cast_to(this, vm, format, shape)
    }

    /// Return a readonly version of the memoryview.
    #[method(sig = "($self, /)")]
    fn toreadonly(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Self>> {
        Self::check(this, vm)?;
        Self::with(
            this,
            vm,
            (this.shown, this.format),
            this.layout,
            (this.shape, this.strides),
            true,
        )
    }

    /// Return the data in the buffer as a byte string.
    ///
    /// Order can be {'C', 'F', 'A'}. When order is 'C' or 'F', the data of the
    /// original array is converted to C or Fortran order. For contiguous views,
    /// 'A' returns an exact copy of the physical memory. In particular, in-memory
    /// Fortran order is preserved. For non-contiguous views, the data is converted
    /// to C first. order=None is the same as order='C'.
    #[method(sig = "($self, /, order='C')")]
    fn tobytes(this: Gc<Self>, vm: &mut Vm, order: Option<Value>) -> PyResult<Gc<Bytes>> {
        Self::check(this, vm)?;
        let order = match order.filter(|o| !o.is_none()) {
            None => b'C',
            Some(v) => match v.cast::<Str>().map(|s| (s, s.as_bytes().to_vec())) {
                Some((_, text)) if matches!(text.as_slice(), b"C" | b"F" | b"A") => text[0],
                Some(_) => {
                    return Err(vm.value_error(format_args!("order must be 'C', 'F' or 'A'")));
                }
                None => {
                    return Err(vm.type_error(format_args!(
                        "tobytes() argument 'order' must be str or None, not {}",
                        class_name(v)
                    )));
                }
            },
        };
        let bytes = match order {
            b'F' => Self::column_bytes(this, vm)?,
            b'A' if !this.is_contiguous() && this.is_column_contiguous() => {
                Self::column_bytes(this, vm)?
            }
            _ => Self::bytes(this, vm)?,
        };
        Bytes::new(vm, &bytes)
    }

    /// Return the data in the buffer as a list of elements.
    #[method(sig = "($self, /)")]
    fn tolist(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::check(this, vm)?;
        Self::nested(this, vm, &this.dimensions(), this.layout.offset)
    }

    /// Return the data in the buffer as a str of hexadecimal numbers.
    ///
    ///   sep
    ///     An optional single character or byte to separate hex bytes.
    ///   bytes_per_sep
    ///     How many bytes between separators.  Positive values count from the
    ///     right, negative values count from the left.
    ///
    /// Example:
    /// >>> value = memoryview(b'\xb9\x01\xef')
    /// >>> value.hex()
    /// 'b901ef'
    /// >>> value.hex(':')
    /// 'b9:01:ef'
    /// >>> value.hex(':', 2)
    /// 'b9:01ef'
    /// >>> value.hex(':', -2)
    /// 'b901:ef'
    #[method(sig = "($self, /, sep=<unrepresentable>, bytes_per_sep=1)")]
    fn hex(
        this: Gc<Self>,
        vm: &mut Vm,
        sep: Option<Value>,
        #[default(1)] bytes_per_sep: i32,
    ) -> PyResult<Gc<Str>> {
        Self::check(this, vm)?;
        let sep = hex::separator(vm, sep)?;
        let bytes = Self::bytes(this, vm)?;
        hex::to_hex(vm, &bytes, sep, bytes_per_sep)
    }

    /// Count the number of occurrences of a value.
    #[method(sig = "($self, value, /)")]
    fn count(this: Gc<Self>, vm: &mut Vm, value: Value) -> PyResult<usize> {
        let it = vm.iter(this.into())?;
        let mut count = 0;
        while let Some(v) = vm.next(it)? {
            count += usize::from(vm.eq(v, value)?);
        }
        Ok(count)
    }

    /// Return the index of the first occurrence of a value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(
        this: Gc<Self>,
        vm: &mut Vm,
        value: Value,
        start: Option<Value>,
        stop: Option<Value>,
    ) -> PyResult<usize> {
        Self::check(this, vm)?;
        if this.layout.dimensions == 0 {
            return Err(vm.type_error(format_args!("invalid lookup on 0-dim memory")));
        }
        if this.layout.dimensions > 1 {
            return Err(vm.not_implemented_error(format_args!(
                "multi-dimensional lookup is not implemented"
            )));
        }
        let start = objects::slice::search_bound(vm, start.unwrap_or(Value::NONE), 0)?;
        let stop = objects::slice::search_bound(vm, stop.unwrap_or(Value::NONE), isize::MAX)?;
        let (start, stop) = objects::slice::clip_search(start, stop, this.layout.len);
        for i in start..stop {
            Self::check(this, vm)?;
            let v = Self::unpack_at(this, vm, this.layout.at(i))?;
            if objects::protocol::is_identical(v, value)
                || vm.compare_bool(v, value, CompareOp::Eq)?
            {
                return Ok(i);
            }
        }
        Err(vm.raise(&exceptions::VALUE_ERROR, format_args!("memoryview.index(x): x not found")))
    }

    /// The underlying object of the memoryview.
    #[getter]
    fn obj(this: Gc<Self>, vm: &mut Vm) -> PyResult<Value> {
        Self::check(this, vm)?;
        Ok(this.lease.owner)
    }
    /// The amount of space in bytes that the array would use in
    ///  a contiguous representation.
    #[getter]
    fn nbytes(this: Gc<Self>, vm: &mut Vm) -> PyResult<usize> {
        Self::check(this, vm)?;
        Ok(this.byte_len())
    }
    /// A bool indicating whether the memory is read only.
    #[getter]
    fn readonly(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(this.readonly)
    }
    /// The size in bytes of each element of the memoryview.
    #[getter]
    fn itemsize(this: Gc<Self>, vm: &mut Vm) -> PyResult<usize> {
        Self::check(this, vm)?;
        Ok(this.format.size())
    }
    /// A string containing the format (in struct module style)
    ///  for each element in the view.
    #[getter]
    fn format(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Str>> {
        Self::check(this, vm)?;
        Ok(this.shown)
    }
    /// An integer indicating how many dimensions of a multi-dimensional
    ///  array the memory represents.
    #[getter]
    fn ndim(this: Gc<Self>, vm: &mut Vm) -> PyResult<usize> {
        Self::check(this, vm)?;
        Ok(this.layout.dimensions)
    }
    /// A tuple of ndim integers giving the shape of the memory
    ///  as an N-dimensional array.
    #[getter]
    fn shape(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Self::shape_tuple(this, vm, |d| d.0.cast_signed())
    }
    /// A tuple of ndim integers giving the size in bytes to access
    ///  each element for each dimension of the array.
    #[getter]
    fn strides(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Self::shape_tuple(this, vm, |d| d.1)
    }
    /// A tuple of integers used internally for PIL-style arrays.
    #[getter]
    fn suboffsets(this: Gc<Self>, vm: &mut Vm) -> PyResult<Gc<Tuple>> {
        Self::check(this, vm)?;
        Ok(Tuple::empty())
    }
    /// A bool indicating whether the memory is C contiguous.
    #[getter]
    fn c_contiguous(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(this.is_contiguous())
    }
    /// A bool indicating whether the memory is Fortran contiguous.
    #[getter]
    fn f_contiguous(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(this.is_column_contiguous())
    }
    /// A bool indicating whether the memory is contiguous.
    #[getter]
    fn contiguous(this: Gc<Self>, vm: &mut Vm) -> PyResult<bool> {
        Self::check(this, vm)?;
        Ok(this.is_contiguous() || this.is_column_contiguous())
    }
}

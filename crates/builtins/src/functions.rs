//! Functions of the module `builtins` that only apply a protocol, and conversions to text.

use macros::pymodule;

/// Built-in functions, types, exceptions, and other objects.
///
/// This module provides direct access to all 'built-in'
/// identifiers of Python; for example, builtins.len is
/// the full name for the built-in function len().
#[pymodule(name = "builtins")]
pub mod builtins_module {
    use heap::Gc;
    use objects::args::positional;
    use objects::bytearray::ByteArray;
    use objects::bytes::Bytes;
    use objects::int;
    use objects::singletons::is_not_implemented;
    use objects::str::Str;
    use objects::types::{class_name, class_of};
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};

    /// Return the absolute value of the argument.
    #[function(sig = "($module, number, /)")]
    fn abs(vm: &mut Vm, number: Value) -> PyResult<Value> {
        vm.abs(number)
    }

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[function(sig = "($module, iterable, /)")]
    fn all(vm: &mut Vm, iterable: Value) -> PyResult<bool> {
        let it = vm.iter(iterable)?;
        while let Some(v) = vm.next(it)? {
            if !vm.truthy(v)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[function(sig = "($module, iterable, /)")]
    fn any(vm: &mut Vm, iterable: Value) -> PyResult<bool> {
        let it = vm.iter(iterable)?;
        while let Some(v) = vm.next(it)? {
            if vm.truthy(v)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Return an ASCII-only representation of an object.
    ///
    /// As repr(), return a string containing a printable representation of an
    /// object, but escape the non-ASCII characters in the string returned by
    /// repr() using \\x, \\u or \\U escapes. This generates a string similar
    /// to that returned by repr() in Python 2.
    #[function(sig = "($module, obj, /)")]
    fn ascii(vm: &mut Vm, obj: Value) -> PyResult<Gc<Str>> {
        vm.ascii(obj)
    }

    /// The arguments of a function that takes no keywords.
    fn without_keywords<'a>(
        vm: &mut Vm,
        name: &str,
        args: &'a [Value],
        kwnames: Value,
    ) -> PyResult<&'a [Value]> {
        if positional(args, kwnames).len() == args.len() {
            return Ok(args);
        }
        Err(vm.type_error(format_args!("{name}() takes no keyword arguments")))
    }

    fn in_base(vm: &mut Vm, v: Value, base: u32, prefix: &str) -> PyResult<Gc<Str>> {
        let v = vm.index(v)?;
        let digits = match int::View::of(v).as_ref().to_radix_string(base) {
            Ok(digits) => digits,
            Err(e) => return Err(int::raise(vm, e)),
        };
        match digits.strip_prefix('-') {
            Some(digits) => Str::from_fmt(vm, format_args!("-{prefix}{digits}")),
            None => Str::from_fmt(vm, format_args!("{prefix}{digits}")),
        }
    }

    /// Return the binary representation of an integer.
    ///
    ///    >>> bin(2796202)
    ///    '0b1010101010101010101010'
    #[function(sig = "($module, integer, /)")]
    fn bin(vm: &mut Vm, integer: Value) -> PyResult<Gc<Str>> {
        in_base(vm, integer, 2, "0b")
    }

    /// Return the octal representation of an integer.
    ///
    ///    >>> oct(342391)
    ///    '0o1234567'
    #[function(sig = "($module, integer, /)")]
    fn oct(vm: &mut Vm, integer: Value) -> PyResult<Gc<Str>> {
        in_base(vm, integer, 8, "0o")
    }

    /// Return the hexadecimal representation of an integer.
    ///
    ///    >>> hex(12648430)
    ///    '0xc0ffee'
    #[function(sig = "($module, integer, /)")]
    fn hex(vm: &mut Vm, integer: Value) -> PyResult<Gc<Str>> {
        in_base(vm, integer, 16, "0x")
    }

    /// Return whether the object is callable (i.e., some kind of function).
    ///
    /// Note that classes are callable, as are instances of classes with a
    /// __call__() method.
    #[function(sig = "($module, obj, /)")]
    fn callable(vm: &mut Vm, obj: Value) -> bool {
        vm.is_callable(obj)
    }

    /// Return a Unicode string of one character with ordinal i; 0 <= i <= 0x10ffff.
    #[function(sig = "($module, i, /)")]
    fn chr(vm: &mut Vm, i: Value) -> PyResult<Gc<Str>> {
        let i = vm.index(i)?;
        let code_point =
            int::to_i64(i).and_then(|i| u32::try_from(i).ok()).filter(|c| *c <= 0x10_FFFF);
        match code_point {
            Some(c) => Str::from_code_point(vm, c),
            None => Err(vm.value_error(format_args!("chr() arg not in range(0x110000)"))),
        }
    }

    /// Return the ordinal value of a character.
    ///
    /// If the argument is a one-byte string, return the integer value of that
    /// byte.
    ///
    /// If the argument is a one-character string, return the Unicode code
    /// point of that character.
    #[function(sig = "($module, character, /)")]
    fn ord(vm: &mut Vm, character: Value) -> PyResult<u32> {
        let length = if let Some(s) = character.cast::<Str>() {
            let mut points = s.text().code_points();
            if let (Some(c), None) = (points.next(), points.next()) {
                return Ok(c);
            }
            s.text().code_point_len()
        } else if let Some(bytes) = character.cast::<Bytes>() {
            if let [b] = bytes.as_slice() {
                return Ok(u32::from(*b));
            }
            bytes.as_slice().len()
        } else if let Some(bytes) = character.cast::<ByteArray>() {
            if let (1, Some(b)) = (bytes.len.get(), bytes.get(0)) {
                return Ok(u32::from(b));
            }
            bytes.len.get()
        } else {
            return Err(vm.type_error(format_args!(
                "ord() expected string of length 1, but {} found",
                class_name(character)
            )));
        };
        Err(vm.type_error(format_args!(
            "ord() expected a character, but string of length {length} found"
        )))
    }

    /// Return the tuple (x//y, x%y).  Invariant: div*y + mod == x.
    #[function(sig = "($module, x, y, /)")]
    fn divmod(vm: &mut Vm, x: Value, y: Value) -> PyResult<Value> {
        let (tx, ty) = (class_of(x), class_of(y));
        let (fx, mut fy) = (tx.slots().divmod, ty.slots().divmod);
        if tx == ty || fx.map(|f| f as usize) == fy.map(|f| f as usize) {
            fy = None;
        }
        let order = if fy.is_some() && ty.is_subtype(tx) { [fy, fx] } else { [fx, fy] };
        for f in order.into_iter().flatten() {
            let r = f(vm, x, y)?;
            if !is_not_implemented(r) {
                return Ok(r);
            }
        }
        Err(vm.type_error(format_args!(
            "unsupported operand type(s) for divmod(): '{}' and '{}'",
            class_name(x),
            class_name(y)
        )))
    }

    /// Return type(value).__format__(value, format_spec)
    ///
    /// Many built-in types implement format_spec according to the
    /// Format Specification Mini-language. See help('FORMATTING') for
    /// details.
    ///
    /// If type(value) does not supply a method named __format__
    /// and format_spec is empty, then str(value) is returned.
    /// See also help('SPECIALMETHODS').
    #[function(sig = "($module, value, format_spec='', /)")]
    fn format(vm: &mut Vm, value: Value, format_spec: Option<Value>) -> PyResult<Gc<Str>> {
        if let Some(spec) = format_spec
            && spec.cast::<Str>().is_none()
        {
            return Err(vm.type_error(format_args!(
                "format() argument 2 must be str, not {}",
                class_name(spec)
            )));
        }
        objects::str::format_value(vm, value, format_spec.unwrap_or(Value::UNDEF))
    }

    /// Return the hash value for the given object.
    ///
    /// Two objects that compare equal must also have the same hash value, but the
    /// reverse is not necessarily true.
    #[function(sig = "($module, obj, /)")]
    fn hash(vm: &mut Vm, obj: Value) -> PyResult<i64> {
        vm.hash(obj)
    }

    /// Return the identity of an object.
    ///
    /// This is guaranteed to be unique among simultaneously existing objects.
    /// (CPython uses the object's memory address.)
    #[function(sig = "($module, obj, /)")]
    fn id(vm: &mut Vm, obj: Value) -> PyResult<Value> {
        int::from_u64(vm, objects::object::identity(obj))
    }

    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object.
    /// In the first form, the argument must supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the sentinel.
    #[function(sig = "($module, iterable, sentinel=None, /)", no_text)]
    fn iter(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = without_keywords(vm, "iter", args, kwnames)?;
        match args {
            [v] => vm.iter(*v),
            [f, sentinel] => {
                if !vm.is_callable(*f) {
                    return Err(vm.type_error(format_args!("iter(v, w): v must be callable")));
                }
                Ok(objects::iter::CallableIterator::new(vm, *f, *sentinel)?.into())
            }
            [] => Err(vm.type_error(format_args!("iter expected at least 1 argument, got 0"))),
            more => Err(vm
                .type_error(format_args!("iter expected at most 2 arguments, got {}", more.len()))),
        }
    }

    /// Return an AsyncIterator for an AsyncIterable object.
    #[function(sig = "($module, async_iterable, /)")]
    fn aiter(vm: &mut Vm, async_iterable: Value) -> PyResult<Value> {
        let Some(f) = class_of(async_iterable).slots().aiter else {
            return Err(vm.type_error(format_args!(
                "'{}' object is not an async iterable",
                class_name(async_iterable)
            )));
        };
        let it = f(vm, async_iterable)?;
        if class_of(it).slots().anext.is_none() {
            return Err(vm.type_error(format_args!(
                "aiter() returned not an async iterator of type '{}'",
                class_name(it)
            )));
        }
        Ok(it)
    }

    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator.
    ///
    /// If default is given and the iterator is exhausted,
    /// it is returned instead of raising StopIteration.
    #[function(sig = "($module, iterator, default=<unrepresentable>, /)", no_text)]
    fn next(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let args = without_keywords(vm, "next", args, kwnames)?;
        let (it, default) = match args {
            [it] => (*it, None),
            [it, default] => (*it, Some(*default)),
            [] => {
                return Err(vm.type_error(format_args!("next expected at least 1 argument, got 0")));
            }
            more => {
                return Err(vm.type_error(format_args!(
                    "next expected at most 2 arguments, got {}",
                    more.len()
                )));
            }
        };
        let next = vm.next_fn(it)?;
        match (vm.next_or_stop(it, next), default) {
            (Err(_), Some(v)) if vm.raised_matches(&objects::exceptions::STOP_ITERATION) => {
                vm.clear_raised();
                Ok(v)
            }
            (r, _) => r,
        }
    }

    /// Return the number of items in a container.
    #[function(sig = "($module, obj, /)")]
    fn len(vm: &mut Vm, obj: Value) -> PyResult<usize> {
        vm.len(obj)
    }

    /// Equivalent to base**exp with 2 arguments or base**exp % mod with 3 arguments.
    ///
    /// Some types, such as ints, are able to use a more efficient algorithm when
    /// invoked using the three argument form.
    #[function(sig = "($module, base, exp, mod=None)")]
    fn pow(vm: &mut Vm, base: Value, exp: Value, r#mod: Option<Value>) -> PyResult<Value> {
        vm.power(base, exp, r#mod.unwrap_or(Value::NONE))
    }

    /// Return the canonical string representation of the object.
    ///
    /// For many object types, including most builtins, eval() will return
    /// the object if applied to the result.
    #[function(sig = "($module, obj, /)")]
    fn repr(vm: &mut Vm, obj: Value) -> PyResult<Gc<Str>> {
        vm.repr(obj)
    }

    /// Round a number to a given precision in decimal digits.
    ///
    /// The return value is an integer if ndigits is omitted or None.  Otherwise
    /// the return value has the same type as the number.  ndigits may be negative.
    #[function(sig = "($module, number, ndigits=None)")]
    fn round(vm: &mut Vm, number: Value, ndigits: Option<Value>) -> PyResult<Value> {
        let name = vm.intern("__round__")?;
        let args: &[Value] = match &ndigits {
            Some(n) => std::slice::from_ref(n),
            None => &[],
        };
        match vm.call_special(number, name, args)? {
            Some(v) => Ok(v),
            None => Err(vm.type_error(format_args!(
                "type {} doesn't define __round__ method",
                class_name(number)
            ))),
        }
    }

    /// Prints the values to a stream, or to sys.stdout by default.
    ///
    /// sep
    ///   string inserted between values, default a space.
    /// end
    ///   string appended after the last value, default a newline.
    /// file
    ///   a file-like object (stream); defaults to the current sys.stdout.
    /// flush
    ///   whether to forcibly flush the stream.
    #[function(sig = "($module, /, *args, sep=' ', end='\\n', file=None, flush=False)")]
    fn print(
        vm: &mut Vm,
        args: &[Value],
        sep: Option<Value>,
        end: Option<Value>,
        file: Option<Value>,
        flush: Option<Value>,
    ) -> PyResult<()> {
        let file = match file {
            Some(f) if !f.is_none() => f,
            _ => {
                let sys = (vm.hooks.import)(vm, "sys")?;
                let name = vm.intern("stdout")?;
                match vm.getattr_opt(sys, name)? {
                    None => return Err(vm.runtime_error(format_args!("lost sys.stdout"))),
                    Some(f) if f.is_none() => return Ok(()),
                    Some(f) => f,
                }
            }
        };
        let sep = separator(vm, sep, "sep")?;
        let end = separator(vm, end, "end")?;
        let write = vm.intern("write")?;
        for (i, v) in args.iter().enumerate() {
            if i > 0 {
                let sep = match sep {
                    Some(s) => s,
                    None => Str::new(vm, " ")?,
                };
                vm.call_method(file, write, &[sep.into()])?;
            }
            let text = vm.str_of(*v)?;
            vm.call_method(file, write, &[text.into()])?;
        }
        let end = match end {
            Some(s) => s,
            None => Str::new(vm, "\n")?,
        };
        vm.call_method(file, write, &[end.into()])?;
        if let Some(f) = flush
            && vm.truthy(f)?
        {
            let flush = vm.intern("flush")?;
            vm.call_method(file, flush, &[])?;
        }
        Ok(())
    }

    fn separator(vm: &mut Vm, v: Option<Value>, name: &str) -> PyResult<Option<Gc<Str>>> {
        match v {
            None => Ok(None),
            Some(v) if v.is_none() => Ok(None),
            Some(v) => match v.cast::<Str>() {
                Some(s) => Ok(Some(s)),
                None => Err(vm.type_error(format_args!(
                    "{name} must be None or a string, not {}",
                    class_name(v)
                ))),
            },
        }
    }

    /// Return a new list containing all items from the iterable in ascending order.
    ///
    /// A custom key function can be supplied to customize the sort order, and the
    /// reverse flag can be set to request the result in descending order.
    #[function(sig = "($module, iterable, /, *, key=None, reverse=False)")]
    fn sorted(vm: &mut Vm, args: &[Value], kwnames: Value) -> PyResult<Value> {
        let given = objects::args::positional(args, kwnames);
        let [iterable] = given else {
            return Err(
                vm.type_error(format_args!("sorted expected 1 argument, got {}", given.len()))
            );
        };
        let list = objects::protocol::to_list(vm, *iterable)?;
        let sort = vm.getattr_str(list.into(), "sort")?;
        vm.call_kw(sort, &args[1..], kwnames)?;
        Ok(list.into())
    }
}

pub use builtins_module::MODULE;

//! `_locale`: the locale of the C library.

use crate::exception::ErrorClass;
use macros::pymodule;
use objects::exceptions;

static ERROR: ErrorClass = ErrorClass::new("locale", "Error", &exceptions::EXCEPTION);

/// The module.
#[pymodule(name = "_locale", doc = "Support for POSIX locales.")]
pub mod module {
    use super::ERROR;
    use heap::Gc;
    use objects::dict::Dict;
    use objects::list::List;
    use objects::str::Str;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use std::ffi::{CStr, CString};

    #[attr]
    fn Error(vm: &mut Vm) -> PyResult<Value> {
        ERROR.class(vm)
    }

    macro_rules! numbers {
        ($($name:ident)*) => { &[$((stringify!($name), libc::$name as i64)),*] };
    }

    const NUMBERS: &[(&str, i64)] = numbers! {
        LC_CTYPE LC_NUMERIC LC_TIME LC_COLLATE LC_MONETARY LC_MESSAGES LC_ALL
    };
    const ITEMS: &[(&str, i64)] = numbers! {
        CODESET D_T_FMT D_FMT T_FMT T_FMT_AMPM AM_STR PM_STR DAY_1 DAY_2 DAY_3 DAY_4 DAY_5 DAY_6 DAY_7 ABDAY_1 ABDAY_2
        ABDAY_3 ABDAY_4 ABDAY_5 ABDAY_6 ABDAY_7 MON_1 MON_2 MON_3 MON_4 MON_5 MON_6 MON_7 MON_8 MON_9 MON_10 MON_11
        MON_12 ABMON_1 ABMON_2 ABMON_3 ABMON_4 ABMON_5 ABMON_6 ABMON_7 ABMON_8 ABMON_9 ABMON_10 ABMON_11 ABMON_12
        RADIXCHAR THOUSEP YESEXPR NOEXPR CRNCYSTR ERA ERA_D_FMT ERA_D_T_FMT ERA_T_FMT ALT_DIGITS
    };

    #[attr]
    const CHAR_MAX: i64 = 127;

    #[exec]
    fn exec(vm: &mut Vm, module: Value) -> PyResult<()> {
        crate::hidden::numbers(vm, module, NUMBERS)?;
        crate::hidden::numbers(vm, module, ITEMS)
    }

    /// A copy of a string of the C library.
    fn copied(vm: &mut Vm, p: *const libc::c_char) -> PyResult<Value> {
        if p.is_null() {
            return Ok(Str::empty().into());
        }
        // SAFETY: a string of the C library that ends with a zero.
        let bytes = unsafe { CStr::from_ptr(p) }.to_bytes().to_vec();
        crate::posix::module::from_bytes(vm, &bytes)
    }

    fn c_text(vm: &mut Vm, text: &str) -> PyResult<CString> {
        match CString::new(text) {
            Ok(text) => Ok(text),
            Err(_) => Err(vm.value_error(format_args!("embedded null character"))),
        }
    }

    /// Activates/queries locale processing.
    #[function(sig = "($module, category, locale=None, /)")]
    fn setlocale(vm: &mut Vm, category: i32, locale: Option<String>) -> PyResult<Value> {
        if !NUMBERS.iter().any(|(_, n)| *n == i64::from(category)) {
            return Err(ERROR.raise(vm, format_args!("invalid locale category")));
        }
        let given = match &locale {
            Some(text) => Some(c_text(vm, text)?),
            None => None,
        };
        let p = given.as_ref().map_or(std::ptr::null(), |c| c.as_ptr());
        // SAFETY: null or a string that ends with a zero.
        let result = unsafe { libc::setlocale(category, p) };
        if result.is_null() {
            let text =
                if given.is_some() { "unsupported locale setting" } else { "locale query failed" };
            return Err(ERROR.raise(vm, format_args!("{text}")));
        }
        copied(vm, result)
    }

    /// Sizes of groups of digits: bytes up to a zero or 127, which is part of the list.
    fn grouping(vm: &mut Vm, p: *const libc::c_char) -> PyResult<Value> {
        let list = List::new(vm)?;
        if !p.is_null() {
            // SAFETY: a string of the C library that ends with a zero.
            let bytes = unsafe { CStr::from_ptr(p) }.to_bytes().to_vec();
            for byte in &bytes {
                list.push(vm, Value::int32((*byte).into()))?;
                if *byte == 127 {
                    return Ok(list.into());
                }
            }
            if !bytes.is_empty() {
                list.push(vm, Value::ZERO)?;
            }
        }
        Ok(list.into())
    }

    /// Returns numeric and monetary locale-specific parameters.
    #[function]
    fn localeconv(vm: &mut Vm) -> PyResult<Gc<Dict>> {
        // SAFETY: the structure stays until the locale changes; all is copied here.
        let c = unsafe { *libc::localeconv() };
        let dict = Dict::new(vm)?;
        let texts = [
            ("int_curr_symbol", c.int_curr_symbol),
            ("currency_symbol", c.currency_symbol),
            ("mon_decimal_point", c.mon_decimal_point),
            ("mon_thousands_sep", c.mon_thousands_sep),
        ];
        let signs = [("positive_sign", c.positive_sign), ("negative_sign", c.negative_sign)];
        let numbers = [
            ("int_frac_digits", c.int_frac_digits),
            ("frac_digits", c.frac_digits),
            ("p_cs_precedes", c.p_cs_precedes),
            ("p_sep_by_space", c.p_sep_by_space),
            ("n_cs_precedes", c.n_cs_precedes),
            ("n_sep_by_space", c.n_sep_by_space),
            ("p_sign_posn", c.p_sign_posn),
            ("n_sign_posn", c.n_sign_posn),
        ];
        let last = [("decimal_point", c.decimal_point), ("thousands_sep", c.thousands_sep)];
        let put = |vm: &mut Vm, name: &str, value: Value| {
            let name = vm.intern(name)?;
            dict.set_str(vm, name, value)
        };
        for (name, p) in texts {
            let text = copied(vm, p)?;
            put(vm, name, text)?;
        }
        let groups = grouping(vm, c.mon_grouping)?;
        put(vm, "mon_grouping", groups)?;
        for (name, p) in signs {
            let text = copied(vm, p)?;
            put(vm, name, text)?;
        }
        for (name, n) in numbers {
            put(vm, name, Value::int32(n.into()))?;
        }
        for (name, p) in last {
            let text = copied(vm, p)?;
            put(vm, name, text)?;
        }
        let groups = grouping(vm, c.grouping)?;
        put(vm, "grouping", groups)?;
        Ok(dict)
    }

    /// Compares two strings according to the locale.
    #[function]
    fn strcoll(vm: &mut Vm, os1: String, os2: String) -> PyResult<i32> {
        let (a, b) = (c_text(vm, &os1)?, c_text(vm, &os2)?);
        // SAFETY: two strings that end with a zero.
        Ok(unsafe { libc::strcoll(a.as_ptr(), b.as_ptr()) })
    }

    /// Return a string that can be used as a key for locale-aware comparisons.
    #[function]
    fn strxfrm(vm: &mut Vm, string: String) -> PyResult<Value> {
        let text = c_text(vm, &string)?;
        // SAFETY: asks only for the length.
        let len = unsafe { libc::strxfrm(std::ptr::null_mut(), text.as_ptr(), 0) };
        let mut out: Vec<u8> = Vec::new();
        if out.try_reserve_exact(len + 1).is_err() {
            return Err(vm.memory_error());
        }
        out.resize(len + 1, 0);
        // SAFETY: the buffer has the length that was asked for, and the zero.
        unsafe { libc::strxfrm(out.as_mut_ptr().cast(), text.as_ptr(), len + 1) };
        out.truncate(len);
        crate::posix::module::from_bytes(vm, &out)
    }

    /// Return the value for the locale information associated with key.
    #[function]
    fn nl_langinfo(vm: &mut Vm, key: i32) -> PyResult<Value> {
        if !ITEMS.iter().any(|(_, n)| *n == i64::from(key)) {
            return Err(vm.value_error(format_args!("unsupported langinfo constant")));
        }
        // SAFETY: a known item.
        let p = unsafe { libc::nl_langinfo(key) };
        copied(vm, p)
    }

    /// Get the current locale encoding.
    #[function]
    fn getencoding() -> &'static str {
        "utf-8"
    }
}

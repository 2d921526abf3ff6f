//! `time`: clocks, sleeping and calendar conversions.

use macros::pymodule;

/// The module.
#[pymodule(
    name = "time",
    doc = "This module provides various functions to manipulate time values."
)]
pub mod module {
    use crate::namespace::SimpleNamespace;
    use crate::structseq::StructSeq;
    use heap::Gc;
    use objects::str::Str;
    use objects::tuple::Tuple;
    use objects::types::class_name;
    use objects::value::Value;
    use objects::vm::{PyResult, Vm};
    use objects::{float, int};
    use std::time::Duration;

    pub static STRUCT_TIME: StructSeq = StructSeq::new(
        "time",
        "struct_time",
        &[
            "tm_year",
            "tm_mon",
            "tm_mday",
            "tm_hour",
            "tm_min",
            "tm_sec",
            "tm_wday",
            "tm_yday",
            "tm_isdst",
            "tm_zone",
            "tm_gmtoff",
        ],
        9,
    );

    #[attr]
    fn struct_time(vm: &mut Vm) -> PyResult<Value> {
        STRUCT_TIME.class(vm)
    }

    #[attr]
    const _STRUCT_TM_ITEMS: i64 = 11;
    #[attr]
    const CLOCK_REALTIME: i32 = libc::CLOCK_REALTIME;
    #[attr]
    const CLOCK_MONOTONIC: i32 = libc::CLOCK_MONOTONIC;
    #[attr]
    const CLOCK_PROCESS_CPUTIME_ID: i32 = libc::CLOCK_PROCESS_CPUTIME_ID;
    #[attr]
    const CLOCK_THREAD_CPUTIME_ID: i32 = libc::CLOCK_THREAD_CPUTIME_ID;

    fn clock(id: libc::clockid_t) -> i128 {
        let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: writes the structure.
        unsafe { libc::clock_gettime(id, &raw mut t) };
        i128::from(t.tv_sec) * 1_000_000_000 + i128::from(t.tv_nsec)
    }

    fn seconds(ns: i128) -> f64 {
        // Whole seconds and the rest are exact, so there is one rounding.
        (ns / 1_000_000_000) as f64 + (ns % 1_000_000_000) as f64 * 1e-9
    }

    fn nanoseconds(vm: &mut Vm, ns: i128) -> PyResult<Value> {
        int::from_i128(vm, ns)
    }

    /// Return the current time in seconds since the Epoch.
    #[function(leaf)]
    fn time() -> f64 {
        seconds(clock(libc::CLOCK_REALTIME))
    }

    /// Return the current time in nanoseconds since the Epoch.
    #[function]
    fn time_ns(vm: &mut Vm) -> PyResult<Value> {
        nanoseconds(vm, clock(libc::CLOCK_REALTIME))
    }

    /// Monotonic clock, cannot go backward.
    #[function(leaf)]
    fn monotonic() -> f64 {
        seconds(clock(libc::CLOCK_MONOTONIC))
    }

    /// Monotonic clock, cannot go backward, as nanoseconds.
    #[function]
    fn monotonic_ns(vm: &mut Vm) -> PyResult<Value> {
        nanoseconds(vm, clock(libc::CLOCK_MONOTONIC))
    }

    /// Performance counter for benchmarking.
    #[function(leaf)]
    fn perf_counter() -> f64 {
        seconds(clock(libc::CLOCK_MONOTONIC))
    }

    /// Performance counter for benchmarking as nanoseconds.
    #[function]
    fn perf_counter_ns(vm: &mut Vm) -> PyResult<Value> {
        nanoseconds(vm, clock(libc::CLOCK_MONOTONIC))
    }

    /// Process time for profiling: sum of the kernel and user-space CPU time.
    #[function(leaf)]
    fn process_time() -> f64 {
        seconds(clock(libc::CLOCK_PROCESS_CPUTIME_ID))
    }

    /// Process time for profiling as nanoseconds.
    #[function]
    fn process_time_ns(vm: &mut Vm) -> PyResult<Value> {
        nanoseconds(vm, clock(libc::CLOCK_PROCESS_CPUTIME_ID))
    }

    /// Thread time for profiling: sum of the kernel and user-space CPU time.
    #[function(leaf)]
    fn thread_time() -> f64 {
        seconds(clock(libc::CLOCK_THREAD_CPUTIME_ID))
    }

    /// Thread time for profiling as nanoseconds.
    #[function]
    fn thread_time_ns(vm: &mut Vm) -> PyResult<Value> {
        nanoseconds(vm, clock(libc::CLOCK_THREAD_CPUTIME_ID))
    }

    /// Return the time of the specified clock clk_id as a float.
    #[function]
    fn clock_gettime(clk_id: i32) -> f64 {
        seconds(clock(clk_id))
    }

    /// Return the time of the specified clock clk_id as nanoseconds (int).
    #[function]
    fn clock_gettime_ns(vm: &mut Vm, clk_id: i32) -> PyResult<Value> {
        nanoseconds(vm, clock(clk_id))
    }

    /// Return the resolution (precision) of the specified clock clk_id.
    #[function]
    fn clock_getres(clk_id: i32) -> f64 {
        let mut t = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: writes the structure.
        unsafe { libc::clock_getres(clk_id, &raw mut t) };
        t.tv_sec as f64 + t.tv_nsec as f64 * 1e-9
    }

    /// Get information of the specified clock.
    #[function]
    fn get_clock_info(vm: &mut Vm, name: Gc<Str>) -> PyResult<Value> {
        let (function, monotonic, adjustable) = match name.text().as_str() {
            Some("time") => ("clock_gettime(CLOCK_REALTIME)", false, true),
            Some("monotonic" | "perf_counter") => ("clock_gettime(CLOCK_MONOTONIC)", true, false),
            Some("process_time") => ("clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false),
            Some("thread_time") => ("clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false),
            _ => return Err(vm.value_error(format_args!("unknown clock"))),
        };
        let implementation = Str::new(vm, function)?.into();
        let resolution = float::from_f64(vm, 1e-9)?;
        let made = SimpleNamespace::with(
            vm,
            &[
                ("implementation", implementation),
                ("monotonic", monotonic.into()),
                ("adjustable", adjustable.into()),
                ("resolution", resolution),
            ],
        )?;
        Ok(made.into())
    }

    /// Delay execution for a given number of seconds.
    #[function]
    fn sleep(vm: &mut Vm, seconds: Value) -> PyResult<()> {
        let s = match float::value(seconds) {
            Some(f) => f,
            None => {
                let exact = vm.index(seconds)?;
                int::to_f64(vm, exact)?
            }
        };
        if s.is_nan() {
            return Err(vm.value_error(format_args!("Invalid value NaN (not a number)")));
        }
        if s < 0.0 {
            return Err(vm.value_error(format_args!("sleep length must be non-negative")));
        }
        let Ok(duration) = Duration::try_from_secs_f64(s) else {
            return Err(
                vm.overflow_error(format_args!("timestamp too large to convert to C PyTime_t"))
            );
        };
        let deadline = std::time::Instant::now() + duration;
        loop {
            let left = deadline.saturating_duration_since(std::time::Instant::now());
            if left.is_zero() {
                // A sleep of nothing still lets others run.
                interp::thread::hand_over(vm);
                return Ok(());
            }
            let request = libc::timespec {
                tv_sec: left.as_secs() as libc::time_t,
                tv_nsec: libc::c_long::from(left.subsec_nanos() as i32),
            };
            interp::thread::without_lock(vm, || {
                // SAFETY: reads the structure; a signal ends the sleep early.
                unsafe { libc::nanosleep(&raw const request, std::ptr::null_mut()) }
            });
            crate::signal::check(vm)?;
        }
    }

    fn timestamp(vm: &mut Vm, seconds: Option<Value>) -> PyResult<libc::time_t> {
        let Some(v) = seconds.filter(|s| !s.is_none()) else {
            return Ok(clock(libc::CLOCK_REALTIME).div_euclid(1_000_000_000) as libc::time_t);
        };
        if let Some(f) = float::value(v) {
            if f.is_nan() {
                return Err(vm.value_error(format_args!("Invalid value NaN (not a number)")));
            }
            if f.abs() > 9.2e18 {
                return Err(
                    vm.overflow_error(format_args!("timestamp out of range for platform time_t"))
                );
            }
            return Ok(f.floor() as libc::time_t);
        }
        let exact = vm.index(v)?;
        match int::to_i64(exact) {
            Some(t) => Ok(t),
            None => {
                Err(vm.overflow_error(format_args!("timestamp out of range for platform time_t")))
            }
        }
    }

    fn zeroed() -> libc::tm {
        // SAFETY: a plain structure of the system; zero is a value of every field.
        unsafe { std::mem::zeroed() }
    }

    fn from_tm(vm: &mut Vm, t: &libc::tm) -> PyResult<Value> {
        let n = Value::int32;
        let zone = match t.tm_zone.is_null() {
            true => Value::NONE,
            // SAFETY: a C string of the system's time-zone tables.
            false => {
                // SAFETY: a string of the C library that ends with a zero.
                Str::new(vm, &unsafe { std::ffi::CStr::from_ptr(t.tm_zone) }.to_string_lossy())?
                    .into()
            }
        };
        let offset = int::from_i64(vm, t.tm_gmtoff)?;
        STRUCT_TIME.make(
            vm,
            &[
                n(t.tm_year.wrapping_add(1900)),
                n(t.tm_mon + 1),
                n(t.tm_mday),
                n(t.tm_hour),
                n(t.tm_min),
                n(t.tm_sec),
                n((t.tm_wday + 6) % 7),
                n(t.tm_yday + 1),
                n(t.tm_isdst),
                zone,
                offset,
            ],
        )
    }

    /// gmtime([seconds])
    #[function(sig = "($module, seconds=None, /)", no_text)]
    fn gmtime(vm: &mut Vm, seconds: Option<Value>) -> PyResult<Value> {
        let at = timestamp(vm, seconds)?;
        let mut t = zeroed();
        // SAFETY: reads the time, writes the structure.
        if unsafe { libc::gmtime_r(&raw const at, &raw mut t) }.is_null() {
            return Err(vm.os_error(&std::io::Error::last_os_error(), None));
        }
        from_tm(vm, &t)
    }

    /// localtime([seconds])
    #[function(sig = "($module, seconds=None, /)", no_text)]
    fn localtime(vm: &mut Vm, seconds: Option<Value>) -> PyResult<Value> {
        let at = timestamp(vm, seconds)?;
        let mut t = zeroed();
        // SAFETY: as for gmtime.
        if unsafe { libc::localtime_r(&raw const at, &raw mut t) }.is_null() {
            return Err(vm.os_error(&std::io::Error::last_os_error(), None));
        }
        from_tm(vm, &t)
    }

    fn to_tm(vm: &mut Vm, v: Value) -> PyResult<libc::tm> {
        let Some(tuple) = v.cast::<Tuple>() else {
            return Err(vm.type_error(format_args!("Tuple or struct_time argument required")));
        };
        if tuple.len() != 9 {
            return Err(vm.type_error(format_args!(
                "function takes exactly 9 arguments ({} given)",
                tuple.len()
            )));
        }
        let mut n = [0i32; 9];
        for (at, item) in n.iter_mut().zip(tuple.items()) {
            let exact = vm.index(*item)?;
            *at = match int::to_i64(exact).and_then(|i| i32::try_from(i).ok()) {
                Some(i) => i,
                None => {
                    return Err(
                        vm.overflow_error(format_args!("Python int too large to convert to C int"))
                    );
                }
            };
        }
        let mut t = zeroed();
        (t.tm_year, t.tm_mon, t.tm_mday) = (n[0].wrapping_sub(1900), n[1] - 1, n[2]);
        (t.tm_hour, t.tm_min, t.tm_sec) = (n[3], n[4], n[5]);
        (t.tm_wday, t.tm_yday, t.tm_isdst) = ((n[6] + 1).rem_euclid(7), n[7] - 1, n[8]);
        Ok(t)
    }

    /// A time for formatting: zero month, day and year day count as the first.
    fn checked_tm(vm: &mut Vm, v: Option<Value>) -> PyResult<libc::tm> {
        let mut t = match v.filter(|v| !v.is_none()) {
            Some(v) => to_tm(vm, v)?,
            None => {
                let now = localtime(vm, None)?;
                to_tm(vm, now)?
            }
        };
        t.tm_mon = t.tm_mon.max(if t.tm_mon == -1 { 0 } else { t.tm_mon });
        t.tm_mday = if t.tm_mday == 0 { 1 } else { t.tm_mday };
        t.tm_yday = if t.tm_yday == -1 { 0 } else { t.tm_yday };
        let checks = [
            (t.tm_mon, 0, 11, "month out of range"),
            (t.tm_mday, 1, 31, "day of month out of range"),
            (t.tm_hour, 0, 23, "hour out of range"),
            (t.tm_min, 0, 59, "minute out of range"),
            (t.tm_sec, 0, 61, "seconds out of range"),
            (t.tm_yday, 0, 365, "day of year out of range"),
        ];
        for (value, low, high, text) in checks {
            if value < low || value > high {
                return Err(vm.value_error(format_args!("{text}")));
            }
        }
        t.tm_isdst = t.tm_isdst.clamp(-1, 1);
        Ok(t)
    }

    /// mktime(tuple) -> floating-point number
    #[function]
    fn mktime(vm: &mut Vm, tuple: Value) -> PyResult<f64> {
        let mut t = to_tm(vm, tuple)?;
        t.tm_wday = -1;
        // SAFETY: reads and normalises the structure.
        let at = unsafe { libc::mktime(&raw mut t) };
        if at == -1 && t.tm_wday == -1 {
            return Err(vm.overflow_error(format_args!("mktime argument out of range")));
        }
        Ok(at as f64)
    }

    const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

    fn ascii(t: &libc::tm) -> String {
        let day = DAYS.get(t.tm_wday as usize).copied().unwrap_or("");
        let month = MONTHS.get(t.tm_mon as usize).copied().unwrap_or("");
        let (hour, minute, second, year) =
            (t.tm_hour, t.tm_min, t.tm_sec, t.tm_year.wrapping_add(1900));
        format!("{day} {month}{:3} {hour:02}:{minute:02}:{second:02} {year}", t.tm_mday)
    }

    /// asctime([tuple]) -> string
    #[function(sig = "($module, tuple=None, /)", no_text)]
    fn asctime(vm: &mut Vm, tuple: Option<Value>) -> PyResult<String> {
        Ok(ascii(&checked_tm(vm, tuple)?))
    }

    /// ctime([seconds]) -> string
    #[function(sig = "($module, seconds=None, /)", no_text)]
    fn ctime(vm: &mut Vm, seconds: Option<Value>) -> PyResult<String> {
        let t = localtime(vm, seconds)?;
        Ok(ascii(&to_tm(vm, t)?))
    }

    /// strftime(format[, tuple]) -> string
    #[function(sig = "($module, format, tuple=None, /)", no_text)]
    fn strftime(vm: &mut Vm, format: Value, tuple: Option<Value>) -> PyResult<Value> {
        let Some(format) = format.cast::<Str>() else {
            return Err(vm.type_error(format_args!(
                "strftime() argument 1 must be str, not {}",
                class_name(format)
            )));
        };
        let t = checked_tm(vm, tuple)?;
        let mut c: Vec<u8> = format.as_bytes().to_vec();
        if c.contains(&0) {
            return Err(vm.value_error(format_args!("embedded null character")));
        }
        if c.is_empty() {
            return Ok(Str::empty().into());
        }
        // A trailing space tells an empty result from a buffer that is too small.
        c.push(b' ');
        c.push(0);
        let mut size = 256 + c.len() * 4;
        loop {
            let mut out = vec![0u8; size];
            // SAFETY: the format ends with a zero, the buffer has the size given.
            let n = unsafe {
                libc::strftime(out.as_mut_ptr().cast(), size, c.as_ptr().cast(), &raw const t)
            };
            if n > 0 {
                out.truncate(n - 1);
                return Ok(Str::new(vm, &String::from_utf8_lossy(&out))?.into());
            }
            if size > 1 << 20 {
                return Err(vm.value_error(format_args!("Invalid format string")));
            }
            size *= 2;
        }
    }

    /// strptime(string, format) -> struct_time
    #[function(sig = "($module, *args)", no_text)]
    fn strptime(vm: &mut Vm, args: &[Value]) -> PyResult<Value> {
        let module = (vm.hooks.import)(vm, "_strptime")?;
        let name = vm.intern("_strptime_time")?;
        vm.call_method(module, name, args)
    }

    fn zone(vm: &mut Vm, month: i32) -> PyResult<(i64, Value)> {
        let mut t = zeroed();
        (t.tm_year, t.tm_mon, t.tm_mday, t.tm_isdst) = (126, month, 1, -1);
        // SAFETY: normalises the structure and fills zone and offset in.
        unsafe { libc::mktime(&raw mut t) };
        let name = match t.tm_zone.is_null() {
            true => String::new(),
            // SAFETY: a C string of the system's time-zone tables.
            false => unsafe { std::ffi::CStr::from_ptr(t.tm_zone) }.to_string_lossy().into_owned(),
        };
        Ok((-t.tm_gmtoff, Str::new(vm, &name)?.into()))
    }

    #[attr]
    fn timezone(vm: &mut Vm) -> PyResult<i64> {
        let (a, b) = (zone(vm, 0)?.0, zone(vm, 6)?.0);
        Ok(a.max(b))
    }

    #[attr]
    fn altzone(vm: &mut Vm) -> PyResult<i64> {
        let (a, b) = (zone(vm, 0)?.0, zone(vm, 6)?.0);
        Ok(a.min(b))
    }

    #[attr]
    fn daylight(vm: &mut Vm) -> PyResult<i64> {
        Ok(i64::from(zone(vm, 0)?.0 != zone(vm, 6)?.0))
    }

    #[attr]
    fn tzname(vm: &mut Vm) -> PyResult<Value> {
        let (january, july) = (zone(vm, 0)?, zone(vm, 6)?);
        let names = if january.0 >= july.0 { [january.1, july.1] } else { [july.1, january.1] };
        Ok(Tuple::from_slice(vm, &names)?.into())
    }

    /// Initialize, or reinitialize, the local timezone to the value stored in os.environ['TZ'].
    #[function]
    fn tzset(vm: &mut Vm) -> PyResult<()> {
        // SAFETY: reads the environment, which only the holder of the lock changes.
        unsafe { tzset_c() };
        let module = (vm.hooks.import)(vm, "time")?;
        let values = [
            ("timezone", {
                let v = timezone(vm)?;
                int::from_i64(vm, v)?
            }),
            ("altzone", {
                let v = altzone(vm)?;
                int::from_i64(vm, v)?
            }),
            ("daylight", {
                let v = daylight(vm)?;
                int::from_i64(vm, v)?
            }),
            ("tzname", tzname(vm)?),
        ];
        for (name, value) in values {
            let name = vm.intern(name)?;
            vm.setattr(module, name, value)?;
        }
        Ok(())
    }

    unsafe extern "C" {
        #[link_name = "tzset"]
        fn tzset_c();
    }
}

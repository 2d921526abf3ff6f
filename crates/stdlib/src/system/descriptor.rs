//! File descriptors as arguments, and waiting with a deadline.

use objects::types::class_of;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use objects::{exceptions, int};
use std::time::{Duration, Instant};

/// The descriptor of an int or of an object with `fileno`.
pub fn descriptor(vm: &mut Vm, v: Value) -> PyResult<i32> {
    let number = if int::View::try_of(v).is_some() {
        v
    } else {
        let name = vm.intern("fileno")?;
        let Some(method) = vm.getattr_opt(v, name)? else {
            return Err(
                vm.type_error(format_args!("argument must be an int, or have a fileno() method."))
            );
        };
        let fd = vm.call(method, &[])?;
        if int::View::try_of(fd).is_none() {
            return Err(vm.type_error(format_args!("fileno() returned a non-integer")));
        }
        fd
    };
    let fd = vm.index_isize(number, &exceptions::OVERFLOW_ERROR)?;
    match i32::try_from(fd) {
        Ok(fd) if fd >= 0 => Ok(fd),
        Ok(fd) => {
            Err(vm.value_error(format_args!("file descriptor cannot be a negative integer ({fd})")))
        }
        Err(_) => Err(vm.overflow_error(format_args!("Python int too large to convert to C int"))),
    }
}

/// How long to wait: a deadline, or for ever.
#[derive(Clone, Copy)]
pub struct Deadline(Option<Instant>);

impl Deadline {
    /// After this many units, of which a second has `per_second`; None means for ever. `negative` tells what a time below zero is.
    pub fn from_value(
        vm: &mut Vm,
        timeout: Value,
        per_second: f64,
        negative: Negative,
    ) -> PyResult<Deadline> {
        if timeout.is_none() {
            return Ok(Deadline(None));
        }
        if objects::float::value(timeout).is_none() && class_of(timeout).slots().index.is_none() {
            return Err(vm.type_error(format_args!("timeout must be a number or None")));
        }
        let seconds = vm.float_value(timeout)? / per_second;
        if seconds.is_nan() {
            return Err(vm.value_error(format_args!("Invalid value NaN (not a number)")));
        }
        if seconds < 0.0 {
            return match negative {
                Negative::Forever => Ok(Deadline(None)),
                Negative::Error => {
                    Err(vm.value_error(format_args!("timeout must be non-negative")))
                }
            };
        }
        let wait = Duration::try_from_secs_f64(seconds).ok();
        match wait.and_then(|w| Instant::now().checked_add(w)) {
            Some(at) => Ok(Deadline(Some(at))),
            None => Err(vm.overflow_error(format_args!("timeout is too large"))),
        }
    }

    /// The time that is left; `None` for ever.
    pub fn left(self) -> Option<Duration> {
        self.0.map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// The same in milliseconds, rounded up, as `poll` takes it.
    pub fn milliseconds(self) -> i32 {
        match self.left() {
            None => -1,
            Some(left) => {
                let ms = left.as_nanos().div_ceil(1_000_000);
                i32::try_from(ms).unwrap_or(i32::MAX)
            }
        }
    }
}

/// What a negative time means.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Negative {
    /// Waiting for ever.
    Forever,
    /// A mistake.
    Error,
}

/// Calls a system function without the lock until it isn't interrupted; its result, or the error.
pub fn retry(
    vm: &mut Vm,
    mut call: impl FnMut() -> isize,
) -> PyResult<Result<usize, std::io::Error>> {
    loop {
        let (n, e) = interp::thread::without_lock(vm, || {
            let n = call();
            (n, std::io::Error::last_os_error())
        });
        match usize::try_from(n) {
            Ok(n) => return Ok(Ok(n)),
            Err(_) if e.kind() == std::io::ErrorKind::Interrupted => crate::signal::check(vm)?,
            Err(_) => return Ok(Err(e)),
        }
    }
}

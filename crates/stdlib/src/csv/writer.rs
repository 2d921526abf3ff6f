//! `_csv.Writer`: records as lines of text.

use super::ERROR;
use super::dialect::{Dialect, quote};
use heap::Gc;
use macros::{pymethods, pytype};
use objects::complex;
use objects::exceptions;
use objects::str::{Builder, Str};
use objects::types::{class_name, class_of};
use objects::value::Value;
use objects::vm::{PyResult, Raised, Vm};

/// CSV writer
///
/// Writer objects are responsible for generating tabular data
/// in CSV format from sequence input.
#[pytype(name = "_csv.writer", flags(NO_NEW))]
pub struct Writer {
    /// The method `write` of the file.
    pub write: Value,
    /// How records are written.
    pub dialect: Gc<Dialect>,
}

fn is_number(v: Value) -> bool {
    let class = class_of(v);
    let slots = class.slots();
    slots.index.is_some()
        || slots.int.is_some()
        || slots.float.is_some()
        || complex::parts(v).is_some()
}

#[cold]
fn must_be_quoted(vm: &mut Vm) -> Raised {
    ERROR.raise(vm, format_args!("single empty field record must be quoted"))
}

impl Writer {
    /// Adds a field to a record; `quoted` if it has to be quoted in any case.
    fn add(
        this: Gc<Self>,
        vm: &mut Vm,
        out: &mut Builder,
        field: Value,
        text: Gc<Str>,
        mut quoted: bool,
    ) -> PyResult<()> {
        let dialect = this.dialect;
        let mut escaped = Builder::new();
        for c in text.text().code_points() {
            let special = c == dialect.delimiter
                || Some(c) == dialect.escapechar
                || Some(c) == dialect.quotechar
                || matches!(c, 0x0A | 0x0D)
                || dialect.lineterminator.get().text().code_points().any(|t| t == c);
            if special {
                let mut escape = dialect.quoting == quote::NONE;
                if !escape {
                    if Some(c) == dialect.quotechar {
                        if dialect.doublequote {
                            escaped.push_code_point(vm, c)?;
                        } else {
                            escape = true;
                        }
                    } else if Some(c) == dialect.escapechar {
                        escape = true;
                    }
                    quoted |= !escape;
                }
                if escape {
                    let Some(with) = dialect.escapechar else {
                        return Err(
                            ERROR.raise(vm, format_args!("need to escape, but no escapechar set"))
                        );
                    };
                    escaped.push_code_point(vm, with)?;
                }
            }
            escaped.push_code_point(vm, c)?;
        }
        if text.byte_len() == 0 && dialect.delimiter == 0x20 && dialect.skipinitialspace {
            let never = dialect.quoting == quote::NONE
                || (field.is_none() && matches!(dialect.quoting, quote::STRINGS | quote::NOTNULL));
            if never {
                return Err(ERROR.raise(
                    vm,
                    format_args!(
                        "empty field must be quoted if delimiter is a space and skipinitialspace is true"
                    ),
                ));
            }
            quoted = true;
        }
        match dialect.quotechar.filter(|_| quoted) {
            Some(quotes) => {
                out.push_code_point(vm, quotes)?;
                out.push(vm, escaped.text())?;
                out.push_code_point(vm, quotes)
            }
            None => out.push(vm, escaped.text()),
        }
    }

    fn record(this: Gc<Self>, vm: &mut Vm, row: Value) -> PyResult<Gc<Str>> {
        let it = match vm.iter(row) {
            Ok(it) => it,
            Err(_) if vm.raised_matches(&exceptions::TYPE_ERROR) => {
                vm.clear_raised();
                let class = class_name(row);
                return Err(ERROR.raise(vm, format_args!("iterable expected, not {class}")));
            }
            Err(r) => return Err(r),
        };
        let quoting = this.dialect.quoting;
        let (mut out, mut count, mut last) = (Builder::new(), 0, Value::NONE);
        while let Some(field) = vm.next(it)? {
            let quoted = match quoting {
                quote::NONNUMERIC => !is_number(field),
                quote::ALL => true,
                quote::STRINGS => field.cast::<Str>().is_some(),
                quote::NOTNULL => !field.is_none(),
                _ => false,
            };
            let text = match field.cast::<Str>() {
                Some(text) => text,
                None if field.is_none() => Str::empty(),
                None => vm.str_of(field)?,
            };
            if count > 0 {
                out.push_code_point(vm, this.dialect.delimiter)?;
            }
            Self::add(this, vm, &mut out, field, text, quoted)?;
            count += 1;
            last = field;
        }
        if count > 0 && out.text().is_empty() {
            let never = quoting == quote::NONE
                || (last.is_none() && matches!(quoting, quote::STRINGS | quote::NOTNULL));
            if never {
                return Err(must_be_quoted(vm));
            }
            Self::add(this, vm, &mut out, last, Str::empty(), true)?;
        }
        out.push(vm, this.dialect.lineterminator.get().text())?;
        out.finish(vm)
    }
}

#[pymethods]
impl Writer {
    /// Construct and write a CSV record from an iterable of fields.
    ///
    /// Non-string elements will be converted to string.
    #[method]
    fn writerow(this: Gc<Self>, vm: &mut Vm, row: Value) -> PyResult<Value> {
        let text = Self::record(this, vm, row)?;
        vm.call(this.write, &[text.into()])
    }

    /// Construct and write a series of iterables to a csv file.
    ///
    /// Non-string elements will be converted to string.
    #[method]
    fn writerows(this: Gc<Self>, vm: &mut Vm, rows: Value) -> PyResult<()> {
        vm.for_each(rows, |vm, row| Self::writerow(this, vm, row).map(|_| ()))
    }

    #[getter(name = "dialect", member)]
    fn get_dialect(this: Gc<Self>) -> Gc<Dialect> {
        this.dialect
    }
}

//! `_csv.Reader`: records out of lines of text.

use super::dialect::{Dialect, quote};
use super::{ERROR, field_limit};
use heap::Gc;
use macros::{pymethods, pytype};
use objects::list::List;
use objects::str::{Builder, Str};
use objects::types::class_name;
use objects::value::Value;
use objects::vm::{PyResult, Vm};
use std::cell::Cell;

/// CSV reader
///
/// Reader objects are responsible for reading and parsing tabular data
/// in CSV format.
#[pytype(name = "_csv.reader", flags(NO_NEW))]
pub struct Reader {
    /// The iterator of lines.
    pub input: Value,
    /// How records are written.
    pub dialect: Gc<Dialect>,
    /// Lines read so far.
    #[init(Cell::new(0))]
    line_num: Cell<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    StartRecord,
    StartField,
    EscapedChar,
    InField,
    InQuotedField,
    EscapeInQuotedField,
    QuoteInQuotedField,
    EatNewline,
    AfterEscapedNewline,
}

/// A record being read.
struct Parser {
    dialect: Gc<Dialect>,
    state: State,
    fields: Gc<List>,
    field: Builder,
    length: usize,
    unquoted: bool,
    limit: usize,
}

fn is_newline(c: Option<u32>) -> bool {
    matches!(c, None | Some(0x0A | 0x0D))
}

impl Parser {
    fn save(&mut self, vm: &mut Vm) -> PyResult<()> {
        let quoting = self.dialect.quoting;
        let text = std::mem::replace(&mut self.field, Builder::new()).finish(vm)?;
        let empty = std::mem::take(&mut self.length) == 0;
        let unquoted = std::mem::replace(&mut self.unquoted, true);
        let value: Value =
            if unquoted && empty && matches!(quoting, quote::NOTNULL | quote::STRINGS) {
                Value::NONE
            } else if unquoted && !empty && matches!(quoting, quote::NONNUMERIC | quote::STRINGS) {
                let class = objects::types::class_of(objects::float::from_f64(vm, 0.0)?);
                vm.call(class.into(), &[text.into()])?
            } else {
                text.into()
            };
        self.fields.push(vm, value)
    }

    fn add(&mut self, vm: &mut Vm, c: u32) -> PyResult<()> {
        if self.length >= self.limit {
            return Err(
                ERROR.raise(vm, format_args!("field larger than field limit ({})", self.limit))
            );
        }
        self.length += 1;
        self.field.push_code_point(vm, c)
    }

    /// The end of a field at the end of a line, or of the text.
    fn end_line(&mut self, vm: &mut Vm, c: Option<u32>) -> PyResult<()> {
        self.save(vm)?;
        self.state = if c.is_none() { State::StartRecord } else { State::EatNewline };
        Ok(())
    }

    /// Takes a character; `None` at the end of each line.
    fn take(&mut self, vm: &mut Vm, c: Option<u32>) -> PyResult<()> {
        match self.state {
            State::StartRecord => match c {
                None => Ok(()),
                Some(0x0A | 0x0D) => {
                    self.state = State::EatNewline;
                    Ok(())
                }
                Some(_) => {
                    self.state = State::StartField;
                    self.start_field(vm, c)
                }
            },
            State::StartField => self.start_field(vm, c),
            State::EscapedChar => {
                self.add(vm, c.unwrap_or(0x0A))?;
                let newline = matches!(c, Some(0x0A | 0x0D));
                self.state = if newline { State::AfterEscapedNewline } else { State::InField };
                Ok(())
            }
            State::AfterEscapedNewline if c.is_none() => Ok(()),
            State::AfterEscapedNewline | State::InField => self.in_field(vm, c),
            State::InQuotedField => self.in_quotes(vm, c),
            State::EscapeInQuotedField => {
                self.add(vm, c.unwrap_or(0x0A))?;
                self.state = State::InQuotedField;
                Ok(())
            }
            State::QuoteInQuotedField => self.after_quote(vm, c),
            State::EatNewline => match c {
                None => {
                    self.state = State::StartRecord;
                    Ok(())
                }
                Some(0x0A | 0x0D) => Ok(()),
                Some(_) => Err(ERROR.raise(
                    vm,
                    format_args!(
                        "new-line character seen in unquoted field - do you need to open the file with newline=''?"
                    ),
                )),
            },
        }
    }

    fn start_field(&mut self, vm: &mut Vm, c: Option<u32>) -> PyResult<()> {
        let dialect = self.dialect;
        let Some(char) = c.filter(|_| !is_newline(c)) else { return self.end_line(vm, c) };
        if c == dialect.quotechar && dialect.quoting != quote::NONE {
            self.unquoted = false;
            self.state = State::InQuotedField;
        } else if c == dialect.escapechar {
            self.state = State::EscapedChar;
        } else if char == 0x20 && dialect.skipinitialspace {
        } else if char == dialect.delimiter {
            self.save(vm)?;
        } else {
            self.add(vm, char)?;
            self.state = State::InField;
        }
        Ok(())
    }

    fn in_field(&mut self, vm: &mut Vm, c: Option<u32>) -> PyResult<()> {
        let Some(char) = c.filter(|_| !is_newline(c)) else { return self.end_line(vm, c) };
        if c == self.dialect.escapechar {
            self.state = State::EscapedChar;
        } else if char == self.dialect.delimiter {
            self.save(vm)?;
            self.state = State::StartField;
        } else {
            self.add(vm, char)?;
            self.state = State::InField;
        }
        Ok(())
    }

    fn in_quotes(&mut self, vm: &mut Vm, c: Option<u32>) -> PyResult<()> {
        let dialect = self.dialect;
        let Some(char) = c else { return Ok(()) };
        if c == dialect.escapechar {
            self.state = State::EscapeInQuotedField;
        } else if c == dialect.quotechar && dialect.quoting != quote::NONE {
            self.state =
                if dialect.doublequote { State::QuoteInQuotedField } else { State::InField };
        } else {
            self.add(vm, char)?;
        }
        Ok(())
    }

    fn after_quote(&mut self, vm: &mut Vm, c: Option<u32>) -> PyResult<()> {
        let dialect = self.dialect;
        let Some(char) = c.filter(|_| !is_newline(c)) else { return self.end_line(vm, c) };
        if dialect.quoting != quote::NONE && c == dialect.quotechar {
            self.add(vm, char)?;
            self.state = State::InQuotedField;
        } else if char == dialect.delimiter {
            self.save(vm)?;
            self.state = State::StartField;
        } else if !dialect.strict {
            self.add(vm, char)?;
            self.state = State::InField;
        } else {
            let delimiter = Str::from_code_point(vm, dialect.delimiter)?;
            let quotes = Str::from_code_point(vm, dialect.quotechar.unwrap_or(0x22))?;
            return Err(ERROR.raise(
                vm,
                format_args!("'{}' expected after '{}'", delimiter.text(), quotes.text()),
            ));
        }
        Ok(())
    }
}

#[pymethods]
impl Reader {
    #[slot(iter)]
    fn iter(this: Gc<Self>) -> Gc<Self> {
        this
    }

    #[slot(next)]
    fn next(this: Gc<Self>, vm: &mut Vm) -> PyResult<Option<Value>> {
        let mut parser = Parser {
            dialect: this.dialect,
            state: State::StartRecord,
            fields: List::new(vm)?,
            field: Builder::new(),
            length: 0,
            unquoted: true,
            limit: field_limit(),
        };
        loop {
            let Some(line) = vm.next(this.input)? else {
                if parser.length == 0 && parser.state != State::InQuotedField {
                    return Ok(None);
                }
                if this.dialect.strict {
                    return Err(ERROR.raise(vm, format_args!("unexpected end of data")));
                }
                parser.save(vm)?;
                break;
            };
            let Some(line) = line.cast::<Str>() else {
                let class = class_name(line);
                return Err(ERROR.raise(
                    vm,
                    format_args!(
                        "iterator should return strings, not {class} (the file should be opened in text mode)"
                    ),
                ));
            };
            this.line_num.set(this.line_num.get() + 1);
            for c in line.text().code_points() {
                parser.take(vm, Some(c))?;
            }
            parser.take(vm, None)?;
            if parser.state == State::StartRecord {
                break;
            }
        }
        Ok(Some(parser.fields.into()))
    }

    #[getter(name = "dialect", member)]
    fn get_dialect(this: Gc<Self>) -> Gc<Dialect> {
        this.dialect
    }

    #[getter(name = "line_num", member)]
    fn get_line_num(this: Gc<Self>) -> usize {
        this.line_num.get()
    }
}
